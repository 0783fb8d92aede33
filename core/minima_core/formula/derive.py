"""Symbolic derivatives on the graph, forward through its nodes, with stated conventions at kinks.

At a kink the mean of the two sides is taken, so that the tip of a valley is a stationary point:

- |t|: sign t, which is 0 at 0;  sign, floor, ceil: 0 everywhere;
- min, max: the derivative of the chosen one, the mean of both where they tie (so relu′(0) = 1/2);
- where(c, a, b): the derivative of the branch that c chooses;
- √u, hypot, negative powers and atan2 at the tip of a cone, where the rule reads 0/0: 0 (`ratio`). Ackley's
  function so
  has gradient 0 at its minimum. Second derivatives there are infinite, as they should be;
- a^b with a ≤ 0 and b varying: the part ∂/∂b is taken as 0 (its limit for a → 0, b > 0).

A derivative that is identically 0 is no node at all (None), which is what keeps gradients of separable sums
small. Forward rather than reverse: adjoints multiply branches not taken by 0, and 0·∞ would be nan at each
edge of a domain.
"""

from __future__ import annotations

from collections.abc import Callable

from minima_core.formula.errors import FormulaError
from minima_core.formula.graph import Graph

__all__ = ["MOST_NODES", "derivative", "gradient", "hessian"]

MOST_NODES = 400_000

_Rule = Callable[[Graph, int, tuple[int, ...], list[int | None]], int | None]


def derivative(graph: Graph, root: int, variable: int) -> int | None:
    """Return the node of ∂root/∂(variable), added to ``graph``; None where it is identically 0.

    Examples
    --------
    >>> graph = Graph()
    >>> x = graph.variable(0)
    >>> slope = derivative(graph, graph.integer_power(x, 3), 0)
    >>> graph.ops[slope], [graph.ops[a] for a in graph.args[slope]]
    ('mul', ['const', 'powi'])
    """
    bit = 1 << variable
    if not graph.depends[root] & bit:
        return None
    found: dict[int, int | None] = {}
    for node in graph.order([root]):
        if not graph.depends[node] & bit:
            continue
        if graph.ops[node] == "variable":
            found[node] = graph.const(1.0)
            continue
        args = graph.args[node]
        found[node] = _RULES[graph.ops[node]](graph, node, args, [found.get(argument) for argument in args])
    if len(graph) > MOST_NODES:
        raise FormulaError(
            "The formula is too large for exact derivatives; use fewer variables or a shorter formula."
        )
    return found[root]


def gradient(graph: Graph, root: int, dimension: int) -> tuple[Graph, list[int | None]]:
    """Return a grown copy of the graph, and the nodes of all first derivatives."""
    grown = graph.copy()
    return grown, [derivative(grown, root, k) for k in range(dimension)]


def hessian(graph: Graph, root: int, dimension: int) -> tuple[Graph, dict[tuple[int, int], int]]:
    """Return a grown copy of the graph, and the nodes of the second derivatives (i, j), i ≤ j, if not 0."""
    grown, slopes = gradient(graph, root, dimension)
    second: dict[tuple[int, int], int] = {}
    for i, slope in enumerate(slopes):
        if slope is None:
            continue
        for j in range(i, dimension):
            entry = derivative(grown, slope, j)
            if entry is not None:
                second[i, j] = entry
    return grown, second


# Small words for the rules: each passes over derivatives that are identically 0.


def _plus(g: Graph, a: int | None, b: int | None) -> int | None:
    if a is None or b is None:
        return b if a is None else a
    return g.make("add", a, b)


def _minus(g: Graph, a: int | None, b: int | None) -> int | None:
    if b is None:
        return a
    return g.make("neg", b) if a is None else g.make("sub", a, b)


def _times(g: Graph, a: int, b: int | None) -> int | None:
    return None if b is None else g.make("mul", a, b)


def _over(g: Graph, a: int | None, b: int) -> int | None:
    return None if a is None else g.make("div", a, b)


def _ratio(g: Graph, a: int | None, b: int) -> int | None:
    """Return a/b with 0/0 = 0; a plain quotient where a is a constant, which is not 0."""
    if a is None:
        return None
    return g.make("div" if g.value_of(a) is not None else "ratio", a, b)


def _square(g: Graph, a: int) -> int:
    return g.integer_power(a, 2)


def _c(g: Graph, value: float) -> int:
    return g.const(value)


def _d_mul(g: Graph, _n: int, args: tuple[int, ...], d: list[int | None]) -> int | None:
    a, b = args
    return _plus(g, _times(g, b, d[0]), _times(g, a, d[1]))


def _d_div(g: Graph, node: int, args: tuple[int, ...], d: list[int | None]) -> int | None:
    return _over(g, _minus(g, d[0], _times(g, node, d[1])), args[1])


def _d_ratio(g: Graph, node: int, args: tuple[int, ...], d: list[int | None]) -> int | None:
    return _ratio(g, _minus(g, d[0], _times(g, node, d[1])), args[1])


def _d_powi(g: Graph, node: int, args: tuple[int, ...], d: list[int | None]) -> int | None:
    exponent = int(g.data[node] or 0)
    outer = g.make("mul", _c(g, float(exponent)), g.integer_power(args[0], exponent - 1))
    return _times(g, outer, d[0])


def _d_pow(g: Graph, node: int, args: tuple[int, ...], d: list[int | None]) -> int | None:
    base, exponent = args
    by_base = by_exponent = None
    if d[0] is not None:
        fixed = g.value_of(exponent)
        if fixed is not None and fixed < 1.0:
            by_base = _ratio(g, _times(g, exponent, d[0]), g.power(base, _c(g, 1.0 - fixed)))
        else:
            outer = g.make("mul", exponent, g.power(base, g.make("sub", exponent, _c(g, 1.0))))
            by_base = _times(g, outer, d[0])
    if d[1] is not None:
        growth = g.make("mul", node, g.make("log", base))
        if g.value_of(base) is None:
            growth = g.make("where", g.make("lt", _c(g, 0.0), base), growth, _c(g, 0.0))
        by_exponent = _times(g, growth, d[1])
    return _plus(g, by_base, by_exponent)


def _chosen(g: Graph, condition: int, a: int | None, b: int | None) -> int | None:
    if a is None and b is None:
        return None
    zero = _c(g, 0.0)
    return g.make("where", condition, zero if a is None else a, zero if b is None else b)


def _d_where(g: Graph, _n: int, args: tuple[int, ...], d: list[int | None]) -> int | None:
    return _chosen(g, args[0], d[1], d[2])


def _d_min(g: Graph, node: int, args: tuple[int, ...], d: list[int | None]) -> int | None:
    if d[0] == d[1]:
        return d[0]
    a, b = args if g.ops[node] == "min" else (args[1], args[0])
    mean = _times(g, _c(g, 0.5), _plus(g, d[0], d[1]))
    return _chosen(g, g.make("lt", a, b), d[0], _chosen(g, g.make("lt", b, a), d[1], mean))


def _d_hypot(g: Graph, node: int, args: tuple[int, ...], d: list[int | None]) -> int | None:
    return _ratio(g, _plus(g, _times(g, args[0], d[0]), _times(g, args[1], d[1])), node)


def _d_atan2(g: Graph, _n: int, args: tuple[int, ...], d: list[int | None]) -> int | None:
    up, along = args
    length = g.make("add", _square(g, along), _square(g, up))
    return _ratio(g, _minus(g, _times(g, along, d[0]), _times(g, up, d[1])), length)


def _flat(_g: Graph, _n: int, _args: tuple[int, ...], _d: list[int | None]) -> int | None:
    return None


def _outer(slope: Callable[[Graph, int, int], int]) -> _Rule:
    """Make the chain rule of a function f(t) from the node of f′(t), given t and f(t)."""

    def rule(g: Graph, node: int, args: tuple[int, ...], d: list[int | None]) -> int | None:
        return _times(g, slope(g, args[0], node), d[0])

    return rule


def _under(below: Callable[[Graph, int, int], int]) -> _Rule:
    """Make the chain rule of a function f(t) with f′ = 1/below, given t and f(t)."""

    def rule(g: Graph, node: int, args: tuple[int, ...], d: list[int | None]) -> int | None:
        return _over(g, d[0], below(g, args[0], node))

    return rule


_RULES: dict[str, _Rule] = {
    "add": lambda g, _n, _a, d: _plus(g, d[0], d[1]),
    "sub": lambda g, _n, _a, d: _minus(g, d[0], d[1]),
    "neg": lambda g, _n, _a, d: _minus(g, None, d[0]),
    "mul": _d_mul,
    "div": _d_div,
    "ratio": _d_ratio,
    "powi": _d_powi,
    "pow": _d_pow,
    "where": _d_where,
    "min": _d_min,
    "max": _d_min,
    "hypot": _d_hypot,
    "atan2": _d_atan2,
    **dict.fromkeys(("sign", "floor", "ceil", "lt", "le", "and", "or", "not"), _flat),
    "abs": _outer(lambda g, t, _f: g.make("sign", t)),
    "sin": _outer(lambda g, t, _f: g.make("cos", t)),
    "cos": _outer(lambda g, t, _f: g.make("neg", g.make("sin", t))),
    "tan": _outer(lambda g, _t, f: g.make("add", _c(g, 1.0), _square(g, f))),
    "sinh": _outer(lambda g, t, _f: g.make("cosh", t)),
    "cosh": _outer(lambda g, t, _f: g.make("sinh", t)),
    "tanh": _outer(lambda g, _t, f: g.make("sub", _c(g, 1.0), _square(g, f))),
    "exp": _outer(lambda _g, _t, f: f),
    "expm1": _outer(lambda g, t, _f: g.make("exp", t)),
    "sigmoid": _outer(lambda g, _t, f: g.make("mul", f, g.make("sub", _c(g, 1.0), f))),
    "softplus": _outer(lambda g, t, _f: g.make("sigmoid", t)),
    "log": _under(lambda _g, t, _f: t),
    "log1p": _under(lambda g, t, _f: g.make("add", t, _c(g, 1.0))),
    "log2": _under(lambda g, t, _f: g.make("mul", g.make("log", _c(g, 2.0)), t)),
    "log10": _under(lambda g, t, _f: g.make("mul", g.make("log", _c(g, 10.0)), t)),
    "atan": _under(lambda g, t, _f: g.make("add", _square(g, t), _c(g, 1.0))),
    "asin": _under(lambda g, t, _f: g.make("sqrt", g.make("sub", _c(g, 1.0), _square(g, t)))),
    "acos": _under(lambda g, t, _f: g.make("neg", g.make("sqrt", g.make("sub", _c(g, 1.0), _square(g, t))))),
    "asinh": _under(lambda g, t, _f: g.make("sqrt", g.make("add", _square(g, t), _c(g, 1.0)))),
    "acosh": _under(lambda g, t, _f: g.make("sqrt", g.make("sub", _square(g, t), _c(g, 1.0)))),
    "atanh": _under(lambda g, t, _f: g.make("sub", _c(g, 1.0), _square(g, t))),
    "sqrt": lambda g, n, _a, d: _ratio(g, _times(g, _c(g, 0.5), d[0]), n),
    "cbrt": lambda g, n, _a, d: _ratio(g, _times(g, _c(g, 1.0 / 3.0), d[0]), _square(g, n)),
}
