"""Files are written whole or not at all; what is no session is refused with one sentence."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from minima_core.document import Document, opening
from minima_desktop.files import DOCUMENT_KEY, FileError, png_bytes, read_document, write_whole


def names(folder: Path) -> list[str]:
    """What lies in a folder, hidden files too."""
    return sorted(os.listdir(folder))


def picture(document: Document | None = None) -> bytes:
    """A small picture, which may carry a document."""
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    return png_bytes(image, document)


def refusal(path: Path) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(FileError) as caught:
        read_document(path)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    assert sentence.endswith((".", "?"))
    return sentence


# -- writing ---------------------------------------------------------------------------------------------


def test_a_file_is_written_with_nothing_beside_it(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.png", b"data", overwrite=False)
    assert (tmp_path / "a.png").read_bytes() == b"data"
    assert names(tmp_path) == ["a.png"]


def test_what_a_killed_program_left_beside_a_file_goes_with_the_next_writing(tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in (".a.png.abcd_123.png", ".a.png.efgh4567", ".a.png.mine"))
    for each in (old, new, other):
        each.touch()
    for each in (old, other):
        os.utime(each, (0, 0))
    write_whole(tmp_path / "a.png", b"data", overwrite=False)
    assert names(tmp_path) == [".a.png.efgh4567", ".a.png.mine", "a.png"]


def test_others_may_read_it_as_usual(tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.touch()
    write_whole(tmp_path / "a.png", b"data", overwrite=False)
    assert (tmp_path / "a.png").stat().st_mode == usual.stat().st_mode


def test_a_file_that_is_there_is_not_overwritten_unasked(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"old")
    with pytest.raises(FileError, match="there already"):
        write_whole(tmp_path / "a.png", b"new", overwrite=False)
    assert (tmp_path / "a.png").read_bytes() == b"old"
    write_whole(tmp_path / "a.png", b"new", overwrite=True)
    assert (tmp_path / "a.png").read_bytes() == b"new"
    assert names(tmp_path) == ["a.png"]


def test_a_missing_folder_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist"):
        write_whole(tmp_path / "no" / "a.png", b"data", overwrite=False)
    assert names(tmp_path) == []


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(FileError, match="is a folder"):
        write_whole(tmp_path / "a.png", b"data", overwrite=True)


def test_a_file_as_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="folder"):
        write_whole(tmp_path / "file" / "a.png", b"data", overwrite=True)


@pytest.mark.parametrize("call", ["replace", "fsync", "chmod"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    (tmp_path / "a.png").write_bytes(b"old")
    monkeypatch.setattr(os, call, fail)
    with pytest.raises(FileError, match=os.strerror(number).lower()) as caught:
        write_whole(tmp_path / "a.png", b"new", overwrite=True)
    monkeypatch.undo()
    assert str(tmp_path / "a.png") in str(caught.value)
    assert (tmp_path / "a.png").read_bytes() == b"old"
    assert names(tmp_path) == ["a.png"]


def test_a_name_that_is_too_long_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="too long"):
        write_whole(tmp_path / ("a" * 250 + ".png"), b"data", overwrite=True)
    assert names(tmp_path) == []


# -- a picture carries its document ----------------------------------------------------------------------


def test_a_picture_carries_its_document(tmp_path: Path) -> None:
    document = opening()
    path = tmp_path / "race.png"
    path.write_bytes(picture(document))
    assert read_document(path) == document
    assert QImage(str(path)).text(DOCUMENT_KEY)


def test_a_picture_is_told_by_what_it_holds_not_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "race.json"
    path.write_bytes(picture(opening()))
    assert read_document(path) == opening()


def test_the_same_picture_twice_is_the_same_bytes() -> None:
    assert picture(opening()) == picture(opening())


def test_the_picture_that_is_given_is_left_as_it_was() -> None:
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    png_bytes(image, opening())
    assert image.text(DOCUMENT_KEY) == ""


def test_names_in_every_script_survive_the_way_through_a_picture(tmp_path: Path) -> None:
    import msgspec

    document = opening()
    view = msgspec.structs.replace(document.view, title="Где застревает η → 0 · “ふたつ” 🏔")
    path = tmp_path / "race.png"
    path.write_bytes(picture(Document(1, document.exploration, view)))
    assert read_document(path).view.title == view.title


def test_an_ordinary_picture_carries_nothing(tmp_path: Path) -> None:
    path = tmp_path / "plain.png"
    path.write_bytes(picture())
    assert "carries no session" in refusal(path)


# -- hostile files ---------------------------------------------------------------------------------------


def test_a_session_is_read(tmp_path: Path) -> None:
    path = tmp_path / "race.json"
    path.write_bytes(opening().to_json())
    assert read_document(path) == opening()


def test_a_session_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    whole = opening().to_json()
    path = tmp_path / "race.json"
    for k in range(0, len(whole) - 1, max(1, len(whole) // 40)):
        path.write_bytes(whole[:k])
        refusal(path)


def test_a_picture_cut_off_anywhere_is_refused_or_whole(tmp_path: Path) -> None:
    whole = picture(opening())
    path = tmp_path / "race.png"
    for k in range(8, len(whole) - 1, max(1, len(whole) // 40)):
        path.write_bytes(whole[:k])
        try:
            assert read_document(path) == opening()  # cut behind the text that carries it
        except FileError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 1000,
        bytes(range(256)) * 8,
        b"\xff\xfe{\x00}\x00",
        b"null",
        b"[]",
        b"7",
        b'"text"',
        b"{}",
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"version": 1e400}',
        b'{"version": "1"}',
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_no_session_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "what.json"
    path.write_bytes(data)
    assert str(path) in refusal(path)


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(10**9)
    assert "MB" in refusal(path)


def test_a_folder_or_nothing_is_refused(tmp_path: Path) -> None:
    refusal(tmp_path)
    refusal(tmp_path / "nothing.json")


def edited(**changes: object) -> bytes:
    """The opening document as JSON with fields set: “exploration.steps” by its dotted path."""
    data = json.loads(opening().to_json())
    for path, value in changes.items():
        *way, last = path.split("__")
        at = data
        for name in way:
            at = at[int(name)] if isinstance(at, list) else at[name]
        if isinstance(at, list):
            at[int(last)] = value
        else:
            at[last] = value
    return json.dumps(data).encode()


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"version": 99}, "newer version"),
        ({"version": 0}, "format 0"),
        ({"version": 99, "invention": True}, "newer version"),
        ({"exploration__steps": "many"}, "exploration.steps"),
        ({"exploration__steps": -1}, "steps"),
        ({"exploration__steps": 10**12}, "steps"),
        ({"exploration__invention": 1}, "invention"),
        ({"exploration__place": 7}, "exploration.place"),
        ({"exploration__place__landscape": "himelblau"}, "himelblau"),
        ({"exploration__place__lower": [5.0, 5.0]}, "region"),
        ({"exploration__starts": [{"position": [99.0, 0.0]}]}, "outside"),
        ({"exploration__starts": [{"position": [0.0]}]}, "coordinates"),
        ({"exploration__starts": [{"position": ["x", "y"]}]}, "number"),
        ({"exploration__entries__0__segments": []}, "segment"),
        ({"exploration__entries__0__segments__0__method": "adamm,lr=1"}, "adamm"),
        ({"exploration__entries__0__segments__0__method": "adam,lr=-1"}, "lr"),
        ({"exploration__entries__0__id": 1}, "same number"),
        ({"view__theme": "neon"}, "theme"),
        ({"view__camera": [0.0, 0.0]}, "camera"),
        ({"view__zoom": [1.0, 0.0, 1.0, 0.0]}, "zoom"),
    ],
    ids=str,
)
def test_a_wrong_field_is_refused_by_name(tmp_path: Path, changes: dict[str, object], word: str) -> None:
    path = tmp_path / "race.json"
    path.write_bytes(edited(**changes))
    assert word in refusal(path)


def test_a_formula_in_a_file_is_never_run(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    path = tmp_path / "race.json"
    path.write_bytes(
        edited(
            exploration__place__landscape=None,
            exploration__place__formula=f"__import__('os').mkdir('{trap}')",
        )
    )
    refusal(path)
    assert not trap.exists()
