"""Boxes of set mathematics: a size about a baseline, and letters, bars and outlines to draw."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

__all__ = ["Box", "Glyphs", "Rule", "Shape"]


@dataclass(frozen=True)
class Glyphs:
    """Letters to draw with their baseline at `y`."""

    x: float
    y: float
    text: str
    font: QFont


@dataclass(frozen=True)
class Rule:
    """A filled bar: of a fraction, of a root."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Shape:
    """An outline: filled (a stretched bracket), or drawn with a pen of `stroke` pixels (a root)."""

    path: QPainterPath
    stroke: float = 0.0


@dataclass
class Box:
    """A piece of set mathematics: its size about a baseline, and what is drawn, relative to its left end."""

    width: float = 0.0
    ascent: float = 0.0
    descent: float = 0.0
    items: list[Glyphs | Rule | Shape] = field(default_factory=list)
    binary: bool = False
    """Whether it needs brackets when it is divided: a sum, at its outermost."""

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.ascent + self.descent

    def add(self, other: Box, dx: float, dy: float = 0.0) -> None:
        """Put `other` into this box, its baseline `dy` pixels lower."""
        for item in other.items:
            if isinstance(item, Glyphs):
                self.items.append(Glyphs(item.x + dx, item.y + dy, item.text, item.font))
            elif isinstance(item, Rule):
                self.items.append(Rule(item.x + dx, item.y + dy, item.width, item.height))
            else:
                self.items.append(Shape(item.path.translated(dx, dy), item.stroke))
        self.ascent = max(self.ascent, other.ascent - dy)
        self.descent = max(self.descent, other.descent + dy)

    def paint(self, painter: QPainter, x: float, baseline: float, colour: QColor) -> None:
        """Draw it with its left end at `x`."""
        painter.save()
        painter.translate(x, baseline)
        for item in self.items:
            if isinstance(item, Glyphs):
                painter.setFont(item.font)
                painter.setPen(colour)
                painter.drawText(QPointF(item.x, item.y), item.text)
            elif isinstance(item, Rule):
                painter.fillRect(QRectF(item.x, item.y, item.width, item.height), colour)
            elif item.stroke:
                pen = QPen(colour, item.stroke)
                pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
                painter.strokePath(item.path, pen)
            else:
                painter.fillPath(item.path, colour)
        painter.restore()
