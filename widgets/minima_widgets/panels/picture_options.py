"""What a picture is to be, as plain values that can be remembered."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

__all__ = ["LARGEST", "SMALLEST", "PictureOptions"]

SMALLEST, LARGEST = (320, 240), (7680, 4320)


@dataclass(frozen=True)
class PictureOptions:
    """What a picture is to be.

    Attributes
    ----------
    view
        ``"both"``, ``"map"``, ``"surface"``, ``"trace"``, ``"all"`` or whatever else the dialog was told to
        offer.
    width, height
        In pixels of the picture.
    theme
        ``"screen"``, ``"light"``, ``"dark"`` or ``"slide"``.
    title, legend, caption
        The title's text; whether the legend and the caption are on it.
    scale
        How much of the size a preview needs, 0 to 1; 1 for the picture itself.
    """

    view: str = "both"
    width: int = 1920
    height: int = 1080
    theme: str = "screen"
    title: str = ""
    legend: bool = True
    caption: bool = True
    scale: float = 1.0

    def to_dict(self) -> dict[str, Any]:
        """Return what is worth remembering until the next picture: everything but the title and the scale."""
        return {
            each.name: getattr(self, each.name)
            for each in fields(self)
            if each.name not in {"title", "scale"}
        }

    @classmethod
    def from_dict(cls, kept: Any) -> PictureOptions:
        """Take what was remembered; anything that is not as it should be is left at its default."""
        options = cls()
        good: dict[str, Any] = {}
        for name, default in options.to_dict().items():
            value = kept.get(name) if isinstance(kept, dict) else None
            good[name] = value if type(value) is type(default) else default
        options = replace(options, **good)
        width = min(max(options.width, SMALLEST[0]), LARGEST[0])
        return replace(options, width=width, height=min(max(options.height, SMALLEST[1]), LARGEST[1]))
