"""Status line, toast, suggestion, and words that explain themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels.bubbles import ExplainedText, definition, explain, find_terms
from minima_widgets.panels.status import StatusLine
from minima_widgets.panels.texts import Line
from minima_widgets.panels.toast import Toast
from minima_widgets.panels.try_next import SentenceLabel, TryNext
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]


def test_the_glossary_explains_also_in_the_plural() -> None:
    assert definition("saddle")
    assert definition("saddles") == definition("Saddle")
    assert definition("minima") == definition("minimum") != ""
    assert definition("bicycle") == ""
    assert "<b>saddle</b>" in explain("saddle")


def test_terms_are_found_longest_first_and_once() -> None:
    sentence = "A local minimum is no global minimum; another local minimum neither."
    assert [term for _, _, term in find_terms(sentence)] == ["local minimum", "global minimum"]
    assert find_terms("Start a run and step on.") == []


def test_a_link_is_followed_by_mouse_and_by_key(theme: Theme, show: Show, qtbot: QtBot) -> None:
    line = TryNext(theme)
    line.set_suggestion("Drag the start across the saddle.", "Show the basins", "basins")
    show(line, 300, 90)
    with qtbot.waitSignal(line.acted) as asked:
        qtbot.keyClick(line.words, Qt.Key.Key_Return)
    assert asked.args == ["basins"]
    place = next(
        QPoint(x, y)
        for y in range(0, line.words.height(), 3)
        for x in range(0, line.words.width(), 3)
        if line.words.anchor(QPoint(x, y)) == "act:"
    )
    with qtbot.waitSignal(line.acted):
        qtbot.mouseClick(line.words, Qt.MouseButton.LeftButton, pos=place)
    line.set_suggestion("")
    assert line.isHidden()


def test_text_grows_with_its_words(theme: Theme, show: Show) -> None:
    text = ExplainedText(theme, "Short.")
    low = text.heightForWidth(200)
    text.set_text("A gradient points uphill; " * 12)
    show(text, 200, 300)
    assert text.heightForWidth(200) > 3 * low


def test_what_does_not_fit_is_told_on_hover(theme: Theme, show: Show) -> None:
    for label in (
        Line(theme, "a long line " * 20),
        Line(theme, "f(x) = " + "x + " * 90 + "1", size="formula"),
    ):
        show(label, 200, 30)
        place = QPoint(10, 10)
        QApplication.sendEvent(label, QHelpEvent(QEvent.Type.ToolTip, place, label.mapToGlobal(place)))
        assert label.text().strip() in label.toolTip().replace("<br>", " ")


def test_the_sentence_is_larger_than_the_rest(theme: Theme, qtbot: QtBot) -> None:
    sentence, line = SentenceLabel(theme, "Click anywhere."), Line(theme, "Click anywhere.")
    qtbot.addWidget(sentence)
    qtbot.addWidget(line)
    assert sentence.sizeHint().height() > 1.3 * line.sizeHint().height()


def test_the_status_line_reads_a_point(theme: Theme, show: Show) -> None:
    status = StatusLine(theme)
    show(status, 900, 24)
    status.set_reading((0.4123, -0.968), 1.0834, 0.21378, (0.31, -0.12), "saddle-like")
    status.set_note("surface drawn in software")
    assert status.accessibleDescription() == (
        "x 0.412, y −0.968, f 1.08, |∇f| 0.214, curvature +0.31, −0.12 saddle-like"
    )
    status.set_reading((0.5,), 2.0, 1.0, (2.0,))
    assert "|f′| 1" in status.accessibleDescription()
    assert not status.grab().isNull()


def test_a_message_comes_acts_and_goes(theme: Theme, show: Show, qtbot: QtBot) -> None:
    host = show(QWidget(), 800, 500)
    toast = Toast(theme, host)
    toast.say("The picture is saved.", "Show it", "show", seconds=0)
    assert toast.isVisible()
    assert host.rect().contains(toast.geometry())
    with qtbot.waitSignal(toast.acted) as asked:
        qtbot.mouseClick(toast.link, Qt.MouseButton.LeftButton)
    assert asked.args == ["show"]
    qtbot.waitUntil(toast.isHidden, timeout=1000)


def test_without_motion_a_message_is_there_and_gone_at_once(theme: Theme, show: Show) -> None:
    host = show(QWidget(), 800, 500)
    toast = Toast(theme, host)
    toast.set_motion(False)
    toast.say("There is no folder “pictures”; choose one that exists.", problem=True, seconds=0)
    assert toast.text().startswith("There is no folder")
    toast.dismiss()
    assert toast.isHidden()
    assert toast.text() == ""


@pytest.mark.parametrize("width", [300, 800])
def test_a_long_message_wraps_inside_the_window(theme: Theme, show: Show, width: int) -> None:
    host = show(QWidget(), width, 500)
    toast = Toast(theme, host)
    toast.say("A very long sentence that has to wrap. " * 6, "Act", seconds=0)
    QApplication.processEvents()
    assert host.rect().contains(toast.geometry())
    toast.set_motion(False)
    toast.dismiss()
