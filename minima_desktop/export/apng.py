"""APNG files: PNG with more pictures, of each only what is new; colours are exact, and browsers show them.

A picture is cut to the rectangle that changed, and inside it pixels that stayed are clear (Portable Network
Graphics specification, third edition, “Animation information”).
"""

from __future__ import annotations

import contextlib
import struct
import zlib
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

__all__ = ["ApngEncoder"]

Pixels = NDArray[np.uint8]

LEVEL = 6
"""Of zlib."""


class ApngEncoder:
    """Writes pictures as they come; see `minima_desktop.export.encoders.Encoder`.

    `chunks` are whole chunks of a PNG that stand before the first picture, such as texts.
    """

    def __init__(
        self, file: BinaryIO, width: int, height: int, fps: int, *, loop: bool, chunks: bytes = b""
    ) -> None:
        self._file = file
        self._fps = fps
        self._loops = 0 if loop else 1
        self._before: NDArray[np.uint32] | None = None
        self._waiting: tuple[int, tuple[int, int, int, int], bytes] | None = None
        self._tick, self._pictures, self._sequence = 0, 0, 0
        file.write(b"\x89PNG\r\n\x1a\n")
        self._chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
        self._count_at = file.tell()
        self._chunk(b"acTL", struct.pack(">II", 1, self._loops))
        file.write(chunks)

    def add(self, pixels: Pixels, times: int = 1) -> None:
        """Show a picture (height, width, 4) for so many frames."""
        now = np.ascontiguousarray(pixels).view(np.uint32)[..., 0] & np.uint32(0xFFFFFF)
        changed = np.ones(now.shape, bool) if self._before is None else now != self._before
        rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
        if len(rows):
            top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
            self._before = now.copy()
            new = changed[top:bottom, left:right]
            rgba = pixels[top:bottom, left:right][..., [2, 1, 0, 3]]
            rgba[..., 3] = 255
            rgba[~new] = 0
            self._release(self._tick)
            place = (int(left), int(top), int(right - left), int(bottom - top))
            self._waiting = self._tick, place, _packed(rgba, level=LEVEL)
        self._tick += times

    def _release(self, until: int) -> None:
        """Write the picture that waits: only now it is known how long it stays."""
        if self._waiting is None:
            return
        since, (left, top, width, height), data = self._waiting
        over = 0 if self._pictures == 0 else 1
        numbers = (self._next(), width, height, left, top, min(until - since, 65535), self._fps, 0, over)
        self._chunk(b"fcTL", struct.pack(">IIIIIHHBB", *numbers))
        if self._pictures == 0:
            self._chunk(b"IDAT", data)
        else:
            self._chunk(b"fdAT", struct.pack(">I", self._next()) + data)
        self._pictures += 1
        self._waiting = None

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence - 1

    def _chunk(self, kind: bytes, data: bytes) -> None:
        checked = zlib.crc32(data, zlib.crc32(kind))
        self._file.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checked))

    def finish(self) -> None:
        """Write the last picture, the end, and at the beginning how many pictures there are."""
        self._release(self._tick)
        self._chunk(b"IEND", b"")
        self._file.seek(self._count_at)
        self._chunk(b"acTL", struct.pack(">II", self._pictures, self._loops))
        self._file.close()

    def abandon(self) -> None:
        """Leave the file as it is: it is thrown away."""
        self._waiting = None
        with contextlib.suppress(OSError):
            self._file.close()


def _packed(rgba: Pixels, level: int) -> bytes:
    """Return pixels (height, width, 4) as the data of a PNG: each row as differences from pixel to pixel."""
    height, width, _ = rgba.shape
    rows = np.empty((height, 1 + 4 * width), np.uint8)
    rows[:, 0] = 1
    rows[:, 1:5] = rgba[:, 0]
    np.subtract(rgba[:, 1:], rgba[:, :-1], out=rows[:, 5:].reshape(height, width - 1, 4))
    return zlib.compress(rows.tobytes(), level)
