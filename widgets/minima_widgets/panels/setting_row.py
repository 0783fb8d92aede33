"""One setting of a method: name and symbol, the control that fits it, and one sentence that explains it.

Rates get a logarithmic slider with a value that can be typed, fractions a linear one, counts whole numbers;
the rest are switches and choices. What is typed out of range changes nothing: a sentence says what would be
right.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.bubbles import ExplainedText
from minima_widgets.panels.controls import Button, Choice, Switch
from minima_widgets.panels.lines import SettingRow, Value
from minima_widgets.panels.number_control import NumberControl
from minima_widgets.panels.numbers import format_number
from minima_widgets.panels.texts import Note
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

REFUSAL_MS = 6000
"""How long a refused value is explained: long enough to read it twice."""

__all__ = ["SettingEditor", "SettingsList"]


class SettingEditor(QWidget):
    """The row of one setting; `changed` carries its name, its new value and whether the gesture is over."""

    changed = Signal(str, object, bool)

    def __init__(self, theme: Theme, row: SettingRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row = row
        self.inner: SettingsList | None = None
        self.label = _Label(theme, row.title or row.name.replace("_", " "), row.symbol)
        self.label.setToolTip(look.tip(f"{row.name}: {row.meaning}"))
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
        grid.addWidget(self.label, 0, 0, Qt.AlignmentFlag.AlignVCenter)
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
        elif default == 0:
            self.meaning.set_text(row.meaning, "Back to 0")
        else:
            self.meaning.set_text(row.meaning, f"Back to the default, {format_number(float(default), 4)}")
        self.meaning.setVisible(bool(self.meaning.text() or self.meaning.link()))

    def _go_back(self) -> None:
        default = self._row.default
        if isinstance(self.control, NumberControl) and isinstance(default, int | float):
            self.control.field.step(float(default))

    def _refused(self, sentence: str) -> None:
        if isinstance(self.control, NumberControl):
            look.set_property(self.control.field, "wrong", bool(sentence))
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        if sentence:
            QTimer.singleShot(REFUSAL_MS, self.problem, self.problem.hide)

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
        if isinstance(self.control, Switch | Choice):
            self.label.set_width(self.label.sizeHint().width())

    def set_label_width(self, width: int) -> None:
        """Have the control begin there, below that of its neighbours."""
        if not isinstance(self.control, Switch | Choice):
            self.label.set_width(width)


class _Label(QWidget):
    """A setting's name, in two lines where it must, and behind it its symbol in the mathematics face.

    What follows “_” in a symbol is written as its index.
    """

    def __init__(self, theme: Theme, name: str, symbol: str) -> None:
        super().__init__()
        self._theme = theme
        self._name, self._symbol = name, "" if symbol == name else symbol
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{name} {self._symbol}".strip())

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._theme
        name, symbol = QFontMetricsF(look.body(theme)), QFontMetricsF(look.formula(theme))
        wide = name.horizontalAdvance(self._name) + 3 + self._symbol_width()
        return QSize(round(wide), round(max(name.height(), symbol.height())))

    def set_width(self, width: int) -> None:
        """Be so wide, and as high as the lines that the name then takes."""
        high = self.sizeHint().height()
        lines = self._lines(width)
        if len(lines) > 1:
            high = max(high, round(len(lines) * QFontMetricsF(look.body(self._theme)).lineSpacing()))
        self.setFixedSize(width, high)
        self.update()

    def _lines(self, width: float) -> list[str]:
        """Return the name in one line or two, the symbol's room kept free beside both."""
        return look.two_lines(look.body(self._theme), self._name, width - self._symbol_width())

    def _symbol_parts(self) -> tuple[tuple[str, QFont], tuple[str, QFont]]:
        """Return the symbol and its index, each with its font."""
        letter, _, index = self._symbol.partition("_")
        theme = self._theme
        return (letter, look.formula(theme)), (index, look.scaled(look.formula(theme), 0.72))

    def _symbol_width(self) -> float:
        """Return the room that the symbol takes, with the gap before it."""
        if not self._symbol:
            return 0.0
        parts = self._symbol_parts()
        return look.px(self._theme, 5) + sum(QFontMetricsF(f).horizontalAdvance(t) for t, f in parts)

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        body = look.body(theme)
        metrics = QFontMetricsF(body)
        lines = self._lines(self.width())
        base = self.height() / 2 + (metrics.ascent() - metrics.descent()) / 2
        base -= (len(lines) - 1) * metrics.lineSpacing() / 2
        painter.setFont(body)
        painter.setPen(theme.colour("text"))
        for k, line in enumerate(lines):
            painter.drawText(QPointF(0, base + k * metrics.lineSpacing()), line)
        base += (len(lines) - 1) * metrics.lineSpacing()
        at = metrics.horizontalAdvance(lines[-1]) + look.px(theme, 5)
        painter.setPen(theme.colour("muted"))
        for k, (text, font) in enumerate(self._symbol_parts()):
            painter.setFont(font)
            painter.drawText(QPointF(at, base + k * 0.25 * metrics.ascent()), text)
            at += QFontMetricsF(font).horizontalAdvance(text)


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
        self._align()

    def _align(self) -> None:
        """Have all sliders begin below each other, whatever the names before them."""
        numbers = [editor for editor in self._editors.values() if isinstance(editor.control, NumberControl)]
        widest = max((editor.label.sizeHint().width() for editor in numbers), default=0)
        most = min(look.px(self._theme, 112), round(self.width() * 0.38)) if self.isVisible() else widest
        for editor in numbers:
            editor.set_label_width(min(max(widest, look.px(self._theme, 46)), most))

    def minimumSizeHint(self) -> QSize:
        """Names give way to the sliders where there is little room."""
        return QSize(look.px(self._theme, 150), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the names their part of the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._align()

    def showEvent(self, event: QShowEvent) -> None:
        """Give the names their part of the width."""
        super().showEvent(event)
        self._align()

    def fits(self, rows: tuple[SettingRow, ...]) -> bool:
        """Tell whether `rows` are the same settings with the same controls."""
        return [_kind(row) for row in rows] == [_kind(row) for row in self._rows]

    @property
    def busy(self) -> bool:
        """Whether somebody is at one of the numbers at this moment."""
        controls = (editor.control for editor in self._editors.values())
        return any(isinstance(control, NumberControl) and control.busy for control in controls)

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
        self._align()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self._layout.setSpacing(look.px(theme, 10))
        look.pass_on(self, theme)
        self._align()

    def _edit(self, row: SettingRow) -> SettingEditor:
        editor = SettingEditor(self._theme, row)
        editor.changed.connect(self.changed)
        self._editors[row.name] = editor
        return editor

    def _offer_more(self) -> None:
        names = [(row.title or row.name).replace("_", " ") for row in self._rows if row.more]
        self._more = Button(
            self._theme, "More settings", icon="chevron-right", kind="quiet", tip=f"Show {', '.join(names)}."
        )
        self._more.clicked.connect(self.show_more)
        self._more.setStyleSheet("QPushButton { padding: 3px 0; text-align: left; }")
        self._layout.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)


def _kind(row: SettingRow) -> tuple[object, ...]:
    """Return what decides the control of a setting, its value left out."""
    return (row.name, row.scale, row.lower, row.upper, row.choices, row.live, row.more)
