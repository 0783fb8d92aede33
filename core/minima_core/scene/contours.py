"""Contour lines of a relief: at which losses they lie, the lines, and the numbers along them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.display import Transform
from minima_core.scene.marks import ContourLabel, Extent, Lines, Relief, Style
from minima_core.scene.ticks import nice_step
from minima_core.scene.words import number

__all__ = ["Levels", "contours_of", "levels_of"]

Array: TypeAlias = NDArray[np.float64]

BANDS = 12
EVERY = 4
"""Every fourth line is stronger, and has a number."""
WINDOW = 0.05
"""Length of line that a number needs, as a share of the picture's side."""
MOST_LABELS = 14

MINOR = Style("contour", width=0.7, opacity=0.75)
MAJOR = Style("contour-strong", width=1.2, opacity=0.9)


@dataclass(frozen=True)
class Levels:
    """Where bands change and lines run."""

    values: tuple[float, ...]
    """Losses, rising, inside the visible range."""
    heights: tuple[float, ...]
    """The same in display units."""
    major: tuple[bool, ...]


def levels_of(transform: Transform, low: float, high: float) -> Levels:
    """Return about a dozen levels between the losses `low` and `high` that are visible.

    On a linear scale, and when only a part of a bent one is visible, at round losses; else evenly in height,
    at losses rounded as far as their distance allows. The levels at multiples of four steps are major.
    """
    low, high = max(low, transform.low), min(high, transform.high)
    h0, h1 = (float(each) for each in transform.heights([low, high]))
    if not high > low or not h1 > h0:
        return Levels((), (), ())
    if transform.kind == "linear" or h1 - h0 < 0.4:
        step = nice_step(high - low, BANDS)
        first, last = math.floor(low / step), math.ceil(high / step)
        marks = [(k * step, k % EVERY == 0) for k in range(first, last + 1)]
    else:
        even = np.linspace(0.0, 1.0, BANDS + 1)[1:-1]
        exact = [float(v) for v in transform.values(even)]
        gaps = [b - a for a, b in zip([transform.low, *exact[:-1]], exact, strict=True)]
        rounded = [_rounded(value, gap) for value, gap in zip(exact, gaps, strict=True)]
        marks = [(value, k % EVERY == 1) for k, value in enumerate(rounded)]
    inside = [(value, major) for value, major in marks if transform.low < value < transform.high]
    heights = transform.heights([value for value, _ in inside])
    return Levels(
        tuple(value for value, _ in inside),
        tuple(float(h) for h in heights),
        tuple(major for _, major in inside),
    )


def _rounded(value: float, gap: float) -> float:
    """Round a level to the coarsest decimal that moves it by less than a tenth of the gap below it."""
    digits = -math.floor(math.log10(gap * 0.2)) if gap > 0 else 0
    return round(value, digits)


def contours_of(relief: Relief, levels: Levels) -> tuple[Lines | ContourLabel, ...]:
    """Return the minor lines, the major lines and the numbers along them."""
    # The class itself: `contour_generator` loads masked arrays, dear before a first picture.
    from contourpy import FillType, LineType, SerialContourGenerator, ZInterp

    rows, columns = relief.heights.shape
    x0, x1, y0, y1 = relief.extent
    x, y = np.meshgrid(np.linspace(x0, x1, columns), np.linspace(y0, y1, rows))
    generator = SerialContourGenerator(
        x,
        y,
        relief.heights.astype(np.float64),
        np.isnan(relief.heights) if relief.holes else None,  # type: ignore[arg-type]  # None: no holes
        corner_mask=True,
        line_type=LineType.ChunkCombinedNan,
        fill_type=FillType.OuterOffset,
        quad_as_tri=False,
        z_interp=ZInterp.Linear,
    )
    minor: list[tuple[float, Array]] = []
    major: list[tuple[float, Array]] = []
    labels: list[ContourLabel] = []
    for value, height, strong in zip(levels.values, levels.heights, levels.major, strict=True):
        points = generator.lines(height)[0][0]
        if points is None:
            continue
        (major if strong else minor).append((height, points))
        if strong:
            labels.extend(_labels(points, value, relief.extent, labels))
    return (
        _joined("contours:minor", relief.revision, minor, MINOR),
        _joined("contours:major", relief.revision, major, MAJOR),
        *labels[:MOST_LABELS],
    )


def _joined(key: str, revision: int, pieces: list[tuple[float, Array]], style: Style) -> Lines:
    """Put the lines of several levels into one mark."""
    if not pieces:
        return Lines(key, revision, np.empty((0, 2)), style, np.empty(0))
    gap = np.full((1, 2), np.nan)
    points = np.concatenate([part for _, piece in pieces for part in (piece, gap)][:-1])
    heights = np.concatenate([np.full(len(piece) + 1, height) for height, piece in pieces])[:-1]
    heights[np.isnan(points[:, 0])] = np.nan
    return Lines(key, revision, np.ascontiguousarray(points), style, heights)


def _labels(points: Array, value: float, extent: Extent, others: list[ContourLabel]) -> list[ContourLabel]:
    """Place the number of one level: on long pieces, where they are straight, away from others."""
    x0, x1, y0, y1 = extent
    size = np.array([x1 - x0, y1 - y0])
    breaks = np.flatnonzero(np.isnan(points[:, 0]))
    pieces = [piece for piece in np.split(points, breaks) if len(piece) > 8]
    placed: list[ContourLabel] = []
    for piece in pieces:
        line = (piece[~np.isnan(piece[:, 0])] - (x0, y0)) / size
        along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
        if along[-1] < 0.5:
            continue
        here = np.linspace(WINDOW, along[-1] - WINDOW, 60)
        ends = [
            np.column_stack([np.interp(here + d, along, line[:, k]) for k in (0, 1)])
            for d in (-WINDOW, 0, WINDOW)
        ]
        chord = ends[2] - ends[0]
        bend = 1.0 - np.hypot(*chord.T) / (2 * WINDOW)
        steep = np.abs(chord[:, 1]) / (2 * WINDOW)  # words that lie nearly flat read best
        edge = np.minimum(ends[1], 1 - ends[1]).min(axis=1)
        cost = 8 * bend + 0.25 * steep + 4 * np.maximum(0.0, 0.08 - edge)
        for label in (*others, *placed):
            apart = np.hypot(*(ends[1] - (np.array(label.point) - (x0, y0)) / size).T)
            cost += 3 * np.maximum(0.0, 0.16 - apart)
        best = int(np.argmin(cost))
        if cost[best] > 0.6:
            continue
        direction = chord[best] * size
        placed.append(
            ContourLabel(
                key=f"contour-label:{number(value)}:{len(placed)}",
                revision=hash((value, *ends[1][best])),
                point=tuple((ends[1][best] * size + (x0, y0)).tolist()),
                direction=tuple(direction.tolist()),
                text=number(value),
                room=float(np.hypot(*direction)),
            )
        )
        if len(placed) == 2:
            break
    return placed
