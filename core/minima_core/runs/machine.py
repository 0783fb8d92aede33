"""A method at work on a landscape: its frame, filled in and connected, and the loop that advances it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.frame import Border, Frame, Held
from minima_core.compiled.objective import Ledger
from minima_core.landscapes import Landscape
from minima_core.landscapes.scale import scale_of
from minima_core.methods import Specification
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
        method, land = specification.method, self.land
        local = local_of(specification)
        inner = None if local is None else self._framed(local)
        frame = Frame(
            land.dimension, len(method.state), len(method.scalars), len(method.numbers), inner=inner
        )
        frame.array("lower")[:], frame.array("upper")[:] = land.lower, land.upper
        for name in ("scalars", "initial"):
            frame.array(name)[:] = [value for _, value in method.scalars]
        unit = self._noise_unit(specification)
        velocity = method.state.index(method.velocity) if method.velocity else -1
        frame.set({**self._given, "best_value": np.inf, "noise_unit": unit, "velocity": velocity,
                   "stride": 1, "countdown": 1})  # fmt: skip
        if local is not None:
            frame.record["inner_advance"] = fused.driver(land, local.method).address
        return frame

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
        for frame in self.frames:
            frame.set({
                "call_value": kernels.value if self._wants_value or self.land.is_callable else 0,
                "call_value_gradient": kernels.value_gradient if self._wants_gradient else 0,
                "price": kernels.price if self._wants_gradient else 1,
                "context": context.ctypes.data,
                "raised": raised.ctypes.data,
                **(self.land.example_fields if self._wants_gradient else {}),
            })  # fmt: skip

    @property
    def _wants_gradient(self) -> bool:
        return self.working.method.kind == "gradient"

    @property
    def _wants_value(self) -> bool:
        return not self._wants_gradient or self.working.settings.get("averaging", "off") != "off"

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The frame, and the one nested in it."""
        return (self.frame,) if self.frame.inner is None else (self.frame, self.frame.inner)

    @property
    def working(self) -> Specification:
        """The method that moves the point: the local one, where one drives another."""
        return local_of(self.specification) or self.specification

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that the method writes into each row."""
        return self.working.method.columns(self.land.dimension)

    def change(self, specification: Specification) -> None:
        """Take other settings of the same method; its state stays."""
        self.specification = specification
        for frame, each in zip(self.frames, (specification, local_of(specification)), strict=False):
            if each is None:
                continue
            frame.array("settings")[:] = each.method.encoded(each.settings)
            if frame.number("noise_unit") == 0.0:
                frame.record["noise_unit"] = self._noise_unit(each)
        self._connect()

    def fits(self, specification: Specification) -> bool:
        """Whether a specification differs in settings only."""
        ours, theirs = local_of(self.specification), local_of(specification)
        return self.specification.name == specification.name and (ours and ours.name) == (
            theirs and theirs.name
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
        local = local_of(self.specification)
        if local is not None:
            self.frame.record["inner_advance"] = fused.driver(self.land, local.method).address

    def twin(self, ledger: Ledger | None) -> Machine:
        """Return an independent copy that enters its calls elsewhere."""
        other = Machine.__new__(Machine)
        other.land, other.specification, other.ledger = self.land, self.specification, ledger
        other._given, other._driver, other._looked = self._given, self._driver, self._looked
        other.frame = self.frame.twin()
        other._connect()
        return other

    def insides(self) -> Mapping[str, Array | float]:
        """Return what the method remembers, by name."""
        frame, method = self.frames[-1], self.working.method
        arrays = {name: row.copy() for name, row in zip(method.state, frame.state, strict=True)}
        if frame.integer("averaged"):
            arrays["average"] = frame.array("average").copy()
        numbers = {
            name: float(value)
            for (name, _), value in zip(method.scalars, frame.array("scalars"), strict=True)
        }
        if frame.integer("averaged"):
            numbers["average_value"] = frame.number("average_value")
        if frame.integer("schedule"):
            numbers["learning_rate"] = frame.number("rate")
        return {**arrays, **numbers}


def _signed(seed: int) -> int:
    """Return the 64 bits of a seed as C's signed integer."""
    return seed - (1 << 64) if seed >= 1 << 63 else seed
