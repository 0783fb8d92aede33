"""The claims clinic: sentences of texts for learners, each of which can be run, judged and kept as a card.

It is fed with plain values and reports what a person does; what is run, and what came out, is decided
elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.clinic_page import ClaimPage
from minima_widgets.panels.clinic_values import ClaimState, Entry, Job, Outcome
from minima_widgets.panels.column_area import column_area
from minima_widgets.panels.controls import keeps_press
from minima_widgets.panels.learn_kept import KeptStrip
from minima_widgets.panels.learn_rows import Rows
from minima_widgets.panels.sections import Inside
from minima_widgets.panels.texts import Note
from minima_widgets.theme import Theme

__all__ = ["ClaimState", "ClinicPanel", "Entry", "Job", "Outcome"]

INTRODUCTION = "What texts for learners say about minima. Each sentence can be run: see what comes out."


class ClinicPanel(QWidget):
    """Claims.

    Signals: ``claim_chosen(name)`` from the list; ``asked(act)`` with run, stop, open, save, back, next or
    leave, and ``repair_wanted(k)``, from a claim; ``return_wanted()`` from what is kept.
    """

    claim_chosen = Signal(str)
    asked = Signal(str)
    repair_wanted = Signal(int)
    return_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.kept = KeptStrip(theme)
        self.note = Note(theme, INTRODUCTION)
        self.rows = Rows(theme, "Claims")
        self.claim = ClaimPage(theme)
        inside = Inside()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 2, 4)
        column.addWidget(self.rows)
        column.addStretch(1)
        self.area = column_area(inside)
        self._list = QWidget()
        listed = QVBoxLayout(self._list)
        listed.setContentsMargins(0, 2, 0, 0)
        listed.setSpacing(6)
        listed.addWidget(self.note)
        listed.addWidget(self.area, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._list)
        self._pages.addWidget(self.claim)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.kept)
        layout.addWidget(self._pages, 1)
        self.setAccessibleName("Claims clinic")
        self.setMinimumWidth(look.px(theme, 240))
        self.rows.chosen.connect(self.claim_chosen)
        self.rows.walked.connect(
            lambda top, high: self.area.ensureVisible(0, round(top + high / 2), 0, round(high / 2) + 4)
        )
        self.claim.asked.connect(self.asked)
        self.claim.repair_wanted.connect(self.repair_wanted)
        self.kept.return_wanted.connect(self.return_wanted)

    def show_list(self, entries: Iterable[Entry]) -> None:
        """Show all claims; those that were run say what came out."""
        self.rows.set_entries(entries)
        self._pages.setCurrentWidget(self._list)

    def show_claim(self, state: ClaimState) -> None:
        """Show a claim."""
        self.claim.set_state(state)
        self._pages.setCurrentWidget(self.claim)

    @property
    def in_claim(self) -> bool:
        """Whether one claim is shown, and not the list."""
        return self._pages.currentWidget() is self.claim

    def take_keyboard(self) -> None:
        """Have the keyboard where it is of use."""
        if self.in_claim:
            self.claim.take_keyboard()
        else:
            self.rows.setFocus(Qt.FocusReason.TabFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self.setMinimumWidth(look.px(theme, 240))
        look.pass_on(self, theme)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the button that has the keyboard."""
        return keeps_press(event) or super().event(event)
