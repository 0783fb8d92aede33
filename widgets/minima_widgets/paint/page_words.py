"""Pieces of a page that are words: paragraphs, headings, quotes; and how text breaks where it must."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from minima_core.scene.page import Words
from minima_widgets.paint.legend import wrap
from minima_widgets.theme import Theme

__all__ = ["Piece", "WordsPiece", "broken", "card", "draw_heading", "draw_lines", "heading_height", "line_of"]

BODY = 10.5
QUOTE_INDENT = 11.0


class Piece(Protocol):
    """A block of a page, measured for a theme: how high it must be, and how it is drawn."""

    @property
    def grows(self) -> float:
        """How much of the room that is left it takes, relative to others; 0 for one that takes none."""

    def height(self, width: float) -> float:
        """Return the least height at a width, in reference pixels."""

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        """Draw it into a rectangle that is at least as high."""

    def shorter(self, width: float) -> Piece | None:
        """Return the same with less of it, which it says; None when no less makes sense."""


def broken(font: QFont, text: str, width: float) -> list[str]:
    """Break text into lines of at most `width` pixels: at spaces, and inside words that are longer.

    An empty text is one empty line.
    """
    lines: list[str] = []
    metrics = QFontMetricsF(font)
    for line in wrap(font, text, width):
        rest = line
        while metrics.horizontalAdvance(rest) > width and len(rest) > 1:
            fits = _fitting(metrics, rest, width)
            lines.append(rest[:fits])
            rest = rest[fits:]
        lines.append(rest)
    return lines or [""]


def _fitting(metrics: QFontMetricsF, text: str, width: float) -> int:
    """Return how many characters of a text fit (at least one)."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if metrics.horizontalAdvance(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def line_of(font: QFont) -> float:
    """Return the distance from one line of text to the next."""
    return QFontMetricsF(font).height() * 1.12


def draw_lines(
    painter: QPainter,
    font: QFont,
    lines: list[str],
    rect: QRectF,
    align: str = "left",
) -> None:
    """Write lines below each other from the top of `rect`, in the pen of the painter."""
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    step = line_of(font)
    lead = (step - metrics.height()) / 2
    for k, line in enumerate(lines):
        free = rect.width() - metrics.horizontalAdvance(line)
        x = rect.left() + {"left": 0.0, "right": free, "centre": free / 2}[align]
        painter.drawText(QPointF(x, rect.top() + lead + k * step + metrics.ascent()), line)


def heading_font(theme: Theme) -> QFont:
    """Return the type of the heading of a block."""
    return theme.font(theme.points(BODY), bold=True)


def heading_height(theme: Theme, text: str, width: float) -> float:
    """Return the height of a heading and of the distance below it; 0 without one."""
    if not text:
        return 0.0
    font = heading_font(theme)
    return len(broken(font, text, width)) * line_of(font) + theme.points(2.5)


def draw_heading(painter: QPainter, theme: Theme, text: str, rect: QRectF) -> QRectF:
    """Write a heading into the top of `rect`; return what is left."""
    if not text:
        return rect
    font = heading_font(theme)
    painter.setPen(theme.colour("text"))
    draw_lines(painter, font, broken(font, text, rect.width()), rect)
    return rect.adjusted(0, heading_height(theme, text, rect.width()), 0, 0)


def card(painter: QPainter, rect: QRectF, theme: Theme) -> QRectF:
    """Draw a card as the window has them; return what lies inside its padding."""
    painter.setPen(theme.colour("line"))
    painter.setBrush(theme.colour("card"))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
    pad = padding(theme)
    return rect.adjusted(pad, pad * 0.8, -pad, -pad * 0.8)


def padding(theme: Theme) -> float:
    """Return the distance of a card's contents from its sides; above and below it is 0.8 of that."""
    return theme.points(9.0)


@dataclass(frozen=True)
class WordsPiece:
    """A paragraph; where there is no room for all its lines, it ends with an ellipsis."""

    words: Words
    theme: Theme
    most: int | None = None
    """Most lines; None: all."""

    @property
    def grows(self) -> float:
        """Words take what they need."""
        return 0.0

    def _font(self) -> QFont:
        size = {"headline": 14.0, "note": 8.75}.get(self.words.style, BODY)
        return self.theme.font(self.theme.points(size), bold=self.words.style == "headline")

    def _indent(self) -> float:
        return self.theme.points(QUOTE_INDENT) if self.words.style == "quote" else 0.0

    def _lines(self, width: float) -> list[str]:
        font = self._font()
        lines = broken(font, self.words.text, width - self._indent())
        if self.most is None or len(lines) <= self.most:
            return lines
        metrics = QFontMetricsF(font)
        last = f"{lines[self.most - 1]} …"
        if metrics.horizontalAdvance(last) > width - self._indent():
            last = metrics.elidedText(last + "…", Qt.TextElideMode.ElideRight, width - self._indent())
        return [*lines[: self.most - 1], last]

    def height(self, width: float) -> float:
        """Return the height of heading and lines."""
        lines = len(self._lines(width)) if self.words.text else 0
        return heading_height(self.theme, self.words.heading, width) + lines * line_of(self._font())

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        """Write heading and lines."""
        theme, style = self.theme, self.words.style
        rect = draw_heading(painter, theme, self.words.heading, rect)
        if not self.words.text:
            return
        font = self._font()
        lines = self._lines(rect.width())
        if style == "quote":
            bar = QRectF(rect.left(), rect.top() + 1, theme.points(2.5), len(lines) * line_of(font) - 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(bar, 1.5, 1.5)
        usual = "muted" if style == "note" else "text"
        painter.setPen(theme.colour(self.words.role or usual))
        draw_lines(painter, font, lines, rect.adjusted(self._indent(), 0, 0, 0))

    def shorter(self, width: float) -> Piece | None:
        """Return the paragraph with a line less (a fifth of them, where they are many)."""
        now = len(self._lines(width))
        return replace(self, most=now - max(1, now // 5)) if now > 1 else None
