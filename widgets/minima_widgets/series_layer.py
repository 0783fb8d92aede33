"""The picture of the growing lines of a trace: only the columns since the last frame are painted."""

from __future__ import annotations

import math
import time

import numpy as np
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QImage, QPainter

from minima_core.scene.marks import Series, TraceScene
from minima_widgets.growing import BUDGET, in_turn
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.trace import draw_series, in_order, series_plane
from minima_widgets.pictures import blank, painting
from minima_widgets.theme import Theme

__all__ = ["SeriesLayer"]


class SeriesLayer:
    """The lines of a trace; only the columns since the last frame are painted."""

    def __init__(self) -> None:
        self._plane: Plane | None = None
        self._theme: Theme | None = None
        self._ratio = 1.0
        self._scene_revision: object = None
        self._drawn: dict[str, tuple[int, int, float]] = {}
        self._image = QImage()
        self._turn = ""
        self.budget: float | None = BUDGET
        """Seconds a frame may spend on growing; None: all that is new at once."""
        self.behind = False
        """Whether something is left for the next frame."""
        self.repaints = 0
        """How often everything was painted anew."""

    def update(self, scene: TraceScene, plane: Plane, theme: Theme, ratio: float) -> None:
        """Bring the picture to what the scene's series say; cheap when they only grew."""
        fits = self._fits(scene, plane, theme, ratio)
        if not fits:
            self._turn = ""
            self._plane, self._theme, self._ratio = plane, theme, ratio
            self._scene_revision = self._revision(scene)
            self._image = blank(QSize(round(plane.width) + 4, round(plane.height) + 8), ratio)
            self._drawn.clear()
            self.repaints += 1
        columns = max(64, round(plane.width))
        width = (plane.extent[1] - plane.extent[0]) / columns
        began = time.perf_counter()
        deadline = began + self.budget if fits and self.budget is not None else math.inf
        self.behind = False
        turns = in_turn(in_order(scene.series), self._turn)
        grown = [series for series in turns if self._waits(series)]
        if not grown:
            return
        with painting(self._image) as painter:
            painter.translate(-plane.left, 4.0 - plane.top)
            for series in grown:
                if time.perf_counter() > deadline:
                    self.behind = True
                    break
                self._turn = series.key
                _, _, painted = self._drawn.get(series.key, (0, 0, -math.inf))
                points = series.xy(columns=columns)
                if len(points) > 1:
                    steps = np.maximum.accumulate(np.nan_to_num(points[:, 0], nan=-math.inf))
                    first = int(np.searchsorted(steps, painted - 2 * width))
                    tail = points[max(first - 1, 0) :]
                    draw_series(painter, series, tail, series_plane(series, scene, plane), theme)
                    painted = float(np.nanmax(points[:, 0], initial=painted))
                self._drawn[series.key] = (series.epoch, _known(series), painted)

    def _waits(self, series: Series) -> bool:
        """Whether there is something to add to a line."""
        drawn = self._drawn.get(series.key)
        return drawn is None or drawn[1] != _known(series)

    def draw(self, painter: QPainter) -> None:
        """Draw the picture where the plane lies."""
        if self._plane is not None and self._drawn:
            painter.drawImage(QPointF(self._plane.left, self._plane.top - 4.0), self._image)

    @staticmethod
    def _revision(scene: TraceScene) -> object:
        """Return what has to stay the same for lines to go on."""
        return (
            scene.revision,
            scene.log_y,
            scene.right_range,
            tuple((s.key, s.style, s.kind, s.axis, s.x_axis, s.baseline, s.floor) for s in scene.series),
        )

    def _fits(self, scene: TraceScene, plane: Plane, theme: Theme, ratio: float) -> bool:
        if (plane, ratio) != (self._plane, self._ratio) or theme is not self._theme:
            return False
        if self._revision(scene) != self._scene_revision:
            return False
        for series in scene.series:
            epoch, upto, _ = self._drawn.get(series.key, (series.epoch, -1, 0.0))
            if epoch != series.epoch or series.upto < upto:
                return False
        return True


def _known(series: Series) -> int:
    """Return the step up to which there is something to draw: the clock may be ahead of a run."""
    return min(series.upto, series.track.last)
