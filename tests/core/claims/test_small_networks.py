"""The small networks of the claims: their gradients against differences, and what normalisation means."""

from __future__ import annotations

import numpy as np
import pytest

from minima_core.claims.small_networks import Network, rings


@pytest.mark.parametrize("normalised", [False, True])
@pytest.mark.parametrize("drop", [0.0, 0.4])
def test_gradients_agree_with_differences(normalised: bool, drop: float) -> None:
    points, wanted = rings(12, 1)
    network = Network((2, 4, 3, 1), normalised)
    rng = np.random.default_rng(0)
    w = network.first(2, 3) + 0.1 * rng.standard_normal((2, network.count))
    _, slope = network.loss(w, points, wanted, drop=drop, seed=5)
    for k in range(network.count):
        step = np.zeros(network.count)
        step[k] = 1e-5
        above, below = (network.loss(w + s * step, points, wanted, drop=drop, seed=5)[0] for s in (1, -1))
        assert (above - below) / 2e-5 == pytest.approx(slope[:, k], rel=1e-4, abs=1e-6)


def test_normalised_networks_are_blind_to_the_size_of_their_weights() -> None:
    points, wanted = rings(32, 0)
    losses = {}
    for normalised in (False, True):
        network = Network((2, 8, 1), normalised)
        w = network.first(3, 0)
        larger = w.copy()
        larger[:, :16] *= 10.0
        losses[normalised] = [network.loss(each, points, wanted)[0] for each in (w, larger)]
    assert losses[True][0] == pytest.approx(losses[True][1], rel=1e-3)
    assert not np.allclose(*losses[False], rtol=1e-2)


def test_networks_side_by_side_do_what_each_does_alone() -> None:
    points, wanted = rings(8, 0)
    network = Network((2, 5, 1), True)
    w = network.first(4, 2)
    together, slopes = network.loss(w, points, wanted)
    for k in range(4):
        alone, slope = network.loss(w[k : k + 1], points, wanted)
        assert together[k] == pytest.approx(alone[0], rel=1e-12)
        assert slopes[k] == pytest.approx(slope[0], rel=1e-9, abs=1e-12)
