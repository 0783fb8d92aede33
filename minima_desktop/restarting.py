"""What restarts have found so far, while they run: counted from the ends of their descents. No Qt here."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from minima_core.scene import study_lines
from minima_core.scene.study_words import INDEPENDENT, restarts_words
from minima_desktop.hub import Hub

if TYPE_CHECKING:
    from minima_core.runs.record import Ends
    from minima_core.studies import Restarts
    from minima_widgets.panels.study_values import RestartsState

COUNT_SECONDS = 0.2
"""While a race plays, descents are counted anew no more often than this, and in a twentieth of the time."""
FEWEST = 2
"""Descents from which on it is worth saying what they have met."""


@dataclass(frozen=True)
class _Counted:
    """What was counted, of which descents and minima, and when to count again."""

    ended: int
    known: tuple[object, ...]
    restarts: Restarts
    due: float


class Restarting:
    """Counts the descents of every line that begins anew now and then, up to the step that is shown."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._counted: dict[tuple[int, int], _Counted] = {}

    def states(self) -> tuple[RestartsState, ...]:
        """The accounts of all lines that restart, one for each of their runs."""
        from minima_desktop import studyfeed

        hub = self._hub
        exploration = hub.session.exploration
        critical = hub.inquiries.findings.critical
        proved = len(critical.minima) if critical is not None and critical.complete else None
        runs = [
            (entry.id, index, progress.record.ends)
            for entry in exploration.entries
            if entry.enabled
            for index, progress in enumerate(hub.projector.progress_of(entry))
            if progress.record is not None and len(progress.record.ends)
        ]
        if not runs:
            return ()
        ids = [entry.id for entry in exploration.entries]
        titles = {each.entry: each.words for each in study_lines(exploration, ids, exploration.steps)}
        many = len(exploration.starts) > 1
        return tuple(
            studyfeed.restarts_state(
                exploration,
                id,
                f"{titles[id]}, start {index + 1}" if many else titles[id],
                self._count((id, index), ends),
                proved,
                ends.stride,
            )
            for id, index, ends in runs
        )

    def tell(self, verdicts: dict[int, str]) -> dict[int, str]:
        """Say of lines that restart what their descents have met, until they have arrived."""
        hub = self._hub
        exploration = hub.session.exploration
        if len(exploration.starts) != 1 or hub.player.step >= hub.player.horizon:
            return verdicts
        told = dict(verdicts)
        for entry in exploration.entries:
            known = hub.projector.progress_of(entry) if entry.enabled else []
            ends = None if not known or known[0].record is None else known[0].record.ends
            if ends is None or len(ends) < FEWEST or verdicts.get(entry.id, "").startswith("reached"):
                continue
            restarts = self._count((entry.id, 0), ends)
            if restarts.tries >= FEWEST:
                told[entry.id] = restarts_words(restarts, independent=entry.name in INDEPENDENT)
        return told

    def _count(self, key: tuple[int, int], ends: Ends) -> Restarts:
        """Return what the descents of one run that have ended by the step shown amount to."""
        from minima_core.studies import Restarts

        hub = self._hub
        step = hub.projector.step_of(key[0], hub.player.step)
        ended = int(np.searchsorted(ends.steps, step, side="right"))
        critical, land = hub.inquiries.findings.critical, hub.session.landscape
        known = (ends.stride, id(critical), land.digest)
        last, now = self._counted.get(key), time.perf_counter()
        if last is not None and last.known == known:
            waits = hub.player.playing and now < last.due
            if last.ended == ended or waits:
                return last.restarts
        restarts = Restarts.of(ends.positions[:ended], critical, land=land, values=ends.values[:ended])
        took = time.perf_counter() - now
        due = now + max(COUNT_SECONDS, 20.0 * took)
        self._counted[key] = _Counted(ended, known, restarts, due)
        return restarts
