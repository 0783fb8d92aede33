"""The answers that a prediction can have: chosen once, then locked, then told which came out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import keeps_key
from minima_widgets.panels.icons import paint_icon
from minima_widgets.panels.learn_words import emphasised
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Options"]

_NUMBERS = [
    Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5,
    Qt.Key.Key_6, Qt.Key.Key_7, Qt.Key.Key_8, Qt.Key.Key_9,
]  # fmt: skip
_PRESS = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_EDGE, _BADGE, _GAP, _APART = 9, 20, 9, 7  # pixels of the ordinary type size


class Options(QWidget):
    """Some answers, one below the other; `chosen` carries the number of the one that is picked.

    Arrows go from one to the next, Enter picks; so do the numbers. An answer, once given, stays.
    """

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._texts: tuple[str, ...] = ()
        self._picked: int | None = None
        self._right: int | None = None
        self._told = False
        self._at, self._hovered = 0, -1
        self._lines: list[list[str]] = []
        self._rects: list[QRectF] = []
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_options(
        self,
        texts: tuple[str, ...],
        picked: int | None = None,
        right: int | None = None,
        *,
        told: bool = False,
    ) -> None:
        """Show these answers, the one that was picked, and once it is `told`, the one that came out."""
        texts = tuple(emphasised(text)[0] for text in texts)
        if texts != self._texts:
            self._at, self._hovered = 0, -1
        self._texts, self._picked, self._right, self._told = texts, picked, right, told
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if self.is_open else Qt.FocusPolicy.NoFocus)
        self._lay_out()
        self._say()
        self.update()

    @property
    def is_open(self) -> bool:
        """Whether an answer can still be given."""
        return self._picked is None and bool(self._texts)

    def rects(self) -> list[QRectF]:
        """Return where each answer lies."""
        return list(self._rects)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self._lay_out()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as the answers are."""
        return QSize(look.px(self._theme, 200), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew."""
        super().resizeEvent(event)
        if event.oldSize().width() != self.width():
            self._lay_out()

    def _lay_out(self) -> None:
        theme = self._theme
        edge, badge, gap, apart = (look.px(theme, size) for size in (_EDGE, _BADGE, _GAP, _APART))
        metrics = QFontMetricsF(look.body(theme))
        room = max(self.width() - 2 * edge - badge - gap, 40)
        self._lines = [look.wrapped(metrics, text, room) for text in self._texts]
        self._rects, top = [], 1.0
        for lines in self._lines:
            high = max(len(lines) * metrics.lineSpacing(), badge) + 2 * edge
            self._rects.append(QRectF(1, top, max(self.width() - 2, 1), high))
            top += high + apart
        self.setFixedHeight(max(round(top - apart + 1), 1) if self._rects else 1)

    def _say(self) -> None:
        said = []
        for k, text in enumerate(self._texts):
            yours = ", your answer" if k == self._picked else ""
            came = ", came out" if self._told and k == self._right else ""
            said.append(f"{k + 1}: {text}{yours}{came}")
        self.setAccessibleName("Answers")
        self.setAccessibleDescription("; ".join(said))

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw each answer in a frame with its number, which becomes a check mark where it came out."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(look.body(theme))
        edge, badge, gap = (look.px(theme, size) for size in (_EDGE, _BADGE, _GAP))
        for k, (rect, lines) in enumerate(zip(self._rects, self._lines, strict=True)):
            picked, right = k == self._picked, self._told and k == self._right
            lit = self.is_open and k == self._hovered
            frame = "good" if right else "accent" if picked else "line"
            painter.setPen(QPen(theme.colour(frame), 1.6 if picked or right else 1.0))
            painter.setBrush(theme.colour("raised-hover" if lit else "raised"))
            painter.drawRoundedRect(rect, 8, 8)
            disc = QRectF(rect.left() + edge, rect.center().y() - badge / 2, badge, badge)
            if right:
                paint_icon(painter, disc.adjusted(1, 1, -1, -1), "check", theme.colour("good"))
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent" if picked else "line"))
                painter.drawEllipse(disc)
                painter.setFont(look.bold(theme))
                painter.setPen(theme.colour("accent-text" if picked else "text"))
                painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(k + 1))
            faded = self._picked is not None and not picked and not right
            painter.setFont(look.body(theme))
            painter.setPen(theme.colour("muted" if faded else "text"))
            at = QPointF(disc.right() + gap, rect.center().y() - len(lines) * metrics.lineSpacing() / 2)
            at.setY(at.y() + metrics.ascent())
            for line in lines:
                painter.drawText(at, line)
                at.setY(at.y() + metrics.lineSpacing())
            if self.hasFocus() and self.is_open and k == self._at:
                look.ring(painter, rect.adjusted(-1, -1, 1, 1), theme.colour("text"), 9)

    # -- mouse and keys ------------------------------------------------------------------------------------

    def _find(self, point: QPointF) -> int:
        return next((k for k, rect in enumerate(self._rects) if rect.contains(point)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the answer under the pointer."""
        self._hover(self._find(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            hand = place >= 0 and self.is_open
            self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pick an answer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pick(self._find(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the press, so that its release comes here."""
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Keep arrows, Enter and numbers while an answer can be given: one too high does nothing."""
        keys = {*_MOVES, *_PRESS, *_NUMBERS} if self.is_open else set()
        return keeps_key(event, keys) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to a neighbour, or pick."""
        key = Qt.Key(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self.is_open and plain and key in _MOVES:
            self._at = min(max(self._at + _MOVES[key], 0), len(self._texts) - 1)
            self.update()
        elif self.is_open and plain and key in _PRESS and not event.isAutoRepeat():
            self._pick(self._at)
        elif self.is_open and plain and key in _NUMBERS:
            self._pick(_NUMBERS.index(key))
        else:
            super().keyPressEvent(event)

    def _pick(self, place: int) -> None:
        if self.is_open and 0 <= place < len(self._texts):
            self.chosen.emit(place)
