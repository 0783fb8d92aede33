"""The grid that maps of a landscape stand on: where its nodes are, and the plane through more variables."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Extent", "Grid", "LandscapeLike"]

Array: TypeAlias = NDArray[np.float64]
Extent: TypeAlias = tuple[float, float, float, float]

MOST_NODES = {1: 65_536, 2: 4096}
"""Along each side, of maps with so many sides."""


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
    def start(self) -> tuple[float, ...]:
        """A good point to start from, (n,)."""

    def value_on(self, *arrays: Array) -> Array:
        """Losses on arrays, one for each variable."""


@dataclass(frozen=True)
class Grid:
    """Columns × rows nodes over a rectangle, the first and the last on its edges; rows run upwards.

    One variable: one row, and maps have the shape (columns,). More than two: the plane through the
    landscape's start in the first two.
    """

    extent: Extent
    """x0, x1, y0, y1; one variable has y0 = y1 = 0."""
    columns: int
    rows: int
    rest: tuple[float, ...] = ()
    """Where the plane stands in the variables after the second."""

    @classmethod
    def of(cls, land: LandscapeLike, resolution: tuple[int, ...], extent: Extent | None = None) -> Grid:
        """Return the grid of a landscape's region, or of a part of it.

        Raises
        ------
        ValueError
            For a resolution that is none: two to 4096 nodes along each side, 65 536 in one variable.
        """
        sides = 1 if land.dimension == 1 else 2
        try:
            counts = [operator.index(each) for each in resolution][:sides]
        except (TypeError, ValueError):
            counts = []
        most = MOST_NODES[sides]
        if len(counts) < sides or not all(2 <= each <= most for each in counts):
            asked = "columns" if sides == 1 else "columns and rows"
            raise ValueError(f"A map has 2 to {most} {asked}, not {resolution!r}.")
        if extent is None:
            second = (0.0, 0.0) if sides == 1 else (float(land.lower[1]), float(land.upper[1]))
            extent = (float(land.lower[0]), float(land.upper[0]), *second)
        if not all(math.isfinite(each) for each in extent) or not extent[0] < extent[1]:
            raise ValueError(f"A map reaches from a smaller to a larger number, not over {extent!r}.")
        return cls(extent, counts[0], 1 if sides == 1 else counts[1], tuple(land.start[2:]))

    @property
    def shape(self) -> tuple[int, ...]:
        """Of a map: (rows, columns), or (columns,) for one variable."""
        return (self.columns,) if self.rows == 1 else (self.rows, self.columns)

    @property
    def x(self) -> Array:
        """Where the columns stand, (columns,)."""
        return np.linspace(self.extent[0], self.extent[1], self.columns)

    @property
    def y(self) -> Array:
        """Where the rows stand, (rows,)."""
        return np.linspace(self.extent[2], self.extent[3], self.rows)

    def axes(self, dimension: int) -> tuple[Array, ...]:
        """Return one array for each variable, which broadcast to the shape of a map."""
        if dimension == 1:
            return (self.x,)
        return (self.x[None, :], self.y[:, None], *(np.full((1, 1), each) for each in self.rest))

    def points(self, dimension: int) -> Array:
        """Return all nodes, row by row: (rows · columns, n)."""
        parts = np.broadcast_arrays(*self.axes(dimension), np.zeros(self.shape))[:-1]
        return np.stack([part.ravel() for part in parts], axis=1)

    @property
    def areas(self) -> Array:
        """The part of the rectangle nearest to each node, of the shape of a map: less at the edges."""
        across = np.full(self.columns, (self.extent[1] - self.extent[0]) / (self.columns - 1))
        across[[0, -1]] *= 0.5
        if self.rows == 1:
            return across
        up = np.full(self.rows, (self.extent[3] - self.extent[2]) / (self.rows - 1))
        up[[0, -1]] *= 0.5
        return np.asarray(up[:, None] * across)

    @property
    def steps(self) -> Array:
        """x₀, 1/Δx, y₀, 1/Δy: (x − x₀)/Δx counts columns, and likewise rows."""
        x0, x1, y0, y1 = self.extent
        up = 0.0 if self.rows == 1 else (self.rows - 1) / (y1 - y0)
        return np.array([x0, (self.columns - 1) / (x1 - x0), y0, up])

    def cells(self, points: Array) -> NDArray[np.int64]:
        """Return the nearest node of each point (m, n) as an index into the map, (m,); −1 outside."""
        x0, across, y0, up = self.steps
        index = np.zeros(len(points), dtype=np.int64)
        outside = np.zeros(len(points), dtype=bool)
        sides = ((x0, across, self.columns, 1), (y0, up, self.rows, self.columns))
        for axis, (low, scale, count, pitch) in enumerate(sides[: 1 if self.rows == 1 else 2]):
            place = (points[:, axis] - low) * scale
            with np.errstate(invalid="ignore"):
                away = ~((place >= -0.5) & (place <= count - 0.5))
            node = np.floor(np.where(away, 0.0, place) + 0.5)
            index += pitch * np.clip(node, 0, count - 1).astype(np.int64)
            outside |= away
        return np.where(outside, -1, index)
