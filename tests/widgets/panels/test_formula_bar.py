"""The formula bar: typing, errors that wait for the hand, completion, history, and any text at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels.formula_bar import CALM_MS, Completion, Example, FormulaBar
from minima_widgets.panels.formula_field import LONGEST, one_line
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]

WORDS = (
    Completion("sin", "sin()", "sine"),
    Completion("sqrt", "sqrt()", "square root"),
    Completion("sinh", "sinh()", "hyperbolic sine"),
    Completion("pi", "π", "3.14159…", "constant"),
)


@pytest.fixture
def bar(theme: Theme, show: Show, qtbot: QtBot) -> Iterator[FormulaBar]:
    window = QWidget()
    layout = QVBoxLayout(window)
    bar = FormulaBar(theme)
    layout.addWidget(bar)
    layout.addWidget(QLineEdit())
    layout.addStretch(1)
    bar.set_formula("x² + y²", "x^{2} + y^{2}")
    bar.set_completions(WORDS)
    show(window, 700, 400)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield bar
    bar.finish()


def _other(bar: FormulaBar) -> QLineEdit:
    return next(field for field in bar.window().findChildren(QLineEdit) if field is not bar.field)


def _type(qtbot: QtBot, bar: FormulaBar, text: str) -> None:
    qtbot.keyClicks(bar.field, text)


def test_a_click_begins_with_all_of_it_chosen(bar: FormulaBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.editing_changed):
        qtbot.mouseClick(bar, Qt.MouseButton.LeftButton)
    assert bar.editing and bar.field.hasFocus()
    assert bar.field.selectedText() == "x² + y²"
    _type(qtbot, bar, "3")
    assert bar.text() == "3"


def test_each_keystroke_is_reported_and_enter_keeps(bar: FormulaBar, qtbot: QtBot) -> None:
    texts: list[str] = []
    bar.edited.connect(texts.append)
    bar.begin()
    _type(qtbot, bar, "x+1")
    assert texts == ["x", "x+", "x+1"]
    with qtbot.waitSignal(bar.accepted) as kept:
        qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert kept.args == ["x+1"] and not bar.editing


def test_the_prefix_follows_the_variables(bar: FormulaBar, qtbot: QtBot) -> None:
    bar.begin("")
    _type(qtbot, bar, "x^2")
    assert bar.lead.text() == "f(x) ="
    _type(qtbot, bar, "+y")
    assert bar.lead.text() == "f(x, y) ="


def test_an_error_waits_until_the_hand_rests(bar: FormulaBar, qtbot: QtBot) -> None:
    bar.edited.connect(lambda text: bar.set_error(len(text) - 1, f"wrong in {text}"))
    bar.begin()
    _type(qtbot, bar, "x*")
    assert not bar.card.problem.isVisible()
    qtbot.waitUntil(bar.card.problem.isVisible, timeout=CALM_MS + 2000)
    assert bar.card.problem.text() == "wrong in x*"
    bar.clear_error()
    assert not bar.card.isVisible()


def test_an_error_is_told_at_once_on_enter_and_nothing_is_kept(bar: FormulaBar, qtbot: QtBot) -> None:
    bar.edited.connect(lambda text: bar.set_error(1, "no"))
    bar.begin()
    _type(qtbot, bar, "x*")
    with qtbot.assertNotEmitted(bar.accepted):
        qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.editing and bar.card.problem.isVisible()


def test_an_error_after_all_opens_the_line_again(bar: FormulaBar, qtbot: QtBot) -> None:
    bar.begin()
    _type(qtbot, bar, "x")
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    bar.set_error(0, "It has no value here.")
    assert bar.editing and bar.card.problem.text() == "It has no value here."


def test_escape_goes_back_to_what_stood_there(bar: FormulaBar, qtbot: QtBot) -> None:
    bar.begin()
    _type(qtbot, bar, "7")
    with qtbot.waitSignal(bar.cancelled):
        qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.editing and bar.text() == "x² + y²"


def test_the_keyboard_that_leaves_keeps_what_is_right(bar: FormulaBar, qtbot: QtBot) -> None:
    bar.begin()
    _type(qtbot, bar, "x+2")
    with qtbot.waitSignal(bar.accepted):
        _other(bar).setFocus()
    bar.edited.connect(lambda _text: bar.set_error(0, "wrong"))
    bar.begin()
    _type(qtbot, bar, "*")
    with qtbot.waitSignal(bar.cancelled):
        _other(bar).setFocus()
    assert not bar.editing


def test_completion_with_tab_lands_between_the_brackets(bar: FormulaBar, qtbot: QtBot) -> None:
    bar.begin("")
    _type(qtbot, bar, "2si")
    assert [row.text for row in bar.card.list.rows] == ["sin(…)", "sinh(…)"]
    qtbot.keyClick(bar.field, Qt.Key.Key_Tab)
    _type(qtbot, bar, "x")
    assert bar.text() == "2sin(x)"
    assert not bar.card.isVisible()


def test_completion_with_arrows_and_enter_and_escape(bar: FormulaBar, qtbot: QtBot) -> None:
    bar.begin("")
    _type(qtbot, bar, "si")
    qtbot.keyClick(bar.field, Qt.Key.Key_Down)
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.text() == "sinh()" and bar.editing
    bar.begin()
    _type(qtbot, bar, "pi")
    assert bar.card.isVisible()
    qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert bar.editing and not bar.card.isVisible()


def test_letters_of_a_product_do_not_hide_a_function(bar: FormulaBar, qtbot: QtBot) -> None:
    bar.begin("")
    _type(qtbot, bar, "xsq")
    qtbot.keyClick(bar.field, Qt.Key.Key_Tab)
    assert bar.text() == "xsqrt()"


def test_brackets_come_in_pairs_and_go_in_pairs(bar: FormulaBar, qtbot: QtBot) -> None:
    bar.begin("")
    _type(qtbot, bar, "(x")
    assert bar.text() == "(x)"
    _type(qtbot, bar, ")")
    assert bar.text() == "(x)" and bar.field.cursorPosition() == 3
    _type(qtbot, bar, "(")
    qtbot.keyClick(bar.field, Qt.Key.Key_Backspace)
    assert bar.text() == "(x)"
    bar.field.selectAll()
    _type(qtbot, bar, "(")
    assert bar.text() == "((x))"


def test_the_history_comes_with_the_arrow_up_and_the_draft_waits(bar: FormulaBar, qtbot: QtBot) -> None:
    bar.set_history(["newest", "older"])
    bar.begin("")
    _type(qtbot, bar, "7")
    for expected in ("newest", "older", "older"):
        qtbot.keyClick(bar.field, Qt.Key.Key_Up)
        assert bar.text() == expected
    for expected in ("newest", "7"):
        qtbot.keyClick(bar.field, Qt.Key.Key_Down)
        assert bar.text() == expected


def test_an_empty_line_offers_examples(bar: FormulaBar, qtbot: QtBot) -> None:
    bar.set_examples([Example("sin(3x)", "many minima"), Example("x^2", "one")])
    bar.begin("")
    assert [row.text for row in bar.card.list.rows] == ["sin(3x)", "x^2"]
    qtbot.keyClick(bar.field, Qt.Key.Key_Down)
    with qtbot.waitSignal(bar.edited) as told:
        qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert told.args == ["sin(3x)"] and bar.editing


@pytest.mark.parametrize(
    "text", ["x\x00+\ny\r\n", "a\u2028b\ud800c", "\u202ex", "x" * 1_000_000, "𝑥²" * 3000, "(" * 5000]
)
def test_any_text_can_be_pasted(bar: FormulaBar, qtbot: QtBot, text: str) -> None:
    texts: list[str] = []
    bar.edited.connect(texts.append)
    bar.begin("")
    QGuiApplication.clipboard().setText(text, QClipboard.Mode.Clipboard)
    began = time.thread_time()
    bar.field.setText(text[:LONGEST])
    bar.field.clear()
    bar.field.paste()
    bar.window().repaint()
    assert time.thread_time() - began < 2.0
    shown = bar.text()
    assert 0 < len(shown) <= LONGEST
    assert shown == one_line(shown) and texts[-1] == shown
    if len(text) > LONGEST:
        qtbot.waitUntil(bar.card.isVisible)
        assert "2\u202f000 letters" in bar.card.problem.text()


def test_the_mark_of_an_error_stands_under_its_letter(bar: FormulaBar, qtbot: QtBot) -> None:
    bar.begin("")
    bar.field.insert("𝑥𝑥+yy")
    assert bar.field.x_of(2) == pytest.approx(
        bar.field.x_of(0) + bar.field.fontMetrics().horizontalAdvance("𝑥𝑥"), abs=2
    )
    assert bar.field.before_cursor() == "𝑥𝑥+yy"


def test_a_fraction_makes_the_bar_higher_and_a_broken_one_is_shown_as_typed(bar: FormulaBar) -> None:
    low = bar.sizeHint().height()
    bar.set_formula("1/x", r"\frac{1}{x + \frac{1}{y}}")
    assert bar.sizeHint().height() > low
    bar.set_formula("1/x", r"\frac{1}")
    assert bar.sizeHint().height() == low
    assert not bar.grab().isNull()


def test_a_word_that_may_become_right_is_not_called_wrong(bar: FormulaBar, qtbot: QtBot) -> None:
    bar.edited.connect(lambda text: bar.set_error(0, "Unknown name."))
    bar.begin("")
    _type(qtbot, bar, "sq")
    qtbot.wait(CALM_MS + 100)
    assert bar.card.isVisible() and not bar.card.problem.isVisible()
    qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(bar.card.problem.isVisible)


def test_the_keyboard_goes_back_where_it_came_from(bar: FormulaBar, qtbot: QtBot) -> None:
    other = _other(bar)
    other.setFocus()
    bar.begin()
    assert bar.field.hasFocus()
    qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert other.hasFocus() and not bar.editing
    bar.begin()
    _type(qtbot, bar, "x+1")
    with qtbot.waitSignal(bar.accepted):
        qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert other.hasFocus()


def test_what_is_shown_meanwhile_is_there_afterwards(bar: FormulaBar, qtbot: QtBot) -> None:
    bar.begin()
    _type(qtbot, bar, "x+1")
    bar.set_formula("x + 1", "x + 1", "f(x) =")
    assert bar.text() == "x+1", "the line is left alone"
    qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert bar.text() == "x + 1"
