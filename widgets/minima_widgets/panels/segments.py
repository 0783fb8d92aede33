"""A few choices beside each other, one of them in force: for what has two to four short names."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import keeps_key
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Segments"]

_STEP = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}


class Segments(QWidget):
    """Choices (value, title, tip) on one groove; `chosen` carries the value. Arrows go to a neighbour."""

    chosen = Signal(str)

    def __init__(
        self,
        theme: Theme,
        choices: tuple[tuple[str, str, str], ...] = (),
        value: str = "",
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._choices = choices
        self._value = value
        self._name = name
        self._hovered = -1
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._say()

    def value(self) -> str:
        """Return what is in force."""
        return self._value

    def set_choices(self, choices: tuple[tuple[str, str, str], ...]) -> None:
        """Offer these: value, title, tip."""
        if choices != self._choices:
            self._choices = choices
            self._hovered = -1
            self.updateGeometry()
            self.update()

    def set_value(self, value: str) -> None:
        """Show what is in force, without a signal."""
        if value != self._value:
            self._value = value
            self._say()
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as all titles, as high as a button."""
        metrics = QFontMetricsF(look.small(self._theme))
        wide = sum(metrics.horizontalAdvance(title) for _, title, _ in self._choices)
        return QSize(
            round(wide + len(self._choices) * look.px(self._theme, 18)) + 4, look.px(self._theme, 28)
        )

    def minimumSizeHint(self) -> QSize:
        """Shrink until titles are cut."""
        return QSize(look.px(self._theme, 36) * max(len(self._choices), 1), look.px(self._theme, 28))

    def rects(self) -> list[QRectF]:
        """Return where each choice lies: in proportion to its title."""
        metrics = QFontMetricsF(look.small(self._theme))
        widths = [
            metrics.horizontalAdvance(title) + look.px(self._theme, 18) for _, title, _ in self._choices
        ]
        scale = (self.width() - 4) / max(sum(widths), 1.0)
        x, rects = 2.0, []
        for width in widths:
            rects.append(QRectF(x, 2, width * scale, self.height() - 4))
            x += width * scale
        return rects

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the groove, the choice in force on a plate of its own, and the titles."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("line"))
        painter.setBrush(theme.colour("window"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        font = look.small(theme)
        painter.setFont(font)
        for k, (rect, (value, title, _)) in enumerate(zip(self.rects(), self._choices, strict=True)):
            on = value == self._value
            if on or k == self._hovered:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("press" if on else "raised"))
                painter.drawRoundedRect(rect, 5.5, 5.5)
            ink = "text" if on or k == self._hovered else "muted"
            painter.setPen(theme.colour(ink if self.isEnabled() else "disabled"))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, look.elide(font, title, rect.width() - 6))
        if self.hasFocus():
            look.ring(painter, QRectF(self.rect()), theme.colour("accent"), 7)

    # -- mouse and keys ------------------------------------------------------------------------------------

    def _at(self, x: float) -> int:
        return next((k for k, rect in enumerate(self.rects()) if rect.left() <= x < rect.right()), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the choice under the pointer."""
        place = self._at(event.position().x())
        if place != self._hovered:
            self._hovered = place
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose."""
        place = self._at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._choose(self._choices[place][0])

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._hovered = -1
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to a neighbour."""
        step = _STEP.get(Qt.Key(event.key()))
        values = [value for value, _, _ in self._choices]
        if step is None or not values:
            super().keyPressEvent(event)
            return
        place = values.index(self._value) + step if self._value in values else 0
        if 0 <= place < len(values):
            self._choose(values[place])

    def event(self, event: QEvent) -> bool:
        """Keep the arrows while the keyboard is here; say on hover what a choice is."""
        if keeps_key(event, set(_STEP)):
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._at(float(event.pos().x()))
            text = look.tip(self._choices[place][2] or self._choices[place][1]) if place >= 0 else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def _choose(self, value: str) -> None:
        if value != self._value:
            self.set_value(value)
            self.chosen.emit(value)

    def _say(self) -> None:
        title = next((title for value, title, _ in self._choices if value == self._value), self._value)
        self.setAccessibleName(f"{self._name}: {title}" if self._name else title)
