"""Lines of flow: the ways straight down the gradient, evenly spaced over the picture.

A line is followed from a seed down and up the gradient until it leaves the picture, comes to rest, or comes
close to a line that is there. New seeds are taken beside each line, at the distance that lines should have.

References
----------
B. Jobard, W. Lefer, "Creating evenly-spaced streamlines of arbitrary density", Visualization in Scientific
Computing, 1997.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from minima_core.analysis.grid import Array, Extent, Grid
from minima_core.analysis.on_grid import gradient_on

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["Flow", "flow"]

NODES = 193
"""Nodes of the grid, along each side, on which the gradient is known; it is interpolated between them."""
STEP = 0.25
"""Length of a step, in spacings."""
CLOSEST = 0.55
"""How close a line may come to another, in spacings."""
SHORTEST = 1.5
"""Lines shorter than this, in spacings, are left out."""
FINEST, NARROW, WIDE = 0.01, 1 / 42, 1 / 28
CRUMB = 4.0
"""Lines that are on average shorter than this, in spacings, call for a narrower spacing."""

Point: TypeAlias = tuple[float, float]
Direction: TypeAlias = Callable[[float, float], Point | None]


@dataclass(frozen=True, eq=False)
class Flow:
    """Evenly spaced lines down the gradient.

    Attributes
    ----------
    lines : float64 (m, 2)
        Downhill along each line; a row of nan between two.
    arrows : float64 (k, 4)
        x, y and a short step dx, dy downhill in the middle of each line: where arrow heads go.
    """

    extent: Extent
    lines: Array
    arrows: Array


def flow(
    land: Landscape,
    extent: Extent | None = None,
    spacing: float | None = None,
    *,
    aspect: float = 1.0,
) -> Flow:
    """Return evenly spaced lines of the flow dx/dt = −∇f(x).

    Parameters
    ----------
    land
        Of two variables, or more: then in the plane through its start.
    extent
        x₀, x₁, y₀, y₁ of the picture; None: the region.
    spacing
        Between lines, as a share of the picture's width, 0.01 to 0.5; None: 1/28, and less where the ground
        is so rough that the lines would be crumbs.
    aspect
        Height of the picture, divided by its width.

    Raises
    ------
    ValueError
        In one variable, and for a spacing out of range.

    Examples
    --------
    >>> from minima_core.landscapes import landscape
    >>> found = flow(landscape("himmelblau"))
    >>> found.lines.shape[1], len(found.arrows) > 20
    (2, True)
    """
    if land.dimension < 2:
        raise ValueError("Flow lines need a landscape of two variables.")
    if spacing is None:
        wide = flow(land, extent, WIDE, aspect=aspect)
        crumbs = len(wide.lines) * STEP < CRUMB * len(wide.arrows)
        return flow(land, extent, NARROW, aspect=aspect) if crumbs else wide
    if not FINEST <= spacing <= 0.5:
        raise ValueError(f"Flow lines are 0.01 to 0.5 of the picture’s width apart, not {spacing!r}.")
    grid = Grid.of(land, (NODES, NODES), extent)
    x0, x1, y0, y1 = grid.extent
    # In units of the spacing, so that a picture of any shape is filled evenly.
    unit = np.array([(x1 - x0) * spacing, (y1 - y0) * spacing / aspect])
    width, height = 1.0 / spacing, aspect / spacing
    lines = _Lines(_direction(land, grid, unit, width, height), width, height).found()
    pieces: list[Array] = []
    arrows: list[tuple[float, float, float, float]] = []
    origin = np.array([x0, y0])
    for line in lines:
        points = origin + np.array(line) * unit
        middle = len(points) // 2
        arrows.append((*points[middle], *(points[middle + 1] - points[middle])))
        pieces += [points, np.full((1, 2), np.nan)]
    joined = np.concatenate(pieces[:-1]) if pieces else np.empty((0, 2))
    return Flow(grid.extent, joined, np.array(arrows).reshape(-1, 4))


def _direction(land: Landscape, grid: Grid, unit: Array, width: float, height: float) -> Direction:
    """Return the direction of the flow at a place in units of the spacing: of length 1, or None at rest."""
    with np.errstate(all="ignore"):
        gradient = -gradient_on(land, grid)[:2] / unit[:, None, None]
        size = np.hypot(*gradient)
        finite = size[np.isfinite(size)]
        still = 1e-9 * float(np.median(finite)) if finite.size else 0.0
    us, vs = gradient[0].tolist(), gradient[1].tolist()
    columns, rows = grid.columns - 1, grid.rows - 1
    across, up = columns / width, rows / height

    def direction(x: float, y: float) -> Point | None:
        i, j = x * across, y * up
        if not (0.0 <= i <= columns and 0.0 <= j <= rows):
            return None
        column, row = min(int(i), columns - 1), min(int(j), rows - 1)
        a, b = i - column, j - row
        p, q, r, s = (1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b
        lower, upper = us[row], us[row + 1]
        u = p * lower[column] + q * lower[column + 1] + r * upper[column] + s * upper[column + 1]
        lower, upper = vs[row], vs[row + 1]
        v = p * lower[column] + q * lower[column + 1] + r * upper[column] + s * upper[column + 1]
        length = math.hypot(u, v)
        if not still < length < math.inf:
            return None
        return u / length, v / length

    return direction


def _dot(a: Point, b: Point) -> float:
    return a[0] * b[0] + a[1] * b[1]


class _Lines:
    """The lines of a picture as they are found; lengths are in spacings."""

    def __init__(self, direction: Direction, width: float, height: float) -> None:
        self._direction, self._width, self._height = direction, width, height
        self._near: dict[tuple[int, int], list[Point]] = {}

    def found(self) -> list[list[Point]]:
        """Return all lines, each downhill."""
        lines: list[list[Point]] = []
        queue: deque[list[Point]] = deque()
        lattice = [
            (0.5 + i * 3.0, 0.5 + j * 3.0)
            for j in range(int(self._height / 3.0) + 1)
            for i in range(int(self._width / 3.0) + 1)
        ]
        middle = (0.5 * self._width, 0.5 * self._height)
        for seed in (middle, *lattice):
            self._begin(seed, lines, queue)
            while queue:
                line = queue.popleft()
                for (x, y), (xn, yn) in zip(line[:-1:2], line[1::2], strict=False):
                    across, up = (yn - y) / STEP, (x - xn) / STEP
                    self._begin((x + across, y + up), lines, queue)
                    self._begin((x - across, y - up), lines, queue)
        return lines

    def _begin(self, seed: Point, lines: list[list[Point]], queue: deque[list[Point]]) -> None:
        """Draw the line through a seed, unless another is near."""
        if not (0.0 <= seed[0] <= self._width and 0.0 <= seed[1] <= self._height) or self._crowded(
            seed, 0.98
        ):
            return
        line = [*reversed(self._followed(seed, -STEP)), seed, *self._followed(seed, STEP)]
        if len(line) * STEP < SHORTEST:
            return
        lines.append(line)
        queue.append(line)
        for point in line:
            self._near.setdefault((int(point[0]), int(point[1])), []).append(point)

    def _followed(self, seed: Point, step: float) -> list[Point]:
        """Follow the flow from a seed, down (step > 0) or up, until it ends; the seed is left out."""
        direction, points = self._direction, []
        x, y = seed
        here = direction(x, y)
        for _ in range(int(4 * (self._width + self._height) / STEP)):
            middle = here and direction(x + 0.5 * step * here[0], y + 0.5 * step * here[1])
            if not here or not middle:
                break
            x, y = x + step * middle[0], y + step * middle[1]
            there = direction(x, y)
            # Turned round: the floor of a valley, or a minimum, has been passed.
            turned = there and min(_dot(here, there), _dot(middle, there)) < 0.0
            if not there or turned or self._crowded((x, y), CLOSEST):
                break
            points.append((x, y))
            here = there
        return points

    def _crowded(self, point: Point, distance: float) -> bool:
        """Whether a line is nearer than that."""
        x, y = point
        column, row, square, near = int(x), int(y), distance * distance, self._near
        for i in (column - 1, column, column + 1):
            for j in (row - 1, row, row + 1):
                for a, b in near.get((i, j), ()):
                    if (a - x) * (a - x) + (b - y) * (b - y) < square:
                        return True
        return False
