"""Shifts and blends of colours as the eye sees them, in Oklab, where equal steps look equal.

Source: B. Ottosson, "A perceptual color space for image processing" (2020), the matrices M1 and M2.
"""

from __future__ import annotations

import math

from PySide6.QtGui import QColor

__all__ = ["contrast", "lightness_of", "mix", "shift"]

Triple = tuple[float, float, float]


def mix(first: QColor, second: QColor, share: float) -> QColor:
    """Return `first` with `share` (0..1) of `second` in it."""
    a, b = _to_oklab(first), _to_oklab(second)
    light, green_red, blue_yellow = (p + (q - p) * share for p, q in zip(a, b, strict=True))
    return _from_oklab((light, green_red, blue_yellow))


def shift(colour: QColor, lightness: float, turn: float = 0.0) -> QColor:
    """Return `colour` lighter by `lightness` (Oklab, −1..1), its hue turned by `turn` degrees.

    Where the screen cannot show the result, its chroma gives way, never its lightness.
    """
    light, a, b = _to_oklab(colour)
    chroma, angle = math.hypot(a, b), math.atan2(b, a) + math.radians(turn)
    light = min(max(light + lightness, 0.05), 1.0)
    for _ in range(24):
        wanted = (light, chroma * math.cos(angle), chroma * math.sin(angle))
        if all(-1e-4 <= channel <= 1.0001 for channel in _linear(wanted)):
            break
        chroma *= 0.92
    return _from_oklab((light, chroma * math.cos(angle), chroma * math.sin(angle)))


def lightness_of(colour: QColor) -> float:
    """Return the lightness of a colour in Oklab, from 0 (black) to 1 (white)."""
    return _to_oklab(colour)[0]


def contrast(first: QColor, second: QColor) -> float:
    """Return the contrast ratio of WCAG 2, 1 to 21; text wants 4.5."""

    def luminance(colour: QColor) -> float:
        r, g, b = (_decode(channel) for channel in (colour.redF(), colour.greenF(), colour.blueF()))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def _decode(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _encode(channel: float) -> float:
    channel = min(max(channel, 0.0), 1.0)
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _to_oklab(colour: QColor) -> Triple:
    r, g, b = (_decode(channel) for channel in (colour.redF(), colour.greenF(), colour.blueF()))
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    middle = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _linear(lab: Triple) -> Triple:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _from_oklab(lab: Triple) -> QColor:
    r, g, b = (_encode(channel) for channel in _linear(lab))
    return QColor.fromRgbF(r, g, b)
