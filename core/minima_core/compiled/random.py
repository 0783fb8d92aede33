"""Random numbers that depend on nothing but what they are for: Philox-4x32-10, a counter-based generator.

Every number is a function of (seed, step, draw, lane), so a run gives the same bits alone or among a
thousand, after a rewind, and on one thread or many. Words of 32 bits are kept in 64-bit integers: the same
code runs compiled and as plain Python, which is how starts are thrown.

References
----------
J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.kernel import Kernel

__all__ = [
    "BATCH",
    "CHOICE",
    "NOISE",
    "POPULATION",
    "PROPOSAL",
    "RESTART",
    "START",
    "THROW",
    "normal_pair",
    "philox",
    "thrown",
    "uniform",
    "uniform_pair",
]

MASK = 0xFFFFFFFF

# What a draw is for; numbers for different purposes never share a counter.
NOISE = 1 << 24
PROPOSAL = 2 << 24
START = 3 << 24
THROW = 4 << 24
BATCH = 5 << 24
POPULATION = 6 << 24
RESTART = 7 << 24
CHOICE = 8 << 24


@Kernel
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Return four words of 32 bits from a counter of four and a key of two (Philox-4x32, ten rounds)."""
    for _ in range(10):
        a = 0xD2511F53 * c0
        b = 0xCD9E8D57 * c2
        c0, c1, c2, c3 = ((b >> 32) & MASK) ^ c1 ^ k0, b & MASK, ((a >> 32) & MASK) ^ c3 ^ k1, a & MASK
        k0 = (k0 + 0x9E3779B9) & MASK
        k1 = (k1 + 0xBB67AE85) & MASK
    return c0, c1, c2, c3


@Kernel
def uniform_pair(key: int, lane: int, step: int, draw: int) -> tuple[float, float]:
    """Return two independent numbers, uniform in [0, 1), with 53 bits each."""
    a, b, c, d = philox(
        draw & MASK, step & MASK, (step >> 32) & MASK, lane & MASK, key & MASK, (key >> 32) & MASK
    )
    u = ((a >> 5) * 67108864.0 + (b >> 6)) * (1.0 / 9007199254740992.0)
    v = ((c >> 5) * 67108864.0 + (d >> 6)) * (1.0 / 9007199254740992.0)
    return u, v


@Kernel
def uniform(key: int, lane: int, step: int, draw: int) -> float:
    """Return the first number of `uniform_pair`."""
    u, _ = uniform_pair(key, lane, step, draw)
    return float(u)


@Kernel
def normal_pair(key: int, lane: int, step: int, draw: int) -> tuple[float, float]:
    """Return two independent standard normal numbers (Box and Muller 1958)."""
    u, v = uniform_pair(key, lane, step, draw)
    radius = math.sqrt(-2.0 * math.log(1.0 - u))
    angle = 6.283185307179586 * v
    return radius * math.cos(angle), radius * math.sin(angle)


def thrown(
    seed: int, lower: NDArray[np.float64], upper: NDArray[np.float64], lane: int = 0, throw: int = 0
) -> NDArray[np.float64]:
    """Throw a start: the point uniform in the box that belongs to a seed.

    Examples
    --------
    >>> import numpy as np
    >>> box = np.zeros(2), np.ones(2)
    >>> bool((thrown(7, *box) == thrown(7, *box)).all()), bool((thrown(7, *box) == thrown(8, *box)).any())
    (True, False)
    """
    u = np.array([uniform(seed, lane, throw, THROW + i) for i in range(len(lower))])
    return np.asarray(lower + u * (upper - lower))
