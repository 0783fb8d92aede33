"""Compiles in the background what nobody waits for yet, on a thread of its own.

Kernels that a run needs are compiled when it starts; the other usual methods are made ready afterwards, one
by one, so that adding one to the race does not wait. Plain Python, no Qt.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

log = logging.getLogger(__name__)

Job: TypeAlias = tuple[str, Callable[[], None]]
"""What is made ready, and what makes it so."""

FIRST = (
    "gradient-descent",
    "momentum",
    "adam",
    "rmsprop",
    "simulated-annealing",
    "random-restarts",
    "nesterov",
    "sgd",
)
"""The methods that are made ready unasked; the others when they are first wanted."""


@dataclass(frozen=True)
class Preparation:
    """How far the compiling has come; `doing` is empty when there is nothing left to do."""

    done: int = 0
    total: int = 0
    doing: str = ""


BREATH_SECONDS = 0.02
"""Between two jobs: one thing is compiled at a time, and a run that waits for its own goes first."""


class Preparer:
    """The thread that compiles; it ends by itself when there is nothing left to do."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: deque[Job] = deque()
        self._thread: threading.Thread | None = None
        self._closing = False
        self.preparation = Preparation()

    def begin(self, find: Callable[[], Iterable[Job]]) -> None:
        """Starts the thread, once: it asks `find` for its jobs, and does them in order."""
        with self._lock:
            if self._thread is not None or self._closing:
                return
            self._thread = threading.Thread(
                target=self._work, args=(find,), name="minima-preparer", daemon=True
            )
        self._thread.start()

    def close(self, patience: float = 20.0) -> bool:
        """Does no further job and waits for the one at work; true if it ended within `patience` seconds."""
        with self._lock:
            self._closing = True
            self._jobs.clear()
        if self._thread is None:
            return True
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _work(self, find: Callable[[], Iterable[Job]]) -> None:
        found = deque(find())
        with self._lock:
            if not self._closing:
                self._jobs = found
                self.preparation = Preparation(0, len(found), "")
        while True:
            with self._lock:
                now = self.preparation
                if self._closing or not self._jobs:
                    self.preparation = Preparation(now.done, now.total, "")
                    return
                name, job = self._jobs.popleft()
                self.preparation = Preparation(now.done, now.total, name)
            try:
                job()
            except Exception:
                log.exception("Preparing %s failed; it will be tried again when it is used.", name)
            with self._lock:
                now = self.preparation
                self.preparation = Preparation(now.done + 1, now.total, now.doing)
            time.sleep(BREATH_SECONDS)


def usual_jobs(landscape: Landscape) -> list[Job]:
    """The jobs that make the first methods ready for a landscape: titles, and what compiles them."""
    from minima_core import methods, runs

    jobs: list[Job] = []
    for name in FIRST:
        method = methods.describe(name)
        if not runs.prepared(name, landscape.dimension):
            jobs.append((method.title, partial(runs.prepare, landscape, (name,))))
    return jobs


def map_jobs(landscape: Landscape) -> list[Job]:
    """The jobs that make maps of basins ready; nobody waits for them, and nothing is said about them."""
    from minima_core import methods
    from minima_core.analysis.basins import prepare_basins
    from minima_core.analysis.chances import is_random

    usual = (methods.method(name).resolved(landscape) for name in FIRST)
    return [("", partial(prepare_basins, landscape, each)) for each in usual if not is_random(each)]


def words(preparation: Preparation, waited_for: str) -> str:
    """What is being compiled, for the status line; empty when nothing is.

    `waited_for` is the name of the method that a run is waiting for, or "".
    """
    if waited_for:
        from minima_core import methods

        return f"Preparing {methods.describe(waited_for).title} for the first time…"
    if preparation.doing:
        done, total = preparation.done + 1, preparation.total
        return f"Preparing {preparation.doing} for the first time… {done} of {total}"
    return ""
