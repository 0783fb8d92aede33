"""Goes through a graph from parts to wholes: `visit` gives it a meaning, `expand_powers` unrolls powers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from minima_core.formula.graph import Graph

__all__ = ["expand_powers", "visit"]

Value = TypeVar("Value")


def visit(graph: Graph, roots: Iterable[int], rules: Mapping[str, Callable[..., Value]]) -> list[Value]:
    """Compute something for each root from the same thing for its parts.

    ``rules[op](datum, *values of the arguments)`` is called once for each node. This is the whole of what a
    new meaning of formulas (intervals, tiles, sizes) has to provide.

    Examples
    --------
    >>> graph = Graph()
    >>> total = graph.make("add", graph.variable(0), graph.const(2.0))
    >>> visit(graph, [total], {"variable": lambda k: f"x{k}", "const": lambda c: f"{c:g}",
    ...                        "add": lambda _, a, b: f"({a} + {b})"})
    ['(2 + x0)']
    """
    roots = list(roots)
    values: dict[int, Value] = {}
    for node in graph.order(roots):
        values[node] = rules[graph.ops[node]](graph.data[node], *[values[a] for a in graph.args[node]])
    return [values[root] for root in roots]


def expand_powers(graph: Graph, roots: Iterable[int]) -> tuple[Graph, list[int]]:
    """Return the same expressions with every ``powi`` made of multiplications, shared like all nodes.

    x⁵ becomes ((x·x)·(x·x))·x, so that numpy and compiled code do the same roundings, and x² inside x⁴ costs
    nothing.
    """
    roots = list(roots)
    plain = Graph()
    where: dict[int, int] = {}
    for node in graph.order(roots):
        args = tuple(where[argument] for argument in graph.args[node])
        datum = graph.data[node]
        if graph.ops[node] == "powi" and isinstance(datum, int):
            where[node] = _multiplied(plain, args[0], datum)
        else:
            own = 1 << int(datum or 0) if graph.ops[node] == "variable" else 0
            where[node] = plain.node(graph.ops[node], args, datum, own)
    return plain, [where[root] for root in roots]


def _multiplied(graph: Graph, base: int, exponent: int) -> int:
    if exponent < 0:
        return graph.node("div", (graph.const(1.0), _multiplied(graph, base, -exponent)))
    if exponent == 1:
        return base
    half = _multiplied(graph, base, exponent // 2)
    whole = graph.node("mul", (half, half))
    return graph.node("mul", (whole, base)) if exponent % 2 else whole
