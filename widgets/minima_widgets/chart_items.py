"""What stands in a plot: the ground as an image in data coordinates, and items that draw in pixels."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakMethod

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QTransform
from PySide6.QtWidgets import QGraphicsWidget, QStyleOptionGraphicsItem, QWidget

from minima_core.scene.marks import Extent
from minima_widgets.chart_box import Click, Drag, Hover
from minima_widgets.pictures import Guard
from minima_widgets.plotting import pg

__all__ = ["GroundItem", "PixelItem"]

_EXACT = 1e-3  # pixels that a picture may be off to be copied pixel by pixel


class GroundItem(pg.ImageItem):
    """The ground of a chart, painted at the resolution of the screen, lying on its place in the data.

    When the view shows just what was painted, its pixels are copied; while the zoom changes it is stretched.
    """

    def __init__(self) -> None:
        super().__init__()
        self.extent: Extent | None = None
        """What the picture shows; None before there is one."""
        self._picture = QImage()
        self._guard = Guard()

    def show_picture(self, picture: QImage, extent: Extent) -> None:
        """Show an opaque picture (its first row is the top one) of the data in `extent`."""
        self._picture, self.extent = picture, extent
        width, height = picture.width(), picture.height()
        pixels = np.frombuffer(picture.constBits(), np.uint8).reshape(height, width, 4)
        self.setImage(pixels[..., (2, 1, 0, 3)], autoLevels=False, levels=None)
        x0, x1, y0, y1 = extent
        self.setTransform(QTransform((x1 - x0) / width, 0, 0, (y0 - y1) / height, x0, y1))

    def render(self) -> None:
        """Take the picture as it is: it has the screen's own format already."""
        self.qimage = self._picture
        self._renderRequired = self._unrenderable = False

    def paint(self, painter: QPainter, *rest: object) -> None:
        """Copy the pixels where they fit, else let pyqtgraph stretch them."""
        with self._guard:
            if self.extent is None:
                return
            world, ratio = painter.worldTransform(), self._picture.devicePixelRatio()
            width, height = self._picture.width(), self._picture.height()
            off = max(abs(world.m11() * ratio - 1) * width, abs(world.m22() * ratio - 1) * height)
            corner = QPointF(world.dx(), world.dy())
            if off < _EXACT and world.isAffine() and not world.isRotating():
                painter.setWorldTransform(QTransform.fromTranslate(round(corner.x()), round(corner.y())))
                painter.drawImage(QPointF(0, 0), self._picture)
            else:
                super().paint(painter, *rest)

    def hoverEvent(self, ev: Hover) -> None:
        """Leave the mouse to the box."""

    def mouseClickEvent(self, ev: Click) -> None:
        """Leave clicks to the box."""
        ev.ignore()

    def mouseDragEvent(self, ev: Drag) -> None:
        """Leave drags to the box."""
        ev.ignore()


class PixelItem(pg.GraphicsObject):
    """Draws in pixels of the view over (or around) the box it belongs to, whatever the zoom is."""

    def __init__(
        self, parent: QGraphicsWidget, draw: Callable[[QPainter], None], z: float, around: float = 0.0
    ) -> None:
        self._around = around
        self._rect = QRectF()
        super().__init__(parent)
        self._draw = WeakMethod(draw)  # no circle with the view: it may be collected at any time
        self._guard = Guard()
        self.setZValue(z)
        parent.geometryChanged.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        """Take the size of the box, and so much around it."""
        around = self._around
        rect = QRectF(self.parentItem().rect()).adjusted(-around, -around, around, around)
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect

    def boundingRect(self) -> QRectF:
        """Return the rectangle of the box (kept here: Qt asks even while it takes the box apart)."""
        return self._rect

    def paint(self, p: QPainter, opt: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw with a painter whose unit is a pixel of the view, from its upper left corner."""
        with self._guard:
            p.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            p.translate(-self.scenePos())
            draw = self._draw()
            if draw is not None:
                draw(p)
