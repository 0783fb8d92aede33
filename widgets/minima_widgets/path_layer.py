"""The picture of growing paths: what is new is painted onto what stands, so that a frame costs what it adds.

A `PathLayer` keeps transparent pictures in device pixels, knows what it has drawn of each path, and starts
anew only when the plane, the theme or the paths themselves change, or when time goes back.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from minima_core.scene.marks import Path, Style
from minima_widgets.growing import BUDGET, fewer, in_turn, known
from minima_widgets.paint.marks import faded, fading
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.strokes import draw_casing, draw_stroke, length_of, thin
from minima_widgets.paint.trail import FADING, TRAIL, trail, wandering
from minima_widgets.pictures import blank, painting
from minima_widgets.theme import Theme

__all__ = ["PathLayer"]

Array = NDArray[np.float64]

_STILL = 0.5  # pixels within which a line has not moved
_MOST_NEW = 512  # points of a piece that is added in one frame
_MOST_ANEW = 16_000  # points of all paths together when everything is painted anew
_SCRIBBLE = 3000.0  # pixels of new line in one frame from which on nobody can see dashes
_FADING_LOOPS = 18  # loops drawn again when one ends, over all runs together


@dataclass
class _Drawn:
    """What stands in the picture of one path."""

    epoch: int
    step: int
    style: Style
    fade: bool
    dashed: float = 0.0
    """Pixels of the present piece drawn so far, where the dashes go on."""
    last: tuple[float, float] | None = None
    """The pixel at which the drawn line ends."""


class PathLayer:
    """The paths of a race: casings below, strokes above, the fading loops of restarts in a third picture."""

    def __init__(self) -> None:
        self._plane: Plane | None = None
        self._theme: Theme | None = None
        self._ratio = 1.0
        self._drawn: dict[str, _Drawn] = {}
        self._loops: dict[str, int] = {}
        self._casings = self._strokes = self._fading = QImage()
        self._trails: QImage | None = None  # from when searches have wandered for long
        self._wandered = 0.0  # pixels of their way since they last faded
        self._frames_since_fading = 0
        self._stale = False
        self._count = 1
        self._inked = QRectF()
        self._turn = self._fading_turn = ""
        self.budget: float | None = BUDGET
        """Seconds a frame may spend on growing; None: all that is new at once."""
        self.behind = False
        """Whether something is left for the next frame."""
        self.pieces = 0
        """Pieces painted so far, whole paths and additions alike: what tests and benchmarks count."""
        self.repaints = 0
        """How often everything was painted anew."""
        self.cost = 0.0
        """Seconds that it took the last time."""

    def update(self, paths: Sequence[Path], plane: Plane, theme: Theme, ratio: float) -> None:
        """Bring the pictures to what `paths` say; cheap when they only grew."""
        began = time.perf_counter()
        fits = self._fits(paths, plane, theme, ratio)
        if not fits:
            self._start_anew(plane, theme, ratio)
        # Growth may wait for the next frame; a picture begun anew has to be whole.
        deadline = began + self.budget if fits and self.budget is not None else math.inf
        self._frames_since_fading += 1
        self._count = max(len(paths), 1)
        still = [path for path in paths if not path.fade]
        if still:
            self._grow(still, deadline)
        loops = [path for path in paths if path.fade]
        if loops:
            self._grow_fading(loops, deadline)
        # Loops that have ended but are not faded yet wait too: the race may stand still from now on.
        self.behind = (bool(loops) and self._stale) or any(self._waits(path) for path in paths)
        if not fits:
            self.cost = time.perf_counter() - began

    def draw(self, painter: QPainter, plane: Plane) -> None:
        """Draw the pictures on `plane`; on another than they were painted for, they are stretched."""
        if self._plane is None or self._theme is None or not self._drawn:
            return
        painter.save()
        if self._plane != plane:
            x0, x1, y0, y1 = self._plane.extent
            there = QRectF(plane.point((x0, y1)), plane.point((x1, y0)))
            painter.translate(there.topLeft())
            painter.scale(there.width() / self._plane.width, there.height() / self._plane.height)
            painter.translate(-self._plane.left, -self._plane.top)
        # Only the part with ink is copied, whole pixels of it.
        room = QRect(0, 0, round(self._plane.width), round(self._plane.height))
        part = self._inked.adjusted(-8, -8, 8, 8).toAlignedRect().intersected(room)
        at = QRectF(part).translated(self._plane.left, self._plane.top)
        ratio = self._ratio
        source = QRectF(part.x() * ratio, part.y() * ratio, part.width() * ratio, part.height() * ratio)
        # Casings are opaque in their picture: pieces that overlap do not add up to spots.
        painter.setOpacity(self._theme.colour("casing").alphaF())
        painter.drawImage(at, self._casings, source)
        painter.setOpacity(1.0)
        if any(drawn.fade for drawn in self._drawn.values()):
            painter.drawImage(at, self._fading, source)
        if self._trails is not None:
            painter.drawImage(at, self._trails, source)
        painter.drawImage(at, self._strokes, source)
        painter.restore()

    # -- keeping up ----------------------------------------------------------------------------------------

    def _fits(self, paths: Sequence[Path], plane: Plane, theme: Theme, ratio: float) -> bool:
        """Whether what is drawn is a beginning of what shall be drawn."""
        if plane != self._plane or theme is not self._theme or ratio != self._ratio:
            return False
        if not self._drawn.keys() <= {path.key for path in paths}:
            return False
        for path in paths:
            drawn = self._drawn.get(path.key)
            if drawn is not None and (
                drawn.epoch != path.epoch
                or path.upto < drawn.step
                or drawn.style != path.style
                or drawn.fade != path.fade
            ):
                return False
        return True

    def _start_anew(self, plane: Plane, theme: Theme, ratio: float) -> None:
        size = QSize(round(plane.width), round(plane.height))
        if self._plane is None or self._ratio != ratio or self._strokes.isNull() or self._size() != size:
            self._casings, self._strokes = blank(size, ratio), blank(size, ratio)
            self._fading = blank(size, ratio)
        else:
            for image in (self._casings, self._strokes, self._fading):
                image.fill(Qt.GlobalColor.transparent)
        self._plane, self._theme, self._ratio = plane, theme, ratio
        self._trails, self._wandered = None, 0.0
        self._drawn.clear()
        self._loops.clear()
        self._inked = QRectF()
        self.repaints += 1

    def _size(self) -> QSize:
        return QSize(
            round(self._strokes.width() / self._strokes.devicePixelRatio()),
            round(self._strokes.height() / self._strokes.devicePixelRatio()),
        )

    def _local(self, points: Array) -> Array:
        """Return data points as pixels of the pictures."""
        assert self._plane is not None
        pixels = self._plane.to_pixels(points)
        pixels -= (self._plane.left, self._plane.top)
        return pixels

    def _grow(self, paths: Sequence[Path], deadline: float) -> None:
        """Add what is new of paths that do not fade, as far as the time of a frame allows.

        Whose turn it was last comes last now; what was left out is added, thinned, in one of the next frames.
        """
        assert self._theme is not None
        waiting = [path for path in paths if self._waits(path)]
        if not waiting:
            return
        with painting(self._casings) as casings, painting(self._strokes) as strokes:
            for path in in_turn(waiting, self._turn):
                pixels, drawn = self._news(path)
                if pixels is not None and wandering(path.style):
                    self._wander(strokes, path.style, pixels, drawn)
                elif pixels is not None:
                    style = _readied((casings, strokes), path.style, pixels)
                    draw_casing(casings, pixels, style, self._theme, opaque=True)
                    draw_stroke(strokes, pixels, style, self._theme, drawn.dashed)
                    self._note(drawn, pixels)
                self._turn = path.key
                if time.perf_counter() > deadline:
                    break

    def _wander(self, strokes: QPainter, style: Style, pixels: Array, drawn: _Drawn) -> None:
        """Add to a search that wanders; once all together have gone far, what is old fades as new comes."""
        assert self._plane is not None and self._theme is not None
        room = TRAIL * (self._plane.width + self._plane.height)
        parts = trail(pixels, room)
        self._wandered += min(length_of(pixels), room)
        if self._trails is None and (len(parts) > 1 or self._wandered > room):
            self._trails = blank(self._size(), self._ratio)
        if self._trails is None:
            draw_stroke(strokes, pixels, style, self._theme, drawn.dashed)
        else:
            with painting(self._trails) as painter:
                if self._wandered > room:
                    self._wandered = 0.0
                    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
                    painter.fillRect(QRect(QPoint(), self._size()), QColor(0, 0, 0, round(255 * FADING)))
                    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
                for part, strength in parts:
                    draw_stroke(painter, pixels[part], faded(style, strength), self._theme, drawn.dashed)
        self._note(drawn, pixels)

    def _waits(self, path: Path) -> bool:
        """Whether there is something to add to a path."""
        drawn = self._drawn.get(path.key)
        return drawn is None or drawn.step != known(path)

    def _note(self, drawn: _Drawn, pixels: Array) -> None:
        """Remember where the ink of a path ends, and which part of the pictures has any."""
        gaps = np.flatnonzero(np.isnan(pixels[:, 0]))
        tail = pixels[gaps[-1] + 1 :] if len(gaps) else pixels
        drawn.dashed = length_of(tail) + (0.0 if len(gaps) else drawn.dashed)
        drawn.last = (float(tail[-1, 0]), float(tail[-1, 1])) if len(tail) else None
        low, high = np.nanmin(pixels, axis=0), np.nanmax(pixels, axis=0)
        self._inked = self._inked.united(QRectF(QPointF(*low), QPointF(*high)).adjusted(0, 0, 0.1, 0.1))
        self.pieces += 1

    def _news(self, path: Path) -> tuple[Array | None, _Drawn]:
        """Return the pixels to add to a path (None: nothing that one would see), and its updated record."""
        drawn = self._drawn.get(path.key)
        if drawn is None:
            drawn = self._drawn[path.key] = _Drawn(path.epoch, known(path), path.style, path.fade)
            pixels = fewer(thin(self._local(path.points())), max(_MOST_ANEW // self._count, _MOST_NEW))
            return (pixels if len(pixels) > 1 else None), drawn
        if known(path) == drawn.step:
            return None, drawn
        pixels = self._local(path.added(drawn.step))
        drawn.step = known(path)
        if len(pixels) < 2:
            return None, drawn
        if drawn.last is not None:  # join on where the ink ends, not where an unseen small step led
            pixels[0] = drawn.last
        with np.errstate(invalid="ignore"):
            moved = np.nanmax(np.abs(pixels - pixels[0]), initial=0.0)
        if moved < _STILL:
            drawn.last = (float(pixels[0, 0]), float(pixels[0, 1]))
            return None, drawn
        return fewer(thin(pixels), _MOST_NEW), drawn

    # -- fading loops --------------------------------------------------------------------------------------

    def _grow_fading(self, paths: Sequence[Path], deadline: float) -> None:
        """Add to the newest loops; when some ended, draw all loops again, each fainter than the next.

        That happens at most every fifth frame: nobody sees that a loop fades a moment later.
        """
        for path in paths:
            self._stale |= path.key not in self._drawn
            self._stale |= path.track.newest_loop(path.upto) != self._loops.get(path.key)
        if self._stale and (self._frames_since_fading >= 5 or any(p.key not in self._drawn for p in paths)):
            self._repaint_fading(paths)
            return
        with painting(self._fading) as painter:
            for path in in_turn(paths, self._fading_turn):
                pixels, drawn = self._news(path)
                if pixels is not None:
                    self._draw_loop(painter, path, pixels, 1.0, drawn.dashed)
                    self._note(drawn, pixels)
                self._fading_turn = path.key
                if time.perf_counter() > deadline:
                    break

    def _repaint_fading(self, paths: Sequence[Path]) -> None:
        self._fading.fill(Qt.GlobalColor.transparent)
        self._frames_since_fading = 0
        self._stale = False
        most = max(2, _FADING_LOOPS // len(paths))
        with painting(self._fading) as painter:
            for path in paths:
                loops = path.loops()[-most:]
                drawn = self._drawn[path.key] = _Drawn(path.epoch, known(path), path.style, True)
                self._loops[path.key] = path.track.newest_loop(path.upto)
                for k, loop in enumerate(loops):
                    pixels = thin(self._local(loop))
                    self._draw_loop(painter, path, pixels, fading(len(loops) - 1 - k), 0.0)
                    if len(pixels):
                        self._note(drawn, pixels)

    def _draw_loop(
        self, painter: QPainter, path: Path, pixels: Array, strength: float, dashed: float
    ) -> None:
        """Draw a piece of one loop; only the newest has a casing."""
        assert self._theme is not None
        style = _readied((painter,), faded(path.style, strength), pixels)
        draw_casing(painter, pixels, style, self._theme)
        draw_stroke(painter, pixels, style, self._theme, dashed)


def _readied(painters: Sequence[QPainter], style: Style, pixels: Array) -> Style:
    """Return the style for a piece; where very much line is drawn at once, without dashes and soft edges.

    In such a scribble nobody sees them, and a soft wide line costs most of a microsecond a pixel. Thin dotted
    lines stay as they are: they cost no more than solid ones.
    """
    light = style.dash == "dot" and not style.casing
    scribble = not light and length_of(pixels) > _SCRIBBLE
    for painter in painters:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not scribble)
    return replace(style, dash="solid") if scribble else style
