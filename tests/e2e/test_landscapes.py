"""The landscape by hand: a formula typed key by key, sliders, the region, changes, wells, the gallery."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from minima_core.scene import Points
from tests.e2e.hand import Hand, pause, surface_of, wait

Key = Qt.Key


def bar_of(hand: Hand) -> Any:
    """The line of the formula."""
    return hand.window.deck.header.formula


def type_keys(hand: Hand, text: str) -> None:
    """Type letter by letter, as a person does; what was there is chosen and goes."""
    for letter in text:
        QTest.keyClicks(bar_of(hand).field, letter)
        pause(4)


def begin(hand: Hand) -> None:
    """Click the formula."""
    bar = bar_of(hand)
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, bar.rect().center())
    wait(lambda: bar.editing, "the line opens")


def shown(hand: Hand) -> Any:
    """The landscape that is on the map or the profile."""
    return hand.window.session.landscape


def enter(hand: Hand) -> None:
    """Press Enter in the line; a list of words may be open above it."""
    bar = bar_of(hand)
    bar.card.hide()
    bar._offered = []
    QTest.keyClick(bar.field, Key.Key_Return)
    pause(20)


def lowest_in(hand: Hand, count: int) -> None:
    """Wait until so many minima are proved."""
    inquiries = hand.window.hub.inquiries

    def known() -> bool:
        critical = inquiries.findings.critical
        return critical is not None and len(critical.minima) == count

    wait(known, f"{count} minima proved")


# -- typing ------------------------------------------------------------------------------------------------


def test_the_picture_follows_each_keystroke_and_enter_keeps_it(hand: Hand) -> None:
    before = hand.exploration
    begin(hand)
    seen = []
    for letter in "x^2+3y^2":
        type_keys(hand, letter)
        seen.append(shown(hand).formula.text)
    assert "x" in seen
    assert "x^2" in seen
    assert seen[-1] == "x^2+3y^2"
    assert hand.exploration.place.dimension == 2
    enter(hand)
    assert not bar_of(hand).editing
    assert hand.exploration.place.formula == "x^2+3y^2"
    hand.settle()
    lowest_in(hand, 1)
    hand.window.do("undo")
    assert hand.exploration == before, "a formula typed is one step of undo"
    hand.window.do("redo")
    assert hand.exploration.place.formula == "x^2+3y^2"


def test_an_error_has_a_caret_and_a_sentence_and_the_last_good_picture_stays(hand: Hand) -> None:
    begin(hand)
    type_keys(hand, "x^2+y^2")
    good = shown(hand)
    type_keys(hand, "+(")
    pause(20)
    assert shown(hand) is good
    bar = bar_of(hand)
    enter(hand)
    assert bar.editing, "what is wrong is not kept"
    wait(bar.card.isVisible, "the sentence")
    column, sentence = bar._error
    assert sentence.endswith(".")
    assert 0 <= column <= len("x^2+y^2+(")
    assert hand.window.deck.map.isVisible()
    bar.field.selectAll()
    type_keys(hand, "x^2+y^2")
    assert bar._error is None
    enter(hand)
    assert not bar.editing
    assert hand.exploration.place.formula == "x^2+y^2"


def test_escape_goes_back_to_what_stood_there(hand: Hand) -> None:
    before = hand.exploration
    begin(hand)
    type_keys(hand, "x^4+y^4")
    assert hand.exploration.place.formula == "x^4+y^4"
    bar = bar_of(hand)
    for _ in range(3):
        if bar.editing:
            QTest.keyClick(bar.field, Key.Key_Escape)
            pause(20)
    assert not bar.editing
    assert hand.exploration == before
    hand.settle()


def test_enter_on_what_stands_there_changes_nothing(hand: Hand) -> None:
    before = hand.exploration
    begin(hand)
    enter(hand)
    assert not bar_of(hand).editing
    assert hand.exploration is before, "a landscape of the catalogue keeps its name and its minima"


def test_learning_rates_follow_the_formula_once_it_is_whole(hand: Hand) -> None:
    def rate() -> float:
        return hand.window.session.segment_at(hand.line("gradient-descent"), 0).settings["lr"]

    hand.window.gestures.choose("himmelblau")
    hand.window.session.remove(hand.line("gradient-descent").id)
    hand.window.session.add_method("gradient-descent")
    first = rate()
    begin(hand)
    type_keys(hand, "1000000(x^2+y^2)")
    assert rate() == first
    enter(hand)
    assert rate() < 0.3 * first
    hand.settle()


def test_one_variable_and_two_are_told_apart_while_one_types(hand: Hand) -> None:
    deck = hand.window.deck
    begin(hand)
    type_keys(hand, "x^4-2x^2")
    wait(lambda: deck.plane.currentWidget() is deck.profile_place, "the profile")
    assert not deck.surface.isVisible()
    assert deck.profile.isVisible()
    type_keys(hand, "+y^2")
    wait(lambda: deck.plane.currentWidget() is deck.map_place, "the map")
    enter(hand)
    wait(deck.surface.isVisible, "the surface")
    hand.settle()
    lowest_in(hand, 2)


def test_garbage_typed_fast_never_reaches_the_landscape(hand: Hand) -> None:
    begin(hand)
    bar, before = bar_of(hand), hand.exploration
    for text in (
        "__import__('os')",
        "((((((((((((((((((((((((((((((",
        "9^9^9^9^9",
        "x.real",
        "lambda x: x",
        "------------x**",
        "x\u0000y",
        "ｘ²+у²",
        "sum(i,1,1e9,x)",
        "@#$%&!",
        "log(",
        "y y y y y x x x x",
        "f(x)",
    ):
        bar.field.selectAll()
        if text.isascii() and text.isprintable():
            QTest.keyClicks(bar.field, text)
        else:
            QGuiApplication.clipboard().setText(text)
            bar.field.paste()
    bar.field.selectAll()
    QTest.keyClick(bar.field, Key.Key_Backspace)
    pause(30)
    for _ in range(3):
        if bar.editing:
            QTest.keyClick(bar.field, Key.Key_Escape)
            pause(10)
    assert hand.exploration == before
    hand.settle()


def test_a_formula_with_holes_draws_its_domain(hand: Hand) -> None:
    begin(hand)
    type_keys(hand, "log(x y)+x^2+y^2")
    enter(hand)
    hand.settle()
    window = hand.window
    window.do("basins")
    wait(lambda: window.hub.inquiries.findings.basins is not None, "basins of a landscape with holes")
    assert (window.hub.inquiries.findings.basins.labels == -1).any()
    for act in ("curvature", "slope", "flow", "critical"):
        window.do(act)
        pause(40)
    wait(lambda: window.hub.inquiries.findings.critical is not None, "an answer about critical points")


# -- parameters --------------------------------------------------------------------------------------------


def test_a_parameter_appears_and_its_slider_moves_everything_without_compiling(hand: Hand) -> None:
    window = hand.window
    begin(hand)
    type_keys(hand, "x^2 + a y^2")
    enter(hand)
    assert hand.exploration.place.parameters == {"a": 1.0}
    window.do("tab-landscape")
    wait(lambda: "a" in window.deck.landscape._rows, "the slider")
    hand.settle()
    slider = window.deck.landscape.parameter("a").slider
    assert slider.isVisible()
    kernels, before, values = shown(hand).formula.digest, hand.exploration, []
    for k in range(50):
        share = 0.55 + 0.008 * k
        at = QPoint(int(share * slider.width()), slider.height() // 2)
        if k == 0:
            QTest.mousePress(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        QTest.mouseMove(slider, at)
        pause(1)
        values.append(shown(hand).value((1.0, 1.0)))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert len(set(values)) > 20, "the landscape follows the slider"
    assert shown(hand).formula.digest == kernels, "and its code stays what it was"
    assert window.engine.compiling == ""
    hand.settle()
    lowest_in(hand, 1)
    a = hand.exploration.place.parameters["a"]
    assert a > 2
    track = next(iter(window.projector.tracks.values()))
    _, position, value = track.at(0)
    assert value == pytest.approx(position[0] ** 2 + a * position[1] ** 2)
    window.do("undo")
    assert hand.exploration == before, "a drag is one step of undo"


# -- the region --------------------------------------------------------------------------------------------


def axis_end(hand: Hand, axis: int, end: str) -> QLineEdit:
    """Click the number at the end of an axis of the map; return the field that opens."""
    view = hand.window.deck.map
    wait(lambda: view.plane is not None, "the map drawn")
    rect = view.plane.rect
    x = rect.left() + 12 if end == "low" else rect.right() - 12
    y = rect.bottom() + 10
    if axis == 1:
        x, y = rect.left() - 12, rect.bottom() - 8 if end == "low" else rect.top() + 8
    QTest.mouseClick(
        surface_of(view), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(int(x), int(y))
    )
    wait(view.field.isVisible, "the field at the end of the axis")
    return view.field


def test_the_region_is_edited_in_the_axes(hand: Hand) -> None:
    field = axis_end(hand, 0, "high")
    field.selectAll()
    QTest.keyClicks(field, "5")
    QTest.keyClick(field, Key.Key_Return)
    wait(lambda: hand.exploration.place.upper[0] == 5.0, "the wider region")
    hand.settle()
    assert hand.window.deck.map.plane.extent[1] == pytest.approx(5.0)
    hand.window.do("undo")
    assert hand.exploration.place.upper[0] == 3.0


@pytest.mark.parametrize("text", ["-1e300", "abc", "-9", "1e-300", "", "nan", "-3"])
def test_a_silly_region_is_refused_and_leaves_everything(hand: Hand, text: str) -> None:
    before = hand.exploration.place
    field = axis_end(hand, 0, "high")
    field.selectAll()
    if text:
        QTest.keyClicks(field, text)
    else:
        QTest.keyClick(field, Key.Key_Backspace)
    QTest.keyClick(field, Key.Key_Return)
    pause(30)
    place = hand.exploration.place
    assert place == before or 0 < place.upper[0] - place.lower[0] < 1e6
    QTest.keyClick(field, Key.Key_Escape)
    hand.settle()


# -- changes -----------------------------------------------------------------------------------------------


def test_penalties_smoothing_and_tilt_change_the_count_of_minima(hand: Hand) -> None:
    window = hand.window
    window.do("tab-landscape")
    panel = window.deck.landscape
    lowest_in(hand, 2)
    before = hand.exploration
    wide = 0.3 * window.session.landscape.diagonal
    for name, value in (("l2", 3.0), ("l1", 4.0), ("smoothing", wide), ("tilt", (2.0, 0.0))):
        for share in (0.3, 0.6):
            part = tuple(share * v for v in value) if isinstance(value, tuple) else share * value
            panel.change_changed.emit(name, part, False)
            pause(15)
        panel.change_changed.emit(name, value, True)
        lowest_in(hand, 1)
        window._say()
        assert "1 minimum" in window.hub.inquiries.count_note()
        window.do("undo")
        assert hand.exploration == before, name
        lowest_in(hand, 2)
    hand.settle()


# -- drawing -----------------------------------------------------------------------------------------------


def wells_of(hand: Hand) -> Any:
    """The wells of the drawing."""
    drawn = hand.exploration.place.drawn
    return () if drawn is None else drawn.wells


def handles_shown(hand: Hand, count: int) -> None:
    """Wait until so many wells can be taken hold of."""
    view = hand.window.deck.map

    def there() -> bool:
        return any(
            len(mark.points) == count
            for mark in view.marks()
            if isinstance(mark, Points) and mark.key.startswith("well:centre")
        )

    wait(there, f"{count} wells drawn")


def test_wells_are_placed_moved_widened_deepened_and_removed_by_hand(hand: Hand) -> None:
    window, view = hand.window, hand.window.deck.map
    opening = hand.exploration
    window.do("draw")
    assert view.tool == "draw"
    assert len(wells_of(hand)) == 1
    handles_shown(hand, 1)
    hand.click(view, hand.pixel((-1.8, 1.2)))
    wait(lambda: len(wells_of(hand)) == 2, "the second well")
    handles_shown(hand, 2)
    lowest_in(hand, 2)
    hand.drag(view, hand.pixel((-1.8, 1.2)), hand.pixel((-1.0, 0.8)))
    moved = wells_of(hand)[1]
    assert (moved.x, moved.y) == pytest.approx((-1.0, 0.8), abs=0.05)
    pause(60)
    hand.drag(view, hand.pixel((moved.x + moved.width, moved.y)), hand.pixel((moved.x + 1.2, moved.y)))
    wide = wells_of(hand)[1]
    assert wide.width > moved.width
    pause(60)
    for _ in range(3):
        hand.wheel(view, hand.pixel((wide.x, wide.y)), 1)
        pause(20)
    pause(320)
    deep = wells_of(hand)[1]
    assert deep.depth == pytest.approx(wide.depth * 1.1**3)
    window.do("undo")
    assert wells_of(hand)[1] == wide, "turns of the wheel are one step"
    window.do("undo")
    assert wells_of(hand)[1] == moved
    window.do("redo")
    hand.settle()
    QTest.mouseClick(
        surface_of(view),
        Qt.MouseButton.RightButton,
        Qt.KeyboardModifier.NoModifier,
        hand.pixel((wide.x, wide.y)),
    )
    wait(lambda: len(wells_of(hand)) == 1, "the well removed")
    while window.session.can_undo:
        window.do("undo")
    assert hand.exploration == opening
    assert view.tool == "race", "there is nothing to draw on any more"


def test_a_chosen_well_is_changed_and_removed_by_key(hand: Hand) -> None:
    window, view = hand.window, hand.window.deck.map
    window.do("draw")
    handles_shown(hand, 1)
    first = wells_of(hand)[0]
    view.setFocus()
    hand.click(view, hand.pixel((first.x, first.y)))
    hand.key(Key.Key_Plus)
    hand.key(Key.Key_BracketRight)
    wider = wells_of(hand)[0]
    assert wider.depth == pytest.approx(1.1 * first.depth)
    assert wider.width == pytest.approx(1.1 * first.width, rel=0.02)
    speed = window.player.speed
    hand.key(Key.Key_BracketLeft)
    assert window.player.speed == speed, "the key means the well"
    hand.key(Key.Key_Delete)
    assert wells_of(hand) == ()
    hand.settle()


def test_the_hand_starts_races_again_on_another_landscape(hand: Hand) -> None:
    hand.window.do("draw")
    hand.window.gestures.choose("himmelblau")
    pause(40)
    assert hand.window.deck.map.tool == "race", "there are no wells to draw there"
    assert not hand.window.acts["draw"].isChecked()
    hand.click(hand.window.deck.map, hand.pixel((-2.0, 0.5)))
    assert hand.starts[0] == pytest.approx((-2.0, 0.5), abs=0.1)


def test_a_random_landscape_has_the_minima_that_were_asked_for(hand: Hand) -> None:
    window = hand.window
    window.do("tab-landscape")
    window.deck.landscape.random_requested.emit(4, 17)
    hand.settle()
    lowest_in(hand, 4)
    first = hand.exploration.place
    assert first.drawn.seed == 17
    window.do("opening")
    window.do("tab-landscape")
    window.deck.landscape.random_requested.emit(4, 17)
    assert hand.exploration.place == first
    window.do("random-landscape")
    assert hand.exploration.place != first


# -- learning ----------------------------------------------------------------------------------------------


def test_the_data_stand_beside_a_regression_and_the_loss_can_be_changed(hand: Hand) -> None:
    window = hand.window
    window.gestures.choose("linear-regression")
    window.do("tab-landscape")
    hand.settle()
    window.deck.workspace.bring("data")
    chart = window.deck.chart_places["data"]
    wait(lambda: chart.is_made and bool(chart.view.scene), "the data")
    panel = window.deck.landscape
    wait(panel.loss.isVisible, "the choice of losses")
    panel.loss.chosen.emit("linear-regression-huber")
    wait(lambda: hand.exploration.place.landscape == "linear-regression-huber", "another loss")
    hand.settle()
    window.gestures.choose("two-wells")
    pause(40)
    assert not window.deck.workspace.is_shown("data"), "there are no data here"
    assert window.session.view.bottom != "data"
