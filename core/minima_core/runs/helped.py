"""Whether a cure helped: a run and the run that was tried in its place, compared by where they end.

A walk counts by where it stands at the end, a search by the lowest point that it has found. Over several
starts each is paired with itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.landscapes import Landscape
from minima_core.landscapes.scale import scale_of
from minima_core.methods import Specification
from minima_core.runs.record import Record
from minima_core.runs.said import Verdict
from minima_core.runs.wording import show_number

__all__ = ["Comparison", "End", "compare_ends", "end_of", "not_comparable"]

SAME = 1e-6
"""Of the typical height: so much higher or lower is as low."""
SOONER = 0.8
"""Of the evaluations: who is as low after no more than these is there sooner."""
STUCK = {"local minimum", "saddle", "inflection", "plateau"}
HARDLY = 0.01
"""Of the gap to the best: who was stuck and ends only so much lower is as good as stuck."""
GONE = {"diverged", "not finite", "outside", "raised"}
PLACES = {
    "local minimum": "in a local minimum",
    "saddle": "at a saddle",
    "inflection": "at a flat inflection",
    "plateau": "on a plateau",
    "oscillating": "oscillating",
    "crawling": "crawling",
    "wandering": "wandering",
    "running": "still under way",
    "out of budget": "out of budget",
}
LEVEL_ROWS = 100
"""Rows whose mean is the level about which a run wanders."""
FEWEST = 6
"""Pairs that all point one way before chance is an unlikely reason: 2 · 0.5⁶ < 0.05."""

Judgement: TypeAlias = Literal["helped", "no", "mixed", "incomparable"]


@dataclass(frozen=True)
class End:
    """What a run came to.

    Attributes
    ----------
    state
        That of its verdict.
    value
        The loss where it stands, or the lowest inside the region of a search; infinite when it is gone.
    position : float64 (n,)
        Where that is.
    evaluations
        All of the run.
    there
        The evaluations after which it was at its minimum; infinite when it is at none.
    found, proved
        Whether its minimum is only the lowest that a search found, and whether it is proved to be global.
    chancy
        Whether another seed would give another run.
    wanders
        Whether noise throws it up and down: `value` is then the mean of its last rows.
    gap
        How far it is above the lowest minimum known; nan where none is known.
    """

    state: str
    value: float
    position: NDArray[np.float64]
    evaluations: int
    there: float
    found: bool
    proved: bool
    chancy: bool
    wanders: bool = False
    gap: float = math.nan


@dataclass(frozen=True)
class Comparison:
    """Whether a cure helped, in a sentence with numbers."""

    judgement: Judgement
    sentence: str


def end_of(land: Landscape, specification: Specification, record: Record, verdict: Verdict, step: int) -> End:
    """Return what a run has come to at a step that has its verdict.

    Parameters
    ----------
    specification
        The method at work at the end.
    record, verdict
        Of the run, which may have gone further than `step`; later rows do not count.
    """
    record = record.until(step)
    search = specification.method.kind == "global"
    inside = np.all((record.positions >= land.lower) & (record.positions <= land.upper), axis=1)
    values = np.where(inside & np.isfinite(record.values), record.values, np.inf)
    row = int(np.argmin(values)) if search else len(record) - 1
    value = float(values[row])
    if search and int(record.steps[-1]) == int(verdict.numbers.get("step", -1)):
        value = min(value, verdict.numbers.get("best", math.inf))
    wanders = verdict.state == "wandering"
    if wanders:
        value = float(np.mean(record.values[-LEVEL_ROWS:]))
    arrived = verdict.numbers.get("reached", math.inf)
    there = math.inf
    if math.isfinite(arrived) and arrived <= step:
        there = float(record.evaluations[record.row_of(int(arrived))])
    return End(
        verdict.state,
        value if verdict.state not in GONE or search else math.inf,
        np.array(record.positions[row]),
        int(record.evaluations[-1]),
        there,
        "found" in verdict.sentence,
        verdict.numbers.get("proved") == 1.0,
        _chancy(specification),
        wanders,
        verdict.numbers.get("gap", math.nan),
    )


def compare_ends(land: Landscape, before: Sequence[End], after: Sequence[End]) -> Comparison:
    """Return whether the runs `after` ended better than those `before`, start by start.

    Examples
    --------
    >>> import minima_core as mc
    >>> land, ends = mc.landscape("two-wells"), []
    >>> for method in ("gradient-descent,lr=0.03", "adam,lr=0.1"):
    ...     run = mc.start(land, method, x0=(-1.15, 1.6))
    ...     _ = run.advance(260)
    ...     ends.append([end_of(land, run.specification, run.record, run.verdict, 260)])
    >>> compare_ends(land, *ends).sentence.split(", ")[0::2]
    ['Helped: ends 0.549 lower', 'with as many evaluations.']
    """
    same = SAME * scale_of(land).spread
    if len(before) == 1:
        return _of_one(before[0], after[0], same)
    lower = sum(b.value - a.value > max(same, _hardly(b)) for b, a in zip(before, after, strict=True))
    higher = sum(a.value - b.value > same for b, a in zip(before, after, strict=True))
    count = len(before)
    best_before, best_after = (sum(e.state == "global minimum" for e in ends) for ends in (before, after))
    reached = f"; at the global minimum from {best_after}, before from {best_before}"
    cost = _cost(sum(each.evaluations for each in before), sum(each.evaluations for each in after))
    if not lower:
        worse = f", and higher from {higher}" if higher else ""
        said = f"Did not help: ends lower from none of {count} starts{worse}{reached}; {cost}."
        return Comparison("no", said)
    few = lower < FEWEST if not higher else _sign_test(lower, higher) > 0.05
    luck = " With so few starts this may be chance." if few else ""
    if higher:
        said = (
            f"Mixed: ends lower from {lower} of {count} starts, higher from {higher}{reached}; {cost}.{luck}"
        )
        return Comparison("mixed", said)
    said = f"Helped from {lower} of {count} starts, and hurt from none{reached}; {cost}.{luck}"
    return Comparison("helped", said)


def not_comparable(land: Landscape, before: Sequence[End], after: Sequence[End]) -> Comparison:
    """Return what can be said when the landscape has been changed: its loss is another one.

    `land` is the landscape before; where both runs ended, it is measured by that one.
    """
    said = "Not comparable: the landscape changed."
    if len(before) == 1 and land.inside(after[0].position) and math.isfinite(before[0].value):
        value = float(land.value(after[0].position))
        difference = before[0].value - value
        if math.isfinite(value) and abs(difference) > SAME * scale_of(land).spread:
            word = "lower" if difference > 0 else "higher"
            said += (
                f" Measured without the change, the place where it ends lies {show_number(abs(difference))}"
                f" {word} than before."
            )
        elif math.isfinite(value):
            said += " Measured without the change, it ends as low as before."
    return Comparison("incomparable", said)


def _of_one(before: End, after: End, same: float) -> Comparison:
    """Compare two runs."""
    seed = ", with this seed" if after.chancy or before.chancy else ""
    cost = f"with {_cost(before.evaluations, after.evaluations)}"
    if math.isinf(after.value):
        return Comparison("no", f"Did not help{seed}: it left the region too." if math.isinf(before.value)
                          else f"Did not help{seed}: it left the region.")  # fmt: skip
    if math.isinf(before.value):
        return Comparison("helped", f"Helped{seed}: it stays in the region, and ends {_place(after)}.")
    difference = before.value - after.value
    if abs(difference) > same:
        mean = " on average" if before.wanders or after.wanders else ""
        word = "lower" if difference > 0 else "higher"
        hardly = 0 < difference < _hardly(before)
        judgement = "Hardly helped" if hardly else "Helped" if difference > 0 else "Did not help"
        said = (
            f"{judgement}{seed}: ends {show_number(abs(difference))} {word}{mean}, {_place(after)}, {cost}."
        )
        return Comparison("no" if hardly or difference < 0 else "helped", said)
    if after.there <= SOONER * before.there and math.isfinite(after.there):
        sooner = f"there after {show_whole(after.there)} evaluations"
        instead = f" instead of {show_whole(before.there)}" if math.isfinite(before.there) else ""
        return Comparison("helped", f"Helped{seed}: as low as before, and {sooner}{instead}.")
    return Comparison("no", f"Did not help{seed}: ends as low as before, {_place(after)}, {cost}.")


def _hardly(end: End) -> float:
    """Return how much lower a stuck run must end to count as helped; 0 for others."""
    return HARDLY * end.gap if end.state in STUCK and end.gap > 0.0 else 0.0


def _place(end: End) -> str:
    """Return where a run ends, as a part of a sentence."""
    if end.state != "global minimum":
        return PLACES.get(end.state, "elsewhere")
    if end.proved:
        return "at the global minimum (proved)"
    return "at the lowest minimum found" if end.found else "at the global minimum"


def _cost(before: int, after: int) -> str:
    """Return how many evaluations the second took, by those of the first."""
    ratio = after / max(before, 1)
    if 0.95 <= ratio <= 1.05:
        return "as many evaluations"
    return f"{float(f'{ratio:.2g}'):g} × the evaluations"


def show_whole(count: float) -> str:
    """Return a whole number with its thousands set apart."""
    return f"{round(count):,}".replace(",", "\u202f")


def _chancy(specification: Specification) -> bool:
    """Whether a method throws dice."""
    settings = specification.settings
    batch = settings.get("batch", 0)
    noise = settings.get("noise", 0.0)
    return specification.method.kind == "global" or bool(noise) or bool(batch)


def _sign_test(lower: int, higher: int) -> float:
    """Return the two-sided p of so uneven a split, were both ways equally likely (exact)."""
    n, k = lower + higher, min(lower, higher)
    return float(min(2.0 * sum(math.comb(n, i) for i in range(k + 1)) / 2.0**n, 1.0))
