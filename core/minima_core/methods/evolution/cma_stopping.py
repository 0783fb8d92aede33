"""When a loop of CMA-ES is over, and how large the next one is: stopping criteria, IPOP and BIPOP.

A loop ends for one of the reasons of N. Hansen's tutorial (arXiv:1604.00772, appendix B.3), whose names they
bear, at the number of generations of the BIPOP paper, or because it closes in above what is known already:

======================  ==================================================================================
``TolFun``              all best values of the last 10 + ⌈30n/λ⌉ generations and all values of this one lie
                        within `tolfun`
``EqualFunValues``      the best values of the last 10 + ⌈30n/λ⌉ generations are equal
``TolX``                σ·p_c and the deviation in each coordinate are below `tolx` of the first deviation
``TolXUp``              the largest deviation has grown ten-thousandfold: σ₀ was far too small
``ConditionCov``        C's condition number is above 10¹⁴ times its first one
``NoEffectAxis``        a tenth of the deviation along an axis of C no longer changes the mean
``NoEffectCoord``       a fifth of the deviation in some coordinate no longer changes the mean
``Stagnation``          over the last 120 + ⌈30n/λ⌉ generations neither the best nor the median value got
                        better: the median of their last 30 % against that of their first 30 %
``MaxIter``             100 + 50 (n + 3)² / √λ generations
``MaxEval``             a small loop of BIPOP: twice what the last large one cost (the paper: half; GiveUp
                        leaves only loops that promise something)
``GiveUp``              `give_up`: see below
======================  ==================================================================================

GiveUp is not in the papers. A loop that contracts around a point has a spread of values δ (the median of a
generation less its best) that falls like σ², and the best it can still reach lies a few δ below where it is.
If the best of the generation has been more than `give_up`·δ above the best value of earlier loops for two
generations running, it will not get there, and its evaluations serve better elsewhere.

IPOP doubles the population with each restart. BIPOP has two regimes, and the one that has used fewer
evaluations goes next: large ones, each with twice the population of the one before, and small ones with
λ = ⌊λ₀ (½ λ_large / λ₀)^(u²)⌋ and σ₀ · 10^(−`small`·v), for uniform u and v. Each begins at a point uniform
in the box.

References
----------
A. Auger, N. Hansen, "A restart CMA evolution strategy with increasing population size", CEC 2005; N. Hansen,
"Benchmarking a BI-population CMA-ES on the BBOB-2009 function testbed", GECCO 2009, section 2.
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.faces import doubles
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import RESTART, uniform, uniform_pair

__all__ = ["REASONS", "next_loop", "reason", "remember_values", "window"]

REASONS = (
    "it goes on",
    "all its values have become equal up to the tolerance (TolFun)",
    "its best values no longer change at all (EqualFunValues)",
    "its steps have become shorter than the tolerance (TolX)",
    "its steps have grown ten-thousandfold (TolXUp)",
    "its ellipse has become too thin for the arithmetic (ConditionCov)",
    "its steps no longer change the mean (NoEffectAxis)",
    "its steps no longer change a coordinate of the mean (NoEffectCoord)",
    "it has not got any better for long (Stagnation)",
    "it has had its number of generations (MaxIter)",
    "it has had its share of evaluations (MaxEval)",
    "it was closing in above the best value known (GiveUp)",
)
"""What ended a loop, in words; a scalar says which."""

GOES_ON, TOL_FUN, EQUAL, TOL_X, TOL_X_UP, CONDITION = 0, 1, 2, 3, 4, 5
NO_AXIS, NO_COORDINATE, STAGNATION, MOST_GENERATIONS, MOST_EVALUATIONS, GIVEN_UP = 6, 7, 8, 9, 10, 11
IPOP, BIPOP = 1, 2
HOPELESS = 2
"""Generations in a row after which a loop is given up."""
LOOKS = 10
"""Generations between two looks for stagnation."""


@Kernel
def window(n: int, population: int) -> int:
    """Return 120 + ⌈30n/λ⌉: how many generations are remembered.

    >>> window(2, 6)
    130
    """
    return 120 + (30 * n + population - 1) // population


@Kernel
def middle(room: int, history: Any, first: int, count: int, sorting: Any) -> float:
    """Return the median of so many values of a ring, from the generation `first` on."""
    for k in range(count):
        value = history[(first + k) % room]
        j = k
        while j > 0 and sorting[j - 1] > value:
            sorting[j] = sorting[j - 1]
            j -= 1
        sorting[j] = value
    return 0.5 * float(sorting[(count - 1) // 2] + sorting[count // 2])


@Kernel
def remember_values(k: Any, room: int, best: float, median: float, bests: Any, medians: Any) -> None:
    """Enter the best and the median value of a generation into the rings; k.generation counts it already."""
    place = (int(k.generation) - 1) % room
    bests[place], medians[place] = best, median


@Kernel
def stagnates(generation: int, long: int, room: int, bests: Any, medians: Any, sorting: Any) -> bool:
    """Whether neither best nor median values have become better over the last `long` generations."""
    part = (3 * long) // 10
    early, late = generation - long, generation - part
    return bool(
        middle(room, bests, late, part, sorting) >= middle(room, bests, early, part, sorting)
        and middle(room, medians, late, part, sorting) >= middle(room, medians, early, part, sorting)
    )


@Kernel
def no_effect(n: int, k: Any, m: Any, C: Any, B: Any, D: Any) -> int:
    """Return NO_AXIS or NO_COORDINATE where steps are too short for the mean's digits, or GOES_ON."""
    axis = int(k.generation) % n
    moved = False
    for i in range(n):
        if m[i] + 0.1 * k.sigma * D[axis] * B[axis, i] != m[i]:
            moved = True
    if not moved:
        return NO_AXIS
    for i in range(n):
        if m[i] + 0.2 * k.sigma * math.sqrt(max(C[i, i], 0.0)) == m[i]:
            return NO_COORDINATE
    return GOES_ON


@Kernel
def reason(
    n: int, k: Any, s: Any, m: Any, p_c: Any, C: Any, B: Any, D: Any, first: Any,
    best: float, median: float, worst: float, bests: Any, medians: Any, sorting: Any, room: int,
) -> int:  # fmt: skip
    """Return why the loop is over; GOES_ON if it is not.

    `first` is the square root of the diagonal of the first C; best, median and worst are of this generation.
    """
    generation, population = int(k.generation), int(k.population)
    if k.earlier < math.inf and s.give_up > 0.0:
        hopeless = best - k.earlier > s.give_up * (median - best)
        k.hopeless = k.hopeless + 1.0 if hopeless else 0.0
        if k.hopeless >= HOPELESS:
            return GIVEN_UP
    short = 10 + (30 * n + population - 1) // population
    if generation >= short:
        low, high = math.inf, -math.inf
        for j in range(generation - short, generation):
            low, high = min(low, bests[j % room]), max(high, bests[j % room])
        if low == high:
            return EQUAL
        if max(high, worst) - min(low, best) < s.tolfun:
            return TOL_FUN
    still, largest = True, 0.0
    for i in range(n):
        tolerance = s.tolx * k.sigma_begun * first[i]
        deviation = k.sigma * math.sqrt(max(C[i, i], 0.0))
        if k.sigma * math.fabs(p_c[i]) >= tolerance or deviation >= tolerance:
            still = False
        largest = max(largest, first[i])
    if still:
        return TOL_X
    longest = 0.0
    for i in range(n):
        longest = max(longest, D[i])
    if k.sigma * longest > 1e4 * k.sigma_begun * largest:
        return TOL_X_UP
    if k.ratio > 1e7 * k.first_ratio:
        return CONDITION
    without: int = no_effect(n, k, m, C, B, D)
    if without != GOES_ON:
        return without
    long = 120 + (30 * n + population - 1) // population
    if (
        generation >= long
        and generation % LOOKS == 0
        and stagnates(generation, long, room, bests, medians, sorting)
    ):
        return STAGNATION
    if generation >= 100.0 + 50.0 * (n + 3.0) * (n + 3.0) / math.sqrt(float(population)):
        return MOST_GENERATIONS
    if 0.0 < k.allowed <= k.spent:
        return MOST_EVALUATIONS
    return GOES_ON


@Kernel
def next_loop(r: Any, n: int, k: Any, s: Any, m: Any) -> None:
    """Choose population, step size and start of the next loop, and count what the last one cost."""
    grown = s.population * 2.0 ** min(k.doubled, s.doublings)
    if k.regime == 0.0:
        k.spent_small += k.spent
    else:
        k.spent_large += k.spent
        k.last_large = k.spent
    k.regime = 0.0
    k.allowed = 0.0
    k.sigma = s.sigma0
    if s.restarts == IPOP or (s.restarts == BIPOP and k.spent_large <= k.spent_small):
        k.regime = 1.0
        k.doubled += 1.0
        k.population = s.population * 2.0 ** min(k.doubled, s.doublings)
    else:
        u, v = uniform_pair(r.key, r.lane, r.clock, RESTART + n)
        share = math.pow(max(0.5 * grown / s.population, 1.0), u * u)
        k.population = math.floor(s.population * share)
        k.sigma = s.sigma0 * math.pow(10.0, -s.small * v)
        k.allowed = max(2.0 * k.last_large, 1.0)
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    for i in range(n):
        m[i] = lower[i] + uniform(r.key, r.lane, r.clock, RESTART + i) * (upper[i] - lower[i])
