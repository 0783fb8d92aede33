"""The usual settings of methods on the catalogue: one table, made by `tools/make_defaults.py`.

The table holds for exactly those landscapes, told by a digest of formula, region, parameters and minima, and
for methods that are used as they are: who changes the momentum gets the rate that suits it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import minima_resources
from minima_core.methods.specification import AUTO, TABLES

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape
    from minima_core.methods.specification import Specification, Value

__all__ = ["identity", "tabled", "untabled"]

APART = frozenset({
    "schedule", "weight_decay", "noise", "averaging", "ema_decay", "averaging_start", "batch", "eps",
    "clip_value",
})  # fmt: skip
"""Settings that may be given without touching what suits the landscape."""


def identity(land: Landscape) -> str:
    """Return what tells a landscape from one with other numbers."""
    return land.digest[:12]


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    """Return the table, by the identity of the landscape."""
    data = tomllib.loads(minima_resources.text("defaults.toml"))
    return {entry.pop("of"): entry for entry in data.values()}


def tabled(specification: Specification, land: Landscape) -> Mapping[str, Value]:
    """Return the usual settings of a method on a landscape; none where the table does not know it."""
    if land.is_callable or not APART.issuperset(specification.settings):
        return {}
    known: Mapping[str, Value] = _table().get(identity(land), {}).get(specification.name, {})
    return known


TABLES.append(tabled)


def untabled(specification: Specification, land: Landscape) -> Specification:
    """Return a method with every default written out as if there were no table."""
    method = specification.method
    full: dict[str, Any] = {each.name: each.default for each in method.settings}
    full = {name: value for name, value in full.items() if value is not AUTO} | dict(specification.settings)
    return specification.replace(**full, **(method.auto(land, full) if method.auto is not None else {}))
