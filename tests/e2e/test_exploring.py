"""What is asked about a landscape by hand: proofs, basins, flood, tree, lens, marbles, maps of settings."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from minima_core import document as doc
from minima_core.document import VERSION, Document, Exploration, Insight, Start, View
from minima_core.scene import Points, Regions, Swarm, tree_axis
from minima_desktop import explorefeed
from minima_desktop.files import read_document
from minima_widgets.panels.picture_dialog import PictureOptions
from tests.e2e.hand import Hand, close_window, make_window, pause, surface_of, wait

Key = Qt.Key


def findings(hand: Hand) -> Any:
    """What is known about the landscape that is shown."""
    return hand.window.hub.inquiries.findings


def marks(hand: Hand, sort: type) -> list[Any]:
    """The marks of one sort that are on the map."""
    return [mark for mark in hand.window.deck.map.marks() if isinstance(mark, sort)]


def knows(hand: Hand, name: str) -> Any:
    """Wait until something has been found out; return it."""
    wait(lambda: getattr(findings(hand), name) is not None, name)
    return getattr(findings(hand), name)


def proved(hand: Hand) -> Any:
    """Wait until all critical points are proved and the passes are known; return the points."""
    critical = knows(hand, "critical")
    knows(hand, "tree")
    return critical


def chart(hand: Hand, name: str) -> Any:
    """Bring a chart to the front; return it once it shows something."""
    hand.window.deck.workspace.bring(name)
    place = hand.window.deck.chart_places[name]
    wait(lambda: place.is_made and place.view._shown is not None, f"the chart {name}")
    pause(40)
    return place.view


# -- proofs ------------------------------------------------------------------------------------------------


def test_the_panel_of_exploration_says_that_all_minima_are_proved(hand: Hand) -> None:
    window = hand.window
    hand.key(Key.Key_F4)
    proved(hand)
    window._say()
    assert window.deck.workspace.is_shown("explore")
    state = explorefeed.proof_state(findings(hand), window.hub.inquiries)
    assert state.state == "proved"
    assert "Proved: this region has no others." in state.sentence
    rows = explorefeed.minimum_rows(findings(hand), window.projector.stage())
    assert [row.kind for row in rows] == ["global", "local"]
    assert all(row.proved and row.prominence > 0 for row in rows)
    window.do("critical")
    pause(60)
    assert window.session.view.insight.critical


# -- basins ------------------------------------------------------------------------------------------------


def test_basins_follow_a_setting_live_and_can_be_taken_away(hand: Hand) -> None:
    window = hand.window
    proved(hand)
    window.do("basins")
    first = knows(hand, "basins")
    wait(lambda: bool(marks(hand, Regions)), "basins on the map")
    line = hand.line("gradient-descent")
    window.session.look(insight=msgspec.structs.replace(window.session.view.insight, entry=line.id))
    slider_values = np.linspace(0.02, 0.3, 12)
    specifications = set()
    for value in slider_values:
        window.deck.race.setting_changed.emit(line.id, "lr", float(value), False)
        pause(30)
        assert findings(hand).basins is not None, "the map of a moment ago stays"
        specifications.add(findings(hand).basins.specification)
    window.deck.race.setting_changed.emit(line.id, "lr", 0.3, True)
    wait(lambda: "lr=0.3" in findings(hand).basins.specification, "the map of the last value")
    assert findings(hand).basins is not first
    window.do("basins")
    wait(lambda: not marks(hand, Regions), "no basins on the map")
    hand.settle()


def test_a_landscape_chosen_while_basins_are_worked_out_gets_its_own(hand: Hand) -> None:
    window = hand.window
    window.do("basins")
    for name in ("himmelblau", "eggholder", "himmelblau", "two-wells", "himmelblau"):
        window.gestures.choose(name)
        pause(15)
    wait(
        lambda: findings(hand).basins is not None and findings(hand).basins.extent[0] == -6.0,
        "basins of Himmelblau’s function",
    )
    assert len(proved(hand).minima) == 4
    wait(lambda: len(findings(hand).basins.minima) == 4, "four basins")
    hand.settle()


def test_work_is_cancelled_by_hand_and_what_is_known_stays(hand: Hand) -> None:
    window = hand.window
    window.do("tab-explore")
    proved(hand)
    line = hand.line("simulated-annealing").id
    window.exploring.look(entry=line)
    window.session.set_steps(2000)
    window.do("chances")
    wait(lambda: window.hub.inquiries.share("chances") is not None, "the work begun")
    window.deck.explore.cancelled.emit("overlay")
    pause(60)
    assert window.hub.inquiries.share("chances") is None
    assert window.session.view.insight.overlay == "chances"
    window.do("chances")
    pause(60)
    window.do("chances")
    wait(lambda: window.hub.inquiries.share("chances") is not None or findings(hand).chances, "asked again")


# -- flood, tree, lens -------------------------------------------------------------------------------------


def test_a_flood_and_its_tree_and_a_level_dragged_in_the_tree(hand: Hand) -> None:
    window = hand.window
    proved(hand)
    window.do("flood")
    tree = chart(hand, "tree")
    lakes = knows(hand, "lakes")
    assert (lakes.labels >= 0).any()
    window.do("tab-explore")
    low, high = window.exploring._flood_range()
    for share in (0.2, 0.6, 0.95):
        window.deck.explore.flood_changed.emit(low + share * (high - low), False)
        pause(30)
    wait(lambda: findings(hand).lakes is not None and findings(hand).lakes is not lakes, "higher water")
    level = window.session.view.insight.flood
    axis = tree_axis(findings(hand).tree)
    middle = 0.5 * (tree._shown.extent[2] + tree._shown.extent[3])
    tree.dragged.emit("drag:flood", 0.5, middle, True)
    assert window.session.view.insight.flood == pytest.approx(float(axis.loss(middle)))
    assert window.session.view.insight.flood != level
    leaves = [m for m in tree._shown.marks if isinstance(m, Points) and m.key.startswith("leaf")]
    assert leaves
    tree.picked.emit(leaves[0].key, int(leaves[0].ids[0]))
    pause(40)
    assert window.hub.inquiries.chosen is not None
    window.do("flood")
    assert window.session.view.insight.flood is None


def test_a_lens_is_held_moved_and_put_away(hand: Hand) -> None:
    window, view = hand.window, hand.window.deck.map
    proved(hand)
    window.do("lens")
    assert view.tool == "lens"
    lens = knows(hand, "lens")
    assert lens.lowest_within
    before = hand.exploration
    hand.click(view, hand.pixel((1.6, 1.3)))
    pause(40)
    assert hand.exploration is before, "the lens starts no race"
    assert window.session.view.insight.lens == pytest.approx((1.21, 0.53), abs=0.01), "the minimum next to it"
    wait(lambda: findings(hand).lens is not lens and findings(hand).lens is not None, "the lens elsewhere")
    window.do("lens")
    assert view.tool == "race"
    assert window.session.view.insight.lens is None


def test_a_lens_held_on_another_landscape_does_no_harm(hand: Hand) -> None:
    window = hand.window
    window.do("lens")
    knows(hand, "lens")
    window.session.set_formula("x^4 - 2x^2 + 0.5x")
    pause(120)
    window.session.set_formula("x^2 + y^2")
    pause(120)
    window.gestures.choose("himmelblau")
    hand.settle()
    assert window.hub.inquiries.failure() == ""
    assert window.deck.map.tool == ("race" if window.session.view.insight.lens is None else "lens")


# -- marbles -----------------------------------------------------------------------------------------------


def test_marbles_roll_on_the_map_and_stop(hand: Hand) -> None:
    window = hand.window
    proved(hand)
    window.do("marbles")
    moment = knows(hand, "marbles")
    wait(lambda: bool(marks(hand, Swarm)), "marbles on the map")
    wait(lambda: findings(hand).marbles.steps > moment.steps, "they roll")
    window.do("tab-explore")
    window.exploring.roll("annealing")
    wait(lambda: findings(hand).time_shares is not None, "the share of each basin")
    assert window.deck.workspace.is_shown("beside")
    knows(hand, "density")
    window.deck.explore.temperature_changed.emit(0.4, True)
    wait(lambda: getattr(findings(hand).marbles, "temperature", None) == 0.4, "another temperature")
    window.deck.explore.marbles_thrown.emit()
    window.exploring.look(marbles="none")
    wait(lambda: not marks(hand, Swarm), "no marbles")


# -- the map of settings -----------------------------------------------------------------------------------


def test_a_click_on_the_map_of_settings_plays_that_run(hand: Hand) -> None:
    window = hand.window
    proved(hand)
    view = chart(hand, "settings")
    found = knows(hand, "settings")
    line = window.session.view.insight.settings
    assert line is None
    before = hand.exploration
    x0, x1, y0, y1 = view._shown.extent
    point = (x0 + 0.3 * (x1 - x0), y0 + 0.4 * (y1 - y0))
    hand.click(view, view.plane.point(point).toPoint())
    wait(lambda: hand.exploration != before, "the run of that pixel")
    entry = next(e for e in hand.exploration.entries if e not in before.entries)
    settings = window.session.segment_at(entry, 0).settings
    across = np.asarray(found.values_across)
    assert np.min(np.abs(across - settings[found.across.name])) < 1e-9 * across.max()
    assert window.player.playing
    hand.play_to_the_end()
    window.do("undo")
    assert hand.exploration == before


# -- everything, on difficult landscapes -------------------------------------------------------------------


def toggle_everything(hand: Hand) -> None:
    """Switch on everything there is, one after the other."""
    window = hand.window
    for act in ("basins", "chances", "slope", "curvature", "density", "flow", "critical", "lens", "flood"):
        window.do(act)
        pause(20)
    for tab in ("tree", "settings", "beside", "trace"):
        window.deck.workspace.bring(tab)
        pause(30)
    for tab in ("tab-explore", "tab-landscape", "marbles"):
        window.do(tab)
        pause(30)
    window.exploring.roll("annealing")
    pause(60)


@pytest.mark.parametrize("text", ["log(x y)", "|x| + |y|", "x", "1/x", "5 + 0 y"])
def test_everything_at_once_on_difficult_formulas(hand: Hand, text: str) -> None:
    assert hand.window.session.set_formula(text)
    toggle_everything(hand)
    hand.settle()
    assert hand.exploration.place.formula == text


def test_everything_at_once_in_the_smallest_window(hand: Hand) -> None:
    window = hand.window
    size = window.size()
    window.resize(760, 520)
    try:
        window.gestures.choose("eggholder")
        toggle_everything(hand)
        hand.settle()
    finally:
        window.resize(size)
        pause(40)


def test_a_session_of_five_variables(hand: Hand) -> None:
    window = hand.window
    place = doc.place_of("rastrigin", 5)
    exploration = Exploration(place=place, starts=(Start(position=(2.0, 1.0, -2.0, 3.0, 1.0)),), steps=100)
    exploration = doc.add_entry(exploration, "gradient-descent")
    window.commands.open_document(Document(VERSION, exploration, View(theme="dark")))
    hand.settle()
    toggle_everything(hand)
    window.do("tab-landscape")
    pause(40)
    hand.click(window.deck.map, hand.pixel((1.0, 1.0)))
    assert len(hand.starts[0]) == 5


# -- pictures and closing ----------------------------------------------------------------------------------


def test_a_picture_with_basins_carries_the_same_document(hand: Hand, tmp_path: Path) -> None:
    window = hand.window
    proved(hand)
    window.do("basins")
    knows(hand, "basins")
    wait(lambda: window.hub.inquiries.answer("basins").final, "the whole map")
    window.do("save-picture")
    pictures = window.commands.pictures
    dialog = pictures._dialog
    path = tmp_path / "basins.png"
    pictures._save(PictureOptions(view="map", width=480, height=360), str(path))
    wait(path.exists, "the picture")
    document = read_document(path)
    assert document.exploration == hand.exploration
    assert document.view.insight == window.session.view.insight
    assert document.view.insight.overlay == "basins"
    if dialog is not None:
        dialog.close()
    window.do("basins")
    window.commands.open_document(document)
    hand.settle()
    assert hand.exploration == document.exploration
    wait(lambda: bool(marks(hand, Regions)), "basins again")


@pytest.fixture
def styled(qapp: QApplication) -> Iterator[None]:
    """Puts back what a window sets on the application."""
    look = qapp.styleSheet(), qapp.palette(), qapp.font(), qapp.style().objectName()
    qapp.setStyle("Fusion")
    yield
    qapp.setStyle(look[3])
    qapp.setStyleSheet(look[0])
    qapp.setPalette(look[1])
    qapp.setFont(look[2])


@pytest.mark.parametrize("act", ["everything", "typing", "drawing"])
def test_closing_in_the_middle_ends_every_thread(styled: None, act: str) -> None:
    before = set(threading.enumerate())
    window = make_window()
    hand = Hand(window)
    window.player.speed = 0.0
    if act == "everything":
        window.gestures.choose("eggholder")
        insight = Insight(overlay="basins", flow=True, flood=0.0, marbles="annealing", lens=(0.0, 0.0))
        window.session.look(insight=insight, bottom="settings")
        pause(200)
    elif act == "typing":
        window.do("formula")
        QTest.keyClicks(window.deck.header.formula.field, "sin(x y)+a x^2+exp(")
    else:
        window.do("draw")
        at = hand.pixel((0.0, 0.0))
        QTest.mousePress(
            surface_of(window.deck.map), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at
        )
        QTest.mouseMove(surface_of(window.deck.map), at + QPoint(30, 10))
        pause(20)
    began = time.monotonic()
    close_window(window)
    assert time.monotonic() - began < 15
    left = [t for t in threading.enumerate() if t not in before and not t.name.startswith("minima-pool")]
    assert left == []
