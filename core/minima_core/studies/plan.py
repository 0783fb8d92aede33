"""What a study is to do, checked: methods, starts, limits of each try, and what counts as success."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.analysis.arrivals import border_of, minima_of
from minima_core.analysis.chances import EQUAL, is_random
from minima_core.compiled.frame import Border
from minima_core.landscapes import Landscape
from minima_core.landscapes.scale import scale_of
from minima_core.methods import AUTO, Specification
from minima_core.studies.known import critical_points_of
from minima_core.studies.starts import thrown_starts

if TYPE_CHECKING:
    from minima_core.analysis.critical import CriticalPoints

__all__ = [
    "NEAR",
    "UNLIMITED",
    "Entrant",
    "Goal",
    "Limits",
    "entrants_of",
    "goal_of",
    "limits_of",
    "starts_of",
]

Array: TypeAlias = NDArray[np.float64]
Methods: TypeAlias = "str | Specification | Iterable[str | Specification]"

NEAR = 0.01
"""A global minimum is reached within this share of the box's diagonal."""
STEPS = 500
MOST_METHODS = 64
MOST_STEPS = 1 << 60
MOST_LANES = 1 << 32
UNLIMITED = 1 << 60


@dataclass(frozen=True)
class Entrant:
    """One method that takes part."""

    given: Specification
    """As it was asked for."""
    resolved: Specification
    border: Border
    random: bool

    @property
    def name(self) -> str:
        """Its text form as it was asked for."""
        return self.given.text

    @property
    def title(self) -> str:
        """The same for people."""
        title = self.given.method.title
        settings = self.given.text.partition(",")[2]
        return f"{title} ({settings.replace(',', ', ').replace('=', ' = ')})" if settings else title

    @property
    def judged(self) -> Literal["best", "end"]:
        """What it hands over: its best point, if it searches, or the last one."""
        return "best" if self.resolved.method.kind == "global" else "end"


@dataclass(frozen=True)
class Limits:
    """How far each try goes; one of the two is given."""

    steps: int | None
    evaluations: int | None

    @property
    def most_steps(self) -> int:
        """Steps that no try exceeds: each but a few costs an evaluation at least."""
        return self.steps if self.steps is not None else MOST_STEPS

    @property
    def budget(self) -> int:
        """Evaluations that no try exceeds."""
        return UNLIMITED if self.evaluations is None else self.evaluations


@dataclass(frozen=True, eq=False)
class Goal:
    """What counts as success, and the minima at which tries end."""

    minima: Array
    values: Array
    targets: Array
    radius: float
    target: float | None
    proved: bool


def entrants_of(land: Landscape, methods: Methods, border: str | None) -> tuple[Entrant, ...]:
    """Return the methods that take part, with every setting written out."""
    if not isinstance(methods, str | Specification | Iterable):
        raise ValueError(f"The methods of a study are names such as “adam”, not {_shown(methods)}.")
    listed = [methods] if isinstance(methods, str | Specification) else list(methods)
    if not 1 <= len(listed) <= MOST_METHODS:
        raise ValueError(f"A study compares 1 to {MOST_METHODS} methods, not {len(listed)}.")
    found: list[Entrant] = []
    for each in listed:
        if not isinstance(each, str | Specification):
            raise ValueError(f"A method is a name such as “adam”, not {_shown(each)}.")
        given = each if isinstance(each, Specification) else Specification.parse(each)
        if any(given == other.given for other in found):
            raise ValueError(f"The method {given.text} is there twice; each takes part once.")
        resolved = _with_defaults(given) if land.is_callable else given.resolved(land)
        found.append(Entrant(given, resolved, border_of(border, resolved), is_random(resolved)))
    return tuple(found)


def _with_defaults(given: Specification) -> Specification:
    """Return a specification with its defaults, without asking a callable for those that depend on it."""
    defaults = {each.name: each.default for each in given.method.settings if each.default is not AUTO}
    return given.replace(**{**defaults, **given.settings})


def counted(what: str, value: object, least: int = 1, most: int = MOST_STEPS) -> int:
    """Check a whole number."""
    try:
        number = int(value)  # type: ignore[call-overload]
        if isinstance(value, bool) or number != value or number < least:
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise ValueError(
            f"{what} must be a whole number from {least} upwards, not {_shown(value)}."
        ) from None
    if number > most:
        raise ValueError(
            f"{what} must be 10^{len(str(most)) - 1} or less; 10^{len(str(number)) - 1} is more."
        )
    return int(number)


def _shown(value: object) -> str:
    """Return what was given, not longer than a sentence can bear."""
    said = f"{value!r}"
    return said if len(said) <= 40 else f"{said[:40]}…"


def limits_of(steps: int | None, evaluations: int | None) -> Limits:
    """Return how far each try goes; 500 steps unless told otherwise."""
    if steps is None and evaluations is None:
        return Limits(STEPS, None)
    return Limits(
        None if steps is None else counted("The number of steps of a try", steps),
        None if evaluations is None else counted("The number of evaluations of a try", evaluations),
    )


def count_of_starts(land: Landscape, starts: int | ArrayLike) -> int:
    """Return how many starts are asked for, without making them."""
    if isinstance(starts, bool | int | float | np.integer | np.floating):
        return counted("The number of starts", starts)
    return len(starts_of(land, starts, 0))


def starts_of(land: Landscape, starts: int | ArrayLike, seed: int) -> Array:
    """Return the starts, (k, n): those given, or so many thrown, uniform in the box."""
    if isinstance(starts, bool | int | float | np.integer | np.floating):
        return thrown_starts(land, counted("The number of starts", starts), seed)
    try:
        points = np.array(starts, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"The starts are points of {land.dimension} numbers each.") from None
    if points.ndim == 1:
        points = points[:, None] if land.dimension == 1 else points[None]
    if points.ndim != 2 or points.shape[1] != land.dimension or not len(points):
        raise ValueError(
            f"The starts on {land.title} are an array of shape (k, {land.dimension}), not {points.shape}."
        )
    if not np.isfinite(points).all():
        raise ValueError("The starts must be finite numbers.")
    outside = ~((points >= land.lower) & (points <= land.upper)).all(axis=1)
    if outside.any():
        raise ValueError(
            f"The start {points[outside][0].tolist()} lies outside the region, which reaches from "
            f"{land.lower.tolist()} to {land.upper.tolist()}."
        )
    return points


def goal_of(
    land: Landscape,
    minima: CriticalPoints | Sequence[object] | ArrayLike | None,
    target: float | None,
    cancel: Callable[[], bool] | None = None,
) -> Goal:
    """Return what counts as success.

    `minima` are critical points, positions, or None: what has been proved or is worked out now.
    """
    if target is not None:
        try:
            number = float(target)
        except (TypeError, ValueError):
            number = math.nan
        if isinstance(target, bool) or not math.isfinite(number):
            raise ValueError(f"The target is a finite value that is low enough, not {target!r}.")
        target = number
    if minima is None and target is not None and land.is_callable:
        minima = []  # nobody asked for a search, which costs calls
    if minima is None:
        minima = critical_points_of(land, cancel)
    proved = bool(getattr(minima, "global_proved", False))
    listed: Any = getattr(minima, "minima", minima)
    points = minima_of(land, listed)
    values = np.asarray(land.value(points), dtype=np.float64) if len(points) else np.empty(0)
    told = [getattr(each, "is_global", None) for each in listed]
    order = np.argsort(values, kind="stable") if None in told else np.arange(len(values))
    points, values = points[order], values[order]
    if None not in told and any(told):
        targets = points[np.array(told, dtype=bool)]
    else:
        height = np.ptp(values) if land.is_callable and len(values) else scale_of(land).spread
        targets = points[values <= values.min(initial=np.inf) + EQUAL * height]
    if not len(targets) and target is None:
        raise ValueError(
            f"{land.title} has no known minimum in this region that could be reached; "
            "give a target, a value that is low enough."
        )
    return Goal(points, values, targets, NEAR * land.diagonal, target, proved)
