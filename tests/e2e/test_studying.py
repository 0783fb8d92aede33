"""How often it works, by hand: a study of the race in the real window, its chart, restarts and facts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from minima_core import document as doc
from minima_core.document import Document, StudyChoice
from minima_core.scene import Boxes
from minima_desktop.cli import main
from minima_desktop.files import read_document
from minima_desktop.studying import Studying
from minima_widgets.panels.picture_options import PictureOptions
from tests.e2e.hand import Hand, pause, wait

Key = Qt.Key


@pytest.fixture
def studying(hand: Hand) -> Iterator[Studying]:
    """The room of studies with its panel in front, asked for a small study."""
    studying = hand.window.studying
    assert studying is not None
    hand.window.session.look(study=StudyChoice(starts=12, budget=40))
    hand.key(Key.Key_F6)
    yield studying
    studying.cancel("study")
    studying._study = studying._ran = None
    studying._problem = ""


def ran(hand: Hand, studying: Studying) -> Any:
    """Run the study and wait for what it comes to; return the panel."""
    before = studying.study
    hand.key(Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    wait(lambda: studying.study is not before and not studying.busy, "the study")
    hand.window._say()
    pause(40)
    return hand.window.deck.study_room.panel


def test_a_key_brings_the_panel_and_another_runs_the_study(hand: Hand, studying: Studying) -> None:
    window = hand.window
    assert window.deck.workspace.is_shown("study") and window.session.view.right == "study"
    panel = ran(hand, studying)
    assert window.deck.workspace.is_shown("study-chart") and window.session.view.bottom == "study"
    enabled = [each for each in hand.exploration.entries if each.enabled]
    assert len(panel.results.table.rows) == len(enabled)
    assert "of 12 tries" in panel.headline.headline.text()
    chart = window.deck.study_place.view
    assert sum(isinstance(mark, Boxes) for mark in chart._shown.marks) == len(enabled)


def test_the_result_stays_when_the_race_changes_and_says_so(hand: Hand, studying: Studying) -> None:
    panel = ran(hand, studying)
    headline = panel.headline.headline.text()
    hand.window.session.remove(hand.line("adam").id)
    wait(panel.headline.stale.isVisible, "what has changed")
    assert panel.headline.stale.text() == "Adam takes no part any more."
    assert panel.headline.headline.text() == headline
    study = studying.study
    panel.headline.stale.acted.emit()
    wait(lambda: studying.study is not study, "another study")
    wait(lambda: not panel.headline.stale.isVisible(), "nothing has changed since")
    assert len(panel.results.table.rows) == len([e for e in hand.exploration.entries if e.enabled])


def test_lines_are_taken_out_with_their_chips_and_typed_numbers_count(hand: Hand, studying: Studying) -> None:
    panel = hand.window.deck.study_room.panel
    hand.window._say()
    chips = panel.form.chips
    id = hand.line("momentum").id
    QTest.mouseClick(chips, Qt.MouseButton.LeftButton, pos=chips.rect_of(str(id)).center().toPoint())
    assert id not in (hand.window.session.view.study.entries or ())
    panel.form.starts.setFocus()
    panel.form.starts.selectAll()
    QTest.keyClicks(panel.form.starts, "7")
    QTest.keyClick(panel.form.starts, Key.Key_Return)
    assert hand.window.session.view.study.starts == 7
    panel = ran(hand, studying)
    assert "Momentum" not in [row.name for row in panel.results.table.rows]
    assert "7 starts" in panel.results.caption.text()


def test_a_study_can_be_stopped_and_leaves_what_was_known(hand: Hand, studying: Studying) -> None:
    ran(hand, studying)
    known = studying.study
    studying.ask(starts=100_000, budget=500)
    studying.run()
    wait(lambda: studying.busy, "work under way")
    hand.window._say()
    panel = hand.window.deck.study_room.panel
    assert panel.form.job.stop.isVisible()
    QTest.mouseClick(panel.form.job.stop, Qt.MouseButton.LeftButton)
    wait(lambda: not studying.busy, "the end of the work", 3000)
    assert studying.study is known


def test_what_cannot_be_is_refused_with_a_sentence(hand: Hand, studying: Studying) -> None:
    studying.ask(starts=10**6, tries=10**6)
    studying.run()
    wait(lambda: not studying.busy and bool(studying._problem), "the refusal")
    hand.window._say()
    assert "10" in hand.window.deck.study_room.panel.form.job.problem.text()
    studying.ask(starts=0)
    assert hand.window.session.view.study.starts == 10**6, "what is no number of starts changes nothing"


def test_charts_are_chosen_above_them_and_a_row_selects_its_line(hand: Hand, studying: Studying) -> None:
    panel = ran(hand, studying)
    window = hand.window
    for chart in ("ends", "record", "solved"):
        window.deck.study_charts.chosen.emit(chart)
        pause(40)
        assert window.session.view.study.chart == chart
    assert "have reached" in window.deck.study_place.view._shown.title
    panel.results.table.setFocus()
    QTest.keyClick(panel.results.table, Key.Key_Home)
    assert window.session.view.selected == studying.lines[studying.study.ranking.places[0]].entry  # type: ignore[union-attr]


def test_restarts_are_counted_while_they_run(hand: Hand, studying: Studying) -> None:
    window = hand.window
    alone = msgspec.structs.replace(hand.exploration, entries=())
    exploration = doc.add_entry(doc.with_place(alone, doc.place_of("rastrigin")), "random-restarts")
    exploration = doc.with_steps(exploration, 4000)
    view = msgspec.structs.replace(window.session.view, right="study")
    window.commands.open_document(Document(doc.VERSION, exploration, view))
    hand.play_to_the_end()
    wait(lambda: window.hub.inquiries.findings.critical is not None, "the proof")
    window.player.scrub(3000)
    pause(60)
    window._say()
    (state,) = window.deck.study_room.panel.restarts.states
    pairs = {what: much for what, much, _ in state.pairs}
    assert int(pairs["tries so far"]) >= 5 and pairs["minima met"].endswith(" of 121")
    (verdict,) = hand.verdicts().values()
    assert "the next one finds a new one with" in verdict
    window.player.scrub(0)
    pause(60)
    window._say()
    (state,) = window.deck.study_room.panel.restarts.states
    assert state.pairs[0][:2] == ("tries so far", "0")


def test_facts_are_worked_out_on_demand(hand: Hand, studying: Studying) -> None:
    panel: Any = hand.window.deck.study_room.panel
    QTest.mouseClick(panel.facts.ask, Qt.MouseButton.LeftButton)
    wait(lambda: studying.facts is not None, "facts")
    hand.window._say()
    assert any("2 minima" in sentence for sentence in panel.facts.sentences)
    hand.window.session.set_landscape("beale")
    wait(panel.facts.ask.isVisible, "facts of another landscape")
    assert "Two wells" in panel.facts.note.text()


def test_pictures_have_the_study_and_carry_what_it_asked(
    hand: Hand, studying: Studying, tmp_path: Path
) -> None:
    ran(hand, studying)
    pictures = hand.window.commands.pictures
    assert "study" in dict(pictures._known_views())
    image, document = pictures.draw(PictureOptions(view="study"), 640, 400)
    assert not image.isNull() and document.view.study.starts == 12
    out = tmp_path / "study.png"
    words = ["render", "--view", "study", "--landscape", "two-wells", "--run", "adam", "--steps", "30"]
    assert main([*words, "--size", "640x400", "--out", str(out)]) == 0
    assert read_document(out).view.layout == "study"


def test_without_anybody_in_the_race_the_panel_says_what_to_do(hand: Hand, studying: Studying) -> None:
    for entry in hand.exploration.entries:
        hand.window.session.remove(entry.id)
    pause(40)
    hand.window._say()
    panel = hand.window.deck.study_room.panel
    assert "add a method" in panel.form.estimate.text() and not panel.form.run.isEnabled()
    hand.key(Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert not studying.busy and isinstance(hand.window.deck.toast, QWidget)
