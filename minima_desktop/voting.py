"""A vote of the room: asked, played, revealed; who said what, and how many were right. No Qt here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from minima_core.scene import Ballot, result_words

__all__ = ["Phase", "Vote"]

Phase = Literal["asking", "playing", "revealed"]


@dataclass
class Vote:
    """One question, and the votes so far.

    Attributes
    ----------
    ballot
        The answers.
    entry
        The line of the race that the question is about.
    name
        How that line is called.
    question
        What the room is asked.
    seeks
        Whether that line does not end in a valley, but reports the best that it found.
    ends
        Of each run, by (line of the race, start), the letter in whose valley it ended, once revealed; None
        where it has none.

    Examples
    --------
    >>> from minima_core.document import opening
    >>> from minima_core.scene import ballot_of, stage_of
    >>> vote = Vote(ballot_of(stage_of(opening().exploration.place.landscape_of())), 0, "Adam", "Where?")
    >>> vote.add("A"), vote.add("B"), vote.add("B"), vote.tally()
    (True, True, True, {'A': 1, 'B': 2})
    >>> vote.take_back("A"), vote.take_back("A"), vote.tally()
    (True, False, {'A': 0, 'B': 2})
    """

    ballot: Ballot
    entry: int
    name: str
    question: str
    seeks: bool = False
    phase: Phase = "asking"
    votes: list[str] = field(default_factory=list)
    ends: dict[tuple[int, int], str | None] = field(default_factory=dict)

    @property
    def right(self) -> str | None:
        """The letter that was right, once revealed; None where the run ended in none of the valleys."""
        return self.ends.get((self.entry, 0))

    def add(self, letter: str) -> bool:
        """Count a vote; false when nobody votes any more, or there is no such answer."""
        if self.phase != "asking" or letter not in self.ballot.letters:
            return False
        self.votes.append(letter)
        return True

    def take_back(self, letter: str = "") -> bool:
        """Take the last vote back, or the last one for a letter; false when there is none."""
        chosen = [k for k, vote in enumerate(self.votes) if vote == (letter or vote)]
        if self.phase != "asking" or not chosen:
            return False
        del self.votes[chosen[-1]]
        return True

    def close(self) -> None:
        """End the vote: the race begins."""
        if self.phase == "asking":
            self.phase = "playing"

    def reveal(self, ends: dict[tuple[int, int], str | None]) -> None:
        """Say where every run ended."""
        self.phase = "revealed"
        self.ends = ends

    def tally(self) -> dict[str, int]:
        """Return how many votes each answer has, in the order of the letters."""
        counted = Counter(self.votes)
        return {letter: counted[letter] for letter in self.ballot.letters}

    @property
    def total_words(self) -> str:
        """How many have voted."""
        count = len(self.votes)
        return "no vote yet" if not count else f"{count} {'vote' if count == 1 else 'votes'}"

    @property
    def result(self) -> str:
        """What came out, in a sentence; empty before it is known."""
        if self.phase != "revealed":
            return ""
        return result_words(self.name, self.right, self.votes, seeks=self.seeks)
