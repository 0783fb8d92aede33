"""The document that is open, and what each gesture makes of it. No Qt here.

Every change is a new exploration, checked before it takes the place of the old one; what cannot be is
refused with a sentence and leaves everything as it was. Undo is the history of explorations.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from minima_core import document as doc
from minima_core import methods
from minima_core.document import Clock, Document, Entry, Exploration, History, Start, Treatment, View
from minima_core.landscapes import Landscape
from minima_core.landscapes.changes import Changes
from minima_core.landscapes.wells import Drawn
from minima_core.methods import Specification
from minima_desktop.engine import Ticket

log = logging.getLogger(__name__)

MOST_THROWN_SEED = 10_000
"""Thrown starts carry small seeds: they can be read aloud and typed."""


@dataclass(frozen=True)
class Aside:
    """A document that is put aside with its history, to be brought back as it was."""

    history: History[Exploration]
    view: View
    landscape: Landscape


@dataclass(frozen=True)
class Kept:
    """A session set aside: what was open, with all that can be undone, and how it was looked at."""

    history: History[Exploration]
    view: View
    landscape: Landscape

    @property
    def exploration(self) -> Exploration:
        """The experiment as it was."""
        return self.history.present


class Session:
    """One open document with its history.

    Parameters
    ----------
    document
        What is open at first.
    changed
        Called after every change of the exploration.
    refused
        Called with a sentence when a change is not possible.
    """

    def __init__(
        self,
        document: Document,
        changed: Callable[[], None] = lambda: None,
        refused: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self._changed = changed
        self._refused = refused
        self._history = History(document.exploration)
        self.view: View = document.view
        self.landscape: Landscape = document.exploration.place.landscape_of()
        self._specifications: dict[str, Specification] = {}
        self._beneath: list[Aside | Kept] = []

    @property
    def beneath(self) -> tuple[Exploration, View] | None:
        """What a person had open while something else is shown in its place; None where nothing is."""
        if not self._beneath:
            return None
        first = self._beneath[0]
        return first.history.present, first.view

    @property
    def exploration(self) -> Exploration:
        """The experiment as it is now."""
        return self._history.present

    @property
    def document(self) -> Document:
        """Exploration and view, as they would be saved now."""
        return Document(version=doc.VERSION, exploration=self.exploration, view=self.view)

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is something to do again."""
        return self._history.can_redo

    def look(self, **fields: Any) -> None:
        """Changes how it is looked at; not part of undo."""
        self.view = msgspec.structs.replace(self.view, **fields)

    def open(self, document: Document) -> None:
        """Replaces everything, with a fresh history; a `ValueError` leaves all as it was."""
        landscape = document.exploration.place.landscape_of()
        self._check(document.exploration)
        self._history = History(document.exploration)
        self.view = document.view
        self.landscape = landscape
        self._changed()

    def put_aside(self) -> Aside:
        """Return what is open, with its history; `open` something else, and `bring_back` this afterwards."""
        aside = Aside(self._history, self.view, self.landscape)
        self._beneath.append(aside)
        return aside

    def bring_back(self, aside: Aside) -> None:
        """Have open again what was put aside; nobody is told: whoever put it aside shows it again."""
        self._uncover(aside)
        self._history, self.view, self.landscape = aside.history, aside.view, aside.landscape

    def kept(self) -> Kept:
        """What is open, to be taken up again once something else has been opened in its place."""
        kept = self.now()
        self._beneath.append(kept)
        return kept

    def now(self) -> Kept:
        """What is open, with its history; it may be taken up again, or not."""
        return Kept(self._history, self.view, self.landscape)

    def take_up(self, kept: Kept) -> None:
        """Goes on where something was set aside."""
        self._uncover(kept)
        self._history, self.view, self.landscape = kept.history, kept.view, kept.landscape
        self._changed()

    def _uncover(self, one: Aside | Kept) -> None:
        """Forgets what was set aside, and whatever was later."""
        at = next((k for k, each in enumerate(self._beneath) if each is one), len(self._beneath))
        del self._beneath[at:]

    def adopt(self, exploration: Exploration) -> bool:
        """Takes over a whole experiment as one step of undo."""
        return self._try(lambda _: exploration)

    # The race.

    def start_at(self, position: tuple[float, ...]) -> bool:
        """Starts all chosen methods here, in place of the last race."""
        return self._try(lambda e: doc.with_start(e, position))

    def add_start(self, position: tuple[float, ...]) -> bool:
        """Adds a start to those there are."""
        return self._try(lambda e: doc.add_start(e, position))

    def move_start(self, index: int, position: tuple[float, ...], finished: bool) -> bool:
        """Moves a start; all moves of one drag are one step of undo."""
        done = self._try(lambda e: doc.move_start(e, index, position), join=f"start {index}")
        if finished:
            self._history.close()
        return done

    def throw_start(self, seed: int | None = None) -> Start | None:
        """Starts from a point picked uniformly in the region; returns it with its seed, None if refused."""
        seed = random.SystemRandom().randrange(MOST_THROWN_SEED) if seed is None else seed
        if not self._try(lambda e: doc.throw_start(e, seed)):
            return None
        return self.exploration.starts[0]

    def toggle(self, entry: int, enabled: bool | None = None) -> bool:
        """Takes a line into the race or out of it."""
        return self._try(lambda e: doc.toggle(e, entry, enabled))

    def add_method(self, name: str) -> int | None:
        """Adds a method with its defaults for this landscape; returns the new line's id."""
        before = {entry.id for entry in self.exploration.entries}
        if not self._try(lambda e: doc.add_entry(e, name)):
            return None
        return next((e.id for e in self.exploration.entries if e.id not in before), None)

    def duplicate(self, entry: int) -> int | None:
        """Puts a line into the race once more; returns the new line's id."""
        before = {e.id for e in self.exploration.entries}
        if not self._try(lambda e: doc.duplicate_entry(e, entry)):
            return None
        return next((e.id for e in self.exploration.entries if e.id not in before), None)

    def remove(self, entry: int) -> bool:
        """Takes a line out for good (undo brings it back)."""
        return self._try(lambda e: doc.remove_entry(e, entry))

    def add_cures(self, entry: int, treatments: Sequence[Treatment], ticks: int) -> bool:
        """Adds lines that try to cure a line, all in one step of undo."""
        return self._try(lambda e: doc.add_cures(e, entry, treatments, ticks))

    def change_setting(self, entry: int, step: int, name: str, value: Any, finished: bool) -> bool:
        """Changes a setting of a line from a step on, without resetting what lies before it.

        At step 0 and at the end of the timeline the change holds from the start: there is nothing before the
        one and nothing after the other.
        """
        at = 0 if step >= self.exploration.steps else step
        done = self._try(
            lambda e: doc.change_setting(e, entry, at, {name: value}), join=f"setting {entry} {name} {at}"
        )
        if finished:
            self._history.close()
        return done

    def change_settings(self, entry: int, values: Mapping[str, float]) -> bool:
        """Gives a line other settings from step 0 on, in one step of undo; what was changed later goes."""

        def change(exploration: Exploration) -> Exploration:
            line = exploration.entry(entry)
            first = msgspec.structs.replace(line.segments[-1], step=0)
            fresh = msgspec.structs.replace(line, segments=(first,))
            entries = tuple(fresh if e.id == entry else e for e in exploration.entries)
            return doc.change_setting(msgspec.structs.replace(exploration, entries=entries), entry, 0, values)

        return self._try(change)

    def from_the_start(self, entry: int) -> bool:
        """Makes the last segment of a line hold from step 0 on."""

        def change(exploration: Exploration) -> Exploration:
            line = exploration.entry(entry)
            first = msgspec.structs.replace(line.segments[-1], step=0)
            changed = msgspec.structs.replace(line, segments=(first,))
            entries = tuple(changed if e.id == entry else e for e in exploration.entries)
            return msgspec.structs.replace(exploration, entries=entries)

        return self._try(change)

    def go_on(self, entry: int, step: int, method: str, tick: int | None = None) -> bool:
        """Goes on from a step with another method; at the end of the timeline it makes room for it.

        `tick` is where the clock stands, if that is not the step.
        """

        def change(exploration: Exploration) -> Exploration:
            here = max(1, step if tick is None else tick)
            if here >= exploration.steps:
                exploration = doc.with_steps(exploration, min(2 * here, 10**9))
            return doc.go_on(exploration, entry, max(1, step), method)

        return self._try(change)

    def set_border(self, border: doc.Border) -> bool:
        """Says what happens at the border of the region."""
        return self._try(lambda e: doc.with_border(e, border))

    def set_steps(self, steps: int) -> bool:
        """Says how far the race goes."""
        return self._try(lambda e: doc.with_steps(e, steps), join="steps")

    def set_clock(self, clock: Clock, ticks: int) -> bool:
        """Says what the race is measured in, and how far it goes."""
        return self._try(lambda e: doc.with_clock(e, clock, ticks))

    def set_landscape(self, name: str) -> bool:
        """Moves the race to another landscape of the catalogue, from its own start."""
        return self._try(lambda e: doc.with_place(e, doc.place_of(name)))

    # The landscape itself. What moves while one types or drags is one step of undo.

    def set_formula(self, text: str, *, refit: bool = True) -> bool:
        """Moves the race to a typed formula; all keystrokes until it is closed are one step of undo.

        Without `refit` the settings stay as they are, and nothing is worked out: for every keystroke.
        """
        return self._try(lambda e: doc.with_formula(e, text, refit=refit), join="formula")

    def refit(self, before: Exploration, text: str) -> bool:
        """Gives settings that nobody chose the scale of the formula that was typed since `before`."""
        lower, upper = self.exploration.place.lower, self.exploration.place.upper
        return self._try(lambda _: doc.with_formula(before, text, lower, upper), join="formula")

    def set_parameter(self, name: str, value: float, finished: bool = True) -> bool:
        """Gives a parameter of the formula another value."""
        return self._joined(lambda e: doc.with_parameter(e, name, value), f"parameter {name}", finished)

    def set_region(self, lower: tuple[float, ...], upper: tuple[float, ...]) -> bool:
        """Gives the landscape another region."""
        return self._try(lambda e: doc.with_region(e, lower, upper))

    def set_changes(self, finished: bool = True, **fields: Any) -> bool:
        """Changes what is added to the landscape: penalties, smoothing, tilt."""

        def change(exploration: Exploration) -> Exploration:
            changes = msgspec.structs.replace(exploration.place.changes, **fields)
            return doc.with_changes(exploration, changes)

        return self._joined(change, f"changes {','.join(sorted(fields))}", finished)

    def set_drawn(
        self,
        drawn: Drawn,
        finished: bool = True,
        join: str | None = None,
        *,
        lower: tuple[float, ...] | None = None,
        upper: tuple[float, ...] | None = None,
        fresh: bool = False,
    ) -> bool:
        """Moves the race to a drawing, or changes the one it is on; a fresh one has nothing added to it."""

        def change(exploration: Exploration) -> Exploration:
            if fresh:
                exploration = doc.with_changes(exploration, Changes())
            return doc.with_drawn(exploration, drawn, lower, upper)

        return self._joined(change, join, finished)

    def close_change(self) -> None:
        """Ends what is joined to one step of undo: the next change is a step of its own."""
        self._history.close()

    def _joined(self, change: Callable[[Exploration], Exploration], join: str | None, finished: bool) -> bool:
        done = self._try(change, join=join)
        if finished:
            self._history.close()
        return done

    def undo(self) -> bool:
        """Takes back the last change."""
        return self._travel(self._history.undo)

    def redo(self) -> bool:
        """Does again what was taken back."""
        return self._travel(self._history.redo)

    # The engine's side.

    def tickets(self) -> tuple[Ticket, ...]:
        """The runs of the race, for the engine."""
        exploration = self.exploration
        return tuple(
            self._ticket(exploration.entry(entry), index, exploration.starts[index])
            for entry, index in exploration.runs
        )

    def _ticket(self, entry: Entry, index: int, start: Start) -> Ticket:
        exploration = self.exploration
        return Ticket(
            key=(entry.id, index),
            landscape=self.landscape,
            start=start.position,
            seed=exploration.seed,
            lane=entry.lane_of(index),
            border=None if exploration.border == "auto" else exploration.border,
            segments=tuple((s.step, self.specification(s.method)) for s in entry.segments),
            limit=exploration.steps,
            clock=exploration.clock,
        )

    def specification(self, text: str) -> Specification:
        """The specification of a text, parsed once."""
        if text not in self._specifications:
            self._specifications[text] = Specification.parse(text)
        return self._specifications[text]

    def segment_at(self, entry: Entry, step: int) -> Specification:
        """The method and settings of a line that hold at a step."""
        return self.specification(doc.segment_at(entry, step).method)

    def _check(self, exploration: Exploration) -> None:
        """Refuses an exploration whose methods cannot be (a `ValueError` with a sentence)."""
        for entry in exploration.entries:
            for segment in entry.segments:
                methods.describe(self.specification(segment.method).name)

    def _try(self, change: Callable[[Exploration], Exploration], join: str | None = None) -> bool:
        before = self.exploration
        try:
            after = change(before)
            self._check(after)
            landscape = self.landscape if after.place == before.place else after.place.landscape_of()
        except ValueError as error:
            log.info("Refused: %s", error)
            self._refused(str(error))
            return False
        if after == before:
            return True
        self._history.push(after, join)
        self.landscape = landscape
        self._changed()
        return True

    def _travel(self, move: Callable[[], object]) -> bool:
        before = self.exploration
        move()
        if self.exploration is before:
            return False
        if self.exploration.place != before.place:
            self.landscape = self.exploration.place.landscape_of()
        self._changed()
        return True
