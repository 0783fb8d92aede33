"""The data that ships with the program: landscapes, themes, words, icons and fonts, read by name.

A name is a path below this package with forward slashes, such as ``"landscapes.toml"`` or
``"icons/play.svg"``. Everything is opened through `importlib.resources`, so it works from a checkout, from an
installed wheel, from a read-only folder and from a zip archive alike. Nothing here knows what the data means.

Examples
--------
>>> text("landscapes.toml").startswith("#")
True
>>> "play.svg" in names("icons")
True
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

__all__ = ["data", "names", "path", "text"]


def text(name: str) -> str:
    """Return the resource `name` as text (UTF-8).

    Raises
    ------
    FileNotFoundError
        When there is no such resource; the sentence names those that stand beside it.
    ValueError
        When `name` points outside this package.
    """
    return _file(name).read_text(encoding="utf-8")


def data(name: str) -> bytes:
    """Return the bytes of the resource `name`; raises as `text` does."""
    return _file(name).read_bytes()


def path(name: str) -> AbstractContextManager[Path]:
    """Lend a real file that holds the resource `name`, for as long as the ``with`` block lasts.

    From a folder it is the file itself; from a zip archive it is a copy that is removed afterwards. Raises
    as `text` does.

    Examples
    --------
    >>> with path("fonts/Inter-Regular.ttf") as font:
    ...     font.suffix
    '.ttf'
    """
    return as_file(_file(name))


def names(folder: str = "") -> tuple[str, ...]:
    """Return the names of the files in `folder`, sorted and without subfolders; ``""`` is the package itself.

    Raises
    ------
    FileNotFoundError
        When there is no such folder.
    ValueError
        When `folder` points outside this package.
    """
    place = _place(folder) if folder else files(__name__)
    if not place.is_dir():
        raise FileNotFoundError(f"There is no folder of resources called “{folder}”.")
    return tuple(sorted(each.name for each in place.iterdir() if each.is_file() and _is_data(each.name)))


def _is_data(name: str) -> bool:
    """Tell data from the package's own code and its caches."""
    return not name.startswith(".") and not name.endswith((".py", ".pyc"))


def _place(name: str) -> Traversable:
    """Walk from the package to `name`, one part at a time, never upwards."""
    parts = name.split("/")
    if not name or any(part in {"", ".", ".."} or "\\" in part for part in parts):
        raise ValueError(
            f"“{name}” is not a resource name; it has to be a path below the package, "
            "such as “icons/play.svg”."
        )
    return files(__name__).joinpath(*parts)


def _file(name: str) -> Traversable:
    """Find the file `name`, or say what there is instead."""
    place = _place(name)
    if place.is_file():
        return place
    folder = name.rpartition("/")[0]
    try:
        beside = ", ".join(names(folder))
    except FileNotFoundError:
        beside = ""
    here = f" In “{folder or 'the package'}” there are: {beside}." if beside else ""
    raise FileNotFoundError(f"There is no resource called “{name}”.{here}")
