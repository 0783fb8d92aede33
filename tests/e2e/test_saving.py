"""Sessions in the real window: saved, opened, dropped, kept, brought back, and never lost unasked."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from minima_core.document import Document, opening, prepared_scenes
from minima_core.scene import figure
from minima_desktop.export.stills import STILLS, still_bytes
from minima_desktop.files import read_document, session_bytes
from minima_desktop.saving import Saving
from tests.e2e.hand import Hand, wait

CONTROL = Qt.KeyboardModifier.ControlModifier


def saving(hand: Hand) -> Saving:
    """What the window does with sessions."""
    assert hand.window.saving is not None
    return hand.window.saving


@pytest.fixture(autouse=True)
def nothing_before(request: pytest.FixtureRequest) -> Iterator[None]:
    """Begins and ends each test at the opening, which is in no file and as it should be."""
    if "hand" not in request.fixturenames:
        yield
        return
    one: Hand = request.getfixturevalue("hand")
    yield
    one.window.do("opening")
    saving(one)._before = None


def look(hand: Hand) -> None:
    """Have marks brought up to date now."""
    saving(hand).look(time.perf_counter() + 60)
    saving(hand)._due = 0.0


def said(hand: Hand) -> str:
    """What the message in the window says."""
    return hand.window.deck.toast.text()


def drop(widget: QWidget, *paths: Path) -> bool:
    """Drag files over a widget and let go; whether they were taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at = QPoint(20, 20)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, data, buttons, keys)
    enter.ignore()
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    let_go = QDropEvent(QPointF(at), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(widget.window(), let_go)
    return True


# -- saving ----------------------------------------------------------------------------------------------


def test_saving_names_the_file_takes_the_mark_away_and_can_be_read_again(hand: Hand, tmp_path: Path) -> None:
    window, saves = hand.window, saving(hand)
    look(hand)
    assert not window.isWindowModified()
    window.session.start_at((1.0, 1.0))
    look(hand)
    assert window.isWindowModified() and window.windowTitle().startswith("New session")
    assert window.acts["save"].property("icon_name") == "save-changed"
    path = tmp_path / "race.minima.json"
    assert saves.save_in(path)
    look(hand)
    assert not window.isWindowModified() and window.windowTitle().startswith("race[*]")
    assert said(hand) == "Saved: race.minima.json."
    read = read_document(path)
    assert read.exploration == window.session.exploration
    assert read.view.step == window.player.step
    assert path.read_text().count("\n") > 60
    window.session.set_steps(111)
    look(hand)
    assert window.isWindowModified()
    window.do("undo")
    look(hand)
    assert not window.isWindowModified(), "undo goes back to what is saved"
    window.session.look(camera=(10.0, 20.0, 1.0))
    look(hand)
    assert not window.isWindowModified(), "from where one looks is no change"
    assert saves.recents.files()[0] == path


def test_ctrl_s_saves_in_the_file_or_asks_for_one(hand: Hand, tmp_path: Path) -> None:
    window, path = hand.window, tmp_path / "race.minima.json"
    hand.key(Qt.Key.Key_S, CONTROL)
    (dialog,) = window.findChildren(QFileDialog)
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    (offered,) = dialog.selectedFiles()
    assert Path(offered).name == "two-wells.minima.json" and Path(offered).parent == Path(
        dialog.directory().path()
    )
    assert Path(offered).parent == Path(saving(hand).recents.folder())
    dialog.fileSelected.emit(str(path))
    dialog.close()
    assert path.exists()
    window.activateWindow()
    wait(window.isActiveWindow, "the keyboard")
    window.deck.map.setFocus()
    window.session.set_steps(123)
    hand.key(Qt.Key.Key_S, CONTROL)
    assert read_document(path).exploration.steps == 123


@pytest.mark.parametrize("call", ["replace", "fsync"])
def test_a_full_disk_is_a_sentence_and_leaves_the_old_file(
    hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "race.minima.json"
    assert saving(hand).save_in(path)
    before = path.read_bytes()
    hand.window.session.set_steps(99)
    monkeypatch.setattr(os, call, fail)
    saving(hand).save()
    monkeypatch.undo()
    assert "no space left" in said(hand)
    assert path.read_bytes() == before and os.listdir(tmp_path) == [path.name]
    look(hand)
    assert hand.window.isWindowModified()


def test_a_folder_that_has_gone_is_a_sentence(hand: Hand, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    assert saving(hand).save_in(folder / "race.minima.json")
    hand.window.session.set_steps(99)
    shutil.rmtree(folder)
    saving(hand).save()
    assert "does not exist" in said(hand)
    look(hand)
    assert hand.window.isWindowModified()


def test_what_somebody_else_changed_is_not_overwritten_unasked(hand: Hand, tmp_path: Path) -> None:
    path = tmp_path / "race.minima.json"
    assert saving(hand).save_in(path)
    path.write_bytes(session_bytes(prepared_scenes()[0].document()))
    hand.window.session.set_steps(99)
    saving(hand).save()
    assert "changed by somebody else" in said(hand)
    assert read_document(path) == prepared_scenes()[0].document()


# -- opening ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", sorted(STILLS))
def test_a_picture_dropped_on_the_window_is_the_document_that_made_it(
    hand: Hand, tmp_path: Path, ending: str
) -> None:
    window = hand.window
    made = prepared_scenes()[0].document()
    view = msgspec.structs.replace(made.view, step=7, theme="light", layout="both", title="η → 0")
    document = Document(made.version, made.exploration, view)
    path = tmp_path / f"picture{ending}"
    path.write_bytes(still_bytes(figure(document, {}, {}, 7), ending, 640, 400, document=document))
    assert drop(window.deck.map.viewport(), path)
    assert window.session.document == document
    assert window.player.step == 7 and not window.player.playing
    look(hand)
    assert not window.isWindowModified()
    assert saving(hand).home.path is None, "a session is never written into a picture"
    window.commands.set_theme("dark", 10.5)


def test_a_session_dropped_on_any_part_of_the_window_is_opened(hand: Hand, tmp_path: Path) -> None:
    window = hand.window
    path = tmp_path / "race.minima.json"
    document = prepared_scenes()[1].document()
    path.write_bytes(session_bytes(document))
    for part in (window.deck.map.viewport(), window.deck.surface, window.deck.header.formula.field):
        window.do("opening")
        assert drop(part, path), type(part).__name__
        assert window.session.exploration == document.exploration
    assert window.windowTitle() != "" and saving(hand).home.path == path


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.json", b"{", "cut off"),
        ("a.json", b"\x00" * 99, "not JSON"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "carries no session"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "carries no session"),
        ("a.pdf", b"%PDF-1.7", "carries no session"),
        ("a.json", b'{"version": 99, "format": "minima-desktop session"}', "newer version"),
    ],
    ids=["cut", "zeros", "png", "svg", "pdf", "newer"],
)
def test_what_cannot_be_opened_leaves_everything_as_it_was(
    hand: Hand, tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    before, home = hand.window.session.document, saving(hand).home
    path = tmp_path / name
    path.write_bytes(data)
    assert drop(hand.window, path)
    assert words in said(hand) and said(hand).endswith(".")
    assert hand.window.session.document == before and saving(hand).home is home


def test_what_something_else_is_opened_over_comes_back_with_all_that_can_be_undone(hand: Hand) -> None:
    window = hand.window
    window.session.start_at((1.0, 1.0))
    window.session.set_steps(77)
    mine = window.session.exploration
    window.commands.open_scene(prepared_scenes()[0].name)
    assert "What you had is kept" in said(hand)
    assert saving(hand).before.startswith("Two wells")
    window.deck.toast.link.click()
    assert window.session.exploration == mine
    window.do("undo")
    window.do("undo")
    assert window.session.exploration == opening().exploration


def test_the_list_has_files_examples_and_what_is_not_saved(hand: Hand, tmp_path: Path) -> None:
    window = hand.window
    path = tmp_path / "evening.minima.json"
    path.write_bytes(session_bytes(prepared_scenes()[1].document()))
    assert saving(hand).open_file(path)
    window.session.set_steps(55)
    window.do("opening")
    hand.key(Qt.Key.Key_O, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    popup = window.commands.start_list.popup
    assert popup is not None and popup.isVisible()
    titles = popup.titles()
    for title in ("Choose a file…", "Not saved", "Opened lately", "evening", "Examples"):
        assert title in titles
    QTest.keyClick(popup.list, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    window.commands.start_list.choose(f"file:{path}")
    assert window.session.exploration == prepared_scenes()[1].document().exploration
    window.commands.start_list.choose("before")
    assert window.session.exploration.steps == 55


# -- lessons and talks -----------------------------------------------------------------------------------


def test_a_talk_and_a_lesson_leave_what_is_kept_as_it_was(hand: Hand) -> None:
    window, saves = hand.window, saving(hand)
    window.session.set_steps(88)
    mine = window.session.exploration
    window.do("present")
    assert window.session.beneath is not None
    window.commands.presenting.act("next")
    assert window.session.exploration != mine
    assert [each.document.exploration for each in saves._unsaved().opened][:1] == [mine]
    window.commands.presenting.end()
    assert window.session.beneath is None

    window.do("learn")
    assert window.teaching is not None
    wait(lambda: window.deck.learn_room.is_made, "the card of lessons")
    window.teaching.aside.keep()
    window.commands.open_as_it_looks(prepared_scenes()[0].document())
    assert saves.home.path is None and not saves.dirty
    assert [each.document.exploration for each in saves._unsaved().opened][:1] == [mine]
    window.session.set_steps(44)
    kept = [each.document.exploration for each in saves._unsaved().opened]
    assert kept == [window.session.exploration, mine], "no lesson has the window: both are the person’s"
    window.teaching.aside.give_back()
    assert window.session.exploration == mine and saves.dirty
    window.do("learn")
