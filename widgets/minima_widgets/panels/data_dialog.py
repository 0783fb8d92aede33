"""Save data: what, in which file; what a file would hold is told before it is written.

It writes nothing: signals say what is wanted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Button, Choice
from minima_widgets.panels.texts import Field, Line, Note
from minima_widgets.theme import Theme

__all__ = ["DataDialog", "Offer"]


@dataclass(frozen=True)
class Offer:
    """What can be saved: its name, its title, what it holds in one sentence, and how its files end."""

    name: str
    title: str
    meaning: str
    ending: str


class DataDialog(QDialog):
    """The dialog.

    Parameters
    ----------
    offers
        What there is to save; the first one is chosen unless `chosen` names another.
    folder, stem
        Where the file is offered to go, and how it is called without its ending.

    Signals: ``save_requested(name, path)``, after a file that exists already has been confirmed in words;
    ``copy_requested(name)``. The receiver answers with `say` when something failed, or `done_saving`.
    """

    save_requested = Signal(str, str)
    copy_requested = Signal(str)

    def __init__(
        self,
        theme: Theme,
        offers: Iterable[Offer],
        *,
        chosen: str = "",
        folder: str = "",
        stem: str = "minima",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._offers = {offer.name: offer for offer in offers}
        self._confirmed = ""
        self._stem = stem
        self.setWindowTitle("Export data")
        self.setAccessibleName("Export data")
        first = chosen if chosen in self._offers else next(iter(self._offers))
        self._make(first)
        self._shown = first
        self.path.setText(str(Path(folder or Path.home()) / self._suggested(first)))
        self._tell()
        self.setMinimumWidth(look.px(theme, 470))

    # -- for the window ------------------------------------------------------------------------------------

    def chosen(self) -> str:
        """Return the name of what is chosen."""
        return self.what.value()

    def folder(self) -> str:
        """Return the folder of the file that is named now."""
        return str(Path(self.path.text()).expanduser().parent)

    def say(self, sentence: str) -> None:
        """Show what went wrong and what would be right; the dialog stays as it is."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def set_busy(self, busy: bool) -> None:
        """Show that the file is being written; until it is, no other one can be asked for."""
        self.save.setText("Saving…" if busy else "Save")
        self.save.set_available(not busy, "The file is being written")

    def done_saving(self) -> None:
        """Close: the file is there."""
        self.accept()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)

    # -- inside --------------------------------------------------------------------------------------------

    def _make(self, first: str) -> None:
        theme = self._theme
        choices = tuple((offer.name, offer.title) for offer in self._offers.values())
        self.what = Choice(theme, choices, first, name="Data", tip="What goes into the file")
        self.meaning = Note(theme, role="muted")
        self.path = Field(theme, "File", tip="Where the data go")
        self.browse = Button(theme, icon="folder", tip="Choose a folder and a name")
        self.problem = Note(theme, role="error")
        self.problem.hide()
        self.copy = Button(theme, "Copy", icon="copy", tip="Copy it to the clipboard, columns between tabs")
        self.save = Button(theme, "Save", icon="save", kind="primary", tip="Save the data", key="Enter")
        what = QHBoxLayout()
        what.setSpacing(12)
        what.addWidget(Line(theme, "Data", role="muted"))
        what.addWidget(self.what, 1)
        file_row = QHBoxLayout()
        file_row.setSpacing(6)
        file_row.addWidget(self.path, 1)
        file_row.addWidget(self.browse)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addWidget(self.copy)
        acts.addStretch(1)
        acts.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addLayout(what)
        column.addWidget(self.meaning)
        column.addSpacing(4)
        column.addWidget(Line(theme, "File", role="muted"))
        column.addLayout(file_row)
        column.addWidget(self.problem)
        column.addLayout(acts)
        self.what.chosen.connect(self._choose)
        self.path.textChanged.connect(self._unconfirm)
        self.path.returnPressed.connect(self._save)
        self.browse.clicked.connect(self._browse)
        self.copy.clicked.connect(lambda: self.copy_requested.emit(self.what.value()))
        self.save.clicked.connect(self._save)

    def _suggested(self, name: str) -> str:
        """Return what a file of these data may be called; each table has a file of its own."""
        ending = self._offers[name].ending
        return f"{self._stem}-{name}{ending}" if ending == ".csv" else f"{self._stem}{ending}"

    def _choose(self, name: str) -> None:
        """Take another kind of data: a name that nobody has changed follows, else its ending."""
        path = Path(self.path.text())
        known = {offer.ending for offer in self._offers.values()}
        if path.name == self._suggested(self._shown):
            self.path.setText(str(path.with_name(self._suggested(name))))
        elif path.suffix.lower() in known:
            self.path.setText(str(path.with_suffix(self._offers[name].ending)))
        self._shown = name
        self._unconfirm()
        self._tell()

    def _tell(self) -> None:
        offer = self._offers[self.what.value()]
        self.meaning.setText(offer.meaning)
        archive = offer.ending == ".npz"
        self.copy.set_available(not archive, "Arrays can be saved, not copied" if archive else "")

    def _browse(self) -> None:
        """Choose a file in Qt's own dialog; whether to replace one is asked here, in words."""
        ending = self._offers[self.what.value()].ending
        name, _ = QFileDialog.getSaveFileName(
            self,
            "Export data",
            self.path.text(),
            f"Data (*{ending})",
            options=QFileDialog.Option.DontConfirmOverwrite | QFileDialog.Option.DontUseNativeDialog,
        )
        if name:
            self.path.setText(name)

    def _unconfirm(self) -> None:
        self._confirmed = ""
        self.save.setText("Save")
        self.say("")

    def _save(self) -> None:
        """Say what would be wrong with the file, or ask once before replacing one, or hand it on."""
        ending = self._offers[self.what.value()].ending
        typed = self.path.text().strip()
        if not typed or typed.endswith(("/", "\\")):
            self.say(f"The file needs a name, such as minima{ending}.")
            return
        path = Path(typed).expanduser()
        if path.suffix.lower() != ending:
            path = path.with_name(path.name + ending)
        if path.is_dir():
            self.say(f"“{path}” is a folder; the file needs a name of its own.")
        elif not path.parent.is_dir():
            self.say(f"There is no folder “{path.parent}”; choose one that exists.")
        elif path.exists() and self._confirmed != str(path):
            self._confirmed = str(path)
            self.save.setText("Replace it")
            self.say(f"“{path.name}” exists already. Press again to replace it, or type another name.")
        else:
            self.say("")
            self.save_requested.emit(self.what.value(), str(path))
