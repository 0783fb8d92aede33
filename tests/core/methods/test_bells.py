"""Evolution strategy and policy gradient against their papers, written slowly on the points drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.linalg import expm

import minima_core as mc
from minima_core.methods.insides import Glimpse

BOTH = ("evolution-strategy", "policy-gradient")


def curved(p):
    return float(np.sum(np.arange(1, len(p) + 1) * (p - 0.3) ** 2) + 0.5 * p[0] * p[-1])


def box(n, f=curved):
    return mc.objective(f, [-4.0] * n, [4.0] * n)


def glimpse(run, step):
    before = run.state_at(step - 1) if step else None
    return Glimpse(before, run.state_at(step), run.specification.settings, run.landscape)


@pytest.mark.parametrize("form", ["full", "separable"])
@pytest.mark.parametrize("n", [1, 2, 5])
def test_generations_are_those_of_natural_evolution_strategies(n, form):
    settings = {"covariance": form, "sigma0": 0.1, "eta_mean": 0.8}
    run = mc.start(box(n), "evolution-strategy", x0=[1.0] * n, seed=4, border="free", **settings)
    s = run.specification.settings
    rate = (
        (9 + 3 * math.log(n)) / (5 * n * math.sqrt(n))
        if form == "full"
        else (3 + math.log(n)) / 5 / math.sqrt(n)
    )
    assert s["eta_sigma"] == pytest.approx(rate, rel=1e-5)
    count = int(s["population"])
    raw = np.array([max(0.0, math.log(count / 2 + 1) - math.log(k)) for k in range(1, count + 1)])
    u = raw / raw.sum() - 1 / count
    m, A = np.full(n, 1.0), 0.8 * np.eye(n)
    for step in range(1, 21):
        run.advance(1)
        now = run.state_at(step).insides
        points = now["samples"][np.argsort(now["values"], kind="stable")]
        z = np.linalg.solve(A, (points - m).T).T
        if form == "full":  # one matrix A = σ B, moved by the exponential of the whole gradient
            slope = sum(
                weight * (np.outer(each, each) - np.eye(n)) for weight, each in zip(u, z, strict=True)
            )
        else:
            slope = np.diag(u @ (z**2 - 1))
        m = m + 0.8 * A @ (u @ z)
        A = A @ expm(s["eta_sigma"] / 2 * slope)
        np.testing.assert_allclose(now["mean"], m, rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose(now["sigma"] * now["factor"], A, rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize("baseline", ["batch", "running", "none"])
@pytest.mark.parametrize("standardise", [True, False])
def test_batches_follow_the_score_of_the_rewards(baseline, standardise):
    n, lr = 3, 0.3 if standardise else 0.003
    settings = {"sigma0": 0.1, "lr_mean": lr, "lr_sigma": lr / 2, "batch": 9, "baseline_rate": 0.25}
    run = mc.start(box(n), "policy-gradient", x0=[1.0] * n, seed=4, border="free", baseline=baseline,
                   standardise=standardise, **settings)  # fmt: skip
    m, rho, b = np.full(n, 1.0), np.full(n, math.log(0.8)), None
    for step in range(1, 11):
        run.advance(1)
        now = run.state_at(step).insides
        x, rewards = now["samples"], -now["values"]
        if b is None:
            b = rewards.mean()
        compared = {"batch": rewards.mean(), "running": b, "none": 0.0}[baseline]
        b = b + 0.25 * (rewards.mean() - b)
        advantages = (rewards - compared) / (rewards.std() if standardise else 1.0)
        np.testing.assert_allclose(now["advantages"], advantages, rtol=1e-8, atol=1e-12)

        def expected(mean, log_deviation, x=x, advantages=advantages):
            z = (x - mean) / np.exp(log_deviation)
            return float(np.mean(advantages * (-0.5 * z**2 - log_deviation).sum(axis=1)))

        h = 1e-5
        slope_m = [(expected(m + h * e, rho) - expected(m - h * e, rho)) / (2 * h) for e in np.eye(n)]
        slope_rho = [(expected(m, rho + h * e) - expected(m, rho - h * e)) / (2 * h) for e in np.eye(n)]
        m, rho = m + lr * np.exp(2 * rho) * slope_m, rho + np.clip(lr / 2 * np.array(slope_rho), -1, 1)
        np.testing.assert_allclose(now["mean"], m, rtol=1e-7, atol=1e-8)
        np.testing.assert_allclose(now["log_deviation"], rho, rtol=1e-7, atol=1e-8)
        m, rho = now["mean"], now["log_deviation"]  # differences are not exact; their errors must not add up


@pytest.mark.parametrize("name", BOTH)
def test_it_comes_down_in_any_dimension(name):
    for n in (1, 2, 6):
        run = mc.start(box(n), name, seed=1, budget=3000)
        run.advance(3000)
        weights = np.arange(1.0, n + 1)
        hessian = 2 * np.diag(weights)
        hessian[0, -1] += 0.5
        hessian[-1, 0] += 0.5
        lowest = curved(np.linalg.solve(hessian, 0.6 * weights))
        assert run.best_value < lowest + 1e-3
        assert run.evaluations == 3000
        assert run.values[1:].min() >= run.best_value


@pytest.mark.parametrize("name", BOTH)
def test_budgets_are_exact_and_what_is_not_finite_is_the_worst(name):
    calls = []

    def f(p):
        calls.append(p.copy())
        return math.nan if p[0] > 0 else math.inf if p[1] > 1 else -math.inf if p[1] < -3.5 else float(p @ p)

    for budget in (0, 1, 5, 47):
        calls.clear()
        run = mc.start(box(2, f), name, x0=(-1, -1), seed=1, budget=budget)
        run.advance(100)
        assert run.evaluations == len(calls) == budget
        assert run.ended
        assert budget == 0 or np.isfinite(run.values).all()
    blind = mc.start(box(2, lambda p: 0.0 if (p == 1).all() else math.nan), name, x0=(1, 1), seed=1)
    blind.advance(20)
    assert blind.step == 20
    assert np.isfinite(blind.state_at(20).insides["mean"]).all()


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("border", ["clip", "reflect"])
def test_borders_are_kept_and_corners_found(name, border):
    run = mc.start(mc.formula("x + 2 y", (-1, -2), (1, 2)), name, seed=1, border=border)
    run.advance(400)
    assert (np.abs(run.positions) <= (1, 2)).all()
    assert run.best_value == pytest.approx(-5, abs=1e-2)
    assert (np.abs(run.record.inside("mean")) <= (1, 2)).all()


@pytest.mark.parametrize("name", BOTH)
def test_it_repeats_and_rewinds_to_the_last_bit(name):
    land = mc.landscape("ackley")
    run, other = (mc.start(land, name, seed=6) for _ in range(2))
    run.advance(150)
    for _ in range(15):
        other.advance(10)
    np.testing.assert_array_equal(run.positions, other.positions)
    run.rewind(37)
    run.advance(113)
    np.testing.assert_array_equal(run.positions, other.positions)
    np.testing.assert_array_equal(run.record.insides, other.record.insides)


@pytest.mark.parametrize("name", BOTH)
def test_it_settles_inside_restarts(name):
    text = f"random-restarts,local={name},steps_per_loop=100000,tolerance=1e-5"
    found = mc.minimize(mc.landscape("himmelblau"), budget=6000, method=text)
    assert found.evaluations == 6000
    assert found.value < 1e-4


@pytest.mark.parametrize("name", BOTH)
def test_what_is_drawn_and_said_is_what_was_done(name):
    run = mc.start(mc.landscape("himmelblau"), name, x0=(-3, 3), seed=1)
    run.advance(9)
    method = run.specification.method
    g = glimpse(run, 7)
    text = " ".join(stage.sentence for stage in method.narrate(g))
    values = g.now.insides["values"]
    for number in (values.min(), values.max(), g.before.insides["sigma"], g.now.insides["sigma"]):
        assert f"{number:.4g}".replace("-", "−") in text
    names = {each.name for each in method.insides_drawn}
    assert all(set(stage.shows) <= names for step in (0, 7) for stage in method.narrate(glimpse(run, step)))
    shapes = {each.name: each.of(g) for each in method.insides_drawn}
    assert len(shapes["parents"].points) + len(shapes["children"].points) == len(values)
    np.testing.assert_allclose(shapes["move"].tip, g.now.insides["mean"])
    np.testing.assert_allclose(shapes["drawn-from"].centre, g.before.insides["mean"])
    shares = shapes["shares" if name == "evolution-strategy" else "pulls"].ends
    way = (shares[:, 1] - shares[:, 0]).sum(axis=0)
    np.testing.assert_allclose(shares[0, 0] + way, g.now.insides["mean"], atol=1e-12)
    first = {each.name: each.of(glimpse(run, 0)) for each in method.insides_drawn}
    assert first["children"] is None
    np.testing.assert_allclose(first["one-sigma"].matrix, np.diag([2.4, 2.4]))
