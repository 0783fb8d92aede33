"""The bounded copy of a run's record that pictures are drawn from: path, trace, ends of loops.

A record may hold a hundred thousand rows and grow by thousands between two frames. A track takes in only what
is new, and thins what it has so that nothing visible changes: points are left out where the straight line
between their neighbours passes through them (in place and in step). The cost of a frame therefore depends on
what happened since the last one, not on what lies behind.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import count, pairwise
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.scene.ends import Ends
from minima_core.scene.envelope import Envelope

__all__ = ["CAPACITY", "RecordLike", "Track"]

CAPACITY = 4096
"""Points that a track keeps at most."""
BURST = 1024
"""New rows from which on only those are taken in that leave their cell of a fine grid."""
CELLS = 2000
"""Cells of that grid along each side of the region."""
OLD_LOOPS = 32
"""Loops that are kept when there are too many."""

Array = NDArray[np.float64]
_epochs = count(1)


class RecordLike(Protocol):
    """What a track reads of a record of `minima_core.runs`: the rows of a trajectory."""

    @property
    def positions(self) -> Array:
        """(rows, n)."""

    @property
    def values(self) -> Array:
        """(rows,) losses."""

    @property
    def steps(self) -> NDArray[np.int64]:
        """(rows,) rising."""

    @property
    def evaluations(self) -> NDArray[np.int64]:
        """(rows,) evaluations of the loss so far."""

    @property
    def insides(self) -> Array:
        """(rows, m) numbers from inside the method."""

    @property
    def loops(self) -> Sequence[int] | NDArray[np.int64]:
        """Rows at which a loop begins."""

    @property
    def epoch(self) -> int:
        """Changes when rows already seen were replaced other than by thinning."""

    @property
    def ends(self) -> object:
        """Finished loops: step, position, value."""


class Track:
    """The way of one run, ready to be drawn.

    Parameters
    ----------
    lower, upper
        The box of the landscape, (n,): the scale against which thinning is judged.
    insides
        Names of the columns of the record's `insides`, as ``describe(method).insides`` gives them.
    """

    def __init__(self, lower: ArrayLike, upper: ArrayLike, insides: Sequence[str] = ()) -> None:
        self.lower = np.asarray(lower, dtype=np.float64)
        self.upper = np.asarray(upper, dtype=np.float64)
        self.insides = tuple(insides)
        self._per_cell = CELLS / (self.upper - self.lower)
        self._clear()

    def _clear(self) -> None:
        """Forget everything, and say so by a new epoch."""
        self.epoch: int = next(_epochs)
        """Changes when what was drawn is no longer right; no two tracks ever share one."""
        self.revision = 0
        """Counts thinnings: a renderer that piles up pieces may replace them by ``upto`` when it changes."""
        self._record: RecordLike | None = None
        self._record_epoch: int | None = None
        self._count = 0
        self._points = np.empty((CAPACITY, len(self.lower)))
        self._values = np.empty(CAPACITY)
        self._steps = np.empty(CAPACITY, dtype=np.int64)
        self._begins = np.zeros(CAPACITY, dtype=bool)
        self.envelope = Envelope()
        self.ends = Ends(self.lower, self.upper)
        self.loops = 0
        """Loops begun so far."""

    # -- taking in ---------------------------------------------------------------------------------------

    @property
    def record(self) -> RecordLike | None:
        """The latest record taken in."""
        return self._record

    @property
    def last(self) -> int:
        """The last step taken in; −1 when there is none."""
        return int(self._steps[self._count - 1]) if self._count else -1

    def extend(self, record: RecordLike) -> bool:
        """Take in what is new in `record`; return whether there was anything.

        When the record's epoch changed, or it went back, everything is taken in anew and `epoch` changes.
        """
        steps = record.steps
        if not len(steps):
            return False
        if self._count and (record.epoch != self._record_epoch or steps[-1] < self.last):
            self._clear()
        self._record, self._record_epoch = record, record.epoch
        first = int(np.searchsorted(steps, self.last, side="right")) if self._count else 0
        self.ends.extend(record.ends)
        if first == len(steps):
            return False
        begins = self._take_begins(record, first, len(steps))
        positions, values, new = record.positions[first:], record.values[first:], steps[first:]
        self._take_trace(record, first, positions, values, new)
        if len(new) > BURST:
            keep = self._moving(positions, begins)
            positions, values, new, begins = positions[keep], values[keep], new[keep], begins[keep]
        if self._count + len(new) > CAPACITY:
            self._thin()
        stop = self._count + len(new)
        self._points[self._count : stop] = positions
        self._values[self._count : stop] = values
        self._steps[self._count : stop] = new
        self._begins[self._count : stop] = begins
        self._count = stop
        return True

    def _take_begins(self, record: RecordLike, first: int, stop: int) -> NDArray[np.bool_]:
        """Return, for each new row, whether a loop begins there."""
        begins = np.zeros(stop - first, dtype=bool)
        rows = np.asarray(record.loops, dtype=np.int64)
        self.loops = len(rows)
        rows = rows[np.searchsorted(rows, first) :]
        begins[rows[rows < stop] - first] = True
        if first == 0:
            begins[0] = True
        return begins

    def _take_trace(
        self, record: RecordLike, first: int, positions: Array, values: Array, steps: NDArray[np.int64]
    ) -> None:
        """Put the new rows into the envelope."""
        inside = np.asarray(((positions >= self.lower) & (positions <= self.upper)).all(axis=1))
        column = self._column("temperature", record)
        extra = None if column is None else record.insides[first:, column]
        self.envelope.add(
            steps, values, None if inside.all() else inside, np.asarray(record.evaluations[first:]), extra
        )

    def _column(self, name: str, record: RecordLike | None) -> int | None:
        """Return the column of `insides` called `name`, or None."""
        if record is None or name not in self.insides:
            return None
        column = self.insides.index(name)
        return column if np.ndim(record.insides) == 2 and column < record.insides.shape[1] else None

    def _moving(self, positions: Array, begins: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return the rows of a burst that are worth keeping: at most `BURST`, the last one among them."""
        with np.errstate(invalid="ignore"):
            cell = np.floor((positions - self.lower) * self._per_cell)
            moved = np.any(cell[1:] != cell[:-1], axis=1)
        worth = np.concatenate(([True], moved | begins[1:]))
        worth[:-1] |= worth[1:]  # the point before a jump belongs to it
        worth[-1] = True
        rows = np.flatnonzero(worth)
        if len(rows) > BURST:
            rows = rows[np.unique(np.linspace(0, len(rows) - 1, BURST).astype(np.intp))]
        return rows

    def _thin(self) -> None:
        """Leave out a quarter of the points or more: old loops first, then what nobody would miss."""
        n = self._count
        loops = np.flatnonzero(self._begins[:n])
        if len(loops) > 2 * OLD_LOOPS and n - loops[-OLD_LOOPS] < 3 * CAPACITY // 4:
            self._keep(np.arange(loops[-OLD_LOOPS], n))
            return
        points, steps = self._points[:n], self._steps[:n].astype(np.float64)
        odd = np.arange(1, n - 1, 2)
        share = (steps[odd] - steps[odd - 1]) / (steps[odd + 1] - steps[odd - 1])
        between = points[odd - 1] + share[:, None] * (points[odd + 1] - points[odd - 1])
        with np.errstate(invalid="ignore"):
            missed = np.abs((points[odd] - between) * self._per_cell).max(axis=1)
        missed[np.isnan(missed)] = 0.0
        missed[self._begins[odd] | self._begins[odd + 1]] = np.inf
        out = odd[np.argpartition(missed, len(odd) // 2)[: len(odd) // 2 + 1]]
        stay = np.ones(n, dtype=bool)
        stay[out] = False
        self._keep(np.flatnonzero(stay))

    def _keep(self, rows: NDArray[np.intp]) -> None:
        """Keep only these rows of the path."""
        m = len(rows)
        for column in (self._points, self._values, self._steps, self._begins):
            column[:m] = column[rows]
        self._count = m
        self._begins[0] = True
        self.revision += 1

    # -- giving out --------------------------------------------------------------------------------------

    def at(self, step: int) -> tuple[int, Array, float]:
        """Return (step, position (n,), loss) of the last recorded row at or before `step`.

        Raises
        ------
        LookupError
            When nothing was taken in yet.
        """
        if not self._count or self._record is None:
            raise LookupError("This track has no points yet.")
        record = self._record
        row = max(int(np.searchsorted(record.steps, step, side="right")) - 1, 0)
        own = max(int(np.searchsorted(self._steps[: self._count], step, side="right")) - 1, 0)
        if record.steps[row] >= self._steps[own] or self._steps[own] > step:
            return int(record.steps[row]), record.positions[row], float(record.values[row])
        return int(self._steps[own]), self._points[own].copy(), float(self._values[own])

    def inside(self, name: str, step: int) -> float | None:
        """Return the number `name` of the record's insides at the last row at or before `step`, or None."""
        record = self._record
        column = self._column(name, record)
        if record is None or column is None:
            return None
        row = max(int(np.searchsorted(record.steps, step, side="right")) - 1, 0)
        return float(record.insides[row, column])

    def upto(self, step: int, *, lifted: bool = False) -> Array:
        """Return the path up to `step`: (m, n), at most about 4096 points, a row of nan before each new loop.

        With `lifted`, the loss is added as a last column: (m, n + 1).
        """
        stop = int(np.searchsorted(self._steps[: self._count], step, side="right"))
        return self._piece(0, stop, step, lifted)

    def between(self, a: int, b: int, *, lifted: bool = False) -> Array:
        """Return the points of the steps in (a, b], and first the one before them that they are joined to.

        A renderer that has drawn the path up to a appends this. Empty (0, n) when nothing happened.
        """
        steps = self._steps[: self._count]
        first = max(int(np.searchsorted(steps, a, side="right")) - 1, 0)
        stop = int(np.searchsorted(steps, b, side="right"))
        piece = self._piece(first, stop, b, lifted)
        return piece if len(piece) > 1 else piece[:0]

    def loops_upto(self, step: int, *, most: int = 12, lifted: bool = False) -> list[Array]:
        """Return the last loops begun up to `step` as separate paths, the newest last."""
        stop = int(np.searchsorted(self._steps[: self._count], step, side="right"))
        begins = np.flatnonzero(self._begins[:stop])[-most:].tolist()
        edges = [*begins, stop]
        return [self._piece(a, b, step if b == stop else -1, lifted) for a, b in pairwise(edges)]

    def _piece(self, first: int, stop: int, step: int, lifted: bool) -> Array:
        """Return rows first..stop−1, joined to the exact point of `step` if that was thinned away."""
        n = self._points.shape[1]
        piece = np.empty((stop - first + 1, n + 1))
        piece[:-1, :n] = self._points[first:stop]
        piece[:-1, n] = self._values[first:stop]
        begins = np.flatnonzero(self._begins[first + 1 : stop]) + 1
        used = stop - first
        if stop > first and step > self._steps[stop - 1]:
            at, position, value = self.at(step)
            if at > self._steps[stop - 1]:
                piece[used, :n], piece[used, n] = position, value
                used += 1
        piece = piece[:used] if lifted else piece[:used, :n]
        if len(begins):
            piece = np.insert(piece, begins, np.nan, axis=0)
        return np.ascontiguousarray(piece)

    def best(self, step: int) -> float:
        """Return the lowest loss inside the box up to `step` (to the width of a column of the trace)."""
        stop = min(self.envelope.used, max(step, 0) // self.envelope.width + 1)
        best = self.envelope.best[:stop]
        return float(np.fmin.reduce(best)) if stop and not np.isnan(best).all() else float("nan")

    def begins(self) -> list[int]:
        """Return the steps at which the loops that are still kept begin."""
        return [int(step) for step in self._steps[: self._count][self._begins[: self._count]]]

    def loop_of(self, step: int) -> int:
        """Return how many of the kept loops begin at or before `step`, less one."""
        return bisect_right(self.begins(), step) - 1
