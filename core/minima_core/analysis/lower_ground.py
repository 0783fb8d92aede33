"""Lower ground: the nearest point of the region that lies lower than a given one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from minima_core.analysis.grid import Array, Grid
from minima_core.landscapes.scale import scale_of

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["lower_ground", "tolerance", "values_at"]

NODES = 257
LINE = 20_001
OCTANTS = 8
RAYS = 17
ROUNDS = 11
REACH = 2.5
"""Around the nearest lower node of the grid, so many cells are searched."""


def tolerance(land: Landscape) -> float:
    """Return by how much ground has to be lower to count as lower: 10⁻⁹ of what is typical here."""
    return 1e-9 * scale_of(land).spread


def lower_ground(
    land: Landscape, positions: Array, values: Array, hints: Array | None = None
) -> tuple[Array, Array]:
    """Return how far it is from each of some points to lower ground, and where that is.

    A grid finds the nearest node that is lower; around it, circles and rays closer and closer find where the
    ground first falls below the level of the point. What is narrower than a cell of the grid (1/256 of the
    region), and not hinted at, may be missed.

    Parameters
    ----------
    positions : (k, n)
        The points; with more than two variables the plane through the landscape's start is searched.
    values : (k,)
        The levels.
    hints : (m, n), optional
        Points that may be lower, such as minima.

    Returns
    -------
    distance (k,), point (k, n)
        Infinite and nan where nothing in the region is lower.
    """
    k, n = positions.shape
    distance, point = np.full(k, np.inf), np.full((k, n), np.nan)
    line, side = (1001, 129) if land.is_callable else (LINE, NODES)
    grid = Grid.of(land, (line,) if n == 1 else (side, side))
    nodes = _Nodes(grid, values_at(land, grid.points(n)), np.empty((0, n)), np.empty(0))
    if hints is not None and len(hints):
        nodes = _Nodes(grid, nodes.heights, hints, values_at(land, hints))
    levels = values - tolerance(land)
    which: list[int] = []
    angles: list[float] = []
    radii: list[float] = []
    cell = _cell(grid)
    for i in range(k):
        away = nodes.below(levels[i], positions[i, : min(n, 2)])
        if not len(away):
            continue
        far = np.abs(away[:, 0]) if n == 1 else np.hypot(away[:, 0], away[:, 1])
        angle = np.where(away[:, 0] >= 0, 0.0, np.pi) if n == 1 else np.arctan2(away[:, 1], away[:, 0])
        sector = np.floor((angle + np.pi) * (OCTANTS / (2 * np.pi))).astype(np.int64) % OCTANTS
        near = far <= far.min() + 2 * cell
        for each in np.unique(sector[near]):
            here = np.flatnonzero(near & (sector == each))
            best = here[far[here].argmin()]
            which.append(i)
            angles.append(float(angle[best]))
            radii.append(float(far[best]))
    if not which:
        return distance, point
    chosen = np.array(which)
    radius, angle = _approached(
        land, positions[chosen], levels[chosen], np.array(angles), np.array(radii), cell
    )
    for i, r, a in zip(which, radius.tolist(), angle.tolist(), strict=True):
        if r < distance[i]:
            distance[i] = r
            point[i] = positions[i]
            point[i, 0] += r * np.cos(a)
            if n > 1:
                point[i, 1] += r * np.sin(a)
    return distance, np.where(np.isnan(point), np.nan, np.clip(point, land.lower, land.upper))


@dataclass(frozen=True, eq=False)
class _Nodes:
    """The nodes of a grid and some more points, with the heights there."""

    grid: Grid
    heights: Array
    hints: Array
    hint_heights: Array

    def below(self, level: float, centre: Array) -> Array:
        """Return the ways (m, 1 or 2) from a centre to points below a level, among them the nearest."""
        sides = len(centre)
        ways = self.hints[self.hint_heights < level][:, :sides] - centre
        reach = np.sqrt((ways**2).sum(axis=1)).min() if len(ways) else np.inf  # nothing further off matters
        axes = (self.grid.x, self.grid.y)[:sides]
        parts = [
            slice(*np.searchsorted(axis, (middle - reach, middle + reach)))
            for axis, middle in zip(axes, centre, strict=True)
        ]
        block = self.heights.reshape(self.grid.shape)[tuple(reversed(parts))]
        where = np.nonzero(block < level)
        found = [axis[part][at] - middle for axis, part, at, middle in
                 zip(axes, parts, reversed(where), centre, strict=True)]  # fmt: skip
        return np.concatenate((ways, np.stack(found, axis=1)))


def _cell(grid: Grid) -> float:
    """Return the diagonal of a cell."""
    _, across, _, up = grid.steps
    return float(np.hypot(1.0 / across, 1.0 / up if up else 0.0))


def values_at(land: Landscape, points: Array) -> Array:
    """Return f at points (m, n), infinite where it is undefined."""
    with np.errstate(all="ignore"):
        values = np.asarray(land.value_on(*np.ascontiguousarray(points.T)), dtype=np.float64)
    return np.where(np.isnan(values), np.inf, np.broadcast_to(values, len(points)))


def _approached(
    land: Landscape, centres: Array, levels: Array, angles: Array, radii: Array, cell: float
) -> tuple[Array, Array]:
    """Return radius and angle of the lower point nearest to each centre, near a lower point that is known."""
    n = centres.shape[1]
    inner = np.maximum(radii - REACH * cell, 0.0)
    outer = radii.copy()
    half = np.zeros_like(radii) if n == 1 else np.minimum(REACH * cell / radii, 0.5 * np.pi)
    left, right = angles - half, angles + half
    best, towards = radii.copy(), angles.copy()
    share = np.linspace(0.0, 1.0, RAYS)
    lower, upper = land.lower, land.upper
    rows = np.arange(len(radii))
    for _ in range(ROUNDS):
        radius = inner[:, None] + share * (outer - inner)[:, None]
        angle = left[:, None] + share * (right - left)[:, None]
        x = centres[:, 0, None, None] + radius[:, :, None] * np.cos(angle)[:, None, :]
        inside = (x >= lower[0]) & (x <= upper[0])
        columns = [x]
        if n > 1:
            y = centres[:, 1, None, None] + radius[:, :, None] * np.sin(angle)[:, None, :]
            inside &= (y >= lower[1]) & (y <= upper[1])
            columns += [y, *(np.broadcast_to(c[:, None, None], x.shape) for c in centres.T[2:])]
        low = inside & (values_at(land, np.stack([c.ravel() for c in columns], axis=1)).reshape(x.shape)
                        < levels[:, None, None])  # fmt: skip
        at_radius = low.any(axis=2)
        found = at_radius.any(axis=1)
        first = at_radius.argmax(axis=1)
        rays = low[rows, first]
        least, most = rays.argmax(axis=1), RAYS - 1 - rays[:, ::-1].argmax(axis=1)
        best = np.where(found, radius[rows, first], best)
        towards = np.where(found, angle[rows, (least + most) // 2], towards)
        inner = np.where(found, radius[rows, np.maximum(first - 1, 0)], inner)
        outer = np.where(found, best, outer)
        step = (right - left) / (RAYS - 1)
        left = np.where(found, angle[rows, least] - step, left)
        right = np.where(found, angle[rows, most] + step, right)
    return best, towards
