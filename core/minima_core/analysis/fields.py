"""Fields of a landscape: how steep it is and how it curves, on a grid; `flow` has where it leads down.

Formulas have exact derivatives, all nodes of a grid at once. For Python callables they are differences of the
values on the grid, one value for each node.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.flow import Flow, flow
from minima_core.analysis.grid import Array, Extent, Grid
from minima_core.analysis.on_grid import gradient_on, hessian_on

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["Curvature", "Flow", "Slope", "curvature", "flow", "slope"]

DECADES = 4
"""The widest range of slopes that a picture tells apart, in powers of ten."""
KNEE = 100
"""Curvatures below a hundredth of the largest are shown on a linear scale, larger ones logarithmically."""
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Slope:
    """The length of the gradient on a grid; rows run upwards.

    Attributes
    ----------
    length : float64 (rows, columns)
        |∇f|; nan where undefined.
    shown : float32 (rows, columns)
        log(|∇f| / low) / log(high / low), cut to [0, 1]; nan where undefined.
    low, high : float
        The slopes that 0 and 1 stand for. Both are 0 on level ground.
    """

    extent: Extent
    length: Array
    shown: NDArray[np.float32]
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Curvature:
    """The extreme eigenvalues of the second derivatives on a grid; rows run upwards.

    Attributes
    ----------
    smallest, largest : float64 (rows, columns)
        The eigenvalues; nan where undefined. In one variable both are f″.
    convex, concave : bool (rows, columns)
        Where no eigenvalue is negative, and where none is positive and one is negative. Elsewhere the ground
        curves both ways, or is undefined.
    shown_smallest, shown_largest : float32 (rows, columns)
        For pictures: ½ ± ½ log(1 + 100 |λ| / high) / log(101), cut to [0, 1], so that ½ stands for no
        curvature; nan where undefined.
    high : float
        The curvature that 1 stands for, as −high does for 0.
    """

    extent: Extent
    smallest: Array
    largest: Array
    convex: NDArray[np.bool_]
    concave: NDArray[np.bool_]
    shown_smallest: NDArray[np.float32]
    shown_largest: NDArray[np.float32]
    high: float


def slope(
    land: Landscape, resolution: tuple[int, ...] = (256, 256), *, extent: Extent | None = None
) -> Slope:
    """Return the length of the gradient on a grid, also made ready for a picture.

    Parameters
    ----------
    resolution
        Columns and rows.
    extent
        x₀, x₁, y₀, y₁; None: the region.

    Examples
    --------
    >>> from minima_core.landscapes import formula
    >>> slope(formula("x^2 + y^2", (-1, -1), (1, 1)), (3, 3)).length.round(2)
    array([[2.83, 2.  , 2.83],
           [2.  , 0.  , 2.  ],
           [2.83, 2.  , 2.83]])
    """
    grid = Grid.of(land, resolution, extent)
    with np.errstate(all="ignore"):
        gradient = gradient_on(land, grid)
        size = np.abs(gradient).max(axis=0)
        scaled = gradient / np.where(size > 0.0, size, 1.0)  # squares of huge slopes would overflow
        length = np.asarray(size * np.sqrt((scaled**2).sum(axis=0)))
    length[~np.isfinite(length)] = np.nan
    low, high = _range(length[length > 0.0])
    if not high > 0.0:
        shown = np.where(np.isnan(length), np.nan, 0.0)
    else:
        with np.errstate(all="ignore"):
            shown = np.clip(np.log(length / low) / np.log(high / low), 0.0, 1.0)
    return Slope(grid.extent, length, shown.astype(np.float32), low, high)


def _range(positive: Array) -> tuple[float, float]:
    """Return the slopes that a picture ranges over: without the steepest and gentlest hundredth."""
    if not positive.size:
        return 0.0, 0.0
    gentle, steep = (float(each) for each in np.quantile(positive, (0.01, 0.99)))
    low = max(gentle, steep * 10.0**-DECADES)
    return (low, steep) if steep > low * (1 + 1e-9) else (0.5 * steep, 2.0 * steep)


def curvature(
    land: Landscape, resolution: tuple[int, ...] = (256, 256), *, extent: Extent | None = None
) -> Curvature:
    """Return how the ground curves on a grid: the extreme eigenvalues of the Hessian, and where it is convex.

    Parameters are those of `slope`.

    Examples
    --------
    >>> from minima_core.landscapes import formula
    >>> bent = curvature(formula("x^2 - 3 y^2", (-1, -1), (1, 1)), (2, 2))
    >>> bent.smallest[0, 0].item(), bent.largest[0, 0].item(), bent.convex.any().item()
    (-6.0, 2.0, False)
    """
    grid = Grid.of(land, resolution, extent)
    with np.errstate(all="ignore"):
        smallest, largest = _eigenvalues(hessian_on(land, grid))
        undefined = ~(np.isfinite(smallest) & np.isfinite(largest))
        smallest[undefined] = largest[undefined] = np.nan
        slack = ROUNDING * np.maximum(np.abs(smallest), np.abs(largest))
        convex = smallest >= -slack
        concave = (largest <= slack) & (smallest < 0.0) & ~convex
        sizes = np.abs(np.concatenate((smallest[~undefined], largest[~undefined])))
        sizes = sizes[sizes > 0.0]
        high = float(np.quantile(sizes, 0.99)) if sizes.size else 0.0
        low_shown, high_shown = _shown(smallest, high), _shown(largest, high)
    return Curvature(grid.extent, smallest, largest, convex, concave, low_shown, high_shown, high)


def _shown(values: Array, high: float) -> NDArray[np.float32]:
    """Return curvatures as [0, 1] with ½ for 0."""
    if not high > 0.0:
        return np.where(np.isnan(values), np.nan, 0.5).astype(np.float32)
    bend = np.sign(values) * np.log1p(KNEE * np.abs(values) / high) / np.log1p(KNEE)
    return np.asarray(0.5 + 0.5 * np.clip(bend, -1.0, 1.0), dtype=np.float32)


def _eigenvalues(hessian: Array) -> tuple[Array, Array]:
    """Return the smallest and the largest eigenvalue of symmetric matrices (n, n, ...)."""
    n = len(hessian)
    if n == 1:
        return hessian[0, 0].copy(), hessian[0, 0].copy()
    if n == 2:
        a, b, c = hessian[0, 0], hessian[0, 1], hessian[1, 1]
        middle, radius = 0.5 * (a + c), np.hypot(0.5 * (a - c), b)
        return np.asarray(middle - radius), np.asarray(middle + radius)
    matrices = np.moveaxis(hessian.reshape(n, n, -1), 2, 0)
    usable = np.isfinite(matrices).all(axis=(1, 2))
    values = np.full((len(matrices), n), np.nan)
    values[usable] = np.linalg.eigvalsh(matrices[usable])
    shape = hessian.shape[2:]
    return values[:, 0].reshape(shape), values[:, -1].reshape(shape)
