"""The box of a chart: pyqtgraph's ViewBox, whose range is the zoom, with the gestures of a hand on it.

A click starts, Shift-click adds a start, a drag on a start moves it, a drag elsewhere pans, the wheel zooms
at the cursor; a click with the other button, or with Control, selects the path under it. There is no menu,
and no gesture needs a double click. A tool (`chart_tools`) gets all of these first.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSceneWheelEvent

from minima_core.scene.marks import Extent
from minima_widgets.paint.plane import Plane
from minima_widgets.pictures import Guard
from minima_widgets.plotting import pg

__all__ = ["ChartBox", "Click", "Drag", "Gestures", "Ground", "Hover", "PlainBox"]

_HANDS = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)


class Click(Protocol):
    """What pyqtgraph tells of a click, as far as it is asked here (its `MouseClickEvent` has no types)."""

    def button(self) -> Qt.MouseButton:
        """Return the button."""

    def modifiers(self) -> Qt.KeyboardModifier:
        """Return the keys that were down."""

    def scenePos(self) -> QPointF:
        """Return the pixel of the view."""

    def accept(self) -> None:
        """Take the event."""

    def ignore(self) -> None:
        """Leave the event to others."""


class Drag(Click, Protocol):
    """What pyqtgraph tells of a drag (its `MouseDragEvent`)."""

    def isStart(self) -> bool:
        """Whether it is the first event of the drag."""

    def isFinish(self) -> bool:
        """Whether the hand let go."""

    def buttonDownScenePos(self, btn: Qt.MouseButton | None = None) -> QPointF:
        """Return the pixel at which the button went down."""


class Hover(Protocol):
    """What pyqtgraph tells of the pointer above an item (its `HoverEvent`)."""

    def isExit(self) -> bool:
        """Whether the pointer left the item."""

    def scenePos(self) -> QPointF:
        """Return the pixel of the view."""

    def acceptClicks(self, button: Qt.MouseButton) -> bool:
        """Ask for the clicks of a button; false when another item has them."""

    def acceptDrags(self, button: Qt.MouseButton) -> bool:
        """Ask for the drags of a button; false when another item has them."""


class Ground(Protocol):
    """What a box asks the chart it belongs to; pixels are those of the view."""

    plane: Plane | None

    def start_at(self, at: QPointF) -> int | None:
        """Return the index of the start under a pixel."""

    def entry_at(self, at: QPointF) -> int | None:
        """Return the entry of the race whose path is under a pixel."""

    def point_at(self, at: QPointF, *, within: bool = False) -> tuple[float, float]:
        """Return the point of the landscape under a pixel; `within`: moved into its region."""

    def panned(self, old: Extent, dx: float, dy: float) -> Extent:
        """Return an extent moved by data units."""

    def zoom(self, factor: float, at: tuple[float, float]) -> None:
        """Make what is visible `factor` times as large, with a data point in its place."""


class Gestures(Protocol):
    """A tool, which gets gestures first; each call returns whether it took one (see `chart_tools`)."""

    @property
    def busy(self) -> bool:
        """Whether the hand holds something of it."""

    def hover(self, at: QPointF | None) -> Qt.CursorShape | None:
        """Follow the pointer; return the cursor's shape, None for the usual one."""

    def click(self, at: QPointF, button: Qt.MouseButton, keys: Qt.KeyboardModifier) -> bool:
        """Take a click."""

    def begin(self, at: QPointF, button: Qt.MouseButton, keys: Qt.KeyboardModifier) -> bool:
        """Take hold of what is under a pixel."""

    def drag(self, at: QPointF, finished: bool) -> None:
        """Move what the hand holds."""

    def wheel(self, at: QPointF, turned: float) -> bool:
        """Take a turn of the wheel."""


class PlainBox(pg.ViewBox):
    """A box that shows an extent and nothing by itself: no menu, no padding, no range of its own making."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.disableAutoRange()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsFocusable, False)

    @property
    def extent(self) -> Extent:
        """What is visible: x0, x1, y0, y1."""
        (x0, x1), (y0, y1) = self.viewRange()
        return x0, x1, y0, y1

    @extent.setter
    def extent(self, extent: Extent) -> None:
        x0, x1, y0, y1 = map(float, extent)
        self.setRange(xRange=(x0, x1), yRange=(y0, y1), padding=0.0, disableAutoRange=False)


class ChartBox(PlainBox):
    """The box of a map or a profile."""

    pointed = Signal(float, float)
    left = Signal()
    clicked = Signal(float, float, bool)
    start_dragged = Signal(int, float, float, bool)
    selected = Signal(int)
    let_go = Signal()
    """The hand moved the picture, and has let go of it."""
    shaped = Signal(Qt.CursorShape)
    """What the cursor should look like."""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self.ground = ground
        self.held: int | None = None
        """The start in the hand."""
        self.panning = False
        """Whether the hand moves the picture."""
        self.tool: Gestures | None = None
        """What gets gestures first."""
        self._grabbed: Extent = (0.0, 1.0, 0.0, 1.0)
        self._guard = Guard()  # pyqtgraph would only print what goes wrong in a gesture

    @property
    def busy(self) -> bool:
        """Whether the hand holds something."""
        return self.panning or self.held is not None or (self.tool is not None and self.tool.busy)

    def mouseClickEvent(self, ev: Click) -> None:
        """Start at a point, or select the path there."""
        with self._guard:
            plane, at = self.ground.plane, ev.scenePos()
            if plane is None or not plane.rect.contains(at):
                ev.ignore()
                return
            ev.accept()
            keys = ev.modifiers()
            if self.tool is not None and self.tool.click(at, ev.button(), keys):
                return
            if ev.button() == Qt.MouseButton.RightButton or keys & Qt.KeyboardModifier.ControlModifier:
                entry = self.ground.entry_at(at)
                if entry is not None:
                    self.selected.emit(entry)
            elif ev.button() == Qt.MouseButton.LeftButton and self.tool is None:
                point, add = self.ground.point_at(at), bool(keys & Qt.KeyboardModifier.ShiftModifier)
                self.pointed.emit(*point)  # the keyboard goes on from here, also without a move before
                self.clicked.emit(*point, add)

    def mouseDragEvent(self, ev: Drag, axis: int | None = None) -> None:
        """Move a start, or the picture."""
        with self._guard:
            if ev.isStart() and not self._take_hold(ev):
                ev.ignore()
                return
            if not self.busy:
                ev.ignore()
                return
            ev.accept()
            finished = bool(ev.isFinish())
            held, at = self.held, ev.scenePos()
            if self.tool is not None and self.tool.busy:
                self.tool.drag(at, finished)
                return
            self.shaped.emit(Qt.CursorShape.ClosedHandCursor)
            if held is None:
                self._pan(at - ev.buttonDownScenePos(ev.button()))
            if finished:
                self.held, self.panning = None, False
            if held is not None:
                self.start_dragged.emit(held, *self.ground.point_at(at, within=True), finished)
            elif finished:
                self.let_go.emit()

    def _take_hold(self, ev: Drag) -> bool:
        """Take the start under the hand, or the picture."""
        at, plane = ev.buttonDownScenePos(ev.button()), self.ground.plane
        self.held, self.panning = None, False
        if plane is None or ev.button() not in _HANDS or not plane.rect.contains(at):
            return False
        if ev.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if self.tool is not None and self.tool.begin(at, ev.button(), ev.modifiers()):
            return True
        if ev.button() == Qt.MouseButton.LeftButton:
            self.held = self.ground.start_at(at)
        self.panning = self.held is None
        self._grabbed = self.extent
        return True

    def _pan(self, moved: QPointF) -> None:
        plane = self.ground.plane
        if plane is None:
            return
        x0, x1, y0, y1 = self._grabbed
        dx = -moved.x() / plane.width * (x1 - x0)
        dy = moved.y() / plane.height * (y1 - y0)
        self.extent = self.ground.panned(self._grabbed, dx, dy)

    def wheelEvent(self, ev: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        """Zoom at the cursor."""
        with self._guard:
            plane = self.ground.plane
            turned = ev.delta() or ev.pixelDelta().y() * 4
            if plane is None or not turned:
                ev.ignore()
                return
            at = ev.scenePos()
            if self.tool is not None and self.tool.wheel(at, turned):
                ev.accept()
                return
            self.ground.zoom(0.8 ** (turned / 120.0), plane.to_data(at.x(), at.y()))
            ev.accept()

    def hoverEvent(self, ev: Hover) -> None:
        """Tell where the cursor points, and show by its shape what a press would do."""
        with self._guard:
            if self.busy:
                return
            plane = self.ground.plane
            if ev.isExit() or plane is None or not plane.rect.contains(ev.scenePos()):
                self.shaped.emit(Qt.CursorShape.ArrowCursor)
                self.left.emit()
                if self.tool is not None:
                    self.tool.hover(None)
                return
            for button in (*_HANDS, Qt.MouseButton.RightButton):
                ev.acceptClicks(button)
                ev.acceptDrags(button)
            at = ev.scenePos()
            shape = None if self.tool is None else self.tool.hover(at)
            if shape is None:
                over = self.ground.start_at(at) is not None
                shape = Qt.CursorShape.OpenHandCursor if over else Qt.CursorShape.CrossCursor
            self.shaped.emit(shape)
            self.pointed.emit(*self.ground.point_at(at))

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Leave keys to the view."""
        ev.ignore()
