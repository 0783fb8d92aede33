"""Marbles: ten thousand starts at once, all descending, or all annealing, live.

Descending, they gather in the minima, and what share comes to rest in each is the size of its basin under
that method. Annealing at a temperature that is held, each goes wherever chance leads it, and the time spent
at each place approaches the density exp(−f/T) (`minima_core.analysis.density`).

Marble i is, bit for bit, the run that begins at its start with the same seed and with lane i.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.analysis.crowd import Crowd
from minima_core.analysis.downhill import Labels, Minima, ground_of, nearest, positions_of
from minima_core.analysis.grid import Array, Extent, Grid
from minima_core.compiled.frame import Border
from minima_core.methods import Specification

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["Kind", "Marbles"]

Kind: TypeAlias = Literal["descent", "annealing"]

MOST = 1_000_000
CELLS = (256, 256)
"""Columns and rows in which the time spent is counted."""


class Marbles:
    """Many starts on one landscape, advanced together.

    Parameters
    ----------
    land
        Where.
    count
        How many marbles, 1 to 1 000 000.
    kind
        "descent": each follows a gradient method; "annealing": each walks by simulated annealing at a
        temperature that is held.
    method
        A specification or its text; None: gradient-descent, or simulated-annealing held at `temperature`.
    temperature
        Of annealing; None is the method's own choice. Can be set at any time, from any thread. Descent has
        none: it is passed over.
    seed
        Of the starts and of all chance.
    border
        What happens at the edge of the box: "free", "clip" or "reflect"; None: as for a run of the method.
    starts : (count, n), optional
        Where they begin; None: uniform in the box, each where a run of this seed with its lane begins.
    minima
        Critical points or positions (k, n) that number the basins; None: those of the landscape, found
        when labels or shares are first asked for.
    cells
        Columns and rows in which the time spent is counted.

    Raises
    ------
    ValueError
        With a sentence, for what cannot be.

    Notes
    -----
    Marble i is, bit for bit, the run that begins at its start with the same seed and with lane i. Held at a
    temperature T, the share of time at each place approaches exp(−f/T) (`boltzmann`).

    References
    ----------
    N. Metropolis et al., J. Chem. Phys. 21(6), 1953.

    Examples
    --------
    >>> from minima_core.landscapes import landscape
    >>> marbles = Marbles(landscape("two-wells"), 1000, "descent", method="adam,lr=0.05")
    >>> marbles.advance(500)
    1000
    >>> deep, shallow = marbles.shares()
    >>> bool(deep > shallow > 0.1)
    True
    """

    def __init__(
        self,
        land: Landscape,
        count: int = 10_000,
        kind: Kind = "descent",
        method: str | Specification | None = None,
        temperature: float | None = None,
        seed: int = 0,
        *,
        border: Literal["free", "clip", "reflect"] | None = None,
        starts: ArrayLike | None = None,
        minima: Minima = None,
        cells: tuple[int, ...] = CELLS,
    ) -> None:
        if isinstance(count, bool) or int(count) != count or not 1 <= count <= MOST:
            raise ValueError(f"There can be 1 to {MOST} marbles, not {count!r}.")
        self.landscape, self.count, self.kind = land, int(count), kind
        self.seed = int(seed)
        specification = _specified(kind, method, temperature)
        self._grid = Grid.of(land, cells)
        self._counts: NDArray[np.int64] = np.zeros(self._grid.shape, dtype=np.int64)
        self._held = 0
        self._wanted: float | None = None
        self._minima_given = minima
        self._minima: Array | None = None
        self._map: Labels | None = None
        self._crowd = Crowd(
            land,
            specification,
            np.arange(self.count),
            seed=self.seed,
            border=None if border is None else Border[border.upper()],
            starts=starts,
        )
        self._crowd.advance(0)  # evaluates where they stand
        self.step = 0

    # -- where they are --------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return self.count

    @property
    def specification(self) -> Specification:
        """The method and all its settings."""
        return self._crowd.specification

    @property
    def positions(self) -> Array:
        """Where each stands, (count, n)."""
        return self._crowd.positions

    @property
    def values(self) -> Array:
        """The loss where each stands, (count,)."""
        return self._crowd.values

    @property
    def running(self) -> NDArray[np.bool_]:
        """Which go on, (count,); the others met a value that is not finite."""
        return self._crowd.running

    @property
    def error(self) -> BaseException | None:
        """The exception that a Python callable raised; it ends them all."""
        return self._crowd.error

    # -- going on --------------------------------------------------------------------------------------------

    def advance(self, steps: int) -> int:
        """Do so many steps with every marble; return how many marbles can still go on.

        The GIL is released; where annealing marbles stand is counted after each step.
        """
        if isinstance(steps, bool) or int(steps) != steps or steps < 0:
            raise ValueError(f"Marbles advance by a whole number of steps, 0 or more, not {steps!r}.")
        self.step += int(steps)
        if self.kind == "descent":
            return self._crowd.advance(int(steps))
        self._heat()
        self._held += int(steps)
        return self._crowd.advance(int(steps), counts=self._counts, grid=self._grid)

    # -- temperature -----------------------------------------------------------------------------------------

    @property
    def temperature(self) -> float | None:
        """The temperature of annealing marbles; None for descent.

        One that is set, from any thread, acts from the next `advance` on, which then begins the counting of
        the time spent anew.
        """
        if self.kind == "descent":
            return None
        if self._wanted is not None:
            return self._wanted
        if not self.specification.settings["hold"] and self.step:
            return float(self._crowd.column("scalars")[0, self._scalar("temperature")])
        return float(self._crowd.column("settings")[0, self._setting("temperature")])

    @temperature.setter
    def temperature(self, value: float) -> None:
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not (math.isfinite(number) and number >= 0.0):
            raise ValueError(f"A temperature is a number from 0 upwards, not {value!r}.")
        if self.kind == "annealing":
            self._wanted = number

    def _heat(self) -> None:
        """Take the temperature that was set since the last step."""
        number, self._wanted = self._wanted, None
        if number is None or number == self.specification.settings["temperature"]:
            return
        self._crowd.column("settings")[:, self._setting("temperature")] = number
        self._crowd.specification = self.specification.replace(temperature=number)
        self.forget()

    def _setting(self, name: str) -> int:
        return self._crowd.specification.method.numbers.index(name)

    def _scalar(self, name: str) -> int:
        return [each for each, _ in self._crowd.specification.method.scalars].index(name)

    # -- time spent ------------------------------------------------------------------------------------------

    @property
    def held(self) -> int:
        """Steps since the temperature was last changed: those that the histogram counts."""
        return self._held

    @property
    def extent(self) -> Extent:
        """x₀, x₁, y₀, y₁ of the histogram."""
        return self._grid.extent

    def forget(self) -> None:
        """Begin counting the time spent anew."""
        self._counts[...] = 0
        self._held = 0

    def histogram(self, resolution: tuple[int, ...] | None = None) -> NDArray[np.int64]:
        """Return how often marbles stood nearest to each node since the temperature was changed.

        Parameters
        ----------
        resolution
            Columns and rows, no more than are counted in; None: those.

        Returns
        -------
        int64 (rows, columns)
            Rows run upwards; (columns,) in one variable. In more than two, the first two coordinates.
        """
        if resolution is None:
            return self._counts.copy()
        coarse = Grid.of(self.landscape, resolution)
        fine = self._grid
        if coarse.columns > fine.columns or coarse.rows > fine.rows:
            raise ValueError(
                f"The time spent is counted in {fine.columns} × {fine.rows} cells; a histogram has no more."
            )
        columns = _gathered(fine.columns, coarse.columns)
        if fine.rows == 1:
            return np.add.reduceat(self._counts, columns)
        rows = _gathered(fine.rows, coarse.rows)
        return np.asarray(np.add.reduceat(np.add.reduceat(self._counts, rows, axis=0), columns, axis=1))

    def spent(self, resolution: tuple[int, ...] | None = None) -> Array:
        """Return the time spent as a density, to stand beside `boltzmann`: it integrates to 1.

        All zero before the first step.
        """
        counts = self.histogram(resolution)
        grid = self._grid if resolution is None else Grid.of(self.landscape, resolution)
        total = int(counts.sum())
        return np.asarray(counts / (grid.areas * max(total, 1)))

    # -- whose they are --------------------------------------------------------------------------------------

    @property
    def minima(self) -> Array:
        """The minima that labels and shares number, (k, n)."""
        if self._minima is None:
            self._minima = positions_of(self.landscape, self._minima_given)
        return self._minima

    @property
    def map(self) -> Labels:
        """The minimum below each cell (`minima_core.analysis.downhill`); worked out once."""
        if self._map is None:
            cells = (self._grid.columns, self._grid.rows)
            self._map = ground_of(
                self.landscape, self.minima, cells[: min(self.landscape.dimension, 2)]
            ).labels
        return self._map

    def labels(self) -> NDArray[np.int16]:
        """Return the minimum to which the ground leads down from where each marble is, (count,).

        −1: none, or the marble has left the box. With more than two variables, the nearest minimum.
        """
        points = self._crowd.column("x")
        if self.landscape.dimension > 2:
            return nearest(points, self.minima, self.landscape.upper - self.landscape.lower)
        cells = self._grid.cells(points)
        found = self.map.ravel()[cells]
        found[cells < 0] = -1
        return np.asarray(found)

    def shares(self, minima: Minima = None) -> Array:
        """Return the share of the marbles that are in the basin of each minimum now, (k,).

        `minima` numbers them anew, as in the constructor.
        """
        self._renumber(minima)
        labels = self.labels()
        return np.asarray(np.bincount(labels[labels >= 0], minlength=len(self.minima)) / self.count)

    def time_shares(self, minima: Minima = None) -> Array:
        """Return the share of the time spent in each basin since the temperature was changed, (k,).

        This is what the shares of `boltzmann` are to be compared with. Two variables at most.
        """
        self._renumber(minima)
        inside = self.map >= 0
        spent = np.bincount(
            self.map[inside].ravel(), weights=self._counts[inside].ravel(), minlength=len(self.minima)
        )
        return np.asarray(spent / max(int(self._counts.sum()), 1))

    def _renumber(self, minima: Minima) -> None:
        if minima is None:
            return
        places = positions_of(self.landscape, minima)
        if self._minima is None or not np.array_equal(places, self._minima):
            self._minima, self._map = places, None


def _gathered(fine: int, coarse: int) -> NDArray[np.int64]:
    """Return where the nodes of a fine axis begin that are nearest to each node of a coarse one."""
    nearest_node = np.floor(np.arange(fine) * ((coarse - 1) / (fine - 1)) + 0.5).astype(np.int64)
    return np.searchsorted(nearest_node, np.arange(coarse))


def _specified(kind: str, method: str | Specification | None, temperature: float | None) -> Specification:
    """Return the method that marbles follow."""
    if kind not in ("descent", "annealing"):
        raise ValueError(f"Marbles do “descent” or “annealing”, not “{kind}”.")
    default = "gradient-descent" if kind == "descent" else "simulated-annealing,hold=true"
    chosen = default if method is None else method
    specification = chosen if isinstance(chosen, Specification) else Specification.parse(chosen)
    if kind == "annealing":
        if specification.name != "simulated-annealing":
            raise ValueError(f"Annealing marbles follow simulated-annealing, not {specification.name}.")
        if temperature is not None:
            specification = specification.replace(temperature=temperature)
        return specification
    if specification.method.kind != "gradient":
        raise ValueError(f"Descending marbles follow a gradient method, not {specification.name}.")
    return specification
