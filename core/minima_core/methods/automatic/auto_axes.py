"""A search along each axis in turn, the part of `auto` that finds out whether variables are separate.

A sum of functions of one variable each has as many valleys as the product of theirs, but its lowest point is
found by n searches on lines. From the lowest point known, for i = 1 … n:

    1. Evaluate f at K points on the line along axis i, evenly apart across the box, with a random offset.
    2. Around each of the T lowest that are no higher than their neighbours, narrow the interval R times: by
       the lowest point of the parabola through its three points, or, each third time or where that lies
       outside, by the golden section of the longer side.
    3. Go to the lowest point found on the line, if it is lower than where the line began.

In two variables it comes late: the valleys are mostly found by themselves.

References
----------
S. Langerman, G. Seront, H. Bersini, "S.T.E.P.: the easiest way to optimize a function", IEEE CEC 1994;
R. P. Brent, "Algorithms for minimization without derivatives", Prentice-Hall 1973, chapter 5 (2.).
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.drivers import RUNNING
from minima_core.compiled.faces import doubles
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import CHOICE, uniform
from minima_core.methods.automatic.auto_quadratic import TRIAL, value_of, vector_of

__all__ = ["LINE", "along_axis", "axes_layout"]

LINE = 100
"""Points on a line, K."""
DEEPEST, NARROWED = 4, 6
GOLDEN = 0.381966011250105
OFFSET = CHOICE + (1 << 20)


def axes_layout() -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return names and shapes of what a search keeps, in the order of its memory."""
    return ("line_places", (LINE,)), ("line_values", (LINE,))


@Kernel
def on_line(r: Any, n: int, axis: int, u: Any, place: float) -> float:
    """Return the value at a place on the line through u along an axis."""
    point = vector_of(r, n, TRIAL)
    for i in range(n):
        point[i] = u[i]
    point[axis] = place
    f: float = value_of(r, n, point)
    return f


@Kernel
def next_deepest(f: Any, above: float) -> int:
    """Return the lowest of the points no higher than their neighbours and higher than `above`; −1: none."""
    found = -1
    for j in range(LINE):
        low = f[j] > above and (j == 0 or f[j] <= f[j - 1]) and (j == LINE - 1 or f[j] <= f[j + 1])
        if low and (found < 0 or f[j] < f[found]):
            found = j
    return found


@Kernel
def narrower(a: float, b: float, c: float, f_a: float, f_b: float, f_c: float, golden: bool) -> float:
    """Return where to look next in a < b < c: the parabola's lowest point, or the golden section."""
    if not golden and math.isfinite(f_a) and math.isfinite(f_c):
        p, q = (b - a) * (f_b - f_c), (b - c) * (f_b - f_a)
        if p != q:
            place = b - 0.5 * ((b - a) * p - (b - c) * q) / (p - q)
            if a < place < c and math.fabs(place - b) > 1e-3 * (c - a):
                return place
    return b + GOLDEN * (c - b) if c - b > b - a else b - GOLDEN * (b - a)


@Kernel
def along_axis(r: Any, n: int, axis: int, u: Any, f_u: float, memory: int) -> float:
    """Move u, with value f_u, to the lowest point found along one axis; return the value there.

    `memory` is where the line is kept. Where the budget ends, the status says so, and u stays.
    """
    t, f = doubles(memory, LINE), doubles(memory + 8 * LINE, LINE)
    offset = uniform(r.key, r.lane, r.clock, OFFSET)
    order, count = 0, LINE + DEEPEST * NARROWED
    lowest, place = f_u, u[axis]
    a, b, c, f_a, f_b, f_c, above = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -math.inf
    for k in range(count):
        if k < LINE:  # 1.
            where = (k + offset) / LINE
            t[k] = where
        else:  # 2.
            order = (k - LINE) % NARROWED
            if order == 0:
                j = next_deepest(f, above)
                if j < 0:
                    break
                above = f[j]
                a, f_a = (t[j - 1], f[j - 1]) if j > 0 else (0.0, math.inf)
                c, f_c = (t[j + 1], f[j + 1]) if j < LINE - 1 else (1.0, math.inf)
                b, f_b = t[j], f[j]
            where = narrower(a, b, c, f_a, f_b, f_c, order % 3 == 2)
        value = on_line(r, n, axis, u, where)
        if r.status != RUNNING:
            return f_u
        if k < LINE:
            f[k] = value
        elif value < f_b:
            if where > b:
                a, f_a = b, f_b
            else:
                c, f_c = b, f_b
            b, f_b = where, value
        elif where > b:
            c, f_c = where, value
        else:
            a, f_a = where, value
        if value < lowest:
            lowest, place = value, where
    u[axis] = place  # 3.
    return lowest
