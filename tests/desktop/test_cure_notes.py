"""What the card of a line says, and what is noticed on the way: no window, the engine turned by hand."""

from __future__ import annotations

import time

import pytest

from minima_core import document as doc
from minima_core.document import VERSION, Document, Exploration, Treatment, View, place_of
from minima_desktop.cure_notes import CureNotes
from minima_desktop.engine import Engine
from minima_desktop.player import Player
from minima_desktop.projector import PATIENCE, Projector
from minima_desktop.session import Session
from minima_desktop.watch import Watch
from minima_widgets.panels.cure_values import VerdictNote

STUCK = "gradient-descent,lr=0.03"


class Room:
    """A race with somebody who watches it, without threads."""

    def __init__(
        self, *methods: str, steps: int = 260, landscape: str = "two-wells", start=(-1.15, 1.6)
    ) -> None:
        exploration = doc.with_steps(doc.with_start(Exploration(place_of(landscape)), start), steps)
        for method in methods:
            exploration = doc.add_entry(exploration, method)
        self.session = Session(Document(VERSION, exploration, View()), self.order)
        self.projector, self.engine = Projector(self.session), Engine()
        self.player = Player(horizon=steps)
        self.watch = Watch(self.projector, self.engine)
        self.notes = CureNotes(self.session, self.projector, self.player, self.watch)
        self.order()
        self.at(steps)

    def order(self) -> None:
        self.player.set_horizon(self.session.exploration.steps)
        self.projector.order(self.engine)

    def at(self, tick: int, *, playing: bool = False) -> None:
        """Hold at a tick, or be about to leave it."""
        self.player.scrub(tick)
        self.player.playing = playing
        self.engine.aim(self.player.horizon)
        self.turn()
        time.sleep(PATIENCE)
        self.projector.take(self.engine)
        self.projector.shown = tick
        for _ in range(2):
            self.watch.look(tick, playing=playing)
            self.turn()

    def turn(self) -> None:
        while self.engine.turn():
            pass

    def note(self, place: int = 0, start: int = 0) -> VerdictNote:
        return self.notes.note(self.session.exploration.entries[place], start)


def test_the_card_has_sentence_numbers_and_cures() -> None:
    note = Room(STUCK).note()
    assert note.sentence == "At the local minimum, 0.549 above the best."
    labels = [label for label, _, _ in note.numbers]
    assert labels[:4] == ["above the best", "|∇f|", "λmin", "λmax"]
    assert {"lr", "2/λmax"} <= set(labels)
    titles = [item.title for item in note.cures]
    assert {"Basin hopping", "Random restarts", "Simulated annealing", "Smooth first"} <= set(titles)
    assert {item.how for item in note.cures} == {"", "from here on", "changes the landscape"}


def test_of_several_lines_the_one_most_worth_a_look_is_shown_at_rest() -> None:
    room = Room("adam,lr=0.1", STUCK)
    shown = room.notes.entry_shown()
    assert shown is not None and shown.name == "gradient-descent"
    room.player.playing = True
    assert room.notes.entry_shown() is None, "nothing jumps while it plays"
    first = room.session.exploration.entries[0]
    room.session.look(selected=first.id)
    assert room.notes.entry_shown() == first
    assert Room("adam,lr=0.1").notes.entry_shown() is None


def test_a_pause_has_its_verdict() -> None:
    room = Room(STUCK)
    room.at(20)
    assert room.note().sentence.startswith("Running, loss")
    assert room.note().cures == ()
    room.at(200)
    assert room.note().sentence == "At the local minimum, 0.549 above the best."
    assert room.projector.verdicts(200)[0] == "at the local minimum, 0.549 above the best"


def test_signs_show_with_a_line_under_way() -> None:
    room = Room("gradient-descent,lr=1", steps=1000, landscape="parabola", start=(-1.0,))
    room.at(150, playing=True)
    words = room.projector.verdicts(150)[0]
    assert words.startswith("loss 4 at step 150 · the steps jump from wall to wall")
    assert room.note().signs == (
        "The loss has not fallen for 150 steps.",
        "The steps jump from wall to wall.",
    )
    room.at(150)
    assert room.note().signs == (), "a verdict says it better"
    assert room.note().sentence.startswith("Oscillating")


def test_signs_are_read_in_turn() -> None:
    room = Room(*(f"gradient-descent,lr={1 + k / 1e9}" for k in range(9)), steps=400, landscape="parabola",
                start=(-1.0,))  # fmt: skip
    room.watch.signs.clear()
    seen = []
    for _ in range(4):
        room.watch.look(300, playing=True)
        seen.append(len(room.watch.signs))
    assert seen[0] < 9 == seen[-1]


@pytest.mark.parametrize("since", [0, 200])
def test_a_cure_is_compared_once_both_have_ended_and_it_stays(since: int) -> None:
    room = Room(STUCK)
    treated = room.session.exploration.entries[0]
    advice = next(
        each for each in room.projector.verdict_at((treated.id, 0), 260).advice
        if each.begin == ("here" if since else "start") and each.cure in {"hop", "restart"}
    )  # fmt: skip
    assert room.session.add_cures(treated.id, [Treatment(advice.cure, advice.method, since)], 1500)
    room.at(300, playing=True)
    assert "compared when both have ended" in room.note(1).tried_for
    states = {item.state for item in room.note().cures}
    assert states == {"", "racing"}
    room.at(1500)
    note = room.note(1)
    assert note.judgement == "helped"
    assert note.result.startswith("Helped, with this seed: ends 0.549 lower, at the global minimum")
    assert note.tried_for.startswith("Tried for Gradient descent")
    row = next(item for item in room.note().cures if item.state)
    assert (row.state, row.result) == ("helped", note.result)
    room.at(10)
    assert room.note(1).result == note.result, "it stays, wherever the clock stands"
    room.session.undo()
    room.at(260)
    assert all(not item.state for item in room.note().cures)


def test_a_cure_that_is_in_the_race_anyway_is_not_offered_twice() -> None:
    room = Room(STUCK, "simulated-annealing")
    row = next(item for item in room.note().cures if item.title == "Simulated annealing")
    assert row.state in {"helped", "no"}
    offer = room.notes.offers[[item.title for item in room.note().cures].index("Simulated annealing")]
    assert offer.line == room.session.exploration.entries[1].id


def test_several_starts_are_told_together() -> None:
    room = Room(STUCK)
    room.session.add_start((1.5, 1.0))
    room.session.add_start((-1.5, -1.0))
    room.at(260)
    entry = room.session.exploration.entries[0]
    note = room.note(0, room.notes.start_of(entry))
    assert note.tally == "1 of 3 starts at the global minimum, 2 in a local minimum."
    assert note.which == "Start 1 of 3 · next"
    room.notes.chosen[entry.id] = 1
    assert "global minimum" in room.note(0, room.notes.start_of(entry)).sentence
