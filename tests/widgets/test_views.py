"""The map, the profile and the trace on screen: gestures, and frames that cost only what is new."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from minima_core.scene.scenes import TraceScene
from minima_widgets.chart import Chart
from minima_widgets.growing import fewer
from minima_widgets.map_view import MapView
from minima_widgets.paint.plane import Plane
from minima_widgets.path_layer import PathLayer
from minima_widgets.pictures import blank
from minima_widgets.profile_view import ProfileView
from minima_widgets.series_layer import SeriesLayer
from minima_widgets.theme import Theme
from minima_widgets.trace_view import TraceView
from tests.widgets.charts import path, profile, race, record_of, series, spiral, trace, track_of
from tests.widgets.surfaces import EXTENT, START

PLANE = Plane(EXTENT, 20.0, 10.0, 420.0, 300.0)


def shown_map(qtbot: QtBot) -> MapView:
    view = MapView(Theme.load("dark"))
    qtbot.addWidget(view)
    view.resize(560, 420)
    track = track_of(record_of(spiral(90)))
    view.show_scene(race((path(track, 60),)))
    view.show()
    qtbot.waitExposed(view)
    return view


def at(view: Chart, point: tuple[float, float]) -> QPoint:
    plane = view.plane
    assert plane is not None
    return plane.point(point).toPoint()


def collect(signal: object) -> list[tuple]:
    caught: list[tuple] = []
    signal.connect(lambda *values: caught.append(values))  # type: ignore[attr-defined]
    return caught


def turn_wheel(view: Chart, where: QPoint, angle: int) -> None:
    event = QWheelEvent(
        QPointF(where),
        view.mapToGlobal(QPointF(where)),
        QPoint(0, 0),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


# -- the hand ------------------------------------------------------------------------------------------------


def test_a_click_starts_and_shift_click_adds(qtbot: QtBot) -> None:
    view = shown_map(qtbot)
    clicks = collect(view.clicked)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at(view, (0.5, 0.9)))
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, shift, pos=at(view, (1.5, -0.4)))
    assert [click[2] for click in clicks] == [False, True]
    assert clicks[0][:2] == pytest.approx((0.5, 0.9), abs=0.02)
    assert clicks[1][:2] == pytest.approx((1.5, -0.4), abs=0.02)


def test_two_quick_clicks_are_two_clicks(qtbot: QtBot) -> None:
    view = shown_map(qtbot)
    clicks = collect(view.clicked)
    where = at(view, (0.5, 0.9))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)  # Qt's word for the second press
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert len(clicks) == 2


def test_a_drag_on_a_start_moves_it_live(qtbot: QtBot) -> None:
    view = shown_map(qtbot)
    drags, clicks, regions = collect(view.start_dragged), collect(view.clicked), collect(view.region_changed)
    grip = at(view, START) + QPoint(9, 5)  # beside the ring: the reach is generous
    qtbot.mouseMove(view.viewport(), grip)
    qtbot.waitUntil(lambda: view.cursor().shape() == Qt.CursorShape.OpenHandCursor)
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=grip)
    for target in ((0.0, 1.0), (0.4, 0.6)):
        qtbot.mouseMove(view.viewport(), at(view, target))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=at(view, (0.4, 0.6)))
    assert [drag[0] for drag in drags] == [0, 0, 0]
    assert [drag[3] for drag in drags] == [False, False, True]
    assert drags[-1][1:3] == pytest.approx((0.4, 0.6), abs=0.02)
    assert not clicks
    assert not regions


def test_a_start_cannot_be_dragged_out_of_the_region(qtbot: QtBot) -> None:
    view = shown_map(qtbot)
    drags = collect(view.start_dragged)
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=at(view, START))
    qtbot.mouseMove(view.viewport(), QPoint(-300, -300))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(-300, -300))
    assert drags[-1][1:3] == pytest.approx((EXTENT[0], EXTENT[3]))


def test_a_drag_elsewhere_pans_and_says_so_when_the_hand_rests(qtbot: QtBot) -> None:
    view = shown_map(qtbot)
    clicks = collect(view.clicked)
    begin, end = at(view, (1.5, 0.0)), at(view, (1.0, 0.5))
    with qtbot.waitSignal(view.region_changed, timeout=1000) as caught:
        qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=begin)
        qtbot.mouseMove(view.viewport(), end)
        qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    x0, x1, y0, y1 = caught.args[0]
    assert (x0, y0) == pytest.approx((EXTENT[0] + 0.5, EXTENT[2] - 0.5), abs=0.03)
    assert (x1 - x0, y1 - y0) == pytest.approx((5.0, 3.0))
    assert not clicks


def test_the_wheel_zooms_at_the_cursor_and_fit_returns(qtbot: QtBot) -> None:
    view = shown_map(qtbot)
    where = at(view, (1.0, 0.4))
    before = view.plane
    assert before is not None
    point = before.to_data(where.x(), where.y())
    with qtbot.waitSignal(view.region_changed, timeout=1000) as caught:
        for _ in range(4):
            turn_wheel(view, where, 120)
    x0, x1, _, _ = caught.args[0]
    assert x1 - x0 == pytest.approx(5.0 * 0.8**4)
    share = (point[0] - x0) / (x1 - x0)
    assert share == pytest.approx((point[0] - EXTENT[0]) / 5.0, abs=0.02)
    with qtbot.waitSignal(view.region_changed, timeout=1000) as caught:
        view.fit()
    assert caught.args[0] == EXTENT


def test_zooming_ends_somewhere(qtbot: QtBot) -> None:
    view = shown_map(qtbot)
    for _ in range(200):
        turn_wheel(view, at(view, (1.0, 0.4)), -120)
    assert view.region is not None
    assert view.region[1] - view.region[0] <= 8.0 * 5.0


def test_pointing_is_told_and_leaving_too(qtbot: QtBot) -> None:
    view = shown_map(qtbot)
    pointed, left = collect(view.pointed), collect(view.left)
    qtbot.mouseMove(view.viewport(), at(view, (0.2, 0.3)))
    qtbot.waitUntil(lambda: bool(pointed) and pointed[-1] == pytest.approx((0.2, 0.3), abs=0.02))
    qtbot.mouseMove(view.viewport(), QPoint(2, view.height() - 2))
    qtbot.waitUntil(lambda: bool(left))


def test_the_other_button_selects_the_path_below(qtbot: QtBot) -> None:
    view = shown_map(qtbot)
    selected, clicks = collect(view.selected), collect(view.clicked)
    on_path = tuple(spiral(90)[30])
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=at(view, on_path))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=at(view, (2.7, -0.8)))
    assert selected == [(0,)]
    assert not clicks


def test_the_keyboard_zooms_and_leaves_arrows_and_enter_to_the_window(qtbot: QtBot) -> None:
    view = shown_map(qtbot)
    pointed, clicks = collect(view.pointed), collect(view.clicked)
    view.set_cursor((0.5, 0.5))
    shift = Qt.KeyboardModifier.ShiftModifier
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Return):
        for keys in (Qt.KeyboardModifier.NoModifier, shift):
            event = QKeyEvent(QEvent.Type.KeyPress, key, keys)
            QApplication.sendEvent(view, event)
            assert not event.isAccepted()
    assert view._cursor == (0.5, 0.5)
    assert not pointed
    assert not clicks
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.region is not None
    assert view.region[1] - view.region[0] == pytest.approx(4.0)
    qtbot.waitUntil(lambda: not view._rest.isActive(), timeout=1000)


def test_the_cross_of_the_keyboard_follows_the_pointer_and_leaves_with_it(qtbot: QtBot) -> None:
    view = shown_map(qtbot)
    qtbot.mouseMove(view.viewport(), at(view, (0.2, 0.3)))
    view.set_cursor((2.0, 1.0))
    qtbot.mouseMove(view.viewport(), at(view, (0.4, 0.1)))
    qtbot.waitUntil(lambda: view._cursor == pytest.approx((0.4, 0.1), abs=0.02))
    qtbot.mouseMove(view.viewport(), QPoint(2, view.height() - 2))
    qtbot.waitUntil(lambda: view._cursor is None)


def test_the_profile_answers_with_the_loss_at_x(qtbot: QtBot) -> None:
    view = ProfileView(Theme.load("light"))
    qtbot.addWidget(view)
    view.resize(500, 360)
    view.show_scene(profile())
    view.show()
    clicks = collect(view.clicked)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at(view, (0.5, 3.0)))
    x, y, add = clicks[0]
    assert x == pytest.approx(0.5, abs=0.02)
    assert y == pytest.approx(x**4 - 2 * x**2, abs=0.01)
    assert not add
    with qtbot.waitSignal(view.region_changed, timeout=1000) as caught:
        turn_wheel(view, at(view, (0.0, 1.0)), 120)
    assert caught.args[0][2:] == (-1.6, 4.0)


def test_the_trace_scrubs_and_its_switches_ask(qtbot: QtBot) -> None:
    view = TraceView(Theme.load("dark"))
    qtbot.addWidget(view)
    view.resize(700, 180)
    view.show_scene(trace((series(track_of(record_of(spiral(101))), 100),), 100, 100.0))
    view.show()
    steps, asked = collect(view.scrubbed), collect(view.axis_toggled)
    plane = view.plane
    assert plane is not None
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=plane.point((40.0, -1.0)).toPoint())
    qtbot.mouseMove(view.viewport(), plane.point((63.0, -1.0)).toPoint())
    qtbot.mouseMove(view.viewport(), QPoint(5000, 20))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5000, 20))
    assert [step for (step,) in steps] == [pytest.approx(40, abs=1), pytest.approx(63, abs=1), 100]
    qtbot.mouseClick(view.y_switch, Qt.MouseButton.LeftButton)
    view.x_switch.setFocus()
    qtbot.keyClick(view.x_switch, Qt.Key.Key_Space)
    assert asked == [("y",), ("x",)]


# -- frames --------------------------------------------------------------------------------------------------


def ink(layer: PathLayer) -> np.ndarray:
    """Return (rows, columns, 4) of what a layer draws on a transparent picture."""
    image = blank(PLANE.rect.size().toSize(), 1.0)
    painter = QPainter(image)
    painter.translate(-PLANE.left, -PLANE.top)
    layer.draw(painter, PLANE)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


@pytest.mark.parametrize("fade", [False, True])
def test_growing_paints_what_painting_at_once_does(qapp: QApplication, fade: bool) -> None:
    theme = Theme.load("dark")
    points = np.concatenate([spiral(90), spiral(90, 1.0) + 0.4, spiral(90, 2.0) - 0.2])
    record = record_of(points, (0, 90, 180), 5)
    track = track_of(record)
    grown = PathLayer()
    grown.budget = None
    for count in range(5, 271, 5):
        record.count = count
        track.extend(record)
        grown.update([path(track, count - 1, fade=fade)], PLANE, theme, 1.0)
    for _ in range(6):  # a loop that ended fades within a few frames
        grown.update([path(track, 269, fade=fade)], PLANE, theme, 1.0)
    whole = PathLayer()
    whole.update([path(track, 269, fade=fade)], PLANE, theme, 1.0)
    assert grown.repaints == whole.repaints == 1
    a, b = ink(grown).astype(int), ink(whole).astype(int)
    assert (b[..., 3] > 0).mean() > 0.02
    different = np.abs(a - b).max(axis=2) > 70
    assert different.sum() < 0.03 * (b[..., 3] > 0).sum()


def test_loops_that_came_all_at_once_fade_before_the_view_rests(qapp: QApplication) -> None:
    theme = Theme.load("dark")
    points = np.concatenate([spiral(90), spiral(90, 1.0) + 0.4, spiral(90, 2.0) - 0.2])
    track = track_of(record_of(points, (0, 90, 180)))
    leapt, whole = PathLayer(), PathLayer()
    for upto in (0, 1, 269):
        leapt.update([path(track, upto, fade=True)], PLANE, theme, 1.0)
    frames = 0
    while leapt.behind:
        leapt.update([path(track, 269, fade=True)], PLANE, theme, 1.0)
        frames += 1
        assert frames < 20
    whole.update([path(track, 269, fade=True)], PLANE, theme, 1.0)
    assert np.array_equal(ink(leapt), ink(whole))


def test_only_what_is_new_is_painted(qapp: QApplication) -> None:
    theme = Theme.load("light")
    track = track_of(record_of(spiral(400)))
    layer = PathLayer()
    layer.update([path(track, 100)], PLANE, theme, 1.0)
    pieces = layer.pieces
    for _ in range(5):
        layer.update([path(track, 100)], PLANE, theme, 1.0)
    assert layer.pieces == pieces
    layer.update([path(track, 140)], PLANE, theme, 1.0)
    assert (layer.pieces, layer.repaints) == (pieces + 1, 1)
    layer.update([path(track, 60)], PLANE, theme, 1.0)  # time went back
    assert layer.repaints == 2
    layer.update([path(track, 60)], PLANE, Theme.load("dark"), 1.0)
    assert layer.repaints == 3


def test_a_run_that_starts_late_is_drawn_from_its_beginning(qapp: QApplication) -> None:
    theme = Theme.load("dark")
    record = record_of(spiral(90), (0,), 1)
    track = track_of(record)
    late, whole = PathLayer(), PathLayer()
    for clock in (0, 20, 40):  # the clock goes on while the run has not begun
        late.update([path(track, clock)], PLANE, theme, 1.0)
    record.count = 90
    track.extend(record)
    late.update([path(track, 60)], PLANE, theme, 1.0)
    whole.update([path(track, 60)], PLANE, theme, 1.0)
    a, b = ink(late)[..., 3] > 0, ink(whole)[..., 3] > 0
    assert b.sum() > 1000
    assert (a != b).sum() < 0.02 * b.sum()


def test_a_device_with_finer_pixels_gets_a_finer_picture(qapp: QApplication) -> None:
    layer = PathLayer()
    layer.update([path(track_of(record_of(spiral(80))), 79)], PLANE, Theme.load("dark"), 2.0)
    assert layer._strokes.width() == 2 * round(PLANE.width)
    assert layer._strokes.devicePixelRatio() == 2.0


def test_what_a_frame_leaves_over_comes_in_the_next(qapp: QApplication) -> None:
    theme = Theme.load("dark")
    tracks = [track_of(record_of(spiral(300, k))) for k in range(8)]
    layer = PathLayer()
    layer.update([path(track, 0, k) for k, track in enumerate(tracks)], PLANE, theme, 1.0)
    layer.budget = 0.0
    frames = 0
    while layer.behind or frames == 0:
        layer.update([path(track, 299, k) for k, track in enumerate(tracks)], PLANE, theme, 1.0)
        frames += 1
        assert frames < 20
    assert frames == 8  # one path a frame, each its turn


def test_the_cost_of_a_frame_does_not_grow_with_the_run(qapp: QApplication) -> None:
    theme = Theme.load("dark")

    def seconds(behind: int) -> float:
        record = record_of(spiral(behind + 200), (0,), behind)
        track = track_of(record)
        layer = PathLayer()
        layer.update([path(track, behind - 1)], PLANE, theme, 1.0)
        times = []
        for k in range(40):
            record.count = behind + 5 * k + 5
            track.extend(record)
            began = time.perf_counter()
            layer.update([path(track, record.count - 1)], PLANE, theme, 1.0)
            times.append(time.perf_counter() - began)
        return float(np.median(times))

    short, long = seconds(300), seconds(30_000)
    assert long < 3.0 * short + 2e-4


def series_ink(layer: SeriesLayer, plane: Plane = PLANE) -> np.ndarray:
    image = blank(PLANE.rect.size().toSize(), 1.0)
    painter = QPainter(image)
    painter.translate(-PLANE.left, -PLANE.top)
    layer.draw(painter, plane)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).astype(int).reshape(-1, 4)


def test_a_trace_that_grew_looks_like_one_painted_at_once(qapp: QApplication) -> None:
    theme = Theme.load("light")
    record = record_of(spiral(401), (0,), 5)
    track = track_of(record)
    plane = Plane((0.0, 400.0, -3.0, 0.5), PLANE.left, PLANE.top, PLANE.width, PLANE.height)

    def scene(upto: int) -> TraceScene:
        return trace((series(track, upto),), 400)

    grown, whole = SeriesLayer(), SeriesLayer()
    grown.budget = None
    for count in range(5, 402, 4):
        record.count = count
        track.extend(record)
        grown.update(scene(count - 1), plane, theme, 1.0)
    whole.update(scene(400), plane, theme, 1.0)
    a, b = series_ink(grown, plane), series_ink(whole, plane)
    assert grown.repaints == 1
    assert (b[:, 3] > 0).sum() > 300
    assert (np.abs(a - b).max(axis=1) > 90).sum() < 0.03 * (b[:, 3] > 0).sum()


def test_when_an_axis_grows_the_old_picture_is_stretched_until_the_new_one_is_whole(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minima_widgets.series_layer.ANEW", 0.0)  # one line in each frame
    theme, tracks = Theme.load("light"), [track_of(record_of(spiral(401, 0.3 * k))) for k in range(4)]

    def plane(last: float) -> Plane:
        return Plane((0.0, last, -3.0, 0.5), PLANE.left, PLANE.top, PLANE.width, PLANE.height)

    lines = tuple(series(track, 400, k) for k, track in enumerate(tracks))
    layer, whole = SeriesLayer(), SeriesLayer()
    layer.update(trace(lines, 400), plane(400.0), theme, 1.0)
    assert not layer.behind
    whole.update(trace(lines, 800), plane(800.0), theme, 1.0)
    goal = series_ink(whole, plane(800.0))[:, 3].reshape(-1, PLANE.rect.size().toSize().width()) > 60
    frames = 0
    while frames == 0 or layer.behind:
        layer.update(trace(lines, 800), plane(800.0), theme, 1.0)
        frames += 1
        ink = series_ink(layer, plane(800.0))[:, 3].reshape(goal.shape) > 60
        assert not ink[:, goal.shape[1] // 2 + 4 :].any(), "the old picture lies where its steps are"
        assert ink.sum() > 0.3 * goal.sum()
    assert frames >= 4
    assert layer.repaints == 2
    assert np.array_equal(ink, goal)


def test_the_ground_is_painted_once_and_stretched_while_zooming(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = shown_map(qtbot)
    painted = []
    draw = MapView._draw_ground
    monkeypatch.setattr(MapView, "_draw_ground", lambda *rest: (painted.append(1), draw(*rest))[1])
    track = track_of(record_of(spiral(90)))
    for step in range(60, 90):
        view.show_scene(race((path(track, step),)))
        view.viewport().repaint()
    assert not painted
    for _ in range(3):
        turn_wheel(view, at(view, (1.0, 0.4)), 120)
        view.viewport().repaint()
    assert not painted
    qtbot.waitUntil(lambda: len(painted) == 1, timeout=1000)


def test_every_theme_can_be_changed_to_while_it_runs(qtbot: QtBot) -> None:
    view = shown_map(qtbot)
    for name in ("light", "slide", "dark"):
        theme = Theme.load(name)
        view.set_theme(theme)
        corner = view.grab().toImage().pixelColor(2, 2)
        assert corner == theme.colour("card")


def test_points_are_left_out_evenly_and_gaps_stay() -> None:
    points = np.column_stack([np.arange(1000.0), np.zeros(1000)])
    points[500] = np.nan
    few = fewer(points, 100)
    assert 100 <= len(few) <= 110
    assert np.isnan(few[:, 0]).sum() == 1
    assert few[-1, 0] == 999.0
