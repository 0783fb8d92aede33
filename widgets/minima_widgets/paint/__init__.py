"""Draws scenes with QPainter at any size: the pictures that are saved, and what the views are made of.

`figure` composes and renders; `map`, `surface`, `trace`, `profile` and `chart` draw one view each, on any
device; `page` draws a sheet with words, tables, bars and pictures.
"""

from minima_widgets.paint.chart import paint_chart
from minima_widgets.paint.figure import figure_unit, paint_figure, render_image, render_small
from minima_widgets.paint.map import paint_map
from minima_widgets.paint.profile import paint_profile
from minima_widgets.paint.trace import paint_trace

__all__ = [
    "figure_unit",
    "paint_chart",
    "paint_figure",
    "paint_map",
    "paint_profile",
    "paint_trace",
    "render_image",
    "render_small",
]
