"""Documents that show what was run: the same landscape, methods, starts and steps, to open in the window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from minima_core.document import (
    Document,
    Exploration,
    Insides,
    Insight,
    Place,
    View,
    add_entry,
    place_of,
    with_starts,
)
from minima_core.document.document import VERSION
from minima_core.landscapes import Landscape

__all__ = ["opening"]

MOST_STARTS = 24
"""Starts that are shown of many: more paths hide each other."""


def opening(
    land: Landscape,
    methods: Iterable[str],
    starts: Sequence[Sequence[float]],
    steps: int,
    *,
    title: str,
    seed: int = 0,
    border: str = "auto",
    select: int | None = 0,
    insight: Mapping[str, Any] | None = None,
    **view: Any,
) -> Document:
    """Return the document of a race as it was run.

    Parameters
    ----------
    land
        A landscape of the catalogue, or a formula, with or without changes.
    methods, starts, steps, seed, border
        What runs there. Of more than 24 starts so many are taken, evenly spread over their list.
    title, select
        What the pictures are headed by, and the line that is selected.
    insight, view
        What is shown beside the race, and how (`minima_core.document.Insight`, `View`).
    """
    exploration = Exploration(_place(land, title), steps=steps, seed=seed, border=border)  # type: ignore[arg-type]
    exploration = with_starts(exploration, _some(starts))
    for each in methods:
        exploration = add_entry(exploration, each)
    shown = insight or {}
    if "entry" in shown:  # told by its place in the list
        shown = {**shown, "entry": exploration.entries[shown["entry"]].id}
    selected = exploration.entries[select].id if select is not None and exploration.entries else None
    made = View(title=title, selected=selected, insides=Insides(on=True), insight=Insight(**shown), **view)
    return Document(VERSION, exploration, made)


def _place(land: Landscape, title: str) -> Place:
    """Return the place of a landscape."""
    from minima_core.landscapes import landscape_names

    if land.name in landscape_names():
        place = place_of(land.name, land.dimension)
        parameters = {name: float(value) for name, value in land.parameters.items()}
        return msgspec.structs.replace(
            place, parameters=parameters, lower=tuple(land.lower.tolist()), upper=tuple(land.upper.tolist())
        )
    if land.formula is None:
        raise ValueError(f"{land.title} is a Python function: no document can carry it.")
    return Place(
        landscape=None,
        formula=land.formula.text,
        lower=tuple(land.lower.tolist()),
        upper=tuple(land.upper.tolist()),
        parameters=dict(land.parameters),
        title=title,
    )


def _some(starts: Sequence[Sequence[float]]) -> list[Sequence[float]]:
    """Return all of a few starts, or some of many, evenly spread."""
    most = min(len(starts), MOST_STARTS)
    if most < 2:
        return list(starts)
    return [starts[round(k * (len(starts) - 1) / (most - 1))] for k in range(most)]
