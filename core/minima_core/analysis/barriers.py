"""Barriers between minima: the tree in which lakes meet over passes, prominence, isolation, and the lens.

Let water rise in a landscape. In each minimum a lake begins; at each pass two lakes become one. Which ones,
and how high, is a tree (a merge tree, or disconnectivity graph). The *prominence* of a minimum is the climb
to the pass over which lower ground is reached, its *isolation* the distance to lower ground.

References
----------
O. M. Becker, M. Karplus, "The topology of multidimensional potential energy surfaces", J. Chem. Phys. 106,
1997; P. F. Stadler, "Fitness landscapes", Lecture Notes in Physics 585, 2002.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.analysis.downhill import Ground, ground_of
from minima_core.analysis.grid import Array, Extent
from minima_core.analysis.lower_ground import lower_ground, values_at
from minima_core.analysis.passes import Place, candidates, closer
from minima_core.analysis.polish import polish

if TYPE_CHECKING:
    from minima_core.analysis.critical import CriticalPoint, CriticalPoints
    from minima_core.landscapes import Landscape

__all__ = ["BarrierTree", "Lakes", "Lens", "Merge", "Pass", "barrier_tree", "lakes", "lens"]

MANY = 40
"""With more places than this that were read from a grid, they are looked at less closely."""
SNAP = 0.01
"""A minimum nearer than this share of the diagonal draws the lens to itself."""


@dataclass(frozen=True, eq=False)
class Pass:
    """A saddle at which two lakes meet."""

    position: Array
    """(n,)."""
    value: float
    joins: tuple[int, int]
    """The minima to which the ground leads down on its two sides, the lower one first."""
    on_border: bool = False


@dataclass(frozen=True)
class Merge:
    """Two lakes become one; nodes are numbered 0..k−1 for the minima, then k, k + 1, … for the merges."""

    height: float
    left: int
    right: int
    pass_index: int


@dataclass(frozen=True, eq=False)
class BarrierTree:
    """In which order, and at which heights, the lakes of a rising flood meet.

    Attributes
    ----------
    minima : tuple of CriticalPoint
        The leaves, the lowest first.
    passes : tuple of Pass
        The saddles at which two lakes meet, the lowest first.
    merges : tuple of Merge
        The lowest first; `left` holds the lower minimum.
    prominence : float64 (k,)
        The climb from each minimum to the pass over which the way leads to a lower one (of equals, to one
        with a smaller number); infinite for those from which no way does: the lowest.
    isolation : float64 (k,)
        Distance to the nearest point with a lower value; infinite where there is none in the region.
    lower_ground : float64 (k, n)
        That point; nan where there is none.
    """

    minima: tuple[CriticalPoint, ...]
    passes: tuple[Pass, ...]
    merges: tuple[Merge, ...]
    prominence: Array
    isolation: Array
    lower_ground: Array


@dataclass(frozen=True, eq=False)
class Lakes:
    """What a flood up to a level covers.

    Attributes
    ----------
    labels : int16 (rows, columns)
        −1 dry; else the lowest minimum of the lake.
    shore : float64 (m, 2)
        The shores, with a row of nan between two.
    """

    extent: Extent
    level: float
    labels: NDArray[np.int16]
    shore: Array


@dataclass(frozen=True, eq=False)
class Lens:
    """How local a point is: whether anything around it is lower.

    Attributes
    ----------
    lowest_within : bool
        Whether the point is the lowest of the disc.
    touching : float64 (n,) or None
        The nearest lower point, when it lies in the disc.
    reach : float
        The largest radius within which the point is the lowest; infinite if there is no lower one.
    """

    position: Array
    radius: float
    lowest_within: bool
    touching: Array | None
    reach: float


def barrier_tree(
    land: Landscape,
    critical: CriticalPoints | None = None,
    *,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> BarrierTree:
    """Return over which passes one gets from minimum to minimum, and what follows from it.

    Passes are gone through from the lowest up; each that joins two lakes which have not met before is a merge
    (Kruskal's algorithm). Inner saddles are those of `critical`; what it does not hold is found here, see
    `minima_core.analysis.passes`.

    Parameters
    ----------
    land
        Of one or two variables.
    critical
        Its critical points; None: they are worked out.
    cancel
        Asked between the parts of the work; when it says so, isolation is left out (nan).
    progress
        Told the share that is done, 0 to 1.

    Raises
    ------
    ValueError
        With three variables and more.

    Notes
    -----
    The height of the pass between two minima is the least, over all ways between them, of the highest value
    on the way. The prominence of a minimum m is that height towards lower ground, less f(m).

    References
    ----------
    O. M. Becker, M. Karplus, "The topology of multidimensional potential energy surfaces", J. Chem. Phys.
    106, 1997.

    Examples
    --------
    >>> from minima_core.landscapes import landscape
    >>> tree = barrier_tree(landscape("himmelblau"))
    >>> [round(each.value, 2) for each in tree.passes]
    [13.31, 67.72, 104.02]
    """
    if land.dimension > 2:
        raise ValueError(f"Passes are found on landscapes of one or two variables, not {land.dimension}.")
    if critical is None:
        from minima_core.analysis.critical import critical_points

        critical = critical_points(land, cancel=cancel)
    tell = progress or (lambda _share: None)
    minima = critical.minima
    k, n = len(minima), land.dimension
    positions = np.array([each.position for each in minima]).reshape(k, n)
    values = np.array([each.value for each in minima])
    saddles = [each.position for each in critical.points if each.kind in ("saddle", "degenerate")]
    ground = ground_of(land, positions, _nodes(land, k))
    tell(0.3)
    places = candidates(
        land, ground.grid, ground.values, ground.labels, positions, np.array(saddles).reshape(-1, n)
    )
    tell(0.6)
    looks = 6 if sum(not each.exact for each in places) <= MANY else 3
    passes, merges = _merged(
        places, k, lambda place: closer(land, place, ground.grid, ground.labels, positions, looks)
    )
    prominence = np.full(k, np.inf)
    members = {i: i for i in range(k)}  # the lowest minimum of each node
    for number, merge in enumerate(merges):
        low, high = sorted((members[merge.left], members[merge.right]))
        prominence[high] = merge.height - values[high]
        members[k + number] = low
    if cancel is not None and cancel():
        isolation, lower = np.full(k, np.nan), np.full((k, n), np.nan)
    else:
        isolation, lower = lower_ground(land, positions, values, positions)
        for i in np.flatnonzero([each.is_global for each in minima]):
            isolation[i], lower[i] = np.inf, np.nan
    tell(1.0)
    return BarrierTree(minima, passes, merges, prominence, isolation, lower)


def _nodes(land: Landscape, minima: int) -> tuple[int, ...]:
    """Return a resolution at which every basin has some 40 nodes from side to side; callables are dear."""
    if land.dimension == 1:
        return (1001,) if land.is_callable else (4001,)
    side = 129 if land.is_callable else int(np.clip(40 * np.sqrt(minima), 256, 1024)) + 1
    return side, side


def _merged(
    places: list[Place], count: int, closer: Callable[[Place], Place]
) -> tuple[tuple[Pass, ...], tuple[Merge, ...]]:
    """Join lakes over passes, the lowest first; places read from a grid only where nothing better joins."""
    exact = [each for each in places if each.exact]
    joined = _kruskal(exact, count)
    rough = [each for each in places if not each.exact]
    group = _groups(joined, count)
    needed = [each for each in rough if group[each.joins[0]] != group[each.joins[1]]]
    needed = [closer(each) for each in _kruskal([*exact, *needed], count) if not each.exact]
    chosen = _kruskal([*exact, *needed], count)
    passes: list[Pass] = []
    merges: list[Merge] = []
    node, lowest = list(range(count)), list(range(count))  # by minimum: the node it is in, its lowest one
    for each in chosen:
        i, j = each.joins
        left, right = sorted((node[i], node[j]), key=lambda at: lowest[node.index(at)])
        merged = count + len(merges)
        merges.append(Merge(each.value, left, right, len(passes)))
        passes.append(Pass(each.position, each.value, each.joins, each.on_border))
        least = min(lowest[node.index(left)], lowest[node.index(right)])
        for m in range(count):
            if node[m] in (left, right):
                node[m], lowest[m] = merged, least
    return tuple(passes), tuple(merges)


def _kruskal(places: list[Place], count: int) -> list[Place]:
    """Return the lowest places that join all minima that can be joined."""
    group = list(range(count))
    chosen = []
    for each in sorted(places, key=lambda place: place.value):
        a, b = (group[i] for i in each.joins)
        if a != b:
            chosen.append(each)
            group = [a if g == b else g for g in group]
    return chosen


def _groups(places: list[Place], count: int) -> list[int]:
    """Return for each minimum a number that those share which are joined."""
    group = list(range(count))
    for each in places:
        a, b = (group[i] for i in each.joins)
        group = [a if g == b else g for g in group]
    return group


def lakes(
    land: Landscape, level: float, tree: BarrierTree, resolution: tuple[int, ...] = (384, 384)
) -> Lakes:
    """Fill a landscape with water up to a level.

    Two basins are one lake from the height of the pass between them on, exactly: the tree says which, and the
    grid only where the water's edge is.

    Parameters
    ----------
    level
        The loss up to which it is filled.
    tree
        The landscape's barrier tree.
    resolution
        Columns and rows.

    Examples
    --------
    >>> from minima_core.landscapes import landscape
    >>> land = landscape("two-wells")
    >>> tree = barrier_tree(land)
    >>> heights = [tree.passes[0].value + step for step in (-1e-6, 1e-6)]
    >>> [len(set(lakes(land, height, tree).labels.ravel().tolist()) - {-1}) for height in heights]
    [2, 1]
    """
    k, n = len(tree.minima), land.dimension
    positions = np.array([each.position for each in tree.minima]).reshape(k, n)
    ground = ground_of(land, positions, tuple(resolution)[: min(n, 2)])
    lake = np.array(_lakes_of(tree, level), dtype=np.int16)
    wet = (ground.values <= level) & (ground.labels >= 0)
    labels = np.full(ground.grid.shape, -1, dtype=np.int16)
    if k:
        labels[wet] = lake[ground.labels[wet]]
    return Lakes(ground.grid.extent, float(level), labels, _shore(ground, float(level)))


def _lakes_of(tree: BarrierTree, level: float) -> list[int]:
    """Return the lowest minimum of the lake in which each minimum lies at a level."""
    count = len(tree.minima)
    members: dict[int, list[int]] = {i: [i] for i in range(count)}
    for number, merge in enumerate(tree.merges):
        members[count + number] = members[merge.left] + members[merge.right]
    lowest = list(range(count))
    for number, merge in enumerate(tree.merges):
        if merge.height <= level:
            for i in members[count + number]:
                lowest[i] = min(members[count + number])
    return lowest


def _shore(ground: Ground, level: float) -> Array:
    """Return the lines along which the ground is as high as the water, nan between two."""
    if ground.grid.rows == 1:
        return np.empty((0, 2))
    import contourpy

    drawn = contourpy.contour_generator(
        ground.grid.x, ground.grid.y, np.ma.masked_invalid(ground.values), name="serial"
    )
    pieces: list[Array] = []
    for line in drawn.lines(level):
        pieces += [np.asarray(line, dtype=np.float64), np.full((1, 2), np.nan)]
    return np.concatenate(pieces[:-1]) if pieces else np.empty((0, 2))


def lens(land: Landscape, position: ArrayLike, radius: float | None = None) -> Lens:
    """Say how local a point is: within which distance it is the lowest.

    Parameters
    ----------
    position
        The middle, one number for each variable that is drawn; a minimum closer than 1 % of the region's
        diagonal draws it to itself.
    radius
        Of the lens; None: as far as the point is the lowest, so that the lens touches the lower point.

    Examples
    --------
    >>> from minima_core.landscapes import landscape
    >>> found = lens(landscape("two-wells"), (-1.24, -0.44), 1.0)
    >>> found.lowest_within, round(found.reach, 2)
    (True, 2.04)
    """
    middle = _middle(land, position)
    distance, point = lower_ground(land, middle[None], np.array([float(land.value(middle))]))
    reach = float(distance[0])
    wide = reach if radius is None else float(radius)
    touches = np.isfinite(reach) and reach <= wide
    return Lens(middle, wide, wide <= reach, point[0] if touches else None, reach)


def _middle(land: Landscape, position: ArrayLike) -> Array:
    """Return the middle of a lens: the minimum that the ground leads to, if it is close."""
    given = np.atleast_1d(np.asarray(position, dtype=np.float64))
    if given.shape != (min(land.dimension, 2),) and given.shape != (land.dimension,):
        raise ValueError(f"The middle of a lens has {min(land.dimension, 2)} numbers, not {position!r}.")
    middle: Array = np.clip(np.array([*given, *land.start[len(given) :]]), land.lower, land.upper)
    if land.is_callable or not np.isfinite(land.value(middle)):
        return middle
    spacing = (land.upper - land.lower) / 256
    bottom = polish(lambda p: values_at(land, p), middle[None], land.lower, land.upper, spacing)[0][0]
    return np.asarray(bottom if np.linalg.norm(bottom - middle) <= SNAP * land.diagonal else middle)
