"""One cure on a verdict's card: what to try and why; once tried, what came of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from minima_widgets.panels import look
from minima_widgets.panels.controls import keeps_key
from minima_widgets.panels.cure_values import CureItem
from minima_widgets.panels.icons import paint_icon
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["CureRow"]

_PRESS = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}
_WALK = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
MARKS = {
    "": ("plus", "accent", "Try it: one click"),
    "racing": ("play", "muted", "It is in the race: show its line"),
    "helped": ("check", "good", "It is in the race: show its line"),
    "no": ("minus", "muted", "It is in the race: show its line"),
    "mixed": ("info", "warning", "It is in the race: show its line"),
    "incomparable": ("info", "warning", "It has been tried"),
}
"""Icon, its colour, and what a click does, by the state of a cure."""


class CureRow(QAbstractButton):
    """Title, reason or result, and a mark; Up and Down go to the neighbours."""

    walked = Signal(int)

    def __init__(self, theme: Theme, item: CureItem) -> None:
        super().__init__()
        self._theme = theme
        self._item = item
        self._hovered = False
        self._brief = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._say()

    @property
    def item(self) -> CureItem:
        """What is shown."""
        return self._item

    def set_item(self, item: CureItem) -> None:
        """Show another cure, or how far this one is."""
        if item != self._item:
            self._item = item
            self._say()
            self.updateGeometry()
            self.update()

    def set_brief(self, brief: bool) -> None:
        """Say only what it is, and leave why to hover."""
        if brief != self._brief:
            self._brief = brief
            self._say()
            self.updateGeometry()
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    # -- size ----------------------------------------------------------------------------------------------

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height that title and sentence need."""
        bold, small = self._metrics()
        heading = len(self._heading(width)) * bold.lineSpacing()
        words = len(self._words(width)) * small.lineSpacing()
        return round(heading + words + 2 * look.px(self._theme, 5) + 0.5)

    def sizeHint(self) -> QSize:
        """As wide as the panel is, as high as needed there."""
        width = self.width() if self.width() > 60 else look.px(self._theme, 240)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Shrink to a few words a line."""
        return QSize(look.px(self._theme, 80), self.heightForWidth(max(self.width(), 80)))

    def _metrics(self) -> tuple[QFontMetricsF, QFontMetricsF]:
        return QFontMetricsF(look.bold(self._theme)), QFontMetricsF(look.small(self._theme))

    def _left(self) -> int:
        return look.px(self._theme, 25)

    def _room(self, width: float) -> float:
        return max(width - self._left() - look.px(self._theme, 6), 40.0)

    def _heading(self, width: float) -> list[str]:
        """Return the title in lines; what sets it apart has one of its own where there is no room beside."""
        bold, small = self._metrics()
        lines = look.wrapped(bold, self._item.title, self._room(width))
        if self._item.how:
            last = bold.horizontalAdvance(lines[-1]) + look.px(self._theme, 8)
            if last + small.horizontalAdvance(self._item.how) > self._room(width):
                lines.append("")
        return lines

    def _words(self, width: float) -> list[str]:
        if self._brief:
            return []
        item = self._item
        return look.wrapped(self._metrics()[1], item.result or item.reason, self._room(width))

    # -- drawing -------------------------------------------------------------------------------------------

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw mark, title and sentence."""
        theme, item = self._theme, self._item
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._hovered or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("raised-hover"))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        bold, small = self._metrics()
        side, top = look.px(theme, 13), look.px(theme, 5)
        icon, role, _ = MARKS[item.state]
        spot = QRectF(look.px(theme, 6), top + (bold.lineSpacing() - side) / 2, side, side)
        paint_icon(painter, spot, icon, theme.colour(role))
        y = top + bold.ascent()
        x = float(self._left())
        for line in self._heading(self.width()):
            painter.setFont(look.bold(theme))
            painter.setPen(theme.colour("text"))
            painter.drawText(QPointF(self._left(), y), line)
            x = self._left() + (bold.horizontalAdvance(line) + look.px(theme, 8) if line else 0)
            y += bold.lineSpacing()
        painter.setFont(look.small(theme))
        if item.how:
            warns = item.how.startswith("changes")
            painter.setPen(theme.colour("warning" if warns else "muted"))
            painter.drawText(QPointF(x, y - bold.lineSpacing()), item.how)
        painter.setPen(theme.colour("text" if item.result else "muted"))
        y += small.ascent() - bold.ascent()
        for line in self._words(self.width()):
            painter.drawText(QPointF(self._left(), y), line)
            y += small.lineSpacing()
        if self.hasFocus():
            look.ring(painter, QRectF(self.rect()), theme.colour("accent"), 6)

    # -- mouse and keys ------------------------------------------------------------------------------------

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up."""
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Go out."""
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Enter or Space, walk with the arrows."""
        key = Qt.Key(event.key())
        if key in _PRESS and not event.isAutoRepeat():
            self.click()
        elif key in _WALK:
            self.walked.emit(_WALK[key])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep its keys."""
        return keeps_key(event, _PRESS | set(_WALK)) or super().event(event)

    def _say(self) -> None:
        item = self._item
        self.setAccessibleName(f"{item.title}, {item.how}" if item.how else item.title)
        self.setAccessibleDescription(item.result or item.reason)
        reason = look.tip(item.result or item.reason) if self._brief else ""
        self.setToolTip(reason + look.tip(MARKS[item.state][2], "Enter"))
