"""The loop around a local method: it descends, somebody chooses where it begins again, it descends again.

Multi-start, deflation, basin hopping and ensembles differ in how they choose the next start and in what they
think of a descent; all else is here. A local method knows itself when it has settled, and is told the
tolerance. Besides, a descent is looked at every 4 (n + 1) steps: what has not moved by more than the
tolerance four times in a row has come to rest, whichever method it is. Each of these methods specialises
`drive` with its settings and its own kernels, as others do with `march`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from minima_core.compiled.drivers import (
    NOTHING,
    OUT_OF_BUDGET,
    RAISED,
    RUNNING,
    SETTLED,
    copy,
    is_inside,
    note,
)
from minima_core.compiled.faces import as_array, call_advance, doubles, frame_at, matrix, pointer
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import START as START_DRAWS
from minima_core.compiled.random import uniform
from minima_core.landscapes.landscape import Landscape
from minima_core.methods.inner import end_loop, forget_all, lend, stand_at, take_back
from minima_core.methods.insides import Glimpse, Stage, said, said_point
from minima_core.methods.specification import Method, Setting, Specification, Value

__all__ = [
    "AGE",
    "ANCHOR",
    "ANCHOR_VALUE",
    "DESCENTS",
    "DESCENT_STEP",
    "END",
    "END_VALUE",
    "HOPELESS",
    "KNOWN",
    "LEFT",
    "OWN",
    "OWN_STATE",
    "QUIET",
    "REST",
    "SCALARS",
    "START",
    "START_VALUE",
    "STATE",
    "STEPS",
    "WHY",
    "a_loop_over",
    "begin_descent",
    "check_local",
    "close_descent",
    "drive",
    "drives",
    "evaluate_start",
    "local_for",
    "look",
    "share_apart",
    "steps_per_loop",
    "throw",
    "told_descent",
    "told_end",
    "tolerance",
    "unit_ball",
]

# What all these methods remember, by its place in the state and among the scalars; their own comes after.
START, ANCHOR, END = 0, 1, 2
DESCENTS, DESCENT_STEP, WHY, AGE, ANCHOR_VALUE, START_VALUE, END_VALUE, ENDED, QUIET = (
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
)
OWN_STATE, OWN = 3, 9
STATE = ("start", "anchor", "end")
SCALARS = (
    ("descent", 0.0),  # the number of this descent, from 1
    ("descent_step", 0.0),  # steps of the local method in it
    ("why", 0.0),  # why this descent is over; 0 while it is not
    ("age", 0.0),  # steps since it was last looked at
    ("anchor_value", 0.0),
    ("start_value", math.nan),
    ("end_value", math.nan),
    ("ended", 0.0),  # why the one before ended
    ("quiet_looks", 0.0),  # how often in a row it had not moved
)

QUIET_LOOKS = 4

# Why a descent ended.
REST, STEPS, LEFT, HOPELESS, KNOWN = 1, 2, 3, 4, 5


@Kernel
def share_apart(n: int, a: Any, b: Any, lower: Any, upper: Any) -> float:
    """Return how far two points are apart, with the widths of the box as units."""
    square = 0.0
    for i in range(n):
        d = (a[i] - b[i]) / (upper[i] - lower[i])
        square += d * d
    return math.sqrt(square)


@Kernel
def unit_ball(n: int) -> float:
    """Return the volume of the ball of radius 1: Vₙ = Vₙ₋₂ · 2π/n, V₀ = 1, V₁ = 2."""
    volume = 1.0 if n % 2 == 0 else 2.0
    for k in range(2 + n % 2, n + 1, 2):
        volume *= 2.0 * math.pi / k
    return volume


@Kernel
def work(r: Any, q: Any, n: int, steps: int) -> int:
    """Let the local method do so many steps, as this run's; 0 evaluates where it stands, if nobody has."""
    lend(r, q)
    did: int = call_advance(r.inner_advance, r.inner, steps)
    take_back(r, q, n)
    return did


@Kernel
def begin_descent(r: Any, q: Any, n: int) -> None:
    """Remember where a descent begins: where the local method stands."""
    scalars, state = doubles(r.scalars, r.scalar_count), matrix(r.state, r.slots, n)
    copy(n, doubles(q.x, n), state[START])
    copy(n, doubles(q.x, n), state[ANCHOR])
    scalars[DESCENTS] += 1.0
    scalars[DESCENT_STEP], scalars[AGE], scalars[WHY], scalars[QUIET] = 0.0, 0.0, 0.0, 0.0
    scalars[ANCHOR_VALUE], scalars[START_VALUE] = r.value, r.value


@Kernel
def close_descent(r: Any, q: Any, n: int) -> bool:
    """Remember where a descent ended; whether that is a point of the box with a finite value."""
    scalars, state = doubles(r.scalars, r.scalar_count), matrix(r.state, r.slots, n)
    copy(n, doubles(r.x, n), state[END])
    scalars[END_VALUE] = r.value
    good = math.isfinite(r.value) and is_inside(n, state[END], doubles(r.lower, n), doubles(r.upper, n))
    if not good:
        scalars[WHY] = LEFT
    scalars[ENDED] = scalars[WHY]
    return good


@Kernel
def evaluate_start(r: Any, q: Any, n: int) -> None:
    """Begin a descent where q.x has been put, with a local method that knows nothing: one step, one row."""
    work(r, q, n, 0)
    begin_descent(r, q, n)
    note(r, n, doubles(r.x, n), r.value)


@Kernel
def throw(r: Any, n: int, x: Any) -> None:
    """Throw a point, uniform in the box."""
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    for i in range(n):
        x[i] = lower[i] + uniform(r.key, r.lane, r.clock, START_DRAWS + i) * (upper[i] - lower[i])


@Kernel
def a_loop_over(r: Any, q: Any, n: int) -> None:
    """Note that a loop ended where the run stands, and let the local method forget everything."""
    end_loop(r, n, doubles(r.x, n), r.value)
    forget_all(q, n)


# -- what each method puts in their places -------------------------------------------------------------------


read_settings = pointer
"""A method's settings by name."""


@Kernel
def prepare(frame: int, r: Any, q: Any, n: int, s: Any) -> None:
    """Do what is needed whenever the loop is entered; nothing as a rule."""


@Kernel
def judge(r: Any, q: Any, n: int, s: Any, fall: float) -> int:
    """Return why a descent should end that fell by so much since it was last looked at; 0: go on."""
    return 0


EACH_STEP = False
"""Whether `glance` is asked after each single step of the local method."""


@Kernel
def glance(r: Any, q: Any, n: int, s: Any) -> int:
    """Return why a descent should end after any of its steps; 0: go on."""
    return 0


@Kernel
def next_descent(r: Any, q: Any, n: int, s: Any) -> None:
    """Take note of the descent that ended and begin another one: one step, or the status says why not."""


# -- the loop ------------------------------------------------------------------------------------------------


@Kernel
def look(r: Any, q: Any, n: int, s: Any) -> None:
    """Look at a descent now and then: how far it fell, how far it moved."""
    scalars, state = doubles(r.scalars, r.scalar_count), matrix(r.state, r.slots, n)
    lower, upper, x, anchor = doubles(r.lower, n), doubles(r.upper, n), doubles(r.x, n), state[ANCHOR]
    moved = 0.0
    for i in range(n):
        moved = max(moved, math.fabs(x[i] - anchor[i]) / (upper[i] - lower[i]))
    scalars[QUIET] = scalars[QUIET] + 1.0 if moved <= s.tolerance else 0.0
    if s.tolerance > 0.0 and scalars[QUIET] >= QUIET_LOOKS:
        scalars[WHY] = REST
    else:
        scalars[WHY] = judge(r, q, n, s, scalars[ANCHOR_VALUE] - r.value)
    copy(n, x, anchor)
    scalars[ANCHOR_VALUE], scalars[AGE] = r.value, 0.0


def _drive(frame: int, steps: int) -> int:
    """Do `steps` steps: those of the local method, and one for each new start."""
    r = frame_at(frame)
    q = frame_at(r.inner)
    n = r.n
    if r.status != RUNNING:
        return 0
    s = as_array(read_settings(r.settings), (1,))[0]
    scalars = doubles(r.scalars, r.scalar_count)
    window = 4 * (n + 1)
    before = r.step
    q.tolerance = s.tolerance
    prepare(frame, r, q, n, s)
    if scalars[WHY] == 0.0:
        if q.held == NOTHING:
            stand_at(r, q, n)
        work(r, q, n, 0)
    if scalars[DESCENTS] == 0.0:
        begin_descent(r, q, n)
    while r.step - before < steps and r.row < r.capacity and r.status == RUNNING:
        if q.status in (OUT_OF_BUDGET, RAISED):
            r.status = q.status
        elif q.status != RUNNING or scalars[WHY] != 0.0 or scalars[DESCENT_STEP] >= s.steps_per_loop:
            if r.loop_count >= r.loop_room:
                break
            if scalars[WHY] == 0.0:
                scalars[WHY] = REST if q.status == SETTLED else (LEFT if q.status != RUNNING else STEPS)
            next_descent(r, q, n, s)
        else:
            left = int(s.steps_per_loop - scalars[DESCENT_STEP])
            block = min(steps - (r.step - before), window - int(scalars[AGE]), left)
            if EACH_STEP:
                block = 1
            did = work(r, q, n, block)
            r.loop_step += did
            scalars[DESCENT_STEP] += did
            scalars[AGE] += did
            if scalars[AGE] >= window and q.status == RUNNING:
                look(r, q, n, s)
            if EACH_STEP and q.status == RUNNING and scalars[WHY] == 0.0:
                scalars[WHY] = glance(r, q, n, s)
            if did == 0 and q.status == RUNNING:
                break
    if q.status in (OUT_OF_BUDGET, RAISED):
        r.status = q.status
    done: int = r.step - before
    return done


drive = Kernel(_drive, "advance", name="drive")


# -- settings and words that they share ----------------------------------------------------------------------


def steps_per_loop() -> Setting:
    """How long a descent may take."""
    return Setting(
        "steps_per_loop",
        "K",
        "How many steps of the local method a descent gets at most.",
        1000, 1, 1_000_000_000, "integer", span=(10, 10_000),
    )  # fmt: skip


def tolerance() -> Setting:
    """When a descent has come to rest."""
    return Setting(
        "tolerance",
        "δ",
        "Ends a descent that has moved by no more than this share of the region’s width for a while; "
        "0 never does.",
        1e-9, 0.0, 1.0, "log", span=(1e-12, 1e-2),
    )  # fmt: skip


def drives(method: Method) -> bool:
    """Whether a method drives others."""
    return method.inners is not None or any(each.scale == "method" for each in method.settings)


def check_local(title: str) -> Callable[[Mapping[str, Value]], str | None]:
    """Return what says whether a method may be driven: one that does not drive another one itself."""

    def check(settings: Mapping[str, Value]) -> str | None:
        local = settings.get("local")
        if isinstance(local, Specification) and drives(local.method):
            return f"{title} needs a method that walks from a start; {local.method.title} drives another one."
        return None

    return check


def local_for(land: Landscape) -> Specification:
    """Return the local method that is usual: L-BFGS where gradients are exact, else Nelder–Mead."""
    exact = not land.is_callable or land.kernels.price == 1
    return Specification("l-bfgs" if exact else "nelder-mead").resolved(land)


WHY_ENDED = {
    REST: "it had come to rest",
    STEPS: "its steps were used up",
    LEFT: "it had left the region, or its value was not finite",
    HOPELESS: "at the rate at which it fell, it could not have come below the best end",
    KNOWN: "it was on its way into a valley that is known",
}


def told_end(glimpse: Glimpse, *shows: str) -> Stage:
    """Tell where the last descent ended, and why."""
    number = int(glimpse.number("descent")) - 1
    end, value = said_point(glimpse.array("end")), said(glimpse.number("end_value"))
    why = WHY_ENDED[int(glimpse.number("ended"))]
    return Stage(f"Descent {number} ended at {end}, f = {value}: {why}.", shows)


def told_descent(glimpse: Glimpse, *shows: str) -> Stage:
    """Tell how far a descent has come."""
    number, step = int(glimpse.number("descent")), int(glimpse.number("descent_step"))
    start, now = said(glimpse.number("start_value")), said(glimpse.now.value)
    return Stage(f"Step {step} of descent {number}, which began at f = {start} and is at f = {now}.", shows)
