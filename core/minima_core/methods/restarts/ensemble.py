"""Ensemble: a local method from several starts, and the mean of the ends.

    1. Let the local method descend from m starts: the run's own one, then points uniform in the box.
    2. Report the best of the m ends.
    3. Evaluate their mean as well: x̄ = (x₁ + … + x_m)/m, f(x̄).
    4. Go to 1. with m new starts.

Averaging is a habit from models that are averaged in what they say; the mean of *points* escapes nothing. For
ends in one convex valley Jensen's inequality says f(x̄) ≤ mean f(xᵢ), but no end can be beaten that is the
bottom; for ends in several valleys the mean lies wherever it happens to lie, mostly on the hills between
them. So the mean is evaluated, shown, and rarely the best. Each descent is a loop, and so is the mean.
Ends outside the box, or without a finite value, do not enter it. A descent is clipped to the box unless the
local method or the run says otherwise.

References
----------
J. L. W. V. Jensen, Acta Math. 30, 1906; for the habit, L. Breiman, "Bagging predictors", Mach. Learn. 24,
1996.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.drivers import HELD_VALUE, OUT_OF_BUDGET, RUNNING, copy, note, value_at
from minima_core.compiled.faces import doubles, matrix, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.landscapes.landscape import Landscape
from minima_core.methods.insides import Glimpse, Inside, Points, Segments, Stage, said, said_point
from minima_core.methods.restarts.driving import (
    END,
    END_VALUE,
    OWN,
    OWN_STATE,
    SCALARS,
    START,
    STATE,
    a_loop_over,
    check_local,
    close_descent,
    drive,
    evaluate_start,
    local_for,
    steps_per_loop,
    throw,
    told_descent,
    told_end,
    tolerance,
)
from minima_core.methods.specification import AUTO, Method, Setting, Value

__all__ = ["METHOD"]

Array: TypeAlias = NDArray[np.float64]

# What it remembers besides, by its place.
MEAN = OWN_STATE
MEMBERS, AVERAGED, BEST_END, MEAN_VALUE, AT_MEAN, ROUNDS = OWN, OWN + 1, OWN + 2, OWN + 3, OWN + 4, OWN + 5

SETTINGS = (
    Setting(
        "local",
        "M",
        "The method that descends: L-BFGS where there are exact gradients, Nelder–Mead where there are none.",
        AUTO,
        scale="method",
    ),
    Setting(
        "runs",
        "m",
        "How many runs there are before their ends are averaged.",
        8, 1, 1000, "integer", span=(2, 50),
    ),
    steps_per_loop(),
    tolerance(),
)  # fmt: skip


def layout(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what is kept besides: starts and ends of this round's runs, and the values of the ends."""
    m = int(settings["runs"])  # type: ignore[arg-type]
    return ("starts", (m, n)), ("ends", (m, n)), ("end_values", (m,))


@Kernel
def keep_member(r: Any, n: int, m: int, good: bool) -> None:
    """Keep a run's start and end."""
    scalars, state = doubles(r.scalars, r.scalar_count), matrix(r.state, r.slots, n)
    k = int(scalars[MEMBERS])
    copy(n, state[START], matrix(r.memory, m, n)[k])
    copy(n, state[END], matrix(r.memory + 8 * m * n, m, n)[k])
    f = scalars[END_VALUE] if good else math.inf
    doubles(r.memory + 16 * m * n, m)[k] = f
    scalars[MEMBERS] += 1.0
    scalars[BEST_END] = f if k == 0 else min(f, scalars[BEST_END])


@Kernel
def average(r: Any, n: int, m: int) -> int:
    """Write the mean of the good ends, and return how many there are."""
    mean = matrix(r.state, r.slots, n)[MEAN]
    ends, values = matrix(r.memory + 8 * m * n, m, n), doubles(r.memory + 16 * m * n, m)
    count = 0
    for i in range(n):
        mean[i] = 0.0
    for k in range(m):
        if values[k] < math.inf:
            count += 1
            for i in range(n):
                mean[i] += ends[k, i]
    for i in range(n):
        mean[i] /= max(count, 1)
    return count


@Kernel
def stand_at_mean(r: Any, q: Any, n: int) -> None:
    """3. of the method: evaluate the mean; the run stands there for one step."""
    scalars, mean = doubles(r.scalars, r.scalar_count), matrix(r.state, r.slots, n)[MEAN]
    if r.values >= r.budget:
        r.status = OUT_OF_BUDGET
        return
    f = value_at(r, n, r.state + 8 * n * MEAN)
    if r.status != RUNNING:
        return
    a_loop_over(r, q, n)
    copy(n, mean, doubles(r.x, n))
    r.value, r.held = f, HELD_VALUE
    scalars[MEAN_VALUE], scalars[AT_MEAN] = f, 1.0
    note(r, n, doubles(r.x, n), f)


@Kernel
def next_descent(r: Any, q: Any, n: int, s: Any) -> None:
    """Keep the end, then begin the next run; after the last one evaluate the mean."""
    scalars, m = doubles(r.scalars, r.scalar_count), int(s.runs)
    if scalars[AT_MEAN] == 0.0 and scalars[MEMBERS] < m:
        keep_member(r, n, m, close_descent(r, q, n))
        if scalars[MEMBERS] == m:
            scalars[AVERAGED] = average(r, n, m)
            scalars[ROUNDS] += 1.0
    if scalars[AT_MEAN] == 0.0 and scalars[MEMBERS] == m and scalars[AVERAGED] > 0.0:
        stand_at_mean(r, q, n)
        return
    if r.values + r.price > r.budget:
        r.status = OUT_OF_BUDGET
        return
    if scalars[MEMBERS] == m:
        scalars[MEMBERS], scalars[AT_MEAN] = 0.0, 0.0
    a_loop_over(r, q, n)
    throw(r, n, doubles(q.x, n))
    evaluate_start(r, q, n)


read_settings = settings_pointer([each.name for each in SETTINGS if each.scale != "method"])


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every local method and every dimension."""
    return drive.specialised("ensemble", read_settings=read_settings, next_descent=next_descent)


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the local method: by exact gradients where there are some, else without derivatives."""
    return {"local": local_for(land)}


# -- what is drawn, and told ---------------------------------------------------------------------------------


def ends_of(glimpse: Glimpse) -> tuple[Array, Array]:
    """Return this round's good ends, and their values."""
    count = int(glimpse.number("members"))
    values = glimpse.array("end_values")[:count]
    return glimpse.array("ends")[:count][np.isfinite(values)], values[np.isfinite(values)]


def ends(glimpse: Glimpse) -> Points | None:
    """Return the ends of this round."""
    points, _ = ends_of(glimpse)
    return Points(points) if len(points) else None


def best_end(glimpse: Glimpse) -> Points | None:
    """Return the lowest end of this round."""
    points, values = ends_of(glimpse)
    return Points(points[[int(values.argmin())]]) if len(points) else None


def mean(glimpse: Glimpse) -> Points | None:
    """Return the mean of the ends, while the run stands there."""
    return Points(glimpse.array("mean")[None]) if glimpse.number("at_mean") else None


def spokes(glimpse: Glimpse) -> Segments | None:
    """Return from each end the way to the mean."""
    points, _ = ends_of(glimpse)
    if not glimpse.number("at_mean"):
        return None
    return Segments(np.stack((points, np.broadcast_to(glimpse.array("mean"), points.shape)), axis=1))


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one step."""
    members, runs = int(glimpse.number("members")), int(glimpse.setting("runs"))
    if glimpse.number("at_mean"):
        return _told_mean(glimpse)
    if glimpse.number("descent_step") > 0:
        return (told_descent(glimpse, "ends"),)
    start = said_point(glimpse.array("start"))
    if glimpse.number("descent") == 1:
        return (Stage(f"The first of {runs} runs begins at {start}."),)
    value = said(glimpse.number("start_value"))
    begins = Stage(f"Run {members + 1} of {runs} begins at {start}, f = {value}: a point thrown at random.")
    return (told_end(glimpse, "ends"), begins) if members else (begins,)


def _told_mean(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell what the mean is worth."""
    count = int(glimpse.number("averaged"))
    best, value = glimpse.number("best_end"), glimpse.number("mean_value")
    point = said_point(glimpse.array("mean"))
    verdict = f"{said(value - best)} higher than" if value > best else "no higher than"
    return (
        Stage(f"The best of {count} ends has f = {said(best)}.", ("best",)),
        Stage(f"Their mean is {point}: f = {said(value)}, {verdict} the best end.", ("mean", "spokes")),
        Stage(
            "Averaging escapes nothing: of ends in one valley it makes a point of that valley, of ends in "
            "several valleys a point somewhere between them."
        ),
    )


METHOD = Method(
    name="ensemble",
    title="Ensemble",
    short="several runs, their best and their mean",
    sentence="Reports the best of several descents, and the mean of their ends: averaging escapes nothing.",
    reference="J. L. W. V. Jensen, Acta Math. 30, 1906",
    group="global",
    kind="global",
    settings=SETTINGS,
    driver=driver,
    border="clip",
    uses=("value",),
    state=(*STATE, "mean"),
    scalars=(
        *SCALARS,
        ("members", 0.0),
        ("averaged", 0.0),
        ("best_end", math.inf),
        ("mean_value", math.nan),
        ("at_mean", 0.0),
        ("rounds", 0.0),
    ),
    memory=layout,
    auto=auto,
    check=check_local("An ensemble"),
    insides_drawn=(
        Inside("ends", "Ends", "Where the runs of this round ended.", "points", ends, "memory"),
        Inside("best", "Best end", "The lowest end of this round.", "points", best_end, "accepted"),
        Inside("mean", "Mean", "The mean of the ends.", "points", mean, "model"),
        Inside("spokes", "Averaging", "From each end to their mean.", "segments", spokes, "model"),
    ),
    narrate=narrate,
)  # fmt: skip
