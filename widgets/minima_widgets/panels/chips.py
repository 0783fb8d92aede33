"""Chips: the dot of a method's colour and head shape that stands for it wherever words do."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from minima_widgets.cores import core_in

__all__ = ["paint_chip", "shape"]

# Corners; the angle of the first, from the right, anticlockwise; the radius of a star's inner corners.
_POLYGONS: dict[str, tuple[int, float, float]] = {
    "square": (4, 45, 1),
    "diamond": (4, 90, 1),
    "triangle": (3, 90, 1),
    "triangle-up": (3, 90, 1),
    "triangle-down": (3, -90, 1),
    "triangle-left": (3, 180, 1),
    "triangle-right": (3, 0, 1),
    "pentagon": (5, 90, 1),
    "hexagon": (6, 90, 1),
    "octagon": (8, 22.5, 1),
    "star": (5, 90, 0.5),
    "plus": (4, 90, 0.45),
    "cross": (4, 45, 0.45),
}


def shape(name: str, centre: QPointF, radius: float) -> QPainterPath:
    """Return the outline of a head; a shape without a drawing here is a circle."""
    path = QPainterPath()
    if name not in _POLYGONS:
        path.addEllipse(centre, radius * 0.9, radius * 0.9)
        return path
    corners, first, inner = _POLYGONS[name]
    # A figure with few corners looks smaller than a circle of the same radius.
    reach = radius * (1.12 if corners <= 4 or inner < 1 else 1.0)
    turns = [(1.0, 0.0)] if inner == 1 else [(1.0, 0.0), (inner, 180 / corners)]
    points = [
        QPointF(
            centre.x() + reach * scale * math.cos(math.radians(first + 360 * k / corners + turn)),
            centre.y() - reach * scale * math.sin(math.radians(first + 360 * k / corners + turn)),
        )
        for k in range(corners)
        for scale, turn in turns
    ]
    path.addPolygon(QPolygonF(points))
    path.closeSubpath()
    return path


def paint_chip(
    painter: QPainter,
    rect: QRectF,
    colour: QColor,
    head: str,
    *,
    core: str = "",
    on: bool = True,
    lit: bool = False,
) -> None:
    """Draw a chip in `rect`: filled in the race, hollow out of it, with a halo when `lit`.

    `core` is what is cut out of it: it is a copy of a method.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = min(rect.width(), rect.height()) / 2
    if lit:
        halo = QColor(colour)
        halo.setAlphaF(0.22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(halo)
        painter.drawEllipse(rect.center(), radius * 1.45, radius * 1.45)
    width = max(radius * 0.24, 1.4)
    pen = QPen(colour, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(colour if on and not core else Qt.BrushStyle.NoBrush)
    outline = shape(head, rect.center(), radius - width / 2)
    painter.drawPath(outline)
    if core:
        cut = core_in(core, outline, 2 * radius, rect.center())
        painter.fillPath(outline.subtracted(cut) if on else cut, colour)
    painter.restore()
