"""Bayesian optimisation: a model of the landscape made from what was seen, and the point that promises most.

    1. Evaluate the start, then `initial` − 1 points of a Latin hypercube.
    2. Bring the heights seen to a common scale: h' = log(1 + (h − h_min) / 3 (h_median − h_min)) where
       `warp` says so, less their mean, over their standard deviation. What is not finite counts as the worst.
    3. Condition a Gaussian process on them (algorithm 2.1 of Rasmussen and Williams). Every `refit`
       observations its length scales are made more likely; in between its factor gets one more row.
    4. Find the point with the highest expected improvement, or the deepest lower confidence bound: the best
       of `candidates` points, three quarters of them anywhere, the others around the best observation; then a
       random search around it with ever shorter steps.
    5. Evaluate there: this is the step, and the row is the best point so far. Go to 2.

The model keeps `keep` observations. When there are more, a quarter of these are forgotten: the oldest of
those that do not belong to the better half.

A step ends with the next proposal made, so that a moment shows a model together with what follows from it.

References
----------
J. Močkus, "On Bayesian methods for seeking the extremum", 1975; D. R. Jones, M. Schonlau, W. J. Welch,
J. Global Optim. 13, 1998 (expected improvement); N. Srinivas, A. Krause, S. Kakade, M. Seeger, ICML 2010
(confidence bounds); M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21(2), 1979 (Latin hypercubes);
E. Snelson, C. E. Rasmussen, Z. Ghahramani, "Warped Gaussian processes", NIPS 2003.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from minima_core.compiled.drivers import (
    HELD_VALUE,
    NOT_FINITE,
    NOTHING,
    OUT_OF_BUDGET,
    consider,
    march,
    note,
    ran_off,
    write_row,
)
from minima_core.compiled.faces import as_array, call_value, doubles, pointer, settings_pointer
from minima_core.compiled.gaussian_process import (
    LOWER_BOUND,
    MOST,
    USUAL_LENGTH,
    WIDTH,
    block,
    extend,
    factorise,
    fit,
    predict,
    score,
    set_scales,
    solve,
)
from minima_core.compiled.heights import bring_to_scale, forget_some, height_of
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import POPULATION, PROPOSAL, normal_pair, uniform_pair
from minima_core.landscapes.landscape import Landscape
from minima_core.methods.bayes.surrogate import INSIDES, SCALARS, narrate
from minima_core.methods.specification import AUTO, Method, Setting, Value

__all__ = ["METHOD"]

# Rows of the state.
PROPOSAL_ROW, EVALUATED, LENGTHS, SCALES, BEST, MOVES, SLOPE, LAST = range(8)

# What is remembered, by its place among the scalars.
(
    KEPT, LEARNED, FACTORED, FITTED_AT, BEGAN, FORGOTTEN, REFITTED, VARIANCE, LIKELIHOOD,
    SCALE, SPREAD, _, _,
    MODELLED, MEAN, DEVIATION, SCORE,
    BY_MODEL, EXPECTED, LOW, HIGH, MERIT, VALUE, BEFORE,
) = range(24)  # fmt: skip

ROUNDS = 24  # of the search around the best candidate
FIT_WORK = 2e7  # numbers touched by a fit: its likelihoods times N³
LEAST_FITS, MOST_FITS = 2, 30

SETTINGS = (
    Setting(
        "initial",
        "N₀",
        "How many points are evaluated, the start among them, before the model chooses.",
        AUTO, 1, MOST, "integer", span=(2, 50),
    ),
    Setting(
        "acquisition",
        "a",
        "What is looked for: the improvement to be expected, or the deepest value that is still likely.",
        "expected-improvement", scale="choice", choices=("expected-improvement", "lower-bound"),
    ),
    Setting(
        "xi",
        "ξ",
        "How much lower a point must be to count as an improvement, in standard deviations of the heights.",
        0.0, 0.0, 100.0, "log", span=(1e-4, 1.0),
    ),
    Setting(
        "kappa",
        "κ",
        "How many standard deviations the lower bound lies below the mean: more explores more.",
        2.0, 0.0, 100.0, span=(0.0, 5.0),
    ),
    Setting(
        "kernel",
        "k",
        "How smooth the landscape is thought to be: twice differentiable, or infinitely often.",
        "matern", scale="choice", choices=("matern", "squared-exponential"),
    ),
    Setting(
        "warp",
        "h′",
        "Whether the model sees the heights as they are, or on a logarithmic scale above the lowest.",
        "log", scale="choice", choices=("none", "log"),
    ),
    Setting(
        "value_noise",
        "σₙ",
        "The deviation of the noise in each value, as a share of the landscape’s own variation.",
        1e-4, 1e-6, 10.0, "log", span=(1e-5, 1.0),
    ),
    Setting(
        "refit",
        "m",
        "How many new observations there are from one fit of the length scales to the next.",
        3, 1, 1_000_000, "integer", span=(1, 50),
    ),
    Setting(
        "candidates",
        "C",
        "At how many points the acquisition is looked at before the best of them is improved.",
        512, 16, 16_384, "integer", span=(64, 4096),
    ),
    Setting(
        "keep",
        "N",
        "How many observations the model keeps at most.",
        200, 16, MOST, "integer", span=(32, MOST),
    ),
)  # fmt: skip

SETTING_COUNT = len(SETTINGS)


def memory(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what is kept: observations, their heights, targets and weights α, and the factor L."""
    keep = int(settings["keep"])  # type: ignore[arg-type]
    return (
        ("observations", (keep, n)),
        ("heights", (keep,)),
        ("targets", (keep,)),
        ("weights", (keep,)),
        ("factor", (keep * (keep + 1) // 2,)),
        ("block", (WIDTH, n)),
        ("seen_settings", (SETTING_COUNT,)),
    )


@Kernel
def parts(r: Any, n: int, keep: int) -> Any:
    """Return where the arrays of `memory` stand."""
    heights = r.memory + 8 * keep * n
    factor = heights + 24 * keep
    points = factor + 4 * keep * (keep + 1)
    return (
        pointer(r.memory), pointer(heights), pointer(heights + 8 * keep), pointer(heights + 16 * keep),
        pointer(factor), pointer(points), pointer(points + 8 * WIDTH * n),
    )  # fmt: skip


@Kernel
def take_in(r: Any, n: int, s: Any, x: Any, f: float) -> None:
    """Append one observation."""
    scalars = doubles(r.scalars, r.scalar_count)
    X, heights, _, _, _, _, _ = parts(r, n, int(s.keep))
    count = int(scalars[KEPT])
    heights[count] = f
    for d in range(n):
        X[count * n + d] = x[d]
    scalars[KEPT] += 1.0
    scalars[LEARNED] += 1.0


@Kernel
def make_room(r: Any, n: int, s: Any) -> None:
    """Forget some observations where there is no room for one more."""
    scalars = doubles(r.scalars, r.scalar_count)
    X, heights, _, alpha, _, _, _ = parts(r, n, int(s.keep))
    scalars[FORGOTTEN] = 0.0
    if scalars[KEPT] >= s.keep:
        left = forget_some(n, int(s.keep), X, heights, alpha)
        scalars[FORGOTTEN] = scalars[KEPT] - left
        scalars[KEPT], scalars[FACTORED], scalars[FITTED_AT] = left, 0.0, 1.0


@Kernel
def condition(r: Any, n: int, s: Any) -> None:
    """Condition the model on what is kept: 2. and 3. above."""
    scalars = doubles(r.scalars, r.scalar_count)
    X, heights, y, alpha, L, _, _ = parts(r, n, int(s.keep))
    size = 8 * n
    lengths, scales = pointer(r.state + size * LENGTHS), pointer(r.state + size * SCALES)
    count, noise = int(scalars[KEPT]), s.value_noise * s.value_noise
    bring_to_scale(s.warp, count, heights, y, alpha, pointer(r.scalars + 8 * SCALE))
    if lengths[0] == 0.0:
        for d in range(n):
            lengths[d] = USUAL_LENGTH * math.sqrt(n)
        set_scales(n, lengths, pointer(r.lower), pointer(r.upper), scales)
    never = scalars[FITTED_AT] == 0.0
    due = never or scalars[LEARNED] - scalars[FITTED_AT] >= s.refit
    scalars[REFITTED] = 0.0
    if due and scalars[LEARNED] >= max(s.initial, 3.0) and scalars[SPREAD] > 0.0:
        steps = int(min(max(FIT_WORK / float(count) ** 3, LEAST_FITS), MOST_FITS))
        scalars[LIKELIHOOD] = fit(
            s.kernel, n, count, X, y, pointer(r.lower), pointer(r.upper), noise, steps, never, lengths,
            scales, L, alpha, pointer(r.state + size * BEST), pointer(r.state + size * MOVES),
            pointer(r.state + size * SLOPE), pointer(r.state + size * LAST),
        )  # fmt: skip
        scalars[FITTED_AT], scalars[REFITTED] = scalars[LEARNED], 1.0
    elif scalars[FACTORED] == count - 1:
        extend(s.kernel, n, count - 1, X, scales, noise, L)
    else:
        factorise(s.kernel, n, count, X, scales, noise, L)
    scalars[FACTORED] = count
    scalars[VARIANCE] = solve(count, L, y, alpha)


@Kernel
def design(r: Any, n: int, s: Any, x: Any) -> None:
    """Write the next point of the Latin hypercube: in each coordinate, every layer has one point.

    A layer's number is the place of a random number among those of all points, so that nothing is kept.
    """
    lower, upper, scalars = doubles(r.lower, n), doubles(r.upper, n), doubles(r.scalars, r.scalar_count)
    point, points, began = int(scalars[LEARNED]) - 1, int(s.initial) - 1, int(scalars[BEGAN])
    for d in range(n):
        own, inside = uniform_pair(r.key, r.lane, began, POPULATION + point * n + d)
        layer = 0
        for j in range(points):
            other, _ = uniform_pair(r.key, r.lane, began, POPULATION + j * n + d)
            if other < own or (other == own and j < point):
                layer += 1
        x[d] = lower[d] + (layer + inside) / points * (upper[d] - lower[d])


@Kernel
def throw_candidates(r: Any, n: int, first: int, best: Any, at: int, points: Any) -> None:
    """Write a block of candidates: every fourth around the best observation, at a distance of any order."""
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    lengths = pointer(r.state + 8 * n * LENGTHS)
    for c in range(WIDTH):
        draw = PROPOSAL + (first + c) * (n + 1)
        if c % 4 == 3:
            u, _ = uniform_pair(r.key, r.lane, r.clock, draw + n)
            reach = math.pow(10.0, -3.0 * u)
            for d in range(n):
                a, _ = normal_pair(r.key, r.lane, r.clock, draw + d)
                moved = best[at * n + d] + reach * min(lengths[d], 1.0) * (upper[d] - lower[d]) * a
                points[c * n + d] = min(max(moved, lower[d]), upper[d])
        else:
            for d in range(n):
                u, _ = uniform_pair(r.key, r.lane, r.clock, draw + d)
                points[c * n + d] = lower[d] + u * (upper[d] - lower[d])


@Kernel
def throw_around(r: Any, n: int, first: int, centre: Any, reach: float, points: Any) -> None:
    """Write a block of points around a point."""
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    lengths = pointer(r.state + 8 * n * LENGTHS)
    for c in range(WIDTH):
        for d in range(n):
            a, _ = normal_pair(r.key, r.lane, r.clock, PROPOSAL + (first + c) * (n + 1) + d)
            moved = centre[d] + reach * min(lengths[d], 1.0) * (upper[d] - lower[d]) * a
            points[c * n + d] = min(max(moved, lower[d]), upper[d])


@Kernel
def look(r: Any, n: int, s: Any, target: float, points: Any, x: Any) -> bool:
    """Move to the best of a block of points, if it is better than the one before."""
    scalars = doubles(r.scalars, r.scalar_count)
    X, _, _, alpha, L, _, _ = parts(r, n, int(s.keep))
    means, deviations = block(), block()
    scales = pointer(r.state + 8 * n * SCALES)
    predict(
        s.kernel, n, int(scalars[KEPT]), X, scales, L, alpha, scalars[VARIANCE], points, means, deviations
    )
    better = False
    for c in range(WIDTH):
        merit = score(s.acquisition, means[c], deviations[c], target, s.xi, s.kappa)
        if merit > scalars[SCORE]:
            better = True
            scalars[SCORE], scalars[MEAN], scalars[DEVIATION] = merit, means[c], deviations[c]
            for d in range(n):
                x[d] = points[c * n + d]
    return better


@Kernel
def lowest_of(count: int, y: Any) -> int:
    """Return which of the targets is the lowest."""
    best = 0
    for i in range(count):
        if y[i] < y[best]:
            best = i
    return best


@Kernel
def propose(r: Any, n: int, s: Any) -> None:
    """Write the point to be evaluated next: 1. or 4. above."""
    scalars, x = doubles(r.scalars, r.scalar_count), doubles(r.state + 8 * n * PROPOSAL_ROW, n)
    X, _, y, _, _, points, seen = parts(r, n, int(s.keep))
    given = pointer(r.settings)
    for i in range(SETTING_COUNT):
        seen[i] = given[i]
    scalars[MODELLED] = 0.0
    if scalars[LEARNED] < s.initial:
        design(r, n, s, x)
        return
    best = lowest_of(int(scalars[KEPT]), y)
    scalars[MODELLED], scalars[SCORE] = 1.0, -math.inf
    count = int(s.candidates)
    for first in range(0, count, WIDTH):
        throw_candidates(r, n, first, X, best, points)
        if first == 0:
            for d in range(n):
                x[d] = points[d]
        look(r, n, s, y[best], points, x)
    reach = 0.2
    for k in range(ROUNDS):
        throw_around(r, n, count + (k + 1) * WIDTH, x, reach, points)
        if not look(r, n, s, y[best], points, x):
            reach *= 0.6


@Kernel
def tell(r: Any, n: int, s: Any, f: float) -> None:
    """Keep what was expected where the step evaluated, and what came out."""
    scalars = doubles(r.scalars, r.scalar_count)
    proposal, evaluated = doubles(r.state, n), doubles(r.state + 8 * n * EVALUATED, n)
    for d in range(n):
        evaluated[d] = proposal[d]
    scalars[BY_MODEL], scalars[VALUE], scalars[BEFORE] = scalars[MODELLED], f, r.value
    mean, reach, scale = scalars[MEAN], 2.0 * scalars[DEVIATION], pointer(r.scalars + 8 * SCALE)
    scalars[EXPECTED] = height_of(s.warp, scale, mean)
    scalars[LOW] = height_of(s.warp, scale, mean - reach)
    scalars[HIGH] = height_of(s.warp, scale, mean + reach)
    scalars[MERIT] = scalars[SCORE] if s.acquisition == LOWER_BOUND else math.exp(scalars[SCORE])
    if scalars[MODELLED] == 0.0:
        for k in range(EXPECTED, MERIT + 1):
            scalars[k] = math.nan


@Kernel
def write_insides(r: Any, n: int) -> None:
    """Write the insides of a step to the row that it gets, if it gets one."""
    row, scalars = pointer(r.insides), doubles(r.scalars, r.scalar_count)
    at = r.row * r.pitch
    row[at], row[at + 1], row[at + 2] = scalars[VALUE], scalars[EXPECTED], scalars[LOW]
    row[at + 3], row[at + 4] = scalars[HIGH], scalars[MERIT]
    evaluated = doubles(r.state + 8 * n * EVALUATED, n)
    for d in range(n):
        row[at + 5 + d] = evaluated[d]


def begin(r: Any) -> None:
    """Evaluate where the run stands, if nobody has: the first observation. The very first point is row 0."""
    n = r.n
    x, scalars = doubles(r.x, n), doubles(r.scalars, r.scalar_count)
    s = as_array(read_settings(r.settings), (1,))[0]
    if r.held == NOTHING:
        if r.values >= r.budget:
            r.status = OUT_OF_BUDGET
            return
        r.value = call_value(r.call_value, pointer(r.x), pointer(r.context))
        r.values += 1
        r.held = HELD_VALUE
        consider(r, n, x, r.value)
        if not math.isfinite(r.value):
            r.status = ran_off(r)
    if scalars[LEARNED] == 0.0:
        evaluated = doubles(r.state + 8 * n * EVALUATED, n)
        for d in range(n):
            evaluated[d] = x[d]
        scalars[BEGAN], scalars[VALUE], scalars[BEFORE] = r.clock, r.value, math.nan
        if r.row == 0 and r.step == 0:
            write_insides(r, n)
            write_row(r, n, x, r.value)
        take_in(r, n, s, x, r.value)
        if s.initial > 1.0:
            design(r, n, s, doubles(r.state, n))


@Kernel
def asks_for_something_else(r: Any, n: int, s: Any) -> bool:
    """Whether settings have changed since the proposal was made."""
    _, _, _, _, _, _, seen = parts(r, n, int(s.keep))
    given = pointer(r.settings)
    changed = False
    for i in range(SETTING_COUNT):
        changed = changed or seen[i] != given[i]
    return changed


@Kernel
def evaluate(r: Any, n: int, s: Any) -> bool:
    """Evaluate the proposal, and take the observation in: 5. above. False where nothing more can be done."""
    x, proposal = doubles(r.x, n), doubles(r.state, n)
    f = call_value(r.call_value, pointer(r.state), pointer(r.context))
    r.values += 1
    consider(r, n, proposal, f)
    if math.isnan(f) and ran_off(r) != NOT_FINITE:
        r.status = ran_off(r)
        return False
    tell(r, n, s, f)
    make_room(r, n, s)
    take_in(r, n, s, proposal, f)
    if math.isfinite(f) and f < r.value:
        for d in range(n):
            x[d] = proposal[d]
        r.value = f
        r.held = HELD_VALUE
    write_insides(r, n)
    note(r, n, x, r.value)
    return True


def step(r: Any) -> None:
    """Evaluate the proposal, take the observation in, and make the next proposal."""
    if r.values >= r.budget:
        r.status = OUT_OF_BUDGET
        return
    n = r.n
    s = as_array(read_settings(r.settings), (1,))[0]
    evaluated = False
    while not evaluated:
        if asks_for_something_else(r, n, s):  # as it does at first: the proposal is made anew
            doubles(r.scalars, r.scalar_count)[FACTORED] = 0.0
        else:
            evaluated = evaluate(r, n, s)
            if not evaluated:
                return
        condition(r, n, s)
        propose(r, n, s)


read_settings = settings_pointer([each.name for each in SETTINGS])
STEP, BEGIN = Kernel(step, name="step_bayesian"), Kernel(begin, name="begin_bayesian")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("bayesian_optimization", step=STEP, begin=BEGIN)


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return how many points the first design has: two for each variable, and two more."""
    return {"initial": min(2 * land.dimension + 2, int(settings["keep"]))}  # type: ignore[arg-type]


def wrong(settings: Mapping[str, Value]) -> str | None:
    """Return what is wrong with a combination of settings."""
    initial, keep = settings.get("initial"), settings["keep"]
    if isinstance(initial, int) and isinstance(keep, int) and initial > keep:
        return f"Bayesian optimisation begins with {initial} points and keeps only {keep}; keep as many."
    return None


METHOD = Method(
    name="bayesian-optimization",
    title="Bayesian optimisation",
    short="models what it saw, looks where most is promised",
    sentence="Makes a model of the landscape from what it has seen, and evaluates where that promises most.",
    reference="D. R. Jones, M. Schonlau, W. J. Welch, J. Global Optim. 13, 1998",
    group="usual",
    kind="global",
    settings=SETTINGS,
    driver=driver,
    insides=(
        "observed_value", "expected", "low", "high", "merit", "observed_0", "observed_1",
    ),
    samples=True,
    state=(
        "proposal", "evaluated", "length_scales", "scales", "best_lengths", "moves", "likelihood_slope",
        "last_slope",
    ),
    scalars=SCALARS,
    memory=memory,
    auto=auto,
    check=wrong,
    insides_drawn=INSIDES,
    narrate=narrate,
    spacing=16,
)  # fmt: skip
