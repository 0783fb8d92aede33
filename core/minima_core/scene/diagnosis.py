"""What a card says beside a verdict: the numbers behind it, the names of cures, several starts together.

Everything is made from the verdict and the advice that came out; nothing is typed by hand.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from minima_core.scene.words import number, percent, whole

if TYPE_CHECKING:
    from minima_core.methods import Specification
    from minima_core.runs.said import Advice, Sign

__all__ = ["Judged", "Labelled", "cure_title", "labelled_numbers", "tally", "worth"]

MOST = 8
"""Numbers on a card."""
WORTH = (
    "local minimum", "saddle", "inflection", "plateau", "diverged", "not finite", "oscillating", "crawling",
    "outside", "wandering", "out of budget", "raised",
)  # fmt: skip
"""Which verdict is most worth a look, first to last; the others are not."""
TOLD = (
    ("global minimum", "at the global minimum"),
    ("local minimum", "in a local minimum"),
    ("saddle", "at a saddle"),
    ("inflection", "at a flat inflection"),
    ("plateau", "on a plateau"),
    ("oscillating", "oscillating"),
    ("crawling", "crawling"),
    ("wandering", "wandering"),
    ("diverged", "run off"),
    ("not finite", "where the loss is undefined"),
    ("outside", "outside the region"),
)


class Judged(Protocol):
    """What is read of a verdict."""

    @property
    def state(self) -> str:
        """Such as "local minimum"."""

    @property
    def sentence(self) -> str:
        """The whole sentence."""

    @property
    def numbers(self) -> Mapping[str, float]:
        """What it rests on."""

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What to try."""


class Labelled(NamedTuple):
    """A number with its label, and what it means."""

    label: str
    value: str
    tip: str


def labelled_numbers(verdict: Judged, seen: Iterable[Sign] = ()) -> tuple[Labelled, ...]:
    """Return the numbers that justify a verdict, the most telling first.

    Examples
    --------
    >>> import minima_core as mc
    >>> run = mc.start(mc.landscape("two-wells"), "gradient-descent", x0=(-1.15, 1.6), lr=0.03)
    >>> _ = run.advance(260)
    >>> [each.label + " " + each.value for each in labelled_numbers(run.verdict)][:4]
    ['above the best 0.549', '|∇f| 6.55e−6', 'λmin 2.68', 'λmax 3.97']
    """
    known = verdict.numbers
    said: list[Labelled] = []

    def add(name: str, label: str, tip: str, *, zero: float = 0.0) -> None:
        value = known.get(name, math.nan)
        if math.isfinite(value):
            said.append(Labelled(label, number(value, zero=zero), tip))

    if known.get("gap", 0.0) > 0.0 and verdict.state != "global minimum":
        add(
            "gap", "above the best", "How much higher it is than the lowest minimum that is known.", zero=1e-9
        )
    add("gradient", "|∇f|", "The length of the gradient where it stands: 0 at rest.", zero=1e-9)
    add("lowest_curvature", "λmin", "The smallest curvature here: below 0 the ground bends down.", zero=1e-9)
    add("highest_curvature", "λmax", "The largest curvature here: the steepest wall.", zero=1e-9)
    if known.get("condition", 0.0) > 1.5:
        add("condition", "κ", "The condition number λmax/λmin: how narrow the valley is.")
    if {"lr", "limit"} <= set(known):
        add("lr", "lr", "The learning rate.")
        limit = "Steps of plain descent are stable below 2/λmax; momentum moves the limit a little up."
        add("limit", "2/λmax", limit)
    if verdict.state == "crawling":
        add("steps_left", "steps left", "How many steps the way left takes at the present pace.")
    if verdict.state == "wandering":
        add("fluctuation", "up and down by", "The standard deviation of the loss in the last steps.")
        add("expected_level", "expected level", "How far above the floor this noise keeps a run in a bowl.")
    if verdict.state in {"diverged", "outside"}:
        add("left", "left at step", "The step at which it left the region.")
        add("growth", "growth", "How many times as far away every step leads.")
    if verdict.state == "not finite":
        add("step", "ended at step", "The step at which the value was no number any more.")
        add("best", "lowest", "The lowest value that it had inside the region.")
    if known.get("width", math.nan) < math.inf:
        wide = percent(known["width"])
        if verdict.state == "oscillating":
            said.append(
                Labelled("swing", wide, "How wide the swings are, as a share of the region’s diagonal.")
            )
        elif "loops" in known:
            tip = "How wide the population still is, as a share of its first width."
            said.append(Labelled("population", wide, tip))
    for name, label, tip in (
        ("loops", "loops", "How often the search has begun anew."),
        ("same", "in the same valley", "Loops in a row that ended in this valley."),
    ):
        if known.get(name, 0.0) > 1.0:
            said.append(Labelled(label, whole(int(known[name])), tip))
    for each in seen:
        if each.name == "stalled" and verdict.state != "global minimum":
            tip = "Steps since the loss was first as low as it ever was."
            said.append(Labelled("no fall for", f"{whole(int(each.numbers['steps']))} steps", tip))
    return tuple(said[:MOST])


def cure_title(advice: Advice, at_work: Specification) -> str:
    """Return what a cure is called, beside a run whose method is `at_work`."""
    settings, title = advice.method.settings, advice.method.method.title
    same = advice.method.name == at_work.name
    if advice.cure in {"smaller-rate", "larger-rate"}:
        rate = settings.get("lr")
        word = "Smaller" if advice.cure == "smaller-rate" else "Larger"
        return f"{word} rate, {number(float(rate))}" if isinstance(rate, float | int) else f"{word} rate"
    if advice.cure == "noise":
        return "Noise" if settings.get("noise") else "Without noise"
    if advice.cure == "restart" and same:
        return "Begin again"
    if advice.cure == "reheat" and same:
        return "Reheat" if settings.get("reheat") == "frozen" else "Cool more slowly"
    if advice.cure == "spread":
        wider = settings.get("sigma0") != at_work.settings.get("sigma0")
        return "Begin wider" if wider else "Four times as many"
    if settings.get("variant") == "saddle-free":
        return f"Saddle-free {title}"
    plain = {
        "schedule": "Schedule" if str(settings.get("schedule", "none")) != "none" else "Without schedule",
        "smooth": "Smooth first",
        "regularise": "Regularise",
        "clip": "Clip the steps",
    }
    return plain.get(advice.cure, title)


def tally(verdicts: Sequence[Judged | None]) -> str:
    """Return what several runs of one line have come to: "3 of 5 starts at the global minimum, 2 …".

    Examples
    --------
    >>> tally([None, None])
    '2 starts, still under way'
    """
    count = len(verdicts)
    states = [None if each is None else each.state for each in verdicts]
    said = [(states.count(state), words) for state, words in TOLD if state in states]
    if not said:
        return f"{count} starts, still under way"
    (most, words), *others = said
    every = "both starts" if count == 2 else f"all {count} starts"
    who = every if most == count else f"{most} of {count} starts"
    return ", ".join([f"{who} {words}", *(f"{n} {words}" for n, words in others)])


def worth(verdict: Judged | None) -> int:
    """Return how much a verdict is worth a look: 0 nothing, and the more the more."""
    if verdict is None or verdict.state not in WORTH or not verdict.advice:
        return 0
    return len(WORTH) - WORTH.index(verdict.state)
