"""What stands still between the pictures of a film: layers kept as pixels, and what is dear to make.

A layer is everything that was painted so far inside a rectangle. It is kept when its painting is done, and
put back as it was, pixel by pixel, as long as its key stays: what is painted over it afterwards meets the
same pixels as if all had been painted anew, and the picture is the same to the bit.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from minima_core.scene.marks import Mark, Path
from minima_core.scene.scenes import Figure
from minima_widgets.paint.words import Placed

__all__ = ["Kept", "Shot", "marks_key"]

T = TypeVar("T")


class Kept:
    """The layers and things of one film; not for several threads at once.

    `words` has where the words of each view stood in the picture that was painted first: there they stay, on
    the same side of what they name, so that nothing jumps. A film paints its last picture first.

    Examples
    --------
    >>> kept = Kept()
    >>> kept.made("ground", 1, lambda: "made"), kept.made("ground", 1, lambda: "made again")
    ('made', 'made')
    """

    def __init__(self) -> None:
        self.words: dict[str, Sequence[Placed]] = {}
        self._layers: dict[str, tuple[Hashable, QImage]] = {}
        self._things: dict[str, tuple[Hashable, Any]] = {}
        self._coming: dict[str, tuple[Hashable, Future[Any]]] = {}
        self._pool: ThreadPoolExecutor | None = None

    def layer(
        self, painter: QPainter, name: str, rect: QRectF, key: Hashable, paint: Callable[[], None]
    ) -> None:
        """Paint a layer inside `rect` (in the painter's units), or put it back as it was painted before.

        `key` must say everything that the pixels inside `rect` depend on, what lies below included. On a
        device that has no pixels the layer is painted.
        """
        image = painter.device()
        if not isinstance(image, QImage):
            paint()
            return
        place = painter.combinedTransform().mapRect(rect).toAlignedRect().intersected(image.rect())
        whole = (key, place.getRect(), image.size().toTuple(), image.format())
        before = self._layers.get(name)
        if before is None or before[0] != whole:
            paint()
            self._layers[name] = whole, image.copy(place)
            return
        put_back(painter, place, before[1])

    def made(self, name: str, key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` made last for this name, or let it make it anew when the key has changed."""
        before = self._things.get(name)
        if before is None or before[0] != key:
            coming = self._coming.pop(name, None)
            before = key, coming[1].result() if coming is not None and coming[0] == key else make()
            self._things[name] = before
        thing: T = before[1]
        return thing

    def ahead(self, name: str, key: Hashable, make: Callable[[], object]) -> None:
        """Begin to make in another thread what `made` will ask for next."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="minima-ahead")
        self._coming[name] = key, self._pool.submit(make)

    def close(self) -> None:
        """Let go of everything; what is being made ahead ends first."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
        self.words.clear()
        self._layers.clear()
        self._things.clear()
        self._coming.clear()


def put_back(painter: QPainter, place: QRect, pixels: QImage) -> None:
    """Copy pixels onto those of the device, whatever the painter's units."""
    painter.save()
    painter.resetTransform()
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.drawImage(place.topLeft(), pixels)
    painter.restore()


@dataclass(frozen=True)
class Shot:
    """How a figure is painted as one picture of a film.

    Attributes
    ----------
    kept
        What stands still from picture to picture.
    ample
        The figure whose words take the most room: all pictures are laid out for it, so that nothing moves
        aside when a number gets longer. None: each for its own.
    turn
        Degrees by which the camera of surfaces has gone round.
    next_turn
        The same of the next picture, so that its relief can be drawn meanwhile; None: nobody knows.
    samples
        Samples across a pixel of a relief; None: as for a still.
    """

    kept: Kept = field(default_factory=Kept)
    ample: Figure | None = None
    turn: float = 0.0
    next_turn: float | None = None
    samples: int | None = None


def marks_key(marks: Iterable[Mark]) -> Hashable:
    """Return what changes when any of some marks does."""
    return tuple(
        (mark.key, mark.epoch, mark.upto) if isinstance(mark, Path) else (mark.key, mark.revision)
        for mark in marks
    )
