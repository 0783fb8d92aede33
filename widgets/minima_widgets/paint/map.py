"""Draws a race on its landscape as a flat chart: bands, contour lines, axes, paths, dots and words."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from minima_core.scene.scenes import RaceScene
from minima_widgets.paint.axes import Axes, draw_axes, frame, round_ticks
from minima_widgets.paint.ground import draw_ground
from minima_widgets.paint.kept import Kept
from minima_widgets.paint.marks import draw_marks
from minima_widgets.paint.plane import Plane
from minima_widgets.theme import Theme

__all__ = ["map_axes", "map_plane", "paint_map"]


def map_axes(rect: QRectF, scene: RaceScene, theme: Theme) -> Axes:
    """Return the axes of a chart that is to fill `rect`: about a tick every 70 pixels of ordinary type."""
    x0, x1, y0, y1 = scene.extent
    across, up = rect.width() / theme.points(56), rect.height() / theme.points(40)
    return Axes(
        round_ticks(x0, x1, max(across, 2)), round_ticks(y0, y1, max(up, 2)), scene.x_label, scene.y_label
    )


def map_plane(rect: QRectF, scene: RaceScene, theme: Theme) -> Plane:
    """Return where the chart lies in `rect` when its ticks and names have their room."""
    room = frame(rect, map_axes(rect, scene, theme), theme)
    # Whole pixels: the frame is crisp, and the ground is not smeared over half of one.
    return Plane(
        scene.extent, round(room.left()), round(room.top()), round(room.width()), round(room.height())
    )


def paint_map(
    painter: QPainter,
    rect: QRectF,
    scene: RaceScene,
    theme: Theme,
    palette: str | None = None,
    kept: Kept | None = None,
) -> Plane:
    """Draw the chart with its axes into `rect`; return where it lies.

    Parameters
    ----------
    painter
        On any device; one unit is a reference pixel: a scaled painter draws the same picture, sharper.
    palette
        Colours of heights; None: the relief's own.
    kept
        What stands still between the pictures of a film.
    """
    plane = map_plane(rect, scene, theme)

    def ground() -> None:
        draw_ground(painter, plane.rect, scene.relief, scene.extent, theme, palette)

    key = scene.relief.revision, scene.extent, theme, palette
    draw_marks(painter, scene.marks, plane, theme, ground=ground, kept=kept, key=key)
    draw_axes(painter, plane, map_axes(rect, scene, theme), theme)
    return plane
