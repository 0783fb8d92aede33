"""What all methods have in common that drive a local one: exact budgets, exact checkpoints, honest rows."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc
from minima_core.methods.insides import Glimpse

DRIVING = ["multi-start", "deflation", "basin-hopping", "ensemble"]
LOCALS = ["nelder-mead", "l-bfgs"]


def bowl_with_holes(p):
    """Several valleys, as a Python callable."""
    x, y = p
    return float((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2)


def run_of(method, local="nelder-mead", land=None, **more):
    land = mc.landscape("himmelblau") if land is None else land
    more = {"seed": 4, "budget": 1200, **more}
    return mc.start(land, method, x0=land.start, local=local, **more)


@pytest.mark.parametrize("method", DRIVING)
@pytest.mark.parametrize("local", LOCALS)
def test_the_same_bits_in_pieces_rewound_and_looked_at(method, local):
    whole = run_of(method, local)
    whole.advance(4000)
    assert whole.loops_begun > 5
    pieces = run_of(method, local)
    for k in range(400):
        pieces.advance(1 + k % 13)
        if k % 50 == 0:
            pieces.state_at(pieces.step // 2)
    pieces.advance(4000)
    for name in ("positions", "values", "evaluations", "gradients", "loops"):
        np.testing.assert_array_equal(getattr(pieces.record, name), getattr(whole.record, name), name)
    middle = whole.step // 2
    again = run_of(method, local)
    again.advance(4000)
    again.rewind(middle)
    again.advance(4000)
    np.testing.assert_array_equal(again.positions, whole.positions)
    np.testing.assert_array_equal(again.values, whole.values)


@pytest.mark.parametrize("method", DRIVING)
@pytest.mark.parametrize("local", LOCALS)
def test_every_row_is_the_true_value_of_an_evaluated_point(method, local):
    calls = {}

    def f(p):
        calls[tuple(p)] = bowl_with_holes(p)
        return calls[tuple(p)]

    land = mc.objective(f, (-5, -5), (5, 5))
    run = run_of(method, local, land, budget=700)
    run.advance(4000)
    assert [calls[tuple(p)] for p in run.positions] == run.values.tolist()
    assert run.evaluations <= 700
    assert run.best_value == min(calls.values())


@pytest.mark.parametrize("method", DRIVING)
def test_never_one_evaluation_over_the_budget(method):
    count = 0

    def f(p):
        nonlocal count
        count += 1
        return bowl_with_holes(p)

    land = mc.objective(f, (-5, -5), (5, 5))
    for budget in (0, 1, 2, 3, 5, 40, 97, 98, 99, 100, 101, 150, 301):
        count = 0
        run = run_of(method, "nelder-mead", land, budget=budget)
        run.advance(4000)
        assert count == run.evaluations == budget, budget
        assert run.ended
    run = run_of(method, "l-bfgs", land, budget=299)
    run.advance(4000)
    assert 290 <= run.evaluations <= 299


@pytest.mark.parametrize("method", DRIVING)
def test_objectives_that_raise_or_are_not_finite(method):
    def broken(p):
        if broken.calls == 150:
            raise ValueError("no more")
        broken.calls += 1
        return bowl_with_holes(p)

    broken.calls = 0
    run = run_of(method, "nelder-mead", mc.objective(broken, (-5, -5), (5, 5)))
    run.advance(4000)
    assert isinstance(run.error, ValueError)
    assert np.isfinite(run.best_value)
    half = mc.objective(lambda p: bowl_with_holes(p) if p[0] > 0 else np.nan, (-5, -5), (5, 5))
    run = run_of(method, "nelder-mead", half)
    run.advance(4000)
    assert run.evaluations == 1200
    assert run.best_value < 1e-2
    nowhere = run_of(method, "nelder-mead", mc.objective(lambda p: np.inf, (-5, -5), (5, 5)), budget=300)
    nowhere.advance(4000)
    assert nowhere.evaluations == 300


@pytest.mark.parametrize("method", DRIVING)
@pytest.mark.parametrize("n", [1, 5])
def test_other_dimensions(method, n):
    f = mc.objective(lambda p: float(((p - 0.3) ** 2).sum() + 1), -np.ones(n), np.ones(n))
    found = mc.minimize(f, method=method, budget=600 * n, seed=1)
    assert found.value < 1 + 1e-4
    assert found.evaluations <= 600 * n


@pytest.mark.parametrize("method", DRIVING)
def test_methods_that_drive_others_are_not_driven(method):
    with pytest.raises(mc.SpecificationError, match="which drives one itself"):
        mc.method("random-restarts", local=method)
    with pytest.raises(mc.SpecificationError, match="drives another one"):
        mc.method(method, local="random-restarts")
    with pytest.raises(mc.SpecificationError, match="drives another one"):
        mc.method(method, local=method)


@pytest.mark.parametrize("method", ["random-restarts", *DRIVING])
def test_each_step_is_told_in_a_few_plain_sentences(method):
    run = run_of(method)
    run.advance(4000)
    described = mc.describe(method)
    for k in [0, 1, *(int(k) for k in run.loops[1:12]), *range(30, 60)]:
        seen = Glimpse(None, run.state_at(k), run.specification.settings, run.landscape)
        stages = described.narrate(seen)
        assert 1 <= len(stages) <= 5
        for stage in stages:
            assert stage.sentence[0].isupper() and stage.sentence.endswith(".")
            assert "nan" not in stage.sentence
            assert set(stage.shows) <= {each.name for each in described.insides_drawn}
        for each in described.insides_drawn:
            each.of(seen)
