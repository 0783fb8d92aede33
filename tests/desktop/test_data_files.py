"""Data as files: every digit reads back, nothing needs a pickle, twice the same bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from minima_core.landscapes import landscape
from minima_desktop import render
from minima_desktop.cli import build_render_parser, join_negative_values, main
from minima_desktop.export.data import KINDS
from minima_desktop.export.tables import Column, Table, csv_bytes, npz_bytes, tabbed

RACE = ("--landscape", "himmelblau", "--run", "adam,lr=0.1", "--run", "random-restarts", "--steps", "60")


@pytest.fixture
def save(tmp_path: Path, capsys: pytest.CaptureFixture[str], qapp: object) -> Callable[..., Path]:
    """Render to a file of data; return it."""

    def call(name: str, *words: str) -> Path:
        path = tmp_path / name
        assert main(["render", "--out", str(path), *words]) == 0, capsys.readouterr().err
        return path

    return call


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def runs_of(*words: str):
    options = build_render_parser().parse_args(join_negative_values(["--out", "x.csv", *words]))
    return render.run_all(render.document_of(options))[0]


def test_every_row_of_every_run_reads_back_to_the_last_bit(save) -> None:
    runs = runs_of(*RACE, "--start", "-3,3", "--start", "1,1")
    read = rows_of(save("x.csv", *RACE, "--start", "-3,3", "--start", "1,1").read_bytes())
    assert len(read) == sum(len(run.record) for run in runs.values())
    for (line, start), run in runs.items():
        own = [row for row in read if (row["line"], row["start"]) == (str(line), str(start + 1))]
        record = run.record
        np.testing.assert_array_equal([[float(r["x"]), float(r["y"])] for r in own], record.positions)
        np.testing.assert_array_equal([float(r["value [loss]"]) for r in own], record.values)
        np.testing.assert_array_equal([int(r["step"]) for r in own], record.steps)
        np.testing.assert_array_equal([int(r["values [evaluations]"]) for r in own], record.evaluations)
        np.testing.assert_array_equal([int(r["gradients [evaluations]"]) for r in own], record.gradients)
        assert float(own[-1]["best [loss]"]) == min(float(r["value [loss]"]) for r in own)
        assert int(own[-1]["loop"]) == len(record.loops)


def test_a_picture_of_an_earlier_step_has_data_up_to_it(save) -> None:
    read = rows_of(save("x.csv", *RACE, "--at", "20").read_bytes())
    assert max(int(row["step"]) for row in read) == 20


def test_minima_with_what_is_proved(save) -> None:
    read = rows_of(save("m.csv", "--landscape", "himmelblau", "--data", "minima").read_bytes())
    assert [row["minimum"] for row in read if row["kind"] == "minimum"] == ["1", "2", "3", "4"]
    land = landscape("himmelblau")
    for row in read:
        place = float(row["x"]), float(row["y"])
        assert float(row["value [loss]"]) == land.value(place)
        assert abs(float(row["gradient x [loss per unit]"])) < 1e-9
        assert row["proved"] == "true"
        assert row["on border"] == "false"
    assert {row["kind"] for row in read} == {"minimum", "maximum", "saddle"}


def test_an_archive_needs_no_pickle_and_says_what_it_holds(save) -> None:
    words = (*RACE, "--data", "runs,trajectories,basins")
    path = save("a.npz", *words)
    assert path.read_bytes() == save("b.npz", *words).read_bytes()
    held = np.load(path, allow_pickle=False)
    about = json.loads(held["about.json"])
    assert set(held.files) == {"about.json", *about["arrays"]}
    for name, told in about["arrays"].items():
        assert list(held[name].shape) == told["shape"]
        assert held[name].dtype.str == told["type"]
    assert about["session"]["exploration"]["place"]["landscape"] == "himmelblau"
    assert about["arrays"]["trajectories.value"]["unit"] == "loss"
    labels = held["basins.labels"]
    shares = [np.count_nonzero(labels == number) / labels.size for number in held["basins.minimum"]]
    np.testing.assert_allclose(held["basins.share"], shares)
    assert np.all(held["basins.low"] <= held["basins.share"])
    assert np.all(held["basins.share"] <= held["basins.high"])
    (adam, *_) = runs_of(*RACE).values()
    line = held["trajectories.line"] == held["runs.line"][0]
    np.testing.assert_array_equal(held["trajectories.x"][line], adam.record.positions[:, 0])


def test_a_study_and_a_comparison(save, tmp_path: Path) -> None:
    told = rows_of(save("c.csv", "--landscape", "two-wells", "--data", "comparison").read_bytes())
    assert {"property", "A", "B", "together", "meaning"} == set(told[0])
    race = ("--landscape", "two-wells", "--run", "gradient-descent", "--run", "momentum", "--steps", "50")
    held = np.load(save("s.npz", *race, "--data", "study,study-tries,study-pairs"), allow_pickle=False)
    for k, tries in enumerate(held["study.tries"]):
        mine = held["study-tries.line"] == held["study.line"][k]
        assert np.count_nonzero(mine) == tries
        assert np.count_nonzero(held["study-tries.success"] & mine) == held["study.successes"][k]
    assert len(held["study-pairs.p"]) == 1


@pytest.mark.parametrize(
    ("name", "words", "part"),
    [
        ("x.csv", ("--data", "minimums"), "There is no table “minimums”"),
        ("x.csv", ("--data", "runs,minima"), "one table"),
        ("x.py", ("--data", "runs"), "--data belongs to .csv and .npz"),
        ("x.png", ("--data", "runs"), "--data belongs to files of data"),
        ("x.csv", ("--data", "basins", "--run", "random-search"), "chance"),
        ("x.csv", ("--at", "301"), "between 0 and 300"),
        ("x.xls", (), ".csv"),
    ],
)
def test_bad_words_are_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], qapp: object, name: str, words, part: str
) -> None:
    assert main(["render", "--out", str(tmp_path / name), *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert part in line
    assert not (tmp_path / name).exists()


def test_an_existing_file_is_not_overwritten(save, tmp_path: Path, capsys) -> None:
    path = save("x.csv", *RACE)
    before = path.read_bytes()
    assert main(["render", "--out", str(path), *RACE]) == 2
    assert "is there already" in capsys.readouterr().err
    assert path.read_bytes() == before


NUMBERS = np.array([0.1, 1e-300, 5e-324, -0.0, 1 / 3, 1e22, 123456789.123456789, np.inf, -np.inf, np.nan])


def test_numbers_have_the_fewest_digits_that_read_back() -> None:
    table = Table("t", "", (Column("a", "u", NUMBERS),))
    cells = csv_bytes(table).decode().split("\r\n")[1:-1]
    np.testing.assert_array_equal(np.array([float(each) for each in cells]), NUMBERS)
    assert np.signbit(float(cells[3]))
    assert cells[0] == "0.1"


def test_texts_with_commas_quotes_and_line_ends_read_back() -> None:
    texts = ["a, b", 'he said "no"', "two\nlines", "plain", "", "ünïcode, −1"]
    table = Table("t", "", (Column("n, m", "", texts), Column("k", "", np.arange(len(texts)))))
    read = list(csv.reader(io.StringIO(csv_bytes(table).decode(), newline="")))
    assert read[0] == ["n, m", "k"]
    assert [row[0] for row in read[1:]] == texts
    assert all(len(line.split("\t")) == 2 for line in tabbed(table).splitlines())
    held = np.load(io.BytesIO(npz_bytes([table], {})), allow_pickle=False)
    assert held["t.n, m"].tolist() == texts


def test_the_help_names_every_table() -> None:
    words = build_render_parser().format_help().replace("\n", " ")
    assert all(name in words for name in KINDS)
