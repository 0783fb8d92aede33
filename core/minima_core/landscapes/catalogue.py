"""The catalogue: landscapes that ship with the program, as data in `minima_resources`."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

import minima_resources
from minima_core.landscapes.landscape import MOST_DIMENSION, Display, Landscape
from minima_core.landscapes.learning import learning_groups, learning_landscape, learning_names
from minima_core.suggestions import suggestions

__all__ = ["Group", "first_choice", "groups", "landscape", "landscape_names"]


@dataclass(frozen=True)
class Group:
    """One chapter of the catalogue: what its landscapes teach."""

    name: str
    title: str
    sentence: str


@functools.cache
def _texts() -> tuple[str, dict[str, str]]:
    """Return what stands before the landscapes, and the text of each by its name.

    Each is read as TOML when it is wanted: reading them all takes longer than the rest of a first picture.
    """
    head, *parts = re.split(r"(?m)^\[\[landscape\]\]$", minima_resources.text("landscapes.toml"))
    names = (re.search(r'(?m)^name = "([^"]+)"$', part) for part in parts)
    return head, {name[1]: part for name, part in zip(names, parts, strict=True) if name}


@functools.cache
def _head() -> dict[str, Any]:
    return tomllib.loads(_texts()[0])


@functools.cache
def own_entry(name: str) -> dict[str, Any]:
    """Return what the catalogue's own file says about a landscape."""
    (entry,) = tomllib.loads("[[landscape]]" + _texts()[1][name])["landscape"]
    return dict(entry)


def landscape_names() -> tuple[str, ...]:
    """Return the names of the catalogue, in its order.

    Examples
    --------
    >>> "himmelblau" in landscape_names()
    True
    """
    return (*_texts()[1], *learning_names())


def first_choice() -> Mapping[str, Any]:
    """Return what the window opens with: landscape, start, runs, steps and seed."""
    chosen: dict[str, Any] = _head()["opening"]
    return MappingProxyType(chosen)


def groups() -> tuple[Group, ...]:
    """Return the chapters of the catalogue, in its order."""
    own = ((each["name"], each["title"], each["sentence"]) for each in _head()["group"])
    return tuple(Group(*each) for each in (*own, *learning_groups()))


def landscape(name: str, dimension: int | None = None) -> Landscape:
    """Return a landscape of the catalogue, some of them in any dimension.

    Raises
    ------
    ValueError
        For an unknown name (near ones are named), and for a dimension that it does not have.

    Examples
    --------
    >>> landscape("rastrigin", dimension=5).minima
    array([[0., 0., 0., 0., 0.]])
    """
    if dimension is not None and (isinstance(dimension, bool) or not isinstance(dimension, int | np.integer)):
        raise ValueError(f"The dimension of a landscape must be a whole number, not {dimension!r}.")
    return _landscape(_known(name), None if dimension is None else int(dimension))


def _known(name: str) -> str:
    names = landscape_names()
    if name in names:
        return name
    meant = suggestions(name, names)
    end = f"; did you mean {' or '.join(meant)}?" if meant else "; landscape_names() lists them."
    raise ValueError(f"There is no landscape “{name}”{end}")


@functools.cache
def _landscape(name: str, dimension: int | None) -> Landscape:
    from minima_core.formula import parse

    if name in learning_names():
        land = learning_landscape(name)
        if dimension not in {None, land.dimension}:
            raise ValueError(f"{land.title} has {land.dimension} variables only, not {dimension}.")
        return land
    entry = own_entry(name)
    own = int(entry["dimension"])
    n = own if dimension is None else dimension
    lower, upper, text = entry["lower"], entry["upper"], entry["formula"]
    minima = [each["x"] for each in entry["minima"]]
    start: tuple[float, ...] | None = tuple(entry["start"])
    if n != own:
        general = entry.get("any_dimension")
        if general is None:
            raise ValueError(f"{entry['title']} has {own} variables only, not {dimension}.")
        least = int(general.get("least_dimension", 1))
        if not least <= n <= MOST_DIMENSION:
            raise ValueError(
                f"The dimension of {entry['title']} must be a whole number from {least} to {MOST_DIMENSION}, "
                f"not {dimension!r}."
            )
        text = general["formula"]
        lower, upper = np.full(n, general["lower"]), np.full(n, general["upper"])
        minima = [[general["minimum"]] * n]
        start = None
    parameters = {key: float(each["value"]) for key, each in entry.get("parameters", {}).items()}
    return Landscape(
        name,
        lower,
        upper,
        formula=parse(text, dimension=n, parameters=tuple(parameters)),
        parameters=parameters,
        minima=minima,
        minima_move=bool(entry.get("minima_move", False)),
        title=entry["title"],
        start=start,
        sentence=entry["sentence"],
        teaches=entry["teaches"],
        tags=tuple(entry["tags"]),
        source=entry["source"],
        display=Display(**entry["display"]),
    )
