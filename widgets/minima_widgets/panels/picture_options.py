"""What a picture is to be, as plain values that can be remembered."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any

from minima_widgets.paint.sizes import PictureSize

__all__ = ["ARRANGEMENTS", "FORMATS", "GROUNDS", "PictureOptions"]

ARRANGEMENTS = (
    ("one", "One picture"),
    ("strip", "Filmstrip: one step a panel"),
    ("methods", "Grid: one method a panel"),
    ("setting", "Grid: one value of a setting a panel"),
)
GROUNDS = (("screen", "As on screen"), ("light", "Light"), ("dark", "Dark"), ("slide", "Slide, large type"))
FORMATS = (("png", "PNG"), ("svg", "SVG"), ("pdf", "PDF"))
_FRESH = {"title", "scale", "steps", "setting", "values"}
"""What belongs to one picture and is not remembered."""


@dataclass(frozen=True)
class PictureOptions:
    """What a picture is to be.

    Attributes
    ----------
    view
        ``"both"``, ``"map"``, ``"surface"``, ``"trace"``, ``"all"`` or whatever else the dialog was told to
        offer.
    arrange
        ``"one"`` picture, a film ``"strip"``, or a grid of ``"methods"`` or of one ``"setting"``.
    steps, setting, values
        As typed: the steps of a strip; the setting of a grid and its values. Empty: those that suit.
    width, height, measure, dpi, type_size
        As in `PictureSize`.
    theme
        ``"screen"``, ``"light"``, ``"dark"`` or ``"slide"``.
    clear
        Whether what is behind shines through.
    title
        The title's text; empty for none.
    legend, caption, heights, basins, insides
        What is on the picture; `heights`: the bar of the map's bands. `basins` and `insides` only leave out
        what the view has.
    format
        The ending of the file, without its dot.
    scale
        How much of the size a preview needs, 0 to 1; 1 for the picture itself.
    """

    view: str = "both"
    arrange: str = "one"
    steps: str = ""
    setting: str = ""
    values: str = ""
    width: float = 1920.0
    height: float = 1080.0
    measure: str = "px"
    dpi: float = 144.0
    type_size: float = 10.5
    theme: str = "screen"
    clear: bool = False
    title: str = ""
    legend: bool = True
    caption: bool = True
    heights: bool = False
    basins: bool = True
    insides: bool = True
    format: str = "png"
    scale: float = 1.0

    @property
    def size(self) -> PictureSize:
        """How large it is to be."""
        return PictureSize(self.width, self.height, self.measure, self.dpi, self.type_size)

    def sized(self, size: PictureSize) -> PictureOptions:
        """Return the same picture in another size."""
        return replace(
            self,
            width=size.width,
            height=size.height,
            measure=size.measure,
            dpi=size.dpi,
            type_size=size.points,
        )

    @property
    def without(self) -> frozenset[str]:
        """What is left out, as `minima_desktop.export.parts` names it."""
        parts = {"legend": self.legend, "caption": self.caption, "title": bool(self.title)}
        parts |= {"basins": self.basins, "insides": self.insides}
        return frozenset(name for name, there in parts.items() if not there)

    def to_dict(self) -> dict[str, Any]:
        """Return what is worth remembering until the next picture."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name not in _FRESH}

    @classmethod
    def from_dict(cls, kept: Any) -> PictureOptions:
        """Take what was remembered; anything that is not as it should be is left at its default."""
        options = cls()
        good: dict[str, Any] = {}
        for name, default in options.to_dict().items():
            value = kept.get(name) if isinstance(kept, dict) else None
            if isinstance(default, float) and type(value) is int:
                value = float(value)
            fits = type(value) is type(default) and not (
                isinstance(value, float) and not math.isfinite(value)
            )
            good[name] = value if fits else default
        if good["measure"] not in ("px", "cm"):
            good["measure"] = options.measure
        read = replace(options, **good)
        return read.sized(options.size) if read.size.problem() else read
