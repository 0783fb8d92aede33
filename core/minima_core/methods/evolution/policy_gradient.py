"""Policy gradient: REINFORCE over a Gaussian of proposals, moved by the score of what was rewarded.

A unit that draws real numbers, as in section 6 of Williams: coordinate i is drawn from N(mᵢ, σᵢ²), and the
reward of a point is R = −f. Each step is one batch:

    1. Draw N points x_k = m + σ z_k with z_k ~ N(0, I).
    2. Reward R_k = −f(x_k) and advantage A_k = R_k − b, with the baseline b: the mean of the batch, or the
       mean of earlier batches, b ← b + β (R̄ − b) after the step (reinforcement comparison), or nothing.
       Standardised, A_k is divided by the deviation of the batch's rewards.
    3. The score, coordinate by coordinate: ∂ ln p / ∂m = (x − m)/σ² and, for ρ = ln σ,
       ∂ ln p / ∂ρ = (x − m)²/σ² − 1.
    4. m ← m + α_m σ² · mean(A ∂ ln p / ∂m) and ρ ← ρ + α_ρ · mean(A ∂ ln p / ∂ρ).

The rate of the mean is α_m σ², as Williams proposes: steps are as long as the bell is wide. σ stays between
`least_sigma` of the box's width and the width itself, and ρ changes by at most 1 in a step. A point whose
value is not finite gets the lowest reward of its batch. A row is the best point of its batch.

References
----------
R. J. Williams, "Simple statistical gradient-following algorithms for connectionist reinforcement learning",
Mach. Learn. 8, 1992, sections 4 (baselines) and 6; R. S. Sutton, PhD thesis, Univ. of Massachusetts, 1984
(reinforcement comparison).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.drivers import NOT_FINITE, RUNNING, SETTLED, march, note, write_row
from minima_core.compiled.faces import as_array, doubles, matrix, pointer, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.methods.evolution.bells import bell, has_drawn, ranked_values
from minima_core.methods.evolution.sampling import back_inside, evaluate_at, normals, rank, stand
from minima_core.methods.insides import Glimpse, Inside, Segments, Stage, said, said_point
from minima_core.methods.specification import Method, Setting, Value

__all__ = ["METHOD"]

BATCH_MEAN, RUNNING_MEAN = 0, 1
MOST_GROWTH = 1.0

SETTINGS = (
    Setting(
        "lr_mean",
        "α_m",
        "How far the mean follows the score of the rewards, in widths of the bell.",
        0.5, 0.0, 1e6, "log", span=(1e-3, 10.0),
    ),
    Setting(
        "lr_sigma",
        "α_ρ",
        "How fast the widths of the bell follow the score of the rewards.",
        0.1, 0.0, 1e6, "log", span=(1e-3, 10.0),
    ),
    Setting(
        "batch",
        "N",
        "How many points are drawn in each step.",
        20, 2, 10_000, "integer", span=(4, 200),
    ),
    Setting(
        "sigma0",
        "σ₀",
        "How wide the bell is at first: its deviation in each coordinate, as a share of the region’s width.",
        0.2, 1e-12, 1.0, "log", span=(0.01, 1.0),
    ),
    Setting(
        "baseline",
        "b",
        "What a reward is compared with: the mean of its batch, the mean of earlier batches, or nothing.",
        "batch", scale="choice", choices=("batch", "running", "none"),
    ),
    Setting(
        "baseline_rate",
        "β",
        "How fast a running baseline follows the rewards.",
        0.2, 0.0, 1.0, span=(0.01, 1.0),
    ),
    Setting(
        "standardise",
        "A/s",
        "Divides advantages by the deviation of the batch: heights no longer matter, only their proportions.",
        True, scale="switch",
    ),
    Setting(
        "least_sigma",
        "σ_min",
        "The narrowest that the bell may become, as a share of the region’s width: it never stops exploring.",
        1e-9, 1e-15, 1.0, "log", span=(1e-12, 0.1),
    ),
)  # fmt: skip

SCALARS = (
    "begun", "generation", "population", "parents", "sigma", "sigma_before",
    "baseline", "has_baseline", "compared_with", "mean_reward", "deviation",
)  # fmt: skip

read_settings = settings_pointer([each.name for each in SETTINGS])
own = settings_pointer(SCALARS)
"""``own(address)``: the method's scalars, by name."""


def memory(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what it keeps; `drawn` has σ of the last batch on its diagonal."""
    rows = int(settings["batch"])  # type: ignore[arg-type]
    return (
        *((name, (n,)) for name in ("mean", "log_deviation", "drawn_mean", "score_mean", "score_sigma")),
        ("drawn", (n, n)),
        *((name, (rows, n)) for name in ("samples", "draws")),
        *((name, (rows,)) for name in ("values", "order", "advantages")),
    )


MEAN, RHO, DRAWN_MEAN, SCORE_MEAN, SCORE_SIGMA, VECTORS = 0, 1, 2, 3, 4, 5


@Kernel
def vector(r: Any, n: int, which: int) -> Any:
    """Return one of the vectors in memory."""
    return doubles(r.memory + 8 * n * which, n)


@Kernel
def compare(k: Any, s: Any, count: int, values: Any, A: Any) -> None:
    """2. Write the advantages, and let a running baseline follow."""
    worst, finite = -math.inf, 0.0
    for place in range(count):
        if values[place] < math.inf:
            worst = max(worst, values[place])
            finite += 1.0
    k.mean_reward, k.deviation = 0.0, 0.0
    for place in range(count):
        A[place] = 0.0 if finite == 0.0 else -min(values[place], worst)
        k.mean_reward += A[place] / count
    for place in range(count):
        k.deviation += (A[place] - k.mean_reward) ** 2 / count
    k.deviation = math.sqrt(k.deviation)
    k.compared_with = 0.0
    if s.baseline == BATCH_MEAN or (s.baseline == RUNNING_MEAN and k.has_baseline == 0.0):
        k.compared_with = k.mean_reward
    elif s.baseline == RUNNING_MEAN:
        k.compared_with = k.baseline
    if finite > 0.0:
        k.baseline = k.compared_with + s.baseline_rate * (k.mean_reward - k.compared_with)
        k.has_baseline = 1.0
    scale = 1.0
    if s.standardise != 0.0:
        scale = 1.0 / k.deviation if k.deviation > 0.0 else 0.0
    k.parents = 0.0
    for place in range(count):
        A[place] = 0.0 if finite == 0.0 else (A[place] - k.compared_with) * scale
        if A[place] > 0.0:
            k.parents += 1.0


@Kernel
def write_insides(r: Any, n: int, k: Any) -> None:
    """Write the bell's widest deviation, the mean reward and the mean to the row that the step gets."""
    row, m = pointer(r.insides), vector(r, n, MEAN)
    at = r.row * r.pitch
    row[at], row[at + 1] = k.sigma, k.mean_reward
    for i in range(n):
        row[at + 2 + i] = m[i]


def begin(r: Any) -> None:
    """Evaluate the start, which is row 0 and the first mean."""
    n = r.n
    k, s = as_array(own(r.scalars), (1,))[0], as_array(read_settings(r.settings), (1,))[0]
    first = stand(r, n)
    if k.begun == 0.0 and r.status == RUNNING:
        m, rho, x = vector(r, n, MEAN), vector(r, n, RHO), doubles(r.x, n)
        lower, upper = doubles(r.lower, n), doubles(r.upper, n)
        k.sigma = 0.0
        for i in range(n):
            m[i] = x[i]
            rho[i] = math.log(s.sigma0 * (upper[i] - lower[i]))
            k.sigma = max(k.sigma, s.sigma0 * (upper[i] - lower[i]))
        k.begun, k.generation, k.population = 1.0, 0.0, s.batch
        k.mean_reward = -r.value
    if first:
        write_insides(r, n, k)
        write_row(r, n, doubles(r.x, n), r.value)


def step(r: Any) -> None:
    """Do one batch: 1. to 4. above."""
    n = r.n
    k, s = as_array(own(r.scalars), (1,))[0], as_array(read_settings(r.settings), (1,))[0]
    count = int(k.population)
    m, rho, drawn_mean = vector(r, n, MEAN), vector(r, n, RHO), vector(r, n, DRAWN_MEAN)
    score_mean, score_sigma = vector(r, n, SCORE_MEAN), vector(r, n, SCORE_SIGMA)
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    drawn = matrix(r.memory + 8 * n * VECTORS, n, n)
    at = r.memory + 8 * n * (VECTORS + n)
    x, z = matrix(at, count, n), matrix(at + 8 * count * n, count, n)
    rest = at + 16 * count * n
    values, order, A = (
        doubles(rest, count),
        doubles(rest + 8 * count, count),
        doubles(rest + 16 * count, count),
    )
    # 1. Draw.
    for i in range(n):
        drawn_mean[i] = m[i]
        drawn[i, i] = math.exp(rho[i])
    for place in range(count):
        normals(r, n, place, z[place])
        for i in range(n):
            x[place, i] = m[i] + drawn[i, i] * z[place, i]
        values[place] = evaluate_at(r, n, at + 8 * n * place)
        if r.status != RUNNING:
            return
    rank(count, values, order)
    # 2. Rewards and advantages.
    compare(k, s, count, values, A)
    # 3. The scores, of m in units of σ: mean(A z) and mean(A (z² − 1)).
    k.sigma_before, k.sigma = k.sigma, 0.0
    within = True
    for i in range(n):
        score_mean[i], score_sigma[i] = 0.0, 0.0
        for place in range(count):
            score_mean[i] += A[place] * z[place, i] / count
            score_sigma[i] += A[place] * (z[place, i] * z[place, i] - 1.0) / count
        # 4. α_m σ² mean(A ∂ ln p/∂m) = α_m σ mean(A z).
        width = upper[i] - lower[i]
        m[i] = back_inside(r.border, m[i] + s.lr_mean * drawn[i, i] * score_mean[i], lower[i], upper[i])
        change = min(max(s.lr_sigma * score_sigma[i], -MOST_GROWTH), MOST_GROWTH)
        rho[i] = min(max(rho[i] + change, math.log(s.least_sigma * width)), math.log(width))
        k.sigma = max(k.sigma, math.exp(rho[i]))
        if math.exp(rho[i]) > max(r.tolerance, 2.0 * s.least_sigma) * width:
            within = False
    k.generation += 1.0
    best = int(order[0])
    if values[best] < math.inf:
        here = doubles(r.x, n)
        for i in range(n):
            here[i] = x[best, i]
        r.value = values[best]
    write_insides(r, n, k)
    note(r, n, doubles(r.x, n), r.value)
    for i in range(n):
        if not math.isfinite(m[i]):  # without a border, a rate that is far too large
            r.status = NOT_FINITE
    if within and (r.tolerance > 0.0 or r.loop_room == 0) and r.status == RUNNING:
        r.status = SETTLED  # somebody waits for it


STEP, BEGIN = Kernel(step, name="step_policy"), Kernel(begin, name="begin_policy")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("policy_gradient", step=STEP, begin=BEGIN)


def _half_axes(glimpse: Glimpse) -> NDArray[np.float64]:
    """Return the deviations, on a diagonal."""
    return np.asarray(np.diag(np.exp(glimpse.array("log_deviation"))))


def _pulls(glimpse: Glimpse) -> Segments | None:
    """Return α_m A_k (x_k − m) / N for each point: added up, they are the way of the mean."""
    if not has_drawn(glimpse):
        return None
    tail, advantages = glimpse.array("drawn_mean"), glimpse.array("advantages")
    steps = glimpse.array("draws") @ glimpse.array("drawn")
    tips = tail + glimpse.setting("lr_mean") * advantages[:, None] * steps / len(advantages)
    return Segments(np.stack([np.broadcast_to(tail, tips.shape), tips], axis=1), heads=True)


INSIDES = (
    *bell(
        _half_axes,
        chosen="Points whose reward is above the baseline: the mean is drawn to them.",
        others="Points whose reward is below the baseline: the mean is pushed off.",
    ),
    Inside(
        "pulls",
        "Pulls",
        "What each point adds to the step of the mean: to it if it was rewarded, away from it if not.",
        "segments",
        _pulls,
        role="push",
        usual=False,
    ),
)

_BASELINES = {
    "batch": "the mean of the batch",
    "running": "the mean of earlier batches",
    "none": "no baseline",
}


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one batch in sentences."""
    number, array = glimpse.number, glimpse.array
    if not has_drawn(glimpse):
        start = f"The start {said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}, is the first"
        sentence = f"{start} mean; the bell around it has the deviation σ = {said(number('sigma'))}."
        return (Stage(sentence, ("mean", "one-sigma", "two-sigma")),)
    values, A = ranked_values(glimpse), array("advantages")
    deviations = np.exp(array("log_deviation"))
    divided = (
        f", and divided by their deviation {said(number('deviation'))}"
        if glimpse.setting("standardise")
        else ""
    )
    before, now = number("sigma_before"), number("sigma")
    change = (
        "stays at" if now == before else f"{'grows' if now > before else 'shrinks'} from {said(before)} to"
    )
    return (
        Stage(
            f"{len(values)} points are drawn from a bell around {said_point(array('drawn_mean'))}; the best "
            f"has f = {said(values[0])}, the worst f = {said(values[-1])}.",
            ("drawn-from", "parents", "children"),
        ),
        Stage(
            f"Their rewards −f are compared with {_BASELINES[str(glimpse.settings['baseline'])]}, "
            f"{said(number('compared_with'))}{divided}: advantages from {said(A.min())} to {said(A.max())}.",
            ("parents", "children", "pulls"),
        ),
        Stage(
            f"{int(number('parents'))} points with an advantage pull the mean, the others push it: it moves "
            f"to {said_point(array('mean'))}.",
            ("move", "mean", "pulls"),
        ),
        Stage(
            f"The widest deviation {change} {said(now)}"
            + (f", the narrowest is {said(deviations.min())}." if len(deviations) > 1 else "."),
            ("one-sigma", "two-sigma"),
        ),
    )


METHOD = Method(
    name="policy-gradient",
    title="Policy gradient",
    short="learns where rewards are, by REINFORCE",
    sentence="Draws points from a bell, and moves it towards those that were rewarded more than usual.",
    reference="R. J. Williams, Mach. Learn. 8, 1992",
    group="global",
    kind="global",
    settings=SETTINGS,
    driver=driver,
    insides=("sigma", "mean_reward", "mean_0", "mean_1"),
    samples=True,
    scalars=tuple((name, 0.0) for name in SCALARS),
    memory=memory,
    insides_drawn=INSIDES,
    narrate=narrate,
)
