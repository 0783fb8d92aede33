"""What a study found: its methods, what each try was given, what counted, and the ranking."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.studies.method_result import MethodResult
from minima_core.studies.ranking import Ranking, ranked
from minima_core.studies.words import percent, whole

__all__ = ["Study"]

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Study:
    """Many tries of several methods from the same starts, at equal cost."""

    land_title: str
    specifications: tuple[str, ...]
    """The methods with every setting written out, in their text forms."""
    starts: Array
    """(k, n)."""
    seeds: int
    """Tries from each start, of methods that leave something to chance."""
    seed: int
    steps: int | None
    """Most steps of each try; None: as many as the evaluations pay for."""
    evaluations: int | None
    """Most evaluations of each try."""
    target: float | None
    """The value that counts as success; None: to come within 1 % of the diagonal of a global minimum."""
    minima: Array
    """(m, n), the lowest first, as `ends` and `labels` number them."""
    minima_values: Array
    """(m,)."""
    targets: Array
    """(g, n): the global minima, one of which is to be reached."""
    proved: bool
    """Whether it is proved that there is no lower one; else they are the best known."""
    results: tuple[MethodResult, ...]
    """In the order in which they were asked for."""
    _kept: dict[str, Ranking] = field(default_factory=dict, repr=False)

    @property
    def tries(self) -> int:
        """Tries of a method that leaves something to chance: starts × seeds."""
        return len(self.starts) * self.seeds

    @property
    def ranking(self) -> Ranking:
        """The methods ordered by success, and which differences are significant."""
        if "ranking" not in self._kept:
            self._kept["ranking"] = ranked(self.results)
        return self._kept["ranking"]

    def result(self, name: str) -> MethodResult:
        """Return the result of one method, by the text that it was asked for by."""
        for each in self.results:
            if name in {each.name, each.text, each.title}:
                return each
        raise ValueError(
            f"This study has no method “{name}”; it has {', '.join(each.name for each in self.results)}."
        )

    @property
    def cost_in_words(self) -> str:
        """What each try was given."""
        limits = [(self.steps, "step"), (self.evaluations, "evaluation")]
        said = [f"{whole(n)} {what}{'s' * (n != 1)}" for n, what in limits if n is not None]
        return " and at most ".join(said)

    @property
    def success_in_words(self) -> str:
        """What counted as success."""
        if self.target is not None:
            return f"a value of {self.target:.6g} or less".replace("-", "−")
        which = "the global minimum" if self.proved else "the best known minimum"
        if len(self.targets) > 1:
            which = "a global minimum" if self.proved else "one of the best known minima"
        return f"{which}, to {percent(0.01)} of the region’s diagonal"

    @property
    def sentence(self) -> str:
        """What was tried, what counted, and what came out."""
        starts = len(self.starts)
        times = f", {whole(self.seeds)} tries from each" if self.seeds > 1 else ""
        return (
            f"{self.land_title}: {whole(starts)} start{'s' * (starts != 1)}{times}, "
            f"{self.cost_in_words} a try; success is {self.success_in_words}. {self.ranking.sentence}"
        )
