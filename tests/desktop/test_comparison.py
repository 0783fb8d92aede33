"""Two minima side by side from the command line: a page of the size asked for, or one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from minima_desktop.cli import main
from minima_desktop.comparison import pair_of
from minima_desktop.files import read_document


@pytest.mark.parametrize(
    "place",
    [
        ("--landscape", "six-hump-camel", "--theme", "slide"),
        ("--formula", "x^4-3x^2+x", "--region", "-2,2", "--title", "Two valleys"),
    ],
)
def test_a_page_is_drawn_and_carries_its_session(
    place: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str], qapp: object
) -> None:
    out = tmp_path / "pair.png"
    status = main(["render", "--compare", "2,1", *place, "--size", "640x360", "--out", str(out)])
    assert status == 0, capsys.readouterr().err
    image = QImage(str(out))
    assert (image.width(), image.height()) == (640, 360)
    assert read_document(out).exploration.place.dimension == (2 if "--landscape" in place else 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--compare", "1,9", "--landscape", "two-wells"), "numbered 1 (the lowest) to 2; there is no 9."),
        (("--compare", "0,1"), "such as 1,2; not “0,1”."),
        (("--compare", "one"), "not “one”."),
        (("--compare", "2,2"), "choose two different ones."),
        (("--compare", "1,2", "--formula", "x^2", "--region", "-1,1"), "nothing to compare it with."),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(
    words: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], qapp: object
) -> None:
    out = tmp_path / "pair.png"
    assert main(["render", *words, "--out", str(out)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(said)
    assert not out.exists()


def test_numbers_are_read_with_blanks() -> None:
    assert pair_of(" 3 , 12 ") == (3, 12)
