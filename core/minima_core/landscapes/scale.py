"""The scale of a landscape: how steep, how deep and how wide it typically is, from a small sample.

The sample is a lattice that fills the box evenly and is the same every time. A Python callable is asked at
a few points only, and whoever starts a run pays for them.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from minima_core.landscapes.landscape import Array, Landscape

__all__ = ["Scale", "lattice", "rounded", "scale_of", "slopes"]

POINTS = 64
POINTS_OF_CALLABLE = 4


@dataclass(frozen=True)
class Scale:
    """What is typical of a landscape on its box.

    Attributes
    ----------
    slope : float
        The typical length of the gradient: its median, but no less than a twentieth of its mean, so that a
        needle on a plateau does not count for nothing.
    steep : float
        The mean length of the gradient, which steep walls dominate.
    spread : float
        How much values differ: from the lowest to the median of the sample.
    width : float
        The length of the diagonal, divided by √n.
    """

    slope: float
    steep: float
    spread: float
    width: float


def scale_of(land: Landscape) -> Scale:
    """Return the scale of a landscape; for a formula it is worked out once."""
    return _scale_of_callable(land) if land.is_callable else _scale_of_formula(land.digest, _Keyless(land))


class _Keyless:
    """A landscape that does not take part in the comparison of cache keys."""

    def __init__(self, land: Landscape) -> None:
        self.land = land

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyless)

    def __hash__(self) -> int:
        return 0


@functools.lru_cache(maxsize=256)
def _scale_of_formula(_digest: str, keyless: _Keyless) -> Scale:
    land = keyless.land
    points = lattice(land.lower, land.upper, POINTS)
    values, gradients = slopes(land, points)
    return _scale(land, values, gradients)


def _scale_of_callable(land: Landscape) -> Scale:
    points = lattice(land.lower, land.upper, POINTS_OF_CALLABLE)
    gradients = np.array([land.gradient(each) for each in points])
    return _scale(land, np.asarray(land.value(points)), gradients)


def _scale(land: Landscape, values: Array, gradients: Array) -> Scale:
    with np.errstate(all="ignore"):
        lengths = np.linalg.norm(gradients, axis=1)
    lengths = lengths[np.isfinite(lengths) & (lengths > 0.0)]
    values = values[np.isfinite(values)]
    width = land.diagonal / float(np.sqrt(land.dimension))
    spread = _median(values) - float(values.min()) if len(values) else 0.0
    steep = float(np.mean(lengths)) if len(lengths) else 0.0
    spread = spread or steep * width or 1.0
    steep = steep or spread / width
    slope = max(_median(lengths) if len(lengths) else 0.0, 0.05 * steep)
    return Scale(slope, steep, spread, width)


def _median(numbers: Array) -> float:
    """Return what `numpy.median` does, which loads masked arrays for it: dear before a first picture."""
    ordered, half = np.sort(numbers), len(numbers) // 2
    return float(ordered[half] if len(ordered) % 2 else 0.5 * (ordered[half - 1] + ordered[half]))


def lattice(lower: Array, upper: Array, count: int) -> Array:
    """Return points that fill a box evenly, (count, n): the additive recurrence of M. Roberts' R sequence."""
    n = len(lower)
    root = 2.0
    for _ in range(64):
        root = (1.0 + root) ** (1.0 / (n + 1))
    alpha = (1.0 / root) ** np.arange(1, n + 1)
    u = (0.5 + np.outer(np.arange(1, count + 1), alpha)) % 1.0
    return np.asarray(lower + u * (upper - lower))


def slopes(land: Landscape, points: Array) -> tuple[Array, Array]:
    """Return values (m,) and gradients (m, n) of a formula at points (m, n), in numpy."""
    if land.formula is None:
        raise TypeError("Only formulas are evaluated at many points at once.")
    columns = list(np.ascontiguousarray(points.T))
    return (
        land.formula.value_on(columns, land.context),
        land.formula.gradient_on(columns, land.context).T,
    )


def rounded(x: float) -> float:
    """Return the number of the series 1, 2, 5, 10, 20, ... that is nearest on a logarithmic scale.

    Examples
    --------
    >>> [rounded(x) for x in (0.0123, 0.7, 3.3)]
    [0.01, 0.5, 5.0]
    """
    if not np.isfinite(x) or x <= 0.0:
        return 0.0
    exponent = int(np.floor(np.log10(x)))
    series = [float(f"{digit}e{exponent + shift}") for shift in (0, 1) for digit in (1, 2, 5)]
    return min(series, key=lambda each: abs(np.log(each / x)))
