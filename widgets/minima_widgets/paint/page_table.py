"""The table of a page: columns as wide as their words, rows that break where they must."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from minima_core.scene.page import Table
from minima_core.scene.words import whole
from minima_widgets.paint.page_words import (
    BODY,
    Piece,
    broken,
    card,
    draw_heading,
    draw_lines,
    heading_height,
    line_of,
    padding,
)
from minima_widgets.theme import Theme

__all__ = ["MOST_ROWS", "TablePiece"]

MOST_ROWS = 60
"""Rows that a page shows at most: more cannot be read on one sheet."""


@dataclass(frozen=True)
class TablePiece:
    """A table on a card; rows for which there is no room are counted in its last line."""

    table: Table
    theme: Theme
    shown: int
    """How many rows are shown; those that stand out go last."""

    @staticmethod
    def of(table: Table, theme: Theme) -> TablePiece:
        """Return the piece with all rows, or as many as one sheet may have."""
        return TablePiece(table, theme, min(len(table.rows), MOST_ROWS))

    @property
    def grows(self) -> float:
        """A table takes what it needs."""
        return 0.0

    @cached_property
    def _rows(self) -> tuple[int, ...]:
        """The rows that are shown, in their order: those that stand out have the first claim."""
        strong = [k for k in self.table.emphasis if 0 <= k < len(self.table.rows)]
        others = [k for k in range(len(self.table.rows)) if k not in set(strong)]
        return tuple(sorted((strong + others)[: self.shown]))

    @cached_property
    def _note(self) -> str:
        left = len(self.table.rows) - self.shown
        more = f"{whole(left)} more {'row' if left == 1 else 'rows'} left out." if left else ""
        return " ".join(filter(None, (more, self.table.note)))

    def _font(self, *, bold: bool = False) -> QFont:
        return self.theme.font(self.theme.points(BODY), bold=bold)

    def _head_font(self) -> QFont:
        return self._font(bold=True) if self.table.head == "strong" else self._small()

    def _small(self) -> QFont:
        return self.theme.font(self.theme.points(8.75))

    @property
    def _gap(self) -> float:
        return self.theme.points(11.0)

    @property
    def _air(self) -> float:
        """What lies between two rows."""
        return self.theme.points(3.2)

    def _widths(self, inner: float) -> list[float]:
        """Return the widths of the columns: their words' own, or a fair share where that is too much."""
        plain, bold = QFontMetricsF(self._font()), QFontMetricsF(self._font(bold=True))
        head = QFontMetricsF(self._head_font())
        strong = set(self.table.emphasis)
        natural = []
        for j, name in enumerate(self.table.columns):
            widest = head.horizontalAdvance(name)
            for k in self._rows:
                metrics = bold if k in strong else plain
                widest = max(widest, metrics.horizontalAdvance(self.table.rows[k][j]))
            natural.append(widest + 1.0)
        free = max(inner - self._gap * (len(natural) - 1), 1.0)
        return shared(natural, free)

    def _cells(self, k: int, widths: list[float]) -> list[list[str]]:
        font = self._font(bold=k in self.table.emphasis)
        return [broken(font, cell, w) for cell, w in zip(self.table.rows[k], widths, strict=True)]

    def _head(self, widths: list[float]) -> list[list[str]]:
        if not any(self.table.columns):
            return []
        font = self._head_font()
        return [broken(font, name, w) for name, w in zip(self.table.columns, widths, strict=True)]

    def height(self, width: float) -> float:
        """Return the height of the card around heading, head, rows and note."""
        theme = self.theme
        inner = max(width - 2 * padding(theme), 1.0)
        widths = self._widths(inner)
        total = 1.6 * padding(theme) + heading_height(theme, self.table.heading, inner)
        if head := self._head(widths):
            total += max(map(len, head)) * line_of(self._head_font()) + self._air
        for k in self._rows:
            total += max(map(len, self._cells(k, widths)), default=1) * line_of(self._font()) + self._air
        if self._note:
            total += len(broken(self._small(), self._note, inner)) * line_of(self._small()) + self._air
        return total

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        """Draw card, heading, head, rows with fine lines between them, and note."""
        theme = self.theme
        inner = draw_heading(painter, theme, self.table.heading, card(painter, rect, theme))
        widths = self._widths(inner.width())
        spare = max(inner.width() - sum(widths) - self._gap * (len(widths) - 1), 0.0)
        widths = [w + spare * share for w, share in zip(widths, self._slack(), strict=True)]
        lefts = [inner.left() + sum(widths[:j]) + self._gap * j for j in range(len(widths))]
        y = inner.top()
        if head := self._head(widths):
            painter.setPen(theme.colour("accent" if self.table.head == "strong" else "muted"))
            self._row(painter, self._head_font(), head, lefts, widths, y)
            y += max(map(len, head)) * line_of(self._head_font()) + self._air
        for n, k in enumerate(self._rows):
            cells = self._cells(k, widths)
            strong = k in self.table.emphasis
            if n or head:
                painter.setPen(QPen(theme.colour("grid"), 1.0 * theme.line_scale**0.5))
                painter.drawLine(QLineF(inner.left(), y, inner.right(), y))
            painter.setPen(theme.colour("text"))
            self._row(painter, self._font(bold=strong), cells, lefts, widths, y + self._air / 2)
            y += max(map(len, cells), default=1) * line_of(self._font()) + self._air
        if self._note:
            painter.setPen(theme.colour("muted"))
            below = QRectF(inner.left(), y + self._air, inner.width(), inner.height())
            draw_lines(painter, self._small(), broken(self._small(), self._note, inner.width()), below)

    def _slack(self) -> list[float]:
        """Return how the columns share what is left over: those of words take it."""
        align = self.table.alignment or ("left",) * self.table.width
        wordy = [j for j, each in enumerate(align) if each == "left"] or list(range(len(align)))
        return [1.0 / len(wordy) if j in wordy else 0.0 for j in range(len(align))]

    def _row(
        self,
        painter: QPainter,
        font: QFont,
        cells: list[list[str]],
        lefts: list[float],
        widths: list[float],
        y: float,
    ) -> None:
        align = self.table.alignment or ("left",) * self.table.width
        for lines, left, width, side in zip(cells, lefts, widths, align, strict=True):
            draw_lines(painter, font, lines, QRectF(left, y, width, 1.0), side)

    def shorter(self, width: float) -> Piece | None:
        """Return the table with fewer rows, a tenth less; at least one stays."""
        if self.shown <= 1:
            return None
        return replace(self, shown=self.shown - max(1, self.shown // 10))


def shared(natural: list[float], free: float) -> list[float]:
    """Return widths of columns that fill no more than `free`: the narrow keep theirs, the wide share.

    Examples
    --------
    >>> shared([10.0, 200.0, 20.0], 130.0)
    [10.0, 100.0, 20.0]
    """
    if sum(natural) <= free:
        return list(natural)
    widths = list(natural)
    wide = set(range(len(natural)))
    room = free
    while wide:
        fair = room / len(wide)
        narrow = {j for j in wide if natural[j] <= fair}
        if not narrow:
            for j in wide:
                widths[j] = fair
            break
        room -= sum(natural[j] for j in narrow)
        wide -= narrow
    return widths
