"""The analyst: the latest question of a topic wins, work is cancelled, failures are sentences."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from minima_desktop.analyst import Analyst, Desk


@pytest.fixture
def analyst() -> Iterator[Analyst]:
    """An analyst with two lanes, closed afterwards."""
    made = Analyst({"map": "maps", "proof": "proofs", "tree": "proofs"})
    yield made
    assert made.close()


def until(holds: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait for something that other threads do."""
    end = time.perf_counter() + seconds
    while not holds():
        assert time.perf_counter() < end, "It did not happen in time."
        time.sleep(0.002)


def test_answers_grow_better_until_the_last(analyst: Analyst) -> None:
    gate = threading.Event()

    def work(desk: Desk) -> Iterator[str]:
        yield "coarse"
        gate.wait(5)
        yield "fine"

    analyst.ask("map", 1, work)
    until(lambda: analyst.answer("map"))
    first = analyst.answer("map")
    assert first is not None and (first.value, first.final) == ("coarse", False)
    gate.set()
    until(lambda: analyst.answer("map").final)
    assert analyst.answer("map").value == "fine"
    assert analyst.share("map") is None


def test_another_question_cancels_the_one_at_work_and_its_late_answer_is_dropped(analyst: Analyst) -> None:
    begun, cancelled = threading.Event(), threading.Event()

    def slow(desk: Desk) -> Iterator[str]:
        begun.set()
        while desk.rest(0.01):
            pass
        cancelled.set()
        yield "stale"

    analyst.ask("map", "old", slow)
    assert begun.wait(5)
    analyst.ask("map", "new", lambda desk: ["fresh"])
    assert cancelled.wait(5)
    until(lambda: analyst.answer("map"))
    assert (analyst.answer("map").key, analyst.answer("map").value) == ("new", "fresh")


def test_the_same_question_is_worked_at_once(analyst: Analyst) -> None:
    times: list[int] = []

    def work(desk: Desk) -> list[str]:
        times.append(1)
        return ["done"]

    for _ in range(3):
        analyst.ask("map", "same", work)
        until(lambda: analyst.answer("map"))
    assert len(times) == 1


def test_a_long_proof_keeps_no_map_waiting(analyst: Analyst) -> None:
    begun = threading.Event()

    def proof(desk: Desk) -> Iterator[int]:
        desk.report(0.25)
        begun.set()
        while desk.rest(0.01):
            pass
        yield 1

    analyst.ask("proof", 1, proof)
    assert begun.wait(5)
    assert analyst.share("proof") == 0.25
    analyst.ask("tree", 1, lambda desk: ["waits"])
    assert analyst.share("tree") == 0.0
    analyst.ask("map", 1, lambda desk: ["at once"])
    until(lambda: analyst.answer("map"))
    assert analyst.answer("tree") is None


def test_a_failure_is_a_sentence(analyst: Analyst, caplog: pytest.LogCaptureFixture) -> None:
    def refuse(desk: Desk) -> Iterator[int]:
        yield 1
        raise ValueError("Random restarts have no basins; use chances.")

    analyst.ask("map", 1, refuse)
    until(lambda: analyst.answer("map") and analyst.answer("map").final)
    assert analyst.answer("map").failure == "Random restarts have no basins; use chances."
    assert analyst.answer("map").value == 1
    assert not caplog.records


def test_what_is_dropped_is_forgotten_and_may_be_asked_again(analyst: Analyst) -> None:
    analyst.ask("map", 1, lambda desk: ["a"])
    until(lambda: analyst.answer("map"))
    analyst.drop("map")
    assert analyst.answer("map") is None
    analyst.ask("map", 1, lambda desk: ["b"])
    until(lambda: analyst.answer("map"))
    assert analyst.answer("map").value == "b"


def test_closing_in_the_middle_of_work_ends_every_thread() -> None:
    analyst = Analyst({"map": "maps", "proof": "proofs"})
    begun = threading.Event()

    def endless(desk: Desk) -> Iterator[int]:
        begun.set()
        while desk.rest(0.005):
            pass
        yield 0

    analyst.ask("map", 1, endless)
    assert begun.wait(5)
    assert analyst.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("minima-maps")]
    analyst.ask("proof", 1, endless)
    assert analyst.answer("proof") is None
