"""What a person does to the landscape itself: types its formula, moves its parameters, draws wells.

Signals of the formula bar, the panel of the landscape and the map's drawing tool end here and become changes
of the session; what the panel shows is made here from the session.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer

from minima_core import document as doc
from minima_core.document import Exploration
from minima_core.formula import FormulaError
from minima_core.landscapes import wells
from minima_core.landscapes.drawn import random_drawn
from minima_core.landscapes.wells import Drawn, Well, empty_drawing
from minima_desktop import landfeed
from minima_desktop.actions import key_of
from minima_desktop.hub import Hub
from minima_desktop.projector import typed_formula

if TYPE_CHECKING:
    from minima_widgets.map_view import MapView
    from minima_widgets.panels.landscape_panel import LandscapePanel
    from minima_widgets.profile_view import ProfileView

HISTORY = 30
"""Typed formulas that are remembered."""

FIRST_WIDTH = 0.16
FIRST_DEPTH = 1.0
"""A well that is placed: its width as a share of the region's smaller side, and its depth."""

CANVAS = ((-3.0, -3.0), (3.0, 3.0))
"""The region of a drawing that is begun on a landscape of one variable."""


class Terrain(QObject):
    """The hand on the landscape."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub.deck)
        self._hub = hub
        self._before: Exploration | None = None
        self._history = [
            text for text in hub.preferences.values("formula").get("history", []) if isinstance(text, str)
        ]
        self._ranges: dict[str, tuple[float, float]] = {}
        self._well = -1
        self._note = ""
        self._connect()

    def _connect(self) -> None:
        deck, bar = self._hub.deck, self._hub.deck.header.formula
        bar.edited.connect(self._type)
        bar.accepted.connect(self._accept)
        bar.cancelled.connect(self._cancel)
        bar.editing_changed.connect(self._editing)
        bar.set_history(self._history)
        bar.set_examples(landfeed.EXAMPLES)
        bar.set_key(key_of("formula"))
        deck.landscape_room.made.connect(self._connect_panel)
        deck.workspace.fronted.connect(self.show)
        deck.workspace.folded.connect(self.show)
        for place in (deck.map_place, deck.profile_place):
            place.made.connect(self._connect_view)
            if place.is_made:
                self._connect_view(place.view)

    def _connect_panel(self, panel: LandscapePanel) -> None:
        panel.parameter_changed.connect(self._move_parameter)
        panel.parameter_ranged.connect(self._range_parameter)
        panel.region_edited.connect(self._set_bounds)
        panel.region_reset.connect(self._own_region)
        panel.change_changed.connect(self._change)
        panel.changes_reset.connect(self._change_back)
        panel.variant_chosen.connect(self._choose_variant)
        panel.draw_toggled.connect(self.draw)
        panel.random_requested.connect(self.throw_landscape)
        panel.well_selected.connect(self._select_well)
        panel.well_changed.connect(self._shape_well)
        panel.well_removed.connect(self._remove_well)
        QTimer.singleShot(0, self.show)

    def _connect_view(self, view: MapView | ProfileView) -> None:
        view.region_edited.connect(self._set_bounds)
        view.well_placed.connect(self._place_well)
        view.well_moved.connect(self._move_well)
        view.well_widened.connect(self._widen_well)
        view.well_deepened.connect(self._deepen_well)
        view.well_removed.connect(self._remove_well)

    # -- the formula ---------------------------------------------------------------------------------------

    def _editing(self, on: bool) -> None:
        """Remembers what stood there when typing begins; `_accept` and `_cancel` end it."""
        if on:
            if self._before is None:
                self._before = self._hub.session.exploration
            names = self._hub.session.landscape.parameters
            self._hub.deck.header.formula.set_completions(landfeed.completions(names))
        else:
            self._hub.show_exploration()

    def _type(self, text: str) -> bool:
        """Follows the text as far as it can be read; the last good picture stays."""
        hub, bar = self._hub, self._hub.deck.header.formula
        if not text.strip():
            bar.clear_error()
            return False
        try:
            doc.with_formula(hub.session.exploration, text, refit=False)
        except FormulaError as error:
            bar.set_error(error.column, str(error))
            return False
        except ValueError as error:
            bar.set_error(0, str(error))
            return False
        bar.clear_error()
        hub.hurry()
        if hub.session.set_formula(text, refit=False):
            hub.last_act = "typed"
            hub.session.look(zoom=None)
            hub.player.restart()
        return True

    def _accept(self, text: str) -> None:
        if self._before is not None and text == typed_formula(self._before.place):
            self._cancel()
        elif self._type(text):
            self._refit(text)
            self._end_typing()
            self._history = [text, *[each for each in self._history if each != text]][:HISTORY]
            self._hub.preferences.keep("formula", {"history": self._history})
            self._warn_of_numbered_letters(text)
            self._hub.deck.header.formula.set_history(self._history)

    def _end_typing(self) -> None:
        """Makes all keystrokes one step of undo."""
        self._before = None
        self._hub.session.close_change()

    def _warn_of_numbered_letters(self, text: str) -> None:
        """Says how x2 and y2 were read: who means a square types x^2."""
        numbered = re.search(r"(?<![A-Za-z^_])([xy])2(?![0-9])", text)
        if numbered is not None:
            read = "the second variable" if numbered[1] == "x" else "a parameter of its own"
            letter = numbered[1]
            self._hub.deck.toast.say(f"{letter}2 was read as {read}; for {letter} squared type {letter}^2.")

    def _refit(self, text: str) -> None:
        """Gives settings that nobody chose the scale of the new landscape, now that it is whole."""
        before, session = self._before, self._hub.session
        if before is not None and before.place != session.exploration.place:
            session.refit(before, text)

    def _cancel(self) -> None:
        before = self._before
        self._end_typing()
        if before is not None and self._hub.session.exploration != before:
            self._hub.session.undo()

    # -- numbers -------------------------------------------------------------------------------------------

    def _move_parameter(self, name: str, value: float, finished: bool) -> None:
        self._hub.hurry()
        self._hub.session.set_parameter(name, value, finished)
        self._hub.last_act = "parameter"

    def _range_parameter(self, name: str, low: float, high: float) -> None:
        self._ranges[name] = (low, high)
        self.show()

    def _set_bounds(self, axis: int, low: float, high: float) -> None:
        place = self._hub.session.exploration.place
        lower, upper = list(place.lower), list(place.upper)
        lower[axis], upper[axis] = low, high
        if self._hub.session.set_region(tuple(lower), tuple(upper)):
            self._hub.session.look(zoom=None)
            self._hub.do("fit")
        self.show()

    def _own_region(self) -> None:
        place = self._hub.session.exploration.place
        if place.landscape is not None:
            own = doc.place_of(place.landscape, place.dimension)
            self._hub.session.set_region(own.lower, own.upper)
            self._hub.session.look(zoom=None)
            self._hub.do("fit")

    def _change(self, name: str, value: object, finished: bool) -> None:
        self._hub.hurry()
        if name == "smoothing" and isinstance(value, int | float):
            value = min(value / self._hub.session.landscape.diagonal, 1.0)
        self._hub.session.set_changes(finished, **{name: value})
        self._hub.last_act = "changed"

    def _change_back(self) -> None:
        self._hub.session.set_changes(True, l1=0.0, l2=0.0, smoothing=0.0, tilt=(), towards=())

    def _choose_variant(self, name: str) -> None:
        if self._hub.session.set_landscape(name):
            self._hub.player.restart()

    # -- drawing -------------------------------------------------------------------------------------------

    def _drawn(self) -> Drawn | None:
        return self._hub.session.exploration.place.drawn

    def draw(self, on: bool) -> None:
        """Lets the mouse draw wells, on a drawing of its own if there is none; or ends it."""
        hub = self._hub
        if on and self._drawn() is None:
            place = hub.session.exploration.place
            lower, upper = (place.lower, place.upper) if place.dimension == 2 else CANVAS
            middle = [(a + b) / 2 for a, b in zip(lower, upper, strict=True)]
            first = Well(middle[0], middle[1], FIRST_WIDTH * _side(lower, upper), FIRST_DEPTH)
            drawn = wells.with_well(empty_drawing(lower, upper), first)
            hub.session.set_drawn(drawn, lower=lower, upper=upper, fresh=True)
            hub.session.look(zoom=None)
            hub.do("fit")
        on = on and self._drawn() is not None
        hub.deck.map.set_tool("draw" if on else "race")
        hub.projector.drawing = on
        if on:
            hub.deck.workspace.bring("landscape")
            hub.deck.landscape.show_section("drawing")
        hub.touch()
        self.show()

    def throw_landscape(self, minima: int, seed: int | None = None) -> None:
        """Makes a random landscape with so many minima; without a seed it picks one, and says it."""
        hub = self._hub
        seed = int(np.random.SeedSequence().generate_state(1)[0]) % 10_000 if seed is None else seed
        place = hub.session.exploration.place
        lower, upper = (place.lower, place.upper) if place.dimension == 2 else CANVAS
        try:
            drawn = random_drawn(seed, minima, lower, upper)
        except ValueError as error:
            hub.refuse(str(error))
            return
        if hub.session.set_drawn(drawn, lower=lower, upper=upper, fresh=True):
            hub.last_act = "landscape"
            hub.session.look(zoom=None)
            hub.do("fit")
            hub.player.restart()
            hub.deck.toast.say(f"A random landscape with {minima} minima, seed {seed}.", seconds=4)

    def _edit_wells(self, edit: Callable[[Drawn], Drawn], finished: bool, join: str) -> None:
        drawn = self._drawn()
        if drawn is None:
            return
        try:
            changed = edit(drawn)
        except ValueError as error:
            self._hub.refuse(str(error))
            return
        self._hub.hurry()
        self._hub.session.set_drawn(changed, finished, join)

    def _place_well(self, x: float, y: float) -> None:
        place = self._hub.session.exploration.place
        width = FIRST_WIDTH * _side(place.lower, place.upper)
        self._edit_wells(lambda d: wells.with_well(d, Well(x, y, width, FIRST_DEPTH)), True, "place")

    def _move_well(self, index: int, x: float, y: float, finished: bool) -> None:
        self._edit_wells(lambda d: wells.move_well(d, index, x, y), finished, f"move {index}")

    def _widen_well(self, index: int, width: float, finished: bool) -> None:
        self._edit_wells(lambda d: wells.widen_well(d, index, width), finished, f"widen {index}")

    def _deepen_well(self, index: int, factor: float, finished: bool) -> None:
        self._edit_wells(lambda d: wells.deepen_well(d, index, factor), finished, f"deepen {index}")

    def _shape_well(self, index: int, depth: float, width: float, finished: bool) -> None:
        """Gives a well another depth and width, by its number in the panel."""

        def shape(drawn: Drawn) -> Drawn:
            return wells.widen_well(wells.with_depth(drawn, index, depth), index, width)

        self._edit_wells(shape, finished, f"shape {index}")

    def _select_well(self, index: int) -> None:
        self._well = index
        self.show()

    def _remove_well(self, index: int) -> None:
        self._edit_wells(lambda d: wells.remove_well(d, index), True, "remove")

    # -- showing -------------------------------------------------------------------------------------------

    def say(self) -> None:
        """Says how many minima are left, where something was added to the landscape."""
        note = self._hub.inquiries.count_note() if self._hub.session.exploration.place.changes else ""
        if note != self._note:
            self._note = note
            self.show()

    def show(self) -> None:
        """Brings the panel of the landscape up to date, if it is in front; elsewhere nothing can be drawn."""
        hub = self._hub
        drawing = hub.deck.map_place.is_made and hub.deck.map.tool == "draw"
        if drawing and self._drawn() is None:
            hub.deck.map.set_tool("race")
            hub.projector.drawing = drawing = False
        hub.acts["draw"].setChecked(drawing)
        if hub.deck.workspace.is_shown("landscape"):
            landfeed.fill(
                hub.deck.landscape,
                hub.session,
                self._ranges,
                drawing=drawing,
                well=self._well,
                note=self._note,
            )


def _side(lower: tuple[float, ...], upper: tuple[float, ...]) -> float:
    """Return the length of the smaller side of a box."""
    return min(b - a for a, b in zip(lower, upper, strict=True))
