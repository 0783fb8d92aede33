"""What a study of the race asks, and the work that answers it: with a window, and without one. No Qt here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from minima_core.document import Entry, Exploration, segment_at
from minima_core.landscapes import Landscape
from minima_core.scene import StudyLine, study_lines
from minima_desktop.analyst import Desk
from minima_desktop.inquiries import Inquiries
from minima_desktop.session import Session

if TYPE_CHECKING:
    from minima_core.studies import Study

PATIENCE = 4.0
"""Seconds for which a study waits for a proof of the minima that is under way."""


@dataclass(frozen=True)
class Question:
    """What a study is asked: all that its answer depends on, and what its lines are called."""

    digest: str
    place: str
    entries: tuple[int, ...]
    texts: tuple[str, ...]
    lines: tuple[StudyLine, ...]
    starts: int
    tries: int
    seed: int
    unit: Literal["steps", "evaluations"]
    budget: int
    target: float | None
    border: str

    @property
    def limits(self) -> dict[str, int]:
        """What each try may do, as the core takes it."""
        return {self.unit: self.budget}

    @property
    def cost(self) -> tuple[object, ...]:
        """What the time that it takes depends on."""
        return self.digest, self.texts, self.starts, self.tries, self.unit, self.budget, self.border


def question_of(session: Session, step: int) -> Question | None:
    """Return what a study of the race asks at a step of the timeline; None without anybody in the race.

    Lines that are alike in everything are tried once.
    """
    exploration, choice = session.exploration, session.view.study
    found: dict[str, Entry] = {}
    for entry in choice.lines_of(exploration):
        found.setdefault(_text(exploration, entry, step), entry)
    if not found:
        return None
    unit, budget = choice.cost_in(exploration)
    ids = tuple(entry.id for entry in found.values())
    return Question(
        digest=session.landscape.digest,
        place=exploration.place.title or session.landscape.title,
        entries=ids,
        texts=tuple(found),
        lines=study_lines(exploration, ids, _shown(exploration, step)),
        starts=choice.starts,
        tries=choice.tries,
        seed=exploration.seed,
        unit=unit,
        budget=budget,
        target=choice.target,
        border=exploration.border,
    )


def _shown(exploration: Exploration, step: int) -> int:
    """Return the step whose settings count: at the end of the timeline, the last ones."""
    if step < exploration.steps:
        return step
    return max([step, *(segment.step for each in exploration.entries for segment in each.segments)])


def _text(exploration: Exploration, entry: Entry, step: int) -> str:
    return segment_at(entry, _shown(exploration, step)).method


# -- the work, on threads of its own -------------------------------------------------------------------------


def run_study(land: Landscape, question: Question, inquiries: Inquiries | None, desk: Desk) -> Iterator[Any]:
    """Try all lines; the answer is the study."""
    from minima_core.studies import study

    yield study(
        land,
        question.texts,
        starts=question.starts,
        seeds=question.tries,
        seed=question.seed,
        **cast(Any, question.limits),
        target=question.target,
        minima=_minima(land, inquiries, desk),
        border=None if question.border == "auto" else question.border,
        cancel=desk.cancelled,
        progress=desk.report,
    )


def find_facts(land: Landscape, inquiries: Inquiries, desk: Desk) -> Iterator[Any]:
    """Work the facts of a landscape out."""
    from minima_core.studies import facts

    known = _proof(land, inquiries, desk)
    yield facts(land, known, cancel=desk.cancelled, progress=desk.report)


def estimate(land: Landscape, question: Question, desk: Desk) -> Iterator[Any]:
    """Measure how long a study will take."""
    from minima_core.studies import study_estimate

    yield study_estimate(
        land,
        question.texts,
        question.starts,
        question.tries,
        question.budget if question.unit == "steps" else None,
        evaluations=question.budget if question.unit == "evaluations" else None,
        seed=question.seed,
        border=None if question.border == "auto" else question.border,
    )


def _proof(land: Landscape, inquiries: Inquiries | None, desk: Desk) -> Any:
    """Return all critical points, once the proof that is under way has ended; None where there is none."""
    end = time.perf_counter() + PATIENCE
    while inquiries is not None:
        answer = inquiries.answer("critical")
        if answer is not None and answer.key == land.digest and answer.final:
            return answer.value
        if time.perf_counter() > end or not desk.rest(0.05):
            break
    return None


def _minima(land: Landscape, inquiries: Inquiries | None, desk: Desk) -> Any:
    """Return the minima: as they are proved, or as they are counted; None leaves them to the study."""
    critical = _proof(land, inquiries, desk)
    if critical is not None or inquiries is None:
        return critical
    counted = inquiries.minima(land)
    return counted if counted is not None and len(counted) else None


def study_of(session: Session, step: int) -> tuple[Study, tuple[StudyLine, ...]]:
    """Run the study of a document without a window; a `ValueError` with a sentence where it cannot be."""
    question = question_of(session, step)
    if question is None:
        raise ValueError("Nobody is in the race: give a method with --run, and it can be studied.")
    found = list(run_study(session.landscape, question, None, Desk()))
    return found[-1], question.lines
