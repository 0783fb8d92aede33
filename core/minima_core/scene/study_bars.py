"""The bars of a study: how often each line succeeds, and in which minimum its tries end."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.findings import HUES, StudyLine, basin_role
from minima_core.scene.marks import Boxes, Label, Lines, Mark, Points, Style
from minima_core.scene.scenes import ChartScene, Tick
from minima_core.scene.study_terms import interval_words, share_ticks, target_words, titled
from minima_core.scene.words import percent

if TYPE_CHECKING:
    from minima_core.studies import Study

__all__ = ["ends_chart", "success_chart"]

Array: TypeAlias = NDArray[np.float64]

HALF = 0.27
"""Half the thickness of a bar, where rows are 1 apart."""
FEWEST_ROWS = 4
"""Rows that a chart has room for at least: one bar alone is no wall."""
MOST_MINIMA = HUES
"""Minima that are told apart in a chart of ends, as many as there are colours; the others are one."""
LEAST_NUMBERED = 0.035
"""Share of all tries from which on a part of a bar has its number written on it."""
LEAST_NAMED = 0.09
"""The same for a word."""
WHISKER = Style("text", width=1.5, dash="solid")
REST = "muted"
COLUMN = 1.16
"""Where the intervals are written, as a share; the axis ends at 1."""
RIGHT = 1.3


def success_chart(study: Study, lines: tuple[StudyLine, ...], legend: bool) -> ChartScene:
    """Make the chart of success: bars, with the interval that holds with 95 % as a whisker."""
    order = study.ranking.places
    marks: list[Mark] = []
    for row, k in enumerate(order):
        each = study.results[k]
        y, share, low, high = -float(row), float(each.share), float(each.low), float(each.high)
        bar = np.array([(0.0, share, y - HALF, y + HALF)])
        marks.append(Boxes(f"bar:{k}", hash(bar.tobytes()), bar, Style(lines[k].role, opacity=0.8)))
        cap = 0.45 * HALF
        gap = (math.nan, math.nan)
        whisker = np.array(
            [(low, y), (high, y), gap, (low, y - cap), (low, y + cap), gap, (high, y - cap), (high, y + cap)]
        )
        marks.append(Lines(f"whisker:{k}", hash(whisker.tobytes()), whisker, WHISKER))
        at = np.array([(share, y)])
        style = Style("text", width=1.2, marker="circle", size=6.0, fill=lines[k].role)
        marks.append(Points(f"line:{k}", hash((at.tobytes(), k)), at, style, (k,)))
        if not legend:
            # In a column of their own: beside their bars they would move to another row where rows are low.
            text, place = interval_words(low, high), (COLUMN, y)
            marks.append(Label(f"label:{k}", hash((text, row)), place, "", text, "text", "centre", 0.0, -row))
    y0, y1 = _rows(len(order))
    extent = (0.0, 1.08 if legend else RIGHT, y0, y1)
    what = "" if legend else f" that reach {target_words(study)}"
    return ChartScene(
        extent=extent,
        x_label=f"share of tries{what}, with its 95\u202f% interval",
        y_label="",
        x_ticks=share_ticks(),
        y_ticks=_row_ticks(lines, order, [percent(each.share) for each in study.results]),
        marks=tuple(marks),
        title="How often it works" if legend else titled("How often it works", study),
        revision=hash((extent, lines, tuple(order))),
    )


def ends_chart(study: Study, lines: tuple[StudyLine, ...], legend: bool) -> ChartScene:
    """Make the chart of ends: how often which minimum, beside each other in the colours of the basins."""
    order = study.ranking.places
    counts = np.array([study.results[k].ends for k in order], dtype=np.float64).reshape(len(order), -1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    told = _told(shares)
    parts: dict[str, list[tuple[float, float, float, float]]] = {}
    marks: list[Mark] = []
    words: list[Mark] = []
    for row in range(len(order)):
        x, y = 0.0, -float(row)
        for minimum, share in _parts(shares[row], told):
            role = REST if minimum is None else basin_role(minimum)
            parts.setdefault(role, []).append((x, x + share, y - HALF - 0.05, y + HALF + 0.05))
            name = "others" if minimum is None else "none" if minimum < 0 else str(minimum + 1)
            if share >= (LEAST_NUMBERED if name.isdecimal() else LEAST_NAMED):
                at = (x + share / 2, y)
                key = f"label:{row}:{minimum}"
                words.append(
                    Label(key, hash((at, name)), at, name, "", "text", "centre", 0.0, round(100 * share))
                )
            x += share
    for role, boxes in parts.items():
        where = np.array(boxes)
        marks.append(
            Boxes(
                f"ends:{role}",
                hash(where.tobytes()),
                where,
                Style(role, opacity=0.4 if role == REST else 0.95),
                1.0,
            )
        )
    y0, y1 = _rows(len(order))
    extent = (0.0, 1.08, y0, y1)
    return ChartScene(
        extent=extent,
        x_label="share of tries by minimum; 1 is the lowest",
        y_label="",
        x_ticks=share_ticks(),
        y_ticks=_row_ticks(lines, order),
        marks=(*marks, *words),
        title="Where the tries end" if legend else titled("Where the tries end", study),
        revision=hash((extent, lines, tuple(order))),
    )


def _told(shares: Array) -> frozenset[int]:
    """Return the minima that are told apart: those met most often, if there are too many."""
    met = shares[:, :-1].sum(axis=0)
    often = [int(k) for k in np.argsort(-met, kind="stable") if met[k] > 0]
    return frozenset(often[:MOST_MINIMA])


def _parts(shares: Array, told: frozenset[int]) -> Iterator[tuple[int | None, float]]:
    """Yield the parts of one bar: minima from the lowest on, then all others as None, then −1: in none."""
    for k in sorted(told):
        if shares[k] > 0:
            yield k, float(shares[k])
    others = float(shares[:-1].sum() - sum(shares[k] for k in told))
    if others > 1e-12:
        yield None, others
    if shares[-1] > 0:
        yield -1, float(shares[-1])


def _rows(count: int) -> tuple[float, float]:
    """Return the vertical extent of so many rows: the first at 0, the next at −1."""
    spare = max(FEWEST_ROWS - count, 0) / 2
    return -(count - 1) - 0.6 - spare, 0.6 + spare


def _row_ticks(
    lines: Sequence[StudyLine], order: Sequence[int], numbers: Sequence[str] = ()
) -> tuple[Tick, ...]:
    """Return the names of the rows, from below to above, and behind each its number, where there is one."""
    said = [f"{each.label}  {numbers[k]}" if numbers else each.label for k, each in enumerate(lines)]
    return tuple(Tick(-float(row), said[k]) for row, k in reversed([*enumerate(order)]))
