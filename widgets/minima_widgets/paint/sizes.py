"""How large a picture is: in pixels or in centimetres, with the type that suits what it is for.

On slides and screens type is a share of the picture, whatever its pixels; on paper it has its size in points.
"""

from __future__ import annotations

from dataclasses import dataclass

from minima_widgets.paint.canvas import LARGEST
from minima_widgets.paint.dots import DOTS_PER_INCH
from minima_widgets.paint.figure import figure_unit

__all__ = ["LEAST", "PAPER_POINTS", "PRESETS", "USUAL_POINTS", "PictureSize", "Preset", "preset_of"]

LEAST = 160
"""Pixels of the shorter side, at the least."""
USUAL_POINTS, PAPER_POINTS = 10.5, 8.0
"""The type of ordinary words in points: on screens and slides, and on paper."""
DPI_RANGE = (36.0, 2400.0)
POINTS_RANGE = (4.0, 40.0)
_CENTIMETRES = 2.54


@dataclass(frozen=True)
class PictureSize:
    """The size of a picture.

    Attributes
    ----------
    width, height
        In pixels or centimetres, as `measure` says: ``"px"`` or ``"cm"``.
    dpi
        Pixels to the inch.
    points
        Size of ordinary type: points on paper; on screens and slides the usual one is 10.5.

    Examples
    --------
    >>> PictureSize(8.5, 6.4, "cm", 300).pixels
    (1004, 756)
    """

    width: float
    height: float
    measure: str = "px"
    dpi: float = float(DOTS_PER_INCH)
    points: float = USUAL_POINTS

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height in pixels."""
        factor = self.dpi / _CENTIMETRES if self.measure == "cm" else 1.0
        return round(self.width * factor), round(self.height * factor)

    @property
    def unit(self) -> float:
        """How many pixels a reference pixel takes; see `paint_figure`."""
        if self.measure == "cm":
            return self.dpi / DOTS_PER_INCH * self.points / USUAL_POINTS
        return figure_unit(*self.pixels) * self.points / USUAL_POINTS

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width / self.height

    @property
    def words(self) -> str:
        """As people read it: "1920 × 1080 pixels", "8.5 × 6.4 cm"."""
        if self.measure == "cm":
            return f"{self.width:g} × {self.height:g} cm"
        return f"{self.width:g} × {self.height:g} pixels"

    def problem(self) -> str:
        """Return what is wrong with it, in a sentence; "" for nothing."""
        if not DPI_RANGE[0] <= self.dpi <= DPI_RANGE[1]:
            return f"Dots per inch go from {DPI_RANGE[0]:g} to {DPI_RANGE[1]:g}; 300 suits paper."
        if not POINTS_RANGE[0] <= self.points <= POINTS_RANGE[1]:
            return f"Type goes from {POINTS_RANGE[0]:g} to {POINTS_RANGE[1]:g} points; 8 suits paper."
        width, height = self.pixels
        if not (LEAST <= width <= LARGEST[0] and LEAST <= height <= LARGEST[1]):
            made = f" ({width} × {height} pixels)" if self.measure == "cm" else ""
            least = f"{LEAST} × {LEAST}"
            return (
                f"A picture of {self.words}{made} is not possible: {least} to "
                f"{LARGEST[0]} × {LARGEST[1]} pixels."
            )
        return ""


@dataclass(frozen=True)
class Preset:
    """A size with a name."""

    name: str
    title: str
    size: PictureSize


PRESETS = (
    Preset("16:9", "16:9 slide", PictureSize(1920, 1080, dpi=144)),
    Preset("16:9-4k", "16:9 slide, 4K", PictureSize(3840, 2160, dpi=288)),
    Preset("4:3", "4:3 slide", PictureSize(1440, 1080, dpi=144)),
    Preset("square", "Square", PictureSize(1600, 1600, dpi=144)),
    Preset("strip", "Strip", PictureSize(2400, 640, dpi=144)),
    Preset("column", "Paper column", PictureSize(8.5, 9.0, "cm", 300, PAPER_POINTS)),
    Preset("page", "Paper, both columns", PictureSize(17.5, 10.0, "cm", 300, PAPER_POINTS)),
)


def preset_of(size: PictureSize) -> str:
    """Return the name of the preset that has this width and height; "" for none."""
    shape = (size.width, size.height, size.measure)
    alike = (each for each in PRESETS if (each.size.width, each.size.height, each.size.measure) == shape)
    return next((each.name for each in alike), "")
