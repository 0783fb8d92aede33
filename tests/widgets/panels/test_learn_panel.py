"""The card of lessons: the list, one step, answers that lock, and the keys that lead through it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels.learn_panel import Entry, Feedback, Job, LearnPanel, Shelf, StepState
from minima_widgets.panels.learn_words import emphasised
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]

ENTRIES = (
    Entry("definitions", "Two definitions", "Local and global.", "5 min", "done"),
    Entry("rate", "The learning rate", "How far one step goes.", "6 min", "under way"),
    Entry("mine", "A lesson of one’s own", group="Your own"),
)
PREDICTION = StepState(
    lesson="The learning rate", at=2, count=5, reached=3, kind="predict", title="Three rates",
    text="Three walkers, *one* start.", question="Which is there first?",
    options=("The slow one", "The middle one", "The fast one"), has_scene=True,
)  # fmt: skip


@pytest.fixture
def panel(theme: Theme, show: Show) -> LearnPanel:
    panel = LearnPanel(theme)
    show(panel, 280, 640)
    return panel


def test_emphasis_is_taken_out_of_the_text_and_paragraphs_stay() -> None:
    plain, spans = emphasised("One *deep* well\nand 2*3 = 6.\n\nNext: *all of it*.")
    assert plain == "One deep well and 2*3 = 6.\nNext: all of it."
    assert [plain[a:b] for a, b in spans] == ["deep", "all of it"]


def test_a_lesson_is_chosen_with_the_mouse_and_with_the_keys(panel: LearnPanel, qtbot: QtBot) -> None:
    panel.show_list(Shelf(ENTRIES))
    chosen = QSignalSpy(panel.lesson_chosen)
    rows = panel.list.rows
    qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=rows.rect_of("rate").center().toPoint())
    panel.take_keyboard()
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert [chosen.at(k)[0] for k in range(chosen.count())] == ["rate", "mine"]
    assert panel.list.count.text() == "1 of 3 done"


def test_a_refused_file_and_what_is_kept_are_shown(panel: LearnPanel, qtbot: QtBot) -> None:
    panel.show_list(Shelf(ENTRIES))
    assert not panel.list.kept.isVisible() and not panel.list.problem.isVisible()
    panel.show_list(Shelf(ENTRIES, "mine.toml, line 4: there is no kind “quiz”.", "Two wells"))
    assert panel.list.problem.isVisible() and panel.list.problem.text().startswith("mine.toml, line 4")
    panel.resize(panel.width(), 220)
    panel.show_list(Shelf(ENTRIES * 4))
    bar = panel.list.area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    qtbot.wait(20)
    panel.show_list(Shelf(ENTRIES * 4, "mine.toml, line 4: there is no kind “quiz”, and there is more."))
    seen = panel.list.area.viewport()
    problem = panel.list.problem
    qtbot.waitUntil(lambda: problem.visibleRegion().boundingRect().height() == problem.height())
    assert seen.height() < panel.list.rows.height()
    panel.show_list(Shelf(ENTRIES, "mine.toml, line 4: there is no kind “quiz”.", "Two wells"))
    with qtbot.waitSignal(panel.return_wanted):
        qtbot.mouseClick(panel.list.kept.give_back, Qt.MouseButton.LeftButton)


def test_an_answer_is_given_once(panel: LearnPanel, qtbot: QtBot) -> None:
    panel.show_step(PREDICTION)
    page = panel.lesson
    assert page.skip.isVisible() and not page.on.isVisible()
    answers = QSignalSpy(page.answered)
    options = page.options
    qtbot.mouseClick(options, Qt.MouseButton.LeftButton, pos=options.rects()[1].center().toPoint())
    assert answers.count() == 1 and answers.at(0) == [1]
    panel.show_step(replace(PREDICTION, chosen=1, waiting="Watch what happens…"))
    qtbot.mouseClick(options, Qt.MouseButton.LeftButton, pos=options.rects()[0].center().toPoint())
    assert answers.count() == 1
    assert page.waiting.isVisible() and not page.feedback.isVisible()
    panel.show_step(replace(PREDICTION, chosen=1, feedback=Feedback(0, "It took 31 steps.")))
    assert page.feedback.words.text() == "It took 31 steps."
    assert "1: The slow one, came out" in options.accessibleDescription()
    assert page.on.isVisible() and page.on.text() == "Next"


def test_answers_have_keys_only_while_they_are_open(panel: LearnPanel, qtbot: QtBot) -> None:
    panel.show_step(PREDICTION)
    panel.activateWindow()
    panel.take_keyboard()
    options = panel.lesson.options
    qtbot.waitUntil(options.hasFocus)
    answers = QSignalSpy(panel.answered)
    qtbot.keyClick(options, Qt.Key.Key_3)
    qtbot.keyClick(options, Qt.Key.Key_Down)
    qtbot.keyClick(options, Qt.Key.Key_Return)
    assert [answers.at(k)[0] for k in range(answers.count())] == [2, 1]
    panel.show_step(replace(PREDICTION, chosen=1, feedback=Feedback(1, "So it was.")))
    panel.take_keyboard()
    assert QApplication.focusWidget() is panel.lesson.on
    asked = QSignalSpy(panel.asked)
    qtbot.keyClick(panel.lesson.on, Qt.Key.Key_Return)
    qtbot.keyClick(panel.lesson.on, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert [asked.at(k)[0] for k in range(asked.count())] == ["on", "back"]


def test_a_task_shows_hint_progress_and_that_it_is_done(panel: LearnPanel, qtbot: QtBot) -> None:
    task = StepState("L", 0, 2, 0, "act", "Now you", "Raise the rate.", task=False, hint="At the right.")
    panel.show_step(replace(task, job=Job("Running 200 starts…", 0.4)))
    page = panel.lesson
    assert page.hint_link.isVisible() and not page.hint.isVisible() and page.skip.isVisible()
    asked = QSignalSpy(panel.asked)
    qtbot.mouseClick(page.hint_link, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.job.stop, Qt.MouseButton.LeftButton)
    assert [asked.at(k)[0] for k in range(asked.count())] == ["hint", "stop"]
    panel.show_step(replace(task, hinted=True))
    assert page.hint.words.text() == "At the right." and not page.hint_link.isVisible()
    panel.show_step(replace(task, task=True))
    assert page.done.isVisible() and page.on.isVisible() and not page.skip.isVisible()


def test_dots_lead_to_steps_that_were_seen(panel: LearnPanel, qtbot: QtBot) -> None:
    panel.show_step(PREDICTION)
    dots, gone = panel.lesson.dots, QSignalSpy(panel.gone)
    for k in (1, 4):
        qtbot.mouseClick(dots, Qt.MouseButton.LeftButton, pos=dots.centres()[k].toPoint())
    assert [gone.at(k)[0] for k in range(gone.count())] == [1]


def test_long_texts_scroll_and_large_type_keeps_the_way_on_in_sight(panel: LearnPanel) -> None:
    panel.resize(280, 420)
    panel.set_theme(Theme.load("light", 16.0))
    panel.show_step(replace(PREDICTION, text="A long explanation of what one sees. " * 40))
    QApplication.processEvents()
    page = panel.lesson
    assert page.area.verticalScrollBar().maximum() > 0
    corner = page.skip.mapTo(panel, QPoint(0, page.skip.height()))
    assert corner.y() <= panel.height() and page.skip.isVisible()
    assert page.area.widget().width() <= page.area.viewport().width()
