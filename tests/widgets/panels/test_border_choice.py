"""The choice of what happens at the border, by keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt

from minima_widgets.panels.border_choice import CHOICES, BorderChoice
from minima_widgets.panels.controls import Choice
from minima_widgets.theme import Theme


def test_it_shows_what_is_set_and_says_nothing(qtbot) -> None:
    panel = BorderChoice(Theme.load("dark"))
    qtbot.addWidget(panel)
    said: list[str] = []
    panel.chosen.connect(said.append)
    for value, words in CHOICES:
        panel.set_border(value)
        assert words in panel.findChild(Choice).text()
    assert said == []


def test_a_choice_by_key_is_said(qtbot) -> None:
    panel = BorderChoice(Theme.load("light"))
    qtbot.addWidget(panel)
    panel.show()
    said: list[str] = []
    panel.chosen.connect(said.append)
    button = panel.findChild(Choice)
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Down)
    assert said == [CHOICES[1][0]]
    qtbot.keyClick(button, Qt.Key.Key_Up)
    assert said == [CHOICES[1][0], CHOICES[0][0]]


def test_larger_type_leaves_a_choice_whole_where_there_is_room(qtbot) -> None:
    theme = Theme.load("dark")
    choice = Choice(theme, (("auto", "as each method likes"),), "auto")
    qtbot.addWidget(choice)
    choice.resize(320, 40)
    choice.show()
    large = choice.font()
    large.setPointSizeF(40.0)
    choice.setFont(large)
    qtbot.waitUntil(lambda: choice.text().endswith("…"))
    large.setPointSizeF(9.0)
    choice.setFont(large)
    qtbot.waitUntil(lambda: choice.text() == "as each method likes")
