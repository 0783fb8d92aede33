"""Single linkage: what multi-start remembers of sampled points and known ends, and which points may start."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from minima_core.compiled.drivers import copy
from minima_core.compiled.faces import doubles, matrix
from minima_core.compiled.kernel import Kernel
from minima_core.methods.restarts.driving import END, END_VALUE, OWN, OWN_STATE, share_apart, unit_ball
from minima_core.methods.restarts.multi_start_told import ELIGIBLE, IDLE, NEAR_BETTER, NEAR_END, STARTED
from minima_core.methods.specification import Value

__all__ = [
    "BEST_END",
    "BEST_PLACE",
    "CHOSEN",
    "CONFIRMING",
    "ENDS",
    "LEFT_IN_ROUND",
    "SAMPLED",
    "TRIAL",
    "WAITING",
    "choose",
    "ends_of",
    "keep_end",
    "keep_sample",
    "layout",
    "of_ends",
    "samples_of",
    "values_of",
]

MOST_SAMPLES, MOST_ENDS = 512, 128

# What it remembers besides, by its place.
TRIAL = OWN_STATE
WAITING, CONFIRMING, LEFT_IN_ROUND = OWN, OWN + 1, OWN + 2
DRAWN, KEPT, ENDS, BEST_END, CRITICAL = OWN + 3, OWN + 4, OWN + 5, OWN + 6, OWN + 7
REDUCED, TOO_NEAR, IN_KNOWN, SAMPLED, CHOSEN = OWN + 8, OWN + 9, OWN + 10, OWN + 11, OWN + 12
BEST_PLACE = OWN + 13


def layout(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what is kept besides: sampled points with their values, and the ends of all descents."""
    return (
        ("samples", (MOST_SAMPLES, n)),
        ("sample_values", (MOST_SAMPLES,)),
        ("sample_order", (MOST_SAMPLES,)),
        ("sample_fates", (MOST_SAMPLES,)),
        ("ends", (MOST_ENDS, n)),
        ("end_values", (MOST_ENDS,)),
        ("arrivals", (MOST_ENDS,)),
    )


# Where these arrays begin.


@Kernel
def samples_of(r: Any, n: int) -> Any:
    """Return the sampled points."""
    return matrix(r.memory, MOST_SAMPLES, n)


@Kernel
def values_of(r: Any, n: int, which: int) -> Any:
    """Return the values (0), the order (1) or the fates (2) of the sampled points."""
    return doubles(r.memory + 8 * MOST_SAMPLES * (n + which), MOST_SAMPLES)


@Kernel
def ends_of(r: Any, n: int) -> Any:
    """Return the known ends."""
    return matrix(r.memory + 8 * MOST_SAMPLES * (n + 3), MOST_ENDS, n)


@Kernel
def of_ends(r: Any, n: int, which: int) -> Any:
    """Return the values of the known ends (0), or how many descents led there (1)."""
    return doubles(r.memory + 8 * (MOST_SAMPLES * (n + 3) + MOST_ENDS * (n + which)), MOST_ENDS)


@Kernel
def keep_sample(r: Any, n: int, x: Any, f: float, fate: float) -> None:
    """Put a point among those sampled, in its place by value; of too many the highest is forgotten."""
    scalars = doubles(r.scalars, r.scalar_count)
    points, values, order, fates = (
        samples_of(r, n),
        values_of(r, n, 0),
        values_of(r, n, 1),
        values_of(r, n, 2),
    )
    scalars[DRAWN] += 1.0
    kept = int(scalars[KEPT])
    place = kept
    if kept == MOST_SAMPLES:
        place = int(order[kept - 1])
        kept -= 1
        if not f < values[place]:
            return
    copy(n, x, points[place])
    values[place], fates[place] = f, fate
    at = kept
    while at > 0 and values[int(order[at - 1])] > f:
        order[at] = order[at - 1]
        at -= 1
    order[at] = place
    scalars[KEPT] = kept + 1


@Kernel
def keep_end(r: Any, n: int, s: Any) -> bool:
    """Put the end of a descent among the known ones; whether it is the lowest of all."""
    scalars, lower, upper = doubles(r.scalars, r.scalar_count), doubles(r.lower, n), doubles(r.upper, n)
    points, values, arrivals = ends_of(r, n), of_ends(r, n, 0), of_ends(r, n, 1)
    x, f, count = matrix(r.state, r.slots, n)[END], scalars[END_VALUE], int(scalars[ENDS])
    place, highest, lowest = -1, 0, True
    for j in range(count):
        if share_apart(n, x, points[j], lower, upper) <= s.near and place < 0:
            place = j
        if values[j] > values[highest]:
            highest = j
        if values[j] < f:
            lowest = False
    if place >= 0:
        arrivals[place] += 1.0
        if f >= values[place]:
            return lowest
    else:
        place = count if count < MOST_ENDS else highest
        scalars[ENDS] = min(count + 1, MOST_ENDS)
        arrivals[place] = 1.0
    copy(n, x, points[place])
    values[place] = f
    if lowest:
        scalars[BEST_END], scalars[BEST_PLACE] = f, place
    return lowest


@Kernel
def critical_distance(n: int, drawn: float, sigma: float) -> float:
    """3. of the method; π^(n/2)/Γ(1 + n/2) is the volume of the ball of radius 1."""
    distance: float = math.pow(sigma * math.log(drawn) / (drawn * unit_ball(n)), 1.0 / n)
    return distance


@Kernel
def choose(r: Any, n: int, s: Any) -> int:
    """2. to 4.: return the place of the lowest point that is a start, −1 if there is none."""
    scalars, lower, upper = doubles(r.scalars, r.scalar_count), doubles(r.lower, n), doubles(r.upper, n)
    points, order, fates = samples_of(r, n), values_of(r, n, 1), values_of(r, n, 2)
    ends, values = ends_of(r, n), values_of(r, n, 0)
    r_k = critical_distance(n, max(scalars[DRAWN], 2.0), s.sigma)
    reduced = min(max(int(s.reduced * scalars[DRAWN]), 1), int(scalars[KEPT]))
    chosen, near_better, near_end = -1, 0, 0
    for a in range(reduced):
        i = int(order[a])
        if fates[i] == STARTED or values[i] == math.inf:
            continue
        fates[i] = ELIGIBLE
        for b in range(a):
            if share_apart(n, points[i], points[int(order[b])], lower, upper) < r_k:
                fates[i] = NEAR_BETTER
                break
        if fates[i] == ELIGIBLE:
            for j in range(int(scalars[ENDS])):
                if share_apart(n, points[i], ends[j], lower, upper) < min(r_k, s.near):
                    fates[i] = NEAR_END
                    break
        if fates[i] == NEAR_BETTER:
            near_better += 1
        elif fates[i] == NEAR_END:
            near_end += 1
        elif chosen < 0:
            chosen = i
    for a in range(reduced, int(scalars[KEPT])):
        if fates[int(order[a])] != STARTED:
            fates[int(order[a])] = IDLE
    scalars[CRITICAL], scalars[REDUCED] = r_k, reduced
    scalars[TOO_NEAR], scalars[IN_KNOWN] = near_better, near_end
    return chosen
