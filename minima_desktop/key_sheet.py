"""The sheet of keys: every declared act in its group with its keys, to be read, and to be searched."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from minima_desktop.actions import ACTS, MENUS
from minima_desktop.matching import Text, score
from minima_desktop.palette import keys_of
from minima_desktop.sheets import Sheet
from minima_widgets.panels import look
from minima_widgets.panels.texts import Field, Note
from minima_widgets.theme import Theme

__all__ = ["GESTURES", "KeySheet", "groups_of"]

GESTURES = (
    ("Click", "Start all chosen methods there"),
    ("Shift + click", "Add a start"),
    ("Drag a start", "Move it; the runs follow"),
    ("Drag elsewhere", "Pan the map, turn the surface"),
    ("Wheel", "Zoom at the cursor"),
    ("Arrow keys", "Move the cursor; with Shift, faster"),
    ("Alt + arrow keys", "Turn the surface"),
)
_COLUMN = 380
"""Pixels of a column, at the ordinary type size."""
_MOST_COLUMNS = 3

Lines = tuple[tuple[str, str], ...]


def groups_of(typed: str = "") -> tuple[tuple[str, Lines], ...]:
    """Groups of (keys, words): all that have keys; or what was typed, then also acts without a key."""
    groups = [("Mouse and cursor", tuple((key, words, "mouse") for key, words in GESTURES))]
    for menu in MENUS:
        acts = (act for act in ACTS if act.menu == menu and (act.keys or typed.strip()))
        groups.append(
            (menu, tuple((keys_of(act) or "in the menu", act.title.rstrip("…"), act.tip) for act in acts))
        )
    found = (
        (
            title,
            tuple((keys, words) for keys, words, said in lines if score(typed, Text(words, keys, said)) > 0),
        )
        for title, lines in groups
    )
    return tuple((title, lines) for title, lines in found if lines)


class KeySheet(Sheet):
    """A line to type into, and below it the groups in as many columns as there is room for."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent, theme, "Keys and gestures")
        self._theme = theme
        self.search = Field(theme, "Search keys", tip="Type a word, or a key: zoom, lesson, Ctrl+T …")
        self.search.setPlaceholderText("Search: a word, or a key")
        self.search.textChanged.connect(self._fill)
        self.nothing = Note(theme)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName("Keys")
        self.body.addWidget(self.search)
        self.body.addWidget(self.nothing)
        self.body.addWidget(self._area, 1)
        self._columns = 0
        room = parent.screen().availableGeometry()
        wanted = _MOST_COLUMNS * look.px(theme, _COLUMN) + 80
        self.resize(min(wanted, round(room.width() * 0.92)), round(room.height() * 0.85))
        self._fill()
        self.search.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Takes as many columns as there is room for."""
        super().resizeEvent(event)
        if self._columns != self._columns_now():
            self._fill()

    def _columns_now(self) -> int:
        return min(max((self.width() - 60) // look.px(self._theme, _COLUMN), 1), _MOST_COLUMNS)

    def _fill(self) -> None:
        typed = self.search.text()
        groups = groups_of(typed)
        self._columns = self._columns_now()
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 12, 0)
        row.setSpacing(36)
        for column in _shared_out(groups, self._columns):
            row.addWidget(self._column(column), 1, Qt.AlignmentFlag.AlignTop)
        for _ in range(self._columns - row.count()):
            row.addStretch(1)
        self._area.setWidget(inside)
        self.nothing.setVisible(not groups)
        self.nothing.setText(f"No key and no act is called “{typed.strip()[:40]}”; try another word.")

    def _column(self, groups: list[tuple[str, Lines]]) -> QWidget:
        part = QWidget()
        layout = QVBoxLayout(part)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        for title, lines in groups:
            grid = QGridLayout()
            grid.setHorizontalSpacing(16)
            grid.setVerticalSpacing(5)
            grid.setColumnMinimumWidth(0, look.px(self._theme, 118))
            grid.setColumnStretch(1, 1)
            heading = QLabel(title)
            heading.setProperty("kind", "title")
            grid.addWidget(heading, 0, 0, 1, 2)
            for k, (keys, words) in enumerate(lines, start=1):
                shown = QLabel("\n".join(keys.split("  ")))
                shown.setProperty("kind", "muted")
                said = QLabel(words)
                said.setWordWrap(True)
                for column, label in enumerate((shown, said)):
                    label.setAlignment(Qt.AlignmentFlag.AlignTop)
                    grid.addWidget(label, k, column)
            layout.addLayout(grid)
        return part


def _shared_out(groups: tuple[tuple[str, Lines], ...], columns: int) -> list[list[tuple[str, Lines]]]:
    """Share groups out to columns, in order, so that the longest column is as short as can be."""
    if not groups:
        return []
    sizes = [len(lines) + 2 for _, lines in groups]
    # The least height into which they go, found by trying one after the other.
    for height in range(max(sizes), sum(sizes) + 1):
        shared: list[list[tuple[str, Lines]]] = [[]]
        used = 0
        for group, size in zip(groups, sizes, strict=True):
            if used + size > height and shared[-1]:
                shared.append([])
                used = 0
            shared[-1].append(group)
            used += size
        if len(shared) <= columns:
            return shared
    return [list(groups)]
