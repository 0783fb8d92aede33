"""What happens at the border of the region, as a line of its own below the race."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Choice
from minima_widgets.panels.texts import Line
from minima_widgets.theme import Theme

__all__ = ["BorderChoice"]

CHOICES = (
    ("auto", "as each method likes"),
    ("free", "free: runs may leave"),
    ("clip", "clip: runs stop there"),
    ("reflect", "reflect: runs bounce back"),
)
TIP = (
    "What happens when a step leads out of the region. As each method likes: gradient methods may leave, "
    "methods that sample are reflected."
)


class BorderChoice(QWidget):
    """“At the border” and the choice made; `chosen` carries "auto", "free", "clip" or "reflect"."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = Choice(theme, CHOICES, "auto", name="At the border", tip=TIP)
        self._choice.chosen.connect(self.chosen)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(Line(theme, "At the border", role="muted", size="small"))
        layout.addWidget(self._choice, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_border(self, border: str) -> None:
        """Show the choice that is made."""
        self._choice.set_value(border)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        look.pass_on(self, theme)
