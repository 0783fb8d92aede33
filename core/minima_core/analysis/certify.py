"""From boxes that hold exactly one zero to points: narrowed, told apart, and proved to be of a kind."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.newton import bounds, refined, signs
from minima_core.analysis.prune import Boxes, leads_away
from minima_core.formula.intervals import DEAD, EDGE, JUMP, Enclosures

__all__ = ["Proved", "certify"]

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Proved:
    """A point, as a rule with its existence, uniqueness and kind proved."""

    position: Array
    """(n,), inside the region."""
    radius: float
    kind: str
    on_border: bool
    eigenvalues: Array
    value: tuple[float, float]
    """Bounds of f at the point."""
    proved: bool = True
    """False for points that were only found, in a box left undecided."""


@dataclass
class _Zeros:
    """Zeros, each in the box |x − c| ≤ r, and the only one in the box of `certificate`."""

    c: Array
    r: Array
    certificate: Boxes

    def pick(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> _Zeros:
        return _Zeros(self.c[:, which], self.r[:, which], self.certificate.pick(which))

    def __len__(self) -> int:
        return int(self.c.shape[1])


def certify(
    enclosures: Enclosures, certain: Boxes, lower: Array, upper: Array, grown: tuple[Array, Array]
) -> tuple[list[Proved], Boxes]:
    """Return the points that `certain` holds, and the boxes in which something about them stays undecided.

    Points whose narrowest box meets the edge of the region count as lying on it, and so do those between it
    and `grown`, where critical points are sought; those outside are left out.
    """
    n = len(lower)
    doubtful: list[Boxes] = []
    zeros = _inside(_zeros(enclosures, certain), lower, upper, grown)
    zeros, confused = _told_apart(zeros)
    doubtful.extend(confused)
    inner = (zeros.certificate.side == 0).all(axis=0)
    points, unclear = _inner(enclosures, zeros.pick(inner), lower, upper)
    doubtful.append(unclear)
    known = [(each.position, each.radius) for each in points]
    rest = zeros.pick(~inner)
    held = (rest.certificate.side != 0).sum(axis=0)
    for count in range(1, n):
        found, unclear = _on_faces(enclosures, rest.pick(held == count), lower, upper, known)
        points += found
        doubtful.append(unclear)
        known += [(each.position, each.radius) for each in found]
    found, unclear = _corners(enclosures, lower, upper, known)
    return points + found, Boxes.joined([*doubtful, unclear], n)


def _zeros(enclosures: Enclosures, certain: Boxes) -> _Zeros:
    free = certain.side == 0
    c = np.where(free, 0.5 * certain.lo + 0.5 * certain.hi, certain.lo)
    r = np.where(free, np.maximum(certain.hi - c, c - certain.lo), 0.0)
    c, r = refined(enclosures, c, r, free)
    return _Zeros(c, r, certain)


def _inside(zeros: _Zeros, lower: Array, upper: Array, grown: tuple[Array, Array]) -> _Zeros:
    """Leave out those that lie outside the region."""
    lo, hi = bounds(zeros.c, zeros.r)
    free = (zeros.certificate.side == 0).all(axis=0)
    low = np.where(free, grown[0][:, None], lower[:, None])
    high = np.where(free, grown[1][:, None], upper[:, None])
    return zeros.pick(np.asarray(((hi >= low) & (lo <= high)).all(axis=0)))


def _told_apart(zeros: _Zeros) -> tuple[_Zeros, list[Boxes]]:
    """Return each zero once; two are the same if one lies in the box where the other is the only one."""
    lo, hi = bounds(zeros.c, zeros.r)
    kept: list[int] = []
    furthest: list[float] = []  # how far those kept so far, of the same face, reach along the first axis
    confused: list[Boxes] = []
    order = np.lexsort((*zeros.c[::-1], *zeros.certificate.side))
    for index in order.tolist():
        same = False
        side = zeros.certificate.side[:, index]
        for other, reached in zip(reversed(kept), reversed(furthest), strict=True):
            if (zeros.certificate.side[:, other] != side).any() or reached < lo[0, index]:
                break
            if (lo[:, other] <= hi[:, index]).all() and (lo[:, index] <= hi[:, other]).all():
                box, own = zeros.certificate.pick(np.array([other])), np.array([index])
                within = (box.lo[:, 0] <= lo[:, index]).all() and (hi[:, index] <= box.hi[:, 0]).all()
                same = True
                if not within:
                    confused.append(zeros.certificate.pick(own))
                break
        if not same:
            on_same = bool(kept) and bool((zeros.certificate.side[:, kept[-1]] == side).all())
            furthest.append(max(furthest[-1] if on_same else -np.inf, float(hi[0, index])))
            kept.append(index)
    return zeros.pick(np.array(sorted(kept), dtype=np.intp)), confused


def _inner(enclosures: Enclosures, zeros: _Zeros, lower: Array, upper: Array) -> tuple[list[Proved], Boxes]:
    """Return critical points: the gradient is zero in all coordinates."""
    n = len(lower)
    corners = bounds(zeros.c, zeros.r)
    value, _flags = enclosures.value(*corners)
    negative, eigenvalues = signs(enclosures.curves(*corners), zeros.certificate.side == 0)
    points, unclear = [], negative < 0
    for k in np.flatnonzero(~unclear).tolist():
        kind = {0: "minimum", n: "maximum"}.get(int(negative[k]), "saddle")
        points.append(_point(zeros, k, kind, eigenvalues, value.lo[k], value.hi[k], lower, upper))
    return points, zeros.certificate.pick(unclear)


def _point(
    zeros: _Zeros,
    k: int,
    kind: str,
    eigenvalues: Array,
    least: float,
    most: float,
    lower: Array,
    upper: Array,
) -> Proved:
    lo, hi = bounds(zeros.c[:, k], zeros.r[:, k])
    position = np.clip(zeros.c[:, k], lower, upper)
    edge = bool(((lo <= lower) | (hi >= upper)).any())
    radius = float(np.maximum(hi - position, position - lo).max())
    return Proved(position, radius, kind, edge, eigenvalues[:, k], (float(least), float(most)))


def _on_faces(
    enclosures: Enclosures, zeros: _Zeros, lower: Array, upper: Array, known: list[tuple[Array, float]]
) -> tuple[list[Proved], Boxes]:
    """Return the minima of the region on its faces: zero slope along them, rising inwards, curved upwards."""
    points: list[Proved] = []
    unclear = np.zeros(len(zeros), dtype=bool)
    if not len(zeros):
        return points, zeros.certificate
    side = zeros.certificate.side
    corners = bounds(zeros.c, zeros.r)
    value, slope, _flags = enclosures.slopes(*corners)
    negative, eigenvalues = signs(enclosures.curves(*corners), side == 0)
    rising = ((side == 0) | ((side < 0) & (slope.lo > 0.0)) | ((side > 0) & (slope.hi < 0.0))).all(axis=0)
    falling = (((side < 0) & (slope.hi < 0.0)) | ((side > 0) & (slope.lo > 0.0))).any(axis=0)
    for k in np.flatnonzero(~falling & (negative <= 0)).tolist():
        if _holds(known, corners[0][:, k], corners[1][:, k]):
            continue
        if rising[k] and negative[k] == 0:
            points.append(_point(zeros, k, "minimum", eigenvalues, value.lo[k], value.hi[k], lower, upper))
        else:
            unclear[k] = True
    return points, zeros.certificate.pick(unclear)


def _holds(known: list[tuple[Array, float]], lo: Array, hi: Array) -> bool:
    """Whether one of the known points meets a box."""
    return any(bool(((p + r >= lo) & (p - r <= hi)).all()) for p, r in known)


def _corners(
    enclosures: Enclosures, lower: Array, upper: Array, known: list[tuple[Array, float]]
) -> tuple[list[Proved], Boxes]:
    """Return the minima of the region at its corners, where it rises along every edge."""
    n = len(lower)
    side = np.array(list(itertools.product((-1, 1), repeat=n)), dtype=np.int8).T
    at = np.where(side < 0, lower[:, None], upper[:, None])
    value, slope, flags = enclosures.slopes(at, at)
    away = leads_away(slope, side)
    upwards = ((side < 0) & (slope.lo > 0.0)) | ((side > 0) & (slope.hi < 0.0))
    rising = np.asarray(upwards.all(axis=0))
    broken = (flags & (JUMP | EDGE)) > 0
    points, unclear = [], np.zeros(at.shape[1], dtype=bool)
    for k in np.flatnonzero((flags & DEAD) == 0):
        if broken[k] or not (away[k] or rising[k]):
            unclear[k] = broken[k] or not _holds(known, at[:, k], at[:, k])
        elif rising[k] and not _holds(known, at[:, k], at[:, k]):
            hessian = enclosures.curves(at[:, [k]], at[:, [k]])
            eigenvalues = signs(hessian, np.ones((n, 1), dtype=bool))[1][:, 0]
            if flags[k]:
                eigenvalues = np.full(n, np.nan)
            bounds_of_f = (float(value.lo[k]), float(value.hi[k]))
            points.append(Proved(at[:, k], 0.0, "minimum", True, eigenvalues, bounds_of_f))
    corner = Boxes(at, at.copy(), side)
    return points, corner.pick(unclear)
