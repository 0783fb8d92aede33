"""What the benchmarks share that drive the real window in their own process: open, wait, measure gaps."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from minima_core import runs
from minima_core.document import Document, opening
from minima_desktop.preferences import Preferences
from minima_desktop.window import MainWindow

PATIENCE = 120.0


def application() -> QApplication:
    """Return the application, with settings that nobody else sees."""
    home = tempfile.mkdtemp(prefix="minima-bench-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["XDG_CONFIG_HOME"] = home
    app = QApplication(["minima-bench"])
    app.setStyle("Fusion")
    return app


def open_window(document: Document | None = None, size: tuple[int, int] = (1480, 920)) -> MainWindow:
    """Open the real window, and start it when it was painted."""
    window = MainWindow(document or opening(), Preferences())
    window.resize(*size)
    window.painted.connect(window.start)
    window.show()
    return window


def prepare() -> None:
    """Load, or compile, the kernels of the opening's landscape: nothing is compiled while measuring."""
    runs.prepare(opening().exploration.place.landscape_of(), inlined=True)


def wait(until: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Let events happen until something holds."""
    end = time.perf_counter() + patience
    while not until():
        if time.perf_counter() > end:
            raise RuntimeError("The window did not do in time what was waited for.")
        QApplication.processEvents()
        time.sleep(0.0005)


def rest(seconds: float) -> None:
    """Let events happen for a while."""
    end = time.perf_counter() + seconds
    wait(lambda: time.perf_counter() > end, seconds + PATIENCE)


class Gaps:
    """A timer of 1 ms that tells how long the thread of the window did not answer."""

    def __init__(self) -> None:
        self.milliseconds: list[float] = []
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._tick)

    def begin(self) -> None:
        """Measure from now on."""
        self.milliseconds = []
        self._last = time.perf_counter()
        self._timer.start()

    def end(self) -> list[float]:
        """Return every gap since the beginning, in milliseconds."""
        self._timer.stop()
        return self.milliseconds

    def _tick(self) -> None:
        now = time.perf_counter()
        self.milliseconds.append(1000 * (now - self._last))
        self._last = now
