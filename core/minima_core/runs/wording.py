"""The words of verdicts: minima by name, numbers as people write them, counts."""

from __future__ import annotations

import math
from collections.abc import Sequence

from minima_core.analysis.minima import Minimum

__all__ = ["above", "counted", "named", "show_count", "show_number"]


def named(minimum: Minimum, minima: Sequence[Minimum], proved: bool = False) -> str:
    """Return "the global minimum", "a local minimum", ...: "the" where there is one of its kind.

    Only the catalogue and a proof know global minima; else the best is "the lowest minimum found".
    """
    same = sum(each.is_global == minimum.is_global for each in minima)
    if minimum.is_global and minimum.source == "found":
        words = "the lowest minimum found" if same == 1 else "one of the lowest minima found"
        return f"{words}, on the border of the region" if minimum.on_border else words
    words = f"{'the' if same == 1 else 'a'} {'global' if minimum.is_global else 'local'} minimum"
    if minimum.on_border:
        words += " on the border of the region"
    return f"{words} (proved)" if proved and minimum.is_global else words


def above(gap: float | None) -> str:
    """Return ", 0.39 above the best", or nothing."""
    return f", {show_number(gap)} above the best" if gap and gap > 0.0 else ""


def counted(count: int, one: str, many: str = "") -> str:
    """Return "1 loop" or "7 loops"."""
    return f"1 {one}" if count == 1 else f"{count} {many or one + 's'}"


def show_number(x: float) -> str:
    """Return three significant digits, with a true minus sign; nothing is 0, on whichever side it lies."""
    text = f"{x + 0.0:.3g}"  # −0 + 0 is 0
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")


def show_count(count: float) -> str:
    """Return how many, roughly: two digits, "24 000" or "1.5 million"; as they are below a hundred.

    Examples
    --------
    >>> show_count(7.25), show_count(310.2), show_count(1.53e6), show_count(3e12)
    ('7.2', '310', '1.5 million', 'millions of millions')
    """
    if not count < 1e12:
        return "millions of millions"
    if count >= 1e6:
        return f"{float(f'{count / 1e6:.2g}'):,g} million".replace(",", "\u202f")
    if count < 100.0:
        return f"{count:.2g}"
    digits = int(math.log10(count)) - 1
    return f"{round(count / 10**digits) * 10**digits:,}".replace(",", "\u202f")
