"""What stands still while a race runs: the landscape, its ground and its minima."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from minima_core.analysis import Minimum, find_minima
from minima_core.scene.cache import Cache
from minima_core.scene.marks import Extent
from minima_core.scene.relief import Ground, LandscapeLike, relief_of, transform_for

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["Stage", "minima_of", "plane_of", "profile_extent", "stage_of", "zero_of"]

_minima: Cache[tuple[Minimum, ...]] = Cache(64)


@dataclass(frozen=True, eq=False)
class Stage:
    """The place data of a scene. `ground` is None for one variable."""

    land: LandscapeLike
    ground: Ground | None
    minima: tuple[Minimum, ...]

    @property
    def best(self) -> float | None:
        """The lowest loss known in the region, or None."""
        return self.minima[0].value if self.minima else None


def minima_of(land: LandscapeLike) -> tuple[Minimum, ...]:
    """Return the minima of a landscape, kept by its content (some 10 to 60 ms the first time)."""
    return _minima.get(land.digest, lambda: find_minima(land))


def stage_of(
    land: LandscapeLike | Landscape,
    extent: Extent | None = None,
    resolution: tuple[int, int] = (256, 256),
    *,
    palette: str = "chart",
    minima: tuple[Minimum, ...] | None = None,
) -> Stage:
    """Return the stage for what is visible; what was made before is not made again.

    With `minima` none are looked for: the ground is there at once, after every keystroke, with those of a
    moment ago.
    """
    face = cast("LandscapeLike", land)
    ground = relief_of(face, extent, resolution, palette=palette) if face.dimension > 1 else None
    return Stage(face, ground, minima_of(face) if minima is None else minima)


def plane_of(position: Iterable[float], stage: Stage) -> tuple[float, float]:
    """Return where a point is drawn: its first two coordinates, or x and the loss."""
    point = np.asarray(tuple(position), dtype=np.float64)
    if stage.land.dimension > 1:
        return float(point[0]), float(point[1])
    with np.errstate(all="ignore"):
        return float(point[0]), float(np.asarray(stage.land.value(point[None]))[0])


def zero_of(stage: Stage) -> float:
    """Return the difference of losses below which nothing is worth reading on this landscape."""
    transform = transform_for(stage.land)
    return 1e-9 * (transform.high - transform.low)


def profile_extent(land: LandscapeLike) -> Extent:
    """Return what a profile shows of a landscape: its box, and its interesting losses with some air."""
    transform = transform_for(land)
    span = transform.high - transform.low
    return (
        float(land.lower[0]),
        float(land.upper[0]),
        transform.low - 0.16 * span,
        transform.high + 0.06 * span,
    )
