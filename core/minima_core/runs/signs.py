"""Early signs of trouble, while a run is under way: plain things to see, said before a verdict is due."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

import numpy as np

from minima_core.compiled.frame import Status
from minima_core.runs.said import RunLike, Sign
from minima_core.runs.searches import COLLAPSED, SAME, collapsed, judges_by_best
from minima_core.runs.standing import noisy
from minima_core.runs.trail import LAST, QUIET, Trail
from minima_core.runs.wording import show_number

__all__ = ["signs"]

PATIENCE = 100
"""Steps without a lower loss before anything is said."""
CREEP = 1e-5
"""Of the diagonal: so little a step is creeping."""
WIDER = 1.5
"""Swings that grow by this from one half of the last rows to the next."""


def signs(run: RunLike) -> tuple[Sign, ...]:
    """Return what should make one wonder about a run, from its last 200 rows; nothing is evaluated.

    Examples
    --------
    >>> import minima_core as mc
    >>> run = mc.start(mc.landscape("parabola"), "gradient-descent", x0=(-1.0,), lr=1.0)
    >>> run.advance(100), [each.sentence for each in signs(run)]
    (100, ['the loss has not fallen for 100 steps', 'the steps jump from wall to wall'])
    """
    if run.status in {Status.RAISED, Status.NOT_FINITE} or not run.step:
        return ()
    with np.errstate(all="ignore"):
        return tuple(
            Sign(name, sentence, MappingProxyType(numbers)) for name, sentence, numbers in _seen(run)
        )


def _seen(run: RunLike) -> Iterator[tuple[str, str, dict[str, float]]]:
    """Yield name, sentence and numbers of each sign."""
    trail = Trail(run)
    if not judges_by_best(run) and not run.landscape.inside(run.position):
        yield "outside", "it is outside the region", {}
    vain = trail.in_vain if len(trail) > LAST else 0
    if vain >= PATIENCE:
        yield "stalled", f"the loss has not fallen for {vain} steps", {"steps": float(vain)}
    if judges_by_best(run):
        yield from _of_searches(run)
        return
    if len(trail) < LAST or run.specification.method.kind not in {"gradient", "second-order"}:
        return
    if noisy(run):
        if trail.keeps_its_level and trail.moved >= QUIET:
            deviation = trail.level[2]
            yield (
                "fluctuates", f"the loss goes up and down by {show_number(deviation)} with the noise",
                {"fluctuation": deviation},
            )  # fmt: skip
        return
    if trail.jumps:
        numbers = {"turns": trail.turns, "width": trail.width, "keeps": trail.keeps}
        if trail.keeps > WIDER:
            yield "grows", "every swing is wider than the one before", numbers
        else:
            yield "jumps", "the steps jump from wall to wall", numbers
    elif trail.swings:
        yield "swings", "it swings to and fro through the same valley", {"width": trail.width}
    elif trail.moved < 1e-2 * QUIET:
        yield "still", "it has all but stopped moving", {"moved": trail.moved}
    elif 0.0 < trail.pace < CREEP:
        share = show_number(100.0 * trail.pace)
        yield "creeps", f"a step covers only {share} % of the region’s width", {"pace": trail.pace}


def _of_searches(run: RunLike) -> Iterator[tuple[str, str, dict[str, float]]]:
    """Yield the signs of populations and of searches in loops."""
    width = collapsed(run)
    if width is not None and width < COLLAPSED:
        share = show_number(100.0 * width)
        yield "collapsed", f"the population has shrunk to {share} % of its first width", {"width": width}
    ends = run.record.ends
    if len(ends) >= SAME:
        last = ends.positions[-SAME:]
        if np.linalg.norm(last - last[-1], axis=1).max() <= 0.01 * run.landscape.diagonal:
            yield "same-valley", f"the last {SAME} loops ended in the same valley", {"loops": float(SAME)}
