"""`minima-desktop lesson`: what a teacher is told; and trials make the runs that the window makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from minima_core.document import Document, prepared, set_up
from minima_core.lessons.racing import raced
from minima_desktop.cli import main
from minima_desktop.render import run_all

GOOD = """\
format = 1
name = "mine"
title = "Mine"
summary = "One."
minutes = 2
[[step]]
kind = "watch"
title = "Down"
text = "It goes down."
scene = { formula = "x^2", lower = [-3], upper = [3], start = [2], steps = 30, runs = ["gradient-descent"] }
until = ["run 1 value < 1"]
done = "It came to {run 1 value at 1}."
"""


def test_a_lesson_that_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert main(["lesson", str(path), "--show"]) == 0
    said = capsys.readouterr()
    assert said.out.endswith("right\n")
    assert "done: It came to 2.56." in said.out
    assert said.err == ""


def test_faults_come_with_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.replace("value < 1", "value > 1"), encoding="utf-8")
    assert main(["lesson", str(path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"{path}:11: “run 1 value > 1” does not hold in the end: run 1 value is ")
    path.write_text(GOOD.replace("watch", "wach"), encoding="utf-8")
    assert main(["lesson", str(path)]) == 2
    assert capsys.readouterr().err == f"{path}:7: “kind” cannot be “wach”; did you mean “watch”?\n"
    assert main(["lesson", str(tmp_path / "none.toml")]) == 2
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    "document",
    [
        set_up(
            {
                "landscape": "himmelblau",
                "starts": [[0, 0], [1, 2]],
                "runs": ["sgd", "adam"],
                "steps": 60,
                "seed": 5,
            }
        ),
        prepared("memory").document(),
    ],
    ids=["steps", "evaluations"],
)
def test_a_trial_makes_the_runs_of_the_window(document: Document) -> None:
    here, there = raced(document), run_all(document)[0]
    assert here.keys() == there.keys()
    for key, run in here.items():
        assert np.array_equal(run.positions, there[key].positions)
        assert run.evaluations == there[key].evaluations
        assert run.verdict.sentence == there[key].verdict.sentence
