"""The short way through numba: the same bits as numba's own way, and never taken through an unknown numba."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from minima_core.compiled import shortened
from minima_core.compiled.algebra import eigen_symmetric
from minima_core.compiled.faces import as_array, doubles, matrix
from minima_core.compiled.kernel import Kernel
from minima_core.compiled.random import normal_pair

N = 6


@Kernel
def halves(address: int, n: int) -> tuple:
    """Return two arrays over one stretch of memory: arrays may be returned."""
    return doubles(address, n), doubles(address + 8 * n, n)


def _work(frame: int, steps: int) -> int:
    """Fill a symmetric matrix at random, take it apart, and add up what an array of settings says."""
    a, axes = matrix(frame, N, N), matrix(frame + 8 * N * N, N, N)
    values, rest = halves(frame + 16 * N * N, N)
    for i in range(N):
        for j in range(i + 1):
            u, v = normal_pair(7, steps, i, j)
            a[i, j] = u + v**3
            a[j, i] = a[i, j]
        rest[i] = max(u, v) % 0.3
    return 1 if eigen_symmetric(N, a, values, axes) else 0


def _bits(name: str, steps: int) -> bytes:
    numbers = np.zeros(2 * N * N + 2 * N)
    assert Kernel(_work, "advance", name=name).callable()(numbers.ctypes.data, steps) == 1
    return numbers.tobytes()


@pytest.fixture
def nothing_kept(monkeypatch):
    """Compile, whatever the cache holds, and keep nothing."""
    monkeypatch.setattr("minima_core.compiled.store.kept", lambda name: None)
    monkeypatch.setattr("minima_core.compiled.store.keep", lambda name, made: None)
    for each in (halves, eigen_symmetric, normal_pair):
        monkeypatch.setattr(each, "_dispatcher", None)


def test_it_gives_the_bits_of_numbas_own_way(monkeypatch, nothing_kept):
    short = _bits("short", 3)
    # The kernels that others inline are made anew, as with a numba that is not known.
    known = [each for each in vars_of_algebra() if each._dispatcher is not None]
    for each in known:
        monkeypatch.setattr(each, "_dispatcher", None)
    monkeypatch.setattr(shortened, "KNOWN", ("0.0.",))
    made = []
    monkeypatch.setattr(shortened, "_numba", lambda: made.append(1))
    assert _bits("long", 3) == short
    assert not made
    assert np.frombuffer(short).any()


def vars_of_algebra() -> list[Kernel]:
    """Return all kernels that the one above inlines."""
    from minima_core.compiled import algebra, random

    return [
        each for room in (algebra, random) for each in vars(room).values() if isinstance(each, Kernel)
    ] + [halves]


def test_numba_and_the_collector_are_left_as_they_were(nothing_kept):
    from numba.core import types

    before, look_up = gc.get_threshold(), types.Function.get_call_type
    _bits("left", 1)
    assert gc.get_threshold() == before
    assert types.Function.get_call_type is look_up


def test_a_mistake_in_a_kernel_is_told_with_its_name(nothing_kept):
    from numba.core.errors import NumbaError

    def wrong(frame: int, steps: int) -> int:
        return frame.nothing

    with pytest.raises(NumbaError, match=r"wrong[\s\S]*nothing"):
        _ = Kernel(wrong, "advance", name="wrong").address


def test_words_for_memory_have_a_meaning_in_kernels_only():
    for word in (as_array, doubles, matrix):
        with pytest.raises(TypeError, match="inside compiled kernels"):
            word(0, 1)
