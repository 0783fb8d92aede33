"""A method at work on a landscape: its frame, filled in and connected, and the loop that advances it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.frame import Border, Frame, Held
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.objective import Ledger
from minima_core.compiled.schedule import momentum_at
from minima_core.landscapes import Landscape
from minima_core.landscapes.scale import scale_of
from minima_core.methods import Schedule, Specification
from minima_core.methods.gradient.rule import Loop
from minima_core.runs import fused
from minima_core.runs.record import LOOP_ROOM

__all__ = ["Machine", "Saved", "local_of"]

Array: TypeAlias = NDArray[np.float64]
Saved: TypeAlias = tuple[tuple[Array, ...], tuple[object, ...] | None]

_QUIET = np.zeros(1, dtype=np.int64)  # the place where a formula says that it did not raise: it never does
_NO_ROWS = 1 << 62


def local_of(specification: Specification) -> Specification | None:
    """Return the specification of the method that this one drives, if it drives one."""
    for value in specification.settings.values():
        if isinstance(value, Specification):
            return value
    return None


class Machine:
    """One method, resolved, on one landscape.

    Parameters
    ----------
    land, specification
        Where, and what, with every setting written out.
    border, seed, lane, budget
        As `minima_core.runs.start` takes them.
    ledger
        Where the calls of a Python callable are entered; none for a formula.
    """

    def __init__(
        self,
        land: Landscape,
        specification: Specification,
        *,
        border: Border,
        seed: int,
        lane: int,
        budget: int,
        ledger: Ledger | None,
    ) -> None:
        self.land, self.specification, self.ledger = land, specification, ledger
        self._looked = fused.made()
        self._given = {"border": int(border), "key": _signed(seed), "lane": lane, "budget": budget}
        self.frame = self._framed(specification)
        self._driver = fused.driver(land, specification.method).callable()
        self.change(specification)

    def _framed(self, specification: Specification) -> Frame:
        """Make the frame of a method, and of the one it drives."""
        method, land, n = specification.method, self.land, self.land.dimension
        driven = specification.driven(land)
        layout = method.layout(n, specification.settings)
        frame = Frame(
            n, len(method.state), len(method.scalars), len(method.numbers),
            memory=sum(math.prod(shape) for _, shape in layout),
            inners=[self._framed(each) for each in driven],
        )  # fmt: skip
        frame.array("lower")[:], frame.array("upper")[:] = land.lower, land.upper
        for name in ("scalars", "initial"):
            frame.array(name)[:] = [value for _, value in method.scalars]
        unit = self._noise_unit(specification)
        velocity = method.state.index(method.velocity) if method.velocity else -1
        frame.set({**self._given, "best_value": np.inf, "noise_unit": unit, "velocity": velocity,
                   "own_columns": len(method.columns(n)), "stride": 1, "countdown": 1})  # fmt: skip
        frame.drive_by([self._loop_of(each, specification).address for each in driven])
        return frame

    def _loop_of(self, driven: Specification, specification: Specification) -> Kernel:
        """Return the loop of a driven method; one that is guided asks its objective by address, always."""
        if specification.method.guides:
            return driven.method.driver(self.land.dimension)
        return fused.driver(self.land, driven.method)

    def _noise_unit(self, specification: Specification) -> float:
        """Return the standard deviation of a noise of 1: the typical slope, shared by the coordinates."""
        if not specification.settings.get("noise"):
            return 0.0
        land = self.land if self.ledger is None else self.land.observed(self.ledger)
        return float(scale_of(land).slope / np.sqrt(land.dimension))

    def _connect(self) -> None:
        """Write the addresses that lie outside the frame: the objective, and what it reads."""
        kernels, ledger = self.land.kernels, self.ledger
        context = self.land.context if ledger is None else ledger.context
        raised = _QUIET if ledger is None else ledger.raised
        uses = {use for each in self.specifications for use in each.method.uses}
        if any(each.settings.get("averaging", "off") != "off" for each in self.specifications):
            uses.add("value")
        slopes, curvature = "gradient" in uses, "hessian" in uses
        for frame in self.frame.all:
            frame.set({
                "call_value": kernels.value if "value" in uses or self.land.is_callable else 0,
                "call_value_gradient": kernels.value_gradient if slopes else 0,
                "price": kernels.price if slopes else 1,
                "call_hessian": kernels.hessian if curvature else 0,
                "hessian_price": kernels.hessian_price if curvature else 0,
                "hessian_gradients": kernels.hessian_gradients if curvature else 0,
                "context": context.ctypes.data,
                "raised": raised.ctypes.data,
                **(self.land.example_fields if slopes else {}),
            })  # fmt: skip

    @property
    def specifications(self) -> tuple[Specification, ...]:
        """The method's specification, and those of all that it drives, in the order of the frames."""
        return _with_driven(self.specification, self.land)

    @property
    def working(self) -> Specification:
        """The method that moves the point: the local one, where one drives another."""
        return local_of(self.specification) or self.specification

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that are written into each row: the method's own, then the driven one's."""
        n, driven = self.land.dimension, self.specification.driven(self.land)
        own = self.specification.method.columns(n)
        return (*own, *(max((each.method.columns(n) for each in driven), key=len, default=())))

    @property
    def counts_apart(self) -> bool:
        """Whether values can be worked out without gradients: no descent on a formula ever does."""
        return self.ledger is not None or any(
            each.settings.get("averaging", "off") != "off"
            or not (isinstance(each.method.driver, Loop) or (not each.method.uses and not each.method.guides))
            for each in self.specifications
        )

    def change(self, specification: Specification) -> None:
        """Take other settings of the same method; its state stays."""
        self.specification = specification
        for frame, each in zip(self.frame.all, self.specifications, strict=True):
            frame.array("settings")[:] = each.method.encoded(each.settings)
            if frame.number("noise_unit") == 0.0:
                frame.record["noise_unit"] = self._noise_unit(each)
        self._connect()

    def fits(self, specification: Specification) -> bool:
        """Whether a specification differs in settings only."""
        n = self.land.dimension
        ours, theirs = self.specifications, _with_driven(specification, self.land)
        return len(ours) == len(theirs) and all(
            a.name == b.name and a.method.layout(n, a.settings) == b.method.layout(n, b.settings)
            for a, b in zip(ours, theirs, strict=True)
        )

    def place(self, x: Array) -> None:
        """Stand at a point that has not been evaluated."""
        self.frame.array("x")[:] = x
        self.frame.set({"held": int(Held.NOTHING), "value": np.nan})

    def take_over(self, other: Machine) -> None:
        """Stand where another method stands, with what it knows and has spent."""
        for name in ("x", "g", "best"):
            self.frame.array(name)[:] = other.frame.array(name)
        same = (
            "value",
            "best_value",
            "held",
            "values",
            "gradients",
            "hessians",
            "status",
            "step",
            "clock",
            "loops_begun",
        )
        self.frame.set({name: other.frame.record[name] for name in same})

    def without_record(self) -> None:
        """Write no rows: for replays."""
        n = self.land.dimension
        self._elsewhere = (
            np.zeros(n + 16),
            np.zeros(LOOP_ROOM, dtype=np.int64),
            np.zeros((LOOP_ROOM, n + 2)),
        )
        insides, loops, ends = (each.ctypes.data for each in self._elsewhere)
        self.frame.set({
            "row": 1, "capacity": 2, "stride": _NO_ROWS, "countdown": _NO_ROWS, "pitch": 0,
            "insides": insides, "loops": loops, "ends": ends, "loop_room": LOOP_ROOM, "loop_count": 0,
        })  # fmt: skip

    def advance(self, steps: int) -> int:
        """Do at most so many steps in machine code, without the GIL; return how many were done."""
        done = int(self._driver(self.frame.address, steps))
        fused.count(self.land, self.working.method, done)
        ledger = self.ledger
        if ledger is not None and ledger.error is not None and not isinstance(ledger.error, Exception):
            raise ledger.error
        return done

    def save(self) -> Saved:
        """Return a checkpoint."""
        return self.frame.save(), None if self.ledger is None else self.ledger.save()

    def load(self, saved: Saved) -> None:
        """Return to a checkpoint."""
        self.frame.load(saved[0])
        if self.ledger is not None and saved[1] is not None:
            self.ledger.load(saved[1])
        self._connect()

    def quicken(self) -> None:
        """Change to the driver with the objective inlined, if there is one by now: the same bits, sooner."""
        if self._looked == fused.made():
            return
        self._looked = fused.made()
        self._driver = fused.driver(self.land, self.specification.method).callable()
        self._drive(self.frame, self.specification)

    def _drive(self, frame: Frame, specification: Specification) -> None:
        """Let a frame and those nested in it drive their inner methods by the loops that are there now."""
        driven = specification.driven(self.land)
        frame.drive_by([self._loop_of(each, specification).address for each in driven])
        for inner, each in zip(frame.inners, driven, strict=True):
            self._drive(inner, each)

    def twin(self, ledger: Ledger | None) -> Machine:
        """Return an independent copy that enters its calls elsewhere."""
        other = Machine.__new__(Machine)
        other.land, other.specification, other.ledger = self.land, self.specification, ledger
        other._given, other._driver, other._looked = self._given, self._driver, self._looked
        other.frame = self.frame.twin()
        other._connect()
        return other

    def insides(self) -> Mapping[str, Array | float]:
        """Return what the method remembers, by name; before it what the method remembers that it drives."""
        frame = self.frame
        own = _memories(frame, self.specification, self.land.dimension)
        place = int(own.get("active", 0.0))
        known: dict[str, Array | float] = {}
        if 0 <= place < len(frame.inners):
            known |= self.inner_insides()[place]
        return {**known, **own}

    def inner_insides(self) -> tuple[Mapping[str, Array | float], ...]:
        """Return what each of the methods remembers that this one drives."""
        n, driven = self.land.dimension, self.specification.driven(self.land)
        return tuple(_memories(q, each, n) for q, each in zip(self.frame.inners, driven, strict=True))


def _with_driven(specification: Specification, land: Landscape) -> tuple[Specification, ...]:
    """Return a specification and all those that it drives, as `Frame.all` orders their frames."""
    return (
        specification,
        *(one for each in specification.driven(land) for one in _with_driven(each, land)),
    )


def _memories(frame: Frame, specification: Specification, n: int) -> dict[str, Array | float]:
    """Return copies of all that a method remembers."""
    method = specification.method
    known: dict[str, Array | float] = {
        name: row.copy() for name, row in zip(method.state, frame.state, strict=True)
    }
    memory, begin = frame.array("memory"), 0
    for name, shape in method.layout(n, specification.settings):
        size = math.prod(shape)
        known[name] = memory[begin : begin + size].reshape(shape).copy()
        begin += size
    for (name, _), value in zip(method.scalars, frame.array("scalars"), strict=True):
        known[name] = float(value)
    if frame.integer("averaged"):
        known["average"] = frame.array("average").copy()
        known["average_value"] = frame.number("average_value")
    if frame.integer("schedule"):
        known["learning_rate"] = frame.number("rate")
        cycled = _cycled(frame, specification)
        if cycled >= 0.0:
            known["momentum"], known["momentum_steps"] = cycled, float(frame.integer("steps"))
    return known


def _cycled(frame: Frame, specification: Specification) -> float:
    """Return the momentum of the last step where a schedule cycles it, else −1."""
    schedule, done = specification.settings.get("schedule"), frame.integer("steps") - 1
    if not isinstance(schedule, Schedule) or done < 0:
        return -1.0
    return float(momentum_at(schedule.program, float(done - frame.integer("schedule_began"))))


def _signed(seed: int) -> int:
    """Return the 64 bits of a seed as C's signed integer."""
    return seed - (1 << 64) if seed >= 1 << 63 else seed
