"""How often does it work: studies of the race, facts of the landscape, and what restarts have found so far.

A study runs on a thread of its own while the race goes on. Its result stays, with what it was run with, until
another one has run; where the race has changed since, that is said.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import msgspec
from PySide6.QtCore import QObject, QTimer

from minima_core.scene import Findings, StudyLine, empty_chart, study_scene
from minima_core.scene.words import whole
from minima_desktop.analyst import Analyst
from minima_desktop.hub import Hub
from minima_desktop.restarting import Restarting
from minima_desktop.study_work import Question, estimate, find_facts, question_of, run_study

if TYPE_CHECKING:
    from minima_core.studies import Estimate, Facts, Study
    from minima_widgets.chart_view import ChartView
    from minima_widgets.panels.study_panel import StudyPanel

LANES = {"study": "studies", "facts": "facts", "estimate": "estimates"}
SETTLE_SECONDS = 0.3
"""How long numbers have kept still before it is estimated what they cost."""
CHART = "study-chart"
"""The tab of the chart; the panel is called “study”."""


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
        self._restarting = Restarting(hub)
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
        self._problem = ""
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

    def study_of(self, digest: str) -> Study | None:
        """The last study that has run, if it was of this landscape."""
        return self._study if self._ran is not None and self._ran.digest == digest else None

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
                self._hub.projector.findings = self.findings(self._hub.inquiries.findings)
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
        states = self._restarting.states()
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
            states,
        )
        if told == self._told:
            return
        self.show()
        self._told = told

    def tell(self, verdicts: dict[int, str]) -> dict[int, str]:
        """Returns what is said of each line, and of those that restart what they have met."""
        return self._restarting.tell(verdicts)

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
        words = "Trying" if cost is None else f"Running {whole(cost.runs)} tries"
        panel.set_job(Job(problem=self._problem) if share is None else Job(words, share or None))
        if self._study is not None and self._ran is not None:
            stale = ""
            if question is None:
                stale = "Nobody is in the race now."
            elif not self.busy:
                stale = studyfeed.difference_words(self._ran, question)
            again = question is not None
            panel.set_outcome(studyfeed.outcome_of(self._study, self._ran.lines, stale, again=again))
        panel.set_restarts(self._restarting.states())
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
        preparing = hub.preparer.preparation
        if question is None or hub.engine.compiling or preparing.doing or self.busy:
            return  # what is measured beside other work takes longer than it will
        now = time.perf_counter()
        if question.cost != self._wanted:
            self._wanted, self._wanted_since = question.cost, now
        elif now - self._wanted_since > SETTLE_SECONDS:
            land = hub.session.landscape
            self._analyst.ask("estimate", question.cost, partial(estimate, land, question))
