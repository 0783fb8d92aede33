"""Machine code kept on disk, which a later start takes up in milliseconds, without numba.

numba keeps compiled functions too, but needs itself to take them up again, and loading it takes longer than
all else between the first picture and a moving race. What is kept here is the plain object file that it
made; LLVM alone connects it. A file begins with the checksum of the rest: half-written or damaged code is
never run. Where nothing can be written, nothing is kept.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import tempfile
from pathlib import Path

from minima_core.compiled import cache
from minima_core.compiled.assembler import ObjectFile

__all__ = ["keep", "kept", "source_digest"]

_CHECKSUM = 32  # bytes at the beginning of a file


def kept(name: str) -> ObjectFile | None:
    """Return the object file that was kept under a name; None where there is none, or not a whole one."""
    file = _file(name)
    if file is None:
        return None
    try:
        whole = file.read_bytes()
    except OSError:
        return None
    checksum, rest = whole[:_CHECKSUM], whole[_CHECKSUM:]
    if hashlib.sha256(rest).digest() != checksum:
        return None
    entry, needs, code = rest.split(b"\n", 2)
    return ObjectFile(entry.decode(), tuple(needs.decode().split()), code)


def keep(name: str, made: ObjectFile) -> None:
    """Keep an object file, whole or not at all."""
    file = _file(name)
    if file is None:
        return
    rest = b"\n".join((made.entry.encode(), " ".join(made.needs).encode(), made.code))
    with contextlib.suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=file.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(hashlib.sha256(rest).digest() + rest)
            os.replace(draft, file)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(draft)
            raise


def _file(name: str) -> Path | None:
    folder = cache.folder()
    return None if folder is None else folder / "objects" / f"{name}.o"


@functools.cache
def source_digest(file: str) -> str | None:
    """Return what tells a source file from what it was before an edit; None where there is no file."""
    try:
        return hashlib.sha256(Path(file).read_bytes()).hexdigest()
    except OSError:
        return None
