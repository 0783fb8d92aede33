"""A run as it stood at an earlier step, from what was recorded: for verdicts and signs on the way.

Nothing is computed again and the run is not disturbed, so any thread may ask while the run goes on. What no
row has (trial points of a search between two rows) is not known here.
"""

from __future__ import annotations

from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.frame import Status
from minima_core.landscapes import Landscape
from minima_core.methods import Specification
from minima_core.runs.record import Record
from minima_core.runs.said import RunLike

__all__ = ["Past"]

Array: TypeAlias = NDArray[np.float64]


class Past(RunLike):
    """A run at a step that it has passed; `diagnose` and `signs` take it as they take a run.

    Parameters
    ----------
    land
        What it runs on.
    segments
        From which step on it follows which specification, the first from step 0.
    record
        What was recorded of it, at least up to the step.
    step
        The step to look at; in a thinned record the last row before it counts.

    Examples
    --------
    >>> import minima_core as mc
    >>> run = mc.start(mc.landscape("parabola"), "gradient-descent", x0=(-1.0,), lr=1.0)
    >>> run.advance(300)
    300
    >>> [each.sentence for each in mc.signs(Past(run.landscape, run.segments, run.record, 100))]
    ['the loss has not fallen for 100 steps', 'the steps jump from wall to wall']
    """

    def __init__(
        self, land: Landscape, segments: tuple[tuple[int, Specification], ...], record: Record, step: int
    ) -> None:
        self.landscape = land
        self._record = record.until(step)
        self._segments = tuple(each for each in segments if each[0] <= self.step) or segments[:1]

    @property
    def specification(self) -> Specification:
        """The method at work at the step."""
        return self._segments[-1][1]

    @property
    def segments(self) -> tuple[tuple[int, Specification], ...]:
        """From which step on which specification, up to the step."""
        return self._segments

    @property
    def status(self) -> Status:
        """It went on from there."""
        return Status.RUNNING

    @property
    def error(self) -> BaseException | None:
        """Nothing was raised by then."""
        return None

    @property
    def step(self) -> int:
        """Steps done by then."""
        return int(self._record.steps[-1])

    @property
    def steps(self) -> NDArray[np.int64]:
        """Of the rows, (rows,)."""
        return self._record.steps

    @property
    def position(self) -> Array:
        """Where it stood, (n,)."""
        return np.array(self._record.positions[-1])

    @property
    def positions(self) -> Array:
        """Of the rows, (rows, n)."""
        return self._record.positions

    @property
    def value(self) -> float:
        """The loss where it stood."""
        return float(self._record.values[-1])

    @cached_property
    def _best(self) -> int | None:
        """The row of the lowest value inside the box."""
        land, record = self.landscape, self._record
        inside = np.all((record.positions >= land.lower) & (record.positions <= land.upper), axis=1)
        values = np.where(inside & np.isfinite(record.values), record.values, np.inf)
        row = int(np.argmin(values))
        return row if np.isfinite(values[row]) else None

    @property
    def best_value(self) -> float:
        """The lowest value of the rows inside the box; infinite if there was none."""
        return float("inf") if self._best is None else float(self._record.values[self._best])

    @property
    def best_position(self) -> Array:
        """Where that is, (n,); the start if there was none."""
        return np.array(self._record.positions[self._best or 0])

    @property
    def evaluations(self) -> int:
        """Evaluations by then."""
        return int(self._record.evaluations[-1])

    @property
    def loops_begun(self) -> int:
        """Loops by then, the present one included."""
        return self._record.loops_begun

    @property
    def record(self) -> Record:
        """The rows up to the step."""
        return self._record
