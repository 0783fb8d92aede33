"""What the landscape is like at one point: value, slope, curvature, and a word for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.scene.relief import LandscapeLike

__all__ = ["Reading", "reading_of"]

Array: TypeAlias = NDArray[np.float64]

FLAT = 1e-3
"""Curvatures below this share of the largest one count as none."""


@dataclass(frozen=True)
class Reading:
    """The numbers under the cursor; nan where they are undefined."""

    value: float
    gradient_norm: float
    eigenvalues: tuple[float, ...]
    """Of the Hessian, the largest first."""
    word: str
    """"bowl-like", "saddle-like", "dome-like", "trough-like", "ridge-like", "flat" or ""."""


def reading_of(land: LandscapeLike, position: ArrayLike) -> Reading:
    """Return what a landscape is like at a point (n,).

    Examples
    --------
    >>> from minima_core.landscapes import formula
    >>> reading_of(formula("x^2 - y^2", (-2, -2), (2, 2)), (1.5, 2))
    Reading(value=-1.75, gradient_norm=5.0, eigenvalues=(2.0, -2.0), word='saddle-like')
    """
    point = np.asarray(position, dtype=np.float64)
    with np.errstate(all="ignore"):
        value = float(np.asarray(land.value(point)))
        gradient = np.asarray(land.gradient(point), dtype=np.float64)
        hessian = np.asarray(land.hessian(point), dtype=np.float64)
    bends = np.full(len(point), np.nan)
    if np.isfinite(hessian).all():
        bends = np.linalg.eigvalsh(hessian)[::-1]
    return Reading(value, math.hypot(*gradient), tuple(bends.tolist()), word_for(bends))


def word_for(bends: Array) -> str:
    """Return a kind word for curvatures.

    Examples
    --------
    >>> word_for(np.array([3.0, -1.0])), word_for(np.array([2.0])), word_for(np.array([2.0, 1e-9]))
    ('saddle-like', 'curved upwards', 'trough-like')
    """
    if not np.isfinite(bends).all():
        return ""
    largest = float(np.abs(bends).max())
    if largest < 1e-12:
        return "flat"
    up = int(np.count_nonzero(bends > FLAT * largest))
    down = int(np.count_nonzero(bends < -FLAT * largest))
    if len(bends) == 1:
        return "curved upwards" if up else "curved downwards"
    if up and down:
        return "saddle-like"
    if up:
        return "bowl-like" if up == len(bends) else "trough-like"
    return "dome-like" if down == len(bends) else "ridge-like"
