"""Gradient descent with a backtracking line search: each step is shortened until it goes down enough.

    1. d = −∇f(x); the first trial step is α = min(η, γ · the step taken last).
    2. While f(x + α d) > f(x) − c₁ α ‖d‖² (Armijo's condition fails): α ← ρ α.
    3. x ← x + α d.

The learning rate η is the longest step that is tried, so it may be large: it is a wish and no danger. A trial
costs one evaluation. What chance, clipping or weight decay do to the gradient makes another d; then the
condition is f(x + p) ≤ f(x) + c₁ min(g·p, 0) for a step p that ends at x + p, at the border if need be, with
weight decay's ½λ‖x‖² counted to f. Where no trial goes down enough, the run stays, and the next step begins
with a shorter one.

References
----------
L. Armijo, Pacific J. Math. 16(1), 1966; J. Nocedal, S. J. Wright, "Numerical optimization", 2nd ed., Springer
2006, algorithm 3.1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from minima_core.compiled.drivers import (
    HELD_GRADIENT,
    HELD_VALUE,
    NOT_FINITE,
    NOTHING,
    OUT_OF_BUDGET,
    RUNNING,
    SETTLED,
    alter,
    consider,
    evaluate_here,
    has_settled,
    keep_inside,
    march,
    note,
    ran_off,
    remember,
    value_at_average,
    write_row,
)
from minima_core.compiled.faces import (
    as_array,
    call_value,
    call_value_gradient,
    doubles,
    matrix,
    pointer,
    settings_pointer,
)
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.schedule import follow
from minima_core.landscapes.landscape import Landscape
from minima_core.landscapes.scale import rounded, scale_of
from minima_core.methods.gradient.line_search_told import INSIDES, narrate
from minima_core.methods.gradient.rule import with_common
from minima_core.methods.specification import Method, Setting, Value

__all__ = ["METHOD"]

DIRECTION, TRIAL, SLOPE = 0, 1, 2  # rows of the state
TAKEN = 0  # the place of the last step among the scalars
MOST_TRIALS = 60

SETTINGS = with_common(
    Setting(
        "c1",
        "c₁",
        "How much of the fall that the slope promises a step must bring, as a share of it.",
        1e-4, 0.0, 1.0, "log", span=(1e-6, 0.5), below=True,
    ),
    Setting(
        "shrink",
        "ρ",
        "The factor by which a step that does not go down enough is shortened.",
        0.5, 0.01, 0.99, span=(0.1, 0.9),
    ),
    Setting(
        "grow",
        "γ",
        "How much longer than the step before the first trial may be.",
        2.0, 1.0, 1e6, "log", span=(1.0, 100.0),
    ),
    clip=0.0,
)  # fmt: skip


@Kernel
def half_square(n: int, x: Any) -> float:
    """Return ½‖x‖², of which weight decay is the slope."""
    total = 0.0
    for i in range(n):
        total += x[i] * x[i]
    return 0.5 * total


@Kernel
def try_here(r: Any, n: int, x: Any, slope: Any) -> float:
    """Return the value at a trial point, and its gradient as well if that costs no more."""
    place, context = pointer(r.state + 8 * n * TRIAL), pointer(r.context)
    if r.price == 1:
        f: float = call_value_gradient(
            r.call_value_gradient, place, context, pointer(r.state + 8 * n * SLOPE)
        )
        r.gradients += 1
    else:
        f = call_value(r.call_value, place, context)
    r.values += 1
    consider(r, n, x, f)
    return f


@Kernel
def write_insides(r: Any, n: int, first: float, taken: float, trials: float, direction: Any) -> None:
    """Write how a step was found to the row that it gets, if it gets one."""
    row = pointer(r.insides)
    at = r.row * r.pitch
    row[at], row[at + 1], row[at + 2] = first, taken, trials
    for i in range(n):
        row[at + 3 + i] = direction[i]


def begin(r: Any) -> None:
    """Evaluate value and gradient where the run stands, if nobody has; the very first point is row 0."""
    if r.held == HELD_GRADIENT:
        return
    n = r.n
    evaluate_here(r, n)
    if r.row == 0 and r.step == 0 and r.held != NOTHING:
        direction = doubles(r.state, n)
        write_insides(r, n, math.nan, math.nan, 0.0, direction)
        write_row(r, n, doubles(r.x, n), r.value)


def step(r: Any) -> None:
    """Do one step, with the learning rate that the schedule gives."""
    s = as_array(read_settings(r.settings), (1,))[0]
    base = s.lr
    if s.schedule != 0.0:
        follow(r, s, doubles(r.scalars, r.scalar_count), base, 0.0, r.steps, r.value)
    else:
        r.schedule = 0
    search(r, s)
    s.lr = base


@Kernel
def search(r: Any, s: Any) -> None:
    """Do one step: 1. to 3. above."""
    n = r.n
    x, g, scalars = doubles(r.x, n), doubles(r.g, n), doubles(r.scalars, r.scalar_count)
    state = matrix(r.state, r.slots, n)
    direction, trial, slope = state[DIRECTION], state[TRIAL], state[SLOPE]
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    if r.values >= r.budget:
        r.status = OUT_OF_BUDGET
        return
    remember(r, n, x)
    # 1. The direction.
    for i in range(n):
        direction[i] = g[i]
    alter(r, n, x, direction, s, 0)
    for i in range(n):
        direction[i] = -direction[i]
    decay = s.weight_decay
    here = r.value + decay * half_square(n, x)
    first = s.lr if scalars[TAKEN] == 0.0 else min(s.lr, s.grow * scalars[TAKEN])
    length, taken, trials, f = first, 0.0, 0, r.value
    # 2. Trials.
    while trials < MOST_TRIALS and taken == 0.0 and r.values < r.budget:
        moved = False
        for i in range(n):
            trial[i] = x[i] + length * direction[i]
        keep_inside(r.border, n, trial, lower, upper)
        fall = 0.0
        for i in range(n):
            moved = moved or trial[i] != x[i]
            fall -= direction[i] * (trial[i] - x[i])
        if not moved:
            break
        trials += 1
        f = try_here(r, n, trial, slope)
        if f + decay * half_square(n, trial) <= here + s.c1 * min(fall, 0.0):
            taken = length
        else:
            length *= s.shrink
        if ran_off(r) != NOT_FINITE:  # a Python callable has raised
            r.status = ran_off(r)
            return
    # 3. The step.
    if taken > 0.0:
        scalars[TAKEN] = taken
        r.value = f
        for i in range(n):
            x[i] = trial[i]
        if r.price == 1:
            for i in range(n):
                g[i] = slope[i]
        else:
            r.held = HELD_VALUE
    elif trials > 0:
        scalars[TAKEN] = length
    if not math.isfinite(r.value):  # nothing is lower than minus infinity
        r.status = NOT_FINITE
    elif r.held == HELD_VALUE:
        evaluate_here(r, n)
    if s.averaging != 0.0 and r.call_value != 0 and r.steps >= s.averaging_start and r.values < r.budget:
        mean = value_at_average(r, n, x, s)
        r.values += 1
        consider(r, n, doubles(r.average, n), mean)
        if ran_off(r) != NOT_FINITE:
            r.status = ran_off(r)
    r.steps += 1
    write_insides(r, n, first, taken, float(trials), direction)
    note(r, n, x, r.value)
    if r.tolerance > 0.0 and r.status == RUNNING and has_settled(r, n, x, lower, upper):
        r.status = SETTLED


read_settings = settings_pointer([each.name for each in SETTINGS])
STEP, BEGIN = Kernel(step, name="step_line_search"), Kernel(begin, name="begin_line_search")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("line_search", step=STEP, begin=BEGIN)


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the longest step: on the landscape's typical slope it leads over a tenth of the diagonal."""
    return {"lr": rounded(0.1 * land.diagonal / scale_of(land).slope) or 1e-3}


METHOD = Method(
    name="line-search",
    title="Line search",
    short="shortens each step until it goes down",
    sentence="Tries a long step straight downhill, and halves it until it really leads down: never uphill.",
    reference="L. Armijo, Pacific J. Math. 16(1), 1966",
    group="gradient",
    kind="gradient",
    settings=SETTINGS,
    driver=driver,
    insides=("first_length", "length", "trials", "direction_0", "direction_1"),
    state=("direction", "trial", "trial_slope"),
    scalars=(("length", 0.0),),
    auto=auto,
    insides_drawn=INSIDES,
    narrate=narrate,
)
