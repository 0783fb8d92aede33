"""One line of the race: chip, name, settings, verdict, and below them the method's own settings."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.chips import paint_chip
from minima_widgets.panels.controls import Button, keeps_key
from minima_widgets.panels.icons import icons
from minima_widgets.panels.setting_row import SettingRow, SettingsList, Value
from minima_widgets.panels.temperature import TemperatureControl
from minima_widgets.theme import Theme

__all__ = ["LineHead", "LineWidget", "RaceLine"]

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


@dataclass(frozen=True)
class RaceLine:
    """What one line of the race shows.

    Attributes
    ----------
    id
        The entry's number in the exploration.
    role
        The role of its colour, ``"run:adam:0"``; the head shape comes with it.
    name, settings_text, verdict
        "Adam", "lr 0.05 · β₁ 0.9", "at the global minimum, step 88".
    enabled, selected
        In the race or out of it; the one that is looked at.
    settings
        What it unfolds to.
    tip
        A few words on the method, for hover.
    """

    id: int
    role: str
    name: str
    settings_text: str = ""
    verdict: str = ""
    enabled: bool = True
    selected: bool = False
    settings: tuple[SettingRow, ...] = ()
    tip: str = ""


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
        self._line = line
        self.fold.setVisible(bool(line.settings))
        self._say()
        self.update()

    def set_verdict(self, verdict: str) -> bool:
        """Show another verdict; tell whether it is another."""
        if verdict == self._line.verdict:
            return False
        self._line = replace(self._line, verdict=verdict)
        self._say()
        self.update(0, self.height() // 2, self.width(), self.height() - self.height() // 2)
        return True

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
        self.updateGeometry()
        self._arrange()
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines of text and some air."""
        return QSize(look.px(self._theme, 240), self._high)

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
        paint_chip(painter, self._chip_rect(), style.colour, style.head, on=line.enabled, lit=self._over_chip)
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
        painter.setPen(theme.colour("muted" if line.enabled else "disabled"))
        if len(rest) > 2:
            painter.drawText(QPointF(left + used, top + self._ascent), rest)
        verdict = line.verdict if line.enabled else "not in the race"
        shown = self._fit("verdict", self._small_metrics, verdict, self.width() - left - look.px(theme, 6))
        under = top + self._first + look.px(theme, 1) + self._small_metrics.ascent()
        painter.drawText(QPointF(left, under), shown)
        self._cut = shown != verdict or rest != line.settings_text or name != line.name
        if self.hasFocus():
            look.ring(painter, QRectF(self.rect()), theme.colour("accent"), 7)

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


class LineWidget(QWidget):
    """A line with its settings, which are made when it is unfolded for the first time."""

    toggled = Signal(int, bool)
    selected = Signal(int)
    setting_changed = Signal(int, str, object, bool)
    duplicated = Signal(int)
    removed = Signal(int)
    go_on_wanted = Signal(int)
    unfolded = Signal(int, bool)
    walked = Signal(int, int)

    def __init__(self, theme: Theme, line: RaceLine) -> None:
        super().__init__()
        self._theme = theme
        self._line = line
        self._settings: SettingsList | None = None
        self._temperature: TemperatureControl | None = None
        self._body: QWidget | None = None
        self.head = LineHead(theme, line)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.head)
        number = line.id
        self.head.toggled.connect(lambda on: self.toggled.emit(number, on))
        self.head.selected.connect(lambda: self.selected.emit(number))
        self.head.removed.connect(lambda: self.removed.emit(number))
        self.head.unfolded.connect(self.set_open)
        self.head.menu_wanted.connect(self._open_menu)
        self.head.walked.connect(lambda step: self.walked.emit(number, step))

    @property
    def line(self) -> RaceLine:
        """What is shown."""
        return self.head.line

    @property
    def is_open(self) -> bool:
        """Whether the settings are unfolded."""
        return self._body is not None and not self._body.isHidden()

    @property
    def settings(self) -> SettingsList | None:
        """The settings, once they have been unfolded."""
        return self._settings

    @property
    def temperature(self) -> TemperatureControl | None:
        """The hand on the temperature, where the method has one."""
        return self._temperature

    def set_line(self, line: RaceLine) -> None:
        """Show other values of the same entry."""
        old, self._line = self._line, line
        self.head.set_line(line)
        if self._body is None or line.settings == old.settings:
            return
        plain, temperature, hold = _split(line.settings)
        fits = self._settings is not None and self._settings.fits(plain)
        if self._settings is None or not fits or (self._temperature is None) != (temperature is None):
            was_open = self.is_open
            self._drop_body()
            if was_open:
                self.set_open(True)
            return
        self._settings.set_rows(plain)
        if self._temperature is not None and temperature is not None:
            self._temperature.set_rows(temperature, hold)

    def show_value(self, name: str, value: Value) -> None:
        """Show a setting that moved by itself."""
        if not self.is_open:
            return
        if name == "temperature" and self._temperature is not None:
            self._temperature.show_value(float(value))
        elif self._settings is not None:
            self._settings.show_value(name, value)

    def set_open(self, is_open: bool) -> None:
        """Unfold or fold the settings."""
        is_open = is_open and bool(self._line.settings)
        if is_open == self.is_open:
            return
        if is_open and self._body is None:
            self._make_body()
        assert self._body is not None
        self._body.setVisible(is_open)
        self.head.set_open(is_open)
        self.unfolded.emit(self._line.id, is_open)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)

    def _make_body(self) -> None:
        plain, temperature, hold = _split(self._line.settings)
        self._body = QWidget()
        inside = QVBoxLayout(self._body)
        edge = look.px(self._theme, 32)
        inside.setContentsMargins(edge, 8, look.px(self._theme, 6), look.px(self._theme, 12))
        inside.setSpacing(look.px(self._theme, 10))
        report = self._report
        if temperature is not None:
            self._temperature = TemperatureControl(self._theme, temperature, hold)
            self._temperature.changed.connect(report)
            inside.addWidget(self._temperature)
        self._settings = SettingsList(self._theme, plain)
        self._settings.changed.connect(report)
        inside.addWidget(self._settings)
        self._layout.addWidget(self._body)
        self._body.hide()

    def _drop_body(self) -> None:
        assert self._body is not None
        self._layout.removeWidget(self._body)
        self._body.hide()
        self._body.deleteLater()
        self._body = self._settings = self._temperature = None

    def _report(self, name: str, value: object, finished: bool) -> None:
        self.setting_changed.emit(self._line.id, name, value, finished)

    def _open_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ink = self._theme.hex("text")
        number, name = self._line.id, self._line.name
        for icon, words, signal, tip in (
            (
                "duplicate",
                "Duplicate",
                self.duplicated,
                f"Another {name} with the same settings, to change one of them",
            ),
            (
                "step-forward",
                "Go on from here with…",
                self.go_on_wanted,
                "From the present step on, another method",
            ),
            ("remove", "Remove", self.removed, f"Take {name} out for good; undo brings it back"),
        ):
            action = menu.addAction(icons(icon, ink), words)
            action.setToolTip(tip)
            action.triggered.connect(lambda _checked=False, signal=signal: signal.emit(number))
        menu.setToolTipsVisible(True)
        menu.popup(place)


def _split(
    rows: tuple[SettingRow, ...],
) -> tuple[tuple[SettingRow, ...], SettingRow | None, SettingRow | None]:
    """Take the live temperature and the switch that holds it out of the ordinary settings."""
    temperature = next((row for row in rows if row.live and row.name == "temperature"), None)
    if temperature is None:
        return rows, None, None
    hold = next((row for row in rows if row.name == "hold"), None)
    return tuple(row for row in rows if row is not temperature and row is not hold), temperature, hold
