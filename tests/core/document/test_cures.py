"""Cures as lines of the race: where they stand, what they share, and what cannot be."""

from __future__ import annotations

import msgspec
import pytest

from minima_core import document as doc
from minima_core import methods
from minima_core.document import Cure, Treatment

HOP = Treatment("hop", methods.method("basin-hopping"), 200)
SLOW = Treatment("smaller-rate", methods.method("gradient-descent", lr=0.001))


@pytest.fixture
def race() -> doc.Exploration:
    empty = doc.Exploration(doc.place_of("two-wells"), starts=(doc.Start((-1.15, 1.6)),), steps=260)
    return doc.add_entry(doc.add_entry(empty, "gradient-descent,lr=0.03"), "adam")


def test_cures_stand_below_the_treated_line_in_their_order(race):
    treated = race.entries[0].id
    cured = doc.add_cures(race, treated, [SLOW, HOP], 400)
    assert [e.name for e in cured.entries] == ["gradient-descent"] * 3 + ["adam"]
    assert [e.cures for e in cured.entries] == [
        None, Cure(treated, "smaller-rate"), Cure(treated, "hop", 200, treated), None,
    ]  # fmt: skip
    assert cured.steps == 400
    assert len({e.role for e in cured.entries}) == 4
    assert "lr=0.001" in cured.entries[1].segments[0].method


def test_what_goes_on_from_here_shares_what_lies_before_and_its_luck(race):
    treated = race.entries[0]
    hop = doc.add_cures(race, treated.id, [HOP]).entries[1]
    assert hop.segments[0] == treated.segments[0]
    assert (hop.segments[1].step, hop.segments[1].name) == (200, "basin-hopping")
    assert hop.lane == treated.lane == treated.id
    slow = doc.add_cures(race, treated.id, [SLOW]).entries[1]
    assert slow.lane == slow.id != treated.id
    again = Treatment("restart", methods.method("random-restarts"), 230)
    chain = doc.add_cures(doc.add_cures(race, treated.id, [HOP]), hop.id, [again])
    assert [e.lane for e in chain.entries if e.cures] == [treated.id, treated.id]


def test_the_same_cure_twice_is_one_line(race):
    treated = race.entries[0].id
    once = doc.add_cures(race, treated, [SLOW, HOP])
    assert doc.cure_in(race, treated, HOP) is None
    assert doc.cure_in(once, treated, HOP) == once.entries[2].id
    out = doc.toggle(once, once.entries[2].id, False)
    assert doc.add_cures(out, treated, [SLOW, HOP]) == once


def test_a_full_race_says_so(race):
    while len(race.entries) < 64:
        race = doc.duplicate_entry(race, race.entries[0].id)
    with pytest.raises(doc.DocumentError, match=r"64 lines.*Remove one"):
        doc.add_cures(race, race.entries[0].id, [HOP])


def test_ids_of_treated_lines_are_not_given_away(race):
    cured = doc.remove_entry(doc.add_cures(race, race.entries[1].id, [SLOW]), race.entries[1].id)
    cured = doc.remove_entry(cured, cured.entries[0].id)
    assert cured.entries[0].cures == Cure(race.entries[1].id, "smaller-rate")
    more = doc.add_entry(cured, "adam")
    assert len({e.id for e in more.entries} | {race.entries[1].id}) == 3


def test_room_to_show_what_it_can(race):
    room = lambda *treatment: doc.room_for(race, Treatment(*treatment), 260)  # noqa: E731
    assert room("smaller-rate", methods.method("adam")) == 260
    assert room("method", methods.method("bfgs"), 260) == 520
    assert room("reheat", methods.method("simulated-annealing", cooling_steps=3000)) == 3000
    assert room("hop", methods.method("basin-hopping"), 260) == 1260
    assert room("spread", methods.method("cma-es")) == 260
    by_time = doc.with_clock(race, doc.Clock("time"), 900)
    assert doc.room_for(by_time, HOP, 900) == 1800


def test_another_landscape_has_no_cures(race):
    cured = doc.add_cures(race, race.entries[0].id, [HOP])
    moved = doc.with_place(cured, doc.place_of("himmelblau"))
    assert all(e.cures is None for e in moved.entries)


def test_cures_survive_a_file_and_hostile_ones_do_not(race):
    document = doc.Document(doc.VERSION, doc.add_cures(race, race.entries[0].id, [HOP]), doc.View())
    assert doc.from_json(document.to_json()) == document
    loose = msgspec.json.decode(document.to_json())
    loose["exploration"]["entries"][1]["cures"]["since"] = -1
    with pytest.raises(doc.DocumentError):
        doc.from_json(msgspec.json.encode(loose))
