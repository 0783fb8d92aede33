"""What is on a picture, as chips: legend, caption, bar of heights and the like, each on or off."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter
from PySide6.QtWidgets import QToolTip

from minima_widgets.panels import look
from minima_widgets.panels.chip_rows import ChipRows
from minima_widgets.theme import Theme

__all__ = ["Part", "PartChips"]

_PAD = 10


@dataclass(frozen=True)
class Part:
    """Something that can be on a picture."""

    name: str
    title: str
    meaning: str


class PartChips(ChipRows):
    """Chips in rows; ``switched(name, on)`` when a person presses one."""

    switched = Signal(str, bool)
    height_of_chip = 24

    def __init__(self, theme: Theme, parts: tuple[Part, ...], name: str = "On the picture") -> None:
        super().__init__(theme, name)
        self._parts = parts
        self._on: dict[str, bool] = {part.name: True for part in parts}
        self._hidden: frozenset[str] = frozenset()
        self._say()

    def set_on(self, on: Mapping[str, bool]) -> None:
        """Show which are on, without a signal."""
        self._on |= {name: value for name, value in on.items() if name in self._on}
        self._say()
        self.update()

    def set_hidden(self, names: Collection[str]) -> None:
        """Leave out those that mean nothing for this picture."""
        hidden = frozenset(names)
        if hidden != self._hidden:
            self._hidden = hidden
            if self.is_hidden(self._current):
                self._walk(1)
            self.lay_out()
            self._say()
            self.update()

    def is_on(self, name: str) -> bool:
        """Whether a part is on the picture."""
        return self._on[name]

    def rect_of(self, name: str) -> QRectF:
        """Return where the chip of `name` lies."""
        return self._rects[[part.name for part in self._parts].index(name)]

    # -- chips ---------------------------------------------------------------------------------------------

    def count(self) -> int:
        """Return how many parts there are."""
        return len(self._parts)

    def wide(self, place: int, metrics: QFontMetricsF) -> float:
        """Return how wide a chip is."""
        return metrics.horizontalAdvance(self._parts[place].title) + look.px(self._theme, 2 * _PAD)

    def is_hidden(self, place: int) -> bool:
        """Whether a part means nothing here."""
        return self._parts[place].name in self._hidden

    def frame(self, place: int) -> str:
        """Return the role of the border."""
        return "accent" if self._on[self._parts[place].name] else "line"

    def draw(self, painter: QPainter, place: int, rect: QRectF) -> None:
        """Write the name."""
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._parts[place].title)

    def press(self, place: int) -> None:
        """Switch one."""
        name = self._parts[place].name
        self.set_on({name: not self._on[name]})
        self.switched.emit(name, self._on[name])

    def event(self, event: QEvent) -> bool:
        """Say what a chip means."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self.at(QPointF(event.pos()))
            meaning = look.tip(self._parts[place].meaning) if place >= 0 else ""
            QToolTip.showText(event.globalPos(), meaning, self)
            return True
        return super().event(event)

    def _say(self) -> None:
        shown = [part for part in self._parts if part.name not in self._hidden]
        self.setAccessibleDescription(
            ", ".join(f"{part.title}: {'on' if self._on[part.name] else 'off'}" for part in shown)
        )
