"""What is wrong with a lesson, and in which line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

__all__ = ["LessonError", "Where", "line_of"]

Where: TypeAlias = Sequence[str | int]
"""A way into a file: ``("step", 2, "scene", "lower")``; the last word may also be a piece of its text."""


class LessonError(ValueError):
    """A lesson that cannot be used: the line, from 1, and a sentence that says what would be right."""

    def __init__(self, sentence: str, line: int) -> None:
        super().__init__(f"Line {line}: {sentence}")
        self.line, self.sentence = line, sentence


def line_of(text: str, where: Where) -> int:
    r"""Return the line, from 1, that a way into a TOML file leads to, as far as it can be followed.

    Examples
    --------
    >>> line_of('title = "a"\n[[step]]\nkind = "tell"\n[[step]]\nkind = "act"', ("step", 1, "kind"))
    5
    """
    lines = text.splitlines() or [""]
    here, end = 0, len(lines)
    way = list(where)
    while way:
        word = way.pop(0)
        if isinstance(word, int):
            continue
        if way and isinstance(way[0], int):
            index = way[0]
            headers = [
                k
                for k in range(here, end)
                if re.match(rf"\s*\[\[\s*(?:\w+\.)?{re.escape(word)}\s*\]\]", lines[k])
            ]
            if headers:
                way.pop(0)
                if index < len(headers):
                    here = headers[index]
                    end = headers[index + 1] if index + 1 < len(headers) else end
                continue
        found = _find(lines, here, end, word)
        if found is None:
            break
        here = found
    return here + 1


def _find(lines: Sequence[str], here: int, end: int, word: str) -> int | None:
    """Return the line of a key, of a table's header, or else of a piece of text."""
    name = re.escape(word)
    key = re.compile(rf'(?:^|[\s{{,.])["\']?{name}["\']?\s*(?:\.[\w."\']+\s*)?=')
    header = re.compile(rf"^\s*\[\[?\s*(?:[\w.]+\.)?{name}\s*\]")
    for k in range(here, end):
        if header.match(lines[k]) or (key.search(lines[k]) and not lines[k].lstrip().startswith("#")):
            return k
    return next((k for k in range(here, end) if word in lines[k]), None)
