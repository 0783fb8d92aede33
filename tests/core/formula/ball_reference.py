"""Formulas in ball arithmetic (python-flint): an independent reference for intervals, at any precision."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flint import arb, ctx

from minima_core.formula.graph import Graph
from minima_core.formula.walk import visit

ctx.prec = 200


def exact(value: float) -> Any:
    """Return the ball of one double."""
    return arb(float(value))


def between(low: float, high: float) -> Any:
    """Return a ball that contains the interval [low, high]."""
    return exact(low).union(exact(high))


def _ratio(a: Any, b: Any) -> Any:
    return arb(0) if a == 0 else a / b


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sin": lambda t: t.sin(),
    "cos": lambda t: t.cos(),
    "tan": lambda t: t.tan(),
    "asin": lambda t: t.asin(),
    "acos": lambda t: t.acos(),
    "atan": lambda t: t.atan(),
    "sinh": lambda t: t.sinh(),
    "cosh": lambda t: t.cosh(),
    "tanh": lambda t: t.tanh(),
    "asinh": lambda t: t.asinh(),
    "acosh": lambda t: t.acosh(),
    "atanh": lambda t: t.atanh(),
    "exp": lambda t: t.exp(),
    "expm1": lambda t: t.expm1(),
    "log": lambda t: t.log(),
    "log1p": lambda t: t.log1p(),
    "log2": lambda t: t.log() / arb(2).log(),
    "log10": lambda t: t.log() / arb(10).log(),
    "sqrt": lambda t: t.sqrt(),
    "cbrt": lambda t: arb(0) if t == 0 else -((-t).root(3)) if t < 0 else t.root(3),
    "sigmoid": lambda t: 1 / (1 + (-t).exp()),
    "softplus": lambda t: t.exp().log1p(),
    "abs": abs,
    "sign": lambda t: arb(1) if t > 0 else arb(-1) if t < 0 else arb(0) if t == 0 else arb(0).union(arb(1)),
}
RULES: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "ratio": _ratio,
    "neg": lambda a: -a,
    "pow": lambda a, b: a**b,
    "hypot": lambda a, b: (a * a + b * b).sqrt(),
    "atan2": arb.atan2,
    "min": lambda a, b: a.min(b),
    "max": lambda a, b: a.max(b),
    "lt": lambda a, b: bool(a < b),
    "le": lambda a, b: bool(a <= b),
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "not": lambda a: not a,
    "where": lambda c, a, b: a if c else b,
    "floor": lambda a: a.floor(),
    "ceil": lambda a: a.ceil(),
    **FUNCTIONS,
}


def evaluate(
    graph: Graph, roots: Sequence[int], point: Sequence[Any], context: Sequence[float] = ()
) -> list[Any]:
    """Return a ball for each root at a point of balls."""
    rules: Mapping[str, Callable[..., Any]] = {
        **{op: _plain(rule) for op, rule in RULES.items()},
        "const": exact,
        "variable": lambda index: point[index],
        "parameter": lambda index: exact(context[index]),
        "powi": _power,
    }
    return visit(graph, roots, rules)


def _power(exponent: int, base: Any) -> Any:
    """Multiply: flint's own power takes logarithms, which a ball around 0 has not."""
    result = arb(1)
    for _ in range(abs(exponent)):
        result = result * base
    return result if exponent >= 0 else 1 / result


def _plain(rule: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _datum, *args: rule(*args)


def inside(ball: Any, low: float, high: float) -> bool:
    """Whether a ball lies between two doubles, but for the blur of the ball itself at its 200 bits."""
    blur = arb(2) ** -150
    least, most = exact(low), exact(high)
    return bool(ball.lower() >= least - abs(least) * blur) and bool(ball.upper() <= most + abs(most) * blur)
