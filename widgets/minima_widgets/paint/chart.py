"""Draws any plain chart: a barrier tree, a map of settings, data with a fitted line, a second map."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from minima_core.scene.scenes import ChartScene
from minima_widgets.paint.axes import Axes, draw_axes, draw_grid, frame, round_ticks
from minima_widgets.paint.legend import wrap
from minima_widgets.paint.marks import draw_marks
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.veils import veils_of
from minima_widgets.theme import Theme

__all__ = ["chart_axes", "chart_plane", "draw_chart", "draw_title", "is_empty", "paint_chart"]

_NARROW = 60.0  # pixels below which a chart has no room for a title


def chart_axes(rect: QRectF, scene: ChartScene, theme: Theme) -> Axes:
    """Return the axes of a chart that is to fill `rect`; the scene's own ticks, if it has some."""
    x0, x1, y0, y1 = scene.extent
    if is_empty(scene):
        return Axes((), ())
    across, up = rect.width() / theme.points(60), rect.height() / theme.points(34)
    return Axes(
        scene.x_ticks or (() if scene.x_log else round_ticks(x0, x1, max(across, 2))),
        scene.y_ticks or (() if scene.y_log else round_ticks(y0, y1, max(up, 2))),
        scene.x_label,
        scene.y_label,
        box=bool(veils_of(scene.marks)),
    )


def is_empty(scene: ChartScene) -> bool:
    """Whether a chart has nothing but its sentence."""
    return not scene.marks and bool(scene.note)


def _title_font(theme: Theme) -> QFont:
    return theme.font(theme.points(10.0), bold=True)


def _title_height(scene: ChartScene, rect: QRectF, theme: Theme) -> float:
    if not scene.title or rect.height() < _NARROW:
        return 0.0
    return QFontMetricsF(_title_font(theme)).height() + theme.points(3.0)


def chart_plane(rect: QRectF, scene: ChartScene, theme: Theme) -> Plane:
    """Return where the chart lies in `rect` when title, ticks and names have their room."""
    rect = rect.adjusted(0, _title_height(scene, rect, theme), 0, 0)
    room = frame(rect, chart_axes(rect, scene, theme), theme)
    left, top, width, height = room.left(), room.top(), room.width(), room.height()
    if scene.equal:
        x0, x1, y0, y1 = scene.extent
        unit = min(width / (x1 - x0), height / (y1 - y0))
        wide, high = unit * (x1 - x0), unit * (y1 - y0)
        left, top, width, height = left + (width - wide) / 2, top + (height - high) / 2, wide, high
    return Plane(scene.extent, round(left), round(top), max(round(width), 1), max(round(height), 1))


def draw_title(painter: QPainter, rect: QRectF, scene: ChartScene, plane: Plane, theme: Theme) -> None:
    """Write the title above the chart, beginning where the chart does."""
    if _title_height(scene, rect, theme) == 0.0:
        return
    font = _title_font(theme)
    metrics = QFontMetricsF(font)
    left = plane.left if not is_empty(scene) else rect.left()
    painter.setFont(font)
    painter.setPen(theme.colour("text"))
    words = wrap(font, scene.title, rect.right() - left)
    text = words[0] if len(words) < 2 else f"{words[0]} …"
    painter.drawText(QPointF(left, rect.top() + metrics.ascent()), text)


def draw_chart(painter: QPainter, scene: ChartScene, plane: Plane, theme: Theme) -> None:
    """Draw what lies inside the axes of a chart: faint lines, marks, the quiet sentence."""
    room = plane.rect
    if not veils_of(scene.marks) and not is_empty(scene):
        draw_grid(painter, plane, chart_axes(room, scene, theme).y_ticks, theme)
    draw_marks(painter, scene.marks, plane, theme)
    if scene.note:
        _draw_note(painter, scene, plane, theme)


def _draw_note(painter: QPainter, scene: ChartScene, plane: Plane, theme: Theme) -> None:
    """Write the sentence: in the middle of an empty chart, else on a small card in its upper left corner."""
    font = theme.font(theme.points(9.75))
    metrics = QFontMetricsF(font)
    pad = theme.points(5.0)
    lines = wrap(font, scene.note, max(plane.width - 6 * pad, 60.0))
    if metrics.height() * len(lines) + 2 * pad > plane.height:
        return
    painter.save()
    painter.setFont(font)
    painter.setPen(theme.colour("muted"))
    height = metrics.height() * len(lines)
    if is_empty(scene):
        top = plane.top + (plane.height - height) / 2
        for k, line in enumerate(lines):
            left = plane.left + (plane.width - metrics.horizontalAdvance(line)) / 2
            painter.drawText(QPointF(left, top + k * metrics.height() + metrics.ascent()), line)
    else:
        width = max(metrics.horizontalAdvance(line) for line in lines)
        card = QRectF(plane.left + 2 * pad, plane.top + 1.5 * pad, width + 2 * pad, height + pad)
        painter.setPen(theme.colour("label-line"))
        painter.setBrush(theme.colour("label"))
        painter.drawRoundedRect(card, theme.points(3.8), theme.points(3.8))
        painter.setPen(theme.colour("muted"))
        for k, line in enumerate(lines):
            base = card.top() + pad / 2 + k * metrics.height() + metrics.ascent()
            painter.drawText(QPointF(card.left() + pad, base), line)
    painter.restore()


def paint_chart(painter: QPainter, rect: QRectF, scene: ChartScene, theme: Theme) -> Plane:
    """Draw a chart with title and axes into `rect`; return where it lies.

    Raises
    ------
    ValueError
        When the extent of the scene is empty or not finite.
    """
    x0, x1, y0, y1 = scene.extent
    if not (x1 > x0 and y1 > y0 and abs(x0) + abs(x1) + abs(y0) + abs(y1) < float("inf")):
        raise ValueError(f"A chart needs an extent with x0 < x1 and y0 < y1, and not {scene.extent}.")
    plane = chart_plane(rect, scene, theme)
    draw_title(painter, rect, scene, plane, theme)
    draw_chart(painter, scene, plane, theme)
    if not is_empty(scene):
        axes = chart_axes(rect, scene, theme)
        draw_axes(painter, plane, axes, theme)
    return plane
