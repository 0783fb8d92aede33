"""Heights on a scale that a model can work with, and which observations it keeps.

Heights h become targets y: t = (h − h_min) / u, on a logarithmic scale log(1 + t), then less their mean, over
their standard deviation. On the plain scale u is the range of all heights, on the logarithmic one three times
the height of the median above the lowest: below that it is almost straight, and a cliff of a million above it
is a matter of a dozen. A height that is not finite counts as the worst that is.

References
----------
E. Snelson, C. E. Rasmussen, Z. Ghahramani, "Warped Gaussian processes", NIPS 2003.
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.kernel import Kernel

__all__ = ["bring_to_scale", "forget_some", "height_of", "rank"]

LOG = 1  # what `warp` is where the scale is logarithmic
WARP = 3.0  # the logarithm takes over at so many times the median’s height above the lowest,
STRONGEST = 1e-5  # and at no smaller share of all heights


@Kernel
def finite_or_worst(f: float) -> float:
    """Return a height, +∞ where it is no number or −∞."""
    return f if math.isfinite(f) else math.inf


@Kernel
def rank(count: int, heights: Any, ranks: Any) -> None:
    """Write the place of each height, the lowest first; of equal ones, the older."""
    for i in range(count):
        place = 0
        h = finite_or_worst(heights[i])
        for j in range(count):
            other = finite_or_worst(heights[j])
            if other < h or (other == h and j < i):
                place += 1
        ranks[i] = place


@Kernel
def forget_some(n: int, count: int, X: Any, heights: Any, ranks: Any) -> int:
    """Forget a quarter of the observations, the oldest outside the better half; return how many are left."""
    rank(count, heights, ranks)
    left, gone = 0, 0
    for i in range(count):
        if 2.0 * ranks[i] >= count and 4 * gone < count:
            gone += 1
        else:
            heights[left] = heights[i]
            for d in range(n):
                X[left * n + d] = X[i * n + d]
            left += 1
    return left


@Kernel
def bring_to_scale(warp: float, count: int, heights: Any, y: Any, room: Any, scale: Any) -> None:
    """Write the targets y of heights, and the four numbers of the scale that leads back.

    Halves keep the difference of the largest numbers finite. `room` is for `count` numbers.
    """
    rank(count, heights, room)
    lowest, median, highest = math.inf, 0.0, -math.inf
    for i in range(count):
        if math.isfinite(heights[i]):
            lowest, highest = min(lowest, heights[i]), max(highest, heights[i])
    for i in range(count):
        if room[i] == (count - 1) // 2:
            median = min(finite_or_worst(heights[i]), highest)
    width = 0.5 * highest - 0.5 * lowest
    unit = WARP * (0.5 * median - 0.5 * lowest)
    unit = width if warp != LOG else max(unit, STRONGEST * width)
    mean, square = 0.0, 0.0
    for i in range(count):
        height = min(finite_or_worst(heights[i]), highest)
        y[i] = (0.5 * height - 0.5 * lowest) / unit if unit > 0.0 else 0.0
        if warp == LOG:
            y[i] = math.log1p(y[i])
        mean += y[i] / count
    for i in range(count):
        square += (y[i] - mean) ** 2 / count
    deviation = math.sqrt(square)
    for i in range(count):
        y[i] = (y[i] - mean) / deviation if deviation > 0.0 else 0.0
    scale[0], scale[1], scale[2], scale[3] = mean, deviation, lowest, 2.0 * unit


@Kernel
def height_of(warp: float, scale: Any, y: float) -> float:
    """Return the height that belongs to a target: `bring_to_scale` backwards."""
    t = scale[0] + scale[1] * y
    if warp == LOG:
        t = math.expm1(min(t, 700.0))
    height: float = scale[2] + scale[3] * t
    return height
