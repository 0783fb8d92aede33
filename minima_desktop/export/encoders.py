"""What turns pictures into the file of a film: the encoder for a name, and a file whole or not at all.

GIF and APNG are written by this program itself. MP4 and WebM need the extra ``video`` (PyAV), else ``ffmpeg``
on the path; where both are missing the film becomes a GIF, and a sentence says so.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.film import FORMATS

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

__all__ = ["Choice", "Encoder", "choose", "film_size", "open_encoder", "pixels_of"]

Pixels: TypeAlias = NDArray[np.uint8]
Maker: TypeAlias = Literal["own", "av", "ffmpeg"]


class Encoder(Protocol):
    """Takes pictures one after another; each instance belongs to one thread and one file."""

    def add(self, pixels: Pixels, times: int = 1) -> None:
        """Show a picture, (height, width, 4) uint8 as blue, green, red and nothing, for so many frames."""

    def finish(self) -> None:
        """Complete the file."""

    def abandon(self) -> None:
        """Stop: the file is thrown away."""


@dataclass(frozen=True)
class Choice:
    """How a film is written.

    Attributes
    ----------
    path
        Where it goes: the path that was asked for, or that of a GIF instead.
    maker
        ``"own"``, ``"av"`` or ``"ffmpeg"``.
    sentence
        What to say because it is not what was asked for; "" when it is.
    """

    path: Path
    maker: Maker
    sentence: str = ""

    @property
    def ending(self) -> str:
        """The format, as the ending of the name."""
        return self.path.suffix.lower()


def choose(path: Path) -> Choice:
    """Return how a film of this name is written here.

    Raises
    ------
    ValueError
        With a sentence, for an ending that names no film.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        known = ", ".join(FORMATS)
        raise ValueError(
            f"Films are written as {known}; {ending or 'a name without ending'} is none of these."
        )
    if ending in {".gif", ".apng"}:
        return Choice(path, "own")
    if importlib.util.find_spec("av") is not None:
        return Choice(path, "av")
    if shutil.which("ffmpeg") is not None:
        return Choice(path, "ffmpeg")
    instead = path.with_suffix(".gif")
    return Choice(
        instead,
        "own",
        f"Nothing here can write {ending[1:].upper().replace('WEBM', 'WebM')}: the film becomes the GIF "
        f'{instead.name}. For videos install the extra “video” (pip install "minima-desktop[video]") '
        "or the program ffmpeg.",
    )


def film_size(width: int, height: int, ending: str) -> tuple[int, int]:
    """Return the size at which a film is made: videos have even sides, because colours go by two pixels.

    >>> film_size(961, 541, ".mp4")
    (960, 540)
    """
    return (width, height) if ending in {".gif", ".apng"} else (width - width % 2, height - height % 2)


def pixels_of(image: QImage) -> Pixels:
    """Return the pixels of a picture, (height, width, 4), sharing its memory."""
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)[
        :, : image.width()
    ]


def open_encoder(
    choice: Choice,
    part: Path,
    width: int,
    height: int,
    fps: int,
    *,
    loop: bool = True,
    samples: Sequence[Pixels] = (),
    chunks: bytes = b"",
    title: str = "",
) -> Encoder:
    """Return what writes a film to the file `part`, which takes the place of `choice.path` afterwards.

    Parameters
    ----------
    samples
        Pictures of the film from which a GIF takes its palette.
    chunks
        What an APNG carries.
    title
        What a video is called.
    """
    if choice.ending == ".gif":
        from minima_desktop.export.gif import GifEncoder, shared_palette

        palette = shared_palette(samples)
        return GifEncoder(part.open("wb"), width, height, fps, loop=loop, palette=palette)
    if choice.ending == ".apng":
        from minima_desktop.export.apng import ApngEncoder

        return ApngEncoder(part.open("wb"), width, height, fps, loop=loop, chunks=chunks)
    from minima_desktop.export.video import AvEncoder, PipeEncoder

    make = AvEncoder if choice.maker == "av" else PipeEncoder
    return make(part, choice.ending, width, height, fps, title)
