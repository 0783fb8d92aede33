"""Landscapes of learning: the loss of a small model on real data, over its two weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Examples"]


@dataclass(frozen=True, eq=False)
class Examples:
    """The data that a model learns from.

    Attributes
    ----------
    names, units : tuple of str
        What the two columns are, and what they are measured in.
    data : float64 (m, 2)
        One row for each example: what is known (u), and what is to be predicted (d).
    title, source : str
        What it is, and where it comes from.
    """

    names: tuple[str, str]
    units: tuple[str, str]
    data: NDArray[np.float64]
    title: str
    source: str

    def __len__(self) -> int:
        return len(self.data)
