"""Letters at valleys: which ones, where they stand, where a run ends, and what is said afterwards."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc
from minima_core.document import Exploration, Insides, Insight, View, place_of
from minima_core.scene import (
    ballot_of,
    box_of,
    lettered,
    minima_of,
    profile_scene,
    race_scene,
    result_words,
    stage_of,
    veiled,
)
from minima_core.scene.ballot import MOST_LETTERS, seeks
from minima_core.scene.marks import ContourLabel, Label, Points
from minima_core.scene.valleys import flooded, terrain_of

GRID = (48, 36)


def ballot(name: str, **given):
    """The ballot of a landscape of the catalogue."""
    land = mc.landscape(name)
    return ballot_of(stage_of(land, None, GRID), land.start, **given)


def test_each_minimum_lies_in_the_valley_of_its_own_letter() -> None:
    """On a landscape with four wells, from left to right."""
    found = ballot("himmelblau")
    assert found.letters == "ABCD"
    assert [valley.place[0] for valley in found.valleys] == sorted(v.place[0] for v in found.valleys)
    land = mc.landscape("himmelblau")
    letters = [found.letter_at(each.position) for each in minima_of(land)]
    assert sorted(letters) == list("ABCD")
    for each, letter in zip(minima_of(land), letters, strict=True):
        place = next(valley.place for valley in found.valleys if valley.letter == letter)
        assert np.linalg.norm(np.array(place) - each.position) < 0.08 * np.linalg.norm(
            land.upper - land.lower
        )


def test_descent_ends_in_the_valley_that_the_water_says() -> None:
    """Short steps of descent stay in the valley in which they begin, nearly everywhere."""
    land, found = mc.landscape("himmelblau"), ballot("himmelblau")
    starts = np.random.default_rng(3).uniform(land.lower, land.upper, (40, 2))
    same = 0
    for start in starts:
        run = mc.start(land, "gradient-descent", x0=start, lr=0.002)
        run.advance(4000)
        same += found.letter_at(run.positions[-1]) == found.letter_at(start)
    assert same >= 36


def test_a_landscape_with_many_valleys_keeps_a_letter_for_all_others() -> None:
    """The valley of the start and the deepest always have a letter of their own."""
    found = ballot("rastrigin")
    land = mc.landscape("rastrigin")
    assert len(found.valleys) == MOST_LETTERS
    assert found.valleys[-1].place is None and found.valleys[-1].words == "elsewhere"
    assert found.letter_at(land.start) in found.letters[:-1]
    assert found.letter_at(land.minima[0]) in found.letters[:-1]
    corner = minima_of(land)[-1].position
    assert found.letter_at(corner) in found.letters


def test_what_has_one_valley_is_refused_with_a_sentence() -> None:
    """There is nothing to vote on."""
    with pytest.raises(ValueError, match="Only one valley"):
        ballot("rosenbrock")


def test_only_what_is_visible_gets_letters() -> None:
    """A zoom on the right half of four wells leaves two."""
    found = ballot("himmelblau", extent=(0.0, 6.0, -6.0, 6.0))
    assert found.letters == "AB"


def test_nobody_ends_in_a_valley_outside_the_region_or_where_nothing_is_defined() -> None:
    """Neither far away nor at nan."""
    found = ballot("two-wells")
    assert found.letter_at([1e9, 0.0]) is None
    assert found.letter_at([np.nan, 0.0]) is None


def test_one_variable_has_valleys_too() -> None:
    """Letters stand on the curve, between the hills."""
    land, found = mc.landscape("tilted-double-well"), ballot("tilted-double-well")
    assert found.letters == "AB"
    assert [found.letter_at([x]) for x in (-1.5, 1.5)] == ["A", "B"]
    for valley in found.valleys:
        x, y = valley.place
        assert y == pytest.approx(float(land.value([x])))


def test_letters_give_no_minimum_away_exactly() -> None:
    """Where valleys are lopsided their letters stand beside the minimum."""
    land, found = mc.landscape("two-wells"), ballot("two-wells")
    away = [
        min(np.linalg.norm(np.array(valley.place) - each.position) for each in minima_of(land))
        for valley in found.valleys
    ]
    assert max(away) > 0.001 * np.linalg.norm(land.upper - land.lower)


def test_water_fills_hollows_without_a_seed_and_leaves_rocks_alone() -> None:
    """A hollow belongs to the valley from which it is reached; nan to none."""
    heights = np.array([[0.0, 3.0, 1.0, 2.0, 0.5, np.nan]])
    labels, levels, passes = flooded(heights, np.array([[0, 0], [0, 4]]))
    assert labels.tolist() == [[0, 0, 1, 1, 1, -1]]
    assert levels[0, :5].tolist() == [0.0, 3.0, 2.0, 2.0, 0.5]
    assert passes.tolist() == [3.0, 3.0]


def test_a_terrain_without_minima_is_refused() -> None:
    """Water has to rise from somewhere."""
    with pytest.raises(ValueError, match="no valley"):
        terrain_of(mc.landscape("himmelblau"), np.empty((0, 2)))


def test_a_veiled_picture_has_the_line_that_is_asked_about_on_top() -> None:
    """All heads lie on the start: the room must see the one that the question names."""
    view = View(selected=3)
    assert veiled(view).selected == 3
    assert veiled(view, 1).selected == 1 and veiled(view, 0).selected == 0


def test_a_veiled_picture_gives_nothing_away() -> None:
    """No minima, no words, no levels, no overlay: only letters, and those for every valley on the map."""
    view = View(insight=Insight(overlay="slope", critical=True), insides=Insides(on=True))
    exploration = Exploration(place_of("himmelblau"))
    stage = stage_of(mc.landscape("himmelblau"), None, GRID)
    plain = race_scene(exploration, view, stage, {}, 0)
    assert any(isinstance(mark, Label) and mark.key.startswith("label:minimum") for mark in plain.marks)
    scene = race_scene(exploration, veiled(view), stage, {}, 0)
    assert not any(isinstance(mark, Label | ContourLabel) for mark in scene.marks)
    assert not any(isinstance(mark, Points) and mark.key.startswith("minima") for mark in scene.marks)
    found = ballot("himmelblau")
    asked = lettered(scene, found)
    letters = [mark for mark in asked.marks if isinstance(mark, Label)]
    assert [mark.bold for mark in letters] == list("ABCD")
    assert {mark.role for mark in letters} == {"text"}
    assert asked.revision != scene.revision
    x0, x1, y0, y1 = box_of(mc.landscape("himmelblau"))
    assert all(x0 < mark.point[0] < x1 and y0 < mark.point[1] < y1 for mark in letters)
    told = lettered(scene, found, "C")
    assert [mark.role for mark in told.marks if isinstance(mark, Label)] == [
        "muted",
        "muted",
        "accent",
        "muted",
    ]
    assert view.layers.minima, "the view itself stays"


def test_a_veiled_profile_has_letters() -> None:
    """For one variable too."""
    stage = stage_of(mc.landscape("tilted-double-well"))
    scene = profile_scene(Exploration(place_of("tilted-double-well")), veiled(View()), stage, {}, 0)
    asked = lettered(scene, ballot("tilted-double-well"))
    assert [mark.bold for mark in asked.marks if isinstance(mark, Label)] == ["A", "B"]


def test_results_are_said_with_their_share() -> None:
    """None, one, some and all votes."""
    assert result_words("Adam", "B", "AB") == "Adam ended in B: 1 of 2 votes was right, 50\u202f%."
    assert result_words("Adam", "B", "AAC") == "Adam ended in B: nobody was right."
    assert result_words("Adam", "B", "BBB") == "Adam ended in B: all 3 votes were right."
    assert result_words("Adam", None, "AB") == "Adam ended in none of these valleys: nobody was right."


def test_methods_that_go_on_to_other_valleys_are_asked_for_their_best() -> None:
    """A descent ends in one valley, and so does annealing; restarts and populations report what they met."""
    assert [seeks(name) for name in ("adam", "newton", "nelder-mead", "simulated-annealing")] == [False] * 4
    assert all(seeks(name) for name in ("random-restarts", "deflation", "basin-hopping", "cma-es", "auto"))
    assert result_words("CMA-ES", "A", "AB", seeks=True).startswith(
        "CMA-ES found its best in A: 1 of 2 votes"
    )
