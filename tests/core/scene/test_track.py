"""A track draws what a record holds, in bounded memory, at a cost that does not grow."""

from __future__ import annotations

import numpy as np
import pytest

from minima_core.scene.ends import Ends
from minima_core.scene.legend import verdict_words
from minima_core.scene.track import BURST, CAPACITY, Track

LOWER, UPPER = (-3.0, -3.0), (3.0, 3.0)


def spiral(m: int) -> np.ndarray:
    angle = np.arange(m) * 0.05
    return np.column_stack((np.cos(angle), np.sin(angle))) * 2.5 * np.exp(-angle / 30)[:, None]


def distance(line: np.ndarray, point: np.ndarray) -> float:
    """Return how far a point lies from a polyline."""
    a, way = line[:-1], np.diff(line, axis=0)
    share = ((point - a) * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1e-300)
    return float(np.linalg.norm(a + np.clip(share, 0, 1)[:, None] * way - point, axis=1).min())


def test_short_paths_are_drawn_as_they_are(record):
    points = spiral(300)
    track = Track(LOWER, UPPER)
    whole = record(points)
    for step in range(10, 300, 17):
        assert track.extend(whole.upto(step))
    track.extend(whole)
    assert not track.extend(whole)
    assert np.array_equal(track.upto(299), points)
    assert np.array_equal(track.upto(100), points[:101])
    assert np.array_equal(track.between(100, 120), points[100:121])
    assert np.array_equal(track.upto(5, lifted=True)[:, 2], (points[:6] ** 2).sum(axis=1))
    assert len(track.between(299, 400)) == 0


def test_pieces_add_up_to_the_path(record):
    whole = record(spiral(3000))
    track = Track(LOWER, UPPER)
    pieces, at = [], 0
    for step in range(0, 3000, 37):
        track.extend(whole.upto(step))
        piece = track.between(at, step)
        pieces.append(piece[1:])
        at = step
    track.extend(whole)
    pieces.append(track.between(at, 2999)[1:])
    assert np.array_equal(np.concatenate(pieces), spiral(3000)[1:])


def test_long_paths_stay_bounded_and_true(record):
    m = 60_000
    points = spiral(m)
    points[20_000:] = points[20_000]  # at rest
    whole = record(points)
    track = Track(LOWER, UPPER)
    for step in range(500, m, 500):
        track.extend(whole.upto(step))
    drawn = track.upto(m)
    assert len(drawn) <= CAPACITY + 1
    # Each turn of the spiral is still there: no recorded point is far from the drawn line.
    assert max(distance(drawn, point) for point in points[0:2000:50]) < 0.02
    assert np.array_equal(drawn[-1], points[-1])
    step, position, value = track.at(12_345)
    assert step == 12_345
    assert np.array_equal(position, points[12_345])
    assert value == pytest.approx((points[12_345] ** 2).sum())


def test_a_burst_keeps_the_shape_of_its_beginning(record):
    points = spiral(200_000)
    track = Track(LOWER, UPPER)
    track.extend(record(points))
    drawn = track.upto(200_000)
    assert len(drawn) <= BURST + 1
    assert max(distance(drawn, point) for point in points[:1000:20]) < 0.02


def test_loops_are_separate(record):
    points = spiral(90)
    track = Track(LOWER, UPPER)
    track.extend(record(points, loops=(0, 30, 60)))
    drawn = track.upto(89)
    assert np.flatnonzero(np.isnan(drawn[:, 0])).tolist() == [30, 61]
    loops = track.loops_upto(70)
    assert [len(loop) for loop in loops] == [30, 30, 11]
    assert np.array_equal(loops[-1], points[60:71])
    assert [len(loop) for loop in track.loops_upto(29)] == [30]
    assert [(each.count, each.upto(40)) for each in track.ends.clusters] == [(1, 1), (1, 0)]


def test_ends_outside_the_box_are_counted_but_are_never_the_lowest():
    ends = Ends(LOWER, UPPER)
    ends.extend([(10, (9.0, 0.0), -50.0), (20, (3.01, 0.0), -40.0)])
    assert ends.lowest == np.inf
    ends.extend([(30, (2.99, 0.0), 1.0), (40, (1.0, 1.0), 2.0)])
    assert ends.lowest == 1.0
    assert [each.inside for each in ends.clusters] == [False, False, True, True]
    assert sum(each.count for each in ends.clusters) == ends.total == 4


def test_a_line_calls_no_end_outside_the_box_its_best(record):
    points = np.array([(0.0, 0.0), (9.0, 0.0), (1.0, 0.0), (2.0, 0.0), (0.5, 0.0)])
    whole = record(points, np.array([3.0, -1180.0, 2.0, 1.5, 2.5]), loops=(0, 2, 4))
    track = Track(LOWER, UPPER)
    track.extend(whole.upto(2))
    assert verdict_words([(None, 2, track)], 2) == "1 loop done, none in the region"
    track.extend(whole)
    assert verdict_words([(None, 4, track)], 4) == "2 loops done, best 1.5"


def test_thousands_of_loops_keep_the_newest(record):
    points = np.random.default_rng(0).uniform(-3, 3, (50_000, 2))
    whole = record(points, loops=tuple(range(0, 50_000, 20)))
    track = Track(LOWER, UPPER)
    for step in range(700, 50_000, 700):
        track.extend(whole.upto(step))
    track.extend(whole)
    assert len(track.upto(49_999)) < 2 * CAPACITY
    assert np.array_equal(track.loops_upto(49_999)[-1], points[-20:])


def test_a_new_epoch_begins_anew_and_no_two_tracks_share_one(record):
    track, other = Track(LOWER, UPPER), Track(LOWER, UPPER)
    track.extend(record(spiral(50)))
    before = track.epoch
    track.extend(record(spiral(20), epoch=1))
    assert track.epoch not in {before, other.epoch}
    assert track.last == 19


def test_ends_at_one_place_are_counted_together(record):
    points = np.zeros((60, 2))
    points[9], points[19], points[29], points[39] = (1, 1), (1, 1.001), (-2, 0), (1, 1)
    track = Track(LOWER, UPPER)
    track.extend(record(points, loops=(0, 10, 20, 30, 40)))
    assert sorted(each.count for each in track.ends.clusters) == [1, 3]


def test_proposals_and_temperature_are_read_from_the_insides(record):
    columns = ("temperature", "accepted", "proposal_value", "proposal_0", "proposal_1")
    insides = np.column_stack((np.linspace(1, 0.1, 40), np.arange(40) % 2, *np.zeros((3, 40))))
    insides[0, 1:] = np.nan
    track = Track(LOWER, UPPER)
    track.extend(record(spiral(40), columns=columns, insides=insides))
    points, accepted = track.proposals(10, most=24)
    assert points.shape == (10, 2)
    assert accepted.sum() == 5
    assert track.inside("temperature", 39) == pytest.approx(0.1)
    assert track.inside("velocity", 39) is None


def test_the_best_point_counts_only_inside_the_box(record):
    points = np.array([(1.0, 1.0), (0.5, 0.5), (9.0, 9.0), (0.7, 0.7)])
    track = Track(LOWER, UPPER)
    track.extend(record(points, np.array([2.0, 1.0, -50.0, 1.5])))
    assert track.best_at(3)[2] == 1.0
    assert track.best_at(0)[2] == 2.0
    line = track.envelope.line("best", 3)
    assert line[:, 1].tolist() == [2.0, 2.0, 1.0, 1.0]


def test_an_empty_track_says_so():
    track = Track(LOWER, UPPER)
    assert track.last == -1
    assert track.upto(10).shape == (0, 2)
    assert track.loops_upto(10) == []
    with pytest.raises(LookupError):
        track.at(0)


@pytest.mark.parametrize("log", [False, True])
def test_the_trace_shows_the_lowest_and_highest_of_every_column(record, log):
    m = 100_000
    values = np.full(m, 5.0)
    values[12_345], values[54_321], values[99_999] = 100.0, 0.5, np.nan
    track = Track((-1.0,), (1.0,))
    track.extend(record(np.zeros((m, 1)), values))
    line = track.envelope.line("loss", m, 1024, log=log)
    assert len(line) <= 2 * 1024 + 2
    expected = np.log10([0.5, 100.0]) if log else [0.5, 100.0]
    assert [np.nanmin(line[:, 1]), np.nanmax(line[:, 1])] == pytest.approx(list(expected))
    assert np.all(np.diff(line[:, 0]) >= 0)


def test_the_trace_is_the_same_in_one_piece_or_many(record):
    rng = np.random.default_rng(1)
    whole = record(np.zeros((9000, 1)), rng.normal(size=9000))
    once, often = Track((-1.0,), (1.0,)), Track((-1.0,), (1.0,))
    once.extend(whole)
    for step in sorted(rng.integers(0, 9000, 300).tolist()):
        often.extend(whole.upto(step))
    often.extend(whole)
    for kind in ("loss", "best"):
        assert np.array_equal(once.envelope.line(kind, 9000), often.envelope.line(kind, 9000), equal_nan=True)


def test_a_pinned_step_shows_its_exact_point_and_only_that_step(record):
    track = Track(LOWER, UPPER)
    whole = record(spiral(400), stride=16)
    track.extend(whole.upto(3200))
    nearest, epoch = track.at(1605), track.look(1605)
    assert nearest[0] == 1600

    track.pin(1605, (0.25, -0.5), 7.0)
    assert track.pinned == 1605
    step, position, value = track.at(1605)
    assert (step, position.tolist(), value) == (1605, [0.25, -0.5], 7.0)
    assert track.upto(1605)[-1].tolist() == [0.25, -0.5]
    assert track.upto(1605, lifted=True)[-1].tolist() == [0.25, -0.5, 7.0]
    assert np.array_equal(track.upto(1605)[:-1], spiral(400)[:101])
    assert track.before(1605)[0] == 1600  # what came before a point without a row
    assert track.look(1605) != epoch
    # Other steps are as if nothing had been pinned.
    assert track.at(1604)[0] == track.at(1606)[0] == 1600
    assert track.upto(1620)[-1].tolist() == spiral(400)[101].tolist()
    assert track.look(1604) == track.look(1606) == epoch

    track.extend(whole)  # more rows: the point of that step is what it was
    assert track.at(1605)[2] == 7.0
    track.pin(1607, (0.0, 0.0), 1.0)
    assert track.at(1605)[0] == 1600
    track.unpin()
    assert track.pinned is None
    assert track.at(1607)[0] == 1600
    assert track.look(1607) == epoch


def test_a_pin_belongs_to_its_epoch(record):
    track = Track(LOWER, UPPER)
    track.extend(record(spiral(400), stride=16))
    track.pin(1605, (0.25, -0.5), 7.0)
    track.extend(record(spiral(200), stride=16, epoch=1))
    assert track.pinned is None
    assert track.at(1605)[0] == 1600
