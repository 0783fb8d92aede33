"""Bayesian optimisation against Gaussian-process regression written out with numpy, and against chance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

import minima_core as mc
from minima_core.compiled import gaussian_process
from minima_core.methods.bayes.surrogate import Surrogate
from minima_core.methods.insides import Glimpse
from minima_core.methods.specification import SpecificationError

NAME = "bayesian-optimization"


def branin(p):
    x, y = p
    return (
        (y - 5.1 / (4 * np.pi**2) * x * x + 5 / np.pi * x - 6) ** 2
        + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x)
        + 10
    )


def glimpse_of(run, step=None):
    step = run.step if step is None else step
    before = run.state_at(step - 1) if step else None
    return Glimpse(before, run.state_at(step), run.specification.settings, run.landscape)


def correlation(kernel, a, b):
    r = np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))
    if kernel == "squared-exponential":
        return np.exp(-0.5 * r**2)
    return (1 + np.sqrt(5) * r + 5 * r**2 / 3) * np.exp(-np.sqrt(5) * r)


class Book:
    """Algorithm 2.1 of Rasmussen and Williams, with σ_f² = yᵀ R⁻¹ y / N."""

    def __init__(self, kernel, points, y, lengths, noise):
        self.kernel, self.points, self.lengths = kernel, points / lengths, lengths
        self.y = y
        self.r = correlation(kernel, self.points, self.points) + noise**2 * np.eye(len(y))
        self.variance = y @ np.linalg.solve(self.r, y) / len(y)

    def predict(self, at):
        k = correlation(self.kernel, at / self.lengths, self.points)
        mean = k @ np.linalg.solve(self.r, self.y)
        rest = 1 - np.einsum("ij,ji->i", k, np.linalg.solve(self.r, k.T))
        return mean, np.sqrt(self.variance * rest)

    def log_likelihood(self):
        covariance = self.variance * self.r
        n = len(self.y)
        quadratic = self.y @ np.linalg.solve(covariance, self.y)
        return -0.5 * (quadratic + np.linalg.slogdet(covariance)[1] + n * math.log(2 * math.pi))


def log_prior(shares):
    """Return the logarithm of the prior, up to its constant."""
    usual = gaussian_process.USUAL_LENGTH * math.sqrt(len(shares))
    return -0.5 * (((np.log(shares) - math.log(usual)) / gaussian_process.LENGTH_DEVIATION) ** 2).sum()


@pytest.mark.parametrize("kernel", ["matern", "squared-exponential"])
def test_the_model_is_that_of_the_book(kernel):
    land = mc.landscape("himmelblau")
    run = mc.start(land, NAME, x0=(1, -2), seed=3, kernel=kernel, value_noise=0.03, refit=4)
    run.advance(21)
    glimpse = glimpse_of(run)
    inside, model = glimpse.now.insides, Surrogate(glimpse)
    lengths = inside["length_scales"] * (land.upper - land.lower)
    assert inside["kept"] == inside["learned"] == 22
    book = Book(kernel, model.points, model.targets, lengths, 0.03)
    factor = np.zeros((22, 22))
    factor[np.tril_indices(22)] = inside["factor"][: 22 * 23 // 2]
    np.testing.assert_allclose(factor, np.linalg.cholesky(book.r), rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(inside["variance"], book.variance, rtol=1e-9)
    # Everywhere, as pictures have it; and where the next step goes, as the compiled loop has it.
    somewhere = np.random.default_rng(1).uniform(land.lower, land.upper, (200, 2))
    np.testing.assert_allclose(model.predict(somewhere), book.predict(somewhere), rtol=1e-8, atol=1e-8)
    mean, deviation = book.predict(inside["proposal"][None])
    np.testing.assert_allclose(inside["next_mean"], mean[0], rtol=1e-8)
    np.testing.assert_allclose(inside["next_deviation"], deviation[0], rtol=1e-8)
    # The next point is chosen by the expected improvement, and none of these has a greater one.
    best = model.targets.min()
    m, d = book.predict(somewhere)
    improvement = d * norm.pdf((best - m) / d) + (best - m) * norm.cdf((best - m) / d)
    np.testing.assert_allclose(model.acquisition(somewhere), improvement, rtol=1e-8, atol=1e-14)
    z = (best - mean[0]) / deviation[0]
    np.testing.assert_allclose(
        math.exp(inside["next_score"]), deviation[0] * (norm.pdf(z) + z * norm.cdf(z)), rtol=1e-7
    )
    assert math.exp(inside["next_score"]) >= improvement.max()
    # The likelihood reached by the last fit, with what was known then.
    fitted = next(k for k in range(run.step, 0, -1) if run.state_at(k).insides["refitted"])
    then = glimpse_of(run, fitted)
    model = Surrogate(then)
    shares = then.now.insides["length_scales"]
    book = Book(kernel, model.points, model.targets, shares * (land.upper - land.lower), 0.03)
    np.testing.assert_allclose(
        then.now.insides["log_likelihood"], book.log_likelihood() + log_prior(shares), rtol=1e-8
    )
    # No other length scales nearby are much more likely.
    for factors in ((1.1, 1), (0.9, 1), (1, 1.1), (1, 0.9)):
        other = shares * factors
        nearby = Book(kernel, model.points, model.targets, other * (land.upper - land.lower), 0.03)
        assert nearby.log_likelihood() + log_prior(other) < then.now.insides["log_likelihood"] + 0.1


@pytest.mark.parametrize("kernel", [0.0, 1.0])
def test_the_slope_of_the_likelihood_is_its_derivative(monkeypatch, kernel):
    """Kernels called uncompiled are plain functions: on arrays in place of pointers."""
    monkeypatch.setattr(gaussian_process, "block", lambda: np.zeros(16))
    monkeypatch.setattr(gaussian_process, "block_of_columns", lambda: np.zeros(16 * 32))
    rng = np.random.default_rng(5)
    n, count = 3, 19
    points, y = rng.uniform(-1, 2, (count, n)), rng.normal(size=count)
    lower, upper, noise = np.full(n, -1.0), np.array([2.0, 3.0, 2.5]), 1e-2
    L, alpha, scales, slope = np.zeros(count * (count + 1) // 2), np.zeros(count), np.zeros(n), np.zeros(n)

    def likelihood(logs):
        return gaussian_process.weigh(
            kernel, n, count, points.ravel(), y, lower, upper, noise, np.exp(logs), scales, L, alpha
        )

    logs = np.log([0.4, 0.2, 0.9])
    differences = [(likelihood(logs + 1e-5 * e) - likelihood(logs - 1e-5 * e)) / 2e-5 for e in np.eye(n)]
    likelihood(logs)
    variance = gaussian_process.solve(count, L, y, alpha)
    gaussian_process.likelihood_slope(
        kernel, n, count, points.ravel(), scales, L, alpha, variance, np.exp(logs), slope
    )
    np.testing.assert_allclose(slope, differences, rtol=1e-6)


def test_the_improvement_is_known_however_unlikely_it_is():
    for z in (-3.0, -8.0, -19.9, -20.1):
        exact = norm.logpdf(z) + math.log1p(z * norm.cdf(z) / norm.pdf(z))
        assert gaussian_process.log_improvement(z) == pytest.approx(exact, rel=1e-9)
    # Asymptotically φ(z) / z², so that points stay in order where the improvement itself is nothing.
    assert gaussian_process.log_improvement(-1e4) == pytest.approx(
        -0.5e8 - 0.5 * math.log(2 * math.pi) - math.log(1e8)
    )
    assert gaussian_process.score(0, 1.0, 0.0, 0.5, 0.0, 2.0) == -math.inf
    assert gaussian_process.score(1, 1.0, 0.5, 0.0, 0.0, 2.0) == 0.0


def test_the_first_points_are_a_latin_hypercube():
    land = mc.landscape("ackley", dimension=3)
    run = mc.start(land, NAME, seed=8, initial=11)
    run.advance(10)
    points = np.column_stack([run.record.inside(f"observed_{i}") for i in range(3)])[1:]
    layers = np.floor((points - land.lower) / (land.upper - land.lower) * 10).astype(int)
    for column in layers.T:
        assert sorted(column) == list(range(10))
    assert not np.isfinite(run.record.inside("expected")).any()
    run.advance(1)
    assert np.isfinite(run.record.inside("expected")[-1])


@pytest.mark.parametrize(
    ("land", "lowest", "near"),
    [
        (lambda: mc.objective(branin, (-5, 0), (10, 15)), 0.397887, 0.004),
        (lambda: mc.landscape("himmelblau"), 0.0, 0.5),
        (lambda: mc.landscape("six-hump-camel"), -1.0316284, 0.0104),
        (lambda: mc.landscape("goldstein-price"), 3.0, 3.0),
    ],
)
def test_it_finds_minima_that_chance_does_not(land, lowest, near):
    found, thrown = [], []
    for seed in range(6):
        place = land()
        run = mc.start(place, NAME, seed=seed)
        run.advance(44)
        assert run.evaluations == 45
        found.append(run.best_value - lowest)
        points = np.random.default_rng(seed).uniform(place.lower, place.upper, (45, 2))
        thrown.append(min(place.value(p) for p in points) - lowest)
    assert sorted(found)[4] <= near
    assert np.median(found) < 0.1 * np.median(thrown)


def test_lower_bounds_lead_to_minima_too():
    run = mc.start(mc.landscape("himmelblau"), NAME, seed=1, acquisition="lower-bound", kappa=1.5)
    run.advance(50)
    assert run.best_value < 0.1
    glimpse = glimpse_of(run)
    model = Surrogate(glimpse)
    mean, deviation = model.predict(glimpse.now.insides["proposal"][None])
    assert glimpse.now.insides["next_score"] == pytest.approx((1.5 * deviation - mean)[0], rel=1e-4)


def test_the_model_leads_back_to_heights():
    for warp in ("log", "none"):
        run = mc.start(mc.landscape("goldstein-price"), NAME, seed=1, warp=warp)
        run.advance(20)
        glimpse = glimpse_of(run)
        model = Surrogate(glimpse)
        np.testing.assert_allclose(
            model.heights(model.targets), glimpse.now.insides["heights"][:21], rtol=1e-9, atol=1e-6
        )
        assert model.targets.mean() == pytest.approx(0, abs=1e-12)
        assert model.targets.std() == pytest.approx(1)
        assert (np.argsort(model.targets) == np.argsort(glimpse.now.insides["heights"][:21])).all()


def test_a_row_is_the_best_so_far_and_an_evaluation():
    run = mc.start(mc.landscape("beale"), NAME, x0=(1, 1), seed=2)
    run.advance(30)
    observed = run.record.inside("observed_value")
    np.testing.assert_array_equal(run.values, np.minimum.accumulate(observed))
    assert run.evaluations == 31
    assert (run.positions[0] == (1, 1)).all()


def test_the_budget_is_kept():
    for budget in (0, 1, 2, 7, 13):
        run = mc.start(mc.landscape("himmelblau"), NAME, budget=budget)
        run.advance(40)
        assert run.evaluations == budget
        assert run.ended


def test_the_same_bits_again_after_a_rewind_and_beside_others():
    def begun(**more):
        return mc.start(mc.landscape("himmelblau"), NAME, seed=4, **more)

    run = begun()
    run.advance(40)
    values, points = run.values.copy(), run.positions.copy()
    again = begun()
    for _ in range(40):
        again.advance(1)
    np.testing.assert_array_equal(again.values, values)
    twin = run.copy()
    run.rewind(17)
    run.advance(23)
    np.testing.assert_array_equal(run.positions, points)
    twin.advance(5)
    run.advance(5)
    np.testing.assert_array_equal(twin.positions, run.positions)
    assert (begun(lane=1).positions[0] != points[0]).any()


def test_it_stays_in_the_box_even_when_the_minimum_lies_outside():
    seen = []
    land = mc.objective(lambda p: seen.append(np.array(p)) or float(p.sum()), (-1, 2), (1, 5))
    run = mc.start(land, NAME, seed=0)
    run.advance(25)
    seen = np.array(seen)
    assert len(seen) == run.evaluations
    assert (seen >= land.lower).all() and (seen <= land.upper).all()
    np.testing.assert_allclose(run.best_position, land.lower, atol=1e-9)  # the corner itself is tried


def test_what_is_not_finite_counts_as_the_worst():
    def holes(p):
        return math.nan if p[0] > 0 else (math.inf if p[1] > 2 else float(p @ p))

    run = mc.start(mc.objective(holes, (-3, -3), (3, 3)), NAME, x0=(-2, -2), seed=0)
    assert run.advance(40) == 40
    assert run.best_value < 0.1
    heights = run.state_at(40).insides["heights"][:41]
    targets = run.state_at(40).insides["targets"][:41]
    assert not np.isfinite(heights).all()
    assert np.isfinite(targets).all()
    assert (targets[~np.isfinite(heights)] == targets.max()).all()
    nowhere = mc.start(mc.objective(lambda p: math.nan, (-1, -1), (1, 1)), NAME)
    assert nowhere.ended


def test_an_exception_ends_it_and_keeps_the_best():
    def fails(p):
        if p[0] > 0:
            raise RuntimeError("no more")
        return float(p @ p)

    run = mc.start(mc.objective(fails, (-1, -1), (1, 1)), NAME, x0=(-0.5, 0), seed=0)
    run.advance(50)
    assert run.ended and isinstance(run.error, RuntimeError)
    assert run.best_value <= 0.25


def test_a_flat_landscape_and_a_huge_one_are_no_trouble():
    flat = mc.start(mc.objective(lambda p: 5.0, (-1, -1), (1, 1)), NAME, seed=0)
    assert flat.advance(30) == 30
    assert flat.best_value == 5.0
    huge = mc.start(mc.objective(lambda p: 1e308 * float(p[0]), (-1, -1), (1, 1)), NAME, seed=0)
    assert huge.advance(30) == 30
    assert np.isfinite(huge.values).all()


def test_it_forgets_when_there_is_no_more_room():
    run = mc.start(mc.landscape("himmelblau"), NAME, seed=3, keep=16)
    run.advance(15)
    before = run.state_at(15).insides
    heights, points = before["heights"], before["observations"]
    run.advance(1)
    after = run.state_at(16).insides
    assert (before["kept"], after["kept"], after["forgotten"]) == (16, 13, 4)
    # The oldest four outside the better half have gone; the order is kept, and the newest comes last.
    worse = np.sort(np.argsort(heights)[8:])[:4]
    np.testing.assert_array_equal(after["heights"][:12], np.delete(heights, worse))
    np.testing.assert_array_equal(after["observations"][:12], np.delete(points, worse, axis=0))
    np.testing.assert_array_equal(after["observations"][12], after["evaluated"])
    run.advance(60)
    assert run.best_value < 0.5
    model = Surrogate(glimpse_of(run))
    assert len(model.points) <= 16


def test_settings_may_change_on_the_way():
    run = mc.start(mc.landscape("himmelblau"), NAME, seed=3)
    run.advance(12)
    proposed = run.state_at(12).insides["proposal"]
    run.go_on(f"{NAME},acquisition=lower-bound,kappa=5")
    run.advance(1)
    assert (run.state_at(13).insides["evaluated"] != proposed).any()
    assert run.state_at(13).insides["learned"] == 14
    run.go_on(f"{NAME},keep=50")  # another shape of its memory: it begins afresh from here
    run.advance(3)
    assert run.state_at(16).insides["learned"] == 4
    assert run.evaluations == 17
    with pytest.raises(SpecificationError, match="keeps only 20"):
        mc.method(NAME, initial=30, keep=20)


@pytest.mark.parametrize("dimension", [1, 2, 5])
def test_what_is_drawn_agrees_with_what_is_known(dimension):
    land = mc.landscape("ackley", dimension=dimension)
    run = mc.start(land, NAME, seed=2)
    run.advance(20)
    glimpse = glimpse_of(run)
    drawn = {each.name: each.of(glimpse) for each in run.specification.method.insides_drawn}
    points = drawn["observations"].points
    assert points.shape == (21, dimension)
    assert drawn["next"].points.shape == drawn["evaluated"].points.shape == (1, dimension)
    shown = {name for name, shape in drawn.items() if shape is not None}
    maps = {"low", "high"} if dimension == 1 else {"deviation"}
    assert shown == {"observations", "evaluated", "next", "mean", "acquisition"} | maps
    heights = glimpse.now.insides["heights"][:21]
    np.testing.assert_allclose(drawn["mean"].at(points), heights, atol=2e-3 * np.ptp(heights))
    shown_as = drawn["acquisition"].at(points)
    assert drawn["acquisition"].unit.startswith("log₁₀")
    assert shown_as.max() - shown_as.min() <= 6.0 + 1e-9
    assert drawn["mean"].at(np.zeros((0, dimension))).shape == (0,)
    if dimension > 1:
        assert (drawn["deviation"].at(points) < 0.05).all()
    # The band holds the landscape at most places it has not seen.
    model = Surrogate(glimpse)
    there = np.random.default_rng(1).uniform(land.lower, land.upper, (300, dimension))
    real = np.array([land.value(p) for p in there])
    low, high = model.bound(there, -2), model.bound(there, 2)
    assert ((low <= real) & (real <= high)).mean() > 0.8
    if dimension == 1:
        np.testing.assert_array_equal((drawn["low"].at(there), drawn["high"].at(there)), (low, high))


def test_a_step_is_told_with_its_numbers():
    run = mc.start(mc.landscape("himmelblau"), NAME, seed=5)
    run.advance(20)
    tell = run.specification.method.narrate
    assert "f = " in tell(glimpse_of(run, 0))[0].sentence
    assert "number 3" in tell(glimpse_of(run, 2))[0].sentence
    stages = tell(glimpse_of(run, 20))
    assert 4 <= len(stages) <= 5
    inside = run.state_at(20).insides
    told = " ".join(each.sentence for each in stages)
    for name in ("expected", "low", "high", "merit", "value_observed", "best_before"):
        assert mc.methods.insides.said(inside[name]) in told, name
    assert f"{int(inside['kept'])} observations" in told
    names = {each.name for each in run.specification.method.insides_drawn}
    assert {shown for each in stages for shown in each.shows} <= names
