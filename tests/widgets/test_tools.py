"""Tools on map and profile: wells drawn by hand and by keys, the lens, and the region edited at the axes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from minima_core.scene.marks import Lines, Mark, Points, Style
from minima_widgets.chart import Chart
from minima_widgets.map_view import MapView
from minima_widgets.profile_view import ProfileView
from minima_widgets.theme import Theme
from tests.widgets.charts import profile, race
from tests.widgets.surfaces import EXTENT

TOLD = (
    "clicked",
    "start_dragged",
    "well_placed",
    "well_moved",
    "well_widened",
    "well_deepened",
    "well_removed",
    "lens_moved",
    "lens_sized",
    "region_edited",
)
Left, Right = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def ring(x: float, y: float, radius: float) -> NDArray[np.float64]:
    turn = np.linspace(0.0, 2 * np.pi, 49)
    return np.column_stack((x + radius * np.cos(turn), y + radius * np.sin(turn)))


WELLS: tuple[Mark, ...] = (
    Lines("well:ring:0", 1, ring(1.0, 0.4, 0.5), Style("accent", width=1.6)),
    Lines("well:ring:1", 1, ring(-0.7, 0.3, 0.3), Style("accent", width=1.6)),
    Points("well:centre", 1, np.array([[1.0, 0.4]]), Style("accent", size=9.0), (0,)),
    Points("well:centre:hills", 1, np.array([[-0.7, 0.3]]), Style("accent", size=9.0), (1,)),
)
LENS: tuple[Mark, ...] = (
    Lines("lens:rim", 1, ring(0.5, 0.5, 0.8), Style("accent", width=2.0)),
    Points("lens:centre", 1, np.array([[0.5, 0.5]]), Style("accent", size=9.0), (0,)),
)


def shown(qtbot: QtBot, view: Chart, marks: tuple[Mark, ...] = ()) -> Chart:
    qtbot.addWidget(view)
    view.resize(620, 460)
    scene = profile() if isinstance(view, ProfileView) else race(words=False)
    view.show_scene(replace(scene, marks=(*scene.marks, *marks)))  # type: ignore[arg-type]
    view.show()
    qtbot.waitExposed(view)
    view.heard = []  # type: ignore[attr-defined]
    for name in TOLD:
        getattr(view, name).connect(lambda *values, name=name: view.heard.append((name, *values)))  # type: ignore[attr-defined]
    return view


@pytest.fixture
def drawing(qtbot: QtBot) -> Chart:
    view = shown(qtbot, MapView(Theme.load("dark")), WELLS)
    view.set_tool("draw")
    return view


def at(view: Chart, x: float, y: float) -> QPoint:
    assert view.plane is not None
    return view.plane.point((x, y)).toPoint()


def drag(view: Chart, begin: QPoint, end: QPoint) -> list[tuple]:
    QTest.mousePress(view.viewport(), Left, pos=begin)
    for k in range(1, 5):
        QTest.mouseMove(view.viewport(), begin + (end - begin) * k / 4)
        QTest.qWait(3)
    QTest.mouseRelease(view.viewport(), Left, pos=end)
    return take(view)


def take(view: Chart) -> list[tuple]:
    heard = list(view.heard)  # type: ignore[attr-defined]
    view.heard.clear()  # type: ignore[attr-defined]
    return heard


def test_a_click_places_a_well_and_starts_no_race(drawing: Chart) -> None:
    QTest.mouseClick(drawing.viewport(), Left, pos=at(drawing, 2.2, -0.4))
    assert take(drawing) == [("well_placed", pytest.approx(2.2, abs=0.02), pytest.approx(-0.4, abs=0.02))]
    drawing.set_tool("race")
    QTest.mouseClick(drawing.viewport(), Left, pos=at(drawing, 2.2, -0.4))
    assert [each[0] for each in take(drawing)] == ["clicked"]


def test_a_handle_moves_and_its_ring_widens(drawing: Chart) -> None:
    grabbed = at(drawing, 1.0, 0.4) + QPoint(5, 3)
    told = drag(drawing, grabbed, grabbed + QPoint(60, 0))
    assert {each[:2] for each in told} == {("well_moved", 0)}
    assert drawing.plane is not None
    right = 1.0 + 60 / drawing.plane.width * (EXTENT[1] - EXTENT[0])
    assert told[-1][2:] == (pytest.approx(right, abs=0.02), pytest.approx(0.4, abs=0.02), True)
    assert [each[4] for each in told[:-1]] == [False] * (len(told) - 1)
    told = drag(drawing, at(drawing, -0.4, 0.3), at(drawing, 0.1, 0.3))
    assert {each[:2] for each in told} == {("well_widened", 1)}
    assert told[-1][2:] == (pytest.approx(0.8, abs=0.02), True)


def test_a_well_stays_in_the_region(drawing: Chart) -> None:
    told = drag(drawing, at(drawing, 1.0, 0.4), at(drawing, 9.0, 0.4))
    assert told[-1][2] == EXTENT[1]


def test_the_wheel_deepens_the_well_under_it_and_zooms_elsewhere(drawing: Chart, qtbot: QtBot) -> None:
    before = drawing.region
    for x, y in ((1.0, 0.4), (2.5, 1.5)):
        where = at(drawing, x, y)
        event = QWheelEvent(
            QPointF(where),
            drawing.mapToGlobal(QPointF(where)),
            QPoint(0, 0),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(drawing.viewport(), event)
        if x == 1.0:
            assert drawing.region == before
            qtbot.waitUntil(lambda: len(drawing.heard) == 2)  # type: ignore[attr-defined]
            told = take(drawing)
            assert told == [("well_deepened", 0, pytest.approx(1.1), False), ("well_deepened", 0, 1.0, True)]
    assert drawing.region != before
    assert take(drawing) == []


def test_the_other_button_removes(drawing: Chart) -> None:
    QTest.mouseClick(drawing.viewport(), Right, pos=at(drawing, -0.7, 0.3))
    QTest.mouseClick(drawing.viewport(), Right, pos=at(drawing, 2.5, -0.8))
    assert take(drawing) == [("well_removed", 1)]


def test_keys_do_all_that_the_hand_does(drawing: Chart) -> None:
    QTest.keyClick(drawing, Qt.Key.Key_Left)
    assert take(drawing) == []  # no well is chosen: arrows are the window's
    QTest.keyClick(drawing, Qt.Key.Key_Space)
    QTest.keyClick(drawing, Qt.Key.Key_Space)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Plus, Qt.Key.Key_Minus):
        QTest.keyClick(drawing, key)
    QTest.keyClick(drawing, Qt.Key.Key_BracketRight)
    QTest.keyClick(drawing, Qt.Key.Key_Delete)
    right, up, deeper, shallower, wider, gone = take(drawing)
    assert right == ("well_moved", 1, pytest.approx(-0.65), pytest.approx(0.3), True)
    assert up == ("well_moved", 1, pytest.approx(-0.7), pytest.approx(0.33), True)
    assert deeper[:2] == shallower[:2] == ("well_deepened", 1)
    assert deeper[2] * shallower[2] == pytest.approx(1.0)
    assert wider == ("well_widened", 1, pytest.approx(0.33), True)
    assert gone == ("well_removed", 1)
    drawing.set_cursor((2.0, 1.0))
    QTest.keyClick(drawing, Qt.Key.Key_Return)
    assert take(drawing) == [("well_placed", 2.0, 1.0)]


def test_the_cursor_says_what_a_press_would_do(drawing: Chart, qtbot: QtBot) -> None:
    shape = Qt.CursorShape
    for x, y, wanted in (
        (1.0, 0.4, shape.OpenHandCursor),
        (1.5, 0.4, shape.SizeHorCursor),
        (1.0, 0.9, shape.SizeVerCursor),
        (2.3, -0.5, shape.CrossCursor),
    ):
        QTest.mouseMove(drawing.viewport(), at(drawing, x, y))
        qtbot.waitUntil(lambda wanted=wanted: drawing.cursor().shape() == wanted)


def test_a_ghost_follows_the_pointer_over_empty_ground(drawing: Chart) -> None:
    pictures = []
    for x in (2.0, 2.3):
        QTest.mouseMove(drawing.viewport(), at(drawing, x, -0.5))
        QTest.qWait(20)
        pictures.append(drawing.grab().toImage())
    assert pictures[0] != pictures[1]


def test_the_lens_is_moved_sized_and_put_somewhere_else(qtbot: QtBot) -> None:
    view = shown(qtbot, MapView(Theme.load("light")), LENS)
    view.set_tool("lens")
    told = drag(view, at(view, 0.5, 0.5), at(view, 0.9, 0.8))
    assert told[-1] == ("lens_moved", pytest.approx(0.9, abs=0.02), pytest.approx(0.8, abs=0.02), True)
    told = drag(view, at(view, 1.3, 0.5), at(view, 1.6, 0.5))
    assert told[-1] == ("lens_sized", pytest.approx(1.1, abs=0.02), True)
    QTest.mouseClick(view.viewport(), Left, pos=at(view, -1.5, -0.5))
    assert take(view) == [("lens_moved", pytest.approx(-1.5, abs=0.02), pytest.approx(-0.5, abs=0.02), True)]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_BracketLeft):
        QTest.keyClick(view, key)
    moved, sized = take(view)
    assert moved == ("lens_moved", pytest.approx(0.5), pytest.approx(0.47), True)
    assert sized == ("lens_sized", pytest.approx(0.8 / 1.1, rel=0.01), True)


def test_in_one_variable_a_ring_is_an_interval(qtbot: QtBot) -> None:
    view = ProfileView(Theme.load("dark"))
    shown(qtbot, view)
    scene = view._shown
    assert scene is not None
    x0, x1, y0, y1 = scene.extent
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    wide = (x1 - x0) / 5
    marks = (
        Lines("well:ring:0", 1, np.array([[x - wide, y], [x + wide, y]]), Style("accent")),
        Points("well:centre", 1, np.array([[x, y]]), Style("accent"), (0,)),
    )
    view.show_scene(replace(scene, marks=(*scene.marks, *marks)))
    view.set_tool("draw")
    told = drag(view, at(view, x + wide, y), at(view, x + 1.5 * wide, y + 0.1))
    assert told[-1] == ("well_widened", 0, pytest.approx(1.5 * wide, rel=0.03), True)


# -- the region -----------------------------------------------------------------------------------------


def end_of(view: Chart, axis: int, high: bool) -> QPoint:
    assert view.plane is not None
    rect = view.plane.rect
    if axis == 0:
        return QPointF(rect.right() - 8 if high else rect.left() + 8, rect.bottom() + 9).toPoint()
    return QPointF(rect.left() - 9, rect.top() + 6 if high else rect.bottom() - 8).toPoint()


def test_an_end_of_an_axis_shows_that_it_can_be_edited_and_is(qtbot: QtBot) -> None:
    view = shown(qtbot, MapView(Theme.load("dark")))
    QTest.mouseMove(view.viewport(), end_of(view, 0, high=False))
    QTest.qWait(20)
    assert view.field.chip.isVisible() and view.field.chip.text() == "−2"
    assert view.cursor().shape() == Qt.CursorShape.IBeamCursor
    QTest.mouseClick(view.viewport(), Left, pos=end_of(view, 0, high=False))
    assert view.field.isVisible() and view.field.text() == "−2"
    QTest.keyClicks(view.field, "-4,5")
    QTest.keyClick(view.field, Qt.Key.Key_Tab)
    assert view.field.text() == "3"
    QTest.keyClicks(view.field, "1e1")
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    assert take(view) == [("region_edited", 0, -4.5, 10.0)]
    assert not view.field.isVisible()


@pytest.mark.parametrize(
    ("typed", "why"),
    [("many", "not a number"), ("9", "must lie below"), ("nan", "not a number"), ("", "not")],
)
def test_what_cannot_be_an_end_is_refused_in_a_sentence(qtbot: QtBot, typed: str, why: str) -> None:
    view = shown(qtbot, MapView(Theme.load("light")))
    view.edit_region(1, "low")
    view.field.setText(typed)
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    assert view.field.isVisible()
    assert why in view.field.toolTip()
    QTest.keyClick(view.field, Qt.Key.Key_Escape)
    assert not view.field.isVisible()
    assert take(view) == []


def test_an_end_that_stays_is_no_edit_and_a_press_there_starts_nothing(qtbot: QtBot) -> None:
    view = shown(qtbot, MapView(Theme.load("dark")))
    QTest.mouseClick(view.viewport(), Left, pos=end_of(view, 1, high=True))
    assert view.field.text() == "2"
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    assert take(view) == []


def test_the_loss_of_a_profile_has_no_ends_to_edit(qtbot: QtBot) -> None:
    view = shown(qtbot, ProfileView(Theme.load("dark")))
    assert view.field.end_at(QPointF(end_of(view, 0, high=True))) == (0, "high")
    assert view.field.end_at(QPointF(end_of(view, 1, high=True))) is None
