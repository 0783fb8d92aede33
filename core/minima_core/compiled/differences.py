"""Derivatives of Python callables by differences of values or of gradients, without leaving the box."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["differences", "second_differences", "slope_differences"]

Array: TypeAlias = NDArray[np.float64]


def steps_inside(p: float, h: float, lower: float, upper: float) -> tuple[float, float]:
    """Return two steps from a coordinate for differences: to both sides, or to one where the box ends."""
    if lower <= p <= upper:
        if p + h > upper:
            return -h, -2.0 * h
        if p - h < lower:
            return h, 2.0 * h
    return h, -h


def differences(f: Callable[[Array], float], p: Array, value: float, lower: Array, upper: Array) -> Array:
    """Return ∇f(p) by two values for each coordinate: central, one-sided where the box ends, error O(h²)."""
    g = np.empty_like(p)
    for i in range(len(p)):
        h = 6e-6 * max(abs(p[i]), 0.1 * (upper[i] - lower[i]))
        a, b = steps_inside(p[i], h, lower[i], upper[i])
        values = [f(_stepped(p, (i, step))) for step in (a, b)]
        if a == -b:
            g[i] = (values[0] - values[1]) / (2.0 * h)
        else:
            g[i] = (4.0 * values[0] - values[1] - 3.0 * value) / (2.0 * a)
    return g


def slope_differences(gradient: Callable[[Array], Array], p: Array, lower: Array, upper: Array) -> Array:
    """Return the Hessian by two gradients for each coordinate, made symmetric."""
    rows = []
    for i in range(len(p)):
        h = 6e-6 * max(abs(p[i]), 0.1 * (upper[i] - lower[i]))
        a, b = steps_inside(p[i], h, lower[i], upper[i])
        rows.append((gradient(_stepped(p, (i, a))) - gradient(_stepped(p, (i, b)))) / (a - b))
    matrix = np.array(rows)
    return np.asarray((matrix + matrix.T) / 2.0)


def second_differences(
    f: Callable[[Array], float], p: Array, value: float, lower: Array, upper: Array
) -> Array:
    """Return the Hessian by n(n + 1) values besides f(p), two for each coordinate and each pair of them.

    With steps a and b from each coordinate, the second divided difference gives the diagonal, and the mean of
    the mixed differences with all steps a and with all steps b the rest: both are central, error O(h²),
    except where the box ends, O(h).
    """
    n = len(p)
    steps = np.array([
        steps_inside(p[i], 1.2e-4 * max(abs(p[i]), 0.1 * (upper[i] - lower[i])), lower[i], upper[i])
        for i in range(n)
    ])  # fmt: skip
    near = np.array([[f(_stepped(p, (i, step))) for step in steps[i]] for i in range(n)])
    matrix = np.empty((n, n))
    for i in range(n):
        a, b = steps[i]
        matrix[i, i] = 2.0 * ((near[i, 0] - value) / a - (near[i, 1] - value) / b) / (a - b)
        for j in range(i):
            mixed = [
                (f(_stepped(p, (i, steps[i, k]), (j, steps[j, k]))) - near[i, k] - near[j, k] + value)
                / (steps[i, k] * steps[j, k])
                for k in (0, 1)
            ]
            matrix[i, j] = matrix[j, i] = 0.5 * (mixed[0] + mixed[1])
    return matrix


def _stepped(p: Array, *steps: tuple[int, float]) -> Array:
    """Return a point some steps along coordinates away."""
    q = p.copy()
    for i, step in steps:
        q[i] += step
    return q
