"""What a card says beside a verdict: for every method and every state, short, true and in words."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import minima_core as mc
from minima_core.runs.advice import CURES, advice_for
from minima_core.runs.said import Verdict
from minima_core.scene.diagnosis import cure_title, labelled_numbers, tally, worth


@pytest.mark.parametrize("name", mc.method_names())
def test_every_cure_of_every_method_has_a_title_of_its_own(name):
    land = mc.landscape("two-wells")
    run = mc.start(land, name, x0=(-1.15, 1.6), seed=0)
    for state in CURES:
        sentence = "at the lowest minimum found" if state == "global minimum" else ""
        found = advice_for(run, Verdict(state, sentence, {"limit": 0.5, "condition": 100.0, "proved": 0.0}))
        titles = [cure_title(each, run.specification) for each in found]
        assert len(set(titles)) == len(titles), (state, titles)
        assert all(title[0].isupper() and len(title) < 32 for title in titles)


def labels(method, x0, steps, land="two-wells", **more):
    run = mc.start(mc.landscape(land), method, x0=x0, **more)
    run.advance(steps)
    return {each.label: each.value for each in labelled_numbers(run.verdict, mc.signs(run))}


def test_numbers_that_justify_a_verdict():
    stuck = labels("gradient-descent,lr=0.03", (-1.15, 1.6), 600)
    assert stuck["above the best"] == "0.549"
    assert stuck["2/λmax"] == "0.504"
    assert stuck["no fall for"].endswith(" steps")
    swings = labels("gradient-descent,lr=1", (-1.0,), 300, "parabola")
    assert (swings["lr"], swings["2/λmax"]) == ("1", "1")
    assert swings["swing"].endswith("%")
    assert "steps left" in labels("gradient-descent,lr=1e-5", (-1.0,), 400, "parabola")
    assert "up and down by" in labels("sgd,lr=0.1,noise=0.5", (1.5, 1.0), 400, seed=0)
    assert "left at step" in labels("gradient-descent,lr=1.1", (-1.0,), 60, "parabola")
    assert "ended at step" in labels("gradient-descent,lr=1.1", (-1.0,), 10_000, "parabola")
    assert "loops" in labels("random-restarts", (-1.15, 1.6), 1500, seed=0)


def test_at_the_best_there_is_no_gap_and_nothing_stalled():
    best = labels("adam,lr=0.05", (1.5, 1.0), 600)
    assert not {"above the best", "no fall for"} & set(best)


def state(name, advice=(1,)):
    return SimpleNamespace(state=name, sentence="", numbers={}, advice=advice)


def test_starts_are_tallied_best_first():
    ends = [state("local minimum"), state("global minimum"), state("global minimum"), state("saddle")]
    assert tally(ends) == "2 of 4 starts at the global minimum, 1 in a local minimum, 1 at a saddle"
    assert tally([state("saddle")] * 9) == "all 9 starts at a saddle"
    assert tally([None, state("running")]) == "2 starts, still under way"


def test_a_stuck_run_with_cures_is_worth_more_than_one_that_is_well():
    assert worth(state("local minimum")) > worth(state("wandering")) > 0
    assert worth(state("global minimum")) == worth(None) == worth(state("saddle", ())) == 0


def test_a_variant_that_is_advised_is_named():
    run = mc.start(mc.landscape("saddle"), "newton,variant=plain", x0=(0.4, 0.3), seed=0)
    run.advance(30)
    assert run.verdict.state == "saddle"
    assert cure_title(run.verdict.advice[0], run.specification) == "Saddle-free Newton"
