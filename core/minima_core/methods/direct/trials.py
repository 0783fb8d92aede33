"""What methods without derivatives share: to evaluate where they stand, and to try a point."""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.drivers import HELD_VALUE, NOTHING, OUT_OF_BUDGET, consider, ran_off, value_at
from minima_core.compiled.faces import call_value, doubles, pointer
from minima_core.compiled.kernel import Kernel

__all__ = ["evaluate_start", "move_to", "reach", "tried"]


@Kernel
def evaluate_start(r: Any, n: int) -> bool:
    """Evaluate where the run stands, if nobody has; return whether that is row 0, still to be written."""
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
    first: bool = r.row == 0 and r.step == 0
    return first


@Kernel
def tried(r: Any, n: int, address: int) -> float:
    """Return the value at the point at an address: infinite, and so refused, where it is not finite.

    Where the budget leaves no evaluation, or a Python callable raises, the run's status says so.
    """
    if r.values >= r.budget:
        r.status = OUT_OF_BUDGET
        return math.inf
    f: float = value_at(r, n, address)
    return f if math.isfinite(f) else math.inf


@Kernel
def move_to(r: Any, n: int, point: Any, value: float) -> None:
    """Let the run stand at a point whose value is known."""
    x = doubles(r.x, n)
    for i in range(n):
        x[i] = point[i]
    r.value, r.held = value, HELD_VALUE


@Kernel
def reach(r: Any, n: int, count: int, points: Any, centre: Any) -> float:
    """Return how far `count` points (count, n) reach from a centre (n,), as a share of the box's widths."""
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    largest = 0.0
    for j in range(count):
        for i in range(n):
            largest = max(largest, math.fabs(points[j, i] - centre[i]) / (upper[i] - lower[i]))
    return largest
