"""The map on screen: a race on its landscape as a chart that one clicks, drags and zooms."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from minima_core.scene.marks import Lines, RaceScene
from minima_widgets.canvas import Canvas
from minima_widgets.paint.axes import draw_axes
from minima_widgets.paint.ground import draw_ground
from minima_widgets.paint.map import map_axes, map_plane
from minima_widgets.paint.marks import is_contour
from minima_widgets.paint.plane import Plane

__all__ = ["MapView"]


class MapView(Canvas[RaceScene]):
    """Shows a `RaceScene` flat; its signals are `Canvas`'s, in coordinates of the landscape."""

    def set_palette(self, palette: str | None) -> None:
        """Colour heights with this palette; None: with the relief's own."""
        if palette != self._palette:
            self._palette = palette
            self.update()

    _palette: str | None = None

    def _plane_of(self, scene: RaceScene, rect: QRectF) -> Plane:
        return map_plane(rect, scene, self.theme)

    def _ground_revision(self, scene: RaceScene) -> object:
        contours = (mark for mark in scene.marks if isinstance(mark, Lines) and is_contour(mark))
        lines = tuple((mark.key, mark.revision) for mark in contours)
        return scene.relief.revision, scene.relief.palette, self._palette, lines

    def _draw_ground(self, painter: QPainter, scene: RaceScene, plane: Plane) -> None:
        draw_ground(painter, plane.rect, scene.relief, scene.extent, self.theme, self._palette)

    def _draw_axes(self, painter: QPainter, scene: RaceScene, plane: Plane) -> None:
        draw_axes(painter, plane, map_axes(self._room(), scene, self.theme), self.theme)
