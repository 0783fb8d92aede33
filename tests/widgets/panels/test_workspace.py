"""The workspace: folding, moving, too little room, and coming back as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels.cards import ShelfTab
from minima_widgets.panels.workspace import Workspace
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]


@pytest.fixture
def workspace(theme: Theme, show: Show) -> Workspace:
    workspace = Workspace(theme)
    workspace.add_view("map", "Map", QLabel("map"), icon="map")
    workspace.add_view("surface", "Surface", QLabel("surface"), icon="surface", key="S")
    workspace.add_panel("trace", "Loss", QLabel("trace"), "bottom", icon="trace")
    workspace.add_panel("race", "Race", QLabel("race"), "right")
    show(workspace, 1500, 800)
    return workspace


def _shown(workspace: Workspace) -> set[str]:
    return {name for name in workspace.names() if workspace.card(name).isVisible()}


def _tabs(workspace: Workspace) -> dict[str, ShelfTab]:
    QApplication.processEvents()
    return {tab.text(): tab for tab in workspace.findChildren(ShelfTab) if tab.isVisible()}


def test_a_card_folds_to_a_tab_and_comes_back_as_it_was(workspace: Workspace, qtbot: QtBot) -> None:
    before = {name: workspace.card(name).geometry() for name in workspace.names()}
    with qtbot.waitSignal(workspace.changed):
        qtbot.mouseClick(workspace.card("race").fold, Qt.MouseButton.LeftButton)
    assert _shown(workspace) == {"map", "surface", "trace"}
    assert set(_tabs(workspace)) == {"Race"}
    qtbot.mouseClick(_tabs(workspace)["Race"], Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert {name: workspace.card(name).geometry() for name in workspace.names()} == before


def test_one_view_always_stays(workspace: Workspace) -> None:
    workspace.set_folded("map", True)
    workspace.set_folded("surface", True)
    assert _shown(workspace) & {"map", "surface"} == {"map"}


def test_without_room_one_view_is_shown_and_the_other_is_a_tab_beside_it(
    workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.resize(990, 560)
    qtbot.waitUntil(lambda: workspace.compact)
    assert _shown(workspace) == {"map", "trace", "race"}
    assert not workspace.is_folded("surface")
    qtbot.mouseClick(_tabs(workspace)["Surface"], Qt.MouseButton.LeftButton)
    assert _shown(workspace) == {"surface", "trace", "race"}
    assert set(_tabs(workspace)) == {"Map"}
    workspace.resize(1500, 800)
    qtbot.waitUntil(lambda: not workspace.compact)
    assert _shown(workspace) == {"map", "surface", "trace", "race"}
    assert _tabs(workspace) == {}


def test_views_only_and_back(workspace: Workspace) -> None:
    workspace.set_folded("trace", True)
    workspace.set_views_only(True)
    assert _shown(workspace) == {"map", "surface"}
    assert _tabs(workspace) == {}
    workspace.set_views_only(False)
    assert _shown(workspace) == {"map", "surface", "race"}


def test_a_panel_moves_to_another_side(workspace: Workspace) -> None:
    workspace.move_panel("race", "left")
    QApplication.processEvents()
    place = workspace.card("race").mapTo(workspace, QPoint(0, 0))
    assert place.x() < workspace.card("map").mapTo(workspace, QPoint(0, 0)).x()
    workspace.move_panel("trace", "left")
    QApplication.processEvents()
    assert workspace.card("trace").mapTo(workspace, QPoint(0, 0)).x() == place.x()
    with pytest.raises(ValueError, match="middle"):
        workspace.add_panel("more", "More", QLabel(), "middle")


def test_the_arrangement_is_kept_as_plain_values(workspace: Workspace, theme: Theme, show: Show) -> None:
    workspace.move_panel("trace", "right")
    workspace.set_folded("surface", True)
    kept = json.loads(json.dumps(workspace.state()))
    workspace.reset()
    assert workspace.side("trace") == "bottom" and not workspace.is_folded("surface")
    workspace.restore(kept)
    assert workspace.state() == kept
    assert workspace.side("trace") == "right" and workspace.is_folded("surface")


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        {"cards": 3},
        {"cards": {"map": 1, "race": {"side": "up", "folded": "yes", "weight": "heavy"}, "gone": {}}},
        {"extents": {"left": float("nan"), "bottom": 40}},
        {"cards": {"map": {"folded": True}, "surface": {"folded": True}}, "front": "nobody"},
    ],
)
def test_a_broken_state_harms_nothing(workspace: Workspace, broken: Any) -> None:
    workspace.restore(broken)
    QApplication.processEvents()
    assert _shown(workspace) & {"map", "surface"}
    assert workspace.side("race") == "right"
    assert workspace.card("race").width() > 100


def test_a_drag_of_a_gap_is_kept(workspace: Workspace, qtbot: QtBot) -> None:
    before = workspace.state()["extents"]["right"]
    gap = workspace.outer.handle(2)
    centre = gap.rect().center()
    qtbot.mousePress(gap, Qt.MouseButton.LeftButton, pos=centre)
    qtbot.mouseMove(gap, centre - QPoint(60, 0))
    qtbot.mouseRelease(gap, Qt.MouseButton.LeftButton, pos=centre - QPoint(60, 0))
    assert workspace.state()["extents"]["right"] == pytest.approx(before + 60, abs=3)
    width = workspace.card("race").width()
    workspace.set_folded("race", True)
    workspace.set_folded("race", False)
    QApplication.processEvents()
    assert workspace.card("race").width() == width


def test_tabs_tell_their_key(workspace: Workspace) -> None:
    workspace.set_folded("surface", True)
    assert "<b>S</b>" in _tabs(workspace)["Surface"].toolTip()


def test_a_card_that_is_not_present_leaves_no_tab(workspace: Workspace) -> None:
    workspace.set_folded("map", True)
    workspace.set_present("surface", False)
    assert _shown(workspace) == {"map", "trace", "race"}
    assert _tabs(workspace) == {}
    assert not workspace.card("map").fold.isVisible()
    workspace.resize(900, 560)
    QApplication.processEvents()
    assert _shown(workspace) == {"map", "trace", "race"}
    workspace.resize(1500, 800)
    workspace.set_present("surface", True)
    assert _shown(workspace) == {"surface", "trace", "race"}
    assert set(_tabs(workspace)) == {"Map"}
