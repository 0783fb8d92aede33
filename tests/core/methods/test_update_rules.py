"""Update rules against slow and obvious references: PyTorch's rules, written out in numpy.

The same runs were once compared with torch 2.13 itself: they agree to 1e-15 over 50 steps.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import minima_core as mc
from minima_core.compiled.random import NOISE, normal_pair
from minima_core.landscapes.scale import scale_of

START = (-1.3, 2.1)


def gradient(p):
    a, b = p[0] ** 2 + p[1] - 11, p[0] + p[1] ** 2 - 7
    return np.array([4 * p[0] * a + 2 * b, 2 * a + 4 * p[1] * b])


def path(step, steps=50):
    """Return the points of a rule: ``step(p, g, k)`` returns the next point."""
    points = [np.array(START)]
    for k in range(1, steps + 1):
        points.append(step(points[-1], gradient(points[-1]), k))
    return np.array(points)


def sgd(lr, momentum=0.0, dampening=0.0, nesterov=False, weight_decay=0.0):
    velocity = None

    def step(p, g, k):
        nonlocal velocity
        g = g + weight_decay * p
        if momentum:
            velocity = g if velocity is None else momentum * velocity + (1 - dampening) * g
            g = g + momentum * velocity if nesterov else velocity
        return p - lr * g

    return step


def rmsprop(lr, alpha, eps, momentum, centered, weight_decay):
    square, mean, buffer = np.zeros(2), np.zeros(2), np.zeros(2)

    def step(p, g, k):
        nonlocal square, mean, buffer
        g = g + weight_decay * p
        square = alpha * square + (1 - alpha) * g * g
        average = square
        if centered:
            mean = mean + (1 - alpha) * (g - mean)
            average = square - mean * mean
        direction = g / (np.sqrt(average) + eps)
        if momentum:
            buffer = momentum * buffer + direction
            direction = buffer
        return p - lr * direction

    return step


def adam(lr, beta1, beta2, eps, amsgrad, weight_decay):
    m, v, largest = np.zeros(2), np.zeros(2), np.zeros(2)

    def step(p, g, k):
        nonlocal m, v, largest
        g = g + weight_decay * p
        m = m + (1 - beta1) * (g - m)
        v = beta2 * v + (1 - beta2) * g * g
        largest = np.maximum(largest, v)
        root = np.sqrt(largest if amsgrad else v) / math.sqrt(1 - beta2**k)
        return p - lr / (1 - beta1**k) * m / (root + eps)

    return step


def grid(**choices):
    return [dict(zip(choices, each, strict=True)) for each in itertools.product(*choices.values())]


SGD = [
    each
    for each in grid(
        lr=[0.004],
        momentum=[0.0, 0.5, 0.9],
        dampening=[0.0, 0.2],
        nesterov=[False, True],
        weight_decay=[0.0, 0.1],
    )
    if not each["nesterov"] or (each["momentum"] and not each["dampening"])
]
RMSPROP = grid(
    lr=[0.01],
    alpha=[0.9, 0.99],
    eps=[1e-8, 1e-3],
    momentum=[0.0, 0.9],
    centered=[False, True],
    weight_decay=[0.0, 0.1],
)
ADAM = grid(
    lr=[0.05],
    beta1=[0.0, 0.5, 0.9],
    beta2=[0.9, 0.999],
    eps=[1e-8, 1e-2],
    amsgrad=[False, True],
    weight_decay=[0.0, 0.1],
)


def agrees(name, settings, reference):
    run = mc.start(mc.landscape("himmelblau"), name, x0=START, **settings)
    run.advance(50)
    np.testing.assert_allclose(run.positions, reference, rtol=1e-12, atol=0)


@pytest.mark.parametrize("settings", SGD, ids=str)
def test_sgd_and_its_cases_follow_pytorch(settings):
    reference = path(sgd(**settings))
    agrees("sgd", {**settings, "noise": 0}, reference)
    lr, decay = settings["lr"], settings["weight_decay"]
    if not settings["momentum"]:
        agrees("gradient-descent", {"lr": lr, "weight_decay": decay}, reference)
    if settings["nesterov"]:
        agrees("nesterov", {"lr": lr, "weight_decay": decay, "momentum": settings["momentum"]}, reference)
    else:
        agrees("momentum", {key: settings[key] for key in settings if key != "nesterov"}, reference)


@pytest.mark.parametrize("settings", RMSPROP, ids=str)
def test_rmsprop_follows_pytorch(settings):
    agrees("rmsprop", settings, path(rmsprop(**settings)))


@pytest.mark.parametrize("settings", ADAM, ids=str)
def test_adam_follows_pytorch(settings):
    agrees("adam", settings, path(adam(**settings)))


@pytest.mark.parametrize(("clip_norm", "clip_value"), [(5.0, 0.0), (0.0, 3.0), (4.0, 3.0)])
def test_clipping_follows_pytorch(clip_norm, clip_value):
    def step(p, g, k):
        if clip_value:
            g = np.clip(g, -clip_value, clip_value)
        if clip_norm:
            g = g * min(1.0, clip_norm / (np.linalg.norm(g) + 1e-6))
        return p - 0.01 * g

    settings = {"lr": 0.01, "clip_norm": clip_norm, "clip_value": clip_value}
    agrees("gradient-descent", settings, path(step))


def test_the_noise_of_sgd_is_normal_and_in_the_landscapes_own_scale():
    land = mc.landscape("himmelblau")
    deviation = 0.3 * scale_of(land).slope / math.sqrt(2)

    def step(p, g, k):
        a, b = normal_pair(5, 0, k - 1, NOISE)
        return p - 0.002 * (g + deviation * np.array([a, b]))

    run = mc.start(land, "sgd", x0=START, seed=5, lr=0.002, noise=0.3)
    run.advance(50)
    np.testing.assert_allclose(run.positions, path(step), rtol=1e-11)


def test_rules_work_in_any_dimension():
    land = mc.formula("sum(i, 1, n, i x[i]^2)", [-1] * 5, [1] * 5)
    x0 = np.linspace(-0.9, 0.9, 5)
    run = mc.start(land, "momentum", x0=x0, lr=0.05, momentum=0.8)
    run.advance(20)
    x, v = x0.copy(), None
    for _ in range(20):
        g = 2 * np.arange(1, 6) * x
        v = g if v is None else 0.8 * v + g
        x = x - 0.05 * v
    np.testing.assert_allclose(run.position, x, rtol=1e-12)


def test_annealing_is_the_metropolis_walk():
    from minima_core.compiled.random import PROPOSAL, uniform

    land = mc.landscape("two-wells")
    run = mc.start(
        land,
        "simulated-annealing",
        x0=(0, 0),
        seed=9,
        temperature=0.4,
        cooling_steps=60,
        end_temperature=0.01,
    )
    run.advance(100)
    proposals, values = run.record.inside("proposal"), run.record.inside("proposal_value")
    accepted, temperature = run.record.inside("accepted"), run.record.inside("temperature")
    x, width = np.zeros(2), land.upper - land.lower
    for k in range(1, 101):
        t = 0.4 * (0.01 / 0.4) ** (min(k - 1, 60) / 60)
        y = x + 0.05 * width * np.array(normal_pair(9, 0, k - 1, PROPOSAL))
        difference = land.value(y) - land.value(x)
        take = difference <= 0 or uniform(9, 0, k - 1, PROPOSAL + 1) < math.exp(-difference / t)
        np.testing.assert_allclose([*proposals[k], temperature[k]], [*y, t], rtol=1e-9)
        np.testing.assert_allclose(values[k], land.value(y), rtol=1e-9)
        assert accepted[k] == take
        x = y if take else x
        np.testing.assert_allclose(run.positions[k], x, rtol=1e-9)
    assert 0 < accepted[1:].sum() < 100


@pytest.mark.parametrize("cooling", ["geometric", "linear", "logarithmic"])
def test_every_cooling_law_falls_from_its_start(cooling):
    run = mc.start(
        mc.landscape("two-wells"), "simulated-annealing", cooling=cooling,
        temperature=2.0, end_temperature=0.1, cooling_steps=200,
    )  # fmt: skip
    run.advance(300)
    temperature = run.record.inside("temperature")[1:]
    assert temperature[0] == 2.0
    assert (np.diff(temperature) <= 0).all()
    if cooling == "logarithmic":
        np.testing.assert_allclose(temperature, 2.0 * np.log(2) / np.log(2 + np.arange(300)))
    else:
        np.testing.assert_allclose(temperature[200:], 0.1)


def test_the_temperature_can_be_held_and_raised_by_hand():
    run = mc.start(mc.landscape("two-wells"), "simulated-annealing", temperature=1.0, cooling_steps=100)
    run.advance(40)
    run.go_on(run.specification.replace(hold=True))
    run.advance(40)
    temperature = run.record.inside("temperature")
    assert (temperature[41:] == temperature[40]).all()
    assert temperature[40] < 1.0
    run.go_on(run.specification.replace(temperature=3.0))
    run.advance(10)
    assert (run.record.inside("temperature")[81:] == 3.0).all()
    run.go_on(run.specification.replace(hold=False))
    run.advance(10)
    assert run.record.inside("temperature")[-1] < 3.0
    assert [step for step, _ in run.segments] == [0, 40, 80, 90]


def test_restarts_do_exactly_what_the_local_method_does_alone():
    land = mc.landscape("himmelblau")
    run = mc.start(land, "random-restarts,local=adam(lr=0.1),steps_per_loop=60", x0=(0, 0), seed=3)
    run.advance(300)
    begins = [*run.loops.tolist(), 301]
    assert begins[:-1] == [0, 61, 122, 183, 244]
    for begin, end in itertools.pairwise(begins):
        alone = mc.start(land, "adam", x0=run.positions[begin], lr=0.1)
        alone.advance(end - begin - 1)
        assert (alone.positions == run.positions[begin:end]).all()
        assert (alone.values == run.values[begin:end]).all()
    ends = run.record.ends
    assert ends.steps.tolist() == [60, 121, 182, 243]
    assert (ends.positions == run.positions[[60, 121, 182, 243]]).all()
    assert (ends.values == run.values[[60, 121, 182, 243]]).all()
    assert run.best_value == run.values.min()
    assert all(land.inside(run.positions[row]) for row in run.loops)


def test_a_loop_that_rests_ends_early():
    run = mc.start(mc.landscape("convex-bowl"), "random-restarts,tolerance=1e-6", x0=(1, 1))
    run.advance(400)
    lengths = np.diff(run.loops)
    assert (lengths < 201).all()
    assert (lengths > 10).all()
    for end in run.loops[1:]:
        moved = np.abs(np.diff(run.positions[end - 11 : end], axis=0)).max()
        assert moved <= 1e-6 * (run.landscape.upper - run.landscape.lower).max()


def test_a_loop_that_runs_off_is_followed_by_the_next():
    land = mc.formula("x^3", -2.0, 2.0)
    run = mc.start(land, "random-restarts,local=gradient-descent(lr=0.5),steps_per_loop=50", x0=(-1.5,))
    run.advance(200)
    assert not run.ended
    assert not np.isfinite(run.values).all()
    assert len(run.loops) > 4
    assert np.isfinite(run.record.ends.values).all()
    assert run.best_value >= -8.0
