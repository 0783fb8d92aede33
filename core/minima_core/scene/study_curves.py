"""The curves of a study: the record so far over tries, and the share of tries that have arrived over cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.findings import StudyLine
from minima_core.scene.marks import Label, Lines, Mark, Points, Style
from minima_core.scene.scenes import ChartScene, Tick
from minima_core.scene.study_terms import target_words, titled
from minima_core.scene.ticks import linear_ticks, log_ticks, nice_upper
from minima_core.scene.tree import empty_chart
from minima_core.scene.words import percent

if TYPE_CHECKING:
    from minima_core.studies import MethodResult, Study

__all__ = ["record_chart", "solved_chart"]

Array: TypeAlias = NDArray[np.float64]

BENT = 30.0
"""When gaps differ by more than this factor, they are drawn logarithmically."""
FLAT = 1e-5
"""Gaps smaller than this share of the largest are none: what is left of them is a matter of rounding."""
TINY = 1e-4
"""Gaps smaller than this share of the minima's own scale are none either."""
APART = 0.22
"""How far names keep from each other, as a share of the height."""
MARGIN = 0.28
"""The room for names at the right, as a share of the width of the lines."""
LOW = 0.4
"""Where no share comes higher than this, the axis of shares does not reach up to 1."""


def record_chart(study: Study, lines: tuple[StudyLine, ...], legend: bool) -> ChartScene:
    """Make the staircase: the lowest loss so far over tries in their order."""
    stairs = [_stair(each) for each in study.results]
    known = [values for _, values in stairs if len(values)]
    if not known:
        return empty_chart("No try has come to a finite loss in the region: there is no record to draw.")
    base, above = _base(study, known)
    gaps = np.concatenate(known) - base
    top = float(gaps.max())
    least = max(FLAT * top, TINY * _scale(study, base)) if above else 0.0
    positive = gaps[gaps > least]
    log = above and len(positive) > 0 and top / float(positive.min()) > BENT
    floor = float(positive.min()) * 0.3 if log else 0.0
    marks: list[Mark] = []
    ends: list[tuple[int, float]] = []
    last = max(2, *(each.tries for each in study.results))
    for k in reversed(study.ranking.places):
        at, values = stairs[k]
        if not len(at):
            continue
        heights = np.where(values - base > least, values - base, floor) if above else values
        heights = np.log10(heights) if log else heights
        fell = np.concatenate(([True], np.diff(heights) < 0))
        at, heights = at[fell], heights[fell]
        steps = _steps(at, heights, float(last))
        style = Style(lines[k].role, width=2.4, dash="solid")
        marks.append(Lines(f"stairs:{k}", hash(steps.tobytes()), steps, style))
        edges = np.column_stack((at, heights))
        dots = Style(lines[k].role, width=0.0, marker="circle", size=6.0)
        marks.append(Points(f"line:{k}", hash((edges.tobytes(), k)), edges, dots, (k,) * len(edges)))
        ends.append((k, float(heights[-1])))
    y0, y1 = _span(marks, log=log, zero=above and not log)
    right, names = _names(() if legend else ends, lines, (1.0, float(last)), (y0, y1))
    extent = (1.0, right, y0, y1)
    return ChartScene(
        extent=extent,
        x_label="tries so far",
        y_label="above the best" if above else "loss",
        x_ticks=tuple(each for each in linear_ticks(1.0, float(last), 8) if each.at <= last),
        y_ticks=_record_ticks(y0, y1, floor) if log else linear_ticks(y0, y1, 5),
        marks=(*marks, *names),
        title="The record so far" + (", above the lowest minimum known" if above and not legend else ""),
        note="Every line came to the lowest minimum with its first try."
        if above and not len(positive)
        else "",
        y_log=log,
        revision=hash((extent, lines, log, above)),
    )


def _record_ticks(y0: float, y1: float, floor: float) -> tuple[Tick, ...]:
    """Return the ticks of a logarithmic record; what lies on the floor is at the best itself."""
    least = math.log10(floor)
    return (Tick(least, "0"), *(each for each in log_ticks(y0, y1, 5) if each.at > least + 0.12 * (y1 - y0)))


def _names(
    ends: Sequence[tuple[int, float]],
    lines: Sequence[StudyLine],
    across: tuple[float, float],
    up: tuple[float, float],
) -> tuple[float, tuple[Label, ...]]:
    """Return the names of lines, right of where they end, and how far to the right the chart then reaches.

    They stand below each other in the order of the ends, each as near to its own as the others leave it.
    """
    (x0, x1), (y0, y1) = across, up
    if not ends:
        return x1 + 0.04 * (x1 - x0), ()
    order = sorted(range(len(ends)), key=lambda i: (-ends[i][1], -i))
    apart = min(APART, 0.96 / max(len(ends), 1)) * (y1 - y0)
    places: list[float] = []
    for i in order:
        highest = places[-1] - apart if places else y1 - 0.5 * apart
        places.append(min(ends[i][1], highest))
    lowest = y0 + 0.5 * apart
    for j in range(len(places) - 1, -1, -1):
        places[j] = max(places[j], lowest)
        lowest = places[j] + apart
    x = x1 + 0.5 * MARGIN * (x1 - x0)
    labels = []
    for rank, (i, y) in enumerate(zip(order, places, strict=True)):
        k = ends[i][0]
        at = (x, y)
        key = f"label:{k}"
        labels.append(
            Label(key, hash((at, lines[k])), at, lines[k].label, "", lines[k].role, "centre", 0.0, -rank)
        )
    return x1 + MARGIN * (x1 - x0), tuple(labels)


def _stair(result: MethodResult) -> tuple[Array, Array]:
    """Return the tries (from 1) that set a record, and the records."""
    tries, lowest = result.staircase
    new = lowest < np.concatenate(([np.inf], lowest[:-1]))
    return tries[new].astype(np.float64), np.asarray(lowest[new], dtype=np.float64)


def _base(study: Study, known: Sequence[Array]) -> tuple[float, bool]:
    """Return what records are measured from, and whether it is a minimum that nothing found lies below."""
    lowest = min(float(each.min()) for each in known)
    if len(study.minima_values):
        best = float(np.min(study.minima_values))
        slack = 1e-6 * max(abs(best), 1.0)
        if lowest >= best - slack:
            return min(best, lowest), True
    return lowest, False


def _scale(study: Study, base: float) -> float:
    """Return the size of losses that matter: how far the minima lie apart, or from 0."""
    spread = float(np.ptp(study.minima_values)) if len(study.minima_values) else 0.0
    return max(abs(base), spread) or 1.0


def _steps(at: Array, heights: Array, last: float) -> Array:
    """Return a line that goes on level until the next record, and to the last try."""
    xs = np.repeat(np.append(at, last), 2)[1:-1]
    return np.column_stack((xs, np.repeat(heights, 2)))


def _span(marks: Sequence[Mark], *, log: bool, zero: bool) -> tuple[float, float]:
    """Return the vertical extent of lines, with some air."""
    heights = np.concatenate([each.points[:, 1] for each in marks if isinstance(each, Lines)])
    low, high = float(np.nanmin(heights)), float(np.nanmax(heights))
    if zero:
        low, high = min(low, 0.0), high if high > 0 else 1.0
    air = 0.07 * (high - low) if high > low else 0.5 if log else max(abs(high), 1.0) * 0.5
    return low - air, high + air


def solved_chart(study: Study, lines: tuple[StudyLine, ...], legend: bool) -> ChartScene:
    """Make the chart of cost: the share of tries that have reached the target within so many evaluations."""
    costs = [np.sort(np.asarray(each.cost, dtype=np.float64)) for each in study.results]
    reached = [each[np.isfinite(each)] for each in costs]
    if not any(len(each) for each in reached):
        return empty_chart(f"No try of any line reached {target_words(study)}: there is no cost to draw.")
    first = min(float(each[0]) for each in reached if len(each))
    most = max(float(each[-1]) for each in reached if len(each))
    x0, x1 = math.log10(max(first, 1.0) * 0.8), math.log10(max(most, 2.0) * 1.2)
    marks: list[Mark] = []
    ends: list[tuple[int, float]] = []
    for k in reversed(study.ranking.places):
        at = np.log10(np.maximum(reached[k], 1.0))
        shares = np.arange(1, len(at) + 1) / max(len(costs[k]), 1)
        line = _steps(np.append(x0, at), np.append(0.0, shares), x1)
        marks.append(
            Lines(f"solved:{k}", hash(line.tobytes()), line, Style(lines[k].role, width=2.4, dash="solid"))
        )
        end = (x1, float(shares[-1]) if len(shares) else 0.0)
        dot = np.array([end])
        style = Style(lines[k].role, width=0.0, marker="circle", size=6.0)
        marks.append(Points(f"line:{k}", hash((end, k)), dot, style, (k,)))
        ends.append((k, end[1]))
    highest = max(len(each) / max(len(costs[k]), 1) for k, each in enumerate(reached))
    top = 1.0 if highest > LOW else nice_upper(1.1 * highest)
    y0, y1 = -0.03 * top, 1.05 * top
    right, names = _names(() if legend else ends, lines, (x0, x1), (y0, y1))
    extent = (x0, right, y0, y1)
    return ChartScene(
        extent=extent,
        x_label="evaluations" if legend else "evaluations of the loss and its gradient",
        y_label="share of tries",
        x_ticks=tuple(each for each in log_ticks(x0, x1, 6)),
        y_ticks=tuple(Tick(each.at, percent(each.at)) for each in linear_ticks(0.0, top, 5) if each.text),
        marks=(*marks, *names),
        title="How soon they arrive"
        if legend
        else titled(f"How many tries have reached {target_words(study)}", study),
        x_log=True,
        revision=hash((extent, lines)),
    )
