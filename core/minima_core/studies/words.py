"""Counts and shares as people read them."""

from __future__ import annotations

import math

from minima_core.studies.counting import Estimated, share_of

__all__ = ["duration", "interval_in_words", "memory_in_words", "percent", "share_in_words", "whole"]

NARROW = "\u202f"


def whole(number: float) -> str:
    """Return a number as people write it: rounded, thousands apart; infinite is “∞”.

    Examples
    --------
    >>> whole(12345.6), whole(float("inf")), whole(950)
    ('12\u202f346', '∞', '950')
    """
    if math.isinf(number):
        return "∞"
    if number >= 1e15:
        return f"10^{math.floor(math.log10(number))}"
    return f"{round(number):,}".replace(",", NARROW) if abs(number) >= 10_000 else f"{round(number)}"


def percent(share: float) -> str:
    """Return a share in percent, with a digit more where it is close to 0 or 100.

    Examples
    --------
    >>> percent(0.5), percent(0.0042), percent(1.0), percent(0.9996)
    ('50\u202f%', '0.42\u202f%', '100\u202f%', '99.96\u202f%')
    """
    p = 100.0 * share
    if 0.0 < p < 0.01 or 99.99 < p < 100.0:
        return f"under 0.01{NARROW}%" if p < 50.0 else f"over 99.99{NARROW}%"
    apart = min(p, 100.0 - p)
    digits = 0 if apart >= 1.0 or apart <= 0.0 else min(2, 1 - math.floor(math.log10(apart)))
    said = f"{p:.{digits}f}"
    return f"{said.rstrip('0').rstrip('.') if '.' in said else said}{NARROW}%"


def interval_in_words(found: Estimated) -> str:
    """Return the two ends of an interval of a share."""
    low, high = percent(found.low).removesuffix(f"{NARROW}%"), percent(found.high)
    return f"{low} to {high}"


def share_in_words(reached: int, tries: int) -> str:
    """Return how often something happened, with its interval.

    Examples
    --------
    >>> share_in_words(8, 16)
    '8 of 16 (28 to 72\u202f%)'
    """
    return f"{whole(reached)} of {whole(tries)} ({interval_in_words(share_of(reached, tries))})"


UNITS = ((60.0, 1.0, "second"), (3600.0, 60.0, "minute"), (86_400.0, 3600.0, "hour"),
         (2 * 31_557_600.0, 86_400.0, "day"), (math.inf, 31_557_600.0, "year"))  # fmt: skip


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it.

    Examples
    --------
    >>> duration(0.3), duration(90), duration(1e9)
    ('less than a second', '2 minutes', '32 years')
    """
    if seconds < 1.0:
        return "less than a second"
    size, unit = next((size, unit) for most, size, unit in UNITS if seconds < most)
    count = seconds / size
    said = whole(max(1, math.floor(count + 0.5)))
    return f"{said} {unit}{'' if said == '1' else 's'}"


def memory_in_words(size: float) -> str:
    """Return a number of bytes in the unit that suits it.

    Examples
    --------
    >>> memory_in_words(3e6), memory_in_words(8e13)
    ('3 MB', '80 TB')
    """
    for unit, limit in (("kB", 1e6), ("MB", 1e9), ("GB", 1e12), ("TB", 1e15)):
        if size < limit:
            return f"{whole(max(1.0, size / (limit / 1e3)))} {unit}"
    return f"{whole(size / 1e15)} PB"
