"""The bar of heights beside the panels of a figure: the bands of colour, with the losses between them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from minima_core.scene.marks import Relief
from minima_core.scene.words import number
from minima_widgets.paint.ground import band_colours
from minima_widgets.paint.words import text_width
from minima_widgets.theme import Theme

__all__ = ["draw_height_bar", "height_bar_width"]

_NAME = "loss"


def _font(theme: Theme) -> QFont:
    return theme.font(theme.points(9.0))


def _bands(relief: Relief) -> tuple[int, int]:
    """Return the first band that can be seen, and the one after the last."""
    heights = relief.heights[np.isfinite(relief.heights)]
    edges = np.asarray(relief.bands)
    if not heights.size:
        return 0, len(edges) - 1
    first = int(np.searchsorted(edges[1:-1], float(heights.min()), side="right"))
    last = int(np.searchsorted(edges[1:-1], float(heights.max()), side="left"))
    return first, last + 1


def _bar(theme: Theme) -> tuple[float, float]:
    """Return how wide the bar is, and its distance from the numbers."""
    return theme.points(11.0), theme.points(4.0)


def height_bar_width(relief: Relief, theme: Theme) -> float:
    """Return the width that the bar takes with its numbers."""
    first, stop = _bands(relief)
    said = [number(level) for level in relief.levels[first : stop - 1]]
    return sum(_bar(theme)) + max((text_width(_font(theme), words) for words in (_NAME, *said)), default=0.0)


def draw_height_bar(
    painter: QPainter, rect: QRectF, relief: Relief, theme: Theme, palette: str | None = None
) -> None:
    """Draw the bands that can be seen, the lowest at the bottom; numbers stand where one turns into the next.

    Each band is as high as the others: the bar is a key, no axis. Where there is no room for all numbers,
    every second is written, every third, …
    """
    font = _font(theme)
    metrics = QFontMetricsF(font)
    first, stop = _bands(relief)
    colours = band_colours(relief, theme, palette)[first:stop]
    wide, gap = _bar(theme)
    line = metrics.height()
    body = rect.adjusted(0, line, 0, -0.5 * line)
    if body.height() < 3 * line:
        return
    each = body.height() / len(colours)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    for k, colour in enumerate(colours.tolist()):
        painter.setBrush(QColor(*colour))
        top = body.bottom() - (k + 1) * each
        # A hair of overlap, so that no light comes through between two bands.
        painter.drawRect(QRectF(body.left(), top, wide, each + (0.5 if k else 0.0)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour("faint"), 1.0))
    painter.drawRect(QRectF(body.left(), body.top(), wide, body.height()))
    painter.setFont(font)
    painter.setPen(theme.colour("muted"))
    painter.drawText(QPointF(body.left() + wide + gap, rect.top() + metrics.ascent()), _NAME)
    every = max(1, int(np.ceil(1.05 * line / each)))
    for k, level in enumerate(relief.levels[first : stop - 1], 1):
        if k % every == 0:
            middle = body.bottom() - k * each
            base = middle + metrics.capHeight() / 2
            painter.drawText(QPointF(body.left() + wide + gap, base), number(level))
    painter.restore()
