"""Lessons in the real window: with mouse and keys, from a file, and back to what was before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from minima_desktop.files import read_document
from minima_desktop.lesson_shelf import OWN
from minima_desktop.preferences import Preferences
from minima_desktop.teaching import CLINIC, Teaching
from minima_desktop.window import MainWindow
from minima_widgets.panels.learn_values import StepState
from tests.desktop.lesson_of_ours import TEXT
from tests.e2e.hand import Hand, pause, wait

Key = Qt.Key


@pytest.fixture(scope="module")
def classroom(shared_window: MainWindow) -> MainWindow:
    """The window, its threads for studies and claims awake: they belong to it, not to a test."""
    teaching = shared_window.teaching
    assert teaching is not None
    for topic in ("study", "claim"):
        teaching._analyst.ask(topic, "wake", lambda desk: [])
        teaching._analyst.drop(topic)
    return shared_window


@pytest.fixture
def teaching(classroom: MainWindow, hand: Hand) -> Iterator[Teaching]:
    """The teacher, with nothing learned yet, and the card away."""
    teaching = classroom.teaching
    assert teaching is not None
    Preferences().forget("learn/progress")
    Preferences().forget("learn/files")
    Preferences().forget("learn/claims")
    yield teaching
    teaching.leave()
    teaching.aside.give_back()
    for name in ("learn", "clinic"):
        classroom.deck.workspace.set_present(name, False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "three-steps.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def state(hand: Hand) -> StepState:
    """What the card shows."""
    hand.window._say()
    return hand.window.deck.learn.lesson.state()


def click(hand: Hand, button: object) -> None:
    """Click a button."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[call-overload]
    pause(25)


def test_a_whole_lesson_with_the_keys_and_back_to_what_was_there(
    hand: Hand, teaching: Teaching, file: Path
) -> None:
    window = hand.window
    window.do("throw")
    had = window.session.exploration
    hand.key(Key.Key_F7)
    assert window.deck.workspace.is_shown("learn")
    assert window.deck.learn.list.rows.hasFocus()
    teaching.open_file(file)
    assert state(hand).title == "A valley" and window.session.exploration != had
    wait(lambda: state(hand).text.endswith("at 1."), "the number")
    hand.key(Key.Key_PageDown)
    assert window.deck.learn.lesson.options.hasFocus() and not window.player.playing
    pause(150)
    assert max(p.step for p in window.engine.published.values()) == 0, "nothing gives the answer away"
    hand.key(Key.Key_2)
    wait(lambda: state(hand).feedback is not None, "what came out")
    told = state(hand).feedback
    assert told is not None and told.text == "It ended at x = 1." and told.right == state(hand).chosen == 1
    hand.key(Key.Key_PageDown)
    assert state(hand).task is False
    hand.key(Key.Key_PageUp)
    assert state(hand).feedback is not None, "a step back is shown as it was left"
    hand.key(Key.Key_PageDown)
    profile = window.deck.profile
    hand.click(profile, hand.pixel((2.0, 1.0), profile))
    wait(lambda: state(hand).task is True, "that it was done")
    assert state(hand).done.startswith("It came from ")
    hand.key(Key.Key_PageDown)
    wait(lambda: state(hand).text.startswith("A study says: 100"), "the study")
    assert state(hand).sources == ("Nobody, 2020.",)
    hand.key(Key.Key_PageDown)
    assert not window.deck.learn.in_lesson and not window.acts["lesson-on"].isEnabled()
    own = next(e for e in window.deck.learn.list.rows.entries() if e.key == OWN + str(file))
    assert own.mark == "done" and own.group == "Your own"
    click(hand, window.deck.learn.list.kept.give_back)
    assert window.session.exploration == had and window.session.can_undo
    assert not window.deck.learn.list.kept.isVisible()
    hand.key(Key.Key_F7)
    assert not window.deck.workspace.is_shown("learn")


def test_a_lesson_with_the_mouse_is_skipped_through_left_and_taken_up_again(
    hand: Hand, teaching: Teaching, file: Path
) -> None:
    window = hand.window
    click(hand, window.deck.header_buttons["learn"])
    window.deck.map.setFocus()
    teaching.open_file(file)
    page = window.deck.learn.lesson
    click(hand, page.on)
    place = page.options.rects()[0].center().toPoint()
    QTest.mouseClick(page.options, Qt.MouseButton.LeftButton, pos=place)
    wait(lambda: state(hand).feedback is not None, "what came out")
    told = state(hand).feedback
    assert told is not None and (state(hand).chosen, told.right) == (0, 1)
    click(hand, page.on)
    assert page.skip.isVisible()
    click(hand, page.hint_link)
    assert state(hand).hinted and page.hint.words.text() == "Click at the right."
    click(hand, page.leave)
    assert not window.deck.learn.in_lesson
    rows = window.deck.learn.list.rows
    assert next(e.mark for e in rows.entries() if e.title == "Three steps") == "under way"
    teaching.choose(OWN + str(file))
    assert state(hand).at == 2 and state(hand).reached == 2
    assert not page.show_link.isVisible(), "first a hint"
    click(hand, page.hint_link)
    click(hand, page.show_link)
    wait(lambda: state(hand).task is True, "that it was shown")
    assert window.session.can_undo and hand.starts == [(2.5,)]
    click(hand, page.again)
    assert hand.starts == [(-2.5,)]


def test_a_broken_lesson_is_refused_with_line_and_reason(
    hand: Hand, teaching: Teaching, tmp_path: Path
) -> None:
    before = hand.exploration
    broken = tmp_path / "broken.toml"
    line = TEXT.splitlines().index('kind = "act"') + 1
    broken.write_text(TEXT.replace('kind = "act"', 'kind = "quiz"').replace("three-steps", "broken"))
    hand.key(Key.Key_F7)
    teaching.open_file(broken)
    problem = hand.window.deck.learn.list.problem
    assert problem.isVisible() and problem.text().startswith(f"broken.toml, line {line}: ")
    teaching.open_file(tmp_path / "none.toml")
    assert problem.text() == "none.toml could not be read: no such file or directory."
    assert hand.exploration == before and teaching.aside.title == ""


def test_a_prediction_is_judged_by_its_own_study(hand: Hand, teaching: Teaching, tmp_path: Path) -> None:
    question = """
[[step]]
kind = "predict"
title = "Who arrives?"
text = "A study."
question = "Do all arrive?"
options = ["Yes", "No"]
right_when = ["study 1 share > 0.9", "study 1 share < 0.9"]
feedback = "{{study 1 name}}: {{study 1 share}}."
study = {{ methods = ["{method}"], starts = 20, steps = 60 }}
"""
    steps = [question.format(method=f"gradient-descent,lr={rate}") for rate in ("0.1", "0.0001")]
    path = tmp_path / "two-studies.toml"
    path.write_text(TEXT.replace('"three-steps"', '"two-studies"') + "".join(steps), encoding="utf-8")
    hand.key(Key.Key_F7)
    teaching.open_file(path)
    for _ in range(4):
        teaching.on()
    for right in (0, 1):
        assert state(hand).question == "Do all arrive?"
        teaching.answer(right)
        wait(lambda: state(hand).feedback is not None, "what came out")
        told = state(hand).feedback
        assert told is not None and told.right == right
        teaching.on()


def test_every_lesson_that_ships_opens_and_shows_its_first_step(hand: Hand, teaching: Teaching) -> None:
    from minima_core import lessons

    hand.key(Key.Key_F7)
    for name in lessons.lesson_names():
        teaching.choose(name)
        assert state(hand).lesson == lessons.lesson(name).title
        assert hand.window.deck.toast.text() == ""
        teaching.leave()
    assert hand.window.deck.learn.list.kept.isVisible()


def test_in_a_small_window_the_race_folds_while_one_learns(
    hand: Hand, teaching: Teaching, file: Path
) -> None:
    window = hand.window
    size = window.size()
    window.resize(1024, 700)
    try:
        hand.key(Key.Key_F7)
        teaching.open_file(file)
        pause(30)
        assert window.deck.workspace.is_folded("race")
        assert window.deck.profile.width() > 400 and window.deck.learn.width() < 310
        hand.key(Key.Key_F7)
        assert not window.deck.workspace.is_folded("race")
    finally:
        window.resize(size)


def test_a_claim_is_run_judged_opened_and_saved_as_a_card(
    hand: Hand, teaching: Teaching, tmp_path: Path
) -> None:
    window, clinic = hand.window, teaching.clinic
    had = hand.exploration
    hand.key(Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    page = window.deck.clinic.claim
    clinic.choose("parabola-two-minima")
    assert page.state().outcome is None
    click(hand, page.run)
    wait(lambda: page.state().outcome is not None, "what came out")
    outcome = page.state().outcome
    assert outcome is not None and outcome.judgement == "wrong" and outcome.found and outcome.ran
    click(hand, page.open)
    assert hand.exploration != had and window.deck.clinic.kept.isVisible()
    clinic.save_card(tmp_path / "card.png")
    card = read_document(tmp_path / "card.png")
    assert card.exploration == hand.exploration
    click(hand, page.leave)
    row = next(e for e in window.deck.clinic.rows.entries() if e.key == "parabola-two-minima")
    assert (row.mark, row.note) == ("done", "wrong")
    click(hand, window.deck.clinic.kept.give_back)
    assert hand.exploration == had
    hand.key(Key.Key_F7)
    last = window.deck.learn.list.rows.entries()[-1]
    assert (last.key, last.mark) == (CLINIC, "under way")


def test_a_claim_can_be_stopped(hand: Hand, teaching: Teaching) -> None:
    hand.window.do("claims")
    clinic, page = teaching.clinic, hand.window.deck.clinic.claim
    clinic.choose("global-generalises-best")
    QTest.mouseClick(page.run, Qt.MouseButton.LeftButton)
    assert page.state().job.sentence and not page.run.isEnabled()
    click(hand, page.job.stop)
    assert page.state().outcome is None and not page.state().job.sentence and page.run.isEnabled()
    wait(lambda: teaching._analyst.share("claim") is None, "the thread at rest")


def test_the_tour_lets_the_race_go_on_and_ends_with_escape(hand: Hand, classroom: MainWindow) -> None:
    window = classroom
    touring = window.commands.touring
    window.player.restart()
    holder = QApplication.focusWidget()
    window.do("tour")
    cards = touring.cards
    assert cards is not None and cards.isVisible() and QApplication.focusWidget() is holder
    click(hand, cards.next)
    assert cards.at == 1 and window.player.playing
    hand.key(Key.Key_Escape)
    assert touring.cards is None and window.player.playing
    assert Preferences().text("tour", "", ("seen",)) == "seen"
    hand.key(Key.Key_Escape)
    assert not window.player.playing
