"""A hand on the real window of the program: made as the program makes it, driven with mouse and keys."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from minima_core.document import Document, opening
from minima_desktop.preferences import Preferences
from minima_desktop.window import MainWindow

PATIENCE_MS = 60_000
"""How long a test waits for one thing: a first run compiles kernels."""


def wait(condition: Callable[[], bool], what: str, patience_ms: int = PATIENCE_MS) -> None:
    """Let events pass until `condition` holds; fail with `what` was waited for."""
    deadline = time.monotonic() + patience_ms / 1000
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        pause(5)


def pause(milliseconds: int) -> None:
    """Let events pass for a while (`QTest.qWait` would keep every other thread from running)."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def surface_of(view: QWidget) -> QWidget:
    """Return the widget of a view that the mouse reaches: the viewport of a plot, else the view itself."""
    return view.viewport() if isinstance(view, QAbstractScrollArea) else view


@dataclass
class Hand:
    """A hand on mouse and keyboard of a window, in coordinates of the landscape."""

    window: MainWindow

    @property
    def exploration(self) -> Any:
        """The experiment as it is now."""
        return self.window.session.exploration

    @property
    def starts(self) -> list[tuple[float, ...]]:
        """Where the race starts from."""
        return [start.position for start in self.exploration.starts]

    # -- time --------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Wait until every run has come to its end and the picture shows it."""
        window = self.window

        def done() -> bool:
            engine, projector = window.engine, window.projector
            published = engine.published
            tickets = {ticket.key: ticket for ticket in window.session.tickets()}
            return (
                engine.served == projector.serial
                and set(published) == set(tickets)
                and all(
                    p.ended or p.step >= min(window.player.aim, tickets[k].limit)
                    for k, p in published.items()
                )
                and set(projector.tracks) == set(tickets)
            )

        wait(done, "all runs at their ends")
        wait(lambda: not window.player.playing or window.player.step == window.player.horizon, "the clock")
        pause(40)

    def play_to_the_end(self) -> None:
        """Let the race run as fast as it goes, to its end."""
        self.window.player.speed = 0.0
        self.window.player.playing = True
        wait(lambda: self.window.player.step == self.window.player.horizon, "the end of the timeline")
        self.settle()

    # -- mouse -------------------------------------------------------------------------------------------

    def pixel(self, point: tuple[float, float], view: Any = None) -> QPoint:
        """Return the pixel of the map (or profile) at which a point of the landscape lies."""
        plane = (view or self.window.deck.plane_view).plane
        assert plane is not None
        return plane.point(point).toPoint()

    def surface_pixel(self, point: tuple[float, float]) -> QPoint:
        """Return the pixel of the surface at which a point of the landscape can be seen."""
        surface = self.window.deck.surface
        wait(lambda: surface.layers.stage is not None, "the surface drawn")
        placed = surface.layers.stage.place(point)
        assert placed is not None and placed[1], "the point is hidden by a mountain"
        return placed[0].toPoint()

    def click(self, view: QWidget, at: QPoint, *, shift: bool = False) -> None:
        """Click with the left button."""
        keys = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(surface_of(view), Qt.MouseButton.LeftButton, keys, at)

    def drag(self, view: QWidget, a: QPoint, b: QPoint, *, stops: int = 8, on_the_way: Any = None) -> None:
        """Press at a, move to b in some stops, and let go."""
        QTest.mousePress(surface_of(view), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, a)
        for k in range(1, stops + 1):
            QTest.mouseMove(surface_of(view), a + (b - a) * k / stops)
            pause(18)
            if on_the_way is not None:
                on_the_way(k)
        QTest.mouseRelease(surface_of(view), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, b)
        pause(20)

    def wheel(self, view: QWidget, at: QPoint, notches: int) -> None:
        """Turn the wheel over a pixel; up is positive."""
        event = QWheelEvent(
            QPointF(at),
            QPointF(view.mapToGlobal(at)),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(surface_of(view), event)

    # -- keyboard ----------------------------------------------------------------------------------------

    def key(self, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier, times: int = 1) -> None:
        """Press a key where the keyboard is."""
        for _ in range(times):
            QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        pause(25)

    # -- what is on screen -------------------------------------------------------------------------------

    def verdicts(self) -> dict[str, str]:
        """What stands under each line of the race, by the line's name."""
        self.window._say()
        race = self.window.deck.race
        pause(130)
        return {
            race.line(entry.id).head.line.name: race.line(entry.id).head.line.verdict
            for entry in self.exploration.entries
        }

    def line(self, name: str) -> Any:
        """Return the entry of the race whose method has this name (the last one of them)."""
        return [entry for entry in self.exploration.entries if entry.name == name][-1]


def make_window(document: Document | None = None) -> MainWindow:
    """Make the window as the program does, and wait until it has been painted and its engine runs."""
    window = MainWindow(document or opening(), Preferences())
    window.painted.connect(window.start)
    window.resize(1480, 920)
    window.show()
    assert QTest.qWaitForWindowExposed(window)
    wait(lambda: window.engine.served > 0, "the engine")
    window.activateWindow()
    wait(window.isActiveWindow, "the keyboard")
    window.deck.toast.set_motion(False)
    return window


def close_window(window: MainWindow) -> None:
    """Close the window as a person does, and let Qt delete it."""
    window.close()
    window.deleteLater()
    pause(0)
