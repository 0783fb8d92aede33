"""Going through a whole lesson without a window, to see that it teaches what comes out.

Every scene is set and run to its end, every solution carried out. What an act waits for must not hold before
it is done, and must hold afterwards; of a prediction exactly one option must come true; every number in
a text must be known when it is read.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from minima_core.analysis.barriers import BarrierTree, barrier_tree
from minima_core.analysis.basins import basins
from minima_core.analysis.chances import chances
from minima_core.analysis.critical import CriticalPoints, critical_points
from minima_core.document import Document, Exploration, View
from minima_core.lessons.happened import Happening, Judged, Key, StudyLike
from minima_core.lessons.language import placeholders
from minima_core.lessons.lesson import Lesson, Step, StudyAsked, texts_of
from minima_core.lessons.quantities import filled, holds, worked_out
from minima_core.lessons.racing import raced
from minima_core.lessons.solving import solved
from minima_core.methods import Specification
from minima_core.runs.knowledge import remember
from minima_core.scene.findings import Findings

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["Trial", "Tried", "trial"]

GRID = {1: (1001,), 2: (128, 128)}
"""Starts of the maps of basins and chances in a trial, by the number of variables."""
MAP_STEPS = 2000
TRIES = 8


@dataclass(frozen=True)
class Fault:
    """What is wrong with a lesson that can be read: the line, from 1, and a sentence."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Tried:
    """What a learner reads at one step, with the numbers that came out.

    Attributes
    ----------
    texts
        Each text of the step, filled: (key, text).
    right
        Of a prediction: the option that came true, from 0.
    happened
        What had happened at the end of the step.
    """

    title: str
    texts: tuple[tuple[str, str], ...]
    right: int | None
    happened: Happening
    seconds: float


@dataclass(frozen=True)
class Trial:
    """What came of going through a lesson.

    Attributes
    ----------
    steps
        What was read, step by step.
    faults
        What is wrong with it, in the order of the steps; none: the lesson holds.
    """

    lesson: Lesson
    steps: tuple[Tried, ...]
    faults: tuple[Fault, ...]

    @property
    def right(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def trial(lesson: Lesson) -> Trial:
    """Go through a lesson: set, run, solve and check every step.

    Examples
    --------
    >>> from minima_core.lessons import lesson
    >>> trial(lesson("two-definitions")).right
    True
    """
    walk = _Walk(lesson)
    steps = tuple(walk.take(k, step) for k, step in enumerate(lesson.steps))
    return Trial(lesson, steps, tuple(walk.faults))


class _Walk:
    """A learner who does everything as the lesson says."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.faults: list[Fault] = []
        self.document: Document | None = None
        self.runs: Mapping[Key, Judged] = {}
        self.study: StudyLike | None = None
        self.critical: dict[str, CriticalPoints] = {}
        self.trees: dict[str, BarrierTree] = {}
        self.climbs = any(word in lesson.source for word in ("prominence", "isolation"))

    def take(self, k: int, step: Step) -> Tried:
        """Take one step."""
        began = time.perf_counter()
        fresh = step.document()
        if fresh is not None:
            self.document, self.runs, self.study = fresh, {}, None
        assert self.document is not None
        before = self.happened(self.document, self.runs)
        if step.kind == "watch" and step.until and step.is_done(before):
            self.fault(k, "until", "This holds before anything has run: there is nothing to watch.")
        if step.kind == "act":
            self.race(k, self.document)
            before = self.happened(self.document, self.runs)
            if step.is_done(before):
                self.fault(k, "until", "This holds before the learner has done anything.")
            assert step.solution is not None
            self.document = solved(self.document, step.solution)
        if step.reveal is not None:
            self.document = solved(self.document, step.reveal)
        self.race(k, self.document)
        if step.study is not None:
            self.study = self.studied(k, step.study)
        after = self.happened(self.document, self.runs)
        for text in step.until:
            if not holds(text, after):
                what = "after the solution" if step.kind == "act" else "in the end"
                self.fault(k, text, f"“{text}” does not hold {what}{_instead(text, after)}.")
        right = self.judge(k, step, after) if step.kind == "predict" else None
        texts = tuple(self.read(k, step, before, after))
        return Tried(step.title, texts, right, after, time.perf_counter() - began)

    def race(self, k: int, document: Document) -> None:
        """Run the race to its end."""
        try:
            self.runs = raced(document)
        except ValueError as error:
            self.fault(k, "scene", str(error))
            self.runs = {}

    def judge(self, k: int, step: Step, after: Happening) -> int | None:
        """Return which option came true, and complain unless it is exactly one, and the one that is meant."""
        if step.right_when:
            true = step.true_options(after)
            if len(true) != 1:
                said = "none of the options comes" if not true else f"{len(true)} options come"
                texts = [each for n in range(len(step.options)) for each in step.conditions_of(n)]
                known = "; ".join(f"{text}{_instead(text, after)}" for text in texts)
                self.fault(k, "right_when", f"Exactly one option must come true, but {said} true ({known}).")
            elif step.right is not None and true[0] != step.right - 1:
                self.fault(
                    k, "right", f"Option {step.right} is called right; option {true[0] + 1} comes true."
                )
        return step.right_option(after)

    def read(self, k: int, step: Step, before: Happening, after: Happening) -> Iterator[tuple[str, str]]:
        """Yield what the learner reads, and complain about numbers that are not known by then."""
        early = {"text", "question", "options", "hint"} if step.kind in {"predict", "act"} else set()
        for key, text in texts_of(step):
            happened = before if key in early else after
            for written, asked, _ in placeholders(text):
                if worked_out(asked, happened) is None:
                    self.fault(k, written, f"{written} is not known when this is read.")
            yield key, filled(text, happened)

    def fault(self, k: int, where: str, sentence: str) -> None:
        """Complain about a step, with the line of a key or of a piece of text."""
        self.faults.append(Fault(self.lesson.line_of(k, where), sentence))

    # What the window finds out.

    def happened(self, document: Document, runs: Mapping[Key, Judged]) -> Happening:
        """Return what has happened, with all that the view asks to know about the landscape."""
        exploration, view = document.exploration, document.view
        land = exploration.place.landscape_of()
        findings = _found(exploration, view, land, self.proved(land))
        if self.climbs:
            findings = replace(findings, tree=self.tree(land))
        return Happening(exploration, view, runs, findings, self.study)

    def proved(self, land: Landscape) -> CriticalPoints:
        """Return the critical points, worked out once."""
        if land.digest not in self.critical:
            self.critical[land.digest] = critical_points(land)
            remember(land, self.critical[land.digest])  # as the window does: verdicts rest on it
        return self.critical[land.digest]

    def tree(self, land: Landscape) -> BarrierTree:
        """Return the barrier tree, worked out once."""
        if land.digest not in self.trees:
            self.trees[land.digest] = barrier_tree(land, self.proved(land))
        return self.trees[land.digest]

    def studied(self, k: int, asked: StudyAsked) -> StudyLike | None:
        """Run a study."""
        assert self.document is not None
        exploration = self.document.exploration
        methods = asked.methods or tuple(
            each.segments[-1].method for each in exploration.entries if each.enabled
        )
        try:
            return study_of(exploration.place.landscape_of(), asked, methods)
        except ValueError as error:
            self.fault(k, "study", str(error))
            return None


def study_of(land: Landscape, asked: StudyAsked, methods: tuple[str, ...], **more: Any) -> StudyLike:
    """Run the study that a step asks for; `more` (cancel, progress, workers) goes to `minima_core.study`."""
    from minima_core.studies import study

    found: StudyLike = study(
        land,
        [Specification.parse(text) for text in methods],
        starts=asked.starts,
        seeds=asked.seeds,
        seed=asked.seed,
        steps=asked.steps,
        evaluations=asked.evaluations,
        target=asked.target,
        **more,
    )
    return found


def _found(exploration: Exploration, view: View, land: Landscape, critical: CriticalPoints) -> Findings:
    """Return what the view asks to know."""
    from minima_core.analysis.barriers import lens

    insight = view.insight
    ends = luck = None
    if insight.overlay in {"basins", "chances"}:
        lines = [each for each in exploration.entries if each.enabled]
        chosen = insight.entry if insight.entry is not None else view.selected
        line = next((each for each in lines if each.id == chosen), lines[0] if lines else None)
        if line is not None:
            method, grid = line.segments[-1].method, GRID[land.dimension]
            steps = min(exploration.steps, MAP_STEPS)
            if insight.overlay == "basins":
                ends = basins(land, method, grid, steps, minima=critical.minima)
            else:
                luck = chances(
                    land, method, resolution=tuple(n // 8 for n in grid), steps=steps, tries=TRIES,
                    seed=exploration.seed, minima=critical.minima,
                )  # fmt: skip
    glass = None if insight.lens is None else lens(land, insight.lens, insight.lens_radius)
    return Findings(critical=critical, basins=ends, chances=luck, lens=glass)


def _instead(text: str, happened: Happening) -> str:
    """Return what came out instead: ": it is 0.39"."""
    from minima_core.lessons.language import condition

    left = condition(text).left
    if left.many:
        return ""
    answer = worked_out(left, happened)
    return ": it is not known" if answer is None else f": {left.text} is {answer}"
