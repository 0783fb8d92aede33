"""How far a lesson has come: a dot for each step, the one that is shown filled; those seen can be gone to."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from minima_widgets.panels import look
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Dots"]

_ACROSS, _APART = 8.0, 16.0  # pixels of the ordinary type size


class Dots(QWidget):
    """A dot for each step; `chosen` carries the number of one that was seen already."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._at, self._count, self._reached = 0, 1, 0
        self._hovered = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_place(self, at: int, count: int, reached: int) -> None:
        """Show step `at` of `count`, of which all up to `reached` have been seen."""
        if (at, count, reached) != (self._at, self._count, self._reached):
            self._at, self._count, self._reached = at, count, reached
            self.setAccessibleName(f"Step {at + 1} of {count}")
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A strip."""
        return QSize(look.px(self._theme, 120), look.px(self._theme, 14))

    def centres(self) -> list[QPointF]:
        """Return the middle of each dot: closer together where there is little room."""
        across = float(look.px(self._theme, _ACROSS))
        room = (self.width() - across - 2) / max(self._count - 1, 1)
        apart = min(float(look.px(self._theme, _APART)), room)
        return [QPointF(across / 2 + 1 + k * apart, self.height() / 2) for k in range(self._count)]

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the dots: full, filled quietly, or as rings."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = look.px(theme, _ACROSS) / 2
        for k, centre in enumerate(self.centres()):
            seen = k <= self._reached
            ink = theme.colour("accent" if k == self._at else "muted" if seen else "faint")
            lit = k == self._hovered and seen
            size = radius if k == self._at or lit else 0.72 * radius
            painter.setPen(QPen(ink, 1.2))
            painter.setBrush(ink if seen else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(centre.x() - size, centre.y() - size, 2 * size, 2 * size))

    def _find(self, x: float) -> int:
        centres = self.centres()
        nearest = min(range(len(centres)), key=lambda k: abs(centres[k].x() - x))
        near = abs(centres[nearest].x() - x) <= look.px(self._theme, _APART) / 2
        return nearest if near and nearest <= self._reached else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the dot under the pointer."""
        place = self._find(event.position().x())
        if place != self._hovered:
            self._hovered = place
            can = place >= 0 and place != self._at
            self.setCursor(Qt.CursorShape.PointingHandCursor if can else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._hovered = -1
        self.update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to a step."""
        place = self._find(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0 and place != self._at:
            self.chosen.emit(place)

    def event(self, event: QEvent) -> bool:
        """Tell which step a dot is."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._find(float(event.pos().x()))
            text = look.tip(f"Step {place + 1} of {self._count}") if place >= 0 else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)
