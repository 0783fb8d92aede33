"""Particle swarm: each particle flies on, drawn to the best point that it and its friends have seen.

    1. Throw S particles: the start, and the others uniform in the box, each with the velocity
       vᵢ = ½ (u − xᵢ), u uniform in the box. Its memory pᵢ is where it stands. This is a step of its own.
    2. Move, each coordinate with its own r₁ and r₂, uniform in [0, 1):
           vᵢ ← w vᵢ + c₁ r₁ (pᵢ − xᵢ) + c₂ r₂ (lᵢ − xᵢ)
           xᵢ ← xᵢ + vᵢ
       lᵢ is the best memory of all (global), or of the particle and its two neighbours on a ring.
    3. Remember: pᵢ ← xᵢ if f(xᵢ) < f(pᵢ). All particles move before any memory changes.
    4. Restart: when the memories have drawn together to a point, or the best has not become better for G
       steps, everything is forgotten and a new swarm thrown. The best point of all is the result.

w = 0.7298 and c₁ = c₂ = 1.496 are Clerc and Kennedy's constriction: χ = 2 / |2 − φ − √(φ² − 4φ)| with
φ = 4.1, so that w = χ and cᵢ = χφ/2; the swarm neither explodes nor freezes. At a reflecting border a
particle is folded back and its velocity turned round, at a clipping one its velocity ends. A row is the best
memory.

References
----------
J. Kennedy, R. Eberhart, "Particle swarm optimization", ICNN 1995; M. Clerc, J. Kennedy, "The particle swarm:
explosion, stability, and convergence in a multidimensional complex space", IEEE Trans. Evol. Comput. 6(1),
2002; M. Clerc, "Standard particle swarm optimisation", 2012 (first velocities, the size of the swarm).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from minima_core.compiled.drivers import HELD_VALUE, NOT_FINITE, RUNNING, march
from minima_core.compiled.faces import as_array, pointer, settings_pointer
from minima_core.compiled.frame import Border
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import CHOICE
from minima_core.landscapes.landscape import Landscape
from minima_core.methods.evolution.particle_words import DRAWN, narrate
from minima_core.methods.evolution.population import (
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
)
from minima_core.methods.specification import AUTO, Method, Setting, Value

__all__ = ["METHOD"]

CLIP, REFLECT = int(Border.CLIP), int(Border.REFLECT)
RING = 1

# What a step did, or the next one is to do.
THROW, MOVE, RESTART = 0, 1, 2

# What is remembered, by its place among the scalars.
ACT, NEXT, SWARMS, SPREAD, QUIET, BETTER, TOLD, BEFORE = range(8)
SCALARS = ("act", "next", "swarms", "spread", "quiet", "better", "told", "best_before")

SETTINGS = (
    Setting(
        "particles",
        "S",
        "How many particles fly.",
        AUTO, 2, 100_000, "integer", span=(8, 200),
    ),
    Setting(
        "inertia",
        "w",
        "The share of its velocity that a particle keeps.",
        0.7298, 0.0, 1.0, below=True,
    ),
    Setting(
        "cognitive",
        "c₁",
        "How strongly a particle is drawn to the best point that it has seen itself.",
        1.49618, 0.0, 10.0, span=(0.0, 3.0),
    ),
    Setting(
        "social",
        "c₂",
        "How strongly a particle is drawn to the best point that its friends have seen.",
        1.49618, 0.0, 10.0, span=(0.0, 3.0),
    ),
    Setting(
        "topology",
        "l",
        "Who its friends are: all particles, or its two neighbours on a ring, which keeps apart for longer.",
        "global", scale="choice", choices=("global", "ring"),
    ),
    Setting(
        "restart",
        "R",
        "Throws a new swarm when this one has come to rest.",
        True, scale="switch",
    ),
    Setting(
        "patience",
        "G",
        "After how many steps without a better best a new swarm is thrown.",
        60, 1, 1_000_000_000, "integer", span=(10, 1000),
    ),
    Setting(
        "collapse",
        "δ",
        "Memories that lie within this share of the region’s width have drawn together to a point.",
        1e-8, 0.0, 0.1, "log", span=(1e-12, 1e-3),
    ),
)  # fmt: skip

BLOCKS = (
    "trials", "swarm", "velocities", "memories", "previous", "next_velocities", "inertias", "own_pulls",
    "social_pulls",
)  # fmt: skip
TRIALS, SWARM, VELOCITIES, MEMORIES, PREVIOUS, NEXT_VELOCITIES, INERTIAS, OWN_PULLS, SOCIAL_PULLS = range(9)
COLUMNS = ("trial_values", "values", "memory_values", "earlier_memory_values", "friends")
TRIAL_VALUES, VALUES, MEMORY_VALUES, EARLIER_VALUES, FRIENDS = range(5)


def layout(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what is remembered: points and velocities, numbers of each particle, random numbers."""
    size = int(settings["particles"])  # type: ignore[arg-type]
    return (
        *((name, (size, n)) for name in BLOCKS),
        *((name, (size,)) for name in COLUMNS),
        ("chances", (2 * n,)),
    )


@Kernel
def numbers(r: Any, size: int, place: int) -> Any:
    """Return one number of each particle; behind the last place lie the random numbers."""
    return pointer(r.memory + 8 * size * (9 * r.n + place))


@Kernel
def best_friend(size: int, i: int, topology: float, values: Any) -> int:
    """2. Return whose memory is lᵢ."""
    if topology != RING:
        first: int = lowest(size, values)
        return first
    best = i
    for k in (i - 1, i + 1):
        friend = (k + size) % size
        if values[friend] < values[best]:
            best = friend
    return best


@Kernel
def keep_velocity(r: Any, n: int, at: int, x: Any, v: Any) -> None:
    """Turn a velocity round at a reflecting border, as often as the point is folded; clipping ends it."""
    lower, upper = pointer(r.lower), pointer(r.upper)
    for j in range(n):
        beyond = max(lower[j] - x[at + j], x[at + j] - upper[j])
        if beyond > 0.0 and r.border == CLIP:
            v[at + j] = 0.0
        elif beyond > 0.0 and r.border == REFLECT and math.floor(beyond / (upper[j] - lower[j])) % 2.0 == 0.0:
            v[at + j] = -v[at + j]


@Kernel
def fly(r: Any, n: int, s: Any, size: int, i: int, friend: int) -> None:
    """2. Write velocity and position of particle i, and the three parts of its velocity."""
    u = pointer(r.memory + 8 * size * (9 * n + 5))
    chances(r, 2 * n, CHOICE + i * n, u)
    x, v, p = points(r, size, SWARM), points(r, size, VELOCITIES), points(r, size, MEMORIES)
    trials, next_v = points(r, size, TRIALS), points(r, size, NEXT_VELOCITIES)
    inertias, own, social = (
        points(r, size, INERTIAS),
        points(r, size, OWN_PULLS),
        points(r, size, SOCIAL_PULLS),
    )
    for j in range(n):
        k = i * n + j
        inertias[k] = s.inertia * v[k]
        own[k] = s.cognitive * u[j] * (p[k] - x[k])
        social[k] = s.social * u[n + j] * (p[friend * n + j] - x[k])
        next_v[k] = inertias[k] + own[k] + social[k]
        trials[k] = x[k] + next_v[k]
    keep_velocity(r, n, i * n, trials, next_v)


@Kernel
def remember(r: Any, n: int, size: int) -> None:
    """3. Let all particles stand where they have flown, and remember what is better."""
    scalars = pointer(r.scalars)
    copy_numbers(size * n, points(r, size, SWARM), 0, points(r, size, PREVIOUS), 0)
    copy_numbers(size * n, points(r, size, TRIALS), 0, points(r, size, SWARM), 0)
    copy_numbers(size * n, points(r, size, NEXT_VELOCITIES), 0, points(r, size, VELOCITIES), 0)
    copy_numbers(size, numbers(r, size, TRIAL_VALUES), 0, numbers(r, size, VALUES), 0)
    copy_numbers(size, numbers(r, size, MEMORY_VALUES), 0, numbers(r, size, EARLIER_VALUES), 0)
    values, known, x, p = (
        numbers(r, size, VALUES),
        numbers(r, size, MEMORY_VALUES),
        points(r, size, SWARM),
        points(r, size, MEMORIES),
    )
    better, told, most = 0, -1, 0.0
    for i in range(size):
        gain = known[i] - values[i]
        if gain > 0.0:
            better += 1
            known[i] = values[i]
            copy_numbers(n, x, i * n, p, i * n)
            if gain > most:
                told, most = i, gain
    scalars[BETTER] = better
    scalars[TOLD] = told if told >= 0 else lowest(size, values)


@Kernel
def stand_at_best(r: Any, n: int, size: int) -> None:
    """Let the run stand at the best memory, and measure how far the memories reach."""
    known, p = numbers(r, size, MEMORY_VALUES), points(r, size, MEMORIES)
    best = lowest(size, known)
    copy_numbers(n, p, best * n, pointer(r.x), 0)
    r.value, r.held = known[best], HELD_VALUE
    pointer(r.scalars)[SPREAD] = extent(r, n, size, p)


@Kernel
def throw_swarm(r: Any, n: int, size: int) -> None:
    """1. Throw all particles; the first swarm has the start among them."""
    scalars, trials, values = pointer(r.scalars), points(r, size, TRIALS), numbers(r, size, TRIAL_VALUES)
    again = scalars[NEXT] == RESTART
    for i in range(size):
        if i == 0 and not again:
            copy_numbers(n, pointer(r.x), 0, trials, 0)
            values[0] = r.value
            continue
        throw(r, n, i, trials, i * n)
        values[i] = evaluate(r, n, r.memory + 8 * i * n)
    if r.status != RUNNING:
        return  # nothing has been changed: a step that the budget cuts short is none
    if again:
        end_population(r, n)
    v = points(r, size, VELOCITIES)
    for i in range(size):
        throw(r, n, i, v, (size + i) * n)
    for k in range(size * n):
        v[k] = 0.5 * (v[k] - trials[k])
    for block in (SWARM, MEMORIES, PREVIOUS):
        copy_numbers(size * n, trials, 0, points(r, size, block), 0)
    for column in (VALUES, MEMORY_VALUES, EARLIER_VALUES):
        copy_numbers(size, values, 0, numbers(r, size, column), 0)
    scalars[BEFORE] = r.value
    stand_at_best(r, n, size)
    scalars[QUIET], scalars[BETTER] = 0.0, size
    scalars[SWARMS] += 1.0
    scalars[ACT], scalars[NEXT] = RESTART if again else THROW, MOVE
    if r.value == math.inf and not again:
        r.status = NOT_FINITE


@Kernel
def move_swarm(r: Any, n: int, s: Any, size: int) -> None:
    """2. to 4. Move all particles, and see whether they have come to rest."""
    scalars = pointer(r.scalars)
    known, values, friends = (
        numbers(r, size, MEMORY_VALUES),
        numbers(r, size, TRIAL_VALUES),
        numbers(r, size, FRIENDS),
    )
    for i in range(size):
        friends[i] = best_friend(size, i, s.topology, known)
        fly(r, n, s, size, i, int(friends[i]))
    for i in range(size):
        values[i] = evaluate(r, n, r.memory + 8 * i * n)
    if r.status != RUNNING:
        return
    scalars[BEFORE] = r.value
    remember(r, n, size)
    stand_at_best(r, n, size)
    scalars[QUIET] = 0.0 if r.value < scalars[BEFORE] else scalars[QUIET] + 1.0
    rests = scalars[SPREAD] <= s.collapse or scalars[QUIET] >= s.patience
    scalars[ACT], scalars[NEXT] = MOVE, RESTART if rests and s.restart != 0.0 else MOVE


def begin(r: Any) -> None:
    """Evaluate the start, if nobody has; the very first point is row 0."""
    stand_first(r, r.n)


def step(r: Any) -> None:
    """Move the swarm once; or throw one."""
    n = r.n
    s = as_array(read_settings(r.settings), (1,))[0]
    scalars, size = pointer(r.scalars), int(s.particles)
    if scalars[NEXT] == MOVE:
        move_swarm(r, n, s, size)
    else:
        throw_swarm(r, n, size)
    end_generation(r, n, scalars[SPREAD], scalars[BETTER] / size)


read_settings = settings_pointer([each.name for each in SETTINGS])
STEP, BEGIN = Kernel(step, name="step_swarm"), Kernel(begin, name="begin_swarm")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("particle_swarm", step=STEP, begin=BEGIN)


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return how many particles suit the dimension: 10 + ⌊2 √n⌋."""
    return {"particles": 10 + int(2.0 * math.sqrt(land.dimension))}


METHOD = Method(
    name="particle-swarm",
    title="Particle swarm",
    short="flies, and is drawn to what was best",
    sentence="Particles fly on by inertia, drawn to the best point each has seen and to the best of all.",
    reference="M. Clerc, J. Kennedy, IEEE Trans. Evol. Comput. 6(1), 2002",
    group="global",
    kind="global",
    settings=SETTINGS,
    driver=driver,
    insides=("spread", "better_share"),
    samples=True,
    scalars=tuple((name, 0.0) for name in SCALARS),
    auto=auto,
    memory=layout,
    insides_drawn=DRAWN,
    narrate=narrate,
)
