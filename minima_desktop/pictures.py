"""Pictures of what is on screen: the dialog, saving, and the clipboard.

They are drawn again by the painter of figures from the same scenes, at any size; nothing is grabbed from the
screen. What is needed of the race is taken in one moment; drawing goes on beside the window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QByteArray, QMimeData, QTimer
from PySide6.QtGui import QGuiApplication, QImage

from minima_core.document import Document
from minima_core.scene import Findings, Opened, Track
from minima_core.scene.figures import figure
from minima_core.scene.legend import Verdicts
from minima_desktop.analyst import Analyst, Answer, Desk
from minima_desktop.export.parts import plain, reduced, with_heights
from minima_desktop.export.strips import ONE, Plan, drawn, grid_plan, strip_plan, to_run
from minima_desktop.files import FileError, write_whole
from minima_desktop.hub import Hub
from minima_widgets.panels.picture_options import PictureOptions
from minima_widgets.theme import Theme

if TYPE_CHECKING:
    from minima_desktop.export.stills import Sheet
    from minima_desktop.filming import Filming
    from minima_widgets.panels.picture_dialog import FormValues, PictureDialog

CLIPBOARD_SIZE = (1920, 1080)
ONE_VARIABLE_VIEWS = (("map", "Profile"), ("trace", "Loss"), ("all", "Everything"))
POLL_MILLISECONDS = 15
LANES = {"preview": "preview", "file": "picture", "copy": "picture"}
SVG_TYPE = "image/svg+xml"
MEMORY = "There is not enough memory for a picture of this size; try a smaller one."


@dataclass(frozen=True)
class Shot:
    """What is needed to draw a picture, taken in one moment: the race may go on meanwhile.

    Attributes
    ----------
    document
        What the picture carries.
    page
        A page, where the picture is one.
    """

    options: PictureOptions
    document: Document
    step: int
    tracks: dict[tuple[int, int], Track]
    verdicts: Verdicts
    findings: Findings
    opened: Opened | None
    page: Any = None

    @property
    def theme(self) -> str:
        """The name of its theme."""
        return self.document.view.theme if self.options.theme == "screen" else self.options.theme


class Pictures:
    """What the window does with pictures."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._dialog: PictureDialog | None = None
        self._analyst: Analyst | None = None
        self._runs: tuple[object, Any] | None = None
        self._asked = 0
        self._waiting: dict[str, tuple[int, Callable[[Answer], None]]] = {}
        self._filming: Filming | None = None
        self._timer = QTimer()
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self._poll)

    def close(self, patience: float = 20.0) -> bool:
        """End all work; true if it ended in time."""
        if self._filming is not None:
            self._filming.close()
        self._timer.stop()
        self._waiting.clear()
        analyst, self._analyst = self._analyst, None
        return analyst is None or analyst.close(patience)

    # -- the dialog ----------------------------------------------------------------------------------------

    def open(self, view: str = "") -> None:
        """Opens the dialog, at a view if one is named; it stays open beside the race, which goes on."""
        from minima_widgets.panels.picture_dialog import PictureDialog

        hub = self._hub
        options = PictureOptions.from_dict(hub.preferences.values("picture/options"))
        values = self._form_values()
        if view:
            options = replace(options, view=view, arrange="one")
        if options.view not in dict(values.views):
            options = replace(options, view=PictureOptions().view)
        options = replace(options, title=hub.session.view.title or hub.session.landscape.title)
        folder = hub.preferences.values("picture/folder").get("path", "")
        dialog = PictureDialog(
            hub.deck.theme,
            options,
            folder=folder if isinstance(folder, str) and Path(folder).is_dir() else "",
            file_name=self.suggested_file(),
            values=values,
            parent=hub.deck,
        )
        dialog.preview_wanted.connect(self._preview)
        dialog.save_requested.connect(self._save)
        dialog.copy_requested.connect(self._to_clipboard)
        dialog.stop_requested.connect(self._stop)
        dialog.finished.connect(self._closed)
        self._films().join(dialog)
        self._dialog = dialog
        dialog.open()

    def _films(self) -> Filming:
        """What makes films, from when it is first needed."""
        from minima_desktop.filming import Filming

        if self._filming is None:
            self._filming = Filming(self._hub)
        return self._filming

    def _form_values(self) -> FormValues:
        """What there is to choose from in the dialog."""
        from minima_core.scene.strips import settings_for_grids, usual_steps, usual_values
        from minima_widgets.panels.numbers import format_number
        from minima_widgets.panels.picture_dialog import VIEWS
        from minima_widgets.panels.picture_form import FormValues

        hub = self._hub
        document = hub.session.document
        exploration, view = document.exploration, document.view
        first = ONE_VARIABLE_VIEWS if hub.session.landscape.dimension == 1 else VIEWS
        inside = [entry for entry in exploration.entries if entry.enabled]
        inside.sort(key=lambda entry: entry.id != view.selected)
        settings: dict[str, tuple[str, str, str]] = {}
        for entry in inside:
            for each in settings_for_grids(entry):
                if each.name not in settings:
                    usual = ", ".join(
                        format_number(value) for value in usual_values(document, each.name)
                    ).replace("−", "-")
                    title = f"{each.name.replace('_', ' ')}: {each.meaning}"
                    settings[each.name] = (each.name, title[:60], usual)
        steps = usual_steps(max(min(hub.player.step, exploration.steps), 1))
        shown = {name for name, on in (("basins", view.insight.overlay != "none"),) if on}
        if view.insides.on:
            shown.add("insides")
        pages = self._pages()
        return FormValues(
            views=(*first, *self._known_views()),
            pages=frozenset((*(name for name, _ in pages), "study")),
            settings=tuple(settings.values()),
            steps=", ".join(map(str, steps)),
            shown=frozenset(shown),
        )

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
        return (*found, *self._pages())

    def _pages(self) -> tuple[tuple[str, str], ...]:
        """The one-page pictures that can be drawn now."""
        pages = self._hub.pages.items()
        return tuple((name, title) for name, (title, make) in pages if make("light", "") is not None)

    def suggested_file(self) -> str:
        """A name for a picture of what is on screen."""
        return f"{self._hub.session.landscape.name or 'landscape'}.png"

    # -- what is drawn -------------------------------------------------------------------------------------

    def draw(self, options: PictureOptions, width: int, height: int) -> tuple[QImage, Document]:
        """The picture in so many pixels, laid out for its own size, and the document that makes it again."""
        shot = self._shot(options)
        return self._image(shot, width, height), shot.document

    def _shot(self, options: PictureOptions) -> Shot:
        """Takes from the window what a picture needs; a `ValueError` with a sentence when there is none."""
        hub = self._hub
        session, projector, step = hub.session, hub.projector, hub.player.step
        theme = session.view.theme if options.theme == "screen" else options.theme
        if options.view in hub.pages:
            title, make = hub.pages[options.view]
            own = "" if options.title == session.landscape.title else options.title
            page = make(theme, own)
            if page is None:
                raise ValueError(
                    f"The page “{title}” cannot be drawn now: what it shows is being worked out."
                )
            return Shot(options, session.document, step, {}, {}, Findings(), None, page)
        view = msgspec.structs.replace(
            session.view, theme=theme, layout=options.view, title=options.title, step=step
        )
        document = Document(session.document.version, session.exploration, view)
        tracks = {}
        for key, track in projector.tracks.items():
            tracks[key] = copied = Track(track.lower, track.upper)
            if track.record is not None:
                copied.extend(track.record)
        opened = projector.insider.shown(projector.tracks, step)
        return Shot(options, document, step, tracks, dict(projector.judged()), projector.findings, opened)

    def _sheet(self, shot: Shot) -> Sheet:
        """The sheet of a picture; may be called beside the window."""
        if shot.page is not None:
            return shot.page
        options = shot.options
        document = plain(shot.document, options.without)
        aspect = options.size.aspect
        if options.arrange == "one":
            made = figure(
                document,
                shot.tracks,
                shot.verdicts,
                shot.step,
                aspect=aspect,
                findings=shot.findings,
                opened=shot.opened if options.insides else None,
            )
        else:
            made = self._many(shot, document, _plan(options), aspect)
        made = reduced(replace(made, title=options.title or made.title), options.without)
        return with_heights(made) if options.heights else made

    def _many(self, shot: Shot, document: Document, plan: Plan, aspect: float) -> Any:
        """A filmstrip or a grid: its runs are made anew, bit by bit the same, and kept for the next one."""
        from minima_desktop.wanted import run_all

        prepared, plan = to_run(document, plan)
        key = prepared.exploration, prepared.view.step
        kept = self._runs
        if kept is None or kept[0] != key:
            kept = self._runs = (key, run_all(prepared))
        runs, marks = kept[1]
        return drawn(prepared, plan, runs, aspect=aspect, findings=shot.findings, marks=marks)

    def _image(self, shot: Shot, width: int, height: int, sheet: Sheet | None = None) -> QImage:
        """The picture as an image of so many pixels."""
        from minima_desktop.export.stills import painter_of
        from minima_widgets.paint.canvas import painted

        whole = shot.options.size.pixels
        look = _look(shot.options)
        paint = painter_of(sheet or self._sheet(shot), *whole, Theme.load(shot.theme), look)

        def scaled(painter: Any) -> None:
            painter.scale(width / whole[0], height / whole[1])
            paint(painter)

        return painted(width, height, scaled, clear=look.clear)

    # -- work beside the window ----------------------------------------------------------------------------

    def _ask(self, topic: str, work: Callable[[Desk], Iterable[Any]], then: Callable[[Answer], None]) -> None:
        if self._analyst is None:
            self._analyst = Analyst(LANES)
        self._asked += 1
        self._waiting[topic] = (self._asked, then)
        self._analyst.ask(topic, self._asked, work)
        self._timer.start()

    def _poll(self) -> None:
        """Hands on what is ready."""
        for topic, (key, then) in list(self._waiting.items()):
            answer = None if self._analyst is None else self._analyst.answer(topic)
            if answer is not None and answer.key == key and answer.final:
                del self._waiting[topic]
                then(answer)
        self._rest()

    def _rest(self) -> None:
        """Ends the threads when nobody needs them any longer."""
        if self._waiting:
            return
        self._timer.stop()
        if self._dialog is None and self._analyst is not None:
            self._analyst.close(0.0)
            self._analyst = None

    def _stop(self) -> None:
        """Gives up what is being made; a file is written whole or not at all."""
        if self._filming is not None and self._filming.stop():
            return
        for topic in ("file", "copy"):
            if self._waiting.pop(topic, None) is not None and self._analyst is not None:
                self._analyst.drop(topic)
        if self._dialog is not None:
            self._dialog.say("")

    def _preview(self, options: PictureOptions) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        try:
            shot = self._shot(options)
        except ValueError as error:
            dialog.show_preview(None, str(error))
            return
        whole = options.size.pixels
        width, height = (max(48, round(side * options.scale)) for side in whole)

        def work(_desk: Desk) -> Iterator[QImage]:
            yield self._image(shot, width, height)

        def then(answer: Answer) -> None:
            if self._dialog is not None:
                self._dialog.show_preview(None if answer.failure else answer.value, answer.failure)

        self._ask("preview", work, then)

    # -- saving --------------------------------------------------------------------------------------------

    def _save(self, options: PictureOptions, path: str) -> None:
        from minima_desktop.export.stills import still_bytes

        dialog, target = self._dialog, Path(path).expanduser()
        if dialog is None:
            return
        try:
            shot = self._shot(options)
        except ValueError as error:
            dialog.say(str(error))
            return
        if self._save_film(shot, target):
            return
        width, height = options.size.pixels

        def work(desk: Desk) -> Iterator[str]:
            try:
                sheet = self._sheet(shot)
                look, theme = _look(options), Theme.load(shot.theme)
                data = still_bytes(sheet, target.suffix, width, height, theme, shot.document, look)
                if not desk.cancelled():
                    write_whole(target, data, overwrite=True)
            except MemoryError:
                raise ValueError(MEMORY) from None
            except FileError as error:
                raise ValueError(str(error)) from None
            yield target.name

        def then(answer: Answer) -> None:
            open_dialog = self._dialog
            if answer.failure:
                if open_dialog is not None:
                    open_dialog.say(answer.failure)
                return
            if open_dialog is not None:
                open_dialog.done_saving()
            self._hub.deck.toast.say(f"Saved as {target.name}, {options.size.words}.")

        dialog.begin_saving(f"Drawing {target.name} …")
        self._ask("file", work, then)

    def _save_film(self, shot: Shot, target: Path) -> bool:
        """Begins to make a film, if the name is that of one."""
        from minima_desktop.filming import is_film

        dialog = self._dialog
        if dialog is None or not is_film(target):
            return False
        if shot.page is not None:
            dialog.say("A page stands still; choose PNG, SVG or PDF for it.")
            return True

        def report(sentence: str, share: float) -> None:
            if self._dialog is not None:
                self._dialog.report(sentence, share)

        def done(sentence: str) -> None:
            if self._dialog is not None:
                self._dialog.done_saving()
            self._hub.deck.toast.say(sentence)

        def fail(sentence: str) -> None:
            if self._dialog is not None:
                self._dialog.say(sentence)

        dialog.begin_saving(f"Filming {target.name} …")
        self._films().save(shot.document, shot.options, target, report=report, done=done, fail=fail)
        return True

    def copy(self) -> None:
        """Copies the picture of all views to the clipboard."""
        options = PictureOptions.from_dict(self._hub.preferences.values("picture/options"))
        width, height = CLIPBOARD_SIZE
        title = self._hub.session.view.title or self._hub.session.landscape.title
        self._to_clipboard(
            PictureOptions(view="all", theme=options.theme, width=width, height=height, title=title)
        )

    def _to_clipboard(self, options: PictureOptions) -> None:
        """Puts the picture on the clipboard, as pixels and as shapes."""
        from minima_desktop.export.stills import still_bytes

        dialog = self._dialog
        try:
            shot = self._shot(options)
        except ValueError as error:
            self._hub.deck.toast.say(str(error), problem=True)
            return
        width, height = options.size.pixels

        def work(_desk: Desk) -> Iterator[tuple[QImage, bytes]]:
            try:
                sheet = self._sheet(shot)
                image = self._image(shot, width, height, sheet)
                theme = Theme.load(shot.theme)
                shapes = still_bytes(sheet, ".svg", width, height, theme, shot.document, _look(options))
            except MemoryError:
                raise ValueError(MEMORY) from None
            yield image, shapes

        def then(answer: Answer) -> None:
            if self._dialog is not None:
                self._dialog.done_copying()
            if answer.failure:
                self._hub.deck.toast.say(answer.failure, problem=True)
                return
            image, shapes = answer.value
            held = QMimeData()
            held.setImageData(image)
            held.setData(SVG_TYPE, QByteArray(shapes))
            QGuiApplication.clipboard().setMimeData(held)
            self._hub.deck.toast.say(
                f"Copied: a picture of {width} × {height}, and the same as SVG.", seconds=3
            )

        if dialog is not None:
            dialog.begin_saving("Drawing the picture …")
        self._ask("copy", work, then)

    def _closed(self) -> None:
        if self._dialog is not None:
            preferences = self._hub.preferences
            preferences.keep("picture/options", self._dialog.options().to_dict())
            preferences.keep("picture/folder", {"path": self._dialog.folder()})
            self._films().leave()
            self._dialog.deleteLater()
            self._dialog = None
        self._waiting.pop("preview", None)
        self._runs = None
        self._rest()


def _plan(options: PictureOptions) -> Plan:
    """How the race is laid out; a `ValueError` with a sentence for what was typed wrongly."""
    if options.arrange == "strip":
        return strip_plan(options.steps)
    if options.arrange == "methods":
        return Plan("methods")
    if options.arrange == "setting":
        return grid_plan(f"{options.setting}={options.values}")
    return ONE


def _look(options: PictureOptions) -> Any:
    from minima_desktop.export.stills import Look

    size = options.size
    return Look(clear=options.clear, unit=size.unit, dpi=size.dpi)
