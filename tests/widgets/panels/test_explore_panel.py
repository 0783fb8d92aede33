"""The panel of exploration: minima with their proof, overlays, basins, marbles, the map of settings."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels.explore_panel import (
    ExplorePanel,
    Job,
    LineItem,
    MarblesState,
    MinimumRow,
    ProofState,
    SettingItem,
)
from minima_widgets.panels.minima_rows import FIRST_SHOWN
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]

MINIMA = (
    MinimumRow("basin:0", "global", -0.293, 0, 0.456, float("inf"), float("inf"), (1.2, 0.55), True),
    MinimumRow("basin:1", "local", 0.256, 0.549, 0.0001, 0.61, 2.31, (-1.25, -0.43), True),
    MinimumRow("basin:2", "border", 1.96, 2.25),
)
LINES = (
    LineItem(1, "Gradient descent", "run:gradient-descent:0"),
    LineItem(2, "Momentum", "run:momentum:0"),
    LineItem(5, "Annealing", "run:simulated-annealing:0", "It leaves things to chance."),
)


@pytest.fixture
def panel(theme: Theme, show: Show) -> ExplorePanel:
    panel = ExplorePanel(theme)
    panel.set_open_sections(("minima", "map", "basins", "marbles", "settings"))
    show(panel, 330, 900)
    return panel


def test_nothing_is_known_at_first_and_it_can_be_asked_for(panel: ExplorePanel, qtbot: QtBot) -> None:
    assert panel.minima.sentence.text() == "Not searched yet."
    with qtbot.waitSignal(panel.search_requested):
        qtbot.mouseClick(panel.minima.ask, Qt.MouseButton.LeftButton)


def test_a_search_shows_how_far_it_is_and_can_be_stopped(panel: ExplorePanel, qtbot: QtBot) -> None:
    panel.set_proof(ProofState("searching", "Searching", 0.37))
    assert panel.minima.job.sentence.text() == "Searching 37 %"
    with qtbot.waitSignal(panel.cancelled) as told:
        qtbot.mouseClick(panel.minima.job.stop, Qt.MouseButton.LeftButton)
    assert told.args == ["critical"]
    panel.set_proof(ProofState("proved", "9 critical points, all of them: proved."))
    assert not panel.minima.job.isVisible() and not panel.minima.ask.isVisible()
    assert panel.minima.sentence.text().startswith("9 critical points")


def test_the_table_says_what_is_known_of_each(panel: ExplorePanel) -> None:
    panel.set_minima(MINIMA, 1)
    first, second, third = panel.minima.table.rows
    assert first.texts == ("global", "−0.293", "0", "45.6 %", "∞", "∞")
    assert second.texts[3] == "< 0.1 %"
    assert third.texts == ("border", "1.96", "2.25", "–", "–", "–")
    assert first.tip == "At (1.2, 0.55). Proved." and "not proved" in third.tip
    assert first.ringed and not second.ringed and panel.minima.table.current == 1


def test_a_minimum_is_chosen_by_click_and_by_arrow_and_pointed_at(panel: ExplorePanel, qtbot: QtBot) -> None:
    panel.set_minima(MINIMA)
    table = panel.minima.table
    where = QPoint(60, round(table.row_height() * 2.5))
    with qtbot.waitSignal(panel.minimum_pointed) as pointed:
        qtbot.mouseMove(table, where)
    assert pointed.args == [1]
    with qtbot.waitSignal(panel.minimum_selected) as chosen:
        qtbot.mouseClick(table, Qt.MouseButton.LeftButton, pos=where)
    assert chosen.args == [1]
    with qtbot.waitSignal(panel.minimum_selected) as chosen:
        qtbot.keyClick(table, Qt.Key.Key_End)
    assert chosen.args == [2]


def test_many_minima_are_shown_when_they_are_asked_for(panel: ExplorePanel, qtbot: QtBot) -> None:
    many = [MinimumRow(f"basin:{k}", "local", float(k), float(k)) for k in range(121)]
    panel.set_minima(many)
    assert len(panel.minima.table.rows) == FIRST_SHOWN
    assert panel.minima.more.text() == "Show all 121"
    qtbot.mouseClick(panel.minima.more, Qt.MouseButton.LeftButton)
    assert len(panel.minima.table.rows) == 121 and not panel.minima.more.isVisible()
    panel.set_minima(many[:40], 30)
    assert panel.minima.table.current == 30


def test_columns_give_way_where_there_is_little_room(panel: ExplorePanel) -> None:
    panel.set_minima(MINIMA)
    table = panel.minima.table
    table.resize(600, table.height())
    assert [k for k, _, _ in table.columns()] == [0, 1, 2, 3, 4, 5]
    table.resize(190, table.height())
    columns = table.columns()
    assert [k for k, _, _ in columns] == [0, 1, 3]
    assert columns[-1][1] + columns[-1][2] <= 190


def test_one_overlay_lies_on_the_map(panel: ExplorePanel, qtbot: QtBot) -> None:
    panel.set_overlay("none", {"chances": "No line leaves anything to chance."})
    overlay = panel.overlays.overlay
    with qtbot.waitSignal(panel.overlay_chosen) as told:
        qtbot.keyClick(overlay, Qt.Key.Key_Down)
    assert told.args == ["basins"]
    with qtbot.waitSignal(panel.overlay_chosen) as told:
        qtbot.keyClick(overlay, Qt.Key.Key_Down)
    assert told.args == ["slope"], "what cannot be chosen is passed over"


@pytest.mark.parametrize("name", ["flow", "critical", "lens", "flood"])
def test_things_on_the_map_are_switched(panel: ExplorePanel, qtbot: QtBot, name: str) -> None:
    line = panel.overlays.switches[name]
    with qtbot.waitSignal(panel.switched) as told:
        qtbot.mouseClick(line.switch, Qt.MouseButton.LeftButton)
    assert told.args == [name, True]
    panel.set_switch(name, False, "Only in two variables.")
    assert not line.is_on() and not line.isEnabled() and "Only in two" in line.switch.toolTip()


def test_the_water_has_a_level_while_there_is_water(panel: ExplorePanel, qtbot: QtBot) -> None:
    assert panel.overlays.level is None
    panel.set_flood(0.8, -0.3, 3.2, "2 lakes.")
    level = panel.overlays.level
    assert level is not None and panel.overlays.switches["flood"].is_on()
    level.field.setFocus()
    level.field.selectAll()
    qtbot.keyClicks(level.field, "1.5")
    with qtbot.waitSignal(panel.flood_changed) as told:
        qtbot.keyClick(level.field, Qt.Key.Key_Return)
    assert told.args == [1.5, True]
    panel.set_flood(1.6, -0.3, 3.2)
    assert panel.overlays.level is level and level.slider.value() == 1.6
    panel.set_flood(None, -0.3, 3.2)
    assert panel.overlays.level is None and not panel.overlays.switches["flood"].is_on()


def test_basins_have_a_line_and_one_beside_it(panel: ExplorePanel, qtbot: QtBot) -> None:
    panel.set_lines((), None)
    assert "nobody in the race" in panel.basins.nothing.text() and panel.basins.nothing.isVisible()
    panel.set_lines(LINES, 1)
    assert panel.basins.line.text() == "Gradient descent" and panel.basins.beside.text() == "nobody"
    assert not panel.basins.difference.isVisible()
    with qtbot.waitSignal(panel.basins_chosen) as told:
        qtbot.keyClick(panel.basins.line, Qt.Key.Key_Down)
    assert told.args == [2]
    with qtbot.assertNotEmitted(panel.basins_chosen):
        qtbot.keyClick(panel.basins.line, Qt.Key.Key_Down)  # annealing cannot be chosen
    panel.set_lines(LINES, 1, 2, difference=True)
    assert panel.basins.difference.isVisible() and panel.basins.difference.is_on()
    with qtbot.waitSignal(panel.beside_chosen) as told:
        qtbot.keyClick(panel.basins.beside, Qt.Key.Key_Up)
    assert told.args == [None]


def test_work_under_way_is_shown_and_stopped(panel: ExplorePanel, qtbot: QtBot) -> None:
    for topic, job in (
        ("overlay", panel.overlays.job),
        ("basins", panel.basins.job),
        ("settings", panel.settings.job),
    ):
        panel.set_job(topic, Job("At work", 0.5))
        with qtbot.waitSignal(panel.cancelled) as told:
            qtbot.mouseClick(job.stop, Qt.MouseButton.LeftButton)
        assert told.args == [topic]
        panel.set_job(topic, Job(problem="It took too long."))
        assert job.problem.isVisible() and not job.stop.isVisible()
        panel.set_job(topic, Job())
        assert not job.isVisible()


def test_marbles_are_thrown_and_heated(panel: ExplorePanel, qtbot: QtBot) -> None:
    marbles = panel.marbles
    with qtbot.waitSignal(panel.marbles_chosen) as told:
        qtbot.keyClick(marbles.kind, Qt.Key.Key_Right)
    assert told.args == ["descent"]
    state = MarblesState(
        "annealing",
        10_000,
        0.3,
        shares=(("basin:0", 0.62), ("basin:none", 0.38)),
        expected=(("basin:0", 0.66),),
    )
    panel.set_marbles(state)
    assert marbles.temperature is not None
    assert [row.texts for row in marbles.table.rows] == [("no. 1", "62 %", "66 %"), ("none", "38 %", "–")]
    editor = marbles.temperature.editor("temperature")
    assert editor is not None
    field = editor.control.findChild(QLineEdit)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "2")
    with qtbot.waitSignal(panel.temperature_changed) as heated:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert heated.args == [2.0, True]
    with qtbot.waitSignal(panel.marbles_thrown):
        qtbot.mouseClick(marbles.throw, Qt.MouseButton.LeftButton)
    panel.set_marbles(MarblesState())
    assert marbles.temperature is None and not marbles.throw.isVisible()


def test_the_number_of_marbles_has_a_range(panel: ExplorePanel, qtbot: QtBot) -> None:
    field = panel.marbles.count
    for typed, expected in (("500", 500), ("1e6", 1_000_000)):
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, typed)
        with qtbot.waitSignal(panel.marbles_counted) as told:
            qtbot.keyClick(field, Qt.Key.Key_Return)
        assert told.args == [expected]
    field.selectAll()
    qtbot.keyClicks(field, "1e9")
    with qtbot.assertNotEmitted(panel.marbles_counted):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "between 1 and" in panel.marbles.problem.text()


def test_settings_across_and_up_are_never_the_same(panel: ExplorePanel, qtbot: QtBot) -> None:
    settings = (SettingItem("lr", "η"), SettingItem("momentum", "μ"), SettingItem("weight_decay", "λ"))
    panel.set_settings_map(True, LINES, 2, settings, "lr", "momentum")
    assert panel.settings.across.text() == "lr  η"
    with qtbot.waitSignal(panel.settings_chosen) as told:
        qtbot.keyClick(panel.settings.across, Qt.Key.Key_Down)
    assert told.args == ["momentum", "lr"]
    panel.set_settings_map(False, why_not="Nobody in the race has settings.")
    assert not panel.settings.across.isVisible() and not panel.settings.show_it.isEnabled()
    assert panel.settings.note.text() == "Nobody in the race has settings."


def test_it_is_painted_in_every_theme_and_size(panel: ExplorePanel) -> None:
    panel.set_minima(MINIMA, 1)
    panel.set_shares((("basin:0", "global", 0.5), ("basin:1", "local", 0.25)), "25 % never arrive.")
    for name, size in (("light", 14.0), ("slide", 10.5), ("dark", 8.0)):
        panel.set_theme(Theme.load(name, size))
        panel.resize(max(330, panel.minimumWidth()), 700)
        QApplication.processEvents()
        image = panel.grab().toImage()
        colours = {image.pixel(x, y) for x in range(0, image.width(), 5) for y in range(0, image.height(), 5)}
        assert len(colours) > 12
        inside = panel.area.widget()
        assert inside.width() <= panel.area.viewport().width()
