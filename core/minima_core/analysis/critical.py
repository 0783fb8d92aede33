"""Critical points of a landscape: what is found, with what is proved about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["CriticalPoint", "CriticalPoints", "Kind", "critical_points"]

Array: TypeAlias = NDArray[np.float64]
Kind: TypeAlias = Literal["minimum", "maximum", "saddle", "degenerate"]


@dataclass(frozen=True, eq=False)
class CriticalPoint:
    """One critical point of a landscape in its region, or a minimum on the region's edge."""

    position: Array
    """(n,)."""
    value: float
    kind: Kind
    on_border: bool
    """Whether it lies on the edge of the region; a minimum there may be one of this region only."""
    eigenvalues: Array
    """(n,) of the Hessian, rising; nan where there is none."""
    is_global: bool
    """Whether no lower point of the region is known, or possible where that is proved."""
    gap: float
    """How far it lies above the lowest."""
    proved: bool
    """Whether existence and uniqueness are proved in the box of half-width `radius` around it."""
    radius: float


@dataclass(frozen=True, eq=False)
class CriticalPoints:
    """What is known about the critical points of a landscape in its region."""

    points: tuple[CriticalPoint, ...]
    """Sorted by value, the lowest first."""
    complete: bool
    """Whether it is proved that there are no others in the region."""
    unresolved: Array
    """(k, 2, n): lower and upper corners of boxes left undecided."""
    lowest: tuple[float, float] | None
    """A proved enclosure of the least value in the region."""
    global_proved: bool
    """Whether it is proved that the points marked as global are the lowest of the region."""
    boxes: int
    """How many boxes were looked at."""
    seconds: float
    source: Literal["proof", "search"]
    """A Python callable is searched only; nothing can be proved about it."""
    sentence: str
    """The same for people."""
    minima: tuple[CriticalPoint, ...] = field(init=False)
    """Those of kind minimum, on the border too, the lowest first."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "minima", tuple(each for each in self.points if each.kind == "minimum"))


def critical_points(
    land: Landscape,
    *,
    budget: int | None = None,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> CriticalPoints:
    """Return the minima of `land` as a search finds them."""
    from minima_core.analysis.minima import find_minima

    points = tuple(
        CriticalPoint(m.position, m.value, "minimum", m.on_border, m.eigenvalues, m.is_global, m.gap, False, 0.0)
        for m in find_minima(land)
    )
    nothing = np.empty((0, 2, land.dimension))
    return CriticalPoints(points, False, nothing, None, False, 0, 0.0, "search", "Found by a search.")
