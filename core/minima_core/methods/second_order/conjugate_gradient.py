"""Non-linear conjugate gradients: each direction keeps some of the one before, so that they do not fight.

    1. d = −g + β d₋, with g₋ and d₋ of the step before, y = g − g₋, and by the formula that is chosen
           FR   β = g·g / g₋·g₋                    (5.41a, Fletcher–Reeves)
           PR+  β = max(0, g·y / g₋·g₋)            (5.44 and 5.45, Polak–Ribière)
           HS   β = g·y / d₋·y                     (5.46, Hestenes–Stiefel)
           DY   β = g·g / d₋·y                     (5.49, Dai–Yuan)
    2. x ← x + t d, with t from a search for the strong Wolfe conditions (`.wolfe`). The first length tried
       promises the same fall as the step before, t₋ (g₋·d₋) / (g·d)   (3.60), but leads over no more than a
       quarter of the box.

It begins anew with d = −g at first, where d would not go down, every `restart_after` steps, and where two
gradients are far from being at right angles: |g·g₋| ≥ ν g·g (5.52). Where no lower point is found along d it
begins anew as well; where straight downhill brings none, the run rests.

References
----------
R. Fletcher, C. M. Reeves, Computer J. 7, 1964; E. Polak, G. Ribière, RIRO 3(16), 1969; M. R. Hestenes, E.
Stiefel, J. Res. NBS 49, 1952; Y. Dai, Y. Yuan, SIAM J. Optim. 10, 1999; M. J. D. Powell, Math. Programming
12, 1977 (restarts). J. Nocedal, S. J. Wright, "Numerical optimization", 2nd ed., Springer 2006, chapter 5.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from minima_core.compiled.algebra import dot
from minima_core.compiled.drivers import RUNNING, copy, march
from minima_core.compiled.faces import as_array, doubles, matrix, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.landscapes.landscape import Landscape
from minima_core.methods.insides import Arrow, Glimpse, Inside, Stage, said, said_point
from minima_core.methods.second_order.line_words import LINE_INSIDES, search_stages, stays, stepped
from minima_core.methods.second_order.wolfe import (
    BEGAN_SLOPE,
    COLUMNS,
    DESCENT,
    DIRECTION,
    HELD,
    LENGTH,
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
from minima_core.methods.specification import AUTO, Method, Setting, Value

__all__ = ["METHOD"]

PR, FR, HS, DY = 0, 1, 2, 3

LONGEST = 0.25  # first trial, in widths of the box

KEPT = len(STATE)  # a row: the direction before
SINCE, BETA = len(SCALARS), len(SCALARS) + 1

SETTINGS = (
    Setting(
        "formula",
        "β",
        "How β is found, the share that is kept of the direction before: by its authors’ initials.",
        "PR+", scale="choice", choices=("PR+", "FR", "HS", "DY"),
    ),
    Setting(
        "restart_after",
        "K",
        "Begins anew, straight downhill, after so many steps, usually three for each variable; 0 does not.",
        AUTO, 0, 1_000_000, "integer", span=(0, 20),
    ),
    Setting(
        "orthogonality",
        "ν",
        "Begins anew where two gradients in a row share more than this; 0 does not ask.",
        0.0, 0.0, 1.0, span=(0.0, 0.5),
    ),
    *wolfe_settings(0.1),
    first_step(),
)  # fmt: skip


@Kernel
def share_kept(formula: float, n: int, g: Any, before: Any, d: Any) -> float:
    """Return β: 1. above; no number where its denominator vanishes."""
    gg, gb, bb, dg, db = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        gg += g[i] * g[i]
        gb += g[i] * before[i]
        bb += before[i] * before[i]
        dg += d[i] * g[i]
        db += d[i] * before[i]
    if formula == FR:
        return gg / bb
    if formula == HS:
        return (gg - gb) / (dg - db)
    if formula == DY:
        return gg / (dg - db)
    return max(0.0, (gg - gb) / bb)


@Kernel
def aim(r: Any, n: int, s: Any, x: Any, g: Any, state: Any, scalars: Any) -> None:
    """Write the next direction, and β, which is 0 where it begins anew."""
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    d, free, before, held = state[DIRECTION], state[TRIAL], state[BEGAN_SLOPE], state[HELD]
    anew = hold(r.border, n, x, g, lower, upper, held) or scalars[SINCE] == 0.0
    anew = anew or 0.0 < s.restart_after <= scalars[SINCE]
    free_slope(n, g, held, free)
    if s.orthogonality > 0.0:
        anew = anew or math.fabs(dot(n, free, before)) >= s.orthogonality * dot(n, free, free)
    copy(n, d, state[KEPT])
    scalars[BETA] = 0.0
    if not anew:
        free_slope(n, before, held, before)
        beta = share_kept(s.formula, n, free, before, d)
        for i in range(n):
            d[i] = beta * d[i] - free[i]
        kept_direction(r.border, n, x, d, lower, upper, held)
        scalars[BETA] = beta
        anew = not (math.isfinite(beta) and dot(n, g, d) < 0.0)
    if anew:
        scalars[SINCE], scalars[BETA] = 0.0, 0.0
        copy(n, free, d)
        turn(n, d)


def step(r: Any) -> None:
    """Do one step: 1. and 2. above."""
    n = r.n
    s = as_array(read_settings(r.settings), (1,))[0]
    x, g = doubles(r.x, n), doubles(r.g, n)
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    state, scalars = matrix(r.state, r.slots, n), doubles(r.scalars, r.scalar_count)
    table, d = matrix(r.memory, TABLE, 3), state[DIRECTION]
    length, descent = scalars[LENGTH], scalars[DESCENT]
    if scalars[RESTS] == 0.0:
        aim(r, n, s, x, g, state, scalars)
    begin_step(r, n, x, state, scalars)
    if scalars[RESTS] == 0.0 and not dot(n, g, d) < 0.0:
        scalars[RESTS] = 1.0
    if scalars[RESTS] == 0.0:
        fresh = scalars[SINCE] == 0.0
        first = first_length(n, d, lower, upper, s.first_step)
        if length > 0.0:
            first = min(length * descent / dot(n, g, d), first_length(n, d, lower, upper, LONGEST))
        length = wolfe(
            r, n, x, first, s.c1, s.c2, shortest(n, lower, upper), MOST_TRIALS, state, scalars, table
        )
        if r.status != RUNNING:
            return
        scalars[SINCE] = scalars[SINCE] + 1.0 if length > 0.0 else 0.0
        if length == 0.0 and fresh:
            scalars[RESTS] = 1.0
    end_step(r, n, x, scalars)


read_settings = settings_pointer([each.name for each in SETTINGS])
STEP, BEGIN = Kernel(step, name="step_conjugate_gradient"), Kernel(begin, name="begin_wolfe")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("conjugate_gradient", step=STEP, begin=BEGIN)


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return after how many steps it begins anew: Fletcher–Reeves and Dai–Yuan creep without it."""
    return {"restart_after": 3 * land.dimension}


def memory(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what is kept besides: the trials of a search."""
    return (("line_search", (TABLE, 3)),)


def kept(glimpse: Glimpse) -> Arrow | None:
    """Return the part of the direction before that this one keeps, as far as the first trial."""
    if not stepped(glimpse) or not glimpse.number("beta"):
        return None
    began = glimpse.array("began")
    part = glimpse.number("first_length") * glimpse.number("beta") * glimpse.array("kept")
    return Arrow(began, began + part)


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one step."""
    if not stepped(glimpse):
        return (stays(glimpse),)
    slope, direction = said_point(glimpse.array("began_slope")), said_point(glimpse.array("direction"))
    beta, formula = glimpse.number("beta"), str(glimpse.settings["formula"])
    if beta == 0.0:
        aimed = f"It begins anew: the direction is straight against the gradient {slope}."
    else:
        before = said_point(glimpse.array("kept"))
        aimed = (
            f"By the formula {formula}, β = {said(beta)} of the direction {before} before is kept; "
            f"less the gradient {slope}, the new direction is {direction}."
        )
    return Stage(aimed, ("kept", "direction")), *search_stages(glimpse)


METHOD = Method(
    name="conjugate-gradient",
    title="Conjugate gradient",
    short="each direction keeps some of the one before",
    sentence="Searches along one line after another, each bent so that it does not undo the one before.",
    reference="J. Nocedal, S. J. Wright, Numerical optimization, Springer 2006",
    group="second-order",
    kind="second-order",
    settings=SETTINGS,
    driver=driver,
    insides=COLUMNS,
    state=(*STATE, "kept"),
    scalars=(*SCALARS, ("since", 0.0), ("beta", 0.0)),
    auto=auto,
    memory=memory,
    insides_drawn=(
        *LINE_INSIDES,
        Inside(
            "kept",
            "Kept direction",
            "What is kept of the direction before, up to the first trial.",
            "arrow",
            kept,
            role="memory",
        ),
    ),
    narrate=narrate,
)
