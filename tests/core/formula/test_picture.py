"""Evaluation on arrays agrees with the point by point reference, for all shapes, without warnings."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from minima_core.formula import parse
from minima_core.formula.numpy_picture import Picture
from minima_core.formula.walk import expand_powers, visit


def test_arrays_agree_with_points(sample, context_of) -> None:
    text, dimension, box = sample
    formula = parse(text, dimension=dimension)
    context = context_of(formula)
    points = np.random.default_rng(5).uniform(*box, (dimension, 6))
    together = formula.value_on(list(points), context)
    alone = [formula.value(p, context) for p in points.T]
    np.testing.assert_allclose(together, alone, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("shape", [(300, 400), (1, 90_000), (90_000, 1), (7, 5), (2, 150, 300)])
def test_blocks_and_grids(shape: tuple[int, ...]) -> None:
    formula = parse("(x^2+y-11)^2 + sin(x) y^3 + where(x<y, x, 1)")
    rng = np.random.default_rng(6)
    x, y = rng.uniform(-3, 3, shape[-1:]), rng.uniform(-3, 3, (*shape[:-1], 1))
    whole = formula.value_on([x, y])
    xs, ys = np.broadcast_arrays(x, y)
    assert whole.shape == shape
    assert whole.dtype == np.float64
    expected = (xs**2 + ys - 11) ** 2 + np.sin(xs) * (ys * ys * ys) + np.where(xs < ys, xs, 1)
    np.testing.assert_allclose(whole, expected, rtol=1e-12, atol=1e-12)


def test_inputs_stay_as_they_were() -> None:
    x = np.linspace(-1, 1, 100_000)
    kept = x.copy()
    formula = parse("-(-x + 1)^2 + |x| - x^3")
    result = formula.value_on([x])
    result += 1.0
    np.testing.assert_array_equal(x, kept)
    np.testing.assert_array_equal(parse("x").value_on([x]), x)
    assert parse("x").value_on([x]) is not x


def test_undefined_is_nan_and_silent() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values = parse("log x + 0 sqrt(x)").value_on([np.array([-1.0, 0.0, 1.0])])
        assert np.isnan(values[0])
        assert values[1:].tolist() == [-np.inf, 0.0]
        assert np.isnan(parse("(-2)^(x/2)").value((1.0,)))
        assert parse("1/x").value((0.0,)) == np.inf
        assert np.isnan(parse("x/x").gradient((0.0,))[0])


def test_nothing_that_is_undefined_is_simplified_away() -> None:
    assert np.isnan(parse("0 log x").value((-1.0,)))
    assert np.isnan(parse("x/x").value((0.0,)))
    assert np.isnan(parse("log x - log x").value((-1.0,)))


def test_a_formula_of_fewer_variables_fills_the_shape() -> None:
    assert parse("7", dimension=2).value_on([np.zeros((1, 3)), np.zeros((2, 1))]).tolist() == [[7.0] * 3] * 2
    assert parse("y", dimension=2).value_on([np.zeros(3), np.ones(3)]).tolist() == [1.0] * 3
    assert parse("a", dimension=1).value_on([np.zeros(2)], [4.0]).tolist() == [4.0, 4.0]
    assert parse("x").value_on([2.0]).shape == ()


def test_wrong_numbers_of_arrays_and_parameters() -> None:
    formula = parse("a x + y")
    with pytest.raises(ValueError, match="2 variables, but 1"):
        formula.value_on([np.zeros(3)], [1.0])
    with pytest.raises(ValueError, match=r"needs 1 values \(a\)"):
        formula.value((0.0, 0.0))
    with pytest.raises(ValueError, match=r"shape \(2,\)"):
        formula.gradient((0.0,), [1.0])


def test_shared_parts_are_computed_once() -> None:
    formula = parse("sin(x y)^2 + sin(x y)^4 + cos(x y)")
    counted: list[str] = []

    def counting(op: str):
        return lambda _datum, *_args: counted.append(op)

    plain, roots = expand_powers(formula.graph, [formula.root])
    visit(plain, roots, {op: counting(op) for op in set(plain.ops)})
    assert counted.count("sin") == 1
    assert counted.count("mul") == 3  # x·y, sin², sin²·sin²
    x = np.linspace(-2, 2, 9)
    expected = np.sin(x * x) ** 2 + np.sin(x * x) ** 4 + np.cos(x * x)
    np.testing.assert_allclose(Picture(formula.graph, [formula.root])([x, x], ())[0], expected, rtol=1e-14)
