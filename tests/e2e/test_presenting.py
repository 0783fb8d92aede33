"""A talk in the real window: scenes by a clicker, a vote with keys, and everything back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QEvent, QPoint, QSettings, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from minima_core.document import prepared, prepared_scenes
from minima_core.scene.marks import ContourLabel, Label, Points
from minima_desktop.presenting import Presenting, TalkScene
from minima_widgets.presenter import Presenter
from tests.e2e.hand import Hand, pause, wait

Key = Qt.Key


class Talk:
    """A talk, with fingers on its keys."""

    def __init__(self, hand: Hand) -> None:
        self.window = hand.window
        self.presenting: Presenting = self.window.commands.presenting

    @property
    def view(self) -> Presenter:
        """The window of the talk."""
        assert self.presenting.view is not None
        return self.presenting.view

    def press(self, *keys: Qt.Key, shift: bool = False) -> None:
        """Press keys, one after the other, where the keyboard is."""
        modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        for key in keys:
            QTest.keyClick(QApplication.focusWidget() or self.view, key, modifier)
        pause(30)

    def show_all(self) -> None:
        """Let a frame pass, with words."""
        self.window.hub.speak_soon(at_once=True)
        pause(60)

    def labels(self) -> list[Label]:
        """All words on the map."""
        return [mark for mark in self.view.map.marks() if isinstance(mark, Label)]

    def reveal(self) -> None:
        """Let the race run to its end."""
        wait(lambda: self.presenting.vote is not None and self.presenting.vote.phase == "revealed", "the end")
        self.show_all()


@pytest.fixture
def talk(hand: Hand) -> Iterator[Talk]:
    """A talk about what is open, begun with its key."""
    QTest.keyClick(hand.window, Key.Key_P)
    one = Talk(hand)
    wait(lambda: one.presenting.view is not None and one.view.isActiveWindow(), "the talk")
    pause(30)
    yield one
    one.presenting.end()
    wait(hand.window.isActiveWindow, "the window")


def state(hand: Hand) -> dict[str, Any]:
    """Everything that a talk must leave as it was."""
    window, settings = hand.window, QSettings("Minima", "Minima Desktop")
    settings.sync()
    return {
        "document": window.session.document,
        "history": (window.session.can_undo, window.session.can_redo, id(window.session._history)),
        "player": msgspec.json.encode(vars(window.player)),
        "layout": window.deck.workspace.state(),
        "theme": (window.deck.theme.name, window.deck.theme.type_size),
        "style": QApplication.instance().styleSheet(),
        "geometry": (window.geometry(), window.windowState()),
        "preferences": {key: settings.value(key) for key in settings.allKeys()},
        "last act": window.hub.last_act,
        "told": window.hub.told,
        "tool": window.deck.map.tool,
        "focus": QApplication.focusWidget(),
        "title": window.deck.header.accessibleName(),
        "enabled": {name: (act.isEnabled(), act.isChecked()) for name, act in window.acts.items()},
    }


def test_a_talk_leaves_everything_as_it_was(hand: Hand) -> None:
    """Document, undo, clock, layout, colours, tools, preferences: after scenes, votes, clicks and keys."""
    window = hand.window
    hand.click(window.deck.map, hand.pixel((0.4, 1.2)))
    window.player.scrub(120)
    hand.settle()
    window.do("lens")
    window.session.look(zoom=(-2.0, 2.0, -1.5, 1.5))
    window.session.undo()
    pause(60)
    before = state(hand)
    assert window.session.can_redo
    QTest.keyClick(window, Key.Key_P)
    talk = Talk(hand)
    wait(lambda: talk.presenting.view is not None and talk.view.isActiveWindow(), "the talk")
    assert talk.view.geometry() == window.screen().geometry()
    talk.press(Key.Key_PageDown, Key.Key_PageDown, Key.Key_H, Key.Key_A, Key.Key_M, Key.Key_L, Key.Key_B)
    talk.press(Key.Key_Space, Key.Key_PageUp, Key.Key_H, Key.Key_T)
    QTest.keyClick(talk.view, Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    pause(60)
    assert window.session.document != before["document"]
    talk.press(Key.Key_Escape)
    wait(window.isActiveWindow, "the window")
    pause(60)
    assert talk.presenting.view is None
    after = state(hand)
    assert {key: after[key] for key in before} == before
    window.session.redo()
    assert hand.starts[0] == pytest.approx((0.4, 1.2), abs=0.02)
    hand.settle()
    window.do("lens")


def test_closing_the_window_in_the_middle_keeps_nothing_of_the_talk(talk: Talk) -> None:
    """What is remembered is the layout of the window, not that of the talk."""
    window = talk.window
    layout = window.deck.workspace.state()
    talk.press(Key.Key_PageDown, Key.Key_M)
    window.hub.cover.end()
    assert window.hub.cover is None
    assert window.deck.workspace.state() == layout
    assert QApplication.overrideCursor() is None
    assert not window.isFullScreen()


def test_a_clicker_steps_through_the_prepared_scenes(talk: Talk) -> None:
    """Page Down and Page Up, with titles, sentences and numbers; what is open comes first."""
    names = [each.title for each in prepared_scenes()]
    count = len(names) + 1
    talk.show_all()
    assert talk.view.heading.words[0] == "Two wells"
    assert talk.view.heading.words[2] == f"1 of {count}"
    talk.press(Key.Key_PageUp)
    assert "first scene" in talk.view.note.text
    talk.press(Key.Key_PageDown)
    talk.show_all()
    first = prepared_scenes()[0]
    assert talk.view.heading.words == (first.title, first.sentence, f"2 of {count}")
    assert talk.window.session.exploration == first.document().exploration
    talk.press(Key.Key_Right)
    talk.show_all()
    assert talk.view.heading.words[0] == names[1]
    assert talk.view.profile.isVisible() and not talk.view.map.isVisible()
    talk.press(Key.Key_Left, Key.Key_Home)
    talk.show_all()
    assert talk.view.heading.words[2] == f"1 of {count}"


def test_a_race_that_one_clicks_can_be_reset(talk: Talk) -> None:
    """The audience's gestures work; R brings the scene back."""
    window = talk.window
    before = window.session.exploration
    plane = talk.view.map.plane
    assert plane is not None
    QTest.mouseClick(
        talk.view.map.viewport(), Qt.MouseButton.LeftButton, pos=plane.point((0.5, -1.5)).toPoint()
    )
    pause(40)
    assert window.session.exploration.starts[0].position == pytest.approx((0.5, -1.5), abs=0.02)
    assert window.player.playing
    talk.press(Key.Key_Space)
    assert not window.player.playing
    talk.press(Key.Key_R)
    assert window.session.exploration == before


def test_hide_vote_reveal(talk: Talk) -> None:
    """H hides, letters count votes and Shift takes one back, V plays, and the end tells who was right."""
    window, presenting = talk.window, talk.presenting
    talk.press(Key.Key_H)
    talk.show_all()
    vote = presenting.vote
    assert vote is not None and vote.question == "Where will Gradient descent end?"
    marks = talk.view.map.marks()
    assert [label.bold for label in talk.labels()] == ["A", "B"]
    assert not any(isinstance(mark, ContourLabel) for mark in marks)
    assert not any(isinstance(mark, Points) and mark.key.startswith("minima") for mark in marks)
    assert window.player.step == 0 and not window.player.playing
    assert all(not line.words for line in talk.view.verdicts.lines)
    talk.press(Key.Key_A, Key.Key_B, Key.Key_B, Key.Key_2, Key.Key_A)
    talk.press(Key.Key_B, shift=True)
    talk.press(Key.Key_Backspace, Key.Key_C)
    talk.show_all()
    assert vote.tally() == {"A": 1, "B": 2}
    assert [answer.votes for answer in talk.view.board.answers] == [1, 2]
    assert talk.view.board.total == "3 votes"
    assert not talk.view.is_black, "B is a vote now"
    talk.press(Key.Key_V)
    assert vote.phase == "playing" and window.player.playing
    talk.press(Key.Key_A)
    assert len(vote.votes) == 3, "the vote is closed"
    talk.press(Key.Key_R)
    talk.reveal()
    assert vote.right == "A"
    assert talk.view.heading.words[1].startswith("Gradient descent ended in A: 1 of 3 votes was right, 33")
    assert [answer.right for answer in talk.view.board.answers] == [True, False]
    ends = {line.name: line.letter for line in talk.view.verdicts.lines}
    assert ends["Gradient descent"] == "A" and ends["Adam"] == "B"
    assert any(label.key.startswith("label:minimum") for label in talk.labels())
    assert {label.bold: label.role for label in talk.labels()}["A"] == "accent"
    talk.press(Key.Key_H)
    talk.show_all()
    assert presenting.vote is None and not talk.view.board.isVisible()


def test_one_variable_is_voted_on_too_and_what_has_one_valley_is_not(talk: Talk) -> None:
    """Scenes of other people can begin with their own question."""
    hump, valley = prepared("hump"), prepared("five-rates")
    scenes = [
        TalkScene(hump.document(), hump.title, hump.sentence, "Over the hump, or not?"),
        TalkScene(valley.document(), valley.title, valley.sentence),
    ]
    talk.presenting.begin(scenes)
    wait(talk.view.isActiveWindow, "the talk")
    talk.show_all()
    assert talk.view.heading.words == ("Over the hump, or not?", "", "1 of 2")
    assert talk.view.letters == "AB"
    talk.press(Key.Key_Return, Key.Key_H)
    talk.reveal()
    assert talk.presenting.vote is not None and talk.presenting.vote.right in ("A", "B")
    talk.press(Key.Key_PageDown, Key.Key_H)
    assert "Only one valley" in talk.view.note.text
    assert talk.presenting.vote is None
    talk.press(Key.Key_PageDown)
    assert "last scene" in talk.view.note.text


def test_a_black_screen_goes_with_any_key_and_the_spot_follows_the_mouse(talk: Talk) -> None:
    """B and the full stop of clickers; the key that brings the picture back does nothing else."""
    for key in (Key.Key_B, Key.Key_Period):
        talk.press(key)
        assert talk.view.is_black
        talk.press(Key.Key_PageDown)
        assert not talk.view.is_black and talk.presenting.scene.title == "Two wells"
    talk.press(Key.Key_L)
    middle = talk.view.mapToGlobal(QPoint(300, 300))
    QTest.mouseMove(talk.view, QPoint(300, 300))
    wait(lambda: talk.view.spot.geometry().contains(talk.view.mapFromGlobal(middle)), "the spot")
    talk.press(Key.Key_L)
    assert not talk.view.spot.isVisible()
    talk.press(Key.Key_F1)
    shown = talk.view.note.isVisible()
    talk.press(Key.Key_F1)
    assert talk.view.note.isVisible() != shown


def test_a_run_that_ends_at_a_saddle_is_in_no_valley(talk: Talk) -> None:
    """Whichever valley lies below it."""
    newton = prepared("newton-saddle")
    talk.presenting.begin([TalkScene(newton.document(), newton.title, newton.sentence)])
    wait(talk.view.isActiveWindow, "the talk")
    talk.press(Key.Key_H, Key.Key_A, Key.Key_B, Key.Key_R)
    talk.reveal()
    vote = talk.presenting.vote
    assert vote is not None and vote.right is None
    assert vote.result == "Newton, plain ended in none of these valleys: nobody was right."
    assert {line.letter for line in talk.view.verdicts.lines} == {"", "B"}


def test_a_key_that_is_held_points_for_as_long_and_counts_one_vote(talk: Talk) -> None:
    """Keyboards repeat keys; where Qt takes that for new presses, the time of the event tells."""
    view = talk.view

    def send(kind: QEvent.Type, key: Qt.Key, at: int, repeats: bool = False) -> None:
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", repeats)
        event.setTimestamp(at)
        QApplication.sendEvent(view, event)

    down, up = QEvent.Type.KeyPress, QEvent.Type.KeyRelease
    send(down, Key.Key_L, 1000)
    assert view.pointing
    pause(400)
    for at, repeats in ((1400, True), (1440, False), (1480, True)):
        send(up, Key.Key_L, at, repeats)
        send(down, Key.Key_L, at, repeats)
    pause(80)
    assert view.pointing
    send(up, Key.Key_L, 1500)
    wait(lambda: not view.pointing, "the spot to go")
    talk.press(Key.Key_H)
    vote = talk.presenting.vote
    assert vote is not None
    send(down, Key.Key_A, 2000)
    for at, repeats in ((2400, True), (2440, False), (2480, True)):
        send(up, Key.Key_A, at, repeats)
        send(down, Key.Key_A, at, repeats)
    assert vote.votes == ["A"]


def test_keys_of_the_window_below_do_nothing_here(talk: Talk) -> None:
    """No undo, no gallery, no views-only: here keys have their own meanings."""
    window = talk.window
    views = window.deck.workspace.views_only
    talk.press(Key.Key_V, Key.Key_W, Key.Key_1, Key.Key_Tab, Key.Key_Delete)
    assert window.deck.workspace.views_only == views
    assert window.session.view.insight.overlay == "none"
    assert len(window.session.exploration.entries) == 5
