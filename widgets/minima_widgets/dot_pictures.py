"""Small pictures of dots, made once: heads and rings are copied in every frame instead of painted.

A dot may stand between pixels, or a moving one would tremble: each picture exists for every quarter of a
pixel, across and down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QImage, QPainter

from minima_core.scene.marks import Points, Style
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.strokes import draw_dot
from minima_widgets.pictures import blank, painting
from minima_widgets.theme import Theme

__all__ = ["DotPictures"]

_PHASES = 4
_MOST = 1500  # pictures kept, of some two kilobytes each
_FAR = 30.0  # pixels outside of the plane within which a dot may still reach into it


class DotPictures:
    """Draws points as `paint.strokes.draw_dots` does."""

    def __init__(self) -> None:
        self._theme: Theme | None = None
        self._ratio = 1.0
        self._kept: dict[tuple[Style, float, int, int], tuple[QImage, int]] = {}

    def draw(self, painter: QPainter, mark: Points, plane: Plane, theme: Theme, ratio: float) -> None:
        """Draw the dots of a mark with a painter whose unit is a logical pixel of the view."""
        if theme is not self._theme or ratio != self._ratio or len(self._kept) > _MOST:
            self._theme, self._ratio = theme, ratio
            self._kept.clear()
        style = mark.style
        sizes = None if mark.sizes is None else list(mark.sizes)
        left, top = plane.left - _FAR, plane.top - _FAR
        right, bottom = plane.left + plane.width + _FAR, plane.top + plane.height + _FAR
        for k, (x, y) in enumerate(_pixels(mark, plane)):
            if not (left < x < right and top < y < bottom):  # false for nan too
                continue
            size = style.size if sizes is None else float(sizes[k])
            column, across = _placed(x * ratio)
            row, down = _placed(y * ratio)
            key = (style, size, across, down)
            kept = self._kept.get(key)
            if kept is None:
                kept = self._kept[key] = self._painted(*key)
            picture, half = kept
            painter.drawImage(QPointF((column - half) / ratio, (row - half) / ratio), picture)

    def _painted(self, style: Style, size: float, across: int, down: int) -> tuple[QImage, int]:
        """Return the picture of a dot and where its middle is, in pixels of the device."""
        assert self._theme is not None
        ratio, scale = self._ratio, self._theme.line_scale
        half = math.ceil((0.8 * size + 2.0 * style.width + 4.0) * scale * ratio)
        picture = blank(QSize(1, 1) * (2 * half + 1), 1.0)
        picture.setDevicePixelRatio(ratio)
        middle = QPointF((half + across / _PHASES) / ratio, (half + down / _PHASES) / ratio)
        with painting(picture) as painter:
            draw_dot(painter, middle, style, self._theme, size)
        return picture, half


def _pixels(mark: Points, plane: Plane) -> Sequence[Sequence[float]]:
    """Return where the points of a mark are; a few of them are not worth an array."""
    if len(mark.points) > 4:
        return plane.to_pixels(mark.points[:, :2]).tolist()
    return [(plane.x(row[0]), plane.y(row[1])) for row in mark.points.tolist()]


def _placed(pixel: float) -> tuple[int, int]:
    """Return a whole pixel and the quarters beyond it."""
    quarters = round(pixel * _PHASES)
    return quarters // _PHASES, quarters % _PHASES
