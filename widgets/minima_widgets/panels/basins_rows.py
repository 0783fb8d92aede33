"""Whose basins are drawn: a line of the race, another one beside it, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Choice
from minima_widgets.panels.explore_values import LineItem
from minima_widgets.panels.job_line import JobLine
from minima_widgets.panels.share_bar import ShareBar
from minima_widgets.panels.switches import SwitchLine
from minima_widgets.panels.texts import Line, Note
from minima_widgets.theme import Theme

__all__ = ["BasinsRows"]

NO_LINES = "There is nobody in the race: add a method, and its basins can be drawn."
NOBODY = ""


class BasinsRows(QWidget):
    """Reports `line_chosen` and `beside_chosen` (an id, or None), `difference_toggled` and `cancelled`."""

    line_chosen = Signal(int)
    beside_chosen = Signal(object)
    difference_toggled = Signal(bool)
    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.nothing = Note(theme, NO_LINES)
        self.line = Choice(theme, (), NOBODY, name="Basins of", tip="Whose basins are drawn on the map.")
        self.beside = Choice(theme, (), NOBODY, name="Beside", tip="Another line, whose map stands beside.")
        self.line.chosen.connect(lambda value: self.line_chosen.emit(int(value)))
        self.beside.chosen.connect(lambda value: self.beside_chosen.emit(int(value) if value else None))
        self.difference = SwitchLine(
            theme,
            "Only where they differ",
            tip="Colours the starts from which the two lines end differently.",
        )
        self.difference.toggled.connect(self.difference_toggled)
        self.job = JobLine(theme)
        self.job.cancelled.connect(self.cancelled)
        self.bar = ShareBar(theme, "Shares of the region")
        self.note = Note(theme)
        self._words: list[Line] = []
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        for row, (words, control) in enumerate((("of", self.line), ("beside", self.beside))):
            label = Line(theme, words, role="muted", size="small")
            label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            self._words.append(label)
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(control, row, 1)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.nothing)
        self._layout.addLayout(self._grid)
        for widget in (self.difference, self.job, self.bar, self.note):
            self._layout.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._fit()
        self.set_lines((), None)
        self.set_shares(())

    def set_lines(
        self,
        lines: Iterable[LineItem],
        line: int | None,
        beside: int | None = None,
        *,
        difference: bool = False,
    ) -> None:
        """Offer these lines of the race; show whose basins are drawn, and whose stand beside."""
        lines = tuple(lines)
        why_not = {str(item.id): item.why_not for item in lines if item.why_not}
        choices = tuple((str(item.id), item.name) for item in lines)
        self.line.set_choices(choices, why_not)
        self.line.set_value(NOBODY if line is None else str(line))
        others = tuple(choice for choice in choices if choice[0] != str(line))
        self.beside.set_choices(((NOBODY, "nobody"), *others), why_not)
        self.beside.set_value(NOBODY if beside is None else str(beside))
        self.nothing.setVisible(not lines)
        for part in (self.line, self.beside, *self._words):
            part.setVisible(bool(lines))
        self.difference.setVisible(beside is not None)
        self.difference.set_on(difference)

    def set_shares(self, shares: Iterable[tuple[str, str, float]], note: str = "") -> None:
        """Show how the region is divided: role, words, part of 1; and what to say about it."""
        self.bar.set_shares(shares)
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def _fit(self) -> None:
        self._layout.setSpacing(look.px(self._theme, 8))
        self._grid.setVerticalSpacing(look.px(self._theme, 6))
