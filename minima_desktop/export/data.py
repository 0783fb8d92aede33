"""What is known as tables of numbers: runs row by row, traces, critical points, basins, studies, comparisons.

Everything here is made from what is already known; nothing is worked out. `minima_desktop.export.data_files`
makes files of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from minima_core.document import Document, Entry, segment_at
from minima_core.scene.clocked import Marks, clocked, step_at
from minima_core.scene.legend import method_words
from minima_desktop.export.data_studies import comparison_table, study_tables
from minima_desktop.export.tables import Column, Grid, Table, coordinates, joined, whole

if TYPE_CHECKING:
    from minima_core.analysis.basins import Basins
    from minima_core.analysis.critical import CriticalPoint, CriticalPoints
    from minima_core.landscapes import Landscape
    from minima_core.runs.record import Record
    from minima_core.scene import Findings
    from minima_core.scene.pair import MinimaPair

__all__ = [
    "KINDS",
    "RunRows",
    "basin_map",
    "basin_table",
    "known_tables",
    "minima_table",
    "run_tables",
    "up_to",
]

KINDS = {
    "runs": "Runs: one row each, with settings, start, end and verdict",
    "trajectories": "Trajectories: every row of every run",
    "traces": "Traces: the loss and the best so far, by the race’s clock",
    "minima": "Minima, saddles and maxima, with what is proved",
    "basins": "Basins: the share of starts that reach each minimum",
    "basin-map": "Map of basins: the minimum that each start reaches",
    "study": "Study: how often each line succeeds",
    "study-tries": "Study, try by try",
    "study-pairs": "Study: which differences are significant",
    "comparison": "Comparison of two minima",
}
"""The tables that there are: name and what it holds."""

NOWHERE = 0
"""The number of no minimum; the lowest one is number 1, as in the window."""


@dataclass(frozen=True)
class RunRows:
    """One run of the race, as far as it is to be told.

    Attributes
    ----------
    entry, start
        The line of the race, and the number of the start, from 0.
    record
        Its rows.
    marks
        When its steps had been done, where the race is measured in time.
    verdict
        What became of it, in a sentence; empty where that is not known.
    """

    entry: Entry
    start: int
    record: Record
    marks: Marks = ()
    verdict: str = ""


def up_to(document: Document, rows: RunRows, tick: int) -> RunRows:
    """The same run as it stood at a tick of the race’s clock."""
    reading = clocked(rows.record, document.exploration.clock, rows.marks)
    cut = rows.record.until(step_at(reading, tick))
    return rows if cut is rows.record else replace(rows, record=cut, verdict="")


# -- runs ----------------------------------------------------------------------------------------------------


def run_tables(document: Document, land: Landscape, runs: Sequence[RunRows]) -> tuple[Table, ...]:
    """The tables “runs”, “trajectories” and “traces”."""
    return _summary(document, land, runs), _trajectories(land, runs), _traces(document, land, runs)


def _trajectories(land: Landscape, runs: Sequence[RunRows]) -> Table:
    records = [each.record for each in runs]
    return Table(
        "trajectories",
        "Every row of every run",
        (
            *_who(runs, [len(record) for record in records]),
            Column("step", "", joined([record.steps for record in records], np.int64), "steps done"),
            *coordinates(_points(land, records), "where the run stood"),
            Column("value", "loss", joined([record.values for record in records]), "the loss there"),
            Column("best", "loss", joined([_best(land, record) for record in records]), BEST),
            *_spent(records),
            Column("loop", "", joined([_loops(record) for record in records], np.int64), "from 1: restarts"),
        ),
    )


BEST = "the lowest loss of the rows so far that lie in the region; inf before the first one"


def _traces(document: Document, land: Landscape, runs: Sequence[RunRows]) -> Table:
    records, clock = [each.record for each in runs], document.exploration.clock
    readings = [clocked(each.record, clock, each.marks) for each in runs]
    ticks = [
        record.steps if reading is record else np.asarray(reading.ticks)  # type: ignore[attr-defined]
        for reading, record in zip(readings, records, strict=True)
    ]
    warm = [_column(record, "temperature") for record in records]
    unit = {"steps": "steps", "evaluations": "evaluations", "time": "µs"}[clock.unit]
    columns = (
        *_who(runs, [len(record) for record in records]),
        Column("step", "", joined([record.steps for record in records], np.int64), "steps done"),
        Column("clock", unit, joined(ticks, np.int64), "what the race is measured in"),
        Column("value", "loss", joined([record.values for record in records]), "the loss of the run"),
        Column("best", "loss", joined([_best(land, record) for record in records]), BEST),
    )
    if any(np.isfinite(each).any() for each in warm):
        columns += (Column("temperature", "loss", joined(warm), "of annealing; nan for other methods"),)
    return Table("traces", "The loss and the best so far, by the race’s clock", columns)


def _summary(document: Document, land: Landscape, runs: Sequence[RunRows]) -> Table:
    exploration, records = document.exploration, [each.record for each in runs]
    starts = [exploration.starts[each.start].position for each in runs]
    begun = np.array(starts, dtype=np.float64).reshape(len(runs), land.dimension)
    ended = np.array([record.positions[-1] for record in records]).reshape(len(runs), land.dimension)
    names = [each.name for each in coordinates(begun)]
    lanes = [each.entry.lane_of(each.start) for each in runs]
    return Table(
        "runs",
        "The runs of the race",
        (
            *_who(runs, [1] * len(runs)),
            Column("settings", "", [_settings(each.entry) for each in runs], "from which step on, each"),
            *(Column(f"start {name}", "", begun[:, i]) for i, name in enumerate(names)),
            Column("seed", "", whole([exploration.seed] * len(runs)), "of everything random"),
            Column("lane", "", whole(lanes), "which random numbers of the seed"),
            Column("border", "", [exploration.border] * len(runs), "auto: as the method likes"),
            Column("steps", "", whole([record.steps[-1] for record in records]), "steps done"),
            *(Column(f"end {name}", "", ended[:, i]) for i, name in enumerate(names)),
            Column("value", "loss", np.array([float(record.values[-1]) for record in records]), "at the end"),
            Column("best", "loss", np.array([float(_best(land, record)[-1]) for record in records]), BEST),
            *_spent([record.among(len(record) - 1, len(record)) for record in records]),
            Column("verdict", "", [each.verdict for each in runs], "empty: not judged at this step"),
        ),
    )


def _settings(entry: Entry) -> str:
    first, *later = entry.segments
    return "; ".join([first.method, *(f"from step {each.step}: {each.method}" for each in later)])


def _who(runs: Sequence[RunRows], rows: Sequence[int]) -> Iterator[Column]:
    """The columns that tell runs apart: line, method and start."""
    methods: list[str] = []
    for each, count in zip(runs, rows, strict=True):
        if len(each.entry.segments) == 1 or count == 1:
            methods += [each.entry.name] * count
        else:
            methods += [segment_at(each.entry, int(step)).name for step in each.record.steps]
    numbers = whole([each.entry.id for each in runs])
    starts = whole([each.start + 1 for each in runs])
    yield Column("line", "", np.repeat(numbers, rows), "the number of the line of the race")
    yield Column("method", "", methods, "the method that was at work")
    yield Column("start", "", np.repeat(starts, rows), "the number of the start, from 1")


def _spent(records: Sequence[Any]) -> Iterator[Column]:
    """The columns of what had been spent."""
    for name, what in (("evaluations", "values"), ("gradients", "gradients"), ("hessians", "Hessians")):
        counts = joined([getattr(record, name) for record in records], np.int64)
        yield Column(what.lower(), "evaluations", counts, f"{what} of the loss worked out so far")


def _best(land: Landscape, record: Record) -> NDArray[np.float64]:
    inside = np.all((record.positions >= land.lower) & (record.positions <= land.upper), axis=1)
    counted = np.where(inside & ~np.isnan(record.values), record.values, np.inf)
    return np.asarray(np.minimum.accumulate(counted))


def _loops(record: Record) -> NDArray[np.int64]:
    return np.searchsorted(record.loops, np.arange(len(record)), side="right").astype(np.int64)


def _column(record: Record, name: str) -> NDArray[np.float64]:
    if name in record.columns:
        return np.asarray(record.inside(name))
    return np.full(len(record), np.nan)


def _points(land: Landscape, records: Sequence[Record]) -> NDArray[np.float64]:
    empty = np.empty((0, land.dimension))
    return np.concatenate([empty, *(record.positions for record in records)])


# -- the landscape -------------------------------------------------------------------------------------------


def minima_table(land: Landscape, critical: CriticalPoints) -> Table:
    """The table “minima”: every critical point that is known, the lowest first."""
    points = critical.points
    n, count = land.dimension, len(points)
    places = np.array([each.position for each in points]).reshape(count, n)
    slopes = np.array([land.gradient(each.position) for each in points]).reshape(count, n)
    bends = np.array([each.eigenvalues for each in points]).reshape(count, n)
    numbers = {id(each): k for k, each in enumerate(critical.minima, 1)}
    names = [each.name for each in coordinates(places)]

    def told(of: str, kind: Any = np.float64) -> NDArray[Any]:
        return np.array([getattr(each, of) for each in points], dtype=kind)

    return Table(
        "minima",
        critical.sentence,
        (
            Column(
                "minimum", "", whole([numbers.get(id(each), NOWHERE) for each in points]), "0: no minimum"
            ),
            Column("kind", "", [_kind(each) for each in points]),
            *coordinates(places),
            Column("value", "loss", told("value")),
            Column("gap", "loss", told("gap"), "how far it lies above the lowest"),
            *(Column(f"gradient {name}", "loss per unit", slopes[:, i]) for i, name in enumerate(names)),
            *(
                Column(f"eigenvalue {i + 1}", "loss per unit²", bends[:, i], "of the Hessian")
                for i in range(n)
            ),
            Column("global", "", told("is_global", np.bool_), "no lower point of the region is known"),
            Column("proved", "", told("proved", np.bool_), "existence, in the box of this half-width"),
            Column("half-width", "", told("radius"), "of the box in which it is proved to be the only one"),
            Column("on border", "", told("on_border", np.bool_), "whether it lies on the region’s edge"),
        ),
    )


def _kind(point: CriticalPoint) -> str:
    return str(point.kind)


def basin_table(land: Landscape, basins: Basins) -> Table:
    """The table “basins”: a row for each minimum and one, the last, for starts that reach none.

    Its intervals are those of as many starts thrown at random; the grid itself leaves nothing to chance.
    """
    from minima_core.studies.counting import share_of

    total = basins.labels.size
    counts = [round(float(share) * total) for share in (*basins.shares, basins.never)]
    shares = [share_of(count, total) for count in counts]
    minima = np.asarray(basins.minima, dtype=np.float64).reshape(-1, land.dimension)
    places = np.concatenate([minima, np.full((1, land.dimension), np.nan)])
    values = np.append(np.atleast_1d(land.value(minima)) if len(minima) else np.empty(0), np.nan)
    numbers = [*range(1, len(minima) + 1), NOWHERE]
    between = "95 % interval by Wilson, as if the starts had been thrown"
    return Table(
        "basins",
        f"Where starts end under {method_words(basins.specification)} within {basins.steps} steps",
        (
            Column("minimum", "", whole(numbers), "0: starts that reach no minimum"),
            *coordinates(places, "of the minimum"),
            Column("value", "loss", values.astype(np.float64)),
            Column("starts", "", whole(counts), f"of {total}"),
            Column("share", "", np.array([each.value for each in shares]), "from 0 to 1"),
            Column("low", "", np.array([each.low for each in shares]), between),
            Column("high", "", np.array([each.high for each in shares]), between),
        ),
        (
            Grid(
                "labels",
                np.asarray(basins.labels) + 1,
                "the minimum that each start reaches, 0 for none; rows run upwards, (rows, columns)",
            ),
            Grid("extent", np.array(basins.extent), "x0, x1, y0, y1 of the first and the last starts"),
        ),
    )


def basin_map(land: Landscape, basins: Basins) -> Table:
    """The table “basin-map”: a row for each start of the map."""
    from minima_core.analysis.grid import Grid as Starts

    labels = np.asarray(basins.labels)
    places = Starts.of(land, labels.shape[::-1], basins.extent).points(land.dimension)
    return Table(
        "basin-map",
        f"The minimum that each start reaches under {method_words(basins.specification)}",
        (
            *coordinates(places, "of the start"),
            Column("minimum", "", labels.ravel().astype(np.int64) + 1, "that is reached; 0 for none"),
        ),
    )


# -- all of it -----------------------------------------------------------------------------------------------


def known_tables(
    document: Document,
    land: Landscape,
    runs: Sequence[RunRows],
    findings: Findings,
    pair: MinimaPair | None = None,
) -> Mapping[str, Table]:
    """All tables of what is known, by name, in the order of `KINDS`."""
    found = [*run_tables(document, land, runs)] if runs else []
    if findings.critical is not None:
        found.append(minima_table(land, findings.critical))
    if findings.basins is not None:
        found += [basin_table(land, findings.basins), basin_map(land, findings.basins)]
    if findings.study is not None:
        found += study_tables(findings.study, [each.words for each in findings.study_lines])
    if pair is not None:
        found.append(comparison_table(pair))
    return {table.name: table for table in found}
