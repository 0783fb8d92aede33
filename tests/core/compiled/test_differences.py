"""Derivatives by differences: as exact as can be, for the price that is said, and never out of the box."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc
from minima_core.compiled import signatures
from minima_core.compiled.differences import second_differences
from minima_core.compiled.objective import CallableKernels, Ledger

LOWER, UPPER = np.array([-2.0, -1.0, 0.0]), np.array([2.0, 3.0, 5.0])
LAND = mc.formula("exp(0.3*x1)*x2^2 + sin(x1*x3) + x3^3/7 + x1*x2*x3", LOWER, UPPER)
POINTS = ((0.3, 0.4, 1.5), (-2.0, 3.0, 5.0), (2.0, -1.0, 1e-6))


class Asked:
    """A callable that counts, and refuses points outside the box."""

    def __init__(self):
        self.calls = 0

    def __call__(self, p):
        self.calls += 1
        assert LAND.inside(p)
        return LAND.value(p)


@pytest.mark.parametrize("p", POINTS)
def test_second_differences_are_near_and_stay_inside(p):
    f = Asked()
    found = second_differences(f, np.array(p), LAND.value(p), LOWER, UPPER)
    error = 1e-6 if p is POINTS[0] else 2e-2
    assert f.calls == 12
    assert np.array_equal(found, found.T)
    np.testing.assert_allclose(found, LAND.hessian(p), atol=error * np.abs(LAND.hessian(p)).max())


@pytest.mark.parametrize(
    ("given", "values", "gradients"), [("nothing", 12, 0), ("gradient", 0, 6), ("hessian", 0, 0)]
)
def test_the_face_gives_the_hessian_for_its_price(given, values, gradients):
    f = Asked()
    gradient = None if given == "nothing" else LAND.gradient
    hessian = LAND.hessian if given == "hessian" else None
    kernels = CallableKernels(f, gradient, LOWER, UPPER, hessian)
    ledger = Ledger(LOWER, UPPER, 100)
    p, matrix = np.array(POINTS[0]), np.zeros((3, 3))
    matrix[0, 0] = LAND.value(p)
    call = signatures.prototype("hessian")(kernels.hessian)
    call(p.ctypes.data, ledger.context.ctypes.data, matrix.ctypes.data)
    np.testing.assert_allclose(matrix, LAND.hessian(p), rtol=1e-5, atol=1e-6)
    assert (kernels.hessian_price, kernels.hessian_gradients) == (values, gradients)
    assert (f.calls, ledger.calls, ledger.gradients) == (values, values, gradients)
    land = mc.objective(f, LOWER, UPPER, gradient=gradient, hessian=hessian)
    np.testing.assert_allclose(land.hessian(p), matrix, rtol=1e-5, atol=1e-6)


def test_a_hessian_of_the_wrong_shape_or_that_raises_is_kept_as_an_error():
    for wrong, kind in ((lambda p: np.zeros(3), ValueError), (lambda p: 1 / 0, ZeroDivisionError)):
        ledger = Ledger(LOWER, UPPER, 100)
        assert np.isnan(ledger.curvature(wrong, np.zeros(3))).all()
        assert isinstance(ledger.error, kind)
        assert ledger.raised[0] == 1
