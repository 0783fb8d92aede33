"""Starts of tries: start i is the one that a run of the same seed throws on lane i."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.faces import doubles, integer_pointer, pointer
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import THROW, uniform
from minima_core.landscapes import Landscape

__all__ = ["thrown_starts"]

Array: TypeAlias = NDArray[np.float64]


def _throw(job: int, steps: int) -> int:
    """Throw a start for each lane 0, 1, …, uniform in the box: `minima_core.compiled.random.thrown`."""
    j = integer_pointer(job)
    n, count, key = j[0], j[1], j[2]
    lower, upper, places = doubles(j[3], n), doubles(j[4], n), pointer(j[5])
    for lane in range(count):
        for i in range(n):
            places[lane * n + i] = lower[i] + uniform(key, lane, 0, THROW + i) * (upper[i] - lower[i])
    return steps


_THROW = Kernel(_throw, "advance", name="throw_starts")


def thrown_starts(land: Landscape, count: int, seed: int) -> Array:
    """Return so many starts, (count, n), uniform in the box."""
    places = np.empty((count, land.dimension))
    lower, upper = np.ascontiguousarray(land.lower), np.ascontiguousarray(land.upper)
    key = seed - (1 << 64) * (seed >= 1 << 63)
    arrays = (lower, upper, places)
    job = np.array([land.dimension, count, key, *(each.ctypes.data for each in arrays)], dtype=np.int64)
    _THROW.callable()(job.ctypes.data, 0)
    return places
