"""How a loss becomes a height between 0 and 1: the transform and the clipping of a landscape's picture.

A landscape of the catalogue brings its own; for a typed formula one is chosen from the values themselves, so
that wells are seen and a pole or a steep wall never turns the surface into a spike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Kind", "Transform", "automatic", "transform_of"]

Kind: TypeAlias = Literal["linear", "sqrt", "log"]


HUGE = 1e300
"""Losses beyond are shown like it: differences of what is shown are finite."""


@dataclass(frozen=True)
class Transform:
    """Clip the loss f to [low, high], let u = (f − low) / (high − low), then bend it.

    ``linear``: u. ``sqrt``: √u. ``log``: log(1 + (f − low) / unit) / log(1 + (high − low) / unit).

    Examples
    --------
    >>> Transform("sqrt", 0.0, 4.0).heights([0.0, 1.0, 4.0, 9.0]).tolist()
    [0.0, 0.5, 1.0, 1.0]
    """

    kind: Kind
    low: float
    high: float
    unit: float = 1.0

    def heights(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return the heights in [0, 1] of losses of any shape; nan stays nan."""
        f = np.clip(np.asarray(values, dtype=np.float64), self.low, self.high)
        span = self.high - self.low
        if self.kind == "log":
            return np.asarray(np.log1p((f - self.low) / self.unit) / np.log1p(span / self.unit))
        u = (f - self.low) / span
        return np.asarray(np.sqrt(u) if self.kind == "sqrt" else u)

    def values(self, heights: ArrayLike) -> NDArray[np.float64]:
        """Return the losses at heights in [0, 1]: the inverse of `heights` inside the range."""
        u = np.asarray(heights, dtype=np.float64)
        span = self.high - self.low
        if self.kind == "log":
            return np.asarray(self.low + self.unit * np.expm1(u * np.log1p(span / self.unit)))
        return np.asarray(self.low + span * (u * u if self.kind == "sqrt" else u))


def automatic(values: NDArray[np.floating]) -> Transform:
    """Choose clipping and transform from the losses on a grid, by quantiles.

    The range reaches down to the lowest value, unless that is a pole, and up to a little above the 90 %
    quantile: a wall at the edge of the region is cut. The bend is the mildest of the three that lifts the
    median of what is left to a fifth of the height, so that the bottom of a valley is not one flat colour.
    """
    finite = np.asarray(values, dtype=np.float64)
    finite = np.clip(finite[np.isfinite(finite)], -HUGE, HUGE)
    if not finite.size:
        return Transform("linear", 0.0, 1.0)
    lowest, q01, q50, q90, highest = (float(q) for q in np.quantile(finite, (0.0, 0.01, 0.5, 0.9, 1.0)))
    low = lowest if q01 - lowest <= 4 * (q90 - q01) or q90 == q01 else q01
    high = highest if q90 <= low else min(highest, low + 1.4 * (q90 - low))
    if not high - low > 1e-14 * max(abs(low), abs(high)):
        middle = 0.5 * (low + high)
        half = max(0.5, abs(middle) * 1e-6)
        return Transform("linear", middle - half, middle + half)
    above = q50 - low
    share = above / (high - low)
    if share >= 0.2:
        return Transform("linear", low, high)
    if share >= 0.03 or share <= 0:
        return Transform("sqrt", low, high)
    # The unit at which the median comes to lie half-way up: (1 + a/u)² = 1 + b/u.
    unit = above * (above / (high - low - 2 * above))
    return Transform("log", low, high, max(unit, (high - low) / HUGE))


def transform_of(display: object, values: NDArray[np.floating]) -> Transform:
    """Return the transform that a landscape's `display` asks for, completed from losses on a grid.

    `display` has ``transform`` ("linear", "sqrt", "log" or "auto"), ``low``, ``high`` and ``unit``; what is
    None or missing is chosen by `automatic`.
    """
    kind = getattr(display, "transform", "auto")
    low, high, unit = (getattr(display, name, None) for name in ("low", "high", "unit"))
    if kind not in {"linear", "sqrt", "log"} or low is None or high is None or not high > low:
        return automatic(values)
    if kind == "log" and not (unit is not None and unit > 0):
        unit = (high - low) / 1000
    return Transform(cast("Kind", kind), float(low), float(high), float(unit or 1.0))
