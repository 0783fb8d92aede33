"""Polynomials of one variable inside a graph, enclosed by their Taylor form about the middle of an interval.

Term by term, 1 − 8x + 7x² on a narrow interval is blurred by its width times the sum of all slopes; about the
middle c, p(c) + p′(c)·d + p″(c)/2·d² + … with |d| ≤ r, only the slope itself counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from minima_core.formula.graph import Graph
from minima_core.formula.interval_functions import ULP, Interval

__all__ = ["Polynomial", "polynomials", "sharpened"]

HIGHEST = 16
_ONE = Interval(np.float64(1.0), np.float64(1.0), 0)
_ZERO = Interval(np.float64(0.0), np.float64(0.0), 0)


class Polynomial(NamedTuple):
    """A polynomial of one variable of the formula, or a constant."""

    variable: int
    """Its index; −1 for a constant."""
    coefficients: list[Interval]
    """Bounds, from x⁰ upwards."""
    terms: int
    """How often the variable appears."""


Rules = dict[str, Callable[..., Interval]]


def polynomials(
    graph: Graph, order: Sequence[int], roots: Sequence[int], leaves: dict[int, Interval], rules: Rules
) -> dict[int, Polynomial]:
    """Return the nodes that are best enclosed as a whole: the largest polynomials with several terms."""
    found: dict[int, Polynomial] = {}
    for node in order:
        made = _polynomial(graph, node, found, leaves, rules)
        if made is not None:
            found[node] = made
    wanted = {root for root in roots if root in found}
    for node in order:
        if node not in found:
            wanted.update(argument for argument in graph.args[node] if argument in found)
    return {
        node: found[node] for node in wanted if found[node].terms > 1 and len(found[node].coefficients) > 2
    }


def _polynomial(
    graph: Graph, node: int, found: dict[int, Polynomial], leaves: dict[int, Interval], rules: Rules
) -> Polynomial | None:
    op = graph.ops[node]
    if node in leaves:
        return Polynomial(-1, [leaves[node]], 0)
    if op == "variable":
        return Polynomial(int(graph.data[node] or 0), [_ZERO, _ONE], 1)
    parts = [found.get(argument) for argument in graph.args[node]]
    if not parts or any(part is None for part in parts):
        return None
    known = [part for part in parts if part is not None]
    variables = {part.variable for part in known if part.variable >= 0}
    if len(variables) > 1:
        return None
    variable = variables.pop() if variables else -1
    count = sum(part.terms for part in known)
    a = known[0].coefficients
    b = known[-1].coefficients
    if op in ("add", "sub"):
        return Polynomial(variable, _sum(a, b, rules[op]), count)
    if op == "neg":
        return Polynomial(variable, [rules["neg"](None, each) for each in a], count)
    if op == "mul":
        return _limited(variable, _product(a, b, rules), count)
    if op == "div" and len(b) == 1 and (b[0].lo > 0.0 or b[0].hi < 0.0):
        return Polynomial(variable, [rules["div"](None, each, b[0]) for each in a], count)
    exponent = graph.data[node]
    if op == "powi" and isinstance(exponent, int) and 0 < exponent * (len(a) - 1) <= HIGHEST:
        power = a
        for _ in range(exponent - 1):
            power = _product(power, a, rules)
        return Polynomial(variable, power, count)
    return None


def _limited(variable: int, coefficients: list[Interval] | None, count: int) -> Polynomial | None:
    return None if coefficients is None else Polynomial(variable, coefficients, count)


def _sum(a: list[Interval], b: list[Interval], rule: Callable[..., Interval]) -> list[Interval]:
    length = max(len(a), len(b))
    padded = [[*each, *[_ZERO] * (length - len(each))] for each in (a, b)]
    return [rule(None, one, other) for one, other in zip(*padded, strict=True)]


def _product(a: list[Interval], b: list[Interval], rules: Rules) -> list[Interval]:
    result: list[Interval] = [_ZERO] * (len(a) + len(b) - 1)
    for i, one in enumerate(a):
        for j, other in enumerate(b):
            result[i + j] = rules["add"](None, result[i + j], rules["mul"](None, one, other))
    return result


def sharpened(polynomial: Polynomial, natural: Interval, x: Interval) -> Interval:
    """Return bounds of the polynomial on x, cut with those that are known."""
    degree = len(polynomial.coefficients) - 1
    c = 0.5 * x.lo + 0.5 * x.hi
    r = np.maximum(x.hi - c, c - x.lo) * (1.0 + 2.0 * ULP)
    size = np.abs(c)
    terms: list[Any] = [0.5 * each.lo + 0.5 * each.hi for each in polynomial.coefficients]
    slip = (4 * degree + 8) * ULP
    errors: list[Any] = [
        (each.hi - each.lo) + slip * np.abs(middle)
        for each, middle in zip(polynomial.coefficients, terms, strict=True)
    ]
    # Shaw and Traub's synthetic division; its roundings stay below `slip` times the absolute values.
    for first in range(degree):
        for k in range(degree - 1, first - 1, -1):
            terms[k] = terms[k] + c * terms[k + 1]
            errors[k] = errors[k] + size * errors[k + 1]
    blur, least, most, power = errors[0], terms[0], terms[0], r
    for k in range(1, degree + 1):
        reach = np.abs(terms[k]) * power
        least = least - (reach if k % 2 else np.where(terms[k] < 0.0, reach, 0.0))
        most = most + (reach if k % 2 else np.where(terms[k] > 0.0, reach, 0.0))
        blur = blur + errors[k] * power + slip * reach
        power = power * r
    blur = blur * (1.0 + slip) + slip * np.abs(terms[0]) * 0.25 + 1e-320
    lo, hi = least - blur, most + blur
    return Interval(np.fmax(lo, natural.lo), np.fmin(hi, natural.hi), natural.flag)
