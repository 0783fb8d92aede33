"""What is said of a run: the verdict on it, the signs while it runs, and what to try next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.frame import Status
from minima_core.landscapes.values import Changes
from minima_core.methods import Specification
from minima_core.runs.record import Record

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["Advice", "RunLike", "Sign", "Verdict"]

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Advice:
    """One thing to try: why, and the method to do it with.

    Attributes
    ----------
    cure
        Which kind it is: "smaller-rate", "larger-rate", "schedule", "momentum", "noise", "method", "restart",
        "hop", "reheat", "spread", "smooth", "regularise", "clip".
    sentence
        What to do and why, with the numbers.
    method
        The specification to go on with.
    begin
        Whether to begin at the start of the run ("start"), or to go on from where it stands ("here").
    changes
        What to change about the landscape first; None: nothing.
    """

    cure: str
    sentence: str
    method: Specification
    begin: Literal["start", "here"] = "start"
    changes: Changes | None = None


@dataclass(frozen=True)
class Verdict:
    """A state, the sentence that says so, the numbers behind it, and what to try.

    The states: "running", "global minimum", "local minimum", "saddle", "inflection", "plateau",
    "oscillating", "crawling", "wandering", "diverged", "not finite", "outside", "out of budget", "raised";
    and of `minimize` also "target reached". A maximum is told under "saddle": level, and downhill from there.
    """

    state: str
    sentence: str
    numbers: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True)
class Sign:
    """An early sign of trouble while a run is under way: its name, a sentence, and the numbers in it."""

    name: str
    sentence: str
    numbers: Mapping[str, float]


class RunLike(Protocol):
    """What a verdict needs to know of a run; `minima_core.runs.Run` says what each means."""

    landscape: Landscape

    @property
    def specification(self) -> Specification:
        """The method at work."""

    @property
    def segments(self) -> tuple[tuple[int, Specification], ...]:
        """From which step on which specification."""

    @property
    def status(self) -> Status:
        """Whether it can go on."""

    @property
    def error(self) -> BaseException | None:
        """What a callable raised."""

    @property
    def step(self) -> int:
        """Steps done."""

    @property
    def steps(self) -> NDArray[np.int64]:
        """Of the rows, (rows,)."""

    @property
    def position(self) -> Array:
        """Where it stands, (n,)."""

    @property
    def positions(self) -> Array:
        """Of the rows, (rows, n)."""

    @property
    def value(self) -> float:
        """The loss where it stands."""

    @property
    def best_value(self) -> float:
        """The lowest value inside the box."""

    @property
    def best_position(self) -> Array:
        """Where that is, (n,)."""

    @property
    def evaluations(self) -> int:
        """Evaluations so far."""

    @property
    def loops_begun(self) -> int:
        """Loops, the present one included."""

    @property
    def record(self) -> Record:
        """A snapshot of all rows."""
