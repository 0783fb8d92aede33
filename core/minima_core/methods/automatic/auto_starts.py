"""Where the searches of `auto` begin, and the list of where they ended.

Once ten searches have been made, one start in four is a + b − c: a, b and c are ends of the better ones. On
a lattice of valleys that is a step from valley to valley. After 750 n evaluations of searches, and as far as
models are worth something, most of the others are hops from the lowest end, by 0.3 to 3 % of the box's
widths: they go down a funnel of narrow valleys. All others are the lower of two points thrown into the box.

References
----------
R. Storn, K. Price, J. Global Optim. 11, 1997 (differences); D. J. Wales, J. P. K. Doye, J. Phys. Chem. A 101,
1997 (hops).
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.drivers import RUNNING, copy
from minima_core.compiled.faces import doubles, matrix
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import CHOICE, normal_pair, uniform
from minima_core.compiled.random import START as RANDOM_START
from minima_core.methods.automatic.auto_quadratic import START, model_size, value_of, vector_of
from minima_core.methods.automatic.auto_words import HOP, LATTICE, THROWN

__all__ = ["VALLEYS", "choose_start", "keep_valley", "valley_values_of", "valleys_of"]

VALLEYS = 32
"""Ends that are kept, the lowest ones."""
FEW_VALLEYS = 10
HOPS_AFTER = 750  # evaluations of searches for each variable
HOPS = 0.7  # of all starts from then on, where models are fine
SHORTEST_HOP, LONGEST_HOP = 0.003, 0.03  # in shares of the region's widths


@Kernel
def valleys_of(r: Any, n: int) -> Any:
    """Return the ends of searches, lowest first, (VALLEYS, n) in shares of the box."""
    return matrix(r.memory + 8 * model_size(n), VALLEYS, n)


@Kernel
def valley_values_of(r: Any, n: int) -> Any:
    """Return the values at the ends of searches, (VALLEYS,)."""
    return doubles(r.memory + 8 * (model_size(n) + VALLEYS * n), VALLEYS)


@Kernel
def keep_valley(r: Any, n: int, k: Any, u: Any, f: float) -> None:
    """Enter the end of a search among the lowest, in order."""
    y, values = valleys_of(r, n), valley_values_of(r, n)
    count = int(k.valleys)
    if count == VALLEYS and f >= values[count - 1]:
        return
    place = min(count, VALLEYS - 1)
    while place > 0 and f < values[place - 1]:
        values[place] = values[place - 1]
        copy(n, y[place - 1], y[place])
        place -= 1
    values[place] = f
    copy(n, u, y[place])
    k.valleys = float(min(count + 1, VALLEYS))


@Kernel
def on_lattice(r: Any, n: int, k: Any, s: Any, u: Any) -> bool:
    """Write a + b − c from the ends of the better searches, if it is its turn and it lies in the box."""
    count = int(k.valleys)
    if k.searches < FEW_VALLEYS or uniform(r.key, r.lane, r.clock, CHOICE) >= s.lattice:
        return False
    better = min(max(n + 2, int(0.2 * k.searches)), count)
    y = valleys_of(r, n)
    a = int(uniform(r.key, r.lane, r.clock, CHOICE + 1) * better)
    b = int(uniform(r.key, r.lane, r.clock, CHOICE + 2) * better)
    c = int(uniform(r.key, r.lane, r.clock, CHOICE + 3) * better)
    inside = b != c
    for i in range(n):
        u[i] = y[a, i] + y[b, i] - y[c, i]
        inside = inside and 0.0 <= u[i] <= 1.0
    return inside


@Kernel
def by_a_hop(r: Any, n: int, k: Any, s: Any, u: Any) -> bool:
    """Write a point near the lowest end of a search, if it is its turn and it lies in the box."""
    if k.valleys == 0.0 or k.spent_down < HOPS_AFTER * n:
        return False
    if uniform(r.key, r.lane, r.clock, CHOICE + 4) >= HOPS * k.worth:
        return False
    scale = LONGEST_HOP / SHORTEST_HOP
    hop = SHORTEST_HOP * scale ** uniform(r.key, r.lane, r.clock, CHOICE + 5)
    y = valleys_of(r, n)
    inside = True
    for i in range(0, n, 2):
        a, b = normal_pair(r.key, r.lane, r.clock, CHOICE + 6 + i)
        u[i] = y[0, i] + hop * a
        inside = inside and 0.0 <= u[i] <= 1.0
        if i + 1 < n:
            u[i + 1] = y[0, i + 1] + hop * b
            inside = inside and 0.0 <= u[i + 1] <= 1.0
    k.rho = min(s.radius, 0.5 * hop)
    return inside


@Kernel
def choose_start(r: Any, n: int, k: Any, s: Any, u: Any) -> float:
    """Write where the next search begins, and return the value there."""
    v, lowest, throws = vector_of(r, n, START), math.inf, 1
    if on_lattice(r, n, k, s, v):
        k.start, k.rho = LATTICE, 0.5 * s.radius
    elif by_a_hop(r, n, k, s, v):
        k.start = HOP
    else:
        k.start, k.rho, throws = THROWN, s.radius, 2
    for j in range(throws):
        for i in range(n if throws == 2 else 0):
            v[i] = uniform(r.key, r.lane, r.clock, RANDOM_START + j * n + i)
        f = value_of(r, n, v)
        if r.status != RUNNING:
            return math.inf
        if f < lowest or j == 0:
            lowest = f
            copy(n, v, u)
    return lowest
