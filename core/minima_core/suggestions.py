"""What somebody may have meant who wrote a name that does not exist: for the ends of sentences."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["suggestions"]

ALIKE = 0.7
"""How alike two names must be: himelblau and himmelblau are 0.95, himelblau and shelf 0.57."""
BEHIND = 0.15
"""A name that is so much less alike than the nearest one was not meant."""


def suggestions(name: object, names: Iterable[str]) -> list[str]:
    """Return at most three names that are really near, the nearest first; capitals and spaces do not count.

    A part of a name is near it: “camel” is near to all camels.

    Examples
    --------
    >>> suggestions("himelblau", ["himmelblau", "shelf", "hidden-hole"])
    ['himmelblau']
    >>> suggestions("camel", ["six-hump-camel", "schwefel", "three-hump-camel"])
    ['six-hump-camel', 'three-hump-camel']
    >>> suggestions("xyz", ["himmelblau"])
    []
    """
    from difflib import SequenceMatcher  # only wanted once something is wrong

    word = str(name).strip().casefold().replace(" ", "-").replace("_", "-")
    alike: list[tuple[float, str]] = []
    for each in sorted(names):
        other = each.casefold().replace("_", "-")
        ratio = SequenceMatcher(None, word, other).ratio()
        if len(word) >= 3 and word in other.split("-"):
            ratio = max(ratio, ALIKE)
        if ratio >= ALIKE:
            alike.append((ratio, each))
    best = max((ratio for ratio, _ in alike), default=0.0)
    near = [(ratio, each) for ratio, each in alike if ratio > best - BEHIND]
    return [each for _, each in sorted(near, key=lambda pair: -pair[0])[:3]]
