"""The choice of colours for heights: a small chart in each palette, and one of them in force."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QHelpEvent,
    QImage,
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

__all__ = ["PaletteTiles"]

_STEP = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
_BANDS = 12
_PICTURE = (120, 72)


def small_chart(theme: Theme, palette: str) -> QImage:
    """Return a chart of two wells in a palette, in bands as on the map."""
    x, y = np.meshgrid(np.linspace(-2.1, 2.1, _PICTURE[0]), np.linspace(1.3, -1.3, _PICTURE[1]))
    heights = (x**2 - 1) ** 2 + 0.35 * x + 1.6 * y**2 + 0.3 * np.sin(2.2 * x + 3 * y)
    places = np.sqrt((heights - heights.min()) / (np.percentile(heights, 97) - heights.min()))
    bands = np.floor(np.clip(places, 0, 0.999) * _BANDS) / (_BANDS - 1)
    colours = np.ascontiguousarray(theme.ramp(palette, bands))
    width, height = _PICTURE
    return QImage(colours.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


class PaletteTiles(QWidget):
    """Tiles side by side; `chosen` carries the name of a palette. Arrows go to a neighbour."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, choices: tuple[tuple[str, str, str], ...], value: str) -> None:
        super().__init__()
        self._theme, self._choices, self._value = theme, choices, value
        self._pictures: dict[str, QImage] = {}
        self._hovered = -1
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._draw()
        self._say()

    def value(self) -> str:
        """Return the palette in force."""
        return self._value

    def set_value(self, value: str) -> None:
        """Show what is in force, without a signal."""
        if value != self._value:
            self._value = value
            self._say()
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`: palettes differ between dark and light."""
        self._theme = theme
        self._draw()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the pictures, with their titles below."""
        gap = look.px(self._theme, 10)
        return QSize(
            len(self._choices) * (look.px(self._theme, 104) + gap) - gap,
            look.px(self._theme, 64) + self._under(),
        )

    def minimumSizeHint(self) -> QSize:
        """Shrink the pictures."""
        return QSize(len(self._choices) * look.px(self._theme, 64), self.sizeHint().height())

    def _under(self) -> int:
        return round(QFontMetricsF(look.small(self._theme)).height()) + look.px(self._theme, 6)

    def _rect(self, k: int) -> QRectF:
        gap, count = look.px(self._theme, 10), len(self._choices)
        wide = (self.width() - (count - 1) * gap) / count
        return QRectF(k * (wide + gap), 0, wide, self.height())

    def _draw(self) -> None:
        self._pictures = {name: small_chart(self._theme, name) for name, _, _ in self._choices}

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw pictures, titles, and a frame around the one in force."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for k, (name, title, _) in enumerate(self._choices):
            rect, on = self._rect(k), name == self._value
            picture = rect.adjusted(4, 4, -4, -self._under())
            painter.drawImage(picture, self._pictures[name])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if on or k == self._hovered:
                painter.setPen(QPen(theme.colour("accent" if on else "muted"), 2 if on else 1))
                painter.drawRoundedRect(picture.adjusted(-2.5, -2.5, 2.5, 2.5), 4, 4)
            font = look.small(theme)
            if on:
                font.setBold(True)
            painter.setFont(font)
            painter.setPen(theme.colour("text" if on else "muted"))
            below = QRectF(rect.left(), picture.bottom() + 3, rect.width(), self._under() - 3)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, look.elide(font, title, rect.width()))
        if self.hasFocus():
            look.ring(painter, QRectF(self.rect()), theme.colour("focus"), 7)

    def _at(self, point: QPointF) -> int:
        return next((k for k in range(len(self._choices)) if self._rect(k).contains(point)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the one under the pointer."""
        self._hovered = self._at(event.position())
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if self._hovered >= 0 else Qt.CursorShape.ArrowCursor
        )
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._hovered = -1
        self.update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose."""
        place = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._choose(self._choices[place][0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to a neighbour."""
        step = _STEP.get(Qt.Key(event.key()))
        names = [name for name, _, _ in self._choices]
        if step is None or self._value not in names:
            super().keyPressEvent(event)
            return
        place = names.index(self._value) + step
        if 0 <= place < len(names):
            self._choose(names[place])

    def event(self, event: QEvent) -> bool:
        """Keep the arrows while the keyboard is here; say on hover what a palette is good for."""
        if keeps_key(event, set(_STEP)):
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._at(QPointF(event.pos()))
            QToolTip.showText(
                event.globalPos(), look.tip(self._choices[place][2]) if place >= 0 else "", self
            )
            return True
        return super().event(event)

    def _choose(self, name: str) -> None:
        if name != self._value:
            self.set_value(name)
            self.chosen.emit(name)

    def _say(self) -> None:
        title = next((title for name, title, _ in self._choices if name == self._value), self._value)
        self.setAccessibleName(f"Colours of heights: {title}")
