"""A short descent without derivatives from a population's best member: a Nelder–Mead simplex in one go.

A population that has gathered in one valley takes many generations for its last digits; a simplex takes few
evaluations. The rules are those of `.nelder_mead`, without its insides: the descent is one step of the
method that asks for it.
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.drivers import RUNNING
from minima_core.compiled.faces import pointer
from minima_core.compiled.kernel import Kernel
from minima_core.methods.evolution.population import copy_numbers, evaluate

__all__ = ["descended", "room"]

SMALLEST = 1e-12  # a simplex of this share of the box is a point


def room(n: int) -> int:
    """Return how many numbers the descent needs: a simplex, its values, the middle and two trial points."""
    return (n + 1) * (n + 1) + 3 * n


@Kernel
def move_forward(n: int, simplex: Any, values: Any, place: int) -> None:
    """Move a corner forward to where it belongs: behind those of the same value."""
    k = place
    while k > 0 and values[k] < values[k - 1]:
        values[k], values[k - 1] = values[k - 1], values[k]
        for j in range(n):
            a, b = k * n + j, k * n - n + j
            simplex[a], simplex[b] = simplex[b], simplex[a]
        k -= 1


@Kernel
def beyond(r: Any, n: int, there: int, along: float, address: int) -> float:
    """Return the value at x̄ + t(x̄ − xₙ₊₁), a point that is written to an address."""
    simplex, middle, point = pointer(there), pointer(there + 8 * (n + 1) * (n + 1)), pointer(address)
    for j in range(n):
        point[j] = (1.0 + along) * middle[j] - along * simplex[n * n + j]
    f: float = evaluate(r, n, address)
    return f


@Kernel
def replace_worst(n: int, simplex: Any, values: Any, address: int, f: float) -> None:
    """Put a point in place of the worst corner."""
    copy_numbers(n, pointer(address), 0, simplex, n * n)
    values[n] = f
    move_forward(n, simplex, values, n)


@Kernel
def is_small(r: Any, n: int, simplex: Any, values: Any, tolerance: float) -> bool:
    """Whether the values of the corners, or the corners themselves, lie together."""
    if values[n] - values[0] <= tolerance:
        return True
    lower, upper = pointer(r.lower), pointer(r.upper)
    for k in range(1, n + 1):
        for j in range(n):
            if math.fabs(simplex[k * n + j] - simplex[j]) > SMALLEST * (upper[j] - lower[j]):
                return False
    return True


@Kernel
def lay(r: Any, n: int, there: int, size: float) -> None:
    """Lay a simplex: beside its first corner one along each axis, on the side where there is room."""
    simplex = pointer(there)
    lower, upper = pointer(r.lower), pointer(r.upper)
    for k in range(1, n + 1):
        copy_numbers(n, simplex, 0, simplex, k * n)
        j = k - 1
        beside = size * (upper[j] - lower[j])
        simplex[k * n + j] += -beside if simplex[j] + beside > upper[j] else beside


@Kernel
def shrink(n: int, simplex: Any) -> None:
    """Move all corners halfway to the best one."""
    for k in range(1, n + 1):
        for j in range(n):
            simplex[k * n + j] = 0.5 * (simplex[k * n + j] + simplex[j])


@Kernel
def descended(r: Any, n: int, there: int, size: float, tolerance: float, steps: int) -> float:
    """Descend from the point at `there`, with its value behind n + 1 points, and return the lowest value.

    Its point then stands at `there`. At most `steps` iterations; the run's status says if the budget did not
    allow all. `size` is a share of the box; the descent ends where all values lie within `tolerance`.
    """
    simplex, values = pointer(there), pointer(there + 8 * (n + 1) * n)
    middle = pointer(there + 8 * (n + 1) * (n + 1))
    first, second = there + 8 * (n + 1) * (n + 1) + 8 * n, there + 8 * (n + 1) * (n + 1) + 16 * n
    lay(r, n, there, size)
    fresh = True  # whether the corners behind the first still have to be evaluated
    for _ in range(steps):
        if fresh:
            for k in range(1, n + 1):
                values[k] = evaluate(r, n, there + 8 * k * n)
            for k in range(1, n + 1):
                move_forward(n, simplex, values, k)
            fresh = False
        if r.status != RUNNING or is_small(r, n, simplex, values, tolerance):
            break
        for j in range(n):
            middle[j] = 0.0
            for k in range(n):
                middle[j] += simplex[k * n + j] / n
        reflected = beyond(r, n, there, 1.0, first)
        if values[0] <= reflected < values[n - 1]:
            replace_worst(n, simplex, values, first, reflected)
            continue
        outwards = reflected < values[n]
        along = 2.0 if reflected < values[0] else (0.5 if outwards else -0.5)
        tried = beyond(r, n, there, along, second)
        if tried < (reflected if outwards else values[n]):
            replace_worst(n, simplex, values, second, tried)
        elif reflected < values[0]:
            replace_worst(n, simplex, values, first, reflected)
        else:
            shrink(n, simplex)
            fresh = True
    lowest: float = values[0]
    return lowest
