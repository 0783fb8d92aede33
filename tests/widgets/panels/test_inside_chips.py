"""Chips of insides: what is drawn can be read from them, and switched with hand and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from minima_widgets.panels.inside_chips import InsidesControl
from minima_widgets.panels.lines import InsideItem
from minima_widgets.theme import Theme

ITEMS = (
    InsideItem("velocity", "Velocity", "What is kept.", "memory", True),
    InsideItem("scales", "Effective rates", "An ellipse.", "model", False),
    InsideItem("step", "Step", "From there to here.", "run:adam:0", True),
)


@pytest.fixture
def control(qtbot) -> InsidesControl:
    made = InsidesControl(Theme.load("dark"))
    qtbot.addWidget(made)
    made.set_items(ITEMS, True)
    made.resize(260, 90)
    made.show()
    return made


def press(control: InsidesControl, name: str) -> None:
    centre = control.chips.rect_of(name).center()
    QTest.mouseClick(control.chips, Qt.MouseButton.LeftButton, pos=QPoint(int(centre.x()), int(centre.y())))


def test_a_chip_asks_for_the_other_state(qtbot, control: InsidesControl) -> None:
    for name, wanted in (("velocity", False), ("scales", True)):
        with qtbot.waitSignal(control.switched) as asked:
            press(control, name)
        assert asked.args == [name, wanted]


def test_all_are_switched_with_an_empty_name_and_a_chip_switches_on_again(
    qtbot, control: InsidesControl
) -> None:
    with qtbot.waitSignal(control.switched) as asked:
        control.switch.click()
    assert asked.args == ["", False]
    control.set_items(ITEMS, False)
    assert not control.chips.is_on("velocity")
    with qtbot.waitSignal(control.switched) as asked:
        press(control, "velocity")
    assert asked.args == ["velocity", True]


def test_keys_walk_and_switch(qtbot, control: InsidesControl) -> None:
    control.chips.setFocus()
    QTest.keyClick(control.chips, Qt.Key.Key_Right)
    with qtbot.waitSignal(control.switched) as asked:
        QTest.keyClick(control.chips, Qt.Key.Key_Space)
    assert asked.args == ["scales", True]
    assert control.chips.accessibleDescription() == "Velocity: on, Effective rates: off, Step: on"


def test_what_has_nothing_inside_shows_nothing(control: InsidesControl) -> None:
    control.set_items((), True)
    assert control.isHidden()


def test_chips_are_drawn_in_the_colours_of_the_picture(control: InsidesControl) -> None:
    theme = Theme.load("dark")
    image = control.chips.grab().toImage()
    rect = control.chips.rect_of("velocity")
    dot = image.pixelColor(int(rect.left()) + 13, int(rect.center().y()))
    assert dot.name() == theme.colour("memory").name()
