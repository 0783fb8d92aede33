"""What happens when something unexpected goes wrong: a log file, and a dialog that one can copy from.

Never a silent end: exceptions in slots, in threads and in Qt itself arrive here. The program goes on where
it can; the document is untouched.
"""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from minima_desktop import __version__

log = logging.getLogger("minima_desktop")

LOG_BYTES = 512 * 1024


def start_log(folder: Path | None = None) -> Path | None:
    """Starts the log file; None where no folder can be written, and then standard error has to do."""
    from logging.handlers import RotatingFileHandler

    from platformdirs import user_log_path

    folder = folder or user_log_path("minima-desktop", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "minima-desktop.log"
        handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True)
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return path


def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """The text that a person can send to those who can mend it."""
    import numpy
    from PySide6 import __version__ as qt_version

    about = (
        f"Minima Desktop {__version__}, Python {platform.python_version()}, PySide6 {qt_version}, "
        f"numpy {numpy.__version__}, {platform.platform()}"
    )
    return about + "\n\n" + "".join(traceback.format_exception(kind, error, trace))


def catch_everything(show: Callable[[str], None]) -> None:
    """Sends every unexpected exception, of any thread, to the log and to `show`.

    `show` is called with the report on the thread where it happened; handing it to the window's thread is
    its own affair.
    """
    busy = threading.local()

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("Unexpected.", exc_info=(kind, error, trace))
        sys.__excepthook__(kind, error, trace)
        if getattr(busy, "showing", False):
            return
        busy.showing = True
        try:
            show(report(kind, error, trace))
        finally:
            busy.showing = False

    def thread_hook(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            hook(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    sys.excepthook = hook
    threading.excepthook = thread_hook
