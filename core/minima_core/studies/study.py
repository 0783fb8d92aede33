"""How often does it work: several methods from the same starts, at equal cost, each try a run of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.analysis.arrivals import REACHED, Cancelled
from minima_core.compiled.nearest import nearest_within
from minima_core.landscapes import Landscape
from minima_core.studies.estimate import refuse_too_much
from minima_core.studies.method_result import MethodResult
from minima_core.studies.plan import (
    MOST_LANES,
    Entrant,
    Goal,
    Methods,
    count_of_starts,
    counted,
    entrants_of,
    goal_of,
    limits_of,
    starts_of,
)
from minima_core.studies.results import Study
from minima_core.studies.tried import Tried
from minima_core.studies.trying import Task, tried

if TYPE_CHECKING:
    from minima_core.analysis.critical import CriticalPoints

__all__ = ["study"]

Array: TypeAlias = NDArray[np.float64]


def study(
    land: Landscape,
    methods: Methods,
    *,
    starts: int | ArrayLike = 100,
    seeds: int = 1,
    seed: int = 0,
    steps: int | None = None,
    evaluations: int | None = None,
    target: float | None = None,
    minima: CriticalPoints | Sequence[object] | ArrayLike | None = None,
    border: str | None = None,
    workers: int | None = None,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Study:
    """Return how often methods succeed from the same starts, at equal cost.

    Parameters
    ----------
    land
        Where; a Python callable works too, one call after the other.
    methods
        Names, texts such as ``"adam,lr=0.01"`` or specifications; one of them, or several.
    starts
        How many, thrown uniform in the box, or the points themselves, (k, n).
    seeds
        Tries from each start, of methods that leave something to chance; the others do the same each time,
        and are tried once from each.
    seed
        Of everything random, 0 to 2⁶⁴ − 1.
    steps, evaluations
        What each try may do at most; 500 steps unless one is given. A gradient costs what it costs: one
        evaluation on a formula, 1 + 2n on a callable without one. Never one evaluation more is made.
    target
        A value that is low enough: a try succeeds when it evaluates a point of the region with this value or
        less. None: when the point that the method hands over (its best one, if it searches, or else the last
        one) lies within 1 % of the region's diagonal of a global minimum.
    minima
        Those at which tries may end, as `critical_points` gives them, or positions (m, n); None: what
        `critical_points` finds. A callable is searched for them by some ten thousand calls, unless there is a
        target.
    border
        As `start` takes it.
    workers
        Threads; None: as many as there are processors. The result is the same for any number.
    cancel
        Asked often; true gives the study up.
    progress
        Told the share of the work that is done, 0 to 1, by whichever thread has done it.

    Raises
    ------
    ValueError
        With a sentence, for what cannot be; what would take longer than ten minutes is refused with its
        estimated time and memory. What a callable raised is behind it (``__cause__``).
    Cancelled
        (of `minima_core.analysis.arrivals`) When `cancel` said so.

    Notes
    -----
    Try t starts at start t mod k, and is, bit for bit, the run ``start(land, method, starts[t % k],
    seed=seed, lane=t)``, advanced so many steps, or with so many evaluations as its budget.

    References
    ----------
    J. J. Moré, S. M. Wild, "Benchmarking derivative-free optimization algorithms", SIAM J. Optim. 20(1), 2009
    (many starts, equal budgets); T. Bartz-Beielstein et al., "Benchmarking in optimization: best practice and
    open issues", arXiv:2007.03488, 2020.

    Examples
    --------
    >>> import minima_core as mc
    >>> found = study(mc.landscape("two-wells"), ["gradient-descent", "random-restarts"], starts=50)
    >>> [each.tries for each in found.results], found.ranking.names[0]
    ([50, 50], 'random-restarts')
    """
    if not isinstance(land, Landscape):
        raise ValueError(f"A study needs a landscape, such as landscape(“himmelblau”), not {land!r}.")
    seeds = counted("The number of seeds", seeds)
    seed = counted("The seed", seed, 0, (1 << 64) - 1)
    threads = None if workers is None else counted("The number of workers", workers, 1, 1024)
    limits = limits_of(steps, evaluations)
    entrants = entrants_of(land, methods, border)
    count = count_of_starts(land, starts)
    refuse_too_much(land, entrants, count, seeds, limits, seed)
    if count * seeds >= MOST_LANES:
        raise ValueError(f"{count} starts with {seeds} tries each are more than can be told apart.")
    if cancel is not None and cancel():
        raise Cancelled("The study was given up.")
    points = starts_of(land, starts, seed)
    goal = goal_of(land, minima, target, cancel)
    sizes = [count * (seeds if each.random else 1) for each in entrants]
    results, done = [], 0
    for entrant, size in zip(entrants, sizes, strict=True):

        def told(share: float, done: int = done, size: int = size) -> None:
            if progress is not None:
                progress((done + share * size) / sum(sizes))

        found = tried(Task(land, entrant, points, size, limits, goal, seed, threads, cancel, told))
        results.append(_result(land, entrant, len(points), goal, found))
        done += size
    return Study(
        land_title=land.title,
        specifications=tuple(each.text for each in results),
        starts=points,
        seeds=seeds,
        seed=seed,
        steps=limits.steps,
        evaluations=limits.evaluations,
        target=goal.target,
        minima=goal.minima,
        minima_values=goal.values,
        targets=goal.targets,
        proved=goal.proved,
        results=tuple(results),
    )


def _result(land: Landscape, entrant: Entrant, starts: int, goal: Goal, found: Tried) -> MethodResult:
    """Judge the tries of one method."""
    positions = found.positions
    values = found.best_values if entrant.judged == "best" else found.end_values
    labels = _labels(positions, values, goal.minima, REACHED * land.diagonal)
    if goal.target is None:
        hits = _labels(positions, values, goal.targets, goal.radius) >= 0
    else:
        hits = found.best_values <= goal.target
    ends = np.bincount(labels.astype(np.int64) % (len(goal.minima) + 1), minlength=len(goal.minima) + 1)
    return MethodResult(
        name=entrant.name,
        title=entrant.title,
        text=found.text,
        judged=entrant.judged,
        starts=starts,
        hits=hits,
        labels=labels,
        ends=ends,
        positions=positions,
        values=values,
        end_values=found.end_values,
        best_values=found.best_values,
        spent=found.spent,
        cost=np.where(hits, np.where(found.first > 0, found.first, found.spent), np.inf),
    )


def _labels(positions: Array, values: Array, minima: Array, radius: float) -> NDArray[np.int16]:
    """Return the number of the nearest minimum within the radius, (tries,); −1 for none."""
    if not len(minima):
        return np.full(len(positions), -1, dtype=np.int16)
    labels = nearest_within(positions.T, minima, radius)
    labels[~np.isfinite(values)] = -1
    return labels
