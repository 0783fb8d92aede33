"""The program as a process and windows of their own: closing, no OpenGL, exceptions, the tour."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from minima_desktop import crash
from minima_desktop.app import Alarm
from tests.e2e.hand import close_window, make_window, pause, wait


def colours(image: QImage) -> int:
    """How many colours a picture has, looked at here and there."""
    return len({image.pixel(x, y) for x in range(0, image.width(), 9) for y in range(0, image.height(), 9)})


@pytest.fixture
def styled(qapp: QApplication) -> Iterator[None]:
    """Puts back what a window sets on the application."""
    look = qapp.styleSheet(), qapp.palette(), qapp.font(), qapp.style().objectName()
    qapp.setStyle("Fusion")
    yield
    qapp.setStyle(look[3])
    qapp.setStyleSheet(look[0])
    qapp.setPalette(look[1])
    qapp.setFont(look[2])


def test_closing_mid_run_joins_every_thread(styled: None) -> None:
    before = set(threading.enumerate())
    window = make_window()
    window.player.speed = 0.0
    window.session.set_steps(10**9)
    window.player.playing = True
    wait(lambda: window.player.step > 1000, "a race that runs")
    began = time.monotonic()
    close_window(window)
    assert time.monotonic() - began < 10
    left = [t for t in threading.enumerate() if t not in before and not t.name.startswith("minima-pool")]
    assert left == []


def test_closing_before_anything_is_prepared(styled: None) -> None:
    from minima_core.document import opening
    from minima_desktop.preferences import Preferences
    from minima_desktop.window import MainWindow

    window = MainWindow(opening(), Preferences())
    window.painted.connect(window.start)
    window.show()
    loop = QEventLoop()
    window.painted.connect(loop.quit)
    QTimer.singleShot(5000, loop.quit)
    loop.exec()
    close_window(window)
    assert not any(t.name == "minima-engine" and t.is_alive() for t in threading.enumerate())


def test_a_window_that_was_never_shown_closes(styled: None) -> None:
    from minima_core.document import opening
    from minima_desktop.preferences import Preferences
    from minima_desktop.window import MainWindow

    window = MainWindow(opening(), Preferences())
    close_window(window)


def test_without_opengl_the_status_line_says_so(styled: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINIMA_NO_OPENGL", "1")
    window = make_window()
    try:
        wait(
            lambda: window.deck.surface.software and window.deck.surface.layers.stage is not None,
            "the surface",
        )
        assert "software" in window.deck.status._note
        surface = window.deck.surface.grab().toImage()
        colours = {
            surface.pixel(x, y) for x in range(0, surface.width(), 9) for y in range(0, surface.height(), 9)
        }
        assert len(colours) > 100
    finally:
        close_window(window)


def test_panels_and_theme_come_back_at_the_next_start(styled: None) -> None:
    window = make_window()
    window.deck.workspace.set_folded("trace", True)
    window.resize(1300, 800)
    pause(50)
    close_window(window)
    again = make_window()
    try:
        assert again.deck.workspace.is_folded("trace")
    finally:
        again.do("reset-layout")
        close_window(again)


@pytest.mark.qt_no_exception_capture
def test_an_unexpected_exception_is_logged_and_shown_and_the_race_goes_on(
    styled: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import logging

    from minima_desktop.app import _show_crash
    from minima_desktop.sheets import CrashSheet

    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "__excepthook__", lambda *_: None)
    path = crash.start_log(tmp_path)
    window = make_window()
    alarm = Alarm()
    crash.catch_everything(alarm.raised.emit)
    alarm.raised.connect(lambda text: _show_crash(window, text))
    before = window.session.exploration
    try:

        def stumble() -> None:
            raise ZeroDivisionError("a slot stumbled")

        QTimer.singleShot(0, stumble)
        wait(lambda: bool(window.findChildren(CrashSheet)), "the sheet")
        sheet = window.findChildren(CrashSheet)[0]
        (text,) = [edit.toPlainText() for edit in sheet.findChildren(QPlainTextEdit)]
        assert "a slot stumbled" in text
        assert path is not None
        assert "a slot stumbled" in path.read_text(encoding="utf-8")
        assert window.session.exploration is before
        sheet.accept()
        window.player.playing = True
        at = window.player.step
        wait(
            lambda: window.player.step > at or window.player.step == window.player.horizon, "the race goes on"
        )
    finally:
        close_window(window)
        for handler in [handler for handler in root.handlers if handler not in handlers]:
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)


# -- the process -----------------------------------------------------------------------------------------

needs_hand = pytest.mark.skipif(not shutil.which("xdotool"), reason="no xdotool here")


def start(*words: str) -> subprocess.Popen[str]:
    """Start the program as a person does."""
    return subprocess.Popen(
        [sys.executable, "-m", "minima_desktop", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "MINIMA_TIMINGS": "1"},
    )


def test_the_tour_leaves_pictures_and_status_0(tmp_path: Path) -> None:
    program = start("--tour", str(tmp_path / "tour"))
    out, err = program.communicate(timeout=150)
    assert program.returncode == 0, err
    assert "Traceback" not in err
    pictures = sorted((tmp_path / "tour").glob("*.png"))
    assert len(pictures) >= 12
    for picture in pictures:
        image = QImage(str(picture))
        colours = {
            image.pixel(x, y) for x in range(0, image.width(), 11) for y in range(0, image.height(), 11)
        }
        assert len(colours) > 100, picture.name
        assert picture.name in out


@needs_hand
def test_the_program_driven_from_outside_and_closed_mid_run() -> None:
    program = start()
    try:
        assert program.stderr is not None
        seen = []
        for line in program.stderr:
            seen.append(line)
            if "race-moves" in line:
                break
        assert any("first-paint" in line for line in seen), seen
        assert any("race-moves" in line for line in seen), seen
        windows: list[str] = []
        deadline = time.monotonic() + 15
        while not windows and time.monotonic() < deadline:
            windows = subprocess.run(
                ["xdotool", "search", "--pid", str(program.pid), "--name", "Minima"],
                capture_output=True,
                text=True,
                check=False,
                timeout=10,
            ).stdout.split()
            time.sleep(0.2)
        assert windows, program.poll()
        window = windows[-1]
        for act in (
            ["mousemove", "--window", window, "300", "400", "click", "1"],
            ["key", "--window", window, "space"],
            ["key", "--window", window, "t"],
        ):
            subprocess.run(["xdotool", *act], check=True, timeout=10)
            time.sleep(0.15)
        assert program.poll() is None
        subprocess.run(["xdotool", "windowfocus", window], check=False, timeout=10)
        subprocess.run(["xdotool", "key", "ctrl+q"], check=True, timeout=10)
        _, err = program.communicate(timeout=20)
        assert program.returncode == 0
        assert "Traceback" not in err
    finally:
        if program.poll() is None:
            program.send_signal(signal.SIGKILL)
            program.communicate()


def test_a_broken_file_ends_with_2_and_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    program = start(str(tmp_path / "broken.json"))
    out, err = program.communicate(timeout=60)
    assert program.returncode == 2
    assert out == ""
    lines = [line for line in err.splitlines() if line]
    assert len(lines) == 1
    assert "broken.json" in lines[0]
