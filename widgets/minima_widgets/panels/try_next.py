"""The one sentence that invites, and the quiet line that leads on."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.bubbles import ExplainedText
from minima_widgets.panels.texts import Line
from minima_widgets.theme import Theme

__all__ = ["SentenceLabel", "TryNext"]


class SentenceLabel(Line):
    """The headline: one sentence, “Click anywhere to start from there.” for example."""

    def __init__(self, theme: Theme, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(theme, text, size="sentence", parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Leave a little air below."""
        size = super().sizeHint()
        return QSize(size.width(), size.height() + look.px(self._theme, 3))


class TryNext(QWidget):
    """“Try next”: a sentence, and a link that does it; `acted` carries its action."""

    acted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = ""
        self._heading = Line(theme, "Try next", role="muted", size="small")
        self.words = ExplainedText(theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 2)
        layout.setSpacing(2)
        layout.addWidget(self._heading)
        layout.addWidget(self.words)
        self.words.acted.connect(lambda: self.acted.emit(self._action))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.hide()

    def set_suggestion(self, sentence: str, link: str = "", action: str = "") -> None:
        """Suggest something: sentence, words of the link, what `acted` is to carry; "" hides the line."""
        self._action = action
        self.words.set_text(sentence, link)
        self.setVisible(bool(sentence))

    def text(self) -> str:
        """Return the sentence on show."""
        return self.words.text()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        look.pass_on(self, theme)
