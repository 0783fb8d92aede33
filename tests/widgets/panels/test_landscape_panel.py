"""The panel of the landscape: parameters, region, changes and wells, in values and in gestures."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels.landscape_panel import AxisRow, ChangesState, LandscapePanel, SliderRow, WellRow
from minima_widgets.panels.number_control import NumberControl
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]
A = SliderRow("a", "a", "How deep it is.", 2.0, 0.0, 4.0, default=1.6)


@pytest.fixture
def panel(theme: Theme, show: Show) -> LandscapePanel:
    panel = LandscapePanel(theme)
    panel.set_parameters([A, SliderRow("k", "k", "", 3, 1, 9, whole=True)])
    panel.set_region([AxisRow("x", -3, 3), AxisRow("y", -2, 2)])
    panel.set_changes(ChangesState())
    panel.set_open_sections(("parameters", "region", "changes", "drawing"))
    show(panel, 330, 900)
    return panel


def _enter(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_a_typed_value_is_reported(panel: LandscapePanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.parameter_changed) as told:
        _enter(qtbot, panel.parameter("a").field, "2.5")
    assert told.args == ["a", 2.5, True]
    assert panel.parameter("a").slider.value() == 2.5


def test_a_value_beyond_the_slider_takes_its_end_along(panel: LandscapePanel, qtbot: QtBot) -> None:
    told: list[tuple[str, float, float | bool]] = []
    panel.parameter_ranged.connect(lambda *each: told.append(each))
    panel.parameter_changed.connect(lambda *each: told.append(each))
    _enter(qtbot, panel.parameter("a").field, "-1")
    assert told == [("a", -1.0, 4.0), ("a", -1.0, True)]


def test_an_end_is_moved_and_one_that_makes_no_sense_is_refused(panel: LandscapePanel, qtbot: QtBot) -> None:
    row = panel.parameter("a")
    with qtbot.waitSignal(panel.parameter_ranged) as told:
        _enter(qtbot, row.high, "10")
    assert told.args == ["a", 0.0, 10.0]
    with qtbot.assertNotEmitted(panel.parameter_ranged):
        _enter(qtbot, row.low, "5")
    assert "below" in row.problem.text() and row.low.text() == "0"


def test_a_sweep_goes_to_and_fro_and_stops_where_it_is(panel: LandscapePanel, qtbot: QtBot) -> None:
    row = panel.parameter("k")
    told: list[tuple[str, float, bool]] = []
    panel.parameter_changed.connect(lambda *each: told.append(each))
    qtbot.mouseClick(row.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(told) > 4)
    assert row.sweeping and all(not finished for _, _, finished in told)
    assert all(value == round(value) for _, value, _ in told)
    panel.stop_sweeps()
    assert not row.sweeping and told[-1][2] is True
    row.set_sweeping(True)
    panel.hide()
    assert not row.sweeping


def test_the_way_back_is_offered_while_there_is_one(panel: LandscapePanel, qtbot: QtBot) -> None:
    row = panel.parameter("a")
    assert row.meaning.link() == "Back to 1.6"
    with qtbot.waitSignal(panel.parameter_changed) as told:
        row.meaning.acted.emit()
    assert told.args == ["a", 1.6, True]
    panel.set_parameters([SliderRow("a", "a", "", 1.6, 0.0, 4.0, default=1.6)])
    assert row.meaning.link() == ""


def test_parameters_come_and_go_and_none_says_what_to_do(panel: LandscapePanel) -> None:
    first = panel.parameter("a")
    panel.set_parameters([SliderRow("b", "b", "", 0, -1, 1), A])
    assert panel.parameter("a") is first and not panel.nothing.isVisible()
    assert panel.parameter("b").y() < first.y() or panel.parameter("b").height() >= 0
    with pytest.raises(KeyError):
        panel.parameter("k")
    panel.set_parameters([])
    assert panel.nothing.isVisible() and "slider" in panel.nothing.text()


def test_the_region_is_edited_and_refused(panel: LandscapePanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.region_edited) as told:
        _enter(qtbot, panel.region.field(1, 1), "5")
    assert told.args == [1, -2.0, 5.0]
    with qtbot.assertNotEmitted(panel.region_edited):
        _enter(qtbot, panel.region.field(0, 0), "3")
        _enter(qtbot, panel.region.field(0, 0), "much")
    assert panel.region.problem.isVisible() and panel.region.field(0, 0).text() == "−3"
    panel.set_region([AxisRow("x", 0, 1)], own=False)
    assert panel.region_back.isVisible()
    with qtbot.waitSignal(panel.region_reset):
        qtbot.mouseClick(panel.region_back, Qt.MouseButton.LeftButton)


def test_changes_are_reported_by_name(panel: LandscapePanel, qtbot: QtBot) -> None:
    told: list[tuple[str, object, bool]] = []
    panel.change_changed.connect(lambda *each: told.append(each))
    for name, text in (("l2", "0.5"), ("smoothing", "0.1"), ("tilt 1", "-0.25")):
        editor = panel.changes.rows.editor(name)
        assert editor is not None
        _enter(qtbot, editor.control.findChild(QLineEdit), text)
    _enter(qtbot, panel.changes.point[0], "1.5")
    assert told == [
        ("l2", 0.5, True),
        ("smoothing", 0.1, True),
        ("tilt", (0.0, -0.25), True),
        ("towards", (1.5, 0.0), True),
    ]


def test_what_is_changed_can_be_taken_back_and_says_so(panel: LandscapePanel, qtbot: QtBot) -> None:
    assert not panel.changes.back.isVisible()
    panel.set_changes(ChangesState(l1=0.2, note="2 minima, 1 fewer than without."))
    assert panel.changes.note.text() == "2 minima, 1 fewer than without."
    editor = panel.changes.rows.editor("l1")
    assert editor is not None and editor.meaning.link() == "Back to 0"
    with qtbot.waitSignal(panel.change_changed) as told:
        editor.meaning.acted.emit()
    assert told.args == ["l1", 0.0, True]
    with qtbot.waitSignal(panel.changes_reset):
        qtbot.mouseClick(panel.changes.back, Qt.MouseButton.LeftButton)


def test_a_change_that_cannot_be_says_why(panel: LandscapePanel) -> None:
    panel.set_changes(ChangesState(why_not=(("smoothing", "Only formulas can be smoothed."),)))
    editor = panel.changes.rows.editor("smoothing")
    assert editor is not None and not editor.control.isEnabled()
    assert editor.meaning.text() == "Only formulas can be smoothed."


def test_one_variable_has_one_number_each(panel: LandscapePanel) -> None:
    panel.set_changes(ChangesState(dimension=1, tilt=(0.5,)))
    assert len(panel.changes.point) == 1
    assert panel.changes.rows.editor("tilt 0") is not None
    assert panel.changes.rows.editor("tilt 1") is None


def test_losses_are_chosen(panel: LandscapePanel, qtbot: QtBot) -> None:
    assert not panel.loss.isVisible()
    panel.set_variants((("sq", "Squared", ""), ("abs", "Absolute", "")), "sq")
    assert panel.loss.isVisible()
    with qtbot.waitSignal(panel.variant_chosen) as told:
        qtbot.keyClick(panel.loss, Qt.Key.Key_Right)
    assert told.args == ["abs"] and panel.loss.value() == "abs"


def test_wells_are_chosen_changed_and_removed(panel: LandscapePanel, qtbot: QtBot) -> None:
    drawing = panel.drawing
    with qtbot.waitSignal(panel.draw_toggled) as on:
        qtbot.mouseClick(drawing.tool.switch, Qt.MouseButton.LeftButton)
    assert on.args == [True] and "No wells yet" in drawing.hint.text()
    panel.set_wells([WellRow(1, 0.5, 1.2, 0.4), WellRow(-1, 0, -0.5, 0.9)])
    assert [row.texts[0] for row in drawing.table.rows] == ["well 1", "hill 2"]
    assert drawing.settings is None
    with qtbot.waitSignal(panel.well_selected) as chosen:
        qtbot.keyClick(drawing.table, Qt.Key.Key_Down)
    assert chosen.args == [0] and drawing.settings is not None
    editor = drawing.settings.editor("width")
    assert editor is not None
    with qtbot.waitSignal(panel.well_changed) as changed:
        _enter(qtbot, editor.control.findChild(QLineEdit), "0.8")
    assert changed.args == [0, 1.2, 0.8, True]
    with qtbot.waitSignal(panel.well_removed) as removed:
        qtbot.mouseClick(drawing.remove, Qt.MouseButton.LeftButton)
    assert removed.args == [0]
    panel.set_wells([])
    assert drawing.settings is None and not drawing.table.isVisible()


@pytest.mark.parametrize(("typed", "seed"), [("", None), ("7", 7), ("9007199254740993", 9007199254740993)])
def test_a_random_landscape_is_asked_for(
    panel: LandscapePanel, qtbot: QtBot, typed: str, seed: int | None
) -> None:
    panel.drawing.seed.setText(typed)
    with qtbot.waitSignal(panel.random_requested) as asked:
        qtbot.mouseClick(panel.drawing.make, Qt.MouseButton.LeftButton)
    assert asked.args == [5, seed]


@pytest.mark.parametrize("typed", ["seven", "-1", "1.5", "9" * 30, "²"])
def test_a_seed_that_is_none_is_refused(panel: LandscapePanel, qtbot: QtBot, typed: str) -> None:
    panel.drawing.seed.setText(typed)
    with qtbot.assertNotEmitted(panel.random_requested):
        qtbot.mouseClick(panel.drawing.make, Qt.MouseButton.LeftButton)
    assert "whole number" in panel.drawing.problem.text()


def test_sections_fold_with_the_keyboard_and_are_kept(panel: LandscapePanel, qtbot: QtBot) -> None:
    section = panel.section("changes")
    qtbot.keyClick(section.heading, Qt.Key.Key_Left)
    assert not section.is_open and not section.body.isVisible()
    kept = panel.open_sections()
    assert "changes" not in kept and "region" in kept
    qtbot.mouseClick(section.heading, Qt.MouseButton.LeftButton)
    panel.set_open_sections(kept)
    assert panel.open_sections() == kept


def test_nothing_sticks_out_of_a_narrow_panel(panel: LandscapePanel, theme: Theme) -> None:
    panel.set_wells([WellRow(1, 0.5, 1.2, 0.4)], 0)
    panel.setMinimumWidth(0)
    panel.resize(240, 700)
    panel.repaint()
    inside = panel.area.widget()
    assert inside.width() <= panel.area.viewport().width()
    assert inside.height() == max(
        inside.layout().heightForWidth(inside.width()), panel.area.viewport().height()
    )


def test_a_slider_that_is_dragged_keeps_its_ends(panel: LandscapePanel, qtbot: QtBot) -> None:
    panel.set_wells([WellRow(1, 0.5, 1.2, 0.4)], 0)
    drawing = panel.drawing
    settings = drawing.settings
    assert settings is not None
    editor = settings.editor("depth")
    assert editor is not None and isinstance(editor.control, NumberControl)
    slider = editor.control.slider
    panel.area.ensureWidgetVisible(slider)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=slider.rect().center())
    panel.set_wells([WellRow(1, 0.5, 1.9, 0.4)], 0, most_depth=4.0)
    assert drawing.settings is settings and settings.busy
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=slider.rect().center())
    panel.set_wells([WellRow(1, 0.5, 1.9, 0.4)], 0, most_depth=4.0)
    assert drawing.settings is not settings
