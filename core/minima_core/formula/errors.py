"""What goes wrong with a typed formula, as a sentence and a place in the text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

__all__ = ["FormulaError", "near", "shown"]

_LONGEST_QUOTE = 24


class FormulaError(ValueError):
    """A formula that cannot be used; ``str()`` is the sentence, ``column`` the place.

    Parameters
    ----------
    sentence : str
        What is wrong and what would be right, for the person who typed.
    column : int
        0-based index, in code points, into the text as it was typed.

    Examples
    --------
    >>> from minima_core.formula import parse, FormulaError
    >>> try:
    ...     parse("2 * x *")
    ... except FormulaError as error:
    ...     print(error.column, error)
    6 Something is missing after ‘*’.
    """

    def __init__(self, sentence: str, column: int = 0) -> None:
        super().__init__(sentence)
        self.column = column

    def __reduce__(self) -> tuple[type[FormulaError], tuple[str, int]]:
        """Keep the column when the error travels between processes."""
        return type(self), (str(self), self.column)


def shown(text: str) -> str:
    """Return ``text`` in curly quotes, shortened, with nothing in it that cannot be printed."""
    if len(text) > _LONGEST_QUOTE:
        text = text[: _LONGEST_QUOTE - 1] + "…"
    safe = "".join(
        letter if letter == " " or unicodedata.category(letter)[0] not in "CZ" else f"U+{ord(letter):04X}"
        for letter in text
    )
    return f"‘{safe}’"


def near(word: str, known: Iterable[str]) -> list[str]:
    """Return up to three known words that look like ``word``, best first; letter case does not count."""
    from difflib import get_close_matches  # only wanted once something is wrong

    by_lower = {name.lower(): name for name in known}
    return [by_lower[match] for match in get_close_matches(word.lower(), by_lower, n=3, cutoff=0.66)]
