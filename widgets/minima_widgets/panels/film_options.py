"""The page of the dialog for pictures that is there while a film is chosen: length, steps, camera, size."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from minima_core.scene.film import FilmOptions, estimated_bytes
from minima_widgets.panels import look
from minima_widgets.panels.controls import Choice, Switch
from minima_widgets.panels.numbers import format_number, parse_number
from minima_widgets.panels.texts import Field, Line, Note
from minima_widgets.theme import Theme

__all__ = ["FilmPage", "size_words"]

RATES = ("0", "10", "15", "24", "25", "30", "50", "60")
STEPS = (
    ("even", "Evenly"),
    ("gentle", "Slowly at both ends"),
    ("early", "Most of it for the first steps"),
)
TURNS = (
    ("0", "The camera rests"),
    ("45", "Camera by 45°"),
    ("90", "Camera by 90°"),
    ("180", "Camera by 180°"),
    ("360", "Camera once round"),
    ("-90", "Camera by 90°, the other way"),
)
LOOPED = (".gif", ".apng")
LARGE = 20e6
"""Bytes from which on a film is called large."""


def size_words(size: float) -> str:
    """Return about how large a file is.

    >>> size_words(1_234_567), size_words(48_000)
    ('1.2 MB', '0.1 MB')
    """
    return f"{max(size / 1e6, 0.1):.1f} MB" if size < 9.95e6 else f"{size / 1e6:.0f} MB"


class FilmPage(QWidget):
    """How a film is cut; ``changed(options)`` after a change, ``refused(sentence)`` for what cannot be."""

    changed = Signal(object)
    refused = Signal(str)

    def __init__(self, theme: Theme, options: FilmOptions | None = None) -> None:
        super().__init__()
        self._theme = theme
        self._options = options or FilmOptions()
        self._picture = (1920, 1080, ".mp4", True)
        self._make()
        self._show()

    def options(self) -> FilmOptions:
        """Return what is chosen now."""
        return self._options

    def set_picture(self, width: int, height: int, ending: str, *, surface: bool) -> None:
        """Take what the film is of: pixels, format, and whether a surface is on it that could be turned."""
        picture = (width, height, ending, surface)
        if picture != self._picture:
            self._picture = picture
            self._show()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)

    # -- what it is made of --------------------------------------------------------------------------------

    def _make(self) -> None:
        theme, options = self._theme, self._options
        self.seconds = Field(theme, "Length in seconds", tip="How long the film is, 0.2 to 600 seconds")
        self.hold = Field(theme, "Seconds at the end", tip="For how long the last picture stays, in seconds")
        rates = tuple((rate, rate if rate != "0" else "Usual") for rate in RATES)
        rate = str(options.fps)
        if rate not in RATES:
            rates = (*rates, (rate, rate))
        self.rate = Choice(
            theme, rates, rate, name="Frames a second", tip="Pictures a second: smoother, and larger"
        )
        self.easing = Choice(
            theme, STEPS, options.easing, name="Steps", tip="How the steps are spread over the film"
        )
        turn = f"{options.turn:g}"
        turns = TURNS if turn in dict(TURNS) else (*TURNS, (turn, f"Camera by {turn}°"))
        self.turn = Choice(
            theme, turns, turn, name="Turn", tip="By how much the camera of the surface goes round"
        )
        self.loop = Switch(theme, "Loop")
        self.loop.setToolTip(look.tip("Begin again at the end, for ever"))
        self.loop.setChecked(options.loop)
        self.estimate = Note(theme)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(9)
        # As wide as the longest name above it, so that the two forms are one.
        grid.setColumnMinimumWidth(0, Line(theme, "Picture", role="muted").sizeHint().width())
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self._loop_label = Line(theme, "Loop", role="muted")
        self._turn_label = Line(theme, "Turn", role="muted")
        grid.addWidget(Line(theme, "Length", role="muted"), 0, 0)
        grid.addWidget(self.seconds, 0, 1)
        grid.addWidget(Line(theme, "s, held for", role="muted"), 0, 2)
        grid.addWidget(self.hold, 0, 3)
        grid.addWidget(Line(theme, "Frames", role="muted"), 1, 0)
        grid.addWidget(self.rate, 1, 1)
        grid.addWidget(self._loop_label, 1, 2)
        grid.addWidget(self.loop, 1, 3, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(Line(theme, "Steps", role="muted"), 2, 0)
        grid.addWidget(self.easing, 2, 1, 1, 3)
        grid.addWidget(self._turn_label, 3, 0)
        grid.addWidget(self.turn, 3, 1, 1, 3)
        grid.addWidget(self.estimate, 4, 0, 1, 4)
        for choice in (self.rate, self.easing, self.turn):
            choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.seconds.left.connect(lambda: self._read(self.seconds, "seconds"))
        self.hold.left.connect(lambda: self._read(self.hold, "hold"))
        self.rate.chosen.connect(lambda value: self._change(fps=int(value)))
        self.easing.chosen.connect(lambda value: self._change(easing=value))
        self.turn.chosen.connect(lambda value: self._change(turn=float(value)))
        self.loop.toggled.connect(lambda on: self._change(loop=on))

    # -- changes -------------------------------------------------------------------------------------------

    def _change(self, **changes: Any) -> None:
        """Take a change, or say why it cannot be; what is held gives way to a shorter length."""
        seconds = changes.get("seconds")
        if seconds is not None and seconds < 2 * self._options.hold:
            changes["hold"] = max(seconds / 4, 0.0)
        try:
            options = replace(self._options, **changes)
        except ValueError as problem:
            self.refused.emit(str(problem))
        else:
            if options != self._options:
                self._options = options
                self.changed.emit(options)
        self._show()

    def _read(self, field: Field, name: str) -> None:
        number = parse_number(field.text())
        field.setModified(False)
        if number is None:
            self.refused.emit(f"“{field.text()[:30]}” is no number of seconds.")
            self._show()
        else:
            self._change(**{name: float(number)})

    def _show(self) -> None:
        """Show the options, and what the film will be."""
        options = self._options
        width, height, ending, surface = self._picture
        self.seconds.show_text(format_number(options.seconds))
        self.hold.show_text(format_number(options.hold))
        rows: tuple[tuple[QWidget, QWidget, bool], ...] = (
            (self._loop_label, self.loop, ending in LOOPED),
            (self._turn_label, self.turn, surface),
        )
        for label, control, there in rows:
            label.setVisible(there)
            control.setVisible(there)
        suited = options.suited(ending)
        size = estimated_bytes(options, width, height, ending, surface=surface)
        words = f"{suited.count()} pictures, {suited.fps} a second; about {size_words(size)}."
        if size > LARGE and ending in LOOPED:
            words += " MP4 would be much smaller."
        self.estimate.setText(words)
