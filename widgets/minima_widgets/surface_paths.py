"""The layer of paths over a drawn relief: it grows by its last steps, and never holds a frame up.

Twenty tangles take a quarter of a second to stroke smoothly: a window that waited for them would stand still.
So whenever everything has to be drawn anew and that would take too long, a rough picture is shown at once,
and the smooth one is drawn beside it, some milliseconds in each frame, until it takes the rough one's place.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from minima_core.scene.marks import Path
from minima_core.scene.scenes import RaceScene
from minima_core.scene.track import CAPACITY
from minima_widgets.growing import known
from minima_widgets.paint.relief_mesh import Ground
from minima_widgets.paint.surface_marks import Stage
from minima_widgets.paint.surface_ways import Step, Ways, draw_rough_ways, draw_ways, steps_of_ways
from minima_widgets.theme import Theme

__all__ = ["PathLayer"]

AFFORDABLE = 0.014
"""Seconds that drawing all paths smoothly may take in one frame."""
SLICE = 0.018
"""Seconds of a frame that are spent on the smooth picture while the rough one is shown."""
PATCHES = 25
"""Times that paths grow before they are drawn anew: joints show where they are stroked in bits."""
FEW = 500
"""Points from which on it tells what a point costs."""
PATCH_SLICE = 0.006
"""Seconds of a frame that are spent on that while they go on growing."""

State = dict[str, tuple[int, int, int]]


@dataclass
class _Work:
    """A smooth picture that is being drawn."""

    picture: QImage
    steps: Iterator[Step]
    state: State
    dashes: dict[str, float]
    points: int
    seconds: float = 0.0


class PathLayer:
    """The paths on the relief of one ground.

    Attributes
    ----------
    picture : QImage
        The relief with the paths on it.
    smooth : bool
        Whether they are drawn at full quality; else another `bring` will do more of it.
    whole : bool
        Whether they were drawn in one piece; paths that grew bit by bit are drawn anew now and then.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.picture = QImage()
        self.smooth = True
        self.whole = True
        self._ways = Ways(ground)
        self._base: QImage | None = None
        self._key: object = None
        self._state: State = {}
        self._dashes: dict[str, float] = {}
        self._work: _Work | None = None
        self._growths = 0
        self._pace = 2e-6  # seconds that a point of a path takes, as far as is known

    def bring(
        self, base: QImage, stage: Stage, density: float, scene: RaceScene, theme: Theme, *, moving: bool
    ) -> None:
        """Bring the picture up to date, on the relief `base` (another image: everything is drawn anew)."""
        paths = [mark for mark in scene.marks if isinstance(mark, Path)]
        state = {path.key: (path.epoch, known(path), path.track.loops) for path in paths}
        key = theme.name, theme.type_size, tuple((path.key, path.style, path.fade) for path in paths)
        same = base is self._base and key == self._key
        self._base, self._key = base, key
        if not same:
            self._work = None
            self._ways.forget_others(paths)
        if same and self.smooth and self._only_grew(paths, state, self._state):
            rests = state == self._state
            self._grow(paths, state, stage, density, theme)
            if self._work is None and (self._growths >= PATCHES or (rests and not self.whole)) and not moving:
                self._start(base, paths, state, stage, theme)
            if self._work is not None:
                self._go_on(density, SLICE if rests else PATCH_SLICE)
                self._grow(paths, state, stage, density, theme)
            return
        if self._work is not None and (moving or not self._only_grew(paths, state, self._work.state)):
            self._work = None
        if self._work is None and _points(paths) * self._pace < AFFORDABLE:
            self._start(base, paths, state, stage, theme)
            self._go_on(density, np.inf)
        elif moving or self._work is None:
            self._draw_roughly(base, paths, state, stage, density, theme)
            if not moving:
                self._start(base, paths, state, stage, theme)
        elif state != self._state:  # the rough picture grows while the smooth one is drawn
            self._grow(paths, state, stage, density, theme)
        if self._work is not None:
            self._go_on(density, SLICE)
        if self._work is None and self.smooth and state != self._state:
            self._grow(paths, state, stage, density, theme)

    def _draw_roughly(
        self, base: QImage, paths: list[Path], state: State, stage: Stage, density: float, theme: Theme
    ) -> None:
        self.picture = base.copy()
        with self._painter(self.picture, density) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            draw_rough_ways(painter, stage, self._ways, paths, theme)
        self.smooth, self._state, self._dashes = False, state, {}

    def _start(self, base: QImage, paths: list[Path], state: State, stage: Stage, theme: Theme) -> None:
        dashes: dict[str, float] = {}
        drawn = ((path, self._ways.pieces(path)) for path in paths)
        steps = steps_of_ways(stage, drawn, theme, dashes)
        self._work = _Work(base.copy(), steps, state, dashes, _points(paths))

    def _go_on(self, density: float, seconds: float) -> None:
        """Draw more of the smooth picture; when it is whole, show it."""
        work = self._work
        assert work is not None
        began = time.thread_time()
        with self._painter(work.picture, density) as painter:
            for step in work.steps:
                step(painter)
                if time.thread_time() - began > seconds:
                    work.seconds += time.thread_time() - began
                    return
        work.seconds += time.thread_time() - began
        self.picture, self._state, self._dashes = work.picture, work.state, work.dashes
        self.smooth, self.whole, self._work, self._growths = True, True, None, 0
        if work.points > FEW:
            self._pace = work.seconds / work.points

    def _grow(self, paths: list[Path], state: State, stage: Stage, density: float, theme: Theme) -> None:
        """Draw the last steps only."""
        if state == self._state:
            return
        news = [(path, self._ways.news(path, self._state[path.key][1])) for path in paths]
        with self._painter(self.picture, density) as painter:
            draw_ways(painter, stage, news, theme, self._dashes, joined=True)
        self._state, self.whole = state, False
        self._growths += 1

    @staticmethod
    def _painter(picture: QImage, density: float) -> QPainter:
        painter = QPainter(picture)
        painter.scale(density, density)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return painter

    @staticmethod
    def _only_grew(paths: list[Path], state: State, before: State) -> bool:
        """Whether what was drawn of the paths is still right, and only their last steps are missing."""
        for path in paths:
            now, then = state[path.key], before.get(path.key)
            if then is None or then[0] != now[0] or then[1] > now[1] or (path.fade and then[2] != now[2]):
                return False
        return True

    def path_at(self, stage: Stage, scene: RaceScene, pixel: NDArray[np.float64], reach: float) -> int | None:
        """Return the line of the race that runs within `reach` of a pixel (2,), the topmost one, or None."""
        for path in reversed([mark for mark in scene.marks if isinstance(mark, Path)]):
            for points, _ in self._ways.pieces(path):
                pixels, seen = stage.see(points)
                pixels[~seen] = np.nan
                if _distance(pixels, pixel) <= reach:
                    return path.entry
        return None


def _points(paths: list[Path]) -> int:
    """Return how many points the paths have, at most."""
    return sum(min(path.upto + 1, CAPACITY) for path in paths)


def _distance(line: NDArray[np.float64], point: NDArray[np.float64]) -> float:
    """Return the distance of a point (2,) from a polyline (m, 2) with gaps of nan; infinite from nothing."""
    a, step = line[:-1] - point, np.diff(line, axis=0)
    square = np.maximum((step**2).sum(axis=1), 1e-12)
    share = np.clip(-(a * step).sum(axis=1) / square, 0.0, 1.0)
    away = np.hypot(*(a + share[:, None] * step).T)
    return float(np.min(away, initial=np.inf, where=np.isfinite(away)))
