"""Claims that texts for learners make, as data: what is said, how it is judged, and what must come out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Literal, TypeAlias

import msgspec

import minima_resources
from minima_core.suggestions import suggestions

__all__ = ["Claim", "Judgement", "Theme", "claim", "claim_names", "themes"]

Judgement: TypeAlias = Literal["wrong", "half true", "depends", "true, and there is more"]


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence of a text for learners, and how it is checked.

    Attributes
    ----------
    name
        Its name, such as ``"smaller-rate-escapes"``.
    theme, row
        The group that it is listed in, and its row in the table of claims, from 1.
    title
        A few words for a list.
    said
        What the text says, word for word.
    judgement
        What is to be thought of it, provided that the conditions hold.
    experiment
        The function of `minima_core.claims` that runs it.
    idea
        What is run, and why that decides it: one or two sentences.
    found
        Sentences with the numbers that came out in braces (`minima_core.claims.conditions`).
    holds
        Conditions on the numbers: only if all of them are met does the judgement stand.
    truth
        What is true, in one or two sentences.
    sources
        Where more is to be read.
    """

    name: str
    theme: str
    row: int
    title: str
    said: str
    judgement: Judgement
    experiment: str
    idea: str
    found: tuple[str, ...]
    holds: tuple[str, ...]
    truth: str
    sources: tuple[str, ...] = ()


class Theme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group of claims: its name, and its title in a list."""

    name: str
    title: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file of claims holds."""

    format: int
    theme: tuple[Theme, ...]
    claim: tuple[Claim, ...]


@cache
def _file() -> _File:
    return msgspec.convert(tomllib.loads(minima_resources.text("claims.toml")), _File)


@cache
def _all() -> Mapping[str, Claim]:
    return {each.name: each for each in _file().claim}


def themes() -> tuple[Theme, ...]:
    """Return the groups of claims, in the order of a list."""
    return _file().theme


def claim_names() -> tuple[str, ...]:
    """Return the names of all claims, in their order.

    Examples
    --------
    >>> "smaller-rate-escapes" in claim_names()
    True
    """
    return tuple(_all())


def claim(name: str) -> Claim:
    """Return a claim by its name.

    Raises
    ------
    ValueError
        For an unknown name; near ones are named.

    Examples
    --------
    >>> claim("cubic-no-minimum").judgement
    'half true'
    """
    if name in _all():
        return _all()[name]
    meant = suggestions(name, claim_names())
    end = f"; did you mean {' or '.join(meant)}?" if meant else "; claim_names() lists them."
    raise ValueError(f"There is no claim “{name}”{end}")
