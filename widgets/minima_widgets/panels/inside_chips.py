"""The insides of a method as chips: a dot of its colour, its name, on or off; and one switch for all of them.

They are the legend of what is drawn inside a run, and the control of it.
"""

from __future__ import annotations

from collections.abc import Iterable

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
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Switch, keeps_key
from minima_widgets.panels.lines import InsideItem
from minima_widgets.panels.texts import Line
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["InsideChips", "InsidesControl"]

_KEYS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}
_FAINT = 0.4  # the strength of dots of what is not drawn


class InsideChips(QWidget):
    """Chips in rows; ``switched(name, on)``. Left and right walk, Space and Enter switch."""

    switched = Signal(str, bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._items: tuple[InsideItem, ...] = ()
        self._all_on = True
        self._rects: list[QRectF] = []
        self._hovered, self._current = -1, 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Insides")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_items(self, items: Iterable[InsideItem], all_on: bool) -> None:
        """Show these; `all_on`: whether any are drawn at all."""
        items = tuple(items)
        if (items, all_on) == (self._items, self._all_on):
            return
        same = [each.title for each in items] == [each.title for each in self._items]
        self._items, self._all_on = items, all_on
        self._current = min(self._current, max(len(items) - 1, 0))
        if not same:
            self._lay_out()
        said = [f"{each.title}: {'on' if all_on and each.on else 'off'}" for each in items]
        self.setAccessibleDescription(", ".join(said))
        self.update()

    def rect_of(self, name: str) -> QRectF:
        """Return where the chip of `name` lies."""
        return self._rects[[each.name for each in self._items].index(name)]

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self._lay_out()
        self.update()

    def is_on(self, name: str) -> bool:
        """Whether an inside is drawn."""
        return self._all_on and any(each.on for each in self._items if each.name == name)

    # -- drawing -------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        theme = self._theme
        metrics = QFontMetricsF(look.small(theme))
        high, gap, pad, dot = (look.px(theme, length) for length in (22, 5, 9, 13))
        x, y, rects = 0.0, 0.0, []
        for item in self._items:
            wide = metrics.horizontalAdvance(item.title) + 2 * pad + dot
            if x and x + wide > self.width():
                x, y = 0.0, y + high + gap
            rects.append(QRectF(x, y, wide, high))
            x += wide + gap
        self._rects = rects
        tall = round(y + high) if rects else 0
        if tall != self.height():
            self.setFixedHeight(tall)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew for another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def sizeHint(self) -> QSize:
        """As high as the rows."""
        return QSize(look.px(self._theme, 240), self.height())

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the chips."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.small(theme))
        pad, dot = look.px(theme, 9), look.px(theme, 13)
        for k, (rect, item) in enumerate(zip(self._rects, self._items, strict=True)):
            drawn = item.on and self._all_on
            frame = rect.adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(QPen(theme.colour("muted" if drawn else "line"), 1))
            painter.setBrush(theme.colour("press" if drawn else "hover" if k == self._hovered else "card"))
            painter.drawRoundedRect(frame, rect.height() / 2, rect.height() / 2)
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.setBrush(theme.colour(item.role, 1.0 if drawn else _FAINT))
            radius = look.px(theme, 4)
            painter.drawEllipse(QPointF(rect.left() + pad + radius, rect.center().y()), radius, radius)
            painter.setPen(theme.colour("text" if drawn else "muted"))
            painter.drawText(
                rect.adjusted(pad + dot, 0, 0, 0),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                item.title,
            )
            if self.hasFocus() and k == self._current:
                look.ring(painter, rect, theme.colour("accent"), rect.height() / 2)

    # -- mouse and keys ------------------------------------------------------------------------------------

    def _at(self, place: QPointF) -> int:
        return next((k for k, rect in enumerate(self._rects) if rect.contains(place)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the chip under the pointer."""
        place = self._at(event.position())
        if place != self._hovered:
            self._hovered = place
            shape = Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Switch one."""
        place = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._current = place
            self._switch(self._items[place])

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._hovered = -1
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to a neighbour, or switch."""
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right} and self._items:
            self._current = (self._current + (1 if key == Qt.Key.Key_Right else -1)) % len(self._items)
            self.update()
        elif key in _KEYS and self._items:
            self._switch(self._items[self._current])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep its keys while the keyboard is here, and say what a chip means."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._at(QPointF(event.pos()))
            QToolTip.showText(
                event.globalPos(), look.tip(self._items[place].meaning) if place >= 0 else "", self
            )
            return True
        return keeps_key(event, _KEYS) or super().event(event)

    def _switch(self, item: InsideItem) -> None:
        self.switched.emit(item.name, not (item.on and self._all_on))


class InsidesControl(QWidget):
    """The word, the switch of all and the chips below; ``switched(name, on)``, an empty name for all."""

    switched = Signal(str, bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.title = Line(theme, "Insides", size="bold")
        self.switch = Switch(theme, "Draw what is inside")
        self.switch.setToolTip(look.tip("Draws what this method has inside, in every view.", "I"))
        self.chips = InsideChips(theme)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.title, 1)
        top.addWidget(self.switch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self.chips)
        self.switch.clicked.connect(lambda: self.switched.emit("", self.switch.isChecked()))
        self.chips.switched.connect(self.switched)

    def set_items(self, items: Iterable[InsideItem], all_on: bool) -> None:
        """Show these insides, and whether any are drawn."""
        items = tuple(items)
        if all_on != self.switch.isChecked():
            self.switch.setChecked(all_on)
        self.chips.set_items(items, all_on)
        self.setVisible(bool(items))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        look.pass_on(self, theme)
