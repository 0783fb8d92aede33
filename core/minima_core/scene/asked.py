"""A question and its answer as two figures of one scene: letters over valleys, and later the right one.

The figure of the question is made without runs: it shows the landscape, the start and the letters, and there
is nothing in it that could tell how the race ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import msgspec

from minima_core.document import Document, Entry, Exploration, View
from minima_core.landscapes import Landscape
from minima_core.scene.ballot import Ballot, ballot_of, lettered, question_words, result_words, seeks, veiled
from minima_core.scene.clocked import Marks
from minima_core.scene.figures import RunLike, figure, figure_of, tracks_of
from minima_core.scene.findings import NOTHING, Findings
from minima_core.scene.legend import line_name, line_words
from minima_core.scene.scenes import Figure, Legend, Panel, ProfileScene, RaceScene
from minima_core.scene.stage import stage_of
from minima_core.scene.track import Track

__all__ = [
    "Asked",
    "answer_figure",
    "asked_line",
    "asked_of",
    "letter_reached",
    "line_names",
    "question_figure",
]

NO_VALLEY = {"saddle", "inflection", "plateau", "diverged", "not finite", "outside", "raised"}
"""Where a run is in no valley, whichever one lies below it."""
LETTERED = {"map", "surface", "both"}
"""Layouts that show the landscape, and nothing but it."""
USUAL: tuple[Literal["both"], Literal["map"]] = ("both", "map")
"""The layout of all others: for two variables, and for one."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What is asked about a scene.

    Attributes
    ----------
    ballot
        The answers.
    entry, name
        The line of the race that is asked about, and how it is called.
    question
        What is asked.
    seeks
        Whether that line does not end in a valley, but reports the best that it found.
    """

    ballot: Ballot
    entry: int
    name: str
    question: str
    seeks: bool

    @property
    def choices(self) -> str:
        """The answers in words: "A, B or C?"; the last may be for every other valley."""
        letters = [each.letter for each in self.ballot.valleys if each.minimum is not None]
        *first, last = letters + (["elsewhere"] if self.ballot.elsewhere else [])
        words = f"{', '.join(first)} or {last}?"
        return words.replace("elsewhere", f"{self.ballot.elsewhere}, elsewhere")


def line_names(exploration: Exploration, step: int, land: Landscape | None = None) -> dict[int, str]:
    """Return the names of the enabled lines, with the setting that tells those of one method apart."""
    lines = [entry for entry in exploration.entries if entry.enabled]
    plain = [line_name(entry, step) for entry in lines]
    if len(set(plain)) == len(plain):
        return dict(zip((entry.id for entry in lines), plain, strict=True))
    words = line_words(exploration, step, land)
    return {
        entry.id: f"{name}, {words[entry.id][1].partition(' · ')[0]}".rstrip(", ")
        if plain.count(name) > 1
        else name
        for entry, name in zip(lines, plain, strict=True)
    }


def asked_line(exploration: Exploration, view: View, question: str = "") -> Entry | None:
    """Return the line that a question names; else the one that is selected, else the first; None: no line."""
    lines = [entry for entry in exploration.entries if entry.enabled]
    names = line_names(exploration, 0, exploration.place.landscape_of()) if question else {}
    named = [each for each in lines if names and names[each.id].casefold() in question.casefold()]
    if named:
        return max(named, key=lambda each: len(names[each.id]))
    return next((entry for entry in lines if entry.id == view.selected), lines[0] if lines else None)


def asked_of(document: Document, question: str = "", findings: Findings | None = None) -> Asked:
    """Return what is asked about a document: where one of its lines ends (`asked_line`).

    Raises
    ------
    ValueError
        With a sentence, where there is no race to ask about, or fewer than two valleys.
    """
    exploration, view = document.exploration, document.view
    line = asked_line(exploration, view, question)
    if line is None or not exploration.starts:
        raise ValueError("There is no race to ask about: a question needs a method and a start.")
    land = exploration.place.landscape_of()
    stage = stage_of(land, view.zoom if land.dimension > 1 else None, palette=view.palette)
    ballot = ballot_of(stage, exploration.starts[0].position, findings or NOTHING, view.zoom)
    name, far = line_names(exploration, 0, land)[line.id], seeks(line.name)
    return Asked(ballot, line.id, name, question or question_words(name, seeks=far), far)


def letter_reached(ballot: Ballot, method: str, track: Track, step: int, state: str = "") -> str | None:
    """Return the letter of the valley in which a run ended, or found its best if its method seeks.

    `state` is the state of its verdict. A run that ended on no valley's ground has the letter for all others,
    or none.
    """
    if seeks(method):
        best = track.best_at(step)
        return ballot.elsewhere if best is None else ballot.letter_at(best[1])
    return ballot.elsewhere if state in NO_VALLEY else ballot.letter_at(track.at(step)[1])


def question_figure(document: Document, asked: Asked, *, aspect: float = 1.6) -> Figure:
    """Return the figure that asks: landscape, start and letters; of the lines, which ones there are."""
    view = msgspec.structs.replace(veiled(_with_letters(document), asked.entry), step=0, title=asked.question)
    made = figure(Document(document.version, document.exploration, view), {}, {}, 0, aspect=aspect)
    lines = tuple(replace(line, verdict="") for line in made.legend.lines)
    return replace(_over(made, asked, ""), legend=Legend(lines), caption=asked.choices)


def answer_figure(
    document: Document,
    asked: Asked,
    runs: Mapping[tuple[int, int], RunLike],
    *,
    aspect: float = 1.6,
    findings: Findings | None = None,
    marks: Mapping[tuple[int, int], Marks] | None = None,
) -> tuple[Figure, str]:
    """Return the figure that answers, at the end of the race, and the answer in a sentence."""
    exploration = document.exploration
    shown = _with_letters(document)
    layers = msgspec.structs.replace(shown.layers, labels=False)  # the letters have that room
    view = msgspec.structs.replace(shown, step=None, layers=layers)
    document = Document(document.version, exploration, view)
    made = figure_of(document, runs, aspect=aspect, findings=findings, marks=marks)
    key = (asked.entry, 0)
    track = tracks_of(document, {key: runs[key]}, marks)[key]
    method = exploration.entry(asked.entry).name
    letter = letter_reached(asked.ballot, method, track, track.last, runs[key].verdict.state)
    said = result_words(asked.name, letter, (), seeks=asked.seeks)
    return _over(made, asked, letter), said


def _with_letters(document: Document) -> View:
    """Return the view in a layout that has a place for letters, and no trace, which tells nothing of them."""
    flat = document.exploration.place.dimension == 1
    layout = document.view.layout if document.view.layout in LETTERED and not flat else USUAL[flat]
    return msgspec.structs.replace(document.view, layout=layout)


def _over(made: Figure, asked: Asked, right: str | None) -> Figure:
    """Return a figure with letters in each of its views of the landscape."""
    panels = tuple(_panel_over(panel, asked, right) for panel in made.panels)
    return replace(made, panels=panels)


def _panel_over(panel: Panel, asked: Asked, right: str | None) -> Panel:
    if panel.kind == "chart" or not isinstance(panel.scene, RaceScene | ProfileScene):
        return panel
    return replace(panel, scene=lettered(panel.scene, asked.ballot, right))
