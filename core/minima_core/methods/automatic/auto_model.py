"""A local search by quadratic models through points, the part of `auto` that goes down into valleys.

A model q with q(yₜ) = f(yₜ) at m = (n + 1)(n + 2) / 2 points is all of a quadratic function: near a smooth
minimum few evaluations tell where it is. In coordinates that are shares of the box's widths:

    1. Lay the points around the start y₀: one and two steps of ρ along each axis (to both sides where the
       first one was higher), and for each pair of axes one step along both.
    2. Fit q around the lowest point c, and minimise it where |y − c| ≤ Δ and y lies in the box.
    3. If that step is at least ρ/2 long, evaluate f there. Δ grows or shrinks by how well q foretold the
       value. The new point takes the place of one that is far away or that the model can do without: the one
       with the largest |ℓₜ| · max(1, |yₜ − c| / Δ)³, where ℓₜ is its Lagrange polynomial.
    4. If the step was short, or q foretold badly: move the farthest point, if it is beyond 2Δ, to where its
       |ℓₜ| is large within Δ; else, the model being as good as it can be at this scale, reduce ρ tenfold.
    5. The search is over when ρ is at its end, when all values are equal up to rounding, after too many steps
       that were not lower, or when the model promises nothing below the best value known: f(c) less ten times
       what the next step promises is above it, and that step lies within the region. So it is when that step
       leads to within Δ/10 of the lowest end known: no valley is descended twice.

References
----------
M. J. D. Powell, "UOBYQA: unconstrained optimization by quadratic approximation", Math. Programming 92, 2002
(1. to 4., simplified: the step is found by eigenvalues, points leave by one rule); A. R. Conn, K. Scheinberg,
L. N. Vicente, "Introduction to derivative-free optimization", SIAM 2009, chapters 3, 6 and 10.
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.algebra import eigen_symmetric, norm
from minima_core.compiled.drivers import RUNNING, copy
from minima_core.compiled.kernel import Kernel
from minima_core.methods.automatic.auto_quadratic import (
    ALONG,
    AXES,
    CURVATURE,
    SLOPE,
    SMALL_CURVATURE,
    SMALL_SLOPE,
    SMALL_STEP,
    STEP,
    TRIAL,
    find_step,
    fit,
    matrix_of,
    monomials,
    points_of,
    promise,
    row_of,
    spread,
    square_of,
    terms,
    value_of,
    values_of,
    vector_of,
)
from minima_core.methods.automatic.auto_words import LAID, REPAIRED, TRIED

__all__ = [
    "AGAIN",
    "EVALUATED",
    "GOOD_LENGTH",
    "HOPE",
    "HOPELESS",
    "KNOWN",
    "MODEL_SCALARS",
    "OVER",
    "begin_model",
    "iterate",
    "lay_points",
]

MODEL_SCALARS = (
    # Of a search: Δ, ρ, the lowest point, its evaluations, steps of the model and how many it foretold well.
    "delta", "rho", "centre", "spent", "tried", "good", "in_vain", "owed", "why",
    # Of a step: what the model promised, the value that came, and their ratio.
    "promised", "f_trial", "ratio", "did", "model_delta", "model_value",
)  # fmt: skip

# How a pass ended.
AGAIN, EVALUATED, OVER, CUT_SHORT = 0, 1, 2, 3
# Why a search ended.
SMALLEST, FLAT, HOPELESS, SINGULAR, LONG, IN_VAIN, KNOWN = 1, 2, 3, 4, 5, 6, 7

HOPE, NEAR = 10.0, 0.1
MOST_IN_VAIN = 20
GOOD_LENGTH = 11
"""Scales that a search of a smooth valley passes through, each at the cost of about m evaluations."""


@Kernel
def begin_model(k: Any) -> None:
    """Begin a search at the scale ρ: it knows its first point only."""
    k.delta, k.centre, k.spent, k.tried, k.good = k.rho, 0.0, 0.0, 0.0, 0.0
    k.in_vain, k.owed, k.why, k.promised, k.f_trial, k.ratio = 0.0, 0.0, 0.0, math.nan, math.nan, math.nan


# -- 1. The points -------------------------------------------------------------------------------------------


@Kernel
def place_point(n: int, k: Any, y: Any, f: Any, steps: Any, t: int) -> None:
    """Write point t: along axis i for t = 2i + 1 and 2i + 2, then along two axes for each pair of them."""
    copy(n, y[0], y[t])
    if t <= 2 * n:
        i = (t - 1) // 2
        forth = k.delta if y[0, i] + k.delta <= 1.0 else -k.delta
        if t % 2 == 0:
            second = 2.0 * forth if f[t - 1] < f[0] else -forth
            if not 0.0 <= y[0, i] + second <= 1.0:
                second = 2.0 * forth if second == -forth else -forth
                if not 0.0 <= y[0, i] + second <= 1.0:
                    second = 0.5 * forth
            y[t, i] += second
        else:
            y[t, i] += forth
        return
    i, j, left = 0, 1, t - 2 * n - 1
    while left > 0:
        j += 1
        if j == n:
            i += 1
            j = i + 1
        left -= 1
    y[t, i] += steps[i]
    y[t, j] += steps[j]


@Kernel
def lay_points(r: Any, n: int, k: Any) -> bool:
    """1. Lay the points around the first, whose value is known; whether the budget allowed it."""
    y, f, steps = points_of(r, n), values_of(r, n), vector_of(r, n, STEP)
    low, high = f[0], f[0]
    for t in range(1, terms(n)):
        if t > 1 and t % 2 == 1 and t <= 2 * n + 1:  # of the two steps along the last axis, the lower one's
            i = (t - 3) // 2
            steps[i] = y[t - 2, i] - y[0, i] if f[t - 2] < f[t - 1] else y[t - 1, i] - y[0, i]
        place_point(n, k, y, f, steps, t)
        f[t] = value_of(r, n, y[t])
        if r.status != RUNNING:
            return False
        if math.isfinite(f[t]):
            low, high = min(low, f[t]), max(high, f[t])
    k.centre = 0.0
    for t in range(1, terms(n)):
        if not math.isfinite(f[t]):
            f[t] = high + (high - low) + 1.0  # a wall that a model can be fitted to
        if f[t] < f[int(k.centre)]:
            k.centre = float(t)
    k.did = LAID
    return True


# -- 3. to 5. The points that follow -------------------------------------------------------------------------


@Kernel
def apart(n: int, a: Any, b: Any) -> float:
    """Return the distance of two points."""
    square = 0.0
    for i in range(n):
        square += (a[i] - b[i]) * (a[i] - b[i])
    return math.sqrt(square)


@Kernel
def lagrange(r: Any, n: int, t: int, row: Any) -> float:
    """Return ℓₜ where the monomials are as given."""
    W = square_of(r, n, 0)
    total = 0.0
    for q in range(terms(n)):
        total += row[q] * W[q, t]
    return total


@Kernel
def take_in(r: Any, n: int, k: Any, f_new: float) -> None:
    """3. Let the trial point take the place of the point that the model can do without."""
    y, f, trial, row = points_of(r, n), values_of(r, n), vector_of(r, n, TRIAL), row_of(r, n, 1)
    centre = int(k.centre)
    better = f_new < f[centre]
    monomials(n, trial, y[centre], k.delta, row)
    place, most = -1, 0.0
    for t in range(terms(n)):
        if better or t != centre:
            away = apart(n, y[t], trial if better else y[centre]) / k.delta
            weight = math.fabs(lagrange(r, n, t, row)) * max(1.0, away * away * away)
            if weight > most:
                place, most = t, weight
    if place >= 0 and (better or most > 1.0):
        copy(n, trial, y[place])
        f[place] = f_new
        if better:
            k.centre = float(place)


@Kernel
def farthest(r: Any, n: int, k: Any) -> int:
    """Return the point farthest from the centre; −1 if all lie within 2Δ."""
    y, far, place = points_of(r, n), 2.0 * k.delta, -1
    for t in range(terms(n)):
        away = apart(n, y[t], y[int(k.centre)])
        if away > far:
            far, place = away, t
    return place


@Kernel
def repair(r: Any, n: int, k: Any, t: int) -> bool:
    """4. Move a point to where its Lagrange polynomial is large near the centre; False where it is nowhere.

    Looked for along its slope at the centre and along the axes of its curvature, to both sides.
    """
    m = terms(n)
    y, f, W, row = points_of(r, n), values_of(r, n), square_of(r, n, 0), row_of(r, n, 1)
    g, H, Q = vector_of(r, n, SMALL_SLOPE), matrix_of(r, n, SMALL_CURVATURE), matrix_of(r, n, AXES)
    w, here, trial = vector_of(r, n, ALONG), vector_of(r, n, SMALL_STEP), vector_of(r, n, TRIAL)
    centre = int(k.centre)
    for q in range(m):
        row[q] = W[q, t]
    spread(n, row, g, H)
    sound = eigen_symmetric(n, H, w, Q)
    radius = max(min(0.1 * apart(n, y[t], y[centre]), 0.5 * k.delta), k.rho)
    most = 1e-12
    found = False
    for axis in range(n + 1):
        size = norm(n, g) if axis == n else 1.0
        if size == 0.0 or not (sound or axis == n):
            continue
        for side in range(2):
            for i in range(n):
                along = g[i] / size if axis == n else Q[axis, i]
                here[i] = min(max(y[centre, i] + (1.0 - 2.0 * side) * radius * along, 0.0), 1.0)
            monomials(n, here, y[centre], k.delta, row)
            weight = math.fabs(lagrange(r, n, t, row))
            if weight > most:
                most, found = weight, True
                copy(n, here, trial)
    if not found:
        return False
    f_new = value_of(r, n, trial)
    if r.status == RUNNING:
        k.did, k.f_trial = REPAIRED, f_new
        copy(n, trial, y[t])
        f[t] = f_new if math.isfinite(f_new) else highest(terms(n), f) + 1.0
        if f[t] < f[centre]:
            k.centre = float(t)
    return True


@Kernel
def highest(count: int, f: Any) -> float:
    """Return the largest of some values."""
    most = -math.inf
    for t in range(count):
        most = max(most, f[t])
    return most


@Kernel
def reduce(k: Any, end: float) -> bool:
    """4. Go on at a smaller scale; False where this is the smallest."""
    if k.rho <= end:
        return False
    old = k.rho
    if k.rho > 250.0 * end:
        k.rho *= 0.1
    elif k.rho > 16.0 * end:
        k.rho = math.sqrt(k.rho * end)
    else:
        k.rho = end
    k.delta = max(0.5 * old, k.rho)
    return True


@Kernel
def over(k: Any, why: int) -> int:
    """Note why a search is over."""
    k.why = float(why)
    return OVER


@Kernel
def iterate(r: Any, n: int, k: Any, floor: float, known: Any, end: float, most: float) -> Any:
    """Do one pass of 2. to 5.; return AGAIN if nothing was evaluated, EVALUATED, OVER or CUT_SHORT.

    `floor` is the best value of other searches, found at `known`, `end` the smallest ρ, `most` the
    evaluations of a search.
    """
    if k.spent >= most:
        return over(k, LONG)
    if not fit(r, n, k):
        return over(k, SINGULAR)
    smaller = k.owed != 2.0
    if k.owed == 0.0:
        passed = try_step(r, n, k, floor, known)
        if passed != AGAIN:
            return passed
    k.owed = 0.0
    place = farthest(r, n, k)
    if place >= 0 and repair(r, n, k, place):
        return EVALUATED if r.status == RUNNING else CUT_SHORT
    if smaller and not reduce(k, end):
        return over(k, SMALLEST)
    return AGAIN


@Kernel
def try_step(r: Any, n: int, k: Any, floor: float, known: Any) -> Any:
    """2. and 3. Evaluate where the model is lowest; AGAIN where that is too near to be worth it."""
    y, f = points_of(r, n), values_of(r, n)
    centre = int(k.centre)
    length = find_step(r, n, k)
    s = vector_of(r, n, STEP)
    promised = promise(n, vector_of(r, n, SLOPE), matrix_of(r, n, CURVATURE), s)
    k.promised = promised
    if highest(terms(n), f) - f[centre] <= 1e-14 * (math.fabs(f[centre]) + 1e-2):
        return over(k, FLAT)
    if k.tried >= 1.0 and length < 0.7 and f[centre] - HOPE * promised > floor:
        return over(k, HOPELESS)
    if k.tried >= 1.0 and length < 0.7 and math.inf > f[centre] >= floor:
        away = 0.0
        for i in range(n):
            away += (y[centre, i] + s[i] * k.delta - known[i]) ** 2
        if away < (NEAR * k.delta) ** 2:
            return over(k, KNOWN)
    if k.in_vain >= MOST_IN_VAIN:
        return over(k, IN_VAIN)
    moved = length * k.delta
    if moved >= 0.5 * k.rho and promised > 0.0:
        trial = vector_of(r, n, TRIAL)
        for i in range(n):
            trial[i] = min(max(y[centre, i] + s[i] * k.delta, 0.0), 1.0)
        f_new = value_of(r, n, trial)
        if r.status != RUNNING:
            return CUT_SHORT
        k.tried += 1.0
        k.did, k.f_trial = TRIED, f_new
        if not math.isfinite(f_new):
            f_new = highest(terms(n), f) + 1.0
        ratio = (f[centre] - f_new) / promised
        k.ratio = ratio
        if 0.5 < ratio < 1.5:
            k.good += 1.0
        k.in_vain = 0.0 if f_new < f[centre] else k.in_vain + 1.0
        take_in(r, n, k, f_new)
        if ratio <= 0.1:
            k.delta = min(0.5 * k.delta, moved)
        elif ratio <= 0.7:
            k.delta = max(0.5 * k.delta, moved)
        else:
            k.delta = max(0.5 * k.delta, 2.0 * moved)
        if k.delta <= 1.5 * k.rho:
            k.delta = k.rho
        if ratio >= 0.1:
            return EVALUATED
        k.owed = 1.0 if k.delta <= k.rho and moved <= k.rho else 2.0
        return EVALUATED
    return AGAIN
