"""Draws a landscape of one variable: the curve, the ground below it, points that roll, words at minima."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter

from minima_core.scene.scenes import ProfileScene
from minima_widgets.paint.axes import Axes, draw_axes, draw_grid, frame, round_ticks
from minima_widgets.paint.marks import draw_marks
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.strokes import draw_lines, path_of
from minima_widgets.theme import Theme

__all__ = ["draw_curve", "paint_profile", "profile_axes", "profile_plane"]


def profile_axes(rect: QRectF, scene: ProfileScene, theme: Theme) -> Axes:
    """Return the axes of a profile that is to fill `rect`; the scene's own ticks, if it has some."""
    x0, x1, y0, y1 = scene.extent
    across, up = rect.width() / theme.points(56), rect.height() / theme.points(40)
    return Axes(
        scene.x_ticks or round_ticks(x0, x1, max(across, 2)),
        scene.y_ticks or round_ticks(y0, y1, max(up, 2)),
        scene.x_label,
        scene.y_label,
        box=False,
    )


def profile_plane(rect: QRectF, scene: ProfileScene, theme: Theme) -> Plane:
    """Return where the picture lies in `rect` when its ticks and names have their room."""
    room = frame(rect, profile_axes(rect, scene, theme), theme)
    return Plane(
        scene.extent, round(room.left()), round(room.top()), round(room.width()), round(room.height())
    )


def draw_curve(painter: QPainter, scene: ProfileScene, plane: Plane, theme: Theme) -> None:
    """Draw the curve and fill the ground below it, deep colour where the loss is low."""
    painter.save()
    painter.setClipRect(plane.rect, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pixels = plane.to_pixels(scene.curve.points[:, :2])
    bottom = plane.top + plane.height
    finite = np.isfinite(pixels).all(axis=1)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_depth(plane, theme))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], finite.astype(np.int8), [0]))))
    for first, stop in edges.reshape(-1, 2):
        piece = pixels[first:stop]
        closed = np.vstack(([piece[0, 0], bottom], piece, [piece[-1, 0], bottom]))
        painter.drawPath(path_of(closed))
    draw_lines(painter, pixels, scene.curve.style, theme)
    painter.restore()


def _depth(plane: Plane, theme: Theme) -> QBrush:
    """Return the sea chart's colours from top to bottom of the plane, quiet enough for words to stand on."""
    gradient = QLinearGradient(QPointF(0, plane.top), QPointF(0, plane.top + plane.height))
    colours = theme.heights("chart")
    for k, colour in enumerate(reversed(colours)):
        stop = QColor(colour)
        stop.setAlphaF(0.55 if theme.dark else 0.6)
        gradient.setColorAt(k / (len(colours) - 1), stop)
    return QBrush(gradient)


def paint_profile(painter: QPainter, rect: QRectF, scene: ProfileScene, theme: Theme) -> Plane:
    """Draw the profile with its axes into `rect`; return where it lies."""
    plane = profile_plane(rect, scene, theme)
    axes = profile_axes(rect, scene, theme)
    draw_grid(painter, plane, axes.y_ticks, theme)
    draw_curve(painter, scene, plane, theme)
    draw_marks(painter, scene.marks, plane, theme)
    draw_axes(painter, plane, axes, theme)
    return plane
