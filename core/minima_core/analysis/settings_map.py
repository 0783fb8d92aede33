"""Settings map: for one start, which minimum a method reaches for each pair of two settings.

Each pixel is a run of its own with its own two settings; all begin at the same point. Beside the map stand
the limits 2/λmax: gradient descent with a larger learning rate cannot stay at a minimum whose Hessian has
the largest eigenvalue λmax, because each step multiplies the error along that direction by 1 − η λmax. With
momentum μ the limit is 2(1 + μ)/λmax.

References
----------
B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR Comp. Math. 4(5), 1964
(the limits); J. Sohl-Dickstein, "The boundary of neural network trainability is fractal", arXiv:2402.06184,
2024 (such maps).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.analysis.arrivals import (
    Cancelled,
    border_of,
    ends_of_crowd,
    labels_of,
    limits_at,
    minima_of,
    whole_steps,
)
from minima_core.analysis.crowd import local_of
from minima_core.landscapes import Landscape
from minima_core.methods import Specification, SpecificationError
from minima_core.methods.specification import Setting

__all__ = ["Axis", "SettingsMap", "settings_map", "settings_map_in_stages"]

Array: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int16]
Side: TypeAlias = tuple[str, float, float]

STAGES = (6, 2, 1)
"""How much coarser the maps of `settings_map_in_stages` are, one after another."""
MOST_PIXELS = 2048


@dataclass(frozen=True)
class Axis:
    """One setting along one side of the map."""

    name: str
    symbol: str
    low: float
    high: float
    log: bool
    """Whether its values are evenly spread on a logarithmic scale."""


@dataclass(frozen=True, eq=False)
class SettingsMap:
    """Where the runs from one start end, for each pair of two settings."""

    labels: Labels
    """(rows, columns): the number of the minimum reached, −1 for none."""
    across: Axis
    up: Axis
    values_across: Array
    """(columns,)."""
    values_up: Array
    """(rows,), the lowest first."""
    minima: Array
    """(k, n): the minima that the labels number."""
    limits: Array
    """(k,): 2/λmax at each minimum, above which gradient descent cannot stay there; nan without a Hessian."""
    start: Array
    """(n,): where every run begins."""
    steps: int
    specification: Specification
    """The method with every setting written out; the map's own two as they were before."""

    def specification_at(self, column: int, row: int) -> Specification:
        """Return the method with the settings of one pixel: the run that ends as the pixel says."""
        own = {self.across.name: self.values_across[column], self.up.name: self.values_up[row]}
        return self.specification.replace(**{name: float(value) for name, value in own.items()})


def settings_map(
    land: Landscape,
    method: str | Specification,
    x0: ArrayLike,
    across: Side,
    up: Side,
    resolution: tuple[int, int] = (160, 120),
    steps: int = 500,
    *,
    minima: ArrayLike | Iterable[Any] | None = None,
    seed: int = 0,
    border: str | None = None,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
    **settings: Any,
) -> SettingsMap:
    """Return which minimum a method reaches from one start, for each pair of two settings.

    Parameters
    ----------
    land, method, settings
        Where, and a method that drives no other one: a name, a text form or a specification, to which
        `settings` are added. It may be random: every pixel's run has the same seed, and so the same numbers.
    x0 : (n,)
        The start of every run.
    across, up
        A setting's name with its smallest and largest value, such as ``("lr", 1e-4, 1.0)``; the values
        between are evenly spread, on a logarithmic scale where the setting has one.
    resolution
        Columns and rows, 2 to 2048 each.
    steps, minima, border, cancel, progress
        As `basins` takes them.
    seed
        Of everything random.

    Raises
    ------
    ValueError
        With a sentence.

    Notes
    -----
    `limits` are 2/λmax, λmax the largest eigenvalue of the Hessian at each minimum: along its direction a
    step of gradient descent multiplies the error by 1 − η λmax. With momentum μ the limit is 2(1 + μ)/λmax.

    References
    ----------
    B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR Computational
    Mathematics and Mathematical Physics 4(5), 1964.

    Examples
    --------
    >>> import minima_core as mc
    >>> land = mc.landscape("himmelblau")
    >>> sides = ("lr", 1e-3, 0.1), ("momentum", 0.0, 0.95)
    >>> found = settings_map(land, "momentum", (0.3, -1.2), *sides, resolution=(20, 10))
    >>> found.labels.shape, found.specification_at(0, 9).settings["momentum"]
    ((10, 20), 0.95)
    """
    chosen = method if isinstance(method, Specification) else Specification.parse(method)
    job = _Job(land, chosen.replace(**settings), x0, across, up, steps, minima, seed, border)
    return job.run(_resolution(resolution), cancel, progress)


def settings_map_in_stages(
    land: Landscape,
    method: str | Specification,
    x0: ArrayLike,
    across: Side,
    up: Side,
    resolution: tuple[int, int] = (160, 120),
    steps: int = 500,
    *,
    minima: ArrayLike | Iterable[Any] | None = None,
    seed: int = 0,
    border: str | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Iterator[SettingsMap]:
    """Yield the map of `settings_map` coarse at first, then finer; when `cancel` says so there are no more.

    Raises
    ------
    ValueError
        As `settings_map`, before the first map.
    """
    chosen = method if isinstance(method, Specification) else Specification.parse(method)
    job = _Job(land, chosen, x0, across, up, steps, minima, seed, border)
    columns, rows = _resolution(resolution)
    done: set[tuple[int, int]] = set()
    for stage in STAGES:
        shape = max(2, columns // stage), max(2, rows // stage)
        if shape in done:
            continue
        done.add(shape)
        try:
            yield job.run(shape, cancel, None)
        except Cancelled:
            return


class _Job:
    """What a map is made of, checked."""

    def __init__(
        self,
        land: Landscape,
        specification: Specification,
        x0: ArrayLike,
        across: Side,
        up: Side,
        steps: int,
        minima: ArrayLike | Iterable[Any] | None,
        seed: int,
        border: str | None,
    ) -> None:
        if local_of(specification) is not None or any(
            s.scale == "method" for s in specification.method.settings
        ):
            raise ValueError(
                f"{specification.method.title} drives another method; a map of settings is made of that one."
            )
        self.land, self.seed = land, seed
        self.steps = whole_steps(steps)
        self.start = _start(land, x0)
        self.sides = (_axis(specification, "across", across), _axis(specification, "up", up))
        if self.sides[0].name == self.sides[1].name:
            raise ValueError(f"A map needs two settings, not {self.sides[0].name} along both sides.")
        # A rate that is worked out from the landscape would come with clipping; with the rate on a side, the
        # runs are those that a person gets who gives it.
        corner = {axis.name: axis.low for axis in self.sides}
        own = specification.settings
        resolved = specification.replace(**corner).resolved(land)
        before = specification.resolved(land) if any(name not in own for name in corner) else specification
        self.given = resolved.replace(**{name: before.settings[name] for name in corner})
        self.minima = minima_of(land, minima)
        self.limits = limits_at(land, self.minima)
        self.edge = border_of(border, resolved)

    def run(
        self,
        resolution: tuple[int, int],
        cancel: Callable[[], bool] | None,
        progress: Callable[[float], None] | None,
    ) -> SettingsMap:
        """Run every pixel."""
        columns, rows = resolution
        values = _values(self.sides[0], columns), _values(self.sides[1], rows)
        method, count = self.given.method, columns * rows
        settings = np.tile(np.array(method.encoded(self.given.settings)), (count, 1))
        settings[:, method.numbers.index(self.sides[0].name)] = np.tile(values[0], rows)
        settings[:, method.numbers.index(self.sides[1].name)] = np.repeat(values[1], columns)
        starts = np.tile(self.start[:, None], (1, count))
        # Whether there is noise is asked of the method as a whole: with the largest values there is.
        largest = self.given.replace(**{axis.name: axis.high for axis in self.sides})
        ends, alive = ends_of_crowd(
            self.land, largest, starts, self.steps, self.edge, cancel, progress, settings, self.seed
        )
        labels = labels_of(self.land, ends, alive, self.minima).reshape(rows, columns)
        return SettingsMap(
            labels, *self.sides, *values, self.minima, self.limits, self.start, self.steps, self.given
        )


def _resolution(resolution: tuple[int, int]) -> tuple[int, int]:
    """Check columns and rows."""
    try:
        columns, rows = (int(each) for each in resolution)
        if not (2 <= columns <= MOST_PIXELS and 2 <= rows <= MOST_PIXELS):
            raise ValueError
    except (TypeError, ValueError):
        raise ValueError(f"A map has 2 to {MOST_PIXELS} columns and rows, not {resolution!r}.") from None
    return columns, rows


def _start(land: Landscape, x0: ArrayLike) -> Array:
    """Check the start."""
    try:
        point = np.atleast_1d(np.asarray(x0, dtype=np.float64))
    except (TypeError, ValueError):
        point = np.empty(0)
    if point.shape != (land.dimension,) or not np.isfinite(point).all():
        raise ValueError(f"A start on {land.title} has {land.dimension} finite numbers, not {x0!r}.")
    return point


def _axis(specification: Specification, which: str, side: Side) -> Axis:
    """Check one side: a setting that is a number, and a range of it."""
    method = specification.method
    try:
        name, low, high = side
    except (TypeError, ValueError):
        raise ValueError(
            f"The side {which} is a setting with its smallest and largest value, such as "
            f"(“lr”, 0.001, 0.1), not {side!r}."
        ) from None
    setting = method.setting(str(name))
    if setting.scale not in {"linear", "log"}:
        numbers = ", ".join(each.name for each in method.settings if each.scale in {"linear", "log"})
        raise ValueError(f"The setting {name} has no range to map; there are {numbers}.")
    least, most = (_number(method.title, setting, each) for each in (low, high))
    if not least < most:
        raise ValueError(f"The {name} of a map goes from a smaller to a larger number, not {low} to {high}.")
    return Axis(setting.name, setting.symbol, least, most, setting.scale == "log" and least > 0.0)


def _number(title: str, setting: Setting, value: float) -> float:
    """Check one end of a side."""
    try:
        checked = setting.checked(title, value)
    except SpecificationError:
        if setting.below and value == setting.upper:
            return float(np.nextafter(setting.upper, -np.inf))  # the side may end where the slider does
        raise
    return float(checked)  # type: ignore[arg-type]


def _values(axis: Axis, count: int) -> Array:
    """Return the values along a side, the ends exact."""
    spread = np.geomspace if axis.log else np.linspace
    return np.asarray(spread(axis.low, axis.high, count), dtype=np.float64)
