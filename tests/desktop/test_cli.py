"""The command line: lists, their JSON, and what it answers to words that it does not know."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import minima_core as mc
from minima_desktop import __version__
from minima_desktop.cli import join_negative_values, main


def fails(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Call with bad words; return the one sentence on standard error."""
    assert main([str(word) for word in words]) == 2
    caught = capsys.readouterr()
    assert caught.out == ""
    (line,) = caught.err.splitlines()
    assert line.startswith("minima-desktop: ")
    assert "Traceback" not in line
    assert line.endswith((".", "?", "”"))
    return line


# -- lists -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "names"), [("landscapes", mc.landscape_names()), ("methods", mc.method_names())]
)
def test_a_list_has_a_line_for_each_with_its_sentence(capsys, what: str, names) -> None:
    assert main(["list", what]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(names)
    assert all(line.rstrip().endswith(".") and len(line.split()) > 3 for line in lines)


def test_landscapes_as_json(capsys) -> None:
    assert main(["list", "landscapes", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == list(mc.landscape_names())
    for row in rows:
        n = row["dimension"]
        assert len(row["lower"]) == len(row["upper"]) == n
        assert all(a < b for a, b in zip(row["lower"], row["upper"], strict=True))
        assert all(len(point) == n for point in row["minima"])
        assert row["title"] and row["sentence"] and row["teaches"]
        assert isinstance(row["tags"], list) and isinstance(row["parameters"], dict)
        if row["formula"] is None:  # a loss over examples, which are given instead
            assert len(row["examples"]) > 10
            continue
        again = mc.formula(row["formula"], row["lower"], row["upper"], row["parameters"])
        assert again.value(mc.landscape(row["name"]).lower) == pytest.approx(
            mc.landscape(row["name"]).value(mc.landscape(row["name"]).lower)
        )


def test_there_are_enough_landscapes(capsys) -> None:
    main(["list", "landscapes", "--json"])
    dimensions = [row["dimension"] for row in json.loads(capsys.readouterr().out)]
    assert dimensions.count(2) >= 20
    assert dimensions.count(1) >= 7


def test_methods_as_json_can_be_given_back_to_run(capsys) -> None:
    assert main(["list", "methods", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == list(mc.method_names())
    for row in rows:
        assert row["title"] and row["sentence"].endswith(".") and row["reference"]
        assert row["group"] in ("usual", "gradient", "second-order", "local", "global")
        assert row["kind"] in ("gradient", "second-order", "local", "global")
        for setting in row["settings"]:
            assert setting["name"] and setting["symbol"] and setting["meaning"].endswith(".")
            assert setting["scale"] in ("linear", "log", "integer", "choice", "switch", "method", "schedule")
            default = setting["default"]
            if isinstance(default, bool | int | float):
                given = mc.method(row["name"], **{setting["name"]: default})
                assert given.settings[setting["name"]] == default


def test_json_is_json_to_the_letter(capsys) -> None:
    main(["list", "landscapes", "--json"])

    def refuse(word: str) -> float:
        raise AssertionError(f"{word} is no JSON")

    json.loads(capsys.readouterr().out, parse_constant=refuse)


def test_the_version(capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.strip() == f"minima-desktop {__version__}"


@pytest.mark.parametrize("words", [["--help"], ["render", "--help"], ["list", "--help"]])
def test_help_tells_the_whole_face(capsys, words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 0
    out = capsys.readouterr().out
    assert "minima-desktop" in out
    if words[0] == "render":
        for (
            option
        ) in "out session landscape formula region parameter run start steps seed view size theme".split():
            assert f"--{option}" in out


# -- words that it does not know -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["list"],
        ["list", "land"],
        ["list", "landscapes", "methods"],
        ["list", "methods", "--jsn"],
        ["--nonsense"],
        ["render"],
        ["render", "--out"],
        ["a.json", "b.json"],
    ],
    ids=" ".join,
)
def test_unknown_words_are_one_sentence(capsys, words: list[str]) -> None:
    assert "--help" in fails(capsys, *words)


def test_a_file_that_is_not_there(capsys, tmp_path: Path) -> None:
    assert "There is no file" in fails(capsys, tmp_path / "no.json")


def test_a_command_that_is_none_names_those_there_are(capsys) -> None:
    assert "render" in fails(capsys, "redner")


@pytest.mark.parametrize(
    ("words", "joined"),
    [
        (["--start", "-3,3"], ["--start=-3,3"]),
        (["--start=-3,3"], ["--start=-3,3"]),
        (["--start", "-.5,1"], ["--start=-.5,1"]),
        (["--region", "-1,1,-2,2", "--force"], ["--region=-1,1,-2,2", "--force"]),
        (["--formula", "-x^2"], ["--formula=-x^2"]),
        (["--formula", "-x-y"], ["--formula=-x-y"]),
        (["--start", "-3,3", "--start", "-1,-1"], ["--start=-3,3", "--start=-1,-1"]),
        (["--start", "--steps", "5"], ["--start", "--steps", "5"]),
        (["--start"], ["--start"]),
        (["--seed", "-5"], ["--seed=-5"]),
    ],
)
def test_negative_values_belong_to_the_option_before(words: list[str], joined: list[str]) -> None:
    assert join_negative_values(words) == joined


# -- as a process, without a display ---------------------------------------------------------------------


def test_listing_imports_no_qt() -> None:
    code = (
        "import sys; from minima_desktop.cli import main; main(['list', 'landscapes']);"
        "print([m for m in sys.modules if m.startswith(('PySide6', 'numba'))], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0
    assert done.stderr.strip() == "[]"


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m minima_desktop list landscapes --json | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False, timeout=60
    )
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
