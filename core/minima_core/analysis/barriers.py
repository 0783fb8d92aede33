"""Barriers between minima: the passes, the tree in which lakes meet, prominence, isolation and the lens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.grid import Array, Extent

if TYPE_CHECKING:
    from minima_core.analysis.critical import CriticalPoint

__all__ = ["BarrierTree", "Lakes", "Lens", "Merge", "Pass"]


@dataclass(frozen=True, eq=False)
class Pass:
    """A saddle at which two lakes meet."""

    position: Array
    """(n,)."""
    value: float
    joins: tuple[int, int]
    """The minima to which the ground leads down on its two sides, the lower one first."""
    on_border: bool = False


@dataclass(frozen=True)
class Merge:
    """Two lakes become one; nodes are numbered 0..k−1 for the minima, then k, k + 1, … for the merges."""

    height: float
    left: int
    right: int
    pass_index: int


@dataclass(frozen=True, eq=False)
class BarrierTree:
    """In which order, and at which heights, the lakes of a rising flood meet.

    Attributes
    ----------
    minima : tuple of CriticalPoint
        The leaves, the lowest first.
    passes : tuple of Pass
        The saddles at which two lakes meet, the lowest first.
    merges : tuple of Merge
        The lowest first; `left` holds the lower minimum.
    prominence : float64 (k,)
        The climb from each minimum to the pass over which the way leads to lower ground; for the lowest, the
        climb to the highest point of the region's rim it never needs to pass: infinite.
    isolation : float64 (k,)
        Distance to the nearest point with a lower value; infinite where there is none in the region.
    lower_ground : float64 (k, n)
        That point; nan where there is none.
    """

    minima: tuple[CriticalPoint, ...]
    passes: tuple[Pass, ...]
    merges: tuple[Merge, ...]
    prominence: Array
    isolation: Array
    lower_ground: Array


@dataclass(frozen=True, eq=False)
class Lakes:
    """What a flood up to a level covers.

    Attributes
    ----------
    labels : int16 (rows, columns)
        −1 dry; else the lowest minimum of the lake.
    shore : float64 (m, 2)
        The shores, with a row of nan between two.
    """

    extent: Extent
    level: float
    labels: NDArray[np.int16]
    shore: Array


@dataclass(frozen=True, eq=False)
class Lens:
    """How local a point is: whether anything around it is lower.

    Attributes
    ----------
    lowest_within : bool
        Whether the point is the lowest of the disc.
    touching : float64 (n,) or None
        The nearest lower point, when it lies in the disc.
    reach : float
        The largest radius within which the point is the lowest; infinite if there is no lower one.
    """

    position: Array
    radius: float
    lowest_within: bool
    touching: Array | None
    reach: float
