"""What is kept is brought back, after closing and after being killed; where it cannot be, one is asked."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from minima_core.document import opening
from minima_desktop.keeping import Beginning, Keeper
from minima_desktop.preferences import Preferences
from minima_desktop.window import MainWindow
from tests.e2e.hand import close_window, pause, wait


@pytest.fixture
def styled(qapp: QApplication) -> Iterator[None]:
    """Puts back what a window sets on the application."""
    old = qapp.styleSheet(), qapp.palette(), qapp.font(), qapp.style().objectName()
    qapp.setStyle("Fusion")
    yield
    qapp.setStyle(old[3])
    qapp.setStyleSheet(old[0])
    qapp.setPalette(old[1])
    qapp.setFont(old[2])


def window_on(keeper: Keeper) -> MainWindow:
    """A window as the program makes it, on what was left behind if anything was."""
    found = keeper.resume()
    window = MainWindow(opening() if found is None else found.now.document, Preferences())
    window.begin = lambda: Beginning(None, keeper, found)
    window.painted.connect(window.start)
    window.show()
    wait(lambda: window.saving is not None, "the window started")
    window.deck.toast.set_motion(False)
    return window


def test_a_closed_window_comes_back_as_it_was_left_and_the_opening_is_one_click_away(
    styled: None, tmp_path: Path
) -> None:
    folder = tmp_path / "open"
    window = window_on(Keeper(folder))
    window.session.start_at((1.0, 1.0))
    mine = window.session.exploration
    wait(lambda: bool(list(folder.glob("*.json"))), "the change kept")
    assert window.close(), "nothing was asked"
    close_window(window)

    again = window_on(Keeper(folder))
    try:
        assert again.session.exploration == mine
        assert "not saved yet: Two wells, 5 methods" in again.deck.toast.text()
        wait(again.isWindowModified, "the mark")
        again.deck.toast.link.click()
        assert again.session.exploration == opening().exploration
        wait(lambda: not again.isWindowModified(), "no mark")
    finally:
        close_window(again)
    (left,) = Keeper(folder).others()
    assert left.now.document.exploration == mine
    assert Keeper(folder).resume() is None, "offered in the list, not opened again"


def test_closing_asks_only_where_nothing_can_be_kept(
    styled: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    window = window_on(Keeper(tmp_path / "open"))
    try:
        window.session.start_at((1.0, 1.0))
        monkeypatch.setattr(os, "replace", fail)
        window.close()
        (box,) = window.findChildren(QMessageBox)
        assert window.isVisible() and "no space left" in box.text()
        leave = next(each for each in box.buttons() if each.text() == "Close without saving")
        leave.click()
        pause(20)
        assert window.isHidden()
    finally:
        monkeypatch.undo()
        close_window(window)


needs_hand = pytest.mark.skipif(not shutil.which("xdotool"), reason="no xdotool here")


def started(home: Path) -> subprocess.Popen[str]:
    """Start the program as a person does, with a state folder of its own."""
    environment = {
        **os.environ,
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "config"),
    }
    environment.pop("MINIMA_TIMINGS", None)
    return subprocess.Popen(
        [sys.executable, "-m", "minima_desktop"], stderr=subprocess.DEVNULL, text=True, env=environment
    )


def title_of(program: subprocess.Popen[str], part: str) -> str:
    """Wait until a window of the program has a title with `part` in it; its number."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert program.poll() is None
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--pid", str(program.pid), "--name", part],
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        ).stdout.split()
        if found:
            return found[-1]
        time.sleep(0.1)
    raise AssertionError(f"no window with “{part}” in its title")


def press(program: subprocess.Popen[str], part: str, *keys: str) -> None:
    """Press keys in the window of the program whose title has `part` in it."""
    for key in keys:
        window = title_of(program, part)
        subprocess.run(["xdotool", "windowfocus", window], check=False, timeout=10, stderr=subprocess.DEVNULL)
        subprocess.run(["xdotool", "key", key], check=True, timeout=10)


@needs_hand
@pytest.mark.slow
def test_killed_without_warning_the_next_start_has_what_was_done(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "minima-desktop" / "open"
    program = started(tmp_path)
    try:
        deadline = time.monotonic() + 20
        while not list(folder.glob("*.json")) and time.monotonic() < deadline:
            press(program, "Minima Desktop", "Escape", "t")
            time.sleep(0.5)
        assert list(folder.glob("*.json")), "the change is kept while the program runs"
    finally:
        program.send_signal(signal.SIGKILL)
        program.communicate()
    (found,) = Keeper(folder).others()
    assert not found.closed and found.now.document.exploration.starts != opening().exploration.starts

    again = started(tmp_path)
    try:
        title_of(again, "New session")
        assert Keeper(folder).others() == (), "the program that runs holds it"
        for _ in range(3):
            press(again, "New session", "ctrl+q")
            with contextlib.suppress(subprocess.TimeoutExpired):
                again.wait(5)
                break
        assert again.returncode == 0
    finally:
        if again.poll() is None:
            again.kill()
            again.communicate()
    (left,) = Keeper(folder).others()
    assert left.closed
    assert left.now.document.exploration == found.now.document.exploration
