"""A run as it stood: from its record alone, the verdict and the signs of a run that stopped there."""

from __future__ import annotations

import pytest

import minima_core as mc
from minima_core.runs.past import Past
from minima_core.runs.verdict import diagnose


@pytest.mark.parametrize("record", ["all", "thinned"])
@pytest.mark.parametrize(
    "method",
    ["gradient-descent,lr=0.03", "sgd,noise=0.5", "random-restarts", "cma-es", "simulated-annealing"],
)
def test_a_run_of_before_is_judged_as_if_it_had_stopped_there(method, record):
    land = mc.landscape("two-wells")
    whole = mc.start(land, method, x0=(-1.15, 1.6), seed=0, record=record)
    whole.advance(500)
    for step in (1, 40, 260, 499):
        run = mc.start(land, method, x0=(-1.15, 1.6), seed=0, record=record)
        run.advance(step)
        past = Past(land, whole.segments, whole.record, step)
        assert (past.step, past.value, past.loops_begun) == (run.step, run.value, run.loops_begun)
        assert int(past.evaluations) == int(run.evaluations)
        assert diagnose(past).sentence == run.verdict.sentence
        assert [each.sentence for each in mc.signs(past)] == [each.sentence for each in mc.signs(run)]


def test_segments_to_come_are_not_known_yet():
    land = mc.landscape("two-wells")
    run = mc.start(land, "gradient-descent,lr=0.03", x0=(-1.15, 1.6))
    run.advance(100)
    run.go_on("adam,lr=0.1")
    run.advance(100)
    assert Past(land, run.segments, run.record, 99).specification.name == "gradient-descent"
    assert Past(land, run.segments, run.record, 100).specification.name == "adam"
    assert Past(land, run.segments, run.record, 1000).step == 200


def test_the_past_outlives_what_the_run_does_later():
    land = mc.landscape("two-wells")
    run = mc.start(land, "random-restarts", x0=(-1.15, 1.6), seed=0)
    run.advance(600)
    past = Past(land, run.segments, run.record, 300)
    ends = [step for step, _, _ in past.record.ends]
    run.rewind(10)
    assert past.step == 300
    assert [step for step, _, _ in past.record.ends] == ends
    assert all(step < 300 for step in ends)
