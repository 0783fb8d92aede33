"""Save a picture: which view, how large, on what ground, with which words, and a live preview.

It draws nothing and writes nothing: a callable gives the preview, and signals say what is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Button, Choice, Switch
from minima_widgets.panels.numbers import parse_count
from minima_widgets.panels.picture_options import LARGEST, SMALLEST, PictureOptions
from minima_widgets.panels.texts import Field, Line, Note
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["SIZES", "VIEWS", "PictureDialog", "PictureOptions"]

VIEWS = (
    ("both", "Map and surface"),
    ("map", "Map"),
    ("surface", "Surface"),
    ("trace", "Loss"),
    ("all", "Everything"),
)
SIZES = ((1600, 1200), (1920, 1080), (3840, 2160), (7680, 4320))
GROUNDS = (("screen", "As on screen"), ("light", "Light"), ("dark", "Dark"), ("slide", "Slide, large type"))


class _Preview(QWidget):
    """The picture, as large as there is room, on a quiet ground."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._image: QImage | None = None
        self.problem = ""
        self.setAccessibleName("Preview of the picture")
        self.setMinimumSize(look.px(theme, 300), look.px(theme, 220))

    def show_image(self, image: QImage | None, problem: str = "") -> None:
        self._image, self.problem = image, problem
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(QRectF(self.rect()), 10, 10)
        room = QRectF(self.rect()).adjusted(14, 14, -14, -14)
        if self._image is None or self._image.isNull():
            painter.setPen(theme.colour("muted"))
            words = self.problem or "The preview comes in a moment."
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
            return
        size = QSize(self._image.size()).scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        spot = QRectF(0, 0, size.width(), size.height())
        spot.moveCenter(room.center())
        painter.drawImage(spot, self._image)


class PictureDialog(QDialog):
    """The dialog.

    Parameters
    ----------
    preview
        Called with options (their `scale` says how large the preview is to be) in the GUI's thread; returns a
        QImage. A ValueError's sentence is shown in the picture's place.
    options
        What to begin with; `options()` and `folder()` say afterwards what to remember.
    folder, file_name
        Where the picture is offered to go.
    views
        The views to offer, as pairs of name and title.

    Signals: ``save_requested(options, path)``, after a file that exists already has been confirmed in words;
    ``copy_requested(options)``. The receiver answers with `say` when something failed, or `done_saving`.
    """

    save_requested = Signal(object, str)
    copy_requested = Signal(object)

    def __init__(
        self,
        theme: Theme,
        preview: Callable[[PictureOptions], QImage],
        options: PictureOptions,
        *,
        folder: str = "",
        file_name: str = "minima.png",
        views: Iterable[tuple[str, str]] = VIEWS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._preview_of = preview
        self._options = options
        self._confirmed = ""
        views = tuple(views)
        if options.view not in dict(views):
            self._options = replace(options, view=views[0][0])
        self.setWindowTitle("Save a picture")
        self.setAccessibleName("Save a picture")
        self._make(views, str(Path(folder or Path.home()) / file_name))
        # Typing and dragging in the dialog never wait for a picture: it is drawn when they pause.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(120)
        self._timer.timeout.connect(self._draw)
        self.resize(look.px(theme, 960), look.px(theme, 560))
        self._timer.start()

    # -- for the window ------------------------------------------------------------------------------------

    def options(self) -> PictureOptions:
        """Return what is chosen now."""
        return self._options

    def folder(self) -> str:
        """Return the folder of the file that is named now."""
        return str(Path(self.path.text()).expanduser().parent)

    def say(self, sentence: str) -> None:
        """Show what went wrong and what would be right; the dialog stays as it is."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def done_saving(self) -> None:
        """Close: the picture is there."""
        self.accept()

    def refresh(self) -> None:
        """Draw the preview anew, soon."""
        self._timer.start()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self.refresh()

    # -- inside --------------------------------------------------------------------------------------------

    def _make(self, views: tuple[tuple[str, str], ...], path: str) -> None:
        theme, options = self._theme, self._options
        self.preview = _Preview(theme)
        self.view = Choice(theme, views, options.view, name="View", tip="What is on the picture")
        sizes = tuple((f"{w}x{h}", f"{w} × {h}") for w, h in SIZES)
        known = f"{options.width}x{options.height}"
        self.size_choice = Choice(
            theme,
            (*sizes, ("custom", "Another size")),
            known if known in dict(sizes) else "custom",
            name="Size",
            tip="Size in pixels",
        )
        self.width_field = Field(theme, "Width in pixels", tip=f"{SMALLEST[0]} to {LARGEST[0]} pixels")
        self.height_field = Field(theme, "Height in pixels", tip=f"{SMALLEST[1]} to {LARGEST[1]} pixels")
        self.ground = Choice(theme, GROUNDS, options.theme, name="Theme", tip="Colours and size of type")
        self.title = Field(theme, "Title", tip="The title on the picture; empty for none.")
        self.title.setPlaceholderText("no title")
        self.legend, self.caption = Switch(theme, "Legend"), Switch(theme, "Caption")
        self.legend.setToolTip(look.tip("The methods with their settings and verdicts"))
        self.caption.setToolTip(look.tip("What ran: landscape, start, steps, seed"))
        self.path = Field(theme, "File", tip="Where the picture goes; it ends in .png.")
        self.problem = Note(theme, role="error")
        self.problem.hide()
        self.copy = Button(theme, "Copy", icon="copy", tip="Copy the picture to the clipboard")
        self.save = Button(theme, "Save", icon="picture", kind="primary", tip="Save the picture", key="Enter")
        self.browse = Button(theme, icon="folder", tip="Choose a folder and a name")
        self.title.setText(options.title)
        self.path.setText(path)
        self.legend.setChecked(options.legend)
        self.caption.setChecked(options.caption)
        self._show_size()
        form = QGridLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(10)
        pixels = QHBoxLayout()
        pixels.setSpacing(6)
        for widget in (self.width_field, Line(theme, "×", role="muted"), self.height_field):
            pixels.addWidget(widget)
        pixels.setStretch(0, 1)
        pixels.setStretch(2, 1)
        for row, (words, thing) in enumerate(
            (
                ("View", self.view),
                ("Size", self.size_choice),
                ("", None),
                ("Theme", self.ground),
                ("Title", self.title),
                ("Legend", self.legend),
                ("Caption", self.caption),
            )
        ):
            if words:
                form.addWidget(Line(theme, words, role="muted"), row, 0)
            if isinstance(thing, QWidget):
                right = Qt.AlignmentFlag.AlignRight if isinstance(thing, Switch) else Qt.AlignmentFlag(0)
                form.addWidget(thing, row, 1, right)
        form.addLayout(pixels, 2, 1)
        form.setColumnStretch(1, 1)
        file_row = QHBoxLayout()
        file_row.setSpacing(6)
        file_row.addWidget(self.path, 1)
        file_row.addWidget(self.browse)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addWidget(self.copy)
        acts.addStretch(1)
        acts.addWidget(self.save)
        side = QVBoxLayout()
        side.setSpacing(10)
        side.addLayout(form)
        side.addStretch(1)
        side.addWidget(Line(theme, "File", role="muted"))
        side.addLayout(file_row)
        side.addWidget(self.problem)
        side.addLayout(acts)
        panel = QWidget()
        panel.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        panel.setFixedWidth(look.px(theme, 310))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(self.preview, 1)
        layout.addWidget(panel)
        self.view.chosen.connect(lambda value: self._change(view=value))
        self.size_choice.chosen.connect(self._choose_size)
        self.width_field.left.connect(self._read_size)
        self.height_field.left.connect(self._read_size)
        self.ground.chosen.connect(lambda value: self._change(theme=value))
        self.title.textChanged.connect(lambda text: self._change(title=text))
        self.legend.toggled.connect(lambda on: self._change(legend=on))
        self.caption.toggled.connect(lambda on: self._change(caption=on))
        self.path.textChanged.connect(self._unconfirm)
        self.path.returnPressed.connect(self._save)
        self.browse.clicked.connect(self._browse)
        self.copy.clicked.connect(lambda: self.copy_requested.emit(self._options))
        self.save.clicked.connect(self._save)

    def _change(self, **values: Any) -> None:
        self._options = replace(self._options, **values)
        self._timer.start()

    def _choose_size(self, value: str) -> None:
        if value == "custom":
            self.width_field.setFocus(Qt.FocusReason.OtherFocusReason)
            self.width_field.selectAll()
            return
        width, height = map(int, value.split("x"))
        self._change(width=width, height=height)
        self._show_size()

    def _show_size(self) -> None:
        self.width_field.setModified(False)
        self.height_field.setModified(False)
        self.width_field.show_text(str(self._options.width))
        self.height_field.show_text(str(self._options.height))

    def _read_size(self) -> None:
        """Take a typed size, or say what would be right and keep the old one."""
        width, height = parse_count(self.width_field.text()), parse_count(self.height_field.text())
        fits = (
            width is not None
            and height is not None
            and SMALLEST[0] <= width <= LARGEST[0]
            and SMALLEST[1] <= height <= LARGEST[1]
        )
        if not fits:
            self.say(
                f"A picture is {SMALLEST[0]} × {SMALLEST[1]} to {LARGEST[0]} × {LARGEST[1]} pixels; "
                f"it stays {self._options.width} × {self._options.height}."
            )
        elif (width, height) != (self._options.width, self._options.height):
            self.say("")
            self._change(width=width, height=height)
            name = f"{width}x{height}"
            self.size_choice.set_value(name if name in {f"{w}x{h}" for w, h in SIZES} else "custom")
        self._show_size()

    def _draw(self) -> None:
        """Ask for a preview as large as its room."""
        room = self.preview.size() * self.devicePixelRatioF()
        share = min(room.width() / self._options.width, room.height() / self._options.height, 1.0)
        try:
            image = self._preview_of(replace(self._options, scale=max(share, 0.02)))
        except ValueError as problem:
            self.preview.show_image(None, str(problem))
        else:
            self.preview.show_image(image)

    def _browse(self) -> None:
        """Choose a file in Qt's own dialog; whether to replace one is asked here, in words."""
        name, _ = QFileDialog.getSaveFileName(
            self,
            "Save a picture",
            self.path.text(),
            "Pictures (*.png)",
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
        typed = self.path.text().strip()
        if not typed or typed.endswith(("/", "\\")):
            self.say("The file needs a name, such as minima.png.")
            return
        path = Path(typed).expanduser()
        if path.suffix.lower() != ".png":
            path = path.with_name(path.name + ".png")
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
            self.save_requested.emit(self._options, str(path))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Draw no more."""
        self._timer.stop()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        """Draw no more."""
        self._timer.stop()
        super().done(result)
