"""The bounded copy of a run's record that pictures are drawn from: path, trace, ends of loops.

A record may hold a hundred thousand rows and grow by thousands between two frames. A track takes in only what
is new, and thins what it has so that nothing visible changes: points are left out where the straight line
between their neighbours passes through them (in place and in step). The cost of a frame therefore depends on
what happened since the last one, not on what lies behind.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import count, pairwise
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.scene.ends import Ends
from minima_core.scene.envelope import Envelope

__all__ = ["CAPACITY", "RecordLike", "RowsLike", "Track"]

CAPACITY = 4096
"""Points that a track keeps at most."""
BURST = 2048
"""New rows from which on only those that leave their cell of a fine grid are taken; and the most of them."""
CELLS = 2000
"""Cells of that grid along each side of the region."""
OLD_LOOPS = 32
"""Loops that are kept when there are too many."""

Array = NDArray[np.float64]
_epochs = count(1)


class RowsLike(Protocol):
    """Some rows of a record."""

    @property
    def steps(self) -> NDArray[np.int64]:
        """(rows,) rising."""

    @property
    def positions(self) -> Array:
        """(rows, n)."""

    @property
    def values(self) -> Array:
        """(rows,) losses."""

    @property
    def evaluations(self) -> NDArray[np.int64]:
        """(rows,) evaluations of the loss so far."""

    @property
    def insides(self) -> Array:
        """(rows, m) numbers from inside the method, nan where it has none."""

    @property
    def begins(self) -> NDArray[np.bool_]:
        """(rows,) whether a loop begins there."""


class RecordLike(Protocol):
    """What a track reads of a record of `minima_core.runs`."""

    @property
    def stride(self) -> int:
        """Steps from one row to the next; more than 1 once the record has been thinned."""

    @property
    def epoch(self) -> int:
        """Changes when rows already seen were replaced other than by thinning."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of `insides`."""

    @property
    def ends(self) -> object:
        """Finished loops: step, position, value."""

    def __len__(self) -> int:
        """Count the rows."""

    def since(self, step: int) -> RowsLike:
        """Return the rows later than `step`, at a cost that does not depend on those before."""

    def among(self, first: int, stop: int) -> RowsLike:
        """Return the rows first, ..., stop − 1."""

    def row_of(self, step: int) -> int:
        """Return the last row at or before `step`."""


class Track:
    """The way of one run, ready to be drawn.

    Parameters
    ----------
    lower, upper
        The box of the landscape, (n,): the scale against which thinning is judged.
    """

    def __init__(self, lower: ArrayLike, upper: ArrayLike) -> None:
        self.lower = np.asarray(lower, dtype=np.float64)
        self.upper = np.asarray(upper, dtype=np.float64)
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
        """Loops begun so far, as far as rows tell."""
        self.lowest = np.inf
        """Lowest loss inside the box so far."""
        self.highest = -np.inf
        """Highest loss inside the box so far."""
        self._bests: list[tuple[int, Array, float]] = []
        self._pin: tuple[int, Array, float] | None = None

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

        When the record's epoch changed (it was rewound), everything is taken in anew and `epoch` changes.
        """
        if not len(record):
            return False
        if self._count and record.epoch != self._record_epoch:
            self._clear()
        self._record, self._record_epoch = record, record.epoch
        self.ends.extend(record.ends)
        rows = record.since(self.last)
        steps, positions, values, begins = rows.steps, rows.positions, rows.values, rows.begins
        if not len(steps):
            return False
        if not self._count:
            begins = begins.copy()
            begins[0] = True
        self.loops += int(np.count_nonzero(begins))
        self._take_trace(record, rows)
        if len(steps) > BURST:
            keep = self._moving(positions, begins)
            steps, positions, values, begins = steps[keep], positions[keep], values[keep], begins[keep]
        while self._count + len(steps) > CAPACITY:
            self._thin()
        stop = self._count + len(steps)
        self._points[self._count : stop] = positions
        self._values[self._count : stop] = values
        self._steps[self._count : stop] = steps
        self._begins[self._count : stop] = begins
        self._count = stop
        return True

    def _take_trace(self, record: RecordLike, rows: RowsLike) -> None:
        """Put the new rows into the envelope, and remember where the loss was lowest."""
        positions, values = rows.positions, rows.values
        least, most = positions.min(axis=0), positions.max(axis=0)
        inside: NDArray[np.bool_] | None = None
        if not (np.all(least >= self.lower) and np.all(most <= self.upper)):
            inside = np.logical_and.reduce((positions >= self.lower) & (positions <= self.upper), axis=1)
        column = self._column("temperature", record)
        extra = None if column is None else rows.insides[:, column]
        self.envelope.add(rows.steps, values, inside, rows.evaluations, extra)
        if inside is None or inside.any():
            within = np.fmax.reduce(values if inside is None else values[inside])
            if self.highest < within < np.inf:
                self.highest = float(within)
        if np.fmin.reduce(values) < self.lowest:
            self._take_best(rows, inside)

    def _take_best(self, rows: RowsLike, inside: NDArray[np.bool_] | None) -> None:
        """Remember some of the rows at which the loss was lower than ever before, the last one among them."""
        values = np.where(np.isfinite(rows.values), rows.values, np.inf)
        if inside is not None:
            values[~inside] = np.inf
        running = np.minimum.accumulate(np.concatenate(([self.lowest], values)))
        improved = np.flatnonzero(running[1:] < running[:-1])
        if not len(improved):
            return
        self.lowest = float(running[-1])
        if len(improved) > 8:
            improved = improved[np.unique(np.linspace(0, len(improved) - 1, 8).astype(np.intp))]
        self._bests.extend((int(rows.steps[k]), rows.positions[k].copy(), float(values[k])) for k in improved)
        if len(self._bests) > BURST:
            del self._bests[-2::-2]

    def _column(self, name: str, record: RecordLike | None) -> int | None:
        """Return the column of `insides` called `name`, or None."""
        return record.columns.index(name) if record is not None and name in record.columns else None

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
        share = (steps[odd] - steps[odd - 1]) / np.maximum(steps[odd + 1] - steps[odd - 1], 1.0)
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

    # -- the exact point of one step ---------------------------------------------------------------------

    @property
    def pinned(self) -> int | None:
        """The step of which the exact point was given, or None."""
        return None if self._pin is None else self._pin[0]

    def pin(self, step: int, position: ArrayLike, value: float) -> None:
        """Give the exact point of a step that the record, being thinned, has no row for.

        `at` and the path up to that very step then end there; other steps are as before. Another pin takes
        its place; `unpin`, and a record of another epoch, forget it. The exact point of a step stays what it
        is while a record only grows, so that rows which come later leave it.

        Examples
        --------
        >>> track = Track([-3, -3], [3, 3])
        >>> track.pin(7, (1.0, 2.0), 5.0)
        >>> track.pinned
        7
        """
        self._pin = (int(step), np.array(position, dtype=np.float64, ndmin=1), float(value))

    def unpin(self) -> None:
        """Forget the exact point: the last row at or before a step stands for it again."""
        self._pin = None

    def look(self, step: int) -> int:
        """Return a number that changes when the path up to `step` must be drawn anew: `epoch`, or a pin."""
        if self._pin is None or self._pin[0] != step:
            return self.epoch
        return hash((self.epoch, step, self._pin[1].tobytes()))

    # -- giving out --------------------------------------------------------------------------------------

    def at(self, step: int) -> tuple[int, Array, float]:
        """Return (step, position (n,), loss) of the last recorded row at or before `step`, or its pin.

        Raises
        ------
        LookupError
            When nothing was taken in yet.
        """
        if not self._count or self._record is None:
            raise LookupError("This track has no points yet.")
        if self._pin is not None and self._pin[0] == step:
            return step, self._pin[1].copy(), self._pin[2]
        row = self._record.row_of(step)
        rows = self._record.among(row, row + 1)
        own = max(int(np.searchsorted(self._steps[: self._count], step, side="right")) - 1, 0)
        if rows.steps[0] >= self._steps[own] or self._steps[own] > step:
            return int(rows.steps[0]), rows.positions[0], float(rows.values[0])
        return int(self._steps[own]), self._points[own].copy(), float(self._values[own])

    def before(self, step: int) -> tuple[int, Array, float] | None:
        """Return step, position and loss of the row before that of `at`, or None when there is none."""
        if self._record is None:
            return None
        row = self._record.row_of(step)
        if self.pinned == step and self._record.among(row, row + 1).steps[0] < step:
            row += 1  # the pinned point itself has no row
        if row < 1:
            return None
        rows = self._record.among(row - 1, row)
        return int(rows.steps[0]), rows.positions[0], float(rows.values[0])

    def inside(self, name: str, step: int) -> float | None:
        """Return the number `name` of the record's insides at the last row at or before `step`, or None."""
        column = self._column(name, self._record)
        if self._record is None or column is None:
            return None
        row = self._record.row_of(step)
        number = float(self._record.among(row, row + 1).insides[0, column])
        return None if np.isnan(number) else number

    def proposals(self, step: int, most: int = 24) -> tuple[Array, NDArray[np.bool_]]:
        """Return the last points proposed up to `step` (m, 1 or 2), and which were accepted (m,)."""
        n = min(len(self.lower), 2)
        columns = [self._column(f"proposal_{k}", self._record) for k in range(n)]
        accepted = self._column("accepted", self._record)
        if self._record is None or accepted is None or any(each is None for each in columns):
            return np.empty((0, n)), np.empty(0, dtype=bool)
        row = self._record.row_of(step)
        insides = self._record.among(max(row - most + 1, 1), row + 1).insides  # row 0 is the start
        points = insides[:, [each for each in columns if each is not None]]
        there = np.isfinite(points).all(axis=1)
        return np.ascontiguousarray(points[there]), insides[there, accepted] > 0.5

    def best_at(self, step: int) -> tuple[int, Array, float] | None:
        """Return step, position and loss of the lowest point inside the box up to `step`, or None."""
        k = bisect_right(self._bests, step, key=lambda each: each[0])
        return self._bests[k - 1] if k else None

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

    def newest_loop(self, step: int) -> int:
        """Return the step at which the newest loop up to `step` began; −1 before the first."""
        stop = int(np.searchsorted(self._steps[: self._count], step, side="right"))
        begins = np.flatnonzero(self._begins[:stop])
        return int(self._steps[begins[-1]]) if len(begins) else -1

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
