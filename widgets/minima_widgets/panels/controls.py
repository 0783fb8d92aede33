"""The small controls that all panels are made of: buttons, switches and choices.

They keep the keys they need while the keyboard is on them: the window's own shortcuts (Space plays) do not
take the Space that presses a button somebody has tabbed to. A click never takes the keyboard away from the
views.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QMenu,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from minima_widgets.panels import look
from minima_widgets.panels.icons import icons
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["ActionButton", "Button", "Choice", "Switch", "keeps_key", "keeps_press"]

_PRESS = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select}


def keeps_key(event: QEvent, keys: set[Qt.Key]) -> bool:
    """Claim one of `keys` before it becomes a shortcut of the window; tell whether it was claimed."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    plain = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
    if Qt.Key(event.key()) not in keys or plain != Qt.KeyboardModifier.NoModifier:
        return False
    event.accept()
    return True


def keeps_press(event: QEvent) -> bool:
    """Claim Space, Enter and a choice's arrows for the button with the keyboard; tell whether it did.

    For ``event`` of the panels that hold buttons: the key comes to them where the button itself has not taken
    it, and an override in each button would cost it a call into Python for each of its events.
    """
    if event.type() != QEvent.Type.ShortcutOverride:
        return False
    holder = QApplication.focusWidget()
    if not isinstance(holder, QAbstractButton):
        return False
    return keeps_key(
        event, _PRESS | {Qt.Key.Key_Up, Qt.Key.Key_Down} if isinstance(holder, Choice) else _PRESS
    )


class Button(QPushButton):
    """A button with an icon, a text or both, that says what it does, its key, and why it cannot be used.

    `kind` is ``"raised"`` (ordinary), ``"primary"`` (the one accent), ``"quiet"`` (seen when hovered) or
    ``"link"``.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        icon: str = "",
        kind: str = "raised",
        tip: str = "",
        key: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self._icon = icon
        self._kind = kind
        self._tip, self._key, self._why = tip, key, ""
        if kind != "raised":
            self.setProperty(kind, True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)
        self.setAccessibleName(text or tip)
        if icon and not text:
            self.setProperty("square", True)
        self._tell()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        if self._icon:
            self._tint()

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        if icon != self._icon:
            self._icon = icon
            self._tint()

    def set_tip(self, tip: str, key: str | None = None) -> None:
        """Say what the button does, and with which key."""
        self._tip = tip
        if key is not None:
            self._key = key
        if not self.text():
            self.setAccessibleName(tip)
        self._tell()

    def set_available(self, possible: bool, why: str = "") -> None:
        """Let the button be pressed, or say `why` not."""
        self.setEnabled(possible)
        self._why = "" if possible else why
        self._tell()

    def sizeHint(self) -> QSize:
        """Leave a button that shows only an icon square."""
        size = super().sizeHint()
        if self._icon and not self.text() and self.menu() is None:
            return QSize(size.height(), size.height())
        return size

    def minimumSizeHint(self) -> QSize:
        """Never shrink below what is written on it."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Enter as with Space."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Take the icon's colour from whether it can be used."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange and self._icon:
            self._tint()

    def _tell(self) -> None:
        self.setToolTip(look.tip(self._tip, self._key, self._why))
        self.setAccessibleDescription(" ".join(filter(None, (self._tip, self._key, self._why))))

    def _tint(self) -> None:
        role = {"primary": "accent-text", "quiet": "muted"}.get(self._kind, "text")
        role = role if self.isEnabled() else "disabled"
        side = look.px(self._theme, 18 if self._kind != "quiet" else 16)
        self.setIcon(icons(self._icon, self._theme.hex(role), side))
        self.setIconSize(QSize(side, side))
        if not self.text():
            # The sheet's padding is made for words.
            self.setStyleSheet(
                f"QPushButton {{ padding: {6 if self._kind != 'quiet' else 3}px; min-height: 0; }}"
            )


class ActionButton(Button):
    """A button for a `QAction`: text, tip, key, state and icon follow the action.

    The icon is tinted by the theme when the action names it: ``action.setProperty("icon_name", "undo")``.
    `show` is ``"icon"``, ``"text"`` or ``"both"``.
    """

    def __init__(
        self,
        theme: Theme,
        action: QAction,
        *,
        show: str = "icon",
        kind: str = "raised",
        parent: QWidget | None = None,
    ) -> None:
        name = str(action.property("icon_name") or "")
        super().__init__(theme, icon=name if show != "text" else "", kind=kind, parent=parent)
        self._action = action
        self._show = show
        self._compact = False
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def set_compact(self, compact: bool) -> None:
        """Show the icon only, where there is no room for words."""
        self._compact = compact
        self._follow()

    def _follow(self) -> None:
        action = self._action
        words = action.iconText() or action.text().replace("&", "")
        has_icon = bool(self._icon) or not action.icon().isNull()
        worded = self._show != "icon" and not (self._compact and has_icon)
        text = words if worded or not has_icon else ""
        if text != self.text():
            self.setText(text)
            if self._icon:
                self.setStyleSheet("")
                self._tint()
        name = str(action.property("icon_name") or "")
        if self._show != "text" and name and name != self._icon:
            self.set_icon(name)
        elif not name and self._show != "text" and not action.icon().isNull():
            self.setIcon(action.icon())
        if action.isCheckable() != self.isCheckable():
            self.setCheckable(action.isCheckable())
        if action.isCheckable():
            self.setChecked(action.isChecked())
        sentence = action.statusTip() or action.toolTip() or words
        self.set_tip(sentence, action.shortcut().toString(action.shortcut().SequenceFormat.NativeText))
        self.set_available(action.isEnabled(), str(action.property("why") or ""))
        self.setAccessibleName(words)
        self.setVisible(action.isVisible())

    def nextCheckState(self) -> None:
        """Leave it to the action whether it is on."""


class Switch(QAbstractButton):
    """An on-off switch."""

    def __init__(self, theme: Theme, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as a hand can hit."""
        return QSize(look.px(self._theme, 36), look.px(self._theme, 22))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Switch with Enter as with Space."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the groove and the knob."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        radius = rect.height() / 2
        on = self.isChecked()
        rest = "line" if theme.dark else "faint"
        groove = theme.colour("accent" if on else ("muted" if self.underMouse() else rest))
        if not self.isEnabled():
            groove = theme.colour("line")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(groove)
        painter.drawRoundedRect(rect, radius, radius)
        # The knob is the lightest thing around, or off would look like on.
        painter.setBrush(theme.colour("accent-text" if on else "text" if theme.dark else "card"))
        centre = rect.right() - radius if on else rect.left() + radius
        knob = radius - 3
        painter.drawEllipse(QRectF(centre - knob, rect.center().y() - knob, 2 * knob, 2 * knob))
        if self.hasFocus():
            look.ring(painter, QRectF(self.rect()), theme.colour("text" if on else "accent"), radius + 2)


class Choice(Button):
    """A button that shows the choice made and opens the others as a menu; `chosen` carries the value."""

    chosen = Signal(str)
    _title = ""

    def __init__(
        self,
        theme: Theme,
        choices: tuple[tuple[str, str], ...],
        value: str,
        *,
        name: str = "",
        tip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, tip=tip, parent=parent)
        self._choices = choices
        self._why_not: dict[str, str] = {}
        self._value = ""
        self._name = name
        self.clicked.connect(self.open)
        self.set_value(value)
        self._tint_arrow()

    def value(self) -> str:
        """Return the value that is chosen."""
        return self._value

    def set_choices(
        self, choices: tuple[tuple[str, str], ...], why_not: Mapping[str, str] | None = None
    ) -> None:
        """Offer these (value, title); those in `why_not` cannot be chosen, and say why."""
        self._choices, self._why_not = choices, dict(why_not or {})
        self._show()

    def set_value(self, value: str) -> None:
        """Show `value` as chosen, without a signal."""
        if value != self._value:
            self._value = value
            self._show()

    def _show(self) -> None:
        value = self._value
        title = dict(self._choices).get(value, value)
        self._title = title
        self._write()
        self.setAccessibleName(f"{self._name}: {title}" if self._name else title)

    def sizeHint(self) -> QSize:
        """Have room for the whole of the choice made."""
        size = super().sizeHint()
        metrics = self.fontMetrics()
        missing = metrics.horizontalAdvance(self._title) - metrics.horizontalAdvance(self.text())
        return QSize(size.width() + max(missing, 0), size.height())

    def minimumSizeHint(self) -> QSize:
        """Shrink to the beginning of a choice."""
        size = self.sizeHint()
        return QSize(min(size.width(), look.px(self._theme, 90)), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write as much as there is room for."""
        super().resizeEvent(event)
        self._write()

    def showEvent(self, event: QShowEvent) -> None:
        """Write as much as there is room for, from the first time on that it is seen."""
        super().showEvent(event)
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the type has another size."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._write()
            self.updateGeometry()

    def _write(self) -> None:
        room = self.width() - look.px(self._theme, 44) if self.isVisible() else 10**6
        self.setText(self.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, max(room, 30)))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        super().set_theme(theme)
        self._tint_arrow()

    def open(self) -> None:
        """Show the choices."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for value, title in self._choices:
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setEnabled(value not in self._why_not)
            action.setToolTip(look.tip(self._why_not.get(value, "")))
            action.setChecked(value == self._value)
            action.triggered.connect(lambda _checked=False, value=value: self._choose(value))
        menu.setToolTipsVisible(bool(self._why_not))
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        checked = next((action for action in menu.actions() if action.isChecked()), None)
        if checked is not None:
            menu.setActiveAction(checked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step through the choices with the arrows."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        values = [value for value, _ in self._choices if value not in self._why_not]
        if step is None or self._value not in values:
            super().keyPressEvent(event)
            return
        place = values.index(self._value) + step
        if 0 <= place < len(values):
            self._choose(values[place])

    def _choose(self, value: str) -> None:
        if value != self._value:
            self.set_value(value)
            self.chosen.emit(value)

    def _tint_arrow(self) -> None:
        side = look.px(self._theme, 14)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the words
        self.setIcon(icons("chevron-down", self._theme.hex("muted"), side))
        self.setIconSize(QSize(side, side))
