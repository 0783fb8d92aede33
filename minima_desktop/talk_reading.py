"""Talks read from files: from sessions that hold one, and from pages, which carry theirs. No Qt here."""

from __future__ import annotations

from pathlib import Path

from minima_core.document import DocumentError
from minima_core.document.envelope import kind_of
from minima_core.document.talk import KIND, Talk
from minima_desktop.carried import carried_in, is_picture
from minima_desktop.files import FileError, read_bytes

__all__ = ["holds_talk", "read_talk", "talk_in"]


def holds_talk(data: bytes) -> bool:
    """Whether a file says of itself that it is a talk; whether it is a whole one is another question."""
    held = carried_in(data) if is_picture(data) else data
    return held is not None and kind_of(held) == KIND


def talk_in(data: bytes, name: str) -> Talk:
    """The talk in the bytes of a file; a `FileError` with a sentence where there is none."""
    held = carried_in(data) if is_picture(data) else data
    if held is None:
        raise FileError(f"{name} carries no talk; only a PDF of a whole talk does.")
    try:
        return Talk.from_json(held)
    except DocumentError as error:
        raise FileError(f"{name} is no talk that can be opened: {error}") from None


def read_talk(path: Path) -> Talk:
    """The talk in a file; a `FileError` with a sentence where it cannot be read, or holds none."""
    return talk_in(read_bytes(path), str(path))
