"""The density exp(−f/T) on the region: where a walk that is held at a temperature spends its time.

The walk of simulated annealing at a fixed temperature T is Metropolis' chain; it spends its time in
proportion to exp(−f/T) (Boltzmann, Gibbs). While it is warm a wide valley holds more of it than a deep narrow
one; as it cools, the deepest takes all.

References
----------
N. Metropolis et al., J. Chem. Phys. 21(6), 1953.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from minima_core.analysis.downhill import Labels, Minima, ground_of, positions_of, share_of_each
from minima_core.analysis.grid import Array, Extent
from minima_core.methods import method

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["Density", "boltzmann"]


@dataclass(frozen=True, eq=False)
class Density:
    """exp(−(f − f_min)/T), normalised on the region, and each minimum's share of it.

    Attributes
    ----------
    values : float64 (rows, columns)
        Probability per area (per length in one variable); it integrates to 1. 0 where f is undefined.
    probability : float64 (rows, columns)
        Of the cell around each node; sums to 1.
    labels : int16 (rows, columns)
        The minimum to which the ground leads down; −1: none.
    shares : float64 (k,)
        Of the basin of each minimum; `none` is the share that belongs to none.
    """

    extent: Extent
    temperature: float
    values: Array
    probability: Array
    minima: Array
    labels: Labels
    shares: Array
    none: float

    @property
    def shown(self) -> Array:
        """The density for a picture, in [0, 1]: √(density / highest), so that faint parts are seen too."""
        highest = float(self.values.max())
        return np.sqrt(self.values / highest) if highest > 0.0 else np.zeros_like(self.values)


def boltzmann(
    land: Landscape,
    temperature: float | None = None,
    resolution: tuple[int, ...] = (256, 256),
    *,
    minima: Minima = None,
) -> Density:
    """Return the density exp(−f/T) on the region, and the share of each basin.

    Parameters
    ----------
    temperature
        T > 0, in the units of the loss; None: that with which simulated annealing begins here.
    resolution
        Columns and rows.
    minima
        Critical points or positions (k, n) that number the basins; None: those of the landscape.

    Notes
    -----
    The cell of a node counts with the density at the node: at low temperatures the grid has to be finer than
    the walk's wandering, about √(T/λ) at a minimum with curvature λ. With more than two variables it is the
    density on the plane through the landscape's start.

    Raises
    ------
    ValueError
        For a temperature that is not a positive number, and a resolution that is none.

    References
    ----------
    N. Metropolis et al., J. Chem. Phys. 21(6), 1953.

    Examples
    --------
    >>> from minima_core.landscapes import landscape
    >>> cold, warm = (boltzmann(landscape("two-wells"), t, (64, 64)).shares[0] for t in (0.05, 5.0))
    >>> bool(cold > 0.99 > warm)
    True
    """
    if temperature is None:
        temperature = float(str(method("simulated-annealing").resolved(land).settings["temperature"]))
    t = _temperature(temperature)
    places = positions_of(land, minima)
    ground = ground_of(land, places, resolution)
    grid, f, below = ground.grid, ground.values, ground.labels
    finite = np.isfinite(f)
    lowest = float(f[finite].min()) if finite.any() else 0.0
    with np.errstate(all="ignore"):
        weight = np.where(finite, np.exp(-(np.where(finite, f, 0.0) - lowest) / t), 0.0)
    weight *= grid.areas
    total = float(weight.sum())
    probability = weight / total if total > 0.0 else weight
    shares, none = share_of_each(below, probability, len(places))
    return Density(grid.extent, t, probability / grid.areas, probability, places, below, shares, none)


def _temperature(value: float) -> float:
    """Check a temperature."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not (math.isfinite(number) and number > 0.0):
        raise ValueError(f"A temperature is a positive number, such as 0.5, not {value!r}.")
    return number
