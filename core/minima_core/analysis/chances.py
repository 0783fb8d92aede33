"""Chances: from each start of a grid, how often a random method reaches the global minimum.

A method that draws random numbers ends elsewhere each time, so a start has no basin but a chance. It is
counted: so many tries from each node of a grid, each a run with a lane of its own. Try t from cell c is,
bit for bit, the run that begins there with the same seed and with lane c + t · cells.

What counts is what the method hands over. A method that searches (annealing, restarts) keeps the best point
it has met: that point must be a global minimum's. A gradient method, noisy or not, hands over the point where
it stands: an earlier one that was better is lost, and the last one counts.

References
----------
E. B. Wilson, "Probable inference, the law of succession, and statistical inference", J. Am. Stat. Assoc.
22(158), 1927; L. D. Brown, T. T. Cai, A. DasGupta, "Interval estimation for a binomial proportion",
Statistical Science 16(2), 2001.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.arrivals import Cancelled
from minima_core.analysis.crowd import Crowd
from minima_core.analysis.downhill import Minima, positions_of
from minima_core.analysis.grid import Array, Extent, Grid
from minima_core.compiled.frame import Border
from minima_core.landscapes.scale import scale_of
from minima_core.methods import Specification

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["Chances", "chances", "chances_in_stages", "is_random", "wilson"]

NEAR = 0.01
"""A global minimum is reached within this share of the box's diagonal."""
MEMBERS = 4096
"""Tries that are made together."""
SLICE = 300_000
"""Steps of all of them together between two looks at whether to go on."""
MOST_TRIES = 1 << 32
NORMAL = 1.959963984540054
"""The 97.5 % quantile of the normal distribution: intervals hold with 95 %."""
EQUAL = 1e-7
"""Values that differ by less, as a share of what is typical, are equal: positions are known with an error."""


def wilson(reached: Array, tries: float) -> tuple[Array, Array]:
    """Return the 95 % interval of the chance of something that happened so often in so many tries.

    With p = reached / tries, n = tries and z = 1.96: (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n). It
    is also right where it happened never or always.

    Examples
    --------
    >>> low, high = wilson(np.array([0.0, 8.0]), 16)
    >>> low.round(2), high.round(2)
    (array([0.  , 0.28]), array([0.19, 0.72]))
    """
    p, square = reached / tries, NORMAL**2
    middle = (p + square / (2 * tries)) / (1 + square / tries)
    half = NORMAL * np.sqrt(p * (1 - p) / tries + square / (4 * tries**2)) / (1 + square / tries)
    low, high = np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
    return np.where(reached <= 0, 0.0, low), np.where(reached >= tries, 1.0, high)


@dataclass(frozen=True, eq=False)
class Chances:
    """How often the global minimum was reached from each start of a grid; rows run upwards.

    Attributes
    ----------
    reached : int32 (rows, columns)
        How many of the tries from a start reached a global minimum.
    tries : int
        Tries from each start so far; `wanted` of them make the map complete.
    steps : int
        Steps of each try.
    specification : str
        The method with every setting written out, in its text form.
    targets : float64 (k, n)
        The global minima that count; a try must come within `radius` of one of them.
    judged : str
        "best" if the best point of a try counts, "end" if its last one does.
    overall, overall_low, overall_high : float
        The chance from a start anywhere on the grid, and its 95 % interval.
    """

    extent: Extent
    reached: NDArray[np.int32]
    tries: int
    wanted: int
    steps: int
    seed: int
    specification: str
    targets: Array
    radius: float
    judged: Literal["best", "end"]
    overall: float
    overall_low: float
    overall_high: float

    @property
    def probability(self) -> Array:
        """Share of the tries that reached it, (rows, columns)."""
        return np.asarray(self.reached / self.tries)

    @property
    def interval(self) -> tuple[Array, Array]:
        """The 95 % interval of the chance from each start, (rows, columns) twice (`wilson`)."""
        return wilson(self.reached.astype(np.float64), self.tries)

    @property
    def standard_error(self) -> Array:
        """How uncertain each chance is: half the length of its interval, divided by 1.96."""
        low, high = self.interval
        return np.asarray((high - low) / (2 * NORMAL))

    @property
    def complete(self) -> bool:
        """Whether all tries have been made."""
        return self.tries >= self.wanted


def is_random(specification: Specification) -> bool:
    """Whether a resolved method draws random numbers; if not, one try from each start says all."""
    settings = specification.settings
    return specification.method.kind == "global" or any(settings.get(each) for each in ("noise", "batch"))


def chances(
    land: Landscape,
    method: str | Specification,
    resolution: tuple[int, ...] = (48, 48),
    tries: int = 16,
    steps: int = 500,
    *,
    minima: Minima = None,
    seed: int = 0,
    border: Literal["free", "clip", "reflect"] | None = None,
    judged: Literal["best", "end"] | None = None,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
    **settings: Any,
) -> Chances:
    """Return how often a random method reaches the global minimum from each start of a grid.

    Parameters
    ----------
    land, method, settings
        Where, and what: a name, a text or a specification, with more settings.
    resolution
        Columns and rows of starts, the first and the last on the edges of the region.
    tries
        From each start; a method that is not random gets one.
    steps
        Of each try.
    minima
        Critical points or positions (k, n), the lowest of which are to be reached; None: those of the
        landscape.
    seed
        Of everything random.
    border
        As `minima_core.runs.start` takes it.
    judged
        Whether the best point of a try counts, or its last one; None: what the method hands over.
    cancel
        Asked often; when it says so, the stages that are complete are the result.
    progress
        Told the share that is done, 0 to 1.

    Raises
    ------
    ValueError
        With a sentence, for what cannot be.
    Cancelled
        (of `minima_core.analysis.arrivals`) When `cancel` says so before the first stage is complete.

    Notes
    -----
    The chance of a start is counted: reached / tries, with Wilson's interval. Try t from cell c is, bit for
    bit, the run of the same seed with lane c + t · cells.

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", J. Am. Stat. Assoc.
    22(158), 1927.

    Examples
    --------
    >>> from minima_core.landscapes import landscape
    >>> land = landscape("two-wells")
    >>> once, often = (
    ...     chances(land, method, (6, 6), 4, 500, minima=land.minima)
    ...     for method in ("gradient-descent", "random-restarts,steps_per_loop=100")
    ... )
    >>> once.overall < 0.7, often.overall > 0.9
    (True, True)
    """
    result = None
    for result in chances_in_stages(  # noqa: B007  the last one is wanted
        land, method, resolution, tries, steps, minima=minima, seed=seed, border=border, judged=judged,
        cancel=cancel, progress=progress, **settings,
    ):  # fmt: skip
        pass
    if result is None:
        raise Cancelled("The chances were given up before the first tries were made.")
    return result


def chances_in_stages(
    land: Landscape,
    method: str | Specification,
    resolution: tuple[int, ...] = (48, 48),
    tries: int = 16,
    steps: int = 500,
    *,
    minima: Minima = None,
    seed: int = 0,
    border: Literal["free", "clip", "reflect"] | None = None,
    judged: Literal["best", "end"] | None = None,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
    **settings: Any,
) -> Iterator[Chances]:
    """Yield what `chances` returns with one try from each start, then with two, four, … and all.

    Each is a whole map; every try of one is also in the next. Cancelled, it ends.
    """
    specification = method if isinstance(method, Specification) else Specification.parse(method)
    specification = (specification.replace(**settings) if settings else specification).resolved(land)
    grid = Grid.of(land, resolution)
    starts = grid.points(land.dimension)
    for what, count in (("tries", tries), ("steps", steps)):
        if isinstance(count, bool) or int(count) != count or count < 1:
            raise ValueError(f"The number of {what} must be a whole number from 1 upwards, not {count!r}.")
    if tries * len(starts) >= MOST_TRIES:
        raise ValueError(f"{tries} tries from {len(starts)} starts are more than can be told apart.")
    wanted = int(tries) if is_random(specification) else 1
    job = _Job(
        land, specification, starts, int(steps), seed,
        None if border is None else Border[border.upper()], _targets(land, minima),
        judged or ("best" if specification.method.kind == "global" else "end"), cancel,
    )  # fmt: skip
    reached = np.zeros(len(starts), dtype=np.int32)
    done = 0
    while done < wanted:
        stage = min(max(done, 1), wanted - done)

        def told(share: float, done: int = done, stage: int = stage) -> None:
            if progress is not None:
                progress((done + share * stage) / wanted)

        more = job.tried(done, stage, told)
        if more is None:
            return
        reached = reached + more
        done += stage
        total = done * len(starts)
        low, high = wilson(np.array([float(reached.sum())]), total)
        yield Chances(
            extent=grid.extent, reached=reached.reshape(grid.shape), tries=done, wanted=wanted,
            steps=int(steps), seed=seed, specification=specification.text, targets=job.targets,
            radius=job.radius, judged=job.judged, overall=float(reached.sum()) / total,
            overall_low=float(low[0]), overall_high=float(high[0]),
        )  # fmt: skip


@dataclass(frozen=True)
class _Job:
    """What is to be tried."""

    land: Landscape
    specification: Specification
    starts: Array
    steps: int
    seed: int
    border: Border | None
    targets: Array
    judged: Literal["best", "end"]
    cancel: Callable[[], bool] | None

    @property
    def radius(self) -> float:
        """How near a try must come."""
        return NEAR * self.land.diagonal

    def tried(self, first: int, count: int, progress: Callable[[float], None]) -> NDArray[np.int32] | None:
        """Make tries from each start, from try `first` on; return how many arrived, or None if cancelled."""
        cells = len(self.starts)
        lanes = np.arange(first * cells, (first + count) * cells)
        reached = np.zeros(cells, dtype=np.int32)
        for begin in range(0, len(lanes), MEMBERS):
            part = lanes[begin : begin + MEMBERS]
            crowd = Crowd(
                self.land, self.specification, part, seed=self.seed, border=self.border,
                starts=self.starts[part % cells],
            )  # fmt: skip
            if not crowd.advance_in_slices(self.steps, self.cancel, SLICE):
                return None
            if crowd.error is not None:
                raise crowd.error
            ends = crowd.best_positions if self.judged == "best" else crowd.positions
            apart = np.linalg.norm(ends[:, None] - self.targets, axis=2)
            arrived = (apart <= self.radius).any(axis=1)
            np.add.at(reached, part[arrived] % cells, 1)
            progress(min(1.0, (begin + len(part)) / len(lanes)))
        return reached


def _targets(land: Landscape, minima: Minima) -> Array:
    """Return the global minima, (k, n): those said to be so, or the lowest of the positions given."""
    if minima is None:
        from minima_core.analysis.critical import critical_points

        minima = critical_points(land).minima
    told = [getattr(each, "is_global", None) for each in minima]  # type: ignore[union-attr]
    places = positions_of(land, minima)
    if not len(places):
        raise ValueError(f"{land.title} has no known minimum in this region that could be reached.")
    if None not in told and any(told):
        return np.asarray(places[np.array(told, dtype=bool)])
    values = np.asarray(land.value(places), dtype=np.float64)
    return np.asarray(places[values <= values.min() + EQUAL * scale_of(land).spread])
