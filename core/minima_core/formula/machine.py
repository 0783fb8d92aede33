"""Writes a graph as LLVM assembly: machine code milliseconds after a keystroke, for a point and for tiles.

Five faces of a formula with n variables. The first three take one point; in the others the numbers of one
coordinate stand side by side, `lanes` of them, a multiple of `LANES`.

====================== ==================================================================================
``value``               ``double f(const double *p, const double *context)``
``value_gradient``      ``double f(const double *p, const double *context, double *gradient)``
``hessian``             ``void f(const double *p, const double *context, double *hessian)``
``tile``                ``int64_t f(const double *p, const double *context, double *values,
                        double *gradients, int64_t lanes)``: p and gradients are n × lanes; returns 0 when
                        all values are finite. `gradients` is not touched by
``tile_value``          which is the same without gradients.
``grid``                ``void f(const double *x, const double *y, const double *context, double *values,
                        double *scratch, int64_t columns, int64_t rows)``: a picture, rows × columns;
                        what depends on x alone is computed once for all rows, and kept in `scratch`,
                        `scratch_rows` × columns
====================== ==================================================================================

The operations and their order are those of `minima_core.formula.source`, so arithmetic gives the same bits;
the elementary functions are those of `minima_core.formula.elementary`, the others the C library's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from minima_core.formula import derive
from minima_core.formula.graph import Graph
from minima_core.formula.registers import Code, Libm, Register, Scope, intrinsic_suffix, on_registers
from minima_core.formula.walk import expand_powers

__all__ = ["LANES", "Assembly", "assembly"]

LANES = 8
"""Numbers in a vector register: of AVX-512; processors with shorter ones take several."""


class Assembly(NamedTuple):
    """The text of one function."""

    text: str
    entry: str
    """The function's name."""
    scratch_rows: int = 0


def assembly(graph: Graph, root: int, dimension: int, face: str, libm: Libm) -> Assembly:
    """Return the assembly of one face of a formula.

    Parameters
    ----------
    graph, root, dimension
        The formula.
    face
        Of the table above.
    libm
        Gives the address of a function of the C library of mathematics.
    """
    if face == "hessian":
        grown, second = derive.hessian(graph, root, dimension)
        pairs = [(i, j) for i in range(dimension) for j in range(dimension)]
        return _point(grown, [second.get((min(i, j), max(i, j))) for i, j in pairs], None, libm)
    if face == "value":
        return _point(graph, [], root, libm)
    if face in ("value_gradient", "tile"):
        grown, slopes = derive.gradient(graph, root, dimension)
        return (_point if face == "value_gradient" else _tile)(grown, slopes, root, libm)
    if face == "tile_value":
        return _tile(graph, [], root, libm)
    if face == "grid" and dimension == 2:
        return _grid(graph, root, libm)
    raise ValueError(f"A formula of {dimension} variables has no face “{face}”.")


class _Plan:
    """A graph with powers multiplied out, and its nodes in order."""

    def __init__(self, graph: Graph, roots: Sequence[int | None]) -> None:
        wanted = [node for node in roots if node is not None]
        self.graph, plain = expand_powers(graph, wanted)
        names = dict(zip(wanted, plain, strict=True))
        self.roots = [None if node is None else names[node] for node in roots]
        self.order = self.graph.order(plain)

    def fixed(self) -> list[int]:
        """Return the nodes that depend on parameters only."""
        return [node for node in self.order if not self.graph.depends[node]]

    def fill(
        self,
        scope: Scope,
        values: dict[int, Register],
        nodes: Sequence[int],
        variable: Callable[[int], Register],
    ) -> None:
        """Write what computes these nodes; `values` holds the others that they need."""
        graph = self.graph
        for node in nodes:
            op, datum = graph.ops[node], graph.data[node]
            if op == "const":
                values[node] = scope.const(float(datum or 0.0))
            elif op == "variable":
                values[node] = variable(int(datum or 0))
            elif op == "parameter":
                place = scope.value(f"getelementptr double, ptr %c, i64 {int(datum or 0)}")
                values[node] = scope.spread(scope.value(f"load double, ptr {place}, align 8"))
            else:
                arguments = [scope.seen(values[each]) for each in graph.args[node]]
                values[node] = _RULES[op](scope, *arguments)


def _module(signature: str, scopes: Sequence[Scope], lanes: int) -> str:
    """Return a module of one function."""
    kind = "double" if lanes == 1 else f"<{lanes} x double>"
    suffix = intrinsic_suffix(lanes)
    declared = [f"declare {kind} @llvm.{name}.{suffix}({kind})" for name in _INTRINSICS]
    lines = [*declared, f"define {signature} #0 {{"]
    for scope in scopes:
        lines += scope.lines
    return "\n".join([*lines, "}", "attributes #0 = { nounwind }", ""])


def _point(graph: Graph, targets: Sequence[int | None], root: int | None, libm: Libm) -> Assembly:
    """Return a face that takes one point."""
    plan = _Plan(graph, [*targets, *([] if root is None else [root])])
    scope = Scope(Code(1, libm), "entry")
    values: dict[int, Register] = {}

    def variable(k: int) -> Register:
        place = scope.value(f"getelementptr double, ptr %p, i64 {k}")
        return scope.make("d", f"load double, ptr {place}, align 8")

    plan.fill(scope, values, plan.order, variable)
    for k, node in enumerate(plan.roots[: len(targets)]):
        name = scope.code.number(0.0) if node is None else _number(values[node]).name
        place = scope.value(f"getelementptr double, ptr %g, i64 {k}")
        scope.line(f"store double {name}, ptr {place}, align 8")
    last = plan.roots[-1] if root is not None else None
    scope.line("ret void" if last is None else f"ret double {_number(values[last]).name}")
    result = "void" if root is None else "double"
    slopes = ", ptr noalias %g" if targets else ""
    return Assembly(_module(f"{result} @face(ptr %p, ptr %c{slopes})", [scope], 1), "face")


def _tile(graph: Graph, targets: Sequence[int | None], root: int, libm: Libm) -> Assembly:
    """Return a face that takes lanes side by side."""
    plan = _Plan(graph, [*targets, root])
    code = Code(LANES, libm)
    vector, truth = code.types["d"], code.types["b"]
    entry = Scope(code, "entry")
    values: dict[int, Register] = {}
    fixed = plan.fixed()
    plan.fill(entry, values, fixed, _nowhere)
    entry.line("br label %loop")
    loop = Scope(code, "loop", entry)
    head = len(loop.lines)

    def place(array: str, k: int) -> str:
        row = "%i" if k == 0 else loop.value(f"add i64 %i, {loop.value(f'mul i64 %lanes, {k}')}")
        return loop.value(f"getelementptr double, ptr {array}, i64 {row}")

    known = set(fixed)
    plan.fill(
        loop,
        values,
        [node for node in plan.order if node not in known],
        lambda k: loop.make("d", f"load {vector}, ptr {place('%p', k)}, align 8"),
    )
    for k, node in enumerate(plan.roots[:-1]):
        name = code.number(0.0) if node is None else _number(loop.seen(values[node])).name
        loop.line(f"store {vector} {name}, ptr {place('%g', k)}, align 8")
    result = _number(loop.seen(values[plan.roots[-1] or 0]))
    loop.line(f"store {vector} {result.name}, ptr {place('%f', 0)}, align 8")
    over = (result - result).compared("fcmp uno", 0.0)
    bad = loop.value(f"or {truth} %bad, {over.name}")
    after = loop.value(f"add i64 %i, {LANES}")
    more = loop.value(f"icmp slt i64 {after}, %lanes")
    loop.line(f"br i1 {more}, label %loop, label %done")
    loop.lines[head:head] = [
        f"  %i = phi i64 [ 0, %{entry.label} ], [ {after}, %{loop.label} ]",
        f"  %bad = phi {truth} [ splat (i1 false), %{entry.label} ], [ {bad}, %{loop.label} ]",
    ]
    done = Scope(code, "done")
    whole = done.value(f"bitcast {truth} {bad} to i{LANES}")
    done.line(f"ret i64 {done.value(f'zext i{LANES} {whole} to i64')}")
    signature = "i64 @face(ptr %p, ptr %c, ptr noalias %f, ptr noalias %g, i64 %lanes)"
    return Assembly(_module(signature, [entry, loop, done], LANES), "face")


def _grid(graph: Graph, root: int, libm: Libm) -> Assembly:
    """Return the face of pictures: what depends on x alone once, on y alone once a row."""
    plan = _Plan(graph, [root])
    top = plan.roots[0] or 0
    code = Code(LANES, libm)
    vector, depends = code.types["d"], plan.graph.depends
    entry = Scope(code, "entry")
    values: dict[int, Register] = {}
    plan.fill(entry, values, plan.fixed(), _nowhere)
    entry.line("br label %across")
    # What depends on x alone, into the scratch.
    columns = Scope(code, "across", entry)
    head = len(columns.lines)
    own = dict(values)
    plan.fill(
        columns,
        own,
        [node for node in plan.order if depends[node] == 1],
        lambda _: columns.make("d", f"load {vector}, ptr {_at(columns, '%x', '%j')}, align 8"),
    )
    needed = {each for node in plan.order if depends[node] == 3 for each in plan.graph.args[node]} | {top}
    kept = [
        node
        for node in plan.order
        if node in needed
        and depends[node] == 1
        and own[node].kind == "d"
        and plan.graph.ops[node] != "variable"
    ]
    for k, node in enumerate(kept):
        row = columns.value(f"add i64 %j, {columns.value(f'mul i64 %columns, {k}')}")
        columns.line(f"store {vector} {own[node].name}, ptr {_at(columns, '%scratch', row)}, align 8")
    after = columns.value(f"add i64 %j, {LANES}")
    columns.line(f"br i1 {columns.value(f'icmp slt i64 {after}, %columns')}, label %across, label %up")
    columns.lines.insert(head, f"  %j = phi i64 [ 0, %{entry.label} ], [ {after}, %{columns.label} ]")
    # What depends on y alone, once a row.
    rows = Scope(code, "up", entry)
    row_head = len(rows.lines)
    plan.fill(
        rows,
        values,
        [node for node in plan.order if depends[node] == 2],
        lambda _: rows.spread(rows.value(f"load double, ptr {_at(rows, '%y', '%r')}, align 8")),
    )
    start = rows.value("mul i64 %r, %columns")
    rows.line("br label %pixels")
    # The rest. Truth values of x alone are computed again: they have no place in the scratch.
    pixels = Scope(code, "pixels", rows)
    pixel_head = len(pixels.lines)
    for k, node in enumerate(kept):
        row = pixels.value(f"add i64 %k, {pixels.value(f'mul i64 %columns, {k}')}")
        values[node] = pixels.make("d", f"load {vector}, ptr {_at(pixels, '%scratch', row)}, align 8")
    again = _again(plan, {*needed}, set(kept))
    plan.fill(
        pixels,
        values,
        [node for node in plan.order if depends[node] == 3 or node in again],
        lambda _: pixels.make("d", f"load {vector}, ptr {_at(pixels, '%x', '%k')}, align 8"),
    )
    result = _number(pixels.seen(values[top]))
    target = pixels.value(f"add i64 %k, {start}")
    pixels.line(f"store {vector} {result.name}, ptr {_at(pixels, '%f', target)}, align 8")
    onward = pixels.value(f"add i64 %k, {LANES}")
    pixels.line(f"br i1 {pixels.value(f'icmp slt i64 {onward}, %columns')}, label %pixels, label %next")
    pixels.lines.insert(pixel_head, f"  %k = phi i64 [ 0, %{rows.label} ], [ {onward}, %{pixels.label} ]")
    following = Scope(code, "next")
    below = following.value("add i64 %r, 1")
    following.line(f"br i1 {following.value(f'icmp slt i64 {below}, %rows')}, label %up, label %done")
    rows.lines.insert(row_head, f"  %r = phi i64 [ 0, %{columns.label} ], [ {below}, %next ]")
    done = Scope(code, "done")
    done.line("ret void")
    signature = (
        "void @face(ptr noalias %x, ptr noalias %y, ptr noalias %c, ptr noalias %f, ptr noalias %scratch, "
        "i64 %columns, i64 %rows)"
    )
    scopes = [entry, columns, rows, pixels, following, done]
    return Assembly(_module(signature, scopes, LANES), "face", len(kept))


def _again(plan: _Plan, needed: set[int], kept: set[int]) -> set[int]:
    """Return the nodes of x alone that are computed for each pixel: those that lead to truth values."""
    graph = plan.graph
    waiting = [node for node in needed if graph.depends[node] == 1 and node not in kept]
    found: set[int] = set()
    while waiting:
        node = waiting.pop()
        if node not in found and node not in kept and graph.depends[node] == 1:
            found.add(node)
            waiting.extend(graph.args[node])
    return found


def _at(scope: Scope, array: str, index: str) -> str:
    return scope.value(f"getelementptr double, ptr {array}, i64 {index}")


def _nowhere(k: int) -> Register:
    raise AssertionError(f"Variable {k} is no constant.")


# -- what the operations are in registers -------------------------------------------------------------------

_INTRINSICS = ("fabs", "sqrt", "floor", "ceil")
_EXACT = 4503599627370496.0  # from 2⁵² on every number is whole


def _number(register: Register) -> Register:
    """Return a truth value as 1 or 0; a number as it is."""
    return register if register.kind == "d" else on_registers("select")(register, 1.0, 0.0)


def _truth(register: Register) -> Register:
    return register if register.kind == "b" else register != 0.0


def _select(condition: Register, a: Any, b: Any) -> Register:
    return on_registers("select")(condition, a, b)


def _own(name: str) -> Callable[..., Register]:
    return lambda _, *args: on_registers(name)(*args)


def _libm(name: str) -> Callable[..., Register]:
    return lambda scope, *args: scope.called(name, *args)


def _smaller(_: Scope, a: Register, b: Register) -> Register:
    return _select((a < b) | a.compared("fcmp uno", a), a, b)


def _larger(_: Scope, a: Register, b: Register) -> Register:
    return _select((a > b) | a.compared("fcmp uno", a), a, b)


def _whole(name: str) -> Callable[..., Register]:
    # Adding 0 makes −0 a 0, as a detour over integers does.
    return lambda _, a: _select(on_registers("fabs")(a) < _EXACT, a.unary(name) + 0.0, a)


def _cbrt(scope: Scope, a: Register) -> Register:
    size = scope.called("pow", on_registers("fabs")(a), scope.const(0.3333333333333333))
    sign = on_registers("bits")(a) & -(1 << 63)
    return on_registers("double")((on_registers("bits")(size) & ((1 << 63) - 1)) | sign)


def _softplus(scope: Scope, a: Register) -> Register:
    positive = _select((a > 0.0) | a.compared("fcmp uno", a), a, 0.0)
    return positive + scope.called("log1p", on_registers("exp")(-on_registers("fabs")(a)))


_RULES: dict[str, Callable[..., Register]] = {
    "add": lambda _, a, b: a + b,
    "sub": lambda _, a, b: a - b,
    "mul": lambda _, a, b: a * b,
    "div": lambda _, a, b: a / b,
    "neg": lambda _, a: -a,
    "abs": _own("fabs"),
    "sqrt": _own("sqrt"),
    "min": _smaller,
    "max": _larger,
    "sign": lambda _, a: _select(a > 0.0, 1.0, _select(a < 0.0, -1.0, a)),
    "floor": _whole("floor"),
    "ceil": _whole("ceil"),
    "cbrt": _cbrt,
    "sigmoid": lambda _, a: 1.0 / (1.0 + on_registers("exp")(-a)),
    "softplus": _softplus,
    "ratio": lambda _, a, b: _select(a != 0.0, a / b, 0.0),
    "where": lambda _, c, a, b: _select(_truth(c), a, b),
    "lt": lambda _, a, b: a < b,
    "le": lambda _, a, b: a <= b,
    "and": lambda _, a, b: _truth(a) & _truth(b),
    "or": lambda _, a, b: _truth(a) | _truth(b),
    "not": lambda _, a: _truth(a).opposite(),
    **{name: _own(name) for name in "sin cos exp log tanh hypot".split()},
    **{
        name: _libm(name)
        for name in "tan asin acos atan sinh cosh asinh acosh atanh expm1 log1p log2 log10 pow atan2".split()
    },
}
