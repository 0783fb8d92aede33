"""Critical points of a landscape: all of them, proved, or an honest list of where nothing could be proved."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.certify import Proved, certify
from minima_core.analysis.lowest import Least, lowest_value
from minima_core.analysis.minima import find_minima
from minima_core.analysis.prune import Boxes, prune, rounded_out
from minima_core.analysis.strays import strays
from minima_core.analysis.tell import searched, told
from minima_core.analysis.undecided import look
from minima_core.formula import FormulaError
from minima_core.formula.intervals import Enclosures

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["CriticalPoint", "CriticalPoints", "Kind", "critical_points"]

MOST_VARIABLES = 6
"""With more variables (and so 3ⁿ faces) nothing is proved."""
WORK = 10_000_000
"""The budget, where none is given: boxes × operations of the formula with its gradient."""
MOST_BOXES, LEAST_BOXES = 120_000, 2_000

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
    """Return all critical points of a landscape in its region, and the minima on the region's border.

    The region and its faces are cut into boxes until each is proved to hold no zero of the gradient (interval
    arithmetic with outward rounding) or exactly one (Krawczyk’s operator). Enclosures of the Hessian prove
    the kind. Where neither can be had (curvature that vanishes, kinks, level ground), the boxes stay in
    `unresolved`; minima that a comparison of values or a search finds there are listed with ``proved`` false.

    Parameters
    ----------
    land : Landscape
        A formula of up to 6 variables; of anything else the minima that a search finds are returned.
    budget : int, optional
        Most boxes to look at; by default so many that it takes a second or two.
    cancel : callable, optional
        Asked now and then; once it answers True, what is known is returned.
    progress : callable, optional
        Told a share between 0 and 1, rising.

    Notes
    -----
    What is meant by the numbers of a formula stands in `minima_core.formula.intervals`. Critical points whose
    enclosure (about 1e-15 wide) meets the edge of the region lie on it, and so do those beyond it by no more
    than four units in the last place of its bounds (which may stand for 2π); others are not counted. A
    minimum *on the border* that is no critical point of f is one of the region: along the edge the slope is
    zero and the curvature positive, and inwards f rises.

    References
    ----------
    R. B. Kearfott, Rigorous Global Search: Continuous Problems, Kluwer 1996.

    Examples
    --------
    >>> from minima_core.landscapes import landscape
    >>> found = critical_points(landscape("himmelblau"))
    >>> len(found.points), len(found.minima), found.complete
    (9, 4, True)
    """
    began = time.perf_counter()
    stop = cancel or (lambda: False)
    tell = progress or (lambda _share: None)
    formula = land.formula
    if formula is None or land.dimension > MOST_VARIABLES:
        return _searched(land, began)
    try:
        enclosures = Enclosures(formula.graph, formula.root, land.dimension, land.context)
    except FormulaError:  # too large for derivatives
        return _searched(land, began)
    work = WORK // (enclosures.size * max(1, land.dimension - 1) ** 2)
    limit = int(np.clip(work, LEAST_BOXES, MOST_BOXES)) if budget is None else budget
    inner = rounded_out(enclosures, land.lower, land.upper)
    found = prune(
        enclosures, land.lower, land.upper, inner, limit, stop, lambda share: tell(0.9 * min(share, 1.0))
    )
    certain = found.certain
    if not found.finished and not stop():
        more = strays(land, enclosures, found.undecided, inner)
        certain = Boxes.joined([certain, more], land.dimension)
    proved, doubtful = certify(enclosures, certain, land.lower, land.upper, inner)
    undecided = Boxes.joined([found.undecided, doubtful], land.dimension)
    looked = look(land, enclosures, proved, undecided, stop)
    points = proved + looked.points
    left = [
        np.concatenate(pair, axis=1)
        for pair in zip(looked.open, (found.poles.lo, found.poles.hi), strict=True)
    ]
    least = lowest_value(land, enclosures, points, (left[0], left[1]))
    tell(1.0)
    complete = found.finished and not looked.places
    listed = _listed(land, points, least)
    result = CriticalPoints(
        points=listed,
        complete=complete,
        unresolved=looked.boxes,
        lowest=least.bounds,
        global_proved=least.proved,
        boxes=found.boxes,
        seconds=time.perf_counter() - began,
        source="proof",
        sentence=told(listed, complete, looked.places, found.finished, least.proved),
    )
    return result


def _listed(land: Landscape, points: list[Proved], least: Least) -> tuple[CriticalPoint, ...]:
    """Return the points in the order of their values, compared with the lowest."""
    values = [float(land.value(each.position)) for each in points]
    best = min(
        (value for value, each in zip(values, points, strict=True) if each.kind == "minimum"), default=np.nan
    )
    best = min(best, *values) if values else best
    result = []
    for each, value in zip(points, values, strict=True):
        doubt = 0.0 if each.proved else least.close  # kinks lie between two doubles
        is_global = each.kind == "minimum" and each.value[0] <= least.most + doubt
        result.append(
            CriticalPoint(
                position=each.position,
                value=value,
                kind=cast(Kind, each.kind),
                on_border=each.on_border,
                eigenvalues=each.eigenvalues,
                is_global=bool(is_global),
                gap=0.0 if is_global else max(value - best, 0.0),
                proved=each.proved,
                radius=each.radius,
            )
        )
    return tuple(sorted(result, key=lambda each: (not each.is_global, each.value, *each.position.tolist())))


def _searched(land: Landscape, began: float) -> CriticalPoints:
    """Return the minima that a search finds, with nothing proved."""
    points = tuple(
        CriticalPoint(
            position=each.position,
            value=each.value,
            kind="minimum",
            on_border=each.on_border,
            eigenvalues=each.eigenvalues,
            is_global=each.is_global,
            gap=each.gap,
            proved=False,
            radius=np.inf,
        )
        for each in find_minima(land, callables=True)
    )
    return CriticalPoints(
        points=points,
        complete=False,
        unresolved=np.array([[land.lower, land.upper]]),
        lowest=None,
        global_proved=False,
        boxes=0,
        seconds=time.perf_counter() - began,
        source="search",
        sentence=searched(points, land.formula is None),
    )
