"""Values from which landscapes are made: frozen, with checked numbers; and the one of changes."""

from __future__ import annotations

import math

import msgspec

__all__ = ["LARGEST_NUMBER", "Changes", "Value", "check_finite"]

LARGEST_NUMBER = 1e12
MOST_NUMBERS = 1000


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


class Changes(Value, frozen=True, forbid_unknown_fields=True):
    """What is added to a landscape: f_σ(x) + λ₁ Σ|xᵢ − aᵢ| + λ₂ Σ(xᵢ − aᵢ)² + Σ tᵢ xᵢ.

    f_σ(x) = E f(x + σξ), with ξ standard normal, is the landscape smoothed with a Gaussian; σ is `smoothing`
    times the diagonal of the box. With all numbers 0, nothing is changed.

    Examples
    --------
    >>> bool(Changes()), bool(Changes(l2=0.1))
    (False, True)
    """

    l1: float = 0.0
    """λ₁ ≥ 0, the weight of the L1 penalty."""
    l2: float = 0.0
    """λ₂ ≥ 0, the weight of the L2 penalty."""
    towards: tuple[float, ...] = ()
    """a, where the penalties pull to, one number for each variable; empty: the origin."""
    smoothing: float = 0.0
    """σ as a share of the box's diagonal, 0 to 1."""
    tilt: tuple[float, ...] = ()
    """t, the slope that is added, one number for each variable; empty: none."""

    def __post_init__(self) -> None:
        """Check the numbers."""
        check_finite("weight of the L1 penalty", self.l1, 0.0)
        check_finite("weight of the L2 penalty", self.l2, 0.0)
        check_finite("smoothing, a share of the region’s diagonal,", self.smoothing, 0.0, 1.0)
        for what, numbers in (("point that penalties pull to", self.towards), ("tilt", self.tilt)):
            if len(numbers) > MOST_NUMBERS:
                raise ValueError(
                    f"The {what} has {len(numbers)} numbers; at most {MOST_NUMBERS} are allowed."
                )
            for number in numbers:
                check_finite(what, number, -LARGEST_NUMBER, LARGEST_NUMBER)

    def __bool__(self) -> bool:
        return bool(self.l1 or self.l2 or self.smoothing or any(self.tilt))
