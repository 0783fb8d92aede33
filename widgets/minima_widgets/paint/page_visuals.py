"""Pictures and charts on a page: cards that grow with the room."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QPainter

from minima_core.scene.page import Chart, Picture
from minima_core.scene.scenes import ChartScene, Figure, Panel, ProfileScene, RaceScene, TraceScene
from minima_widgets.paint.chart import paint_chart
from minima_widgets.paint.figure import figure_unit, paint_figure
from minima_widgets.paint.map import map_plane, paint_map
from minima_widgets.paint.page_words import Piece, card, draw_heading, heading_height
from minima_widgets.paint.profile import paint_profile
from minima_widgets.paint.trace import paint_trace
from minima_widgets.theme import Theme

__all__ = ["VisualPiece"]

LOW, LOWEST = 0.34, 0.12
"""Least height as a share of the width: what a visual should have, and what it must."""
MAP = 0.6
TINY = 40.0
FIGURE_MARGIN = 10.0


@dataclass(frozen=True, eq=False)
class VisualPiece:
    """A picture or a chart on its card. It grows; where there is too little room it is left out."""

    block: Picture | Chart
    theme: Theme
    part: float = 1.0
    """Share of the height that it should have."""

    @property
    def grows(self) -> float:
        """A map takes more of the free room than a chart."""
        return 1.6 if self._is_tall else 1.0

    @property
    def _is_tall(self) -> bool:
        return isinstance(self.block, Picture) and any(
            panel.kind in {"map", "surface"} for panel in self.block.figure.panels
        )

    def height(self, width: float) -> float:
        """Return the least height that does it justice."""
        least = (MAP if self._is_tall else LOW) * width * self.part
        return max(least, TINY) + heading_height(self.theme, self.block.heading, width)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the card and what stands on it, clipped to it."""
        theme = self.theme
        rect = draw_heading(painter, theme, self.block.heading, rect)
        painter.save()
        match self.block:
            case Chart(scene=scene):
                painter.setClipRect(rect)
                self._panel(painter, rect, Panel("chart", scene))
            case Picture(figure=figure) if _is_bare(figure):
                painter.setClipRect(rect)
                self._panel(painter, rect, figure.panels[0])
            case Picture(figure=figure):
                self._whole(painter, rect, figure)
        painter.restore()

    def _whole(self, painter: QPainter, rect: QRectF, figure: Figure) -> None:
        """Draw a figure with its own words, in type as large as the page's; its margin lies outside."""
        unit = figure_unit(rect.width(), rect.height())
        margin = FIGURE_MARGIN * unit
        rect = rect.adjusted(-margin, -margin, margin, margin)
        theme = self.theme.with_type_size(round(self.theme.chosen_size / unit, 2))
        painter.setClipRect(rect)
        painter.translate(rect.topLeft())
        paint_figure(painter, QSizeF(rect.width(), rect.height()), figure, theme)

    def _panel(self, painter: QPainter, rect: QRectF, panel: Panel) -> None:
        """Draw one view on a card."""
        theme, scene = self.theme, panel.scene
        palette = self.block.figure.palette if isinstance(self.block, Picture) else None
        card(painter, rect, theme)
        room = rect.adjusted(10, 10, -10, -10)
        if isinstance(scene, RaceScene) and panel.kind == "map":
            room = _true_to_scale(room, scene, theme)
        if room.width() < TINY / 2 or room.height() < TINY / 2:
            return
        match scene:
            case RaceScene() if panel.kind == "surface":
                from minima_widgets.paint.camera import Camera
                from minima_widgets.paint.surface import paint_surface

                room = rect.adjusted(2, 2, -2, -2)
                where = self.block.figure.camera if isinstance(self.block, Picture) else (-62.0, 42.0, 1.0)
                camera = Camera.of(where, room.width(), room.height())
                paint_surface(painter, room, scene, camera, theme, palette=palette)
            case RaceScene():
                paint_map(painter, room, scene, theme, palette)
            case TraceScene():
                paint_trace(painter, room, scene, theme)
            case ProfileScene():
                paint_profile(painter, room, scene, theme)
            case ChartScene():
                paint_chart(painter, room, scene, theme)

    def shorter(self, width: float) -> Piece | None:
        """Return it lower; None when it would show nothing."""
        low = (MAP if self._is_tall else LOW) * self.part * 0.8
        return replace(self, part=self.part * 0.8) if low >= LOWEST and low * width > TINY else None


def _is_bare(figure: Figure) -> bool:
    """Whether a figure is one view without words around it."""
    return len(figure.panels) == 1 and not (figure.title or figure.caption or figure.legend.lines)


def _true_to_scale(room: QRectF, scene: RaceScene, theme: Theme) -> QRectF:
    """Return the middle part of a room in which a map of a usual region has one scale for x and y."""
    x0, x1, y0, y1 = scene.extent
    ratio = (x1 - x0) / (y1 - y0)
    if not 0.5 <= ratio <= 2.0:
        return room
    plane = map_plane(room, scene, theme)
    across = max(plane.width - plane.height * ratio, 0.0)
    down = max(plane.height - plane.width / ratio, 0.0)
    return room.adjusted(across / 2, down / 2, -across / 2, -down / 2)
