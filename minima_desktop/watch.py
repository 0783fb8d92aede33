"""What is noticed of the runs at the step shown: early signs while they run, verdicts where they pause.

Signs are read from what has been recorded, a few runs at a time, as often as words change: a race of many
lines costs no more than one of a few. Verdicts on the way are worked out by the engine's thread. No Qt.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from operator import is_
from typing import Any

from minima_core import signs
from minima_core.runs.past import Past
from minima_core.scene.clocked import step_at
from minima_desktop.engine import Engine
from minima_desktop.lanes import Ticket
from minima_desktop.projector import Projector

log = logging.getLogger(__name__)

IN_TURN = 4
"""Runs whose signs are read each time."""

Key = tuple[int, int]


class Watch:
    """Somebody who keeps an eye on the runs.

    Attributes
    ----------
    signs
        The early signs of each run, as they were seen last.
    """

    def __init__(self, projector: Projector, engine: Engine) -> None:
        self._projector, self._engine = projector, engine
        self.signs: dict[Key, tuple[Any, ...]] = {}
        self._seen_at: dict[Key, int] = {}
        self._turn = 0
        self._known_at = -1
        self._basis: tuple[Any, ...] = ({}, {}, {}, {})
        self._known: dict[Key, tuple[int, Any]] = {}

    def look(self, tick: int, *, playing: bool, first: int | None = None) -> None:
        """Read signs in turn, those of line `first` each time, and ask for verdicts where the clock holds."""
        tickets = self._projector.tickets
        self.signs = {key: seen for key, seen in self.signs.items() if key in tickets}
        keys = list(tickets)
        if keys:
            self._turn %= len(keys)
            turn = [*keys[self._turn :], *keys[: self._turn]]
            chosen = [key for key in keys if key[0] == first][:IN_TURN]
            for key in (chosen + [key for key in turn if key not in chosen])[: IN_TURN + len(chosen)]:
                self._read(tickets[key], tick)
            self._turn += IN_TURN
        self._projector.remarks = {key: _shortly(seen) for key, seen in self.signs.items() if seen}
        self._projector.pauses = {} if playing or tick == 0 else self._pauses(tickets, tick)

    def _read(self, ticket: Ticket, tick: int) -> None:
        """Read the signs of one run at a tick."""
        key = ticket.key
        track, progress = self._projector.tracks.get(key), self._projector.progress(key)
        if track is None or track.record is None or progress is None or progress.record is None:
            self.signs.pop(key, None)
            return
        step = step_at(track.record, tick)
        if self._seen_at.get(key) == step and key in self.signs:
            return
        self._seen_at[key] = step
        try:
            self.signs[key] = signs(Past(ticket.landscape, ticket.segments, progress.record, step))
        except Exception:  # a sign that cannot be read must not stop the race
            log.exception("The signs of a run could not be read.")
            self.signs[key] = ()

    def _pauses(self, tickets: Mapping[Key, Ticket], tick: int) -> dict[Key, tuple[int, Any]]:
        """Return the verdicts at a tick, as far as they are known, and ask for the others."""
        projector = self._projector
        basis = tickets, projector.tracks, projector.taken, self._engine.pauses
        if self._known_at == tick and all(map(is_, basis, self._basis)):
            return self._known
        wanted: dict[Key, int] = {}
        for key in tickets:
            track, progress = projector.tracks.get(key), projector.progress(key)
            if track is not None and track.record is not None and progress is not None:
                step = step_at(track.record, tick)
                if 0 < step < progress.step:
                    wanted[key] = step
        self._engine.judge_at(wanted)
        known = basis[3]
        self._known_at, self._basis = tick, basis
        self._known = {
            key: (tick, known[key][1]) for key, step in wanted.items() if known.get(key, (-1,))[0] == step
        }
        return self._known


def _shortly(seen: tuple[Any, ...]) -> str:
    """Return the sign that says most: that the loss does not fall goes last."""
    return next((each.sentence for each in seen if each.name != "stalled"), seen[0].sentence)
