"""A watch over the evaluations of one try: it counts them, and notes the one with which the try succeeded.

Every method asks its objective by an address, with a context. A try that is watched asks the faces below
instead, and its context is the watch's own memory: they call the objective, count, and compare. So the count
is exact for every method, whatever it does within a step, and no bit of the try changes.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.crowd import go
from minima_core.compiled.drivers import RUNNING
from minima_core.compiled.faces import (
    call_hessian,
    call_value,
    call_value_gradient,
    doubles,
    frame_at,
    integer_pointer,
    pointer,
)
from minima_core.compiled.kernel import Kernel

__all__ = [
    "ASKING",
    "ENTRIES",
    "FACES",
    "IDLE",
    "JOB",
    "LOWEST",
    "NOTHING",
    "STANDING",
    "TARGET",
    "advance_tries",
]

Array: TypeAlias = NDArray[np.float64]

ENTRIES = (
    "value", "value_gradient", "hessian", "context", "price", "count", "first", "mode", "target", "best",
    "square", "n", "lower", "upper", "places", "place_count", "block", "block_count", "stopped",
)  # fmt: skip
"""Addresses of the objective's faces and of its context; values that a gradient costs; evaluations so far,
and those after which the try had succeeded; what counts, with its numbers; the box; the places to be reached;
for the look at whether it still evaluates, steps (infinite: none) and evaluations at the last one, and
whether it has stopped. Addresses and counts are kept as doubles, which hold whole numbers up to 2⁵³."""

VALUE, VALUE_GRADIENT, HESSIAN, CONTEXT, PRICE, COUNT, FIRST, MODE, LIMIT, BEST = range(10)
SQUARE, N, LOWER, UPPER, PLACES, PLACE_COUNT, BLOCK, BLOCK_COUNT, STOPPED = range(10, 19)

NOTHING, TARGET, LOWEST, ASKING, STANDING = range(5)
"""What counts: nothing; a value in the box; the lowest point so far being near a place; any point at which a
gradient is asked for being near one; the point on which a try stands after a step being near one."""

IDLE = 1000
"""Steps in a row without any evaluation, after which a try that is limited by evaluations ends."""


@Kernel
def in_box(w: Any, x: Any) -> bool:
    """Whether a point lies in the box."""
    inside = True
    lower, upper = pointer(int(w[LOWER])), pointer(int(w[UPPER]))
    for i in range(int(w[N])):
        if x[i] < lower[i] or x[i] > upper[i]:
            inside = False
    return inside


@Kernel
def near(w: Any, x: Any) -> bool:
    """Whether a point lies near one of the places."""
    n = int(w[N])
    places = pointer(int(w[PLACES]))
    close = False
    for k in range(int(w[PLACE_COUNT])):
        square = 0.0
        for i in range(n):
            apart = x[i] - places[k * n + i]
            square += apart * apart
        if square <= w[SQUARE]:
            close = True
    return close


@Kernel
def saw(w: Any, x: Any, f: float, asking: bool) -> None:
    """Compare an evaluation with what counts."""
    mode = w[MODE]
    if mode == TARGET:
        if f <= w[LIMIT] and in_box(w, x):
            w[FIRST] = w[COUNT]
    elif mode == LOWEST:
        if f < w[BEST] and in_box(w, x):
            w[BEST] = f
            if near(w, x):
                w[FIRST] = w[COUNT]
    elif mode == ASKING and asking and f - f == 0.0 and near(w, x):
        w[FIRST] = w[COUNT]


def _value(p: Any, context: Any) -> float:
    """Return f, counted."""
    f: float = call_value(int(context[VALUE]), p, pointer(int(context[CONTEXT])))
    context[COUNT] += 1.0
    if context[FIRST] == 0.0:
        saw(context, p, f, False)
    return f


def _value_gradient(p: Any, context: Any, gradient: Any) -> float:
    """Return f and write its gradient, counted at its price."""
    f: float = call_value_gradient(int(context[VALUE_GRADIENT]), p, pointer(int(context[CONTEXT])), gradient)
    context[COUNT] += context[PRICE]
    if context[FIRST] == 0.0:
        saw(context, p, f, True)
    return f


def _hessian(p: Any, context: Any, hessian: Any) -> None:
    """Write the Hessian, which costs no values on a formula."""
    call_hessian(int(context[HESSIAN]), p, pointer(int(context[CONTEXT])), hessian)


FACES = {
    "call_value": Kernel(_value, "value", name="watched_value"),
    "call_value_gradient": Kernel(_value_gradient, "value_gradient", name="watched_value_gradient"),
    "call_hessian": Kernel(_hessian, "hessian", name="watched_hessian"),
}
"""The faces that stand before the objective's own, by the frame's names for them."""

JOB = ("first", "stride", "members", "advance", "watches", "pitch")
"""The address of the first frame and the bytes to the next one; how many; the address of the method's loop;
that of the first watch, and the bytes to the next one."""

FRAMES, STRIDE, MEMBERS, ADVANCE, WATCHES, PITCH = range(6)


@Kernel
def look(r: Any, w: Any) -> None:
    """Look whether the point on which a try stands counts."""
    if w[MODE] == STANDING and w[FIRST] == 0.0 and r.value - r.value == 0.0 and near(w, doubles(r.x, r.n)):
        w[FIRST] = float(r.values)


@Kernel
def is_idle(r: Any, w: Any) -> bool:
    """Whether a whole block of steps has passed without an evaluation; asked at the end of each block."""
    idle = False
    if r.step % IDLE == 0 and r.step > w[BLOCK]:
        idle = w[COUNT] == w[BLOCK_COUNT]
        w[BLOCK], w[BLOCK_COUNT] = float(r.step), w[COUNT]
    return idle


def _advance(job: int, steps: int) -> int:
    """Advance each try by so many steps; return how many can still go on."""
    j = integer_pointer(job)
    running = 0
    for member in range(j[MEMBERS]):
        address = j[FRAMES] + member * j[STRIDE]
        r = frame_at(address)
        w = pointer(j[WATCHES] + member * j[PITCH])
        goal = r.step + steps
        if r.step == 0 and r.values == 0:
            go(r, address, j[ADVANCE], 0)
            look(r, w)
        going = r.step < goal and r.status == RUNNING and w[STOPPED] == 0.0
        while going:
            before = r.step
            step_by_step = w[MODE] == STANDING and w[FIRST] == 0.0
            go(r, address, j[ADVANCE], 1 if step_by_step else min(goal - before, IDLE - before % IDLE))
            look(r, w)
            if r.step == before or is_idle(r, w):
                w[STOPPED] = 1.0
            going = r.step < goal and r.status == RUNNING and w[STOPPED] == 0.0
        if r.status == RUNNING and w[STOPPED] == 0.0:
            running += 1
    return running


advance_tries = Kernel(_advance, "advance", name="advance_tries")
