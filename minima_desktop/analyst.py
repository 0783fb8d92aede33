"""Works things out about the landscape while one looks: proofs, basins, maps, on threads of its own.

A question is asked under a *topic* with a *key* that says all the answer depends on. Only the latest question
of a topic counts: asking another one cancels the one at work, and what comes too late is dropped. Work is a
generator: each value that it yields is an answer, each better than the one before (coarse maps, then fine).
Topics share threads by *lane*, so that a long proof never keeps a map waiting. Plain Python, no Qt: the
window pulls answers at the screen's rate.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What is known so far about a question.

    `value` is None until there is a first answer; `failure` is a sentence when there will be none.
    """

    key: Hashable
    value: Any = None
    final: bool = False
    failure: str = ""


class Desk:
    """What work is done at: whether it is still wanted, and how far it has come."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self.share = 0.0

    def cancel(self) -> None:
        """Say that the answer is no longer wanted."""
        self._cancelled.set()

    def cancelled(self) -> bool:
        """Whether the answer is no longer wanted."""
        return self._cancelled.is_set()

    def report(self, share: float) -> None:
        """Say how much is done, from 0 to 1."""
        self.share = min(max(float(share), 0.0), 1.0)

    def rest(self, seconds: float) -> bool:
        """Wait, unless the answer is no longer wanted; whether to go on."""
        return not self._cancelled.wait(seconds)


Work = Callable[[Desk], Iterable[Any]]
"""What answers a question: every value is an answer, each better than the one before."""


@dataclass(frozen=True)
class _Question:
    topic: str
    key: Hashable
    work: Work
    desk: Desk


class _Lane:
    """One thread with the questions that wait for it, the oldest first; it starts with the first question."""

    def __init__(self, name: str, answer: Callable[[_Question, Answer], None]) -> None:
        self._name, self._answer = name, answer
        self._waiting: OrderedDict[str, _Question] = OrderedDict()
        self._at_work: _Question | None = None
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closing = False

    def put(self, question: _Question) -> None:
        with self._change:
            self._forget(question.topic)
            if self._closing:
                return
            self._waiting[question.topic] = question
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name=f"minima-{self._name}", daemon=True)
                self._thread.start()
            self._change.notify()

    def drop(self, topic: str) -> None:
        with self._change:
            self._forget(topic)

    def share(self, topic: str) -> float | None:
        """How much of a question is done; None when nobody is at it."""
        with self._change:
            if self._at_work is not None and self._at_work.topic == topic:
                return None if self._at_work.desk.cancelled() else self._at_work.desk.share
            return 0.0 if topic in self._waiting else None

    def close(self) -> None:
        with self._change:
            self._closing = True
            self._waiting.clear()
            if self._at_work is not None:
                self._at_work.desk.cancel()
            self._change.notify()

    def join(self, patience: float) -> bool:
        if self._thread is None:
            return True
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _forget(self, topic: str) -> None:
        self._waiting.pop(topic, None)
        if self._at_work is not None and self._at_work.topic == topic:
            self._at_work.desk.cancel()

    def _serve(self) -> None:
        while True:
            with self._change:
                self._at_work = None
                while not self._waiting and not self._closing:
                    self._change.wait()
                if self._closing:
                    return
                _, question = self._waiting.popitem(last=False)
                self._at_work = question
            self._work(question)

    def _work(self, question: _Question) -> None:
        value: Any = None
        try:
            for value in question.work(question.desk):
                if question.desk.cancelled():
                    return
                self._answer(question, Answer(question.key, value))
            if not question.desk.cancelled():
                self._answer(question, Answer(question.key, value, final=True))
        except Exception as error:
            if question.desk.cancelled():
                return
            if not isinstance(error, ValueError):
                log.exception("The question “%s” could not be answered.", question.topic)
            sentence = (
                str(error) if isinstance(error, ValueError) else f"This could not be worked out: {error}"
            )
            self._answer(question, Answer(question.key, value, final=True, failure=sentence))


class Analyst:
    """The threads that answer questions.

    Parameters
    ----------
    lanes
        Topic → name of the lane that serves it.

    Examples
    --------
    >>> analyst = Analyst({"sum": "sums"})
    >>> analyst.ask("sum", (2, 3), lambda desk: [2 + 3])
    >>> while not (analyst.answer("sum") or Answer(None)).final:
    ...     pass
    >>> analyst.answer("sum").value
    5
    >>> analyst.close()
    True
    """

    def __init__(self, lanes: dict[str, str]) -> None:
        self._lock = threading.Lock()
        self._asked: dict[str, _Question] = {}
        self._answers: dict[str, Answer] = {}
        self._count = 0
        self._lane_of = dict(lanes)
        self._lanes = {name: _Lane(name, self._take) for name in sorted(set(lanes.values()))}

    @property
    def count(self) -> int:
        """How many answers have arrived: it tells the window that there is something new."""
        return self._count

    def ask(self, topic: str, key: Hashable, work: Work) -> None:
        """Ask a question, unless it is the one that was asked last under this topic."""
        with self._lock:
            last = self._asked.get(topic)
            if last is not None and last.key == key:
                return
            question = _Question(topic, key, work, Desk())
            self._asked[topic] = question
        self._lanes[self._lane_of[topic]].put(question)

    def drop(self, topic: str) -> None:
        """Give a question up, with what was answered."""
        with self._lock:
            known = self._asked.pop(topic, None) is not None
            self._answers.pop(topic, None)
        if known:
            self._lanes[self._lane_of[topic]].drop(topic)

    def stop(self, topic: str) -> None:
        """Stop working at a question; what was answered so far stays, and it is not asked again by itself."""
        self._lanes[self._lane_of[topic]].drop(topic)

    def answer(self, topic: str) -> Answer | None:
        """Return the last answer under a topic, which may belong to an earlier key."""
        return self._answers.get(topic)

    def share(self, topic: str) -> float | None:
        """Return how much of a question is done, from 0 to 1; None when nobody is at it."""
        return self._lanes[self._lane_of[topic]].share(topic)

    def close(self, patience: float = 20.0) -> bool:
        """End all work; true if every thread ended within `patience` seconds."""
        for lane in self._lanes.values():
            lane.close()
        return all([lane.join(patience) for lane in self._lanes.values()])

    def _take(self, question: _Question, answer: Answer) -> None:
        with self._lock:
            if self._asked.get(question.topic) is question:
                self._answers[question.topic] = answer
                self._count += 1
