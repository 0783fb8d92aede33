"""Small dense algebra: what the kernels say of a matrix is what numpy says, and bad matrices are told."""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest

from minima_core.compiled import algebra


@pytest.fixture(scope="module")
def eigen():
    return numba.njit(algebra.eigen_symmetric.dispatcher.py_func, error_model="numpy")


def random_symmetric(rng, n):
    a = rng.normal(size=(n, n))
    return a + a.T


@pytest.mark.parametrize("n", [1, 2, 3, 5, 10, 40])
def test_eigenvalues_and_vectors_are_those_of_lapack(eigen, n):
    rng = np.random.default_rng(n)
    q = np.linalg.qr(rng.normal(size=(n, n)))[0]
    for matrix in (
        random_symmetric(rng, n),
        np.eye(n),
        np.zeros((n, n)),
        np.ones((n, n)),
        np.diag(np.arange(n) - 1.0),
        1e200 * random_symmetric(rng, n),
        1e-200 * random_symmetric(rng, n),
        (q * np.logspace(-12, 3, n)) @ q.T,
    ):
        A = 0.5 * (matrix + matrix.T)
        before, values, vectors = A.copy(), np.empty(n), np.empty((n, n))
        assert eigen(n, A, values, vectors)
        assert np.array_equal(A, before)
        size = max(np.abs(values).max(), 1e-300)
        expected = np.linalg.eigvalsh(A)
        assert np.abs(values - expected).max() <= 1e-13 * size
        assert (np.diff(values) >= 0).all()
        assert np.allclose(vectors @ vectors.T, np.eye(n), atol=1e-13)
        assert np.abs((vectors.T * (values / size)) @ vectors - A / size).max() <= 2e-13


def test_a_matrix_that_is_not_finite_has_no_eigenvectors(eigen):
    for bad in (math.nan, math.inf):
        A = np.eye(3)
        A[2, 1] = bad
        assert not eigen(3, A, np.empty(3), np.empty((3, 3)))
        assert not algebra.cholesky(1, np.array([[bad]]), np.empty((1, 1)))


@pytest.mark.parametrize("n", [1, 2, 6])
def test_factors_and_solutions(n):
    rng = np.random.default_rng(n)
    a, b = rng.normal(size=(n, n)), rng.normal(size=n)
    positive = a @ a.T + np.eye(n)
    L, x, y = np.full((n, n), np.nan), np.empty(n), np.empty(n)
    assert algebra.cholesky(n, positive, L)
    assert np.allclose(L, np.linalg.cholesky(positive), rtol=1e-12)
    algebra.solve_cholesky(n, L, b, x)
    assert np.allclose(x, np.linalg.solve(positive, b), rtol=1e-11)
    algebra.solve_upper(n, L, b, x)
    assert np.allclose(L.T @ x, b)
    assert algebra.solve(n, a.copy(), b, x)
    assert np.allclose(x, np.linalg.solve(a, b), rtol=1e-10)
    algebra.multiply(n, a, b, x)
    algebra.multiply_transposed(n, a, b, y)
    assert np.allclose(x, a @ b)
    assert np.allclose(y, a.T @ b)
    assert algebra.quadratic(n, a, b) == pytest.approx(b @ a @ b)
    assert algebra.norm(n, b) == pytest.approx(np.linalg.norm(b))
    assert algebra.largest(n, b) == np.abs(b).max()
    algebra.add(n, 2.0, b, x)
    assert np.allclose(x, a @ b + 2 * b)
    in_place = positive.copy()
    assert algebra.cholesky(n, in_place, in_place)
    assert np.array_equal(in_place, L)


def test_what_cannot_be_factored_is_told():
    L, x = np.empty((2, 2)), np.empty(2)
    for matrix in ([[1, 2], [2, 1]], [[0, 0], [0, 1]], [[-1, 0], [0, 1]], [[1, 1], [1, 1]]):
        assert not algebra.cholesky(2, np.array(matrix, dtype=float), L), matrix
    for matrix in ([[1, 2], [2, 4]], [[0, 0], [0, 0]], [[math.nan, 1], [1, 1]]):
        assert not algebra.solve(2, np.array(matrix, dtype=float), np.ones(2), x), matrix
    assert algebra.solve(2, np.array([[0.0, 2.0], [1.0, 0.0]]), np.array([4.0, 3.0]), x)
    assert x.tolist() == [3.0, 2.0]
