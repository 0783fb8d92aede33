"""Files of a talk in the window: asking for names, and having all scenes written out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from minima_core.document.talk import Talk
from minima_desktop.analyst import Analyst, Desk
from minima_desktop.hub import Hub
from minima_widgets.panels.explore_values import Job

if TYPE_CHECKING:
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
PATIENCE = 10.0
"""Seconds in which a process that is to give up does so; then it is ended."""
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
        """Writes all scenes; the dialog has asked whether an old file may go."""
        theme = self._theme()
        ending, _, more = kind.partition("+")
        words = ["--out", str(target), "--format", "png" if ending in DECKS else ending, "--force"]
        if more == "films":
            words.append("--films")
        if theme == "own":
            words.append("--own-theme")
        else:
            words += ["--theme", theme]
        self._count += 1
        self._target, self._words = target, "Begins"
        self._analyst.ask("export", self._count, lambda desk: self._write(talk, words, desk))
        self.look()

    def _write(self, talk: Talk, words: list[str], desk: Desk) -> Iterator[tuple[int, str]]:
        """Have a process of its own write the talk: painting in this one would make the window stutter."""
        with tempfile.TemporaryDirectory(prefix="minima-") as folder:
            path = Path(folder) / f"talk{ENDING}"
            path.write_bytes(talk.to_json())
            command = [sys.executable, "-m", "minima_desktop", "render", "--talk", str(path), *words]
            found = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
            with (
                (Path(folder) / "problems").open("w+b") as problems,
                subprocess.Popen(
                    [*command, "--progress"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=problems,
                    env=found,
                    text=True,
                    encoding="utf-8",
                ) as process,
            ):
                done = self._follow(process, desk)
                status = process.wait()
                problems.seek(0)
                said = problems.read().decode("utf-8", "replace").strip()
        if status == 0 and done is not None:
            yield done
        elif not desk.cancelled():
            told = said.rpartition("\n")[2].removeprefix("minima-desktop: ")
            raise ValueError(told or "The talk could not be written; trying again may help.")

    def _follow(self, process: subprocess.Popen[str], desk: Desk) -> tuple[int, str] | None:
        """Read how far the process is, and have it give up when nobody wants it; return what it wrote."""
        assert process.stdin is not None and process.stdout is not None
        asked = threading.Thread(target=_give_up, args=(process, desk), daemon=True)
        asked.start()
        done = None
        for line in process.stdout:
            try:
                said = json.loads(line)
            except ValueError:
                continue
            if isinstance(said, list):
                desk.report(said[0])
                self._words = said[1]
            elif isinstance(said, dict):
                done = said["files"], said["sentence"]
        asked.join()
        return done

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
                count, sentence = answer.value
                what = f"{count} files in {target.name}" if target.is_dir() else target.name
                self._hub.deck.toast.say(" ".join(filter(None, (f"Written: {what}.", sentence))))
        else:
            self.job = Job(f"{self._words}…", self._analyst.share("export"))
        return self.job != before


def _give_up(process: subprocess.Popen[str], desk: Desk) -> None:
    """Wait for the process, and close its input when nobody wants what it does: it then leaves nothing."""
    while process.poll() is None:
        if not desk.rest(0.1) and process.stdin is not None:
            process.stdin.close()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
            return


def file_name(talk: Talk) -> str:
    """Return a name for files of a talk."""
    words = re.sub(r"[^\w]+", "-", talk.title.lower(), flags=re.ASCII).strip("-")[:60].strip("-")
    return words or "talk"
