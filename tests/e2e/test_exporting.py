"""Data leave the real window: the dialog, and one key each for data, formula and command line."""

from __future__ import annotations

import csv
import io
import runpy
import shlex
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from minima_desktop import render
from minima_desktop.cli import main
from minima_desktop.export.command_line import pictured
from minima_widgets.panels.data_dialog import DataDialog
from tests.e2e.hand import Hand, wait

Key = Qt.Key
BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def clipboard() -> str:
    return QApplication.clipboard().text()


def said(hand: Hand) -> str:
    return str(hand.window.deck.toast.text())


def press(hand: Hand, key: Key) -> None:
    """Press a key with Ctrl and Shift; the window has the keyboard again, whatever dialog had it before."""
    hand.window.activateWindow()
    wait(hand.window.isActiveWindow, "the keyboard")
    hand.window.deck.map.setFocus()
    hand.key(key, BOTH)


@pytest.fixture
def dialog(hand: Hand, tmp_path: Path) -> DataDialog:
    """The dialog, as the key opens it at step 40, with a folder to write to."""
    hand.window.preferences.keep("data/dialog", {"folder": str(tmp_path), "chosen": ""})
    wait(lambda: hand.window.projector.findings.critical is not None, "the proof")
    hand.window.player.scrub(40)
    hand.settle()
    press(hand, Key.Key_E)
    (found,) = (each for each in hand.window.deck.findChildren(DataDialog) if each.isVisible())
    return found


def save(hand: Hand, dialog: DataDialog, name: str) -> Path:
    """Choose what, and press Save; return the file."""
    dialog.what._choose(name)
    path = Path(dialog.path.text())
    dialog.save.click()
    wait(lambda: hand.window.commands.exporting._writing is None, "the file")
    return path


def test_the_dialog_saves_what_is_shown_and_never_overwrites_silently(
    hand: Hand, dialog: DataDialog, tmp_path: Path
) -> None:
    dialog.what._choose("trajectories")
    assert dialog.path.text() == str(tmp_path / "two-wells-trajectories.csv")
    assert "rows. Columns: line, method, start, step, x, y, value [loss]" in dialog.meaning.text()
    (tmp_path / "two-wells-trajectories.csv").write_text("mine")
    path = save(hand, dialog, "trajectories")
    assert path.read_text() == "mine"
    assert "exists already" in dialog.problem.text()
    dialog.save.click()
    wait(lambda: hand.window.commands.exporting._writing is None, "the file")
    read = list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))
    entries = hand.exploration.entries
    assert len(read) == 41 * len(entries)
    for entry in entries:
        record = hand.window.engine.published[entry.id, 0].record
        own = [row for row in read if row["line"] == str(entry.id)]
        np.testing.assert_array_equal([float(r["x"]) for r in own], record.positions[:41, 0])
        np.testing.assert_array_equal([float(r["value [loss]"]) for r in own], record.values[:41])
    assert "Saved as two-wells-trajectories.csv." in said(hand)
    wait(lambda: not hand.window.deck.findChildren(DataDialog), "the dialog closed")


def test_everything_as_arrays(hand: Hand, dialog: DataDialog) -> None:
    assert not dialog.copy.isEnabled()
    held = np.load(save(hand, dialog, "all"), allow_pickle=False)
    assert held["runs.steps"].tolist() == [40] * len(hand.exploration.entries)
    assert held["minima.kind"].tolist().count("minimum") == 2


def test_the_script_makes_the_windows_runs(hand: Hand, dialog: DataDialog, capsys) -> None:
    hand.play_to_the_end()
    runs = runpy.run_path(str(save(hand, dialog, "script")))["runs"]
    published = hand.window.engine.published
    assert set(runs) == set(published)
    for key, run in runs.items():
        assert run.positions.tobytes() == np.ascontiguousarray(published[key].record.positions).tobytes()
    assert len(capsys.readouterr().out.splitlines()) == len(runs)


def test_a_key_copies_the_rows_of_the_selected_line_or_of_all(hand: Hand) -> None:
    hand.window.player.scrub(25)
    hand.settle()
    press(hand, Key.Key_C)
    entries = hand.exploration.entries
    rows = [line.split("\t") for line in clipboard().splitlines()]
    assert rows[0][:6] == ["line", "method", "start", "step", "x", "y"]
    assert len(rows) == 1 + 26 * len(entries)
    assert f"of all {len(entries)} runs" in said(hand)
    hand.window.session.look(selected=entries[2].id)
    press(hand, Key.Key_C)
    rows = [line.split("\t") for line in clipboard().splitlines()]
    assert {row[0] for row in rows[1:]} == {str(entries[2].id)}
    assert [row[3] for row in rows[1:]] == [str(step) for step in range(26)]
    assert "of one run" in said(hand)


def test_a_key_copies_the_formula_as_latex(hand: Hand) -> None:
    press(hand, Key.Key_L)
    assert clipboard().startswith("f(x, y) = 1.6 - 2 e^{")
    assert "formula as LaTeX" in said(hand)


def test_a_key_copies_the_line_that_draws_the_picture(hand: Hand, tmp_path: Path) -> None:
    hand.window.player.scrub(33)
    hand.settle()
    press(hand, Key.Key_R)
    assert "command line" in said(hand)
    words = shlex.split(clipboard())[1:]
    assert words[words.index("--at") + 1] == "33"
    words[words.index("--out") + 1] = str(tmp_path / "x.png")
    words[words.index("--size") + 1] = "480x270"
    assert main(words) == 0
    document = hand.window.commands.exporting._document(layout="all")
    assert (tmp_path / "x.png").read_bytes() == render.draw(pictured(document), 480, 270)


def test_what_no_line_can_say_is_said_and_the_clipboard_stays(hand: Hand) -> None:
    QApplication.clipboard().setText("before")
    window = hand.window
    window.session.look(y_axis="linear")
    press(hand, Key.Key_R)
    assert clipboard() == "before"
    assert "Save the session" in said(hand)
    window.session.look(y_axis="log")


def test_what_cannot_be_written_is_said_in_the_dialog(hand: Hand, dialog: DataDialog, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    dialog.what._choose("trajectories")
    dialog.path.setText(str(tmp_path / "gone" / "x.csv"))
    commands = hand.window.commands
    (tmp_path / "gone").rmdir()
    commands.exporting._save("trajectories", str(tmp_path / "gone" / "x.csv"))
    wait(lambda: "does not exist" in dialog.problem.text(), "the sentence")
    assert dialog.isVisible()
    assert dialog.save.isEnabled()
