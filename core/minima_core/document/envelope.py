"""What every session file begins with: the name of the format, the kind of what it holds, and the version.

A session is JSON. Its first fields say what it is, whatever follows: ``format`` is always the same name,
``kind`` says what is held (a document; other kinds may follow), ``version`` counts the changes of the format.
Older versions are brought up to the present one before anybody reads them; newer ones are refused before
their fields, which this program cannot know, are complained about.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from minima_core.document.checks import DocumentError

__all__ = [
    "FORMAT",
    "LARGEST",
    "VERSION",
    "check_version",
    "enveloped",
    "kind_of",
    "laid_out",
    "opened",
    "sentence_of",
]

FORMAT = "minima-desktop session"
"""What the field ``format`` of every session says."""

VERSION = 5
"""The version of the file format that this program writes.

Version 1 knew no drawings, no changes to landscapes and no insight: what it lacks has its default. Version 2
knew no insides of methods, and had a clock in its view, which nothing read; now the exploration has one.
Version 3 knew no cures and no studies. Version 4 did not say its format and kind.
"""

FIRST_NAMED = 5
"""The first version whose files say their format."""

LARGEST = 1_000_000
"""Bytes of the largest session that is read."""

WIDTH = 100
"""Characters of a line of the readable layout: what fits stays on one line."""

KINDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "a group of fields",
    "null": "nothing",
}


class _Head(msgspec.Struct):
    """The fields that are read first: a newer format has others that this program does not know."""

    version: int
    format: str | None = None
    kind: str = "document"


def enveloped(encoded: bytes) -> bytes:
    """Return a session of what is held, which comes as JSON with its kind and version."""
    return b'{"format":' + msgspec.json.encode(FORMAT) + b"," + encoded[1:]


def opened(data: bytes | str, kind: str = "document", largest: int = LARGEST) -> bytes:
    """Return a session in the present version, to be read field by field.

    Parameters
    ----------
    data
        A file's bytes, from anywhere.
    kind
        What it should hold.
    largest
        How many bytes are read at most.

    Raises
    ------
    DocumentError
        With a sentence, when it is too large, newer than this program, of another format, or of another kind.
        Whatever else is wrong is left to the reading of the fields.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else bytes(data)
    if len(raw) > largest:
        raise DocumentError(
            f"The {'session' if kind == 'document' else kind} is {len(raw) / 1e6:.1f} MB large; "
            f"at most {largest / 1e6:g} MB is read."
        )
    try:
        head = msgspec.json.decode(raw, type=_Head)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return raw
    check_version(head.version)
    if head.version >= FIRST_NAMED and head.format is None:
        raise DocumentError(f"This is not a session: the field “format” is missing; it should be “{FORMAT}”.")
    if head.format is not None and head.format != FORMAT:
        raise DocumentError(f"This is not a session, but “{head.format[:60]}”; sessions say “{FORMAT}”.")
    if head.kind != kind:
        raise DocumentError(f"The session holds a “{head.kind[:60]}”, where a {kind} is needed.")
    return raw if head.version == VERSION else _migrated(raw, head.version)


def kind_of(data: bytes) -> str:
    """Return what a session says that it holds; “document” where it says nothing that can be read."""
    try:
        return msgspec.json.decode(data, type=_Head).kind
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return "document"


def check_version(version: int) -> None:
    """Refuse versions of programs to come, and those that never were."""
    if version > VERSION:
        raise DocumentError(
            "This session was made by a newer version of Minima Desktop "
            f"(format {_short(version)}; this one reads {VERSION}). Update the program to open it."
        )
    if version < 1:
        raise DocumentError(
            f"There is no format {_short(version)}; this program reads formats 1 to {VERSION}."
        )


def _migrated(raw: bytes, version: int) -> bytes:
    """Take a session of an earlier version through every version since; what it lacks has its default."""
    loose = msgspec.json.decode(raw)
    for number in range(version, VERSION):
        step = MIGRATIONS.get(number)
        if step is not None:
            step(loose)
    loose["version"] = VERSION
    return msgspec.json.encode(loose)


def _without_clock_in_view(loose: dict[str, Any]) -> None:
    """Version 2 to 3: the view had a clock, which nothing read."""
    if isinstance(loose.get("view"), dict):
        loose["view"].pop("clock", None)


MIGRATIONS: dict[int, Callable[[dict[str, Any]], None]] = {
    2: _without_clock_in_view,
}
"""What has to be changed in a session of a version to make it one of the next; where nothing stands, only
fields with defaults were added."""


def laid_out(data: bytes) -> bytes:
    """Return JSON laid out for reading: indented, with what fits on one line on one line, and a last newline.

    Examples
    --------
    >>> print(laid_out(b'{"a":[1,2],"b":"' + b"x" * 90 + b'"}').decode()[:16])
    {
      "a": [1, 2],
    """
    return (_lines(msgspec.json.decode(data), 0) + "\n").encode()


def _lines(value: Any, indent: int) -> str:
    """One value, beginning where the line stands; further lines are indented."""
    line = msgspec.json.format(msgspec.json.encode(value), indent=0).decode()
    if not isinstance(value, dict | list) or not value or (indent and indent + len(line) <= WIDTH):
        return line
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        named = ((msgspec.json.encode(key).decode(), each) for key, each in value.items())
        parts = [f"{name}: {_lines(each, indent + 2)}" for name, each in named]
        begin, end = "{}"
    else:
        parts = [_lines(each, indent + 2) for each in value]
        begin, end = "[]"
    return f"{begin}\n" + ",\n".join(inner + part for part in parts) + f"\n{' ' * indent}{end}"


def sentence_of(message: str) -> str:
    """Turn a message of the decoder into a sentence with the place of the mistake."""
    text, _, where = message.partition(" - at `")
    path = where.rstrip("`").removeprefix("$").removeprefix(".")
    at = f"In the session, at “{path}”: " if path else "In the session: "
    if match := re.fullmatch(r"Expected `(.+)`, got `(.+)`", text):
        wanted = " or ".join(KINDS.get(kind.strip(), kind.strip()) for kind in match[1].split("|"))
        return f"{at}{wanted} is needed, not {KINDS.get(match[2], match[2])}."
    if match := re.fullmatch(r"Object missing required field `(.+)`", text):
        return f"{at}the field “{match[1]}” is missing."
    if match := re.fullmatch(r"Object contains unknown field `(.+)`", text):
        return f"{at}there is no field called “{match[1][:60]}”."
    if text.endswith("."):
        return text  # a sentence of ours
    return f"{at}{text[0].lower() + text[1:200]}."


def _short(number: int) -> str:
    """A number that may be endless, in few characters."""
    return str(number) if abs(number) < 10**9 else "of a very large number"
