"""The frame: all that a running method remembers, in one block of memory.

A frame is a C structure followed by the arrays that it points to. Because everything lies in one block, a
checkpoint is a copy of its bytes, and writing them back restores the run exactly: point, gradient, state,
counts and settings.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["FRAME", "Border", "Frame", "Held", "Status"]

_POINTERS = "x g best lower upper scratch average state scalars initial settings context".split()
_FIELDS: tuple[tuple[str, str], ...] = (
    ("n", "i8"),
    ("slots", "i8"),  # rows of the state
    ("scalar_count", "i8"),
    *((name, "i8") for name in _POINTERS),
    # The objective, by address.
    ("call_value", "i8"),
    ("call_value_gradient", "i8"),
    ("price", "i8"),  # values that one gradient costs: 1, or 1 + 2n by differences
    # The loss of one example, by address; the contexts of all of them, row by row. None: no examples.
    ("call_example", "i8"),
    ("examples", "i8"),
    ("example_pitch", "i8"),  # bytes from one row to the next
    ("example_count", "i8"),
    ("raised", "i8"),  # address of a number that is not 0 when a Python callable raised
    # What is known, and what it cost.
    ("value", "f8"),
    ("best_value", "f8"),
    ("held", "i8"),  # whether value and gradient belong to x
    ("values", "i8"),
    ("gradients", "i8"),
    ("budget", "i8"),
    ("status", "i8"),
    ("border", "i8"),
    ("velocity", "i8"),  # the row of the state that a reflecting border turns round; −1: none
    # Time and chance.
    ("step", "i8"),
    ("clock", "i8"),  # counts random draws: the run's step, also inside a loop
    ("key", "i8"),
    ("lane", "i8"),
    ("noise_unit", "f8"),
    # The schedule of the learning rate, and the average of the points.
    ("steps", "i8"),  # of the rule since it knew nothing
    ("schedule", "i8"),  # address of the one that is followed, and the step of the rule at which it began
    ("schedule_began", "i8"),
    ("rate", "f8"),  # the learning rate of the last step
    ("plateau_base", "f8"),
    ("plateau_best", "f8"),
    ("plateau_bad", "i8"),
    ("plateau_rest", "i8"),
    ("averaged", "i8"),  # points in the average
    ("average_value", "f8"),
    # When a loop has stopped moving.
    ("tolerance", "f8"),
    ("quiet", "i8"),
    # The record.
    ("row", "i8"),
    ("capacity", "i8"),
    ("stride", "i8"),
    ("countdown", "i8"),
    ("positions", "i8"),
    ("row_values", "i8"),
    ("row_evaluations", "i8"),
    ("insides", "i8"),
    ("pitch", "i8"),
    # Loops.
    ("loops", "i8"),  # addresses of the steps at which loops began, and of what ended
    ("ends", "i8"),
    ("loop_room", "i8"),
    ("loop_count", "i8"),  # in the buffer
    ("loop_step", "i8"),  # steps done in this loop
    ("loops_begun", "i8"),
    ("inner", "i8"),  # the frame of the local method, and its driver
    ("inner_advance", "i8"),
)
FRAME = np.dtype([(name, kind) for name, kind in _FIELDS], align=True)


class Status(enum.IntEnum):
    """How a run stands; each has the sentence that users read."""

    RUNNING = 0
    NOT_FINITE = 1
    OUT_OF_BUDGET = 2
    RAISED = 3
    SETTLED = 4

    @property
    def sentence(self) -> str:
        """The status in words."""
        return {
            Status.RUNNING: "still moving",
            Status.NOT_FINITE: "ran off: the value is not finite",
            Status.OUT_OF_BUDGET: "the budget of evaluations is used up",
            Status.RAISED: "the objective raised an exception",
            Status.SETTLED: "stopped moving",
        }[self]


class Border(enum.IntEnum):
    """What happens to a step that leaves the box."""

    FREE = 0
    CLIP = 1
    REFLECT = 2


class Held(enum.IntEnum):
    """What of the present point has been evaluated."""

    NOTHING = 0
    VALUE = 1
    GRADIENT = 2


class Frame:
    """One block of memory: the structure `FRAME` and its arrays.

    Parameters
    ----------
    n
        Dimension.
    slots, scalars, settings
        Lengths of the method's state (rows of n), of its scalars and of its settings.
    inner
        The frame of the method that this one drives, if it drives one.
    """

    def __init__(
        self, n: int, slots: int, scalars: int, settings: int, *, inner: Frame | None = None
    ) -> None:
        self.n, self.slots, self.scalar_count, self.setting_count = n, slots, scalars, settings
        self.inner = inner
        shapes: dict[str, int] = {
            "x": n, "g": n, "best": n, "lower": n, "upper": n, "scratch": n, "average": n,
            "state": slots * n, "scalars": scalars, "initial": scalars, "settings": settings,
        }  # fmt: skip
        self._offsets: dict[str, tuple[int, int]] = {}
        offset = FRAME.itemsize
        for name, length in shapes.items():
            self._offsets[name] = (offset, length)
            offset += 8 * max(length, 1)
        self._own = offset
        self._memory: NDArray[np.float64] = np.zeros(offset // 8)
        self.record: np.void = self._memory[: FRAME.itemsize // 8].view(FRAME)[0]
        self.set({"n": n, "slots": slots, "scalar_count": scalars})
        self._point()

    def _point(self) -> None:
        """Let the addresses in the structure point into this block."""
        base = self._memory.ctypes.data
        for name, (offset, _) in self._offsets.items():
            self.record[name] = base + offset
        if self.inner is not None:
            self.record["inner"] = self.inner.address

    @property
    def address(self) -> int:
        """Where the structure stands in memory."""
        return int(self._memory.ctypes.data)

    def array(self, name: str) -> NDArray[np.float64]:
        """Return one of the arrays of the block, as a view."""
        offset, length = self._offsets[name]
        return self._memory[offset // 8 : offset // 8 + length]

    @property
    def state(self) -> NDArray[np.float64]:
        """The method's state, (slots, n)."""
        return self.array("state").reshape(self.slots, self.n)

    def set(self, values: Mapping[str, float | int]) -> None:
        """Write several fields of the structure."""
        for name, value in values.items():
            self.record[name] = value

    def integer(self, name: str) -> int:
        """Read a field that holds a whole number."""
        return int(self.record[name])

    def number(self, name: str) -> float:
        """Read a field that holds a number."""
        return float(self.record[name])

    def save(self) -> tuple[NDArray[np.float64], ...]:
        """Return a copy of everything, nested frames included: a checkpoint."""
        own = self._memory.copy()
        return (own,) if self.inner is None else (own, *self.inner.save())

    def load(self, saved: tuple[NDArray[np.float64], ...]) -> None:
        """Write a checkpoint of this frame, or of one with the same shape, back."""
        self._memory[:] = saved[0]
        if self.inner is not None:
            self.inner.load(saved[1:])
        self._point()

    def twin(self) -> Frame:
        """Return an independent copy."""
        inner = None if self.inner is None else self.inner.twin()
        other = Frame(self.n, self.slots, self.scalar_count, self.setting_count, inner=inner)
        other.load(self.save())
        return other
