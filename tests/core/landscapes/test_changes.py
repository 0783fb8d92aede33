"""Changed landscapes: penalties, tilt and smoothing are what they say, and sliders compile nothing."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc
from minima_core.analysis.minima import find_minima
from minima_core.landscapes.changes import Changes, changed

HIMMELBLAU = mc.landscape("himmelblau")
SAMPLE = np.random.default_rng(2).uniform(-6.0, 6.0, (40, 2))


def test_no_change_is_the_landscape_itself():
    assert changed(HIMMELBLAU, Changes()) is HIMMELBLAU
    assert changed(HIMMELBLAU, Changes(tilt=(0.0, 0.0), towards=(1.0, 2.0))) is HIMMELBLAU


def test_penalties_and_tilt_are_added():
    changes = Changes(l1=0.7, l2=0.2, towards=(1.0, -2.0), tilt=(0.3, -0.4))
    land = changed(HIMMELBLAU, changes)
    x, y = SAMPLE.T
    added = 0.7 * (abs(x - 1) + abs(y + 2)) + 0.2 * ((x - 1) ** 2 + (y + 2) ** 2) + 0.3 * x - 0.4 * y
    np.testing.assert_allclose(land.value(SAMPLE), HIMMELBLAU.value(SAMPLE) + added, rtol=1e-13)
    slope = np.array([0.7 * np.sign(x - 1) + 0.4 * (x - 1) + 0.3, 0.7 * np.sign(y + 2) + 0.4 * (y + 2) - 0.4])
    plain = np.array([HIMMELBLAU.gradient(p) for p in SAMPLE])
    np.testing.assert_allclose([land.gradient(p) for p in SAMPLE], plain + slope.T, rtol=1e-12, atol=1e-12)


def test_smoothing_is_the_heat_operator():
    """E(x² + y − 11)² + … = f + σ² Δf/2 + σ⁴ Δ²f/8; here Δf = 16 (x² + y²) + … in closed form."""
    land = changed(HIMMELBLAU, Changes(smoothing=0.05))
    s2 = (0.05 * HIMMELBLAU.diagonal) ** 2
    for p in SAMPLE:
        laplacian = np.trace(HIMMELBLAU.hessian(p))
        fourth = 48.0  # ∂⁴/∂x⁴ + ∂⁴/∂y⁴ of x⁴ + y⁴; the mixed ones vanish
        wanted = HIMMELBLAU.value(p) + s2 * laplacian / 2 + s2**2 * fourth / 8
        assert land.value(p) == pytest.approx(wanted, rel=1e-12)
    assert "exactly" in land.sentence


def test_sliders_compile_nothing():
    lands = [changed(HIMMELBLAU, Changes(smoothing=s, l2=k)) for s, k in ((0.01, 0.1), (0.2, 3.0))]
    assert lands[0].kernels is lands[1].kernels
    assert lands[0].digest != lands[1].digest
    tilted = changed(HIMMELBLAU, Changes(tilt=(1.0, 0.0)))
    assert tilted.kernels is changed(HIMMELBLAU, Changes(l2=1.0)).kernels
    assert tilted.kernels is not changed(HIMMELBLAU, Changes(l1=1.0)).kernels


def test_compiled_numbers_agree():
    land = changed(mc.landscape("rastrigin"), Changes(smoothing=0.02, l1=0.5, tilt=(0.1, 0.2)))
    run = mc.start(land, "gradient-descent", x0=(0.4, -0.3), lr=0.001)
    run.advance(20)
    np.testing.assert_allclose(run.values, land.value(run.positions), rtol=1e-12)


def test_minima_merge_while_it_is_smoothed():
    counts = [
        len(find_minima(changed(mc.landscape("rastrigin"), Changes(smoothing=s)))) for s in (0.01, 0.04)
    ]
    assert counts[0] > 50
    assert counts[1] == 1
    assert len(changed(HIMMELBLAU, Changes(l2=1e-3)).minima) == 0  # what was known no longer holds


def test_a_strong_l1_penalty_puts_a_minimum_on_a_kink():
    land = changed(mc.formula("(x - 1)^2 + (y - 0.2)^2", (-2, -2), (2, 2)), Changes(l1=1.0))
    (only,) = find_minima(land)
    np.testing.assert_allclose(only.position, [0.5, 0.0], atol=1e-6)


def test_parameters_and_region_of_what_lies_below_can_be_moved():
    land = changed(mc.formula("a x^2", (-1,), (1,), {"a": 2.0}), Changes(smoothing=0.1, l1=1.0))
    assert dict(land.parameters) == {"a": 2.0}
    assert land.value([1.0]) == pytest.approx(2.0 * (1 + 0.04) + 1.0)
    assert land.with_parameters(a=3.0).value([1.0]) == pytest.approx(3.0 * (1 + 0.04) + 1.0)
    assert land.with_region((-2,), (2,)).value([1.0]) == pytest.approx(2.0 * (1 + 0.16) + 1.0)


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        (Changes(l1=0.1), "Himmelblau’s function + 0.1(|x| + |y|)"),
        (Changes(l2=1.0, towards=(1.0, -2.0)), "Himmelblau’s function + ((x − 1)² + (y + 2)²)"),
        (Changes(tilt=(1.0, -0.25)), "Himmelblau’s function + x − 0.25y"),
        (Changes(smoothing=0.05), "Himmelblau’s function, smoothed with σ = 0.849"),
        (Changes(smoothing=0.05, l2=2.0), "Himmelblau’s function, smoothed with σ = 0.849, + 2(x² + y²)"),
    ],
)
def test_the_title_says_what_was_added(changes, title):
    land = changed(HIMMELBLAU, changes)
    assert land.title == title
    assert land.formula is not None
    assert land.formula.unicode().endswith(title.removeprefix("Himmelblau’s function"))
    assert land.formula.latex().count("{") == land.formula.latex().count("}")


def test_many_variables_are_named_by_their_index():
    land = changed(mc.landscape("rastrigin", dimension=5), Changes(l1=0.1, tilt=(1.0,) * 5))
    assert land.title.endswith(" + 0.1 Σ|xᵢ| + Σ tᵢxᵢ")
    assert land.value(np.zeros(5)) == 0.0


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Changes(l1=-1.0), "L1 penalty must lie from 0"),
        (lambda: Changes(l2=np.inf), "finite number"),
        (lambda: Changes(smoothing=2.0), "share of the region’s diagonal"),
        (lambda: Changes(tilt=(np.nan,)), "tilt must be a finite number"),
        (lambda: changed(HIMMELBLAU, Changes(tilt=(1.0,))), "one number for each variable: 2, not 1"),
        (lambda: changed(HIMMELBLAU, Changes(l1=1.0, towards=(1.0,))), "one number for each variable"),
        (lambda: changed(mc.objective(lambda p: 0.0, 0, 1), Changes(l1=1.0)), "only what has a formula"),
        (lambda: changed(changed(HIMMELBLAU, Changes(l1=1.0)), Changes(l1=1.0)), "changed already"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(make, words):
    with pytest.raises(ValueError, match=words) as raised:
        make()
    assert str(raised.value).endswith(".")
