"""The panel of comparison: which two, what differs, the table, and why there is nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from minima_core.scene import ChartScene
from minima_widgets.panels.compare_panel import ComparePanel
from minima_widgets.panels.compare_values import ComparedRow, CompareState, MinimumItem
from minima_widgets.panels.explore_values import Job
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]

ITEMS = (
    MinimumItem(1, "1 · global · −0.293"),
    MinimumItem(2, "2 · local · 0.257"),
    MinimumItem(3, "3 · local · 1"),
)
ROWS = tuple(
    ComparedRow(f"Property {k}", "What it means.", f"{k}", f"{2 * k}", "B is twice as large", k == 0)
    for k in range(14)
)
CHART = ChartScene((0, 1, 0, 1), "way", "loss", (), (), ())
STATE = CompareState(ITEMS, 1, 2, "B is 0.549 higher.", ROWS, CHART)


@pytest.fixture
def panel(theme: Theme, show: Show) -> ComparePanel:
    panel = ComparePanel(theme)
    show(panel, 1000, 300)
    panel.set_state(STATE)
    return panel


def test_everything_is_shown(panel: ComparePanel, qtbot: QtBot) -> None:
    assert panel.headline.text() == "B is 0.549 higher."
    assert (panel.first.value(), panel.second.value()) == ("1", "2")
    assert [row.texts[0] for row in panel.table.rows] == [row.title for row in ROWS]
    assert panel.table.rows[0].strong
    assert panel.table.rows[3].tip == "What it means. Here: B is twice as large."
    assert panel.profile.isVisible()
    assert panel.save.isEnabled()


def test_a_narrow_panel_keeps_the_table_and_leaves_the_profile_out(panel: ComparePanel) -> None:
    panel.resize(500, 220)
    QApplication.processEvents()
    assert not panel.profile.isVisible()
    columns = panel.table.columns()
    number, left, width = columns[-1]
    assert number == 3, "the words give way by an ellipsis"
    assert left + width <= panel.table.width()


def test_the_other_one_cannot_be_chosen_twice(panel: ComparePanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.a_chosen) as told:
        qtbot.keyClick(panel.first, Qt.Key.Key_Down)
    assert told.args == [3], "2 is B already"
    with qtbot.waitSignal(panel.b_chosen) as told:
        qtbot.keyClick(panel.second, Qt.Key.Key_Down)
    assert told.args == [3]


def test_buttons_say_what_is_wanted(panel: ComparePanel, qtbot: QtBot) -> None:
    for button, signal in ((panel.swap, panel.swapped), (panel.save, panel.save_wanted)):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))


def test_nothing_to_compare_says_why(panel: ComparePanel) -> None:
    panel.set_state(CompareState(note="One minimum only: there is nothing to compare it with."))
    assert panel.note.isVisible()
    assert not panel.first.isVisible()
    assert not panel.table.isVisible()


def test_work_under_way_can_be_stopped(panel: ComparePanel, qtbot: QtBot) -> None:
    panel.set_state(CompareState(ITEMS, 1, 2, job=Job("Measuring both", 0.4)))
    assert panel.job.isVisible()
    assert not panel.save.isEnabled()
    with qtbot.waitSignal(panel.cancelled):
        qtbot.mouseClick(panel.job.stop, Qt.MouseButton.LeftButton)
    panel.set_state(STATE)
    assert not panel.job.isVisible()


def test_another_theme_is_taken_over(panel: ComparePanel) -> None:
    before = panel.grab().toImage()
    panel.set_theme(Theme.load("light"))
    QApplication.processEvents()
    assert panel.grab().toImage() != before
