"""Sessions of a window: opened, saved, kept between savings, brought back, and marked while not saved.

What a person does is kept a second after it was done (`minima_desktop.keeping`), so that nothing has to be
asked for: closing, opening something else, even a crash loses nothing. While a lesson or a talk has the
window, what was open before is what is kept, and where one works on afterwards, both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QFileDialog, QMainWindow

from minima_core.document import VERSION, Document, History
from minima_core.document.envelope import kind_of
from minima_desktop.autosave import Autosave
from minima_desktop.carried import carried_in, is_picture
from minima_desktop.files import FileError, document_in, read_bytes, session_bytes, write_whole
from minima_desktop.home import Home, words_of
from minima_desktop.hub import Hub
from minima_desktop.keeping import Beginning, Found, Opened, OpenedTalk, Unsaved
from minima_desktop.preferences import AUTOSAVE
from minima_desktop.recents import Recents
from minima_desktop.session import Kept

if TYPE_CHECKING:
    from minima_desktop.teaching import Teaching

__all__ = ["ENDING", "OPENED", "Saving"]

LOOK_SECONDS = 0.25
"""Changes are looked for so often."""
ENDING = ".minima.json"
OPENED = (".json", ".png", ".svg", ".pdf")
"""What can be opened: sessions, and pictures that carry one."""
FILTER = "Sessions and pictures that carry one (*.json *.png *.svg *.pdf);;All files (*)"
SAVED_FILTER = "Sessions (*.minima.json);;All files (*)"
BACK, OPENING = "open-before", "opening"


@dataclass(frozen=True)
class _Left:
    """A session that something else was opened over before it was saved."""

    kept: Kept
    home: Home
    step: int


class Opener(Protocol):
    """What opens documents in the window."""

    teaching: Teaching | None

    def open_document(self, document: Document, *, as_it_was: bool = False) -> bool:
        """Replace the document; false where that is not possible."""

    def fit(self) -> None:
        """Show the whole region."""


class Saving:
    """What a window does with files of sessions.

    Attributes
    ----------
    openers
        What opens sessions of other kinds: called with the bytes of the file and its path.
    unsaved_talk
        Asked for the talk that is in no file, which is kept too.
    found_talk
        The talk that was left behind, for whoever shows talks.
    """

    def __init__(
        self, window: QMainWindow, hub: Hub, commands: Opener, begin: Callable[[], Beginning] | None = None
    ) -> None:
        beginning = Beginning() if begin is None else begin()
        self._window, self._hub, self._commands = window, hub, commands
        self._own = Home(base=hub.session.document)
        self._shown = Home()
        self._before: _Left | None = None
        self._just_left: _Left | None = None
        self._seen: tuple[object, ...] = ()
        self._marked: tuple[str, bool] | None = None
        self._due = 0.0
        self.recents = Recents(hub.preferences)
        self.autosave = Autosave(beginning.keeper, self._wants_autosave, hub.refuse)
        self._leave_it = False
        self.openers: dict[str, Callable[[bytes, Path], bool]] = {}
        self.unsaved_talk: Callable[[], OpenedTalk | None] = lambda: None
        self.found_talk = None if beginning.found is None else beginning.found.talk
        hub.deck.toast.acted.connect(self._toast_acted)
        if beginning.path is not None:
            self._own = self._home_of(beginning.path, hub.session.document)
            self.recents.remember(beginning.path)
        if beginning.found is not None:
            self._take_over(beginning.found)
        if hub.session.view.step is not None:
            hub.player.scrub(hub.session.view.step)

    # -- what is open --------------------------------------------------------------------------------------

    @property
    def home(self) -> Home:
        """Where what is shown is at home; what a lesson shows is at home nowhere."""
        return self._own if self._hub.session.beneath is None else self._shown

    @property
    def dirty(self) -> bool:
        """Whether what is shown has changes that are in no file."""
        session = self._hub.session
        return not self.home.has(session.exploration, session.view)

    @property
    def before(self) -> str:
        """What was open before and was not saved, in words; "" where there is nothing."""
        return "" if self._before is None else words_of(self._before.kept.exploration)

    def _document(self) -> Document:
        """What is shown, with the step at which it stands."""
        session, player = self._hub.session, self._hub.player
        step = None if player.playing else player.step
        return Document(VERSION, session.exploration, msgspec.structs.replace(session.view, step=step))

    # -- opening -------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Asks for a file, and opens it."""
        dialog = QFileDialog(
            self._hub.deck, "Open a session, or a picture that carries one", self.recents.folder()
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(FILTER)
        self._ask(dialog, self.open_file)

    def open_file(self, path: Path) -> bool:
        """Opens a session, or what a picture carries; what cannot be opened leaves everything as it was."""
        try:
            path = path.expanduser().absolute()
            data = read_bytes(path)
            held = carried_in(data) if is_picture(data) else data
            kind = kind_of(held or b"")
            if kind in self.openers:
                opened = self.openers[kind](data, path)
                if opened:
                    self.recents.remember(path)
                return opened
            document = document_in(data, str(path))
        except (FileError, RuntimeError, ValueError) as error:
            self._hub.refuse(str(error))
            return False
        self._leave_lesson()
        if not self._commands.open_document(document, as_it_was=True):
            return False
        self._own = self._home_of(path, document, data)
        self.recents.remember(path)
        self._say_opened(f"Opened: {path.name}.")
        return True

    def leaving(self) -> object:
        """Called before something else is opened; `entered` takes what it returns."""
        session = self._hub.session
        if session.beneath is not None or not self.dirty:
            return None
        return _Left(session.now(), self._own, self._hub.player.step)

    def entered(self, document: Document, left: object) -> None:
        """Called when something else has been opened: it is in no file, and as it should be."""
        if self._hub.session.beneath is not None:
            self._shown = Home(base=document)
            return
        self._own = Home(base=document)
        self._just_left = left if isinstance(left, _Left) else None
        if self._just_left is not None:
            self._before = self._just_left
            self._say_opened("")

    def go_back(self) -> None:
        """Goes on where something else was opened over what was not saved; again, and it goes back."""
        self._leave_lesson()
        target = self._before
        if target is None:
            self._hub.refuse("Nothing was left unsaved: there is nothing to go back to.")
            return
        left = self.leaving()
        self._before = left if isinstance(left, _Left) else None
        self._show_again(target.kept, target.step)
        self._own = target.home

    def _leave_lesson(self) -> None:
        """Gives back what a lesson or a claim had set aside: something else is to be opened."""
        teaching = self._commands.teaching
        if self._hub.session.beneath is not None and teaching is not None:
            teaching.give_back()

    def _show_again(self, kept: Kept, step: int) -> None:
        hub = self._hub
        look = hub.session.view
        hub.deck.race.fold_all()
        hub.session.take_up(kept)
        hub.session.look(theme=look.theme, type_size=look.type_size)
        hub.player.speed = hub.session.view.speed
        hub.player.scrub(step)
        self._commands.fit()
        hub.deck.surface.camera = hub.session.view.camera
        hub.touch()

    def _say_opened(self, sentence: str) -> None:
        """Says what was opened, and what is kept of what was there before."""
        toast, left = self._hub.deck.toast, self._just_left
        if left is not None:
            kept = f"What you had is kept: {words_of(left.kept.exploration)}."
            toast.say(f"{sentence} {kept}".strip(), "Back to it", BACK)
        elif sentence:
            toast.say(sentence, seconds=3)

    def _home_of(self, path: Path, document: Document, data: bytes | None = None) -> Home:
        """Where a document that was read from a file is at home: a picture stays a picture."""
        try:
            data = read_bytes(path) if data is None else data
        except FileError:
            data = b""
        if is_picture(data):
            return Home(None, document, name=path.stem)
        return Home(path, document, hashlib.sha256(data).digest())

    # -- saving --------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Saves what is shown in its file; asks for one where it has none."""
        home = self.home
        if home.path is None:
            self.save_as()
        elif home.path.exists() and not self._is_as_left(home.path, home.digest):
            self._hub.deck.toast.say(
                f"{home.path.name} was changed by somebody else since it was opened here. Nothing was saved.",
                "Save as…",
                "save-as",
                problem=True,
            )
        else:
            self.save_in(home.path)

    def save_as(self) -> None:
        """Asks for a name, and saves what is shown under it."""
        home = self.home
        exploration = self._hub.session.exploration
        name = home.name or exploration.place.landscape or "session"
        start = home.path or Path(self.recents.folder()) / f"{name}{ENDING}"
        dialog = QFileDialog(self._hub.deck, "Save the session", str(start.parent), SAVED_FILTER)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ENDING.removeprefix("."))
        dialog.selectFile(str(start))
        self._ask(dialog, self.save_in)

    def save_in(self, path: Path) -> bool:
        """Writes what is shown to a file, whole or not at all; from now on it is at home there."""
        document = self._document()
        try:
            data = session_bytes(document)
            write_whole(path, data, overwrite=True)
        except FileError as error:
            self._hub.refuse(str(error))
            return False
        home = self.home
        home.path, home.base, home.digest = path, document, hashlib.sha256(data).digest()
        self.recents.remember(path)
        self._hub.deck.toast.say(f"Saved: {path.name}.", seconds=3)
        return True

    def _is_as_left(self, path: Path, digest: bytes) -> bool:
        """Whether a file holds what it held when it was read or written here."""
        try:
            return hashlib.sha256(read_bytes(path)).digest() == digest
        except FileError:
            return False

    def _ask(self, dialog: QFileDialog, then: Callable[[Path], object]) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: then(Path(path)))
        dialog.open()

    # -- what was left behind ------------------------------------------------------------------------------

    def claim(self, found: Found) -> None:
        """Opens what was left behind; it is kept here before it is forgotten there."""
        self._leave_lesson()
        if not self._commands.open_document(found.now.document, as_it_was=True):
            return
        self._own = self._unsaved_home(found.now)
        self.autosave.join()
        self.autosave.write(self._unsaved())
        if not self.autosave.problem:
            self.autosave.drop(found.slot)

    def _take_over(self, found: Found) -> None:
        """Goes on with what was left behind: the window was made with it."""
        self._own = self._unsaved_home(found.now)
        if found.before is not None:
            kept = found.before.document
            landscape = kept.exploration.place.landscape_of()
            self._before = _Left(
                Kept(History(kept.exploration), kept.view, landscape), self._unsaved_home(found.before), 0
            )
        self.autosave.holds()
        what = words_of(found.now.document.exploration)
        if found.now.path is not None:
            said = f"Changes of {found.now.path.name} that were not saved are back"
        elif found.closed:
            said = f"What you left open is back, not saved yet: {what}"
        else:
            said = f"The program had not been closed; what you had is back: {what}"
        self._hub.deck.toast.say(f"{said}.", "Back to the opening", OPENING, seconds=15)

    def _unsaved_home(self, opened: Opened) -> Home:
        """Where something that was left behind is at home: in its file as that is now, if it has one."""
        if opened.path is None:
            return Home()
        try:
            data = read_bytes(opened.path)
            return Home(opened.path, document_in(data, str(opened.path)), hashlib.sha256(data).digest())
        except FileError:
            return Home(opened.path)

    def _toast_acted(self, action: str) -> None:
        if action in (BACK, OPENING, "save-as"):
            self._hub.do(action)

    # -- dropped on the window -----------------------------------------------------------------------------

    def takes(self, data: QMimeData) -> bool:
        """Whether something that is dragged over the window is a file that may be opened."""
        return self._hub.cover is None and any(
            Path(url.path()).suffix.lower() in OPENED for url in data.urls()
        )

    def drop(self, data: QMimeData) -> None:
        """Opens the first of the files that were dropped."""
        urls = [url for url in data.urls() if Path(url.path()).suffix.lower() in OPENED]
        if not urls:
            return
        if not urls[0].isLocalFile():
            self._hub.refuse("Only files of this computer can be opened: save it first, and drop that.")
            return
        self.open_file(Path(urls[0].toLocalFile()))

    # -- marks, and what is kept meanwhile -----------------------------------------------------------------

    def look(self, now: float) -> None:
        """Marks what is not saved, and has it kept; called with every frame."""
        if now < self._due:
            return
        self._due = now + LOOK_SECONDS
        session, home = self._hub.session, self.home
        # Values that were not replaced are the same objects: comparing them costs nothing.
        seen = (
            session.exploration,
            session.view,
            session.beneath,
            self._before,
            home,
            home.base,
            self._covered(),
            self.unsaved_talk(),
        )
        if seen != self._seen:
            self._seen = seen
            self._mark()
            self.autosave.want(self._unsaved())
        self.autosave.look(now)

    def _wants_autosave(self) -> bool:
        return self._hub.preferences.text(AUTOSAVE, "on", ("on", "off")) == "on"

    def _covered(self) -> bool:
        """Whether a talk or a lesson has the window."""
        teaching = self._commands.teaching
        return self._hub.cover is not None or (teaching is not None and teaching.walk is not None)

    def _unsaved(self) -> Unsaved:
        """What is not saved: first what is open, then what was open before; nothing where all is saved."""
        beneath, left = self._hub.session.beneath, self._before
        found: list[Opened] = []
        if (beneath is None or not self._covered()) and self.dirty:
            found.append(Opened(self._document(), self.home.path))
        if beneath is not None and not self._own.has(*beneath):
            found.append(Opened(Document(VERSION, *beneath), self._own.path))
        if left is not None:
            found.append(Opened(Document(VERSION, left.kept.exploration, left.kept.view), left.home.path))
        talk = self.unsaved_talk()
        if talk is not None and not found:
            found.append(Opened(self._document(), self.home.path))
        return Unsaved(tuple(found[:2]), talk)

    def _mark(self) -> None:
        """Names the file in the title, and marks title and header while something is not saved."""
        home, dirty, beneath = self.home, self.dirty, self._hub.session.beneath
        if beneath is not None and self._covered():
            home, dirty = self._own, not self._own.has(*beneath)
        marked = str(home.path or ""), dirty
        if marked == self._marked:
            return
        self._marked = marked
        name = "New session" if dirty else ""
        if home.path is not None:
            name = home.path.name.removesuffix(ENDING)
        self._window.setWindowTitle(f"{name}[*] — Minima Desktop" if name else "Minima Desktop[*]")
        self._window.setWindowModified(dirty)
        action = self._hub.acts["save"]
        action.setProperty("icon_name", "save-changed" if dirty else "save")
        where = "Saves the session in a file" if home.path is None else f"Saves {home.path.name}"
        action.setStatusTip(f"{where}; it has changes that are not saved." if dirty else f"{where}.")

    # -- closing -------------------------------------------------------------------------------------------

    def may_close(self) -> bool:
        """Keeps what is not saved for the next start; asks only where that is not possible."""
        self.autosave.join()
        unsaved, left = self._unsaved(), self._before
        if not self.autosave.possible or self._leave_it:
            return True
        if unsaved and not self.autosave.allowed:
            return self._ask_to_leave("The preferences say that nothing is kept for the next start.")
        # What something else was opened over, and that was never gone back to, is offered only.
        listed = left is not None and unsaved.opened[0].document.exploration is left.kept.exploration
        self.autosave.write(unsaved, closed=True, listed=listed)
        return not unsaved or not self.autosave.problem or self._ask_to_leave(self.autosave.problem)

    def finish(self) -> None:
        """Lets go what was held."""
        self.autosave.close()

    def _ask_to_leave(self, why: str) -> bool:
        """Asks whether to save, to close all the same, or to stay; meanwhile the window stays."""
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Not saved yet")
        box.setText(f"What is open is not saved in a file, and would be lost. {why}")
        save = box.addButton("Save…", QMessageBox.ButtonRole.AcceptRole)
        leave = box.addButton("Close without saving", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton("Stay", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(save)
        save.clicked.connect(self.save)
        leave.clicked.connect(self._close_all_the_same)
        box.open()
        return False

    def _close_all_the_same(self) -> None:
        self._leave_it = True
        self._window.close()
