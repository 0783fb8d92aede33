"""The ground where a run stands: slope, exact curvature, and what kind of level place it is."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.landscapes import Landscape
from minima_core.landscapes.scale import scale_of

__all__ = ["FLAT", "LEVEL", "Ground"]

Array: TypeAlias = NDArray[np.float64]

LEVEL = 1e-7
"""Of the height, for a way of one diagonal: the slope of level ground."""
FLAT = 1e-3
"""Likewise: a slope so small that a run which hardly moves stands on level ground."""
REACH = 0.02
"""Of the diagonal: how far one looks to either side."""
FURTHER = 3.0
"""Times as far one looks for steeper ground,"""
STEEPER = 3.0
"""which is so many times as steep."""
UNSEEN = 1e-9
"""Of the height: a change that counts as none."""
RESTING = 1e-3
"""Of the diagonal: Newton's step to the bottom, at rest."""


class Ground:
    """The ground at a point of a formula.

    Attributes
    ----------
    gradient : float64 (n,)
        Without what leads out of the region where the point lies on the border.
    slope : float
        Its length, in shares of the height over one diagonal. The height is how far the point lies above the
        best one known, or what values typically differ by.
    eigenvalues, directions : float64 (n,), (n, n)
        Of the Hessian, rising; nan where it does not exist.
    at_border : bool
        Whether the slope leads out of the region here.
    """

    def __init__(self, land: Landscape, p: Array, gap: float = math.inf) -> None:
        self.land, self.p = land, p
        self.spread = scale_of(land).spread
        height = gap if UNSEEN * self.spread < gap < math.inf else self.spread
        g = land.gradient(p)
        blocked = ((p <= land.lower) & (g > 0.0)) | ((p >= land.upper) & (g < 0.0))
        self.at_border = bool(blocked.any())
        self.gradient: Array = np.where(blocked, 0.0, g)
        finite = bool(np.isfinite(self.gradient).all())
        self.slope = float(np.linalg.norm(self.gradient)) * land.diagonal / height if finite else math.inf
        h = land.hessian(p)
        if np.isfinite(h).all():
            self.eigenvalues, self.directions = np.linalg.eigh(h)
        else:
            self.eigenvalues, self.directions = np.full(len(p), np.nan), np.eye(len(p))

    @property
    def steepest(self) -> float:
        """The largest curvature by size, |λ|."""
        return float(np.abs(self.eigenvalues).max())

    @property
    def condition(self) -> float:
        """λmax over the smallest curvature by size; infinite where that is nothing."""
        least = float(np.abs(self.eigenvalues).min())
        return self.steepest / least if least > 0.0 else math.inf

    @cached_property
    def to_the_bottom(self) -> Array | None:
        """Newton's step, (n,), where the curvature is positive in all directions; else None."""
        if not (self.eigenvalues > 0.0).all():
            return None
        along: Array = self.directions @ ((self.directions.T @ self.gradient) / self.eigenvalues)
        return -along

    @cached_property
    def in_a_bowl(self) -> bool:
        """Whether the curvature tells that this is, but for next to nothing, the bottom of a bowl.

        Newton's step is short, and behind the bottom the ground still bends up at least half as much: at an
        inflection the curvature vanishes there.
        """
        step = self.to_the_bottom
        if self.at_border or step is None or np.linalg.norm(step) > RESTING * self.land.diagonal:
            return False
        beyond = self.land.hessian(self.p + 2.0 * step)
        if not np.isfinite(beyond).all():
            return False
        return bool(np.linalg.eigvalsh(beyond)[0] > 0.5 * self.eigenvalues[0])

    def kind(self) -> str:
        """Return what kind of level place this is, by looking a little way along each principal direction."""
        if self.in_a_bowl:
            return "local minimum"
        here, changes = float(self.land.value(self.p)), []
        for direction in self.directions.T:
            way = REACH * self.land.diagonal * direction
            sides = [float(self.land.value(self.p + side)) - here for side in (way, -way)]
            changes.append([0.0 if abs(side) < UNSEEN * self.spread else side for side in sides])
        down = [min(pair) < 0.0 for pair in changes]
        if not any(down):
            return "local minimum" if any(max(pair) > 0.0 for pair in changes) else "plateau"
        tops = [max(pair) < 0.0 for pair in changes]
        if any(tops):
            return "maximum" if all(tops) else "saddle"
        # Downhill to one side only. A slope that is merely small is a plateau; where it vanishes and grows
        # again on both sides, an inflection.
        ways = self.directions.T[down]
        return "inflection" if any(self._steepens(way) for way in ways) else "plateau"

    def _steepens(self, direction: Array) -> bool:
        """Whether the slope along a direction is much larger on both sides than here."""
        way = FURTHER * REACH * self.land.diagonal * direction
        here = abs(float(self.gradient @ direction))
        sides = [abs(float(self.land.gradient(self.p + side) @ direction)) for side in (way, -way)]
        return min(sides) > STEEPER * here
