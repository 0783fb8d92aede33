"""What methods share that keep a population: where it begins, how members are thrown, chosen and measured."""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.drivers import (
    HELD_VALUE,
    NOT_FINITE,
    NOTHING,
    OUT_OF_BUDGET,
    RAISED,
    RUNNING,
    SETTLED,
    fold,
    keep_inside,
    note,
    ran_off,
    value_at,
    write_row,
)
from minima_core.compiled.faces import doubles, pointer
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import POPULATION, normal_pair, uniform_pair
from minima_core.methods.inner import end_loop

__all__ = [
    "another",
    "chances",
    "copy_numbers",
    "end_generation",
    "end_population",
    "evaluate",
    "extent",
    "lowest",
    "points",
    "stand_first",
    "throw",
    "throw_near",
]


@Kernel
def copy_numbers(count: int, source: Any, begin: int, target: Any, place: int) -> None:
    """Write `count` numbers of one block, from a place on, into another one."""
    for k in range(count):
        target[place + k] = source[begin + k]


@Kernel
def points(r: Any, size: int, place: int) -> Any:
    """Return a block of points from the method's memory: size × n numbers, one point after the other."""
    return pointer(r.memory + 8 * place * size * r.n)


@Kernel
def chances(r: Any, count: int, draw: int, u: Any) -> None:
    """Draw at least `count` numbers, uniform in [0, 1); there must be room for one more."""
    for k in range(0, count, 2):
        u[k], u[k + 1] = uniform_pair(r.key, r.lane, r.clock, draw + k // 2)


@Kernel
def evaluate(r: Any, n: int, address: int) -> float:
    """Bring the point at an address into the box and return its value: infinite, the worst, if not finite.

    Where the budget leaves no evaluation, or a Python callable raises, the run's status says so, and nothing
    is evaluated any more.
    """
    if r.status != RUNNING:
        return math.inf
    if r.values >= r.budget:
        r.status = OUT_OF_BUDGET
        return math.inf
    keep_inside(r.border, n, pointer(address), pointer(r.lower), pointer(r.upper))
    f: float = value_at(r, n, address)
    return f if math.isfinite(f) else math.inf


@Kernel
def write_insides(r: Any, spread: float, share: float) -> None:
    """Write the insides of a step to the row that it gets, if it gets one."""
    row = pointer(r.insides)
    at = r.row * r.pitch
    row[at], row[at + 1] = spread, share


@Kernel
def stand_first(r: Any, n: int) -> None:
    """Evaluate where the run stands, if nobody has: the first member, and at step 0 the first row.

    A value that is not finite does not end the run yet: the other members may lie better.
    """
    if r.held != NOTHING:
        return
    f = evaluate(r, n, r.x)
    if r.status == OUT_OF_BUDGET:
        return
    r.value, r.held = f, HELD_VALUE
    if r.row == 0 and r.step == 0:
        write_insides(r, math.nan, math.nan)
        write_row(r, n, doubles(r.x, n), r.value)
    if r.status != RAISED and r.values >= r.budget and not math.isfinite(f):
        r.status = ran_off(r)


@Kernel
def throw(r: Any, n: int, i: int, members: Any, draw: int) -> None:
    """Throw member i of a new population: uniform in the box, by the random numbers from `draw` on."""
    lower, upper = pointer(r.lower), pointer(r.upper)
    for j in range(n):
        u, _ = uniform_pair(r.key, r.lane, r.clock, POPULATION + draw + j)
        members[i * n + j] = lower[j] + u * (upper[j] - lower[j])


@Kernel
def throw_near(r: Any, n: int, i: int, members: Any, deviation: float) -> None:
    """Throw member i of a new population around the best point known: normal, in shares of the box."""
    lower, upper, best = pointer(r.lower), pointer(r.upper), pointer(r.best)
    for j in range(n):
        z, _ = normal_pair(r.key, r.lane, r.clock, POPULATION + i * n + j)
        there = best[j] + deviation * (upper[j] - lower[j]) * z
        members[i * n + j] = fold(there, lower[j], upper[j])


@Kernel
def end_generation(r: Any, n: int, spread: float, share: float) -> None:
    """Note a whole generation; driven by another method, a population that has gathered has settled."""
    if r.status in (RUNNING, NOT_FINITE):
        write_insides(r, spread, share)
        note(r, n, doubles(r.x, n), r.value)
        if r.status == RUNNING and r.tolerance > 0.0 and spread <= r.tolerance:
            r.status = SETTLED


@Kernel
def end_population(r: Any, n: int) -> None:
    """Note that a loop ends where the run stands, unless the run is one that another method drives."""
    if r.loop_room > 0:
        end_loop(r, n, doubles(r.x, n), r.value)


@Kernel
def another(u: float, count: int, a: int, b: int, c: int) -> int:
    """Return one of `count` numbers, none of the three, from u uniform in [0, 1); −1 stands for no number."""
    low, high = min(a, b, c), max(a, b, c)
    middle = a + b + c - low - high
    free = count
    for taken in (low, middle, high):
        if taken >= 0:
            free -= 1
    k = int(u * free)
    for taken in (low, middle, high):
        if 0 <= taken <= k:
            k += 1
    return k


@Kernel
def lowest(count: int, values: Any) -> int:
    """Return the place of the lowest value; of equals the first."""
    best = 0
    for i in range(1, count):
        if values[i] < values[best]:
            best = i
    return best


@Kernel
def extent(r: Any, n: int, count: int, members: Any) -> float:
    """Return how far the members (count, n) reach from end to end: the largest share of the box's widths."""
    lower, upper = pointer(r.lower), pointer(r.upper)
    largest = 0.0
    for j in range(n):
        least, most = members[j], members[j]
        for i in range(1, count):
            least, most = min(least, members[i * n + j]), max(most, members[i * n + j])
        largest = max(largest, (most - least) / (upper[j] - lower[j]))
    return largest
