"""What lies under a pixel of a chart: a start that can be dragged, a path that can be chosen."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPointF

from minima_core.scene.marks import Arrow, Lines, Mark, Path, Points
from minima_widgets.paint.plane import Plane

__all__ = ["distance_to", "dragged_at", "entry_at", "point_under", "start_at"]

REACH = 16.0  # pixels around a start within which a drag takes hold of it
PICK = 11.0  # pixels around a point or a handle of a chart within which it is meant
NEAR = 10.0  # pixels around a path within which a click chooses it


def start_at(marks: Iterable[Mark], at: QPointF, plane: Plane, scale: float) -> int | None:
    """Return the index of the start under a pixel, with a generous reach, or None."""
    best, index = REACH * max(1.0, scale), None
    for mark in marks:
        if not (isinstance(mark, Points) and mark.style.colour == "start" and mark.ids):
            continue
        for number, (x, y) in zip(mark.ids, plane.to_pixels(mark.points).tolist(), strict=True):
            distance = math.hypot(x - at.x(), y - at.y())
            if distance <= best:
                best, index = distance, number
    return index


def entry_at(marks: Iterable[Mark], at: QPointF, plane: Plane, scale: float) -> int | None:
    """Return the entry of the race whose path passes within reach of a pixel, or None."""
    best, entry = NEAR * max(1.0, scale), None
    for mark in marks:
        if isinstance(mark, Path):
            distance = distance_to(plane.to_pixels(mark.points()), at)
            if distance <= best:
                best, entry = distance, mark.entry
    return entry


def point_under(
    marks: Iterable[Mark], at: QPointF, plane: Plane, scale: float
) -> tuple[str, int, QPointF] | None:
    """Return key, id and pixel of the point with an id that is nearest to a pixel and in reach, or None."""
    best, found = PICK * max(1.0, scale), None
    for mark in marks:
        if not (isinstance(mark, Points) and mark.ids) or mark.key.startswith("drag:"):
            continue
        for number, (x, y) in zip(mark.ids, plane.to_pixels(mark.points).tolist(), strict=True):
            distance = math.hypot(x - at.x(), y - at.y())
            if distance <= best:
                best, found = distance, (mark.key, number, QPointF(x, y))
    return found


def dragged_at(marks: Iterable[Mark], at: QPointF, plane: Plane, scale: float) -> Mark | None:
    """Return the mark with a key ``drag:…`` that is nearest to a pixel and in reach, or None."""
    best, found = PICK * max(1.0, scale), None
    for mark in marks:
        if not mark.key.startswith("drag:"):
            continue
        match mark:
            case Points():
                away = plane.to_pixels(mark.points) - (at.x(), at.y())
                distance = float(np.nanmin(np.hypot(*away.T), initial=math.inf))
            case Lines():
                distance = distance_to(plane.to_pixels(mark.points), at)
            case Arrow():
                distance = distance_to(plane.to_pixels(np.array([mark.tail, mark.tip])), at)
            case _:
                continue
        if distance <= best:
            best, found = distance, mark
    return found


def distance_to(pixels: np.ndarray, at: QPointF) -> float:
    """Return how far a pixel is from polylines (m, 2), gaps left out."""
    if len(pixels) < 2:
        return math.inf
    a, b = pixels[:-1], pixels[1:]
    point = np.array([at.x(), at.y()])
    along = b - a
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.nan_to_num(((point - a) * along).sum(axis=1) / (along**2).sum(axis=1))
        nearest = a + np.clip(share, 0.0, 1.0)[:, None] * along
        distances = np.hypot(*(nearest - point).T)
    return float(np.nanmin(distances)) if np.isfinite(distances).any() else math.inf
