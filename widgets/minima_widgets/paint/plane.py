"""The plane of a picture: where data coordinates lie in a rectangle of pixels, and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

__all__ = ["Plane"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Plane:
    """A linear map from data (y upwards) to pixels (y downwards).

    Parameters
    ----------
    extent
        x0, x1, y0, y1 in data units: what the rectangle shows.
    left, top, width, height
        The rectangle in pixels.

    Examples
    --------
    >>> plane = Plane((0.0, 1.0, 0.0, 1.0), 10.0, 20.0, 100.0, 50.0)
    >>> plane.x(0.5), plane.y(1.0)
    (60.0, 20.0)
    """

    extent: tuple[float, float, float, float]
    left: float
    top: float
    width: float
    height: float

    @staticmethod
    def on(extent: tuple[float, float, float, float], rect: QRectF) -> Plane:
        """Return the plane that shows `extent` in `rect`."""
        return Plane(extent, rect.left(), rect.top(), rect.width(), rect.height())

    @property
    def rect(self) -> QRectF:
        """The rectangle in pixels."""
        return QRectF(self.left, self.top, self.width, self.height)

    def x(self, x: float) -> float:
        """Return the pixel column of the data coordinate `x`."""
        x0, x1, _, _ = self.extent
        return self.left + (x - x0) / (x1 - x0) * self.width

    def y(self, y: float) -> float:
        """Return the pixel row of the data coordinate `y`."""
        _, _, y0, y1 = self.extent
        return self.top + (y1 - y) / (y1 - y0) * self.height

    def point(self, point: tuple[float, float]) -> QPointF:
        """Return the pixel of a data point."""
        return QPointF(self.x(point[0]), self.y(point[1]))

    def to_pixels(self, points: Array) -> Array:
        """Return the pixels (m, 2) of data points (m, 2); nan stays nan.

        Points far outside come out just as far as a painter can still take (a thousand rectangles away).
        """
        x0, x1, y0, y1 = self.extent
        pixels = np.empty((len(points), 2))
        far = 1000.0 * max(self.width, self.height, 1.0)
        with np.errstate(invalid="ignore", over="ignore"):
            pixels[:, 0] = self.left + (points[:, 0] - x0) * (self.width / (x1 - x0))
            pixels[:, 1] = self.top + (y1 - points[:, 1]) * (self.height / (y1 - y0))
            np.clip(pixels, -far, far, out=pixels)
        return pixels

    def to_data(self, x: float, y: float) -> tuple[float, float]:
        """Return the data point under a pixel."""
        x0, x1, y0, y1 = self.extent
        return (
            x0 + (x - self.left) / max(self.width, 1e-9) * (x1 - x0),
            y1 - (y - self.top) / max(self.height, 1e-9) * (y1 - y0),
        )
