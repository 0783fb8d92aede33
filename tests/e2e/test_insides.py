"""The insides of the selected method in the window: seen once it is selected, switched by key and chip."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.e2e.hand import Hand, wait


def keys_of(hand: Hand) -> set[str]:
    return {mark.key for mark in hand.window.deck.map.marks() if mark.key.startswith("inside:")}


def test_a_selected_line_shows_its_insides_and_i_switches_them(hand: Hand) -> None:
    window = hand.window
    adam = next(entry for entry in hand.exploration.entries if entry.name == "adam")
    window.player.scrub(9)
    window.gestures.select(adam.id)
    wait(lambda: "inside:gradient" in keys_of(hand), "the gradient is drawn")
    assert "inside:step" in keys_of(hand)
    window.deck.map.setFocus()
    QTest.keyClick(window.deck.map, Qt.Key.Key_I)
    wait(lambda: not keys_of(hand), "insides are switched off")
    assert not window.acts["insides"].isChecked()
    QTest.keyClick(window.deck.map, Qt.Key.Key_I)
    wait(lambda: bool(keys_of(hand)), "insides are switched on")
    window.deck.workspace.bring("race")
    line = window.deck.race.line(adam.id)
    line.set_open(True)
    assert line.insides is not None
    line.insides.chips.switched.emit("gradient", False)
    wait(lambda: "inside:gradient" not in keys_of(hand), "the gradient is switched off")
    assert "inside:step" in keys_of(hand)
    assert not line.insides.chips.is_on("gradient")
