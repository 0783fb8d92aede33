"""All lessons, a file of one's own, and the way back to what was open before."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.column_area import column_area
from minima_widgets.panels.controls import Button, keeps_press
from minima_widgets.panels.learn_kept import KeptStrip
from minima_widgets.panels.learn_rows import Rows
from minima_widgets.panels.learn_values import Shelf
from minima_widgets.panels.sections import Inside
from minima_widgets.panels.texts import Line, Note
from minima_widgets.theme import Theme

__all__ = ["LessonList"]


class LessonList(QWidget):
    """The list. Signals: ``chosen(key)``, ``file_wanted()``, ``return_wanted()``."""

    chosen = Signal(str)
    file_wanted = Signal()
    return_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.kept = KeptStrip(theme)
        self.count = Line(theme, "", role="muted", size="small")
        self.rows = Rows(theme, "Lessons")
        self.file = Button(
            theme, "Open a lesson file…", kind="link", tip="A lesson that you or your teacher have written"
        )
        self.problem = Note(theme, role="error")
        inside = Inside()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 2, 4)
        column.addWidget(self.rows)
        link = QHBoxLayout()
        link.setContentsMargins(look.px(theme, 7), 6, 0, 0)
        link.addWidget(self.file)
        link.addStretch(1)
        column.addLayout(link)
        problem = QHBoxLayout()
        problem.setContentsMargins(look.px(theme, 7), 0, 4, 0)
        problem.addWidget(self.problem)
        column.addLayout(problem)
        column.addStretch(1)
        self.area = column_area(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.kept)
        layout.addWidget(self.count)
        layout.addWidget(self.area, 1)
        self.rows.chosen.connect(self.chosen)
        self.rows.walked.connect(
            lambda top, high: self.area.ensureVisible(0, round(top + high / 2), 0, round(high / 2) + 4)
        )
        self.file.clicked.connect(self.file_wanted)
        self.kept.return_wanted.connect(self.return_wanted)
        self.set_shelf(Shelf())

    def set_shelf(self, shelf: Shelf) -> None:
        """Show these lessons, and what was wrong with a file."""
        self.rows.set_entries(shelf.entries)
        done = sum(entry.mark == "done" for entry in shelf.entries)
        self.count.set_text(f"{done} of {len(shelf.entries)} done" if done else "Each takes a few minutes.")
        self.kept.set_kept(shelf.kept)
        came = shelf.problem and shelf.problem != self.problem.text()
        self.problem.setText(shelf.problem)
        self.problem.setVisible(bool(shelf.problem))
        if came:  # once it has its height
            QTimer.singleShot(0, self, lambda: self.area.ensureWidgetVisible(self.problem))

    def take_keyboard(self) -> None:
        """Have the keyboard on the list."""
        self.rows.setFocus(Qt.FocusReason.TabFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the button that has the keyboard."""
        return keeps_press(event) or super().event(event)
