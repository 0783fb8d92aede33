"""One step in words: numbered sentences that point out what they are about, by mouse and by keys."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from minima_widgets.panels.step_words import StepWords
from minima_widgets.theme import Theme

TOLD = (
    ("The slope here is (1, −2), of length 2.236.", ("gradient",)),
    ("With the learning rate η = 0.1 the step is (−0.1, 0.2). " * 6, ("step", "velocity")),
)


def panel(qtbot) -> StepWords:
    words = StepWords(Theme.load("light"))
    qtbot.addWidget(words)
    words.resize(480, 200)
    words.set_words("Momentum, step 3", TOLD)
    words.show()
    qtbot.waitExposed(words)
    return words


def test_long_sentences_get_more_room(qtbot) -> None:
    words = panel(qtbot)
    narrow = words.stages.height()
    words.resize(900, 200)
    qtbot.waitUntil(lambda: words.stages.height() < narrow)


def test_the_sentence_under_the_mouse_points_out_what_it_is_about(qtbot) -> None:
    words = panel(qtbot)
    heard: list[tuple[str, ...]] = []
    words.pointed.connect(heard.append)
    QTest.mouseMove(words.stages, QPoint(60, 12))
    qtbot.waitUntil(lambda: heard == [("gradient",)])
    QTest.mouseMove(words.stages, QPoint(60, words.stages.height() - 10))
    qtbot.waitUntil(lambda: heard[-1] == ("step", "velocity"))


def test_keys_walk_through_the_sentences(qtbot) -> None:
    words = panel(qtbot)
    heard: list[tuple[str, ...]] = []
    words.pointed.connect(heard.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Escape):
        QTest.keyClick(words.stages, key)
    assert heard == [("gradient",), ("step", "velocity"), ("gradient",), ()]


def test_fewer_sentences_leave_nothing_pointed_out_that_is_gone(qtbot) -> None:
    words = panel(qtbot)
    heard: list[tuple[str, ...]] = []
    words.pointed.connect(heard.append)
    QTest.keyClick(words.stages, Qt.Key.Key_Down)
    QTest.keyClick(words.stages, Qt.Key.Key_Down)
    words.set_words("Momentum, step 4", TOLD[:1])
    assert heard[-1] == ("gradient",)
