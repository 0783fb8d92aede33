"""Chips to filter by: each is a word that is on or off, and those that are on hold together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import keeps_key
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["TagChips"]

_KEYS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}


class TagChips(QWidget):
    """Words in rows; ``changed()`` when one is switched. Left and right walk, Space and Enter switch.

    How many things each would leave stands behind it (`set_counts`); one that would leave none is hidden.
    """

    changed = Signal()

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._tags: tuple[str, ...] = ()
        self._on: set[str] = set()
        self._counts: dict[str, int] = {}
        self._rects: list[QRectF] = []
        self._hovered, self._current = -1, 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_tags(self, tags: Iterable[str]) -> None:
        """Offer these words; those that are on and still offered stay on."""
        self._tags = tuple(tags)
        self._on &= set(self._tags)
        self._current = min(self._current, max(len(self._tags) - 1, 0))
        self._lay_out()
        self.update()

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Say how many things each word would leave."""
        if dict(counts) != self._counts:
            self._counts = dict(counts)
            self._lay_out()
            self.update()

    def tags(self) -> tuple[str, ...]:
        """Return the words that are offered, in order."""
        return self._tags

    def chosen(self) -> frozenset[str]:
        """Return the words that are on."""
        return frozenset(self._on)

    def clear(self) -> None:
        """Switch all off, without a signal."""
        if self._on:
            self._on.clear()
            self._lay_out()
            self.update()

    def rect_of(self, tag: str) -> QRectF:
        """Return where the chip of `tag` lies."""
        return self._rects[self._tags.index(tag)]

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self._lay_out()
        self.update()

    def _is_hidden(self, tag: str) -> bool:
        """Whether a word would leave nothing; one that is on stays, or it could not be switched off."""
        return tag not in self._on and self._counts.get(tag, 1) == 0

    # -- drawing -------------------------------------------------------------------------------------------

    def _text(self, tag: str) -> str:
        return f"{tag} {self._counts[tag]}" if tag in self._counts and tag not in self._on else tag

    def _lay_out(self) -> None:
        theme = self._theme
        metrics = QFontMetricsF(look.small(theme))
        high, gap = look.px(theme, 24), look.px(theme, 6)
        x, y, rects = 0.0, 0.0, []
        for tag in self._tags:
            if self._is_hidden(tag):
                rects.append(QRectF())
                continue
            # Room for any count, so that nothing jumps.
            wide = metrics.horizontalAdvance(f"{tag} 00") + look.px(theme, 18)
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
            self._lay_out()

    def sizeHint(self) -> QSize:
        """As high as the rows."""
        return QSize(look.px(self._theme, 300), self.height())

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the chips."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = look.small(theme)
        painter.setFont(font)
        for k, (rect, tag) in enumerate(zip(self._rects, self._tags, strict=True)):
            if rect.isNull():
                continue
            on = tag in self._on
            frame = rect.adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(QPen(theme.colour("accent" if on else "line"), 1))
            painter.setBrush(theme.colour("press" if on else "hover" if k == self._hovered else "card"))
            painter.drawRoundedRect(frame, rect.height() / 2, rect.height() / 2)
            painter.setPen(theme.colour("text" if on else "muted"))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._text(tag))
            if self.hasFocus() and k == self._current:
                look.ring(painter, rect, theme.colour("accent"), rect.height() / 2)

    # -- mouse and keys ------------------------------------------------------------------------------------

    def _at(self, event: QMouseEvent) -> int:
        return next((k for k, rect in enumerate(self._rects) if rect.contains(event.position())), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the chip under the pointer."""
        place = self._at(event)
        if place != self._hovered:
            self._hovered = place
            shape = Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Switch a word."""
        place = self._at(event)
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._current = place
            self._switch(self._tags[place])

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._hovered = -1
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to a neighbour, or switch."""
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right} and self._tags:
            self._walk(1 if key == Qt.Key.Key_Right else -1)
            self.update()
        elif key in _KEYS and self._tags and not self._is_hidden(self._tags[self._current]):
            self._switch(self._tags[self._current])
        else:
            super().keyPressEvent(event)

    def _walk(self, way: int) -> None:
        """Go to the next chip that is in sight, if there is one."""
        many = len(self._tags)
        places = [(self._current + way * k) % many for k in range(1, many + 1)]
        self._current = next((k for k in places if not self._is_hidden(self._tags[k])), self._current)

    def event(self, event: QEvent) -> bool:
        """Keep its keys while the keyboard is here."""
        return keeps_key(event, _KEYS) or super().event(event)

    def _switch(self, tag: str) -> None:
        self._on ^= {tag}
        self.setAccessibleDescription(", ".join(sorted(self._on)) or "no filter")
        self.update()
        self.changed.emit()
