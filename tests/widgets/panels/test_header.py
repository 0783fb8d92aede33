"""The bar on top: buttons that follow their actions, words that give way to icons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels.header import HeaderBar
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]


def _action(parent: QWidget, text: str, icon: str, key: str) -> QAction:
    action = QAction(text, parent)
    action.setProperty("icon_name", icon)
    action.setShortcut(key)
    action.setStatusTip(f"{text}, really")
    return action


def test_a_button_follows_its_action(theme: Theme, show: Show, qtbot: QtBot) -> None:
    bar = HeaderBar(theme)
    redo = _action(bar, "Redo", "redo", "Ctrl+Y")
    button = bar.add_action(redo)
    show(bar, 1400, 50)
    with qtbot.waitSignal(redo.triggered):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "Redo, really" in button.toolTip() and "Ctrl+Y" in button.toolTip()
    assert button.accessibleName() == "Redo"
    redo.setProperty("why", "Nothing has been undone.")
    redo.setEnabled(False)
    assert not button.isEnabled()
    assert "Nothing has been undone." in button.toolTip()
    with qtbot.assertNotEmitted(redo.triggered):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_checkable_action_shows_its_state(theme: Theme, show: Show, qtbot: QtBot) -> None:
    bar = HeaderBar(theme)
    only = _action(bar, "Views only", "views-only", "V")
    only.setCheckable(True)
    button = bar.add_action(only)
    show(bar, 1400, 50)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert only.isChecked() and button.isChecked()
    only.setChecked(False)
    assert not button.isChecked()


def test_words_give_way_to_icons_where_there_is_no_room(theme: Theme, show: Show) -> None:
    bar = HeaderBar(theme)
    bar.set_landscape("Two wells")
    bar.set_formula("f(x, y) = " + "x² + " * 60 + "y²")
    buttons = [
        bar.add_action(_action(bar, words, icon, ""), "both")
        for words, icon in (("Throw a start", "dice"), ("Save picture", "picture"))
    ]
    show(bar, 1400, 50)
    assert [button.text() for button in buttons] == ["Throw a start", "Save picture"]
    bar.resize(900, 50)
    QApplication.processEvents()
    assert [button.text() for button in buttons] == ["", ""]
    assert all(button.width() == button.height() for button in buttons)
    assert bar.width() == 900


def test_the_landscape_button_asks_for_the_gallery(theme: Theme, show: Show, qtbot: QtBot) -> None:
    bar = HeaderBar(theme)
    bar.set_landscape("Himmelblau", "L")
    show(bar, 1200, 50)
    with qtbot.waitSignal(bar.picker_requested):
        qtbot.mouseClick(bar.picker, Qt.MouseButton.LeftButton)
    assert bar.picker.text() == "Himmelblau"


def test_the_title_waits_while_a_formula_is_typed(theme: Theme, show: Show) -> None:
    bar = HeaderBar(theme)
    bar.set_landscape("Two wells")
    show(bar, 1200, 50)
    bar.formula.begin()
    bar.set_landscape("x² + y²")
    assert bar.picker.text() == "Two wells"
    bar.formula.finish()
    assert bar.picker.text() == "x² + y²"
    bar.set_landscape("x² + " * 20)
    assert bar.picker.text().endswith("…") and "x² + x²" in bar.picker.toolTip()


def test_the_formula_is_split_from_what_stands_before_it(theme: Theme) -> None:
    bar = HeaderBar(theme)
    bar.set_formula("f(x) = x² − 1", "x^{2} - 1")
    assert bar.formula.text() == "x² − 1"
    assert bar.formula.accessibleName() == "Formula: f(x) = x² − 1"
