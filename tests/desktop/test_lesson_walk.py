"""One learner in one lesson: answers lock, what was read stays, and a way back knows what was done."""

from __future__ import annotations

import pytest

from minima_core import lessons
from minima_core.lessons import Happening
from minima_core.lessons.racing import raced
from minima_desktop.learner import Place
from minima_desktop.lesson_walk import Walk
from minima_widgets.panels.learn_values import Feedback
from tests.desktop.lesson_of_ours import TEXT


@pytest.fixture
def walk() -> Walk:
    return Walk(lessons.load(TEXT), "three-steps", Place())


def happened(walk: Walk, *, over: bool = True) -> Happening:
    """What a step’s document comes to."""
    document = walk.document()
    assert document is not None
    return Happening(document.exploration, document.view, raced(document) if over else {})


def test_a_prediction_locks_then_waits_then_tells(walk: Walk) -> None:
    walk.go(1)
    before = happened(walk, over=False)
    assert walk.is_open and walk.shown(before).text == "It starts at −2.5."
    assert not walk.answer(7) and walk.answer(0) and not walk.answer(1)
    assert walk.shown(before).waiting and walk.shown(before).chosen == 0
    assert not walk.look(before, over=False)
    assert not walk.look(before, over=True), "its numbers are not known yet"
    assert walk.look(happened(walk), over=True)
    assert walk.shown(before).feedback == Feedback(1, "It ended at x = 1.")
    assert not walk.shown(before).waiting


def test_a_prediction_that_cannot_be_judged_is_told_in_the_end(walk: Walk) -> None:
    walk.go(1)
    walk.answer(1)
    assert walk.look(happened(walk, over=False), over=True, patient=False)
    assert walk.told[1].right is None


def test_an_act_is_done_once_and_stays_done(walk: Walk) -> None:
    walk.go(2)
    assert not walk.look(happened(walk), over=True)
    state = walk.shown(happened(walk))
    assert state.task is False and state.can_show and not state.is_settled
    walk.go(3)
    solved = happened(walk)
    assert solved.exploration.starts[0].position == (2.5,), "the way here leads through what was to be done"
    walk.go(2)
    assert walk.look(solved, over=True)
    state = walk.shown(solved)
    assert state.task is True and state.done == "It came from 2.5." and state.is_settled
    assert walk.shown(happened(walk)).done == "It came from 2.5."


def test_scenes_are_those_of_the_last_step_that_has_one(walk: Walk) -> None:
    assert [walk.scene_of(k) for k in range(4)] == [0, 1, 1, 1]
    walk.go(99)
    assert walk.is_last and walk.place.reached == 3
    assert walk.shown(happened(walk)).sources == ("Nobody, 2020.",)
    walk.forget()
    assert walk.at == 0 and walk.place.reached == 3 and walk.place.answers == {}
