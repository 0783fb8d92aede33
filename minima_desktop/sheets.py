"""Small dialogs made from data: the sheet of keys, what the program is, and the report of a crash."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

import minima_resources
from minima_desktop import __version__
from minima_desktop.actions import ACTS, MENUS
from minima_widgets.panels.controls import Button
from minima_widgets.theme import Theme

GESTURES = (
    ("Click", "Start all chosen methods there"),
    ("Shift + click", "Add a start"),
    ("Drag a start", "Move it; the runs follow"),
    ("Drag elsewhere", "Pan the map, turn the surface"),
    ("Wheel", "Zoom at the cursor"),
    ("Arrow keys", "Move the cursor; with Shift, faster"),
    ("Alt + arrow keys", "Turn the surface"),
)
NATIVE = QKeySequence.SequenceFormat.NativeText


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


class KeySheet(Sheet):
    """Every key, made from the declared acts, and the gestures of the mouse."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent, theme, "Keys and gestures")
        inside = QWidget()
        columns = QHBoxLayout(inside)
        columns.setContentsMargins(0, 0, 12, 0)
        columns.setSpacing(36)
        groups = [("Mouse and cursor", GESTURES), *((menu, _keys_of(menu)) for menu in MENUS)]
        halves = (groups[:3], groups[3:])
        for half in halves:
            grid = QGridLayout()
            grid.setHorizontalSpacing(18)
            grid.setVerticalSpacing(5)
            row = 0
            for title, lines in half:
                heading = QLabel(title)
                heading.setFont(theme.font(10.5, bold=True))
                heading.setContentsMargins(0, 8 if row else 0, 0, 2)
                grid.addWidget(heading, row, 0, 1, 2)
                row += 1
                for key, text in lines:
                    shown = QLabel(key)
                    shown.setStyleSheet(f"color: {theme.hex('muted')}")
                    grid.addWidget(shown, row, 0)
                    grid.addWidget(QLabel(text), row, 1)
                    row += 1
            grid.setRowStretch(row, 1)
            columns.addLayout(grid)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.body.addWidget(area)
        wanted = inside.sizeHint()
        screen = parent.screen().availableGeometry()
        self.resize(
            min(wanted.width() + 80, round(screen.width() * 0.9)),
            min(wanted.height() + 150, round(screen.height() * 0.9)),
        )


def _keys_of(menu: str) -> tuple[tuple[str, str], ...]:
    """Keys and titles of the acts of a menu."""
    return tuple(
        ("  ".join(QKeySequence(key).toString(NATIVE) for key in act.keys), act.title.rstrip("…"))
        for act in ACTS
        if act.menu == menu and act.keys
    )


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
