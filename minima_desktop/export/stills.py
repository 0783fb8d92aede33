"""Still pictures as files: PNG, SVG and PDF of one figure or page, each carrying the session that made it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter

from minima_core.document import Document
from minima_core.scene.page import Page
from minima_core.scene.scenes import Figure
from minima_desktop.files import png_bytes
from minima_widgets.paint import paint_figure, paint_page
from minima_widgets.paint.canvas import painted, recorded
from minima_widgets.theme import Theme

__all__ = ["STILLS", "Sheet", "painter_of", "still_bytes"]

Sheet: TypeAlias = Figure | Page
"""What a picture shows: views of a race, or a page of words, tables and pictures."""
Paint: TypeAlias = Callable[[QPainter], None]


def painter_of(sheet: Sheet, width: int, height: int, theme: Theme | None = None) -> Paint:
    """Returns what paints a sheet, so large, onto any device; without a theme, in the sheet's own."""
    size = QSize(width, height)
    if isinstance(sheet, Page):
        return lambda painter: paint_page(painter, sheet, size, theme)
    return lambda painter: paint_figure(painter, size, sheet, theme)


def _png(sheet: Sheet, width: int, height: int, theme: Theme | None, document: Document | None) -> bytes:
    return png_bytes(painted(width, height, painter_of(sheet, width, height, theme)), document)


def _svg(sheet: Sheet, width: int, height: int, theme: Theme | None, document: Document | None) -> bytes:
    from minima_widgets.paint.svg import svg_bytes

    shapes = recorded(width, height, painter_of(sheet, width, height, theme))
    return svg_bytes(shapes, sheet.title, _described(sheet), _carried(document))


def _pdf(sheet: Sheet, width: int, height: int, theme: Theme | None, document: Document | None) -> bytes:
    from minima_widgets.paint.pdf import pdf_bytes

    shapes = recorded(width, height, painter_of(sheet, width, height, theme))
    return pdf_bytes(shapes, sheet.title, _described(sheet), _carried(document))


def _described(sheet: Sheet) -> str:
    return sheet.subtitle if isinstance(sheet, Page) else sheet.caption


def _carried(document: Document | None) -> bytes:
    return b"" if document is None else document.to_json()


STILLS: dict[str, Callable[[Sheet, int, int, Theme | None, Document | None], bytes]] = {
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
) -> bytes:
    """Draws a sheet as a file of the format that an ending such as ".svg" names.

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
    return write(sheet, width, height, theme, document)
