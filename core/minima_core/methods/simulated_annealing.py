"""Simulated annealing: random steps, uphill ones taken with probability exp(−Δ/T).

    1. Propose x' = x + s·w·ξ, with ξ standard normal and w the width of the box in each coordinate.
    2. Δ = f(x') − f(x). Accept if Δ ≤ 0, or else with probability exp(−Δ/T).
    3. Lower the temperature T by the cooling law, unless it is held.

The proposal's border is kept by reflection unless the run says otherwise. Setting the temperature while it
runs reheats: the cooling begins anew from there. A row is the point where the walk stands after its step.

References
----------
N. Metropolis et al., J. Chem. Phys. 21(6), 1953; S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, "Optimization
by simulated annealing", Science 220, 1983; B. Hajek, Math. Oper. Res. 13(2), 1988 (logarithmic cooling).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from minima_core.compiled.drivers import (
    HELD_VALUE,
    NOT_FINITE,
    NOTHING,
    OUT_OF_BUDGET,
    consider,
    keep_inside,
    march,
    note,
    ran_off,
    write_row,
)
from minima_core.compiled.faces import as_array, call_value, doubles, pointer, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import PROPOSAL, normal_pair, uniform
from minima_core.landscapes.landscape import Landscape
from minima_core.landscapes.scale import rounded, scale_of
from minima_core.methods.specification import AUTO, Method, Setting, Value

__all__ = ["METHOD"]

GEOMETRIC, LINEAR, LOGARITHMIC = 0, 1, 2

# What the walk remembers, by its place among the scalars.
AGE, SEEN, TEMPERATURE, ACCEPTED, PROPOSED = 0, 1, 2, 3, 4

SETTINGS = (
    Setting(
        "temperature",
        "T₀",
        "The temperature at first, or as raised by hand: uphill steps of about this height are common.",
        AUTO, 0.0, math.inf, "log", span=(1e-4, 1e3),
    ),
    Setting(
        "end_temperature",
        "Tₑ",
        "The temperature at which cooling ends; it stays there.",
        AUTO, 0.0, math.inf, "log", span=(1e-6, 1e2),
    ),
    Setting(
        "cooling",
        "T(k)",
        "How the temperature falls: by the same factor each step, by the same amount, or ever more slowly.",
        "geometric", scale="choice", choices=("geometric", "linear", "logarithmic"),
    ),
    Setting(
        "cooling_steps",
        "K",
        "How many steps the cooling takes from its start to its end.",
        1000, 1, 1_000_000_000, "integer", span=(10, 100_000),
    ),
    Setting(
        "step_size",
        "s",
        "How far a proposal is, as a share of the region’s width.",
        0.05, 0.0, 10.0, "log", span=(1e-3, 1.0),
    ),
    Setting(
        "hold",
        "H",
        "Holds the temperature where it is; setting the temperature then moves it by hand.",
        False, scale="switch",
    ),
)  # fmt: skip


@Kernel
def cooled(law: float, age: float, steps: float, begin: float, end: float) -> float:
    """Return the temperature after `age` of `steps` steps of cooling."""
    u = min(age / steps, 1.0)
    if law == LINEAR:
        return begin + (end - begin) * u
    if law == LOGARITHMIC:  # Hajek: proportional to 1 / log(2 + k)
        return max(begin * math.log(2.0) / math.log(2.0 + age), min(end, begin))
    if begin <= 0.0 or end <= 0.0:
        return begin if u < 1.0 else end
    return begin * math.pow(end / begin, u)


@Kernel
def write_insides(r: Any, n: int, temperature: float, accepted: float, value: float, proposal: Any) -> None:
    """Write the insides of a step to the row that it gets, if it gets one."""
    row = pointer(r.insides)
    at = r.row * r.pitch
    row[at] = temperature
    row[at + 1] = accepted
    row[at + 2] = value
    for i in range(n):
        row[at + 3 + i] = proposal[i]


def begin(r: Any) -> None:
    """Evaluate where the walk stands, if nobody has; the very first point is row 0."""
    if r.held != NOTHING:
        return
    if r.values >= r.budget:
        r.status = OUT_OF_BUDGET
        return
    n = r.n
    x = doubles(r.x, n)
    s = as_array(read_settings(r.settings), (1,))[0]
    r.value = call_value(r.call_value, pointer(r.x), pointer(r.context))
    r.values += 1
    r.held = HELD_VALUE
    consider(r, n, x, r.value)
    if r.row == 0 and r.step == 0:
        write_insides(r, n, s.temperature, math.nan, math.nan, x)
        write_row(r, n, x, r.value)
    if not math.isfinite(r.value):
        r.status = ran_off(r)


def step(r: Any) -> None:
    """Do one step of the walk."""
    if r.values >= r.budget:
        r.status = OUT_OF_BUDGET
        return
    n = r.n
    s = as_array(read_settings(r.settings), (1,))[0]
    x, proposal, scalars = doubles(r.x, n), doubles(r.state, n), doubles(r.scalars, r.scalar_count)
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    # 3. of the step before: the temperature of this one. A temperature set by hand starts the cooling anew.
    if s.temperature != scalars[SEEN]:
        scalars[SEEN] = s.temperature
        scalars[AGE] = 0.0
    elif s.hold == 0.0:
        scalars[AGE] += 1.0
    temperature = cooled(s.cooling, scalars[AGE], s.cooling_steps, s.temperature, s.end_temperature)
    # 1. The proposal.
    for i in range(0, n, 2):
        a, b = normal_pair(r.key, r.lane, r.clock, PROPOSAL + 2 * i)
        proposal[i] = x[i] + s.step_size * (upper[i] - lower[i]) * a
        if i + 1 < n:
            proposal[i + 1] = x[i + 1] + s.step_size * (upper[i + 1] - lower[i + 1]) * b
    keep_inside(r.border, n, proposal, lower, upper)
    f = call_value(r.call_value, pointer(r.state), pointer(r.context))
    r.values += 1
    consider(r, n, proposal, f)
    # 2. Metropolis. A value that is not a number is refused.
    difference = f - r.value
    accepted = difference <= 0.0
    if not accepted and temperature > 0.0 and difference < math.inf:
        accepted = uniform(r.key, r.lane, r.clock, PROPOSAL + 1) < math.exp(-difference / temperature)
    taken = 0.0
    if accepted:
        taken = 1.0
        for i in range(n):
            x[i] = proposal[i]
        r.value = f
        r.held = HELD_VALUE
    scalars[TEMPERATURE], scalars[ACCEPTED], scalars[PROPOSED] = temperature, taken, f
    write_insides(r, n, temperature, taken, f, proposal)
    note(r, n, x, r.value)
    if math.isnan(f) and ran_off(r) != NOT_FINITE:
        r.status = ran_off(r)
    elif not math.isfinite(r.value):
        r.status = NOT_FINITE


read_settings = settings_pointer([each.name for each in SETTINGS])


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("simulated_annealing", step=STEP, begin=BEGIN)


STEP, BEGIN = Kernel(step, name="step_annealing"), Kernel(begin, name="begin_annealing")


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return temperatures that suit: a third of the typical height, down to a thousandth of that."""
    temperature = settings.get("temperature")
    if not isinstance(temperature, int | float):
        temperature = rounded(0.3 * scale_of(land).spread) or 1.0
    return {"temperature": float(temperature), "end_temperature": float(f"{1e-3 * temperature:.3g}")}


METHOD = Method(
    name="simulated-annealing",
    title="Simulated annealing",
    short="wanders while hot, settles as it cools",
    sentence="A random walk that also climbs while it is hot, and settles into a valley as it cools.",
    reference="S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, Science 220, 1983",
    group="usual",
    kind="global",
    settings=SETTINGS,
    driver=driver,
    insides=("temperature", "accepted", "proposal_value", "proposal_0", "proposal_1"),
    samples=True,
    state=("proposal",),
    scalars=(
        ("age", 0.0),
        ("temperature_seen", -1.0),
        ("temperature", 0.0),
        ("accepted", 0.0),
        ("proposal_value", 0.0),
    ),
    auto=auto,
)
