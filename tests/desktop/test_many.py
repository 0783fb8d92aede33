"""Every session of a folder drawn at once: each its own file, written whole; what fails is listed."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from minima_core.document import Document, opening
from minima_desktop.cli import main
from minima_desktop.export.many import formats_of, sessions_in, targets_of
from minima_desktop.files import read_document


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "sessions"
    folder.mkdir()
    document = opening()
    for k, layout in enumerate(("map", "trace")):
        view = msgspec.structs.replace(document.view, layout=layout, theme="light")
        session = Document(document.version, document.exploration, view)
        (folder / f"{k} race.minima.json").write_bytes(session.to_json())
    (folder / "broken.json").write_text("{")
    (folder / "notes.txt").write_text("no session")
    (tmp_path / "out").mkdir()
    return folder


def test_each_session_has_its_files_and_failures_are_listed(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    (out / "0 race.svg").write_text("precious")
    words = ["render", "--all", str(folder), "--out", str(out), "--format", "png,svg", "--size", "300x200"]
    assert main(words) == 2
    said = capsys.readouterr()
    assert {path.name for path in out.iterdir()} == {"0 race.png", "0 race.svg", "1 race.png", "1 race.svg"}
    assert (out / "0 race.svg").read_text() == "precious"
    for k in range(2):
        session = read_document(folder / f"{k} race.minima.json")
        assert read_document(out / f"{k} race.png") == session
    lines = said.err.strip().splitlines()
    assert len(lines) == 2
    assert "0 race.minima.json" in lines[0] and "--force" in lines[0]
    assert "broken.json" in lines[1] and "not a session" in lines[1]
    assert "3 pictures" in said.out and "2 could not be drawn" in said.out


def test_two_sessions_never_share_a_file(folder: Path) -> None:
    (folder / "0 race.json").write_text("{}")
    sessions = sessions_in(folder)
    assert [path.name for path in sessions] == [
        "0 race.json",
        "0 race.minima.json",
        "1 race.minima.json",
        "broken.json",
    ]
    targets = [targets_of(each, sessions, folder, [".png"])[0].name for each in sessions]
    assert targets == ["0 race.json.png", "0 race.minima.json.png", "1 race.png", "broken.png"]


def test_formats_are_checked_before_anything_is_drawn() -> None:
    assert formats_of("SVG,.png,svg") == (".svg", ".png")
    with pytest.raises(ValueError, match=r"“docx” cannot be written; there are png"):
        formats_of("png,docx")


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--landscape", "booth"), "--landscape"), (("--format", "doc"), "“doc”"), (("--out", "x"), "folder")],
)
def test_what_cannot_be_asked_of_many_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert main(["render", "--all", str(folder), "--out", str(tmp_path / "out"), *words]) == 2
    assert said in capsys.readouterr().err
    assert not list((tmp_path / "out").iterdir())
