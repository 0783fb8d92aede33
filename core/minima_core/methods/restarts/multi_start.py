"""Multi-start: descends from sampled points, but from none whose valley another descent will find anyway.

The multi-level single linkage of Rinnooy Kan and Timmer, kN points having been sampled so far:

    1. Sample N points, uniform in the box; k ← k + 1.
    2. Keep the reduced sample: the share γ of all points sampled that has the lowest values.
    3. The critical distance is r_k = π^(−1/2) (Γ(1 + n/2) · m · σ ln(kN)/(kN))^(1/n), m the box’s
       volume.
    4. From the lowest to the highest, a point of the reduced sample is a start unless a lower point of the
       sample lies within r_k (the descent from there will do), or a known end lies within min(r_k, ρ).
    5. Descend from it with the local method, and go on with the next point; after some descents, or when no
       point is left, go to 1.

Distances take the widths of the box as units, so m = 1. The first descent begins at the run's own start.
Three things are added, since evaluations are counted here and not only descents. The share β of a sample is
not uniform, but normal around the lowest end, where lower valleys are most often found (0: the paper's own
method). A descent is given up when it
cannot reach the best end at the rate at which it falls (what is missing is more than κ times what it fell
since it was last looked at), or when it comes within ρ of a known end that is lower: no valley is descended
twice to its bottom. And where the local method has no derivatives, a descent to the lowest end so far is
confirmed by a second one from there (C. T. Kelley), as simplexes collapse at times. A loop is a descent; a
sampling from which no start comes is a step in which the run does not move. A descent is clipped to the box
unless the local method or the run says otherwise.

References
----------
A. H. G. Rinnooy Kan, G. T. Timmer, "Stochastic global optimization methods II: multi level methods", Math.
Program. 39, 1987; C. T. Kelley, SIAM J. Optim. 10(1), 1999.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from minima_core.compiled.drivers import HELD_VALUE, OUT_OF_BUDGET, RUNNING, copy, fold, note, value_at
from minima_core.compiled.faces import doubles, matrix, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import RESTART, normal_pair, uniform
from minima_core.landscapes.landscape import Landscape
from minima_core.methods.restarts.driving import (
    DESCENTS,
    HOPELESS,
    KNOWN,
    SCALARS,
    START,
    START_VALUE,
    STATE,
    a_loop_over,
    check_local,
    close_descent,
    drive,
    evaluate_start,
    local_for,
    look,
    share_apart,
    steps_per_loop,
    tolerance,
)
from minima_core.methods.restarts.linkage import (
    BEST_END,
    BEST_PLACE,
    CHOSEN,
    CONFIRMING,
    ENDS,
    LEFT_IN_ROUND,
    SAMPLED,
    TRIAL,
    WAITING,
    choose,
    ends_of,
    keep_end,
    keep_sample,
    layout,
    of_ends,
    samples_of,
    values_of,
)
from minima_core.methods.restarts.multi_start_told import IDLE, INSIDES, STARTED, narrate
from minima_core.methods.specification import AUTO, Method, Setting, Value

__all__ = ["METHOD"]

SETTINGS = (
    Setting(
        "local",
        "M",
        "The method that descends: L-BFGS where there are exact gradients, Nelder–Mead where there are none.",
        AUTO,
        scale="method",
    ),
    Setting(
        "sample",
        "N/n",
        "How many points are sampled at a time for each variable.",
        25, 1, 10_000, "integer", span=(1, 200),
    ),
    Setting(
        "around",
        "β",
        "The share of the sample that is thrown around the lowest end, where more valleys are often found.",
        0.5, 0.0, 0.9, span=(0.0, 0.9),
    ),
    Setting(
        "reach",
        "ς",
        "How far around it these points lie: their standard deviation, as a share of the region’s width.",
        0.05, 1e-6, 1.0, "log", span=(1e-3, 0.3),
    ),
    Setting(
        "reduced",
        "γ",
        "The share of all sampled points, the lowest ones, from which starts are chosen.",
        0.2, 0.0, 1.0, span=(0.01, 1.0),
    ),
    Setting(
        "sigma",
        "σ",
        "Makes the critical distance longer: fewer points are starts. The theory asks for more than 4 to be "
        "sure of few descents; with few evaluations, less finds more.",
        1.0, 0.0, 100.0, "log", span=(0.1, 10.0),
    ),
    Setting(
        "descents",
        "L",
        "Most descents between one sampling and the next.",
        3, 1, 1000, "integer", span=(1, 20),
    ),
    Setting(
        "near",
        "ρ",
        "How near a known end is known ground, as a share of the region’s width.",
        0.02, 0.0, 1.0, "log", span=(1e-4, 0.2),
    ),
    Setting(
        "hope",
        "κ",
        "A descent is given up if what it lacks of the best end is more than so many times what it fell "
        "lately; 0 gives up none.",
        3.0, 0.0, 1e6, "log", span=(0.5, 100.0),
    ),
    Setting(
        "confirm",
        "C",
        "Descends once more from each lowest end, if the local method has no derivatives.",
        True, scale="switch",
    ),
    steps_per_loop(),
    tolerance(),
)  # fmt: skip


@Kernel
def throw_sample(r: Any, n: int, s: Any, j: int, everywhere: bool, point: Any) -> None:
    """Throw point j of a sample: uniform in the box, or around the lowest end."""
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    if everywhere:
        for i in range(n):
            u = uniform(r.key, r.lane, r.clock, RESTART + j * n + i)
            point[i] = lower[i] + u * (upper[i] - lower[i])
        return
    best = ends_of(r, n)[int(doubles(r.scalars, r.scalar_count)[BEST_PLACE])]
    for i in range(0, n, 2):
        a, b = normal_pair(r.key, r.lane, r.clock, RESTART + j * n + i)
        point[i] = fold(best[i] + s.reach * (upper[i] - lower[i]) * a, lower[i], upper[i])
        if i + 1 < n:
            beside = best[i + 1] + s.reach * (upper[i + 1] - lower[i + 1]) * b
            point[i + 1] = fold(beside, lower[i + 1], upper[i + 1])


@Kernel
def draw_sample(r: Any, n: int, s: Any) -> bool:
    """1. of the method; whether the budget allowed it."""
    scalars, point = doubles(r.scalars, r.scalar_count), matrix(r.state, r.slots, n)[TRIAL]
    count = int(s.sample) * n
    everywhere = count - int(s.around * count)
    for j in range(count):
        if r.values >= r.budget:
            r.status = OUT_OF_BUDGET
            return False
        throw_sample(r, n, s, j, j < everywhere or scalars[ENDS] == 0.0, point)
        f = value_at(r, n, r.state + 8 * n * TRIAL)
        if r.status != RUNNING:
            return False
        keep_sample(r, n, point, f, IDLE)
        scalars[SAMPLED] += 1.0
    return True


@Kernel
def judge(r: Any, q: Any, n: int, s: Any, fall: float) -> int:
    """Return whether a descent cannot become the best at the rate at which it falls."""
    scalars = doubles(r.scalars, r.scalar_count)
    if scalars[CONFIRMING] != 0.0 or scalars[ENDS] == 0.0:
        return 0
    if s.hope > 0.0 and r.value - scalars[BEST_END] > s.hope * max(fall, 0.0):
        return HOPELESS
    return 0


@Kernel
def glance(r: Any, q: Any, n: int, s: Any) -> int:
    """Return whether a descent is on its way into a known valley: a lower end is near."""
    scalars, lower, upper = doubles(r.scalars, r.scalar_count), doubles(r.lower, n), doubles(r.upper, n)
    if scalars[CONFIRMING] == 0.0:
        ends, values = ends_of(r, n), of_ends(r, n, 0)
        for j in range(int(scalars[ENDS])):
            if r.value >= values[j] and share_apart(n, doubles(r.x, n), ends[j], lower, upper) < s.near:
                return KNOWN
    return 0


@Kernel
def next_descent(r: Any, q: Any, n: int, s: Any) -> None:
    """Take note of the descent that ended; confirm it, or begin with the next start."""
    scalars, x = doubles(r.scalars, r.scalar_count), doubles(q.x, n)
    if scalars[WAITING] == 0.0:
        good = close_descent(r, q, n)
        lowest = good and keep_end(r, n, s)
        if scalars[DESCENTS] == 1.0:  # the run's own start is one of the points
            point = matrix(r.state, r.slots, n)
            keep_sample(r, n, point[START], scalars[START_VALUE], STARTED)
        if lowest and s.confirm != 0.0 and scalars[CONFIRMING] == 0.0 and r.call_value_gradient == 0:
            scalars[CONFIRMING] = 1.0
            a_loop_over(r, q, n)
            q.value, q.held = r.value, HELD_VALUE
            evaluate_start(r, q, n)
            return
        scalars[WAITING], scalars[CONFIRMING] = 1.0, 0.0
    chosen = -1
    scalars[SAMPLED] = 0.0
    if scalars[LEFT_IN_ROUND] > 0.0:
        chosen = choose(r, n, s)
    if chosen < 0:
        if not draw_sample(r, n, s):
            return
        scalars[LEFT_IN_ROUND] = s.descents
        chosen = choose(r, n, s)
    scalars[CHOSEN] = chosen
    if chosen < 0:  # no start among them: sampling was all
        note(r, n, doubles(r.x, n), r.value)
        return
    a_loop_over(r, q, n)
    copy(n, samples_of(r, n)[chosen], x)
    q.value, q.held = values_of(r, n, 0)[chosen], HELD_VALUE
    values_of(r, n, 2)[chosen] = STARTED
    scalars[WAITING] = 0.0
    scalars[LEFT_IN_ROUND] -= 1.0
    evaluate_start(r, q, n)


read_settings = settings_pointer([each.name for each in SETTINGS if each.scale != "method"])


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every local method and every dimension."""
    return drive.specialised(
        "multi_start",
        read_settings=read_settings,
        next_descent=next_descent,
        look=LOOK,
        glance=glance,
        EACH_STEP=True,
    )


LOOK = look.specialised("multi_start", judge=judge, QUIET_LOOKS=1)


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the local method: by exact gradients where there are some, else without derivatives."""
    return {"local": local_for(land)}


METHOD = Method(
    name="multi-start",
    title="Multi-start",
    short="descends into no valley twice",
    sentence="Samples points and descends only from those that have no lower neighbour: no valley twice.",
    reference="A. H. G. Rinnooy Kan, G. T. Timmer, Math. Program. 39, 1987",
    group="global",
    kind="global",
    settings=SETTINGS,
    driver=driver,
    border="clip",
    uses=("value",),
    state=(*STATE, "trial_sample"),
    scalars=(
        *SCALARS,
        ("waiting", 0.0),
        ("confirming", 0.0),
        ("left_in_round", 0.0),
        ("drawn", 0.0),
        ("kept", 0.0),
        ("known_ends", 0.0),
        ("best_end", math.inf),
        ("critical_distance", 0.0),
        ("reduced", 0.0),
        ("near_a_lower_one", 0.0),
        ("near_an_end", 0.0),
        ("sampled", 0.0),
        ("chosen", -1.0),
        ("best_end_place", 0.0),
    ),
    memory=layout,
    auto=auto,
    check=check_local("Multi-start"),
    insides_drawn=INSIDES,
    narrate=narrate,
)  # fmt: skip
