"""Basin hopping: Metropolis on the ends, hops of adapted length, and what is said of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

import minima_core as mc
from minima_core.methods.insides import Glimpse, said


@pytest.fixture(scope="module")
def run():
    land = mc.landscape("rastrigin")
    run = mc.start(land, "basin-hopping", local="nelder-mead", x0=land.start, seed=2, budget=4000)
    run.advance(10_000)
    return run


def test_ends_are_accepted_as_metropolis_says(run):
    land, size, base, total, hops = run.landscape, 0.15, None, 0.0, 0
    accepted = []
    for k, (step, end, value) in enumerate(run.record.ends):
        now = run.state_at(step + 1).insides
        if base is None:
            base = (end, value)
        else:
            difference = value - base[1]
            total, hops = total + abs(difference), hops + 1
            assert now["temperature"] == pytest.approx(0.3 * total / hops, rel=1e-12)
            chance = 1.0 if difference <= 0 else math.exp(-difference / now["temperature"])
            assert now["chance"] == pytest.approx(chance, rel=1e-12)
            accepted.append(now["draw"] < chance)
            assert now["accepted"] == accepted[-1]
            size *= math.exp(0.3 * (accepted[-1] - 0.5))
            base = (end, value) if accepted[-1] else base
            size = min(size, 0.5)
            assert now["hop_size"] == pytest.approx(size, rel=1e-12)
        np.testing.assert_array_equal(now["base"], base[0])
        landing = run.positions[run.loops[k + 1]]
        reach = size * (land.upper - land.lower)
        inside = np.clip(base[0] + reach, land.lower, land.upper) - landing
        assert (inside >= -1e-12).all()
        assert (landing - np.clip(base[0] - reach, land.lower, land.upper) >= -1e-12).all()
    assert 0.2 < np.mean(accepted) < 0.8
    assert run.best_value < 1e-8


def test_a_cold_walk_never_climbs_and_a_hot_one_takes_all():
    land = mc.landscape("rastrigin")
    cold = mc.start(land, "basin-hopping,local=nelder-mead,temperature=0", seed=1, budget=2500)
    cold.advance(10_000)
    bases = [cold.state_at(int(k)).insides["base_value"] for k in cold.loops[1:]]
    assert (np.diff(bases) <= 0).all()
    hot = mc.start(
        land,
        "basin-hopping,local=nelder-mead,temperature=1e12,relative=no,adapt=no,hop=0.2",
        seed=1,
        budget=2500,
    )
    hot.advance(10_000)
    for step, end, _ in hot.record.ends:
        now = hot.state_at(step + 1).insides
        np.testing.assert_array_equal(now["base"], end)


def test_a_hop_is_told_and_drawn_as_it_was(run):
    described = mc.describe("basin-hopping")
    drawn = {each.name: each.of for each in described.insides_drawn}
    words = set()
    for k in map(int, run.loops[2:]):
        seen = Glimpse(None, run.state_at(k), run.specification.settings, run.landscape)
        end, judgement, hop = (stage.sentence for stage in described.narrate(seen))
        assert f"f = {said(run.values[k - 1])}" in end
        assert f"f = {said(run.values[k])}" in hop
        word = "accepted" if seen.number("accepted") else "refused"
        assert word in judgement
        words.add(word)
        np.testing.assert_array_equal(drawn["hop"](seen).tip, run.positions[k])
        np.testing.assert_array_equal(drawn["hop"](seen).tail, seen.array("base"))
    assert words == {"accepted", "refused"}
    ways = drawn["refused"](seen).ends
    assert ways.shape[1:] == (2, 2)
    ends = {tuple(end) for _, end, _ in run.record.ends}
    assert {tuple(p) for p in ways.reshape(-1, 2)} <= ends
