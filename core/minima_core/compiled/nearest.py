"""Which of some points is the nearest, for many places: those within a radius only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.faces import integer_pointer, pointer
from minima_core.compiled.kernel import Kernel

__all__ = ["nearest_within"]

JOB = ("variables", "places", "points", "positions", "sorted", "order", "radius", "labels")
"""Counts, then addresses: of the places (n, m) and of the points (k, n), by rising first coordinate; of their
numbers; of the radius; and of the answers (m,)."""
VARIABLES, PLACES, POINTS, POSITIONS, SORTED, ORDER, RADIUS, LABELS = range(len(JOB))


def _find(job: int, steps: int) -> int:
    """Write the number of the nearest point for each place, −1 where none is within the radius."""
    j = integer_pointer(job)
    n, m, k = j[VARIABLES], j[PLACES], j[POINTS]
    places, points = pointer(j[POSITIONS]), pointer(j[SORTED])
    order, labels = integer_pointer(j[ORDER]), integer_pointer(j[LABELS])
    radius = pointer(j[RADIUS])[0]
    for place in range(m):
        x = places[place]
        low, high = 0, k  # the first point with a first coordinate of x − radius or more
        while low < high:
            middle = (low + high) // 2
            if points[middle * n] < x - radius:
                low = middle + 1
            else:
                high = middle
        best, found = radius * radius, -1
        while low < k and points[low * n] <= x + radius:
            square = 0.0
            for i in range(n):
                apart = places[i * m + place] - points[low * n + i]
                square += apart * apart
            # Of two equally near the one with the smaller number.
            if square < best or (square == best and (found < 0 or order[low] < found)):
                best, found = square, order[low]
            low += 1
        labels[place] = found
    return 0


_NEAREST = Kernel(_find, "advance", name="nearest_within")


def nearest_within(
    places: NDArray[np.float64], points: NDArray[np.float64], radius: float
) -> NDArray[np.int16]:
    """Return the number of the nearest of `points` (k, n) for `places` (n, m): (m,), −1 beyond the radius."""
    n, m = places.shape
    order = np.argsort(points[:, 0], kind="stable").astype(np.int64)
    ordered = np.ascontiguousarray(points[order], dtype=np.float64)
    held = np.ascontiguousarray(places, dtype=np.float64)
    labels, limit = np.empty(m, dtype=np.int64), np.array([radius])
    arrays = (held, ordered, order, limit, labels)
    job = np.array([n, m, len(points), *(each.ctypes.data for each in arrays)], dtype=np.int64)
    _NEAREST.callable()(job.ctypes.data, 0)
    return labels.astype(np.int16)
