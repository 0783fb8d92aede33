"""The trace on screen: the loss of every run against steps or evaluations, and a line that one scrubs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPainterPath, QResizeEvent
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsSceneMouseEvent,
    QGraphicsSceneWheelEvent,
    QWidget,
)

from minima_core.scene.scenes import TraceScene
from minima_widgets.chart_box import Click, Drag, Hover, PlainBox
from minima_widgets.chart_items import GroundItem, PixelItem
from minima_widgets.dot_pictures import DotPictures
from minima_widgets.paint.axes import Axes, draw_axes, draw_grid
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.trace import (
    draw_cursor,
    draw_floor,
    draw_starts,
    heads_on,
    trace_axes,
    trace_plane,
)
from minima_widgets.pictures import Guard, blank, painting
from minima_widgets.plot_view import PlotView
from minima_widgets.series_layer import SeriesLayer
from minima_widgets.switch import Switch
from minima_widgets.theme import Theme

__all__ = ["TraceView"]

_MARGIN = 6.0  # pixels beside the box within which a press still takes hold of the line


class TraceView(PlotView):
    """Shows a `TraceScene`; a click or drag scrubs, two small switches change the axes."""

    scrubbed = Signal(int)
    """Go to this step (also when the axis counts evaluations)."""
    axis_toggled = Signal(str)
    """``"x"``: steps or evaluations; ``"y"``: logarithmic or linear."""

    box: TraceBox

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._shown: TraceScene | None = None
        super().__init__(theme, TraceBox(), parent)
        self._lines = SeriesLayer()
        self._dots = DotPictures()
        self._ground_key: object = None
        self.ground = GroundItem()
        """The card with its faint lines, below the lines of the runs."""
        self.box.addItem(self.ground, ignoreBounds=True)
        self._above = PixelItem(self.box, self._draw_lines, 1.0, around=2.0)
        self.box.scrubbed.connect(self._scrub)
        self.box.shaped.connect(self._take_shape)
        counts, scales = ("steps", "evaluations"), ("log", "linear")
        self.x_switch = Switch(counts, "Count steps, or evaluations of the loss", theme, self.viewport())
        self.y_switch = Switch(scales, "Logarithmic or linear axis of the loss", theme, self.viewport())
        self.x_switch.toggled.connect(self._ask_for_x)
        self.y_switch.toggled.connect(self._ask_for_y)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(200, 90)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(900, 190)

    # -- what others call ----------------------------------------------------------------------------------

    def show_scene(self, scene: TraceScene) -> None:
        """Show a scene; lines that only grew are not painted again."""
        before = self._shown
        self._shown = scene
        self.box.extent = (*scene.x_range, *scene.y_range)
        evaluations = bool(scene.series) and scene.series[0].x_axis == "evaluations"
        self.x_switch.set_second(evaluations)
        self.y_switch.set_second(not scene.log_y)
        if before is None or before.x_label != scene.x_label or before.y_label != scene.y_label:
            self._place_switches()
        self._later.stop()
        self._lay_out()
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Change colours and type."""
        if theme is not self.theme:
            super().set_theme(theme)
            self.x_switch.set_theme(theme)
            self.y_switch.set_theme(theme)
            self._place_switches()

    # -- where things lie ----------------------------------------------------------------------------------

    def _layout_key(self) -> object:
        scene = self._shown
        if scene is None:
            return None
        left = scene.x_range, scene.y_range, scene.x_ticks, scene.y_ticks, scene.x_label, scene.y_label
        return *left, scene.right_range, scene.right_ticks, scene.right_label

    def _plane_wanted(self, room: QRectF) -> Plane | None:
        return None if self._shown is None else trace_plane(room, self._shown, self.theme)

    def _axes_wanted(self, room: QRectF) -> Axes:
        assert self._shown is not None
        return trace_axes(room, self._shown, self.theme)

    def _draw_axes(self, painter: QPainter, axes: Axes, plane: Plane) -> None:
        draw_axes(painter, plane, axes, self.theme, self._shown.right_range if self._shown else None)

    def _place_switches(self) -> None:
        """Put the switches into the row of the x axis's name, at its right end."""
        right = self.width() - 4
        for switch in (self.x_switch, self.y_switch):
            switch.adjustSize()
            right -= switch.width()
            switch.move(right, self.height() - switch.height())
            right -= 14
        self.y_switch.setVisible(right > self.width() * 0.55)
        self.x_switch.setVisible(right > self.width() * 0.55)

    def resizeEvent(self, ev: QResizeEvent | None) -> None:
        """Keep the switches in their corner."""
        super().resizeEvent(ev)
        if ev is not None and not self.closed:
            self._place_switches()

    # -- painting ------------------------------------------------------------------------------------------

    def _prepare(self, plane: Plane, ratio: float) -> None:
        """Draw the faint lines if they changed, and let the lines of the runs grow."""
        scene = self._shown
        assert scene is not None
        key = (self._plane_key, ratio)
        if key != self._ground_key:
            self._ground_key = key
            size = QSize(round(plane.width), round(plane.height))
            picture = blank(size, ratio, QImage.Format.Format_RGB32)
            picture.fill(self.theme.colour("card"))
            with painting(picture) as painter:
                painter.translate(-plane.left, -plane.top)
                draw_grid(painter, plane, self._axes_wanted(self._room()).y_ticks, self.theme)
            self.ground.show_picture(picture, plane.extent)
        self._lines.update(scene, plane, self.theme, ratio)
        self._come_back(self._lines.behind)

    def _draw_lines(self, painter: QPainter) -> None:
        plane, scene = self.plane, self._shown
        if plane is not None and scene is not None:
            painter.setClipRect(plane.rect.adjusted(0, -2, 2, 2), Qt.ClipOperation.IntersectClip)
            self._lines.draw(painter, plane)
            draw_floor(painter, scene, plane, self.theme)
            draw_cursor(painter, scene.cursor, plane, self.theme)
            ratio = self.devicePixelRatioF()
            for mark in heads_on(scene, plane, self.theme):
                self._dots.draw(painter, mark, plane, self.theme, ratio)
            draw_starts(painter, scene, plane, self.theme)

    # -- the hand ------------------------------------------------------------------------------------------

    def _take_shape(self, shape: Qt.CursorShape) -> None:
        if shape != self.cursor().shape():
            self.setCursor(shape)

    def _ask_for_x(self) -> None:
        self.axis_toggled.emit("x")

    def _ask_for_y(self) -> None:
        self.axis_toggled.emit("y")

    def _scrub(self, at: QPointF) -> None:
        """Go to the step under a pixel."""
        plane = self.plane
        if plane is not None:
            x, _ = plane.to_data(at.x(), at.y())
            self.scrubbed.emit(self._step_at(min(max(x, plane.extent[0]), plane.extent[1])))

    def _step_at(self, x: float) -> int:
        """Return the step at a place of the axis; among evaluations, of the run that went furthest."""
        furthest, step = -1.0, round(x)
        for series in self._shown.series if self._shown is not None else ():
            envelope = series.track.envelope
            if series.x_axis != "evaluations" or not envelope.used:
                continue
            counted = np.fmax.accumulate(envelope.evaluations[: envelope.used])
            if counted[-1] > furthest:
                furthest = float(counted[-1])
                step = max(int(np.searchsorted(counted, x, side="right")) - 1, 0) * envelope.width
        return step


class TraceBox(PlainBox):
    """The box of the trace: a press goes to the step there, and so does every move until the hand lets go."""

    scrubbed = Signal(QPointF)
    """Go to the step at this pixel of the view."""
    shaped = Signal(Qt.CursorShape)
    """What the cursor should look like."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape, False)
        self._scrubbing = False
        self._guard = Guard()

    def boundingRect(self) -> QRectF:
        """Return the rectangle in which a press counts: a little more than the box."""
        return QRectF(self.rect()).adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)

    def shape(self) -> QPainterPath:
        """Return that rectangle as a path."""
        path = QPainterPath()
        path.addRect(self.boundingRect())
        return path

    def mousePressEvent(self, ev: QGraphicsSceneMouseEvent) -> None:
        """Go to the step under the cursor, at once: Qt then sends every move here."""
        with self._guard:
            self._scrubbing = ev.button() == Qt.MouseButton.LeftButton
            ev.setAccepted(self._scrubbing)
            if self._scrubbing:
                self.scrubbed.emit(ev.scenePos())

    def mouseDoubleClickEvent(self, ev: QGraphicsSceneMouseEvent) -> None:
        """Count the second of two quick presses as one of its own."""
        self.mousePressEvent(ev)

    def mouseMoveEvent(self, ev: QGraphicsSceneMouseEvent) -> None:
        """Scrub while the button is down."""
        with self._guard:
            if self._scrubbing:
                self.scrubbed.emit(ev.scenePos())

    def mouseReleaseEvent(self, ev: QGraphicsSceneMouseEvent) -> None:
        """Let go."""
        self._scrubbing = False

    def hoverEvent(self, ev: Hover) -> None:
        """Show where one can scrub."""
        if not self._scrubbing:
            out = ev.isExit()
            self.shaped.emit(Qt.CursorShape.ArrowCursor if out else Qt.CursorShape.SplitHCursor)

    def mouseDragEvent(self, ev: Drag, axis: int | None = None) -> None:
        """Leave pyqtgraph's own drags alone: other buttons do nothing here."""
        ev.ignore()

    def mouseClickEvent(self, ev: Click) -> None:
        """Leave pyqtgraph's own clicks alone."""
        ev.ignore()

    def wheelEvent(self, ev: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        """Leave the wheel alone: the trace shows all there is."""
        ev.ignore()

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Leave keys to the window."""
        ev.ignore()
