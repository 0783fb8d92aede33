"""The tries of one method, each from its start with its lane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.arrivals import Cancelled
from minima_core.analysis.crowd import Crowd
from minima_core.landscapes import Landscape
from minima_core.studies.plan import Entrant, Goal, Limits

__all__ = ["Tried", "tried"]

Array: TypeAlias = NDArray[np.float64]


@dataclass(eq=False)
class Tried:
    """What became of tries."""

    text: str
    positions: Array
    end_values: Array
    best_positions: Array
    best_values: Array
    spent: NDArray[np.int64]
    first: NDArray[np.int64]
    """Evaluations after which each had first succeeded; 0 where it never did."""

    @classmethod
    def empty(cls, text: str, tries: int, n: int) -> Tried:
        """Return room for so many."""
        return cls(
            text, np.empty((tries, n)), np.empty(tries), np.empty((tries, n)), np.empty(tries),
            np.zeros(tries, dtype=np.int64), np.zeros(tries, dtype=np.int64),
        )  # fmt: skip


def tried(
    land: Landscape,
    entrant: Entrant,
    starts: Array,
    tries: int,
    limits: Limits,
    goal: Goal,
    seed: int,
    workers: int | None,
    cancel: Callable[[], bool] | None,
    progress: Callable[[float], None],
) -> Tried:
    """Make the tries 0, 1, …: try t from start t mod k, with lane t."""
    found = Tried.empty(entrant.resolved.text, tries, land.dimension)
    for first in range(0, tries, 2048):
        lanes = np.arange(first, min(first + 2048, tries))
        crowd = Crowd(
            land,
            entrant.resolved,
            lanes,
            seed=seed,
            border=entrant.border,
            starts=starts[lanes % len(starts)],
        )
        crowd._fields["budget"] = limits.budget
        if not crowd.advance_in_slices(min(limits.most_steps, limits.budget), cancel, 300_000):
            raise Cancelled("The study was given up.")
        if crowd.error is not None:
            raise ValueError(
                f"The objective raised {type(crowd.error).__name__} ({crowd.error}), so that there is no study."
            ) from crowd.error
        found.positions[lanes], found.end_values[lanes] = crowd.positions, crowd.values
        found.best_positions[lanes], found.best_values[lanes] = crowd.best_positions, crowd.best_values
        found.spent[lanes] = crowd._fields["values"]
        progress((first + len(lanes)) / tries)
    return found
