"""How far a learner has come, kept from one start to the next: by lesson, step by step. No Qt here.

What the preferences hold is checked word by word: a value that cannot be counts as none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

__all__ = ["Learner", "Place"]

PROGRESS, CLAIMS, FILES = "learn/progress", "learn/claims", "learn/files"
MOST_FILES = 6
MOST_STEP = 10_000


class Memory(Protocol):
    """What is asked of the preferences."""

    def values(self, key: str) -> dict[str, Any]:
        """Plain values by name; empty when there are none."""

    def keep(self, key: str, value: dict[str, Any]) -> None:
        """Remembers values."""


@dataclass
class Place:
    """How far one lesson has come.

    Attributes
    ----------
    at, reached
        The step where it goes on, and the furthest that was seen, from 0.
    answers
        Predictions that were made: step → option, from 0.
    done
        Whether it was gone through to its end, once.
    """

    at: int = 0
    reached: int = 0
    answers: dict[int, int] = field(default_factory=dict)
    done: bool = False

    @property
    def mark(self) -> Literal["new", "under way", "done"]:
        """How far that is, in a word; somebody who goes through it again has done it all the same."""
        return "done" if self.done else "under way" if self.reached > 0 or self.answers else "new"

    def plain(self) -> dict[str, Any]:
        """The place as plain values."""
        answers = {str(step): option for step, option in self.answers.items()}
        return {"at": self.at, "reached": self.reached, "answers": answers, "done": self.done}

    @classmethod
    def of(cls, kept: object, steps: int) -> Place:
        """The place that `plain` once said, in a lesson that has so many steps by now."""
        if not isinstance(kept, dict):
            return cls()
        reached = _count(kept.get("reached"), steps - 1)
        given = kept.get("answers")
        answers = {
            int(step): _count(option, MOST_STEP)
            for step, option in (given.items() if isinstance(given, dict) else ())
            if isinstance(step, str) and step.isdecimal() and int(step) < steps
        }
        at = min(_count(kept.get("at"), steps - 1), reached)
        return cls(at, reached, answers, kept.get("done") is True)


def _count(value: object, most: int) -> int:
    """A whole number from 0 to `most`."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return min(max(value, 0), max(most, 0)) if whole and isinstance(value, int) else 0


class Learner:
    """What is remembered of a learner, in the preferences."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def place(self, key: str, steps: int) -> Place:
        """How far a lesson of so many steps has come."""
        return Place.of(self._memory.values(PROGRESS).get(key), steps)

    def keep(self, key: str, place: Place) -> None:
        """Remembers how far a lesson has come."""
        self._memory.keep(PROGRESS, {**self._memory.values(PROGRESS), key: place.plain()})

    def judged(self) -> Mapping[str, str]:
        """The claims that were run, with what came out."""
        kept = self._memory.values(CLAIMS)
        return {name: word for name, word in kept.items() if isinstance(word, str)}

    def keep_judged(self, name: str, judgement: str) -> None:
        """Remembers what came out of a claim."""
        self._memory.keep(CLAIMS, {**self.judged(), name: judgement})

    def files(self) -> tuple[str, ...]:
        """Files of lessons that were opened, the latest first."""
        paths = self._memory.values(FILES).get("paths")
        return tuple(path for path in paths if isinstance(path, str)) if isinstance(paths, list) else ()

    def keep_file(self, path: str) -> None:
        """Remembers a file, in front of those before."""
        others = [each for each in self.files() if each != path]
        self._memory.keep(FILES, {"paths": [path, *others][:MOST_FILES]})
