"""A panel whose painting fails goes on, and says so once."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtGui import QPainter

from minima_widgets.panels.status import StatusLine
from minima_widgets.theme import Theme


def test_a_panel_that_cannot_paint_is_usable_afterwards(qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: told.append(error))
    line = StatusLine(Theme.load("dark"))
    qtbot.addWidget(line)
    line.resize(400, 24)
    line.show()
    draw = QPainter.drawText

    def broken(self: QPainter, *arguments: object) -> None:
        raise RuntimeError("no ink")

    with monkeypatch.context() as broke:
        broke.setattr(QPainter, "drawText", broken)
        line.clear_reading("Move over the map.")
        line.repaint()
        qtbot.waitUntil(lambda: bool(told))
    assert [str(error) for error in told] == ["no ink"]
    assert QPainter.drawText is draw
    line.clear_reading("Move over it again.")
    image = line.grab().toImage()
    colours = {image.pixel(x, y) for x in range(0, 200, 2) for y in range(0, image.height(), 2)}
    assert len(colours) > 3, "the words are there again"
