"""Films on the command line: what is typed, what the window types, and what is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from minima_core.scene.film import FilmOptions
from minima_desktop.cli import build_render_parser, join_negative_values, main
from minima_desktop.export import film_command
from minima_desktop.export.film_command import film_options_of
from minima_desktop.filming import command_of, is_film
from minima_widgets.panels.picture_options import PictureOptions


def typed(*words: str) -> FilmOptions:
    return film_options_of(build_render_parser().parse_args(join_negative_values(["--out", "a.gif", *words])))


def test_what_is_typed_becomes_options() -> None:
    assert typed() == FilmOptions()
    assert typed("--seconds", "2").hold == 0.5, "a short film is not all hold"
    assert typed(
        *("--fps", "24", "--seconds", "4", "--turn", "-90", "--hold", "0", "--easing", "gentle"),
        *("--between", "5,60", "--no-loop"),
    ) == FilmOptions(24, 4.0, "gentle", -90.0, 0.0, False, 5, 60)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--fps", "99"), "between 1 and 60"),
        (("--fps", "many"), "whole number"),
        (("--seconds", "long"), "numbers"),
        (("--seconds", "1,2"), "one number"),
        (("--turn", "inf"), "one number"),
        (("--between", "5"), "between which steps"),
        (("--between", "60,5"), "later one"),
        (("--seconds", "1", "--hold", "2"), "less than the film lasts"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        typed(*words)


def test_the_window_types_what_was_chosen() -> None:
    film = FilmOptions(24, 4.5, "early", -90.0, 0.25, False, 3, 70)
    options = PictureOptions(arrange="methods", caption=False, heights=True, title="Race", measure="px")
    words = command_of(Path("a b.json"), Path("out.mp4"), options, film)
    parsed = build_render_parser().parse_args(join_negative_values(words)[1:])
    assert film_options_of(parsed) == film
    assert parsed.session == Path("a b.json") and parsed.out == Path("out.mp4")
    assert (parsed.size, parsed.grid, parsed.without) == ("1920x1080", "methods", "caption")
    assert parsed.heights and parsed.progress and parsed.force and parsed.type_size is None
    paper = PictureOptions(arrange="setting", setting="lr", values="0.1,0.2", title="x").sized(
        PictureOptions(width=8.5, height=6.0, measure="cm", dpi=300.0, type_size=8.0).size
    )
    parsed = build_render_parser().parse_args(command_of(Path("a"), Path("b.gif"), paper, FilmOptions())[1:])
    assert (parsed.size, parsed.dpi, parsed.type_size, parsed.grid) == ("8.5x6cm", "300", "8", "lr=0.1,0.2")
    assert is_film(Path("a.WEBM")) and not is_film(Path("a.png"))


def test_a_window_hears_how_far_a_film_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(film_command, "listen", lambda stop: None)
    monkeypatch.setattr(film_command, "OFTEN", 0.0)
    path = tmp_path / "film.gif"
    words = ["render", "--out", str(path), "--size", "200x160", "--seconds", "0.4", "--steps", "20"]
    assert main([*words, "--view", "trace", "--progress"]) == 0
    *reports, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each[0] for each in reports] == list(range(1, reports[-1][1] + 1))
    assert last == {"path": str(path), "sentence": "", "size": path.stat().st_size}
    assert main([*words, "--view", "trace"]) == 2
    assert "is there already" in capsys.readouterr().err


def test_whoever_asked_has_gone_and_the_film_is_given_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(film_command, "listen", lambda stop: stop.set())
    words = ["render", "--out", str(tmp_path / "film.gif"), "--size", "200x160", "--steps", "20"]
    assert main([*words, "--seconds", "60", "--progress"]) == 130
    assert "given up" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_pages_and_clear_grounds_are_not_filmed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "film.gif")
    assert main(["render", "--out", out, "--compare", "1,2"]) == 2
    assert "stands still" in capsys.readouterr().err
    assert main(["render", "--out", out, "--transparent"]) == 2
    assert "ground of their own" in capsys.readouterr().err
