"""Files: written whole or not at all, and documents read from sessions and from pictures that carry one."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from minima_core.document import Document, DocumentError
from minima_core.document.envelope import laid_out
from minima_desktop.carried import DOCUMENT_KEY, carried_in, is_picture

COMPRESSION = 80
"""Of PNG, in Qt’s counting from 100 (none) to 0: half the time of the usual one, files a sixth larger."""

MOST_BYTES = 64 * 1024 * 1024
"""Files larger than this are no session of ours."""


UNFINISHED_SECONDS = 60.0
"""What was being written beside a file and is older than this will never be finished."""


class FileError(Exception):
    """A file that cannot be read or written; the message is a sentence that says what to do."""


def check_target(path: Path, *, overwrite: bool) -> None:
    """Raises `FileError` with a sentence where a file could not be put at `path`."""
    folder = path.parent
    if not folder.is_dir():
        raise FileError(f"The folder {folder} does not exist; make it first or choose another.")
    if path.is_dir():
        raise FileError(f"{path} is a folder; give the name of a file in it.")
    if path.exists() and not overwrite:
        raise FileError(f"The file {path} is there already; give another name, or --force to overwrite it.")


def write_whole(path: Path, data: bytes, *, overwrite: bool) -> None:
    """Writes `data` to `path` whole or not at all; see `replacing`."""
    with replacing(path, overwrite=overwrite) as part:
        part.write_bytes(data)


@contextlib.contextmanager
def replacing(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """Gives a new file beside `path` that takes its place when all went well; otherwise it goes away.

    Raises `FileError` with a sentence when the folder is missing, cannot be written or is full, and when the
    file is there already and `overwrite` is false; an old file then stays as it was.
    """
    check_target(path, overwrite=overwrite)
    part: Path | None = None
    try:
        # With the ending of the whole: what writes films may go by it.
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        part = Path(name)
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        os.chmod(part, 0o666 & ~_mask())
        os.replace(part, path)
        part = None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileError(f"The file {path} could not be written ({reason}); nothing was changed.") from None
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()
    _tidy(path)


def _tidy(path: Path) -> None:
    """Removes what a program that was killed while it wrote this file has left beside it."""
    unfinished = re.compile(rf"\.{re.escape(path.name)}\.[a-z0-9_]{{8}}(\.\w+)?")
    with contextlib.suppress(OSError):
        for each in os.scandir(path.parent):
            if unfinished.fullmatch(each.name) and time.time() - each.stat().st_mtime > UNFINISHED_SECONDS:
                os.unlink(each.path)


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def png_bytes(image: QImage, document: Document | None = None) -> bytes:
    """The picture as PNG; with a document, the picture carries it."""
    if document is not None:
        image = image.copy()
        image.setText(DOCUMENT_KEY, document.to_json().decode())
    array = QByteArray()
    buffer = QBuffer(array)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG", COMPRESSION):  # type: ignore[call-overload]  # bytes, as the stub wants, are refused
        raise FileError("The picture could not be turned into a PNG; a smaller size may help.")
    buffer.close()
    return bytes(array.data())


def session_bytes(document: Document) -> bytes:
    """A session file: the document as JSON, laid out for reading."""
    return laid_out(document.to_json())


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, which may be anything: a `FileError` where it is no file, or too large."""
    try:
        told = path.stat()
        if not stat.S_ISREG(told.st_mode):
            what = "a folder" if stat.S_ISDIR(told.st_mode) else "no ordinary file"
            raise FileError(f"{path} is {what}; give a session, or a picture that carries one.")
        if told.st_size > MOST_BYTES:
            raise FileError(
                f"{path} has {told.st_size / 1e6:.0f} MB; sessions have at most {MOST_BYTES / 1e6:.0f}."
            )
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise FileError(f"{path} could not be read: {(error.strerror or str(error)).lower()}.") from None


def read_document(path: Path) -> Document:
    """Reads a document from a session file, or from a picture that carries one.

    Raises `FileError` with a sentence for whatever is not a whole and valid one.
    """
    return document_in(read_bytes(path), str(path))


def document_in(data: bytes, name: str) -> Document:
    """The document in the bytes of a session, or of a picture that carries one; `name` is for sentences."""
    if is_picture(data):
        carried = carried_in(data)
        if carried is None:
            raise FileError(f"The picture {name} carries no session; only pictures saved by this program do.")
        data = carried
    try:
        return Document.from_json(data)
    except DocumentError as error:
        raise FileError(f"{name} is no session that can be opened: {error}") from None
