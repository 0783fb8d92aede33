"""Tries as members of a crowd, each with a watch: for every method that is no plain descent over tiles."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.crowd import HEAD, Crowd
from minima_core.compiled.frame import FRAME, Frame
from minima_core.landscapes import Landscape
from minima_core.methods.gradient.rule import Loop
from minima_core.studies.plan import UNLIMITED, Entrant, Goal, Limits
from minima_core.studies.watch import (
    ASKING,
    ENTRIES,
    FACES,
    LOWEST,
    NOTHING,
    STANDING,
    TARGET,
    advance_tries,
)

__all__ = ["Members"]

Array: TypeAlias = NDArray[np.float64]

FIRST, COUNT, STOPPED = (ENTRIES.index(name) for name in ("first", "count", "stopped"))


class Members(Crowd):
    """Some tries of one method on a formula.

    Parameters
    ----------
    land, entrant, lanes, starts, seed
        Where, what, and which tries: those with these lanes, from these starts, one for each.
    limits, goal
        How far each goes, and what counts.
    """

    def __init__(
        self,
        land: Landscape,
        entrant: Entrant,
        lanes: NDArray[np.int64],
        starts: Array,
        seed: int,
        limits: Limits,
        goal: Goal,
    ) -> None:
        self._entrant, self._limits, self._goal = entrant, limits, goal
        super().__init__(land, entrant.resolved, lanes, seed=seed, border=entrant.border, starts=starts)
        self._loop = self.specification.method.driver(land.dimension).address
        self._advance = advance_tries.callable()

    def _build(self, frame: Frame, lanes: NDArray[np.int64]) -> None:
        """Lay out the crowd, and let each member ask its watch."""
        super()._build(frame, lanes)
        land, goal, limits = self.land, self._goal, self._limits
        self._held = (
            np.ascontiguousarray(land.lower), np.ascontiguousarray(land.upper),
            np.ascontiguousarray(goal.targets, dtype=np.float64),
        )  # fmt: skip
        mode = NOTHING
        if goal.target is not None:
            mode = TARGET
        elif len(goal.targets):
            walks = ASKING if isinstance(self.specification.method.driver, Loop) else STANDING
            mode = LOWEST if self._entrant.judged == "best" else walks
        known = {
            "value": frame.integer("call_value"),
            "value_gradient": frame.integer("call_value_gradient"),
            "hessian": frame.integer("call_hessian"),
            "context": frame.integer("context"),
            "price": frame.integer("price"),
            "mode": mode,
            "target": math.nan if goal.target is None else goal.target,
            "best": math.inf,
            "square": goal.radius**2,
            "n": land.dimension,
            "lower": self._held[0].ctypes.data,
            "upper": self._held[1].ctypes.data,
            "places": self._held[2].ctypes.data,
            "place_count": len(goal.targets),
            "block": math.inf if limits.budget >= UNLIMITED else 0.0,
        }
        watch = np.array([float(known.get(name, 0)) for name in ENTRIES])
        self.watches: Array = np.tile(watch, (len(lanes), 1))
        at = self.watches.ctypes.data + self.watches.itemsize * len(ENTRIES) * np.arange(len(lanes))
        place = 0
        for each in frame.all:
            fields = self._memory[:, place : place + HEAD].view(FRAME)[:, 0]
            fields["budget"], fields["context"] = limits.budget, at
            for name, face in FACES.items():
                if each.integer(name):
                    fields[name] = face.address
            place += len(each.save()[0])

    def go(self, steps: int, first: int, last: int) -> bool:
        """Advance the members from one to before another by so many steps; whether any can still go on.

        On this thread, and without the GIL.
        """
        pitch = self.watches.itemsize * len(ENTRIES)
        job = np.array(
            [self._first + first * self._stride, self._stride, max(min(last, len(self)) - first, 0),
             self._loop, self.watches.ctypes.data + first * pitch, pitch], dtype=np.int64
        )  # fmt: skip
        return bool(self._advance(job.ctypes.data, steps))

    @property
    def spent(self) -> NDArray[np.int64]:
        """Evaluations of each, (m,)."""
        return np.array(self._fields["values"])

    @property
    def share_spent(self) -> float:
        """The share of their budget that they have spent; 0 without one."""
        budget = self._limits.budget
        return 0.0 if budget >= UNLIMITED else float(self._fields["values"].mean()) / budget

    @property
    def counted(self) -> NDArray[np.int64]:
        """The same as the watches have counted it, (m,)."""
        return self.watches[:, COUNT].astype(np.int64)

    @property
    def first(self) -> NDArray[np.int64]:
        """Evaluations after which each had first succeeded, (m,); 0: not yet."""
        return self.watches[:, FIRST].astype(np.int64)

    @property
    def width(self) -> int:
        """Bytes of one member."""
        return int(self._memory.itemsize * self._memory.shape[1])
