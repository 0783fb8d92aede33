"""The leaves of a talk: what is drawn of each scene, with its words, whatever it is written as.

Every scene is run to its end. One with a question gives two leaves: the question, without anything that could
give the answer away, and the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

from minima_core.document import Document
from minima_core.document.talk import TalkScene
from minima_core.scene.scenes import Figure

__all__ = ["Kind", "Leaf", "joined", "leaves_of", "moves"]

Kind = Literal["scene", "question", "answer"]


@dataclass(frozen=True, eq=False)
class Leaf:
    """One slide, page or picture of a talk.

    Attributes
    ----------
    number
        Of the scene, from 1.
    kind
        Whether it asks, answers, or just shows.
    caption
        The sentence below it on a slide.
    document
        What made it; a question carries none, for the answer follows from it.
    """

    number: int
    kind: Kind
    title: str
    caption: str
    notes: str
    figure: Figure
    document: Document | None

    @property
    def moves(self) -> bool:
        """Whether it can be a film."""
        document = self.document
        return document is not None and moves(document.view.layout, len(document.exploration.runs), self.kind)


def leaves_of(scene: TalkScene, number: int, theme: str | None, aspect: float) -> Iterator[Leaf]:
    """Run a scene, and yield what is drawn of it: one leaf, or question and answer.

    Raises
    ------
    ValueError
        With a sentence, when the scene cannot be shown.
    """
    from minima_core.scene.asked import answer_figure, asked_of, question_figure
    from minima_core.scene.figures import figure_of
    from minima_desktop.wanted import ALONE, find_out, run_all

    document = _in_theme(scene.document, theme)
    if scene.question and document.view.step is not None:  # the answer is at the end
        view = msgspec.structs.replace(document.view, step=None)
        document = Document(document.version, document.exploration, view)
    found = find_out(document)
    runs, marks = ({}, {}) if document.view.layout in ALONE else run_all(document)
    if not scene.question:
        made = figure_of(document, runs, aspect=aspect, findings=found, marks=marks)
        caption = scene.sentence or made.caption
        notes = joined(scene.notes, made.caption if scene.sentence else "")
        yield Leaf(number, "scene", scene.title, caption, notes, made, document)
        return
    if not runs:
        runs, marks = run_all(document)
    asked = asked_of(document, scene.question, found)
    ask = question_figure(document, asked, aspect=aspect)
    yield Leaf(number, "question", scene.question, asked.choices, "The next slide has the answer.", ask, None)
    made, said = answer_figure(document, asked, runs, aspect=aspect, findings=found, marks=marks)
    notes = joined(scene.notes, made.caption)
    yield Leaf(number, "answer", scene.title, joined(said, scene.sentence, " "), notes, made, document)


def _in_theme(document: Document, theme: str | None) -> Document:
    if theme is None:
        return document
    view = msgspec.structs.replace(document.view, theme=theme)
    return Document(document.version, document.exploration, view)


def joined(first: str, second: str, between: str = "\n\n") -> str:
    """Return two texts, or the one that there is."""
    return between.join(part for part in (first, second) if part)


def moves(layout: str, runs: int, kind: str) -> bool:
    """Whether there is anything to film: a question keeps still, and so does a study."""
    from minima_desktop.wanted import ALONE

    return kind != "question" and layout not in ALONE and runs > 0
