"""Files of data from the command line: `render --out x.csv`, `.npz` and `.py`, with `--data` for what."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from minima_core.document import Document
from minima_desktop import __version__
from minima_desktop.export.data import KINDS, RunRows, basin_map, basin_table, minima_table, run_tables
from minima_desktop.export.data_studies import comparison_table, study_tables
from minima_desktop.export.script import script_of
from minima_desktop.export.tables import Table, csv_bytes, npz_bytes

if TYPE_CHECKING:
    from minima_core.runs import Run
    from minima_core.scene.clocked import Marks

__all__ = ["ENDINGS", "archive", "data_of", "kinds_of"]

ENDINGS = (".csv", ".npz", ".py")
USUAL = {".csv": ("trajectories",), ".npz": ("runs", "trajectories", "minima")}
"""What is written where nobody says what."""

OF_RUNS = ("runs", "trajectories", "traces")
OF_BASINS = ("basins", "basin-map")
OF_STUDIES = ("study", "study-tries", "study-pairs")


def kinds_of(text: str | None, ending: str) -> tuple[str, ...]:
    """The tables that a text names; a `ValueError` with a sentence where there is none such.

    >>> kinds_of("minima, runs", ".npz")
    ('minima', 'runs')
    """
    if ending not in USUAL:
        if text is not None:
            raise ValueError("A script (.py) makes the runs again; --data belongs to .csv and .npz.")
        return ()
    names = USUAL[ending] if text is None else tuple(dict.fromkeys(map(str.strip, text.split(","))))
    unknown = next((name for name in names if name not in KINDS), None)
    if unknown is not None:
        raise ValueError(f"There is no table “{unknown[:40]}”; there are {', '.join(KINDS)}.")
    if ending == ".csv" and len(names) > 1:
        raise ValueError(
            f"A CSV file holds one table, not {len(names)}; save them one by one, or all of them as .npz."
        )
    return names


def data_of(options: argparse.Namespace, ending: str) -> bytes:
    """The file of data that the options of `render` ask for; a `ValueError` where there is none."""
    from minima_desktop.wanted import document_of

    names = kinds_of(options.data, ending)
    document = document_of(options)
    if ending == ".py":
        return script_of(document, _reached(document)).text.encode()
    made: dict[str, Table] = {}
    for name in names:
        if name not in made:
            made |= {table.name: table for table in _made(name, document, options.compare)}
    tables = [made[name] for name in names]
    return csv_bytes(tables[0]) if ending == ".csv" else archive(tables, document)


def archive(tables: Sequence[Table], document: Document) -> bytes:
    """Tables as NPZ, with the session that they come from."""
    session = msgspec.json.decode(document.to_json())
    return npz_bytes(tables, {"made by": f"Minima Desktop {__version__}", "session": session})


def rows_of(
    document: Document, runs: Mapping[tuple[int, int], Run], marks: Mapping[tuple[int, int], Marks]
) -> list[RunRows]:
    """The runs of a document as data needs them."""
    entry = document.exploration.entry
    return [
        RunRows(entry(id), start, run.record, marks.get((id, start), ()), run.verdict.sentence)
        for (id, start), run in runs.items()
    ]


def _reached(document: Document) -> Mapping[tuple[int, int], int] | None:
    """How many steps each run has done, where the race is measured in time."""
    from minima_desktop.wanted import run_all

    if document.exploration.clock.unit != "time":
        return None
    return {key: run.step for key, run in run_all(document)[0].items()}


def _made(name: str, document: Document, compare: str | None) -> Sequence[Table]:
    """Work out what a table needs; it may bring others with it."""
    from minima_desktop.wanted import find_out, run_all, study_findings

    land = document.exploration.place.landscape_of()
    if name in OF_RUNS:
        if not document.exploration.runs:
            raise ValueError("There are no runs: the race has no method, or no start.")
        return run_tables(document, land, rows_of(document, *run_all(document)))
    if name in OF_BASINS:
        view = msgspec.structs.replace(document.view, layout="basins")
        found = find_out(Document(document.version, document.exploration, view)).basins
        if found is None:
            raise ValueError("There are no basins to tell of: the race has no method whose end is certain.")
        return basin_table(land, found), basin_map(land, found)
    if name in OF_STUDIES:
        findings = study_findings(document)
        assert findings.study is not None
        return study_tables(findings.study, [each.words for each in findings.study_lines])
    from minima_core.analysis.critical import critical_points

    critical = critical_points(land)
    if name == "minima":
        return (minima_table(land, critical),)
    from minima_core.scene.pair import compare_minima
    from minima_desktop.typed import pair_of

    first, second = pair_of(compare or "1,2")
    return (comparison_table(compare_minima(land, first - 1, second - 1, critical)),)
