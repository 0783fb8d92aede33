"""Room for the map while one learns: in a narrow window the card at the right is folded, and comes back."""

from __future__ import annotations

from minima_desktop.hub import Hub

NARROW = 1180
"""Pixels of the ordinary type size: in a narrower window three columns leave the map too little."""


class ElbowRoom:
    """Folds the card of the race, and brings it back; somebody who brings it back by hand keeps it."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._folded = self._free = False

    @property
    def _is_folded(self) -> bool:
        return self._hub.deck.workspace.is_folded("race")

    def make(self, *, needed: bool) -> None:
        """Folds the card where there is little room, unless what stands there is `needed` now."""
        deck = self._hub.deck
        self._free = self._free or (self._folded and not self._is_folded)
        if needed or deck.width() >= NARROW * deck.theme.type_size / 10.5:
            self._bring_back()
        elif not self._free and not self._is_folded:
            deck.workspace.set_folded(deck.workspace.front("race"), True)
            self._folded = True

    def scene_came(self) -> None:
        """Notes that a scene, and no hand, may have brought a tab of the card to the front."""
        if self._folded and not self._is_folded:
            self._folded = False

    def give_back(self) -> None:
        """Puts the card back, and forgets what a hand has done: the lessons are put away."""
        self._bring_back()
        self._free = False

    def _bring_back(self) -> None:
        if self._folded:
            self._folded = False
            workspace = self._hub.deck.workspace
            if workspace.is_folded("race"):
                workspace.set_folded(workspace.front("race"), False)
