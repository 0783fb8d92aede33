"""Basins: which minimum each start of a region reaches, under a deterministic local method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Basins"]

Array: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int16]
Extent: TypeAlias = tuple[float, float, float, float]


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
