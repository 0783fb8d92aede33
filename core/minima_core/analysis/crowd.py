"""A crowd: one method on one landscape from many starts at once, without a record.

Each member is a run of its own: its frame stands in one row of a single block of memory, and the method's
own compiled loop advances it. So member i of a crowd does, bit for bit, what a run does that is started
there with the same seed and with i as its lane, whoever else is in the crowd, and on however many threads.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.analysis.grid import Array, Grid
from minima_core.compiled.crowd import JOB, advance_crowd, throw_crowd, visit_crowd
from minima_core.compiled.frame import FRAME, Border, Frame, Status
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.objective import Ledger
from minima_core.compiled.shared_work import spread
from minima_core.landscapes import Landscape
from minima_core.landscapes.scale import scale_of
from minima_core.methods import Specification

__all__ = ["Crowd", "natural_border"]

PART = 512
"""Members that a thread takes at a time."""
HEAD = FRAME.itemsize // 8
NEVER = 1 << 62  # a row of a record is due after so many steps
UNLIMITED = 1 << 60
LOOPS = 8  # ends of restarts have this much room, which is used again: a crowd keeps none
INSIDES = 64
POINTERS = (
    "x", "g", "best", "lower", "upper", "scratch", "average", "state", "scalars", "initial", "settings",
    "memory", "inner_frames", "inner_advances",
)  # fmt: skip
_QUIET = np.zeros(1, dtype=np.int64)  # where a formula says that it did not raise: it never does


def local_of(specification: Specification) -> Specification | None:
    """Return the specification of the method that this one drives, if it drives one."""
    return next((each for each in specification.settings.values() if isinstance(each, Specification)), None)


def natural_border(specification: Specification) -> Border:
    """Return what happens at the border unless told otherwise: what samples is reflected, others go free."""
    return Border[specification.border.upper()]


class Crowd:
    """One resolved method on one landscape, many times.

    Parameters
    ----------
    land, specification
        Where, and what; defaults are written out as for a run.
    lanes : (m,)
        Tell the members apart that share the seed: each is the run with its lane.
    seed, border
        As `minima_core.runs.start` takes them; border None is what suits the method.
    starts : (m, n), optional
        Where they begin; None: each at the start that belongs to its seed and lane, uniform in the box.

    Examples
    --------
    >>> from minima_core.landscapes import landscape
    >>> from minima_core.methods import method
    >>> crowd = Crowd(landscape("himmelblau"), method("adam", lr=0.1), [0, 1], starts=[(-3, 3), (2, 2)])
    >>> crowd.advance(300)
    2
    >>> crowd.positions.round(2)
    array([[-2.81,  3.13],
           [ 3.  ,  2.  ]])
    """

    def __init__(
        self,
        land: Landscape,
        specification: Specification,
        lanes: ArrayLike,
        *,
        seed: int = 0,
        border: Border | None = None,
        starts: ArrayLike | None = None,
    ) -> None:
        self.land = land
        self._ledger = Ledger(land.lower, land.upper, UNLIMITED) if land.is_callable else None
        self._seen = land if self._ledger is None else land.observed(self._ledger)
        self.specification = specification.resolved(self._seen)
        self.seed = seed
        self.border = natural_border(self.specification) if border is None else border
        numbers = np.asarray(lanes, dtype=np.int64)
        self._build(self._framed(self.specification), numbers)
        if starts is None:
            self._run(throw_crowd, 0)
        else:
            points = np.asarray(starts, dtype=np.float64)
            if points.shape != (len(numbers), land.dimension):
                raise ValueError(
                    f"{len(numbers)} starts on {land.title} are an array of shape "
                    f"({len(numbers)}, {land.dimension}), not {points.shape}."
                )
            self.column("x")[:] = points

    # -- memory --------------------------------------------------------------------------------------------

    def _framed(self, specification: Specification) -> Frame:
        """Make the frame that every member begins with."""
        land, method, driven = self.land, specification.method, specification.driven(self.land)
        layout = method.layout(land.dimension, specification.settings)
        frame = Frame(
            land.dimension, len(method.state), len(method.scalars), len(method.numbers),
            memory=sum(math.prod(shape) for _, shape in layout),
            inners=[self._framed(each) for each in driven],
        )  # fmt: skip
        frame.drive_by([each.method.driver(land.dimension).address for each in driven])
        frame.array("lower")[:], frame.array("upper")[:] = land.lower, land.upper
        frame.array("settings")[:] = method.encoded(specification.settings)
        for name in ("scalars", "initial"):
            frame.array(name)[:] = [value for _, value in method.scalars]
        uses = self._uses(self.specification)
        slopes, curvature = "gradient" in uses, "hessian" in uses
        kernels, ledger = land.kernels, self._ledger
        noise = specification.settings.get("noise")
        frame.set({
            "border": int(self.border), "key": self.seed - (1 << 64) * (self.seed >= 1 << 63),
            "budget": UNLIMITED, "best_value": np.inf, "value": np.nan, "pitch": 0, "loop_room": LOOPS,
            "row": 1, "capacity": 2, "stride": NEVER, "countdown": NEVER,
            "velocity": method.state.index(method.velocity) if method.velocity else -1,
            "noise_unit": scale_of(self._seen).slope / np.sqrt(land.dimension) if noise else 0.0,
            "call_value": kernels.value if land.is_callable or "value" in uses else 0,
            "call_value_gradient": kernels.value_gradient if slopes else 0,
            "price": kernels.price if slopes else 1,
            "call_hessian": kernels.hessian if curvature else 0,
            "hessian_price": kernels.hessian_price if curvature else 0,
            "hessian_gradients": kernels.hessian_gradients if curvature else 0,
            "own_columns": len(method.columns(land.dimension)),
            "context": (land.context if ledger is None else ledger.context).ctypes.data,
            "raised": (_QUIET if ledger is None else ledger.raised).ctypes.data,
            **(land.example_fields if slopes else {}),
        })  # fmt: skip
        return frame

    def _uses(self, specification: Specification) -> set[str]:
        """Return what of the objective is asked for, by the method and those that it drives."""
        uses: set[str] = set(specification.method.uses)
        if specification.settings.get("averaging", "off") != "off":
            uses.add("value")
        return uses.union(*(self._uses(each) for each in specification.driven(self.land)))

    def _build(self, frame: Frame, lanes: NDArray[np.int64]) -> None:
        """Lay out one row of memory for each member, and let the addresses in it point into it."""
        frames = frame.all
        parts = frame.save()
        begins = np.cumsum([0, *(len(part) for part in parts)])
        n = self.land.dimension
        places = {"insides": 0, "loops": INSIDES + n, "ends": INSIDES + n + LOOPS}
        width = int(begins[-1]) + INSIDES + n + LOOPS + LOOPS * (n + 2)
        row = np.zeros(width)
        row[: begins[-1]] = np.concatenate(parts)
        self._memory: Array = np.tile(row, (len(lanes), 1))
        self._first, self._stride = self._memory.ctypes.data, 8 * width
        bases = self._first + self._stride * np.arange(len(lanes), dtype=np.int64)
        self._places: dict[str, tuple[int, int]] = {}
        for each, begin in zip(frames, begins.tolist(), strict=False):
            fields = self._memory[:, begin : begin + HEAD].view(FRAME)[:, 0]
            fields["lane"] = lanes
            for name in POINTERS:
                offset = each.integer(name) - each.address
                fields[name] = bases + offset + 8 * begin
                if each is frame:
                    self._places[name] = (offset // 8, len(each.array(name)))
            for k, inner in enumerate(each.inners):
                address = bases + int(8 * begins[frames.index(inner)])
                place = begin + (each.integer("inner_frames") - each.address) // 8 + k
                self._memory[:, place].view(np.int64)[:] = address
                if k == 0:
                    fields["inner"] = address
            for name, place in places.items():
                fields[name] = bases + 8 * (int(begins[-1]) + place)
        self._fields: Any = self._memory[:, :HEAD].view(FRAME)[:, 0]

    def column(self, name: str) -> Array:
        """Return one array of every member's frame, (m, ...); what is written there, they go on with."""
        begin, length = self._places[name]
        return self._memory[:, begin : begin + length]

    # -- what is known -------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._memory)

    @property
    def positions(self) -> Array:
        """Where each stands, (m, n); a copy."""
        return self.column("x").copy()

    @property
    def values(self) -> Array:
        """The loss where each stands, (m,); nan before the first step."""
        return np.array(self._fields["value"])

    @property
    def best_positions(self) -> Array:
        """The lowest point that each evaluated inside the box, (m, n); where it stands if there is none."""
        best = self.column("best").copy()
        none = ~np.isfinite(self.best_values)
        best[none] = self.column("x")[none]
        return best

    @property
    def best_values(self) -> Array:
        """The values there, (m,)."""
        return np.array(self._fields["best_value"])

    @property
    def steps(self) -> NDArray[np.int64]:
        """Steps done by each, (m,)."""
        return np.array(self._fields["step"])

    @property
    def running(self) -> NDArray[np.bool_]:
        """Which can go on, (m,): the others met a value that is not finite."""
        return np.asarray(self._fields["status"] == int(Status.RUNNING))

    @property
    def error(self) -> BaseException | None:
        """The exception that a Python callable raised; it ends them all."""
        return None if self._ledger is None else self._ledger.error

    # -- going on ------------------------------------------------------------------------------------------

    def advance(
        self,
        steps: int,
        *,
        counts: NDArray[np.int64] | None = None,
        grid: Grid | None = None,
    ) -> int:
        """Do so many steps with every member, without the GIL; return how many members can still go on.

        With `counts` (of the shape of the grid's maps), the cell in which each member stands after each step
        is counted there.
        """
        if counts is None or grid is None:
            return self._run(advance_crowd, steps)
        return self._run(visit_crowd, steps, counts, grid)

    def _run(
        self, kernel: Kernel, steps: int, counts: NDArray[np.int64] | None = None, grid: Grid | None = None
    ) -> int:
        """Let the threads take the members, a part at a time."""
        call = kernel.callable()
        driver = 0 if kernel is throw_crowd else self.specification.method.driver(self.land.dimension).address
        box = np.zeros(4) if grid is None else grid.steps
        tallies: list[NDArray[np.int64]] = []
        running: list[int] = []

        def worker() -> Callable[[int], None]:
            job = np.zeros(len(JOB), dtype=np.int64)
            shape = (0, 0, 0)
            if counts is not None and grid is not None:
                tally = np.zeros_like(counts)  # each thread counts for itself
                tallies.append(tally)
                shape = (tally.ctypes.data, grid.columns, grid.rows)

            def work(part: int) -> None:
                begin = part * PART
                members = min(PART, len(self) - begin)
                job[:] = (self._first + begin * self._stride, self._stride, members, driver, *shape,
                          box.ctypes.data)  # fmt: skip
                running.append(int(call(job.ctypes.data, steps)))

            return work

        parts = -(-len(self) // PART)
        if self._ledger is None:
            spread(worker, parts)
        else:  # calls of Python wait for each other anyway
            work = worker()
            for part in range(parts):
                work(part)
        if counts is not None:
            for tally in tallies:
                counts += tally
        error = self.error
        if error is not None and not isinstance(error, Exception):
            raise error
        return sum(running)

    def advance_in_slices(
        self, steps: int, cancel: Callable[[], bool] | None = None, slice_of: int = 400_000
    ) -> bool:
        """Do so many steps, a slice at a time, so that it can be cancelled; return whether they were done.

        `slice_of` is the steps of all members together in a slice.
        """
        per_slice = max(1, slice_of // max(1, len(self)))
        left = steps
        while left > 0:
            if cancel is not None and cancel():
                return False
            now = min(left, per_slice)
            if self.advance(now) == 0:
                return True
            left -= now
        return True
