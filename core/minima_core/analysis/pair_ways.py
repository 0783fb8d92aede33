"""Ways between two minima: straight across, and over the passes at which the least has to be climbed."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from minima_core.analysis.grid import Array
from minima_core.analysis.lower_ground import values_at

if TYPE_CHECKING:
    from minima_core.analysis.barriers import BarrierTree, Pass
    from minima_core.landscapes import Landscape

__all__ = ["Between", "way_between"]

LINE = 1001
"""Points along the straight way."""
STEP = 1 / 1500
"""Length of a step down from a pass, as a share of the diagonal,"""
MOST_STEPS = 4000
"""and how many there are at most."""
ARRIVED = 4.0
"""Steps from a minimum at which one has arrived."""


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
    pieces = [a.position[None]]
    for each, start, end in chain:
        up = _down(land, each.position, minima[start], minima[end])[::-1]
        pieces += [up, _down(land, each.position, minima[end], minima[start]), minima[end].position[None]]
    way = np.concatenate(pieces) if land.dimension > 1 else line
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


def _down(land: Landscape, top: Array, target: Placed, other: Placed) -> Array:
    """Return the way down from a pass to one of its two minima, (m, n) beginning at the pass.

    It follows −∇f in steps of one length, beginning along the direction in which the ground bends down most
    (along the straight way to the minimum, where that does not lead there). Where even that ends elsewhere,
    as at kinks, it is the straight way.
    """
    step = STEP * land.diagonal
    straight = target.position - top
    length = float(np.linalg.norm(straight))
    starts: list[Array] = []
    with np.errstate(all="ignore"):
        hessian = np.asarray(land.hessian(top), dtype=np.float64)
    if np.isfinite(hessian).all():
        falls = np.linalg.eigh(hessian)[1][:, 0]
        side = 1.0 if float(falls @ straight) >= 0.0 else -1.0
        starts += [side * falls, -side * falls]
    if length > 0.0:
        starts.append(straight / length)
    for direction in starts:
        way = _followed(land, top, direction, step, target.position, other.position)
        if way is not None:
            return way
    return np.array([top, target.position])


def _followed(
    land: Landscape, top: Array, direction: Array, step: float, target: Array, other: Array
) -> Array | None:
    """Follow the ground down; None where it does not lead to the target."""
    here = np.clip(top + step * direction, land.lower, land.upper)
    points = [top, here]
    for _ in range(MOST_STEPS):
        if np.linalg.norm(here - target) <= ARRIVED * step:
            return np.array(points)
        if np.linalg.norm(here - other) <= ARRIVED * step:
            return None
        first = _downhill(land, here)
        if first is None:
            return None
        middle = np.clip(here + 0.5 * step * first, land.lower, land.upper)
        second = _downhill(land, middle)
        ahead = np.clip(here + step * (first if second is None else second), land.lower, land.upper)
        if np.linalg.norm(ahead - here) < 1e-3 * step:
            return None
        here = ahead
        points.append(here)
    return None


def _downhill(land: Landscape, point: Array) -> Array | None:
    """Return the direction straight down, of length 1, along the border where it would lead outside."""
    with np.errstate(all="ignore"):
        down = -np.asarray(land.gradient(point), dtype=np.float64)
    outwards = ((point <= land.lower) & (down < 0.0)) | ((point >= land.upper) & (down > 0.0))
    down = np.where(outwards, 0.0, down)
    length = float(np.linalg.norm(down))
    return down / length if np.isfinite(length) and length > 0.0 else None
