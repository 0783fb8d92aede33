"""Says in a sentence or two what is known about the critical points of a region."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

__all__ = ["searched", "told"]


class PointLike(Protocol):
    """What is asked of a point here."""

    @property
    def kind(self) -> str:
        """Minimum, maximum, saddle or degenerate."""

    @property
    def on_border(self) -> bool:
        """On the edge of the region."""

    @property
    def proved(self) -> bool:
        """With a certificate."""


_PLURALS = {"minimum": "minima", "maximum": "maxima", "saddle": "saddles", "degenerate": "degenerate points"}
_SINGULARS = {"degenerate": "degenerate point"}


def told(
    points: Sequence[PointLike], complete: bool, places: int, finished: bool, global_proved: bool
) -> str:
    """Return the sentence for what a proof found; `places` counts where something stays undecided."""
    counted = _counted(points)
    if complete:
        if not points:
            return "No critical points and no minima in this region: proved."
        return f"{counted}. Proved: this region has no others."
    proved = [each for each in points if each.proved]
    others = [each for each in points if not each.proved]
    parts = [f"{_counted(proved)}: proved." if proved else "No critical point could be proved."]
    if others:
        parts.append(f"{_counted(others)}: found, not proved.")
    if not finished:
        parts.append("The search for more was ended before the whole region was looked at.")
    elif places:
        where = "One place is" if places == 1 else f"{_number(places)} places are"
        parts.append(f"{where} left undecided: vanishing curvature, a kink, or level ground.")
    if global_proved:
        parts.append("The lowest value is proved.")
    return " ".join(parts)


def searched(points: Sequence[PointLike], is_callable: bool) -> str:
    """Return the sentence for what a search found."""
    why = "about a function that is no formula" if is_callable else "with so many variables"
    return f"{_counted(points)}, found by a search. Nothing can be proved {why}."


def _counted(points: Sequence[PointLike]) -> str:
    """Count by kind: 9 critical points: 4 minima, 1 maximum and 4 saddles."""
    if not points:
        return "No minima"
    kinds = []
    for kind, plural in _PLURALS.items():
        number = sum(each.kind == kind for each in points)
        if number:
            kinds.append(f"{_number(number)} {_SINGULARS.get(kind, kind) if number == 1 else plural}")
    border = sum(each.on_border and each.kind == "minimum" for each in points)
    if len(kinds) == 1:
        text = kinds[0]
    else:
        text = f"{_number(len(points))} critical points: {', '.join(kinds[:-1])} and {kinds[-1]}"
    if not border:
        return text
    if border == len(points):
        return f"{text} on the border of the region"
    return f"{text} ({_number(border)} of the minima on the border of the region)"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")
