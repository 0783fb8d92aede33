"""Where runs end: many starts, or many settings, each followed for some steps without a record.

What a map of basins and a map of settings share: which methods such a map can be made of, the minima that
its colours mean, and the runs themselves. Gradient methods on formulas run over tiles of lanes
(`minima_core.compiled.tiles`); whatever else is deterministic, and any Python callable, as a crowd of runs.
Either way a run ends, bit for bit, where `minima_core.start(...)` and ``advance`` take it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.analysis.crowd import Crowd, local_of, natural_border
from minima_core.compiled.frame import Border
from minima_core.compiled.nearest import nearest_within
from minima_core.compiled.objective import FormulaKernels
from minima_core.compiled.shared_work import processors, spread
from minima_core.compiled.tiles import LANES, TILES
from minima_core.landscapes import Landscape
from minima_core.methods import Schedule, Specification
from minima_core.methods.gradient.rule import Loop

__all__ = [
    "REACHED",
    "Cancelled",
    "Fleet",
    "border_of",
    "deterministic",
    "ends_of_crowd",
    "labels_of",
    "limits_at",
    "minima_of",
    "whole_steps",
]

Array: TypeAlias = NDArray[np.float64]
Cancel: TypeAlias = Callable[[], bool]
Progress: TypeAlias = Callable[[float], None]

REACHED = 0.01
"""A minimum is reached within this share of the box's diagonal."""
MOST_STEPS = 10_000_000
CHUNK_STEPS = 4_000_000  # steps of all lanes together between two looks at whether to go on
LARGEST_CHUNK = 64 * LANES
CROWD = 2048
SLICE_OF_CALLS = 2_000


class Cancelled(Exception):  # noqa: N818 (it is no error)
    """A map was given up because whoever asked for it no longer wants it."""


def deterministic(method: str | Specification, **settings: Any) -> Specification:
    """Return the specification of a deterministic local method.

    Raises
    ------
    ValueError
        For a method that leaves to chance where it ends; `minima_core.chances` maps those.
    """
    specification = method if isinstance(method, Specification) else Specification.parse(method)
    if settings:
        specification = specification.replace(**settings)
    described = specification.method
    if described.samples or described.kind != "gradient" or local_of(specification) is not None:
        raise ValueError(
            f"Where {described.title} ends is a matter of chance, so that its starts have no basins; "
            "chances(…) maps how often each start reaches the global minimum."
        )
    for name in ("noise", "batch"):
        if name in described.by_name:
            value = specification.settings.get(name, described.setting(name).default)
            if isinstance(value, int | float) and value > 0:
                raise ValueError(
                    f"With {name}={value:g} it is a matter of chance where {described.title} ends: set "
                    f"{name}=0 for its basins, or let chances(…) map how often it reaches the global minimum."
                )
    return specification


def whole_steps(steps: int) -> int:
    """Return a number of steps, checked."""
    try:
        number = int(steps)
        if isinstance(steps, bool) or number != steps or not 0 <= number <= MOST_STEPS:
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise ValueError(
            f"The steps of a map are a whole number from 0 to {MOST_STEPS}, not {steps!r}."
        ) from None
    return number


def border_of(border: str | None, specification: Specification) -> Border:
    """Return what happens at the border: as asked, else as it suits the method."""
    if border is None or border == "auto":
        return natural_border(specification)
    try:
        return Border[str(border).upper()]
    except KeyError:
        raise ValueError(f"The border is “free”, “clip” or “reflect”, not “{border}”.") from None


def minima_of(land: Landscape, minima: ArrayLike | Iterable[Any] | None) -> Array:
    """Return the minima that a map's labels number, (k, n), the lowest first.

    Given as positions, or as what `critical_points` and `find_minima` return; None: those of
    `critical_points`.
    """
    if minima is None:
        from minima_core.analysis.critical import critical_points

        minima = critical_points(land).minima
    minima = getattr(minima, "minima", minima)
    listed = minima if isinstance(minima, np.ndarray) else list(minima)  # type: ignore[arg-type]
    if len(listed) == 0:
        return np.empty((0, land.dimension))
    try:
        points = np.array([getattr(each, "position", each) for each in listed], dtype=np.float64)
    except (TypeError, ValueError):
        points = np.empty(0)
    if points.ndim == 1 and land.dimension == 1:
        points = points[:, None]
    if points.shape != (len(listed), land.dimension) or not np.isfinite(points).all():
        raise ValueError(
            f"The minima of {land.title} are points of {land.dimension} finite numbers each, "
            f"not {minima!r:.80}."
        )
    return points


def labels_of(land: Landscape, ends: Array, alive: NDArray[np.bool_], minima: Array) -> NDArray[np.int16]:
    """Return the number of the minimum that each run (n, m) has reached, (m,); −1 for none.

    Reached is within 1 % of the box's diagonal; of several the nearest. A run whose value did not stay
    finite has reached none.
    """
    if not len(minima):
        return np.full(ends.shape[1], -1, dtype=np.int16)
    labels = nearest_within(ends, minima, REACHED * land.diagonal)
    labels[~alive] = -1
    return labels


def limits_at(land: Landscape, minima: Array) -> Array:
    """Return 2/λmax at each minimum, (k,); nan where there is no largest curvature above 0.

    Gradient descent with a larger learning rate cannot stay at a minimum with the Hessian's largest
    eigenvalue λmax: the error along that direction is multiplied by 1 − η λmax each step.
    """
    limits = np.full(len(minima), np.nan)
    for k, position in enumerate(minima):
        with np.errstate(all="ignore"):
            hessian = np.asarray(land.hessian(position), dtype=np.float64)
        if np.isfinite(hessian).all():
            largest = float(np.linalg.eigvalsh(hessian)[-1])
            limits[k] = 2.0 / largest if largest > 0.0 else np.nan
    return limits


class Fleet:
    """A resolved gradient method on a formula, run from many starts over tiles of lanes.

    Parameters
    ----------
    land, specification
        Where, and what, with every setting written out.
    border
        What happens at the edge of the box.
    """

    def __init__(self, land: Landscape, specification: Specification, border: Border) -> None:
        kernels, method = land.kernels, specification.method
        if not isinstance(kernels, FormulaKernels) or not isinstance(method.driver, Loop):
            raise TypeError("Tiles are for gradient methods on formulas.")
        self.land, self.specification, self.border = land, specification, border
        self._settings = np.array(method.encoded(specification.settings))
        self._initial = np.array([value for _, value in method.scalars] or [0.0])
        self._call = kernels.address("tile")
        self._driver = method.driver.tiles(land.dimension).callable()

    @classmethod
    def serves(cls, land: Landscape, specification: Specification) -> bool:
        """Whether runs of this method on this landscape can go side by side in tiles."""
        schedule = specification.settings.get("schedule")
        if isinstance(schedule, Schedule) and schedule.name == "plateau":  # each lane has a rate of its own
            return False
        return land.formula is not None and isinstance(specification.method.driver, Loop)

    def ends(
        self, starts: Array, steps: int, cancel: Cancel | None = None, progress: Progress | None = None
    ) -> tuple[Array, NDArray[np.bool_]]:
        """Return where runs from `starts` (n, m) end, (n, m), and which of their values stayed finite, (m,).

        Raises
        ------
        Cancelled
            When `cancel` says so; it is asked every few milliseconds.
        """
        n, m = starts.shape
        fair = m // (8 * processors())
        size = min(CHUNK_STEPS // max(steps, 1), fair, LARGEST_CHUNK) // LANES * LANES or LANES
        chunks = -(-m // size)
        ends, alive = np.empty((n, m)), np.empty(m, dtype=np.int64)
        finished = itertools.count(1)

        def worker() -> Callable[[int], None]:
            mine = self._job(size)

            def work(chunk: int) -> None:
                job, begins, reached, living, _ = mine
                if cancel is not None and cancel():
                    raise Cancelled
                first = chunk * size
                count = min(size, m - first)
                begins[:, :count] = starts[:, first : first + count]
                begins[:, count:] = starts[
                    :, first + count - 1, None
                ]  # lanes to spare do what the last one does
                self._driver(job.ctypes.data, steps)
                ends[:, first : first + count] = reached[:, :count]
                alive[first : first + count] = living[:count]
                if progress is not None:
                    progress(next(finished) / chunks)

            return work

        spread(worker, chunks)
        return ends, alive.astype(bool)

    def _job(self, size: int) -> tuple[NDArray[Any], Array, Array, NDArray[np.int64], tuple[Array, ...]]:
        """Return what one thread needs: the job, its starts, ends and what stayed finite, and its memory."""
        land, method, n = self.land, self.specification.method, self.land.dimension
        slots, scalars = len(method.state), len(method.scalars)
        begins, reached, living = np.empty((n, size)), np.empty((n, size)), np.zeros(size, dtype=np.int64)
        used = (
            self._initial.copy(),
            self._settings.copy(),
            np.empty((2 + 2 * slots + 1) * n * LANES + scalars),
        )
        job: NDArray[Any] = np.zeros(1, dtype=TILES)
        fields: dict[str, Any] = {
            "n": n, "count": size, "slots": slots, "scalar_count": scalars, "call": self._call,
            "context": land.context, "settings": used[1], "initial": self._initial,
            "scalars": used[0], "room": used[2], "lower": land.lower, "upper": land.upper,
            "border": int(self.border),
            "velocity": method.state.index(method.velocity) if method.velocity else -1,
            "starts": begins, "ends": reached, "alive": living,
        }  # fmt: skip
        for name, value in fields.items():
            job[name] = value.ctypes.data if isinstance(value, np.ndarray) else value
        return job, begins, reached, living, used


def ends_of_crowd(
    land: Landscape,
    specification: Specification,
    starts: Array,
    steps: int,
    border: Border,
    cancel: Cancel | None = None,
    progress: Progress | None = None,
    settings: Array | None = None,
    seed: int = 0,
) -> tuple[Array, NDArray[np.bool_]]:
    """Return what `Fleet.ends` does, one run after another: for callables, and for any other method.

    `settings` (m, count) gives each run settings of its own, as the compiled loop reads them. All runs have
    the same seed and lane: what is random is the same for all.
    """
    n, m = starts.shape
    ends, alive = np.empty((n, m)), np.empty(m, dtype=bool)
    for first in range(0, m, CROWD):
        part = slice(first, min(first + CROWD, m))
        lanes = np.zeros(part.stop - part.start, dtype=np.int64)
        crowd = Crowd(land, specification, lanes, seed=seed, border=border, starts=starts[:, part].T)
        if settings is not None:
            crowd.column("settings")[:] = settings[part]
        slice_of = SLICE_OF_CALLS if land.is_callable else CHUNK_STEPS
        crowd.advance(0)
        done = crowd.advance_in_slices(steps, cancel, slice_of)
        if crowd.error is not None:
            raise ValueError(
                f"The objective raised {type(crowd.error).__name__} ({crowd.error}), so that there is no map."
            ) from crowd.error
        if not done:
            raise Cancelled
        ends[:, part], alive[part] = crowd.positions.T, crowd.running
        if progress is not None:
            progress(part.stop / m)
    return ends, alive
