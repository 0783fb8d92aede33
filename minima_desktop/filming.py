"""Films from the window: the dialog's page, and the process that renders while the race goes on.

Painting never lets go of the interpreter's lock, so that a thread would make the window stutter: films are
rendered by the program's own command line (`minima_desktop.export.film_command`), which is stopped by closing
its input and then leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QProcess

from minima_core.document import Document
from minima_core.scene.film import FORMATS, FilmOptions
from minima_widgets.panels.picture_options import PictureOptions

if TYPE_CHECKING:
    from minima_desktop.hub import Hub
    from minima_widgets.panels.film_options import FilmPage
    from minima_widgets.panels.picture_dialog import PictureDialog

__all__ = ["Filming", "command_of", "is_film"]

NAMES = (("mp4", "MP4"), ("webm", "WebM"), ("gif", "GIF"), ("apng", "APNG"))
WITH_SURFACE = {"surface", "both", "all"}
PATIENCE = 3000
"""Milliseconds that a process gets to put its things away."""


def is_film(path: Path) -> bool:
    """Whether a name is that of a film."""
    return path.suffix.lower() in FORMATS


def command_of(session: Path, target: Path, options: PictureOptions, film: FilmOptions) -> list[str]:
    """The words of the command line that renders a film of a session, after the program's name."""
    size = options.size
    measured = f"{size.width:g}x{size.height:g}" + ("cm" if size.measure == "cm" else "")
    words = ["render", "--session", str(session), "--out", str(target), "--size", measured, "--force"]
    if size.measure == "cm":
        words += ["--dpi", f"{size.dpi:g}"]
    if size.measure == "cm" or size.points != PictureOptions.type_size:
        words += ["--type", f"{size.points:g}"]
    if options.without:
        words += ["--without", ",".join(sorted(options.without))]
    if options.heights:
        words.append("--heights")
    if options.arrange == "methods":
        words += ["--grid", "methods"]
    elif options.arrange == "setting":
        words += ["--grid", options.setting + (f"={options.values}" if options.values else "")]
    words += [f"--seconds={film.seconds:g}", f"--hold={film.hold:g}", "--easing", film.easing]
    if film.fps:
        words += ["--fps", str(film.fps)]
    if film.turn:
        words.append(f"--turn={film.turn:g}")
    if film.last is not None:
        words.append(f"--between={film.first},{film.last}")
    if not film.loop:
        words.append("--no-loop")
    return [*words, "--progress"]


class Filming:
    """What the window does with films; one is made at a time, while others that were given up end."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._page: FilmPage | None = None
        self._take: Take | None = None
        self._fail: Callable[[str], None] = lambda _: None
        self._ending: set[Take] = set()

    # -- the page ------------------------------------------------------------------------------------------

    def join(self, dialog: PictureDialog) -> None:
        """Puts films and their page into the dialog for pictures."""
        from minima_widgets.panels.film_options import FilmPage

        page = FilmPage(
            self._hub.deck.theme, FilmOptions.from_dict(self._hub.preferences.values("film/options"))
        )
        self._page = page
        page.refused.connect(dialog.say)
        page.changed.connect(lambda _: dialog.say(""))
        dialog.form.changed.connect(lambda _: self._suit(dialog))
        dialog.formats.chosen.connect(lambda _: self._suit(dialog))
        dialog.path.textChanged.connect(lambda _: self._suit(dialog))
        dialog.add_formats(NAMES, page)
        self._suit(dialog)

    def leave(self) -> None:
        """Remembers what was chosen; the dialog has closed."""
        if self._page is not None:
            self._hub.preferences.keep("film/options", self._page.options().to_dict())
            self._page = None

    def _suit(self, dialog: PictureDialog) -> None:
        """Tells the page what the film would be of."""
        options, page = dialog.options(), self._page
        if page is not None and f".{options.format}" in FORMATS:
            surface = options.view in WITH_SURFACE and self._hub.session.landscape.dimension > 1
            page.set_picture(*options.size.pixels, f".{options.format}", surface=surface)

    # -- rendering -----------------------------------------------------------------------------------------

    def save(
        self,
        document: Document,
        options: PictureOptions,
        target: Path,
        *,
        report: Callable[[str, float], None],
        done: Callable[[str], None],
        fail: Callable[[str], None],
    ) -> None:
        """Begins to render the film of a document, from its first step to the one that it shows.

        `report` is told now and then how far it is: a sentence, and 0 to 1; then either `done` or `fail` is
        told a sentence, the latter "" for a film that was given up.
        """
        if self._take is not None:
            fail("Another film is being made; wait for it, or stop it.")
            return
        film = FilmOptions() if self._page is None else self._page.options()
        theme = document.view.theme if options.theme == "screen" else options.theme
        view = msgspec.structs.replace(document.view, theme=theme)
        session = Document(document.version, document.exploration, view)

        def ended(take: Take, sentence: str, problem: str) -> None:
            self._ending.discard(take)
            if self._take is take:
                self._take = None
                done(sentence) if sentence else fail(problem)

        def reported(take: Take, sentence: str, share: float) -> None:
            if self._take is take:
                report(sentence, share)

        self._take = Take(reported, ended)
        self._take.begin(session, target, options, film)
        self._fail = fail

    def stop(self) -> bool:
        """Gives up the film that is being made, if one is; its process ends by itself, and leaves nothing."""
        take, self._take = self._take, None
        if take is None:
            return False
        self._ending.add(take)
        take.stop()
        self._fail("")
        return True

    def close(self) -> None:
        """Gives up everything at once: the window closes."""
        takes = [*self._ending, *([self._take] if self._take is not None else [])]
        self._take = None
        self._ending.clear()
        for take in takes:
            take.stop()
        for take in takes:
            take.wait()


class Take(QObject):
    """One process that renders one film.

    `reported` is told a sentence and 0 to 1; `ended` once: what came out, or "" and what went wrong.
    """

    def __init__(
        self, reported: Callable[[Take, str, float], None], ended: Callable[[Take, str, str], None]
    ) -> None:
        super().__init__()
        self._reported, self._ended = reported, ended
        self._said: dict[str, object] = {}
        self._over = False
        self._folder = tempfile.TemporaryDirectory(prefix="minima-film-")
        self.process = QProcess(self)
        self.process.readyReadStandardOutput.connect(self._read)
        self.process.finished.connect(self._finished)
        self.process.errorOccurred.connect(self._failed)

    def begin(self, session: Document, target: Path, options: PictureOptions, film: FilmOptions) -> None:
        """Start the process."""
        path = Path(self._folder.name) / "film.minima.json"
        path.write_bytes(session.to_json())
        words = ["-m", "minima_desktop", *command_of(path, target, options, film)]
        self.process.start(sys.executable, words)

    def stop(self) -> None:
        """Let it end: it hears that nobody is there any more."""
        self.process.closeWriteChannel()

    def wait(self) -> None:
        """Wait until it has ended, or end it."""
        if not self._over and not self.process.waitForFinished(PATIENCE):
            self.process.kill()
            self.process.waitForFinished(PATIENCE)

    def _read(self) -> None:
        from minima_widgets.panels.film_options import size_words

        while self.process.canReadLine():
            with contextlib.suppress(ValueError, TypeError):
                said = msgspec.json.decode(bytes(self.process.readLine().data()))
                if isinstance(said, dict):
                    self._said = said
                else:
                    done, total, left, size = said
                    seconds = f", {left:.0f} s left" if left else ""
                    self._reported(self, f"Filming{seconds}, {size_words(size)} so far", done / max(total, 1))

    def _finished(self, code: int, _status: object) -> None:
        self._read()
        error = bytes(self.process.readAllStandardError().data()).decode(errors="replace").strip()
        if code == 0 and self._said:
            self._end(_sentence_of(self._said), "")
        else:
            last = error.splitlines()[-1] if error else "it ended without a word."
            self._end("", f"The film could not be made: {last.removeprefix('minima-desktop: ')}")

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._end("", "The film could not be made: the program could not be started a second time.")

    def _end(self, sentence: str, problem: str) -> None:
        if not self._over:
            self._over = True
            self._folder.cleanup()
            self._ended(self, sentence, problem)
            self.deleteLater()


def _sentence_of(said: dict[str, object]) -> str:
    """What came out, for the window's note."""
    from minima_widgets.panels.film_options import size_words

    size, sentence = said.get("size"), said.get("sentence")
    words = f"Saved as {Path(str(said.get('path'))).name}"
    words += f", {size_words(float(size))}." if isinstance(size, int | float) else "."
    return f"{words} {sentence}" if sentence else words
