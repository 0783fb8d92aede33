"""A document is an exploration and its view; as JSON it is a session file, and the text inside a picture.

A file is data from anywhere. Its size is checked before it is read; types, unknown fields, numbers and
lengths are checked while it is read; landscape and methods are looked up before anybody sees the document.
All settings in it are resolved: every default is written out, so that a later change of defaults changes no
old picture.
"""

from __future__ import annotations

import msgspec

from minima_core.document.checks import DocumentError, Value
from minima_core.document.envelope import LARGEST, VERSION, check_version, enveloped, opened, sentence_of
from minima_core.document.exploration import Exploration
from minima_core.document.view import View

__all__ = ["LARGEST", "VERSION", "Document", "DocumentFile", "check", "from_json", "to_json"]


class Document(Value, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="document"):
    """An exploration and its view, with the version of the format."""

    version: int
    exploration: Exploration
    view: View

    def __post_init__(self) -> None:
        """Refuse documents of programs to come."""
        check_version(self.version)

    def to_json(self) -> bytes:
        """Return the document as JSON (UTF-8), the same bytes for the same document."""
        return to_json(self)

    @staticmethod
    def from_json(data: bytes | str) -> Document:
        """Read a document from JSON; `DocumentError` with a sentence when it is not a whole and valid one."""
        return from_json(data)


class DocumentFile(Document, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="document"):
    """A document as it stands in a file: with the name of the format, and a schema for editors of text."""

    format: str = ""
    schema: str = msgspec.field(default="", name="$schema")


def to_json(document: Document) -> bytes:
    """Return the document as JSON (UTF-8), the same bytes for the same document."""
    now = msgspec.structs.replace(document, version=VERSION)
    return enveloped(msgspec.json.encode(now, order="deterministic"))


def from_json(data: bytes | str) -> Document:
    """Read a document.

    Raises
    ------
    DocumentError
        With a sentence, when `data` is not a whole and valid document, or names things that do not exist.
    """
    try:
        held = msgspec.json.decode(opened(data), type=DocumentFile)
    except msgspec.ValidationError as error:
        raise DocumentError(sentence_of(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise DocumentError("This is not a session: it is not JSON, or it is cut off.") from None
    except RecursionError:
        raise DocumentError("This is not a session: it is nested too deeply.") from None
    document = Document(VERSION, held.exploration, held.view)
    check(document)
    return document


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
