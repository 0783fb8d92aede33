"""The race in relief on the screen: the scene of the map, lifted, with a camera and the map's own gestures.

A click starts where the ray meets the ground, Shift-click adds a start, a drag on a start moves it over the
ground, a drag elsewhere turns the relief (with Shift, or the right or middle button, shifts it), the wheel
zooms at the cursor; a click with the right button, or with Control, selects the path under it. With the
keyboard: Alt and the arrows turn, plus and minus zoom.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from minima_core.scene.marks import Points
from minima_widgets.surface_screen import SurfaceScreen
from minima_widgets.theme import Theme

__all__ = ["SurfaceView"]

DRAG = 4.0
"""Pixels that the pointer moves before a press becomes a drag."""
REACH = 7.0
"""Pixels around a dot or a path in which it is meant."""

Button = Qt.MouseButton


class SurfaceView(SurfaceScreen):
    """A race on its relief, and the gestures on it."""

    pointed = Signal(float, float)
    """The pointer is over this point of the ground."""
    left = Signal()
    """The pointer is over no point of the ground any more."""
    clicked = Signal(float, float, bool)
    """Start from this point; true: beside the starts that are there (Shift)."""
    start_dragged = Signal(int, float, float, bool)
    """The start of this index was pulled to this point; true: and let go."""
    selected = Signal(int)
    """The line of the race whose path or head was clicked with the other button, or with Control."""

    def __init__(self, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._press: QPointF | None = None
        self._last = QPointF()
        self._mode = ""  # what the drag does: "", "turn", "pan", "start"
        self._grabbed: tuple[int, QPointF] | None = None
        self._pulled_to: tuple[float, float] | None = None
        self._over_ground = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Surface")
        self.setAccessibleDescription("The landscape in relief; Alt and the arrow keys turn it.")

    # -- gestures ------------------------------------------------------------------------------------------

    def pick(self, position: QPointF) -> tuple[float, float] | None:
        """Return the point of the ground under a pixel of the view, or None."""
        stage = self._layers.stage
        if stage is None:
            return None
        return stage.ground.pick(stage.lens.ray(position.x(), position.y()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        self._press = self._last = event.position()
        self._mode = ""
        self._easing = None
        self._grabbed = self._start_at(event.position()) if event.button() == Button.LeftButton else None
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second press of a double click for what it is: another press."""
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn, shift, or pull a start; without a button: say what is under the pointer."""
        position = event.position()
        if self._press is None or not event.buttons():
            self._hover(position)
            return
        if not self._mode:
            away = position - self._press
            if np.hypot(away.x(), away.y()) < DRAG:
                return
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            turning = bool(event.buttons() & Button.LeftButton) and not shifted
            self._mode = "start" if self._grabbed is not None else "turn" if turning else "pan"
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        step = position - self._last
        self._last = position
        if self._mode == "start":
            self._pull_start(position, finished=False)
        elif self._mode == "turn":
            degrees = 220.0 / max(min(self.width(), self.height()), 200)
            self._go(self.camera.turned(-step.x() * degrees, step.y() * degrees))
        elif (lens := self._lens()) is not None:
            self._go(lens.panned(step.x(), step.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag, or take a press without one for a click."""
        if self._press is None or event.buttons():
            return
        mode, self._mode, self._press = self._mode, "", None
        self.setCursor(Qt.CursorShape.CrossCursor)
        position = event.position()
        if mode == "start":
            self._pull_start(position, finished=True)
        elif not mode and (
            event.button() == Button.RightButton or event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            entry = self._entry_at(position)
            if entry is not None:
                self.selected.emit(entry)
        elif not mode and event.button() == Button.LeftButton:
            point = self.pick(position)
            if point is not None:
                self._over_ground = True
                self.pointed.emit(*point)  # the keyboard goes on from here, also without a move before
                self.clicked.emit(*point, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        self._grabbed = None

    def leaveEvent(self, event: QEvent) -> None:
        """Say that the pointer is nowhere."""
        if self._over_ground:
            self._over_ground = False
            self.set_cursor(None)
            self.left.emit()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        turned = event.angleDelta().y() or event.pixelDelta().y()
        if turned:
            self._zoom(1.0015**turned, event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn with Alt and the arrows, zoom with plus and minus; other keys are the window's."""
        turns = {
            Qt.Key.Key_Left: (-7.5, 0.0),
            Qt.Key.Key_Right: (7.5, 0.0),
            Qt.Key.Key_Up: (0.0, 5.0),
            Qt.Key.Key_Down: (0.0, -5.0),
        }
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and key in turns:
            goal = self._easing[1] if self._easing is not None else self.camera
            self._send(goal.turned(*turns[key]))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._zoom(1 / 1.25 if key == Qt.Key.Key_Minus else 1.25, QRectF(self.rect()).center())
        else:
            super().keyPressEvent(event)

    def _hover(self, position: QPointF) -> None:
        point = self.pick(position)
        if point is not None:
            self._over_ground = True
            if self._cursor is not None:  # left by the keyboard or another view: it follows the pointer
                self.set_cursor(point)
            self.pointed.emit(*point)
        elif self._over_ground:
            self._over_ground = False
            self.set_cursor(None)
            self.left.emit()
        over_start = self._start_at(position) is not None
        self.setCursor(Qt.CursorShape.OpenHandCursor if over_start else Qt.CursorShape.CrossCursor)

    def _pull_start(self, position: QPointF, *, finished: bool) -> None:
        assert self._grabbed is not None
        index, offset = self._grabbed
        point = self.pick(position + offset)
        if point is None and finished:
            point = self._pulled_to
        if point is not None:
            self._pulled_to = point
            self.start_dragged.emit(index, *point, finished)

    def _start_at(self, position: QPointF) -> tuple[int, QPointF] | None:
        """Return the start under a pixel, and from the pixel to its middle."""
        for mark, pixels in self._dots("start"):
            reach = mark.style.size * self._theme.line_scale / 2 + REACH / 2
            away = np.hypot(*(pixels - (position.x(), position.y())).T)
            if len(away) and np.nanmin(away, initial=np.inf) <= reach:
                k = int(np.nanargmin(away))
                index = mark.ids[k] if k < len(mark.ids) else k
                return index, QPointF(float(pixels[k, 0]), float(pixels[k, 1])) - position
        return None

    def _entry_at(self, position: QPointF) -> int | None:
        """Return the line of the race whose head or path is under a pixel."""
        stage = self._layers.stage
        if stage is None or self._scene is None:
            return None
        at = np.array([position.x(), position.y()])
        for mark, pixels in self._dots("run:"):
            away = np.hypot(*(pixels - at).T)
            if len(mark.ids) == len(away) and len(away) and np.nanmin(away, initial=np.inf) <= REACH:
                return int(mark.ids[int(np.nanargmin(away))])
        return self._layers.path_at(self._scene, at, REACH)

    def _dots(self, role: str) -> list[tuple[Points, np.ndarray]]:
        """Return the dots of a role, the topmost first, and where those are that can be seen (else nan)."""
        stage, scene = self._layers.stage, self._scene
        if stage is None or scene is None:
            return []
        found = []
        for mark in reversed(scene.marks):
            if isinstance(mark, Points) and mark.style.colour.startswith(role) and len(mark.points):
                pixels, seen = stage.see(stage.ground.lift(mark.points))
                found.append((mark, np.where(seen[:, None], pixels, np.nan)))
        return found
