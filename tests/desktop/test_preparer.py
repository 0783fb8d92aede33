"""What is compiled in the background, with jobs that only take notes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import minima_core as mc
from minima_desktop import preparer as preparing
from minima_desktop.preparer import Preparation, Preparer, words


def test_jobs_are_found_on_its_thread_and_done_in_order() -> None:
    preparer, done, ready = Preparer(), [], threading.Event()

    def find() -> list[tuple[str, Callable[[], None]]]:
        done.append(threading.current_thread().name)
        return [("adam", lambda: done.append("adam")), ("last", ready.set)]

    preparer.begin(find)
    preparer.begin(lambda: [("twice", lambda: done.append("twice"))])
    assert ready.wait(5.0)
    assert preparer.close()
    assert done == ["minima-preparer", "adam"]
    assert preparer.preparation == Preparation(2, 2, "")


def test_a_job_that_fails_stops_nothing() -> None:
    preparer, ready = Preparer(), threading.Event()

    def fail() -> None:
        raise RuntimeError("no compiler")

    preparer.begin(lambda: [("bad", fail), ("good", ready.set)])
    assert ready.wait(5.0)
    assert preparer.close()


def test_closing_does_no_further_job() -> None:
    preparer, began, go, done = Preparer(), threading.Event(), threading.Event(), []

    def first() -> None:
        began.set()
        go.wait(5.0)

    preparer.begin(lambda: [("first", first), ("second", lambda: done.append("second"))])
    assert began.wait(5.0)
    closing = threading.Thread(target=preparer.close)
    closing.start()
    while preparer._jobs:
        time.sleep(0.001)
    go.set()
    closing.join(5.0)
    assert done == []
    preparer.begin(lambda: [("late", lambda: done.append("late"))])
    assert done == []


def test_words_name_what_a_run_waits_for_first() -> None:
    assert words(Preparation(2, 8, "Nesterov momentum"), "") == (
        "Preparing Nesterov momentum for the first time… 3 of 8"
    )
    assert words(Preparation(2, 8, "Nesterov momentum"), "adam") == "Preparing Adam for the first time…"
    assert words(Preparation(8, 8, ""), "") == ""


def test_what_is_made_ready_unasked_can_be_made_ready() -> None:
    land = mc.landscape("two-wells")
    titles = [title for title, _ in preparing.usual_jobs(land)]
    assert len(titles) <= len(preparing.FIRST)
    assert len(preparing.map_jobs(land)) >= 4
