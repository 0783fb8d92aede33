"""The trail of a run: what its last rows tell about how it moves, before any landscape is looked at."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.runs.said import RunLike

__all__ = ["LAST", "QUIET", "Trail"]

Array: TypeAlias = NDArray[np.float64]

LAST = 20
"""Rows that tell whether a run still moves."""
QUIET = 1e-4
"""Of the diagonal: how far the last rows went, at rest."""
WINDOW = 200
"""Rows that are looked at."""
SWING = 2e-3
"""Of the diagonal: swings that count."""
LASTING = 0.6
"""Swings that keep so much of their width from one half of the window to the next do not die out."""
TURNING = 0.6
"""So many of the steps turn back when they jump from wall to wall."""


class Trail:
    """The last rows of a run since its method was last changed, and since the present loop began.

    Attributes
    ----------
    positions, values, steps
        Of the last rows, at most `WINDOW`: (m, n), (m,), (m,).
    moved : float
        How far the last `LAST` rows went from where the run stands, in diagonals.
    """

    def __init__(self, run: RunLike, window: int = WINDOW) -> None:
        record = run.record
        rows = record.among(max(len(record) - window, 0), len(record))
        begun = run.segments[-1][0] if run.segments else 0
        since = int(np.searchsorted(rows.steps, begun))
        loops = np.flatnonzero(rows.begins)
        if len(loops):
            since = max(since, int(loops[-1]))
        self.run = run
        self.diagonal = run.landscape.diagonal
        last = rows.positions[-LAST:]
        self.moved = float(np.abs(last - last[-1]).max() / self.diagonal)
        self.positions, self.values, self.steps = (
            rows.positions[since:], rows.values[since:], rows.steps[since:]
        )  # fmt: skip
        self.stride = record.stride

    def __len__(self) -> int:
        return len(self.steps)

    def span(self, rows: Array) -> float:
        """Return how wide some rows lie apart, in diagonals."""
        return float(np.ptp(rows, axis=0).max() / self.diagonal) if len(rows) else 0.0

    @cached_property
    def pace(self) -> float:
        """How far a step gets on, in diagonals: from one end of the last rows to the other."""
        rows, steps = self.positions[-LAST - 1 :], self.steps[-LAST - 1 :]
        if len(rows) < 2 or steps[-1] == steps[0]:
            return math.inf
        return float(np.linalg.norm(rows[-1] - rows[0]) / (steps[-1] - steps[0]) / self.diagonal)

    @cached_property
    def turns(self) -> float:
        """The share of the last 40 steps that turn back; 0 where rows are further apart than a step."""
        moves = np.diff(self.positions[-41:], axis=0)
        if len(moves) < 8 or self.stride != 1:
            return 0.0
        return float(np.mean((moves[1:] * moves[:-1]).sum(axis=1) < 0.0))

    @cached_property
    def width(self) -> float:
        """How wide the last 40 rows lie apart, in diagonals."""
        return self.span(self.positions[-40:])

    @cached_property
    def keeps(self) -> float:
        """How much of the swings' width is left from the first half of the last rows to the second."""
        rows = self.positions[-40:] if self.turns >= TURNING else self.positions[-120:]
        half = len(rows) // 2
        first = self.span(rows[:half])
        return self.span(rows[half:]) / first if first > 0.0 else 0.0

    @property
    def jumps(self) -> bool:
        """Whether the steps jump from wall to wall, and the swings do not die out."""
        return len(self) >= LAST and self.turns >= TURNING and self.width > SWING and self.keeps > LASTING

    @property
    def swings(self) -> bool:
        """Whether it swings to and fro in more than a step: round and round the same place, undiminished."""
        rows = self.positions[-120:]
        if len(rows) < 60 or self.stride != 1 or self.width <= SWING or self.keeps <= LASTING:
            return False
        half = len(rows) // 2
        middles = np.abs(rows[:half].mean(axis=0) - rows[half:].mean(axis=0)).max() / self.diagonal
        main = int(np.argmax(np.ptp(rows, axis=0)))
        moves = np.diff(rows[:, main])
        back = int(np.count_nonzero(moves[1:] * moves[:-1] < 0.0))
        return back >= 3 and bool(middles < 0.35 * self.span(rows))

    @cached_property
    def level(self) -> tuple[float, float, float]:
        """Mean of the values in the first and in the second half of the rows, and their deviation."""
        half = len(self.values) // 2
        first, second = self.values[:half], self.values[half:]
        if not half:
            return math.nan, math.nan, math.nan
        return float(first.mean()), float(second.mean()), float(second.std())

    @property
    def keeps_its_level(self) -> bool:
        """Whether the loss only fluctuates: the halves differ by less than it goes up and down."""
        first, second, deviation = self.level
        return len(self) >= 2 * LAST and abs(first - second) <= max(deviation, 1e-300)

    @cached_property
    def in_vain(self) -> int:
        """Steps since the loss was first as low as it ever was, but for what does not count."""
        record = self.run.record
        values = record.values
        lowest = np.nanmin(values) if np.isfinite(values).any() else np.nan
        room = 1e-6 * float(np.ptp(self.values)) + 1e-12 * abs(lowest)
        row = int(np.argmax(values <= lowest + room))
        return int(record.steps[-1] - record.steps[row])
