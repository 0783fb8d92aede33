"""Learning-rate schedules against their definitions, written plainly, and against what a run really did.

The same schedules were once compared with torch 2.15's own, over 200 steps: they agree to 1e-13.
"""

from __future__ import annotations

import itertools
import math
import pickle

import numpy as np
import pytest

import minima_core as mc
from minima_core.methods.schedule_kinds import KINDS_BY_NAME
from tests.core.methods.test_update_rules import START, adam, gradient, path

LR, STEPS = 0.3, 200


def cosine(t, high, low, length):
    return low + (high - low) * (1 + math.cos(math.pi * t / length)) / 2


def restarts(t, first, factor, low):
    length = first
    while t >= length:
        t, length = t - length, length * factor
    return cosine(t, LR, low, length)


def one_cycle(t, top, total, up, begin, end):
    last = up * total - 1
    if t <= last:
        return cosine(t, begin, top, last)
    return cosine(t - last, top, end, total - 1 - last)


def triangle(t, up, down):
    """Return the height of the triangle and the number of the cycle, from 1."""
    cycle, t = divmod(t, up + down)
    return (t / up if t <= up else (up + down - t) / down), cycle + 1


CASES = {
    "none": lambda t: LR,
    "step(step_size=7,gamma=0.6)": lambda t: LR * 0.6 ** (t // 7),
    "multi-step(milestones=(30,80,81),gamma=0.3)": lambda t: LR * 0.3 ** sum(t >= m for m in (30, 80, 81)),
    "constant(factor=0.25,total_iters=20)": lambda t: LR * (0.25 if t < 20 else 1),
    "linear(start_factor=0.1,end_factor=0.8,total_iters=50)": lambda t: LR * (0.1 + 0.7 * min(t, 50) / 50),
    "exponential(gamma=0.9)": lambda t: LR * 0.9**t,
    "polynomial(total_iters=150,power=2.5)": lambda t: LR * (1 - min(t, 150) / 150) ** 2.5,
    "cosine(T_max=50,eta_min=0.001)": lambda t: cosine(t, LR, 0.001, 50),
    "CosineAnnealingLR(T_max=50)": lambda t: cosine(t, LR, 0, 50),
    "cosine-warm-restarts(T_0=13)": lambda t: cosine(t % 13, LR, 0, 13),
    "cosine-warm-restarts(T_0=10,T_mult=2,eta_min=0.01)": lambda t: restarts(t, 10, 2, 0.01),
    "one-cycle(max_lr=0.7,total_steps=150)": lambda t: one_cycle(
        min(t, 149), 0.7, 150, 0.3, 0.7 / 25, 0.7 / 25 / 1e4
    ),
    "one-cycle(total_steps=200,pct_start=0.4,div_factor=10,final_div_factor=2,three_phase=true,"
    "anneal_strategy=linear)": lambda t: np.interp(t, (0, 79, 158, 199), (LR / 10, LR, LR / 10, LR / 20)),
    "cyclic(base_lr=0.1,max_lr=0.7,step_size_up=20)": lambda t: 0.1 + 0.6 * triangle(t, 20, 20)[0],
    "cyclic(step_size_up=20,step_size_down=30)": lambda t: 0.03 + 0.27 * triangle(t, 20, 30)[0],
    "cyclic(base_lr=0.1,max_lr=0.7,step_size_up=8,step_size_down=11,mode=triangular2)": lambda t: (
        0.1 + 0.6 * triangle(t, 8, 11)[0] / 2.0 ** (triangle(t, 8, 11)[1] - 1)
    ),
    "cyclic(base_lr=0.1,max_lr=0.7,step_size_up=20,mode=exp_range,gamma=0.98)": lambda t: (
        0.1 + 0.6 * triangle(t, 20, 20)[0] * 0.98**t
    ),
    "sequential(schedulers=(linear(total_iters=20),cosine(T_max=100),exponential),milestones=(20,120))": (
        lambda t: LR * (1 + 2 * t / 20) / 3 if t < 20
        else cosine(t - 20, LR, 0, 100) if t < 120 else LR * 0.99 ** (t - 120)
    ),
    "sequential(schedulers=(constant,sequential(schedulers=(cosine(T_max=30),step),milestones=40),"
    "multi-step(milestones=9)),milestones=(5,50))": (
        lambda t: LR / 3 if t < 5 else cosine(t - 5, LR, 0, 30) if t < 45 else LR if t < 50
        else LR * (0.1 if t >= 59 else 1)
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", CASES)
def test_rates_are_those_of_the_definition(text):
    expected = [CASES[text](t) for t in range(STEPS)]
    np.testing.assert_allclose(mc.Schedule.of(text).rates(LR, STEPS), expected, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("text", CASES)
def test_runs_follow_them_to_the_letter(text):
    """The compiled loop takes the steps that the rates say, on a slope where a step is the rate itself."""
    land = mc.formula("x + 0 y", (-1e3, -1), (1e3, 1))
    run = mc.start(land, "gradient-descent", x0=(900, 0), lr=LR, schedule=text)
    run.advance(77)
    run.advance(STEPS - 77)
    np.testing.assert_allclose(
        -np.diff(run.positions[:, 0]), mc.Schedule.of(text).rates(LR, STEPS), atol=1e-12
    )


def test_a_plateau_is_told_the_loss_after_each_step():
    land, lr, best, bad, rest = mc.landscape("himmelblau"), 0.015, math.inf, 0, 0
    points, x = [np.array(START)], np.array(START)
    for _ in range(STEPS):
        x = x - lr * gradient(x)
        points.append(x)
        f = land.value(x)
        best, bad = (f, 0) if f < best * (1 - 0.01) else (best, bad + 1)
        if rest > 0:
            rest, bad = rest - 1, 0
        if bad > 3:
            lr, rest, bad = max(lr * 0.5, 1e-4), 4, 0
    text = "plateau(factor=0.5,patience=3,threshold=0.01,cooldown=4,min_lr=0.0001)"
    run = mc.start(land, "gradient-descent", x0=START, lr=0.015, schedule=text)
    run.advance(90)
    run.advance(STEPS - 90)
    np.testing.assert_allclose(run.positions, points, rtol=1e-12)
    assert lr < 0.002
    assert run.state_at(STEPS).insides["learning_rate"] == lr


def cycled(text, mu):
    """Return torch's Adam with the momentum of a schedule in place of β₁, and its rates."""
    rates = mc.Schedule.of(text).rates(0.05, 100)
    m, v = np.zeros(2), np.zeros(2)

    def step(p, g, k):
        nonlocal m, v
        beta1 = mu(k - 1)
        m = m + (1 - beta1) * (g - m)
        v = 0.999 * v + 0.001 * g * g
        root = np.sqrt(v) / math.sqrt(1 - 0.999**k)
        return p - rates[k - 1] / (1 - beta1**k) * m / (root + 1e-8)

    return path(step, 60)


def test_a_cycle_moves_the_momentum_too():
    land, text = mc.landscape("himmelblau"), "one-cycle(total_steps=50)"
    run = mc.start(land, "adam", x0=START, lr=0.05, schedule=text)
    run.advance(13)
    run.advance(47)
    expected = cycled(text, lambda t: one_cycle(min(t, 49), 0.85, 50, 0.3, 0.95, 0.95))
    np.testing.assert_allclose(run.positions, expected, rtol=1e-12)
    assert run.specification.settings["beta1"] == 0.9
    run = mc.start(land, "sgd", x0=START, lr=0.002, noise=0, schedule="cyclic(step_size_up=9)")
    run.advance(40)
    p, velocity = np.array(START), None
    rates = mc.Schedule.of("cyclic(step_size_up=9)").rates(0.002, 40)
    for t in range(40):
        g, mu = gradient(p), 0.9 - 0.1 * triangle(t, 9, 9)[0]
        velocity = g if velocity is None else mu * velocity + g
        p = p - rates[t] * velocity
    np.testing.assert_allclose(run.position, p, rtol=1e-12)
    still = mc.start(
        land, "adam", x0=START, lr=0.05, schedule="one-cycle(total_steps=50,cycle_momentum=false)"
    )
    still.advance(60)
    np.testing.assert_allclose(still.positions, cycled(text, lambda t: 0.9), rtol=1e-12)


def test_without_a_schedule_nothing_changes():
    run = mc.start(mc.landscape("himmelblau"), "adam", x0=START, lr=0.05, schedule="none")
    run.advance(50)
    np.testing.assert_allclose(run.positions, path(adam(0.05, 0.9, 0.999, 1e-8, False, 0.0)), rtol=1e-12)
    assert "learning_rate" not in run.state_at(50).insides


@pytest.mark.parametrize("method", [
    "adam,lr=0.1,schedule=cosine-warm-restarts(T_0=30)",
    "adam,lr=0.1,schedule=sequential(schedulers=(one-cycle(total_steps=60),exponential),milestones=60)",
    "sgd,schedule=plateau(patience=5),averaging=mean",
    "line-search,schedule=step(step_size=40)",
    "random-restarts,local=adam(schedule=plateau(factor=0.5),averaging=ema),steps_per_loop=37",
])  # fmt: skip
def test_going_back_copying_and_pieces_are_exact(method):
    land = mc.landscape("himmelblau")
    run = mc.start(land, method, x0=(-3, 3), seed=4)
    run.advance(300)
    pieces = mc.start(land, method, x0=(-3, 3), seed=4)
    for block in (1, 2, 60, 94, 143):
        pieces.advance(block)
    copy = run.copy()
    np.testing.assert_array_equal(pieces.positions, run.positions)
    for step in (0, 59, 60, 61, 157, 300):
        moment, other = run.state_at(step), pieces.state_at(step)
        assert (moment.position == run.positions[step]).all()
        assert moment.evaluations == run.record.evaluations[step]
        for name, value in moment.insides.items():
            np.testing.assert_array_equal(value, other.insides[name], err_msg=name)
    run.rewind(157)
    run.advance(143)
    np.testing.assert_array_equal(run.positions, copy.positions)
    assert run.evaluations == copy.evaluations
    assert run.best_value == copy.best_value


def test_a_segment_with_another_schedule_begins_it_anew():
    land = mc.formula("x + 0 y", (-1e3, -1), (1e3, 1))
    run = mc.start(land, "gradient-descent", x0=(0, 0), lr=1.0, schedule="exponential(gamma=0.5)")
    run.advance(3)
    run.go_on(run.specification.replace(lr=8.0))  # a rate moved by hand: the schedule goes on
    run.advance(1)
    run.go_on(run.specification.replace(schedule="linear(total_iters=4,start_factor=0.5)"))
    run.advance(2)
    run.go_on(run.specification.replace(schedule="none"))
    run.advance(1)
    run.go_on(run.specification.replace(schedule="exponential(gamma=0.5)"))
    run.advance(2)
    expected = [1, 0.5, 0.25, 1, 4, 5, 8, 8, 4]
    np.testing.assert_allclose(-np.diff(run.positions[:, 0]), expected)
    run.rewind(4)
    run.advance(1)
    np.testing.assert_allclose(-np.diff(run.positions[:, 0])[-1], 4.0)  # from step 4 on it is the second one


def test_each_loop_of_restarts_begins_the_schedule_anew():
    land = mc.formula("x + 0 y", (-1, -1), (1, 1))
    local = mc.method("gradient-descent", lr=1e-3, schedule="exponential(gamma=0.5)")
    run = mc.start(land, mc.method("random-restarts", local=local, steps_per_loop=5), x0=(0, 0))
    run.advance(12)
    steps = -np.diff(run.positions[:, 0])
    np.testing.assert_allclose(steps[6:11], steps[:5], rtol=1e-9)


def test_basins_follow_the_schedule():
    land, text = mc.landscape("himmelblau"), "adam,lr=2,schedule=cosine(T_max=60)"
    found = mc.basins(land, text, (5, 5), 60)
    for row, column in itertools.product(range(5), range(5)):
        run = mc.start(land, text, x0=(-6 + 3 * column, -6 + 3 * row))
        run.advance(60)
        distances = np.linalg.norm(found.minima - run.position, axis=1)
        near = int(distances.argmin()) if distances.min() <= 0.01 * land.diagonal else -1
        assert found.labels[row, column] == near
    assert (found.labels != mc.basins(land, "adam,lr=2", (5, 5), 60).labels).any()


# -- averages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("settings", "decay"), [({"averaging": "mean"}, None),
                                                 ({"averaging": "ema", "ema_decay": 0.9}, 0.9)])  # fmt: skip
def test_the_average_of_the_points(settings, decay):
    land = mc.landscape("himmelblau")
    run = mc.start(land, "sgd", x0=START, seed=2, averaging_start=10, **settings)
    plain = mc.start(land, "sgd", x0=START, seed=2)
    run.advance(60)
    plain.advance(60)
    np.testing.assert_array_equal(run.positions, plain.positions)  # it looks on
    points = run.positions[11:]
    average = points[0]
    for k, point in enumerate(points[1:], 1):
        average = average + (point - average) / (k + 1) if decay is None else decay * average + 0.1 * point
    insides = run.state_at(60).insides
    np.testing.assert_allclose(insides["average"], average, rtol=1e-12)
    np.testing.assert_allclose(insides["average_value"], land.value(average), rtol=1e-12)
    assert run.evaluations == 61 + 50
    assert "average" not in run.state_at(10).insides


def test_an_average_under_noise_is_lower_than_all_its_points():
    land = mc.formula("x^2 + y^2", (-3, -3), (3, 3))
    run = mc.start(land, "sgd", x0=(1, 1), lr=0.3, noise=1, averaging="mean", averaging_start=50)
    run.advance(2000)
    assert run.best_value < run.values.min()
    assert run.best_value == land.value(run.best_position)


@pytest.mark.parametrize("method", ["adam", "line-search"])
def test_the_budget_holds_with_averages(method):
    calls = []

    def f(p):
        calls.append(1)
        return float(p @ p)

    for budget in range(30):
        calls.clear()
        found = mc.minimize(f, (-1, -1), (1, 1), method=f"{method},lr=0.1,averaging=mean", x0=(0.5, 0.3),
                            budget=budget)  # fmt: skip
        assert len(calls) == found.evaluations <= budget


def test_an_exception_at_the_average_is_kept():
    def f(p):
        if abs(p[0]) < 0.055:
            raise RuntimeError("in the middle")
        return float(-abs(p[0]))

    def swinging(p):
        return np.array([2.0 if p[0] > 0 else -2.0])

    method = "gradient-descent,lr=0.11,averaging=mean"
    found = mc.minimize(f, (-1,), (1,), method=method, x0=(0.06,), budget=99, gradient=swinging)
    assert isinstance(found.error, RuntimeError)


# -- text and refusals ---------------------------------------------------------------------------------------


def test_the_text_form_reads_back():
    for text in CASES:
        one = mc.Schedule.of(text)
        assert mc.Schedule.of(str(one)) == one
        assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301
        specification = mc.method("adam", lr=0.1, schedule=one)
        assert mc.Specification.parse(str(specification)) == specification
    nested = mc.method("adam", lr=0.01, schedule=mc.schedule("cosine", T_max=50, eta_min=1e-3))
    assert str(nested) == "adam,lr=0.01,schedule=cosine(T_max=50,eta_min=0.001)"
    warm = mc.schedule("sequential", schedulers=[mc.schedule("linear"), "cosine"], milestones=[5])
    assert str(warm) == "sequential(schedulers=(linear,cosine),milestones=(5))"
    assert mc.method("adam", schedule=None).settings["schedule"] == mc.schedule("none")
    assert warm.replace(milestones=9).settings["milestones"] == (9,)
    with pytest.raises(AttributeError, match="does not change"):
        warm.name = "cosine"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cosin", "did you mean cosine"),
        ("cosine(T_max=0)", "must lie from 1"),
        ("cosine(Tmax=3)", "no setting “Tmax”; did you mean T_max"),
        ("cosine(T_max)", "name=value"),
        ("cosine(T_max=5,T_max=6)", "twice"),
        ("cosine(T_max=5", "never closes"),
        ("cosine(eta_min=-1)", "must lie from 0"),
        ("step(step_size=1.5)", "whole number"),
        ("multi-step(milestones=(5,5))", "must rise"),
        ("multi-step(milestones=(a))", "must be a number"),
        ("one-cycle(anneal_strategy=square)", "one of cos, linear"),
        ("linear(start_factor=0)", "above 0"),
        ("plateau(factor=1)", "below 1"),
        ("sequential", "needs its schedules"),
        ("sequential(schedulers=(linear,cosine))", "needs 1 milestones, not 0"),
        ("sequential(schedulers=(linear,plateau),milestones=4)", "no place in a sequence"),
        ("sequential(schedulers=" * 70 + ")" * 70, "nested too deeply"),
        ("", "no schedule"),
    ],
)
def test_whatever_is_wrong_is_one_sentence(text, words):
    with pytest.raises(mc.SpecificationError, match=words) as caught:
        mc.method("adam", schedule=text) if text != "cosine(T_max=5" else mc.Specification.parse(
            f"adam,schedule={text}"
        )
    assert "\n" not in str(caught.value)


def test_values_of_the_wrong_kind_are_refused():
    with pytest.raises(mc.SpecificationError, match="written like cosine"):
        mc.method("adam", schedule=3)
    with pytest.raises(mc.SpecificationError, match="depends on the loss"):
        mc.schedule("plateau").rates(0.1, 5)


def test_every_kind_says_what_it_is():
    assert mc.schedule_names()[0] == "none"
    for name, kind in KINDS_BY_NAME.items():
        assert kind.name == name
        assert kind.sentence.endswith(".")
        assert kind.formula
        assert kind.torch or name == "none"
        assert all(each.symbol and each.meaning.endswith(".") for each in kind.settings)
