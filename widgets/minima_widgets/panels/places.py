"""Where the cards stand, as a model: sides, folds, weights, and what is in front of each.

It is kept as plain values (for JSON, settings, views) and taken from them again, whatever they hold by now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from minima_widgets.panels.cards import SIDES, Card
from minima_widgets.panels.tabs import Tab

__all__ = ["EXTENTS", "VIEWS", "Place", "keep", "restore"]

VIEWS = "views"
EXTENTS = {"left": 300.0, "right": 330.0, "bottom": 0.29}
"""Pixels of the ordinary type size; of the bottom the share of the height."""


@dataclass
class Place:
    """Where a card stands now, and where it stood at first."""

    card: Card
    side: str
    home: str
    folded: bool = False
    present: bool = True
    weight: float = 1.0
    first_weight: float = 1.0
    tabs: list[Tab] = field(default_factory=list)
    wish: str = ""  # the tab that was brought to the front last

    @property
    def here(self) -> list[Tab]:
        """The tabs that there are at present."""
        return [tab for tab in self.tabs if tab.present]

    @property
    def front(self) -> str:
        """The tab in front: the one last wished for, while it is there."""
        here = [tab.name for tab in self.here] or [self.tabs[0].name]
        return self.wish if self.wish in here else here[0]


def keep(places: Mapping[str, Place], extents: Mapping[str, float]) -> dict[str, Any]:
    """Return how the cards stand as plain values."""
    return {
        "cards": {
            name: {"side": place.side, "folded": place.folded, "weight": round(place.weight, 4)}
            for name, place in places.items()
        },
        "extents": {side: round(extent, 4) for side, extent in extents.items()},
        "tabs": {name: place.wish for name, place in places.items() if len(place.tabs) > 1},
    }


def restore(state: dict[str, Any], places: Mapping[str, Place], extents: dict[str, float]) -> None:
    """Have the cards stand as `keep` once said; what does not fit is left as it is."""
    cards = state.get("cards")
    for name, kept in cards.items() if isinstance(cards, dict) else ():
        place = places.get(name)
        if place is None or not isinstance(kept, dict):
            continue
        if place.side != VIEWS and kept.get("side") in SIDES:
            place.side = kept["side"]
        place.folded = kept.get("folded") is True
        place.weight = _number(kept.get("weight"), 0.05, 20.0, place.weight)
    tabs = state.get("tabs")
    for name, wish in tabs.items() if isinstance(tabs, dict) else ():
        place = places.get(name)
        if place is not None and wish in [tab.name for tab in place.tabs]:
            place.wish = wish
    kept_extents = state.get("extents")
    given = kept_extents if isinstance(kept_extents, dict) else {}
    for side in EXTENTS:
        low, high = (0.1, 0.8) if side == "bottom" else (120.0, 2000.0)
        extents[side] = _number(given.get(side), low, high, extents[side])


def _number(value: object, low: float, high: float, otherwise: float) -> float:
    if isinstance(value, int | float) and low <= value <= high:
        return float(value)
    return otherwise
