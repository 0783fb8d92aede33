"""What a study came to: a headline, a table, the ranking in words, and what it was run with."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.bubbles import ExplainedText
from minima_widgets.panels.study_table import StudyTable
from minima_widgets.panels.study_values import StudyOutcome
from minima_widgets.theme import Theme

__all__ = ["StudyHeadline", "StudyResults"]

_EMPTY = "One race is a story. Many tries tell how often it ends well, what that costs, and how sure it is."


class StudyHeadline(QWidget):
    """The one sentence, and where things have changed since, what has; ``again_wanted()``."""

    again_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.headline = ExplainedText(theme, _EMPTY)
        self.stale = ExplainedText(theme, "", "Run again", role="warning", quiet=True)
        self.stale.acted.connect(self.again_wanted)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._layout.addWidget(self.headline)
        self._layout.addWidget(self.stale)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.set_outcome(StudyOutcome())

    def set_outcome(self, outcome: StudyOutcome) -> None:
        """Show what came out; without a study, what one is good for."""
        self.headline.set_text(outcome.headline or _EMPTY)
        self.stale.set_text(outcome.stale, "Run again" if outcome.again else "")
        self.stale.setVisible(bool(outcome.stale))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        look.pass_on(self, theme)


class StudyResults(QWidget):
    """The table, and what is to be said of it; ``chosen(row)``."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.table = StudyTable(theme)
        self.ranking = ExplainedText(theme)
        self.caption = ExplainedText(theme, role="muted", quiet=True)
        self.table.chosen.connect(self.chosen)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.table, self.ranking, self.caption):
            self._layout.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._fit()
        self.set_outcome(StudyOutcome())

    def set_outcome(self, outcome: StudyOutcome) -> None:
        """Show what came out; without rows nothing."""
        self.table.set_rows(outcome.rows)
        self.ranking.set_text(outcome.ranking)
        self.caption.set_text(outcome.caption)
        self.table.setVisible(bool(outcome.rows))
        self.ranking.setVisible(bool(outcome.ranking))
        self.caption.setVisible(bool(outcome.caption))
        self.setVisible(bool(outcome.rows))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def _fit(self) -> None:
        self._layout.setSpacing(look.px(self._theme, 8))
