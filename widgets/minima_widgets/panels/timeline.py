"""The bar of time: to the start, back, play, on, to the end; where one is, how fast it goes, and how far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.clock_popup import ClockPopup
from minima_widgets.panels.controls import Button, keeps_press
from minima_widgets.panels.numbers import count, parse_count, parse_number, plural, speed_words
from minima_widgets.panels.texts import Field
from minima_widgets.panels.time_popups import HorizonPopup, SpeedPopup
from minima_widgets.panels.time_slider import TimeSlider
from minima_widgets.theme import Theme

__all__ = ["TimelineBar"]


UNITS = {"steps": "step", "evaluations": "evaluation", "time": "µs"}
"""What is counted, by what the race is measured in."""

OPENS = "\u25be"
"""A small triangle: what it stands beside can be chosen."""

_KEYS = {"start": "Home", "back": ",", "play": "Space", "on": ".", "end": "End"}


class TimelineBar(QWidget):
    """Transport, slider, place, speed and horizon.

    Signals: `play_toggled`; `stepped` (−1 or 1); `scrubbed` (a step; Python ints of any size, as all of
    these); `speed_changed` (steps a second, ``math.inf`` for as fast as it goes); `end_changed` (the new
    horizon); `clock_changed` (what the race is measured in, and the prices of a gradient and a Hessian).
    """

    play_toggled = Signal()
    stepped = Signal(int)
    scrubbed = Signal(object)
    speed_changed = Signal(float)
    end_changed = Signal(object)
    clock_changed = Signal(str, float, float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._step = self._last = 0
        self._end = 500
        self._speed = 60.0
        self._playing = False
        self._keys = dict(_KEYS)
        self.speed_popup: SpeedPopup | None = None
        self.horizon_popup: HorizonPopup | None = None
        self.clock_popup: ClockPopup | None = None
        self._clock: tuple[str, float, float] = ("steps", 1.0, 2.0)
        self.to_start = Button(theme, icon="go-start", tip="Go to the start")
        self.back = Button(theme, icon="step-back", tip="One step back")
        self.play = Button(theme, "Play", icon="play", kind="primary", tip="Play")
        self.on = Button(theme, icon="step-forward", tip="One step on")
        self.to_end = Button(theme, icon="go-end", tip="Go to the last step computed")
        self.slider = TimeSlider(theme)
        self.word = Button(theme, f"step {OPENS}", kind="quiet", tip="What the race is measured in")
        self.place = StepField(theme)
        self.horizon = Button(theme, "of 500", kind="quiet", tip="How far the race goes")
        self.speed = Button(theme, "60 steps/s", kind="quiet", tip="How fast it plays")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.to_start, self.back, self.play, self.on, self.to_end):
            layout.addWidget(widget)
        layout.addWidget(self.slider, 1)
        readout = QHBoxLayout()
        readout.setSpacing(3)
        readout.addWidget(self.word)
        readout.addWidget(self.place)
        readout.addWidget(self.horizon)
        readout.addWidget(self.speed)
        layout.addLayout(readout)
        self.to_start.clicked.connect(lambda: self._scrub(0))
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.play.clicked.connect(self.play_toggled)
        self.on.clicked.connect(lambda: self.stepped.emit(1))
        self.to_end.clicked.connect(lambda: self._scrub(self._last))
        self.slider.scrubbed.connect(self._scrub)
        self.place.entered.connect(self._scrub)
        self.horizon.clicked.connect(self.open_horizon)
        self.speed.clicked.connect(self.open_speed)
        self.word.clicked.connect(self.open_clock)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Timeline")
        self._fit()
        self._tell()
        self._show(force=True)

    # -- what is shown -------------------------------------------------------------------------------------

    def set_state(self, step: int, last: int, end: int, playing: bool, speed: float) -> None:
        """Show where the race is; may be called at every frame, and costs only what changed.

        Parameters
        ----------
        step, last, end
            The step looked at, the last one computed, and the horizon.
        playing, speed
            Whether it plays, and how many steps a second it is asked for (``math.inf``: as fast as it goes).
        """
        old = (self._step, self._last, self._end, self._playing, self._speed)
        new = (int(step), int(last), int(end), playing, speed)
        if new == old:
            return
        self._step, self._last, self._end, self._playing, self._speed = new
        self.slider.set_state(self._step, self._last, self._end)
        self._show(force=False, before=old)

    def set_ticks(self, segments: Sequence[int] = (), loops: Sequence[int] = ()) -> None:
        """Mark where settings or methods changed and where loops began (both sorted) below the slider."""
        self.slider.set_ticks(segments, loops)

    def set_clock(self, unit: str, gradient: float, hessian: float) -> None:
        """Say what the race is measured in: steps, evaluations or time, with the prices of derivatives."""
        if (unit, gradient, hessian) == self._clock:
            return
        self._clock = unit, gradient, hessian
        self.word.setText(f"{self.unit} {OPENS}")
        self.place.set_unit(self.unit)
        for popup in (self.speed_popup, self.horizon_popup):
            if popup is not None:
                popup.set_unit(self.unit)
        self._fit()
        self._show(force=True)

    @property
    def unit(self) -> str:
        """What is counted."""
        return UNITS[self._clock[0]]

    def set_keys(self, keys: Mapping[str, str]) -> None:
        """Say in the tooltips which keys do it: ``start back play on end speed horizon``."""
        self._keys.update(keys)
        self._tell()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the button that has the keyboard."""
        return keeps_press(event) or super().event(event)

    # -- popups --------------------------------------------------------------------------------------------

    def open_speed(self) -> None:
        """Open the slider of speeds."""
        if self.speed_popup is None:
            self.speed_popup = SpeedPopup(self._theme, self)
            self.speed_popup.changed.connect(self._change_speed)
            self.speed_popup.set_unit(self.unit)
        self.speed_popup.open_at(self.speed, self._speed)

    def open_horizon(self) -> None:
        """Open the choice of horizons."""
        if self.horizon_popup is None:
            self.horizon_popup = HorizonPopup(self._theme, self)
            self.horizon_popup.chosen.connect(self._change_end)
            self.horizon_popup.set_unit(self.unit)
        self.horizon_popup.open_at(self.horizon, self._end)

    def open_clock(self) -> None:
        """Open the choice of what the race is measured in."""
        if self.clock_popup is None:
            self.clock_popup = ClockPopup(self._theme, self)
            self.clock_popup.chosen.connect(self.clock_changed)
        self.clock_popup.open_at(self.word, *self._clock)

    # -- inside --------------------------------------------------------------------------------------------

    def _scrub(self, step: int) -> None:
        self._step = step
        self.slider.set_state(step, self._last, self._end)
        self.place.set_step(step)
        self._show_ends()
        self.scrubbed.emit(step)

    def _change_speed(self, speed: float) -> None:
        self._speed = speed
        self.speed.setText(speed_words(speed, self.unit))
        self.speed_changed.emit(speed)

    def _change_end(self, end: int) -> None:
        self._end = end
        self.horizon.setText(f"of {count(end)}")
        self.slider.set_state(self._step, self._last, end)
        self._fit()
        self.end_changed.emit(end)

    def _show(self, *, force: bool, before: tuple[object, ...] = ()) -> None:
        self.place.set_step(self._step)
        if force or before[2] != self._end:
            self.horizon.setText(f"of {count(self._end)}")
            self._fit()
        if force or before[3] != self._playing:
            self.play.setText("Pause" if self._playing else "Play")
            self.play.set_icon("pause" if self._playing else "play")
            self.play.set_tip("Pause" if self._playing else "Play", self._keys["play"])
        if force or before[4] != self._speed:
            self.speed.setText(speed_words(self._speed, self.unit))
        self._show_ends()

    def _show_ends(self) -> None:
        at_start, at_end = self._step <= 0, self._step >= self._end
        if self.back.isEnabled() == at_start:
            self.back.set_available(not at_start, "This is the start.")
            self.to_start.set_available(not at_start, "This is the start.")
        if self.on.isEnabled() == at_end:
            self.on.set_available(not at_end, "This is the horizon; a larger one can be chosen at the right.")

    def _tell(self) -> None:
        self.to_start.set_tip("Go to the start", self._keys["start"])
        self.back.set_tip("One step back", self._keys["back"])
        self.play.set_tip("Pause" if self._playing else "Play", self._keys["play"])
        self.on.set_tip("One step on", self._keys["on"])
        self.to_end.set_tip("Go to the last step computed", self._keys["end"])
        self.speed.set_tip("How fast it plays", self._keys.get("speed", ""))
        self.horizon.set_tip("How far the race goes", self._keys.get("horizon", ""))

    def _fit(self) -> None:
        """Give the words the width of their longest, so that nothing beside them trembles."""
        self.place.fit(self._end)
        metrics = QFontMetricsF(look.body(self._theme))
        self.play.setMinimumWidth(round(metrics.horizontalAdvance("Pause")) + look.px(self._theme, 62))
        self.speed.setMinimumWidth(
            round(metrics.horizontalAdvance(f"1 000 {plural(self.unit)}/s")) + look.px(self._theme, 18)
        )


class StepField(Field):
    """The step one looks at, which can be typed: ``250``, ``1e6`` or ``50 %``."""

    entered = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Step", tip="The step that is shown; type another to go there.")
        self._step = -1
        self._end = 1
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.left.connect(self._read)

    def set_step(self, step: int) -> None:
        """Show `step`."""
        if step != self._step:
            self._step = step
            self.show_text(count(step))

    def set_unit(self, unit: str) -> None:
        """Say what is counted."""
        self.setToolTip(look.tip(f"The {unit} that is shown; type another to go there."))

    def fit(self, end: int) -> None:
        """Be wide enough for any step up to `end`."""
        self._end = end
        font = look.bold(self._theme)
        widest = count(int("8" * len(str(end))))
        self.setFixedWidth(round(QFontMetricsF(font).horizontalAdvance(widest)) + look.px(self._theme, 16))
        self.setStyleSheet(
            "QLineEdit { font-weight: 600; padding: 3px 5px; background: transparent; }"
            "QLineEdit { border-color: transparent; }"
            f"QLineEdit:hover {{ border-color: {self._theme.hex('line')}; }}"
            f"QLineEdit:focus {{ border-color: {self._theme.hex('accent')}; }}"
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand the keyboard back with Enter and Escape."""
        super().keyPressEvent(event)
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}:
            self.clearFocus()

    def _read(self) -> None:
        if not self.isModified():
            return
        typed = self.text().strip()
        if typed.endswith("%"):
            share = parse_number(typed[:-1])
            step = None if share is None else round(share / 100 * self._end)
        else:
            step = parse_count(typed)
        self.give_back()
        self.deselect()
        if step is not None and step >= 0:
            self.entered.emit(min(step, self._end))
