"""What pictures of growing lines share: how much a frame may add, whose turn it is, which points stay."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.marks import Path
from minima_core.scene.scenes import Series

__all__ = ["BUDGET", "fewer", "in_turn", "known"]

Array = NDArray[np.float64]
Growing = TypeVar("Growing", Path, Series)

BUDGET = 0.0025
"""Seconds of a frame for painting what is new of paths, and as much for lines of a trace."""


def fewer(pixels: Array, most: int) -> Array:
    """Return every k-th point where there are more than `most`; gaps and the points beside them stay."""
    if len(pixels) <= most:
        return pixels
    gaps = np.isnan(pixels[:, 0])
    keep = gaps.copy()
    keep[:: math.ceil(len(pixels) / most)] = True
    keep[1:] |= gaps[:-1]
    keep[:-1] |= gaps[1:]
    keep[-1] = True
    return pixels[keep]


def in_turn(things: Sequence[Growing], turn: str) -> list[Growing]:
    """Return the things in their order, beginning after the one whose key is `turn`, and round."""
    keys = [thing.key for thing in things]
    first = keys.index(turn) + 1 if turn in keys else 0
    return list(things[first:]) + list(things[:first])


def known(line: Path | Series) -> int:
    """Return the step up to which there is something to draw: the clock may be ahead of a run."""
    return min(line.upto, line.track.last)
