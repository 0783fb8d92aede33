"""Prepared scenes: races that show one thing each, as data in ``scenes.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import msgspec

import minima_resources
from minima_core.document.clock import Clock
from minima_core.document.document import VERSION, Document
from minima_core.document.edits import add_entry, with_clock, with_start, with_steps
from minima_core.document.exploration import Exploration
from minima_core.document.insides import Insides
from minima_core.document.insight import Insight
from minima_core.document.place import Place, place_of
from minima_core.document.view import View

__all__ = ["Prepared", "prepared", "prepared_scenes"]


@dataclass(frozen=True)
class Prepared:
    """A prepared scene: its name, its title, and the sentence that says what is to be seen."""

    name: str
    title: str
    sentence: str
    data: Mapping[str, Any]

    def document(self) -> Document:
        """Set the scene up."""
        return _document(self.name)

    def place(self) -> Place:
        """Return where it takes place."""
        data = self.data
        if "landscape" in data:
            place = place_of(data["landscape"])
            parameters = {**place.parameters, **data.get("parameters", {})}
            return msgspec.structs.replace(place, parameters=parameters)
        return Place(
            landscape=None,
            formula=data["formula"],
            lower=tuple(data["lower"]),
            upper=tuple(data["upper"]),
            parameters=dict(data.get("parameters", {})),
            title=data["title"],
        )


@cache
def _all() -> Mapping[str, Prepared]:
    """Read the scenes."""
    data = tomllib.loads(minima_resources.text("scenes.toml"))["scene"]
    return {
        each["name"]: Prepared(each["name"], each["title"], each["sentence"], MappingProxyType(each))
        for each in data
    }


@cache
def _document(name: str) -> Document:
    """Make the document of a scene."""
    scene = _all()[name]
    data = scene.data
    exploration = Exploration(scene.place(), seed=data.get("seed", 1))
    exploration = with_start(exploration, data["start"])
    for method in data["runs"]:
        exploration = add_entry(exploration, method)
    if "clock" in data:
        exploration = with_clock(exploration, Clock(data["clock"]), data["steps"])
    else:
        exploration = with_steps(exploration, data["steps"])
    selected = exploration.entries[data["select"]].id if "select" in data else None
    view = View(
        insides=Insides(on=True), selected=selected, speed=float(data["speed"]), title=scene.title,
        right=data.get("right", "race"), insight=Insight(critical=data.get("critical", False)),
    )  # fmt: skip
    return Document(VERSION, exploration, view)


def prepared_scenes() -> tuple[Prepared, ...]:
    """Return all prepared scenes, in their order."""
    return tuple(_all().values())


def prepared(name: str) -> Prepared:
    """Return a prepared scene by its name.

    Raises
    ------
    KeyError
        When there is none of that name.

    Examples
    --------
    >>> prepared("five-rates").document().exploration.entries[0].name
    'gradient-descent'
    """
    return _all()[name]
