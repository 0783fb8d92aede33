"""Marbles on the analyst's thread: they roll until nobody looks any more, and every frame is an answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from minima_core.landscapes import Landscape
from minima_core.methods import Specification
from minima_desktop.analyst import Desk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from minima_core.analysis.marbles import Marbles

FRAME_SECONDS = {"descent": 1 / 20, "annealing": 1 / 40}
TALLY_SECONDS = 0.4
"""Seconds between two frames of the marbles, and between two looks at where they have been."""

STEPS = {"descent": 1, "annealing": 5}
"""Steps of every marble from one frame to the next."""


@dataclass(frozen=True)
class Moment:
    """Marbles at one moment, copied: whoever draws them is not disturbed by the next step."""

    positions: NDArray[np.float64]
    labels: NDArray[np.int16] | None
    time_spent: NDArray[np.float64] | None
    shares: NDArray[np.float64] | None
    steps: int
    temperature: float | None


class Roller:
    """Lets marbles roll; the temperature may be changed while they do."""

    def __init__(self) -> None:
        self._marbles: Marbles | None = None

    def heat(self, temperature: float | None) -> None:
        """Hold the marbles at another temperature."""
        marbles = self._marbles
        if marbles is not None and temperature is not None and marbles.kind == "annealing":
            marbles.temperature = temperature

    def roll(
        self,
        land: Landscape,
        kind: Literal["descent", "annealing"],
        count: int,
        specification: Specification | None,
        temperature: float | None,
        seed: int,
        minima: NDArray[np.float64] | None,
        desk: Desk,
    ) -> Iterator[Moment]:
        """Yield the marbles after each step; with labels and the time spent as they were a moment ago."""
        from minima_core.analysis.marbles import Marbles

        marbles = Marbles(
            land,
            count,
            kind,
            specification,
            temperature if kind == "annealing" else None,
            seed,
            minima=minima,
        )
        self._marbles = marbles
        tallied = 0.0
        labels = spent = shares = None
        while not desk.cancelled():
            begun = time.perf_counter()
            if begun - tallied > TALLY_SECONDS:
                tallied, labels = begun, marbles.labels()
                if kind == "annealing" and land.dimension <= 2:
                    spent, shares = marbles.spent(), marbles.time_shares()
            heat = marbles.temperature if kind == "annealing" else None
            yield Moment(marbles.positions.copy(), labels, spent, shares, marbles.step, heat)
            marbles.advance(STEPS[kind])
            desk.rest(max(0.0, FRAME_SECONDS[kind] - (time.perf_counter() - begun)))
