"""Panels that share a card: tabs in its title, one in front, folding, moving and coming back together."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels.cards import ShelfTab
from minima_widgets.panels.tabs import TabCard, TabStrip
from minima_widgets.panels.workspace import Workspace
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]


@pytest.fixture
def workspace(theme: Theme, show: Show) -> Workspace:
    workspace = Workspace(theme)
    workspace.add_view("map", "Map", QLabel("map"), icon="map")
    workspace.add_panel("trace", "Trace", QLabel("trace"), "bottom")
    workspace.add_panel("race", "Race", QLabel("race"), "right")
    workspace.add_panel("landscape", "Landscape", QLabel("landscape"), tab_of="race", key="2")
    workspace.add_panel("explore", "Explore", QLabel("explore"), tab_of="landscape")
    show(workspace, 1200, 700)
    return workspace


def _strip(workspace: Workspace) -> TabStrip:
    card = workspace.card("race")
    assert isinstance(card, TabCard)
    return card.strip


def _shown(workspace: Workspace) -> set[str]:
    return {name for name in workspace.names() if workspace.is_shown(name)}


def _tabs(workspace: Workspace) -> dict[str, ShelfTab]:
    QApplication.processEvents()
    return {tab.text(): tab for tab in workspace.findChildren(ShelfTab) if tab.isVisible()}


def _click(qtbot: QtBot, strip: TabStrip, place: int) -> None:
    where = strip.rects()[place].center().toPoint()
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=where)


def test_a_click_brings_a_panel_to_the_front(workspace: Workspace, qtbot: QtBot) -> None:
    assert _shown(workspace) == {"map", "trace", "race"}
    with qtbot.waitSignal(workspace.fronted) as told, qtbot.waitSignal(workspace.changed):
        _click(qtbot, _strip(workspace), 2)
    assert told.args == ["explore"]
    assert _shown(workspace) == {"map", "trace", "explore"}
    assert workspace.front("race") == "explore"
    shown = [label.text() for label in workspace.card("race").findChildren(QLabel) if label.isVisible()]
    assert shown == ["explore"]


def test_arrows_go_from_tab_to_tab(workspace: Workspace, qtbot: QtBot) -> None:
    strip = _strip(workspace)
    for key, front in (
        (Qt.Key.Key_Right, "landscape"),
        (Qt.Key.Key_End, "explore"),
        (Qt.Key.Key_Right, "explore"),
        (Qt.Key.Key_Home, "race"),
    ):
        qtbot.keyClick(strip, key)
        assert workspace.front("race") == front


def test_toggle_brings_to_the_front_before_it_folds(workspace: Workspace) -> None:
    workspace.toggle("landscape")
    assert workspace.is_shown("landscape") and not workspace.is_folded("race")
    workspace.toggle("landscape")
    assert workspace.is_folded("race") and _shown(workspace) == {"map", "trace"}
    workspace.toggle("explore")
    assert workspace.is_shown("explore")


def test_a_folded_card_leaves_a_tab_for_each_panel(workspace: Workspace, qtbot: QtBot) -> None:
    qtbot.mouseClick(workspace.card("race").fold, Qt.MouseButton.LeftButton)
    assert set(_tabs(workspace)) == {"Race", "Landscape", "Explore"}
    assert "<b>2</b>" in _tabs(workspace)["Landscape"].toolTip()
    qtbot.mouseClick(_tabs(workspace)["Explore"], Qt.MouseButton.LeftButton)
    assert workspace.is_shown("explore") and _tabs(workspace) == {}


def test_they_move_together(workspace: Workspace) -> None:
    workspace.bring("explore")
    workspace.move_panel("explore", "left")
    assert {workspace.side(name) for name in ("race", "landscape", "explore")} == {"left"}
    assert workspace.is_shown("explore")


def test_what_is_in_front_is_kept_and_reset(workspace: Workspace) -> None:
    workspace.bring("landscape")
    workspace.set_folded("landscape", True)
    kept = json.loads(json.dumps(workspace.state()))
    workspace.reset()
    assert workspace.is_shown("race")
    workspace.restore(kept)
    assert workspace.front("race") == "landscape" and workspace.is_folded("landscape")
    workspace.restore({"tabs": {"race": "nobody", "gone": "race", "map": 3}})
    assert workspace.front("race") == "landscape"


def test_a_tab_that_is_not_present_is_away_and_comes_back_in_front(workspace: Workspace) -> None:
    workspace.bring("explore")
    workspace.set_present("explore", False)
    assert workspace.is_shown("race") and len(_strip(workspace).rects()) == 2
    workspace.set_present("explore", True)
    assert workspace.is_shown("explore")
    for name in ("race", "landscape", "explore"):
        workspace.set_present(name, False)
    assert not workspace.card("race").isVisible() and _tabs(workspace) == {}


def test_views_only_puts_all_of_them_away(workspace: Workspace) -> None:
    workspace.bring("explore")
    workspace.set_views_only(True)
    assert _shown(workspace) == {"map"} and _tabs(workspace) == {}
    workspace.set_views_only(False)
    assert workspace.is_shown("explore")


def test_a_single_panel_has_an_ordinary_title(workspace: Workspace, qtbot: QtBot) -> None:
    card = workspace.card("trace")
    assert isinstance(card, TabCard)
    assert card.strip.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert _strip(workspace).focusPolicy() == Qt.FocusPolicy.TabFocus


def test_only_panels_share_a_card_and_each_name_is_one(workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="view"):
        workspace.add_panel("more", "More", QLabel(), tab_of="map")
    with pytest.raises(ValueError, match="explore"):
        workspace.add_panel("explore", "Explore", QLabel(), tab_of="race")


def test_names_give_way_where_there_is_no_room(workspace: Workspace) -> None:
    strip = _strip(workspace)
    strip.resize(120, 26)
    rects = strip.rects()
    assert sum(rect.width() for rect in rects) <= 121
    assert rects[0].width() == max(rect.width() for rect in rects)
