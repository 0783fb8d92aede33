"""Ticks of axes: round numbers, so many as there is room for, and their words."""

from __future__ import annotations

import math

from minima_core.scene.scenes import Tick
from minima_core.scene.words import MINUS, number

__all__ = ["linear_ticks", "log_ticks", "nice_step", "nice_upper"]

PLAIN = (-3, 3)
"""The powers of ten that are written out, where all of an axis are among them."""
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def nice_step(span: float, count: float) -> float:
    """Return the round step (1, 2, 2.5 or 5 times a power of ten) that divides `span` into about `count`.

    Examples
    --------
    >>> nice_step(2.54, 12), nice_step(300, 6)
    (0.2, 50.0)
    """
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    return min((1.0, 2.0, 2.5, 5.0, 10.0), key=lambda each: abs(math.log(each * power / rough))) * power


def nice_upper(x: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is at least x.

    Examples
    --------
    >>> nice_upper(130), nice_upper(1e6)
    (200.0, 1000000.0)
    """
    power = 10.0 ** math.floor(math.log10(x))
    return next(each * power for each in (1.0, 2.0, 5.0, 10.0) if each * power >= x * (1 - 1e-12))


def linear_ticks(low: float, high: float, count: float = 6) -> tuple[Tick, ...]:
    """Return labelled ticks at round numbers from `low` to `high`, and four or five minor steps between two.

    Examples
    --------
    >>> [tick.text for tick in linear_ticks(-1, 1, 4) if tick.text]
    ['−1', '−0.5', '0', '0.5', '1']
    """
    if not (math.isfinite(low) and math.isfinite(high) and high > low):
        return ()
    step = nice_step(high - low, count)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if abs(step * 10**decimals - round(step * 10**decimals)) > 1e-6:
        decimals += 1  # 2.5 and 0.25
    first = math.ceil(low / step - 1e-9)
    major = range(first, math.floor(high / step + 1e-9) + 1)
    large = max(abs(low), abs(high)) >= 1e5 or step < 1e-4
    ticks = []
    for k in major:
        at = k * step
        text = number(at, 4) if large else _plain(at, decimals)
        ticks.append(Tick(at, "0" if k == 0 else text))
    part = 4 if round(step / 10.0 ** math.floor(math.log10(step) + 1e-9), 3) == 2 else 5
    minor = range(math.ceil(low / step * part - 1e-9), math.floor(high / step * part + 1e-9) + 1)
    ticks.extend(Tick(k * step / part) for k in minor if k % part)
    return tuple(ticks)


def _plain(at: float, decimals: int) -> str:
    """Return a number with at most so many decimals."""
    text = f"{at:.{decimals}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)


def log_ticks(low: float, high: float, count: int = 5) -> tuple[Tick, ...]:
    """Return ticks for a range of log10: powers of ten with words, the rest of each decade without.

    The words of one axis have one form: plain numbers where all of them are short, else powers of ten.

    Examples
    --------
    >>> [tick.text for tick in log_ticks(-6, 1, 4) if tick.text]
    ['10⁻⁶', '10⁻⁴', '10⁻²', '10⁰']
    >>> [tick.text for tick in log_ticks(-2, 1) if tick.text]
    ['0.01', '0.1', '1', '10']
    """
    if not (math.isfinite(low) and math.isfinite(high) and high > low):
        return ()
    every = max(1, math.ceil((high - low) / max(count, 1)))
    ticks = []
    inside = [p for p in range(math.floor(low), math.ceil(high) + 1) if low - 1e-9 <= p <= high + 1e-9]
    plain = all(PLAIN[0] <= power <= PLAIN[1] for power in inside if power % every == 0)
    for power in range(math.floor(low), math.ceil(high) + 1):
        if power in inside:
            words = number(10.0**power) if plain else f"10{str(power).translate(SUPERSCRIPTS)}"
            ticks.append(Tick(float(power), words if power % every == 0 else ""))
        if high - low <= 6:
            ticks.extend(
                Tick(at) for at in (power + math.log10(k) for k in range(2, 10)) if low <= at <= high
            )
    if sum(1 for tick in ticks if tick.text) < 2 and high - low < 2:
        ticks = [Tick(tick.at, number(10.0**tick.at) if _worth(tick.at) else "") for tick in ticks]
    return tuple(ticks)


def _worth(at: float) -> bool:
    """Whether a tick of a short logarithmic axis gets words: 1, 2 and 5 of each decade."""
    return round(10.0 ** (at - math.floor(at + 1e-9))) in {1, 2, 5, 10}
