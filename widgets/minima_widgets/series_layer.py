"""The picture of the growing lines of a trace: only the columns since the last frame are painted.

When an axis takes another range, everything has to be painted anew, which for twenty runs takes several
frames' time. So the old picture is shown, stretched to its place, until the new one is whole: that one is
painted some milliseconds a frame.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QImage, QPainter

from minima_core.scene.scenes import Series, TraceScene
from minima_widgets.growing import BUDGET, in_turn, known
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.trace import draw_series, in_order, series_plane
from minima_widgets.pictures import blank, painting
from minima_widgets.theme import Theme

__all__ = ["SeriesLayer"]

ANEW = 0.006
"""Seconds of a frame for painting everything anew while the old picture is shown."""
MOST_BEGINNINGS = 3
"""Pictures begun in a row, none of which became whole, before one is painted at once."""
_MARGIN = 4.0  # pixels above and below the plane that lines may reach into


@dataclass
class _Picture:
    """Lines on one plane, and how far each is painted: epoch, step, place on the x axis."""

    plane: Plane
    image: QImage
    drawn: dict[str, tuple[int, int, float]] = field(default_factory=dict)
    turn: str = ""

    def holds(self, scene: TraceScene) -> bool:
        """Whether what is painted is a beginning of the lines of a scene."""
        for series in scene.series:
            epoch, upto, _ = self.drawn.get(series.key, (series.epoch, -1, 0.0))
            if epoch != series.epoch or series.upto < upto:
                return False
        return True

    def waits(self, series: Series) -> bool:
        """Whether there is something to add to a line."""
        drawn = self.drawn.get(series.key)
        return drawn is None or drawn[1] != known(series)


class SeriesLayer:
    """The lines of a trace; only the columns since the last frame are painted."""

    def __init__(self) -> None:
        self._shown: _Picture | None = None
        self._coming: _Picture | None = None
        self._beginnings = 0
        self._theme: Theme | None = None
        self._ratio = 1.0
        self._lines: object = None
        self.budget: float | None = BUDGET
        """Seconds a frame may spend on growing; None: all that is new at once."""
        self.behind = False
        """Whether something is left for the next frame."""
        self.repaints = 0
        """How often everything was painted anew."""

    def update(self, scene: TraceScene, plane: Plane, theme: Theme, ratio: float) -> None:
        """Bring the picture to what the scene's series say; cheap when they only grew."""
        shown = self._shown if self._goes_on(scene, theme, ratio) else None
        self._theme, self._ratio, self._lines = theme, ratio, _lines(scene)
        if shown is not None and shown.plane == plane:
            self._coming, self._beginnings = None, 0
            self.behind = not self._paint(shown, scene, self.budget)
            return
        coming = self._coming
        if shown is None or coming is None or coming.plane != plane or not coming.holds(scene):
            self._beginnings += 1
            self.repaints += 1
            coming = _Picture(plane, blank(QSize(round(plane.width) + 4, round(plane.height) + 8), ratio))
        at_once = shown is None or self.budget is None or self._beginnings > MOST_BEGINNINGS
        if self._paint(coming, scene, None if at_once else ANEW):
            self._shown, self._coming, self._beginnings = coming, None, 0
        else:
            self._coming = coming
        self.behind = self._coming is not None

    def _goes_on(self, scene: TraceScene, theme: Theme, ratio: float) -> bool:
        """Whether the picture that is shown is right as far as it goes, but for the ranges of axes."""
        same = theme is self._theme and ratio == self._ratio and _lines(scene) == self._lines
        return same and self._shown is not None and self._shown.holds(scene)

    def _paint(self, picture: _Picture, scene: TraceScene, seconds: float | None) -> bool:
        """Add what is missing, as far as `seconds` allow (None: all of it); return whether it is whole."""
        assert self._theme is not None
        plane = picture.plane
        columns = max(64, round(plane.width))
        width = (plane.extent[1] - plane.extent[0]) / columns
        deadline = math.inf if seconds is None else time.perf_counter() + seconds
        turns = in_turn(in_order(scene.series), picture.turn)
        grown = [series for series in turns if picture.waits(series)]
        if not grown:
            return True
        with painting(picture.image) as painter:
            painter.translate(-plane.left, _MARGIN - plane.top)
            for series in grown:
                picture.turn = series.key
                _, _, painted = picture.drawn.get(series.key, (0, 0, -math.inf))
                points = series.xy(columns=columns)
                if len(points) > 1:
                    steps = np.maximum.accumulate(np.nan_to_num(points[:, 0], nan=-math.inf))
                    first = int(np.searchsorted(steps, painted - 2 * width))
                    tail = points[max(first - 1, 0) :]
                    draw_series(painter, series, tail, series_plane(series, scene, plane), self._theme)
                    painted = float(np.nanmax(points[:, 0], initial=painted))
                picture.drawn[series.key] = (series.epoch, known(series), painted)
                if time.perf_counter() > deadline:
                    break
        return not any(picture.waits(series) for series in scene.series)

    def draw(self, painter: QPainter, plane: Plane) -> None:
        """Draw the picture on `plane`; one that was painted for other ranges is stretched to its place."""
        picture = self._shown
        if picture is None or not picture.drawn:
            return
        if picture.plane == plane:
            painter.drawImage(QPointF(plane.left, plane.top - _MARGIN), picture.image)
            return
        x0, x1, y0, y1 = picture.plane.extent
        there = QRectF(plane.point((x0, y1)), plane.point((x1, y0)))
        painter.save()
        painter.translate(there.topLeft())
        painter.scale(there.width() / picture.plane.width, there.height() / picture.plane.height)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QPointF(0.0, -_MARGIN), picture.image)
        painter.restore()


def _lines(scene: TraceScene) -> object:
    """Return what has to stay the same for lines to go on; ranges of the axes may change."""
    return (
        scene.log_y,
        scene.right_range,
        tuple((s.key, s.style, s.kind, s.axis, s.x_axis, s.baseline, s.floor) for s in scene.series),
    )
