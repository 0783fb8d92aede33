"""Lays a scene's marks onto the relief: paths, dots, words, and the frame at the foot of the block.

Everything is drawn flat, over the finished relief, with the map's own strokes, dots and cards; so a path has
the same width and casing in both views, at any size. What a hill hides is told by the relief's own depth:
hidden lines show through faintly, hidden words are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from minima_core.scene.marks import Arrow, Label, Lines, Path, Points, RaceScene, Tick
from minima_widgets.paint.axes import axis_font, label_font, round_ticks
from minima_widgets.paint.camera import Lens
from minima_widgets.paint.marks import fading, is_contour
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.relief_mesh import Ground
from minima_widgets.paint.strokes import (
    casing_pen,
    draw_arrow,
    draw_dot,
    draw_lines,
    length_of,
    line_pen,
    path_of,
    thin,
)
from minima_widgets.paint.words import draw_labels, place_labels
from minima_widgets.theme import Theme

__all__ = ["Stage", "Ways", "draw_frame", "draw_still_marks", "draw_ways"]

Array = NDArray[np.float64]

TOLERANCE = 0.0035
"""Share of its distance by which a point may lie behind what is drawn and still be on it."""
LENGTH = 48
"""Points that are stroked at a time."""
HIDDEN = 0.28
"""Strength of what a hill hides."""


@dataclass(frozen=True, eq=False)
class Stage:
    """A drawn relief to put things on.

    Attributes
    ----------
    lens
        In the painter's units.
    nearness
        (height, width) 1/w of the relief, its first pixel at `corner` of the painter; None: nothing hides.
    density
        Pixels of `nearness` in a unit of the painter.
    """

    ground: Ground
    lens: Lens
    nearness: NDArray[np.float32] | None
    density: float
    corner: tuple[float, float]

    def see(self, points: Array) -> tuple[Array, NDArray[np.bool_]]:
        """Return where points (m, 3) of the box fall, (m, 2), and which of them no hill hides, (m,)."""
        pixels, w = self.lens.project(points)
        finite = np.isfinite(w)
        if self.nearness is None:
            return pixels, finite
        height, width = self.nearness.shape
        at = (np.where(finite[:, None], pixels, 0.0) - self.corner) * self.density - 0.5
        column = np.clip(np.rint(at[:, 0]).astype(np.intp), 1, width - 2)
        row = np.clip(np.rint(at[:, 1]).astype(np.intp), 1, height - 2)
        farthest = self.nearness[row, column].copy()
        for down, right in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            np.minimum(farthest, self.nearness[row + down, column + right], out=farthest)
        with np.errstate(invalid="ignore"):
            return pixels, finite & (1.0 / w >= farthest * (1.0 - TOLERANCE))

    def place(self, point: Sequence[float]) -> tuple[QPointF, bool] | None:
        """Return where a data point (2,) falls, and whether no hill hides it; None outside the ground."""
        pixels, seen = self.see(self.ground.lift(np.asarray([point], dtype=np.float64)))
        if not np.isfinite(pixels).all():
            return None
        return QPointF(float(pixels[0, 0]), float(pixels[0, 1])), bool(seen[0])


# -- paths ---------------------------------------------------------------------------------------------------


@dataclass
class _Way:
    """What is known of one path on one ground."""

    epoch: int = -1
    upto: int = -1
    loops: int = -1
    chunks: list[Array] = field(default_factory=list)


class Ways:
    """The paths of a scene, laid onto one ground; what was laid once is kept while the path grows."""

    MOST_CHUNKS = 400

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._ways: dict[str, _Way] = {}

    def pieces(self, path: Path) -> list[tuple[Array, float]]:
        """Return the polylines (m, 3) of a path in the box, and the strength of each, the newest last."""
        if path.fade:
            loops = path.track.loops_upto(path.upto)
            return [(self.ground.drape(loop), fading(len(loops) - 1 - k)) for k, loop in enumerate(loops)]
        way = self._ways.setdefault(path.key, _Way())
        if way.epoch != path.epoch or way.upto > path.upto or len(way.chunks) > self.MOST_CHUNKS:
            way.epoch, way.upto = path.epoch, path.upto
            way.chunks = [self.ground.drape(path.track.upto(path.upto))]
        elif way.upto < path.upto:
            new = self.ground.drape(path.track.between(way.upto, path.upto))
            if len(new):
                way.chunks.append(new)
            way.upto = path.upto
        if len(way.chunks) > 1:
            gap = np.full((1, 3), np.nan)
            joined = [part for chunk in way.chunks for part in (gap, chunk)][1:]
            return [(np.concatenate(joined), 1.0)]
        return [(chunk, 1.0) for chunk in way.chunks]

    def news(self, path: Path, since: int) -> Array:
        """Return the polyline (m, 3) of the steps after `since`, joined to the one before."""
        return self.ground.drape(path.track.between(since, path.upto))

    def forget_others(self, paths: Iterable[Path]) -> None:
        """Drop what is kept of paths that are no longer there."""
        keys = {path.key for path in paths}
        self._ways = {key: way for key, way in self._ways.items() if key in keys}


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
        pixels, seen = stage.see(points)
        seen[1:-1] |= seen[:-2] & seen[2:]  # a single hidden point is a rounding error, not a hill
        covered = ~seen
        around = covered.copy()
        around[1:] |= covered[:-1]
        around[:-1] |= covered[1:]
        visible = np.where(seen[:, None], pixels, np.nan)
        behind = np.where(around[:, None], pixels, np.nan) if covered.any() else pixels[:0]
        strokes.append(_Stroke(path, strength, straightened(visible, slack), straightened(behind, slack)))
    return strokes


def straightened(pixels: Array, slack: float) -> Array:
    """Leave out points (m, 2) that the straight line between their neighbours misses by less than `slack`.

    Laying a path onto the mesh makes many corners, most of which nobody can see; stroking costs by the
    corner.
    """
    finite = np.isfinite(pixels[:, 0])
    finite[1:] |= finite[:-1].copy()  # of a gap one row is enough
    pixels = thin(pixels[finite])
    for _ in range(4):
        if len(pixels) < 5:
            break
        odd = pixels[1:-1:2]
        before, after = pixels[:-2:2][: len(odd)], pixels[2::2][: len(odd)]
        step, off = after - before, odd - before
        with np.errstate(invalid="ignore", divide="ignore"):
            length = np.hypot(step[:, 0], step[:, 1])
            aside = np.abs(step[:, 0] * off[:, 1] - step[:, 1] * off[:, 0])
            along = (off * step).sum(axis=1)
            needless = (aside < slack * length) & (along >= 0) & (along <= length**2)
        if needless.sum() * 8 < len(odd):
            break
        keep = np.ones(len(pixels), dtype=bool)
        keep[1:-1:2] = ~needless
        pixels = pixels[keep]
    return pixels


def draw_ways(
    painter: QPainter,
    stage: Stage,
    drawn: Iterable[tuple[Path, Iterable[tuple[Array, float]]]],
    theme: Theme,
    offsets: dict[str, float] | None = None,
    slack: float = 0.25,
) -> None:
    """Draw polylines of paths: the hidden ones faintly, then all casings, then all strokes.

    `offsets` says how many pixels of each path's dashes were drawn before; it is brought up to date. `slack`
    is by how many pixels a line may be straightened.
    """
    strokes = [stroke for path, pieces in drawn for stroke in _strokes(stage, path, pieces, slack)]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for stroke in strokes:
        if len(stroke.hidden) > 1:
            pen = line_pen(stroke.path.style, theme)
            pen.setWidthF(pen.widthF() * 0.7)
            _weaken(pen, HIDDEN * stroke.strength)
            painter.strokePath(path_of(stroke.hidden), pen)
    for stroke in strokes:
        if stroke.path.style.casing and stroke.strength >= 1.0:
            _stroke(painter, stroke.seen, casing_pen(stroke.path.style, theme))
    for stroke in strokes:
        before = 0.0 if offsets is None else offsets.get(stroke.path.key, 0.0)
        pen = line_pen(stroke.path.style, theme, before)
        _weaken(pen, stroke.strength)
        _stroke(painter, stroke.seen, pen)
        if offsets is not None:
            offsets[stroke.path.key] = before + length_of(stroke.seen)


def _stroke(painter: QPainter, pixels: Array, pen: QPen) -> None:
    """Stroke polylines, long opaque ones in lengths: Qt's time grows with the square of a tangle."""
    if len(pixels) <= LENGTH or pen.color().alpha() < 255:
        painter.strokePath(path_of(pixels), pen)
        return
    dashes = pen.dashPattern()
    before = pen.dashOffset()
    for first in range(0, len(pixels) - 1, LENGTH):
        length = pixels[first : first + LENGTH + 1]
        painter.strokePath(path_of(length), pen)
        if dashes:
            before += length_of(length) / max(pen.widthF(), 1e-9)
            pen.setDashOffset(math.fmod(before, sum(dashes)))


def _weaken(pen: QPen, strength: float) -> None:
    if strength < 1.0:
        colour = pen.color()
        colour.setAlphaF(colour.alphaF() * strength)
        pen.setColor(colour)


# -- dots and words ------------------------------------------------------------------------------------------


def draw_still_marks(painter: QPainter, stage: Stage, scene: RaceScene, theme: Theme) -> None:
    """Draw what is neither relief nor path: lines, dots, arrows, and words that find a free place."""
    labels: list[Label] = []
    obstacles: list[QRectF] = []
    for mark in scene.marks:
        match mark:
            case Lines() if not is_contour(mark):
                pixels, seen = stage.see(stage.ground.drape(mark.points))
                draw_lines(painter, np.where(seen[:, None], pixels, np.nan), mark.style, theme)
            case Points():
                obstacles += _draw_points(painter, stage, mark, theme)
            case Arrow():
                ends = stage.place(mark.tail), stage.place(mark.tip)
                if ends[0] is not None and ends[1] is not None and ends[1][1]:
                    draw_arrow(painter, ends[0][0], ends[1][0], mark.style, theme)
            case Label():
                placed = stage.place(mark.point)
                if placed is not None and placed[1]:
                    # The map's cards find their places in a plane; here its data are the pixels themselves.
                    labels.append(replace(mark, point=(placed[0].x(), -placed[0].y())))
    rect = stage.lens.rect
    plane = Plane(
        (rect.left, rect.left + rect.width, -rect.top - rect.height, -rect.top),
        rect.left,
        rect.top,
        rect.width,
        rect.height,
    )
    draw_labels(painter, place_labels(labels, plane, theme, obstacles), theme)


def _draw_points(painter: QPainter, stage: Stage, mark: Points, theme: Theme) -> list[QRectF]:
    """Draw dots where they stand; return the rectangles that words should leave free."""
    if not len(mark.points):
        return []
    pixels, seen = stage.see(stage.ground.lift(mark.points))
    sizes = [None] * len(pixels) if mark.sizes is None else mark.sizes.tolist()
    obstacles = []
    still = not mark.style.colour.startswith("run:") and len(pixels) <= 24
    behind = replace(mark.style, opacity=mark.style.opacity * HIDDEN)
    for (x, y), visible, size in zip(pixels.tolist(), seen.tolist(), sizes, strict=True):
        if not (math.isfinite(x) and math.isfinite(y)):
            continue
        draw_dot(painter, QPointF(x, y), mark.style if visible else behind, theme, size)
        if still and visible:
            half = mark.style.size * theme.line_scale / 2 + 3
            obstacles.append(QRectF(x - half, y - half, 2 * half, 2 * half))
    return obstacles


# -- the frame -----------------------------------------------------------------------------------------------


def draw_frame(painter: QPainter, stage: Stage, scene: RaceScene, theme: Theme) -> None:
    """Draw the edges of the block, and ticks and names along those of its feet that are in front."""
    _draw_rim(painter, stage, theme)
    corners = stage.ground.corners()
    eye = stage.lens.eye
    x0, x1, y0, y1 = stage.ground.extent
    front = 0 if eye[1] < 0 else 2
    side = 1 if eye[0] > 0 else 3
    for number, low, high, name, steepness in (
        (front, x0, x1, scene.x_label, abs(eye[1])),
        (side, y0, y1, scene.y_label, abs(eye[0])),
    ):
        if steepness / max(math.hypot(eye[0], eye[1]), 1e-9) < 0.16:
            continue  # seen along its length: the words would lie on one another
        a, b = corners[number], corners[(number + 1) % 4]
        if number >= 2:  # corners go round; the axis goes up
            a, b = b, a
        outwards = np.array([[0, -1, 0], [1, 0, 0], [0, 1, 0], [-1, 0, 0]], dtype=np.float64)[number]
        _draw_axis(painter, stage, (a, b, outwards), (low, high), name, theme)


def _draw_rim(painter: QPainter, stage: Stage, theme: Theme) -> None:
    """Draw the edges at which ground and sides meet, and the feet, where they can be seen."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    rim = QPen(theme.colour("muted", 0.55), 1.0 * theme.line_scale)
    foot = QPen(theme.colour("faint"), 1.0 * theme.line_scale)
    for pen in (rim, foot):
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    corners = stage.ground.corners()
    for k, (edge, normal) in enumerate(stage.ground.walls()):
        pixels, seen = stage.see(edge)
        painter.strokePath(path_of(np.where(seen[:, None], pixels, np.nan)), rim)
        middle = (corners[k] + corners[(k + 1) % 4]) / 2
        if np.dot(normal, stage.lens.middle + 3.4 * stage.lens.eye - middle) > 0:
            ends = stage.lens.project(corners[[k, (k + 1) % 4]])[0]
            painter.strokePath(path_of(ends), foot)


def _draw_axis(
    painter: QPainter,
    stage: Stage,
    line: tuple[Array, Array, Array],
    limits: tuple[float, float],
    name: str,
    theme: Theme,
) -> None:
    """Draw ticks, their words and the name of one axis along an edge of the foot."""
    a, b, outwards = line
    low, high = limits
    ends = stage.lens.project(np.stack([a, b]))[0]
    length = float(np.hypot(*(ends[1] - ends[0])))
    away = stage.lens.project(np.stack([(a + b) / 2, (a + b) / 2 + 0.05 * outwards]))[0]
    out = (away[1] - away[0]) / max(float(np.hypot(*(away[1] - away[0]))), 1e-9)
    ticks = round_ticks(low, high, max(length / theme.points(52), 2.0))
    font, name_font = axis_font(theme), label_font(theme, name)
    metrics, name_metrics = QFontMetricsF(font), QFontMetricsF(name_font)
    mark, gap = theme.points(3.5), theme.points(2.5)
    painter.setFont(font)
    widest = 0.0
    for tick in ticks:
        share = (tick.at - low) / (high - low)
        at = stage.lens.project((a + share * (b - a))[None])[0][0]
        tip = at + out * (mark if tick.text else mark * 0.5)
        painter.setPen(QPen(theme.colour("faint"), 1.0 * theme.line_scale))
        painter.drawLine(QLineF(float(at[0]), float(at[1]), float(tip[0]), float(tip[1])))
        if not tick.text or not _clear_of_corners(tick, low, high):
            continue
        width, height = metrics.horizontalAdvance(tick.text), metrics.capHeight()
        reach = 0.5 * (abs(out[0]) * width + abs(out[1]) * height) + gap
        middle = tip + out * reach
        widest = max(widest, 2 * reach)
        painter.setPen(theme.colour("muted"))
        painter.drawText(QPointF(float(middle[0]) - width / 2, float(middle[1]) + height / 2), tick.text)
    width, height = name_metrics.horizontalAdvance(name), name_metrics.capHeight()
    reach = mark + widest + 0.5 * (abs(out[0]) * width + abs(out[1]) * height) + gap
    centre = (ends[0] + ends[1]) / 2 + out * reach
    painter.setFont(name_font)
    painter.setPen(theme.colour("muted"))
    painter.drawText(QPointF(float(centre[0]) - width / 2, float(centre[1]) + height / 2), name)


def _clear_of_corners(tick: Tick, low: float, high: float) -> bool:
    """Whether a tick is so far from both ends that its words do not meet those of the other axis."""
    return 0.03 < (tick.at - low) / (high - low) < 0.97


def margins(theme: Theme) -> tuple[float, float, float, float]:
    """Return the room (left, top, right, bottom) that ticks and names take around the block."""
    return theme.points(22), theme.points(8), theme.points(22), theme.points(30)
