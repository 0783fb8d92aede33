"""Something to paint on, without a display: an image, or a recording of shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage, QPainter

from minima_widgets.fonts import application, load_fonts
from minima_widgets.paint.dots import DOTS_PER_INCH

__all__ = ["LARGEST", "painted", "recorded"]

if TYPE_CHECKING:
    from minima_widgets.paint.recording import Recording

LARGEST = (7680, 4320)
"""The largest picture in pixels."""


def painted(width: int, height: int, paint: Callable[[QPainter], None], *, clear: bool = False) -> QImage:
    """Return an image of width × height pixels that a function has painted.

    Parameters
    ----------
    clear
        Whether the ground shines through where nothing is painted.

    Raises
    ------
    ValueError
        When the size is out of range; the sentence says the range.
    """
    _prepare(width, height)
    kinds = QImage.Format
    image = QImage(
        int(width), int(height), kinds.Format_ARGB32_Premultiplied if clear else kinds.Format_RGB32
    )
    if clear:
        image.fill(0)
    image.setDotsPerMeterX(round(DOTS_PER_INCH / 0.0254))
    image.setDotsPerMeterY(round(DOTS_PER_INCH / 0.0254))
    _paint(image, paint)
    return image


def recorded(width: int, height: int, paint: Callable[[QPainter], None]) -> Recording:
    """Return the shapes that a function has painted, in width × height pixels; see `painted`."""
    _prepare(width, height)
    from minima_widgets.paint.recording import Recording

    recording = Recording(int(width), int(height))
    _paint(recording, paint)
    return recording


def _prepare(width: int, height: int) -> None:
    if min(width, height) < 16 or max(width, height) > LARGEST[0] or min(width, height) > LARGEST[1]:
        raise ValueError(
            f"A picture of {width} × {height} pixels cannot be made; sizes go from 16 × 16 to "
            f"{LARGEST[0]} × {LARGEST[1]}."
        )
    application()
    load_fonts()


def _paint(device: QImage | Recording, paint: Callable[[QPainter], None]) -> None:
    painter = QPainter(device)
    try:
        paint(painter)
    finally:
        painter.end()
