"""Drives the real window in this process: what a click costs, and what a first launch says. Prints JSON."""

from __future__ import annotations

import json
import sys
import time

from driving import PATIENCE, Gaps, application, open_window, prepare, rest, wait
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import minima_widgets.map_view
from minima_core.scene.marks import Path as RunPath
from minima_core.scene.scenes import RaceScene
from minima_desktop import preparer
from minima_widgets.map_view import MapView

CLICKS = 15


def clicks(count: int = CLICKS) -> list[float]:
    """Click on the map and return the seconds to the picture of a step of the new race, for each click."""
    painted: list[MapView] = []

    class Watched(MapView):
        """The map of the window; tells when it was painted, and what it shows."""

        shown: RaceScene | None = None

        def show_scene(self, scene: RaceScene) -> None:
            self.shown = scene
            super().show_scene(scene)

        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
            super().paintEvent(event)
            painted.append(self)

    minima_widgets.map_view.MapView = Watched  # type: ignore[misc]
    prepare()
    window = open_window()
    wait(lambda: window.moved and _all_prepared(window.hub.preparer.preparation))
    rest(1.0)
    view, seconds = window.deck.map, []
    assert isinstance(view, Watched)
    for k in range(count):
        spot = QPoint(view.width() // 4 + 17 * k, view.height() // 3 + 9 * (k % 7))
        before = {id(track) for track in window.projector.tracks.values()}
        began = time.perf_counter()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        while True:
            painted.clear()
            QApplication.processEvents()
            if painted and _shows_new(view.shown, before):
                break
            if time.perf_counter() - began > PATIENCE:
                raise RuntimeError("No step was drawn after a click.")
        seconds.append(time.perf_counter() - began)
        rest(0.3)
    window.close()
    return seconds


def _shows_new(scene: RaceScene | None, before: set[int]) -> bool:
    """Whether a scene has a step of a run that was not there before."""
    marks = scene.marks if scene is not None else ()
    return any(isinstance(m, RunPath) and m.upto > 0 and id(m.track) not in before for m in marks)


def _all_prepared(now: preparer.Preparation) -> bool:
    return now.done == now.total


def first_launch() -> dict[str, object]:
    """Watch what the window says while it compiles, and how long it does not answer at worst."""
    window, gaps, painted = open_window(), Gaps(), [0.0]
    said = [0.0, ""]
    window.painted.connect(lambda: painted.__setitem__(0, time.perf_counter()))
    window.painted.connect(gaps.begin)
    wait(lambda: painted[0] > 0)

    def speaks() -> bool:
        words = preparer.words(window.hub.preparer.preparation, window.engine.compiling)
        if words and not said[1]:
            said[:] = [time.perf_counter() - painted[0], words]
        now = window.hub.preparer.preparation
        return window.moved and _all_prepared(now) and now.total > 0

    wait(speaks)
    prepared, worst = time.perf_counter() - painted[0], max(gaps.end())
    window.close()
    return {"said": said[0], "words": said[1], "prepared": prepared, "gap": worst}


if __name__ == "__main__":
    app = application()
    print(json.dumps(clicks() if sys.argv[1] == "clicks" else first_launch()))
