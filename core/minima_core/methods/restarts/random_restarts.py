"""Random restarts: a local method from one random start after another.

    1. Let the local method run for `steps_per_loop` steps, or until it has stopped moving.
    2. Note where it ended, and throw a new start, uniform in the box.
    3. Go to 1. The best point of all loops is the result.

The first loop begins at the run's own start. Each new start is a step of its own, so a loop of 200 steps
has 201 rows. The local method's own loop runs inside, on a frame of its own: a loop of restarts does
exactly what the method does alone.

References
----------
F. J. Solis, R. J.-B. Wets, "Minimization by random search techniques", Math. Oper. Res. 6(1), 1981.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minima_core.compiled.drivers import NOTHING, OUT_OF_BUDGET, RAISED, RUNNING, SETTLED, note
from minima_core.compiled.faces import (
    as_array,
    call_advance,
    doubles,
    frame_at,
    settings_pointer,
)
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import START, uniform
from minima_core.methods.inner import end_loop, forget_all, lend, stand_at, take_back
from minima_core.methods.insides import Arrow, Glimpse, Inside, Points, Stage, said, said_point
from minima_core.methods.restarts.driving import (
    DESCENT_STEP,
    DESCENTS,
    LEFT,
    REST,
    SCALARS,
    STATE,
    STEPS,
    WHY,
    begin_descent,
    close_descent,
    drives,
    told_descent,
    told_end,
)
from minima_core.methods.specification import Method, Setting, Specification, Value

__all__ = ["METHOD"]


@Kernel
def begin_loop(r: Any, q: Any, n: int) -> None:
    """Note where and why the loop ended, throw a new start, and let the local method forget everything."""
    x, scalars = doubles(q.x, n), doubles(r.scalars, r.scalar_count)
    scalars[WHY] = REST if q.status == SETTLED else (LEFT if q.status != RUNNING else STEPS)
    close_descent(r, q, n)
    end_loop(r, n, x, q.value)
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    for i in range(n):
        x[i] = lower[i] + uniform(r.key, r.lane, r.clock, START + i) * (upper[i] - lower[i])
    forget_all(q, n)


def restarts(frame: int, steps: int) -> int:
    """Do `steps` steps: those of the local method, and one for each new start."""
    r = frame_at(frame)
    q = frame_at(r.inner)
    n = r.n
    s = as_array(read_settings(r.settings), (1,))[0]
    q.tolerance = s.tolerance
    done = 0
    if r.status != RUNNING:
        return 0
    if q.held == NOTHING:
        stand_at(r, q, n)
    lend(r, q)
    call_advance(r.inner_advance, r.inner, 0)  # evaluates where it stands, if nobody has
    take_back(r, q, n)
    scalars = doubles(r.scalars, r.scalar_count)
    if scalars[DESCENTS] == 0.0:
        begin_descent(r, q, n)
    while done < steps and r.row < r.capacity and r.status == RUNNING:
        if q.status in (OUT_OF_BUDGET, RAISED):
            r.status = q.status
        elif q.status != RUNNING or r.loop_step >= s.steps_per_loop:
            if r.loop_count >= r.loop_room:
                break
            if r.values + r.price > r.budget:
                r.status = OUT_OF_BUDGET
                break
            begin_loop(r, q, n)
            lend(r, q)
            call_advance(r.inner_advance, r.inner, 0)
            take_back(r, q, n)
            begin_descent(r, q, n)
            note(r, n, doubles(r.x, n), r.value)
            done += 1
        else:
            lend(r, q)
            block = min(steps - done, int(s.steps_per_loop) - r.loop_step)
            did = call_advance(r.inner_advance, r.inner, block)
            take_back(r, q, n)
            r.loop_step += did
            scalars[DESCENT_STEP] += did
            done += did
            if did == 0 and q.status == RUNNING:
                break
    if q.status in (OUT_OF_BUDGET, RAISED):
        r.status = q.status
    return done


SETTINGS = (
    Setting(
        "local",
        "M",
        "The method that descends from each start.",
        Specification.bare("gradient-descent"),
        scale="method",
    ),
    Setting(
        "steps_per_loop",
        "K",
        "How many steps each start gets before a new one is thrown.",
        200, 1, 1_000_000_000, "integer", span=(10, 10_000),
    ),
    Setting(
        "tolerance",
        "δ",
        "Ends a loop after ten steps in a row shorter than this share of the region’s width; 0 never does.",
        0.0, 0.0, 1.0, "log", span=(1e-8, 1e-2),
    ),
)  # fmt: skip

read_settings = settings_pointer([each.name for each in SETTINGS if each.scale != "method"])
RESTARTS = Kernel(restarts, "advance", name="random_restarts")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every local method and every dimension."""
    return RESTARTS


def wrong(settings: Mapping[str, Value]) -> str | None:
    """Return what is wrong with a combination of settings."""
    local = settings["local"]
    if isinstance(local, Specification) and drives(local.method):
        own = local.name == "random-restarts"
        other = "random restarts themselves" if own else f"{local.method.title}, which drives one itself"
        return f"Random restarts need a method that walks from a start, not {other}."
    return None


# -- what is drawn, and told ---------------------------------------------------------------------------------


def start_of(glimpse: Glimpse) -> Points:
    """Return where the present descent began."""
    return Points(glimpse.array("start")[None])


def last_end(glimpse: Glimpse) -> Points | None:
    """Return where the descent before ended."""
    return Points(glimpse.array("end")[None]) if glimpse.number("descent") > 1 else None


def way(glimpse: Glimpse) -> Arrow | None:
    """Return how far the present descent has come."""
    if not glimpse.number("descent_step"):
        return None
    return Arrow(glimpse.array("start"), glimpse.now.position)


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one step."""
    if glimpse.number("descent_step"):
        return (told_descent(glimpse, "way"),)
    start, value = said_point(glimpse.now.position), said(glimpse.now.value)
    if glimpse.number("descent") == 1:
        return (Stage(f"The first descent begins at {start}, f = {value}.", ("start",)),)
    new = Stage(f"A new start is thrown anywhere in the region: {start}, f = {value}.", ("start",))
    return told_end(glimpse, "end"), new


METHOD = Method(
    name="random-restarts",
    title="Random restarts",
    short="begins again elsewhere, and keeps the best",
    sentence="Descends from one random start after another and keeps the best end: each is a new chance.",
    reference="F. J. Solis, R. J.-B. Wets, Math. Oper. Res. 6(1), 1981",
    group="usual",
    kind="global",
    settings=SETTINGS,
    driver=driver,
    state=STATE,
    scalars=SCALARS,
    check=wrong,
    insides_drawn=(
        Inside("start", "Start", "Where the present descent began.", "points", start_of, "trial"),
        Inside("end", "Last end", "Where the descent before it ended.", "points", last_end, "memory"),
        Inside(
            "way", "Way so far", "From the start to where the descent has come.",
            "arrow", way, "inside", usual=False,
        ),
    ),
    narrate=narrate,
)  # fmt: skip
