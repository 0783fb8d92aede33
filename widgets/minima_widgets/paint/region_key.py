"""The key of regions in a saved picture: which colour is which basin, and how large its share is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from minima_core.scene.marks import Mark, Points, Regions
from minima_widgets.paint.plane import Plane
from minima_widgets.theme import Theme

__all__ = ["draw_key"]


def draw_key(
    painter: QPainter, marks: Sequence[Mark], plane: Plane, theme: Theme, taken: Sequence[QRectF] = ()
) -> None:
    """Draw what the colours of regions mean, on a small card in the corner with the most room.

    Only for regions that have names; what does not fit is left out.
    """
    named = [mark for mark in marks if isinstance(mark, Regions) and mark.names]
    if not named:
        return
    lines = [line for veil in named for line in _key_lines(veil, theme)]
    font = theme.font(theme.points(9.0))
    metrics = QFontMetricsF(font)
    pad, gap, side = theme.points(6.0), theme.points(5.0), metrics.capHeight() * 1.15
    step = metrics.height()
    lines = lines[: max(int((plane.height * 0.6 - 2 * pad) / step), 0)]
    if not lines:
        return
    width = side + gap + max(metrics.horizontalAdvance(words) for _, words in lines) + 2 * pad
    height = len(lines) * step + 2 * pad
    if width > plane.width * 0.6:
        return
    card = _corner(plane, width, height, _busy(marks, plane) + list(taken), theme)
    painter.save()
    painter.setPen(QPen(theme.colour("label-line"), 1.0))
    painter.setBrush(theme.colour("label"))
    painter.drawRoundedRect(card, theme.points(3.8), theme.points(3.8))
    painter.setFont(font)
    for k, (colour, words) in enumerate(lines):
        base = card.top() + pad + k * step + metrics.ascent()
        painter.setPen(QPen(theme.colour("label-text", 0.35), 1.0))
        painter.setBrush(colour)
        painter.drawRoundedRect(
            QRectF(card.left() + pad, base - metrics.capHeight() * 1.08, side, side), 2, 2
        )
        painter.setPen(theme.colour("label-text"))
        painter.drawText(QPointF(card.left() + pad + side + gap, base), words)
    painter.restore()


def _key_lines(veil: Regions, theme: Theme) -> list[tuple[QColor, str]]:
    """Return colour and words of each line: labels in order, and last what has none."""
    present = np.unique(veil.labels)
    lines = []
    for k, words in enumerate(veil.names):
        last = k == len(veil.names) - 1 and len(veil.names) > int(present.max(initial=-1)) + 1
        role = veil.none_role if last else veil.roles[k % len(veil.roles)]
        if words and (-1 in present if last else True):
            lines.append((theme.colour(role), words))
    return lines


def _busy(marks: Sequence[Mark], plane: Plane) -> list[QRectF]:
    """Return small rectangles around the dots of a scene."""
    rects = []
    for mark in marks:
        if isinstance(mark, Points):
            pixels = plane.to_pixels(mark.points)
            rects += [
                QRectF(x - 6, y - 6, 12, 12) for x, y in pixels[np.isfinite(pixels).all(axis=1)].tolist()
            ]
    return rects


def _corner(plane: Plane, width: float, height: float, busy: Sequence[QRectF], theme: Theme) -> QRectF:
    """Return the card in the corner where it covers the fewest things."""
    away = theme.points(7.0)
    right, bottom = plane.left + plane.width - width - away, plane.top + plane.height - height - away
    corners = [
        QRectF(x, y, width, height) for y in (plane.top + away, bottom) for x in (right, plane.left + away)
    ]
    return min(corners, key=lambda card: sum(card.intersects(other) for other in busy))
