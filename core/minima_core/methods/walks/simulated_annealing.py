"""Simulated annealing: random steps, uphill ones taken with probability exp(−Δ/T).

    1. Propose x' = x + s·w·ξ, with ξ standard normal and w the width of the box in each coordinate.
    2. Δ = f(x') − f(x). Accept if Δ ≤ 0, or else with probability exp(−Δ/T).
    3. Lower the temperature T by the cooling law, unless it is held:
       geometric    T₀ (Tₑ/T₀)^u with u = k/K, and no further than u = 1;
       linear       T₀ + (Tₑ − T₀) u;
       logarithmic  T₀ log 2 / log(2 + k), at least Tₑ, however long that takes;
       fast         T₀ / (1 + (T₀/Tₑ − 1) u), which falls as 1/k;
       quadratic    Tₑ + (T₀ − Tₑ) (1 − u)²;
       adaptive     T is lowered by a factor while more is accepted than Lam's target for u, else raised.
    4. Reheat, if that is wanted: after so many steps, or once so many proposals in a row have been refused.
       The cooling begins anew, from a share of T₀; the walk goes on where it stands, or from the best point.

The proposal's border is kept by reflection unless the run says otherwise. Setting the temperature while it
runs reheats as well: the cooling begins anew from there. A row is the point where the walk stands after its
step.

References
----------
N. Metropolis et al., J. Chem. Phys. 21(6), 1953; S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, "Optimization
by simulated annealing", Science 220, 1983; B. Hajek, Math. Oper. Res. 13(2), 1988 (logarithmic cooling);
H. Szu, R. Hartley, Phys. Lett. A 122, 1987 (fast); J. Lam, J.-M. Delosme, Yale report 8816, 1988, with the
target as in W. Swartz, C. Sechen, ICCAD 1990 (adaptive).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from minima_core.compiled.drivers import (
    NOT_FINITE,
    OUT_OF_BUDGET,
    consider,
    copy,
    keep_inside,
    march,
    note,
    ran_off,
    write_row,
)
from minima_core.compiled.faces import as_array, call_value, doubles, matrix, pointer, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import PROPOSAL, normal_pair, uniform
from minima_core.landscapes.landscape import Landscape
from minima_core.landscapes.scale import rounded, scale_of
from minima_core.methods.direct.trials import evaluate_start, move_to
from minima_core.methods.insides import Ellipse, Glimpse, Inside, Stage, said
from minima_core.methods.specification import AUTO, Method, Setting, Value
from minima_core.methods.walks.proposals import ACCEPTED, REFUSED, acceptance, told_choice, told_proposal

__all__ = ["METHOD"]

GEOMETRIC, LINEAR, LOGARITHMIC, FAST, QUADRATIC, ADAPTIVE = 0, 1, 2, 3, 4, 5
NEVER, PERIODIC, FROZEN = 0, 1, 2

# What the walk remembers, by its place among the scalars.
AGE, SEEN, TEMPERATURE, TAKEN, PROPOSED = 0, 1, 2, 3, 4
STOOD_VALUE, CHANCE, DRAW, HEAT, REFUSALS, REHEATED, RATE, ADAPTED, HAS_PROPOSED = range(5, 14)

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
        "How the temperature falls: by the same factor each step, by the same amount, ever more slowly, "
        "as 1/k, as a square, or so that ever fewer proposals are accepted.",
        "geometric", scale="choice",
        choices=("geometric", "linear", "logarithmic", "fast", "quadratic", "adaptive"),
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
    Setting(
        "reheat",
        "R",
        "Whether the cooling begins anew: never, after so many steps, or after so many refusals.",
        "never", scale="choice", choices=("never", "periodic", "frozen"),
    ),
    Setting(
        "reheat_after",
        "m",
        "After how many steps, or after how many refused proposals in a row, it is reheated.",
        250, 1, 1_000_000_000, "integer", span=(10, 10_000),
    ),
    Setting(
        "reheat_to",
        "h",
        "The temperature to which it is reheated, as a share of the first one.",
        0.5, 0.0, 1.0, span=(0.0, 1.0),
    ),
    Setting(
        "reheat_at_best",
        "B",
        "Whether the walk goes on from the best point when it is reheated, or from where it stands.",
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
    if law == FAST:
        return begin / (1.0 + (begin / end - 1.0) * u) if end > 0.0 else begin / (1.0 + age)
    if law == QUADRATIC:
        return end + (begin - end) * (1.0 - u) * (1.0 - u)
    if begin <= 0.0 or end <= 0.0:
        return begin if u < 1.0 else end
    return begin * math.pow(end / begin, u)


@Kernel
def target_of_acceptance(u: float) -> float:
    """Return the share of proposals that Lam's schedule accepts after a share u of the cooling (Swartz)."""
    if u < 0.15:
        return 0.44 + 0.56 * math.pow(560.0, -u / 0.15)
    if u < 0.65:
        return 0.44
    return 0.44 * math.pow(440.0, -(u - 0.65) / 0.35)


@Kernel
def adapt(s: Any, scalars: Any) -> None:
    """3. Keep up the share of accepted proposals, and lower or raise the temperature of the adaptive law."""
    window = max(0.05 * s.cooling_steps, 20.0)
    scalars[RATE] += (scalars[TAKEN] - scalars[RATE]) / window
    target = target_of_acceptance(min(scalars[AGE] / s.cooling_steps, 1.0))
    change = math.exp(20.0 / s.cooling_steps)  # it can fall by e²⁰ in the time that it has
    warmer = scalars[TEMPERATURE] * (1.0 / change if scalars[RATE] > target else change)
    scalars[ADAPTED] = max(warmer, s.end_temperature)


@Kernel
def temperature_now(r: Any, n: int, s: Any, scalars: Any) -> float:
    """3. and 4.: return the temperature of this step. One set by hand starts the cooling anew."""
    scalars[REHEATED] = 0.0
    if s.temperature != scalars[SEEN]:
        scalars[SEEN] = s.temperature
        scalars[AGE], scalars[HEAT], scalars[REFUSALS], scalars[ADAPTED] = 0.0, 1.0, 0.0, 0.0
    elif s.hold == 0.0:
        scalars[AGE] += 1.0
        waited = scalars[AGE] if s.reheat == PERIODIC else scalars[REFUSALS]
        if s.reheat != NEVER and waited >= s.reheat_after:
            scalars[AGE], scalars[HEAT], scalars[REFUSALS], scalars[ADAPTED] = 0.0, s.reheat_to, 0.0, 0.0
            scalars[REHEATED] = 1.0
            if s.reheat_at_best != 0.0 and r.best_value < math.inf:
                move_to(r, n, doubles(r.best, n), r.best_value)
    hottest: float = max(s.temperature * scalars[HEAT], min(s.end_temperature, s.temperature))
    if s.cooling == ADAPTIVE:
        if scalars[ADAPTED] == 0.0:
            scalars[RATE] = 1.0
            return hottest
        adapted: float = scalars[ADAPTED]
        return adapted
    temperature: float = cooled(s.cooling, scalars[AGE], s.cooling_steps, hottest, s.end_temperature)
    return temperature


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
    if evaluate_start(r, r.n):
        x = doubles(r.x, r.n)
        s = as_array(read_settings(r.settings), (1,))[0]
        write_insides(r, r.n, s.temperature, math.nan, math.nan, x)
        write_row(r, r.n, x, r.value)


def step(r: Any) -> None:
    """Do one step of the walk."""
    if r.values >= r.budget:
        r.status = OUT_OF_BUDGET
        return
    n = r.n
    s = as_array(read_settings(r.settings), (1,))[0]
    state = matrix(r.state, r.slots, n)
    x, proposal, scalars = doubles(r.x, n), state[0], doubles(r.scalars, r.scalar_count)
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    temperature = temperature_now(r, n, s, scalars)
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
    chance, draw = 1.0 if difference <= 0.0 else 0.0, 0.0
    if difference > 0.0 and temperature > 0.0 and difference < math.inf:
        chance = math.exp(-difference / temperature)
        draw = uniform(r.key, r.lane, r.clock, PROPOSAL + 1)
    taken = 1.0 if draw < chance else 0.0
    copy(n, x, state[1])
    scalars[STOOD_VALUE], scalars[CHANCE], scalars[DRAW], scalars[HAS_PROPOSED] = r.value, chance, draw, 1.0
    if taken != 0.0:
        move_to(r, n, proposal, f)
    scalars[REFUSALS] = 0.0 if taken != 0.0 else scalars[REFUSALS] + 1.0
    scalars[TEMPERATURE], scalars[TAKEN], scalars[PROPOSED] = temperature, taken, f
    if s.cooling == ADAPTIVE and s.hold == 0.0:
        adapt(s, scalars)
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


# -- what is drawn and told ----------------------------------------------------------------------------------


def chance_of(glimpse: Glimpse, difference: float) -> float:
    """Return how likely a point so much higher was to be taken."""
    temperature = glimpse.number("temperature")
    if difference <= 0.0:
        return 1.0
    return math.exp(-difference / temperature) if temperature > 0.0 else 0.0


def usual_step(glimpse: Glimpse) -> Ellipse | None:
    """Return how far a proposal usually is."""
    if not glimpse.now.insides["proposed"]:
        return None
    widths = glimpse.land.upper - glimpse.land.lower
    return Ellipse(glimpse.array("stood"), np.diag(glimpse.setting("step_size") * np.asarray(widths)))


DRAWN = (
    ACCEPTED,
    REFUSED,
    Inside(
        "usual_step",
        "Usual step",
        "One standard deviation of the proposals around the point where the walk stood.",
        "ellipse",
        usual_step,
    ),
    acceptance(chance_of),
)


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one step of the walk."""
    if not glimpse.number("proposed"):
        return ()
    heat, settings = said(glimpse.number("temperature")), glimpse.settings
    stages = []
    if glimpse.number("reheated"):
        what = "steps" if settings["reheat"] == "periodic" else "refused proposals in a row"
        stages.append(Stage(f"After {settings['reheat_after']} {what} it is reheated: T = {heat}."))
    stages.append(told_proposal(glimpse, f"At T = {heat},", ("usual_step",)))
    stages.append(told_choice(glimpse, "exp(−Δ/T)"))
    if settings["hold"]:
        stages.append(Stage(f"The temperature is held at {heat}."))
    elif settings["cooling"] == "adaptive":
        rate, steps = glimpse.number("acceptance_rate"), float(settings["cooling_steps"])
        target = float(target_of_acceptance(min(glimpse.number("age") / steps, 1.0)))
        warmer = "cooler" if rate > target else "warmer"
        share, wanted = said(100.0 * rate), said(100.0 * target)
        stages.append(Stage(f"Lately {share} % were taken, {wanted} % are wanted: it gets {warmer}."))
    else:
        age, all_steps = int(glimpse.number("age")), settings["cooling_steps"]
        law = settings["cooling"]
        stages.append(Stage(f"That was T after {age} of {all_steps} steps of the {law} cooling."))
    return tuple(stages)


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
    state=("proposal", "stood"),
    scalars=(
        ("age", 0.0),
        ("temperature_seen", -1.0),
        ("temperature", 0.0),
        ("accepted", 0.0),
        ("proposal_value", 0.0),
        ("stood_value", 0.0),
        ("chance", 0.0),
        ("draw", 0.0),
        ("heat", 1.0),
        ("refusals", 0.0),
        ("reheated", 0.0),
        ("acceptance_rate", 1.0),
        ("adapted", 0.0),
        ("proposed", 0.0),
    ),
    auto=auto,
    insides_drawn=DRAWN,
    narrate=narrate,
)
