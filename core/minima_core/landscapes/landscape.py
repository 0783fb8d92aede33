"""A landscape: an objective on a box, with what is known about it."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from minima_core.compiled.objective import Kernels, Ledger, Objective
    from minima_core.formula import Formula
    from minima_core.landscapes.examples import Examples, Learning

__all__ = ["Array", "Display", "Landscape", "formula", "objective", "region"]

Array: TypeAlias = NDArray[np.float64]

MOST_DIMENSION = 1000
SMALLEST_SPAN = 1e-9
LARGEST = 1e12
LARGE_PICTURE = 1 << 19


@dataclass(frozen=True)
class Display:
    """How heights are shown: clipped to [low, high], then ``linear``, ``sqrt`` or ``log`` (with its unit).

    None: to be worked out from the values.
    """

    transform: str = "auto"
    low: float | None = None
    high: float | None = None
    unit: float | None = None


class Landscape:
    """An objective f on a box: made by `landscape`, `formula` or `objective`, and not changed afterwards.

    Attributes
    ----------
    name, title : str
        The name in the catalogue, and how it is written in pictures.
    dimension : int
        Number of variables, n.
    lower, upper : float64 (n,)
        The box.
    minima : float64 (k, n)
        The known global minima in the box.
    formula : Formula or None
        The formula, where there is one.
    parameters : mapping
        The values of the formula's parameters.
    start : tuple of float
        A good point to start a race from.
    sentence, teaches, tags, source, display
        What the catalogue says about it.
    added : mapping
        Numbers that the formula reads besides its parameters, by name: not for sliders.
    learning : Learning or None
        The data and the model, where this is the loss of a model over its weights.
    below : Landscape or None
        The landscape that this one is a change of.
    """

    def __init__(
        self,
        name: str,
        lower: ArrayLike,
        upper: ArrayLike,
        *,
        formula: Formula | None = None,
        f: Objective | None = None,
        gradient: Callable[[Array], object] | None = None,
        hessian: Callable[[Array], object] | None = None,
        parameters: Mapping[str, float] = MappingProxyType({}),
        minima: ArrayLike | None = None,
        minima_move: bool = False,
        title: str = "",
        start: tuple[float, ...] | None = None,
        sentence: str = "",
        teaches: str = "",
        tags: tuple[str, ...] = (),
        source: str = "",
        display: Display | None = None,
        added: Mapping[str, float] = MappingProxyType({}),
        learning: Learning | None = None,
        below: Landscape | None = None,
        again: Callable[[Landscape], Landscape] | None = None,
    ) -> None:
        if (formula is None) == (f is None):
            raise ValueError("A landscape is made from a formula or from a function, one of both.")
        self.name, self.title = name, title or name
        self.lower, self.upper = region(lower, upper)
        self.dimension = len(self.lower)
        self.formula, self._f, self._given_gradient, self._given_hessian = formula, f, gradient, hessian
        self.parameters: Mapping[str, float] = MappingProxyType(dict(parameters))
        self.added: Mapping[str, float] = MappingProxyType(dict(added))
        names = () if formula is None else formula.parameters
        numbers = {**self.parameters, **self.added}
        self.context: Array = _fixed([numbers[each] for each in names])
        points = np.empty((0, self.dimension)) if minima is None else np.asarray(minima, dtype=np.float64)
        self.minima: Array = _fixed(points.reshape(-1, self.dimension))
        self._minima_move = minima_move
        self.start: tuple[float, ...] = start or tuple(
            float(a + 0.2 * (b - a)) for a, b in zip(self.lower, self.upper, strict=True)
        )
        self.sentence, self.teaches, self.tags, self.source = sentence, teaches, tags, source
        self.display = display or Display()
        self.learning, self.below, self._again = learning, below, again

    def __repr__(self) -> str:
        low, high = self.lower.tolist(), self.upper.tolist()
        return f"<landscape {self.name}: {self.dimension} variables, {low} to {high}>"

    @cached_property
    def digest(self) -> str:
        """The content: landscapes with the same digest give the same numbers."""
        what = self.formula.digest if self.formula is not None else f"callable {id(self)}"
        digest = hashlib.sha256(what.encode())
        for array in (self.lower, self.upper, self.context, self.minima):
            digest.update(array.tobytes() + b"|")
        return digest.hexdigest()[:32]

    @property
    def is_callable(self) -> bool:
        """Whether it is a Python callable: an evaluation may be dear, and is made only for runs that pay."""
        return self._f is not None

    @property
    def diagonal(self) -> float:
        """The length of the box's diagonal."""
        return float(np.linalg.norm(self.upper - self.lower))

    def inside(self, p: ArrayLike) -> bool:
        """Whether a point lies in the box."""
        point = np.asarray(p, dtype=np.float64)
        return bool(np.all((point >= self.lower) & (point <= self.upper)))

    # -- numbers, without compiling --------------------------------------------------------------------------

    def value(self, p: ArrayLike) -> Any:
        """Return f(p): a float for p of shape (n,), an array (m,) for points of shape (m, n).

        Examples
        --------
        >>> formula("x^2 + y", (-1, -1), (1, 1)).value([[0.5, 1.0], [0.0, 0.0]])
        array([1.25, 0.  ])
        """
        points = _floats(p)
        if points.ndim not in {1, 2} or points.shape[-1] != self.dimension:
            raise ValueError(f"A point of {self.title} has shape ({self.dimension},), not {points.shape}.")
        if self.formula is not None:
            if points.ndim == 1:
                return self.formula.value(points, self.context)
            return self.formula.value_on(list(points.T), self.context)
        if points.ndim == 1:
            return self._called(points)
        return np.array([self._called(each) for each in points])

    def gradient(self, p: ArrayLike) -> Array:
        """Return ∇f(p), (n,): exact for a formula, else as given or by differences."""
        point = self._point(p)
        if self.formula is not None:
            return self.formula.gradient(point, self.context)
        from minima_core.compiled.differences import differences
        from minima_core.compiled.objective import as_numbers

        if self._given_gradient is not None:
            return as_numbers("gradient", self._given_gradient(point.copy()), point.shape)

        return differences(self._called, point, self._called(point), self.lower, self.upper)

    def hessian(self, p: ArrayLike) -> Array:
        """Return the second derivatives at p, (n, n): exact for a formula, else given or by differences."""
        point = self._point(p)
        if self.formula is not None:
            return self.formula.hessian(point, self.context)
        from minima_core.compiled.differences import second_differences, slope_differences
        from minima_core.compiled.objective import as_numbers

        if self._given_hessian is not None:
            return as_numbers("Hessian", self._given_hessian(point.copy()), 2 * point.shape)
        if self._given_gradient is not None:
            return slope_differences(self.gradient, point, self.lower, self.upper)
        return second_differences(self._called, point, self._called(point), self.lower, self.upper)

    def value_on(self, *arrays: ArrayLike) -> Array:
        """Return the values on arrays that broadcast together, one for each variable: a picture.

        Half a million pixels and more, given as a row and a column, are computed by machine code, which
        differs from numpy by an ulp or two of each sine, exponential or logarithm.
        """
        if self.formula is not None:
            if self.dimension == 2 and len(arrays) == 2:
                x, y = _floats(arrays[0]), _floats(arrays[1])
                if x.size * y.size >= LARGE_PICTURE and x.shape == (1, x.size) and y.shape == (y.size, 1):
                    from minima_core.compiled.pictures import heights_on

                    return heights_on(self, x, y)
            return self.formula.value_on(arrays, self.context)
        grids = np.broadcast_arrays(*[np.asarray(each, dtype=np.float64) for each in arrays])
        points = np.stack([each.ravel() for each in grids], axis=1)
        return np.asarray(self.value(points)).reshape(grids[0].shape)

    def observed(self, ledger: Ledger) -> Landscape:
        """Return it with every call of its Python callable entered in a ledger; formulas are left as is."""
        if self._f is None:
            return self
        f, gradient, hessian = self._f, self._given_gradient, self._given_hessian
        slope = None if gradient is None else lambda p: ledger.slope(gradient, p)
        curvature = None if hessian is None else lambda p: ledger.curvature(hessian, p)
        return self._like(f=lambda p: ledger.call(f, p), gradient=slope, hessian=curvature)

    def _called(self, p: Array) -> float:
        from minima_core.compiled.objective import as_number

        if self._f is None:
            raise TypeError("This landscape is a formula.")
        return as_number(self._f(p.copy()))

    def _point(self, p: ArrayLike) -> Array:
        point = _floats(p)
        if point.shape != (self.dimension,):
            raise ValueError(f"A point of {self.title} has shape ({self.dimension},), not {point.shape}.")
        return point

    # -- others like it ------------------------------------------------------------------------------------

    def with_parameters(self, **parameters: float) -> Landscape:
        """Return it with other values of its parameters; nothing is compiled."""
        if unknown := sorted(set(parameters) - set(self.parameters)):
            there = f"it has {', '.join(self.parameters)}." if self.parameters else "it has none."
            raise ValueError(f"{self.title} has no parameter “{unknown[0]}”; {there}")
        if self.below is not None and self._again is not None:
            return self._again(self.below.with_parameters(**parameters))
        merged = {**self.parameters, **parameters}
        moved = self._minima_move and merged != self.parameters
        return self._like(parameters=_numbers(merged), minima=None if moved else self.minima)

    def with_region(self, lower: ArrayLike, upper: ArrayLike) -> Landscape:
        """Return it on another box. Known minima outside go; all of them where the box reaches further."""
        low, high = region(lower, upper)
        if len(low) != self.dimension:
            raise ValueError(f"{self.title} has {self.dimension} variables, not {len(low)}.")
        if self.below is not None and self._again is not None:
            return self._again(self.below.with_region(low, high))
        within = bool(np.all(low >= self.lower) and np.all(high <= self.upper))
        keep = [each for each in self.minima if within and np.all((each >= low) & (each <= high))]
        start = self.start if bool(np.all((low <= self.start) & (self.start <= high))) else None
        return self._like(lower=low, upper=high, minima=np.array(keep) if keep else None, start=start)

    def _like(self, **changes: Any) -> Landscape:
        given: dict[str, Any] = {
            "lower": self.lower, "upper": self.upper, "formula": self.formula, "f": self._f,
            "gradient": self._given_gradient, "hessian": self._given_hessian, "parameters": self.parameters,
            "minima": self.minima, "minima_move": self._minima_move, "title": self.title, "start": self.start,
            "sentence": self.sentence, "teaches": self.teaches, "tags": self.tags, "source": self.source,
            "display": self.display, "added": self.added, "learning": self.learning,
        }  # fmt: skip
        return Landscape(self.name, **{**given, **changes})

    # -- learning ------------------------------------------------------------------------------------------

    @property
    def examples(self) -> Examples | None:
        """The data, where this is the loss of a model; None on all other landscapes."""
        return None if self.learning is None else self.learning.examples

    @property
    def family(self) -> str:
        """The name that landscapes with the same model and data share; empty on all others."""
        return "" if self.learning is None else self.learning.family

    @property
    def variants(self) -> tuple[tuple[str, str], ...]:
        """Names and short titles of the landscapes of the family: the same model with other losses."""
        return () if self.learning is None else self.learning.variants

    def predict(self, weights: ArrayLike, u: ArrayLike) -> Array:
        """Return what the model with these weights (n,) predicts for u, of any shape.

        Examples
        --------
        >>> from minima_core.landscapes import landscape
        >>> landscape("linear-regression").predict((4.0, -2.0), [1.0, 2.0])
        array([2., 6.])
        """
        if self.learning is None:
            raise ValueError(f"{self.title} is no loss over data: there is nothing to predict.")
        return self.learning.predict(self._point(weights), u)

    @cached_property
    def example_rows(self) -> Array:
        """The contexts of the formula of one example, a row for each, (m, q); empty without examples."""
        if self.learning is None:
            return _fixed(np.empty((0, 0)))
        return _fixed(self.learning.rows({**self.parameters, **self.added}))

    @property
    def example_fields(self) -> dict[str, int]:
        """The fields of a frame that say where the examples are; none without examples. Compiles."""
        if self.learning is None:
            return {}
        rows = self.example_rows
        return {
            "call_example": self.example_kernels.value_gradient,
            "examples": rows.ctypes.data,
            "example_pitch": rows.strides[0],
            "example_count": len(rows),
        }

    @cached_property
    def example_kernels(self) -> Kernels:
        """The compiled faces of the loss of one example; its context is a row of `example_rows`."""
        from minima_core.compiled.objective import FormulaKernels

        if self.learning is None:
            raise TypeError(f"{self.title} has no examples.")
        example = self.learning.example
        return FormulaKernels.of(example.digest, example.source, example.assembly)

    # -- compiled ------------------------------------------------------------------------------------------

    @cached_property
    def kernels(self) -> Kernels:
        """The compiled faces of the objective, by address; each is compiled on first use."""
        from minima_core.compiled.objective import CallableKernels, FormulaKernels

        if self.formula is not None:
            formula = self.formula
            small = self.dimension <= 20
            source = functools.partial(formula.source, hessian=small)
            return FormulaKernels.of(formula.digest, source, formula.assembly)
        if self._f is None:
            raise TypeError("A landscape is made from a formula or from a function.")
        return CallableKernels(self._f, self._given_gradient, self.lower, self.upper, self._given_hessian)


def _floats(p: ArrayLike) -> Array:
    """Return points as an array."""
    try:
        return np.asarray(p, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"A point is an array of numbers, not {p!r:.60}.") from None


def _fixed(values: ArrayLike) -> Array:
    """Return an array of its own that nobody can write to."""
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


def _numbers(parameters: Mapping[str, object]) -> dict[str, float]:
    """Check the values of parameters."""
    if not isinstance(parameters, Mapping):
        raise ValueError(f"Parameters are names with their values, such as {{'a': 2.0}}, not {parameters!r}.")
    numbers = {}
    for name, value in parameters.items():
        if not isinstance(name, str):
            raise ValueError(f"The name of a parameter is a text, such as 'a', not {name!r:.40}.")
        try:
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise ValueError(f"The parameter {name} must be a number, not {value!r}.") from None
        if not np.isfinite(number):
            raise ValueError(f"The parameter {name} must be a finite number, not {number}.")
        numbers[name] = number
    return numbers


def region(lower: ArrayLike, upper: ArrayLike) -> tuple[Array, Array]:
    """Check a box and return its bounds.

    Raises
    ------
    ValueError
        When it has no area, is too narrow or too wide to compute in, or its bounds do not match.
    """
    try:
        low = np.atleast_1d(np.asarray(lower, dtype=np.float64))
        high = np.atleast_1d(np.asarray(upper, dtype=np.float64))
    except (TypeError, ValueError):
        raise ValueError("The region needs numbers as its lower and upper bounds.") from None
    if low.ndim != 1 or low.shape != high.shape or not len(low):
        given = f"{low.size} and {high.size}" if low.ndim == high.ndim == 1 else "tables"
        raise ValueError(
            f"The region needs as many lower as upper bounds, one for each variable, not {given}."
        )
    if len(low) > MOST_DIMENSION:
        raise ValueError(f"A landscape has 1 to {MOST_DIMENSION} variables, not {len(low)}.")
    for a, b in zip(low.tolist(), high.tolist(), strict=True):
        if not (np.isfinite(a) and np.isfinite(b)):
            raise ValueError(f"The region’s bounds must be finite numbers, not {a} and {b}.")
        if not a < b:
            raise ValueError(
                f"The region has no area: it reaches from {a:g} to {b:g}. "
                "The second number must be larger than the first."
            )
        if max(abs(a), abs(b)) > LARGEST:
            raise ValueError(
                f"The region reaches to {max(abs(a), abs(b)):g}; at most {LARGEST:g} is allowed."
            )
        if b - a < SMALLEST_SPAN * max(1.0, abs(a), abs(b)):
            least = SMALLEST_SPAN * max(1.0, abs(a), abs(b))
            raise ValueError(
                f"The region from {a!r} to {b!r} is too narrow to compute in: here it has to be at least "
                f"{least:g} wide."
            )
    return _fixed(low), _fixed(high)


def formula(
    text: str, lower: ArrayLike, upper: ArrayLike, parameters: Mapping[str, float] = MappingProxyType({})
) -> Landscape:
    """Return the landscape of a formula; its dimension is that of the box.

    Raises
    ------
    FormulaError
        For text that is no formula, with ``.column``.
    ValueError
        For a box without area and for parameters that are no numbers.

    Examples
    --------
    >>> land = formula("(x^2+y-11)^2 + (x+y^2-7)^2", lower=(-6, -6), upper=(6, 6))
    >>> land.value((3, 2))
    0.0
    """
    from minima_core.formula import parse

    if not isinstance(text, str):
        raise ValueError(f"A formula is a text, such as “x^2 + y^2”, not {text!r:.60}.")
    low, high = region(lower, upper)
    values = _numbers(parameters)
    parsed = parse(text, dimension=len(low), parameters=tuple(values))
    return Landscape("formula", low, high, formula=parsed, parameters=values, title=parsed.unicode())


def objective(
    f: Objective,
    lower: ArrayLike,
    upper: ArrayLike,
    gradient: Callable[[Array], object] | None = None,
    hessian: Callable[[Array], object] | None = None,
    name: str = "objective",
) -> Landscape:
    """Return the landscape of any callable from a point (n,) to a number.

    Without `gradient`, methods that need one take differences, which costs 2n values for each. Without
    `hessian`, it is made from 2n gradients where they are given, and else from n(n + 1) values.

    Examples
    --------
    >>> land = objective(lambda p: float((p ** 2).sum()), (-1, -1, -1), (1, 1, 1))
    >>> land.dimension, land.value((1, 0, 1))
    (3, 2.0)
    """
    for what, each in (("objective", f), ("gradient", gradient), ("Hessian", hessian)):
        if not (callable(each) or (each is None and what != "objective")):
            raise ValueError(f"The {what} must be a function of a point, not {each!r}.")
    return Landscape(name, lower, upper, f=f, gradient=gradient, hessian=hessian)
