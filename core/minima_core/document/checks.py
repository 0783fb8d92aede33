"""What all values of a document share: the error, the checks of texts and numbers, and being frozen."""

from __future__ import annotations

import math

import msgspec

__all__ = [
    "MOST_COORDINATE",
    "MOST_STEPS",
    "DocumentError",
    "Value",
    "check_count",
    "check_number",
    "check_text",
]

MOST_STEPS = 10**9
MOST_TEXT = 4000
MOST_COORDINATE = 1e12


class DocumentError(ValueError):
    """What is wrong with a document, in a sentence that also says what would be right."""


def check_text(what: str, text: str, most: int = MOST_TEXT) -> None:
    """Refuse text that is too long or holds characters that no text has."""
    if len(text) > most:
        raise DocumentError(f"The {what} has {len(text)} characters; at most {most} are allowed.")
    if any((ord(c) < 32 and c not in "\n\t") or 0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise DocumentError(f"The {what} holds characters that cannot be shown.")


def check_number(what: str, number: float, most: float = MOST_COORDINATE) -> None:
    """Refuse what is not a number of ordinary size."""
    if not math.isfinite(number):
        raise DocumentError(f"The {what} must be a finite number, not {number}.")
    if abs(number) > most:
        raise DocumentError(f"The {what} is {number:g}; at most {most:g} is allowed.")


def check_count(what: str, count: int, least: int, most: int) -> None:
    """Refuse a whole number out of range."""
    if not least <= count <= most:
        most_words, words = _grouped(most), _grouped(count)
        raise DocumentError(f"The {what} must lie between {least} and {most_words}, not {words}.")


def _grouped(number: int) -> str:
    """Write a whole number in groups of three; one that is endless, in words."""
    return f"{number:,}".replace(",", " ") if abs(number) < 10**20 else "a number without end"


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What all values of a document share: they do not change, and fields they do not know are errors."""
