"""Choices one below the other, each with the sentence that explains it; one of them is in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import keeps_key
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["RadioItem", "RadioList"]

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1}


@dataclass(frozen=True)
class RadioItem:
    """A choice: its value, its title, and one sentence."""

    value: str
    title: str
    meaning: str = ""


class RadioList(QWidget):
    """The choices, painted; `chosen` carries the value. The one in force shows its whole sentence."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, items: tuple[RadioItem, ...], value: str, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._items = items
        self._value = value
        self._name = name
        self._hovered = -1
        self._why_not: dict[str, str] = {}
        self._tops: list[float] = []
        self._high = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._lay_out()
        self._say()

    def value(self) -> str:
        """Return what is in force."""
        return self._value

    def set_value(self, value: str) -> None:
        """Show what is in force, without a signal."""
        if value != self._value:
            self._value = value
            self._lay_out()
            self._say()
            self.update()

    def set_why_not(self, why_not: Mapping[str, str]) -> None:
        """Say which choices cannot be made at present, and why."""
        if dict(why_not) != self._why_not:
            self._why_not = dict(why_not)
            self._lay_out()
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self._lay_out()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as all choices and the sentence of the one in force."""
        return QSize(look.px(self._theme, 200), self._high)

    def minimumSizeHint(self) -> QSize:
        """Sentences wrap where there is little room."""
        return QSize(look.px(self._theme, 100), self._high)

    # -- drawing -------------------------------------------------------------------------------------------

    def _left(self) -> float:
        return look.px(self._theme, 24)

    def _sentence(self, item: RadioItem) -> list[str]:
        """Return the lines below a choice: of the one in force the sentence, of others why they cannot be."""
        text = self._why_not.get(item.value, "")
        if not text and item.value == self._value:
            text = item.meaning
        if not text:
            return []
        room = self.width() - self._left() - look.px(self._theme, 4)
        return look.wrapped(QFontMetricsF(look.small(self._theme)), text, room)

    def _lay_out(self) -> None:
        theme = self._theme
        line, under = look.px(theme, 24), QFontMetricsF(look.small(theme)).height()
        y, self._tops = 0.0, []
        for item in self._items:
            self._tops.append(y)
            lines = self._sentence(item)
            y += line + (under * len(lines) + look.px(theme, 5) if lines else 0)
        self._tops.append(y)
        if round(y) != self._high:
            self._high = round(y)
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew."""
        super().resizeEvent(event)
        self._lay_out()

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw rings, titles and sentences."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body, small = look.body(theme), look.small(theme)
        line, under = look.px(theme, 24), QFontMetricsF(small).height()
        for k, item in enumerate(self._items):
            top, on, off = self._tops[k], item.value == self._value, item.value in self._why_not
            centre, radius = QPointF(look.px(theme, 9), top + line / 2), look.px(theme, 6.5)
            painter.setBrush(theme.colour("window"))
            painter.setPen(QPen(theme.colour("accent" if on else "disabled" if off else "muted"), 1.2))
            painter.drawEllipse(centre, radius, radius)
            if on:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent"))
                painter.drawEllipse(centre, radius * 0.52, radius * 0.52)
            ink = "disabled" if off else "text" if on or k == self._hovered else "muted"
            painter.setFont(body)
            painter.setPen(theme.colour(ink))
            room = QRectF(self._left(), top, self.width() - self._left(), line)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, look.elide(body, item.title, room.width()))
            painter.setFont(small)
            painter.setPen(theme.colour("muted"))
            y = top + line
            for text in self._sentence(item):
                painter.drawText(QRectF(self._left(), y, self.width(), under), 0, text)
                y += under
        if self.hasFocus():
            place = self._place()
            ring = QRectF(0, self._tops[place], self.width(), line)
            look.ring(painter, ring, theme.colour("accent"), 6)

    # -- mouse and keys ------------------------------------------------------------------------------------

    def _place(self) -> int:
        return next((k for k, item in enumerate(self._items) if item.value == self._value), 0)

    def _at(self, y: float) -> int:
        return next((k for k in range(len(self._items)) if self._tops[k] <= y < self._tops[k + 1]), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the choice under the pointer."""
        place = self._at(event.position().y())
        if place != self._hovered:
            self._hovered = place
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose."""
        place = self._at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._choose(self._items[place])

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._hovered = -1
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next choice that can be made."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        place = self._place() + step
        while 0 <= place < len(self._items) and self._items[place].value in self._why_not:
            place += step
        if 0 <= place < len(self._items):
            self._choose(self._items[place])

    def event(self, event: QEvent) -> bool:
        """Keep the arrows while the keyboard is here; say on hover what a choice is."""
        if keeps_key(event, set(_STEPS)):
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._at(float(event.pos().y()))
            item = self._items[place] if place >= 0 else None
            text = look.tip(item.meaning, why=self._why_not.get(item.value, "")) if item else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def _choose(self, item: RadioItem) -> None:
        if item.value != self._value and item.value not in self._why_not:
            self.set_value(item.value)
            self.chosen.emit(item.value)

    def _say(self) -> None:
        item = self._items[self._place()]
        self.setAccessibleName(f"{self._name}: {item.title}")
        self.setAccessibleDescription(item.meaning)
