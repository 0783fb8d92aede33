"""A function along all rays from one point, enclosed so that kinks and cones at that point are no obstacle.

Along x = p + t·d, 0 < t ≤ 1, with d in a box of directions, every part of a formula is written as

    N = c + tᵏ·J,   dN/dt = tˡ·D,

with c its value at p, and J and D intervals that hold for all t and d. So √(x² + y²) at the origin is t·√(…),
|x| is t·|d₁|, and x² + |x| rises because D is positive, however small t is. Where c is rational it is exact;
constants of the formula are here exactly their doubles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.formula.graph import Graph
from minima_core.formula.interval_functions import Interval, rules

__all__ = ["Ray", "RayError", "along_rays"]

Array: TypeAlias = NDArray[np.float64]
LONGEST = 20_000
"""Digits, in bits, of values at p that are kept exact."""
_R = rules()


class RayError(ValueError):
    """Nothing is known about an operation along the rays."""


class Ray(NamedTuple):
    """N = c + tᵏ·J and dN/dt = tˡ·D."""

    c: Fraction | Interval
    k: float
    j: Interval
    slope_order: float
    d: Interval


def along_rays(
    graph: Graph, root: int, p: Array, directions: tuple[Array, Array], context: Sequence[float] | Array
) -> Ray:
    """Return the function along the rays from p whose directions lie in boxes, given by corners (n, m).

    Raises
    ------
    RayError
        If the formula holds an operation that is not known here, or jumps at p.

    Examples
    --------
    >>> graph = Graph()
    >>> x = graph.variable(0)
    >>> cone = graph.make("sqrt", graph.integer_power(x, 2))
    >>> ray = along_rays(graph, cone, np.array([0.0]), (np.array([[1.0]]), np.array([[1.0]])), ())
    >>> ray.slope_order, bool(ray.d.lo[0] > 0.99)
    (0.0, True)
    """
    values: dict[int, Ray] = {}
    with np.errstate(all="ignore"):
        for node in graph.order([root]):
            op, datum = graph.ops[node], graph.data[node]
            if op == "variable":
                index = int(datum or 0)
                d = Interval(directions[0][index], directions[1][index], 0)
                values[node] = Ray(Fraction(float(p[index])), 1.0, d, 0.0, d)
            elif op in ("const", "parameter"):
                value = float(datum or 0.0) if op == "const" else float(context[int(datum or 0)])
                values[node] = Ray(Fraction(value), 1.0, _ZERO, 0.0, _ZERO)
            else:
                made = _apply(op, datum, [values[argument] for argument in graph.args[node]])
                values[node] = made._replace(c=_short(made.c))
    return values[root]


def _short(c: Fraction | Interval) -> Fraction | Interval:
    """Return a value at p, no longer exact once it needs too many digits."""
    if isinstance(c, Fraction) and c.denominator.bit_length() + c.numerator.bit_length() > LONGEST:
        return _number(c)
    return c


_ZERO = Interval(np.float64(0.0), np.float64(0.0), 0)
_ONE = Interval(np.float64(1.0), np.float64(1.0), 0)


def _apply(op: str, datum: Any, args: list[Ray]) -> Ray:
    if op in ("add", "sub"):
        return _sum(op, *args)
    if op == "neg":
        return _negative(args[0])
    if op == "mul":
        return _product(*args)
    if op == "div":
        divisor = args[1]
        if isinstance(divisor.c, Fraction) and divisor.c != 0 and _nothing(divisor.j):
            return _product(args[0], divisor._replace(c=1 / divisor.c))
        return _product(args[0], _smooth(args[1], _inverse, _minus_inverse_square))
    if op == "powi":
        return _power(args[0], int(datum))
    if op == "sqrt":
        return _root(args[0], 0.5)
    if op == "hypot":
        return _root(_sum("add", _power(args[0], 2), _power(args[1], 2)), 0.5)
    if op == "pow":
        return _power_of(args[0], args[1])
    if op == "abs":
        return _absolute(args[0])
    if op in ("min", "max"):
        return _chosen(op, *args)
    if op in _SMOOTH:
        function, slope = _SMOOTH[op]
        return _smooth(args[0], function, slope)
    raise RayError(op)


def _number(c: Fraction | Interval) -> Interval:
    """Return bounds of the value at p."""
    if isinstance(c, Interval):
        return c
    try:
        value = np.float64(float(c))
    except OverflowError:
        raise RayError("overflow") from None
    if Fraction(float(value)) == c:
        return Interval(value, value, 0)
    return Interval(np.nextafter(value, -np.inf), np.nextafter(value, np.inf), 0)


def _add(a: Interval, b: Interval) -> Interval:
    return _R["add"](None, a, b)


def _mul(a: Interval, b: Interval) -> Interval:
    if a is b:
        return _R["powi"](2, a)
    return _R["mul"](None, a, b)


def _lowered(a: Interval, by: float) -> Interval:
    """Return tᵇ·a for 0 < t ≤ 1."""
    if by == 0.0:
        return a
    return Interval(np.minimum(a.lo, 0.0), np.maximum(a.hi, 0.0), 0)


def _range(n: Ray) -> Interval:
    """Return all values along the rays."""
    return _add(_number(n.c), _lowered(n.j, 1.0))


def _exact_zero(c: Fraction | Interval) -> bool:
    return isinstance(c, Fraction) and c == 0


def _combined(op: str, a: Interval, b: Interval, orders: tuple[float, float]) -> tuple[Interval, float]:
    """Add tᵏ·a and tˡ·b (or subtract); what is exactly 0 does not lower the order."""
    if _nothing(b):
        return a, orders[0]
    if _nothing(a):
        return (b if op == "add" else _R["neg"](None, b)), orders[1]
    least = min(orders)
    return _R[op](None, _lowered(a, orders[0] - least), _lowered(b, orders[1] - least)), least


def _nothing(a: Interval) -> bool:
    return bool(np.all(a.lo == 0.0) and np.all(a.hi == 0.0))


def _sum(op: str, a: Ray, b: Ray) -> Ray:
    if isinstance(a.c, Fraction) and isinstance(b.c, Fraction):
        c: Fraction | Interval = a.c + b.c if op == "add" else a.c - b.c
    else:
        c = _R[op](None, _number(a.c), _number(b.c))
    j, k = _combined(op, a.j, b.j, (a.k, b.k))
    d, order = _combined(op, a.d, b.d, (a.slope_order, b.slope_order))
    return Ray(c, k, j, order, d)


def _negative(a: Ray) -> Ray:
    c = -a.c if isinstance(a.c, Fraction) else _R["neg"](None, a.c)
    return Ray(c, a.k, _R["neg"](None, a.j), a.slope_order, _R["neg"](None, a.d))


def _factored(a: Ray) -> tuple[Interval, float]:
    """Return N as tᵏ·J."""
    return (a.j, a.k) if _exact_zero(a.c) else (_range(a), 0.0)


def _product(a: Ray, b: Ray) -> Ray:
    c: Fraction | Interval
    if _exact_zero(a.c) or _exact_zero(b.c):
        c = Fraction(0)
    elif isinstance(a.c, Fraction) and isinstance(b.c, Fraction):
        c = a.c * b.c
    else:
        c = _mul(_number(a.c), _number(b.c))
    (whole_a, order_a), (whole_b, order_b) = _factored(a), _factored(b)
    # N − c = (a − ca)·b + ca·(b − cb)
    first = (_mul(a.j, whole_b), a.k + order_b)
    second = (_ZERO if _exact_zero(a.c) else _mul(_number(a.c), b.j), b.k)
    j, k = _combined("add", first[0], second[0], (first[1], second[1]))
    d, order = _combined(
        "add", _mul(a.d, whole_b), _mul(whole_a, b.d), (a.slope_order + order_b, order_a + b.slope_order)
    )
    return Ray(c, k, j, order, d)


def _power(a: Ray, exponent: int) -> Ray:
    if exponent < 0:
        return _smooth(_power(a, -exponent), _inverse, _minus_inverse_square)
    if exponent == 1:
        return a
    whole, order = _factored(a)
    below = whole if exponent == 2 else _R["powi"](exponent - 1, whole)
    factor = Interval(np.float64(exponent), np.float64(exponent), 0)
    d = _mul(_mul(factor, below), a.d)
    slope_order = order * (exponent - 1) + a.slope_order
    if _exact_zero(a.c):
        return Ray(Fraction(0), a.k * exponent, _R["powi"](exponent, a.j), slope_order, d)
    c = a.c**exponent if isinstance(a.c, Fraction) else _R["powi"](exponent, a.c)
    return Ray(c, a.k, _mul(_mul(factor, below), a.j), slope_order, d)


def _root(a: Ray, exponent: float) -> Ray:
    """Return a^exponent for a ≥ 0 and an exponent that is no whole number."""
    power = Interval(np.float64(exponent), np.float64(exponent), 0)

    def slope(n: Interval) -> Interval:
        less = Interval(power.lo - 1.0, power.lo - 1.0, 0)
        return _mul(power, _R["pow"](None, n, less))

    if not _exact_zero(a.c):
        return _smooth(a, lambda n: _R["pow"](None, n, power), slope)
    if not np.all(a.j.lo > 0.0):
        raise RayError("root")
    order = a.k * (exponent - 1.0) + a.slope_order
    return Ray(Fraction(0), a.k * exponent, _R["pow"](None, a.j, power), order, _mul(slope(a.j), a.d))


def _power_of(a: Ray, b: Ray) -> Ray:
    if not (isinstance(b.c, Fraction) and _nothing(b.j)) or b.c <= 0 or b.c == 1:
        raise RayError("pow")
    return _root(a, float(b.c))


def _smooth(a: Ray, function: Callable[[Interval], Interval], slope: Callable[[Interval], Interval]) -> Ray:
    """Apply a smooth function g: g(N) = g(c) + g′(ξ)·(N − c), and dg/dt = g′(N)·dN/dt."""
    whole = _range(a)
    value, rise = function(whole), slope(whole)
    if np.any(value.flag) or np.any(rise.flag):
        raise RayError("domain")
    return Ray(function(_number(a.c)), a.k, _mul(rise, a.j), a.slope_order, _mul(rise, a.d))


def _absolute(a: Ray) -> Ray:
    whole, _order = _factored(a)
    up, down = whole.lo >= 0.0, whole.hi <= 0.0
    c = abs(a.c) if isinstance(a.c, Fraction) else _R["abs"](None, a.c)
    j, d = _signed(a.j, up, down), _signed(a.d, up, down)
    if _exact_zero(a.c):
        j = Interval(np.maximum(j.lo, 0.0), j.hi, 0)
    return Ray(c, a.k, j, a.slope_order, d)


def _signed(a: Interval, up: Any, down: Any) -> Interval:
    """Return a, −a, or what contains both."""
    most = np.maximum(np.abs(a.lo), np.abs(a.hi))
    lo = np.where(up, a.lo, np.where(down, -a.hi, -most))
    return Interval(lo, np.where(up, a.hi, np.where(down, -a.lo, most)), 0)


def _chosen(op: str, a: Ray, b: Ray) -> Ray:
    """Return the smaller or the larger of two that are equal at p, or of which one stays the smaller."""
    apart = _sum("sub", a, b)
    whole, _order = _factored(apart)
    below, above = whole.hi <= 0.0, whole.lo >= 0.0
    if op == "max":
        below, above = above, below
    if np.all(below):
        return a
    if np.all(above):
        return b
    if not _exact_zero(apart.c):
        raise RayError(op)
    k, order = min(a.k, b.k), min(a.slope_order, b.slope_order)
    return Ray(
        a.c,
        k,
        _either(_lowered(a.j, a.k - k), _lowered(b.j, b.k - k), below, above),
        order,
        _either(_lowered(a.d, a.slope_order - order), _lowered(b.d, b.slope_order - order), below, above),
    )


def _either(a: Interval, b: Interval, first: Any, second: Any) -> Interval:
    lo = np.where(first, a.lo, np.where(second, b.lo, np.minimum(a.lo, b.lo)))
    return Interval(lo, np.where(first, a.hi, np.where(second, b.hi, np.maximum(a.hi, b.hi))), 0)


def _inverse(n: Interval) -> Interval:
    return _R["div"](None, _ONE, n)


def _minus_inverse_square(n: Interval) -> Interval:
    return _R["neg"](None, _R["div"](None, _ONE, _R["powi"](2, n)))


def _one(op: str) -> Callable[[Interval], Interval]:
    return lambda n: _R[op](None, n)


def _less_square(op: str) -> Callable[[Interval], Interval]:
    return lambda n: _R["sub"](None, _ONE, _R["powi"](2, _R[op](None, n)))


_Function = Callable[[Interval], Interval]
_SMOOTH: dict[str, tuple[_Function, _Function]] = {
    "exp": (_one("exp"), _one("exp")),
    "expm1": (_one("expm1"), _one("exp")),
    "log": (_one("log"), _inverse),
    "sin": (_one("sin"), _one("cos")),
    "cos": (_one("cos"), lambda n: _R["neg"](None, _R["sin"](None, n))),
    "sinh": (_one("sinh"), _one("cosh")),
    "cosh": (_one("cosh"), _one("sinh")),
    "tanh": (_one("tanh"), _less_square("tanh")),
    "atan": (_one("atan"), lambda n: _inverse(_R["add"](None, _ONE, _R["powi"](2, n)))),
    "tan": (_one("tan"), lambda n: _R["add"](None, _ONE, _R["powi"](2, _R["tan"](None, n)))),
    "sigmoid": (
        _one("sigmoid"),
        lambda n: _mul(_R["sigmoid"](None, n), _R["sub"](None, _ONE, _R["sigmoid"](None, n))),
    ),
    "softplus": (_one("softplus"), _one("sigmoid")),
}
