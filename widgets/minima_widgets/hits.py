"""What lies under a pixel of a chart: a start that can be dragged, a path that can be chosen."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPointF

from minima_core.scene.marks import Mark, Path, Points
from minima_widgets.paint.plane import Plane

__all__ = ["entry_at", "start_at"]

REACH = 16.0  # pixels around a start within which a drag takes hold of it
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
            distance = _distance(plane.to_pixels(mark.points()), at)
            if distance <= best:
                best, entry = distance, mark.entry
    return entry


def _distance(pixels: np.ndarray, at: QPointF) -> float:
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
