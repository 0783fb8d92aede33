"""What the formula bar is fed with: words to complete while one types, and examples to begin with."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Completion", "Example", "matching"]

_WORD = re.compile(r"[^\W\d]\w*$")


@dataclass(frozen=True)
class Completion:
    """A word that may be completed while one types.

    Attributes
    ----------
    word
        What is typed and compared: ``"sqrt"``.
    insert
        What takes its place: ``"sqrt()"``. The cursor lands between brackets that are empty.
    meaning
        A few words: "square root; no value below 0".
    kind
        ``"function"``, ``"constant"``, ``"variable"`` or ``"parameter"``, shown in grey.
    """

    word: str
    insert: str
    meaning: str
    kind: str = "function"


@dataclass(frozen=True)
class Example:
    """A formula to begin with, and what there is to see in it."""

    text: str
    meaning: str


def matching(completions: tuple[Completion, ...], before: str, asked: bool) -> list[tuple[Completion, int]]:
    """Return the words that go on as `before` ends, and how many letters of it they take the place of.

    Letters may be a product (``xsin``): the longest end that begins a known word counts.
    """
    match = _WORD.search(before)
    word = match.group() if match else ""
    if not word:
        return [(item, 0) for item in completions] if asked else []
    least = 1 if asked else 2
    for start in range(len(word)):
        piece = word[start:]
        if len(piece) < least:
            break
        low = piece.lower()
        found = [item for item in completions if item.word.lower().startswith(low)]
        found.sort(key=lambda item: (item.word.lower() != low, len(item.word)))
        if [item.insert for item in found] == [piece]:
            return []
        if found:
            return [(item, len(piece)) for item in found]
    return []
