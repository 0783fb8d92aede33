"""Random numbers: the published vectors of Philox, and numbers that depend on their counter only."""

from __future__ import annotations

import numpy as np
import pytest

from minima_core.compiled.random import NOISE, START, normal_pair, philox, thrown, uniform_pair

# Random123 1.14, tests/kat_vectors: philox 4x32 10
VECTORS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    (
        (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF),
        (0xFFFFFFFF, 0xFFFFFFFF),
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "words"), VECTORS)
def test_philox_gives_the_published_words(counter, key, words):
    assert philox(*counter, *key) == words


def test_compiled_and_plain_philox_agree():
    import numba

    compiled = numba.njit(philox.dispatcher.py_func)
    for counter, key, words in VECTORS:
        assert tuple(compiled(*counter, *key)) == words


def test_uniform_numbers_fill_the_unit_interval_evenly():
    numbers = np.array([uniform_pair(7, 0, step, START) for step in range(4000)])
    assert numbers.min() >= 0.0
    assert numbers.max() < 1.0
    counts = np.histogram(numbers, bins=10, range=(0, 1))[0]
    assert (np.abs(counts - 800) < 5 * np.sqrt(800)).all()
    assert abs(np.corrcoef(numbers.T)[0, 1]) < 0.06


def test_normal_numbers_have_the_moments_of_the_normal_law():
    numbers = np.array([normal_pair(3, 1, step, NOISE) for step in range(4000)]).ravel()
    assert abs(numbers.mean()) < 0.05
    assert abs(numbers.std() - 1.0) < 0.04
    assert abs((numbers**3).mean()) < 0.15
    assert np.isfinite(numbers).all()


def test_each_part_of_the_counter_matters():
    words = {
        uniform_pair(*each)
        for each in [(1, 0, 0, 0), (2, 0, 0, 0), (1, 1, 0, 0), (1, 0, 1, 0), (1, 0, 1 << 32, 0), (1, 0, 0, 1)]
    }
    assert len(words) == 6


def test_a_throw_lies_in_the_box_and_belongs_to_its_seed():
    lower, upper = np.array([-1.0, 5.0]), np.array([1.0, 5.5])
    throws = np.array([thrown(seed, lower, upper) for seed in range(100)])
    assert ((throws >= lower) & (throws < upper)).all()
    assert len(np.unique(throws, axis=0)) == 100
    assert (thrown(11, lower, upper) == throws[11]).all()
    assert (thrown(11, lower, upper, lane=1) != throws[11]).any()
