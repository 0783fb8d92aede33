"""Marbles: thousands of starts at once, rolling down or jittering at a temperature."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Button
from minima_widgets.panels.explore_values import MarblesState
from minima_widgets.panels.lines import SettingRow
from minima_widgets.panels.minima_rows import percent
from minima_widgets.panels.number_control import NumberField
from minima_widgets.panels.segments import Segments
from minima_widgets.panels.setting_row import SettingsList
from minima_widgets.panels.table import Cells, Heading, Table
from minima_widgets.panels.texts import Line, Note
from minima_widgets.theme import Theme

__all__ = ["MarblesRows"]

MOST_MARBLES = 1_000_000
_KINDS = (
    ("none", "Off", "No marbles."),
    ("descent", "Descend", "Each rolls straight downhill and stays in the well where it ends."),
    ("annealing", "Anneal", "Each jitters at a temperature: hot ones climb out of wells, cold ones settle."),
)
_INVITATION = "Throw thousands of starts at once, and watch where they end."


class MarblesRows(QWidget):
    """Signals: ``kind_chosen(kind)``, ``count_changed(count)``, ``temperature_changed(value, finished)``.

    ``thrown()`` when they are to be thrown anew.
    """

    kind_chosen = Signal(str)
    count_changed = Signal(int)
    temperature_changed = Signal(float, bool)
    thrown = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = MarblesState()
        self.kind = Segments(theme, _KINDS, "none", name="Marbles")
        self.kind.chosen.connect(self.kind_chosen)
        self.count = NumberField(theme, "The number of marbles", 10_000, 1, MOST_MARBLES, whole=True)
        self.count.entered.connect(lambda value: self.count_changed.emit(int(value)))
        self.count.refused.connect(self._refuse)
        self.throw = Button(theme, icon="dice", tip="Throw all marbles anew")
        self.throw.clicked.connect(self.thrown)
        self._how_many = QWidget()
        row = QHBoxLayout(self._how_many)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        words = Line(theme, "number", role="muted", size="small")
        words.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row.addWidget(words)
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.throw)
        self.problem = Note(theme, role="error")
        self.problem.hide()
        self.temperature: SettingsList | None = None
        self.note = Note(theme, _INVITATION)
        self.table = Table(
            theme,
            (
                Heading("basin", "The minimum that a marble is nearest to going downhill.", True),
                Heading("marbles", "The part of the marbles that is there now."),
                Heading("exp(−f/T)", "The part that would be there after a long time at this temperature."),
            ),
            "Marbles in each basin",
        )
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.kind, self._how_many, self.problem, self.note, self.table):
            self._layout.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._fit()
        self.set_state(self._state)

    def set_state(self, state: MarblesState) -> None:
        """Show what the marbles do; it may be called many times a second."""
        self._state = state
        self.kind.set_value(state.kind)
        self.count.set_value(state.count)
        rolling = state.kind != "none"
        self.throw.setVisible(rolling)
        self._warm(state)
        self.note.setText(state.sentence or _INVITATION)
        expected = dict(state.expected)
        self.table.set_rows(
            [
                Cells(
                    (
                        f"no. {k + 1}" if role != "basin:none" else "none",
                        percent(share),
                        percent(expected[role]) if role in expected else "–",
                    ),
                    role=role,
                )
                for k, (role, share) in enumerate(state.shares)
            ]
            if rolling
            else []
        )
        self.table.setVisible(rolling and bool(state.shares))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def _warm(self, state: MarblesState) -> None:
        """Have a slider of the temperature while there is one."""
        rows = (
            SettingRow(
                "temperature",
                "T",
                "How high a marble may climb by chance, in units of the loss.",
                state.temperature,
                min(state.lower, state.temperature),
                max(state.upper, state.temperature),
                "log",
            ),
        )
        wanted = state.kind == "annealing"
        fits = self.temperature is not None and (self.temperature.busy or self.temperature.fits(rows))
        if self.temperature is not None and not (wanted and fits):
            self._layout.removeWidget(self.temperature)
            self.temperature.hide()
            self.temperature.deleteLater()
            self.temperature = None
        if wanted and self.temperature is None:
            self.temperature = SettingsList(self._theme, rows)
            self.temperature.changed.connect(self._report)
            self._layout.insertWidget(self._layout.indexOf(self.note), self.temperature)
        elif self.temperature is not None and self.temperature.fits(rows):
            self.temperature.set_rows(rows)

    def _report(self, _name: str, value: object, finished: bool) -> None:
        assert isinstance(value, int | float)
        self.temperature_changed.emit(float(value), finished)

    def _refuse(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _fit(self) -> None:
        self._layout.setSpacing(look.px(self._theme, 8))
        self.count.setFixedWidth(look.px(self._theme, 78))
