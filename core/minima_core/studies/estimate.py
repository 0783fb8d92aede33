"""How long a study will take, and how much memory: measured by a few tries, not guessed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from minima_core.compiled.shared_work import processors
from minima_core.studies.plan import (
    Entrant,
    Goal,
    Limits,
    Methods,
    count_of_starts,
    counted,
    entrants_of,
    limits_of,
    starts_of,
)
from minima_core.studies.trying import Task, tried
from minima_core.studies.words import duration, memory_in_words, whole

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["LONGEST", "MOST_MEMORY", "Estimate", "refuse_too_much", "study_estimate"]

LONGEST = 600.0
"""Seconds that a study may take."""
MOST_MEMORY = 4e9
"""Bytes that its results may need."""
FREE = 20_000_000
"""Steps of all tries together that nobody needs to measure, on a formula."""
PILOT = 0.02
"""Seconds after which a method has been measured."""
AGAIN = 1.0
"""Seconds up to which what took long is measured once more: something else may have held it up."""
TRIES_A_THREAD = 128


@dataclass(frozen=True)
class Estimate:
    """What a study will take."""

    runs: int
    """Tries of all methods."""
    steps: int
    """Steps of all of them, or evaluations where they are counted."""
    seconds: float
    memory: float
    """Bytes of the results."""
    fits: int
    """Starts that would take ten minutes at most."""

    @property
    def sentence(self) -> str:
        """The same in words."""
        return (
            f"{whole(self.runs)} runs, {whole(self.steps)} steps in all: about {duration(self.seconds)} "
            f"and {memory_in_words(self.memory)}."
        )


def study_estimate(
    land: Landscape,
    methods: Methods,
    starts: int | ArrayLike = 100,
    seeds: int = 1,
    steps: int | None = None,
    *,
    evaluations: int | None = None,
    seed: int = 0,
    border: str | None = None,
) -> Estimate:
    """Return how long a study will take, by making a few of its tries.

    The arguments are those of `study`. What a study would refuse for its size is estimated all the same.

    Examples
    --------
    >>> import minima_core as mc
    >>> study_estimate(mc.landscape("himmelblau"), ["adam"], starts=50, steps=100).runs
    50
    """
    entrants = entrants_of(land, methods, border)
    seeds = counted("The number of seeds", seeds)
    limits = limits_of(steps, evaluations)
    return _measured(land, entrants, count_of_starts(land, starts), seeds, limits, seed)


def refuse_too_much(
    land: Landscape, entrants: tuple[Entrant, ...], starts: int, seeds: int, limits: Limits, seed: int
) -> None:
    """Raise a ValueError whose sentence has the estimate, for what takes too long or too much memory."""
    if not land.is_callable and _work(entrants, starts, seeds, limits)[1] <= FREE:
        return
    found = _measured(land, entrants, starts, seeds, limits, seed)
    if found.seconds <= LONGEST and found.memory <= MOST_MEMORY:
        return
    if found.fits:
        what = f"{whole(found.fits)} starts would fit"
    else:
        what = "fewer steps, seeds or methods would fit"
    raise ValueError(f"That is too much for one study: {found.sentence} {what} into {duration(LONGEST)}.")


def _work(entrants: tuple[Entrant, ...], starts: int, seeds: int, limits: Limits) -> tuple[int, int]:
    """Return tries and steps of all methods."""
    tries = sum(starts * (seeds if each.random else 1) for each in entrants)
    return tries, tries * min(limits.most_steps, limits.budget)


def _measured(
    land: Landscape, entrants: tuple[Entrant, ...], starts: int, seeds: int, limits: Limits, seed: int
) -> Estimate:
    """Measure each method by a few of its tries."""
    runs, steps = _work(entrants, starts, seeds, limits)
    goal = Goal(np.empty((0, land.dimension)), np.empty(0), np.empty((0, land.dimension)), 0.0, None, False)
    seconds = 0.0
    for entrant in entrants:
        tries = starts * (seeds if entrant.random else 1)
        few = 1 if land.is_callable else min(tries, TRIES_A_THREAD * processors())
        seconds += tries * _seconds_of_a_try(land, entrant, few, tries, limits, goal, seed)
    memory = runs * (16.0 * land.dimension + 8 * 4 + 3)
    worst = max(seconds / LONGEST, memory / MOST_MEMORY)
    return Estimate(runs, steps, seconds, memory, int(starts / worst) if worst > 0 else starts)


def _seconds_of_a_try(
    land: Landscape, entrant: Entrant, few: int, tries: int, limits: Limits, goal: Goal, seed: int
) -> float:
    """Return the seconds of one try, from a few tries that go a part of the way, further and further."""
    starts, whole_way = starts_of(land, few, seed), min(limits.most_steps, limits.budget)
    way = 0
    while True:
        near = Limits(
            None if limits.steps is None else min(limits.steps, max(way, 1)),
            None if limits.evaluations is None else min(limits.evaluations, max(way, 1)),
        )
        took = _timed(Task(land, entrant, starts, few, near, goal, seed, pilot_of=tries * whole_way))
        if way and PILOT < took < AGAIN:
            took = min(
                took, _timed(Task(land, entrant, starts, few, near, goal, seed, pilot_of=tries * whole_way))
            )
        if way and (took > PILOT or way >= whole_way):  # the first time is for what must be compiled
            return took / few * (whole_way / way)
        way = min(whole_way, max(1, way * 8))


def _timed(task: Task) -> float:
    """Return the seconds that a task takes."""
    begin = time.perf_counter()
    tried(task)
    return time.perf_counter() - begin
