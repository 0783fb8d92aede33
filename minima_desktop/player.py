"""The clock of the window: which step is shown, whether it moves, and how fast.

Plain numbers, no Qt: the window tells how much time has passed and how far the runs have come, and reads
which step to show and how far the engine should have come.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

FASTEST = 0.0
"""The speed that means: as fast as the machine goes."""

AHEAD_STEPS = 20_000
"""Steps that are computed ahead of the clock at least; short races are computed whole."""

AHEAD_SECONDS = 2.0
"""Seconds of playing that are computed ahead of the clock at least."""

SPEEDS = (1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 120.0, 300.0, 1000.0, 10_000.0, 100_000.0, 1_000_000.0, FASTEST)
"""The speeds that the keys go through, steps a second."""


@dataclass
class Player:
    """A clock over the timeline of a race, from step 0 to its horizon."""

    horizon: int = 300
    speed: float = 60.0
    playing: bool = False
    at: float = 0.0
    blind: bool = False
    """Whether nothing is computed ahead of the clock: what comes is to be guessed first."""
    held: bool = False
    """While it rests, nothing is worked out beyond the step that is shown: a prediction is asked for."""

    @property
    def step(self) -> int:
        """The step that is shown."""
        return int(self.at)

    @property
    def aim(self) -> int:
        """How far the engine should have come, so that playing on never waits.

        It moves on in lumps: a few steps more at each frame would have every run advance, publish and be
        drawn from at each frame.
        """
        if self.held and not self.playing:
            return self.step
        if self.blind:
            return self.step
        if self.speed == FASTEST and self.playing:
            return self.horizon
        ahead = max(AHEAD_STEPS, int(AHEAD_SECONDS * self.speed))
        lump = ahead // 2
        return min(self.horizon, self.step // lump * lump + lump + ahead)

    def tick(self, seconds: float, frontier: int | None) -> bool:
        """Lets time pass; true if the shown step moved.

        `frontier` is the step that all runs still going have reached, or None when all have ended: the clock
        never runs ahead of it. At the horizon it stops.
        """
        if not self.playing:
            return False
        before = self.step
        limit = self.horizon if frontier is None else min(frontier, self.horizon)
        wanted = limit if self.speed == FASTEST else self.at + self.speed * max(seconds, 0.0)
        self.at = max(self.at, min(wanted, float(limit)))
        if self.at >= self.horizon:
            self.at = float(self.horizon)
            self.playing = False
        return self.step != before

    def toggle(self) -> None:
        """Plays or pauses; at the end of the timeline it plays again from the start."""
        if not self.playing and self.step >= self.horizon:
            self.at = 0.0
        self.playing = not self.playing

    def scrub(self, step: int) -> None:
        """Goes to a step and stays there."""
        self.playing = False
        self.at = float(min(max(step, 0), self.horizon))

    def restart(self, play: bool = True) -> None:
        """Goes to the start; plays from there if asked."""
        self.at = 0.0
        self.playing = play

    def set_horizon(self, steps: int) -> None:
        """Makes the timeline longer or shorter; the shown step stays inside it."""
        self.horizon = steps
        self.at = min(self.at, float(steps))

    def faster(self, by: int) -> None:
        """Goes `by` places up (or down) the list of speeds."""
        order = [s if s != FASTEST else float("inf") for s in SPEEDS]
        now = float("inf") if self.speed == FASTEST else self.speed
        nearest = min(range(len(order)), key=lambda i: abs(_magnitude(order[i]) - _magnitude(now)))
        self.speed = SPEEDS[min(max(nearest + by, 0), len(SPEEDS) - 1)]


def _magnitude(speed: float) -> float:
    return 20.0 if math.isinf(speed) else math.log10(max(speed, 1e-3))
