"""The density exp(−f/T) on the region: where a walk that is held at a temperature spends its time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.grid import Array, Extent

__all__ = ["Density"]


@dataclass(frozen=True, eq=False)
class Density:
    """exp(−(f − f_min)/T), normalised on the region, and each minimum's share of it.

    Attributes
    ----------
    values : float64 (rows, columns)
        Probability per area; its integral over the region is 1 (trapezoidal rule). 0 where undefined.
    probability : float64 (rows, columns)
        Probability of the cell around each node; sums to 1.
    shares : float64 (k,)
        Of the basin of each minimum, in their order; `none` is the share that belongs to no basin.
    """

    extent: Extent
    temperature: float
    values: Array
    probability: Array
    minima: Array
    labels: NDArray[np.int16]
    shares: Array
    none: float
