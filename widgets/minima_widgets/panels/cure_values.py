"""The plain values that a verdict's card is fed with."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CureItem", "VerdictNote"]


@dataclass(frozen=True)
class CureItem:
    """One thing to try.

    Attributes
    ----------
    title, reason
        What it is, and why it may help: a sentence.
    how
        What sets it apart, in a few words: "from here on", "changes the landscape"; empty: a line from the
        same start.
    state
        ``""`` not tried, ``"racing"``, ``"helped"``, ``"no"``, ``"mixed"`` or ``"incomparable"``.
    result
        What came of it, a sentence; it is shown in place of the reason.
    """

    title: str
    reason: str
    how: str = ""
    state: str = ""
    result: str = ""


@dataclass(frozen=True)
class VerdictNote:
    """What the card of one line of the race says.

    Attributes
    ----------
    line
        The entry's number.
    sentence
        The whole verdict, or what the run does while it is under way.
    which
        Which start is spoken of: "From start 2 of 5"; empty where there is one.
    tally
        What all starts of the line have come to.
    signs
        Early signs, each a sentence.
    numbers
        Label, value and meaning of each.
    cures
        What to try.
    tried_for, result, judgement
        Of a line that is itself a cure: which line it is tried for, whether it helped, in a sentence, and
        in a word as in `CureItem.state`.
    brief
        Nobody has asked: the sentence and the best cure are enough, and a way to the rest.
    """

    line: int
    sentence: str
    which: str = ""
    tally: str = ""
    signs: tuple[str, ...] = ()
    numbers: tuple[tuple[str, str, str], ...] = ()
    cures: tuple[CureItem, ...] = ()
    tried_for: str = ""
    result: str = ""
    judgement: str = ""
    brief: bool = False
