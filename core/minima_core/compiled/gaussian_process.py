"""Gaussian-process regression in compiled loops: the factor, the likelihood, predictions and their scores.

    f ~ GP(0, σ_f² k(r)),   r² = Σ ((xᵢ − x'ᵢ) / ℓᵢ)²,   y = f(x) + ε,   ε ~ N(0, σ_f² η)

with k Matérn 5/2 or the squared exponential, and a length scale ℓᵢ for each coordinate. With R = k(X, X) + ηI
and its Cholesky factor L, the prediction at x is (algorithm 2.1, with everything in units of σ_f²)

    mean k(x, X) α,  α = R⁻¹ y;    variance σ_f² (1 − |v|²),  v = L⁻¹ k(X, x).

σ_f² is the one that makes the observations most likely, σ_f² = yᵀ α / N, so that it is never searched for
(Jones, Schonlau and Welch 1998, eq. 5). L is kept row behind row without the zeros, row i from i (i + 1) / 2
on: a new observation appends a row and leaves the others as they are, to the last bit. Points to be predicted
come in blocks of `WIDTH`, so that each number of L is read once for all of them.

All arrays are pointers to doubles; scales are 1 / (ℓᵢ × width of the box).

References
----------
C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for Machine Learning", MIT Press 2006, ch. 2, 4 and 5;
D. R. Jones, M. Schonlau, W. J. Welch, "Efficient Global Optimization of Expensive Black-Box Functions",
J. Global Optim. 13, 1998; M. Blum, M. Riedmiller, "Optimization of Gaussian Process Hyperparameters using
Rprop", ESANN 2013; N. Srinivas et al., "Gaussian Process Optimization in the Bandit Setting", ICML 2010.
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.faces import room_for
from minima_core.compiled.kernel import Kernel

__all__ = [
    "LOWER_BOUND", "MATERN", "MOST", "WIDTH", "extend", "factorise", "fit", "log_likelihood", "predict",
    "score", "set_scales", "solve",
]  # fmt: skip

WIDTH = 16  # points in a block
MOST = 256  # observations in a model
MATERN, SQUARED_EXPONENTIAL = 0, 1
EXPECTED_IMPROVEMENT, LOWER_BOUND = 0, 1

# What is believed of a length scale before anything is seen: a normal distribution of its logarithm.
USUAL_LENGTH, LENGTH_DEVIATION = 0.3, 1.0
SHORTEST, LONGEST = 0.005, 30.0  # in shares of the box

block_of_columns = room_for(WIDTH * MOST)
block = room_for(WIDTH)


@Kernel
def correlation(kind: float, square: float) -> float:
    """Return k(r) from r²: Matérn 5/2 (eq. 4.17), or the squared exponential (eq. 4.9)."""
    if kind == MATERN:
        a = math.sqrt(5.0 * square)
        return (1.0 + a + a * a / 3.0) * math.exp(-a)
    return math.exp(-0.5 * square)


@Kernel
def growth(kind: float, square: float) -> float:
    """Return −2 dk/d(r²): times ((xᵢ − x'ᵢ) / ℓᵢ)² it is the derivative of k by log ℓᵢ."""
    if kind == MATERN:
        a = math.sqrt(5.0 * square)
        return 5.0 / 3.0 * (1.0 + a) * math.exp(-a)
    return math.exp(-0.5 * square)


@Kernel
def square_distance(n: int, x: Any, i: int, y: Any, j: int, scales: Any) -> float:
    """Return r² between the points i of x and j of y."""
    total = 0.0
    for d in range(n):
        s = (x[i * n + d] - y[j * n + d]) * scales[d]
        total += s * s
    return total


@Kernel
def dot_of_rows(m: int, L: Any, a: int, b: int) -> float:
    """Return the product of m numbers from a on and m from b on; four sums side by side are quicker."""
    t0, t1, t2, t3 = 0.0, 0.0, 0.0, 0.0
    whole = m - m % 4
    for k in range(0, whole, 4):
        t0 += L[a + k] * L[b + k]
        t1 += L[a + k + 1] * L[b + k + 1]
        t2 += L[a + k + 2] * L[b + k + 2]
        t3 += L[a + k + 3] * L[b + k + 3]
    for k in range(whole, m):
        t0 += L[a + k] * L[b + k]
    return (t0 + t1) + (t2 + t3)


@Kernel
def extend(kind: float, n: int, count: int, X: Any, scales: Any, noise: float, L: Any) -> None:
    """Append the row of L that belongs to observation `count`: R grows by one row and column.

    What is left of the diagonal is never below the noise η, except by rounding: that is mended.
    """
    row = count * (count + 1) // 2
    for j in range(count):
        at = j * (j + 1) // 2
        k = correlation(kind, square_distance(n, X, count, X, j, scales))
        L[row + j] = (k - dot_of_rows(j, L, row, at)) / L[at + j]
    L[row + count] = math.sqrt(max(1.0 + noise - dot_of_rows(count, L, row, row), noise))


@Kernel
def factorise(kind: float, n: int, count: int, X: Any, scales: Any, noise: float, L: Any) -> None:
    """Write the Cholesky factor of R = k(X, X) + ηI: row after row, as `extend` does."""
    for i in range(count):
        extend(kind, n, i, X, scales, noise, L)


@Kernel
def solve(count: int, L: Any, y: Any, alpha: Any) -> float:
    """Write α = R⁻¹ y (line 3 of algorithm 2.1); return σ_f² = yᵀ α / N."""
    total = 0.0
    for i in range(count):
        at = i * (i + 1) // 2
        left = y[i]
        for k in range(i):
            left -= L[at + k] * alpha[k]
        alpha[i] = left / L[at + i]
        total += alpha[i] * alpha[i]
    for j in range(count):
        i = count - 1 - j
        at = i * (i + 1) // 2
        alpha[i] /= L[at + i]
        for k in range(i):
            alpha[k] -= L[at + k] * alpha[i]
    return total / count


@Kernel
def solve_forward(first: int, count: int, L: Any, V: Any) -> None:
    """Solve L V' = V for a block of columns, in place; the rows before `first` are zeros."""
    row = block()
    for i in range(first, count):
        at = i * (i + 1) // 2
        for c in range(WIDTH):
            row[c] = V[i * WIDTH + c]
        for k in range(first, i):
            factor = L[at + k]
            for c in range(WIDTH):
                row[c] -= factor * V[k * WIDTH + c]
        scale = 1.0 / L[at + i]
        for c in range(WIDTH):
            V[i * WIDTH + c] = row[c] * scale


@Kernel
def solve_backward(first: int, count: int, L: Any, V: Any) -> None:
    """Solve Lᵀ V' = V for a block of columns, in place, down to the row `first`."""
    row = block()
    for j in range(count - first):
        i = count - 1 - j
        at = i * (i + 1) // 2
        scale = 1.0 / L[at + i]
        for c in range(WIDTH):
            row[c] = V[i * WIDTH + c] * scale
            V[i * WIDTH + c] = row[c]
        for k in range(first, i):
            factor = L[at + k]
            for c in range(WIDTH):
                V[k * WIDTH + c] -= factor * row[c]


@Kernel
def prior(n: int, d: int, lengths: Any) -> float:
    """Return how far log ℓ_d lies from what is usual, in standard deviations; longer in more dimensions."""
    return (math.log(lengths[d]) - math.log(USUAL_LENGTH * math.sqrt(n))) / LENGTH_DEVIATION


@Kernel
def log_likelihood(n: int, count: int, L: Any, variance: float, lengths: Any) -> float:
    """Return log p(y | X, ℓ) with the best σ_f² (eq. 2.30), plus the logarithm of the prior of ℓ."""
    total = -0.5 * count * (math.log(6.283185307179586 * variance) + 1.0)
    for i in range(count):
        total -= math.log(L[i * (i + 1) // 2 + i])
    for d in range(n):
        total -= 0.5 * prior(n, d, lengths) ** 2
    return total


@Kernel
def likelihood_slope(
    kind: float,
    n: int,
    count: int,
    X: Any,
    scales: Any,
    L: Any,
    alpha: Any,
    variance: float,
    lengths: Any,
    slope: Any,
) -> None:
    """Write the derivatives of `log_likelihood` by log ℓ_d: ½ tr((α αᵀ / σ_f² − R⁻¹) ∂R/∂log ℓ_d) (eq. 5.9).

    R⁻¹ is made a block of columns at a time, below its diagonal, where all that is needed of it stands.
    """  # fmt: skip
    V = block_of_columns()
    for d in range(n):
        slope[d] = -prior(n, d, lengths) / LENGTH_DEVIATION
    for first in range(0, count, WIDTH):
        for i in range(first, count):
            for c in range(WIDTH):
                V[i * WIDTH + c] = 1.0 if i == first + c else 0.0
        solve_forward(first, count, L, V)
        solve_backward(first, count, L, V)
        for i in range(first + 1, count):
            for c in range(min(WIDTH, i - first)):
                j = first + c
                g = growth(kind, square_distance(n, X, i, X, j, scales))
                g *= alpha[i] * alpha[j] / variance - V[i * WIDTH + c]
                for d in range(n):
                    s = (X[i * n + d] - X[j * n + d]) * scales[d]
                    slope[d] += g * s * s


@Kernel
def set_scales(n: int, lengths: Any, lower: Any, upper: Any, scales: Any) -> None:
    """Write the scales that belong to length scales in shares of the box."""
    for d in range(n):
        scales[d] = 1.0 / (lengths[d] * (upper[d] - lower[d]))


@Kernel
def weigh(
    kind: float,
    n: int,
    count: int,
    X: Any,
    y: Any,
    lower: Any,
    upper: Any,
    noise: float,
    lengths: Any,
    scales: Any,
    L: Any,
    alpha: Any,
) -> float:
    """Write scales, L and α for length scales, and return their `log_likelihood`."""  # fmt: skip
    set_scales(n, lengths, lower, upper, scales)
    factorise(kind, n, count, X, scales, noise, L)
    variance: float = solve(count, L, y, alpha)
    likelihood: float = log_likelihood(n, count, L, variance, lengths)
    return likelihood


@Kernel
def plan_moves(n: int, slope: Any, last: Any, moves: Any) -> float:
    """Adapt Rprop's moves to the signs of the slope, now and before; return the longest."""
    longest = 0.0
    for d in range(n):
        if slope[d] * last[d] < 0.0:
            moves[d] *= 0.5
            slope[d] = 0.0
        elif slope[d] * last[d] > 0.0:
            moves[d] = min(1.2 * moves[d], 1.0)
        last[d] = slope[d]
        longest = max(longest, moves[d])
    return longest


@Kernel
def fit(
    kind: float,
    n: int,
    count: int,
    X: Any,
    y: Any,
    lower: Any,
    upper: Any,
    noise: float,
    steps: int,
    anew: bool,
    lengths: Any,
    scales: Any,
    L: Any,
    alpha: Any,
    best: Any,
    moves: Any,
    slope: Any,
    last: Any,
) -> float:
    """Make the observations more likely by the length scales; return the `log_likelihood` reached.

    Rprop on log ℓ, from the length scales as they are, or `anew` from the best of six that are the same in
    all coordinates; `steps` likelihoods with their derivatives at most, so that it takes a known time. It
    goes on where it stands when it is called again. Never worse than before. `best`, `moves`, `slope` and
    `last` are room, n numbers each.
    """  # fmt: skip
    likelihood: float = -math.inf
    for d in range(n):
        best[d], moves[d], last[d] = lengths[d], 0.3, 0.0
    for turn in range(-6 if anew else 0, steps + 2):
        ends = turn > steps
        if turn > 0 and not ends:
            variance = solve(count, L, y, alpha)
            likelihood_slope(kind, n, count, X, scales, L, alpha, variance, lengths, slope)
            ends = plan_moves(n, slope, last, moves) < 0.01
        for d in range(n):
            if turn < 0:
                lengths[d] = 0.05 * 2.0 ** (turn + 6)
            elif turn == 0 or ends:
                lengths[d] = best[d]
            elif slope[d] != 0.0:
                moved = lengths[d] * math.exp(math.copysign(moves[d], slope[d]))
                lengths[d] = min(max(moved, SHORTEST), LONGEST)
        found = weigh(kind, n, count, X, y, lower, upper, noise, lengths, scales, L, alpha)
        if found > likelihood:
            likelihood = found
            for d in range(n):
                best[d] = lengths[d]
        if ends:
            break
    return likelihood


@Kernel
def predict(
    kind: float,
    n: int,
    count: int,
    X: Any,
    scales: Any,
    L: Any,
    alpha: Any,
    variance: float,
    points: Any,
    means: Any,
    deviations: Any,
) -> None:
    """Write mean and standard deviation at a block of points (lines 4 to 6 of algorithm 2.1)."""  # fmt: skip
    V = block_of_columns()
    for c in range(WIDTH):
        means[c] = 0.0
        deviations[c] = 1.0
    for i in range(count):
        for c in range(WIDTH):
            k = correlation(kind, square_distance(n, X, i, points, c, scales))
            V[i * WIDTH + c] = k
            means[c] += k * alpha[i]
    first = count - count  # no literal: the kernel would be compiled a second time for it
    solve_forward(first, count, L, V)
    for i in range(count):
        for c in range(WIDTH):
            deviations[c] -= V[i * WIDTH + c] * V[i * WIDTH + c]
    for c in range(WIDTH):
        deviations[c] = math.sqrt(variance * max(deviations[c], 0.0))


@Kernel
def log_improvement(z: float) -> float:
    """Return log(φ(z) + z Φ(z)); where both nearly cancel, by its series at −∞."""
    if z > -20.0:
        density = math.exp(-0.5 * z * z) / 2.5066282746310002
        return math.log(density + 0.5 * z * math.erfc(-z / 1.4142135623730951))
    w = 1.0 / (z * z)
    series = 1.0 - w * (3.0 - w * (15.0 - w * (105.0 - w * 945.0)))
    return -0.5 * z * z - 0.9189385332046727 + math.log(w * series)


@Kernel
def score(rule: float, mean: float, deviation: float, lowest: float, xi: float, kappa: float) -> float:
    """Return what is to be as high as possible: log EI, or how far below zero the lower bound is.

    EI = E max(y* − ξ − f, 0) = σ (φ(z) + z Φ(z)), z = (y* − ξ − μ) / σ (Jones et al., eq. 15): its logarithm
    still tells points apart where EI itself is nothing. The bound is μ − κ σ (Srinivas et al., eq. 6).
    """
    if rule == LOWER_BOUND:
        return kappa * deviation - mean
    gain = lowest - xi - mean
    if deviation <= 1e-12:
        return math.log(gain) if gain > 0.0 else -math.inf
    merit: float = math.log(deviation) + log_improvement(gain / deviation)
    return merit
