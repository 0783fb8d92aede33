"""Deflation: restarts that remember. Each minimum that was found gets a hill, which pushes others away.

    1. Descend from the start with the local method, on f. Where it ends, put a hill: a bell of Gauss with a
       height of h·D and a width of σ, in shares of the box. D is the typical (geometric mean) fall of the
       descents so far.
    2. Throw a new start, uniform in the box, or begin at the foot of the last hill.
    3. Push: descend on f + P, with P the sum of all hills (`.hills`): known minima are none of it.
    4. Release: from the end of the push descend on f itself.
    5. If that leads to a new end, put a hill there. If it comes within ρ of a known one that is lower, that
       valley was not left: make its hill half as high again and a quarter wider, up to ten and three
       times what is usual. Go to 2.

This is tunnelling with the filled functions of Ge, whose hills grow as those of metadynamics do until the
valley is full. P guides, and nothing else: every row has the true value of f, at a point that was evaluated,
and the best point is judged by f. A loop is a push with its release. Where hills are too low to be felt
(below 10⁻¹² D), an end of the push is an end of f, and there is no release. Of more than 128 ends the highest
is forgotten. A descent is clipped to the box unless the local method or the run says otherwise.

References
----------
A. V. Levy, A. Montalvo, "The tunneling algorithm for the global minimization of functions", SIAM J. Sci.
Stat. Comput. 6(1), 1985; R. P. Ge, "A filled function method for finding a global minimizer of a function of
several variables", Math. Program. 46, 1990; A. Laio, M. Parrinello, "Escaping free-energy minima", PNAS
99(20), 2002; P. E. Farrell, Á. Birkisson, S. W. Funke, "Deflation techniques for finding distinct solutions
of nonlinear partial differential equations", SIAM J. Sci. Comput. 37(4), 2015.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from minima_core.compiled.drivers import HELD_VALUE, NOTHING, OUT_OF_BUDGET, copy, note, value_at
from minima_core.compiled.faces import call_advance, doubles, matrix, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import RESTART, normal_pair
from minima_core.landscapes.landscape import Landscape
from minima_core.methods.inner import forget_all, lend, stand_at, take_back
from minima_core.methods.restarts.deflation_told import INSIDES, narrate
from minima_core.methods.restarts.driving import (
    AGE,
    ANCHOR,
    ANCHOR_VALUE,
    DESCENT_STEP,
    END,
    END_VALUE,
    KNOWN,
    OWN,
    OWN_STATE,
    QUIET,
    SCALARS,
    START_VALUE,
    STATE,
    WHY,
    a_loop_over,
    begin_descent,
    check_local,
    close_descent,
    drive,
    local_for,
    share_apart,
    steps_per_loop,
    throw,
    tolerance,
)
from minima_core.methods.restarts.hills import (
    MOST_HILLS,
    count_of_hills,
    hessian_with_hills,
    hills_layout,
    push_at,
    put_hill,
    true_value,
    value_and_slope_with_hills,
    value_with_hills,
)
from minima_core.methods.specification import AUTO, Method, Setting, Value

__all__ = ["METHOD"]

NO_ROWS = 1 << 62
FELT = 1e-12  # of D: what hills push more than this
RANDOM, HERE = 0, 1
GROWTH, SPREAD = 1.5, 1.25
TALLEST, WIDEST = 10.0, 3.0  # of what a new hill has

# What it remembers besides, by its place.
GUIDED = OWN_STATE  # the lowest point of f + P
PUSHING, GUIDED_VALUE, LOGS, FALLS, NEW, PUSH = OWN, OWN + 1, OWN + 2, OWN + 3, OWN + 4, OWN + 5
PUSHED_STEPS, LAST_HILL = OWN + 6, OWN + 7

SETTINGS = (
    Setting(
        "local",
        "M",
        "The method that descends: L-BFGS where there are exact gradients, Nelder–Mead where there are none.",
        AUTO,
        scale="method",
    ),
    Setting(
        "height",
        "h",
        "How high a hill is, in units of what descents typically fall; 0 puts none: plain random restarts.",
        1.0, 0.0, 1e6, "log", span=(1e-2, 10.0),
    ),
    Setting(
        "width",
        "σ",
        "How wide a hill is, as a share of the region’s width.",
        0.08, 1e-4, 0.5, "log", span=(1e-2, 0.3),
    ),
    Setting(
        "begin",
        "x₀",
        "Where the next descent begins: at random in the region, or on the slope of the last hill.",
        "random", scale="choice", choices=("random", "here"),
    ),
    Setting(
        "near",
        "ρ",
        "How near a known end is known ground, as a share of the region’s width.",
        0.02, 0.0, 1.0, "log", span=(1e-4, 0.2),
    ),
    steps_per_loop(),
    tolerance(),
)  # fmt: skip


def layout(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what is kept besides: the hills, and of their ends the values and how often they were met."""
    return (*hills_layout(n), ("end_values", (MOST_HILLS,)), ("arrivals", (MOST_HILLS,)))


@Kernel
def of_ends(r: Any, which: int) -> Any:
    """Return the values of the known ends (0), or how many descents led there (1)."""
    return doubles(r.memory + 8 * (r.memory_size - (2 - which) * MOST_HILLS), MOST_HILLS)


@Kernel
def ends_of(r: Any, n: int) -> Any:
    """Return the known ends: where hills stand."""
    return matrix(r.memory + 32, MOST_HILLS, n)


@Kernel
def typical_fall(r: Any) -> float:
    """Return D; 1 while nothing has fallen."""
    scalars = doubles(r.scalars, r.scalar_count)
    return math.exp(scalars[LOGS] / scalars[FALLS]) if scalars[FALLS] > 0.0 else 1.0


# -- the local method on f + P -------------------------------------------------------------------------------


@Kernel
def connect(frame: int, r: Any, q: Any, n: int) -> None:
    """Let the local method ask f + P while it is pushed, and f itself otherwise."""
    doubles(r.memory, 1)[0] = float(frame)
    pushing = doubles(r.scalars, r.scalar_count)[PUSHING] != 0.0
    q.call_value = value_with_hills() if pushing and r.call_value != 0 else r.call_value
    slopes = pushing and r.call_value_gradient != 0
    q.call_value_gradient = value_and_slope_with_hills() if slopes else r.call_value_gradient
    q.call_hessian = hessian_with_hills() if pushing and r.call_hessian != 0 else r.call_hessian
    q.context = r.memory if pushing else r.context


@Kernel
def prepare(frame: int, r: Any, q: Any, n: int, s: Any) -> None:
    """Connect the local method again: addresses are new after a rewind, and in a copy of the run."""
    connect(frame, r, q, n)


@Kernel
def work(r: Any, q: Any, n: int, steps: int) -> int:
    """Let the local method do a step; while it is pushed, the record gets the true value all the same."""
    scalars = doubles(r.scalars, r.scalar_count)
    lend(r, q)
    if scalars[PUSHING] == 0.0:
        plain: int = call_advance(r.inner_advance, r.inner, steps)
        take_back(r, q, n)
        return plain
    row, countdown, step, clock, before = r.row, r.countdown, r.step, r.clock, r.value
    x = doubles(r.x, n)
    still = q.held != NOTHING
    q.countdown = NO_ROWS
    q.best, q.best_value = r.state + 8 * n * GUIDED, scalars[GUIDED_VALUE]
    did: int = call_advance(r.inner_advance, r.inner, steps)
    for i in range(n):
        still = still and x[i] == doubles(q.x, n)[i]
    best = r.best_value
    scalars[GUIDED_VALUE] = q.best_value
    take_back(r, q, n)
    r.best_value, r.row, r.countdown, r.step, r.clock = best, row, countdown, step, clock
    r.held = HELD_VALUE
    r.value = before if still else true_value(r, n, x)
    if r.value != r.value and math.isfinite(q.value):  # evaluated too long ago to be remembered
        if r.values >= r.budget:
            r.status = OUT_OF_BUDGET
            return 0
        r.value = value_at(r, n, r.x)
    scalars[PUSH] = push_at(r, n, x)
    if did > 0:
        scalars[PUSHED_STEPS] += 1.0
        note(r, n, x, r.value)
    return did


# -- descents, one after the other ---------------------------------------------------------------------------


@Kernel
def glance(r: Any, q: Any, n: int, s: Any) -> int:
    """Return whether a descent on f comes into a known valley: a lower end is near."""
    scalars, lower, upper = doubles(r.scalars, r.scalar_count), doubles(r.lower, n), doubles(r.upper, n)
    ends, values, x = ends_of(r, n), of_ends(r, 0), doubles(r.x, n)
    if scalars[PUSHING] == 0.0:
        for k in range(count_of_hills(r)):
            if r.value >= values[k] and share_apart(n, x, ends[k], lower, upper) < s.near:
                return KNOWN
    return 0


@Kernel
def put_or_grow(r: Any, n: int, s: Any) -> None:
    """1. and 5.: put a hill on a new end, or make that of a known one larger."""
    scalars, lower, upper = doubles(r.scalars, r.scalar_count), doubles(r.lower, n), doubles(r.upper, n)
    ends, values, arrivals = ends_of(r, n), of_ends(r, 0), of_ends(r, 1)
    heights = doubles(r.memory + 32 + 8 * MOST_HILLS * n, MOST_HILLS)
    widths = doubles(r.memory + 32 + 8 * MOST_HILLS * (n + 1), MOST_HILLS)
    x, f, count = matrix(r.state, r.slots, n)[END], scalars[END_VALUE], count_of_hills(r)
    place, highest = -1, 0
    for k in range(count):
        if place < 0 and share_apart(n, x, ends[k], lower, upper) <= s.near:
            place = k
        if values[k] > values[highest]:
            highest = k
    if place >= 0:
        arrivals[place] += 1.0
        scalars[NEW], scalars[LAST_HILL] = 0.0, place
        heights[place] = min(heights[place] * GROWTH, TALLEST * s.height * typical_fall(r))
        widths[place] = min(widths[place] * SPREAD, WIDEST * s.width)
        if f < values[place]:
            copy(n, x, ends[place])
            values[place] = f
        return
    place = count if count < MOST_HILLS else highest
    put_hill(r, n, place, x, s.height * typical_fall(r), s.width)
    values[place], arrivals[place] = f, 1.0
    scalars[NEW], scalars[LAST_HILL] = 1.0, place


@Kernel
def place_start(r: Any, n: int, s: Any, x: Any) -> None:
    """2. of the method: anywhere, or at one width from the centre of the last hill, where it is steepest."""
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    throw(r, n, x)
    last = int(doubles(r.scalars, r.scalar_count)[LAST_HILL])
    if s.begin != HERE or last < 0:
        return
    width = doubles(r.memory + 32 + 8 * MOST_HILLS * (n + 1), MOST_HILLS)[last]
    square = 0.0
    for i in range(0, n, 2):
        a, b = normal_pair(r.key, r.lane, r.clock, RESTART + i)
        x[i] = a
        square += a * a
        if i + 1 < n:
            x[i + 1] = b
            square += b * b
    for i in range(n):
        way = width * (upper[i] - lower[i]) * x[i] / math.sqrt(square)
        x[i] = min(max(ends_of(r, n)[last, i] + way, lower[i]), upper[i])


@Kernel
def release(r: Any, q: Any, n: int) -> None:
    """4. of the method: go on from where the push ended, on f itself."""
    scalars, frame = doubles(r.scalars, r.scalar_count), int(doubles(r.memory, 1)[0])
    scalars[PUSHING], scalars[WHY], scalars[AGE], scalars[DESCENT_STEP] = 0.0, 0.0, 0.0, 0.0
    scalars[QUIET] = 0.0
    connect(frame, r, q, n)
    forget_all(q, n)
    r.held = HELD_VALUE
    stand_at(r, q, n)
    copy(n, doubles(r.x, n), matrix(r.state, r.slots, n)[ANCHOR])
    scalars[ANCHOR_VALUE] = r.value


@Kernel
def next_descent(r: Any, q: Any, n: int, s: Any) -> None:
    """Release what was pushed; take note of what was released, and push anew."""
    scalars = doubles(r.scalars, r.scalar_count)
    if r.values + r.price > r.budget:
        r.status = OUT_OF_BUDGET
        return
    if scalars[PUSHING] != 0.0 and scalars[PUSH] > FELT * typical_fall(r) and math.isfinite(r.value):
        release(r, q, n)
        return
    if close_descent(r, q, n):
        fall = scalars[START_VALUE] - scalars[END_VALUE]
        if fall > 0.0:
            scalars[LOGS] += math.log(fall)
            scalars[FALLS] += 1.0
        put_or_grow(r, n, s)
    else:
        scalars[NEW], scalars[LAST_HILL] = 0.0, -1.0
    a_loop_over(r, q, n)
    place_start(r, n, s, doubles(q.x, n))
    scalars[PUSHING] = 1.0 if s.height > 0.0 and count_of_hills(r) > 0 else 0.0
    scalars[GUIDED_VALUE], scalars[PUSHED_STEPS], scalars[PUSH] = math.inf, 0.0, 0.0
    connect(int(doubles(r.memory, 1)[0]), r, q, n)
    work(r, q, n, 0)
    begin_descent(r, q, n)
    note(r, n, doubles(r.x, n), r.value)


read_settings = settings_pointer([each.name for each in SETTINGS if each.scale != "method"])


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every local method and every dimension."""
    return drive.specialised(
        "deflation",
        read_settings=read_settings,
        prepare=prepare,
        work=work,
        glance=glance,
        next_descent=next_descent,
        EACH_STEP=True,
    )


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the local method: by exact gradients where there are some, else without derivatives."""
    return {"local": local_for(land)}


METHOD = Method(
    name="deflation",
    title="Deflation",
    short="is pushed away from what it has found",
    sentence="Puts a hill on every minimum it finds, which pushes the next descents into other valleys.",
    reference="R. P. Ge, Math. Program. 46, 1990",
    group="global",
    kind="global",
    settings=SETTINGS,
    driver=driver,
    border="clip",
    uses=("value",),
    guides=True,
    state=(*STATE, "guided"),
    scalars=(
        *SCALARS,
        ("pushing", 0.0),
        ("guided_value", math.inf),
        ("log_falls", 0.0),
        ("falls", 0.0),
        ("new", 0.0),
        ("push", 0.0),
        ("pushed_steps", 0.0),
        ("last_hill", -1.0),
    ),
    memory=layout,
    auto=auto,
    check=check_local("Deflation"),
    insides_drawn=INSIDES,
    narrate=narrate,
)
