"""Fields of a landscape: how steep it is, how it curves, and where it flows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.grid import Array, Extent

__all__ = ["Curvature", "Flow", "Slope"]


@dataclass(frozen=True, eq=False)
class Slope:
    """The length of the gradient on a grid; rows run upwards.

    Attributes
    ----------
    length : float64 (rows, columns)
        |∇f|; nan where undefined.
    shown : float32 (rows, columns)
        log-scaled to [0, 1]: 0 stands for `low` and less, 1 for `high` and more; nan where undefined.
    """

    extent: Extent
    length: Array
    shown: NDArray[np.float32]
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Curvature:
    """The eigenvalues of the second derivatives on a grid; rows run upwards.

    Attributes
    ----------
    smallest, largest : float64 (rows, columns)
        The eigenvalues; nan where undefined.
    convex, concave : bool (rows, columns)
        Where both are at least 0, and where both are at most 0 (but not all 0); elsewhere the ground is a
        saddle, or undefined.
    shown_smallest, shown_largest : float32 (rows, columns)
        For pictures: 0.5 stands for 0, and 0 and 1 for −`high` and `high`, on a scale that is linear near 0
        and logarithmic further away; nan where undefined.
    """

    extent: Extent
    smallest: Array
    largest: Array
    convex: NDArray[np.bool_]
    concave: NDArray[np.bool_]
    shown_smallest: NDArray[np.float32]
    shown_largest: NDArray[np.float32]
    high: float


@dataclass(frozen=True, eq=False)
class Flow:
    """Evenly spaced lines down the gradient.

    Attributes
    ----------
    lines : float64 (m, 2)
        Downhill along each line; a row of nan between two.
    arrows : float64 (k, 4)
        x, y and the unit direction dx, dy (in the picture's own proportions) of arrow heads, one or more
        for each line.
    """

    extent: Extent
    lines: Array
    arrows: Array
