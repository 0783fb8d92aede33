"""Auto: the best that can be put together for a dimension and a budget; what `minimize` uses by itself.

Two searches share the evaluations, each good where the other one is not:

    A. *Down into valleys.* From the start, then from one point after another, goes a local search: by
       quadratic models (`.auto_model`) where derivatives are not known and the variables are few, else by
       L-BFGS. A search ends as soon as it cannot come below the best value known, so that a smooth valley
       costs little more than the points of one model. A new start is the lower of two random points; one in
       four is a + b − c from the ends of the better searches, which steps from valley to valley where they
       lie on a lattice; and once 750 n evaluations have gone into valleys, most are short hops from the
       lowest end, which go down a funnel of many valleys.
       Once, from several variables on, the lowest end is searched along each axis (`.auto_axes`): where the
       variables are separate, that finds the lowest of very many valleys.
    B. *Contracting from afar.* CMA-ES with a large population, from random points, which sees through what is
       rough or broken where no model of second order holds. It gives up a run that closes in above the best.

Which one goes on is decided by what the models are worth. After 150 evaluations of A, its share of all later
ones is between 0.1 and 0.9, growing with the quality

    Q = (steps whose value was foretold to within one half / all steps)
        · min(1, evaluations that a smooth search needs / evaluations that full searches took),

from Q = 0.15 to 0.25. Where there are no models, it is one half.

Tuned on instances 101 to 130 of COCO's bbob suite in two and five dimensions; `docs/adr/0015-auto.md` has the
alternatives that were measured.

References
----------
D. J. Wales, J. P. K. Doye, J. Phys. Chem. A 101, 1997 (hops from valley to valley);
M. J. D. Powell, Math. Programming 92, 2002 (models); C. G. E. Boender, A. H. G. Rinnooy Kan, G. T. Timmer, L.
Stougie, Math. Programming 22, 1982 (local searches from sampled points); N. Hansen, arXiv:1604.00772, 2016
(CMA-ES); R. Storn, K. Price, J. Global Optim. 11, 1997 (differences of good points).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from minima_core.compiled.drivers import (
    HELD_VALUE,
    NOT_FINITE,
    OUT_OF_BUDGET,
    RAISED,
    RUNNING,
    copy,
    note,
    write_row,
)
from minima_core.compiled.faces import (
    as_array,
    call_advance,
    doubles,
    frame_at,
    integer_pointer,
    pointer,
    settings_pointer,
)
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import RESTART, uniform
from minima_core.landscapes.landscape import Landscape
from minima_core.methods.automatic.auto_axes import along_axis, axes_layout
from minima_core.methods.automatic.auto_model import (
    AGAIN,
    EVALUATED,
    GOOD_LENGTH,
    HOPE,
    HOPELESS,
    KNOWN,
    MODEL_SCALARS,
    OVER,
    begin_model,
    iterate,
    lay_points,
)
from minima_core.methods.automatic.auto_quadratic import (
    MOST_MODELLED,
    model_layout,
    model_size,
    points_of,
    terms,
    to_place,
    values_of,
)
from minima_core.methods.automatic.auto_starts import (
    VALLEYS,
    choose_start,
    keep_valley,
    valley_values_of,
    valleys_of,
)
from minima_core.methods.automatic.auto_words import (
    AFTER_AXES,
    AXES,
    GIVEN,
    IDLE,
    INSIDES,
    MODEL,
    NOTHING,
    SLOPE,
    SPREAD,
    narrate,
)
from minima_core.methods.direct.trials import evaluate_start
from minima_core.methods.evolution.cma_es import SCALARS as BELL_SCALARS
from minima_core.methods.inner import end_loop, forget_all, lend, take_back
from minima_core.methods.specification import AUTO, Method, Setting, Specification, Value

__all__ = ["METHOD"]

# The methods that it drives.
BELL, DESCENT = 0, 1

EARLIER, LOWEST = BELL_SCALARS.index("earlier"), BELL_SCALARS.index("lowest")

SMALLEST = 1e-11
LEAST_SHARE, MOST_SHARE = 0.1, 0.9
GIVE_UP, REDRAWS = 10.0, 20
WAIT_IN_TWO = 6.0  # in two variables valleys are found by themselves first
AFTER_AXES_RADIUS = 0.05  # of the usual one
POOR, FINE = 0.15, 0.25
REST = 3
LONGEST = 200  # evaluations of a search for each variable

SETTINGS = (
    Setting(
        "radius",
        "ρ₀",
        "How far the points of a search’s first model lie apart, as a share of the region’s width.",
        0.2, 1e-6, 0.5, "log", span=(0.01, 0.5),
    ),
    Setting(
        "look_round",
        "E₀",
        "How many evaluations go into valleys at first, before it is asked what models are worth.",
        150, 1, 1_000_000, "integer", span=(10, 1000),
    ),
    Setting(
        "lattice",
        "p",
        "How often a search begins at a + b − c, made from the ends of the better ones.",
        0.25, 0.0, 1.0, span=(0.0, 1.0),
    ),
    Setting(
        "population",
        "λ",
        "How many points CMA-ES draws in a generation.",
        AUTO, 4, 10_000, "integer", span=(4, 100),
    ),
    Setting(
        "sigma0",
        "σ₀",
        "How wide CMA-ES begins, as a share of the region’s width.",
        0.2, 1e-6, 10.0, "log", span=(0.01, 1.0),
    ),
    Setting(
        "slopes",
        "∇",
        "Follows slopes into valleys, by L-BFGS, instead of models: where they are exact, or variables many.",
        AUTO, scale="switch",
    ),
)  # fmt: skip

SCALARS = (
    *MODEL_SCALARS,
    # What is at work, and which of the driven methods; whether CMA-ES is in the middle of a run.
    "part", "active", "spreading", "spreads",
    # Of all searches: their number, what they and CMA-ES spent, how their models did, and the last end.
    "searches", "spent_down", "spent_spread", "all_good", "all_tried", "all_full", "full", "valleys",
    "quality", "worth", "share", "stalled", "fresh", "start", "axis", "lined_up", "lined", "ended",
)  # fmt: skip

read_settings = settings_pointer([each.name for each in SETTINGS])
own = settings_pointer(SCALARS)


def memory(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what is remembered: the model, and the lowest ends of searches, in shares of the box."""
    return (*model_layout(n), ("valley_points", (VALLEYS, n)), ("valley_values", (VALLEYS,)), *axes_layout())


@Kernel
def write_insides(r: Any, k: Any) -> None:
    """Write what is at work, and its scale, to the row that the step gets, if it gets one."""
    row = pointer(r.insides)
    at = r.row * r.pitch
    row[at], row[at + 1] = k.part, k.delta if k.part == MODEL else math.nan


@Kernel
def stand(r: Any, n: int, k: Any) -> None:
    """Stand at the lowest point of the model: a step."""
    centre = int(k.centre)
    to_place(r, n, points_of(r, n)[centre], doubles(r.x, n))
    r.value, r.held = values_of(r, n)[centre], HELD_VALUE
    write_insides(r, k)
    note(r, n, doubles(r.x, n), r.value)


# -- A. Down into valleys ------------------------------------------------------------------------------------


@Kernel
def begin_search(r: Any, n: int, k: Any, s: Any) -> None:
    """Choose a start, and lay the points of a first model there, or put L-BFGS on it: one step."""
    y, f = points_of(r, n), values_of(r, n)
    k.part, k.active = MODEL, -1.0
    if k.lined_up != 0.0:
        k.start, k.lined_up, k.rho = AFTER_AXES, 0.0, AFTER_AXES_RADIUS * s.radius
    elif k.searches == 0.0:
        x, lower, upper = doubles(r.x, n), doubles(r.lower, n), doubles(r.upper, n)
        for i in range(n):
            y[0, i] = min(max((x[i] - lower[i]) / (upper[i] - lower[i]), 0.0), 1.0)
        f[0], k.rho, k.start = r.value, s.radius, GIVEN
    else:
        f[0] = choose_start(r, n, k, s, y[0])
        if r.status != RUNNING:
            return
    k.ended = k.why
    begin_model(k)
    k.searches += 1.0
    if not math.isfinite(f[0]):  # no valley begins here
        k.part = IDLE
    elif s.slopes != 0.0:
        put_descent(r, n, k, y[0], f[0])
        return
    elif not lay_points(r, n, k):
        return
    stand(r, n, k)


@Kernel
def put_descent(r: Any, n: int, k: Any, u: Any, f: float) -> None:
    """Put L-BFGS where a search begins."""
    q = frame_at(integer_pointer(r.inner_frames)[DESCENT])
    k.part, k.active = SLOPE, float(DESCENT)
    k.stalled, k.fresh = 0.0, 1.0
    forget_all(q, n)
    to_place(r, n, u, doubles(q.x, n))
    q.value, q.held = f, HELD_VALUE


@Kernel
def go_down(r: Any, n: int, k: Any) -> None:
    """Do one step of a search by models, or end it."""
    y, f = points_of(r, n), values_of(r, n)
    floor = valley_values_of(r, n)[0] if k.valleys > 0.0 else math.inf
    passed = AGAIN
    before = r.values
    while passed == AGAIN:
        passed = iterate(r, n, k, floor, valleys_of(r, n)[0], SMALLEST, LONGEST * n)
    k.spent += r.values - before
    if passed == EVALUATED:
        stand(r, n, k)
    elif passed == OVER:
        if k.why not in (HOPELESS, KNOWN):
            k.all_good += k.good
            k.all_tried += k.tried
            k.all_full += k.spent
            k.full += 1.0
        keep_valley(r, n, k, y[int(k.centre)], f[int(k.centre)])
        k.part = IDLE


@Kernel
def judge(r: Any, n: int, k: Any, before: float) -> None:
    """End a search of L-BFGS where it rests, or falls too slowly to get below the best value known."""
    fall = before - r.value
    k.stalled = k.stalled + 1.0 if not fall > 1e-15 * math.fabs(r.value) else 0.0
    k.tried += 1.0
    floor = valley_values_of(r, n)[0] if k.valleys > 0.0 else math.inf
    if k.stalled >= REST or (k.tried >= REST and r.value - HOPE * fall > floor):
        k.part = IDLE


@Kernel
def keep_end(r: Any, n: int, k: Any) -> None:
    """Enter where L-BFGS ended among the lowest ends of searches."""
    u, x, lower, upper = points_of(r, n)[0], doubles(r.x, n), doubles(r.lower, n), doubles(r.upper, n)
    if math.isfinite(r.value):
        for i in range(n):
            u[i] = min(max((x[i] - lower[i]) / (upper[i] - lower[i]), 0.0), 1.0)
        keep_valley(r, n, k, u, r.value)


@Kernel
def search_axis(r: Any, n: int, k: Any) -> None:
    """Search along the next axis from the lowest end of a search: one step. After the last, go down there."""
    u, f = points_of(r, n)[0], values_of(r, n)
    if k.axis == 0.0:
        copy(n, valleys_of(r, n)[0], u)
        f[0] = valley_values_of(r, n)[0]
    k.part, k.active, k.centre = AXES, -1.0, 0.0
    lines = r.memory + 8 * (model_size(n) + VALLEYS * (n + 1))
    f[0] = along_axis(r, n, int(k.axis), u, f[0], lines)
    if r.status != RUNNING:
        return
    k.axis += 1.0
    k.lined = k.axis
    stand(r, n, k)
    if k.axis == n:
        k.part, k.lined_up = IDLE, 1.0


# -- B. Contracting from afar --------------------------------------------------------------------------------


@Kernel
def put_bell(r: Any, n: int, k: Any) -> None:
    """Put CMA-ES on a random point, or let it go on where it was."""
    q = frame_at(integer_pointer(r.inner_frames)[BELL])
    k.part, k.active = SPREAD, float(BELL)
    if k.spreading != 0.0:
        return
    forget_all(q, n)
    x, lower, upper = doubles(q.x, n), doubles(r.lower, n), doubles(r.upper, n)
    for i in range(n):
        x[i] = lower[i] + uniform(r.key, r.lane, r.clock, RESTART + i) * (upper[i] - lower[i])
    k.spreading, k.fresh = 1.0, 1.0
    k.spreads += 1.0


# -- who goes on ---------------------------------------------------------------------------------------------


@Kernel
def work(r: Any, n: int, k: Any) -> None:
    """Let the driven method at work do a step, as this run's, or evaluate where it has just been put."""
    which = int(k.active)
    address = integer_pointer(r.inner_frames)[which]
    q = frame_at(address)
    fresh, before = k.fresh != 0.0, r.value
    k.fresh = 0.0
    if which == BELL and not fresh:  # it gives up where it closes in above what is known
        bell = doubles(q.scalars, q.scalar_count)
        bell[EARLIER] = r.best_value if bell[LOWEST] > r.best_value else math.inf
    write_insides(r, k)
    lend(r, q)
    did = call_advance(integer_pointer(r.inner_advances)[which], address, 0 if fresh else 1)
    take_back(r, q, n)
    if q.status in (OUT_OF_BUDGET, RAISED):
        r.status = q.status
    elif fresh:
        note(r, n, doubles(r.x, n), r.value)
    elif did == 0 or q.status != RUNNING:
        k.part = IDLE
    elif which == DESCENT:
        judge(r, n, k, before)
    if k.part == IDLE and which == DESCENT:
        keep_end(r, n, k)
    elif k.part == IDLE:
        k.spreading = 0.0


@Kernel
def weigh(n: int, k: Any, s: Any) -> None:
    """Work out what the models are worth, from 0 to 1, and with it the share of the searches."""
    k.quality = 0.5 * (POOR + FINE)
    if s.slopes == 0.0:
        k.quality = 1.0 if n <= MOST_MODELLED else 0.0
        if k.all_tried > 0.0:
            usual = terms(n) * GOOD_LENGTH * k.full
            k.quality = k.all_good / k.all_tried * min(1.0, usual / k.all_full)
    k.worth = min(max((k.quality - POOR) / (FINE - POOR), 0.0), 1.0)
    k.share = LEAST_SHARE + (MOST_SHARE - LEAST_SHARE) * k.worth


@Kernel
def is_down(r: Any, n: int, k: Any, s: Any) -> Any:
    """Whether it is the turn of the searches."""
    weigh(n, k, s)
    if s.slopes == 0.0 and n > MOST_MODELLED:
        return False  # they would have nothing to go by
    first = s.look_round
    later = k.spent_down + k.spent_spread - first
    return later <= 0.0 or k.spent_down - first < k.share * later


@Kernel
def is_for_axes(n: int, k: Any, s: Any) -> Any:
    """Whether it is time to search along the axes: once, when the first valleys are known."""
    if n == 1 or k.axis != 0.0 or k.valleys == 0.0:
        return False
    return k.spent_down >= s.look_round * (WAIT_IN_TWO if n == 2 else 1.0)


@Kernel
def begin(r: Any, n: int, k: Any) -> None:
    """Evaluate the start, which is row 0; where it is not finite, searches begin elsewhere."""
    first = evaluate_start(r, n)
    if r.status == NOT_FINITE:
        r.status = RUNNING
    if first:
        write_insides(r, k)
        write_row(r, n, doubles(r.x, n), r.value)


def auto(frame: int, steps: int) -> int:
    """Do `steps` steps: of a search, of a driven method, or one that begins one of them."""
    r = frame_at(frame)
    n = r.n
    k, s = as_array(own(r.scalars), (1,))[0], as_array(read_settings(r.settings), (1,))[0]
    if r.status != RUNNING:
        return 0
    before = r.step
    begin(r, n, k)
    while r.step - before < steps and r.row < r.capacity and r.status == RUNNING:
        spent = r.values
        k.did, k.lined = NOTHING, 0.0
        if k.part == SPREAD and is_down(r, n, k, s):
            k.part = IDLE
        if k.part == IDLE:
            if r.loop_count >= r.loop_room > 0:
                break
            if k.searches > 0.0 and r.loop_room > 0:
                end_loop(r, n, doubles(r.x, n), r.value)
            if is_for_axes(n, k, s):
                search_axis(r, n, k)
            elif k.lined_up != 0.0 or is_down(r, n, k, s):
                begin_search(r, n, k, s)
            else:
                put_bell(r, n, k)
        elif k.part == MODEL:
            go_down(r, n, k)
        elif k.part == AXES:
            search_axis(r, n, k)
        part = k.part
        if part in (SLOPE, SPREAD):
            work(r, n, k)
        if part == SPREAD:
            k.spent_spread += r.values - spent
        else:
            k.spent_down += r.values - spent
    done: int = r.step - before
    return done


AUTO_LOOP = Kernel(auto, "advance", name="auto")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return AUTO_LOOP


def usual(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return whether slopes are followed, and a population larger than CMA-ES's own, for what is rough."""
    exact = not land.is_callable or land.kernels.price == 1
    return {"population": 12 + 2 * land.dimension, "slopes": exact or land.dimension > MOST_MODELLED}


def driven(settings: Mapping[str, Value]) -> tuple[Specification, ...]:
    """Return the methods that it drives."""
    own = {name: settings[name] for name in ("population", "sigma0")}
    bell = Specification("cma-es", {**own, "restarts": "none", "give_up": GIVE_UP, "redraws": REDRAWS})
    if not settings["slopes"]:
        return (bell,)
    return bell, Specification("l-bfgs", {"tolerance_grad": 0.0, "tolerance_change": 0.0})


METHOD = Method(
    name="auto",
    title="Auto",
    short="models for smooth valleys, CMA-ES for the rest",
    sentence="Goes down into one valley after another by models, and contracts from afar where none holds.",
    reference="M. J. D. Powell, Math. Programming 92, 2002; N. Hansen, arXiv:1604.00772, 2016",
    group="usual",
    kind="global",
    settings=SETTINGS,
    driver=driver,
    insides=("part", "radius"),
    border="reflect",
    scalars=tuple((name, -1.0 if name == "active" else 0.0) for name in SCALARS),
    auto=usual,
    uses=("value", "gradient"),
    memory=memory,
    inners=driven,
    insides_drawn=INSIDES,
    narrate=narrate,
)
