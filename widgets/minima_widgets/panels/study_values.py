"""The plain values that the panel of studies is fed with: what may be asked, what came out, what runs now."""

from __future__ import annotations

from dataclasses import dataclass

from minima_widgets.panels.explore_values import Job

__all__ = ["FactsState", "Job", "RestartsState", "StudyForm", "StudyItem", "StudyOutcome", "StudyRow"]

NO_JOB = Job()
"""Nobody is at work."""


@dataclass(frozen=True)
class StudyItem:
    """A line of the race that can take part: its id, name, colour, what it is, and whether it takes part."""

    id: int
    name: str
    role: str
    meaning: str = ""
    on: bool = True


@dataclass(frozen=True)
class StudyForm:
    """What a study would do if it ran now.

    Attributes
    ----------
    lines
        The lines of the race, each with whether it takes part.
    starts, tries
        How many starts, and how many tries from each.
    unit, budget
        ``"steps"`` or ``"evaluations"``, and how many of them each try gets.
    target
        The loss that counts as success; None: the global minimum (or the best known).
    usual
        What is reached where no loss is given: "global minimum", "best known minimum".
    estimate
        How many runs these are and how long they take, before anything runs.
    why_not
        Why it cannot run; empty: it can.
    repeats
        What is to be said of the tries, such as that a line would do the same again.
    """

    lines: tuple[StudyItem, ...] = ()
    starts: int = 100
    tries: int = 1
    unit: str = "steps"
    budget: int = 500
    target: float | None = None
    usual: str = "global minimum"
    estimate: str = ""
    why_not: str = ""
    repeats: str = ""


@dataclass(frozen=True)
class StudyRow:
    """What came out for one line: a share with its interval, and the numbers below it as they are written."""

    role: str
    name: str
    share: float
    low: float
    high: float
    words: str
    """"62 %  (52 to 71)"."""
    numbers: tuple[str, ...]
    """Median cost, expected cost, minima met, tries for 95 %."""
    tip: str = ""


@dataclass(frozen=True)
class StudyOutcome:
    """A study that has run: what came out, and what it was run with.

    Attributes
    ----------
    headline
        The one sentence.
    rows
        The lines, the best first.
    ranking
        Who is ahead, and whether the difference is significant.
    caption
        What was tried, what counted, and on which landscape.
    stale
        How the race or the question differs now; empty: they are the same.
    again
        Whether it could run again as things are now.
    """

    headline: str = ""
    rows: tuple[StudyRow, ...] = ()
    ranking: str = ""
    caption: str = ""
    stale: str = ""
    again: bool = True


@dataclass(frozen=True)
class RestartsState:
    """What restarts have found so far: of which line, and pairs of words and numbers."""

    title: str
    role: str
    pairs: tuple[tuple[str, str, str], ...]
    """What, how much, and what that means."""


@dataclass(frozen=True)
class FactsState:
    """Facts of the landscape, or none yet; `stale`: they are of another landscape."""

    sentences: tuple[str, ...] = ()
    job: Job = NO_JOB
    title: str = ""
    stale: bool = False
