"""Pages: one sheet for a slide (title, words, tables, bars, pictures), as plain values that a painter draws.

A page says what stands on it and in which order, never where: the painter finds the places for the size that
is asked for. Visuals (`Picture`, `Chart`) grow with the room; words, tables and bars take what they need, and
their type is as large as lets everything fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from minima_core.scene.scenes import ChartScene, Figure

__all__ = ["Align", "Bar", "Bars", "Block", "Chart", "Columns", "Page", "Picture", "Table", "Words"]

Align: TypeAlias = Literal["left", "right", "centre"]


@dataclass(frozen=True)
class Words:
    """A paragraph or a few (newlines part them), under a small heading of its own if it has one."""

    text: str
    heading: str = ""
    style: Literal["text", "headline", "quote", "note"] = "text"
    """``headline``: large and strong; ``quote``: what somebody says, with a bar beside it; ``note``: small
    and quiet."""
    role: str = ""
    """Role of colour of the text (``good``, ``warning``, ``error``, …), or "" for that of its style."""


@dataclass(frozen=True)
class Table:
    """Rows of words and numbers under the names of their columns. Cells break into lines where they must.

    Raises
    ------
    ValueError
        When a row is not as long as `columns`, or the alignment is not.

    Examples
    --------
    >>> Table(("", "A", "B"), (("value", "−1.03", "−0.215"),), alignment=("left", "right", "right")).width
    3
    """

    columns: tuple[str, ...]
    """Names of the columns; all "" draws no head."""
    rows: tuple[tuple[str, ...], ...]
    alignment: tuple[Align, ...] = ()
    """Of each column; () has words on the left."""
    emphasis: tuple[int, ...] = ()
    """Rows (0-based) that stand out."""
    heading: str = ""
    note: str = ""
    """A quiet sentence below."""
    head: Literal["quiet", "strong"] = "quiet"
    """Whether the names of columns are small print, or letters that a picture has too."""

    def __post_init__(self) -> None:
        for k, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"Row {k + 1} of the table has {len(row)} cells; it needs {len(self.columns)}, "
                    "one for each column."
                )
        if self.alignment and len(self.alignment) != len(self.columns):
            raise ValueError(
                f"The table aligns {len(self.alignment)} columns and has {len(self.columns)}; "
                "leave the alignment out, or give one for each."
            )

    @property
    def width(self) -> int:
        """Return how many columns there are."""
        return len(self.columns)


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure: a map, a surface, a race. With one panel and no words of its own it fills its card."""

    figure: Figure
    heading: str = ""


@dataclass(frozen=True, eq=False)
class Chart:
    """A plain chart."""

    scene: ChartScene
    heading: str = ""


@dataclass(frozen=True)
class Bar:
    """A share between 0 and 1 with its interval: a bar, a whisker, and the words at its end."""

    name: str
    share: float
    low: float | None = None
    """Ends of the interval; None draws no whisker."""
    high: float | None = None
    role: str = "accent"
    """Role of colour, ``run:<method>:0`` for a method."""
    text: str = ""
    """What stands at the end ("62 %  55 to 69 %"); "" writes the share in percent."""


@dataclass(frozen=True)
class Bars:
    """Shares below each other on one scale."""

    bars: tuple[Bar, ...]
    heading: str = ""
    note: str = ""
    most: float = 1.0
    """The share that is as long as the room."""


@dataclass(frozen=True, eq=False)
class Columns:
    """Blocks in columns beside each other on a wide page, and below each other on a tall one."""

    columns: tuple[tuple[Block, ...], ...]
    weights: tuple[float, ...] = ()
    """Widths relative to each other; () makes them equal."""


Block: TypeAlias = Words | Table | Picture | Chart | Bars | Columns


@dataclass(frozen=True, eq=False)
class Page:
    """One sheet: title, subtitle, blocks in their order, and where it is from in small print.

    Without `Columns`, a wide page has pictures and charts on its left and everything else on its right; a
    `Words` of style ``headline`` at the beginning runs across.
    """

    title: str
    subtitle: str = ""
    blocks: tuple[Block, ...] = ()
    source: str = ""
    """Small print at the bottom: what was run, with which program, what the numbers rest on."""
    theme: str = "light"
    """"dark", "light" or "slide", where nobody asks for another."""
