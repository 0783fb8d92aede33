"""The verdict's card by clicking and typing: nothing is cut, every cure is one click or Enter away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels.cure_row import CureRow
from minima_widgets.panels.cure_values import CureItem, VerdictNote
from minima_widgets.panels.cure_words import Flow
from minima_widgets.panels.race_panel import RaceLine, RacePanel
from minima_widgets.panels.verdict_card import VerdictCard
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]

LONG = (
    "Crawling along a narrow valley: at this pace 550 steps more; one direction is 1\u202f000 times as steep "
    "as the other."
)
CURES = (
    CureItem("Basin hopping", "Hop from here into the next valley, and stay if it is lower.", "from here on"),
    CureItem("Smaller rate, 0.05", "Steps are stable only below 2/λ = 0.111 here, and 0.111 is at it."),
    CureItem("Smooth first", LONG, "changes the landscape"),
    CureItem("Momentum", "Momentum 0.9 may roll over a hump that is lower than where it came from."),
)
NOTE = VerdictNote(
    2,
    LONG,
    signs=("The loss has not fallen for 200 steps.",),
    numbers=(
        ("above the best", "0.549", "How much higher."),
        ("κ", "1000", "How narrow."),
        ("lr", "0.03", ""),
    ),
    cures=CURES,
)


@pytest.fixture
def panel(theme: Theme, show: Show, lines: tuple[RaceLine, ...], groups: Any) -> RacePanel:
    panel = RacePanel(theme)
    panel.set_lines(lines)
    panel.set_available(groups)
    panel.show_card(NOTE)
    show(panel, 300, 820)
    return panel


def card_of(panel: RacePanel) -> VerdictCard:
    assert panel.card is not None
    return panel.card


def shown(card: VerdictCard) -> list[CureRow]:
    return [row for row in card.rows if row.isVisible()]


@pytest.mark.parametrize("width", [260, 300, 480])
def test_nothing_is_cut_however_narrow(panel: RacePanel, width: int, qtbot: QtBot) -> None:
    panel.resize(width, 820)
    card = card_of(panel)
    parts = [*card.findChildren(Flow), *card.rows]
    visible = [part for part in parts if part.isVisible()]
    assert len(visible) >= 6
    qtbot.waitUntil(lambda: all(part.height() >= part.heightForWidth(part.width()) for part in visible))
    assert all(part.geometry().right() <= card.width() for part in visible)


def test_a_card_stands_under_its_line_and_moves_with_it(panel: RacePanel) -> None:
    card = card_of(panel)
    assert card.parent() is panel.line(2)
    panel.show_card(replace(NOTE, line=4))
    assert card.parent() is panel.line(4) and card.isVisible()
    panel.show_card(None, "Click a line.")
    assert not card.isVisible()
    assert panel.invitation.isVisible() and panel.invitation.text() == "Click a line."


def test_a_line_that_goes_leaves_the_card(
    panel: RacePanel, lines: tuple[RaceLine, ...], qtbot: QtBot
) -> None:
    card = card_of(panel)
    panel.set_lines(lines[2:])
    qtbot.wait(20)
    panel.show_card(replace(NOTE, line=3))
    assert card.parent() is panel.line(3) and card.isVisible()


def test_one_click_tries_a_cure(panel: RacePanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.cure_chosen) as chosen:
        qtbot.mouseClick(card_of(panel).rows[1], Qt.MouseButton.LeftButton)
    assert chosen.args == [2, 1]


def test_the_keyboard_walks_through_the_cures(panel: RacePanel, qtbot: QtBot) -> None:
    panel.activateWindow()
    assert panel.reveal_card()
    rows = card_of(panel).rows
    qtbot.waitUntil(rows[0].hasFocus)
    QTest.keyClick(rows[0], Qt.Key.Key_Down)
    assert rows[1].hasFocus()
    with qtbot.waitSignal(panel.cure_chosen) as chosen:
        QTest.keyClick(rows[1], Qt.Key.Key_Return)
    assert chosen.args == [2, 1]
    QTest.keyClick(rows[1], Qt.Key.Key_Down)
    QTest.keyClick(rows[2], Qt.Key.Key_Down)
    assert rows[3].isVisible() and rows[3].hasFocus(), "what is folded unfolds when one walks there"


def test_three_cures_first_and_the_others_on_demand(panel: RacePanel, qtbot: QtBot) -> None:
    card = card_of(panel)
    assert len(shown(card)) == 3
    assert card.more.text() == "1 more"
    qtbot.mouseClick(card.more, Qt.MouseButton.LeftButton)
    assert len(shown(card)) == 4
    assert not card.more.isVisible()
    with qtbot.waitSignal(panel.cures_chosen) as wanted:
        qtbot.mouseClick(card.all, Qt.MouseButton.LeftButton)
    assert wanted.args == [2]


def test_unasked_it_is_brief_and_one_click_says_all(panel: RacePanel, qtbot: QtBot) -> None:
    card = card_of(panel)
    whole = card.height()
    panel.show_card(replace(NOTE, brief=True))
    qtbot.waitUntil(lambda: card.height() < whole / 2)
    assert card.sentence.isVisible() and not card.numbers.isVisible()
    assert [row.item.title for row in shown(card)] == ["Basin hopping"]
    assert card.more.text() == "Why, and 3 more to try"
    with qtbot.waitSignal(panel.selected) as asked:
        qtbot.mouseClick(card.more, Qt.MouseButton.LeftButton)
    assert asked.args == [2]
    panel.show_card(NOTE)
    assert len(shown(card)) == 3 and card.numbers.isVisible()
    several = replace(NOTE, brief=True, which="Start 1 of 5 · next", tally="3 of 5 starts at a saddle.")
    panel.show_card(several)
    assert card.tally.isVisible() and not card.sentence.isVisible() and not card.which.isVisible()


def test_a_line_leaves_its_verdict_to_the_card_below_it(panel: RacePanel, qtbot: QtBot) -> None:
    second, fourth = panel.line(2).head, panel.line(4).head
    qtbot.waitUntil(lambda: second.height() < fourth.height())
    panel.show_card(replace(NOTE, line=4))
    qtbot.waitUntil(lambda: second.height() > fourth.height())
    panel.show_card(None)
    qtbot.waitUntil(lambda: second.height() == fourth.height())


def test_what_was_tried_says_what_came_of_it(panel: RacePanel) -> None:
    card = card_of(panel)
    tried = replace(CURES[3], state="helped", result="Helped: ends 0.549 lower, at the global minimum.")
    panel.show_card(replace(NOTE, cures=(*CURES[:3], tried)))
    assert len(shown(card)) == 4, "a cure that was tried is never folded away"
    assert "Helped" in card.rows[3].accessibleDescription()
    one = tuple(replace(item, state="racing") for item in CURES[:2])
    panel.show_card(replace(NOTE, cures=(*one, CURES[2])))
    assert not card.all.isVisible(), "nothing is left to try at once"


def test_a_cure_tells_whether_it_helped(panel: RacePanel) -> None:
    said = "Did not help: ends as low as before."
    panel.show_card(VerdictNote(2, "At a saddle.", tried_for="Tried for Adam.", result=said, judgement="no"))
    card = card_of(panel)
    assert card.result.isVisible() and card.result.text() == said
    assert card.tried_for.text() == "Tried for Adam."
    assert not card.heading.isVisible()


def test_numbers_explain_themselves(panel: RacePanel) -> None:
    numbers = card_of(panel).numbers
    places = numbers._places(numbers.width())
    assert "How much higher" in numbers.tip_at(places[0].center())
    assert numbers.tip_at(QPointF(numbers.width() + 50, 5)) == ""


def test_starts_are_gone_through(panel: RacePanel, qtbot: QtBot) -> None:
    panel.show_card(replace(NOTE, which="Start 1 of 5 · next", tally="3 of 5 starts at the global minimum."))
    with qtbot.waitSignal(panel.next_start) as asked:
        qtbot.mouseClick(card_of(panel).which, Qt.MouseButton.LeftButton)
    assert asked.args == [2]


def test_it_takes_the_light_theme(panel: RacePanel) -> None:
    panel.set_theme(Theme.load("light", 14.0))
    card = card_of(panel)
    before = card.grab().toImage()
    panel.show_card(None)
    panel.set_theme(Theme.load("dark", 14.0))
    panel.show_card(NOTE)
    assert card.grab().toImage() != before
