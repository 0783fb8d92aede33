"""Large pictures of formulas, by machine code on all processors: what numpy computes, some ten times sooner.

Values agree with numpy's in every bit where a formula is arithmetic, and to an ulp or two of each sine,
exponential or logarithm in it.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.compiled.objective import FormulaKernels

__all__ = ["heights_on", "values_at"]

Array: TypeAlias = NDArray[np.float64]

BAND = 1 << 16  # pixels that a thread takes at a time
LANES = 8

_POINTER, _WHOLE = ctypes.c_void_p, ctypes.c_int64
_GRID = ctypes.CFUNCTYPE(None, _POINTER, _POINTER, _POINTER, _POINTER, _POINTER, _WHOLE, _WHOLE)
_TILE = ctypes.CFUNCTYPE(_WHOLE, _POINTER, _POINTER, _POINTER, _POINTER, _WHOLE)


class LandscapeLike(Protocol):
    """What is asked of a landscape here."""

    @property
    def dimension(self) -> int:
        """Number of variables, n."""

    @property
    def context(self) -> Array:
        """Values of the parameters."""

    @property
    def kernels(self) -> Any:
        """The compiled faces."""

    def value_on(self, *arrays: ArrayLike) -> Array:
        """Losses on arrays, one for each variable."""


def heights_on(land: LandscapeLike, x: ArrayLike, y: ArrayLike, *, compile_now: bool = True) -> Array:
    """Return f on the grid of columns x (c,) and rows y (r,): (r, c).

    What depends on x or on y alone is computed once for each column or row. Python callables, and other than
    two variables, are left to `land.value_on`.

    Parameters
    ----------
    land
        A landscape of two variables.
    x, y
        Where the columns and the rows stand.
    compile_now
        Whether to wait some milliseconds for machine code that is not there yet; else numpy does it.

    Examples
    --------
    >>> import numpy as np
    >>> from minima_core.landscapes import formula
    >>> heights_on(formula("x + 10 y", (0, 0), (1, 2)), [0.0, 1.0], [0.0, 1.0, 2.0])
    array([[ 0.,  1.],
           [10., 11.],
           [20., 21.]])
    """
    across, up = (np.ascontiguousarray(each, dtype=np.float64).ravel() for each in (x, y))
    kernels = land.kernels if land.dimension == 2 else None
    if not isinstance(kernels, FormulaKernels) or not (compile_now or kernels.is_ready("grid")):
        return np.asarray(land.value_on(across[None, :], up[:, None]))
    columns, rows = len(across), len(up)
    width = -(-columns // LANES) * LANES
    padded = across if width == columns else np.concatenate([across, np.full(width - columns, across[-1])])
    heights = np.empty((rows, width))
    call, scratch_rows, context = _GRID(kernels.address("grid")), kernels.scratch_rows, land.context
    band = max(1, BAND // width)

    def fill(first: int) -> None:
        scratch = np.empty((max(scratch_rows, 1), width))
        call(
            padded.ctypes.data, up[first:].ctypes.data, context.ctypes.data, heights[first:].ctypes.data,
            scratch.ctypes.data, width, min(band, rows - first),
        )  # fmt: skip

    _spread(fill, range(0, rows, band))
    return heights if width == columns else np.ascontiguousarray(heights[:, :columns])


def values_at(land: LandscapeLike, points: Array) -> Array:
    """Return f at points given coordinate by coordinate, (n, m): (m,). For formulas of any dimension.

    Examples
    --------
    >>> import numpy as np
    >>> from minima_core.landscapes import formula
    >>> values_at(formula("x + 10 y", (0, 0), (1, 2)), np.array([[0.0, 1.0], [1.0, 2.0]]))
    array([10., 21.])
    """
    kernels = land.kernels
    if not isinstance(kernels, FormulaKernels):
        return np.asarray(land.value_on(*points))
    n, m = points.shape
    values = np.empty(m)
    call, context = _TILE(kernels.address("tile_value")), land.context
    size = max(LANES, BAND // (8 * n) // LANES * LANES)

    def fill(first: int) -> None:
        count = min(size, m - first)
        width = -(-count // LANES) * LANES
        part, result = np.empty((n, width)), np.empty(width)
        part[:, :count] = points[:, first : first + count]
        part[:, count:] = points[:, first + count - 1, None]
        call(part.ctypes.data, context.ctypes.data, result.ctypes.data, result.ctypes.data, width)
        values[first : first + count] = result[:count]

    _spread(fill, range(0, m, size))
    return values


def _spread(work: Callable[[int], None], parts: range) -> None:
    """Do the parts of some work on all processors, each taking the next one."""
    threads = min(os.cpu_count() or 1, len(parts))
    if threads <= 1:
        for part in parts:
            work(part)
        return
    turn = itertools.count()

    def take(_: int) -> None:
        while (index := next(turn)) < len(parts):
            work(parts[index])

    list(_workers().map(take, range(threads)))


@functools.cache
def _workers() -> ThreadPoolExecutor:
    """Return the threads that pictures are computed on."""
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="minima-pool-picture")
