"""The charts of a study: how often each line succeeds, where its tries end, its record, what it costs.

Each is a plain chart made from the numbers of a study; the lines keep the colours that they had in the race.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.document import Exploration, StudyChart
from minima_core.scene.findings import HUES, StudyLine, basin_role, kept
from minima_core.scene.legend import line_words
from minima_core.scene.marks import Boxes, Label, Lines, Mark, Points, Style
from minima_core.scene.scenes import ChartScene, Tick
from minima_core.scene.ticks import linear_ticks, log_ticks, nice_upper
from minima_core.scene.tree import empty_chart
from minima_core.scene.words import number, percent, whole

if TYPE_CHECKING:
    from minima_core.studies import MethodResult, Study

__all__ = [
    "STUDY_CHARTS",
    "StudyLine",
    "interval_words",
    "study_lines",
    "study_scene",
    "target_words",
    "tries_words",
]

Array: TypeAlias = NDArray[np.float64]

STUDY_CHARTS: tuple[tuple[StudyChart, str, str], ...] = (
    ("success", "Success", "How often each line reaches the target, with the interval that holds with 95 %."),
    ("ends", "Ends", "In which minimum the tries of each line end, in the colours of the basins."),
    ("record", "Record", "The lowest loss so far, try after try: the staircase of somebody who tries again."),
    ("solved", "Evaluations", "The share of tries that have reached the target, against what it has cost."),
)
"""The charts: name, title, what one sees."""

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
BENT = 30.0
"""When gaps differ by more than this factor, they are drawn logarithmically."""
TINY = 1e-4
"""Gaps smaller than this share of the minima's own scale are none either."""
APART = 0.22
"""How far names keep from each other, as a share of the height."""
MARGIN = 0.28
"""The room for names at the right, as a share of the width of the lines."""
LOW = 0.4
"""Where no share comes higher than this, the axis of shares does not reach up to 1."""
FLAT = 1e-5
"""Gaps smaller than this share of the largest are none: what is left of them is a matter of rounding."""
WHISKER = Style("text", width=1.5, dash="solid")
REST = "muted"
COLUMN = 1.16
"""Where the intervals are written, as a share; the axis ends at 1."""
RIGHT = 1.3
SIGN = "\u202f%"


def study_lines(exploration: Exploration, entries: Sequence[int], step: int) -> tuple[StudyLine, ...]:
    """Return names and colours of some lines of the race as they stand at a step.

    Settings are said only where names alone would not tell two lines apart, and no more than it takes.
    """
    said = line_words(exploration, step)
    parts = {id: said[id][1].split(" · ") if said[id][1] else [] for id in entries}
    count = dict.fromkeys(entries, 0)

    def words(id: int) -> tuple[str, str]:
        return said[id][0], " · ".join(parts[id][: count[id]])

    for _ in range(max(map(len, parts.values()), default=0)):
        known = Counter(map(words, entries))
        for id in [each for each in entries if known[words(each)] > 1]:
            count[id] += 1
    return tuple(StudyLine(id, *words(id), exploration.entry(id).role) for id in entries)


def target_words(study: Study) -> str:
    """Return what counts as success, shortly: "the global minimum", "a loss of 0.5 or less"."""
    if study.target is not None:
        return f"a loss of {number(study.target)} or less"
    if not study.proved:
        return "the best minimum known"
    return "the global minimum" if len(study.targets) < 2 else "a global minimum"


def tries_words(study: Study) -> str:
    """Return what was tried: "100 starts, 5 tries from each, 500 steps a try"."""
    count = len(study.starts)
    starts = f"{whole(count)} {'start' if count == 1 else 'starts'}"
    times = f", {whole(study.seeds)} tries from each" if study.seeds > 1 else ""
    return f"{starts}{times}, {study.cost_in_words} a try"


def study_scene(study: Study | None, lines: Sequence[StudyLine], chart: StudyChart = "success") -> ChartScene:
    """Return a chart of a study.

    Points ``line:<k>`` have k, the number of a result, as their id.

    Parameters
    ----------
    study
        None when none has run yet: an empty chart that says so.
    lines
        What each result is called, and its colour; in the order of ``study.results``.
    """
    if study is None:
        return empty_chart("No study has run yet: “Run” in the panel Study tries the race from many starts.")
    makers = {"success": _success, "ends": _ends, "record": _record, "solved": _solved}
    lines = tuple(lines)
    return kept("study", (study,), (chart, lines), lambda: makers[chart](study, lines))


# -- success -------------------------------------------------------------------------------------------------


def _rows(count: int) -> tuple[float, float]:
    """Return the vertical extent of so many rows: the first at 0, the next at −1."""
    spare = max(FEWEST_ROWS - count, 0) / 2
    return -(count - 1) - 0.6 - spare, 0.6 + spare


def _row_ticks(
    lines: Sequence[StudyLine], order: Sequence[int], numbers: Sequence[str] = ()
) -> tuple[Tick, ...]:
    """Return the names of the rows, from below to above, and behind each its number, where there is one."""
    said = [f"{each.words}  {numbers[k]}" if numbers else each.words for k, each in enumerate(lines)]
    return tuple(Tick(-float(row), said[k]) for row, k in reversed([*enumerate(order)]))


def interval_words(low: float, high: float) -> str:
    """Return an interval of a share.

    Examples
    --------
    >>> interval_words(0.524, 0.713)
    '52 to 71\u202f%'
    """
    return f"{percent(low).removesuffix(SIGN)} to {percent(high)}"


def _share_ticks() -> tuple[Tick, ...]:
    return tuple(Tick(k / 20, f"{5 * k}\u202f%" if k % 4 == 0 else "") for k in range(21))


def _success(study: Study, lines: tuple[StudyLine, ...]) -> ChartScene:
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
        # In a column of their own: beside their bars they would move to another row where rows are low.
        text = interval_words(low, high)
        marks.append(
            Label(f"label:{k}", hash((text, row)), (COLUMN, y), "", text, "text", "centre", 0.0, -row)
        )
    y0, y1 = _rows(len(order))
    extent = (0.0, RIGHT, y0, y1)
    return ChartScene(
        extent=extent,
        x_label=f"share of tries that reach {target_words(study)}, and its 95\u202f% interval",
        y_label="",
        x_ticks=_share_ticks(),
        y_ticks=_row_ticks(lines, order, [percent(each.share) for each in study.results]),
        marks=tuple(marks),
        title=f"How often it works: {tries_words(study)}",
        revision=hash((extent, lines, tuple(order))),
    )


# -- ends ----------------------------------------------------------------------------------------------------


def _ends(study: Study, lines: tuple[StudyLine, ...]) -> ChartScene:
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
    extent = (0.0, 1.06, y0, y1)
    return ChartScene(
        extent=extent,
        x_label="share of tries that end in each minimum; 1 is the lowest",
        y_label="",
        x_ticks=_share_ticks(),
        y_ticks=_row_ticks(lines, order),
        marks=(*marks, *words),
        title=f"Where the tries end: {tries_words(study)}",
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


# -- record --------------------------------------------------------------------------------------------------


def _record(study: Study, lines: tuple[StudyLine, ...]) -> ChartScene:
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
    right, names = _names(ends, lines, (1.0, float(last)), (y0, y1))
    extent = (1.0, right, y0, y1)
    return ChartScene(
        extent=extent,
        x_label="tries so far",
        y_label="above the best" if above else "loss",
        x_ticks=tuple(each for each in linear_ticks(1.0, float(last), 8) if each.at <= last),
        y_ticks=_record_ticks(y0, y1, floor) if log else linear_ticks(y0, y1, 5),
        marks=(*marks, *names),
        title="The record so far, above the lowest minimum known" if above else "The record so far",
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
            Label(key, hash((at, lines[k])), at, lines[k].words, "", lines[k].role, "centre", 0.0, -rank)
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


# -- solved --------------------------------------------------------------------------------------------------


def _solved(study: Study, lines: tuple[StudyLine, ...]) -> ChartScene:
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
    right, names = _names(ends, lines, (x0, x1), (y0, y1))
    extent = (x0, right, y0, y1)
    return ChartScene(
        extent=extent,
        x_label="evaluations of the loss and its gradient",
        y_label="share of tries",
        x_ticks=tuple(each for each in log_ticks(x0, x1, 6)),
        y_ticks=tuple(Tick(each.at, percent(each.at)) for each in linear_ticks(0.0, top, 5) if each.text),
        marks=(*marks, *names),
        title=f"How many tries have reached {target_words(study)}: {tries_words(study)}",
        x_log=True,
        revision=hash((extent, lines)),
    )
