"""The program's first minute without a hand on the mouse, and pictures of it: `minima-desktop --tour DIR`.

It drives the real window through its real actions; what fails here would fail for a person. The pictures are
grabs of the window itself, because the window is what they show.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer

if TYPE_CHECKING:
    from minima_desktop.window import MainWindow

log = logging.getLogger(__name__)

BRISK = 300.0
"""Steps a second after the first picture: the tour need not take a minute."""

PATIENCE_SECONDS = 90.0
"""How long the tour waits for one thing to happen before it gives up."""


class Tour(QObject):
    """Steps through the first minute; each step waits for what it asked for, then takes a picture."""

    def __init__(self, window: MainWindow, folder: Path, done: Callable[[int], None]) -> None:
        super().__init__(window)
        self._window = window
        self._folder = folder
        self._done = done
        self._steps = self._script()
        self._condition: Callable[[], bool] = lambda: True
        self._waited = 0.0
        self._pictures = 0
        self._timer = QTimer(self)
        self._timer.setInterval(50)
        self._timer.timeout.connect(self._tick)

    def begin(self) -> None:
        """Starts the tour."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._timer.start()

    def _tick(self) -> None:
        if not self._condition():
            self._waited += self._timer.interval() / 1000
            if self._waited > PATIENCE_SECONDS:
                log.error("The tour waited %g s in vain after %d pictures.", self._waited, self._pictures)
                self._finish(1)
            return
        self._waited = 0.0
        try:
            self._condition = next(self._steps)
        except StopIteration:
            self._finish(0)

    def _finish(self, status: int) -> None:
        self._timer.stop()
        self._done(status)

    def _picture(self, name: str) -> None:
        self._pictures += 1
        path = self._folder / f"{self._pictures}-{name}.png"
        if not self._window.grab().save(str(path)):
            raise OSError(f"The picture {path} could not be written.")
        print(f"{path}: {self._window.width()} × {self._window.height()}")

    def _pause(self, seconds: float) -> Callable[[], bool]:
        """A condition that holds after a while: for eyes, and for what is drawn at its own pace."""
        left = [seconds]

        def passed() -> bool:
            left[0] -= self._timer.interval() / 1000
            return left[0] <= 0

        return passed

    def _script(self) -> Iterator[Callable[[], bool]]:
        window = self._window
        yield lambda: window.moved
        yield self._pause(1.0)
        self._picture("a-race-is-running")
        window.player.speed = BRISK
        yield lambda: not window.player.playing
        yield self._pause(0.6)
        self._picture("where-they-ended")
        window.gestures.click(-2.2, -1.5, add=False)
        yield lambda: not window.player.playing
        yield self._pause(0.6)
        self._picture("from-another-start")
        window.gestures.drag_start(0, 0.4, 1.9, finished=True)
        yield self._pause(0.8)
        self._picture("a-start-dragged")
        window.do("theme")
        yield self._pause(0.8)
        self._picture("the-other-theme")
        window.gestures.choose("himmelblau")
        yield lambda: not window.player.playing
        window.gestures.add_method("random-restarts")
        yield lambda: window.player.step > 150 or not window.player.playing
        yield self._pause(0.6)
        self._picture("himmelblau-with-restarts")
        window.gestures.choose("tilted-double-well")
        yield lambda: not window.player.playing
        yield self._pause(0.6)
        self._picture("one-variable")
        window.do("opening")
        yield lambda: not window.player.playing
        window.resize(1024, 700)
        yield self._pause(0.8)
        self._picture("in-a-small-window")
        window.move(QPoint(0, 0))
