"""The operations of the graph on intervals: arrays of lower and upper bounds, rounded outwards, with flags.

Margins, the meaning of numbers and of nan are stated in `minima_core.formula.intervals`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

__all__ = [
    "CONSTANT_ULPS",
    "DEAD",
    "EDGE",
    "FUNCTION_ULPS",
    "JUMP",
    "KINK",
    "OPEN",
    "Interval",
    "kept_above",
    "over_square",
    "rules",
]

KINK, JUMP, OPEN, EDGE, DEAD = 1, 2, 4, 8, 16

CONSTANT_ULPS = 4
FUNCTION_ULPS = 8
ULP = 2.0**-52
"""At least one unit in the last place of any normal number, relative to it."""
TINY = 1e-320
"""More than what is lost where a product or a function's result is below the normal numbers."""
SHORT = 2.0**20
"""Multiples of 1/SHORT are exact as typed."""
HALF_TURN = 3.1415926535897936
"""Just above π."""
FAR = 1e8
"""Angles beyond are not told apart: sine and cosine are then anywhere between −1 and 1."""


class Interval(NamedTuple):
    """Bounds, each an array (m,) or a number, and the flags of what may go wrong inside."""

    lo: Any
    hi: Any
    flag: Any


Rule = Callable[..., Interval]


def _spread(lo: Any, hi: Any, flag: Any, ulps: float = FUNCTION_ULPS) -> Interval:
    """Widen bounds by so many ulp, and by what may be lost to underflow."""
    part = ulps * ULP
    return Interval(lo - (np.abs(lo) * part + TINY), hi + (np.abs(hi) * part + TINY), flag)


def _within(value: Interval, least: float, most: float) -> Interval:
    """Cut bounds to a range that is never left."""
    return Interval(np.maximum(value.lo, least), np.minimum(value.hi, most), value.flag)


def _constant(value: float) -> Interval:
    exact = np.float64(value)
    if abs(value) < 2.0**53 and exact * SHORT == np.rint(exact * SHORT):
        return Interval(exact, exact, 0)
    return _spread(exact, exact, 0, CONSTANT_ULPS)


# arithmetic -------------------------------------------------------------------------------------------------
# Sums of doubles that underflow are exact, so that 0 + 0 stays 0 and √(x² + y²) is defined at the origin.


def _add(_d: object, a: Interval, b: Interval) -> Interval:
    lo, hi = a.lo + b.lo, a.hi + b.hi
    return Interval(lo - np.abs(lo) * ULP, hi + np.abs(hi) * ULP, a.flag | b.flag)


def _sub(_d: object, a: Interval, b: Interval) -> Interval:
    lo, hi = a.lo - b.hi, a.hi - b.lo
    return Interval(lo - np.abs(lo) * ULP, hi + np.abs(hi) * ULP, a.flag | b.flag)


def _neg(_d: object, a: Interval) -> Interval:
    return Interval(-a.hi, -a.lo, a.flag)


def _mul(_d: object, a: Interval, b: Interval) -> Interval:
    flag = a.flag | b.flag
    for one, other in ((a, b), (b, a)):
        if np.ndim(one.lo) == 0 and (one.lo > 0.0 or one.hi < 0.0):
            return _scaled(one, other, flag)
    p, q, r, s = a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi
    low = np.minimum(np.minimum(p, q), np.minimum(r, s))
    wide = _spread(low, np.maximum(np.maximum(p, q), np.maximum(r, s)), flag, 1)
    positive = (a.lo >= 0.0) & (b.lo >= 0.0)
    return Interval(np.where(positive, np.maximum(wide.lo, 0.0), wide.lo), wide.hi, flag)


def _scaled(factor: Interval, a: Interval, flag: Any) -> Interval:
    """Multiply by one number that is not 0, of which there are bounds."""
    if factor.hi < 0.0:
        return _neg(None, _scaled(_neg(None, factor), a, flag))
    below, above = factor.lo, factor.hi
    positive = a.lo >= 0.0
    lo = a.lo * (below if below == above else np.where(positive, below, above))
    hi = a.hi * (below if below == above else np.where(a.hi >= 0.0, above, below))
    wide = _spread(lo, hi, flag, 1)
    least = np.where(positive, np.maximum(wide.lo, 0.0), wide.lo)
    return Interval(least, np.where(a.hi <= 0.0, np.minimum(wide.hi, 0.0), wide.hi), flag)


def _touches(a: Interval, value: float = 0.0) -> Any:
    """Whether a value is not proved to lie outside, edges included."""
    return ~((a.lo > value) | (a.hi < value))


def _flagged(where: Any, flag: int) -> Any:
    """Return flags where a condition holds; plain 0 if it holds nowhere, which costs nothing later."""
    if not np.any(where):
        return 0
    return np.where(where, np.uint8(flag), np.uint8(0))


def _quotient(a: Interval, b: Interval, flag: Any, zero: Any, *, convention: bool) -> Interval:
    """Divide; `zero` is where the divisor may be 0; with the convention 0/0 = 0 for derivatives at cones."""
    p, q, r, s = a.lo / b.lo, a.lo / b.hi, a.hi / b.lo, a.hi / b.hi
    low = np.minimum(np.minimum(p, q), np.minimum(r, s))
    wide = _spread(low, np.maximum(np.maximum(p, q), np.maximum(r, s)), flag, 1)
    lo = np.where((a.lo >= 0.0) & (b.lo > 0.0), np.maximum(wide.lo, 0.0), wide.lo)
    hi = wide.hi
    if np.any(zero):
        up, down = b.lo >= 0.0, b.hi <= 0.0  # divisors of one sign, with 0 at their edge
        least, most = np.full(np.shape(zero), -np.inf), np.full(np.shape(zero), np.inf)
        reach = Interval(np.where(up, b.hi, b.lo), np.where(up, b.hi, b.lo), 0)
        for sign, where in ((1.0, (up & (a.lo >= 0.0)) | (down & (a.hi <= 0.0))),
                            (-1.0, (up & (a.hi <= 0.0)) | (down & (a.lo >= 0.0)))):  # fmt: skip
            nearest = np.where(np.abs(a.lo) < np.abs(a.hi), a.lo, a.hi)
            edge = np.where(convention, 0.0, np.abs(nearest / reach.lo) * (1 - 4 * ULP))
            if sign > 0:
                least = np.where(where, edge, least)
            else:
                most = np.where(where, -edge, most)
        if convention:
            nothing = (a.lo == 0.0) & (a.hi == 0.0)
            least, most = np.where(nothing, 0.0, least), np.where(nothing, 0.0, most)
        lo, hi = np.where(zero, least, lo), np.where(zero, most, hi)
    return Interval(lo, hi, flag)


def _div(_d: object, a: Interval, b: Interval) -> Interval:
    zero = _touches(b)
    flag = a.flag | b.flag | _flagged(zero, OPEN) | _flagged((b.lo == 0.0) & (b.hi == 0.0), DEAD)
    return _quotient(a, b, flag, zero, convention=False)


def _ratio(_d: object, a: Interval, b: Interval) -> Interval:
    return _quotient(a, b, a.flag | b.flag, _touches(b), convention=True)


def over_square(_d: object, top: Interval, b: Interval, a: Interval, v: Interval | None = None) -> Interval:
    """Return bounds of top/b, where top is a/b or a/b·v: those of a·v/b² as well."""
    plain = _div(None, top, b)
    square = _div(None, a if v is None else _mul(None, a, v), _powi(2, b))
    return Interval(np.fmax(plain.lo, square.lo), np.fmin(plain.hi, square.hi), plain.flag)


def kept_above(a: Interval, least: float, flag: int) -> Interval:
    """Cut off what lies below a bound, where the function is undefined."""
    below = ~(a.lo >= least)
    if not np.any(below):
        return a
    return Interval(np.maximum(a.lo, least), a.hi, a.flag | _flagged(below, flag))


# powers -----------------------------------------------------------------------------------------------------


def _size(a: Interval) -> tuple[Any, Any]:
    """Return the least and the largest absolute value."""
    one, other = np.abs(a.lo), np.abs(a.hi)
    return np.where(_touches(a), 0.0, np.minimum(one, other)), np.maximum(one, other)


def _raised(t: Any, k: int) -> Any:
    """Return t^k by repeated squaring: at most k roundings for each factor, so at most k ulp away."""
    result = None
    while True:
        if k & 1:
            result = t if result is None else result * t
        k >>= 1
        if not k:
            return result
        t = t * t


def _powi(exponent: int, a: Interval) -> Interval:
    k = abs(exponent)
    if k % 2 == 0:
        small, large = _size(a)
        power = _spread(_raised(small, k), _raised(large, k), a.flag, k)
        power = Interval(np.maximum(power.lo, 0.0), power.hi, a.flag)
    else:
        power = _spread(_raised(a.lo, k), _raised(a.hi, k), a.flag, k)
        power = Interval(np.where(a.lo >= 0.0, np.maximum(power.lo, 0.0), power.lo), power.hi, a.flag)
    return power if exponent > 0 else _div(None, Interval(np.float64(1.0), np.float64(1.0), 0), power)


def _pow(_d: object, a: Interval, b: Interval) -> Interval:
    """a^b for a ≥ 0, where it is monotone in each; for negative a if b is one whole number."""
    flag = a.flag | b.flag
    if np.ndim(b.lo) == 0 and b.lo == b.hi and b.lo == np.rint(b.lo):
        return _whole_power(a, b.lo, flag)
    base = Interval(np.maximum(a.lo, 0.0), np.maximum(a.hi, 0.0), 0)
    corners = [np.power(x, y) for x in (base.lo, base.hi) for y in (b.lo, b.hi)]
    low = np.minimum(np.minimum(corners[0], corners[1]), np.minimum(corners[2], corners[3]))
    high = np.maximum(np.maximum(corners[0], corners[1]), np.maximum(corners[2], corners[3]))
    wide = _spread(low, high, 0)
    ends = ~(a.lo > 0.0)
    rising = b.lo > 0.0
    flag = flag | _flagged(ends, KINK) | _flagged(ends & ~rising, OPEN | JUMP)
    flag = flag | _flagged(~(a.lo >= 0.0), EDGE) | _flagged(a.hi < 0.0, DEAD)
    return Interval(np.maximum(wide.lo, 0.0), wide.hi, flag)


def _whole_power(a: Interval, k: float, flag: Any) -> Interval:
    """Return a^k for one whole number k."""
    if k == 0.0:
        return Interval(np.float64(1.0), np.float64(1.0), flag)
    if abs(k) <= 64:
        return _powi(int(k), a)
    if k < 0.0:
        return _div(None, Interval(np.float64(1.0), np.float64(1.0), 0), _whole_power(a, -k, flag))
    if k % 2.0 == 0.0:
        small, large = _size(a)
        return _above_zero(_spread(np.power(small, k), np.power(large, k), flag))
    return _spread(np.power(a.lo, k), np.power(a.hi, k), flag)


def _above_zero(a: Interval) -> Interval:
    return Interval(np.maximum(a.lo, 0.0), a.hi, a.flag)


def _sqrt(_d: object, a: Interval) -> Interval:
    ends = ~(a.lo > 0.0)
    flag = a.flag | _flagged(ends, KINK) | _flagged(~(a.lo >= 0.0), EDGE) | _flagged(a.hi < 0.0, DEAD)
    root = _spread(np.sqrt(np.maximum(a.lo, 0.0)), np.sqrt(np.maximum(a.hi, 0.0)), flag, 1)
    return _above_zero(root)


def _cbrt(_d: object, a: Interval) -> Interval:
    return _spread(np.cbrt(a.lo), np.cbrt(a.hi), a.flag | _flagged(_touches(a), KINK))


def _hypot(_d: object, a: Interval, b: Interval) -> Interval:
    (small, large), (low, high) = _size(a), _size(b)
    flag = a.flag | b.flag | _flagged(_touches(a) & _touches(b), KINK)
    return _above_zero(_spread(np.hypot(small, low), np.hypot(large, high), flag))


# rising functions, with the range where they have values ----------------------------------------------------


def _rising(function: Callable[[Any], Any], least: float = -np.inf, most: float = np.inf) -> Rule:
    def rule(_d: object, a: Interval) -> Interval:
        return _within(_spread(function(a.lo), function(a.hi), a.flag), least, most)

    return rule


def _logarithm(function: Callable[[Any], Any], pole: float = 0.0) -> Rule:
    def rule(_d: object, a: Interval) -> Interval:
        flag = a.flag | _flagged(~(a.lo > pole), OPEN) | _flagged(a.hi <= pole, DEAD)
        low, high = function(np.maximum(a.lo, pole)), function(np.maximum(a.hi, pole))
        return _spread(low, high, flag)

    return rule


def _arc(function: Callable[[Any], Any], least: float, most: float, low: float, high: float) -> Rule:
    """Make the rule of asin or acosh, which has values at the edge of where it is defined."""

    def rule(_d: object, a: Interval) -> Interval:
        flag = a.flag | _flagged(~((a.lo > least) & (a.hi < most)), KINK)
        flag = flag | _flagged(~((a.lo >= least) & (a.hi <= most)), EDGE)
        flag = flag | _flagged((a.hi < least) | (a.lo > most), DEAD)
        wide = _spread(function(_cut(a.lo, least, most)), function(_cut(a.hi, least, most)), flag)
        return _within(wide, low, high)

    return rule


def _cut(t: Any, least: float, most: float) -> Any:
    return np.minimum(np.maximum(t, least), most)


_ARCSINE = _arc(np.arcsin, -1.0, 1.0, -2.0, 2.0)


def _acos(_d: object, a: Interval) -> Interval:
    mirrored = _ARCSINE(None, a)
    low, high = np.arccos(_cut(a.hi, -1.0, 1.0)), np.arccos(_cut(a.lo, -1.0, 1.0))
    return _above_zero(_spread(low, high, mirrored.flag))


def _atanh(_d: object, a: Interval) -> Interval:
    flag = a.flag | _flagged(~((a.lo > -1.0) & (a.hi < 1.0)), OPEN)
    flag = flag | _flagged((a.hi <= -1.0) | (a.lo >= 1.0), DEAD)
    return _spread(np.arctanh(_cut(a.lo, -1.0, 1.0)), np.arctanh(_cut(a.hi, -1.0, 1.0)), flag)


def _cosh(_d: object, a: Interval) -> Interval:
    small, large = _size(a)
    return _within(_spread(np.cosh(small), np.cosh(large), a.flag), 1.0, np.inf)


def _sigmoid_of(t: Any) -> Any:
    return np.where(t > -700.0, 1.0 / (1.0 + np.exp(-t)), np.exp(np.minimum(t, 0.0)))


# angles -----------------------------------------------------------------------------------------------------


def _meets(a: Interval, offset: float, period: float) -> Any:
    """Whether (offset + k·period)·π may lie in it for a whole k.

    Positions are worked out with an error of a few 2⁻⁵² of their size; they are widened by 16.
    """
    low, high = (a.lo / np.pi - offset) / period, (a.hi / np.pi - offset) / period
    low = low - (np.abs(low) + 1.0) * (16 * ULP)
    high = high + (np.abs(high) + 1.0) * (16 * ULP)
    return ~(np.floor(high) < np.ceil(low))


def _wave(function: Callable[[Any], Any], top: float) -> Rule:
    """Make the rule of sine or cosine, whose maxima lie at (top + 2k)·π."""

    def rule(_d: object, a: Interval) -> Interval:
        one, other = function(a.lo), function(a.hi)
        far = ~((np.abs(a.lo) < FAR) & (np.abs(a.hi) < FAR))
        wide = _spread(np.minimum(one, other), np.maximum(one, other), a.flag)
        lo = np.where(far | _meets(a, top + 1.0, 2.0), -1.0, np.maximum(wide.lo, -1.0))
        hi = np.where(far | _meets(a, top, 2.0), 1.0, np.minimum(wide.hi, 1.0))
        return Interval(lo, hi, a.flag)

    return rule


def _tan(_d: object, a: Interval) -> Interval:
    far = ~((np.abs(a.lo) < FAR) & (np.abs(a.hi) < FAR))
    pole = far | _meets(a, 0.5, 1.0)
    wide = _spread(np.tan(a.lo), np.tan(a.hi), a.flag | _flagged(pole, OPEN))
    return Interval(np.where(pole, -np.inf, wide.lo), np.where(pole, np.inf, wide.hi), wide.flag)


def _atan2(_d: object, a: Interval, b: Interval) -> Interval:
    """Return the angle: monotone along each edge of a box away from the cut, so its corners are enough."""
    corners = [np.arctan2(y, x) for y in (a.lo, a.hi) for x in (b.lo, b.hi)]
    low = np.minimum(np.minimum(corners[0], corners[1]), np.minimum(corners[2], corners[3]))
    high = np.maximum(np.maximum(corners[0], corners[1]), np.maximum(corners[2], corners[3]))
    cut = _touches(a) & ~(b.lo > 0.0)
    wide = _spread(low, high, a.flag | b.flag | _flagged(cut, JUMP))
    return Interval(np.where(cut, -HALF_TURN, wide.lo), np.where(cut, HALF_TURN, wide.hi), wide.flag)


# kinks, jumps and choices -----------------------------------------------------------------------------------


def _abs(_d: object, a: Interval) -> Interval:
    small, large = _size(a)
    return Interval(small, large, a.flag | _flagged(_touches(a), KINK))


def _steps(function: Callable[[Any], Any]) -> Rule:
    def rule(_d: object, a: Interval) -> Interval:
        low, high = function(a.lo), function(a.hi)
        return Interval(low, high, a.flag | _flagged(~(low == high), JUMP))

    return rule


def _either(a: Interval, b: Interval) -> Any:
    return a.flag | b.flag | _flagged(~((a.hi < b.lo) | (b.hi < a.lo)), KINK)


def _min(_d: object, a: Interval, b: Interval) -> Interval:
    return Interval(np.minimum(a.lo, b.lo), np.minimum(a.hi, b.hi), _either(a, b))


def _max(_d: object, a: Interval, b: Interval) -> Interval:
    return Interval(np.maximum(a.lo, b.lo), np.maximum(a.hi, b.hi), _either(a, b))


def _where(_d: object, condition: Interval, a: Interval, b: Interval) -> Interval:
    chosen, other = condition.lo > 0.5, condition.hi < 0.5
    lo = np.where(chosen, a.lo, np.where(other, b.lo, np.minimum(a.lo, b.lo)))
    hi = np.where(chosen, a.hi, np.where(other, b.hi, np.maximum(a.hi, b.hi)))
    both = a.flag | b.flag
    dead = a.flag & b.flag & DEAD
    partly = np.where((both & DEAD) > 0, EDGE, 0)
    mixed = (both & (DEAD - 1)) | dead | partly | JUMP
    flag = np.where(chosen, a.flag, np.where(other, b.flag, mixed)).astype(np.uint8) | condition.flag
    return Interval(lo, hi, flag if np.any(flag) else 0)


def _sign(_d: object, a: Interval) -> Interval:
    flag = a.flag | _flagged(_touches(a), JUMP)
    return Interval(np.where(a.lo > 0.0, 1.0, -1.0), np.where(a.hi < 0.0, -1.0, 1.0), flag)


def _less(_d: object, a: Interval, b: Interval) -> Interval:
    return _truth(a.hi < b.lo, a.lo > b.hi, a.flag | b.flag)


def _truth(surely: Any, never: Any, flag: Any) -> Interval:
    return Interval(np.where(surely, 1.0, 0.0), np.where(never, 0.0, 1.0), flag)


_ANGLES: dict[str, Rule] = {
    "sin": _wave(np.sin, 0.5),
    "cos": _wave(np.cos, 0.0),
    "tan": _tan,
    "atan2": _atan2,
}
_RISING: dict[str, Rule] = {
    "atan": _rising(np.arctan, -2.0, 2.0),
    "sinh": _rising(np.sinh),
    "tanh": _rising(np.tanh, -1.0, 1.0),
    "asinh": _rising(np.arcsinh),
    "exp": _rising(np.exp, 0.0),
    "expm1": _rising(np.expm1, -1.0),
    "sigmoid": _rising(_sigmoid_of, 0.0, 1.0),
    "softplus": _rising(lambda t: np.logaddexp(0.0, t), 0.0),
    "log": _logarithm(np.log),
    "log2": _logarithm(np.log2),
    "log10": _logarithm(np.log10),
    "log1p": _logarithm(np.log1p, -1.0),
    "asin": _ARCSINE,
    "acosh": _arc(np.arccosh, 1.0, np.inf, 0.0, np.inf),
}


def rules() -> dict[str, Rule]:
    """Return what each operation of the graph means, as a table for `minima_core.formula.walk.visit`."""
    return {
        "const": _constant,
        "add": _add,
        "sub": _sub,
        "mul": _mul,
        "div": _div,
        "neg": _neg,
        "ratio": _ratio,
        "powi": _powi,
        "pow": _pow,
        "sqrt": _sqrt,
        "cbrt": _cbrt,
        "hypot": _hypot,
        "acos": _acos,
        "atanh": _atanh,
        "cosh": _cosh,
        **_ANGLES,
        **_RISING,
        "abs": _abs,
        "floor": _steps(np.floor),
        "ceil": _steps(np.ceil),
        "min": _min,
        "max": _max,
        "where": _where,
        "sign": _sign,
        "lt": _less,
        "le": _less,
        "and": lambda _d, a, b: Interval(np.minimum(a.lo, b.lo), np.minimum(a.hi, b.hi), a.flag | b.flag),
        "or": lambda _d, a, b: Interval(np.maximum(a.lo, b.lo), np.maximum(a.hi, b.hi), a.flag | b.flag),
        "not": lambda _d, a: Interval(1.0 - a.hi, 1.0 - a.lo, a.flag),
    }
