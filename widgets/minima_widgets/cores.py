"""What is cut out of a head, so that copies of one method are told apart by shape and not by shade alone.

A head keeps the outline of its method; a copy of the method has a hole, a slit or only half of it.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QTransform

__all__ = ["CORES", "core_in", "core_path"]

CORES = ("", "hole", "bar", "slit", "cross", "left", "lower")
"""What is cut out of the heads of copies 0, 1, 2, …, which then begin again."""

_THIN = 0.21


@cache
def core_path(name: str) -> QPainterPath:
    """Return what is cut out of a head of diameter 1 around the origin; nothing for ``""``.

    Examples
    --------
    >>> core_path("").isEmpty(), core_path("hole").contains(QPointF(0, 0))
    (True, True)
    """
    path = QPainterPath()
    bar = QRectF(-0.8, -_THIN / 2, 1.6, _THIN)
    slit = QRectF(-_THIN / 2, -0.8, _THIN, 1.6)
    match name:
        case "hole":
            path.addEllipse(QPointF(0, 0), 0.23, 0.23)
        case "bar":
            path.addRect(bar)
        case "slit":
            path.addRect(slit)
        case "cross":
            for each in (bar, slit):
                one = QPainterPath()
                one.addRect(each)
                path = path.united(one)
        case "left":
            path.addRect(QRectF(-0.8, -0.8, 0.8, 1.6))
        case "lower":
            path.addRect(QRectF(-0.8, 0.0, 1.6, 0.8))
    return path


def core_in(name: str, outline: QPainterPath, diameter: float, centre: QPointF) -> QPainterPath:
    """Return what is cut out of a head with this outline and diameter, within a rim that stays."""
    rim = QTransform(0.72, 0, 0, 0.72, 0.28 * centre.x(), 0.28 * centre.y()).map(outline)
    core = QTransform(diameter, 0, 0, diameter, centre.x(), centre.y()).map(core_path(name))
    return core if name == "hole" else core.intersected(rim)
