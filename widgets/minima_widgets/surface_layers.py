"""The picture of a race on its relief, kept in layers, so that a frame costs only what is new in it.

From below: the relief with its frame, drawn anew when the camera, the size or the ground changes; the paths,
to which a growing race adds its last steps (`surface_paths`); dots and words, which are few and drawn each
time.
"""

from __future__ import annotations

import time
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from minima_core.scene.marks import Lines
from minima_core.scene.scenes import RaceScene
from minima_widgets.paint.camera import Camera, Lens
from minima_widgets.paint.marks import is_contour
from minima_widgets.paint.relief_look import Look, look_of, veiled
from minima_widgets.paint.relief_mesh import Ground
from minima_widgets.paint.relief_raster import Picture
from minima_widgets.paint.surface import image_of, lens_on
from minima_widgets.paint.surface_marks import Stage, draw_frame, draw_still_marks
from minima_widgets.paint.veils import veil_revision
from minima_widgets.paint.words import Placed
from minima_widgets.surface_paths import PathLayer
from minima_widgets.theme import Theme

__all__ = ["Drawer", "Layers"]

FINE_CELLS, QUICK_CELLS = 200, 112
"""Cells along the longer side of a picture at rest, and of a moving one that would be too slow otherwise."""
AFFORDABLE = 0.018
"""Seconds that a relief may cost while it moves; what takes longer is drawn quickly."""


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
    relief_seconds, ways_seconds : float
        What the last relief and the last paths cost.
    """

    def __init__(self) -> None:
        self.stage: Stage | None = None
        self.relief_seconds = 0.0
        self.ways_seconds = 0.0
        self._fine_seconds = 0.0
        self._ground: Ground | None = None
        self._quick_ground: Ground | None = None
        self._ground_key: object = None
        self._look: Look | None = None
        self._look_key: object = None
        self._veil_key: object = None
        self._words: list[Placed] = []
        self._words_theme: Theme | None = None
        self._relief_key: object = None
        self._base = QImage()
        self._paths: PathLayer | None = None
        self._relief_fine = False

    @property
    def fine(self) -> bool:
        """Whether the last picture was drawn at full quality."""
        return self._relief_fine and self.smooth

    @property
    def smooth(self) -> bool:
        """Whether its paths were, and in one piece; if not, each further frame does a bit more of it."""
        return self._paths is not None and self._paths.smooth and self._paths.whole

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
        assert self.stage is not None and self._ground is not None
        began = time.perf_counter()
        if self._paths is None or self._paths.ground is not self._ground:
            self._paths = PathLayer(self._ground)
        self._paths.bring(self._base, self.stage, density, scene, theme, moving=moving)
        self.ways_seconds = time.perf_counter() - began
        painter.drawImage(rect, self._paths.picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        same = theme is self._words_theme
        self._words = draw_still_marks(painter, self.stage, scene, theme, self._words if same else ())
        self._words_theme = theme

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
            self._veil_key = None
        veil_key = veil_revision(scene.marks), scene.extent
        if veil_key != self._veil_key:
            self._look, self._veil_key = veiled(self._look, scene, theme), veil_key
        fine = not moving or 0 < self._fine_seconds < AFFORDABLE
        key = rect, density, camera, self._ground_key, look_key, veil_key, scene.x_label, scene.y_label
        if key == self._relief_key and self._relief_fine >= fine:
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
        self._relief_fine, self._relief_key = fine, key

    @staticmethod
    def _lines_key(scene: RaceScene) -> tuple[int, ...]:
        """Return what tells whether there are other contour lines."""
        return tuple(mark.revision for mark in scene.marks if isinstance(mark, Lines) and is_contour(mark))

    def path_at(self, scene: RaceScene, pixel: NDArray[np.float64], reach: float) -> int | None:
        """Return the line of the race that runs within `reach` of a pixel (2,), the topmost one, or None."""
        if self.stage is None or self._paths is None:
            return None
        return self._paths.path_at(self.stage, scene, pixel, reach)
