"""The surface in a window: OpenGL and software draw alike, gestures mean something, nothing stays behind."""

from __future__ import annotations

import sys
import threading

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from minima_widgets.paint.camera import BEST, Camera
from minima_widgets.surface_screen import PACE
from minima_widgets.surface_view import SurfaceView
from minima_widgets.theme import Theme
from tests.widgets.surfaces import END, EXTENT, START, Line, race, relief, way

FROM_ABOVE = Camera(-60, 62)


def opened(qtbot, *, size=(480, 360), theme="dark") -> SurfaceView:
    """Show a view with a race and wait until it is drawn at full quality."""
    view = SurfaceView(Theme.load(theme))
    qtbot.addWidget(view)
    view.animated = False
    view.camera = FROM_ABOVE
    view.resize(*size)
    view.show_scene(race())
    view.show()
    qtbot.waitUntil(lambda: view.layers.fine, timeout=20_000)
    return view


@pytest.fixture(params=["OpenGL", "software"])
def view(request, qtbot, monkeypatch) -> SurfaceView:
    monkeypatch.setenv("MINIMA_NO_OPENGL", "1" if request.param == "software" else "0")
    made = opened(qtbot)
    if request.param == "OpenGL" and made.software:
        pytest.skip(f"no OpenGL here: {made.why_software}")
    assert made.software == (request.param == "software")
    return made


@pytest.fixture
def software(qtbot, monkeypatch) -> SurfaceView:
    monkeypatch.setenv("MINIMA_NO_OPENGL", "1")
    return opened(qtbot)


def where(view: SurfaceView, point: tuple[float, float]) -> QPoint:
    """Return the pixel of a data point."""
    assert view.layers.stage is not None
    placed = view.layers.stage.place(point)
    assert placed is not None
    assert placed[1], "hidden"
    return placed[0].toPoint()


def colour_at(view: SurfaceView, at: QPoint) -> np.ndarray:
    colour = view.grab().toImage().pixelColor(at * view.devicePixelRatioF())
    return np.array([colour.red(), colour.green(), colour.blue()])


def drag(
    view: SurfaceView,
    path: list[QPoint],
    button=Qt.MouseButton.LeftButton,
    keys=Qt.KeyboardModifier.NoModifier,
):
    QTest.mousePress(view, button, keys, path[0])
    for at in path[1:]:
        # QTest's own moves carry no buttons.
        from PySide6.QtCore import QEvent
        from PySide6.QtGui import QMouseEvent

        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(at),
            view.mapToGlobal(QPointF(at)),
            Qt.MouseButton.NoButton,
            button,
            keys,
        )
        QApplication.sendEvent(view, event)
    QTest.mouseRelease(view, button, keys, path[-1])


def wheel(view: SurfaceView, at: QPoint, turns: int) -> None:
    event = QWheelEvent(
        QPointF(at),
        view.mapToGlobal(QPointF(at)),
        QPoint(),
        QPoint(0, 120 * turns),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


# -- pictures
# ----------------------------------------------------------------------------------------------------


def test_the_head_is_drawn_where_it_is(view):
    expected = Theme.load("dark").colour("run:adam:0")
    found = colour_at(view, where(view, END))
    np.testing.assert_allclose(found, [expected.red(), expected.green(), expected.blue()], atol=12)


def test_opengl_and_software_draw_the_same(qtbot, monkeypatch):
    pictures = []
    for off in ("0", "1"):
        monkeypatch.setenv("MINIMA_NO_OPENGL", off)
        view = opened(qtbot)
        if off == "0" and view.software:
            pytest.skip(f"no OpenGL here: {view.why_software}")
        image = view.grab().toImage()
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
        pictures.append(pixels[..., :3].astype(int))
        view.close()
    apart = np.abs(pictures[0] - pictures[1]).max(axis=2)
    assert apart.mean() < 2
    assert (apart > 40).mean() < 0.01


def test_the_relief_is_a_scene_of_pyqtgraph(view):
    if view.software:
        pytest.skip("drawn in software")
    from pyqtgraph.opengl.GLGraphicsItem import GLGraphicsItem
    from pyqtgraph.opengl.GLViewWidget import GLViewMixin

    scene = view._drawer._view
    assert isinstance(scene, GLViewMixin)
    assert len(scene.items) == 2
    assert all(isinstance(item, GLGraphicsItem) and item.isInitialized() for item in scene.items)
    lens = view.layers.stage.lens
    width, height = view.width(), view.height()
    drawn, depth = scene.render(lens, width, height, 0)
    assert (drawn[..., 3] > 0).mean() > 0.25  # the block
    assert ((depth < 1) == (drawn[..., 3] > 0)).all()
    scene.items[0].hide()  # pyqtgraph's own switch
    without = scene.render(lens, width, height, 0)[0]
    assert (without[..., 3] > 0).mean() < 0.7 * (drawn[..., 3] > 0).mean()


def test_an_item_that_fails_is_told_and_software_goes_on(qtbot, monkeypatch):
    monkeypatch.setenv("MINIMA_NO_OPENGL", "0")
    view = opened(qtbot)
    if view.software:
        pytest.skip(f"no OpenGL here: {view.why_software}")
    from minima_widgets.surface_scene import NoOpenGlError

    def fail():
        raise NoOpenGlError("The driver gave up.")

    monkeypatch.setattr(view._drawer._view.items[0], "paint", fail)
    view.camera = Camera(-40, 50)
    qtbot.waitUntil(lambda: view.drawn_by == "software" and view.layers.fine, timeout=20_000)
    assert "The driver gave up" in view.why_software


def test_the_theme_is_followed(software):
    dark = colour_at(software, QPoint(3, 3))
    software.set_theme(Theme.load("light"))
    assert (colour_at(software, QPoint(3, 3)) > dark + 100).all()


def test_a_growing_race_adds_its_last_steps_only(software, qtbot):
    track = Line(way())
    software.show_scene(race(20, track=track))
    software.repaint()
    relief_before = software.layers.stage
    grown = []
    for step in range(21, 61):
        software.show_scene(race(step, track=track))
        software.repaint()
    assert software.layers.stage is relief_before  # the relief was not drawn again
    grown = software.grab().toImage()
    fresh = SurfaceView(Theme.load("dark"))
    qtbot.addWidget(fresh)
    fresh.camera = FROM_ABOVE
    fresh.resize(software.size())
    fresh.show_scene(race(60, track=track))
    fresh.show()
    qtbot.waitUntil(lambda: fresh.layers.fine, timeout=20_000)
    whole = fresh.grab().toImage()
    a, b = (
        np.frombuffer(image.constBits(), np.uint8)
        .reshape(image.height(), image.width(), 4)[..., :3]
        .astype(int)
        for image in (grown, whole)
    )
    assert (np.abs(a - b).max(axis=2) > 60).mean() < 0.002


@pytest.mark.parametrize("roughly", [False, True])
def test_a_run_that_begins_after_the_clock_keeps_its_beginning(software, monkeypatch, roughly):
    # As long as nothing is known of a run (its method is still compiling), the clock goes on without it.
    monkeypatch.setattr("minima_widgets.surface_paths.AFFORDABLE", 0.0 if roughly else 1e9)
    monkeypatch.setattr("minima_widgets.surface_paths.SLICE", 0.0 if roughly else 1e9)
    late = Line(way()[:1])
    for step in (20, 40, 60):
        software.show_scene(race(step, track=late))
        software.repaint()
    for rows in (30, 61):
        late.points = way()[:rows]
        software.show_scene(race(60, track=late))
        software.repaint()
    seen = pixels_of(software)
    software.show_scene(race(60, track=Line(way(), epoch=2)))
    software.repaint()
    apart = np.abs(pixels_of(software).astype(int) - seen).max(axis=2)
    assert (apart > 60).mean() < 0.002


@pytest.mark.parametrize(
    "what",
    [
        "surface_layers.draw_frame",
        "surface_layers.draw_still_marks",
        "surface_layers.look_of",
        "surface_paths.draw_ways",
        "surface_paths.steps_of_ways",
        "surface_paths.PathLayer._go_on",
    ],
)
def test_painting_that_fails_is_told_once_and_the_view_goes_on(software, qtbot, monkeypatch, what):
    told: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: told.append(error))
    track = Line(way())
    software.show_scene(race(40, track=track))
    software.repaint()
    with monkeypatch.context() as broken:

        def fail(*rest: object, **more: object) -> None:
            raise ZeroDivisionError("A test breaks this.")

        broken.setattr(f"minima_widgets.{what}", fail)
        for step in (41, 42, 43):
            software.show_scene(race(step, track=track))
            software.repaint()
            software.set_theme(Theme.load("light" if step % 2 else "dark"))
            software.repaint()
        qtbot.waitUntil(lambda: bool(told))
    software.set_theme(Theme.load("dark"))
    software.show_scene(race(60, track=track))
    qtbot.waitUntil(lambda: software.layers.fine)
    fresh = opened(qtbot)
    assert (np.abs(pixels_of(software).astype(int) - pixels_of(fresh)).max(axis=2) > 60).mean() < 0.002
    assert [str(error) for error in told] == ["A test breaks this."]


def test_painting_that_fails_once_comes_back_by_itself(software, qtbot, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", lambda *what: None)
    import minima_widgets.surface_layers as layers

    draw, calls = layers.draw_still_marks, []

    def fail_once(*rest: object, **more: object) -> object:
        calls.append(rest)
        if len(calls) == 1:
            raise ZeroDivisionError("A test breaks this.")
        return draw(*rest, **more)

    before = pixels_of(software)
    monkeypatch.setattr(layers, "draw_still_marks", fail_once)
    software.repaint()
    qtbot.waitUntil(lambda: len(calls) > 1 and software.layers.fine)
    np.testing.assert_array_equal(pixels_of(software), before)


def tangle(rows: int = 3000) -> Line:
    walk = np.cumsum(np.random.default_rng(3).normal(0, 0.05, (rows, 2)), axis=0)
    return Line(np.asarray(END) + np.sin(walk), epoch=2)


def test_a_long_tangle_is_shown_roughly_at_once_and_smoothed_in_slices(software, qtbot, monkeypatch):
    monkeypatch.setattr("minima_widgets.surface_paths.AFFORDABLE", 0.0)
    monkeypatch.setattr("minima_widgets.surface_paths.SLICE", 0.0005)
    track = tangle()
    software.show_scene(race(2900, track=track))
    software.repaint()
    assert not software.layers.smooth
    rough = pixels_of(software)
    qtbot.waitUntil(lambda: software.layers.smooth, timeout=20_000)
    sliced = pixels_of(software)
    assert (rough != sliced).any()
    monkeypatch.setattr("minima_widgets.surface_paths.AFFORDABLE", 1e9)
    software.camera = Camera(-61, 62)
    software.repaint()
    software.camera = FROM_ABOVE
    software.repaint()
    assert software.layers.smooth
    np.testing.assert_array_equal(pixels_of(software), sliced)


def test_a_race_that_goes_on_while_it_is_smoothed_loses_no_step(software, qtbot, monkeypatch):
    monkeypatch.setattr("minima_widgets.surface_paths.AFFORDABLE", 0.0)
    monkeypatch.setattr("minima_widgets.surface_paths.SLICE", 0.0005)
    track = tangle()
    software.camera = Camera(-61, 62)
    for step in range(2000, 2400, 40):
        software.show_scene(race(step, track=track))
        software.repaint()
    qtbot.waitUntil(lambda: software.layers.smooth, timeout=20_000)
    grown = pixels_of(software)
    monkeypatch.setattr("minima_widgets.surface_paths.AFFORDABLE", 1e9)
    software.show_scene(race(0, track=track))
    software.repaint()
    software.show_scene(race(2360, track=Line(track.points, epoch=3)))
    software.repaint()
    apart = np.abs(pixels_of(software).astype(int) - grown).max(axis=2)
    assert (apart > 60).mean() < 0.001


def pixels_of(view: SurfaceView) -> np.ndarray:
    image = view.grab().toImage()
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


def test_a_documents_camera_is_taken_and_its_default_fits_every_size(software, qtbot):
    software.camera = (-20.0, 30.0, 0.8)
    assert software.camera == Camera(-20.0, 30.0, 0.8)
    software.camera = BEST
    assert software.camera == Camera.for_room(software.width(), software.height())
    software.resize(300, 420)
    assert software.camera == Camera.for_room(300, 420)
    software.camera = (-20.0, 30.0, 0.8)
    with qtbot.waitSignal(software.camera_changed) as caught:
        software.fit()
    assert caught.args == [BEST]


def test_the_defaults_of_documents_figures_and_screen_agree():
    from minima_core.document import View
    from minima_core.scene.scenes import Figure

    assert View().camera == Figure(panels=()).camera == BEST


def test_going_back_takes_the_steps_away_again(software):
    track = Line(way())
    software.show_scene(race(60, track=track))
    software.repaint()
    before = software.grab().toImage()
    software.show_scene(race(10, track=track))
    assert software.grab().toImage() != before
    software.show_scene(race(60, track=track))
    after = software.grab().toImage()
    a, b = (np.frombuffer(i.constBits(), np.uint8).astype(int) for i in (before, after))
    assert (np.abs(a - b) > 60).mean() < 0.002


# -- frames
# ------------------------------------------------------------------------------------------------------


def test_it_draws_at_its_own_rate_and_only_when_something_changed(software, qtbot, monkeypatch):
    frames = []
    paint = software._paint
    monkeypatch.setattr(software, "_paint", lambda *a: (frames.append(1), paint(*a)))
    qtbot.wait(3 * PACE)
    frames.clear()
    same = software.scene
    for _ in range(5):
        software.show_scene(same)
    qtbot.wait(3 * PACE)
    assert not frames
    track = Line(way())
    for step in range(60):
        software.show_scene(race(step, track=track))
        qtbot.wait(4)
    assert 3 <= len(frames) <= 60 * 8 * 2 / PACE


def test_it_draws_quickly_while_it_moves_and_finely_at_rest(software, qtbot, monkeypatch):
    monkeypatch.setattr("minima_widgets.surface_layers.AFFORDABLE", 0.0)
    drag(software, [QPoint(20, 20), QPoint(60, 30), QPoint(90, 35)])
    software.repaint()
    assert not software.layers.fine
    qtbot.waitUntil(lambda: software.layers.fine, timeout=3000)


# -- gestures
# ----------------------------------------------------------------------------------------------------


def test_a_click_starts_at_the_point_under_it(view, qtbot):
    at = where(view, (2.0, 1.5))
    with qtbot.waitSignal(view.clicked) as caught:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    x, y, add = caught.args
    assert (x, y) == pytest.approx((2.0, 1.5), abs=0.03)
    assert not add


def test_shift_click_adds_a_start(software, qtbot):
    with qtbot.waitSignal(software.clicked) as caught:
        QTest.mouseClick(
            software,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.ShiftModifier,
            where(software, (2.0, 1.5)),
        )
    assert caught.args[2] is True


def test_a_click_beside_the_block_starts_nothing(software, qtbot):
    with qtbot.assertNotEmitted(software.clicked):
        QTest.mouseClick(software, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(4, 4))


def test_the_second_press_of_a_double_click_is_another_click(software):
    at = where(software, (2.0, 1.5))
    said = []
    software.clicked.connect(lambda *point: said.append(point))
    QTest.mouseClick(software, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseDClick(software, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseRelease(software, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert len(said) == 2


def test_a_drag_on_a_start_moves_it_over_the_ground(software, qtbot):
    said = []
    software.start_dragged.connect(lambda *a: said.append(a))
    with qtbot.assertNotEmitted(software.clicked), qtbot.assertNotEmitted(software.camera_changed):
        goal = where(software, (0.0, 1.6))
        drag(software, [where(software, START), QPoint(200, 150), goal])
    assert [index for index, *_ in said] == [5] * len(said)
    assert [finished for *_, finished in said] == [False] * (len(said) - 1) + [True]
    assert said[-1][1:3] == pytest.approx((0.0, 1.6), abs=0.06)


def test_a_start_pulled_off_the_ground_stays_where_it_last_was(software):
    said = []
    software.start_dragged.connect(lambda *a: said.append(a))
    drag(software, [where(software, START), where(software, (0.0, 1.6)), QPoint(2, 2)])
    assert said[-1][3] is True
    assert said[-1][1:3] == said[-2][1:3]


def test_a_drag_elsewhere_turns(software, qtbot):
    before = software.camera
    with qtbot.assertNotEmitted(software.clicked), qtbot.waitSignal(software.camera_changed):
        drag(software, [QPoint(30, 300), QPoint(60, 310), QPoint(90, 320)])
    assert software.camera.azimuth < before.azimuth
    assert software.camera.elevation > before.elevation
    assert software.camera.distance == before.distance


@pytest.mark.parametrize(
    ("button", "keys"),
    [
        (Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier),
        (Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier),
        (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_the_other_buttons_and_shift_pan(software, button, keys):
    point = where(software, END)
    drag(software, [QPoint(30, 300), QPoint(45, 310), QPoint(60, 320)], button, keys)
    software.repaint()
    assert (software.camera.azimuth, software.camera.elevation) == (FROM_ABOVE.azimuth, FROM_ABOVE.elevation)
    moved = where(software, END) - point
    assert (moved.x(), moved.y()) == pytest.approx((30, 20), abs=3)


def test_the_wheel_zooms_at_the_pointer(software):
    at = where(software, END)
    wheel(software, at, 2)
    wheel(software, at, 1)
    software.repaint()
    assert software.camera.distance < 0.7
    apart = where(software, END) - at
    assert abs(apart.x()) <= 6
    assert abs(apart.y()) <= 6
    software.fit()
    assert software.camera == Camera.for_room(software.width(), software.height())


def test_hovering_says_where_and_leaving_says_so(software, qtbot):
    with qtbot.waitSignal(software.pointed) as caught:
        QTest.mouseMove(software, where(software, (2.0, 1.5)))
    assert caught.args == pytest.approx([2.0, 1.5], abs=0.03)
    with qtbot.waitSignal(software.left):
        QTest.mouseMove(software, QPoint(3, 3))


def test_a_click_with_the_other_button_selects_the_path(software, qtbot):
    middle = tuple((np.asarray(START) + np.asarray(END)) / 2)
    for keys, button in (
        (Qt.KeyboardModifier.NoModifier, Qt.MouseButton.RightButton),
        (Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton),
    ):
        with qtbot.waitSignal(software.selected) as caught, qtbot.assertNotEmitted(software.clicked):
            QTest.mouseClick(software, button, keys, where(software, middle))
        assert caught.args == [7]
    with qtbot.waitSignal(software.selected) as caught:
        QTest.mouseClick(
            software, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, where(software, END)
        )
    assert caught.args == [7]


def test_alt_and_the_arrows_turn_and_plain_arrows_are_left_to_the_window(software, qtbot):
    before = software.camera
    QTest.keyClick(software, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(software, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert software.camera.azimuth > before.azimuth
    assert software.camera.elevation > before.elevation
    turned = software.camera
    QTest.keyClick(software, Qt.Key.Key_Right)
    assert software.camera == turned


def test_the_camera_eases_to_its_place_within_a_quarter_of_a_second(software, qtbot):
    software.animated = True
    goal = Camera.for_room(software.width(), software.height())
    software.fit()
    assert software.camera != goal
    qtbot.waitUntil(lambda: software.camera == goal, timeout=1500)


def test_after_fitting_it_fits_every_size(software, qtbot):
    software.animated = True
    software.fit()
    qtbot.wait(600)
    software.resize(300, 500)
    assert software.camera == Camera.for_room(300, 500)


def test_the_cursor_of_the_other_view_is_shown(software, qtbot):
    at = where(software, (2.0, 1.5))
    before = software.grab().toImage().copy(at.x() - 8, at.y() - 8, 16, 16)
    software.set_cursor((2.0, 1.5))
    assert software.grab().toImage().copy(at.x() - 8, at.y() - 8, 16, 16) != before
    software.set_cursor(None)
    assert software.grab().toImage().copy(at.x() - 8, at.y() - 8, 16, 16) == before


# -- beginning and end
# -------------------------------------------------------------------------------------------


def test_without_opengl_it_says_so_in_a_sentence(software):
    assert software.software
    assert software.drawn_by == "software"
    assert software.why_software.endswith(".")


def test_a_driver_that_fails_leads_to_software(qtbot, monkeypatch):
    from minima_widgets import surface_gl

    def refuse(*_: object) -> None:
        raise surface_gl.NoOpenGlError("There is no OpenGL here.")

    monkeypatch.setenv("MINIMA_NO_OPENGL", "0")
    monkeypatch.setattr(surface_gl, "open_gl", refuse)
    view = opened(qtbot)
    assert view.software
    assert view.why_software == "There is no OpenGL here."


def test_a_driver_that_gives_up_in_the_middle_leads_to_software(qtbot, monkeypatch):
    view = opened(qtbot)
    if view.software:
        pytest.skip(f"no OpenGL here: {view.why_software}")

    def give_up(*_: object, **__: object) -> None:
        raise RuntimeError("context lost")

    monkeypatch.setattr(view._drawer, "draw", give_up)
    view.camera = Camera(10, 50)
    qtbot.waitUntil(lambda: view.software and view.layers.fine, timeout=20_000)
    assert "context lost" in view.why_software


def test_a_program_that_died_while_trying_opengl_draws_in_software_once(tmp_path, monkeypatch):
    from minima_widgets import surface_gl

    note = surface_gl._Note()
    note.path = tmp_path / "trial"
    assert not note.left_by_the_dead()
    note.write()
    assert not note.left_by_the_dead()  # its own
    note.path.write_text("999999999", encoding="ascii")
    assert note.left_by_the_dead()
    assert not note.left_by_the_dead()  # and then it is tried again


def test_closing_in_the_middle_leaves_nothing_behind(view, qtbot):
    track = Line(way())
    view.animated = True
    view.fit()
    for step in range(10):
        view.show_scene(race(step, track=track))
    view.close()
    assert view.drawn_by == ""
    assert not view._pace.isActive()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("minima-surface")]


def test_closing_while_it_prepares_leaves_nothing_behind(qtbot):
    view = SurfaceView(Theme.load("dark"))
    qtbot.addWidget(view)
    view.show_scene(race())
    view.resize(300, 200)
    view.show()
    view.repaint()
    view.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("minima-surface")]


def test_it_can_be_closed_and_shown_again(software, qtbot):
    software.close()
    software.show()
    qtbot.waitUntil(lambda: software.layers.fine, timeout=20_000)


def test_another_landscape_replaces_the_ground(software):
    before = software.layers.ground
    software.show_scene(race(ground=relief(33, revision=2)))
    software.repaint()
    assert software.layers.ground is not before
    assert software.layers.ground.extent == EXTENT
