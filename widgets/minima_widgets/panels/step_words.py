"""One step of a run in sentences, one below the other; the one that is looked at points its insides out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import keeps_key
from minima_widgets.panels.texts import Line
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["StepWords"]

Told = tuple[str, tuple[str, ...]]
"""A sentence, and the names of the insides to look at while it is read."""

_BADGE, _GAP, _EDGE = 22, 10, 6  # sizes at the normal type size, pixels
_KEYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class _Stages(QWidget):
    """The sentences, painted and numbered."""

    pointed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._told: tuple[Told, ...] = ()
        self._rects: list[QRectF] = []
        self._lines: list[list[str]] = []
        self._at = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("One step in words")
        self.setToolTip(look.tip("Point at a sentence, or use the arrows: the map shows what it is about."))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_told(self, told: Sequence[Told]) -> None:
        """Show these sentences."""
        if tuple(told) == self._told:
            return
        self._told = tuple(told)
        self.setAccessibleDescription(" ".join(sentence for sentence, _ in self._told))
        self._lay_out()
        self._point(min(self._at, len(self._told) - 1))
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self._lay_out()
        self.update()

    def _lay_out(self) -> None:
        font = look.body(self._theme)
        metrics = QFontMetricsF(font)
        badge, gap, edge = (look.px(self._theme, size) for size in (_BADGE, _GAP, _EDGE))
        width = max(self.width() - badge - gap - 2 * edge, 40)
        self._lines = [look.wrapped(metrics, sentence, width) for sentence, _ in self._told]
        self._rects, top = [], 0.0
        for lines in self._lines:
            height = max(len(lines) * metrics.lineSpacing(), badge) + 2 * edge
            self._rects.append(QRectF(0, top, self.width(), height))
            top += height
        self.setFixedHeight(max(round(top), 1))

    def sizeHint(self) -> QSize:
        """As high as the sentences are."""
        return QSize(200, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the sentences anew."""
        super().resizeEvent(event)
        if event.oldSize().width() != self.width():
            self._lay_out()

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw number and sentence, one below the other."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, font = self._theme, look.body(self._theme)
        metrics = QFontMetricsF(font)
        badge, gap, edge = (look.px(theme, size) for size in (_BADGE, _GAP, _EDGE))
        for k, (rect, lines) in enumerate(zip(self._rects, self._lines, strict=True)):
            chosen = k == self._at
            if chosen:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("raised-hover"))
                painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 6, 6)
            disc = QRectF(rect.left() + edge, rect.top() + edge, badge, badge)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent" if chosen else "line"))
            painter.drawEllipse(disc)
            painter.setFont(look.bold(theme))
            painter.setPen(theme.colour("card" if chosen else "text"))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(k + 1))
            painter.setFont(font)
            painter.setPen(theme.colour("text"))
            at = QPointF(disc.right() + gap, rect.top() + edge + metrics.ascent() + 1)
            for line in lines:
                painter.drawText(at, line)
                at.setY(at.y() + metrics.lineSpacing())
        if self.hasFocus() and self._rects:
            look.ring(painter, QRectF(self.rect()), theme.colour("accent"), 6)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point out what the sentence under the mouse is about."""
        self._point(next((k for k, rect in enumerate(self._rects) if rect.contains(event.position())), -1))

    def leaveEvent(self, event: QEvent) -> None:
        """Point nothing out any more."""
        self._point(-1)
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep the keys that walk through the sentences, and Escape while one is pointed out."""
        keys = set(_KEYS) if self._at < 0 else {*_KEYS, Qt.Key.Key_Escape}
        return keeps_key(event, keys) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through the sentences with up and down; Escape points nothing out."""
        by = _KEYS.get(Qt.Key(event.key()))
        if by is not None and self._told:
            self._point(min(max(self._at + by, 0), len(self._told) - 1))
        elif event.key() == Qt.Key.Key_Escape:
            self._point(-1)
        else:
            super().keyPressEvent(event)

    def _point(self, at: int) -> None:
        if at == self._at:
            return
        self._at = at
        self.update()
        self.pointed.emit(self._told[at][1] if 0 <= at < len(self._told) else ())


class StepWords(QWidget):
    """What a step was, stage by stage. Signal: `pointed` (names of the insides to point out; none: ())."""

    pointed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.title = Line(theme, "", size="bold")
        self.stages = _Stages(theme)
        self.stages.pointed.connect(self.pointed)
        area = QScrollArea()
        area.setWidget(self.stages)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 2, 6, 4)
        layout.setSpacing(4)
        layout.addWidget(self.title)
        layout.addWidget(area, 1)

    def set_words(self, title: str, told: Sequence[Told]) -> None:
        """Show which step of what is told, and its stages."""
        self.title.set_text(title)
        self.stages.set_told(told)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        look.pass_on(self, theme)
