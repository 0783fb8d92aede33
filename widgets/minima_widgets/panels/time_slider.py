"""The slider of time: the step looked at, how far is computed, and where something new began.

Steps are Python's whole numbers, of any size: a slider of Qt ends at 2³¹, and one pixel of it would be 100
000 steps at 10⁸. Here a drag with Shift moves a thousandth as far, and the keys move by single steps.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import keeps_key
from minima_widgets.panels.groove import KEYS, paint_groove, paint_handle
from minima_widgets.panels.numbers import count
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["TimeSlider"]


class TimeSlider(QWidget):
    """A slider over steps 0 to the horizon; `scrubbed` carries the step, as a Python int of any size.

    Beyond what is computed one may scrub too: whoever owns the race decides what to do about it.
    """

    scrubbed = Signal(object)
    released = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._step, self._last, self._end = 0, 0, 500
        self._segments: Sequence[int] = ()
        self._loops: Sequence[int] = ()
        self._held = False
        self._hovered = False
        self._grip = (0.0, 0.0)
        self._shown: tuple[object, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Step of the race")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def held(self) -> bool:
        """Whether somebody is dragging it."""
        return self._held

    @property
    def step(self) -> int:
        """The step shown."""
        return self._step

    def set_state(self, step: int, last: int, end: int) -> None:
        """Show `step`, what is computed, and the horizon; repaint only if it can be seen to differ.

        What was computed for a longer race, before that was taken back, lies beyond the end.
        """
        self._end = max(end, 1)
        self._last = min(last, self._end)
        if not self._held:
            self._step = step
        self._refresh()

    def set_ticks(self, segments: Sequence[int] = (), loops: Sequence[int] = ()) -> None:
        """Mark where a setting or method changed, and where a loop began (both sorted)."""
        if (segments, loops) != (self._segments, self._loops):
            self._segments, self._loops = segments, loops
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As long as there is room."""
        return QSize(look.px(self._theme, 300), look.px(self._theme, 34))

    def minimumSizeHint(self) -> QSize:
        """Still long enough to aim."""
        return QSize(look.px(self._theme, 90), look.px(self._theme, 34))

    # -- drawing -------------------------------------------------------------------------------------------

    def _span(self) -> tuple[float, float]:
        radius = look.px(self._theme, 9)
        return float(radius), float(max(self.width() - radius, radius + 1))

    def _x(self, step: int) -> float:
        left, right = self._span()
        return left + (right - left) * (min(step, self._end) / self._end)

    def _step_at(self, x: float) -> int:
        """Return the step under `x`, exact in whole numbers."""
        left, right = self._span()
        share = min(max((x - left) / (right - left), 0.0), 1.0)
        return self._end if share == 1.0 else round(share * self._end)

    def _refresh(self) -> None:
        ratio = self.devicePixelRatioF()
        shown = (round(self._x(self._step) * ratio), round(self._x(self._last) * ratio), self._end)
        if shown != self._shown:
            self._shown = shown
            self.update()

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw groove, computed part, the part that lies behind, ticks and handle."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right = self._span()
        middle, at = self.height() / 2, self._x(self._step)
        paint_groove(
            painter,
            theme,
            middle,
            (
                (left, right, theme.colour("groove")),
                (left, self._x(self._last), theme.colour("faint")),
                (left, at, theme.colour("accent")),
            ),
        )
        self._paint_ticks(painter, self._loops, look.px(theme, 4), theme.colour("muted", 0.55))
        self._paint_ticks(painter, self._segments, look.px(theme, 7), theme.colour("text"))
        radius = look.px(theme, 8 if self._held or self._hovered or self.hasFocus() else 7)
        paint_handle(painter, theme, QPointF(at, middle), radius, focused=self.hasFocus(), ground="window")

    def _paint_ticks(self, painter: QPainter, steps: Sequence[int], high: int, colour: QColor) -> None:
        """Draw short strokes below the groove, at most one for two pixels, however many there are."""
        if not len(steps):
            return
        painter.setBrush(colour)
        left, right = self._span()
        top = self.height() / 2 + look.px(self._theme, 6)
        place = 0
        while place < len(steps):
            x = self._x(int(steps[place]))
            painter.drawRect(QRectF(x - 0.6, top, 1.2, high))
            # The next one that has two pixels of its own.
            place = bisect_right(
                steps, max(int((x + 2.0 - left) / (right - left) * self._end), int(steps[place]))
            )

    # -- mouse and keys ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag: at the handle where it is, elsewhere by bringing it here."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._held = True
        x = event.position().x()
        if abs(x - self._x(self._step)) > look.px(self._theme, 9):
            self._go(self._step_at(x))
        self._grip = (x, float(self._step))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer; with Shift a thousandth as far."""
        if not self._held:
            return
        left, right = self._span()
        x0, step0 = self._grip
        x = event.position().x()
        fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if fine:
            step = step0 + (x - x0) * max(self._end / 1000 / (right - left), 0.25)
        else:
            step = step0 + (x - x0) * self._end / (right - left)
        self._grip = (x, step)
        self._go(round(step))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        if event.button() == Qt.MouseButton.LeftButton and self._held:
            self._held = False
            self.update()
            self.released.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step by the wheel: a hundredth of the whole, with Shift single steps."""
        turns = (event.angleDelta().y() or event.angleDelta().x()) / 120
        fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        leap = 1 if fine else max(self._end // 100, 1)
        if turns:
            self._go(
                self._step + round(turns * leap)
                if abs(turns) >= 1
                else self._step + (leap if turns > 0 else -leap)
            )
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by single steps, by a hundredth, or to an end."""
        leap = max(self._end // 100, 1)
        wanted = {
            Qt.Key.Key_Left: self._step - 1,
            Qt.Key.Key_Down: self._step - 1,
            Qt.Key.Key_Right: self._step + 1,
            Qt.Key.Key_Up: self._step + 1,
            Qt.Key.Key_PageDown: self._step - leap,
            Qt.Key.Key_PageUp: self._step + leap,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self._last,
        }.get(Qt.Key(event.key()))
        if wanted is None:
            super().keyPressEvent(event)
        else:
            self._go(wanted)

    def event(self, event: QEvent) -> bool:
        """Keep the arrows while the keyboard is here; tell the step under the pointer."""
        if keeps_key(event, KEYS):
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            step = self._step_at(float(event.pos().x()))
            begun = " · a setting or method changed near here" if self._near(step) else ""
            sentence = (
                f"Step {count(step)}{begun}. Drag to look back; Shift moves finely, ← and → by single steps."
            )
            QToolTip.showText(event.globalPos(), look.tip(sentence), self)
            return True
        return super().event(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Answer the pointer."""
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        self.update()
        super().focusInEvent(event)

    def _near(self, step: int) -> bool:
        reach = self._end * 6 / max(self.width(), 1)
        return any(abs(tick - step) <= reach for tick in self._segments)

    def _go(self, step: int) -> None:
        step = min(max(step, 0), self._end)
        if step == self._step:
            return
        self._step = step
        self.setAccessibleDescription(f"step {step}")
        self._refresh()
        self.scrubbed.emit(step)
