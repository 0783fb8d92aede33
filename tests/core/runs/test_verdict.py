"""Verdicts: on situations whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc


def verdict(land, method, x0, steps=400, **more):
    run = mc.start(mc.landscape(land) if isinstance(land, str) else land, method, x0=x0, **more)
    run.advance(steps)
    return run.verdict


SITUATIONS = [
    (
        "two-wells",
        "gradient-descent,lr=0.03",
        (-1.15, 1.6),
        "local minimum",
        "at the local minimum, 0.549 above the best",
    ),
    ("two-wells", "adam,lr=0.05", (1.5, 1.0), "global minimum", "at the global minimum, step "),
    ("himmelblau", "adam,lr=0.1", (-3, 3), "global minimum", "at a global minimum, step "),
    ("rastrigin", "gradient-descent,lr=0.001", (2.1, -3.2), "local minimum", "at a local minimum, "),
    (
        "rosenbrock",
        "gradient-descent,lr=0.001",
        (-1.5, 2),
        "crawling",
        "along a narrow valley: at this pace ",
    ),
    ("goldstein-price", "gradient-descent,lr=2e-4", (0.2, -1.2), "global minimum", "at the global minimum"),
    ("tilted-double-well", "gradient-descent,lr=0.05", (1.5,), "local minimum", "at the local minimum, "),
    ("tilted-double-well", "gradient-descent,lr=0.05", (-1.5,), "global minimum", "at the global minimum"),
    (
        "parabola",
        "gradient-descent,lr=1e-5",
        (-1.0,),
        "crawling",
        "rate 1e−5 is 100\u202f000 times below the limit",
    ),
    (
        "parabola",
        "gradient-descent,lr=0.999",
        (-1.0,),
        "oscillating",
        "0.999 is at the limit 2/λ = 1",
    ),
    ("cubic", "gradient-descent,lr=0.2", (0.8,), "inflection", "at a flat inflection"),
    ("cubic", "gradient-descent,lr=0.05", (-0.8,), "not finite", "ran off: the value is not finite at step "),
    ("cubic", "gradient-descent,lr=0.05,clip_norm=0.5", (-0.8,), "outside", "left the region at step "),
    ("himmelblau", "gradient-descent,lr=0.1", (-3, 3.5), "not finite", "ran off"),
]


@pytest.mark.parametrize(("land", "method", "x0", "state", "words"), SITUATIONS)
def test_situations(land, method, x0, state, words):
    said = verdict(land, method, x0)
    assert said.state == state, said
    assert words in said.sentence.replace(" (proved)", "")  # where a test before this one has proved it
    assert said.numbers["step"] <= 400


def test_kinds_of_level_ground():
    saddle = mc.formula("x^2 - y^2 + y^4/10", (-2, -2), (2, 2))
    assert verdict(saddle, "gradient-descent,lr=0.1", (1.0, 0.0)).state == "saddle"
    assert verdict(saddle, "gradient-descent,lr=0.1", (1.0, 0.01)).state != "saddle"
    monkey = mc.formula("x^3 - 3 x y^2", (-1, -1), (1, 1))
    assert verdict(monkey, "gradient-descent,lr=0.05", (0.5, 0.0), steps=5000).state in {
        "saddle",
        "inflection",
    }
    flat = mc.formula("exp(-x^2) - 2 exp(-(x-8)^2)", -30.0, 10.0)
    assert verdict(flat, "gradient-descent,lr=0.1", (-12.0,)).state == "plateau"
    top = mc.formula("-x^2", -1.0, 1.0)
    assert verdict(top, "gradient-descent,lr=0.1", (0.0,)).state == "saddle"


def test_a_run_that_goes_on_and_on_has_diverged():
    said = verdict(mc.formula("-x", -1.0, 1.0), "gradient-descent,lr=1", (0.0,))
    assert said.state == "diverged"
    assert said.sentence == "ran off: left the region at step 2 and goes on and on"


def test_a_minimum_on_the_border_is_one_of_this_region():
    land = mc.formula("x^2 + y", (-1, 0), (1, 1))
    said = verdict(land, "gradient-descent,lr=0.1", (0.5, 0.5), border="clip")
    assert said.state in {"global minimum", "local minimum"}
    assert "border" in said.sentence


def test_restarts_are_judged_by_their_best_loop():
    run = mc.start(
        mc.landscape("two-wells"), "random-restarts,local=gradient-descent(lr=0.1)", x0=(-1.15, 1.6)
    )
    run.advance(150)
    assert run.verdict.sentence == "best of 1 loop: the local minimum, 0.549 above the best"
    run.advance(1000)
    assert run.verdict.state == "global minimum"
    assert run.verdict.sentence.startswith("reached the global minimum, step ")
    step = int(run.verdict.numbers["reached"])
    assert step > 200
    assert run.values[step] < 0


@pytest.mark.parametrize(
    ("land", "x0", "lr"), [("himmelblau", (-3, 3), 0.1), ("two-wells", (1.5, 1.0), 0.05)]
)
def test_the_step_named_is_the_one_from_which_on_the_run_stayed(land, x0, lr):
    run = mc.start(mc.landscape(land), "adam", x0=x0, lr=lr)
    run.advance(400)
    step = int(run.verdict.numbers["reached"])
    assert f"step {step}" in run.verdict.sentence
    distances = np.linalg.norm(run.positions - run.position, axis=1) / run.landscape.diagonal
    assert distances[step:].max() <= 0.002
    assert distances[step - 1] > 0.0005


def test_only_the_catalogue_knows_global_minima():
    two = mc.landscape("two-wells")
    typed = mc.formula("(x^2 - 1)^2 + x/5 + y^2", two.lower, two.upper)
    said = verdict(typed, "adam,lr=0.05", (-0.9, 0.5))
    assert said.state == "global minimum"
    assert said.sentence.startswith("at the lowest minimum found, step ")
    assert "at the local minimum, " in verdict(typed, "adam,lr=0.05", (1.1, 0.5)).sentence
    himmelblau = mc.formula("(x^2+y-11)^2 + (x+y^2-7)^2", (-6, -6), (6, 6))
    assert "at one of the lowest minima found, step " in verdict(himmelblau, "adam,lr=0.1", (3, 3)).sentence
    assert mc.minimize(typed, budget=3000).verdict.sentence.startswith("at the lowest minimum found, value ")


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (0, "out of budget: 0 evaluations are used up"),
        (1, "out of budget: 1 evaluation is used up, 170 above the best"),
    ],
)
def test_budgets_that_allow_no_step_are_said_plainly(budget, words):
    run = mc.start(mc.landscape("himmelblau"), "adam", x0=(0, 0), budget=budget)
    assert run.advance(20) == 0
    assert run.verdict.sentence == words


def test_a_lowest_minimum_found_on_the_border_says_so():
    land = mc.formula("(x - 2)^2 + y^2", (-1, -1), (1, 1))
    said = verdict(land, "adam,lr=0.05", (0.5, 0.5), border="clip")
    assert said.sentence.startswith("at the lowest minimum found, on the border of the region, step ")


def test_noise_wanders_and_says_where_and_how_much():
    said = verdict("two-wells", "sgd,lr=0.1,noise=0.5", (1.5, 1.0))
    assert said.state == "wandering"
    assert said.sentence.startswith(
        "wandering about the global minimum: the noise throws the loss up and down by "
    )
    floor = mc.landscape("two-wells").value((1.2098, 0.5323))
    lift = said.numbers["level"] - floor
    assert said.numbers["expected_level"] / 3 < lift < 3 * said.numbers["expected_level"]


def test_a_verdict_is_never_better_than_the_truth():
    """No run is said to be at the global minimum that is not within a hundredth of the box of one."""
    from minima_core.landscapes.scale import lattice

    for name in ("rastrigin", "two-wells", "six-hump-camel", "schwefel", "tilted-double-well"):
        land = mc.landscape(name)
        for x0 in lattice(land.lower, land.upper, 8):
            for method in ("gradient-descent", "adam", "simulated-annealing"):
                run = mc.start(land, method, x0=x0)
                run.advance(300)
                near = np.linalg.norm(land.minima - run.position, axis=1).min() <= 0.01 * land.diagonal
                assert run.verdict.state != "global minimum" or near


def test_the_numbers_behind_a_verdict():
    said = verdict("two-wells", "gradient-descent,lr=0.03", (-1.15, 1.6))
    assert said.numbers["gap"] == pytest.approx(0.549, abs=1e-3)
    assert said.numbers["moved"] < 0.01
    running = verdict("rosenbrock", "gradient-descent,lr=1e-7", (-1.5, 2))
    assert running.numbers["highest_curvature"] > running.numbers["lowest_curvature"]


def test_annealing_that_is_hot_wanders_whatever_it_seems_to_rest_at():
    run = mc.start(mc.landscape("rastrigin"), "simulated-annealing", (3.3, -2.7), seed=0)
    run.advance(300)
    verdict = run.verdict
    assert verdict.state == "running"
    assert verdict.sentence.startswith("wandering, T = ")
    assert verdict.numbers["gap"] == pytest.approx(run.best_value - 0.0)
    run.advance(3000)
    assert run.verdict.state in {"local minimum", "global minimum"}, "cold, it is at rest"


def test_what_is_proved_is_said_and_remembered():
    land = mc.formula("(x^2 - 1)^2 + x/5 + y^2 + 0", (-3, -2), (3, 2))
    run = mc.start(land, "adam,lr=0.05", x0=(-0.9, 0.5))
    run.advance(400)
    assert run.verdict.numbers["proved"] == 0.0
    assert "found" in run.verdict.sentence
    found = mc.critical_points(land)
    said = mc.diagnose(run, found)
    assert said.sentence.startswith("at the global minimum (proved), step ")
    assert said.numbers["proved"] == 1.0
    mc.remember(land, found)
    assert mc.diagnose(run) == said


def test_a_dip_that_is_near_the_best_is_not_the_best():
    """A run at rest within a hundredth of the box of the global minimum, but behind a hill, is not at it."""
    land = mc.formula("1 - cos(40 pi x) + x^2", -10.0, 10.0)
    run = mc.start(land, "gradient-descent,lr=1e-5", x0=(0.052,))
    run.advance(3000)
    assert abs(run.position[0]) < 0.01 * land.diagonal
    assert run.value > 0.002
    known = mc.diagnose(run, [each for each in mc.critical_points(land).minima if each.is_global])
    assert known.state == "local minimum"


def test_kinds_of_motion_have_their_numbers():
    said = verdict("booth", "gradient-descent,lr=0.1111111111", (-3, 6), 300)
    assert said.numbers["limit"] == pytest.approx(1 / 9)
    assert said.numbers["highest_curvature"] == pytest.approx(18.0)
    assert said.numbers["turns"] == 1.0
    crawl = verdict("matyas", "gradient-descent,lr=0.005", (8, 8), 300)
    assert crawl.numbers["steps_left"] == pytest.approx(1 / (0.005 * 0.04), rel=0.05)
    assert crawl.numbers["condition"] == pytest.approx(25.0)


def test_momentum_has_a_limit_of_its_own():
    assert verdict("parabola", "momentum,lr=1.8", (-1.0,), 400).state == "global minimum"
    said = verdict("parabola", "momentum,lr=1.899999", (0.9,), 400)
    assert said.state == "oscillating"
    assert said.numbers["limit"] == pytest.approx(1.9)


def test_populations_collapse_in_local_minima():
    said = verdict("rastrigin", "cma-es,restarts=none,sigma0=0.02", (3.1, 3.1), steps=300)
    assert said.state == "local minimum"
    assert said.sentence.startswith("the population has collapsed in a local minimum, 17.9 above")
    assert {each.cure for each in said.advice} >= {"spread", "restart", "hop"}


def test_the_last_loops_in_one_valley():
    land = mc.formula("0.1 (x + 1)^2 - 1.3 exp(-((x - 2)/0.01)^2)", -4.0, 4.0)
    run = mc.start(land, "random-restarts,local=bfgs,steps_per_loop=20", x0=(0.0,))
    run.advance(200)
    assert run.verdict.sentence.startswith("the last ")
    assert "loops ended in the same valley, at the local minimum, " in run.verdict.sentence


@pytest.mark.parametrize(
    ("text", "lower", "upper", "x0"),
    [
        ("(x^2 + y^2 - 1)^2", (-2, -2), (2, 2), (0.5, 0.5)),  # a ring
        ("(x y - 1)^2", (-3, -3), (3, 3), (2.0, 0.1)),  # two curves
        ("x^2", (-2, -2), (2, 2), (1.0, 1.0)),  # a trough
    ],
)
def test_minima_that_level_ground_connects_are_equally_good(text, lower, upper, x0):
    said = verdict(mc.formula(text, lower, upper), "gradient-descent,lr=0.1", x0, 500)
    assert said.state == "global minimum"
    assert said.sentence == "at a minimum as low as the lowest one found"
    assert [each.cure for each in said.advice] == ["restart"]


def test_a_local_trough_stays_a_local_one():
    land = mc.formula("(x^2 - 1)^2 + 0.2 x", (-2, -2), (2, 2))
    said = verdict(land, "gradient-descent,lr=0.05", (1.3, 0.7), 500)
    assert said.state == "local minimum"
    assert said.sentence == "at a local minimum, 0.4 above the best"


def test_a_flat_bottom_of_one_variable_is_known():
    said = verdict(mc.formula("x^4", (-2,), (2,)), "gradient-descent,lr=0.01", (2.5e-5,), 100)
    assert (said.state, said.sentence) == ("global minimum", "at the lowest minimum found, step 0")


def test_level_ground_below_which_nothing_is_known_is_not_called_no_minimum():
    said = verdict(mc.formula("floor(3 x^2)", (-2,), (2,)), "gradient-descent,lr=0.1", (0.2,), 100)
    assert said.sentence == "on a plateau: hardly any slope, and nothing lower is known"
    said = verdict("plateau", "gradient-descent,lr=0.1", (-3.5, -2.5), 300)
    assert said.sentence == "on a plateau: hardly any slope, and no minimum"


def test_no_curvature_is_written_without_a_sign():
    said = verdict(mc.formula("x^2 - y^4", (-2, -2), (2, 2)), "gradient-descent,lr=0.1", (1.0, 0.0), 200)
    assert said.sentence.endswith("downhill to both sides (curvatures 0 and 2)")


def test_settling_in_a_bowl_that_is_not_in_the_list_is_no_crawl():
    """In three variables the minima are not all known at once; a rate near the limit swings for a while."""
    said = verdict(mc.landscape("rastrigin", dimension=3), "gradient-descent,lr=0.005", (1.2, 0.9, 1.1), 200)
    assert (said.state, said.advice) == ("running", ())


@pytest.mark.parametrize("method", ["basin-hopping", "random-restarts", "cma-es"])
def test_with_many_variables_a_best_point_in_a_valley_is_at_a_minimum_though_none_lists_it(method):
    land = mc.landscape("rastrigin", dimension=5)
    run = mc.start(land, method, x0=[3.0] * 5, seed=1)
    run.advance(600)
    assert np.linalg.norm(land.gradient(run.best_position)) < 1e-3
    assert run.best_value > 0.5
    assert run.verdict.state == "local minimum"
    assert "loops: a local minimum, " in run.verdict.sentence
