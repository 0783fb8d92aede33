"""Ways between two minima: straight across, and over the passes at which the least has to be climbed."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from minima_core.analysis.descents import Descents
from minima_core.analysis.grid import Array
from minima_core.analysis.lower_ground import values_at

if TYPE_CHECKING:
    from minima_core.analysis.barriers import BarrierTree, Pass
    from minima_core.landscapes import Landscape

__all__ = ["Between", "way_between"]

LINE = 1001
"""Points along the straight way."""


class Placed(Protocol):
    """What is read of a minimum."""

    @property
    def position(self) -> Array:
        """(n,)."""

    @property
    def value(self) -> float:
        """Its loss."""


@dataclass(frozen=True, eq=False)
class Between:
    """How two minima lie to each other.

    Attributes
    ----------
    distance : float
        Of the two positions.
    height : float
        The height of the pass between them: the least, over all ways, of the highest value on the way.
        Infinite where no way leads from one to the other inside the region. With more than two variables an
        upper bound: the top of the straight way.
    exact : bool
        Whether it is that height, and not a bound.
    passes : tuple of Pass
        Those on the way, from A to B.
    way : float64 (m, n)
        From A over these passes to B; of length 0 where none is known.
    straight : float
        The highest value on the straight way; infinite where f is undefined on it.
    """

    distance: float
    height: float
    exact: bool
    passes: tuple[Pass, ...]
    way: Array
    straight: float


def way_between(
    land: Landscape, minima: Sequence[Placed], i: int, j: int, tree: BarrierTree | None
) -> Between:
    """Return the ways between minima i and j, and how high they lead."""
    a, b = minima[i], minima[j]
    line = a.position + np.linspace(0.0, 1.0, LINE)[:, None] * (b.position - a.position)
    straight = float(values_at(land, line).max())
    distance = float(np.linalg.norm(b.position - a.position))
    if tree is None:
        return Between(distance, straight, False, (), np.empty((0, land.dimension)), straight)
    chain = _chain(tree, i, j)
    if chain is None:
        return Between(distance, float("inf"), True, (), np.empty((0, land.dimension)), straight)
    height = max(each.value for each, _, _ in chain)
    way = line
    if land.dimension > 1:
        tops = np.array([each.position for each, _, _ in chain for _ in range(2)])
        sides = [pair for _, start, end in chain for pair in ((start, end), (end, start))]
        targets, others = (np.array([minima[pair[k]].position for pair in sides]) for k in range(2))
        ways = Descents(land).ways(tops, targets, others)
        way = np.concatenate([each[::-1] if k % 2 == 0 else each for k, each in enumerate(ways)])
    return Between(distance, height, True, tuple(each for each, _, _ in chain), way, straight)


def _chain(tree: BarrierTree, i: int, j: int) -> list[tuple[Pass, int, int]] | None:
    """Return the passes from i to j, each with the minima before and behind it; None if there is no way.

    The passes of a barrier tree join the minima to a tree of their own (the minimum spanning tree of all
    passes): the one way in it is the one that climbs least.
    """
    before: dict[int, tuple[Pass, int]] = {}
    waiting = deque([i])
    while waiting:
        here = waiting.popleft()
        for each in tree.passes:
            if here not in each.joins:
                continue
            other = each.joins[0] if each.joins[1] == here else each.joins[1]
            if other != i and other not in before:
                before[other] = each, here
                waiting.append(other)
    if j not in before:
        return None
    chain: list[tuple[Pass, int, int]] = []
    here = j
    while here != i:
        over, start = before[here]
        chain.append((over, start, here))
        here = start
    return chain[::-1]
