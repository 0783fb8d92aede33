"""How a method drives another one: what they share, where a loop ends, and how the driven one forgets.

The driven method runs in a frame of its own, with its own loop: it does exactly what it does alone. Record,
counts, clock and the best point are lent to it for some steps and taken back.
"""

from __future__ import annotations

from typing import Any

from minima_core.compiled.drivers import NOTHING, RUNNING
from minima_core.compiled.faces import doubles, integer_pointer, matrix, pointer
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.schedule import forget

__all__ = ["end_loop", "forget_all", "lend", "stand_at", "take_back"]


@Kernel
def lend(r: Any, q: Any) -> None:
    """Give the inner frame what both share: the record, the counts, the clock and the best point."""
    q.row, q.capacity, q.stride, q.countdown = r.row, r.capacity, r.stride, r.countdown
    q.positions, q.row_values, q.row_evaluations = r.positions, r.row_values, r.row_evaluations
    q.row_gradients, q.row_hessians = r.row_gradients, r.row_hessians
    q.insides, q.pitch = r.insides + 8 * r.own_columns, r.pitch
    q.values, q.gradients, q.hessians, q.budget = r.values, r.gradients, r.hessians, r.budget
    q.step, q.clock, q.best, q.best_value = r.step, r.clock, r.best, r.best_value


@Kernel
def take_back(r: Any, q: Any, n: int) -> None:
    """Take back what both share, and stand where the inner method stands."""
    r.row, r.countdown = q.row, q.countdown
    r.values, r.gradients, r.hessians = q.values, q.gradients, q.hessians
    r.step, r.clock, r.best_value = q.step, q.clock, q.best_value
    r.value, r.held = q.value, q.held
    x, g, x_inner, g_inner = doubles(r.x, n), doubles(r.g, n), doubles(q.x, n), doubles(q.g, n)
    for i in range(n):
        x[i] = x_inner[i]
        g[i] = g_inner[i]


@Kernel
def stand_at(r: Any, q: Any, n: int) -> None:
    """Let the inner method begin where this run stands, with what is known there."""
    x, g, x_inner, g_inner = doubles(r.x, n), doubles(r.g, n), doubles(q.x, n), doubles(q.g, n)
    for i in range(n):
        x_inner[i] = x[i]
        g_inner[i] = g[i]
    q.value, q.held = r.value, r.held


@Kernel
def end_loop(r: Any, n: int, x: Any, value: float) -> None:
    """Note where a loop ended; with the next step, another one begins. There must be room: `r.loop_room`."""
    ends = pointer(r.ends)
    at = r.loop_count * (n + 2)
    ends[at] = float(r.step)
    ends[at + 1] = value
    for i in range(n):
        ends[at + 2 + i] = x[i]
    integer_pointer(r.loops)[r.loop_count] = r.step + 1
    r.loop_count += 1
    r.loops_begun += 1
    r.loop_step = 0


@Kernel
def forget_all(q: Any, n: int) -> None:
    """Let a driven method forget everything: it begins anew from wherever it is put."""
    state = matrix(q.state, q.slots, n)
    for j in range(q.slots):
        for i in range(n):
            state[j, i] = 0.0
    scalars, initial = doubles(q.scalars, q.scalar_count), doubles(q.initial, q.scalar_count)
    for j in range(q.scalar_count):
        scalars[j] = initial[j]
    memory = doubles(q.memory, q.memory_size)
    for j in range(q.memory_size):
        memory[j] = 0.0
    forget(q)
    q.held, q.status, q.quiet = NOTHING, RUNNING, 0
