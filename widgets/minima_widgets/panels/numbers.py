"""Numbers as a person reads and types them: three significant digits, a true minus, powers of ten."""

from __future__ import annotations

import math
import re

__all__ = ["count", "format_number", "parse_count", "parse_number", "plural", "speed_words"]

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
_THIN = "\u202f"  # a narrow space that no line is broken at
_POWER = re.compile(
    r"^(?:([0-9.]+)\s*(?:×|x|\*|·)\s*)?10\s*(?:\^|\*\*)?\s*([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|(?<=[\^*])-?[0-9]+)$"
)


def format_number(value: float, digits: int = 3) -> str:
    """Return `value` with what matters of it.

    Examples
    --------
    >>> format_number(0.03), format_number(-0.000321), format_number(1e-8), format_number(123456.0)
    ('0.03', '−3.21e−4', '1e−8', '1.23e5')
    """
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if -4 < exponent < 5:
        text = f"{value:.{max(digits - 1 - exponent, 0)}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return text.replace("-", "−")
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(power)}".replace("-", "−")


def parse_number(text: str) -> float | None:
    """Return the number that a person typed, or None when it is none.

    A comma is a decimal point, a true minus is a minus; infinity and nan are no numbers here.

    Examples
    --------
    >>> parse_number("1e-3"), parse_number(" 0,01 "), parse_number("10^-3"), parse_number("a lot")
    (0.001, 0.01, 0.001, None)
    """
    plain = text.strip().replace(_THIN, "").replace(" ", "").replace("−", "-")
    power = _POWER.match(plain)
    if power:
        factor, exponent = power.groups()
        plain = f"{factor or 1}e{exponent.translate(_LOWERED)}"
    elif plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    if "_" in plain:
        return None
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def count(number: int) -> str:
    """Return a whole number in groups of three; round millions as a power of ten.

    Examples
    --------
    >>> count(500), count(10_000_000), count(2_500_000)
    ('500', '10⁷', '2\u202f500\u202f000')
    """
    text = str(abs(number))
    if len(text) > 6 and text[0] == "1" and not text[1:].strip("0"):
        text = f"10{str(len(text) - 1).translate(_RAISED)}"
    else:
        text = f"{abs(number):,}".replace(",", _THIN)
    return f"−{text}" if number < 0 else text


def parse_count(text: str) -> int | None:
    """Return the whole number that a person typed ("500", "1 000 000", "1e6", "10^8"), or None."""
    value = parse_number(text)
    if value is None or value != math.floor(value) or abs(value) > 1e15:
        return None
    return int(value)


def plural(unit: str) -> str:
    """Return what is counted in the plural: "steps", "evaluations", and "µs", which has none."""
    return unit if unit == "µs" else f"{unit}s"


def speed_words(speed: float, unit: str = "step") -> str:
    """Return a speed in words: so many steps, or whatever is counted, a second.

    Examples
    --------
    >>> speed_words(1), speed_words(60), speed_words(1e6), speed_words(float("inf"))
    ('1 step/s', '60 steps/s', '10⁶ steps/s', 'as fast as it goes')
    """
    if math.isinf(speed):
        return "as fast as it goes"
    if speed == 1:
        return f"1 {unit}/s"
    return f"{count(round(speed)) if speed >= 10 else format_number(speed, 2)} {plural(unit)}/s"
