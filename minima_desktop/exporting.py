"""Data, formula and command line leave the window: the dialog “Export data”, and one key each for copying.

What is told is what is shown: every run up to the step of the timeline, and what has been found out so far.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from minima_core.document import Document
from minima_core.scene.words import whole
from minima_desktop.files import FileError, write_whole
from minima_desktop.hub import Hub

if TYPE_CHECKING:
    from minima_core.scene.pair import MinimaPair
    from minima_desktop.export.data import RunRows
    from minima_desktop.export.tables import Table
    from minima_widgets.panels.data_dialog import DataDialog, Offer

log = logging.getLogger(__name__)

ALL, SCRIPT = "all", "script"
PICTURE_SIZE = (1920, 1080)
POLL_MILLISECONDS = 15
"""How often is looked whether a file has been written."""
MOST_COPIED = 50_000
"""Rows that go onto the clipboard; more of them belong into a file."""
SOON = "The runs are being started: try again in a moment."
NO_RUNS = "There are no runs: choose a method and a start first."


class Exporting:
    """What the window does with data.

    `pair` gives the two minima that are compared, if any.
    """

    def __init__(self, hub: Hub, pair: Callable[[], MinimaPair | None] = lambda: None) -> None:
        self._hub, self._pair = hub, pair
        self._dialog: DataDialog | None = None
        self._writing: tuple[str, Future[None]] | None = None
        self._timer = QTimer()
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self._poll)

    # -- the dialog ----------------------------------------------------------------------------------------

    def open(self) -> None:
        """Opens the dialog."""
        from minima_widgets.panels.data_dialog import DataDialog

        hub = self._hub
        known = hub.preferences.values("data/dialog")
        folder, chosen = (str(known.get(name, "")) for name in ("folder", "chosen"))
        dialog = DataDialog(
            hub.deck.theme,
            self._offers(),
            chosen=chosen,
            folder=folder if folder and Path(folder).is_dir() else "",
            stem=hub.session.landscape.name or "landscape",
            parent=hub.deck,
        )
        dialog.save_requested.connect(self._save)
        dialog.copy_requested.connect(self._copy_offer)
        dialog.finished.connect(self._closed)
        self._dialog = dialog
        dialog.open()

    def _offers(self) -> Iterator[Offer]:
        """What can be saved now."""
        from minima_desktop.export.data import KINDS
        from minima_widgets.panels.data_dialog import Offer

        tables = self._tables()
        names = ", ".join(tables) or "no tables"
        step = whole(self._hub.player.step)
        yield Offer(
            ALL,
            "Everything that is known",
            f"Arrays for numpy, and what each of them is: {names}; runs up to step {step}, as shown.",
            ".npz",
        )
        for name, table in tables.items():
            rows, columns = whole(table.rows), ", ".join(each.heading for each in table.columns)
            yield Offer(name, KINDS[name], f"{rows} rows. Columns: {columns}.", ".csv")
        yield Offer(
            SCRIPT,
            "Python script that makes the runs again",
            "Landscape, starts, methods and random numbers, for minima_core: the same runs to the last bit.",
            ".py",
        )

    def _save(self, name: str, path: str) -> None:
        """Takes what is known now; it is written beside the window, which goes on."""
        dialog = self._dialog
        if dialog is None or self._writing is not None:
            return
        try:
            make, limits = self._maker(name)
        except ValueError as error:
            dialog.say(str(error))
            return
        said = " ".join(filter(None, (f"Saved as {Path(path).name}.", limits)))
        pool = ThreadPoolExecutor(1, "export")
        self._writing = said, pool.submit(lambda: write_whole(Path(path), make(), overwrite=True))
        pool.shutdown(wait=False)  # its thread ends with the file
        dialog.set_busy(True)
        self._timer.start()

    def _maker(self, name: str) -> tuple[Callable[[], bytes], str]:
        """What makes a file of what is offered by this name, and a sentence on what it does not say."""
        from minima_desktop.export.data_files import archive
        from minima_desktop.export.tables import csv_bytes

        if name == SCRIPT:
            text, limits = self._script()
            return text.encode, limits
        tables, document = self._tables(), self._document()
        if name == ALL:
            # The map stands in the archive as an array already.
            chosen = [table for key, table in tables.items() if key != "basin-map"]
            return lambda: archive(chosen, document), ""
        if name not in tables:
            raise ValueError("This is not known any more: the landscape or the race has changed.")
        return lambda: csv_bytes(tables[name]), ""

    def _poll(self) -> None:
        """Says how the writing went, once it is over."""
        if self._writing is None or not self._writing[1].done():
            return
        (said, written), self._writing = self._writing, None
        self._timer.stop()
        error, dialog = written.exception(), self._dialog
        if dialog is not None:
            dialog.set_busy(False)
        if error is None:
            if dialog is not None:
                dialog.done_saving()
            self._hub.deck.toast.say(said)
            return
        known = isinstance(error, FileError | ValueError)
        if not known and not isinstance(error, MemoryError):
            log.error("Data could not be written.", exc_info=error)
        why = str(error) if known else "The file could not be made; there may be too little memory for it."
        if dialog is None:
            self._hub.refuse(why)
        else:
            dialog.say(why)

    def close(self) -> None:
        """Waits for a file that is being written: the window closes."""
        self._timer.stop()
        if self._writing is not None:
            wait([self._writing[1]])

    def _copy_offer(self, name: str) -> None:
        if name == SCRIPT:
            text, limits = self._script()
            self._copy(text, "the script that makes the runs again", limits)
        elif name in (tables := self._tables()):
            self._copy_table(tables[name], f"the table “{name}”")

    def _closed(self) -> None:
        if self._dialog is not None:
            known = {"folder": self._dialog.folder(), "chosen": self._dialog.chosen()}
            self._hub.preferences.keep("data/dialog", known)
            self._dialog.deleteLater()
            self._dialog = None

    # -- one key each --------------------------------------------------------------------------------------

    def copy_data(self) -> None:
        """Copies every row of the selected line's runs, or of all, with tabs between the columns."""
        from minima_desktop.export.data import run_tables

        hub = self._hub
        selected = hub.session.view.selected
        runs = [run for run in self._runs() if selected is None or run.entry.id == selected] or self._runs()
        if not runs:
            hub.refuse(SOON if hub.session.exploration.runs else NO_RUNS)
            return
        table = run_tables(hub.session.document, hub.session.landscape, runs)[1]
        whose = "of one run" if len(runs) == 1 else f"of {len(runs)} runs"
        if selected is None and len(runs) > 1:
            whose = f"of all {len(runs)} runs"
        self._copy_table(table, f"every row {whose}")

    def _copy_table(self, table: Table, what: str) -> None:
        from minima_desktop.export.tables import tabbed

        if table.rows > MOST_COPIED:
            self._hub.refuse(
                f"{whole(table.rows)} rows are too many for the clipboard: export them to a file."
            )
            return
        self._copy(tabbed(table), what, f"{whole(table.rows)} rows, {len(table.columns)} columns.")

    def copy_formula(self) -> None:
        """Copies the formula as LaTeX."""
        from minima_desktop.export.latex import latex_of

        try:
            self._copy(latex_of(self._hub.session.exploration.place), "the formula as LaTeX")
        except ValueError as error:
            self._hub.refuse(str(error))

    def copy_command(self) -> None:
        """Copies the command line that draws what is on screen."""
        from minima_desktop.export.command_line import command_of

        try:
            line = command_of(self._document(layout="all"), PICTURE_SIZE)
        except ValueError as error:
            self._hub.refuse(str(error))
            return
        self._copy(line, "the command line that draws this picture")

    def _copy(self, text: str, what: str, more: str = "") -> None:
        QGuiApplication.clipboard().setText(text)
        self._hub.deck.toast.say(" ".join(filter(None, (f"Copied: {what}.", more))), seconds=4)

    # -- what there is -------------------------------------------------------------------------------------

    def _document(self, layout: str = "") -> Document:
        """The session as it is shown."""
        document, step = self._hub.session.document, self._hub.player.step
        view = msgspec.structs.replace(document.view, step=step)
        if layout:
            view = msgspec.structs.replace(view, layout=layout)
        return Document(document.version, document.exploration, view)

    def _script(self) -> tuple[str, str]:
        from minima_desktop.export.script import script_of

        reached = {key: each.step for key, each in self._hub.engine.published.items()}
        script = script_of(self._hub.session.document, reached)
        return script.text, script.limits

    def _runs(self) -> list[RunRows]:
        """The runs of the race, up to the step that is shown."""
        from minima_desktop.export.data import RunRows, up_to

        hub = self._hub
        if hub.engine.taken != hub.projector.serial:
            return []
        document, tick, published = hub.session.document, hub.player.step, hub.engine.published
        found = []
        for line, start in document.exploration.runs:
            known = published.get((line, start))
            if known is None or known.record is None:
                continue
            verdict = "" if known.verdict is None else known.verdict.sentence
            entry = document.exploration.entry(line)
            found.append(up_to(document, RunRows(entry, start, known.record, known.marks, verdict), tick))
        return found

    def _tables(self) -> dict[str, Table]:
        """All that is known now, as tables."""
        from minima_desktop.export.data import known_tables

        session, findings = self._hub.session, self._hub.projector.findings
        return dict(known_tables(session.document, session.landscape, self._runs(), findings, self._pair()))
