"""Small dialogs: what all have in common, what the program is, and the report of a crash."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

import minima_resources
from minima_desktop import __version__
from minima_widgets.panels.controls import Button
from minima_widgets.theme import Theme


class Sheet(QDialog):
    """A dialog with a heading, a body that scrolls, and a button to close it (Esc does too)."""

    def __init__(self, parent: QWidget, theme: Theme, title: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._heading = QLabel(title)
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        self.buttons = QHBoxLayout()
        self.buttons.addStretch(1)
        close = Button(theme, "Close", tip="Close this sheet", key="Esc")
        close.clicked.connect(self.accept)
        self.buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(14)
        layout.addWidget(self._heading)
        layout.addLayout(self.body, 1)
        layout.addLayout(self.buttons)
        self.take_theme(theme)

    def take_theme(self, theme: Theme) -> None:
        """Takes the size of its heading from a theme; the application’s style has the rest."""
        size = round(theme.points(15) / 0.75)
        self._heading.setStyleSheet(f"QLabel {{ font-size: {size}px; font-weight: 600; }}")


class AboutSheet(Sheet):
    """What this is, its version, and the licences of what it ships."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent, theme, "Minima Desktop")
        words = QLabel(
            f"Version {__version__}. See where optimisers get trapped on a loss landscape, and how they get "
            "out.\n\n"
            "Free software under the MIT licence. Type: Inter and STIX Two, under the SIL Open Font License."
        )
        words.setWordWrap(True)
        self.body.addWidget(words)
        licences = QPlainTextEdit(minima_resources.text("fonts/LICENSES.md"))
        licences.setReadOnly(True)
        licences.setMinimumHeight(180)
        self.body.addWidget(licences, 1)
        self.resize(620, 440)


class CrashSheet(Sheet):
    """What went wrong, to be copied; the document is as it was."""

    def __init__(self, parent: QWidget, theme: Theme, report: str) -> None:
        super().__init__(parent, theme, "Something went wrong")
        words = QLabel(
            "The program met something that it did not expect. Your race is as it was, and you can go on. "
            "To have it mended, copy the report below and send it to whoever gave you the program; "
            "it holds no data of yours beyond what it shows."
        )
        words.setWordWrap(True)
        self.body.addWidget(words)
        self.text = QPlainTextEdit(report)
        self.text.setReadOnly(True)
        self.text.setMinimumSize(560, 260)
        self.body.addWidget(self.text, 1)
        copy = Button(theme, "Copy the report", kind="primary", tip="Copy the whole report to the clipboard")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        self.buttons.insertWidget(1, copy)
