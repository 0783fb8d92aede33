"""The program's first minute without a hand on the mouse, and pictures of it: `minima-desktop --tour DIR`.

It drives the real window through its real actions; what fails here would fail for a person. The pictures are
grabs of the window itself, because the window is what they show.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from minima_desktop.window import MainWindow

log = logging.getLogger(__name__)

BRISK = 600.0
"""Steps a second after the first picture: the tour need not take a minute."""

TYPED = "x^4 - 4x^2 + y^2 + a x"
"""What is typed into the formula bar; a becomes a slider."""

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
        path = self._folder / f"{self._pictures:02d}-{name}.png"
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

    def _type(self, text: str) -> None:
        """Types into the formula bar, key by key, and keeps what was typed with Enter."""
        field = self._window.deck.header.formula.field
        keys = [(Qt.Key.Key_unknown, letter) for letter in text] + [(Qt.Key.Key_Return, "\r")]
        for key, letter in keys:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter)
                QCoreApplication.sendEvent(field, event)

    def _known(self, *topics: str) -> Callable[[], bool]:
        """A condition that holds when everything that is asked about the landscape has its last answer."""
        inquiries = self._window.hub.inquiries

        def answered(topic: str) -> bool:
            answer = inquiries.answer(topic)
            return answer is not None and answer.final and inquiries.share(topic) is None

        return lambda: all(answered(topic) for topic in topics)

    def _script(self) -> Iterator[Callable[[], bool]]:
        yield from self._racing()
        yield from self._understanding()
        yield from self._typing_and_learning()
        window = self._window
        window.do("opening")
        yield lambda: not window.player.playing
        window.resize(1024, 700)
        yield self._pause(0.8)
        self._picture("in-a-small-window")
        window.move(QPoint(0, 0))

    def _racing(self) -> Iterator[Callable[[], bool]]:
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

    def _understanding(self) -> Iterator[Callable[[], bool]]:
        window = self._window
        window.gestures.select(window.session.exploration.entries[1].id)
        window.do("basins")
        window.do("tab-explore")
        yield self._known("critical", "tree", "basins")
        yield self._pause(0.6)
        self._picture("basins-and-proved-minima")
        window.do("basins")
        window.gestures.choose("six-hump-camel")
        yield self._pause(0.6)
        yield self._known("critical", "tree")
        window.do("flood")
        yield self._known("lakes")
        yield self._pause(0.6)
        self._picture("a-flood-and-its-barrier-tree")
        window.do("flood")

    def _typing_and_learning(self) -> Iterator[Callable[[], bool]]:
        window = self._window
        window.do("formula")
        self._type(TYPED)
        window.do("tab-landscape")
        yield lambda: not window.player.playing
        yield self._pause(0.6)
        self._picture("a-formula-typed-with-a-slider")
        window.gestures.choose("linear-regression")
        yield self._pause(0.3)
        window.deck.workspace.bring("data")
        yield lambda: not window.player.playing
        yield self._pause(0.6)
        self._picture("a-line-that-learns-from-data")
        window.do("tab-race")
        window.deck.workspace.bring("trace")
        window.gestures.choose("tilted-double-well")
        yield lambda: not window.player.playing
        yield self._pause(0.6)
        self._picture("one-variable")
