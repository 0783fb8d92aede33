"""The race panel by clicking and typing: legend, switches, settings, and the list of methods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels.controls import Choice, Switch
from minima_widgets.panels.number_control import NumberControl
from minima_widgets.panels.race_panel import RaceLine, RacePanel, SettingRow
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]
CHIP = QPoint(16, 14)


@pytest.fixture
def panel(theme: Theme, show: Show, lines: tuple[RaceLine, ...], groups: Any) -> RacePanel:
    panel = RacePanel(theme)
    panel.set_lines(lines)
    panel.set_available(groups)
    show(panel, 320, 720)
    return panel


def _numbers(panel: RacePanel, line: int, name: str) -> NumberControl:
    panel.line(line).set_open(True)
    settings = panel.line(line).settings
    assert settings is not None
    editor = settings.editor(name)
    assert editor is not None and isinstance(editor.control, NumberControl)
    return editor.control


def test_a_click_on_the_chip_takes_it_out_of_the_race(panel: RacePanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.toggled) as asked:
        qtbot.mouseClick(panel.line(2).head, Qt.MouseButton.LeftButton, pos=CHIP)
    assert asked.args == [2, False]


def test_a_click_on_the_name_selects(panel: RacePanel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(panel.toggled), qtbot.waitSignal(panel.selected) as asked:
        qtbot.mouseClick(panel.line(1).head, Qt.MouseButton.LeftButton, pos=QPoint(120, 20))
    assert asked.args == [1]


def test_a_line_unfolds_to_its_settings_and_keeps_them_unfolded(
    panel: RacePanel, lines: tuple[RaceLine, ...], qtbot: QtBot
) -> None:
    qtbot.mouseClick(panel.line(2).head.fold, Qt.MouseButton.LeftButton)
    assert panel.line(2).is_open
    panel.set_lines((lines[1], lines[0]))
    assert panel.line(2).is_open
    qtbot.mouseClick(panel.line(2).head.fold, Qt.MouseButton.LeftButton)
    assert not panel.line(2).is_open


def test_a_typed_rate_is_taken(panel: RacePanel, qtbot: QtBot) -> None:
    field = _numbers(panel, 1, "lr").field
    field.selectAll()
    qtbot.keyClicks(field, "1e-3")
    with qtbot.waitSignal(panel.setting_changed) as asked:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert asked.args == [1, "lr", 1e-3, True]


@pytest.mark.parametrize(("typed", "word"), [("20", "between"), ("quick", "number"), ("", "number")])
def test_what_cannot_be_says_so_and_the_old_value_stays(
    panel: RacePanel, qtbot: QtBot, typed: str, word: str
) -> None:
    control = _numbers(panel, 1, "lr")
    control.field.selectAll()
    qtbot.keyClick(control.field, Qt.Key.Key_Delete)
    qtbot.keyClicks(control.field, typed)
    with qtbot.assertNotEmitted(panel.setting_changed):
        qtbot.keyClick(control.field, Qt.Key.Key_Return)
    settings = panel.line(1).settings
    assert settings is not None
    editor = settings.editor("lr")
    assert editor is not None
    assert editor.problem.isVisible()
    assert word in editor.problem.text() and "0.03" in editor.problem.text()
    assert control.field.text() == "0.03"
    qtbot.keyClicks(control.field, "0.5")
    qtbot.keyClick(control.field, Qt.Key.Key_Return)
    assert not editor.problem.isVisible()


def test_a_drag_is_live_and_ends_once(panel: RacePanel, qtbot: QtBot) -> None:
    slider = _numbers(panel, 1, "lr").slider
    seen: list[tuple[object, ...]] = []
    panel.setting_changed.connect(lambda *values: seen.append(values))
    middle = slider.height() // 2
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 4, middle))
    for share in (0.3, 0.4, 0.5):
        qtbot.mouseMove(slider, QPoint(round(slider.width() * share), middle))
        QApplication.processEvents()
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 2, middle))
    assert [each[3] for each in seen].count(True) == 1
    assert seen[-1][3] is True
    assert all(1e-8 <= float(str(each[2])) <= 10 for each in seen)


def test_values_that_come_back_do_not_disturb_a_drag(
    panel: RacePanel, lines: tuple[RaceLine, ...], rate: SettingRow, qtbot: QtBot
) -> None:
    slider = _numbers(panel, 1, "lr").slider
    place = QPoint(slider.width() // 4, slider.height() // 2)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=place)
    held = slider.value()
    panel.set_lines((replace(lines[0], settings=(replace(rate, value=5.0),)), *lines[1:]))
    assert slider.value() == held
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=place)
    panel.set_lines((replace(lines[0], settings=(replace(rate, value=4.0),)), *lines[1:]))
    assert slider.value() == 4.0


def test_keys_step_a_rate_and_settle_once(panel: RacePanel, qtbot: QtBot) -> None:
    slider = _numbers(panel, 1, "lr").slider
    slider.setFocus()
    seen: list[tuple[object, ...]] = []
    panel.setting_changed.connect(lambda *values: seen.append(values))
    for _ in range(3):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: bool(seen) and seen[-1][3] is True, timeout=2000)
    assert slider.value() > 0.03
    assert [each[3] for each in seen] == [False, False, False, True]


def _turn(slider: QWidget) -> QWheelEvent:
    place = QPointF(slider.rect().center())
    return QWheelEvent(
        place,
        QPointF(slider.mapToGlobal(slider.rect().center())),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )


def test_the_wheel_turns_a_slider_that_is_meant_and_no_other(panel: RacePanel, qtbot: QtBot) -> None:
    slider = _numbers(panel, 1, "lr").slider
    QApplication.sendEvent(slider, _turn(slider))
    assert slider.value() == 0.03
    qtbot.mouseMove(slider, QPoint(20, 10))
    qtbot.mouseMove(slider, QPoint(24, 10))
    QApplication.processEvents()
    with qtbot.waitSignal(panel.setting_changed, check_params_cb=lambda *values: values[3]):
        QApplication.sendEvent(slider, _turn(slider))
    assert slider.value() > 0.03


def test_switches_choices_and_nested_methods_report_themselves(panel: RacePanel, qtbot: QtBot) -> None:
    for line in (2, 3, 4):
        panel.line(line).set_open(True)
    settings = panel.line(2).settings
    assert settings is not None
    editor = settings.editor("nesterov")
    assert editor is not None and isinstance(editor.control, Switch)
    with qtbot.waitSignal(panel.setting_changed) as asked:
        qtbot.mouseClick(editor.control, Qt.MouseButton.LeftButton)
    assert asked.args == [2, "nesterov", True, True]
    settings = panel.line(3).settings
    assert settings is not None
    editor = settings.editor("cooling")
    assert editor is not None and isinstance(editor.control, Choice)
    with qtbot.waitSignal(panel.setting_changed) as asked:
        qtbot.keyClick(editor.control, Qt.Key.Key_Down)
    assert asked.args == [3, "cooling", "linear", True]
    settings = panel.line(4).settings
    assert settings is not None
    editor = settings.editor("local")
    assert editor is not None and editor.inner is not None
    inner = editor.inner.editor("lr")
    assert inner is not None and isinstance(inner.control, NumberControl)
    inner.control.field.selectAll()
    qtbot.keyClicks(inner.control.field, "0.2")
    with qtbot.waitSignal(panel.setting_changed) as asked:
        qtbot.keyClick(inner.control.field, Qt.Key.Key_Return)
    assert asked.args == [4, "local.lr", 0.2, True]


def test_a_whole_number_stays_whole(panel: RacePanel, qtbot: QtBot) -> None:
    control = _numbers(panel, 4, "steps_per_loop")
    control.field.selectAll()
    qtbot.keyClicks(control.field, "2.5")
    with qtbot.assertNotEmitted(panel.setting_changed):
        qtbot.keyClick(control.field, Qt.Key.Key_Return)
    qtbot.keyClicks(control.field, "1e3")
    with qtbot.waitSignal(panel.setting_changed) as asked:
        qtbot.keyClick(control.field, Qt.Key.Key_Return)
    assert asked.args is not None
    assert asked.args[2] == 1000 and isinstance(asked.args[2], int)


def test_another_nested_method_brings_its_own_settings(
    panel: RacePanel, lines: tuple[RaceLine, ...], rate: SettingRow
) -> None:
    panel.line(4).set_open(True)
    local, count = lines[3].settings
    beta = replace(rate, name="beta1", symbol="β₁")
    panel.set_lines(
        (*lines[:3], replace(lines[3], settings=(replace(local, value="adam", inner=(rate, beta)), count)))
    )
    settings = panel.line(4).settings
    assert settings is not None
    editor = settings.editor("local")
    assert editor is not None and editor.inner is not None
    assert editor.inner.editor("beta1") is not None


def test_raising_the_temperature_holds_it(panel: RacePanel, qtbot: QtBot) -> None:
    panel.line(3).set_open(True)
    hand = panel.line(3).temperature
    assert hand is not None
    seen: list[tuple[object, ...]] = []
    panel.setting_changed.connect(lambda *values: seen.append(values))
    hand.number.field.selectAll()
    qtbot.keyClicks(hand.number.field, "2")
    qtbot.keyClick(hand.number.field, Qt.Key.Key_Return)
    assert seen == [(3, "hold", True, False), (3, "temperature", 2.0, True)]
    assert hand.switch.isChecked()
    seen.clear()
    qtbot.mouseClick(hand.switch, Qt.MouseButton.LeftButton)
    assert seen == [(3, "hold", False, True)]


def test_a_temperature_that_falls_is_shown(panel: RacePanel) -> None:
    panel.line(3).set_open(True)
    panel.update_values({3: {"temperature": 0.005}, 99: {"temperature": 1.0}})
    hand = panel.line(3).temperature
    assert hand is not None
    assert hand.number.field.text() == "0.005"


def test_a_new_verdict_moves_nothing(panel: RacePanel) -> None:
    before = [panel.line(number).geometry() for number in (1, 2, 3, 4)]
    panel.update_verdicts({1: "at the local minimum, 0.39 above the best, and a good deal more to say " * 3})
    QApplication.processEvents()
    assert panel.line(1).line.verdict.startswith("at the local minimum")
    assert [panel.line(number).geometry() for number in (1, 2, 3, 4)] == before
    assert panel.line(1).head.minimumSizeHint().width() < panel.width()


def _menu(panel: RacePanel, number: int, qtbot: QtBot) -> QMenu:
    qtbot.mouseClick(panel.line(number).head.more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


@pytest.mark.parametrize(("words", "signal"), [("Duplicate", "duplicated"), ("Remove", "removed")])
def test_the_menu_duplicates_and_removes(panel: RacePanel, qtbot: QtBot, words: str, signal: str) -> None:
    menu = _menu(panel, 2, qtbot)
    action = next(action for action in menu.actions() if action.text().startswith(words))
    with qtbot.waitSignal(getattr(panel, signal)) as asked:
        action.trigger()
    menu.close()
    assert asked.args == [2]


def test_go_on_from_here_with_another_method(panel: RacePanel, qtbot: QtBot) -> None:
    menu = _menu(panel, 1, qtbot)
    next(action for action in menu.actions() if action.text().startswith("Go on")).trigger()
    menu.close()
    popup = panel.methods
    assert popup is not None and popup.isVisible()
    with qtbot.waitSignal(panel.go_on_requested) as asked, qtbot.assertNotEmitted(panel.add_requested):
        qtbot.keyClicks(popup.search, "own length")
        qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert asked.args == [1, "adam"]
    assert not popup.isVisible()


def test_the_usual_methods_come_first_and_the_rest_behind_more(panel: RacePanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.add, Qt.MouseButton.LeftButton)
    popup = panel.methods
    assert popup is not None
    assert popup.visible_names() == ("gradient-descent", "adam")
    qtbot.mouseClick(popup.more, Qt.MouseButton.LeftButton)
    assert popup.visible_names() == ("gradient-descent", "adam", "rmsprop")
    with qtbot.waitSignal(panel.add_requested) as asked:
        for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
            qtbot.keyClick(popup.search, key)
    assert asked.args == ["rmsprop"]
    qtbot.mouseClick(panel.add, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(popup.search, "zzz")
    assert popup.visible_names() == ()
    qtbot.keyClick(popup.search, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_everything_is_reached_by_tab_and_done_by_keys(panel: RacePanel, qtbot: QtBot) -> None:
    space = QShortcut(QKeySequence(Qt.Key.Key_Space), panel)
    plays: list[bool] = []
    space.activated.connect(lambda: plays.append(True))
    panel.activateWindow()
    head = panel.line(1).head
    head.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(head.hasFocus)
    with qtbot.waitSignal(panel.toggled):
        qtbot.keyClick(head, Qt.Key.Key_Space)
    assert not plays
    with qtbot.waitSignal(panel.removed) as asked:
        qtbot.keyClick(head, Qt.Key.Key_Delete)
    assert asked.args == [1]
    qtbot.keyClick(head, Qt.Key.Key_Right)
    assert panel.line(1).is_open
    qtbot.keyClick(head, Qt.Key.Key_Left)
    assert not panel.line(1).is_open
    visited = []
    for _ in range(40):
        now = QApplication.focusWidget()
        assert now is not None
        visited.append(now)
        qtbot.keyClick(now, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is head:
            break
    heads = [panel.line(number).head for number in (1, 2, 3, 4)]
    assert [widget for widget in visited if widget in heads] == heads
    assert panel.add in visited
    assert all(widget.accessibleName() for widget in visited)


def test_twenty_lines_scroll_and_one_is_enough(panel: RacePanel, lines: tuple[RaceLine, ...]) -> None:
    many = tuple(replace(lines[0], id=k, role=f"run:adam:{k}") for k in range(20))
    panel.set_lines(many)
    QApplication.processEvents()
    assert panel.width() == 320
    assert all(panel.line(k).width() <= 320 for k in range(20))
    panel.set_lines(many[:1])
    with pytest.raises(KeyError):
        panel.line(5)


def test_a_change_of_theme_reaches_everything(panel: RacePanel, qtbot: QtBot) -> None:
    panel.line(3).set_open(True)
    before = panel.line(1).head.height()
    panel.set_theme(Theme.load("light", 16.0))
    qtbot.waitUntil(lambda: panel.line(1).head.height() > before)


def test_the_way_back_to_the_default_is_offered_while_there_is_one(
    panel: RacePanel, lines: tuple[RaceLine, ...], rate: SettingRow, qtbot: QtBot
) -> None:
    panel.line(1).set_open(True)
    settings = panel.line(1).settings
    assert settings is not None
    editor = settings.editor("lr")
    assert editor is not None
    assert editor.meaning.link() == "Back to the default, 0.01"
    with qtbot.waitSignal(panel.setting_changed) as asked:
        editor.meaning.acted.emit()
    assert asked.args == [1, "lr", 0.01, True]
    panel.set_lines((replace(lines[0], settings=(replace(rate, value=0.01),)), *lines[1:]))
    assert editor.meaning.link() == ""


def test_a_line_gives_its_second_line_back_once_nothing_changes(panel: RacePanel, qtbot: QtBot) -> None:
    head = panel.line(1).head
    panel.update_verdicts({1: "loss 0.5"})
    qtbot.waitUntil(lambda: not panel._pause.isActive())
    low = head.height()
    panel.update_verdicts({1: "the loss has not fallen for 200 steps, and the steps jump from wall to wall"})
    qtbot.waitUntil(lambda: head.height() > low)
    panel.update_verdicts({1: "at the global minimum"})
    qtbot.waitUntil(lambda: head.height() == low)
