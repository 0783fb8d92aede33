"""What lies over a talk for a moment: the line of keys, a message, the pointer's spot, the black screen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QRadialGradient,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Black", "Note", "Spot"]

NOTE = 10.5
"""Size of type of the line of keys, as at the usual type size."""
RED = QColor("#ff2a3c")
"""What a laser looks like; it has to be seen on every ground, so it belongs to no theme."""

Words = Sequence[tuple[str, str]]


class Note(QWidget):
    """A line on a card in the middle below: pairs of bold and plain words; it goes by itself."""

    visible_changed = Signal(bool)
    """Whether it lies over what stands at the bottom now."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words: tuple[tuple[str, str], ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self._size = theme.points(NOTE)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and type from `theme`."""
        self._theme = theme
        self.place()

    def show_for(self, words: Words, seconds: float) -> None:
        """Show words for so many seconds."""
        self._words = tuple(words)
        self.setAccessibleName(", ".join(f"{bold} {plain}".strip() for bold, plain in words))
        self.place()
        self.show()
        self.raise_()
        self.update()
        self._timer.start(round(1000 * seconds))

    def showEvent(self, event: QShowEvent) -> None:
        """Say that it is there."""
        super().showEvent(event)
        self.visible_changed.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Say that it is gone."""
        super().hideEvent(event)
        self.visible_changed.emit(False)

    def dismiss(self) -> None:
        """Take the line away."""
        self._timer.stop()
        self.hide()

    @property
    def text(self) -> str:
        """What is shown, or ""."""
        return "" if self.isHidden() else self.accessibleName()

    def _width(self, size: float) -> float:
        """Return how wide the words are in type of a size."""
        theme = self._theme
        bold, plain = QFontMetricsF(theme.font(size, bold=True)), QFontMetricsF(theme.font(size))
        parts = sum(
            bold.horizontalAdvance(a) + plain.horizontalAdvance(f" {b}" if a else b) for a, b in self._words
        )
        return parts + size * 1.6 * (len(self._words) - 1)

    def place(self) -> None:
        """Lie at the bottom in the middle of the parent, in type that fits its width."""
        theme, host = self._theme, self.parentWidget()
        if host is None:
            return
        size = theme.points(NOTE)
        most = 0.94 * host.width() - 3 * size
        wide = self._width(size)
        if wide > most:
            size *= most / wide
            wide = self._width(size)
        self._size = size
        width, height = round(wide + 3 * size) + 2, round(3.2 * size)
        self.setGeometry((host.width() - width) // 2, host.height() - height - round(size), width, height)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card and the words."""
        theme, size = self._theme, self._size
        bold, plain = theme.font(size, bold=True), theme.font(size)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.colour("line"))
            painter.setBrush(theme.colour("raised"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), size, size)
            x = 1.5 * size
            line = self.height() / 2 + QFontMetricsF(plain).capHeight() / 2
            for key, words in self._words:
                painter.setFont(bold)
                painter.setPen(theme.colour("text"))
                painter.drawText(QPointF(x, line), key)
                x += QFontMetricsF(bold).horizontalAdvance(key)
                painter.setFont(plain)
                painter.setPen(theme.colour("muted" if key else "text"))
                said = f" {words}" if key else words
                painter.drawText(QPointF(x, line), said)
                x += QFontMetricsF(plain).horizontalAdvance(said) + 1.6 * size


class Spot(QWidget):
    """A large soft spot that follows the mouse: a small widget that moves, so that nothing else is drawn."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_at(self, at: QPointF, diameter: int) -> None:
        """Stand at a place of the parent."""
        if self.width() != diameter:
            self.resize(QSize(diameter, diameter))
        self.move(round(at.x() - diameter / 2), round(at.y() - diameter / 2))
        if self.isHidden():
            self.show()
            self.raise_()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a bright core with a white rim and a halo."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle, radius = QRectF(self.rect()).center(), self.width() / 2
            halo = QRadialGradient(middle, radius)
            for share, opacity in ((0.0, 0.62), (0.42, 0.5), (0.7, 0.2), (1.0, 0.0)):
                colour = QColor(RED)
                colour.setAlphaF(opacity)
                halo.setColorAt(share, colour)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(halo)
            painter.drawEllipse(middle, radius, radius)
            painter.setBrush(QColor(255, 255, 255, 235))
            painter.drawEllipse(middle, 0.25 * radius, 0.25 * radius)
            painter.setBrush(RED)
            painter.drawEllipse(middle, 0.18 * radius, 0.18 * radius)


class Black(QWidget):
    """The black screen: the room looks at the person."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setAccessibleName("Black screen")
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill it."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
