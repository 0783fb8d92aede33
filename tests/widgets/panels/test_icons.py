"""Every icon that the panels name is there, in any colour and size."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from minima_widgets import panels
from minima_widgets.panels.chips import shape
from minima_widgets.panels.icons import icon_names, icons, pixmap
from minima_widgets.theme import Theme


def test_every_icon_that_is_named_exists(qapp: QApplication) -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in Path(panels.__path__[0]).glob("*.py"))
    named = set(re.findall(r'(?:icon=|icons\(|set_icon\()"([a-z-]+)"', code))
    assert {"play", "more", "plus"} <= named
    assert named <= set(icon_names())


@pytest.mark.parametrize("size", [16, 23, 64])
def test_an_icon_takes_the_colour_it_is_given(qapp: QApplication, size: int) -> None:
    image = pixmap("plus", "#ff0000", size).toImage()
    assert image.width() == size
    strongest = max((image.pixelColor(x, y) for x in range(size) for y in range(size)), key=QColor.alpha)
    assert strongest.alpha() > 100
    assert (strongest.red(), strongest.green(), strongest.blue()) == (255, 0, 0)


def test_an_unknown_icon_says_which_there_are(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError, match="play"):
        icons("no-such-icon", "#ffffff")


def test_every_head_of_the_themes_has_its_own_outline(qapp: QApplication) -> None:
    theme = Theme.load("dark")
    methods = ("gradient-descent", "sgd", "momentum", "nesterov", "rmsprop", "adam", "random-restarts")
    heads = {theme.run_style(f"run:{method}:0").head for method in (*methods, "simulated-annealing")}
    circle = shape("circle", QPointF(0, 0), 10)
    outlines = [shape(head, QPointF(0, 0), 10) for head in heads]
    assert sum(outline == circle for outline in outlines) == ("circle" in heads)
    assert len({str(outline.toFillPolygon().toList()) for outline in outlines}) == len(heads)
