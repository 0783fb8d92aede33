"""Stuck runs in the window: the card, a cure with one click, whether it helped, and back again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from minima_core.document import Document, Exploration, Start, View, add_entry, place_of
from minima_widgets.panels.cure_row import CureRow
from minima_widgets.panels.verdict_card import VerdictCard
from tests.e2e.hand import Hand, pause, wait

Key = Qt.Key


def race(hand: Hand, landscape: str, start: tuple[float, ...], *methods: str, steps: int = 260) -> None:
    """Play a race of these methods to its end."""
    exploration = Exploration(place=place_of(landscape), starts=(Start(start),), steps=steps)
    for method in methods:
        exploration = add_entry(exploration, method)
    hand.window.commands.open_document(Document(1, exploration, View()))
    hand.play_to_the_end()


def card(hand: Hand) -> VerdictCard:
    """Wait for the card, and return it."""
    panel = hand.window.deck.race
    wait(lambda: panel.card is not None and panel.card.isVisible(), "the card")
    assert panel.card is not None
    return panel.card


def row(hand: Hand, title: str) -> CureRow:
    """Wait for a cure on the card, bring it into sight, and return it."""
    shown = card(hand)
    wait(lambda: any(each.item.title == title for each in shown.rows), title)
    found = next(each for each in shown.rows if each.item.title == title)
    for _ in range(2):  # what nobody asked for is brief; the whole card keeps some cures for later
        if found.isHidden():
            QTest.mouseClick(shown.more, Qt.MouseButton.LeftButton)
            pause(50)
    hand.window.deck.race._area.ensureWidgetVisible(found)
    pause(20)
    return found


def result(hand: Hand) -> str:
    """Wait for the comparison on the card, and return it."""
    wait(lambda: bool(card(hand).result.text()), "the comparison")
    return card(hand).result.text()


def test_one_click_cures_and_the_card_says_that_it_helped(hand: Hand) -> None:
    race(hand, "two-wells", (-1.15, 1.6), "gradient-descent,lr=0.03")
    wait(lambda: card(hand).sentence.text() == "At the local minimum, 0.549 above the best.", "the verdict")
    speed = hand.window.player.speed
    chosen = row(hand, "Basin hopping")
    hand.click(chosen, chosen.rect().center())
    assert len(hand.exploration.entries) == 2
    assert hand.exploration.steps > 260
    assert hand.window.session.view.selected == hand.exploration.entries[1].id
    hand.play_to_the_end()
    assert result(hand).startswith("Helped, with this seed: ends 0.549 lower, at the global minimum")
    treated = hand.exploration.entries[0].id
    hand.window.gestures.select(treated)
    wait(lambda: card(hand).note.line == treated, "the treated line's card")
    assert row(hand, "Basin hopping").item.state == "helped"
    hand.click(row(hand, "Basin hopping"), row(hand, "Basin hopping").rect().center())
    assert len(hand.exploration.entries) == 2, "the same cure twice is the line there is"
    assert hand.window.session.view.selected == hand.exploration.entries[1].id
    hand.key(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(hand.exploration.entries) == 1
    assert hand.exploration.steps == 260
    slider = hand.window.deck.timeline.slider
    wait(lambda: slider._end == 260 and hand.window.player.speed == speed, "the race as it was, at its pace")


def test_k_opens_the_card_and_enter_tries_the_first_cure(hand: Hand) -> None:
    race(hand, "parabola", (-1.0,), "gradient-descent,lr=1", steps=400)
    hand.window.deck.profile.setFocus()
    hand.key(Key.Key_K)
    wait(lambda: isinstance(QApplication.focusWidget(), CureRow), "the keyboard at the first cure")
    hand.key(Key.Key_Return)
    assert "lr=0.5" in hand.exploration.entries[1].segments[0].method
    hand.play_to_the_end()
    assert result(hand).startswith("Helped: ends 4 lower, at the global minimum")


def test_try_all_is_a_race_and_one_undo(hand: Hand) -> None:
    race(hand, "two-wells", (-1.15, 1.6), "gradient-descent,lr=0.03")
    shown = card(hand)
    QTest.mouseClick(shown.all, Qt.MouseButton.LeftButton)
    assert len(hand.exploration.entries) == 4
    hand.play_to_the_end()
    wait(lambda: all(each.item.result for each in card(hand).rows[:3]), "three comparisons")
    hand.window.do("undo")
    assert len(hand.exploration.entries) == 1


def test_a_cure_that_changes_the_landscape_says_so_and_goes_with_one_undo(hand: Hand) -> None:
    race(hand, "two-wells", (-1.15, 1.6), "gradient-descent,lr=0.03")
    smooth = row(hand, "Smooth first")
    assert smooth.item.how == "changes the landscape"
    hand.click(smooth, smooth.rect().center())
    assert hand.exploration.place.changes.smoothing > 0
    assert "another one now" in hand.window.deck.toast.text()
    hand.play_to_the_end()
    assert result(hand).startswith("Not comparable: the landscape changed.")
    hand.window.do("undo")
    assert not hand.exploration.place.changes
    hand.settle()


@pytest.mark.parametrize("at", [30, 200])
def test_a_pause_says_what_is_known_by_then(hand: Hand, at: int) -> None:
    race(hand, "two-wells", (-1.15, 1.6), "gradient-descent,lr=0.03")
    hand.window.player.scrub(at)
    hand.window.gestures.select(hand.exploration.entries[0].id)
    words = "Running, loss" if at == 30 else "At the local minimum, 0.549"
    wait(lambda: card(hand).sentence.text().startswith(words), words)
    assert bool(card(hand).rows) == (at == 200)


def test_a_schedule_falls_until_the_longer_race_ends(hand: Hand) -> None:
    race(hand, "parabola", (-1.0,), "gradient-descent,lr=1", steps=400)
    card(hand)
    hand.window.do("try-all")
    assert hand.exploration.steps == 800, "a line search goes on from here, and has time to"
    assert "cosine(T_max=800" in next(
        entry.segments[0].method
        for entry in hand.exploration.entries
        if entry.cures and entry.cures.name == "schedule"
    )
    hand.play_to_the_end()
    wait(lambda: all(each.item.state == "helped" for each in card(hand).rows[:3]), "three cures that help")
