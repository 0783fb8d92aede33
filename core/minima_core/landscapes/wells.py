"""Landscapes drawn by hand: wells and hills on a shallow bowl, each a Gaussian to be moved and shaped."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from minima_core.landscapes.landscape import Landscape
from minima_core.landscapes.values import Value, check_finite

if TYPE_CHECKING:
    from minima_core.formula import Formula

__all__ = [
    "MOST_WELLS",
    "Drawn",
    "Well",
    "deepen_well",
    "drawn_landscape",
    "empty_drawing",
    "formula_text",
    "move_well",
    "remove_well",
    "widen_well",
    "with_depth",
    "with_well",
]

replace = msgspec.structs.replace

MOST_WELLS = 64
BOWL = 0.06
EDGE = 0.55  # how high the bowl of an empty drawing rises at the nearest edge; a usual well is 1 deep
NARROWEST, WIDEST = 1e-6, 1e9
DEEPEST = 1e9


class Well(Value, frozen=True, forbid_unknown_fields=True):
    """A well: −depth · exp(−((X − x)² + (Y − y)²) / width²); with a negative depth, a hill.

    In one variable `y` has no meaning.
    """

    x: float
    y: float
    width: float
    """The distance from the middle at which 37 % (1/e) of the depth are left."""
    depth: float

    def __post_init__(self) -> None:
        """Check the numbers."""
        check_finite("place of a well", self.x)
        check_finite("place of a well", self.y)
        check_finite("width of a well", self.width, NARROWEST, WIDEST)
        check_finite("depth of a well", self.depth, -DEEPEST, DEEPEST)


class Drawn(Value, frozen=True, forbid_unknown_fields=True):
    """A drawing: wells and hills on a bowl, `bowl` times the squared distance from `middle`."""

    wells: tuple[Well, ...] = ()
    bowl: float = BOWL
    seed: int | None = None
    """The seed it was thrown from; None once it has been changed by hand."""
    middle: tuple[float, float] = (0.0, 0.0)
    """Where the bowl is lowest."""

    def __post_init__(self) -> None:
        """Check the counts and numbers."""
        if len(self.wells) > MOST_WELLS:
            raise ValueError(f"A drawing has at most {MOST_WELLS} wells and hills, not {len(self.wells)}.")
        check_finite("bowl", self.bowl)
        for number in self.middle:
            check_finite("middle of the bowl", number)
        if self.seed is not None and not 0 <= self.seed < 2**63:
            raise ValueError(f"The seed must lie from 0 to 2⁶³ − 1, not {self.seed}.")


# -- changing it ---------------------------------------------------------------------------------------------


def empty_drawing(lower: ArrayLike, upper: ArrayLike) -> Drawn:
    """Return a drawing with nothing but a bowl that fits a region: 0.55 high at the nearest edge.

    Examples
    --------
    >>> empty_drawing((-2, -1), (2, 3)).middle
    (0.0, 1.0)
    """
    low, high = np.atleast_1d(np.asarray(lower, np.float64)), np.atleast_1d(np.asarray(upper, np.float64))
    middle = (0.5 * (low + high)).tolist()
    return Drawn(bowl=EDGE / float(0.5 * (high - low).min()) ** 2, middle=(middle[0], [*middle, 0.0][1]))


def with_well(drawn: Drawn, well: Well) -> Drawn:
    """Return the drawing with one well, or hill, more."""
    return replace(drawn, wells=(*drawn.wells, well), seed=None)


def move_well(drawn: Drawn, index: int, x: float, y: float) -> Drawn:
    """Return the drawing with well number `index` (from 0) somewhere else."""
    return _with(drawn, index, x=float(x), y=float(y))


def widen_well(drawn: Drawn, index: int, width: float) -> Drawn:
    """Return the drawing with one well of another width."""
    return _with(drawn, index, width=min(max(abs(float(width)), NARROWEST), WIDEST))


def deepen_well(drawn: Drawn, index: int, factor: float) -> Drawn:
    """Return the drawing with one well deeper by a factor; a negative one makes a hill of a well."""
    depth = _well(drawn, index).depth * float(factor)
    return _with(drawn, index, depth=min(max(depth, -DEEPEST), DEEPEST))


def with_depth(drawn: Drawn, index: int, depth: float) -> Drawn:
    """Return the drawing with one well of another depth; negative, it is a hill."""
    return _with(drawn, index, depth=min(max(float(depth), -DEEPEST), DEEPEST))


def remove_well(drawn: Drawn, index: int) -> Drawn:
    """Return the drawing without well number `index`."""
    _well(drawn, index)
    return replace(drawn, wells=drawn.wells[:index] + drawn.wells[index + 1 :], seed=None)


def _well(drawn: Drawn, index: int) -> Well:
    """Return a well; `ValueError` for the number of one that is not there."""
    if not 0 <= index < len(drawn.wells):
        raise ValueError(f"There is no well number {index + 1}; the drawing has {len(drawn.wells)}.")
    return drawn.wells[index]


def _with(drawn: Drawn, index: int, **numbers: float) -> Drawn:
    well = replace(_well(drawn, index), **numbers)
    return replace(drawn, wells=(*drawn.wells[:index], well, *drawn.wells[index + 1 :]), seed=None)


# -- as a landscape ------------------------------------------------------------------------------------------


def drawn_landscape(drawn: Drawn, lower: ArrayLike, upper: ArrayLike) -> Landscape:
    """Return the landscape of a drawing, in one or two variables.

    All drawings with as many wells are one formula with other numbers: dragging a well compiles nothing.

    Examples
    --------
    >>> land = drawn_landscape(Drawn((Well(1.0, 0.0, 0.5, 2.0),), bowl=0.0), (-2, -2), (2, 2))
    >>> land.value((1.0, 0.0)), land.title
    (-2.0, 'Drawn: 1 well')
    """
    dimension = len(np.atleast_1d(np.asarray(lower)))
    if dimension not in {1, 2}:
        raise ValueError(f"A drawing has one or two variables, not {dimension}.")
    formula = _formula(len(drawn.wells), dimension)
    numbers = [drawn.bowl, *drawn.middle[:dimension]]
    for well in drawn.wells:
        numbers += [well.width, well.depth, *(well.x, well.y)[:dimension]]
    wells = sum(well.depth >= 0.0 for well in drawn.wells)
    return Landscape(
        "drawn", lower, upper,
        formula=formula,
        added=dict(zip(formula.parameters, numbers, strict=True)),
        title=_title(wells, len(drawn.wells) - wells, drawn.seed),
        sentence="Wells and hills placed by hand." if drawn.seed is None else "Wells placed at random.",
        source="A drawing.",
    )  # fmt: skip


def _title(wells: int, hills: int, seed: int | None) -> str:
    """Return how a drawing is called."""
    parts = [f"{k} {what}{'s' * (k != 1)}" for k, what in ((wells, "well"), (hills, "hill")) if k]
    drawn = "Drawn" if seed is None else f"Random {seed}"
    return f"{drawn}: {' and '.join(parts) or 'a bowl'}"


@lru_cache(maxsize=2 * MOST_WELLS + 2)
def _formula(count: int, dimension: int) -> Formula:
    """Build the formula of all drawings with so many wells: b|x − m|² − Σ dₖ exp(−|x − xₖ|²/wₖ²)."""
    from minima_core.formula import Formula
    from minima_core.formula.graph import Graph

    graph, names = Graph(), list[str]()

    def number(name: str) -> int:
        names.append(name)
        return graph.parameter(len(names) - 1)

    def distance(suffix: str) -> int:
        """Return the squared distance from a point."""
        total = None
        for i, name in zip(range(dimension), "xy", strict=False):
            square = graph.integer_power(graph.make("sub", graph.variable(i), number(f"+{name}{suffix}")), 2)
            total = square if total is None else graph.make("add", total, square)
        assert total is not None
        return total

    root = graph.make("mul", number("+b"), distance("m"))
    for k in range(count):
        width, depth = number(f"+w{k}"), number(f"+d{k}")
        exponent = graph.make("neg", graph.make("div", distance(str(k)), graph.integer_power(width, 2)))
        root = graph.make("sub", root, graph.make("mul", depth, graph.make("exp", exponent)))
    away, away_latex = ("(x − xₖ)²", r"\left(x - x_{k}\right)^{2}")
    low, low_latex = ("(x − xₘ)²", r"\left(x - x_{m}\right)^{2}")
    if dimension == 2:
        away, away_latex = f"({away} + (y − yₖ)²)", rf"{away_latex} + \left(y - y_{{k}}\right)^{{2}}"
        low, low_latex = f"({low} + (y − yₘ)²)", rf"\left({low_latex} + \left(y - y_{{m}}\right)^{{2}}\right)"
    line, latex = f"b{low}", f"b {low_latex}"
    if count:
        line += f" − Σ dₖ exp(−{away}/wₖ²)"
        latex += rf" - \sum_{{k=1}}^{{{count}}} d_{{k}} e^{{-\frac{{{away_latex}}}{{w_{{k}}^{{2}}}}}}"
    return Formula.of_graph(graph, root, dimension, names, line, latex=latex)


def formula_text(drawn: Drawn, dimension: int = 2) -> str:
    """Return a drawing as a formula that can be typed: the same function, with its numbers written out.

    Examples
    --------
    >>> formula_text(Drawn((Well(1.0, 0.0, 0.5, 2.0),)))
    '0.06((x-0)^2+(y-0)^2)-2exp(-((x-1)^2+(y-0)^2)/0.5^2)'
    """

    def square(*point: float) -> str:
        terms = [f"({name}-{_typed(at)})^2" for name, at in zip("xy"[:dimension], point, strict=False)]
        return f"({'+'.join(terms)})"

    parts = [f"{_typed(drawn.bowl)}{square(*drawn.middle)}"]
    parts += [
        f"-{_typed(well.depth)}exp(-{square(well.x, well.y)}/{_typed(well.width)}^2)" for well in drawn.wells
    ]
    return "".join(parts)


def _typed(number: float) -> str:
    """Return a number as it is typed, exactly."""
    text = repr(float(number)).removesuffix(".0")
    return f"({text})" if text.startswith("-") else text
