"""Shares of starts that end at each of two minima: by the ground itself, by maps, and by a study's tries."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.arrivals import border_of, ends_of_crowd, labels_of
from minima_core.analysis.chances import wilson
from minima_core.analysis.downhill import ground_of, share_of_each
from minima_core.analysis.grid import Array
from minima_core.methods import Specification

if TYPE_CHECKING:
    from minima_core.analysis.basins import Basins
    from minima_core.landscapes import Landscape

__all__ = ["Share", "shares_of_pair"]

Interval: TypeAlias = tuple[float, float]
LEVEL = 0.05
"""A difference is significant if chance alone makes one as large less often than this."""
CLOSE = 0.01
"""A minimum of a map or study is one of the two within this share of the diagonal."""
THROWN, STEPS = 300, 500
"""Starts and steps of the descents that are tried where there is no map: with three variables and more."""
LINE, NODES = (4001,), (257, 257)
NODES_OF_CALLABLE = (129, 129)


@dataclass(frozen=True)
class Share:
    """Which share of starts ends at each of the two, with one method.

    Attributes
    ----------
    source : str
        "ground": the area from which the ground leads down to it, for infinitely small steps; "map": a map of
        basins; "runs": `tries` random starts; "study": the tries of a study.
    method : str
        The text form of the method; "" for the ground.
    a, b : float
        0 to 1.
    a_interval, b_interval : (float, float) or None
        95 % intervals (Wilson) of counted tries.
    """

    source: Literal["ground", "map", "runs", "study"]
    method: str
    a: float
    b: float
    a_interval: Interval | None = None
    b_interval: Interval | None = None
    tries: int = 0
    steps: int = 0

    @property
    def significant(self) -> bool:
        """Whether the two counted shares differ by more than chance explains (95 %); True if not counted.

        Of the tries that ended at either, as many would end at each if both were as likely: the exact sign
        test (W. J. Conover, Practical Nonparametric Statistics, 1999).
        """
        if not self.tries:
            return True
        a, b = round(self.a * self.tries), round(self.b * self.tries)
        return sign_test(min(a, b), a + b) < LEVEL


def sign_test(fewer: int, both: int) -> float:
    """Return the chance that a fair coin, thrown so often, shows one side that seldom or even less.

    Exact up to 2000 throws, by the normal approximation beyond.

    Examples
    --------
    >>> sign_test(1, 8), sign_test(4, 8), sign_test(0, 0)
    (0.0703125, 1.0, 1.0)
    """
    if both > 2000:
        return min(math.erfc(max(both - 2 * fewer - 1, 0) / math.sqrt(2.0 * both)), 1.0)
    tail = sum(math.comb(both, k) for k in range(fewer + 1))
    return min(2 * tail / (1 << both), 1.0)


class Placed(Protocol):
    """What is read of a minimum."""

    @property
    def position(self) -> Array:
        """(n,)."""


class ResultLike(Protocol):
    """What is read of the tries of one method of a study."""

    @property
    def text(self) -> str:
        """The method."""

    @property
    def tries(self) -> int:
        """How many."""

    @property
    def ends(self) -> NDArray[np.int64]:
        """(minima + 1,) how many ended at each; the last elsewhere."""


class StudyLike(Protocol):
    """What is read of a study."""

    @property
    def minima(self) -> Array:
        """(m, n)."""

    @property
    def steps(self) -> int | None:
        """Of each try."""

    @property
    def results(self) -> Sequence[ResultLike]:
        """One for each method."""


def shares_of_pair(
    land: Landscape,
    minima: Sequence[Placed],
    pair: tuple[int, int],
    study: object | None,
    maps: Iterable[Basins],
    cancel: Callable[[], bool],
    progress: Callable[[float], None],
) -> tuple[Share, ...]:
    """Return the shares of two minima: of the ground, then of each map and each method of a study."""
    positions = np.array([each.position for each in minima]).reshape(-1, land.dimension)
    i, j = pair
    shares = []
    if land.dimension <= 2:
        nodes = LINE if land.dimension == 1 else NODES_OF_CALLABLE if land.is_callable else NODES
        labels = ground_of(land, positions, nodes).labels
        each, _ = share_of_each(labels, np.ones(labels.size), len(positions))
        shares.append(Share("ground", "", float(each[i]), float(each[j])))
    elif study is None:
        shares.append(_thrown(land, positions, pair, cancel, progress))
    for found in maps:
        numbers = _numbers(land, found.minima, positions[[i, j]])
        if numbers is not None:
            first, second = (float(found.shares[k]) for k in numbers)
            shares.append(Share("map", found.specification, first, second, steps=found.steps))
    if study is not None:
        shares += _studied(land, cast(StudyLike, study), positions[[i, j]])
    return tuple(shares)


def _thrown(
    land: Landscape,
    positions: Array,
    pair: tuple[int, int],
    cancel: Callable[[], bool],
    progress: Callable[[float], None],
) -> Share:
    """Let gradient descent run from random starts, and count."""
    specification = Specification.parse("gradient-descent").resolved(land)
    random = np.random.default_rng(0)
    starts = land.lower + random.random((THROWN, land.dimension)) * (land.upper - land.lower)
    edge = border_of(None, specification)
    ends, alive = ends_of_crowd(
        land, specification, np.ascontiguousarray(starts.T), STEPS, edge, cancel, progress
    )
    labels = labels_of(land, ends, alive, positions)
    counts = [int((labels == k).sum()) for k in pair]
    return _counted("runs", specification.text, (counts[0], counts[1]), THROWN, STEPS)


def _studied(land: Landscape, study: StudyLike, two: Array) -> list[Share]:
    """Return the shares of every method of a study."""
    numbers = _numbers(land, np.asarray(study.minima), two)
    if numbers is None:
        return []
    return [
        _counted(
            "study", each.text, (int(each.ends[numbers[0]]), int(each.ends[numbers[1]])), each.tries,
            study.steps or 0,
        )
        for each in study.results
        if each.tries
    ]  # fmt: skip


def _counted(
    source: Literal["runs", "study"], method: str, counts: tuple[int, int], tries: int, steps: int
) -> Share:
    """Return counted shares with their intervals."""
    low, high = wilson(np.array(counts, dtype=np.float64), tries)
    return Share(
        source, method, counts[0] / tries, counts[1] / tries, (float(low[0]), float(high[0])),
        (float(low[1]), float(high[1])), tries, steps,
    )  # fmt: skip


def _numbers(land: Landscape, minima: Array, two: Array) -> tuple[int, int] | None:
    """Return which of some minima the two are; None if one of them is not among these."""
    if not len(minima) or minima.shape[1] != land.dimension:
        return None
    apart = np.linalg.norm(minima[:, None] - two, axis=2)
    if (apart.min(axis=0) > CLOSE * land.diagonal).any():
        return None
    first, second = apart.argmin(axis=0).tolist()
    return first, second
