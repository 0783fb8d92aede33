"""Pattern search: polls the points around where it stands, and comes nearer when none of them is lower.

Compass search polls x ± Δwᵢeᵢ along each axis i, with w the box's widths:

    1. Ask them in turn, beginning with the direction that was lower last, until one is lower than x (or ask
       all, and take the lowest).
    2. Success: x moves there and Δ ← φΔ. Else Δ ← θΔ.

Hooke and Jeeves keep every move that goes lower, and repeat the way that a step has gone:

    1. Explore around a point b: along each axis in turn try b + Δwᵢeᵢ, then b − Δwᵢeᵢ; b moves where that is
       lower.
    2. After a success from x⁻ to x: explore around p = x + (x − x⁻), the pattern move, and go to its end if
       that is lower than x; if not, the next step explores around x itself.
    3. Else explore around x; where nothing is lower, Δ ← θΔ. After any success Δ ← φΔ.

One poll, or one exploration, is a step. A row is the point where it stands. A point that the border leaves no
room for is not asked. Where Δ has fallen to `collapse`, it begins anew with its first length, if that is
wanted.

References
----------
R. Hooke, T. A. Jeeves, "'Direct search' solution of numerical and statistical problems", J. ACM 8(2), 1961;
T. G. Kolda, R. M. Lewis, V. Torczon, "Optimization by direct search", SIAM Review 45(3), 2003 (compass).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from minima_core.compiled.drivers import RUNNING, SETTLED, copy, keep_inside, march, note, write_row
from minima_core.compiled.faces import as_array, doubles, matrix, pointer, settings_pointer
from minima_core.compiled.kernel import Kernel
from minima_core.methods.direct.trials import evaluate_start, move_to, tried
from minima_core.methods.insides import Arrow, Glimpse, Inside, Points, Segments, Stage, said, said_point
from minima_core.methods.specification import Method, Setting, Value

__all__ = ["METHOD"]

COMPASS = 0  # among the choices of `moves`; the other one is Hooke and Jeeves's
FIRST = 0  # among the choices of `poll`; the other one is the best of all

PREVIOUS, CENTRE, EXPLORED, TRIAL = 0, 1, 2, 3  # rows of the state
# What is remembered, by its place among the scalars.
LENGTH, POLLED_WITH, COUNT, SUCCESS, PATTERN, WAS_PATTERN, DIRECTION, CENTRE_VALUE, PATTERN_VALUE = range(9)

SETTINGS = (
    Setting(
        "moves",
        "M",
        "Compass search moves to one of the points around it; Hooke and Jeeves also repeat what has worked.",
        "hooke-jeeves", scale="choice", choices=("compass", "hooke-jeeves"),
    ),
    Setting(
        "poll",
        "P",
        "Whether compass search takes the first point that is lower, or the lowest of all.",
        "first", scale="choice", choices=("first", "best"),
    ),
    Setting(
        "size",
        "Δ",
        "How far around the first poll asks, as a share of the region’s width.",
        0.1, 1e-12, 1.0, "log", span=(1e-3, 0.5),
    ),
    Setting(
        "shrink",
        "θ",
        "The factor by which the distance shrinks when nothing around is lower.",
        0.5, 0.01, 0.99, span=(0.1, 0.9),
    ),
    Setting(
        "grow",
        "φ",
        "The factor by which the distance grows after a success; 1 leaves it.",
        1.0, 1.0, 10.0, span=(1.0, 4.0),
    ),
    Setting(
        "restart",
        "R",
        "Begins anew with the first distance when it has fallen to nothing.",
        True, scale="switch",
    ),
    Setting(
        "collapse",
        "δ",
        "A distance smaller than this share of the region’s width counts as nothing.",
        1e-12, 0.0, 0.1, "log", span=(1e-12, 1e-3),
    ),
)  # fmt: skip


def layout(n: int, settings: Mapping[str, Value]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what is remembered besides: the points of the last poll, and of the next one."""
    return (
        ("polled", (2 * n + 1, n)),
        ("polled_values", (2 * n + 1,)),
        ("polling", (2 * n + 1, n)),
        ("polling_values", (2 * n + 1,)),
    )


@Kernel
def write_insides(r: Any, length: float, count: float) -> None:
    """Write the insides of a step to the row that it gets, if it gets one."""
    row = pointer(r.insides)
    at = r.row * r.pitch
    row[at], row[at + 1] = length, count


@Kernel
def ask(r: Any, n: int, centre: Any, count: int) -> float:
    """Return the value at the trial point, entered in the poll; −∞ where it is the centre itself."""
    trial = matrix(r.state, r.slots, n)[TRIAL]
    keep_inside(r.border, n, trial, doubles(r.lower, n), doubles(r.upper, n))
    moved = False
    for i in range(n):
        moved = moved or trial[i] != centre[i]
    if not moved:
        return -math.inf
    f: float = tried(r, n, r.state + 8 * n * TRIAL)
    there = r.memory + 8 * (2 * n + 1) * (n + 1)
    copy(n, trial, matrix(there, 2 * n + 1, n)[count])
    doubles(there + 8 * (2 * n + 1) * n, 2 * n + 1)[count] = f
    return f


@Kernel
def go_along(r: Any, n: int, centre: Any, direction: int, length: float) -> None:
    """Write the trial point: along one axis from a centre."""
    trial = matrix(r.state, r.slots, n)[TRIAL]
    axis = direction // 2
    width = doubles(r.upper, n)[axis] - doubles(r.lower, n)[axis]
    copy(n, centre, trial)
    trial[axis] = centre[axis] + (length * width if direction % 2 == 0 else -length * width)


@Kernel
def explore(r: Any, n: int, length: float, value: float, count: int) -> tuple[float, int]:
    """1. of Hooke and Jeeves: let the explored point move along each axis where that is lower."""
    state = matrix(r.state, r.slots, n)
    explored = state[EXPLORED]
    for i in range(n):
        for side in range(2):
            go_along(r, n, explored, 2 * i + side, length)
            f = ask(r, n, explored, count)
            if r.status != RUNNING:
                return value, count
            if f > -math.inf:
                count += 1
                if f < value:
                    value = f
                    copy(n, state[TRIAL], explored)
                    break
    return value, count


@Kernel
def finish(r: Any, n: int, s: Any, count: int, success: bool, pattern: bool, value: float) -> None:
    """Go to the explored point after a success, change the length, and count the step."""
    state, x, scalars = matrix(r.state, r.slots, n), doubles(r.x, n), doubles(r.scalars, r.scalar_count)
    size = (2 * n + 1) * (n + 1)
    here, there = doubles(r.memory, size), doubles(r.memory + 8 * size, size)
    for k in range(size):
        here[k] = there[k]
    length = scalars[LENGTH]
    copy(n, x, state[CENTRE])
    scalars[CENTRE_VALUE] = r.value
    if success:
        copy(n, x, state[PREVIOUS])
        move_to(r, n, state[EXPLORED], value)
        scalars[LENGTH] = min(s.grow * length, 1.0)
    elif not pattern:
        scalars[LENGTH] = s.shrink * length
    scalars[POLLED_WITH], scalars[COUNT] = length, count
    scalars[SUCCESS], scalars[WAS_PATTERN] = 1.0 if success else 0.0, 1.0 if pattern else 0.0
    scalars[PATTERN] = 1.0 if success and s.moves != COMPASS else 0.0
    write_insides(r, length, count)
    note(r, n, x, r.value)
    if r.tolerance > 0.0 and scalars[LENGTH] <= r.tolerance:
        r.status = SETTLED
    elif scalars[LENGTH] <= s.collapse:
        if s.restart != 0.0:
            scalars[LENGTH] = s.size
        else:
            r.status = SETTLED


@Kernel
def compass(r: Any, n: int, s: Any) -> None:
    """Poll the axes: 1. and 2. of compass search."""
    state, x, scalars = matrix(r.state, r.slots, n), doubles(r.x, n), doubles(r.scalars, r.scalar_count)
    best, value, count = -1, r.value, 0
    for k in range(2 * n):
        direction = (int(scalars[DIRECTION]) + k) % (2 * n)
        go_along(r, n, x, direction, scalars[LENGTH])
        f = ask(r, n, x, count)
        if r.status != RUNNING:
            return
        if f > -math.inf:
            count += 1
            if f < value:
                best, value = direction, f
                copy(n, state[TRIAL], state[EXPLORED])
                if s.poll == FIRST:
                    break
    if best >= 0:
        scalars[DIRECTION] = best
    finish(r, n, s, count, best >= 0, False, value)


@Kernel
def hooke_jeeves(r: Any, n: int, s: Any) -> None:
    """Explore around where it stands, or around the pattern move: 1. to 3. of Hooke and Jeeves."""
    state, x, scalars = matrix(r.state, r.slots, n), doubles(r.x, n), doubles(r.scalars, r.scalar_count)
    value, count, pattern = r.value, 0, scalars[PATTERN] != 0.0
    copy(n, x, state[EXPLORED])
    at_pattern = math.nan
    if pattern:  # 2.
        for i in range(n):
            state[TRIAL, i] = x[i] + (x[i] - state[PREVIOUS, i])
        f = ask(r, n, x, count)
        if r.status != RUNNING:
            return
        if f > -math.inf:
            count, value, at_pattern = 1, f, f
            copy(n, state[TRIAL], state[EXPLORED])
        else:
            pattern = False  # the border is in the way
    value, count = explore(r, n, scalars[LENGTH], value, count)
    if r.status != RUNNING:
        return
    scalars[PATTERN_VALUE] = at_pattern
    finish(r, n, s, count, value < r.value, pattern, value)


def begin(r: Any) -> None:
    """Evaluate where the search begins, if nobody has; the very first point is row 0."""
    if evaluate_start(r, r.n):
        write_insides(r, math.nan, math.nan)
        write_row(r, r.n, doubles(r.x, r.n), r.value)


def step(r: Any) -> None:
    """Do one poll, or one exploration."""
    s = as_array(read_settings(r.settings), (1,))[0]
    scalars = doubles(r.scalars, r.scalar_count)
    if scalars[LENGTH] == 0.0:
        scalars[LENGTH] = s.size
    if s.moves == COMPASS:
        compass(r, r.n, s)
    else:
        hooke_jeeves(r, r.n, s)


read_settings = settings_pointer([each.name for each in SETTINGS])
STEP, BEGIN = Kernel(step, name="step_pattern_search"), Kernel(begin, name="begin_pattern_search")


def driver(dimension: int) -> Kernel:
    """Return the compiled loop; it serves every dimension."""
    return march.specialised("pattern_search", step=STEP, begin=BEGIN)


# -- what is drawn and told ----------------------------------------------------------------------------------


def polled_points(glimpse: Glimpse) -> Points | None:
    """Return the points that the last step asked."""
    count = int(glimpse.number("count"))
    return Points(glimpse.array("polled")[:count]) if count else None


def poll(glimpse: Glimpse) -> Segments | None:
    """Return the lines to the points that the step asked, each from where it looked around just then."""
    points = polled_points(glimpse)
    if points is None:
        return None
    asked, values = points.points, glimpse.array("polled_values")
    around, value, lines = glimpse.array("centre"), glimpse.number("centre_value"), []
    for k in range(len(asked)):
        if k > 0 or not glimpse.number("was_pattern"):  # the pattern move is an arrow of its own
            lines.append(np.stack((around, asked[k])))
        # Hooke and Jeeves go on from what is lower, and from the pattern move in any case.
        if glimpse.settings["moves"] != "compass" and (values[k] < value or len(lines) == 0):
            around, value = asked[k], float(values[k])
    return Segments(np.stack(lines)) if lines else None


def pattern_move(glimpse: Glimpse) -> Arrow | None:
    """Return the pattern move."""
    if not glimpse.number("was_pattern"):
        return None
    return Arrow(glimpse.array("centre"), glimpse.array("polled")[0])


DRAWN = (
    Inside(
        "polled",
        "Points polled",
        "The points at which the step asked for the value.",
        "points",
        polled_points,
        "trial",
    ),
    Inside(
        "compass",
        "Poll",
        "From where the search looked around to the points that it asked, one axis after the other.",
        "segments",
        poll,
    ),
    Inside(
        "pattern_move",
        "Pattern move",
        "The way of the step before, gone once more: the next exploration is around its end.",
        "arrow",
        pattern_move,
    ),
)


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one poll."""
    if not glimpse.number("polled_with"):
        return ()
    count, names = int(glimpse.number("count")), ("polled", "compass")
    stood = f"{said_point(glimpse.array('centre'))}, f = {said(glimpse.number('centre_value'))}"
    share = f"{said(100.0 * glimpse.number('polled_with'))} % of the region’s width"
    stages = []
    if glimpse.number("was_pattern"):
        point, f = said_point(glimpse.array("polled")[0]), said(glimpse.number("pattern_value"))
        stages.append(
            Stage(f"From {stood}, the last way is gone once more, to {point}: f = {f}.", ("pattern_move",))
        )
        stages.append(
            Stage(f"Around there, {count - 1} more points are asked, {share} away along the axes.", names)
        )
    else:
        asked = "1 point is asked" if count == 1 else f"{count} points are asked"
        stages.append(Stage(f"Around {stood}, {asked}, {share} away along the axes.", names))
    if count:
        values = glimpse.array("polled_values")[:count]
        lowest = int(np.argmin(values))
        point = said_point(glimpse.array("polled")[lowest])
        stages.append(Stage(f"The lowest of all is {point}: f = {said(float(values[lowest]))}.", names))
    new = f"{said(100.0 * glimpse.number('length'))} %"
    if glimpse.number("success"):
        end = (
            ""
            if glimpse.number("length") == glimpse.number("polled_with")
            else f", and the distance is now {new}"
        )
        stages.append(Stage(f"That is lower, so the search moves there{end}.", names))
    elif glimpse.number("was_pattern"):
        stages.append(
            Stage("That is no lower, so the search stays, and next it looks around where it stands.")
        )
    elif glimpse.number("length") > glimpse.number("polled_with"):
        stages.append(Stage(f"Nothing is lower, and the distance is nothing: it begins anew with {new}."))
    else:
        stages.append(Stage(f"Nothing is lower, so the search stays, and the distance is now {new}."))
    return tuple(stages)


METHOD = Method(
    name="pattern-search",
    title="Pattern search",
    short="feels around itself along the axes",
    sentence="Feels its way along the axes, repeats what has worked, and looks nearer where that fails.",
    reference="R. Hooke, T. A. Jeeves, J. ACM 8(2), 1961; T. G. Kolda et al., SIAM Review 45(3), 2003",
    group="local",
    kind="local",
    settings=SETTINGS,
    driver=driver,
    insides=("length", "polls"),
    border="clip",
    state=("previous", "centre", "explored", "trial"),
    scalars=(
        ("length", 0.0),
        ("polled_with", 0.0),
        ("count", 0.0),
        ("success", 0.0),
        ("pattern", 0.0),
        ("was_pattern", 0.0),
        ("direction", 0.0),
        ("centre_value", 0.0),
        ("pattern_value", 0.0),
    ),
    memory=layout,
    insides_drawn=DRAWN,
    narrate=narrate,
)
