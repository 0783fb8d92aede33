"""Nelder–Mead: a simplex of n + 1 corners walks downhill by moving its worst corner; no slope is needed.

    1. Order the corners: f(x₁) ≤ … ≤ f(xₙ₊₁). A new corner goes behind those of the same value.
    2. Reflect: x̄ = mean of all but the worst; xᵣ = x̄ + ρ(x̄ − xₙ₊₁). If f₁ ≤ fᵣ < fₙ, take xᵣ.
    3. Expand: if fᵣ < f₁, xₑ = x̄ + ρχ(x̄ − xₙ₊₁). Take xₑ if fₑ < fᵣ, else xᵣ.
    4. Contract: if fᵣ ≥ fₙ,
       a. outside, if fᵣ < fₙ₊₁: x_c = x̄ + ρψ(x̄ − xₙ₊₁); take it if f_c ≤ fᵣ;
       b. inside, if fᵣ ≥ fₙ₊₁: x_c = x̄ − ψ(x̄ − xₙ₊₁); take it if f_c < fₙ₊₁.
    5. Shrink, if no point was taken: xᵢ ← x₁ + σ(xᵢ − x₁) for i = 2 … n + 1.

ρ = 1, χ = 2, ψ = σ = ½; the adaptive ones are χ = 1 + 2/n, ψ = ¾ − 1/(2n), σ = 1 − 1/n, for two variables
and more. Laying the first simplex is a step of its own: x₁ is the start, and each other corner lies along
one axis from it, a share s of the box's width away, on the side where there is room. A simplex that has
collapsed onto a point is laid anew around its best corner, if that is wanted. One that is laid later than a
run's first step is turned at random: the same simplex around the same point would do the same again.
A row is the best corner. Candidates outside the box are clipped to it unless the run says otherwise.

References
----------
J. A. Nelder, R. Mead, Comput. J. 7(4), 1965; J. C. Lagarias, J. A. Reeds, M. H. Wright, P. E. Wright, SIAM J.
Optim. 9(1), 1998 (these rules, and how ties are broken); F. Gao, L. Han, Comput. Optim. Appl. 51, 2012
(adaptive parameters); C. T. Kelley, SIAM J. Optim. 10(1), 1999 (restarts).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from minima_core.compiled.drivers import RUNNING, SETTLED, keep_inside, march, note, write_row
from minima_core.compiled.faces import as_array, doubles, matrix, pointer, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import START, normal_pair
from minima_core.methods.direct.trials import evaluate_start, move_to, reach, tried
from minima_core.methods.insides import Glimpse, Inside, Points, Polygon, Segments, Stage, said, said_point
from minima_core.methods.specification import Method, Setting, Value

__all__ = ["METHOD"]

# What the simplex remembers, by its place among the scalars.
LAID, MOVE, REFLECTED_VALUE, SECOND_VALUE, WORST_VALUE, SIZE = 0, 1, 2, 3, 4, 5
# What a step did.
LAY, REFLECT, EXPAND, EXPAND_NOT, OUTSIDE, INSIDE, SHRINK_OUTSIDE, SHRINK_INSIDE = 1, 2, 3, 4, 5, 6, 7, 8

TURN = START + (
    1 << 20
)  # what chance turns a simplex for: apart from what a method draws that drives this one

SETTINGS = (
    Setting(
        "size",
        "s",
        "How far the first simplex reaches along each axis, as a share of the region’s width.",
        0.1, 1e-12, 0.5, "log", span=(1e-3, 0.5),
    ),
    Setting(
        "adaptive",
        "A",
        "Gao and Han’s parameters, which suit many variables: for two they are the usual ones.",
        False, scale="switch",
    ),
    Setting(
        "turn",
        "Q",
        "Turns each simplex at random, but for the one with which a run begins.",
        True, scale="switch",
    ),
    Setting(
        "restart",
        "R",
        "Lays a new simplex around the best corner when the old one has collapsed onto it.",
        True, scale="switch",
    ),
    Setting(
        "collapse",
        "δ",
        "A simplex smaller than this share of the region’s width has collapsed.",
        1e-12, 0.0, 0.1, "log", span=(1e-12, 1e-3),
    ),
)  # fmt: skip


def layout(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what is remembered besides: the simplex, a place to make the next one, and the points tried."""
    return (
        ("simplex", (n + 1, n)),
        ("corner_values", (n + 1,)),
        ("next_simplex", (n + 1, n)),
        ("next_values", (n + 1,)),
        ("middle", (n,)),
        ("reflected", (n,)),
        ("second", (n,)),
        ("worst", (n,)),
        ("trial", (n,)),
        ("second_trial", (n,)),
    )


@Kernel
def row_of(r: Any, n: int, place: int) -> int:
    """Return the address of the vector at a place behind the two simplexes and their values."""
    address: int = r.memory + 8 * (2 * (n + 1) * (n + 1) + place * n)
    return address


MIDDLE, REFLECTED, SECOND, WORST, TRIAL, SECOND_TRIAL = 0, 1, 2, 3, 4, 5


@Kernel
def copy_vector(n: int, source: Any, target: Any) -> None:
    """Write a vector into another one."""
    for i in range(n):
        target[i] = source[i]


@Kernel
def insert(n: int, simplex: Any, values: Any, place: int) -> None:
    """Move a corner forward to where it belongs: behind those of the same value."""
    j = place
    while j > 0 and values[j] < values[j - 1]:
        values[j], values[j - 1] = values[j - 1], values[j]
        for i in range(n):
            simplex[j, i], simplex[j - 1, i] = simplex[j - 1, i], simplex[j, i]
        j -= 1


@Kernel
def write_insides(r: Any, size: float, move: float) -> None:
    """Write the insides of a step to the row that it gets, if it gets one."""
    row = pointer(r.insides)
    at = r.row * r.pitch
    row[at], row[at + 1] = size, move


@Kernel
def take_over_next(r: Any, n: int) -> None:
    """Put the next simplex in place of the present one, in order."""
    simplex, values = matrix(r.memory, n + 1, n), doubles(r.memory + 8 * (n + 1) * n, n + 1)
    there = r.memory + 8 * (n + 1) * (n + 1)
    fresh, fresh_values = matrix(there, n + 1, n), doubles(there + 8 * (n + 1) * n, n + 1)
    for j in range(n + 1):
        values[j] = fresh_values[j]
        copy_vector(n, fresh[j], simplex[j])
    for j in range(1, n + 1):
        insert(n, simplex, values, j)


@Kernel
def finish(r: Any, n: int, s: Any, move: int) -> None:
    """Stand at the best corner, count the step, and see whether the simplex has collapsed."""
    simplex, values = matrix(r.memory, n + 1, n), doubles(r.memory + 8 * (n + 1) * n, n + 1)
    scalars = doubles(r.scalars, r.scalar_count)
    best = simplex[0]
    scalars[MOVE] = move
    scalars[SIZE] = reach(r, n, n + 1, simplex, best)
    move_to(r, n, best, values[0])
    write_insides(r, scalars[SIZE], float(move))
    note(r, n, best, values[0])
    if r.tolerance > 0.0 and scalars[SIZE] <= r.tolerance:
        r.status = SETTLED
    elif scalars[SIZE] <= s.collapse:
        if s.restart != 0.0:
            scalars[LAID] = 0.0
        else:
            r.status = SETTLED


@Kernel
def turned_axes(r: Any, n: int, axes: Any) -> None:
    """Write n random directions, each at right angles to the others: Gram and Schmidt's of normal vectors."""
    for j in range(n):
        for i in range(n):
            axes[j, i], _ = normal_pair(r.key, r.lane, r.clock, TURN + j * n + i)
        for k in range(j):
            along = 0.0
            for i in range(n):
                along += axes[j, i] * axes[k, i]
            for i in range(n):
                axes[j, i] -= along * axes[k, i]
        length = 0.0
        for i in range(n):
            length += axes[j, i] * axes[j, i]
        length = math.sqrt(length)
        for i in range(n):
            axes[j, i] /= length


@Kernel
def lay(r: Any, n: int, s: Any) -> None:
    """Lay a simplex around the point where the run stands."""
    scalars = doubles(r.scalars, r.scalar_count)
    there = r.memory + 8 * (n + 1) * (n + 1)
    fresh, fresh_values = matrix(there, n + 1, n), doubles(there + 8 * (n + 1) * n, n + 1)
    x, lower, upper = doubles(r.x, n), doubles(r.lower, n), doubles(r.upper, n)
    axes = fresh[1:]
    if s.turn != 0.0 and r.clock > 0:
        turned_axes(r, n, axes)
    else:
        for j in range(n):
            for i in range(n):
                axes[j, i] = 1.0 if i == j else 0.0
    copy_vector(n, x, fresh[0])
    fresh_values[0] = r.value
    for j in range(1, n + 1):
        for i in range(n):
            reach_ = s.size * (upper[i] - lower[i]) * fresh[j, i]
            if x[i] + reach_ > upper[i] or x[i] + reach_ < lower[i]:
                reach_ = -reach_
            fresh[j, i] = x[i] + reach_
        keep_inside(r.border, n, fresh[j], lower, upper)
        fresh_values[j] = tried(r, n, there + 8 * j * n)
        if r.status != RUNNING:
            return
    take_over_next(r, n)
    scalars[LAID] = 1.0
    finish(r, n, s, LAY)


@Kernel
def shrunk(r: Any, n: int, sigma: float) -> bool:
    """5. Make the simplex whose corners are nearer to the best one; return whether the budget allowed it."""
    simplex, values = matrix(r.memory, n + 1, n), doubles(r.memory + 8 * (n + 1) * n, n + 1)
    there = r.memory + 8 * (n + 1) * (n + 1)
    fresh, fresh_values = matrix(there, n + 1, n), doubles(there + 8 * (n + 1) * n, n + 1)
    copy_vector(n, simplex[0], fresh[0])
    fresh_values[0] = values[0]
    for j in range(1, n + 1):
        for i in range(n):
            fresh[j, i] = simplex[0, i] + sigma * (simplex[j, i] - simplex[0, i])
        fresh_values[j] = tried(r, n, there + 8 * j * n)
        if r.status != RUNNING:
            return False
    return True


@Kernel
def try_beyond(r: Any, n: int, place: int, along: float) -> float:
    """Return the value at x̄ + t(x̄ − xₙ₊₁), written to a place in memory."""
    worst = matrix(r.memory, n + 1, n)[n]
    middle, point = doubles(row_of(r, n, MIDDLE), n), doubles(row_of(r, n, place), n)
    for i in range(n):
        point[i] = (1.0 + along) * middle[i] - along * worst[i]
    keep_inside(r.border, n, point, doubles(r.lower, n), doubles(r.upper, n))
    f: float = tried(r, n, row_of(r, n, place))
    return f


def begin(r: Any) -> None:
    """Evaluate where the simplex is to be laid, if nobody has; the very first point is row 0."""
    if evaluate_start(r, r.n):
        write_insides(r, math.nan, 0.0)
        write_row(r, r.n, doubles(r.x, r.n), r.value)


def step(r: Any) -> None:
    """Do one iteration: 1. to 5. above."""
    n = r.n
    s = as_array(read_settings(r.settings), (1,))[0]
    scalars = doubles(r.scalars, r.scalar_count)
    if scalars[LAID] == 0.0:
        lay(r, n, s)
        return
    simplex, values = matrix(r.memory, n + 1, n), doubles(r.memory + 8 * (n + 1) * n, n + 1)
    chi, psi, sigma = 2.0, 0.5, 0.5  # and ρ = 1
    if s.adaptive != 0.0 and n > 1:
        chi, psi, sigma = 1.0 + 2.0 / n, 0.75 - 1.0 / (2.0 * n), 1.0 - 1.0 / n
    # 2. Reflect.
    middle = doubles(row_of(r, n, MIDDLE), n)
    for i in range(n):
        total = 0.0
        for j in range(n):
            total += simplex[j, i]
        middle[i] = total / n
    f_r = try_beyond(r, n, TRIAL, 1.0)
    if r.status != RUNNING:
        return
    move, f_2, taken, f_taken = REFLECT, math.nan, TRIAL, f_r
    if f_r < values[0]:  # 3. Expand.
        f_2 = try_beyond(r, n, SECOND_TRIAL, chi)
        move = EXPAND_NOT
        if f_2 < f_r:
            move, taken, f_taken = EXPAND, SECOND_TRIAL, f_2
    elif f_r >= values[n - 1]:  # 4. Contract.
        outside = f_r < values[n]
        f_2 = try_beyond(r, n, SECOND_TRIAL, psi if outside else -psi)
        taken, f_taken = SECOND_TRIAL, f_2
        if outside:
            move = OUTSIDE if f_2 <= f_r else SHRINK_OUTSIDE
        else:
            move = INSIDE if f_2 < values[n] else SHRINK_INSIDE
    if r.status != RUNNING or (move >= SHRINK_OUTSIDE and not shrunk(r, n, sigma)):
        return
    # Nothing is changed before here: a step that the budget cuts short is none.
    scalars[WORST_VALUE], scalars[REFLECTED_VALUE], scalars[SECOND_VALUE] = values[n], f_r, f_2
    copy_vector(n, simplex[n], doubles(row_of(r, n, WORST), n))
    copy_vector(n, doubles(row_of(r, n, TRIAL), n), doubles(row_of(r, n, REFLECTED), n))
    copy_vector(n, doubles(row_of(r, n, SECOND_TRIAL), n), doubles(row_of(r, n, SECOND), n))
    if move >= SHRINK_OUTSIDE:
        take_over_next(r, n)
    else:
        copy_vector(n, doubles(row_of(r, n, taken), n), simplex[n])
        values[n] = f_taken
        insert(n, simplex, values, n)  # 1. of the next step
    finish(r, n, s, move)


read_settings = settings_pointer([each.name for each in SETTINGS])
STEP, BEGIN = Kernel(step, name="step_nelder_mead"), Kernel(begin, name="begin_nelder_mead")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("nelder_mead", step=STEP, begin=BEGIN)


# -- what is drawn and told ----------------------------------------------------------------------------------


def has_moved(glimpse: Glimpse) -> bool:
    """Whether the last step moved a simplex: it was not its laying."""
    return glimpse.number("move") >= REFLECT


def simplex_now(glimpse: Glimpse) -> Polygon | None:
    """Return the simplex."""
    return Polygon(glimpse.array("simplex")) if glimpse.number("move") else None


def simplex_before(glimpse: Glimpse) -> Polygon | None:
    """Return the simplex before the step."""
    if glimpse.before is None or not has_moved(glimpse):
        return None
    return Polygon(np.asarray(glimpse.before.insides["simplex"]))


def trial_points(glimpse: Glimpse) -> Points | None:
    """Return the points that the step tried: one, or two."""
    if not has_moved(glimpse):
        return None
    both = np.stack((glimpse.array("reflected"), glimpse.array("second")))
    return Points(both[: 1 if glimpse.number("move") == REFLECT else 2])


def reflection(glimpse: Glimpse) -> Segments | None:
    """Return the way from the worst corner through the middle of the others."""
    if not has_moved(glimpse):
        return None
    return Segments(np.stack((glimpse.array("worst"), glimpse.array("reflected")))[None], heads=True)


DRAWN = (
    Inside(
        "simplex",
        "Simplex",
        "The simplex as the step leaves it; the run stands at its best corner.",
        "polygon",
        simplex_now,
    ),
    Inside(
        "simplex_before",
        "Simplex before",
        "The simplex that the step began with.",
        "polygon",
        simplex_before,
        "memory",
    ),
    Inside(
        "reflection",
        "Reflection",
        "From the worst corner through the middle of the others to the point that is tried first.",
        "segments",
        reflection,
    ),
    Inside(
        "trials",
        "Trial points",
        "The points at which the step asked for the value: the reflected one, and the one further or nearer.",
        "points",
        trial_points,
        "trial",
    ),
)


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one iteration."""
    move = int(glimpse.number("move"))
    if move == 0:
        return ()
    corners, values = glimpse.array("simplex"), glimpse.array("corner_values")
    best = f"the best corner is {said_point(corners[0])}, f = {said(values[0])}"
    share = f"{said(100.0 * glimpse.number('size'))} % of the region’s width"
    if move == LAY:
        n = len(values) - 1
        others = "its other corner is" if n == 1 else f"each of its other {n} corners is"
        reaching = f"{said(100.0 * glimpse.setting('size'))} % of the region’s width"
        return (
            Stage(f"A simplex is laid around where the run stood: {others} {reaching} away.", ("simplex",)),
            Stage(f"Of its {n + 1} values the highest is {said(values[-1])}, and {best}.", ("simplex",)),
        )
    f_r, f_2 = glimpse.number("reflected_value"), glimpse.number("second_value")
    worst = f"{said_point(glimpse.array('worst'))}, f = {said(glimpse.number('worst_value'))}"
    second = f"{said_point(glimpse.array('second'))}: f = {said(f_2)}"
    middle, reflected = said_point(glimpse.array("middle")), said_point(glimpse.array("reflected"))
    first = (
        f"The simplex’s worst corner {worst}, is reflected through the middle of the others, {middle}, "
        f"to {reflected}: f = {said(f_r)}."
    )
    then = {
        REFLECT: "Others are higher, and the best is no higher: it takes the worst corner’s place.",
        EXPAND: f"No corner is as low, so further on is tried, {second}, lower still: that corner is taken.",
        EXPAND_NOT: f"No corner is as low, so further on is tried, {second}, no lower: the first is taken.",
        OUTSIDE: f"That beats the worst corner only, so nearer is tried, {second}, no higher: it is taken.",
        INSIDE: f"That is no better than the worst, so this side of the middle is tried, {second}: taken.",
        SHRINK_OUTSIDE: f"That beats the worst corner only, so nearer is tried, {second}, which is higher.",
        SHRINK_INSIDE: f"That is no better, so this side of the middle is tried, {second}: no better either.",
    }[move]
    stages = [Stage(first, ("reflection", "trials", "simplex_before")), Stage(then, ("trials",))]
    if move >= SHRINK_OUTSIDE:
        stages.append(Stage("So every corner moves towards the best one.", ("simplex_before", "simplex")))
    stages.append(Stage(f"Now {best}; the simplex reaches over {share}.", ("simplex",)))
    return tuple(stages)


METHOD = Method(
    name="nelder-mead",
    title="Nelder–Mead",
    short="a triangle that walks downhill",
    sentence="A triangle feels its way: its worst corner flips over the others, and in a valley it shrinks.",
    reference="J. A. Nelder, R. Mead, Comput. J. 7(4), 1965; J. C. Lagarias et al., SIAM J. Optim. 9, 1998",
    group="local",
    kind="local",
    settings=SETTINGS,
    driver=driver,
    insides=("size", "move"),
    border="clip",
    scalars=(
        ("laid", 0.0),
        ("move", 0.0),
        ("reflected_value", 0.0),
        ("second_value", 0.0),
        ("worst_value", 0.0),
        ("size", 0.0),
    ),
    memory=layout,
    insides_drawn=DRAWN,
    narrate=narrate,
)
