"""What a verdict's card is made of: text that wraps and is never cut, and numbers that flow like words."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.icons import paint_icon
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Flow", "Numbers", "Paragraph"]


class Flow(QWidget):
    """A widget whose height follows from its width, by `high_at`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def high_at(self, width: int) -> int:
        """Return how high it is at a width."""
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height that is needed at this width."""
        return self.high_at(max(width, 40))

    def sizeHint(self) -> QSize:
        """As wide as the panel is, as high as needed there."""
        width = self.width() if self.width() > 60 else look.px(self._theme, 240)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Shrink to a few words a line."""
        return QSize(look.px(self._theme, 80), self.heightForWidth(max(self.width(), 80)))


class Paragraph(Flow):
    """A sentence that wraps, with an icon before it where it has one; hidden while it is empty."""

    def __init__(self, theme: Theme, *, role: str = "text", size: str = "body", icon: str = "") -> None:
        super().__init__(theme)
        self._text, self._role, self._size, self._icon = "", role, size, icon
        self.hide()

    def text(self) -> str:
        """Return the sentence."""
        return self._text

    def set_text(self, text: str, *, role: str | None = None, icon: str | None = None) -> None:
        """Show another sentence."""
        new = (text, self._role if role is None else role, self._icon if icon is None else icon)
        if new == (self._text, self._role, self._icon):
            return
        self._text, self._role, self._icon = new
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def high_at(self, width: int) -> int:
        """Return how high its lines are."""
        metrics = self._metrics()
        lines = look.wrapped(metrics, self._text, width - self._indent())
        return round(len(lines) * metrics.lineSpacing() + 0.5)

    def _font_now(self) -> QFont:
        return {"body": look.body, "bold": look.bold, "small": look.small}[self._size](self._theme)

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self._font_now())

    def _indent(self) -> int:
        return look.px(self._theme, 19) if self._icon else 0

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics, ink = self._metrics(), self._theme.colour(self._role)
        if self._icon:
            side = look.px(self._theme, 13)
            top = (metrics.lineSpacing() - side) / 2
            paint_icon(painter, QRectF(0, top, side, side), self._icon, ink)
        painter.setFont(self._font_now())
        painter.setPen(ink)
        y = metrics.ascent()
        for line in look.wrapped(metrics, self._text, self.width() - self._indent()):
            painter.drawText(QPointF(self._indent(), y), line)
            y += metrics.lineSpacing()


class Numbers(Flow):
    """Numbers with their labels in grey, one after the other, each with its meaning as a tooltip."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._items: tuple[tuple[str, str, str], ...] = ()
        self.setAccessibleName("The numbers behind the verdict")
        self.hide()

    def items(self) -> tuple[tuple[str, str, str], ...]:
        """Return label, value and meaning of each."""
        return self._items

    def set_items(self, items: tuple[tuple[str, str, str], ...]) -> None:
        """Show these."""
        if items == self._items:
            return
        self._items = items
        self.setAccessibleDescription(", ".join(f"{label} {value}" for label, value, _ in items))
        self.setVisible(bool(items))
        self.updateGeometry()
        self.update()

    def high_at(self, width: int) -> int:
        """Return how high all rows are."""
        places = self._places(width)
        return round(places[-1].bottom() + 0.5) if places else 0

    def _places(self, width: float) -> list[QRectF]:
        """Return where each stands."""
        small = QFontMetricsF(look.small(self._theme))
        gap, apart = look.px(self._theme, 5), look.px(self._theme, 16)
        row = small.lineSpacing() + look.px(self._theme, 2)
        places: list[QRectF] = []
        x = y = 0.0
        for label, value, _ in self._items:
            wide = small.horizontalAdvance(label) + gap + small.horizontalAdvance(value) + 1
            if x > 0.0 and x + wide > width:
                x, y = 0.0, y + row
            places.append(QRectF(x, y, wide, row))
            x += wide + apart
        return places

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw label and value of each."""
        painter = QPainter(self)
        font = look.small(self._theme)
        small = QFontMetricsF(font)
        painter.setFont(font)
        gap = look.px(self._theme, 5)
        for (label, value, _), place in zip(self._items, self._places(self.width()), strict=True):
            base = place.top() + small.ascent()
            painter.setPen(self._theme.colour("muted"))
            painter.drawText(QPointF(place.left(), base), label)
            painter.setPen(self._theme.colour("text"))
            painter.drawText(QPointF(place.left() + small.horizontalAdvance(label) + gap, base), value)

    def tip_at(self, point: QPointF) -> str:
        """Return the meaning of the number at a place."""
        for (label, value, meaning), place in zip(self._items, self._places(self.width()), strict=True):
            if place.adjusted(-4, -1, 4, 1).contains(point):
                return look.tip(f"{label} {value}: {meaning}")
        return ""

    def event(self, event: QEvent) -> bool:
        """Tell the meaning of the number under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)
