"""Drawings: wells are what they say, edits are pure, random ones have as many minima as asked for."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

import minima_core as mc
from minima_core.analysis.minima import find_minima
from minima_core.landscapes import drawn as drawing
from minima_core.landscapes.changes import Changes, changed
from minima_core.landscapes.drawn import Drawn, Well, drawn_landscape, random_drawn

BOX = ((-3.0, -3.0), (3.0, 3.0))
TWO = Drawn((Well(1.0, 0.5, 0.7, 2.0), Well(-1.0, 0.0, 0.4, -0.5)), bowl=0.1, middle=(0.2, -0.1))


def test_a_drawing_is_a_bowl_with_wells_and_hills():
    land = drawn_landscape(TWO, *BOX)
    for x, y in np.random.default_rng(0).uniform(-3, 3, (20, 2)):
        wells = 2.0 * np.exp(-((x - 1) ** 2 + (y - 0.5) ** 2) / 0.49)
        wells -= 0.5 * np.exp(-((x + 1) ** 2 + y**2) / 0.16)
        bowl = 0.1 * ((x - 0.2) ** 2 + (y + 0.1) ** 2)
        assert land.value((x, y)) == pytest.approx(bowl - wells, rel=1e-12)
    assert land.title == "Drawn: 1 well and 1 hill"
    assert land.parameters == {}


def test_dragging_compiles_nothing_and_the_formula_can_be_typed():
    land, moved = (drawn_landscape(each, *BOX) for each in (TWO, drawing.move_well(TWO, 0, 0.3, 0.3)))
    assert land.kernels is moved.kernels
    assert land.digest != moved.digest
    typed = mc.formula(drawing.formula_text(TWO), *BOX)
    for point in np.random.default_rng(1).uniform(-3, 3, (20, 2)):
        assert typed.value(point) == pytest.approx(land.value(point), rel=1e-13)


def test_edits_make_new_drawings_and_forget_the_seed():
    thrown = random_drawn(3, 3, *BOX)
    more = drawing.with_well(thrown, Well(0.0, 0.0, 0.5, 1.0))
    assert (len(more.wells), more.seed, thrown.seed) == (4, None, 3)
    assert drawing.remove_well(more, 3).wells == thrown.wells
    assert drawing.move_well(TWO, 1, 2.0, 1.0).wells[1] == Well(2.0, 1.0, 0.4, -0.5)
    assert drawing.widen_well(TWO, 0, -0.9).wells[0].width == 0.9
    assert drawing.deepen_well(TWO, 0, -0.5).wells[0].depth == -1.0
    assert drawing.with_depth(TWO, 1, 0.25).wells[1].depth == 0.25
    assert TWO.wells[0] == Well(1.0, 0.5, 0.7, 2.0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: drawing.move_well(TWO, 2, 0, 0), "no well number 3; the drawing has 2"),
        (lambda: drawing.remove_well(TWO, -1), "no well number 0"),
        (lambda: drawing.move_well(TWO, 0, np.nan, 0), "finite"),
        (lambda: Well(0.0, 0.0, 0.0, 1.0), "width of a well must lie from"),
        (lambda: Drawn((Well(0.0, 0.0, 1.0, 1.0),) * 65), "at most 64"),
        (lambda: drawn_landscape(TWO, (0, 0, 0), (1, 1, 1)), "one or two variables"),
        (lambda: random_drawn(1, 0, *BOX), "1 to 20 minima"),
        (lambda: random_drawn(-1, 3, *BOX), "seed must be"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(make, words):
    with pytest.raises(ValueError, match=words) as raised:
        make()
    assert str(raised.value).endswith(".")


@pytest.mark.parametrize("box", [BOX, ((0.0, 0.0), (10.0, 4.0)), ((-1.0,), (2.0,))])
@pytest.mark.parametrize("minima", [1, 2, 4, 7])
def test_a_random_landscape_has_as_many_minima_as_asked_for(minima, box):
    for seed in (1, 2):
        thrown = random_drawn(seed, minima, *box)
        assert thrown == random_drawn(seed, minima, *box)
        found = find_minima(drawn_landscape(thrown, *box))
        assert len(found) == minima
        assert not any(each.on_border for each in found)
        assert sum(each.is_global for each in found) == 1
    assert random_drawn(1, minima, *box) != random_drawn(2, minima, *box)


@pytest.mark.parametrize("box", [BOX, ((-3.0,), (3.0,))])
def test_a_random_drawing_can_be_kept_in_a_document(box: tuple[tuple[float, ...], tuple[float, ...]]) -> None:
    thrown = random_drawn(6616, 4, *box)
    assert msgspec.json.decode(msgspec.json.encode(thrown), type=Drawn) == thrown


def test_wells_vary_in_width_and_depth():
    wells = random_drawn(5, 6, *BOX).wells
    for numbers in ([well.width for well in wells], [well.depth for well in wells]):
        assert max(numbers) > 1.2 * min(numbers)


def test_a_drawing_can_be_smoothed_exactly():
    land = changed(drawn_landscape(TWO, *BOX), Changes(smoothing=0.03))
    assert "exactly" in land.sentence
    s2 = (0.03 * land.diagonal) ** 2
    wide = Drawn(
        tuple(
            Well(w.x, w.y, np.sqrt(w.width**2 + 2 * s2), w.depth * w.width**2 / (w.width**2 + 2 * s2))
            for w in TWO.wells
        ),
        TWO.bowl, None, TWO.middle,
    )  # fmt: skip
    other = drawn_landscape(wide, *BOX)
    for point in np.random.default_rng(3).uniform(-3, 3, (10, 2)):
        assert land.value(point) == pytest.approx(other.value(point) + 2 * s2 * TWO.bowl, rel=1e-12)


def test_runs_go_on_drawings():
    land = drawn_landscape(random_drawn(1, 3, *BOX), *BOX)
    run = mc.start(land, "gradient-descent", x0=(0.5, 0.5))
    run.advance(300)
    assert "minimum" in run.verdict.state
