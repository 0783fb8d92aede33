"""Veils over the ground: regions with crisp, smooth edges, and shadings, as pictures of any size.

Both are worked out for each pixel. A shading is bilinear between its nodes. A pixel of a region has the label
to which its four nodes give the most weight, so that an edge between two labels runs straight through a cell,
and not in steps; across the one pixel of the edge the two colours are mixed.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from minima_core.scene.marks import Extent, Mark, Regions, Shading
from minima_widgets.paint.plane import Plane
from minima_widgets.theme import Theme

__all__ = ["Veil", "draw_veils", "veil_image", "veil_revision", "veils_image", "veils_of"]

Veil = Regions | Shading
Pixels = NDArray[np.uint32]

_CHUNK = 1 << 20  # pixels worked on at a time, so that memory stays small in the largest pictures
_SHADES = 256


def veils_of(marks: Iterable[Mark]) -> tuple[Veil, ...]:
    """Return the veils of a scene, in the order in which they are drawn."""
    return tuple(mark for mark in marks if isinstance(mark, Regions | Shading))


def veil_revision(marks: Iterable[Mark]) -> tuple[object, ...]:
    """Return what changes when any veil of a scene does."""
    return tuple(
        (veil.key, veil.revision, veil.extent, veil.opacity)
        + ((veil.roles, veil.none_role) if isinstance(veil, Regions) else (veil.palette,))
        for veil in veils_of(marks)
    )


def veil_image(veil: Veil, theme: Theme, width: int, height: int, extent: Extent) -> QImage:
    """Return what lies over `extent` as a picture of width × height pixels, transparent outside the veil."""
    width, height = max(int(width), 1), max(int(height), 1)
    pixels = np.zeros((height, width), np.uint32)
    x0, x1, y0, y1 = extent
    xs = x0 + (np.arange(width) + 0.5) / width * (x1 - x0)
    ys = y1 - (np.arange(height) + 0.5) / height * (y1 - y0)
    values = veil.labels if isinstance(veil, Regions) else veil.values
    rows, columns = values.shape
    a0, a1, b0, b1 = veil.extent
    across, up = (xs - a0) / (a1 - a0), (ys - b0) / (b1 - b0)
    right = slice(*_inside(across))
    lines = slice(*_inside(up))
    across, up = across[right] * (columns - 1), up[lines] * (rows - 1)
    chunk = max(1, _CHUNK // width)
    inner = pixels[lines, right]
    if inner.size and min(rows, columns) > 1:
        paint = (
            _RegionRows(veil, theme, across)
            if isinstance(veil, Regions)
            else _ShadingRows(veil, theme, across)
        )
        for top in range(0, len(inner), chunk):
            inner[top : top + chunk] = paint.pixels(up[top : top + chunk])
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied)
    return image.copy()


def veils_image(
    marks: Iterable[Mark], theme: Theme, width: int, height: int, extent: Extent
) -> QImage | None:
    """Return all veils of a scene over `extent` in one picture; None where there is none."""
    veils = veils_of(marks)
    if not veils:
        return None
    image = veil_image(veils[0], theme, width, height, extent)
    if len(veils) > 1:
        painter = QPainter(image)
        try:
            for veil in veils[1:]:
                painter.drawImage(0, 0, veil_image(veil, theme, width, height, extent))
        finally:
            painter.end()
    return image


def draw_veils(painter: QPainter, plane: Plane, marks: Iterable[Mark], theme: Theme) -> None:
    """Draw the veils of a scene into a plane, one pixel of their pictures to one of the device."""
    veils = veils_of(marks)
    if not veils:
        return
    on_device = painter.combinedTransform().mapRect(plane.rect)
    width, height = round(on_device.width()), round(on_device.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for veil in veils:
        painter.drawImage(plane.rect, veil_image(veil, theme, width, height, plane.extent))
    painter.restore()


# -- pixels ------------------------------------------------------------------------------------------------


class _RegionRows:
    """Paints rows of pixels of a `Regions`; `across` is where their columns lie among its nodes."""

    def __init__(self, veil: Regions, theme: Theme, across: NDArray[np.float64]) -> None:
        self.labels = veil.labels
        self.table = _label_table(veil, theme)
        self.columns = _before(across, veil.labels.shape[1])
        self.right = (across - self.columns).astype(np.float32)
        self.nearest = np.rint(across).astype(np.intp)
        labels = veil.labels
        corner = labels[:-1, :-1]
        self.mixed = (labels[1:, :-1] != corner) | (labels[:-1, 1:] != corner) | (labels[1:, 1:] != corner)
        self.step = float(abs(across[-1] - across[0])) / max(len(across) - 1, 1)  # nodes in a pixel
        self.coloured = self.table[labels.astype(np.intp) + 2]

    def pixels(self, up: NDArray[np.float64]) -> Pixels:
        """Return the pixels of rows that lie at `up` among the nodes."""
        image = self.coloured[np.rint(up).astype(np.intp)][:, self.nearest]
        rows = _before(up, self.labels.shape[0])
        row, column = np.nonzero(self.mixed[rows][:, self.columns])
        if not len(row):
            return image
        j, i = rows[row], self.columns[column]
        b, a = (up[row] - j).astype(np.float32), self.right[column]
        labels = np.stack(
            [self.labels[j, i], self.labels[j, i + 1], self.labels[j + 1, i], self.labels[j + 1, i + 1]]
        )
        weights = np.stack([(1 - b) * (1 - a), (1 - b) * a, b * (1 - a), b * a])
        votes = np.stack([((labels == labels[k]) * weights).sum(axis=0) for k in range(4)])
        best = votes.argmax(axis=0)
        at = np.arange(len(best))
        first = labels[best, at]
        others = np.where(labels == first, -1.0, votes)
        second = others.argmax(axis=0)
        lead = votes[best, at] - np.maximum(others[second, at], 0.0)
        share = np.clip(0.5 + 0.5 * lead / max(self.step, 1e-6), 0.5, 1.0)
        image[row, column] = _mixed(
            self.table[first.astype(np.intp) + 2], self.table[labels[second, at].astype(np.intp) + 2], share
        )
        return image


class _ShadingRows:
    """Paints rows of pixels of a `Shading`."""

    def __init__(self, veil: Shading, theme: Theme, across: NDArray[np.float64]) -> None:
        i = _before(across, veil.values.shape[1])
        right = (across - i).astype(np.float32)
        self.wide = veil.values[:, i] * (1 - right) + veil.values[:, i + 1] * right
        at = np.arange(_SHADES) / (_SHADES - 1)
        ramp = theme.ramp("chart", at) if veil.palette == "heights" else theme.veil(veil.palette, at)
        alpha = veil.opacity * np.sqrt(at) if veil.rising else np.full(_SHADES, veil.opacity)
        self.table = np.append(_packed(ramp.astype(np.float64), alpha), np.uint32(0))

    def pixels(self, up: NDArray[np.float64]) -> Pixels:
        """Return the pixels of rows that lie at `up` among the nodes."""
        j = _before(up, len(self.wide))
        b = (up - j).astype(np.float32)[:, None]
        values = self.wide[j] * (1 - b) + self.wide[j + 1] * b
        missing = np.isnan(values)
        with np.errstate(invalid="ignore"):
            shades = np.clip(values * np.float32(_SHADES - 1) + np.float32(0.5), 0, _SHADES - 1)
        shades[missing] = _SHADES
        return self.table[shades.astype(np.intp)]


def _inside(share: NDArray[np.float64]) -> tuple[int, int]:
    """Return the first place in [0, 1] of a monotone sequence, and the first one after them."""
    inside = np.flatnonzero((share >= 0.0) & (share <= 1.0))
    return (int(inside[0]), int(inside[-1]) + 1) if len(inside) else (0, 0)


def _before(at: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    """Return the node before each place among `count` nodes."""
    return np.clip(at.astype(np.intp), 0, count - 2)


def _label_table(veil: Regions, theme: Theme) -> Pixels:
    """Return the colour of label k in entry k + 2."""
    last = max(int(veil.labels.max(initial=-1)), 0)
    roles = [veil.none_role, *(veil.roles[k % len(veil.roles)] for k in range(last + 1) if veil.roles)]
    colours = theme.numbers(roles)
    return np.concatenate([np.zeros(1, np.uint32), _packed(colours, np.full(len(roles), veil.opacity))])


def _packed(colours: NDArray[np.float64], opacity: NDArray[np.float64]) -> Pixels:
    """Return colours (m, 3) of these opacities (m,) as premultiplied pixels."""
    r, g, b = np.rint(colours * opacity[:, None]).astype(np.uint32).T
    return np.asarray((np.rint(opacity * 255).astype(np.uint32) << 24) | (r << 16) | (g << 8) | b, np.uint32)


def _mixed(one: Pixels, other: Pixels, share: NDArray[np.float64]) -> Pixels:
    """Return pixels with `share` of `one` and the rest of `other`."""
    a = one.view(np.uint8).reshape(-1, 4).astype(np.float32)
    b = other.view(np.uint8).reshape(-1, 4).astype(np.float32)
    part = share.astype(np.float32)[:, None]
    return np.rint(b + (a - b) * part).astype(np.uint8).view(np.uint32).ravel()
