"""A record read by a race's clock: evaluations at their prices, or time, in place of steps.

Everything that draws runs asks records for "the row at or before a step". Where a race is measured otherwise,
it asks this reading of the record instead, and "step" means a tick of the clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.document import Clock, Exploration
from minima_core.scene.track import RecordLike, RowsLike, Track
from minima_core.scene.words import number, whole

__all__ = [
    "Clocked",
    "Marks",
    "PricedRecord",
    "clock_words",
    "clocked",
    "neighbour",
    "span_words",
    "step_at",
    "steps_shown",
    "tick_of",
    "when_words",
]

Array: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Marks: TypeAlias = Sequence[tuple[int, float]]
"""Steps, rising, and the microseconds of computing after which they had been done."""


class PricedRecord(RecordLike, Protocol):
    """A record that knows what was spent by each row."""

    @property
    def steps(self) -> Integers:
        """(rows,) rising."""

    @property
    def evaluations(self) -> Integers:
        """(rows,) values of the loss so far."""

    @property
    def gradients(self) -> Integers:
        """(rows,) gradients so far."""

    @property
    def hessians(self) -> Integers:
        """(rows,) Hessians so far."""


def clocked(record: PricedRecord, clock: Clock, marks: Marks = ()) -> RecordLike:
    """Return a record as it is read by a clock; `marks` are needed for time alone."""
    return record if clock.unit == "steps" else Clocked(record, clock, marks)


def step_at(record: RecordLike | None, tick: int) -> int:
    """Return the step at which a run stands at a tick of the clock by which its record is read."""
    return record.step_at(tick) if isinstance(record, Clocked) else tick


def tick_of(record: RecordLike | None, step: int) -> int:
    """Return the tick at which a run had done a step, by the clock by which its record is read."""
    return record.tick_of(step) if isinstance(record, Clocked) and len(record) else step


def neighbour(record: RecordLike, tick: int, by: int) -> int:
    """Return the tick at which a run has done `by` steps more than it had at a tick."""
    if not isinstance(record, Clocked):
        return tick + by
    row = min(max(record.row_of(tick) + by, 0), len(record) - 1)
    return int(record.ticks[row])


def steps_shown(
    exploration: Exploration, tracks: Mapping[tuple[int, int], Track], tick: int
) -> Mapping[int, int]:
    """Return the step at which each line of the race stands at a tick, by its id: that of its first start."""
    if exploration.clock.unit == "steps":
        return {entry.id: tick for entry in exploration.entries}
    shown = {}
    for entry in exploration.entries:
        track = tracks.get((entry.id, 0))
        shown[entry.id] = 0 if track is None else step_at(track.record, tick)
    return shown


def span_words(clock: Clock, ticks: int) -> str:
    """Return how long something takes by a clock.

    Examples
    --------
    >>> span_words(Clock(), 300), span_words(Clock("evaluations"), 1), span_words(Clock("time"), 2500)
    ('300 steps', '1 evaluation', '2.5 ms of computing')
    """
    if clock.unit == "time":
        return f"{number(ticks / 1000)} ms of computing"
    name = "step" if clock.unit == "steps" else "evaluation"
    return f"{whole(ticks)} {name if ticks == 1 else name + 's'}"


def when_words(track: Track, tick: int) -> str:
    """Return when something was, as part of a sentence: "at step 12", "after 300 evaluations"."""
    record = track.record
    if isinstance(record, Clocked):
        return f"after {span_words(record.clock, tick)}"
    return f"at step {whole(tick)}"


def clock_words(clock: Clock) -> str:
    """Return what a race is measured by, with the prices; "" where it is steps.

    Examples
    --------
    >>> clock_words(Clock("evaluations"))
    'A gradient is priced at 1 evaluation, a Hessian at 2.'
    """
    if clock.unit == "steps":
        return ""
    if clock.unit == "time":
        return "Time is that of computing on the machine that drew this."
    unit = "evaluation" if clock.gradient == 1 else "evaluations"
    return f"A gradient is priced at {number(clock.gradient)} {unit}, a Hessian at {number(clock.hessian)}."


class Clocked:
    """A record whose rows are told by ticks of a clock."""

    def __init__(self, record: PricedRecord, clock: Clock, marks: Marks = ()) -> None:
        self._record, self.clock, self._marks = record, clock, marks
        self.stride, self.epoch, self.columns = record.stride, record.epoch, record.columns

    @cached_property
    def ticks(self) -> Integers:
        """The ticks of the rows, (rows,), never falling."""
        record = self._record
        if self.clock.unit == "time":
            steps, seconds = np.array([(0, 0.0), *self._marks], dtype=np.float64).T
            spent = np.interp(record.steps, steps, seconds)
        else:
            spent = np.asarray(self.clock.cost(record.evaluations, record.gradients, record.hessians))  # type: ignore[arg-type]
            spent = spent - spent[:1]  # at its start a run has spent nothing yet that others have not
        return np.asarray(np.floor(spent), dtype=np.int64)

    def __len__(self) -> int:
        return len(self._record)

    def since(self, tick: int) -> RowsLike:
        """Return the rows later than a tick."""
        return self.among(int(np.searchsorted(self.ticks, tick, side="right")), len(self))

    def among(self, first: int, stop: int) -> RowsLike:
        """Return the rows first, ..., stop − 1."""
        return _Rows(self._record.among(first, stop), self.ticks[max(first, 0) : max(stop, 0)])

    def row_of(self, tick: int) -> int:
        """Return the last row at or before a tick."""
        return max(int(np.searchsorted(self.ticks, tick, side="right")) - 1, 0)

    def step_at(self, tick: int) -> int:
        """Return the step of that row."""
        return int(self._record.steps[self.row_of(tick)]) if len(self) else 0

    def tick_of(self, step: int) -> int:
        """Return the tick at which a step had been done."""
        row = min(int(np.searchsorted(self._record.steps, step)), len(self) - 1)
        return int(self.ticks[row])

    @property
    def ends(self) -> _Ends:
        """The ends of finished loops, by ticks."""
        return _Ends(self)


class _Rows:
    """Some rows, told by ticks."""

    def __init__(self, rows: RowsLike, ticks: Integers) -> None:
        self.steps = ticks
        self.positions, self.values, self.evaluations = rows.positions, rows.values, rows.evaluations
        self.insides, self.begins = rows.insides, rows.begins


class _Ends(Sequence[tuple[int, Array, float]]):
    """The ends of loops, told by ticks."""

    def __init__(self, clocked: Clocked) -> None:
        self._clocked = clocked
        self._ends: Sequence[tuple[int, Array, float]] = clocked._record.ends  # type: ignore[assignment]
        self.stride = int(getattr(self._ends, "stride", 1))

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, index: int) -> tuple[int, Array, float]:  # type: ignore[override]
        step, position, value = self._ends[index]
        return self._clocked.tick_of(step), position, value
