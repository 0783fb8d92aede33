"""Tries side by side: plain descents on formulas, a tile of lanes at a time, with what each of them met.

The loop is that of `minima_core.compiled.tiles`, which does to a lane, bit for bit, what a run does; besides,
each lane keeps its lowest value inside the box, and the step at which it had first succeeded.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.arrivals import Fleet
from minima_core.compiled.drivers import DIMENSION, coupled, settings_pointer, update
from minima_core.compiled.faces import (
    as_array,
    call_tile,
    doubles,
    pointer,
    record_pointer,
    room_for,
)
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.schedule import momentum_of, obey, put_momentum
from minima_core.compiled.tiles import LANES, any_outside, bring_inside, keep, limit, same
from minima_core.landscapes import Landscape
from minima_core.methods.gradient.rule import Loop
from minima_core.studies.plan import UNLIMITED, Entrant, Goal, Limits
from minima_core.studies.tried import Tried

__all__ = ["Lanes"]

Array: TypeAlias = NDArray[np.float64]

PERIOD = 16
"""Steps after which a tile is compared with what it was."""
STATE_ROWS = 8

_FIELDS = (
    "n", "count", "slots", "scalar_count", "call", "context", "settings", "initial", "scalars", "lower",
    "upper", "border", "velocity", "starts", "ends", "room", "place_count", "places", "looks", "told",
)  # fmt: skip
"""As `minima_core.compiled.tiles.TILES` has them; then the places to be reached, what success is (0: nothing,
1: a value, 2: being near a place) with its numbers (the value, the squared distance), and the rows that are
told of each lane."""
TRIES = np.dtype([(name, "i8") for name in _FIELDS], align=True)

VALUE_ROW, BEST_ROW, FIRST_ROW, SPENT_ROW = range(4)
ROWS = 4
A_VALUE, A_PLACE = 1, 2

tries_at = record_pointer(TRIES)
one_row, two_rows, state_rows = (room_for(rows * LANES) for rows in (1, 2, STATE_ROWS))


@Kernel
def candidates(n: int, x: Any, f: Any, lower: Any, upper: Any, inside: Any) -> None:
    """Write the values of lanes inside the box, and infinity for those outside."""
    for j in range(LANES):
        inside[j] = f[j]
    for i in range(n):
        low, high = lower[i], upper[i]
        for j in range(LANES):
            here = x[i * LANES + j]
            inside[j] = inside[j] if (here >= low) & (here <= high) else math.inf


@Kernel
def lowest(inside: Any, best: Any) -> None:
    """Keep the lowest value of each lane."""
    for j in range(LANES):
        best[j] = inside[j] if inside[j] < best[j] else best[j]


@Kernel
def low_enough(inside: Any, value: float, first: Any, count: float) -> None:
    """Note which lanes have the value for the first time."""
    for j in range(LANES):
        now = count if inside[j] <= value else math.inf
        first[j] = now if now < first[j] else first[j]


@Kernel
def close_enough(
    n: int, x: Any, f: Any, places: Any, count_of_places: int, square: float, first: Any, count: float,
    closest: Any, apart: Any,
) -> None:  # fmt: skip
    """Note which lanes stand near a place for the first time."""
    for j in range(LANES):
        closest[j] = math.inf
    for k in range(count_of_places):
        for j in range(LANES):
            apart[j] = 0.0
        for i in range(n):
            place = places[k * n + i]
            for j in range(LANES):
                d = x[i * LANES + j] - place
                apart[j] += d * d
        for j in range(LANES):
            closest[j] = apart[j] if apart[j] < closest[j] else closest[j]
    for j in range(LANES):
        now = count if (closest[j] <= square) & (f[j] - f[j] == 0.0) else math.inf
        first[j] = now if now < first[j] else first[j]


@Kernel
def tell(lane: int, j: int, n: int, pitch: int, x: Any, f: Any, best: Any, first: Any, spent: float,
         ends: Any, told: Any) -> None:  # fmt: skip
    """Write down what became of a lane."""
    for i in range(n):
        ends[i * pitch + lane] = x[i * LANES + j]
    told[VALUE_ROW * pitch + lane] = f[j]
    told[BEST_ROW * pitch + lane] = best[j]
    told[FIRST_ROW * pitch + lane] = first[j] if first[j] < math.inf else 0.0
    told[SPENT_ROW * pitch + lane] = spent


@Kernel
def bury(n: int, pitch: int, begin: int, x: Any, f: Any, g: Any, state: Any, best: Any, first: Any,
         spent: float, alive: Any, ends: Any, told: Any) -> int:  # fmt: skip
    """Tell of lanes that have ended as their value is not finite, and park them; return how many live on."""
    model, living = -1, 0
    for j in range(LANES):
        if alive[j] != 0.0 and not math.isfinite(f[j]):
            alive[j] = 0.0
            tell(begin + j, j, n, pitch, x, f, best, first, spent, ends, told)
        if alive[j] != 0.0:
            living += 1
            model = j
    if living == 0:
        return 0
    for j in range(LANES):
        if not math.isfinite(f[j]):
            for i in range(n):
                x[i * LANES + j] = x[i * LANES + model]
                g[i * LANES + j] = g[i * LANES + model]
                for slot in range(state.shape[0]):
                    state[slot, i * LANES + j] = state[slot, i * LANES + model]
    return living


@Kernel
def pending(first: Any) -> bool:
    """Whether some lane has not succeeded yet."""
    count = 0
    for j in range(LANES):
        count += 1 if first[j] == math.inf else 0
    return count > 0


def _descend_tries(job: int, steps: int) -> int:
    """Make tries of so many steps, a tile at a time; return how many values stayed finite."""
    r = as_array(tries_at(job), (1,))[0]
    n = DIMENSION if DIMENSION > 0 else r.n
    m = n * LANES
    slots, count, pitch = r.slots, r.scalar_count, r.count
    on_stack = DIMENSION > 0
    memory = r.room
    px = two_rows() if on_stack else pointer(memory)
    pg = two_rows() if on_stack else pointer(memory + 8 * m)
    pf = one_row()
    squares, inside, best, first, closest, apart, alive = (
        as_array(one_row(), (LANES,)), as_array(one_row(), (LANES,)), as_array(one_row(), (LANES,)),
        as_array(one_row(), (LANES,)), as_array(one_row(), (LANES,)), as_array(one_row(), (LANES,)),
        as_array(one_row(), (LANES,)),
    )  # fmt: skip
    ps = state_rows() if on_stack and slots * m <= STATE_ROWS * LANES else pointer(memory + 16 * m)
    x, g, f = as_array(px, (m,)), as_array(pg, (m,)), as_array(pf, (LANES,))
    state = as_array(ps, (slots, m))
    kept = pointer(memory + 8 * (2 + slots) * m)
    scalars, initial = doubles(r.scalars, count), doubles(r.initial, count)
    starts, ends, told = pointer(r.starts), pointer(r.ends), pointer(r.told)
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    looks = pointer(r.looks)
    what, value, square = int(looks[0]), looks[1], looks[2]
    places, place_count = pointer(r.places), r.place_count
    s = as_array(settings_pointer(r.settings), (1,))[0]
    pc, call, border, velocity = pointer(r.context), r.call, r.border, r.velocity
    limited = s.clip_value > 0.0 or s.clip_norm > 0.0
    decay = coupled(s)
    scheduled = s.schedule != 0.0
    program, base, momentum = pointer(int(s.schedule)), s.lr, momentum_of(s)
    total = 0
    for begin in range(0, pitch, LANES):
        for i in range(n):
            for j in range(LANES):
                x[i * LANES + j] = starts[i * pitch + begin + j]
        for j in range(LANES):
            alive[j], best[j], first[j] = 1.0, math.inf, math.inf
        for slot in range(slots):
            for i in range(m):
                state[slot, i] = 0.0
        for i in range(count):
            scalars[i] = initial[i]
        left, living, until = steps, LANES, PERIOD
        going, looking = True, what != 0
        while going:
            finite = call_tile(call, px, pc, pf, pg, LANES) == 0
            spent = float(steps - left + 1)
            candidates(n, x, f, lower, upper, inside)
            lowest(inside, best)
            if looking:
                if what == A_VALUE:
                    low_enough(inside, value, first, spent)
                else:
                    close_enough(n, x, f, places, place_count, square, first, spent, closest, apart)
            if not finite:
                living = bury(n, pitch, begin, x, f, g, state, best, first, spent, alive, ends, told)
            if left == steps:
                keep(m, slots, count, x, state, scalars, kept)
            else:
                until -= 1
                if until == 0:
                    until = PERIOD
                    looking = looking and pending(first)
                    if left > PERIOD and not scheduled:
                        if same(m, slots, count, x, state, scalars, kept):
                            left %= PERIOD
                        else:
                            keep(m, slots, count, x, state, scalars, kept)
            going = left > 0 and living > 0
            if going:
                if scheduled:
                    obey(program, s, scalars, base, momentum, float(steps - left), steps - left)
                if limited:
                    limit(n, g, squares, s.clip_value, s.clip_norm)
                if decay != 0.0:
                    for i in range(m):
                        g[i] += decay * x[i]
                update(m, x, g, state, scalars, s)
                if border != 0 and any_outside(n, x, lower, upper):
                    bring_inside(border, velocity, n, x, state, lower, upper)
                left -= 1
        for j in range(LANES):
            if alive[j] != 0.0:
                tell(begin + j, j, n, pitch, x, f, best, first, float(steps + 1), ends, told)
        total += living
        if scheduled:
            s.lr = base
            if momentum_of(s) != momentum:
                put_momentum(s, scalars, momentum, 0)
    return total


DESCEND_TRIES = Kernel(_descend_tries, "advance", name="descend_tries")


class Lanes:
    """A plain descent on a formula from many starts.

    Parameters
    ----------
    land, entrant, limits, goal
        Where, what, how far each try goes, and what counts.
    """

    def __init__(self, land: Landscape, entrant: Entrant, limits: Limits, goal: Goal) -> None:
        self.land, self.entrant, self.goal = land, entrant, goal
        self.steps = min(limits.most_steps, limits.budget - 1)
        method = entrant.resolved.method
        self._initial = np.array([value for _, value in method.scalars] or [0.0])
        self._call = land.kernels.address("tile")  # type: ignore[attr-defined]
        self._driver = _loop(entrant, land.dimension).callable()

    @classmethod
    def serves(cls, land: Landscape, entrant: Entrant, limits: Limits) -> bool:
        """Whether tries of this method can go side by side: a rule on coordinates, without chance."""
        settings = entrant.resolved.settings
        plain = settings.get("averaging", "off") == "off" and not entrant.random
        counted = limits.most_steps < UNLIMITED or limits.budget < UNLIMITED
        return plain and counted and Fleet.serves(land, entrant.resolved)

    @classmethod
    def is_ready(cls, land: Landscape, entrant: Entrant) -> bool:
        """Whether its loop has been compiled."""
        return _loop(entrant, land.dimension).is_compiled

    def chunk(self, tries: int, steps: int, threads: int) -> int:
        """Return how many tries a thread makes between two looks at whether to go on: whole tiles."""
        fair = tries // (8 * threads)
        size: int = min(steps // max(self.steps, 1), fair, 64 * LANES) // LANES * LANES
        return size or LANES

    def worker(self, size: int) -> Callable[[Array, NDArray[np.int64], Tried], None]:
        """Return what makes up to `size` tries from starts (m, n), on memory of its own."""
        land, goal, n = self.land, self.goal, self.land.dimension
        method = self.entrant.resolved.method
        slots, scalars = len(method.state), len(method.scalars)
        begins, ends, told = np.empty((n, size)), np.empty((n, size)), np.empty((ROWS, size))
        what = 0 if goal.target is None and not len(goal.targets) else A_PLACE
        looks = np.array([what if goal.target is None else A_VALUE, goal.target or 0.0, goal.radius**2])
        arrays: dict[str, NDArray[np.float64]] = {
            "context": land.context, "settings": np.array(method.encoded(self.entrant.resolved.settings)),
            "initial": self._initial, "scalars": self._initial.copy(),
            "room": np.empty((2 + 2 * slots + 1) * n * LANES + scalars), "lower": land.lower,
            "upper": land.upper, "starts": begins, "ends": ends, "told": told, "looks": looks,
            "places": np.ascontiguousarray(goal.targets, dtype=np.float64),
        }  # fmt: skip
        job: NDArray[Any] = np.zeros(1, dtype=TRIES)
        numbers = {
            "n": n, "count": size, "slots": slots, "scalar_count": scalars, "call": self._call,
            "border": int(self.entrant.border), "place_count": len(goal.targets),
            "velocity": method.state.index(method.velocity) if method.velocity else -1,
        }  # fmt: skip
        for name, number in numbers.items():
            job[name] = number
        for name, array in arrays.items():
            job[name] = array.ctypes.data

        def work(starts: Array, lanes: NDArray[np.int64], found: Tried) -> None:
            count = len(lanes)
            begins[:, :count] = starts.T
            begins[:, count:] = starts[-1][:, None]  # lanes to spare do what the last one does
            arrays["scalars"][:] = self._initial
            self._driver(job.ctypes.data, self.steps)
            found.positions[lanes] = ends[:, :count].T
            found.end_values[lanes], found.best_values[lanes] = (
                told[VALUE_ROW, :count],
                told[BEST_ROW, :count],
            )
            found.first[lanes], found.spent[lanes] = told[FIRST_ROW, :count], told[SPENT_ROW, :count]

        return work


def _loop(entrant: Entrant, dimension: int) -> Kernel:
    """Return the loop of a method's rule."""
    driver = entrant.resolved.method.driver
    if not isinstance(driver, Loop):
        raise TypeError("Tiles are for gradient methods.")
    return driver.tiles(dimension, DESCEND_TRIES)
