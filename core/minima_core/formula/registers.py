"""Registers: values of LLVM's assembly with Python's operators, so that a formula in Python writes code.

A `Register` stands for a number, an integer or a truth value in every lane of a vector register (or in a
plain one, with one lane). Operating on it appends an instruction to a `Scope`; the same operation on the
same registers is never written twice. Run on registers, the functions of `minima_core.formula.elementary`
become instructions, the very operations that they do on numbers.

References
----------
The LLVM project, "LLVM language reference manual", https://llvm.org/docs/LangRef.html.
"""

from __future__ import annotations

import builtins
import functools
import math
import struct
from collections.abc import Callable
from types import FunctionType
from typing import Any

from minima_core.formula import elementary

__all__ = ["Code", "Register", "Scope"]

Libm = Callable[[str], int]
"""Gives the address of a function of the C library of mathematics by its name."""


class Code:
    """The text of one function of `lanes` lanes: a counter of names, and what the types are called."""

    def __init__(self, lanes: int, libm: Libm) -> None:
        self.lanes, self.libm = lanes, libm
        self.count = 0
        plain = {"d": "double", "i": "i64", "b": "i1"}
        self.types = plain if lanes == 1 else {key: f"<{lanes} x {each}>" for key, each in plain.items()}

    def name(self) -> str:
        """Return a name that is used nowhere else."""
        self.count += 1
        return f"%v{self.count}"

    def number(self, value: float) -> str:
        """Return a constant in every lane."""
        text = f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"
        return text if self.lanes == 1 else f"splat (double {text})"

    def integer(self, value: int) -> str:
        """Return a whole constant in every lane."""
        return str(value) if self.lanes == 1 else f"splat (i64 {value})"


class Scope:
    """A place in a function that instructions are appended to; it sees what enclosing ones have computed.

    Parameters
    ----------
    code
        The function.
    label
        Of the block in which it begins.
    parent
        A scope that always runs before.
    """

    def __init__(self, code: Code, label: str, parent: Scope | None = None) -> None:
        self.code, self.label, self.parent = code, label, parent
        self.lines: list[str] = [f"{label}:"]
        self._known: dict[str, str] = {}

    def line(self, text: str) -> None:
        """Append an instruction that is no value."""
        self.lines.append("  " + text)

    def value(self, text: str) -> str:
        """Return the name of what an instruction computes; it is written where it is not known yet."""
        scope: Scope | None = self
        while scope is not None:
            if text in scope._known:
                return scope._known[text]
            scope = scope.parent
        name = self._known[text] = self.code.name()
        self.lines.append(f"  {name} = {text}")
        return name

    def enter(self, label: str) -> None:
        """Begin another block, which follows on from this one."""
        self.label = label
        self.lines.append(f"{label}:")

    def make(self, kind: str, text: str) -> Register:
        """Return the register of an instruction."""
        return Register(self, kind, self.value(text))

    def const(self, value: float) -> Register:
        """Return a constant as a register."""
        return Register(self, "d", self.code.number(value))

    def spread(self, scalar: str) -> Register:
        """Return a register with the same number in every lane."""
        if self.code.lanes == 1:
            return Register(self, "d", scalar)
        vector = self.code.types["d"]
        first = self.value(f"insertelement {vector} poison, double {scalar}, i64 0")
        mask = f"<{self.code.lanes} x i32> zeroinitializer"
        return self.make("d", f"shufflevector {vector} {first}, {vector} poison, {mask}")

    def seen(self, register: Register) -> Register:
        """Return a register made in an enclosing scope as one that appends to this."""
        return register if register.scope is self else Register(self, register.kind, register.name)

    def called(self, function: str, *arguments: Register) -> Register:
        """Return a function of the C library, called for each lane."""
        key = f"libm {function} {' '.join(each.name for each in arguments)}"
        if key not in self._known:
            self._known[key] = self._call(function, [each.name for each in arguments])
        return Register(self, "d", self._known[key])

    def _call(self, function: str, names: list[str]) -> str:
        code, vector = self.code, self.code.types["d"]
        target = f"inttoptr (i64 {code.libm(function)} to ptr)"
        if code.lanes == 1:
            return self.value(f"call double {target}({', '.join(f'double {each}' for each in names)})")
        result = "poison"
        for lane in range(code.lanes):
            parts = [self.value(f"extractelement {vector} {each}, i64 {lane}") for each in names]
            answer = self.value(f"call double {target}({', '.join(f'double {each}' for each in parts)})")
            result = self.value(f"insertelement {vector} {result}, double {answer}, i64 {lane}")
        return result

    def mended(self, function: str, x: Register, y: Register) -> Register:
        """Return y, but a function of the C library where x is large: a branch that is hardly ever taken."""
        code, vector = self.code, self.code.types
        size = _fabs(x)
        beyond = (size > elementary.LARGE).both(size < math.inf)
        asked = beyond.name
        if code.lanes > 1:
            whole = self.value(f"bitcast {vector['b']} {asked} to i{code.lanes}")
            asked = self.value(f"icmp ne i{code.lanes} {whole}, 0")
        number = self.code.name()[2:]
        far, on, before = f"far{number}", f"on{number}", self.label
        self.line(f"br i1 {asked}, label %{far}, label %{on}")
        outside = Scope(code, far, self)
        answer = outside.called(function, outside.seen(x))
        chosen = outside.value(
            f"select {vector['b']} {beyond.name}, {vector['d']} {answer.name}, {vector['d']} {y.name}"
        )
        outside.line(f"br label %{on}")
        self.lines += outside.lines
        self.enter(on)
        return self.make("d", f"phi {vector['d']} [ {y.name}, %{before} ], [ {chosen}, %{far} ]")


class Register:
    """A value in every lane: a number (kind ``d``), an integer (``i``) or a truth value (``b``)."""

    __slots__ = ("kind", "name", "scope")

    def __init__(self, scope: Scope, kind: str, name: str) -> None:
        self.scope, self.kind, self.name = scope, kind, name

    def _with(self, other: Any) -> str:
        if isinstance(other, Register):
            return other.name
        code = self.scope.code
        return code.number(float(other)) if self.kind == "d" else code.integer(int(other))

    def _both(self, operation: str, a: str, b: str, kind: str) -> Register:
        return self.scope.make(kind, f"{operation} {self.scope.code.types[self.kind]} {a}, {b}")

    def _arithmetic(self, of_numbers: str, of_integers: str, other: Any, turned: bool = False) -> Register:
        a, b = self.name, self._with(other)
        if turned:
            a, b = b, a
        return self._both(of_numbers if self.kind == "d" else of_integers, a, b, self.kind)

    def __add__(self, other: Any) -> Register:
        return self._arithmetic("fadd", "add", other)

    def __radd__(self, other: Any) -> Register:
        return self._arithmetic("fadd", "add", other, turned=True)

    def __sub__(self, other: Any) -> Register:
        return self._arithmetic("fsub", "sub", other)

    def __rsub__(self, other: Any) -> Register:
        return self._arithmetic("fsub", "sub", other, turned=True)

    def __mul__(self, other: Any) -> Register:
        return self._arithmetic("fmul", "mul", other)

    def __rmul__(self, other: Any) -> Register:
        return self._arithmetic("fmul", "mul", other, turned=True)

    def __truediv__(self, other: Any) -> Register:
        return self._both("fdiv", self.name, self._with(other), "d")

    def __rtruediv__(self, other: Any) -> Register:
        return self._both("fdiv", self._with(other), self.name, "d")

    def __neg__(self) -> Register:
        return self.scope.make("d", f"fneg {self.scope.code.types['d']} {self.name}")

    def __and__(self, other: Any) -> Register:
        return self._both("and", self.name, self._with(other), self.kind)

    def __or__(self, other: Any) -> Register:
        return self._both("or", self.name, self._with(other), self.kind)

    def __xor__(self, other: Any) -> Register:
        return self._both("xor", self.name, self._with(other), self.kind)

    def __lshift__(self, other: int) -> Register:
        return self._both("shl", self.name, self._with(other), "i")

    def __rshift__(self, other: int) -> Register:
        return self._both("ashr", self.name, self._with(other), "i")

    def __lt__(self, other: Any) -> Register:
        return self.compared("fcmp olt", other)

    def __le__(self, other: Any) -> Register:
        return self.compared("fcmp ole", other)

    def __gt__(self, other: Any) -> Register:
        return self.compared("fcmp ogt", other)

    def __eq__(self, other: Any) -> Register:  # type: ignore[override]
        return self.compared("fcmp oeq" if self.kind == "d" else "icmp eq", other)

    def __ne__(self, other: Any) -> Register:  # type: ignore[override]
        return self.compared("fcmp une" if self.kind == "d" else "icmp ne", other)

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise TypeError("A register has a truth value in every lane; use select.")

    def compared(self, how: str, other: Any) -> Register:
        """Return the truth value of a comparison."""
        return self._both(how, self.name, self._with(other), "b")

    def both(self, other: Register) -> Register:
        """Return whether this and another condition hold."""
        return self & other

    def opposite(self) -> Register:
        """Return whether this condition does not hold."""
        code = self.scope.code
        return self._both("xor", self.name, "true" if code.lanes == 1 else "splat (i1 true)", "b")

    def unary(self, function: str) -> Register:
        """Return an intrinsic function of this number that every processor has, or LLVM's own code for it."""
        code = self.scope.code
        types, suffix = code.types["d"], intrinsic_suffix(code.lanes)
        return self.scope.make("d", f"call {types} @llvm.{function}.{suffix}({types} {self.name})")


def intrinsic_suffix(lanes: int) -> str:
    """Return how names of intrinsics end for a type."""
    return "f64" if lanes == 1 else f"v{lanes}f64"


def _bits(x: Register) -> Register:
    types = x.scope.code.types
    return x.scope.make("i", f"bitcast {types['d']} {x.name} to {types['i']}")


def _double(b: Register) -> Register:
    types = b.scope.code.types
    return b.scope.make("d", f"bitcast {types['i']} {b.name} to {types['d']}")


def _select(condition: Register, a: Any, b: Any) -> Register:
    scope = condition.scope
    kind = next((each.kind for each in (a, b) if isinstance(each, Register)), None)
    if kind is None:
        kind = "i" if isinstance(a, int) else "d"
    types = scope.code.types
    this, that = Register(scope, kind, "")._with(a), Register(scope, kind, "")._with(b)
    return scope.make(
        kind, f"select {types['b']} {condition.name}, {types[kind]} {this}, {types[kind]} {that}"
    )


def _fabs(x: Register) -> Register:
    return x.unary("fabs")


_WORDS: dict[str, Callable[..., Register]] = {
    "bits": _bits,
    "double": _double,
    "select": _select,
    "fabs": _fabs,
    "sqrt": lambda x: x.unary("sqrt"),
    "divide": lambda a, b: a / b,
    "mended_sin": lambda x, y: x.scope.mended("sin", x, y),
    "mended_cos": lambda x, y: x.scope.mended("cos", x, y),
}


@functools.cache
def on_registers(name: str) -> Callable[..., Register]:
    """Return one of the elementary functions in the form that takes registers, or one of their words."""
    if name in _WORDS:
        return _WORDS[name]
    function = getattr(elementary, name)
    names: dict[str, Any] = {"__builtins__": builtins}
    for each in function.__code__.co_names:
        known = getattr(elementary, each)
        names[each] = on_registers(each) if callable(known) else known
    return FunctionType(function.__code__, names, name)
