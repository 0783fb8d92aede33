"""Chips to filter by: each is a word that is on or off, and those that are on hold together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter

from minima_widgets.panels import look
from minima_widgets.panels.chip_rows import ChipRows
from minima_widgets.theme import Theme

__all__ = ["TagChips"]


class TagChips(ChipRows):
    """Words in rows; ``changed()`` when one is switched.

    How many things each would leave stands behind it (`set_counts`); one that would leave none is hidden.
    """

    changed = Signal()
    height_of_chip, gap, usual_width = 24, 6, 300

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(theme, name)
        self._tags: tuple[str, ...] = ()
        self._on: set[str] = set()
        self._counts: dict[str, int] = {}

    def set_tags(self, tags: Iterable[str]) -> None:
        """Offer these words; those that are on and still offered stay on."""
        self._tags = tuple(tags)
        self._on &= set(self._tags)
        self.lay_out()
        self.update()

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Say how many things each word would leave."""
        if dict(counts) != self._counts:
            self._counts = dict(counts)
            self.lay_out()
            self.update()

    def tags(self) -> tuple[str, ...]:
        """Return the words that are offered, in order."""
        return self._tags

    def chosen(self) -> frozenset[str]:
        """Return the words that are on."""
        return frozenset(self._on)

    def clear(self) -> None:
        """Switch all off, without a signal."""
        if self._on:
            self._on.clear()
            self.lay_out()
            self.update()

    def rect_of(self, tag: str) -> QRectF:
        """Return where the chip of `tag` lies."""
        return self._rects[self._tags.index(tag)]

    # -- chips ---------------------------------------------------------------------------------------------

    def count(self) -> int:
        """Return how many words there are."""
        return len(self._tags)

    def wide(self, place: int, metrics: QFontMetricsF) -> float:
        """Return how wide a word is, with room for any count, so that nothing jumps."""
        return metrics.horizontalAdvance(f"{self._tags[place]} 00") + look.px(self._theme, 18)

    def is_hidden(self, place: int) -> bool:
        """Whether a word would leave nothing; one that is on stays, or it could not be switched off."""
        tag = self._tags[place]
        return tag not in self._on and self._counts.get(tag, 1) == 0

    def frame(self, place: int) -> str:
        """Return the role of the border."""
        return "accent" if self._tags[place] in self._on else "line"

    def draw(self, painter: QPainter, place: int, rect: QRectF) -> None:
        """Draw the word, and how many it would leave."""
        tag = self._tags[place]
        counted = tag in self._counts and tag not in self._on
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, f"{tag} {self._counts[tag]}" if counted else tag)

    def press(self, place: int) -> None:
        """Switch a word."""
        self._on ^= {self._tags[place]}
        self.setAccessibleDescription(", ".join(sorted(self._on)) or "no filter")
        self.update()
        self.changed.emit()
