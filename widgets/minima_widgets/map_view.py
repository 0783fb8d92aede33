"""The map on screen: a race on its landscape as a chart that one clicks, drags and zooms."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from minima_core.scene.marks import ContourLabel, Lines
from minima_core.scene.scenes import RaceScene
from minima_widgets.chart import Chart
from minima_widgets.paint.axes import Axes
from minima_widgets.paint.ground import draw_ground
from minima_widgets.paint.map import map_axes, map_plane
from minima_widgets.paint.marks import is_contour
from minima_widgets.paint.plane import Plane

__all__ = ["MapView"]


class MapView(Chart[RaceScene]):
    """Shows a `RaceScene` flat; its signals are `Chart`'s, in coordinates of the landscape."""

    _palette: str | None = None

    def set_palette(self, palette: str | None) -> None:
        """Colour heights with this palette; None: with the relief's own."""
        if palette != self._palette:
            self._palette = palette
            self.refresh()

    def _plane_of(self, scene: RaceScene, rect: QRectF) -> Plane:
        return map_plane(rect, scene, self.theme)

    def _axes_of(self, scene: RaceScene, rect: QRectF) -> Axes:
        return map_axes(rect, scene, self.theme)

    def _ground_revision(self, scene: RaceScene) -> object:
        contours = (mark for mark in scene.marks if isinstance(mark, Lines) and is_contour(mark))
        lines = tuple((mark.key, mark.revision) for mark in contours)
        numbered = any(isinstance(mark, ContourLabel) for mark in scene.marks)
        return scene.relief.revision, scene.relief.palette, self._palette, lines, numbered

    def _draw_ground(self, painter: QPainter, scene: RaceScene, plane: Plane) -> None:
        draw_ground(painter, plane.rect, scene.relief, scene.extent, self.theme, self._palette)
