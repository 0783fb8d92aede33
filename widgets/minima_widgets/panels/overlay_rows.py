"""What lies on the map: one overlay at a time, and a few things that may be shown beside it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.job_line import JobLine
from minima_widgets.panels.lines import SettingRow
from minima_widgets.panels.number_control import NumberControl
from minima_widgets.panels.radio_list import RadioItem, RadioList
from minima_widgets.panels.switches import SwitchLine
from minima_widgets.panels.texts import Note
from minima_widgets.theme import Theme

__all__ = ["OverlayRows"]

_OVERLAYS = (
    RadioItem("none", "Heights only", "The landscape as it is."),
    RadioItem("basins", "Basins", "Every start in the colour of the minimum that the chosen line reaches."),
    RadioItem(
        "chances",
        "Chances",
        "How often a line that leaves things to chance reaches the global minimum from each start.",
    ),
    RadioItem("slope", "Slope", "The length of the gradient: dark where a step goes nowhere."),
    RadioItem("curvature", "Curvature", "Where the ground is a bowl, where a saddle, where a dome."),
    RadioItem(
        "density",
        "Density",
        "Where something that jitters at a temperature spends its time: exp(−f/T), warm wide, cold deep.",
    ),
)
_SWITCHES = {
    "flow": ("Flow lines", "The ways of steepest descent, evenly spaced."),
    "critical": ("Saddles and maxima", "Every point where the slope vanishes, with its numbers."),
    "lens": ("Lens", "A circle in which its middle is the lowest point. Drag it; its rim tells how far."),
    "flood": ("Flood", "Fills the landscape with water. Lakes meet at passes."),
}


class OverlayRows(QWidget):
    """Signals: ``overlay_chosen(name)``, ``switched(name, on)`` (flow, critical, lens, flood).

    ``flood_changed(level, finished)`` carries the loss up to which the water stands; ``cancelled()`` stops
    what is being worked out.
    """

    overlay_chosen = Signal(str)
    switched = Signal(str, bool)
    flood_changed = Signal(float, bool)
    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._range = (0.0, 1.0)
        self.overlay = RadioList(theme, _OVERLAYS, "none", "On the map")
        self.overlay.chosen.connect(self.overlay_chosen)
        self.job = JobLine(theme)
        self.job.cancelled.connect(self.cancelled)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.overlay)
        self._layout.addWidget(self.job)
        self.switches: dict[str, SwitchLine] = {}
        for name, (words, tip) in _SWITCHES.items():
            line = SwitchLine(theme, words, tip=tip)
            line.toggled.connect(lambda on, name=name: self.switched.emit(name, on))
            self.switches[name] = line
            self._layout.addWidget(line)
        self.level: NumberControl | None = None
        self.note = Note(theme)
        self.note.hide()
        self._layout.addWidget(self.note)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._fit()

    def set_overlay(self, name: str, why_not: Mapping[str, str] | None = None) -> None:
        """Show which overlay is in force, and why some cannot be."""
        self.overlay.set_why_not(why_not or {})
        self.overlay.set_value(name)

    def set_switch(self, name: str, on: bool, why_not: str = "") -> None:
        """Show whether something is shown, or why it cannot be."""
        self.switches[name].set_on(on)
        self.switches[name].set_available(not why_not, why_not)

    def set_flood(self, level: float | None, lowest: float, highest: float, note: str = "") -> None:
        """Show up to which loss the water stands, between these two; None takes the slider away."""
        self.switches["flood"].set_on(level is not None)
        fits = self.level is not None and (self.level.busy or self._range == (lowest, highest))
        if self.level is not None and (level is None or not fits):
            self._layout.removeWidget(self.level)
            self.level.hide()
            self.level.deleteLater()
            self.level = None
        if level is not None and lowest < highest:
            if self.level is None:
                self._range = (lowest, highest)
                row = SettingRow("level", "", "", level, lowest, highest, "linear", title="the water’s level")
                self.level = NumberControl(self._theme, row)
                self.level.changed.connect(self.flood_changed)
                self.level.refused.connect(self._tell)
                self._layout.insertWidget(self._layout.indexOf(self.note), self.level)
            self.level.set_value(level)
        self._tell(note if level is not None else "")

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def _tell(self, sentence: str) -> None:
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    def _fit(self) -> None:
        self._layout.setSpacing(look.px(self._theme, 5))
