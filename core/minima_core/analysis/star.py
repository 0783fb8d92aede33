"""Proves that a point at a kink is the only extremum of a box: along every ray from it the function rises.

If the derivative along the ray is positive at almost every point of every ray, f rises strictly on all of
them; so the point is the least of the box, and at no other point does Clarke's generalised gradient hold 0.
The same with falling rays for a maximum.
"""

from __future__ import annotations

import itertools
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.formula.intervals import KINK, Enclosures

__all__ = ["only_extremum"]

Array: TypeAlias = NDArray[np.float64]

CONES = 16
"""Pieces that each side of the box is cut into."""


def only_extremum(
    enclosures: Enclosures, p: Array, lo: Array, hi: Array
) -> Literal["minimum", "maximum"] | None:
    """Return what p is proved to be, as the only critical point of the box [lo, hi]; None if nothing is.

    For one and two variables; the box may end at p where p lies on the edge of the region.
    """
    n = len(p)
    if n > 2 or not bool(((p >= lo) & (p <= hi)).all()):
        return None
    directions = _directions(n)  # (k, 2, n): the corners of pieces of the surface of [−1, 1]ⁿ
    reach = np.where(directions[:, 0] + directions[:, 1] < 0.0, p - lo, hi - p)
    least, most = np.minimum(directions[:, 0] * reach, 0.0), np.maximum(directions[:, 1] * reach, 0.0)
    used = (reach > 0.0).all(axis=1) | ((most - least) > 0.0).any(axis=1)
    corners = (p + least[used]).T, (p + most[used]).T
    ajar = enclosures.ajar()
    _value, slope, flags = ajar.slopes(*corners)
    if (flags > KINK).any():
        return None
    first, last = (directions[used][:, k] * reach[used] for k in (0, 1))
    least_slope, most_slope = np.zeros(len(first)), np.zeros(len(first))
    with np.errstate(all="ignore"):
        for axis in range(n):
            ends = [
                bound * end[:, axis] for bound in (slope.lo[axis], slope.hi[axis]) for end in (first, last)
            ]
            margin = 1e-12 * np.max(np.abs(ends), axis=0)
            least_slope += np.min(ends, axis=0) - margin
            most_slope += np.max(ends, axis=0) + margin
    if not len(first):
        return None
    if (least_slope > 0.0).all():
        return "minimum"
    return "maximum" if (most_slope < 0.0).all() else None


def _directions(n: int) -> Array:
    """Return pieces of the surface of [−1, 1]ⁿ as their two corners."""
    if n == 1:
        return np.array([[[-1.0], [-1.0]], [[1.0], [1.0]]])
    ticks = np.linspace(-1.0, 1.0, CONES + 1)
    pieces = []
    for end in (-1.0, 1.0):
        for a, b in itertools.pairwise(ticks.tolist()):
            pieces += [[[end, a], [end, b]], [[a, end], [b, end]]]
    return np.array(pieces)
