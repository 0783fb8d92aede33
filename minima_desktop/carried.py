"""The session that a picture carries: found in PNG, SVG and PDF files, whatever else they hold.

Files are hostile until they have been read: nothing is unpacked beyond the largest session, and nothing but
the session's own text is looked at.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
import zlib

__all__ = ["DOCUMENT_KEY", "LARGEST_SESSION", "carried_in", "is_picture"]

DOCUMENT_KEY = "minima-document"
"""The text entry of a PNG that holds the document which made it."""
LARGEST_SESSION = 16 * 1024 * 1024
"""Bytes of a session; ours have some thousands."""
_KEY = DOCUMENT_KEY.encode() + b"\0"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_PNG, _PDF = b"\x89PNG\r\n\x1a\n", b"%PDF-"
_SVG_HEAD = 4096
_NAMED = "session.minima.json".encode("utf-16-be").hex().upper().encode()
"""How a PDF of ours names what is attached, as its writer writes it."""


def is_picture(data: bytes) -> bool:
    """Whether these are the bytes of a picture that could carry a session."""
    return data.startswith((_PNG, _PDF)) or b"<svg" in data[:_SVG_HEAD]


def carried_in(data: bytes) -> bytes | None:
    """Return the session in a picture's bytes, None where there is none that can be read."""
    if data.startswith(_PNG):
        return _in_png(data)
    if data.startswith(_PDF):
        return _in_pdf(data)
    return _in_svg(data)


def _in_png(data: bytes) -> bytes | None:
    """Go through the chunks to the text that is a session; a chunk that is not whole ends the search."""
    at = len(_PNG)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data) or kind == b"IEND":
            return None
        if kind in _TEXTS and data.startswith(_KEY, at + 8):
            checked = zlib.crc32(memoryview(data)[at + 4 : end - 4])
            whole = checked == int.from_bytes(data[end - 4 : end], "big")
            return _text_of(kind, data[at + 8 + len(_KEY) : end - 4]) if whole else None
        at = end
    return None


def _text_of(kind: bytes, rest: bytes) -> bytes | None:
    """Return what follows the key in a chunk of text (PNG specification, 11.3.3), as UTF-8."""
    if kind == b"tEXt":
        return rest.decode("latin-1").encode() if len(rest) <= LARGEST_SESSION else None
    if kind == b"zTXt":
        text = _unpacked(rest[1:])
        return None if text is None else text.decode("latin-1").encode()
    packed, _, after = rest[:1], rest[1:2], rest[2:]
    parts = after.split(b"\0", 2)  # the language, the key in that language, and the text
    if len(parts) < 3:
        return None
    return _unpacked(parts[2]) if packed == b"\1" else parts[2][:LARGEST_SESSION]


def _unpacked(packed: bytes) -> bytes | None:
    """Unpack what zlib has packed, unless it is larger than any session or not whole."""
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, LARGEST_SESSION)
    except zlib.error:
        return None
    return text if unpacker.eof else None


def _in_svg(data: bytes) -> bytes | None:
    held = re.search(rb'<session xmlns="urn:minima-desktop:document">([A-Za-z0-9+/=\s]*)</session>', data)
    if held is None or len(held[1]) > 1.4 * LARGEST_SESSION:
        return None
    try:
        return base64.b64decode(held[1], validate=False)
    except binascii.Error:
        return None


def _in_pdf(data: bytes) -> bytes | None:
    """Follow the name of what is attached to its object, and unpack that."""
    told = re.search(rb"/UF <FEFF" + _NAMED + rb"> /EF << /F (\d{1,9}) 0 R >>", data)
    begin = -1 if told is None else data.find(b"\n" + told[1] + b" 0 obj\n<< /Type /EmbeddedFile")
    stream = -1 if begin < 0 else data.find(b"stream\n", begin)
    if stream < 0:
        return None
    return _unpacked(data[stream + 7 :])
