"""Chances: from each start of a grid, how often a random method reaches the global minimum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.grid import Array, Extent

__all__ = ["Chances"]


@dataclass(frozen=True, eq=False)
class Chances:
    """How often the global minimum was reached from each start of a grid; rows run upwards.

    Attributes
    ----------
    reached : int32 (rows, columns)
        How many of the tries of a cell reached a global minimum.
    tries : int
        Tries of each cell.
    overall, overall_low, overall_high : float
        The share of all tries, and its 95 % interval.
    wanted : int
        Tries of each cell when it is complete: more are coming while `tries` is smaller.
    targets : float64 (k, n)
        The global minima that count, and `radius`, how near a try must come.
    judged : str
        "end" if the last point counts, "best" if the best point does.
    """

    extent: Extent
    reached: NDArray[np.int32]
    tries: int
    wanted: int
    steps: int
    seed: int
    specification: str
    targets: Array
    radius: float
    judged: str
    overall: float
    overall_low: float
    overall_high: float

    @property
    def probability(self) -> Array:
        """Share of the tries that reached it, (rows, columns)."""
        return self.reached / self.tries

    @property
    def complete(self) -> bool:
        """Whether all tries have been made."""
        return self.tries >= self.wanted
