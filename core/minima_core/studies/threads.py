"""Parts of some work on as many threads as are asked for, with one account of how far all of them are."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from minima_core.compiled.shared_work import processors, spread

__all__ = ["Account", "share_out", "threads_for"]


class Account:
    """How much of some work is done: threads add to it, and whoever waits is told the share."""

    def __init__(self, total: float, told: Callable[[float], None] | None) -> None:
        self._total, self._told = max(total, 1.0), told
        self._done = 0.0
        self._lock = threading.Lock()

    def add(self, done: float) -> None:
        """Add what has been done."""
        with self._lock:
            self._done += done
            if self._told is not None:
                self._told(min(1.0, self._done / self._total))


def threads_for(workers: int | None) -> int:
    """Return how many threads work."""
    return processors() if workers is None else workers


def share_out(worker: Callable[[], Callable[[int], None]], parts: int, workers: int | None) -> None:
    """Do parts 0 … parts − 1, each thread taking the next one; None: as many threads as processors.

    `worker` makes the function that does one part, once on each thread. What it raises is raised here, and
    ends the work.
    """
    if workers is None:
        spread(worker, parts)
        return
    turn = itertools.count()
    over = threading.Event()

    def take() -> None:
        work = worker()
        try:
            while not over.is_set() and (part := next(turn)) < parts:
                work(part)
        except BaseException:
            over.set()
            raise

    others = min(workers, parts) - 1
    if others < 1:
        take()
        return
    with ThreadPoolExecutor(others, thread_name_prefix="minima-study") as pool:
        begun = [pool.submit(take) for _ in range(others)]
        take()
    for each in begun:
        each.result()
