"""Composes a whole picture (panels, title, legend, caption) and renders it at any size, without a display.

Everything is laid out in reference pixels and drawn by a scaled painter: the same figure at twice the size
is the same picture, only sharper. The same figure gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from minima_core.scene.marks import ContourLabel, Label
from minima_core.scene.scenes import ChartScene, Figure, Panel, ProfileScene, RaceScene, TraceScene
from minima_widgets.fonts import application, load_fonts
from minima_widgets.paint.canvas import LARGEST, painted, recorded
from minima_widgets.paint.chart import paint_chart
from minima_widgets.paint.ground import draw_ground
from minima_widgets.paint.height_bar import draw_height_bar, height_bar_width
from minima_widgets.paint.kept import Shot
from minima_widgets.paint.legend import (
    LegendLayout,
    caption_height,
    draw_caption,
    draw_head,
    draw_legend,
    draw_title,
    head_height,
    lay_out_legend,
    name_only,
    title_height,
)
from minima_widgets.paint.map import map_plane, paint_map
from minima_widgets.paint.marks import draw_marks
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.profile import draw_curve, paint_profile
from minima_widgets.paint.trace import paint_trace
from minima_widgets.theme import Theme

if TYPE_CHECKING:
    from minima_widgets.paint.recording import Recording

__all__ = ["LARGEST", "figure_unit", "paint_figure", "record_figure", "render_image", "render_small"]

_REFERENCE = 1080.0  # side of the square (in reference pixels) whose area an ordinary figure has
_GAP = 12.0
_LONGEST = 2.0  # a region so many times as long as wide still has one scale for both sides
_WORDLESS = 150.0  # points of type; in smaller panels of a strip or a grid words would hide the rest
_MOST = 0.58  # of the width of two cards side by side, that each has at most


def figure_unit(width: float, height: float) -> float:
    """Return how many pixels a reference pixel takes in a figure of this size.

    It grows with the root of the area, so that type has the same share of a picture at 1080p and at 4K,
    upright or lying. Small pictures keep their type readable as long as there is room.
    """
    unit = max(math.sqrt(width * height) / _REFERENCE, 0.72)
    return max(min(unit, min(width, height) / 300.0), 0.25)


def render_image(
    figure: Figure,
    width: int,
    height: int,
    theme: Theme | None = None,
    *,
    of: tuple[int, int] | None = None,
) -> QImage:
    """Draw a figure as an image of width × height pixels; no display is needed.

    Parameters
    ----------
    figure
        What to draw.
    width, height
        From 16 × 16 to 7680 × 4320 pixels (or the other way round).
    theme
        None: the figure's own, with its type size.
    of
        Width and height of the picture that this one is a small copy of, as a preview is: it is laid out for
        that size. None: for its own.

    Raises
    ------
    ValueError
        When the size is out of range; the sentence says the range.
    """

    def paint(painter: QPainter) -> None:
        whole = QSize(width, height) if of is None else QSize(*of)
        painter.scale(width / whole.width(), height / whole.height())
        paint_figure(painter, whole, figure, theme)

    return painted(width, height, paint)


def record_figure(figure: Figure, width: int, height: int, theme: Theme | None = None) -> Recording:
    """Draw a figure as shapes, for files that hold shapes instead of pixels; no display is needed.

    Width and height are pixels, as for `render_image`, which raises the same errors.
    """
    size = QSize(width, height)
    return recorded(width, height, lambda painter: paint_figure(painter, size, figure, theme))


def render_small(
    scene: RaceScene | ProfileScene, width: int, height: int, theme: Theme, ratio: float = 1.0
) -> QImage:
    """Draw a landscape as a small picture for a list: no axes, no words, edge to edge.

    `width` and `height` are logical pixels; `ratio` is how many of the device's make one.
    """
    application()
    load_fonts()
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(theme.colour("card"))
    plane = Plane(scene.extent, 0.0, 0.0, float(width), float(height))
    wordless = [mark for mark in scene.marks if not isinstance(mark, Label | ContourLabel)]
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if isinstance(scene, RaceScene):
        draw_ground(painter, plane.rect, scene.relief, scene.extent, theme)
    else:
        draw_curve(painter, scene, plane, theme)
    draw_marks(painter, wordless, plane, theme)
    painter.end()
    return image


def paint_figure(
    painter: QPainter,
    size: QSize | QSizeF,
    figure: Figure,
    theme: Theme | None = None,
    *,
    clear: bool = False,
    unit: float | None = None,
    shot: Shot | None = None,
) -> None:
    """Draw a figure onto any device, filling `size` from the painter's origin.

    Parameters
    ----------
    theme
        None: the figure's own, with its type size.
    clear
        Whether what is behind shines through, where no view has a ground of its own.
    unit
        How many pixels a reference pixel takes: type and lines grow with it. None: `figure_unit`.
    shot
        Which picture of a film this is, if it is one; what stands still is then painted once.
    """
    theme = theme or Theme.load(figure.theme, figure.type_size)
    unit = unit or figure_unit(size.width(), size.height())
    width, height = size.width() / unit, size.height() / unit
    painter.save()
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing
        | QPainter.RenderHint.TextAntialiasing
        | QPainter.RenderHint.SmoothPixmapTransform
    )
    ample = figure if shot is None or shot.ample is None else shot.ample
    body, title, caption, legend_rect, legend = _lay_out(ample, width, height, theme)
    cards, fits = _cards(ample, body, theme)
    if not fits:  # words below leave more width to map and surface
        other = _lay_out(ample, width, height, theme, beside=False)
        if other[-1].lines or not legend.lines:
            body, title, caption, legend_rect, legend = other
            cards, _ = _cards(ample, body, theme)
    if legend.lines:
        legend = replace(legend, lines=tuple(line for line in figure.legend.lines if line.enabled))
    whole = QRectF(0, 0, size.width(), size.height())

    def paper() -> None:
        if not clear:
            painter.fillRect(whole, theme.colour("window"))
        painter.save()
        painter.scale(unit, unit)
        if title.height() > 0:
            draw_title(painter, title, figure.title, theme)
        for card in cards:
            _draw_card(painter, card, theme, clear=clear)
        painter.restore()

    if shot is None:
        paper()
    else:
        places = tuple(card.getRect() for card in (title, *cards))
        shot.kept.layer(painter, "paper", whole, (figure.title, theme, places, clear), paper)
    painter.scale(unit, unit)
    if caption.height() > 0:
        draw_caption(painter, caption, figure.caption, theme)
    for panel, card in zip(figure.panels, cards, strict=True):
        _draw_panel(painter, card, panel, figure, theme, shot)
    if figure.heights is not None:
        _draw_heights(painter, cards, body, figure, theme)
    if legend.lines:
        draw_legend(painter, legend_rect, legend, theme)
    painter.restore()


def _card_of(panel: Panel, panels: Sequence[Panel], body: QRectF) -> QRectF:
    """Return where a panel's card lies; panels that touch leave the usual gap between them."""
    left, top, across, down = panel.rect
    right, bottom = left + across, top + down

    def meets(edge: float, others: Sequence[float]) -> float:
        return _GAP / 2 if any(abs(edge - other) < 0.002 for other in others) else 0.0

    rects = [other.rect for other in panels if other is not panel]
    card = QRectF(
        body.left() + left * body.width(),
        body.top() + top * body.height(),
        across * body.width(),
        down * body.height(),
    )
    return card.adjusted(
        meets(left, [rect[0] + rect[2] for rect in rects]),
        meets(top, [rect[1] + rect[3] for rect in rects]),
        -meets(right, [rect[0] for rect in rects]),
        -meets(bottom, [rect[1] for rect in rects]),
    )


def _cards(figure: Figure, body: QRectF, theme: Theme) -> tuple[list[QRectF], bool]:
    """Return the card of each panel, and whether their shapes suit what they show."""
    cards = [_card_of(panel, figure.panels, body) for panel in figure.panels]
    return _true_to_scale(figure.panels, cards, theme)


def _true_to_scale(
    panels: Sequence[Panel], cards: Sequence[QRectF], theme: Theme
) -> tuple[list[QRectF], bool]:
    """Return the cards with a map beside a surface as wide as makes x and y the same scale on it.

    Also whether there was room for that: none of the two may become narrow. A region more than twice as long
    as wide fills its card: its sides have different units.
    """
    cards, fits = list(cards), True
    for k, panel in enumerate(panels):
        beside = [j for j, other in enumerate(panels) if j != k and other.rect[1] == panel.rect[1]]
        ratio = _ratio(panel)
        if ratio is None or len(beside) != 1 or panel.line is not None:
            continue
        card, other = cards[k], cards[beside[0]]
        plane = map_plane(_room_of(card), panel.scene, theme)  # type: ignore[arg-type]
        both = card.width() + other.width()
        wanted = card.width() - plane.width + plane.height * ratio
        fits &= wanted <= _MOST * both
        change = min(max(wanted, (1.0 - _MOST) * both), _MOST * both) - card.width()
        cards[k] = card.adjusted(0, 0, change, 0)
        cards[beside[0]] = other.adjusted(change, 0, 0, 0)
    return cards, fits


def _ratio(panel: Panel) -> float | None:
    """Return width over height of the region of a map whose sides may share a scale."""
    if panel.kind != "map" or not isinstance(panel.scene, RaceScene):
        return None
    x0, x1, y0, y1 = panel.scene.extent
    ratio = (x1 - x0) / (y1 - y0)
    return ratio if 1 / _LONGEST <= ratio <= _LONGEST else None


def _middle_of(room: QRectF, panel: Panel, theme: Theme) -> QRectF:
    """Return the largest part of a room, in its middle, in which a map has one scale for both sides."""
    ratio = _ratio(panel)
    if ratio is None or not isinstance(panel.scene, RaceScene):
        return room
    plane = map_plane(room, panel.scene, theme)
    across = max(plane.width - plane.height * ratio, 0.0)
    down = max(plane.height - plane.width / ratio, 0.0)
    return room.adjusted(across / 2, down / 2, -across / 2, -down / 2)


def _room_of(card: QRectF) -> QRectF:
    """Return what a card leaves to its picture."""
    inset = 12.0 if min(card.width(), card.height()) > 200 else 6.0
    return card.adjusted(inset, inset, -inset, -inset)


def _lay_out(
    figure: Figure, width: float, height: float, theme: Theme, *, beside: bool = True
) -> tuple[QRectF, QRectF, QRectF, QRectF, LegendLayout]:
    """Divide the picture: the body of the panels, title, caption and legend; words give way in small ones.

    The legend stands beside the panels of a wide picture, unless `beside` forbids it.
    """
    margin = 18.0 if min(width, height) > 320 else 10.0
    inner = QRectF(margin, margin, width - 2 * margin, height - 2 * margin)
    title = QRectF(inner.left(), inner.top(), inner.width(), title_height(theme, figure.title, inner.width()))
    if title.height() > 0.22 * height:
        title.setHeight(0.0)
    below = caption_height(theme, figure.caption, inner.width())
    if below > 0.25 * height:
        below = 0.0
    caption = QRectF(inner.left(), inner.bottom() - below, inner.width(), below)
    body = inner.adjusted(0, title.height(), 0, -below)
    many = any(panel.line is not None for panel in figure.panels)  # they need the width
    beside = beside and not many and body.width() > 1.15 * body.height()
    legend = lay_out_legend(figure.legend, body.width(), theme, beside=beside)
    if beside and legend.width > 0.3 * body.width():  # rather below and whole than beside and cut
        beside = False
        legend = lay_out_legend(figure.legend, body.width(), theme, beside=False)
    if legend.lines and not beside and (legend.height > 0.3 * body.height() or body.height() <= 380):
        # Rather all names than some lines whole.
        legend = lay_out_legend(figure.legend, body.width(), theme, beside=False, brief=True)
    rect = QRectF()
    if legend.lines and beside and legend.width >= theme.points(100) and body.width() > 420:
        rect = QRectF(body.right() - legend.width, body.top() + 8, legend.width, max(body.height() - 8, 1.0))
        body.setRight(rect.left() - 1.5 * _GAP)
    elif legend.lines and not beside and body.height() > 240:
        tall = min(legend.height, 0.3 * body.height())
        rect = QRectF(body.left(), body.bottom() - tall, body.width(), tall)
        body.setBottom(rect.top() - _GAP)
    else:
        legend = LegendLayout((), 1, 0.0, 0.0, 0.0, 0.0)
    if figure.heights is not None:
        body.setRight(body.right() - height_bar_width(figure.heights, theme) - _GAP)
    return body, title, caption, rect, legend


def _draw_heights(
    painter: QPainter, cards: Sequence[QRectF], body: QRectF, figure: Figure, theme: Theme
) -> None:
    """Draw the bar of heights beside the panels that have heights, as high as all of these."""
    grounds = [
        card for card, panel in zip(cards, figure.panels, strict=True) if isinstance(panel.scene, RaceScene)
    ]
    if figure.heights is None or not grounds:
        return
    top, bottom = min(card.top() for card in grounds), max(card.bottom() for card in grounds)
    width = height_bar_width(figure.heights, theme)
    rect = QRectF(body.right() + _GAP, top, width, bottom - top)
    draw_height_bar(painter, rect, figure.heights, theme, figure.palette)


def _has_room(card: QRectF) -> bool:
    return card.width() >= 24 and card.height() >= 24


def _draw_card(painter: QPainter, card: QRectF, theme: Theme, *, clear: bool) -> None:
    """Draw the card on which a view stands."""
    if not _has_room(card):
        return
    painter.setPen(QPen(theme.colour("line"), 1.0) if theme.name != "slide" else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if clear else theme.colour("card"))
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)


def _draw_panel(
    painter: QPainter, card: QRectF, panel: Panel, figure: Figure, theme: Theme, shot: Shot | None = None
) -> None:
    """Draw one view into its card, with what stands above it."""
    if not _has_room(card):
        return
    kept = None if shot is None else shot.kept
    room = _room_of(card)
    scene = panel.scene
    if panel.line is not None:
        # As high everywhere, so that the views stand in line; where all of it has no room, the names.
        heads = [each.line for each in figure.panels if each.line is not None]
        head = panel.line
        high = max(head_height(each, room.width(), theme) for each in heads)
        if high > 0.36 * room.height():
            head = name_only(head)
            high = max(head_height(name_only(each), room.width(), theme) for each in heads)
        if high <= 0.36 * room.height():
            draw_head(painter, room, head, theme)
            room = room.adjusted(0, high, 0, 0)
            card = card.adjusted(0, high, 0, 0)
        if min(room.width(), room.height()) < theme.points(_WORDLESS) and isinstance(
            scene, RaceScene | ProfileScene
        ):
            scene = replace(scene, marks=tuple(each for each in scene.marks if not isinstance(each, Label)))
            panel = replace(panel, scene=scene)
    match panel.kind:
        case "map" if isinstance(scene, RaceScene):
            if panel.line is not None or any(other.kind == "surface" for other in figure.panels):
                room = _middle_of(room, panel, theme)
            paint_map(painter, room, scene, theme, figure.palette, kept)
        case "surface" if isinstance(scene, RaceScene):
            from minima_widgets.paint.camera import Camera
            from minima_widgets.paint.surface import paint_surface

            room = card.adjusted(2, 2, -2, -2)
            camera = Camera.of(figure.camera, room.width(), room.height())
            paint_surface(painter, room, scene, camera, theme, palette=figure.palette, shot=shot)
        case "trace" if isinstance(scene, TraceScene):
            paint_trace(painter, room, scene, theme)
        case "profile" if isinstance(scene, ProfileScene):
            paint_profile(painter, room, scene, theme)
        case "chart" if isinstance(scene, ChartScene):
            paint_chart(painter, room, scene, theme)
        case _:
            raise TypeError(f"A panel “{panel.kind}” cannot show a {type(scene).__name__}.")
