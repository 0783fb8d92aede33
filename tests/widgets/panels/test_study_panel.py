"""The panel of studies: what it asks, the table of results, restarts and facts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels.study_panel import (
    FactsState,
    Job,
    RestartsState,
    StudyForm,
    StudyItem,
    StudyOutcome,
    StudyPanel,
    StudyRow,
)
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]

ITEMS = (
    StudyItem(4, "Adam", "run:adam:0", "Each step of its own length."),
    StudyItem(9, "Momentum", "run:momentum:0", on=False),
)
FORM = StudyForm(ITEMS, starts=100, estimate="100 runs of 500 steps: less than a second.")
NUMBERS = ("312", "1\u202f204", "4", "3")
ROWS = (
    StudyRow("run:adam:0", "Adam", 0.9, 0.8, 0.95, "90\u202f%  80 to 95\u202f%", NUMBERS, "18 of 20 tries."),
    StudyRow("run:momentum:0", "Momentum", 0.0, 0.0, 0.16, "0\u202f%  0 to 16\u202f%", ("–", "–", "1", "–")),
)


@pytest.fixture
def panel(theme: Theme, show: Show) -> StudyPanel:
    panel = StudyPanel(theme)
    panel.set_form(FORM)
    show(panel, 330, 900)
    return panel


def test_before_anything_ran_there_is_a_sentence_and_a_button(panel: StudyPanel, qtbot: QtBot) -> None:
    assert panel.headline.headline.text().startswith("One race is a story.")
    assert not panel.results.isVisible() and not panel.section("restarts").isVisible()
    assert panel.form.estimate.text() == FORM.estimate
    with qtbot.waitSignal(panel.run_wanted):
        qtbot.mouseClick(panel.form.run, Qt.MouseButton.LeftButton)


def test_lines_take_part_or_not(panel: StudyPanel, qtbot: QtBot) -> None:
    chips = panel.form.chips
    with qtbot.waitSignal(panel.switched) as told:
        qtbot.mouseClick(chips, Qt.MouseButton.LeftButton, pos=chips.rect_of("9").center().toPoint())
    assert told.args == [9, True]
    assert "Adam: on, Momentum: off" in chips.accessibleDescription()


def test_numbers_are_typed_and_reported(panel: StudyPanel, qtbot: QtBot) -> None:
    form = panel.form
    form.starts.selectAll()
    with qtbot.waitSignal(panel.starts_changed) as told:
        QTest.keyClicks(form.starts, "1e3")
        qtbot.keyClick(form.starts, Qt.Key.Key_Return)
    assert told.args == [1000]
    with qtbot.waitSignal(panel.cost_changed) as told:
        form.unit.chosen.emit("evaluations")
    assert told.args[1] == 500
    form.tries.selectAll()
    QTest.keyClicks(form.tries, "0")
    qtbot.keyClick(form.tries, Qt.Key.Key_Return)
    assert form.problem.isVisible() and "0 does not" in form.problem.text()


def test_a_loss_can_be_the_target(panel: StudyPanel, qtbot: QtBot) -> None:
    panel.form.propose_loss(0.25)
    with qtbot.waitSignal(panel.target_changed) as told:
        panel.form.target.chosen.emit("loss")
    assert told.args == [0.25]
    panel.set_form(StudyForm(ITEMS, target=0.25))
    assert panel.form.loss.isVisible() and panel.form.loss.value() == 0.25
    with qtbot.waitSignal(panel.target_changed) as told:
        panel.form.target.chosen.emit("global")
    assert told.args == [None]


def test_what_cannot_run_says_why(panel: StudyPanel) -> None:
    panel.set_form(StudyForm(ITEMS, why_not="That is too much for one study."))
    assert not panel.form.run.isEnabled() and "too much" in panel.form.run.toolTip()
    assert panel.form.estimate.text() == "That is too much for one study."


def test_a_study_under_way_shows_how_far_it_is_and_can_be_stopped(panel: StudyPanel, qtbot: QtBot) -> None:
    panel.set_job(Job("Running 500 tries", 0.4))
    assert panel.form.job.sentence.text() == "Running 500 tries 40 %" and not panel.form.run.isVisible()
    with qtbot.waitSignal(panel.cancelled) as told:
        qtbot.mouseClick(panel.form.job.stop, Qt.MouseButton.LeftButton)
    assert told.args == ["study"]
    panel.set_job(Job(problem="It has no known minimum."))
    assert panel.form.run.isVisible() and panel.form.job.problem.text() == "It has no known minimum."


def test_the_table_can_be_walked_and_read_aloud(panel: StudyPanel, qtbot: QtBot) -> None:
    panel.set_outcome(StudyOutcome("Adam works.", ROWS, "Significant.", "20 starts."))
    table = panel.results.table
    assert table.isVisible() and "Adam 90\u202f% 80 to 95\u202f%, median 312" in table.accessibleDescription()
    with qtbot.waitSignal(panel.row_chosen) as told:
        qtbot.keyClick(table, Qt.Key.Key_Down)
    assert told.args == [0]
    with qtbot.waitSignal(panel.row_chosen) as told:
        below = QPoint(60, table.head_height() + table.row_height() + 10)
        qtbot.mouseClick(table, Qt.MouseButton.LeftButton, pos=below)
    assert told.args == [1]
    x, wide = table.columns()[3]
    assert "95 %" in table.hover(QPointF(x + wide / 2, 5))
    assert table.hover(QPointF(60, table.head_height() + 10)) == "18 of 20 tries."


def test_a_bar_is_as_long_as_its_share(panel: StudyPanel, theme: Theme) -> None:
    panel.set_outcome(StudyOutcome("Adam works.", ROWS))
    table = panel.results.table
    image = table.grab().toImage()
    rows = range(table.head_height(), table.head_height() + table.row_height())
    left = round(table.columns()[0][0])
    colour = theme.colour("run:adam:0").rgb()
    longest = max(sum(image.pixel(x, y) == colour for x in range(left, image.width())) for y in rows)
    whole = table.width() - left
    assert 0.6 * whole < longest < 0.95 * whole


def test_what_has_changed_since_is_said_and_offers_another_run(panel: StudyPanel, qtbot: QtBot) -> None:
    panel.set_outcome(StudyOutcome("Adam works.", ROWS, stale="Adam has other settings now."))
    stale = panel.headline.stale
    assert stale.isVisible() and stale.link() == "Run again"
    with qtbot.waitSignal(panel.run_wanted):
        stale.setFocus()
        qtbot.keyClick(stale, Qt.Key.Key_Return)
    panel.set_outcome(StudyOutcome("Adam works.", ROWS, stale="Nobody is in the race now.", again=False))
    assert stale.link() == ""


def test_restarts_have_a_section_while_there_are_some(panel: StudyPanel) -> None:
    state = RestartsState("Random restarts", "run:random-restarts:0", (("tries so far", "27", "Ended."),))
    panel.set_restarts([state])
    assert panel.section("restarts").isVisible() and panel.restarts.states == (state,)
    panel.set_restarts(())
    assert not panel.section("restarts").isVisible() and panel.restarts.states == ()


def test_facts_are_worked_out_when_somebody_asks(panel: StudyPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.facts_wanted):
        qtbot.mouseClick(panel.facts.ask, Qt.MouseButton.LeftButton)
    panel.set_facts(FactsState(job=Job("Working the facts out", 0.5)))
    assert not panel.facts.ask.isVisible() and panel.facts.job.isVisible()
    panel.set_facts(FactsState(("There are 9 minima.", "The lowest is at 0."), title="Two wells"))
    assert panel.facts.sentences == ("There are 9 minima.", "The lowest is at 0.")
    bar, facts = panel.area.verticalScrollBar(), panel.section("facts")
    qtbot.waitUntil(lambda: bar.value() == min(facts.y(), bar.maximum()))
    assert not panel.facts.ask.isVisible()
    panel.set_facts(FactsState(("There are 9 minima.",), title="Two wells", stale=True))
    assert panel.facts.ask.isVisible() and panel.facts.note.text() == "These facts are of Two wells."


def test_everything_follows_the_theme(panel: StudyPanel) -> None:
    panel.set_outcome(StudyOutcome("Adam works.", ROWS))
    before = panel.results.table.row_height()
    panel.set_theme(Theme.load("light", 14.0))
    assert panel.results.table.row_height() > before
    assert panel.grab().toImage().width() > 0
