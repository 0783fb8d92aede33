"""What stands where: views in the middle, panels at the sides, all in cards that fold and come back.

The arrangement is a small model (side, folded, weight of each card; extent of each side) that the widgets
follow, so that it can be kept as plain values and brought back as it was. Where the views have no room beside
each other, one is shown and the others are tabs beside it. A panel may share the card of another (`tab_of`):
then their names are tabs in its title, and they fold and move together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.cards import SIDES, Card, GapSplitter, Shelf
from minima_widgets.panels.controls import keeps_press
from minima_widgets.panels.places import EXTENTS, VIEWS, Place, keep, restore
from minima_widgets.panels.tabs import Tab, TabCard
from minima_widgets.theme import Theme

__all__ = ["Workspace"]

_LEAST_VIEW = 340  # narrower than this, two views beside each other show nothing


class _Room(QWidget):
    """The room of the views, which says when it changes."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()


class Workspace(QWidget):
    """Lays out views and panels.

    `changed` when a person has arranged something, which is the moment to keep `state()`; `folded` with a
    card's name and whether it is folded now; `fronted` with the name of a tab that came to the front.
    """

    changed = Signal()
    folded = Signal(str, bool)
    fronted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._places: dict[str, Place] = {}
        self._leaders: dict[str, str] = {}  # of every card and tab: the first one in its card
        self._extents = dict(EXTENTS)
        self._wanted: dict[str, float] = {}
        self._front = ""
        self._compact = False
        self._views_only = False
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self._areas = {
            "left": GapSplitter(theme, down),
            "right": GapSplitter(theme, down),
            "bottom": GapSplitter(theme, across),
            VIEWS: GapSplitter(theme, across),
        }
        self._shelves = {side: Shelf(theme, upright=side != "bottom") for side in self._areas}
        self.outer, self._inner = GapSplitter(theme, across), GapSplitter(theme, down)
        self._middle, self._views_box = QWidget(), _Room()
        views = QHBoxLayout(self._views_box)
        views.setContentsMargins(0, 0, 0, 0)
        views.setSpacing(6)
        views.addWidget(self._areas[VIEWS], 1)
        views.addWidget(self._shelves[VIEWS])
        self._inner.addWidget(self._views_box)
        self._inner.addWidget(self._areas["bottom"])
        self._inner.setStretchFactor(0, 7)
        self._inner.setStretchFactor(1, 3)
        middle = QVBoxLayout(self._middle)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(6)
        middle.addWidget(self._inner, 1)
        middle.addWidget(self._shelves["bottom"])
        for k, part in enumerate((self._areas["left"], self._middle, self._areas["right"])):
            self.outer.addWidget(part)
            self.outer.setStretchFactor(k, 1 if part is self._middle else 0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._shelves["left"])
        layout.addWidget(self.outer, 1)
        layout.addWidget(self._shelves["right"])
        for splitter in (*self._areas.values(), self.outer, self._inner):
            splitter.splitterMoved.connect(self._moved)
        self._views_box.resized.connect(self._look_at_room)

    # -- what is in it -------------------------------------------------------------------------------------

    def add_view(
        self,
        name: str,
        title: str,
        widget: QWidget,
        *,
        icon: str = "",
        header: QWidget | None = None,
        tools: Sequence[QWidget] = (),
        weight: float = 1.0,
        key: str = "",
    ) -> Card:
        """Put a view into the middle, right of those that are there."""
        card = Card(self._theme, title, widget, icon=icon, header=header, tools=tools)
        return self._add(Tab(name, title, icon, key), card, VIEWS, weight)

    def add_panel(
        self,
        name: str,
        title: str,
        widget: QWidget,
        side: str = "right",
        *,
        icon: str = "",
        tools: Sequence[QWidget] = (),
        weight: float = 1.0,
        key: str = "",
        tab_of: str = "",
    ) -> Card:
        """Put a panel at a side (``"left"``, ``"right"``, ``"bottom"``); its menu moves it to another.

        With `tab_of` it shares the card of that panel, as another tab in its title, wherever that stands.
        """
        if side not in SIDES:
            raise ValueError(f"A panel stands left, right or at the bottom, not at “{side}”.")
        tab = Tab(name, title, icon, key)
        if not tab_of:
            return self._add(tab, TabCard(self._theme, tab, widget, tools=tools), side, weight)
        place = self._place(tab_of)
        if not isinstance(place.card, TabCard):
            raise ValueError(f"“{tab_of}” is a view; only panels share a card.")
        self._name(name, self._leaders[tab_of])
        place.card.add_page(tab, widget, tools)
        place.tabs.append(tab)
        self._arrange()
        return place.card

    def want_room(self, name: str, share: float) -> None:
        """Give the bottom at least this share of the height while the panel `name` is in front there."""
        self._wanted[name] = share

    def card(self, name: str) -> Card:
        """Return the card in which `name` stands; KeyError when there is none."""
        return self._place(name).card

    def names(self) -> tuple[str, ...]:
        """Return the names of all views and panels."""
        return tuple(self._leaders)

    def title(self, name: str) -> str:
        """Return the title of the view or panel `name`."""
        return next(tab.title for tab in self._place(name).tabs if tab.name == name)

    # -- how it stands -------------------------------------------------------------------------------------

    def is_folded(self, name: str) -> bool:
        """Tell whether somebody has folded the card; one that only lacks room is not folded."""
        return self._place(name).folded

    def is_shown(self, name: str) -> bool:
        """Tell whether the view or panel is on show now: its card is there, and it is in front of it."""
        return self._leaders[name] in self._visible() and self._place(name).front == name

    def side(self, name: str) -> str:
        """Return where the card stands: ``"views"`` or a side."""
        return self._place(name).side

    def front(self, name: str) -> str:
        """Return which panel is in front in the card in which `name` stands."""
        return self._place(name).front

    @property
    def compact(self) -> bool:
        """Whether there is room for one view only."""
        return self._compact

    @property
    def views_only(self) -> bool:
        """Whether the panels are put away."""
        return self._views_only

    def set_folded(self, name: str, folded: bool) -> None:
        """Fold a card to its tab, or bring it back as it was, with `name` in front; one view always stays."""
        place, leader = self._place(name), self._leaders[name]
        was, front = self.is_shown(name), place.front
        if place.side == VIEWS:
            self._fold_view(leader, folded)
        else:
            place.folded = folded
            place.wish = place.wish if folded else name
        self._arrange()
        if self.is_shown(name) != was:
            self.folded.emit(name, folded)
        if place.front != front:
            self.fronted.emit(place.front)
        self.changed.emit()

    def bring(self, name: str) -> None:
        """Show a view or panel: unfold its card, and have it in front."""
        if not self.is_shown(name):
            self.set_folded(name, False)

    def toggle(self, name: str) -> None:
        """Fold a card, or bring it back; a view without room, or a tab behind another, comes to the front."""
        self.set_folded(name, self.is_shown(name))

    def set_present(self, name: str, present: bool) -> None:
        """Have the view or panel, or do without it and its tab: a curve has no surface."""
        place = self._place(name)
        tab = next(tab for tab in place.tabs if tab.name == name)
        if present == tab.present:
            return
        front = place.front
        tab.present = present
        place.present = bool(place.here)
        self._arrange()
        self._look_at_room()
        if place.front != front:
            self.fronted.emit(place.front)

    def move_panel(self, name: str, side: str) -> None:
        """Move a panel to another side."""
        place = self._place(name)
        if place.side == VIEWS or side not in SIDES or side == place.side:
            return
        place.side = side
        place.folded = False
        self._arrange()
        self.changed.emit()

    def set_views_only(self, on: bool) -> None:
        """Put all panels away, or bring them back as they were."""
        if on != self._views_only:
            self._views_only = on
            self._arrange()
            self.changed.emit()

    def reset(self) -> None:
        """Arrange everything as at first."""
        for place in self._places.values():
            place.side, place.folded, place.weight = place.home, False, place.first_weight
            place.wish = place.tabs[0].name
        self._extents = dict(EXTENTS)
        self._views_only = False
        self._front = next((name for name, place in self._places.items() if place.side == VIEWS), "")
        self._arrange()
        self.changed.emit()

    def state(self) -> dict[str, Any]:
        """Return the arrangement as plain values (for JSON, settings, views)."""
        return {
            **keep(self._places, self._extents),
            "front": self._front,
            "views_only": self._views_only,
        }

    def restore(self, state: Any) -> None:
        """Arrange everything as `state()` once said; what does not fit is left as it is."""
        if not isinstance(state, dict):
            return
        restore(state, self._places, self._extents)
        views = [name for name, place in self._places.items() if place.side == VIEWS]
        if views and all(self._places[name].folded for name in views):
            self._places[views[0]].folded = False
        if state.get("front") in views:
            self._front = str(state["front"])
        self._views_only = state.get("views_only") is True
        self._arrange()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`; what stands in the cards is themed by who made it."""
        self._theme = theme
        look.pass_on(self, theme)
        self._arrange()

    # -- inside --------------------------------------------------------------------------------------------

    def _place(self, name: str) -> Place:
        return self._places[self._leaders[name]]

    def _name(self, name: str, leader: str) -> None:
        if name in self._leaders:
            raise ValueError(f"There is a card called “{name}” already.")
        self._leaders[name] = leader

    def _add(self, tab: Tab, card: Card, side: str, weight: float) -> Card:
        name = tab.name
        self._name(name, name)
        self._places[name] = Place(
            card, side, side, weight=weight, first_weight=weight, tabs=[tab], wish=name
        )
        if tab.key:
            card.fold.set_tip(f"Fold “{card.title}” to a tab", tab.key)
        if side == VIEWS and not self._front:
            self._front = name
        place = self._places[name]
        card.fold_wanted.connect(lambda: self.set_folded(place.front, True))
        card.move_wanted.connect(lambda side: self.move_panel(name, side))
        if isinstance(card, TabCard):
            card.tab_wanted.connect(self.bring)
        card.side = side
        self._areas[side].addWidget(card)
        self._arrange()
        return card

    def _fold_view(self, name: str, folded: bool) -> None:
        views = self._views()
        if not folded:
            self._places[name].folded = False
            self._front = name
            return
        others = [other for other in views if other != name]
        if not others:
            return
        if self._compact:
            # A swap: the other one comes, and both are there again when there is room.
            still = [other for other in others if not self._places[other].folded] or others[:1]
            self._front = still[0]
            self._places[still[0]].folded = False
            return
        self._places[name].folded = True
        if all(self._places[other].folded for other in others):
            self._places[others[0]].folded = False
        if self._front == name:
            self._front = next(other for other in others if not self._places[other].folded)

    def _views(self) -> list[str]:
        return [name for name, place in self._places.items() if place.side == VIEWS and place.present]

    def _visible(self) -> set[str]:
        views = self._views()
        # One view is always there, whatever was folded before another one went away.
        shown = [name for name in views if not self._places[name].folded] or views[:1]
        if self._compact:
            shown = [self._front if self._front in shown else shown[0]]
        if self._views_only:
            return set(shown)
        panels = {name for name, p in self._places.items() if p.side != VIEWS and p.present and not p.folded}
        return panels | set(shown)

    def _arrange(self) -> None:
        """Have the widgets follow the model."""
        visible = self._visible()
        for side, area in self._areas.items():
            here = [(name, place) for name, place in self._places.items() if place.side == side]
            for k, (name, place) in enumerate(here):
                if area.indexOf(place.card) != k:
                    area.insertWidget(k, place.card)
                place.card.side = side
                if isinstance(place.card, TabCard) and place.here:
                    place.card.show_tabs(place.here, place.front)
                place.card.setVisible(name in visible)
            away = self._views_only and side != VIEWS
            folded = [
                (tab.name, tab.title, tab.icon, tab.key)
                for name, place in here
                if name not in visible and not away
                for tab in place.here
            ]
            area.setVisible(any(name in visible for name, _ in here))
            self._shelves[side].show_tabs(folded, lambda name: self.set_folded(name, False))
        views = self._views()
        for name in views:
            self._places[name].card.fold.setVisible(len(views) > 1)
        self._size()

    def _size(self) -> None:
        """Give every part the room that the model says."""
        width, height = max(self.outer.width(), 200), max(self._inner.height(), 200)
        for side, area in self._areas.items():
            here = [place for place in self._places.values() if place.side == side]
            room = width if side in {VIEWS, "bottom"} else height
            total = sum(place.weight for place in here if not place.card.isHidden()) or 1.0
            area.setSizes([0 if p.card.isHidden() else round(p.weight / total * room) for p in here])
        sides = {
            side: 0 if self._areas[side].isHidden() else look.px(self._theme, self._extents[side])
            for side in ("left", "right")
        }
        # However wide a side was once, the views keep half of the window.
        most = width // 2 if min(sides.values()) == 0 else width // 3
        sides = {side: min(extent, most) for side, extent in sides.items()}
        self.outer.setSizes([sides["left"], max(width - sum(sides.values()), 100), sides["right"]])
        low = 0 if self._areas["bottom"].isHidden() else round(self._share_below() * height)
        self._inner.setSizes([max(height - low, 100), low])

    def _share_below(self) -> float:
        """Return the share of the height that the bottom has: more where its front panel wants it."""
        fronts = [place.front for place in self._places.values() if place.side == "bottom"]
        return max([self._extents["bottom"], *(self._wanted.get(front, 0.0) for front in fronts)])

    def _moved(self) -> None:
        """Take over what a person has dragged."""
        for side, area in self._areas.items():
            here = [place for place in self._places.values() if place.side == side]
            sizes = area.sizes()
            shown = [
                (place, size) for place, size in zip(here, sizes, strict=True) if not place.card.isHidden()
            ]
            total = sum(size for _, size in shown)
            weights = sum(place.weight for place, _ in shown)
            if len(shown) > 1 and total > 0:
                for place, size in shown:
                    place.weight = max(size / total * weights, 0.05)
        left, _, right = self.outer.sizes()
        unit = look.px(self._theme, 1000) / 1000
        for side, extent in (("left", left), ("right", right)):
            if not self._areas[side].isHidden() and extent:
                self._extents[side] = extent / unit
        high, low = self._inner.sizes()
        if not self._areas["bottom"].isHidden() and low:
            self._extents["bottom"] = low / (high + low)
        self.changed.emit()

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the button that has the keyboard."""
        return keeps_press(event) or super().event(event)

    def _look_at_room(self) -> None:
        open_views = [name for name in self._views() if not self._places[name].folded]
        least = len(open_views) * look.px(self._theme, _LEAST_VIEW) + (len(open_views) - 1) * look.GAP
        compact = len(open_views) > 1 and self._views_box.width() < least
        if compact != self._compact:
            self._compact = compact
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Size everything from the model, the first time it is known how much room there is."""
        super().resizeEvent(event)
        self._size()
        self._look_at_room()
