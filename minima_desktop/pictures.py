"""Pictures of what is on screen: the dialog, saving, and the clipboard.

They are drawn again by the painter of figures from the same scenes, at any size; nothing is grabbed from the
screen.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
from PySide6.QtGui import QGuiApplication, QImage

from minima_core.document import Document
from minima_core.scene import Legend, figure
from minima_desktop.files import FileError, png_bytes, write_whole
from minima_desktop.hub import Hub
from minima_widgets.paint import render_image, render_page
from minima_widgets.panels.picture_dialog import VIEWS, PictureDialog, PictureOptions
from minima_widgets.theme import Theme

CLIPBOARD_SIZE = (1920, 1080)
ONE_VARIABLE_VIEWS = (("map", "Profile"), ("trace", "Loss"), ("all", "Everything"))


class Pictures:
    """What the window does with pictures."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._dialog: PictureDialog | None = None

    def open(self, view: str = "") -> None:
        """Opens the dialog, at a view if one is named; it stays open beside the race, which goes on."""
        hub = self._hub
        options = PictureOptions.from_dict(hub.preferences.values("picture/options"))
        if view:
            options = replace(options, view=view)
        options = replace(options, title=hub.session.view.title or hub.session.landscape.title)
        folder = hub.preferences.values("picture/folder").get("path", "")
        first = ONE_VARIABLE_VIEWS if hub.session.landscape.dimension == 1 else VIEWS
        views = (*first, *self._known_views())
        if options.view not in dict(views):
            options = replace(options, view=PictureOptions().view)
        dialog = PictureDialog(
            hub.deck.theme,
            self.preview,
            options,
            folder=folder if isinstance(folder, str) and Path(folder).is_dir() else "",
            file_name=self.suggested_file(),
            parent=hub.deck,
            views=views,
        )
        dialog.save_requested.connect(self._save)
        dialog.copy_requested.connect(self._to_clipboard)
        dialog.finished.connect(self._closed)
        self._dialog = dialog
        dialog.open()

    def _known_views(self) -> tuple[tuple[str, str], ...]:
        """What else can be drawn, of what has been found out."""
        findings, land = self._hub.projector.findings, self._hub.session.landscape
        known = (
            ("basins", "Basins", findings.basins is not None),
            ("tree", "Barrier tree", findings.tree is not None),
            ("settings", "Map of settings", findings.settings is not None),
            ("data", "Data", land.examples is not None),
            ("study", "Study", findings.study is not None),
        )
        found = [(name, title) for name, title, there in known if there]
        pages = self._hub.pages.items()
        return (*found, *((name, title) for name, (title, make) in pages if make("light", "") is not None))

    def preview(self, options: PictureOptions) -> QImage:
        """The picture in small; a `ValueError` with a sentence when it cannot be."""
        width = max(64, round(options.width * options.scale))
        height = max(48, round(options.height * options.scale))
        return self.draw(options, width, height)[0]

    def draw(self, options: PictureOptions, width: int, height: int) -> tuple[QImage, Document]:
        """The picture at a size, and the document that makes it again."""
        hub = self._hub
        session = hub.session
        theme = session.view.theme if options.theme == "screen" else options.theme
        if options.view in hub.pages:
            return self._draw_page(options, theme, width, height)
        view = msgspec.structs.replace(
            session.view, theme=theme, layout=options.view, title=options.title, step=hub.player.step
        )
        document = Document(session.document.version, session.exploration, view)
        projector = hub.projector
        made = figure(
            document,
            projector.tracks,
            projector.judged(),
            hub.player.step,
            aspect=width / height,
            findings=projector.findings,
            opened=projector.insider.shown(projector.tracks, hub.player.step),
        )
        made = replace(
            made,
            title=options.title or made.title,
            legend=made.legend if options.legend else Legend(),
            caption=made.caption if options.caption else "",
        )
        whole = (options.width, options.height)
        return render_image(made, width, height, Theme.load(theme), of=whole), document

    def _draw_page(
        self, options: PictureOptions, theme: str, width: int, height: int
    ) -> tuple[QImage, Document]:
        """A one-page picture, and the document as it is."""
        hub = self._hub
        title, make = hub.pages[options.view]
        own = "" if options.title == hub.session.landscape.title else options.title
        page = make(theme, own)
        if page is None:
            raise ValueError(f"The page “{title}” cannot be drawn now: what it shows is being worked out.")
        whole = (options.width, options.height)
        return render_page(page, width, height, theme, of=whole), hub.session.document

    def copy(self) -> None:
        """Copies the picture of all views to the clipboard."""
        options = PictureOptions.from_dict(self._hub.preferences.values("picture/options"))
        width, height = CLIPBOARD_SIZE
        self._to_clipboard(PictureOptions(view="all", theme=options.theme, width=width, height=height))

    def _to_clipboard(self, options: PictureOptions) -> None:
        width, height = options.width, options.height
        try:
            image, _ = self.draw(options, width, height)
        except (ValueError, MemoryError) as error:
            self._hub.deck.toast.say(
                str(error) or "There is not enough memory for this picture.", problem=True
            )
            return
        QGuiApplication.clipboard().setImage(image)
        self._hub.deck.toast.say(f"Copied: a picture of {width} × {height}.", seconds=3)

    def _save(self, options: PictureOptions, path: str) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        target = Path(path).expanduser()
        if not target.suffix:
            target = target.with_suffix(".png")
        try:
            if target.suffix.lower() != ".png":
                raise FileError(
                    f"Pictures are written as PNG; the name must end in .png, not {target.suffix}."
                )
            image, document = self.draw(options, options.width, options.height)
            write_whole(target, png_bytes(image, document), overwrite=True)
        except MemoryError:
            dialog.say("There is not enough memory for a picture of this size; try a smaller one.")
            return
        except (FileError, ValueError) as error:
            dialog.say(str(error))
            return
        dialog.done_saving()
        self._hub.deck.toast.say(f"Saved as {target.name}, {options.width} × {options.height}.")

    def _closed(self) -> None:
        if self._dialog is not None:
            preferences = self._hub.preferences
            preferences.keep("picture/options", self._dialog.options().to_dict())
            preferences.keep("picture/folder", {"path": self._dialog.folder()})
            self._dialog.deleteLater()
            self._dialog = None

    def suggested_file(self) -> str:
        """A name for a picture of what is on screen."""
        return f"{self._hub.session.landscape.name or 'landscape'}.png"
