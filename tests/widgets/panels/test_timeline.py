"""The timeline by clicking, dragging and typing, up to 10⁸ steps and beyond."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels.timeline import TimelineBar
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]


@pytest.fixture
def bar(theme: Theme, show: Show) -> TimelineBar:
    bar = TimelineBar(theme)
    bar.set_state(260, 400, 500, False, 60.0)
    show(bar, 1000, 50)
    return bar


def test_the_transport_asks_for_what_it_says(bar: TimelineBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.play_toggled):
        qtbot.mouseClick(bar.play, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(bar.stepped) as asked:
        qtbot.mouseClick(bar.back, Qt.MouseButton.LeftButton)
    assert asked.args == [-1]
    with qtbot.waitSignal(bar.stepped) as asked:
        qtbot.mouseClick(bar.on, Qt.MouseButton.LeftButton)
    assert asked.args == [1]
    with qtbot.waitSignal(bar.scrubbed) as asked:
        qtbot.mouseClick(bar.to_end, Qt.MouseButton.LeftButton)
    assert asked.args == [400]
    with qtbot.waitSignal(bar.scrubbed) as asked:
        qtbot.mouseClick(bar.to_start, Qt.MouseButton.LeftButton)
    assert asked.args == [0]


def test_it_shows_whether_it_plays_and_says_why_it_cannot_go_back(bar: TimelineBar) -> None:
    bar.set_state(0, 400, 500, True, math.inf)
    assert bar.play.text() == "Pause"
    assert bar.speed.text() == "as fast as it goes"
    assert not bar.back.isEnabled() and "start" in bar.back.toolTip()
    bar.set_state(500, 500, 500, False, 1.0)
    assert bar.play.text() == "Play" and bar.back.isEnabled()
    assert not bar.on.isEnabled() and "horizon" in bar.on.toolTip()


def test_tooltips_give_the_keys(bar: TimelineBar) -> None:
    bar.set_keys({"play": "Space", "back": "Komma"})
    assert "Space" in bar.play.toolTip()
    assert "Komma" in bar.back.toolTip()


@pytest.mark.parametrize("end", [500, 10**8, 10**10])
def test_the_slider_is_exact_at_any_length(bar: TimelineBar, qtbot: QtBot, end: int) -> None:
    bar.set_state(end // 2, end, end, False, 60.0)
    seen: list[int] = []
    bar.scrubbed.connect(seen.append)
    qtbot.keyClick(bar.slider, Qt.Key.Key_Right)
    qtbot.keyClick(bar.slider, Qt.Key.Key_Left)
    qtbot.keyClick(bar.slider, Qt.Key.Key_Left)
    assert seen == [end // 2 + 1, end // 2, end // 2 - 1]
    qtbot.keyClick(bar.slider, Qt.Key.Key_End)
    qtbot.keyClick(bar.slider, Qt.Key.Key_Home)
    assert seen[-2:] == [end, 0]
    qtbot.mouseClick(bar.slider, Qt.MouseButton.LeftButton, pos=QPoint(bar.slider.width() - 1, 17))
    assert seen[-1] == end


def test_a_drag_scrubs_and_shift_is_finer(bar: TimelineBar, qtbot: QtBot) -> None:
    bar.set_state(50_000_000, 10**8, 10**8, False, 60.0)
    slider = bar.slider
    seen: list[int] = []
    bar.scrubbed.connect(seen.append)
    middle = QPoint(slider.width() // 2, slider.height() // 2)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(slider, middle + QPoint(40, 0))
    QApplication.processEvents()
    coarse = seen[-1]
    assert slider.held
    bar.set_state(7, 10**8, 10**8, True, 60.0)
    assert slider.step == coarse  # what comes in does not pull the handle out of the hand
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=middle + QPoint(40, 0))
    assert coarse > 50_000_000
    assert not slider.held


@pytest.mark.parametrize(("typed", "step"), [("123", 123), ("1e2", 100), ("50 %", 250), ("9999", 500)])
def test_a_step_can_be_typed(bar: TimelineBar, qtbot: QtBot, typed: str, step: int) -> None:
    bar.place.setFocus()
    bar.place.selectAll()
    qtbot.keyClicks(bar.place, typed)
    with qtbot.waitSignal(bar.scrubbed) as asked:
        qtbot.keyClick(bar.place, Qt.Key.Key_Return)
    assert asked.args == [step]
    assert bar.place.text() == str(step)


def test_nonsense_in_the_step_changes_nothing(bar: TimelineBar, qtbot: QtBot) -> None:
    bar.place.selectAll()
    qtbot.keyClicks(bar.place, "soon")
    with qtbot.assertNotEmitted(bar.scrubbed):
        qtbot.keyClick(bar.place, Qt.Key.Key_Return)
    assert bar.place.text() == "260"


def test_speeds_go_from_one_step_a_second_to_as_fast_as_it_goes(bar: TimelineBar, qtbot: QtBot) -> None:
    qtbot.mouseClick(bar.speed, Qt.MouseButton.LeftButton)
    popup = bar.speed_popup
    assert popup is not None and popup.isVisible()
    seen: list[float] = []
    bar.speed_changed.connect(seen.append)
    qtbot.keyClick(popup.slider, Qt.Key.Key_End)
    assert seen[-1] == math.inf
    assert bar.speed.text() == "as fast as it goes"
    qtbot.keyClick(popup.slider, Qt.Key.Key_Home)
    assert seen[-1] == 1.0
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_a_horizon_is_chosen_or_typed(bar: TimelineBar, qtbot: QtBot) -> None:
    qtbot.mouseClick(bar.horizon, Qt.MouseButton.LeftButton)
    popup = bar.horizon_popup
    assert popup is not None and popup.isVisible()
    qtbot.keyClicks(popup.field, "a lot")
    with qtbot.assertNotEmitted(bar.end_changed):
        qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    assert "whole number" in popup.problem.text()
    popup.field.clear()
    qtbot.keyClicks(popup.field, "10^8")
    with qtbot.waitSignal(bar.end_changed) as asked:
        qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    assert asked.args == [10**8]
    assert not popup.isVisible()
    assert bar.horizon.text() == "of 10⁸"


def test_a_million_loops_cost_no_more_than_a_thousand(bar: TimelineBar) -> None:
    bar.set_state(0, 10**8, 10**8, False, 60.0)
    bar.set_ticks([5_000_000], range(0, 10**8, 100))
    image = bar.grab().toImage()
    assert not image.isNull()


def test_nothing_trembles_while_it_runs(bar: TimelineBar) -> None:
    bar.set_state(9, 500, 500, True, 60.0)
    QApplication.processEvents()
    before = (bar.slider.geometry(), bar.horizon.geometry(), bar.speed.geometry())
    for step in (10, 99, 100, 111, 499):
        bar.set_state(step, 500, 500, True, 60.0)
        QApplication.processEvents()
        assert (bar.slider.geometry(), bar.horizon.geometry(), bar.speed.geometry()) == before


def test_a_button_that_has_the_keyboard_keeps_its_space(bar: TimelineBar, qtbot: QtBot) -> None:
    play = QShortcut(QKeySequence(Qt.Key.Key_Space), bar)
    plays: list[bool] = []
    play.activated.connect(lambda: plays.append(True))
    bar.activateWindow()
    bar.back.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(bar.back.hasFocus)
    with qtbot.waitSignal(bar.stepped):
        qtbot.keyClick(bar.back, Qt.Key.Key_Space)
    with qtbot.waitSignal(bar.stepped):
        qtbot.keyClick(bar.back, Qt.Key.Key_Return)
    assert not plays
    bar.back.clearFocus()
    qtbot.keyClick(bar, Qt.Key.Key_Space)
    assert plays == [True]


def test_a_click_leaves_the_keyboard_where_it_is(bar: TimelineBar, qtbot: QtBot) -> None:
    before = QApplication.focusWidget()
    for widget in (bar.play, bar.on, bar.speed):
        qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)
        assert QApplication.focusWidget() is before or bar.speed_popup is not None
    assert bar.speed_popup is not None
    bar.speed_popup.close()
