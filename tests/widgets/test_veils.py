"""Regions, shadings and swarms: on the map, on the relief and in pictures, where they belong and crisp."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from minima_core.scene.marks import Mark, Points, Regions, Shading, Style, Swarm
from minima_core.scene.scenes import Figure, Panel, RaceScene
from minima_widgets.map_view import MapView
from minima_widgets.paint.camera import Camera
from minima_widgets.paint.figure import render_image
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.region_key import draw_key
from minima_widgets.paint.surface import paint_surface
from minima_widgets.paint.swarm import swarm_image
from minima_widgets.paint.trail import AGES, FADING, trail
from minima_widgets.paint.veils import veil_image, veils_image
from minima_widgets.pictures import blank, painting
from minima_widgets.surface_software import SoftwareRelief
from minima_widgets.theme import Theme
from tests.widgets.charts import race
from tests.widgets.surfaces import EXTENT

ROLES = ("basin:0", "basin:1", "basin:2")


def pixels_of(image: QImage) -> NDArray[np.uint8]:
    """Return (rows, columns, 4): blue, green, red, opacity."""
    width, height = image.width(), image.height()
    return np.frombuffer(image.constBits(), np.uint8).reshape(height, width, 4).copy()


def colour_of(role: str, theme: Theme) -> NDArray[np.float64]:
    return theme.numbers([role])[0, ::-1]


def quarters(size: int = 8) -> NDArray[np.int16]:
    """Labels 0 to the left, 1 to the right, −1 in the upper left corner, −2 in the lower right one."""
    labels = np.zeros((size, size), np.int16)
    half = size // 2
    labels[:, half:] = 1
    labels[half:, :half], labels[:half, half:] = -1, -2
    return labels


def regions(labels: NDArray[np.int16] | None = None, **more: object) -> Regions:
    given = {"opacity": 1.0, **more}
    return Regions("basins", 1, EXTENT, quarters() if labels is None else labels, ROLES, **given)  # type: ignore[arg-type]


def with_marks(*marks: Mark) -> RaceScene:
    scene = race(words=False)
    return replace(scene, marks=(*marks, *scene.marks))


# -- pixels --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(97, 61), (800, 640)])
def test_a_region_has_its_colours_where_its_labels_are_with_edges_of_one_pixel(
    qapp: QApplication, size: tuple[int, int]
) -> None:
    theme, (width, height) = Theme.load("dark"), size
    pixels = pixels_of(veil_image(regions(), theme, width, height, EXTENT)).astype(float)
    rows, columns = (height // 4, 3 * height // 4), (width // 4, 3 * width // 4)
    upper_left, upper_right = pixels[rows[0], columns[0]], pixels[rows[0], columns[1]]
    lower_left, lower_right = pixels[rows[1], columns[0]], pixels[rows[1], columns[1]]
    np.testing.assert_array_equal(upper_left[:3], colour_of("basin:none", theme))
    np.testing.assert_array_equal(upper_right[:3], colour_of("basin:1", theme))
    np.testing.assert_array_equal(lower_left[:3], colour_of("basin:0", theme))
    assert lower_right[3] == 0
    across = pixels[rows[0], :, :3]  # one row: none to the left, 1 to the right
    plain = [(across == colour_of(role, theme)).all(axis=1).sum() for role in ("basin:none", "basin:1")]
    assert width - sum(plain) <= 2


def test_an_edge_that_runs_aslant_has_no_stairs(qapp: QApplication) -> None:
    theme, count, size = Theme.load("light"), 65, 640
    x, y = np.meshgrid(np.linspace(0, 1, count), np.linspace(0, 1, count))
    veil = Regions("b", 1, (0.0, 1.0, 0.0, 1.0), (y > x).astype(np.int16), ROLES, opacity=1.0)
    pixels = pixels_of(veil_image(veil, theme, size, size, (0.0, 1.0, 0.0, 1.0))).astype(float)
    first = colour_of("basin:0", theme)
    below = np.abs(pixels[..., :3] - first).max(axis=2) < 1
    edge = size - 1 - below.argmax(axis=0)  # the height at which label 0 begins, in each column
    inner = slice(size // 20, -size // 20)
    straight = np.arange(size)[inner]
    off = edge[inner] - straight
    cell = size / (count - 1)
    assert np.ptp(off) <= 2  # nodes alone would give steps of a whole cell
    assert np.abs(off).max() <= cell


def test_a_shading_is_blended_between_nodes_and_clear_where_nothing_is_known(qapp: QApplication) -> None:
    theme = Theme.load("dark")
    values = np.tile(np.linspace(0, 1, 5, dtype=np.float32), (5, 1))
    values[:2] = np.nan
    pixels = pixels_of(veil_image(Shading("s", 1, EXTENT, values, "slope", 1.0), theme, 200, 200, EXTENT))
    assert (pixels[150:, :, 3] == 0).all()
    assert (pixels[:90, :, 3] == 255).all()
    wanted = theme.veil("slope", (np.arange(200) + 0.5) / 200)[:, ::-1].astype(int)
    assert np.abs(pixels[40, :, :3].astype(int) - wanted).max() <= 3


def test_a_veil_stays_on_its_place_when_the_view_is_larger_or_zoomed_in(qapp: QApplication) -> None:
    theme = Theme.load("dark")
    x0, x1, y0, y1 = EXTENT
    wide = (x0 - (x1 - x0), x1 + (x1 - x0), y0, y1)
    pixels = pixels_of(veil_image(regions(), theme, 300, 100, wide))
    assert (pixels[:, :99, 3] == 0).all()
    assert (pixels[:, 201:, 3] == 0).all()
    assert (pixels[10, 105:145, :3] == colour_of("basin:none", theme)).all()
    near = pixels_of(veil_image(regions(), theme, 50, 50, (x1 - 0.2, x1, y1 - 0.2, y1)))
    assert (near[..., :3] == colour_of("basin:1", theme)).all()


def test_veils_lie_on_each_other_in_their_order(qapp: QApplication) -> None:
    theme = Theme.load("dark")
    above = Regions("lake", 1, EXTENT, np.full((2, 2), 2, np.int16), ROLES, opacity=0.5)
    image = veils_image((regions(), above), theme, 40, 40, EXTENT)
    assert image is not None
    mixed = (colour_of("basin:none", theme) + colour_of("basin:2", theme)) / 2
    assert np.abs(pixels_of(image)[5, 5, :3] - mixed).max() <= 2
    assert veils_image((), theme, 40, 40, EXTENT) is None


# -- swarms --------------------------------------------------------------------------------------------------


def test_a_swarm_has_a_dot_at_every_point_in_the_colour_of_its_label(qapp: QApplication) -> None:
    colours = np.array([[255.0, 0, 0], [0, 255.0, 0], [0, 0, 255.0], [10.0, 10, 10]])
    points = np.array([[20.5, 20.5], [60.5, 20.5], [20.5, 60.5], [np.nan, 3.0], [500.0, 5.0], [0.0, 99.9]])
    labels = np.array([0, 1, -1, 0, 0, 3], np.int16)
    pixels = pixels_of(swarm_image(points, labels, colours, 5.0, QSize(100, 100)))
    assert tuple(pixels[20, 20]) == (0, 0, 255, 255)
    assert tuple(pixels[20, 60]) == (0, 255, 0, 255)
    assert tuple(pixels[60, 20]) == (255, 0, 0, 255)  # no label: the last colour
    assert tuple(pixels[99, 0, :3]) == (0, 0, 255)  # label 3 begins again
    assert pixels[40, 40, 3] == 0
    assert 0 < pixels[20, 23, 3] < 255 and pixels[20, 23, :3].max() < 60  # the rim
    inked = (pixels[..., 3] > 0).sum()
    assert 3.25 * 25 < inked < 3.25 * 50


def test_no_dot_of_a_swarm_is_lost_among_thousands(qapp: QApplication) -> None:
    rng = np.random.default_rng(2)
    points = rng.uniform(-5, 305, (10_000, 2))
    pixels = pixels_of(swarm_image(points, None, np.array([[255.0] * 3, [0.0] * 3]), 3.0, QSize(300, 300)))
    inside = points[((points >= 0) & (points < 300)).all(axis=1)].astype(int)
    assert (pixels[inside[:, 1], inside[:, 0], 3] > 200).all()


# -- where they are drawn ------------------------------------------------------------------------------------


def test_the_map_paints_live_regions_without_painting_its_ground_again(qtbot: QtBot) -> None:
    view = MapView(Theme.load("dark"))
    qtbot.addWidget(view)
    view.resize(400, 320)
    view.show_scene(with_marks(regions()))
    view.show()
    qtbot.waitExposed(view)
    seen = []
    for k in range(4):
        labels = np.full((8, 8), k % 3, np.int16)
        view.show_scene(with_marks(replace(regions(labels), revision=k + 2)))
        view.viewport().repaint()
        plane = view.plane
        assert plane is not None
        spot = plane.point((2.6, -0.8)).toPoint()
        seen.append(view.grab().toImage().pixelColor(spot).name())
    assert seen[0] != seen[1] != seen[2]
    assert seen[0] == seen[3] == Theme.load("dark").hex("basin:0")
    assert view._grounds.repaints == 1


def test_the_relief_wears_its_veil_where_the_map_does(qapp: QApplication) -> None:
    theme = Theme.load("light")
    image = blank(QSize(500, 400), 1.0)
    scene = with_marks(regions(opacity=1.0))
    with painting(image) as painter:
        from PySide6.QtCore import QRectF

        stage = paint_surface(painter, QRectF(0, 0, 500, 400), scene, Camera(-90.0, 70.0), theme, "quick")
    pixels = pixels_of(image).astype(float)
    x0, x1, y0, y1 = EXTENT
    for share, role in (((0.2, 0.15), "basin:0"), ((0.8, 0.85), "basin:1"), ((0.2, 0.85), "basin:none")):
        placed = stage.place((x0 + share[0] * (x1 - x0), y0 + share[1] * (y1 - y0)))
        assert placed is not None
        found = pixels[int(placed[0].y()), int(placed[0].x()), :3]
        wanted = colour_of(role, theme)
        light = found.sum() / wanted.sum()
        assert np.abs(found - wanted * min(light, 1.0)).max() < 26, role


def test_opengl_and_software_wear_the_same_veil(qapp: QApplication) -> None:
    from minima_widgets.paint.relief_look import look_of, veiled
    from minima_widgets.paint.relief_mesh import Ground

    try:
        from minima_widgets.surface_gl import open_gl

        drawer = open_gl()
    except (ImportError, OSError, RuntimeError) as error:
        pytest.skip(str(error))
    theme, scene = Theme.load("dark"), with_marks(regions())
    ground = Ground(scene.relief, scene.extent, 60)
    look = veiled(look_of(scene, theme), scene, theme, 256)
    lens = Camera(-62.0, 50.0).lens((0, 0, 320, 240), ground.body())
    one = drawer.draw(ground, look, lens, 320, 240, 1.0, fine=False).pixels.astype(int)
    other = SoftwareRelief().draw(ground, look, lens, 320, 240, 1.0, fine=False).pixels.astype(int)
    bare = SoftwareRelief().draw(ground, look_of(scene, theme), lens, 320, 240, 1.0, fine=False).pixels
    drawer.close()
    assert (np.abs(one - other).max(axis=2) > 24).mean() < 0.03
    assert (np.abs(other - bare.astype(int)).max(axis=2) > 24).mean() > 0.2


def test_a_picture_names_its_regions_and_keeps_its_key_off_the_dots(qapp: QApplication) -> None:
    theme = Theme.load("light")
    names = ("minimum 1   61 %", "minimum 2   30 %", "never arrives   9 %")
    plane = Plane(EXTENT, 0.0, 0.0, 400.0, 300.0)
    dots = Points("minima", 1, np.array([[2.8, 1.9], [2.5, 1.8]]), Style("text"))
    drawn = []
    for marks in ((regions(names=names),), (regions(names=names), dots), (regions(),)):
        image = blank(QSize(400, 300), 1.0)
        with painting(image) as painter:
            draw_key(painter, marks, plane, theme)
        drawn.append(pixels_of(image)[..., 3] > 0)
    right, left, none = drawn
    assert right[10:60, 300:].any() and not right[:, :200].any()
    assert left[10:60, :150].any() and not left[:, 250:].any()
    assert not none.any()


@pytest.mark.parametrize("name", ["dark", "light", "slide"])
def test_a_figure_with_veils_and_a_swarm_is_drawn_at_any_size(qapp: QApplication, name: str) -> None:
    swarm = Swarm("m", 1, np.random.default_rng(0).uniform(-1, 2, (500, 2)).astype(np.float32))
    scene = with_marks(regions(names=("a", "b")))
    scene = replace(scene, marks=(*scene.marks, swarm))
    panels = (Panel("map", scene, (0.0, 0.0, 0.49, 1.0)), Panel("surface", scene, (0.51, 0.0, 0.49, 1.0)))
    for width, height in ((60, 40), (700, 400)):
        image = render_image(Figure(panels, theme=name), width, height)
        assert (image.width(), image.height()) == (width, height)
    assert len(np.unique(pixels_of(image).reshape(-1, 4), axis=0)) > 500


# -- searches that wander for long ---------------------------------------------------------------------------


def test_a_long_search_is_cut_into_parts_that_fade() -> None:
    walk = np.column_stack([np.arange(1001.0) % 2 * 10.0, np.zeros(1001)])  # 10 000 long
    assert trail(walk[:5], 100.0) == [(slice(0, None), 1.0)]
    parts = trail(walk, 500.0)
    assert [strength for _, strength in parts] == [FADING**age for age in reversed(range(AGES))]
    lengths = [10.0 * (part.stop - part.start - 1) for part, _ in parts]
    assert lengths[-1] == pytest.approx(500.0, abs=20.0)
    assert parts[-1][0].stop == len(walk)
    for (before, _), (after, _) in pairwise(parts):
        assert before.stop == after.start + 1  # they join


def test_a_way_with_gaps_and_infinities_is_cut_as_well() -> None:
    walk = np.array([[0.0, 0.0], [1.0, 0.0], [np.nan, np.nan], [5.0, 5.0], [np.inf, 0.0], [1.0, 1.0]])
    for part, strength in trail(walk, 1.0):
        assert 0 < strength <= 1
        assert len(walk[part]) > 1
