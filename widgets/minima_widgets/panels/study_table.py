"""The results of a study: for each line a share with its interval as a bar, and below it what it costs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.chips import paint_chip
from minima_widgets.panels.controls import keeps_key
from minima_widgets.panels.study_values import StudyRow
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["HEADINGS", "StudyTable"]

HEADINGS = (
    (
        "median",
        "Median cost: after so many evaluations half of all tries have succeeded; – where fewer do.",
    ),
    (
        "expected",
        "Expected cost of one success, in evaluations: all that was spent, divided by the successes.",
    ),
    ("minima", "How many different minima its tries have met."),
    ("for 95 %", "How many tries it takes until one has succeeded with a chance of 95 %."),
)
_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End}


class StudyTable(QWidget):
    """Rows to look at and to choose from; ``chosen(row)`` by click or arrow."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[StudyRow, ...] = ()
        self._current = self._hovered = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Results of the study")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def rows(self) -> tuple[StudyRow, ...]:
        """What is shown."""
        return self._rows

    def set_rows(self, rows: Sequence[StudyRow]) -> None:
        """Show these rows."""
        rows = tuple(rows)
        if rows == self._rows:
            return
        if len(rows) != len(self._rows):
            self.updateGeometry()
        self._rows = rows
        self._current = -1
        self._hovered = -1
        self.setAccessibleDescription("; ".join(_said(row) for row in rows))
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def head_height(self) -> int:
        """Return how high the headings are."""
        return look.px(self._theme, 20)

    def row_height(self) -> int:
        """Return how high a row is: a line, a bar, a line."""
        return look.px(self._theme, 56)

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        high = self.head_height() + len(self._rows) * self.row_height() if self._rows else 0
        return QSize(look.px(self._theme, 240), high)

    def minimumSizeHint(self) -> QSize:
        """Columns share what there is."""
        return QSize(look.px(self._theme, 160), self.sizeHint().height())

    # -- drawing -------------------------------------------------------------------------------------------

    def _indent(self) -> int:
        return look.px(self._theme, 24)

    def columns(self) -> list[tuple[float, float]]:
        """Return left end and width of the columns of numbers, which share the width."""
        left = self._indent()
        wide = (self.width() - left - look.px(self._theme, 6)) / len(HEADINGS)
        return [(left + k * wide, wide) for k in range(len(HEADINGS))]

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw headings and the rows in sight."""
        if not self._rows:
            return
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = look.small(theme)
        painter.setFont(small)
        painter.setPen(theme.colour("muted"))
        middle = Qt.AlignmentFlag.AlignVCenter
        for (title, _), (x, width) in zip(HEADINGS, self.columns(), strict=True):
            rect = QRectF(x, 0, width, self.head_height())
            painter.drawText(rect, Qt.AlignmentFlag.AlignRight | middle, look.elide(small, title, width))
        painter.setPen(QPen(theme.colour("line"), 1))
        below = self.head_height() - 0.5
        painter.drawLine(QPointF(0, below), QPointF(self.width(), below))
        for place, row in enumerate(self._rows):
            rect = self._rect(place)
            if rect.intersects(QRectF(event.rect())):
                self._paint_row(painter, rect, place, row)
        if self.hasFocus():
            look.ring(painter, self._rect(max(self._current, 0)), theme.colour("accent"), 7)

    def _rect(self, place: int) -> QRectF:
        high = self.row_height()
        return QRectF(0, self.head_height() + place * high, self.width(), high)

    def _paint_row(self, painter: QPainter, rect: QRectF, place: int, row: StudyRow) -> None:
        theme = self._theme
        if place in {self._current, self._hovered}:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("raised", 1.0 if place == self._current else 0.6))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 7, 7)
        style = theme.run_style(row.role)
        side, left = look.px(theme, 13), self._indent()
        line = look.px(theme, 19)
        top = rect.top() + look.px(theme, 5)
        chip = QRectF(look.px(theme, 4), top + (line - side) / 2, side, side)
        paint_chip(painter, chip, style.colour, style.head, core=style.core)
        right = self.width() - look.px(theme, 6)
        bold, small = look.bold(theme), look.small(theme)
        share, _, interval = row.words.partition("  ")
        middle = Qt.AlignmentFlag.AlignVCenter
        wide = QFontMetricsF(small).horizontalAdvance(interval)
        painter.setFont(small)
        painter.setPen(theme.colour("muted"))
        painter.drawText(
            QRectF(right - wide, top, wide + 1, line), Qt.AlignmentFlag.AlignRight | middle, interval
        )
        much = QFontMetricsF(bold).horizontalAdvance(share)
        at = right - wide - look.px(theme, 6) - much
        painter.setFont(bold)
        painter.setPen(theme.colour("text"))
        painter.drawText(QRectF(at, top, much + 1, line), Qt.AlignmentFlag.AlignLeft | middle, share)
        name = look.elide(look.body(theme), row.name, at - left - look.px(theme, 6))
        painter.setFont(look.body(theme))
        painter.drawText(QRectF(left, top, at - left, line), Qt.AlignmentFlag.AlignLeft | middle, name)
        bar = QRectF(left, top + line + look.px(theme, 3), right - left, look.px(theme, 6))
        self._paint_bar(painter, bar, row)
        painter.setFont(small)
        under = QRectF(0, bar.bottom() + look.px(theme, 2), 0, look.px(theme, 17))
        painter.setPen(theme.colour("text" if place == self._current else "muted"))
        for text, (x, width) in zip(row.numbers, self.columns(), strict=True):
            where = QRectF(x, under.top(), width, under.height())
            painter.drawText(where, Qt.AlignmentFlag.AlignRight | middle, text)

    def _paint_bar(self, painter: QPainter, rect: QRectF, row: StudyRow) -> None:
        """Draw the share on its groove, and over it the whisker from low to high."""
        theme = self._theme
        radius = rect.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("groove"))
        painter.drawRoundedRect(rect, radius, radius)
        if row.share > 0:
            painter.setBrush(theme.colour(row.role))
            filled = QRectF(rect.left(), rect.top(), max(row.share * rect.width(), 2 * radius), rect.height())
            painter.drawRoundedRect(filled, radius, radius)
        a, b = (rect.left() + each * rect.width() for each in (row.low, row.high))
        y, cap = rect.center().y(), rect.height() * 0.75
        painter.setPen(QPen(theme.colour("text"), 1.4 * theme.line_scale))
        painter.drawLine(QPointF(a, y), QPointF(b, y))
        for x in (a, b):
            painter.drawLine(QPointF(x, y - cap), QPointF(x, y + cap))

    # -- mouse and keys ------------------------------------------------------------------------------------

    def _at(self, y: float) -> int:
        row = int((y - self.head_height()) // self.row_height())
        return row if 0 <= row < len(self._rows) else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the row under the pointer."""
        self._point(self._at(event.position().y()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a row."""
        row = self._at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self._choose(row)

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._point(-1)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to another row."""
        key, last = Qt.Key(event.key()), len(self._rows) - 1
        now = max(self._current, 0)
        first_time = self._current < 0
        row = {
            Qt.Key.Key_Up: now - 1,
            Qt.Key.Key_Down: 0 if first_time else now + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(key)
        if row is None or last < 0:
            super().keyPressEvent(event)
        else:
            self._choose(min(max(row, 0), last))

    def event(self, event: QEvent) -> bool:
        """Keep the arrows while the keyboard is here; explain headings and rows on hover."""
        if keeps_key(event, _KEYS):
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), look.tip(self.hover(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    def hover(self, at: QPointF) -> str:
        """Return what is said of a place: what a heading means, what a row says in full."""
        if at.y() < self.head_height():
            for (_, meaning), (x, width) in zip(HEADINGS, self.columns(), strict=True):
                if x <= at.x() < x + width:
                    return meaning
            return ""
        row = self._at(at.y())
        return self._rows[row].tip if row >= 0 else ""

    def _choose(self, row: int) -> None:
        if row != self._current:
            self._current = row
            self.setAccessibleDescription(_said(self._rows[row]))
            self.update()
        self.chosen.emit(row)

    def _point(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.update()


def _said(row: StudyRow) -> str:
    """Return a row as it is read aloud."""
    numbers = ", ".join(f"{title} {number}" for (title, _), number in zip(HEADINGS, row.numbers, strict=True))
    return f"{row.name} {row.words.replace('  ', ' ')}, {numbers}"
