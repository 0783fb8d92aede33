"""A ranking of methods at equal cost that says when a difference is not significant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from minima_core.studies.counting import holm, paired
from minima_core.studies.method_result import MethodResult
from minima_core.studies.words import share_in_words

__all__ = ["LEVEL", "Comparison", "Ranking", "ranked"]

LEVEL = 0.05
"""A difference is significant where chance alone makes one as large less often than this."""


@dataclass(frozen=True)
class Comparison:
    """Two methods from the same starts."""

    better: str
    """The name of the one that succeeded more often (of two equal ones, the one that is ranked first)."""
    worse: str
    only_better: int
    """Starts from which it succeeded more often,"""
    only_worse: int
    """and from which the other one did."""
    p: float
    """Exact two-sided p of the two alone (`minima_core.studies.counting.paired`)."""
    corrected: float
    """The same, corrected for the number of comparisons by Holm."""

    @property
    def significant(self) -> bool:
        """Whether the difference is significant, all comparisons taken together."""
        return self.corrected < LEVEL


@dataclass(frozen=True)
class Ranking:
    """Methods ordered by how often they succeed; of equal ones the cheaper first."""

    names: tuple[str, ...]
    """The best first."""
    places: tuple[int, ...]
    """The same as numbers of the study's results."""
    pairs: tuple[Comparison, ...]
    """All of them, the best methods' first."""
    groups: tuple[tuple[str, ...], ...]
    """Methods that follow on each other and do not differ significantly; a method may stand in several."""
    sentence: str

    def pair(self, a: str, b: str) -> Comparison:
        """Return the comparison of two methods, in either order."""
        for each in self.pairs:
            if {each.better, each.worse} == {a, b}:
                return each
        raise ValueError(f"The ranking does not compare “{a}” with “{b}”.")


def ranked(results: Sequence[MethodResult]) -> Ranking:
    """Order methods by success, and compare each with each, start by start.

    The exact test of `minima_core.studies.counting.paired` (McNemar's, where each start is tried once), with
    Holm's correction over all pairs.
    """
    places = sorted(range(len(results)), key=lambda i: (-results[i].share, results[i].expected_cost, i))
    listed = [results[i] for i in places]
    couples = list(combinations(range(len(listed)), 2))
    differences = [_differences(listed[i], listed[j]) for i, j in couples]
    alone = [paired(each) for each in differences]
    corrected = holm(alone)
    pairs = tuple(
        Comparison(listed[i].name, listed[j].name, int((d > 0).sum()), int((d < 0).sum()), p, q)
        for (i, j), d, p, q in zip(couples, differences, alone, corrected, strict=True)
    )
    apart = {couple for couple, each in zip(couples, pairs, strict=True) if each.significant}
    groups = _groups(len(listed), apart)
    return Ranking(
        tuple(each.name for each in listed), tuple(places), pairs,
        tuple(tuple(listed[i].name for i in group) for group in groups),
        _sentence(listed, apart, pairs),
    )  # fmt: skip


def _differences(a: MethodResult, b: MethodResult) -> NDArray[np.int64]:
    """Return how many more tries a succeeds with than b, from each start, out of as many tries of both."""
    return (
        a.by_start * b.repeats - b.by_start * a.repeats if a.repeats != b.repeats else a.by_start - b.by_start
    )


def _groups(count: int, apart: set[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Return the longest stretches of the order in which no two differ significantly."""
    found: list[tuple[int, ...]] = []
    for first in range(count):
        last = first
        while last + 1 < count and not any((i, last + 1) in apart for i in range(first, last + 1)):
            last += 1
        if not found or last > found[-1][-1]:
            found.append(tuple(range(first, last + 1)))
    return found


def _sentence(
    listed: Sequence[MethodResult], apart: set[tuple[int, int]], pairs: Sequence[Comparison]
) -> str:
    """Return who is first, and how sure that is."""
    best = listed[0]
    said = share_in_words(best.reached, best.tries)
    if len(listed) == 1:
        return f"{best.title} succeeds with {said}."
    if all(each.reached == 0 for each in listed):
        return f"None of the methods succeeds: the best is {said}."
    equals = [listed[i].title for i in range(1, len(listed)) if (0, i) not in apart]
    if not equals:
        return f"{best.title} succeeds most often, {said}: significantly more often than every other method."
    if len(equals) == len(listed) - 1:
        return (
            f"{best.title} succeeds most often, {said}, but the difference from "
            f"{_joined(equals)} is not significant (p {_smallest(listed, pairs)})."
        )
    return (
        f"{best.title} succeeds most often, {said}; the difference from {_joined(equals)} is "
        "not significant, that from the others is."
    )


def _smallest(listed: Sequence[MethodResult], pairs: Sequence[Comparison]) -> str:
    """Return the smallest corrected p of the best method's comparisons."""
    of_best = [each.corrected for each in pairs if each.better == listed[0].name]
    least = f"{min(of_best):.2g}"
    return f"= {least}" if len(of_best) == 1 or min(of_best) == 1.0 else f"≥ {least}"


def _joined(titles: Sequence[str]) -> str:
    """Return names in a row."""
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"
