"""L-BFGS: quasi-Newton steps from the last few changes of point and gradient, without any matrix.

With s = x₊ − x and y = ∇f(x₊) − ∇f(x) of the last m steps, ρ = 1 / (y·s) (algorithms 7.4 and 7.5):

    1. q ← −g.  From the newest pair to the oldest: αᵢ = ρᵢ (sᵢ·q);  q ← q − αᵢ yᵢ.
    2. d ← (s·y / y·y) q, with the newest pair.
    3. From the oldest pair to the newest: β = ρᵢ (yᵢ·d);  d ← d + (αᵢ − β) sᵢ.
    4. x ← x + t d, with t from a search for the strong Wolfe conditions (`.wolfe`) that begins at t = η; or
       t = η itself without a line search. The very first step goes along −g and begins at η min(1, 1 / ‖g‖₁).
    5. Keep the pair if y·s > 10⁻¹⁰, and let go of the oldest one where there are more than m.

As torch.optim.LBFGS, whose names the settings have: one step is one iteration of its inner loop, or with
`max_iter` one call of its ``step``. It stays where max |gᵢ| ≤ `tolerance_grad` or −g·d < `tolerance_change`.
At a border that is kept, components of d that lead out of the box are taken out, and s is the step made.

References
----------
J. Nocedal, Math. Comp. 35(151), 1980; D. C. Liu, J. Nocedal, Math. Programming 45, 1989; J. Nocedal, S. J.
Wright, "Numerical optimization", 2nd ed., Springer 2006, algorithms 7.4 and 7.5.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.algebra import add, dot, largest
from minima_core.compiled.drivers import (
    OUT_OF_BUDGET,
    RUNNING,
    copy,
    gradient_at,
    keep_inside,
    march,
    ran_off,
)
from minima_core.compiled.faces import as_array, doubles, matrix, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.methods.insides import Glimpse, Inside, Quadratic, Segments, Stage, said, said_point
from minima_core.methods.second_order.line_words import LINE_INSIDES, model_of, search_stages, stays, stepped
from minima_core.methods.second_order.wolfe import (
    BEGAN,
    COLUMNS,
    DESCENT,
    DIRECTION,
    FIRST,
    HELD,
    LENGTH,
    MOST_TRIALS,
    RESTS,
    SCALARS,
    STATE,
    TABLE,
    TRIAL,
    TRIALS,
    begin,
    begin_step,
    end_step,
    free_slope,
    hold,
    kept_direction,
    turn,
    wolfe,
    wolfe_settings,
)
from minima_core.methods.specification import Method, Setting, Value

__all__ = ["METHOD"]

Array: TypeAlias = NDArray[np.float64]

STRONG_WOLFE = 0  # among the choices of `line_search_fn`
LEAST_PRODUCT = 1e-10  # y·s of a pair worth keeping
SHORTEST = 1e-9  # interval of a search, in units of x: PyTorch's, whatever its settings are

BEFORE, MOVED = len(STATE), len(STATE) + 1  # rows: the gradient before the last step, and that step
ITERATIONS, PAIRS, SCALE = (len(SCALARS) + i for i in range(3))

SETTINGS = (
    Setting(
        "lr",
        "η",
        "The length that is tried first, in units of the quasi-Newton step; without a search, the length.",
        1.0, 0.0, 1e6, "log", span=(1e-3, 10.0),
    ),
    Setting(
        "history_size",
        "m",
        "How many of the last steps are remembered, each with how the gradient changed on it.",
        100, 1, 1000, "integer", span=(1, 100),
    ),
    Setting(
        "line_search_fn",
        "t",
        "Whether a step’s length is searched until the strong Wolfe conditions hold, or always the same.",
        "strong_wolfe", scale="choice", choices=("strong_wolfe", "none"),
    ),
    *wolfe_settings(0.9),
    Setting(
        "tolerance_grad",
        "ε_g",
        "Stays where no coordinate of the gradient is larger than this.",
        1e-7, 0.0, 1e6, "log", span=(1e-12, 1e-3),
    ),
    Setting(
        "tolerance_change",
        "ε_f",
        "Stays where the next step promises to lead down by less than this.",
        1e-9, 0.0, 1e6, "log", span=(1e-15, 1e-3),
    ),
    Setting(
        "max_iter",
        "K",
        "How many iterations make one step; PyTorch’s own usual number is 20.",
        1, 1, 1_000_000, "integer", span=(1, 20),
    ),
    Setting(
        "max_eval",
        "E",
        "After how many evaluations a step ends; 0: PyTorch’s 5⁄4 of its iterations, no limit to one alone.",
        0, 0, 1_000_000_000, "integer", span=(0, 100),
    ),
)  # fmt: skip


@Kernel
def keep_pair(n: int, m: int, g: Any, state: Any, scalars: Any, S: Any, Y: Any, rho: Any) -> None:
    """Keep what the last step taught, if it is worth it: 5. above."""
    before, moved, change, held = state[BEFORE], state[MOVED], state[TRIAL], state[HELD]
    for i in range(n):
        change[i] = g[i] - before[i] if held[i] == 0.0 else 0.0
    product = dot(n, change, moved)
    if not product > LEAST_PRODUCT:
        return
    k = int(scalars[PAIRS])
    if k == m:
        k -= 1
        for j in range(k):
            rho[j] = rho[j + 1]
            copy(n, S[j + 1], S[j])
            copy(n, Y[j + 1], Y[j])
    copy(n, moved, S[k])
    copy(n, change, Y[k])
    rho[k] = 1.0 / product
    scalars[PAIRS] = float(k + 1)
    scalars[SCALE] = product / dot(n, change, change)


@Kernel
def two_loops(n: int, g: Any, d: Any, scalars: Any, S: Any, Y: Any, rho: Any, alpha: Any) -> None:
    """Write −H g to d, with the H that the pairs stand for: 1. to 3. above."""
    pairs = int(scalars[PAIRS])
    for i in range(n):
        d[i] = -g[i]
    for k in range(pairs - 1, -1, -1):
        alpha[k] = dot(n, S[k], d) * rho[k]
        add(n, -alpha[k], Y[k], d)
    for i in range(n):
        d[i] *= scalars[SCALE]
    for k in range(pairs):
        add(n, alpha[k] - dot(n, Y[k], d) * rho[k], S[k], d)


@Kernel
def iterate(r: Any, n: int, s: Any, x: Any, g: Any, state: Any, scalars: Any, most: int) -> bool:
    """Do one iteration: the pair of the one before, 1. to 4.; whether the point could move.

    A search has one trial and at most `most` others.
    """
    m = int(s.history_size)
    table = matrix(r.memory, TABLE, 3)
    place = r.memory + 8 * 3 * TABLE
    S, Y = matrix(place, m, n), matrix(place + 8 * m * n, m, n)
    rho, alpha = doubles(place + 16 * m * n, m), doubles(place + 16 * m * n + 8 * m, m)
    d, before, moved = state[DIRECTION], state[BEFORE], state[MOVED]
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    begin_step(r, n, x, state, scalars)
    scalars[ITERATIONS] += 1.0
    first = scalars[ITERATIONS] == 1.0
    if hold(r.border, n, x, g, lower, upper, state[HELD]) or first:
        scalars[PAIRS], scalars[SCALE] = 0.0, 1.0
        first = True
    else:
        keep_pair(n, m, g, state, scalars, S, Y, rho)
    free, total = state[TRIAL], 0.0
    free_slope(n, g, state[HELD], free)
    for i in range(n):
        total += math.fabs(free[i])
    length = s.lr
    if first and total > 0.0:
        length = min(1.0, 1.0 / total) * s.lr
    two_loops(n, free, d, scalars, S, Y, rho, alpha)
    kept_direction(r.border, n, x, d, lower, upper, state[HELD])
    if r.border != 0 and not dot(n, g, d) < 0.0:
        copy(n, free, d)
        turn(n, d)
    copy(n, g, before)
    for i in range(n):
        moved[i] = 0.0
    scalars[DESCENT] = dot(n, g, d)
    if not scalars[DESCENT] <= -s.tolerance_change:
        scalars[RESTS] = 1.0
        return False
    if s.line_search_fn == STRONG_WOLFE:
        length = wolfe(r, n, x, length, s.c1, s.c2, SHORTEST, most, state, scalars, table)
        if r.status != RUNNING:
            return False
    else:
        if r.values + r.price > r.budget:
            r.status = OUT_OF_BUDGET
            return False
        add(n, length, d, x)
        keep_inside(r.border, n, x, lower, upper)
        r.value = gradient_at(r, n, r.x, r.g)
        scalars[FIRST], scalars[LENGTH], scalars[TRIALS] = length, length, 1.0
        if not math.isfinite(r.value):
            r.status = ran_off(r)
    began = state[BEGAN]
    for i in range(n):
        moved[i] = length * d[i] if r.border == 0 else x[i] - began[i]
    return True


def step(r: Any) -> None:
    """Do one step: as many iterations as were asked for, or until PyTorch’s would end."""
    n = r.n
    s = as_array(read_settings(r.settings), (1,))[0]
    x, g = doubles(r.x, n), doubles(r.g, n)
    state, scalars = matrix(r.state, r.slots, n), doubles(r.scalars, r.scalar_count)
    most = int(s.max_iter)
    most_evaluations = int(s.max_eval) if s.max_eval > 0.0 else most * 5 // 4
    alone = most == 1 and s.max_eval == 0.0  # PyTorch's usual number would leave no evaluation for a search
    evaluations, done = 1, 0
    if scalars[RESTS] == 1.0:
        scalars[RESTS] = 0.0
    if scalars[RESTS] != 0.0 or largest(n, g) <= s.tolerance_grad:
        begin_step(r, n, x, state, scalars)
        scalars[RESTS] = max(scalars[RESTS], 1.0)
        done = most
    while done < most:
        value = r.value
        left = MOST_TRIALS if alone else min(MOST_TRIALS, most_evaluations - evaluations)
        moved = iterate(r, n, s, x, g, state, scalars, left)
        if r.status != RUNNING and (done == 0 and not moved):
            return
        done += 1
        if not moved or r.status != RUNNING:
            break
        searched = s.line_search_fn == STRONG_WOLFE and scalars[ITERATIONS] > 1.0
        if searched and done == 1 and scalars[LENGTH] == 0.0:
            scalars[RESTS] = 2.0  # all trials were allowed, and none was lower: so would all that follow be
        evaluations += int(scalars[TRIALS])
        if (
            evaluations >= most_evaluations
            or largest(n, g) <= s.tolerance_grad
            or largest(n, state[MOVED]) <= s.tolerance_change
            or math.fabs(r.value - value) < s.tolerance_change
        ):
            break
    end_step(r, n, x, scalars)


read_settings = settings_pointer([each.name for each in SETTINGS])
STEP, BEGIN = Kernel(step, name="step_lbfgs"), Kernel(begin, name="begin_wolfe")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("lbfgs", step=STEP, begin=BEGIN)


def memory(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what is kept besides: the trials of a search, and the pairs, oldest first."""
    m = int(settings["history_size"])  # type: ignore[arg-type]
    return (
        ("line_search", (TABLE, 3)),
        ("steps", (m, n)),
        ("slope_changes", (m, n)),
        ("rho", (m,)),
        ("alpha", (m,)),
    )


def used(glimpse: Glimpse) -> Array:
    """Return the inverse Hessian that the pairs of the last step stand for."""
    n, pairs = len(glimpse.now.position), int(glimpse.number("pairs"))
    inverse = glimpse.number("scale") * np.eye(n)
    steps, changes = glimpse.array("steps")[:pairs], glimpse.array("slope_changes")[:pairs]
    for s, y, rho in zip(steps, changes, glimpse.array("rho")[:pairs], strict=True):
        left = np.eye(n) - rho * np.outer(s, y)
        inverse = left @ inverse @ left.T + rho * np.outer(s, s)
    return np.asarray(inverse)


def model(glimpse: Glimpse) -> Quadratic | None:
    """Return the parabola to whose bottom the direction leads."""
    if not stepped(glimpse):
        return None
    inverse = used(glimpse)
    return (
        None if abs(np.linalg.det(inverse)) == 0.0 else model_of(glimpse, np.asarray(np.linalg.inv(inverse)))
    )


def pairs(glimpse: Glimpse) -> Segments | None:
    """Return the steps that are remembered, laid end to end up to where the last one began."""
    count = int(glimpse.number("pairs"))
    if not stepped(glimpse) or not count:
        return None
    steps = glimpse.array("steps")[:count]
    tips = glimpse.array("began") - np.vstack(
        (np.cumsum(steps[:0:-1], axis=0)[::-1], np.zeros_like(steps[:1]))
    )
    return Segments(np.stack((tips - steps, tips), axis=1), heads=True)


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one step."""
    slope = glimpse.array("began_slope")
    if not stepped(glimpse):
        largest_slope = float(np.abs(slope).max())
        if largest_slope <= glimpse.setting("tolerance_grad"):
            why = f"no coordinate of the gradient is larger than {said(largest_slope)}"
        else:
            gain = said(-glimpse.number("descent"))
            why = f"the next step promises to lead down by {gain}, which is too little"
        return (stays(glimpse, why),)
    count, m = int(glimpse.number("pairs")), int(glimpse.setting("history_size"))
    direction = said_point(glimpse.array("direction"))
    if count == 0:
        first = (
            f"Nothing is remembered yet: the direction is straight against the gradient {said_point(slope)}."
        )
    else:
        pairs_kept = "one pair" if count == 1 else f"{count} pairs"
        first = (
            f"From {pairs_kept} of step and change of slope (at most {m}), the gradient {said_point(slope)} "
            f"becomes the direction {direction}, which leads to where the slope should vanish."
        )
    if glimpse.settings["line_search_fn"] == "none":
        here = f"{said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}"
        end = f"A step of length {said(glimpse.number('length'))} along it leads to {here}."
        return Stage(first, ("model", "direction")), Stage(end, ("step",))
    return Stage(first, ("pairs", "model", "direction")), *search_stages(glimpse)


METHOD = Method(
    name="l-bfgs",
    title="L-BFGS",
    short="learns the curvature from its last steps",
    sentence="Learns from its last steps how the slope changes, and goes where it should vanish.",
    reference="D. C. Liu, J. Nocedal, Math. Programming 45, 1989",
    group="second-order",
    kind="second-order",
    settings=SETTINGS,
    driver=driver,
    insides=COLUMNS,
    state=(*STATE, "slope_before", "moved"),
    scalars=(*SCALARS, ("iterations", 0.0), ("pairs", 0.0), ("scale", 1.0)),
    memory=memory,
    insides_drawn=(
        *LINE_INSIDES,
        Inside(
            "pairs",
            "Remembered steps",
            "The steps of the pairs that are stored, laid end to end.",
            "segments",
            pairs,
            role="memory",
        ),
        Inside(
            "model",
            "Quadratic model",
            "Contours of the parabola that the pairs stand for: the direction leads to its bottom.",
            "quadratic",
            model,
            role="model",
            usual=False,
        ),
    ),
    narrate=narrate,
)
