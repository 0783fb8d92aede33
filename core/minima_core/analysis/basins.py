"""Basins: which minimum each start of a region reaches, under a deterministic local method.

The basin of a minimum m is the set of starts x₀ whose iteration x₀, x₁, …, x_N under the method ends within
1 % of the box's diagonal of m. Under small steps of gradient descent it is close to the region that drains to
m, and its edges run along the ridges; with longer steps or momentum the edges become fractal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.analysis.arrivals import (
    Cancelled,
    Fleet,
    border_of,
    deterministic,
    ends_of_crowd,
    labels_of,
    minima_of,
    whole_steps,
)
from minima_core.analysis.grid import Grid
from minima_core.landscapes import Landscape
from minima_core.methods import Specification

__all__ = ["Basins", "basins", "basins_in_stages", "prepare_basins"]

Array: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int16]
Extent: TypeAlias = tuple[float, float, float, float]

STAGES = (8, 3, 1)
"""How much coarser the maps of `basins_in_stages` are, one after another."""
STAGES_OF_CALLABLE = (24, 8, 3, 1)
SMALLEST = 16
"""Nodes that the coarsest of them has along each side."""


@dataclass(frozen=True, eq=False)
class Basins:
    """Where each start of a grid of starts ends."""

    labels: Labels
    """(rows, columns): the number of the minimum reached, −1 for none; (columns,) in one variable.

    Rows run upwards from the lower edge, columns to the right; the first and the last lie on the edges.
    """
    minima: Array
    """(k, n): the minima that the labels number."""
    shares: Array
    """(k,): the share of the starts that reach each minimum, 0 to 1."""
    never: float
    """The share that reaches none of them."""
    steps: int
    specification: str
    """The method with every setting written out, in its text form."""
    extent: Extent
    """x0, x1, y0, y1 of the starts; y0 = y1 = 0 in one variable."""


def basins(
    land: Landscape,
    method: str | Specification,
    resolution: tuple[int, ...] = (512, 512),
    steps: int = 500,
    *,
    minima: ArrayLike | Iterable[Any] | None = None,
    extent: tuple[float, ...] | None = None,
    border: str | None = None,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
    **settings: Any,
) -> Basins:
    """Return which minimum each start of a region reaches.

    Parameters
    ----------
    land
        Where. More than two variables: the starts lie on the plane through ``land.start`` in the first two.
    method
        A deterministic local method: a name, a text form such as ``"adam,lr=0.01"``, or a specification;
        `settings` are added to it.
    resolution
        Columns and rows of starts, 2 to 4096 each; (columns,) in one variable.
    steps
        Steps of every run.
    minima
        Those that count, (k, n) or what `critical_points` returns; None: those of `critical_points`.
    extent
        x0, x1, y0, y1 of the starts; None: the whole box.
    border
        As `minima_core.start` takes it.
    cancel
        Asked every few milliseconds; true gives the map up.
    progress
        Told the share of the work that is done.

    Raises
    ------
    ValueError
        With a sentence; for methods that leave their end to chance it names `chances`.
    Cancelled
        (of `minima_core.analysis.arrivals`) When `cancel` said so.

    Notes
    -----
    Reached is the minimum nearest to the last point, if within 1 % of the box's diagonal. A run ends here bit
    for bit where ``start(land, method, x0).advance(steps)`` takes it. A Python callable costs some
    microseconds a step, so ask for fewer starts.

    References
    ----------
    H. E. Nusse, J. A. Yorke, "Basins of attraction", Science 271(5254), 1996.

    Examples
    --------
    >>> import minima_core as mc
    >>> found = basins(mc.landscape("himmelblau"), "gradient-descent", (64, 64), lr=0.01)
    >>> found.labels.shape, len(found.minima), round(found.never + float(found.shares.sum()), 12)
    ((64, 64), 4, 1.0)
    """
    specification = deterministic(method, **settings).resolved(land)
    grid, count = _grid(land, resolution, extent), whole_steps(steps)
    points = minima_of(land, minima)
    return _map(land, specification, grid, count, points, border, cancel, progress)


def basins_in_stages(
    land: Landscape,
    specification: str | Specification,
    resolution: tuple[int, ...] = (512, 512),
    steps: int = 500,
    *,
    minima: ArrayLike | Iterable[Any] | None = None,
    extent: tuple[float, ...] | None = None,
    border: str | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Iterator[Basins]:
    """Yield the map of `basins` coarse at first, then finer, each whole: for a window that is live.

    Each map has a resolution of its own, the last one that asked for. When `cancel` says so there are no
    more.

    Raises
    ------
    ValueError
        As `basins`, before the first map.
    """
    chosen = deterministic(specification).resolved(land)
    grid, count = _grid(land, resolution, extent), whole_steps(steps)
    points = minima_of(land, minima)
    done: set[tuple[int, ...]] = set()
    for stage in STAGES_OF_CALLABLE if land.is_callable else STAGES:
        shape = tuple(max(min(SMALLEST, each), each // stage) for each in reversed(grid.shape))
        if shape in done:
            continue
        done.add(shape)
        try:
            yield _map(land, chosen, Grid.of(land, shape, grid.extent), count, points, border, cancel, None)
        except Cancelled:
            return


def prepare_basins(land: Landscape, method: str | Specification) -> None:
    """Compile, or load from disk, what a map of basins needs, so that the first one does not wait.

    Meant for a background thread. The loop of a method is compiled once for all landscapes of one, of two,
    or of more variables.
    """
    specification = deterministic(method).resolved(land)
    points = np.zeros((1, land.dimension))
    if Fleet.serves(land, specification):
        edge = border_of(None, specification)
        ends, alive = Fleet(land, specification, edge).ends(points.T, 0)
        labels_of(land, ends, alive, points)


def _grid(land: Landscape, resolution: tuple[int, ...], extent: tuple[float, ...] | None) -> Grid:
    """Return the grid of starts."""
    if extent is None:
        return Grid.of(land, resolution)
    ends = tuple(float(each) for each in extent)
    if len(ends) == 2 and land.dimension == 1:
        ends = (*ends, 0.0, 0.0)
    if len(ends) != 4 or (land.dimension > 1 and not ends[2] < ends[3]):
        raise ValueError(f"A map reaches over x0, x1, y0, y1 with x0 < x1 and y0 < y1, not over {extent!r}.")
    return Grid.of(land, resolution, ends)


def _map(
    land: Landscape,
    specification: Specification,
    grid: Grid,
    steps: int,
    minima: Array,
    border: str | None,
    cancel: Callable[[], bool] | None,
    progress: Callable[[float], None] | None,
) -> Basins:
    """Run every start of the grid, and see where it ends."""
    edge = border_of(border, specification)
    starts = np.ascontiguousarray(grid.points(land.dimension).T)
    if Fleet.serves(land, specification):
        ends, alive = Fleet(land, specification, edge).ends(starts, steps, cancel, progress)
    else:
        ends, alive = ends_of_crowd(land, specification, starts, steps, edge, cancel, progress)
    labels = labels_of(land, ends, alive, minima)
    counts = np.bincount(labels.astype(np.int64) + 1, minlength=len(minima) + 1)
    shares = counts / labels.size
    return Basins(
        labels.reshape(grid.shape),
        minima,
        shares[1:],
        float(shares[0]),
        steps,
        str(specification),
        grid.extent,
    )
