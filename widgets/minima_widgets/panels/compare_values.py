"""What the panel of comparison is told: which minima there are, which two are compared, what was measured."""

from __future__ import annotations

from dataclasses import dataclass, field

from minima_core.scene.scenes import ChartScene
from minima_widgets.panels.explore_values import Job

__all__ = ["CompareState", "ComparedRow", "MinimumItem"]


@dataclass(frozen=True)
class MinimumItem:
    """A minimum to choose: its number (1 is the lowest) and what it is called in a list."""

    number: int
    name: str


@dataclass(frozen=True)
class ComparedRow:
    """A property of both: its title, what it means, both values, and what they say together."""

    title: str
    meaning: str
    a: str
    b: str
    words: str
    strong: bool = False


@dataclass(frozen=True)
class CompareState:
    """Everything that the panel shows.

    Attributes
    ----------
    items
        The minima to choose from; fewer than two leave only `note`.
    a, b
        Their numbers.
    note
        Why there is nothing to compare, or what limits the numbers.
    """

    items: tuple[MinimumItem, ...] = ()
    a: int = 0
    b: int = 0
    headline: str = ""
    rows: tuple[ComparedRow, ...] = ()
    chart: ChartScene | None = None
    job: Job = field(default_factory=Job)
    note: str = ""
