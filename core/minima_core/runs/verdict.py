"""What became of a run, in a sentence: where it came to rest, or why it does not.

Tests are in the landscape's own scale: lengths in shares of the box's diagonal, heights in shares of how
much values typically differ. On a formula gradient and Hessian are exact. A Python callable is never asked
again: its verdict rests on what the run has seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from minima_core.analysis.minima import Minimum
from minima_core.compiled.frame import Status
from minima_core.runs.advice import advice_for
from minima_core.runs.knowledge import Knowledge, known_of, minima_of, nearest
from minima_core.runs.said import Advice, RunLike, Verdict
from minima_core.runs.searches import COLLAPSED, collapsed, judges_by_best, of_search
from minima_core.runs.standing import of_walk
from minima_core.runs.trail import LAST, QUIET, Trail
from minima_core.runs.wording import above, counted, named, show_number

if TYPE_CHECKING:
    from minima_core.analysis.critical import CriticalPoints

__all__ = ["Advice", "Verdict", "diagnose", "minima_of", "named", "nearest", "show_number"]

FAR = 10.0
"""Diagonals outside the box: run off for good,"""
GROWTH = 4.0
"""or outside it, and in the last rows so many times as far as in those before."""
UNDER_WAY = {"running", "crawling", "oscillating", "wandering"}


def diagnose(run: RunLike, minima: Sequence[Minimum] | CriticalPoints | None = None) -> Verdict:
    """Return what became of a run, the numbers that justify it, and what to try next.

    Parameters
    ----------
    run
        Any run; it is not disturbed.
    minima
        What to compare with: minima, the lowest first, or the critical points of the landscape with what is
        proved about them; None: the minima known or found, or proved if that was remembered.

    Examples
    --------
    >>> import minima_core as mc
    >>> run = mc.start(mc.landscape("two-wells"), "gradient-descent", x0=(-1.15, 1.6), lr=0.03)
    >>> run.advance(260), run.verdict.sentence
    (260, 'at the local minimum, 0.549 above the best')
    >>> run.verdict.advice[0].cure
    'hop'
    """
    with np.errstate(all="ignore"):  # a landscape may be undefined, or too large for its squares, anywhere
        verdict = _judged(run, minima)
        numbers = MappingProxyType(dict(verdict.numbers))
        return replace(verdict, numbers=numbers, advice=advice_for(run, verdict))


def _judged(run: RunLike, minima: Sequence[Minimum] | CriticalPoints | None) -> Verdict:
    """Return the verdict without advice."""
    if run.status in {Status.RAISED, Status.NOT_FINITE}:
        return _broken(run)
    if not judges_by_best(run) and not run.landscape.inside(run.position):
        return _outside(run)
    if run.landscape.is_callable:
        return _of_callable(run)
    verdict = _stands(run, known_of(run.landscape, minima))
    if run.status is Status.OUT_OF_BUDGET and verdict.state in UNDER_WAY:
        why = {
            "crawling": "; it was crawling",
            "oscillating": "; it was jumping to and fro",
            "wandering": "; it was wandering in the noise",
        }.get(verdict.state, "")
        sentence = f"out of budget: {_used_up(run)}{above(verdict.numbers.get('gap'))}{why}"
        return Verdict("out of budget", sentence, verdict.numbers)
    return verdict


def _stands(run: RunLike, known: Knowledge) -> Verdict:
    """Return the verdict on a run that is inside the box and finite."""
    return of_search(run, known) if judges_by_best(run) else of_walk(run, known)


# -- runs that ended or left ---------------------------------------------------------------------------------


def _broken(run: RunLike) -> Verdict:
    """Return the verdict on a run that raised or is not finite."""
    numbers = {"step": float(run.step), "value": run.value, "best": run.best_value}
    if run.status is Status.RAISED:
        error = run.error
        said = str(error).removesuffix(".")
        what = f"{type(error).__name__}: {said}" if said else type(error).__name__
        return Verdict(
            "raised", f"the objective raised {what}, at evaluation {int(run.evaluations)}", numbers
        )
    return Verdict("not finite", f"ran off: the value is not finite at step {run.step}", numbers)


def _outside(run: RunLike) -> Verdict:
    """Return the verdict on a run that is outside the box."""
    land, left = run.landscape, _left_at(run)
    numbers = {"step": float(run.step), "value": run.value, "best": run.best_value, "left": float(left)}
    beyond = float(np.maximum(land.lower - run.position, run.position - land.upper).max()) / land.diagonal
    numbers["beyond"] = beyond
    if beyond > FAR:
        return Verdict("diverged", f"ran off: left the region at step {left} and goes on and on", numbers)
    rows = Trail(run).positions[-2 * LAST :]
    middle = 0.5 * (land.lower + land.upper)
    away = np.linalg.norm(rows - middle, axis=1)
    if len(away) == 2 * LAST and away[-1] > GROWTH * away[LAST] and away[LAST] > 1.5 * away[0]:
        growth = float((away[-1] / away[LAST]) ** (1.0 / (LAST - 1)))
        numbers["growth"] = growth
        further = f"every step leads {show_number(growth)} times as far away"
        sentence = f"ran off: left the region at step {left}, and {further}"
        return Verdict("diverged", sentence, numbers)
    if _moved_little(run):
        return Verdict("outside", f"left the region at step {left}, and rests outside it", numbers)
    return Verdict("outside", f"left the region at step {left}", numbers)


def _moved_little(run: RunLike) -> bool:
    """Whether a run has come to rest."""
    return run.step >= LAST and Trail(run, LAST).moved < QUIET


def _left_at(run: RunLike) -> int:
    """Return the step at which a run that is outside left the box for the last time."""
    land, positions = run.landscape, run.positions
    inside = np.all((positions >= land.lower) & (positions <= land.upper), axis=1)
    last = int(np.flatnonzero(inside)[-1]) if inside.any() else 0
    return int(run.steps[min(last + 1, len(run.steps) - 1)])


# -- Python callables ----------------------------------------------------------------------------------------


def _of_callable(run: RunLike) -> Verdict:
    """Return the verdict on a Python callable, which is not asked again."""
    numbers = {"step": float(run.step), "value": run.value, "best": run.best_value}
    trail = Trail(run)
    numbers["moved"] = trail.moved
    if run.status is Status.OUT_OF_BUDGET:
        lowest = ""
        if math.isfinite(run.best_value):
            lowest = f", the lowest value is {show_number(run.best_value)}"
        elif run.evaluations:
            lowest = ", and no value was finite"
        return Verdict("out of budget", f"out of budget: {_used_up(run)}{lowest}", numbers)
    if judges_by_best(run):
        width = collapsed(run)
        if width is None or width >= COLLAPSED:
            sentence = f"still searching, the lowest value is {show_number(run.best_value)}"
            return Verdict("running", sentence, numbers)
        numbers["width"] = width
    if run.step >= LAST and trail.moved < 1e-3 * QUIET:
        return Verdict(
            "local minimum", "at rest: probably at a local minimum, and nobody knows a better one", numbers
        )
    if run.specification.method.kind == "gradient" and trail.jumps:
        numbers["width"], numbers["turns"] = trail.width, trail.turns
        return Verdict("oscillating", "oscillating: the steps jump from wall to wall of a valley", numbers)
    return Verdict("running", "still moving", numbers)


def _used_up(run: RunLike) -> str:
    """Return "300 evaluations are used up"."""
    count = int(run.evaluations)
    return f"{counted(count, 'evaluation')} {'is' if count == 1 else 'are'} used up"
