"""What stands still while a race runs: the landscape, its ground and its minima."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from minima_core.analysis import Minimum, find_minima
from minima_core.scene.cache import Cache
from minima_core.scene.marks import Extent
from minima_core.scene.relief import Ground, LandscapeLike, relief_of

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["Stage", "minima_of", "stage_of"]

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
) -> Stage:
    """Return the stage for what is visible; what was made before is not made again."""
    face = cast("LandscapeLike", land)
    ground = relief_of(face, extent, resolution, palette=palette) if face.dimension > 1 else None
    return Stage(face, ground, minima_of(face))
