"""What a study came to: one sentence, a table, the ranking in words, and what it was run with."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.bubbles import ExplainedText
from minima_widgets.panels.study_table import StudyTable
from minima_widgets.panels.study_values import StudyOutcome
from minima_widgets.theme import Theme

__all__ = ["StudyResults"]

_EMPTY = "One race is a story. Many tries tell how often it ends well, what that costs, and how sure it is."


class StudyResults(QWidget):
    """Signals: ``chosen(row)`` of the table, ``again_wanted()``."""

    chosen = Signal(int)
    again_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.headline = ExplainedText(theme, _EMPTY)
        self.stale = ExplainedText(theme, "", "Run again", role="warning", quiet=True)
        self.table = StudyTable(theme)
        self.ranking = ExplainedText(theme)
        self.caption = ExplainedText(theme, role="muted", quiet=True)
        self.table.chosen.connect(self.chosen)
        self.stale.acted.connect(self.again_wanted)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.headline, self.stale, self.table, self.ranking, self.caption):
            self._layout.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._fit()
        self.set_outcome(StudyOutcome())

    def set_outcome(self, outcome: StudyOutcome) -> None:
        """Show what came out; without rows, what a study is good for."""
        self.headline.set_text(outcome.headline or _EMPTY)
        self.stale.set_text(outcome.stale, "Run again")
        self.table.set_rows(outcome.rows)
        self.ranking.set_text(outcome.ranking)
        self.caption.set_text(outcome.caption)
        self.stale.setVisible(bool(outcome.stale))
        self.table.setVisible(bool(outcome.rows))
        self.ranking.setVisible(bool(outcome.ranking))
        self.caption.setVisible(bool(outcome.caption))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def _fit(self) -> None:
        self._layout.setSpacing(look.px(self._theme, 8))
