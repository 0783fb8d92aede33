"""Turns the tree into the graph: finds the dimension, unrolls sums and products, checks constants."""

from __future__ import annotations

from minima_core.formula.errors import FormulaError, shown
from minima_core.formula.graph import Graph
from minima_core.formula.tree import Node, Tree

__all__ = ["HIGHEST_DIMENSION", "MOST_STEPS", "lower"]

MOST_STEPS = 10_000
HIGHEST_DIMENSION = 1000

_ARITHMETIC = frozenset({"add", "sub", "mul", "div", "neg"})
_COMPARISONS = {"<": ("lt", False), "<=": ("le", False), ">": ("lt", True), ">=": ("le", True)}


def lower(tree: Tree, dimension: int | None) -> tuple[Graph, int, int]:
    """Return the graph, its root, and the dimension (told from the variables if it is None).

    Raises
    ------
    FormulaError
        A variable beyond the dimension, constants that are no finite number, bounds that are no whole
        numbers, more than `MOST_STEPS` operations.
    """
    if dimension is not None and not 1 <= dimension <= HIGHEST_DIMENSION:
        raise FormulaError(f"The dimension must lie between 1 and {HIGHEST_DIMENSION}; {dimension} does not.")
    if dimension is None and tree.uses_dimension:
        dimension = _least_dimension(tree)
    lowering = _Lowering(tree, dimension)
    for node in tree.nodes:
        if node.kind == "variable":  # those in the term of an empty sum, too
            lowering.check_variable(int(node.value), node)
    root = lowering.span(0, len(tree.nodes) - 1, {})
    return lowering.graph, root, dimension or lowering.seen


def _least_dimension(tree: Tree) -> int:
    """Return the dimension of a formula with ``n``: that of its variables, at least 2 if it indexes them."""
    direct = max((int(node.value) + 1 for node in tree.nodes if node.kind == "variable"), default=1)
    return max(direct, 2) if any(node.kind == "element" for node in tree.nodes) else direct


class _Lowering:
    def __init__(self, tree: Tree, dimension: int | None) -> None:
        self.nodes = tree.nodes
        self.dimension = dimension
        self.seen = 1
        self.graph = Graph()
        self.values: list[int] = [-1] * len(tree.nodes)
        self.steps = 0
        # Where the body of a series begins: its nodes are read once for each index, not in passing.
        self.bodies = {node.start: number for number, node in enumerate(tree.nodes) if node.start >= 0}

    def span(self, first: int, last: int, indexes: dict[str, int]) -> int:
        """Lower the nodes from ``first`` to ``last``, and return what the last one became."""
        number = first
        while number <= last:
            series = self.bodies.get(number)
            if series is not None and number < series <= last and self.nodes[series].start == number:
                self.values[series] = self.series(series, indexes)
                number = series + 1
                continue
            self.values[number] = self.one(self.nodes[number], indexes)
            number += 1
        return self.values[last]

    def one(self, node: Node, indexes: dict[str, int]) -> int:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise FormulaError(
                f"The formula has more than {MOST_STEPS} operations when its sums are written out.",
                node.column,
            )
        kind, graph = node.kind, self.graph
        args = [self.values[argument] for argument in node.args]
        if kind in ("number", "constant"):
            return graph.const(node.value)
        if kind == "variable":
            return self.variable(int(node.value), node)
        if kind == "parameter":
            return graph.parameter(int(node.value))
        if kind == "index":
            return graph.const(float(indexes[node.name]))
        if kind == "dimension":
            return graph.const(float(self.dimension or 1))
        if kind == "element":
            return self.variable(self.whole(args[0], node, "An index of x") - 1, node)
        if kind == "compare":
            return self.compare(node, args)
        if kind in ("and", "or", "not"):
            return graph.make(kind, *args)
        return self.finite(self.arithmetic(node, args), args, node)

    def arithmetic(self, node: Node, args: list[int]) -> int:
        graph = self.graph
        if node.kind in _ARITHMETIC:
            return graph.make(node.kind, *args)
        if node.kind == "pow":
            return graph.power(*args)
        return self.call(node.name, args)

    def call(self, name: str, args: list[int]) -> int:
        graph = self.graph
        one = graph.const(1.0)
        if name in ("min", "max"):
            result = args[0]
            for argument in args[1:]:
                result = graph.make(name, result, argument)
            return result
        if name == "ln":
            return graph.make("log", args[0])
        if name == "relu":
            return graph.make("max", args[0], graph.const(0.0))
        if name == "round":
            return graph.make("floor", graph.make("add", args[0], graph.const(0.5)))
        if name in ("sec", "csc"):
            return graph.make("div", one, graph.make({"sec": "cos", "csc": "sin"}[name], args[0]))
        if name == "cot":
            return graph.make("div", graph.make("cos", args[0]), graph.make("sin", args[0]))
        return graph.make(name, *args)

    def compare(self, node: Node, args: list[int]) -> int:
        result = -1
        for place, sign in enumerate(node.name.split()):
            op, turned = _COMPARISONS[sign]
            pair = args[place : place + 2]
            one = self.graph.make(op, *(reversed(pair) if turned else pair))
            result = one if result < 0 else self.graph.make("and", result, one)
        return result

    def variable(self, index: int, node: Node) -> int:
        self.check_variable(index, node)
        return self.graph.variable(index)

    def check_variable(self, index: int, node: Node) -> None:
        """Refuse a variable beyond the dimension; remember the highest one, where none was given."""
        limit = HIGHEST_DIMENSION if self.dimension is None else self.dimension
        if index + 1 > limit or index < 0:
            name = node.name if node.kind == "variable" else f"x[{index + 1}]"
            if limit == 1:
                raise FormulaError(
                    f"{shown(name)} is a further variable, but there is only one here: x.", node.column
                )
            count = "x and y" if limit == 2 else f"x1 to x{limit}"
            raise FormulaError(f"{shown(name)} is outside the variables, which are {count}.", node.column)
        self.seen = max(self.seen, index + 1)

    def whole(self, value_node: int, node: Node, what: str) -> int:
        """Return the whole number that a constant node holds."""
        value = self.graph.value_of(value_node)
        if value is None:
            raise FormulaError(
                f"{what} must be a number, not an expression with variables or parameters.", node.column
            )
        if value != round(value) or abs(value) > 1e9:
            raise FormulaError(f"{what} must be a whole number, not {value:g}.", node.column)
        return int(value)

    def series(self, number: int, indexes: dict[str, int]) -> int:
        node = self.nodes[number]
        first = self.whole(self.values[node.args[0]], node, f"The first index of {node.kind}")
        last = self.whole(self.values[node.args[1]], node, f"The last index of {node.kind}")
        body = node.args[2]
        if (last - first + 1) * (body - node.start + 1) > MOST_STEPS - self.steps:
            raise FormulaError(
                f"This {node.kind} is too long: written out, it needs more than {MOST_STEPS} operations.",
                node.column,
            )
        op = "add" if node.kind == "sum" else "mul"
        result = self.graph.const(0.0 if node.kind == "sum" else 1.0)
        for index in range(first, last + 1):
            term = self.span(node.start, body, {**indexes, node.name: index})
            result = self.finite(self.graph.make(op, result, term), [result, term], node)
        return result

    def finite(self, result: int, args: list[int], node: Node) -> int:
        """Return ``result``, unless constants were combined into something that is no finite real number."""
        graph = self.graph
        if graph.value_of(result) is None and all(graph.value_of(argument) is not None for argument in args):
            raise FormulaError("This part is a constant that is not a finite real number.", node.column)
        return result
