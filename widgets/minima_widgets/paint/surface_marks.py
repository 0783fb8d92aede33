"""Lays a scene's marks onto the relief: dots, words, and the frame at the foot of the block.

Everything is drawn flat, over the finished relief, with the map's own strokes, dots and cards; so a path has
the same width and casing in both views, at any size. What a hill hides is told by the relief's own depth:
hidden lines show through faintly, hidden words are left out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from minima_core.scene.marks import Arrow, Arrows, Label, Lines, Points, Swarm
from minima_core.scene.scenes import RaceScene, Tick
from minima_widgets.paint.axes import axis_font, label_font, round_ticks
from minima_widgets.paint.camera import Lens
from minima_widgets.paint.marks import is_contour, is_crowded
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.relief_mesh import Ground
from minima_widgets.paint.strokes import draw_arrow, draw_arrows, draw_dot, draw_lines, path_of, thin
from minima_widgets.paint.swarm import stamp_swarm
from minima_widgets.paint.words import Placed, draw_labels, place_labels
from minima_widgets.theme import Theme

__all__ = ["HIDDEN", "Stage", "draw_frame", "draw_still_marks", "margins"]

Array = NDArray[np.float64]

TOLERANCE = 0.0035
"""Share of its distance by which a point may lie behind what is drawn and still be on it."""
COARSE = 3.0
"""Pixels between the corners of an arrow that follows the ground."""
HIDDEN = 0.28
"""Strength of what a hill hides."""


@dataclass(frozen=True, eq=False)
class Stage:
    """A drawn relief to put things on.

    Attributes
    ----------
    lens
        In the painter's units.
    nearness
        (height, width) 1/w of the relief, its first pixel at `corner` of the painter; None: nothing hides.
    density
        Pixels of `nearness` in a unit of the painter.
    """

    ground: Ground
    lens: Lens
    nearness: NDArray[np.float32] | None
    density: float
    corner: tuple[float, float]

    def see(self, points: Array) -> tuple[Array, NDArray[np.bool_]]:
        """Return where points (m, 3) of the box fall, (m, 2), and which of them no hill hides, (m,)."""
        pixels, w = self.lens.project(points)
        finite = np.isfinite(w)
        if self.nearness is None:
            return pixels, finite
        height, width = self.nearness.shape
        at = (np.where(finite[:, None], pixels, 0.0) - self.corner) * self.density - 0.5
        column = np.clip(np.rint(at[:, 0]).astype(np.intp), 1, width - 2)
        row = np.clip(np.rint(at[:, 1]).astype(np.intp), 1, height - 2)
        farthest = self.nearness[row, column].copy()
        for down, right in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            np.minimum(farthest, self.nearness[row + down, column + right], out=farthest)
        with np.errstate(invalid="ignore"):
            return pixels, finite & (1.0 / w >= farthest * (1.0 - TOLERANCE))

    def place(self, point: Sequence[float]) -> tuple[QPointF, bool] | None:
        """Return where a data point (2,) falls, and whether no hill hides it; None outside the ground."""
        pixels, seen = self.see(self.ground.lift(np.asarray([point], dtype=np.float64)))
        if not np.isfinite(pixels).all():
            return None
        return QPointF(float(pixels[0, 0]), float(pixels[0, 1])), bool(seen[0])


# -- dots and words ------------------------------------------------------------------------------------------


def draw_still_marks(
    painter: QPainter, stage: Stage, scene: RaceScene, theme: Theme, before: Sequence[Placed] = ()
) -> list[Placed]:
    """Draw what is neither relief nor path: lines, dots, arrows, and words that find a free place.

    Words stay on the side where they stood `before`; returned is where they stand now.
    """
    labels: list[Label] = []
    obstacles: list[QRectF] = []
    dots = iter(_placed(stage, [mark for mark in scene.marks if isinstance(mark, Points)]))
    for mark in scene.marks:
        match mark:
            case Lines() if not is_contour(mark):
                pixels, seen = stage.see(stage.ground.drape(mark.points))
                draw_lines(painter, np.where(seen[:, None], pixels, np.nan), mark.style, theme)
            case Points():
                obstacles += _draw_points(painter, *next(dots), mark, theme)
            case Swarm():
                _draw_swarm(painter, stage, mark, theme)
            case Arrow():
                ends = stage.place(mark.tail), stage.place(mark.tip)
                if ends[0] is not None and ends[1] is not None and ends[1][1]:
                    draw_arrow(painter, ends[0][0], ends[1][0], mark.style, theme)
            case Arrows():
                _draw_arrows(painter, stage, mark, theme)
            case Label():
                placed = stage.place(mark.point)
                if placed is not None and (placed[1] or mark.scale > 1):  # a large letter stands above hills
                    # The map's cards find their places in a plane; here its data are the pixels themselves.
                    labels.append(replace(mark, point=(placed[0].x(), -placed[0].y())))
    rect = stage.lens.rect
    plane = Plane(
        (rect.left, rect.left + rect.width, -rect.top - rect.height, -rect.top),
        rect.left,
        rect.top,
        rect.width,
        rect.height,
    )
    cards = place_labels(labels, plane, theme, obstacles, before=before, sparing=is_crowded(scene.marks))
    draw_labels(painter, cards, theme)
    return cards


def _draw_arrows(painter: QPainter, stage: Stage, mark: Arrows, theme: Theme) -> None:
    """Draw arrows that lie on the ground; what a hill hides shows faintly, so that none has a gap."""
    seen_ways: list[Array] = []
    hidden_ways: list[Array] = []
    gaps = np.full_like(mark.tails, np.nan)
    # All in one go: a swarm has many.
    ways = np.stack((mark.tails, mark.tips, gaps), axis=1).reshape(-1, 2)[:-1]
    pixels, seen = stage.see(stage.ground.drape(ways))
    known = np.isfinite(pixels).all(axis=1)
    ends = np.flatnonzero(np.diff(np.concatenate(([0], known.astype(np.int8), [0]))))
    for first, stop in ends.reshape(-1, 2):
        if stop - first > 1:
            way = thin(pixels[first:stop], COARSE)
            (seen_ways if seen[stop - 1] else hidden_ways).append(way)
    faint = replace(mark.style, opacity=mark.style.opacity * HIDDEN, casing=False)
    draw_arrows(painter, hidden_ways, faint, theme, mark.gap)
    draw_arrows(painter, seen_ways, mark.style, theme, mark.gap)


def _placed(stage: Stage, marks: list[Points]) -> list[tuple[Array, NDArray[np.bool_]]]:
    """Return the pixels of each mark's points and which are seen, all in one go: there are many marks."""
    if not marks:
        return []
    pixels, seen = stage.see(
        stage.ground.lift(np.concatenate([mark.points.reshape(-1, 2) for mark in marks]))
    )
    ends = np.cumsum([len(mark.points) for mark in marks])[:-1]
    return list(zip(np.split(pixels, ends), np.split(seen, ends), strict=True))


def _draw_points(
    painter: QPainter, pixels: Array, seen: NDArray[np.bool_], mark: Points, theme: Theme
) -> list[QRectF]:
    """Draw dots where they stand; return the rectangles that words should leave free."""
    sizes = [None] * len(pixels) if mark.sizes is None else mark.sizes.tolist()
    obstacles = []
    still = not mark.style.colour.startswith("run:") and len(pixels) <= 24
    behind = replace(mark.style, opacity=mark.style.opacity * HIDDEN)
    for (x, y), visible, size in zip(pixels.tolist(), seen.tolist(), sizes, strict=True):
        if not (math.isfinite(x) and math.isfinite(y)):
            continue
        draw_dot(painter, QPointF(x, y), mark.style if visible else behind, theme, size)
        if still:  # a start behind a hill shows faintly: words keep off it as well
            half = mark.style.size * theme.line_scale / 2 + 3
            obstacles.append(QRectF(x - half, y - half, 2 * half, 2 * half))
    return obstacles


def _draw_swarm(painter: QPainter, stage: Stage, mark: Swarm, theme: Theme) -> None:
    """Draw the dots of a swarm that no hill hides."""
    pixels, seen = stage.see(stage.ground.lift(mark.points.astype(np.float64)))
    rect = stage.lens.rect
    room = Plane((0.0, 1.0, 0.0, 1.0), rect.left - 30, rect.top - 30, rect.width + 60, rect.height + 60)
    stamp_swarm(painter, mark, np.where(seen[:, None], pixels, np.nan), room, theme)


# -- the frame -----------------------------------------------------------------------------------------------


def draw_frame(painter: QPainter, stage: Stage, scene: RaceScene, theme: Theme) -> None:
    """Draw the edges of the block, and ticks and names along those of its feet that are in front."""
    _draw_rim(painter, stage, theme)
    corners = stage.ground.corners()
    eye = stage.lens.eye
    x0, x1, y0, y1 = stage.ground.extent
    front = 0 if eye[1] < 0 else 2
    side = 1 if eye[0] > 0 else 3
    for number, low, high, name, steepness in (
        (front, x0, x1, scene.x_label, abs(eye[1])),
        (side, y0, y1, scene.y_label, abs(eye[0])),
    ):
        if steepness / max(math.hypot(eye[0], eye[1]), 1e-9) < 0.16:
            continue  # seen along its length: the words would lie on one another
        a, b = corners[number], corners[(number + 1) % 4]
        if number >= 2:  # corners go round; the axis goes up
            a, b = b, a
        outwards = np.array([[0, -1, 0], [1, 0, 0], [0, 1, 0], [-1, 0, 0]], dtype=np.float64)[number]
        _draw_axis(painter, stage, (a, b, outwards), (low, high), name, theme)


def _draw_rim(painter: QPainter, stage: Stage, theme: Theme) -> None:
    """Draw the edges at which ground and sides meet, and the feet, where they can be seen."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    rim = QPen(theme.colour("muted", 0.55), 1.0 * theme.line_scale)
    foot = QPen(theme.colour("faint"), 1.0 * theme.line_scale)
    for pen in (rim, foot):
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    corners = stage.ground.corners()
    for k, (edge, normal) in enumerate(stage.ground.walls()):
        pixels, seen = stage.see(edge)
        painter.strokePath(path_of(np.where(seen[:, None], pixels, np.nan)), rim)
        middle = (corners[k] + corners[(k + 1) % 4]) / 2
        if np.dot(normal, stage.lens.middle + 3.4 * stage.lens.eye - middle) > 0:
            ends = stage.lens.project(corners[[k, (k + 1) % 4]])[0]
            painter.strokePath(path_of(ends), foot)


def _draw_axis(
    painter: QPainter,
    stage: Stage,
    line: tuple[Array, Array, Array],
    limits: tuple[float, float],
    name: str,
    theme: Theme,
) -> None:
    """Draw ticks, their words and the name of one axis along an edge of the foot."""
    a, b, outwards = line
    low, high = limits
    ends = stage.lens.project(np.stack([a, b]))[0]
    length = float(np.hypot(*(ends[1] - ends[0])))
    away = stage.lens.project(np.stack([(a + b) / 2, (a + b) / 2 + 0.05 * outwards]))[0]
    out = (away[1] - away[0]) / max(float(np.hypot(*(away[1] - away[0]))), 1e-9)
    ticks = round_ticks(low, high, max(length / theme.points(52), 2.0))
    font, name_font = axis_font(theme), label_font(theme, name)
    metrics, name_metrics = QFontMetricsF(font), QFontMetricsF(name_font)
    mark, gap = theme.points(3.5), theme.points(2.5)
    painter.setFont(font)
    widest = 0.0
    for tick in ticks:
        share = (tick.at - low) / (high - low)
        at = stage.lens.project((a + share * (b - a))[None])[0][0]
        tip = at + out * (mark if tick.text else mark * 0.5)
        painter.setPen(QPen(theme.colour("faint"), 1.0 * theme.line_scale))
        painter.drawLine(QLineF(float(at[0]), float(at[1]), float(tip[0]), float(tip[1])))
        if not tick.text or not _clear_of_corners(tick, low, high):
            continue
        width, height = metrics.horizontalAdvance(tick.text), metrics.capHeight()
        reach = 0.5 * (abs(out[0]) * width + abs(out[1]) * height) + gap
        middle = tip + out * reach
        widest = max(widest, 2 * reach)
        painter.setPen(theme.colour("muted"))
        painter.drawText(QPointF(float(middle[0]) - width / 2, float(middle[1]) + height / 2), tick.text)
    width, height = name_metrics.horizontalAdvance(name), name_metrics.capHeight()
    reach = mark + widest + 0.5 * (abs(out[0]) * width + abs(out[1]) * height) + gap
    centre = (ends[0] + ends[1]) / 2 + out * reach
    painter.setFont(name_font)
    painter.setPen(theme.colour("muted"))
    painter.drawText(QPointF(float(centre[0]) - width / 2, float(centre[1]) + height / 2), name)


def _clear_of_corners(tick: Tick, low: float, high: float) -> bool:
    """Whether a tick is so far from both ends that its words do not meet those of the other axis."""
    return 0.03 < (tick.at - low) / (high - low) < 0.97


def margins(theme: Theme) -> tuple[float, float, float, float]:
    """Return the room (left, top, right, bottom) that ticks and names take around the block."""
    return theme.points(22), theme.points(8), theme.points(22), theme.points(30)
