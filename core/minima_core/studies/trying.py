"""The tries of one method, each from its start with its lane: over tiles, as a crowd, or call by call.

All three ways give the same bits. Tiles are the fastest, and for plain descents on formulas; they have to be
compiled once for each method, which small studies do without.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.arrivals import Cancelled
from minima_core.landscapes import Landscape
from minima_core.studies.calls import tried_by_calls
from minima_core.studies.lanes import Lanes
from minima_core.studies.members import Members
from minima_core.studies.plan import Entrant, Goal, Limits
from minima_core.studies.threads import Account, share_out, threads_for
from minima_core.studies.tried import Tried

__all__ = ["Task", "tried"]

Array: TypeAlias = NDArray[np.float64]

LARGE = 3_000_000
"""Steps of all tries together from which it pays to compile a loop over tiles."""
MOST_MEMBERS, MEMORY = 256, 1 << 24
"""Tries that a thread makes together: so many, or so many bytes of them."""
FIRST_SLICE = 4
QUICK, SLOW = 0.01, 0.04
"""Seconds that a slice of their steps takes, more or less, between two looks at whether to go on."""
TILE_STEPS = 4_000_000
"""Steps of all lanes together that tiles do between two such looks."""


@dataclass(frozen=True, eq=False)
class Task:
    """What is asked of one method."""

    land: Landscape
    entrant: Entrant
    starts: Array
    tries: int
    limits: Limits
    goal: Goal
    seed: int
    workers: int | None = None
    cancel: Callable[[], bool] | None = None
    progress: Callable[[float], None] | None = None
    pilot_of: int = 0
    """Steps of all tries of what this is a sample of: it goes the same way."""

    @property
    def steps(self) -> int:
        """Steps that no try exceeds."""
        return min(self.limits.most_steps, self.limits.budget)

    def look(self) -> None:
        """Raise if nobody wants it any more."""
        if self.cancel is not None and self.cancel():
            raise Cancelled("The study was given up.")


def tried(task: Task) -> Tried:
    """Make the tries 0, 1, …: try t from start t mod k, with lane t.

    Raises
    ------
    Cancelled
        When the task's `cancel` says so.
    ValueError
        When a callable raises; what it raised is the cause.
    """
    task.look()
    land, entrant = task.land, task.entrant
    if land.is_callable:
        return tried_by_calls(land, entrant, task.starts, task.tries, task.limits, task.goal, task.seed,
                              task.look, Account(task.tries, task.progress))  # fmt: skip
    found = Tried.empty(entrant.resolved.text, task.tries, land.dimension)
    if Lanes.serves(land, entrant, task.limits) and (
        max(task.tries * task.steps, task.pilot_of) >= LARGE or Lanes.is_ready(land, entrant)
    ):
        _over_tiles(task, found)
    else:
        _as_a_crowd(task, found)
    return found


def _over_tiles(task: Task, found: Tried) -> None:
    """Let plain descents go side by side."""
    lanes = Lanes(task.land, task.entrant, task.limits, task.goal)
    size = lanes.chunk(task.tries, TILE_STEPS, threads_for(task.workers))
    account = Account(task.tries, task.progress)

    def worker() -> Callable[[int], None]:
        go = lanes.worker(size)

        def work(part: int) -> None:
            task.look()
            here = np.arange(part * size, min((part + 1) * size, task.tries))
            go(task.starts[here % len(task.starts)], here, found)
            account.add(len(here))

        return work

    share_out(worker, -(-task.tries // size), task.workers)


def _as_a_crowd(task: Task, found: Tried) -> None:
    """Let every try have a frame of its own."""
    size = _members(task)
    account = Account(task.tries, task.progress)

    def work(part: int) -> None:
        lanes = np.arange(part * size, min((part + 1) * size, task.tries))
        members = _made(task, lanes)
        _advance(task, members, account)
        best = task.entrant.judged == "best"
        found.positions[lanes] = members.best_positions if best else members.positions
        found.end_values[lanes], found.best_values[lanes] = members.values, members.best_values
        found.spent[lanes], found.first[lanes] = members.spent, members.first

    share_out(lambda: work, -(-task.tries // size), task.workers)


def _advance(task: Task, members: Members, account: Account) -> None:
    """Advance some tries to their end, in slices that find out themselves how many steps take how long."""
    left, slice_of, group = task.limits.most_steps, FIRST_SLICE, len(members)
    told, going = 0.0, True
    while left > 0 and going:
        steps, going = min(left, slice_of), False
        begin = time.perf_counter()
        for first in range(0, len(members), group):
            task.look()
            going |= members.go(steps, first, first + group)
        took = (time.perf_counter() - begin) * group / len(members)
        left -= steps
        if took < QUICK:
            slice_of *= 2
        elif took > SLOW and slice_of > 1:
            slice_of //= 2
        elif took > SLOW:
            group = max(1, group // 2)
        done = len(members) * max(1.0 - left / task.limits.most_steps, members.share_spent)
        account.add(done - told)
        told = done
    account.add(len(members) - told)


def _made(task: Task, lanes: NDArray[np.int64]) -> Members:
    """Return tries with these lanes, not begun."""
    starts = task.starts[lanes % len(task.starts)]
    return Members(task.land, task.entrant, lanes, starts, task.seed, task.limits, task.goal)


def _members(task: Task) -> int:
    """Return how many tries a thread makes together: few enough for all to have work, and for memory."""
    fair = -(-task.tries // (4 * threads_for(task.workers)))
    width = _made(task, np.zeros(1, dtype=np.int64)).width
    return max(1, min(fair, MOST_MEMBERS, MEMORY // width))
