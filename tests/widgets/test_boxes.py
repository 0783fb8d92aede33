"""The bars of a chart: as long as their numbers, crisp, and parted from their neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from minima_core.scene.marks import Boxes, Style
from minima_widgets.paint.boxes import draw_boxes
from minima_widgets.paint.plane import Plane
from minima_widgets.pictures import blank, painting
from minima_widgets.theme import Theme


def drawn(*rects: tuple[float, float, float, float], gap: float = 0.0) -> NDArray[np.bool_]:
    """Which pixels of a plane of 100 × 40, from 0 to 1 both ways, have the colour of the bars."""
    theme = Theme.load("light")
    picture = blank(QSize(100, 40), 1.0, QImage.Format.Format_RGB32)
    picture.fill(theme.colour("card"))
    mark = Boxes("bars", 1, np.array(rects), Style("run:adam:0"), gap)
    with painting(picture) as painter:
        draw_boxes(painter, mark, Plane((0.0, 1.0, 0.0, 1.0), 0, 0, 100, 40), theme)
    colour = theme.colour("run:adam:0").rgb()
    return np.array([[picture.pixel(x, y) == colour for x in range(100)] for y in range(40)])


def test_a_bar_fills_its_rectangle(qapp: QApplication) -> None:
    pixels = drawn((0.0, 0.5, 0.25, 0.75))
    assert pixels[10:30, :50].all() and pixels.sum() == 20 * 50


def test_parts_of_one_bar_keep_a_gap(qapp: QApplication) -> None:
    pixels = drawn((0.0, 0.5, 0.25, 0.75), (0.5, 1.0, 0.25, 0.75), gap=1.0)
    row = pixels[20]
    assert row[:49].all() and not row[49] and row[50:99].all()


def test_what_happened_once_is_seen_and_what_is_not_a_number_is_left_out(qapp: QApplication) -> None:
    assert drawn((0.2, 0.2001, 0.0, 1.0))[20].any()
    assert not drawn((0.0, float("nan"), 0.0, 1.0)).any()
