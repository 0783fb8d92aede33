"""What is known of a landscape's minima: from the catalogue, by a search, or proved; worked out once.

Proofs take too long to be made for a verdict. Whoever has one hands it over (`remember`), and from then on
every verdict on that landscape rests on it.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.minima import Minimum, find_minima
from minima_core.landscapes import Landscape
from minima_core.landscapes.scale import scale_of

if TYPE_CHECKING:
    from minima_core.analysis.critical import CriticalPoints

__all__ = [
    "NEAR",
    "Knowledge",
    "known_of",
    "minima_of",
    "nearest",
    "proof_of",
    "remember",
    "squared_distances",
]

Array: TypeAlias = NDArray[np.float64]

NEAR = 0.01
"""Of the diagonal: a point so close to a minimum has reached it,"""
LOW = 0.02
"""unless it lies higher above it than this part of the typical height."""
ON_THE_WAY = np.linspace(0.0, 1.0, 9)[:, None]
MOST_PROOFS = 64


class Knowledge(NamedTuple):
    """Minima, the lowest first, and whether it is proved that there is no lower one."""

    minima: tuple[Minimum, ...]
    proved: bool = False


class _Known:
    """A landscape in a cache that is keyed by its digest."""

    def __init__(self, land: Landscape) -> None:
        self.land = land

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known)

    def __hash__(self) -> int:
        return 0


@functools.lru_cache(maxsize=64)
def _found(_digest: str, known: _Known) -> tuple[Minimum, ...]:
    return find_minima(known.land)


def minima_of(land: Landscape) -> tuple[Minimum, ...]:
    """Return the minima of a landscape, known and found; worked out once."""
    return _found(land.digest, _Known(land))


_proofs: OrderedDict[str, Knowledge] = OrderedDict()


def remember(land: Landscape, found: CriticalPoints) -> None:
    """Let later verdicts on a landscape rest on what has been proved about it."""
    _proofs[land.digest] = _from(found)
    if len(_proofs) > MOST_PROOFS:
        _proofs.popitem(last=False)


def proof_of(land: Landscape) -> Knowledge | None:
    """Return what has been proved about a landscape and handed over; None while nobody has."""
    return _proofs.get(land.digest)


def known_of(land: Landscape, given: Sequence[Minimum] | CriticalPoints | None) -> Knowledge:
    """Return what a verdict may rest on: what is given, what has been proved, or what a search found."""
    if given is not None:
        return Knowledge(tuple(given)) if isinstance(given, Sequence) else _from(given)
    proof = proof_of(land)
    if proof is not None and proof.minima:
        return proof
    return Knowledge(minima_of(land))


def _from(found: CriticalPoints) -> Knowledge:
    """Return the minima of an analysis; what is not proved is only "found"."""
    proved = found.global_proved and bool(found.minima)
    minima = tuple(
        Minimum(
            each.position, each.value, each.eigenvalues, each.is_global, each.gap, each.on_border,
            "known" if proved else "found",
        )
        for each in found.minima
    )  # fmt: skip
    return Knowledge(minima, proved)


def nearest(
    land: Landscape, minima: Sequence[Minimum], p: Array, value: float | None = None
) -> Minimum | None:
    """Return the minimum that a point has reached, if any.

    It has when it is within `NEAR` of it and, where its value is given, hardly higher, with no hill between.
    """
    if not minima:
        return None
    distances = np.linalg.norm(np.array([each.position for each in minima]) - p, axis=1)
    k = int(np.argmin(distances))
    if not distances[k] <= NEAR * land.diagonal:
        return None
    closest = minima[k]
    if value is None or land.is_callable:
        return closest
    height = scale_of(land).spread
    if value - closest.value > LOW * height:
        return None
    heights = np.asarray(land.value(p + ON_THE_WAY * (closest.position - p)))
    return closest if np.all(np.diff(heights) <= 1e-6 * height) else None


def squared_distances(rows: Array, p: Array) -> Array:
    """Return the squared distances of many points (m, n) from one, (m,): column by column, for long runs."""
    total: Array = np.zeros(len(rows))
    for column, x in zip(rows.T, p, strict=True):
        total += (column - x) ** 2
    return total
