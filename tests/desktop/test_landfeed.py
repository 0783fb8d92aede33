"""What the panel of the landscape is fed with: sliders, ends, symbols, changes, words to complete."""

from __future__ import annotations

import msgspec
import pytest

from minima_core.document import Place, place_of
from minima_core.formula import parse
from minima_core.landscapes.changes import Changes
from minima_desktop import landfeed


def typed(text: str, **parameters: float) -> Place:
    """A place with a formula of two variables."""
    return Place(landscape=None, formula=text, lower=(-2.0, -2.0), upper=(2.0, 2.0), parameters=parameters)


def test_a_slider_for_each_parameter_with_ends_that_hold_its_value() -> None:
    rows = landfeed.parameter_rows(typed("a x^2 + k y^2", a=1.0, k=7000.0), {})
    assert [row.name for row in rows] == ["a", "k"]
    assert (rows[0].lower, rows[0].upper) == (-5.0, 5.0)
    assert rows[1].lower <= -7000
    assert rows[1].upper == 10_000
    assert rows[0].default is None


def test_ends_that_a_person_moved_stay_but_hold_the_value() -> None:
    (row,) = landfeed.parameter_rows(typed("a x^2 + y^2", a=3.0), {"a": (0.0, 2.0)})
    assert (row.lower, row.upper) == (0.0, 3.0)


def test_parameters_of_the_catalogue_have_meaning_ends_and_a_way_back() -> None:
    place = place_of("rosenbrock")
    rows = landfeed.parameter_rows(place, {})
    assert [row.name for row in rows] == list(place.parameters)
    for row in rows:
        assert row.meaning
        assert row.lower <= row.default <= row.upper


@pytest.mark.parametrize(
    ("name", "symbol"),
    [("alpha", "α"), ("lambda2", "λ₂"), ("k", "k"), ("a10", "a₁₀"), ("x_max", "x_max"), ("theta_1", "θ₁")],
)
def test_symbols(name: str, symbol: str) -> None:
    assert landfeed.symbol_of(name) == symbol


def test_the_own_region_of_a_landscape() -> None:
    own = place_of("himmelblau")
    assert landfeed.is_own_region(own)
    assert not landfeed.is_own_region(msgspec.structs.replace(own, upper=(9.0, 9.0)))
    assert landfeed.is_own_region(typed("x^2 + y^2")), "a typed one has no other region to go back to"


def test_sliders_of_changes_reach_as_far_as_matters() -> None:
    place = typed("x^2 + y^2")
    state = landfeed.changes_state(place, place.landscape_of(), "1 minimum")
    assert state.quiet
    assert state.note == "1 minimum"
    assert state.dimension == 2
    assert 0 < state.most_l1 < 1000
    assert 0 < state.most_l2 < 1000
    strong = msgspec.structs.replace(place, changes=Changes(l2=5e4, tilt=(0.0, -7e4)))
    state = landfeed.changes_state(strong, place.landscape_of())
    assert not state.quiet
    assert state.most_l2 == 5e4
    assert state.most_tilt == 7e4


@pytest.mark.parametrize("name", ["himmelblau", "tilted-double-well", "tiny-network", "easom"])
def test_sliders_of_changes_on_landscapes_of_every_kind(name: str) -> None:
    place = place_of(name)
    state = landfeed.changes_state(place, place.landscape_of())
    assert min(state.most_l1, state.most_l2, state.most_tilt) > 0
    assert state.dimension == place.dimension


def test_words_to_complete_are_known_to_the_grammar() -> None:
    offered = landfeed.completions(["a", "speed"])
    assert {item.word for item in offered} >= {"sin", "exp", "sum", "pi", "x", "y", "speed"}
    assert all(item.meaning for item in offered)
    assert len({item.word for item in offered}) == len(offered)


@pytest.mark.parametrize("example", landfeed.EXAMPLES, ids=lambda example: example.text)
def test_every_example_is_a_formula(example) -> None:
    assert parse(example.text).dimension in {1, 2}
    assert example.meaning
