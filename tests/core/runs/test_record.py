"""Reading a record by rows: the numbers of its columns, whatever was thinned, looped or rewound."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc
from minima_core.runs import record as records

COLUMNS = ("steps", "positions", "values", "evaluations", "insides")


def recorded(kind, steps, monkeypatch):
    monkeypatch.setattr(records, "THINNED_ROWS", 2048)
    land = mc.landscape("himmelblau")
    method = {
        "all": "adam",
        "thinned": "adam",
        "loops": "random-restarts,steps_per_loop=7",
        "insides": "simulated-annealing",
    }[kind]
    run = mc.start(land, method, x0=(1.0, 2.0), record="all" if kind == "all" else "thinned", seed=4)
    run.advance(steps)
    return run


@pytest.mark.parametrize("kind", ["all", "thinned", "loops", "insides"])
@pytest.mark.parametrize("steps", [0, 1, 900, 5001, 9999])
def test_rows_are_those_of_the_columns(kind, steps, monkeypatch):
    record = recorded(kind, steps, monkeypatch).record
    rows = len(record)
    assert record.steps[-1] == steps
    begins = np.zeros(rows, dtype=bool)
    begins[record.loops] = True
    for first, stop in ((0, rows), (0, 1), (rows - 1, rows), (rows // 3, rows // 2 + 1), (rows, rows + 5)):
        some = record.among(first, stop)
        for name in COLUMNS:
            np.testing.assert_array_equal(getattr(some, name), getattr(record, name)[first:stop])
        if kind != "loops" or record.stride == 1:
            np.testing.assert_array_equal(some.begins, begins[first:stop])
    for step in (-1, 0, 1, steps // 2, steps - 1, steps, steps + 1):
        later = record.since(step)
        keep = record.steps > step
        for name in COLUMNS:
            np.testing.assert_array_equal(getattr(later, name), getattr(record, name)[keep])
        if step >= 0:
            row = record.row_of(step)
            assert record.steps[row] <= step
            assert row == rows - 1 or record.steps[row + 1] > step


def test_pieces_taken_one_after_another_make_the_whole(monkeypatch):
    run = recorded("loops", 0, monkeypatch)
    steps, begun = [run.record.steps], 1
    for lump in (1, 5, 40, 333, 700, 900):
        last = int(steps[-1][-1])
        run.advance(lump)
        later = run.record.since(last)
        assert (np.diff(later.steps) > 0).all()
        steps.append(later.steps)
        begun += int(later.begins.sum())
    np.testing.assert_array_equal(np.concatenate(steps), run.record.steps)
    assert begun == len(run.record.loops) == run.loops_begun


def test_a_snapshot_stays_what_it_was(monkeypatch):
    run = recorded("thinned", 500, monkeypatch)
    before = run.record
    kept = before.positions.copy()
    run.advance(6000)
    run.rewind(100)
    np.testing.assert_array_equal(before.positions, kept)
    assert run.record.epoch != before.epoch
    np.testing.assert_array_equal(run.record.since(-1).steps, run.record.steps)
