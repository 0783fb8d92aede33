"""One setting of a method: its symbol, the control that fits it, and one sentence that says what it does.

Rates get a logarithmic slider with a value that can be typed, fractions a linear one, counts whole numbers;
the rest are switches and choices. What is typed out of range changes nothing: a sentence says what would be
right.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.bubbles import ExplainedText
from minima_widgets.panels.controls import Button, Choice, Field, Line, Note, Switch, keeps_key
from minima_widgets.panels.numbers import count, format_number, parse_number
from minima_widgets.panels.slider import Scale, ValueSlider
from minima_widgets.theme import Theme

__all__ = ["NumberControl", "NumberField", "SettingEditor", "SettingRow", "SettingsList"]

Value = float | int | bool | str


@dataclass(frozen=True)
class SettingRow:
    """What a panel needs to know of one setting.

    Attributes
    ----------
    name, symbol, meaning
        ``"lr"``, ``"η"``, and one sentence.
    value, default
        A number, a switch's bool, a choice's value, or a nested method's name; `default` offers the way back.
    lower, upper
        The range that is allowed, ends included; infinite ends are fine.
    scale
        ``"linear"``, ``"log"``, ``"integer"``, ``"switch"``, ``"choice"`` or ``"method"``.
    choices
        Of a choice or a nested method: pairs of value and title.
    inner
        The settings of the nested method; they report themselves as ``"<name>.<inner name>"``.
    live
        Moves by itself while a run goes on (the temperature of annealing), and can be held and moved by hand.
    more
        Seldom needed: stands behind “More settings”.
    """

    name: str
    symbol: str
    meaning: str
    value: Value
    lower: float = 0.0
    upper: float = 1.0
    scale: str = "linear"
    choices: tuple[tuple[str, str], ...] = ()
    default: Value | None = None
    inner: tuple[SettingRow, ...] = ()
    live: bool = False
    more: bool = False


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
        self.slider = ValueSlider(theme, self._scale, value, row.name)
        self.field = NumberField(theme, row.name, value, row.lower, row.upper, whole=row.scale == "integer")
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


class SettingEditor(QWidget):
    """The row of one setting; `changed` carries its name, its new value and whether the gesture is over."""

    changed = Signal(str, object, bool)

    def __init__(self, theme: Theme, row: SettingRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row = row
        self.inner: SettingsList | None = None
        self.symbol = Line(theme, row.symbol or row.name, size="formula")
        self.symbol.setToolTip(look.tip(f"{row.name}: {row.meaning}"))
        self.control = self._make_control()
        self.meaning = ExplainedText(theme, row.meaning, role="muted", quiet=True)
        self.meaning.acted.connect(self._go_back)
        self.problem = Note(theme, role="error")
        self.problem.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        alignment = Qt.AlignmentFlag.AlignRight if isinstance(self.control, Switch) else Qt.AlignmentFlag(0)
        grid.addWidget(self.symbol, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.control, 0, 1, alignment | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.meaning, 1, 0, 1, 2)
        grid.addWidget(self.problem, 2, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        self._grid = grid
        self._offer_default()
        self._fit()
        if row.scale == "method":
            self._nest()

    @property
    def row(self) -> SettingRow:
        """What is shown."""
        return self._row

    def set_row(self, row: SettingRow) -> None:
        """Show new values of the same setting, leaving alone what somebody is at."""
        old, self._row = self._row, row
        self._offer_default()
        if row.value != old.value or not isinstance(self.control, Switch | Choice):
            self._show(row.value)
        if row.scale == "method" and row.inner != old.inner:
            if self.inner is not None and self.inner.fits(row.inner):
                self.inner.set_rows(row.inner)
            else:
                self._nest()

    def show_value(self, value: Value) -> None:
        """Show a value that moved by itself."""
        self._show(value)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def _make_control(self) -> QWidget:
        row, theme = self._row, self._theme
        if row.scale == "switch":
            switch = Switch(theme, row.name)
            switch.setChecked(bool(row.value))
            switch.toggled.connect(lambda on: self.changed.emit(row.name, on, True))
            return switch
        if row.scale in {"choice", "method"}:
            choice = Choice(theme, row.choices, str(row.value), name=row.name, tip=row.meaning)
            choice.chosen.connect(lambda value: self.changed.emit(row.name, value, True))
            return choice
        control = NumberControl(theme, row)
        control.changed.connect(self._moved)
        control.refused.connect(self._refused)
        return control

    def _moved(self, value: float, finished: bool) -> None:
        whole = self._row.scale == "integer"
        self.changed.emit(self._row.name, int(value) if whole else value, finished)

    def _offer_default(self) -> None:
        """Offer the way back behind the sentence, while the value is another."""
        row = self._row
        default = row.default
        if default is None or default == row.value or isinstance(self.control, Switch | Choice):
            self.meaning.set_text(row.meaning)
        else:
            self.meaning.set_text(row.meaning, f"Back to {format_number(float(default), 4)}")

    def _go_back(self) -> None:
        default = self._row.default
        if isinstance(self.control, NumberControl) and isinstance(default, int | float):
            self.control.field.step(float(default))

    def _refused(self, sentence: str) -> None:
        if isinstance(self.control, NumberControl):
            look.set_property(self.control.field, "wrong", bool(sentence))
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _show(self, value: Value) -> None:
        control = self.control
        if isinstance(control, Switch):
            blocked = control.blockSignals(True)
            control.setChecked(bool(value))
            control.blockSignals(blocked)
            control.update()
        elif isinstance(control, Choice):
            control.set_value(str(value))
        elif isinstance(control, NumberControl):
            control.set_value(float(value))

    def _nest(self) -> None:
        """Show the settings of the nested method below its choice."""
        if self.inner is not None:
            self._grid.removeWidget(self.inner)
            self.inner.hide()
            self.inner.deleteLater()
            self.inner = None
        if not self._row.inner:
            return
        self.inner = SettingsList(self._theme, self._row.inner)
        self.inner.setContentsMargins(look.px(self._theme, 12), 4, 0, 0)
        self.inner.changed.connect(
            lambda name, value, finished: self.changed.emit(f"{self._row.name}.{name}", value, finished)
        )
        self._grid.addWidget(self.inner, 3, 0, 1, 2)

    def _fit(self) -> None:
        self.symbol.setFixedWidth(
            look.px(self._theme, 46 if not isinstance(self.control, Switch | Choice) else 110)
        )


class SettingsList(QWidget):
    """The settings of one method, one below the other, the seldom needed ones behind “More settings”."""

    changed = Signal(str, object, bool)

    def __init__(self, theme: Theme, rows: tuple[SettingRow, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._editors: dict[str, SettingEditor] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(look.px(theme, 10))
        self._rows = rows
        for row in rows:
            if not row.more:
                self._layout.addWidget(self._edit(row))
        self._rest: QWidget | None = None
        if any(row.more for row in rows):
            self._offer_more()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def fits(self, rows: tuple[SettingRow, ...]) -> bool:
        """Tell whether `rows` are the same settings with the same controls."""
        return [_kind(row) for row in rows] == [_kind(row) for row in self._rows]

    def set_rows(self, rows: tuple[SettingRow, ...]) -> None:
        """Show new values; `rows` must fit."""
        self._rows = rows
        for row in rows:
            editor = self._editors.get(row.name)
            if editor is not None:
                editor.set_row(row)

    def show_value(self, name: str, value: Value) -> None:
        """Show a value that moved by itself."""
        editor = self._editors.get(name)
        if editor is not None:
            editor.show_value(value)

    def editor(self, name: str) -> SettingEditor | None:
        """Return the row of the setting `name`, if it is on show."""
        return self._editors.get(name)

    def show_more(self) -> None:
        """Show the seldom needed settings too."""
        if self._rest is not None:
            return
        self._rest = QWidget()
        inside = QVBoxLayout(self._rest)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(self._layout.spacing())
        for row in self._rows:
            if row.more:
                inside.addWidget(self._edit(row))
        self._layout.addWidget(self._rest)
        self._more.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self._layout.setSpacing(look.px(theme, 10))
        look.pass_on(self, theme)

    def _edit(self, row: SettingRow) -> SettingEditor:
        editor = SettingEditor(self._theme, row)
        editor.changed.connect(self.changed)
        self._editors[row.name] = editor
        return editor

    def _offer_more(self) -> None:
        names = [row.symbol or row.name for row in self._rows if row.more]
        self._more = Button(
            self._theme, "More settings", icon="chevron-right", kind="quiet", tip=f"Show {', '.join(names)}."
        )
        self._more.clicked.connect(self.show_more)
        self._more.setStyleSheet("QPushButton { padding: 3px 0; text-align: left; }")
        self._layout.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)


def _kind(row: SettingRow) -> tuple[object, ...]:
    """Return what decides the control of a setting, its value left out."""
    return (row.name, row.scale, row.lower, row.upper, row.choices, row.live, row.more)
