"""Evaluates graphs on numpy arrays: pictures of formulas, and the reference for compiled code.

Real numbers only: where a formula is undefined the value is nan, at a pole it is infinite; no warning is ever
shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from minima_core.formula.graph import Graph
from minima_core.formula.walk import expand_powers, visit

__all__ = ["Floats", "Picture", "at_point"]

Floats = npt.NDArray[np.float64]

_WHOLE = 1 << 16  # arrays up to this size are computed in one go,
_BLOCK = 1 << 14  # larger ones in blocks that stay in the processor's cache
_PLANS = 16  # shapes of inputs for which a plan is kept

_UFUNCS: dict[str, np.ufunc] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "pow": np.power,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "log2": np.log2,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "cbrt": np.cbrt,
    "abs": np.absolute,
    "sign": np.sign,
    "floor": np.floor,
    "ceil": np.ceil,
    "min": np.minimum,
    "max": np.maximum,
    "hypot": np.hypot,
    "atan2": np.arctan2,
}


def _ratio(a: Any, b: Any) -> Any:
    return np.where(np.equal(a, 0.0), 0.0, np.divide(a, b))


def _sigmoid(t: Any) -> Any:
    return np.divide(1.0, np.add(1.0, np.exp(np.negative(t))))


def _softplus(t: Any) -> Any:
    return np.logaddexp(0.0, t)


_OTHERS: dict[str, Callable[..., Any]] = {
    "ratio": _ratio,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "where": np.where,
    "lt": np.less,
    "le": np.less_equal,
    "and": np.logical_and,
    "or": np.logical_or,
    "not": np.logical_not,
}


class _Step(NamedTuple):
    target: int
    rule: Callable[..., Any]
    reusable: bool  # the rule can write into an array that is there
    args: tuple[int, ...]
    last: tuple[int, ...]  # arguments that nothing needs after this step


class _Move(NamedTuple):
    """A step for inputs of certain shapes: it writes into the array of node `out`, if that is not −1."""

    target: int
    rule: Callable[..., Any]
    args: tuple[int, ...]
    out: int
    drop: tuple[int, ...]  # nodes whose arrays are let go


class Picture:
    """A graph made ready for evaluation on arrays, many times.

    Each shared subexpression is computed once, at the smallest shape it can have (one that depends on x alone
    stays a row), powers are multiplications, and arrays that are no longer needed are written over.

    Parameters
    ----------
    graph : Graph
    roots : sequence of int
        What to compute.
    """

    def __init__(self, graph: Graph, roots: Sequence[int]) -> None:
        plain, self._roots = expand_powers(graph, roots)
        order = plain.order(self._roots)
        left = plain.uses(order)
        for root in self._roots:
            left[root] = left.get(root, 0) + 1
        self._leaves: list[tuple[int, str, Any]] = []
        self._steps: list[_Step] = []
        self._plans: dict[tuple[tuple[int, ...], ...], list[_Move]] = {}
        for node in order:
            op, args = plain.ops[node], plain.args[node]
            if op in ("const", "variable", "parameter"):
                datum = plain.data[node]
                self._leaves.append((node, op, np.float64(datum or 0.0) if op == "const" else datum))
                continue
            last = []
            for argument in args:
                left[argument] -= 1
                if left[argument] == 0:
                    last.append(argument)
            rule = _UFUNCS.get(op) or _OTHERS[op]
            self._steps.append(_Step(node, rule, op in _UFUNCS, args, tuple(last)))

    def __call__(self, arrays: Sequence[npt.ArrayLike], context: npt.ArrayLike) -> list[Floats]:
        """Return one float64 array for each root, of the shape that ``arrays`` broadcast to."""
        inputs = [np.asarray(array, dtype=np.float64) for array in arrays]
        parameters = np.asarray(context, dtype=np.float64)
        shape = np.broadcast_shapes(*[array.shape for array in inputs]) if inputs else ()
        results = [np.empty(shape) for _ in self._roots]
        if not results:  # every slope of a formula may be zero, and have no root
            return results
        size = int(np.prod(shape, dtype=np.int64))
        with np.errstate(all="ignore"):
            if size <= _WHOLE or shape[0] == 1:
                self._fill(inputs, parameters, shape, [result[...] for result in results])
                return results
            rows = max(1, _BLOCK * shape[0] // size)
            for first in range(0, shape[0], rows):
                part = slice(first, first + rows)
                cut = [a[part] if a.ndim == len(shape) and a.shape[0] > 1 else a for a in inputs]
                targets = [result[part] for result in results]
                self._fill(cut, parameters, targets[0].shape, targets)
        return results

    def _fill(
        self, inputs: list[Floats], parameters: Floats, shape: tuple[int, ...], targets: list[Floats]
    ) -> None:
        values: dict[int, Any] = {}
        for node, op, datum in self._leaves:
            values[node] = datum if op == "const" else (inputs if op == "variable" else parameters)[datum]
        key = (shape, *[each.shape for each in inputs])
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= _PLANS:
                self._plans.clear()
            plan = self._plans[key] = self._plan(inputs, shape)
        for target, rule, args, out, drop in plan:
            operands = [values[argument] for argument in args]
            values[target] = rule(*operands) if out < 0 else rule(*operands, out=values[out])
            for node in drop:
                del values[node]
        for root, filled in zip(self._roots, targets, strict=True):
            filled[...] = values[root]

    def _plan(self, inputs: list[Floats], shape: tuple[int, ...]) -> list[_Move]:
        """Settle which step writes over which array: only those of full shape that were made here."""
        shapes: dict[int, tuple[int, ...]] = {
            node: inputs[datum].shape if op == "variable" else () for node, op, datum in self._leaves
        }
        own: set[int] = set()  # nodes whose arrays are temporaries of full shape
        free: list[int] = []  # those of them that nobody needs any more
        plan = []
        for target, rule, reusable, args, last in self._steps:
            shapes[target] = np.broadcast_shapes(*[shapes[argument] for argument in args])
            free.extend(node for node in last if node in own)
            drop = [node for node in last if node not in own]
            out = -1
            if reusable and shape and shapes[target] == shape:
                own.add(target)
                if free:
                    out = free.pop()
                    own.discard(out)
                    drop.append(out)
            plan.append(_Move(target, rule, args, out, tuple(drop)))
        return plan


def at_point(graph: Graph, roots: Sequence[int], p: npt.ArrayLike, context: npt.ArrayLike) -> list[float]:
    """Return the value of each root at one point: slow, and as obvious as it can be."""
    point = np.asarray(p, dtype=np.float64)
    parameters = np.asarray(context, dtype=np.float64)
    rules: dict[str, Callable[..., Any]] = {
        op: _without_datum(rule) for op, rule in (_UFUNCS | _OTHERS).items()
    }
    rules["const"] = np.float64
    rules["variable"] = lambda index: point[index]
    rules["parameter"] = lambda index: parameters[index]
    plain, plain_roots = expand_powers(graph, roots)
    with np.errstate(all="ignore"):
        return [float(value) for value in visit(plain, plain_roots, rules)]


def _without_datum(rule: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _datum, *args: rule(*args)
