"""What methods share that draw a generation of points from a bell and rank them: draws, values, ranks.

A generation is drawn from the counter of its step, so that it is the same whoever runs beside it. Points
are folded or clipped into the box where the run says so; the steps that led to them are kept as they were
drawn. Folded, the landscape is one that goes on for ever, mirrored at each edge: a bell may stand across an
edge, and a mean that has left the box is looked at in its mirror.
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.drivers import (
    HELD_VALUE,
    NOTHING,
    OUT_OF_BUDGET,
    RUNNING,
    consider,
    fold,
    keep_inside,
    ran_off,
    value_at,
)
from minima_core.compiled.faces import call_value, doubles, pointer
from minima_core.compiled.frame import Border
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import POPULATION, normal_pair

__all__ = ["back_inside", "evaluate_at", "mirrored", "normals", "rank", "stand", "usual_population"]

CLIP, REFLECT = int(Border.CLIP), int(Border.REFLECT)


@Kernel
def usual_population(n: int) -> int:
    """Return 4 + ⌊3 ln n⌋ (equation 48 of arXiv:1604.00772).

    >>> usual_population(2), usual_population(10)
    (6, 10)
    """
    return 4 + int(3.0 * math.log(float(n)))


@Kernel
def stand(r: Any, n: int) -> bool:
    """Evaluate where the run stands, if nobody has; return whether this is row 0, still to be written."""
    if r.held != NOTHING:
        return False
    if r.values >= r.budget:
        r.status = OUT_OF_BUDGET
        return False
    r.value = call_value(r.call_value, pointer(r.x), pointer(r.context))
    r.values += 1
    r.held = HELD_VALUE
    consider(r, n, doubles(r.x, n), r.value)
    if not math.isfinite(r.value):
        r.status = ran_off(r)
    return bool(r.row == 0 and r.step == 0)


@Kernel
def normals(r: Any, n: int, place: int, z: Any) -> None:
    """Draw the z ~ N(0, I) of one place in this step's generation."""
    begin = POPULATION + place * ((n + 1) // 2)
    for i in range(0, n, 2):
        a, b = normal_pair(r.key, r.lane, r.clock, begin + i // 2)
        z[i] = a
        if i + 1 < n:
            z[i + 1] = b


@Kernel
def evaluate_at(r: Any, n: int, address: int) -> float:
    """Bring the point at an address into the box and return its value; infinite where it is not finite.

    Where the budget leaves none, or a Python callable raised, the frame's status says so.
    """
    if r.values >= r.budget:
        r.status = OUT_OF_BUDGET
        return math.inf
    keep_inside(r.border, n, doubles(address, n), doubles(r.lower, n), doubles(r.upper, n))
    f: float = value_at(r, n, address)
    return f if math.isfinite(f) and r.status == RUNNING else math.inf


@Kernel
def rank(count: int, values: Any, order: Any) -> None:
    """Write the places of the values to `order`, lowest first; of equals the first place (Shell 1959)."""
    for k in range(count):
        order[k] = k
    gap = 1
    while gap < count // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for k in range(gap, count):
            one = order[k]
            value = values[int(one)]
            j = k
            while j >= gap:
                other = order[j - gap]
                held = values[int(other)]
                if held < value or (held == value and other < one):
                    break
                order[j] = other
                j -= gap
            order[j] = one
        gap //= 3


@Kernel
def mirrored(border: int, x: float, low: float, high: float) -> bool:
    """Whether a coordinate lies beyond a reflecting border so that folding it back turns it round."""
    if border != REFLECT or low <= x <= high:
        return False
    return bool(math.floor((x - low) / (high - low)) % 2.0 != 0.0)


@Kernel
def back_inside(border: int, x: float, low: float, high: float) -> float:
    """Return a coordinate of a mean, brought back as the border says."""
    if border == REFLECT and not low <= x <= high:
        return float(fold(x, low, high))
    if border == CLIP:
        return min(max(x, low), high)
    return x
