"""The lowest and highest loss of every column of steps: a trace of any length in constant memory.

Steps are put into at most `CAPACITY` buckets of equal width; when they no longer fit, neighbours are joined
and the width doubles. Adding rows costs the same at step 10⁷ as at step 10³, and reading costs the number of
buckets.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["CAPACITY", "Envelope"]

CAPACITY = 2048


class Envelope:
    """Buckets of steps, each with its lowest, highest, first and last loss, evaluations, and one more number.

    Bucket k holds the steps from k·width up to (k + 1)·width − 1. Buckets without rows are nan.
    """

    def __init__(self) -> None:
        self.width = 1
        """Steps in a bucket, a power of two."""
        self.used = 0
        """Buckets up to the last one that has a row."""
        shape = (7, CAPACITY)
        self._data = np.full(shape, np.nan)
        low, high, first, last, best, evaluations, extra = self._data
        self.low, self.high, self.first, self.last = low, high, first, last
        self.best = best
        """Lowest loss in the box of the bucket (points outside do not count)."""
        self.evaluations = evaluations
        """Evaluations at the first row of the bucket."""
        self.extra = extra
        """The last of the extra numbers (the temperature) in the bucket."""

    def add(
        self,
        steps: NDArray[np.int64],
        values: NDArray[np.float64],
        inside: NDArray[np.bool_] | None,
        evaluations: NDArray[np.int64],
        extra: NDArray[np.float64] | None,
    ) -> None:
        """Add rows with rising steps, all later than those added before."""
        last = int(steps[-1])
        while last // self.width >= CAPACITY:
            self._join()
        if last // self.width == int(steps[0]) // self.width and self.width > 1:
            self._add_to_one(last // self.width, values, inside, evaluations, extra)
            return
        bucket = steps // self.width
        begins = np.flatnonzero(np.concatenate(([True], bucket[1:] != bucket[:-1])))
        ends = np.concatenate((begins[1:], [len(steps)])) - 1
        at = bucket[begins]
        finite = np.where(np.isfinite(values), values, np.nan)
        within = finite if inside is None else np.where(inside, finite, np.nan)
        self.low[at] = np.fmin(self.low[at], np.fmin.reduceat(finite, begins))
        self.high[at] = np.fmax(self.high[at], np.fmax.reduceat(finite, begins))
        self.best[at] = np.fmin(self.best[at], np.fmin.reduceat(within, begins))
        fresh = np.isnan(self.evaluations[at])
        self.first[at] = np.where(fresh, finite[begins], self.first[at])
        self.evaluations[at] = np.where(fresh, evaluations[begins], self.evaluations[at])
        self.last[at] = finite[ends]
        if extra is not None:
            self.extra[at] = extra[ends]
        self.used = int(at[-1]) + 1

    def _add_to_one(
        self,
        at: int,
        values: NDArray[np.float64],
        inside: NDArray[np.bool_] | None,
        evaluations: NDArray[np.int64],
        extra: NDArray[np.float64] | None,
    ) -> None:
        """Add rows that all belong to one bucket: what a frame brings, late in a long run."""
        finite = values[np.isfinite(values)]
        if math.isnan(self.evaluations[at]):
            self.evaluations[at] = evaluations[0]
            self.first[at] = values[0] if math.isfinite(values[0]) else math.nan
        if len(finite):
            self.low[at] = np.fmin(self.low[at], finite.min())
            self.high[at] = np.fmax(self.high[at], finite.max())
            within = values if inside is None else values[inside]
            if len(within):
                self.best[at] = np.fmin(self.best[at], np.fmin.reduce(within))
        self.last[at] = values[-1] if math.isfinite(values[-1]) else math.nan
        if extra is not None:
            self.extra[at] = extra[-1]
        self.used = at + 1

    def _join(self) -> None:
        """Join each bucket with its neighbour, in place."""
        half = CAPACITY // 2
        for row, one in ((self.low, np.fmin), (self.high, np.fmax), (self.best, np.fmin)):
            row[:half] = one(row[0::2], row[1::2])
        for row in (self.first, self.evaluations):
            row[:half] = np.where(np.isnan(row[0::2]), row[1::2], row[0::2])
        for row in (self.last, self.extra):
            row[:half] = np.where(np.isnan(row[1::2]), row[0::2], row[1::2])
        self._data[:, half:] = np.nan
        self.width *= 2
        self.used = (self.used + 1) // 2

    def line(
        self,
        kind: Literal["loss", "best", "temperature"],
        upto: int,
        columns: int = 1024,
        *,
        evaluations: bool = False,
        log: bool = False,
        base: float = 0.0,
        floor: float = 0.0,
    ) -> NDArray[np.float64]:
        """Return the line (m, 2) that draws the buckets up to step `upto`, at most about 2·columns rows.

        ``loss``: lowest and highest of each column, in the order in which the run went through them.
        ``best``: the staircase of the lowest so far. ``temperature``: the last of each column. With `log`,
        the second column is log10(max(number − base, floor)).
        """
        stop = min(self.used, max(upto, 0) // self.width + 1)
        at = np.flatnonzero(~np.isnan(self.evaluations[:stop]))
        if not len(at):
            return np.empty((0, 2))
        x = np.asarray(self.evaluations[at] if evaluations else at * float(self.width))
        group = -(-len(at) // columns)
        begins = np.arange(0, len(at), group)
        if kind == "loss":
            line = self._ways(at, x, begins)
        elif kind == "best":
            line = _staircase(x[begins], np.fmin.reduceat(np.fmin.accumulate(self.best[at]), begins))
        else:
            line = np.column_stack((x, self.extra[at]))[begins]
        if log:
            above = line[:, 1] - (base if kind != "temperature" else 0.0)
            line[:, 1] = np.log10(np.maximum(above, floor if floor > 0 else np.finfo(np.float64).tiny))
        elif base and kind != "temperature":
            line[:, 1] -= base
        return line

    def _ways(
        self, at: NDArray[np.intp], x: NDArray[np.float64], begins: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """Return two points for each group of buckets, or one where lowest and highest are the same."""
        low = np.fmin.reduceat(self.low[at], begins)
        high = np.fmax.reduceat(self.high[at], begins)
        ends = np.concatenate((begins[1:], [len(at)])) - 1
        falling = self.last[at[ends]] <= self.first[at[begins]]
        if self.width == 1 and len(begins) == len(at):
            return np.column_stack((x, low))
        line = np.empty((2 * len(begins), 2))
        line[0::2, 0] = line[1::2, 0] = x[begins]
        line[0::2, 1] = np.where(falling, high, low)
        line[1::2, 1] = np.where(falling, low, high)
        return line


def _staircase(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the corners of a staircase that keeps y[k] from x[k] on, up to the last x."""
    corners = np.flatnonzero(np.concatenate(([True], ~(y[1:] == y[:-1]))))
    line = np.empty((2 * len(corners), 2))
    line[0::2, 0], line[0::2, 1] = x[corners], y[corners]
    line[1::2, 0] = np.concatenate((x[corners[1:]], x[-1:]))
    line[1::2, 1] = y[corners]
    return line
