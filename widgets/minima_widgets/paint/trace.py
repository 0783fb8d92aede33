"""Draws the loss of every run against steps or evaluations, with the line of the present step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from minima_core.scene.marks import Style
from minima_core.scene.scenes import Series, TraceScene
from minima_widgets.paint.axes import Axes, draw_axes, draw_grid, frame, round_ticks
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.strokes import draw_polyline, line_pen, thin
from minima_widgets.theme import Theme

__all__ = ["draw_cursor", "draw_series", "paint_trace", "series_plane", "trace_axes", "trace_plane"]

Array = NDArray[np.float64]


def trace_axes(rect: QRectF, scene: TraceScene, theme: Theme) -> Axes:
    """Return the axes of a trace that is to fill `rect`; the scene's own ticks, if it has some."""
    across, up = rect.width() / theme.points(72), rect.height() / theme.points(30)
    right = scene.right_ticks
    if not right and scene.right_range is not None and scene.right_label:
        right = round_ticks(*scene.right_range, max(up, 2))
    return Axes(
        scene.x_ticks or round_ticks(*scene.x_range, max(across, 2)),
        scene.y_ticks or round_ticks(*scene.y_range, max(up, 2)),
        scene.x_label,
        scene.y_label,
        right,
        scene.right_label,
        box=False,
    )


def trace_plane(rect: QRectF, scene: TraceScene, theme: Theme) -> Plane:
    """Return where the picture lies in `rect` when its ticks and names have their room."""
    room = frame(rect, trace_axes(rect, scene, theme), theme)
    return Plane(
        (*scene.x_range, *scene.y_range),
        round(room.left()),
        round(room.top()),
        round(room.width()),
        round(room.height()),
    )


def series_plane(series: Series, scene: TraceScene, plane: Plane) -> Plane:
    """Return the plane of a series: its own height range when it belongs to the right axis."""
    if series.axis == "left" or scene.right_range is None:
        return plane
    return Plane((*scene.x_range, *scene.right_range), plane.left, plane.top, plane.width, plane.height)


def draw_series(painter: QPainter, series: Series, points: Array, plane: Plane, theme: Theme) -> None:
    """Draw points (m, 2) of a series, in axis units of `plane`; the best so far as a staircase."""
    if len(points) < 2:
        return
    draw_polyline(painter, thin(plane.to_pixels(points), 0.25), line_pen(series.style, theme))


def draw_cursor(painter: QPainter, at: float | None, plane: Plane, theme: Theme) -> None:
    """Draw the thin line at the step that the other views show."""
    if at is None or not plane.extent[0] <= at <= plane.extent[1]:
        return
    x = plane.x(at)
    painter.setPen(QPen(theme.colour("cursor", 0.55), 1.0 * theme.line_scale))
    painter.drawLine(QLineF(x, plane.top, x, plane.top + plane.height))


def paint_trace(painter: QPainter, rect: QRectF, scene: TraceScene, theme: Theme) -> Plane:
    """Draw the trace with its axes into `rect`; return where it lies."""
    plane = trace_plane(rect, scene, theme)
    axes = trace_axes(rect, scene, theme)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_grid(painter, plane, axes.y_ticks, theme)
    painter.save()
    painter.setClipRect(plane.rect.adjusted(0, -2, 2, 2), Qt.ClipOperation.IntersectClip)
    for series in in_order(scene.series):
        points = series.xy(columns=max(64, round(plane.width)))
        draw_series(painter, series, points, series_plane(series, scene, plane), theme)
    draw_cursor(painter, scene.cursor, plane, theme)
    painter.restore()
    draw_axes(painter, plane, axes, theme, scene.right_range)
    return plane


def in_order(series: Sequence[Series]) -> list[Series]:
    """Return series as they are drawn: temperatures at the bottom, then losses, then the best so far."""
    rank = {"temperature": 0, "loss": 1, "best": 2}
    return sorted(series, key=lambda each: rank[each.kind])


def head_style(series: Series) -> Style:
    """Return the style of the dot at the end of a line."""
    return Style(series.style.colour, size=series.style.size * 0.75, casing=True)
