"""The talk in hand: scenes collected from the window, put in order, played, saved, and written out at once.

A talk is a value with a history of its own: everything that is done with it can be undone. What is in no file
is kept with the session, and there at the next start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
from PySide6.QtCore import QObject

from minima_core.document import Document, DocumentError, History
from minima_core.document import talk as talks
from minima_core.document.envelope import laid_out
from minima_core.document.talk import Talk, TalkScene
from minima_desktop.analyst import Analyst
from minima_desktop.carried import is_picture
from minima_desktop.elbow_room import ElbowRoom
from minima_desktop.files import FileError, write_whole
from minima_desktop.hub import Hub
from minima_desktop.keeping import OpenedTalk
from minima_desktop.talk_files import TalkFiles
from minima_desktop.talk_reading import talk_in
from minima_desktop.talk_scenes import document_of, scene_of

if TYPE_CHECKING:
    from minima_desktop.recents import Recents
    from minima_desktop.talk_pictures import TalkPictures
    from minima_widgets.panels.talk_panel import TalkPanel, TalkState

__all__ = ["Talking"]


@dataclass(eq=False)
class Home:
    """Where a talk is at home: its file, and what is saved there; both None where it has none."""

    path: Path | None = None
    saved: Talk | None = None


@dataclass(frozen=True)
class Held:
    """A talk in hand, and where it is at home: undo brings back both."""

    talk: Talk = field(default_factory=Talk)
    home: Home = field(default_factory=Home)


class Sessions(Protocol):
    """What is asked of whoever opens, keeps and remembers the files of a window."""

    openers: dict[str, Callable[[bytes, Path], bool]]
    unsaved_talk: Callable[[], OpenedTalk | None]
    found_talk: OpenedTalk | None
    recents: Recents

    def open_file(self, path: Path) -> bool:
        """Open whatever a file holds."""


class Talking(QObject):
    """What the window does with talks.

    Parameters
    ----------
    open_document
        Replaces what is in the window, in the colours and the size of type that are in use.
    present
        Plays scenes over the whole screen, from one of them on.
    saving
        Opens files that hold talks with this, keeps what is not saved, and may have found one left behind.

    Attributes
    ----------
    at
        The chosen scene, from 0; −1 while there is none.
    """

    def __init__(
        self,
        hub: Hub,
        open_document: Callable[[Document], object],
        present: Callable[[Sequence[TalkScene], int], object],
        saving: Sessions,
    ) -> None:
        super().__init__(hub.deck)
        self._hub, self._open, self._present, self._saving = hub, open_document, present, saving
        self._analyst = Analyst({"export": "talk", "picture": "talk-pictures"})
        self._room = ElbowRoom(hub)
        self._history: History[Held] = History(Held())
        self.at = -1
        self._files = TalkFiles(hub, self._analyst, saving.open_file)
        self._pictures: TalkPictures | None = None
        hub.deck.talk_room.made.connect(self._connect)
        for told in (hub.deck.workspace.folded, hub.deck.workspace.fronted):
            told.connect(self._mark)
        hub.spoken.append(self.look)
        saving.openers[talks.KIND] = self.open_data
        saving.unsaved_talk = self.unsaved
        found = saving.found_talk
        if found is not None:
            self._history = History(Held(found.talk, Home(found.path)))
            self.at = len(found.talk.scenes) - 1
            self.bring()
        self._mark()

    @property
    def talk(self) -> Talk:
        """The talk as it is now."""
        return self._history.present.talk

    @property
    def path(self) -> Path | None:
        """The file that the talk is saved in, or None."""
        return self._history.present.home.path

    @property
    def scene(self) -> TalkScene | None:
        """The chosen scene."""
        return self.talk.scenes[self.at] if 0 <= self.at < len(self.talk.scenes) else None

    @property
    def changed(self) -> bool:
        """Whether the talk has changes that are in no file."""
        return self.talk != (self._history.present.home.saved or Talk())

    def unsaved(self) -> OpenedTalk | None:
        """The talk, if it is in no file as it is now."""
        return OpenedTalk(self.talk, self.path) if self.changed else None

    def _connect(self, panel: TalkPanel) -> None:
        from minima_desktop.talk_pictures import TalkPictures

        self._pictures = TalkPictures(self._hub, self._analyst)
        panel.asked.connect(self.do)
        panel.chosen.connect(self.choose)
        panel.moved.connect(self.move)
        panel.edited.connect(self.edit)
        panel.named.connect(self.name)
        panel.image_wanted.connect(self._pictures.want)
        self._files.offer(panel)
        self._show()

    # -- the card ------------------------------------------------------------------------------------------

    @property
    def is_shown(self) -> bool:
        """Whether the card of talks is in front."""
        return self._hub.deck.workspace.is_shown("talk")

    def toggle(self) -> None:
        """Opens the card of talks, or puts it away; the talk stays."""
        hub, workspace = self._hub, self._hub.deck.workspace
        if self.is_shown:
            workspace.set_present("talk", False)
            self._room.give_back()
            hub.deck.plane_view.setFocus()
        else:
            self.bring()
            hub.deck.talk_room.panel.take_keyboard()
        self._mark()

    def bring(self) -> None:
        """Shows the card."""
        hub, workspace = self._hub, self._hub.deck.workspace
        if workspace.views_only:
            hub.do("views-only")
        workspace.set_present("talk", True)
        workspace.bring("talk")
        self._room.make(needed=False)
        self._show()
        self._mark()

    def _mark(self, *_: object) -> None:
        self._hub.acts["talk"].setChecked(self.is_shown)

    # -- what a person does --------------------------------------------------------------------------------

    def do(self, act: str) -> None:
        """Does what the card asks for (see `TalkPanel`)."""
        kind, _, what = act.partition(":")
        if kind == "export":
            self._files.export(self.talk, what, self.path)
            self._show()
            return
        acts: dict[str, Callable[[], object]] = {
            "add": self.add,
            "open": self.open_scene,
            "update": self.update,
            "duplicate": self.duplicate,
            "remove": self.remove,
            "play": self.play,
            "undo": lambda: self._travel(self._history.undo),
            "redo": lambda: self._travel(self._history.redo),
            "new": self.begin_anew,
            "load": self._files.ask_for_one,
            "save": self.save,
            "save-as": self.save_as,
        }
        acts[kind]()

    def _change(self, made: Callable[[Talk], Talk], at: int | None = None) -> bool:
        """Makes another talk of this one, as one step of undo; what cannot be is refused with a sentence."""
        try:
            talk = made(self.talk)
        except DocumentError as error:
            self._hub.refuse(str(error))
            self._show()
            return False
        self._history.push(replace(self._history.present, talk=talk))
        self._choose(self.at if at is None else at)
        return True

    def _travel(self, move: Callable[[], Held]) -> None:
        before = self.talk.scenes
        after = move().talk.scenes
        differ = [k for k, pair in enumerate(zip(before, after, strict=False)) if pair[0] is not pair[1]]
        at = self.at
        if before != after:  # look at what has changed
            at = differ[0] if differ else len(after) - 1
        self._choose(at)

    def _choose(self, at: int) -> None:
        self.at = min(max(at, 0), len(self.talk.scenes) - 1)
        self._show()

    def choose(self, at: int) -> None:
        """Chooses a scene, to write about it or to do something with it."""
        self._choose(at)

    def add(self) -> None:
        """Adds what is in the window as a scene: behind the chosen one, or at the end."""
        if self._hub.cover is not None:
            return
        place = self.at + 1 if self.is_shown and self.at >= 0 else len(self.talk.scenes)
        scene = scene_of(self._hub)
        if self._change(lambda talk: talks.added(talk, scene, place), place) and not self.is_shown:
            where = f"scene {place + 1}" if place else "its first scene"
            self._hub.deck.toast.say(f"Added to your talk as {where}.", "Show the talk", "talk", seconds=5)

    def update(self) -> None:
        """Puts what is in the window in the place of the chosen scene; its words stay."""
        if self.scene is not None:
            document = document_of(self._hub)
            self._change(lambda talk: talks.changed(talk, self.at, document=document))
            self._hub.deck.toast.say(f"Scene {self.at + 1} shows what is in the window now.", seconds=3)

    def duplicate(self) -> None:
        """Puts the chosen scene in once more."""
        if self.scene is not None:
            self._change(lambda talk: talks.duplicated(talk, self.at), self.at + 1)

    def remove(self) -> None:
        """Takes the chosen scene out; undo brings it back."""
        if self.scene is not None:
            self._change(lambda talk: talks.removed(talk, self.at))

    def move(self, at: int, to: int) -> None:
        """Moves a scene to another place."""
        if 0 <= at < len(self.talk.scenes):
            self._change(lambda talk: talks.moved(talk, at, to), to)

    def edit(self, name: str, text: str) -> None:
        """Writes something else about the chosen scene: its title, sentence, question or notes."""
        if self.scene is not None and name in {"title", "sentence", "question", "notes"}:
            said = text if name == "notes" else " ".join(text.split())
            if name == "question" and said == "?":
                said = self._usual_question()
            if not self._change(lambda talk: talks.changed(talk, self.at, **{name: said})):
                return
            if name == "question" and said:
                self._warn_about_question()

    def name(self, title: str) -> None:
        """Gives the talk another title."""
        said = " ".join(title.split())
        if said != self.talk.title:
            self._change(lambda talk: msgspec.structs.replace(talk, title=said))

    def begin_anew(self) -> None:
        """Begins a new talk; undo brings the old one back, which stays in its file."""
        if self.talk != Talk():
            kept = "" if not self.changed else " The old one is not saved; undo brings it back."
            self._history.push(Held())
            self._choose(-1)
            self._hub.deck.toast.say(f"A new talk.{kept}", seconds=5)

    def open_scene(self) -> None:
        """Opens the chosen scene in the window, at the step that it shows."""
        scene, hub = self.scene, self._hub
        if scene is None:
            return
        self._open(scene.document)
        if hub.session.exploration != scene.document.exploration:
            return  # it was refused, and that was said
        hub.told = (scene.document.exploration, scene.sentence) if scene.sentence else None
        if scene.document.view.step is not None:
            hub.player.scrub(scene.document.view.step)
        hub.touch()

    def play(self) -> None:
        """Plays the talk over the whole screen, from the chosen scene on."""
        if not self.talk.scenes:
            self._hub.refuse("The talk has no scenes yet: add what you see as the first one.")
            return
        self._present(self.talk.scenes, max(self.at, 0))

    # -- questions ------------------------------------------------------------------------------------------

    def _usual_question(self) -> str:
        """What is asked of the chosen scene if one only wants to ask: where its selected line ends."""
        from minima_core.scene.asked import asked_of

        try:
            return "?" if self.scene is None else asked_of(self.scene.document).question
        except ValueError:
            return "?"  # why not is said when it is written down

    def _warn_about_question(self) -> None:
        """Says at once where there is nothing to ask about."""
        from minima_core.scene.asked import asked_of

        scene = self.scene
        if scene is not None:
            try:
                asked_of(scene.document, scene.question)
            except ValueError as error:
                self._hub.refuse(f"Scene {self.at + 1} cannot be asked about. {error}")

    # -- files ---------------------------------------------------------------------------------------------

    def open_data(self, data: bytes, path: Path) -> bool:
        """Takes the talk of a file in hand, and opens its first scene; undo brings the one before back."""
        try:
            talk = talk_in(data, path.name)
        except FileError as error:
            self._hub.refuse(str(error))
            return False
        home = Home() if is_picture(data) else Home(path, talk)
        self._history.push(Held(talk, home))
        self._choose(0)
        self.bring()
        self.open_scene()
        count = len(talk.scenes)
        words = f"{count} {'scene' if count == 1 else 'scenes'}"
        self._hub.deck.toast.say(f"Opened: {talk.title or path.name}, {words}.", seconds=4)
        return True

    def save(self) -> None:
        """Saves the talk in its file; asks for one where it has none."""
        if self.path is None:
            self.save_as()
        else:
            self.save_in(self.path)

    def save_as(self) -> None:
        """Asks for a name, and saves the talk under it."""
        self._files.ask_where(self.talk, self.path, self.save_in)

    def save_in(self, path: Path) -> bool:
        """Writes the talk to a file, whole or not at all."""
        talk = self.talk
        try:
            write_whole(path, laid_out(talk.to_json()), overwrite=True)
        except FileError as error:
            self._hub.refuse(str(error))
            return False
        home = self._history.present.home
        home.path, home.saved = path, talk
        self._saving.recents.remember(path)
        self._hub.deck.toast.say(f"Saved: {path.name}.", seconds=3)
        self._show()
        return True

    # -- what is shown -------------------------------------------------------------------------------------

    def look(self) -> None:
        """Brings small pictures and progress up to date; called whenever words may change."""
        if self._pictures is not None and self.is_shown:
            self._pictures.look(self.talk, self._hub.deck.talk_room.panel)
        if self._files.look():
            self._show()

    def _show(self) -> None:
        room = self._hub.deck.talk_room
        if room.is_made:
            room.panel.set_state(self.state())

    def state(self) -> TalkState:
        """What the card shows."""
        from minima_desktop.talk_pictures import key_of
        from minima_widgets.panels.talk_values import SceneTexts, SceneTile, TalkState

        talk, scene = self.talk, self.scene
        tiles = tuple(
            SceneTile(key_of(each), each.title, each.question or each.sentence, bool(each.question))
            for each in talk.scenes
        )
        texts = SceneTexts()
        if scene is not None:
            texts = SceneTexts(
                scene.title, scene.sentence, scene.question, scene.notes, "None: it plays at once"
            )
        file = ""
        if self.path is not None:
            file = f"{self.path.name}{', not saved yet' if self.changed else ''}"
        history = self._history
        return TalkState(
            talk.title, tiles, self.at, texts, file, history.can_undo, history.can_redo, self._files.job
        )

    def close(self, patience: float = 20.0) -> bool:
        """Ends what goes on; true if every thread ended in time."""
        return self._analyst.close(patience)
