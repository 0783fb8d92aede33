"""The claims clinic, where a claim is run and judged; and the cards of the tour, beside their things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels.clinic_panel import ClaimState, ClinicPanel, Entry, Job, Outcome
from minima_widgets.panels.tour_cards import Stop, TourCards
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]

CLAIM = ClaimState(
    "Always increasing", "f(x) = x³ has no local minima", "All critical points are proved.", 1, 3
)
OUTCOME = Outcome(
    "half true",
    "warning",
    ("There is 1 critical point.", "52 of 200 starts end at it (20 to 33 %)."),
    "It is a flat inflection.",
    ("Cubic: simulated-annealing,temperature=30,end_temperature=0.001,steps=30, 200 starts",),
    ("Perhaps x⁴ was meant.",),
)


@pytest.fixture
def panel(theme: Theme, show: Show) -> ClinicPanel:
    panel = ClinicPanel(theme)
    show(panel, 285, 640)
    return panel


def test_a_claim_is_chosen_from_its_group(panel: ClinicPanel, qtbot: QtBot) -> None:
    panel.show_list(
        (Entry("a", "One", group="Definitions"), Entry("b", "Two", "…", "wrong", "done", "Descent"))
    )
    with qtbot.waitSignal(panel.claim_chosen) as told:
        place = panel.rows.rect_of("b").center().toPoint()
        qtbot.mouseClick(panel.rows, Qt.MouseButton.LeftButton, pos=place)
    assert told.args == ["b"]
    assert panel.rows.rect_of("none").isNull()


def test_the_keyboard_stays_on_the_claim_while_its_buttons_come_and_go(
    panel: ClinicPanel, qtbot: QtBot
) -> None:
    panel.activateWindow()
    panel.show_claim(CLAIM)
    page = panel.claim
    page.run.setFocus()
    qtbot.waitUntil(page.run.hasFocus)
    panel.show_claim(replace(CLAIM, job=Job("Running the experiment…", 0.3)))
    assert page.job.stop.hasFocus()
    panel.show_claim(replace(CLAIM, outcome=OUTCOME))
    assert page.open.hasFocus()
    page.next.setFocus()
    panel.show_claim(replace(CLAIM, outcome=OUTCOME, job=Job("Running the experiment…", 0.3)))
    assert page.next.hasFocus()


def test_what_came_out_is_shown_only_once_it_was_run(panel: ClinicPanel, qtbot: QtBot) -> None:
    panel.show_claim(CLAIM)
    page = panel.claim
    asked = QSignalSpy(panel.asked)
    assert not page.judgement.isVisible() and not page.truth.isVisible() and page.run.isVisible()
    qtbot.mouseClick(page.run, Qt.MouseButton.LeftButton)
    panel.show_claim(replace(CLAIM, job=Job("Running the experiment…", 0.3)))
    assert not page.run.isEnabled() and page.job.isVisible()
    qtbot.mouseClick(page.job.stop, Qt.MouseButton.LeftButton)
    panel.show_claim(replace(CLAIM, outcome=OUTCOME))
    assert page.judgement.isVisible() and page.judgement.text() == "Half true"
    assert page.found.text().splitlines() == list(OUTCOME.found)
    for button in (page.open, page.save, page.rerun, page.next, page.leave):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    said = [asked.at(k)[0] for k in range(asked.count())]
    assert said == ["run", "stop", "open", "save", "run", "next", "leave"]
    assert page.area.widget().width() <= page.area.viewport().width(), "no word is cut at the right"
    repairs = QSignalSpy(panel.repair_wanted)
    assert page.repairs[0].isVisible() and not page.repairs[1].isVisible()
    page.repairs[0].acted.emit()
    assert repairs.at(0) == [0]


def test_the_cards_of_the_tour_stand_beside_their_things_and_end(
    theme: Theme, show: Show, qtbot: QtBot
) -> None:
    host, left, right = QWidget(), QWidget(), QWidget()
    left.setParent(host)
    right.setParent(host)
    show(host, 900, 600)
    left.setGeometry(10, 10, 300, 400)
    right.setGeometry(800, 10, 90, 400)
    left.show()
    right.show()
    cards = TourCards(theme, host, (Stop("Map", "Click anywhere.", left), Stop("Race", "Methods.", right)))
    cards.begin()
    assert cards.isVisible() and not cards.geometry().intersects(QRect(10, 10, 299, 400))
    clicked_below = host.childAt(QPoint(100, 200))
    assert clicked_below is left, "the ring lets the mouse through"
    ended = QSignalSpy(cards.ended)
    qtbot.mouseClick(cards.next, Qt.MouseButton.LeftButton)
    assert cards.at == 1 and not cards.geometry().intersects(right.geometry())
    host.resize(700, 500)
    QApplication.processEvents()
    assert host.rect().contains(cards.geometry())
    assert cards.next.text() == "Done" and not cards.skip.isVisible()
    qtbot.mouseClick(cards.next, Qt.MouseButton.LeftButton)
    assert ended.count() == 1 and ended.at(0) == [True] and not cards.isVisible()
    cards.end()
    assert ended.count() == 1
