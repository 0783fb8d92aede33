"""The valleys of a landscape: from each minimum water rises until it meets that of another one.

Each place belongs to the minimum whose water comes there first. That needs heights on a grid and nothing
else, always gives every place a valley, and knows no method: it is what an eye takes for a valley, on which a
room can vote before it has seen a single step.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.scene.relief import LandscapeLike, relief_of

__all__ = ["Terrain", "flooded", "terrain_of"]

Array: TypeAlias = NDArray[np.float64]

NODES = {1: (1001, 1), 2: (96, 72)}
"""Columns and rows of the grid."""


@dataclass(frozen=True, eq=False)
class Terrain:
    """Which valley each place of a landscape belongs to.

    Attributes
    ----------
    labels
        (rows, columns) of the valley's number, that of its minimum; −1 where the loss is undefined.
    levels
        (rows, columns): how high the water stands when it first comes there, in units of `heights`.
    passes
        (k,) the lowest height at which a valley meets another one; infinite where it meets none.
    """

    land: LandscapeLike
    minima: Array
    heights: Array
    labels: NDArray[np.int16]
    levels: Array
    passes: Array

    def valley_at(self, position: ArrayLike) -> int | None:
        """Return the number of the valley in which a point (n,) lies; None outside the region."""
        point = np.asarray(position, dtype=np.float64)
        low, high = np.asarray(self.land.lower), np.asarray(self.land.upper)
        if not np.all(np.isfinite(point)) or np.any(point < low) or np.any(point > high):
            return None
        share = (point - low) / (high - low)
        if len(point) > 2:
            # The picture is a cut through more variables: the nearest minimum is what there is to say.
            away = np.linalg.norm((self.minima - low) / (high - low) - share, axis=1)
            return int(np.argmin(away))
        rows, columns = self.labels.shape
        column = round(float(share[0]) * (columns - 1))
        row = round(float(share[1]) * (rows - 1)) if len(point) > 1 else 0
        label = int(self.labels[row, column])
        return label if label >= 0 else None

    def area(self, valley: int) -> float:
        """Return the share of the region that belongs to a valley; 0 where the grid is too coarse for it."""
        return float((self.labels == valley).mean())

    def middle(self, valley: int) -> Array:
        """Return (n,) the middle of the lower half of a valley: near its minimum, and not at it."""
        own = self.labels == valley
        low, brim = float(self.levels[own].min()), float(self.passes[valley])
        if not np.isfinite(brim):
            brim = float(self.levels[own].max())
        rows, columns = np.nonzero(own & (self.levels <= low + 0.5 * (brim - low)))
        row, column = rows.mean(), columns.mean()
        nearest = int(np.argmin((rows - row) ** 2 + (columns - column) ** 2))
        if not np.any((rows == round(row)) & (columns == round(column))):
            row, column = rows[nearest], columns[nearest]  # a bent valley: its middle lies on a hill
        shape = self.labels.shape
        at = np.array([column / (shape[1] - 1), row / max(shape[0] - 1, 1)])[: self.minima.shape[1]]
        low_corner, high_corner = np.asarray(self.land.lower), np.asarray(self.land.upper)
        return low_corner[: len(at)] + at * (high_corner - low_corner)[: len(at)]


def terrain_of(land: LandscapeLike, minima: Array) -> Terrain:
    """Return the valleys of `minima` (k, n): a tenth of a second for two variables.

    Raises
    ------
    ValueError
        When there is no minimum to begin with.
    """
    minima = np.asarray(minima, dtype=np.float64).reshape(-1, land.dimension)
    if not len(minima):
        raise ValueError("No minimum is known here, so there is no valley.")
    columns, rows = NODES[min(land.dimension, 2)]
    if land.dimension == 1:
        with np.errstate(all="ignore"):
            heights = np.asarray(
                land.value_on(np.linspace(land.lower[0], land.upper[0], columns)), dtype=np.float64
            )[None, :]
    else:
        heights = relief_of(land, None, (columns, rows)).relief.heights.astype(np.float64)
    low, span = np.asarray(land.lower), np.asarray(land.upper) - np.asarray(land.lower)
    shares = np.clip((minima - low) / span, 0.0, 1.0)
    across = np.rint(shares[:, 0] * (columns - 1)).astype(np.intp)
    up = np.rint(shares[:, 1] * (rows - 1)).astype(np.intp) if land.dimension > 1 else np.zeros_like(across)
    return Terrain(land, minima, heights, *flooded(heights, np.column_stack((up, across))))


def flooded(heights: Array, seeds: NDArray[np.intp]) -> tuple[NDArray[np.int16], Array, Array]:
    """Return labels, levels (rows, columns) and passes (k,) of water that rises from `seeds` (k, 2).

    Each place is wetted over its lowest way from any seed (Meyer, 1991: watersheds by flooding), the lowest
    places first; hollows without a seed are filled on the way. nan is a rock.

    Examples
    --------
    >>> labels, levels, passes = flooded(np.array([[0.0, 2.0, 1.0, 3.0]]), np.array([[0, 0], [0, 2]]))
    >>> labels.tolist(), passes.tolist()
    ([[0, 0, 1, 1]], [2.0, 2.0])
    """
    rows, columns = heights.shape
    grid = heights.tolist()
    labels = [[-1] * columns for _ in range(rows)]
    levels = [[float("nan")] * columns for _ in range(rows)]
    passes = [float("inf")] * len(seeds)
    waiting: list[tuple[float, int, int, int, int]] = []
    order = 0
    for valley, (row, column) in enumerate(seeds.tolist()):
        waiting.append((grid[row][column], order, row, column, valley))
        order += 1
    waiting = [each for each in waiting if not math.isnan(each[0])]
    heapq.heapify(waiting)
    around = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
    while waiting:
        level, _, row, column, valley = heapq.heappop(waiting)
        if labels[row][column] >= 0:
            continue
        labels[row][column], levels[row][column] = valley, level
        for i, j in around:
            r, c = row + i, column + j
            if not (0 <= r < rows and 0 <= c < columns):
                continue
            other = labels[r][c]
            if other < 0:
                height = grid[r][c]
                if not math.isnan(height):
                    heapq.heappush(waiting, (max(level, height), order, r, c, valley))
                    order += 1
            elif other != valley:
                brim = max(level, levels[r][c])
                passes[valley] = min(passes[valley], brim)
                passes[other] = min(passes[other], brim)
    return np.array(labels, dtype=np.int16), np.array(levels), np.array(passes)
