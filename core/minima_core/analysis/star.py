"""Proves that a point at a kink is the only extremum of a box: along every ray from it the function rises.

If the derivative along the ray is positive at almost every point of every ray, f rises strictly on all of
them; so the point is the least of the box, and at no other point does Clarke's generalised gradient hold 0.
The same with falling rays for a maximum.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.formula.rays import RayError, along_rays

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["only_extremum"]

Array: TypeAlias = NDArray[np.float64]

CONES = 16
"""Pieces that each side of the box is cut into."""


def only_extremum(land: Landscape, p: Array, lo: Array, hi: Array) -> Literal["minimum", "maximum"] | None:
    """Return what p is proved to be, as the only critical point of the box [lo, hi]; None if nothing is.

    For one and two variables; the box may end at p where p lies on the edge of the region.
    """
    n = len(p)
    if land.formula is None or n > 2 or not bool(((p >= lo) & (p <= hi)).all()):
        return None
    pieces = _directions(n)  # (m, 2, n): the corners of pieces of the surface of [−1, 1]ⁿ
    # A little longer than to the edge of the box, so that rounding leaves nothing of the box out.
    reach = np.where(pieces[:, 0] + pieces[:, 1] < 0.0, p - lo, hi - p) * (1.0 + 1e-12)
    used = ((pieces[:, 0] != pieces[:, 1]) | (reach > 0.0)).all(
        axis=1
    )  # not those beyond the edge of the region
    pieces = pieces * reach[:, None]
    try:
        ray = along_rays(
            land.formula.graph, land.formula.root, p, (pieces[used, 0].T, pieces[used, 1].T), land.context
        )
    except RayError:
        return None
    least, most = (np.broadcast_to(bound, int(used.sum())) for bound in (ray.d.lo, ray.d.hi))
    if not len(least):
        return None
    if np.all(least > 0.0):
        return "minimum"
    return "maximum" if np.all(most < 0.0) else None


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
