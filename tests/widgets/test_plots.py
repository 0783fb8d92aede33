"""The views are pyqtgraph plots: what is in them, how the hand reaches them, and what a failure does."""

from __future__ import annotations

import gc
import sys
import weakref

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from minima_core.scene.marks import Points, Style
from minima_widgets.chart_axis import ChartAxis
from minima_widgets.chart_box import ChartBox
from minima_widgets.dot_pictures import DotPictures
from minima_widgets.map_view import MapView
from minima_widgets.paint.map import paint_map
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.strokes import draw_dots
from minima_widgets.pictures import Guard, blank, guarded, painting
from minima_widgets.plot_view import PlotView
from minima_widgets.profile_view import ProfileView
from minima_widgets.theme import Theme
from minima_widgets.trace_view import TraceBox, TraceView
from tests.widgets.charts import path, profile, race, record_of, series, spiral, trace, track_of
from tests.widgets.surfaces import EXTENT, START

KINDS = ("map", "profile", "trace")


def shown(qtbot: QtBot, kind: str) -> PlotView:
    """Return a view of a kind, shown with a scene."""
    theme = Theme.load("dark")
    track = track_of(record_of(spiral(90)))
    view: PlotView
    match kind:
        case "map":
            view = MapView(theme)
            view.show_scene(race((path(track, 60),)))
        case "profile":
            view = ProfileView(theme)
            view.show_scene(profile())
        case _:
            view = TraceView(theme)
            view.show_scene(trace((series(track, 89),), 89, 40.0))
    qtbot.addWidget(view)
    view.resize(560, 420)
    with qtbot.waitExposed(view):
        view.show()
    view.viewport().repaint()
    return view


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    shape = image.height(), image.width(), 4
    return np.frombuffer(image.constBits(), np.uint8).reshape(shape)[..., :3].astype(int)


# -- what is in them -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_view_is_a_plot_of_pyqtgraph(qtbot: QtBot, kind: str) -> None:
    view = shown(qtbot, kind)
    assert isinstance(view, pg.GraphicsView)
    assert isinstance(view.plot, pg.PlotItem)
    assert view.plot.getViewBox() is view.box
    assert isinstance(view.box, TraceBox if kind == "trace" else ChartBox)
    assert isinstance(view.box, pg.ViewBox)
    assert view.plot in view.scene().items()
    for side in ("left", "bottom"):
        assert isinstance(view.plot.getAxis(side), ChartAxis)


@pytest.mark.parametrize("kind", KINDS)
def test_the_ground_is_an_image_of_pyqtgraph_at_the_resolution_of_the_screen(qtbot: QtBot, kind: str) -> None:
    view = shown(qtbot, kind)
    images = [item for item in view.box.allChildren() if isinstance(item, pg.ImageItem)]
    assert images == [view.ground]  # type: ignore[attr-defined]
    plane, ratio = view.plane, view.devicePixelRatioF()
    assert plane is not None
    assert images[0].image.shape == (round(plane.height * ratio), round(plane.width * ratio), 4)
    lies = images[0].mapRectToView(images[0].boundingRect())
    x0, x1, y0, y1 = plane.extent
    assert (lies.left(), lies.right(), lies.top(), lies.bottom()) == pytest.approx((x0, x1, y0, y1))


def test_the_image_has_the_colours_of_the_picture(qtbot: QtBot) -> None:
    view = shown(qtbot, "map")
    assert isinstance(view, MapView)
    plane = view.plane
    assert plane is not None
    on_screen = view.grab().toImage()
    for point in ((2.8, -0.8), (-1.8, -0.8), (-0.6, 0.3)):
        at = plane.point(point).toPoint()
        red, green, blue, alpha = view.ground.image[at.y() - int(plane.top), at.x() - int(plane.left)]
        assert on_screen.pixelColor(at) == QColor(int(red), int(green), int(blue), int(alpha))


@pytest.mark.parametrize("kind", KINDS)
def test_the_box_lies_where_the_painter_of_figures_puts_it(qtbot: QtBot, kind: str) -> None:
    view = shown(qtbot, kind)
    for size in (QSize(560, 420), QSize(333, 257), QSize(901, 611)):
        view.resize(size)
        qtbot.waitUntil(lambda size=size: view.size() == size)
        assert view.plane is not None
        assert view.box.mapRectToScene(view.box.rect()) == view.plane.rect
        assert view.box.extent == view.plane.extent


def test_the_screen_agrees_with_the_painter_of_figures(qtbot: QtBot) -> None:
    view = shown(qtbot, "map")
    assert isinstance(view, MapView)
    scene = race((path(track_of(record_of(spiral(90))), 60),))
    theirs = blank(view.size(), 1.0, QImage.Format.Format_RGB32)
    theirs.fill(view.theme.colour("card"))
    with painting(theirs) as painter:
        paint_map(painter, view._room(), scene, view.theme)
    different = np.abs(pixels(view.grab().toImage()) - pixels(theirs)).max(axis=2)
    assert (different > 60).mean() < 0.002


def test_axes_say_their_ticks_with_true_minus_signs(qtbot: QtBot) -> None:
    view = shown(qtbot, "map")
    axis = view.plot.getAxis("left")
    qtbot.waitUntil(lambda: bool(axis.tickValues(-1.0, 2.0, 400.0)[0][1]))
    levels = axis.tickValues(-1.0, 2.0, 400.0)
    words = axis.tickStrings(levels[0][1], 1.0, levels[0][0])
    assert "−0.5" in words
    assert not any("-" in word for word in words)
    assert all(axis.tickStrings(levels[1][1], 1.0, levels[1][0])) is False


# -- the hand ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_no_menu_and_no_button_of_pyqtgraph(qtbot: QtBot, kind: str) -> None:
    view = shown(qtbot, kind)
    plane = view.plane
    assert plane is not None
    for at in (plane.rect.center().toPoint(), QPoint(3, view.height() // 2)):
        qtbot.mouseMove(view.viewport(), at)
        qtbot.mousePress(view.viewport(), Qt.MouseButton.RightButton, pos=plane.rect.center().toPoint())
        qtbot.mouseRelease(view.viewport(), Qt.MouseButton.RightButton, pos=plane.rect.center().toPoint())
        assert QApplication.activePopupWidget() is None
        assert not any(isinstance(w, QMenu) and w.isVisible() for w in QApplication.topLevelWidgets())
    assert not view.plot.autoBtn.isVisible()
    assert not view.box.menuEnabled()
    assert view.box.autoRangeEnabled() == [False, False]


def test_the_range_of_the_box_is_the_zoom(qtbot: QtBot) -> None:
    view = shown(qtbot, "map")
    assert isinstance(view, MapView)
    assert view.box.extent == EXTENT == view.region
    with qtbot.waitSignal(view.region_changed, timeout=1000) as caught:
        view.box.setRange(xRange=(0.0, 1.0), yRange=(0.25, 0.75), padding=0)
    assert caught.args[0] == (0.0, 1.0, 0.25, 0.75) == view.region
    assert view.plane is not None
    assert view.plane.extent == view.region


def test_a_quick_drag_is_a_drag_at_once(qtbot: QtBot) -> None:
    view = shown(qtbot, "map")
    assert isinstance(view, MapView)
    drags: list[tuple] = []
    view.start_dragged.connect(lambda *rest: drags.append(rest))
    plane = view.plane
    assert plane is not None
    at = plane.point(START).toPoint()
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(view.viewport(), at + QPoint(6, 0))
    assert len(drags) == 1
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=at + QPoint(6, 0))
    assert [drag[3] for drag in drags] == [False, True]


def test_a_hand_that_trembles_clicks(qtbot: QtBot) -> None:
    view = shown(qtbot, "map")
    assert isinstance(view, MapView)
    clicks: list[tuple] = []
    view.clicked.connect(lambda *rest: clicks.append(rest))
    plane = view.plane
    assert plane is not None
    at = plane.point((1.5, 0.0)).toPoint()
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.wait(30)
    qtbot.mouseMove(view.viewport(), at + QPoint(2, 1))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=at + QPoint(2, 1))
    assert len(clicks) == 1
    assert view.region == EXTENT


def test_a_lost_release_does_not_move_the_next_click(qtbot: QtBot) -> None:
    view = shown(qtbot, "map")
    assert isinstance(view, MapView)
    clicks: list[tuple] = []
    view.clicked.connect(lambda *rest: clicks.append(rest))
    plane = view.plane
    assert plane is not None
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=plane.point((1.5, 0.0)).toPoint())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=plane.point((0.0, 1.5)).toPoint())
    assert [click[:2] for click in clicks] == [pytest.approx((0.0, 1.5), abs=0.02)]


# -- frames --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ("map", "trace"))
def test_a_frame_is_painted_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    painted = []
    paint = PlotView.paintEvent
    monkeypatch.setattr(
        PlotView, "paintEvent", lambda view, event: (painted.append(1), paint(view, event))[1]
    )
    view = shown(qtbot, kind)
    track = track_of(record_of(spiral(90)))
    QApplication.processEvents()
    painted.clear()
    for step in range(61, 81):
        if isinstance(view, MapView):
            view.show_scene(race((path(track, step),)))
            view.set_cursor((0.01 * step, 0.3))
        else:
            view.show_scene(trace((series(track, step),), 89, float(step)))  # type: ignore[attr-defined]
        for _ in range(3):
            QApplication.processEvents()
    assert len(painted) == 20


def test_dots_from_pictures_look_like_painted_ones(qapp: QApplication) -> None:
    theme = Theme.load("light")
    plane = Plane((0.0, 1.0, 0.0, 1.0), 0.0, 0.0, 300.0, 200.0)
    places = np.array([(0.1, 0.2), (0.333, 0.7), (0.5, 0.501), (0.87, 0.123), (np.nan, 0.5), (9.0, 9.0)])
    styles = (
        Style("run:adam:0", size=11.0),
        Style("start", width=2.4, marker="ring", size=15.0, fill="card"),
        Style("minimum-global", marker="cross", size=9.0),
    )
    for style in styles:
        mark = Points("dots", 1, places, style)
        cached, direct = blank(QSize(300, 200), 1.0), blank(QSize(300, 200), 1.0)
        dots = DotPictures()
        with painting(cached) as painter:
            dots.draw(painter, mark, plane, theme, 1.0)
        with painting(direct) as painter:
            draw_dots(painter, places, None, style, theme, plane)
        a, b = pixels(cached), pixels(direct)
        assert (b.max(axis=2) > 0).sum() > 100
        assert np.abs(a - b).mean(axis=(0, 1)).max() < 0.35
        kept = len(dots._kept)
        with painting(cached) as painter:
            dots.draw(painter, mark, plane, theme, 1.0)
        assert len(dots._kept) == kept <= 4


# -- when something fails ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("map", "minima_widgets.chart.draw_labels"),
        ("map", "minima_widgets.chart.word_places"),
        ("map", "minima_widgets.path_layer.draw_stroke"),
        ("map", "minima_widgets.map_view.draw_ground"),
        ("profile", "minima_widgets.profile_view.draw_curve"),
        ("trace", "minima_widgets.series_layer.draw_series"),
        ("trace", "minima_widgets.trace_view.draw_axes"),
    ],
)
def test_an_exception_in_painting_is_told_once_and_the_view_goes_on(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, kind: str, what: str
) -> None:
    told: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: told.append(error))
    before = shown(qtbot, kind)
    healthy = before.grab().toImage()
    before.hide()
    with monkeypatch.context() as broken:

        def fail(*rest: object, **more: object) -> None:
            raise ZeroDivisionError("A test breaks this.")

        broken.setattr(what, fail)
        view = shown(qtbot, kind)
        for _ in range(4):
            view.viewport().repaint()
            view.resize(view.width() + 1, view.height())
            QApplication.processEvents()
        qtbot.waitUntil(lambda: bool(told))
        assert [str(error) for error in told] == ["A test breaks this."]
    view.resize(561, 421)
    view.resize(560, 420)
    view.set_theme(Theme.load("light"))
    view.set_theme(Theme.load("dark"))
    qtbot.waitUntil(lambda: np.abs(pixels(view.grab().toImage()) - pixels(healthy)).max() < 40)
    assert len(told) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_view_that_nobody_holds_goes_quietly(qtbot: QtBot, kind: str) -> None:
    for _ in range(4):
        view = shown(qtbot, kind)
        gone = weakref.ref(view)
        del view
        gc.collect()
        QApplication.processEvents()
    assert gone() is None


def test_a_guard_tells_each_exception_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: told.append(str(error)))
    guard = Guard()
    for words in ("a", "a", "b", "", "b"):
        with guard:
            if words:
                raise ValueError(words)
    qtbot.waitUntil(lambda: told == ["a", "b"])


def test_a_painter_ends_whatever_happens(qapp: QApplication) -> None:
    picture = blank(QSize(20, 10), 1.0)
    with pytest.raises(ValueError, match="no"), painting(picture) as painter:
        painter.drawLine(QPointF(0, 5), QPointF(20, 5))
        raise ValueError("no")
    assert not painter.isActive()
    again = QPainter()
    assert again.begin(picture)
    again.end()


def test_a_widget_whose_painting_fails_leaves_no_painter_open_and_paints_again(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: told.append(error))
    painters: list[QPainter] = []

    class Fragile(QWidget):
        broken = True

        @guarded
        def paintEvent(self, event: QPaintEvent) -> None:
            painter = QPainter(self)
            painters.append(painter)
            if self.broken:
                raise ZeroDivisionError("A test breaks this.")
            painter.fillRect(self.rect(), Qt.GlobalColor.green)
            painter.end()

    widget = Fragile()
    qtbot.addWidget(widget)
    widget.resize(40, 30)
    widget.show()
    qtbot.waitUntil(lambda: len(told) == 1)
    widget.repaint()
    assert len(painters) > 1
    assert not any(painter.isActive() for painter in painters)
    widget.broken = False
    assert widget.grab().toImage().pixelColor(20, 15) == QColor(Qt.GlobalColor.green)
    assert len(told) == 1
