"""Conditions on numbers that came out, and sentences that hold them: ``deep low > shallow high``.

The texts of claims are data. A condition compares two sides, each a number, the name of a number that came
out, or a multiple of one (``2 × slow``); a sentence has names in braces. Nothing is ever evaluated as Python.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from minima_core.runs.wording import show_number

__all__ = [
    "SIGNIFICANT",
    "Condition",
    "condition",
    "exact",
    "filled",
    "names_in",
    "p_value",
    "percent",
    "share_text",
    "whole",
]

SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "≤": operator.le, ">": operator.gt, "≥": operator.ge, "=": operator.eq,
    "≠": operator.ne,
}  # fmt: skip
_CONDITION = re.compile(r"^(?P<left>.+?) (?P<sign>[<≤>≥=≠]) (?P<right>.+)$")
_SIDE = re.compile(r"^(?:(?P<factor>[0-9.]+) × )?(?P<name>\w[^×<≤>≥=≠{}]*)$")
_PLACE = re.compile(r"\{([^{}:]+)(?::([a-z]+))?\}")
SIGNIFICANT = 0.05
ROUNDING = 1e-9
PERCENT = "\u00a0%"
"""With a space at which no line breaks."""


@dataclass(frozen=True)
class Condition:
    """What must have come out for a judgement to hold, and whether it did."""

    text: str
    holds: bool
    sentence: str
    """The condition with its numbers: “deep low 0.51 > shallow high 0.49”."""


def condition(text: str, numbers: Mapping[str, float]) -> Condition:
    """Return whether a condition holds; whatever is compared with nan does not.

    Raises
    ------
    ValueError
        With a sentence, when it is none, or names a number that did not come out.

    Examples
    --------
    >>> condition("deep > 2 × shallow", {"deep": 0.5, "shallow": 0.2}).holds
    True
    """
    match = _CONDITION.match(text)
    if match is None:
        raise ValueError(f"“{text}” is no condition: it needs two sides and one of {' '.join(SIGNS)}.")
    (left, left_text), (right, right_text) = (_side(match[each], numbers) for each in ("left", "right"))
    holds = not (math.isnan(left) or math.isnan(right)) and SIGNS[match["sign"]](left, right)
    return Condition(text, holds, f"{left_text} {match['sign']} {right_text}")


def _side(text: str, numbers: Mapping[str, float]) -> tuple[float, str]:
    """Return one side of a condition, and how it reads."""
    try:
        return float(text), text
    except ValueError:
        match = _SIDE.match(text)
    if match is None or match["name"] not in numbers:
        raise ValueError(f"The condition names “{text}”, which is neither a number nor one that came out.")
    number = numbers[match["name"]]
    if match["factor"]:
        return float(match["factor"]) * number, f"{match['factor']} × {match['name']} ({show_number(number)})"
    return number, f"{match['name']} ({show_number(number)})"


# -- sentences -----------------------------------------------------------------------------------------------


def filled(text: str, numbers: Mapping[str, float]) -> str:
    r"""Return a sentence with the numbers that came out in place of their names.

    ``{name}`` writes three digits, ``{name:whole}`` a count, ``{name:percent}`` a share, ``{name:share}`` a
    share with its 95 % interval (from ``name low`` and ``name high``), ``{name:p}`` a p-value and whether the
    difference is significant, ``{name:exact}`` a number that may be 0 but for rounding.

    Examples
    --------
    >>> filled("{deep:share} of {starts:whole}", {"deep": 0.53, "deep low": 0.5, "deep high": 0.55,
    ...        "starts": 2001})
    '53\xa0% (50 to 55\xa0%) of 2\u202f001'
    """

    def written(match: re.Match[str]) -> str:
        name, form = match[1], match[2] or "number"
        if name not in numbers:
            raise ValueError(f"The sentence names “{name}”, a number that did not come out.")
        if form == "share":
            return share_text(*(numbers[name + end] for end in ("", " low", " high")))
        return _FORMS[form](numbers[name])

    return _PLACE.sub(written, text)


def names_in(text: str) -> tuple[str, ...]:
    """Return the names in the braces of a sentence."""
    return tuple(match[1] for match in _PLACE.finditer(text))


def percent(share: float) -> str:
    r"""Return a share in percent: whole ones, with a digit more near 0 and 100 where it says something.

    Examples
    --------
    >>> percent(0.531), percent(0.0042), percent(0.0), percent(0.9987)
    ('53\xa0%', '0.4\xa0%', '0\xa0%', '99.9\xa0%')
    """
    number = 100.0 * share
    if 0.0 < number < 1.0 or 99.0 < number < 100.0:
        near = f"{number:.1f}"
        return f"{'<0.1' if near == '0.0' else '>99.9' if near == '100.0' else near}{PERCENT}"
    return f"{number:.0f}{PERCENT}"


def share_text(share: float, low: float, high: float) -> str:
    """Return a share with its interval: “53 % (51 to 55 %)”."""
    return f"{percent(share)} ({percent(low).removesuffix(PERCENT)} to {percent(high)})"


def whole(count: float) -> str:
    """Return a count with its thousands apart; “∞” where it is not finite."""
    return f"{count:,.0f}".replace(",", "\u202f").replace("-", "−") if math.isfinite(count) else "∞"


def p_value(p: float) -> str:
    """Return whether a difference is significant, and its p-value.

    Examples
    --------
    >>> p_value(0.2), p_value(1e-9)
    ('not significant, p = 0.2', 'significant, p < 0.001')
    """
    said = "significant" if p < SIGNIFICANT else "not significant"
    return f"{said}, p < 0.001" if p < 0.001 else f"{said}, p = {p:.2g}"


def exact(number: float) -> str:
    """Return a number that is 0 but for rounding as such: “0 (to rounding)”; any other as it is.

    Examples
    --------
    >>> exact(3e-16), exact(0.25)
    ('0 (to rounding)', '0.25')
    """
    if number == 0.0:
        return "0"
    return "0 (to rounding)" if abs(number) < ROUNDING else show_number(number)


_FORMS: Mapping[str, Callable[[float], str]] = {
    "number": show_number, "whole": whole, "percent": percent, "p": p_value, "exact": exact,
}  # fmt: skip
