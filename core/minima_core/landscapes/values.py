"""What values from which landscapes are made share: they are frozen, and their numbers are checked."""

from __future__ import annotations

import math

import msgspec

__all__ = ["LARGEST_NUMBER", "Value", "check_finite"]

LARGEST_NUMBER = 1e12


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value that does not change; fields it does not know are errors when it is read."""


def check_finite(
    what: str, number: float, least: float = -LARGEST_NUMBER, most: float = LARGEST_NUMBER
) -> None:
    """Refuse what is not a finite number between two bounds; `ValueError` with a sentence."""
    if not math.isfinite(number):
        raise ValueError(f"The {what} must be a finite number, not {number}.")
    if not least <= number <= most:
        raise ValueError(f"The {what} must lie from {least:g} to {most:g}, not {number:g}.")
