"""The two cards above the timeline: how fast it plays, and how far the race goes."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Button
from minima_widgets.panels.numbers import count, parse_count, plural, speed_words
from minima_widgets.panels.slider import Scale, ValueSlider
from minima_widgets.panels.texts import Field, Line, Note
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["FASTEST", "HORIZONS", "MOST_STEPS", "HorizonPopup", "Popup", "SpeedPopup"]

FASTEST = 1e6  # steps a second; the end of the slider beyond it is “as fast as it goes”
MOST_STEPS = 10**9
HORIZONS = (100, 500, 1_000, 10_000, 1_000_000, 100_000_000)
SPEEDS = (1.0, 10.0, 60.0, 1e3, 1e5, math.inf)


class Popup(QFrame):
    """A small card above the bar."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self._anchor: QWidget | None = None
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(14, 12, 14, 12)
        self._inside.setSpacing(8)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card."""
        look.paint_card(self, self._theme, raised=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Escape or Enter."""
        if event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.close()
        else:
            super().keyPressEvent(event)

    def _open(self, anchor: QWidget, width: int) -> None:
        self._anchor = anchor
        self.setFixedWidth(look.px(self._theme, width))
        self._fit()
        self.show()
        self._fit()  # sentences that wrap know their height only once they have their width

    def _fit(self) -> None:
        """Be as high as what is inside needs, above the anchor."""
        look.fit_popup(self)
        if self._anchor is not None:
            look.place_popup(self, self._anchor, above=True, right=True)


class SpeedPopup(Popup):
    """A logarithmic slider from one step a second to as fast as it goes, with usual speeds as words."""

    changed = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.words = Line(theme, "", size="bold")
        # The last decade of the slider is no speed: there it is “as fast as it goes”.
        self.slider = ValueSlider(theme, Scale(1.0, FASTEST * 10, "log", 60.0), 60.0, "Speed")
        self._buttons: list[Button] = []
        self._presets = QGridLayout()
        self._presets.setSpacing(6)
        self._inside.addWidget(self.words)
        self._inside.addWidget(self.slider)
        self._inside.addLayout(self._presets)
        for k, speed in enumerate(SPEEDS):
            button = Button(theme, "")
            self._buttons.append(button)
            button.setStyleSheet("QPushButton { padding: 5px 6px; }")
            button.clicked.connect(lambda _checked=False, speed=speed: self._take(speed))
            self._presets.addWidget(button, k // 3, k % 3)
        self.slider.moved.connect(lambda value, _finished: self._slid(value))
        self.set_unit("step")

    def set_unit(self, unit: str) -> None:
        """Say what is counted: "step", "evaluation", "µs"."""
        self._unit = unit
        for button, speed in zip(self._buttons, SPEEDS, strict=True):
            button.setText(speed_words(speed, unit).capitalize())
            button.set_tip(f"Play at {speed_words(speed, unit)}.")
        self._buttons[-1].set_tip("Play as fast as this machine goes.")

    def open_at(self, anchor: QWidget, speed: float) -> None:
        """Show it with `speed`."""
        self._show(speed)
        self._open(anchor, 420)
        self.slider.setFocus(Qt.FocusReason.PopupFocusReason)

    def _show(self, speed: float) -> None:
        self.words.set_text(speed_words(speed, self._unit).capitalize())
        self.slider.set_value(FASTEST * 10 if math.isinf(speed) else speed)

    def _slid(self, value: float) -> None:
        speed = math.inf if value > FASTEST * 2 else min(value, FASTEST)
        self.words.set_text(speed_words(speed, self._unit).capitalize())
        self.changed.emit(speed)

    def _take(self, speed: float) -> None:
        self._show(speed)
        self.changed.emit(speed)


class HorizonPopup(Popup):
    """How far the race goes: usual horizons, and any other typed."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._end = 0
        self._buttons: list[Button] = []
        self._unit = "step"
        self._title = Line(theme, "Go on to step", size="bold")
        self._inside.addWidget(self._title)
        grid = QGridLayout()
        grid.setSpacing(6)
        for k, end in enumerate(HORIZONS):
            button = Button(theme, count(end), tip=f"Let the race go on to step {count(end)}.")
            button.clicked.connect(lambda _checked=False, end=end: self._take(end))
            self._buttons.append(button)
            grid.addWidget(button, k // 3, k % 3)
        self._inside.addLayout(grid)
        self.field = Field(theme, "Another horizon", tip="Any number of steps: 2500, 1e7 or 10^8.")
        self.field.setPlaceholderText("another: 2500, 1e7 …")
        self.problem = Note(theme, role="error")
        self.problem.hide()
        self._inside.addWidget(self.field)
        self._inside.addWidget(self.problem)
        self.field.installEventFilter(self)

    def set_unit(self, unit: str) -> None:
        """Say what is counted: "step", "evaluation", "µs"."""
        self._unit = unit
        self._title.set_text(f"Go on to {unit}")
        self.field.setToolTip(look.tip(f"Any number of {plural(unit)}: 2500, 1e7 or 10^8."))
        for button, end in zip(self._buttons, HORIZONS, strict=True):
            button.set_tip(f"Let the race go on to {unit} {count(end)}.")

    def open_at(self, anchor: QWidget, end: int) -> None:
        """Show it; `end` is the present horizon."""
        self._end = end
        self.field.clear()
        self.problem.hide()
        self._open(anchor, 320)
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Take what was typed with Enter."""
        if (
            watched is self.field
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        ):
            self._read()
            return True
        return False

    def _read(self) -> None:
        typed = self.field.text().strip()
        end = parse_count(typed)
        if end is None:
            self._refuse(f"“{typed}” is not a whole number; one looks like 2500 or 1e7.")
        elif not 1 <= end <= MOST_STEPS:
            self._refuse(f"A race goes on to between 1 and {count(MOST_STEPS)} {plural(self._unit)}.")
        else:
            self._take(end)

    def _refuse(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.show()
        look.fit_popup(self)

    def _take(self, end: int) -> None:
        self.close()
        self.chosen.emit(end)
