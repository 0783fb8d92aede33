"""Landscapes of learning: true data, losses that are means over examples, minima from closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog, minimize

import minima_core as mc
from minima_core.analysis.minima import find_minima
from minima_core.landscapes.changes import Changes, changed
from minima_core.landscapes.learning import learning_groups, learning_names

NAMES = learning_names()
each = pytest.mark.parametrize("land", [mc.landscape(name) for name in NAMES], ids=NAMES)


def losses(land, weights):
    """Return the loss of every example, written out here once more."""
    u, d = land.examples.data.T
    r = d - (
        weights[0] * u + weights[1] if "regression" in land.name else weights[0] * np.tanh(weights[1] * u)
    )
    if land.name.endswith("absolute"):
        return abs(r)
    if land.name.endswith("huber"):
        delta = land.parameters["δ"]
        return np.where(abs(r) <= delta, r**2 / 2, delta * (abs(r) - delta / 2))
    return r**2


def test_they_are_of_the_catalogue_and_have_a_chapter():
    assert set(NAMES) <= set(mc.landscape_names())
    promised = "linear-regression linear-regression-absolute linear-regression-huber tiny-network"
    assert set(promised.split()) <= set(NAMES)
    assert {mc.landscape(name).teaches for name in NAMES} == {group[0] for group in learning_groups()}
    with pytest.raises(ValueError, match="2 variables only"):
        mc.landscape("tiny-network", dimension=3)


def test_the_data_are_those_that_were_published():
    """Ezekiel's cars: the coefficients, their errors and R² that every textbook prints."""
    examples = mc.landscape("linear-regression").examples
    speed, distance = 10 * examples.data.T
    assert len(examples) == 50
    assert (speed.sum(), distance.sum()) == (770, 2149)
    slope, intercept = np.polyfit(speed, distance, 1)
    rest = distance - slope * speed - intercept
    assert (round(slope, 6), round(intercept, 6)) == (3.932409, -17.579095)
    assert round(float(np.sqrt((rest**2).sum() / 48)), 2) == 15.38
    assert round(float(1 - (rest**2).sum() / ((distance - distance.mean()) ** 2).sum()), 4) == 0.6511
    assert "Ezekiel" in examples.source
    other = mc.landscape("tiny-network").examples
    np.testing.assert_array_equal(other.data, examples.data[:, ::-1])
    assert other.names == examples.names[::-1]


@each
def test_the_loss_is_the_mean_over_the_examples(land):
    example = land.learning.example
    for point in np.random.default_rng(0).uniform(land.lower, land.upper, (8, 2)):
        ours = [example.value(point, row) for row in land.example_rows]
        np.testing.assert_allclose(ours, losses(land, point), rtol=1e-12, atol=1e-14)
        assert land.value(point) == pytest.approx(np.mean(ours), rel=1e-13)
        slope = np.mean([example.gradient(point, row) for row in land.example_rows], axis=0)
        np.testing.assert_allclose(land.gradient(point), slope, rtol=1e-11, atol=1e-12)


@each
def test_predictions_are_those_of_the_loss(land):
    u, d = land.examples.data.T
    weights = np.array(land.start)
    if land.name in {"linear-regression", "tiny-network"}:
        assert land.value(weights) == pytest.approx(np.mean((d - land.predict(weights, u)) ** 2), rel=1e-13)
    assert land.predict(weights, u.reshape(5, 10)).shape == (5, 10)
    with pytest.raises(ValueError, match="shape"):
        land.predict([1.0], u)


@each
def test_stated_minima_are_minima(land):
    value = land.value(land.minima[0])
    scale = land.upper - land.lower
    for point in land.minima:
        assert land.value(point) == pytest.approx(value, rel=1e-14)
        for step in np.random.default_rng(1).normal(size=(60, 2)):
            assert land.value(point + 1e-4 * scale * step) > value
        if "not smooth" not in land.tags:
            np.testing.assert_allclose(land.gradient(point), 0.0, atol=1e-14)
            assert np.linalg.eigvalsh(land.hessian(point)).min() > 0.0
    x, y = (np.linspace(a, b, 401) for a, b in zip(land.lower, land.upper, strict=True))
    assert land.value_on(x[None, :], y[:, None]).min() >= value
    found = find_minima(land)
    assert sum(minimum.is_global for minimum in found) == len(land.minima)


def test_least_squares_solve_the_normal_equations():
    u, d = mc.landscape("linear-regression").examples.data.T
    solved = np.linalg.lstsq(np.column_stack((u, np.ones_like(u))), d, rcond=None)[0]
    np.testing.assert_allclose(mc.landscape("linear-regression").minima[0], solved, rtol=1e-13)


def test_least_absolute_deviations_solve_the_linear_program():
    land = mc.landscape("linear-regression-absolute")
    u, d = land.examples.data.T
    m = len(u)
    rows = np.column_stack((u, np.ones(m)))
    program = linprog(
        np.r_[0, 0, np.full(m, 1 / m)],
        A_ub=np.block([[rows, -np.eye(m)], [-rows, -np.eye(m)]]), b_ub=np.r_[d, -d],
        bounds=[(None, None)] * 2 + [(0, None)] * m,
    )  # fmt: skip
    assert land.value(land.minima[0]) == pytest.approx(program.fun, rel=1e-9)
    assert land.minima[0].tolist() == [3.4, -1.16]  # published: 3.4 and −11.6, by quantile regression


@pytest.mark.parametrize("delta", [0.2, 1.0, 50.0])
def test_huber_goes_from_absolute_to_squared(delta):
    land = mc.landscape("linear-regression-huber").with_parameters(δ=delta)
    best = minimize(lambda w: losses(land, w).mean(), (3.9, -1.7), method="Nelder-Mead", tol=1e-12)
    assert find_minima(land)[0].value == pytest.approx(best.fun, rel=1e-8)
    if delta == 50.0:  # all residuals are within: half the squares
        np.testing.assert_allclose(
            find_minima(land)[0].position, mc.landscape("linear-regression").minima[0], atol=1e-6
        )
    assert len(land.minima) == (1 if delta == 1.0 else 0)


def test_the_network_has_two_valleys_and_a_saddle_between():
    land = mc.landscape("tiny-network")
    assert len(find_minima(land)) == 2
    np.testing.assert_array_equal(land.gradient((0.0, 0.0)), 0.0)
    low, high = np.linalg.eigvalsh(land.hessian((0.0, 0.0)))
    assert low < 0.0 < high
    line = mc.landscape("linear-regression")
    for point in np.random.default_rng(4).uniform(line.lower, line.upper, (20, 2)):
        assert np.linalg.eigvalsh(line.hessian(point)).min() > 0.0


@each
def test_variants_share_a_family(land):
    names = [name for name, _ in land.variants]
    assert land.name in names
    assert [title for _, title in land.variants] == ["squared", "absolute", "Huber"]
    assert {mc.landscape(name).family for name in names} == {land.family}
    assert land.with_region(land.lower, land.upper).examples is land.examples


def test_other_landscapes_have_none_of_this():
    land = mc.landscape("himmelblau")
    assert (land.examples, land.family, land.variants, land.example_fields) == (None, "", (), {})
    with pytest.raises(ValueError, match="nothing to predict"):
        land.predict((0, 0), 1.0)


def test_ridge_and_lasso_are_changes_of_it():
    """(UᵀU/m + λ I) w = Uᵀd/m, the slope and the intercept alike."""
    land = changed(mc.landscape("linear-regression"), Changes(l2=0.5))
    u, d = land.examples.data.T
    rows = np.column_stack((u, np.ones_like(u)))
    solved = np.linalg.solve(rows.T @ rows / 50 + 0.5 * np.eye(2), rows.T @ d / 50)
    np.testing.assert_allclose(find_minima(land)[0].position, solved, atol=1e-7)
    for point in np.random.default_rng(5).uniform(land.lower, land.upper, (4, 2)):
        slope = np.mean([land.learning.example.gradient(point, row) for row in land.example_rows], axis=0)
        np.testing.assert_allclose(land.gradient(point), slope, rtol=1e-12)
