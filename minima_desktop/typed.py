"""What people type on a command line, read as numbers; a `ValueError` with a sentence for what is none."""

from __future__ import annotations

import re

__all__ = ["numbers", "one_number", "pair_of", "region", "shown", "whole"]

MOST_QUOTED = 40


def numbers(what: str, text: str) -> tuple[float, ...]:
    """Numbers with commas between them; a proper minus sign is one too.

    >>> numbers("start", "-3, 0.5")
    (-3.0, 0.5)
    """
    try:
        return tuple(float(part.replace("−", "-")) for part in text.split(","))
    except ValueError:
        raise ValueError(
            f"The {what} must be numbers with commas between them, such as -3,3, not “{shown(text)}”."
        ) from None


def whole(what: str, text: str, least: int, most: int) -> int:
    """A whole number in a range; 1e6 is one too."""
    try:
        number = float(text) if re.search(r"[.eE]", text) else int(text)
        if number != int(number):
            raise ValueError
    except (ValueError, OverflowError):
        raise ValueError(f"The {what} must be a whole number, not “{shown(text)}”.") from None
    if not least <= number <= most:
        raise ValueError(f"The {what} must lie between {least} and {most}, not {shown(text)}.")
    return int(number)


def shown(text: str) -> str:
    """The text as an error quotes it: never longer than a line.

    >>> shown("9" * 100)
    '999999999999999999999999999999999999999…'
    """
    return text if len(text) <= MOST_QUOTED else text[: MOST_QUOTED - 1] + "…"


def region(text: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Lower and upper bounds.

    >>> region("-1,2,-3,4")
    ((-1.0, -3.0), (2.0, 4.0))
    """
    bounds = numbers("region", text)
    if len(bounds) < 2 or len(bounds) % 2:
        raise ValueError(
            f"The region needs two numbers for each variable, such as -3,3,-2,2, not “{shown(text)}”."
        )
    return bounds[0::2], bounds[1::2]


def one_number(what: str, text: str) -> float:
    """One number; a `ValueError` with a sentence for a text that is none."""
    found = numbers(what, text)
    if len(found) != 1:
        raise ValueError(f"The {what} must be one number, not “{shown(text)}”.")
    return found[0]


def pair_of(text: str) -> tuple[int, int]:
    """The numbers of two minima.

    >>> pair_of("1, 3")
    (1, 3)
    """
    match = re.fullmatch(r"\s*(\d{1,6})\s*,\s*(\d{1,6})\s*", text)
    if match is None or "0" in (match[1].lstrip("0") or "0", match[2].lstrip("0") or "0"):
        raise ValueError(
            "The two minima to compare are given by their numbers, 1 the lowest, such as 1,2; "
            f"not “{text[:40]}”."
        )
    return int(match[1]), int(match[2])
