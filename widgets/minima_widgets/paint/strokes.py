"""Strokes: lines with a casing, dots with a ring, arrows; from arrays of pixels and a theme."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QIODevice, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF, QTransform

from minima_core.scene.marks import Style
from minima_widgets.cores import core_in
from minima_widgets.paint.plane import Plane
from minima_widgets.shades import mix
from minima_widgets.theme import DASHES, Theme

__all__ = [
    "casing_pen",
    "dash_of",
    "dotted",
    "draw_arrow",
    "draw_arrows",
    "draw_casing",
    "draw_dot",
    "draw_dots",
    "draw_lines",
    "draw_polyline",
    "draw_stroke",
    "length_of",
    "line_pen",
    "path_of",
    "shape_of",
    "thin",
]

Array = NDArray[np.float64]

_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
_MOVE, _LINE = 0, 1
_FEW = 16  # points up to which a path is built point by point
_PIECE = 32  # points of a piece of a long line
_BUNCH = 256  # points that are drawn at once of lines whose joints would show
_GAP = np.full((1, 2), np.nan)
_DOT = 6.0  # pixels: a shorter dash is a dot, and may be straight


def path_of(pixels: Array) -> QPainterPath:
    """Return polylines (m, 2), rows of nan between the pieces, as a path.

    A path built point by point costs a microsecond each; this hands Qt its own stream format in one piece.
    """
    if len(pixels) <= _FEW:
        return _short_path(pixels.tolist())
    finite = np.asarray(np.isfinite(pixels).all(axis=1))
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


def _short_path(pixels: list[list[float]]) -> QPainterPath:
    """Return the same path built point by point: for a few points that is faster."""
    path, drawing, count = QPainterPath(), False, 0
    for x, y in pixels:
        if not (math.isfinite(x) and math.isfinite(y)):
            drawing = False
            continue
        count += 1
        if drawing:
            path.lineTo(x, y)
        else:
            path.moveTo(x, y)
        drawing = True
    return path if count > 1 else QPainterPath()


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


def dotted(pixels: Array, drawn: float, period: float, offset: float = 0.0) -> Array:
    """Return the dots of a dotted line as short straight pieces (m, 2), rows of nan between them.

    Of every `period` pixels along the line, the first `drawn` are; `offset` pixels of it went before. Qt's
    own dashes take ten times as long, and in a tangle thirty times.
    """
    pieces = []
    for piece in np.split(pixels, np.flatnonzero(np.isnan(pixels[:, 0]))):
        line = piece[np.isfinite(piece).all(axis=1)]
        if len(line) < 2:
            continue
        at = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
        begins = np.arange(math.floor(offset / period), (offset + at[-1]) / period) * period - offset
        ends = np.minimum(begins + drawn, at[-1])
        begins = np.maximum(begins, 0.0)
        begins, ends = begins[ends > begins], ends[ends > begins]
        dots = np.full((3 * len(begins), 2), np.nan)
        for axis in (0, 1):
            dots[0::3, axis] = np.interp(begins, at, line[:, axis])
            dots[1::3, axis] = np.interp(ends, at, line[:, axis])
        pieces.append(dots)
        offset = 0.0
    return np.concatenate(pieces) if pieces else np.empty((0, 2))


# -- pens ----------------------------------------------------------------------------------------------------


def dash_of(style: Style, theme: Theme) -> tuple[float, ...]:
    """Return the dashes of a style in widths of its line; () is solid."""
    if style.colour.startswith("run:"):
        run = theme.run_style(style.colour)
        if style.dash is None:
            return run.dash
        if style.dash == "dot" and not style.casing:  # a way that wanders: each copy has dots of its own
            return run.fine
    return () if style.dash is None else DASHES.get(style.dash, ())


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


def ground_pen(style: Style, theme: Theme) -> QPen | None:
    """Return the pen of the quiet solid line below dashes, so that gaps do not tear it; None if solid."""
    if not style.casing or not dash_of(style, theme):
        return None
    pen = QPen(theme.colour(style.colour, style.opacity), style.width * theme.line_scale)
    pen.setColor(mix(pen.color(), theme.colour("casing"), 0.5))
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


def draw_polyline(painter: QPainter, pixels: Array, pen: QPen) -> None:
    """Draw polylines (m, 2) with a pen, long solid ones in short pieces.

    The cost of one long line that crosses itself often grows faster than its length, that of pieces does not;
    where they meet, round ends make them one. Dashes and transparent pens would show the joints: of those,
    whole polylines are drawn a few at a time.
    """
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if pen.style() != Qt.PenStyle.SolidLine or pen.color().alpha() < 255:
        for part in _bunches(pixels):
            painter.drawPath(path_of(part))
        return
    for first in range(0, max(len(pixels) - 1, 1), _PIECE):
        painter.drawPath(path_of(pixels[first : first + _PIECE + 1]))


def _bunches(pixels: Array) -> Iterator[Array]:
    """Yield polylines (m, 2) in bunches of about `_BUNCH` points, cut only at their gaps."""
    gaps = np.flatnonzero(np.isnan(pixels[:, 0]))
    first = 0
    while len(pixels) - first > _BUNCH:
        k = int(np.searchsorted(gaps, first + _BUNCH))
        if k == len(gaps):
            break
        yield pixels[first : gaps[k]]
        first = int(gaps[k]) + 1
    yield pixels[first:]


def draw_stroke(painter: QPainter, pixels: Array, style: Style, theme: Theme, offset: float = 0.0) -> None:
    """Draw polylines (m, 2) in a style, without casing; `offset` as for `line_pen`."""
    dashes = dash_of(style, theme)
    width = style.width * theme.line_scale
    if len(dashes) == 2 and dashes[0] * width < _DOT and not style.casing:
        pen = line_pen(replace(style, dash="solid"), theme)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path_of(dotted(pixels, dashes[0] * width, sum(dashes) * width, offset)))
        return
    below = ground_pen(style, theme)
    if below is not None:
        draw_polyline(painter, pixels, below)
    draw_polyline(painter, pixels, line_pen(style, theme, offset))


def draw_casing(
    painter: QPainter, pixels: Array, style: Style, theme: Theme, *, opaque: bool = False
) -> None:
    """Draw the casing of polylines (m, 2), if the style wants one; of very long ones it is always opaque."""
    if not style.casing:
        return
    pen = casing_pen(style, theme)
    if opaque or len(pixels) > 8 * _PIECE:
        colour = pen.color()
        colour.setAlphaF(1.0)
        pen.setColor(colour)
    draw_polyline(painter, pixels, pen)


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
    pixels = thin(pixels)
    draw_casing(painter, pixels, style, theme)
    draw_stroke(painter, pixels, style, theme)


def draw_arrow(painter: QPainter, tail: QPointF, tip: QPointF, style: Style, theme: Theme) -> None:
    """Draw an arrow between two pixels; a very short one is only its head."""
    draw_arrows(painter, [np.array([(tail.x(), tail.y()), (tip.x(), tip.y())])], style, theme)


def draw_arrows(
    painter: QPainter, ways: Iterable[Array], style: Style, theme: Theme, gap: float = 0.0
) -> None:
    """Draw arrows along ways (m, 2) in pixels, the casings of all below the arrows of all.

    `gap`: points by which each ends before its tip. A way shorter than a head has a smaller head.
    """
    width = style.width * theme.line_scale
    shafts: list[Array] = []
    heads = QPainterPath()
    heads.setFillRule(Qt.FillRule.WindingFill)
    for way in ways:
        made = _arrow(way, max(3.4 * width, 6.5 * theme.line_scale), gap * theme.line_scale)
        if made is not None:
            shafts += [made[0], _GAP]
            heads.addPolygon(made[1])
            heads.closeSubpath()
    if not shafts:
        return
    # Many arrows are one path: a swarm has dozens, and each call costs more than its pixels.
    lines = path_of(np.concatenate(shafts))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if style.casing:
        pen = casing_pen(style, theme)
        painter.setPen(pen)
        painter.drawPath(lines)
        pen.setWidthF(pen.widthF() - width)
        painter.setPen(pen)
        painter.drawPath(heads)
    pen = line_pen(style, theme)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawPath(lines)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(style.colour, style.opacity))
    painter.drawPath(heads)


def _arrow(way: Array, head: float, gap: float) -> tuple[Array, QPolygonF] | None:
    """Return the shaft of an arrow along a way (m, 2), and its head; None where it has no length."""
    at = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(way, axis=0).T))))
    length = float(at[-1]) - gap
    if not length > 1e-6 or not math.isfinite(length):
        return None
    head = min(head, max(length, 0.55 * head))
    neck_at = max(length - 0.9 * head, 0.0)
    (tip_x, tip_y), (neck_x, neck_y) = (
        (float(np.interp(s, at, way[:, 0])), float(np.interp(s, at, way[:, 1])))
        for s in (length, max(length - head, 0.0))
    )
    along = math.hypot(tip_x - neck_x, tip_y - neck_y)
    if along < 1e-9:
        return None
    ux, uy = (tip_x - neck_x) / along, (tip_y - neck_y) / along
    base_x, base_y = tip_x - ux * head, tip_y - uy * head
    wings = QPolygonF(
        [
            QPointF(tip_x, tip_y),
            QPointF(base_x - uy * head * 0.42, base_y + ux * head * 0.42),
            QPointF(base_x + uy * head * 0.42, base_y - ux * head * 0.42),
        ]
    )
    kept = at < neck_at
    end = [np.interp(neck_at, at, way[:, 0]), np.interp(neck_at, at, way[:, 1])]
    return np.vstack((way[kept], [end])), wings


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


@cache
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
        case _:
            path.addEllipse(QRectF(-half, -half, 1.0, 1.0))
    return path


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
    """Draw one dot: a shape with a ring in the background's colour, a ring with a quiet inside, or a cross.

    `size` is its diameter, by default the style's.
    """
    marker = marker_of(style, theme)
    scale = theme.line_scale
    diameter = (style.size if size is None else size) * scale
    colour = theme.colour(style.colour, style.opacity)
    around = QPen(theme.colour("casing", style.opacity), 0.0)
    around.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if marker in ("cross", "plus"):
        _draw_cross(painter, centre, diameter / 2, 45.0 if marker == "cross" else 0.0, style, theme)
    elif marker == "dot":  # small and plain: many of them must stay light
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPath(_scaled(shape_of(marker), diameter, centre))
    elif marker == "ring" or (style.fill is not None and style.fill != style.colour):
        width = (style.width or 1.6) * scale
        inner = _scaled(shape_of(marker), max(diameter - width, 1.0), centre)
        around.setWidthF(width + 2.4 * scale)
        painter.setPen(around)
        painter.drawPath(inner)
        pen = QPen(colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        if style.fill != "none":
            painter.setBrush(theme.colour(style.fill or "label", style.opacity))
        painter.drawPath(inner)
    else:
        shape = _scaled(shape_of(marker), diameter, centre)
        around.setWidthF(2 * min(2.0, 0.6 + diameter / (8 * scale)) * scale)
        painter.setPen(around)
        painter.drawPath(shape)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPath(shape)
        core = theme.run_style(style.colour).core if style.colour.startswith("run:") else ""
        if core:
            painter.setBrush(theme.colour("card", style.opacity))
            painter.drawPath(core_in(core, shape, diameter, centre))


def _draw_cross(
    painter: QPainter, centre: QPointF, half: float, turn: float, style: Style, theme: Theme
) -> None:
    """Draw two crossing strokes, with a casing where the cross is large enough to carry one."""
    a = half * math.cos(math.radians(turn))
    b = half * math.sin(math.radians(turn))
    lines = [
        QLineF(centre.x() - a, centre.y() - b, centre.x() + a, centre.y() + b),
        QLineF(centre.x() + b, centre.y() - a, centre.x() - b, centre.y() + a),
    ]
    width = (style.width or 1.4) * theme.line_scale
    pen = QPen(theme.colour("casing", style.opacity), width + 2.4 * theme.line_scale)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    if style.size >= 7:
        painter.setPen(pen)
        painter.drawLines(lines)
    pen.setColor(theme.colour(style.colour, style.opacity))
    pen.setWidthF(width)
    painter.setPen(pen)
    painter.drawLines(lines)


def _scaled(path: QPainterPath, factor: float, centre: QPointF) -> QPainterPath:
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
