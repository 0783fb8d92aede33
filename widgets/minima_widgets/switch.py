"""A switch of two words, one of them in force: how the axes of the trace are changed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Switch"]


class Switch(QWidget):
    """Two words, one of them in force: a click or Space changes over."""

    toggled = Signal()

    def __init__(self, words: tuple[str, str], tip: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = words
        self.theme = theme
        self.second = False
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_second(self, second: bool) -> None:
        """Show which of the words is in force."""
        if second != self.second:
            self.second = second
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Change colours and type."""
        self.theme = theme
        self.adjustSize()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room that both words take."""
        metrics = QFontMetricsF(self.theme.font(self.theme.points(9.0)))
        width = sum(metrics.horizontalAdvance(word) for word in self.words) + self.theme.points(12)
        return QSize(round(width), round(metrics.height() + 3))

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Write both words, the one in force in the text's colour with a line below."""
        with QPainter(self) as painter:
            self._write(painter)

    def _write(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.theme.font(self.theme.points(9.0))
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        x, base = self.theme.points(3), metrics.ascent() + 1
        for word, chosen in zip(self.words, (not self.second, self.second), strict=True):
            width = metrics.horizontalAdvance(word)
            painter.setPen(self.theme.colour("text" if chosen else "muted"))
            painter.drawText(QPointF(x, base), word)
            if chosen:
                painter.setPen(QPen(self.theme.colour("accent"), 1.5))
                painter.drawLine(QPointF(x, base + 3), QPointF(x + width, base + 3))
            x += width + self.theme.points(6)
        if self.hasFocus():
            painter.setPen(QPen(self.theme.colour("focus"), 1.0))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Change over."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.toggled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change over with the keyboard."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.toggled.emit()
        else:
            super().keyPressEvent(event)
