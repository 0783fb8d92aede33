"""What appears below the formula while one types: what is wrong, words to complete, examples to begin with.

It never takes the keyboard: it is a card that floats over the window, and the line above it stays the place
where one types.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.texts import Note
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Row", "SuggestionCard"]

MOST_ROWS = 8


class Row(NamedTuple):
    """One line: its text in the mathematics face, a few words, and a kind in grey at the right."""

    text: str
    meaning: str = ""
    kind: str = ""


class _Rows(QWidget):
    """The rows, painted; those beyond `MOST_ROWS` come as one goes on."""

    picked = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[Row, ...] = ()
        self._first = 0
        self.current = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._rows

    def show_rows(self, rows: Sequence[Row], current: int) -> None:
        self._rows = tuple(rows)
        self._first = 0
        self.current = current
        self.setVisible(bool(self._rows))
        self.updateGeometry()
        self.update()

    def go(self, step: int) -> None:
        """Move on by `step` rows; beyond an end it comes round."""
        if not self._rows:
            return
        wanted = self.current + step if self.current >= 0 or step > 0 else len(self._rows) - 1
        self.current = (
            wanted % len(self._rows) if abs(step) == 1 else min(max(wanted, 0), len(self._rows) - 1)
        )
        self._first = min(max(self._first, self.current - MOST_ROWS + 1), self.current)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def _high(self) -> int:
        return look.px(self._theme, 27)

    def sizeHint(self) -> QSize:
        return QSize(look.px(self._theme, 300), min(len(self._rows), MOST_ROWS) * self._high())

    def _at(self, y: float) -> int:
        row = self._first + int(y // self._high())
        return row if 0 <= row < len(self._rows) else -1

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, high = self._theme, self._high()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face, small = look.formula(theme), look.small(theme)
        shown = self._rows[self._first : self._first + MOST_ROWS]
        widest = max((QFontMetricsF(face).horizontalAdvance(row.text) for row in shown), default=0.0)
        # Words stand in a column of their own where there is room for both.
        column = min(max(widest + look.px(theme, 22), look.px(theme, 96)), self.width() * 0.62)
        for k, row in enumerate(shown):
            rect = QRectF(0, k * high, self.width(), high)
            if self._first + k == self.current:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("hover"))
                painter.drawRoundedRect(rect.adjusted(1, 0.5, -1, -0.5), 6, 6)
            edge = look.px(theme, 9)
            painter.setFont(face)
            painter.setPen(theme.colour("text"))
            middle = Qt.AlignmentFlag.AlignVCenter
            room = column - edge if row.meaning else self.width() - 2 * edge
            painter.drawText(
                QRectF(edge, rect.top(), room, high), middle, look.elide(face, row.text, room - 6)
            )
            kind = QFontMetricsF(small).horizontalAdvance(row.kind) + edge if row.kind else 0.0
            painter.setFont(small)
            painter.setPen(theme.colour("muted"))
            room = self.width() - column - kind - edge
            painter.drawText(
                QRectF(column, rect.top(), room, high), middle, look.elide(small, row.meaning, room)
            )
            if row.kind:
                painter.setPen(theme.colour("muted"))
                painter.drawText(
                    QRectF(0, rect.top(), self.width() - edge, high),
                    middle | Qt.AlignmentFlag.AlignRight,
                    row.kind,
                )
        if len(self._rows) > MOST_ROWS:
            self._paint_place(painter)

    def _paint_place(self, painter: QPainter) -> None:
        """Show how far down the list one is."""
        total, whole = len(self._rows), self.height() - 4
        long = max(whole * MOST_ROWS / total, 14.0)
        top = 2 + (whole - long) * self._first / (total - MOST_ROWS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("faint"))
        painter.drawRoundedRect(QRectF(self.width() - 4, top, 3, long), 1.5, 1.5)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._at(event.position().y())
        if row >= 0 and row != self.current:
            self.current = row
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self.picked.emit(row)

    def wheelEvent(self, event: QWheelEvent) -> None:
        rest = len(self._rows) - MOST_ROWS
        if rest > 0:
            way = -1 if event.angleDelta().y() > 0 else 1
            self._first = min(max(self._first + way, 0), rest)
            self.current = self._at(event.position().y())
            self.update()
        event.accept()


class SuggestionCard(QFrame):
    """The floating card; `picked` carries the number of the row that was clicked."""

    picked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._anchor: QWidget | None = None
        self.problem = Note(theme, role="error")
        self.heading = Note(theme)
        self.list = _Rows(theme)
        self.list.picked.connect(self.picked)
        layout = self._layout = QVBoxLayout(self)
        layout.setSpacing(3)
        for part in (self.problem, self.heading, self.list):
            layout.addWidget(part)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Suggestions")
        self.hide()
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def _fit(self) -> None:
        edge = look.px(self._theme, 7)
        self._layout.setContentsMargins(edge, edge, edge, edge)

    def say(
        self,
        anchor: QWidget,
        *,
        problem: str = "",
        heading: str = "",
        rows: Sequence[Row] = (),
        current: int = -1,
    ) -> None:
        """Show these below `anchor`; hide where there is nothing to show."""
        if not (problem or rows):
            self.hide()
            return
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.heading.setText(heading)
        self.heading.setVisible(bool(heading and rows))
        if tuple(rows) != self.list.rows or current != self.list.current:
            self.list.show_rows(rows, current)
        self.list.setVisible(bool(rows))
        self._stand(anchor)
        self.show()
        self.raise_()

    def _stand(self, anchor: QWidget) -> None:
        window = anchor.window()
        if self.parentWidget() is not window:
            if self._anchor is not None:
                self._anchor.window().removeEventFilter(self)
            self.setParent(window)
            window.installEventFilter(self)
        self._anchor = anchor
        width = min(anchor.width(), look.px(self._theme, 600), window.width() - 16)
        width = max(width, min(look.px(self._theme, 320), window.width() - 16))
        edges = self._layout.contentsMargins()
        for note in (self.problem, self.heading):
            note.setFixedHeight(max(note.heightForWidth(width - edges.left() - edges.right()), 0))
        self._layout.activate()
        place = anchor.mapTo(window, QPoint(0, anchor.height() + 4))
        x = max(8, min(place.x(), window.width() - width - 8))
        self.setGeometry(x, place.y(), width, self.sizeHint().height())
        self._layout.activate()
        self.resize(width, self.sizeHint().height())

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Stay below the line when the window changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible() and self._anchor is not None:
            self._stand(self._anchor)
        return False

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card, with a little shade around it."""
        look.paint_card(self, self._theme, raised=True, radius=9)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Let nothing through to the views below."""
        event.accept()
