"""The insides of one run, as they are drawn: which run, at which step, and what costs time beside the window.

The engine is asked for two moments of the run; from them the core makes marks. Numbers at every place (a
surrogate, a push) are worked out on a thread of their own, and drawn when they are ready. No Qt here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from minima_core.document import Entry, Insides
from minima_core.scene import (
    ChartScene,
    Field,
    Findings,
    InsideMarks,
    Opened,
    Stage,
    Track,
    field_scenes,
    fields_of,
    inside_marks,
    opened_entry,
    opened_run,
    shown_parts,
)
from minima_core.scene.clocked import step_at
from minima_core.scene.inside_fields import BOUNDS, MOST_MAPS
from minima_core.scene.marks import Extent
from minima_desktop.analyst import Analyst, Desk
from minima_desktop.engine import Engine
from minima_desktop.session import Session

log = logging.getLogger(__name__)

BEHIND = 3
"""Steps that what is drawn may lie behind the step that is shown, at the least."""
BEHIND_SECONDS = 0.06
"""Seconds of playing that it may lie behind."""
DEAR_SECONDS = 0.02
"""Where two moments cost more, they are asked for only when nothing plays."""

Key = tuple[int, int]


class Insider:
    """What is drawn inside of the selected run.

    Attributes
    ----------
    pointed
        Names of insides that are pointed out, such as those of the sentence that is being read.
    listened
        Whether somebody reads what the run does, whatever is drawn of it.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._analyst = Analyst({"fields": "fields"})
        self._opened: Opened | None = None
        self._taken: object = None
        self._fields: tuple[Field, ...] = ()
        self._count = 0
        self._complained: set[str] = set()
        self.pointed: tuple[str, ...] = ()
        self.listened = False

    def close(self, patience: float = 20.0) -> bool:
        """End all work; true if it ended in time."""
        return self._analyst.close(patience)

    # -- following the race --------------------------------------------------------------------------------

    @property
    def wanted(self) -> bool:
        """Whether anything inside is looked at."""
        return self._session.view.insides.on or self.listened or bool(self.pointed)

    @property
    def entry(self) -> Entry | None:
        """The line of the race that is opened."""
        return opened_entry(self._session.exploration, self._session.view)

    @property
    def opened(self) -> Opened | None:
        """The run that is opened, at the step that was known last."""
        return self._opened

    def follow(self, engine: Engine, tracks: Mapping[Key, Track], tick: int, *, playing: bool) -> bool:
        """Ask the engine for what is looked at, and take what it has; true if there is something to draw."""
        entry = self.entry
        track = None if entry is None else tracks.get((entry.id, 0))
        if entry is None or track is None or not self.wanted or track.record is None:
            engine.open(None, 0)
            fresh = self._opened is not None
            self._opened, self._taken = None, None
            return fresh
        if not (playing and engine.opening_seconds > DEAR_SECONDS):
            engine.open((entry.id, 0), step_at(track.record, tick))
        return self._take(engine, entry) | self._take_fields()

    def _take(self, engine: Engine, entry: Entry) -> bool:
        """Take what the engine has found."""
        found = engine.opened
        if found is None or found is self._taken:
            return False
        self._taken = found
        if found.key[0] != entry.id or found.landscape.digest != self._session.landscape.digest:
            return False
        self._opened = opened_run(
            entry, found.key[1], found.segments, found.before, found.now, found.landscape
        )
        return True

    def _is_current(self, step: int, speed: float) -> bool:
        """Whether what is known belongs to the step that is shown, or to one that was just shown."""
        opened, entry = self._opened, self.entry
        if opened is None or entry is None or opened.entry != entry.id:
            return False
        return abs(opened.step - step) <= max(BEHIND, BEHIND_SECONDS * speed)

    # -- drawing -------------------------------------------------------------------------------------------

    def shown(self, tracks: Mapping[Key, Track], tick: int) -> Opened | None:
        """Return the run that is drawn at a tick of the clock; None while it is not known."""
        opened = self._opened
        track = None if opened is None else tracks.get((opened.entry, 0))
        if track is None or not self.wanted:
            return None
        # At full speed there is no telling which step is meant: then nothing lags behind visibly.
        speed = self._session.view.speed or 1e9
        return opened if self._is_current(step_at(track.record, tick), min(speed, 1e4)) else None

    def marks(self, tracks: Mapping[Key, Track], tick: int, stage: Stage, extent: Extent) -> InsideMarks:
        """Return what is drawn at a tick of the clock, over what is visible."""
        opened = self.shown(tracks, tick)
        if opened is None:
            return InsideMarks()
        self._ask_fields(opened, extent)
        view = self._session.view
        try:
            return inside_marks(opened, view, stage, extent, fields=self._fields, pointed=self.pointed)
        except Exception as error:  # a drawing that fails must not stop the race
            self._complain(opened.specification.name, error)
            return InsideMarks()

    def maps(self, stage: Stage, findings: Findings, marks: InsideMarks) -> tuple[ChartScene, ...]:
        """Return the method's own maps, which stand beside the landscape."""
        if self._opened is None or not self.wanted:
            return ()
        return field_scenes(self._fields, self._session.view, stage, marks.over, findings)

    @property
    def map_count(self) -> int:
        """How many maps of the method's own stand beside the landscape."""
        opened = self._opened
        if opened is None or not self.wanted or self._session.landscape.dimension == 1:
            return 0
        parts = [part.inside for part in shown_parts(opened, self._session.view.insides)]
        maps = [each for each in parts if each.shape == "field" and each.role != "push"]
        return min(MOST_MAPS, sum(each.name not in BOUNDS for each in maps))

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that have been worked out last."""
        return self._fields

    # -- fields --------------------------------------------------------------------------------------------

    def _ask_fields(self, opened: Opened, extent: Extent) -> None:
        parts = [
            each for each in shown_parts(opened, self._session.view.insides) if each.inside.shape == "field"
        ]
        if not parts:
            self._analyst.drop("fields")
            self._fields = ()
            return
        key = (opened.entry, opened.step, opened.specification, extent, tuple(p.inside.name for p in parts))
        self._analyst.ask("fields", key, partial(_work, parts, extent))

    def _take_fields(self) -> bool:
        if self._analyst.count == self._count:
            return False
        self._count = self._analyst.count
        answer = self._analyst.answer("fields")
        if answer is None or answer.value is None or answer.value is self._fields:
            return False
        self._fields = answer.value
        return True

    def _complain(self, name: str, error: Exception) -> None:
        """Say once what cannot be drawn."""
        if name not in self._complained:
            self._complained.add(name)
            log.error("The insides of %s cannot be drawn.", name, exc_info=error)


def _work(parts: Iterable[Any], extent: Extent, desk: Desk) -> Iterable[tuple[Field, ...]]:
    """Work fields out, coarsely at first."""
    parts = tuple(parts)
    for nodes in ((28, 24), (72, 60)):
        if desk.cancelled():
            return
        yield fields_of(parts, extent, nodes)


def switched(insides: Insides, name: str, on: bool, *, usual: bool) -> Insides:
    """Return the choice after one inside was switched by hand: who switches one on sees insides."""
    chosen = insides.switched(name, on, usual=usual)
    return Insides(on or chosen.on, chosen.off, chosen.also)
