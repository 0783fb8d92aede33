"""Rows of chips that break where the width ends: how they lie, and how mouse and keyboard reach them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import keeps_key
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["ChipRows"]

_KEYS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}


class ChipRows(QWidget):
    """Chips in rows. Left and right walk, Space and Enter press; what they show and do, the heirs say."""

    height_of_chip, gap, usual_width = 22, 5, 240
    """In reference pixels."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._rects: list[QRectF] = []
        self._hovered, self._current = -1, 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    # -- what heirs say ------------------------------------------------------------------------------------

    def count(self) -> int:
        """Return how many chips there are, the hidden ones included."""
        raise NotImplementedError

    def wide(self, place: int, metrics: QFontMetricsF) -> float:
        """Return how wide a chip is."""
        raise NotImplementedError

    def is_hidden(self, place: int) -> bool:
        """Whether a chip is left out."""
        return False

    def frame(self, place: int) -> str:
        """Return the role of the chip's border; "line" for one that is off."""
        raise NotImplementedError

    def draw(self, painter: QPainter, place: int, rect: QRectF) -> None:
        """Draw what stands in a chip."""
        raise NotImplementedError

    def press(self, place: int) -> None:
        """Do what a chip is for."""
        raise NotImplementedError

    # -- drawing -------------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.lay_out()
        self.update()

    def lay_out(self) -> None:
        """Find out where each chip lies."""
        theme = self._theme
        metrics = QFontMetricsF(look.small(theme))
        high, gap = look.px(theme, self.height_of_chip), look.px(theme, self.gap)
        self._current = min(self._current, max(self.count() - 1, 0))
        x, y, rects = 0.0, 0.0, []
        for place in range(self.count()):
            if self.is_hidden(place):
                rects.append(QRectF())
                continue
            wide = self.wide(place, metrics)
            if x and x + wide > self.width():
                x, y = 0.0, y + high + gap
            rects.append(QRectF(x, y, wide, high))
            x += wide + gap
        self._rects = rects
        tall = round(y + high) if x else 0
        if tall != self.height():
            self.setFixedHeight(tall)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew for another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.lay_out()

    def sizeHint(self) -> QSize:
        """As high as the rows."""
        return QSize(look.px(self._theme, self.usual_width), self.height())

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the chips."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.small(theme))
        for place, rect in enumerate(self._rects):
            if rect.isNull():
                continue
            border = self.frame(place)
            on = border != "line"
            painter.setPen(QPen(theme.colour(border), 1))
            painter.setBrush(theme.colour("press" if on else "hover" if place == self._hovered else "card"))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), rect.height() / 2, rect.height() / 2)
            painter.setPen(theme.colour("text" if on else "muted"))
            self.draw(painter, place, rect)
            if self.hasFocus() and place == self._current:
                look.ring(painter, rect, theme.colour("accent"), rect.height() / 2)

    # -- mouse and keys ------------------------------------------------------------------------------------

    def at(self, point: QPointF) -> int:
        """Return the chip at a point, −1 where there is none."""
        return next((k for k, rect in enumerate(self._rects) if rect.contains(point)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the chip under the pointer."""
        place = self.at(event.position())
        if place != self._hovered:
            self._hovered = place
            shape = Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press one."""
        place = self.at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._current = place
            self.press(place)

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._hovered = -1
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to a neighbour, or press."""
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right} and self.count():
            self._walk(1 if key == Qt.Key.Key_Right else -1)
            self.update()
        elif key in _KEYS and self.count() and not self.is_hidden(self._current):
            self.press(self._current)
        else:
            super().keyPressEvent(event)

    def _walk(self, way: int) -> None:
        """Go to the next chip that is in sight, if there is one."""
        many = self.count()
        places = [(self._current + way * k) % many for k in range(1, many + 1)]
        self._current = next((k for k in places if not self.is_hidden(k)), self._current)

    def event(self, event: QEvent) -> bool:
        """Keep its keys while the keyboard is here."""
        return keeps_key(event, _KEYS) or super().event(event)
