"""A number to slide and to type; what is typed out of range changes nothing and is told in a sentence."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import keeps_key
from minima_widgets.panels.lines import SettingRow
from minima_widgets.panels.numbers import count, format_number, parse_number
from minima_widgets.panels.slider import Scale, ValueSlider
from minima_widgets.panels.texts import Field
from minima_widgets.theme import Theme

__all__ = ["NumberControl", "NumberField"]


class NumberField(Field):
    """A field for one number in a range; `entered` carries a new value, `refused` a sentence."""

    entered = Signal(float)
    refused = Signal(str)

    def __init__(
        self, theme: Theme, name: str, value: float, lower: float, upper: float, *, whole: bool = False
    ) -> None:
        super().__init__(theme, name)
        self._lower, self._upper, self._whole = lower, upper, whole
        self._value = value
        self._name = name
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setToolTip(look.tip(f"Type a number {self._range()}."))
        self.setStyleSheet("QLineEdit { padding: 2px 6px; }")
        self.show_text(self._words(value))
        self.left.connect(self._read)

    def value(self) -> float:
        """Return the number that was entered or shown last."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show `value`, unless somebody is typing."""
        if value != self._value or not self.isModified():
            self._value = value
            self.show_text(self._words(value))

    def step(self, value: float) -> None:
        """Take `value` as if it had been typed."""
        self._value = value
        self.setModified(False)
        self.show_text(self._words(value))
        self.entered.emit(value)

    def _words(self, value: float) -> str:
        return count(int(value)) if self._whole else format_number(value, 4)

    def _range(self) -> str:
        low, high = self._lower > float("-inf"), self._upper < float("inf")
        if low and high:
            return f"between {self._words(self._lower)} and {self._words(self._upper)}"
        if low:
            return f"from {self._words(self._lower)} up"
        return f"up to {self._words(self._upper)}" if high else "of any size"

    def _read(self) -> None:
        """Take what was typed, or say what would be right and keep the old value."""
        if not self.isModified():
            return
        typed = self.text().strip()
        value = parse_number(typed)
        if value is None:
            problem = f"“{typed}” is not a number; one looks like 0.01 or 1e-3."
        elif self._whole and value != int(value):
            problem = f"{self._name} is a whole number; {typed} is not."
        elif not self._lower <= value <= self._upper:
            problem = f"{self._name} lies {self._range()}; {typed} does not."
        else:
            self.setModified(False)
            changed = value != self._value
            self._value = value
            self.show_text(self._words(value))
            self.refused.emit("")
            if changed:
                self.entered.emit(value)
            return
        self.give_back()
        self.refused.emit(f"{problem} It stays {self._words(self._value)}.")


class NumberControl(QWidget):
    """A slider and a field for one number; `changed` carries it and whether the gesture is over."""

    changed = Signal(float, bool)
    refused = Signal(str)

    def __init__(self, theme: Theme, row: SettingRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        value = float(row.value)
        default = row.default if isinstance(row.default, int | float) else value
        self._scale = Scale(row.lower, row.upper, row.scale, float(default) or value)
        name = row.title or row.name
        self.slider = ValueSlider(theme, self._scale, value, name)
        self.field = NumberField(theme, name, value, row.lower, row.upper, whole=row.scale == "integer")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.field)
        self.slider.moved.connect(self._slid)
        self.field.entered.connect(self._typed)
        self.field.refused.connect(self.refused)
        self.field.installEventFilter(self)
        self._fit()

    @property
    def busy(self) -> bool:
        """Whether somebody is at it at this moment."""
        return self.slider.busy or self.field.isModified()

    def set_value(self, value: float) -> None:
        """Show `value`, without a signal, unless somebody is at it."""
        if not self.busy:
            self.slider.set_value(value)
            self.field.set_value(value)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Step with the arrows while the keyboard is in the field."""
        if watched is self.field and keeps_key(event, {Qt.Key.Key_Up, Qt.Key.Key_Down}):
            return True
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            way = {Qt.Key.Key_Up: 1.5, Qt.Key.Key_Down: -1.5}.get(Qt.Key(event.key()))
            if way is not None:
                self.field.step(self._scale.stepped(self.slider.value(), way))
                return True
        return False

    def _fit(self) -> None:
        self.field.setFixedWidth(look.px(self._theme, 66))

    def _slid(self, value: float, finished: bool) -> None:
        self.field.setModified(False)
        self.field.set_value(value)
        self.refused.emit("")
        self.changed.emit(value, finished)

    def _typed(self, value: float) -> None:
        self.slider.set_value(value)
        self.changed.emit(value, True)
