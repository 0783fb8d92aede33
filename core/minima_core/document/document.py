"""A document is an exploration and its view; as JSON it is a session file, and the text inside a picture.

A file is data from anywhere. Its size is checked before it is read; types, unknown fields, numbers and
lengths are checked while it is read; landscape and methods are looked up before anybody sees the document.
All settings in it are resolved: every default is written out, so that a later change of defaults changes no
old picture.
"""

from __future__ import annotations

import re

import msgspec

from minima_core.document.checks import DocumentError, Value
from minima_core.document.exploration import Exploration
from minima_core.document.view import View

__all__ = ["LARGEST", "VERSION", "Document", "check", "from_json", "to_json"]

VERSION = 4
"""The version of the file format that this program writes.

Version 1 knew no drawings, no changes to landscapes and no insight: what it lacks has its default, so that
its files are read as they are, and written in the present version. Version 2 knew no insides of methods, and
had a clock in its view, which nothing read; now the exploration has one. Version 3 knew no cures and no
studies.
"""

LARGEST = 1_000_000
"""Bytes of the largest document that is read."""

KINDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "a group of fields",
    "null": "nothing",
}


class Document(Value, frozen=True, forbid_unknown_fields=True):
    """An exploration and its view, with the version of the format."""

    version: int
    exploration: Exploration
    view: View

    def __post_init__(self) -> None:
        """Refuse documents of programs to come."""
        if self.version > VERSION:
            raise DocumentError(
                f"This file was written by a newer program (format {self.version}; "
                f"this one reads {VERSION}). Update the program to open it."
            )
        if self.version < 1:
            raise DocumentError(
                f"There is no format {self.version}; this program reads formats 1 to {VERSION}."
            )

    def to_json(self) -> bytes:
        """Return the document as JSON (UTF-8), the same bytes for the same document."""
        return to_json(self)

    @staticmethod
    def from_json(data: bytes | str) -> Document:
        """Read a document from JSON; `DocumentError` with a sentence when it is not a whole and valid one."""
        return from_json(data)


def to_json(document: Document) -> bytes:
    """Return the document as JSON (UTF-8), the same bytes for the same document."""
    return msgspec.json.encode(document, order="deterministic")


def from_json(data: bytes | str) -> Document:
    """Read a document.

    Raises
    ------
    DocumentError
        With a sentence, when `data` is not a whole and valid document, or names things that do not exist.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else bytes(data)
    if len(raw) > LARGEST:
        raise DocumentError(
            f"The session is {len(raw) / 1e6:.1f} MB large; at most {LARGEST / 1e6:g} MB is read."
        )
    raw = _migrated(raw, _check_version(raw))
    try:
        document = msgspec.json.decode(raw, type=Document)
    except msgspec.ValidationError as error:
        raise DocumentError(_sentence(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise DocumentError("This is not a session: it is not JSON, or it is cut off.") from None
    except RecursionError:
        raise DocumentError("This is not a session: it is nested too deeply.") from None
    check(document)
    return msgspec.structs.replace(document, version=VERSION)


def check(document: Document) -> None:
    """Look up everything that a document names; `DocumentError` when something does not exist or fit."""
    from minima_core.methods import Specification

    try:
        document.exploration.place.landscape_of()
    except ValueError as error:
        raise DocumentError(str(error)) from None
    for entry in document.exploration.entries:
        for segment in entry.segments:
            try:
                Specification.parse(segment.method)
            except ValueError as error:
                raise DocumentError(f"Line {entry.id} of the race: {error}") from None


class _Version(msgspec.Struct):
    """The one field that is read first: a newer format has fields that this program does not know."""

    version: int


def _check_version(raw: bytes) -> int:
    """Say that a file is from a newer program before complaining about its unknown fields."""
    try:
        version = msgspec.json.decode(raw, type=_Version).version
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return VERSION  # whatever is wrong is said by the full reading
    if version > VERSION:
        raise DocumentError(
            f"This session was written by a newer program (format {version}; this one reads {VERSION}). "
            "Update the program to open it."
        )
    return version


def _migrated(raw: bytes, version: int) -> bytes:
    """Return a document of an earlier version without what the present one has elsewhere."""
    if version > 2:
        return raw
    loose = msgspec.json.decode(raw)
    if isinstance(loose.get("view"), dict):
        loose["view"].pop("clock", None)
    return msgspec.json.encode(loose)


def _sentence(message: str) -> str:
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
    return f"{at}{text[:200]}."
