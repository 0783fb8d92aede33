"""A parameter of the formula: its slider, a value to type, ends to move, and a button that sweeps it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.bubbles import ExplainedText
from minima_widgets.panels.controls import Button, keeps_press
from minima_widgets.panels.landscape_values import SliderRow
from minima_widgets.panels.number_control import NumberField
from minima_widgets.panels.numbers import format_number
from minima_widgets.panels.slider import Scale, ValueSlider
from minima_widgets.panels.texts import Line, Note
from minima_widgets.theme import Theme

__all__ = ["ParameterRow"]

SWEEP_S = 7.0
"""How long a sweep takes from one end to the other: slow enough to watch minima come and go."""

FRAME_MS = 33
REFUSAL_MS = 6000


class ParameterRow(QWidget):
    """Fed with a `SliderRow`.

    Signals: ``changed(name, value, finished)`` (`finished` is false while it is dragged or swept) and
    ``ranged(name, lower, upper)`` when an end of the slider was moved.
    """

    changed = Signal(str, float, bool)
    ranged = Signal(str, float, float)

    def __init__(self, theme: Theme, row: SliderRow) -> None:
        super().__init__()
        self._theme = theme
        self._row = row
        self._way = 1
        self.symbol = Line(theme, row.symbol or row.name, size="formula")
        self.equals = Line(theme, "=", role="muted", size="formula")
        for label in (self.symbol, self.equals):
            label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.field = NumberField(theme, row.name, row.value, row.least, row.most, whole=row.whole)
        self.play = Button(theme, icon="play", kind="quiet")
        self.play.setCheckable(True)
        self.low = NumberField(theme, f"lower end of {row.name}", row.lower, row.least, row.most)
        self.high = NumberField(theme, f"upper end of {row.name}", row.upper, row.least, row.most)
        self.slider = ValueSlider(theme, self._scale(), row.value, row.name)
        self.meaning = ExplainedText(theme, "", role="muted", quiet=True)
        self.problem = Note(theme, role="error")
        self.problem.hide()
        first, second = QHBoxLayout(), QHBoxLayout()
        for layout in (first, second):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(5)
        first.addWidget(self.symbol)
        first.addWidget(self.equals)
        first.addWidget(self.field)
        first.addStretch(1)
        first.addWidget(self.play)
        second.addWidget(self.low)
        second.addWidget(self.slider, 1)
        second.addWidget(self.high)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.meaning)
        column.addWidget(self.problem)
        self._sweep = QTimer(self)
        self._sweep.setInterval(FRAME_MS)
        self._sweep.timeout.connect(self._move_on)
        self.slider.moved.connect(self._slid)
        self.field.entered.connect(self._typed)
        self.low.entered.connect(lambda value: self._move_end(value, self._row.upper))
        self.high.entered.connect(lambda value: self._move_end(self._row.lower, value))
        for field in (self.field, self.low, self.high):
            field.refused.connect(self._refuse)
        self.play.toggled.connect(self.set_sweeping)
        self.meaning.acted.connect(self._go_back)
        self._tell()
        self._fit()

    @property
    def row(self) -> SliderRow:
        """What is shown."""
        return self._row

    @property
    def sweeping(self) -> bool:
        """Whether it moves by itself."""
        return self._sweep.isActive()

    def fits(self, row: SliderRow) -> bool:
        """Tell whether `row` is the same parameter, so that this widget can show it."""
        mine = self._row
        return (row.name, row.symbol, row.whole) == (mine.name, mine.symbol, mine.whole)

    def set_row(self, row: SliderRow) -> None:
        """Show new values, leaving alone what somebody is at."""
        old, self._row = self._row, row
        if (row.lower, row.upper, row.scale) != (old.lower, old.upper, old.scale):
            self.slider.set_scale(self._scale())
            self.low.set_value(row.lower)
            self.high.set_value(row.upper)
        if not (self.slider.busy or self.field.isModified() or self.sweeping):
            self.slider.set_value(row.value)
            self.field.set_value(row.value)
        self._tell()

    def set_sweeping(self, on: bool) -> None:
        """Let it move to and fro, or stop it where it is."""
        if on == self.sweeping:
            return
        if on:
            self._way = 1 if self._scale().share(self.slider.value()) < 0.999 else -1
            self._sweep.start()
        else:
            self._sweep.stop()
            self.changed.emit(self._row.name, self._whole(self.slider.value()), True)
        self.play.setChecked(on)
        self._tell()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop where nobody sees it."""
        self.set_sweeping(False)
        super().hideEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the button that has the keyboard."""
        return keeps_press(event) or super().event(event)

    # -- gestures ------------------------------------------------------------------------------------------

    def _slid(self, value: float, finished: bool) -> None:
        self._refuse("")
        self.set_sweeping(False)
        self._show(value)
        self.changed.emit(self._row.name, self._whole(value), finished)

    def _typed(self, value: float) -> None:
        self.set_sweeping(False)
        if not self._row.lower <= value <= self._row.upper:
            # The slider reaches as far as what one types.
            self._move_end(min(self._row.lower, value), max(self._row.upper, value))
        self.slider.set_value(value)
        self.changed.emit(self._row.name, self._whole(value), True)

    def _move_end(self, lower: float, upper: float) -> None:
        if not lower < upper:
            self.low.set_value(self._row.lower)
            self.high.set_value(self._row.upper)
            self._refuse(
                f"The slider of {self._row.symbol or self._row.name} needs a lower end below its upper one: "
                f"{format_number(lower, 4)} is not below {format_number(upper, 4)}. It stays as it was."
            )
            return
        self._refuse("")
        self.ranged.emit(self._row.name, lower, upper)

    def _move_on(self) -> None:
        scale = self._scale()
        share = scale.share(self.slider.value()) + self._way * FRAME_MS / 1000 / SWEEP_S
        if not 0.0 < share < 1.0:
            self._way = -1 if share >= 1.0 else 1
            share = min(max(share, 0.0), 1.0)
        value = self._row.lower + share * (self._row.upper - self._row.lower)
        if scale.logarithmic:
            value = self._row.lower * (self._row.upper / self._row.lower) ** share
        self._show(value)
        self.changed.emit(self._row.name, self._whole(value), False)

    def _show(self, value: float) -> None:
        self.slider.set_value(value)
        self.field.setModified(False)
        self.field.set_value(self._whole(value))

    def _go_back(self) -> None:
        if self._row.default is not None:
            self.field.step(self._row.default)

    def _refuse(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        if sentence:
            QTimer.singleShot(REFUSAL_MS, self.problem, self.problem.hide)

    # -- inside --------------------------------------------------------------------------------------------

    def _whole(self, value: float) -> float:
        return float(round(value)) if self._row.whole else value

    def _scale(self) -> Scale:
        row = self._row
        # A sweep moves smoothly, also over whole numbers.
        kind = "log" if row.scale == "log" and row.lower > 0 else "integer" if row.whole else "linear"
        return Scale(row.lower, row.upper, kind, row.value)

    def _tell(self) -> None:
        row = self._row
        back = row.default is not None and row.default != row.value
        link = f"Back to {format_number(row.default, 4)}" if back and row.default is not None else ""
        self.meaning.set_text(row.meaning, link)
        self.meaning.setVisible(bool(row.meaning or link))
        moving = self.sweeping
        self.play.set_icon("pause" if moving else "play")
        name = row.symbol or row.name
        ends = f"{format_number(row.lower)} and {format_number(row.upper)}"
        self.play.set_tip(f"Stop {name} here" if moving else f"Sweep {name} to and fro between {ends}")

    def _fit(self) -> None:
        for label in (self.symbol, self.equals):
            label.setFixedWidth(label.sizeHint().width())
        self.field.setFixedWidth(look.px(self._theme, 76))
        self.field.setAlignment(Qt.AlignmentFlag.AlignLeft)
        for end in (self.low, self.high):
            end.setFixedWidth(look.px(self._theme, 44))
            # An end is small print, until somebody wants to move it.
            end.setStyleSheet(
                "QLineEdit { padding: 1px 3px; border-color: transparent; background: transparent; "
                f"color: {self._theme.hex('muted')}; font-size: {look.small(self._theme).pixelSize()}px; }}"
                f"QLineEdit:hover {{ border-color: {self._theme.hex('line')}; }}"
                f"QLineEdit:focus {{ border-color: {self._theme.hex('accent')}; "
                f"color: {self._theme.hex('text')}; background: {self._theme.hex('window')}; }}"
            )
        self.low.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.high.setAlignment(Qt.AlignmentFlag.AlignLeft)
