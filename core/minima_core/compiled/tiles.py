"""The loop that runs a gradient method from many starts at once: tiles of lanes that fill vector registers.

A method's rule works coordinate by coordinate, so it is given the coordinates of 128 runs for those of one:
x is n × lanes. What `drivers.descend` does to a gradient and at a border is done here for each lane, by the
same operations in the same order, so that a lane ends, bit for bit, where a run from its start ends.

Two things make it faster than so many runs, and change no bit. A lane whose value is not finite has ended;
it is parked, doing what a living lane does, until all have ended. And when everything a tile remembers is
what it was 16 steps before, it goes in a circle whose length divides 16: of the steps left only the
remainder is done (unless a schedule moves the learning rate meanwhile).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minima_core.compiled.drivers import DIMENSION, coupled, fold, settings_pointer, update
from minima_core.compiled.faces import (
    as_array,
    call_tile,
    doubles,
    integer_pointer,
    pointer,
    record_pointer,
    room_for,
)
from minima_core.compiled.frame import Border
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.schedule import momentum_of, obey, put_momentum

__all__ = ["LANES", "TILES", "descend_tiles"]

LANES = 128
"""Runs side by side."""
PERIOD = 16
"""Steps after which a tile is compared with what it was."""

_FIELDS = (
    ("n", "i8"),
    ("count", "i8"),  # starts, a multiple of LANES
    ("slots", "i8"),  # rows of the state
    ("scalar_count", "i8"),
    ("call", "i8"),  # address of the face ``tile``
    ("context", "i8"),
    ("settings", "i8"),
    ("initial", "i8"),  # addresses of the scalars as they begin, and of as many that are used
    ("scalars", "i8"),
    ("lower", "i8"),
    ("upper", "i8"),
    ("border", "i8"),
    ("velocity", "i8"),  # the row of the state that a reflecting border turns round; −1: none
    ("starts", "i8"),  # addresses of (n, count): where they begin, and, filled in, where they end
    ("ends", "i8"),
    ("alive", "i8"),  # address of (count,) integers: 1 where the value stayed finite
    ("room", "i8"),  # address of (2 + 2 slots) n + 2 rows of LANES doubles
)
TILES = np.dtype([(name, kind) for name, kind in _FIELDS], align=True)

REFLECT = int(Border.REFLECT)


_tiles_at = record_pointer(TILES)
STATE_ROWS = 8
one_row, two_rows, state_rows = (room_for(rows * LANES) for rows in (1, 2, STATE_ROWS))


@Kernel
def limit(n: int, g: Any, squares: Any, clip_value: float, clip_norm: float) -> None:
    """Do to the gradients of a tile what `drivers.clip` does to one."""
    if clip_value > 0.0:
        for i in range(n * LANES):
            g[i] = min(max(g[i], -clip_value), clip_value)
    if clip_norm > 0.0:
        for j in range(LANES):
            squares[j] = 0.0
        for i in range(n):
            for j in range(LANES):
                squares[j] += g[i * LANES + j] * g[i * LANES + j]
        for j in range(LANES):
            factor = clip_norm / (math.sqrt(squares[j]) + 1e-6)
            squares[j] = factor if factor < 1.0 else 1.0
        for i in range(n):
            for j in range(LANES):
                g[i * LANES + j] *= squares[j]


@Kernel
def any_outside(n: int, x: Any, lower: Any, upper: Any) -> bool:
    """Whether a lane has left the box."""
    count = 0
    for i in range(n):
        low, high = lower[i], upper[i]
        for j in range(LANES):
            here = x[i * LANES + j]
            count += 1 if (here < low) | (here > high) else 0
    return count > 0


@Kernel
def bring_inside(border: int, velocity: int, n: int, x: Any, state: Any, lower: Any, upper: Any) -> None:
    """Do to the lanes of a tile what `drivers.bounce` and `drivers.keep_inside` do to one."""
    for i in range(n):
        low, high = lower[i], upper[i]
        for j in range(LANES):
            k = i * LANES + j
            here = x[k]
            if here < low or here > high:
                if border == REFLECT:
                    if velocity >= 0:
                        beyond = max(low - here, here - high)
                        if beyond > 0.0 and math.floor(beyond / (high - low)) % 2.0 == 0.0:
                            state[velocity, k] = -state[velocity, k]
                    x[k] = fold(here, low, high)
                else:
                    x[k] = min(max(here, low), high)


@Kernel
def bury(n: int, pitch: int, x: Any, f: Any, g: Any, state: Any, ends: Any, alive: Any, first: int) -> int:
    """Note where lanes have ended whose value is not finite, and park them; return how many live on."""
    model, living = -1, 0
    for j in range(LANES):
        if not math.isfinite(f[j]) and alive[first + j] != 0:
            alive[first + j] = 0
            for i in range(n):
                ends[i * pitch + first + j] = x[i * LANES + j]
        if alive[first + j] != 0:
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
def same(m: int, slots: int, count: int, x: Any, state: Any, scalars: Any, kept: Any) -> bool:
    """Whether a tile is what it was when it was kept."""
    for i in range(m):
        if x[i] != kept[i]:
            return False
    for slot in range(slots):
        for i in range(m):
            if state[slot, i] != kept[(1 + slot) * m + i]:
                return False
    equal = True
    for i in range(count):
        equal = equal and scalars[i] == kept[(1 + slots) * m + i]
    return equal


@Kernel
def keep(m: int, slots: int, count: int, x: Any, state: Any, scalars: Any, kept: Any) -> None:
    """Keep all that a tile remembers."""
    for i in range(m):
        kept[i] = x[i]
    for slot in range(slots):
        for i in range(m):
            kept[(1 + slot) * m + i] = state[slot, i]
    for i in range(count):
        kept[(1 + slots) * m + i] = scalars[i]


def _descend_tiles(job: int, steps: int) -> int:
    """Run a rule on coordinates for `steps` steps from each start of a job; return how many stayed finite."""
    r = as_array(_tiles_at(job), (1,))[0]
    n = DIMENSION if DIMENSION > 0 else r.n
    m = n * LANES
    slots, count, pitch = r.slots, r.scalar_count, r.count
    # One or two variables with little memory live on the stack, where arrays cannot overlap.
    on_stack = DIMENSION > 0
    memory = r.room
    px = two_rows() if on_stack else pointer(memory)
    pg = two_rows() if on_stack else pointer(memory + 8 * m)
    pf = one_row()
    squares = as_array(one_row(), (LANES,))
    ps = state_rows() if on_stack and slots * m <= STATE_ROWS * LANES else pointer(memory + 16 * m)
    x, g, f = as_array(px, (m,)), as_array(pg, (m,)), as_array(pf, (LANES,))
    state = as_array(ps, (slots, m))
    kept = pointer(memory + 8 * (2 + slots) * m)
    scalars, initial = doubles(r.scalars, count), doubles(r.initial, count)
    starts, ends, alive = pointer(r.starts), pointer(r.ends), integer_pointer(r.alive)
    lower, upper = doubles(r.lower, n), doubles(r.upper, n)
    s = as_array(settings_pointer(r.settings), (1,))[0]
    pc, call, border, velocity = pointer(r.context), r.call, r.border, r.velocity
    limited = s.clip_value > 0.0 or s.clip_norm > 0.0
    decay = coupled(s)
    scheduled = s.schedule != 0.0
    program, base, momentum = pointer(int(s.schedule)), s.lr, momentum_of(s)
    total = 0
    for first in range(0, pitch, LANES):
        for i in range(n):
            for j in range(LANES):
                x[i * LANES + j] = starts[i * pitch + first + j]
        for j in range(LANES):
            alive[first + j] = 1
        for slot in range(slots):
            for i in range(m):
                state[slot, i] = 0.0
        for i in range(count):
            scalars[i] = initial[i]
        left, living = steps, LANES
        if call_tile(call, px, pc, pf, pg, LANES) != 0:
            living = bury(n, pitch, x, f, g, state, ends, alive, first)
        keep(m, slots, count, x, state, scalars, kept)
        until = PERIOD
        while left > 0 and living > 0:
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
            if call_tile(call, px, pc, pf, pg, LANES) != 0:
                living = bury(n, pitch, x, f, g, state, ends, alive, first)
            until -= 1
            if until == 0:
                until = PERIOD
                if left > PERIOD and not scheduled:
                    if same(m, slots, count, x, state, scalars, kept):
                        left %= PERIOD
                    else:
                        keep(m, slots, count, x, state, scalars, kept)
        for i in range(n):
            for j in range(LANES):
                if alive[first + j] != 0:
                    ends[i * pitch + first + j] = x[i * LANES + j]
        total += living
        if scheduled:
            s.lr = base
            if momentum_of(s) != momentum:
                put_momentum(s, scalars, momentum, 0)
    return total


descend_tiles = Kernel(_descend_tiles, "advance", name="descend_tiles")
