"""Draws the loss of every run against steps or evaluations, with the line of the present step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from minima_core.scene.marks import Points, Style
from minima_core.scene.scenes import Series, TraceScene
from minima_widgets.paint.axes import Axes, draw_axes, draw_grid, frame, number_text, round_ticks
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.strokes import draw_dots, draw_polyline, line_pen, thin
from minima_widgets.theme import Theme

__all__ = [
    "draw_cursor",
    "draw_floor",
    "draw_heads",
    "draw_series",
    "draw_starts",
    "heads_on",
    "paint_trace",
    "series_plane",
    "trace_axes",
    "trace_plane",
]

Array = NDArray[np.float64]

HEAD = 8.0
"""Pixels across the head of a method on its line."""
HEADS_EACH = 2
HEAD_PLACES = (0.07, 0.46, 0.13, 0.24, 0.62, 0.34, 0.78, 0.03, 0.9)
"""Where on the axis a head may be, the first that has room; numbers of starts have places of their own."""


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


PLACES = (0.05, 0.09, 0.14, 0.2, 0.28, 0.38, 0.5, 0.64, 0.8, 0.03)
"""Shares of the horizontal axis at which the number of a start may stand on its line."""
FURTHER = 0.62
"""How wide the lines of further starts are, as a share of the first one's."""


def style_of(series: Series) -> Style:
    """Return how a series is drawn: further starts of a line of the race are thinner than its first."""
    style = series.style
    if series.start == 0:
        return style
    return replace(style, width=max(style.width * FURTHER, 0.8), opacity=style.opacity * 0.85)


def draw_series(painter: QPainter, series: Series, points: Array, plane: Plane, theme: Theme) -> None:
    """Draw points (m, 2) of a series, in axis units of `plane`; the best so far as a staircase."""
    if len(points) < 2:
        return
    draw_polyline(painter, thin(plane.to_pixels(points), 0.25), line_pen(style_of(series), theme))


def draw_cursor(painter: QPainter, at: float | None, plane: Plane, theme: Theme) -> None:
    """Draw the thin line at the step that the other views show."""
    if at is None or not plane.extent[0] <= at <= plane.extent[1]:
        return
    x = plane.x(at)
    painter.setPen(QPen(theme.colour("cursor", 0.55), 1.0 * theme.line_scale))
    painter.drawLine(QLineF(x, plane.top, x, plane.top + plane.height))


def floor_of(scene: TraceScene) -> float | None:
    """Return the height, in axis units, below which a log axis shows nothing, if a line lies there now."""
    for series in scene.series:
        envelope = series.track.envelope
        if series.axis != "left" or not series.log_y or not envelope.used or series.floor <= 0:
            continue
        at = math.log10(series.floor)
        if scene.y_range[0] <= at <= scene.y_range[1] and (
            envelope.last[envelope.used - 1] - series.baseline <= series.floor
        ):
            return at
    return None


def draw_floor(painter: QPainter, scene: TraceScene, plane: Plane, theme: Theme) -> None:
    """Draw the floor of a log axis, on which lies what is as good as the best, and say so."""
    at = floor_of(scene)
    if at is None:
        return
    y = plane.y(at)
    pen = QPen(theme.colour("muted", 0.8), 1.0 * theme.line_scale)
    pen.setDashPattern([2.0, 3.0])
    painter.setPen(pen)
    painter.drawLine(QLineF(plane.left, y, plane.left + plane.width, y))
    font = theme.font(theme.points(8.25))
    metrics = QFontMetricsF(font)
    words = f"{number_text(10.0**at, 10.0 ** math.floor(at), 10.0**at)} or less"
    width, height = metrics.horizontalAdvance(words) + 8.0, metrics.height()
    if width > plane.width / 3:
        return
    card = QRectF(plane.left + 0.62 * plane.width - width, y - height - 2.0, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("card", 0.85))
    painter.drawRoundedRect(card, 4, 4)
    painter.setFont(font)
    painter.setPen(theme.colour("muted"))
    painter.drawText(card, Qt.AlignmentFlag.AlignCenter, words)


def draw_starts(painter: QPainter, scene: TraceScene, plane: Plane, theme: Theme) -> None:
    """Write the number of its start on each line, where a line of the race has several."""
    lines: dict[tuple[int, int], Series] = {}
    for series in scene.series:
        if series.axis == "left" and (series.kind == "best" or (series.entry, series.start) not in lines):
            lines[series.entry, series.start] = series
    several = {entry for entry, start in lines if start > 0}
    font = theme.font(theme.points(8.25), bold=True)
    metrics = QFontMetricsF(font)
    taken: list[QRectF] = []
    painter.setFont(font)
    for (entry, start), series in lines.items():
        if entry not in several:
            continue
        text, height = str(start + 1), metrics.height() * 0.92
        width = max(height, metrics.horizontalAdvance(text) + 5.0)
        for share in PLACES:
            at = _on_line(series, scene.x_range, share)
            if at is None:
                continue
            middle = plane.point(at)
            card = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
            if plane.rect.contains(card) and not any(card.intersects(other) for other in taken):
                taken.append(card)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("card", 0.9))
                painter.drawRoundedRect(card, height / 2, height / 2)
                painter.setPen(theme.colour(series.style.colour))
                painter.drawText(card, Qt.AlignmentFlag.AlignCenter, text)
                break


def draw_heads(painter: QPainter, scene: TraceScene, plane: Plane, theme: Theme) -> None:
    """Draw the heads of `heads_on`."""
    for mark in heads_on(scene, plane, theme):
        draw_dots(painter, mark.points, None, mark.style, theme, plane)


def heads_on(scene: TraceScene, plane: Plane, theme: Theme) -> list[Points]:
    """Return the head of each line on it, twice where there is room: lines are told apart without colours."""
    lines: dict[int, Series] = {}
    for series in scene.series:
        first = series.axis == "left" and series.start == 0
        if first and (series.kind == "best" or series.entry not in lines):
            lines[series.entry] = series
    room = HEAD * theme.line_scale
    taken: list[tuple[float, float]] = []
    marks: list[Points] = []
    for entry, series in lines.items():
        places: list[tuple[float, float]] = []
        for share in HEAD_PLACES:
            at = _on_line(series, scene.x_range, share)
            if at is None:
                continue
            x, y = plane.x(at[0]), plane.y(at[1])
            inside = room / 2 <= y - plane.top <= plane.height - room / 2
            if inside and not any(abs(x - left) < room and abs(y - top) < room for left, top in taken):
                taken.append((x, y))
                places.append(at)
                if len(places) == HEADS_EACH:
                    break
        if places:
            marks.append(Points(f"heads:{entry}", 0, np.array(places), _head(series.style.colour)))
    return marks


@cache
def _head(role: str) -> Style:
    return Style(role, size=HEAD)


def _on_line(series: Series, x_range: tuple[float, float], share: float) -> tuple[float, float] | None:
    """Return the point of a line at a share of the axis, in axis units; None beyond it, or on the floor."""
    envelope, upto = series.track.envelope, min(series.upto, series.track.last)
    x = x_range[0] + share * (x_range[1] - x_range[0])
    if series.x_axis == "evaluations":
        counted = np.fmax.accumulate(envelope.evaluations[: envelope.used])
        bucket = int(np.searchsorted(counted, x))
    else:
        bucket = int(x) // envelope.width
    if not 0 <= bucket < envelope.used or bucket * envelope.width > upto:
        return None
    if series.kind == "best":
        loss = float(np.fmin.reduce(envelope.best[: bucket + 1]))
    else:
        loss = float(envelope.last[bucket])
    x = (
        float(envelope.evaluations[bucket])
        if series.x_axis == "evaluations"
        else float(bucket * envelope.width)
    )
    if not (math.isfinite(loss) and math.isfinite(x)):
        return None
    if not series.log_y:
        return x, loss
    above = loss - series.baseline
    return (x, math.log10(above)) if above > 1.5 * series.floor else None


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
    draw_floor(painter, scene, plane, theme)
    draw_cursor(painter, scene.cursor, plane, theme)
    draw_heads(painter, scene, plane, theme)
    draw_starts(painter, scene, plane, theme)
    painter.restore()
    draw_axes(painter, plane, axes, theme, scene.right_range)
    return plane


def in_order(series: Sequence[Series]) -> list[Series]:
    """Return series as they are drawn: temperatures at the bottom, then losses, then the best so far."""
    rank = {"temperature": 0, "loss": 1, "best": 2}
    return sorted(series, key=lambda each: rank[each.kind])
