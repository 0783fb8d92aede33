"""First and second derivatives of a landscape at all nodes of a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from minima_core.analysis.grid import Array, Grid

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["gradient_on", "hessian_on"]


def gradient_on(land: Landscape, grid: Grid) -> Array:
    """Return ∇f on the grid, (n, rows, columns): exact, or by differences in the plane of the grid.

    nan where f is undefined, also where the derivative of its formula is not.
    """
    axes = grid.axes(land.dimension)
    values = land.value_on(*axes).reshape(grid.shape)
    if land.formula is None:
        return _differences(values, grid)
    slopes = np.array(np.broadcast_to(land.formula.gradient_on(axes, land.context), (len(axes), *grid.shape)))
    slopes[:, np.isnan(values)] = np.nan
    return slopes


def hessian_on(land: Landscape, grid: Grid) -> Array:
    """Return the second derivatives on the grid, (n, n, rows, columns), as `gradient_on` does the first."""
    axes = grid.axes(land.dimension)
    values = land.value_on(*axes).reshape(grid.shape)
    if land.formula is None:
        second = np.stack([_differences(each, grid) for each in _differences(values, grid)])
        return np.asarray(0.5 * (second + np.swapaxes(second, 0, 1)))
    shape = (len(axes), len(axes), *grid.shape)
    second = np.array(np.broadcast_to(land.formula.hessian_on(axes, land.context), shape))
    second[:, :, np.isnan(values)] = np.nan
    return second


def _differences(values: Array, grid: Grid) -> Array:
    """Return the slopes of values on a grid, across and up, (1 or 2, ...)."""
    order: Literal[1, 2] = 2 if min(values.shape) > 2 else 1
    across = np.gradient(values, grid.x[1] - grid.x[0], axis=-1, edge_order=order)
    if grid.rows == 1:
        return np.asarray(across)[None]
    return np.stack((across, np.gradient(values, grid.y[1] - grid.y[0], axis=0, edge_order=order)))
