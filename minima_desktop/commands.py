"""The declared acts, carried out: one method for each `do` of `minima_desktop.actions`."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from minima_core.document import Border, Document, DocumentError, opening, prepared
from minima_desktop.gestures import Gestures
from minima_desktop.hub import Hub
from minima_desktop.preferences import THEME
from minima_widgets.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from minima_core.document.talk import TalkScene
    from minima_desktop.comparing import Comparing
    from minima_desktop.curing import Curing
    from minima_desktop.exploring import Exploring
    from minima_desktop.exporting import Exporting
    from minima_desktop.gallery import Gallery
    from minima_desktop.palette import Palette
    from minima_desktop.pictures import Pictures
    from minima_desktop.preferring import Preferring
    from minima_desktop.presenting import Presenting
    from minima_desktop.saving import Saving
    from minima_desktop.start_list import StartList
    from minima_desktop.studying import Studying
    from minima_desktop.talking import Talking
    from minima_desktop.teaching import Teaching
    from minima_desktop.terrain import Terrain
    from minima_desktop.touring import Touring

TYPE_SIZES = (7.0, 22.0)
USUAL_TYPE = 10.5
RANDOM_MINIMA = 5
BORDER_WORDS = {
    "auto": "as each method likes: gradient methods leave freely, those that sample are reflected",
    "free": "free: runs may leave the region",
    "clip": "clip: runs stop at the border and slide along it",
    "reflect": "reflect: runs bounce back",
}


class Commands:
    """What the acts of a person do to the hub."""

    def __init__(self, window: QMainWindow, hub: Hub, gestures: Gestures) -> None:
        self._window = window
        self._hub = hub
        self._gestures = gestures
        self._gallery: Gallery | None = None
        self.terrain: Terrain | None = None
        self.exploring: Exploring | None = None
        self.teaching: Teaching | None = None
        self.curing: Curing | None = None
        self.studying: Studying | None = None
        self.comparing: Comparing | None = None
        self.saving: Saving | None = None
        self.talking: Talking | None = None

    def _terrain(self) -> Terrain:
        """The hand on the landscape, which is there once the window has been painted."""
        assert self.terrain is not None
        return self.terrain

    def _exploring(self) -> Exploring:
        """The hand that asks, which is there once the window has been painted."""
        assert self.exploring is not None
        return self.exploring

    # Gallery and pictures are made when they are first asked for: the first picture waits for neither.

    @property
    def gallery(self) -> Gallery:
        """The gallery of landscapes."""
        if self._gallery is None:
            from minima_desktop.gallery import Gallery

            self._gallery = Gallery(self._hub, self._choose)
        return self._gallery

    @cached_property
    def pictures(self) -> Pictures:
        """Pictures of what is on screen."""
        from minima_desktop.pictures import Pictures

        return Pictures(self._hub)

    @cached_property
    def start_list(self) -> StartList:
        """What can be opened at once."""
        from minima_desktop.start_list import StartList

        assert self.saving is not None
        return StartList(self._hub, self.saving, self.open_scene)

    @cached_property
    def presenting(self) -> Presenting:
        """Talks over the whole screen."""
        from minima_desktop.presenting import Presenting

        return Presenting(self._window, self._hub, self._gestures)

    def play_talk(self, scenes: Sequence[TalkScene], first: int = 0) -> None:
        """Plays a talk over the whole screen, from one of its scenes on."""
        self.presenting.begin(scenes, first)

    @cached_property
    def touring(self) -> Touring:
        """The tour of the first start."""
        from minima_desktop.touring import Touring

        return Touring(self._hub)

    @cached_property
    def preferring(self) -> Preferring:
        """What is preferred."""
        from minima_desktop.preferring import Preferring

        return Preferring(self._window, self._hub, self)

    @cached_property
    def exporting(self) -> Exporting:
        """Data, formula and command line for elsewhere."""
        from minima_desktop.exporting import Exporting

        return Exporting(self._hub, lambda: None if self.comparing is None else self.comparing.pair)

    @cached_property
    def palette(self) -> Palette:
        """The command palette."""
        from minima_desktop.palette import Palette

        return Palette(self._hub, self, self._gestures)

    def finish(self) -> None:
        """Ends what goes on by itself: the window closes."""
        if self._gallery is not None:
            self._gallery.close()
        if "palette" in self.__dict__:
            self.palette.close()
        if "pictures" in self.__dict__:
            self.pictures.close()
        if "exporting" in self.__dict__:
            self.exporting.close()

    def save_picture(self) -> None:
        """Opens the dialog for pictures."""
        self.pictures.open()

    def open_page(self, name: str) -> None:
        """Opens the dialog for pictures at one of the pages."""
        self.pictures.open(name)

    def copy_picture(self) -> None:
        """Copies the picture of all views to the clipboard."""
        self.pictures.copy()

    def undo(self) -> None:
        """Takes back the last change."""
        hub = self._hub
        hub.session.undo()

    def redo(self) -> None:
        """Does again what was taken back."""
        hub = self._hub
        hub.session.redo()

    def choose_landscape(self) -> None:
        """Opens the gallery."""
        self.gallery.open()

    def choose_scene(self) -> None:
        """Opens the gallery at the prepared scenes."""
        from minima_desktop.gallery import SCENES_TITLE

        self.gallery.open(SCENES_TITLE)

    def _choose(self, name: str) -> None:
        """Takes what was chosen in the gallery: a landscape, or a prepared scene."""
        from minima_desktop.gallery import SCENE

        if name.startswith(SCENE):
            self.open_scene(name.removeprefix(SCENE))
        else:
            self._gestures.choose(name)

    def open_scene(self, name: str) -> None:
        """Sets a prepared scene up, and says over the map what is to be seen, until something is changed."""
        scene = prepared(name)
        document = scene.document()
        self._hub.told = document.exploration, scene.sentence
        self.open_as_it_looks(document)

    def throw_start(self) -> None:
        """Starts from a point picked at random."""
        hub = self._hub
        start = hub.session.throw_start()
        if start is None:
            return
        hub.last_act = "thrown"
        hub.player.restart()
        hub.deck.toast.say(f"Thrown with seed {start.seed}.", seconds=3)

    def start_at_cursor(self) -> None:
        """Starts all chosen methods at the cursor."""
        hub = self._hub
        if hub.cursor is not None:
            self._gestures.click(*hub.cursor, add=False)

    def add_at_cursor(self) -> None:
        """Adds a start at the cursor."""
        hub = self._hub
        if hub.cursor is not None:
            self._gestures.click(*hub.cursor, add=True)

    def add_method(self) -> None:
        """Opens the list of methods."""
        hub = self._hub
        hub.deck.workspace.set_folded("race", False)
        hub.deck.race.open_methods()

    def duplicate_selected(self) -> None:
        """Duplicates the selected line."""
        hub = self._hub
        if hub.session.view.selected is None:
            hub.refuse("Select a line of the race first: click its name.")
        else:
            self._gestures.duplicate(hub.session.view.selected)

    def remove_selected(self) -> None:
        """Takes the selected line out for good."""
        hub = self._hub
        if hub.session.view.selected is None:
            hub.refuse("Select a line of the race first: click its name.")
        else:
            self._gestures.remove(hub.session.view.selected)

    # The landscape, and what is asked about it.

    def type_formula(self) -> None:
        """Opens the line of the formula."""
        self._hub.deck.header.formula.begin()

    def throw_landscape(self) -> None:
        """Makes a random landscape."""
        self._terrain().throw_landscape(RANDOM_MINIMA)

    def toggle_drawing(self) -> None:
        """Lets the mouse draw wells, or start races again."""
        drawing = self._hub.deck.map_place.is_made and self._hub.deck.map.tool == "draw"
        self._terrain().draw(not drawing)

    def show_basins(self) -> None:
        """Shows the basins, or no overlay."""
        self._overlay("basins")

    def show_chances(self) -> None:
        """Shows the chances, or no overlay."""
        self._overlay("chances")

    def show_slope(self) -> None:
        """Shows the slope, or no overlay."""
        self._overlay("slope")

    def show_curvature(self) -> None:
        """Shows the curvature, or no overlay."""
        self._overlay("curvature")

    def show_density(self) -> None:
        """Shows the density, or no overlay."""
        self._overlay("density")

    def _overlay(self, name: str) -> None:
        now = self._hub.session.view.insight.overlay
        self._exploring().look(overlay="none" if now == name else name)

    def toggle_flow(self) -> None:
        """Shows lines of flow, or not."""
        self._exploring().switch("flow", not self._hub.session.view.insight.flow)

    def toggle_critical(self) -> None:
        """Marks every critical point, or minima only."""
        self._exploring().switch("critical", not self._hub.session.view.insight.critical)

    def toggle_lens(self) -> None:
        """Holds a lens, or puts it away."""
        self._exploring().switch("lens", self._hub.session.view.insight.lens is None)

    def toggle_flood(self) -> None:
        """Lets water in, or out."""
        self._exploring().switch("flood", self._hub.session.view.insight.flood is None)

    def toggle_marbles(self) -> None:
        """Lets marbles roll, or takes them away."""
        rolling = self._hub.session.view.insight.marbles != "none"
        self._exploring().look(marbles="none" if rolling else "descent")

    def toggle_insides(self) -> None:
        """Draws the insides of the selected line, or not; of the first one where none is selected."""
        hub = self._hub
        self._gestures.switch_insides(not hub.session.view.insides.on or hub.projector.insider.entry is None)

    def bring_race(self) -> None:
        """Brings the race to the front."""
        self._hub.deck.workspace.bring("race")

    def bring_landscape(self) -> None:
        """Brings the panel of the landscape to the front."""
        self._hub.deck.workspace.bring("landscape")

    def bring_explore(self) -> None:
        """Brings the panel of exploration to the front."""
        self._hub.deck.workspace.bring("explore")

    def explain_step(self) -> None:
        """Holds at a step of the selected run, or of the first, and tells it in words."""
        hub = self._hub
        hub.player.playing = False
        if hub.player.step == 0:
            self._gestures.step_by(1)
        if hub.projector.insider.entry is None:
            line = next((entry for entry in hub.session.exploration.entries if entry.enabled), None)
            if line is not None:
                self._gestures.select(line.id)
        hub.deck.workspace.bring("step")
        hub.touch()

    def next_chart(self) -> None:
        """Brings the next chart below the map to the front."""
        workspace = self._hub.deck.workspace
        charts = (name for name in self._hub.deck.chart_places if not name.startswith("beside"))
        names = ["trace", "step", *charts, "compare", "study-chart"]
        if not self._hub.session.landscape.examples:
            names.remove("data")
        now = workspace.front("trace")
        at = names.index(now) if now in names and workspace.is_shown(now) else -1
        workspace.bring(names[(at + 1) % len(names)])

    def next_border(self) -> None:
        """Goes through the choices of what happens at the border."""
        hub = self._hub
        order: tuple[Border, ...] = ("auto", "free", "clip", "reflect")
        now = order[(order.index(hub.session.exploration.border) + 1) % len(order)]
        if hub.session.set_border(now):
            hub.deck.toast.say(f"At the border: {BORDER_WORDS[now]}.")

    def open_opening(self) -> None:
        """Sets the opening race up again."""
        self.open_as_it_looks(opening())

    def open_as_it_looks(self, document: Document) -> None:
        """Replaces the document, in the colours, the palette and the size of type that are in use."""
        look = self._hub.session.view
        view = msgspec.structs.replace(
            document.view, theme=look.theme, type_size=look.type_size, palette=look.palette
        )
        self.open_document(Document(document.version, document.exploration, view))

    def open_document(self, document: Document, *, as_it_was: bool = False) -> bool:
        """Replaces the document by a valid one; the old one stays where that is not possible.

        `as_it_was`: in its own colours, and at the step that it shows.
        """
        hub = self._hub
        hub.deck.race.fold_all()
        left = None if self.saving is None else self.saving.leaving()
        try:
            hub.session.open(document)
        except (DocumentError, ValueError) as error:
            hub.refuse(str(error))
            return False
        hub.player.speed = document.view.speed
        hub.last_act = ""
        self.fit()
        hub.deck.surface.camera = document.view.camera
        if self.exploring is not None:
            self.exploring.bring_tabs()
        hub.player.restart()
        if as_it_was:
            self.set_theme(document.view.theme, document.view.type_size, remember=False)
            if document.view.step is not None:
                hub.player.scrub(document.view.step)
        if self.saving is not None:
            self.saving.entered(document, left)
        return True

    def toggle_play(self) -> None:
        """Plays or pauses."""
        hub = self._hub
        hub.player.toggle()
        hub.touch()

    def step_on(self) -> None:
        """Goes one step on."""
        self._gestures.step_by(1)

    def step_back(self) -> None:
        """Goes one step back."""
        self._gestures.step_by(-1)

    def go_start(self) -> None:
        """Goes to the beginning of the timeline."""
        self._gestures.scrub(0)

    def go_end(self) -> None:
        """Goes to the end of the timeline, or as far as the runs have come."""
        hub = self._hub
        self._gestures.scrub(hub.projector.last())

    def faster(self) -> None:
        """Plays faster."""
        hub = self._hub
        hub.player.faster(1)
        hub.touch()

    def slower(self) -> None:
        """Plays slower."""
        hub = self._hub
        hub.player.faster(-1)
        hub.touch()

    def stop(self) -> None:
        """Holds the race, and closes what is open."""
        hub = self._hub
        if self.touring.end():
            return
        hub.player.playing = False
        hub.deck.toast.dismiss()
        hub.touch()

    def fit(self) -> None:
        """Shows the whole region again."""
        hub = self._hub
        for view in hub.deck.views:
            view.fit()
        hub.touch()

    def toggle_views_only(self) -> None:
        """Shows only the views, or everything."""
        hub = self._hub
        workspace = hub.deck.workspace
        only = not workspace.views_only
        workspace.set_views_only(only)
        hub.deck.header.setVisible(not only)
        hub.acts["views-only"].setChecked(only)

    def toggle_full_screen(self) -> None:
        """Fills the screen, or not."""
        hub = self._hub
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)
        hub.acts["full-screen"].setChecked(self._window.isFullScreen())

    def toggle_theme(self) -> None:
        """Changes between light and dark."""
        hub = self._hub
        self.set_theme("light" if hub.session.view.theme == "dark" else "dark", hub.session.view.type_size)

    def larger_type(self) -> None:
        """Makes all type larger."""
        hub = self._hub
        self._set_type(hub.session.view.type_size + 1)

    def smaller_type(self) -> None:
        """Makes all type smaller."""
        hub = self._hub
        self._set_type(hub.session.view.type_size - 1)

    def usual_type(self) -> None:
        """Brings the type back to its usual size."""
        self._set_type(USUAL_TYPE)

    def _set_type(self, size: float) -> None:
        hub = self._hub
        low, high = TYPE_SIZES
        as_the_system = not hub.preferences.text(THEME, "", ("dark", "light"))
        self.set_theme(hub.session.view.theme, min(max(size, low), high))
        if as_the_system:
            hub.preferences.forget(THEME)

    def toggle_trace_axis(self) -> None:
        """Draws the trace against steps or evaluations."""
        self._gestures.turn_trace_axis("x")

    def toggle_trace_scale(self) -> None:
        """Draws the loss linear or logarithmic."""
        self._gestures.turn_trace_axis("y")

    def reset_layout(self) -> None:
        """Puts every panel back."""
        hub = self._hub
        hub.deck.workspace.reset()
        hub.deck.header.show()
        hub.acts["views-only"].setChecked(False)

    def show_keys(self) -> None:
        """Shows every key."""
        hub = self._hub
        from minima_desktop.key_sheet import KeySheet

        KeySheet(self._window, hub.deck.theme).open()

    def show_about(self) -> None:
        """Says what this is."""
        hub = self._hub
        from minima_desktop.sheets import AboutSheet

        AboutSheet(self._window, hub.deck.theme).open()

    def close(self) -> None:
        """Closes the hub."""
        self._window.close()

    def set_theme(self, name: str, type_size: float, *, remember: bool = True) -> None:
        """Gives everything other colours or another type size, and remembers them."""
        hub = self._hub
        hub.session.look(theme=name, type_size=type_size)
        if remember:
            hub.preferences.keep("theme", name)
            hub.preferences.keep("type-size", type_size)
        theme = Theme.load(name, type_size)
        hub.deck.set_theme(theme)
        if self._gallery is not None:
            self._gallery.set_theme(theme)
        self.touring.set_theme(theme)
        if "palette" in self.__dict__:
            self.palette.set_theme(theme)
        if "preferring" in self.__dict__:
            self.preferring.follow()
        hub.touch()
