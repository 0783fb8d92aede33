"""The picture of a chart's ground: fill, veils and contour lines in one, so that a frame costs one copy.

While there are veils, what lies below and above them is kept: live ones come ten times a second, and only
they are painted anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QImage, QPainter

from minima_core.scene.marks import Mark
from minima_widgets.paint.marks import draw_contours
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.veils import veil_image, veils_of
from minima_widgets.paint.words import Written
from minima_widgets.pictures import blank, painting
from minima_widgets.theme import Theme

__all__ = ["GroundPictures"]


class GroundPictures:
    """Makes the ground of a chart, and keeps the parts that do not change.

    Attributes
    ----------
    repaints : int
        How often fill and contour lines were painted: what tests count.
    """

    def __init__(self) -> None:
        self.repaints = 0
        self._key: object = None
        self._fill = self._lines = QImage()

    def picture(
        self,
        key: object,
        marks: Sequence[Mark],
        plane: Plane,
        theme: Theme,
        ratio: float,
        draw_fill: Callable[[QPainter], None],
        written: Sequence[Written],
    ) -> QImage:
        """Return the ground of `plane`; `key` changes when fill or contour lines do.

        Parameters
        ----------
        draw_fill
            Draws what lies below everything, in pixels of the view.
        written
            The levels along contour lines.
        """
        veils = veils_of(marks)
        if not veils or key != self._key:
            self.repaints += 1
            size = QSize(round(plane.width), round(plane.height))
            fill = blank(size, ratio, QImage.Format.Format_RGB32)
            lines = blank(size, ratio) if veils else fill
            with painting(fill) as painter:
                painter.translate(-plane.left, -plane.top)
                draw_fill(painter)
            with painting(lines) as painter:
                painter.translate(-plane.left, -plane.top)
                draw_contours(painter, marks, plane, theme, written)
            if not veils:
                self._key, self._fill, self._lines = None, QImage(), QImage()
                return fill
            self._key, self._fill, self._lines = key, fill, lines
        picture = self._fill.copy()
        with painting(picture) as painter:
            for veil in veils:
                image = veil_image(veil, theme, picture.width(), picture.height(), plane.extent)
                image.setDevicePixelRatio(ratio)
                painter.drawImage(QPointF(0, 0), image)
            painter.drawImage(QPointF(0, 0), self._lines)
        return picture
