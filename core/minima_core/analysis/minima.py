"""Minima of a landscape, found by looking at all of it: a grid, then Newton's method from every dip at once.

This is what labels and verdicts stand on while one looks; it proves nothing. Everything is numpy on many
points together, derivatives by central differences, so that it works for formulas and for any callable, kinks
included.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.polish import polish

__all__ = ["LandscapeLike", "Minimum", "find_minima"]

Array: TypeAlias = NDArray[np.float64]

NODES = {1: 4001, 2: 241}
"""Nodes of the grid along each side."""
THROWN = 256
"""Starting points where a grid would be too large (three variables and more)."""
PATIENCE = 1.0
"""Seconds that the grid may take of a Python callable, which gets fewer nodes the slower it is,"""
FEWEST = {1: 101, 2: 25}
"""but no fewer than these."""
MOST_VARIABLES = 6
"""With more variables only the known minima are looked at."""
MOST = 300
"""Dips that are looked into, the lowest ones first."""
EXACT = 12
"""With no more minima than this, curvatures come from exact second derivatives."""


MOST_ROUGH = 12
"""Minima without derivatives; of more than that only the lowest is believed."""


class LandscapeLike(Protocol):
    """What is asked of a landscape here."""

    @property
    def dimension(self) -> int:
        """Number of variables, n."""

    @property
    def lower(self) -> Array:
        """(n,)."""

    @property
    def upper(self) -> Array:
        """(n,)."""

    @property
    def minima(self) -> Array:
        """(k, n) global minima that are known."""

    def value(self, p: Array) -> object:
        """(m, n) -> (m,)."""

    def hessian(self, p: Array) -> Array:
        """(n,) -> (n, n)."""


@dataclass(frozen=True, eq=False)
class Minimum:
    """One minimum of a landscape in its region."""

    position: Array
    """(n,)."""
    value: float
    eigenvalues: Array
    """(n,) of the Hessian, rising; nan where it does not exist."""
    is_global: bool
    """Whether no lower one is known or was found in the region."""
    gap: float
    """How far it lies above the best."""
    on_border: bool
    """Whether it lies on the edge of the region, and may be one of this region only."""
    source: Literal["known", "found"]
    """Known from the catalogue, or found here."""


def find_minima(land: LandscapeLike, *, callables: bool = False) -> tuple[Minimum, ...]:
    """Return the minima of `land` in its region, the lowest first.

    Each dip of a grid (241 × 241, or 4001 points of one variable) is followed down by Newton's method with
    |eigenvalues|, then by a pattern search where the function is not smooth. Points that are connected by
    level ground are one minimum; dips that nobody could see (10⁻⁶ of the range of the losses) are none.
    Minima that the catalogue knows take the place of those found.

    A Python callable may be dear: it is looked into only with `callables`, else known minima are returned.

    Examples
    --------
    >>> from minima_core.landscapes import landscape
    >>> [round(float(each.gap), 2) for each in find_minima(landscape("two-wells"))]
    [0.0, 0.55]
    """
    with np.errstate(all="ignore"):  # a landscape may be undefined or infinite anywhere
        return _minima_of(land, callables)


def _minima_of(land: LandscapeLike, callables: bool) -> tuple[Minimum, ...]:
    """Work out what `find_minima` returns."""
    lower, upper = np.asarray(land.lower, np.float64), np.asarray(land.upper, np.float64)
    span = upper - lower

    def f(points: Array) -> Array:
        values = np.asarray(land.value(points), dtype=np.float64)
        return np.where(np.isnan(values), np.inf, values)

    dear = bool(getattr(land, "is_callable", False)) and not callables
    n = len(span)
    nodes = NODES.get(n, 0)
    if not dear and callables and getattr(land, "is_callable", False) and n in NODES:
        nodes = _affordable(f, lower, upper)
    starts, spacing, scale = (np.empty((0, n)), span, 1.0) if dear else _dips(f, lower, upper, nodes)
    if len(starts):
        points, values, curvatures, smooth = polish(f, starts, lower, upper, spacing)
        keep = _visible(f, points, values, lower, upper, spacing, scale)
        keep = keep[_distinct(f, points[keep], values[keep], curvatures[keep], span, scale)]
        keep = keep[smooth[keep] | _closed(f, points[keep], values[keep], lower, upper, spacing, scale)]
        rough = keep[~smooth[keep]]
        if len(rough) > MOST_ROUGH:  # stuck along a crease: not each of them is a minimum
            keep = keep[smooth[keep] | (keep == rough[0])]
        points, values, curvatures = points[keep], values[keep], curvatures[keep]
    else:
        points, values, curvatures = np.empty((0, len(span))), np.empty(0), np.empty((0, len(span)))
    return _with_known(land, f, points, values, curvatures, scale)


def _affordable(f: Callable[[Array], Array], lower: Array, upper: Array) -> int:
    """Return how many nodes along each side can be had of a callable within `PATIENCE`."""
    n = len(lower)
    began = time.perf_counter()
    f(lower + np.linspace(0.05, 0.95, 16)[:, None] * (upper - lower))
    each = (time.perf_counter() - began) / 16
    return int(np.clip((PATIENCE / each) ** (1 / n), FEWEST[n], NODES[n]))


def _dips(f: Callable[[Array], Array], lower: Array, upper: Array, nodes: int) -> tuple[Array, Array, float]:
    """Return points lower than their neighbours on a grid (k, n), its spacing (n,), and the losses' range."""
    n = len(lower)
    if n > MOST_VARIABLES:
        return np.empty((0, n)), upper - lower, 1.0
    if n > 2:
        points = np.random.default_rng(0).uniform(lower, upper, (THROWN, n))
        values = f(points)
        finite = np.isfinite(values)
        return points[finite], (upper - lower) / THROWN ** (1 / n), _range(values)
    axes = [np.linspace(a, b, nodes) for a, b in zip(lower, upper, strict=True)]
    mesh = np.meshgrid(*axes, indexing="ij")
    points = np.stack([axis.ravel() for axis in mesh], axis=1)
    values = f(points).reshape([nodes] * n)
    framed = np.pad(values, 1, constant_values=np.inf)
    lowest = np.isfinite(values)
    below_one = np.zeros(values.shape, dtype=bool)
    for shift in np.ndindex(*[3] * n):
        if all(each == 1 for each in shift):
            continue
        beside = framed[tuple(slice(each, each + nodes) for each in shift)]
        lowest &= values <= beside
        below_one |= (values < beside) & np.isfinite(beside)
    rows = np.flatnonzero((lowest & below_one).ravel())
    if len(rows) > MOST:
        rows = rows[np.argsort(values.ravel()[rows], kind="stable")[:MOST]]
    return points[rows], np.array([axis[1] - axis[0] for axis in axes]), _range(values)


def _range(values: Array) -> float:
    """Return the range of the losses without the walls: from the lowest to the 90 % quantile."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 1.0
    low = float(finite.min())
    rank = int(0.9 * (finite.size - 1))
    return float(np.partition(finite, rank)[rank]) - low or 1.0


def _ring(n: int, size: int = 16) -> Array:
    """Return directions (m, n) of length about one all around."""
    if n == 1:
        return np.array([[-1.0], [1.0]])
    if n == 2:
        angles = (np.arange(size) + 0.3) * (2 * np.pi / size)
        return np.column_stack((np.cos(angles), np.sin(angles)))
    return np.asarray(np.random.default_rng(1).normal(size=(8 * n, n)) / np.sqrt(n))


def _visible(
    f: Callable[[Array], Array],
    points: Array,
    values: Array,
    lower: Array,
    upper: Array,
    spacing: Array,
    scale: float,
) -> NDArray[np.intp]:
    """Return the points that are lowest among those around them, by an amount that could be seen."""
    k, n = points.shape
    directions = _ring(n)
    lowest = np.isfinite(values)
    slack = 1e-12 * scale + 1e-14 * np.abs(values)
    deep = np.zeros(k, dtype=bool)
    # A flat bottom, such as that of x⁴, is seen from further away: there all of the ground is higher.
    for radius in (6.0, 24.0, 96.0, 400.0, 1.0, 0.1, 0.003) if n <= 2 else (6.0, 1.0, 0.1, 0.003):
        around = np.clip(points[:, None] + radius * spacing * directions, lower, upper)
        values_around = f(around.reshape(-1, n)).reshape(k, -1)
        if radius == 6.0:
            highest = np.where(np.isfinite(values_around), values_around, -np.inf).max(axis=1)
            deep = highest > values + 1e-6 * scale
        elif radius > 6.0:
            values_around[(around == points[:, None]).all(axis=2)] = np.inf  # beyond the border
            deep |= values_around.min(axis=1) > values + 1e-6 * scale
        else:
            lowest &= values_around.min(axis=1) >= values - slack
    return np.flatnonzero(lowest & deep)


def _distinct(
    f: Callable[[Array], Array], points: Array, values: Array, curvatures: Array, span: Array, scale: float
) -> NDArray[np.intp]:
    """Return the lowest of each group that is the same point, or connected by level ground.

    Ground is level between two points when a straight line says so, and on rings and curves (one curvature
    next to nothing) when many points share one value.
    """
    order = np.argsort(values, kind="stable")
    bends = np.sort(np.abs(curvatures), axis=1)
    flat = bends[:, 0] <= 1e-3 * bends[:, -1] if points.shape[1] > 1 else np.zeros(len(points), dtype=bool)
    kept: list[int] = []
    shares = np.array([0.09, 0.22, 0.37, 0.51, 0.68, 0.79, 0.93])[:, None]
    for index in order.tolist():
        if kept:
            others = np.array(kept)
            apart = np.abs((points[others] - points[index]) / span).max(axis=1)
            if apart.min() < 1e-5:
                continue
            same = np.abs(values[others] - values[index]) <= 1e-7 * scale
            if flat[index] and np.any(flat[others] & same):
                continue
            level = others[same]
            level = level[np.argsort(np.abs(points[level] - points[index]).sum(axis=1))[:4]]
            if len(level):
                way = points[index] + shares * (points[level] - points[index])[:, None]
                heights = f(way.reshape(-1, len(span))).reshape(len(level), -1)
                if np.any(np.abs(heights - values[index]).max(axis=1) <= 1e-7 * scale):
                    continue
        kept.append(index)
    return np.array(kept, dtype=np.intp)


def _closed(
    f: Callable[[Array], Array],
    points: Array,
    values: Array,
    lower: Array,
    upper: Array,
    spacing: Array,
    scale: float,
) -> NDArray[np.bool_]:
    """Return which points are lower than all of a small circle; where a crease leads away, it is found.

    On the circle the lowest of 48 directions is looked at closer and closer (two variables only).
    """
    closed = np.ones(len(points), dtype=bool)
    if points.shape[1] != 2 or not len(points):
        return closed
    for radius in (0.5, 0.05):
        angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)[None, :].repeat(len(points), axis=0)
        width = 2 * np.pi / 48
        for _ in range(18):
            around = np.stack((np.cos(angle), np.sin(angle)), axis=-1) * spacing * radius
            heights = f(np.clip(points[:, None] + around, lower, upper).reshape(-1, 2)).reshape(angle.shape)
            best = np.take_along_axis(angle, heights.argmin(axis=1)[:, None], axis=1)
            angle = best + width * np.linspace(-1, 1, 9)
            width *= 0.25
        closed &= heights.min(axis=1) >= values - 1e-12 * scale
    return closed


def _with_known(
    land: LandscapeLike,
    f: Callable[[Array], Array],
    points: Array,
    values: Array,
    curvatures: Array,
    scale: float,
) -> tuple[Minimum, ...]:
    """Put the known minima in the place of those found, and compare all with the best."""
    lower, upper = np.asarray(land.lower, np.float64), np.asarray(land.upper, np.float64)
    span = upper - lower
    known = np.asarray(land.minima, dtype=np.float64).reshape(-1, len(span))
    known = known[np.all((known >= lower - 1e-12 * span) & (known <= upper + 1e-12 * span), axis=1)]
    found: list[tuple[Array, float, Array, Literal["known", "found"]]] = []
    if len(known):
        known_values = f(known)
        for position, value in zip(known, known_values.tolist(), strict=True):
            if np.isfinite(value):
                found.append((position, value, np.full(len(span), np.nan), "known"))
    for position, value, curvature in zip(points, values.tolist(), curvatures, strict=True):
        same = [
            k
            for k, each in enumerate(found)
            if np.abs((each[0] - position) / span).max() < 2e-3 and abs(each[1] - value) <= 1e-6 * scale
        ]
        if same:
            found[same[0]] = (*found[same[0]][:2], curvature, found[same[0]][3])
        else:
            found.append((position, value, curvature, "found"))
    if not found:
        return ()
    found.sort(key=lambda each: each[1])
    best = found[0][1]
    minima = []
    for position, value, rough, source in found:
        gap = max(value - best, 0.0)
        edge = bool(np.any((position - lower <= 1e-9 * span) | (upper - position <= 1e-9 * span)))
        curvature = _exact(land, position, rough) if len(found) <= EXACT else rough
        minima.append(
            Minimum(position, value, curvature, gap <= 1e-9 * scale + 1e-12 * abs(best), gap, edge, source)
        )
    return tuple(minima)


def _exact(land: LandscapeLike, position: Array, curvature: Array) -> Array:
    """Return the eigenvalues of the exact Hessian, or `curvature` where there is none."""
    try:
        hessian = np.asarray(land.hessian(position), dtype=np.float64)
    except (ArithmeticError, ValueError, NotImplementedError):
        return curvature
    return np.asarray(np.linalg.eigvalsh(hessian)) if np.all(np.isfinite(hessian)) else curvature
