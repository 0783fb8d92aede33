"""The painter: things are where they belong, every size is the same picture, the bytes are the same."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from minima_core.scene.marks import ContourLabel, Label, Style
from minima_core.scene.scenes import Legend, LegendLine, Panel, RaceScene
from minima_widgets.paint.axes import number_text, round_ticks
from minima_widgets.paint.figure import paint_figure, render_image, render_small
from minima_widgets.paint.ground import band_colours, ground_image
from minima_widgets.paint.legend import wrap
from minima_widgets.paint.map import map_axes, map_plane, paint_map
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.profile import paint_profile
from minima_widgets.paint.strokes import dotted, draw_dot, draw_stroke, path_of, thin
from minima_widgets.paint.words import place_labels, place_levels
from minima_widgets.theme import THEMES, Theme
from tests.widgets.charts import figure, path, profile, race, record_of, spiral, track_of
from tests.widgets.surfaces import EXTENT, relief


def pixels(image: QImage) -> np.ndarray:
    """Return (rows, columns, 3) of red, green, blue."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3).copy()


def draw(scene: RaceScene, theme: Theme, width: int = 640, height: int = 480) -> tuple[QImage, Plane]:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(theme.colour("card"))
    painter = QPainter(image)
    plane = paint_map(painter, QRectF(0, 0, width, height), scene, theme)
    painter.end()
    return image, plane


def near(a: QColor, b: QColor) -> int:
    return max(abs(a.red() - b.red()), abs(a.green() - b.green()), abs(a.blue() - b.blue()))


@pytest.mark.parametrize("name", THEMES)
def test_the_head_stands_in_its_colour_at_its_place(qapp: QApplication, name: str) -> None:
    theme = Theme.load(name)
    track = track_of(record_of(spiral(80)))
    image, plane = draw(race((path(track, 60),), words=False), theme)
    at = plane.point(tuple(track.at(60)[1]))
    assert near(image.pixelColor(at.toPoint()), theme.colour("run:gradient-descent:0")) <= 2


@pytest.mark.parametrize("name", ["dark", "light"])
def test_a_path_has_a_casing_on_both_sides(qapp: QApplication, name: str) -> None:
    theme = Theme.load(name)
    points = np.column_stack([np.full(50, 0.0), np.linspace(1.6, -0.6, 50)])
    image, plane = draw(race((path(track_of(record_of(points)), 49),), words=False), theme)
    y = round(plane.y(0.2))
    row = pixels(image)[y].astype(int)
    x = round(plane.x(0.0))
    stroke = theme.colour("run:gradient-descent:0")
    assert np.abs(row[x] - [stroke.red(), stroke.green(), stroke.blue()]).max() <= 40
    casing = np.array(theme.colour("casing").getRgb()[:3])
    for side in (-1, 1):
        ground = row[x + side * 12]
        closest = min(np.abs(row[x + side * k] - casing).max() for k in (2, 3))
        assert closest < 0.75 * np.abs(ground - casing).max()


def test_bands_have_the_colours_of_the_palette_and_soft_edges(qapp: QApplication) -> None:
    theme = Theme.load("dark")
    ground = relief(129)
    shown = pixels(ground_image(ground, theme, 400, 300)).reshape(-1, 3)
    colours = {tuple(colour) for colour in band_colours(ground, theme).tolist()}
    flat = sum(tuple(pixel) in colours for pixel in shown.tolist()) / len(shown)
    assert 0.8 < flat < 1.0  # nearly all are flat; along the edges there are mixtures
    lowest = np.unravel_index(np.nanargmin(ground.heights), ground.heights.shape)
    image = ground_image(ground, theme, 129, 129)
    seen = image.pixelColor(int(lowest[1]), 128 - int(lowest[0]))
    band = np.searchsorted(ground.bands, ground.heights[lowest], side="right") - 1
    assert seen.getRgb()[:3] == tuple(band_colours(ground, theme)[band].tolist())


def test_undefined_ground_is_neither_low_nor_high(qapp: QApplication) -> None:
    theme = Theme.load("light")
    image = ground_image(relief(65, hole=True), theme, 130, 130)
    assert image.pixelColor(3, 126) == theme.colour("raised")


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("size", [(1280, 720), (640, 480), (320, 200), (720, 1280), (160, 120)])
def test_nothing_is_clipped_at_the_edges(qapp: QApplication, name: str, size: tuple[int, int]) -> None:
    shown = pixels(render_image(figure(name), *size))
    ground = np.array(Theme.load(name).colour("window").getRgb()[:3])
    border = np.concatenate([shown[0], shown[-1], shown[:, 0], shown[:, -1]])
    assert (border == ground).all()
    assert (shown != ground).any()


def test_twice_the_size_is_the_same_picture(qapp: QApplication) -> None:
    small, large = render_image(figure(), 1280, 720), render_image(figure(), 2560, 1440)
    shrunk = pixels(large).reshape(720, 2, 1280, 2, 3).mean(axis=(1, 3))
    difference = np.abs(shrunk - pixels(small)).max(axis=2)
    assert np.mean(difference) < 2.5
    assert np.mean(difference > 60) < 0.01


def test_the_largest_picture_can_be_made_and_a_larger_one_is_refused(qapp: QApplication) -> None:
    image = render_image(figure(), 7680, 4320)
    assert (image.width(), image.height()) == (7680, 4320)
    with pytest.raises(ValueError, match="7680 × 4320"):
        render_image(figure(), 8000, 4320)
    with pytest.raises(ValueError, match="16 × 16"):
        render_image(figure(), 10, 10)


_RENDER = """
import sys
from tests.widgets.charts import figure
from minima_widgets.paint import render_image
image = render_image(figure("dark"), 480, 300)
sys.stdout.buffer.write(bytes(image.constBits()))
"""


def test_the_same_figure_gives_the_same_bytes_without_a_display(qapp: QApplication) -> None:
    environment = {
        key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    environment.pop("QT_QPA_PLATFORM", None)
    shots = [
        subprocess.run(
            [sys.executable, "-c", _RENDER],
            env={**environment, "PYTHONHASHSEED": seed, "QT_LOGGING_RULES": "*=false"},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    ]
    assert shots[0] == shots[1]
    here = render_image(figure("dark"), 480, 300)
    assert bytes(here.constBits()) == shots[0]


def test_a_legend_names_methods_and_counts_those_without_room(qapp: QApplication) -> None:
    lines = tuple(
        LegendLine(k, f"Method {k}", "lr 0.1", "running", f"run:adam:{k}", enabled=k != 1) for k in range(60)
    )
    crowded = replace(figure(), legend=Legend(lines))
    with_legend, without = (
        render_image(crowded, 1280, 720),
        render_image(replace(crowded, legend=Legend()), 1280, 720),
    )
    assert pixels(with_legend).tobytes() != pixels(without).tobytes()
    ground = np.array(Theme.load("light").colour("window").getRgb()[:3])
    assert (pixels(with_legend)[-8:] == ground).all()


def test_captions_are_broken_at_spaces(qapp: QApplication) -> None:
    font = Theme.load("light").font()
    lines = wrap(font, "one two three four five", 60.0)
    assert len(lines) > 1
    assert " ".join(lines) == "one two three four five"


# -- words ---------------------------------------------------------------------------------------------------


def test_labels_stay_inside_and_off_each_other(qapp: QApplication) -> None:
    theme = Theme.load("dark")
    plane = Plane((0.0, 1.0, 0.0, 1.0), 0.0, 0.0, 400.0, 300.0)
    corners = [(0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (1.0, 0.0), (0.5, 0.5), (0.52, 0.5), (0.5, 0.53)]
    labels = [
        Label(f"{k}", 1, at, "local minimum", f"{k}.39 above the best", priority=k)
        for k, at in enumerate(corners)
    ]
    placed = place_labels(labels, plane, theme)
    assert len(placed) >= 6
    for k, each in enumerate(placed):
        assert plane.rect.contains(each.card)
        assert not any(each.card.intersects(other.card) for other in placed[k + 1 :])
    assert placed[0].label.priority == 6


def test_a_label_outside_the_view_is_left_out(qapp: QApplication) -> None:
    plane = Plane((0.0, 1.0, 0.0, 1.0), 0.0, 0.0, 400.0, 300.0)
    assert place_labels([Label("a", 1, (2.0, 0.5), "far", "")], plane, Theme.load("dark")) == []


def test_a_label_takes_two_lines_where_one_has_no_room(qapp: QApplication) -> None:
    plane = Plane((0.0, 1.0, 0.0, 1.0), 0.0, 0.0, 190.0, 200.0)
    label = Label("a", 1, (0.5, 0.5), "local minimum", "0.39 above the best")
    (placed,) = place_labels([label], plane, Theme.load("dark"))
    assert placed.two_lines
    assert plane.rect.contains(placed.card)


def test_what_a_label_can_spare_gives_way_to_heads_and_to_narrow_maps(qapp: QApplication) -> None:
    theme = Theme.load("dark")
    wide = Plane((0.0, 1.0, 0.0, 1.0), 0.0, 0.0, 600.0, 500.0)
    narrow = Plane((0.0, 1.0, 0.0, 1.0), 0.0, 0.0, 360.0, 500.0)
    label = Label("a", 1, (0.5, 0.5), "saddle", "104 · λ −8.23, 75", spare=" · λ −8.23, 75")
    (whole,) = place_labels([label], wide, theme)
    assert whole.label.text == "104 · λ −8.23, 75" and not whole.shortened
    (small,) = place_labels([label], narrow, theme)
    assert small.label.text == "104"
    assert place_labels([label], wide, theme, sparing=True)[0].label.text == "104"
    head = QRectF(whole.card.right() - 6, whole.card.center().y(), 4, 4)
    (gives_way,) = place_labels([label], wide, theme, before=[whole], looked_at=[head])
    assert gives_way.label.text == "104" and gives_way.side == whole.side
    assert not gives_way.card.intersects(head)
    (stays,) = place_labels([label], wide, theme, before=[gives_way])
    assert stays.label.text == "104"


def test_levels_stand_along_their_line_and_never_upside_down(qapp: QApplication) -> None:
    theme = Theme.load("light")
    plane = Plane((0.0, 1.0, 0.0, 1.0), 0.0, 0.0, 400.0, 400.0)
    labels = [
        ContourLabel("a", 1, (0.3, 0.3), (1.0, 1.0), "1.26", 0.5),
        ContourLabel("b", 1, (0.7, 0.7), (-1.0, -0.001), "0.8", 0.5),
        ContourLabel("c", 1, (0.5, 0.5), (1.0, 0.0), "no room", 0.02),
    ]
    written = place_levels(labels, plane, theme)
    assert [each.label.key for each in written] == ["a", "b"]
    assert written[0].angle == pytest.approx(-45.0)
    assert all(-90 <= each.angle <= 90 for each in written)


# -- axes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-1.0, 1.0, ["−1", "−0.5", "0", "0.5", "1"]),
        (0.0, 3e5, ["0", "1×10⁵", "2×10⁵", "3×10⁵"]),
        (1.0, 1.0004, ["1", "1.0001", "1.0002", "1.0003", "1.0004"]),
    ],
)
def test_ticks_are_round_and_have_true_minus_signs(low: float, high: float, words: list[str]) -> None:
    texts = [tick.text for tick in round_ticks(low, high, 5) if tick.text]
    assert [text.rstrip("0").rstrip(".") if "." in text else text for text in texts] == words
    assert "-" not in number_text(-2.5, 0.5, 3)


def test_axes_have_no_ticks_where_there_is_no_range() -> None:
    assert round_ticks(1.0, 1.0, 5) == ()
    assert round_ticks(0.0, float("nan"), 5) == ()


def test_the_plane_leaves_room_for_the_words_of_its_axes(qapp: QApplication) -> None:
    theme = Theme.load("light", 16.0)
    rect = QRectF(0, 0, 500, 400)
    plane = map_plane(rect, race(), theme)
    assert rect.contains(plane.rect)
    assert plane.left > 20
    assert map_axes(rect, race(), theme).x_ticks


# -- geometry ------------------------------------------------------------------------------------------------


def test_a_path_keeps_its_pieces() -> None:
    points = np.array([[0.0, 0.0], [5.0, 5.0], [np.nan, np.nan], [9.0, 9.0], [10.0, 5.0], [12.0, 5.0]])
    drawn = path_of(points)
    assert drawn.elementCount() == 5
    assert drawn.elementAt(2).isMoveTo()
    assert drawn.elementAt(4).x == 12.0
    assert path_of(points[:1]).isEmpty()


def test_thinning_leaves_out_only_what_nobody_sees() -> None:
    t = np.linspace(0, 1, 20_000)
    dense = np.column_stack([300 * t, 100 * np.sin(6 * t)])
    few = thin(dense)
    assert len(few) < 3_000
    assert few[0] == pytest.approx(dense[0])
    assert few[-1] == pytest.approx(dense[-1])
    nearest = np.interp(dense[:, 0], few[:, 0], few[:, 1])
    assert np.abs(nearest - dense[:, 1]).max() < 0.5


def test_a_plane_maps_there_and_back() -> None:
    plane = Plane(EXTENT, 10.0, 20.0, 300.0, 200.0)
    x, y = plane.to_data(*plane.to_pixels(np.array([[0.7, 0.3]]))[0])
    assert (x, y) == pytest.approx((0.7, 0.3))


def test_the_profile_fills_the_ground_below_its_curve(qapp: QApplication) -> None:
    theme = Theme.load("dark")
    image = QImage(600, 400, QImage.Format.Format_RGB32)
    image.fill(theme.colour("card"))
    painter = QPainter(image)
    plane = paint_profile(painter, QRectF(0, 0, 600, 400), profile(), theme)
    painter.end()
    above, below = (
        image.pixelColor(plane.point((0.3, 2.2)).toPoint()),
        image.pixelColor(plane.point((0.3, -1.4)).toPoint()),
    )
    assert near(above, theme.colour("card")) <= 2
    assert near(below, theme.colour("card")) > 8


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_small_pictures_reach_their_edges_and_have_no_words(qapp: QApplication, ratio: float) -> None:
    theme = Theme.load("light")
    with_words = render_small(race(words=True), 132, 88, theme, ratio)
    assert (with_words.width(), with_words.height()) == (132 * ratio, 88 * ratio)
    assert with_words == render_small(race(words=False), 132, 88, theme, ratio)
    shown = {tuple(colour) for colour in pixels(with_words)[0].tolist()}
    assert shown & {tuple(colour) for colour in band_colours(relief(), theme).tolist()}
    assert render_small(profile(), 132, 88, theme).width() == 132


def test_a_painter_is_left_as_it_was(qapp: QApplication) -> None:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    before = painter.worldTransform()
    paint_figure(painter, image.size(), figure())
    assert painter.worldTransform() == before
    assert not painter.hasClipping()
    painter.end()


def test_dots_lie_on_the_line_and_go_on_where_they_were():
    line = np.array([(0.0, 0.0), (30.0, 0.0), (30.0, 30.0), (np.nan, np.nan), (50.0, 0.0), (50.0, 9.0)])
    dots = dotted(line, 2.0, 5.0)
    pieces = dots.reshape(-1, 3, 2)
    assert np.isnan(pieces[:, 2]).all()
    assert len(pieces) == 12 + 2
    lengths = np.hypot(*(pieces[:, 1] - pieces[:, 0]).T)
    assert lengths == pytest.approx(2.0)
    onward = dotted(line[:2], 2.0, 5.0, offset=1.0).reshape(-1, 3, 2)
    assert onward[0, :2, 0].tolist() == [0.0, 1.0]  # the rest of a dot that was begun
    assert onward[1, 0, 0] == pytest.approx(4.0)


def test_much_dotted_line_is_as_light_as_a_little():
    theme = Theme.load("light")
    style = Style("run:simulated-annealing:0", width=1.3, dash="dot", opacity=0.9)
    inks = []
    for turns in (1, 40):
        image = QImage(400, 400, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = np.tile([10.0, 390.0], turns)
        line = np.column_stack((x, np.linspace(10, 390, len(x))))
        draw_stroke(painter, line, style, theme)
        painter.end()
        length = np.hypot(*np.diff(line, axis=0).T).sum()
        inks.append((255.0 - pixels(image)).sum() / length)
    assert inks[1] == pytest.approx(inks[0], rel=0.15)


def test_a_hollow_ring_hides_nothing():
    theme = Theme.load("light")
    image = QImage(60, 60, QImage.Format.Format_RGB32)
    image.fill(QColor("blue"))
    painter = QPainter(image)
    draw_dot(
        painter, QPointF(30, 30), Style("run:adam:0", width=1.6, marker="ring", size=21.0, fill="none"), theme
    )
    painter.end()
    assert image.pixelColor(30, 30) == QColor("blue")
    assert image.pixelColor(30, 20) != QColor("blue")


@pytest.mark.parametrize("size", [(1600, 900), (1920, 1080), (1200, 800)])
def test_a_map_beside_a_surface_has_one_scale_for_both_sides(size, monkeypatch):
    planes = []

    def noted(*args):
        planes.append(paint_map(*args))
        return planes[-1]

    monkeypatch.setattr("minima_widgets.paint.figure.paint_map", noted)
    scene = race(())
    panels = (Panel("map", scene, (0.0, 0.0, 0.493, 1.0)), Panel("surface", scene, (0.507, 0.0, 0.493, 1.0)))
    render_image(replace(figure(), panels=panels), *size)
    x0, x1, y0, y1 = scene.extent
    (plane,) = planes
    assert plane.width / (x1 - x0) == pytest.approx(plane.height / (y1 - y0), rel=0.01)


def test_a_preview_is_the_picture_in_small():
    whole = render_image(figure(), 1600, 900)
    small = pixels(render_image(figure(), 400, 225, of=(1600, 900))).astype(float)
    shrunk = pixels(whole.scaled(400, 225, mode=Qt.TransformationMode.SmoothTransformation)).astype(float)
    assert np.abs(small - shrunk).mean() < 2.5


# -- words that stay, and words that step back --------------------------------------------------------------


def test_a_label_stays_on_its_side_when_something_appears_below_it(qapp: QApplication) -> None:
    theme, plane = Theme.load("dark"), Plane((0.0, 1.0, 0.0, 1.0), 0.0, 0.0, 400.0, 300.0)
    label = Label("best", 1, (0.5, 0.5), "global minimum", "0", priority=2)
    (first,) = place_labels([label], plane, theme)
    assert first.side == "below"
    dot = first.card.adjusted(20, 4, -20, -4)
    (fresh,) = place_labels([label], plane, theme, [dot])
    assert fresh.side == "above"
    (stays,) = place_labels([label], plane, theme, [dot], before=[first])
    assert (stays.side, stays.card) == (first.side, first.card)
    (yields,) = place_labels([label], plane, theme, [dot], before=[first], firm=[dot])
    assert yields.side == "above"
    longer = Label("best", 2, (0.5, 0.5), "global minimum", "0, reached 12 times", priority=2)
    (grown,) = place_labels([longer], plane, theme, [dot], before=[first])
    assert grown.side == "below"
    assert grown.card.width() > first.card.width()


def test_where_there_is_much_to_see_words_are_few(qapp: QApplication) -> None:
    theme, plane = Theme.load("slide"), Plane((0.0, 1.0, 0.0, 1.0), 0.0, 0.0, 520.0, 520.0)
    labels = [
        Label(f"{k}", 1, (0.5, 0.1 + 0.2 * k), "local minimum", "3.98 above the best", priority=-k)
        for k in range(5)
    ]
    every = place_labels(labels, plane, theme)
    few = place_labels(labels, plane, theme, sparing=True)
    assert len(every) == 5
    assert [placed.label.key for placed in few] == ["0", "1"]


def test_many_lines_are_drawn_in_bunches_that_are_cut_only_at_gaps(qapp: QApplication) -> None:
    from minima_widgets.paint.strokes import _bunches

    loops = [np.random.default_rng(k).uniform(0, 99, (40, 2)) for k in range(30)]
    gap = np.full((1, 2), np.nan)
    lines = np.concatenate([part for loop in loops for part in (loop, gap)])
    bunches = list(_bunches(lines))
    assert 1 < len(bunches) < 10
    again = np.concatenate(bunches)
    np.testing.assert_array_equal(again[np.isfinite(again[:, 0])], lines[np.isfinite(lines[:, 0])])
    for bunch in bunches:
        assert np.isfinite(bunch[0]).all()
        assert len(bunch) % 41 in (0, 40)
    (whole,) = _bunches(np.concatenate(loops))
    assert len(whole) == 1200
