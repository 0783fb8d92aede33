"""Critical points that Newton's method still finds when the budget for boxes is used up, each proved.

Where a function is level in numbers (exp(−1000 r²) far out is 0 in doubles) boxes can be cut for ever, and
the peak that everybody sees would stay unmentioned. So Newton's method sets out from a grid; where it
arrives, Krawczyk's operator on a small box proves that there is one zero of the gradient.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.newton import bounds, krawczyk
from minima_core.analysis.polish import polish
from minima_core.analysis.prune import Boxes
from minima_core.formula.intervals import Enclosures

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["strays"]

Array: TypeAlias = NDArray[np.float64]

STARTS = {1: 401, 2: 31, 3: 9}
"""Nodes of the grid along each side."""
EXTREMA = 24
"""So many of the highest and lowest nodes are followed up and down first."""
STEPS = 24
LONGEST = 0.05
"""A step goes no further than this share of the region."""
SIZES = (1e-4, 1e-6, 1e-8)
"""Half-widths of the boxes for the proof, as shares of the region; the largest that does it is taken."""


def strays(land: Landscape, enclosures: Enclosures, undecided: Boxes, inner: tuple[Array, Array]) -> Boxes:
    """Return boxes in `inner`, each with exactly one zero of the gradient, near boxes left undecided."""
    n, span = land.dimension, (land.upper - land.lower)[:, None]
    none = Boxes.joined([], n)
    if n not in STARTS or not len(undecided):
        return none
    starts = _starts(land)
    free = np.ones(starts.shape, dtype=bool)
    low, high = inner[0][:, None], inner[1][:, None]
    p = starts
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            step = krawczyk(enclosures, p, np.zeros_like(p), free).centre - p
            step = np.where(np.isfinite(step).all(axis=0), step, 0.0)
            length = np.abs(step / span).max(axis=0)
            p = np.clip(p + step * np.minimum(1.0, LONGEST / np.maximum(length, 1e-300)), low, high)
    p = p[:, length < 1e-9]
    p = p[:, _distinct(p / span)]
    p = p[:, _met(p, undecided)]
    parts = []
    for size in SIZES:
        if not p.shape[1]:
            break
        r = np.broadcast_to(size * span, p.shape)
        free = np.ones(p.shape, dtype=bool)
        corners = bounds(p, r)
        fine = (enclosures.slopes(*corners)[2] == 0) & krawczyk(enclosures, p, r, free).certain
        parts.append(Boxes(*corners, np.zeros(p.shape, dtype=np.int8)).pick(fine))
        p = p[:, ~fine]
    return Boxes.joined(parts, n) if parts else none


def _starts(land: Landscape) -> Array:
    """Return a grid over the region (n, m), and what lies at the bottom and the top of it."""
    n = land.dimension
    axes = [np.linspace(a, b, STARTS[n]) for a, b in zip(land.lower, land.upper, strict=True)]
    grid = np.stack([each.ravel() for each in np.meshgrid(*axes, indexing="ij")], axis=1)
    parts = [grid]
    for sign in (1.0, -1.0):

        def f(points: Array, sign: float = sign) -> Array:
            values = sign * np.asarray(land.value(points), dtype=np.float64)
            return np.where(np.isnan(values), np.inf, values)

        with np.errstate(all="ignore"):
            values = f(grid)
            chosen = grid[np.argsort(values, kind="stable")[:EXTREMA]]
            parts.append(polish(f, chosen, land.lower, land.upper, (land.upper - land.lower) / STARTS[n])[0])
    return np.ascontiguousarray(np.concatenate(parts).T)


def _distinct(p: Array) -> NDArray[np.intp]:
    """Return the numbers of points (n, m) that differ by more than rounding."""
    _unique, first = np.unique(np.round(p, 9), axis=1, return_index=True)
    return np.sort(first)


def _met(p: Array, boxes: Boxes) -> NDArray[np.bool_]:
    """Whether each point (n, m) lies in one of the boxes of the region itself."""
    own = boxes.pick((boxes.side == 0).all(axis=0))
    slack = 0.125 * (own.hi - own.lo)
    return np.array(
        [
            bool(((own.lo - slack <= q[:, None]) & (own.hi + slack >= q[:, None])).all(axis=0).any())
            for q in p.T
        ],
        dtype=bool,
    )
