"""What of a backtracking line search is drawn and told: the trials along its direction, and the one taken."""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.methods.gradient.common_insides import (
    AVERAGE,
    altered_sentence,
    learning_rate,
    scalar_before,
    seen,
    slope_stage,
)
from minima_core.methods.insides import Arrow, Glimpse, Inside, Points, Stage, said, said_point

__all__ = ["INSIDES", "narrate"]

Array: TypeAlias = NDArray[np.float64]


class Search(NamedTuple):
    """One step of the search, as its own numbers tell it."""

    direction: Array
    lengths: tuple[float, ...]
    """Of all trials, in their order."""
    taken: bool
    """Whether the last one was taken."""


def search_of(glimpse: Glimpse) -> Search | None:
    """Return how a step was found; None where none was made.

    The method remembers the length taken last. From it, the first trial's and the factor ρ follow all others.
    """
    before = glimpse.before
    if before is None:
        return None
    direction = glimpse.array("direction")
    rate, last = learning_rate(glimpse), scalar_before(glimpse, "length")
    first = rate if last == 0.0 else min(rate, glimpse.setting("grow") * last)
    reached, shrink = glimpse.number("length"), glimpse.setting("shrink")
    if not (first > 0.0 and reached > 0.0):
        return Search(direction, (), False)
    times = max(0, round(math.log(reached / first) / math.log(shrink)))
    taken = bool((glimpse.now.position != before.position).any())
    lengths = [first]
    while len(lengths) < times + (1 if taken else 0):
        lengths.append(lengths[-1] * shrink)
    return Search(direction, tuple(lengths), taken)


def _trials(glimpse: Glimpse) -> Points | None:
    """Return the points that were tried and not taken."""
    search, before = search_of(glimpse), glimpse.before
    if search is None or before is None:
        return None
    tried = search.lengths[:-1] if search.taken else search.lengths
    if not tried:
        return None
    return Points(before.position + np.multiply.outer(np.array(tried), search.direction))


def _line(glimpse: Glimpse) -> Arrow | None:
    """Return the way along which the first trial lay."""
    search, before = search_of(glimpse), glimpse.before
    if search is None or before is None or not search.lengths:
        return None
    return Arrow(before.position, before.position + search.lengths[0] * search.direction)


INSIDES = (
    Inside(
        "search",
        "Longest step",
        "Where the first trial lay: along the slope, as far as the learning rate and the step before allow.",
        "arrow",
        _line,
        role="trial",
    ),
    Inside(
        "trials",
        "Refused trials",
        "Points that were evaluated on the way and did not go down enough: the next one is shorter by ρ.",
        "points",
        _trials,
        role="refused",
    ),
    AVERAGE,
)


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell a step: the slope, the trials, and which of them went down enough."""
    search, before, now = search_of(glimpse), glimpse.before, glimpse.now
    if search is None or before is None:
        return (
            Stage(f"It begins at {said_point(now.position)}, where f = {said(now.value)}.", ("gradient",)),
        )
    stages = [slope_stage(glimpse)]
    slope = seen(glimpse, lambda: -search.direction)
    changed = altered_sentence(glimpse, slope)
    if changed:
        stages.append(Stage(changed, ("gradient",)))
    if not search.lengths:
        stages.append(Stage("There is nowhere to go: no trial was made.", ("search",)))
        return tuple(stages)
    last = scalar_before(glimpse, "length")
    limit = f"the learning rate η = {said(learning_rate(glimpse))}"
    if last != 0.0 and glimpse.setting("grow") * last < learning_rate(glimpse):
        limit = f"γ = {said(glimpse.setting('grow'))} times the step before"
    count = len(search.lengths)
    first = f"The first trial goes α = {said(search.lengths[0])} along it, {limit}"
    if count > 1:
        first += (
            f"; it does not go down enough, and is shortened by ρ = {said(glimpse.setting('shrink'))} "
            f"until α = {said(search.lengths[-1])}, trial {count}"
        )
    stages.append(Stage(f"{first}.", ("search", "trials")))
    if not search.taken:
        stages.append(Stage(f"None of {count} trials goes down enough: the run stays.", ("trials",)))
        return tuple(stages)
    enough = glimpse.setting("c1") * search.lengths[-1] * float(search.direction @ search.direction)
    stages.append(
        Stage(
            f"That leads to {said_point(now.position)}, where f = {said(now.value)}: "
            f"{said(before.value - now.value)} lower, and c₁α‖d‖² = {said(enough)} was asked for.",
            ("step",),
        )
    )
    return tuple(stages)
