"""Shows a race on its relief in a widget, at its own, lower rate; `surface_view` adds what a hand does to it.

A frame is drawn at most once in `PACE` milliseconds, and only when something changed. What draws is opened
after the window is up: OpenGL if it works, else software, which `SurfaceScreen.software` then tells.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from minima_core.scene.marks import Path, Style
from minima_core.scene.scenes import RaceScene
from minima_widgets.growing import known
from minima_widgets.paint.camera import BEST, Camera, Lens, ease
from minima_widgets.paint.relief_raster import compile_raster
from minima_widgets.paint.strokes import draw_dot
from minima_widgets.paint.surface import lens_on
from minima_widgets.paint.veils import veil_revision
from minima_widgets.pictures import Guard
from minima_widgets.surface_layers import Drawer, Layers
from minima_widgets.surface_software import SoftwareRelief, switched_off
from minima_widgets.theme import Theme

__all__ = ["PACE", "SurfaceScreen"]

PACE = 40
"""Milliseconds from frame to frame, at least."""
BREATH = 10
"""Milliseconds after a frame in which the rest of the window has its turn, however slow the frame was."""
EASE = 0.22
"""Seconds that the camera takes to a new place."""
SETTLE = 140
"""Milliseconds of rest after which a moving picture is drawn at full quality."""
RETRIES = 2
"""Frames that are tried after one that failed; then the next change is waited for."""
NO_OPENGL = (ImportError, AttributeError, OSError, RuntimeError)
"""What comes of opening OpenGL without its library, or with one that this machine cannot load."""


class SurfaceScreen(QWidget):
    """A race on its relief, drawn.

    Attributes
    ----------
    animated : bool
        Whether the camera eases to where it is sent.
    """

    camera_changed = Signal(tuple)
    """The person turned, zoomed or let it fit: the three numbers that a document keeps (see `Camera.of`)."""
    drawer_changed = Signal()
    """It is now known what draws: `software` and `drawn_by` tell."""
    _prepared = Signal()

    def __init__(self, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.animated = True
        self._theme = theme or Theme.load("dark")
        self._scene: RaceScene | None = None
        self._said: object = None
        self._camera: Camera | None = None  # none: the one that fills the card best, whatever its shape
        self._palette: str | None = None
        self._cursor: tuple[float, float] | None = None
        self._layers = Layers()
        self._drawer: Drawer | None = None
        self._why_software = ""
        self._thread: threading.Thread | None = None
        self._easing: tuple[Camera, Camera, float] | None = None
        self._follows_size = False  # whether the camera is to fit all sizes once it has arrived
        self._began_at = self._painted_at = 0.0
        self._moving = False
        self._guard = Guard()
        self._failures = 0  # frames in a row that were not drawn

        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.setTimerType(Qt.TimerType.PreciseTimer)
        self._pace.timeout.connect(self._tick)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE)
        self._settle.timeout.connect(self._come_to_rest)
        self._prepared.connect(self._open_drawer)

        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(120, 90))
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.shut)

    # -- what is shown -------------------------------------------------------------------------------------

    def show_scene(self, scene: RaceScene) -> None:
        """Show a scene; nothing is drawn if it says the same as the last one."""
        said = _said(scene)
        if said != self._said:
            # Live maps come many times a second: they are drawn like a camera that moves.
            before = self._scene
            live = before is not None and veil_revision(before.marks) != veil_revision(scene.marks)
            self._ask(moving=live)
        self._scene, self._said = scene, said

    def set_theme(self, theme: Theme) -> None:
        """Take other colours and type."""
        if theme is not self._theme:
            self._theme = theme
            self._ask()

    def set_palette(self, palette: str | None) -> None:
        """Take other colours of heights; None: the relief's own."""
        if palette != self._palette:
            self._palette = palette
            self._ask()

    def set_cursor(self, point: tuple[float, float] | None) -> None:
        """Show where the common cursor of the views is, or that it is nowhere."""
        if point != self._cursor:
            self._cursor = point
            self._ask()

    @property
    def scene(self) -> RaceScene | None:
        """The scene that is shown."""
        return self._scene

    @property
    def camera(self) -> Camera:
        """From where the relief is seen; may be set to a `Camera` or a document's three numbers.

        Those of a document in which nobody chose one (`BEST`) mean: as it fits best, whatever the size.
        """
        return self._camera or Camera.for_room(self.width(), self.height())

    @camera.setter
    def camera(self, camera: Camera | tuple[float, float, float]) -> None:
        wanted: Camera | None
        if isinstance(camera, Camera):
            wanted = camera
        else:
            wanted = None if tuple(camera[:3]) == BEST else Camera(*camera[:3])
        self._easing = None
        if wanted != self._camera:
            self._camera = wanted
            self._ask()

    def fit(self) -> None:
        """Go back to where the whole relief fills the card."""
        self._send(Camera.for_room(self.width(), self.height()), keep=False)

    @property
    def software(self) -> bool:
        """Whether there is no OpenGL, and the surface is drawn in software."""
        return self._why_software != ""

    @property
    def why_software(self) -> str:
        """The sentence that says why there is no OpenGL; "" when there is."""
        return self._why_software

    @property
    def drawn_by(self) -> str:
        """What draws the relief; "" until that is known."""
        return "" if self._drawer is None else self._drawer.name

    @property
    def layers(self) -> Layers:
        """The picture in its layers, with what each cost."""
        return self._layers

    # -- frames --------------------------------------------------------------------------------------------

    def _ask(self, *, moving: bool = False) -> None:
        """Ask for a frame: at once if the last one is long enough ago, else when it is."""
        if moving:
            self._moving = True
            self._settle.start()
        if not self._pace.isActive() and self.isVisible():
            now = time.perf_counter()
            since_begin, since_end = (now - self._began_at) * 1000, (now - self._painted_at) * 1000
            self._pace.start(max(0, round(PACE - since_begin), round(BREATH - since_end)))

    def _tick(self) -> None:
        if self._easing is not None:
            start, end, began = self._easing
            share = (time.perf_counter() - began) / EASE
            self._camera = ease(start, end, share)
            if share >= 1:
                self._easing = None
                if self._follows_size:
                    self._camera = None
            self._moving = True
            self._settle.start()
        self.update()

    def _come_to_rest(self) -> None:
        self._moving = False
        if not self._layers.fine:
            self._ask()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the layers; the very first time only the card, so that the window is up at once."""
        self._began_at = time.perf_counter()
        failed = True
        with self._guard, QPainter(self) as painter:
            self._paint_all(painter, QRectF(self.rect()))
            failed = False
        self._painted_at = time.perf_counter()
        self._failures = self._failures + 1 if failed else 0
        if failed:
            self._give_up_frame()
        elif self._easing is not None:
            self._ask(moving=True)
        elif self._scene is not None and not self._moving and not self._layers.smooth:
            self._ask()  # the rest of the smooth paths

    def _give_up_frame(self) -> None:
        """Show the empty card, forget layers that may be half drawn, and try again a few times."""
        self._layers = Layers()
        self._easing = None
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.colour("card"))
        if self._failures <= RETRIES:
            self._ask()

    def _paint_all(self, painter: QPainter, rect: QRectF) -> None:
        if self._drawer is None or self._scene is None:
            painter.fillRect(rect, self._theme.colour("card"))
            if self._drawer is None:
                self._say_preparing(painter, rect)
                # Only when the whole window has been painted: the loading would slow that down.
                QTimer.singleShot(0, self, self._prepare)
            return
        try:
            self._paint(painter, rect)
        except RuntimeError as error:
            if self.software:
                raise
            # The driver gave up in the middle: go on without it.
            self._use_software(f"OpenGL stopped working: {error}.")
            painter.fillRect(rect, self._theme.colour("card"))

    def _paint(self, painter: QPainter, rect: QRectF) -> None:
        assert self._scene is not None and self._drawer is not None
        self._layers.paint(
            painter,
            rect,
            self.devicePixelRatioF(),
            self._scene,
            self.camera,
            self._theme,
            self._drawer,
            palette=self._palette,
            moving=self._moving,
        )
        stage = self._layers.stage
        if self._cursor is None or stage is None:
            return
        placed = stage.place(self._cursor)
        if placed is not None:
            strength = 1.0 if placed[1] else 0.35
            draw_dot(
                painter, placed[0], Style("cursor", size=7.0, marker="ring", opacity=strength), self._theme
            )

    def _say_preparing(self, painter: QPainter, rect: QRectF) -> None:
        if self._why_software:
            painter.setFont(self._theme.font())
            painter.setPen(self._theme.colour("muted"))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "Preparing the surface …")

    # -- what draws ----------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Load in a thread what takes long to load; what draws is opened when that is done."""
        if self._thread is not None or self._drawer is not None:
            return
        if QGuiApplication.platformName().startswith("wayland"):
            os.environ.setdefault("PYOPENGL_PLATFORM", "egl")  # asked when PyOpenGL is imported
        self._thread = threading.Thread(target=self._load, name="minima-surface-loader", daemon=True)
        self._thread.start()

    def _load(self) -> None:
        if self._why_software or switched_off():
            compile_raster()
        else:
            with contextlib.suppress(*NO_OPENGL):  # opening it says so in words
                import minima_widgets.surface_gl  # noqa: F401
        with contextlib.suppress(RuntimeError):  # the view may be gone by now
            self._prepared.emit()

    def _open_drawer(self) -> None:
        """Open what draws: OpenGL if it works, else software (its loops are compiled in a thread first)."""
        self._join()
        if self._drawer is not None:
            return
        if self._why_software or switched_off():
            self._why_software = self._why_software or "OpenGL is switched off by MINIMA_NO_OPENGL."
            self._drawer = SoftwareRelief()
        else:
            try:
                from minima_widgets.surface_gl import open_gl

                self._drawer = open_gl()
            except NO_OPENGL as error:
                self._use_software(str(error))
                return
        self.drawer_changed.emit()
        self._ask()

    def _use_software(self, why: str) -> None:
        if self._drawer is not None:
            self._drawer.close()
        self._drawer, self._why_software = None, why
        self._layers = Layers()
        self._ask()

    def _join(self) -> None:
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
            self._thread = None

    def shut(self) -> None:
        """Give back threads, timers and OpenGL; a view that is shown again opens them again."""
        self._join()
        self._pace.stop()
        self._settle.stop()
        self._easing = None
        if self._drawer is not None:
            self._drawer.close()
            self._drawer = None
        self._layers = Layers()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give everything back."""
        self.shut()
        super().closeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Give everything back before the view is deleted."""
        if event.type() == QEvent.Type.DeferredDelete:
            self.shut()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the new size: coarsely while it changes."""
        self._ask(moving=True)
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what was shown while the view was hidden."""
        super().showEvent(event)
        self._ask()

    # -- the camera's way ----------------------------------------------------------------------------------

    def _go(self, camera: Camera) -> None:
        self._easing = None
        self._camera = camera
        self.camera_changed.emit((camera.azimuth, camera.elevation, camera.distance))
        self._ask(moving=True)

    def _send(self, camera: Camera, *, keep: bool = True) -> None:
        """Let the camera ease to a new place; with `keep` false, to the best one for any size of the view."""
        self._follows_size = not keep
        if self.animated and self.isVisible():
            self._easing = (self.camera, camera, time.perf_counter())
            self._ask(moving=True)
        else:
            self._camera = camera if keep else None
            self._ask()
        said = (camera.azimuth, camera.elevation, camera.distance) if keep else BEST
        self.camera_changed.emit(said)

    def _zoom(self, factor: float, position: QPointF) -> None:
        lens = self._lens()
        if lens is not None:
            self._go(lens.zoomed(factor, position.x(), position.y()))

    def _lens(self) -> Lens | None:
        """Return the lens of the camera as it is now: the drawn one may lag a frame behind the hand."""
        ground = self._layers.ground
        return None if ground is None else lens_on(QRectF(self.rect()), self.camera, ground, self._theme)


def _said(scene: RaceScene) -> object:
    """Return what changes when a scene says anything else (kept, as tracks go on growing behind a scene)."""
    marks = [_stamp(mark) for mark in scene.marks]
    return scene.revision, scene.relief.revision, scene.extent, marks


def _stamp(mark: object) -> tuple[object, ...]:
    if isinstance(mark, Path):
        return mark.key, mark.epoch, known(mark), mark.style
    return getattr(mark, "key", ""), getattr(mark, "revision", 0)
