"""Two minima in words and pictures: the headline says the difference, no row is empty, the page holds all."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc
from minima_core.scene.marks import Label, Lines, Points
from minima_core.scene.page import Chart, Picture, Table
from minima_core.scene.pair import MinimaPair, compare_minima, pair_marks, pair_page, pair_profile
from minima_core.scene.stage import stage_of

TWO_WELLS = mc.landscape("two-wells")


@pytest.fixture(scope="module")
def wells() -> MinimaPair:
    return mc.compare_minima(TWO_WELLS, 0, 1)


def cells(pair: MinimaPair, key: str) -> tuple[str, str, str]:
    row = next(each for each in pair.rows if each.key == key)
    return row.a, row.b, row.words


def test_the_definitions_that_each_meets(wells: MinimaPair) -> None:
    assert cells(wells, "kind")[:2] == ("global minimum", "local minimum")
    assert cells(wells, "local")[:2] == ("yes, strictly", "yes, strictly")
    assert cells(wells, "global")[:2] == ("yes, proved", "no")
    assert cells(wells, "value")[2] == "B is 0.549 higher"
    assert cells(wells, "gap") == ("0", "0.549", "of 2 minima, all proved")


def test_the_headline_says_what_differs(wells: MinimaPair) -> None:
    assert wells.headline == "B is 0.549 higher and about as sharp; to leave B one climbs 0.778."
    swapped = compare_minima(TWO_WELLS, 1, 0)
    assert swapped.headline == "A is 0.549 higher and about as sharp; to leave A one climbs 0.778."
    flat = mc.formula("-exp(-4*((x-1)^2+y^2)) - 0.8*exp(-((x+1)^2+y^2)) + 0.01*x^2", (-3, -2), (3, 2))
    assert "times as flat" in compare_minima(flat, 0, 1).headline


def test_ties_are_said() -> None:
    pair = compare_minima(mc.landscape("himmelblau"), 0, 3)
    assert pair.headline == (
        "A and B are equally low, and about equally sharp; to leave A one climbs 13.3, to leave B 67.7."
    )
    assert cells(pair, "global") == (
        "yes, proved, one of 4", "yes, proved, one of 4", "a tie: both are equally low",
    )  # fmt: skip


def test_what_is_not_defined_is_said() -> None:
    many = compare_minima(mc.landscape("rastrigin", dimension=10), 0, np.eye(10)[0])
    assert cells(many, "escape") == ("–", "–", "not known with 10 variables")
    assert cells(many, "between")[0].startswith("≤ ")
    assert "upper bound" in many.caveats
    assert "straight towards A" in many.headline
    kink = compare_minima(mc.formula("abs(x^2-1) + 0.1*x", (-2,), (2,)), 0, 1)
    assert cells(kink, "curvature") == ("–", "–", "not defined at A and B: the ground has a kink")
    assert "sharp" not in kink.headline
    edge = compare_minima(mc.formula("sin(3*x) + 0.3*y + 0.1*x", (-2, -1), (2, 1)), 0, 1)
    assert "outside" in cells(edge, "slope")[2]
    assert "edge of the region" in edge.caveats


@pytest.mark.parametrize("name", ["two-wells", "himmelblau", "six-hump-camel"])
def test_every_row_has_its_words(name: str) -> None:
    pair = compare_minima(mc.landscape(name), 0, 1)
    assert len({row.key for row in pair.rows}) == len(pair.rows) >= 14
    for row in pair.rows:
        assert row.title
        assert row.meaning.endswith(".")
        assert row.a
        assert row.b
        assert row.words
        assert "nan" not in f"{row.a}{row.b}{row.words}"
        assert "-" not in row.a
    assert pair.table.count("\n") == len(pair.rows)


def test_the_letters_stand_at_the_minima(wells: MinimaPair) -> None:
    marks = pair_marks(wells, stage_of(TWO_WELLS, None, (65, 65)))
    labels = {mark.bold: mark.point for mark in marks if isinstance(mark, Label)}
    assert labels == {"A": tuple(wells.a.position), "B": tuple(wells.b.position)}
    (rings,) = (mark for mark in marks if isinstance(mark, Points) and mark.key == "pair:rings")
    assert rings.points.tolist() == [list(wells.a.position), list(wells.b.position)]
    line = mc.formula("x^4 - 3*x^2 + x", (-2,), (2,))
    flat = pair_marks(compare_minima(line, 0, 1), stage_of(line))
    assert not any(isinstance(mark, Lines) for mark in flat)


def test_the_profile_begins_at_a_and_ends_at_b(wells: MinimaPair) -> None:
    chart = pair_profile(wells, TWO_WELLS)
    curves = {mark.key: mark.points for mark in chart.marks if isinstance(mark, Lines)}
    assert set(curves) == {"pair:straight", "pair:over"}
    for points in curves.values():
        assert points[0] == pytest.approx([0.0, wells.a.value])
        assert points[-1] == pytest.approx([1.0, wells.b.value])
    assert curves["pair:over"][:, 1].max() == pytest.approx(wells.between.height, abs=1e-4)
    assert curves["pair:straight"][:, 1].max() == pytest.approx(wells.between.straight, abs=1e-4)
    x0, x1, y0, y1 = chart.extent
    for points in curves.values():
        assert (points[:, 0] >= x0).all()
        assert (points[:, 0] <= x1).all()
        assert (points[:, 1] > y0).all()
        assert (points[:, 1] < y1).all()


def test_the_page_holds_map_profile_and_table(wells: MinimaPair) -> None:
    page = pair_page(wells, TWO_WELLS, theme="slide")
    picture, chart, table = page.blocks
    assert isinstance(picture, Picture)
    assert isinstance(chart, Chart)
    assert isinstance(table, Table)
    assert len(table.rows) == len(wells.rows)
    assert page.subtitle == wells.headline
    assert "exp" in page.source
    line = mc.formula("x^4 - 3*x^2 + x", (-2,), (2,))
    assert [type(each) for each in pair_page(compare_minima(line, 0, 1), line).blocks] == [Picture, Table]
    many = mc.landscape("rastrigin", dimension=10)
    blocks = pair_page(compare_minima(many, 0, np.eye(10)[0]), many).blocks
    assert [type(each) for each in blocks] == [Chart, Table]


def test_two_that_lie_close_together_are_shown_from_near() -> None:
    land = mc.landscape("rastrigin")
    picture = pair_page(compare_minima(land, 0, 5), land).blocks[0]
    assert isinstance(picture, Picture)
    x0, x1, y0, y1 = picture.figure.panels[0].scene.extent
    assert x1 - x0 == pytest.approx(4.0, abs=0.1)
    assert x0 < -1.0 < 0.0 < x1
    assert y0 < -1.0 < 0.0 < y1
