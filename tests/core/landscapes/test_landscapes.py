"""Landscapes: catalogue, typed formulas, callables; what they know, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc
from minima_core.landscapes import groups
from minima_core.landscapes.scale import lattice, rounded, scale_of, slopes


@pytest.mark.parametrize("name", mc.landscape_names())
def test_every_landscape_of_the_catalogue_is_whole(name):
    land = mc.landscape(name)
    assert land.lower.shape == land.upper.shape == (land.dimension,)
    assert (land.lower < land.upper).all()
    assert land.inside(land.start)
    assert land.title
    assert land.sentence.endswith(".")
    assert land.teaches in {group.name for group in groups()}
    assert all(land.inside(each) for each in land.minima)
    sample = lattice(land.lower, land.upper, 500)
    values = land.value(sample)
    assert np.isfinite(values).all()
    for minimum in land.minima:
        assert land.value(minimum) <= values.min() + 1e-9 * np.ptp(values)
    np.testing.assert_allclose(land.value_on(*sample.T), values, rtol=1e-12)
    fast = slopes(land, sample[:20])[1]
    exact = np.array([land.gradient(each) for each in sample[:20]])
    np.testing.assert_allclose(fast, exact, rtol=1e-9, atol=1e-9 * (1 + np.abs(exact).max()))


def test_there_are_as_many_as_promised():
    dimensions = [mc.landscape(name).dimension for name in mc.landscape_names()]
    assert dimensions.count(2) >= 20
    assert dimensions.count(1) >= 7


def test_some_landscapes_come_in_any_dimension():
    land = mc.landscape("rastrigin", dimension=5)
    assert land.dimension == 5
    assert land.minima.shape == (1, 5)
    assert land.value(land.minima[0]) == 0.0
    assert land.gradient(np.full(5, 0.25)).shape == (5,)
    with pytest.raises(ValueError, match="only"):
        mc.landscape("himmelblau", dimension=3)
    with pytest.raises(ValueError, match="whole number"):
        mc.landscape("rastrigin", dimension=0)


def test_unknown_names_name_near_ones():
    with pytest.raises(ValueError, match=r"did you mean himmelblau\?$"):
        mc.landscape("himelblau")
    with pytest.raises(ValueError, match=r"did you mean six-hump-camel or three-hump-camel\?$"):
        mc.landscape("camel")
    with pytest.raises(ValueError, match="There is no landscape “xyz”; landscape_names"):
        mc.landscape("xyz")


@pytest.mark.parametrize("dimension", [True, 2.0, "3", 0, -1, 10**9])
def test_a_dimension_is_a_whole_number(dimension):
    mc.landscape("rastrigin", dimension=1)
    mc.landscape("rastrigin", dimension=2)
    with pytest.raises(ValueError, match="must be a whole number"):
        mc.landscape("rastrigin", dimension=dimension)


def test_formulas_are_texts_and_parameters_have_names():
    for text in (None, 5, b"x"):
        with pytest.raises(ValueError, match="A formula is a text"):
            mc.formula(text, 0, 1)
    with pytest.raises(ValueError, match="Parameters are names"):
        mc.formula("a x", 0, 1, parameters=["a"])


def test_points_are_numbers():
    land = mc.landscape("himmelblau")
    for ask in (land.value, land.gradient, land.hessian):
        with pytest.raises(ValueError, match="A point is an array of numbers, not 'here'"):
            ask("here")


def test_parameters_and_regions_make_new_landscapes():
    land = mc.formula("a x^2 + y^2", (-1, -1), (1, 1), parameters={"a": 2.0})
    other = land.with_parameters(a=3.0)
    assert (land.value((1, 0)), other.value((1, 0))) == (2.0, 3.0)
    assert land.digest != other.digest
    assert land.kernels is other.kernels  # nothing is compiled anew
    wide = land.with_region((-2, -2), (2, 2))
    assert wide.upper.tolist() == [2.0, 2.0]
    with pytest.raises(ValueError, match="no parameter “b”"):
        land.with_parameters(b=1.0)
    with pytest.raises(ValueError, match="finite"):
        land.with_parameters(a=np.nan)


def test_known_minima_follow_the_region():
    land = mc.landscape("himmelblau")
    quarter = land.with_region((0, 0), (6, 6))
    assert [each.round(6).tolist() for each in quarter.minima] == [[3.0, 2.0]]
    assert len(land.with_region((-9, -9), (9, 9)).minima) == 0
    assert len(mc.landscape("tilted-hat").with_parameters(t=0.3).minima) == 0


@pytest.mark.parametrize(
    ("lower", "upper", "words"),
    [
        ((0, 0), (0, 1), "no area"),
        ((1, 0), (0, 1), "no area"),
        ((0,), (1, 1), "as many"),
        ((0, np.nan), (1, 1), "finite"),
        ((0, 0), (1, 1e300), "at most"),
        ((0, 0), (1, 1e-300), "too narrow"),
        ("a", "b", "numbers"),
    ],
)
def test_bad_regions_are_refused_in_a_sentence(lower, upper, words):
    with pytest.raises(ValueError, match=words):
        mc.objective(lambda p: 0.0, lower, upper)


def test_a_bad_formula_is_a_value_error_with_a_column():
    with pytest.raises(mc.FormulaError) as caught:
        mc.formula("x + * y", (-1, -1), (1, 1))
    assert isinstance(caught.value, ValueError)
    assert caught.value.column == 4


def test_callables_have_gradients_and_hessians_by_differences():
    land = mc.objective(lambda p: p[0] ** 4 + p[0] * p[1] ** 2, (-1, -1), (2, 2))
    p = np.array([0.7, -0.4])
    np.testing.assert_allclose(land.gradient(p), [4 * p[0] ** 3 + p[1] ** 2, 2 * p[0] * p[1]], rtol=1e-8)
    np.testing.assert_allclose(land.hessian(p), [[12 * p[0] ** 2, 2 * p[1]], [2 * p[1], 2 * p[0]]], rtol=1e-5)
    assert land.value([[0, 0], [1, 1]]).tolist() == [0.0, 2.0]


def test_differences_never_ask_outside_the_box():
    asked = []

    def f(p):
        asked.append(p)
        return float(np.log(p[0]) + p[1] ** 2)

    land = mc.objective(f, (1e-9, 0), (1, 1))
    np.testing.assert_allclose(land.gradient((1.0, 0.0)), [1.0, 0.0], atol=1e-8)
    assert all(land.inside(p) for p in asked)


def test_a_point_of_the_wrong_shape_is_refused():
    land = mc.landscape("himmelblau")
    for call in (land.value, land.gradient, land.hessian):
        with pytest.raises(ValueError, match="shape"):
            call((1.0, 2.0, 3.0))


def test_the_scale_of_a_landscape_follows_its_units():
    land = mc.formula("x^2 + y^2", (-1, -1), (1, 1))
    tall = mc.formula("1000 (x^2 + y^2)", (-1, -1), (1, 1))
    wide = mc.formula("(x/1000)^2 + (y/1000)^2", (-1000, -1000), (1000, 1000))
    ours, steep, stretched = scale_of(land), scale_of(tall), scale_of(wide)
    np.testing.assert_allclose(steep.slope, 1000 * ours.slope)
    np.testing.assert_allclose(stretched.slope, ours.slope / 1000)
    np.testing.assert_allclose(stretched.width, 1000 * ours.width)


def test_the_series_of_round_numbers():
    assert [rounded(x) for x in (1e-9, 0.0123, 0.7, 1.4, 3.3, 8e7)] == [1e-9, 0.01, 0.5, 1.0, 5.0, 1e8]
    assert rounded(0.0) == rounded(np.nan) == 0.0
