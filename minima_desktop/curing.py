"""Why a run is where it is, and what to try: the card under a line of the race, and the cures it offers.

A cure becomes a line of the race (or a change of the landscape), is played, and once it and the treated line
have ended, the card says whether it helped.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import msgspec
from PySide6.QtCore import QObject

from minima_core import document as doc
from minima_core.document import Entry, Treatment
from minima_core.landscapes.changes import Changes
from minima_core.methods import schedule
from minima_core.scene.diagnosis import cure_title
from minima_desktop.cure_notes import Change, CureNotes
from minima_desktop.hub import Hub
from minima_desktop.player import FASTEST, SPEEDS
from minima_desktop.watch import Watch

PATIENCE = 2.0
"""Seconds that somebody who asks for cures waits for the verdicts at the step shown."""
CALM_SECONDS = 0.4
AT_ONCE = 3
"""Cures that “Try all” adds."""
LONGEST_SECONDS = 6.0
"""A race that a cure has made longer plays so fast that it takes no longer than this."""
UNDO = "undo-cure"
"""What the notice of a changed landscape offers."""
INVITATION = "Click a line to read the numbers behind its verdict, and what to try."


class Curing(QObject):
    """The hand that treats runs."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub.deck)
        self._hub = hub
        self.watch = Watch(hub.projector, hub.engine)
        self.notes = CureNotes(hub.session, hub.projector, hub.player, self.watch)
        self._wanted_until = 0.0
        self._chosen: int | None = None  # the line to bring into sight
        self._shown: int | None = None
        self._shown_since = 0.0
        self._named: tuple[tuple[int, int], ...] = ()
        self._hurried: tuple[int, float, float] | None = None  # the horizon and speed before, the speed since
        race = hub.deck.race
        hub.deck.toast.acted.connect(lambda action: hub.do("undo") if action == UNDO else None)
        race.cure_chosen.connect(self.apply)
        race.cures_chosen.connect(self.try_all)
        race.next_start.connect(self._next_start)

    # -- saying ----------------------------------------------------------------------------------------------

    def say(self) -> None:
        """Say what is to be said at the step that is shown; as often as words change."""
        hub = self._hub
        tick, playing = hub.player.step, hub.player.playing
        self.watch.look(tick, playing=playing, first=hub.session.view.selected)
        entry = self._calm(self.notes.entry_shown(self._shown))
        start = 0 if entry is None else self.notes.start_of(entry)
        if hub.projector.in_haste:
            return
        self._slow_down()
        self._name_lines(tick)
        racing = any(each.enabled for each in hub.session.exploration.entries)
        invitation = INVITATION if self._is_calm and racing else ""
        hub.deck.race.show_card(None if entry is None else self.notes.note(entry, start), invitation)
        if entry is not None and entry.id == self._chosen:
            hub.deck.race.reveal(entry.id)
            self._chosen = None
        if self._wanted_until and not playing and self._reveal(entry, start):
            self._wanted_until = 0.0

    def _calm(self, entry: Entry | None) -> Entry | None:
        """Let a card that nobody asked for wait until verdicts keep still, as after the drag of a start."""
        candidate = None if entry is None else entry.id
        if candidate != self._shown:
            self._shown, self._shown_since = candidate, time.perf_counter()
        asked = candidate == self._hub.session.view.selected or self._wanted_until
        return entry if asked or self._is_calm else None

    @property
    def _is_calm(self) -> bool:
        """Whether the same card has been the one to show for a while."""
        return time.perf_counter() - self._shown_since >= CALM_SECONDS

    def _name_lines(self, tick: int) -> None:
        """Name the lines anew when one of them has gone on with another method, or is back before that."""
        steps = self._hub.projector.steps_shown(tick)
        names = tuple(
            (entry.id, doc.segment_at(entry, steps.get(entry.id, 0)).step)
            for entry in self._hub.session.exploration.entries
            if len(entry.segments) > 1
        )
        if names != self._named:
            self._named = names
            self._hub.show_exploration()

    def _reveal(self, entry: Entry | None, start: int) -> bool:
        """Bring the keyboard to the cures, or say that there are none; whether it is known by now."""
        hub = self._hub
        late = time.perf_counter() > self._wanted_until
        if entry is None:
            runs = hub.session.exploration.runs
            if not (late or all(self.notes.verdict(key) is not None for key in runs)):
                return False
            hub.deck.toast.say("Nothing to cure: no run is stuck.", seconds=4)
            return True
        if self.notes.offers:
            if hub.session.view.selected != entry.id:
                self._select(entry.id)
            return hub.deck.race.reveal_card()
        verdict = self.notes.verdict((entry.id, start))
        if verdict is None:
            return late
        if verdict.state == "running":
            said = "Nothing to cure yet: it is still moving."
        else:
            said = "Nothing to cure here."
        hub.deck.toast.say(said, seconds=4)
        return True

    # -- trying ----------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Bring the card to the front and the keyboard to its first cure; a race under way holds for it."""
        hub = self._hub
        hub.deck.workspace.bring("race")
        if hub.player.playing:
            hub.player.playing = False
            hub.touch()
        entry = self.notes.entry_shown()
        if hub.player.step == 0:
            hub.refuse("Nothing has run yet: press Space, and ask again when something has come of it.")
            return
        self._wanted_until = time.perf_counter() + PATIENCE
        if entry is not None:
            self._select(entry.id)
        self.say()
        hub.speak_soon(at_once=True)

    def _next_start(self, line: int) -> None:
        entry = self._hub.session.exploration.entry(line)
        self.notes.chosen[line] = (self.notes.start_of(entry) + 1) % max(len(self.notes.starts()), 1)
        self._select(line)

    def apply(self, line: int, k: int) -> None:
        """Try cure number k of a line's card; if it is in the race already, look at it."""
        hub = self._hub
        if not 0 <= k < len(self.notes.offers):
            return
        offer, entry = self.notes.offers[k], hub.session.exploration.entry(line)
        if offer.line is not None:
            if not hub.session.exploration.entry(offer.line).enabled:
                hub.session.toggle(offer.line, True)
            self._select(offer.line)
            hub.deck.toast.say("This cure is in the race already: here it is.", seconds=4)
        elif offer.advice.changes is not None:
            self._change_landscape(entry, offer.advice)
        else:
            made = self._add(entry, [offer.advice])
            if made:
                self._select(made[0])

    def try_all(self, line: int | None = None) -> None:
        """Try the first few cures of a line that leave the landscape as it is, as a race."""
        hub = self._hub
        entry = self.notes.entry_shown() if line is None else hub.session.exploration.entry(line)
        if entry is None:
            hub.refuse("Select a line of the race first: click its name.")
            return
        self.notes.items(entry, self.notes.verdict((entry.id, self.notes.start_of(entry))))
        fitting = [
            each for each in self.notes.offers if each.advice is not None and each.advice.changes is None
        ]
        fresh = [each.advice for each in fitting[:AT_ONCE] if each.line is None]
        if not fresh:
            hub.refuse("There is nothing more to try for this line.")
        elif self._add(entry, fresh):
            self._select(entry.id)

    def _add(self, entry: Entry, advices: Sequence[Any]) -> tuple[int, ...]:
        """Add lines that try pieces of advice, and play them; return their ids."""
        hub = self._hub
        session, tick = hub.session, hub.player.step
        step = max(1, self.notes.step_of(entry))
        treatments = [
            Treatment(advice.cure, advice.method, step if advice.begin == "here" else 0) for advice in advices
        ]
        before = {each.id for each in session.exploration.entries}
        horizon = hub.player.horizon
        ticks = max(doc.room_for(session.exploration, treatment, tick) for treatment in treatments)
        if session.exploration.clock.unit == "steps":
            treatments = [_until(treatment, ticks) for treatment in treatments]
        if not session.add_cures(entry.id, treatments, ticks):
            return ()
        made = tuple(each.id for each in session.exploration.entries if each.id not in before)
        hub.last_act = "cured"
        if all(treatment.since for treatment in treatments):
            hub.player.playing = True
        else:
            hub.player.restart()
        self._hurry(horizon)
        hub.touch()
        return made

    def _change_landscape(self, entry: Entry, advice: Any) -> None:
        """Change the landscape for every line, remember what had come out before, and play."""
        hub = self._hub
        session = hub.session
        before, land = self.notes.ends(entry), session.landscape
        own = session.exploration.place.changes
        fields = {
            name: value
            for name, value in msgspec.structs.asdict(advice.changes).items()
            if value != getattr(Changes(), name)
        }
        if own or not session.set_changes(**fields):
            return
        title = cure_title(advice, session.segment_at(entry, self.notes.step_of(entry)))
        if before is not None:
            change = Change(entry.id, advice.cure, title, land, before, session.exploration)
            self.notes.changes = [*self.notes.changes[-20:], change]
        hub.last_act = "cured"
        hub.player.restart()
        self._select(entry.id)
        hub.deck.toast.say(
            f"{title}: the landscape is another one now, for every line.", "Undo", UNDO, seconds=10
        )

    def _hurry(self, horizon: int) -> None:
        """Play a long race, which went to `horizon` before, faster: nobody waits long for the comparison."""
        player = self._hub.player
        if player.speed == FASTEST:
            return
        needed = (player.horizon - player.at) / LONGEST_SECONDS
        if needed > player.speed:
            before = player.speed
            player.speed = next((speed for speed in SPEEDS if speed >= needed), FASTEST)
            if self._hurried is not None and self._hurried[2] == before:
                self._hurried = (*self._hurried[:2], player.speed)
            elif player.horizon > horizon:
                self._hurried = (horizon, before, player.speed)
            self._hub.session.look(speed=player.speed)

    def _slow_down(self) -> None:
        """Play as fast as before once the longer race has been taken back, unless somebody chose a speed."""
        player = self._hub.player
        if self._hurried is None or player.horizon > self._hurried[0]:
            return
        _, before, since = self._hurried
        self._hurried = None
        if player.speed == since:
            player.speed = before
            self._hub.session.look(speed=before)

    def _select(self, line: int) -> None:
        hub = self._hub
        self._chosen = line
        hub.session.look(selected=line)
        hub.show_exploration()
        hub.speak_soon(at_once=True)
        hub.touch()


def _until(treatment: Treatment, steps: int) -> Treatment:
    """A cure that lets the rate fall does so until the race ends: before, a cosine would rise again."""
    if treatment.name != "schedule" or "cosine" not in str(treatment.method.settings.get("schedule")):
        return treatment
    method = treatment.method.replace(schedule=schedule("cosine", T_max=max(steps, 100)))
    return treatment._replace(method=method)
