"""Basin hopping: hops from valley to valley, with a random walk among the ends of descents.

    1. Descend from x with the local method to its end x̃: the walk sees f̃(x) = f(x̃), a landscape of steps.
    2. Hop: x' = x̃ + s·w·ξ, with ξ uniform in [−1, 1]ⁿ and w the widths of the box; folded back into the box.
    3. Descend from x' to its end x̃'. Accept it with probability min(1, exp(−(f(x̃') − f(x̃))/T)).
    4. Make the hops longer after one that is accepted, shorter after one that is not, so that the share p is
       accepted in the long run: s ← s·exp(c·(a − p)), with a = 1 or 0.

The temperature T is in units of the mean difference between the two ends of a hop so far, so that the same
number suits every landscape; or it is absolute. An end outside the box, or without a finite value, is
refused. A descent is clipped to the box unless the local method or the run says otherwise. A loop is a
descent; its first point is where the hop lands.

References
----------
D. J. Wales, J. P. K. Doye, "Global optimization by basin-hopping and the lowest energy structures of
Lennard-Jones clusters containing up to 110 atoms", J. Phys. Chem. A 101(28), 1997; H. Robbins, S. Monro, Ann.
Math. Statist. 22(3), 1951 (4. of the method).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from minima_core.compiled.drivers import OUT_OF_BUDGET, copy, fold
from minima_core.compiled.faces import doubles, matrix, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import CHOICE, RESTART, uniform
from minima_core.landscapes.landscape import Landscape
from minima_core.methods.insides import Arrow, Glimpse, Inside, Points, Segments, Stage, said, said_point
from minima_core.methods.restarts.driving import (
    END,
    END_VALUE,
    OWN,
    OWN_STATE,
    SCALARS,
    STATE,
    a_loop_over,
    check_local,
    close_descent,
    drive,
    evaluate_start,
    local_for,
    steps_per_loop,
    told_descent,
    told_end,
    tolerance,
)
from minima_core.methods.specification import AUTO, Method, Setting, Value

__all__ = ["METHOD"]

REMEMBERED = 64  # hops that can be drawn
GAIN = 0.3  # c above

# What it remembers besides, by its place.
BASE, BASE_BEFORE = OWN_STATE, OWN_STATE + 1
BASE_VALUE, VALUE_BEFORE, HOPS, ACCEPTED = OWN, OWN + 1, OWN + 2, OWN + 3
SIZE, TEMPERATURE, CHANCE, DRAW, TOTAL = OWN + 4, OWN + 5, OWN + 6, OWN + 7, OWN + 8

SETTINGS = (
    Setting(
        "local",
        "M",
        "The method that descends: L-BFGS where there are exact gradients, Nelder–Mead where there are none.",
        AUTO,
        scale="method",
    ),
    Setting(
        "temperature",
        "T",
        "How readily a higher end is accepted: one so much higher is taken with a chance of 1/e.",
        0.3, 0.0, math.inf, "log", span=(1e-2, 10.0),
    ),
    Setting(
        "relative",
        "R",
        "Whether the temperature is in units of the mean difference between the ends of a hop.",
        True, scale="switch",
    ),
    Setting(
        "hop",
        "s",
        "How far the first hops reach, as a share of the region’s width; 0.5 is anywhere.",
        0.15, 1e-6, 1.0, "log", span=(1e-3, 0.5),
    ),
    Setting(
        "acceptance",
        "p",
        "The share of hops that should be accepted: their length is adapted to it.",
        0.5, 0.01, 0.99, span=(0.1, 0.9),
    ),
    Setting(
        "adapt",
        "A",
        "Whether the length of the hops is adapted.",
        True, scale="switch",
    ),
    steps_per_loop(),
    tolerance(),
)  # fmt: skip


def layout(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what is kept besides: from which end to which the last hops led, and which were accepted."""
    return ("hops", (REMEMBERED, 2, n)), ("hops_accepted", (REMEMBERED,))


@Kernel
def remember_hop(r: Any, n: int, origin: Any, end: Any, hop: int, accepted: bool) -> None:
    """Keep a hop in place of the oldest one."""
    place = hop % REMEMBERED
    ways = matrix(r.memory, 2 * REMEMBERED, n)
    copy(n, origin, ways[2 * place])
    copy(n, end, ways[2 * place + 1])
    doubles(r.memory + 16 * REMEMBERED * n, REMEMBERED)[place] = 1.0 if accepted else 0.0


@Kernel
def metropolis(r: Any, n: int, s: Any, good: bool) -> None:
    """3. and 4.: accept the end of the hop or refuse it, and adapt the next one's length."""
    scalars, state = doubles(r.scalars, r.scalar_count), matrix(r.state, r.slots, n)
    difference = scalars[END_VALUE] - scalars[BASE_VALUE]
    if good:
        scalars[TOTAL] += math.fabs(difference)
    scalars[HOPS] += 1.0
    temperature = s.temperature
    if s.relative != 0.0:
        temperature *= scalars[TOTAL] / scalars[HOPS]
    chance = 0.0
    if good and difference <= 0.0:
        chance = 1.0
    elif good and temperature > 0.0:
        chance = math.exp(-difference / temperature)
    draw = uniform(r.key, r.lane, r.clock, CHOICE)
    accepted = draw < chance
    remember_hop(r, n, state[BASE], state[END], int(scalars[HOPS]) - 1, accepted)
    copy(n, state[BASE], state[BASE_BEFORE])
    scalars[VALUE_BEFORE] = scalars[BASE_VALUE]
    if accepted:
        copy(n, state[END], state[BASE])
        scalars[BASE_VALUE] = scalars[END_VALUE]
    if s.adapt != 0.0:
        gain = GAIN * ((1.0 if accepted else 0.0) - s.acceptance)
        scalars[SIZE] = min(max(scalars[SIZE] * math.exp(gain), 1e-6), 0.5)
    scalars[ACCEPTED], scalars[TEMPERATURE] = (1.0 if accepted else 0.0), temperature
    scalars[CHANCE], scalars[DRAW] = chance, draw


@Kernel
def next_descent(r: Any, q: Any, n: int, s: Any) -> None:
    """2. and 3.: judge the end of the descent, and hop from the end where the walk stands."""
    scalars, state = doubles(r.scalars, r.scalar_count), matrix(r.state, r.slots, n)
    lower, upper, x = doubles(r.lower, n), doubles(r.upper, n), doubles(q.x, n)
    if r.values + r.price > r.budget:
        r.status = OUT_OF_BUDGET
        return
    good = close_descent(r, q, n)
    if scalars[SIZE] == 0.0:
        scalars[SIZE] = s.hop
    if scalars[BASE_VALUE] < math.inf:
        metropolis(r, n, s, good)
    else:  # there is no end to compare with: the first good one is where the walk begins
        copy(n, state[END] if good else state[0], state[BASE])
        scalars[BASE_VALUE] = scalars[END_VALUE] if good else math.inf
    a_loop_over(r, q, n)
    size = scalars[SIZE] if s.adapt != 0.0 else s.hop
    for i in range(n):
        xi = 2.0 * uniform(r.key, r.lane, r.clock, RESTART + i) - 1.0
        x[i] = fold(state[BASE, i] + size * (upper[i] - lower[i]) * xi, lower[i], upper[i])
    evaluate_start(r, q, n)


read_settings = settings_pointer([each.name for each in SETTINGS if each.scale != "method"])


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every local method and every dimension."""
    return drive.specialised("basin_hopping", read_settings=read_settings, next_descent=next_descent)


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the local method: by exact gradients where there are some, else without derivatives."""
    return {"local": local_for(land)}


# -- what is drawn, and told ---------------------------------------------------------------------------------


def hop_of(glimpse: Glimpse) -> Arrow | None:
    """Return the hop from the end where the walk stands to where the present descent began."""
    if glimpse.number("descent") < 2:
        return None
    return Arrow(glimpse.array("base"), glimpse.array("start"))


def hops(accepted: bool) -> Callable[[Glimpse], Segments | None]:
    """Return what gives the last hops that were accepted, or refused: from end to end."""

    def of(glimpse: Glimpse) -> Segments | None:
        count = min(int(glimpse.number("hops_done")), REMEMBERED)
        wanted = glimpse.array("hops_accepted")[:count] == float(accepted)
        ways = glimpse.array("hops")[:count][wanted]
        ways = ways[np.any(ways[:, 0] != ways[:, 1], axis=1)]
        return Segments(ways, heads=True) if len(ways) else None

    return of


def base_of(glimpse: Glimpse) -> Points | None:
    """Return the end where the walk stands."""
    return Points(glimpse.array("base")[None]) if glimpse.number("descent") > 1 else None


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one step."""
    if glimpse.number("descent_step") > 0:
        return (told_descent(glimpse, "hop"),)
    if glimpse.number("descent") == 1:
        return (Stage(f"The first descent begins at {said_point(glimpse.now.position)}."),)
    stages = [told_end(glimpse, "refused", "accepted")]
    if glimpse.number("hops_done"):
        stages.append(_judgement(glimpse))
    landing, value = said_point(glimpse.array("start")), said(glimpse.number("start_value"))
    size = glimpse.number("hop_size") if glimpse.setting("adapt") else glimpse.setting("hop")
    stages.append(
        Stage(
            f"A hop of at most {said(size)} of the region’s width leads from the end at "
            f"{said_point(glimpse.array('base'))} to {landing}, f = {value}.",
            ("hop", "base"),
        )
    )
    return tuple(stages)


def _judgement(glimpse: Glimpse) -> Stage:
    """Say why the last hop was accepted or refused."""
    before, end = glimpse.number("base_value_before"), glimpse.number("end_value")
    chance, draw = glimpse.number("chance"), glimpse.number("draw")
    if chance == 1.0:
        return Stage(f"That is not above the {said(before)} before: the hop is accepted.", ("accepted",))
    if chance == 0.0:
        return Stage(f"Against the {said(before)} before there is no chance for it: refused.", ("refused",))
    word = "accepted" if draw < chance else "refused"
    return Stage(
        f"That is {said(end - before)} higher than before. At a temperature of "
        f"{said(glimpse.number('temperature'))} the chance is {said(chance)}; drawn was "
        f"{said(draw)}: {word}.",
        (word,),
    )


METHOD = Method(
    name="basin-hopping",
    title="Basin hopping",
    short="hops from valley to valley",
    sentence="Descends, hops away and descends again: a walk from valley to valley that climbs at times.",
    reference="D. J. Wales, J. P. K. Doye, J. Phys. Chem. A 101(28), 1997",
    group="global",
    kind="global",
    settings=SETTINGS,
    driver=driver,
    border="clip",
    state=(*STATE, "base", "base_before"),
    scalars=(
        *SCALARS,
        ("base_value", math.inf),
        ("base_value_before", math.inf),
        ("hops_done", 0.0),
        ("accepted", 0.0),
        ("hop_size", 0.0),
        ("temperature", 0.0),
        ("chance", 0.0),
        ("draw", 0.0),
        ("total_difference", 0.0),
    ),
    memory=layout,
    auto=auto,
    check=check_local("Basin hopping"),
    insides_drawn=(
        Inside(
            "hop", "Hop", "From the end where the walk stands to where the present descent began.",
            "arrow", hop_of, "trial",
        ),
        Inside(
            "accepted", "Accepted hops", "From end to end, for the last hops that were accepted.",
            "segments", hops(True), "accepted",
        ),
        Inside(
            "refused", "Refused hops", "From end to end, for the last hops that were refused.",
            "segments", hops(False), "refused",
        ),
        Inside(
            "base", "Where the walk stands", "The end of the last hop accepted.",
            "points", base_of, "memory",
        ),
    ),
    narrate=narrate,
)  # fmt: skip
