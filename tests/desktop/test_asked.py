"""Question and answer of one scene: their letters agree, one stands out, and the question tells nothing."""

from __future__ import annotations

import msgspec
import pytest

from minima_core import document as doc
from minima_core.document import Document, opening, prepared
from minima_core.scene.asked import answer_figure, asked_line, asked_of, question_figure
from minima_core.scene.ballot import ballot_of
from minima_core.scene.legend import line_name
from minima_core.scene.marks import ContourLabel, Label, Path, Points, Regions
from minima_core.scene.scenes import RaceScene, TraceScene
from minima_desktop.render import run_all


def shorter(document: Document, **view) -> Document:
    """The opening with two methods, and with another view."""
    exploration = document.exploration
    entries = tuple(each for each in exploration.entries if each.name in {"gradient-descent", "adam"})
    exploration = msgspec.structs.replace(exploration, entries=entries)
    return Document(document.version, exploration, msgspec.structs.replace(document.view, **view))


@pytest.fixture(scope="module")
def document() -> Document:
    return shorter(opening())


@pytest.fixture(scope="module")
def runs(document):
    return run_all(document)[0]


def letters(figure) -> dict[str, str]:
    labels = [each for each in figure.panels[0].scene.marks if isinstance(each, Label)]
    return {each.bold: each.role for each in labels if each.key.startswith("letter:")}


def test_a_question_is_about_the_line_that_it_names(document):
    exploration, view = document.exploration, document.view
    by_name = {each.name: each.id for each in exploration.entries}
    assert asked_line(exploration, view, "And where will ADAM end?").id == by_name["adam"]
    assert asked_line(exploration, view, "Gradient descent: which valley?").id == by_name["gradient-descent"]
    assert asked_line(exploration, view, "Which valley?").id == by_name["gradient-descent"]
    selected = msgspec.structs.replace(view, selected=by_name["adam"])
    assert asked_line(exploration, selected, "Which valley?").id == by_name["adam"]
    assert asked_line(msgspec.structs.replace(exploration, entries=()), view, "Which?") is None


def test_the_question_shows_the_letters_and_no_run(document):
    insight = msgspec.structs.replace(document.view.insight, overlay="basins", critical=True)
    shown = shorter(document, insight=insight, layout="all", bottom="trace", step=40)
    asked = asked_of(shown, "Where will Adam end?")
    figure = question_figure(shown, asked)
    assert figure.title == "Where will Adam end?" and figure.caption == asked.choices == "A or B?"
    assert letters(figure) == {"A": "text", "B": "text"}
    assert [panel.kind for panel in figure.panels] == ["map", "surface"]
    assert [line.verdict for line in figure.legend.lines] == ["", ""]
    for panel in figure.panels:
        assert isinstance(panel.scene, RaceScene) and panel.scene.step == 0
        marks = panel.scene.marks
        assert sorted(mark.bold + mark.text for mark in marks if isinstance(mark, Label)) == ["A", "B"]
        assert [mark.key for mark in marks if isinstance(mark, Path | Points)] == ["starts"]
        assert not any(isinstance(mark, ContourLabel | Regions) for mark in marks)


def test_the_answer_has_the_same_letters_and_one_stands_out(document, runs):
    asked = asked_of(document, "Where will Adam end?")
    figure, said = answer_figure(document, asked, runs)
    assert said == "Adam ended in B."
    assert letters(figure) == {"A": "muted", "B": "accent"}
    assert not any(isinstance(panel.scene, TraceScene) for panel in figure.panels)
    other = asked_of(document, "Where will gradient descent end?")
    assert answer_figure(document, other, runs)[1] == "Gradient descent ended in A."


def test_the_answer_is_that_of_the_end_whatever_step_is_shown(document, runs):
    held = shorter(document, step=3)
    assert answer_figure(held, asked_of(held, "Adam?"), runs)[1] == "Adam ended in B."


def test_a_curve_is_asked_about_too():
    document = prepared("hump").document()
    assert document.exploration.place.dimension == 1
    asked = asked_of(document)
    figure = question_figure(document, asked)
    assert figure.title == f"Where will {line_name(document.exploration.entry(asked.entry), 0)} end?"
    assert [panel.kind for panel in figure.panels] == ["profile"]
    assert not any(tick.text for tick in figure.panels[0].scene.y_ticks)


def test_where_there_is_nothing_to_ask_it_is_said(document):
    bare = Document(
        document.version, msgspec.structs.replace(document.exploration, entries=()), document.view
    )
    with pytest.raises(ValueError, match="needs a method and a start"):
        asked_of(bare)
    bowl = doc.with_place(document.exploration, doc.place_of("convex-bowl"))
    with pytest.raises(ValueError, match="Only one valley"):
        asked_of(Document(document.version, bowl, document.view))


def test_more_valleys_than_letters_have_one_for_all_others(document):
    many = doc.with_place(document.exploration, doc.place_of("rastrigin"))
    shown = Document(document.version, many, document.view)
    asked = asked_of(shown)
    assert asked.choices.endswith(f"or {asked.ballot.elsewhere}, elsewhere?")
    assert len(asked.ballot.letters) == len(ballot_of_letters(shown))


def ballot_of_letters(document: Document) -> str:
    from minima_core.scene import stage_of

    start = document.exploration.starts[0].position
    return ballot_of(stage_of(document.exploration.place.landscape_of()), start).letters
