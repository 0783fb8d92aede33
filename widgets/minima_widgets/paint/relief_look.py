"""How the relief is coloured and lit: the numbers that OpenGL and software share, so that they look alike.

The sea chart's flat bands, its contour lines, and a light from the upper left of whoever looks: it goes round
with the camera, so that no side is dark. Ground that lies flat keeps exactly the map's colour; slopes towards
the light are paler, slopes away from it deeper, never darker than `DARKEST`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from minima_core.scene.marks import Lines
from minima_core.scene.scenes import RaceScene
from minima_widgets.paint.camera import Lens
from minima_widgets.paint.ground import band_colours
from minima_widgets.paint.veils import veils_image
from minima_widgets.shades import mix
from minima_widgets.theme import Theme

__all__ = ["Look", "look_of", "veiled"]

Array = NDArray[np.float64]

DARKEST, PALEST = 0.58, 1.24
CONTRAST = 0.62
"""How much a slope changes the light."""
LIGHT = (-0.52, 0.60, 0.61)
"""Where the light stands: to the left, above, towards the eye."""
MINOR_WIDTH, MAJOR_WIDTH = 0.8, 1.3
"""Contour lines, pixels at the normal type size."""
WALL_CONTRAST = 0.26
"""The same on the sides of the block: they stay quiet."""
FLAT = 2e-3
"""Bands in a reference pixel: ground that is flatter has no lines, and its bands pass into one another."""
WALL_SHARE = 0.78
"""How much of the sides is the block's own colour; the rest shows the layers that they cut."""


NO_VEIL = np.zeros((0, 0, 4), np.uint8)
VEIL_SIZE = 768
"""Pixels along the longer side of the veils on the screen's relief."""


@dataclass(frozen=True)
class Look:
    """Colours as (…, 3) float32 in 0..255, opacities in 0..1, widths in pixels of the reference screen."""

    edges: Array
    """Band edges in heights, (n + 1,)."""
    ground: NDArray[np.float32]
    """Colours of the n bands."""
    wall: NDArray[np.float32]
    """The same on the sides of the block."""
    line: NDArray[np.float32]
    """(n + 1, 5): colour, opacity, width of the contour line at each edge; none at the first and last."""
    veil: NDArray[np.uint8] = field(default_factory=lambda: NO_VEIL)
    """(rows, columns, 4): blue, green, red, opacity (premultiplied) of what lies between the bands and their
    lines, over all that is visible, the first row at y1; `NO_VEIL` where there is none."""

    def band(self, heights: Array) -> Array:
        """Return heights counted in bands: k at the inner edge below band k, linear between.

        The first and the last band, often narrower, are counted at the pace of their neighbours: so the count
        has no kink at an edge, which would give its line teeth on the mesh.
        """
        edges = self.edges
        if len(edges) < 4:
            return np.interp(heights, edges, np.arange(len(edges), dtype=np.float64))
        inner = edges[1:-1]
        counted = np.interp(heights, inner, np.arange(1, len(edges) - 1, dtype=np.float64))
        below = np.minimum(heights - inner[0], 0.0) / (inner[1] - inner[0])
        above = np.maximum(heights - inner[-1], 0.0) / (inner[-1] - inner[-2])
        return np.clip(counted + below + above, -1.0, len(edges))


def look_of(scene: RaceScene, theme: Theme, palette: str | None = None) -> Look:
    """Work out how a scene's relief looks in a theme, with its own palette of heights or another."""
    edges = np.asarray(scene.relief.bands, dtype=np.float64)
    n = len(edges) - 1
    ground = band_colours(scene.relief, theme, palette).astype(np.float32)
    block = _rgb(mix(theme.colour("raised"), theme.colour("muted"), 0.16 if theme.dark else 0.0))
    wall = ground + (block - ground) * WALL_SHARE
    line = np.zeros((n + 1, 5), dtype=np.float32)
    for role, plain_width in (("contour", MINOR_WIDTH), ("contour-strong", MAJOR_WIDTH)):
        colour = theme.colour(role)
        ink = (*_rgb(colour), colour.alphaF(), plain_width * theme.line_scale)
        line[1:n][_has_line(scene, role, edges)[1:n]] = ink
    return Look(edges, ground, wall, line)


def veiled(look: Look, scene: RaceScene, theme: Theme, size: int = VEIL_SIZE) -> Look:
    """Return a look with the veils of a scene in it, painted with `size` pixels along the longer side."""
    x0, x1, y0, y1 = scene.extent
    ratio = min(max((y1 - y0) / (x1 - x0), 0.25), 4.0)
    image = veils_image(
        scene.marks, theme, round(size / max(ratio, 1.0)), round(size * min(ratio, 1.0)), scene.extent
    )
    if image is None:
        return look if not look.veil.size else replace(look, veil=NO_VEIL)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return replace(look, veil=pixels.copy())


def light_on(normals: NDArray[np.floating], lens: Lens, contrast: float = CONTRAST) -> NDArray[np.float32]:
    """Return the light on surfaces with these normals (…, 3): 1 where the ground is flat."""
    direction = light_direction(lens)
    towards = normals @ direction.astype(normals.dtype)
    return np.clip(1.0 + contrast * (towards - direction[2]), DARKEST, PALEST).astype(np.float32)


def light_direction(lens: Lens) -> Array:
    """Return the direction (3,) towards the light, of length 1, in the box."""
    left, above, towards = LIGHT
    direction = left * lens.right + above * lens.up + towards * lens.eye
    return np.asarray(direction / np.linalg.norm(direction))


def _has_line(scene: RaceScene, role: str, edges: Array) -> NDArray[np.bool_]:
    """Say on which edges the scene's contour lines of this role lie."""
    heights = [
        mark.heights
        for mark in scene.marks
        if isinstance(mark, Lines) and mark.style.colour == role and mark.heights is not None
    ]
    lines = np.unique(np.concatenate([*heights, np.empty(0)]))
    lines = lines[np.isfinite(lines)]
    if not len(lines):
        return np.zeros(len(edges), dtype=bool)
    return np.asarray(np.abs(edges[:, None] - lines).min(axis=1) < 1e-6)


def _rgb(colour: QColor) -> NDArray[np.float32]:
    return np.array([colour.red(), colour.green(), colour.blue()], dtype=np.float32)
