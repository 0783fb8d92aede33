"""Two minima of a landscape, measured side by side: what each is, how deep, how sharp, how hard to leave.

Numbers only; `minima_core.scene.pair` says them. What cannot be known (passes with three variables, curvature
at a kink) is nan or None, never a guess; what is only a bound says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from minima_core.analysis.arrivals import Cancelled
from minima_core.analysis.critical import CriticalPoint, CriticalPoints, critical_points
from minima_core.analysis.grid import Array
from minima_core.analysis.lower_ground import lower_ground, tolerance, values_at
from minima_core.analysis.pair_shares import Share, shares_of_pair
from minima_core.analysis.pair_ways import Between, way_between
from minima_core.analysis.polish import polish

if TYPE_CHECKING:
    from minima_core.analysis.barriers import BarrierTree
    from minima_core.analysis.basins import Basins
    from minima_core.landscapes import Landscape

__all__ = ["Pair", "Side", "Which", "measure_pair"]

Which: TypeAlias = int | ArrayLike
"""A minimum: its number in the list of minima, 0 the lowest; or a position (n,) close to it."""
Firm: TypeAlias = Literal["strict", "lowest around", "level", "not"]
Known: TypeAlias = Literal["proved", "known", "found"]

CLOSE = 0.01
"""A position means the minimum within this share of the region's diagonal,"""
NEAR = 0.05
"""or else the one to which the ground leads down within this share."""
FLAT = 1e-6
"""An eigenvalue smaller than this share of the largest one may be zero."""
RINGS = (1e-3, 3e-3, 1e-2)
"""Shares of the diagonal at which the ground around a minimum without curvature is looked at."""
RAYS, LOOKS = 181, 4
LINE = 801


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two minima.

    Attributes
    ----------
    number : int
        As minima are numbered for people: 1 is the lowest; 0 for one that only this comparison found.
    slope : float
        |∇f| there: 0 but for rounding inside the region, often not on its border.
    eigenvalues : float64 (n,)
        Of the Hessian, rising; nan where there is none.
    firm : str
        Whether f(m) < f(x) for all x ≠ m nearby ("strict"), f(m) ≤ f(x) with equals beside it ("level"), the
        former as far as was looked ("lowest around"), or neither ("not").
    gap : float
        How far it lies above the lowest value known in the region.
    isolation : float
        Distance to lower ground; infinite where there is none. An upper bound unless `exact`.
    prominence : float
        The climb to the pass over which lower ground is reached; infinite for the lowest; nan if unknown.
    escape : float
        The height of the lowest pass that leads out of it to another minimum; infinite if none does; nan if
        unknown.
    """

    number: int
    position: Array
    value: float
    gap: float
    is_lowest: bool
    on_border: bool
    proved: bool
    firm: Firm
    slope: float
    eigenvalues: Array
    isolation: float
    lower_ground: Array
    prominence: float
    escape: float
    exact: bool

    @property
    def sharpness(self) -> float:
        """The largest eigenvalue, λmax; nan where there is no Hessian."""
        return float(self.eigenvalues[-1]) if np.isfinite(self.eigenvalues).all() else float("nan")

    @property
    def condition(self) -> float:
        """λmax/λmin: 1 for a round bowl, infinite where the smallest is zero, nan where it says nothing."""
        bends = self.eigenvalues
        if len(bends) < 2 or not np.isfinite(bends).all() or bends[-1] <= 0.0:
            return float("nan")
        least = float(bends[0])
        if abs(least) <= 1e-12 * float(bends[-1]):
            return float("inf")
        return float(bends[-1]) / least if least > 0.0 else float("nan")

    @property
    def largest_rate(self) -> float:
        """2/λmax: gradient descent with a larger learning rate cannot stay; infinite where λmax is zero."""
        sharp = self.sharpness
        if sharp > 0.0:
            return 2.0 / sharp
        return float("inf") if sharp == 0.0 else float("nan")

    @property
    def climb(self) -> float:
        """From it to the lowest pass that leads out."""
        return self.escape - self.value


@dataclass(frozen=True, eq=False)
class Pair:
    """What was measured of two minima, A and B, of one landscape."""

    title: str
    """Of the landscape."""
    dimension: int
    lower: Array
    upper: Array
    a: Side
    b: Side
    count: int
    """How many minima are known."""
    lowest_count: int
    """How many of them are the lowest together."""
    complete: bool
    """Whether it is proved that there are no other critical points."""
    lowest_known: Known
    """What the lowest value rests on: a proof, the catalogue, or a search."""
    between: Between
    shares: tuple[Share, ...]
    """Which share of starts ends at each, by method."""
    zero: float
    """Differences of values below this are rounding."""


def measure_pair(
    land: Landscape,
    a: Which,
    b: Which,
    critical: CriticalPoints | None = None,
    study: object | None = None,
    *,
    tree: BarrierTree | None = None,
    maps: Iterable[Basins] = (),
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Pair:
    """Return what is measured of two minima; see `minima_core.compare_minima`, which says it in words too."""
    stop = cancel or (lambda: False)
    tell = progress or (lambda _share: None)
    if critical is None:
        critical = critical_points(land, cancel=cancel, progress=lambda share: tell(0.4 * share))
    if stop():
        raise Cancelled
    minima, i, j = _both(land, a, b, critical)
    tell(0.4)
    if tree is None and land.dimension <= 2 and len(minima) == len(critical.minima):
        from minima_core.analysis.barriers import barrier_tree

        tree = barrier_tree(
            land, critical, cancel=cancel, progress=lambda share: tell(0.4 + 0.4 * min(share, 1.0))
        )
    if stop():
        raise Cancelled
    zero = tolerance(land)
    sides = [_side(land, minima, k, len(critical.minima), tree, zero) for k in (i, j)]
    tell(0.85)
    between = way_between(land, minima, i, j, tree)
    shares = shares_of_pair(land, minima, (i, j), study, maps, stop, lambda share: tell(0.85 + 0.15 * share))
    tell(1.0)
    lowest = min(each.value for each in minima)
    return Pair(
        title=land.title,
        dimension=land.dimension,
        lower=land.lower,
        upper=land.upper,
        a=sides[0],
        b=sides[1],
        count=len(minima),
        lowest_count=sum(each.value <= lowest + zero for each in minima),
        complete=critical.complete,
        lowest_known=_known(land, critical, lowest, zero),
        between=between,
        shares=shares,
        zero=zero,
    )


# -- which two ---------------------------------------------------------------------------------------------


def _both(
    land: Landscape, a: Which, b: Which, critical: CriticalPoints
) -> tuple[tuple[CriticalPoint, ...], int, int]:
    """Return the minima, with those that only a position led to, and which two are meant."""
    minima = list(critical.minima)
    if len(minima) == 1 and all(_is_number(each) for each in (a, b)):
        sure = "has one minimum only" if critical.complete else "has one known minimum only"
        raise ValueError(f"{land.title} {sure} in this region: there is nothing to compare it with.")
    chosen = []
    for which in (a, b):
        if _is_number(which):
            chosen.append(_by_number(land, int(which), len(critical.minima)))  # type: ignore[arg-type]
        else:
            chosen.append(_by_position(land, which, minima))
    i, j = chosen
    if i == j:
        raise ValueError("A and B are the same minimum; choose two different ones.")
    return tuple(minima), i, j


def _is_number(which: Which) -> bool:
    return isinstance(which, int | np.integer) and not isinstance(which, bool)


def _by_number(land: Landscape, number: int, count: int) -> int:
    """Return the index of a minimum given by its number, from 0."""
    if count == 0:
        raise ValueError(f"No minimum is known on {land.title} in this region: there is nothing to compare.")
    if not 0 <= number < count:
        minima = (
            "1 minimum, numbered 0"
            if count == 1
            else f"{count} minima, numbered 0 (the lowest) to {count - 1}"
        )
        raise ValueError(f"{land.title} has {minima}; there is no {number}.")
    return number


def _by_position(land: Landscape, which: ArrayLike, minima: list[CriticalPoint]) -> int:
    """Return the index of the minimum near a position; one that is not listed is looked for and added."""
    try:
        position = np.asarray(which, dtype=np.float64)
    except (TypeError, ValueError):
        position = np.empty(0)
    if position.shape != (land.dimension,) or not np.isfinite(position).all():
        numbers = "one number" if land.dimension == 1 else f"{land.dimension} numbers"
        raise ValueError(f"A minimum is a whole number or a position of {numbers}, not {which!r}.")
    apart = [float(np.linalg.norm(each.position - position)) for each in minima]
    if apart and min(apart) <= CLOSE * land.diagonal:
        return int(np.argmin(apart))
    spacing = (land.upper - land.lower) / 256
    points, values, _, _ = polish(
        lambda p: values_at(land, p), position[None], land.lower, land.upper, spacing
    )
    bottom, value = points[0], float(values[0])
    known = [
        k for k, each in enumerate(minima) if np.linalg.norm(each.position - bottom) <= 1e-3 * land.diagonal
    ]
    near = np.linalg.norm(bottom - position) <= NEAR * land.diagonal
    if near and known:
        return known[0]
    if not near or not np.isfinite(value) or _firmness(land, bottom, value, tolerance(land)) == "not":
        hint = ""
        if apart:
            hint = f"; the nearest one known is at {_told(minima[int(np.argmin(apart))].position)}"
        raise ValueError(f"There is no minimum of {land.title} at {_told(position)}{hint}.")
    on_border = bool(((bottom <= land.lower) | (bottom >= land.upper)).any())
    best = min([value, *(each.value for each in minima)])
    with np.errstate(all="ignore"):
        hessian = np.asarray(land.hessian(bottom), dtype=np.float64)
    bends: Array = np.full(len(bottom), np.nan)
    if np.isfinite(hessian).all():
        bends = np.asarray(np.linalg.eigvalsh(hessian), dtype=np.float64)
    added = CriticalPoint(
        position=bottom, value=value, kind="minimum", on_border=on_border, eigenvalues=bends,
        is_global=value <= best, gap=value - best, proved=False, radius=float("inf"),
    )  # fmt: skip
    minima.append(added)
    return len(minima) - 1


def _told(position: Array) -> str:
    return f"({', '.join(f'{p:.4g}' for p in position)})".replace("-", "−")


def _known(land: Landscape, critical: CriticalPoints, lowest: float, zero: float) -> Known:
    """Return what the claim rests on that a value is the lowest of the region."""
    listed = critical.minima
    if critical.global_proved and listed and listed[0].value <= lowest + zero:
        return "proved"
    if len(land.minima):
        catalogue = float(np.min(values_at(land, land.minima)))
        if abs(catalogue - lowest) <= max(zero, 1e-9 * abs(lowest)):
            return "known"
    return "found"


# -- one of them -------------------------------------------------------------------------------------------


def _side(
    land: Landscape,
    minima: Sequence[CriticalPoint],
    k: int,
    listed: int,
    tree: BarrierTree | None,
    zero: float,
) -> Side:
    """Measure one minimum."""
    minimum = minima[k]
    lowest = min(each.value for each in minima)
    is_lowest = minimum.value <= lowest + zero
    with np.errstate(all="ignore"):
        gradient = np.asarray(land.gradient(minimum.position), dtype=np.float64)
    bends = np.asarray(minimum.eigenvalues, dtype=np.float64)
    if minimum.proved or _curves_up(bends, minimum.on_border):
        firm: Firm = "strict"
    else:
        firm = _firmness(land, minimum.position, minimum.value, zero)
    prominence = escape = float("nan")
    if tree is not None:
        isolation, lower = float(tree.isolation[k]), np.asarray(tree.lower_ground[k])
        prominence = float("inf") if is_lowest else float(tree.prominence[k])
        escape = next((each.height for each in tree.merges if k in (each.left, each.right)), float("inf"))
    if tree is None or np.isnan(isolation):
        isolation, lower = _isolation(land, minima, k, is_lowest, zero)
    return Side(
        number=k + 1 if k < listed else 0,
        position=minimum.position,
        value=minimum.value,
        gap=0.0 if is_lowest else minimum.value - lowest,
        is_lowest=is_lowest,
        on_border=minimum.on_border,
        proved=minimum.proved,
        firm=firm,
        slope=float(np.linalg.norm(gradient)),
        eigenvalues=bends,
        isolation=isolation,
        lower_ground=lower,
        prominence=prominence,
        escape=escape,
        exact=land.dimension <= 2,
    )


def _curves_up(bends: Array, on_border: bool) -> bool:
    """Whether the curvature alone says that all the ground nearby is higher."""
    if on_border or not len(bends) or not np.isfinite(bends).all():
        return False
    return bool(bends[0] > FLAT * abs(bends[-1]))


def _firmness(land: Landscape, position: Array, value: float, zero: float) -> Firm:
    """Say whether the ground on small rings around a point is higher, level or lower.

    In more than two variables it is looked at along the axes and along random directions, the same each time.
    """
    level = True
    for share in RINGS:
        least = _least_around(land, position, share * land.diagonal) - value
        if least < -max(zero, 1e-12 * abs(value)):
            return "not"
        level &= least <= zero
    return "level" if level else "lowest around"


def _least_around(land: Landscape, position: Array, radius: float) -> float:
    """Return the lowest value at a distance from a position, inside the region."""
    n = len(position)
    if n == 2:
        angles = np.linspace(-np.pi, np.pi, RAYS)
        for _ in range(LOOKS):  # a valley between two rays may be as narrow as it likes
            ways = np.column_stack((np.cos(angles), np.sin(angles)))
            values = _inside_values(land, position + radius * ways)
            at, step = angles[int(values.argmin())], angles[1] - angles[0]
            angles = np.linspace(at - 2.0 * step, at + 2.0 * step, RAYS)
        return float(values.min())
    ways = np.concatenate((np.eye(n), -np.eye(n)))
    if n > 2:
        random = np.random.default_rng(0).standard_normal((RAYS, n))
        ways = np.concatenate((ways, random / np.linalg.norm(random, axis=1, keepdims=True)))
    return float(_inside_values(land, position + radius * ways).min())


def _inside_values(land: Landscape, points: Array) -> Array:
    """Return the values at points, infinite outside the region."""
    inside = ((points >= land.lower) & (points <= land.upper)).all(axis=1)
    values = np.full(len(points), np.inf)
    if inside.any():
        values[inside] = values_at(land, points[inside])
    return values


def _isolation(
    land: Landscape, minima: Sequence[CriticalPoint], k: int, is_lowest: bool, zero: float
) -> tuple[float, Array]:
    """Return the distance to lower ground and where it is; with more than two variables an upper bound.

    The bound: on the straight way to each lower minimum, the first point that is lower.
    """
    n = land.dimension
    here = minima[k]
    nothing = np.full(n, np.nan)
    if is_lowest:
        return float("inf"), nothing
    if n <= 2:
        hints = np.array([each.position for each in minima])
        distance, point = lower_ground(land, here.position[None], np.array([here.value]), hints)
        return float(distance[0]), point[0]
    best = float("inf")
    where: Array = nothing
    share = np.linspace(0.0, 1.0, LINE)[:, None]
    for other in minima:
        if other.value >= here.value - zero:
            continue
        line = here.position + share * (other.position - here.position)
        lower = np.flatnonzero(values_at(land, line) < here.value - zero)
        if len(lower):
            reach = float(np.linalg.norm(line[lower[0]] - here.position))
            if reach < best:
                best, where = reach, line[lower[0]]
    return best, where
