"""The region as numbers: from where to where each axis reaches."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.landscape_values import AxisRow
from minima_widgets.panels.number_control import NumberField
from minima_widgets.panels.numbers import format_number
from minima_widgets.panels.texts import Line, Note
from minima_widgets.theme import Theme

__all__ = ["RegionRows"]

_WIDEST = 1e300


class RegionRows(QWidget):
    """One line an axis; ``edited(axis, low, high)`` when an end was typed that makes sense."""

    edited = Signal(int, float, float)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[AxisRow, ...] = ()
        self._fields: list[tuple[NumberField, NumberField]] = []
        self._lines: list[QWidget] = []
        self.problem = Note(theme, role="error")
        self.problem.hide()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(7)
        self._grid.setVerticalSpacing(5)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def field(self, axis: int, end: int) -> NumberField:
        """Return the field of an end: 0 is the lower one, 1 the upper."""
        return self._fields[axis][end]

    def set_rows(self, rows: tuple[AxisRow, ...]) -> None:
        """Show these axes, leaving alone what somebody is typing."""
        same = [row.symbol for row in rows] == [row.symbol for row in self._rows]
        self._rows = rows
        if not same:
            self._make()
        for row, (low, high) in zip(rows, self._fields, strict=True):
            low.set_value(row.low)
            high.set_value(row.high)

    def set_problem(self, sentence: str) -> None:
        """Say what is wrong with the region, or nothing."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)

    def _make(self) -> None:
        for widget in self._lines:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._grid.removeWidget(self.problem)
        self._lines, self._fields = [], []
        for axis, row in enumerate(self._rows):
            symbol = Line(self._theme, row.symbol, size="formula")
            symbol.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            low = NumberField(self._theme, f"lower end of {row.symbol}", row.low, -_WIDEST, _WIDEST)
            high = NumberField(self._theme, f"upper end of {row.symbol}", row.high, -_WIDEST, _WIDEST)
            between = Line(self._theme, "to", role="muted", size="small")
            between.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            ends = (low, high)
            for end, field in enumerate(ends):
                field.setToolTip(look.tip(f"Type where {row.symbol} {'begins' if end == 0 else 'ends'}."))
                field.entered.connect(lambda value, axis=axis, end=end: self._take(axis, end, value))
                field.refused.connect(self.set_problem)
            for column, widget in enumerate((symbol, low, between, high)):
                self._grid.addWidget(widget, axis, column, Qt.AlignmentFlag.AlignVCenter)
                self._lines.append(widget)
            self._fields.append(ends)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        self._grid.addWidget(self.problem, len(self._rows), 0, 1, 4)

    def _take(self, axis: int, end: int, value: float) -> None:
        row = self._rows[axis]
        low, high = (value, row.high) if end == 0 else (row.low, value)
        if not low < high:
            self._fields[axis][end].set_value(row.low if end == 0 else row.high)
            self.set_problem(
                f"{row.symbol} must begin below where it ends: {format_number(low, 4)} is not below "
                f"{format_number(high, 4)}. It stays as it was."
            )
            return
        self.set_problem("")
        self.edited.emit(axis, low, high)
