"""Words, keys and boards of a talk, without a race."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.ballot_board import Answer, BallotBoard
from minima_widgets.presenter import theme_for
from minima_widgets.presenter_keys import act_of, keys_words
from minima_widgets.presenter_overlays import Note
from minima_widgets.presenter_words import Heading, VerdictLine, Verdicts
from minima_widgets.theme import THEMES, Theme

Key = Qt.Key
PLAIN = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def picture(widget: QWidget) -> QImage:
    """What a widget looks like."""
    return widget.grab().toImage()


def ink(image: QImage) -> int:
    """How many pixels, of every third, differ from the first."""
    ground = image.pixel(0, 0)
    wide, high = image.width(), image.height()
    return sum(image.pixel(x, y) != ground for x in range(0, wide, 3) for y in range(0, high, 3))


@pytest.mark.parametrize("name", THEMES)
def test_type_grows_with_the_screen_and_not_with_the_theme(qapp: object, name: str) -> None:
    """A slide is not larger than a dark screen; 4K is twice full HD; small windows stay readable."""
    usual = theme_for(name, 1920, 1080)
    assert usual.type_size == pytest.approx(19, abs=0.9)
    assert theme_for(name, 3840, 2160).type_size == pytest.approx(2 * usual.type_size, abs=0.9)
    assert theme_for(name, 1280, 720).type_size == pytest.approx(usual.type_size * 2 / 3, abs=0.9)
    assert theme_for(name, 200, 100).type_size > 7
    assert theme_for(name, 1920, 1080, 1.5).type_size > 1.4 * usual.type_size


def test_clickers_and_keyboards_mean_the_same() -> None:
    """Every key of a clicker has its meaning; what has none does nothing."""
    assert [act_of(key, PLAIN) for key in (Key.Key_PageDown, Key.Key_Right)] == ["next", "next"]
    assert [act_of(key, PLAIN) for key in (Key.Key_PageUp, Key.Key_Left)] == ["previous", "previous"]
    assert [act_of(key, PLAIN) for key in (Key.Key_B, Key.Key_Period)] == ["black", "black"]
    assert act_of(Key.Key_T, CONTROL) == "theme" and act_of(Key.Key_T, PLAIN) == "throw"
    assert act_of(Key.Key_F5, PLAIN) == "" and act_of(Key.Key_Z, CONTROL) == ""
    assert act_of(Key.Key_V, PLAIN) == "", "nobody votes"
    assert act_of(Key.Key_1, Qt.KeyboardModifier.KeypadModifier, "ABC") == "vote:A"
    assert act_of(Key.Key_F, PLAIN, "ABCDEF") == "vote:F" and act_of(Key.Key_F, PLAIN, "AB") == "fit"
    assert act_of(Key.Key_C, SHIFT, "ABC") == "unvote:C"
    assert act_of(Key.Key_A, CONTROL, "ABC") == ""
    assert dict(keys_words("ABC"))["A–C"] == "count a vote"
    assert "R" in dict(keys_words())


def test_a_board_draws_votes_and_who_was_right(qtbot: QtBot) -> None:
    """More votes are a longer bar; a board keeps its scale until a bar is full."""
    board = BallotBoard(Theme.load("light", 18.0))
    qtbot.addWidget(board)
    board.resize(420, 700)
    board.set_answers([Answer("A"), Answer("B"), Answer("C", "elsewhere")], "no vote yet")
    empty = picture(board)
    board.set_answers([Answer("A", votes=3), Answer("B"), Answer("C", "elsewhere")], "3 votes")
    three = picture(board)
    board.set_answers([Answer("A", votes=9), Answer("B"), Answer("C", "elsewhere")], "9 votes")
    nine = picture(board)
    assert board.accessibleName() == "Votes: A: 9, B: 0, C: 0. 9 votes"
    accent = Theme.load("light", 18.0).colour("accent").rgb()

    def orange(image: QImage) -> int:
        return sum(
            image.pixel(x, y) == accent
            for x in range(0, image.width(), 3)
            for y in range(0, image.height(), 3)
        )

    assert orange(empty) == 0 < orange(three)
    assert orange(nine) == pytest.approx(3 * orange(three), rel=0.1)
    board.set_answers([Answer("A", votes=9, right=False), Answer("B", right=True)], "9 votes")
    told = picture(board)
    assert orange(told) > 0
    assert orange(told) < orange(nine)


def test_words_that_are_long_get_smaller_and_never_leave_their_room(qtbot: QtBot) -> None:
    """Nothing is drawn beyond the edge, however long a title is."""
    heading = Heading(Theme.load("dark", 19.0))
    qtbot.addWidget(heading)
    heading.resize(700, 10)
    heading.set_words("Short", "One line.", "3 of 8")
    low = heading.sizeHint().height()
    heading.set_words("A long title " * 8, "A sentence that goes on and on. " * 6, "3 of 8")
    assert heading.sizeHint().height() > low
    heading.resize(700, heading.sizeHint().height())
    assert ink(picture(heading)) > 500
    assert heading.accessibleName().startswith("A long title")


def test_verdicts_say_the_first_half_where_there_is_no_room_and_go_under_a_note(qtbot: QtBot) -> None:
    """Five lines stand in two columns; half a line under a card of keys is none."""
    verdicts = Verdicts(Theme.load("dark", 19.0))
    qtbot.addWidget(verdicts)
    lines = [
        VerdictLine(
            "run:adam:0", "Adam", "oscillating about a local minimum: the steps jump from wall to wall"
        ),
        VerdictLine("run:momentum:0", "Momentum", "at the local minimum", "B"),
        VerdictLine("run:rmsprop:0", "RMSprop", "at the local minimum"),
    ]
    verdicts.set_lines(lines[:1])
    one = verdicts.sizeHint().height()
    verdicts.set_lines(lines)
    assert verdicts.sizeHint().height() == pytest.approx(2 * one, abs=2)
    verdicts.resize(1200, 2 * one)
    drawn = ink(picture(verdicts))
    verdicts.set_covered(True)
    assert ink(picture(verdicts)) == 0 < drawn


def test_a_note_fits_its_window_and_tells_when_it_comes_and_goes(qtbot: QtBot) -> None:
    """However narrow the window is."""
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(500, 300)
    host.show()
    note = Note(Theme.load("dark", 19.0), host)
    seen: list[bool] = []
    note.visible_changed.connect(seen.append)
    note.show_for(keys_words("ABCDEF"), 60)
    assert note.isVisible() and note.geometry().left() >= 0 and note.geometry().right() <= 500
    assert "count a vote" in note.text
    note.dismiss()
    assert note.text == "" and seen == [True, False]
