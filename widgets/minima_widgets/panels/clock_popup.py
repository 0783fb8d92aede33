"""The card that says what a race is measured in: steps, evaluations at a price, or computing time."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from minima_widgets.panels.numbers import format_number, parse_number
from minima_widgets.panels.radio_list import RadioItem, RadioList
from minima_widgets.panels.texts import Field, Line, Note
from minima_widgets.panels.time_popups import Popup
from minima_widgets.theme import Theme

__all__ = ["ClockPopup"]

UNITS = (
    RadioItem("steps", "Steps", "Every method gets as many steps as the others, whatever a step costs."),
    RadioItem(
        "evaluations",
        "Evaluations",
        "Every method may evaluate the loss as often as the others; gradients and Hessians have their price.",
    ),
    RadioItem(
        "time",
        "Computing time",
        "Every method computes as long as the others, measured on this machine: never quite the same twice.",
    ),
)
PRICES = (
    ("gradient", "Price of a gradient", "What a gradient costs besides the value, in evaluations."),
    ("hessian", "Price of a Hessian", "What a Hessian costs, in evaluations."),
)
HIGHEST = 1e6


class ClockPopup(Popup):
    """Signal: `chosen` (the unit, the price of a gradient, that of a Hessian)."""

    chosen = Signal(str, float, float)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._unit, self._prices = "steps", {"gradient": 1.0, "hessian": 2.0}
        self._inside.addWidget(Line(theme, "The race is measured in", size="bold"))
        self.units = RadioList(theme, UNITS, "steps", "Clock")
        self.units.chosen.connect(self._choose)
        self._inside.addWidget(self.units)
        grid = QGridLayout()
        grid.setSpacing(6)
        self.fields: dict[str, Field] = {}
        for row, (name, title, tip) in enumerate(PRICES):
            self.fields[name] = field = Field(theme, title, tip=tip)
            field.editingFinished.connect(lambda name=name: self._price(name))
            grid.addWidget(Line(theme, title), row, 0)
            grid.addWidget(field, row, 1)
        self._inside.addLayout(grid)
        self.problem = Note(theme, role="error")
        self.problem.hide()
        self._inside.addWidget(self.problem)

    def open_at(self, anchor: QWidget, unit: str, gradient: float, hessian: float) -> None:
        """Show it with the present clock."""
        self._unit, self._prices = unit, {"gradient": gradient, "hessian": hessian}
        self.units.set_value(unit)
        self.problem.hide()
        self._show_prices()
        self._open(anchor, 360)

    def _show_prices(self) -> None:
        for name, field in self.fields.items():
            field.setText(format_number(self._prices[name], 6))
            field.setEnabled(self._unit == "evaluations")

    def _choose(self, unit: str) -> None:
        self._unit = unit
        self.units.set_value(unit)
        self._show_prices()
        self._fit()
        self._tell()

    def _price(self, name: str) -> None:
        field = self.fields[name]
        price = parse_number(field.text())
        if price is None or not 0 <= price <= HIGHEST:
            self.problem.setText(f"A price is a number from 0 to {format_number(HIGHEST)}, such as 1 or 2.5.")
            self.problem.show()
            self._fit()
        elif price != self._prices[name]:
            self.problem.hide()
            self._prices[name] = price
            self._tell()
        self._show_prices()

    def _tell(self) -> None:
        self.chosen.emit(self._unit, self._prices["gradient"], self._prices["hessian"])
