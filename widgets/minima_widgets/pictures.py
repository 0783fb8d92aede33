"""Pictures to paint into, and painters that always end: an exception must leave no painter open.

A painter that outlives its picture ends the process. So painters live in `with` blocks (`painting`), and
what draws on the screen stands inside a `Guard`, which hands an exception to `sys.excepthook` once, and
leaves out what could not be drawn.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from traceback import walk_tb
from types import TracebackType
from typing import TypeVar

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

__all__ = ["Guard", "blank", "guarded", "painting"]

Painted = TypeVar("Painted", bound=QWidget)


def blank(
    size: QSize, ratio: float, kind: QImage.Format = QImage.Format.Format_ARGB32_Premultiplied
) -> QImage:
    """Return an empty picture, by default a transparent one, for a rectangle of `size` logical pixels."""
    image = QImage(max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio)), kind)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image


@contextmanager
def painting(image: QImage) -> Iterator[QPainter]:
    """Give a painter with soft edges on a picture, and end it whatever happens."""
    painter = QPainter(image)
    try:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        yield painter
    finally:
        painter.end()


class Guard:
    """Keeps exceptions from leaving a `with` block; each is told to `sys.excepthook` once.

    What fails would fail in every frame, and one telling is enough. It is told when the events at hand are
    done: its hearer may open a window, which nobody should do in the middle of painting.
    """

    def __init__(self) -> None:
        self._told: set[str] = set()

    def __enter__(self) -> Guard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if kind is None or not isinstance(error, Exception):
            return False
        told = f"{kind.__name__}: {error}"
        if told not in self._told:
            self._told.add(told)
            QTimer.singleShot(0, lambda: sys.excepthook(kind, error, trace))
        return True


def guarded(paint: Callable[[Painted, QPaintEvent], None]) -> Callable[[Painted, QPaintEvent], None]:
    """Put a widget's `paintEvent` inside a guard, and end the painters that an exception left open in it.

    The exception keeps the frames in which they live, so they would outlive the event, and the process would
    end at the next one.
    """

    @wraps(paint)
    def paint_event(widget: Painted, event: QPaintEvent) -> None:
        guard: Guard | None = widget.__dict__.get("_paint_guard")
        if guard is None:
            guard = widget.__dict__["_paint_guard"] = Guard()
        with guard:
            try:
                paint(widget, event)
            except Exception as error:
                for frame, _ in walk_tb(error.__traceback__):
                    for each in frame.f_locals.values():
                        if isinstance(each, QPainter) and each.isActive():
                            each.end()
                raise

    return paint_event
