"""Any plain chart on screen: a barrier tree, a map of settings, data with the fitted line, a second map.

Points with ids are picked by a click, marks whose key begins with ``drag:`` follow the hand; elsewhere the
view tells where the pointer is and where one clicked, in the units of the axes. With the keyboard the arrows
left and right go from point to point and Enter picks; up and down move what can be dragged.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QGraphicsSceneWheelEvent, QWidget

from minima_core.scene.marks import Arrow, Lines, Mark, Path, Points
from minima_core.scene.scenes import ChartScene
from minima_widgets.chart_box import Click, Drag, Hover, PlainBox
from minima_widgets.chart_items import GroundItem, PixelItem
from minima_widgets.growing import known
from minima_widgets.hits import dragged_at, point_under
from minima_widgets.paint.axes import Axes, draw_axes
from minima_widgets.paint.chart import chart_axes, chart_plane, draw_chart, draw_title, is_empty
from minima_widgets.paint.plane import Plane
from minima_widgets.pictures import Guard, blank, painting
from minima_widgets.plot_view import PlotView
from minima_widgets.theme import Theme

__all__ = ["ChartView"]

STEP = 0.01  # of the height or width, that a key moves what can be dragged


class ChartView(PlotView):
    """Shows a `ChartScene`; coordinates in its signals are axis units (log10 where an axis is)."""

    pointed = Signal(float, float)
    """The pointer is over this point."""
    left = Signal()
    """The pointer left the chart."""
    clicked = Signal(float, float)
    """A click beside all points that can be picked."""
    picked = Signal(str, int)
    """The key of a mark of points, and the id of the point that was clicked."""
    dragged = Signal(str, float, float, bool)
    """The key of the mark that the hand holds, where the hand is, and whether it let go."""

    box: ChartSceneBox

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._shown: ChartScene | None = None
        super().__init__(theme, ChartSceneBox(self), parent)
        self._picture_key: object = None
        self._over: tuple[str, int, QPointF] | None = None
        self._by_keyboard = False
        self.ground = GroundItem()
        """The picture of the whole chart."""
        self.box.addItem(self.ground, ignoreBounds=True)
        self._above = PixelItem(self.box, self._draw_above, 1.0, around=12.0)
        self.setMinimumSize(140, 90)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(420, 240)

    # -- what others call ----------------------------------------------------------------------------------

    def show_scene(self, scene: ChartScene) -> None:
        """Show a scene; what has not changed is not painted again."""
        self._shown = scene
        self.box.extent = scene.extent
        self.setAccessibleName(scene.title or "Chart")
        if self._over is not None and not self.box.held:
            self._over = self._still_there(self._over)
        self._lay_out()
        self.refresh()

    def _still_there(self, over: tuple[str, int, QPointF]) -> tuple[str, int, QPointF] | None:
        """Return the point that was pointed out, where it stands now."""
        return next((each for each in self._points() if each[:2] == over[:2]), None)

    # -- where things lie ----------------------------------------------------------------------------------

    def _layout_key(self) -> object:
        scene = self._shown
        if scene is None:
            return None
        words = scene.title, scene.x_label, scene.y_label, scene.x_ticks, scene.y_ticks
        return scene.extent, scene.equal, is_empty(scene), *words

    def _plane_wanted(self, room: QRectF) -> Plane | None:
        return None if self._shown is None else chart_plane(room, self._shown, self.theme)

    def _axes_wanted(self, room: QRectF) -> Axes:
        assert self._shown is not None
        return chart_axes(room, self._shown, self.theme)

    def _draw_axes(self, painter: QPainter, axes: Axes, plane: Plane) -> None:
        assert self._shown is not None
        draw_title(painter, self._room(), self._shown, plane, self.theme)
        if not is_empty(self._shown):
            draw_axes(painter, plane, axes, self.theme)

    # -- painting ------------------------------------------------------------------------------------------

    def _prepare(self, plane: Plane, ratio: float) -> None:
        """Paint the chart when it changed."""
        scene = self._shown
        assert scene is not None
        key = plane, self.theme, ratio, scene.note, scene.revision, tuple(map(_stamp, scene.marks))
        if key == self._picture_key:
            return
        self._picture_key = key
        picture = blank(QSize(round(plane.width), round(plane.height)), ratio, QImage.Format.Format_RGB32)
        picture.fill(self.theme.colour("card"))
        with painting(picture) as painter:
            painter.translate(-plane.left, -plane.top)
            draw_chart(painter, scene, plane, self.theme)
        self.ground.show_picture(picture, plane.extent)

    def _draw_above(self, painter: QPainter) -> None:
        """Draw the ring around the point that a click would pick."""
        if self._over is None or self.plane is None:
            return
        role = "focus" if self._by_keyboard else "accent"
        radius = 9.0 * self.theme.line_scale
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((self.theme.colour("casing"), 4.0), (self.theme.colour(role), 2.0)):
            painter.setPen(QPen(colour, width * self.theme.line_scale))
            painter.drawEllipse(self._over[2], radius, radius)

    # -- what the box asks ---------------------------------------------------------------------------------

    def hover(self, at: QPointF | None) -> None:
        """Tell where the pointer is, and point out what a click would pick."""
        plane = self.plane
        inside = at is not None and plane is not None and plane.rect.contains(at)
        if at is None or plane is None or not inside or self._shown is None:
            self._point_out(None)
            self._take_shape(Qt.CursorShape.ArrowCursor)
            self.left.emit()
            return
        over = point_under(self._shown.marks, at, plane, self.theme.line_scale)
        self._by_keyboard = False
        self._point_out(over)
        held = dragged_at(self._shown.marks, at, plane, self.theme.line_scale)
        if over is not None:
            self._take_shape(Qt.CursorShape.PointingHandCursor)
        elif held is not None:
            self._take_shape(_shape(held, plane))
        else:
            self._take_shape(Qt.CursorShape.CrossCursor)
        self.pointed.emit(*plane.to_data(at.x(), at.y()))

    def click(self, at: QPointF) -> None:
        """Pick the point under a pixel, or tell where one clicked."""
        plane = self.plane
        if plane is None or self._shown is None or not plane.rect.contains(at):
            return
        over = point_under(self._shown.marks, at, plane, self.theme.line_scale)
        if over is not None:
            self.picked.emit(over[0], over[1])
        else:
            self.clicked.emit(*plane.to_data(at.x(), at.y()))

    def take_hold(self, at: QPointF) -> str | None:
        """Return the key of what a drag from a pixel moves, or None."""
        plane = self.plane
        if plane is None or self._shown is None:
            return None
        held = dragged_at(self._shown.marks, at, plane, self.theme.line_scale)
        return None if held is None else held.key

    def drag(self, key: str, at: QPointF, finished: bool) -> None:
        """Tell where the hand has what it holds, kept inside the chart."""
        if self.plane is not None:
            self.dragged.emit(key, *_within(self.plane, *self.plane.to_data(at.x(), at.y())), finished)

    def _point_out(self, over: tuple[str, int, QPointF] | None) -> None:
        if over != self._over:
            self._over = over
            self.viewport().update()

    def _take_shape(self, shape: Qt.CursorShape) -> None:
        if shape != self.cursor().shape():
            self.setCursor(shape)

    # -- the keyboard --------------------------------------------------------------------------------------

    def _points(self) -> list[tuple[str, int, QPointF]]:
        """Return all points that can be picked, from left to right."""
        plane, scene = self.plane, self._shown
        if plane is None or scene is None:
            return []
        found = []
        for mark in scene.marks:
            if isinstance(mark, Points) and mark.ids and not mark.key.startswith("drag:"):
                pixels = plane.to_pixels(mark.points).tolist()
                found += [
                    (mark.key, number, QPointF(x, y))
                    for number, (x, y) in zip(mark.ids, pixels, strict=True)
                    if math.isfinite(x) and math.isfinite(y) and plane.rect.contains(QPointF(x, y))
                ]
        return sorted(found, key=lambda each: (each[2].x(), each[2].y()))

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Go from point to point, pick, and move what can be dragged."""
        key = Qt.Key(ev.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and (points := self._points()):
            names = [each[:2] for each in points]
            now = names.index(self._over[:2]) if self._over and self._over[:2] in names else None
            step = 1 if key == Qt.Key.Key_Right else -1
            first = 0 if step > 0 else -1
            self._by_keyboard = True
            self._point_out(points[first if now is None else (now + step) % len(points)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._over is not None:
            self.picked.emit(*self._over[:2])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._move_by_key(key == Qt.Key.Key_Up):
            pass
        else:
            ev.ignore()

    def _move_by_key(self, up: bool) -> bool:
        """Move the first mark that can be dragged a little; return whether there is one."""
        plane, scene = self.plane, self._shown
        held = next((m for m in scene.marks if m.key.startswith("drag:")), None) if scene else None
        if plane is None or held is None:
            return False
        x0, x1, y0, y1 = plane.extent
        middle = _middle(held)
        share = STEP if up else -STEP
        if _shape(held, plane) == Qt.CursorShape.SizeHorCursor:
            moved = middle[0] + share * (x1 - x0), middle[1]
        else:
            moved = middle[0], middle[1] + share * (y1 - y0)
        self.dragged.emit(held.key, *_within(plane, *moved), True)
        return True

    def focusOutEvent(self, ev: QFocusEvent) -> None:
        """Take the ring of the keyboard away."""
        super().focusOutEvent(ev)
        if self._by_keyboard:
            self._by_keyboard = False
            self._point_out(None)


class ChartSceneBox(PlainBox):
    """The box of a plain chart: it takes clicks, drags of what can be dragged, and tells of the pointer."""

    def __init__(self, view: ChartView) -> None:
        super().__init__()
        self.view = view
        self.held: str | None = None
        """The key of what the hand holds."""
        self._guard = Guard()

    def mouseClickEvent(self, ev: Click) -> None:
        """Pick or click."""
        with self._guard:
            if ev.button() != Qt.MouseButton.LeftButton:
                ev.ignore()
                return
            ev.accept()
            self.view.click(ev.scenePos())

    def mouseDragEvent(self, ev: Drag, axis: int | None = None) -> None:
        """Move what can be dragged."""
        with self._guard:
            if ev.button() != Qt.MouseButton.LeftButton:
                ev.ignore()
                return
            if ev.isStart():
                self.held = self.view.take_hold(ev.buttonDownScenePos(ev.button()))
            if self.held is None:
                ev.ignore()
                return
            ev.accept()
            finished, key = bool(ev.isFinish()), self.held
            if finished:
                self.held = None
            self.view.drag(key, ev.scenePos(), finished)

    def hoverEvent(self, ev: Hover) -> None:
        """Tell where the pointer is."""
        with self._guard:
            if self.held is not None:
                return
            if ev.isExit():
                self.view.hover(None)
                return
            ev.acceptClicks(Qt.MouseButton.LeftButton)
            ev.acceptDrags(Qt.MouseButton.LeftButton)
            self.view.hover(ev.scenePos())

    def wheelEvent(self, ev: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        """Leave the wheel alone: a chart shows all there is."""
        ev.ignore()

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Leave keys to the view."""
        ev.ignore()


def _stamp(mark: Mark) -> tuple[object, ...]:
    """Return what changes when a mark does."""
    if isinstance(mark, Path):
        return mark.key, mark.epoch, known(mark), mark.style
    return mark.key, mark.revision


def _middle(mark: Mark) -> tuple[float, float]:
    """Return the middle of a mark that can be dragged."""
    if isinstance(mark, Points | Lines):
        return float(np.nanmean(mark.points[:, 0])), float(np.nanmean(mark.points[:, 1]))
    return mark.tip if isinstance(mark, Arrow) else (0.0, 0.0)


def _shape(mark: Mark, plane: Plane) -> Qt.CursorShape:
    """Return the cursor that says in which directions a mark can be dragged."""
    if isinstance(mark, Lines) and len(mark.points) > 1:
        pixels = plane.to_pixels(mark.points)
        across, down = np.nanmax(pixels, axis=0) - np.nanmin(pixels, axis=0)
        if down < 2.0 < across:
            return Qt.CursorShape.SizeVerCursor
        if across < 2.0 < down:
            return Qt.CursorShape.SizeHorCursor
    return Qt.CursorShape.OpenHandCursor


def _within(plane: Plane, x: float, y: float) -> tuple[float, float]:
    """Return a point moved into the extent of a plane."""
    x0, x1, y0, y1 = plane.extent
    return min(max(x, x0), x1), min(max(y, y0), y1)
