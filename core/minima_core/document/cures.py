"""Cures: lines added to the race to see whether a piece of advice helps another line. Pure functions.

A cure either starts where the treated line does, or goes on from a step of it with another method. In that
case it shares the treated line's random numbers, so that what lies before is the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from minima_core.document.checks import DocumentError
from minima_core.document.edits import cut, free_id, free_slot, resolved
from minima_core.document.exploration import MOST_ENTRIES, Cure, Entry, Exploration, Segment

if TYPE_CHECKING:
    from minima_core.methods import Specification

__all__ = ["Treatment", "add_cures", "cure_in", "room_for"]

replace = msgspec.structs.replace

LOOPS_ROOM = 1000
"""Steps that a search in loops has at least, to begin a few of them."""
CROWD_ROOM = 200
"""Steps that any other search has at least."""
WALK_ROOM = 100
"""Steps that a walk has at least, from where it goes on."""


class Treatment(NamedTuple):
    """What is tried: the kind of cure, with which method, and from which step of the treated line on."""

    name: str
    method: Specification
    since: int = 0


def add_cures(
    exploration: Exploration, id: int, treatments: Sequence[Treatment], ticks: int = 0
) -> Exploration:
    """Add a line for each of `treatments` after the line `id` and its other cures.

    What is in the race already is not added again (`cure_in` tells); out of the race, it is taken in. The
    race goes on for at least `ticks`.

    Raises
    ------
    DocumentError
        When there is no such line, or no room for more.
    """
    for treatment in treatments:
        known = cure_in(exploration, id, treatment)
        if known is not None:
            entries = tuple(replace(e, enabled=True) if e.id == known else e for e in exploration.entries)
            exploration = replace(exploration, entries=entries)
        else:
            exploration = _added(exploration, id, treatment)
    return replace(exploration, steps=max(exploration.steps, ticks))


def cure_in(exploration: Exploration, id: int, treatment: Treatment) -> int | None:
    """Return the id of the line that does just this already; None if there is none."""
    segments = _segments(exploration, exploration.entry(id), treatment)
    for each in exploration.entries:
        same_luck = treatment.since == 0 or each.lane == exploration.entry(id).lane
        if each.id != id and each.segments == segments and same_luck:
            return each.id
    return None


def room_for(exploration: Exploration, treatment: Treatment, tick: int) -> int:
    """Return how long the race should be for a cure to show what it can.

    Annealing has time to cool, restarts for some loops. Where the clock does not count steps, what goes on
    from a tick has as much time again.
    """
    if exploration.clock.unit != "steps":
        return max(exploration.steps, 2 * tick if treatment.since else 0)
    settings = treatment.method.resolved(exploration.place.landscape_of()).settings
    cooling = settings.get("cooling_steps")
    if isinstance(cooling, int):
        room = cooling
    elif treatment.method.method.kind == "global":
        room = LOOPS_ROOM if "steps_per_loop" in settings else CROWD_ROOM
    else:
        room = max(treatment.since, WALK_ROOM) if treatment.since else 0
    return max(exploration.steps, treatment.since + room)


def _added(exploration: Exploration, id: int, treatment: Treatment) -> Exploration:
    """Return the race with one line more."""
    if len(exploration.entries) >= MOST_ENTRIES:
        raise DocumentError(
            f"The race has {MOST_ENTRIES} lines, as many as it can have. Remove one, then try this again."
        )
    treated = exploration.entry(id)
    segments = _segments(exploration, treated, treatment)
    made = Entry(
        free_id(exploration),
        segments,
        slot=free_slot(exploration, segments[0].name),
        cures=Cure(id, treatment.name, treatment.since, treated.lane if treatment.since else None),
    )
    at = exploration.entries.index(treated) + 1
    while at < len(exploration.entries):
        before = exploration.entries[at].cures
        if before is None or before.line != id:
            break
        at += 1
    return replace(exploration, entries=(*exploration.entries[:at], made, *exploration.entries[at:]))


def _segments(exploration: Exploration, treated: Entry, treatment: Treatment) -> tuple[Segment, ...]:
    """Return what the cure follows, with every setting written out."""
    text = resolved(treatment.method, exploration.place.landscape_of())
    return cut(treated, treatment.since, text).segments if treatment.since else (Segment(0, text),)
