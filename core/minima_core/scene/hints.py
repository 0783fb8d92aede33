"""“Try next”: which of the conditions of ``hints.toml`` hold, and the line that follows from them."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import minima_resources
from minima_core.document import Exploration, View, opening
from minima_core.scene.findings import NOTHING, Findings
from minima_core.scene.legend import VerdictLike
from minima_core.scene.stage import minima_of

__all__ = ["Hint", "acts_done", "conditions", "try_next"]

AT_REST = {"global minimum", "local minimum", "saddle", "inflection", "plateau", "on the border"}
STALLED = {"saddle", "inflection", "plateau"}
UNDER_WAY = {"running", "oscillating", "crawling", "wandering"}
FLOWN = {"diverged", "outside", "not finite"}
MANY = 9
"""So many minima make a landscape one of many."""


@dataclass(frozen=True)
class Hint:
    """One line: a sentence, and the act that it offers (an act of the window, with an argument or "")."""

    when: str
    text: str
    label: str
    action: str
    argument: str = ""


@cache
def _data() -> tuple[tuple[str, ...], tuple[Hint, ...]]:
    """Return the conditions in order of precedence, and all hints."""
    data = tomllib.loads(minima_resources.text("hints.toml"))
    names = tuple(each["name"] for each in data["condition"])
    return names, tuple(Hint(**each) for each in data["hint"])


@cache
def _opening_exploration() -> Exploration:
    """Return what the window opens with."""
    return opening().exploration


def conditions(
    exploration: Exploration,
    verdicts: Mapping[tuple[int, int], VerdictLike | None],
    *,
    last_act: str = "",
    under_way: Collection[tuple[int, int]] | None = None,
    view: View | None = None,
    findings: Findings | None = None,
) -> frozenset[str]:
    """Return the names of the conditions that hold.

    Parameters
    ----------
    verdicts
        Of the runs, by (entry id, index of the start); None for runs that have none yet.
    last_act
        The act done last: "start-moved" when a start was dragged.
    under_way
        The runs that still advance; None: those whose verdict is that they still move.
    view
        What is looked at; None: nothing beside the race.
    findings
        What is known about the landscape.
    """
    enabled = {entry.id: entry for entry in exploration.entries if entry.enabled}
    states = {
        key: "running" if verdict is None else verdict.state
        for key, verdict in verdicts.items()
        if key[0] in enabled
    }
    if under_way is None:
        under_way = [key for key, state in states.items() if state in UNDER_WAY]
    running = {enabled[id].name for id, _ in under_way if id in enabled}
    said = set(states.values())
    resting = bool(states) and said <= AT_REST
    places = {
        verdicts[key].sentence.partition(",")[0] + _gap(verdicts[key])  # type: ignore[union-attr]
        for key, state in states.items()
        if state in AT_REST
    }
    insight = (view or View()).insight
    flown = bool(said & FLOWN)
    holds = {
        "opening": not last_act and exploration == _opening_exploration() and insight.quiet,
        "endless": flown and _bottomless(exploration, findings or NOTHING),
        "basins-shown": insight.overlay in {"basins", "chances"},
        "flooded": insight.flood is not None,
        "marbles-rolling": insight.marbles != "none",
        "field-shown": insight.overlay in {"slope", "curvature", "density"} or insight.flow,
        "examples": _learns(exploration),
        "many-minima": _many(exploration, findings or NOTHING),
        "formula-typed": exploration.place.formula is not None,
        "diverged": flown,
        "start-moved": last_act == "start-moved",
        "annealing-running": "simulated-annealing" in running,
        "restarts-running": "random-restarts" in running,
        "stalled": bool(said & STALLED),
        "oscillating": "oscillating" in said,
        "wandering": "wandering" in said,
        "crawling": "crawling" in said,
        "ends-differ": resting and len(places) > 1,
        "all-in-local": resting and said == {"local minimum"} and len(places) == 1,
        "all-in-best": resting and said == {"global minimum"},
        "one-method": len(enabled) == 1,
        "one-variable": exploration.place.dimension == 1,
        "any": True,
    }
    return frozenset(name for name, held in holds.items() if held)


def _bottomless(exploration: Exploration, findings: Findings) -> bool:
    """Whether the landscape goes on downwards beyond its region: no minimum lies inside."""
    minima = (
        minima_of(exploration.place.landscape_of()) if findings.critical is None else findings.critical.minima
    )
    return all(each.on_border for each in minima)


def _many(exploration: Exploration, findings: Findings) -> bool:
    """Whether the landscape is known to have many minima."""
    critical = findings.critical
    return critical is not None and sum(not each.on_border for each in critical.minima) >= MANY


def _learns(exploration: Exploration) -> bool:
    """Whether the landscape is the loss of a model on examples."""
    return getattr(exploration.place.landscape_of(), "examples", None) is not None


def _gap(verdict: object) -> str:
    """Return how far above the best a run came to rest, rounded: with the state it tells minima apart."""
    numbers = getattr(verdict, "numbers", {})
    gap = numbers.get("gap", 0.0) if hasattr(numbers, "get") else 0.0
    return f"{gap:.3g}"


def acts_done(view: View) -> frozenset[str]:
    """Return the acts that would take away what is shown already: a suggestion must not lead there."""
    insight = view.insight
    done = {
        "flow": insight.flow,
        "critical": insight.critical,
        "lens": insight.lens is not None,
        "flood": insight.flood is not None,
        "marbles": insight.marbles != "none",
        insight.overlay: insight.overlay != "none",
    }
    return frozenset(act for act, on in done.items() if on)


def try_next(
    holding: Collection[str], shown: Iterable[str] = (), done: Collection[str] = frozenset()
) -> Hint:
    """Return the line for the conditions that hold: the first of the first one not shown yet, by its text.

    Lines whose act is `done` already (`acts_done`) are left out.

    Examples
    --------
    >>> try_next({"any"}).action
    'landscape'
    """
    names, hints = _data()
    seen = set(shown)
    fitting = [
        hint
        for name in names
        if name in holding
        for hint in hints
        if hint.when == name and hint.action not in done
    ]
    return next((hint for hint in fitting if hint.text not in seen), fitting[0])
