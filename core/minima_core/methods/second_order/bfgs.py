"""BFGS: a quasi-Newton method that learns the whole inverse Hessian from how the gradient changes.

    1. d = −H g; at first H = I.
    2. x₊ = x + t d, with t from a search for the strong Wolfe conditions (`.wolfe`), t = 1 tried first.
    3. s = x₊ − x,  y = ∇f(x₊) − ∇f(x),  ρ = 1 / (y·s).
    4. H ← (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ   (equation 6.17); before the first update H ← (y·s / y·y) I
       (equation 6.20).

The first search begins with a step over `first_step` of the box. The update is left out where y·s is not
positive to within rounding, so H stays positive definite. Where d does not go down, or no lower point is
found along it, H is forgotten; where straight downhill brings none either, the run rests.

References
----------
C. G. Broyden, J. Inst. Math. Appl. 6, 1970; R. Fletcher, Computer J. 13, 1970; D. Goldfarb, Math. Comp. 24,
1970; D. F. Shanno, Math. Comp. 24, 1970. J. Nocedal, S. J. Wright, "Numerical optimization", 2nd ed.,
Springer 2006, algorithm 6.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from minima_core.compiled.algebra import dot, multiply, norm
from minima_core.compiled.drivers import RUNNING, copy, march
from minima_core.compiled.faces import as_array, doubles, matrix, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.methods.insides import Glimpse, Inside, Quadratic, Stage, said, said_point
from minima_core.methods.second_order.line_words import LINE_INSIDES, model_of, search_stages, stays, stepped
from minima_core.methods.second_order.wolfe import (
    BEGAN,
    BEGAN_SLOPE,
    COLUMNS,
    DIRECTION,
    HELD,
    MOST_TRIALS,
    RESTS,
    SCALARS,
    STATE,
    TABLE,
    TRIAL,
    begin,
    begin_step,
    end_step,
    first_length,
    first_step,
    free_slope,
    hold,
    kept_direction,
    shortest,
    turn,
    wolfe,
    wolfe_settings,
)
from minima_core.methods.specification import Method, Value

__all__ = ["METHOD"]

ROUNDING = 2.0**-52
CHANGE, PRODUCT = len(STATE), len(STATE) + 1  # rows: y, and H y
UPDATES, AFRESH, CURVATURE = (len(SCALARS) + i for i in range(3))

SETTINGS = (*wolfe_settings(0.9), first_step())


@Kernel
def learn(n: int, x: Any, g: Any, state: Any, scalars: Any, H: Any) -> None:
    """Put the last step into H: 3. and 4. above."""
    s, y, product = state[TRIAL], state[CHANGE], state[PRODUCT]
    for i in range(n):
        s[i] = x[i] - state[BEGAN, i]
        y[i] = g[i] - state[BEGAN_SLOPE, i] if state[HELD, i] == 0.0 else 0.0
    ys, yy = dot(n, y, s), dot(n, y, y)
    scalars[CURVATURE] = ys
    if not ys > ROUNDING * norm(n, s) * norm(n, y):
        return
    if scalars[UPDATES] == 0.0:
        for i in range(n):
            for j in range(n):
                H[i, j] = ys / yy if i == j else 0.0
    rho = 1.0 / ys
    multiply(n, H, y, product)
    factor = rho * (1.0 + rho * dot(n, y, product))
    for i in range(n):
        for j in range(i + 1):
            H[i, j] += factor * (s[i] * s[j]) - rho * (s[i] * product[j] + product[i] * s[j])
            H[j, i] = H[i, j]
    scalars[UPDATES] += 1.0


def step(r: Any) -> None:
    """Do one step: 1. to 4. above."""
    n = r.n
    s = as_array(read_settings(r.settings), (1,))[0]
    x, g = doubles(r.x, n), doubles(r.g, n)
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    state, scalars = matrix(r.state, r.slots, n), doubles(r.scalars, r.scalar_count)
    table, H = matrix(r.memory, TABLE, 3), matrix(r.memory + 24 * TABLE, n, n)
    d, held = state[DIRECTION], state[HELD]
    begin_step(r, n, x, state, scalars)
    scalars[AFRESH] = 0.0
    if scalars[RESTS] == 0.0:
        if hold(r.border, n, x, g, lower, upper, held):
            scalars[UPDATES] = 0.0
        # 1. The direction.
        free = state[TRIAL]
        free_slope(n, g, held, free)
        if scalars[UPDATES] > 0.0:
            multiply(n, H, free, d)
            turn(n, d)
            kept_direction(r.border, n, x, d, lower, upper, held)
        if scalars[UPDATES] == 0.0 or not dot(n, g, d) < 0.0:
            scalars[UPDATES], scalars[AFRESH] = 0.0, 1.0
            copy(n, free, d)
            turn(n, d)
        if not dot(n, g, d) < 0.0:
            scalars[RESTS] = 1.0
    if scalars[RESTS] == 0.0:
        # 2. The length.
        fresh = scalars[AFRESH] != 0.0
        first = first_length(n, d, lower, upper, s.first_step) if fresh else 1.0
        length = wolfe(
            r, n, x, first, s.c1, s.c2, shortest(n, lower, upper), MOST_TRIALS, state, scalars, table
        )
        if r.status != RUNNING:
            return
        # 3. and 4. What the step teaches.
        if length > 0.0:
            learn(n, x, g, state, scalars, H)
        elif fresh:
            scalars[RESTS] = 1.0
        else:
            scalars[UPDATES] = 0.0
    end_step(r, n, x, scalars)


read_settings = settings_pointer([each.name for each in SETTINGS])
STEP, BEGIN = Kernel(step, name="step_bfgs"), Kernel(begin, name="begin_wolfe")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("bfgs", step=STEP, begin=BEGIN)


def memory(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what is kept besides: the trials of a search, and H."""
    return ("line_search", (TABLE, 3)), ("inverse_hessian", (n, n))


def model(glimpse: Glimpse) -> Quadratic | None:
    """Return the parabola to whose bottom the direction led: that of H before the step."""
    if not stepped(glimpse) or glimpse.before is None or glimpse.number("afresh"):
        return None
    inverse = np.asarray(glimpse.before.insides["inverse_hessian"])
    return None if np.linalg.det(inverse) == 0.0 else model_of(glimpse, np.asarray(np.linalg.inv(inverse)))


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one step."""
    if not stepped(glimpse):
        return (stays(glimpse),)
    slope, direction = said_point(glimpse.array("began_slope")), said_point(glimpse.array("direction"))
    if glimpse.number("afresh"):
        aim = f"Nothing is known of the curvature: the direction is straight against the gradient {slope}."
    else:
        aim = f"The inverse Hessian learned so far turns the gradient {slope} into the direction {direction}."
    stages = (Stage(aim, ("model", "direction")), *search_stages(glimpse))
    if glimpse.number("length") == 0.0:
        return (*stages, Stage("What was learned of the curvature is forgotten."))
    curvature = glimpse.number("curvature")
    if not glimpse.number("updates"):
        return (
            *stages,
            Stage(f"Step and change of slope have the product {said(curvature)}: nothing is learned."),
        )
    inverse = np.diag(glimpse.array("inverse_hessian"))
    learned = (
        f"Step and change of slope, with the product {said(curvature)}, correct the inverse Hessian; "
        f"its diagonal is now {said_point(inverse)}."
    )
    return (*stages, Stage(learned))


METHOD = Method(
    name="bfgs",
    title="BFGS",
    short="learns the curvature as it goes",
    sentence="Learns from each step how the valley bends, and soon aims straight at its bottom.",
    reference="J. Nocedal, S. J. Wright, Numerical optimization, Springer 2006",
    group="second-order",
    kind="second-order",
    settings=SETTINGS,
    driver=driver,
    insides=COLUMNS,
    state=(*STATE, "change", "product"),
    scalars=(*SCALARS, ("updates", 0.0), ("afresh", 0.0), ("curvature", 0.0)),
    memory=memory,
    insides_drawn=(
        *LINE_INSIDES,
        Inside(
            "model",
            "Quadratic model",
            "Contours of the parabola that has been learned: the direction leads to its bottom.",
            "quadratic",
            model,
            role="model",
        ),
    ),
    narrate=narrate,
)
