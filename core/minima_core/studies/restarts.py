"""Restarts: the statistics of a run's descents as they come, and what they say about those to come.

Each descent from a new random start is a try. How many different minima were met, how many of them once,
tells how likely the next one finds a minimum that is new; how often the lowest was met, how many more tries
are needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.analysis.arrivals import minima_of
from minima_core.analysis.chances import EQUAL
from minima_core.compiled.nearest import nearest_within
from minima_core.landscapes import Landscape
from minima_core.landscapes.scale import scale_of
from minima_core.studies.counting import Estimated, chance_after, share_of, tries_for, unseen
from minima_core.studies.plan import NEAR
from minima_core.studies.words import interval_in_words, percent, whole

if TYPE_CHECKING:
    from minima_core.runs import Run

__all__ = ["Restarts", "Score"]

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Score:
    """What Good and Turing said, against what is so."""

    found: int
    proved: int
    missing: int
    said: Estimated
    """The chance of a new minimum, as it was estimated."""
    true: float | None
    """The chance as it is, where the shares of the basins are known."""
    sentence: str


@dataclass(frozen=True, eq=False)
class Restarts:
    """The descents of one run, or any other tries that end somewhere, in their order."""

    ends: Array
    """(tries, n): where they ended."""
    values: Array
    """(tries,)."""
    labels: NDArray[np.int16]
    """(tries,): the minimum at which each ended, −1 for none."""
    minima: Array
    """(m, n): the minima that the labels number: those known, or those met, in the order of meeting."""
    known: bool
    """Whether the minima were given; else they are what was met."""
    best: NDArray[np.bool_]
    """(m,): which of them are the lowest."""

    @classmethod
    def of(
        cls,
        run: Run | Any,
        minima: object = None,
        *,
        land: Landscape | None = None,
        values: ArrayLike | None = None,
    ) -> Restarts:
        """Return the statistics of a run's finished loops, or of ends (tries, n).

        Parameters
        ----------
        run
            A run whose method begins anew now and then (`random-restarts`, `multi-start`), or the ends
            themselves.
        minima
            Critical points or positions (m, n), to which the ends belong within 1 % of the diagonal. None:
            ends that lie so close together are one minimum.
        land
            The landscape, where ends are given and no run.
        values : (tries,)
            Of ends that are given; None: they are worked out.

        Raises
        ------
        ValueError
            With a sentence.
        """
        if hasattr(run, "record"):
            record = run.record
            land, ends, heights = run.landscape, record.ends.positions, record.ends.values
        else:
            if land is None:
                raise ValueError("Ends alone do not say on which landscape they lie: give land as well.")
            ends = np.asarray(run, dtype=np.float64).reshape(-1, land.dimension)
            if values is None:
                heights = np.asarray(land.value(ends), dtype=np.float64) if len(ends) else np.empty(0)
            else:
                heights = np.asarray(values, dtype=np.float64).reshape(-1)
            if len(heights) != len(ends):
                raise ValueError(
                    f"There are {len(ends)} ends and {len(heights)} values; one for each is right."
                )
        radius = NEAR * land.diagonal
        close = EQUAL * scale_of(land).spread if not land.is_callable else 0.0
        if minima is None:
            return cls._met(ends, heights, radius, close)
        points = minima_of(land, minima)  # type: ignore[arg-type]
        labels = _labels(ends, points, radius)
        lows = np.asarray(land.value(points), dtype=np.float64) if len(points) else np.empty(0)
        best = lows <= lows.min() + close if len(lows) else np.empty(0, dtype=np.bool_)
        return cls(ends, heights, labels, points, True, best)

    @classmethod
    def _met(cls, ends: Array, values: Array, radius: float, close: float) -> Restarts:
        """Number the minima in the order in which they were met."""
        labels = np.full(len(ends), -1, dtype=np.int16)
        places: list[Array] = []
        finite = np.isfinite(ends).all(axis=1) & np.isfinite(values)
        while len(new := np.nonzero(finite & (labels < 0))[0]):  # the first that belongs to none is a new one
            places.append(ends[new[0]])
            labels[new] = _labels(ends[new], np.array(places), radius)
        points = np.array(places).reshape(len(places), ends.shape[1])
        heights = np.full(len(places), np.inf)
        np.minimum.at(heights, labels[labels >= 0], values[labels >= 0])
        best = heights <= heights.min(initial=np.inf) + close
        return cls(ends, values, labels, points, False, best)

    @property
    def tries(self) -> int:
        """How many descents have ended."""
        return len(self.labels)

    @cached_property
    def found(self) -> NDArray[np.int64]:
        """(m,): how often each minimum was met."""
        return np.bincount(self.labels[self.labels >= 0], minlength=len(self.minima)).astype(np.int64)

    @property
    def distinct(self) -> int:
        """How many different minima were met."""
        return int(np.count_nonzero(self.found))

    @property
    def singletons(self) -> int:
        """How many of them once."""
        return int(np.count_nonzero(self.found == 1))

    @property
    def new(self) -> Estimated:
        """The chance that the next descent meets a new minimum, with its interval (`unseen`)."""
        return unseen(self.found, self.tries)

    @property
    def chance_of_new(self) -> float:
        """The chance that the next descent meets a minimum that none has met: Good and Turing's f₁/N."""
        return self.new.value

    @property
    def chance_of_new_interval(self) -> tuple[float, float]:
        """Its 95 % interval."""
        return self.new.low, self.new.high

    @property
    def reached(self) -> int:
        """How many descents ended at the lowest minimum: the lowest known, or the lowest met."""
        return int(self.found[self.best].sum())

    @property
    def chance(self) -> Estimated:
        """The share of those, with Wilson's interval."""
        return share_of(self.reached, self.tries)

    @property
    def p(self) -> float:
        """The share of descents that ended at the lowest minimum; nan before the first."""
        return self.chance.value

    @property
    def low(self) -> float:
        """The lower end of its 95 % interval."""
        return self.chance.low

    @property
    def high(self) -> float:
        """The upper end."""
        return self.chance.high

    def chance_after(self, tries: int) -> Estimated:
        """Return the chance that one of so many descents ends at the lowest minimum: 1 − (1 − p)ᵏ."""
        return chance_after(self.chance, tries)

    def tries_for(self, chance: float = 0.95) -> float:
        """Return how many descents it takes until one has ended there with this chance."""
        return self.tries_interval(chance).value

    def tries_interval(self, chance: float = 0.95) -> Estimated:
        """Return the same with its interval."""
        return tries_for(self.chance, chance)

    @property
    def staircase(self) -> tuple[NDArray[np.int64], Array]:
        """Numbers of descents 1, 2, …, and the lowest value at which any had ended by then."""
        values = np.where(np.isfinite(self.values), self.values, np.inf)
        return np.arange(1, self.tries + 1), np.minimum.accumulate(values)

    def score(self, proved_count: int, shares: ArrayLike | None = None) -> Score:
        """Return what was estimated against what is so, once all minima are known.

        Parameters
        ----------
        proved_count
            How many minima there are.
        shares : (m,)
            The shares of their basins, as the minima of this object are numbered: the true chance of a new
            one is the sum of those that were not met.
        """
        missing = max(int(proved_count) - self.distinct, 0)
        true = None
        if shares is not None and self.known:
            true = float(np.asarray(shares, dtype=np.float64)[self.found == 0].sum())
        said = f"{percent(self.new.value)} ({interval_in_words(self.new)})"
        sentence = (
            f"{whole(self.tries)} descents met {whole(self.distinct)} of {whole(proved_count)} minima; "
            f"the chance that the next one is new was estimated as {said}"
        )
        if true is not None:
            sentence += f", and is {percent(true)}"
        return Score(self.distinct, int(proved_count), missing, self.new, true, f"{sentence}.")

    @property
    def sentence(self) -> str:
        """What is known so far, in words."""
        if not self.tries:
            return "No descent has ended yet."
        which = "lowest minimum known" if self.known else "lowest one so far"
        return (
            f"{whole(self.tries)} descents met {whole(self.distinct)} different minima, "
            f"{whole(self.singletons)} of them once: the next one is new with "
            f"{percent(self.new.value)} ({interval_in_words(self.new)}). "
            f"{whole(self.reached)} ended at the {which}: "
            f"{percent(self.p)} ({interval_in_words(self.chance)})."
        )


def _labels(ends: Array, minima: Array, radius: float) -> NDArray[np.int16]:
    """Return the number of the nearest minimum within the radius; −1 for none."""
    if not len(minima) or not len(ends):
        return np.full(len(ends), -1, dtype=np.int16)
    return nearest_within(ends.T, minima, radius)
