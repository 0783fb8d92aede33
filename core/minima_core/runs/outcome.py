"""What a search with a budget has found, in a sentence: where its lowest point is, and what that cost.

A run's verdict says where the run stands; this says what is to be had from it. On a formula the lowest point
is compared with the known and found minima; a Python callable is never asked again.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.frame import Status
from minima_core.landscapes.scale import scale_of
from minima_core.runs.knowledge import minima_of, nearest
from minima_core.runs.run import Run
from minima_core.runs.said import Verdict
from minima_core.runs.verdict import diagnose
from minima_core.runs.wording import named, show_number

__all__ = ["outcome"]

AT_IT = 1e-6  # of the typical height: so much above a minimum counts as being there


def outcome(
    run: Run, position: NDArray[np.float64], value: float, evaluations: int, target: float | None
) -> Verdict:
    """Return the verdict on a search whose last run is `run`.

    Parameters
    ----------
    position, value
        The lowest point of the whole search, (n,), and its value.
    evaluations
        Of the whole search.
    target
        The value that was good enough, if there was one.
    """
    land = run.landscape
    numbers = {"step": float(run.step), "value": value, "best": value, "evaluations": float(evaluations)}
    cost = "after 1 evaluation" if evaluations == 1 else f"after {evaluations} evaluations"
    if target is not None and value <= target:
        return Verdict("target reached", f"reached the target {show_number(target)} {cost}", numbers)
    if run.status is Status.RAISED or not math.isfinite(value):
        return diagnose(run)
    lowest = f"the lowest value is {show_number(value)} {cost}"
    state = {Status.OUT_OF_BUDGET: "out of budget", Status.NOT_FINITE: "not finite"}.get(
        run.status, "running"
    )
    if state == "not finite":
        lowest += "; there the search ended, at a value that is not finite"
    if land.is_callable:
        return Verdict(state, lowest, numbers)
    minima = minima_of(land)
    if not minima:
        return Verdict(state, lowest, numbers)
    numbers["gap"] = max(value - minima[0].value, 0.0)
    close = nearest(land, minima, position)
    if close is None:
        return Verdict(state, f"{lowest}, and not at a minimum yet", numbers)
    above = max(value - close.value, 0.0)
    if above > AT_IT * scale_of(land).spread:
        return Verdict(
            state, f"close to {named(close, minima)}, {show_number(above)} above it {cost}", numbers
        )
    where = f"at {named(close, minima)}, value {show_number(value)}"
    if close.is_global:
        return Verdict("global minimum", f"{where}, {cost}", numbers)
    return Verdict("local minimum", f"{where}, {show_number(close.gap)} above the best, {cost}", numbers)
