"""All minima: what is known and how sure it is, and a table to choose from."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.bubbles import ExplainedText
from minima_widgets.panels.controls import Button
from minima_widgets.panels.explore_values import Job, MinimumRow, ProofState
from minima_widgets.panels.job_line import JobLine
from minima_widgets.panels.numbers import format_number
from minima_widgets.panels.table import Cells, Heading, Table
from minima_widgets.panels.texts import Picture
from minima_widgets.theme import Theme

__all__ = ["MinimaRows", "percent"]

FIRST_SHOWN = 12
"""Rows that are shown at once; the others come when they are asked for."""

_SEALS = {
    "proved": ("check", "good"),
    "partly": ("info", "warning"),
    "searched": ("search", "muted"),
    "failed": ("warning", "error"),
    "none": ("search", "muted"),
    "searching": ("search", "muted"),
}
_EMPTY = "Not searched yet."
_HEADINGS = (
    Heading("kind", "Global, local, or on the border: a minimum of this region only.", True),
    Heading("value", "The loss there."),
    Heading("above", "How far it lies above the lowest.", gives_way=4),
    Heading("share", "From how much of the region it is reached, by the line whose basins are drawn."),
    Heading(
        "climb", "Prominence: how far one must climb to the pass that leads to lower ground.", gives_way=2
    ),
    Heading("reach", "Isolation: how far it is to the nearest lower ground.", gives_way=3),
)


class MinimaRows(QWidget):
    """Signals: ``selected(i)`` by click or arrow, ``pointed(i)`` (−1: none), ``asked()``, ``cancelled()``."""

    selected = Signal(int)
    pointed = Signal(int)
    asked = Signal()
    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[MinimumRow, ...] = ()
        self._proof = ProofState()
        self._all = False
        self.seal = Picture(theme)
        self.sentence = ExplainedText(theme, _EMPTY)
        self.job = JobLine(theme)
        self.ask = Button(theme, "Find them all", icon="search", tip="Search for every minimum, with proof")
        self.table = Table(theme, _HEADINGS, "Minima")
        self.more = Button(theme, "", kind="link", tip="Show all rows of the table")
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(7)
        head.addWidget(self.seal, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.sentence, 1)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addLayout(head)
        for widget in (self.job, self.ask, self.table):
            self._layout.addWidget(widget)
        self._layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.table.chosen.connect(self.selected)
        self.table.pointed.connect(self.pointed)
        self.job.cancelled.connect(self.cancelled)
        self.ask.clicked.connect(self.asked)
        self.more.clicked.connect(self._show_all)
        self._fit()
        self.set_proof(self._proof)
        self._fill()

    def set_proof(self, proof: ProofState) -> None:
        """Show how sure the list is, and how far a search has come."""
        self._proof = proof
        icon, role = _SEALS.get(proof.state, _SEALS["searched"])
        self.seal.show_icon(icon, role)
        searching = proof.state == "searching"
        self.job.set_job(Job(proof.sentence or "Searching", proof.share) if searching else Job())
        self.sentence.set_text(proof.sentence or _EMPTY)
        for part in (self.seal, self.sentence):
            part.setVisible(not searching)
        self.ask.setVisible(proof.state == "none")

    def set_rows(self, rows: Iterable[MinimumRow], selected: int = -1) -> None:
        """Show these minima, the lowest first; `selected` is the one that is looked at."""
        rows = tuple(rows)
        if len(rows) != len(self._rows):
            self._all = False
        self._rows = rows
        if selected >= FIRST_SHOWN:
            self._all = True
        self._fill()
        self.table.set_current(selected)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def _fit(self) -> None:
        self._layout.setSpacing(look.px(self._theme, 7))

    def _show_all(self) -> None:
        self._all = True
        self._fill()

    def _fill(self) -> None:
        shown = self._rows if self._all else self._rows[:FIRST_SHOWN]
        self.table.set_rows([_cells(row) for row in shown])
        self.table.setVisible(bool(shown))
        hidden = len(self._rows) - len(shown)
        self.more.setText(f"Show all {len(self._rows)}")
        self.more.setVisible(hidden > 0)


def _cells(row: MinimumRow) -> Cells:
    place = ", ".join(format_number(number, 4) for number in row.position)
    where = f"At ({place})." if place else ""
    sure = "Proved." if row.proved else "Found by a search; not proved."
    return Cells(
        (
            row.kind,
            format_number(row.value),
            format_number(row.gap) if row.gap else "0",
            "–" if row.share is None else percent(row.share),
            "–" if row.prominence is None else format_number(row.prominence),
            "–" if row.isolation is None else format_number(row.isolation),
        ),
        role=row.role,
        ringed=row.kind == "global",
        strong=row.kind == "global",
        tip=f"{where} {sure}".strip(),
    )


def percent(share: float) -> str:
    """Return a share as per cent with one decimal, as `12.5 %`; tiny shares are never 0.

    Examples
    --------
    >>> percent(0.125), percent(0.0), percent(0.0001), percent(1.0)
    ('12.5 %', '0 %', '< 0.1 %', '100 %')
    """
    if 0 < share < 0.0005:
        return "< 0.1 %"
    return f"{share * 100:.1f}".removesuffix(".0") + " %"
