"""GIF files: one palette for the whole film, and of each picture only what is new.

What stands still is left out twice: pictures are cut to the rectangle that changed, and inside it pixels that
stayed are transparent, which packs into almost nothing. Flat colours of the film are in the palette as they
are; what is left of it is shared out among the others by median cut (Heckbert, SIGGRAPH 1982). Nothing is
dithered: flat colours stay flat, and small.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Sequence
from functools import cache
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

__all__ = ["GifEncoder", "shared_palette"]

Pixels = NDArray[np.uint8]

CLEAR = 255
"""The entry of the palette that means: as before."""
FLAT_SHARE = 0.0005
"""Share of the pixels from which on a colour is in the palette as it is."""
MOST_FLAT = 128
BITS = 6
"""Of each channel, in the table that finds the nearest colour of the palette."""


def shared_palette(samples: Sequence[Pixels]) -> Pixels:
    """Return the palette (255, 3), red, green, blue, that suits pictures (height, width, 4) best."""
    packed = np.concatenate([_packed(each)[::2, ::2].ravel() for each in samples])
    colours, counts = np.unique(packed, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    colours, counts = colours[order], counts[order]
    flat = min(int(np.searchsorted(-counts, -FLAT_SHARE * len(packed), side="right")), MOST_FLAT)
    if len(colours) <= CLEAR:
        flat = len(colours)
    chosen = _rgb(colours[:flat])
    rest = _median_cut(_rgb(colours[flat:]).astype(np.float64), np.sqrt(counts[flat:]), CLEAR - flat)
    palette = np.zeros((CLEAR, 3), np.uint8)
    both = np.concatenate([chosen, rest])
    palette[: len(both)] = both
    return palette


def _packed(pixels: Pixels) -> NDArray[np.uint32]:
    """Return the pixels of a picture as numbers, 0xRRGGBB."""
    return np.ascontiguousarray(pixels).view(np.uint32)[..., 0] & np.uint32(0xFFFFFF)


def _rgb(packed: NDArray[np.uint32]) -> Pixels:
    return np.stack([packed >> 16 & 255, packed >> 8 & 255, packed & 255], axis=-1).astype(np.uint8)


def _median_cut(colours: NDArray[np.float64], weights: NDArray[np.float64], count: int) -> Pixels:
    """Return at most `count` colours: the box with the widest spread is halved, again and again."""
    if not len(colours) or count < 1:
        return np.empty((0, 3), np.uint8)

    def box(members: NDArray[np.intp]) -> tuple[float, NDArray[np.intp], NDArray[np.float64]]:
        here, weight = colours[members], weights[members]
        middle = np.average(here, axis=0, weights=weight)
        return float((weight @ (here - middle) ** 2).max()), members, middle

    boxes = [box(np.arange(len(colours)))]
    while len(boxes) < count:
        widest = max(range(len(boxes)), key=lambda k: boxes[k][0])
        spread, members, middle = boxes[widest]
        if spread <= 0.0:
            break
        here, weight = colours[members], weights[members]
        axis = int((weight @ (here - middle) ** 2).argmax())
        low = here[:, axis] <= middle[axis]
        boxes[widest] = box(members[low])
        boxes.append(box(members[~low]))
    return np.rint([middle for _, _, middle in boxes]).astype(np.uint8)


def _nearest(palette: Pixels) -> Pixels:
    """Return the table from colours of `BITS` bits a channel to the nearest entry of the palette."""
    levels = (np.arange(1 << BITS) + 0.5) * (1 << (8 - BITS))
    entries = palette.astype(np.float32)
    square = (entries**2).sum(axis=1)
    table = np.empty((1 << BITS,) * 3, np.uint8)
    green, blue = np.meshgrid(levels, levels, indexing="ij")
    for k, red in enumerate(levels):
        cells = np.stack([np.full_like(green, red), green, blue], axis=-1).astype(np.float32)
        table[k] = (square - 2.0 * (cells @ entries.T)).argmin(axis=-1)
    shifted = palette[::-1] >> (8 - BITS)  # the first, which are the flat ones, have the last word
    table[shifted[:, 0], shifted[:, 1], shifted[:, 2]] = np.arange(len(palette))[::-1]
    return table


class GifEncoder:
    """Writes pictures as they come; see `minima_desktop.export.encoders.Encoder`."""

    def __init__(
        self, file: BinaryIO, width: int, height: int, fps: int, *, loop: bool, palette: Pixels
    ) -> None:
        self._file = file
        self._fps = fps
        self._table = _nearest(palette)
        self._before: NDArray[np.uint32] | None = None
        self._shown = np.full((height, width), CLEAR, np.uint8)
        self._waiting: tuple[int, bytes] | None = None
        self._tick = 0
        file.write(b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, CLEAR, 0))
        file.write(palette.tobytes() + bytes(3))
        if loop:
            file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")

    def add(self, pixels: Pixels, times: int = 1) -> None:
        """Show a picture (height, width, 4) for so many frames."""
        now = _packed(pixels)
        if self._before is None:
            top, bottom, left, right = 0, now.shape[0], 0, now.shape[1]
        else:
            changed = now != self._before
            rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
            if not len(rows):
                self._tick += times
                return
            top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        self._before = now.copy()
        part = now[top:bottom, left:right]
        drop = 8 - BITS
        entries = self._table[
            part >> np.uint32(16 + drop),
            (part >> np.uint32(8 + drop)) & np.uint32((1 << BITS) - 1),
            (part >> np.uint32(drop)) & np.uint32((1 << BITS) - 1),
        ]
        shown = self._shown[top:bottom, left:right]
        fresh = np.where(entries == shown, np.uint8(CLEAR), entries)
        shown[:] = entries
        self._release(self._tick)
        place = struct.pack("<BHHHHB", 0x2C, left, top, right - left, bottom - top, 0)
        self._waiting = self._tick, place + _lzw(fresh.ravel())
        self._tick += times

    def _release(self, until: int) -> None:
        """Write the picture that waits: only now it is known how long it stays, in hundredths of a second."""
        if self._waiting is None:
            return
        since, data = self._waiting
        stays = round(100 * until / self._fps) - round(100 * since / self._fps)
        # Not disposed of afterwards, with a transparent entry.
        self._file.write(struct.pack("<BBBBHBB", 0x21, 0xF9, 4, 0x05, min(stays, 65535), CLEAR, 0) + data)
        self._waiting = None

    def finish(self) -> None:
        """Write the last picture and the end of the file."""
        self._release(self._tick)
        self._file.write(b"\x3b")
        self._file.close()

    def abandon(self) -> None:
        """Leave the file as it is: it is thrown away."""
        self._waiting = None
        with contextlib.suppress(OSError):
            self._file.close()


def _lzw(pixels: Pixels) -> bytes:
    """Return entries of the palette as the data of a GIF's image: code size, blocks of 255 bytes, end."""
    packed = np.empty(2 * len(pixels) + 64, np.uint8)
    length = _compressor()(pixels, packed)
    data = packed[:length].tobytes()
    blocks = [bytes([len(data[k : k + 255])]) + data[k : k + 255] for k in range(0, len(data), 255)]
    return b"\x08" + b"".join(blocks) + b"\x00"


@cache
def _compressor() -> Any:
    """Return the loop below, compiled: that takes a second, once in a process, beside the painting."""
    import numba

    return numba.njit(nogil=True, error_model="numpy")(_compress)


def _compress(pixels: Pixels, packed: Pixels) -> int:
    """Pack entries by Lempel, Ziv and Welch with codes of 9 to 12 bits; return how many bytes it took."""
    clear, end = 256, 257
    follow = np.full((4096, 256), -1, np.int16)
    bits, filled, length = 9, 9, 0
    held = np.int64(clear)
    used = 258
    code = np.int64(pixels[0])
    for k in range(1, len(pixels)):
        entry = pixels[k]
        longer = follow[code, entry]
        if longer >= 0:
            code = np.int64(longer)
            continue
        held |= code << filled
        filled += bits
        while filled >= 8:
            packed[length] = held & 255
            held >>= 8
            filled -= 8
            length += 1
        if used < 4096:
            follow[code, entry] = used
            if used == 1 << bits:
                bits += 1
            used += 1
        else:
            held |= clear << filled
            filled += bits
            follow[:] = -1
            bits, used = 9, 258
        code = np.int64(entry)
    held |= code << filled
    filled += bits
    if used == 1 << bits and bits < 12:
        bits += 1
    held |= end << filled
    filled += bits
    while filled > 0:
        packed[length] = held & 255
        held >>= 8
        filled -= 8
        length += 1
    return length
