"""A switch with its words before it and a sentence below: what can be shown or not."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.bubbles import ExplainedText
from minima_widgets.panels.controls import Switch
from minima_widgets.panels.texts import Line
from minima_widgets.theme import Theme

__all__ = ["SwitchLine"]


class SwitchLine(QWidget):
    """Words, a switch, and a sentence; ``toggled(on)`` when a person switches, at the words or the switch."""

    toggled = Signal(bool)

    def __init__(self, theme: Theme, words: str, meaning: str = "", *, tip: str = "") -> None:
        super().__init__()
        self.words = Line(theme, words)
        self.switch = Switch(theme, words)
        self.meaning = ExplainedText(theme, meaning, role="muted", quiet=True)
        self.meaning.setVisible(bool(meaning))
        self._tip = tip
        for widget in (self.words, self.switch):
            widget.setToolTip(look.tip(tip))
        self.switch.clicked.connect(lambda: self.toggled.emit(self.switch.isChecked()))
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(1)
        grid.addWidget(self.words, 0, 0)
        grid.addWidget(self.switch, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.meaning, 1, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def is_on(self) -> bool:
        """Tell whether it is on."""
        return self.switch.isChecked()

    def set_on(self, on: bool) -> None:
        """Show whether it is on, without a signal."""
        if on != self.switch.isChecked():
            self.switch.setChecked(on)

    def set_available(self, possible: bool, why: str = "") -> None:
        """Let it be switched, or say `why` not."""
        self.setEnabled(possible)
        for widget in (self.words, self.switch):
            widget.setToolTip(look.tip(self._tip or self.words.text(), why="" if possible else why))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        look.pass_on(self, theme)

    def sizeHint(self) -> QSize:
        """As high as what is in it."""
        return self._grid.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Switch at the words as well."""
        if event.button() == Qt.MouseButton.LeftButton and self.words.geometry().contains(
            event.position().toPoint()
        ):
            self.switch.click()
