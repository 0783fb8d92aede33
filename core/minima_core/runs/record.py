"""What a run has been through: rows of positions and values that grow, or are thinned, but are never cut.

A `Recorder` belongs to the run that writes it; a `Record` is an immutable snapshot for everybody else. Rows
already published are never written again: thinning and rewinding go to new arrays, so a snapshot stays
valid for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.frame import Frame
from minima_core.compiled.memory import memory

__all__ = ["LOOP_ROOM", "THINNED_ROWS", "Ends", "Last", "Record", "Recorder", "Rows"]

Array: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

THINNED_ROWS = 65_536
FIRST_ROWS = 1024
LOOP_ROOM = 4096  # loops that a kernel may begin before it has to come back


class Last(NamedTuple):
    """Where a run stands, if no row says so."""

    step: int
    position: Array
    value: float
    evaluations: int
    gradients: int
    hessians: int
    insides: Array


class Ends(Sequence[tuple[int, Array, float]]):
    """The ends of finished loops: ``steps`` (k,), ``positions`` (k, n), ``values`` (k,).

    Iterates as (step, position, value). Where there were more than can be kept, only every `stride`-th loop
    is here.
    """

    def __init__(self, steps: Integers, positions: Array, values: Array, stride: int) -> None:
        self.steps, self.positions, self.values, self.stride = steps, positions, values, stride

    def __len__(self) -> int:
        return len(self.steps)

    @overload
    def __getitem__(self, index: int) -> tuple[int, Array, float]: ...
    @overload
    def __getitem__(self, index: slice) -> Ends: ...
    def __getitem__(self, index: int | slice) -> tuple[int, Array, float] | Ends:
        if isinstance(index, slice):
            return Ends(self.steps[index], self.positions[index], self.values[index], self.stride)
        return int(self.steps[index]), self.positions[index], float(self.values[index])

    def __iter__(self) -> Iterator[tuple[int, Array, float]]:
        yield from zip(self.steps.tolist(), self.positions, self.values.tolist(), strict=True)


@dataclass(frozen=True)
class _Rows:
    """The arrays that rows are written to, (capacity, ...)."""

    positions: Array
    values: Array
    evaluations: Integers
    gradients: Integers
    hessians: Integers
    insides: Array

    @classmethod
    def empty(cls, capacity: int, n: int, columns: int, *, apart: bool) -> _Rows:
        counts = int(apart)
        block = memory.array(capacity * (n + 2 + 2 * counts + columns))
        ends = capacity * np.cumsum([n, 1, 1, counts, counts, columns])
        insides = block[ends[4] : ends[5]].reshape(capacity, columns)
        insides[:] = np.nan
        evaluations, gradients, hessians = (
            block[begin:end].view(np.int64) for begin, end in pairwise(ends[1:5])
        )
        return cls(
            block[: ends[0]].reshape(capacity, n),
            block[ends[0] : ends[1]],
            evaluations,
            gradients,
            hessians,
            insides,
        )

    @property
    def apart(self) -> bool:
        """Whether gradients and Hessians are counted apart from values."""
        return len(self.gradients) > 0

    def copied(self, capacity: int, keep: slice, columns: int, *, apart: bool | None = None) -> _Rows:
        """Return new arrays that begin with the rows to keep; `apart` if they are to count otherwise."""
        new = _Rows.empty(
            capacity, self.positions.shape[1], columns, apart=self.apart if apart is None else apart
        )
        for name in ("positions", "values", "evaluations"):
            kept = getattr(self, name)[keep]
            getattr(new, name)[: len(kept)] = kept
        if new.apart:
            gradients, hessians = self.counted(keep)
            new.gradients[: len(gradients)] = gradients
            new.hessians[: len(hessians)] = hessians
        kept = self.insides[keep]
        new.insides[: len(kept), : kept.shape[1]] = kept
        return new

    def counted(self, keep: slice) -> tuple[Integers, Integers]:
        """Return how many gradients and Hessians had been worked out by some rows."""
        if self.apart:
            return self.gradients[keep], self.hessians[keep]
        values = self.evaluations[keep]
        return values, np.zeros_like(values)


@dataclass(frozen=True)
class Record:
    """A snapshot of a run's rows; safe to read from another thread while the run advances.

    Attributes
    ----------
    stride : int
        Steps from one row to the next: row k is step k·stride. The last row is always where the run stands.
    epoch : int
        Changes when rows already seen were replaced other than by thinning.
    columns : tuple of str
        Names of the columns of `insides`.
    ends : Ends
        The ends of finished loops.
    """

    _rows: _Rows = field(repr=False)
    _count: int
    _last: Last | None = field(repr=False)
    stride: int
    epoch: int
    columns: tuple[str, ...]
    _loop_steps: Integers = field(repr=False)
    ends: Ends = field(repr=False)

    def __len__(self) -> int:
        return self._count + (self._last is not None)

    @cached_property
    def positions(self) -> Array:
        """Points, (rows, n); row 0 is the start."""
        kept = self._rows.positions[: self._count]
        return kept if self._last is None else np.concatenate((kept, self._last.position[None]))

    @cached_property
    def values(self) -> Array:
        """Losses, (rows,)."""
        kept = self._rows.values[: self._count]
        return kept if self._last is None else np.append(kept, self._last.value)

    @cached_property
    def steps(self) -> Integers:
        """Steps, (rows,), rising from 0."""
        kept = np.arange(self._count, dtype=np.int64) * self.stride
        return kept if self._last is None else np.append(kept, self._last.step)

    @cached_property
    def evaluations(self) -> Integers:
        """How often the objective had been evaluated by then, (rows,)."""
        kept = self._rows.evaluations[: self._count]
        return kept if self._last is None else np.append(kept, self._last.evaluations)

    @cached_property
    def gradients(self) -> Integers:
        """How many gradients had been worked out by then, (rows,)."""
        kept = self._rows.counted(slice(0, self._count))[0]
        return kept if self._last is None else np.append(kept, self._last.gradients)

    @cached_property
    def hessians(self) -> Integers:
        """How many Hessians had been worked out by then, (rows,)."""
        kept = self._rows.counted(slice(0, self._count))[1]
        return kept if self._last is None else np.append(kept, self._last.hessians)

    @cached_property
    def insides(self) -> Array:
        """Numbers from inside the method, (rows, columns); nan where a method has none."""
        kept = self._rows.insides[: self._count]
        return kept if self._last is None else np.concatenate((kept, self._last.insides[None]))

    @cached_property
    def loops(self) -> Integers:
        """Rows at which a loop begins; the first is 0. Thinned, a loop without a row is left out."""
        rows = np.minimum(-(-self._loop_steps // self.stride), max(len(self) - 1, 0))
        return np.unique(rows)

    def since(self, step: int) -> Rows:
        """Return the rows later than `step` (−1: all), at a cost that does not depend on what lies before."""
        return self.among(0 if step < 0 else step // self.stride + 1, len(self), after=step)

    def among(self, first: int, stop: int, *, after: int = -1) -> Rows:
        """Return the rows first, ..., stop − 1 that are later than step `after`, without copying others."""
        kept = slice(min(max(first, 0), self._count), min(max(stop, 0), self._count))
        rows = self._rows
        steps = np.arange(kept.start, max(kept.stop, kept.start), dtype=np.int64) * self.stride
        positions, values, insides = rows.positions[kept], rows.values[kept], rows.insides[kept]
        evaluations = rows.evaluations[kept]
        gradients, hessians = rows.counted(kept)
        last = self._last
        if last is not None and first <= self._count < stop and last.step > after:
            steps = np.append(steps, last.step)
            positions = np.concatenate((positions, last.position[None]))
            values = np.append(values, last.value)
            evaluations = np.append(evaluations, last.evaluations)
            gradients = np.append(gradients, last.gradients)
            hessians = np.append(hessians, last.hessians)
            insides = np.concatenate((insides, last.insides[None]))
        begins = np.zeros(len(steps), dtype=bool)
        if len(steps):
            since = steps[0] - self.stride + 1 if steps[0] else 0
            found = self._loop_steps[np.searchsorted(self._loop_steps, max(since, after + 1)) :]
            at = np.searchsorted(steps, found[: np.searchsorted(found, steps[-1], side="right")])
            begins[at] = True
        return Rows(steps, positions, values, evaluations, gradients, hessians, insides, begins)

    def row_of(self, step: int) -> int:
        """Return the number of the last row at or before `step` (0 when there is none before)."""
        if self._last is not None and step >= self._last.step:
            return self._count
        return min(max(step // self.stride, 0), max(self._count - 1, 0))

    def until(self, step: int) -> Record:
        """Return what had been recorded by a step: rows and loops up to it, and ends of loops before it."""
        if not len(self) or step >= (self.steps[-1] if self._last is None else self._last.step):
            return self
        ends = self.ends
        ended = int(np.searchsorted(ends.steps, step))
        return replace(
            self,
            _count=min(max(step, 0) // self.stride + 1, self._count),
            _last=None,
            _loop_steps=self._loop_steps[: np.searchsorted(self._loop_steps, step, side="right")],
            ends=Ends(ends.steps[:ended], ends.positions[:ended], ends.values[:ended], ends.stride),
        )

    @property
    def loops_begun(self) -> int:
        """How many loops had begun, the first one included; a thinned record may have lost some."""
        return max(len(self._loop_steps), len(self.ends) * self.ends.stride + 1)

    def inside(self, name: str) -> Array:
        """Return one column of `insides`, or for a name such as ``proposal`` all of a vector, (rows, n)."""
        if name in self.columns:
            return self.insides[:, self.columns.index(name)]
        places = [
            i
            for i, each in enumerate(self.columns)
            if each.startswith(f"{name}_") and each[len(name) + 1 :].isdigit()
        ]
        if not places:
            there = ", ".join(self.columns) or "none"
            raise KeyError(f"Nothing called “{name}” is recorded here; there is: {there}.")
        return self.insides[:, places]


class Rows(NamedTuple):
    """Some rows of a record, as they are stored: nothing before them was touched."""

    steps: Integers
    positions: Array
    values: Array
    evaluations: Integers
    gradients: Integers
    hessians: Integers
    insides: Array
    begins: NDArray[np.bool_]
    """(rows,) whether a loop begins there."""


class Recorder:
    """Gives a frame room to write rows and loops to, and publishes snapshots."""

    def __init__(self, n: int, *, thinned: bool) -> None:
        self.n = n
        self.thinned = thinned
        self.stride = 1
        self.count = 0
        self.epoch = 0
        self.columns: tuple[str, ...] = ()
        self._rows = _Rows.empty(FIRST_ROWS, n, 0, apart=False)
        self._loop_steps: Integers = np.zeros(1, dtype=np.int64)
        self._ends: Array = np.empty((0, n + 2))  # rows of step, value, position
        self._ends_stride = 1
        self._loop_buffer = np.zeros(LOOP_ROOM, dtype=np.int64)
        self._ends_buffer = np.zeros((LOOP_ROOM, n + 2))

    def copy(self) -> Recorder:
        """Return an independent recorder with the same rows."""
        other = Recorder(self.n, thinned=self.thinned)
        other.stride, other.count, other.epoch, other.columns = (
            self.stride,
            self.count,
            self.epoch,
            self.columns,
        )
        other._rows = self._rows.copied(max(self.count, FIRST_ROWS), slice(0, self.count), len(self.columns))
        other._loop_steps, other._ends, other._ends_stride = self._loop_steps, self._ends, self._ends_stride
        return other

    # -- room for a kernel ----------------------------------------------------------------------------------

    def add_columns(self, columns: tuple[str, ...]) -> int:
        """Make sure that `columns` are there, one beside the other; return where they begin."""
        for begin in range(len(self.columns) - len(columns) + 1):
            if self.columns[begin : begin + len(columns)] == columns:
                return begin
        begin = len(self.columns)
        self.columns = (*self.columns, *columns)
        self._rows = self._rows.copied(len(self._rows.values), slice(0, self.count), len(self.columns))
        return begin

    def count_apart(self) -> None:
        """Count gradients and Hessians apart from values from now on.

        Until then every value has come with its gradient, as descents on formulas have them, and nothing is
        written twice.
        """
        if not self._rows.apart:
            capacity, kept = len(self._rows.values), slice(0, self.count)
            self._rows = self._rows.copied(capacity, kept, len(self.columns), apart=True)

    def make_room(self, steps: int) -> None:
        """Make room for at least one row, and for those of the coming steps as far as that is wise."""
        capacity = len(self._rows.values)
        if self.thinned:
            if self.count >= THINNED_ROWS:
                self._halve()
            elif self.count >= capacity or (capacity < THINNED_ROWS and steps > capacity - self.count):
                wanted = min(THINNED_ROWS, max(2 * capacity, self.count + steps))
                self._rows = self._rows.copied(wanted, slice(0, self.count), len(self.columns))
        elif self.count + steps > capacity:
            wanted = max(2 * capacity, self.count + steps)
            self._rows = self._rows.copied(wanted, slice(0, self.count), len(self.columns))

    def _halve(self) -> None:
        """Leave out every second row, in new arrays: snapshots keep the old ones."""
        kept = slice(0, self.count, 2)
        self._rows = self._rows.copied(THINNED_ROWS, kept, len(self.columns))
        self.count = (self.count + 1) // 2
        self.stride *= 2
        rows = -(-self._loop_steps // self.stride)
        self._loop_steps = self._loop_steps[np.concatenate(([True], rows[1:] != rows[:-1]))]

    def attach(self, frame: Frame, first_column: int) -> None:
        """Tell a frame where to write."""
        step = frame.integer("step")
        rows = self._rows
        frame.set({
            "row": self.count,
            "capacity": len(rows.values),
            "stride": self.stride,
            "countdown": self.stride - step % self.stride,
            "positions": rows.positions.ctypes.data,
            "row_values": rows.values.ctypes.data,
            "row_evaluations": rows.evaluations.ctypes.data,
            "row_gradients": rows.gradients.ctypes.data if rows.apart else 0,
            "row_hessians": rows.hessians.ctypes.data if rows.apart else 0,
            "insides": rows.insides.ctypes.data + 8 * first_column,
            "pitch": len(self.columns),
            "loops": self._loop_buffer.ctypes.data,
            "ends": self._ends_buffer.ctypes.data,
            "loop_room": LOOP_ROOM,
            "loop_count": 0,
        })  # fmt: skip

    def collect(self, frame: Frame) -> None:
        """Take over what a kernel wrote."""
        self.count = frame.integer("row")
        began = frame.integer("loop_count")
        if began:
            self._take_loops(began, frame.integer("loops_begun") - began)
            frame.record["loop_count"] = 0

    def _take_loops(self, began: int, before: int) -> None:
        """Keep the loops that began; each one ended the one before it, the first of them number `before`."""
        steps, ends = self._loop_buffer[:began], self._ends_buffer[:began]
        if self.thinned:
            rows = -(-np.concatenate((self._loop_steps[-1:], steps)) // self.stride)
            steps = steps[rows[1:] != rows[:-1]]
        self._loop_steps = np.concatenate((self._loop_steps, steps))
        numbers = before + np.arange(began)
        kept = ends[(numbers % self._ends_stride == 0) & np.isfinite(ends).all(axis=1)]
        self._ends = np.concatenate((self._ends, kept))
        if self.thinned and len(self._ends) > THINNED_ROWS:
            self._ends = self._ends[::2]
            self._ends_stride *= 2

    # -- going back, and giving out -------------------------------------------------------------------------

    def forget_after(self, step: int) -> None:
        """Forget all rows and loops later than a step; later rows go to new arrays."""
        keep = min(self.count, step // self.stride + 1)
        self._rows = self._rows.copied(max(FIRST_ROWS, keep), slice(0, keep), len(self.columns))
        self.count = keep
        self.epoch += 1
        self._loop_steps = self._loop_steps[self._loop_steps <= step]
        self._ends = self._ends[self._ends[:, 0] < step]

    def snapshot(self, last: Last | None) -> Record:
        """Return what has been recorded; `last` is where the run stands, if no row says so."""
        ends = self._ends
        return Record(
            self._rows,
            self.count,
            last,
            self.stride,
            self.epoch,
            self.columns,
            self._loop_steps,
            Ends(ends[:, 0].astype(np.int64), ends[:, 2:], ends[:, 1], self._ends_stride),
        )
