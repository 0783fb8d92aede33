"""The command palette: one line to type into, and below it all that can be found, by what was typed.

It knows nothing about what it offers: rows come from outside for each text that is typed, and the key of the
row that was taken goes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.texts import Field, Note
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["CommandPalette", "PaletteRow"]

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}
_HEADING = 24.0
_ROW = 30.0


@dataclass(frozen=True)
class PaletteRow:
    """One thing to find.

    `key` goes back when it is taken; `kind` stands in grey at the right, or `keys` where it has a key;
    `detail` is said below the list; `why` says why it cannot be taken just now; `set_off` are the parts of
    the title that were typed; `heading` stands above the first row that has it.
    """

    key: str
    title: str
    kind: str = ""
    keys: str = ""
    detail: str = ""
    why: str = ""
    set_off: tuple[tuple[int, int], ...] = ()
    heading: str = ""


class _Rows(QWidget):
    """The rows, painted, with as many as there is room for; it scrolls with the current one."""

    picked = Signal(int)
    pointed = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[PaletteRow, ...] = ()
        self._tops: list[float] = [0.0]
        self._scrolled = 0.0
        self._pointer: QPoint | None = None
        self.current = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("What was found")

    def show_rows(self, rows: Sequence[PaletteRow]) -> None:
        self._rows = tuple(rows)
        self._lay_out()
        self._scrolled, self._pointer = 0.0, None
        self.current = 0 if self._rows else -1
        self.update()

    @property
    def rows(self) -> tuple[PaletteRow, ...]:
        return self._rows

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._lay_out()
        self.update()

    def _lay_out(self) -> None:
        self._tops = [0.0]
        for k in range(len(self._rows)):
            heading = look.px(self._theme, _HEADING) if self._headed(k) else 0
            self._tops.append(self._tops[-1] + heading + look.px(self._theme, _ROW))

    def _headed(self, k: int) -> bool:
        heading = self._rows[k].heading
        return bool(heading) and (k == 0 or self._rows[k - 1].heading != heading)

    def rect_of(self, k: int) -> QRectF:
        """Where a row lies, without its heading."""
        high = look.px(self._theme, _ROW)
        return QRectF(0, self._tops[k + 1] - high - self._scrolled, self.width(), high)

    def go(self, step: int) -> None:
        """Move on by `step` rows; by one beyond an end it comes round."""
        if not self._rows:
            return
        wanted = self.current + step
        last = len(self._rows) - 1
        self.current = wanted % (last + 1) if abs(step) == 1 else min(max(wanted, 0), last)
        self._follow()
        self.update()

    def _follow(self) -> None:
        top, bottom = self._tops[self.current], self._tops[self.current + 1]
        if top < self._scrolled:
            self._scrolled = top
        elif bottom > self._scrolled + self.height():
            self._scrolled = bottom - self.height()

    def _scroll(self, by: float) -> None:
        self._scrolled = min(max(self._scrolled + by, 0.0), max(self._tops[-1] - self.height(), 0.0))
        self.update()

    def _at(self, y: float) -> int:
        return next((k for k in range(len(self._rows)) if self.rect_of(k).contains(1, y)), -1)

    def sizeHint(self) -> QSize:
        return QSize(look.px(self._theme, 560), look.px(self._theme, 360))

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for k, row in enumerate(self._rows):
            rect = self.rect_of(k)
            if rect.bottom() + look.px(theme, _HEADING) < 0 or rect.top() > self.height() + rect.height():
                continue
            if self._headed(k):
                high = look.px(theme, _HEADING)
                painter.setFont(look.small(theme))
                painter.setPen(theme.colour("muted"))
                place = QRectF(look.px(theme, 12), rect.top() - high, self.width(), high - 2)
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, row.heading)
            self._paint_row(painter, row, rect, k == self.current)
        self._paint_place(painter)

    def _paint_row(self, painter: QPainter, row: PaletteRow, rect: QRectF, current: bool) -> None:
        theme, edge = self._theme, look.px(self._theme, 12)
        if current:
            painter.setPen(QPen(theme.colour("accent"), 1.2))
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(rect.adjusted(1, 1, -7, -1), 7, 7)
        ink = theme.colour("muted" if row.why else "text")
        middle = Qt.AlignmentFlag.AlignVCenter
        small, quiet = look.small(theme), theme.colour("text" if current else "muted")
        aside = row.keys or row.kind
        wide = QFontMetricsF(small).horizontalAdvance(aside)
        painter.setFont(small)
        painter.setPen(quiet)
        place = QRectF(0, rect.top(), self.width() - edge - 8, rect.height())
        painter.drawText(place, middle | Qt.AlignmentFlag.AlignRight, aside)
        left, room = float(edge), self.width() - 2 * edge - wide - look.px(theme, 24)
        left += self._paint_title(painter, row, QRectF(left, rect.top(), room, rect.height()), ink)
        rest = row.why or (row.kind if row.keys else "")
        if rest:
            painter.setFont(small)
            painter.setPen(quiet)
            left += look.px(theme, 10)
            shown = look.elide(small, rest, room + edge - left)
            if len(shown) > 2:
                painter.drawText(QRectF(left, rect.top(), room, rect.height()), middle, shown)

    def _paint_title(self, painter: QPainter, row: PaletteRow, rect: QRectF, ink: object) -> float:
        """Draw a title, what was typed of it in bold; return its width."""
        theme = self._theme
        body, bold = look.body(theme), look.bold(theme)
        x, at = rect.left(), 0
        pieces: list[tuple[str, QFont]] = []
        for begin, end in row.set_off:
            pieces += [(row.title[at:begin], body), (row.title[begin:end], bold)]
            at = end
        pieces.append((row.title[at:], body))
        painter.setPen(ink)
        for words, font in pieces:
            if not words:
                continue
            shown = look.elide(font, words, rect.right() - x)
            painter.setFont(font)
            painter.drawText(
                QRectF(x, rect.top(), rect.width(), rect.height()), Qt.AlignmentFlag.AlignVCenter, shown
            )
            x += QFontMetricsF(font).horizontalAdvance(shown)
            if shown != words:
                break
        return x - rect.left()

    def _paint_place(self, painter: QPainter) -> None:
        """Show how far down the list one is."""
        total, room = self._tops[-1], float(self.height())
        if total <= room:
            return
        long = max(room * room / total, 18.0)
        top = (room - long) * self._scrolled / (total - room)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("faint"))
        painter.drawRoundedRect(QRectF(self.width() - 4, top, 3, long), 1.5, 1.5)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        # A list that appears under a pointer at rest does not take the pointer for a choice.
        here = event.globalPosition().toPoint()
        moved, self._pointer = self._pointer not in (None, here), here
        row = self._at(event.position().y())
        self.setCursor(Qt.CursorShape.PointingHandCursor if row >= 0 else Qt.CursorShape.ArrowCursor)
        if moved and row >= 0 and row != self.current:
            self.current = row
            self.pointed.emit(row)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self.current = row
            self.pointed.emit(row)
            self.picked.emit(row)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._scroll(-event.angleDelta().y() / 120 * 3 * look.px(self._theme, _ROW))
        event.accept()


class CommandPalette(QFrame):
    """A popup; `typed` asks for rows (`set_rows`), `chosen` carries the key of the one that was taken.

    Arrows and the Page keys move, Enter takes, Escape leaves. What cannot be done just now stays, greyed, and
    says why.
    """

    typed = Signal(str)
    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self._keys: set[str] = set()
        self.search = Field(theme, "Find anything", tip="Type what you want to do, or to see.")
        self.search.setPlaceholderText("Find an act, a landscape, a method, a lesson, a word …")
        self.list = _Rows(theme)
        self.note = Note(theme)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 8, 10)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.note)
        self.setAccessibleName("Command palette")
        self.search.textChanged.connect(self.typed)
        self.search.installEventFilter(self)
        self.list.picked.connect(lambda _row: self._take())
        self.list.pointed.connect(lambda _row: self._describe())

    def set_rows(self, rows: Sequence[PaletteRow]) -> None:
        """Show what was found, the best first."""
        self.list.show_rows(rows)
        self._describe()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)

    def current(self) -> PaletteRow | None:
        """Return the row that Enter takes."""
        rows = self.list.rows
        return rows[self.list.current] if 0 <= self.list.current < len(rows) else None

    def open_over(self, window: QWidget) -> None:
        """Show the palette in the upper middle of `window`, with the keyboard in its line."""
        theme = self._theme
        width = min(look.px(theme, 640), window.width() - 32)
        height = min(look.px(theme, 520), window.height() - 48)
        self.note.setFixedHeight(round(look.type_pixels(look.small(theme)) * 2) + 2)
        self.resize(width, height)
        look.round_corners(self)
        corner = window.mapToGlobal(QPoint((window.width() - width) // 2, min(64, window.height() // 12)))
        self.move(corner)
        self.search.clear()
        self.typed.emit("")
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card."""
        look.paint_card(self, self._theme, raised=True)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Let the arrows move and Enter take while one types; the palette’s own key closes it too."""
        if watched is not self.search or not isinstance(event, QKeyEvent):
            return False
        key = Qt.Key(event.key())
        again = key == Qt.Key.Key_K and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        kept = (
            key in _STEPS
            or again
            or key
            in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab}
        )
        if event.type() == QEvent.Type.ShortcutOverride and kept:
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress or not kept:
            return False
        if key == Qt.Key.Key_Escape or again:
            self.close()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take()
        else:
            step = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}.get(key, _STEPS.get(key, 0))
            self.list.go(step)
            self._describe()
        return True

    def _describe(self) -> None:
        row = self.current()
        if row is None:
            what = self.search.text().strip()[:40]
            self.note.setText(f"Nothing is called “{what}”; try fewer letters, or another word.")
        else:
            self.note.setText(f"{row.detail} {row.why}".strip())
        said = (
            ""
            if row is None
            else ", ".join(filter(None, (row.title, row.kind, row.keys, row.why, row.detail)))
        )
        self.search.setAccessibleDescription(said or self.note.text())

    def _take(self) -> None:
        row = self.current()
        if row is None or row.why:
            return
        self.close()
        self.chosen.emit(row.key)
