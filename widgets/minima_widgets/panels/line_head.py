"""The head of a line of the race: chip, name, settings in grey and the verdict under them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.chips import paint_chip
from minima_widgets.panels.controls import Button, keeps_key
from minima_widgets.panels.lines import RaceLine
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["LineHead"]

_KEYS = {
    Qt.Key.Key_Space,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Menu,
}


class LineHead(QWidget):
    """The two lines of text with the chip before them; painted, so that a new verdict costs one repaint.

    Keys, while the keyboard is here: Space takes it out of the race or into it, Right unfolds and Left folds,
    Enter selects, Delete removes, Menu opens the menu, Up and Down go to the neighbours.
    """

    toggled = Signal(bool)
    selected = Signal()
    unfolded = Signal(bool)
    menu_wanted = Signal(QPoint)
    removed = Signal()
    walked = Signal(int)

    def __init__(self, theme: Theme, line: RaceLine) -> None:
        super().__init__()
        self._theme = theme
        self._line = line
        self._open = False
        self._over_chip = False
        self._hovered = False
        self._cut = False
        self._lines = 1  # that the verdict takes
        self._told = False  # by a card below
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.more = Button(
            theme, icon="more", kind="quiet", tip="Duplicate, go on with another method, remove", parent=self
        )
        self.fold = Button(
            theme, icon="chevron-right", kind="quiet", tip="Show the settings", key="→", parent=self
        )
        self.more.clicked.connect(
            lambda: self.menu_wanted.emit(self.more.mapToGlobal(self.more.rect().bottomLeft()))
        )
        self.fold.clicked.connect(lambda: self.unfolded.emit(not self._open))
        self.more.installEventFilter(self)
        self._measure()
        self._say()

    @property
    def line(self) -> RaceLine:
        """What is shown."""
        return self._line

    def set_line(self, line: RaceLine) -> None:
        """Show other values."""
        if line == self._line:
            return
        old, self._line = self._line, line
        if bool(old.settings) != bool(line.settings):
            self._arrange()
        self._say()
        self._wrap(shrink=True)
        self.update()

    def set_verdict(self, verdict: str) -> bool:
        """Show another verdict; tell whether it is another."""
        if verdict == self._line.verdict:
            return False
        self._line = replace(self._line, verdict=verdict)
        self._say()
        self._wrap()
        above = int(look.px(self._theme, 5) + self._first)  # name and settings stay as they are
        self.update(0, above, self.width(), self.height() - above)
        return True

    def settle(self) -> None:
        """Give up the second line that a longer verdict had needed: nothing changes any more."""
        self._wrap(shrink=True)

    def set_told(self, told: bool) -> None:
        """Leave the verdict to the card below, which says it whole, or say it here again."""
        if told != self._told:
            self._told = told
            self._wrap(shrink=True)
            self.updateGeometry()
            self.update()

    def set_open(self, is_open: bool) -> None:
        """Turn the chevron."""
        self._open = is_open
        self.fold.set_icon("chevron-down" if is_open else "chevron-right")
        self.fold.set_tip("Fold the settings" if is_open else "Show the settings", "←" if is_open else "→")

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._measure()
        self._wrap(shrink=True)
        self.updateGeometry()
        self._arrange()
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines of text and some air; a third where the verdict needs it, one where a card says it."""
        return QSize(look.px(self._theme, 240), round(self._high + (self._rows - 1) * self._second))

    # -- drawing -------------------------------------------------------------------------------------------

    def _measure(self) -> None:
        theme = self._theme
        self._bold, self._small = look.bold(theme), look.small(theme)
        self._bold_metrics, self._small_metrics = QFontMetricsF(self._bold), QFontMetricsF(self._small)
        self._ascent = self._bold_metrics.ascent()
        self._first, self._second = self._bold_metrics.height(), self._small_metrics.height()
        self._shown: dict[str, tuple[str, float, str]] = {}
        self._high = round(self._first + self._second + look.px(theme, 11))
        self._indent = look.px(theme, 32)

    @property
    def _silent(self) -> bool:
        return self._told and self._line.enabled

    @property
    def _rows(self) -> int:
        return 0 if self._silent else self._lines

    def _verdict(self) -> str:
        return self._line.verdict if self._line.enabled else "not in the race"

    def _wrap(self, *, shrink: bool = False) -> None:
        """Give the verdict a second line where one is not enough; while it changes, keep it."""
        room = self.width() - self._indent - look.px(self._theme, 6)
        needed = 2 if self._small_metrics.horizontalAdvance(self._verdict()) > room > 0 else 1
        if needed > self._lines or (shrink and needed < self._lines):
            self._lines = needed
            self.updateGeometry()

    def _chip_rect(self) -> QRectF:
        side = look.px(self._theme, 16)
        centre = QPointF(look.px(self._theme, 16), look.px(self._theme, 5) + self._first / 2)
        return QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)

    def _in_chip(self, point: QPointF) -> bool:
        reach = look.px(self._theme, 7)
        return self._chip_rect().adjusted(-reach, -reach, reach, reach).contains(point)

    @property
    def _awake(self) -> bool:
        return self._hovered or self.hasFocus() or self.more.hasFocus() or self.fold.hasFocus()

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground, chip, name, settings and verdict."""
        theme, line = self._theme, self._line
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if line.selected or self._hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("raised", 1.0 if line.selected else 0.55))
            painter.drawRoundedRect(ground, 7, 7)
        style = theme.run_style(line.role)
        chip, lit = self._chip_rect(), self._over_chip
        paint_chip(painter, chip, style.colour, style.head, core=style.core, on=line.enabled, lit=lit)
        left = self._indent
        room = self.width() - left - (self.fold.width() + 2 if line.settings else 4)
        if self._awake:
            room -= self.more.width()
        top = look.px(theme, 5)
        ink = theme.colour("text" if line.enabled else "muted")
        # What a verdict leaves unchanged is not measured again: it changes many times a second.
        name = self._fit("name", self._bold_metrics, line.name, room)
        used = self._bold_metrics.horizontalAdvance(name) + look.px(theme, 8)
        rest = self._fit("rest", self._small_metrics, line.settings_text, room - used)
        painter.setFont(self._bold)
        painter.setPen(ink)
        painter.drawText(QPointF(left, top + self._ascent), name)
        painter.setFont(self._small)
        painter.setPen(theme.colour("muted"))
        if len(rest) > 2:
            painter.drawText(QPointF(left + used, top + self._ascent), rest)
        self._cut = rest != line.settings_text or name != line.name
        if not self._silent:
            self._paint_verdict(painter, left, top)
        if self.hasFocus():
            look.ring(painter, QRectF(self.rect()), theme.colour("accent"), 7)

    def _paint_verdict(self, painter: QPainter, left: float, top: float) -> None:
        theme = self._theme
        verdict, wide = self._verdict(), self.width() - left - look.px(theme, 6)
        begin, end = self._two_lines(verdict, wide)
        under = top + self._first + look.px(theme, 1) + self._small_metrics.ascent()
        painter.drawText(QPointF(left, under), begin)
        if end:
            painter.drawText(QPointF(left, under + self._second), end)
        self._cut = self._cut or (begin + end)[-1:] == "…"

    def _two_lines(self, text: str, width: float) -> tuple[str, str]:
        """Return `text` as one or two lines; broken between words, the last one with an ellipsis."""
        if self._lines == 1 or self._small_metrics.horizontalAdvance(text) <= width:
            return self._fit("verdict", self._small_metrics, text, width), ""
        first_line = look.wrapped(self._small_metrics, text, width)[0]
        rest = text[len(first_line) :].lstrip()
        first = self._fit("verdict", self._small_metrics, first_line, width)
        return first, self._fit("verdict’s end", self._small_metrics, rest, width)

    def _fit(self, which: str, metrics: QFontMetricsF, text: str, width: float) -> str:
        """Return as much of `text` as fits, measured only when it or the room has changed."""
        known = self._shown.get(which)
        if known is None or known[:2] != (text, width):
            fitted = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(width, 0.0))
            known = self._shown[which] = (text, width, fitted)
        return known[2]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons at the right end."""
        super().resizeEvent(event)
        self._arrange()
        self._wrap(shrink=True)

    def _arrange(self) -> None:
        side = look.px(self._theme, 24)
        y = round(look.px(self._theme, 5) + self._first / 2 - side / 2)
        self.fold.setGeometry(self.width() - side - 2, y, side, side)
        self.fold.setVisible(bool(self._line.settings))
        right = self.width() - 2 - (side if self._line.settings else 0)
        self.more.setGeometry(right - side, y, side, side)
        self._wake()

    def _wake(self) -> None:
        """Show the menu's button while pointer or keyboard are here; it stays in the order of Tab."""
        self.more.setIconSize(QSize(0, 0) if not self._awake else QSize(*(look.px(self._theme, 16),) * 2))
        self.update()

    # -- mouse and keys ------------------------------------------------------------------------------------

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Switch at the chip, select elsewhere."""
        if event.button() != Qt.MouseButton.LeftButton or not self.rect().contains(
            event.position().toPoint()
        ):
            return
        if self._in_chip(event.position()):
            self.toggled.emit(not self._line.enabled)
        else:
            self.selected.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the press, so that its release comes here."""
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the chip under the pointer."""
        over = self._in_chip(event.position())
        if over != self._over_chip:
            self._over_chip = over
            self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
            self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu here."""
        self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do with a key what a click does."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space:
            self.toggled.emit(not self._line.enabled)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.selected.emit()
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self.unfolded.emit(key == Qt.Key.Key_Right)
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.walked.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_Delete:
            self.removed.emit()
        elif key == Qt.Key.Key_Menu:
            self.menu_wanted.emit(self.mapToGlobal(self.rect().bottomLeft()))
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep its keys, and answer a hover with what was cut off and what a click does."""
        if keeps_key(event, _KEYS):
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._hover(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _hover(self, point: QPointF) -> str:
        line = self._line
        if self._in_chip(point):
            return look.tip("Take it out of the race" if line.enabled else "Take it into the race", "Space")
        parts = [look.tip(f"{line.name}: {line.tip}" if line.tip else line.name)]
        if self._cut:
            parts += [look.tip(part) for part in (line.settings_text, line.verdict) if part]
        return "".join(parts)

    def _say(self) -> None:
        line = self._line
        self.setAccessibleName(f"{line.name} {line.settings_text}".strip())
        self.setAccessibleDescription(
            f"{'in the race' if line.enabled else 'not in the race'}. {line.verdict}"
        )

    def enterEvent(self, event: QEnterEvent) -> None:
        """Wake up."""
        self._hovered = True
        self._wake()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Rest."""
        self._hovered = self._over_chip = False
        self._wake()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        self._wake()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard has gone."""
        self._wake()
        super().focusOutEvent(event)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Wake up as well when the keyboard reaches the menu's button."""
        if watched is self.more and event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self._wake()
        return False
