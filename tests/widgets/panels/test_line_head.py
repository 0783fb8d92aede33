"""The head of a line: buttons that never lie on each other, verdicts that are read to their end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels import look
from minima_widgets.panels.line_head import LineHead
from minima_widgets.panels.race_panel import RaceLine, RacePanel, SettingRow
from minima_widgets.panels.setting_row import SettingsList
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]
LONG = "at a local minimum, 0.549 above the best, since step 143; it will not leave by itself"


def test_buttons_stand_apart_when_settings_come_later(
    theme: Theme, show: Show, lines: tuple[RaceLine, ...]
) -> None:
    head = LineHead(theme, replace(lines[0], settings=()))
    show(head, 300, 60)
    assert not head.fold.isVisible()
    head.set_line(lines[0])
    assert head.fold.isVisible() and not head.more.geometry().intersects(head.fold.geometry())
    head.set_line(replace(lines[0], settings=()))
    assert not head.fold.isVisible() and head.more.geometry().right() >= 290


def test_a_duplicate_has_its_buttons_apart(theme: Theme, show: Show, lines: tuple[RaceLine, ...]) -> None:
    panel = RacePanel(theme)
    panel.set_lines(lines[:1])
    show(panel, 320, 500)
    panel.set_lines([lines[0], replace(lines[0], id=9, settings=())])
    panel.set_lines([lines[0], replace(lines[0], id=9)])
    QApplication.processEvents()
    head = panel.line(9).head
    assert not head.more.geometry().intersects(head.fold.geometry())


def test_a_long_verdict_takes_a_second_line_and_keeps_it_while_it_changes(
    theme: Theme, show: Show, lines: tuple[RaceLine, ...]
) -> None:
    head = LineHead(theme, lines[0])
    show(head, 300, 80)
    low = head.sizeHint().height()
    head.set_verdict(LONG)
    assert head.sizeHint().height() > low
    head.set_verdict("running")
    assert head.sizeHint().height() > low, "a verdict that changes does not make the list tremble"
    head.set_line(replace(lines[0], verdict="running", settings_text="lr 0.1"))
    assert head.sizeHint().height() == low
    head.set_verdict(LONG)
    head.resize(900, 80)
    QApplication.processEvents()
    assert head.sizeHint().height() == low


def test_settings_say_name_and_symbol_and_sliders_begin_below_each_other(
    theme: Theme, show: Show, lines: tuple[RaceLine, ...]
) -> None:
    window = QWidget()
    rows = SettingsList(theme, lines[1].settings)
    rows.setParent(window)
    rows.resize(280, 300)
    show(window, 280, 300)
    rate, momentum = rows.editor("lr"), rows.editor("momentum")
    assert rate is not None and momentum is not None
    assert rate.label.accessibleName() == "lr η" and momentum.label.accessibleName() == "momentum β"
    assert rate.control.x() == momentum.control.x()
    rows.resize(170, 300)
    QApplication.processEvents()
    rows.layout().activate()
    assert rate.label.width() <= 70 and rate.control.geometry().right() <= 170


def test_a_long_name_takes_two_lines_and_an_index_stands_lower(theme: Theme, show: Show) -> None:
    window = QWidget()
    row = SettingRow("tolerance_grad", "ε_g", "", 1e-7, 0.0, 1.0, "log", title="smallest gradient")
    rows = SettingsList(theme, (row,))
    rows.setParent(window)
    rows.resize(200, 120)
    show(window, 200, 120)
    editor = rows.editor("tolerance_grad")
    assert editor is not None
    label = editor.label
    assert label._lines(label.width()) == ["smallest", "gradient"]
    (letter, face), (index, lower) = label._symbol_parts()
    assert (letter, index) == ("ε", "g") and lower.pixelSize() < face.pixelSize()
    assert not label.grab().isNull()


def test_a_new_verdict_is_painted_over_all_of_the_old_one(qtbot: QtBot) -> None:
    head = LineHead(Theme.load("dark"), RaceLine(1, "run:adam:0", "Adam"))
    qtbot.addWidget(head)
    head.resize(260, 70)
    head.show()
    qtbot.waitExposed(head)
    head.set_verdict("the steps jump from wall to wall, and every one is wider than the one before")
    head.resize(260, head.sizeHint().height())
    painted: list[int] = []

    class Watch(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if isinstance(event, QPaintEvent):
                painted.append(event.region().boundingRect().top())
            return False

    watch = Watch()
    qtbot.wait(30)
    head.installEventFilter(watch)
    head.set_verdict("loss 0.5 at step 3")
    qtbot.waitUntil(lambda: bool(painted))
    name_ends = QFontMetricsF(look.bold(Theme.load("dark"))).height() + look.px(Theme.load("dark"), 5)
    assert painted[0] <= name_ends < head.height() / 2
