"""The ground of a map: heights on a grid become flat bands of colour, with smooth edges at any size."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from minima_core.scene.marks import Extent, Relief
from minima_widgets.theme import Theme

__all__ = ["band_colours", "draw_ground", "ground_image"]

_SHADES = 16  # steps from one band's colour to the next, across the one pixel of their edge
_CHUNK = 1 << 18  # pixels worked on at a time: they stay in the processor’s cache


def band_colours(relief: Relief, theme: Theme, palette: str | None = None) -> NDArray[np.uint8]:
    """Return the colour (bands, 3) of each band, the lowest first: the palette's at its middle."""
    edges = np.asarray(relief.bands, dtype=np.float64)
    return theme.ramp(palette or relief.palette, (edges[1:] + edges[:-1]) / 2)


def ground_image(
    relief: Relief,
    theme: Theme,
    width: int,
    height: int,
    extent: Extent | None = None,
    palette: str | None = None,
) -> QImage:
    """Return the bands of `extent` (default: all of the relief) as an image of width × height pixels.

    Between the nodes heights are bilinear. An edge between two bands is smoothed over the one pixel that it
    runs through: there the mixture is 0.5 + (h − edge) / |∇h|. Where the landscape is undefined the image has
    the raised colour of the theme.
    """
    width, height = max(int(width), 1), max(int(height), 1)
    x0, x1, y0, y1 = relief.extent
    a0, a1, b0, b1 = extent or relief.extent
    rows, columns = relief.heights.shape
    xs = a0 + (np.arange(width) + 0.5) / width * (a1 - a0)
    ys = b1 - (np.arange(height) + 0.5) / height * (b1 - b0)
    i, across = _places((xs - x0) / (x1 - x0), columns)
    j, up = _places((ys - y0) / (y1 - y0), rows)
    bands = _as_bands(relief)
    wide = bands[:, i] * (1 - across) + bands[:, i + 1] * across
    table = _table(band_colours(relief, theme, palette), theme)
    image = np.empty((height, width), dtype=np.uint32)
    lines = max(2, _CHUNK // width)

    def paint(top: int) -> None:
        # One line more on either side, for the slope.
        first, last = max(top - 1, 0), min(top + lines + 1, height)
        part = slice(first, last)
        places = wide[j[part]] * (1 - up[part, None]) + wide[j[part] + 1] * up[part, None]
        stop = min(top + lines, height)
        np.take(
            table, _shades(places, len(table))[top - first : stop - first], out=image[top:stop], mode="clip"
        )

    tops = range(0, height, lines)
    if len(tops) < 2 or (os.cpu_count() or 1) == 1:
        for top in tops:
            paint(top)
    else:
        with ThreadPoolExecutor(min(os.cpu_count() or 1, 4), thread_name_prefix="minima-ground") as pool:
            list(pool.map(paint, tops))
    return QImage(image.data, width, height, width * 4, QImage.Format.Format_RGB32).copy()


def draw_ground(
    painter: QPainter, rect: QRectF, relief: Relief, extent: Extent, theme: Theme, palette: str | None = None
) -> None:
    """Draw the bands of `extent` into `rect`, one pixel of the image to one of the device."""
    on_device = painter.combinedTransform().mapRect(rect)  # the device's pixel ratio is in it
    width, height = round(on_device.width()), round(on_device.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(rect, ground_image(relief, theme, width, height, extent, palette))
    painter.restore()


def _places(share: NDArray[np.float64], count: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return, for positions 0..1 along `count` nodes, the node before and the way to the next (0..1)."""
    at = np.clip(share, 0.0, 1.0) * (count - 1)
    before = np.minimum(at.astype(np.intp), count - 2)
    return before, (at - before).astype(np.float32)


def _as_bands(relief: Relief) -> NDArray[np.float32]:
    """Return the heights counted in bands: 2.5 is the middle of the third."""
    edges = np.asarray(relief.bands, dtype=np.float64)
    counted = np.interp(relief.heights, edges, np.arange(len(edges)))
    return np.where(np.isfinite(relief.heights), counted, np.nan).astype(np.float32)


def _shades(places: NDArray[np.floating], entries: int) -> NDArray[np.intp]:
    """Return the entry of the colour table for each pixel."""
    slope = np.zeros_like(places)
    if places.shape[1] > 1:
        slope[:, 1:] = np.abs(places[:, 1:] - places[:, :-1])
        slope[:, 0] = slope[:, 1]
    if places.shape[0] > 1:
        down = np.abs(places[1:] - places[:-1])
        np.maximum(slope[1:], down, out=slope[1:])
        np.maximum(slope[0], down[0], out=slope[0])
    bands = (entries - 1) // _SHADES
    with np.errstate(invalid="ignore"):
        edge = np.clip(np.rint(places), 1, max(bands - 1, 1))
        mixed = np.clip((places - edge) / np.maximum(slope, 1e-6) + 0.5, 0.0, 1.0)
        entry = (edge - 1) * _SHADES + np.rint(mixed * _SHADES)
    missing = ~np.isfinite(entry)
    if missing.any():
        entry[missing] = entries - 1
    return entry.astype(np.intp)


def _table(colours: NDArray[np.uint8], theme: Theme) -> NDArray[np.uint32]:
    """Return the packed colours: from each band to the next in `_SHADES` steps; the last one is for holes."""
    bands = colours.astype(np.float64)
    at = np.arange((len(bands) - 1) * _SHADES + 1) / _SHADES
    lower = np.minimum(at.astype(np.intp), max(len(bands) - 2, 0))
    upper = np.minimum(lower + 1, len(bands) - 1)
    share = (at - lower)[:, None]
    mixed = np.rint(bands[lower] * (1 - share) + bands[upper] * share).astype(np.uint32)
    packed = (0xFF << 24) | (mixed[:, 0] << 16) | (mixed[:, 1] << 8) | mixed[:, 2]
    return np.append(packed.astype(np.uint32), np.uint32(theme.colour("raised").rgb()))
