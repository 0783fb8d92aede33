"""The plain values that the formula bar is fed with: words to complete, and examples to begin with."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Completion", "Example"]


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
