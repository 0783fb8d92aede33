"""Boxes left undecided: put together into places, and looked at for minima that have no certificate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.certify import Proved
from minima_core.analysis.lowest import value_bounds
from minima_core.analysis.minima import find_minima
from minima_core.analysis.polish import descended
from minima_core.analysis.prune import Boxes
from minima_core.analysis.star import only_extremum
from minima_core.formula.intervals import DEAD, EDGE, JUMP, OPEN, Enclosures

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["Looked", "covers", "look", "places"]

Array: TypeAlias = NDArray[np.float64]

SMALL = 2e-3
"""Places no wider than this share of the region are looked at as one point,"""
MOST_PLACES = 60
"""but no more than so many."""
POINTLIKE = 1e-5
"""Smooth places that even the narrowest boxes did not settle, and no wider than this: degenerate points."""
NEAR = 1e-3
"""Points of a search this close to an undecided box or to a known point belong to it."""
TRIES = 9
RINGS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
"""Radii, as shares of the region, at which a point without a proof is compared with its surroundings."""
AROUND = 64
CELLS = 256
"""Boxes in the same cell of this many a side, or in neighbouring cells, belong together."""
LOOSE = 6.0
"""A cover may be this many times as large as what it covers."""
MOST_COVERS = 96


def places(lo: Array, hi: Array, span: Array) -> list[NDArray[np.intp]]:
    """Return the boxes (k, n) in groups that hang together, as their numbers, the largest group first."""
    if not len(lo):
        return []
    size = np.maximum((hi - lo).max(axis=0), span / CELLS)
    cells = np.floor((0.5 * lo + 0.5 * hi) / size).astype(np.int64)
    unique, member = np.unique(cells, axis=0, return_inverse=True)
    member = member.reshape(-1)
    number = {tuple(cell): k for k, cell in enumerate(unique.tolist())}
    group = np.full(len(unique), -1, dtype=np.intp)
    shifts = [np.array(each) - 1 for each in np.ndindex(*[3] * lo.shape[1])]
    count = 0
    for first in range(len(unique)):
        if group[first] >= 0:
            continue
        waiting = [first]
        group[first] = count
        while waiting:
            cell = unique[waiting.pop()]
            for shift in shifts:
                beside = number.get(tuple((cell + shift).tolist()))
                if beside is not None and group[beside] < 0:
                    group[beside] = count
                    waiting.append(beside)
        count += 1
    groups = group[member]
    order = np.argsort(groups, kind="stable")
    edges = np.searchsorted(groups[order], np.arange(count + 1))
    found = [order[edges[k] : edges[k + 1]] for k in range(count)]
    return sorted(found, key=len, reverse=True)


def covers(lo: Array, hi: Array, span: Array, most: int = MOST_COVERS) -> Array:
    """Return a few boxes (k, 2, n) that together contain all of the boxes (m, n), and not much else.

    What is small beside `span` (n,) needs but one.
    """
    done: list[Array] = []
    waiting = [np.arange(len(lo))]
    while waiting:
        own = waiting.pop(0)
        low, high = lo[own].min(axis=0), hi[own].max(axis=0)
        width = high - low
        filled = float(np.prod(np.maximum(hi[own] - lo[own], 1e-300), axis=1).sum())
        whole = float(np.prod(np.maximum(width, 1e-300)))
        axis = int(width.argmax())
        centres = 0.5 * lo[own, axis] + 0.5 * hi[own, axis]
        first = centres <= 0.5 * low[axis] + 0.5 * high[axis]
        last = len(done) + len(waiting) + 2 > most
        small = bool((width <= SMALL * span).all())
        if small or whole <= LOOSE * filled or last or first.all() or not first.any():
            done.append(np.array([low, high]))
        else:
            waiting += [own[first], own[~first]]
    return np.array(done)


@dataclass
class Looked:
    """What was made of the undecided boxes."""

    points: list[Proved] = field(default_factory=list)
    boxes: Array = field(default_factory=lambda: np.empty((0, 2, 0)))
    """(k, 2, n): a few boxes that contain all that is undecided."""
    open: tuple[Array, Array] = field(default_factory=lambda: (np.empty((0, 0)), np.empty((0, 0))))
    """The undecided boxes themselves, (n, m)."""
    places: int = 0


def look(
    land: Landscape,
    enclosures: Enclosures,
    proved: list[Proved],
    undecided: Boxes,
    cancel: Callable[[], bool],
) -> Looked:
    """Put undecided boxes together, and find what they hold as far as can be said and `cancel` allows."""
    n, span = land.dimension, land.upper - land.lower
    looked = Looked(boxes=np.empty((0, 2, n)), open=(undecided.lo, undecided.hi))
    if not len(undecided):
        return looked
    lo, hi = undecided.lo.T, undecided.hi.T
    groups = places(lo, hi, span)
    hulls = np.array([[lo[own].min(axis=0), hi[own].max(axis=0)] for own in groups])
    found = [] if cancel() else [each.position for each in find_minima(land)]
    others = np.array([each.position for each in proved])
    widths = ((hulls[:, 1] - hulls[:, 0]) / span).max(axis=1)
    narrow = set(np.argsort(widths, kind="stable")[:MOST_PLACES].tolist())
    keep: list[NDArray[np.intp]] = []
    for number, own in enumerate(groups):
        hull = hulls[number]
        if widths[number] > SMALL or number not in narrow or cancel():
            keep.append(own)
            continue
        near = [each for each in found if (np.abs(each - np.clip(each, *hull)) <= NEAR * span).all()]
        point, settled = _one(
            land, enclosures, hull, near, np.array(others), np.delete(hulls, number, axis=0)
        )
        if point is not None:
            looked.points.append(point)
        if not settled:
            keep.append(own)
    known = [each.position for each in proved + looked.points]
    for position in found:
        if known and bool((np.abs(position - np.array(known)) <= NEAR * span).all(axis=1).any()):
            continue
        slack = NEAR * span
        touched = ((lo <= position + slack) & (hi >= position - slack)).all(axis=1).any()
        if touched and not _beaten(land, position, "minimum"):
            looked.points.append(_unproved(land, enclosures, position, "minimum", NEAR * span.max()))
    looked.places = len(keep)
    if keep:
        share = max(1, MOST_COVERS // len(keep))
        looked.boxes = np.concatenate([covers(lo[own], hi[own], span, share) for own in keep])
        left = np.concatenate(keep)
        looked.open = (undecided.lo[:, left], undecided.hi[:, left])
    else:
        looked.open = (undecided.lo[:, :0], undecided.hi[:, :0])
    return looked


def _one(
    land: Landscape, enclosures: Enclosures, hull: Array, near: list[Array], others: Array, rest: Array
) -> tuple[Proved | None, bool]:
    """Return the point that a small place holds, and whether nothing else can be there."""
    lower, upper = land.lower, land.upper
    candidates = np.array([np.clip(p, lower, upper) for p in (_middle(hull), _simplest(hull), *near)])
    values = np.asarray(land.value(candidates), dtype=np.float64)
    if not np.isfinite(values).any():
        return None, False
    lowest = _extreme(land, candidates[int(np.nanargmin(values))], 1.0, hull)
    highest = _extreme(land, candidates[int(np.nanargmax(values))], -1.0, hull)
    simple = candidates[1]
    reach = np.maximum(hull[1] - hull[0], 1e-7 * (upper - lower))
    for _ in range(TRIES):
        lo, hi = np.maximum(hull[0] - reach, lower), np.minimum(hull[1] + reach, upper)
        if _crowded(lo, hi, others, rest):
            break
        kink = only_extremum(land, simple, lo, hi)
        if kink:
            point = _unproved(land, enclosures, simple, kink, _radius(simple, hull))
            return replace(point, proved=True), True
        least, most = _around(enclosures, lo, hi, lower, upper)
        for position, kind in ((lowest, "minimum"), (highest, "maximum")):
            value, flags = enclosures.value(position[:, None], position[:, None])
            if flags[0] & (OPEN | EDGE | DEAD):
                continue
            if (kind == "minimum" and value.hi[0] < least) or (kind == "maximum" and value.lo[0] > most):
                if _beaten(land, position, kind, hull):  # a pole, or the end of the domain
                    return None, False
                return _unproved(land, enclosures, position, kind, _radius(position, hull)), False
        reach = reach * 4.0
    _value, slope, flags = enclosures.slopes(*hull[:, :, None])
    stationary = bool(((slope.lo <= 0.0) & (slope.hi >= 0.0)).all())
    narrow = bool((hull[1] - hull[0] <= POINTLIKE * (upper - lower)).all())
    inside = bool(((hull[0] > lower) & (hull[1] < upper)).all())
    if stationary and narrow and inside and not flags[0]:
        return _unproved(land, enclosures, simple, "degenerate", _radius(simple, hull)), False
    return None, False


def _extreme(land: Landscape, start: Array, sign: float, hull: Array) -> Array:
    """Return the lowest (or, with the sign −1, the highest) point of a small place, as far as doubles say."""
    lower, upper = np.maximum(hull[0], land.lower), np.minimum(hull[1], land.upper)

    def f(points: Array) -> Array:
        values = sign * np.asarray(land.value(points), dtype=np.float64)
        return np.where(np.isnan(values), np.inf, values)

    with np.errstate(all="ignore"):
        best = descended(f, np.clip(start, lower, upper), lower, upper)
        return best if f(best[None])[0] < f(start[None])[0] - 1e-15 * abs(f(start[None])[0]) else start


def _beaten(land: Landscape, position: Array, kind: str, hull: Array | None = None) -> bool:
    """Whether points around a supposed minimum or maximum, or in its box, are lower or higher still."""
    lower, upper = land.lower, land.upper
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(AROUND, land.dimension))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    groups = [np.clip(position + share * directions * (upper - lower), lower, upper) for share in RINGS]
    if hull is not None:
        groups.append(np.clip(rng.uniform(hull[0], hull[1], (AROUND, land.dimension)), lower, upper))
    sign = 1.0 if kind == "minimum" else -1.0
    with np.errstate(all="ignore"):
        own = sign * float(land.value(position))
        least = []
        for group in groups:
            values = sign * np.asarray(land.value(group), dtype=np.float64)
            rise = values[np.isfinite(values)] - own
            if rise.size and rise.min() < -1e-3 * max(rise.max(), 0.0) - 1e-12 * abs(own):
                return True
            least.append(float(rise.min()) if rise.size else np.nan)
    # As far below what is near as below what is further off: not continuous, so the foot of a pole.
    return least[len(RINGS) - 1] > 0.9 * least[0] > 0.0


def _crowded(lo: Array, hi: Array, others: Array, rest: Array) -> bool:
    """Whether a box holds a known point or meets another place."""
    if len(others) and bool(((others >= lo) & (others <= hi)).all(axis=1).any()):
        return True
    return bool(((rest[:, 0] <= hi) & (rest[:, 1] >= lo)).all(axis=1).any()) if len(rest) else False


def _around(
    enclosures: Enclosures, lo: Array, hi: Array, lower: Array, upper: Array, pieces: int = 24
) -> tuple[float, float]:
    """Return bounds of f on the surface of a box, except where that is the edge of the region."""
    n = len(lo)
    pieces = pieces if n <= 2 else max(2, round(pieces ** (1.0 / (n - 1))))
    parts = []
    edges = np.linspace(lo, hi, pieces + 1)
    cells = np.array(list(np.ndindex(*[pieces] * (n - 1))), dtype=np.intp).reshape(pieces ** (n - 1), n - 1)
    for axis in range(n):
        others = [k for k in range(n) if k != axis]
        for end, outside in ((lo[axis], lower[axis]), (hi[axis], upper[axis])):
            if end == outside:
                continue
            low, high = np.full((n, len(cells)), end), np.full((n, len(cells)), end)
            for place, other in enumerate(others):
                low[other], high[other] = edges[cells[:, place], other], edges[cells[:, place] + 1, other]
            parts.append((low, high))
    if not parts:
        return -np.inf, np.inf
    low, high = (np.concatenate([part[k] for part in parts], axis=1) for k in (0, 1))
    least, most, flags = value_bounds(enclosures, low, high)
    if (flags & (JUMP | OPEN | EDGE | DEAD)).any():
        return -np.inf, np.inf
    return float(least.min()), float(most.max())


def _middle(hull: Array) -> Array:
    return np.asarray(0.5 * hull[0] + 0.5 * hull[1])


def _simplest(hull: Array) -> Array:
    """Return the point of a box with the fewest decimals: kinks and flat points tend to lie there."""
    result = []
    for low, high in hull.T.tolist():
        chosen = 0.5 * low + 0.5 * high
        for digits in range(16):
            rounded = round(chosen, digits)
            if low <= rounded <= high:
                chosen = rounded
                break
        result.append(chosen + 0.0)
    return np.array(result)


def _radius(position: Array, hull: Array) -> float:
    return float(np.maximum(hull[1] - position, position - hull[0]).max())


def _unproved(land: Landscape, enclosures: Enclosures, position: Array, kind: str, radius: float) -> Proved:
    value, flags = enclosures.value(position[:, None], position[:, None])
    eigenvalues = np.full(len(position), np.nan)
    if not flags[0]:
        matrix = np.asarray(land.hessian(position), dtype=np.float64)
        if np.isfinite(matrix).all():
            eigenvalues = np.linalg.eigvalsh(matrix)
    edge = bool(((position <= land.lower) | (position >= land.upper)).any())
    bounds = (float(value.lo[0]), float(value.hi[0]))
    return Proved(position, float(radius), kind, edge, eigenvalues, bounds, proved=False)
