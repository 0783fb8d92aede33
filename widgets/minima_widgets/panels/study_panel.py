"""The panel of studies: how often the race works, what restarts have found so far, facts of the landscape.

It is fed with plain values and reports gestures; what is worked out, and when, is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from minima_widgets.panels.sections import Column
from minima_widgets.panels.study_form import StudyRows
from minima_widgets.panels.study_live import FactsRows, RestartRows
from minima_widgets.panels.study_results import StudyHeadline, StudyResults
from minima_widgets.panels.study_values import (
    FactsState,
    Job,
    RestartsState,
    StudyForm,
    StudyItem,
    StudyOutcome,
    StudyRow,
)
from minima_widgets.theme import Theme

__all__ = [
    "FactsState",
    "Job",
    "RestartsState",
    "StudyForm",
    "StudyItem",
    "StudyOutcome",
    "StudyPanel",
    "StudyRow",
]


class StudyPanel(Column):
    """Everything that is counted instead of told.

    Signals: ``switched(id, on)`` of a line, ``starts_changed(n)``, ``tries_changed(n)``,
    ``cost_changed(unit, n)``, ``target_changed(loss or None)``, ``run_wanted()``, ``row_chosen(row)``,
    ``facts_wanted()``, ``cancelled(topic)`` with study or facts.
    """

    switched = Signal(int, bool)
    starts_changed = Signal(int)
    tries_changed = Signal(int)
    cost_changed = Signal(str, object)
    target_changed = Signal(object)
    run_wanted = Signal()
    row_chosen = Signal(int)
    facts_wanted = Signal()
    cancelled = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Study", parent)
        self.form = StudyRows(theme)
        self.headline = StudyHeadline(theme)
        self.results = StudyResults(theme)
        self.restarts = RestartRows(theme)
        self.facts = FactsRows(theme)
        study = self.add_section("study", "How often does it work?", wide=True)
        for part in (self.headline, self.form, self.results):
            study.add(part)
        self.add_section("restarts", "Restarts so far").add(self.restarts)
        self.add_section("facts", "Facts of this landscape").add(self.facts)
        form = self.form
        form.switched.connect(self.switched)
        form.starts_changed.connect(self.starts_changed)
        form.tries_changed.connect(self.tries_changed)
        form.cost_changed.connect(self.cost_changed)
        form.target_changed.connect(self.target_changed)
        form.run_wanted.connect(self.run_wanted)
        form.cancelled.connect(lambda: self.cancelled.emit("study"))
        self.headline.again_wanted.connect(self.run_wanted)
        self.results.chosen.connect(self.row_chosen)
        self.facts.asked.connect(self.facts_wanted)
        self.facts.cancelled.connect(lambda: self.cancelled.emit("facts"))
        self.set_restarts(())

    def set_form(self, form: StudyForm) -> None:
        """Show what a study would do if it ran now."""
        self.form.set_form(form)

    def set_job(self, job: Job) -> None:
        """Show how far a study has come, or that none runs."""
        self.form.set_job(job)

    def set_outcome(self, outcome: StudyOutcome) -> None:
        """Show what a study came to."""
        self.headline.set_outcome(outcome)
        self.results.set_outcome(outcome)

    def set_restarts(self, states: Iterable[RestartsState]) -> None:
        """Show what restarts have found so far; with none, the section goes."""
        states = tuple(states)
        self.restarts.set_states(states)
        section = self.section("restarts")
        if section.isHidden() != (not states):
            section.setVisible(bool(states))

    def set_facts(self, state: FactsState) -> None:
        """Show facts of the landscape, or that they can be worked out; new ones from the first on."""
        waited = not self.facts.job.isHidden()
        self.facts.set_state(state)
        if waited and state.sentences and not state.job.sentence:
            QTimer.singleShot(0, self, self._show_facts)

    def _show_facts(self) -> None:
        self.show_section("facts")
        self.area.verticalScrollBar().setValue(self.section("facts").y())
