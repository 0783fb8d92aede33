"""Shelter for every test: folders of its own, and no thread, timer, window or Qt warning left behind.

Compiled kernels alone are kept between runs (in `build/test-cache`), so that only the first run compiles.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 10.0  # seconds that a thread or window gets to end after its test


def _shelter() -> None:
    """Point every folder that programs write to into one that goes away; the cache of kernels stays."""
    home = Path(tempfile.mkdtemp(prefix="minima-tests-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    cache = ROOT / "build" / "test-cache"
    for variable, folder in {
        "HOME": home,
        "USERPROFILE": home,
        "APPDATA": home / "config",
        "LOCALAPPDATA": cache,
        "XDG_CONFIG_HOME": home / "config",
        "XDG_DATA_HOME": home / "data",
        "XDG_STATE_HOME": home / "state",
        "XDG_RUNTIME_DIR": home / "runtime",
        "XDG_CACHE_HOME": cache,
        "MINIMA_CACHE_DIR": cache / "minima-desktop",
    }.items():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.environ[variable] = str(folder)
    # Programs started by tests import from this checkout too, installed or not.
    folders = [str(ROOT / folder) for folder in ("", "core", "widgets", "resources")]
    os.environ["PYTHONPATH"] = os.pathsep.join(folders)


def _screen_of_its_own() -> None:
    """Give a process that shares the tests with others a virtual screen: one screen has one keyboard."""
    server = shutil.which("Xvfb")
    if "PYTEST_XDIST_WORKER" not in os.environ or server is None:
        return
    read, write = os.pipe()
    screen = subprocess.Popen(
        [server, "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    atexit.register(screen.wait)
    atexit.register(screen.terminate)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    assert number, "The virtual screen did not start."
    os.environ["DISPLAY"] = f":{number}"
    os.environ.pop("XAUTHORITY", None)


_shelter()  # before numba or Qt are imported: both read the environment once
_screen_of_its_own()


def _uses_qt(request: pytest.FixtureRequest) -> bool:
    """Whether a test runs in a process and room where Qt objects may be left behind."""
    rooms = {"widgets", "desktop", "e2e"}
    return bool(rooms & set(request.path.relative_to(ROOT / "tests").parts)) or bool(
        {"qtbot", "qapp"} & set(request.fixturenames)
    )


def _wait_until_empty(leftovers: object) -> list[object]:
    """Call `leftovers` until it returns nothing, for at most `PATIENCE` seconds; return what stayed."""
    assert callable(leftovers)
    deadline = time.monotonic() + PATIENCE
    while (found := leftovers()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return list(found)


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    """Fail a test that started a thread and did not end it."""
    before = set(threading.enumerate())
    yield

    def started() -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if thread not in before and not _is_pool(thread)]

    left = _wait_until_empty(started)
    assert not left, f"threads left running: {left}"


def _is_pool(thread: threading.Thread) -> bool:
    """Whether a thread belongs to an executor that lives as long as the process, by design."""
    return thread.name.startswith("minima-pool")


@pytest.fixture(autouse=True)
def no_qt_left_behind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a top-level widget or a running timer."""
    if not _uses_qt(request):
        yield
        return
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMenu, QWidget
    from shiboken6 import isValid

    request.getfixturevalue("qapp")
    timers: weakref.WeakSet[QTimer] = weakref.WeakSet()
    start = QTimer.start

    def remember(timer: QTimer, *arguments: object) -> None:
        timers.add(timer)
        start(timer, *arguments)

    monkeypatch.setattr(QTimer, "start", remember)
    before = {id(widget) for widget in QApplication.topLevelWidgets()}
    yield

    def windows() -> list[QWidget]:
        _let_qt_delete()
        return [
            widget
            for widget in QApplication.topLevelWidgets()
            if id(widget) not in before
            and widget.parent() is None
            # pyqtgraph keeps hidden context menus until its items are collected.
            and not (isinstance(widget, QMenu) and not widget.isVisible())
            # Qt keeps a bare hidden widget beside each layout of graphics items, to ask the style.
            and not (type(widget) is QWidget and not widget.isVisible() and not widget.children())
        ]

    def running() -> list[QTimer]:
        return [timer for timer in list(timers) if isValid(timer) and timer.isActive()]

    if windows() or running():
        gc.collect()
    left = _wait_until_empty(windows) + _wait_until_empty(running)
    assert not left, f"left behind: {[_describe(thing) for thing in left]}"


def _let_qt_delete() -> None:
    """Carry out what was put off with `deleteLater`."""
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def _describe(thing: object) -> str:
    """Name a widget or timer so that one finds who made it."""
    name = getattr(thing, "objectName", str)()
    parent = getattr(thing, "parent", lambda: None)()
    return f"{type(thing).__name__} {name!r}" + (f" of {type(parent).__name__}" if parent is not None else "")


@pytest.fixture(scope="session", autouse=True)
def isolated_settings() -> None:
    """Keep `QSettings` and Qt's standard folders away from the person's own, on every system."""
    if "PySide6.QtCore" not in sys.modules or sys.platform == "linux":
        return  # on Linux the folders above do it, and the test mode would move the cache away from them
    from PySide6.QtCore import QStandardPaths

    QStandardPaths.setTestModeEnabled(True)
