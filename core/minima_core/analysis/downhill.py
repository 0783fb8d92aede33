"""To which minimum the ground leads down from each node of a grid: the basins of the landscape itself.

They belong to no method and have no steps that could run out, so every node has one, unless the ground leads
nowhere. Shares of a density and of marbles are counted by them.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.analysis.grid import Array, Grid
from minima_core.analysis.polish import Function, polish

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["Ground", "Labels", "Minima", "downhill", "ground_of", "nearest", "positions_of", "share_of_each"]

Labels: TypeAlias = NDArray[np.int16]
Minima: TypeAlias = "Sequence[object] | ArrayLike | None"

GROUNDS = 6
"""Grids that are kept."""
DOUBLINGS = 8
MOST_SINKS = 400
"""Lowest nodes from which Newton's method looks for the minimum; of more than that the rest go to the
nearest one."""


def positions_of(land: Landscape, minima: Minima = None) -> Array:
    """Return the positions (k, n) of minima as they are numbered everywhere: by value, the lowest first.

    `minima` may be critical points, an array (k, n), or None: those of `critical_points`.
    """
    if minima is None:
        from minima_core.analysis.critical import critical_points

        minima = critical_points(land).minima
    if not isinstance(minima, np.ndarray):
        minima = [getattr(each, "position", each) for each in minima]  # type: ignore[union-attr]
    return np.asarray(minima, dtype=np.float64).reshape(-1, land.dimension)


def nearest(points: Array, minima: Array, span: Array) -> NDArray[np.int16]:
    """Return the number of the minimum nearest to each point (m, n), in units of the box; −1 if none."""
    if not len(minima):
        return np.full(len(points), -1, dtype=np.int16)
    apart = (((points[:, None] - minima) / span) ** 2).sum(axis=2)
    return np.where(np.isfinite(apart).all(axis=1), apart.argmin(axis=1), -1).astype(np.int16)


def downhill(land: Landscape, minima: Array, grid: Grid, values: Array | None = None) -> Labels:
    """Return the minimum below each node, of the shape of the grid's maps; −1 where the ground is undefined.

    From each node the way is followed down the gradient; where it ends, the ground is searched from node to
    node, and from a node lower than its neighbours Newton's method finds the minimum. Borders of basins are
    right to about two cells.
    """
    if values is None:
        values = land.value_on(*grid.axes(land.dimension))
    f = np.where(np.isnan(values), np.inf, values).reshape(grid.rows, grid.columns)
    labels = _searched(land, minima, grid, f)
    if grid.rows > 1:
        labels = labels[_followed(f, grid)]
    labels[~np.isfinite(f).ravel()] = -1
    return np.asarray(labels.reshape(grid.shape))


@dataclass(frozen=True, eq=False)
class Ground:
    """A landscape on a grid, with the minimum below each node."""

    grid: Grid
    values: Array
    """The losses, infinite where they are undefined."""
    labels: Labels


_grounds: OrderedDict[tuple[object, ...], Ground] = OrderedDict()
_lock = threading.Lock()


def ground_of(land: Landscape, minima: Array, resolution: tuple[int, ...]) -> Ground:
    """Return a landscape on a grid over its region; the last few are kept, for sliders that move."""
    key = (land.digest, tuple(resolution), minima.tobytes())
    with _lock:
        if key in _grounds:
            _grounds.move_to_end(key)
            return _grounds[key]
    grid = Grid.of(land, resolution)
    values = np.asarray(land.value_on(*grid.axes(land.dimension)), dtype=np.float64)
    values = np.where(np.isnan(values), np.inf, np.broadcast_to(values, grid.shape))
    made = Ground(grid, values, downhill(land, minima, grid, values))
    with _lock:
        _grounds[key] = made
        while len(_grounds) > GROUNDS:
            _grounds.popitem(last=False)
    return made


def _followed(f: Array, grid: Grid) -> NDArray[np.int64]:
    """Return the node nearest to where the way down the gradient has led, for each node.

    A step is one cell long; the map of where a step leads, applied to itself, is the map of two steps, and
    so on: eight times doubled, it leads across the picture.
    """
    rows, columns = f.shape
    _, across, _, up = grid.steps
    with np.errstate(invalid="ignore"):
        slope_up, slope_across = np.gradient(f)
        u, v = -slope_across * across**2, -slope_up * up**2
        longest = np.maximum(np.abs(u), np.abs(v))
        usable = np.isfinite(longest) & (longest > 0.0)
        u, v = (np.where(usable, each / longest, 0.0) for each in (u, v))
    x = np.clip(np.arange(columns) + u, 0, columns - 1).ravel()
    y = np.clip(np.arange(rows)[:, None] + v, 0, rows - 1).ravel()
    for _ in range(DOUBLINGS):
        column = np.minimum(x.astype(np.int64), columns - 2)
        row = np.minimum(y.astype(np.int64), rows - 2)
        a, b, at = x - column, y - row, row * columns + column
        x, y = (
            (1 - b) * ((1 - a) * each[at] + a * each[at + 1])
            + b * ((1 - a) * each[at + columns] + a * each[at + columns + 1])
            for each in (x, y)
        )
    return np.asarray(np.rint(y).astype(np.int64) * columns + np.rint(x).astype(np.int64))


def _searched(land: Landscape, minima: Array, grid: Grid, f: Array) -> Labels:
    """Return the minimum below each node, (rows · columns,), going from node to node.

    Each goes on to the neighbour (of eight) to which the ground falls most steeply (J. F. O'Callaghan, D. M.
    Mark, "The extraction of drainage networks from digital elevation data", 1984).
    """
    to = _steepest(f, grid)
    while True:  # each round doubles how far a pointer reaches
        further = to[to]
        if np.array_equal(further, to):
            break
        to = further
    sinks, which = np.unique(to, return_inverse=True)
    points = grid.points(land.dimension)[sinks]
    heights = f.ravel()[sinks]
    lower, upper = np.asarray(land.lower), np.asarray(land.upper)
    order = np.argsort(heights, kind="stable")[:MOST_SINKS]
    order = order[np.isfinite(heights[order])]
    if len(order) and not land.is_callable:
        spacing = (upper - lower) / max(grid.columns - 1, grid.rows - 1)
        points[order] = polish(_without_nan(land), points[order], lower, upper, spacing)[0]
    return nearest(points, minima, upper - lower)[which]


def _without_nan(land: Landscape) -> Function:
    """Return the values at points, (m, n) -> (m,), infinite where they are undefined."""

    def f(points: Array) -> Array:
        with np.errstate(all="ignore"):
            values = np.asarray(land.value(points), dtype=np.float64)
        return np.where(np.isnan(values), np.inf, values)

    return f


def _steepest(f: Array, grid: Grid) -> NDArray[np.int64]:
    """Return the flat index of the neighbour to which the ground falls most steeply; of itself at a sink."""
    rows, columns = f.shape
    framed = np.pad(f, 1, constant_values=np.inf)
    here = np.arange(f.size).reshape(f.shape)
    best = np.zeros(f.shape)
    to = here.copy()
    _, across, _, up = grid.steps
    ratio = across / up if up else 1.0  # a row is so many columns high
    for down in (-1, 0, 1) if rows > 1 else (0,):
        for right in (-1, 0, 1):
            if down == right == 0:
                continue
            beside = framed[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]
            with np.errstate(invalid="ignore"):
                fall = (f - beside) / np.hypot(right, down * ratio)
            steeper = fall > best
            best[steeper] = fall[steeper]
            to[steeper] = (here + down * columns + right)[steeper]
    return np.asarray(to.ravel())


def share_of_each(labels: NDArray[np.integer], weights: Array, count: int) -> tuple[Array, float]:
    """Return the share of each of `count` minima in the weights, and what belongs to none of them."""
    total = float(weights.sum())
    if not total > 0.0:
        return np.zeros(count), 1.0
    by_label = np.bincount(labels.ravel() + 1, weights=weights.ravel(), minlength=count + 1) / total
    return by_label[1:], float(by_label[0])
