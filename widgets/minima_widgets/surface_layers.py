"""The picture of a race on its relief, kept in layers, so that a frame costs only what is new in it.

From below: the relief with its frame, drawn anew when the camera, the size or the ground changes; the paths,
to which a growing race adds its last steps; dots and words, which are few and drawn each time.
"""

from __future__ import annotations

import time
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from minima_core.scene.marks import Lines, Path, RaceScene
from minima_widgets.paint.camera import Camera, Lens
from minima_widgets.paint.marks import is_contour
from minima_widgets.paint.relief_look import Look, look_of
from minima_widgets.paint.relief_mesh import Ground
from minima_widgets.paint.relief_raster import Picture
from minima_widgets.paint.strokes import thin
from minima_widgets.paint.surface import image_of, lens_on
from minima_widgets.paint.surface_marks import Stage, Ways, draw_frame, draw_still_marks, draw_ways
from minima_widgets.theme import Theme

__all__ = ["Drawer", "Layers"]

FINE_CELLS, QUICK_CELLS = 160, 112
"""Cells along the longer side of a picture at rest, and of a moving one that would be too slow otherwise."""
AFFORDABLE = 0.018
"""Seconds that a relief, or the paths, may cost while they move; what takes longer is drawn quickly."""


class Drawer(Protocol):
    """Something that draws a relief: `GlRelief` or `SoftwareRelief`."""

    @property
    def name(self) -> str:
        """What draws."""

    def draw(
        self, ground: Ground, look: Look, lens: Lens, width: int, height: int, unit: float, *, fine: bool
    ) -> Picture:
        """Draw the ground as `lens` sees it."""

    def close(self) -> None:
        """Give everything back."""


class Layers:
    """The layers of one view.

    Attributes
    ----------
    stage : Stage or None
        Where everything lies in the picture that was drawn last.
    fine : bool
        Whether that one was drawn at full quality.
    relief_seconds, ways_seconds : float
        What the last relief and the last paths cost.
    """

    def __init__(self) -> None:
        self.stage: Stage | None = None
        self.fine = False
        self.relief_seconds = 0.0
        self.ways_seconds = 0.0
        self._fine_seconds = self._smooth_seconds = 0.0
        self._ground: Ground | None = None
        self._quick_ground: Ground | None = None
        self._ground_key: object = None
        self._look: Look | None = None
        self._look_key: object = None
        self._relief_key: object = None
        self._base = QImage()
        self._picture = QImage()  # the relief with the paths on it
        self._ways: Ways | None = None
        self._drawn: dict[str, tuple[int, int, int]] = {}
        self._dashes: dict[str, float] = {}
        self._drawn_key: object = None

    @property
    def ground(self) -> Ground | None:
        """The ground that points are laid onto."""
        return self._ground

    def ground_of(self, scene: RaceScene) -> Ground:
        """Return the ground of a scene, made anew only when the relief or what is visible of it changed."""
        relief = scene.relief
        key = relief.key, relief.revision, scene.extent
        if self._ground is None or key != self._ground_key:
            self._ground = Ground(relief, scene.extent, FINE_CELLS)
            self._quick_ground = None
            self._ground_key = key
        return self._ground

    def paint(
        self,
        painter: QPainter,
        rect: QRectF,
        density: float,
        scene: RaceScene,
        camera: Camera,
        theme: Theme,
        drawer: Drawer,
        *,
        palette: str | None,
        moving: bool,
    ) -> None:
        """Bring the layers up to date and draw them into `rect`, whose first corner is (0, 0)."""
        self._bring_relief(rect, density, scene, camera, theme, drawer, palette=palette, moving=moving)
        self._bring_ways(density, scene, theme, moving=moving)
        assert self.stage is not None
        painter.drawImage(rect, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        draw_still_marks(painter, self.stage, scene, theme)

    def _bring_relief(
        self,
        rect: QRectF,
        density: float,
        scene: RaceScene,
        camera: Camera,
        theme: Theme,
        drawer: Drawer,
        *,
        palette: str | None,
        moving: bool,
    ) -> None:
        ground = self.ground_of(scene)
        look_key = (
            theme.name,
            theme.type_size,
            palette or scene.relief.palette,
            scene.relief.bands,
            self._lines_key(scene),
        )
        if self._look is None or look_key != self._look_key:
            self._look, self._look_key = look_of(scene, theme, palette), look_key
        fine = not moving or 0 < self._fine_seconds < AFFORDABLE
        key = rect, density, camera, self._ground_key, look_key, scene.x_label, scene.y_label
        if key == self._relief_key and self.fine >= fine:
            return
        began = time.perf_counter()
        if not fine and self._quick_ground is None:
            self._quick_ground = Ground(scene.relief, scene.extent, QUICK_CELLS)
        drawn = ground if fine or self._quick_ground is None else self._quick_ground
        width, height = max(round(rect.width() * density), 1), max(round(rect.height() * density), 1)
        lens = lens_on(rect, camera, ground, theme)
        picture = drawer.draw(
            drawn, self._look, lens.denser((0.0, 0.0), density), width, height, density, fine=fine
        )
        self.stage = Stage(ground, lens, picture.nearness, density, (0.0, 0.0))
        self._base = QImage(width, height, QImage.Format.Format_RGB32)
        self._base.fill(theme.colour("card"))
        with QPainter(self._base) as painter:
            painter.drawImage(0, 0, image_of(picture))
            painter.scale(density, density)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            draw_frame(painter, self.stage, scene, theme)
        self.relief_seconds = time.perf_counter() - began
        if fine:
            # The first one pays for compiling shaders; later ones tell what it costs.
            first = self._fine_seconds == 0
            self._fine_seconds = (
                self.relief_seconds if first else (self._fine_seconds + self.relief_seconds) / 2
            )
        self.fine, self._relief_key = fine, key
        self._drawn_key = None

    @staticmethod
    def _lines_key(scene: RaceScene) -> tuple[int, ...]:
        """Return what tells whether there are other contour lines."""
        return tuple(mark.revision for mark in scene.marks if isinstance(mark, Lines) and is_contour(mark))

    def _bring_ways(self, density: float, scene: RaceScene, theme: Theme, *, moving: bool) -> None:
        """Draw the paths: all of them when something changed, else only their last steps."""
        assert self.stage is not None and self._ground is not None
        began = time.perf_counter()
        paths = [mark for mark in scene.marks if isinstance(mark, Path)]
        key = theme.name, theme.type_size, tuple((path.key, path.style, path.fade) for path in paths)
        if self._ways is None or self._ways.ground is not self._ground:
            self._ways, self._drawn_key = Ways(self._ground), None
        state = {path.key: (path.epoch, path.upto, getattr(path.track, "loops", 0)) for path in paths}
        grown = key == self._drawn_key and all(self._only_grew(path, state[path.key]) for path in paths)
        if grown and state == self._drawn:
            return
        if grown:
            news = [(path, [(self._ways.news(path, self._drawn[path.key][1]), 1.0)]) for path in paths]
        else:
            self._picture = self._base.copy()
            self._dashes = {}
            self._ways.forget_others(paths)
            news = [(path, self._ways.pieces(path)) for path in paths]
        # A tangle that takes too long to stroke smoothly is stroked roughly while it moves.
        hasty = moving and self._smooth_seconds > AFFORDABLE
        if hasty:
            cell = 1.2 / (self.stage.lens.scale * density)
            news = [
                (path, [(thin(line, cell), strength) for line, strength in lines]) for path, lines in news
            ]
        with QPainter(self._picture) as painter:
            painter.scale(density, density)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, not hasty)
            draw_ways(painter, self.stage, news, theme, self._dashes, 0.7 if moving else 0.25)
        self._drawn, self._drawn_key = state, key
        self.ways_seconds = time.perf_counter() - began
        if not grown and not hasty:
            self._smooth_seconds = self.ways_seconds

    def _only_grew(self, path: Path, state: tuple[int, int, int]) -> bool:
        """Whether what is drawn of a path is still right, and only its last steps are missing."""
        before = self._drawn.get(path.key)
        if before is None or before[0] != state[0] or before[1] > state[1]:
            return False
        return not path.fade or before[2] == state[2]

    def path_at(self, scene: RaceScene, pixel: NDArray[np.float64], reach: float) -> int | None:
        """Return the line of the race that runs within `reach` of a pixel (2,), the topmost one, or None."""
        if self.stage is None or self._ways is None:
            return None
        for path in reversed([mark for mark in scene.marks if isinstance(mark, Path)]):
            for points, _ in self._ways.pieces(path):
                pixels, seen = self.stage.see(points)
                pixels[~seen] = np.nan
                if _distance(pixels, pixel) <= reach:
                    return path.entry
        return None


def _distance(line: NDArray[np.float64], point: NDArray[np.float64]) -> float:
    """Return the distance of a point (2,) from a polyline (m, 2) with gaps of nan; infinite from nothing."""
    a, step = line[:-1] - point, np.diff(line, axis=0)
    square = np.maximum((step**2).sum(axis=1), 1e-12)
    share = np.clip(-(a * step).sum(axis=1) / square, 0.0, 1.0)
    away = np.hypot(*(a + share[:, None] * step).T)
    return float(np.min(away, initial=np.inf, where=np.isfinite(away)))
