"""Adaptive rules against slow and obvious references: PyTorch's rules, and Lion's paper, written in numpy.

The update functions of torch 2.15 were once run on the same gradients: they agree to 1e-15 over 50 steps.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

import minima_core as mc
from minima_core.analysis.arrivals import Fleet, border_of
from tests.core.methods.test_update_rules import START, adam, agrees, grid, path

NEW = ("adagrad", "adadelta", "amsgrad", "adamw", "adamax", "nadam", "radam", "rprop", "lion")


def adagrad(lr, lr_decay, initial_accumulator_value, eps, weight_decay):
    total = np.full(2, initial_accumulator_value)

    def step(p, g, k):
        nonlocal total
        g = g + weight_decay * p
        total = total + g * g
        return p - lr / (1 + (k - 1) * lr_decay) * g / (np.sqrt(total) + eps)

    return step


def adadelta(lr, rho, eps, weight_decay):
    square, steps = np.zeros(2), np.zeros(2)

    def step(p, g, k):
        nonlocal square, steps
        g = g + weight_decay * p
        square = rho * square + (1 - rho) * g * g
        delta = np.sqrt(steps + eps) / np.sqrt(square + eps) * g
        steps = rho * steps + (1 - rho) * delta * delta
        return p - lr * delta

    return step


def adamw(lr, beta1, beta2, eps, amsgrad, weight_decay):
    rule = adam(lr, beta1, beta2, eps, amsgrad, 0.0)

    def step(p, g, k):
        decayed = p * (1 - lr * weight_decay)
        return rule(decayed, g, k)

    return step


def adamax(lr, beta1, beta2, eps, weight_decay):
    m, u = np.zeros(2), np.zeros(2)

    def step(p, g, k):
        nonlocal m, u
        g = g + weight_decay * p
        m = m + (1 - beta1) * (g - m)
        u = np.maximum(beta2 * u, np.abs(g) + eps)
        return p - lr / (1 - beta1**k) * m / u

    return step


def nadam(lr, beta1, beta2, eps, momentum_decay, weight_decay, decoupled_weight_decay):
    m, v, product = np.zeros(2), np.zeros(2), 1.0

    def step(p, g, k):
        nonlocal m, v, product
        if decoupled_weight_decay:
            p = p * (1 - lr * weight_decay)
        else:
            g = g + weight_decay * p
        mu = beta1 * (1 - 0.5 * 0.96 ** (k * momentum_decay))
        after = beta1 * (1 - 0.5 * 0.96 ** ((k + 1) * momentum_decay))
        product *= mu
        m = m + (1 - beta1) * (g - m)
        v = beta2 * v + (1 - beta2) * g * g
        size = np.sqrt(v / (1 - beta2**k)) + eps
        p = p - lr * (1 - mu) / (1 - product) * g / size
        return p - lr * after / (1 - product * after) * m / size

    return step


def radam(lr, beta1, beta2, eps, weight_decay, decoupled_weight_decay):
    m, v = np.zeros(2), np.zeros(2)

    def step(p, g, k):
        nonlocal m, v
        if decoupled_weight_decay:
            p = p * (1 - lr * weight_decay)
        else:
            g = g + weight_decay * p
        m = m + (1 - beta1) * (g - m)
        v = beta2 * v + (1 - beta2) * g * g
        correction2 = 1 - beta2**k
        most = 2 / (1 - beta2) - 1
        worth = most - 2 * k * beta2**k / correction2
        mean = m / (1 - beta1**k)
        if worth <= 5:
            return p - mean * lr
        share = (worth - 4) * (worth - 2) * most / ((most - 4) * (most - 2) * worth)
        return p - mean * lr * (math.sqrt(correction2) / (np.sqrt(v) + eps)) * math.sqrt(share)

    return step


def rprop(lr, etaminus, etaplus, step_size_min, step_size_max):
    before, size = np.zeros(2), np.full(2, lr)

    def step(p, g, k):
        nonlocal before, size
        turn = np.sign(g * before)
        factor = np.where(turn > 0, etaplus, np.where(turn < 0, etaminus, 1.0))
        size = np.clip(size * factor, step_size_min, step_size_max)
        before = np.where(turn < 0, 0.0, g)
        return p - np.sign(before) * size

    return step


def lion(lr, beta1, beta2, weight_decay):
    m = np.zeros(2)

    def step(p, g, k):
        nonlocal m
        c = beta1 * m + (1 - beta1) * g
        m = beta2 * m + (1 - beta2) * g
        return p - lr * (np.sign(c) + weight_decay * p)

    return step


BETAS = {"beta1": [0.0, 0.9], "beta2": [0.9, 0.999], "eps": [1e-8, 1e-2]}
DECAYS = {"weight_decay": [0.0, 0.1], "decoupled_weight_decay": [False, True]}
RULES = [
    (adagrad, grid(lr=[0.3], lr_decay=[0.0, 0.1], initial_accumulator_value=[0.0, 2.0], eps=[1e-10, 0.1],
                   weight_decay=[0.0, 0.1])),
    (adadelta, grid(lr=[1.0, 5.0], rho=[0.5, 0.95], eps=[1e-6, 1e-3], weight_decay=[0.0, 0.1])),
    (adamw, grid(lr=[0.05], **BETAS, amsgrad=[False, True], weight_decay=[0.0, 0.1])),
    (adamax, grid(lr=[0.05], **BETAS, weight_decay=[0.0, 0.1])),
    (nadam, grid(lr=[0.05], **BETAS, momentum_decay=[0.0, 0.004, 0.2], **DECAYS)),
    (radam, grid(lr=[0.005], **BETAS, **DECAYS)),
    (rprop, grid(lr=[0.05], etaminus=[0.3, 0.5], etaplus=[1.2, 2.0], step_size_min=[1e-6, 0.02],
                 step_size_max=[0.3, 50.0])),
    (lion, grid(lr=[0.02], beta1=[0.0, 0.9], beta2=[0.9, 0.99], weight_decay=[0.0, 0.1])),
]  # fmt: skip
CASES = [(rule.__name__, rule, settings) for rule, grids in RULES for settings in grids]


@pytest.mark.parametrize(("name", "rule", "settings"), CASES, ids=lambda each: getattr(each, "name", None))
def test_the_rule_follows_pytorch(name, rule, settings):
    agrees(name, settings, path(rule(**settings)))


@pytest.mark.parametrize("settings", grid(lr=[0.05], **BETAS, weight_decay=[0.0, 0.1]), ids=str)
def test_amsgrad_is_adam_that_remembers(settings):
    agrees("amsgrad", settings, path(adam(**settings, amsgrad=True)))


def test_defaults_are_pytorchs():
    """Only the learning rate comes from the landscape, and with a rate given, nothing does."""
    defaults = {
        "adagrad": {"lr_decay": 0, "initial_accumulator_value": 0, "eps": 1e-10},
        "adadelta": {"rho": 0.9, "eps": 1e-6},
        "adamw": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "amsgrad": False},
        "adamax": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        "nadam": {"momentum_decay": 4e-3, "decoupled_weight_decay": False},
        "radam": {"beta1": 0.9, "decoupled_weight_decay": False, "clip_norm": 0},
        "rprop": {"etaminus": 0.5, "etaplus": 1.2, "step_size_min": 1e-6, "step_size_max": 50},
        "lion": {"beta1": 0.9, "beta2": 0.99},
    }
    for name, expected in defaults.items():
        settings = mc.method(name, lr=0.1).resolved(mc.landscape("himmelblau")).settings
        assert {key: settings[key] for key in expected} == expected, name
        assert settings["clip_norm"] == settings["noise"] == 0
        assert settings["weight_decay"] == (0.01 if name == "adamw" else 0)


def test_the_first_steps_of_radam_are_not_rash():
    land = mc.landscape("goldstein-price")  # slopes of millions
    run = mc.start(land, "radam", x0=land.lower)
    run.advance(5)
    longest = np.linalg.norm(np.diff(run.positions, axis=0), axis=1).max()
    assert longest <= 1.001 * run.specification.settings["lr"]


@pytest.mark.parametrize("name", NEW)
def test_a_run_repeats_rewinds_bounces_and_keeps_to_its_budget(name):
    land = mc.landscape("himmelblau")
    run = mc.start(land, name, x0=START, seed=3, noise=0.1, border="reflect", budget=121)
    assert run.advance(40) == 40
    run.rewind(17)
    assert run.advance(1000) == 103
    assert run.evaluations == 121
    assert run.status.name == "OUT_OF_BUDGET"
    again = mc.start(land, name, x0=START, seed=3, noise=0.1, border="reflect")
    again.advance(120)
    np.testing.assert_array_equal(again.positions, run.positions)
    assert (np.abs(run.positions) <= 6.0).all()


@pytest.mark.parametrize("name", NEW)
def test_a_python_callable_of_three_variables(name):
    target = np.array([1.0, -2.0, 0.5])
    calls = []

    def f(p):
        calls.append(p)
        return float(np.sum((p - target) ** 2))

    found = mc.minimize(f, [-3] * 3, [3] * 3, method=name, budget=4000, x0=(-2, 2, -1))
    assert len(calls) == found.evaluations <= 4000
    assert found.value < (1.0 if name == "adadelta" else 0.1)


@pytest.mark.parametrize("name", NEW)
def test_on_level_ground_nothing_moves(name):
    run = mc.start(
        mc.formula("0 x + 0 y + 3", (-1, -1), (1, 1)),
        name,
        x0=(0.5, 0.5),
        lr=0.1,
        weight_decay=0,
        **({"eps": 0} if name == "adamax" else {}),
    )
    run.advance(30)
    assert (run.positions == 0.5).all()


def test_they_say_when_they_have_arrived():
    land = mc.landscape("himmelblau")
    for name in NEW:
        run = mc.start(land, name, x0=START)
        run.advance(2000)
        assert run.best_value < 0.05, name
        # At rest Adadelta divides almost nothing by almost nothing, and starts off again: it says so.
        expected = "oscillating" if name == "adadelta" else "global minimum"
        assert run.verdict.state == expected, (name, run.verdict.sentence)
        assert "a global minimum" in run.verdict.sentence


@pytest.mark.parametrize(
    "text",
    [
        "adagrad,lr=0.5,lr_decay=0.01",
        "nadam,lr=0.3,weight_decay=0.1,decoupled_weight_decay=true,schedule=exponential(gamma=0.97)",
        "radam,clip_norm=3,schedule=one-cycle(total_steps=60)",
        "rprop",
        "lion,weight_decay=0.1,schedule=sequential(schedulers=(cyclic(step_size_up=7),step),milestones=40)",
    ],
)
def test_a_lane_ends_where_its_run_ends_to_the_bit(text):
    land = mc.landscape("himmelblau")
    starts = np.random.default_rng(3).uniform(land.lower, land.upper, (12, 2)).T
    specification = mc.Specification.parse(text).resolved(land)
    for border in ("free", "reflect"):
        assert Fleet.serves(land, specification)
        ends, alive = Fleet(land, specification, border_of(border, specification)).ends(starts, 120)
        for x0, end, living in zip(starts.T, ends.T, alive, strict=True):
            run = mc.start(land, specification, x0=x0, border=border)
            run.advance(120)
            assert living != run.ended
            np.testing.assert_array_equal(end, run.position)
