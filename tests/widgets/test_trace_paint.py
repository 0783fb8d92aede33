"""The trace in pictures and on screen: the floor of a log axis, and the lines of several starts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtWidgets import QApplication

from minima_widgets.paint.trace import (
    HEAD,
    HEADS_EACH,
    draw_heads,
    draw_starts,
    floor_of,
    heads_on,
    style_of,
    trace_plane,
)
from minima_widgets.pictures import blank, painting
from minima_widgets.theme import Theme
from tests.widgets.charts import record_of, series, spiral, trace, track_of


def test_the_floor_is_marked_when_a_line_lies_on_it(qapp: QApplication) -> None:
    falling = track_of(record_of(spiral(90)))
    high = replace(series(falling, 89), floor=1e-4, baseline=0.0)
    low = replace(high, floor=0.5)
    assert floor_of(trace((high,), 89)) is None
    assert floor_of(trace((low,), 89)) == pytest.approx(np.log10(0.5))


def test_further_starts_are_thinner_and_numbered(qapp: QApplication) -> None:
    theme = Theme.load("dark")
    track = track_of(record_of(spiral(90)))
    first = series(track, 89)
    second = replace(first, key="loss:0:1", start=1, baseline=-0.4)
    assert style_of(first) == first.style
    assert style_of(second).width < style_of(first).width
    inked = []
    for lines in ((first,), (first, second)):
        image = blank(QSize(500, 240), 1.0)
        scene = trace(lines, 89)
        with painting(image) as painter:
            draw_starts(painter, scene, trace_plane(QRectF(0, 0, 500, 240), scene, theme), theme)
        inked.append(np.frombuffer(image.constBits(), np.uint8).any())
    assert inked == [False, True]


def test_each_line_carries_its_head_so_that_colours_are_not_needed(qapp: QApplication) -> None:
    theme = Theme.load("light")
    track = track_of(record_of(spiral(90)))
    first = replace(series(track, 89), baseline=-0.4)
    second = replace(first, key="loss:1:0", entry=1, baseline=-1.5)
    further = replace(first, key="loss:0:1", start=1)
    scene = trace((first, second, further), 89)
    plane = trace_plane(QRectF(0, 0, 500, 240), scene, theme)
    marks = heads_on(scene, plane, theme)
    assert [mark.style.colour for mark in marks] == [first.style.colour, second.style.colour]
    assert [len(mark.points) for mark in marks] == [HEADS_EACH, HEADS_EACH]
    pixels = np.concatenate([plane.to_pixels(mark.points) for mark in marks])
    assert all(plane.rect.contains(x, y) for x, y in pixels)
    apart = np.abs(pixels[:, None] - pixels[None]).max(axis=2)
    assert apart[~np.eye(len(pixels), dtype=bool)].min() >= HEAD
    pictures = []
    for draw in (False, True):
        image = blank(QSize(500, 240), 1.0)
        if draw:
            with painting(image) as painter:
                draw_heads(painter, scene, plane, theme)
        pictures.append(np.frombuffer(image.constBits(), np.uint8).any())
    assert pictures == [False, True]
