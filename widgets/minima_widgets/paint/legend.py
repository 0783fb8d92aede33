"""The words around the panels of a figure: title, legend and caption, measured first and then drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from minima_core.scene.marks import Style
from minima_core.scene.scenes import Figure, Legend, LegendLine
from minima_widgets.paint.strokes import draw_dot
from minima_widgets.paint.words import fitted, text_width
from minima_widgets.theme import Theme

__all__ = [
    "LegendLayout",
    "ample_figure",
    "caption_height",
    "draw_caption",
    "draw_head",
    "draw_legend",
    "draw_title",
    "head_height",
    "lay_out_legend",
    "name_only",
    "wrap",
]


def wrap(font: QFont, text: str, width: float) -> list[str]:
    """Break text into lines of at most `width` pixels, at spaces; a longer word stands alone."""
    metrics = QFontMetricsF(font)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and metrics.horizontalAdvance(longer) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return [line for line in lines if line]


# -- title and caption ---------------------------------------------------------------------------------------


def title_font(theme: Theme) -> QFont:
    """Return the type of a figure's title."""
    return theme.font(theme.points(15.0), bold=True)


def title_height(theme: Theme, title: str, width: float) -> float:
    """Return the height that a title takes, the distance below it included; 0 without one."""
    font = title_font(theme)
    lines = wrap(font, title, width)[:2]
    return len(lines) * QFontMetricsF(font).height() + theme.points(6.0) if lines else 0.0


def draw_title(painter: QPainter, rect: QRectF, title: str, theme: Theme) -> None:
    """Write the title into the top of `rect`, in at most two lines."""
    font = title_font(theme)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(theme.colour("text"))
    lines = wrap(font, title, rect.width())
    if len(lines) > 2:
        lines = [lines[0], " ".join(lines[1:])]
    for k, line in enumerate(lines):
        y = rect.top() + metrics.ascent() + k * metrics.height()
        painter.drawText(QPointF(rect.left(), y), fitted(font, line, rect.width()))


def caption_font(theme: Theme) -> QFont:
    """Return the type of a figure's caption."""
    return theme.font(theme.points(9.0))


def caption_height(theme: Theme, caption: str, width: float) -> float:
    """Return the height that a caption takes, the distance above it included; 0 without one."""
    font = caption_font(theme)
    lines = wrap(font, caption, width)[:4]
    return len(lines) * QFontMetricsF(font).height() + theme.points(7.0) if lines else 0.0


def draw_caption(painter: QPainter, rect: QRectF, caption: str, theme: Theme) -> None:
    """Write the caption into `rect`, in at most four lines."""
    font = caption_font(theme)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(theme.colour("muted"))
    lines = wrap(font, caption, rect.width())
    if len(lines) > 4:
        lines = [*lines[:3], " ".join(lines[3:])]
    top = rect.top() + theme.points(7.0)
    for k, line in enumerate(lines):
        y = top + metrics.ascent() + k * metrics.height()
        painter.drawText(QPointF(rect.left(), y), fitted(font, line, rect.width()))


# -- legend --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LegendLayout:
    """How a legend fills its room: columns of equal width, rows of equal height, all in reference pixels."""

    lines: tuple[LegendLine, ...]
    columns: int
    column_width: float
    row_height: float
    width: float
    height: float
    brief: bool = False
    """Whether only the names are written."""


def _legend_fonts(theme: Theme) -> tuple[QFont, QFont]:
    return theme.font(theme.points(10.0), bold=True), theme.font(theme.points(9.0))


def ample_figure(figures: Sequence[Figure], theme: Theme) -> Figure:
    """Return the last of some figures of one race with the words of all that take the most room.

    What is laid out for it has room for each of them: the pictures of a film keep their places.
    """
    last = figures[-1]
    alike = [each.legend.lines for each in figures if len(each.legend.lines) == len(last.legend.lines)]
    widest = (max(lines, key=lambda line: _natural_width(line, theme)) for lines in zip(*alike, strict=True))
    captions = [each.caption for each in figures]
    return replace(last, legend=Legend(tuple(widest)), caption=max(captions, key=len))


def _natural_width(line: LegendLine, theme: Theme) -> float:
    """Return the width at which no word of a line is cut."""
    bold, plain = _legend_fonts(theme)
    first = text_width(bold, line.name)
    if line.settings:
        first += theme.points(5) + text_width(plain, line.settings)
    return theme.points(18) + max(first, text_width(plain, line.verdict)) + theme.points(8)


def lay_out_legend(
    legend: Legend, width: float, theme: Theme, *, beside: bool, brief: bool = False
) -> LegendLayout:
    """Measure a legend that stands beside the panels (one column) or below them (as many as fit).

    A `brief` one has names only.
    """
    lines = tuple(line for line in legend.lines if line.enabled)
    if brief:
        lines = tuple(name_only(line) for line in lines)
    if not lines:
        return LegendLayout((), 1, 0.0, 0.0, 0.0, 0.0)
    bold, plain = _legend_fonts(theme)
    height = QFontMetricsF(bold).height() + theme.points(6.5)
    if any(line.verdict for line in lines):
        height += QFontMetricsF(plain).height()
    widest = min(max(_natural_width(line, theme) for line in lines), width)
    columns = 1 if beside else max(1, min(len(lines), math.floor(width / widest)))
    rows = math.ceil(len(lines) / columns)
    total = widest if beside else width
    return LegendLayout(lines, columns, total / columns, height, total, rows * height, brief)


def name_only(line: LegendLine) -> LegendLine:
    """Return a line without settings and verdict."""
    return replace(line, settings="", verdict="")


def draw_legend(painter: QPainter, rect: QRectF, layout: LegendLayout, theme: Theme) -> None:
    """Draw the legend into `rect`; lines for which there is no height left are counted in a last line."""
    bold, plain = _legend_fonts(theme)
    rows = math.ceil(len(layout.lines) / layout.columns)
    possible = max(1, math.floor((rect.height() + 1) / max(layout.row_height, 1)))
    shown = layout.lines
    if rows > possible:
        shown = layout.lines[: max(possible * layout.columns - 1, 0)]
        rows = possible
    for k, line in enumerate(shown):
        column, row = divmod(k, rows) if layout.columns > 1 else (0, k)
        left = rect.left() + column * layout.column_width
        top = rect.top() + row * layout.row_height
        told = name_only(line) if layout.brief else line
        _draw_line(painter, told, left, top, layout.column_width, theme)
    if len(shown) < len(layout.lines):
        column, row = divmod(len(shown), rows) if layout.columns > 1 else (0, len(shown))
        painter.setFont(plain)
        painter.setPen(theme.colour("muted"))
        at = QPointF(
            rect.left() + column * layout.column_width + theme.points(18),
            rect.top() + row * layout.row_height + QFontMetricsF(bold).ascent(),
        )
        painter.drawText(at, f"and {len(layout.lines) - len(shown)} more")


def head_height(line: LegendLine, width: float, theme: Theme) -> float:
    """Return the height of a line that stands above a view `width` wide, the distance below it included."""
    bold, plain = _legend_fonts(theme)
    verdict = len(_verdict_lines(line, width, theme)) * QFontMetricsF(plain).height()
    return QFontMetricsF(bold).height() + verdict + theme.points(4.0)


def draw_head(painter: QPainter, rect: QRectF, line: LegendLine, theme: Theme) -> None:
    """Draw a line above a view: as in a legend, but its verdict may go on in a second line."""
    bold, plain = _legend_fonts(theme)
    _draw_line(painter, replace(line, verdict=""), rect.left(), rect.top(), rect.width(), theme)
    metrics = QFontMetricsF(plain)
    base = rect.top() + QFontMetricsF(bold).height() + metrics.ascent()
    painter.setFont(plain)
    painter.setPen(theme.colour("muted"))
    for k, words in enumerate(_verdict_lines(line, rect.width(), theme)):
        at = QPointF(rect.left() + _indent(line, theme), base + k * metrics.height())
        painter.drawText(at, words)


def _verdict_lines(line: LegendLine, width: float, theme: Theme) -> list[str]:
    """Return the verdict in at most two lines."""
    plain = _legend_fonts(theme)[1]
    room = width - _indent(line, theme)
    lines = wrap(plain, line.verdict, room)
    if len(lines) > 2:
        lines = [lines[0], fitted(plain, " ".join(lines[1:]), room)]
    return lines


def _indent(line: LegendLine, theme: Theme) -> float:
    """Return where words begin: behind the dot, where there is one."""
    return theme.points(18) if line.role else 0.0


def _draw_line(
    painter: QPainter, line: LegendLine, left: float, top: float, width: float, theme: Theme
) -> None:
    """Draw one line: the head in its colour, the name, the settings, the verdict under them."""
    bold, plain = _legend_fonts(theme)
    strong = QFontMetricsF(bold)
    indent = _indent(line, theme)
    room = width - indent - theme.points(8)
    base = top + strong.ascent()
    if line.role:
        size = theme.points(9.0) / theme.line_scale
        head = QPointF(left + theme.points(6.5), base - strong.capHeight() / 2)
        draw_dot(painter, head, Style(line.role, size=size), theme)
    painter.setPen(theme.colour("text"))
    painter.setFont(bold)
    name = fitted(bold, line.name, room)
    painter.drawText(QPointF(left + indent, base), name)
    used = text_width(bold, name) + theme.points(5)
    painter.setPen(theme.colour("muted"))
    painter.setFont(plain)
    if line.settings and room - used > theme.points(14):
        painter.drawText(QPointF(left + indent + used, base), fitted(plain, line.settings, room - used))
    if line.verdict:
        y = top + strong.height() + QFontMetricsF(plain).ascent()
        painter.drawText(QPointF(left + indent, y), fitted(plain, line.verdict, room))
