"""What a person asks about the landscape: overlays, lens, flood, basins, marbles, the charts below the map.

Signals of the panel of exploration, of the charts and of the lens end here and change the view (never the
exploration, except a click on the map of settings, which plays the run of that pixel).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from PySide6.QtCore import QObject, QTimer

from minima_core.document import SettingsChoice
from minima_core.scene import (
    basins_scene,
    data_scene,
    empty_chart,
    settings_cell,
    settings_entry,
    settings_scene,
    tree_axis,
    tree_scene,
)
from minima_desktop.deck import BESIDE, INVITATION
from minima_desktop.hub import Hub
from minima_desktop.inquiries import WORK_WORDS
from minima_desktop.telling import tell

if TYPE_CHECKING:
    from minima_widgets.chart_view import ChartView
    from minima_widgets.map_view import MapView
    from minima_widgets.panels.explore_panel import ExplorePanel
    from minima_widgets.profile_view import ProfileView

DRAWING = "Click to place a well; drag it, its ring, or turn the wheel over it."
HEADLINES = {
    "slope": "Slope: the brighter, the steeper",
    "curvature": "Curvature: where the ground bends up, and where down",
    "density": "Density exp(−f/T): where a walker at this temperature spends its time",
}
"""What stands over the map instead of the invitation."""

FIRST_FLOOD = 0.25
"""Where the water stands first, as a share of its range."""


class Exploring(QObject):
    """The hand that asks."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub.deck)
        self._hub = hub
        self._chosen = -1
        self._told: tuple[Any, ...] = ()
        self._told_step: object = self  # nothing has been told yet, not even that there is nothing to tell
        self._drawn: dict[str, tuple[Any, ...]] = {}
        self._complaints: dict[str, str] = {}
        self._form = ""
        self._connect()

    def _connect(self) -> None:
        deck = self._hub.deck
        deck.workspace.fronted.connect(self._front)
        deck.step_words.pointed.connect(self._point_inside)
        deck.explore_room.made.connect(self._connect_panel)
        for place in (deck.map_place, deck.profile_place):
            place.made.connect(self._connect_map)
            if place.is_made:
                self._connect_map(place.view)
        for name, place in deck.chart_places.items():
            place.made.connect(partial(self._connect_chart, name))

    def _connect_panel(self, panel: ExplorePanel) -> None:
        self._hub.prepare_maps()
        panel.minimum_selected.connect(self._select)
        panel.overlay_chosen.connect(lambda name: self.look(overlay=name))
        panel.switched.connect(self.switch)
        panel.flood_changed.connect(lambda level, _finished: self.look(flood=level))
        panel.basins_chosen.connect(lambda id: self.look(entry=id))
        panel.beside_chosen.connect(self._stand_beside)
        panel.marbles_chosen.connect(self.roll)
        panel.marbles_counted.connect(lambda count: self.look(marble_count=count))
        panel.marbles_thrown.connect(self._hub.inquiries.throw_marbles)
        panel.temperature_changed.connect(lambda value, _finished: self.look(temperature=value))
        panel.settings_line_chosen.connect(lambda id: self._settings(entry=id))
        panel.settings_chosen.connect(self._choose_axes)
        panel.search_requested.connect(lambda: self._hub.inquiries.again("critical"))
        panel.cancelled.connect(self._cancel)
        QTimer.singleShot(0, self.show)

    def _connect_map(self, view: MapView | ProfileView) -> None:
        view.lens_moved.connect(self._move_lens)
        view.lens_sized.connect(lambda radius, _finished: self.look(lens_radius=radius))

    def _connect_chart(self, name: str, chart: ChartView) -> None:
        if name == "tree":
            chart.picked.connect(self._pick_in_tree)
            chart.dragged.connect(self._drag_flood)
        elif name == "settings":
            chart.clicked.connect(self._play_settings)

    # -- changing what is shown ----------------------------------------------------------------------------

    def look(self, **fields: Any) -> None:
        """Changes what is shown about the landscape; what cannot be is refused with a sentence."""
        session = self._hub.session
        try:
            insight = msgspec.structs.replace(session.view.insight, **fields)
        except ValueError as error:
            self._hub.refuse(str(error))
            return
        session.look(insight=insight)
        self._compare()
        self._hub.last_act = "explored"
        self._hub.touch()
        self.show()

    def switch(self, name: str, on: bool) -> None:
        """Switches something on or off: flow, critical, lens, flood, difference, settings."""
        hub = self._hub
        if name == "lens":
            self._hold_lens(on)
        elif name == "flood":
            low, high = self._flood_range()
            self.look(flood=low + FIRST_FLOOD * (high - low) if on else None)
            if on:
                hub.deck.workspace.bring("tree")
        elif name == "settings":
            hub.deck.workspace.bring("settings" if on else "trace")
        else:
            self.look(**{name: on})

    def _flood_range(self) -> tuple[float, float]:
        from minima_desktop import explorefeed

        return explorefeed.flood_range(self._hub.inquiries.findings, self._hub.projector.stage())

    def _hold_lens(self, on: bool) -> None:
        hub = self._hub
        if on:
            hub.deck.plane_view.set_tool("lens")
        else:
            self._lay_down()
            self.look(lens=None, lens_radius=None)
            return
        minima = hub.projector.stage().minima
        local = next((each for each in minima if not each.is_global), None) or next(iter(minima), None)
        land = hub.session.landscape
        middle = (land.lower + land.upper) / 2 if local is None else local.position
        self.look(lens=tuple(float(p) for p in middle[:2]), lens_radius=None)

    def _lay_down(self) -> None:
        """Gives the hand on the map back to the race."""
        for place in (self._hub.deck.map_place, self._hub.deck.profile_place):
            if place.is_made and place.view.tool == "lens":
                place.view.set_tool("race")

    def _move_lens(self, x: float, y: float, finished: bool) -> None:
        """Holds the lens over the minimum next to the hand: elsewhere lower ground begins at once."""
        land = self._hub.session.landscape
        hand = np.array([x, y][: min(land.dimension, 2)])
        rows = self._hub.inquiries.minima(land)
        if rows is not None and len(rows):
            span = (land.upper - land.lower)[: len(hand)]
            away = np.linalg.norm((rows[:, : len(hand)] - hand) / span, axis=1)
            hand = rows[int(np.argmin(away)), : len(hand)]
        self.look(lens=tuple(float(p) for p in hand), lens_radius=None)

    def _select(self, index: int) -> None:
        """Points a minimum out, and takes the lens there if it is held."""
        hub = self._hub
        self._chosen = index if index != self._chosen else -1
        hub.inquiries.chosen = self._chosen if self._chosen >= 0 else None
        rows = hub.inquiries.minima(hub.session.landscape)
        if rows is not None and 0 <= self._chosen < len(rows) and hub.session.view.insight.lens is not None:
            self.look(lens=tuple(float(p) for p in rows[self._chosen][:2]), lens_radius=None)
        hub.touch()
        self.show()

    def roll(self, kind: str) -> None:
        """Lets marbles roll; annealing ones stand beside the density that they approach."""
        overlay = self._hub.session.view.insight.overlay
        if kind == "annealing" and overlay == "none":
            overlay = "density"
        self.look(marbles=kind, overlay=overlay)

    def _stand_beside(self, id: int | None) -> None:
        self.look(beside=id)

    def _settings(self, **fields: Any) -> None:
        choice = self._hub.session.view.insight.settings or SettingsChoice()
        try:
            self.look(settings=msgspec.structs.replace(choice, **fields))
        except ValueError as error:
            self._hub.refuse(str(error))

    def _choose_axes(self, across: str, up: str) -> None:
        self._settings(across=across, up=up, across_range=None, up_range=None)

    def _cancel(self, topic: str) -> None:
        topics = {
            "overlay": ("chances", "slope", "curvature", "density"),
            "basins": ("basins", "beside"),
        }
        for each in topics.get(topic, (topic,)):
            self._hub.inquiries.stop(each)
        self.show()

    def look_at_tabs(self) -> None:
        """Takes over which tabs are in front, as the window was left."""
        workspace = self._hub.deck.workspace
        bottom = workspace.front("trace").removesuffix("-chart")
        self._hub.session.look(bottom=bottom, right=workspace.front("race"))
        self._compare()

    def _compare(self) -> None:
        """Puts as many maps beside the first as there are: one to compare with, or those of a method."""
        compares = self._hub.session.view.insight.compares
        self._hub.deck.compare(1 if compares else self._hub.projector.insider.map_count)

    def bring_tabs(self) -> None:
        """Brings those tabs to the front that an opened document shows."""
        view = self._hub.session.view
        self._compare()
        bottom = "study-chart" if view.bottom == "study" else view.bottom
        for name in (bottom, view.right):
            if name != "beside":
                self._hub.deck.workspace.bring(name)

    # -- charts --------------------------------------------------------------------------------------------

    def _front(self, name: str) -> None:
        session = self._hub.session
        if name in ("trace", "step", "compare") or name in self._hub.deck.chart_places:
            session.look(bottom=name)
        elif name == "study-chart":
            session.look(bottom="study")
        elif name in ("race", "landscape", "explore", "study"):
            session.look(right=name)
        self._drawn.pop(name, None)
        self._hub.touch()
        self.show()

    def draw(self, step: int) -> None:
        """Draws the chart that is in front, if anything about it has changed."""
        self._compare()
        self._tell_step()
        for name in (self._hub.session.view.bottom, *BESIDE):
            deck = self._hub.deck
            if name in BESIDE:
                shown = deck.is_beside(name)
            else:
                shown = name in deck.chart_places and deck.workspace.is_shown(name)
            if shown:
                self._draw_chart(name, step)

    def _tell_step(self) -> None:
        """Tells the step that is shown, while somebody looks at its words."""
        hub = self._hub
        insider, words = hub.projector.insider, hub.deck.step_words
        insider.listened = hub.session.view.bottom == "step" and hub.deck.workspace.is_shown("step")
        opened = insider.opened if insider.listened else None
        if insider.listened and opened is not self._told_step:
            self._told_step = opened
            telling = tell(opened)
            words.set_words(telling.title, telling.stages)

    def _point_inside(self, names: tuple[str, ...]) -> None:
        """Points out what a sentence about the step is about."""
        self._hub.projector.insider.pointed = names
        self._hub.touch()

    def _draw_chart(self, name: str, step: int) -> None:
        hub = self._hub
        findings, stage = hub.inquiries.findings, hub.projector.stage()
        exploration, view = hub.session.exploration, hub.session.view
        insider = hub.projector.insider
        inner = insider.fields if name in BESIDE else None
        key = (
            id(findings), id(stage), exploration, view, self._chosen, step if name != "tree" else 0, id(inner)
        )  # fmt: skip
        if self._drawn.get(name) == key:
            return
        self._drawn[name] = key
        if name == "tree":
            chosen = None if self._chosen < 0 else self._chosen
            dimension = exploration.place.dimension
            scene = tree_scene(findings.tree, view, chosen=chosen, dimension=dimension)
        elif name == "settings":
            scene = settings_scene(findings.settings, exploration, view, step)
        elif name == "data":
            scene = data_scene(exploration, view, stage, hub.projector.tracks, step)
        elif view.insight.compares:
            scene = basins_scene(exploration, view, stage, findings)
        else:
            place_of = BESIDE.index(name)
            maps = hub.projector.maps(step, stage)
            scene = maps[place_of] if place_of < len(maps) else empty_chart("Working this map out…")
        if not np.isfinite(scene.extent).all():
            scene = empty_chart("The values of this landscape are too large to be drawn.")
        place = hub.deck.chart_places[name]
        _ = place.view
        place.show_scene(scene)

    def _pick_in_tree(self, key: str, id: int) -> None:
        if key.startswith("leaf"):
            self._select(id)

    def _drag_flood(self, key: str, x: float, y: float, finished: bool) -> None:
        tree = self._hub.inquiries.findings.tree
        if key == "drag:flood" and tree is not None:
            self.look(flood=float(tree_axis(tree).loss(y)))

    def _play_settings(self, x: float, y: float) -> None:
        """Plays the run of the pixel that was clicked."""
        hub = self._hub
        found = hub.inquiries.findings.settings
        line = settings_entry(hub.session.exploration, hub.session.view)
        if found is None or line is None:
            return
        column, row = settings_cell(found, x, y)
        values = {
            found.across.name: float(np.asarray(found.values_across)[column]),
            found.up.name: float(np.asarray(found.values_up)[row]),
        }
        if hub.session.change_settings(line, values):
            hub.last_act = "setting"
            hub.player.restart()

    def follow(self) -> None:
        """Puts away what belonged to the landscape before: the lens and the water."""
        form = self._hub.projector.form()
        if form != self._form:
            insight = self._hub.session.view.insight
            if self._form and (insight.lens is not None or insight.flood is not None):
                fresh = msgspec.structs.replace(insight, lens=None, lens_radius=None, flood=None)
                self._hub.session.look(insight=fresh)
                self._lay_down()
            self._form = form
        self.show()

    # -- acts ----------------------------------------------------------------------------------------------

    def _mark_acts(self) -> None:
        """Keeps the switches of the menu true."""
        insight, acts = self._hub.session.view.insight, self._hub.acts
        for name in ("basins", "chances", "slope", "curvature", "density"):
            acts[name].setChecked(insight.overlay == name)
        acts["flow"].setChecked(insight.flow)
        acts["critical"].setChecked(insight.critical)
        acts["lens"].setChecked(insight.lens is not None)
        acts["flood"].setChecked(insight.flood is not None)
        acts["marbles"].setChecked(insight.marbles != "none")

    def progress(self) -> str:
        """What is being worked out, for the status line; "" when nothing is."""
        topic = self._hub.inquiries.at_work()
        return f"{WORK_WORDS[topic]}…" if topic else ""

    def headline(self) -> str:
        """What one can do on the map now, or what its colours mean."""
        hub, insight = self._hub, self._hub.session.view.insight
        if hub.projector.drawing:
            return DRAWING
        if insight.overlay in ("basins", "chances"):
            line = hub.inquiries.line(insight.entry, chance=insight.overlay == "chances")
            if line is not None:
                from minima_desktop import explorefeed

                return f"{insight.overlay.capitalize()} of {explorefeed.line_titles(hub.session)[line.id]}"
        told = hub.told if hub.told is not None and hub.told[0] is hub.session.exploration else None
        return HEADLINES.get(insight.overlay, INVITATION if told is None else told[1])

    def _complain(self) -> None:
        """Says once why an overlay or a chart that was asked for cannot be shown."""
        for topic in ("basins", "beside", "chances", "settings"):
            answer = self._hub.inquiries.answer(topic)
            failure = "" if answer is None else answer.failure
            if failure and failure != self._complaints.get(topic):
                self._hub.refuse(failure)
            self._complaints[topic] = failure

    # -- words ---------------------------------------------------------------------------------------------

    def show(self, *, only_if_new: bool = False) -> None:
        """Brings the panel up to date, if it is in front."""
        hub = self._hub
        self._mark_acts()
        self._complain()
        if hub.projector.in_haste or not hub.deck.workspace.is_shown("explore"):
            return  # usual settings take a moment to work out: not at every keystroke
        session, inquiries = hub.session, hub.inquiries
        told = (
            id(inquiries.findings),
            session.exploration,
            session.view.insight,
            session.view.bottom,
            self._chosen,
            tuple(inquiries.share(topic) for topic in inquiries.topics),
        )
        if only_if_new and told == self._told:
            return
        from minima_desktop import explorefeed

        self._told = told
        explorefeed.fill(hub.deck.explore, session, inquiries, hub.projector.stage(), self._chosen)
