"""Evolution strategy: a bell of proposals that follows the natural gradient of the fitness it expects.

The bell is N(m, σ² B Bᵀ) with det B fixed. Each step is one generation of xNES, as in algorithm 1 of
Glasmachers et al.; Wierstra et al. call the same algorithm 5:

    1. Draw λ points x_k = m + σ B z_k with z_k ~ N(0, I).
    2. Rank them by value; the one of rank k has the utility
       u_k = max(0, ln(λ/2 + 1) − ln k) / Σ_j max(0, ln(λ/2 + 1) − ln j) − 1/λ.
    3. The natural gradient, in the coordinates of z:
       ∇_δ = Σ u_k z_k, ∇_M = Σ u_k (z_k z_kᵀ − I), ∇_σ = tr(∇_M) / n, ∇_B = ∇_M − ∇_σ I.
    4. m ← m + η_m σ B ∇_δ, σ ← σ exp(η_σ/2 ∇_σ), B ← B exp(η_B/2 ∇_B).

The exponential of the symmetric matrix ∇_B goes by its eigenvectors. Separable (SNES, algorithm 6 of
Wierstra et al.), only the diagonals of B and of ∇_M count.

The first B holds the widths of the box, the widest counted as 1. Points and mean at a border are treated as
in `.cma_es`. A row is the best point of its generation.

References
----------
T. Glasmachers, T. Schaul, Y. Sun, D. Wierstra, J. Schmidhuber, "Exponential natural evolution strategies",
GECCO 2010; D. Wierstra, T. Schaul, T. Glasmachers, Y. Sun, J. Peters, J. Schmidhuber, "Natural evolution
strategies", J. Mach. Learn. Res. 15, 2014, algorithms 5 and 6, table 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.algebra import eigen_symmetric
from minima_core.compiled.drivers import RUNNING, SETTLED, march, note, write_row
from minima_core.compiled.faces import as_array, doubles, matrix, pointer, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.landscapes.landscape import Landscape
from minima_core.methods.evolution.bells import bell, has_drawn, ranked_values
from minima_core.methods.evolution.sampling import (
    back_inside,
    evaluate_at,
    mirrored,
    normals,
    rank,
    stand,
    usual_population,
)
from minima_core.methods.insides import Glimpse, Inside, Segments, Stage, said, said_point
from minima_core.methods.specification import AUTO, Method, Setting, Value

__all__ = ["METHOD"]

SEPARABLE = 1
GREATEST_SIGMA, LEAST_SIGMA = 1e32, 1e-14

SETTINGS = (
    Setting(
        "population",
        "λ",
        "How many points are drawn in each generation.",
        AUTO, 2, 10_000, "integer", span=(4, 100),
    ),
    Setting(
        "sigma0",
        "σ₀",
        "How wide the bell is at first: its deviation in each coordinate, as a share of the region’s width.",
        0.2, 1e-12, 10.0, "log", span=(0.01, 1.0),
    ),
    Setting(
        "covariance",
        "B",
        "The shape of the bell: any ellipse (xNES), or one whose axes are those of the coordinates (SNES).",
        "full", scale="choice", choices=("full", "separable"),
    ),
    Setting(
        "eta_mean",
        "η_m",
        "How far the mean follows its natural gradient.",
        1.0, 0.0, 10.0, span=(0.0, 2.0),
    ),
    Setting(
        "eta_sigma",
        "η_σ",
        "How fast the size of the bell follows its natural gradient.",
        AUTO, 0.0, 10.0, "log", span=(0.01, 2.0),
    ),
    Setting(
        "eta_shape",
        "η_B",
        "How fast the shape of the bell follows its natural gradient.",
        AUTO, 0.0, 10.0, "log", span=(0.01, 2.0),
    ),
)  # fmt: skip

SCALARS = ("begun", "generation", "population", "parents", "sigma", "sigma_before", "slope_sigma")

read_settings = settings_pointer([each.name for each in SETTINGS])
own = settings_pointer(SCALARS)
"""``own(address)``: the method's scalars, by name."""


def memory(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what it keeps; rows of `drawn` are the columns of σ B of the last generation."""
    rows = int(settings["population"])  # type: ignore[arg-type]
    return (
        *((name, (n,)) for name in ("mean", "drawn_mean", "slope_mean", "growth", "work")),
        *((name, (n, n)) for name in ("factor", "drawn", "slope", "axes", "product")),
        *((name, (rows, n)) for name in ("samples", "draws")),
        *((name, (rows,)) for name in ("values", "order", "utilities")),
    )


# Where these arrays begin, in rows of n: vectors, matrices, points.
MEAN, DRAWN_MEAN, SLOPE_MEAN, GROWTH, WORK = 0, 1, 2, 3, 4
VECTORS, MATRICES = 5, 5
FACTOR, DRAWN, SLOPE, AXES, PRODUCT = 0, 1, 2, 3, 4


@Kernel
def vector(r: Any, n: int, which: int) -> Any:
    """Return one of the vectors in memory."""
    return doubles(r.memory + 8 * n * which, n)


@Kernel
def square(r: Any, n: int, which: int) -> Any:
    """Return one of the matrices in memory."""
    return matrix(r.memory + 8 * n * (VECTORS + n * which), n, n)


@Kernel
def set_utilities(count: int, u: Any) -> None:
    """2. Write the utilities of ranks 1 to λ."""
    total = 0.0
    for i in range(count):
        u[i] = max(0.0, math.log(0.5 * count + 1.0) - math.log(i + 1.0))
        total += u[i]
    for i in range(count):
        u[i] = u[i] / total - 1.0 / count


@Kernel
def climb(
    n: int, count: int, z: Any, order: Any, u: Any, slope_mean: Any, slope: Any, separable: bool
) -> float:
    """3. Write ∇_δ and ∇_B, and return ∇_σ."""
    for i in range(n):
        slope_mean[i] = 0.0
        for j in range(n):
            slope[i, j] = 0.0
    for place in range(count):
        row = int(order[place])
        for i in range(n):
            slope_mean[i] += u[place] * z[row, i]
            if separable:
                slope[i, i] += u[place] * (z[row, i] * z[row, i] - 1.0)
            else:
                for j in range(i):
                    slope[i, j] += u[place] * z[row, i] * z[row, j]
                slope[i, i] += u[place] * (z[row, i] * z[row, i] - 1.0)
    trace = 0.0
    for i in range(n):
        trace += slope[i, i] / n
    for i in range(n):
        slope[i, i] -= trace
    return trace


@Kernel
def follow_shape(n: int, eta: float, slope: Any, growth: Any, axes: Any, product: Any, B: Any) -> None:
    """4. B ← B exp(η/2 ∇_B), with exp(V Λ Vᵀ) = V exp(Λ) Vᵀ; rows of `axes` are the columns of V."""
    if not eigen_symmetric(n, slope, growth, axes):
        return
    for i in range(n):
        for k in range(n):
            along = 0.0
            for j in range(n):
                along += B[i, j] * axes[k, j]
            product[i, k] = along * math.exp(0.5 * eta * growth[k])
    for i in range(n):
        for j in range(n):
            total = 0.0
            for k in range(n):
                total += product[i, k] * axes[k, j]
            B[i, j] = total


@Kernel
def write_insides(r: Any, n: int, sigma: float) -> None:
    """Write σ and the mean to the row that the step gets, if it gets one."""
    row, m = pointer(r.insides), vector(r, n, MEAN)
    at = r.row * r.pitch
    row[at] = sigma
    for i in range(n):
        row[at + 1 + i] = m[i]


def begin(r: Any) -> None:
    """Evaluate the start, which is row 0 and the first mean."""
    n = r.n
    k, s = as_array(own(r.scalars), (1,))[0], as_array(read_settings(r.settings), (1,))[0]
    first = stand(r, n)
    if k.begun == 0.0 and r.status == RUNNING:
        m, x, B = vector(r, n, MEAN), doubles(r.x, n), square(r, n, FACTOR)
        lower, upper = doubles(r.lower, n), doubles(r.upper, n)
        widest = 0.0
        for i in range(n):
            widest = max(widest, upper[i] - lower[i])
        for i in range(n):
            m[i] = x[i]
            for j in range(n):
                B[i, j] = 0.0
            B[i, i] = (upper[i] - lower[i]) / widest
        k.begun, k.generation, k.population, k.sigma = 1.0, 0.0, s.population, s.sigma0 * widest
        k.parents = math.floor(0.5 * s.population)
    if first:
        write_insides(r, n, k.sigma)
        write_row(r, n, doubles(r.x, n), r.value)


def step(r: Any) -> None:
    """Do one generation: 1. to 4. above."""
    n = r.n
    k, s = as_array(own(r.scalars), (1,))[0], as_array(read_settings(r.settings), (1,))[0]
    count, separable = int(k.population), s.covariance == SEPARABLE
    m, drawn_mean, slope_mean = vector(r, n, MEAN), vector(r, n, DRAWN_MEAN), vector(r, n, SLOPE_MEAN)
    B, drawn, slope = square(r, n, FACTOR), square(r, n, DRAWN), square(r, n, SLOPE)
    at = r.memory + 8 * n * (VECTORS + n * MATRICES)
    x, z = matrix(at, count, n), matrix(at + 8 * count * n, count, n)
    rest = at + 16 * count * n
    values, order, u = (
        doubles(rest, count),
        doubles(rest + 8 * count, count),
        doubles(rest + 16 * count, count),
    )
    # 1. Draw.
    for i in range(n):
        drawn_mean[i] = m[i]
        for j in range(n):
            drawn[j, i] = k.sigma * B[i, j]
    for place in range(count):
        normals(r, n, place, z[place])
        for i in range(n):
            total = 0.0
            for j in range(n):
                total += drawn[j, i] * z[place, j]
            x[place, i] = m[i] + total
        values[place] = evaluate_at(r, n, at + 8 * n * place)
        if r.status != RUNNING:
            return
    # 2. and 3. Rank; the gradient.
    rank(count, values, order)
    set_utilities(count, u)
    k.slope_sigma = climb(n, count, z, order, u, slope_mean, slope, separable)
    # 4. Follow it.
    for i in range(n):
        for j in range(n):
            m[i] += s.eta_mean * drawn[j, i] * slope_mean[j]
    k.sigma_before = k.sigma
    k.sigma = min(k.sigma * math.exp(0.5 * s.eta_sigma * k.slope_sigma), GREATEST_SIGMA)
    if separable:
        for i in range(n):
            for j in range(n):
                B[i, j] = B[i, j] * math.exp(0.5 * s.eta_shape * slope[i, i]) if i == j else 0.0
    else:
        follow_shape(
            n, s.eta_shape, slope, vector(r, n, GROWTH), square(r, n, AXES), square(r, n, PRODUCT), B
        )
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    within = True
    for i in range(n):
        length = 0.0
        for j in range(n):
            length += B[i, j] * B[i, j]
            if mirrored(r.border, m[i], lower[i], upper[i]):
                B[i, j] = -B[i, j]
        m[i] = back_inside(r.border, m[i], lower[i], upper[i])
        if k.sigma * math.sqrt(length) > max(r.tolerance, LEAST_SIGMA) * (upper[i] - lower[i]):
            within = False
    k.generation += 1.0
    best = int(order[0])
    if values[best] < math.inf:
        here = doubles(r.x, n)
        for i in range(n):
            here[i] = x[best, i]
        r.value = values[best]
    write_insides(r, n, k.sigma)
    note(r, n, doubles(r.x, n), r.value)
    if within and (r.tolerance > 0.0 or r.loop_room == 0):  # somebody waits for it to settle
        r.status = SETTLED


STEP, BEGIN = Kernel(step, name="step_evolution"), Kernel(begin, name="begin_evolution")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("evolution_strategy", step=STEP, begin=BEGIN)


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return population and rates of table 1 of Wierstra et al.; they depend on the dimension alone."""
    n = land.dimension
    rate = (3.0 + math.log(n)) / (5.0 * math.sqrt(n))
    if settings["covariance"] == "full":
        rate *= 3.0 / n
    rate = float(f"{rate:.6g}")
    return {"population": usual_population(n), "eta_sigma": rate, "eta_shape": rate}


def _half_axes(glimpse: Glimpse) -> NDArray[np.float64]:
    """Return σ B."""
    return np.asarray(glimpse.number("sigma") * glimpse.array("factor"))


def _shares(glimpse: Glimpse) -> Segments | None:
    """Return u_k σ B z_k for each point: added up, they are the way of the mean."""
    if not has_drawn(glimpse):
        return None
    rows = glimpse.array("order").astype(np.int64)
    steps = glimpse.array("draws")[rows] @ glimpse.array("drawn")
    tail = glimpse.array("drawn_mean")
    tips = tail + glimpse.setting("eta_mean") * glimpse.array("utilities")[:, None] * steps
    return Segments(np.stack([np.broadcast_to(tail, tips.shape), tips], axis=1), heads=True)


INSIDES = (
    *bell(
        _half_axes,
        chosen="The better half of the generation: their utility is above that of the others.",
    ),
    Inside(
        "shares",
        "Shares of the gradient",
        "What each point adds to the natural gradient of the mean: the good ones pull, the bad ones push.",
        "segments",
        _shares,
        role="push",
        usual=False,
    ),
)


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one generation in sentences."""
    number, array = glimpse.number, glimpse.array
    if not has_drawn(glimpse):
        start = (
            f"The start {said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}, is the first mean"
        )
        sentence = f"{start}; the bell around it has the deviation σ = {said(number('sigma'))}."
        return (Stage(sentence, ("mean", "one-sigma", "two-sigma")),)
    values, u = ranked_values(glimpse), array("utilities")
    before, now, slope = number("sigma_before"), number("sigma"), number("slope_sigma")
    axes = np.linalg.svd(_half_axes(glimpse), compute_uv=False)
    shape = (
        f"The shape follows its gradient: the half axes are now {said(axes[0])} to {said(axes[-1])}."
        if len(axes) > 1
        else f"The deviation is now {said(axes[0])}."
    )
    return (
        Stage(
            f"{len(values)} points are drawn from a bell around {said_point(array('drawn_mean'))}.",
            ("drawn-from", "parents", "children"),
        ),
        Stage(
            f"They are ranked: the best, f = {said(values[0])}, has the utility {said(u[0])}, "
            f"the worst, f = {said(values[-1])}, {said(u[-1])}.",
            ("parents", "children", "shares"),
        ),
        Stage(
            f"The mean follows its natural gradient to {said_point(array('mean'))}.",
            ("move", "mean", "shares"),
        ),
        Stage(
            f"The gradient of the size is {said(slope)}: σ {'grows' if now > before else 'shrinks'} from "
            f"{said(before)} to {said(now)}.",
            ("one-sigma", "two-sigma"),
        ),
        Stage(shape, ("one-sigma", "two-sigma")),
    )


METHOD = Method(
    name="evolution-strategy",
    title="Evolution strategy",
    short="follows the natural gradient of a bell",
    sentence="Draws points from a bell, and moves, sizes and shapes it along its natural gradient.",
    reference="D. Wierstra et al., J. Mach. Learn. Res. 15, 2014",
    group="global",
    kind="global",
    settings=SETTINGS,
    driver=driver,
    insides=("sigma", "mean_0", "mean_1"),
    samples=True,
    scalars=tuple((name, 0.0) for name in SCALARS),
    auto=auto,
    memory=memory,
    insides_drawn=INSIDES,
    narrate=narrate,
)
