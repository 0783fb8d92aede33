"""Two minima side by side in the real window: the key, clicks on the map, letters, the saved page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from minima_core.scene.marks import Label
from minima_desktop.comparing import Comparing
from minima_desktop.files import read_document
from minima_widgets.panels.picture_dialog import PictureDialog
from tests.e2e.hand import Hand, pause, wait

Key = Qt.Key


@pytest.fixture
def comparing(hand: Hand) -> Iterator[Comparing]:
    """The room of comparison with its tab in front, once the opening landscape's two are measured."""
    comparing = hand.window.comparing
    assert comparing is not None
    hand.key(Key.Key_C)
    measured(hand, comparing)
    yield comparing
    hand.window.deck.workspace.bring("trace")
    comparing.say()


def measured(hand: Hand, comparing: Comparing) -> Any:
    """Wait until two minima of the landscape that is shown are measured, and said; return the panel."""
    wait(lambda: comparing.pair is not None, "two minima")
    panel = hand.window.deck.compare_room.panel
    wait(lambda: bool(panel.state.rows), "the table")
    return panel


def letters(hand: Hand) -> dict[str, tuple[float, float]]:
    """The letters on the map, and where they stand."""
    found = [each for each in hand.window.deck.map.marks() if isinstance(each, Label)]
    return {each.bold: each.point for each in found if each.key.startswith("pair:")}


def test_a_key_compares_the_two_wells_and_letters_them(hand: Hand, comparing: Comparing) -> None:
    window = hand.window
    assert window.session.view.bottom == "compare"
    panel = window.deck.compare_room.panel
    assert panel.state.headline.startswith("B is 0.549 higher")
    wait(lambda: set(letters(hand)) == {"A", "B"}, "the letters")
    a, b = comparing.pair.a.position, comparing.pair.b.position
    assert letters(hand) == {"A": (a[0], a[1]), "B": (b[0], b[1])}
    window.deck.workspace.bring("trace")
    comparing.say()
    wait(lambda: not letters(hand), "no letters behind another tab")


def test_swap_changes_the_letters(hand: Hand, comparing: Comparing) -> None:
    before = comparing.pair.a.position.tolist()
    panel = hand.window.deck.compare_room.panel
    panel.swap.click()
    wait(lambda: comparing.pair is not None and comparing.pair.b.position.tolist() == before, "the other way")
    wait(lambda: panel.state.headline.startswith("A is 0.549 higher"), "the headline")


def test_a_click_on_a_minimum_chooses_it_and_starts_no_race(hand: Hand, comparing: Comparing) -> None:
    window = hand.window
    window.gestures.choose("himmelblau")
    panel = measured(hand, comparing)
    starts = hand.starts
    third = comparing._minima()[2].position
    hand.click(window.deck.map, hand.pixel((float(third[0]), float(third[1]))))
    wait(lambda: panel.state.a == 3 and bool(panel.state.rows), "the third as A")
    fourth = comparing._minima()[3].position
    hand.click(window.deck.map, hand.pixel((float(fourth[0]), float(fourth[1]))))
    wait(lambda: panel.state.b == 4 and bool(panel.state.rows), "the fourth as B")
    assert panel.state.a == 3
    assert hand.starts == starts
    hand.click(window.deck.map, hand.pixel((0.5, -5.0)))
    assert hand.starts != starts, "elsewhere a click starts a race"
    window.deck.explore_room.panel.minimum_selected.emit(0)
    wait(lambda: panel.state.a == 1, "a row of the table of exploration")


def test_one_minimum_has_nothing_to_compare_with(hand: Hand, comparing: Comparing) -> None:
    hand.window.gestures.choose("booth")
    panel = hand.window.deck.compare_room.panel
    wait(lambda: panel.state.note.startswith("One minimum only"), "why there is nothing")
    assert not panel.table.isVisible()
    assert not letters(hand)


def test_the_page_is_saved_as_the_dialog_shows_it(hand: Hand, comparing: Comparing, tmp_path: Path) -> None:
    window = hand.window
    window.deck.compare_room.panel.save.click()
    (dialog,) = window.findChildren(PictureDialog)
    options = dialog.options()
    assert options.view == "compare"
    image, _ = window.commands.pictures.draw(options, 640, 360)
    assert (image.width(), image.height()) == (640, 360)
    out = tmp_path / "pair.png"
    window.commands.pictures._save(options, str(out))
    wait(out.exists, "the file")
    assert QImage(str(out)).width() == options.size.pixels[0]
    wait(lambda: window.commands.pictures._dialog is None, "the dialog to close")
    assert read_document(out).exploration == window.session.exploration
    pause(20)
