"""Draws the relief without OpenGL for the screen, with the same face as `GlRelief`."""

from __future__ import annotations

import os

from minima_widgets.paint.camera import Lens
from minima_widgets.paint.relief_look import Look
from minima_widgets.paint.relief_mesh import Ground
from minima_widgets.paint.relief_raster import Picture, draw_relief

__all__ = ["SoftwareRelief", "switched_off"]


def switched_off() -> bool:
    """Whether ``MINIMA_NO_OPENGL=1`` asks to do without OpenGL."""
    return os.environ.get("MINIMA_NO_OPENGL", "") not in ("", "0")


class SoftwareRelief:
    """The painter of pictures, at the quality that a moving picture can afford."""

    name = "software"

    def draw(
        self, ground: Ground, look: Look, lens: Lens, width: int, height: int, unit: float, *, fine: bool
    ) -> Picture:
        """Draw the ground as `lens` sees it (see `draw_relief`)."""
        return draw_relief(ground, look, lens, width, height, unit, 2 if fine else 1)

    def close(self) -> None:
        """Do nothing: it holds nothing."""
