"""Which map of settings is drawn: of which line, and which two settings go across and up."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Choice
from minima_widgets.panels.explore_values import LineItem, SettingItem
from minima_widgets.panels.job_line import JobLine
from minima_widgets.panels.switches import SwitchLine
from minima_widgets.panels.texts import Line, Note
from minima_widgets.theme import Theme

__all__ = ["SettingsMapRows"]

_MEANING = "From one start, each pair of settings in the colour of the minimum that it reaches."
_HOW = "Click a point of the map to play that run."


class SettingsMapRows(QWidget):
    """Signals: ``toggled(on)``, ``line_chosen(id)``, ``axes_chosen(across, up)``, ``cancelled()``."""

    toggled = Signal(bool)
    line_chosen = Signal(int)
    axes_chosen = Signal(str, str)
    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.show_it = SwitchLine(theme, "Show the map of settings", _MEANING)
        self.show_it.toggled.connect(self.toggled)
        self.line = Choice(theme, (), "", name="Line", tip="The line whose settings are tried.")
        self.across = Choice(theme, (), "", name="Across", tip="The setting that grows to the right.")
        self.up = Choice(theme, (), "", name="Up", tip="The setting that grows upwards.")
        self.line.chosen.connect(lambda value: self.line_chosen.emit(int(value)))
        self.across.chosen.connect(lambda value: self._choose(value, self.up.value(), across_moved=True))
        self.up.chosen.connect(lambda value: self._choose(self.across.value(), value, across_moved=False))
        self._body = QWidget()
        grid = QGridLayout(self._body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows = (("of", self.line), ("across", self.across), ("up", self.up))
        for row, (words, control) in enumerate(rows):
            label = Line(theme, words, role="muted", size="small")
            label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            grid.addWidget(label, row, 0)
            grid.addWidget(control, row, 1)
        self._grid = grid
        self.job = JobLine(theme)
        self.job.cancelled.connect(self.cancelled)
        self.note = Note(theme, _HOW)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.show_it, self._body, self.job, self.note):
            self._layout.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._before = ("", "")
        self._fit()
        self.set_map(False)

    def set_map(
        self,
        on: bool,
        lines: Iterable[LineItem] = (),
        line: int | None = None,
        settings: Iterable[SettingItem] = (),
        across: str = "",
        up: str = "",
        *,
        note: str = "",
        why_not: str = "",
    ) -> None:
        """Show whether the map is on, of which line it is, and which of its `settings` go across and up."""
        lines = tuple(lines)
        self.show_it.set_on(on)
        self.show_it.set_available(not why_not, why_not)
        self.line.set_choices(
            tuple((str(item.id), item.name) for item in lines),
            {str(item.id): item.why_not for item in lines if item.why_not},
        )
        self.line.set_value("" if line is None else str(line))
        titles = tuple((item.name, _title(item)) for item in settings)
        for choice, value in ((self.across, across), (self.up, up)):
            choice.set_choices(titles)
            choice.set_value(value)
        self._before = (across, up)
        self._body.setVisible(on)
        self.note.setText(note or why_not or _HOW)
        self.note.setVisible(on or bool(note or why_not))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def _choose(self, across: str, up: str, *, across_moved: bool) -> None:
        """Report two different settings: where both would be the same, they change places."""
        if across == up:
            before_across, before_up = self._before
            across, up = (across, before_across) if across_moved else (before_up, up)
            self.across.set_value(across)
            self.up.set_value(up)
        self._before = (across, up)
        self.axes_chosen.emit(across, up)

    def _fit(self) -> None:
        self._layout.setSpacing(look.px(self._theme, 8))
        self._grid.setVerticalSpacing(look.px(self._theme, 6))


def _title(item: SettingItem) -> str:
    words = item.name.replace("_", " ")
    return f"{words}  {item.symbol}" if item.symbol and item.symbol != item.name else words
