"""What is skipped in a lesson is made up for: the steps after it speak of what is on the map."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from minima_core import lessons
from minima_desktop.preferences import Preferences
from minima_desktop.teaching import Teaching
from tests.e2e.hand import Hand, pause, wait

Key = Qt.Key


@pytest.fixture
def teaching(hand: Hand) -> Iterator[Teaching]:
    """The teacher, with nothing learned yet; afterwards the card is away."""
    teaching = hand.window.teaching
    assert teaching is not None
    Preferences().forget("learn/progress")
    yield teaching
    teaching.leave()
    teaching.aside.give_back()
    hand.window.deck.workspace.set_present("learn", False)


def test_what_an_answer_would_have_shown_is_shown_behind_it(hand: Hand, teaching: Teaching) -> None:
    window = hand.window
    lesson = lessons.lesson("two-definitions")
    asked = next(k for k, step in enumerate(lesson.steps) if step.reveal and step.reveal.critical)
    hand.key(Key.Key_F7)
    teaching.begin(lesson, lesson.name)
    while teaching.walk.at < asked:
        hand.key(Key.Key_PageDown)
    assert not window.session.view.insight.critical
    assert window.deck.learn.lesson.skip.isVisible()
    hand.key(Key.Key_PageDown)
    assert window.session.view.insight.critical, "“every point where the slope vanishes is marked now”"
    wait(lambda: "9 of them" in window.deck.learn.lesson.state().text, "the count")
    hand.key(Key.Key_PageUp)
    hand.key(Key.Key_PageDown)
    assert window.session.view.insight.critical


def test_what_was_to_be_done_is_done_once(hand: Hand, teaching: Teaching) -> None:
    lesson = lessons.lesson("many-dimensions")
    task = next(k for k, step in enumerate(lesson.steps) if step.kind == "act" and step.solution.run)
    assert lesson.steps[task + 1].scene is None
    hand.key(Key.Key_F7)
    teaching.begin(lesson, lesson.name)
    while teaching.walk.at < task:
        hand.key(Key.Key_PageDown)
    before = len(hand.exploration.entries)
    hand.key(Key.Key_PageDown)
    assert len(hand.exploration.entries) == before + 1
    hand.key(Key.Key_PageUp)
    hand.key(Key.Key_PageDown)
    pause(50)
    assert len(hand.exploration.entries) == before + 1
