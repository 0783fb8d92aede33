"""The visiting distribution of generalised annealing, by Tsallis and Stariolo: its tails are heavy."""

from __future__ import annotations

import math

from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import normal_pair, uniform

__all__ = ["log_gamma", "spread_of_visits", "visit", "visiting_temperature"]

FARTHEST = 1e8  # widths of the box: a farther visit is thrown back to somewhere nearer


@Kernel
def log_gamma(x: float) -> float:
    """Return log Γ(x) for x > 0, to some 1e-14.

    C. Lanczos, SIAM J. Numer. Anal. B 1, 1964, with g = 7 and nine coefficients: the same bits everywhere.
    """
    y = x - 1.0
    total = 0.99999999999980993
    total += 676.5203681218851 / (y + 1.0)
    total -= 1259.1392167224028 / (y + 2.0)
    total += 771.32342877765313 / (y + 3.0)
    total -= 176.61502916214059 / (y + 4.0)
    total += 12.507343278686905 / (y + 5.0)
    total -= 0.13857109526572012 / (y + 6.0)
    total += 9.9843695780195716e-6 / (y + 7.0)
    total += 1.5056327351493116e-7 / (y + 8.0)
    t = y + 7.5
    return 0.5 * math.log(2.0 * math.pi) + (y + 0.5) * math.log(t) - t + math.log(total)


@Kernel
def visiting_temperature(q: float, first: float, t: int) -> float:
    """Return T(t) = T₀ (2^(q−1) − 1) / ((t + 2)^(q−1) − 1), t = 0, 1, …: T₀ at first (Xiang 2013, eq. 3)."""
    return first * (math.pow(2.0, q - 1.0) - 1.0) / (math.pow(t + 2.0, q - 1.0) - 1.0)


@Kernel
def spread_of_visits(q: float, temperature: float) -> float:
    """Return σ of the visits ξ = σ·a / |b|^((q−1)/(3−q)), a and b standard normal.

    σ = (√π (q−1)^(4−q) T^(1/(q−1)) / (Γ(s) 2^((2−q)/(q−1)) (3−q)))^((q−1)/(3−q)), where s = 1/(q−1) − ½; it
    grows with T as T^(1/(3−q)) (Tsallis and Stariolo, p. 405).
    """
    logarithm = 0.5 * math.log(math.pi) + (4.0 - q) * math.log(q - 1.0) + math.log(temperature) / (q - 1.0)
    logarithm -= (2.0 - q) / (q - 1.0) * math.log(2.0) + math.log(3.0 - q) + log_gamma(1.0 / (q - 1.0) - 0.5)
    return math.exp(min(logarithm * (q - 1.0) / (3.0 - q), 600.0))


@Kernel
def visit(q: float, spread: float, key: int, lane: int, step: int, draw: int) -> float:
    """Draw one visit, in units of the temperature's: two normal numbers, and one uniform for the farthest.

    Tsallis and Stariolo, p. 405. It uses the draws `draw` and `draw` + 1.
    """
    a, b = normal_pair(key, lane, step, draw)
    far = math.fabs(a) * spread / math.pow(math.fabs(b) + 1e-300, (q - 1.0) / (3.0 - q))
    if not far <= FARTHEST:
        far = FARTHEST * uniform(key, lane, step, draw + 1)
    return math.copysign(far, a)
