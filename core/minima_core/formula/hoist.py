"""Takes out of a formula what no variable moves: it is worked out once, and read as a parameter.

exp(−σ²κ²/2) in a smoothed formula need not be computed again at each of a million points. What is taken out
becomes a parameter; its value follows from those of the old parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from minima_core.formula.graph import Graph
from minima_core.formula.model import Formula
from minima_core.formula.numpy_picture import Floats, Picture

__all__ = ["Hoisted"]

_TRUTHS = frozenset({"lt", "le", "and", "or", "not"})


class Hoisted:
    """A formula without constant work, and how its parameters follow from those of the original.

    Parameters
    ----------
    graph, root
        The expression; not changed.
    dimension
        Its number of variables.
    text
        What the formula is called until somebody words it.

    Examples
    --------
    >>> graph = Graph()
    >>> damping = graph.make("exp", graph.make("neg", graph.parameter(0)))
    >>> hoisted = Hoisted(graph, graph.make("mul", damping, graph.variable(0)), 1, "a damped line")
    >>> hoisted.formula.value([2.0], hoisted.context([0.0]))
    2.0
    """

    def __init__(self, graph: Graph, root: int, dimension: int, text: str) -> None:
        self._values: list[int] = []
        fresh, where = Graph(), dict[int, int]()
        order = graph.order([root])
        moving = {node for node in order if graph.depends[node]}
        wanted = {argument for node in moving for argument in graph.args[node]} | {root}
        conditions = set()  # truths cannot be numbers of a context: their parts are
        for node in reversed(order):
            if node in wanted and node not in moving and graph.ops[node] in _TRUTHS:
                conditions.add(node)
                wanted.update(graph.args[node])
        for node in order:
            op, datum = graph.ops[node], graph.data[node]
            if node in moving or node in conditions:
                own = 1 << int(datum or 0) if op == "variable" else 0
                where[node] = fresh.node(op, tuple(where[a] for a in graph.args[node]), datum, own)
            elif node in wanted:
                if op == "const":
                    where[node] = fresh.const(float(datum or 0.0))
                else:
                    where[node] = fresh.parameter(len(self._values))
                    self._values.append(node)
        names = [f"·{k}" for k in range(len(self._values))]  # names that nobody can type
        self.formula = Formula.of_graph(fresh, where[root], dimension, names, text)
        self._picture = Picture(graph, self._values)

    def context(self, parameters: Sequence[float]) -> Floats:
        """Return the context of `formula` for values of the original's parameters."""
        return np.array([float(value) for value in self._picture([], parameters)])
