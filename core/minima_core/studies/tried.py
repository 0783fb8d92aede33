"""What became of the tries of one method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Tried"]

Array: TypeAlias = NDArray[np.float64]


@dataclass(eq=False)
class Tried:
    """What became of tries, in their order."""

    text: str
    """The method with every setting written out."""
    positions: Array
    """(tries, n): what each handed over, its best point or its last one."""
    end_values: Array
    """(tries,)."""
    best_values: Array
    """(tries,)."""
    spent: NDArray[np.int64]
    """(tries,): evaluations."""
    first: NDArray[np.int64]
    """(tries,): evaluations after which each had first succeeded; 0 where it never did."""

    @classmethod
    def empty(cls, text: str, tries: int, n: int) -> Tried:
        """Return room for so many."""
        whole = np.zeros(tries, dtype=np.int64)
        return cls(text, np.empty((tries, n)), np.empty(tries), np.empty(tries), whole, whole.copy())
