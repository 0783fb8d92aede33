"""Branch and prune: cuts a region into boxes until each is proved to hold no critical point, or exactly one.

The region itself and its faces are looked at together. On a face some coordinates are held at the edge; what
is sought there are points where the gradient vanishes along the face and does not lead down into the region:
the candidates for minima of the region on its border.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.newton import bounds, krawczyk
from minima_core.formula.intervals import DEAD, EDGE, JUMP, OPEN, Enclosure, Enclosures

__all__ = ["Boxes", "Found", "faces", "prune", "rounded_out"]

Array: TypeAlias = NDArray[np.float64]
Sides: TypeAlias = NDArray[np.int8]

WAVE, LEAST_WAVE = 4096, 256
"""Boxes that are looked at together, fewer of them the longer the formula is:"""
TOGETHER = 1_000_000
"""operations between two looks at whether to go on."""
INFLATION = 1.125
"""A box is tested a little larger than it is, so that a point on its edge is not lost between two."""
CUT = 0.4921875
"""Where boxes are cut: not in the middle, where the points of symmetric functions lie."""
ROUNDED = 2.0**-50
"""The region's bounds are taken to be right up to this, relatively: nobody can type 2π."""
NARROWEST = 2.0**-26
"""Boxes narrower than this share of the region are left undecided."""
NARROWEST_KINK = 2.0**-11
"""The same for boxes with a kink, a jump or an edge of the domain, once there are more than `MANY`."""
MANY = 600


@dataclass
class Boxes:
    """Boxes by their corners, (n, m) each; `side` is −1 or 1 where a coordinate is held, else 0."""

    lo: Array
    hi: Array
    side: Sides

    def __len__(self) -> int:
        return int(self.lo.shape[1])

    def pick(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Boxes:
        """Return some of them."""
        return Boxes(self.lo[:, which], self.hi[:, which], self.side[:, which])

    @staticmethod
    def joined(parts: list[Boxes], n: int) -> Boxes:
        """Return all of several."""
        if not parts:
            return Boxes(np.empty((n, 0)), np.empty((n, 0)), np.empty((n, 0), dtype=np.int8))
        return Boxes(
            np.concatenate([each.lo for each in parts], axis=1),
            np.concatenate([each.hi for each in parts], axis=1),
            np.concatenate([each.side for each in parts], axis=1),
        )


@dataclass
class Found:
    """What is left when all boxes have been looked at, or the budget is used up."""

    certain: Boxes
    """Each holds exactly one zero of the gradient (along its free coordinates)."""
    undecided: Boxes
    poles: Boxes
    """Boxes left out although f may have a pole there: without critical points, but how low f is is open."""
    boxes: int = 0
    finished: bool = True
    """Whether neither the budget nor the caller ended it."""
    parts: tuple[list[Boxes], list[Boxes], list[Boxes]] = field(default_factory=lambda: ([], [], []))


def rounded_out(enclosures: Enclosures, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Return the region with its bounds moved outwards by the rounding of decimals, where f is smooth there.

    So what lies at 2π lies in the region that ends at the double next to 2π.
    """
    low, high = lower.copy(), upper.copy()
    for bound, outer in ((lower, lower - ROUNDED * np.abs(lower)), (upper, upper + ROUNDED * np.abs(upper))):
        for axis in np.flatnonzero(bound != outer).tolist():
            least, most = lower.copy(), upper.copy()
            least[axis], most[axis] = min(bound[axis], outer[axis]), max(bound[axis], outer[axis])
            if not enclosures.slopes(least[:, None], most[:, None])[2][0]:
                low[axis], high[axis] = min(low[axis], least[axis]), max(high[axis], most[axis])
    return low, high


def faces(lower: Array, upper: Array, inner: tuple[Array, Array]) -> Boxes:
    """Return the region, as `inner` gives it, and all its faces but the corners, as boxes."""
    n = len(lower)
    columns: list[tuple[Array, Array, tuple[int, ...]]] = []
    for side in itertools.product((0, -1, 1), repeat=n):
        if all(side):
            continue
        if not any(side):
            columns.append((*inner, side))
            continue
        held = np.array(side)
        columns.append((np.where(held == 1, upper, lower), np.where(held == -1, lower, upper), side))
    return Boxes(
        np.array([lo for lo, _, _ in columns]).T,
        np.array([hi for _, hi, _ in columns]).T,
        np.array([side for _, _, side in columns], dtype=np.int8).T,
    )


def prune(
    enclosures: Enclosures,
    lower: Array,
    upper: Array,
    inner: tuple[Array, Array],
    budget: int,
    cancel: Callable[[], bool],
    progress: Callable[[float], None],
) -> Found:
    """Look at the region and its faces until all is decided or the budget, in boxes, is used up.

    `inner` is the region in which critical points are sought, see `rounded_out`.
    """
    n = len(lower)
    span = (upper - lower)[:, None]
    waiting: deque[Boxes] = deque([faces(lower, upper, inner)])
    nothing = Boxes.joined([], n)
    found = Found(nothing, nothing, nothing)
    certain, undecided, poles = found.parts
    crowd = 0
    together = int(np.clip(TOGETHER // enclosures.size, LEAST_WAVE, WAVE))
    while waiting:
        wave = _next(waiting, n, together)
        if cancel() or found.boxes + len(wave) > budget:
            found.finished = False
            undecided.extend([wave, *waiting])
            break
        found.boxes += len(wave)
        progress(found.boxes / budget)
        _value, slope, flags = enclosures.slopes(wave.lo, wave.hi)
        dead = (flags & DEAD) > 0
        empty = leads_away(slope, wave.side) & ((flags & (JUMP | EDGE)) == 0)
        ends = empty & ~dead & ((flags & OPEN) > 0)
        if ends.any():
            poles.append(wave.pick(ends))
        left = ~(empty | dead)
        wave, flags = wave.pick(left), flags[left]
        smooth = flags == 0
        rough = wave.pick(~smooth)
        pull = np.zeros(wave.lo.shape)
        if smooth.any():
            done = np.zeros(len(wave), dtype=bool)
            places = np.flatnonzero(smooth)
            narrowed, gone, hits, pulled = _narrowed(enclosures, wave.pick(places))
            certain.append(hits)
            wave.lo[:, places], wave.hi[:, places], pull[:, places] = narrowed.lo, narrowed.hi, pulled
            done[places[gone]] = True
            wave, flags, pull = wave.pick(~done), flags[~done], pull[:, ~done]
        crowd = len(rough) if len(rough) else crowd
        width = (wave.hi - wave.lo) / span
        least = np.where((flags != 0) & (crowd > MANY), NARROWEST_KINK, NARROWEST)
        small = width.max(axis=0) < least
        if small.any():
            undecided.append(wave.pick(small))
        wave, width, pull = wave.pick(~small), width[:, ~small], pull[:, ~small]
        if len(wave):
            waiting.append(_cut(wave, width, pull, flags[~small] != 0))
    found.certain, found.undecided = Boxes.joined(certain, n), Boxes.joined(undecided, n)
    found.poles = Boxes.joined(poles, n)
    return found


def _next(waiting: deque[Boxes], n: int, most: int) -> Boxes:
    """Take some of the boxes that wait longest."""
    parts, count = [], 0
    while waiting and count < most:
        part = waiting.popleft()
        if len(part) > most:
            rest = np.arange(len(part)) >= most
            waiting.appendleft(part.pick(rest))
            part = part.pick(~rest)
        parts.append(part)
        count += len(part)
    return Boxes.joined(parts, n)


def leads_away(slope: Enclosure, side: Sides) -> NDArray[np.bool_]:
    """Whether a slope along a free coordinate is not 0, or one at a held coordinate leads down inwards."""
    along = (side == 0) & ((slope.lo > 0.0) | (slope.hi < 0.0))
    inwards = ((side < 0) & (slope.hi < 0.0)) | ((side > 0) & (slope.lo > 0.0))
    return np.asarray((along | inwards).any(axis=0))


def _narrowed(enclosures: Enclosures, boxes: Boxes) -> tuple[Boxes, NDArray[np.bool_], Boxes, Array]:
    """Apply Krawczyk's operator.

    Returns
    -------
    the boxes cut to what may hold a zero; which of them are done with; those that hold exactly one, inflated;
    where to cut (n, m)
    """
    free = boxes.side == 0
    c = 0.5 * boxes.lo + 0.5 * boxes.hi
    half = np.maximum(boxes.hi - c, c - boxes.lo) * (1.0 + 2.0**-52)
    r = np.where(free, half * INFLATION, 0.0)
    _value, flags = enclosures.value(*bounds(c, r))
    r = np.where(flags == 0, r, np.where(free, half, 0.0))
    if (flags != 0).any():
        _value, flags = enclosures.value(*bounds(c, r))
    usable = flags == 0
    tested = krawczyk(enclosures, c, r, free)
    empty, certain = tested.empty & usable, tested.certain & usable
    image_lo, image_hi = bounds(tested.centre, tested.reach)
    cut = usable & free & np.isfinite(tested.reach)
    lo = np.where(cut, np.maximum(boxes.lo, image_lo), boxes.lo)
    hi = np.where(cut, np.minimum(boxes.hi, image_hi), boxes.hi)
    empty |= (lo > hi).any(axis=0)
    corners = bounds(c, r)
    hits = Boxes(corners[0], corners[1], boxes.side).pick(certain)
    return Boxes(lo, hi, boxes.side), empty | certain, hits, tested.pull


def _cut(boxes: Boxes, width: Array, pull: Array, rough: NDArray[np.bool_]) -> Boxes:
    """Cut each box in two: where that sharpens the gradient most, but none into needles.

    Where the function is rough, the cut is at a round number if there is one: poles and kinks tend to be
    there, and from one side their derivatives are known.
    """
    eligible = width >= 0.125 * width.max(axis=0)
    score = np.where(eligible, np.where(np.isfinite(pull), pull, 0.0), -1.0)
    score = np.where(score.max(axis=0) > 0.0, score, width)
    where = score.argmax(axis=0)
    columns = np.arange(len(boxes))
    low, high = boxes.lo[where, columns], boxes.hi[where, columns]
    at = np.where(rough, _round_between(low, high), low + CUT * (high - low))
    first_hi, second_lo = boxes.hi.copy(), boxes.lo.copy()
    first_hi[where, columns] = at
    second_lo[where, columns] = at
    return Boxes(
        np.concatenate((boxes.lo, second_lo), axis=1),
        np.concatenate((first_hi, boxes.hi), axis=1),
        np.concatenate((boxes.side, boxes.side), axis=1),
    )


def _round_between(low: Array, high: Array) -> Array:
    """Return the roundest decimal number well inside each interval, or a point near the middle."""
    size = high - low
    chosen = low + CUT * size
    unit = 10.0 ** np.ceil(np.log10(size))
    for scale in (unit / 10.0, unit / 5.0, unit / 2.0, unit):
        candidate = np.round(chosen / scale) * scale
        chosen = np.where((candidate > low + 0.1 * size) & (candidate < high - 0.1 * size), candidate, chosen)
    return chosen
