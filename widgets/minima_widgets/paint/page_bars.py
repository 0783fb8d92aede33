"""The bars of a page: shares with their intervals, below each other on one scale."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from minima_core.scene.page import Bar, Bars
from minima_core.scene.words import percent, whole
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

__all__ = ["BarsPiece"]

MOST_BARS = 40
NAMES = 0.38
"""Share of the width that names may take beside the bars; longer ones stand above them."""


@dataclass(frozen=True)
class BarsPiece:
    """Bars on a card; those for which there is no room are counted in its last line."""

    bars: Bars
    theme: Theme
    shown: int

    @staticmethod
    def of(bars: Bars, theme: Theme) -> BarsPiece:
        """Return the piece with all bars, or as many as one sheet may have."""
        return BarsPiece(bars, theme, min(len(bars.bars), MOST_BARS))

    @property
    def grows(self) -> float:
        """Bars take what they need."""
        return 0.0

    @property
    def _note(self) -> str:
        left = len(self.bars.bars) - self.shown
        return " ".join(filter(None, (f"{whole(left)} more left out." if left else "", self.bars.note)))

    def _font(self) -> QFont:
        return self.theme.font(self.theme.points(BODY))

    def _small(self) -> QFont:
        return self.theme.font(self.theme.points(8.75))

    def _columns(self, inner: float) -> tuple[float, float]:
        """Return the widths of the names (0: they stand above the bars) and of the words at the end."""
        metrics = QFontMetricsF(self._font())
        gap = self.theme.points(8.0)
        shown = self.bars.bars[: self.shown]
        names = max((metrics.horizontalAdvance(bar.name) for bar in shown), default=0.0) + gap
        ends = max((metrics.horizontalAdvance(_said(bar)) for bar in shown), default=0.0) + gap
        if names > NAMES * inner or names + ends > 0.72 * inner:
            names = 0.0
        return names, min(ends, 0.6 * inner)

    def _row(self, bar: Bar, inner: float, names: float) -> float:
        """Return the height of a bar with its name."""
        line = line_of(self._font())
        air = self.theme.points(3.6)
        if names:
            return line + air
        return (len(broken(self._font(), bar.name, inner)) + 1) * line + air

    def height(self, width: float) -> float:
        """Return the height of the card."""
        theme = self.theme
        inner = max(width - 2 * padding(theme), 1.0)
        names, _ = self._columns(inner)
        total = 1.6 * padding(theme) + heading_height(theme, self.bars.heading, inner)
        total += sum(self._row(bar, inner, names) for bar in self.bars.bars[: self.shown])
        if self._note:
            total += len(broken(self._small(), self._note, inner)) * line_of(self._small())
        return total

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        """Draw card, heading, bars with whiskers, and note."""
        theme = self.theme
        inner = draw_heading(painter, theme, self.bars.heading, card(painter, rect, theme))
        names, ends = self._columns(inner.width())
        font, line = self._font(), line_of(self._font())
        y = inner.top()
        for bar in self.bars.bars[: self.shown]:
            painter.setPen(theme.colour("text"))
            top = y + theme.points(1.8)
            if names:
                draw_lines(painter, font, [bar.name], QRectF(inner.left(), top, names, line))
            else:
                above = broken(font, bar.name, inner.width())
                draw_lines(painter, font, above, QRectF(inner.left(), top, inner.width(), line))
                top += len(above) * line
            room = QRectF(inner.left() + names, top, inner.width() - names - ends, line)
            self._bar(painter, bar, room)
            painter.setPen(theme.colour("text"))
            metrics = QFontMetricsF(font)
            words = metrics.elidedText(_said(bar), Qt.TextElideMode.ElideRight, ends)
            draw_lines(painter, font, [words], QRectF(inner.right() - ends, top, ends, line), "right")
            y += self._row(bar, inner.width(), names)
        if self._note:
            painter.setPen(theme.colour("muted"))
            below = QRectF(inner.left(), y, inner.width(), inner.height())
            draw_lines(painter, self._small(), broken(self._small(), self._note, inner.width()), below)

    def _bar(self, painter: QPainter, bar: Bar, room: QRectF) -> None:
        """Draw groove, bar and whisker."""
        theme = self.theme
        thick = 0.56 * room.height()
        groove = QRectF(room.left(), room.center().y() - thick / 2, max(room.width(), 2.0), thick)
        radius = min(thick / 2, 3.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("groove"))
        painter.drawRoundedRect(groove, radius, radius)

        def at(share: float) -> float:
            return groove.left() + min(max(share / self.bars.most, 0.0), 1.0) * groove.width()

        if at(bar.share) > groove.left():
            painter.setBrush(theme.colour(bar.role))
            long = max(at(bar.share) - groove.left(), 2.0)
            painter.drawRoundedRect(QRectF(groove.left(), groove.top(), long, thick), radius, radius)
        if bar.low is None or bar.high is None:
            return
        y, tip = groove.center().y(), 0.28 * thick
        whisker = [
            QLineF(at(bar.low), y, at(bar.high), y),
            QLineF(at(bar.low), y - tip, at(bar.low), y + tip),
            QLineF(at(bar.high), y - tip, at(bar.high), y + tip),
        ]
        for width, role in ((3.6, "card"), (1.6, "text")):
            painter.setPen(QPen(theme.colour(role), width * theme.line_scale**0.5))
            painter.drawLines(whisker)

    def shorter(self, width: float) -> Piece | None:
        """Return fewer bars, a tenth less; at least one stays."""
        if self.shown <= 1:
            return None
        return replace(self, shown=self.shown - max(1, self.shown // 10))


def _said(bar: Bar) -> str:
    return bar.text or percent(bar.share)
