"""Draws a page (title, words, tables, bars, pictures) at any size, on any device, without a display.

The type is as large as lets everything fit, within what can be read; where even the smallest is too large,
lists and paragraphs are shortened and say so. The same page gives the same bytes.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter

from minima_core.scene.page import Page
from minima_widgets.paint.canvas import painted
from minima_widgets.paint.figure import figure_unit
from minima_widgets.paint.page_layout import Laid, lay_out
from minima_widgets.paint.page_visuals import VisualPiece
from minima_widgets.paint.page_words import broken, draw_lines, line_of
from minima_widgets.theme import Theme

__all__ = ["paint_page", "render_page"]

MARGIN = 30.0
TITLE, SUBTITLE, SMALL = 17.5, 11.0, 8.25
MOST_TITLE, MOST_SMALL = 3, 3
"""Most lines of the title (and of the subtitle), and of the small print."""


def render_page(
    page: Page,
    width: int,
    height: int,
    theme: Theme | str | None = None,
    *,
    of: tuple[int, int] | None = None,
) -> QImage:
    """Draw a page as an image of width × height pixels; no display is needed.

    Parameters
    ----------
    page
        What stands on it.
    width, height
        From 16 × 16 to 7680 × 4320 pixels (or the other way round).
    theme
        A theme or its name; None: the page's own. Its type size does not matter: the page chooses.
    of
        Width and height of the page that this one is a small copy of, as a preview is: it is laid out for
        that size. None: for its own.

    Raises
    ------
    ValueError
        When the size is out of range; the sentence says the range.
    """
    size = QSize(width, height)
    return painted(width, height, lambda painter: paint_page(painter, page, size, theme))


def paint_page(
    painter: QPainter,
    page: Page,
    size: QSize | QSizeF,
    theme: Theme | str | None = None,
    *,
    clear: bool = False,
) -> None:
    """Draw a page onto any device, filling `size` from the painter's origin; `clear`: without its ground."""
    chosen = theme if isinstance(theme, Theme) else Theme.load(theme or page.theme)
    unit = figure_unit(size.width(), size.height())
    width, height = size.width() / unit, size.height() / unit
    painter.save()
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing
        | QPainter.RenderHint.TextAntialiasing
        | QPainter.RenderHint.SmoothPixmapTransform
    )
    if not clear:
        painter.fillRect(QRectF(0, 0, size.width(), size.height()), chosen.colour("window"))
    painter.scale(unit, unit)
    margin = min(MARGIN, 0.05 * min(width, height))
    sheet = QRectF(margin, margin, width - 2 * margin, height - 2 * margin)
    laid = lay_out(page, chosen, lambda sized, out: _body(page, sized, sheet, out), width, height)
    # Pictures first: a whole figure brings its own ground, a little wider than its place.
    for piece, rect in sorted(laid.places, key=lambda each: not isinstance(each[0], VisualPiece)):
        piece.draw(painter, rect)
    _draw_frame(painter, page, laid, sheet)
    painter.restore()


# -- title and small print -----------------------------------------------------------------------------------


def _fonts(theme: Theme) -> tuple[QFont, QFont, QFont]:
    """Return the type of title, subtitle and small print."""
    return (
        theme.font(theme.points(TITLE), bold=True),
        theme.font(theme.points(SUBTITLE)),
        theme.font(theme.points(SMALL)),
    )


def _cut(font: QFont, text: str, width: float, most: int) -> list[str]:
    """Return the lines of a text, the last one elided where there are more than `most`."""
    lines = broken(font, text, width) if text else []
    if len(lines) <= most:
        return lines
    last = QFontMetricsF(font).elidedText(" ".join(lines[most - 1 :]), Qt.TextElideMode.ElideRight, width)
    return [*lines[: most - 1], last]


def _head(page: Page, theme: Theme, sheet: QRectF) -> list[tuple[QFont, str, list[str]]]:
    """Return title and subtitle: type, role and lines; on a tiny sheet the subtitle gives way."""
    title, subtitle, _ = _fonts(theme)
    head = [(title, "text", _cut(title, page.title, sheet.width(), MOST_TITLE))]
    if sheet.height() > theme.points(120):
        head.append((subtitle, "muted", _cut(subtitle, page.subtitle, sheet.width(), MOST_TITLE)))
    return [each for each in head if each[2]]


def _small_print(page: Page, theme: Theme, sheet: QRectF, left_out: int) -> list[str]:
    """Return the lines at the bottom: what was left out, and where the page is from."""
    parts = "part is" if left_out == 1 else "parts are"
    missing = f"{left_out} {parts} left out: a larger page has room for more. " if left_out else ""
    if sheet.height() <= theme.points(120):
        return []
    return _cut(_fonts(theme)[2], missing + page.source, sheet.width(), MOST_SMALL)


def _head_height(page: Page, theme: Theme, sheet: QRectF) -> float:
    head = _head(page, theme, sheet)
    return sum(len(lines) * line_of(font) for font, _, lines in head) + (theme.points(8) if head else 0.0)


def _body(page: Page, theme: Theme, sheet: QRectF, left_out: int) -> QRectF:
    """Return what title and small print leave to the blocks."""
    small = _small_print(page, theme, sheet, left_out)
    below = len(small) * line_of(_fonts(theme)[2]) + (theme.points(6) if small else 0.0)
    return sheet.adjusted(0, _head_height(page, theme, sheet), 0, -below)


def _draw_frame(painter: QPainter, page: Page, laid: Laid, sheet: QRectF) -> None:
    """Write title, subtitle and small print."""
    theme = laid.theme
    y = sheet.top()
    for font, role, lines in _head(page, theme, sheet):
        painter.setPen(theme.colour(role))
        draw_lines(painter, font, lines, QRectF(sheet.left(), y, sheet.width(), 1.0))
        y += len(lines) * line_of(font)
    font = _fonts(theme)[2]
    lines = _small_print(page, theme, sheet, laid.left_out)
    painter.setPen(theme.colour("muted"))
    top = sheet.bottom() - len(lines) * line_of(font)
    draw_lines(painter, font, lines, QRectF(sheet.left(), top, sheet.width(), 1.0))
