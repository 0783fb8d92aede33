"""Doing what a solution says to a document: for trials, and for a learner who asks to be shown."""

from __future__ import annotations

from typing import Any

import msgspec

from minima_core.document import (
    Document,
    DocumentError,
    Entry,
    Exploration,
    add_entry,
    add_start,
    change_setting,
    place_of,
    remove_entry,
    with_changes,
    with_clock,
    with_parameter,
    with_place,
    with_seed,
    with_start,
    with_starts,
)
from minima_core.lessons.lesson import Solution

__all__ = ["solved"]

replace = msgspec.structs.replace


def solved(document: Document, solution: Solution) -> Document:
    """Return the document after a solution has been carried out.

    Raises
    ------
    ValueError
        With a sentence, for what cannot be done to this document.
    """
    exploration = _moved(document.exploration, solution)
    for number in sorted(solution.remove, reverse=True):
        exploration = remove_entry(exploration, _line(exploration, number).id)
    for name, value in solution.set.items():
        which, _, setting = name.partition(".")
        if not which.isdecimal() or not setting:
            raise DocumentError(
                f"A setting to be set is written “1.lr”, the line’s number first, not “{name}”."
            )
        whole = isinstance(value, float) and value.is_integer()
        line = _line(exploration, int(which[:6]))
        exploration = change_setting(
            exploration, line.id, solution.at, {setting: int(value) if whole else value}
        )
    for method in (solution.run,) if isinstance(solution.run, str) else solution.run:
        exploration = add_entry(exploration, method)
    view = document.view
    looked: dict[str, Any] = {
        name: value for name in ("step", "right", "bottom") if (value := getattr(solution, name)) is not None
    }
    if solution.select is not None:
        looked["selected"] = _line(exploration, solution.select + 1).id
    insight: dict[str, Any] = {
        name: value
        for name in ("overlay", "critical", "flow", "lens", "lens_radius", "flood", "marbles", "temperature")
        if (value := getattr(solution, name)) is not None
    }
    if solution.basins_of is not None:
        insight["entry"] = _line(exploration, solution.basins_of + 1).id
    if solution.minima is not None:
        looked["layers"] = replace(view.layers, minima=solution.minima)
    view = replace(view, **looked, insight=replace(view.insight, **insight))
    return Document(document.version, exploration, view)


def _moved(exploration: Exploration, solution: Solution) -> Exploration:
    """Return the exploration at another place, from other starts, for another time."""
    if solution.landscape is not None:
        exploration = with_place(exploration, place_of(solution.landscape))
    for name, value in solution.parameters.items():
        exploration = with_parameter(exploration, name, value)
    if solution.changes is not None:
        exploration = with_changes(exploration, solution.changes)
    if solution.start is not None:
        exploration = with_start(exploration, solution.start)
    if solution.starts is not None:
        exploration = with_starts(exploration, solution.starts)
    if solution.add_start is not None:
        exploration = add_start(exploration, solution.add_start)
    if solution.seed is not None:
        exploration = with_seed(exploration, solution.seed)
    if solution.steps is not None:
        exploration = with_clock(exploration, exploration.clock, solution.steps)
    return exploration


def _line(exploration: Exploration, number: int) -> Entry:
    """Return a line of the race by its number, from 1."""
    lines = [each for each in exploration.entries if each.enabled]
    if not 1 <= number <= len(lines):
        raise DocumentError(f"There is no line {number} in the race; there are {len(lines)}.")
    return lines[number - 1]
