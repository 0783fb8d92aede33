"""What the card under a line of the race says: verdict, numbers, cures, and what came of those tried.

A comparison is made once both lines have ended and stays for as long as neither of them changes. No Qt here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from minima_core.document import Entry, Exploration, Segment
from minima_core.landscapes import Landscape
from minima_core.runs.helped import Comparison, End, compare_ends, end_of, not_comparable
from minima_core.scene import line_name
from minima_core.scene.clocked import step_at, tick_of
from minima_core.scene.diagnosis import cure_title, labelled_numbers, tally, worth
from minima_core.scene.words import number
from minima_desktop.player import Player
from minima_desktop.projector import Projector
from minima_desktop.session import Session
from minima_desktop.watch import Key, Watch
from minima_widgets.panels.cure_values import CureItem, VerdictNote

MOST_COMPARED = 200
MOST_STARTS = 8
"""Starts of each line that are looked at to find the one most worth a look."""


@dataclass(frozen=True)
class Change:
    """A cure that changed the landscape: what the treated line had come to before."""

    line: int
    name: str
    title: str
    land: Landscape
    before: tuple[End, ...]
    after: Exploration


@dataclass(frozen=True)
class Offer:
    """One row of the card: advice that can be taken, the line that takes it already, or both."""

    advice: Any = None
    line: int | None = None


class CureNotes:
    """What there is to say of the runs of one session.

    Attributes
    ----------
    offers
        The rows of the card that was made last, in their order.
    chosen
        Which start the card speaks of, by line, where somebody has chosen.
    changes
        Cures that changed the landscape.
    """

    def __init__(self, session: Session, projector: Projector, player: Player, watch: Watch) -> None:
        self._session, self._projector, self._player, self._watch = session, projector, player, watch
        self.offers: tuple[Offer, ...] = ()
        self.chosen: dict[int, int] = {}
        self.changes: list[Change] = []
        self._compared: dict[tuple[Any, ...], tuple[bool, Comparison]] = {}

    def entry_shown(self, last: int | None = None) -> Entry | None:
        """Return the line whose card is shown: the selected one; at rest, the one most worth a look.

        Line `last`, which had the card, keeps it for as long as it is worth a look itself.
        """
        entries = [each for each in self._session.exploration.entries if each.enabled]
        chosen = next((each for each in entries if each.id == self._session.view.selected), None)
        if chosen is not None or self._player.playing or self._player.step == 0:
            return chosen
        known = {each.id: self._worth(each) for each in entries}
        best = max(
            entries, key=lambda each: (each.id == last and known[each.id] > 0, known[each.id]), default=None
        )
        return best if best is not None and known[best.id] else None

    def _worth(self, entry: Entry) -> int:
        """Return how much a line is worth a look: the worst of its first starts counts."""
        return max((worth(self.verdict((entry.id, k))) for k in self.starts()[:MOST_STARTS]), default=0)

    def starts(self) -> range:
        """Return the numbers of the starts."""
        return range(len(self._session.exploration.starts))

    def start_of(self, entry: Entry) -> int:
        """Return the start that the card speaks of: the one chosen, else the one most worth a look."""
        count = len(self.starts())
        chosen = self.chosen.get(entry.id)
        if chosen is not None and chosen < count:
            return chosen
        return max(self.starts(), key=lambda k: worth(self.verdict((entry.id, k))), default=0)

    def verdict(self, key: Key) -> Any:
        """Return the verdict that holds at the step that is shown; None while the run is under way."""
        projector, tick = self._projector, self._player.step
        verdict, track = projector.verdict_at(key, tick), projector.tracks.get(key)
        if verdict is None or track is None or tick == 0:
            return None
        arrived = verdict.numbers.get("reached")
        if tick >= projector.reached_at(key, tick) or (
            arrived is not None and tick_of(track.record, int(arrived)) <= tick
        ):
            return verdict
        return None

    def note(self, entry: Entry, start: int) -> VerdictNote:
        """Return what the card says of a start of a line."""
        key = (entry.id, start)
        count, tick = len(self.starts()), self._player.step
        verdict, seen = self.verdict(key), self._watch.signs.get(key, ())
        progress = self._projector.progress(key)
        failure = "" if progress is None else progress.failure
        sentence = _sentence(failure or self._projector.words_of([key], tick))
        under_way = verdict is None or verdict.state == "running"
        numbers = () if verdict is None else labelled_numbers(verdict, seen)
        told_for, comparison = self._own_comparison(entry)
        several = count > 1
        return VerdictNote(
            line=entry.id,
            sentence=sentence,
            which=f"Start {start + 1} of {count} · next" if several else "",
            tally=_sentence(tally([self.verdict((entry.id, k)) for k in self.starts()])) if several else "",
            signs=tuple(_sentence(each.sentence) for each in seen[:3]) if under_way and tick else (),
            numbers=tuple((each[0], each[1], each[2]) for each in numbers),
            cures=self.items(entry, verdict),
            tried_for=told_for,
            result="" if comparison is None else comparison.sentence,
            judgement="" if comparison is None else comparison.judgement,
            brief=entry.id != self._session.view.selected,
        )

    def items(self, entry: Entry, verdict: Any) -> tuple[CureItem, ...]:
        """Return what to try, and what has been tried already."""
        exploration = self._session.exploration
        advices = () if verdict is None else verdict.advice
        at_work = self._session.segment_at(entry, self.step_of(entry))
        items: list[CureItem] = []
        offers: list[Offer] = []
        for advice in advices:
            line = self.tried(entry, advice)
            how = "changes the landscape" if advice.changes is not None else ""
            how = how or ("from here on" if advice.begin == "here" else "")
            title = cure_title(advice, at_work)
            if line is None:
                items.append(CureItem(title, advice.sentence, how))
            else:
                items.append(self._tried_item(title, how, entry, line))
            offers.append(Offer(advice, None if line is None else line.id))
        told = {offer.line for offer in offers}
        for line in exploration.entries:
            if line.cures is not None and line.cures.line == entry.id and line.id not in told:
                how = f"from step {line.cures.since}" if line.cures.since else ""
                items.append(self._tried_item(_title_of(line), how, entry, line))
                offers.append(Offer(None, line.id))
        self.offers = tuple(offers)
        return tuple(items)

    def _tried_item(self, title: str, how: str, entry: Entry, line: Entry) -> CureItem:
        """Return the row of a cure that is in the race, or was."""
        if not line.enabled:
            return CureItem(title, "It was taken out of the race.", how, "no")
        comparison = self._comparison(entry, line)
        if comparison is None:
            return CureItem(title, "In the race: when both have ended, it is compared.", how, "racing")
        return CureItem(title, "", how, comparison.judgement, comparison.sentence)

    def tried(self, entry: Entry, advice: Any) -> Entry | None:
        """Return the line that tries a piece of advice on a line already."""
        if advice.changes is not None:
            return None
        text = _resolved(str(advice.method), self._session.landscape)
        from_here = advice.begin == "here"
        for line in self._session.exploration.entries:
            cure = line.cures
            if cure is not None and cure.line == entry.id and cure.name == advice.cure:
                same = line.segments[-1].method == text or advice.cure == "schedule"
                if same and bool(cure.since) == from_here:
                    return line
            elif not from_here and line.id != entry.id and line.segments == (Segment(0, text),):
                return line
        return None

    def step_of(self, entry: Entry) -> int:
        """Return the step at which a line stands."""
        return self._projector.step_of(entry.id, self._player.step)

    # -- comparing -------------------------------------------------------------------------------------------

    def _own_comparison(self, entry: Entry) -> tuple[str, Comparison | None]:
        """Return whom a line is tried for, and whether it helped."""
        exploration = self._session.exploration
        for change in self.changes:
            if change.line == entry.id and change.after == exploration:
                ends = self.ends(entry)
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
        exploration = self._session.exploration
        key = (
            treated.segments, line.segments, treated.lane, line.lane, exploration.starts, exploration.steps,
            exploration.clock, exploration.seed, exploration.border, self._session.landscape.digest,
        )  # fmt: skip
        critical = self._projector.findings.critical
        proved = critical is not None and critical.global_proved
        known = self._compared.get(key)
        if known is not None and known[0] == proved:
            return known[1]
        runs = [(each.id, k) for each in (treated, line) for k in self.starts()]
        if known is None and not all(map(self._has_ended, runs)):
            return None
        before, after = self.ends(treated), self.ends(line)
        if before is None or after is None:
            return None if known is None else known[1]
        if len(self._compared) > MOST_COMPARED:
            self._compared.clear()
        comparison = compare_ends(self._session.landscape, before, after)
        self._compared[key] = proved, comparison
        return comparison

    def _has_ended(self, key: Key) -> bool:
        """Whether a run has ended, or the race has, as far as the clock has been seen to go."""
        progress, player = self._projector.progress(key), self._player
        if progress is None or progress.verdict is None:
            return False
        return player.step >= min(progress.tick, player.horizon)

    def ends(self, entry: Entry) -> tuple[End, ...] | None:
        """Return what the runs of a line have come to; None while one of them is under way."""
        session, ends = self._session, []
        for k in self.starts():
            key = entry.id, k
            progress, track = self._projector.progress(key), self._projector.tracks.get(key)
            if progress is None or progress.verdict is None or progress.record is None or track is None:
                return None
            step = step_at(track.record, self._player.horizon)
            method = session.segment_at(entry, step)
            ends.append(end_of(session.landscape, method, progress.record, progress.verdict, step))
        return tuple(ends)


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
