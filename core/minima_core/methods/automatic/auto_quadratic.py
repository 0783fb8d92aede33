"""A quadratic model in memory: the points that it goes through, its terms, and its lowest point nearby.

All points are shares u of the box's widths, 0 to 1 in each coordinate. The model is kept by the Lagrange
polynomials ℓₜ of its points: ℓₜ(yₜ) = 1, ℓₜ(yₛ) = 0, q = Σ f(yₜ) ℓₜ; one column of `lagrange` has the
coefficients of one of them, for 1, sᵢ, sᵢ²/2 and sᵢsⱼ at s = (y − c) / Δ.

References
----------
A. R. Conn, K. Scheinberg, L. N. Vicente, "Introduction to derivative-free optimization", SIAM 2009, chapter
3; J. J. Moré, D. C. Sorensen, SIAM J. Sci. Stat. Comput. 4(3), 1983 (the step in a ball).
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.algebra import dot, eigen_symmetric, norm
from minima_core.compiled.drivers import copy
from minima_core.compiled.faces import doubles, matrix
from minima_core.compiled.kernel import Kernel
from minima_core.methods.direct.trials import tried

__all__ = [
    "ALONG",
    "AXES",
    "CURVATURE",
    "MOST_MODELLED",
    "SLOPE",
    "SMALL_CURVATURE",
    "SMALL_SLOPE",
    "SMALL_STEP",
    "START",
    "STEP",
    "TRIAL",
    "find_step",
    "fit",
    "lowest_in_ball",
    "matrix_of",
    "model_layout",
    "model_size",
    "monomials",
    "points_of",
    "promise",
    "row_of",
    "spread",
    "square_of",
    "terms",
    "to_place",
    "value_of",
    "values_of",
    "vector_of",
]

MOST_MODELLED = 6
"""Variables up to which a whole quadratic model is worth its points: 28 for six."""

# The vectors and matrices in memory.
SLOPE, STEP, LOW, HIGH, TRIAL, PLACE, FREE, ALONG, SMALL_STEP, START, SMALL_SLOPE, CENTRE = range(12)
VECTORS = 12
CURVATURE, SMALL_CURVATURE, AXES = range(3)


@Kernel
def terms(n: int) -> int:
    """Return how many terms a quadratic function of n variables has; 1 where none is made."""
    return (n + 1) * (n + 2) // 2 if n <= MOST_MODELLED else 1


def model_layout(n: int) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return names and shapes of what a search keeps, in the order of its memory."""
    m = terms(n)
    vectors = (
        "slope", "model_step", "low", "high", "trial", "place", "free", "along", "small_step",
        "search_start", "small_slope", "model_centre",
    )  # fmt: skip
    return (
        ("model_points", (m, n)),
        ("model_values", (m,)),
        ("lagrange", (m, m)),
        ("system", (m, m)),
        ("coefficients", (m,)),
        ("monomials", (m,)),
        *((name, (n,)) for name in vectors),
        ("curvature", (n, n)),
        ("small_curvature", (n, n)),
        ("axes", (n, n)),
    )


@Kernel
def model_size(n: int) -> Any:
    """Return how many numbers that is."""
    m = terms(n)
    return m * (n + 1) + 2 * m * m + 2 * m + VECTORS * n + 3 * n * n


@Kernel
def points_of(r: Any, n: int) -> Any:
    """Return the points of the model, (m, n), in shares of the box."""
    return matrix(r.memory, terms(n), n)


@Kernel
def values_of(r: Any, n: int) -> Any:
    """Return the values at the points, (m,)."""
    return doubles(r.memory + 8 * terms(n) * n, terms(n))


@Kernel
def square_of(r: Any, n: int, which: int) -> Any:
    """Return the Lagrange polynomials, one in each column (0), or the place where they are found (1)."""
    m = terms(n)
    return matrix(r.memory + 8 * (m * (n + 1) + which * m * m), m, m)


@Kernel
def row_of(r: Any, n: int, which: int) -> Any:
    """Return the coefficients of the model (0), or the monomials at a point (1)."""
    m = terms(n)
    return doubles(r.memory + 8 * (m * (n + 1) + 2 * m * m + which * m), m)


@Kernel
def vectors_at(r: Any, n: int) -> int:
    """Return the address of the vectors."""
    m = terms(n)
    address: int = r.memory + 8 * (m * (n + 1) + 2 * m * m + 2 * m)
    return address


@Kernel
def vector_of(r: Any, n: int, which: int) -> Any:
    """Return one of the vectors."""
    return doubles(vectors_at(r, n) + 8 * which * n, n)


@Kernel
def matrix_of(r: Any, n: int, which: int) -> Any:
    """Return one of the n × n matrices."""
    return matrix(vectors_at(r, n) + 8 * (VECTORS * n + which * n * n), n, n)


@Kernel
def to_place(r: Any, n: int, u: Any, x: Any) -> None:
    """Write the point of the box that belongs to shares u of its widths."""
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    for i in range(n):
        x[i] = min(max(lower[i] + u[i] * (upper[i] - lower[i]), lower[i]), upper[i])


@Kernel
def value_of(r: Any, n: int, u: Any) -> float:
    """Return the value at a point given in shares of the box; the status says if there is none."""
    to_place(r, n, u, vector_of(r, n, PLACE))
    f: float = tried(r, n, vectors_at(r, n) + 8 * PLACE * n)
    return f


# -- The model and its minimum -------------------------------------------------------------------------------


@Kernel
def monomials(n: int, y: Any, c: Any, delta: float, row: Any) -> None:
    """Write 1, sᵢ, sᵢ²/2 and sᵢsⱼ at s = (y − c) / Δ."""
    row[0] = 1.0
    q = 1
    for i in range(n):
        row[q] = (y[i] - c[i]) / delta
        q += 1
    for i in range(n):
        for j in range(i, n):
            row[q] = row[1 + i] * row[1 + j] * (0.5 if i == j else 1.0)
            q += 1


@Kernel
def fit(r: Any, n: int, k: Any) -> bool:
    """Find the Lagrange polynomials of the points, in units of Δ around the centre, and the model."""
    m = terms(n)
    y, f = points_of(r, n), values_of(r, n)
    W, A, coefficients = square_of(r, n, 0), square_of(r, n, 1), row_of(r, n, 0)
    centre = int(k.centre)
    for t in range(m):
        monomials(n, y[t], y[centre], k.delta, A[t])
        for q in range(m):
            W[t, q] = 1.0 if t == q else 0.0
    for p in range(m):  # W ← A⁻¹, by elimination with pivoting
        pivot = p
        for t in range(p + 1, m):
            if math.fabs(A[t, p]) > math.fabs(A[pivot, p]):
                pivot = t
        if math.fabs(A[pivot, p]) < 1e-14:
            return False
        if pivot != p:
            for q in range(m):
                A[p, q], A[pivot, q] = A[pivot, q], A[p, q]
                W[p, q], W[pivot, q] = W[pivot, q], W[p, q]
        scale = 1.0 / A[p, p]
        for q in range(m):
            A[p, q] *= scale
            W[p, q] *= scale
        for t in range(m):
            factor = A[t, p]
            if t != p and factor != 0.0:
                for q in range(m):
                    A[t, q] -= factor * A[p, q]
                    W[t, q] -= factor * W[p, q]
    for q in range(m):
        total = 0.0
        for t in range(m):
            total += W[q, t] * (f[t] - f[centre])
        coefficients[q] = total
    spread(n, coefficients, vector_of(r, n, SLOPE), matrix_of(r, n, CURVATURE))
    copy(n, y[centre], vector_of(r, n, CENTRE))
    k.model_delta, k.model_value = k.delta, f[centre]
    return True


@Kernel
def spread(n: int, coefficients: Any, g: Any, H: Any) -> None:
    """Write the slope and the curvature that coefficients stand for."""
    q = 1
    for i in range(n):
        g[i] = coefficients[q]
        q += 1
    for i in range(n):
        for j in range(i, n):
            H[i, j] = coefficients[q]
            H[j, i] = coefficients[q]
            q += 1


@Kernel
def length_at(n: int, b: Any, w: Any, shift: float) -> float:
    """Return |(H + λI)⁻¹ g| from the eigenvalues w and the parts b of g along their axes."""
    square = 0.0
    for k in range(n):
        if b[k] != 0.0:
            if w[k] + shift <= 0.0:
                return math.inf
            part = b[k] / (w[k] + shift)
            square += part * part
    return math.sqrt(square)


@Kernel
def lowest_in_ball(n: int, g: Any, H: Any, radius: float, w: Any, Q: Any, b: Any, s: Any) -> None:
    """Write the s with |s| ≤ radius that minimises g·s + ½ s·Hs; w, Q and b are places to work.

    s = −(H + λI)⁻¹ g with the least λ ≥ 0 that makes H + λI positive and |s| ≤ radius, by bisection.
    """
    for i in range(n):
        s[i] = 0.0
    if not eigen_symmetric(n, H, w, Q):
        return
    size = 0.0
    for k in range(n):
        b[k] = dot(n, Q[k], g)
        size += b[k] * b[k]
    size = math.sqrt(size)
    low = max(0.0, -w[0])
    shift, hard = 0.0, False
    if not (w[0] > 0.0 and length_at(n, b, w, 0.0) <= radius):
        near = low + 1e-14 * (1.0 + low)
        if length_at(n, b, w, near) < radius:
            shift, hard = near, True
        else:
            a, shift = low, low + size / radius
            for _ in range(60):
                middle = 0.5 * (a + shift)
                if length_at(n, b, w, middle) > radius:
                    a = middle
                else:
                    shift = middle
    square = 0.0
    for k in range(n):
        b[k] = -b[k] / (w[k] + shift) if w[k] + shift > 0.0 else 0.0
        square += b[k] * b[k]
    if hard and square < radius * radius:  # along the lowest axis, to the rim
        b[0] += math.copysign(math.sqrt(radius * radius - square), b[0])
    for k in range(n):
        for i in range(n):
            s[i] += b[k] * Q[k, i]


@Kernel
def promise(n: int, g: Any, H: Any, s: Any) -> float:
    """Return how far below its centre the model is at s."""
    total = 0.0
    for i in range(n):
        row = 0.0
        for j in range(n):
            row += H[i, j] * s[j]
        total -= s[i] * (g[i] + 0.5 * row)
    return total


@Kernel
def find_step(r: Any, n: int, k: Any) -> Any:
    """2. Write the step, in units of Δ, that minimises the model in the ball and in the box; give its length.

    Coordinates in which the step would leave the box are fixed at its side, until none does.
    """
    g, H, s = vector_of(r, n, SLOPE), matrix_of(r, n, CURVATURE), vector_of(r, n, STEP)
    low, high, free = vector_of(r, n, LOW), vector_of(r, n, HIGH), vector_of(r, n, FREE)
    small_g, small_s = vector_of(r, n, SMALL_SLOPE), vector_of(r, n, SMALL_STEP)
    small_H, Q, work = matrix_of(r, n, SMALL_CURVATURE), matrix_of(r, n, AXES), vector_of(r, n, ALONG)
    c, w = points_of(r, n)[int(k.centre)], vector_of(r, n, TRIAL)
    for i in range(n):
        low[i], high[i], s[i] = -c[i] / k.delta, (1.0 - c[i]) / k.delta, 0.0
        free[i] = 1.0
        if (low[i] >= 0.0 and g[i] > 0.0) or (high[i] <= 0.0 and g[i] < 0.0):
            free[i] = 0.0
    for _ in range(n + 1):
        count, room = 0, 1.0
        for i in range(n):
            if free[i] != 0.0:
                count += 1
            else:
                room -= s[i] * s[i]
        if count == 0 or room <= 0.0:
            break
        # The model of the free coordinates alone: `compressed` rows of n numbers, of which `count` are used.
        a = 0
        for i in range(n):
            if free[i] != 0.0:
                small_g[a] = g[i]
                b = 0
                for j in range(n):
                    if free[j] != 0.0:
                        small_H[a, b] = H[i, j]
                        b += 1
                    else:
                        small_g[a] += H[i, j] * s[j]
                a += 1
        lowest_in_ball(count, small_g, small_H, math.sqrt(room), w, Q, work, small_s)
        outside, a = False, 0
        for i in range(n):
            if free[i] != 0.0:
                s[i] = small_s[a]
                if s[i] < low[i] - 1e-15 or s[i] > high[i] + 1e-15:
                    outside = True
                    s[i] = min(max(s[i], low[i]), high[i])
                    free[i] = 0.0
                a += 1
        if not outside:
            break
        for i in range(n):
            if free[i] != 0.0:
                s[i] = 0.0
    for i in range(n):
        s[i] = min(max(s[i], low[i]), high[i])
    return norm(n, s)
