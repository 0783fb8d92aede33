"""What is compiled in the background, with jobs that only take notes."""

from __future__ import annotations

import threading

from minima_desktop.preparer import Preparation, Preparer, words


def test_jobs_are_done_in_order_once_it_begins() -> None:
    preparer, done = Preparer(), []
    for name in ("adam", "sgd"):
        preparer.add(name, lambda name=name: done.append(name))
    assert preparer.preparation == Preparation(0, 2, "")
    preparer.begin()
    assert preparer.close()
    assert done in (["adam", "sgd"], ["adam"], []), "closing may come first, but never changes the order"
    preparer = Preparer()
    ready = threading.Event()
    preparer.add("adam", lambda: done.append("adam again"))
    preparer.add("last", ready.set)
    preparer.begin()
    assert ready.wait(5.0)
    assert preparer.close()
    assert done[-1] == "adam again"
    assert (preparer.preparation.done, preparer.preparation.doing) == (2, "")


def test_a_job_that_fails_stops_nothing() -> None:
    preparer, ready = Preparer(), threading.Event()

    def fail() -> None:
        raise RuntimeError("no compiler")

    preparer.add("bad", fail)
    preparer.add("good", ready.set)
    preparer.begin()
    assert ready.wait(5.0)
    assert preparer.close()


def test_closing_does_no_further_job() -> None:
    preparer, go, done = Preparer(), threading.Event(), []
    preparer.add("first", lambda: go.wait(5.0))
    preparer.add("second", lambda: done.append("second"))
    preparer.begin()
    closing = threading.Thread(target=preparer.close)
    closing.start()
    while preparer._jobs:
        pass
    go.set()
    closing.join(5.0)
    assert done == []


def test_words_name_what_a_run_waits_for_first() -> None:
    assert words(Preparation(2, 8, "Nesterov momentum"), "") == (
        "Preparing Nesterov momentum for the first time… 3 of 8"
    )
    assert words(Preparation(2, 8, "Nesterov momentum"), "adam") == "Preparing Adam for the first time…"
    assert words(Preparation(8, 8, ""), "") == ""
