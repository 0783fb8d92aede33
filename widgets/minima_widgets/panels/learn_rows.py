"""A list of lessons or of claims: a mark that says how far one has come, a title, and a sentence below it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import keeps_key
from minima_widgets.panels.icons import paint_icon
from minima_widgets.panels.learn_values import Entry
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Rows"]

_PRESS = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_EDGE, _MARK, _GAP = 7, 16, 9  # pixels of the ordinary type size


class Rows(QWidget):
    """The entries, painted; `chosen` carries the key of the one that is clicked, or taken with Enter."""

    chosen = Signal(str)
    walked = Signal(float, float)
    """The keyboard has gone to an entry: its top and its height, to be scrolled to."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._entries: tuple[Entry, ...] = ()
        self._at, self._hovered = 0, -1
        self._titles: list[list[str]] = []
        self._sentences: list[list[str]] = []
        self._rects: list[QRectF] = []
        self._headings: list[tuple[float, str]] = []
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)
        self.setToolTip(look.tip("A click opens it; arrows go up and down.", "Enter"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_entries(self, entries: Iterable[Entry]) -> None:
        """Show these."""
        entries = tuple(entries)
        if entries == self._entries:
            return
        self._entries = entries
        self._at = min(self._at, max(len(entries) - 1, 0))
        self.setAccessibleDescription("; ".join(f"{e.title}, {e.mark}" for e in entries))
        self._lay_out()
        self.update()

    def entries(self) -> tuple[Entry, ...]:
        """Return what is shown."""
        return self._entries

    def rect_of(self, key: str) -> QRectF:
        """Return where an entry lies; empty when there is none of that key."""
        found = (rect for entry, rect in zip(self._entries, self._rects, strict=True) if entry.key == key)
        return next(found, QRectF())

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self._lay_out()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as the entries are."""
        return QSize(look.px(self._theme, 200), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew."""
        super().resizeEvent(event)
        if event.oldSize().width() != self.width():
            self._lay_out()

    def _lay_out(self) -> None:
        theme = self._theme
        edge, mark, gap = (look.px(theme, size) for size in (_EDGE, _MARK, _GAP))
        bold, small = QFontMetricsF(look.bold(theme)), QFontMetricsF(look.small(theme))
        room = max(self.width() - 2 * edge - mark - gap, 40.0)
        self._titles, self._sentences, self._rects, self._headings = [], [], [], []
        top, group = 0.0, ""
        for entry in self._entries:
            if entry.group != group:
                group = entry.group
                top += edge
                self._headings.append((top, group))
                top += small.lineSpacing() + edge / 2
            note = small.horizontalAdvance(entry.note) + gap if entry.note else 0.0
            title = look.wrapped(bold, entry.title, room - note)
            sentence = look.wrapped(small, entry.sentence, room) if entry.sentence else []
            high = len(title) * bold.lineSpacing() + len(sentence) * small.lineSpacing() + 2 * edge
            self._titles.append(title)
            self._sentences.append(sentence)
            self._rects.append(QRectF(0, top, self.width(), high))
            top += high
        self.setFixedHeight(max(round(top), 1))

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw headings and entries."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge, mark, gap = (look.px(theme, size) for size in (_EDGE, _MARK, _GAP))
        bold, small = QFontMetricsF(look.bold(theme)), QFontMetricsF(look.small(theme))
        painter.setPen(theme.colour("muted"))
        painter.setFont(look.small(theme))
        for top, heading in self._headings:
            painter.drawText(QPointF(edge, top + small.ascent()), heading)
        for k, (entry, rect) in enumerate(zip(self._entries, self._rects, strict=True)):
            if k == self._hovered:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("raised"))
                painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 7, 7)
            spot = QRectF(rect.left() + edge, rect.top() + edge, mark, mark)
            spot.moveTop(rect.top() + edge + (bold.height() - mark) / 2)
            self._paint_mark(painter, spot, entry)
            left = spot.right() + gap
            at = rect.top() + edge
            painter.setFont(look.bold(theme))
            painter.setPen(theme.colour("text"))
            for line in self._titles[k]:
                painter.drawText(QPointF(left, at + bold.ascent()), line)
                at += bold.lineSpacing()
            painter.setFont(look.small(theme))
            painter.setPen(theme.colour("muted"))
            if entry.note:
                x = rect.right() - edge - small.horizontalAdvance(entry.note)
                painter.drawText(QPointF(x, rect.top() + edge + bold.ascent()), entry.note)
            for line in self._sentences[k]:
                painter.drawText(QPointF(left, at + small.ascent()), line)
                at += small.lineSpacing()
            if self.hasFocus() and k == self._at:
                look.ring(painter, rect, theme.colour("accent"), 7)

    def _paint_mark(self, painter: QPainter, spot: QRectF, entry: Entry) -> None:
        """Draw a ring, half filled while under way; a check mark when done."""
        theme = self._theme
        if entry.mark == "done":
            paint_icon(painter, spot, "check", theme.colour("good"))
            return
        ring = spot.adjusted(3, 3, -3, -3)
        ink = theme.colour("accent" if entry.mark == "under way" else "faint")
        painter.setPen(QPen(ink, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(ring)
        if entry.mark == "under way":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawPie(ring, 90 * 16, 180 * 16)

    # -- mouse and keys ------------------------------------------------------------------------------------

    def _find(self, point: QPointF) -> int:
        return next((k for k, rect in enumerate(self._rects) if rect.contains(point)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the entry under the pointer."""
        self._hover(self._find(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            self.setCursor(Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the press, so that its release comes here."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take an entry."""
        place = self._find(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._at = place
            self.chosen.emit(self._entries[place].key)

    def event(self, event: QEvent) -> bool:
        """Keep arrows and Enter while the keyboard is here."""
        return keeps_key(event, {*_MOVES, *_PRESS}) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to a neighbour, or take the entry."""
        key = Qt.Key(event.key())
        if not self._entries:
            super().keyPressEvent(event)
        elif key in _MOVES:
            self._at = min(max(self._at + _MOVES[key], 0), len(self._entries) - 1)
            rect = self._rects[self._at]
            self.walked.emit(rect.top(), rect.height())
            self.update()
        elif key in _PRESS and not event.isAutoRepeat():
            self.chosen.emit(self._entries[self._at].key)
        else:
            super().keyPressEvent(event)
