"""Small dense linear algebra for kernels: products, factors and eigenvectors of matrices of a few rows.

All matrices are (n, n) arrays, vectors (n,), both of doubles. Nothing allocates, nothing calls LAPACK, which
would make compiling slow and results depend on the platform. Called uncompiled, every kernel works on numpy
arrays as well.

References
----------
G. H. Golub, C. F. Van Loan, "Matrix computations", 4th ed., Johns Hopkins 2013, algorithms 3.4.1 (elimination
with partial pivoting), 4.2.1 (Cholesky), 8.3.1 and 8.3.3 (tridiagonal form, QL); J. H. Wilkinson, C. Reinsch,
"Linear algebra", Springer 1971, contributions II/2 (tred2) and II/3 (tql2).
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.kernel import Kernel

__all__ = [
    "add",
    "cholesky",
    "dot",
    "eigen_symmetric",
    "largest",
    "multiply",
    "multiply_transposed",
    "norm",
    "quadratic",
    "solve",
    "solve_cholesky",
    "solve_lower",
    "solve_upper",
]

ROUNDING = 2.0**-52
MOST_SWEEPS = 60  # of QL for one eigenvalue; three are usual


@Kernel
def dot(n: int, a: Any, b: Any) -> float:
    """Return a·b.

    >>> dot(2, (1.0, 2.0), (3.0, 4.0))
    11.0
    """
    total = 0.0
    for i in range(n):
        total += a[i] * b[i]
    return total


@Kernel
def norm(n: int, a: Any) -> float:
    """Return ‖a‖ = √(a·a)."""
    total = 0.0
    for i in range(n):
        total += a[i] * a[i]
    return math.sqrt(total)


@Kernel
def largest(n: int, a: Any) -> float:
    """Return max |aᵢ|."""
    size = 0.0
    for i in range(n):
        size = max(size, math.fabs(a[i]))
    return size


@Kernel
def add(n: int, factor: float, a: Any, y: Any) -> None:
    """Do y ← y + factor · a."""
    for i in range(n):
        y[i] += factor * a[i]


@Kernel
def multiply(n: int, A: Any, x: Any, y: Any) -> None:
    """Write A x to y, which must not be x."""
    for i in range(n):
        total = 0.0
        for j in range(n):
            total += A[i, j] * x[j]
        y[i] = total


@Kernel
def multiply_transposed(n: int, A: Any, x: Any, y: Any) -> None:
    """Write Aᵀ x to y, which must not be x."""
    for j in range(n):
        y[j] = 0.0
    for i in range(n):
        for j in range(n):
            y[j] += A[i, j] * x[i]


@Kernel
def quadratic(n: int, A: Any, x: Any) -> float:
    """Return x·A x."""
    total = 0.0
    for i in range(n):
        row = 0.0
        for j in range(n):
            row += A[i, j] * x[j]
        total += x[i] * row
    return total


@Kernel
def solve(n: int, A: Any, b: Any, x: Any) -> bool:
    """Solve A x = b by elimination with partial pivoting; A is used up, b stays unless it is x.

    False where A is singular or not finite: x then means nothing.
    """
    for i in range(n):
        x[i] = b[i]
    for k in range(n):
        pivot = k
        for i in range(k + 1, n):
            if math.fabs(A[i, k]) > math.fabs(A[pivot, k]):
                pivot = i
        if not 0.0 < math.fabs(A[pivot, k]) < math.inf:
            return False
        if pivot != k:
            for j in range(k, n):
                A[k, j], A[pivot, j] = A[pivot, j], A[k, j]
            x[k], x[pivot] = x[pivot], x[k]
        for i in range(k + 1, n):
            factor = A[i, k] / A[k, k]
            for j in range(k + 1, n):
                A[i, j] -= factor * A[k, j]
            x[i] -= factor * x[k]
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            x[i] -= A[i, j] * x[j]
        x[i] /= A[i, i]
        if not math.isfinite(x[i]):
            return False
    return True


@Kernel
def cholesky(n: int, A: Any, L: Any) -> bool:
    """Write the lower L with L Lᵀ = A to L, zeros above its diagonal; L may be A.

    Only the lower triangle of the symmetric A is read. False where A is not positive definite, or not finite:
    L then means nothing.
    """
    for j in range(n):
        total = A[j, j]
        for k in range(j):
            total -= L[j, k] * L[j, k]
        if not 0.0 < total < math.inf:
            return False
        root = math.sqrt(total)
        L[j, j] = root
        for i in range(j + 1, n):
            total = A[i, j]
            for k in range(j):
                total -= L[i, k] * L[j, k]
            L[i, j] = total / root
    for i in range(n):
        for j in range(i + 1, n):
            L[i, j] = 0.0
    return True


@Kernel
def solve_lower(n: int, L: Any, b: Any, x: Any) -> None:
    """Solve L x = b for a lower triangular L; x may be b."""
    for i in range(n):
        total = b[i]
        for j in range(i):
            total -= L[i, j] * x[j]
        x[i] = total / L[i, i]


@Kernel
def solve_upper(n: int, L: Any, b: Any, x: Any) -> None:
    """Solve Lᵀ x = b for a lower triangular L; x may be b."""
    for i in range(n - 1, -1, -1):
        total = b[i]
        for j in range(i + 1, n):
            total -= L[j, i] * x[j]
        x[i] = total / L[i, i]


@Kernel
def solve_cholesky(n: int, L: Any, b: Any, x: Any) -> None:
    """Solve L Lᵀ x = b, for the L of `cholesky`; x may be b."""
    solve_lower(n, L, b, x)
    solve_upper(n, L, x, x)


@Kernel
def tridiagonal(n: int, V: Any, d: Any, e: Any) -> None:
    """Bring the symmetric matrix in V to tridiagonal form by Householder's reflections (tred2).

    d becomes its diagonal, e[1:] what stands beside it, and the rows of V the basis in which it is so.
    """
    for j in range(n):
        d[j] = V[j, n - 1]
    for i in range(n - 1, 0, -1):
        scale, h = 0.0, 0.0
        for k in range(i):
            scale += math.fabs(d[k])
        if scale == 0.0:
            e[i] = d[i - 1]
            for j in range(i):
                d[j] = V[j, i - 1]
                V[j, i] = 0.0
                V[i, j] = 0.0
        else:
            for k in range(i):
                d[k] /= scale
                h += d[k] * d[k]
            f = d[i - 1]
            g = -math.sqrt(h) if f > 0.0 else math.sqrt(h)
            e[i] = scale * g
            h -= f * g
            d[i - 1] = f - g
            for j in range(i):
                e[j] = 0.0
            for j in range(i):
                f = d[j]
                V[i, j] = f
                g = e[j] + V[j, j] * f
                for k in range(j + 1, i):
                    g += V[j, k] * d[k]
                    e[k] += V[j, k] * f
                e[j] = g
            f = 0.0
            for j in range(i):
                e[j] /= h
                f += e[j] * d[j]
            half = f / (h + h)
            for j in range(i):
                e[j] -= half * d[j]
            for j in range(i):
                f, g = d[j], e[j]
                for k in range(j, i):
                    V[j, k] -= f * e[k] + g * d[k]
                d[j] = V[j, i - 1]
                V[j, i] = 0.0
        d[i] = h
    # The reflections, multiplied together.
    for i in range(n - 1):
        V[i, n - 1] = V[i, i]
        V[i, i] = 1.0
        h = d[i + 1]
        if h != 0.0:
            for k in range(i + 1):
                d[k] = V[i + 1, k] / h
            for j in range(i + 1):
                g = 0.0
                for k in range(i + 1):
                    g += V[i + 1, k] * V[j, k]
                for k in range(i + 1):
                    V[j, k] -= g * d[k]
        for k in range(i + 1):
            V[i + 1, k] = 0.0
    for j in range(n):
        d[j] = V[j, n - 1]
        V[j, n - 1] = 0.0
    V[n - 1, n - 1] = 1.0
    e[0] = 0.0


@Kernel
def diagonal(n: int, V: Any, d: Any, e: Any) -> bool:
    """Bring a tridiagonal matrix to diagonal form by QL with implicit shifts (tql2); False: it will not."""
    for i in range(1, n):
        e[i - 1] = e[i]
    e[n - 1] = 0.0
    shift, size = 0.0, 0.0
    for l in range(n):  # noqa: E741, as in the papers
        size = max(size, math.fabs(d[l]) + math.fabs(e[l]))
        m = l
        while m < n - 1 and math.fabs(e[m]) > ROUNDING * size:
            m += 1
        sweeps = 0
        while m > l and (sweeps == 0 or math.fabs(e[l]) > ROUNDING * size):
            sweeps += 1
            if sweeps > MOST_SWEEPS:
                return False
            g = d[l]
            p = (d[l + 1] - g) / (2.0 * e[l])
            r = math.sqrt(p * p + 1.0)
            if p < 0.0:
                r = -r
            d[l] = e[l] / (p + r)
            d[l + 1] = e[l] * (p + r)
            next_d = d[l + 1]
            h = g - d[l]
            for i in range(l + 2, n):
                d[i] -= h
            shift += h
            p = d[m]
            c, c2, c3, s, s2 = 1.0, 1.0, 1.0, 0.0, 0.0
            next_e = e[l + 1]
            for i in range(m - 1, l - 1, -1):
                c3, c2, s2 = c2, c, s
                g = c * e[i]
                h = c * p
                r = math.sqrt(p * p + e[i] * e[i])
                e[i + 1] = s * r
                s = e[i] / r
                c = p / r
                p = c * d[i] - s * g
                d[i + 1] = h + s * (c * g + s * d[i])
                for k in range(n):
                    h = V[i + 1, k]
                    V[i + 1, k] = s * V[i, k] + c * h
                    V[i, k] = c * V[i, k] - s * h
            p = -s * s2 * c3 * next_e * e[l] / next_d
            e[l] = s * p
            d[l] = c * p
        d[l] += shift
        e[l] = 0.0
    return True


@Kernel
def eigen_symmetric(n: int, A: Any, values: Any, vectors: Any) -> bool:
    """Write the eigenvalues of a symmetric A, smallest first, and unit eigenvectors: **rows** of `vectors`.

    A = Σₖ values[k] · vectors[k] vectors[k]ᵀ. Only the lower triangle of A is read, and A is symmetric
    afterwards (its first row serves as scratch in between); `vectors` must not be A. Errors are a few 10⁻¹⁶
    of the largest eigenvalue. False where A is not finite; values and vectors then mean nothing.
    """
    size = 0.0
    for i in range(n):
        for j in range(n):
            vectors[i, j] = A[max(i, j), min(i, j)]
            size = max(size, math.fabs(vectors[i, j]))
            if not math.isfinite(vectors[i, j]):
                return False
    if size == 0.0:
        for i in range(n):
            values[i] = 0.0
            for j in range(n):
                vectors[i, j] = 1.0 if i == j else 0.0
        return True
    for i in range(n):
        for j in range(n):
            vectors[i, j] /= size  # squares of very large and very small numbers stay numbers
    corner = A[0, 0]
    e = A[0]
    tridiagonal(n, vectors, values, e)
    found: bool = diagonal(n, vectors, values, e)
    A[0, 0] = corner
    for i in range(1, n):
        A[0, i] = A[i, 0]
    for i in range(n):
        values[i] *= size
    for i in range(n):  # by size: few are out of order
        lowest = i
        for j in range(i + 1, n):
            if values[j] < values[lowest]:
                lowest = j
        if lowest != i:
            values[i], values[lowest] = values[lowest], values[i]
            for k in range(n):
                vectors[i, k], vectors[lowest, k] = vectors[lowest, k], vectors[i, k]
    return found
