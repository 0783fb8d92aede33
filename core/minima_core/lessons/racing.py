"""Running a document's race without a window: the same runs, to the bit, as the window makes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from minima_core.document import Document
from minima_core.lessons.happened import Key
from minima_core.methods import Specification
from minima_core.runs import Run, start
from minima_core.scene.clocked import clocked, step_at

__all__ = ["raced"]

AT_REST = 4096
"""Steps that spend nothing, after which a run measured in evaluations is taken to have ended."""


def raced(document: Document) -> dict[Key, Run]:
    """Return every run of a document, advanced to its end, by (entry id, index of the start).

    Raises
    ------
    ValueError
        For what cannot be run, and for a race that is measured in time.
    """
    exploration = document.exploration
    land = exploration.place.landscape_of()
    if exploration.clock.unit == "time":
        raise ValueError("A race by time runs in the window alone: no two of them are quite alike.")
    runs = {}
    for id, index in exploration.runs:
        entry = exploration.entry(id)
        segments = [(each.step, Specification.parse(each.method)) for each in entry.segments]
        run = start(
            land,
            segments[0][1],
            x0=exploration.starts[index].position,
            seed=exploration.seed,
            border=None if exploration.border == "auto" else exploration.border,
            record="thinned",
            lane=entry.lane_of(index),
        )
        _advance(run, segments, document)
        runs[id, index] = run
    return runs


def _advance(run: Run, segments: list[tuple[int, Specification]], document: Document) -> None:
    """Advance a run through its segments, as far as the race goes."""
    clock, limit = document.exploration.clock, document.exploration.steps
    for k, (_, specification) in enumerate(segments):
        if k and not run.ended:
            run.go_on(specification)
        end = segments[k + 1][0] if k + 1 < len(segments) else limit
        if clock.unit == "steps":
            run.advance(max(min(end, limit) - run.step, 0))
        elif k + 1 < len(segments):
            run.advance(max(end - run.step, 0))
    if clock.unit == "steps":
        return
    origin = clock.cost(*(int(each[0]) for each in _counts(run)))  # the start costs nothing
    while not run.ended and (spent := _spent(run, document) - origin) < limit:
        each = max(spent / run.step, 1e-9) if run.step else limit
        done = run.advance(min(max(1, int((limit - spent) / each)), AT_REST))
        if done >= AT_REST and _spent(run, document) - origin == spent:
            break
    last = step_at(clocked(run.record, clock), limit)
    if last < run.step:
        run.rewind(last)


def _counts(run: Run) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return values, gradients and Hessians so far, row by row."""
    record = run.record
    return record.evaluations, record.gradients, record.hessians


def _spent(run: Run, document: Document) -> float:
    """Return what a run has spent by the clock."""
    counts = run.evaluations
    return document.exploration.clock.cost(counts.value, counts.gradient, counts.hessian)
