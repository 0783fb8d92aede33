"""The relief's mesh: what is laid on it lies on the very triangles that are drawn, never below."""

from __future__ import annotations

import numpy as np
import pytest

from minima_widgets.paint.relief_look import Look
from minima_widgets.paint.relief_mesh import HEIGHT, Ground
from minima_widgets.paint.surface_ways import _joined
from tests.widgets.surfaces import EXTENT, heights, relief


def height_of_triangles(ground: Ground, point: np.ndarray) -> float:
    """The slow, obvious reference: look through all triangles for the one over a point of the box."""
    nodes = ground.points()
    a, b, c = (nodes[ground.triangles()[:, k]] for k in range(3))
    u, v, w = (corner[:, :2] for corner in (a, b, c))
    area = np.cross(v - u, w - u)
    shares = np.stack(
        [np.cross(v - point, w - point), np.cross(w - point, u - point), np.cross(u - point, v - point)]
    )
    shares = shares / area
    inside = np.flatnonzero((shares >= -1e-9).all(axis=0))
    return float(max((shares[:, k] @ [a[k, 2], b[k, 2], c[k, 2]] for k in inside), default=np.nan))


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(relief(), EXTENT, 24)


@pytest.fixture
def walk() -> np.ndarray:
    rng = np.random.default_rng(4)
    x0, x1, y0, y1 = EXTENT
    return rng.uniform((x0, y0), (x1, y1), (30, 2))


@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors are deprecated")
def test_points_lie_on_the_triangles(ground: Ground, walk):
    lifted = ground.lift(walk)
    expected = [height_of_triangles(ground, point) for point in lifted[:, :2]]
    np.testing.assert_allclose(lifted[:, 2], expected, atol=1e-12)


@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors are deprecated")
def test_lines_never_sink_below_the_triangles_nor_float_above(ground: Ground, walk):
    line = ground.drape(walk)
    assert len(line) > 10 * len(walk)  # long segments cross many triangles
    for share in (0.25, 0.5, 0.75):
        between = line[:-1] * (1 - share) + line[1:] * share
        for point in between[:: max(len(between) // 150, 1)]:
            below = height_of_triangles(ground, point[:2])
            assert below - 1e-9 <= point[2] <= below + 1e-9


def test_corners_of_a_draped_line_stay_in_order_and_complete(ground: Ground, walk):
    line = ground.drape(walk)
    flat = ground.to_box(walk)
    at = [int(np.abs(line[:, :2] - point).sum(axis=1).argmin()) for point in flat]
    assert at == sorted(at)
    np.testing.assert_allclose(line[at, :2], flat, atol=1e-12)


def test_gaps_stay_gaps(ground: Ground):
    line = ground.drape(np.array([[0, 0], [0.5, 0.1], [np.nan, np.nan], [1, 1], [1.2, 1.5]]))
    gaps = np.flatnonzero(np.isnan(line[:, 2]))
    assert len(gaps) == 1
    np.testing.assert_allclose(line[gaps[0] - 1, :2], ground.to_box(np.array([0.5, 0.1])))
    np.testing.assert_allclose(line[gaps[0] + 1, :2], ground.to_box(np.array([1.0, 1.0])))


def test_what_is_outside_is_left_out_and_the_line_reaches_the_border(ground: Ground):
    line = ground.drape(np.array([[0.0, 0.0], [9.0, 0.0], [9.0, 5.0], [0.0, 0.3]]))
    seen = line[np.isfinite(line[:, 2])]
    assert seen[:, 0].max() == pytest.approx(ground.half[0])
    assert np.isnan(ground.lift(np.array([[9.0, 5.0]]))[0, 2])


def test_a_far_away_point_costs_no_memory(ground: Ground):
    line = ground.drape(np.array([[0.0, 0.0], [1e12, 1e11], [0.0, 0.1], [-1e300, np.inf], [0.1, 0.1]]))
    assert len(line) < 500


def test_a_coarse_relief_becomes_smooth_and_keeps_its_nodes():
    coarse = Ground(relief(33), EXTENT, 128)
    x, y = np.meshgrid(np.linspace(*EXTENT[:2], 33), np.linspace(*EXTENT[2:], 33))
    at_nodes = coarse.heights_at(coarse.lift(np.column_stack([x.ravel(), y.ravel()]))[:, 2])
    np.testing.assert_allclose(at_nodes, heights(x, y).ravel(), atol=2e-3)
    fine_x, fine_y = np.meshgrid(
        np.linspace(*EXTENT[:2], coarse.heights.shape[1]), np.linspace(*EXTENT[2:], coarse.heights.shape[0])
    )
    assert np.abs(coarse.heights - heights(fine_x, fine_y)).max() < 4e-3


def test_part_of_a_relief_shows_that_part():
    part = Ground(relief(129), (0.5, 1.5, 0.0, 1.0), 40)
    bottom = part.lift(np.array([[1.0, 0.4]]))[:, 2]
    assert part.heights_at(bottom) == pytest.approx(heights(1.0, 0.4), abs=3e-3)
    # However little of it is visible, it uses the whole height.
    assert np.nanmin(part.z) == 0
    assert np.nanmax(part.z) == pytest.approx(HEIGHT)
    assert part.half == (0.5, 0.5)


def test_bands_are_counted_without_a_kink_and_stay_in_bounds():
    edges = np.array([0.0, 0.001, 0.1, 0.2, 0.3, 0.999, 1.0])
    none = np.zeros((6, 3), np.float32)
    look = Look(edges, none, none, np.zeros((7, 5), np.float32))
    counted = look.band(np.linspace(0, 1.3, 400))
    assert (np.diff(counted) >= 0).all()
    np.testing.assert_allclose(look.band(edges[1:-1]), [1, 2, 3, 4, 5])
    assert counted.min() >= -1
    assert counted.max() <= len(edges)


def test_undefined_ground_is_a_hole():
    ground = Ground(relief(hole=True), EXTENT, 32)
    assert np.isnan(ground.lift(np.array([[-1.95, -0.95]]))[0, 2])
    assert np.isfinite(ground.points()[ground.triangles().ravel(), 2]).all()
    assert np.isfinite(ground.body()).all()


@pytest.mark.parametrize("extent", [(0, 1, 0, 100.0), (0, 100.0, 0, 1), (-1, 1, -1, 1)])
def test_the_footprint_is_never_too_narrow(extent):
    flat = relief()
    ground = Ground(flat, extent, 32)
    assert max(ground.half) == 0.5
    assert min(ground.half) >= 0.3
    assert ground.to_data(*ground.to_box(np.array([0.5, 0.5]))) == pytest.approx((0.5, 0.5))


def test_pieces_of_a_way_are_joined_where_they_meet_and_empty_ones_are_passed_over() -> None:
    a, b, c = (0.0, 0.0, 0.0), (1.0, 0.0, 0.5), (2.0, 0.0, 0.25)
    nothing = np.empty((0, 3))
    joined = _joined([nothing, np.array([a, b]), nothing, np.array([b, c])])
    assert joined.tolist() == [list(a), list(b), list(c)]
    apart = _joined([np.array([a, b]), np.array([c, a])])
    assert np.isnan(apart[2]).all()
    assert len(apart) == 5
    assert _joined([nothing, nothing]).shape == (0, 3)
