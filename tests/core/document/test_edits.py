"""Each gesture is a pure step from one valid exploration to the next."""

from __future__ import annotations

import pytest

from minima_core import document as doc
from minima_core.document import DocumentError, Exploration, Place
from minima_core.methods import Specification, method


@pytest.fixture
def race() -> Exploration:
    exploration = doc.with_start(Exploration(doc.place_of("two-wells")), (-1.15, 1.6))
    return doc.add_entry(doc.add_entry(exploration, "adam,lr=0.05"), "gradient-descent,lr=0.03")


def test_added_methods_have_every_setting_written_out(race):
    text = race.entries[0].segments[0].method
    for setting in ("lr=0.05", "beta1=0.9", "beta2=0.999", "eps=1e-08", "weight_decay=0"):
        assert setting in text
    assert [entry.id for entry in race.entries] == [0, 1]


def test_nothing_changes_the_value_it_is_given(race):
    before = race.entries, race.starts
    doc.toggle(doc.move_start(doc.duplicate_entry(race, 0), 0, (0, 0)), 0)
    assert (race.entries, race.starts) == before


def test_starts_are_replaced_added_moved_and_removed(race):
    two = doc.add_start(race, (1, 1))
    assert [start.position for start in two.starts] == [(-1.15, 1.6), (1.0, 1.0)]
    assert doc.move_start(two, 1, (99, -99)).starts[1].position == (3.0, -2.4)
    assert doc.remove_start(two, 0).starts[0].position == (1.0, 1.0)
    with pytest.raises(DocumentError, match="at least one start"):
        doc.remove_start(race, 0)
    with pytest.raises(DocumentError, match="no start number 6"):
        doc.move_start(race, 5, (0, 0))
    with pytest.raises(DocumentError, match="outside the region"):
        doc.with_start(race, (50, 0))


def test_a_thrown_start_is_told_by_its_seed(race):
    first, again = doc.throw_start(race, 7), doc.throw_start(race, 7)
    assert first == again
    assert first.starts[0].seed == 7
    assert doc.throw_start(race, 8).starts != first.starts
    assert len(doc.throw_start(race, 7, add=True).starts) == 2


def test_a_duplicate_stands_beside_with_the_next_shade(race):
    twice = doc.duplicate_entry(race, 0)
    assert [(entry.id, entry.name, entry.slot) for entry in twice.entries] == [
        (0, "adam", 0),
        (2, "adam", 1),
        (1, "gradient-descent", 0),
    ]
    # A shade that became free is used again.
    assert doc.add_entry(doc.remove_entry(twice, 0), "adam").entries[-1].slot == 0


def test_a_setting_changed_on_the_way_is_a_segment(race):
    changed = doc.change_setting(race, 0, 50, lr=0.01)
    assert [segment.step for segment in changed.entry(0).segments] == [0, 50]
    assert "lr=0.01" in changed.entry(0).segments[1].method
    # A drag at the same step replaces the segment, and going back to the old value takes it away.
    assert [s.step for s in doc.change_setting(changed, 0, 50, lr=0.02).entry(0).segments] == [0, 50]
    assert doc.change_setting(changed, 0, 50, lr=0.05) == race
    # What was changed later is forgotten.
    assert [s.step for s in doc.change_setting(changed, 0, 20, lr=0.02).entry(0).segments] == [0, 20]
    assert len(doc.change_setting(changed, 0, 0, lr=0.02).entry(0).segments) == 1


def test_settings_inside_another_method_are_named_with_a_dot(race):
    restarts = doc.add_entry(race, "random-restarts,local=adam(lr=0.1)")
    changed = doc.change_setting(restarts, 2, 0, {"local.lr": 0.2})
    assert "local=adam(lr=0.2" in changed.entry(2).segments[0].method
    with pytest.raises(DocumentError, match="no method called"):
        doc.change_setting(restarts, 2, 0, {"steps_per_loop.lr": 0.2})


def test_unknown_settings_and_values_out_of_range_are_sentences(race):
    with pytest.raises(ValueError, match="no setting"):
        doc.change_setting(race, 0, 0, speed=3)
    with pytest.raises(ValueError, match="must"):
        doc.change_setting(race, 0, 0, lr=-1)


def test_going_on_with_another_method_is_a_segment(race):
    onwards = doc.go_on(race, 1, 80, "adam,lr=0.01")
    assert [(s.step, s.name) for s in onwards.entry(1).segments] == [(0, "gradient-descent"), (80, "adam")]
    assert onwards.entry(1).role == "run:gradient-descent:0"


def test_another_landscape_takes_its_own_start_and_scale_but_keeps_what_was_chosen(race):
    chosen = doc.change_setting(race, 0, 0, lr=0.037, beta2=0.95)
    moved = doc.with_place(chosen, doc.place_of("himmelblau"))
    assert moved.starts[0].position == tuple(moved.place.landscape_of().start)
    first = doc.add_entry(Exploration(moved.place), "adam,beta2=0.95")
    assert moved.entry(0).segments[0].method == first.entries[0].segments[0].method


def test_lines_of_one_method_keep_the_ratios_of_their_rates_on_another_landscape(race):
    two = doc.change_setting(doc.duplicate_entry(race, 0), 2, 0, lr=0.5)
    one = doc.change_setting(two, 0, 0, lr=0.1)
    moved = doc.with_place(one, doc.place_of("himmelblau"))
    rates = [Specification.parse(moved.entry(k).segments[0].method).settings["lr"] for k in (0, 2)]
    assert rates[1] == pytest.approx(5 * rates[0])
    assert rates[0] == method("adam").resolved(moved.place.landscape_of()).settings["lr"]


def test_another_region_keeps_the_starts_inside_it(race):
    two = doc.add_start(race, (2.5, 0))
    place = doc.place_of("two-wells")
    smaller = Place("two-wells", None, (-2.0, -2.0), (2.0, 2.0), place.parameters, place.title)
    assert [start.position for start in doc.with_place(two, smaller).starts] == [(-1.15, 1.6)]


def test_the_opening_has_methods_that_end_in_different_wells():
    opening = doc.opening()
    assert opening.exploration.place.landscape == "two-wells"
    assert len({entry.name for entry in opening.exploration.entries}) == 5
    assert len(opening.exploration.starts) == 1


def test_history_undoes_and_redoes_and_joins_drags(race):
    history = doc.History(race)
    for x in (0.1, 0.2, 0.3):
        history.push(doc.move_start(history.present, 0, (x, 0)), join="drag start 0")
    history.close()
    history.push(doc.with_steps(history.present, 77))
    assert history.undo().starts[0].position == (0.3, 0.0)
    assert history.undo() == race
    assert not history.can_undo
    assert history.undo() == race
    assert history.redo().starts[0].position == (0.3, 0.0)
    history.push(doc.with_steps(history.present, 5))
    assert not history.can_redo


def test_a_push_that_changes_nothing_is_no_act(race):
    history = doc.History(race)
    history.push(doc.with_steps(race, race.steps))
    assert not history.can_undo
    for _ in range(600):
        history.push(doc.with_steps(history.present, history.present.steps + 1))
    count = 0
    while history.can_undo:
        history.undo()
        count += 1
    assert count == 500
