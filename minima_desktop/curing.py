"""Why a run is where it is, and what to try: the card under a line of the race, and the cures it offers.

A cure becomes a line of the race (or a change of the landscape), is played, and once it and the treated line
have ended, the card says whether it helped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
from PySide6.QtCore import QObject

from minima_core import document as doc
from minima_core.document import Entry, Exploration, Remedy, Segment
from minima_core.landscapes import Landscape
from minima_core.landscapes.changes import Changes
from minima_core.runs.helped import Comparison, End, compare_ends, end_of, not_comparable
from minima_core.scene import line_name
from minima_core.scene.clocked import step_at, tick_of
from minima_core.scene.diagnosis import cure_title, labelled_numbers, tally, worth
from minima_core.scene.words import number
from minima_desktop.hub import Hub
from minima_desktop.player import FASTEST, SPEEDS
from minima_desktop.watch import Key, Watch
from minima_widgets.panels.cure_values import CureItem, VerdictNote

MOST_COMPARED = 200
AT_ONCE = 3
"""Cures that “Try all” adds."""
LONGEST_SECONDS = 6.0
"""A race that a cure has made longer plays so fast that it takes no longer than this."""
UNDO = "undo-cure"
"""What the notice of a changed landscape offers."""
INVITATION = "Click a line to read the numbers behind its verdict, and what to try."


@dataclass(frozen=True)
class _Change:
    """A cure that changed the landscape: what the treated line had come to before."""

    line: int
    name: str
    title: str
    land: Landscape
    before: tuple[End, ...]
    after: Exploration


@dataclass(frozen=True)
class _Offer:
    """One row of the card: advice that can be taken, the line that takes it already, or both."""

    advice: Any = None
    line: int | None = None


class Curing(QObject):
    """The hand that treats runs."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub.deck)
        self._hub = hub
        self.watch = Watch(hub.session, hub.projector, hub.engine)
        self._start: dict[int, int] = {}
        self._wanted = False
        self._named: tuple[tuple[int, int], ...] = ()
        self._changes: list[_Change] = []
        self._compared: dict[tuple[Any, ...], tuple[bool, Comparison]] = {}
        self._offers: tuple[_Offer, ...] = ()
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
        entry = self._entry()
        start = 0 if entry is None else self._start_of(entry)
        self.watch.look(tick, playing=playing, first=None if entry is None else (entry.id, start))
        if hub.projector.in_haste:
            return
        self._name_lines(tick)
        hub.deck.race.show_card(None if entry is None else self._note(entry, start), INVITATION)
        if self._wanted and not playing:
            self._wanted = not self._reveal(entry, start)

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
        verdict = None if entry is None else self._verdict((entry.id, start))
        if entry is not None and self._offers:
            return self._hub.deck.race.reveal_card()
        if entry is not None and verdict is None:
            return False
        if entry is None:
            said = "Nothing to cure: no run is stuck."
        elif verdict.state == "running":
            said = "Nothing to cure yet: it is still moving."
        else:
            said = "Nothing to cure here."
        self._hub.deck.toast.say(said, seconds=4)
        return True

    def _entry(self) -> Entry | None:
        """Return the line whose card is shown: the selected one; at rest, the one most worth a look."""
        hub = self._hub
        entries = [each for each in hub.session.exploration.entries if each.enabled]
        chosen = next((each for each in entries if each.id == hub.session.view.selected), None)
        if chosen is not None or hub.player.playing or hub.player.step == 0:
            return chosen
        best = max(entries, key=self._worth, default=None)
        return best if best is not None and self._worth(best) else None

    def _worth(self, entry: Entry) -> int:
        """Return how much a line is worth a look: its worst start counts."""
        return max((worth(self._verdict((entry.id, k))) for k in self._starts()), default=0)

    def _starts(self) -> range:
        return range(len(self._hub.session.exploration.starts))

    def _start_of(self, entry: Entry) -> int:
        """Return the start that the card speaks of: the one chosen, else the one most worth a look."""
        count = len(self._starts())
        chosen = self._start.get(entry.id)
        if chosen is not None and chosen < count:
            return chosen
        return max(self._starts(), key=lambda k: worth(self._verdict((entry.id, k))), default=0)

    def _verdict(self, key: Key) -> Any:
        """Return the verdict that holds at the step that is shown; None while the run is under way."""
        projector, tick = self._hub.projector, self._hub.player.step
        verdict, track = projector.verdict_at(key, tick), projector.tracks.get(key)
        if verdict is None or track is None or tick == 0:
            return None
        arrived = verdict.numbers.get("reached")
        if tick >= projector.reached_at(key, tick) or (
            arrived is not None and tick_of(track.record, int(arrived)) <= tick
        ):
            return verdict
        return None

    def _note(self, entry: Entry, start: int) -> VerdictNote:
        """Return what the card says of a start of a line."""
        hub, key = self._hub, (entry.id, start)
        count, tick = len(self._starts()), hub.player.step
        verdict, seen = self._verdict(key), self.watch.signs.get(key, ())
        sentence = _sentence(hub.projector.words_of([key], tick))
        under_way = verdict is None or verdict.state == "running"
        told_for, comparison = self._own_comparison(entry)
        several = count > 1
        return VerdictNote(
            line=entry.id,
            sentence=sentence,
            which=f"Start {start + 1} of {count}: the next one" if several else "",
            tally=_sentence(tally([self._verdict((entry.id, k)) for k in self._starts()])) if several else "",
            signs=tuple(_sentence(each.sentence) for each in seen[:3]) if under_way and tick else (),
            numbers=() if verdict is None else tuple(tuple(n) for n in labelled_numbers(verdict, seen)),
            cures=self._items(entry, verdict),
            tried_for=told_for,
            result="" if comparison is None else comparison.sentence,
            judgement="" if comparison is None else comparison.judgement,
        )

    def _items(self, entry: Entry, verdict: Any) -> tuple[CureItem, ...]:
        """Return what to try, and what has been tried already."""
        exploration = self._hub.session.exploration
        advices = () if verdict is None else verdict.advice
        at_work = self._hub.session.segment_at(entry, self._step(entry))
        items: list[CureItem] = []
        offers: list[_Offer] = []
        for advice in advices:
            line = self._tried(entry, advice)
            how = "changes the landscape" if advice.changes is not None else ""
            how = how or ("from here on" if advice.begin == "here" else "")
            title = cure_title(advice, at_work)
            if line is None:
                items.append(CureItem(title, advice.sentence, how))
            else:
                items.append(self._tried_item(title, how, entry, line))
            offers.append(_Offer(advice, None if line is None else line.id))
        told = {offer.line for offer in offers}
        for line in exploration.entries:
            if line.cures is not None and line.cures.line == entry.id and line.id not in told:
                how = f"from step {line.cures.since}" if line.cures.since else ""
                items.append(self._tried_item(_title_of(line), how, entry, line))
                offers.append(_Offer(None, line.id))
        self._offers = tuple(offers)
        return tuple(items)

    def _tried_item(self, title: str, how: str, entry: Entry, line: Entry) -> CureItem:
        """Return the row of a cure that is in the race, or was."""
        if not line.enabled:
            return CureItem(title, "It was taken out of the race.", how, "no")
        comparison = self._comparison(entry, line)
        if comparison is None:
            return CureItem(title, "In the race: when both have ended, it is compared.", how, "racing")
        return CureItem(title, "", how, comparison.judgement, comparison.sentence)

    def _tried(self, entry: Entry, advice: Any) -> Entry | None:
        """Return the line that tries a piece of advice on a line already."""
        if advice.changes is not None:
            return None
        text = _resolved(str(advice.method), self._hub.session.landscape)
        from_here = advice.begin == "here"
        for line in self._hub.session.exploration.entries:
            cure = line.cures
            if cure is not None and cure.line == entry.id and cure.name == advice.cure:
                if line.segments[-1].method == text and bool(cure.since) == from_here:
                    return line
            elif not from_here and line.id != entry.id and line.segments == (Segment(0, text),):
                return line
        return None

    def _step(self, entry: Entry) -> int:
        """Return the step at which a line stands."""
        return self._hub.projector.step_of(entry.id, self._hub.player.step)

    # -- comparing -------------------------------------------------------------------------------------------

    def _own_comparison(self, entry: Entry) -> tuple[str, Comparison | None]:
        """Return whom a line is tried for, and whether it helped."""
        exploration = self._hub.session.exploration
        for change in self._changes:
            if change.line == entry.id and change.after == exploration:
                ends = self._ends(entry)
                compared = None if ends is None else not_comparable(change.land, change.before, ends)
                return (
                    f"{change.title}: the landscape is changed for every line; Ctrl+Z takes it back.",
                    compared,
                )
        if entry.cures is None:
            return "", None
        treated = next((each for each in exploration.entries if each.id == entry.cures.line), None)
        if treated is None:
            return "", None
        name = line_name(treated, treated.segments[-1].step)
        since = f", from step {entry.cures.since} on" if entry.cures.since else ", from the same start"
        if not treated.enabled:
            return f"Tried for {name}, which was taken out of the race.", None
        comparison = self._comparison(treated, entry)
        wait = "" if comparison is not None else "; compared when both have ended"
        return f"Tried for {name}{since}{wait}.", comparison

    def _comparison(self, treated: Entry, line: Entry) -> Comparison | None:
        """Return whether a cure helped, once both lines have ended; then it stays for as long as they do."""
        hub = self._hub
        exploration = hub.session.exploration
        key = (
            treated.segments, line.segments, treated.lane, line.lane, exploration.starts, exploration.steps,
            exploration.clock, exploration.seed, exploration.border, hub.session.landscape.digest,
        )  # fmt: skip
        critical = hub.projector.findings.critical
        proved = critical is not None and critical.global_proved
        known = self._compared.get(key)
        if known is not None and known[0] == proved:
            return known[1]
        runs = [(each.id, k) for each in (treated, line) for k in self._starts()]
        if known is None and not all(map(self._has_ended, runs)):
            return None
        before, after = self._ends(treated), self._ends(line)
        if before is None or after is None:
            return None if known is None else known[1]
        if len(self._compared) > MOST_COMPARED:
            self._compared.clear()
        comparison = compare_ends(hub.session.landscape, before, after)
        self._compared[key] = proved, comparison
        return comparison

    def _has_ended(self, key: Key) -> bool:
        """Whether a run has ended, or the race has, as far as the clock has been seen to go."""
        progress, player = self._hub.projector.progress(key), self._hub.player
        if progress is None or progress.verdict is None:
            return False
        return player.step >= min(progress.tick, player.horizon)

    def _ends(self, entry: Entry) -> tuple[End, ...] | None:
        """Return what the runs of a line have come to; None while one of them is under way."""
        hub, ends = self._hub, []
        session = hub.session
        for k in self._starts():
            progress, track = hub.projector.progress((entry.id, k)), hub.projector.tracks.get((entry.id, k))
            if progress is None or progress.verdict is None or progress.record is None or track is None:
                return None
            step = step_at(track.record, hub.player.horizon)
            method = session.segment_at(entry, step)
            ends.append(end_of(session.landscape, method, progress.record, progress.verdict, step))
        return tuple(ends)

    # -- trying ----------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Bring the card to the front and the keyboard to its first cure; a race under way holds for it."""
        hub = self._hub
        hub.deck.workspace.bring("race")
        if hub.player.playing:
            hub.player.playing = False
            hub.touch()
        entry = self._entry()
        if hub.player.step == 0:
            hub.refuse("Nothing has run yet: press Space, and ask again when something has come of it.")
            return
        self._wanted = True
        if entry is not None:
            self._select(entry.id)
        self.say()
        hub.speak_soon(at_once=True)

    def _next_start(self, line: int) -> None:
        entry = self._hub.session.exploration.entry(line)
        self._start[line] = (self._start_of(entry) + 1) % max(len(self._starts()), 1)
        self._select(line)

    def apply(self, line: int, k: int) -> None:
        """Try cure number k of a line's card; if it is in the race already, look at it."""
        hub = self._hub
        if not 0 <= k < len(self._offers):
            return
        offer, entry = self._offers[k], hub.session.exploration.entry(line)
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
        entry = self._entry() if line is None else hub.session.exploration.entry(line)
        if entry is None:
            hub.refuse("Select a line of the race first: click its name.")
            return
        self._items(entry, self._verdict((entry.id, self._start_of(entry))))
        fitting = [each for each in self._offers if each.advice is not None and each.advice.changes is None]
        fresh = [each.advice for each in fitting[:AT_ONCE] if each.line is None]
        if not fresh:
            hub.refuse("There is nothing more to try for this line.")
        elif self._add(entry, fresh):
            self._select(entry.id)

    def _add(self, entry: Entry, advices: Sequence[Any]) -> tuple[int, ...]:
        """Add lines that try pieces of advice, and play them; return their ids."""
        hub = self._hub
        session, tick = hub.session, hub.player.step
        step = max(1, self._step(entry))
        remedies = [
            Remedy(advice.cure, advice.method, step if advice.begin == "here" else 0) for advice in advices
        ]
        before = {each.id for each in session.exploration.entries}
        ticks = max(doc.room_for(session.exploration, remedy, tick) for remedy in remedies)
        if not session.add_cures(entry.id, remedies, ticks):
            return ()
        made = tuple(each.id for each in session.exploration.entries if each.id not in before)
        hub.last_act = "cured"
        if all(remedy.since for remedy in remedies):
            hub.player.playing = True
        else:
            hub.player.restart()
        self._hurry()
        hub.touch()
        return made

    def _change_landscape(self, entry: Entry, advice: Any) -> None:
        """Change the landscape for every line, remember what had come out before, and play."""
        hub = self._hub
        session = hub.session
        before, land = self._ends(entry), session.landscape
        own = session.exploration.place.changes
        fields = {
            name: value
            for name, value in msgspec.structs.asdict(advice.changes).items()
            if value != getattr(Changes(), name)
        }
        if own or not session.set_changes(**fields):
            return
        title = cure_title(advice, session.segment_at(entry, self._step(entry)))
        if before is not None:
            change = _Change(entry.id, advice.cure, title, land, before, session.exploration)
            self._changes = [*self._changes[-20:], change]
        hub.last_act = "cured"
        hub.player.restart()
        self._select(entry.id)
        hub.deck.toast.say(
            f"{title}: the landscape is another one now, for every line.", "Undo", UNDO, seconds=10
        )

    def _hurry(self) -> None:
        """Play a long race faster, so that nobody waits long for the comparison."""
        player = self._hub.player
        if player.speed == FASTEST:
            return
        needed = (player.horizon - player.at) / LONGEST_SECONDS
        if needed > player.speed:
            player.speed = next((speed for speed in SPEEDS if speed >= needed), FASTEST)
            self._hub.session.look(speed=player.speed)

    def _select(self, line: int) -> None:
        hub = self._hub
        hub.session.look(selected=line)
        hub.show_exploration()
        hub.speak_soon(at_once=True)
        hub.touch()


def _sentence(words: str) -> str:
    """Return words as a sentence: with a capital and a full stop."""
    text = words.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text[-1:] in '.…' else '.'}" if text else ""


@lru_cache(maxsize=256)
def _resolved(text: str, land: Landscape) -> str:
    """Return the text form of a method with every setting written out."""
    from minima_core.methods import Specification

    return str(Specification.parse(text).resolved(land))


def _title_of(line: Entry) -> str:
    """Return what a cure in the race is called."""
    from minima_core.methods import Specification

    specification = Specification.parse(line.segments[-1].method)
    rate = specification.settings.get("lr")
    name = line.cures.name if line.cures is not None else ""
    if name in {"smaller-rate", "larger-rate"} and isinstance(rate, float | int):
        return f"{'Smaller' if name == 'smaller-rate' else 'Larger'} rate, {number(float(rate))}"
    return {"schedule": "Schedule", "noise": "Noise", "clip": "Clip the steps"}.get(
        name, specification.method.title
    )
