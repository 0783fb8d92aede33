"""Still pictures as files: PNG, SVG and PDF of one figure or page, each carrying the session that made it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter

from minima_core.document import Document
from minima_core.scene.page import Page
from minima_core.scene.scenes import Figure
from minima_desktop.files import png_bytes
from minima_widgets.paint import paint_figure
from minima_widgets.paint.canvas import painted, recorded
from minima_widgets.paint.dots import DOTS_PER_INCH
from minima_widgets.paint.page import paint_page
from minima_widgets.theme import Theme

__all__ = ["STILLS", "Look", "Sheet", "painter_of", "still_bytes"]

Sheet: TypeAlias = Figure | Page
"""What a picture shows: views of a race, or a page of words, tables and pictures."""
Paint: TypeAlias = Callable[[QPainter], None]


@dataclass(frozen=True)
class Look:
    """How a sheet becomes a picture, beside its size in pixels and its theme.

    Attributes
    ----------
    clear
        Whether what is behind shines through.
    unit
        How many pixels a reference pixel takes, for figures: type and lines grow with it. None: as many as
        suit the size. Pages choose their own type.
    dpi
        Dots per inch: what the size in pixels is on paper.
    """

    clear: bool = False
    unit: float | None = None
    dpi: float = DOTS_PER_INCH


PLAIN = Look()


def painter_of(
    sheet: Sheet, width: int, height: int, theme: Theme | None = None, look: Look = PLAIN
) -> Paint:
    """Returns what paints a sheet, so large, onto any device; without a theme, in the sheet's own."""
    size = QSize(width, height)
    if isinstance(sheet, Page):
        return lambda painter: paint_page(painter, sheet, size, theme, clear=look.clear)
    return lambda painter: paint_figure(painter, size, sheet, theme, clear=look.clear, unit=look.unit)


def _png(
    sheet: Sheet, width: int, height: int, theme: Theme | None, document: Document | None, look: Look
) -> bytes:
    image = painted(width, height, painter_of(sheet, width, height, theme, look), clear=look.clear)
    dots = round(look.dpi / 0.0254)
    image.setDotsPerMeterX(dots)
    image.setDotsPerMeterY(dots)
    return png_bytes(image, document)


def _svg(
    sheet: Sheet, width: int, height: int, theme: Theme | None, document: Document | None, look: Look
) -> bytes:
    from minima_widgets.paint.svg import svg_bytes

    shapes = recorded(width, height, painter_of(sheet, width, height, theme, look))
    return svg_bytes(shapes, sheet.title, _described(sheet), _carried(document), dpi=look.dpi)


def _pdf(
    sheet: Sheet, width: int, height: int, theme: Theme | None, document: Document | None, look: Look
) -> bytes:
    from minima_widgets.paint.pdf import pdf_bytes

    shapes = recorded(width, height, painter_of(sheet, width, height, theme, look))
    points = 72.0 * width / look.dpi
    return pdf_bytes(shapes, sheet.title, _described(sheet), _carried(document), width=points)


def _described(sheet: Sheet) -> str:
    return sheet.subtitle if isinstance(sheet, Page) else sheet.caption


def _carried(document: Document | None) -> bytes:
    return b"" if document is None else document.to_json()


STILLS: dict[str, Callable[[Sheet, int, int, Theme | None, Document | None, Look], bytes]] = {
    ".png": _png,
    ".svg": _svg,
    ".pdf": _pdf,
}
"""How a sheet becomes a file, by the ending of its name."""


def still_bytes(
    sheet: Sheet,
    ending: str,
    width: int,
    height: int,
    theme: Theme | None = None,
    document: Document | None = None,
    look: Look = PLAIN,
) -> bytes:
    """Draws a sheet as a file of the format that an ending such as ".svg" names.

    `width` and `height` are pixels; the same sheet gives the same bytes.

    Raises
    ------
    ValueError
        With a sentence, for an ending that names no still picture, and a size that cannot be.
    """
    write = STILLS.get(ending.lower())
    if write is None:
        raise ValueError(
            f"Still pictures are written as {', '.join(STILLS)}; "
            f"{ending or 'a name without ending'} is none of these."
        )
    return write(sheet, width, height, theme, document, look)
