"""The films of a talk: each scene that moves, run from its beginning to what its picture shows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from minima_core.document import Document
from minima_core.scene.film import FORMATS, FilmOptions
from minima_desktop.export.slides import PICTURE_PIXELS, Film

if TYPE_CHECKING:
    from minima_desktop.export.leaves import Leaf

__all__ = ["film_bytes", "is_film", "usual_ending", "write_leaf"]

WORDS = frozenset({"title", "caption"})
"""What a slide says itself."""
MIMES = {".mp4": "video/mp4", ".webm": "video/webm"}
SMALLER = {".mp4": 2, ".gif": 4}
"""What the sides of a picture of a slide are divided by: films need not be as sharp, and a GIF is large."""

Look = Callable[[float], bool]
"""Told how much of a film is done; false when it is no longer wanted."""


def is_film(ending: str) -> bool:
    """Whether an ending names a film."""
    return ending in FORMATS


def usual_ending(ending: str) -> tuple[str, str]:
    """Return the ending that films get here, and a sentence where it is not the one asked for."""
    from minima_desktop.export.encoders import choose

    choice = choose(Path(f"film{ending}"))
    if not choice.sentence:
        return choice.ending, ""
    return choice.ending, (
        f"Nothing here can write {ending[1:].upper()}, so the films are GIFs. For videos install the extra "
        '“video” (pip install "minima-desktop[video]") or the program ffmpeg.'
    )


def write_leaf(
    leaf: Leaf, path: Path, width: int, height: int, cut: FilmOptions, look: Look, *, bare: bool = False
) -> None:
    """Write the film of a leaf.

    Parameters
    ----------
    cut
        How it is cut; it ends at the step that the scene shows, if it shows one.
    bare
        Without title and caption, for a slide, which has its own.
    look
        Told how far it is; the film is given up when it says no.

    Raises
    ------
    minima_desktop.export.films.Cancelled
        When it was given up; there is no file.
    """
    from minima_desktop.export.films import Cancelled, Progress, write_film

    assert leaf.document is not None
    view = leaf.document.view
    options = cut if cut.last is not None else replace(cut, last=view.step)
    titled = msgspec.structs.replace(view, title=leaf.title[:300])
    document = Document(leaf.document.version, leaf.document.exploration, titled)

    def told(progress: Progress) -> None:
        if not look(progress.share):
            raise Cancelled

    without = WORDS if bare else frozenset[str]()
    write_film(document, path, width, height, options, without=without, overwrite=True, progress=told)


def film_bytes(leaf: Leaf, ending: str, cut: FilmOptions, look: Look) -> Film:
    """Return the film of a leaf for its slide; a GIF is a picture that moves, and has no kind of film."""
    width, height = (side // SMALLER.get(ending, 2) for side in PICTURE_PIXELS)
    with tempfile.TemporaryDirectory(prefix="minima-") as folder:
        path = Path(folder) / f"film{ending}"
        write_leaf(leaf, path, width, height, cut, look, bare=True)
        return Film(path.read_bytes(), MIMES.get(ending, ""))
