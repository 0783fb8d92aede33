"""The hand on the temperature of annealing: hold it where it is, raise it, and let it go again.

It is made of ordinary settings that are flagged live: ``temperature`` (a number that moves by itself) and,
beside it, the switch ``hold``. Moving the temperature by hand holds it.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Switch
from minima_widgets.panels.lines import SettingRow
from minima_widgets.panels.number_control import NumberControl
from minima_widgets.panels.texts import Line, Note
from minima_widgets.theme import Theme

__all__ = ["TemperatureControl"]


class TemperatureControl(QFrame):
    """A block with the temperature's slider and the switch that holds it; `changed` as a setting's."""

    changed = Signal(str, object, bool)

    def __init__(
        self, theme: Theme, temperature: SettingRow, hold: SettingRow | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._temperature = temperature
        self._hold = hold
        self.setProperty("raised", True)
        self.number = NumberControl(theme, temperature)
        self.switch = Switch(theme, "hold the temperature")
        self.switch.setChecked(bool(hold.value) if hold else False)
        self.switch.setVisible(hold is not None)
        tip = "Hold the temperature where it is; off lets it fall again."
        self.switch.setToolTip(look.tip(hold.meaning if hold and hold.meaning else tip))
        self._title = Line(theme, "Temperature by hand", size="bold")
        self._held = Line(theme, "hold", role="muted", size="small")
        self._held.setVisible(hold is not None)
        self._note = Note(theme, temperature.meaning or "Raise it and the walk climbs out of its well.")
        self._problem = Note(theme, role="error")
        self._problem.hide()
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self._title, 1)
        top.addWidget(self._held)
        top.addWidget(self.switch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 9)
        layout.setSpacing(3)
        layout.addLayout(top)
        layout.addWidget(self.number)
        layout.addWidget(self._note)
        layout.addWidget(self._problem)
        self.number.changed.connect(self._moved)
        self.number.refused.connect(self._refused)
        self.switch.toggled.connect(self._switched)

    def set_rows(self, temperature: SettingRow, hold: SettingRow | None) -> None:
        """Show new values."""
        self._temperature, self._hold = temperature, hold
        self.show_value(float(temperature.value))
        if hold is not None:
            self._show_hold(bool(hold.value))

    def show_value(self, temperature: float) -> None:
        """Show a temperature that moved by itself."""
        self.number.set_value(temperature)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)

    def _moved(self, value: float, finished: bool) -> None:
        if self._hold is not None and not self.switch.isChecked():
            self._show_hold(True)
            self.changed.emit(self._hold.name, True, False)
        self.changed.emit(self._temperature.name, value, finished)

    def _switched(self, on: bool) -> None:
        if self._hold is not None:
            if on:
                # Held where it is: the value that moved by itself becomes a setting.
                self.changed.emit(self._temperature.name, self.number.slider.value(), False)
            self.changed.emit(self._hold.name, on, True)

    def _refused(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def _show_hold(self, on: bool) -> None:
        blocked = self.switch.blockSignals(True)
        self.switch.setChecked(on)
        self.switch.blockSignals(blocked)
        self.switch.update()
