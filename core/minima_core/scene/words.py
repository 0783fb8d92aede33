"""How numbers and points are written wherever a person reads them: rounded, with true minus signs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["MINUS", "number", "percent", "point", "times", "whole"]

MINUS = "\u2212"
NARROW = "\u202f"


@lru_cache(maxsize=1024)
def number(x: float, digits: int = 3, *, zero: float = 0.0) -> str:
    """Return a number with `digits` significant digits, without trailing zeros.

    What is not farther than `zero` from 0 is 0: rounding errors are not worth reading. Below 10⁻³ and from
    10⁵ on it has an exponent.

    Examples
    --------
    >>> number(0.39015), number(-0.000321), number(1234567), number(2.0), number(3e-17, zero=1e-9)
    ('0.39', '−3.21e−4', '1.23e6', '2', '0')
    """
    if math.isnan(x):
        return "undefined"
    if math.isinf(x):
        return "∞" if x > 0 else f"{MINUS}∞"
    if abs(x) <= zero:
        return "0"
    mantissa, _, tail = f"{x:.{digits - 1}e}".partition("e")
    exponent = int(tail)
    if -3 <= exponent < 5:
        text = f"{float(f'{mantissa}e{exponent}'):.{max(digits - 1 - exponent, 0)}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        if exponent >= 4:
            text = f"{text[:-3]}{NARROW}{text[-3:]}"
    else:
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        text = f"{mantissa}e{exponent}"
    return text.replace("-", MINUS)


def whole(n: int) -> str:
    """Return a whole number with its thousands set apart.

    Examples
    --------
    >>> whole(10000000), whole(300), whole(-12000)
    ('10\u202f000\u202f000', '300', '−12\u202f000')
    """
    return f"{n:,}".replace(",", NARROW).replace("-", MINUS)


def times(n: int) -> str:
    """Return how often something happened: "×7", "×12.3k".

    Examples
    --------
    >>> times(7), times(12345), times(2500000)
    ('×7', '×12.3k', '×2.5M')
    """
    for size, letter in ((1_000_000, "M"), (10_000, "k")):
        if n >= size:
            return f"×{number(n / (1000 if letter == 'k' else size))}{letter}"
    return f"×{n}"


def point(position: Iterable[float], *, zero: float = 0.0) -> str:
    """Return a point in brackets; coordinates not farther than `zero` from 0 are 0.

    Examples
    --------
    >>> point((-1.15, 1.6))
    '(−1.15, 1.6)'
    """
    return f"({', '.join(number(float(p), zero=zero) for p in position)})"


def percent(share: float) -> str:
    """Return a share in percent: whole from 10 % on, else to a tenth; never 0 for what is not nothing.

    Examples
    --------
    >>> percent(0.6234), percent(0.021), percent(1.0), percent(0.0), percent(0.0001), percent(0.9999)
    ('62\u202f%', '2.1\u202f%', '100\u202f%', '0\u202f%', 'under 0.1\u202f%', 'over 99.9\u202f%')
    """
    hundredth = 100.0 * share
    if math.isnan(share):
        return "undefined"
    if 0 < hundredth < 0.05:
        return f"under 0.1{NARROW}%"
    if 99.95 < hundredth < 100:
        return f"over 99.9{NARROW}%"
    digits = 0 if 10 <= hundredth <= 99 or hundredth in {0.0, 100.0} else 1
    text = f"{hundredth:.{digits}f}"
    return f"{text.removesuffix('.0')}{NARROW}%"
