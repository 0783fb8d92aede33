"""The card of talks reports what a person does: chosen, moved, dragged, written, and with which keys."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtTest import QTest

from minima_widgets.panels.explore_values import Job
from minima_widgets.panels.talk_panel import SceneTexts, SceneTile, TalkPanel, TalkState
from minima_widgets.theme import Theme

Key, Modifier = Qt.Key, Qt.KeyboardModifier
TILES = (SceneTile("a", "One", "first"), SceneTile("b", "Two", "Where?", asks=True), SceneTile("a", "Three"))


@pytest.fixture
def panel(qtbot) -> TalkPanel:
    made = TalkPanel(Theme.load("light"))
    qtbot.addWidget(made)
    made.resize(320, 760)
    made.show()
    made.activateWindow()
    QTest.qWaitForWindowActive(made)
    made.set_state(TalkState("Traps", TILES, 1, SceneTexts("Two", "Look", "Where?", "Slowly"), can_undo=True))
    return made


def heard(panel: TalkPanel) -> list[Any]:
    """Everything that the card says from now on."""
    found: list[Any] = []
    panel.asked.connect(found.append)
    panel.chosen.connect(lambda k: found.append(("chosen", k)))
    panel.moved.connect(lambda k, to: found.append(("moved", k, to)))
    panel.edited.connect(lambda name, text: found.append((name, text)))
    panel.named.connect(lambda text: found.append(("named", text)))
    return found


def test_pictures_are_asked_for_once_and_again_in_other_colours(panel):
    wanted: list[str] = []
    panel.image_wanted.connect(wanted.append)
    panel.set_theme(Theme.load("dark"))
    panel.rows.grab()
    panel.rows.grab()
    assert wanted == ["a", "b"]
    image = QImage(84, 60, QImage.Format.Format_RGB32)
    image.fill(0xFF0000)
    before = panel.rows.grab().toImage()
    panel.set_image("a", image)
    assert panel.rows.grab().toImage() != before


@pytest.mark.parametrize(
    ("key", "modifier", "said"),
    [
        (Key.Key_Down, Modifier.NoModifier, ("chosen", 2)),
        (Key.Key_Up, Modifier.NoModifier, ("chosen", 0)),
        (Key.Key_Home, Modifier.NoModifier, ("chosen", 0)),
        (Key.Key_End, Modifier.NoModifier, ("chosen", 2)),
        (Key.Key_Down, Modifier.AltModifier, ("moved", 1, 2)),
        (Key.Key_Up, Modifier.ShiftModifier, ("moved", 1, 0)),
        (Key.Key_Return, Modifier.NoModifier, "open"),
        (Key.Key_Delete, Modifier.NoModifier, "remove"),
        (Key.Key_D, Modifier.ControlModifier, "duplicate"),
        (Key.Key_Z, Modifier.ControlModifier, "undo"),
        (Key.Key_Z, Modifier.ControlModifier | Modifier.ShiftModifier, "redo"),
    ],
)
def test_keys_of_the_list_go_before_those_of_the_window(panel, key, modifier, said):
    override = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier)
    override.ignore()
    panel.rows.event(override)
    assert override.isAccepted()
    told = heard(panel)
    QTest.keyClick(panel.rows, key, modifier)
    assert told == [said]


def test_other_keys_are_left_to_the_window(panel):
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Key.Key_Space, Modifier.NoModifier)
    override.ignore()
    panel.rows.event(override)
    assert not override.isAccepted()


def test_the_ends_hold(panel):
    told = heard(panel)
    panel.set_state(TalkState("", TILES, 2))
    QTest.keyClick(panel.rows, Key.Key_Down, Modifier.AltModifier)
    QTest.keyClick(panel.rows, Key.Key_Down)
    assert told == [("chosen", 2)]


@pytest.mark.parametrize(
    ("held", "height", "said"), [(0, 2.9, (0, 2)), (2, 0.1, (2, 0)), (0, 1.9, (0, 1)), (1, 1.4, None)]
)
def test_a_scene_is_dragged_to_where_it_falls(panel, held, height, said):
    rows = panel.rows
    told: list[Any] = []
    rows.moved.connect(lambda k, to: told.append((k, to)))
    row = rows.rect_of(0).height()
    QTest.mousePress(rows, Qt.MouseButton.LeftButton, pos=QPoint(150, round((held + 0.5) * row)))
    for share in (0.5, 1.0):
        y = round((held + 0.5 + (height - held - 0.5) * share) * row)
        QTest.mouseMove(rows, QPoint(150, y))
        move = rows.mapToGlobal(QPoint(150, y))
        _drag(rows, QPoint(150, y), move)
    QTest.mouseRelease(rows, Qt.MouseButton.LeftButton, pos=QPoint(150, round(height * row)))
    assert told == ([] if said is None else [said])


def _drag(widget: Any, point: QPoint, where: QPoint) -> None:
    """Move the mouse with its button held, as the platform would tell."""
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QMouseEvent

    left = Qt.MouseButton.LeftButton
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(point),
        QPointF(where),
        Qt.MouseButton.NoButton,
        left,
        Modifier.NoModifier,
    )
    widget.mouseMoveEvent(event)


def test_a_double_click_opens(panel):
    told = heard(panel)
    QTest.mouseDClick(panel.rows, Qt.MouseButton.LeftButton, pos=panel.rows.rect_of(1).center())
    assert "open" in told


def test_what_is_typed_counts_when_one_goes_on(panel):
    told = heard(panel)
    field = panel.editor.fields["sentence"]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "Look here")
    panel.editor.notes.setFocus()
    QTest.keyClicks(panel.editor.notes, "Hm. ")
    panel.add.click()
    assert told == [("sentence", "Look here"), ("notes", "Hm. Slowly"), "add"]


def test_words_that_are_typed_are_not_taken_away(panel):
    field = panel.editor.fields["title"]
    field.setFocus()
    field.end(False)
    QTest.keyClicks(field, "!")
    panel.set_state(TalkState("Traps", TILES, 1, SceneTexts("Two", "Look", "Where?", "Slowly")))
    assert field.text() == "Two!"


def test_the_talk_gets_a_title(panel):
    told = heard(panel)
    panel.title.setFocus()
    panel.title.selectAll()
    QTest.keyClicks(panel.title, "Ways out")
    QTest.keyClick(panel.title, Key.Key_Return)
    assert told == [("named", "Ways out")]


def test_an_empty_talk_says_what_to_do_and_offers_nothing_else(panel):
    panel.set_state(TalkState())
    assert panel.empty.isVisible() and not panel.area.isVisible() and not panel.chosen_part.isVisible()
    assert not panel.play.isEnabled() and not panel.export.isEnabled() and panel.add.isEnabled()


def test_everything_that_can_be_written_is_in_the_menu(panel):
    told = heard(panel)
    themed: list[str] = []
    panel.themed.connect(themed.append)
    panel.set_exports(
        (("pptx", "Slides…"), ("pdf", "One PDF…")), (("slide", "White"), ("dark", "Dark")), "slide"
    )
    actions = {action.text(): action for action in panel._menus[1].actions()}
    assert actions["White"].isChecked() and not actions["Dark"].isChecked()
    actions["One PDF…"].trigger()
    actions["Dark"].trigger()
    assert told == ["export:pdf"] and themed == ["dark"]


def test_progress_is_shown_and_can_be_stopped(panel):
    stopped: list[bool] = []
    panel.cancelled.connect(lambda: stopped.append(True))
    panel.set_state(TalkState("", TILES, 0, job=Job("Scene 2 of 3…", 0.33)))
    assert panel.job.isVisible() and "33" in panel.job.sentence.text()
    panel.job.stop.click()
    assert stopped == [True]


def test_the_list_says_to_screen_readers_which_scene_is_chosen(panel):
    assert panel.rows.accessibleDescription() == "2 of 3: Two. Where?"
