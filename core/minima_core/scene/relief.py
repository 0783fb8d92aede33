"""The ground of every picture: heights of a landscape on a grid, flat bands of colour, contour lines.

A pure function of the landscape's content, the region and the resolution; the last few results are kept, so
that asking again costs nothing. Coarse at once and fine later is the caller's choice of resolution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.cache import Cache
from minima_core.scene.contours import contours_of, levels_of
from minima_core.scene.display import Transform, transform_of
from minima_core.scene.marks import ContourLabel, Extent, Lines, Relief

__all__ = ["Ground", "LandscapeLike", "box_of", "relief_of", "transform_for"]

Array: TypeAlias = NDArray[np.float64]

SURVEY = {1: 2001, 2: 97}
"""Nodes of the grid from which an automatic transform is chosen, along each side."""


class LandscapeLike(Protocol):
    """What is asked of a landscape here."""

    @property
    def dimension(self) -> int:
        """Number of variables, n."""

    @property
    def lower(self) -> Array:
        """(n,)."""

    @property
    def upper(self) -> Array:
        """(n,)."""

    @property
    def minima(self) -> Array:
        """(k, n) global minima that are known."""

    @property
    def digest(self) -> str:
        """Same digest, same numbers."""

    @property
    def display(self) -> object:
        """Transform and clipping of the picture."""

    @property
    def title(self) -> str:
        """How it is called in pictures."""

    def value_on(self, *arrays: Array) -> Array:
        """Losses on arrays, one for each variable."""

    def value(self, p: Array) -> object:
        """(n,) -> float, (m, n) -> (m,)."""

    def gradient(self, p: Array) -> Array:
        """(n,) -> (n,)."""

    def hessian(self, p: Array) -> Array:
        """(n,) -> (n, n)."""


@dataclass(frozen=True, eq=False)
class Ground:
    """A relief with its contour lines and the numbers along them."""

    relief: Relief
    contours: tuple[Lines | ContourLabel, ...]


_grounds: Cache[Ground] = Cache(12)
_transforms: Cache[Transform] = Cache(64)


def box_of(land: LandscapeLike) -> Extent:
    """Return the landscape's box as an extent (of its first two variables)."""
    lower, upper = land.lower, land.upper
    return (float(lower[0]), float(upper[0]), float(lower[1]), float(upper[1]))


def transform_for(land: LandscapeLike) -> Transform:
    """Return how this landscape's losses become heights: as it says itself, else chosen from a survey."""

    def make() -> Transform:
        display = land.display
        if getattr(display, "low", None) is not None and getattr(display, "high", None) is not None:
            return transform_of(display, np.empty(0))
        return transform_of(display, _survey(land))

    return _transforms.get((land.digest, repr(land.display)), make)


def _survey(land: LandscapeLike) -> Array:
    """Return losses all over the box: for more than two variables on the plane through its middle."""
    if land.dimension == 1:
        return _values(land, (np.linspace(land.lower[0], land.upper[0], SURVEY[1]),))
    x, y = (np.linspace(land.lower[k], land.upper[k], SURVEY[2]) for k in (0, 1))
    return _values(land, (x[None, :], y[:, None]))


def _values(land: LandscapeLike, axes: tuple[Array, ...]) -> Array:
    """Return losses on a grid; variables beyond the second stay at the best point known, or in the middle."""
    if land.dimension > len(axes):
        rest = land.minima[0] if len(land.minima) else 0.5 * (land.lower + land.upper)
        axes = (*axes, *(np.full((1,) * axes[0].ndim, number) for number in rest[len(axes) :]))
    with np.errstate(all="ignore"):
        return np.asarray(land.value_on(*axes), dtype=np.float64)


def relief_of(
    land: LandscapeLike,
    region: Extent | None = None,
    resolution: tuple[int, int] = (256, 256),
    *,
    palette: str = "chart",
) -> Ground:
    """Return the ground of a landscape of two variables (or a cut through one of more).

    Parameters
    ----------
    region
        What it covers, (x0, x1, y0, y1); None: the whole box. It may reach beyond the box.
    resolution
        Columns and rows, 2 to 4096 each. Nodes lie on the edges.

    Returns
    -------
    Ground
        Where the loss is undefined the relief has holes; infinities are clipped to the top or the bottom.
        Heights mean the same in every region of a landscape; bands and lines become finer where one has
        zoomed in.
    """
    extent = box_of(land) if region is None else region
    columns, rows = (int(min(max(each, 2), 4096)) for each in resolution)
    key = (land.digest, repr(land.display), extent, columns, rows, palette)
    return _grounds.get(key, lambda: _ground(land, extent, columns, rows, palette, hash(key)))


def _ground(
    land: LandscapeLike, extent: Extent, columns: int, rows: int, palette: str, revision: int
) -> Ground:
    """Compute what `relief_of` returns."""
    x0, x1, y0, y1 = extent
    transform = transform_for(land)
    x, y = np.linspace(x0, x1, columns), np.linspace(y0, y1, rows)
    values = np.broadcast_to(_values(land, (x[None, :], y[:, None])), (rows, columns))
    heights = transform.heights(values)
    with np.errstate(over="ignore"):  # beyond single precision: infinite, as the sentence of the relief says
        shown = np.ascontiguousarray(values, dtype=np.float32)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (transform.low, transform.high)
    levels = levels_of(transform, low, high)
    relief = Relief(
        key="relief",
        revision=revision,
        heights=np.ascontiguousarray(heights, dtype=np.float32),
        values=shown,
        extent=extent,
        bands=(0.0, *levels.heights, 1.0),
        levels=levels.values,
        display=transform,
        palette=palette,
        holes=bool(np.isnan(heights).any()),
    )
    return Ground(relief, contours_of(relief, levels))
