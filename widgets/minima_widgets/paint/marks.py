"""Draws marks on a plane: lines, paths with their casings, dots, words; for pictures and screen alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from minima_core.scene.marks import (
    Arrow,
    Arrows,
    Boxes,
    ContourLabel,
    Label,
    Lines,
    Mark,
    Path,
    Points,
    Style,
    Swarm,
)
from minima_widgets.paint.boxes import draw_boxes
from minima_widgets.paint.kept import Kept, marks_key
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.region_key import draw_key
from minima_widgets.paint.strokes import (
    draw_arrow,
    draw_arrows,
    draw_casing,
    draw_dots,
    draw_lines,
    draw_stroke,
    thin,
)
from minima_widgets.paint.swarm import draw_swarm
from minima_widgets.paint.trail import TRAIL, trail, wandering
from minima_widgets.paint.veils import draw_veils, veil_revision
from minima_widgets.paint.words import Placed, Written, draw_labels, draw_levels, place_labels, place_levels
from minima_widgets.theme import Theme

__all__ = [
    "FADE",
    "FAINTEST",
    "draw_contours",
    "draw_marks",
    "draw_paths",
    "faded",
    "fading",
    "is_contour",
    "is_crowded",
    "obstacles_of",
    "on_plane",
    "pieces_of",
    "word_places",
]

Array = NDArray[np.float64]

FADE = 0.6
"""How much of its strength a loop keeps when another one ends."""
FAINTEST = 0.12
"""The strength that no loop falls below."""


def fading(age: int) -> float:
    """Return the strength of a loop after which `age` others began."""
    return max(FADE**age, FAINTEST)


def faded(style: Style, strength: float) -> Style:
    """Return a style at `strength`; what has faded has no casing."""
    return style if strength >= 1.0 else replace(style, opacity=style.opacity * strength, casing=False)


def is_contour(mark: Mark) -> bool:
    """Whether a mark belongs to the ground: its lines of equal loss."""
    return isinstance(mark, Lines) and mark.style.colour.startswith("contour")


def draw_contours(
    painter: QPainter, marks: Iterable[Mark], plane: Plane, theme: Theme, written: Sequence[Written]
) -> None:
    """Draw the contour lines and write their levels; below the words the lines are interrupted."""
    painter.save()
    if written:
        free = QPainterPath()
        free.addRect(plane.rect)
        for each in written:
            free = free.subtracted(each.patch)
        painter.setClipPath(free, Qt.ClipOperation.IntersectClip)
    for mark in marks:
        if isinstance(mark, Lines) and is_contour(mark):
            draw_lines(painter, plane.to_pixels(mark.points), mark.style, theme)
    painter.restore()
    draw_levels(painter, written, theme)


def pieces_of(path: Path) -> list[tuple[Array, float]]:
    """Return what is drawn of a path: its pieces (m, 2) and their strength, the newest last."""
    if not path.fade:
        return [(path.points(), 1.0)]
    loops = path.loops()
    return [(loop, fading(len(loops) - 1 - k)) for k, loop in enumerate(loops)]


def on_plane(path: Path, plane: Plane) -> list[tuple[Array, float]]:
    """Return the pieces of a path in pixels and their strength; a search that wanders for long fades."""
    pieces = [(plane.to_pixels(piece), strength) for piece, strength in pieces_of(path)]
    if path.fade or not wandering(path.style):
        return pieces
    room = TRAIL * (plane.width + plane.height)
    return [(pixels[part], strength) for pixels, _ in pieces for part, strength in trail(pixels, room)]


def draw_paths(painter: QPainter, paths: Sequence[Path], plane: Plane, theme: Theme) -> None:
    """Draw paths: first all casings, then all strokes, so that no path's casing cuts another's stroke."""
    drawn = [
        (thin(pixels), faded(path.style, strength))
        for path in paths
        for pixels, strength in on_plane(path, plane)
    ]
    for pixels, style in drawn:
        draw_casing(painter, pixels, style, theme)
    for pixels, style in drawn:
        draw_stroke(painter, pixels, style, theme)


FEW, CROWD = 24, 600
"""Dots of one mark that words keep off for sure, and those beyond which they do not care."""


def obstacles_of(
    marks: Iterable[Mark], plane: Plane, theme: Theme, kind: Literal["still", "starts", "heads", "crowd"]
) -> list[QRectF]:
    """Return the rectangles of dots that words should not cover.

    Those that stand still (starts, minima), the starts alone, those that move, or those of many dots.
    """
    rects = []
    for mark in marks:
        if not isinstance(mark, Points):
            continue
        many = len(mark.points) > FEW
        moves = mark.style.colour.startswith("run:")
        wanted = {
            "still": not moves and not many,
            "starts": mark.style.colour == "start" and not many,
            "heads": moves and not many,
            "crowd": not moves and many and len(mark.points) <= CROWD,
        }[kind]
        if not wanted:
            continue
        half = mark.style.size * theme.line_scale / 2 + 3
        for x, y in plane.to_pixels(mark.points).tolist():
            if math.isfinite(x) and math.isfinite(y):
                rects.append(QRectF(x - half, y - half, 2 * half, 2 * half))
    return rects


def is_crowded(marks: Iterable[Mark]) -> bool:
    """Whether so many dots stand in a scene that words should be few."""
    return any(
        isinstance(mark, Points) and len(mark.points) > FEW and not mark.style.colour.startswith("run:")
        for mark in marks
    )


def word_places(
    marks: Sequence[Mark],
    plane: Plane,
    theme: Theme,
    *,
    resting: bool = False,
    before: Sequence[Placed] = (),
) -> tuple[list[Placed], list[Written]]:
    """Return where the words of a scene go: cards beside things, and levels along lines.

    Where everything is `resting`, as in a picture, words also keep off heads; on screen they would jump.
    There, words stay where they were `before`.
    """
    better_free = obstacles_of(marks, plane, theme, "crowd")
    if resting:
        better_free += obstacles_of(marks, plane, theme, "heads")
    cards = place_labels(
        (mark for mark in marks if isinstance(mark, Label)),
        plane,
        theme,
        obstacles_of(marks, plane, theme, "still"),
        better_free,
        before,
        obstacles_of(marks, plane, theme, "starts") if before else (),
        obstacles_of(marks, plane, theme, "heads"),
        sparing=is_crowded(marks),
    )
    levels = place_levels(
        (mark for mark in marks if isinstance(mark, ContourLabel)),
        plane,
        theme,
        [card.card for card in cards],
    )
    return cards, levels


def draw_marks(
    painter: QPainter,
    marks: Sequence[Mark],
    plane: Plane,
    theme: Theme,
    *,
    ground: Callable[[], None] | None = None,
    kept: Kept | None = None,
    key: Hashable = None,
) -> None:
    """Draw the marks of a scene in their order inside the plane; words come last and find free places.

    Veils lie below everything but the ground; regions that have names get a key.

    Parameters
    ----------
    ground
        Draws what lies below everything.
    kept, key
        What stands still between the pictures of a film, and what changes when the ground does.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    place = f"{plane.left} {plane.top}"
    stood = None if kept is None else kept.words.get(place)
    cards, levels = word_places(marks, plane, theme, resting=stood is None, before=stood or ())
    if kept is not None:
        kept.words.setdefault(place, cards)
    below = list(takewhile(lambda mark: not isinstance(mark, Path), marks))

    def bands() -> None:
        if ground is not None:
            ground()
        painter.save()
        painter.setClipRect(plane.rect, Qt.ClipOperation.IntersectClip)
        draw_veils(painter, plane, marks, theme)
        draw_contours(painter, marks, plane, theme, levels)
        painter.restore()

    def still() -> None:
        if kept is None:
            bands()
        else:
            kept.layer(painter, f"bands {place}", plane.rect, banded, bands)
        painter.save()
        painter.setClipRect(plane.rect, Qt.ClipOperation.IntersectClip)
        for mark in below:
            draw_mark(painter, mark, plane, theme)
        painter.restore()

    if kept is None:
        still()
    else:
        written = tuple((each.label.key, each.centre.toTuple(), each.angle) for each in levels)
        lines = marks_key(mark for mark in marks if is_contour(mark))
        banded = key, plane, written, lines, veil_revision(marks)
        kept.layer(painter, f"still {place}", plane.rect, (banded, marks_key(below)), still)
    painter.save()
    painter.setClipRect(plane.rect, Qt.ClipOperation.IntersectClip)
    paths: list[Path] = []
    for mark in marks[len(below) :]:
        if isinstance(mark, Path):
            paths.append(mark)
            continue
        if paths:  # neighbours share their casings
            draw_paths(painter, paths, plane, theme)
            paths = []
        draw_mark(painter, mark, plane, theme)
    draw_paths(painter, paths, plane, theme)
    draw_labels(painter, cards, theme)
    draw_key(painter, marks, plane, theme, [card.card for card in cards])
    painter.restore()


def draw_mark(painter: QPainter, mark: Mark, plane: Plane, theme: Theme) -> None:
    """Draw one mark that is neither ground nor path nor words."""
    match mark:
        case Lines() if not is_contour(mark):
            draw_lines(painter, plane.to_pixels(mark.points), mark.style, theme)
        case Boxes():
            draw_boxes(painter, mark, plane, theme)
        case Points():
            draw_dots(painter, mark.points, mark.sizes, mark.style, theme, plane)
        case Arrow():
            draw_arrow(painter, plane.point(mark.tail), plane.point(mark.tip), mark.style, theme)
        case Arrows():
            tails, tips = plane.to_pixels(mark.tails), plane.to_pixels(mark.tips)
            draw_arrows(painter, np.stack((tails, tips), axis=1), mark.style, theme, mark.gap)
        case Swarm():
            draw_swarm(painter, mark, plane, theme)
