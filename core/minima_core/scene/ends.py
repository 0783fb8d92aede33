"""Where the loops of a restarting method ended: gathered by place, counted, with the lowest value of each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Cluster", "Ends"]

NEAR = 0.01
"""Ends that lie closer than this share of the box's diagonal are the same."""
MOST = 256
"""Places that are told apart; beyond it, an end counts for the nearest."""
REMEMBERED = 4096
"""Steps that a place remembers; beyond it every second, fourth, ... (the present count stays exact)."""


@dataclass
class Cluster:
    """One place where loops ended."""

    position: NDArray[np.float64]
    value: float
    inside: bool = True
    """Whether it lies in the box: what lies outside may be lower, but is not looked for."""
    count: int = 0
    """How many loops ended here so far."""
    _steps: list[int] = field(default_factory=list, repr=False)
    _counts: list[int] = field(default_factory=list, repr=False)
    _every: int = field(default=1, repr=False)
    _taken: int = field(default=0, repr=False)

    def add(self, step: int, position: NDArray[np.float64], value: float, weight: int = 1) -> None:
        """Count one more end, or `weight` of which this one was kept."""
        if value < self.value or self.count == 0:
            self.position, self.value = position, value
        if self._taken % self._every == 0:
            self._steps.append(step)
            self._counts.append(self.count + weight)
            if len(self._steps) > REMEMBERED:
                del self._steps[1::2], self._counts[1::2]
                self._every *= 2
        self._taken += 1
        self.count += weight

    def upto(self, step: int) -> int:
        """Return how many of the ends were reached up to `step`."""
        if self._steps and step >= self._steps[-1]:
            return self.count
        k = bisect_right(self._steps, step)
        return self._counts[k - 1] if k else 0


class Ends:
    """The ends of all loops of one run, in clusters.

    Examples
    --------
    >>> ends = Ends([0, 0], [1, 1])
    >>> ends.extend([(10, (0.2, 0.2), 1.0), (20, (0.2, 0.201), 0.9), (30, (0.8, 0.5), 0.1)])
    >>> [(each.count, each.value) for each in ends.clusters]
    [(2, 0.9), (1, 0.1)]
    """

    def __init__(self, lower: ArrayLike, upper: ArrayLike) -> None:
        lower, upper = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
        self.clusters: list[Cluster] = []
        self._lower, self._upper = lower, upper
        self._near = NEAR * float(np.linalg.norm(upper - lower))
        self._centres = np.empty((MOST, len(lower)))
        self.last = -1
        """The step of the last end."""
        self.total = 0
        """How many ends there were."""

    def extend(self, ends: object) -> None:
        """Take in the finished loops that are later than those seen: rows of step, position, value."""
        weight = int(getattr(ends, "stride", 1))
        for step, position, value in _later(ends, self.last):
            self.last = step
            self.total += weight
            if np.all(np.isfinite(position)):
                self._add(step, position, value, weight)

    @property
    def lowest(self) -> float:
        """The lowest value at which a loop ended in the box; infinite where none did."""
        return min((each.value for each in self.clusters if each.inside), default=float("inf"))

    def _add(self, step: int, position: NDArray[np.float64], value: float, weight: int) -> None:
        """Put one end into the nearest cluster on its side of the border, or into a new one."""
        known = len(self.clusters)
        inside = bool(np.all((position >= self._lower) & (position <= self._upper)))
        if known:
            distances = np.linalg.norm(self._centres[:known] - position, axis=1)
            distances[[each.inside != inside for each in self.clusters]] = np.inf
            nearest = int(np.argmin(distances))
            if distances[nearest] <= self._near or (known == MOST and np.isfinite(distances[nearest])):
                self.clusters[nearest].add(step, position, value, weight)
                return
            if known == MOST:  # all places are on the other side of the border: it only counts
                return
        self._centres[known] = position
        cluster = Cluster(position, value, inside)
        cluster.add(step, position, value, weight)
        self.clusters.append(cluster)


def _later(ends: object, seen: int) -> list[tuple[int, NDArray[np.float64], float]]:
    """Return the ends after step `seen` as tuples."""
    rows: list[tuple[int, NDArray[np.float64], float]] = []
    for step, position, value in reversed(cast("Sequence[tuple[int, ArrayLike, float]]", ends)):
        if step <= seen:
            break
        rows.append((int(step), np.array(position, dtype=np.float64, ndmin=1), float(value)))
    return rows[::-1]
