"""Dual annealing: far visits while hot, near ones as it cools, and a local search from what they find.

    1. The temperature of visits in its chain t = 0, 1, …: T(t) = T₀ (2^(qᵥ−1) − 1) / ((t + 2)^(qᵥ−1) − 1).
    2. One chain: visit 2n points from where the walk stands, x' = x + w·ξ, with ξ of the visiting
       distribution at T(t) and w the box's widths: the first n visits change all coordinates, the others one
       each. A point beyond the box comes in again from its other side.
    3. Take x' if f(x') ≤ f(x), else with probability [1 − (1 − qₐ) Δ/T']^(1/(1−qₐ)), and 0 where the bracket
       is not positive; Δ = f(x') − f(x), T' = T(t)/(t + 1).
    4. After the first chain of an annealing, and after one that went lower than all since it began: a local
       search from where the walk stands. After `patience` chains that did not: one from the chain's lowest
       point. The walk goes on from the end of the search if that is lower than where it stood.
    5. Where T(t) < ϱ T₀, anneal again: from a random point, or from the best one so far, and then beginning
       at a lower temperature, a share h of T₀.

A step is one visit, one step of the local search, or the beginning of another annealing, which is a loop. A
local search ends when it has come to rest within `tolerance`; the best of all is carried on to `polish`. The
row of a visit is where the walk stands then.

What differs from scipy's `dual_annealing`, which it otherwise follows: visits are measured in widths of the
box; a local search begins after a few chains without success, not after a thousand at first; annealings are
short and many, and most of them only warm the best point up. These usual values (T₀, ϱ, b, h, P, δ, δ′) were
tuned on the instances 101 to 130 of COCO's bbob functions in two variables, and on no others.

References
----------
C. Tsallis, D. A. Stariolo, "Generalized simulated annealing", Physica A 233, 1996; Y. Xiang, D. Y. Sun,
W. Fan, X. G. Gong, Phys. Lett. A 233, 1997; Y. Xiang, S. Gubian, B. Suomela, J. Hoeng, "Generalized simulated
annealing for global optimization: the GenSA package", R Journal 5(1), 2013.
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.drivers import (
    HELD_VALUE,
    NOTHING,
    OUT_OF_BUDGET,
    RAISED,
    RUNNING,
    SETTLED,
    copy,
    note,
    write_row,
)
from minima_core.compiled.faces import (
    as_array,
    call_advance,
    doubles,
    frame_at,
    matrix,
    pointer,
    settings_pointer,
)
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import CHOICE, PROPOSAL, RESTART, uniform
from minima_core.methods.direct.trials import evaluate_start, move_to, tried
from minima_core.methods.inner import end_loop, forget_all, lend, take_back
from minima_core.methods.insides import Glimpse, Inside, Points, Stage, said, said_point
from minima_core.methods.restarts.driving import check_local
from minima_core.methods.specification import Method, Setting, Specification
from minima_core.methods.walks.proposals import ACCEPTED, REFUSED, acceptance, told_choice, told_proposal
from minima_core.methods.walks.visiting import spread_of_visits, visit, visiting_temperature

__all__ = ["METHOD"]

PROPOSAL_ROW, LOWEST, WALK, STOOD = 0, 1, 2, 3  # rows of the state
# What the annealing remembers, by its place among the scalars. `active` is 0 while the local search is at
# work, and −1 while points are visited.
ACTIVE, CHAIN, VISIT, TEMPERATURE, TAKEN, PROPOSED_VALUE, STOOD_VALUE, CHANCE, DRAW = range(9)
LOWEST_VALUE, WALK_VALUE, FRUITLESS, IMPROVED, RECORD, POLISHING, HEAT = range(9, 16)
PROPOSED, BEGAN = 16, 17  # whether the last step was a visit, or the beginning of an annealing

SETTINGS = (
    Setting(
        "local",
        "M",
        "The method that searches around what the visits find.",
        Specification.bare("nelder-mead"),
        scale="method",
    ),
    Setting(
        "temperature",
        "T₀",
        "The temperature at first: the higher, the further visits go, and the more is taken.",
        15.0, 1e-6, 1e9, "log", span=(1e-2, 1e4),
    ),
    Setting(
        "visiting",
        "qᵥ",
        "How heavy the tails of the visits are: larger goes far more often, and cools faster.",
        2.62, 1.1, 2.95, span=(1.5, 2.9),
    ),
    Setting(
        "acceptance",
        "qₐ",
        "How readily a higher point is taken: the more negative, the less.",
        -5.0, -1e6, 0.99, span=(-100.0, 0.0),
    ),
    Setting(
        "restart_ratio",
        "ϱ",
        "Anneals again when the temperature has fallen to this share of the first one.",
        0.006, 1e-12, 1.0, "log", span=(1e-5, 0.5), below=True,
    ),
    Setting(
        "from_best",
        "b",
        "The share of annealings that begin at the best point so far; the others begin at a random one.",
        0.7, 0.0, 1.0, span=(0.0, 1.0),
    ),
    Setting(
        "reheat_to",
        "h",
        "The temperature at which an annealing from the best point begins, as a share of the first one.",
        0.05, 1e-12, 1.0, "log", span=(1e-4, 1.0),
    ),
    Setting(
        "patience",
        "P",
        "How many chains of visits may bring nothing lower before a local search begins all the same.",
        5, 1, 1_000_000_000, "integer", span=(1, 1000),
    ),
    Setting(
        "local_steps",
        "K",
        "Most steps of one local search.",
        200, 1, 1_000_000_000, "integer", span=(10, 2000),
    ),
    Setting(
        "tolerance",
        "δ",
        "Ends a local search that moves by no more than this share of the region’s width.",
        2e-3, 0.0, 1.0, "log", span=(1e-6, 1e-2),
    ),
    Setting(
        "polish",
        "δ′",
        "The same for the search that has found the lowest point of all.",
        1e-10, 0.0, 1.0, "log", span=(1e-12, 1e-3),
    ),
)  # fmt: skip


@Kernel
def write_insides(r: Any, n: int, temperature: float, accepted: float, value: float, point: Any) -> None:
    """Write the insides of a step to the row that it gets, if it gets one."""
    row = pointer(r.insides)
    at = r.row * r.pitch
    row[at], row[at + 1], row[at + 2] = temperature, accepted, value
    for i in range(n):
        row[at + 3 + i] = math.nan if math.isnan(accepted) else point[i]


@Kernel
def visit_from(r: Any, n: int, s: Any, temperature: float, place: int) -> None:
    """2. Write the next point to visit into the state."""
    state = matrix(r.state, r.slots, n)
    proposal, x = state[PROPOSAL_ROW], doubles(r.x, n)
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    spread = spread_of_visits(s.visiting, temperature)
    for i in range(n):
        proposal[i] = x[i]
        if place < n or i == place - n:
            width = upper[i] - lower[i]
            t = (x[i] - lower[i]) / width
            t += visit(s.visiting, spread, r.key, r.lane, r.clock, PROPOSAL + 2 * i)
            proposal[i] = min(max(lower[i] + (t - math.floor(t)) * width, lower[i]), upper[i])


@Kernel
def chance_to_take(difference: float, temperature: float, q: float) -> float:
    """3. Return the probability with which a point is taken that is so much higher."""
    if difference <= 0.0:
        return 1.0
    if not difference < math.inf:
        return 0.0
    bracket = 1.0 - (1.0 - q) * difference / temperature
    return 0.0 if bracket <= 0.0 else math.pow(bracket, 1.0 / (1.0 - q))


@Kernel
def do_visit(r: Any, n: int, s: Any, scalars: Any) -> None:
    """2. and 3.: visit one point, and take it or not."""
    state, x = matrix(r.state, r.slots, n), doubles(r.x, n)
    chain, place = int(scalars[CHAIN]), int(scalars[VISIT])
    temperature = visiting_temperature(s.visiting, scalars[HEAT] * s.temperature, chain)
    visit_from(r, n, s, temperature, place)
    f = tried(r, n, r.state + 8 * n * PROPOSAL_ROW)
    if r.status != RUNNING:
        return
    if place == 0:
        scalars[LOWEST_VALUE] = math.inf
        scalars[FRUITLESS] += 1.0
        scalars[IMPROVED] = 1.0 if chain == 0 else 0.0
    if f < scalars[LOWEST_VALUE]:
        scalars[LOWEST_VALUE] = f
        copy(n, state[PROPOSAL_ROW], state[LOWEST])
    if f < scalars[RECORD]:
        scalars[RECORD] = f
        scalars[FRUITLESS], scalars[IMPROVED] = 0.0, 1.0
    chance = chance_to_take(f - r.value, temperature / (chain + 1.0), s.acceptance)
    draw = uniform(r.key, r.lane, r.clock, CHOICE)
    taken = 1.0 if draw < chance else 0.0
    copy(n, x, state[STOOD])
    scalars[STOOD_VALUE], scalars[PROPOSED_VALUE], scalars[TAKEN] = r.value, f, taken
    scalars[CHANCE], scalars[DRAW], scalars[TEMPERATURE] = chance, draw, temperature
    scalars[PROPOSED], scalars[BEGAN] = 1.0, 0.0
    if taken != 0.0:
        move_to(r, n, state[PROPOSAL_ROW], f)
    write_insides(r, n, temperature, taken, f, state[PROPOSAL_ROW])
    note(r, n, x, r.value)
    scalars[VISIT] = place + 1.0
    if place + 1 == 2 * n:
        scalars[VISIT], scalars[CHAIN] = 0.0, chain + 1.0
        tired = scalars[FRUITLESS] >= s.patience and scalars[LOWEST_VALUE] < math.inf
        if scalars[IMPROVED] != 0.0 or tired:
            begin_search(r, n, s, scalars)


@Kernel
def begin_search(r: Any, n: int, s: Any, scalars: Any) -> None:
    """4. Let the local method begin where the walk stands, or at the chain's lowest point."""
    q = frame_at(r.inner)
    state = matrix(r.state, r.slots, n)
    copy(n, doubles(r.x, n), state[WALK])
    scalars[WALK_VALUE] = r.value
    scalars[ACTIVE], scalars[POLISHING], scalars[FRUITLESS] = 0.0, 0.0, 0.0
    forget_all(q, n)
    if scalars[IMPROVED] != 0.0:
        copy(n, doubles(r.x, n), doubles(q.x, n))
        q.value = r.value
    else:
        copy(n, state[LOWEST], doubles(q.x, n))
        q.value = scalars[LOWEST_VALUE]
    q.held = HELD_VALUE  # the value is known
    r.loop_step = 0


@Kernel
def search(r: Any, n: int, s: Any, scalars: Any) -> None:
    """4. Let the local method do one step, and see whether it has come to its end."""
    q = frame_at(r.inner)
    q.tolerance = s.tolerance if scalars[POLISHING] == 0.0 else s.polish
    write_insides(r, n, scalars[TEMPERATURE], math.nan, math.nan, doubles(r.x, n))
    lend(r, q)
    did = call_advance(r.inner_advance, r.inner, 1)
    take_back(r, q, n)
    r.loop_step += did
    if did > 0:
        scalars[PROPOSED], scalars[BEGAN] = 0.0, 0.0
    if q.status in (OUT_OF_BUDGET, RAISED):
        r.status = q.status
    elif q.status == SETTLED and scalars[POLISHING] == 0.0 and q.value <= r.best_value:
        scalars[POLISHING] = 1.0  # the lowest of all: carried on
        q.status, q.quiet = RUNNING, 0
    elif q.status != RUNNING or r.loop_step >= s.local_steps or did == 0:
        end_search(r, n, q, scalars)


@Kernel
def end_search(r: Any, n: int, q: Any, scalars: Any) -> None:
    """4. Let the walk go on from the end of the search if that is lower, else from where it stood."""
    scalars[ACTIVE] = -1.0
    if q.value < scalars[WALK_VALUE]:
        move_to(r, n, doubles(q.x, n), q.value)
    else:
        move_to(r, n, matrix(r.state, r.slots, n)[WALK], scalars[WALK_VALUE])
    scalars[RECORD] = min(scalars[RECORD], r.value)


@Kernel
def is_warm(s: Any, scalars: Any) -> bool:
    """5. Whether the annealing goes on: its first chain is visited in any case."""
    chain = int(scalars[CHAIN])
    temperature = visiting_temperature(s.visiting, scalars[HEAT] * s.temperature, chain)
    warm: bool = chain == 0 or temperature >= s.restart_ratio * s.temperature
    return warm


@Kernel
def anneal_again(r: Any, n: int, s: Any, scalars: Any) -> None:
    """5. Begin another annealing: a loop, and a step of its own."""
    state, x = matrix(r.state, r.slots, n), doubles(r.x, n)
    lower, upper, proposal = doubles(r.lower, n), doubles(r.upper, n), state[PROPOSAL_ROW]
    f, heat = r.best_value, s.reheat_to
    if uniform(r.key, r.lane, r.clock, CHOICE) < s.from_best and f < math.inf:
        copy(n, doubles(r.best, n), proposal)
    else:
        heat = 1.0
        for i in range(n):
            proposal[i] = lower[i] + uniform(r.key, r.lane, r.clock, RESTART + i) * (upper[i] - lower[i])
        f = tried(r, n, r.state + 8 * n * PROPOSAL_ROW)
        if r.status != RUNNING:
            return
    end_loop(r, n, x, r.value)
    if f < math.inf:
        move_to(r, n, proposal, f)
    scalars[CHAIN], scalars[VISIT], scalars[FRUITLESS] = 0.0, 0.0, 0.0
    scalars[RECORD] = r.value
    scalars[PROPOSED], scalars[BEGAN], scalars[TEMPERATURE] = 0.0, 1.0, heat * s.temperature
    scalars[HEAT] = heat
    write_insides(r, n, heat * s.temperature, math.nan, math.nan, x)
    note(r, n, x, r.value)


def anneal(frame: int, steps: int) -> int:
    """Do `steps` steps: visits, steps of the local search, and beginnings of annealings."""
    r = frame_at(frame)
    n = r.n
    s = as_array(read_settings(r.settings), (1,))[0]
    scalars = doubles(r.scalars, r.scalar_count)
    if r.status != RUNNING:
        return 0
    if r.held == NOTHING and scalars[ACTIVE] != 0.0 and evaluate_start(r, n):
        write_insides(r, n, s.temperature, math.nan, math.nan, doubles(r.x, n))
        write_row(r, n, doubles(r.x, n), r.value)
    scalars[RECORD] = min(scalars[RECORD], r.value)
    before = r.step
    while r.step - before < steps and r.row < r.capacity and r.status == RUNNING:
        if scalars[ACTIVE] == 0.0:
            search(r, n, s, scalars)
        elif is_warm(s, scalars):
            do_visit(r, n, s, scalars)
        elif r.loop_count < r.loop_room:
            anneal_again(r, n, s, scalars)
        else:
            break
    done: int = r.step - before
    return done


read_settings = settings_pointer([each.name for each in SETTINGS if each.scale != "method"])
ANNEAL = Kernel(anneal, "advance", name="dual_annealing")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every local method and every dimension."""
    return ANNEAL


# -- what is drawn and told ----------------------------------------------------------------------------------


def chance_of(glimpse: Glimpse, difference: float) -> float:
    """Return how likely a point so much higher was to be taken."""
    temperature = glimpse.number("temperature") / _chains(glimpse)
    return float(chance_to_take(difference, temperature, glimpse.setting("acceptance")))


def _chains(glimpse: Glimpse) -> int:
    """Return the number t + 1 of the chain that the last visit belongs to."""
    return int(glimpse.number("chain")) + (1 if glimpse.number("visit") else 0)


def lowest_of_chain(glimpse: Glimpse) -> Points | None:
    """Return the lowest point of the present chain: a local search would begin there."""
    if not glimpse.now.insides["proposed"] or not math.isfinite(glimpse.number("lowest_value")):
        return None
    return Points(glimpse.array("lowest")[None])


DRAWN = (
    ACCEPTED,
    REFUSED,
    Inside(
        "lowest_of_chain",
        "Lowest of the chain",
        "The lowest point of this chain of visits: a local search would begin there.",
        "points",
        lowest_of_chain,
        "memory",
    ),
    acceptance(chance_of),
)


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one visit, or what the local search is about, or the beginning of an annealing."""
    searching = glimpse.number("active") == 0.0
    if glimpse.number("began"):
        where = f"{said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}"
        heat = said(glimpse.number("temperature"))
        return (Stage(f"It has cooled down, so another annealing begins at T = {heat} from {where}."),)
    if not glimpse.number("proposed"):
        if not searching:
            where = f"{said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}"
            return (Stage(f"The local search is at its end; the walk goes on from {where}."),)
        end = "polish" if glimpse.number("polishing") else "tolerance"
        until = f"{said(100.0 * glimpse.setting(end))} % of the region’s width"
        why = "carried on, for it is the lowest of all, " if glimpse.number("polishing") else ""
        return (Stage(f"The local search is {why}at work until it moves by no more than {until}."),)
    chains = _chains(glimpse)
    place = int(glimpse.number("visit")) or 2 * len(glimpse.now.position)
    heat = said(glimpse.number("temperature"))
    stages = [
        told_proposal(glimpse, f"In visit {place} of chain {chains}, at T = {heat},"),
        told_choice(glimpse, f"[1 − (1 − qₐ) Δ/(T/{chains})]^(1/(1 − qₐ))"),
    ]
    if searching:
        where = f"where the walk stands, {said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}"
        if not glimpse.number("improved"):
            lowest = f"{said_point(glimpse.array('lowest'))}, f = {said(glimpse.number('lowest_value'))}"
            where = f"the chain’s lowest point, {lowest}"
        stages.append(Stage(f"Next, the local search begins at {where}.", ("lowest_of_chain",)))
    return tuple(stages)


METHOD = Method(
    name="dual-annealing",
    title="Dual annealing",
    short="leaps while hot, searches where it lands",
    sentence="Leaps anywhere while hot, ever nearer as it cools, and searches around what it finds.",
    reference="Y. Xiang, S. Gubian, B. Suomela, J. Hoeng, R Journal 5(1), 2013",
    group="global",
    kind="global",
    settings=SETTINGS,
    driver=driver,
    insides=("temperature", "accepted", "proposal_value", "proposal_0", "proposal_1"),
    samples=True,
    border="clip",
    state=("proposal", "lowest", "walk", "stood"),
    scalars=(
        ("active", -1.0),
        ("chain", 0.0),
        ("visit", 0.0),
        ("temperature", 0.0),
        ("accepted", 0.0),
        ("proposal_value", 0.0),
        ("stood_value", 0.0),
        ("chance", 0.0),
        ("draw", 0.0),
        ("lowest_value", math.inf),
        ("walk_value", 0.0),
        ("fruitless", 0.0),
        ("improved", 0.0),
        ("record", math.inf),
        ("polishing", 0.0),
        ("heat", 1.0),
        ("proposed", 0.0),
        ("began", 0.0),
    ),
    uses=("value",),
    check=check_local("Dual annealing"),
    insides_drawn=DRAWN,
    narrate=narrate,
)
