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
    HELD_GRADIENT,
    NOTHING,
    OUT_OF_BUDGET,
    REFLECT,
    RUNNING,
    SETTLED,
    copy,
    evaluate_here,
    gradient_at,
    has_settled,
    keep_inside,
    note,
    remember,
    write_row,
)
from minima_core.compiled.faces import doubles, pair, pointer
from minima_core.compiled.kernel import Kernel
from minima_core.methods.specification import Setting

__all__ = [
    "COLUMNS",
    "MOST_TRIALS",
    "SCALARS",
    "STATE",
    "TABLE",
    "begin",
    "begin_step",
    "end_step",
    "first_length",
    "first_step",
    "free_slope",
    "hold",
    "kept_direction",
    "settle",
    "shortest",
    "turn",
    "wolfe",
    "wolfe_settings",
]

MOST_TRIALS = 25  # after the first
SHORTEST = 1e-13  # interval that is searched, in widths of the box
NEAR = 1e-6  # of the box's width, from a reflecting border
TABLE = MOST_TRIALS + 1

STATE = ("direction", "trial", "trial_slope", "left_slope", "right_slope", "began", "began_slope", "held")
"""The rows of the state that a search needs; a method's own follow."""
DIRECTION, TRIAL, SLOPE, LEFT, RIGHT, BEGAN, BEGAN_SLOPE, HELD = range(8)

SCALARS = (
    ("trials", 0.0),
    ("length", 0.0),
    ("first_length", 0.0),
    ("began_value", 0.0),
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


def first_step() -> Setting:
    """Return the setting of how long the first trial is while nothing is known."""
    return Setting(
        "first_step",
        "s₀",
        "How long the very first trial is, as a share of the region’s width.",
        0.01, 1e-12, 1.0, "log", span=(1e-4, 0.3),
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
    """Return φ′(t) for the gradient g at a trial: at a border the path stands still, or runs back."""
    total = 0.0
    for i in range(n):
        there = x[i] + t * d[i]
        if border == 0 or lower[i] <= there <= upper[i]:
            total += g[i] * d[i]
        elif border == REFLECT:
            beyond = max(lower[i] - there, there - upper[i])
            turned = math.floor(beyond / (upper[i] - lower[i])) % 2.0 == 0.0
            total += -g[i] * d[i] if turned else g[i] * d[i]
    return total


@Kernel
def hold(border: int, n: int, x: Any, g: Any, lower: Any, upper: Any, held: Any) -> bool:
    """Mark with 1 the coordinates that stand at a border that is kept, where downhill is outside.

    Return whether they are others than before: what was learned with others held is of no use any more. A
    reflecting border is a crease, to which a search comes near, but not all the way.
    """
    changed = False
    for i in range(n):
        near = NEAR * (upper[i] - lower[i]) if border == REFLECT else 0.0
        mark = 0.0
        if border != 0 and (
            (x[i] <= lower[i] + near and g[i] > 0.0) or (x[i] >= upper[i] - near and g[i] < 0.0)
        ):
            mark = 1.0
        if held[i] != mark:
            held[i] = mark
            changed = True
    return changed


@Kernel
def kept_direction(border: int, n: int, x: Any, d: Any, lower: Any, upper: Any, held: Any) -> None:
    """Take the components out of a direction that are held, or lead out of a box that is kept."""
    for i in range(n if border != 0 else 0):
        if held[i] != 0.0 or (x[i] <= lower[i] and d[i] < 0.0) or (x[i] >= upper[i] and d[i] > 0.0):
            d[i] = 0.0


@Kernel
def free_slope(n: int, g: Any, held: Any, free: Any) -> None:
    """Write the gradient as far as the point can follow it: 0 for coordinates that are held."""
    for i in range(n):
        free[i] = g[i] if held[i] == 0.0 else 0.0


@Kernel
def turn(n: int, d: Any) -> None:
    """Do d ← −d."""
    for i in range(n):
        d[i] = -d[i]


@Kernel
def shortest(n: int, lower: Any, upper: Any) -> float:
    """Return the shortest interval that a search looks into, in units of x."""
    width = 0.0
    for i in range(n):
        width = max(width, upper[i] - lower[i])
    return SHORTEST * width


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
    r: Any, n: int, x: Any, first: float, c1: float, c2: float, tolerance: float, most: int,
    state: Any, scalars: Any, table: Any,
) -> float:  # fmt: skip
    """Search from x along the direction in the state, go to the length that is found, and return it.

    The direction has to go down: g·d < 0 for the gradient g that is held. After the first trial there are at
    most `most` others, themselves at most MOST_TRIALS. Trial k writes (t, φ, φ′) to row k
    of `table`. Where the budget ends or a callable raises, the frame's status says so, and x stays.
    """
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    d, trial_slope = state[DIRECTION], state[SLOPE]
    g, f = doubles(r.g, n), r.value
    size = largest(n, d)
    descent = dot(n, g, d)
    scalars[FIRST], scalars[DESCENT] = first, descent
    if not (math.isfinite(descent) and math.isfinite(first)):  # too large for a number: there is no line
        scalars[TRIALS], scalars[LENGTH] = 0.0, 0.0
        return 0.0
    # The two ends: their lengths, values and slopes; their gradients are the rows LEFT and RIGHT.
    ends, heights, slopes = pair(), pair(), pair()
    ends[0], heights[0], slopes[0] = 0.0, f, descent
    ends[1], heights[1], slopes[1] = 0.0, f, descent
    copy(n, g, state[LEFT])
    t, count, low = first, 0, 0
    found, bracketed, doubtful = False, False, False
    while not found and count <= most:
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
            spent = count > most
            if spent:  # the lower of the first and the last is the answer
                ends[0], heights[0] = 0.0, f
                copy(n, g, state[LEFT])
            elif steep or (count > 2 and height >= heights[0]):
                bracketed = True
            elif flat:
                found = True
            elif slope >= 0.0:
                bracketed = True
            if spent or bracketed or found:
                ends[1], heights[1], slopes[1] = t, height, slope
                copy(n, trial_slope, state[RIGHT])
                low = 0 if heights[0] <= heights[1] and not found else 1
            else:
                longer = cubic(
                    ends[0], heights[0], slopes[0], t, height, slope, t + 0.01 * (t - ends[0]), 10.0 * t
                )
                ends[0], heights[0], slopes[0] = t, height, slope
                copy(n, trial_slope, state[LEFT])
                t = longer
        else:
            place = low
            if steep or height >= heights[low]:
                place = 1 - low
            elif flat:
                found = True
            elif slope * (ends[1 - low] - ends[low]) >= 0.0:
                ends[1 - low], heights[1 - low], slopes[1 - low] = ends[low], heights[low], slopes[low]
                copy(n, state[LEFT + low], state[LEFT + 1 - low])
            ends[place], heights[place], slopes[place] = t, height, slope
            copy(n, trial_slope, state[LEFT + place])
            if place != low:
                low = 0 if heights[0] <= heights[1] else 1
    length: float = ends[low]
    scalars[TRIALS], scalars[LENGTH] = float(count), length
    for i in range(n):
        x[i] += length * d[i]
    keep_inside(r.border, n, x, lower, upper)
    copy(n, state[LEFT + low], g)
    r.value = heights[low]
    return length


@Kernel
def begin_step(r: Any, n: int, x: Any, state: Any, scalars: Any) -> None:
    """Remember where a step begins and what is known there."""
    remember(r, n, x)
    copy(n, x, state[BEGAN])
    copy(n, doubles(r.g, n), state[BEGAN_SLOPE])
    scalars[BEGAN_VALUE] = r.value
    scalars[TRIALS], scalars[LENGTH], scalars[FIRST], scalars[DESCENT] = 0.0, 0.0, 0.0, 0.0


@Kernel
def end_step(r: Any, n: int, x: Any, scalars: Any) -> None:
    """Count a step, and record it with how the search went."""
    write_search(r, scalars)
    settle(r, n, x, scalars)


@Kernel
def settle(r: Any, n: int, x: Any, scalars: Any) -> None:
    """Count a step and record it; a loop that asks for it ends where nothing moves any more."""
    note(r, n, x, r.value)
    if r.tolerance > 0.0 and r.status == RUNNING:
        lower, upper = doubles(r.lower, n), doubles(r.upper, n)
        if has_settled(r, n, x, lower, upper) or scalars[RESTS] != 0.0:
            r.status = SETTLED


@Kernel
def write_search(r: Any, scalars: Any) -> None:
    """Write how the search went to the row that the step gets, if it gets one."""
    row, at = pointer(r.insides), r.row * r.pitch
    row[at], row[at + 1] = scalars[TRIALS], scalars[LENGTH]


def begin(r: Any) -> None:
    """Evaluate value and gradient where the run stands, if nobody has; the very first point is row 0."""
    if r.held == HELD_GRADIENT:
        return
    n = r.n
    evaluate_here(r, n)
    if r.row == 0 and r.step == 0 and r.held != NOTHING:
        write_search(r, doubles(r.scalars, r.scalar_count))
        write_row(r, n, doubles(r.x, n), r.value)
