"""Studies made by hand: results with so many successes, ends and costs as a test needs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from minima_core.scene import StudyLine
from minima_core.studies import MethodResult, Study


def result_of(
    name: str,
    hits: Sequence[bool],
    labels: Sequence[int] | None = None,
    cost: Sequence[float] | None = None,
    values: Sequence[float] | None = None,
    *,
    minima: int = 2,
    budget: int = 100,
) -> MethodResult:
    """The result of one method: which tries succeeded, where they ended, what each success cost."""
    hit = np.array(hits, dtype=bool)
    count = len(hit)
    where = np.where(hit, 0, 1) if labels is None else np.array(labels)
    heights = where.astype(float) if values is None else np.array(values, dtype=float)
    spent = np.full(count, budget)
    took = np.where(hit, np.arange(1, count + 1), np.inf) if cost is None else np.array(cost, dtype=float)
    return MethodResult(
        name=name,
        title=name,
        text=name,
        judged="end",
        starts=count,
        hits=hit,
        labels=where.astype(np.int16),
        ends=np.bincount(where % (minima + 1), minlength=minima + 1),
        positions=np.zeros((count, 2)),
        values=heights,
        end_values=heights,
        best_values=heights,
        spent=spent,
        cost=took,
    )


def study_made(
    *results: MethodResult, minima: int = 2, target: float | None = None, proved: bool = True
) -> Study:
    """A study of these results, on a landscape whose minima have the values 0, 1 and so on."""
    return Study(
        land_title="Two wells",
        specifications=tuple(each.text for each in results),
        starts=np.zeros((results[0].starts, 2)),
        seeds=1,
        seed=7,
        steps=100,
        evaluations=None,
        target=target,
        minima=np.arange(2.0 * minima).reshape(minima, 2),
        minima_values=np.arange(float(minima)),
        targets=np.zeros((min(minima, 1), 2)),
        proved=proved,
        results=tuple(results),
    )


def lines_for(study: Study) -> tuple[StudyLine, ...]:
    """Names and colours of its results."""
    return tuple(
        StudyLine(k, each.name.capitalize(), "", f"run:{each.name}:0") for k, each in enumerate(study.results)
    )
