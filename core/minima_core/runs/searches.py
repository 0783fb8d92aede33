"""Verdicts on searches that are judged by their best: restarts, hops, populations, samples.

Such a search does not come to rest anywhere. What counts is the best point it has evaluated, whether its
loops end in the same valley, and whether its population has collapsed.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.minima import Minimum
from minima_core.landscapes.scale import scale_of
from minima_core.runs.ground import Ground
from minima_core.runs.knowledge import NEAR, Knowledge, nearest, squared_distances
from minima_core.runs.said import RunLike, Verdict
from minima_core.runs.trail import LAST
from minima_core.runs.wording import above, counted, named

__all__ = ["COLLAPSED", "SAME", "collapsed", "judges_by_best", "of_search", "same_valley"]

Array: TypeAlias = NDArray[np.float64]

RESTARTS = {"random-restarts", "multi-start", "deflation", "basin-hopping", "ensemble", "dual-annealing"}
POPULATIONS = {
    "cma-es": "sigma",
    "evolution-strategy": "sigma",
    "policy-gradient": "sigma",
    "differential-evolution": "spread",
    "genetic-algorithm": "spread",
    "particle-swarm": "spread",
}
"""How wide a population is, by name of what is recorded."""
COLLAPSED = 1e-2
"""Of its first width: a population so narrow no longer searches."""
EXACT = 1e-9
"""Of the typical height: as low as a minimum."""
CLOSE = 1e-3
"""Of the diagonal: a best point so close to a minimum is at its bottom."""
SAME = 5
"""So many loops that end in the same place tell that the next one may as well."""


def judges_by_best(run: RunLike) -> bool:
    """Whether a run is judged by its best point: all global methods but annealing's single walk."""
    method = run.specification.method
    return method.kind == "global" and method.name != "simulated-annealing"


def of_search(run: RunLike, known: Knowledge) -> Verdict:
    """Return the verdict on the best that a search has found."""
    value, best, minima = run.best_value, run.best_position, known.minima
    name, loops = run.specification.name, run.loops_begun
    looped = name in RESTARTS or (loops > 1 and name != "auto")
    numbers = {"step": float(run.step), "value": run.value, "best": value, "loops": float(loops)}
    width = collapsed(run)
    if width is not None:
        numbers["width"] = width
    narrow = width is not None and width < COLLAPSED
    if not minima:
        return Verdict("running", f"still searching, {counted(loops, 'loop')} so far", numbers)
    numbers["gap"] = max(value - minima[0].value, 0.0)
    numbers["proved"] = float(known.proved)
    land = run.landscape
    close = nearest(land, minima, best, value)
    if close is None and (looped or narrow) and Ground(land, best, numbers["gap"]).in_a_bowl:
        return _in_unlisted_bowl(run, minima[0], numbers, counted(loops, "loop") if looped else "")
    if close is None:
        done = f"{counted(loops, 'loop')}, none of them at a minimum yet"
        return Verdict("running", done if looped else f"still searching{above(numbers['gap'])}", numbers)
    if close.is_global:
        step = _reached(run, close)
        numbers["reached"] = float(step)
        return Verdict(
            "global minimum", f"reached {named(close, minima, known.proved)}, step {step}", numbers
        )
    place = named(close, minima)
    if narrow and not looped:
        sentence = f"the population has collapsed in {place}{above(numbers['gap'])}"
        return Verdict("local minimum", sentence, numbers)
    if looped:
        again = same_valley(run, close)
        numbers["same"] = float(again)
        if again >= SAME:
            sentence = f"the last {again} loops ended in the same valley, at {place}{above(numbers['gap'])}"
            return Verdict("local minimum", sentence, numbers)
        return Verdict(
            "local minimum", f"best of {counted(loops, 'loop')}: {place}{above(numbers['gap'])}", numbers
        )
    if width is None and _stands_still(run) and np.linalg.norm(best - close.position) < CLOSE * land.diagonal:
        return Verdict("local minimum", f"the best is {place}{above(numbers['gap'])}", numbers)
    return Verdict("running", f"still searching, the best is near {place}{above(numbers['gap'])}", numbers)


def _in_unlisted_bowl(run: RunLike, lowest: Minimum, numbers: dict[str, float], loops: str) -> Verdict:
    """Return the verdict on a best point that its curvature proves to be at a minimum not in the list.

    With many variables hardly any of the minima are in it.
    """
    place, state = f"a local minimum{above(numbers['gap'])}", "local minimum"
    if abs(run.best_value - lowest.value) <= EXACT * scale_of(run.landscape).spread:
        place, state = "a minimum as low as the lowest one known", "global minimum"
        if lowest.source == "found":
            place = "a minimum as low as the lowest one found"
    elif run.best_value < lowest.value:
        place = "a minimum lower than all that were known"
    how = f"best of {loops}:" if loops else "the population has collapsed in"
    return Verdict(state, f"{how} {place}", numbers)


def collapsed(run: RunLike) -> float | None:
    """Return how wide the population is, as a share of its widest; None where there is no population."""
    column = POPULATIONS.get(run.specification.name)
    if column is None or column not in run.record.columns or not run.step:
        return None
    widths = run.record.inside(column)
    widths = widths[np.isfinite(widths)]
    if not len(widths) or not widths.max() > 0.0:
        return None
    return float(widths[-1] / widths.max())


def same_valley(run: RunLike, close: Minimum) -> int:
    """Return how many of the last loops, one after the other, ended at one minimum."""
    ends = run.record.ends
    if not len(ends):
        return 0
    distances = np.linalg.norm(ends.positions - close.position, axis=1) <= NEAR * run.landscape.diagonal
    away = np.flatnonzero(~distances)
    return int(len(distances) - (away[-1] + 1 if len(away) else 0))


def _stands_still(run: RunLike) -> bool:
    """Whether the best has not changed for as many steps as it took to find it, and for many."""
    values = run.record.values
    if len(values) < 5 * LAST:
        return False
    first = int(np.argmax(values <= run.best_value + 1e-12 * abs(run.best_value)))
    return len(values) > max(2 * first, 5 * LAST)


def _reached(run: RunLike, minimum: Minimum) -> int:
    """Return the step of the first visit."""
    squared = squared_distances(run.record.positions, minimum.position)
    row = int(np.argmax(squared <= max((CLOSE * run.landscape.diagonal) ** 2, float(np.nanmin(squared)))))
    return int(run.steps[min(row, len(run.steps) - 1)])
