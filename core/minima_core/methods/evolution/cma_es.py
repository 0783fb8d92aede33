"""CMA-ES: a bell of proposals whose mean, size and shape follow the better half of each generation.

Each step is one generation, in the notation of Hansen's tutorial, whose equation numbers stand at the lines:

    1. Sample λ points x_k = m + σ y_k with y_k = B D z_k and z_k ~ N(0, I), where C = B D² Bᵀ.   (38)–(40)
    2. Rank them by value. The mean moves to the weighted mean of the better half:
       ⟨y⟩ = Σ w_i y_(i:λ), m ← m + c_m σ ⟨y⟩.                                                      (41), (42)
    3. The path p_σ adds up steps as if C were I. Where it is longer than a random walk's, σ grows, else it
       shrinks: σ ← σ exp(c_σ/d_σ (‖p_σ‖ / E‖N(0, I)‖ − 1)).                                        (43), (44)
    4. The path p_c adds up steps, and C is stretched along it (rank one), stretched along the better steps
       and, in active CMA, pressed along the worse ones (rank μ).                                   (45)–(47)

The first C is diagonal: the widths of the box, the widest counted as 1, so that σ₀ is a share of each width.
A row is the best point of its generation. Without `restarts` it goes on for ever; with them a loop ends by
the criteria of `.cma_stopping`, and the next begins somewhere else. Driven by another method, it settles
where a loop would end.

A point folded back at a reflecting border counts by the step as drawn, and a mean beyond a border is replaced
by its mirror image, with paths and C turned round: exactly the same search of a landscape mirrored at its
edges.

The defaults of `sigma0`, `small`, `give_up` and `tolfun` were chosen on instances 101 to 115 of COCO's bbob
suite in two dimensions with 4000 evaluations, where they solve 0.84 of all runs. On instances 1 to 15, which
were not looked at, they solve 0.835 ± 0.016 (three seeds).

References
----------
N. Hansen, "The CMA evolution strategy: a tutorial", arXiv:1604.00772, 2016; N. Hansen, A. Ostermeier, Evol.
Comput. 9(2), 2001; G. A. Jastrebski, D. V. Arnold, CEC 2006 (active covariance). Restarts: `.cma_stopping`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from minima_core.compiled.algebra import eigen_symmetric, norm
from minima_core.compiled.drivers import RUNNING, SETTLED, is_inside, march, note, write_row
from minima_core.compiled.faces import (
    as_array,
    doubles,
    matrix,
    pointer,
    settings_pointer,
)
from minima_core.compiled.kernel import Kernel
from minima_core.landscapes.landscape import Landscape
from minima_core.methods.evolution.cma_stopping import next_loop, reason, remember_values, window
from minima_core.methods.evolution.cma_words import INSIDES, narrate
from minima_core.methods.evolution.sampling import (
    back_inside,
    evaluate_at,
    mirrored,
    normals,
    rank,
    stand,
    usual_population,
)
from minima_core.methods.inner import end_loop
from minima_core.methods.specification import AUTO, Method, Setting, Value

__all__ = ["METHOD"]

GREATEST_SIGMA = 1e32
NOT_SET = -1.0

SETTINGS = (
    Setting(
        "population",
        "λ",
        "How many points are drawn in each generation; with restarts, in the first loop.",
        AUTO, 2, 10_000, "integer", span=(4, 100),
    ),
    Setting(
        "sigma0",
        "σ₀",
        "How wide the bell is at first: its deviation in each coordinate, as a share of the region’s width.",
        0.15, 1e-12, 10.0, "log", span=(0.01, 1.0),
    ),
    Setting(
        "restarts",
        "R",
        "What follows a loop that is over: nothing, one with twice the population, or large and small ones.",
        "bipop", scale="choice", choices=("none", "ipop", "bipop"),
    ),
    Setting(
        "active",
        "w⁻",
        "Active CMA: the worse half presses the ellipse as the better half stretches it.",
        True, scale="switch",
    ),
    Setting(
        "give_up",
        "γ",
        "Ends a loop that is this many times its spread above the best of earlier loops; 0 never does.",
        20.0, 0.0, math.inf, "log", span=(1.0, 1000.0),
    ),
    Setting(
        "small",
        "s",
        "How small the bell of a small loop may begin, in powers of ten below σ₀ (BIPOP).",
        1.0, 0.0, 10.0, span=(0.0, 4.0),
    ),
    Setting(
        "doublings",
        "k",
        "How often restarts may double the population.",
        7, 0, 12, "integer", span=(0, 10),
    ),
    Setting(
        "tolfun",
        "ε_f",
        "Ends a loop whose values have differed by less than this for some time; 0: until they are equal.",
        1e-11, 0.0, math.inf, "log", span=(1e-15, 1e-3),
    ),
    Setting(
        "tolx",
        "ε_x",
        "Ends a loop when its steps are shorter than this share of its first ones; 0 never does.",
        1e-12, 0.0, 1.0, "log", span=(1e-15, 1e-3),
    ),
    Setting(
        "redraws",
        "r",
        "How often a point outside the region is drawn anew, before the border does with it what it does.",
        0, 0, 1000, "integer", span=(0, 20),
    ),
)  # fmt: skip

SCALARS = (
    # Of the loop: λ, μ, σ and its first value, generations and evaluations, and why it is over.
    "begun", "generation", "population", "parents", "sigma", "sigma_begun", "spent", "over",
    # The constants that follow from n and λ.
    "mu_eff", "c_sigma", "d_sigma", "c_c", "c_1", "c_mu", "weight_sum", "active", "chi",
    # Of this generation: ‖p_σ‖, h_σ, σ before it, the median value; the axes' ratio; when C was taken apart.
    "path_length", "h_sigma", "sigma_before", "median", "ratio", "first_ratio", "waited",
    # Of all loops: their regimes and costs, the best value of earlier ones, and why the last one was over.
    "regime", "doubled", "allowed", "spent_large", "spent_small", "last_large", "earlier", "lowest",
    "hopeless", "loops", "was_over",
)  # fmt: skip

read_settings = settings_pointer([each.name for each in SETTINGS])
own = settings_pointer(SCALARS)
"""``own(address)``: the method's scalars, by name."""


@Kernel
def most(population: float, restarts: float, doublings: float) -> int:
    """Return the largest population that there can be.

    >>> most(6, 0, 7), most(6, 2, 7)
    (6, 768)
    """
    return int(population * 2.0**doublings) if restarts != 0.0 else int(population)


# Where the arrays begin in the method's memory, in doubles: vectors, matrices, then a row for each point.
MEAN, PATH_SIGMA, PATH_C, DEVIATIONS, FIRST, DRAWN_MEAN, WORK, WORK_2 = 0, 1, 2, 3, 4, 5, 6, 7
VECTORS = 8
COVARIANCE, AXES, DRAWN = 0, 1, 2
MATRICES = 3


def memory(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what it keeps; rows of `axes` are unit eigenvectors of C, those of `drawn` the axes σ D B."""
    population = int(settings["population"])  # type: ignore[arg-type]
    restarts = float(settings["restarts"] != "none")
    rows = most(population, restarts, float(settings["doublings"]))  # type: ignore[arg-type]
    room = window(n, population)
    vectors = (
        "mean",
        "path_sigma",
        "path_c",
        "deviations",
        "first_deviations",
        "drawn_mean",
        "work",
        "work_2",
    )
    return (
        *((name, (n,)) for name in vectors),
        *((name, (n, n)) for name in ("covariance", "axes", "drawn")),
        ("samples", (rows, n)), ("steps", (rows, n)),
        *((name, (rows,)) for name in ("values", "order", "lengths", "weights")),
        *((name, (room,)) for name in ("best_values", "medians", "sorting")),
    )  # fmt: skip


@Kernel
def vector(r: Any, n: int, which: int) -> Any:
    """Return one of the vectors in memory."""
    return doubles(r.memory + 8 * n * which, n)


@Kernel
def square(r: Any, n: int, which: int) -> Any:
    """Return one of the matrices in memory."""
    return matrix(r.memory + 8 * n * (VECTORS + n * which), n, n)


@Kernel
def points_at(n: int) -> int:
    """Return where the points begin in memory."""
    return n * (VECTORS + n * MATRICES)


@Kernel
def set_constants(n: int, active: float, k: Any, w: Any) -> None:
    """Work out Table 1: the weights w_i and the constants that follow from n and λ."""
    count = int(k.population)
    mu = count // 2
    plus, plus_squares, minus, minus_squares = 0.0, 0.0, 0.0, 0.0
    for i in range(count):
        w[i] = math.log(0.5 * (count + 1.0)) - math.log(i + 1.0)  # (49)
        if i < mu:
            plus += w[i]
            plus_squares += w[i] * w[i]
        else:
            minus += w[i]
            minus_squares += w[i] * w[i]
    mu_eff, mu_eff_minus = plus * plus / plus_squares, minus * minus / minus_squares
    c_1 = 2.0 / ((n + 1.3) ** 2 + mu_eff)  # (57)
    c_mu = min(1.0 - c_1, 2.0 * (mu_eff - 2.0 + 1.0 / mu_eff) / ((n + 2.0) ** 2 + mu_eff))  # (58)
    pressed = 0.0
    if active != 0.0 and c_mu > 0.0:
        pressed = min(
            1.0 + c_1 / c_mu,  # (50)
            1.0 + 2.0 * mu_eff_minus / (mu_eff + 2.0),  # (51)
            (1.0 - c_1 - c_mu) / (n * c_mu),  # (52)
        )
    positive, negative = 0.0, 0.0
    for i in range(count):
        if w[i] >= 0.0:
            positive += w[i]
        else:
            negative -= w[i]
    k.weight_sum = 0.0
    for i in range(count):
        w[i] = w[i] / positive if w[i] >= 0.0 else w[i] * pressed / negative  # (53)
        k.weight_sum += w[i]
    k.parents, k.mu_eff, k.c_1, k.c_mu, k.active = float(mu), mu_eff, c_1, c_mu, active
    k.c_sigma = (mu_eff + 2.0) / (n + mu_eff + 5.0)  # (55)
    k.d_sigma = 1.0 + 2.0 * max(0.0, math.sqrt((mu_eff - 1.0) / (n + 1.0)) - 1.0) + k.c_sigma  # (55)
    k.c_c = (4.0 + mu_eff / n) / (n + 4.0 + 2.0 * mu_eff / n)  # (56)
    k.chi = math.sqrt(float(n)) * (1.0 - 1.0 / (4.0 * n) + 1.0 / (21.0 * n * n))  # E‖N(0, I)‖


@Kernel
def round_again(n: int, C: Any, B: Any, D: Any, first: Any) -> None:
    """Let C and its axes be those of a loop's beginning."""
    for i in range(n):
        for j in range(n):
            C[i, j], B[i, j] = 0.0, 0.0
        C[i, i], B[i, i], D[i] = first[i] * first[i], 1.0, first[i]


@Kernel
def spread_of(n: int, D: Any) -> float:
    """Return the ratio of the longest axis to the shortest."""
    low, high = math.inf, 0.0
    for i in range(n):
        low, high = min(low, D[i]), max(high, D[i])
    return high / low


@Kernel
def take_apart(n: int, k: Any, C: Any, B: Any, D: Any, first: Any) -> None:
    """Write C = B D² Bᵀ; where rounding has spoilt C, it begins anew."""
    k.waited = 0.0
    sound: bool = eigen_symmetric(n, C, D, B)
    if sound and D[n - 1] > 0.0:
        for i in range(n):
            D[i] = math.sqrt(max(D[i], 1e-30 * D[n - 1]))
    else:
        round_again(n, C, B, D, first)


@Kernel
def start_loop(r: Any, n: int, k: Any) -> None:
    """Begin a loop at the mean, with the population and the σ that were chosen for it."""
    p_sigma, p_c, first = vector(r, n, PATH_SIGMA), vector(r, n, PATH_C), vector(r, n, FIRST)
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    widest, narrowest = 0.0, math.inf
    for i in range(n):
        widest = max(widest, upper[i] - lower[i])
        narrowest = min(narrowest, upper[i] - lower[i])
    for i in range(n):
        p_sigma[i], p_c[i] = 0.0, 0.0
        first[i] = (upper[i] - lower[i]) / widest
    round_again(n, square(r, n, COVARIANCE), square(r, n, AXES), vector(r, n, DEVIATIONS), first)
    k.sigma *= widest
    k.sigma_begun, k.first_ratio, k.ratio = k.sigma, widest / narrowest, widest / narrowest
    k.generation, k.spent, k.hopeless, k.waited = 0.0, 0.0, 0.0, 0.0
    k.was_over, k.over, k.lowest, k.active = k.over, 0.0, math.inf, NOT_SET


@Kernel
def sample(r: Any, n: int, k: Any, rows: int, redraws: int) -> bool:
    """1. Draw and evaluate a generation; whether it is whole: a budget may end, or a callable raise."""
    m, z, wide = vector(r, n, MEAN), vector(r, n, WORK), vector(r, n, WORK_2)
    B, D, drawn = square(r, n, AXES), vector(r, n, DEVIATIONS), square(r, n, DRAWN)
    begin = r.memory + 8 * points_at(n)
    x, y = matrix(begin, rows, n), matrix(begin + 8 * rows * n, rows, n)
    values = doubles(begin + 16 * rows * n, rows)
    lengths = doubles(begin + 8 * rows * (2 * n + 2), rows)
    m_drawn = vector(r, n, DRAWN_MEAN)
    for j in range(n):
        m_drawn[j] = m[j]
        for i in range(n):
            drawn[j, i] = k.sigma * D[j] * B[j, i]
    lower, upper, count = doubles(r.lower, n), doubles(r.upper, n), int(k.population)
    for place in range(count):
        for again in range(1 + redraws):
            normals(r, n, place + again * count, z)  # (38)
            lengths[place] = norm(n, z)
            for j in range(n):
                wide[j] = D[j] * z[j]
            for i in range(n):
                total = 0.0
                for j in range(n):
                    total += B[j, i] * wide[j]
                y[place, i] = total  # (39)
                x[place, i] = m[i] + k.sigma * total  # (40)
            if is_inside(n, x[place], lower, upper):
                break
        values[place] = evaluate_at(r, n, begin + 8 * n * place)
        if r.status != RUNNING:
            return False
        k.spent += 1.0
    return True


@Kernel
def move(n: int, k: Any, m: Any, y: Any, order: Any, w: Any, mean_step: Any) -> None:
    """2. Move the mean; `mean_step` becomes ⟨y⟩."""
    for i in range(n):
        mean_step[i] = 0.0
    for place in range(int(k.parents)):
        row = int(order[place])
        for i in range(n):
            mean_step[i] += w[place] * y[row, i]  # (41)
    for i in range(n):
        m[i] += k.sigma * mean_step[i]  # (42), with c_m = 1 (54)


@Kernel
def resize(n: int, k: Any, p_sigma: Any, B: Any, D: Any, mean_step: Any) -> None:
    """3. Follow the steps in the path p_σ, and change σ by its length."""
    keep, add = 1.0 - k.c_sigma, math.sqrt(k.c_sigma * (2.0 - k.c_sigma) * k.mu_eff)
    for i in range(n):
        p_sigma[i] *= keep
    for j in range(n):  # C^(−1/2) ⟨y⟩ = B D⁻¹ Bᵀ ⟨y⟩
        along = 0.0
        for i in range(n):
            along += B[j, i] * mean_step[i]
        for i in range(n):
            p_sigma[i] += add * B[j, i] * along / D[j]  # (43)
    k.path_length = norm(n, p_sigma)
    k.sigma_before = k.sigma
    k.sigma = min(
        k.sigma * math.exp(k.c_sigma / k.d_sigma * (k.path_length / k.chi - 1.0)), GREATEST_SIGMA
    )  # (44)
    usual = math.sqrt(1.0 - keep ** (2.0 * (k.generation + 1.0)))
    k.h_sigma = 1.0 if k.path_length / usual < (1.4 + 2.0 / (n + 1.0)) * k.chi else 0.0


@Kernel
def reshape(
    n: int, k: Any, p_c: Any, C: Any, y: Any, order: Any, w: Any, lengths: Any, mean_step: Any
) -> None:
    """4. Follow the steps in the path p_c, and adapt C; only its lower triangle is written."""
    keep, add = 1.0 - k.c_c, k.h_sigma * math.sqrt(k.c_c * (2.0 - k.c_c) * k.mu_eff)
    for i in range(n):
        p_c[i] = keep * p_c[i] + add * mean_step[i]  # (45)
    lost = (1.0 - k.h_sigma) * k.c_c * (2.0 - k.c_c)  # δ(h_σ)
    stay = 1.0 + k.c_1 * lost - k.c_1 - k.c_mu * k.weight_sum
    for i in range(n):
        for j in range(i + 1):
            C[i, j] = stay * C[i, j] + k.c_1 * p_c[i] * p_c[j]  # (47)
    for place in range(int(k.population)):
        row = int(order[place])
        weight = k.c_mu * w[place]
        if weight < 0.0:  # (46): ‖C^(−1/2) y‖ = ‖z‖
            weight *= n / (lengths[row] * lengths[row])
        if weight != 0.0:
            for i in range(n):
                for j in range(i + 1):
                    C[i, j] += weight * y[row, i] * y[row, j]  # (47)


@Kernel
def bring_back(r: Any, n: int, m: Any, p_sigma: Any, p_c: Any, C: Any) -> None:
    """Bring a mean that has left the box back: clipped, or mirrored, with all that points from it."""
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    for i in range(n):
        if mirrored(r.border, m[i], lower[i], upper[i]):
            p_sigma[i], p_c[i] = -p_sigma[i], -p_c[i]
            for j in range(n):
                if j < i:
                    C[i, j] = -C[i, j]
                elif j > i:
                    C[j, i] = -C[j, i]
        m[i] = back_inside(r.border, m[i], lower[i], upper[i])


@Kernel
def write_insides(r: Any, n: int, k: Any) -> None:
    """Write σ, λ, the ratio of the axes and the mean to the row that the step gets, if it gets one."""
    row, m = pointer(r.insides), vector(r, n, MEAN)
    at = r.row * r.pitch
    row[at], row[at + 1], row[at + 2] = k.sigma, k.population, k.ratio
    for i in range(n):
        row[at + 3 + i] = m[i]


def begin(r: Any) -> None:
    """Evaluate the start, which is row 0 and the first mean."""
    n = r.n
    k, s = as_array(own(r.scalars), (1,))[0], as_array(read_settings(r.settings), (1,))[0]
    first = stand(r, n)
    if k.begun == 0.0 and r.status == RUNNING:
        m, x = vector(r, n, MEAN), doubles(r.x, n)
        for i in range(n):
            m[i] = x[i]
        k.begun, k.population, k.sigma, k.earlier = 1.0, s.population, s.sigma0, math.inf
        start_loop(r, n, k)
    if first:
        write_insides(r, n, k)
        write_row(r, n, doubles(r.x, n), r.value)


def step(r: Any) -> None:
    """Do one generation: 1. to 4. above."""
    n = r.n
    k, s = as_array(own(r.scalars), (1,))[0], as_array(read_settings(r.settings), (1,))[0]
    rows = most(s.population, s.restarts, s.doublings)
    m, p_sigma, p_c = vector(r, n, MEAN), vector(r, n, PATH_SIGMA), vector(r, n, PATH_C)
    D, first, mean_step = vector(r, n, DEVIATIONS), vector(r, n, FIRST), vector(r, n, WORK_2)
    C, B = square(r, n, COVARIANCE), square(r, n, AXES)
    at = r.memory + 8 * points_at(n)
    x, y = matrix(at, rows, n), matrix(at + 8 * rows * n, rows, n)
    at += 16 * rows * n
    values, order = doubles(at, rows), doubles(at + 8 * rows, rows)
    lengths, w = doubles(at + 16 * rows, rows), doubles(at + 24 * rows, rows)
    at += 32 * rows
    room = window(n, int(s.population))
    bests, medians, sorting = doubles(at, room), doubles(at + 8 * room, room), doubles(at + 16 * room, room)
    if s.restarts == 0.0:
        k.over = 0.0
    if k.over != 0.0:
        k.earlier = min(k.earlier, k.lowest)
        k.loops += 1.0
        next_loop(r, n, k, s, m)
        start_loop(r, n, k)
    if k.active != s.active:
        set_constants(n, s.active, k, w)
    # 1. Sample.
    if not sample(r, n, k, rows, int(s.redraws)):
        return
    count = int(k.population)
    rank(count, values, order)
    best = int(order[0])
    if k.generation == 0.0 and k.loops > 0.0:
        end_loop(r, n, doubles(r.x, n), r.value)
    # 2. to 4.
    move(n, k, m, y, order, w, mean_step)
    resize(n, k, p_sigma, B, D, mean_step)
    reshape(n, k, p_c, C, y, order, w, lengths, mean_step)
    bring_back(r, n, m, p_sigma, p_c, C)
    k.generation += 1.0
    k.waited += 1.0
    if k.waited >= 1.0 / (10.0 * n * (k.c_1 + k.c_mu)):  # appendix B.2: sooner, B and D would hardly change
        take_apart(n, k, C, B, D, first)
        k.ratio = spread_of(n, D)
    # The row, and whether the loop is over.
    if values[best] < math.inf:
        here = doubles(r.x, n)
        for i in range(n):
            here[i] = x[best, i]
        r.value = values[best]
    k.lowest = min(k.lowest, values[best])
    k.median = values[int(order[count // 2])]
    remember_values(k, room, values[best], k.median, bests, medians)
    if s.restarts != 0.0 or r.loop_room == 0:
        k.over = reason(
            n, k, s, m, p_c, C, B, D, first, values[best], k.median, values[int(order[count - 1])],
            bests, medians, sorting, room,
        )  # fmt: skip
    write_insides(r, n, k)
    note(r, n, doubles(r.x, n), r.value)
    if (r.loop_room == 0 and k.over != 0.0) or has_contracted(r, n, k, C):
        r.status = SETTLED


@Kernel
def has_contracted(r: Any, n: int, k: Any, C: Any) -> bool:
    """Whether a tolerance was named for the run, a share of the widths, and the bell is within it."""
    if r.tolerance <= 0.0:
        return False
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    for i in range(n):
        if k.sigma * math.sqrt(max(C[i, i], 0.0)) > r.tolerance * (upper[i] - lower[i]):
            return False
    return True


STEP, BEGIN = Kernel(step, name="step_cma_es"), Kernel(begin, name="begin_cma_es")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("cma_es", step=STEP, begin=BEGIN)


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the usual population; nothing is asked of the landscape but its dimension."""
    return {"population": usual_population(land.dimension)}


METHOD = Method(
    name="cma-es",
    title="CMA-ES",
    short="learns the shape of the valley from samples",
    sentence="Draws points from a bell, and lets its mean, size and shape follow the better half of them.",
    reference="N. Hansen, arXiv:1604.00772, 2016",
    group="usual",
    kind="global",
    settings=SETTINGS,
    driver=driver,
    insides=("sigma", "population", "axis_ratio", "mean_0", "mean_1"),
    samples=True,
    scalars=tuple((name, 0.0) for name in SCALARS),
    auto=auto,
    memory=memory,
    insides_drawn=INSIDES,
    narrate=narrate,
)
