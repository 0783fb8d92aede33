"""The declared acts, carried out: one method for each `do` of `minima_desktop.actions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Qt

from minima_core.document import Border, Document, DocumentError, opening

if TYPE_CHECKING:
    from minima_desktop.window import MainWindow

TYPE_SIZES = (7.0, 22.0)
USUAL_TYPE = 10.5
BORDER_WORDS = {
    "auto": "as each method likes: gradient methods leave freely, those that sample are reflected",
    "free": "free: runs may leave the region",
    "clip": "clip: runs stop at the border and slide along it",
    "reflect": "reflect: runs bounce back",
}


class Commands:
    """What the acts of a person do to the window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def save_picture(self) -> None:
        """Opens the dialog for pictures."""
        window = self._window
        window.pictures.open()

    def copy_picture(self) -> None:
        """Copies the picture of all views to the clipboard."""
        window = self._window
        window.pictures.copy()

    def undo(self) -> None:
        """Takes back the last change."""
        window = self._window
        window.session.undo()

    def redo(self) -> None:
        """Does again what was taken back."""
        window = self._window
        window.session.redo()

    def choose_landscape(self) -> None:
        """Opens the gallery."""
        window = self._window
        window.gallery.open()

    def throw_start(self) -> None:
        """Starts from a point picked at random."""
        window = self._window
        start = window.session.throw_start()
        window.gestures.last = "thrown"
        window.player.restart()
        window.deck.toast.say(f"Thrown with seed {start.seed}.", seconds=3)

    def start_at_cursor(self) -> None:
        """Starts all chosen methods at the cursor."""
        window = self._window
        if window.gestures.cursor is not None:
            window.gestures.click(*window.gestures.cursor, add=False)

    def add_at_cursor(self) -> None:
        """Adds a start at the cursor."""
        window = self._window
        if window.gestures.cursor is not None:
            window.gestures.click(*window.gestures.cursor, add=True)

    def add_method(self) -> None:
        """Opens the list of methods."""
        window = self._window
        window.deck.workspace.set_folded("race", False)
        window.deck.race.open_methods()

    def duplicate_selected(self) -> None:
        """Duplicates the selected line."""
        window = self._window
        if window.session.view.selected is None:
            window.refuse("Select a line of the race first: click its name.")
        else:
            window.gestures.duplicate(window.session.view.selected)

    def remove_selected(self) -> None:
        """Takes the selected line out for good."""
        window = self._window
        if window.session.view.selected is None:
            window.refuse("Select a line of the race first: click its name.")
        else:
            window.session.remove(window.session.view.selected)
            window.session.look(selected=None)

    def next_border(self) -> None:
        """Goes through the choices of what happens at the border."""
        window = self._window
        order: tuple[Border, ...] = ("auto", "free", "clip", "reflect")
        now = order[(order.index(window.session.exploration.border) + 1) % len(order)]
        if window.session.set_border(now):
            window.deck.toast.say(f"At the border: {BORDER_WORDS[now]}.")

    def open_opening(self) -> None:
        """Sets the opening race up again."""
        window = self._window
        document = opening()
        view = msgspec.structs.replace(
            document.view, theme=window.session.view.theme, type_size=window.session.view.type_size
        )
        self.open_document(Document(document.version, document.exploration, view))

    def open_document(self, document: Document) -> None:
        """Replaces the document by a valid one; the old one stays where that is not possible."""
        window = self._window
        try:
            window.session.open(document)
        except (DocumentError, ValueError) as error:
            window.refuse(str(error))
            return
        window.player.speed = document.view.speed
        window.gestures.last = ""
        self.fit()
        window.player.restart()

    def toggle_play(self) -> None:
        """Plays or pauses."""
        window = self._window
        window.player.toggle()
        window.touch()

    def step_on(self) -> None:
        """Goes one step on."""
        window = self._window
        window.gestures.step_by(1)

    def step_back(self) -> None:
        """Goes one step back."""
        window = self._window
        window.gestures.step_by(-1)

    def go_start(self) -> None:
        """Goes to the beginning of the timeline."""
        window = self._window
        window.gestures.scrub(0)

    def go_end(self) -> None:
        """Goes to the end of the timeline, or as far as the runs have come."""
        window = self._window
        window.gestures.scrub(window.projector.last())

    def faster(self) -> None:
        """Plays faster."""
        window = self._window
        window.player.faster(1)
        window.touch()

    def slower(self) -> None:
        """Plays slower."""
        window = self._window
        window.player.faster(-1)
        window.touch()

    def stop(self) -> None:
        """Holds the race, and closes what is open."""
        window = self._window
        window.player.playing = False
        window.deck.toast.dismiss()
        window.touch()

    def fit(self) -> None:
        """Shows the whole region again."""
        window = self._window
        for view in window.deck.views:
            view.fit()
        window.touch()

    def toggle_views_only(self) -> None:
        """Shows only the views, or everything."""
        window = self._window
        workspace = window.deck.workspace
        only = not workspace.views_only
        workspace.set_views_only(only)
        window.deck.header.setVisible(not only)
        window.acts["views-only"].setChecked(only)

    def toggle_full_screen(self) -> None:
        """Fills the screen, or not."""
        window = self._window
        window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)
        window.acts["full-screen"].setChecked(window.isFullScreen())

    def toggle_theme(self) -> None:
        """Changes between light and dark."""
        window = self._window
        window.set_theme(
            "light" if window.session.view.theme == "dark" else "dark", window.session.view.type_size
        )

    def larger_type(self) -> None:
        """Makes all type larger."""
        window = self._window
        self._set_type(window.session.view.type_size + 1)

    def smaller_type(self) -> None:
        """Makes all type smaller."""
        window = self._window
        self._set_type(window.session.view.type_size - 1)

    def usual_type(self) -> None:
        """Brings the type back to its usual size."""
        self._set_type(USUAL_TYPE)

    def _set_type(self, size: float) -> None:
        window = self._window
        low, high = TYPE_SIZES
        window.set_theme(window.session.view.theme, min(max(size, low), high))

    def toggle_trace_axis(self) -> None:
        """Draws the trace against steps or evaluations."""
        window = self._window
        window.gestures.turn_trace_axis("x")

    def toggle_trace_scale(self) -> None:
        """Draws the loss linear or logarithmic."""
        window = self._window
        window.gestures.turn_trace_axis("y")

    def reset_layout(self) -> None:
        """Puts every panel back."""
        window = self._window
        window.deck.workspace.reset()
        window.deck.header.show()
        window.acts["views-only"].setChecked(False)

    def show_keys(self) -> None:
        """Shows every key."""
        window = self._window
        from minima_desktop.sheets import KeySheet

        KeySheet(window, window.deck.theme).open()

    def show_about(self) -> None:
        """Says what this is."""
        window = self._window
        from minima_desktop.sheets import AboutSheet

        AboutSheet(window, window.deck.theme).open()

    def close(self) -> None:
        """Closes the window."""
        self._window.close()
