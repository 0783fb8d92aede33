"""The tour on the first start: at most five cards, each beside the thing that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from minima_desktop.actions import key_of
from minima_desktop.hub import Hub
from minima_widgets.theme import Theme

if TYPE_CHECKING:
    from minima_widgets.panels.tour_cards import Stop, TourCards

SEEN = "tour"
FIRST_MS = 1800
"""How long after the first picture the tour begins: the first race is on its way by then."""


class Touring(QObject):
    """Shows the cards, once by itself and again when asked."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub.deck)
        self._hub = hub
        self.cards: TourCards | None = None

    def begin_once(self) -> None:
        """Begins soon, unless the tour has been seen, or skipped, before."""
        if self._hub.preferences.text(SEEN, "", ("seen",)) != "seen":
            QTimer.singleShot(FIRST_MS, self, self.begin)

    def begin(self) -> None:
        """Shows the first card."""
        from minima_widgets.panels.tour_cards import TourCards

        hub = self._hub
        if self.cards is not None or not hub.deck.isVisible():
            return
        if hub.deck.workspace.views_only:
            hub.do("views-only")
        self.cards = TourCards(hub.deck.theme, hub.deck, self._stops())
        self.cards.ended.connect(self._ended)
        self.cards.begin()

    def end(self) -> bool:
        """Ends the tour; true if there was one."""
        if self.cards is None:
            return False
        self.cards.end()
        return True

    def set_theme(self, theme: Theme) -> None:
        """Gives the card other colours."""
        if self.cards is not None:
            self.cards.set_theme(theme)

    def _ended(self, whole: bool) -> None:
        cards, self.cards = self.cards, None
        self._hub.preferences.keep(SEEN, "seen")
        if cards is not None:
            cards.deleteLater()

    def _stops(self) -> tuple[Stop, ...]:
        """What the cards say, and what they stand beside; what is folded is spoken of at its edge."""
        from minima_widgets.panels.cards import Card
        from minima_widgets.panels.tabs import TabCard
        from minima_widgets.panels.tour_cards import Stop

        deck = self._hub.deck
        race = deck.workspace.card("race")
        map_card: Card = deck.workspace.card("map")
        tabs: QWidget = race.strip if isinstance(race, TabCard) else race
        at_hand = race.isVisible()
        return (
            Stop(
                "Click anywhere on the map",
                "All methods start from there, live. Shift and click adds a start; a start can be dragged.",
                map_card if map_card.isVisible() else deck.workspace,
            ),
            Stop(
                "The race",
                "Each line is a method: its dot takes it out or in, the arrow at its end opens its settings. "
                "A click on the line says why it is where it is, and what to try.",
                race if at_hand else deck.workspace,
            ),
            Stop(
                "The timeline",
                "Hold, play on, or drag to any step. Space plays and holds too.",
                deck.timeline,
            ),
            Stop(
                "What else there is",
                "*Landscape* changes the function, *Explore* lists its minima and colours the map by where "
                "each start ends, *Study* counts how often a method succeeds.",
                tabs if at_hand else deck.workspace,
            ),
            Stop(
                "Lessons",
                f"Short lessons with your hand on the map: {key_of('learn')}, or this button. The menu shows "
                "this tour again.",
                deck.header_buttons["learn"],
            ),
        )
