"""The surface as a picture: closed from every side, marks where they belong, the same at every size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from scipy.ndimage import binary_fill_holes

from minima_core.scene.marks import Points
from minima_core.scene.scenes import RaceScene
from minima_widgets.paint.camera import Camera
from minima_widgets.paint.relief_look import DARKEST, look_of
from minima_widgets.paint.surface import paint_surface
from minima_widgets.paint.surface_marks import Stage
from minima_widgets.paint.surface_ways import straightened
from minima_widgets.theme import Theme
from tests.widgets.surfaces import END, EXTENT, START, Line, race, relief, way

Shot = tuple[np.ndarray, Stage]


def shoot(
    scene: RaceScene,
    camera: Camera,
    theme: str = "dark",
    size: tuple[int, int] = (420, 320),
    scale: float = 1.0,
) -> Shot:
    """Return the picture as (height, width, 3) red, green, blue, and where everything lies in it."""
    width, height = size
    colours = Theme.load(theme)
    image = QImage(round(width * scale), round(height * scale), QImage.Format.Format_RGB32)
    image.fill(colours.colour("card"))
    painter = QPainter(image)
    try:
        painter.scale(scale, scale)
        stage = paint_surface(painter, QRectF(0, 0, width, height), scene, camera, colours)
    finally:
        painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return pixels[..., 2::-1].astype(int), stage


def rgb(colour: QColor) -> np.ndarray:
    return np.array([colour.red(), colour.green(), colour.blue()])


@pytest.mark.parametrize("theme", ["dark", "light", "slide"])
@pytest.mark.parametrize("azimuth", range(-180, 180, 60))
def test_the_head_is_where_the_camera_says_in_its_own_colour(qapp, theme, azimuth):
    pixels, stage = shoot(race(), Camera(azimuth, 60), theme)
    at, visible = stage.place(END)
    assert visible
    found = pixels[round(at.y()), round(at.x())]
    np.testing.assert_allclose(found, rgb(Theme.load(theme).colour("run:adam:0")), atol=12)


@pytest.mark.parametrize("azimuth", range(-180, 180, 45))
@pytest.mark.parametrize("elevation", [10, 35, 85])
def test_the_block_is_closed_from_every_side_and_never_black(qapp, azimuth, elevation):
    bare = replace(race(), marks=())
    pixels, stage = shoot(bare, Camera(azimuth, elevation), "light")
    assert stage.nearness is not None
    body = stage.nearness > 0
    assert body.mean() > 0.15
    np.testing.assert_array_equal(body, binary_fill_holes(body))  # nothing is seen through it
    brightest = pixels[body].max(axis=1)
    lowest = look_of(bare, Theme.load("light")).ground[0].max()
    assert brightest.min() > 0.8 * DARKEST * lowest


def test_the_picture_fills_its_card(qapp):
    for size in ((600, 300), (300, 600), (400, 400)):
        _, stage = shoot(replace(race(), marks=()), Camera.for_room(*size), size=size)
        rows, columns = np.nonzero(stage.nearness > 0)
        across, along = np.ptp(columns) / size[0], np.ptp(rows) / size[1]
        assert max(across, along) > 0.82


def test_flat_ground_has_the_colours_of_the_map(qapp):
    level = replace(race(), marks=())
    level = replace(level, relief=replace(level.relief, heights=np.full((9, 9), 0.46, np.float32)))
    pixels, stage = shoot(level, Camera(-60, 50))
    at, _ = stage.place((0.5, 0.5))
    expected = look_of(level, Theme.load("dark")).ground[5]
    np.testing.assert_allclose(pixels[round(at.y()), round(at.x())], expected, atol=2)


def test_what_a_hill_hides_is_faint_and_its_words_are_left_out(qapp):
    low = Camera(-90, 8)
    pixels, stage = shoot(race(), low)
    at, visible = stage.place(END)
    assert not visible
    shown = rgb(Theme.load("dark").colour("run:adam:0"))
    assert np.abs(pixels[round(at.y()), round(at.x())] - shown).max() > 60
    bare = shoot(replace(race(), marks=race().marks[:-1]), low)[0]
    np.testing.assert_array_equal(pixels, bare)  # the words are its last mark
    assert (
        shoot(race(), Camera(-90, 60))[0]
        != shoot(replace(race(), marks=race().marks[:-1]), Camera(-90, 60))[0]
    ).any()


def test_the_path_lies_on_the_ground_unbroken(qapp):
    with_path, stage = shoot(replace(race(), marks=race().marks[:1]), Camera(-60, 60))
    shown = rgb(Theme.load("dark").colour("run:adam:0"))
    share = np.linspace(0.03, 0.97, 80)[:, None]
    points = np.asarray(START) * (1 - share) + np.asarray(END) * share
    pixels, visible = stage.see(stage.ground.lift(points))
    assert visible.all()
    rows, columns = np.rint(pixels[:, 1]).astype(int), np.rint(pixels[:, 0]).astype(int)
    # The theme's dash leaves gaps, filled by the casing: nowhere does the ground come through.
    casing = rgb(Theme.load("dark").colour("casing"))
    found = with_path[rows, columns]
    near = np.minimum(np.abs(found - shown).max(axis=1), np.abs(found - casing).max(axis=1))
    assert (np.abs(found - shown).max(axis=1) < 60).mean() > 0.5
    on_ground = shoot(replace(race(), marks=()), Camera(-60, 60))[0][rows, columns]
    assert (np.abs(found - on_ground).max(axis=1) > 12).all() or (near < 90).all()


def test_a_larger_picture_is_the_same_picture(qapp):
    small, stage = shoot(race(), Camera(-50, 50))
    large, large_stage = shoot(race(), Camera(-50, 50), scale=3.0)
    at, _ = stage.place(END)
    larger_at, _ = large_stage.place(END)
    assert (at.x(), at.y()) == pytest.approx((larger_at.x(), larger_at.y()), abs=0.5)
    shrunk = large.reshape(320, 3, 420, 3, 3).mean(axis=(1, 3))
    assert np.abs(shrunk - small).mean() < 4


def test_holes_and_small_cards_are_drawn_too(qapp):
    holed = race(ground=relief(hole=True))
    _, stage = shoot(holed, Camera(-60, 60))
    corner = stage.place((EXTENT[0] + 0.1, EXTENT[2] + 0.1))
    assert corner is None
    pixels, _ = shoot(race(), Camera(-60, 60), size=(60, 40))
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 50


def test_dots_outside_are_left_out(qapp):
    far = Points("far", 1, np.array([[50.0, 50.0], [np.nan, 0.0]]), race().marks[2].style)
    alone, _ = shoot(replace(race(), marks=()), Camera(-60, 60))
    with_far, _ = shoot(replace(race(), marks=(far,)), Camera(-60, 60))
    np.testing.assert_array_equal(alone, with_far)


def test_straightening_keeps_the_shape_and_the_gaps():
    t = np.linspace(0, 6, 500)
    wave = np.column_stack([t * 50, 40 * np.sin(t)])
    wave[250] = np.nan
    thinner = straightened(wave, 0.25)
    assert len(thinner) < 120
    assert np.isnan(thinner[:, 0]).sum() == 1
    whole = thinner[np.isfinite(thinner[:, 0])]
    np.testing.assert_allclose(np.interp(t * 50, whole[:, 0], whole[:, 1]), 40 * np.sin(t), atol=1.1)


def test_a_path_that_left_the_region_is_cut_at_the_border(qapp):
    away = np.vstack([way()[:30], [[9.0, 9.0], [1.0, 1.0]]])
    pixels, _ = shoot(race(upto=31, track=Line(away)), Camera(-60, 60))
    assert np.isfinite(pixels).all()
