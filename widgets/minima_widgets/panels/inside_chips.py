"""The insides of a method as chips: a dot of its colour, its name, on or off; and one switch for all of them.

They are the legend of what is drawn inside a run, and the control of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QToolTip, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.chip_rows import ChipRows
from minima_widgets.panels.controls import Switch
from minima_widgets.panels.lines import InsideItem
from minima_widgets.panels.texts import Line
from minima_widgets.theme import Theme

__all__ = ["InsideChips", "InsidesControl"]

_FAINT = 0.4  # the strength of dots of what is not drawn
_PAD, _DOT = 9, 13


class InsideChips(ChipRows):
    """Chips in rows; ``switched(name, on)``."""

    switched = Signal(str, bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Insides")
        self._items: tuple[InsideItem, ...] = ()
        self._all_on = True

    def set_items(self, items: Iterable[InsideItem], all_on: bool) -> None:
        """Show these; `all_on`: whether any are drawn at all."""
        items = tuple(items)
        if (items, all_on) == (self._items, self._all_on):
            return
        same = [each.title for each in items] == [each.title for each in self._items]
        self._items, self._all_on = items, all_on
        if not same:
            self.lay_out()
        said = [f"{each.title}: {'on' if all_on and each.on else 'off'}" for each in items]
        self.setAccessibleDescription(", ".join(said))
        self.update()

    def rect_of(self, name: str) -> QRectF:
        """Return where the chip of `name` lies."""
        return self._rects[[each.name for each in self._items].index(name)]

    def is_on(self, name: str) -> bool:
        """Whether an inside is drawn."""
        return self._all_on and any(each.on for each in self._items if each.name == name)

    # -- chips ---------------------------------------------------------------------------------------------

    def count(self) -> int:
        """Return how many insides there are."""
        return len(self._items)

    def wide(self, place: int, metrics: QFontMetricsF) -> float:
        """Return how wide a chip is."""
        title = self._items[place].title
        return metrics.horizontalAdvance(title) + look.px(self._theme, 2 * _PAD + _DOT)

    def frame(self, place: int) -> str:
        """Return the role of the border."""
        return "muted" if self._items[place].on and self._all_on else "line"

    def draw(self, painter: QPainter, place: int, rect: QRectF) -> None:
        """Draw the dot and the name."""
        theme, item = self._theme, self._items[place]
        pad, dot, radius = (look.px(theme, length) for length in (_PAD, _DOT, 4))
        words = painter.pen()
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour(item.role, 1.0 if item.on and self._all_on else _FAINT))
        painter.drawEllipse(QPointF(rect.left() + pad + radius, rect.center().y()), radius, radius)
        painter.setPen(words)
        painter.drawText(
            rect.adjusted(pad + dot, 0, 0, 0),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            item.title,
        )

    def press(self, place: int) -> None:
        """Switch one."""
        item = self._items[place]
        self.switched.emit(item.name, not (item.on and self._all_on))

    def event(self, event: QEvent) -> bool:
        """Say what a chip means."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self.at(QPointF(event.pos()))
            meaning = look.tip(self._items[place].meaning) if place >= 0 else ""
            QToolTip.showText(event.globalPos(), meaning, self)
            return True
        return super().event(event)


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
