"""The loops that step a method: `descend` for rules on coordinates, `march` for every other method.

Both evaluate where they stand if nobody has done it yet, then step, record and count, until the steps asked
for are done, the record is full, the budget is used up, or the value is not finite. They are compiled once
for each method; the objective is called by its address, and may be a formula's machine code or a Python
callable.
"""

from __future__ import annotations

import functools
import math
from typing import Any

from minima_core.compiled.faces import (
    as_array,
    call_hessian,
    call_value,
    call_value_gradient,
    doubles,
    frame_at,
    integer_pointer,
    matrix,
    pair,
    pointer,
)
from minima_core.compiled.frame import Border, Held, Status
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import BATCH, NOISE, normal_pair, uniform_pair
from minima_core.compiled.schedule import average_here, follow, momentum_of, put_momentum

__all__ = [
    "consider",
    "descend",
    "drawing_batches",
    "fold",
    "gradient_at",
    "hessian_here",
    "march",
    "note",
    "value_at",
    "write_row",
]

# Compiled as constants: numba knows no enumerations of ours.
RUNNING, NOT_FINITE, OUT_OF_BUDGET = int(Status.RUNNING), int(Status.NOT_FINITE), int(Status.OUT_OF_BUDGET)
RAISED, SETTLED = int(Status.RAISED), int(Status.SETTLED)
REFLECT = int(Border.REFLECT)
NOTHING, HELD_VALUE, HELD_GRADIENT = int(Held.NOTHING), int(Held.VALUE), int(Held.GRADIENT)
EMA = 2  # among the choices of the setting `averaging`
PATIENCE = 10  # quiet steps in a row after which a loop has settled

DIMENSION = 0
"""The dimension as a constant of the compiled loop; 0 where it is read from the frame."""


@Kernel
def update(n: int, x: Any, g: Any, state: Any, scalars: Any, s: Any) -> None:
    """Apply a method's rule; every specialisation of `descend` puts its own here."""


@Kernel
def fold(x: float, low: float, high: float) -> float:
    """Return x reflected at both ends into [low, high], as often as it takes."""
    width = high - low
    t = math.fabs(x - low) % (2.0 * width)
    if t > width:
        t = 2.0 * width - t
    return min(low + t, high)


@Kernel
def keep_inside(border: int, n: int, x: Any, lower: Any, upper: Any) -> None:
    """Move a point back into the box: clipped (1) or reflected (2); 0 leaves it."""
    for i in range(n if border != 0 else 0):
        if x[i] < lower[i] or x[i] > upper[i]:
            if border == 2:
                x[i] = fold(x[i], lower[i], upper[i])
            else:
                x[i] = min(max(x[i], lower[i]), upper[i])


@Kernel
def bounce(n: int, x: Any, lower: Any, upper: Any, v: Any) -> None:
    """Turn the components of a velocity round in which the point has left the box: a ball bounces.

    As often as the point will be folded back; twice is not at all.
    """
    for i in range(n):
        beyond = max(lower[i] - x[i], x[i] - upper[i])
        if beyond > 0.0 and math.floor(beyond / (upper[i] - lower[i])) % 2.0 == 0.0:
            v[i] = -v[i]


@Kernel
def is_inside(n: int, x: Any, lower: Any, upper: Any) -> bool:
    """Whether a point lies in the box."""
    inside = True
    for i in range(n):
        if x[i] < lower[i] or x[i] > upper[i]:
            inside = False
    return inside


@Kernel
def consider(r: Any, n: int, x: Any, f: float) -> None:
    """Keep the point if it is the lowest so far, and inside the box."""
    if f < r.best_value and is_inside(n, x, doubles(r.lower, n), doubles(r.upper, n)):
        best = doubles(r.best, n)
        for i in range(n):
            best[i] = x[i]
        r.best_value = f


@Kernel
def write_row(r: Any, n: int, x: Any, f: float) -> None:
    """Write a point into the record; its insides, if any, have been written to this row before."""
    row = r.row
    positions = pointer(r.positions)
    for i in range(n):
        positions[row * n + i] = x[i]
    pointer(r.row_values)[row] = f
    integer_pointer(r.row_evaluations)[row] = r.values
    if r.row_gradients != 0:
        integer_pointer(r.row_gradients)[row] = r.gradients
        integer_pointer(r.row_hessians)[row] = r.hessians
    r.row = row + 1


@Kernel
def note(r: Any, n: int, x: Any, f: float) -> None:
    """Count a step, and record its point if its turn has come."""
    r.step += 1
    r.clock += 1
    r.countdown -= 1
    if r.countdown == 0:
        r.countdown = r.stride
        write_row(r, n, x, f)


@Kernel
def ran_off(r: Any) -> int:
    """Return the status of a run whose value is not finite: because of an exception, or by itself."""
    return RAISED if integer_pointer(r.raised)[0] != 0 else NOT_FINITE


@Kernel
def evaluate_here(r: Any, n: int) -> None:
    """Evaluate value and gradient where the run stands; the very first point is row 0."""
    x = doubles(r.x, n)
    if r.values + r.price > r.budget:
        r.status = OUT_OF_BUDGET
        if r.held == NOTHING and r.values < r.budget:  # too little for a gradient, but not for a value
            r.value = call_value(r.call_value, pointer(r.x), pointer(r.context))
            r.values += 1
            r.held = HELD_VALUE
            consider(r, n, x, r.value)
        return
    f = call_value_gradient(r.call_value_gradient, pointer(r.x), pointer(r.context), pointer(r.g))
    r.values += r.price
    r.gradients += 1
    r.value = f
    r.held = HELD_GRADIENT
    consider(r, n, x, f)
    if not math.isfinite(f):
        r.status = ran_off(r)


@Kernel
def value_at(r: Any, n: int, address: int) -> float:
    """Return the value at the point at an address, counted and considered; infinite where it is no number.

    The budget must leave one evaluation. A Python callable that raised leaves its mark in the frame's status.
    """
    f: float = call_value(r.call_value, pointer(address), pointer(r.context))
    r.values += 1
    consider(r, n, doubles(address, n), f)
    if integer_pointer(r.raised)[0] != 0:
        r.status = RAISED
    return math.inf if math.isnan(f) else f


@Kernel
def gradient_at(r: Any, n: int, address: int, gradient: int) -> float:
    """Write the gradient at the point at an address to another one, and return the value, whatever it is.

    The budget must leave `r.price` evaluations.
    """
    f: float = call_value_gradient(
        r.call_value_gradient, pointer(address), pointer(r.context), pointer(gradient)
    )
    r.values += r.price
    r.gradients += 1
    consider(r, n, doubles(address, n), f)
    if integer_pointer(r.raised)[0] != 0:
        r.status = RAISED
    return f


@Kernel
def hessian_here(r: Any, n: int, hessian: int) -> bool:
    """Write the Hessian where the run stands, n × n row by row; return whether the budget allowed it."""
    if r.values + r.hessian_price > r.budget:
        r.status = OUT_OF_BUDGET
        return False
    pointer(hessian)[0] = r.value  # which differences of values need
    call_hessian(r.call_hessian, pointer(r.x), pointer(r.context), pointer(hessian))
    r.values += r.hessian_price
    r.gradients += r.hessian_gradients
    r.hessians += 1
    if integer_pointer(r.raised)[0] != 0:
        r.status = RAISED
        return False
    return True


@Kernel
def copy(n: int, source: Any, target: Any) -> None:
    """Write n numbers into others."""
    for i in range(n):
        target[i] = source[i]


@Kernel
def add_noise(n: int, g: Any, deviation: float, key: int, lane: int, step: int) -> None:
    """Add independent normal noise to every coordinate of the gradient."""
    for i in range(0, n, 2):
        a, b = normal_pair(key, lane, step, NOISE + i)
        g[i] += deviation * a
        if i + 1 < n:
            g[i + 1] += deviation * b


@Kernel
def draw_batch(r: Any, n: int, x: Any, g: Any, batch: int, step: int) -> None:
    """Put the mean gradient of `batch` examples in place of that of all: drawn without replacement.

    One pass over the examples takes each with the chance that is right for what is still wanted of what is
    left (algorithm S; D. E. Knuth, The Art of Computer Programming 2, 3.4.2).
    """
    copy(n, x, doubles(r.x, n))
    one = doubles(r.scratch, n)
    for i in range(n):
        g[i] = 0.0
    count = r.example_count
    size = min(batch, count)
    wanted = size
    u, v = 0.0, 0.0
    for k in range(count):
        if wanted == 0:
            break
        if k % 2 == 0:
            u, v = uniform_pair(r.key, r.lane, step, BATCH + k)
        chance = u if k % 2 == 0 else v
        if chance * (count - k) < wanted:
            wanted -= 1
            row = pointer(r.examples + k * r.example_pitch)
            call_value_gradient(r.call_example, pointer(r.x), row, pointer(r.scratch))
            for i in range(n):
                g[i] += one[i]
    for i in range(n):
        g[i] /= size


@Kernel
def clip(n: int, g: Any, clip_value: float, clip_norm: float) -> None:
    """Limit each coordinate of the gradient, then its length (as torch.nn.utils.clip_grad_norm_ does)."""
    if clip_value > 0.0:
        for i in range(n):
            g[i] = min(max(g[i], -clip_value), clip_value)
    if clip_norm > 0.0:
        square = 0.0
        for i in range(n):
            square += g[i] * g[i]
        factor = clip_norm / (math.sqrt(square) + 1e-6)
        if factor < 1.0:
            for i in range(n):
                g[i] *= factor


@Kernel
def disturb(r: Any, n: int, x: Any, g: Any, s: Any, step: int) -> None:
    """Let chance into the gradient: noise."""
    if s.noise > 0.0:
        add_noise(n, g, s.noise * r.noise_unit, r.key, r.lane, step)


@Kernel
def draw_or_disturb(r: Any, n: int, x: Any, g: Any, s: Any, step: int) -> None:
    """Let chance into the gradient: the examples that are drawn, or noise in their place."""
    if s.batch > 0.0 and r.example_count > 0:
        draw_batch(r, n, x, g, int(s.batch), step)
    elif s.noise > 0.0:
        add_noise(n, g, s.noise * r.noise_unit, r.key, r.lane, step)


@Kernel
def alters(s: Any) -> bool:
    """Whether anything is done to the gradient before the rule sees it."""
    altered: bool = s.noise > 0.0 or s.clip_value > 0.0 or s.clip_norm > 0.0 or s.weight_decay != 0.0
    return altered


@Kernel
def alters_or_draws(s: Any) -> bool:
    """Whether anything is done to the gradient, or it is taken from a few examples."""
    altered: bool = s.batch > 0.0 or alters(s)
    return altered


@Kernel
def coupled(s: Any) -> float:
    """Return the weight decay that is added to the gradient; some rules decay the point themselves."""
    decay: float = s.weight_decay
    return decay


@Kernel
def alter(r: Any, n: int, x: Any, g: Any, s: Any, done: int) -> None:
    """Do to the gradient what is common to all gradient methods: noise, clipping, weight decay."""
    disturb(r, n, x, g, s, r.clock + done)
    if s.clip_value > 0.0 or s.clip_norm > 0.0:
        clip(n, g, s.clip_value, s.clip_norm)
    decay = coupled(s)
    if decay != 0.0:
        for i in range(n):
            g[i] += decay * x[i]


@Kernel
def remember(r: Any, n: int, x: Any) -> None:
    """Remember where the step begins."""
    before = doubles(r.scratch, n)
    for i in range(n):
        before[i] = x[i]


@Kernel
def has_settled(r: Any, n: int, x: Any, lower: Any, upper: Any) -> bool:
    """Whether ten steps in a row were no longer than the tolerance, in shares of the box."""
    before = doubles(r.scratch, n)
    moved = 0.0
    for i in range(n):
        moved = max(moved, math.fabs(x[i] - before[i]) / (upper[i] - lower[i]))
    r.quiet = r.quiet + 1 if moved <= r.tolerance else 0
    settled: bool = r.quiet >= PATIENCE
    return settled


@Kernel
def value_at_average(r: Any, n: int, x: Any, s: Any) -> float:
    """Let a point enter the average of the points, and return the value there."""
    average_here(n, x, doubles(r.average, n), r.averaged, s.ema_decay if s.averaging == EMA else 1.0)
    r.averaged += 1
    f: float = call_value(r.call_value, pointer(r.average), pointer(r.context))
    r.average_value = f
    return f


def _descend(frame: int, steps: int) -> int:
    """Do `steps` steps of a rule on coordinates; the parts common to all gradient methods are here.

    A step: the schedule sets the learning rate; noise is added to the gradient held, it is clipped, weight
    decay is added (PyTorch's order), the rule updates the point, the border is kept (a reflecting one turns
    the velocity round), and value and gradient are evaluated at the new point: the row's. If points are
    averaged, the value at their average is one evaluation more.
    """
    r = frame_at(frame)
    n = DIMENSION if DIMENSION > 0 else r.n
    if r.held != HELD_GRADIENT and r.status == RUNNING:
        evaluate_here(r, n)
        if r.row == 0 and r.step == 0 and r.held != NOTHING:
            write_row(r, n, doubles(r.x, n), r.value)
    if r.status != RUNNING or r.row >= r.capacity:
        return 0
    # How far this may go is settled before the loop, which then has one thing to count; and all that it
    # needs is read once: memory that the compiler cannot prove unchanged is read anew otherwise.
    s = as_array(settings_pointer(r.settings), (1,))[0]
    averaging = s.averaging != 0.0 and r.call_value != 0 and r.steps >= s.averaging_start
    price, stride, countdown, row = r.price + (1 if averaging else 0), r.stride, r.countdown, r.row
    room = countdown + (r.capacity - row - 1) * stride
    paid = (r.budget - r.values) // price
    allowed = min(steps, room, paid)
    if s.averaging != 0.0 and not averaging and r.steps < s.averaging_start:
        allowed = min(allowed, int(s.averaging_start) - r.steps)
    # In one or two dimensions point and gradient leave the frame, which others point to, for registers.
    px, pg = (pair(), pair()) if DIMENSION > 0 else (pointer(r.x), pointer(r.g))
    x, g = as_array(px, (n,)), as_array(pg, (n,))
    if DIMENSION > 0:
        copy(n, doubles(r.x, n), x)
        copy(n, doubles(r.g, n), g)
    pc, call = pointer(r.context), r.call_value_gradient
    state, scalars = matrix(r.state, r.slots, n), doubles(r.scalars, n)
    lower, upper, best = doubles(r.lower, n), doubles(r.upper, n), doubles(r.best, n)
    positions, row_values = pointer(r.positions), pointer(r.row_values)
    evaluations, gradients = integer_pointer(r.row_evaluations), integer_pointer(r.row_gradients)
    hessians, asked, curvatures = integer_pointer(r.row_hessians), r.gradients, r.hessians
    apart = r.row_gradients != 0
    border, best_value, f, status, before = r.border, r.best_value, r.value, RUNNING, r.values
    tolerance = r.tolerance
    scheduled = s.schedule != 0.0
    base, momentum = s.lr, momentum_of(s)
    if not scheduled:
        r.schedule = 0
    altered = alters(s) or scheduled
    guarded = border != 0 or tolerance > 0.0
    watched = averaging or tolerance > 0.0
    bouncing = border == REFLECT and r.velocity >= 0
    done = 0
    while done < allowed:
        if altered:
            if scheduled:
                follow(r, s, scalars, base, momentum, r.steps + done, f)
            alter(r, n, x, g, s, done)
        if tolerance > 0.0:
            remember(r, n, x)
        update(n, x, g, state, scalars, s)
        if bouncing:
            bounce(n, x, lower, upper, state[r.velocity])
        if guarded:
            keep_inside(border, n, x, lower, upper)
        f = call_value_gradient(call, px, pc, pg)
        done += 1
        if f < best_value and is_inside(n, x, lower, upper):
            best_value = f
            copy(n, x, best)
        countdown -= 1
        if countdown == 0:
            countdown = stride
            for i in range(n):
                positions[row * n + i] = x[i]
            row_values[row] = f
            evaluations[row] = before + done * price
            if apart:
                gradients[row] = asked + done
                hessians[row] = curvatures
            row += 1
        if watched:
            if averaging:
                mean = value_at_average(r, n, x, s)
                if mean < best_value and is_inside(n, doubles(r.average, n), lower, upper):
                    best_value = mean
                    copy(n, doubles(r.average, n), best)
                if ran_off(r) != NOT_FINITE:
                    status = RAISED
                    break
            if tolerance > 0.0 and has_settled(r, n, x, lower, upper) and math.isfinite(f):
                status = SETTLED
                break
        if not math.isfinite(f):
            status = ran_off(r)
            break
    if status == RUNNING and done < steps and done == paid:
        status = OUT_OF_BUDGET
    if DIMENSION > 0:
        copy(n, x, doubles(r.x, n))
        copy(n, g, doubles(r.g, n))
    if scheduled:
        s.lr = base
        if momentum_of(s) != momentum:
            put_momentum(s, scalars, momentum, r.steps + done)
    r.steps += done
    r.values += done * price
    r.gradients += done
    r.step += done
    r.clock += done
    r.best_value, r.value, r.row, r.countdown, r.status = best_value, f, row, countdown, status
    return done


settings_pointer = pointer
"""A method's settings by name; every specialisation puts the names of its own here."""


@Kernel
def step(r: Any) -> None:
    """Do one step; every specialisation of `march` puts its method's own here."""


@Kernel
def begin(r: Any) -> None:
    """Evaluate where the run stands; every specialisation of `march` puts its method's own here."""


def _march(frame: int, steps: int) -> int:
    """Do `steps` steps of a method that brings its own step; it counts and records with `note`."""
    r = frame_at(frame)
    if r.status == RUNNING:
        begin(r)
    before = r.step
    while r.step - before < steps and r.row < r.capacity and r.status == RUNNING:
        if r.loop_count >= r.loop_room > 0:  # methods that begin loops themselves come back for room
            break
        step(r)
    done: int = r.step - before
    return done


descend = Kernel(_descend, "advance", name="descend")
march = Kernel(_march, "advance", name="march")


drawing_batches: dict[str, Any] = {
    "alter": alter.specialised("batch", disturb=draw_or_disturb),
    "alters": alters_or_draws,
}
"""What a loop means by these names when its method has the setting `batch`."""


@functools.cache
def constants(dimension: int) -> dict[str, int]:
    """Return the substitutions that make a dimension a constant: one or two variables; 0 for all others."""
    return {"DIMENSION": dimension if dimension in {1, 2} else 0}
