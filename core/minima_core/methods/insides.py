"""Insides: what of a method can be drawn, and how one step is told in sentences.

A method's file declares its insides as data: a name, what it is in one sentence, the shape that is drawn, and
a function from two moments of a run to that shape's geometry in the landscape's own coordinates. Views and
pictures draw shapes; they know no method.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, Self, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = [
    "Arrow",
    "Circle",
    "Ellipse",
    "Field",
    "Geometry",
    "Glimpse",
    "Inside",
    "MomentLike",
    "Points",
    "Polygon",
    "Quadratic",
    "Segments",
    "Shape",
    "Stage",
    "at_work",
    "said",
    "said_point",
]

Array: TypeAlias = NDArray[np.float64]
Shape: TypeAlias = Literal[
    "arrow", "points", "polygon", "ellipse", "circle", "segments", "quadratic", "field"
]


class Driven(Protocol):
    """What is read of a specification (`.specification`): its settings, and the methods that it drives."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings, by name."""

    def driven(self, land: Landscape) -> tuple[Self, ...]:
        """Return the methods that it drives."""


AnyDriven = TypeVar("AnyDriven", bound=Driven)


class MomentLike(Protocol):
    """What is known of one step of a run (`minima_core.runs.Moment`)."""

    @property
    def step(self) -> int:
        """The step."""

    @property
    def position(self) -> Array:
        """Where the run stands, (n,)."""

    @property
    def value(self) -> float:
        """The loss there."""

    @property
    def gradient(self) -> Array:
        """The gradient there, (n,); nan where nobody knows it."""

    @property
    def insides(self) -> Mapping[str, Array | float]:
        """What the method remembers, by name."""

    @property
    def inners(self) -> tuple[Mapping[str, Array | float], ...]:
        """What the methods remember that it drives."""

    @property
    def loop(self) -> int:
        """How many loops (restarts) had been begun."""


@dataclass(frozen=True, eq=False)
class Glimpse:
    """A run at one step, and at the step before.

    Attributes
    ----------
    before
        None at the start, and where a segment begins.
    settings
        Of the method, every default written out.
    """

    before: MomentLike | None
    now: MomentLike
    settings: Mapping[str, Any]
    land: Landscape

    def number(self, name: str) -> float:
        """Return one number that the method remembers now."""
        return float(self.now.insides[name])

    def array(self, name: str) -> Array:
        """Return one array that the method remembers now."""
        return np.asarray(self.now.insides[name], dtype=np.float64)

    def setting(self, name: str) -> float:
        """Return a setting that is a number or a switch."""
        return float(self.settings[name])

    def inner(self, place: int, specification: Driven) -> Glimpse:
        """Return the same glimpse of a method that this one drives; it has just begun where a loop begins."""
        before, now = self.before, self.now
        if before is not None and (len(before.inners) <= place or before.loop != now.loop):
            before = None
        return Glimpse(
            None if before is None else _Within(before, place),
            _Within(now, place),
            specification.settings,
            self.land,
        )


@dataclass(frozen=True, eq=False)
class _Within:
    """A moment as a driven method sees it: the same point, its own memory."""

    outer: MomentLike
    place: int

    @property
    def step(self) -> int:
        return self.outer.step

    @property
    def position(self) -> Array:
        return self.outer.position

    @property
    def value(self) -> float:
        return self.outer.value

    @property
    def gradient(self) -> Array:
        return self.outer.gradient

    @property
    def insides(self) -> Mapping[str, Array | float]:
        return self.outer.inners[self.place]

    @property
    def inners(self) -> tuple[Mapping[str, Array | float], ...]:
        return ()

    @property
    def loop(self) -> int:
        return self.outer.loop


class Arrow(NamedTuple):
    """From a point to a point, both (n,)."""

    tail: Array
    tip: Array


class Points(NamedTuple):
    """Points, (m, n)."""

    points: Array


class Polygon(NamedTuple):
    """A closed way through points, (m, n)."""

    corners: Array


class Ellipse(NamedTuple):
    """The points centre + matrix·u with |u| = 1: centre (n,), matrix (n, n)."""

    centre: Array
    matrix: Array


class Circle(NamedTuple):
    """The points so far from the centre (n,)."""

    centre: Array
    radius: float


class Segments(NamedTuple):
    """Lines from a point to a point, (m, 2, n); with heads they are arrows."""

    ends: Array
    heads: bool = False


class Quadratic(NamedTuple):
    """The model value + g·(x − centre) + ½ (x − centre)ᵀ H (x − centre)."""

    centre: Array
    value: float
    gradient: Array
    hessian: Array


class Field(NamedTuple):
    """A number at every point: a function from points (m, n) to (m,); `unit` says what it is a number of."""

    at: Callable[[Array], Array]
    unit: str = ""


Geometry: TypeAlias = Arrow | Points | Polygon | Ellipse | Circle | Segments | Quadratic | Field


@dataclass(frozen=True)
class Inside:
    """One thing inside a method that can be drawn.

    Attributes
    ----------
    name
        Unique within the method, such as ``velocity``.
    title, meaning
        For the switch, and one sentence for its tip.
    shape
        Which geometry `of` gives.
    of
        The geometry at a glimpse; None where there is nothing to draw.
    role
        Of the colours: ``inside``, ``accepted``, ``refused``, ``parent``, ``child``, ``memory``, ``model``,
        ``trial``, ``push``.
    usual
        Whether it is switched on at first.
    """

    name: str
    title: str
    meaning: str
    shape: Shape
    of: Callable[[Glimpse], Geometry | None]
    role: str = "inside"
    usual: bool = True


@dataclass(frozen=True)
class Stage:
    """One sentence about a step, and the names of the insides to look at meanwhile."""

    sentence: str
    shows: tuple[str, ...] = ()


def at_work(specification: AnyDriven, glimpse: Glimpse) -> tuple[tuple[AnyDriven, Glimpse], ...]:
    """Return the method itself and, if it drives others, the one at work: each with the glimpse it needs."""
    own = specification, glimpse
    driven = specification.driven(glimpse.land)
    if not driven:
        return (own,)
    place = int(glimpse.now.insides.get("active", 0.0))
    if not 0 <= place < min(len(driven), len(glimpse.now.inners)):
        return (own,)
    local = driven[place]
    return own, *at_work(local, glimpse.inner(place, local))


def said(number: float) -> str:
    """Return a number for a sentence: four digits, a true minus sign.

    Examples
    --------
    >>> said(-0.000123456), said(3.0), said(1234567.0)
    ('−0.0001235', '3', '1.235 × 10⁶')
    """
    if math.isnan(number):
        return "not a number"
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    text = f"{number:.4g}"
    mantissa, _, exponent = text.partition("e")
    if exponent:
        text = f"{mantissa} × 10{str(int(exponent)).translate(_RAISED)}"
    return text.replace("-", "−")


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def said_point(point: Sequence[float] | Array) -> str:
    """Return a point for a sentence; of more than four coordinates the first three.

    Examples
    --------
    >>> said_point([1.0, -2.5])
    '(1, −2.5)'
    """
    numbers = [said(float(each)) for each in (point if len(point) <= 4 else point[:3])]
    return f"({', '.join(numbers)}{', …' if len(point) > 4 else ''})"
