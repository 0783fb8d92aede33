"""The plain values that the panel of exploration is fed with: minima, lines to choose, work under way."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Job", "LineItem", "MarblesState", "MinimumRow", "ProofState", "SettingItem"]


@dataclass(frozen=True)
class ProofState:
    """How far the list of minima can be trusted.

    Attributes
    ----------
    state
        ``"none"`` (nothing asked yet), ``"searching"``, ``"proved"`` (these are all), ``"partly"`` (boxes
        left undecided), ``"searched"`` (found, nothing proved) or ``"failed"``.
    sentence
        For people: "9 critical points, all of them: proved."
    share
        How much of the search is done, 0 to 1; None when that is not known.
    """

    state: str = "none"
    sentence: str = ""
    share: float | None = None


@dataclass(frozen=True)
class MinimumRow:
    """One minimum of the table.

    Attributes
    ----------
    role
        The colour of its basin, ``"basin:0"``.
    kind
        ``"global"``, ``"local"`` or ``"border"`` (of this region only).
    value, gap
        Its loss, and how far that is above the lowest.
    share
        The part of the region from which it is reached, 0 to 1; None: not known.
    prominence, isolation
        The climb to the pass to lower ground, and the distance to it; infinite for the lowest; None: not
        known.
    position
        Where it is.
    proved
        Whether its existence is proved.
    """

    role: str
    kind: str
    value: float
    gap: float = 0.0
    share: float | None = None
    prominence: float | None = None
    isolation: float | None = None
    position: tuple[float, ...] = ()
    proved: bool = False


@dataclass(frozen=True)
class LineItem:
    """A line of the race that can be chosen: its id, its name, the role of its colour, and whether it can be.

    `why_not` says why it cannot: a random method has chances instead of basins, for example.
    """

    id: int
    name: str
    role: str
    why_not: str = ""


@dataclass(frozen=True)
class SettingItem:
    """A setting that can be laid across or up a map of settings: ``"lr"``, ``"η"``."""

    name: str
    symbol: str


@dataclass(frozen=True)
class MarblesState:
    """What the marbles do: ``"none"``, ``"descent"`` or ``"annealing"``; how many; how hot; what they say.

    `lower` and `upper` are the ends of the temperature's slider; `shares` are the parts of the marbles in
    each basin, as pairs of role and share; `expected` those of the density exp(−f/T), in the same order.
    """

    kind: str = "none"
    count: int = 10_000
    temperature: float = 1.0
    lower: float = 1e-3
    upper: float = 10.0
    running: bool = False
    sentence: str = ""
    shares: tuple[tuple[str, float], ...] = ()
    expected: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Job:
    """Work under way: a sentence, how much of it is done (0 to 1, None: not known), and what went wrong."""

    sentence: str = ""
    share: float | None = None
    problem: str = ""
