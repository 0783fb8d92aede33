"""Writes a graph as the text of a Python module that numba compiles: straight-line code.

Only arithmetic, comparisons and ``math`` functions appear, nothing raises under ``error_model="numpy"``
(outside their domain the functions give nan or infinity, as in C), and names come from numbers, never from
what a person typed. The value is computed by the same operations in the same order in ``value`` and in
``value_gradient``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from minima_core.formula import derive
from minima_core.formula.graph import Graph
from minima_core.formula.walk import expand_powers

__all__ = ["module_source"]

_SUM, _PRODUCT, _SIGN, _ATOM = 1, 2, 3, 4
_LONGEST_PART = 60
_DEEPEST_PART = 6


class _Part(NamedTuple):
    text: str
    binding: int
    depth: int = 0


def module_source(graph: Graph, root: int, dimension: int, digest: str, *, hessian: bool = True) -> str:
    """Return the module's text, as `minima_core.formula.Formula.source` describes it."""
    parts = [
        f'"""Generated code of the formula with digest {digest}."""',
        "import math",
        _function("value(p, c)", graph, {"return": root}, dimension),
    ]
    grown, slopes = derive.gradient(graph, root, dimension)
    targets: dict[str, int | None] = {f"g[{k}]": slope for k, slope in enumerate(slopes)}
    parts.append(_function("value_gradient(p, c, g)", grown, {**targets, "return": root}, dimension))
    if hessian:
        parts.append(_hessian(graph, root, dimension))
    return "\n\n".join(parts) + "\n"


def _hessian(graph: Graph, root: int, dimension: int) -> str:
    grown, second = derive.hessian(graph, root, dimension)
    targets: dict[str, int | None] = {}
    for i in range(dimension):
        for j in range(dimension):
            targets[f"h[{i * dimension + j}]"] = second.get((min(i, j), max(i, j)))
    return _function("hessian(p, c, h)", grown, targets, dimension)


def _function(head: str, graph: Graph, targets: dict[str, int | None], dimension: int) -> str:
    """Return one function that assigns each target; the target ``return`` is returned."""
    wanted = [node for node in targets.values() if node is not None]
    plain, roots = expand_powers(graph, wanted)
    writer = _Writer(plain, roots, dimension)
    names = dict(zip(wanted, roots, strict=True))
    lines = writer.lines
    final = ""
    for target, node in targets.items():
        text = "0.0" if node is None else writer.parts[names[node]].text
        if target == "return":
            final = f"return {text}"
        else:
            lines.append(f"{target} = {text}")
    if final:
        lines.append(final)
    return f"def {head}:\n" + "\n".join("    " + line for line in lines)


class _Writer:
    """Writes the statements for ``roots``: a name for what is used twice, the rest within expressions."""

    def __init__(self, graph: Graph, roots: Iterable[int], dimension: int) -> None:
        self.graph = graph
        self.lines: list[str] = []
        self.parts: dict[int, _Part] = {}
        self.dimension = dimension
        roots = set(roots)
        order = graph.order(roots)
        uses = graph.uses(order)
        handed = _needing_names(graph, order)
        for node in order:
            part = self.part(node)
            simple = graph.ops[node] == "const" or (part.binding == _ATOM and part.text.isidentifier())
            shared = uses.get(node, 0) + (node in roots) > 1 or node in handed
            if not simple and (shared or part.depth >= _DEEPEST_PART or len(part.text) > _LONGEST_PART):
                name = f"t{len(self.parts)}"
                self.lines.append(f"{name} = {part.text}")
                part = _Part(name, _ATOM)
            self.parts[node] = part

    def part(self, node: int) -> _Part:
        op, datum = self.graph.ops[node], self.graph.data[node]
        if op == "const":
            value = float(datum or 0.0)
            return _Part(repr(value), _ATOM if value >= 0.0 and repr(value)[0] != "-" else _SIGN)
        if op == "variable":
            return self.read(
                f"p[{datum}]", "xy"[int(datum or 0)] if self.dimension <= 2 else f"x{int(datum or 0) + 1}"
            )
        if op == "parameter":
            return self.read(f"c[{datum}]", f"k{int(datum or 0) + 1}")
        args = [self.parts[argument] for argument in self.graph.args[node]]
        depth = 1 + max(argument.depth for argument in args)
        text, binding = _TEXTS[op](*args)
        return _Part(text, binding, depth)

    def read(self, place: str, name: str) -> _Part:
        self.lines.append(f"{name} = {place}")
        return _Part(name, _ATOM)


def _needing_names(graph: Graph, order: list[int]) -> set[int]:
    """Return the nodes that appear more than once in the text of an operation that uses them."""
    needing: set[int] = set()
    for node in order:
        for place in _REPEATED.get(graph.ops[node], ()):
            needing.add(graph.args[node][place])
    return needing


def _in(part: _Part, least: int) -> str:
    return part.text if part.binding >= least else f"({part.text})"


def _infix(sign: str, binding: int) -> Callable[[_Part, _Part], tuple[str, int]]:
    return lambda a, b: (
        f"{_in(a, binding)} {sign} {_in(b, _ATOM if binding == _PRODUCT else _PRODUCT)}",
        binding,
    )


def _call(name: str) -> Callable[..., tuple[str, int]]:
    return lambda *args: (f"math.{name}({', '.join(part.text for part in args)})", _ATOM)


def _chosen(template: str) -> Callable[..., tuple[str, int]]:
    """Return a writer that puts its arguments, as atoms, into a template that carries its own brackets."""
    return lambda *args: (template.format(*[_in(part, _ATOM) for part in args]), _ATOM)


_Text = Callable[..., tuple[str, int]]
_OWN_TEXTS: dict[str, _Text] = {
    "add": _infix("+", _SUM),
    "sub": _infix("-", _SUM),
    "mul": _infix("*", _PRODUCT),
    "div": _infix("/", _PRODUCT),
    "neg": lambda a: (f"-{_in(a, _ATOM)}", _SIGN),
    "pow": _call("pow"),
    "abs": _call("fabs"),
    # Written as comparisons, so that nan is carried on and nothing is converted to integers that cannot hold
    # it.
    "min": _chosen("({0} if {0} < {1} or {0} != {0} else {1})"),
    "max": _chosen("({0} if {0} > {1} or {0} != {0} else {1})"),
    "sign": _chosen("(1.0 if {0} > 0.0 else (-1.0 if {0} < 0.0 else {0}))"),
    "floor": _chosen("(float(math.floor({0})) if math.fabs({0}) < 4503599627370496.0 else {0})"),
    "ceil": _chosen("(float(math.ceil({0})) if math.fabs({0}) < 4503599627370496.0 else {0})"),
    "cbrt": _chosen("math.copysign(math.pow(math.fabs({0}), 0.3333333333333333), {0})"),
    "sigmoid": _chosen("(1.0 / (1.0 + math.exp(-{0})))"),
    "softplus": _chosen(
        "(({0} if {0} > 0.0 or {0} != {0} else 0.0) + math.log1p(math.exp(-math.fabs({0}))))"
    ),
    "ratio": _chosen("({0} / {1} if {0} != 0.0 else 0.0)"),
    "where": _chosen("({1} if {0} else {2})"),
    "lt": _chosen("({0} < {1})"),
    "le": _chosen("({0} <= {1})"),
    "and": _chosen("({0} and {1})"),
    "or": _chosen("({0} or {1})"),
    "not": _chosen("(not {0})"),
}
_CALLS: dict[str, _Text] = {
    name: _call(name)
    for name in (
        "sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh "
        "exp expm1 log log1p log2 log10 sqrt hypot atan2"
    ).split()
}
_TEXTS = _OWN_TEXTS | _CALLS

# Arguments that the text of an operation mentions more than once.
_REPEATED: dict[str, tuple[int, ...]] = {
    "min": (0, 1),
    "max": (0, 1),
    "sign": (0,),
    "floor": (0,),
    "ceil": (0,),
    "cbrt": (0,),
    "softplus": (0,),
    "ratio": (0,),
}
