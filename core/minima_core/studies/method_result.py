"""One method of a study: how often it succeeded, at what cost, and where its tries ended."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.studies.counting import Estimated, chance_after, share_of, tries_for, unseen
from minima_core.studies.words import share_in_words, whole

__all__ = ["MethodResult"]

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class MethodResult:
    """One method's tries, in the order in which they were made.

    Try t begins at start t mod k. A method that leaves nothing to chance is tried once from each start: again
    it would do the same.
    """

    name: str
    """The method as it was asked for, in its text form; it tells it from the others."""
    title: str
    """The same for people."""
    text: str
    """The method with every setting written out, in its text form."""
    judged: Literal["best", "end"]
    """What it hands over, and is judged by: its best point, or its last one."""
    starts: int
    """How many starts there are, k."""
    hits: NDArray[np.bool_]
    """(tries,) whether each succeeded."""
    labels: NDArray[np.int16]
    """(tries,) the number of the minimum at which each ended; −1 elsewhere."""
    ends: NDArray[np.int64]
    """(minima + 1,) how many ended at each minimum; the last number is elsewhere."""
    positions: Array
    """(tries, n) what each handed over."""
    values: Array
    """(tries,) the values there."""
    end_values: Array
    """(tries,) the last values."""
    best_values: Array
    """(tries,) the lowest values inside the region; infinite without any."""
    spent: NDArray[np.int64]
    """(tries,) evaluations of the objective."""
    cost: Array
    """(tries,) evaluations after which each had first succeeded; infinite for those that did not.

    With a target: until it was reached. Else: until what it hands over first lay near a global minimum, for
    the tries whose result lies there in the end.
    """

    @property
    def tries(self) -> int:
        """How many tries there were."""
        return len(self.hits)

    @property
    def reached(self) -> int:
        """How many of them succeeded."""
        return int(np.count_nonzero(self.hits))

    @cached_property
    def chance(self) -> Estimated:
        """The share that succeeded, with Wilson's 95 % interval.

        With several tries from each start it holds for the average chance over these starts (where it is on
        the safe side), not over the whole region.
        """
        return share_of(self.reached, self.tries)

    @property
    def share(self) -> float:
        """The share that succeeded, 0 to 1."""
        return self.chance.value

    @property
    def low(self) -> float:
        """The lower end of its 95 % interval."""
        return self.chance.low

    @property
    def high(self) -> float:
        """The upper end."""
        return self.chance.high

    @property
    def median_cost(self) -> float:
        """The median of the cost over all tries: infinite where fewer than half of them succeeded."""
        return float(np.median(self.cost))

    @property
    def expected_cost(self) -> float:
        """What a success is expected to cost, in evaluations, when tries are made until one succeeds.

        ERT: all that was spent (by a try that succeeded, until then), divided by the successes; infinite
        without any.

        References
        ----------
        A. Auger, N. Hansen, "Performance evaluation of an advanced local search evolutionary algorithm",
        CEC 2005; N. Hansen et al., "COCO: a platform for comparing continuous optimizers in a black-box
        setting", Optim. Methods Softw. 36(1), 2021.
        """
        if not self.reached:
            return math.inf
        return float(np.where(self.hits, self.cost, self.spent).sum()) / self.reached

    @cached_property
    def staircase(self) -> tuple[NDArray[np.int64], Array]:
        """Numbers of tries 1, 2, …, and the lowest value that any of them had handed over by then."""
        values = np.where(np.isfinite(self.values), self.values, np.inf)
        return np.arange(1, self.tries + 1), np.minimum.accumulate(values)

    @property
    def records(self) -> tuple[NDArray[np.int64], Array]:
        """The steps of the staircase alone: the tries that set a record, and the records."""
        tries, lowest = self.staircase
        new = lowest < np.concatenate(([np.inf], lowest[:-1]))
        return tries[new], lowest[new]

    @property
    def distinct(self) -> int:
        """How many different minima were met."""
        return int(np.count_nonzero(self.ends[:-1]))

    @property
    def singletons(self) -> int:
        """How many minima were met exactly once."""
        return int(np.count_nonzero(self.ends[:-1] == 1))

    @cached_property
    def new(self) -> Estimated:
        """The chance that one more try meets a minimum that none has met, with its interval (`unseen`)."""
        return unseen(self.ends[:-1], self.tries)

    @property
    def chance_of_new(self) -> float:
        """The chance that one more try meets a new minimum: Good and Turing's f₁/N."""
        return self.new.value

    @property
    def chance_of_new_interval(self) -> tuple[float, float]:
        """Its 95 % interval."""
        return self.new.low, self.new.high

    def chance_after(self, tries: int) -> Estimated:
        """Return the chance that at least one of so many tries succeeds, 1 − (1 − p)ᵏ, with its interval."""
        return chance_after(self.chance, tries)

    def tries_for(self, chance: float = 0.95) -> float:
        """Return how many tries it takes until one has succeeded with this chance; infinite if none did."""
        return self.tries_interval(chance).value

    def tries_interval(self, chance: float = 0.95) -> Estimated:
        """Return the same with its interval."""
        return tries_for(self.chance, chance)

    @property
    def by_start(self) -> NDArray[np.int64]:
        """(k,) how many tries from each start succeeded."""
        return np.asarray(self.hits.reshape(-1, self.starts).sum(axis=0))

    @property
    def repeats(self) -> int:
        """How many tries were made from each start."""
        return self.tries // self.starts

    @property
    def sentence(self) -> str:
        """How often it succeeded, in words."""
        said = f"{self.title}: {share_in_words(self.reached, self.tries)}"
        if self.reached == 0:
            return f"{said}."
        return f"{said}, {whole(self.expected_cost)} evaluations for one success."
