"""What all sliders look like: a groove in coloured parts, a handle that is a ring, the keys that move it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from minima_widgets.panels import look
from minima_widgets.theme import Theme

__all__ = ["KEYS", "paint_groove", "paint_handle"]

KEYS = {
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
}


def paint_groove(
    painter: QPainter, theme: Theme, middle: float, parts: Iterable[tuple[float, float, QColor]]
) -> None:
    """Draw parts of a groove (from, to, colour), one over the other, about the height `middle`."""
    thick = look.px(theme, 4)
    painter.setPen(Qt.PenStyle.NoPen)
    for begin, end, colour in parts:
        painter.setBrush(colour)
        bar = QRectF(begin, middle - thick / 2, max(end - begin, 0.0), thick)
        painter.drawRoundedRect(bar, thick / 2, thick / 2)


def paint_handle(
    painter: QPainter,
    theme: Theme,
    at: QPointF,
    radius: float,
    *,
    focused: bool,
    ground: str = "card",
    enabled: bool = True,
) -> None:
    """Draw the handle: a ring filled with the colour of the ground, with a halo while it has the keyboard."""
    painter.setPen(Qt.PenStyle.NoPen)
    if focused:
        painter.setBrush(theme.colour("accent", 0.35))
        painter.drawEllipse(at, radius + 2.8, radius + 2.8)
    painter.setBrush(theme.colour("text" if enabled else "disabled"))
    painter.drawEllipse(at, radius, radius)
    painter.setBrush(theme.colour(ground))
    painter.drawEllipse(at, radius - 2.3, radius - 2.3)
