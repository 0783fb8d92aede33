"""How often does it work: studies of the race, facts of the landscape, and what restarts have found so far.

A study runs on a thread of its own while the race goes on. Its result stays, with what it was run with, until
another one has run; where the race has changed since, that is said.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec
import numpy as np
from PySide6.QtCore import QObject, QTimer

from minima_core.document import Entry, Exploration, StudyChoice
from minima_core.landscapes import Landscape
from minima_core.scene import Findings, StudyLine, empty_chart, study_lines, study_scene
from minima_core.scene.study_words import INDEPENDENT, restarts_words
from minima_desktop.analyst import Analyst, Desk
from minima_desktop.hub import Hub
from minima_desktop.inquiries import Inquiries
from minima_desktop.session import Session

if TYPE_CHECKING:
    from minima_core.runs.record import Ends
    from minima_core.studies import Estimate, Facts, Restarts, Study
    from minima_widgets.chart_view import ChartView
    from minima_widgets.panels.study_panel import StudyPanel

LANES = {"study": "studies", "facts": "facts", "estimate": "estimates"}
PATIENCE = 4.0
"""Seconds for which a study waits for a proof of the minima that is under way."""
SETTLE_SECONDS = 0.3
"""How long numbers have kept still before it is estimated what they cost."""
COUNT_SECONDS = 0.2
"""Restarts are counted anew no more often than this, and no more than a twentieth of the time."""
CHART = "study-chart"
"""The tab of the chart; the panel is called “study”."""


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
    from minima_core.document import segment_at

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


# -- in the window -------------------------------------------------------------------------------------------


class Studying(QObject):
    """The hand that counts."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub.deck)
        self._hub = hub
        self._analyst = Analyst(LANES)
        self._serial = 0
        self._asked: dict[object, Question] = {}
        self._ran: Question | None = None
        self._study: Study | None = None
        self._problem = ""
        self._facts: Facts | None = None
        self._facts_digest = ""
        self._seen = -1
        self._told: object = None
        self._drawn: object = None
        self._wanted_since = 0.0
        self._wanted: object = None
        self._counted: dict[tuple[int, int], tuple[object, Restarts]] = {}
        self._count_again = 0.0
        deck = hub.deck
        deck.study_room.made.connect(self._connect_panel)
        deck.study_place.made.connect(self._connect_chart)
        deck.study_charts.chosen.connect(self.show_chart)
        deck.workspace.fronted.connect(lambda _name: self._forget())

    def _connect_panel(self, panel: StudyPanel) -> None:
        panel.switched.connect(self._switch)
        panel.starts_changed.connect(lambda count: self.ask(starts=count))
        panel.tries_changed.connect(lambda count: self.ask(tries=count))
        panel.cost_changed.connect(lambda unit, budget: self.ask(unit=unit, budget=budget))
        panel.target_changed.connect(lambda loss: self.ask(target=loss))
        panel.run_wanted.connect(self.run)
        panel.row_chosen.connect(self._choose)
        panel.facts_wanted.connect(self.find_facts)
        panel.cancelled.connect(self.cancel)
        QTimer.singleShot(0, self.show)

    def _connect_chart(self, chart: ChartView) -> None:
        chart.picked.connect(self._pick)

    def close(self, patience: float = 20.0) -> bool:
        """Ends all work; true if every thread ended in time."""
        return self._analyst.close(patience)

    # -- asking --------------------------------------------------------------------------------------------

    def bring(self) -> None:
        """Brings the panel of studies to the front."""
        self._hub.deck.workspace.bring("study")

    def ask(self, **fields: Any) -> None:
        """Changes what a study asks; what cannot be is refused with a sentence."""
        session = self._hub.session
        try:
            choice = msgspec.structs.replace(session.view.study, **fields)
        except ValueError as error:
            self._hub.refuse(str(error))
            self._forget()
            return
        session.look(study=choice)
        self._forget()

    def _switch(self, id: int, on: bool) -> None:
        """Has a line take part, or not."""
        exploration, choice = self._hub.session.exploration, self._hub.session.view.study
        now = {each.id for each in choice.lines_of(exploration)}
        now = now | {id} if on else now - {id}
        if not now:
            self._hub.refuse("A study needs at least one line of the race.")
            return
        usual = {each.id for each in exploration.entries if each.enabled}
        order = tuple(each.id for each in exploration.entries if each.id in now)
        self.ask(entries=None if now == usual else order)

    def run(self) -> None:
        """Runs the study that is asked for, and brings its chart to the front."""
        hub = self._hub
        question = question_of(hub.session, hub.player.step)
        if question is None:
            hub.refuse("Nobody is in the race: add a method, and it can be tried from many starts.")
            return
        self._serial += 1
        self._problem = ""
        key = (self._serial, question)
        self._asked = {self._serial: question}
        land = hub.session.landscape
        self._analyst.ask("study", key, partial(run_study, land, question, hub.inquiries))
        hub.deck.workspace.bring(CHART)
        hub.last_act = "studied"
        self._forget()

    def find_facts(self) -> None:
        """Works the facts of the landscape out."""
        hub = self._hub
        land = hub.session.landscape
        self._serial += 1
        self._analyst.ask("facts", (self._serial, land.digest), partial(find_facts, land, hub.inquiries))
        self._forget()

    def cancel(self, topic: str) -> None:
        """Gives work up: what was known before stays."""
        self._analyst.stop(topic)
        self._forget()

    def show_chart(self, name: str) -> None:
        """Shows another chart of the study."""
        self.ask(chart=name)
        self._hub.touch()

    def _choose(self, row: int) -> None:
        """Selects the line of a row in the race, if it is still there."""
        if self._study is not None and self._ran is not None:
            self._select(self._study.ranking.places[row])

    def _pick(self, key: str, id: int) -> None:
        if key.startswith("line:"):
            self._select(id)

    def _select(self, result: int) -> None:
        hub = self._hub
        assert self._ran is not None
        entry = self._ran.lines[result].entry
        if any(each.id == entry for each in hub.session.exploration.entries):
            hub.session.look(selected=entry)
            hub.show_exploration()
            hub.touch()

    # -- what is known -------------------------------------------------------------------------------------

    @property
    def study(self) -> Study | None:
        """The last study that has run."""
        return self._study

    @property
    def lines(self) -> tuple[StudyLine, ...]:
        """What its results are called."""
        return () if self._ran is None else self._ran.lines

    @property
    def busy(self) -> bool:
        """Whether a study runs."""
        return self._analyst.share("study") is not None

    @property
    def facts(self) -> Facts | None:
        """The facts that were worked out last."""
        return self._facts

    def findings(self, findings: Findings) -> Findings:
        """Return what is known about the landscape, with the study, for pictures."""
        return replace(findings, study=self._study, study_lines=self.lines)

    def _take(self) -> None:
        """Takes in what has been worked out."""
        if self._analyst.count == self._seen:
            return
        self._seen = self._analyst.count
        answer = self._analyst.answer("study")
        if answer is not None and answer.final:
            serial, question = cast("tuple[int, Question]", answer.key)
            if serial == self._serial_of_study():
                self._problem = answer.failure
            if answer.value is not None:
                self._study, self._ran = answer.value, question
        answer = self._analyst.answer("facts")
        if answer is not None and answer.final:
            self._facts, self._facts_digest = answer.value, cast("tuple[int, str]", answer.key)[1]
            if answer.failure:
                self._hub.refuse(answer.failure)
        self._hub.touch()
        self._forget()

    def _serial_of_study(self) -> object:
        return next(iter(self._asked), None)

    def _forget(self) -> None:
        """Has the panel filled anew."""
        self._told = None
        self._hub.touch()

    # -- each frame ----------------------------------------------------------------------------------------

    def follow(self) -> None:
        """Has the panel follow the exploration."""
        self._forget()

    def draw(self) -> None:
        """Draws the chart, if it is in front and anything about it has changed."""
        hub = self._hub
        if not hub.deck.workspace.is_shown(CHART):
            return
        chart = hub.session.view.study.chart
        key = (id(self._study), self.lines, chart, self.busy)
        if key == self._drawn:
            return
        self._drawn = key
        hub.deck.study_charts.set_value(chart)
        place = hub.deck.study_place
        _ = place.view
        if self._study is None and self.busy:
            place.show_scene(empty_chart("The race is being tried from all these starts…"))
        else:
            place.show_scene(study_scene(self._study, self.lines, chart))

    def say(self) -> None:
        """Takes in what is new, and brings the panel up to date if it is in front."""
        self._take()
        hub = self._hub
        if hub.projector.in_haste or not hub.deck.workspace.is_shown("study"):
            return
        session = hub.session
        self._ask_estimate()
        states = self._restart_states()
        told = (
            session.exploration,
            session.view.study,
            id(self._study),
            self._problem,
            id(self._facts),
            id(self._analyst.answer("estimate")),
            id(hub.inquiries.findings.critical),
            self._analyst.share("study"),
            self._analyst.share("facts"),
            tuple(states),
        )
        if told == self._told:
            return
        self.show()
        self._told = told

    def progress(self) -> str:
        """What is being worked out, for the status line; "" when nothing is."""
        if self.busy:
            return "Trying the race from many starts…"
        return "Working the facts out…" if self._analyst.share("facts") is not None else ""

    def show(self) -> None:
        """Fills the panel."""
        hub = self._hub
        if not hub.deck.study_room.is_made:
            return
        from minima_desktop import studyfeed
        from minima_widgets.panels.study_panel import FactsState, Job

        panel, session = hub.deck.study_room.panel, hub.session
        question = question_of(session, hub.player.step)
        answer = self._analyst.answer("estimate")
        known = answer is not None and question is not None and answer.key == question.cost
        cost: Estimate | None = answer.value if known and answer is not None else None
        failure = answer.failure if known and answer is not None else ""
        panel.set_form(studyfeed.form_of(session, cost, failure, self._usual()))
        panel.form.propose_loss(self._proposed())
        share = self._analyst.share("study")
        runs = "" if question is None else f"{session.view.study.runs_of(len(question.texts)):,}"
        words = f"Running {runs} tries".replace(",", "\u202f")
        panel.set_job(Job(problem=self._problem) if share is None else Job(words, share or None))
        if self._study is not None and self._ran is not None:
            stale = ""
            if not self.busy:
                gone = question is None
                stale = (
                    "Nobody is in the race now." if gone else studyfeed.difference_words(self._ran, question)
                )
            panel.set_outcome(studyfeed.outcome_of(self._study, self._ran.lines, stale))
        panel.set_restarts(self._restart_states())
        share = self._analyst.share("facts")
        job = Job() if share is None else Job("Working the facts out", share or None)
        facts = self._facts
        if facts is None:
            panel.set_facts(FactsState(job=job))
        else:
            stale_facts = self._facts_digest != session.landscape.digest
            panel.set_facts(FactsState(facts.sentences, job, facts.land_title, stale_facts))

    def _usual(self) -> str:
        """What is to be reached where no loss is given."""
        critical = self._hub.inquiries.findings.critical
        proved = critical is None or critical.global_proved
        return "global minimum" if proved else "best known minimum"

    def _proposed(self) -> float:
        """A loss close above the best one: what one might want to reach."""
        stage = self._hub.projector.stage()
        values = [each.value for each in stage.minima]
        best = stage.best if stage.best is not None else min(values, default=0.0)
        second = min((value for value in values if value > best + 1e-9), default=best + 1.0)
        return float(f"{best + 0.25 * (second - best):.2g}")

    def _ask_estimate(self) -> None:
        """Has it measured what a study costs, once the numbers have kept still."""
        hub = self._hub
        question = question_of(hub.session, hub.player.step)
        if question is None or hub.engine.compiling:
            return
        now = time.perf_counter()
        if question.cost != self._wanted:
            self._wanted, self._wanted_since = question.cost, now
        elif now - self._wanted_since > SETTLE_SECONDS:
            land = hub.session.landscape
            self._analyst.ask("estimate", question.cost, partial(estimate, land, question))

    # -- restarts ------------------------------------------------------------------------------------------

    def _restart_states(self) -> list[Any]:
        """The accounts of all lines that begin anew now and then."""
        from minima_desktop import studyfeed
        from minima_desktop.explorefeed import line_titles

        hub = self._hub
        exploration = hub.session.exploration
        found = []
        titles: dict[int, str] = {}
        for entry in exploration.entries:
            for index, progress in enumerate(hub.projector.progress_of(entry) if entry.enabled else ()):
                ends = None if progress.record is None else progress.record.ends
                if ends is None or not len(ends):
                    continue
                restarts = self._restarts((entry.id, index), ends)
                titles = titles or line_titles(hub.session)
                many = len(exploration.starts) > 1
                title = f"{titles[entry.id]}, start {index + 1}" if many else titles[entry.id]
                proved = self._proved()
                found.append(
                    studyfeed.restarts_state(exploration, entry.id, title, restarts, proved, ends.stride)
                )
        return found

    def _proved(self) -> int | None:
        """How many minima there are, where that is proved."""
        critical = self._hub.inquiries.findings.critical
        return len(critical.minima) if critical is not None and critical.complete else None

    def _restarts(self, key: tuple[int, int], ends: Ends) -> Restarts:
        """What the descents of one run that have ended by the step shown amount to."""
        from minima_core.studies import Restarts

        hub = self._hub
        step = hub.projector.step_of(key[0], hub.player.step)
        ended = int(np.searchsorted(ends.steps, step, side="right"))
        critical = hub.inquiries.findings.critical
        land = hub.session.landscape
        state = (ended, ends.stride, id(critical), land.digest)
        known = self._counted.get(key)
        now = time.perf_counter()
        same = known is not None and known[0] == state
        fresh = known is not None and now < self._count_again and known[0][2:] == state[2:]  # type: ignore[index]
        if known is not None and (same or (fresh and hub.player.playing)):
            return known[1]
        restarts = Restarts.of(ends.positions[:ended], critical, land=land, values=ends.values[:ended])
        took = time.perf_counter() - now
        self._count_again = now + max(COUNT_SECONDS, 20.0 * took)
        self._counted[key] = (state, restarts)
        return restarts

    def tell(self, verdicts: dict[int, str]) -> dict[int, str]:
        """Adds to what is said of lines that restart how likely the next descent finds something new."""
        hub = self._hub
        exploration = hub.session.exploration
        if len(exploration.starts) != 1:
            return verdicts
        told = dict(verdicts)
        for entry in exploration.entries:
            if not entry.enabled or entry.name not in INDEPENDENT:
                continue
            for progress in hub.projector.progress_of(entry):
                state = "running" if progress.verdict is None else progress.verdict.state
                if state != "running" or progress.record is None or len(progress.record.ends) < 2:
                    continue
                restarts = self._restarts((entry.id, 0), progress.record.ends)
                if restarts.tries > 1:
                    told[entry.id] = f"{verdicts[entry.id]}; {restarts_words(restarts)}"
        return told


def study_of(session: Session, step: int) -> tuple[Study, tuple[StudyLine, ...]]:
    """Run the study of a document without a window; a `ValueError` with a sentence where it cannot be."""
    question = question_of(session, step)
    if question is None:
        raise ValueError("Nobody is in the race: give a method with --run, and it can be studied.")
    found = list(run_study(session.landscape, question, None, Desk()))
    return found[-1], question.lines


__all__ = ["CHART", "Question", "StudyChoice", "Studying", "question_of", "study_of"]
