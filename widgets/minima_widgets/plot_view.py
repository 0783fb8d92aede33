"""A view that is a pyqtgraph plot: one box, four axes around it, and pictures that are made when needed.

What the axes show is drawn once by the painter of figures into a picture of which each axis shows its strip.
The views that build on this say which axes, and what lies in the box.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QSizePolicy, QWidget, QWidgetAction
from shiboken6 import delete

from minima_widgets.chart_axis import SIDES, ChartAxis
from minima_widgets.chart_box import PlainBox
from minima_widgets.paint.axes import Axes
from minima_widgets.paint.plane import Plane
from minima_widgets.pictures import Guard, blank, painting
from minima_widgets.plotting import pg
from minima_widgets.theme import Theme

__all__ = ["PlotView"]

SLACK = 4.0  # pixels that a hand may tremble during a click
SMALLEST = 40  # pixels below which nothing is shown


class PlotView(pg.GraphicsView):
    """What map, profile and trace share: the plot, its place, its axes, and when it is painted."""

    plot: pg.PlotItem | None = None  # pyqtgraph lays out before there is one

    def __init__(self, theme: Theme, box: PlainBox, parent: QWidget | None = None) -> None:
        super().__init__(parent, useOpenGL=False, background=theme.colour("card"))
        self.theme = theme
        self.box = box
        self.plane: Plane | None = None
        """Where data coordinates lie in the view; None before the first scene."""
        self._plane_key: object = None
        self._axes_picture = QImage()
        self._axes_key: object = None
        self._guard = Guard()
        self._pressed = False
        scene = self.scene()
        scene.setClickRadius(0)
        scene.setMoveDistance(SLACK)
        scene.minDragTime = math.inf  # a hand that trembles for long still clicks
        scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        scene.sigPrepareForPaint.connect(self._prepare_all)
        self.axes = {side: ChartAxis(side) for side in SIDES}
        self.plot = pg.PlotItem(viewBox=box, axisItems=self.axes, enableMenu=False)
        self.plot.hideButtons()
        _drop_controls(self.plot)
        self.plot.layout.setContentsMargins(0, 0, 0, 0)
        self.plot.setVisible(False)
        self.setCentralItem(self.plot)
        self._later = QTimer(self)  # for what a frame left over, should no other frame follow
        self._later.setSingleShot(True)
        self._later.setInterval(25)
        self._later.timeout.connect(self.refresh)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setAcceptDrops(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # -- what a kind of view says ------------------------------------------------------------------------

    def _plane_wanted(self, room: QRectF) -> Plane | None:
        """Return where the picture should lie in the view."""
        raise NotImplementedError

    def _axes_wanted(self, room: QRectF) -> Axes:
        """Return the axes around the picture."""
        raise NotImplementedError

    def _layout_key(self) -> object:
        """Return what changes when the place of the picture, or its axes, may."""
        raise NotImplementedError

    def _draw_axes(self, painter: QPainter, axes: Axes, plane: Plane) -> None:
        """Draw all axes, in pixels of the view."""
        raise NotImplementedError

    def _prepare(self, plane: Plane, ratio: float) -> None:
        """Make the pictures that will be painted now."""
        raise NotImplementedError

    # -- when something changes --------------------------------------------------------------------------

    def refresh(self) -> None:
        """Paint what is in the box again, soon."""
        if self.plane is None:
            self.viewport().update()
        else:
            self.viewport().update(self.plane.rect.adjusted(-3, -3, 3, 3).toAlignedRect())

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(1, 1, -1, -1)

    def _lay_out(self) -> None:
        """Put box and axes where they belong, if that may have changed."""
        if self.plot is None or self.closed:
            return
        key = (self._layout_key(), self.size(), self.theme)
        if key == self._plane_key:
            return
        self._plane_key = key
        small = self.width() < SMALLEST or self.height() < SMALLEST
        before = self.plane
        self.plane = None if small else self._plane_wanted(self._room())
        self.plot.setVisible(self.plane is not None)
        if self.plane is not None and (before is None or before.rect != self.plane.rect or self._moved()):
            for axis in self.axes.values():
                axis.lay_out(self.plane, self.width(), self.height())
            self.plot.layout.invalidate()
            self.plot.layout.activate()
        self.viewport().update()

    def _moved(self) -> bool:
        """Whether the box is not where it should be."""
        return self.plane is not None and self.box.geometry() != self.plane.rect

    def resizeEvent(self, ev: QResizeEvent | None) -> None:
        """Lay out anew (pyqtgraph calls this before there is a plot)."""
        super().resizeEvent(ev)
        self._lay_out()

    def set_theme(self, theme: Theme) -> None:
        """Change colours and type."""
        if theme is not self.theme:
            self.theme = theme
            self.setBackground(theme.colour("card"))
            self._lay_out()
            self.viewport().update()

    def mousePressEvent(self, ev: QMouseEvent) -> None:
        """Keep presses in the picture from going on to what lies behind the view."""
        if ev.buttons() == ev.button():  # a release that was lost must not turn this click into an old one
            self.scene().clickEvents.clear()
            self.scene().dragButtons.clear()
        super().mousePressEvent(ev)
        inside = self.plane is not None and self.plane.rect.contains(ev.position())
        self._pressed = inside or ev.isAccepted()
        ev.setAccepted(self._pressed)

    def mouseDoubleClickEvent(self, ev: QMouseEvent) -> None:
        """Keep the second of two quick presses too: here it is one of its own."""
        super().mouseDoubleClickEvent(ev)
        ev.setAccepted(self._pressed)

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:
        """Keep the release that follows, wherever it is."""
        super().mouseReleaseEvent(ev)
        ev.setAccepted(self._pressed)

    def close(self) -> bool:
        """Stop, and let pyqtgraph take the scene apart."""
        self._later.stop()
        super().close()
        return True

    # -- painting ----------------------------------------------------------------------------------------

    def _prepare_all(self) -> None:
        """Bring every picture up to date, just before painting."""
        with self._guard:
            plane = self.plane
            if plane is None:
                return
            ratio = self.devicePixelRatioF()
            self._prepare_axes(plane, ratio)
            self._prepare(plane, ratio)

    def _prepare_axes(self, plane: Plane, ratio: float) -> None:
        """Draw the axes when they changed."""
        key = (self._plane_key, plane, ratio)
        if key == self._axes_key:
            return
        self._axes_key = key
        axes = self._axes_wanted(self._room())
        picture = blank(self.size(), ratio)
        with painting(picture) as painter:
            self._draw_axes(painter, axes, plane)
        self._axes_picture = picture
        x_ticks, y_ticks = axes.x_ticks, axes.y_ticks
        for side, ticks in (("left", y_ticks), ("bottom", x_ticks), ("right", axes.right_ticks), ("top", ())):
            self.axes[side].show_part_of(picture, ticks)

    def _come_back(self, behind: bool) -> None:
        """Paint once more soon, if something was left over and no other frame follows."""
        if behind and not self._later.isActive():
            self._later.start()

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(560, 460)


def _drop_controls(plot: pg.PlotItem) -> None:
    """Delete the panels of pyqtgraph's menu, which nobody opens here, while their owners are all there.

    Python's collector would take them apart in any order; some free a layout twice and end the process.
    """
    for action in plot.findChildren(QWidgetAction):
        delete(action)
