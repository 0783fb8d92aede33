"""Finds the places of a page's blocks: the largest type at which everything fits, else what is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from PySide6.QtCore import QRectF

from minima_core.scene.page import Bars, Block, Chart, Columns, Page, Picture, Table, Words
from minima_widgets.paint.page_bars import BarsPiece
from minima_widgets.paint.page_table import TablePiece
from minima_widgets.paint.page_visuals import VisualPiece
from minima_widgets.paint.page_words import Piece, WordsPiece
from minima_widgets.theme import Theme

__all__ = ["BodyOf", "Laid", "lay_out"]

BodyOf: TypeAlias = Callable[[Theme, int], QRectF]
"""What title and small print leave to the blocks, for a theme and a number of blocks left out."""

WIDE = 1.25
"""Pages wider than this many times their height have columns."""
UPRIGHT = 0.8
"""Pages narrower than this many times their height have pictures below each other, too."""
LARGEST, SMALLEST = 17.0, 7.0
"""Points of ordinary text on a page as large as a reference picture."""
WORDY = 20.0
"""The same for a page without pictures, which have words of their own."""
SIZES = 24
"""Sizes of type that are tried between them, each by the same factor smaller."""
STRETCH = 2.5
"""Distances between blocks grow up to so many times where room is left that nothing else takes."""
SPLITS = (0.5, 0.56, 0.44, 0.62, 0.38)
"""Shares of the width that pictures may have beside words, the best first."""


@dataclass(frozen=True)
class Section:
    """A part of a page across its whole width: columns of pieces."""

    columns: tuple[tuple[Piece, ...], ...]
    weights: tuple[float, ...]

    def widths(self, width: float, gap: float) -> list[float]:
        """Return the widths of the columns."""
        free = width - gap * (len(self.columns) - 1)
        total = sum(self.weights)
        return [max(free * weight / total, 1.0) for weight in self.weights]

    def height(self, width: float, gap: float) -> float:
        """Return the least height: that of the highest column."""
        return max(self.heights(width, gap), default=0.0)

    def heights(self, width: float, gap: float) -> list[float]:
        """Return the least height of each column."""
        return [
            sum(piece.height(w) for piece in column) + gap * max(len(column) - 1, 0)
            for column, w in zip(self.columns, self.widths(width, gap), strict=True)
        ]

    @property
    def grows(self) -> float:
        """How much of the free room it takes, relative to other sections."""
        return max((sum(piece.grows for piece in column) for column in self.columns), default=0.0)


@dataclass(frozen=True)
class Laid:
    """Where everything is: pieces with their rectangles, in reference pixels, and what is missing."""

    theme: Theme
    places: tuple[tuple[Piece, QRectF], ...]
    left_out: int = 0
    """How many blocks there was no room for at all."""


def lay_out(page: Page, theme: Theme, body_of: BodyOf, width: float, height: float) -> Laid:
    """Return the places of all blocks of a page.

    Parameters
    ----------
    theme
        Its type size is the page's to choose.
    body_of
        What title and small print leave to the blocks, for a theme and a number of blocks left out.
    width, height
        Of the page in reference pixels.
    """
    wide = width > WIDE * height
    drawn = any(isinstance(block, Picture | Chart) for block in _flat(page.blocks))
    largest = LARGEST if drawn else WORDY
    found: Laid | None = None
    low, high = 0, SIZES - 1  # the first of these sizes that fits; the last is the smallest
    while low <= high:
        k = (low + high) // 2
        sized = _sized(theme, largest * (SMALLEST / largest) ** (k / (SIZES - 1)))
        laid = _fitting(page, sized, body_of(sized, 0), wide, width / height)
        if laid is None:
            low = k + 1
        else:
            found, high = laid, k - 1
    if found is not None:
        return found
    sized = _sized(theme, SMALLEST)
    sections = next(iter(_arrangements(page, sized, wide, width / height)))
    return _trimmed(list(sections), sized, body_of)


def _fitting(page: Page, theme: Theme, body: QRectF, wide: bool, aspect: float) -> Laid | None:
    """Return the first arrangement that fits with type of this size."""
    gap = gap_of(theme)
    for sections in _arrangements(page, theme, wide, aspect):
        if _needed(sections, body.width(), gap) <= body.height():
            return Laid(theme, tuple(_placed(sections, body, gap)))
    return None


def gap_of(theme: Theme) -> float:
    """Return the distance between blocks."""
    return theme.points(9.0)


def _sized(theme: Theme, points: float) -> Theme:
    """Return the theme with ordinary text of so many points, whatever its own scale of type."""
    scale = theme.type_size / theme.chosen_size
    return theme.with_type_size(round(points / scale, 3))


def _piece(block: Block, theme: Theme) -> Piece:
    match block:
        case Words():
            return WordsPiece(block, theme)
        case Table():
            return TablePiece.of(block, theme)
        case Bars():
            return BarsPiece.of(block, theme)
        case Picture() | Chart():
            return VisualPiece(block, theme)
        case Columns():
            raise TypeError("Columns cannot stand inside of columns.")


def _arrangements(page: Page, theme: Theme, wide: bool, aspect: float) -> Iterator[list[Section]]:
    """Yield the ways to arrange the blocks, the best first."""
    blocks = page.blocks
    if any(isinstance(block, Columns) for block in blocks):
        yield (
            [_section(block, theme, wide) for block in blocks]
            if wide
            else _stack(_flat(blocks), theme, aspect)
        )
        return
    if not wide:
        yield _stack(blocks, theme, aspect)
        return
    leading = 1 if blocks and isinstance(blocks[0], Words) and blocks[0].style == "headline" else 0
    first = [_section(block, theme, wide) for block in blocks[:leading]]
    rest = blocks[leading:]
    visuals = [_piece(block, theme) for block in rest if isinstance(block, Picture | Chart)]
    others = [_piece(block, theme) for block in rest if not isinstance(block, Picture | Chart)]
    if visuals and others:
        for split in SPLITS:
            yield [*first, Section((tuple(visuals), tuple(others)), (split, 1.0 - split))]
        return
    if visuals:
        yield [*first, Section(tuple((each,) for each in visuals), (1.0,) * len(visuals))]
        return
    yield [*first, *(Section(((each,),), (1.0,)) for each in others)]
    for k in range(1, len(others)):
        yield [*first, Section((tuple(others[:k]), tuple(others[k:])), (0.5, 0.5))]


def _section(block: Block, theme: Theme, wide: bool) -> Section:
    if isinstance(block, Columns) and wide:
        columns = tuple(tuple(_piece(each, theme) for each in column) for column in block.columns)
        return Section(columns, block.weights or (1.0,) * len(columns))
    return Section(((_piece(block, theme),),), (1.0,))


def _flat(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return the blocks without their columns, in reading order."""
    flat: list[Block] = []
    for block in blocks:
        if isinstance(block, Columns):
            for column in block.columns:
                flat += _flat(column)
        else:
            flat.append(block)
    return tuple(flat)


def _stack(blocks: Sequence[Block], theme: Theme, aspect: float) -> list[Section]:
    """Return the blocks below each other; pictures that follow each other stand side by side if they can."""
    sections: list[Section] = []
    row: list[Piece] = []
    for block in [*blocks, None]:
        if isinstance(block, Picture | Chart) and aspect > UPRIGHT and len(row) < 2:
            row.append(_piece(block, theme))
            continue
        if row:
            sections.append(Section(tuple((each,) for each in row), (1.0,) * len(row)))
            row = []
        if isinstance(block, Picture | Chart) and aspect > UPRIGHT:
            row.append(_piece(block, theme))
        elif block is not None:
            sections.append(Section(((_piece(block, theme),),), (1.0,)))
    return sections


def _needed(sections: Sequence[Section], width: float, gap: float) -> float:
    """Return the least height of all sections."""
    return sum(each.height(width, gap) for each in sections) + gap * max(len(sections) - 1, 0)


def _placed(sections: Sequence[Section], body: QRectF, gap: float) -> Iterator[tuple[Piece, QRectF]]:
    """Yield pieces with their rectangles; what is free goes to those that grow."""
    free = max(body.height() - _needed(sections, body.width(), gap), 0.0)
    hungry = sum(each.grows for each in sections)
    top = body.top()
    apart = gap
    if not hungry and len(sections) > 1:
        apart = min(gap + free / (len(sections) - 1), STRETCH * gap)
    for section in sections:
        height = section.height(body.width(), gap)
        height += free * section.grows / hungry if hungry else 0.0
        left = body.left()
        widths = section.widths(body.width(), gap)
        least = section.heights(body.width(), gap)
        for column, w, needed in zip(section.columns, widths, least, strict=True):
            growing = sum(piece.grows for piece in column)
            y = top
            between = 0.0 if growing or len(column) < 2 else (height - needed) / (len(column) - 1)
            for piece in column:
                high = piece.height(w)
                high += (height - needed) * piece.grows / growing if growing else 0.0
                yield piece, QRectF(left, y, w, high)
                y += high + min(gap + between, STRETCH * gap)
            left += w + gap
        top += height + apart


def _trimmed(sections: list[Section], theme: Theme, body_of: BodyOf) -> Laid:
    """Return the places at the smallest type: lists and paragraphs shortened, then whole blocks left out."""
    gap = gap_of(theme)
    left_out = 0
    body = body_of(theme, left_out)
    while sections and _needed(sections, body.width(), gap) > body.height():
        if not _shorten(sections, body.width(), gap):
            left_out += _drop(sections)
            body = body_of(theme, left_out)
    return Laid(theme, tuple(_placed(sections, body, gap)), left_out)


def _shorten(sections: list[Section], width: float, gap: float) -> bool:
    """Shorten the highest piece that can be, in a column that is the highest of its section."""
    found: tuple[float, int, int, int, Piece] | None = None
    for s, section in enumerate(sections):
        heights = section.heights(width, gap)
        for c, (column, w) in enumerate(zip(section.columns, section.widths(width, gap), strict=True)):
            if heights[c] < max(heights):
                continue
            for p, piece in enumerate(column):
                high = piece.height(w)
                if found is not None and high <= found[0]:
                    continue
                less = piece.shorter(w)
                if less is not None and less.height(w) < high:
                    found = (high, s, c, p, less)
    if found is None:
        return False
    _, s, c, p, less = found
    columns = [list(column) for column in sections[s].columns]
    columns[c][p] = less
    sections[s] = replace(sections[s], columns=tuple(map(tuple, columns)))
    return True


def _drop(sections: list[Section]) -> int:
    """Leave the last piece of the highest column of the last section out; return 1, how many that were."""
    last = sections[-1]
    longest = max(range(len(last.columns)), key=lambda c: len(last.columns[c]))
    columns = [column[:-1] if c == longest else column for c, column in enumerate(last.columns)]
    kept = [(column, weight) for column, weight in zip(columns, last.weights, strict=True) if column]
    if kept:
        sections[-1] = Section(tuple(column for column, _ in kept), tuple(weight for _, weight in kept))
    else:
        sections.pop()
    return 1
