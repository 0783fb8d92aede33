"""The experiment as a frozen value: lines of the race, starts, steps, border, seed."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, TypeAlias

from minima_core.document.checks import (
    MOST_STEPS,
    DocumentError,
    Value,
    check_count,
    check_number,
    check_text,
)
from minima_core.document.clock import Clock
from minima_core.document.place import Place

__all__ = ["Border", "Cure", "Entry", "Exploration", "Segment", "Start"]

MOST_ENTRIES = 64
MOST_STARTS = 64
MOST_SEGMENTS = 256
MOST_ID = 10**9

Border: TypeAlias = Literal["auto", "free", "clip", "reflect"]
"""What happens at the edge of the box; "auto" is "reflect" for methods that sample and "free" for the
others."""


class Segment(Value, frozen=True, forbid_unknown_fields=True):
    """From `step` on, this method with these settings (the text form of a resolved specification)."""

    step: int
    method: str

    def __post_init__(self) -> None:
        """Check the step and the length of the text."""
        check_count("step of a segment", self.step, 0, MOST_STEPS)
        check_text("method", self.method, 2000)
        if not self.method.strip():
            raise DocumentError("A segment needs a method, such as “adam,lr=0.05”.")

    @property
    def name(self) -> str:
        """The method's name, such as "adam"."""
        return self.method.partition(",")[0].partition("(")[0].strip()


class Cure(Value, frozen=True, forbid_unknown_fields=True):
    """What a line of the race is tried for: to cure another line of what it is stuck in."""

    line: int
    """The id of the treated line."""
    name: str
    """Which kind of cure it is, such as "smaller-rate"."""
    since: int = 0
    """The step of the treated line from which it goes on; 0: it begins where that one does."""
    lane: int | None = None
    """The id of the line whose random numbers it shares; None: it has its own."""

    def __post_init__(self) -> None:
        """Check numbers and the length of the name."""
        check_count("treated line", self.line, 0, MOST_ID)
        check_text("cure", self.name, 40)
        check_count("step of a cure", self.since, 0, MOST_STEPS)
        if self.lane is not None:
            check_count("line whose luck a cure shares", self.lane, 0, MOST_ID)


STARTS_PER_ENTRY = 1024
"""Lanes of random numbers that each line of the race has, one for each start."""


class Entry(Value, frozen=True, forbid_unknown_fields=True):
    """One line of the race: a method with settings, which may change on the way, from every start.

    `id` is unique in the exploration and never used again while it is edited. `slot` counts the entries that
    begin with the same method, 0, 1, 2, ...: it chooses the shade. `cures` says which line it is tried for.
    """

    id: int
    segments: tuple[Segment, ...]
    enabled: bool = True
    slot: int = 0
    cures: Cure | None = None

    def __post_init__(self) -> None:
        """Check that the segments begin at 0 and rise."""
        check_count("number of a line of the race", self.id, 0, MOST_ID)
        check_count("slot", self.slot, 0, MOST_ENTRIES)
        if not self.segments or self.segments[0].step != 0:
            raise DocumentError("A line of the race must begin with a segment at step 0.")
        if len(self.segments) > MOST_SEGMENTS:
            raise DocumentError(
                f"A line of the race can change its settings at most {MOST_SEGMENTS - 1} times."
            )
        steps = [segment.step for segment in self.segments]
        if any(after <= before for before, after in pairwise(steps)):
            raise DocumentError("The segments of a line of the race must have rising steps.")

    @property
    def name(self) -> str:
        """The name of the method that it begins with: it gives the colour."""
        return self.segments[0].name

    @property
    def role(self) -> str:
        """The role of its colour, such as "run:adam:0"."""
        return f"run:{self.name}:{self.slot}"

    @property
    def lane(self) -> int:
        """The id of the line whose random numbers it uses: its own, unless it goes on from another line."""
        shared = None if self.cures is None else self.cures.lane
        return self.id if shared is None else shared

    def lane_of(self, start: int) -> int:
        """Return the lane of random numbers of the run from start number `start`: no two runs share one."""
        return self.lane * STARTS_PER_ENTRY + start


class Start(Value, frozen=True, forbid_unknown_fields=True):
    """A point that every line of the race starts from; `seed` if it was thrown at random with that seed."""

    position: tuple[float, ...]
    seed: int | None = None

    def __post_init__(self) -> None:
        """Check the numbers."""
        for number in self.position:
            check_number("start's coordinate", number)
        if self.seed is not None:
            check_count("seed", self.seed, 0, 2**63 - 1)


class Exploration(Value, frozen=True, forbid_unknown_fields=True):
    """The experiment. Its runs are all enabled entries from all starts, each `steps` long."""

    place: Place
    entries: tuple[Entry, ...] = ()
    starts: tuple[Start, ...] = ()
    steps: int = 300
    """How long each run is: in steps, or in what else the clock counts."""
    clock: Clock = Clock()
    border: Border = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        """Check counts, ids and that the starts lie in the region."""
        check_count("number of steps", self.steps, 1, MOST_STEPS)
        check_count("seed", self.seed, 0, 2**63 - 1)
        check_count("number of lines of the race", len(self.entries), 0, MOST_ENTRIES)
        check_count("number of starts", len(self.starts), 0, MOST_STARTS)
        ids = [entry.id for entry in self.entries]
        if len(set(ids)) != len(ids):
            raise DocumentError("Two lines of the race have the same number (id).")
        for start in self.starts:
            self._check_start(start)

    def _check_start(self, start: Start) -> None:
        """Refuse a start outside the region, or with the wrong number of coordinates."""
        lower, upper = self.place.lower, self.place.upper
        if len(start.position) != len(lower):
            variables = "one variable" if len(lower) == 1 else f"{len(lower)} variables"
            raise DocumentError(
                f"The start has {len(start.position)} coordinates, but the landscape has {variables}."
            )
        inside = all(a <= p <= b for a, p, b in zip(lower, start.position, upper, strict=True))
        if not inside:
            point = ", ".join(f"{p:g}" for p in start.position)
            box = " × ".join(f"[{a:g}, {b:g}]" for a, b in zip(lower, upper, strict=True))
            raise DocumentError(f"The start ({point}) lies outside the region {box}.")

    @property
    def runs(self) -> tuple[tuple[int, int], ...]:
        """The runs as pairs (entry id, index of the start): enabled entries × starts."""
        return tuple((e.id, s) for e in self.entries if e.enabled for s in range(len(self.starts)))

    def entry(self, id: int) -> Entry:
        """Return the entry with this id; a `DocumentError` when there is none."""
        for entry in self.entries:
            if entry.id == id:
                return entry
        raise DocumentError(f"There is no line {id} in the race.")
