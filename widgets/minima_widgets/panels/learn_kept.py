"""The way back to what was open before a lesson, or before a claim, took the map."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from minima_widgets.panels import look
from minima_widgets.panels.controls import Button
from minima_widgets.panels.texts import Note
from minima_widgets.theme import Theme

__all__ = ["KeptStrip"]


class KeptStrip(QFrame):
    """Says what is kept, and brings it back: ``return_wanted()``."""

    return_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("raised", True)
        self.note = Note(theme)
        self.give_back = Button(
            theme, "Back to what I had", kind="link", tip="Opens again what was there before, as it was"
        )
        row = QHBoxLayout()
        row.addWidget(self.give_back)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.addWidget(self.note)
        column.addLayout(row)
        self.give_back.clicked.connect(self.return_wanted)
        self.set_kept("")

    def set_kept(self, title: str) -> None:
        """Show what is kept; nothing at all where there is nothing."""
        self.setVisible(bool(title))
        self.note.setText(f"What you had open is kept: {title}." if title else "")

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        look.pass_on(self, theme)
