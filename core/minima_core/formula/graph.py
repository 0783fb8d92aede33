"""The expression graph: every distinct subexpression once, numbered so that parts come before wholes.

A node is an operation, the numbers of its arguments and, for a few, a datum. Because a node can only be made
from nodes that exist, the numbers themselves are a topological order: every pass over a graph is a plain
loop, never a recursion. Compilers to other forms (numpy, numba source, derivatives, intervals) are tables of
rules for `minima_core.formula.walk.visit`, or loops over `Graph.order`.

Operations, with their datum in brackets:
``const`` [value], ``variable`` [0-based index], ``parameter`` [0-based index];
``add``, ``sub``, ``mul``, ``div``, ``neg``, ``powi`` [integer exponent], ``pow``;
``ratio`` (a/b, but 0 wherever a is 0: the convention at the tip of a cone, see ``derive.py``);
the functions in `FOLDED`; ``where``; and with truth values ``lt``, ``le``, ``and``, ``or``, ``not``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

__all__ = ["LARGEST_INTEGER_POWER", "Graph"]

Datum = float | int | None

LARGEST_INTEGER_POWER = 64


def _sigmoid(t: float) -> float:
    return 1.0 / (1.0 + math.exp(-t)) if t > -700.0 else math.exp(t)


def _sign(t: float) -> float:
    return float((t > 0.0) - (t < 0.0))


# How an operation on constants is folded; the results are checked to be finite real numbers.
FOLDED: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "pow": math.pow,
    "ratio": lambda a, b: a / b if a else 0.0,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "asinh": math.asinh,
    "acosh": math.acosh,
    "atanh": math.atanh,
    "exp": math.exp,
    "expm1": math.expm1,
    "log": math.log,
    "log1p": math.log1p,
    "log2": math.log2,
    "log10": math.log10,
    "sqrt": math.sqrt,
    "cbrt": lambda t: (
        math.copysign(round(abs(t) ** (1 / 3)), t)
        if round(abs(t) ** (1 / 3)) ** 3 == abs(t)
        else math.copysign(abs(t) ** (1 / 3), t)
    ),
    "abs": math.fabs,
    "sign": _sign,
    "floor": lambda t: float(math.floor(t)),
    "ceil": lambda t: float(math.ceil(t)),
    "sigmoid": _sigmoid,
    "softplus": lambda t: max(t, 0.0) + math.log1p(math.exp(-abs(t))),
    "min": min,
    "max": max,
    "hypot": math.hypot,
    "atan2": math.atan2,
}
_TRUTHS: dict[str, Callable[[float, float], bool]] = {"lt": lambda a, b: a < b, "le": lambda a, b: a <= b}
_SYMMETRIC = frozenset({"add", "mul", "and", "or", "hypot"})


class Graph:
    """Nodes with shared subexpressions, constants folded, and the simplifications that cost no exactness.

    Simplified are only x + 0, x − 0, x·1, x/1, x^1, x^0, −−x, a + (−b), (−a)·b and constants that multiply
    constants. Nothing that could hide where a formula is undefined: 0·log x and x/x stay as they are.

    Examples
    --------
    >>> graph = Graph()
    >>> x = graph.variable(0)
    >>> square = graph.power(x, graph.const(2.0))
    >>> graph.make("mul", x, x) == graph.make("mul", x, x)
    True
    >>> graph.ops[square], graph.data[square]
    ('powi', 2)
    """

    def __init__(self) -> None:
        self.ops: list[str] = []
        self.args: list[tuple[int, ...]] = []
        self.data: list[Datum] = []
        self.depends: list[int] = []  # bit k: depends on variable k
        self._index: dict[tuple[str, tuple[int, ...], str | int | None], int] = {}

    def __len__(self) -> int:
        return len(self.ops)

    def copy(self) -> Graph:
        """Return a graph with the same nodes and numbers, that can grow without changing this one."""
        twin = Graph()
        twin.ops, twin.args, twin.data = self.ops[:], self.args[:], self.data[:]
        twin.depends, twin._index = self.depends[:], dict(self._index)
        return twin

    # making nodes -------------------------------------------------------------------------------------------

    def node(self, op: str, args: tuple[int, ...] = (), datum: Datum = None, depends: int = 0) -> int:
        """Return the node with exactly this operation, made now if there is none; nothing is simplified."""
        key = (op, args, datum.hex() if isinstance(datum, float) else datum)
        number = self._index.get(key)
        if number is None:
            for argument in args:
                depends |= self.depends[argument]
            number = self._index[key] = len(self.ops)
            self.ops.append(op)
            self.args.append(args)
            self.data.append(datum)
            self.depends.append(depends)
        return number

    def const(self, value: float) -> int:
        """Return the node of a finite constant."""
        return self.node("const", datum=float(value))

    def variable(self, index: int) -> int:
        """Return the node of the variable with this 0-based index."""
        return self.node("variable", datum=index, depends=1 << index)

    def parameter(self, index: int) -> int:
        """Return the node of the parameter with this 0-based index."""
        return self.node("parameter", datum=index)

    def value_of(self, node: int) -> float | None:
        """Return the value of a constant node, None for any other."""
        value = self.data[node]
        return float(value) if self.ops[node] == "const" and value is not None else None

    def make(self, op: str, *args: int) -> int:
        """Return the node of an operation, folded and simplified.

        Arguments of symmetric ones are ordered: a constant first, then by number.

        An operation on constants whose result is no finite real number is kept as it is; the caller decides
        what it means.
        """
        constants = [self.value_of(argument) for argument in args]
        if None not in constants:
            folded = _fold(op, constants)  # type: ignore[arg-type]
            if folded is not None:
                return self.const(folded)
        rule = _SIMPLER.get(op)
        if rule is not None:
            simpler = rule(self, args, constants)
            if simpler is not None:
                return simpler
        if op in _SYMMETRIC and (constants[0] is None, args[0]) > (constants[1] is None, args[1]):
            args = (args[1], args[0])
        return self.node(op, args)

    def power(self, base: int, exponent: int) -> int:
        """Return base^exponent, as an integer power, a root or an exponential where it is one."""
        value = self.value_of(exponent)
        fixed = self.value_of(base)
        if fixed is not None and value is not None:
            return self.make("pow", base, exponent)
        if value is not None and value == round(value) and abs(value) <= LARGEST_INTEGER_POWER:
            return self.integer_power(base, int(value))
        if value == 0.5:
            return self.make("sqrt", base)
        if value == -0.5:
            return self.make("div", self.const(1.0), self.make("sqrt", base))
        if fixed == math.e:
            return self.make("exp", exponent)
        return self.make("pow", base, exponent)

    def integer_power(self, base: int, exponent: int) -> int:
        """Return base^exponent for an integer exponent."""
        if exponent == 0:
            return self.const(1.0)
        if exponent == 1:
            return base
        fixed = self.value_of(base)
        if fixed is not None:
            return self.make("pow", base, self.const(float(exponent)))
        if self.ops[base] == "neg" and exponent % 2 == 0:
            base = self.args[base][0]
        return self.node("powi", (base,), exponent)

    # walking ------------------------------------------------------------------------------------------------

    def order(self, roots: Iterable[int]) -> list[int]:
        """Return the nodes that ``roots`` need, parts before wholes."""
        wanted = bytearray(len(self.ops))
        highest = -1
        for root in roots:
            wanted[root] = 1
            highest = max(highest, root)
        for node in range(highest, -1, -1):
            if wanted[node]:
                for argument in self.args[node]:
                    wanted[argument] = 1
        return [node for node in range(highest + 1) if wanted[node]]

    def reached(self, root: int) -> list[int]:
        """Return the nodes that ``root`` needs in the order a reader meets them, whenever they were made."""
        done: set[int] = set()
        listed: list[int] = []
        waiting = [(root, False)]
        while waiting:
            node, complete = waiting.pop()
            if complete:
                listed.append(node)
            elif node not in done:
                done.add(node)
                waiting.append((node, True))
                waiting.extend((argument, False) for argument in reversed(self.args[node]))
        return listed

    def uses(self, order: Iterable[int]) -> dict[int, int]:
        """Return how often each node of ``order`` is an argument of another one of them."""
        counts: dict[int, int] = {}
        for node in order:
            for argument in self.args[node]:
                counts[argument] = counts.get(argument, 0) + 1
        return counts


def _fold(op: str, values: list[float]) -> float | None:
    """Return the value of an operation on constants, or None if it is not a finite real number."""
    if op in _TRUTHS:
        return float(_TRUTHS[op](values[0], values[1]))
    rule = FOLDED.get(op)
    if rule is None:
        return None
    try:
        result = rule(*values)
    except (ArithmeticError, ValueError):
        return None
    return result if math.isfinite(result) else None


# Simplifications: each takes the graph, the arguments and their constant values; None where nothing is
# simpler.
_Constants = list[float | None]


def _simpler_add(graph: Graph, args: tuple[int, ...], constants: _Constants) -> int | None:
    a, b = args
    if constants[0] == 0.0:
        return b
    if constants[1] == 0.0:
        return a
    if graph.ops[b] == "neg":
        return graph.make("sub", a, graph.args[b][0])
    if graph.ops[a] == "neg":
        return graph.make("sub", b, graph.args[a][0])
    return None


def _simpler_sub(graph: Graph, args: tuple[int, ...], constants: _Constants) -> int | None:
    a, b = args
    if constants[1] == 0.0:
        return a
    if constants[0] == 0.0:
        return graph.make("neg", b)
    if graph.ops[b] == "neg":
        return graph.make("add", a, graph.args[b][0])
    return None


def _simpler_mul(graph: Graph, args: tuple[int, ...], constants: _Constants) -> int | None:
    for own, other in ((0, 1), (1, 0)):
        factor, rest = constants[own], args[other]
        if factor == 1.0:
            return rest
        if factor == -1.0:
            return graph.make("neg", rest)
        if graph.ops[args[own]] == "neg":
            inner = graph.args[args[own]][0]
            return graph.make("neg", graph.make("mul", inner, rest))
        if factor is not None and graph.ops[rest] == "mul":
            first, second = graph.args[rest]
            for inside, left in ((first, second), (second, first)):
                known = graph.value_of(inside)
                if known is not None and math.isfinite(known * factor):
                    return graph.make("mul", graph.const(known * factor), left)
    return None


def _simpler_div(graph: Graph, args: tuple[int, ...], constants: _Constants) -> int | None:
    a, b = args
    if constants[1] == 1.0:
        return a
    if constants[1] == -1.0:
        return graph.make("neg", a)
    if graph.ops[a] == "neg":
        return graph.make("neg", graph.make("div", graph.args[a][0], b))
    return None


def _simpler_neg(graph: Graph, args: tuple[int, ...], _constants: _Constants) -> int | None:
    return graph.args[args[0]][0] if graph.ops[args[0]] == "neg" else None


def _simpler_abs(graph: Graph, args: tuple[int, ...], _constants: _Constants) -> int | None:
    inner = args[0]
    if graph.ops[inner] == "neg":
        return graph.make("abs", graph.args[inner][0])
    return inner if graph.ops[inner] == "abs" else None


def _simpler_where(_graph: Graph, args: tuple[int, ...], constants: _Constants) -> int | None:
    if constants[0] is not None:
        return args[1] if constants[0] else args[2]
    return args[1] if args[1] == args[2] else None


def _simpler_and(_graph: Graph, args: tuple[int, ...], constants: _Constants) -> int | None:
    for own, other in ((0, 1), (1, 0)):
        if constants[own] is not None:
            return args[other] if constants[own] else args[own]
    return args[0] if args[0] == args[1] else None


def _simpler_or(_graph: Graph, args: tuple[int, ...], constants: _Constants) -> int | None:
    for own, other in ((0, 1), (1, 0)):
        if constants[own] is not None:
            return args[own] if constants[own] else args[other]
    return args[0] if args[0] == args[1] else None


def _simpler_not(graph: Graph, args: tuple[int, ...], constants: _Constants) -> int | None:
    if constants[0] is not None:
        return graph.const(0.0 if constants[0] else 1.0)
    return graph.args[args[0]][0] if graph.ops[args[0]] == "not" else None


def _same(_graph: Graph, args: tuple[int, ...], _constants: _Constants) -> int | None:
    return args[0] if args[0] == args[1] else None


_SIMPLER: dict[str, Callable[[Graph, tuple[int, ...], _Constants], int | None]] = {
    "add": _simpler_add,
    "sub": _simpler_sub,
    "mul": _simpler_mul,
    "div": _simpler_div,
    "neg": _simpler_neg,
    "abs": _simpler_abs,
    "where": _simpler_where,
    "and": _simpler_and,
    "or": _simpler_or,
    "not": _simpler_not,
    "min": _same,
    "max": _same,
}
