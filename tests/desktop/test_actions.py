"""The declared acts: one key each, all in a menu, all with a tip; and the sheet of keys made from them."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from minima_desktop.actions import ACTS, MENUS, Act
from minima_desktop.key_sheet import GESTURES, KeySheet, groups_of
from minima_desktop.matching import Text, matched, score
from minima_widgets.panels.icons import icon_names
from minima_widgets.theme import Theme


def test_no_two_acts_have_one_key_and_every_key_can_be_pressed() -> None:
    keys = [QKeySequence(key).toString() for act in ACTS for key in act.keys] + ["F10"]
    assert all(keys), "a key that Qt does not know"
    assert [key for key, times in Counter(keys).items() if times > 1] == []


def test_every_act_is_in_a_menu_and_every_menu_has_acts() -> None:
    assert {act.menu for act in ACTS} == set(MENUS)
    assert len({act.id for act in ACTS}) == len(ACTS)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.id)
def test_every_act_says_what_it_does_in_a_sentence(act: Act) -> None:
    tip, title = act.tip, act.title
    assert len(tip) > len("Quit") and tip.endswith((".", "?")), tip
    assert tip.rstrip(".") != title
    assert title[0].isupper() and not title.endswith(".")
    assert act.icon in {"", *icon_names()}


def test_the_sheet_of_keys_has_every_key_and_finds_by_word_and_by_key(qapp: QApplication) -> None:
    with_keys = sum(bool(act.keys) for act in ACTS)
    assert sum(len(lines) for _, lines in groups_of()) == with_keys + len(GESTURES)
    assert next(lines for _, lines in groups_of("undo"))[0] == ("Ctrl+Z", "Undo")
    assert ("F11", "Full screen") in dict(groups_of("f11"))["View"]
    assert ("in the menu", "About Minima Desktop") in dict(groups_of("about"))["Help"]
    parent = QWidget()
    sheet = KeySheet(parent, Theme.load("light"))
    sheet.search.setText("qqqq")
    assert "qqqq" in sheet.nothing.text() and not sheet.nothing.isHidden()
    sheet.search.setText("zoom")
    assert sheet.nothing.isHidden()
    sheet.close()
    parent.deleteLater()


def test_words_are_matched_in_any_order_and_letters_may_be_left_out() -> None:
    hump = Text("Momentum over a hump", "hump", "drag the height")
    assert score("hump momentum", hump) > score("height hump", hump) > 0
    assert score("mmntm", hump) > 0 == score("adam hump", hump)
    assert score("", hump) > 0
    assert score("Ctrl+T", Text("Light or dark", "Ctrl+T")) > 60
    assert matched("mo hu", hump.title) == ((0, 2), (16, 18))
    assert score("ACKLEY", Text("Ackley’s function")) == score("ackley", Text("Ackley’s function"))
