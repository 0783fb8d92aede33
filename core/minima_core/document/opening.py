"""What the window opens on: two wells, and a race whose methods end in different ones."""

from __future__ import annotations

from functools import cache

from minima_core.document.document import VERSION, Document
from minima_core.document.edits import add_entry, with_start, with_steps
from minima_core.document.exploration import Exploration
from minima_core.document.insides import Insides
from minima_core.document.place import place_of
from minima_core.document.view import View
from minima_core.landscapes.catalogue import first_choice

__all__ = ["opening"]


@cache
def opening() -> Document:
    """Return the document that a first launch shows (the ``[opening]`` of ``landscapes.toml``)."""
    chosen = first_choice()
    exploration = Exploration(place_of(chosen["landscape"]), seed=chosen["seed"])
    exploration = with_steps(with_start(exploration, chosen["start"]), chosen["steps"])
    for method in chosen["runs"]:
        exploration = add_entry(exploration, method)
    # Nothing is selected yet: whoever selects a line sees inside it.
    return Document(VERSION, exploration, View(insides=Insides(on=True)))
