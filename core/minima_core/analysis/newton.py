"""Krawczyk's operator on many boxes at once, and what the Hessian on a box proves about the kind of a point.

Boxes are given by their centres c and half-widths r, float64 (n, m) each. Along a face of the region some
coordinates are held: ``free`` (n, m) tells which are not.

References
----------
R. Krawczyk, Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken, Computing 4 (1969).
A. Neumaier, Interval Methods for Systems of Equations, Cambridge 1990, section 5.1.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.formula.intervals import Enclosure, Enclosures

__all__ = ["Tested", "bounds", "krawczyk", "refined", "signs"]

Array: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

EPS = 2.0**-52
TINY = 1e-300
TIGHTENINGS = 12
WIDE = 1e-9
"""Boxes wider than this, relative to their place, should still shrink fast."""
NEWTON_STEPS = 12
SHARES = (1e-2, 1e-4, 1e-7, 1e-10)
"""Sizes of the small boxes, as shares of the large one."""


class Tested(NamedTuple):
    """What the operator says about each box."""

    empty: Flags
    """(m,) proved: no zero of the gradient (along the free coordinates) in the box."""
    certain: Flags
    """(m,) proved: exactly one."""
    centre: Array
    """(n, m) of the operator's image, which contains all zeros of the box."""
    reach: Array
    """(n, m) half-widths of the image."""
    pull: Array
    """(n, m) how much each coordinate's width blurs the gradient: where to cut."""


def bounds(c: Array, r: Array) -> tuple[Array, Array]:
    """Return corners that contain {|x − c| ≤ r}; exactly c where r is 0."""
    lo, hi = c - r, c + r
    moved = r > 0.0
    return (
        np.where(moved, lo - np.abs(lo) * EPS - TINY, c),
        np.where(moved, hi + np.abs(hi) * EPS + TINY, c),
    )


def krawczyk(enclosures: Enclosures, c: Array, r: Array, free: Flags) -> Tested:
    """Apply K(X) = c − Y g(c) + (I − Y H(X))(X − c), with Y close to the inverse of H's middle.

    The function has to be analytic on all boxes. Sums are in ordinary floating point; each is widened by a
    bound of its rounding errors, (n + 4)·2⁻⁵² times the sum of absolute values.
    """
    n = len(c)
    slip = (n + 4) * EPS
    hessian = enclosures.curves(*bounds(c, r))
    _value, at_centre, _flags = enclosures.slopes(c, c)
    with np.errstate(all="ignore"):
        held = ~free
        both = free[:, None] & free[None, :]
        lo, hi = np.where(both, hessian.lo, 0.0), np.where(both, hessian.hi, 0.0)
        largest = np.maximum(np.abs(lo), np.abs(hi))
        # Without preconditioning: g(X) ⊂ g(c) + H(X)(X − c).
        spread = np.einsum("ijm,jm->im", largest, r) * (1.0 + slip) + TINY
        empty = (free & ((at_centre.lo - spread > 0.0) | (at_centre.hi + spread < 0.0))).any(axis=0)
        middle = 0.5 * lo + 0.5 * hi
        radius = (np.maximum(hi - middle, middle - lo)) * (1.0 + EPS) + TINY
        for i in range(n):
            middle[i, i] = np.where(held[i], 1.0, middle[i, i])
            radius[i, i] = np.where(held[i], 0.0, radius[i, i])
        inverse = _inverse(middle)
        size = np.abs(inverse)
        g = np.where(free, 0.5 * at_centre.lo + 0.5 * at_centre.hi, 0.0)
        g_radius = np.where(free, np.maximum(at_centre.hi - g, g - at_centre.lo) * (1.0 + EPS) + TINY, 0.0)
        step = np.einsum("ijm,jm->im", inverse, g)
        noise = np.einsum("ijm,jm->im", size, g_radius + np.abs(g) * slip)
        defect = -np.einsum("ijm,jkm->ikm", inverse, middle)
        for i in range(n):
            defect[i, i] += 1.0
        blur = np.einsum("ijm,jkm->ikm", size, radius + np.abs(middle) * slip) + EPS
        reach = noise + np.einsum("ikm,km->im", np.abs(defect) + blur, r)
        reach = (reach * (1.0 + 4.0 * slip) + EPS * np.abs(step) + TINY) * free
        known = np.isfinite(step) & np.isfinite(reach)
        apart = np.abs(step) - reach > r * (1.0 + EPS) + TINY
        empty |= (apart & known & free).any(axis=0) & known.all(axis=0)
        inside = np.where(free, np.abs(step) + reach < r * (1.0 - 4.0 * EPS), True)
        certain = inside.all(axis=0) & known.all(axis=0) & free.any(axis=0) & ~empty
        centre = np.where(known, c - np.where(free, step, 0.0), c)
        wide = np.where(known, reach + EPS * (np.abs(c) + np.abs(step)) * free, np.inf * free)
        pull = np.where(free, np.einsum("ijm->jm", largest) * r, 0.0)
    return Tested(empty, certain, centre, np.where(free, wide, 0.0), pull)


def _inverse(middle: Array) -> Array:
    """Return approximate inverses of (n, n, m) matrices; nan or huge where there is none."""
    n = len(middle)
    if n == 1:
        return np.asarray(1.0 / middle)
    if n == 2:
        (a, b), (c, d) = middle
        determinant = a * d - b * c
        return np.asarray(np.array([[d, -b], [-c, a]]) / determinant)
    stacked = np.moveaxis(middle, 2, 0)
    good: Flags = np.asarray(np.isfinite(stacked).all(axis=(1, 2)))
    result = np.full_like(stacked, np.nan)
    good &= np.abs(np.linalg.det(np.where(good[:, None, None], stacked, 0.0))) > 0.0
    result[good] = np.linalg.inv(stacked[good])
    return np.moveaxis(result, 0, 2)


def refined(enclosures: Enclosures, c: Array, r: Array, free: Flags) -> tuple[Array, Array]:
    """Shrink boxes that hold exactly one zero to the narrowest that doubles can say."""
    lo, hi = bounds(c, r)
    active = np.arange(c.shape[1])
    for _ in range(TIGHTENINGS):
        if not len(active):
            break
        low, high = lo[:, active], hi[:, active]
        centre, half = _centred(low, high)
        tested = krawczyk(enclosures, centre, half, free[:, active])
        image_lo, image_hi = bounds(tested.centre, tested.reach)
        within = (image_lo <= high).all(axis=0) & (image_hi >= low).all(axis=0)
        new_lo = np.where(within, np.maximum(low, image_lo), low)
        new_hi = np.where(within, np.minimum(high, image_hi), high)
        lo[:, active], hi[:, active] = new_lo, new_hi
        slow = ~(new_hi - new_lo < 0.5 * (high - low)).any(axis=0)
        slow &= (high - low > WIDE * np.abs(low)).any(axis=0) & (high - low > 1e-100).any(axis=0)
        if slow.any():
            nearer = active[slow]
            lo[:, nearer], hi[:, nearer] = _closed_in(
                enclosures, lo[:, nearer], hi[:, nearer], free[:, nearer]
            )
        active = active[(hi[:, active] - lo[:, active] < 0.9 * (high - low)).any(axis=0)]
    return _centred(lo, hi)


def _closed_in(enclosures: Enclosures, lo: Array, hi: Array, free: Flags) -> tuple[Array, Array]:
    """Find the zeros by Newton's method in floating point, and prove each in a small box around it."""
    c, half = _centred(lo, hi)
    p = c.copy()
    with np.errstate(all="ignore"):
        for _ in range(NEWTON_STEPS):
            tested = krawczyk(enclosures, p, np.zeros_like(p), free)
            p = np.clip(np.where(np.isfinite(tested.centre), tested.centre, p), lo, hi)
    for share in SHARES:
        r = np.where(free, np.minimum(half * share, np.maximum(np.abs(p), half)), 0.0)
        corners = bounds(p, r)
        fits = (corners[0] >= lo).all(axis=0) & (corners[1] <= hi).all(axis=0)
        proved = krawczyk(enclosures, p, r, free).certain & fits
        lo, hi = np.where(proved, corners[0], lo), np.where(proved, corners[1], hi)
    return lo, hi


def _centred(lo: Array, hi: Array) -> tuple[Array, Array]:
    """Return middles and half-widths of boxes, the latter rounded up."""
    c = np.clip(0.5 * lo + 0.5 * hi, lo, hi)
    return c, np.maximum(hi - c, c - lo) * (1.0 + EPS)


def signs(hessian: Enclosure, free: Flags) -> tuple[NDArray[np.intp], Array]:
    """Return how many eigenvalues are proved negative, and the eigenvalues about.

    With V the eigenvectors of the middle, VᵀHV is nearly diagonal; where no Gershgorin disc of it meets 0,
    the signs of its diagonal are those of the eigenvalues of H (Sylvester's law of inertia).

    Returns
    -------
    negative (m,), eigenvalues (n, m)
        −1 where the signs are not decided. Held coordinates are left out of the count, not of the
        eigenvalues.
    """
    n, _, m = hessian.lo.shape
    negative = np.full(m, -1, dtype=np.intp)
    eigenvalues = np.full((n, m), np.nan)
    slip = (2 * n + 6) * EPS
    for k in range(m):
        lo, hi = hessian.lo[:, :, k], hessian.hi[:, :, k]
        if not (np.isfinite(lo).all() and np.isfinite(hi).all()):
            continue
        middle = 0.5 * lo + 0.5 * hi
        eigenvalues[:, k] = np.linalg.eigvalsh(middle)
        kept = np.flatnonzero(free[:, k])
        if not len(kept):
            negative[k] = 0
            continue
        part = np.ix_(kept, kept)
        middle, radius = middle[part], 0.5 * (hi - lo)[part] * (1.0 + 4 * EPS) + TINY
        _, v = np.linalg.eigh(middle)
        if np.abs(v.T @ v - np.eye(len(kept))).sum(axis=1).max() > 0.5:
            continue
        turned = v.T @ middle @ v
        wide = np.abs(v).T @ (radius + np.abs(middle) * slip) @ np.abs(v) * (1.0 + slip) + TINY
        diagonal = np.diag(turned)
        off = np.abs(turned) + wide
        reach = (off.sum(axis=1) - np.diag(off) + np.diag(wide)) * (1.0 + slip)
        if np.all(np.abs(diagonal) > reach):
            negative[k] = int((diagonal < 0.0).sum())
    return negative, eigenvalues
