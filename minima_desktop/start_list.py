"""What can be opened at once: a file, what was left unsaved, files opened lately, and examples."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from minima_core.document import prepared_scenes
from minima_desktop.actions import key_of
from minima_desktop.home import words_of
from minima_desktop.hub import Hub
from minima_desktop.keeping import Found
from minima_desktop.saving import ENDING, Saving
from minima_widgets.panels.start_popup import Row, StartPopup

__all__ = ["StartList"]

CHOOSE, BEFORE, OPENING = "choose", "before", "opening"
SLOT, FILE, SCENE = "slot:", "file:", "scene:"


class StartList:
    """Fills the list, and opens what is chosen."""

    def __init__(self, hub: Hub, saving: Saving, open_scene: Callable[[str], None]) -> None:
        self._hub, self._saving, self._open_scene = hub, saving, open_scene
        self._found: dict[str, Found] = {}
        self.popup: StartPopup | None = None

    def open(self) -> None:
        """Shows the list below its button."""
        hub = self._hub
        if self.popup is None:
            self.popup = StartPopup(hub.deck.theme, hub.deck)
            self.popup.chosen.connect(self.choose)
        self.popup.set_theme(hub.deck.theme)
        self.popup.set_rows(self.rows())
        button = hub.deck.header_buttons.get("start-list")
        self.popup.open_at(hub.deck.header if button is None else button)

    def rows(self) -> list[Row]:
        """Everything that can be opened at once."""
        saving = self._saving
        rows = [Row(CHOOSE, "Choose a file…", icon="folder", key=key_of("open"))]
        group = "Not saved"
        if saving.before:
            note = "Something else was opened over it"
            rows.append(Row(BEFORE, saving.before, note, "history", group, key_of("open-before")))
        self._found = {found.slot: found for found in saving.autosave.left_behind()}
        for slot, found in self._found.items():
            path = found.now.path
            name = "" if path is None else f"changes of {path.name}, "
            note = f"{name}left {_when(found.written)}"
            title = words_of(found.now.document.exploration)
            rows.append(Row(SLOT + slot, title, note[0].upper() + note[1:], "history", group))
        rows += [
            Row(FILE + str(path), path.name.removesuffix(ENDING), _folder(path), _icon(path), "Opened lately")
            for path in saving.recents.files()
            if path.is_file()
        ]
        rows.append(Row(OPENING, "The opening", "Two wells, five methods", "map", "Examples"))
        rows += [
            Row(SCENE + scene.name, scene.title, scene.sentence, "map", "Examples")
            for scene in prepared_scenes()
        ]
        return rows

    def choose(self, name: str) -> None:
        """Opens what was chosen."""
        word, _, rest = name.partition(":")
        if name == CHOOSE:
            self._hub.do("open")
        elif name == BEFORE:
            self._saving.go_back()
        elif name == OPENING:
            self._hub.do("opening")
        elif f"{word}:" == FILE:
            self._saving.open_file(Path(rest))
        elif f"{word}:" == SCENE:
            self._open_scene(rest)
        elif rest in self._found:
            self._saving.claim(self._found[rest])


def _icon(path: Path) -> str:
    return "save" if path.suffix.lower() == ".json" else "picture"


def _folder(path: Path) -> str:
    """The folder of a file, from the person's own one where it lies in it."""
    try:
        return str(Path("~") / path.parent.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path.parent)


def _when(written: float) -> str:
    """When something was written, as one says it today."""
    then, now = time.localtime(written), time.localtime()
    clock = time.strftime("%H:%M", then)
    if then[:3] == now[:3]:
        return f"today at {clock}"
    return f"on {then.tm_mday} {time.strftime('%B', then)} at {clock}"
