"""The region of a landscape, edited where it is read: at the ends of the axes of a map or a profile.

When the pointer is at an end of an axis, a chip shows the number that can be changed there; a click opens a
small field in its place. Enter takes the numbers, Esc leaves them, Tab goes on to the other end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QToolTip, QWidget

from minima_core.scene.marks import Extent
from minima_widgets.paint.plane import Plane
from minima_widgets.panels.controls import keeps_key
from minima_widgets.panels.numbers import parse_number
from minima_widgets.theme import Theme

__all__ = ["End", "RegionField"]

End: TypeAlias = tuple[int, Literal["low", "high"]]
"""An end of an axis: 0 for x or 1 for y, and which."""

ALONG, ACROSS = 44.0, 24.0  # pixels along the lower axis, and along the left one, that belong to an end
DIGITS = 7


class RegionField(QLineEdit):
    """The field, and the chip that announces it; children of the viewport of a chart.

    Parameters
    ----------
    parent
        The viewport.
    edited
        Called with the axis and its two new ends.
    axes
        Which axes can be edited.
    """

    closed = Signal()

    def __init__(
        self,
        parent: QWidget,
        edited: Callable[[int, float, float], None],
        axes: tuple[int, ...],
        theme: Theme,
    ) -> None:
        super().__init__(parent)
        self._viewport = parent
        self._edited, self._axes, self._theme = edited, axes, theme
        self._plane: Plane | None = None
        self._region: Extent = (0.0, 1.0, 0.0, 1.0)
        self._end: End | None = None
        self._typed: dict[str, float] = {}
        self.chip = QLabel(parent)
        """What shows that an end can be edited."""
        self.chip.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.chip.hide()
        self.hide()
        self.setAccessibleName("End of the region")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Change colours and type."""
        self._theme = theme
        for widget in (self, self.chip):
            widget.setFont(theme.font(theme.points(9.0)))
        self._colour("accent")

    def _colour(self, edge: str) -> None:
        theme = self._theme
        card, text = theme.hex("raised"), theme.hex("text")
        shape = "border-radius: 4px; padding: 1px 5px;"
        self.setStyleSheet(
            f"QLineEdit {{ background: {card}; color: {text}; border: 1px solid {theme.hex(edge)}; {shape} }}"
        )
        self.chip.setStyleSheet(
            f"QLabel {{ background: {card}; color: {text}; border: 1px solid {theme.hex('line')}; {shape} }}"
        )

    def lay_out(self, plane: Plane | None, region: Extent) -> None:
        """Say where the axes are and what they can be edited to; an open field stays where its end is."""
        if plane != self._plane or region != self._region:
            self._plane, self._region = plane, region
            self.chip.hide()
            if self._end is not None and self.isVisible():
                self._place(self, self._end)

    # -- ends ----------------------------------------------------------------------------------------------

    def end_at(self, at: QPointF) -> End | None:
        """Return the end of an axis whose number is at a pixel of the view, or None."""
        plane = self._plane
        if plane is None:
            return None
        rect = plane.rect
        along = min(ALONG, rect.width() / 3)
        across = min(ACROSS, rect.height() / 3)
        if 0 in self._axes and at.y() > rect.bottom() + 1 and at.x() > rect.left() - ACROSS:
            if at.x() < rect.left() + along:
                return 0, "low"
            if rect.right() - along < at.x() < rect.right() + ACROSS:
                return 0, "high"
        if 1 in self._axes and at.x() < rect.left() - 1 and rect.top() - 8 < at.y() < rect.bottom() + 4:
            if at.y() > rect.bottom() - across:
                return 1, "low"
            if at.y() < rect.top() + across:
                return 1, "high"
        return None

    def hover(self, at: QPointF | None) -> bool:
        """Show the chip where an end can be edited; return whether it is there."""
        end = None if at is None else self.end_at(at)
        if end is None or (self.isVisible() and end == self._end):
            self.chip.hide()
            return end is not None
        if not self.chip.isVisible() or self.chip.property("end") != str(end):
            self.chip.setProperty("end", str(end))
            self.chip.setText(_text(self._value(end)))
            self._place(self.chip, end)
            self.chip.show()
            self.chip.raise_()
        return True

    def _value(self, end: End) -> float:
        axis, which = end
        return self._region[2 * axis + (which == "high")]

    def _place(self, widget: QWidget, end: End) -> None:
        """Put a widget over the words of an end, inside the view."""
        plane = self._plane
        if plane is None:
            return
        widget.adjustSize()
        width = max(widget.sizeHint().width(), 30) if widget is self.chip else round(self._theme.points(70))
        height = widget.sizeHint().height()
        widget.resize(width, height)
        rect, (axis, which) = plane.rect, end
        if axis == 0:
            x = rect.left() - width / 2 if which == "low" else rect.right() - width / 2
            y = rect.bottom() + 3
        else:
            x = rect.left() - width - 3
            y = rect.bottom() - height + 6 if which == "low" else rect.top() - 6
        room = QRectF(self._viewport.rect()).adjusted(1, 1, -1, -1)
        x = min(max(x, room.left()), room.right() - width)
        y = min(max(y, room.top()), room.bottom() - height)
        widget.move(round(x), round(y))

    # -- editing -------------------------------------------------------------------------------------------

    def open(self, end: End) -> None:
        """Open the field at an end of an axis."""
        if self._plane is None or end[0] not in self._axes:
            return
        if self._end is None or end[0] != self._end[0]:
            self._typed = {}
        self._end = end
        self.chip.hide()
        value = self._typed.get(end[1], self._value(end))
        self.setText(_text(value))
        self._colour("accent")
        name = "xy"[end[0]]
        self.setToolTip(f"The region’s {'lower' if end[1] == 'low' else 'upper'} end of {name}")
        self._place(self, end)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.selectAll()

    def event(self, event: QEvent) -> bool:
        """Take Tab before Qt goes to another widget with it, Enter and Esc before they become shortcuts."""
        if keeps_key(event, {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}):
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and self._end is not None:
                if self._keep():
                    self.open((self._end[0], "high" if self._end[1] == "low" else "low"))
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Accept with Enter, leave with Esc."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._accept()
        elif key == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)
            self._colour("accent")
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leave when something else gets the focus."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._leave()

    def _keep(self) -> bool:
        """Remember what is typed if it is a number; else say so and return false."""
        assert self._end is not None
        value = parse_number(self.text())
        if value is None:
            self._refuse("This is not a number; a number looks like −5.12 or 1e3.")
            return False
        self._typed[self._end[1]] = value
        return True

    def _accept(self) -> None:
        if self._end is None or not self._keep():
            return
        axis = self._end[0]
        low = self._typed.get("low", self._region[2 * axis])
        high = self._typed.get("high", self._region[2 * axis + 1])
        if not low < high:
            self._refuse(f"The lower end ({_text(low)}) must lie below the upper one ({_text(high)}).")
            return
        changed = (low, high) != (self._region[2 * axis], self._region[2 * axis + 1])
        self._leave()
        if changed:
            self._edited(axis, low, high)

    def _refuse(self, why: str) -> None:
        self._colour("error")
        self.setToolTip(why)
        QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), why, self)

    def _leave(self) -> None:
        if self._end is None:
            return
        self._end = None
        self._typed = {}
        had_focus = self.hasFocus()
        self.hide()
        if had_focus:
            self._viewport.setFocus()
        self.closed.emit()


def _text(value: float) -> str:
    """Return a number as one would type it."""
    return f"{value:.{DIGITS}g}".replace("-", "−")
