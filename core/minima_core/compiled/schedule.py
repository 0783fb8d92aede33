"""Learning-rate schedules in the compiled loop: a table of numbers, and the rate that it gives at a step.

A *program* is an array of doubles: the number of parts, then for each part `WIDTH` numbers: the step at which
it begins, its kind, and its own numbers in the order in which `minima_core.methods.schedules` declares them;
behind the parts, the milestones of those that have some. A part counts its steps from its beginning. Kinds,
names and formulas are those of ``torch.optim.lr_scheduler``, in closed form: a rate depends on the step
alone, so that going back is exact. Only `PLATEAU` looks at values, and remembers in the frame.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from minima_core.compiled.faces import pointer
from minima_core.compiled.kernel import Kernel

__all__ = [
    "KINDS", "WIDTH", "average_here", "follow", "forget", "momentum_at", "momentum_of", "obey",
    "put_momentum", "rate_at",
]  # fmt: skip

KINDS = (
    "none", "step", "multi-step", "constant", "linear", "exponential", "polynomial", "cosine",
    "cosine-warm-restarts", "one-cycle", "cyclic", "plateau",
)  # fmt: skip
STEP, MULTI_STEP, CONSTANT, LINEAR, EXPONENTIAL, POLYNOMIAL, COSINE, WARM_RESTARTS = range(1, 9)
ONE_CYCLE, CYCLIC, PLATEAU = range(9, 12)
WIDTH = 12
TRIANGULAR, TRIANGULAR2, EXP_RANGE = 0, 1, 2


@Kernel
def part_at(p: Sequence[float], t: float) -> int:
    """Return where in a program the numbers of the part stand that is in force at a step."""
    at = 1
    for k in range(1, int(p[0])):
        if p[1 + k * WIDTH] <= t:
            at = 1 + k * WIDTH
    return at


@Kernel
def anneal(law: float, begin: float, end: float, share: float) -> float:
    """Return what lies between two numbers after a share of the way: by a cosine (0), or straight (1)."""
    if law == 0.0:
        return end + (begin - end) / 2.0 * (math.cos(math.pi * share) + 1.0)
    return (end - begin) * share + begin


@Kernel
def one_cycle(p: Sequence[float], q: int, t: float, begin: float, top: float, end: float) -> float:
    """Return a number that OneCycleLR moves: from `begin` to `top` and on to `end`; q is its first number.

    The momentum goes the other way, and stays at `end` in the last of three phases.
    """
    total, law, pct_start, three = p[q], p[q + 4], p[q + 3], p[q + 5] != 0.0
    t = min(t, total - 1.0)
    first = pct_start * total - 1.0
    second = 2.0 * pct_start * total - 2.0 if three else total - 1.0
    last = total - 1.0
    if t <= first:
        moved: float = anneal(law, begin, top, t / first if first > 0.0 else 1.0)
    elif t <= second or not three:
        after = begin if three else end
        moved = anneal(law, top, after, (t - first) / (second - first) if second > first else 1.0)
    else:
        moved = anneal(law, begin, end, (t - second) / (last - second) if last > second else 1.0)
    return moved


@Kernel
def height(p: Sequence[float], q: int, t: float) -> float:
    """Return how high CyclicLR stands in its triangle, 0 to 1, times what its mode scales it by."""
    up, down = p[q + 2], p[q + 3]
    total = up + down
    cycle = math.floor(1.0 + t / total)
    x = 1.0 + t / total - cycle
    ratio = up / total
    scale = x / ratio if x <= ratio else (x - 1.0) / (ratio - 1.0)
    if p[q + 4] == TRIANGULAR2:
        return scale / math.pow(2.0, cycle - 1.0)
    if p[q + 4] == EXP_RANGE:
        return scale * math.pow(p[q + 5], t)
    return scale


@Kernel
def rate_at(p: Sequence[float], step: float, base: float) -> float:
    """Return the learning rate at a step, where the method's own is `base`."""
    at: int = part_at(p, step)
    t, kind, q = step - p[at], int(p[at + 1]), at + 2
    if kind == STEP:
        return base * math.pow(p[q + 1], math.floor(t / p[q]))
    if kind == MULTI_STEP:
        passed = 0.0
        first = int(p[q + 1])
        for k in range(first, first + int(p[q + 2])):
            if p[k] <= t:
                passed += 1.0
        return base * math.pow(p[q], passed)
    if kind == CONSTANT:
        return base * p[q] if t < p[q + 1] else base
    if kind == LINEAR:
        return base * (p[q] + (p[q + 1] - p[q]) * min(t, p[q + 2]) / p[q + 2])
    if kind == EXPONENTIAL:
        return base * math.pow(p[q], t)
    if kind == POLYNOMIAL:
        return base * math.pow(1.0 - min(t, p[q]) / p[q], p[q + 1])
    if kind == COSINE:
        return p[q + 1] + (base - p[q + 1]) * (1.0 + math.cos(math.pi * t / p[q])) / 2.0
    if kind == WARM_RESTARTS:
        length = p[q]
        if p[q + 1] == 1.0:
            t = t % length
        else:
            while t >= length:
                t -= length
                length *= p[q + 1]
        return p[q + 2] + (base - p[q + 2]) * (1.0 + math.cos(math.pi * t / length)) / 2.0
    if kind == ONE_CYCLE:
        top = base if math.isnan(p[q + 6]) else p[q + 6]
        begin = top / p[q + 1]
        cycled: float = one_cycle(p, q, t, begin, top, begin / p[q + 2])
        return cycled
    if kind == CYCLIC:
        top = base if math.isnan(p[q + 1]) else p[q + 1]
        low = 0.1 * top if math.isnan(p[q]) else p[q]
        swinging: float = low + (top - low) * height(p, q, t)
        return swinging
    return base


@Kernel
def momentum_at(p: Sequence[float], step: float) -> float:
    """Return the momentum that a cycle asks for at a step; −1 where none does."""
    at: int = part_at(p, step)
    t, kind, q = step - p[at], int(p[at + 1]), at + 2
    momentum: float = -1.0
    if kind == ONE_CYCLE and p[q + 7] != 0.0:
        momentum = one_cycle(p, q, t, p[q + 9], p[q + 8], p[q + 9])
    if kind == CYCLIC and p[q + 6] != 0.0:
        momentum = p[q + 8] - (p[q + 8] - p[q + 7]) * height(p, q, t)
    return momentum


@Kernel
def plateau(r: Any, p: Sequence[float], step: float, base: float, f: float) -> float:
    """Return the rate of ReduceLROnPlateau after it has seen the value of the step before."""
    q = 3
    if step == 0.0:
        r.rate, r.plateau_base, r.plateau_best, r.plateau_bad, r.plateau_rest = base, base, math.inf, 0, 0
        return base
    if base != r.plateau_base:  # somebody has moved the learning rate: what has been reduced stays reduced
        r.rate *= base / r.plateau_base if r.plateau_base > 0.0 else 1.0
        r.plateau_base = base
    factor, patience, threshold, absolute = p[q], p[q + 1], p[q + 2], p[q + 3] != 0.0
    least = r.plateau_best - threshold if absolute else r.plateau_best * (1.0 - threshold)
    r.plateau_bad += 1
    if f < least:
        r.plateau_best = f
        r.plateau_bad = 0
    if r.plateau_rest > 0:
        r.plateau_rest -= 1
        r.plateau_bad = 0
    if r.plateau_bad > patience:
        reduced = max(r.rate * factor, p[q + 5])
        if r.rate - reduced > p[q + 6]:
            r.rate = reduced
        r.plateau_rest = int(p[q + 4])
        r.plateau_bad = 0
    rate: float = r.rate
    return rate


@Kernel
def momentum_of(s: Any) -> float:
    """Return the momentum that the settings ask for; rules that have none have nothing to cycle."""
    return 0.0


@Kernel
def put_momentum(s: Any, scalars: Any, momentum: float, steps: int) -> None:
    """Use another momentum, after so many steps of the rule; rules that have one put their own here."""


@Kernel
def obey(
    p: Sequence[float], s: Any, scalars: Any, base: float, momentum: float, t: float, steps: int
) -> None:
    """Set the learning rate and the momentum of a program's step t, which comes after `steps` of the rule."""
    s.lr = rate_at(p, t, base)
    cycled = momentum_at(p, t)
    if cycled >= 0.0:
        put_momentum(s, scalars, cycled, steps)
    elif momentum_of(s) != momentum:
        put_momentum(s, scalars, momentum, steps)


@Kernel
def follow(r: Any, s: Any, scalars: Any, base: float, momentum: float, steps: int, f: float) -> None:
    """Set the learning rate and the momentum of the next step, after so many steps of the rule.

    `base` and `momentum` are what the settings ask for. A schedule begins when it is first seen.
    """
    p = pointer(int(s.schedule))
    if r.schedule != int(s.schedule):
        r.schedule = int(s.schedule)
        r.schedule_began = steps
    t = float(steps - r.schedule_began)
    if int(p[2]) == PLATEAU:
        s.lr = plateau(r, p, t, base, f)
    else:
        obey(p, s, scalars, base, momentum, t, steps)
    r.rate = s.lr


@Kernel
def forget(r: Any) -> None:
    """Begin as if nothing had been done: schedule and average begin anew with the next step."""
    r.schedule = 0
    r.steps = 0
    r.averaged = 0
    r.average_value = math.nan


@Kernel
def average_here(n: int, x: Any, average: Any, count: int, decay: float) -> None:
    """Let the point enter the average: the mean of all so far, or with a decay d an exponential one.

    As torch.optim.swa_utils: x̄ ← x̄ + (x − x̄)/(k + 1), or x̄ ← d x̄ + (1 − d) x; the first is x itself.
    """
    for i in range(n):
        if count == 0:
            average[i] = x[i]
        elif decay < 1.0:
            average[i] = decay * average[i] + (1.0 - decay) * x[i]
        else:
            average[i] += (x[i] - average[i]) / (count + 1.0)
