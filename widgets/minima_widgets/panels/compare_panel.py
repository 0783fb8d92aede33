"""Two minima side by side: which two, the main difference in a sentence, the table, the way between them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from minima_core.scene.scenes import ChartScene
from minima_widgets.paint.chart import paint_chart
from minima_widgets.panels import look
from minima_widgets.panels.bubbles import ExplainedText
from minima_widgets.panels.column_area import column_area
from minima_widgets.panels.compare_values import ComparedRow, CompareState
from minima_widgets.panels.controls import Button, Choice
from minima_widgets.panels.job_line import JobLine
from minima_widgets.panels.table import Cells, Heading, Table
from minima_widgets.panels.texts import Line
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["ComparePanel"]

_HEADINGS = (
    Heading("", "What is compared; rest on a row to read what it means.", words=True),
    Heading("A", "The first of the two."),
    Heading("B", "The second.", clear=True),
    Heading("what they say", "Both numbers together, in words.", words=True, gives_way=1, cut=True),
)
_ROOM_FOR_CHART = 760
"""Pixels of width, at the normal type size, from which the profile stands beside the table."""


class _Profile(QWidget):
    """The heights along the ways from A to B, drawn by the painter of pictures."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._scene: ChartScene | None = None
        self.setAccessibleName("The way from A to B")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def set_scene(self, scene: ChartScene | None) -> None:
        """Show this; None shows nothing."""
        if scene is not self._scene:
            self._scene = scene
            self.setAccessibleDescription("" if scene is None else scene.title)
            self.update()

    @property
    def scene(self) -> ChartScene | None:
        """What is shown."""
        return self._scene

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """A third of a card."""
        return QSize(look.px(self._theme, 320), look.px(self._theme, 150))

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the chart."""
        if self._scene is None or min(self.width(), self.height()) < look.px(self._theme, 60):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_chart(painter, QRectF(self.rect()).adjusted(2, 0, -4, -2), self._scene, self._theme)


class ComparePanel(QWidget):
    """Signals: ``a_chosen(number)``, ``b_chosen(number)``, ``swapped()``, ``save_wanted()``, ``cancelled()``.

    Numbers of minima begin at 1, the lowest.
    """

    a_chosen = Signal(int)
    b_chosen = Signal(int)
    swapped = Signal()
    save_wanted = Signal()
    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = CompareState()
        self.first = Choice(theme, (), "", name="A", tip="The first minimum: choose it here, or click it.")
        self.second = Choice(theme, (), "", name="B", tip="The second minimum: choose it here, or click it.")
        self.swap = Button(theme, "Swap", kind="quiet", tip="A becomes B, and B becomes A.")
        self.save = Button(
            theme,
            "Save picture",
            icon="picture",
            kind="quiet",
            tip="Draws this as one page for a slide, at any size.",
        )
        self.headline = ExplainedText(theme, "")
        self.note = ExplainedText(theme, "", role="muted", quiet=True)
        self.job = JobLine(theme)
        self.table = Table(theme, _HEADINGS, "Two minima side by side")
        self.profile = _Profile(theme)
        self._letters = (
            Line(theme, "A", role="accent", size="bold"),
            Line(theme, "B", role="accent", size="bold"),
        )
        for choice in (self.first, self.second):
            choice.setMaximumWidth(look.px(theme, 250))
        self._lay_out()
        self.first.chosen.connect(lambda value: self.a_chosen.emit(int(value)))
        self.second.chosen.connect(lambda value: self.b_chosen.emit(int(value)))
        self.swap.clicked.connect(self.swapped)
        self.save.clicked.connect(self.save_wanted)
        self.job.cancelled.connect(self.cancelled)
        self._show()

    def _lay_out(self) -> None:
        for letter in self._letters:
            letter.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._choices = QWidget()
        row = QHBoxLayout(self._choices)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(7)
        row.addWidget(self._letters[0])
        row.addWidget(self.first, 2)
        row.addWidget(self.swap)
        row.addWidget(self._letters[1])
        row.addWidget(self.second, 2)
        row.addStretch(1)
        row.addWidget(self.save)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.table)
        column.addStretch(1)
        self.area = column_area(inside)
        self._body = QWidget()
        body = QHBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(12)
        body.addWidget(self.area, 6)
        body.addWidget(self.profile, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 2, 6, 4)
        layout.setSpacing(5)
        for widget in (self._choices, self.headline, self.job, self.note):
            layout.addWidget(widget)
        layout.addWidget(self._body, 1)
        layout.addStretch(0)

    @property
    def state(self) -> CompareState:
        """What is shown."""
        return self._state

    def set_state(self, state: CompareState) -> None:
        """Show this."""
        if state != self._state:
            self._state = state
            self._show()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        for choice in (self.first, self.second):
            choice.setMaximumWidth(look.px(theme, 250))
        self._fit()

    def _show(self) -> None:
        state = self._state
        choices = tuple((str(item.number), item.name) for item in state.items)
        for choice, value, other in ((self.first, state.a, state.b), (self.second, state.b, state.a)):
            choice.set_choices(choices, {str(other): "This is the other one: Swap changes their places."})
            choice.set_value(str(value) if value else "")
        comparing = len(state.items) > 1
        self._choices.setVisible(comparing)
        self.save.setEnabled(bool(state.rows))
        self.headline.set_text(state.headline)
        self.headline.setVisible(bool(state.headline))
        self.note.set_text(state.note)
        self.note.setVisible(bool(state.note))
        self.job.set_job(state.job)
        self.table.set_rows([_cells(row) for row in state.rows])
        self.profile.set_scene(state.chart)
        self._body.setVisible(bool(state.rows))
        self._fit()

    def _fit(self) -> None:
        wide = self.width() >= look.px(self._theme, _ROOM_FOR_CHART)
        self.profile.setVisible(wide and self._state.chart is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the profile where there is room for it."""
        super().resizeEvent(event)
        self._fit()


def _cells(row: ComparedRow) -> Cells:
    return Cells(
        (row.title, row.a, row.b, row.words), strong=row.strong, tip=f"{row.meaning} Here: {row.words}."
    )
