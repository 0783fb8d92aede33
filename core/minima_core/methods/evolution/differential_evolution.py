"""Differential evolution: children step along the differences between other members of a population.

    1. Throw N members x₁ … x_N: the start, and the others uniform in the box. This is a step of its own.
    2. Mutate, for each xᵢ: with members a, b, c drawn at random, different from each other and from i,
           rand/1                  v = x_c + F (x_a − x_b)
           best/1                  v = x_best + F (x_a − x_b)
           current-to-best/1       v = xᵢ + F (x_best − xᵢ) + F (x_a − x_b)
           current-to-pbest/1      v = xᵢ + F (x_p − xᵢ) + F (x_a − x_b), x_p drawn from the best p·N
       or, *mixed*, one of the first, second and last, drawn anew for each child.
    3. Cross: uⱼ = vⱼ with probability CR and for one j drawn at random, else xᵢⱼ ("bin").
    4. Select: xᵢ ← uᵢ if f(uᵢ) ≤ f(xᵢ). All children are made before any takes its parent's place.
    5. F is uniform in [F − d/2, F + d/2], drawn for each child (dither). *Adapted*, F and CR are drawn around
       one of five pairs (M_F, M_CR): F Cauchy with scale 0.1, above 0 and cut off at 1; CR normal with
       deviation 0.1, cut off at 0 and 1. After each generation the oldest pair is replaced by the means
       Σ wF² / Σ wF and Σ wCR² / Σ wCR over the children that were better, w being by how much.
    6. Polish: when the population has drawn together, a simplex descends from its best member, in one step.
       Its end is a member; if no child is lower for a while, the population has nothing more to give.
    7. Restart: then, or when all values have become equal, or when the best has not become better for G
       generations, or when the population draws together well above the best value known, everything is
       forgotten and a new population thrown. The best point of all is the result.

A row is the best member of the population. Children are folded into the box unless the run says otherwise.

References
----------
R. Storn, K. Price, "Differential evolution", J. Global Optim. 11, 1997 (1. to 4.); J. Zhang, A. C. Sanderson,
"JADE", IEEE Trans. Evol. Comput. 13(5), 2009 (current-to-pbest); R. Tanabe, A. Fukunaga, "Success-history
based parameter adaptation for differential evolution", CEC 2013 (5.); Y. Wang, Z. Cai, Q. Zhang, "CoDE", IEEE
Trans. Evol. Comput. 15(1), 2011 (several strategies side by side).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from minima_core.compiled.drivers import HELD_VALUE, NOT_FINITE, RUNNING, march
from minima_core.compiled.faces import as_array, pointer, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import CHOICE
from minima_core.compiled.random import RESTART as RESTARTING
from minima_core.landscapes.landscape import Landscape
from minima_core.methods.evolution.differential_words import DRAWN, narrate
from minima_core.methods.evolution.polishing import descended, room
from minima_core.methods.evolution.population import (
    another,
    chances,
    copy_numbers,
    end_generation,
    end_population,
    evaluate,
    extent,
    lowest,
    points,
    stand_first,
    throw,
    throw_near,
)
from minima_core.methods.evolution.sampling import rank
from minima_core.methods.specification import AUTO, Method, Setting, Value

__all__ = ["METHOD"]

STRATEGIES = ("rand/1", "best/1", "current-to-best/1", "current-to-pbest/1", "mixed")
RAND, BEST, TO_BEST, TO_PBEST, MIXED = range(5)
HISTORY = 5  # pairs (M_F, M_CR)
FIRST_CROSSING = 10  # of a child's random numbers, the first that decides whether a coordinate crosses
POINT = 1e-12  # a population of this share of the box is a point

# What a step did, or the next one is to do.
THROW, GENERATION, POLISH, RESTART = 0, 1, 2, 3

# These and the defaults of the settings are tuned on instances 101 to 115 of COCO's bbob suite in 2-D, with
# 4000 evaluations; never on those that are reported, 1 to 15: there 0.946 ± 0.010 of 1080 runs are solved.
PATIENCE_OF_POLISH = 7.5  # times n: generations in which a child must beat the polished member
POLISH_AGAIN = 0.1  # the population must have shrunk by so much before it is polished again
SIMPLEX = 0.5  # the size of the simplex, as a share of the population's
HOPELESS = 10.0  # spreads of its values that a population lies above the best value known
GATHERED = 0.017  # share of the box at which such a population is given up
DEVIATION = 0.1  # of a population around the best point known, as a share of the box

# What is remembered, by its place among the scalars.
(
    ACT, NEXT, POPULATIONS, SPREAD, VALUE_SPREAD, TOLERANCE, QUIET, LAST_BEST, POLISH_BELOW, POLISHED, SINCE,
    OLDEST, ACCEPTED, TOLD, BEFORE, SPENT, NEAR,
) = range(17)  # fmt: skip
SCALARS = (
    "act", "next", "populations", "spread", "value_spread", "equal", "quiet", "last_best", "polish_below",
    "polished", "since_polish", "oldest", "accepted", "told", "best_before", "polish_evaluations",
    "near_best",
)  # fmt: skip

SETTINGS = (
    Setting(
        "population",
        "N",
        "How many members the population has.",
        AUTO, 4, 100_000, "integer", span=(8, 200),
    ),
    Setting(
        "strategy",
        "v",
        "From which member a mutant starts, and to which it leans; mixed draws one of three for each child.",
        "mixed", scale="choice", choices=STRATEGIES,
    ),
    Setting(
        "adaptive",
        "M",
        "Learns F and CR from the children that were better; the two settings are then where it begins.",
        True, scale="switch",
    ),
    Setting(
        "factor",
        "F",
        "By how much the difference of two members is stretched.",
        0.5, 0.0, 2.0, span=(0.1, 1.2),
    ),
    Setting(
        "dither",
        "d",
        "The width of the interval around F from which each child draws its own, where F is not adapted.",
        0.3, 0.0, 2.0, span=(0.0, 1.0),
    ),
    Setting(
        "crossover",
        "CR",
        "The chance of each coordinate to come from the mutant.",
        0.9, 0.0, 1.0,
    ),
    Setting(
        "elite",
        "p",
        "The share of the population that is among the best, for current-to-pbest.",
        0.2, 0.0, 1.0, span=(0.05, 0.5),
    ),
    Setting(
        "restart",
        "R",
        "Throws a new population when this one has nothing more to give.",
        True, scale="switch",
    ),
    Setting(
        "near",
        "q",
        "The share of new populations that are thrown around the best point known, not over the region.",
        0.4, 0.0, 1.0,
    ),
    Setting(
        "patience",
        "G",
        "After how many generations without a better best a new population is thrown.",
        250, 1, 1_000_000_000, "integer", span=(10, 1000),
    ),
    Setting(
        "equal",
        "δ",
        "Values that differ by no more are equal: in units of f, or of the first spread if that is below 1.",
        3e-10, 0.0, 1.0, "log", span=(1e-14, 1e-3),
    ),
    Setting(
        "polish",
        "ε",
        "The share of the region’s width at which a simplex descends from the best member; 0: never.",
        0.03, 0.0, 1.0, "log", span=(1e-5, 0.1),
    ),
)  # fmt: skip


def layout(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what is remembered: four generations of points, a number for each member, the history."""
    size = int(settings["population"])  # type: ignore[arg-type]
    return (
        *((name, (size, n)) for name in ("children", "population", "parents", "mutants")),
        *((name, (size,)) for name in COLUMNS),
        ("factor_history", (HISTORY,)),
        ("crossover_history", (HISTORY,)),
        ("chances", (FIRST_CROSSING + n + 1,)),
        ("polishing", (room(n),)),
    )


CHILDREN, POPULATION, PARENTS, MUTANTS = range(4)
(
    CHILD_VALUES, VALUES, PARENT_VALUES, FACTORS, RATES, ORDER, DONOR_FROM, DONOR_TO, DONOR_PLUS, DONOR_MINUS,
) = range(10)  # fmt: skip
COLUMNS = (
    "child_values", "values", "parent_values", "factors", "rates", "order", "donor_from", "donor_to",
    "donor_plus", "donor_minus",
)  # fmt: skip


@Kernel
def numbers(r: Any, size: int, place: int) -> Any:
    """Return one number of each member."""
    return pointer(r.memory + 8 * size * (4 * r.n + place))


@Kernel
def rest(r: Any, size: int, place: int) -> int:
    """Return the address of a place behind the numbers: the history, the chances, room for polishing."""
    address: int = r.memory + 8 * (size * (4 * r.n + 10) + place)
    return address


@Kernel
def draw_parameters(s: Any, i: int, history: Any, u: Any, factors: Any, rates: Any) -> None:
    """5. Draw F and CR of child i."""
    if s.adaptive == 0.0:
        factors[i], rates[i] = s.factor + s.dither * (u[0] - 0.5), s.crossover
        return
    k = int(u[0] * HISTORY)
    # Cauchy, given that it is above 0: the tail below is left out of the uniform number.
    tail = 0.5 - math.atan(history[k] / 0.1) / math.pi
    cauchy = history[k] + 0.1 * math.tan(math.pi * (tail + (1.0 - tail) * u[1] - 0.5))
    normal = math.sqrt(-2.0 * math.log(1.0 - u[2])) * math.cos(2.0 * math.pi * u[3])
    factors[i] = min(cauchy, 1.0)
    rates[i] = min(max(history[HISTORY + k] + 0.1 * normal, 0.0), 1.0)


@Kernel
def choose_donors(r: Any, s: Any, size: int, i: int, u: Any) -> None:
    """2. Choose the members that the mutant of member i is made from."""
    order = numbers(r, size, ORDER)
    a = another(u[4], size, i, -1, -1)
    b = another(u[5], size, i, a, -1)
    c = another(u[6], size, i, a, b)
    elite = min(max(2, int(s.elite * size + 0.5)), size)
    strategy = int(s.strategy)
    if strategy == MIXED:
        third = int(3.0 * u[8])
        strategy = RAND if third == 0 else (BEST if third == 1 else TO_PBEST)
    start, to = i, -1
    if strategy == RAND:
        start = c
    elif strategy == BEST:
        start = int(order[0])
    elif strategy == TO_BEST:
        to = int(order[0])
    else:
        to = int(order[int(u[7] * elite)])
    numbers(r, size, DONOR_FROM)[i], numbers(r, size, DONOR_TO)[i] = start, to
    numbers(r, size, DONOR_PLUS)[i], numbers(r, size, DONOR_MINUS)[i] = a, b


@Kernel
def make_child(r: Any, n: int, size: int, i: int, u: Any) -> None:
    """2. Mutate and 3. cross: write mutant and child of member i."""
    x, mutants, children = points(r, size, POPULATION), points(r, size, MUTANTS), points(r, size, CHILDREN)
    start, to = int(numbers(r, size, DONOR_FROM)[i]), int(numbers(r, size, DONOR_TO)[i])
    a, b = int(numbers(r, size, DONOR_PLUS)[i]), int(numbers(r, size, DONOR_MINUS)[i])
    factor, rate = numbers(r, size, FACTORS)[i], numbers(r, size, RATES)[i]
    always = int(u[9] * n)
    for j in range(n):
        v = x[start * n + j] + factor * (x[a * n + j] - x[b * n + j])
        if to >= 0:
            v += factor * (x[to * n + j] - x[i * n + j])
        mutants[i * n + j] = v
        children[i * n + j] = v if u[FIRST_CROSSING + j] < rate or j == always else x[i * n + j]


@Kernel
def select(r: Any, n: int, size: int) -> None:
    """4. Let children take their parents' places; remember which child gained most."""
    scalars = pointer(r.scalars)
    x, values = points(r, size, POPULATION), numbers(r, size, VALUES)
    children, child_values = points(r, size, CHILDREN), numbers(r, size, CHILD_VALUES)
    accepted, told, most = 0, -1, -1.0
    for i in range(size):
        gain = values[i] - child_values[i]
        if child_values[i] <= values[i]:
            accepted += 1
            copy_numbers(n, children, i * n, x, i * n)
            values[i] = child_values[i]
            if gain > most:
                told, most = i, gain
    scalars[ACCEPTED] = accepted
    scalars[TOLD] = told if told >= 0 else lowest(size, child_values)


@Kernel
def keep_parents(r: Any, n: int, size: int) -> None:
    """Keep the members as a step found them: the parents."""
    copy_numbers(size * n, points(r, size, POPULATION), 0, points(r, size, PARENTS), 0)
    copy_numbers(size, numbers(r, size, VALUES), 0, numbers(r, size, PARENT_VALUES), 0)


@Kernel
def learn(r: Any, size: int) -> None:
    """5. Replace the oldest pair of the history by the means over the children that were better."""
    scalars, history = pointer(r.scalars), pointer(rest(r, size, 0))
    child_values, parent_values = numbers(r, size, CHILD_VALUES), numbers(r, size, PARENT_VALUES)
    factors, rates = numbers(r, size, FACTORS), numbers(r, size, RATES)
    f_1, f_2, c_1, c_2 = 0.0, 0.0, 0.0, 0.0
    better = False
    for i in range(size):
        w = parent_values[i] - child_values[i]
        if w > 0.0 and w < math.inf:
            better = True
            f_1 += w * factors[i]
            f_2 += w * factors[i] * factors[i]
            c_1 += w * rates[i]
            c_2 += w * rates[i] * rates[i]
    if better:
        oldest = int(scalars[OLDEST])
        history[oldest] = f_2 / f_1 if f_1 > 0.0 else 0.5
        history[HISTORY + oldest] = c_2 / c_1 if c_1 > 0.0 else 0.0
        scalars[OLDEST] = (oldest + 1) % HISTORY


@Kernel
def stand_at_best(r: Any, n: int, size: int) -> None:
    """Let the run stand at the best member, and measure how far apart members and values lie."""
    scalars, x, values = pointer(r.scalars), points(r, size, POPULATION), numbers(r, size, VALUES)
    best = lowest(size, values)
    copy_numbers(n, x, best * n, pointer(r.x), 0)
    r.value, r.held = values[best], HELD_VALUE
    highest = values[0]
    for i in range(1, size):
        highest = max(highest, values[i])
    scalars[SPREAD] = extent(r, n, size, x)
    scalars[VALUE_SPREAD] = highest - r.value if highest < math.inf else math.inf


@Kernel
def what_next(r: Any, s: Any) -> int:
    """6. and 7. Return what the next step does after a generation."""
    scalars = pointer(r.scalars)
    spread, value_spread, best = scalars[SPREAD], scalars[VALUE_SPREAD], r.value
    scalars[QUIET] += 1.0
    if best < scalars[LAST_BEST] - scalars[TOLERANCE]:
        scalars[LAST_BEST], scalars[QUIET] = best, 0.0
    hopeless = scalars[POPULATIONS] > 1.0 and best - r.best_value > HOPELESS * value_spread
    over = value_spread <= scalars[TOLERANCE] or spread <= POINT or scalars[QUIET] >= s.patience
    if spread < scalars[POLISH_BELOW] and not over and not hopeless:
        return POLISH
    if scalars[POLISHED] > -math.inf:
        scalars[SINCE] += 1.0
        if best < scalars[POLISHED]:
            scalars[POLISHED] = -math.inf
        elif scalars[SINCE] >= PATIENCE_OF_POLISH * r.n:
            over = True
    if s.restart != 0.0 and (over or (hopeless and spread < GATHERED)):
        return RESTART
    return GENERATION


@Kernel
def throw_population(r: Any, n: int, s: Any, size: int) -> None:
    """1. Throw all members; the first of all populations has the start among them."""
    scalars, history, u = pointer(r.scalars), pointer(rest(r, size, 0)), pointer(rest(r, size, 2 * HISTORY))
    children, child_values = points(r, size, CHILDREN), numbers(r, size, CHILD_VALUES)
    again = scalars[NEXT] == RESTART
    chances(r, 1, RESTARTING, u)
    near = again and u[0] < s.near and r.best_value < math.inf
    for i in range(size):
        if i == 0 and not again:
            copy_numbers(n, pointer(r.x), 0, children, 0)
            child_values[0] = r.value
            continue
        if near:
            throw_near(r, n, i, children, DEVIATION)
        else:
            throw(r, n, i, children, i * n)
        child_values[i] = evaluate(r, n, r.memory + 8 * i * n)
    if r.status != RUNNING:
        return  # nothing has been changed: a step that the budget cuts short is none
    if again:
        end_population(r, n)
    copy_numbers(size * n, children, 0, points(r, size, POPULATION), 0)
    copy_numbers(size, child_values, 0, numbers(r, size, VALUES), 0)
    for k in range(HISTORY):
        history[k], history[HISTORY + k] = s.factor, s.crossover
    scalars[BEFORE] = r.value
    stand_at_best(r, n, size)
    scalars[TOLERANCE] = s.equal * min(scalars[VALUE_SPREAD], 1.0)
    scalars[QUIET], scalars[LAST_BEST], scalars[OLDEST], scalars[ACCEPTED] = 0.0, r.value, 0.0, size
    scalars[POLISH_BELOW], scalars[POLISHED], scalars[SINCE] = s.polish, -math.inf, 0.0
    scalars[POPULATIONS] += 1.0
    scalars[NEAR] = 1.0 if near else 0.0
    scalars[ACT], scalars[NEXT] = RESTART if again else THROW, GENERATION
    if r.value == math.inf and not again:
        r.status = NOT_FINITE


@Kernel
def polish(r: Any, n: int, size: int) -> None:
    """6. Let a simplex descend from the best member; its end takes the member's place."""
    scalars, x, values = pointer(r.scalars), points(r, size, POPULATION), numbers(r, size, VALUES)
    there, before, best = rest(r, size, 2 * HISTORY + FIRST_CROSSING + n + 1), r.values, lowest(size, values)
    simplex = pointer(there)
    copy_numbers(n, x, best * n, simplex, 0)
    simplex[(n + 1) * n] = values[best]
    f = descended(r, n, there, SIMPLEX * scalars[SPREAD], scalars[TOLERANCE], 100 * n)
    if r.status != RUNNING:
        return
    keep_parents(r, n, size)
    scalars[BEFORE], scalars[SPENT], scalars[TOLD] = values[best], r.values - before, best
    scalars[ACCEPTED] = 1.0 if f < values[best] else 0.0
    copy_numbers(n, simplex, 0, x, best * n)
    values[best] = f
    scalars[POLISHED], scalars[SINCE] = f, 0.0
    scalars[POLISH_BELOW] = POLISH_AGAIN * scalars[SPREAD]
    stand_at_best(r, n, size)
    scalars[ACT], scalars[NEXT] = POLISH, GENERATION


@Kernel
def generation(r: Any, n: int, s: Any, size: int) -> None:
    """2. to 5. Make all children, evaluate them, select."""
    scalars, history, u = pointer(r.scalars), pointer(rest(r, size, 0)), pointer(rest(r, size, 2 * HISTORY))
    factors, rates, child_values = (
        numbers(r, size, FACTORS),
        numbers(r, size, RATES),
        numbers(r, size, CHILD_VALUES),
    )
    rank(size, numbers(r, size, VALUES), numbers(r, size, ORDER))
    count = FIRST_CROSSING + n
    for i in range(size):
        chances(r, count, CHOICE + i * ((count + 1) // 2), u)
        draw_parameters(s, i, history, u, factors, rates)
        choose_donors(r, s, size, i, u)
        make_child(r, n, size, i, u)
    for i in range(size):
        child_values[i] = evaluate(r, n, r.memory + 8 * i * n)
    if r.status != RUNNING:
        return  # no member has been changed
    keep_parents(r, n, size)
    scalars[BEFORE] = r.value
    select(r, n, size)
    if s.adaptive != 0.0:
        learn(r, size)
    stand_at_best(r, n, size)
    scalars[ACT], scalars[NEXT] = GENERATION, what_next(r, s)


def begin(r: Any) -> None:
    """Evaluate the start, if nobody has; the very first point is row 0."""
    stand_first(r, r.n)


def step(r: Any) -> None:
    """Do one generation; or throw a population, or polish."""
    n = r.n
    s = as_array(read_settings(r.settings), (1,))[0]
    scalars, size = pointer(r.scalars), int(s.population)
    act = int(scalars[NEXT])
    if act == GENERATION:
        generation(r, n, s, size)
    elif act == POLISH:
        polish(r, n, size)
    else:
        throw_population(r, n, s, size)
    end_generation(r, n, scalars[SPREAD], scalars[ACCEPTED] / size)


read_settings = settings_pointer([each.name for each in SETTINGS])
STEP, BEGIN = Kernel(step, name="step_differential"), Kernel(begin, name="begin_differential")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("differential_evolution", step=STEP, begin=BEGIN)


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return a population that suits the dimension."""
    return {"population": 5 + 3 * land.dimension}


METHOD = Method(
    name="differential-evolution",
    title="Differential evolution",
    short="steps along the differences between its members",
    sentence="A population whose children step along the differences between others: it scales itself.",
    reference="R. Storn, K. Price, J. Global Optim. 11, 1997; R. Tanabe, A. Fukunaga, CEC 2013",
    group="global",
    kind="global",
    settings=SETTINGS,
    driver=driver,
    insides=("spread", "accepted_share"),
    samples=True,
    scalars=tuple((name, 0.0) for name in SCALARS),
    auto=auto,
    memory=layout,
    insides_drawn=DRAWN,
    narrate=narrate,
)
