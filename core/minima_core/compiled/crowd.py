"""Loops over crowds: many frames in a row, each advanced by its method's own loop.

A *job* is a block of whole numbers that says which frames, and what is to be done with them:
`JOB` names its places.
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.drivers import RUNNING
from minima_core.compiled.faces import call_advance, doubles, frame_at, integer_pointer, pointer
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import THROW, uniform

__all__ = ["JOB", "advance_crowd", "throw_crowd", "visit_crowd"]

JOB = ("first", "stride", "members", "advance", "counts", "columns", "rows", "box")
"""The address of the first frame and bytes from one to the next; how many; the address of the method's loop;
the address of the counts of visits (int64, rows × columns), and of x₀, 1/Δx, y₀, 1/Δy of their cells."""

FIRST, STRIDE, MEMBERS, ADVANCE, COUNTS, COLUMNS, ROWS, BOX = range(8)


def throw(job: int, steps: int) -> int:
    """Put each member at the start that belongs to its seed and lane, uniform in the box."""
    j = integer_pointer(job)
    for member in range(j[MEMBERS]):
        r = frame_at(j[FIRST] + member * j[STRIDE])
        x, lower, upper = doubles(r.x, r.n), doubles(r.lower, r.n), doubles(r.upper, r.n)
        for i in range(r.n):
            x[i] = lower[i] + uniform(r.key, r.lane, 0, THROW + i) * (upper[i] - lower[i])
    return steps


@Kernel
def go(r: Any, address: int, call: int, steps: int) -> None:
    """Advance one member; where its loops end is noted in a small place, which is used again."""
    goal = r.step + steps
    going = True
    while going:
        r.loop_count = 0
        going = call_advance(call, address, goal - r.step) > 0 and r.step < goal


def advance(job: int, steps: int) -> int:
    """Advance each member by so many steps; return how many members can still go on."""
    j = integer_pointer(job)
    running = 0
    for member in range(j[MEMBERS]):
        address = j[FIRST] + member * j[STRIDE]
        r = frame_at(address)
        go(r, address, j[ADVANCE], steps)
        if r.status == RUNNING:
            running += 1
    return running


@Kernel
def cell(place: float, count: int) -> int:
    """Return the node nearest to a place measured in nodes; −1 outside."""
    if not -0.5 <= place <= count - 0.5:  # also nan
        return -1
    return min(max(math.floor(place + 0.5), 0), count - 1)


@Kernel
def visited(x: Any, n: int, box: Any, columns: int, rows: int) -> int:
    """Return the cell in which a point lies; −1 outside."""
    column = cell((x[0] - box[0]) * box[1], columns)
    row = 0 if n == 1 else cell((x[1] - box[2]) * box[3], rows)
    here: int = row * columns + column
    return -1 if column < 0 or row < 0 else here


def visit(job: int, steps: int) -> int:
    """Advance each member and count, after each of its steps, the cell in which it stands."""
    j = integer_pointer(job)
    counts, box = integer_pointer(j[COUNTS]), pointer(j[BOX])
    columns, rows = j[COLUMNS], j[ROWS]
    running = 0
    for member in range(j[MEMBERS]):
        address = j[FIRST] + member * j[STRIDE]
        r = frame_at(address)
        x = doubles(r.x, r.n)
        for _ in range(steps):
            go(r, address, j[ADVANCE], 1)
            here = visited(x, r.n, box, columns, rows)
            if here >= 0:
                counts[here] += 1
        if r.status == RUNNING:
            running += 1
    return running


throw_crowd = Kernel(throw, "advance", name="throw_crowd")
advance_crowd = Kernel(advance, "advance", name="advance_crowd")
visit_crowd = Kernel(visit, "advance", name="visit_crowd")
