"""Hills on the objective: bells of Gauss put where minima were found, which push away whoever comes near.

With u the coordinates in shares of the box's widths w, hill k of height h, width σ and centre u_k adds

    P(x) = Σ h exp(−|u − u_k|² / (2σ²)).

The local method that is driven asks the faces of this file instead of the objective: they answer f + P, its
gradient and its Hessian. What f itself was is kept for the last evaluations, so that every row of the record
can say the true value; the best point is judged by f alone.
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.drivers import consider
from minima_core.compiled.faces import (
    as_array,
    call_hessian,
    call_value,
    call_value_gradient,
    doubles,
    frame_at,
    matrix,
    pointer,
)
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.own_faces import OwnFace

__all__ = [
    "MOST_HILLS",
    "TRAIL",
    "count_of_hills",
    "hessian_with_hills",
    "hills_layout",
    "push_at",
    "put_hill",
    "true_value",
    "value_and_slope_with_hills",
    "value_with_hills",
]

MOST_HILLS = 128
TRAIL = 64  # evaluations that are remembered


def hills_layout(n: int) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return the arrays that hills need, which come first in a method's memory."""
    return (
        ("door", (4,)),  # for the faces: the frame's address; then how many hills, and evaluations, there are
        ("hill_centres", (MOST_HILLS, n)),
        ("hill_heights", (MOST_HILLS,)),
        ("hill_widths", (MOST_HILLS,)),
        ("trail", (TRAIL, n)),
        ("trail_values", (TRAIL,)),
    )


FRAME_ADDRESS, COUNT, EVALUATIONS = 0, 1, 2


@Kernel
def door(r: Any) -> Any:
    """Return the frame's address, the number of hills, and that of evaluations."""
    return doubles(r.memory, 4)


@Kernel
def centres(r: Any, n: int) -> Any:
    """Return where hills stand."""
    return matrix(r.memory + 32, MOST_HILLS, n)


@Kernel
def of_hills(r: Any, n: int, which: int) -> Any:
    """Return the heights (0) or the widths (1) of hills."""
    return doubles(r.memory + 32 + 8 * MOST_HILLS * (n + which), MOST_HILLS)


@Kernel
def trail(r: Any, n: int) -> Any:
    """Return the points that were evaluated last."""
    return matrix(r.memory + 32 + 8 * MOST_HILLS * (n + 2), TRAIL, n)


@Kernel
def trail_values(r: Any, n: int) -> Any:
    """Return their values."""
    return doubles(r.memory + 32 + 8 * (MOST_HILLS * (n + 2) + TRAIL * n), TRAIL)


@Kernel
def count_of_hills(r: Any) -> int:
    """Return how many hills there are."""
    return int(door(r)[COUNT])


@Kernel
def put_hill(r: Any, n: int, place: int, x: Any, height: float, width: float) -> None:
    """Put a hill somewhere: a new one, or in place of another."""
    points = centres(r, n)
    for i in range(n):
        points[place, i] = x[i]
    of_hills(r, n, 0)[place], of_hills(r, n, 1)[place] = height, width
    door(r)[COUNT] = max(door(r)[COUNT], place + 1.0)


@Kernel
def hill(r: Any, n: int, k: int, x: Any) -> float:
    """Return the height of one hill at a point."""
    lower, upper, points = doubles(r.lower, n), doubles(r.upper, n), centres(r, n)
    width = of_hills(r, n, 1)[k]
    square = 0.0
    for i in range(n):
        d = (x[i] - points[k, i]) / ((upper[i] - lower[i]) * width)
        square += d * d
    height: float = of_hills(r, n, 0)[k]
    return 0.0 if square > 1400.0 else float(height * math.exp(-0.5 * square))


@Kernel
def push_at(r: Any, n: int, x: Any) -> float:
    """Return how high the hills are at a point."""
    total = 0.0
    for k in range(count_of_hills(r)):
        total += hill(r, n, k, x)
    return total


@Kernel
def remember_value(r: Any, n: int, x: Any, f: float) -> None:
    """Keep a point with its true value, and judge it."""
    place = int(door(r)[EVALUATIONS]) % TRAIL
    points = trail(r, n)
    for i in range(n):
        points[place, i] = x[i]
    trail_values(r, n)[place] = f
    door(r)[EVALUATIONS] += 1.0
    consider(r, n, x, f)


@Kernel
def true_value(r: Any, n: int, x: Any) -> float:
    """Return the true value at a point evaluated lately; not a number if it is not among the last ones."""
    points, values = trail(r, n), trail_values(r, n)
    last = int(door(r)[EVALUATIONS])
    for back in range(min(last, TRAIL)):
        place = (last - 1 - back) % TRAIL
        same = True
        for i in range(n):
            if points[place, i] != x[i]:
                same = False
        if same:
            return float(values[place])
    return math.nan


@Kernel
def frame_behind(context: Any) -> Any:
    """Return the frame whose hills a face is asked about."""
    return frame_at(int(as_array(context, (1,))[0]))


def face_value(p: Any, context: Any) -> float:
    """Return f + P."""
    r = frame_behind(context)
    n = r.n
    f: float = call_value(r.call_value, p, pointer(r.context))
    x = as_array(p, (n,))
    remember_value(r, n, x, f)
    return f + float(push_at(r, n, x))


def face_value_gradient(p: Any, context: Any, gradient: Any) -> float:
    """Return f + P, and write its gradient."""
    r = frame_behind(context)
    n = r.n
    f: float = call_value_gradient(r.call_value_gradient, p, pointer(r.context), gradient)
    x, g = as_array(p, (n,)), as_array(gradient, (n,))
    lower, upper, points = doubles(r.lower, n), doubles(r.upper, n), centres(r, n)
    widths = of_hills(r, n, 1)
    remember_value(r, n, x, f)
    total = 0.0
    for k in range(count_of_hills(r)):
        height = hill(r, n, k, x)
        total += height
        for i in range(n):
            scale = (upper[i] - lower[i]) * widths[k]
            g[i] -= height * (x[i] - points[k, i]) / (scale * scale)
    return f + total


def face_hessian(p: Any, context: Any, hessian: Any) -> None:
    """Write the Hessian of f + P."""
    r = frame_behind(context)
    n = r.n
    call_hessian(r.call_hessian, p, pointer(r.context), hessian)
    x, h = as_array(p, (n,)), as_array(hessian, (n, n))
    lower, upper, points = doubles(r.lower, n), doubles(r.upper, n), centres(r, n)
    widths = of_hills(r, n, 1)
    for k in range(count_of_hills(r)):
        height = hill(r, n, k, x)
        for i in range(n):
            a = (upper[i] - lower[i]) * widths[k]
            d = (x[i] - points[k, i]) / (a * a)
            h[i, i] -= height / (a * a)
            for j in range(n):
                b = (upper[j] - lower[j]) * widths[k]
                h[i, j] += height * d * (x[j] - points[k, j]) / (b * b)


value_with_hills = OwnFace(Kernel(face_value, "value", name="value_with_hills"))
"""``value_with_hills()``: the address of the face ``value`` of f + P."""

value_and_slope_with_hills = OwnFace(
    Kernel(face_value_gradient, "value_gradient", name="value_gradient_with_hills")
)
"""``value_and_slope_with_hills()``: the address of the face ``value_gradient`` of f + P."""

hessian_with_hills = OwnFace(Kernel(face_hessian, "hessian", name="hessian_with_hills"))
"""``hessian_with_hills()``: the address of the face ``hessian`` of f + P."""
