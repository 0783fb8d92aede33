"""The frame: all that a running method remembers, in one block of memory.

A frame is a C structure followed by the arrays that it points to. Because everything lies in one block, a
checkpoint is a copy of its bytes, and writing them back restores the run exactly: point, gradient, state,
counts and settings.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["FRAME", "Border", "Frame", "Held", "Status"]

_POINTERS = (
    "x g best lower upper scratch average state scalars initial settings memory inner_frames inner_advances"
    " context"
).split()
_FIELDS: tuple[tuple[str, str], ...] = (
    ("n", "i8"),
    ("slots", "i8"),  # rows of the state
    ("scalar_count", "i8"),
    ("memory_size", "i8"),  # doubles of the method's own, in `memory`
    ("inner_count", "i8"),  # methods that this one drives, in `inner_frames` and `inner_advances`
    ("own_columns", "i8"),  # of a row's insides; those of an inner method follow
    *((name, "i8") for name in _POINTERS),
    # The objective, by address.
    ("call_value", "i8"),
    ("call_value_gradient", "i8"),
    ("price", "i8"),  # values that one gradient costs: 1, or 1 + 2n by differences
    ("call_hessian", "i8"),
    ("hessian_price", "i8"),  # values, and gradients, that one Hessian costs; none where it is exact
    ("hessian_gradients", "i8"),
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
    ("hessians", "i8"),
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
    ("row_gradients", "i8"),  # none where every value came with its gradient: see `Recorder.count_apart`
    ("row_hessians", "i8"),
    ("insides", "i8"),
    ("pitch", "i8"),
    # Loops.
    ("loops", "i8"),  # addresses of the steps at which loops began, and of what ended
    ("ends", "i8"),
    ("loop_room", "i8"),
    ("loop_count", "i8"),  # in the buffer
    ("loop_step", "i8"),  # steps done in this loop
    ("loops_begun", "i8"),
    ("inner", "i8"),  # the frame of the first method that this one drives, and its driver
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
    memory
        How many numbers of its own the method keeps besides: a population, a matrix.
    inners
        The frames of the methods that this one drives.
    """

    def __init__(
        self,
        n: int,
        slots: int,
        scalars: int,
        settings: int,
        *,
        memory: int = 0,
        inners: Sequence[Frame] = (),
    ) -> None:
        self.n, self.slots, self.scalar_count, self.setting_count = n, slots, scalars, settings
        self.memory_size = memory
        self.inners = tuple(inners)
        shapes: dict[str, int] = {
            "x": n, "g": n, "best": n, "lower": n, "upper": n, "scratch": n, "average": n,
            "state": slots * n, "scalars": scalars, "initial": scalars, "settings": settings,
            "memory": memory, "inner_frames": len(self.inners), "inner_advances": len(self.inners),
        }  # fmt: skip
        self._offsets: dict[str, tuple[int, int]] = {}
        offset = FRAME.itemsize
        for name, length in shapes.items():
            self._offsets[name] = (offset, length)
            offset += 8 * max(length, 1)
        self._own = offset
        self._memory: NDArray[np.float64] = np.zeros(offset // 8)
        self.record: np.void = self._memory[: FRAME.itemsize // 8].view(FRAME)[0]
        self.set({
            "n": n, "slots": slots, "scalar_count": scalars, "memory_size": memory,
            "inner_count": len(self.inners),
        })  # fmt: skip
        self._point()

    def _point(self) -> None:
        """Let the addresses in the structure point into this block."""
        base = self._memory.ctypes.data
        for name, (offset, _) in self._offsets.items():
            self.record[name] = base + offset
        if self.inners:
            self.array("inner_frames").view(np.int64)[:] = [each.address for each in self.inners]
            self.record["inner"] = self.inners[0].address

    def drive_by(self, advances: Sequence[int]) -> None:
        """Write the addresses of the loops that advance the inner frames."""
        self.array("inner_advances").view(np.int64)[:] = advances
        if advances:
            self.record["inner_advance"] = advances[0]

    @property
    def address(self) -> int:
        """Where the structure stands in memory."""
        return int(self._memory.ctypes.data)

    @property
    def all(self) -> tuple[Frame, ...]:
        """The frame and all that are nested in it, in the order of `save`."""
        return (self, *(frame for inner in self.inners for frame in inner.all))

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
        return tuple(each._memory.copy() for each in self.all)

    def load(self, saved: tuple[NDArray[np.float64], ...]) -> None:
        """Write a checkpoint of this frame, or of one with the same shape, back."""
        for each, part in zip(self.all, saved, strict=True):
            each._memory[:] = part
            each._point()

    def twin(self) -> Frame:
        """Return an independent copy."""
        other = Frame(
            self.n, self.slots, self.scalar_count, self.setting_count,
            memory=self.memory_size, inners=[each.twin() for each in self.inners],
        )  # fmt: skip
        other.load(self.save())
        return other
