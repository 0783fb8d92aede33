"""The gallery of landscapes: search, keys, clicks, and pictures that come later."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels.controls import Button
from minima_widgets.panels.picker import Item, LandscapePicker
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]

ITEMS = (
    Item("bowl", "Convex bowl", "Every way leads down.", "First steps", ("convex",)),
    Item("two-wells", "Two wells", "One is deeper.", "First steps", ("traps",)),
    Item("rosenbrock", "Rosenbrock", "A narrow bend.", "Narrow valleys", ("banana",)),
    Item("wells", "Many wells", "Traps.", "First steps", ("traps",)),
    *(Item(f"extra-{k}", f"Extra {k}", "One of many.", "Others") for k in range(30)),
)


@pytest.fixture
def picker(theme: Theme, show: Show) -> Iterator[LandscapePicker]:
    window = QWidget()
    button = Button(theme, "Two wells")
    QVBoxLayout(window).addWidget(button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    show(window, 1000, 680)
    picker = LandscapePicker(theme, window)
    picker.set_items(ITEMS, "two-wells")
    picker.open_at(button)
    yield picker
    picker.close()


def test_it_opens_on_the_present_landscape_in_groups(picker: LandscapePicker) -> None:
    assert picker.names()[:4] == ("bowl", "two-wells", "wells", "rosenbrock")
    assert picker.gallery.current_name() == "two-wells"
    assert picker.height() <= 680 and picker.width() <= 1000


def test_typing_filters_by_name_tag_and_sentence(picker: LandscapePicker, qtbot: QtBot) -> None:
    qtbot.keyClicks(picker.search, "traps")
    assert picker.names() == ("two-wells", "wells")
    picker.search.clear()
    qtbot.keyClicks(picker.search, "bend nar")
    assert picker.names() == ("rosenbrock",)
    with qtbot.waitSignal(picker.chosen) as asked:
        qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    assert asked.args == ["rosenbrock"]
    assert not picker.isVisible()


def test_nothing_found_says_so(picker: LandscapePicker, qtbot: QtBot) -> None:
    qtbot.keyClicks(picker.search, "zebra")
    assert picker.names() == ()
    assert "zebra" in picker.sentence.text()
    with qtbot.assertNotEmitted(picker.chosen):
        qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    qtbot.keyClick(picker.search, Qt.Key.Key_Escape)
    assert not picker.isVisible()


def test_arrows_walk_through_rows_and_scroll(picker: LandscapePicker, qtbot: QtBot) -> None:
    qtbot.keyClick(picker.search, Qt.Key.Key_Right)
    assert picker.gallery.current_name() == "wells"
    qtbot.keyClick(picker.search, Qt.Key.Key_Down)
    assert picker.gallery.current_name() == "rosenbrock"
    for _ in range(20):
        qtbot.keyClick(picker.search, Qt.Key.Key_Down)
    assert picker.gallery.current_name().startswith("extra")
    QApplication.processEvents()
    visible = picker.gallery.visibleRegion().boundingRect()
    assert visible.contains(picker.gallery.current_rect().center())
    assert picker.sentence.text() == "One of many."


def test_a_click_chooses(picker: LandscapePicker, qtbot: QtBot) -> None:
    place = picker.gallery.current_rect().center()
    with qtbot.waitSignal(picker.chosen) as asked:
        qtbot.mouseClick(picker.gallery, Qt.MouseButton.LeftButton, pos=QPoint(place.x(), place.y()))
    assert asked.args == ["two-wells"]


def test_pictures_are_asked_for_once_and_only_what_is_seen(theme: Theme, show: Show, qtbot: QtBot) -> None:
    window = show(QWidget(), 1000, 680)
    picker = LandscapePicker(theme, window)
    asked: list[str] = []
    picker.image_wanted.connect(asked.append)
    picker.set_items(ITEMS, "bowl")
    picker.open_at(window)
    qtbot.waitUntil(lambda: "bowl" in asked)
    assert len(asked) < len(ITEMS)
    assert len(asked) == len(set(asked))
    image = QImage(80, 60, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    picker.set_image("bowl", image)
    QApplication.processEvents()
    centre = picker.gallery.grab().toImage().pixelColor(picker.gallery.current_rect().center())
    assert centre.red() > 200 and centre.green() < 60
    picker.close()


def _chip(picker: LandscapePicker, tag: str) -> QPoint:
    return picker.chips.rect_of(tag).center().toPoint()


def test_filters_hold_together_with_each_other_and_with_the_search(
    picker: LandscapePicker, qtbot: QtBot
) -> None:
    picker.set_items(
        (
            Item("a", "Alpha", tags=("convex", "smooth")),
            Item("b", "Beta", tags=("many minima", "smooth")),
            Item("c", "Gamma", tags=("many minima", "not smooth", "odd")),
            Item("d", "Beta two", tags=("many minima", "not smooth")),
            Item("e", "Bowl", tags=("convex",)),
        )
    )
    assert picker.chips.tags() == ("convex", "many minima", "not smooth", "smooth")
    qtbot.mouseClick(picker.chips, Qt.MouseButton.LeftButton, pos=_chip(picker, "many minima"))
    assert picker.names() == ("b", "c", "d")
    qtbot.mouseClick(picker.chips, Qt.MouseButton.LeftButton, pos=_chip(picker, "not smooth"))
    assert picker.names() == ("c", "d")
    qtbot.keyClicks(picker.search, "bet")
    assert picker.names() == ("d",)
    qtbot.keyClicks(picker.search, "x")
    assert picker.names() == () and "many minima" in picker.sentence.text()
    picker.search.clear()
    qtbot.mouseClick(picker.chips, Qt.MouseButton.LeftButton, pos=_chip(picker, "not smooth"))
    assert picker.names() == ("b", "c", "d")


def test_filters_are_reached_and_switched_with_the_keyboard(picker: LandscapePicker, qtbot: QtBot) -> None:
    picker.set_items(
        tuple(Item(f"i{k}", f"I {k}", tags=("convex",) if k % 2 else ("saddle",)) for k in range(8))
    )
    picker.search.nextInFocusChain()
    picker.chips.setFocus()
    qtbot.keyClick(picker.chips, Qt.Key.Key_Right)
    qtbot.keyClick(picker.chips, Qt.Key.Key_Space)
    assert picker.chips.chosen() == {"saddle"} and len(picker.names()) == 4


def test_what_is_called_so_comes_first(picker: LandscapePicker, qtbot: QtBot) -> None:
    picker.set_items(
        (
            Item("m", "Mentions", "A tilted double well in a sentence."),
            Item("double-tilted", "Double tilted well"),
            Item("tilted-dish", "Tilted dish"),
            Item("tilted-double-well", "Tilted double well"),
        )
    )
    qtbot.keyClicks(picker.search, "tilted d")
    assert picker.names() == ("tilted-dish", "tilted-double-well", "double-tilted", "m")
    qtbot.keyClicks(picker.search, "o")
    assert picker.names()[0] == "tilted-double-well"


def test_long_titles_take_two_lines_and_filters_that_leave_nothing_are_hidden(
    picker: LandscapePicker, qtbot: QtBot
) -> None:
    long = Item("memory", "Restarts without and with memory", "Again and again.", "Others", ("restarts",))
    picker.set_items((*ITEMS, long, Item("memory-2", "Memory", "Once.", "Others", ("restarts",))))
    tiles = {item.name: (item, rect) for item, rect in picker.gallery._tiles}
    item, rect = tiles["memory"]
    assert " ".join(picker.gallery._title(item, rect.width())) == item.title
    assert rect.height() > tiles["bowl"][1].height()
    assert not picker.chips.rect_of("restarts").isNull()
    qtbot.keyClicks(picker.search, "bowl")
    assert picker.chips.rect_of("restarts").isNull()
    assert not picker.chips.rect_of("convex").isNull()
