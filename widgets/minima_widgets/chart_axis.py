"""An axis of a plot: pyqtgraph's place and range, our ticks, words and colours.

The painter of figures draws all axes of a plot into one picture (`paint.axes`); each `ChartAxis` shows the
strip of it on its own side, so that screen and saved pictures agree to the pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QPainterPath
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from minima_core.scene.scenes import Tick
from minima_widgets.chart_box import Click, Drag
from minima_widgets.paint.plane import Plane
from minima_widgets.pictures import Guard
from minima_widgets.plotting import pg

__all__ = ["SIDES", "ChartAxis"]

SIDES = ("left", "right", "top", "bottom")


class ChartAxis(pg.AxisItem):
    """One side of a plot."""

    def __init__(self, side: str) -> None:
        self._strip = QRectF()  # in pixels of the view
        super().__init__(side)
        self.enableAutoSIPrefix(False)
        self._ticks: Sequence[Tick] = ()
        self._drawn = QImage()
        self._guard = Guard()

    def lay_out(self, plane: Plane, width: float, height: float) -> None:
        """Take the room between the plane and the edge of a view of this size.

        The line of the frame lies half inside the plane: strips reach one pixel into it.
        """
        right, bottom = plane.left + plane.width, plane.top + plane.height
        match self.orientation:
            case "left":
                self.setWidth(plane.left)
                strip = QRectF(QPointF(0, 0), QPointF(plane.left + 1, height))
            case "right":
                self.setWidth(max(width - right, 0.0))
                strip = QRectF(QPointF(right - 1, 0), QPointF(width, height))
            case "top":
                self.setHeight(plane.top)
                strip = QRectF(QPointF(plane.left + 1, 0), QPointF(right - 1, plane.top + 1))
            case _:
                self.setHeight(max(height - bottom, 0.0))
                strip = QRectF(QPointF(plane.left + 1, bottom - 1), QPointF(right - 1, height))
        if strip != self._strip:
            self.prepareGeometryChange()
            self._strip = strip

    def show_part_of(self, drawn: QImage, ticks: Sequence[Tick]) -> None:
        """Show this side of a picture of all axes, drawn for the whole view; `ticks` are those in it."""
        self._drawn, self._ticks = drawn, ticks
        self.update()

    # -- what pyqtgraph asks ----------------------------------------------------------------------------

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        """Return the ticks with words, then those without, each with the distance between them."""
        levels = []
        for words in (True, False):
            values = [tick.at for tick in self._ticks if bool(tick.text) is words]
            apart = min((b - a for a, b in pairwise(values)), default=1.0)
            levels.append((apart, [value for value in values if minVal <= value <= maxVal]))
        return levels

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return the words of ticks, with true minus signs."""
        words = {tick.at: tick.text for tick in self._ticks}
        return [words.get(value, "") for value in values]

    def boundingRect(self) -> QRectF:
        """Return the strip in coordinates of the item."""
        return self._strip.translated(-self.pos())

    def shape(self) -> QPainterPath:
        """Return the strip as a path."""
        path = QPainterPath()
        path.addRect(self.boundingRect())
        return path

    def paint(self, p: QPainter, opt: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Copy the strip."""
        with self._guard:
            if not self._drawn.isNull():
                ratio = self._drawn.devicePixelRatio()
                strip = self._strip
                part = QRectF(
                    strip.x() * ratio, strip.y() * ratio, strip.width() * ratio, strip.height() * ratio
                )
                p.drawImage(self.boundingRect(), self._drawn, part)

    def mouseDragEvent(self, event: Drag) -> None:
        """Leave drags alone: one holds the picture, not its axes."""
        event.ignore()

    def mouseClickEvent(self, event: Click) -> None:
        """Leave clicks alone."""
        event.ignore()
