"""What a person does to an exploration, as pure functions: each makes a new valid one, or raises.

Steps, settings and methods are given as a person sees them; what comes back has every setting written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from minima_core.document.checks import DocumentError
from minima_core.document.clock import Clock
from minima_core.document.exploration import Border, Entry, Exploration, Segment, Start

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape
    from minima_core.methods import Specification

__all__ = [
    "add_entry",
    "add_start",
    "change_setting",
    "duplicate_entry",
    "go_on",
    "move_start",
    "remove_entry",
    "remove_start",
    "segment_at",
    "throw_start",
    "toggle",
    "with_border",
    "with_clock",
    "with_seed",
    "with_start",
    "with_starts",
    "with_steps",
]

replace = msgspec.structs.replace


# -- starts ----------------------------------------------------------------------------------------------


def with_start(exploration: Exploration, position: Iterable[float], seed: int | None = None) -> Exploration:
    """Start everything from `position` instead of from where it started."""
    return replace(exploration, starts=(_start(position, seed),))


def with_starts(exploration: Exploration, positions: Iterable[Iterable[float]]) -> Exploration:
    """Start everything from each of `positions`."""
    return replace(exploration, starts=tuple(_start(position) for position in positions))


def add_start(exploration: Exploration, position: Iterable[float], seed: int | None = None) -> Exploration:
    """Start everything from `position` too."""
    return replace(exploration, starts=(*exploration.starts, _start(position, seed)))


def move_start(exploration: Exploration, index: int, position: Iterable[float]) -> Exploration:
    """Move start number `index` (from 0) to `position`; a drag beyond the edge stays on the edge."""
    _check_index(exploration, index)
    lower, upper = exploration.place.lower, exploration.place.upper
    point = (min(max(float(p), a), b) for p, a, b in zip(position, lower, upper, strict=True))
    starts = list(exploration.starts)
    starts[index] = _start(point)
    return replace(exploration, starts=tuple(starts))


def remove_start(exploration: Exploration, index: int) -> Exploration:
    """Take start number `index` away; the last one stays, so that there always is a race."""
    _check_index(exploration, index)
    if len(exploration.starts) == 1:
        raise DocumentError("The race needs at least one start. Click elsewhere to move it.")
    return replace(exploration, starts=exploration.starts[:index] + exploration.starts[index + 1 :])


def throw_start(exploration: Exploration, seed: int, *, add: bool = False) -> Exploration:
    """Start from a point thrown at random, uniform in the region: the same seed gives the same point."""
    lower, upper = np.array(exploration.place.lower), np.array(exploration.place.upper)
    point = np.random.default_rng(seed).uniform(lower, upper).tolist()
    return add_start(exploration, point, seed) if add else with_start(exploration, point, seed)


def _start(position: Iterable[float], seed: int | None = None) -> Start:
    """Make a start of plain numbers."""
    return Start(tuple(float(p) for p in position), seed)


def _check_index(exploration: Exploration, index: int) -> None:
    """Refuse the number of a start that is not there."""
    if not 0 <= index < len(exploration.starts):
        raise DocumentError(f"There is no start number {index + 1}; there are {len(exploration.starts)}.")


# -- lines of the race -----------------------------------------------------------------------------------


def add_entry(exploration: Exploration, method: str | Specification) -> Exploration:
    """Add a line to the race: a method in text form ("adam,lr=0.05") or as a specification."""
    text = resolved(method, exploration.place.landscape_of())
    name = Segment(0, text).name
    entry = Entry(free_id(exploration), (Segment(0, text),), True, free_slot(exploration, name))
    return replace(exploration, entries=(*exploration.entries, entry))


def duplicate_entry(exploration: Exploration, id: int) -> Exploration:
    """Put a copy of a line right after it, with the next shade: to compare, say, two learning rates."""
    entry = exploration.entry(id)
    twin = replace(
        entry, id=free_id(exploration), enabled=True, slot=free_slot(exploration, entry.name), cures=None
    )
    at = exploration.entries.index(entry) + 1
    return replace(exploration, entries=(*exploration.entries[:at], twin, *exploration.entries[at:]))


def remove_entry(exploration: Exploration, id: int) -> Exploration:
    """Take a line out of the exploration altogether."""
    entry = exploration.entry(id)
    return replace(exploration, entries=tuple(each for each in exploration.entries if each is not entry))


def toggle(exploration: Exploration, id: int, enabled: bool | None = None) -> Exploration:
    """Take a line out of the race, or back in."""
    entry = exploration.entry(id)
    return _with(exploration, replace(entry, enabled=not entry.enabled if enabled is None else enabled))


def change_setting(
    exploration: Exploration, id: int, at_step: int, settings: Mapping[str, Any] | None = None, **more: Any
) -> Exploration:
    """Change settings of a line from `at_step` on; what was changed later than that is forgotten.

    Settings inside another one are named with a dot: ``{"local.lr": 0.1}``. At step 0 the line
    begins with them.
    """
    from minima_core.methods import Specification

    entry = exploration.entry(id)
    present = Specification.parse(segment_at(entry, at_step).method)
    for name, value in {**(settings or {}), **more}.items():
        present = _set(present, name.split("."), value)
    return _with(exploration, cut(entry, at_step, str(present)))


def go_on(exploration: Exploration, id: int, step: int, method: str | Specification) -> Exploration:
    """Go on with another method from `step` on, where the line is then."""
    entry = exploration.entry(id)
    return _with(exploration, cut(entry, step, resolved(method, exploration.place.landscape_of())))


def segment_at(entry: Entry, step: int) -> Segment:
    """Return the segment in force *after* `step`: the last one that begins at or before it."""
    return [segment for segment in entry.segments if segment.step <= max(step, 0)][-1]


def cut(entry: Entry, step: int, text: str) -> Entry:
    """Return the entry with `text` from `step` on, and nothing after it."""
    step = max(step, 0)
    before = tuple(segment for segment in entry.segments if segment.step < step)
    if before and before[-1].method == text:
        return replace(entry, segments=before)
    return replace(entry, segments=(*before, Segment(step, text)))


def _set(specification: Specification, path: Sequence[str], value: Any) -> Specification:
    """Return the specification with one setting, or one inside it, changed."""
    from minima_core.methods import Schedule
    from minima_core.methods import Specification as Inner

    name, *rest = path
    if rest:
        inner = specification.settings.get(name)
        if isinstance(inner, Schedule):
            value = inner.replace(**{".".join(rest): value})
        elif isinstance(inner, Inner):
            value = _set(inner, rest, value)
        else:
            raise DocumentError(f"{specification.name} has no method called “{name}” inside.")
    return specification.replace(**{name: value})


def resolved(method: str | Specification, land: Landscape) -> str:
    """Return the text form of a method with every setting written out for this landscape."""
    from minima_core.methods import Specification

    specification = Specification.parse(method) if isinstance(method, str) else method
    return str(specification.resolved(land))


def _with(exploration: Exploration, entry: Entry) -> Exploration:
    """Return the exploration with the entry of the same id replaced."""
    return replace(
        exploration, entries=tuple(entry if each.id == entry.id else each for each in exploration.entries)
    )


def free_id(exploration: Exploration) -> int:
    """Return an id that no entry has, and none whose cure is still in the race."""
    known = [entry.id for entry in exploration.entries]
    known += [entry.cures.line for entry in exploration.entries if entry.cures is not None]
    return max(known, default=-1) + 1


def free_slot(exploration: Exploration, name: str) -> int:
    """Return the lowest shade of a method that no entry uses."""
    taken = {entry.slot for entry in exploration.entries if entry.name == name}
    return next(slot for slot in range(len(taken) + 1) if slot not in taken)


# -- the rest --------------------------------------------------------------------------------------------


def with_border(exploration: Exploration, border: Border) -> Exploration:
    """Choose what happens at the edge of the region."""
    if border not in {"auto", "free", "clip", "reflect"}:
        raise DocumentError(f"The border is “free”, “clip”, “reflect” or “auto”, not “{border}”.")
    return replace(exploration, border=border)


def with_steps(exploration: Exploration, steps: int) -> Exploration:
    """Let the race go on for so many steps."""
    return replace(exploration, steps=int(steps))


def with_clock(exploration: Exploration, clock: Clock, steps: int) -> Exploration:
    """Measure the race by another clock, for so long."""
    return replace(exploration, clock=clock, steps=int(steps))


def with_seed(exploration: Exploration, seed: int) -> Exploration:
    """Choose the seed of everything random."""
    return replace(exploration, seed=int(seed))
