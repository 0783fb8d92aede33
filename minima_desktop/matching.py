"""How well something is what was typed: words in any order, beginnings before middles, letters left out last.

Nothing here knows what is looked for; the command palette and the sheet of keys both ask.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

__all__ = ["Text", "matched", "plain", "score"]

_MOST_TYPED = 80
"""Letters of what is typed that are looked at."""
_LEAST_LOOSE = 3
"""Letters from which on some may be left out in between."""


@dataclass(frozen=True)
class Text:
    """What a thing can be found by: its title, other names of it, and what else is said about it."""

    title: str
    names: str = ""
    said: str = ""


@cache
def plain(text: str) -> str:
    """Return `text` in small letters without accents, with one space for anything between words.

    Examples
    --------
    >>> plain("Schwefel’s  “Deceptive” Ñandú")
    'schwefel s deceptive nandu'
    """
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(each for each in letters if not unicodedata.combining(each))
    return re.sub(r"[^\w+]+", " ", kept).strip()


def score(typed: str, text: Text) -> float:
    """Return how well `text` is what was `typed`: 0 for not at all, about 100 for its very title.

    Every word that was typed must be found somewhere.

    Examples
    --------
    >>> score("rastr", Text("Rastrigin’s function")) > score("rastr", Text("A sum of Rastrigins")) > 0
    True
    >>> score("rosnbrk", Text("Rosenbrock’s valley")) > 0, score("adam", Text("Momentum"))
    (True, 0.0)
    """
    words = plain(typed[:_MOST_TYPED]).split()
    if not words:
        return 1.0
    title, names, said = plain(text.title), plain(text.names), plain(text.said)
    whole = " ".join(words)
    total = 0.0
    for word in words:
        best = max(_in_title(word, title), 0.92 * _in_title(word, names), _in_passing(word, said))
        if best <= 0:
            return 0.0
        total += best
    bonus = (
        12.0
        if whole in (title, names)
        else 6.0
        if title.startswith(whole)
        else 3.0
        if whole in title
        else 0.0
    )
    # Of two that are found alike, the shorter one is nearer to what was typed.
    return total / len(words) + bonus - min(len(title), 60) * 0.04


def _in_title(word: str, title: str) -> float:
    if not title:
        return 0.0
    parts = title.split()
    if word in parts:
        return 88.0 - 2.0 * min(parts.index(word), 4)
    begun = next((k for k, part in enumerate(parts) if part.startswith(word)), None)
    if begun is not None:
        return 80.0 - 2.0 * min(begun, 4)
    if word in title:
        return 52.0
    if len(word) >= _LEAST_LOOSE:
        return max((_loosely(word, part) for part in parts), default=0.0)
    return 0.0


def _in_passing(word: str, said: str) -> float:
    if len(word) < 2:
        return 0.0
    if re.search(rf"(?<!\w){re.escape(word)}", said):
        return 26.0
    return 14.0 if len(word) >= _LEAST_LOOSE and word in said else 0.0


def _loosely(word: str, part: str) -> float:
    """Return how well `word` is `part` with letters left out: its first letter must be there."""
    if part[:1] != word[:1]:
        return 0.0
    at = -1
    for letter in word:
        at = part.find(letter, at + 1)
        if at < 0:
            return 0.0
    share = len(word) / (at + 1)
    return 40.0 * share if share >= 0.5 else 0.0


def matched(typed: str, title: str) -> tuple[tuple[int, int], ...]:
    """Return which parts of `title` were typed, as (begin, end), in order: to be set off when it is shown.

    Examples
    --------
    >>> matched("hum mom", "Momentum over a hump")
    ((0, 3), (16, 19))
    """
    small = title.casefold()
    if len(small) != len(title):
        return ()
    found: set[int] = set()
    for word in plain(typed[:_MOST_TYPED]).split():
        begun = re.search(rf"(?<!\w){re.escape(word)}", small)
        at = begun.start() if begun else small.find(word)
        if at >= 0:
            found.update(range(at, at + len(word)))
    parts: list[tuple[int, int]] = []
    for place in sorted(found):
        if parts and parts[-1][1] == place:
            parts[-1] = parts[-1][0], place + 1
        else:
            parts.append((place, place + 1))
    return tuple(parts)
