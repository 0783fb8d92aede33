"""Save a picture: one dialog for pictures and films, with a live preview.

It draws nothing and writes nothing: signals say what is wanted, and whoever receives them answers with
`show_preview`, `report`, `say` and `done_saving`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QImage, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from minima_widgets.paint.sizes import PRESETS, preset_of
from minima_widgets.panels import look
from minima_widgets.panels.controls import Button
from minima_widgets.panels.explore_values import Job
from minima_widgets.panels.job_line import JobLine
from minima_widgets.panels.picture_form import FormValues, PictureForm
from minima_widgets.panels.picture_options import FORMATS, PictureOptions
from minima_widgets.panels.picture_preview import PicturePreview
from minima_widgets.panels.sections import Inside
from minima_widgets.panels.segments import Segments
from minima_widgets.panels.texts import Field, Note
from minima_widgets.theme import Theme

__all__ = ["VIEWS", "FormValues", "PictureDialog", "PictureOptions"]

VIEWS = (
    ("both", "Map and surface"),
    ("map", "Map"),
    ("surface", "Surface"),
    ("trace", "Loss"),
    ("all", "Everything"),
)
TIPS = {
    "png": "Pixels, for slides and the web",
    "svg": "Lines and letters, sharp at any size; for slides, the web and drawing programs",
    "pdf": "Lines and letters, sharp at any size; for papers",
}
PREVIEW_MILLISECONDS = 140
"""Typing and dragging in the dialog never wait for a picture: it is drawn when they pause."""
LAY_MILLISECONDS = 30
LATE_MILLISECONDS = 500
"""What takes longer says that it goes on."""


class PictureDialog(QDialog):
    """The dialog.

    Parameters
    ----------
    options
        What to begin with; `options()` and `folder()` say afterwards what to remember.
    folder, file_name
        Where the picture is offered to go; the ending is that of the format.
    values
        What there is to choose from.

    Signals: ``preview_wanted(options)``, whose `scale` says how large the preview is to be;
    ``save_requested(options, path)``, after a file that exists already has been confirmed in words;
    ``copy_requested(options)``; ``stop_requested()``.
    """

    preview_wanted = Signal(object)
    save_requested = Signal(object, str)
    copy_requested = Signal(object)
    stop_requested = Signal()

    def __init__(
        self,
        theme: Theme,
        options: PictureOptions,
        *,
        folder: str = "",
        file_name: str = "minima.png",
        values: FormValues | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._confirmed = ""
        self._formats: tuple[tuple[str, str], ...] = FORMATS
        self._pages: dict[str, QWidget] = {}
        self._saving: Job | None = None
        self.setWindowTitle("Save a picture")
        self.setAccessibleName("Save a picture")
        # A film that was chosen last is chosen again when its formats are there.
        self._wanted = options.format
        if options.format not in dict(FORMATS):
            options = replace(options, format=FORMATS[0][0])
        self.form = PictureForm(theme, options, values or FormValues(VIEWS))
        stem = Path(file_name).stem if Path(file_name).suffix else file_name
        self._make(str(Path(folder or Path.home()) / f"{stem}.{options.format}"))
        self._timer = _timer(self, PREVIEW_MILLISECONDS, self._ask)
        self._late = _timer(self, LATE_MILLISECONDS, self._show_late)
        self._slow = _timer(self, LATE_MILLISECONDS, self._say_busy)
        self._lay = _timer(self, LAY_MILLISECONDS, self._show_page)
        self._fit(parent)
        self._tell()

    # -- for the window ------------------------------------------------------------------------------------

    def options(self) -> PictureOptions:
        """Return what is chosen now."""
        return self.form.options()

    def folder(self) -> str:
        """Return the folder of the file that is named now."""
        return str(Path(self.path.text()).expanduser().parent)

    def add_formats(self, formats: Iterable[tuple[str, str]], page: QWidget | None = None) -> None:
        """Offer more formats; `page` is shown while one of them is chosen."""
        formats = tuple(formats)
        self._formats = (*self._formats, *formats)
        if page is not None:
            self._pages |= {name: page for name, _ in formats}
            self._inside.insertWidget(self._inside.count() - 1, page)
        self.formats.set_choices(self._format_choices())
        self._tell()
        if self._wanted in dict(formats):
            self._choose_format(self._wanted)

    def show_preview(self, image: QImage | None, problem: str = "") -> None:
        """Show the preview, or why there is none."""
        self._slow.stop()
        self.preview.show_image(image, problem)

    def say(self, sentence: str) -> None:
        """Show what went wrong and what would be right; the dialog stays as it is."""
        self._end_saving()
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def begin_saving(self, sentence: str) -> None:
        """Say, when it takes its time, that the picture is being made."""
        self._saving = Job(sentence)
        self._late.start()
        for button in (self.save, self.copy):
            button.set_available(False, "A picture is being made.")

    def report(self, sentence: str, share: float | None) -> None:
        """Say how far it has come, 0 to 1."""
        if self._saving is not None:
            self._saving = Job(sentence, share)
            if self.job.isVisible():
                self.job.set_job(self._saving)

    def done_saving(self) -> None:
        """Close: the picture is there."""
        self._end_saving()
        self.accept()

    def done_copying(self) -> None:
        """Stay, ready for the next."""
        self._end_saving()

    def refresh(self) -> None:
        """Draw the preview anew, soon."""
        self._timer.start()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self.refresh()

    # -- what it is made of --------------------------------------------------------------------------------

    def _make(self, path: str) -> None:
        theme = self._theme
        self.preview = PicturePreview(theme)
        self.formats = Segments(theme, self._format_choices(), self.options().format, name="Format")
        self.path = Field(theme, "File", tip="Where the picture goes; its ending chooses the format.")
        self.path.setText(path)
        self.browse = Button(theme, icon="folder", tip="Choose a folder and a name")
        self.problem = Note(theme, role="error")
        self.problem.hide()
        self.job = JobLine(theme)
        self.copy = Button(
            theme, "Copy", icon="copy", tip="Copy the picture to the clipboard, as pixels and as SVG"
        )
        self.save = Button(theme, "Save", icon="picture", kind="primary", tip="Save the picture", key="Enter")
        inside = Inside()
        self._inside = QVBoxLayout(inside)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(12)
        self._inside.addWidget(self.form)
        self._inside.addStretch(1)
        self._area = area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        file_row = QHBoxLayout()
        file_row.setSpacing(6)
        file_row.addWidget(self.path, 1)
        file_row.addWidget(self.browse)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addWidget(self.copy)
        acts.addStretch(1)
        acts.addWidget(self.save)
        panel = QWidget()
        side = QVBoxLayout(panel)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(9)
        side.addWidget(area, 1)
        side.addWidget(self.formats)
        side.addLayout(file_row)
        side.addWidget(self.problem)
        side.addWidget(self.job)
        side.addLayout(acts)
        panel.setFixedWidth(look.px(theme, 336))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(self.preview, 1)
        layout.addWidget(panel)
        self.form.changed.connect(self._changed)
        self.form.refused.connect(self._refuse)
        self.formats.chosen.connect(self._choose_format)
        self.path.textChanged.connect(self._path_changed)
        self.path.returnPressed.connect(self._save)
        self.browse.clicked.connect(self._browse)
        self.copy.clicked.connect(lambda: self.copy_requested.emit(self.options()))
        self.save.clicked.connect(self._save)
        self.job.cancelled.connect(self.stop_requested)

    def _format_choices(self) -> tuple[tuple[str, str, str], ...]:
        return tuple((name, title, TIPS.get(name, "A film")) for name, title in self._formats)

    def _fit(self, parent: QWidget | None) -> None:
        """Be as large as suits, and never larger than the window."""
        theme = self._theme
        width, height = look.px(theme, 1180), look.px(theme, 680)
        if parent is not None:
            room = parent.window().size()
            width, height = min(width, room.width() - 40), min(height, room.height() - 60)
        self.resize(max(width, look.px(theme, 660)), max(height, look.px(theme, 440)))

    # -- changes -------------------------------------------------------------------------------------------

    def _changed(self, _options: object) -> None:
        self._tell()
        self._timer.start()

    def _refuse(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _tell(self) -> None:
        """Say below the preview what the file will be."""
        options = self.options()
        size = options.size
        width, height = size.pixels
        known = next((each.title for each in PRESETS if each.name == preset_of(size)), "")
        paper = size.measure == "cm"
        words = [dict(self._formats)[options.format], size.words]
        if paper and options.format == "png":
            words.append(f"{width} × {height} pixels")
        if known:
            words.append(known)
        self.preview.set_words(" · ".join(words))
        self.form.set_film(options.format not in dict(FORMATS))
        for page in set(self._pages.values()):
            there = self._pages.get(options.format) is page
            if there and page.isHidden():
                self._lay.start()  # its place is known a moment later
            page.setVisible(there)

    def _show_page(self) -> None:
        """Scroll to the page of the format."""
        page = self._pages.get(self.options().format)
        if page is not None:
            self._area.ensureWidgetVisible(page, 0, 0)

    def _choose_format(self, ending: str) -> None:
        """Give the file the ending of its format."""
        path = self.path.text()
        known = next((name for name, _ in self._formats if path.lower().endswith(f".{name}")), None)
        stem = path if known is None else path[: -len(known) - 1]
        self.form.set_format(ending)
        self.formats.set_value(ending)
        self.path.setText(f"{stem}.{ending}")
        self._tell()

    def _path_changed(self, text: str) -> None:
        """Forget what was confirmed; take the format from the ending."""
        self._confirmed = ""
        self.save.setText("Save")
        self._refuse("")
        ending = Path(text.strip()).suffix.lower().lstrip(".")
        if ending in dict(self._formats) and ending != self.options().format:
            self.form.set_format(ending)
            self.formats.set_value(ending)
            self._tell()

    def _ask(self) -> None:
        """Ask for a preview as large as its room."""
        options = self.options()
        width, height = options.size.pixels
        room = self.preview.room()
        share = min(room.width() / width, room.height() / height, 1.0)
        self._slow.start()
        self.preview_wanted.emit(replace(options, scale=max(share, 0.02)))

    def _say_busy(self) -> None:
        self.preview.show_busy("Being drawn …")

    # -- saving --------------------------------------------------------------------------------------------

    def _browse(self) -> None:
        """Choose a file in Qt's own dialog; whether to replace one is asked here, in words."""
        kinds = " ".join(f"*.{name}" for name, _ in self._formats)
        name, _ = QFileDialog.getSaveFileName(
            self,
            "Save a picture",
            self.path.text(),
            f"Pictures ({kinds})",
            options=QFileDialog.Option.DontConfirmOverwrite | QFileDialog.Option.DontUseNativeDialog,
        )
        if name:
            self.path.setText(name)

    def _save(self) -> None:
        """Say what would be wrong with the file, or ask once before replacing one, or hand it on."""
        if self._saving is not None:
            return
        typed = self.path.text().strip()
        ending = self.options().format
        if not typed or typed.endswith(("/", "\\")):
            self.say(f"The file needs a name, such as minima.{ending}.")
            return
        path = Path(typed).expanduser()
        if path.is_dir():
            self.say(f"“{path}” is a folder; the file needs a name of its own.")
            return
        if path.suffix.lower().lstrip(".") not in dict(self._formats):
            path = path.with_name(f"{path.name}.{ending}")
        if not path.parent.is_dir():
            self.say(f"There is no folder “{path.parent}”; choose one that exists.")
        elif path.exists() and self._confirmed != str(path):
            self._confirmed = str(path)
            self.save.setText("Replace it")
            self.say(f"“{path.name}” exists already. Press again to replace it, or type another name.")
        else:
            self.say("")
            self.save_requested.emit(self.options(), str(path))

    def _show_late(self) -> None:
        if self._saving is not None:
            self.job.set_job(self._saving)

    def _end_saving(self) -> None:
        self._saving = None
        self._late.stop()
        self.job.set_job(Job())
        for button in (self.save, self.copy):
            button.set_available(True)

    # -- events --------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Stop what is being made with Escape, before the dialog closes with the next."""
        if event.key() == Qt.Key.Key_Escape and self._saving is not None:
            self.stop_requested.emit()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with a preview."""
        super().showEvent(event)
        self._timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw a preview for the new room."""
        super().resizeEvent(event)
        if self.isVisible():
            self._timer.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Draw no more."""
        self._rest()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        """Draw no more."""
        self._rest()
        super().done(result)

    def _rest(self) -> None:
        for timer in (self._timer, self._late, self._slow, self._lay):
            timer.stop()
        if self._saving is not None:
            self._saving = None
            self.stop_requested.emit()


def _timer(parent: QDialog, milliseconds: int, then: Callable[[], None]) -> QTimer:
    """Return a timer that goes off once."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(then)
    return timer
