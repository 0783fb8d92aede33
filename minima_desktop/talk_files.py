"""Files of a talk in the window: asking for names, and writing all scenes out on a thread of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from minima_core.document.talk import Talk
from minima_desktop.analyst import Analyst, Desk
from minima_desktop.files import FileError
from minima_desktop.hub import Hub
from minima_widgets.panels.explore_values import Job

if TYPE_CHECKING:
    from minima_desktop.export.talks import Done, Export
    from minima_widgets.panels.talk_panel import TalkPanel

__all__ = ["ENDING", "TalkFiles", "file_name"]

ENDING = ".talk.json"
OPENED = "Talks, and PDF pages that carry one (*.json *.pdf);;All files (*)"
SAVED = f"Talks (*{ENDING});;All files (*)"
FOLDER, THEME = "talk/folder", "talk/theme"
KINDS = (
    ("pptx", "PowerPoint slides…"),
    ("pdf", "One PDF…"),
    ("png", "Pictures, as PNG…"),
    ("svg", "Pictures, as SVG…"),
    ("mp4", "Films…"),
    ("pptx+films", "PowerPoint slides that play…"),
)
DECKS = ("pptx", "pdf")
"""What is one file for all scenes; the others are a folder."""
THEMES = (
    ("slide", "On white, with large type"),
    ("light", "Light"),
    ("dark", "Dark"),
    ("own", "As each scene was added"),
)


class TalkFiles:
    """Asks where, and writes.

    Attributes
    ----------
    job
        What is being written, and what went wrong with the last one.
    """

    def __init__(self, hub: Hub, analyst: Analyst, take: Callable[[Path], object]) -> None:
        self._hub, self._analyst, self._take = hub, analyst, take
        self._count = 0
        self._words = ""
        self._target: Path | None = None
        self.job = Job()

    def offer(self, panel: TalkPanel) -> None:
        """Have the card offer what there is."""
        panel.set_exports(KINDS, THEMES, self._theme())
        panel.themed.connect(lambda name: self._hub.preferences.keep(THEME, name))
        panel.cancelled.connect(self.stop)

    def _theme(self) -> str:
        return self._hub.preferences.text(THEME, "slide", tuple(name for name, _ in THEMES))

    # -- asking --------------------------------------------------------------------------------------------

    def ask_for_one(self) -> None:
        """Asks for a talk, and takes it."""
        dialog = QFileDialog(self._hub.deck, "Open a talk", self._folder())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(OPENED)
        self._ask(dialog, self._take)

    def ask_where(self, talk: Talk, path: Path | None, then: Callable[[Path], object]) -> None:
        """Asks where the talk is to be saved."""
        dialog = QFileDialog(self._hub.deck, "Save the talk", self._folder(), SAVED)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ENDING.removeprefix("."))
        dialog.selectFile(path.name if path is not None else f"{file_name(talk)}{ENDING}")
        self._ask(dialog, then)

    def export(self, talk: Talk, kind: str, path: Path | None) -> None:
        """Asks where all scenes are to be written, and writes them."""
        if self._target is not None:
            self._hub.refuse("A talk is being written already; stop that first, or wait for it.")
            return
        if kind.startswith("pptx"):
            from minima_desktop.export.slides import MissingExtraError, look_for_pptx

            try:
                look_for_pptx()
            except MissingExtraError as error:
                self.job = Job(problem=str(error))
                return
        self.job = Job()
        name = path.name.removesuffix(ENDING).removesuffix(".json") if path is not None else file_name(talk)
        ending = kind.partition("+")[0]
        deck = ending in DECKS
        title = dict(KINDS)[kind].removesuffix("…")
        dialog = QFileDialog(self._hub.deck, f"{title}: where to", self._folder())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        if deck:
            dialog.setNameFilter(f"{title} (*.{ending})")
            dialog.setDefaultSuffix(ending)
        else:
            dialog.setNameFilter("A folder for them (*)")
        what = "films" if kind == "mp4" else "pictures"
        dialog.selectFile(f"{name}.{ending}" if deck else f"{name}-{what}")
        self._ask(dialog, lambda target: self.write(talk, target, kind))

    def _ask(self, dialog: QFileDialog, then: Callable[[Path], object]) -> None:
        def chosen(text: str) -> None:
            path = Path(text)
            self._hub.preferences.keep(FOLDER, {"path": str(path.parent)})
            then(path)

        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(chosen)
        dialog.open()

    def _folder(self) -> str:
        folder = self._hub.preferences.values(FOLDER).get("path", "")
        return folder if isinstance(folder, str) and Path(folder).is_dir() else str(Path.home())

    # -- writing -------------------------------------------------------------------------------------------

    def write(self, talk: Talk, target: Path, kind: str) -> None:
        """Writes all scenes, on a thread of its own; the dialog has asked whether an old file may go."""
        from minima_desktop.export.talks import Export

        theme = self._theme()
        ending, _, more = kind.partition("+")
        endings = (".png",) if ending in DECKS else (f".{ending}",)
        how = Export(None if theme == "own" else theme, endings=endings, films=more == "films")
        self._count += 1
        self._target, self._words = target, "Begins"
        self._analyst.ask("export", self._count, lambda desk: self._write(talk, target, how, desk))
        self.look()

    def _write(self, talk: Talk, target: Path, how: Export, desk: Desk) -> Iterator[Done]:
        from minima_desktop.export.slides import MissingExtraError
        from minima_desktop.export.talks import Cancelled, export_talk

        def report(share: float, words: str) -> bool:
            desk.report(share)
            self._words = words
            return not desk.cancelled()

        try:
            yield export_talk(talk, target, how, overwrite=True, report=report)
        except Cancelled:
            return
        except (FileError, MissingExtraError) as error:
            raise ValueError(str(error)) from None
        except MemoryError:
            raise ValueError("There is not enough memory to write this talk.") from None

    def stop(self) -> None:
        """Stops writing: nothing is left of what was begun."""
        self._analyst.drop("export")
        if self._target is not None:
            self._target, self.job = None, Job()
            self._hub.deck.toast.say("Stopped; nothing was written.", seconds=3)

    def look(self) -> bool:
        """Look how far it is; whether there is something new to show."""
        if self._target is None:
            return False
        before, answer = self.job, self._analyst.answer("export")
        if answer is not None and answer.key == self._count and answer.final:
            target, self._target = self._target, None
            self.job = Job(problem=answer.failure)
            if not answer.failure:
                done: Done = answer.value
                count = len(done.paths)
                what = target.name if done.paths == (target,) else f"{count} files in {target.name}"
                self._hub.deck.toast.say(" ".join(filter(None, (f"Written: {what}.", done.sentence))))
        else:
            self.job = Job(f"{self._words}…", self._analyst.share("export"))
        return self.job != before


def file_name(talk: Talk) -> str:
    """Return a name for files of a talk."""
    words = re.sub(r"[^\w]+", "-", talk.title.lower(), flags=re.ASCII).strip("-")[:60].strip("-")
    return words or "talk"
