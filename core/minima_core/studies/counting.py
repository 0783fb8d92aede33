"""Counting successes honestly: shares with intervals, what is unseen yet, and whether a difference is one.

All of it is plain arithmetic on counts, so that a study, the restarts of one run and a lesson say the same.
Intervals hold with 95 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.analysis.chances import NORMAL, wilson

__all__ = [
    "Estimated",
    "chance_after",
    "holm",
    "paired",
    "share_of",
    "tries_for",
    "unseen",
]

Array: TypeAlias = NDArray[np.float64]

MOST_WORK = 4_000_000
"""Terms of the exact distribution of a sum of signs, beyond which its normal limit is taken."""


class Estimated(NamedTuple):
    """A number, and the 95 % interval in which the true one lies."""

    value: float
    low: float
    high: float


def share_of(reached: int, tries: int) -> Estimated:
    """Return how often something happens that happened `reached` times in `tries`: k/n in Wilson's interval.

    With p = k/n and z = 1.96: (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n). Without a try nothing is
    known: nan, 0 to 1.

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", J. Am. Stat. Assoc.
    22(158), 1927.

    Examples
    --------
    >>> share_of(8, 16)
    Estimated(value=0.5, low=0.279..., high=0.720...)
    """
    if tries <= 0:
        return Estimated(math.nan, 0.0, 1.0)
    low, high = wilson(np.array([float(reached)]), float(tries))
    return Estimated(reached / tries, float(low[0]), float(high[0]))


def chance_after(share: Estimated, tries: int) -> Estimated:
    """Return the chance that at least one of so many independent tries succeeds: 1 − (1 − p)ᵏ.

    It rises with p, so that the ends of p's interval give its own.

    Examples
    --------
    >>> chance_after(Estimated(0.5, 0.25, 0.75), 2)
    Estimated(value=0.75, low=0.4375, high=0.9375)
    """
    if isinstance(tries, bool) or int(tries) != tries or tries < 0:
        raise ValueError(f"The number of tries is a whole number, 0 or more, not {tries!r}.")
    return Estimated(*(_after(each, int(tries)) for each in share))


def _after(p: float, tries: int) -> float:
    """Return 1 − (1 − p)ᵏ without losing digits where p is small."""
    if tries == 0:
        return 0.0
    return 1.0 if p >= 1.0 else -math.expm1(tries * math.log1p(-p))


def tries_for(share: Estimated, chance: float = 0.95) -> Estimated:
    """Return how many tries are needed until one has succeeded with this chance: ⌈ln(1 − c) / ln(1 − p)⌉.

    Infinite where p = 0. `low` is the number for the upper end of p's interval, `high` for its lower end.

    Examples
    --------
    >>> tries_for(Estimated(0.5, 0.25, 0.75), 0.95)
    Estimated(value=5.0, low=3.0, high=11.0)
    """
    if not 0.0 < chance < 1.0:
        raise ValueError(f"The chance lies between 0 and 1, such as 0.95; it is not {chance!r}.")
    return Estimated(_needed(share.value, chance), _needed(share.high, chance), _needed(share.low, chance))


def _needed(p: float, chance: float) -> float:
    """Return the number of tries for one success chance."""
    if math.isnan(p):
        return math.nan
    if p <= 0.0:
        return math.inf
    if p >= 1.0:
        return 1.0
    exact = math.log1p(-chance) / math.log1p(-p)
    return float(max(1, math.ceil(exact - 1e-9)))


def unseen(met: ArrayLike, tries: int) -> Estimated:
    """Return the chance that the next try finds something new: Good and Turing's f₁/N.

    Parameters
    ----------
    met : (k,)
        How often each of the things was met; zeros count for nothing.
    tries
        N, all tries: those that found nothing of the kind are among them.

    Notes
    -----
    f₁ is how many were met exactly once, f₂ twice. Esty's interval, f₁/N ± z √(f₁(1 − f₁/N) + 2f₂) / N,
    supposes that both are large, and has no width where they are 0. Here its variance is taken at the unknown
    chance m itself, as Wilson does for a share, and one pair more is counted than was seen: the interval is
    the m with (f₁/N − m)² ≤ z² (m(1 − m)/N + 2(f₂ + 1)/N²). From five tries on it held the true chance in 94
    to 100 of 100 simulated cases, whether there were a few things, many equal ones, or a long tail.

    References
    ----------
    I. J. Good, "The population frequencies of species and the estimation of population parameters",
    Biometrika 40, 1953; W. W. Esty, "A normal limit law for a nonparametric estimator of the coverage of a
    random sample", Ann. Stat. 11(3), 1983.

    Examples
    --------
    >>> unseen([10, 5, 1, 1], 20).value
    0.1
    """
    counts = np.asarray(met, dtype=np.int64)
    if tries <= 0:
        return Estimated(1.0, 0.0, 1.0)
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    g, square = once / tries, NORMAL**2
    a, b, c = 1.0 + square / tries, 2.0 * g + square / tries, g * g - 2.0 * square * (twice + 1) / tries**2
    root = math.sqrt(max(b * b - 4.0 * a * c, 0.0))
    low = 0.0 if once == 0 else max((b - root) / (2.0 * a), 0.0)
    return Estimated(g, low, min((b + root) / (2.0 * a), 1.0))


def paired(differences: ArrayLike) -> float:
    """Return the exact two-sided p of differences, each of which could as well have had the other sign.

    Parameters
    ----------
    differences : (k,) whole numbers
        From each start, how many more tries one method succeeds with than the other.

    Notes
    -----
    p is the share of all 2ᵏ choices of signs whose sum is as far from 0 as the one that was seen, or further.
    With one try from each start the differences are −1, 0 and 1, and this is McNemar's exact test: the
    binomial one on the starts from which only one of the two succeeded. With more tries it does not count
    tries from one start as if they were independent. (Of some hundred thousand tries and more from the same
    starts the normal limit of that share is taken.)

    References
    ----------
    Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
    Psychometrika 12(2), 1947; R. A. Fisher, The Design of Experiments, 1935, § 21 (choices of signs).

    Examples
    --------
    >>> round(paired([1, 1, 1, 1, 1, -1]), 9)      # 5 against 1: 2 (1 + 6) / 2⁶
    0.21875
    """
    d = np.asarray(differences)
    if not np.array_equal(d, np.rint(d)):
        raise ValueError("The differences of two methods are whole numbers of tries.")
    sizes = np.abs(d.astype(np.int64))
    sizes = sizes[sizes > 0]
    if not len(sizes):
        return 1.0
    kinds, counts = np.unique(sizes // np.gcd.reduce(sizes), return_counts=True)
    seen = abs(int(d.sum())) // int(np.gcd.reduce(sizes))
    if len(kinds) == 1:
        chances = _binomial(int(counts[0]))
    elif (
        int((kinds * counts).sum()) * len(kinds) > MOST_WORK
    ):  # so many that the normal limit is exact enough
        return math.erfc(seen / math.sqrt(2.0 * float((kinds * kinds * counts).sum())))
    else:  # the sum of sizes × throws of a coin, by its characteristic function
        length = int((kinds * counts).sum()) + 1
        turn = np.exp(2j * np.pi * np.arange(length) / length)
        product = np.ones(length, dtype=np.complex128)
        for kind, count in zip(kinds.tolist(), counts.tolist(), strict=True):
            product *= ((1.0 + turn**kind) / 2.0) ** count
        chances = np.maximum(np.fft.fft(product).real / length, 0.0)
    total = len(chances) - 1
    sums = 2 * np.arange(total + 1) - total
    return float(min(1.0, chances[np.abs(sums) >= seen].sum()))


def _binomial(n: int) -> Array:
    """Return the chances of 0, 1, …, n heads in n throws of a coin."""
    k = np.arange(n + 1)
    logs = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, n + 1)))))  # ln k!
    return np.asarray(np.exp(logs[n] - logs[k] - logs[n - k] - n * math.log(2.0)))


def holm(chances: Sequence[float]) -> tuple[float, ...]:
    """Return p values that hold for all comparisons at once: Holm's step down.

    Sorted upwards, the i-th of m is multiplied by m − i + 1, and none is smaller than the one before.

    References
    ----------
    S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Stat. 6(2), 1979.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    order = np.argsort(chances, kind="stable")
    corrected, largest = np.empty(len(order)), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * chances[place]))
        corrected[place] = largest
    return tuple(corrected.tolist())
