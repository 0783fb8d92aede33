"""What restarts have found so far, while they run; and the facts of the landscape, when somebody asks."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.bubbles import ExplainedText
from minima_widgets.panels.chips import paint_chip
from minima_widgets.panels.controls import Button
from minima_widgets.panels.job_line import JobLine
from minima_widgets.panels.study_values import FactsState, RestartsState
from minima_widgets.panels.texts import Note
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["FactsRows", "RestartRows"]


class _Account(QWidget):
    """One line's restarts: its chip and name, and below them words at the left, numbers at the right.

    It is painted, so that numbers may change many times a second without a new layout.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = RestartsState("", "run:random-restarts:0", ())
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def state(self) -> RestartsState:
        """What is shown."""
        return self._state

    def set_state(self, state: RestartsState) -> None:
        """Show other numbers."""
        if state == self._state:
            return
        grown = len(state.pairs) != len(self._state.pairs)
        self._state = state
        self.setAccessibleName(f"Restarts of {state.title}")
        self.setAccessibleDescription(", ".join(f"{what} {much}" for what, much, _ in state.pairs))
        self.setToolTip("".join(look.tip(meaning) for _, _, meaning in state.pairs if meaning))
        if grown:
            self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def _line(self) -> float:
        return QFontMetricsF(look.small(self._theme)).height() + look.px(self._theme, 3)

    def sizeHint(self) -> QSize:
        """A line for the title and one for each pair."""
        theme = self._theme
        high = look.px(theme, 22) + len(self._state.pairs) * self._line()
        return QSize(look.px(theme, 200), round(high))

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw chip, title and pairs."""
        theme, state = self._theme, self._state
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        style = theme.run_style(state.role)
        side, top, left = look.px(theme, 13), look.px(theme, 22), look.px(theme, 20)
        paint_chip(
            painter, QRectF(0, (top - side) / 2, side, side), style.colour, style.head, core=style.core
        )
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(look.bold(theme))
        painter.setPen(theme.colour("text"))
        title = look.elide(look.bold(theme), state.title, self.width() - left)
        painter.drawText(QRectF(left, 0, self.width() - left, top), middle, title)
        small, line = look.small(theme), self._line()
        metrics = QFontMetricsF(small)
        painter.setFont(small)
        for k, (what, much, _) in enumerate(state.pairs):
            rect = QRectF(left, top + k * line, self.width() - left - look.px(theme, 2), line)
            wide = metrics.horizontalAdvance(much)
            painter.setPen(theme.colour("muted"))
            painter.drawText(rect, middle, look.elide(small, what, rect.width() - wide - 8))
            painter.setPen(theme.colour("text"))
            painter.drawText(rect, Qt.AlignmentFlag.AlignRight | middle, much)


class RestartRows(QWidget):
    """The restarts of all lines that make some, one account a line."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._accounts: list[_Account] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._fit()

    @property
    def states(self) -> tuple[RestartsState, ...]:
        """What is shown."""
        return tuple(each.state for each in self._accounts if not each.isHidden())

    def set_states(self, states: Iterable[RestartsState]) -> None:
        """Show these; it may be called many times a second."""
        states = tuple(states)
        while len(self._accounts) < len(states):
            account = _Account(self._theme)
            self._accounts.append(account)
            self._layout.addWidget(account)
        for k, account in enumerate(self._accounts):
            if k < len(states):
                account.set_state(states[k])
            if account.isHidden() != (k >= len(states)):
                account.setVisible(k < len(states))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def _fit(self) -> None:
        self._layout.setSpacing(look.px(self._theme, 10))


class FactsRows(QWidget):
    """Sentences with numbers; ``asked()`` and ``cancelled()``."""

    asked = Signal()
    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._texts: list[ExplainedText] = []
        self.note = Note(
            theme, "How many minima there are, how different they are, and how likely the best one is found."
        )
        self.ask = Button(
            theme, "Work out the facts", tip="Prove the minima, map the basins, try the usual methods"
        )
        self.ask.clicked.connect(self.asked)
        self.job = JobLine(theme)
        self.job.cancelled.connect(self.cancelled)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.note)
        self._layout.addWidget(self.ask, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addWidget(self.job)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._fit()
        self.set_state(FactsState())

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is shown."""
        return tuple(each.text() for each in self._texts if not each.isHidden())

    def set_state(self, state: FactsState) -> None:
        """Show facts, or that they can be worked out."""
        while len(self._texts) < len(state.sentences):
            text = ExplainedText(self._theme)
            self._texts.append(text)
            self._layout.insertWidget(len(self._texts) - 1, text)
        for k, text in enumerate(self._texts):
            if k < len(state.sentences):
                text.set_text(state.sentences[k])
            text.setVisible(k < len(state.sentences))
        self.job.set_job(state.job)
        idle = not state.job.sentence
        self.ask.setVisible(idle and (state.stale or not state.sentences))
        self.ask.setText("Work them out again" if state.stale else "Work out the facts")
        self.note.setVisible(not state.sentences or state.stale)
        if state.stale:
            self.note.setText(f"These facts are of {state.title}.")

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def _fit(self) -> None:
        self._layout.setSpacing(look.px(self._theme, 8))
