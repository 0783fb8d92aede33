"""Finding things in the real window: the command palette, the sheet of keys, the preferences."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from minima_desktop.actions import ACTS
from minima_desktop.palette import finds
from minima_widgets.panels.palette import CommandPalette
from tests.e2e.hand import Hand, pause, wait

CTRL = Qt.KeyboardModifier.ControlModifier


def opened(hand: Hand) -> CommandPalette:
    """Open the palette with its key."""
    hand.key(Qt.Key.Key_K, CTRL)
    popup = hand.window.commands.palette.popup
    assert popup is not None
    wait(popup.isVisible, "the palette")
    return popup


def take(hand: Hand, typed: str) -> None:
    """Type into the palette, and take the first thing found."""
    popup = opened(hand)
    QTest.keyClicks(popup.search, typed)
    QTest.keyClick(popup.search, Qt.Key.Key_Return)
    assert not popup.isVisible()
    pause(30)


def test_everything_is_found_by_the_beginning_of_its_name(hand: Hand) -> None:
    take(hand, "rastr")
    assert hand.exploration.place.landscape == "rastrigin"
    before = [entry.name for entry in hand.exploration.entries]
    take(hand, "adamw")
    assert [entry.name for entry in hand.exploration.entries] == [*before, "adamw"]
    take(hand, "momentum hump")
    assert hand.window.hub.told is not None
    take(hand, "light or dark")
    assert hand.window.session.view.theme == "light"
    hand.window.do("theme")
    take(hand, "claims clinic")
    assert hand.window.deck.workspace.is_shown("clinic")
    hand.window.do("claims")


def test_what_was_taken_last_comes_first_and_arrows_and_escape_do_as_expected(hand: Hand) -> None:
    take(hand, "slope")
    popup = opened(hand)
    first = popup.current()
    assert first is not None and (first.key, first.heading) == ("act:slope", "Lately")
    QTest.keyClick(popup.search, Qt.Key.Key_Down)
    second = popup.current()
    QTest.keyClick(popup.search, Qt.Key.Key_Up)
    assert popup.current() == first != second
    QTest.keyClick(popup.search, Qt.Key.Key_Up)
    assert popup.current() == popup.list.rows[-1]
    assert popup.list.rows[-1].title in popup.search.accessibleDescription()
    QTest.keyClick(popup.search, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    hand.window.do("slope")


def test_what_cannot_be_done_stays_and_says_why(hand: Hand) -> None:
    popup = opened(hand)
    QTest.keyClicks(popup.search, "remove the selected")
    row = popup.current()
    assert row is not None and row.key == "act:remove"
    assert "Select a line" in row.why
    before = hand.exploration
    QTest.keyClick(popup.search, Qt.Key.Key_Return)
    assert popup.isVisible()
    assert popup.note.text() == f"{row.detail} {row.why}"
    assert hand.exploration is before
    QTest.keyClicks(popup.search, "xxqq")
    assert popup.current() is None
    assert "Nothing is called" in popup.note.text()
    popup.close()


def test_every_thing_is_found_by_its_own_title(hand: Hand) -> None:
    palette = hand.window.commands.palette
    for find in finds():
        found = [row.key for row in palette.rows(find.text.title)]
        assert find.key in found[:6], find.text.title


def test_preferences_take_effect_at_once_are_kept_and_are_undone(hand: Hand) -> None:
    window = hand.window
    kept, preferring = window.preferences, window.commands.preferring
    usual_theme = preferring.theme
    hand.key(Qt.Key.Key_Comma, CTRL)
    sheet = preferring.sheet
    assert sheet is not None
    form = sheet.form
    wait(form.theme_choice.hasFocus, "the keyboard in the sheet")

    QTest.keyClick(form.theme_choice, Qt.Key.Key_Left)
    QTest.keyClick(form.theme_choice, Qt.Key.Key_Left)
    QTest.keyClick(form.theme_choice, Qt.Key.Key_Right)
    assert window.deck.theme.name == kept.text("theme", "", ("dark", "light")) == "light"
    QTest.keyClick(form.palette_choice, Qt.Key.Key_Right)
    assert kept.text("palette", "", window.deck.theme.palettes) == "viridis"
    wait(lambda: window.projector.stage().ground.relief.palette == "viridis", "the ground in other colours")
    form.larger.click()
    assert window.deck.theme.type_size == kept.number("type-size", 0, 7, 22) == 11.5
    assert form.points.text() == "11.5 pt"
    form.motion.switch.click()
    assert not window.deck.surface.animated and kept.text("motion", "", ("on", "off")) == "off"
    form.autosave.switch.click()
    assert kept.text("session/autosave", "", ("on", "off")) == "off"
    hand.window.do("opening")
    assert window.session.view.palette == "viridis"

    form.usual.click()
    assert preferring.theme == "system" == form.theme_choice.value()
    assert (window.session.view.palette, window.deck.theme.type_size) == ("chart", 10.5)
    assert window.deck.surface.animated
    assert preferring.autosaves and not form.motion.is_on()

    kept.keep("lessons/progress", {"momentum": {"at": 3}})
    form.forget.click()
    assert kept.values("lessons/progress")
    form.forget.click()
    assert not kept.values("lessons/progress")
    sheet.accept()
    assert preferring.sheet is None
    window.deck.toast.set_motion(False)
    preferring.set_theme(usual_theme)


def test_larger_type_leaves_the_theme_to_the_system(hand: Hand) -> None:
    window = hand.window
    window.commands.preferring.set_theme("system")
    window.do("larger")
    window.do("usual-type")
    assert window.commands.preferring.theme == "system"
    window.do("theme")
    assert window.commands.preferring.theme == window.deck.theme.name
    window.do("theme")
    window.commands.preferring.set_theme("system")


def test_the_window_follows_the_system_where_that_is_preferred(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, hints = hand.window, QGuiApplication.styleHints()
    preferring = window.commands.preferring
    preferring.set_theme("system")
    monkeypatch.setattr("minima_desktop.preferring.system_theme", lambda: "light")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert (window.deck.theme.name, preferring.theme) == ("light", "system")
    preferring.set_theme("dark")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert (window.deck.theme.name, preferring.theme) == ("dark", "dark")


def test_every_act_is_in_the_menu_of_the_window_with_its_tip(hand: Hand) -> None:
    window = hand.window
    reachable = {action.objectName() for menu in window.findChildren(QMenu) for action in menu.actions()}
    assert {act.id for act in ACTS} <= reachable
    for act in ACTS:
        assert window.acts[act.id].toolTip() == act.tip
        assert [key.toString() for key in window.acts[act.id].shortcuts()] == [
            QKeySequence(key).toString() for key in act.keys
        ]
