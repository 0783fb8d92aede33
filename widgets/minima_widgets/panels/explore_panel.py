"""The panel of exploration: all minima, what lies on the map, basins, marbles, the map of settings.

It is fed with plain values and reports gestures; what is worked out, and when, is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from minima_widgets.panels.basins_rows import BasinsRows
from minima_widgets.panels.explore_values import (
    Job,
    LineItem,
    MarblesState,
    MinimumRow,
    ProofState,
    SettingItem,
)
from minima_widgets.panels.marbles_rows import MarblesRows
from minima_widgets.panels.minima_rows import MinimaRows
from minima_widgets.panels.numbers import count
from minima_widgets.panels.overlay_rows import OverlayRows
from minima_widgets.panels.sections import Column
from minima_widgets.panels.settings_map_rows import SettingsMapRows
from minima_widgets.theme import Theme

__all__ = [
    "ExplorePanel",
    "Job",
    "LineItem",
    "MarblesState",
    "MinimumRow",
    "ProofState",
    "SettingItem",
]


class ExplorePanel(Column):
    """Everything that can be found out about a landscape.

    Signals: ``minimum_selected(i)``, ``minimum_pointed(i)`` (−1: none), ``search_requested()``;
    ``overlay_chosen(name)``, ``switched(name, on)`` with flow, critical, lens, flood, difference or settings,
    ``flood_changed(level, finished)``; ``basins_chosen(id)``, ``beside_chosen(id or None)``;
    ``marbles_chosen(kind)``, ``marbles_counted(count)``, ``marbles_thrown()``,
    ``temperature_changed(value, finished)``; ``settings_line_chosen(id)``, ``settings_chosen(across, up)``;
    ``cancelled(topic)`` with critical, overlay, basins or settings.
    """

    minimum_selected = Signal(int)
    minimum_pointed = Signal(int)
    search_requested = Signal()
    overlay_chosen = Signal(str)
    switched = Signal(str, bool)
    flood_changed = Signal(float, bool)
    basins_chosen = Signal(int)
    beside_chosen = Signal(object)
    marbles_chosen = Signal(str)
    marbles_counted = Signal(int)
    marbles_thrown = Signal()
    temperature_changed = Signal(float, bool)
    settings_line_chosen = Signal(int)
    settings_chosen = Signal(str, str)
    cancelled = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Explore", parent)
        self.minima = MinimaRows(theme)
        self.overlays = OverlayRows(theme)
        self.basins = BasinsRows(theme)
        self.marbles = MarblesRows(theme)
        self.settings = SettingsMapRows(theme)
        for name, title, rows, is_open in (
            ("minima", "All minima", self.minima, True),
            ("map", "On the map", self.overlays, True),
            ("basins", "Basins", self.basins, False),
            ("marbles", "Marbles", self.marbles, False),
            ("settings", "Map of settings", self.settings, False),
        ):
            self.add_section(name, title, is_open=is_open, wide=name == "minima").add(rows)
        self._jobs = {
            "overlay": self.overlays.job,
            "basins": self.basins.job,
            "settings": self.settings.job,
        }
        minima, overlays, basins = self.minima, self.overlays, self.basins
        minima.selected.connect(self.minimum_selected)
        minima.pointed.connect(self.minimum_pointed)
        minima.asked.connect(self.search_requested)
        minima.cancelled.connect(lambda: self.cancelled.emit("critical"))
        overlays.overlay_chosen.connect(self._choose_overlay)
        overlays.switched.connect(self.switched)
        overlays.flood_changed.connect(self.flood_changed)
        overlays.cancelled.connect(lambda: self.cancelled.emit("overlay"))
        basins.line_chosen.connect(self.basins_chosen)
        basins.beside_chosen.connect(self.beside_chosen)
        basins.difference_toggled.connect(lambda on: self.switched.emit("difference", on))
        basins.cancelled.connect(lambda: self.cancelled.emit("basins"))
        self.marbles.kind_chosen.connect(self.marbles_chosen)
        self.marbles.count_changed.connect(self.marbles_counted)
        self.marbles.temperature_changed.connect(self.temperature_changed)
        self.marbles.thrown.connect(self.marbles_thrown)
        self.settings.toggled.connect(lambda on: self.switched.emit("settings", on))
        self.settings.line_chosen.connect(self.settings_line_chosen)
        self.settings.axes_chosen.connect(self.settings_chosen)
        self.settings.cancelled.connect(lambda: self.cancelled.emit("settings"))

    # -- what is shown -------------------------------------------------------------------------------------

    def set_proof(self, proof: ProofState) -> None:
        """Show how sure the list of minima is, and how far a search has come."""
        self.minima.set_proof(proof)

    def set_minima(self, rows: Iterable[MinimumRow], selected: int = -1) -> None:
        """Show these minima, the lowest first; `selected` is the one that is looked at, −1 for none."""
        rows = tuple(rows)
        self.minima.set_rows(rows, selected)
        self.section("minima").set_note(count(len(rows)) if rows else "")

    def set_overlay(self, name: str, why_not: Mapping[str, str] | None = None) -> None:
        """Show which overlay lies on the map, and why some cannot."""
        self.overlays.set_overlay(name, why_not)
        self.section("map").set_note("" if name == "none" else name)

    def set_switch(self, name: str, on: bool, why_not: str = "") -> None:
        """Show whether flow, critical, lens or flood is on, or why it cannot be."""
        self.overlays.set_switch(name, on, why_not)

    def set_flood(self, level: float | None, lowest: float, highest: float, note: str = "") -> None:
        """Show up to which loss the water stands, between these two; None: no water. `note`: the lakes."""
        self.overlays.set_flood(level, lowest, highest, note)

    def set_lines(
        self,
        lines: Iterable[LineItem],
        line: int | None,
        beside: int | None = None,
        *,
        difference: bool = False,
    ) -> None:
        """Offer these lines for basins; show which is drawn, which stands beside, and whether they differ."""
        lines = tuple(lines)
        self.basins.set_lines(lines, line, beside, difference=difference)
        name = next((item.name for item in lines if item.id == line), "")
        self.section("basins").set_note(f"of {name}" if name else "")

    def set_shares(self, shares: Iterable[tuple[str, str, float]], note: str = "") -> None:
        """Show how the region is divided among the basins: role, words, part of 1; and what to say of it."""
        self.basins.set_shares(shares, note)

    def set_marbles(self, state: MarblesState) -> None:
        """Show what the marbles do; it may be called many times a second."""
        self.marbles.set_state(state)
        self.section("marbles").set_note("" if state.kind == "none" else count(state.count))

    def set_settings_map(
        self,
        on: bool,
        lines: Iterable[LineItem] = (),
        line: int | None = None,
        settings: Iterable[SettingItem] = (),
        across: str = "",
        up: str = "",
        *,
        note: str = "",
        why_not: str = "",
    ) -> None:
        """Show whether the map of settings is on, of which line it is, and what goes across and up."""
        self.settings.set_map(on, lines, line, settings, across, up, note=note, why_not=why_not)
        self.section("settings").set_note("on" if on else "")

    def set_job(self, topic: str, job: Job) -> None:
        """Show work under way, or that there is none (``Job()``); topics: overlay, basins, settings."""
        self._jobs[topic].set_job(job)

    def _choose_overlay(self, name: str) -> None:
        self.section("map").set_note("" if name == "none" else name)
        if name in {"basins", "chances"}:
            self.section("basins").set_open(True)
        self.overlay_chosen.emit(name)
