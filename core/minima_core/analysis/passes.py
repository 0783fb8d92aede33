"""Passes: the saddles at which the basins of two minima meet, also on the border of the region.

Saddles of the inside come from the critical points of the landscape, where those are known; the ground leads
down from each on two sides. On the border a pass is a point that is highest along the edge and from which the
ground rises inwards: the way goes along the edge. What neither gives (kinks, level ground, callables) is read
from a grid: the lowest place at which the basins of two minima touch, then Newton's method from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.descents import Descents
from minima_core.analysis.downhill import Labels
from minima_core.analysis.grid import Array, Grid
from minima_core.analysis.lower_ground import values_at
from minima_core.analysis.polish import derivatives

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["Place", "candidates", "closer"]

EDGE = 2001
"""Points along an edge in which border passes are looked for."""
ZOOM, ZOOMS = 17, 14
STEPS, STEP = 32, 0.25
"""From a saddle the ground is followed so many steps of so many cells, away from where basins meet."""
NEWTON = 40
WINDOW, FINE, SHRINK, LOOKS = 4, 25, 5, 6
"""Looking closer: a grid of 25 × 25 nodes begins 4 cells around a place, and then covers 5 of its own; six
times."""
NEAR = 4.0
MOST_LOST = 60
"""Saddles that are followed all the way down where the grid could not tell where they lead."""
FAR = 3.0
"""Newton's method may lead this many cells away from where basins touch on the grid."""


@dataclass(frozen=True, eq=False)
class Place:
    """Where the ground leads down to two different minima."""

    position: Array
    value: float
    joins: tuple[int, int]
    on_border: bool
    exact: bool
    """Whether it is a critical point, and not read from a grid."""


def candidates(
    land: Landscape, grid: Grid, f: Array, labels: Labels, minima: Array, saddles: Array
) -> list[Place]:
    """Return all places that may be passes, in no order, of a landscape of one or two variables.

    Parameters
    ----------
    grid, f, labels
        A grid over the region, the values on it, and the minimum below each node.
    minima, saddles : (k, n), (m, n)
        The minima that the labels number; the saddles of the inside that are known.
    """
    if land.dimension == 1:
        return _in_a_line(land, minima)
    places = _of_saddles(land, grid, labels, minima, saddles, border=False)
    places += _of_saddles(land, grid, labels, minima, _on_edges(land), border=True)
    places += _of_touching(land, grid, f, labels, saddles)
    return places + _of_unseen(land, grid, labels, minima)


# -- one variable ------------------------------------------------------------------------------------------


def _in_a_line(land: Landscape, minima: Array) -> list[Place]:
    """Return the highest point between each minimum and the next."""
    order = np.argsort(minima[:, 0], kind="stable")
    places = []
    for i, j in zip(order[:-1].tolist(), order[1:].tolist(), strict=True):
        a, b = float(minima[i, 0]), float(minima[j, 0])
        if not a < b:
            continue
        x = np.linspace(a, b, EDGE)
        values = values_at(land, x[:, None])
        if not np.isfinite(values).all():
            continue  # the ground is undefined in between: no way leads across
        top = int(values.argmax())
        low, high = x[max(top - 1, 0)], x[min(top + 1, EDGE - 1)]
        at = _highest(land, np.array([[low]]), np.array([[high]]))[0]
        places.append(Place(at, _value(land, at), (min(i, j), max(i, j)), False, True))
    return places


# -- saddles -----------------------------------------------------------------------------------------------


def _of_saddles(
    land: Landscape, grid: Grid, labels: Labels, minima: Array, saddles: Array, *, border: bool
) -> list[Place]:
    """Return those saddles from which the ground leads down to two different minima."""
    if not len(saddles):
        return []
    cell = _cell(grid)
    # Where a minimum is nearer than a few cells, everything is that much smaller.
    scale = np.clip(_apart(saddles, minima, cell)[1] / NEAR, 1e-9, 1.0)[:, None]
    if border:
        held = (np.abs(saddles - land.lower) < 1e-12 * cell) | (np.abs(saddles - land.upper) < 1e-12 * cell)
        way = np.where(held, 0.0, 1.0) * cell * scale
    else:
        _, hessian = _derivatives(land, saddles)
        hessian = np.where(np.isfinite(hessian), hessian, 0.0) * cell[:, None] * cell
        way = np.linalg.eigh(hessian)[1][:, :, 0] * cell * scale
    ends = [
        _below(land, grid, labels, minima, np.clip(saddles + sign * way, land.lower, land.upper), scale)
        for sign in (-1, 1)
    ]
    if not border and not land.is_callable:
        _look_again(land, minima, saddles, ends)
    places = []
    values = values_at(land, saddles).tolist()
    for p, value, i, j in zip(saddles, values, ends[0].tolist(), ends[1].tolist(), strict=True):
        if i != j and min(i, j) >= 0:
            places.append(Place(p, value, (min(i, j), max(i, j)), border, True))
    return places


def _look_again(land: Landscape, minima: Array, saddles: Array, ends: list[NDArray[np.int16]]) -> None:
    """Follow the ground all the way down where both sides seemed to lead to one minimum, or to none.

    In valleys narrower than a cell the grid cannot tell. `ends` is put right in place.
    """
    lost = np.flatnonzero((ends[0] == ends[1]) | (np.minimum(*ends) < 0))[:MOST_LOST]
    below = Descents(land).bottoms(saddles[lost], minima)
    sure = below.min(axis=1) >= 0 if len(lost) else np.zeros(0, dtype=bool)
    for side in range(2):
        ends[side][lost[sure]] = below[sure, side]


def _below(
    land: Landscape, grid: Grid, labels: Labels, minima: Array, points: Array, scale: Array
) -> NDArray[np.int16]:
    """Follow the ground down for some cells (times `scale`) and return the minimum below."""
    cell = _cell(grid)
    points = _followed(land, points, cell, scale)
    number, apart = _apart(points, minima, cell)
    small = scale[:, 0] < 1.0
    arrived = small & (apart <= 2 * scale[:, 0])
    on = small & ~arrived
    if on.any():
        points[on] = _followed(land, points[on], cell, np.ones((int(on.sum()), 1)))
    cells = grid.cells(points)
    below = np.where(cells < 0, -1, labels.ravel()[cells])
    return np.where(arrived, number, below).astype(np.int16)


def _followed(land: Landscape, points: Array, cell: Array, scale: Array) -> Array:
    """Follow the ground down by so many steps of so many cells, times `scale`."""

    def downhill(p: Array) -> Array:
        with np.errstate(all="ignore"):
            slope = -_gradient(land, p) * cell  # in cells, as steep as it looks there
            length = np.linalg.norm(slope, axis=1, keepdims=True)
            flow = slope / length * np.where(length > 0.0, 1.0, np.nan)
        return np.where(np.isfinite(flow), flow, 0.0) * cell * scale

    for _ in range(STEPS):
        middle = np.clip(points + 0.5 * STEP * downhill(points), land.lower, land.upper)
        points = np.clip(points + STEP * downhill(middle), land.lower, land.upper)
    return points


def _apart(points: Array, minima: Array, cell: Array) -> tuple[NDArray[np.int64], Array]:
    """Return which minimum is nearest to each point, and how far away it is in cells."""
    number, apart = np.full(len(points), -1, dtype=np.int64), np.full(len(points), np.inf)
    for k, minimum in enumerate(minima):
        here = np.abs((points - minimum) / cell).max(axis=1)
        nearer = here < apart
        number[nearer], apart[nearer] = k, here[nearer]
    return number, apart


def _on_edges(land: Landscape) -> Array:
    """Return the points that are highest along an edge and from which the ground rises inwards, (m, 2)."""
    found = []
    lower, upper = np.asarray(land.lower), np.asarray(land.upper)
    span = upper - lower
    for held in (0, 1):
        along = 1 - held
        for side, inwards in ((lower, 1.0), (upper, -1.0)):
            points = np.empty((EDGE, 2))
            points[:, held] = side[held]
            points[:, along] = np.linspace(lower[along], upper[along], EDGE)
            values = values_at(land, points)
            peaks = 1 + np.flatnonzero(
                (values[1:-1] >= values[:-2]) & (values[1:-1] > values[2:]) & np.isfinite(values[1:-1])
            )
            if not len(peaks):
                continue
            tops = _highest(land, points[peaks - 1], points[peaks + 1])
            beside = tops.copy()
            beside[:, held] += inwards * 1e-6 * span[held]
            found.append(tops[values_at(land, beside) > values_at(land, tops)])
    return np.concatenate(found) if found else np.empty((0, 2))


def _highest(land: Landscape, begin: Array, end: Array) -> Array:
    """Return the highest point of each short straight way from `begin` to `end`, (m, n)."""
    low, high = np.zeros(len(begin)), np.ones(len(begin))
    rows = np.arange(len(begin))
    share = np.linspace(0.0, 1.0, ZOOM)
    for _ in range(ZOOMS):
        t = low[:, None] + share * (high - low)[:, None]
        points = begin[:, None] + t[:, :, None] * (end - begin)[:, None]
        top = values_at(land, points.reshape(-1, begin.shape[1])).reshape(t.shape).argmax(axis=1)
        low, high = t[rows, np.maximum(top - 1, 0)], t[rows, np.minimum(top + 1, ZOOM - 1)]
    return np.asarray(begin + (0.5 * (low + high))[:, None] * (end - begin))


# -- where basins touch on the grid ------------------------------------------------------------------------


def _of_touching(land: Landscape, grid: Grid, f: Array, labels: Labels, saddles: Array) -> list[Place]:
    """Return, for every two basins that touch, the lowest place at which they do."""
    node, pairs, heights = _touching(f, labels)
    if not len(node):
        return []
    begin = grid.points(land.dimension)[node]
    cell = _cell(grid)
    settled, points = _newton(land, begin, cell)
    values, saddle_values = values_at(land, points), values_at(land, saddles)
    places = []
    for k, (i, j) in enumerate(pairs):
        near = np.abs((saddles - begin[k]) / cell).max(axis=1) if len(saddles) else np.empty(0)
        if near.size and near.min() <= FAR:
            at = int(near.argmin())
            places.append(Place(saddles[at], float(saddle_values[at]), (i, j), False, True))
        elif settled[k]:
            places.append(Place(points[k], float(values[k]), (i, j), False, True))
        else:
            places.append(Place(begin[k], float(heights[k]), (i, j), False, False))
    return places


def _of_unseen(land: Landscape, grid: Grid, labels: Labels, minima: Array) -> list[Place]:
    """Return a place for each minimum whose basin lies between the nodes: it meets the basin around it."""
    seen = set(np.unique(labels).tolist())
    unseen = [k for k in range(len(minima)) if k not in seen]
    around = labels.ravel()[grid.cells(minima[unseen])].tolist()
    return [
        Place(minima[k], _value(land, minima[k]), (min(k, j), max(k, j)), False, False)
        for k, j in zip(unseen, around, strict=True)
        if j >= 0
    ]


def closer(
    land: Landscape, place: Place, grid: Grid, labels: Labels, minima: Array, looks: int = LOOKS
) -> Place:
    """Look closer at a place that was read from a grid: let water rise on ever smaller grids around it.

    The two sides are the lowest nodes of the two basins (a minimum itself, if it has none); the node at which
    their lakes meet is the pass of this grid, and the middle of the next one.
    """
    cell = _cell(grid)
    lower, upper = np.asarray(land.lower), np.asarray(land.upper)
    nodes = grid.points(2)
    window = np.abs((nodes - place.position) / cell).max(axis=1) <= WINDOW + 0.5
    heights = values_at(land, nodes[window])
    sides = []
    for label in place.joins:
        own = np.where(labels.ravel()[window] == label, heights, np.inf)
        sides.append(nodes[window][own.argmin()] if np.isfinite(own).any() else minima[label])
    middle, height, half = place.position, place.value, (WINDOW + 0.5) * cell
    for _ in range(looks):
        low, high = np.maximum(middle - half, lower), np.minimum(middle + half, upper)
        x, y = np.linspace(low[0], high[0], FINE), np.linspace(low[1], high[1], FINE)
        points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        values = values_at(land, points)
        ends = [int(np.abs((points - side) / half).max(axis=1).argmin()) for side in sides]
        met, lakes = _meet(values.reshape(FINE, FINE), *ends)
        if met < 0:
            break
        middle, height = points[met], float(values[met])
        half = half * (SHRINK / FINE)
        near = np.abs((points - middle) / half).max(axis=1) <= 1.0
        wet = [near & (lakes == side) for side in (0, 1)]
        if not all(each.any() for each in wet):
            break
        sides = [points[each][values[each].argmin()] for each in wet]
    edge = bool(((middle == lower) | (middle == upper)).any())
    return Place(middle, height, place.joins, edge, False)


def _meet(f: Array, a: int, b: int) -> tuple[int, NDArray[np.int8]]:
    """Let water rise on a grid until two nodes are in one lake: where, and the lakes before (0, 1, −1: none).

    The node is −1 if they never are.
    """
    rows, columns = f.shape
    values = f.ravel().tolist()
    parent = [-1] * f.size

    def lake(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for node in np.argsort(f, axis=None, kind="stable").tolist():
        if values[node] == np.inf:
            break
        row, column = divmod(node, columns)
        beside = {
            lake(i * columns + j)
            for i in range(max(row - 1, 0), min(row + 2, rows))
            for j in range(max(column - 1, 0), min(column + 2, columns))
            if parent[i * columns + j] >= 0
        }
        wet = parent[a] >= 0 and parent[b] >= 0
        if wet and {lake(a), lake(b)} <= beside and lake(a) != lake(b):
            lakes = np.full(f.size, -1, dtype=np.int8)
            for each in range(f.size):
                if parent[each] >= 0:
                    root = lake(each)
                    lakes[each] = 0 if root == lake(a) else 1 if root == lake(b) else -1
            return node, lakes
        parent[node] = node
        for root in beside:
            parent[root] = node
    return -1, np.full(f.size, -1, dtype=np.int8)


def _touching(f: Array, labels: Labels) -> tuple[NDArray[np.int64], list[tuple[int, int]], Array]:
    """Return for each two labels that touch the lowest node at which they do: node, labels, height."""
    rows, columns = labels.shape
    index = np.arange(f.size).reshape(f.shape)
    nodes, lesser, greater, heights = [], [], [], []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        a = (slice(0, rows - down), slice(max(0, -right), columns - max(0, right)))
        b = (slice(down, rows), slice(max(0, right), columns + min(0, right)))
        touch = (labels[a] != labels[b]) & (labels[a] >= 0) & (labels[b] >= 0)
        fa, fb = f[a][touch], f[b][touch]
        nodes.append(np.where(fa >= fb, index[a][touch], index[b][touch]))
        heights.append(np.maximum(fa, fb))
        lesser.append(np.minimum(labels[a][touch], labels[b][touch]))
        greater.append(np.maximum(labels[a][touch], labels[b][touch]))
    node, height = np.concatenate(nodes), np.concatenate(heights)
    i, j = np.concatenate(lesser).astype(np.int64), np.concatenate(greater).astype(np.int64)
    finite = np.isfinite(height)
    node, height, i, j = node[finite], height[finite], i[finite], j[finite]
    order = np.lexsort((height, j, i))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(i[order]) != 0) | (np.diff(j[order]) != 0)
    chosen = order[first]
    return node[chosen], list(zip(i[chosen].tolist(), j[chosen].tolist(), strict=True)), height[chosen]


def _newton(land: Landscape, begin: Array, cell: Array) -> tuple[NDArray[np.bool_], Array]:
    """Solve ∇f = 0 from each point; return which came to a saddle near where they began, and where it is."""
    points = begin.copy()
    moved = np.full(len(points), np.inf)
    for _ in range(NEWTON):
        gradient, hessian = _derivatives(land, points)
        scaled, slope = hessian * cell[:, None] * cell, gradient * cell
        usable = np.flatnonzero(np.isfinite(slope.sum(axis=1) + scaled.sum(axis=(1, 2))))
        usable = usable[np.abs(np.linalg.det(scaled[usable])) > 0.0]
        step = np.zeros_like(points)
        step[usable] = -np.linalg.solve(scaled[usable], slope[usable][:, :, None])[:, :, 0]
        longest = np.abs(step).max(axis=1)
        step /= np.maximum(longest, 1.0)[:, None]
        points = np.clip(points + step * cell, land.lower, land.upper)
        moved = np.full(len(points), np.inf)
        moved[usable] = np.abs(step[usable]).max(axis=1)
        if (moved < 1e-10).all():
            break
    _, hessian = _derivatives(land, points)
    bends = np.linalg.eigvalsh(np.where(np.isfinite(hessian), hessian, 0.0))
    inside = ((points > land.lower) & (points < land.upper)).all(axis=1)
    close = (np.abs((points - begin) / cell) <= FAR).all(axis=1)
    return (moved < 1e-7) & inside & close & (bends[:, 0] < 0.0) & (bends[:, -1] > 0.0), points


# -- small words -------------------------------------------------------------------------------------------


def _cell(grid: Grid) -> Array:
    """Return the widths of a cell, (2,)."""
    return np.array([1.0 / grid.steps[1], 1.0 / grid.steps[3]])


def _value(land: Landscape, point: Array) -> float:
    return float(land.value(point))


def _gradient(land: Landscape, points: Array) -> Array:
    """Return ∇f at points, (m, n)."""
    if land.formula is not None:
        return np.asarray(land.formula.gradient_on(list(np.ascontiguousarray(points.T)), land.context).T)
    return _derivatives(land, points)[0]


def _derivatives(land: Landscape, points: Array) -> tuple[Array, Array]:
    """Return gradients (m, n) and Hessians (m, n, n) at points."""
    if land.formula is None:
        return derivatives(lambda p: values_at(land, p), points, land.lower, land.upper)
    columns: Sequence[Array] = list(np.ascontiguousarray(points.T))
    hessian = land.formula.hessian_on(columns, land.context)
    return _gradient(land, points), np.asarray(np.moveaxis(hessian, -1, 0))
