"""What has been found out about a landscape, as far as it is known: what scenes draw beside the race.

Everything is optional and comes when it is ready; what is None is not drawn. What is drawn of it is the
view's choice (`Insight`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.cache import Cache

if TYPE_CHECKING:
    from minima_core.analysis.barriers import BarrierTree, Lakes, Lens
    from minima_core.analysis.basins import Basins
    from minima_core.analysis.chances import Chances
    from minima_core.analysis.critical import CriticalPoints
    from minima_core.analysis.density import Density
    from minima_core.analysis.fields import Curvature, Flow, Slope
    from minima_core.analysis.settings_map import SettingsMap
    from minima_core.studies import Study

__all__ = ["Findings", "MarblesLike", "StudyLine", "basin_role", "basin_roles", "kept"]

HUES = 12
"""Colours of basins; minimum 12 has that of minimum 0 again."""

Array = NDArray[np.float64]
Made = TypeVar("Made")


class MarblesLike(Protocol):
    """What is read of marbles while they roll."""

    @property
    def positions(self) -> Array:
        """(count, n)."""


@dataclass(frozen=True)
class StudyLine:
    """What a line of the race was called and which colour it had when the study ran."""

    entry: int
    name: str
    settings: str
    role: str
    short: str = ""
    """What is enough in a chart where all lines are of one method; empty: the whole words."""

    @property
    def label(self) -> str:
        """What stands beside a row or at the end of a line."""
        return self.short or self.words

    @property
    def words(self) -> str:
        """Name and settings."""
        return f"{self.name}, {self.settings}" if self.settings else self.name


@dataclass(frozen=True, eq=False)
class Findings:
    """What is known about the landscape that is shown; None is what nobody asked for, or is not ready."""

    critical: CriticalPoints | None = None
    tree: BarrierTree | None = None
    basins: Basins | None = None
    basins_beside: Basins | None = None
    settings: SettingsMap | None = None
    chances: Chances | None = None
    density: Density | None = None
    marbles: MarblesLike | None = None
    """The marbles themselves: their positions are copied when a scene is made."""
    marble_labels: NDArray[np.integer] | None = None
    """(count,) the minimum that each marble belongs to, −1 for none: their colours."""
    time_spent: Array | None = None
    """(rows, columns): where the marbles have spent their time since the temperature was held."""
    time_shares: Array | None = None
    """(k,) share of that time in the basin of each minimum."""
    slope: Slope | None = None
    curvature: Curvature | None = None
    flow: Flow | None = None
    lakes: Lakes | None = None
    lens: Lens | None = None
    study: Study | None = None
    study_lines: tuple[StudyLine, ...] = ()
    """What the results of the study were called, and their colours, when it ran."""
    counted: int | None = None
    """Minima counted quickly while a slider moves, when no proof stands for what is shown."""


NOTHING = Findings()

_kept: Cache[tuple[object, object]] = Cache(64)


def kept(name: str, made_from: tuple[object, ...], key: Hashable, make: Callable[[], Made]) -> Made:
    """Return what `make` makes of some objects, made once while the same objects are shown.

    The objects are told apart by identity (results of analysis are never changed), and are held as long as
    what was made of them, so that no other one can take their place.
    """
    whole = (name, *(id(each) for each in made_from), key)
    return cast("Made", _kept.get(whole, lambda: (made_from, make()))[1])


def basin_role(k: int) -> str:
    """Return the role of the colour of minimum number k (from 0) and of its basin.

    Examples
    --------
    >>> basin_role(0), basin_role(13), basin_role(-1)
    ('basin:0', 'basin:1', 'basin:none')
    """
    return "basin:none" if k < 0 else f"basin:{k % HUES}"


def basin_roles(count: int) -> tuple[str, ...]:
    """Return the roles of the colours of so many minima, at most the twelve that there are."""
    return tuple(basin_role(k) for k in range(min(max(count, 1), HUES)))
