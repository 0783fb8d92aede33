"""Moving a race: typed formulas, drawings, regions, parameters and changes; undo takes each back."""

from __future__ import annotations

import json

import pytest

import minima_core as mc
from minima_core import document as doc
from minima_core.document import Document, DocumentError, Exploration, Place, View
from minima_core.landscapes.drawn import Drawn, Well, move_well
from minima_core.landscapes.values import Changes
from minima_core.methods import Specification, method

DRAWING = Drawn((Well(0.0, 0.0, 1.0, 1.0), Well(1.5, 0.0, 0.5, 0.5)))


@pytest.fixture
def race() -> Exploration:
    place = Place(None, "a x^2 + y^2", (-2.0, -2.0), (2.0, 2.0), {"a": 2.0})
    exploration = doc.with_starts(Exploration(place), [(1.0, 1.5), (-1.9, 0.0)])
    for text in ("adam,lr=0.3,beta2=0.9", "gradient-descent", "sgd,lr=0.01"):
        exploration = doc.add_entry(exploration, text)
    return exploration


def settings(exploration: Exploration, id: int) -> dict[str, object]:
    return dict(Specification.parse(exploration.entry(id).segments[-1].method).settings)


def test_a_formula_follows_what_is_typed(race):
    typed = doc.with_formula(race, "a x^2 + b y^2 + 100 x^4")
    assert typed.place.parameters == {"a": 2.0, "b": 1.0}
    assert (typed.place.lower, typed.place.upper) == (race.place.lower, race.place.upper)
    assert typed.starts == race.starts
    assert doc.with_formula(typed, "x^2 + y^2").place.parameters == {}


def test_what_was_chosen_stays_and_what_followed_from_the_scale_follows(race):
    typed = doc.with_formula(race, "100 (a x^2 + y^2)")
    assert (settings(typed, 0)["lr"], settings(typed, 0)["beta2"]) == (0.3, 0.9)
    usual = method("gradient-descent").resolved(typed.place.landscape_of()).settings["lr"]
    assert settings(typed, 1)["lr"] == usual < settings(race, 1)["lr"]
    assert settings(typed, 2)["lr"] == 0.01
    quick = doc.with_formula(race, "100 (a x^2 + y^2)", refit=False)
    assert quick.entries == race.entries
    late = doc.change_setting(race, 0, 40, lr=0.2)
    assert [s.step for s in doc.with_formula(late, "x^4 + y^2").entry(0).segments] == [0, 40]


def test_the_number_of_variables_is_told_by_what_is_typed(race):
    changes = Changes(l2=0.1, tilt=(1.0, 0.0))
    one = doc.with_formula(doc.with_changes(race, changes), "x^4 - x")
    assert (one.place.dimension, one.place.lower, one.place.changes) == (1, (-2.0,), Changes(l2=0.1))
    assert one.starts[0].position == tuple(one.place.landscape_of().start)
    two = doc.with_formula(one, "x^4 + y")
    assert (two.place.lower, two.place.upper) == ((-2.0, -2.0), (2.0, 2.0))
    assert len(two.starts[0].position) == 2


def test_a_formula_that_is_none_says_where(race):
    with pytest.raises(mc.FormulaError) as raised:
        doc.with_formula(race, "x + * y")
    assert raised.value.column == 4


def test_a_region_takes_the_starts_that_lie_in_it(race):
    small = doc.with_region(race, (0, 0), (2, 2))
    assert [start.position for start in small.starts] == [(1.0, 1.5)]
    assert small.entries == race.entries
    away = doc.with_region(race, (5, 5), (6, 6))
    assert len(away.starts) == 1
    for low, high, words in (((0, 0), (1, 1e300), "at most"), ((0, 0), (1, 1e-300), "narrow"),
                             ((1, 0), (0, 1), "no area")):  # fmt: skip
        with pytest.raises(DocumentError, match=words):
            doc.with_region(race, low, high)


def test_a_parameter_moves_and_nothing_else(race):
    moved = doc.with_parameter(race, "a", 5)
    assert moved.place.landscape_of().value((1.0, 0.0)) == 5.0
    assert (moved.starts, moved.entries) == (race.starts, race.entries)
    with pytest.raises(DocumentError, match="no parameter “b”; it has a"):
        doc.with_parameter(race, "b", 1.0)


def test_changes_are_made_to_whatever_it_is(race):
    for place in (
        race.place,
        doc.place_of("himmelblau"),
        Place(None, None, (-3.0, -3.0), (3.0, 3.0), drawn=DRAWING),
    ):
        before = place.landscape_of()
        changed = doc.with_changes(Exploration(place), Changes(l1=0.5))
        assert changed.place.landscape_of().value((1.0, -1.0)) == pytest.approx(
            before.value((1.0, -1.0)) + 1.0
        )
        assert changed.place.title == ""
        back = doc.with_changes(changed, Changes())
        assert back.place.landscape_of() is Exploration(back.place).place.landscape_of()
        assert back.place == place
    with pytest.raises(DocumentError, match="one number for each variable"):
        doc.with_changes(race, Changes(tilt=(1.0,)))


def test_drawings_begin_in_the_region_and_move_with_the_hand(race):
    drawn = doc.with_drawn(race, DRAWING)
    assert (drawn.place.lower, drawn.place.formula, drawn.starts) == (race.place.lower, None, race.starts)
    moved = doc.with_drawn(drawn, move_well(DRAWING, 0, 0.5, 0.5))
    assert moved.entries == drawn.entries
    assert moved.place.landscape_of().kernels is drawn.place.landscape_of().kernels
    wide = doc.with_drawn(moved, DRAWING, lower=(-9, -9), upper=(9, 9))
    assert wide.place.upper == (9.0, 9.0)
    five = Exploration(doc.place_of("rastrigin", dimension=5))
    assert doc.with_drawn(five, DRAWING).place.dimension == 2


def test_another_loss_keeps_the_starts():
    race = doc.with_start(Exploration(doc.place_of("linear-regression")), (1.0, 2.0))
    moved = doc.with_place(race, doc.place_of("linear-regression-absolute"))
    assert moved.starts == race.starts
    assert doc.with_place(race, doc.place_of("tiny-network")).starts != race.starts


def test_undo_takes_each_back(race):
    history = doc.History(race)
    history.push(doc.with_formula(race, "x^2"), join="formula")
    history.push(doc.with_formula(history.present, "x^2 + 3y^2"), join="formula")
    history.close()
    history.push(doc.with_changes(history.present, Changes(l1=0.1)))
    history.push(doc.with_drawn(history.present, DRAWING))
    history.push(doc.with_region(history.present, (-1, -1), (1, 1)))
    for _ in range(4):
        history.undo()
    assert history.present == race


def test_everything_is_kept_in_files_and_older_ones_are_read(race):
    for exploration in (
        doc.with_drawn(race, DRAWING),
        doc.with_changes(race, Changes(smoothing=0.1, tilt=(1, 2))),
    ):
        document = Document(doc.VERSION, exploration, View())
        assert Document.from_json(document.to_json()) == document
    old = json.loads(Document(doc.VERSION, race, View()).to_json())
    old["version"] = 1
    for name in ("drawn", "changes"):
        del old["exploration"]["place"][name]
    read = Document.from_json(json.dumps(old))
    assert (read.version, read.exploration) == (doc.VERSION, race)


def test_hostile_drawings_and_changes_in_a_file_are_refused(race):
    data = json.loads(Document(doc.VERSION, doc.with_drawn(race, DRAWING), View()).to_json())
    place = data["exploration"]["place"]
    for field, value, words in (
        ("drawn", {"wells": [{"x": 0, "y": 0, "width": -1, "depth": 1}]}, "width of a well"),
        ("drawn", {"wells": [{"x": 0, "y": 0, "width": 1, "depth": 1}] * 99}, "at most 64"),
        ("changes", {"smoothing": 7}, "share of the region"),
        ("changes", {"tilt": [1, 2, 3]}, "one number for each variable"),
        ("formula", "x", "one of them"),
    ):
        hurt = {**data, "exploration": {**data["exploration"], "place": {**place, field: value}}}
        with pytest.raises(DocumentError, match=words) as raised:
            Document.from_json(json.dumps(hurt))
        assert str(raised.value).endswith(".")
