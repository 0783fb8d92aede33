"""Draws the bars of a chart: filled rectangles that stand on whole pixels, so that their edges are crisp."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from minima_core.scene.marks import Boxes
from minima_widgets.paint.plane import Plane
from minima_widgets.theme import Theme

__all__ = ["draw_boxes"]

LEAST = 1.0
"""Pixels that a part has at least: what happened once is seen."""


def draw_boxes(painter: QPainter, mark: Boxes, plane: Plane, theme: Theme) -> None:
    """Fill the rectangles of a mark; what is too narrow for its gap does without."""
    rects = np.asarray(mark.rects, dtype=np.float64).reshape(-1, 4)
    rects = rects[np.isfinite(rects).all(axis=1)]
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(mark.style.colour, mark.style.opacity))
    gap = mark.gap * theme.line_scale
    for x0, x1, y0, y1 in rects.tolist():
        left, right = plane.x(x0), plane.x(x1)
        top, bottom = round(plane.y(y1)), round(plane.y(y0))
        wide = right - left
        if wide > 3 * gap:
            wide -= gap
        painter.drawRect(QRectF(left, top, max(wide, LEAST), max(bottom - top, LEAST)))
    painter.restore()
