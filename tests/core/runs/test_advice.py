"""Advice: it fits the verdict, can be taken with any method, and helps where it says so."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc
from minima_core.landscapes.changes import changed
from minima_core.runs.advice import CURES, advice_for
from minima_core.runs.said import Verdict

LR = "gradient-descent,lr="


def run_of(land, method, x0, steps, **more):
    run = mc.start(mc.landscape(land) if isinstance(land, str) else land, method, x0=x0, **more)
    run.advance(steps)
    return run


def taken(run, advice, steps):
    """Return the run that follows a piece of advice."""
    if advice.begin == "here":
        run.go_on(advice.method)
        run.advance(steps)
        return run
    new = mc.start(run.landscape, advice.method, x0=run.positions[0], seed=0)
    new.advance(steps)
    return new


def cures(run):
    return {each.cure: each for each in reversed(run.verdict.advice)}


def test_a_smaller_rate_comes_from_the_curvature_and_ends_the_swings():
    run = run_of("booth", LR + "0.1111111111", (-3, 6), 300)
    smaller = cures(run)["smaller-rate"]
    assert "2/λ = 0.111" in smaller.sentence
    assert smaller.method.settings["lr"] == 0.05  # half the limit 2/18, rounded
    assert taken(run, smaller, 300).verdict.state == "global minimum"


def test_a_run_that_flew_off_is_told_the_limit_where_it_was():
    run = run_of("parabola", LR + "1.1", (-1,), 100)
    smaller = cures(run)["smaller-rate"]
    assert "2/λ = 1 here, and 1.1 is above it: try 0.5." in smaller.sentence
    assert taken(run, smaller, 60).verdict.state == "global minimum"


def test_a_larger_rate_ends_the_crawl():
    run = run_of("parabola", LR + "1e-5", (-1,), 400)
    larger = cures(run)["larger-rate"]
    assert larger.begin == "here"
    assert larger.method.settings["lr"] == 0.5
    assert taken(run, larger, 60).verdict.state == "global minimum"


@pytest.mark.parametrize("cure", ["method", "momentum"])
def test_narrow_valleys_are_left_to_those_who_know_how(cure):
    land = mc.landscape("narrow-valley").with_parameters(k=1000.0)
    run = run_of(land, LR + "0.0018", (-2.6, -0.9), 150)
    assert run.verdict.state == "crawling"
    assert run.verdict.numbers["condition"] == pytest.approx(1000.0)
    before = run.value
    after = taken(run, cures(run)[cure], 150).value
    assert after < 0.01 * before


def test_noise_leaves_the_exact_line_to_a_saddle():
    run = run_of("saddle", LR + "0.1", (1, 0), 300)
    assert taken(run, cures(run)["noise"], 600).best_value < -0.9


def test_at_a_saddle_newton_is_advised_where_it_helps():
    land = mc.formula("(x^2 - 1)^2 + y^2 + 0.3x y", lower=(-2.0, -1.6), upper=(2.0, 1.6))
    plain = run_of(land, "newton,variant=plain", (0.4, 1.1), 30)
    first = plain.verdict.advice[0]
    assert (plain.verdict.state, first.begin) == ("saddle", "start")
    assert taken(plain, first, 30).verdict.state == "global minimum"
    exactly = run_of("saddle", LR + "0.1", (1, 0), 300)
    assert "newton" not in {each.method.name for each in exactly.verdict.advice}
    beside = run_of("saddle", LR + "0.1", (1, 1e-12), 45)
    assert beside.verdict.state == "saddle"
    first = beside.verdict.advice[0]
    assert (first.method.name, first.begin) == ("newton", "here")
    assert taken(beside, first, 100).value < -0.9


def test_wandering_ends_with_the_rate():
    run = run_of("two-wells", "sgd,lr=0.1,noise=0.5", (1.5, 1.0), 400)
    level = run.verdict.numbers["level"]
    settled = taken(run, cures(run)["schedule"], 400)
    assert settled.value < level
    assert settled.verdict.state == "global minimum"


def test_out_of_a_local_minimum_by_hops_restarts_and_smoothing():
    run = run_of("two-wells", LR + "0.03", (-1.15, 1.6), 260)
    found = cures(run)
    assert {"hop", "restart", "reheat", "momentum", "smooth"} <= set(found)
    assert found["smooth"].changes.smoothing > 0.0
    assert taken(run, found["restart"], 2000).verdict.state == "global minimum"
    run = run_of("two-wells", LR + "0.03", (-1.15, 1.6), 260)
    assert taken(run, found["hop"], 2000).verdict.state == "global minimum"


def test_a_penalty_rounds_a_narrow_valley_and_says_what_it_costs():
    land = mc.landscape("narrow-valley").with_parameters(k=1000.0)
    run = run_of(land, LR + "0.0018", (-2.6, -0.9), 150)
    penalty = cures(run)["regularise"]
    assert "changes the landscape for every line" in penalty.sentence
    assert "moves its minima" in penalty.sentence
    rounder = changed(land, penalty.changes)
    assert np.linalg.cond(rounder.hessian((1.0, 0.5))) == pytest.approx(20.0, rel=0.05)
    assert run_of(rounder, str(penalty.method), (-2.6, -0.9), 150).verdict.state == "global minimum"


def test_a_penalty_gives_flat_ground_a_slope():
    land = mc.formula("1 - exp(-40*((x-1)^2 + (y-1)^2))", (-3, -3), (3, 3))
    run = run_of(land, LR + "0.05", (-2, -2), 300)
    assert run.verdict.state == "plateau"
    penalty = cures(run)["regularise"].changes
    before, after = land.gradient((-2, -2)), changed(land, penalty).gradient((-2, -2))
    assert np.linalg.norm(before) < 1e-9 < np.linalg.norm(after)


def test_a_larger_rate_is_advised_only_where_the_lower_valley_can_hold_it():
    run = run_of("tilted-double-well", LR + "0.05", (-0.9,), 5)
    assert run.verdict.advice == ()
    run = run_of("tilted-double-well", LR + "0.05", (1.5,), 300)  # the lower well is the sharper one
    assert "larger-rate" not in cures(run)
    land = mc.formula("-2 exp(-(x-2)^2/2) - exp(-20 (x+1)^2) + 0.02 x^2", -4.0, 5.0)
    for x0 in (-1.2, -1.05, -0.9, -0.8):
        run = run_of(land, LR + "0.01", (x0,), 300)
        larger = cures(run)["larger-rate"]
        assert larger.method.settings["lr"] > 2.0 * run.verdict.numbers["limit"]
        assert taken(run, larger, 600).verdict.state == "global minimum"


def test_momentum_is_advised_only_from_high_up():
    land = mc.formula("(x^2 - 1)^2 + 0.2 x", -2.0, 2.0)
    assert "momentum" not in cures(run_of(land, LR + "0.02", (1.2,), 400))  # the hump is 1 high
    high = run_of(land, LR + "0.02", (1.8,), 400)
    assert taken(high, cures(high)["momentum"], 600).verdict.state == "global minimum"


def test_nothing_is_advised_where_nothing_is_wrong():
    assert run_of("two-wells", "adam,lr=0.05", (1.5, 1.0), 400).verdict.advice == ()
    assert run_of("parabola", LR + "0.05", (-1,), 15).verdict.advice == ()


@pytest.mark.parametrize("name", mc.method_names())
def test_every_method_gets_advice_that_can_be_taken_for_every_state(name):
    """Whatever is said of whatever method: the advice is another valid specification, and no two are one."""
    land = mc.landscape("two-wells")
    run = mc.start(land, name, x0=(-1.15, 1.6), seed=0)
    for state in CURES:
        sentence = "at the lowest minimum found" if state == "global minimum" else ""
        numbers = {"limit": 0.5, "condition": 100.0, "proved": 0.0}
        found = advice_for(run, Verdict(state, sentence, numbers))
        assert len({(str(each.method), str(each.changes)) for each in found}) == len(found) <= 6
        for each in found:
            assert each.sentence[0].isupper()
            assert each.sentence.endswith(".")
            assert "nan" not in each.sentence
            assert each.method != run.specification or each.changes is not None
            assert mc.Specification.parse(str(each.method)) == each.method
            lr = each.method.settings.get("lr", 1.0)
            assert lr > 0.0
            if each.changes is not None:
                assert each.method == run.specification
