"""Starts the window: one application, one window, everything slow after the first picture is on screen."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QSettings, Qt, QTemporaryDir, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

import minima_resources
from minima_core.document import Document, opening
from minima_desktop import crash
from minima_desktop.files import FileError, read_bytes, read_document
from minima_desktop.preferences import PALETTE, SIZE, THEME, USUAL_PALETTE, Preferences, system_theme

if TYPE_CHECKING:
    from minima_desktop.keeping import Beginning

    Beginner = Callable[[], Beginning]

TIMINGS = "MINIMA_TIMINGS"
"""Environment variable: when set, moments of the start are printed to standard error, for the benchmarks."""


class Alarm(QObject):
    """Brings a crash report from whatever thread to the window's."""

    raised = Signal(str)


def main() -> int:
    """The entry of the GUI script."""
    from minima_desktop.cli import main as command_line

    return command_line()


def run(file: Path | None = None, tour: Path | None = None) -> int:
    """Opens the window, on a document if one is given; returns the exit status."""
    from minima_desktop.cli import UsageError

    application = _application()
    preferences = _preferences(tour)
    talk = _talk(file)
    try:
        keeps = tour is None and TIMINGS not in os.environ
        document, begin = _begin(file if talk is None else None, preferences, keeps=keeps)
    except FileError as error:
        raise UsageError(str(error)) from None
    alarm = Alarm()
    crash.catch_everything(alarm.raised.emit)

    from minima_desktop.window import MainWindow

    window = MainWindow(document, preferences)
    window.begin = begin
    alarm.raised.connect(lambda text: _show_crash(window, text), Qt.ConnectionType.QueuedConnection)
    if TIMINGS in os.environ:
        _tell_timings(window)
    window.painted.connect(_collect_garbage)
    window.painted.connect(crash.start_log)
    window.painted.connect(window.start)
    if talk is not None:
        window.painted.connect(lambda: window.saving is not None and window.saving.open_file(talk))
    if tour is not None:
        from minima_desktop.tour import Tour

        window.resize(1600, 940)
        guide = Tour(window, tour, lambda status: _leave(window, application, status))
        window.painted.connect(guide.begin)
    elif file is None and document.exploration == opening().exploration and TIMINGS not in os.environ:
        # Only the program that a person starts shows the tour: no picture, no test and no benchmark does.
        window.painted.connect(window.commands.touring.begin_once)
    window.show()
    # Where no window manager gives the keyboard to new windows, the window takes it.
    window.activateWindow()
    status = application.exec()
    window.close()
    window.deleteLater()
    return status


def _talk(file: Path | None) -> Path | None:
    """The file, if it is a talk: it is opened in the window, beside what is there."""
    if file is None or not file.is_file():
        return None
    from minima_desktop.talk_reading import holds_talk, read_talk

    try:
        if not holds_talk(read_bytes(file)):
            return None
        read_talk(file)
    except FileError as error:
        from minima_desktop.cli import UsageError

        raise UsageError(str(error)) from None
    return file.absolute()


def _preferences(tour: Path | None) -> Preferences:
    """What is remembered of the person; a tour remembers nothing and is the same everywhere."""
    if tour is None:
        return Preferences()
    forgotten = QTemporaryDir()
    preferences = Preferences(QSettings(forgotten.filePath("tour.ini"), QSettings.Format.IniFormat))
    preferences.keep("theme", "dark")
    return preferences


def _application() -> QApplication:
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Minima Desktop")
    application.setOrganizationName("Minima")
    application.setDesktopFileName("minima-desktop")
    application.setStyle("Fusion")
    pixmap = QPixmap()
    pixmap.loadFromData(minima_resources.data("icons/minima.svg"))
    application.setWindowIcon(QIcon(pixmap))
    return application


def _begin(file: Path | None, preferences: Preferences, *, keeps: bool) -> tuple[Document, Beginner]:
    """What the window opens on, and what says afterwards how it began.

    What was left behind unsaved goes before all else. Where nothing was, nothing is loaded for it until the
    first picture is on screen.
    """
    file = None if file is None else file.absolute()
    # The file is read in any case: what cannot be read is said.
    document = _document(file, preferences)
    folder = _records() if keeps else None
    keeper = found = None
    if folder is not None and any(folder.glob("*.json")):
        from minima_desktop.keeping import Keeper

        keeper = Keeper(folder)
        found = keeper.resume(file)
        document = document if found is None else found.now.document

    def beginning() -> Beginning:
        from minima_desktop.keeping import Beginning, Keeper

        return Beginning(file, keeper or (None if folder is None else Keeper(folder)), found)

    return document, beginning


def _records() -> Path:
    """The folder where what is not saved is kept."""
    from platformdirs import user_state_path

    return Path(user_state_path("minima-desktop", appauthor=False)) / "open"


def _document(file: Path | None, preferences: Preferences) -> Document:
    """The document of the file, or the opening one in the theme that was used last."""
    import msgspec

    from minima_widgets.theme import Theme

    if file is not None:
        return read_document(file)
    document = opening()
    theme = preferences.text(THEME, "", ("dark", "light")) or system_theme()
    size = preferences.number(SIZE, document.view.type_size, 7.0, 22.0)
    palette = preferences.text(PALETTE, USUAL_PALETTE, Theme.load(theme, size).palettes)
    view = msgspec.structs.replace(document.view, theme=theme, type_size=size, palette=palette)
    return Document(document.version, document.exploration, view)


def _leave(window: QObject, application: QApplication, status: int) -> None:
    QTimer.singleShot(0, lambda: application.exit(status))


def _collect_garbage() -> None:
    """Lets Python look for garbage again, but not among what has been loaded so far."""
    gc.freeze()
    gc.enable()


def _show_crash(window: object, text: str) -> None:
    from minima_desktop.sheets import CrashSheet
    from minima_desktop.window import MainWindow

    assert isinstance(window, MainWindow)
    # One sheet at a time: what fails in every frame would bury the window; the log has all of it.
    if not window.findChildren(CrashSheet):
        CrashSheet(window, window.deck.theme, text).open()


def _tell_timings(window: object) -> None:
    """Prints when the first picture was painted, when events are answered, and when the race has moved."""
    from minima_desktop.window import MainWindow

    assert isinstance(window, MainWindow)

    def tell(what: str) -> None:
        print(f"timing {what} {time.monotonic():.4f}", file=sys.stderr, flush=True)

    def watch() -> None:
        if window.moved:
            timer.stop()
            tell("race-moves")

    timer = QTimer(window)
    timer.setInterval(4)
    timer.timeout.connect(watch)
    window.painted.connect(lambda: tell("first-paint"))
    window.painted.connect(lambda: QTimer.singleShot(0, lambda: tell("answers")))
    window.painted.connect(timer.start)
