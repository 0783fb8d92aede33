"""The session that a picture carries: found in PNG, SVG and PDF files, whatever else they hold.

Files are hostile until they have been read: nothing is unpacked beyond the largest session, and nothing but
the session's own text is looked at.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib

from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QImageReader

__all__ = ["DOCUMENT_KEY", "LARGEST_SESSION", "carried_in", "is_picture"]

DOCUMENT_KEY = "minima-document"
"""The text entry of a PNG that holds the document which made it."""
LARGEST_SESSION = 16 * 1024 * 1024
"""Bytes of a session; ours have some thousands."""
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
    array = QByteArray(data)
    buffer = QBuffer(array)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    text = QImageReader(buffer, QByteArray(b"png")).text(DOCUMENT_KEY)
    return text.encode() if text else None


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
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data[stream + 7 :], LARGEST_SESSION)
    except zlib.error:
        return None
    return text if unpacker.eof else None
