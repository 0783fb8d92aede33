"""The work that answers questions about a landscape, on the analyst's threads: one function a question.

Each is a generator of answers, the later the better, and loads its part of the core when it is first asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.landscapes import Landscape
from minima_core.methods import Specification
from minima_core.scene import minima_of
from minima_desktop.analyst import Desk

Points: TypeAlias = NDArray[np.float64]

MAP_GRID = (384, 384)
LINE_GRID = (2048,)
"""Columns and rows of the basin map on screen; columns where there is one variable."""

FIELD_GRID = (257, 257)
SETTINGS_GRID = (160, 120)
CHANCES_GRID = (40, 40)
CHANCES_TRIES = 16


def refuse(sentence: str, desk: Desk) -> Iterator[Any]:
    """Answer with a sentence that says why there is nothing to show."""
    raise ValueError(sentence)


def count(land: Landscape, desk: Desk) -> Iterator[Any]:
    """Count the minima on a grid: what is known at once, before anything is proved."""
    yield minima_of(land)


def _known(land: Landscape, minima: Points | None) -> Points:
    """Return the places of minima (k, n), counted where nobody has yet."""
    if minima is not None:
        return minima
    places = [each.position for each in minima_of(land)]
    return np.array(places, dtype=np.float64).reshape(-1, land.dimension)


def prove(land: Landscape, desk: Desk) -> Iterator[Any]:
    """Prove all critical points; while a proof is under way there is no answer."""
    from minima_core.analysis.critical import critical_points

    yield critical_points(land, cancel=desk.cancelled, progress=desk.report)


def tree(land: Landscape, critical: Any, desk: Desk) -> Iterator[Any]:
    """Find the passes between minima, and what they join."""
    from minima_core.analysis.barriers import barrier_tree

    yield barrier_tree(land, critical, cancel=desk.cancelled, progress=desk.report)


def basins(
    land: Landscape,
    specification: Specification,
    steps: int,
    border: str,
    minima: Points | None,
    desk: Desk,
) -> Iterator[Any]:
    """Map which minimum each start reaches, coarse first."""
    from minima_core.analysis.basins import basins_in_stages

    yield from basins_in_stages(
        land,
        specification,
        MAP_GRID if land.dimension > 1 else LINE_GRID,
        steps,
        minima=_known(land, minima),
        border=None if border == "auto" else border,
        cancel=desk.cancelled,
    )


def settings(
    land: Landscape,
    specification: Specification,
    start: tuple[float, ...],
    across: tuple[str, float, float],
    up: tuple[str, float, float],
    steps: int,
    border: str,
    minima: Points | None,
    desk: Desk,
) -> Iterator[Any]:
    """Map which minimum each pair of settings reaches, coarse first."""
    from minima_core.analysis.settings_map import settings_map_in_stages

    yield from settings_map_in_stages(
        land,
        specification,
        start,
        across,
        up,
        SETTINGS_GRID,
        steps,
        minima=_known(land, minima),
        border=None if border == "auto" else border,
        cancel=desk.cancelled,
    )


def chances(
    land: Landscape,
    specification: Specification,
    steps: int,
    seed: int,
    minima: Points | None,
    desk: Desk,
) -> Iterator[Any]:
    """Map how often each start reaches the global minimum, with more and more tries."""
    from minima_core.analysis.chances import chances_in_stages

    grid = CHANCES_GRID if land.dimension > 1 else (CHANCES_GRID[0] * 4,)
    for part in chances_in_stages(
        land,
        specification,
        grid,
        CHANCES_TRIES,
        steps,
        minima=_known(land, minima),
        seed=seed,
        cancel=desk.cancelled,
    ):
        desk.report(part.tries / CHANCES_TRIES)
        yield part


def field(name: str, land: Landscape, extent: Any, desk: Desk) -> Iterator[Any]:
    """Return the slope, the curvature or lines of the gradient flow."""
    from minima_core.analysis import fields

    if name == "flow":
        yield fields.flow(land, extent)
    elif name == "slope":
        yield fields.slope(land, FIELD_GRID, extent=extent)
    else:
        yield fields.curvature(land, FIELD_GRID, extent=extent)


def density(land: Landscape, temperature: float | None, minima: Points | None, desk: Desk) -> Iterator[Any]:
    """Return where a walker at a temperature spends its time in the end."""
    from minima_core.analysis.density import boltzmann

    yield boltzmann(land, temperature, FIELD_GRID, minima=_known(land, minima))


def lakes(land: Landscape, level: float, tree: Any, desk: Desk) -> Iterator[Any]:
    """Fill the landscape up to a level."""
    from minima_core.analysis.barriers import lakes

    yield lakes(land, level, tree)


def lens(land: Landscape, position: tuple[float, ...], radius: float | None, desk: Desk) -> Iterator[Any]:
    """Say within which distance a minimum is the lowest point."""
    from minima_core.analysis.barriers import lens

    yield lens(land, position, radius)
