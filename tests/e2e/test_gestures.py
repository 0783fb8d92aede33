"""The first minute by hand: what is on screen on opening, and what mouse and keyboard do to it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from minima_core.document import opening
from minima_core.scene import Label
from tests.e2e.hand import Hand, pause, wait

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def near(a: tuple[float, ...], b: tuple[float, ...], reach: float = 0.08) -> bool:
    """Whether two points are the same to the eye."""
    return len(a) == len(b) and all(abs(p - q) < reach for p, q in zip(a, b, strict=True))


# -- what is on screen -----------------------------------------------------------------------------------


def test_it_opens_on_two_wells_both_labelled_with_a_bold_invitation(hand: Hand) -> None:
    scene = hand.window.projector.scenes(0).race
    words = [f"{mark.bold} {mark.text}" for mark in scene.marks if isinstance(mark, Label)]
    assert any("global minimum" in word.lower() for word in words), words
    assert any("local minimum" in word.lower() and "0.549" in word for word in words), words
    assert "Click anywhere to start from there" in hand.window.deck.sentence.text()
    assert hand.window.deck.sentence.isVisible()
    assert hand.window.deck.map.isVisible()
    assert hand.window.deck.surface.isVisible()


def test_the_methods_end_in_different_wells(hand: Hand) -> None:
    hand.play_to_the_end()
    said = hand.verdicts()
    assert "local minimum" in said["Gradient descent"]
    assert "global minimum" in said["Adam"]


def test_the_race_moves_by_itself_and_can_be_held(hand: Hand) -> None:
    hand.key(Key.Key_Space)
    wait(lambda: hand.window.player.step > 5, "the race moves")
    hand.key(Key.Key_Space)
    at = hand.window.player.step
    pause(80)
    assert hand.window.player.step == at


def test_what_to_try_next_is_made_from_what_is_on_screen(hand: Hand) -> None:
    hand.play_to_the_end()
    hand.verdicts()
    assert hand.window.deck.try_next.text().strip()


# -- the mouse -------------------------------------------------------------------------------------------


def test_a_click_on_the_map_starts_there(hand: Hand) -> None:
    hand.click(hand.window.deck.map, hand.pixel((-2.0, 0.5)))
    assert len(hand.starts) == 1
    assert near(hand.starts[0], (-2.0, 0.5), 0.02)
    assert hand.window.player.playing
    hand.play_to_the_end()
    assert all(
        near(tuple(track.at(0)[1]), (-2.0, 0.5), 0.02) for track in hand.window.projector.tracks.values()
    )


def test_a_shift_click_adds_a_start(hand: Hand) -> None:
    first = hand.starts[0]
    hand.window.player.speed = 0.0
    hand.click(hand.window.deck.map, hand.pixel((1.5, 1.0)), shift=True)
    assert len(hand.starts) == 2
    assert hand.starts[0] == first
    assert near(hand.starts[1], (1.5, 1.0), 0.02)
    hand.settle()
    assert len(hand.window.projector.tracks) == 2 * len(hand.exploration.entries)


def test_two_quick_clicks_are_two_clicks(hand: Hand) -> None:
    at = hand.pixel((-2.0, 0.5))
    hand.click(hand.window.deck.map, at)
    QTest.mouseDClick(hand.window.deck.map.viewport(), Qt.MouseButton.LeftButton, SHIFT, at + QPoint(3, 0))
    assert 1 <= len(hand.starts) <= 3
    hand.click(hand.window.deck.map, hand.pixel((1.0, 1.0)))
    assert len(hand.starts) == 1


def test_a_click_on_the_surface_starts_where_the_ray_meets_it(hand: Hand) -> None:
    target = (0.9, 0.2)
    at = hand.surface_pixel(target)
    hand.click(hand.window.deck.surface, at)
    assert len(hand.starts) == 1
    assert near(hand.starts[0], target)


def test_a_click_beside_the_surface_changes_nothing(hand: Hand) -> None:
    before = hand.exploration
    hand.surface_pixel((0.9, 0.2))
    hand.click(hand.window.deck.surface, QPoint(2, 2))
    assert hand.exploration is before


def test_a_drag_on_a_start_is_followed_live_and_is_one_step_of_undo(hand: Hand) -> None:
    hand.play_to_the_end()
    before = hand.exploration
    view, seen = hand.window.deck.map, []

    def watch(_stop: int) -> None:
        # As long as a hand rests there; on a busy machine a little longer.
        for _ in range(20):
            pause(25)
            points = {tuple(np.round(t.at(0)[1], 3)) for t in hand.window.projector.tracks.values()}
            if not seen or points != seen[-1]:
                break
        seen.append(points)

    hand.drag(view, hand.pixel(hand.starts[0]), hand.pixel((-0.4, 0.6)), stops=6, on_the_way=watch)
    assert len({point for points in seen for point in points}) >= 3, "the runs follow on the way"
    assert near(hand.starts[0], (-0.4, 0.6), 0.03)
    hand.settle()
    assert all(near(tuple(t.at(0)[1]), hand.starts[0], 1e-9) for t in hand.window.projector.tracks.values())
    hand.key(Key.Key_Z, CONTROL)
    assert hand.exploration == before


def test_a_drag_on_a_start_of_the_surface_moves_it(hand: Hand) -> None:
    hand.play_to_the_end()
    before = hand.exploration
    a = hand.surface_pixel(hand.starts[0])
    hand.drag(hand.window.deck.surface, a, a + QPoint(30, 20))
    assert hand.exploration != before
    hand.settle()
    hand.key(Key.Key_Z, CONTROL)
    assert hand.exploration == before


def test_a_drag_elsewhere_pans_the_map_and_starts_nothing(hand: Hand) -> None:
    before, view = hand.exploration, hand.window.deck.map
    region = view.region
    hand.drag(view, hand.pixel((1.5, -1.5)), hand.pixel((1.0, -1.2)))
    assert hand.exploration is before
    x0, x1, y0, _ = view.region
    assert x1 - x0 == pytest.approx(region[1] - region[0])
    assert x0 - region[0] == pytest.approx(0.5, abs=0.03)
    assert y0 - region[2] == pytest.approx(-0.3, abs=0.03)
    wait(lambda: hand.window.session.view.zoom == pytest.approx(view.region), "the view is told")


def test_a_drag_elsewhere_turns_the_surface(hand: Hand) -> None:
    before, surface = hand.exploration, hand.window.deck.surface
    a = hand.surface_pixel((1.5, -1.5))
    azimuth = surface.camera.azimuth
    hand.drag(surface, a, a + QPoint(60, 0))
    assert abs(surface.camera.azimuth - azimuth) > 5
    assert hand.exploration is before
    assert hand.window.session.view.camera[0] == pytest.approx(surface.camera.azimuth)


def test_the_wheel_zooms_at_the_cursor(hand: Hand) -> None:
    view = hand.window.deck.map
    at, whole = hand.pixel((1.0, 0.5)), view.region
    hand.wheel(view, at, 3)
    x0, x1, _, _ = view.region
    assert (x1 - x0) < 0.7 * (whole[1] - whole[0])
    assert (hand.pixel((1.0, 0.5)) - at).manhattanLength() <= 2, "what is under the cursor stays there"
    wait(lambda: hand.window.session.view.zoom is not None, "the view is told")
    pause(60)
    assert view.region == pytest.approx(hand.window.session.view.zoom)
    hand.key(Key.Key_F)
    wait(lambda: view.region == pytest.approx(whole), "the whole region again")
    wait(lambda: hand.window.session.view.zoom is None, "the view shows everything again")


def test_the_wheel_zooms_the_surface(hand: Hand) -> None:
    surface = hand.window.deck.surface
    distance = surface.camera.distance
    hand.wheel(surface, hand.surface_pixel((0.9, 0.2)), 2)
    assert surface.camera.distance < distance


def test_one_cursor_for_all_views(hand: Hand) -> None:
    view = hand.window.deck.map
    QTest.mouseMove(view.viewport(), hand.pixel((0.2, 0.2)))
    QTest.mouseMove(view.viewport(), hand.pixel((0.5, -0.25)))
    wait(
        lambda: hand.window.hub.cursor is not None and near(hand.window.hub.cursor, (0.5, -0.25)),
        "the cursor",
    )
    hand.window._say()
    said = hand.window.deck.status.accessibleDescription()
    for symbol in ("x ", "y ", "f ", "|∇f|", "curvature"):
        assert symbol in said


# -- the keyboard ----------------------------------------------------------------------------------------


def test_arrows_move_the_cursor_and_enter_starts_there(hand: Hand) -> None:
    hand.key(Key.Key_Right, times=3)
    hand.key(Key.Key_Up, times=2)
    cursor = hand.window.hub.cursor
    assert cursor is not None
    hand.key(Key.Key_Left)
    assert hand.window.hub.cursor[0] < cursor[0]
    hand.key(Key.Key_Down)
    assert hand.window.hub.cursor[1] < cursor[1]
    hand.key(Key.Key_Return)
    assert near(hand.starts[0], hand.window.hub.cursor, 1e-9)
    hand.key(Key.Key_Right, times=5)
    hand.key(Key.Key_Return, SHIFT)
    assert len(hand.starts) == 2


def test_arrows_move_the_cursor_when_the_surface_has_the_keyboard(hand: Hand) -> None:
    hand.window.deck.surface.setFocus()
    hand.key(Key.Key_Right)
    first = hand.window.hub.cursor
    hand.key(Key.Key_Right)
    assert first is not None
    assert hand.window.hub.cursor[0] > first[0]
    hand.key(Key.Key_Return)
    assert near(hand.starts[0], hand.window.hub.cursor, 1e-9)


@pytest.mark.parametrize("name", ["map", "surface"])
def test_shift_makes_arrows_faster_whatever_view_has_the_keyboard(hand: Hand, name: str) -> None:
    getattr(hand.window.deck, name).setFocus()
    x0, x1, y0, y1 = hand.window.projector.visible()
    hand.key(Key.Key_Right)
    before = hand.window.hub.cursor
    hand.key(Key.Key_Right)
    assert hand.window.hub.cursor[0] - before[0] == pytest.approx(0.01 * (x1 - x0))
    before = hand.window.hub.cursor
    hand.key(Key.Key_Up, SHIFT)
    assert hand.window.hub.cursor[1] - before[1] == pytest.approx(0.05 * (y1 - y0))


def test_arrows_go_on_from_a_click_and_the_cross_follows_the_mouse(hand: Hand) -> None:
    view, hub = hand.window.deck.map, hand.window.hub
    width = view.region[1] - view.region[0]
    view.setFocus()
    hand.click(view, hand.pixel((-1.0, 0.5)))
    clicked = hub.cursor
    assert near(clicked, (-1.0, 0.5), 0.02)
    hand.key(Key.Key_Right)
    assert hub.cursor == pytest.approx((clicked[0] + 0.01 * width, clicked[1]))
    assert view._cursor == hub.cursor
    QTest.mouseMove(view.viewport(), hand.pixel((0.2, 0.2)))
    QTest.mouseMove(view.viewport(), hand.pixel((0.5, -0.25)))
    wait(lambda: near(hub.cursor, (0.5, -0.25), 0.02), "the mouse has the cursor")
    assert view._cursor == hub.cursor, "the map shows it where the status bar reads it"
    hand.key(Key.Key_Left)
    assert near(hub.cursor, (0.5 - 0.01 * width, -0.25), 0.02)


def test_comma_period_home_and_end(hand: Hand) -> None:
    hand.play_to_the_end()
    hand.key(Key.Key_Home)
    assert hand.window.player.step == 0
    hand.key(Key.Key_Period, times=3)
    assert hand.window.player.step == 3
    hand.key(Key.Key_Comma)
    assert hand.window.player.step == 2
    wait(lambda: hand.window.projector.shown == 2, "the picture of step 2")
    hand.key(Key.Key_End)
    assert hand.window.player.step == hand.window.player.horizon
    hand.key(Key.Key_Home)
    hand.key(Key.Key_Comma)
    assert hand.window.player.step == 0


def test_escape_stops(hand: Hand) -> None:
    hand.key(Key.Key_Space)
    assert hand.window.player.playing
    hand.key(Key.Key_Escape)
    assert not hand.window.player.playing


def test_undo_and_redo_by_key(hand: Hand) -> None:
    first = hand.exploration
    hand.click(hand.window.deck.map, hand.pixel((-2.0, 0.5)))
    second = hand.exploration
    hand.key(Key.Key_Z, CONTROL)
    assert hand.exploration == first
    assert not hand.window.acts["undo"].isEnabled()
    hand.key(Key.Key_Z, CONTROL | SHIFT)
    assert hand.exploration == second
    hand.key(Key.Key_Z, CONTROL)
    hand.key(Key.Key_Y, CONTROL)
    assert hand.exploration == second


def test_throwing_a_start_says_its_seed(hand: Hand) -> None:
    hand.key(Key.Key_T)
    seed = hand.exploration.starts[0].seed
    assert seed is not None
    assert str(seed) in hand.window.deck.toast.text()
    hand.key(Key.Key_T)
    assert hand.exploration.starts[0].seed != seed or len(hand.starts) == 1


def test_views_only_and_back_by_the_same_key(hand: Hand) -> None:
    deck = hand.window.deck
    before = deck.workspace.state()
    hand.key(Key.Key_V)
    assert deck.map.isVisible()
    assert not deck.race.isVisible()
    assert not deck.trace.isVisible()
    hand.key(Key.Key_V)
    assert deck.race.isVisible()
    assert deck.trace.isVisible()
    assert deck.workspace.state() == before


def test_reset_layout_brings_everything_back(hand: Hand) -> None:
    deck = hand.window.deck
    deck.workspace.set_folded("race", True)
    deck.workspace.set_folded("trace", True)
    assert not deck.race.isVisible()
    hand.window.do("reset-layout")
    assert deck.race.isVisible()
    assert deck.trace.isVisible()


def test_the_theme_by_key(hand: Hand) -> None:
    before = hand.window.session.view.theme
    hand.key(Key.Key_T, CONTROL)
    assert hand.window.session.view.theme != before
    light = hand.window.grab().toImage().pixelColor(3, 3).lightness()
    hand.key(Key.Key_T, CONTROL)
    dark = hand.window.grab().toImage().pixelColor(3, 3).lightness()
    assert hand.window.session.view.theme == before
    assert abs(light - dark) > 60


def test_type_size_by_key(hand: Hand) -> None:
    size, high = hand.window.session.view.type_size, QFontInfo(QApplication.font()).pixelSize()
    hand.key(Key.Key_Plus, CONTROL, times=2)
    assert hand.window.session.view.type_size == size + 2
    assert QFontInfo(QApplication.font()).pixelSize() > high
    hand.key(Key.Key_Minus, CONTROL)
    assert hand.window.session.view.type_size == size + 1
    hand.key(Key.Key_0, CONTROL)
    assert hand.window.session.view.type_size == opening().view.type_size


def test_the_gallery_finds_and_moves_the_race(hand: Hand) -> None:
    hand.key(Key.Key_L)
    popup = QApplication.activePopupWidget() or hand.window.commands.gallery._picker
    assert popup is not None
    assert popup.isVisible()
    for letter in "himmel":
        QTest.keyClick(popup.search, letter)
    assert popup.names() == ("himmelblau",)
    QTest.keyClick(popup.search, Key.Key_Return)
    wait(lambda: hand.exploration.place.landscape == "himmelblau", "the other landscape")
    hand.play_to_the_end()
    assert hand.starts == [tuple(hand.window.session.landscape.start)]
    hand.key(Key.Key_Z, CONTROL)
    assert hand.exploration.place.landscape == "two-wells"


def test_a_method_is_added_by_key(hand: Hand) -> None:
    hand.key(Key.Key_M)
    popup = hand.window.deck.race.methods
    assert popup is not None
    assert popup.isVisible()
    QTest.keyClicks(QApplication.focusWidget() or popup, "nester")
    assert popup.visible_names() == ("nesterov",)
    QTest.keyClick(QApplication.focusWidget() or popup, Key.Key_Return)
    wait(lambda: any(e.name == "nesterov" for e in hand.exploration.entries), "the method")
    assert hand.window.session.view.selected == hand.line("nesterov").id


def test_duplicates_by_key(hand: Hand) -> None:
    hand.key(Key.Key_D)
    assert "Select a line" in hand.window.deck.toast.text()
    hand.window.deck.race.selected.emit(hand.line("adam").id)
    hand.key(Key.Key_D, times=2)
    twins = [entry for entry in hand.exploration.entries if entry.name == "adam"]
    assert len({entry.role for entry in twins}) == 3
    hand.key(Key.Key_Delete)
    assert len([entry for entry in hand.exploration.entries if entry.name == "adam"]) == 2
    hand.settle()


def test_the_sheet_of_keys_opens(hand: Hand) -> None:
    hand.key(Key.Key_F1)
    sheet = QApplication.activeModalWidget() or QApplication.activeWindow()
    assert sheet is not hand.window
    QTest.keyClick(sheet, Key.Key_Escape)
    wait(lambda: QApplication.activeModalWidget() is None, "the sheet closed")


def test_a_scene_says_what_is_to_be_seen_until_something_is_changed(hand: Hand) -> None:
    deck = hand.window.deck
    first = next(iter(deck.race._lines.values()))
    first.set_open(True)
    hand.window.commands.open_scene("newton-saddle")
    hand.window._say()
    assert deck.header.picker.text() == "Newton goes to a saddle"
    assert deck.sentence.text().startswith("Newton’s method solves")
    assert not any(line.is_open for line in deck.race._lines.values())
    hand.window.session.throw_start()
    hand.window._say()
    assert deck.sentence.text() == "Click anywhere to start from there."
