"""What the window opens on: two wells, and a race whose methods end in different ones."""

from __future__ import annotations

import tomllib

import minima_resources
from minima_core.document.document import VERSION, Document
from minima_core.document.edits import add_entry, with_start, with_steps
from minima_core.document.exploration import Exploration
from minima_core.document.place import place_of
from minima_core.document.view import View

__all__ = ["opening"]


def opening() -> Document:
    """Return the document that a first launch shows (the ``[opening]`` of ``landscapes.toml``)."""
    chosen = tomllib.loads(minima_resources.text("landscapes.toml"))["opening"]
    exploration = Exploration(place_of(chosen["landscape"]), seed=chosen["seed"])
    exploration = with_steps(with_start(exploration, chosen["start"]), chosen["steps"])
    for method in chosen["runs"]:
        exploration = add_entry(exploration, method)
    return Document(VERSION, exploration, View())
