"""What a lesson reads of the window, or of a trial: the race, the view, the runs, what was found out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.document import Exploration, View
from minima_core.scene.findings import NOTHING, Findings
from minima_core.scene.legend import VerdictLike

__all__ = ["Happened", "Happening", "Judged", "Key", "MethodResultLike", "RecordLike", "StudyLike"]

Key: TypeAlias = tuple[int, int]
"""A run: the id of its line, the index of its start."""


class RecordLike(Protocol):
    """What is read of a run's rows: a `minima_core.runs.Record`."""

    def __len__(self) -> int: ...

    @property
    def positions(self) -> NDArray[np.float64]:
        """(rows, n)."""

    @property
    def values(self) -> NDArray[np.float64]:
        """(rows,)."""

    @property
    def steps(self) -> NDArray[np.int64]:
        """(rows,) rising."""

    @property
    def evaluations(self) -> NDArray[np.int64]:
        """(rows,) so far."""

    @property
    def gradients(self) -> NDArray[np.int64]:
        """(rows,) so far."""

    @property
    def hessians(self) -> NDArray[np.int64]:
        """(rows,) so far."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the numbers inside the method."""

    def inside(self, name: str) -> NDArray[np.float64]:
        """Return one of them, (rows,)."""

    @property
    def loops(self) -> NDArray[np.int64]:
        """Rows at which a loop begins."""

    @property
    def ends(self) -> Iterable[tuple[int, NDArray[np.float64], float]]:
        """Of finished loops: step, position, value."""


class Judged(Protocol):
    """What is read of a run: a `minima_core.Run`, or what an engine publishes of one."""

    @property
    def record(self) -> RecordLike | None:
        """Its rows; None if it failed."""

    @property
    def step(self) -> int:
        """Steps done."""

    @property
    def verdict(self) -> VerdictLike | None:
        """What became of it; None while it is under way."""


class MethodResultLike(Protocol):
    """What is read of one method of a study."""

    @property
    def name(self) -> str:
        """Of the method."""

    @property
    def tries(self) -> int:
        """How many."""

    @property
    def reached(self) -> int:
        """How many reached the target."""

    @property
    def share(self) -> float:
        """Their share, 0 to 1."""

    @property
    def low(self) -> float:
        """The lower end of its 95 % interval."""

    @property
    def high(self) -> float:
        """The upper end of it."""

    @property
    def median_cost(self) -> float:
        """Evaluations to the target."""

    @property
    def expected_cost(self) -> float:
        """Evaluations spent for one success."""

    @property
    def best_values(self) -> NDArray[np.float64]:
        """(tries,) the lowest values."""

    @property
    def distinct(self) -> int:
        """Different minima met."""


class StudyLike(Protocol):
    """What is read of a study."""

    @property
    def results(self) -> Sequence[MethodResultLike]:
        """One for each method."""

    @property
    def sentence(self) -> str:
        """What came out."""


class Happened(Protocol):
    """What happened so far, as far as it is known."""

    @property
    def exploration(self) -> Exploration:
        """The race as it is now."""

    @property
    def view(self) -> View:
        """How it is looked at."""

    @property
    def judged(self) -> Mapping[Key, Judged]:
        """The runs that there are, by (entry id, index of the start)."""

    @property
    def findings(self) -> Findings:
        """What is known about the landscape."""

    @property
    def study(self) -> StudyLike | None:
        """The study that was run last, if any."""


@dataclass(frozen=True, eq=False)
class Happening:
    """A plain `Happened`."""

    exploration: Exploration
    view: View = field(default_factory=View)
    judged: Mapping[Key, Judged] = field(default_factory=dict)
    findings: Findings = NOTHING
    study: StudyLike | None = None
