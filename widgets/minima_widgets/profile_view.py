"""The landscape of one variable on screen: a curve that points roll on; the gestures of the map, along x."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from minima_core.scene.marks import Extent
from minima_core.scene.scenes import ProfileScene
from minima_widgets.chart import Chart
from minima_widgets.paint.axes import Axes, draw_grid
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.profile import draw_curve, profile_axes, profile_plane

__all__ = ["ProfileView"]


class ProfileView(Chart[ProfileScene]):
    """Shows a `ProfileScene`. In its signals y is the loss at x; zoom and pan go along x only."""

    flat = True
    editable_axes: tuple[int, ...] = (0,)

    def _plane_of(self, scene: ProfileScene, rect: QRectF) -> Plane:
        return profile_plane(rect, scene, self.theme)

    def _axes_of(self, scene: ProfileScene, rect: QRectF) -> Axes:
        return profile_axes(rect, scene, self.theme)

    def _axes_words(self, scene: ProfileScene) -> tuple[object, ...]:
        return *super()._axes_words(scene), scene.x_ticks, scene.y_ticks

    def _ground_revision(self, scene: ProfileScene) -> object:
        return scene.curve.revision

    def _draw_ground(self, painter: QPainter, scene: ProfileScene, plane: Plane) -> None:
        painter.fillRect(plane.rect, self.theme.colour("card"))
        draw_grid(painter, plane, profile_axes(self._room(), scene, self.theme).y_ticks, self.theme)
        draw_curve(painter, scene, plane, self.theme)

    def _on_ground(self, x: float, y: float) -> tuple[float, float]:
        """Return x and the loss there, as the drawn curve has it; nan where it is undefined."""
        assert self._shown is not None
        points = self._shown.curve.points
        known = points[np.isfinite(points[:, 0])]
        return x, float(np.interp(x, known[:, 0], known[:, 1])) if len(known) else y

    def _zoomed(self, old: Extent, x: float, y: float, factor: float) -> Extent:
        x0, x1, y0, y1 = old
        return x + (x0 - x) * factor, x + (x1 - x) * factor, y0, y1

    def panned(self, old: Extent, dx: float, dy: float) -> Extent:
        """Return `old` moved along x."""
        x0, x1, y0, y1 = old
        return x0 + dx, x1 + dx, y0, y1
