"""The line search that quasi-Newton and conjugate-gradient methods share: strong Wolfe conditions.

For a direction d from x, with φ(t) = f(x + t d), a length t is wanted with

    φ(t) ≤ φ(0) + c₁ t φ′(0)     (it goes down enough),
    |φ′(t)| ≤ c₂ |φ′(0)|         (it has become flat enough).

    Bracketing (algorithm 3.5). Lengthen t, at most tenfold, until both hold, which ends the search, or until
    an interval is known that holds such a length: where the first fails, φ rises again, or φ′ ≥ 0.
    Zoom (algorithm 3.6). Try a length in the interval, and keep the part that holds a good one.

The next length is where the cubic through both ends, with their slopes, is lowest (equation 3.59). What is
kept from going wrong, and in which order, is as in PyTorch's L-BFGS, after M. Schmidt's minFunc: a trial too
near to an end of the interval is moved a tenth of it inwards when that happens twice; the search ends where
the interval is shorter than a tolerance, and after 25 trials; the lowest length tried is then the answer,
which may be 0.

At a border that is kept, the path bends: x + t d is clipped or reflected, and φ and φ′ are those of the bent
path. A trial whose value or slope is not finite counts as infinitely high.

References
----------
J. Nocedal, S. J. Wright, "Numerical optimization", 2nd ed., Springer 2006, algorithms 3.5 and 3.6, equation
3.59; M. Schmidt, "minFunc", 2005; torch.optim.LBFGS.
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.algebra import dot, largest
from minima_core.compiled.drivers import (
    OUT_OF_BUDGET,
    RUNNING,
    copy,
    gradient_at,
    keep_inside,
)
from minima_core.compiled.faces import doubles, pair
from minima_core.compiled.kernel import Kernel
from minima_core.methods.specification import Setting

__all__ = [
    "COLUMNS",
    "MOST_TRIALS",
    "SCALARS",
    "STATE",
    "begin",
    "cubic",
    "first_length",
    "kept_direction",
    "move",
    "wolfe",
    "wolfe_settings",
    "write_search",
]

MOST_TRIALS = 25  # after the first
TABLE = MOST_TRIALS + 1

STATE = ("direction", "trial", "trial_slope", "left_slope", "right_slope", "began", "began_slope")
"""The rows of the state that a search needs; a method's own follow."""
DIRECTION, TRIAL, SLOPE, LEFT, RIGHT, BEGAN, BEGAN_SLOPE = range(7)

SCALARS = (
    ("trials", 0.0),
    ("length", 0.0),
    ("first_length", 0.0),
    ("began_value", math.nan),
    ("descent", 0.0),
    ("rests", 0.0),
)
"""What the last search was, and whether there is nothing left to find; a method's own scalars follow."""
TRIALS, LENGTH, FIRST, BEGAN_VALUE, DESCENT, RESTS = range(6)

COLUMNS = ("trials", "length")
"""What a row of the record says about the search."""


def wolfe_settings(c2: float) -> tuple[Setting, Setting]:
    """Return the settings of the two conditions."""
    return (
        Setting(
            "c1",
            "c₁",
            "How much of the fall that the slope promises a step must bring, as a share of it.",
            1e-4, 0.0, 1.0, "log", span=(1e-6, 0.5), below=True,
        ),
        Setting(
            "c2",
            "c₂",
            "How flat the landscape must have become along the line, as a share of the slope at its start.",
            c2, 0.0, 1.0, span=(0.05, 0.95), below=True,
        ),
    )  # fmt: skip


@Kernel
def cubic(x1: float, f1: float, g1: float, x2: float, f2: float, g2: float, low: float, high: float) -> float:
    """Return where the cubic with values f₁, f₂ and slopes g₁, g₂ is lowest, kept in [low, high] (3.59).

    Its middle where there is no such place.
    """
    d1 = g1 + g2 - 3.0 * (f1 - f2) / (x1 - x2)
    square = d1 * d1 - g1 * g2
    if square >= 0.0:
        d2 = math.sqrt(square)
        if x1 <= x2:
            place = x2 - (x2 - x1) * ((g2 + d2 - d1) / (g2 - g1 + 2.0 * d2))
        else:
            place = x1 - (x1 - x2) * ((g1 + d2 - d1) / (g1 - g2 + 2.0 * d2))
        if math.isfinite(place):
            return min(max(place, low), high)
    return (low + high) / 2.0


@Kernel
def slope_along(border: int, n: int, x: Any, t: float, d: Any, g: Any, lower: Any, upper: Any) -> float:
    """Return φ′(t) for the gradient g at the trial point: the path stands still, or runs back, at a border."""
    total = 0.0
    for i in range(n):
        there = x[i] + t * d[i]
        if border == 0 or lower[i] <= there <= upper[i]:
            total += g[i] * d[i]
        elif border == 2:
            beyond = max(lower[i] - there, there - upper[i])
            turned = math.floor(beyond / (upper[i] - lower[i])) % 2.0 == 0.0
            total += -g[i] * d[i] if turned else g[i] * d[i]
    return total


@Kernel
def kept_direction(border: int, n: int, x: Any, d: Any, lower: Any, upper: Any) -> None:
    """Take the components out of a direction that lead out of a box that is kept."""
    for i in range(n if border != 0 else 0):
        if (x[i] <= lower[i] and d[i] < 0.0) or (x[i] >= upper[i] and d[i] > 0.0):
            d[i] = 0.0


@Kernel
def first_length(n: int, d: Any, lower: Any, upper: Any, share: float) -> float:
    """Return the length of a step that leads over this share of the box in the widest coordinate."""
    size = 0.0
    for i in range(n):
        size = max(size, math.fabs(d[i]) / (upper[i] - lower[i]))
    return share / size if size > 0.0 else 0.0


@Kernel
def trial_value(r: Any, n: int, x: Any, t: float, state: Any) -> float:
    """Evaluate value and gradient at x + t d; no number where either is not finite."""
    trial, d = state[TRIAL], state[DIRECTION]
    for i in range(n):
        trial[i] = x[i] + t * d[i]
    keep_inside(r.border, n, trial, doubles(r.lower, n), doubles(r.upper, n))
    f = gradient_at(r, n, r.state + 8 * n * TRIAL, r.state + 8 * n * SLOPE)
    slope = state[SLOPE]
    for i in range(n):
        if not math.isfinite(slope[i]):
            return math.nan
    return f if math.isfinite(f) else math.nan


@Kernel
def wolfe(
    r: Any,
    n: int,
    x: Any,
    first: float,
    c1: float,
    c2: float,
    tolerance: float,
    state: Any,
    scalars: Any,
    table: Any,
) -> float:
    """Search from x along the direction in the state; return the length, and leave what is known there.

    The direction must go down: g·d < 0 for the gradient g held. The value at the length becomes the scalar
    of the trial value (returned in `table`'s last place is none): see `move`. Each trial writes (t, φ, φ′) to
    a row of `table`. Where the budget ends or a callable raises, the frame's status says so, and the length
    means nothing.
    """
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    d, trial_slope = state[DIRECTION], state[SLOPE]
    g, f = doubles(r.g, n), r.value
    size = largest(n, d)
    descent = dot(n, g, d)
    # The two ends: their lengths, values and slopes; their gradients are the rows LEFT and RIGHT.
    ends, heights, slopes = pair(), pair(), pair()
    ends[0], heights[0], slopes[0] = 0.0, f, descent
    copy(n, g, state[LEFT])
    t, count, low = first, 0, 0
    found, bracketed, doubtful = False, False, False
    while not found and count <= MOST_TRIALS:
        if bracketed:
            # Zoom: a length in the interval, not too near to its ends.
            left, right = min(ends[0], ends[1]), max(ends[0], ends[1])
            if (right - left) * size < tolerance:
                break
            t = cubic(ends[0], heights[0], slopes[0], ends[1], heights[1], slopes[1], left, right)
            margin = 0.1 * (right - left)
            if min(right - t, t - left) < margin:
                if doubtful or t >= right or t <= left:
                    t = right - margin if math.fabs(t - right) < math.fabs(t - left) else left + margin
                    doubtful = False
                else:
                    doubtful = True
            else:
                doubtful = False
        if r.values + r.price > r.budget:
            r.status = OUT_OF_BUDGET
            return 0.0
        height = trial_value(r, n, x, t, state)
        if r.status != RUNNING:
            return 0.0
        slope = slope_along(r.border, n, x, t, d, trial_slope, lower, upper)
        if math.isnan(height):
            height, slope = math.inf, math.nan
        table[count, 0], table[count, 1], table[count, 2] = t, height, slope
        count += 1
        steep = height > f + c1 * t * descent
        flat = math.fabs(slope) <= -c2 * descent
        if not bracketed:
            beyond = steep or (count > 2 and height >= heights[0])
            if not beyond and flat:
                found, low = True, 1
            elif beyond or slope >= 0.0:
                bracketed = True
            if found or bracketed or count > MOST_TRIALS:
                ends[1], heights[1], slopes[1] = t, height, slope
                copy(n, trial_slope, state[RIGHT])
                if not (found or bracketed):  # the lower of the first and the last
                    ends[0], heights[0] = 0.0, f
                    copy(n, g, state[LEFT])
                if not found:
                    low = 0 if heights[0] <= heights[1] else 1
            else:
                longer = cubic(
                    ends[0], heights[0], slopes[0], t, height, slope, t + 0.01 * (t - ends[0]), 10.0 * t
                )
                ends[0], heights[0], slopes[0] = t, height, slope
                copy(n, trial_slope, state[LEFT])
                t = longer
            continue
        if steep or height >= heights[low]:
            place = 1 - low
        else:
            place = low
            if flat:
                found = True
            elif slope * (ends[1 - low] - ends[low]) >= 0.0:
                ends[1 - low], heights[1 - low], slopes[1 - low] = ends[low], heights[low], slopes[low]
                copy(n, state[LEFT + low], state[LEFT + 1 - low])
        ends[place], heights[place], slopes[place] = t, height, slope
        copy(n, trial_slope, state[LEFT + place])
        if place != low:
            low = 0 if heights[0] <= heights[1] else 1
    length = ends[low]
    scalars[TRIALS], scalars[LENGTH], scalars[FIRST] = float(count), length, first
    ...
    return length
