"""From studies, restarts and facts to what their panel shows: rows, sentences, how far work has come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from minima_core import methods
from minima_core.document import Exploration
from minima_core.scene import StudyLine, study_lines
from minima_core.scene.study_terms import interval_words
from minima_core.scene.study_words import (
    INDEPENDENT,
    ranking_words,
    restarts_pairs,
    study_caption,
    study_headline,
    study_numbers,
)
from minima_core.scene.words import percent, whole
from minima_widgets.panels.study_values import (
    RestartsState,
    StudyForm,
    StudyItem,
    StudyOutcome,
    StudyRow,
)

if TYPE_CHECKING:
    from minima_core.studies import Estimate, MethodResult, Restarts, Study
    from minima_desktop.session import Session
    from minima_desktop.study_work import Question

LONGEST = 600.0
"""Seconds that a study may take; the core refuses longer ones."""


def form_of(session: Session, estimate: Estimate | None, failure: str, usual: str) -> StudyForm:
    """Return what a study would do if it ran now.

    Parameters
    ----------
    estimate
        How long it takes, once that is known.
    failure
        Why it cannot be estimated, and so cannot run.
    usual
        What is to be reached where no loss is given.
    """
    exploration, choice = session.exploration, session.view.study
    taking_part = {each.id for each in choice.lines_of(exploration)}
    ids = [each.id for each in exploration.entries]
    titles = {each.entry: each.words for each in study_lines(exploration, ids, exploration.steps)}
    unit, budget = choice.cost_in(exploration)
    items = tuple(
        StudyItem(
            each.id,
            titles[each.id],
            each.role,
            methods.describe(each.name).sentence,
            each.id in taking_part,
        )
        for each in exploration.entries
    )
    words, why_not = "", ""
    if not taking_part:
        why_not = "Nobody is in the race: add a method, and it can be tried from many starts."
    elif failure:
        why_not = failure
    elif estimate is None:
        words = f"{whole(choice.runs_of(len(taking_part)))} runs"
    else:
        words = _estimate_words(estimate, unit, budget)
        if estimate.seconds > LONGEST:
            fits = f" {whole(estimate.fits)} starts would fit." if estimate.fits else ""
            why_not = f"{estimate.sentence} That is too much for one study.{fits}"
    return StudyForm(
        lines=items,
        starts=choice.starts,
        tries=choice.tries,
        unit=unit,
        budget=budget,
        target=choice.target,
        usual=usual,
        estimate=words,
        why_not=why_not,
        repeats=(
            "Tries from each start, with seeds of their own; who leaves nothing to chance "
            "is tried once, for again it would do the same."
        ),
    )


def _estimate_words(estimate: Estimate, unit: str, budget: int) -> str:
    """Return what a study will take: "500 runs of 260 steps: about 2 seconds"."""
    from minima_core.studies.words import duration

    took = duration(estimate.seconds)
    about = took if estimate.seconds < 1 else f"about {took}"
    return f"{whole(estimate.runs)} runs of {whole(budget)} {unit}: {about}."


def outcome_of(study: Study, lines: Sequence[StudyLine], stale: str, *, again: bool = True) -> StudyOutcome:
    """Return what a study came to; `again`: whether it could run again."""
    return StudyOutcome(
        headline=study_headline(study, lines),
        rows=tuple(_row(study.results[k], lines[k]) for k in study.ranking.places),
        ranking=ranking_words(study, lines),
        caption=study_caption(study),
        stale=stale,
        again=again,
    )


def _row(result: MethodResult, line: StudyLine) -> StudyRow:
    interval = interval_words(result.low, result.high)
    need = result.tries_interval(0.95)
    judged = "best point" if result.judged == "best" else "last point"
    tip = (
        f"{line.words}: {whole(result.reached)} of {whole(result.tries)} tries, judged by their {judged}. "
        f"The next try meets a new minimum with {percent(result.new.value)} "
        f"({interval_words(result.new.low, result.new.high)})."
    )
    if np.isfinite(need.low):
        most = whole(round(need.high)) if np.isfinite(need.high) else "no end"
        tip += f" For 95\u202f% it takes {whole(round(need.low))} to {most} tries."
    return StudyRow(
        role=line.role,
        name=line.words,
        share=float(result.share),
        low=float(result.low),
        high=float(result.high),
        words=f"{percent(result.share)}  {interval}",
        numbers=study_numbers(result),
        tip=tip,
    )


def restarts_state(
    exploration: Exploration, entry: int, title: str, restarts: Restarts, proved: int | None, stride: int
) -> RestartsState:
    """Return the account of one line's restarts."""
    line = exploration.entry(entry)
    pairs = restarts_pairs(restarts, proved=proved, independent=line.name in INDEPENDENT, stride=stride)
    return RestartsState(title, line.role, pairs)


def difference_words(before: Question, now: Question) -> str:
    """Return how the race, or what is asked, differs from what a study ran; "" when it does not.

    Both are questions (`minima_desktop.study_work.Question`).
    """
    if before.digest != now.digest:
        return "The landscape is another one now."
    old, new = (
        dict(zip(before.entries, before.texts, strict=True)),
        dict(zip(now.entries, now.texts, strict=True)),
    )
    gone = [name.words for name in before.lines if name.entry not in new]
    come = [name.words for name in now.lines if name.entry not in old]
    changed = [name.words for name in now.lines if old.get(name.entry, new[name.entry]) != new[name.entry]]
    said = []
    if changed:
        said.append(f"{_joined(changed)} {'has' if len(changed) == 1 else 'have'} other settings now")
    if come:
        said.append(f"{_joined(come)} did not take part")
    if gone:
        said.append(f"{_joined(gone)} {'takes' if len(gone) == 1 else 'take'} no part any more")
    if not said and before != now:
        said.append("Other numbers are asked for now")
    return f"{'; '.join(said)}." if said else ""


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
