"""Small records made by hand, and the explorations that they belong to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from minima_core import document as doc
from minima_core.document import Exploration


@dataclass
class HandRows:
    steps: NDArray[np.int64]
    positions: NDArray[np.float64]
    values: NDArray[np.float64]
    evaluations: NDArray[np.int64]
    insides: NDArray[np.float64]
    begins: NDArray[np.bool_]


@dataclass
class HandRecord:
    """A record of rows at given steps."""

    rows: HandRows
    columns: tuple[str, ...] = ()
    ends: tuple[tuple[int, NDArray[np.float64], float], ...] = ()
    epoch: int = 0

    def __len__(self) -> int:
        return len(self.rows.steps)

    def among(self, first: int, stop: int) -> HandRows:
        return HandRows(*(column[first:stop] for column in vars(self.rows).values()))

    def row_of(self, step: int) -> int:
        return max(int(np.searchsorted(self.rows.steps, step, side="right")) - 1, 0)

    def since(self, step: int) -> HandRows:
        return self.among(int(np.searchsorted(self.rows.steps, step, side="right")), len(self))

    def upto(self, step: int) -> HandRecord:
        """Return the record as it was at a step."""
        rows = self.among(0, int(np.searchsorted(self.rows.steps, step, side="right")))
        return HandRecord(rows, self.columns, tuple(end for end in self.ends if end[0] <= step), self.epoch)


def hand_record(
    positions: NDArray[np.float64],
    values: NDArray[np.float64] | None = None,
    *,
    stride: int = 1,
    loops: tuple[int, ...] = (0,),
    columns: tuple[str, ...] = (),
    insides: NDArray[np.float64] | None = None,
    epoch: int = 0,
) -> HandRecord:
    """Return a record with one row for each position; `loops` are rows."""
    positions = np.asarray(positions, dtype=np.float64)
    m = len(positions)
    if values is None:
        values = (positions**2).sum(axis=1)
    steps = np.arange(m, dtype=np.int64) * stride
    begins = np.zeros(m, dtype=bool)
    begins[list(loops)] = True
    ends = tuple((int(steps[k - 1]), positions[k - 1], float(values[k - 1])) for k in loops if k)
    table = np.full((m, len(columns)), np.nan) if insides is None else insides
    return HandRecord(HandRows(steps, positions, values, steps + 1, table, begins), columns, ends, epoch)


@pytest.fixture
def record() -> Callable[..., HandRecord]:
    return hand_record


@pytest.fixture
def wells() -> Exploration:
    """Two methods on the two wells."""
    exploration = doc.with_start(Exploration(doc.place_of("two-wells"), steps=100), (-1.15, 1.6))
    return doc.add_entry(doc.add_entry(exploration, "gradient-descent,lr=0.03"), "adam,lr=0.05")
