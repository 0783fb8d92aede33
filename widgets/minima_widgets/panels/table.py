"""A small table, painted: a chip, a few columns of numbers, one row chosen, another under the pointer."""

from __future__ import annotations

from collections.abc import Sequence
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
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import keeps_key
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Cells", "Heading", "Table"]

_STEPS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -8,
    Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_Home: -(10**9),
    Qt.Key.Key_End: 10**9,
}


@dataclass(frozen=True)
class Heading:
    """A column: its title, what it means, whether it holds words, when it gives way (the highest first).

    One that can be `cut` ends in an ellipsis where it has less room than its words; those that count as much
    as the first two are `clear`.
    """

    title: str
    tip: str = ""
    words: bool = False
    gives_way: int = 0
    cut: bool = False
    clear: bool = False


@dataclass(frozen=True)
class Cells:
    """A row: its texts, the role of its chip's colour ("" for none), the chip's shape, what hover tells."""

    texts: tuple[str, ...]
    role: str = ""
    ringed: bool = False
    strong: bool = False
    tip: str = ""


class Table(QWidget):
    """Rows to choose from; ``chosen(row)`` by click or arrow, ``pointed(row)`` on hover (−1: none)."""

    chosen = Signal(int)
    pointed = Signal(int)

    def __init__(self, theme: Theme, headings: Sequence[Heading], name: str) -> None:
        super().__init__()
        self._theme = theme
        self._headings = tuple(headings)
        self._rows: tuple[Cells, ...] = ()
        self._current = -1
        self._hovered = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def rows(self) -> tuple[Cells, ...]:
        """What is shown."""
        return self._rows

    @property
    def current(self) -> int:
        """Which row is chosen, −1 for none."""
        return self._current

    def set_rows(self, rows: Sequence[Cells]) -> None:
        """Show these rows."""
        rows = tuple(rows)
        if rows == self._rows:
            return
        taller = len(rows) != len(self._rows)
        self._rows = rows
        self._current = min(self._current, len(rows) - 1)
        self._hovered = -1
        if taller:
            self.updateGeometry()
        self.update()

    def set_current(self, row: int) -> None:
        """Show which row is chosen, without a signal; −1 for none."""
        row = row if 0 <= row < len(self._rows) else -1
        if row != self._current:
            self._current = row
            self._announce()
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def row_height(self) -> int:
        """Return how high a row is, the headings' as well."""
        return look.px(self._theme, 24)

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(
            look.px(self._theme, 220), (len(self._rows) + 1) * self.row_height() if self._rows else 0
        )

    def minimumSizeHint(self) -> QSize:
        """Columns give way where there is little room."""
        return QSize(look.px(self._theme, 120), self.sizeHint().height())

    # -- drawing -------------------------------------------------------------------------------------------

    def columns(self) -> list[tuple[int, float, float]]:
        """Return the columns that have room: number, left end, width."""
        theme = self._theme
        metrics = QFontMetricsF(look.small(theme))
        gap, chip = look.px(theme, 8), look.px(theme, 24 if any(row.role for row in self._rows) else 8)
        widths = []
        for k, heading in enumerate(self._headings):
            texts = [heading.title, *(row.texts[k] for row in self._rows[:60])]
            widths.append(max(metrics.horizontalAdvance(text) for text in texts) + 1)
        shown = list(range(len(widths)))
        room = self.width() - chip - look.px(theme, 6)
        over = sum(widths) + gap * (len(widths) - 1) - room
        for k, heading in enumerate(self._headings):
            if heading.cut and over > 0:
                least = min(widths[k], float(look.px(theme, 90)))
                widths[k] = max(widths[k] - over, least)
                over = sum(widths) + gap * (len(widths) - 1) - room
        while len(shown) > 1 and sum(widths[k] + gap for k in shown) - gap > room:
            goes = max(shown, key=lambda k: self._headings[k].gives_way)
            if not self._headings[goes].gives_way:
                break
            shown.remove(goes)
        spare = max(room - sum(widths[k] + gap for k in shown) + gap, 0.0) / max(len(shown), 1)
        x, columns = float(chip), []
        for k in shown:
            columns.append((k, x, widths[k] + spare))
            x += widths[k] + spare + gap
        return columns

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw headings and the rows in sight."""
        if not self._rows:
            return
        theme, high = self._theme, self.row_height()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = look.small(theme)
        columns = self.columns()
        painter.setFont(small)
        painter.setPen(theme.colour("muted"))
        for k, x, width in columns:
            self._write(painter, QRectF(x, 0, width, high), self._headings[k].title, self._headings[k].words)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(QPointF(0, high - 1.5), QPointF(self.width(), high - 1.5))
        for place, row in enumerate(self._rows):
            rect = QRectF(0, (place + 1) * high, self.width(), high)
            if not rect.intersects(QRectF(event.rect())):
                continue
            if place in {self._current, self._hovered}:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("raised", 1.0 if place == self._current else 0.6))
                painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 6, 6)
            if row.role:
                self._paint_chip(painter, rect, row)
            bold = look.scaled(look.bold(theme), 0.9)
            for n, (k, x, width) in enumerate(columns):
                painter.setFont(bold if row.strong and n == 0 else small)
                clear = n < 2 or place == self._current or self._headings[k].clear
                painter.setPen(theme.colour("text" if clear else "muted"))
                text = row.texts[k]
                if self._headings[k].cut:
                    text = look.elide(painter.font(), text, width)
                self._write(painter, QRectF(x, rect.top(), width, high), text, self._headings[k].words)
        if self.hasFocus():
            place = max(self._current, 0)
            ring = QRectF(0, (place + 1) * high, self.width(), high)
            look.ring(painter, ring, theme.colour("accent"), 6)

    def _write(self, painter: QPainter, rect: QRectF, text: str, words: bool) -> None:
        align = Qt.AlignmentFlag.AlignLeft if words else Qt.AlignmentFlag.AlignRight
        painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_chip(self, painter: QPainter, rect: QRectF, row: Cells) -> None:
        """Draw a dot in the colour of a basin, with a ring around that of the best."""
        radius = look.px(self._theme, 4.6)
        centre = QPointF(look.px(self._theme, 11), rect.center().y())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(row.role))
        painter.drawEllipse(centre, radius, radius)
        if row.ringed:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.colour("text"), 1.3))
            painter.drawEllipse(centre, radius + 2.4, radius + 2.4)

    # -- mouse and keys ------------------------------------------------------------------------------------

    def _at(self, y: float) -> int:
        row = int(y // self.row_height()) - 1
        return row if 0 <= row < len(self._rows) else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the row under the pointer."""
        self._point(self._at(event.position().y()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a row."""
        row = self._at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self.set_current(row)
            self.chosen.emit(row)

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._point(-1)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to another row."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or not self._rows:
            super().keyPressEvent(event)
            return
        row = min(max(self._current + step, 0), len(self._rows) - 1)
        if row != self._current:
            self.set_current(row)
            self.chosen.emit(row)

    def event(self, event: QEvent) -> bool:
        """Keep the arrows while the keyboard is here; explain headings and rows on hover."""
        if keeps_key(event, set(_STEPS)):
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self._at(float(event.pos().y()))
            text = self._rows[row].tip if row >= 0 else ""
            if row < 0 and event.pos().y() < self.row_height():
                x = float(event.pos().x())
                hit = next((k for k, left, width in self.columns() if left - 4 <= x <= left + width + 4), -1)
                text = self._headings[hit].tip if hit >= 0 else ""
            QToolTip.showText(event.globalPos(), look.tip(text), self)
            return True
        return super().event(event)

    def _point(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.update()
            self.pointed.emit(row)

    def _announce(self) -> None:
        if self._current >= 0:
            row = self._rows[self._current]
            pairs = zip(self._headings, row.texts, strict=True)
            self.setAccessibleDescription(", ".join(f"{heading.title} {text}" for heading, text in pairs))
