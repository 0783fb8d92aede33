"""The whole window without a mouse and without eyes: names, tips, and the way of the Tab key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGraphicsView,
    QLineEdit,
    QScrollBar,
    QToolTip,
    QWidget,
)

from minima_desktop.window import MainWindow
from minima_widgets.late_view import LateView
from minima_widgets.panels.bubbles import ExplainedText
from minima_widgets.surface_view import SurfaceView
from tests.e2e.hand import Hand, pause

CONTROLS = (QAbstractButton, QLineEdit, QAbstractSlider, QAbstractSpinBox, QComboBox)
VIEWS = (QGraphicsView, SurfaceView, LateView)
RIGHT = ("landscape", "explore", "study", "race")
BELOW = ("step", "tree", "settings", "compare", "study-chart", "trace")


def interactive(window: MainWindow) -> list[QWidget]:
    """Return all that can be seen and used now."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusProxy() is None
        and not isinstance(widget, QScrollBar)
        and (widget.focusPolicy() & Qt.FocusPolicy.TabFocus or isinstance(widget, CONTROLS))
    ]


def every_place(hand: Hand) -> Iterator[str]:
    """Open one tab and panel after another, and a line of the race with its settings."""
    window, workspace = hand.window, hand.window.deck.workspace
    yield "at first"
    for name in (*RIGHT, *BELOW):
        workspace.bring(name)
        pause(120)
        yield name
    entry = hand.exploration.entries[0].id
    window.gestures.select(entry)
    window.deck.race.line(entry).set_open(True)
    pause(120)
    yield "a line that is open"
    for name in ("learn", "claims"):
        window.do(name)
        pause(120)
        yield name
    window.do("claims")


def tells(widget: QWidget) -> bool:
    """Whether something is told when the pointer rests on a widget, anywhere on it."""
    if widget.toolTip():
        return True
    for k in range(36):
        at = QPoint(widget.width() * (2 * (k % 6) + 1) // 12, widget.height() * (2 * (k // 6) + 1) // 12)
        QToolTip.showText(widget.mapToGlobal(at), "nothing was said", widget)
        QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at)))
        if QToolTip.text() not in ("nothing was said", ""):
            return True
    return False


def test_everything_that_can_be_used_has_a_name_and_a_tip(hand: Hand) -> None:
    nameless, silent, known = [], [], set()
    for place in every_place(hand):
        for widget in interactive(hand.window):
            if widget in known:
                continue
            known.add(widget)
            said = f"{place}: {type(widget).__name__} {widget.accessibleName()[:40]}"
            if not widget.accessibleName().strip():
                nameless.append(said)
            # Views tell what is under the pointer in the status line; in sentences each technical word does.
            if not isinstance(widget, (*VIEWS, ExplainedText)) and not tells(widget):
                silent.append(said)
    QToolTip.hideText()
    assert len(known) > 90
    assert nameless == []
    assert silent == []


@pytest.mark.parametrize("forward", [True, False])
def test_tab_comes_to_everything_and_round_again(hand: Hand, forward: bool) -> None:
    window = hand.window
    window.player.playing = False
    entry = hand.exploration.entries[0].id
    window.deck.race.line(entry).set_open(True)
    pause(150)
    wanted = {
        widget
        for widget in interactive(window)
        if widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    window.deck.map.setFocus()
    key = Qt.Key.Key_Tab if forward else Qt.Key.Key_Backtab
    came: list[QWidget] = []
    while len(came) < 150:
        QTest.keyClick(QApplication.focusWidget(), key)
        here = QApplication.focusWidget()
        assert here is not None
        came.append(here)
        if here is window.deck.map:
            break
    assert came[-1] is window.deck.map, "the Tab key never comes back"
    assert len(came) == len(set(came))
    assert wanted - set(came) == set()
    order = [came.index(each) for each in (window.deck.header.picker, window.deck.timeline.slider)]
    assert (order == sorted(order)) != forward  # round by the end: the timeline, then the header


def test_one_sees_where_the_keyboard_is(hand: Hand) -> None:
    """Each stop looks different while it has the keyboard; a view by the frame of its card."""
    window = hand.window
    window.player.playing = False
    pause(100)
    window._clock.stop()
    window.deck.map.setFocus()
    unseen, here = [], QApplication.focusWidget()
    assert here is not None
    for _ in range(80):
        QTest.keyClick(here, Qt.Key.Key_Tab)
        here = QApplication.focusWidget()
        assert here is not None
        shown = here
        while isinstance(here, VIEWS) and shown.property("card") is None:
            shown = shown.parentWidget()
        lit = shown.grab().toImage()
        if here is window.deck.map:
            window.deck.header.picker.setFocus()
            pause(30)
            assert shown.property("keyboard") is False
            break
        window.deck.map.setFocus()
        pause(5)
        if shown.grab().toImage() == lit:
            unseen.append(f"{type(here).__name__} {here.accessibleName()[:40]}")
        here.setFocus(Qt.FocusReason.TabFocusReason)
    window._clock.start()
    assert here is window.deck.map
    assert unseen == []
