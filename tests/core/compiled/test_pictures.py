"""Large pictures by machine code are numpy's, and work shared among threads is done once."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

import minima_core as mc
from minima_core.compiled.pictures import heights_on, values_at
from minima_core.compiled.shared_work import processors, spread


@pytest.mark.parametrize("text", ["(x^2+y-11)^2 + (x+y^2-7)^2", "a sin(x y) + exp(-x^2)", "sqrt(x) + log(y)"])
def test_a_picture_is_numpys(text):
    land = mc.formula(text, (-6, -6), (6, 6), parameters={"a": 2.0} if "a s" in text else {})
    assert land.formula is not None
    x, y = np.linspace(-6, 6, 701), np.linspace(-6, 6, 803)
    expected = land.formula.value_on([x[None, :], y[:, None]], land.context)
    np.testing.assert_allclose(heights_on(land, x, y), expected, rtol=1e-14, atol=1e-14)
    np.testing.assert_allclose(land.value_on(x[None, :], y[:, None]), expected, rtol=1e-14, atol=1e-14)
    some = np.array([x[:37], y[:37]])
    np.testing.assert_allclose(values_at(land, some), land.value(some.T), rtol=1e-14, atol=1e-14)


def test_a_moved_parameter_compiles_nothing():
    land = mc.formula("a x + y", (0, 0), (1, 1), parameters={"a": 1.0})
    x = np.array([0.0, 1.0])
    heights_on(land, x, x)
    moved = land.with_parameters(a=5.0)
    assert moved.kernels is land.kernels
    assert heights_on(moved, x, x, compile_now=False).tolist() == [[0.0, 5.0], [1.0, 6.0]]
    assert moved.kernels.is_ready("grid")


def test_without_waiting_numpy_does_it():
    land = mc.formula("x^2 + 17.25 y", (0, 0), (1, 1))
    x = np.array([0.0, 2.0])
    assert heights_on(land, x, x, compile_now=False).tolist() == [[0.0, 4.0], [34.5, 38.5]]
    assert not land.kernels.is_ready("grid")


def test_a_callable_is_left_to_itself():
    land = mc.objective(lambda p: float(p[0] + 10 * p[1]), (0, 0), (1, 1))
    assert heights_on(land, [0.0, 1.0], [0.0, 1.0]).tolist() == [[0.0, 1.0], [10.0, 11.0]]


def test_every_part_is_done_once_and_on_any_number_of_threads():
    done, threads = [], set()

    def worker():
        threads.add(threading.current_thread().name)

        def part(number):
            time.sleep(0.002)
            done.append(number)

        return part

    spread(worker, 40)
    assert sorted(done) == list(range(40))
    assert 1 <= len(threads) <= processors()


def test_what_a_part_raises_is_raised_and_ends_the_work():
    done = []

    def worker():
        def part(number):
            if number == 3:
                raise KeyError("three")
            time.sleep(0.001)
            done.append(number)

        return part

    with pytest.raises(KeyError, match="three"):
        spread(worker, 1000)
    assert len(done) < 1000
