"""The one sentence that invites, and the quiet line that leads on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.bubbles import ExplainedText
from minima_widgets.panels.texts import Line
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["SentenceLabel", "TryNext"]


_SCALES = (1.0, 0.9, 0.82, 0.74, 0.68)  # of the headline, down to ordinary type


class SentenceLabel(Line):
    """The headline: one sentence, “Click anywhere to start from there.” for example.

    A long one is written smaller, and where even that is too wide, in two lines.
    """

    _wrapped = False

    def __init__(self, theme: Theme, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(theme, text, size="sentence", parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Leave a little air below."""
        size = super().sizeHint()
        high = round(QFontMetricsF(self._choose_font()).height())
        if self._wrapped:
            high = max(high, round(2 * QFontMetricsF(self._font).lineSpacing()))
        return QSize(size.width(), high + look.px(self._theme, 3))

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it in one line, or in two."""
        if not self._wrapped:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setFont(self._font)
        painter.setPen(self._theme.colour(self._role if self.isEnabled() else "disabled"))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for k, line in enumerate(look.two_lines(self._font, self._text, self.width())):
            high = self.height() / 2
            painter.drawText(QRectF(0, k * high, self.width(), high), flags, line)

    def _room(self) -> float:
        """Return the width that the text has: that of two lines, with some lost where the first ends."""
        return 1.8 * self.width() if self._wrapped else self.width()

    def set_text(self, text: str) -> None:
        """Show another sentence."""
        super().set_text(text)
        self._shrink()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        super().set_theme(theme)
        self._shrink()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be as large as there is room."""
        super().resizeEvent(event)
        self._shrink()

    def _shrink(self) -> None:
        """Write smaller before a part of the sentence is left out."""
        for scale in _SCALES:
            self._font = look.scaled(self._choose_font(), scale)
            if QFontMetricsF(self._font).horizontalAdvance(self._text) <= self.width():
                break
        wrapped = QFontMetricsF(self._font).horizontalAdvance(self._text) > self.width() > 0
        if wrapped != self._wrapped:
            self._wrapped = wrapped
            self.updateGeometry()
        self.update()


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
