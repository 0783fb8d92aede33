"""The camera: what it projects it finds again, it frames what it is given, and hands and eyes agree."""

from __future__ import annotations

import numpy as np
import pytest

from minima_widgets.paint.camera import EYE, Camera, Lens, ease, pick
from minima_widgets.paint.relief_mesh import Ground
from tests.widgets.surfaces import EXTENT, relief

RECT = (12.0, 30.0, 500.0, 380.0)
SIDES = [(azimuth, elevation) for azimuth in range(-180, 180, 45) for elevation in (10, 35, 60, 85)]


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(relief(), EXTENT, 64)


def test_unproject_turns_project_around(ground: Ground):
    lens = Camera(33, 50, 0.4, (0.1, -0.2, 0.05)).lens(RECT, ground.body())
    points = np.random.default_rng(0).uniform(-0.5, 0.5, (50, 3))
    pixels, w = lens.project(points)
    np.testing.assert_allclose(lens.unproject(pixels, w), points, atol=1e-12)


@pytest.mark.parametrize(("azimuth", "elevation"), SIDES)
@pytest.mark.parametrize("shape", [(900, 300), (400, 400), (200, 700)])
def test_the_block_fills_its_card_from_every_side(ground: Ground, azimuth, elevation, shape):
    left, top, (width, height) = 7.0, 11.0, shape
    pixels, _ = Camera(azimuth, elevation).project(ground.body(), (left, top, width, height), ground.body())
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    assert (low >= np.array([left, top]) - 1e-6).all()
    assert (high <= np.array([left + width, top + height]) + 1e-6).all()
    assert max((high - low) / shape) == pytest.approx(1.0)
    np.testing.assert_allclose((low + high) / 2, (left + width / 2, top + height / 2))


@pytest.mark.parametrize(("azimuth", "elevation"), SIDES)
def test_the_matrix_for_opengl_says_the_same_as_project(ground: Ground, azimuth, elevation):
    lens = Camera(azimuth, elevation, 0.7, (0.05, 0.1, 0.0)).lens((0, 0, 640, 480), ground.body())
    points = ground.body()
    clip = np.column_stack([points, np.ones(len(points))]) @ lens.matrix(640, 480).T
    pixels, w = lens.project(points)
    np.testing.assert_allclose(clip[:, 3], w)
    np.testing.assert_allclose((clip[:, 0] / w + 1) * 320, pixels[:, 0], atol=1e-9)
    np.testing.assert_allclose((1 - clip[:, 1] / w) * 240, pixels[:, 1], atol=1e-9)
    depth = ((clip[:, 2] / w + 1) / 2).astype(np.float32)
    assert ((depth > 0) & (depth < 1)).all()
    np.testing.assert_allclose(Lens.inverse_depth(depth), 1 / w, rtol=1e-5)


@pytest.mark.parametrize(("azimuth", "elevation"), SIDES)
def test_what_is_picked_is_what_was_projected(ground: Ground, azimuth, elevation):
    lens = Camera(azimuth, elevation).lens(RECT, ground.body())
    x0, x1, y0, y1 = EXTENT
    points = np.random.default_rng(1).uniform((x0, y0), (x1, y1), (40, 2))
    lifted = ground.lift(points)
    pixels, w = lens.project(lifted)
    found = 0
    for (px, py), far, point in zip(pixels, w, points, strict=True):
        hit = ground.pick(lens.ray(px, py))
        if hit is None:
            continue  # a side of the block stands before it
        nearer = lens.project(ground.lift(np.array([hit])))[1][0]
        assert nearer < far + 1e-6  # nothing is found behind what is seen
        if nearer > far - 1e-6:
            np.testing.assert_allclose(hit, point, atol=1e-4 * (x1 - x0))
            found += 1
    assert found > (28 if elevation >= 35 else 3)


def test_a_ray_past_the_block_or_into_its_side_picks_nothing(ground: Ground):
    lens = Camera(-90, 20).lens(RECT, ground.body())
    assert ground.pick(lens.ray(RECT[0] - 40, RECT[1] - 25)) is None
    side = np.array([[0.0, -ground.half[1], 0.01]])
    (pixel,), _ = lens.project(side)
    assert ground.pick(lens.ray(*pixel)) is None


def test_picking_a_level_plain_is_exact():
    plain = np.full((5, 7), 0.1)
    corners = [[-0.5, -0.4, 0.1], [0.5, 0.4, 0.1], [0.5, -0.4, 0.1], [-0.5, 0.4, 0.1]]
    lens = Camera(20, 40).lens(RECT, np.array(corners))
    (pixel,), _ = lens.project(np.array([[0.123, -0.321, 0.1]]))
    assert pick(plain, (0.5, 0.4), lens.ray(*pixel)) == pytest.approx((0.123, -0.321), abs=1e-9)


def test_what_is_under_the_pointer_stays_there_while_zooming(ground: Ground):
    camera = Camera(-50, 40)
    lens = camera.lens(RECT, ground.body())
    (pixel,), _ = lens.project(ground.lift(np.array([[1.0, 0.4]])))
    for factor in (1.3, 1.3, 2.0):
        before = lens.unproject(pixel[None], np.array([EYE]))
        camera = lens.zoomed(factor, *pixel)
        lens = camera.lens(RECT, ground.body())
        # Across the line of sight; along it, what is nearer or farther grows a little more or less.
        np.testing.assert_allclose(lens.project(before)[0][0], pixel, atol=1e-6)
    assert camera.distance == pytest.approx(1 / (1.3 * 1.3 * 2.0))


def test_zooming_out_comes_home(ground: Ground):
    lens = Camera().lens(RECT, ground.body())
    near = lens.zoomed(5, 40, 50)
    home = near.lens(RECT, ground.body()).zoomed(0.01, 300, 60)
    assert near.target != (0, 0, 0)
    assert home.target == (0, 0, 0)


def test_panning_moves_the_picture_with_the_hand(ground: Ground):
    camera = Camera(-50, 40, 0.5)
    lens = camera.lens(RECT, ground.body())
    moved = lens.panned(30, -20).lens(RECT, ground.body())
    at = np.array([lens.middle])
    np.testing.assert_allclose(moved.project(at)[0] - lens.project(at)[0], [[30, -20]], atol=1e-9)


def test_turning_goes_all_round_but_never_below_the_ground():
    camera = Camera(170, 40).turned(30, 0)
    assert camera.azimuth == -160
    assert 0 < Camera().turned(0, -500).elevation < 10
    assert 80 < Camera().turned(0, 500).elevation < 90


def test_easing_begins_and_ends_where_it_should_and_takes_the_short_way():
    a, b = Camera(170, 30, 1.0), Camera(-170, 60, 0.25, (0.1, 0, 0))
    assert ease(a, b, 0) == a
    assert ease(a, b, 1) == b
    half = ease(a, b, 0.5)
    assert abs(half.azimuth) == pytest.approx(180)
    assert half.distance == pytest.approx(0.5)
    assert half.elevation == 45
