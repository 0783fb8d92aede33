"""A slider for a number on a linear, a logarithmic or a whole-number scale, with mouse, wheel and keys.

Values are rounded to what the scale can tell apart, so that a dragged 0.03 is 0.03 and not 0.029816.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import keeps_key
from minima_widgets.panels.groove import KEYS, paint_groove, paint_handle
from minima_widgets.panels.numbers import format_number
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Scale", "ValueSlider"]


class Scale:
    """Maps a value to a share of the way, 0 to 1, and back.

    Parameters
    ----------
    lower, upper
        The range; a logarithmic scale that begins at 0 shows seven decades below its end, one without an end
        shows as much as `around` needs.
    kind
        ``"linear"``, ``"log"``, ``"integer"`` or ``"square"``: finer near 0, on both sides of it.
    around
        A value that has to be on it, the default of a setting for example.
    """

    def __init__(self, lower: float, upper: float, kind: str = "linear", around: float = 1.0) -> None:
        self.kind = kind
        self.whole = kind == "integer"
        reach = abs(around) if around else 1.0
        if not math.isfinite(upper):
            upper = max(reach * 1000, 1.0) if kind == "log" else max(reach * 4, lower + 10)
        if not math.isfinite(lower):
            lower = -upper
        if kind == "log" and lower <= 0:
            lower = min(reach / 1000, upper / 1e7) if reach < upper else upper / 1e7
        # Whole numbers over several decades, such as steps, need each decade to be as wide as the others.
        self.logarithmic = kind == "log" or (self.whole and lower > 0 and upper / lower >= 1000)
        self.lower, self.upper = lower, max(upper, lower + abs(lower) * 1e-9 + 1e-300)

    @property
    def zero(self) -> float:
        """Where the filled part begins: at 0 on a scale that is finer there, else at the lower end."""
        return self.share(0.0) if self.kind == "square" else 0.0

    def share(self, value: float) -> float:
        """Return where `value` lies, 0 at the lower end, 1 at the upper."""
        value = min(max(value, self.lower), self.upper)
        if self.logarithmic:
            return math.log(value / self.lower) / math.log(self.upper / self.lower)
        if self.kind == "square":
            low, high = _root(self.lower), _root(self.upper)
            return (_root(value) - low) / (high - low)
        return (value - self.lower) / (self.upper - self.lower)

    def value(self, share: float) -> float:
        """Return the value at `share` of the way, rounded to what this scale can tell apart."""
        share = min(max(share, 0.0), 1.0)
        if share in {0.0, 1.0}:
            return self.upper if share else self.lower
        if self.logarithmic:
            raw = self.lower * math.exp(share * math.log(self.upper / self.lower))
            return self._inside(round(float(f"{raw:.1e}")) if self.whole else float(f"{raw:.1e}"))
        if self.kind == "square":
            low, high = _root(self.lower), _root(self.upper)
            root = low + share * (high - low)
            # Near 0 it is 0: a hand cannot aim at one pixel.
            near = abs(root) < (high - low) / 60
            return 0.0 if near else self._inside(float(f"{math.copysign(root * root, root):.1e}"))
        raw = self.lower + share * (self.upper - self.lower)
        if self.whole:
            return self._inside(round(raw))
        grain = 10.0 ** math.floor(math.log10((self.upper - self.lower) / 100))
        return self._inside(float(f"{round(raw / grain) * grain:.12g}"))

    def stepped(self, value: float, steps: float) -> float:
        """Return the value `steps` hundredths of the scale on; at least one that differs."""
        if self.whole and not self.logarithmic:
            grain = max(1.0, (self.upper - self.lower) / 100)
            return self._inside(round(value + math.copysign(max(abs(steps) * grain, 1.0), steps)))
        for k in range(1, 101):
            moved = self.value(self.share(value) + k * steps / 100)
            if moved != value:
                return moved
        return value

    def _inside(self, value: float) -> float:
        return min(max(value, self.lower), self.upper)


def _root(value: float) -> float:
    return math.copysign(math.sqrt(abs(value)), value)


class ValueSlider(QWidget):
    """A slider; `moved` carries the value and whether the gesture is over.

    Dragging anywhere sets it, Shift makes it finer. Arrows step, Page Up and Down leap, Home and End go to
    the ends. The wheel turns it once the pointer has moved on it: a list that scrolls under the pointer turns
    nothing.
    """

    moved = Signal(float, bool)

    def __init__(
        self, theme: Theme, scale: Scale, value: float, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scale = scale
        self._value = value
        self._colour = "accent"
        self._held = False
        self._hovered = False
        self._awake = False
        self._grip = (0.0, 0.0)  # where the drag began: pixel, share
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(350)
        self._settle.timeout.connect(lambda: self.moved.emit(self._value, True))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.setToolTip(look.tip("Drag it, or use the arrows: with Shift finer, with Page keys in leaps."))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def busy(self) -> bool:
        """Whether somebody is moving it at this moment."""
        return self._held or self._settle.isActive()

    def value(self) -> float:
        """Return the value shown."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show `value`, without a signal; a value beyond the scale stands at its end."""
        if value != self._value and not self.busy:
            self._value = value
            self.setAccessibleDescription(format_number(value))
            self.update()

    def set_scale(self, scale: Scale) -> None:
        """Take another scale."""
        self._scale = scale
        self.update()

    def set_colour(self, role: str) -> None:
        """Fill the part below the handle in the colour of `role`."""
        self._colour = role
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Long enough to be exact."""
        return QSize(look.px(self._theme, 120), look.px(self._theme, 24))

    def minimumSizeHint(self) -> QSize:
        """Shrink as far as one can still aim."""
        return QSize(look.px(self._theme, 40), look.px(self._theme, 24))

    # -- drawing -------------------------------------------------------------------------------------------

    def _span(self) -> tuple[float, float]:
        radius = look.px(self._theme, 8)
        return float(radius), float(max(self.width() - radius, radius + 1))

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw groove, filled part and handle."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right = self._span()
        middle, enabled = self.height() / 2, self.isEnabled()
        x = left + self._scale.share(self._value) * (right - left)
        zero = left + self._scale.zero * (right - left)
        filled = theme.colour(self._colour if enabled else "disabled")
        paint_groove(
            painter,
            theme,
            middle,
            ((left, right, theme.colour("groove")), (min(zero, x), max(zero, x), filled)),
        )
        radius = look.px(theme, 7 if self._held or self._hovered or self.hasFocus() else 6)
        paint_handle(painter, theme, QPointF(x, middle), radius, focused=self.hasFocus(), enabled=enabled)

    # -- mouse and keys ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag: at the handle where it is, elsewhere by bringing it here."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        left, right = self._span()
        x = event.position().x()
        share = self._scale.share(self._value)
        at = left + share * (right - left)
        self._held = True
        if abs(x - at) > look.px(self._theme, 9):
            share = (x - left) / (right - left)
            self._change(self._scale.value(share), False)
        self._grip = (x, share)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        self._awake = True
        if not self._held:
            return
        left, right = self._span()
        x0, share0 = self._grip
        fine = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        share = share0 + fine * (event.position().x() - x0) / (right - left)
        self._grip = (event.position().x(), share)
        self._change(self._scale.value(share), False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        if event.button() == Qt.MouseButton.LeftButton and self._held:
            self._held = False
            self.update()
            self.moved.emit(self._value, True)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn it by the wheel, when it is meant."""
        if not (self._awake or self.hasFocus()):
            event.ignore()
            return
        turns = (event.angleDelta().y() or event.angleDelta().x()) / 120
        fine = 0.4 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 2.0
        if turns:
            self._change(self._scale.stepped(self._value, turns * fine), False)
            self._settle.start()
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Keep the arrows while the keyboard is here."""
        if keeps_key(event, KEYS):
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step, leap, or go to an end."""
        key = Qt.Key(event.key())
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -10,
            Qt.Key.Key_PageUp: 10,
        }.get(key)
        if steps is not None:
            self._change(self._scale.stepped(self._value, steps * (0.3 if fine else 1.5)), False)
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self._change(self._scale.lower if key == Qt.Key.Key_Home else self._scale.upper, False)
        else:
            super().keyPressEvent(event)
            return
        self._settle.start()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Answer the pointer."""
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._hovered = self._awake = False
        self.update()
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Settle what the keys have changed."""
        if self._settle.isActive():
            self._settle.stop()
            self.moved.emit(self._value, True)
        super().focusOutEvent(event)

    def _change(self, value: float, finished: bool) -> None:
        if value == self._value:
            return
        self._value = value
        self.setAccessibleDescription(format_number(value))
        self.update()
        self.moved.emit(value, finished)
