"""Work in parts on all processors, by kernels that run without Python's lock."""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

__all__ = ["processors", "spread"]


def processors() -> int:
    """Return how many threads work at once."""
    return os.cpu_count() or 1


def spread(worker: Callable[[], Callable[[int], None]], parts: int) -> None:
    """Do parts 0 … parts − 1 of some work, each thread taking the next one.

    The calling thread works too, and waits for others only if they have begun: on a busy machine they may
    begin too late to be of use.

    Parameters
    ----------
    worker
        Makes the function that does one part; called once on each thread, so that it can have memory of its
        own. What it raises is raised here, and ends the work.
    """
    turn = itertools.count()
    over = [False]

    def take() -> None:
        work = worker()
        try:
            while not over[0] and (part := next(turn)) < parts:
                work(part)
        except BaseException:
            over[0] = True
            raise

    others: list[Future[None]] = [_pool().submit(take) for _ in range(min(processors(), parts) - 1)]
    try:
        take()
    finally:
        begun = [each for each in others if not each.cancel()]
        for each in begun:
            each.exception()  # waits: nobody writes into the caller's arrays when it goes on
    for each in begun:
        each.result()


@functools.cache
def _pool() -> ThreadPoolExecutor:
    """Return the threads."""
    return ThreadPoolExecutor(max(processors() - 1, 1), thread_name_prefix="minima-pool-shared")
