"""The place of a view that is not there yet shows what the view will show."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from minima_core.scene.scenes import RaceScene
from minima_widgets.late_view import LateView
from minima_widgets.map_view import MapView
from minima_widgets.paint.map import paint_map
from minima_widgets.theme import Theme
from tests.widgets.charts import path, race, record_of, spiral, track_of


class Painter:
    """`paint_map`, counted."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, painter: QPainter, rect: QRectF, scene: RaceScene, theme: Theme) -> None:
        self.times += 1
        paint_map(painter, rect, scene, theme)


def place_of(qtbot: QtBot, paint: Painter) -> LateView[MapView]:
    place = LateView(Theme.load("dark"), MapView, paint, QSize(560, 420))
    qtbot.addWidget(place)
    place.resize(560, 420)
    place.show_scene(race((path(track_of(record_of(spiral(90))), 60),)))
    place.show()
    qtbot.waitExposed(place)
    return place


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].astype(int)


def test_the_scene_is_shown_before_there_is_a_view_and_looks_the_same(qtbot: QtBot) -> None:
    paint = Painter()
    place = place_of(qtbot, paint)
    before = pixels(place.grab().toImage())
    assert not place.is_made
    assert before.std() > 20  # a picture, not a card
    made: list[object] = []
    place.made.connect(made.append)
    view = place.view
    qtbot.waitUntil(lambda: view.size() == place.size() and view.isVisible())
    after = pixels(place.grab().toImage())
    assert made == [view]
    assert place.view is view
    assert (np.abs(before - after) > 40).mean() < 0.01


def test_it_is_painted_once_as_long_as_nothing_changes(qtbot: QtBot) -> None:
    paint = Painter()
    place = place_of(qtbot, paint)
    place.grab()
    once = paint.times
    place.grab()
    assert paint.times == once
    place.set_theme(Theme.load("light"))
    place.grab()
    assert paint.times == once + 1


def test_scenes_and_themes_go_on_to_the_view(qtbot: QtBot) -> None:
    place = place_of(qtbot, Painter())
    light = Theme.load("light")
    place.set_theme(light)
    view = place.view
    assert view.theme is light
    other = race()
    place.show_scene(other)
    assert view.region == other.extent
    place.set_theme(Theme.load("dark"))
    assert view.theme is not light


def test_the_keyboard_goes_on_to_the_view(qtbot: QtBot) -> None:
    place = place_of(qtbot, Painter())
    place.activateWindow()
    place.setFocus()
    qtbot.waitUntil(place.hasFocus)
    view = place.view
    qtbot.waitUntil(view.hasFocus)


def test_the_view_takes_over_the_keyboard(qtbot: QtBot) -> None:
    place = place_of(qtbot, Painter())
    place.activateWindow()
    place.setFocus()
    qtbot.waitUntil(place.hasFocus)
    view = place.view
    qtbot.waitUntil(view.hasFocus)
