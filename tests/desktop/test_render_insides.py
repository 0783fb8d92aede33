"""Pictures with the insides of a method, from the command line: all, none, by name; bad names are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from minima_desktop.cli import main
from minima_desktop.files import read_document

WORDS = (
    "--landscape",
    "himmelblau",
    "--start=-5,1",
    "--run",
    "momentum",
    "--steps",
    "6",
    "--size",
    "400x300",
)


def draw(path: Path, *words: str) -> Path:
    assert main(["render", "--out", str(path), *WORDS, *words]) == 0
    return path


@pytest.mark.parametrize("view", ["contour", "surface"])
def test_insides_are_in_the_picture_and_in_what_it_carries(tmp_path: Path, qapp: object, view: str) -> None:
    plain = draw(tmp_path / "plain.png", "--view", view)
    inside = draw(tmp_path / "inside.png", "--view", view, "--insides", "all")
    one = draw(tmp_path / "one.png", "--view", view, "--insides", "velocity")
    assert len({plain.read_bytes(), inside.read_bytes(), one.read_bytes()}) == 3
    known = read_document(one).view
    assert known.insides.on
    assert known.insides.shows("velocity", usual=True)
    assert not known.insides.shows("gradient", usual=True)
    again = tmp_path / "again.png"
    assert main(["render", "--session", str(inside), "--out", str(again), "--size", "400x300"]) == 0
    assert again.read_bytes() == inside.read_bytes()


def test_none_switches_them_off_again(tmp_path: Path, qapp: object) -> None:
    inside = draw(tmp_path / "inside.png", "--insides", "all")
    off = tmp_path / "off.png"
    words = ["render", "--session", str(inside), "--insides", "none", "--out", str(off), "--size", "400x300"]
    assert main(words) == 0
    assert not read_document(off).view.insides.on


def test_what_a_method_has_not_is_said(
    tmp_path: Path, qapp: object, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "no.png"
    assert main(["render", "--out", str(path), *WORDS, "--insides", "temper"]) == 2
    assert capsys.readouterr().err == (
        "minima-desktop: Momentum has nothing inside called “temper”; "
        "it has velocity, pull-of-slope, gradient, step.\n"
    )
    assert not path.exists()
