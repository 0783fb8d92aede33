"""From a shape inside a method to marks: arrows that are seen whole, rings, contour lines of a model.

The geometry comes in the landscape's own coordinates, in as many variables as it has. On a map its first two
coordinates are drawn; in one variable points lie on the curve, and what has a width lies level beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.landscapes import Landscape
from minima_core.landscapes.scale import scale_of
from minima_core.methods import insides as shapes
from minima_core.scene.marks import Arrows, Extent, Lines, Mark, Marker, Points, Style
from minima_core.scene.relief import transform_for
from minima_core.scene.stage import Stage

__all__ = ["Sheet", "marks_of"]

Array: TypeAlias = NDArray[np.float64]

LEAST = 0.006
"""Arrows and rings that are shorter, as a share of the picture, are not drawn."""
INSET = 0.012
"""How far inside the picture's edge the head of an arrow stands that is cut there."""
SHORT, LONG = 0.06, 0.18
"""Lengths of the arrow of a weak and of a strong gradient, as shares of the picture."""
FLAT = 1e-5
"""A gradient below this share of the landscape's usual slope has no direction worth showing."""
GENTLE = 0.01
"""Below this share of it arrows shrink with the slope, until near a minimum nothing is left of them."""
FARTHEST = 60.0
"""Rings that are so many pictures wide are not drawn: nobody could see that they bend."""
MOST_POINTS = 2000
NODES = 97
LANE = 0.028
"""In one variable: how far apart arrows lie, as a share of the picture's height."""
MODEL_REACH = (0.10, 0.30)
"""The radius within which a model's contour lines are drawn, as shares of the picture."""
MODEL_NODES, MODEL_LINES = 61, 7

MARKERS: dict[str, Marker] = {
    "accepted": "circle",
    "refused": "cross",
    "parent": "ring",
    "child": "circle",
    "memory": "diamond",
    "trial": "square",
    "model": "star",
    "push": "triangle",
}
SIZES = {"refused": 7.5, "parent": 7.5, "memory": 7.0, "trial": 6.5, "model": 10.0, "push": 8.0}
SIZE = 6.5


@dataclass(frozen=True, eq=False)
class Sheet:
    """What shapes are drawn on: the landscape, and what is visible of it."""

    stage: Stage
    extent: Extent
    base: float = math.nan
    """In one variable: the height above which arrows lie, each in its lane."""

    @property
    def flat(self) -> bool:
        """Whether there is one variable."""
        return self.stage.land.dimension == 1

    @property
    def sides(self) -> Array:
        """Width and height of what is visible, (2,)."""
        x0, x1, y0, y1 = self.extent
        return np.array([x1 - x0, y1 - y0])

    def place(self, points: Array) -> Array:
        """Return where points (m, n) are drawn, (m, 2): on the map, or on the curve."""
        points = np.asarray(points, dtype=np.float64)
        if not self.flat:
            return np.ascontiguousarray(points[:, :2])
        return np.column_stack((points[:, 0], self.height(points)))

    def height(self, points: Array) -> Array:
        """Return the losses at points (m, 1)."""
        with np.errstate(all="ignore"):
            return np.asarray(self.stage.land.value(points[:, :1]), dtype=np.float64).reshape(-1)

    @property
    def typical_slope(self) -> float:
        """The landscape's typical slope; of a callable, which would be asked for it, the usual one."""
        land = self.stage.land
        if isinstance(land, Landscape) and not land.is_callable:
            return scale_of(land).slope
        return self.slope

    @property
    def slope(self) -> float:
        """The landscape's usual slope: the range of its losses over the picture's diagonal."""
        transform, land = transform_for(self.stage.land), self.stage.land
        return (transform.high - transform.low) / float(np.linalg.norm(land.upper - land.lower))


@dataclass(frozen=True)
class Brush:
    """How one inside is drawn."""

    key: str
    role: str
    width: float = 2.2
    opacity: float = 1.0
    gap: float = 0.0
    lane: int = 0
    """In one variable: which level it lies on."""

    def line(self, width: float | None = None, *, dash: str = "solid", casing: bool = True) -> Style:
        """Return the style of a line."""
        strong = self.opacity >= 1.0
        return Style(
            self.role, width=self.width if width is None else width, dash=dash, casing=casing and strong,
            opacity=self.opacity,
        )  # fmt: skip


def marks_of(
    shape: shapes.Geometry, brush: Brush, sheet: Sheet, *, direction: bool = False
) -> Iterator[Mark]:
    """Yield the marks of one shape; `direction`: an arrow of which only the direction counts."""
    match shape:
        case shapes.Arrow(tail, tip):
            ends = np.array([[tail, tip]], dtype=np.float64)
            if direction:
                ends = _pointed(ends, sheet)
            yield from _arrows(ends, brush, sheet)
        case shapes.Segments(ends, True):
            thinner = replace(brush, width=1.5 if len(ends) > 1 else brush.width)
            yield from _arrows(np.asarray(ends, dtype=np.float64), thinner, sheet)
        case shapes.Segments(ends, False):
            yield from _segments(np.asarray(ends, dtype=np.float64), brush, sheet)
        case shapes.Points(points):
            yield from _points(np.asarray(points, dtype=np.float64), brush, sheet)
        case shapes.Polygon(corners):
            yield from _polygon(np.asarray(corners, dtype=np.float64), brush, sheet)
        case shapes.Ellipse(centre, matrix):
            half = np.asarray(matrix, dtype=np.float64)[: min(2, len(centre))]
            yield from _ring(np.asarray(centre, dtype=np.float64), half, brush, sheet)
        case shapes.Circle(centre, radius):
            round_ = float(radius) * np.eye(min(2, len(centre)))
            yield from _ring(np.asarray(centre, dtype=np.float64), round_, brush, sheet, dash="dash")
        case shapes.Quadratic():
            yield from _model(shape, brush, sheet)


# -- arrows ----------------------------------------------------------------------------------------------


def _pointed(ends: Array, sheet: Sheet) -> Array:
    """Return an arrow (1, 2, n) of a length that the eye can use, for one whose length has another unit.

    A steeper slope has a longer arrow, between two lengths; a gentle one a short one, and what is level none.
    """
    tail, way = ends[0, 0], ends[0, 1] - ends[0, 0]
    sides = sheet.sides[: min(2, len(tail))]
    with np.errstate(all="ignore"):
        steep = float(np.linalg.norm(way)) / sheet.slope
        across = float(np.linalg.norm(way[: len(sides)] / sides))
        share = SHORT + (LONG - SHORT) * steep / (1.0 + steep)
        share *= math.sqrt(min(float(np.linalg.norm(way)) / (GENTLE * sheet.typical_slope), 1.0))
        if not (steep > FLAT and across > 0.0 and math.isfinite(share / across)):
            return np.empty((0, 2, len(tail)))
        return np.array([[tail, tail + way * (share / across)]])


def _arrows(ends: Array, brush: Brush, sheet: Sheet) -> Iterator[Mark]:
    """Yield arrows (m, 2, n), each cut where it leaves the picture; too short ones are left out."""
    laid = _laid(ends, brush, sheet)
    tails, tips, uncut = _cut(laid[:, 0], laid[:, 1], sheet)
    if not len(tails):
        return
    gap = brush.gap if uncut.all() else 0.0
    revision = hash((tails.tobytes(), tips.tobytes(), brush))
    yield Arrows(brush.key, revision, tails, tips, brush.line(), gap)


def _segments(ends: Array, brush: Brush, sheet: Sheet) -> Iterator[Mark]:
    """Yield lines (m, 2, n) without heads."""
    laid = _laid(ends, brush, sheet)
    tails, tips, _ = _cut(laid[:, 0], laid[:, 1], sheet)
    if not len(tails):
        return
    gaps = np.full_like(tails, np.nan)
    points = np.stack((tails, tips, gaps), axis=1).reshape(-1, 2)[:-1]
    yield _line(brush.key, points, brush.line(1.3))


def _laid(ends: Array, brush: Brush, sheet: Sheet) -> Array:
    """Return where lines (m, 2, n) are drawn, (m, 2, 2): in one variable level, above where they begin."""
    ends = ends[np.isfinite(ends).all(axis=(1, 2))]
    if not sheet.flat:
        return ends[:, :, :2]
    level = sheet.height(ends[:, 0])
    if len(level) == 1 and math.isfinite(sheet.base):
        level = np.full(1, sheet.base)  # what a step is made of lies in lanes above each other
    level = level + LANE * (brush.lane + 1) * sheet.sides[1]
    known = np.isfinite(level)
    level = level[known]
    return np.stack((ends[known, :, 0], np.column_stack((level, level))), axis=2)


def _cut(tails: Array, tips: Array, sheet: Sheet) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return lines (m, 2), (m, 2) as far as they are in the picture, and which kept their tip.

    Left out is what is outside, and what is too short to be seen.
    """
    x0, x1, y0, y1 = sheet.extent
    low, high = np.array([x0, y0]), np.array([x1, y1])
    inset = INSET * sheet.sides
    way = tips - tails
    with np.errstate(all="ignore"):
        # Where each line enters and leaves the rectangle, as shares of its length (Liang and Barsky).
        inner_low, inner_high = low + inset, high - inset
        first = np.where(way > 0, (low - tails) / way, np.where(way < 0, (high - tails) / way, -np.inf))
        last = np.where(
            way > 0, (inner_high - tails) / way, np.where(way < 0, (inner_low - tails) / way, np.inf)
        )
        # A tip in the picture stays where it is, even close to the edge.
        within = np.asarray(((tips >= low) & (tips <= high)).all(axis=1), dtype=np.bool_)
        begin = np.clip(first.max(axis=1), 0.0, None)
        end = np.where(within, 1.0, np.clip(last.min(axis=1), None, 1.0))
        outside = ((way == 0) & ((tails < low) | (tails > high))).any(axis=1)
        long = np.hypot(*((end - begin)[:, None] * way / sheet.sides).T)
        seen = (end > begin) & ~outside & (long >= LEAST)
    begin, end, way, tails = begin[seen, None], end[seen, None], way[seen], tails[seen]
    return (
        np.ascontiguousarray(tails + begin * way),
        np.ascontiguousarray(tails + end * way),
        np.asarray(within[seen]),
    )


# -- points and closed lines -----------------------------------------------------------------------------


def _points(
    points: Array, brush: Brush, sheet: Sheet, *, name: str = "", size: float = 0.0
) -> Iterator[Mark]:
    """Yield dots (m, n); small ones where there are many."""
    placed = sheet.place(points[np.isfinite(points).all(axis=1)][:MOST_POINTS])
    placed = placed[np.isfinite(placed).all(axis=1)]
    if not len(placed):
        return
    wanted = size or SIZES.get(brush.role, SIZE)
    wanted *= 1.0 if len(placed) <= 60 else 0.8 if len(placed) <= 300 else 0.6
    marker = MARKERS.get(brush.role, "circle")
    hollow = marker == "ring"
    style = Style(
        brush.role, width=1.8 if hollow or marker == "cross" else 1.2, marker=marker, size=wanted,
        opacity=brush.opacity, fill="none" if hollow else None,
    )  # fmt: skip
    yield Points(f"{brush.key}{name}", hash((placed.tobytes(), style)), placed, style)


def _polygon(corners: Array, brush: Brush, sheet: Sheet) -> Iterator[Mark]:
    """Yield a closed line through corners (m, n), with a dot at each."""
    corners = corners[np.isfinite(corners).all(axis=1)]
    if not len(corners):
        return
    placed = sheet.place(corners)
    closed = np.vstack((placed, placed[:1])) if len(placed) > 2 else placed
    reach = float(np.max(np.ptp(placed, axis=0) / sheet.sides)) if len(placed) else 0.0
    if len(closed) > 1 and reach >= LEAST:
        yield _line(brush.key, closed, brush.line(1.9))
        if len(corners) <= 60:
            yield from _points(corners, brush, sheet, name=":corners", size=5.5)


def _ring(centre: Array, matrix: Array, brush: Brush, sheet: Sheet, *, dash: str = "solid") -> Iterator[Mark]:
    """Yield the edge of what {centre + matrix·u, |u| ≤ 1} covers in the picture; matrix (1 or 2, n)."""
    if not (np.isfinite(centre).all() and np.isfinite(matrix).all()):
        return
    if sheet.flat:
        yield from _interval(centre, float(np.linalg.norm(matrix[0])), brush, sheet)
        return
    values, vectors = np.linalg.eigh(matrix @ matrix.T)  # the shadow of the whole ellipsoid
    half = vectors * np.sqrt(np.maximum(values, 0.0))
    share = float(np.max(np.linalg.norm(half, axis=1) / sheet.sides))
    if not LEAST / 2 <= share <= FARTHEST:
        return
    turn = np.linspace(0.0, 2.0 * np.pi, NODES)
    points = centre[:2] + np.column_stack((np.cos(turn), np.sin(turn))) @ half.T
    yield _line(brush.key, points, brush.line(1.7, dash=dash))


def _interval(centre: Array, radius: float, brush: Brush, sheet: Sheet) -> Iterator[Mark]:
    """Yield an interval with its two ends, above the curve in the middle of it."""
    ((_, level),) = sheet.place(centre[None]).tolist()
    if not math.isfinite(level) or not LEAST / 2 <= radius / sheet.sides[0] <= FARTHEST:
        return
    level += LANE * (brush.lane + 1) * sheet.sides[1]
    end, x = 0.4 * LANE * sheet.sides[1], float(centre[0])
    nan = (math.nan, math.nan)
    left, right = x - radius, x + radius
    points = [
        (left, level - end), (left, level + end), nan, (left, level), (right, level), nan,
        (right, level - end), (right, level + end),
    ]  # fmt: skip
    yield _line(brush.key, np.array(points), brush.line(1.7))


def _line(key: str, points: Array, style: Style) -> Lines:
    """Return a polyline as a mark."""
    points = np.ascontiguousarray(points)
    return Lines(key, hash((points.tobytes(), style)), points, style)


# -- the quadratic model -----------------------------------------------------------------------------------


def _model(model: shapes.Quadratic, brush: Brush, sheet: Sheet) -> Iterator[Mark]:
    """Yield a model's contour lines around its centre, or in one variable the parabola on the curve."""
    numbers = (model.centre, np.atleast_1d(model.value), model.gradient, model.hessian)
    if not all(np.isfinite(each).all() for each in numbers):
        return
    centre = np.asarray(model.centre, dtype=np.float64)
    slope = np.asarray(model.gradient, dtype=np.float64)
    bend = np.asarray(model.hessian, dtype=np.float64)
    if sheet.flat:
        x0, x1, y0, y1 = sheet.extent
        x = np.linspace(x0, x1, 401)
        away = x - centre[0]
        with np.errstate(all="ignore"):
            y = model.value + slope[0] * away + 0.5 * bend[0, 0] * away * away
        y = np.where((y >= y0 - (y1 - y0)) & (y <= y1 + (y1 - y0)), y, np.nan)
        if np.isfinite(y).sum() > 1:
            yield _line(brush.key, np.column_stack((x, y)), brush.line(1.8, dash="dash"))
        return
    reach = _reach(slope[:2], bend[:2, :2], sheet)
    side = np.linspace(-1.0, 1.0, MODEL_NODES)
    u, v = np.meshgrid(side * reach * sheet.sides[0], side * reach * sheet.sides[1])
    a, b, c = bend[0, 0], 0.5 * (bend[0, 1] + bend[1, 0]), bend[1, 1]
    with np.errstate(all="ignore"):
        values = slope[0] * u + slope[1] * v + 0.5 * (a * u * u + 2 * b * u * v + c * v * v)
    values[np.hypot(*np.meshgrid(side, side)) > 1.0] = np.nan
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if not (math.isfinite(low) and high > low):
        return
    levels = np.linspace(low, high, MODEL_LINES + 2)[1:-1]
    points = _level_lines(u + centre[0], v + centre[1], values, levels)
    if len(points):
        yield _line(brush.key, points, brush.line(1.2, dash="dash"))


def _reach(slope: Array, bend: Array, sheet: Sheet) -> float:
    """Return how far around its centre a model is shown, in shares of the picture: to its lowest point."""
    least, most = MODEL_REACH
    try:
        step = np.linalg.solve(bend, -slope)
    except np.linalg.LinAlgError:
        return most
    share = 1.4 * float(np.max(np.abs(step) / sheet.sides))
    return min(max(share, least), most) if math.isfinite(share) else most


def _level_lines(x: Array, y: Array, values: Array, levels: Array) -> Array:
    """Return the lines (m, 2) of some levels of values on a grid, rows of nan between them."""
    from contourpy import FillType, LineType, SerialContourGenerator, ZInterp

    holes = ~np.isfinite(values)
    generator = SerialContourGenerator(
        x,
        y,
        np.where(holes, 0.0, values),
        holes if holes.any() else None,  # type: ignore[arg-type]  # None: no holes
        corner_mask=True,
        line_type=LineType.ChunkCombinedNan,
        fill_type=FillType.OuterOffset,
        quad_as_tri=False,
        z_interp=ZInterp.Linear,
    )
    pieces = []
    for level in levels:
        found = generator.lines(float(level))[0][0]
        if found is not None:
            pieces += [found, np.full((1, 2), np.nan)]
    return np.concatenate(pieces[:-1]) if pieces else np.empty((0, 2))
