"""Evaluates graphs on many boxes at once in interval arithmetic with outward rounding: what proofs stand on.

A number is an interval [lo, hi] that contains the exact result of the exact operations, for every point of
the box. nan as a bound means that nothing is known on that side. Comparisons are written so that nan
counts as “not decided”.

What a number means
-------------------
Whole numbers and short binary fractions (such as 0.5 or 2.625) stand for themselves. Every other constant of
the graph stands for all numbers within `CONSTANT_ULPS` ulp of its double: so the double with which the
program computes, the decimal number as it was typed, and the real π and e are all inside, and what is proved
holds for each of them. Values of parameters are doubles, taken exactly.

Margins
-------
+, −, ×, ÷ and √ are rounded correctly by IEEE 754; they are widened by 1 ulp. numpy's other functions come
from vector libraries that state up to 4 ulp, or from a C library that states up to 4; they are widened by
`FUNCTION_ULPS` = 8. Their extrema and poles are located with an enclosure of π. The tests compare all of
them with ball arithmetic at nasty arguments.

References
----------
R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval Analysis, SIAM, 2009.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.formula import derive
from minima_core.formula.graph import Graph
from minima_core.formula.interval_functions import (
    CONSTANT_ULPS,
    DEAD,
    EDGE,
    FUNCTION_ULPS,
    JUMP,
    KINK,
    OPEN,
    Interval,
    kept_above,
    over_square,
    rules,
)
from minima_core.formula.interval_polynomials import Polynomial, polynomials, sharpened

__all__ = [
    "CONSTANT_ULPS",
    "DEAD",
    "EDGE",
    "FUNCTION_ULPS",
    "JUMP",
    "KINK",
    "OPEN",
    "Enclosure",
    "Enclosures",
]

Array: TypeAlias = NDArray[np.float64]

BLOCK = 4096
"""Boxes that are worked on together: their intermediate arrays stay in the processor's cache."""


class Enclosure(NamedTuple):
    """Bounds of something on m boxes: arrays (..., m)."""

    lo: Array
    hi: Array


class _Step(NamedTuple):
    node: int
    rule: Callable[..., Interval]
    datum: Any
    args: tuple[int, ...]
    last: tuple[int, ...]  # what nothing needs after this step
    polynomial: Polynomial | None
    least: tuple[float, int] | None  # where f is undefined below, and the flag of it


class _Plan:
    """A list of steps that fills the bounds of some nodes."""

    def __init__(
        self,
        graph: Graph,
        roots: Sequence[int],
        table: dict[str, Callable[..., Interval]],
        context: Array,
        domain: dict[int, tuple[float, int]],
    ) -> None:
        self.roots, self.domain = list(roots), domain
        order = graph.order(self.roots)
        self.leaves: dict[int, Interval] = {}
        self.variables: list[tuple[int, int]] = []
        self.steps: list[_Step] = []
        for node in order:
            op, datum = graph.ops[node], graph.data[node]
            if op == "const":
                self.leaves[node] = table["const"](datum)
            elif op == "parameter":
                value = np.float64(context[int(datum or 0)])
                self.leaves[node] = Interval(value, value, 0)
            elif op == "variable":
                self.variables.append((node, int(datum or 0)))
        with np.errstate(all="ignore"):
            known = polynomials(graph, order, self.roots, self.leaves, table)
        for node in order:
            op, args, datum = graph.ops[node], graph.args[node], graph.data[node]
            if args:
                if op == "mul" and args[0] == args[1]:  # t·t is t², and never negative
                    op, args, datum = "powi", args[:1], 2
                rule, operands = table[op], args
                if op == "div":
                    rule, operands = _as_square(graph, args, rule)
                step = _Step(node, rule, datum, operands, (), known.get(node), domain.get(node))
                self.steps.append(step)
        self._let_go()

    def _let_go(self) -> None:
        """Settle after which step each value is not needed any more."""
        seen = set(self.roots)
        for place in range(len(self.steps) - 1, -1, -1):
            step = self.steps[place]
            last = tuple(argument for argument in dict.fromkeys(step.args) if argument not in seen)
            seen.update(last)
            self.steps[place] = step._replace(last=last)

    def __call__(self, lower: Array, upper: Array) -> list[Interval]:
        values = dict(self.leaves)
        for node, index in self.variables:
            values[node] = Interval(lower[index], upper[index], 0)
            if node in self.domain:
                values[node] = kept_above(values[node], *self.domain[node])
        for node, rule, datum, args, last, polynomial, least in self.steps:
            values[node] = rule(datum, *[values[argument] for argument in args])
            if polynomial is not None:
                x = Interval(lower[polynomial.variable], upper[polynomial.variable], 0)
                values[node] = sharpened(polynomial, values[node], x)
            if least is not None:
                values[node] = kept_above(values[node], *least)
            for argument in last:
                del values[argument]
        return [values[root] for root in self.roots]


def _as_square(
    graph: Graph, args: tuple[int, ...], rule: Callable[..., Interval]
) -> tuple[Callable[..., Interval], tuple[int, ...]]:
    """Turn (a/b)/b and (a/b·v)/b, as the derivatives of quotients are, into a rule that knows b² ≥ 0."""
    top, b = args
    parts = graph.args[top] if graph.ops[top] == "mul" else (top,)
    for place, part in enumerate(parts):
        if graph.ops[part] == "div" and graph.args[part][1] == b:
            others = parts[:place] + parts[place + 1 :]
            return over_square, (top, b, graph.args[part][0], *others)
    return rule, args


_DOMAINS = {
    "log": (0.0, OPEN),
    "log2": (0.0, OPEN),
    "log10": (0.0, OPEN),
    "log1p": (-1.0, OPEN),
    "sqrt": (0.0, EDGE),
}


def _domain(graph: Graph, root: int) -> dict[int, tuple[float, int]]:
    """Return below what f is undefined: for the arguments of logarithms and roots, unless in a branch."""
    order = graph.order([root])
    if any(graph.ops[node] == "where" for node in order):
        return {}
    found: dict[int, tuple[float, int]] = {}
    for node in order:
        bound = _DOMAINS.get(graph.ops[node])
        if bound is not None:
            argument = graph.args[node][0]
            found[argument] = max(bound, found.get(argument, bound))
    return found


class Enclosures:
    """Enclosures of a function of n variables, its gradient and its Hessian on many boxes.

    Parameters
    ----------
    graph, root, dimension
        The function, as in `minima_core.formula.Formula`.
    context : array of float64
        The values of the parameters.

    Notes
    -----
    Boxes are given by their corners, float64 (n, m) each. Besides bounds, each box has *flags*: 0 where the
    function is analytic on the whole of the closed box, else a sum of

    - ``KINK``: a kink may lie in it; the enclosure of the gradient is one of Clarke's generalised gradient;
    - ``JUMP``: the function may jump;
    - ``OPEN``: it may be undefined in a part that ends where it has no value (log, poles);
    - ``EDGE``: it may be undefined in a part with an edge where it has values (√, asin);
    - ``DEAD``: it is undefined on the whole box.

    Examples
    --------
    >>> from minima_core.formula import parse
    >>> f = parse("x^2 - 2x")
    >>> enclosures = Enclosures(f.graph, f.root, f.dimension)
    >>> value, slope, flags = enclosures.slopes(np.array([[0.0]]), np.array([[1.0]]))
    >>> slope.lo.round(6).tolist(), slope.hi.round(6).tolist(), flags.tolist()
    ([[-2.0]], [[0.0]], [0])
    """

    def __init__(
        self,
        graph: Graph,
        root: int,
        dimension: int,
        context: Sequence[float] | Array = (),
    ) -> None:
        self.dimension = dimension
        table = rules()
        numbers = np.asarray(context, dtype=np.float64)
        grown, slopes = derive.gradient(graph, root, dimension)
        self._places = [k for k, slope in enumerate(slopes) if slope is not None]
        kept = [slope for slope in slopes if slope is not None]
        self._domain = _domain(graph, root)
        self._value = _Plan(grown, [root], table, numbers, self._domain)
        self._slopes = _Plan(grown, [root, *kept], table, numbers, self._domain)
        self._curves: _Plan | None = None
        self._pairs: list[tuple[int, int]] = []
        self._late = (grown, slopes, table, numbers)
        self.size = len(self._slopes.steps) + 1
        """Operations for one value with gradient."""

    def value(self, lower: Array, upper: Array) -> tuple[Enclosure, NDArray[np.uint8]]:
        """Return the bounds of f, (m,) each, and the flags (m,)."""
        bounds, flags = self._run(self._value, lower, upper)
        return Enclosure(bounds[0, 0], bounds[1, 0]), flags

    def slopes(self, lower: Array, upper: Array) -> tuple[Enclosure, Enclosure, NDArray[np.uint8]]:
        """Return the bounds of f, (m,), of its gradient, (n, m), and the flags (m,)."""
        bounds, flags = self._run(self._slopes, lower, upper)
        gradient = np.zeros((2, self.dimension, lower.shape[1]))
        gradient[:, self._places] = bounds[:, 1:]
        return Enclosure(bounds[0, 0], bounds[1, 0]), Enclosure(gradient[0], gradient[1]), flags

    def curves(self, lower: Array, upper: Array) -> Enclosure:
        """Return the bounds of the Hessian, (n, n, m)."""
        plan = self._curves or self._plan_curves()
        n, m = self.dimension, lower.shape[1]
        hessian = np.zeros((2, n, n, m))
        if self._pairs:
            bounds, _flags = self._run(plan, lower, upper)
            for k, (i, j) in enumerate(self._pairs):
                hessian[:, i, j] = bounds[:, k]
                hessian[:, j, i] = bounds[:, k]
        return Enclosure(hessian[0], hessian[1])

    def _plan_curves(self) -> _Plan:
        grown, slopes, table, numbers = self._late
        second: list[int] = []
        for i, slope in enumerate(slopes):
            for j in range(i, self.dimension):
                entry = None if slope is None else derive.derivative(grown, slope, j)
                if entry is not None:
                    self._pairs.append((i, j))
                    second.append(entry)
        self._curves = _Plan(grown, second, table, numbers, self._domain)
        return self._curves

    @staticmethod
    def _run(plan: _Plan, lower: Array, upper: Array) -> tuple[Array, NDArray[np.uint8]]:
        """Fill the bounds of all roots, (2, roots, m), and the flags of the first of them, (m,)."""
        m = lower.shape[1]
        bounds = np.empty((2, len(plan.roots), m))
        flags = np.zeros(m, dtype=np.uint8)
        with np.errstate(all="ignore"):
            for first in range(0, m, BLOCK):
                part = slice(first, first + BLOCK)
                for k, interval in enumerate(plan(lower[:, part], upper[:, part])):
                    bounds[0, k, part], bounds[1, k, part] = interval.lo, interval.hi
                    if k == 0:
                        flags[part] = interval.flag
        unknown = np.isnan(bounds)
        if unknown.any():
            bounds[0][unknown[0]] = -np.inf
            bounds[1][unknown[1]] = np.inf
        return bounds, flags
