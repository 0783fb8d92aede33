"""Trust region: the best step of the quadratic model within the distance in which it is believed.

With the gradient g, the Hessian B and a radius Δ (algorithm 4.1):

    1. p minimises m(p) = f + g·p + ½ p·B p over ‖p‖ ≤ Δ.
    2. ρ = (f(x) − f(x + p)) / (m(0) − m(p)): the fall that came, as a share of what the model promised.
    3. ρ < ¼: Δ ← ¼‖p‖.   ρ > ¾ and ‖p‖ = Δ: Δ ← min(2Δ, Δ̂).
    4. x ← x + p if ρ > η; else the run stays for this step.

Step 1 is solved exactly on the axes vₖ of B with curvatures λₖ (theorem 4.1, algorithm 4.3). Where B is
positive definite and Newton's step is short enough, it is that step; else p = −Σ (vₖ·g) / (λₖ + λ) vₖ
with the λ for which ‖p‖ = Δ, by Newton's method on 1/Δ − 1/‖p‖ between bounds. In the hard case, where g
has no share of the axis that bends down most, p goes along that axis as far as the circle: so it leaves
saddles, even from where g is 0. (The book shrinks to ¼Δ, which would try a step inside the circle once
more.) A trial that is not finite counts as infinitely high. Where no fall can be told apart any more, the
run rests.

References
----------
J. J. Moré, D. C. Sorensen, SIAM J. Sci. Stat. Comput. 4(3), 1983; J. Nocedal, S. J. Wright, "Numerical
optimization", 2nd ed., Springer 2006, algorithms 4.1 and 4.3, theorem 4.1 and equation 4.45.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.algebra import dot, eigen_symmetric, norm, quadratic
from minima_core.compiled.drivers import (
    HELD_GRADIENT,
    HELD_VALUE,
    NOTHING,
    OUT_OF_BUDGET,
    RUNNING,
    copy,
    evaluate_here,
    gradient_at,
    hessian_here,
    keep_inside,
    march,
    value_at,
    write_row,
)
from minima_core.compiled.faces import as_array, doubles, matrix, pointer, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.landscapes.landscape import Landscape
from minima_core.methods.insides import (
    Arrow,
    Circle,
    Glimpse,
    Inside,
    Quadratic,
    Stage,
    said,
    said_point,
)
from minima_core.methods.second_order.curvature import FLAT, free_curvature
from minima_core.methods.second_order.line_words import model_of, stays, stepped
from minima_core.methods.second_order.wolfe import (
    DIRECTION,
    HELD,
    LENGTH,
    RESTS,
    SCALARS,
    SLOPE,
    STATE,
    TRIAL,
    TRIALS,
    begin_step,
    free_slope,
    hold,
    settle,
)
from minima_core.methods.specification import AUTO, Method, Setting, Value

__all__ = ["METHOD"]

Array: TypeAlias = NDArray[np.float64]

ROUNDING = 2.0**-52
MOST_ROUNDS = 100  # of Newton's method for λ; three or four are usual
NEAR_ENOUGH = 1e-12  # of ‖p‖ to Δ
LARGEST = 1e12  # radius

VALUES, SHARES = len(STATE), len(STATE) + 1  # rows: λₖ, and vₖ·g
RADIUS, USED, RATIO, PROMISED, TRIAL_VALUE, MULTIPLIER, KNOWN = (len(SCALARS) + i for i in range(7))

SETTINGS = (
    Setting(
        "radius",
        "Δ₀",
        "How far the model is believed at first.",
        AUTO, 1e-12, LARGEST, "log", span=(1e-2, 10.0),
    ),
    Setting(
        "max_radius",
        "Δ̂",
        "How far the model is believed at most.",
        AUTO, 1e-12, LARGEST, "log", span=(1e-1, 100.0),
    ),
    Setting(
        "eta",
        "η",
        "What share of the promised fall must come for a step to be taken.",
        0.1, 0.0, 0.25, span=(0.0, 0.24), below=True,
    ),
)  # fmt: skip


@Kernel
def length_at(n: int, shares: Any, values: Any, multiplier: float) -> float:
    """Return ‖p‖ for a λ above −λ₁."""
    total = 0.0
    for k in range(n):
        part = shares[k] / (values[k] + multiplier)
        total += part * part
    return math.sqrt(total)


@Kernel
def best_step(n: int, g: Any, values: Any, vectors: Any, radius: float, shares: Any, p: Any) -> float:
    """Write the best step of the model within a radius to p, and return its λ: 1. above."""
    size = max(math.fabs(values[0]), math.fabs(values[n - 1]))
    slope = norm(n, g)
    for k in range(n):
        shares[k] = dot(n, vectors[k], g)
    lowest = values[0]
    multiplier, along = 0.0, 0.0
    inside = lowest > FLAT * size and length_at(n, shares, values, 0.0) <= radius
    if not inside:
        # The hard case: without a share of the lowest axes, ‖p‖ stays below Δ even at λ = −λ₁.
        multiplier = max(0.0, -lowest)
        total, hard = 0.0, lowest <= FLAT * size
        for k in range(n):
            gap = values[k] + multiplier
            if gap > FLAT * size:
                total += (shares[k] / gap) ** 2
            elif math.fabs(shares[k]) > FLAT * slope:
                hard = False
        hard = hard and total <= radius * radius
        if hard and lowest < -FLAT * size:
            along = math.sqrt(radius * radius - total)
        if not hard:
            low, high = multiplier, multiplier + slope / radius
            multiplier = high
            for _ in range(MOST_ROUNDS):
                length = length_at(n, shares, values, multiplier)
                if math.fabs(length - radius) <= NEAR_ENOUGH * radius:
                    break
                if length > radius:
                    low = multiplier
                else:
                    high = multiplier
                bend = 0.0
                for k in range(n):
                    bend += shares[k] ** 2 / (values[k] + multiplier) ** 3
                multiplier += (length * length / bend) * ((length - radius) / radius)
                if not low < multiplier < high:
                    multiplier = 0.5 * (low + high)
    for i in range(n):
        p[i] = along * vectors[0, i]
    for k in range(n):
        gap = values[k] + multiplier
        if gap > FLAT * size:
            for i in range(n):
                p[i] -= shares[k] / gap * vectors[k, i]
    return multiplier


@Kernel
def write_insides(r: Any, radius: float, ratio: float, accepted: float) -> None:
    """Write how a step went to the row that it gets, if it gets one."""
    row, at = pointer(r.insides), r.row * r.pitch
    row[at], row[at + 1], row[at + 2] = radius, ratio, accepted


def begin(r: Any) -> None:
    """Evaluate value and gradient where the run stands, if nobody has; the very first point is row 0."""
    if r.held == HELD_GRADIENT:
        return
    n = r.n
    evaluate_here(r, n)
    if r.row == 0 and r.step == 0 and r.held != NOTHING:
        s = as_array(read_settings(r.settings), (1,))[0]
        write_insides(r, min(s.radius, s.max_radius), math.nan, math.nan)
        write_row(r, n, doubles(r.x, n), r.value)


@Kernel
def look(r: Any, n: int, x: Any, state: Any, scalars: Any, B: Any, vectors: Any) -> bool:
    """Work out the Hessian here, and its axes; whether there is one, and the budget allowed it."""
    if not hessian_here(r, n, r.memory):
        return False
    hold(r.border, n, x, doubles(r.g, n), doubles(r.lower, n), doubles(r.upper, n), state[HELD])
    free_curvature(n, B, state[HELD])
    scalars[KNOWN] = 1.0
    if not eigen_symmetric(n, B, state[VALUES], vectors) or not math.isfinite(norm(n, doubles(r.g, n))):
        scalars[RESTS] = 1.0
    return True


@Kernel
def judge(r: Any, n: int, s: Any, x: Any, f: float, state: Any, scalars: Any) -> None:
    """Compare the fall with the promise, change the radius, and go or stay: 2. to 4. above."""
    d, trial = state[DIRECTION], state[TRIAL]
    length = norm(n, d)
    promised = scalars[PROMISED]
    ratio = (r.value - f) / promised if promised > 0.0 and math.isfinite(f) else -math.inf
    scalars[RATIO], scalars[TRIAL_VALUE], scalars[TRIALS] = ratio, f, 1.0
    if ratio < 0.25:
        scalars[RADIUS] = 0.25 * length
    elif ratio > 0.75 and length >= (1.0 - 1e-6) * scalars[USED]:
        scalars[RADIUS] = min(2.0 * scalars[USED], s.max_radius)
    if not ratio > s.eta:
        if 0.0 < promised <= 16.0 * ROUNDING * math.fabs(r.value):
            scalars[RESTS] = 1.0
        return
    scalars[LENGTH] = 1.0
    scalars[KNOWN] = 0.0
    copy(n, trial, x)
    r.value = f
    if r.price == 1:
        copy(n, state[SLOPE], doubles(r.g, n))
    else:
        r.held = HELD_VALUE
        evaluate_here(r, n)


def step(r: Any) -> None:
    """Do one step: 1. to 4. above."""
    n = r.n
    s = as_array(read_settings(r.settings), (1,))[0]
    x, g = doubles(r.x, n), doubles(r.g, n)
    state, scalars = matrix(r.state, r.slots, n), doubles(r.scalars, r.scalar_count)
    B, vectors = matrix(r.memory, n, n), matrix(r.memory + 8 * n * n, n, n)
    d, trial, slope = state[DIRECTION], state[TRIAL], state[SLOPE]
    if scalars[RADIUS] < 0.0:
        scalars[RADIUS] = s.radius
    scalars[RADIUS] = min(scalars[RADIUS], s.max_radius)
    begin_step(r, n, x, state, scalars)
    scalars[USED], scalars[RATIO] = scalars[RADIUS], math.nan
    if scalars[RESTS] == 0.0 and scalars[KNOWN] == 0.0 and not look(r, n, x, state, scalars, B, vectors):
        return
    if scalars[RESTS] == 0.0:
        # 1. The best step of the model.
        free_slope(n, g, state[HELD], slope)
        scalars[MULTIPLIER] = best_step(n, slope, state[VALUES], vectors, scalars[USED], state[SHARES], d)
        moved = False
        for i in range(n):
            if state[HELD, i] != 0.0:
                d[i] = 0.0
            trial[i] = x[i] + d[i]
        keep_inside(r.border, n, trial, doubles(r.lower, n), doubles(r.upper, n))
        for i in range(n):
            if r.border != 0:
                d[i] = trial[i] - x[i]
            moved = moved or trial[i] != x[i]
        scalars[PROMISED] = -(dot(n, g, d) + 0.5 * quadratic(n, B, d))
        if not moved:
            scalars[RESTS] = 1.0
    if scalars[RESTS] == 0.0:
        if r.values + 1 > r.budget:
            r.status = OUT_OF_BUDGET
            return
        if r.price == 1:
            f = gradient_at(r, n, r.state + 8 * n * TRIAL, r.state + 8 * n * SLOPE)
        else:
            f = value_at(r, n, r.state + 8 * n * TRIAL)
        if r.status != RUNNING:
            return
        judge(r, n, s, x, f, state, scalars)
    write_insides(r, scalars[USED], scalars[RATIO], scalars[LENGTH])
    settle(r, n, x, scalars)


read_settings = settings_pointer([each.name for each in SETTINGS])
STEP, BEGIN = Kernel(step, name="step_trust_region"), Kernel(begin, name="begin_trust_region")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("trust_region", step=STEP, begin=BEGIN)


def memory(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what is kept besides: the Hessian where the step began, and its axes, row by row."""
    return ("hessian", (n, n)), ("axes", (n, n))


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return radii that suit the box: a tenth of its diagonal at first, all of it at most."""
    given, usual = settings.get("max_radius"), float(f"{land.diagonal:.3g}")
    widest = max(usual, float(settings.get("radius", 0.0)))  # type: ignore[arg-type]
    most = min(widest, LARGEST) if given is None else float(given)  # type: ignore[arg-type]
    return {"radius": min(float(f"{0.1 * land.diagonal:.3g}"), most), "max_radius": most}


def wrong(settings: Mapping[str, Value]) -> str | None:
    """Return what is wrong with a combination of settings."""
    first, most = settings.get("radius"), settings.get("max_radius")
    if isinstance(first, int | float) and isinstance(most, int | float) and first > most:
        return f"The first trust radius, {first:g}, must not be larger than the largest, {most:g}."
    return None


def direction(glimpse: Glimpse) -> Arrow | None:
    """Return the step that was tried."""
    if not stepped(glimpse):
        return None
    began = glimpse.array("began")
    return Arrow(began, began + glimpse.array("direction"))


def circle(glimpse: Glimpse) -> Circle | None:
    """Return the circle within which the model was believed."""
    return Circle(glimpse.array("began"), glimpse.number("used_radius")) if stepped(glimpse) else None


def model(glimpse: Glimpse) -> Quadratic | None:
    """Return the parabola that was believed."""
    return model_of(glimpse, glimpse.array("hessian"))


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one step."""
    if not stepped(glimpse):
        return (stays(glimpse, "no step that goes down can be told from it"),)
    used, ratio = glimpse.number("used_radius"), glimpse.number("ratio")
    values = np.asarray(np.linalg.eigvalsh(glimpse.array("hessian")), dtype=np.float64)
    step, f = glimpse.array("direction"), glimpse.number("trial_value")
    curvatures = "curvature is" if len(values) == 1 else "curvatures are"
    where = "inside the circle" if glimpse.number("multiplier") == 0.0 else "at its edge"
    first = (
        f"The model with the gradient {said_point(glimpse.array('began_slope'))}, whose {curvatures} "
        f"{said_point(values)}, is believed as far as {said(used)}."
    )
    promised = glimpse.number("promised")
    second = (
        f"Within that distance it is lowest {where}, a step {said_point(step)} away: it promises a fall of "
        f"{said(promised)}."
    )
    if np.isfinite(ratio):
        fall = said(glimpse.number("began_value") - f)
        third = f"There f = {said(f)}: a fall of {fall}, which is {said(ratio)} of what was promised."
    else:
        third = f"There f is {said(f)}: nothing of what was promised."
    after = glimpse.number("radius")
    change = "stays" if after == used else ("shrinks to" if after < used else "grows to")
    radius = f"the radius {change}" + ("." if after == used else f" {said(after)}.")
    here = f"{said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}"
    taken = glimpse.number("length") > 0.0
    verb = f"The step is taken to {here}" if taken else f"The step is refused: the run stays at {here}"
    return (
        Stage(first, ("circle", "model")),
        Stage(second, ("direction", "model", "circle")),
        Stage(third, ("direction",)),
        Stage(f"{verb}; {radius}", ("step", "circle")),
    )


METHOD = Method(
    name="trust-region",
    title="Trust region",
    short="believes its model only so far",
    sentence="Takes the best step of a parabola within a circle, which grows while the parabola is right.",
    reference="J. J. Moré, D. C. Sorensen, SIAM J. Sci. Stat. Comput. 4(3), 1983",
    group="second-order",
    kind="second-order",
    settings=SETTINGS,
    driver=driver,
    insides=("radius", "ratio", "accepted"),
    state=(*STATE, "curvatures", "shares"),
    scalars=(
        *SCALARS,
        ("radius", -1.0),
        ("used_radius", 0.0),
        ("ratio", 0.0),
        ("promised", 0.0),
        ("trial_value", 0.0),
        ("multiplier", 0.0),
        ("known", 0.0),
    ),
    memory=memory,
    auto=auto,
    check=wrong,
    uses=("value", "gradient", "hessian"),
    insides_drawn=(
        Inside(
            "circle",
            "Trust radius",
            "The circle within which the model was believed.",
            "circle",
            circle,
            role="model",
        ),
        Inside(
            "model",
            "Quadratic model",
            "Contours of the parabola with the slope and the curvature where the step began.",
            "quadratic",
            model,
            role="model",
        ),
        Inside(
            "direction",
            "Best step",
            "The model’s best step within the circle, taken or refused.",
            "arrow",
            direction,
            role="trial",
        ),
    ),
    narrate=narrate,
)
