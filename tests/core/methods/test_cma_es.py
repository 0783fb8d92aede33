"""CMA-ES against the equations of Hansen's tutorial, written slowly, and `cmaes` with the same points."""

from __future__ import annotations

import itertools
import math

import cmaes
import numpy as np
import pytest

import minima_core as mc
from minima_core.methods.evolution.cma_es import INSIDES, narrate
from minima_core.methods.evolution.cma_stopping import REASONS
from minima_core.methods.insides import Glimpse

WIDTH = 8.0


def rosenbrock(p):
    return float(sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in itertools.pairwise(p)))


def box(n, f=rosenbrock):
    return mc.objective(f, [-4.0] * n, [4.0] * n)


def generation(moment):
    """Return points and values of the generation that led to a moment, in the order of their draws."""
    count = int(moment.insides["population"])
    return moment.insides["samples"][:count], moment.insides["values"][:count]


def glimpse(run, step):
    before = run.state_at(step - 1) if step else None
    return Glimpse(before, run.state_at(step), run.specification.settings, run.landscape)


def symmetric(moment):
    lower = np.tril(moment.insides["covariance"])
    return lower + np.tril(lower, -1).T


class Tutorial:
    """One generation as the tutorial writes it: numpy, loops over points, no thought of speed."""

    def __init__(self, n, count, mean, sigma, active):
        self.n, self.m, self.sigma, self.g = n, np.array(mean), sigma, 0
        self.C, self.p_sigma, self.p_c = np.eye(n), np.zeros(n), np.zeros(n)
        raw = np.array([math.log((count + 1) / 2) - math.log(i) for i in range(1, count + 1)])  # (49)
        self.mu = mu = count // 2
        self.mu_eff = raw[:mu].sum() ** 2 / (raw[:mu] ** 2).sum()
        minus = raw[mu:].sum() ** 2 / (raw[mu:] ** 2).sum()
        self.c_1 = 2 / ((n + 1.3) ** 2 + self.mu_eff)  # (57)
        rank_mu = 2 * (self.mu_eff - 2 + 1 / self.mu_eff) / ((n + 2) ** 2 + self.mu_eff)
        self.c_mu = min(1 - self.c_1, rank_mu)  # (58)
        least = min(1 + self.c_1 / self.c_mu, 1 + 2 * minus / (self.mu_eff + 2),
                    (1 - self.c_1 - self.c_mu) / (n * self.c_mu))  # (50)-(52)  # fmt: skip
        negative = least * raw / -raw[raw < 0].sum() if active else 0 * raw
        self.w = np.where(raw >= 0, raw / raw[raw >= 0].sum(), negative)  # (53)
        self.c_sigma = (self.mu_eff + 2) / (n + self.mu_eff + 5)
        self.d_sigma = 1 + 2 * max(0, math.sqrt((self.mu_eff - 1) / (n + 1)) - 1) + self.c_sigma  # (55)
        self.c_c = (4 + self.mu_eff / n) / (n + 4 + 2 * self.mu_eff / n)  # (56)
        self.chi = math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n))

    def tell(self, points, values):
        y = (points[np.argsort(values, kind="stable")] - self.m) / self.sigma
        values_of_c, B = np.linalg.eigh(self.C)
        root = B @ np.diag(values_of_c**-0.5) @ B.T
        mean_step = self.w[: self.mu] @ y[: self.mu]  # (41)
        self.m = self.m + self.sigma * mean_step  # (42)
        c = self.c_sigma
        self.p_sigma = (1 - c) * self.p_sigma + math.sqrt(
            c * (2 - c) * self.mu_eff
        ) * root @ mean_step  # (43)
        length = np.linalg.norm(self.p_sigma)
        self.sigma *= math.exp(c / self.d_sigma * (length / self.chi - 1))  # (44)
        usual = math.sqrt(1 - (1 - c) ** (2 * (self.g + 1)))
        h = float(length / usual < (1.4 + 2 / (self.n + 1)) * self.chi)
        c = self.c_c
        self.p_c = (1 - c) * self.p_c + h * math.sqrt(c * (2 - c) * self.mu_eff) * mean_step  # (45)
        stay = 1 + self.c_1 * (1 - h) * c * (2 - c) - self.c_1 - self.c_mu * self.w.sum()
        C = stay * self.C + self.c_1 * np.outer(self.p_c, self.p_c)
        for weight, step in zip(self.w, y, strict=True):
            scaled = weight if weight >= 0 else weight * self.n / np.linalg.norm(root @ step) ** 2  # (46)
            C = C + self.c_mu * scaled * np.outer(step, step)  # (47)
        self.C, self.g = C, self.g + 1


CASES = ((2, 6, True), (2, 6, False), (5, 9, True), (1, 4, True), (3, 40, True))


@pytest.mark.parametrize(("n", "count", "active"), CASES)
def test_generations_are_those_of_the_tutorial(n, count, active):
    land = box(n) if n > 1 else box(1, lambda p: float((p[0] - 1) ** 2))
    start = np.linspace(-1, 0.5, n)
    run = mc.start(land, "cma-es", x0=start, seed=3, border="free", restarts="none", population=count,
                   sigma0=0.1, active=active)  # fmt: skip
    slow = Tutorial(n, count, start, 0.1 * WIDTH, active)
    for step in range(1, 31):
        run.advance(1)
        now = run.state_at(step)
        slow.tell(*generation(now))
        for name, theirs in (("mean", slow.m), ("path_sigma", slow.p_sigma), ("path_c", slow.p_c)):
            np.testing.assert_allclose(now.insides[name], theirs, rtol=1e-7, atol=1e-10)
        np.testing.assert_allclose(symmetric(now), slow.C, rtol=1e-7, atol=1e-9)
        assert now.insides["sigma"] == pytest.approx(slow.sigma, rel=1e-8)
        assert now.value == generation(now)[1].min()


def test_one_generation_agrees_with_cmaes(monkeypatch):
    monkeypatch.setattr(cmaes._cma, "_EPS", 0.0)  # its guard against a division by zero is not in the paper
    for n in (2, 5, 10):
        start = np.linspace(-1, 1, n)
        run = mc.start(box(n), "cma-es", x0=start, seed=8, border="free", restarts="none", sigma0=0.1)
        theirs = cmaes.CMA(mean=start, sigma=0.1 * WIDTH)
        for step in range(1, 6):
            run.advance(1)
            now = run.state_at(step)
            points, values = generation(now)
            theirs.tell([(each.copy(), value) for each, value in zip(points, values, strict=True)])
            np.testing.assert_allclose(now.insides["mean"], theirs._mean, rtol=1e-10, atol=1e-10)
            np.testing.assert_allclose(now.insides["path_sigma"], theirs._p_sigma, rtol=1e-10, atol=1e-10)
            np.testing.assert_allclose(symmetric(now), theirs._C, rtol=1e-10, atol=1e-10)
            assert now.insides["sigma"] == pytest.approx(theirs._sigma, rel=1e-10)


def test_the_draws_are_normal_and_of_the_ellipse_that_is_drawn():
    run = mc.start(box(2), "cma-es", x0=(0, 0), seed=1, border="free", population=4000, sigma0=0.05)
    run.advance(3)
    g = glimpse(run, 3)
    ellipse = next(each for each in INSIDES if each.name == "drawn-from").of(g)
    points, _ = generation(g.now)
    z = np.linalg.solve(ellipse.matrix, (points - ellipse.centre).T).T
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=0.06)
    np.testing.assert_allclose(np.cov(z.T), np.eye(2), atol=0.08)
    np.testing.assert_allclose(ellipse.centre, g.before.insides["mean"])
    before = g.before.insides["sigma"] ** 2 * symmetric(g.before)
    np.testing.assert_allclose(ellipse.matrix @ ellipse.matrix.T, before, rtol=1e-10)


@pytest.mark.parametrize("restarts", ["ipop", "bipop"])
def test_loops_end_for_a_reason_and_begin_elsewhere(restarts):
    land = mc.landscape("rastrigin")
    run = mc.start(land, "cma-es", seed=5, restarts=restarts, budget=20_000)
    run.advance(100_000)
    assert run.evaluations == 20_000
    assert len(run.loops) > 4
    populations = run.record.inside("population")[run.loops]
    if restarts == "ipop":
        np.testing.assert_array_equal(populations, 6 * 2.0 ** np.arange(len(run.loops)))
    else:
        assert (populations[1:] == 12).any()
        assert len(set(populations)) > 2
    for row in run.loops[1:]:
        last = run.state_at(int(run.steps[row]) - 1)
        now = run.state_at(int(run.steps[row]))
        assert last.insides["over"] == now.insides["was_over"] > 0
        assert now.insides["generation"] == 1
        told = narrate(glimpse(run, int(run.steps[row])))
        assert REASONS[int(last.insides["over"])] in told[0].sentence
    assert run.best_value < 1e-9


def test_without_restarts_it_goes_on_and_finds_the_minimum_to_the_last_digit():
    run = mc.start(box(5), "cma-es", x0=[-1.0] * 5, seed=2, restarts="none")
    run.advance(1500)
    assert list(run.loops) == [0]
    assert run.step == 1500
    assert run.best_value < 1e-20
    np.testing.assert_allclose(run.best_position, 1.0, atol=1e-9)


@pytest.mark.parametrize("border", ["clip", "reflect"])
def test_a_minimum_in_the_corner_is_found(border):
    land = mc.formula("x + 2 y", (-1, -2), (1, 2))
    run = mc.start(land, "cma-es", seed=1, border=border, budget=1500)
    run.advance(10_000)
    assert (np.abs(run.positions) <= (1, 2)).all()
    assert run.best_value == pytest.approx(-5.0, abs=1e-6)
    means = np.stack([run.record.inside("mean")])
    assert (np.abs(means) <= (1, 2)).all()


def test_budgets_are_exact_and_nothing_that_is_not_finite_is_chosen():
    calls = []

    def f(p):
        calls.append(p.copy())
        return math.nan if p[0] > 0 else math.inf if p[1] > 1 else float(p @ p)

    for budget in (0, 1, 3, 7, 8, 61):
        calls.clear()
        run = mc.start(box(2, f), "cma-es", x0=(-1, -1), seed=1, budget=budget)
        run.advance(1000)
        assert run.evaluations == len(calls) == budget
        assert run.ended
        assert budget == 0 or np.isfinite(run.values).all()
        assert budget == 0 or run.best_value <= 2.0
    off = mc.start(box(2, f), "cma-es", x0=(1, 1), budget=50)
    assert off.ended
    assert off.evaluations == 1


def test_what_raises_ends_the_run_and_keeps_the_best():
    def f(p):
        if len(seen) == 20:
            raise RuntimeError("no more")
        seen.append(float(p @ p))
        return seen[-1]

    seen: list[float] = []
    found = mc.minimize(f, (-4, -4), (4, 4), method="cma-es", budget=100)
    assert isinstance(found.error, RuntimeError)
    assert found.value == min(seen)


def test_it_repeats_rewinds_and_copies_to_the_last_bit():
    land = mc.landscape("rastrigin")
    run = mc.start(land, "cma-es", seed=11)
    run.advance(700)
    assert len(run.loops) > 2
    other = mc.start(land, "cma-es", seed=11)
    for _ in range(70):
        other.advance(10)
    copy = run.copy()
    run.rewind(123)
    run.advance(577)
    for each in (other, copy):
        np.testing.assert_array_equal(run.positions, each.positions)
        np.testing.assert_array_equal(run.loops, each.loops)
    different = mc.start(land, "cma-es", seed=11, lane=1, x0=run.positions[0])
    different.advance(5)
    assert (different.positions[1] != run.positions[1]).all()


def test_it_settles_inside_other_methods():
    found = mc.minimize(mc.landscape("himmelblau"), method="random-restarts,local=cma-es,steps_per_loop=5000",
                        budget=3000)  # fmt: skip
    assert found.evaluations == 3000
    assert found.value < 1e-10


def test_the_sentences_say_what_was_done():
    run = mc.start(mc.landscape("himmelblau"), "cma-es", x0=(-3, 3), seed=1)
    run.advance(40)
    g = glimpse(run, 7)
    text = " ".join(stage.sentence for stage in narrate(g))
    values = np.sort(generation(g.now)[1])
    for number in (values[0], values[2], values[-1], g.before.insides["sigma"], g.now.insides["sigma"]):
        assert f"{number:.4g}" in text
    names = {each.name for each in INSIDES}
    assert all(set(stage.shows) <= names for step in (0, 1, 7) for stage in narrate(glimpse(run, step)))
    shapes = {each.name: each.of(g) for each in INSIDES}
    assert len(shapes["parents"].points) == len(shapes["children"].points) == 3
    np.testing.assert_allclose(shapes["move"].tip, shapes["one-sigma"].centre)
    covariance = g.now.insides["sigma"] ** 2 * symmetric(g.now)
    matrix = shapes["one-sigma"].matrix
    np.testing.assert_allclose(matrix @ matrix.T, covariance, rtol=1e-9)
    assert shapes["parents"].points[0] == pytest.approx(g.now.position)
    first = {each.name: each.of(glimpse(run, 0)) for each in INSIDES}
    assert first["parents"] is None
    np.testing.assert_allclose(first["mean"].points[0], (-3, 3))
