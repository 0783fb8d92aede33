"""The least value of a landscape in its region, between bounds that are proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.certify import Proved
from minima_core.formula.intervals import DEAD, EDGE, OPEN, Enclosures

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["Least", "lowest_value", "value_bounds"]

Array: TypeAlias = NDArray[np.float64]

ROUNDS = 12
MOST = 20_000
CLOSE = 1e-7
"""Bounds this close together, as a share of the range of values, prove a global minimum."""


@dataclass(frozen=True)
class Least:
    """What is known about the least value."""

    bounds: tuple[float, float] | None
    most: float
    """It is not higher than this."""
    proved: bool
    """Whether it is proved that a listed minimum has it."""
    close: float = 0.0
    """Values that differ by no more than this are told apart by nobody."""


def value_bounds(enclosures: Enclosures, lo: Array, hi: Array) -> tuple[Array, Array, NDArray[np.uint8]]:
    """Return bounds of f on boxes and the flags: the natural ones, cut with f(c) + g(X)·(X − c)."""
    value, slope, flags = enclosures.slopes(lo, hi)
    c = np.clip(0.5 * lo + 0.5 * hi, lo, hi)
    middle, _flags = enclosures.value(c, c)
    with np.errstate(all="ignore"):
        r = np.maximum(hi - c, c - lo)
        steep = np.maximum(np.abs(slope.lo), np.abs(slope.hi))
        reach = np.where(r > 0.0, steep * r, 0.0).sum(axis=0) * (1.0 + 2.0**-48) + 1e-300
        usable = (flags <= 1) & np.isfinite(reach)  # continuous and defined everywhere on the box
        least = np.where(usable, middle.lo - reach - np.abs(middle.lo) * 2.0**-52, -np.inf)
        most = np.where(usable, middle.hi + reach + np.abs(middle.hi) * 2.0**-52, np.inf)
    return np.maximum(value.lo, least), np.minimum(value.hi, most), flags


def lowest_value(
    land: Landscape, enclosures: Enclosures, points: list[Proved], undecided: tuple[Array, Array]
) -> Least:
    """Return bounds of the least value of f in the region.

    It is taken at one of the proved points or in one of the undecided boxes (n, m), those at poles among
    them: everywhere else the gradient does not vanish.
    """
    most = min((each.value[1] for each in points), default=np.inf)
    least = min((each.value[0] for each in points if each.proved), default=np.inf)
    lo, hi = undecided
    sample = _sample(land)
    finite = sample[np.isfinite(sample)]
    if finite.size:
        most = min(most, float(enclosed_top(land, enclosures, sample)))
    for turn in range(ROUNDS):
        if not lo.shape[1]:
            break
        bottom, _top, flags = value_bounds(enclosures, lo, hi)
        c = np.clip(0.5 * lo + 0.5 * hi, lo, hi)
        there, state = enclosures.value(c, c)
        fine = (state & (OPEN | EDGE | DEAD)) == 0
        if fine.any():
            most = min(most, float(there.hi[fine].min()))
        open_ = (bottom <= most) & ((flags & DEAD) == 0)
        lo, hi, bottom = lo[:, open_], hi[:, open_], bottom[open_]
        if turn == ROUNDS - 1 or lo.shape[1] * 2 ** len(lo) > MOST:
            break
        lo, hi = _cut(lo, hi)
    if lo.shape[1]:
        bottom, _top, _flags = value_bounds(enclosures, lo, hi)
        least = min(least, float(bottom.min()))
    scale = float(np.quantile(finite, 0.9)) - most if finite.size else 1.0
    close = CLOSE * max(abs(scale), 1e-3 * abs(most)) if np.isfinite(most) else 0.0
    if not (np.isfinite(least) and np.isfinite(most)):
        return Least(None, most, proved=False, close=close)
    bounds = (min(least, most), most)
    tight = most - least <= close
    clear = not lo.shape[1]
    has_one = any(each.kind == "minimum" and each.value[0] <= most for each in points)
    return Least(bounds, most, proved=bool((tight or clear) and has_one), close=close)


def enclosed_top(land: Landscape, enclosures: Enclosures, sample: Array) -> float:
    """Return an upper bound of f at the lowest of the sampled points."""
    p = _sample_points(land)[int(np.nanargmin(np.where(np.isfinite(sample), sample, np.nan)))][:, None]
    value, flags = enclosures.value(p, p)
    return float(value.hi[0]) if not flags[0] & (OPEN | EDGE | DEAD) else np.inf


def _sample_points(land: Landscape) -> Array:
    return np.random.default_rng(0).uniform(land.lower, land.upper, (512, land.dimension))


def _sample(land: Landscape) -> Array:
    return np.asarray(land.value(_sample_points(land)), dtype=np.float64)


def _cut(lo: Array, hi: Array) -> tuple[Array, Array]:
    """Halve boxes along every coordinate that has a width."""
    for axis in range(len(lo)):
        middle = np.clip(0.5 * lo[axis] + 0.5 * hi[axis], lo[axis], hi[axis])
        wide = hi[axis] > lo[axis]
        first_hi, second_lo = hi.copy(), lo[:, wide].copy()
        first_hi[axis] = middle
        second_lo[axis] = middle[wide]
        lo, hi = np.concatenate((lo, second_lo), axis=1), np.concatenate((first_hi, hi[:, wide]), axis=1)
    return lo, hi
