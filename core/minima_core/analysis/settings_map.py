"""Settings map: for one start, which minimum a method reaches for each pair of two settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.methods import Specification

__all__ = ["Axis", "SettingsMap"]

Array: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int16]


@dataclass(frozen=True)
class Axis:
    """One setting along one side of the map."""

    name: str
    symbol: str
    low: float
    high: float
    log: bool
    """Whether its values are evenly spread on a logarithmic scale."""


@dataclass(frozen=True, eq=False)
class SettingsMap:
    """Where the runs from one start end, for each pair of two settings."""

    labels: Labels
    """(rows, columns): the number of the minimum reached, −1 for none."""
    across: Axis
    up: Axis
    values_across: Array
    """(columns,)."""
    values_up: Array
    """(rows,), the lowest first."""
    minima: Array
    """(k, n): the minima that the labels number."""
    limits: Array
    """(k,): 2/λmax at each minimum, above which gradient descent cannot stay there; nan without a Hessian."""
    start: Array
    """(n,): where every run begins."""
    steps: int
    specification: Specification
    """The method with every setting written out; the map's own two as they were before."""

    def specification_at(self, column: int, row: int) -> Specification:
        """Return the method with the settings of one pixel: the run that ends as the pixel says."""
        own = {self.across.name: self.values_across[column], self.up.name: self.values_up[row]}
        return self.specification.replace(**{name: float(value) for name, value in own.items()})
