"""Memory for records and pictures, used again: fresh pages often cost more than what is written to them.

An array from here gives its block back when nobody looks at it any more, snapshots included. At most 256 MB
wait.
"""

from __future__ import annotations

import ctypes
import math
import mmap
import threading
import weakref
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Memory", "memory"]

Array: TypeAlias = NDArray[np.float64]

SMALLEST = 1 << 20  # smaller blocks are left to numpy
MOST_WAITING = 256 << 20


class Memory:
    """A store of blocks by size."""

    def __init__(self) -> None:
        self._lock = (
            threading.RLock()
        )  # a block may come back while another one is fetched on the same thread
        self._waiting: dict[int, list[mmap.mmap]] = {}
        self.waiting_bytes = 0

    def array(self, count: int) -> Array:
        """Return an array of `count` doubles whose contents are anything."""
        size = 8 * count
        if size < SMALLEST:
            return np.empty(count)
        size = _rounded(size)
        with self._lock:
            blocks = self._waiting.get(size)
            block = blocks.pop() if blocks else None
            if block is not None:
                self.waiting_bytes -= size
        if block is None:
            block = mmap.mmap(-1, size)
        owner = (ctypes.c_char * size).from_buffer(block)
        weakref.finalize(owner, self._take_back, block, size).atexit = False
        return np.frombuffer(memoryview(owner), dtype=np.float64, count=count)

    def _take_back(self, block: mmap.mmap, size: int) -> None:
        with self._lock:
            if self.waiting_bytes + size <= MOST_WAITING:
                self._waiting.setdefault(size, []).append(block)
                self.waiting_bytes += size


def _rounded(size: int) -> int:
    """Return the size of block that serves: one of eight between powers of two, so that blocks fit again."""
    step = 1 << max(20, math.floor(math.log2(size)) - 3)
    return -(-size // step) * step


memory = Memory()
"""The store that all records and pictures share."""
