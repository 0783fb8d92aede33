"""Ways along the curve of a landscape of one variable: bounded, side by side, growing at their ends."""

from __future__ import annotations

import numpy as np
import pytest

from minima_core.scene.marks import Path, Style
from minima_core.scene.rolling import RollingPath, Slope, hops_of
from minima_core.scene.track import Track

X = np.linspace(-2.0, 2.0, 801)
CURVE = np.column_stack((X, X**2))


def rolling(track: Track, upto: int, lane: int = 0, slope: Slope | None = None) -> RollingPath:
    slope = slope or Slope(CURVE, (-2.0, 2.0, -0.5, 4.0), 1)
    path = Path("path:0:0", track.epoch, track, upto, Style("run:adam:0", width=2.8, casing=True))
    return RollingPath.of(path, slope, lane)


def track_of(record, x, loops=(0,)) -> Track:
    points = np.asarray(x, dtype=float)[:, None]
    track = Track((-2.0,), (2.0,))
    track.extend(record(points, points[:, 0] ** 2, loops=loops))
    return track


def test_a_way_is_the_part_of_the_curve_that_was_passed_and_bounded(record):
    swings = 1.5 * np.cos(np.arange(3000) * 2.0) * np.exp(-np.arange(3000) / 900)
    way = rolling(track_of(record, swings), 3000).points()
    assert len(way) <= len(CURVE)
    assert way[:, 0].min() == pytest.approx(swings.min(), abs=0.05)
    assert way[:, 0].max() == pytest.approx(swings.max(), abs=0.05)
    assert np.all(way[:, 1] < 1.5**2 + 0.1)  # nothing goes through the air


def test_lanes_lie_beside_each_other(record):
    track = track_of(record, [-1.0, 1.0])
    first, second = (rolling(track, 1, lane).points() for lane in (0, 1))
    unit = (4.0 / 800, 4.5 / 520)
    assert np.hypot(*((second - first) / unit).T) == pytest.approx(3.0)


def test_what_is_added_makes_the_whole_way_without_chords(record):
    swings = np.concatenate((np.linspace(0.5, 1.2, 9), [-0.7, 1.5, -1.1, 0.0]))
    track, slope = track_of(record, swings), Slope(CURVE, (-2.0, 2.0, -0.5, 4.0), 1)
    seen = [rolling(track, 0, slope=slope).points()]
    for step in range(1, len(swings)):
        piece = rolling(track, step, slope=slope).added(step - 1)
        if len(piece):
            assert np.isnan(piece[1]).all()  # after the point before, a gap
            seen.append(piece[2:])
    ink = np.concatenate(seen)
    ink = ink[np.isfinite(ink[:, 0])]
    whole = rolling(track, len(swings), slope=slope).points()
    assert set(map(tuple, whole)) == set(map(tuple, ink))
    assert len(rolling(track, 12, slope=slope).added(11)) == 0  # it has been there
    # A renderer that saw the run before it had a point gets all of it.
    assert np.array_equal(rolling(track, 5, slope=slope).added(-1), rolling(track, 5, slope=slope).points())


def test_loops_are_apart_and_interruptions_stay(record):
    torn = CURVE.copy()
    torn[400:403] = np.nan
    track = track_of(record, [-1.0, -0.5, 0.5, 1.0], loops=(0, 2))
    way = rolling(track, 3, slope=Slope(torn, (-2.0, 2.0, -0.5, 4.0), 2))
    points = way.points()
    assert [len(loop) > 50 for loop in way.loops()] == [True, True]
    assert not np.any(np.abs(points[:, 0]) < 0.3)
    assert np.isnan(points[:, 0]).any()
    across = rolling(track_of(record, [-1.0, 1.0]), 1, slope=Slope(torn, (-2.0, 2.0, -0.5, 4.0), 2)).points()
    assert np.isnan(across[:, 0]).sum() == 3


def test_long_hops_are_marked_and_small_steps_are_not(record):
    way = rolling(track_of(record, [1.5, -1.0, 0.8, 0.81, 0.82]), 4)
    hops = hops_of(way)
    assert hops is not None
    assert hops.points[:, 0] == pytest.approx([-1.0, 0.8], abs=0.05)
    assert hops_of(rolling(track_of(record, [0.5, 0.51, 0.52]), 2)) is None


def test_a_run_outside_the_picture_has_no_way(record):
    way = rolling(track_of(record, [3.0, 5.0]), 1)
    assert len(way.points()) == 0
    assert hops_of(way) is None
