"""How runs move on a landscape of one variable: along its curve, beside each other, never through the air.

A run of one variable has been everywhere between the least and the greatest x that it passed; its way is that
part of the curve. Ways of several runs lie side by side, each in its lane above the curve, and dots mark
where a run landed after a long hop.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.marks import Extent, Path, Points, Style

__all__ = ["RollingPath", "Slope", "hops_of"]

Array: TypeAlias = NDArray[np.float64]

ACROSS, UP = 800.0, 520.0
"""The size in points of a usual profile, by which distances from the curve are measured."""
FIRST, APART, LANES = 3.4, 3.0, 8
"""Distance of the first way from the curve and between ways, points; beyond so many, lanes are shared."""
BALL = 6.5
"""Distance of the middle of a head that rests on the curve."""
WIDTH, THIN = 2.0, 1.2
HOP, MOST_HOPS = 0.012, 48
"""A hop is longer than this share of the width; so many landings are marked, the first ones."""


class Slope:
    """A drawn curve with its normals: where something lies that is so far above it.

    Parameters
    ----------
    points
        The curve (m, 2), rows of nan where it is interrupted.
    extent
        What is visible.
    revision
        That of the curve.
    """

    def __init__(self, points: Array, extent: Extent, revision: int) -> None:
        x0, x1, y0, y1 = extent
        self.revision = revision
        self.points = points
        self.across = x1 - x0
        self._unit = np.array([(x1 - x0) / ACROSS, (y1 - y0) / UP])
        along = points / self._unit
        with np.errstate(invalid="ignore"):
            way = np.empty_like(along)
            way[1:-1] = along[2:] - along[:-2]
            way[0], way[-1] = along[1] - along[0], along[-1] - along[-2]
            length = np.hypot(way[:, 0], way[:, 1])
            normals = np.column_stack((-way[:, 1], way[:, 0])) / length[:, None]
        normals[~np.isfinite(normals).all(axis=1)] = (0.0, 1.0)
        self._normals = normals
        self._known = np.flatnonzero(np.isfinite(points).all(axis=1))
        self._x = points[self._known, 0]
        self._lanes: dict[float, Array] = {}

    def lane(self, distance: float) -> Array:
        """Return the curve (m, 2) moved upwards by `distance` points along its normals."""
        moved = self._lanes.get(distance)
        if moved is None:
            moved = self._lanes[distance] = self.points + distance * self._normals * self._unit
        return moved

    def span(self, low: float, high: float) -> slice:
        """Return the rows of the curve from x = `low` to `high`."""
        if not (len(self._x) and low <= self._x[-1] and high >= self._x[0]):
            return slice(0, 0)
        first = int(np.searchsorted(self._x, low))
        stop = int(np.searchsorted(self._x, high, side="right"))
        rows = self._known[first:stop]
        return slice(int(rows[0]), int(rows[-1]) + 1) if len(rows) else slice(0, 0)

    def at(self, x: Array, distance: float) -> Array:
        """Return the points (m, 2) of a lane nearest to x (m,)."""
        if not len(self._x):
            return np.full((len(x), 2), np.nan)
        k = np.clip(np.searchsorted(self._x, x), 0, len(self._x) - 1)
        points = self.lane(distance)[self._known[k]]
        return np.where(((x < self._x[0]) | (x > self._x[-1]))[:, None], np.nan, points)

    def resting(self, points: Array) -> Array:
        """Return where the middles of balls are that touch the curve at `points` (m, 2)."""
        if not len(self._x):
            return points
        k = np.clip(np.searchsorted(self._x, points[:, 0]), 0, len(self._x) - 1)
        moved: Array = points + BALL * self._normals[self._known[k]] * self._unit
        return moved


@dataclass(frozen=True, eq=False)
class RollingPath(Path):
    """The way of a run along the curve; what is added later lies at its ends."""

    slope: Slope = field(kw_only=True)
    distance: float = FIRST

    @staticmethod
    def of(path: Path, slope: Slope, lane: int) -> RollingPath:
        """Return the way of a run whose path in the plane is `path`."""
        distance = FIRST + APART * (lane % LANES)
        style = replace(
            path.style,
            width=THIN if path.style.dash == "dot" else WIDTH * path.style.width / 2.8,
            casing=False,
            opacity=0.85,
            dash=path.style.dash or "solid",
        )
        return RollingPath(
            path.key,
            hash((path.epoch, slope.revision, distance)),
            path.track,
            path.upto,
            style,
            path.fade,
            path.entry,
            path.start,
            slope=slope,
            distance=distance,
        )

    def _lane(self, x: Array) -> Array:
        """Return the part of the lane that a run has been to, of which x (m,) are the steps."""
        x = x[np.isfinite(x)]
        part = self.slope.span(float(x.min()), float(x.max())) if len(x) else slice(0, 0)
        return self.slope.lane(self.distance)[part]

    def points(self) -> Array:
        """Return the way (m, 2), rows of nan between loops and where the curve is interrupted."""
        x = self.track.upto(self.upto)[:, 0]
        breaks = np.flatnonzero(np.isnan(x))
        pieces = []
        for loop in np.split(x, breaks):
            pieces += [self._lane(loop), np.full((1, 2), np.nan)]
        return np.concatenate(pieces[:-1])

    def added(self, since: int) -> Array:
        """Return what the present loop has come to see since a step; it may lie at both ends of its way.

        The first rows are the point that was reached before, and a gap.
        """
        before = self.track.upto(since)[:, 0]
        new = self.track.between(since, self.upto)[1:, 0]
        if not len(before):
            return self.points()
        if not len(new):
            return np.empty((0, 2))
        gap = np.full((1, 2), np.nan)
        pieces = [self.slope.at(before[-1:], self.distance), gap]
        loops = np.split(new, np.flatnonzero(np.isnan(new)))
        starts = np.flatnonzero(np.isnan(before))
        seen = before[starts[-1] + 1 :] if len(starts) else before
        for k, loop in enumerate(loops):
            reached = loop[np.isfinite(loop)]
            known = seen[np.isfinite(seen)] if k == 0 else reached[:0]
            if not len(reached):
                continue
            if not len(known):
                pieces += [self._lane(reached), gap]
                continue
            low, high = float(known.min()), float(known.max())
            lane = self.slope.lane(self.distance)
            if reached.min() < low:
                pieces += [lane[self.slope.span(float(reached.min()), low)], gap]
            if reached.max() > high:
                pieces += [lane[self.slope.span(high, float(reached.max()))], gap]
        return np.concatenate(pieces[:-1]) if len(pieces) > 2 else np.empty((0, 2))

    def loops(self) -> list[Array]:
        """Return the ways of the last loops, the newest last."""
        return [self._lane(loop[:, 0]) for loop in self.track.loops_upto(self.upto)]


def hops_of(way: RollingPath) -> Points | None:
    """Return dots where a run landed after its first long hops, or None when it makes none."""
    if way.fade or way.style.dash == "dot":
        return None
    x = way.track.upto(way.upto)[:, 0]
    with np.errstate(invalid="ignore"):
        far = np.flatnonzero(np.abs(np.diff(x)) > HOP * way.slope.across)[:MOST_HOPS] + 1
    if not len(far):
        return None
    points = way.slope.at(x[far], way.distance)
    points = points[np.isfinite(points[:, 0])]
    style = Style(way.style.colour, width=0.0, marker="dot", size=4.6)
    key = f"hops:{way.entry}:{way.start}"
    return Points(key, hash(points.tobytes()), points, style) if len(points) else None
