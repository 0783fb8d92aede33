"""The tries of a method on a Python callable: one run after the other, call by call.

The callable is asked by each run on its own, so every try is what `minima_core.start` gives. On the way each
call is counted, and looked at for the one with which the try succeeded.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.frame import Border
from minima_core.compiled.objective import Ledger, Objective, as_number
from minima_core.landscapes import Landscape
from minima_core.studies.plan import UNLIMITED, Entrant, Goal, Limits
from minima_core.studies.threads import Account
from minima_core.studies.tried import Tried

__all__ = ["tried_by_calls"]

Array: TypeAlias = NDArray[np.float64]

BORDERS: dict[Border, Literal["free", "clip", "reflect"]] = {
    Border.FREE: "free", Border.CLIP: "clip", Border.REFLECT: "reflect",
}  # fmt: skip
BLOCK = 16
"""Steps between two looks at whether to go on."""
IDLE = 1000
"""Steps in a row without any call, after which a try that is limited by evaluations ends."""


class _Watch(Ledger):
    """Counts the calls of one try, and notes the one with which it succeeded; the run has its own ledger."""

    def __init__(self, land: Landscape, goal: Goal, judged: str) -> None:
        super().__init__(land.lower, land.upper, UNLIMITED)
        self._land, self._goal = land, goal
        self._searches = judged == "best" and goal.target is None
        self.first = 0

    def begin(self) -> None:
        """Forget the try before."""
        self.calls = self.first = 0
        self.best_value = math.inf

    def call(self, f: Objective, p: Array) -> float:
        """Call, count, and look at the answer."""
        value = as_number(f(p))
        self.calls += 1
        if not self.first and value < self.best_value and self._land.inside(p):
            self.best_value = value
            self._look(p, value)
        return value

    def slope(self, gradient: Callable[[Array], object], p: Array) -> Array:
        """Call a gradient."""
        return gradient(p)  # type: ignore[return-value]

    def curvature(self, hessian: Callable[[Array], object], p: Array) -> Array:
        """Call a Hessian."""
        return hessian(p)  # type: ignore[return-value]

    def _look(self, p: Array, value: float) -> None:
        """Look at a new lowest point."""
        if self._goal.target is not None:
            if value <= self._goal.target:
                self.first = self.calls
        elif self._searches and self.is_near(p):
            self.first = self.calls

    def is_near(self, p: Array) -> bool:
        """Whether a point lies near a global minimum."""
        apart = np.linalg.norm(self._goal.targets - p, axis=1)
        return bool(len(apart) and apart.min() <= self._goal.radius)


def tried_by_calls(
    land: Landscape,
    entrant: Entrant,
    starts: Array,
    tries: int,
    limits: Limits,
    goal: Goal,
    seed: int,
    look: Callable[[], None],
    account: Account,
) -> Tried:
    """Make the tries; `look` raises when nobody wants them any more."""
    from minima_core.runs import start

    watch = _Watch(land, goal, entrant.judged)
    watched = land.observed(watch)
    found = Tried.empty(entrant.resolved.text, tries, land.dimension)
    budget = None if limits.budget >= UNLIMITED else limits.budget
    walks = entrant.judged == "end" and goal.target is None
    for t in range(tries):
        watch.begin()
        run = start(
            watched, entrant.given, starts[t % len(starts)], seed=seed, lane=t, record="thinned",
            budget=budget, border=BORDERS[entrant.border],
        )  # fmt: skip
        idle = 0
        while True:
            if run.error is not None:
                raise ValueError(
                    f"The objective raised {type(run.error).__name__} ({run.error}): there is no study of it."
                ) from run.error
            if walks and not watch.first and math.isfinite(run.value) and watch.is_near(run.position):
                watch.first = watch.calls
            if run.step >= limits.most_steps or run.ended or idle >= IDLE:
                break
            look()
            calls = watch.calls
            block = min(1 if walks and not watch.first else BLOCK, limits.most_steps - run.step)
            run.advance(block)
            idle = idle + block if watch.calls == calls and budget is not None else 0
        best = entrant.judged == "best"
        found.positions[t] = run.best_position if best else run.position
        found.end_values[t], found.best_values[t] = run.value, run.best_value
        found.spent[t], found.first[t] = int(run.evaluations), watch.first
        found.text = run.specification.text
        account.add(1)
    return found
