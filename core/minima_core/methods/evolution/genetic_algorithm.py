"""Genetic algorithm: good points have children between and around them, and the best ones live on.

    1. Throw N points: the start, and the others uniform in the box. This is a step of its own.
    2. Elitism: the e best points go over into the next generation as they are.
    3. Select, for each two children, two parents a and b: each the best of k points drawn at random.
    4. Cross, with probability p_c, each coordinate with probability ½ (simulated binary crossover): with
       u uniform in [0, 1),
           β = (2u)^(1/(η_c + 1)) if u ≤ ½, else (2(1 − u))^(−1/(η_c + 1)),
           c = ½ ((1 + β) a + (1 − β) b) and ½ ((1 − β) a + (1 + β) b).
       Coordinates that are not crossed come from a for the one child, from b for the other.
    5. Mutate each coordinate with probability m/n (polynomial mutation): with u uniform in [0, 1) and w the
       width of the box,
           δ = (2u)^(1/(η_m + 1)) − 1 if u < ½, else 1 − (2(1 − u))^(1/(η_m + 1)),    c ← c + δ w.
    6. The elite and the N − e children are the next generation.

The larger η, the nearer children are to their parents. A row is the best point of the generation. Children
are folded into the box unless the run says otherwise.

References
----------
J. H. Holland, "Adaptation in Natural and Artificial Systems", 1975; K. Deb, R. B. Agrawal, "Simulated binary
crossover for continuous search space", Complex Systems 9, 1995; K. Deb, M. Goyal, "A combined genetic
adaptive search (GeneAS) for engineering design", Computer Science and Informatics 26(4), 1996 (mutation).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from minima_core.compiled.drivers import HELD_VALUE, NOT_FINITE, RUNNING, march
from minima_core.compiled.faces import as_array, pointer, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import CHOICE
from minima_core.landscapes.landscape import Landscape
from minima_core.methods.evolution.genetic_words import DRAWN, narrate
from minima_core.methods.evolution.population import (
    chances,
    copy_numbers,
    end_generation,
    evaluate,
    extent,
    lowest,
    points,
    stand_first,
    throw,
)
from minima_core.methods.evolution.sampling import rank
from minima_core.methods.specification import AUTO, Method, Setting, Value

__all__ = ["METHOD"]

MOST_RIVALS = 16

# What a step did.
THROW, GENERATION = 0, 1

# What is remembered, by its place among the scalars.
ACT, GENERATIONS, SPREAD, BETTER, TOLD, BEFORE, ELITE = range(7)
SCALARS = ("act", "generations", "spread", "better", "told", "best_before", "elite_count")

SETTINGS = (
    Setting(
        "population",
        "N",
        "How many points a generation has.",
        AUTO, 4, 100_000, "integer", span=(8, 200),
    ),
    Setting(
        "elite",
        "e",
        "How many of the best points live on as they are.",
        1, 0, 100_000, "integer", span=(0, 10),
    ),
    Setting(
        "tournament",
        "k",
        "Of how many points, drawn at random, the best becomes a parent: the more, the greedier.",
        2, 1, MOST_RIVALS, "integer", span=(1, 8),
    ),
    Setting(
        "crossover",
        "p_c",
        "The chance of two parents to be crossed; their children are copies of them otherwise.",
        0.9, 0.0, 1.0,
    ),
    Setting(
        "crossover_index",
        "η_c",
        "How near to their parents crossed children are: the larger, the nearer.",
        5.0, 0.0, 1000.0, span=(0.0, 50.0),
    ),
    Setting(
        "mutation",
        "m",
        "How many coordinates of a child mutate, on average.",
        1.0, 0.0, math.inf, span=(0.0, 5.0),
    ),
    Setting(
        "mutation_index",
        "η_m",
        "How small mutations are: the larger, the smaller.",
        20.0, 0.0, 1000.0, span=(0.0, 100.0),
    ),
)  # fmt: skip

BLOCKS = ("children", "population", "parents", "crossed")
CHILDREN, POPULATION, PARENTS, CROSSED = range(4)
COLUMNS = ("child_values", "values", "parent_values", "order", "first_parents", "second_parents")
CHILD_VALUES, VALUES, PARENT_VALUES, ORDER, FIRST, SECOND = range(6)


def layout(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what is remembered: points, numbers of each point, random numbers of two children."""
    size = int(settings["population"])  # type: ignore[arg-type]
    return (
        *((name, (size, n)) for name in BLOCKS),
        *((name, (size,)) for name in COLUMNS),
        ("chances", (6 * n + 2 * MOST_RIVALS + 2,)),
    )


@Kernel
def numbers(r: Any, size: int, place: int) -> Any:
    """Return one number of each point; behind the last place lie the random numbers."""
    return pointer(r.memory + 8 * size * (4 * r.n + place))


@Kernel
def selected(size: int, rivals: int, u: Any, begin: int, values: Any) -> int:
    """3. Return the best of so many points, drawn by the random numbers from `begin` on."""
    best = int(u[begin] * size)
    for k in range(1, rivals):
        rival = int(u[begin + k] * size)
        if values[rival] < values[best]:
            best = rival
    return best


@Kernel
def spread_factor(u: float, index: float) -> float:
    """4. Return β: how many times as far apart as their parents two children are."""
    if u <= 0.5:
        return math.pow(2.0 * u, 1.0 / (index + 1.0))
    return math.pow(2.0 * (1.0 - u), -1.0 / (index + 1.0))


@Kernel
def mutation(u: float, index: float) -> float:
    """5. Return δ: by which share of the box a coordinate mutates, from −1 to 1."""
    if u < 0.5:
        return math.pow(2.0 * u, 1.0 / (index + 1.0)) - 1.0
    return 1.0 - math.pow(2.0 * (1.0 - u), 1.0 / (index + 1.0))


@Kernel
def make_child(r: Any, n: int, s: Any, size: int, i: int, a: int, b: int, turned: bool, u: Any) -> None:
    """4. and 5. Write child i of the parents a and b; of two children the second has the parents turned."""
    x, crossed, children = points(r, size, POPULATION), points(r, size, CROSSED), points(r, size, CHILDREN)
    numbers(r, size, FIRST)[i], numbers(r, size, SECOND)[i] = a, b
    lower, upper = pointer(r.lower), pointer(r.upper)
    own = 1 + 2 * n + (2 * n if turned else 0)
    for j in range(n):
        value = x[a * n + j]
        if u[0] < s.crossover and u[1 + j] < 0.5:
            beta = spread_factor(u[1 + n + j], s.crossover_index)
            value = 0.5 * ((1.0 + beta) * x[a * n + j] + (1.0 - beta) * x[b * n + j])
        crossed[i * n + j] = value
        if u[own + j] * n < s.mutation:
            value += mutation(u[own + n + j], s.mutation_index) * (upper[j] - lower[j])
        children[i * n + j] = value


@Kernel
def stand_at_best(r: Any, n: int, size: int) -> None:
    """Let the run stand at the best point of the generation, and measure how far it reaches."""
    x, values = points(r, size, POPULATION), numbers(r, size, VALUES)
    best = lowest(size, values)
    copy_numbers(n, x, best * n, pointer(r.x), 0)
    r.value, r.held = values[best], HELD_VALUE
    pointer(r.scalars)[SPREAD] = extent(r, n, size, x)


@Kernel
def grow_up(r: Any, n: int, size: int) -> None:
    """6. Let the children be the population, and the population the parents."""
    copy_numbers(size * n, points(r, size, POPULATION), 0, points(r, size, PARENTS), 0)
    copy_numbers(size, numbers(r, size, VALUES), 0, numbers(r, size, PARENT_VALUES), 0)
    copy_numbers(size * n, points(r, size, CHILDREN), 0, points(r, size, POPULATION), 0)
    copy_numbers(size, numbers(r, size, CHILD_VALUES), 0, numbers(r, size, VALUES), 0)
    scalars = pointer(r.scalars)
    scalars[BEFORE] = r.value
    scalars[GENERATIONS] += 1.0
    stand_at_best(r, n, size)


@Kernel
def throw_population(r: Any, n: int, size: int) -> None:
    """1. Throw all points but the start."""
    scalars, children, values = pointer(r.scalars), points(r, size, CHILDREN), numbers(r, size, CHILD_VALUES)
    copy_numbers(n, pointer(r.x), 0, children, 0)
    values[0] = r.value
    for i in range(1, size):
        throw(r, n, i, children, i * n)
        values[i] = evaluate(r, n, r.memory + 8 * i * n)
    if r.status != RUNNING:
        return  # nothing has been changed: a step that the budget cuts short is none
    grow_up(r, n, size)
    scalars[BETTER], scalars[ACT] = size, THROW
    if r.value == math.inf:
        r.status = NOT_FINITE


@Kernel
def generation(r: Any, n: int, s: Any, size: int) -> None:
    """2. to 6. Make the next generation."""
    scalars, children, values = pointer(r.scalars), points(r, size, CHILDREN), numbers(r, size, CHILD_VALUES)
    known, order, u = numbers(r, size, VALUES), numbers(r, size, ORDER), numbers(r, size, 6)
    rank(size, known, order)
    elite, rivals = min(int(s.elite), size), int(s.tournament)
    for i in range(elite):  # 2.
        copy_numbers(n, points(r, size, POPULATION), int(order[i]) * n, children, i * n)
        values[i] = known[int(order[i])]
    count = 1 + 6 * n + 2 * rivals
    for i in range(elite, size, 2):
        chances(r, count, CHOICE + i * (3 * n + MOST_RIVALS + 1), u)
        a = selected(size, rivals, u, 1 + 6 * n, known)
        b = selected(size, rivals, u, 1 + 6 * n + rivals, known)
        make_child(r, n, s, size, i, a, b, False, u)
        if i + 1 < size:
            make_child(r, n, s, size, i + 1, b, a, True, u)
    for i in range(elite, size):
        values[i] = evaluate(r, n, r.memory + 8 * i * n)
    if r.status != RUNNING:
        return
    grow_up(r, n, size)
    parents, better, told = numbers(r, size, PARENT_VALUES), 0, elite
    for i in range(elite, size):
        if values[i] < min(
            parents[int(numbers(r, size, FIRST)[i])], parents[int(numbers(r, size, SECOND)[i])]
        ):
            better += 1
        if values[i] < values[told]:
            told = i
    scalars[BETTER], scalars[TOLD], scalars[ELITE] = better, min(told, size - 1), elite
    scalars[ACT] = GENERATION


def begin(r: Any) -> None:
    """Evaluate the start, if nobody has; the very first point is row 0."""
    stand_first(r, r.n)


def step(r: Any) -> None:
    """Do one generation; the first step throws one."""
    n = r.n
    s = as_array(read_settings(r.settings), (1,))[0]
    scalars, size = pointer(r.scalars), int(s.population)
    if scalars[GENERATIONS] == 0.0:
        throw_population(r, n, size)
    else:
        generation(r, n, s, size)
    end_generation(r, n, scalars[SPREAD], scalars[BETTER] / size)


read_settings = settings_pointer([each.name for each in SETTINGS])
STEP, BEGIN = Kernel(step, name="step_genetic"), Kernel(begin, name="begin_genetic")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("genetic_algorithm", step=STEP, begin=BEGIN)


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return a population that suits the dimension."""
    return {"population": 20 + 10 * land.dimension}


def wrong(settings: Mapping[str, Value]) -> str | None:
    """Return what is wrong with a combination of settings."""
    population, elite = settings.get("population"), settings["elite"]
    if isinstance(population, int) and isinstance(elite, int) and elite >= population:
        return (
            f"The elite must be smaller than the population, which has {population} points; "
            f"{elite} would leave no room for children."
        )
    return None


METHOD = Method(
    name="genetic-algorithm",
    title="Genetic algorithm",
    short="crosses good points, and mutates their children",
    sentence="Good points are chosen as parents, crossed and mutated; the best live on as they are.",
    reference="J. H. Holland, 1975; K. Deb, R. B. Agrawal, Complex Systems 9, 1995",
    group="global",
    kind="global",
    settings=SETTINGS,
    driver=driver,
    check=wrong,
    insides=("spread", "better_share"),
    samples=True,
    scalars=tuple((name, 0.0) for name in SCALARS),
    auto=auto,
    memory=layout,
    insides_drawn=DRAWN,
    narrate=narrate,
)
