"""Plain charts: what lies where, what the hand and the keyboard do, and how they look in a picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from minima_core.scene.marks import Arrow, Label, Lines, Points, Regions, Shading, Style
from minima_core.scene.scenes import ChartScene, Figure, Panel, Tick
from minima_widgets.chart_view import ChartView
from minima_widgets.paint import paint_chart
from minima_widgets.paint.chart import chart_axes, chart_plane
from minima_widgets.paint.figure import render_image
from minima_widgets.pictures import blank, painting
from minima_widgets.theme import Theme

LEAVES = np.array([[1.0, 0.0], [2.0, 0.4], [3.0, 0.2]])


def tree(**more: object) -> ChartScene:
    scene = ChartScene(
        (0.0, 4.0, -0.5, 2.0),
        "",
        "loss",
        (),
        (Tick(0.0, "0"), Tick(1.0, "1"), Tick(1.5)),
        (
            Lines("branches", 1, np.array([[1.0, 0.0], [1.0, 1.2], [2.0, 1.2], [2.0, 0.4]]), Style("text")),
            Lines("drag:flood", 1, np.array([[0.0, 1.0], [4.0, 1.0]]), Style("accent")),
            Points("leaf", 1, LEAVES, Style("text", size=8.0), (4, 5, 6)),
            Arrow("arrow", 1, (3.0, 0.2), (3.4, 0.6), Style("muted")),
            Label("label", 1, (1.0, 0.0), "1", "global"),
        ),
        title="Minima and passes",
        revision=1,
    )
    return replace(scene, **more)  # type: ignore[arg-type]


@pytest.fixture
def view(qtbot: QtBot) -> ChartView:
    made = ChartView(Theme.load("dark"))
    qtbot.addWidget(made)
    made.resize(420, 300)
    made.show_scene(tree())
    made.show()
    qtbot.waitExposed(made)
    made.heard = []  # type: ignore[attr-defined]
    for name in ("pointed", "left", "clicked", "picked", "dragged"):
        getattr(made, name).connect(lambda *values, name=name: made.heard.append((name, *values)))  # type: ignore[attr-defined]
    return made


def at(view: ChartView, x: float, y: float) -> QPoint:
    assert view.plane is not None
    return view.plane.point((x, y)).toPoint()


def test_a_click_picks_a_point_or_says_where_it_was(view: ChartView) -> None:
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at(view, 2.0, 0.4) + QPoint(4, -3))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at(view, 3.5, 1.8))
    picked, clicked = (each for each in view.heard if each[0] != "pointed")  # type: ignore[attr-defined]
    assert picked == ("picked", "leaf", 5)
    assert clicked[0] == "clicked"
    assert clicked[1:] == pytest.approx((3.5, 1.8), abs=0.03)


def test_pointing_is_told_with_a_cursor_that_says_what_can_be_done(view: ChartView) -> None:
    shapes = []
    for x, y in ((3.5, 1.7), (1.0, 0.0), (3.4, 1.0)):
        QTest.mouseMove(view.viewport(), at(view, x, y))
        QTest.qWait(20)
        shapes.append(view.cursor().shape())
        assert view.heard[-1] == ("pointed", pytest.approx(x, abs=0.03), pytest.approx(y, abs=0.03))  # type: ignore[attr-defined]
    shape = Qt.CursorShape
    assert shapes == [shape.CrossCursor, shape.PointingHandCursor, shape.SizeVerCursor]
    QTest.mouseMove(view.viewport(), QPoint(1, 1))
    QTest.qWait(20)
    assert view.heard[-1] == ("left",)  # type: ignore[attr-defined]


def test_what_can_be_dragged_follows_the_hand_and_stays_inside(view: ChartView) -> None:
    begin = at(view, 2.6, 1.0)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=begin)
    for y in (1.3, 1.6, 9.0):
        QTest.mouseMove(view.viewport(), at(view, 2.6, y))
        QTest.qWait(5)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=at(view, 2.6, 9.0))
    told = [each for each in view.heard if each[0] == "dragged"]  # type: ignore[attr-defined]
    assert [each[1] for each in told] == ["drag:flood"] * len(told)
    assert [each[3] for each in told][-2:] == [2.0, 2.0]
    assert [each[4] for each in told] == [False] * (len(told) - 1) + [True]
    assert not any(each[0] in ("clicked", "picked") for each in view.heard)  # type: ignore[attr-defined]


def test_the_keyboard_picks_and_drags(view: ChartView) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Enter):
        QTest.keyClick(view, key)
    QTest.keyClick(view, Qt.Key.Key_Down)
    heard = view.heard  # type: ignore[attr-defined]
    assert [each for each in heard if each[0] == "picked"] == [("picked", "leaf", 5), ("picked", "leaf", 4)]
    assert heard[-1] == ("dragged", "drag:flood", 2.0, pytest.approx(0.975), True)


def test_a_point_that_went_away_is_no_longer_picked(view: ChartView) -> None:
    QTest.keyClick(view, Qt.Key.Key_Right)
    view.show_scene(tree(marks=(), note="Nothing here.", revision=2))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert not [each for each in view.heard if each[0] == "picked"]  # type: ignore[attr-defined]


def test_only_what_changed_is_painted_again(view: ChartView, monkeypatch: pytest.MonkeyPatch) -> None:
    import minima_widgets.chart_view as module

    painted, draw = [], module.draw_chart
    monkeypatch.setattr(module, "draw_chart", lambda *rest: painted.append(1) or draw(*rest))
    view.viewport().repaint()
    view.show_scene(tree())
    view.viewport().repaint()
    assert painted == []
    moved = replace(tree().marks[1], revision=2)
    view.show_scene(tree(marks=(tree().marks[0], moved, *tree().marks[2:])))
    view.viewport().repaint()
    assert painted == [1]


def test_equal_axes_have_one_scale(qapp: QApplication) -> None:
    theme = Theme.load("light")
    for rect in (QRectF(0, 0, 600, 200), QRectF(0, 0, 200, 600)):
        plane = chart_plane(rect, tree(equal=True), theme)
        assert plane.width / 4.0 == pytest.approx(plane.height / 2.5, rel=0.02)
        assert rect.contains(plane.rect)


def test_given_ticks_are_taken_and_an_empty_chart_has_no_axes(qapp: QApplication) -> None:
    theme, rect = Theme.load("dark"), QRectF(0, 0, 400, 300)
    axes = chart_axes(rect, tree(), theme)
    assert [tick.text for tick in axes.y_ticks] == ["0", "1", ""]
    assert any(tick.text for tick in axes.x_ticks)
    empty = chart_axes(rect, tree(marks=(), note="Looking …"), theme)
    assert (empty.x_ticks, empty.y_ticks, empty.x_label) == ((), (), "")


@pytest.mark.parametrize("name", ["dark", "light", "slide"])
@pytest.mark.parametrize("size", [(90, 60), (520, 360)])
def test_a_chart_is_a_panel_of_a_figure(qapp: QApplication, name: str, size: tuple[int, int]) -> None:
    labels = np.arange(16, dtype=np.int16).reshape(4, 4) % 3
    values = np.linspace(0, 1, 16, dtype=np.float32).reshape(4, 4)
    roles = ("basin:0", "basin:1", "basin:2")
    extent = (-3.0, 0.0, 0.0, 1.0)
    marks = (Regions("r", 1, extent, labels, roles), Shading("s", 1, extent, values, "chances", 0.3))
    settings = ChartScene(extent, "learning rate", "momentum", (Tick(-3.0, "0.001"),), (), marks, x_log=True)
    for scene in (settings, tree(), tree(marks=(), note="Looking for minima …")):
        image = render_image(Figure((Panel("chart", scene),), theme=name), *size)
        assert (image.width(), image.height()) == size
    image = render_image(Figure((Panel("chart", settings),), theme=name), 520, 360)
    colours = {image.pixelColor(x, 180).name() for x in range(100, 500)}
    assert len(colours) > 4


def test_a_chart_without_extent_says_so(qapp: QApplication) -> None:
    image = blank(QSize(100, 80), 1.0)
    with painting(image) as painter, pytest.raises(ValueError, match="x0 < x1"):
        paint_chart(painter, QRectF(0, 0, 100, 80), tree(extent=(1.0, 1.0, 0.0, 1.0)), Theme.load("dark"))
