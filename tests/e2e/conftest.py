"""The window that the tests of a file share.

Each test begins with the opening race, computed and at rest at step 0, and ends with every clock stopped.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from minima_desktop.inquiries import LANES
from minima_desktop.studying import LANES as STUDIES
from minima_desktop.window import MainWindow
from tests.e2e.hand import Hand, close_window, make_window, wait


@pytest.fixture(scope="module")
def shared_window(qapp: QApplication) -> Iterator[MainWindow]:
    """One window for all tests of a file: making one costs most of a second."""
    look = qapp.styleSheet(), qapp.palette(), qapp.font(), qapp.style().objectName()
    QSettings("Minima", "Minima Desktop").clear()
    qapp.setStyle("Fusion")
    window = make_window()
    window._clock.stop()
    wake(window)
    yield window
    close_window(window)
    qapp.setStyle(look[3])
    qapp.setStyleSheet(look[0])
    qapp.setPalette(look[1])
    qapp.setFont(look[2])


def wake(window: MainWindow) -> None:
    """Start the threads that answer questions: they belong to the window, not to the test that asks first."""
    analyst = window.hub.inquiries._analyst
    for topic in LANES:
        analyst.ask(topic, "wake", lambda desk: [])
        analyst.drop(topic)
    fields = window.projector.insider._analyst
    fields.ask("fields", "wake", lambda desk: [])
    fields.drop("fields")
    if window.studying is not None:
        for topic in STUDIES:
            window.studying._analyst.ask(topic, "wake", lambda desk: [])
            window.studying._analyst.drop(topic)
    if window.comparing is not None:
        window.comparing._analyst.ask("pair", "wake", lambda desk: [])
        window.comparing._analyst.drop("pair")
    if window.talking is not None:
        for topic in ("export", "picture"):
            window.talking._analyst.ask(topic, "wake", lambda desk: [])
            window.talking._analyst.drop(topic)
    window._maps_soon.stop()
    window.hub.prepare_maps()
    maps = window.hub.map_preparer._thread
    if maps is not None:
        maps.join(120)


@pytest.fixture
def hand(shared_window: MainWindow) -> Iterator[Hand]:
    """The window with the opening race, computed and at rest at step 0, and a hand on it."""
    window = shared_window
    window._clock.start()
    window.do("reset-layout")
    if window.terrain is not None:
        window.terrain.draw(False)
    window.do("opening")
    window.player.scrub(0)
    window.player.speed = 60.0
    window.session.look(selected=None)
    window.deck.map.setFocus()
    one = Hand(window)
    one.settle()
    yield one
    popup = QApplication.activePopupWidget()
    while popup is not None:
        popup.close()
        popup = QApplication.activePopupWidget()
    for dialog in window.findChildren(QDialog):
        dialog.close()
    window.player.playing = False
    window.commands.gallery._timer.stop()
    window.deck.toast.dismiss()
    window.deck.toast._timer.stop()
    window._clock.stop()
    wait(
        lambda: not any(timer.isActive() for timer in window.findChildren(QTimer)),
        "every clock at rest",
        3000,
    )
