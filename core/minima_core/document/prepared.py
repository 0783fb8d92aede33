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
from minima_core.document.document import Document
from minima_core.document.place import Place
from minima_core.document.staging import Staging, set_up

__all__ = ["Prepared", "prepared", "prepared_scenes"]


@dataclass(frozen=True)
class Prepared:
    """A prepared scene: its name, its title, and the sentence that says what is to be seen.

    `in_talks` is that sentence where there are views and verdicts only, and no panels to work with.
    """

    name: str
    title: str
    sentence: str
    in_talks: str
    data: Mapping[str, Any]

    @property
    def staging(self) -> Staging:
        """What is set up."""
        said = {key: value for key, value in self.data.items() if key not in {"name", "sentence", "in_talks"}}
        return msgspec.convert(said, Staging)

    def document(self) -> Document:
        """Set the scene up."""
        return _document(self.name)

    def place(self) -> Place:
        """Return where it takes place."""
        return self.staging.place()


@cache
def _all() -> Mapping[str, Prepared]:
    """Read the scenes."""
    data = tomllib.loads(minima_resources.text("scenes.toml"))["scene"]
    return {
        each["name"]: Prepared(
            each["name"],
            each["title"],
            each["sentence"],
            each.get("in_talks", each["sentence"]),
            MappingProxyType(each),
        )
        for each in data
    }


@cache
def _document(name: str) -> Document:
    """Make the document of a scene."""
    return set_up(_all()[name].staging)


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
