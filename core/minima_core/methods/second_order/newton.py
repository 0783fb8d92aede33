"""Newton's method: steps to where the quadratic model is flat, plain, damped, or repelled by saddles.

With the gradient g and the Hessian H at x:

    plain        p = −H⁻¹ g: to where the model's slope vanishes, be it a minimum, a saddle or a maximum.
    damped       p = −(H + τI)⁻¹ g with the first τ = 0, β, 2β, … for which H + τI is positive definite, or
                 from −min hᵢᵢ + β on where that is positive (algorithm 3.3, β = 10⁻³ max |hᵢⱼ|; Levenberg).
    saddle-free  p = −|H|⁻¹ g with |H| = V |Λ| Vᵀ: away from where the model falls, however it bends.

    1. p as above; a damping δ is added to all curvatures (τ ≥ δ).
    2. plain: x ← x + η p. The others: t = η, ρη, ρ²η, … until f(x + t p) ≤ f(x) + c₁ t g·p (algorithm 3.1),
       then x ← x + t p. No first trial leads further than the box is wide.

Where H is singular, a plain step leaves out the axes without curvature. It accepts whatever comes: it goes to
saddles and maxima, and may run off. Where no trial goes down enough, the run rests.

References
----------
J. Nocedal, S. J. Wright, "Numerical optimization", 2nd ed., Springer 2006, chapter 3; K. Levenberg, Quart.
Appl. Math. 2, 1944; Y. Dauphin et al., "Identifying and attacking the saddle point problem in
high-dimensional non-convex optimization", NeurIPS 2014.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.algebra import (
    cholesky,
    dot,
    eigen_symmetric,
    largest,
    solve,
    solve_cholesky,
)
from minima_core.compiled.drivers import (
    HELD_VALUE,
    OUT_OF_BUDGET,
    RUNNING,
    copy,
    evaluate_here,
    gradient_at,
    hessian_here,
    keep_inside,
    march,
    ran_off,
    value_at,
)
from minima_core.compiled.faces import as_array, doubles, matrix, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.methods.insides import Glimpse, Inside, Quadratic, Stage, said, said_point
from minima_core.methods.second_order.curvature import along_axes, free_curvature
from minima_core.methods.second_order.line_words import (
    LINE_INSIDES,
    listed,
    model_of,
    stays,
    stepped,
    table_of,
)
from minima_core.methods.second_order.wolfe import (
    COLUMNS,
    DESCENT,
    DIRECTION,
    FIRST,
    HELD,
    LENGTH,
    RESTS,
    SCALARS,
    SLOPE,
    STATE,
    TABLE,
    TRIAL,
    TRIALS,
    begin,
    begin_step,
    end_step,
    first_length,
    free_slope,
    hold,
    kept_direction,
    turn,
)
from minima_core.methods.specification import Method, Setting, Value

__all__ = ["METHOD"]

Array: TypeAlias = NDArray[np.float64]

PLAIN, DAMPED, SADDLE_FREE = 0, 1, 2
BETA = 1e-3

VALUES = len(STATE)  # a row: the curvatures along the axes
SHIFT = len(SCALARS)

SETTINGS = (
    Setting(
        "variant",
        "V",
        "Whether the step goes wherever the model is flat, is made to go down, or is repelled by saddles.",
        "damped", scale="choice", choices=("plain", "damped", "saddle-free"),
    ),
    Setting(
        "lr",
        "η",
        "How much of Newton’s step is taken, or tried first.",
        1.0, 0.0, 10.0, span=(0.05, 1.5),
    ),
    Setting(
        "damping",
        "δ",
        "Is added to the curvature in every direction: larger is shorter and more like plain descent.",
        0.0, 0.0, 1e12, "log", span=(1e-3, 1e3),
    ),
    Setting(
        "backtrack",
        "B",
        "Whether damped and saddle-free steps are shortened until they go down enough.",
        True, scale="switch",
    ),
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
)  # fmt: skip


@Kernel
def shifted(n: int, H: Any, L: Any, least: float) -> float:
    """Write the Cholesky factor of H + τI to L, and return τ: algorithm 3.3. Not a number: there is none."""
    size, lowest = 0.0, math.inf
    for i in range(n):
        size = max(size, largest(n, H[i]))
        lowest = min(lowest, H[i, i])
    beta = BETA * size
    tau = max(least, 0.0 if lowest > 0.0 else beta - lowest)
    for _ in range(64):
        for i in range(n):
            copy(n, H[i], L[i])
            L[i, i] += tau
        if cholesky(n, L, L):
            return tau
        tau = max(2.0 * tau, beta)
    return math.nan


@Kernel
def newton_step(n: int, s: Any, g: Any, H: Any, W: Any, values: Any, scalars: Any, p: Any) -> None:
    """Write p: 1. above. W is scratch; p is not a number where there is none."""
    scalars[SHIFT] = s.damping
    if s.variant == DAMPED:
        scalars[SHIFT] = shifted(n, H, W, s.damping)
        solve_cholesky(n, W, g, p)
        turn(n, p)
        if not scalars[SHIFT] < math.inf:
            p[0] = math.nan
        return
    if s.variant == PLAIN:
        for i in range(n):
            copy(n, H[i], W[i])
            W[i, i] += s.damping
        if solve(n, W, g, p):
            turn(n, p)
            return
    if eigen_symmetric(n, H, values, W):
        along_axes(n, g, values, W, s.variant == SADDLE_FREE, s.damping, p)
    else:
        p[0] = math.nan


@Kernel
def go(r: Any, n: int, s: Any, x: Any, d: Any, scalars: Any) -> None:
    """Take the step, wherever it leads."""
    if r.values + r.price > r.budget:
        r.status = OUT_OF_BUDGET
        return
    for i in range(n):
        x[i] += s.lr * d[i]
    keep_inside(r.border, n, x, doubles(r.lower, n), doubles(r.upper, n))
    r.value = gradient_at(r, n, r.x, r.g)
    scalars[FIRST], scalars[LENGTH], scalars[TRIALS] = s.lr, s.lr, 1.0
    table = matrix(r.memory, TABLE, 3)
    table[0, 0], table[0, 1], table[0, 2] = s.lr, r.value, math.nan
    if not math.isfinite(r.value):
        r.status = ran_off(r)


@Kernel
def shorten(r: Any, n: int, s: Any, x: Any, g: Any, state: Any, scalars: Any) -> None:
    """Try shorter and shorter steps until one goes down enough, and take it: 2. above."""
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    d, trial, slope = state[DIRECTION], state[TRIAL], state[SLOPE]
    table = matrix(r.memory, TABLE, 3)
    t = min(s.lr, first_length(n, d, lower, upper, 1.0))
    scalars[FIRST] = t
    for count in range(TABLE):
        for i in range(n):
            trial[i] = x[i] + t * d[i]
        keep_inside(r.border, n, trial, lower, upper)
        fall, moved = 0.0, False
        for i in range(n):
            fall += g[i] * (trial[i] - x[i])
            moved = moved or trial[i] != x[i]
        if not moved:
            break
        if r.values + (1 if r.price > 1 else r.price) > r.budget:
            r.status = OUT_OF_BUDGET
            return
        if r.price == 1:
            f = gradient_at(r, n, r.state + 8 * n * TRIAL, r.state + 8 * n * SLOPE)
        else:
            f = value_at(r, n, r.state + 8 * n * TRIAL)
        if r.status != RUNNING:
            return
        table[count, 0], table[count, 1], table[count, 2] = t, f, math.nan
        scalars[TRIALS] = float(count + 1)
        if f <= r.value + s.c1 * min(fall, 0.0) and math.isfinite(f):
            scalars[LENGTH] = t
            copy(n, trial, x)
            r.value = f
            if r.price == 1:
                copy(n, slope, g)
            else:
                r.held = HELD_VALUE
                evaluate_here(r, n)
            return
        t *= s.shrink
    scalars[RESTS] = 1.0 + s.variant


def step(r: Any) -> None:
    """Do one step: 1. and 2. above."""
    n = r.n
    s = as_array(read_settings(r.settings), (1,))[0]
    x, g = doubles(r.x, n), doubles(r.g, n)
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    state, scalars = matrix(r.state, r.slots, n), doubles(r.scalars, r.scalar_count)
    place = r.memory + 24 * TABLE
    H, W = matrix(place, n, n), matrix(place + 8 * n * n, n, n)
    d, free, held = state[DIRECTION], state[TRIAL], state[HELD]
    if scalars[RESTS] != 1.0 + s.variant:
        scalars[RESTS] = 0.0
    begin_step(r, n, x, state, scalars)
    if scalars[RESTS] == 0.0:
        # 1. The step.
        if not hessian_here(r, n, place):
            return
        hold(r.border, n, x, g, lower, upper, held)
        free_slope(n, g, held, free)
        free_curvature(n, H, held)
        newton_step(n, s, free, H, W, state[VALUES], scalars, d)
        kept_direction(r.border, n, x, d, lower, upper, held)
        descent = dot(n, g, d)
        if s.variant != PLAIN and not descent < 0.0:
            copy(n, free, d)
            turn(n, d)
            descent = dot(n, g, d)
        scalars[DESCENT] = descent
        if not 0.0 < largest(n, d) < math.inf or not math.isfinite(descent):
            scalars[RESTS] = 1.0 + s.variant
    if scalars[RESTS] == 0.0:
        # 2. Its length.
        if s.variant == PLAIN or s.backtrack == 0.0:
            go(r, n, s, x, d, scalars)
        else:
            shorten(r, n, s, x, g, state, scalars)
        if r.status != RUNNING and scalars[LENGTH] == 0.0:
            return
    end_step(r, n, x, scalars)


read_settings = settings_pointer([each.name for each in SETTINGS])
STEP, BEGIN = Kernel(step, name="step_newton"), Kernel(begin, name="begin_wolfe")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("newton", step=STEP, begin=BEGIN)


def memory(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what is kept besides: the trials of a step, the Hessian where it began, and scratch."""
    return ("line_search", (TABLE, 3)), ("hessian", (n, n)), ("scratch", (n, n))


def bent(glimpse: Glimpse) -> Array:
    """Return the Hessian of the model whose flat place Newton's step leads to."""
    hessian, shift = glimpse.array("hessian"), glimpse.number("shift")
    if glimpse.settings["variant"] == "saddle-free":
        values, vectors = np.linalg.eigh(hessian)
        hessian = (vectors * np.abs(values)) @ vectors.T
    return np.asarray(hessian + shift * np.eye(len(hessian)), dtype=np.float64)


def model(glimpse: Glimpse) -> Quadratic | None:
    """Return the parabola that the step believed in."""
    return model_of(glimpse, bent(glimpse)) if stepped(glimpse) else None


def second_order(glimpse: Glimpse) -> Quadratic | None:
    """Return the parabola that touches the landscape best where the step began."""
    return model_of(glimpse, glimpse.array("hessian")) if stepped(glimpse) else None


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one step."""
    if not stepped(glimpse):
        why = "no step that goes down can be told from it"
        if glimpse.now.step and glimpse.settings["variant"] == "plain":
            why = "Newton’s step from here leads nowhere"
        return (stays(glimpse, why),)
    variant, shift = str(glimpse.settings["variant"]), glimpse.number("shift")
    values = np.asarray(np.linalg.eigvalsh(glimpse.array("hessian")), dtype=np.float64)
    slope = said_point(glimpse.array("began_slope"))
    kind = "upwards in every direction"
    if values[0] < 0.0:
        kind = (
            "downwards in every direction" if values[-1] < 0.0 else "down one way and up another: a saddle’s"
        )
    stages = [
        Stage(
            f"The gradient is {slope}; the curvatures are {said_point(values)}, {kind}.",
            ("gradient", "second-order"),
        )
    ]
    step = said_point(glimpse.array("direction"))
    if variant == "plain":
        stages.append(
            Stage(f"The model is flat a step {step} away, so that is Newton’s step.", ("model", "direction"))
        )
    elif variant == "saddle-free":
        stages.append(
            Stage(
                f"With every curvature counted as positive, Newton’s step is {step}.", ("model", "direction")
            )
        )
    elif shift > 0.0:
        stages.append(
            Stage(
                f"{said(shift)} is added to every curvature so that the model bends upwards; "
                f"the step to its bottom is {step}.",
                ("model", "direction"),
            )
        )
    else:
        stages.append(Stage(f"The step to the bottom of the model is {step}.", ("model", "direction")))
    here = f"{said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}"
    began = said(glimpse.number("began_value"))
    tried = table_of(glimpse)
    if glimpse.number("length") == 0.0:
        stages.append(Stage(f"No length of it is lower than f = {began}: the run stays.", ("line_search",)))
    elif len(tried) > 1:
        stages.append(
            Stage(
                f"The lengths {listed(tried[:, 0])} are tried: f = {listed(tried[:, 1])}. "
                f"The last one goes down enough from f = {began}, and leads to {here}.",
                ("line_search", "step"),
            )
        )
    else:
        stages.append(
            Stage(
                f"A length of {said(glimpse.number('length'))} leads from f = {began} to {here}.",
                ("line_search", "step"),
            )
        )
    return tuple(stages)


METHOD = Method(
    name="newton",
    title="Newton",
    short="goes where the curvature says the slope ends",
    sentence="Reads slope and curvature, and steps to where they put the bottom; plain, it may be a saddle.",
    reference="Y. Dauphin et al., NeurIPS 2014",
    group="second-order",
    kind="second-order",
    settings=SETTINGS,
    driver=driver,
    insides=COLUMNS,
    state=(*STATE, "curvatures"),
    scalars=(*SCALARS, ("shift", 0.0)),
    memory=memory,
    uses=("value", "gradient", "hessian"),
    insides_drawn=(
        *LINE_INSIDES,
        Inside(
            "model",
            "Model of the step",
            "Contours of the parabola to whose flat place the step leads.",
            "quadratic",
            model,
            role="model",
        ),
        Inside(
            "second-order",
            "Slope and curvature",
            "Contours of the parabola that touches the landscape best where the step began.",
            "quadratic",
            second_order,
            role="model",
            usual=False,
        ),
    ),
    narrate=narrate,
)
