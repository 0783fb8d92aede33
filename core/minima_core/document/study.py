"""Which study of the race is asked for: how many starts and tries, at which cost, and what counts as success.

It is part of the view: a study runs beside the race and changes nothing in it.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from minima_core.document.checks import (
    MOST_STEPS,
    DocumentError,
    Value,
    check_count,
    check_number,
)
from minima_core.document.exploration import Entry, Exploration

__all__ = ["StudyChart", "StudyChoice"]

StudyChart: TypeAlias = Literal["success", "ends", "record", "solved"]
"""Success with intervals; which minimum how often; the record so far; the share solved against cost."""

MOST_ID = 10**9
MOST_LINES = 1000
MOST_TRIES = 10**12
USUAL_BUDGET = 500
LONGEST_USUAL = 2000
"""Steps that a study follows by itself; a longer race has to be asked for."""


class StudyChoice(Value, frozen=True, forbid_unknown_fields=True):
    """What a study of the race does.

    Examples
    --------
    >>> StudyChoice().starts, StudyChoice(starts=20, tries=5).runs_of(3)
    (100, 300)
    """

    entries: tuple[int, ...] | None = None
    """The ids of the lines that take part; None: all that are in the race."""
    starts: int = 100
    """Starts, uniform in the region, from the seed of the exploration."""
    tries: int = 1
    """Tries from each start, with seeds of their own."""
    unit: Literal["steps", "evaluations"] = "steps"
    """What every try has as much of as the others."""
    budget: int | None = None
    """Steps (or evaluations) of each try; None: as in the race, within reason."""
    target: float | None = None
    """The loss that counts as success; None: a global minimum."""
    chart: StudyChart = "success"
    """Which chart of the results is shown."""

    def __post_init__(self) -> None:
        """Check numbers."""
        if self.entries is not None:
            if not 1 <= len(self.entries) <= MOST_LINES:
                raise DocumentError(
                    f"A study needs 1 to {MOST_LINES} lines of the race, not {len(self.entries)}."
                )
            for id in self.entries:
                check_count("line of the study", id, 0, MOST_ID)
        check_count("number of starts", self.starts, 1, MOST_TRIES)
        check_count("number of tries from each start", self.tries, 1, MOST_TRIES)
        if self.budget is not None:
            check_count("budget of a try", self.budget, 1, MOST_STEPS)
        if self.target is not None:
            check_number("target of the study", self.target, 1e300)

    def runs_of(self, lines: int) -> int:
        """Return how many runs it takes for so many lines of the race."""
        return self.starts * self.tries * lines

    def cost_in(self, exploration: Exploration) -> tuple[Literal["steps", "evaluations"], int]:
        """Return unit and budget of each try; where none is chosen, those of the race."""
        if self.budget is not None:
            return self.unit, self.budget
        if exploration.clock.unit == "time":
            return "steps", USUAL_BUDGET
        return exploration.clock.unit, min(exploration.steps, LONGEST_USUAL)

    def lines_of(self, exploration: Exploration) -> tuple[Entry, ...]:
        """Return the lines that take part: those chosen that are still there, else all in the race."""
        chosen = set(self.entries or ())
        named = tuple(each for each in exploration.entries if each.id in chosen)
        return named or tuple(each for each in exploration.entries if each.enabled)
