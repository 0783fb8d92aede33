"""Random search: points thrown at random; the lowest so far is kept.

    1. With probability 1 − p throw x' uniform in the box; else around the best point b so far:
       x' = b + s·w·ξ, with ξ standard normal and w the box's widths.
    2. If f(x') < f(b), b ← x'.

With p = 0 it is pure random search, the measure of all other global methods. A row is the best point so far;
the proposals are recorded as well. A normal one beyond the border is reflected unless the run says otherwise.

References
----------
S. H. Brooks, "A discussion of random methods for seeking maxima", Oper. Res. 6(2), 1958; F. J. Solis,
R. J.-B. Wets, Math. Oper. Res. 6(1), 1981; J. C. Spall, "Introduction to stochastic search and optimization",
Wiley 2003, section 2.2 (localised).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minima_core.compiled.drivers import RUNNING, copy, keep_inside, march, note, write_row
from minima_core.compiled.faces import as_array, doubles, matrix, pointer, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import CHOICE, PROPOSAL, normal_pair, uniform
from minima_core.methods.direct.trials import evaluate_start, move_to, tried
from minima_core.methods.insides import Ellipse, Glimpse, Inside, Stage, said, said_point
from minima_core.methods.specification import Method, Setting
from minima_core.methods.walks.proposals import ACCEPTED, REFUSED

__all__ = ["METHOD"]

PROPOSAL_ROW, STOOD = 0, 1  # rows of the state
TAKEN, PROPOSED_VALUE, STOOD_VALUE, PROPOSED, NEAR = 0, 1, 2, 3, 4  # among the scalars

SETTINGS = (
    Setting(
        "local_share",
        "p",
        "The share of points that are thrown around the best so far; the others fall anywhere.",
        0.0, 0.0, 1.0, span=(0.0, 1.0),
    ),
    Setting(
        "step_size",
        "s",
        "How far around the best point they fall, as a share of the region’s width.",
        0.05, 0.0, 10.0, "log", span=(1e-3, 1.0),
    ),
)  # fmt: skip


@Kernel
def write_insides(r: Any, n: int, taken: float, value: float, point: Any) -> None:
    """Write the insides of a step to the row that it gets, if it gets one."""
    row = pointer(r.insides)
    at = r.row * r.pitch
    row[at], row[at + 1] = taken, value
    for i in range(n):
        row[at + 2 + i] = point[i]


def begin(r: Any) -> None:
    """Evaluate the start, if nobody has; it is row 0."""
    if evaluate_start(r, r.n):
        write_insides(r, r.n, math.nan, math.nan, doubles(r.x, r.n))
        write_row(r, r.n, doubles(r.x, r.n), r.value)


def step(r: Any) -> None:
    """Throw one point: 1. and 2. above."""
    n = r.n
    s = as_array(read_settings(r.settings), (1,))[0]
    state, scalars = matrix(r.state, r.slots, n), doubles(r.scalars, r.scalar_count)
    x, proposal, lower, upper = doubles(r.x, n), state[PROPOSAL_ROW], doubles(r.lower, n), doubles(r.upper, n)
    near = s.local_share > 0.0 and uniform(r.key, r.lane, r.clock, CHOICE) < s.local_share
    for i in range(n):
        width = upper[i] - lower[i]
        if near:
            a, _ = normal_pair(r.key, r.lane, r.clock, PROPOSAL + i)
            proposal[i] = x[i] + s.step_size * width * a
        else:
            proposal[i] = lower[i] + uniform(r.key, r.lane, r.clock, PROPOSAL + i) * width
    keep_inside(r.border, n, proposal, lower, upper)
    f = tried(r, n, r.state + 8 * n * PROPOSAL_ROW)
    if r.status != RUNNING:
        return
    taken = 1.0 if f < r.value else 0.0
    copy(n, x, state[STOOD])
    scalars[TAKEN], scalars[PROPOSED_VALUE], scalars[STOOD_VALUE] = taken, f, r.value
    scalars[PROPOSED], scalars[NEAR] = 1.0, 1.0 if near else 0.0
    if taken != 0.0:
        move_to(r, n, proposal, f)
    write_insides(r, n, taken, f, proposal)
    note(r, n, x, r.value)


read_settings = settings_pointer([each.name for each in SETTINGS])
STEP, BEGIN = Kernel(step, name="step_random_search"), Kernel(begin, name="begin_random_search")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("random_search", step=STEP, begin=BEGIN)


# -- what is drawn and told ----------------------------------------------------------------------------------


def near_best(glimpse: Glimpse) -> Ellipse | None:
    """Return where the points fall that are thrown around the best."""
    if not glimpse.number("proposed") or not glimpse.number("near"):
        return None
    widths = np.asarray(glimpse.land.upper - glimpse.land.lower)
    return Ellipse(glimpse.array("stood"), np.diag(glimpse.setting("step_size") * widths))


DRAWN = (
    ACCEPTED,
    REFUSED,
    Inside(
        "near_best",
        "Around the best",
        "One standard deviation of the points that are thrown around the best so far.",
        "ellipse",
        near_best,
    ),
)


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one throw."""
    if not glimpse.number("proposed"):
        return ()
    point, f = said_point(glimpse.array("proposal")), glimpse.number("proposal_value")
    where = "around the best so far" if glimpse.number("near") else "anywhere in the region"
    found = f"f = {said(f)}" if math.isfinite(f) else "where f is not finite"
    names = ("accepted_proposal", "refused_proposal", "near_best")
    best = f"f = {said(glimpse.number('stood_value'))} at {said_point(glimpse.array('stood'))}"
    if glimpse.number("accepted"):
        then = f"That is lower than the best so far, {best}: it is the best now."
    else:
        then = f"That is no lower than the best so far, {best}, which stays."
    return Stage(f"A point is thrown {where}: {point}, {found}.", names), Stage(then, names)


METHOD = Method(
    name="random-search",
    title="Random search",
    short="throws points, and keeps the lowest",
    sentence="Throws points at random and keeps the lowest: what every cleverer method has to beat.",
    reference="S. H. Brooks, Oper. Res. 6(2), 1958; F. J. Solis, R. J.-B. Wets, Math. Oper. Res. 6(1), 1981",
    group="global",
    kind="global",
    settings=SETTINGS,
    driver=driver,
    insides=("accepted", "proposal_value", "proposal_0", "proposal_1"),
    samples=True,
    state=("proposal", "stood"),
    scalars=(
        ("accepted", 0.0),
        ("proposal_value", 0.0),
        ("stood_value", 0.0),
        ("proposed", 0.0),
        ("near", 0.0),
    ),
    insides_drawn=DRAWN,
    narrate=narrate,
)
