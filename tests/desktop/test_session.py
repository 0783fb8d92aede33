"""Every gesture as a change of the session: what it makes, what undo takes back, what is refused."""

from __future__ import annotations

import msgspec
import pytest

from minima_core.document import STARTS_PER_ENTRY, VERSION, Document, Exploration, View, opening, place_of
from minima_core.document.exploration import MOST_STARTS
from minima_desktop.session import MOST_THROWN_SEED, Session


class Desk:
    """A session with what it said written down."""

    def __init__(self, document: Document | None = None) -> None:
        self.changes = 0
        self.refusals: list[str] = []
        self.session = Session(document or opening(), self._changed, self.refusals.append)

    def _changed(self) -> None:
        self.changes += 1

    def entry(self, name: str):
        """The last line of the race that began with this method."""
        return [entry for entry in self.session.exploration.entries if entry.name == name][-1]

    def methods(self) -> list[str]:
        return [entry.name for entry in self.session.exploration.entries]

    def starts(self) -> list[tuple[float, ...]]:
        return [start.position for start in self.session.exploration.starts]

    def setting(self, name: str, step: int, setting: str):
        """A setting of a line as it holds at a step."""
        return self.session.segment_at(self.entry(name), step).settings[setting]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def assert_refused(desk: Desk, before: Exploration, *words: str) -> None:
    """Nothing changed, and one sentence says why."""
    assert desk.session.exploration is before
    assert desk.changes == 0
    assert not desk.session.can_undo
    (sentence,) = desk.refusals
    assert sentence.rstrip().endswith((".", "?")), sentence
    for word in words:
        assert word in sentence


# -- starts ----------------------------------------------------------------------------------------------


def test_a_start_takes_the_place_of_all_others(desk: Desk) -> None:
    desk.session.add_start((1.0, 1.0))
    assert desk.session.start_at((-2.0, 0.5))
    assert desk.starts() == [(-2.0, 0.5)]


def test_a_start_more_stands_beside_those_there_are(desk: Desk) -> None:
    first = desk.starts()
    assert desk.session.add_start((1.0, 1.0))
    assert desk.starts() == [*first, (1.0, 1.0)]
    keys = {ticket.key for ticket in desk.session.tickets()}
    assert keys == {(entry.id, k) for entry in desk.session.exploration.entries for k in (0, 1)}


def test_a_drag_is_one_step_of_undo(desk: Desk) -> None:
    before = desk.starts()
    for k in range(10):
        desk.session.move_start(0, (0.1 * k, 1.0), finished=k == 9)
    assert desk.starts() == [(0.9, 1.0)]
    assert desk.changes == 10, "the runs follow every move"
    assert desk.session.undo()
    assert desk.starts() == before
    assert not desk.session.can_undo
    assert desk.session.redo()
    assert desk.starts() == [(0.9, 1.0)]


def test_two_drags_are_two_steps_of_undo(desk: Desk) -> None:
    desk.session.move_start(0, (0.5, 0.5), finished=False)
    desk.session.move_start(0, (0.6, 0.5), finished=True)
    desk.session.move_start(0, (0.7, 0.5), finished=False)
    desk.session.move_start(0, (0.8, 0.5), finished=True)
    desk.session.undo()
    assert desk.starts() == [(0.6, 0.5)]


def test_a_drag_beyond_the_edge_stays_on_the_edge(desk: Desk) -> None:
    place = desk.session.exploration.place
    assert desk.session.move_start(0, (99.0, -99.0), finished=True)
    assert desk.starts() == [(place.upper[0], place.lower[1])]


def test_a_start_outside_the_region_is_refused(desk: Desk) -> None:
    before = desk.session.exploration
    assert not desk.session.start_at((99.0, 0.0))
    assert_refused(desk, before, "99", "outside the region")


def test_a_start_that_is_no_number_is_refused(desk: Desk) -> None:
    before = desk.session.exploration
    assert not desk.session.start_at((float("nan"), 0.0))
    assert_refused(desk, before, "finite")


def test_a_start_with_too_many_coordinates_is_refused(desk: Desk) -> None:
    before = desk.session.exploration
    assert not desk.session.add_start((0.0, 0.0, 0.0))
    assert_refused(desk, before, "3 coordinates", "2 variables")


def test_a_start_that_is_not_there_cannot_be_moved(desk: Desk) -> None:
    before = desk.session.exploration
    assert not desk.session.move_start(7, (0.0, 0.0), finished=True)
    assert_refused(desk, before, "start number 8")


def test_there_is_a_most_of_starts(desk: Desk) -> None:
    for k in range(63):
        assert desk.session.add_start((0.01 * k, 0.0))
    desk.changes = 0
    before = desk.session.exploration
    assert not desk.session.add_start((1.0, 1.0))
    assert desk.session.exploration is before
    assert "64" in desk.refusals[0]


def test_a_thrown_start_can_be_thrown_again(desk: Desk) -> None:
    start = desk.session.throw_start()
    assert start.seed is not None
    assert 0 <= start.seed < MOST_THROWN_SEED
    place = desk.session.exploration.place
    assert all(a <= p <= b for a, p, b in zip(place.lower, start.position, place.upper, strict=True))
    other = Desk()
    assert other.session.throw_start(start.seed) == start


def test_thrown_starts_differ(desk: Desk) -> None:
    points = {desk.session.throw_start(seed).position for seed in range(20)}
    assert len(points) == 20


# -- lines of the race -----------------------------------------------------------------------------------


def test_a_line_out_of_the_race_keeps_its_place(desk: Desk) -> None:
    names, adam = desk.methods(), desk.entry("adam")
    runs = len(desk.session.tickets())
    assert desk.session.toggle(adam.id, False)
    assert desk.methods() == names
    assert len(desk.session.tickets()) == runs - 1
    assert desk.session.toggle(adam.id)
    assert len(desk.session.tickets()) == runs


def test_a_method_is_added_with_defaults_for_this_landscape(desk: Desk) -> None:
    made = desk.session.add_method("nesterov")
    assert made == desk.entry("nesterov").id
    settings = desk.session.segment_at(desk.entry("nesterov"), 0).settings
    assert isinstance(settings["lr"], float)
    assert settings["lr"] > 0


def test_a_method_that_does_not_exist_is_refused(desk: Desk) -> None:
    before = desk.session.exploration
    assert desk.session.add_method("adamm") is None
    assert_refused(desk, before, "adamm", "adam")


def test_a_duplicate_has_a_shade_of_its_own_and_stands_beside(desk: Desk) -> None:
    adam = desk.entry("adam")
    made = desk.session.duplicate(adam.id)
    twin = desk.session.exploration.entry(made)
    assert twin.id != adam.id
    assert twin.role != adam.role
    assert twin.segments == adam.segments
    places = [entry.id for entry in desk.session.exploration.entries]
    assert places.index(twin.id) == places.index(adam.id) + 1


def test_five_duplicates_compare_five_rates(desk: Desk) -> None:
    ids = [desk.entry("adam").id]
    ids += [desk.session.duplicate(ids[0]) for _ in range(4)]
    for k, line in enumerate(ids):
        assert desk.session.change_setting(line, 0, "lr", 0.01 * 2**k, finished=True)
    rates = {desk.session.segment_at(desk.session.exploration.entry(line), 0).settings["lr"] for line in ids}
    assert len(rates) == 5
    assert len({desk.session.exploration.entry(line).role for line in ids}) == 5


def test_runs_never_share_randomness(desk: Desk) -> None:
    desk.session.duplicate(desk.entry("simulated-annealing").id)
    desk.session.add_start((1.0, 1.0))
    lanes = [ticket.lane for ticket in desk.session.tickets()]
    assert len(set(lanes)) == len(lanes)
    assert STARTS_PER_ENTRY > MOST_STARTS


def test_a_removed_line_comes_back_with_undo(desk: Desk) -> None:
    names = desk.methods()
    assert desk.session.remove(desk.entry("adam").id)
    assert "adam" not in desk.methods()
    desk.session.undo()
    assert desk.methods() == names


def test_the_last_line_can_go_too(desk: Desk) -> None:
    for entry in desk.session.exploration.entries:
        assert desk.session.remove(entry.id)
    assert desk.session.tickets() == ()


@pytest.mark.parametrize("gesture", ["toggle", "duplicate", "remove", "from_the_start"])
def test_a_line_that_is_not_there_is_refused(desk: Desk, gesture: str) -> None:
    before = desk.session.exploration
    assert not getattr(desk.session, gesture)(999)
    assert_refused(desk, before, "999")


# -- settings --------------------------------------------------------------------------------------------


def test_a_setting_at_step_0_holds_from_the_start(desk: Desk) -> None:
    adam = desk.entry("adam").id
    assert desk.session.change_setting(adam, 0, "lr", 0.3, finished=True)
    assert len(desk.entry("adam").segments) == 1
    assert desk.setting("adam", 0, "lr") == 0.3


def test_a_setting_mid_run_leaves_what_lies_before(desk: Desk) -> None:
    adam, rate = desk.entry("adam").id, desk.setting("adam", 0, "lr")
    assert desk.session.change_setting(adam, 100, "lr", 0.3, finished=True)
    assert desk.setting("adam", 99, "lr") == rate
    assert desk.setting("adam", 100, "lr") == 0.3
    (ticket,) = [ticket for ticket in desk.session.tickets() if ticket.key[0] == adam]
    assert [step for step, _ in ticket.segments] == [0, 100]


def test_a_setting_at_the_end_of_the_timeline_holds_from_the_start(desk: Desk) -> None:
    adam = desk.entry("adam").id
    assert desk.session.change_setting(adam, desk.session.exploration.steps, "lr", 0.3, finished=True)
    assert len(desk.entry("adam").segments) == 1
    assert desk.setting("adam", 0, "lr") == 0.3


def test_sliding_a_setting_is_one_step_of_undo(desk: Desk) -> None:
    adam, rate = desk.entry("adam").id, desk.setting("adam", 0, "lr")
    for k in range(1, 8):
        desk.session.change_setting(adam, 0, "lr", 0.01 * k, finished=k == 7)
    desk.session.undo()
    assert desk.setting("adam", 0, "lr") == rate
    assert not desk.session.can_undo


def test_another_setting_is_another_step_of_undo(desk: Desk) -> None:
    adam = desk.entry("adam").id
    desk.session.change_setting(adam, 0, "lr", 0.2, finished=False)
    desk.session.change_setting(adam, 0, "beta1", 0.5, finished=False)
    desk.session.undo()
    assert desk.setting("adam", 0, "lr") == 0.2


def test_a_setting_inside_another_method(desk: Desk) -> None:
    made = desk.session.add_method("random-restarts")
    assert desk.session.change_setting(made, 0, "local.lr", 0.123, finished=True)
    assert desk.setting("random-restarts", 0, "local").settings["lr"] == 0.123


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("lr", -1.0, "lr"),
        ("lr", float("nan"), "lr"),
        ("beta1", 2.0, "beta1"),
        ("lrr", 0.1, "lr"),
        ("local.lr", 0.1, "local"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(desk: Desk, name: str, value: float, word: str) -> None:
    before = desk.session.exploration
    assert not desk.session.change_setting(desk.entry("adam").id, 0, name, value, finished=True)
    assert_refused(desk, before, word)


def test_from_the_start_instead(desk: Desk) -> None:
    adam = desk.entry("adam").id
    desk.session.change_setting(adam, 100, "lr", 0.3, finished=True)
    assert desk.session.from_the_start(adam)
    assert [segment.step for segment in desk.entry("adam").segments] == [0]
    assert desk.setting("adam", 0, "lr") == 0.3


def test_going_on_with_another_method(desk: Desk) -> None:
    line = desk.entry("gradient-descent").id
    assert desk.session.go_on(line, 50, "adam")
    entry = desk.session.exploration.entry(line)
    assert [(segment.step, segment.name) for segment in entry.segments] == [
        (0, "gradient-descent"),
        (50, "adam"),
    ]
    assert entry.role.startswith("run:gradient-descent"), "the colour stays that of the line"


def test_going_on_at_the_end_makes_room(desk: Desk) -> None:
    steps = desk.session.exploration.steps
    line = desk.entry("gradient-descent").id
    assert desk.session.go_on(line, steps, "simulated-annealing")
    assert desk.session.exploration.steps > steps
    assert desk.session.exploration.entry(line).segments[-1].step == steps
    desk.session.undo()
    assert desk.session.exploration.steps == steps, "room and method come and go together"


def test_going_on_with_what_does_not_exist_is_refused(desk: Desk) -> None:
    before = desk.session.exploration
    assert not desk.session.go_on(desk.entry("adam").id, 50, "no-such-method")
    assert_refused(desk, before, "no-such-method")


# -- the rest --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("border", ["free", "clip", "reflect"])
def test_the_border_goes_to_every_run(desk: Desk, border) -> None:
    assert desk.session.set_border(border)
    assert {ticket.border for ticket in desk.session.tickets()} == {border}


def test_at_the_border_each_method_does_as_it_likes_unless_told(desk: Desk) -> None:
    assert {ticket.border for ticket in desk.session.tickets()} == {None}


def test_a_border_that_does_not_exist_is_refused(desk: Desk) -> None:
    before = desk.session.exploration
    assert not desk.session.set_border("bounce")
    assert_refused(desk, before, "bounce", "reflect")


def test_how_far_it_goes(desk: Desk) -> None:
    assert desk.session.set_steps(1000)
    assert {ticket.limit for ticket in desk.session.tickets()} == {1000}


@pytest.mark.parametrize("steps", [0, -5, 10**10])
def test_a_race_of_no_length_is_refused(desk: Desk, steps: int) -> None:
    before = desk.session.exploration
    assert not desk.session.set_steps(steps)
    assert_refused(desk, before, "steps")


def test_another_landscape_starts_from_its_own_start(desk: Desk) -> None:
    assert desk.session.set_landscape("himmelblau")
    assert desk.session.landscape.name == "himmelblau"
    assert desk.starts() == [tuple(desk.session.landscape.start)]
    assert {ticket.landscape.name for ticket in desk.session.tickets()} == {"himmelblau"}


def test_undo_brings_the_landscape_back(desk: Desk) -> None:
    before = desk.session.exploration
    desk.session.set_landscape("himmelblau")
    desk.session.undo()
    assert desk.session.exploration == before
    assert desk.session.landscape.name == "two-wells"
    desk.session.redo()
    assert desk.session.landscape.name == "himmelblau"


def test_a_landscape_of_one_variable_and_back(desk: Desk) -> None:
    assert desk.session.set_landscape("tilted-double-well")
    assert {len(start) for start in desk.starts()} == {1}
    assert desk.session.set_landscape("rosenbrock")
    assert {len(start) for start in desk.starts()} == {2}


def test_settings_of_one_s_own_go_along_to_another_landscape(desk: Desk) -> None:
    adam = desk.entry("adam").id
    desk.session.change_setting(adam, 0, "beta1", 0.55, finished=True)
    desk.session.set_landscape("rosenbrock")
    assert desk.setting("adam", 0, "beta1") == 0.55


def test_an_unknown_landscape_is_refused_with_near_matches(desk: Desk) -> None:
    before, land = desk.session.exploration, desk.session.landscape
    assert not desk.session.set_landscape("himelblau")
    assert_refused(desk, before, "himelblau", "himmelblau")
    assert desk.session.landscape is land


def test_a_formula_with_an_error_is_refused(desk: Desk) -> None:
    before, land = desk.session.exploration, desk.session.landscape
    assert not desk.session.set_formula("x^2 + * y")
    assert_refused(desk, before)
    assert desk.session.landscape is land


def test_a_formula_of_one_s_own_its_parameters_and_region(desk: Desk) -> None:
    assert desk.session.set_formula("x^2 + a y^2")
    assert desk.session.set_parameter("a", 3.0)
    assert desk.session.set_region((-1.0, -1.0), (1.0, 2.0))
    assert desk.session.landscape.value((1.0, 1.0)) == pytest.approx(4.0)
    assert desk.session.exploration.place.upper == (1.0, 2.0)


def test_typing_is_one_step_of_undo(desk: Desk) -> None:
    before = desk.session.exploration
    for text in ("x", "x^2", "x^2 + y", "x^2 + y^2"):
        assert desk.session.set_formula(text)
    desk.session.close_change()
    assert desk.session.set_formula("x^4 + y^4")
    desk.session.undo()
    assert desk.session.exploration.place.formula == "x^2 + y^2"
    desk.session.undo()
    assert desk.session.exploration == before


def test_changes_wells_and_settings_of_a_pixel(desk: Desk) -> None:
    session = desk.session
    assert session.set_changes(l2=0.5)
    assert session.exploration.place.changes.l2 == 0.5
    adam = desk.entry("adam").id
    assert session.change_settings(adam, {"lr": 0.02, "beta1": 0.5})
    assert desk.setting("adam", 0, "lr") == 0.02
    assert desk.setting("adam", 0, "beta1") == 0.5
    session.undo()
    assert desk.setting("adam", 0, "beta1") != 0.5


def test_undo_and_redo_walk_through_everything(desk: Desk) -> None:
    session = desk.session
    seen = [session.exploration]
    for act in (
        lambda: session.start_at((1.0, 1.0)),
        lambda: session.add_start((0.0, 0.0)),
        lambda: session.toggle(desk.entry("adam").id),
        lambda: session.add_method("nesterov"),
        lambda: session.set_border("clip"),
        lambda: session.set_landscape("beale"),
        lambda: session.set_steps(77),
    ):
        assert act()
        seen.append(session.exploration)
    for expected in reversed(seen[:-1]):
        assert session.undo()
        assert session.exploration == expected
    assert not session.undo()
    for expected in seen[1:]:
        assert session.redo()
        assert session.exploration == expected
    assert not session.redo()


def test_a_change_after_undo_forgets_what_was_undone(desk: Desk) -> None:
    desk.session.start_at((1.0, 1.0))
    desk.session.undo()
    desk.session.start_at((0.5, 0.5))
    assert not desk.session.can_redo


def test_what_changes_nothing_is_no_step_of_undo(desk: Desk) -> None:
    assert desk.session.set_steps(desk.session.exploration.steps)
    assert desk.session.set_border("auto")
    assert not desk.session.can_undo
    assert desk.changes == 0


def test_looking_is_not_undone(desk: Desk) -> None:
    desk.session.look(theme="light", zoom=(0.0, 1.0, 0.0, 1.0))
    assert not desk.session.can_undo
    desk.session.start_at((1.0, 1.0))
    desk.session.undo()
    assert desk.session.view.theme == "light"
    assert desk.session.document.view.zoom == (0.0, 1.0, 0.0, 1.0)


def test_opening_a_document_begins_a_new_history(desk: Desk) -> None:
    desk.session.start_at((1.0, 1.0))
    document = Document(VERSION, Exploration(place_of("beale"), steps=50), View(theme="light"))
    desk.session.open(document)
    assert desk.session.document == document
    assert desk.session.landscape.name == "beale"
    assert not desk.session.can_undo


def test_a_document_that_cannot_be_leaves_everything(desk: Desk) -> None:
    desk.session.start_at((1.0, 1.0))
    before = desk.session.document
    place = msgspec.structs.replace(place_of("beale"), landscape="no-such-place")
    with pytest.raises(ValueError, match="no-such-place"):
        desk.session.open(Document(1, Exploration(place), View()))
    assert desk.session.document == before
    assert desk.session.can_undo


def test_what_is_saved_is_what_comes_back(desk: Desk) -> None:
    desk.session.add_start((0.25, -0.5))
    desk.session.change_setting(desk.entry("adam").id, 40, "lr", 0.2, finished=True)
    desk.session.look(selected=desk.entry("adam").id)
    again = Document.from_json(desk.session.document.to_json())
    assert again == desk.session.document


def test_what_is_put_aside_comes_back_with_its_history(desk: Desk) -> None:
    """Another document may be opened and changed meanwhile; nobody is told that the first one is back."""
    session = desk.session
    session.start_at((0.5, 0.5))
    session.start_at((1.0, 1.0))
    session.undo()
    before, aside = session.document, session.put_aside()
    session.open(Document(VERSION, Exploration(place_of("himmelblau")), View()))
    session.start_at((2.0, 2.0))
    changes = desk.changes
    session.bring_back(aside)
    assert desk.changes == changes
    assert session.document == before and session.landscape.name == "two-wells"
    assert session.can_undo and session.can_redo
    session.redo()
    assert desk.starts() == [(1.0, 1.0)]
