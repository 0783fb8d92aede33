"""Lays the paths of a race onto the relief: whole for a picture, in steps for the screen, rough in motion.

A path is draped over the triangles of the ground, straightened where nobody can see its corners, and stroked
flat with the map's own pens; what a hill hides shows through faintly. Stroking a long tangle takes longer
than a frame may: so it is cut into steps that a view can do a few of at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPen

from minima_core.scene.marks import Path
from minima_widgets.growing import known
from minima_widgets.paint.marks import fading
from minima_widgets.paint.relief_mesh import Ground
from minima_widgets.paint.strokes import casing_pen, dash_of, ground_pen, length_of, line_pen, path_of, thin
from minima_widgets.paint.surface_marks import HIDDEN, Stage
from minima_widgets.paint.trail import TRAIL, trail, wandering
from minima_widgets.theme import Theme

__all__ = ["Step", "Ways", "draw_rough_ways", "draw_ways", "steps_of_ways", "straightened"]

Array = NDArray[np.float64]
Step = Callable[[QPainter], None]

LENGTH = 48
"""Points that are stroked at a time."""
ROUGH_POINTS = 3600
"""Points of all paths together while they move; straight stretches hardly need any."""
ROUGH_CELL = 1 / 260
"""Size of the cells, in lengths of the footprint, of whose points a moving path keeps one."""
FRESH = 5
"""Paths that grew and are laid anew in each frame while they move."""


@dataclass
class _Way:
    """What is known of one path on one ground."""

    epoch: int = -1
    upto: int = -1
    chunks: list[Array] = field(default_factory=list)
    laid: dict[tuple[float, ...], Array] = field(default_factory=dict)  # loops, by length and ends


@dataclass(frozen=True)
class _Rough:
    """A path as it is drawn while it moves, and what it was made from."""

    made_from: tuple[int, int, int]
    most: int
    pieces: list[tuple[Array, float]]


def _joined(chunks: list[Array]) -> Array:
    """Return polylines (m, 3) as one, with a gap of nan where one does not go on from the end of the last."""
    there = [chunk for chunk in chunks if len(chunk)]
    parts = there[:1]
    for before, chunk in pairwise(there):
        goes_on = np.array_equal(before[-1], chunk[0])
        parts += [chunk[1:]] if goes_on else [np.full((1, 3), np.nan), chunk]
    return np.concatenate(parts) if parts else np.empty((0, 3))


class Ways:
    """The paths of a scene, laid onto one ground; what was laid once is kept while the path grows."""

    MOST_CHUNKS = 400

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._ways: dict[str, _Way] = {}
        self._rough: dict[str, _Rough] = {}
        self._turn = 0

    def pieces(self, path: Path) -> list[tuple[Array, float]]:
        """Return the polylines (m, 3) of a path in the box, and the strength of each, the newest last."""
        way = self._ways.setdefault(path.key, _Way())
        if path.fade:
            return self._loops(path, way)
        if wandering(path.style):
            return self._trail(path.track.upto(path.upto))
        there = known(path)
        if way.epoch != path.epoch or way.upto > path.upto or len(way.chunks) > self.MOST_CHUNKS:
            way.epoch, way.upto = path.epoch, there
            way.chunks = [self.ground.drape(path.track.upto(path.upto))]
        elif way.upto < there:
            new = self.ground.drape(path.track.between(way.upto, there))
            if len(new):
                way.chunks.append(new)
            way.upto = there
        if len(way.chunks) > 1:
            way.chunks = [_joined(way.chunks)]
        return [(chunk, 1.0) for chunk in way.chunks]

    def _trail(self, points: Array) -> list[tuple[Array, float]]:
        """Return the newest part of a search that wanders, and fainter the parts before it."""
        room = TRAIL * 2.0 * sum(self.ground.half)
        parts = trail(self.ground.to_box(points[:, :2]), room)
        return [(self.ground.drape(points[part]), strength) for part, strength in parts]

    def _loops(self, path: Path, way: _Way) -> list[tuple[Array, float]]:
        """Return the loops of restarts; those that have not changed were laid before."""
        loops = [loop for loop in path.track.loops_upto(path.upto) if len(loop)]
        keys = [(len(loop), *loop[0].tolist(), *loop[-1].tolist()) for loop in loops]
        before, way.laid = way.laid, {}
        for key, loop in zip(keys, loops, strict=True):
            kept = before.get(key)
            way.laid[key] = self.ground.drape(loop) if kept is None else kept
        return [(way.laid[key], fading(len(keys) - 1 - k)) for k, key in enumerate(keys)]

    def rough(self, paths: list[Path]) -> list[tuple[Path, Array, float]]:
        """Return the paths as few points in the box, with strengths.

        Only `FRESH` of those that grew are laid anew; the others go straight from where they were to where
        they are, until it is their turn.
        """
        most = max(ROUGH_POINTS // max(len(paths), 1), 40)
        grown = []
        for path in paths:
            kept = self._rough.get(path.key)
            if (
                kept is None
                or kept.most != most
                or kept.made_from[0] != path.epoch
                or kept.made_from[1] > path.upto
            ):
                self._make_rough(path, most)
            elif kept.made_from != (path.epoch, known(path), path.track.loops):
                grown.append(path)
        turn = [grown[(self._turn + k) % len(grown)] for k in range(min(FRESH, len(grown)))]
        self._turn += FRESH
        for path in turn:
            self._make_rough(path, most)
        late = {path.key: path for path in grown if path not in turn and not path.fade}
        heads = self.ground.lift(np.array([path.track.at(path.upto)[1] for path in late.values()]))
        to_head = dict(zip(late, heads, strict=True))
        drawn = []
        for path in paths:
            for points, strength in self._rough[path.key].pieces:
                if path.key in to_head:
                    points = np.concatenate([points, to_head[path.key][None]])  # noqa: PLW2901
                drawn.append((path, points, strength))
        return drawn

    def _make_rough(self, path: Path, most: int) -> None:
        if path.fade:
            loops = path.track.loops_upto(path.upto)
            lines = [(loop, fading(len(loops) - 1 - k)) for k, loop in enumerate(loops)]
        else:
            points = path.track.upto(path.upto)
            lines = [(points, 1.0)]
            if wandering(path.style):
                room = TRAIL * 2.0 * sum(self.ground.half)
                lines = [(points[part], s) for part, s in trail(self.ground.to_box(points[:, :2]), room)]
        pieces = []
        for line, strength in lines:
            few = coarse(self.ground.to_box(line), max(most // len(lines), 12))
            if len(few) > 1:
                pieces.append((straightened(self.ground.drape(self.ground.from_box(few)), 0.0008), strength))
        self._rough[path.key] = _Rough((path.epoch, known(path), path.track.loops), most, pieces)

    def news(self, path: Path, since: int) -> list[tuple[Array, float]]:
        """Return polylines (m, 3) of the steps after `since`, joined to what was drawn, with strengths."""
        points = path.track.between(since, path.upto)
        if wandering(path.style) and len(points):
            return self._trail(points)
        return [(self.ground.drape(points), 1.0)]

    def forget_others(self, paths: Iterable[Path]) -> None:
        """Drop what is kept of paths that are no longer there."""
        keys = {path.key for path in paths}
        self._ways = {key: way for key, way in self._ways.items() if key in keys}
        self._rough = {key: rough for key, rough in self._rough.items() if key in keys}


@dataclass(frozen=True)
class _Stroke:
    path: Path
    strength: float
    seen: Array
    hidden: Array


def _strokes(stage: Stage, path: Path, pieces: Iterable[tuple[Array, float]], slack: float) -> list[_Stroke]:
    """Split polylines of the box into what is seen and what is hidden, in pixels."""
    strokes = []
    for points, strength in pieces:
        if len(points) < 2:
            continue
        stroke = _split(path, strength, *stage.see(points))
        strokes.append(
            replace(
                stroke,
                seen=straightened(stroke.seen, slack),
                hidden=straightened(stroke.hidden, slack),
            )
        )
    return strokes


def _split(path: Path, strength: float, pixels: Array, seen: NDArray[np.bool_]) -> _Stroke:
    """Split a line into what is seen, with gaps of nan, and what is hidden, with the points at its ends."""
    seen[1:-1] |= seen[:-2] & seen[2:]  # a single hidden point is a rounding error, not a hill
    covered = ~seen & np.isfinite(pixels[:, 0])
    visible = np.where(seen[:, None], pixels, np.nan)
    if not covered.any():
        return _Stroke(path, strength, visible, pixels[:0])
    around = covered.copy()
    around[1:] |= covered[:-1]
    around[:-1] |= covered[1:]
    return _Stroke(path, strength, visible, np.where(around[:, None], pixels, np.nan))


def straightened(pixels: Array, slack: float) -> Array:
    """Leave out points (m, n) that the straight line between their neighbours misses by less than `slack`.

    Laying a path onto the mesh makes many corners, most of which nobody can see; stroking costs by the
    corner.
    """
    finite = np.isfinite(pixels[:, 0])
    finite[1:] |= finite[:-1].copy()  # of a gap one row is enough
    pixels = thin(pixels[finite], min(0.4, 1.6 * slack))
    for _ in range(4):
        if len(pixels) < 5:
            break
        odd = pixels[1:-1:2]
        before, after = pixels[:-2:2][: len(odd)], pixels[2::2][: len(odd)]
        step, off = after - before, odd - before
        with np.errstate(invalid="ignore", divide="ignore"):
            square, along = (step * step).sum(axis=1), (off * step).sum(axis=1)
            aside = (off * off).sum(axis=1) * square - along**2  # squared, times the length squared
            needless = (aside < slack**2 * square) & (along >= 0) & (along <= square)
        if needless.sum() * 8 < len(odd):
            break
        keep = np.ones(len(pixels), dtype=bool)
        keep[1:-1:2] = ~needless
        pixels = pixels[keep]
    return pixels


def steps_of_ways(
    stage: Stage,
    drawn: Iterable[tuple[Path, Iterable[tuple[Array, float]]]],
    theme: Theme,
    offsets: dict[str, float] | None = None,
    slack: float = 0.25,
    *,
    joined: bool = False,
) -> Iterator[Step]:
    """Yield what draws polylines of paths, in small steps: faintly what is hidden, all casings, all strokes.

    `offsets` says how many pixels of each path's dashes were drawn before; it is brought up to date. `slack`
    is by how many pixels a line may be straightened. `joined` says that the lines go on from drawn ones,
    whose ends their casings must not cover.
    """
    strokes: list[_Stroke] = []
    for path, pieces in drawn:
        strokes += _strokes(stage, path, pieces, slack)
        yield _nothing  # splitting took time as well
    for stroke in strokes:
        if len(stroke.hidden) > 1:
            yield partial(_stroke_path, stroke.hidden, _behind(stroke, theme))
    for stroke in strokes:
        if stroke.path.style.casing and stroke.strength >= 1.0:
            pen = casing_pen(stroke.path.style, theme)
            if joined:
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            yield from _lengths(stroke.seen, pen)
    for stroke in strokes:
        below = ground_pen(stroke.path.style, theme)
        if below is not None and stroke.strength >= 1.0:
            yield from _lengths(stroke.seen, below)
    for stroke in strokes:
        before = 0.0 if offsets is None else offsets.get(stroke.path.key, 0.0)
        pen = line_pen(stroke.path.style, theme, before)
        _weaken(pen, stroke.strength)
        yield from _lengths(stroke.seen, pen)
        if offsets is not None:
            offsets[stroke.path.key] = before + length_of(stroke.seen)


def draw_ways(
    painter: QPainter,
    stage: Stage,
    drawn: Iterable[tuple[Path, Iterable[tuple[Array, float]]]],
    theme: Theme,
    offsets: dict[str, float] | None = None,
    slack: float = 0.25,
    *,
    joined: bool = False,
) -> None:
    """Draw polylines of paths at once (see `steps_of_ways`)."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for step in steps_of_ways(stage, drawn, theme, offsets, slack, joined=joined):
        step(painter)


def coarse(points: Array, most: int) -> Array:
    """Leave out points (m, 2) that lie in the cell of the one before, then evenly, down to `most`."""
    points = thin(points, ROUGH_CELL)
    if len(points) <= most:
        return points
    chosen = np.unique(np.linspace(0, len(points) - 1, most).astype(np.intp))
    gaps = np.flatnonzero(~np.isfinite(points[:, 0]))  # pieces stay apart
    return points[np.union1d(chosen, gaps)]


def draw_rough_ways(painter: QPainter, stage: Stage, ways: Ways, paths: list[Path], theme: Theme) -> None:
    """Draw paths as a moving picture can afford them: fewer points, no smoothing, dashes only where short."""
    pieces = ways.rough(paths)
    if not pieces:
        return
    gap = np.full((1, 3), np.nan)
    pixels, seen = stage.see(np.concatenate([part for _, points, _ in pieces for part in (points, gap)]))
    ends = np.cumsum([len(points) + 1 for _, points, _ in pieces])
    strokes = []
    for (path, _, strength), end, count in zip(pieces, ends, np.diff(ends, prepend=0), strict=True):
        part = slice(end - count, end)
        strokes.append(_split(path, strength, pixels[part], seen[part]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for stroke in strokes:
        if len(stroke.hidden) > 1:
            pen = _behind(stroke, theme)
            pen.setStyle(Qt.PenStyle.SolidLine)
            _stroke_path(stroke.hidden, pen, painter)
    for layer in (casing_pen, ground_pen, line_pen):
        for stroke in strokes:
            style = stroke.path.style
            long = len(stroke.seen) > 2 * LENGTH
            if layer is not line_pen and stroke.strength < 1.0:
                continue
            if layer is ground_pen and long:
                continue  # its dashes are not drawn
            if layer is casing_pen and not style.casing:
                continue
            stroking = layer(style, theme)
            if stroking is None:
                continue
            if layer is line_pen:
                _weaken(stroking, stroke.strength)
                if long and dash_of(style, theme):
                    stroking.setStyle(Qt.PenStyle.SolidLine)
                    if not style.casing:
                        stroking.setWidthF(stroking.widthF() * 0.6)  # as light as its dots are
            stroking.setCapStyle(Qt.PenCapStyle.FlatCap)
            stroking.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
            for first in range(0, max(len(stroke.seen) - 1, 0), LENGTH):
                _stroke_path(stroke.seen[first : first + LENGTH + 1], stroking, painter)


def _nothing(painter: QPainter) -> None:
    """Draw nothing."""


def _stroke_path(pixels: Array, pen: QPen, painter: QPainter) -> None:
    painter.strokePath(path_of(pixels), pen)


def _behind(stroke: _Stroke, theme: Theme) -> QPen:
    """Return the pen of what a hill hides."""
    pen = line_pen(stroke.path.style, theme)
    pen.setWidthF(pen.widthF() * 0.7)
    _weaken(pen, HIDDEN * stroke.strength)
    return pen


def _lengths(pixels: Array, pen: QPen) -> Iterator[Step]:
    """Yield what strokes polylines, long ones in lengths: Qt's time grows with the square of a tangle."""
    if len(pixels) <= LENGTH or pen.color().alpha() < 255:
        yield partial(_stroke_path, pixels, QPen(pen))
        return
    dashes = pen.dashPattern()
    before = pen.dashOffset()
    for first in range(0, len(pixels) - 1, LENGTH):
        length = pixels[first : first + LENGTH + 1]
        yield partial(_stroke_path, length, QPen(pen))
        if dashes:
            before += length_of(length) / max(pen.widthF(), 1e-9)
            pen.setDashOffset(math.fmod(before, sum(dashes)))


def _weaken(pen: QPen, strength: float) -> None:
    if strength < 1.0:
        colour = pen.color()
        colour.setAlphaF(colour.alphaF() * strength)
        pen.setColor(colour)
