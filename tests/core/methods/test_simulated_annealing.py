"""Simulated annealing: its cooling laws, reheating, and the sentences of a step.

That it is the Metropolis walk is tested with the other update rules.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

import minima_core as mc
from minima_core.methods.insides import Glimpse, said, said_point
from minima_core.methods.walks.simulated_annealing import target_of_acceptance

T, E, K = 2.0, 0.1, 200


def annealed(steps, land="two-wells", **settings):
    run = mc.start(
        mc.landscape(land), "simulated-annealing", seed=3,
        **{"temperature": T, "end_temperature": E, "cooling_steps": K, **settings},
    )  # fmt: skip
    run.advance(steps)
    return run


@pytest.mark.parametrize(
    ("cooling", "law"),
    [
        ("geometric", lambda u: T * (E / T) ** u),
        ("linear", lambda u: T + (E - T) * u),
        ("fast", lambda u: T / (1 + (T / E - 1) * u)),
        ("quadratic", lambda u: E + (T - E) * (1 - u) ** 2),
    ],
)
def test_cooling_laws_go_from_the_first_temperature_to_the_last(cooling, law):
    temperature = annealed(300, cooling=cooling).record.inside("temperature")[1:]
    u = np.minimum(np.arange(300) / K, 1.0)
    np.testing.assert_allclose(temperature, law(u), rtol=1e-12)
    assert temperature[0] == T
    assert temperature[-1] == pytest.approx(E)


def test_fast_cooling_without_an_end_falls_as_one_over_k():
    temperature = annealed(50, cooling="fast", end_temperature=0.0).record.inside("temperature")[1:]
    np.testing.assert_allclose(temperature, T / (1 + np.arange(50)), rtol=1e-12)


def test_adaptive_cooling_accepts_as_much_as_is_wanted():
    run = annealed(4000, "rastrigin", cooling="adaptive", cooling_steps=4000, end_temperature=1e-6)
    accepted = run.record.inside("accepted")[1:]
    for u in (0.2, 0.4, 0.6):
        around = accepted[int(4000 * (u - 0.05)) : int(4000 * (u + 0.05))]
        assert around.mean() == pytest.approx(target_of_acceptance(u), abs=0.12)
    assert accepted[-400:].mean() < 0.1
    assert target_of_acceptance(0.0) == 1.0
    assert target_of_acceptance(1.0) == pytest.approx(0.001)


def test_reheating_by_the_clock():
    run = annealed(400, reheat="periodic", reheat_after=100, reheat_to=0.5)
    temperature = run.record.inside("temperature")[1:]
    first = T * (E / T) ** (np.arange(100) / K)
    again = 0.5 * T * (E / (0.5 * T)) ** (np.arange(100) / K)
    np.testing.assert_allclose(temperature, np.concatenate((first, again, again, again)), rtol=1e-12)


def test_reheating_when_frozen_from_the_best_point():
    run = annealed(1500, "rastrigin", reheat="frozen", reheat_after=30, reheat_to=1.0, reheat_at_best=True,
                   temperature=20.0, end_temperature=1e-3, cooling_steps=150)  # fmt: skip
    temperature, accepted = run.record.inside("temperature"), run.record.inside("accepted")
    reheated = np.flatnonzero((temperature[2:] == 20.0) & (temperature[1:-1] != 20.0)) + 2
    assert len(reheated) >= 2
    best = np.minimum.accumulate(run.values)
    for k in reheated:
        assert not accepted[k - 30 : k].any()
        moment = run.state_at(int(k))
        assert moment.insides["reheated"] == 1.0
        assert moment.insides["stood_value"] == best[k - 1]
    run.go_on(run.specification.replace(hold=True))
    held = run.record.inside("temperature")[-1]
    run.advance(200)
    assert (run.record.inside("temperature")[1501:] == held).all()


def test_reheated_runs_repeat_and_rewind():
    run = annealed(600, "rastrigin", cooling="adaptive", reheat="frozen", reheat_after=20)
    copy = run.copy()
    run.rewind(123)
    run.advance(477)
    np.testing.assert_array_equal(run.positions, copy.positions)
    np.testing.assert_array_equal(run.record.insides, copy.record.insides)


@pytest.mark.parametrize("settings", [{}, {"cooling": "adaptive"}, {"reheat": "periodic", "reheat_after": 7}])
def test_each_step_is_told_with_the_numbers_of_the_run(settings):
    run = annealed(40, "himmelblau", temperature=30.0, **settings)
    land, method = run.landscape, run.specification.method
    inside = run.record.inside
    for k in range(1, 41):
        glimpse = Glimpse(run.state_at(k - 1), run.state_at(k), run.specification.settings, land)
        stages = method.narrate(glimpse)
        words = " ".join(each.sentence for each in stages)
        drawn = {each.name: each.of(glimpse) for each in method.insides_drawn}
        assert {name for each in stages for name in each.shows} <= set(drawn)
        assert f"T = {said(inside('temperature')[k])}" in words
        assert f"from {said_point(run.positions[k - 1])}, f = {said(run.values[k - 1])}" in words
        point = inside("proposal")[k]
        assert f"the point {said_point(point)} is proposed: f = {said(inside('proposal_value')[k])}" in words
        taken = bool(inside("accepted")[k])
        assert ("the walk takes it" in words or "so it is taken" in words) == taken
        assert (drawn["accepted_proposal"] is None) == (not taken)
        np.testing.assert_array_equal(drawn["accepted_proposal" if taken else "refused_proposal"].tip, point)
        np.testing.assert_allclose(drawn["usual_step"].centre, run.positions[k - 1])
        difference = land.value(point) - run.values[k - 1]
        if difference > 0:
            chance = math.exp(-difference / inside("temperature")[k])
            assert f"probability exp(−Δ/T) = {said(chance)}" in words
        if settings.get("reheat"):
            assert ("it is reheated" in words) == (k > 1 and (k - 1) % 7 == 0)
        field = drawn["acceptance"].at(run.positions[k - 1 : k + 1])
        assert field[0] == 1.0
