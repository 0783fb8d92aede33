"""Strokes: lines with a casing, dots with a ring, arrows; from arrays of pixels and a theme."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QIODevice, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from minima_core.scene.marks import Style
from minima_widgets.paint.plane import Plane
from minima_widgets.theme import DASHES, Theme

__all__ = [
    "casing_pen",
    "dash_of",
    "draw_arrow",
    "draw_dot",
    "draw_dots",
    "draw_lines",
    "length_of",
    "line_pen",
    "path_of",
    "shape_of",
    "thin",
]

Array = NDArray[np.float64]

POINT = 4.0 / 3.0
"""Reference pixels (1/96 inch) in a point."""

_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
_MOVE, _LINE = 0, 1


def path_of(pixels: Array) -> QPainterPath:
    """Return polylines (m, 2), rows of nan between the pieces, as a path.

    A path built point by point costs a microsecond each; this hands Qt its own stream format in one piece.
    """
    finite = np.isfinite(pixels).all(axis=1)
    if finite.sum() < 2:
        return QPainterPath()
    starts = finite.copy()
    starts[1:] &= ~finite[:-1]
    elements = np.zeros(int(finite.sum()), dtype=_ELEMENT)
    elements["kind"] = np.where(starts[finite], _MOVE, _LINE)
    elements["x"] = pixels[finite, 0]
    elements["y"] = pixels[finite, 1]
    count = np.array([len(elements)], dtype=">i4").tobytes()
    closing = np.array([0, 0], dtype=">i4").tobytes()
    content = QByteArray(count + elements.tobytes() + closing)  # the stream only borrows it
    stream = QDataStream(content, QIODevice.OpenModeFlag.ReadOnly)
    path = QPainterPath()
    stream >> path
    return path


def thin(pixels: Array, distance: float = 0.4) -> Array:
    """Leave out points that lie within `distance` pixels of the one before, where they cannot be seen.

    The first and last point of each piece stay.
    """
    if len(pixels) < 4:
        return pixels
    with np.errstate(invalid="ignore"):
        cells = np.floor(pixels / distance)
    finite = np.isfinite(cells[:, 0]) & np.isfinite(cells[:, 1])
    same = np.zeros(len(pixels), dtype=bool)
    same[1:] = (cells[1:] == cells[:-1]).all(axis=1)
    last = np.ones(len(pixels), dtype=bool)
    last[:-1] = ~finite[1:]
    return pixels[~same | last | ~finite]


def length_of(pixels: Array) -> float:
    """Return the length of polylines (m, 2) in pixels, gaps left out."""
    steps = np.hypot(*np.diff(pixels, axis=0).T) if len(pixels) > 1 else np.zeros(0)
    return float(np.nansum(steps))


# -- pens ----------------------------------------------------------------------------------------------------


def dash_of(style: Style, theme: Theme) -> tuple[float, ...]:
    """Return the dashes of a style in widths of its line; () is solid."""
    if style.dash is None:
        return theme.run_style(style.colour).dash if style.colour.startswith("run:") else ()
    return DASHES.get(style.dash, ())


def line_pen(style: Style, theme: Theme, offset: float = 0.0) -> QPen:
    """Return the pen of a line; `offset` is how many pixels of its dashes are already drawn."""
    width = style.width * theme.line_scale
    pen = QPen(theme.colour(style.colour, style.opacity), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    dashes = dash_of(style, theme)
    if dashes:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(list(dashes))
        pen.setDashOffset(math.fmod(offset / width, sum(dashes)))
    return pen


def casing_pen(style: Style, theme: Theme) -> QPen:
    """Return the pen of the wider line that lies below, in the background's colour."""
    side = theme.strokes["casing"] * theme.line_scale
    thickness = style.width * theme.line_scale + 2 * side * min(1.0, style.width / 2.0)
    pen = QPen(theme.colour("casing", style.opacity), thickness)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


def draw_lines(painter: QPainter, pixels: Array, style: Style, theme: Theme) -> None:
    """Draw polylines (m, 2) in pixels, with their casing if the style wants one."""
    if style.width <= 0:
        return
    path = path_of(thin(pixels))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if style.casing:
        painter.setPen(casing_pen(style, theme))
        painter.drawPath(path)
    painter.setPen(line_pen(style, theme))
    painter.drawPath(path)


def draw_arrow(painter: QPainter, tail: QPointF, tip: QPointF, style: Style, theme: Theme) -> None:
    """Draw an arrow between two pixels; a very short one is only its head."""
    line = QLineF(tail, tip)
    width = style.width * theme.line_scale
    head = max(3.2 * width, 6.5 * theme.line_scale)
    length = line.length()
    if length < 1e-6:
        return
    ux, uy = line.dx() / length, line.dy() / length
    neck = QPointF(tip.x() - ux * min(head, length), tip.y() - uy * min(head, length))
    wings = QPolygonF(
        [
            tip,
            QPointF(neck.x() - uy * head * 0.42, neck.y() + ux * head * 0.42),
            QPointF(neck.x() + uy * head * 0.42, neck.y() - ux * head * 0.42),
        ]
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if style.casing:
        pen = casing_pen(style, theme)
        painter.setPen(pen)
        painter.drawLine(QLineF(tail, neck))
        pen.setWidthF(pen.widthF() - width)
        painter.setPen(pen)
        painter.drawPolygon(wings)
    pen = line_pen(style, theme)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawLine(QLineF(tail, neck))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(style.colour, style.opacity))
    painter.drawPolygon(wings)


# -- dots ----------------------------------------------------------------------------------------------------


def _polygon(corners: int, turn: float, radius: float = 1.0, inner: float | None = None) -> QPainterPath:
    """Return a regular polygon, or a star when `inner` gives the radius of its notches."""
    points = []
    count = corners * (1 if inner is None else 2)
    for k in range(count):
        r = radius if inner is None or k % 2 == 0 else inner
        angle = math.radians(turn) + 2 * math.pi * k / count
        points.append(QPointF(r * math.sin(angle), -r * math.cos(angle)))
    path = QPainterPath()
    path.addPolygon(QPolygonF(points))
    path.closeSubpath()
    return path


def shape_of(marker: str) -> QPainterPath:
    """Return the outline of a marker around the origin, all of about the area of a disk of diameter 1."""
    path = QPainterPath()
    half = 0.5
    match marker:
        case "square":
            path.addRoundedRect(QRectF(-0.45, -0.45, 0.9, 0.9), 0.08, 0.08)
        case "diamond":
            path = _polygon(4, 0, 0.63)
        case "triangle":
            path = _polygon(3, 0, 0.68)
            path.translate(0, 0.09)
        case "triangle-down":
            path = _polygon(3, 180, 0.68)
            path.translate(0, -0.09)
        case "pentagon":
            path = _polygon(5, 0, 0.56)
        case "hexagon":
            path = _polygon(6, 30, 0.54)
        case "star":
            path = _polygon(5, 0, 0.7, 0.34)
        case "cross" | "plus":
            arm = QPainterPath()
            arm.addRoundedRect(QRectF(-half, -0.14, 1.0, 0.28), 0.1, 0.1)
            other = QPainterPath()
            other.addRoundedRect(QRectF(-0.14, -half, 0.28, 1.0), 0.1, 0.1)
            path = arm.united(other)
            if marker == "cross":
                turned = QPainterPath()
                turned.addPath(_rotated(path, 45))
                path = turned
        case _:
            path.addEllipse(QRectF(-half, -half, 1.0, 1.0))
    return path


def _rotated(path: QPainterPath, degrees: float) -> QPainterPath:
    from PySide6.QtGui import QTransform

    return QTransform().rotate(degrees).map(path)


def marker_of(style: Style, theme: Theme) -> str:
    """Return the shape of a style's points: its own, the theme's head of a run, or a circle."""
    if style.marker is not None:
        return style.marker
    return theme.run_style(style.colour).head if style.colour.startswith("run:") else "circle"


def draw_dot(
    painter: QPainter,
    centre: QPointF,
    style: Style,
    theme: Theme,
    size: float | None = None,
) -> None:
    """Draw one dot: a filled shape with a ring in the background's colour, or a ring with a quiet inside.

    `size` is its diameter in points, by default the style's.
    """
    marker = marker_of(style, theme)
    diameter = (style.size if size is None else size) * POINT * theme.line_scale
    ring = max(1.2, min(2.0, diameter * 0.17)) * (theme.line_scale if diameter > 6 else 1.0)
    shape = _scaled(shape_of(marker), diameter, centre)
    colour = theme.colour(style.colour, style.opacity)
    hollow = marker == "ring" or (style.fill is not None and style.fill != style.colour)
    painter.setPen(Qt.PenStyle.NoPen)
    if marker == "dot":  # small and plain: many of them must stay light
        painter.setBrush(colour)
        painter.drawPath(shape)
        return
    around = QPen(theme.colour("casing", style.opacity), ring * (2.0 if not hollow else 1.6))
    around.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if not hollow:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(around)
        painter.drawPath(shape)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(colour))
        painter.drawPath(shape)
        return
    width = max(1.6, diameter * 0.18)
    inside = theme.colour(style.fill or "label", style.opacity)
    inner = _scaled(shape_of(marker), max(diameter - width, 1.0), centre)
    around.setWidthF(width + 2 * ring * 0.8)
    painter.setPen(around)
    painter.setBrush(QBrush(inside))
    painter.drawPath(inner)
    pen = QPen(colour, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPath(inner)


def _scaled(path: QPainterPath, factor: float, centre: QPointF) -> QPainterPath:
    from PySide6.QtGui import QTransform

    return QTransform(factor, 0, 0, factor, centre.x(), centre.y()).map(path)


def draw_dots(
    painter: QPainter, points: Array, sizes: Iterable[float] | None, style: Style, theme: Theme, plane: Plane
) -> None:
    """Draw data points (m, 2) as dots; those that are not finite or far outside are left out."""
    pixels = plane.to_pixels(np.asarray(points, dtype=np.float64).reshape(-1, 2))
    room = plane.rect.adjusted(-30, -30, 30, 30)
    each = [None] * len(pixels) if sizes is None else list(sizes)
    for (x, y), size in zip(pixels.tolist(), each, strict=True):
        if math.isfinite(x) and math.isfinite(y) and room.contains(x, y):
            draw_dot(painter, QPointF(x, y), style, theme, size)


def with_alpha(colour: QColor, opacity: float) -> QColor:
    """Return `colour` with its opacity multiplied."""
    answer = QColor(colour)
    answer.setAlphaF(answer.alphaF() * opacity)
    return answer
