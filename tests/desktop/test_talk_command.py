"""Talks on the command line: slides, pages, pictures and films from one file, or a sentence and nothing."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from minima_core.document import Document, opening
from minima_core.document.envelope import laid_out
from minima_core.document.talk import Talk, TalkScene
from minima_desktop.carried import carried_in
from minima_desktop.cli import main
from minima_desktop.export import slides
from minima_desktop.export.talk_command import endings_of


@pytest.fixture(scope="module")
def talk() -> Talk:
    document = opening()
    few = tuple(each for each in document.exploration.entries if each.name == "adam")
    exploration = msgspec.structs.replace(document.exploration, entries=few, steps=30)
    shown = Document(document.version, exploration, msgspec.structs.replace(document.view, layout="map"))
    still = Document(document.version, msgspec.structs.replace(exploration, entries=()), shown.view)
    return Talk(
        "Traps", (TalkScene(shown, "Adam", question="Where?", notes="Secret"), TalkScene(still, "Still"))
    )


@pytest.fixture
def file(talk, tmp_path, qapp) -> Path:
    path = tmp_path / "traps.talk.json"
    path.write_bytes(laid_out(talk.to_json()))
    return path


def test_one_talk_becomes_pages_and_is_not_written_over(file, talk, tmp_path, capsys):
    out = tmp_path / "traps.pdf"
    words = ["render", "--talk", str(file), "--out", str(out), "--size", "480x270"]
    assert main(words) == 0
    assert Talk.from_json(carried_in(out.read_bytes())) == talk.without_notes
    before = out.read_bytes()
    assert main(words) == 2
    assert "is there already" in capsys.readouterr().err
    assert main([*words, "--force", "--theme", "dark"]) == 0
    assert out.read_bytes() != before


def test_a_folder_gets_pictures_of_all_scenes_and_films_of_those_that_move(
    file, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr("minima_desktop.export.talk_command.listen", lambda stop: None)
    out = tmp_path / "all"
    words = ["--size", "240x160", "--format", "svg,gif", "--seconds", "0.6", "--fps", "5", "--progress"]
    assert main(["render", "--talk", str(file), "--out", str(out), *words]) == 0
    names = {path.name for path in out.iterdir()}
    assert names == {
        "1-adam-question.svg", "1-adam-answer.svg", "1-adam-answer.gif", "2-still.svg"
    }  # fmt: skip
    assert (out / "1-adam-answer.gif").read_bytes().startswith(b"GIF89a")
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    shares = [each[0] for each in told[:-1]]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert told[-1] == {"files": 4, "sentence": ""}


def test_slides_that_play_hold_a_film_behind_its_poster(file, tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(slides, "PICTURE_PIXELS", (480, 208))
    monkeypatch.setattr(slides, "look_for_pptx", lambda: None)
    monkeypatch.setattr(slides, "deck_bytes", lambda title, each, *_: made.extend(each) or b"deck")
    monkeypatch.setattr("minima_desktop.export.talk_films.PICTURE_PIXELS", (480, 208))
    films = "minima_desktop.export.talk_films"
    monkeypatch.setattr(f"{films}.usual_ending", lambda _: (".gif", ""))
    monkeypatch.setattr(f"{films}.MIMES", {".gif": "image/gif"})
    words = ["render", "--talk", str(file), "--out", str(tmp_path / "a.pptx"), "--films"]
    assert main([*words, "--seconds", "0.6", "--fps", "5"]) == 0
    assert [slide.picture[:4] for slide in made] == [b"\x89PNG"] * 3
    assert made[1].film.data[:4] == b"GIF8" and made[1].film.mime == "image/gif"
    assert made[0].film is None and made[2].film is None
    made.clear()
    monkeypatch.setattr(f"{films}.film_bytes", lambda *_: slides.Film(b"GIF89a", ""))
    assert main([*words, "--force"]) == 0
    assert [slide.picture[:4] for slide in made] == [b"\x89PNG", b"GIF8", b"\x89PNG"]


def test_a_deck_of_one_scene_needs_no_talk(tmp_path, qapp, monkeypatch):
    made = []
    monkeypatch.setattr(slides, "PICTURE_PIXELS", (480, 208))
    monkeypatch.setattr(slides, "look_for_pptx", lambda: None)
    monkeypatch.setattr(slides, "deck_bytes", lambda *parts: made.append(parts) or b"deck")
    out = tmp_path / "one.pptx"
    words = ["--landscape", "himmelblau", "--run", "adam", "--steps", "20", "--theme", "dark"]
    assert main(["render", *words, "--out", str(out)]) == 0
    (title, (slide,), ink, ground) = made[0]
    assert title == slide.title == "Himmelblau’s function" and "20 steps" in slide.caption
    assert int(ink, 16) > int(ground, 16)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "a.gif"], "written as .pptx, .pdf, or into a folder, not as .gif"),
        (["--out", "a", "--format", "png,bmp"], "Scenes are written as png, svg, pdf, gif"),
        (["--out", "a.pdf", "--scene", "hump"], "leave --scene out"),
        (["--out", "no/a.pdf"], "does not exist"),
        (["--out", "a.pdf", "--size", "big"], "size must be"),
        ([], "Say where the talk goes"),
    ],
)
def test_what_cannot_be_is_one_sentence(file, words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["render", "--talk", str(file), *words]) == 2
    told = capsys.readouterr().err.strip()
    assert said.lower() in told.lower() and "\n" not in told
    assert list(tmp_path.iterdir()) == [file]


def test_a_session_is_no_talk_and_a_broken_one_neither(tmp_path, capsys, qapp):
    path = tmp_path / "session.json"
    path.write_bytes(opening().to_json())
    for data, said in ((path.read_bytes(), "a talk is needed"), (b"\x89PNG\r\n\x1a\n", "carries no talk")):
        path.write_bytes(data)
        assert main(["render", "--talk", str(path), "--out", str(tmp_path / "a.pdf")]) == 2
        assert said in capsys.readouterr().err


def test_endings_are_read_as_people_write_them():
    assert endings_of(" PNG,.svg ,png") == (".png", ".svg")
