"""One step in words: the sentences are the method's own, and say which step of what they tell."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import minima_core as mc
from minima_core.document import opening
from minima_core.scene import Opened, opened_run
from minima_desktop.telling import NOBODY, START, tell


def opened(method: str, step: int) -> Opened:
    """A run of the opening's landscape, opened at a step."""
    exploration = opening().exploration
    land = exploration.place.landscape_of()
    run = mc.start(land, method, x0=exploration.starts[0].position)
    run.advance(step)
    before, now = run.moments_at(step)
    return opened_run(exploration.entries[0], 0, run.segments, before, now, land)


def test_without_a_run_one_is_asked_for() -> None:
    assert tell(None).title == NOBODY
    assert tell(None).stages == ()


def test_the_start_is_no_step() -> None:
    telling = tell(opened("adam", 0))
    assert telling.title == "Adam, step 0"
    assert telling.stages == ((START, ()),)


@pytest.mark.parametrize("method", ["momentum", "nelder-mead"])
def test_a_step_is_told_with_its_insides(method: str) -> None:
    found = opened(method, 5)
    telling = tell(found)
    assert telling.title.endswith("step 5")
    assert len(telling.stages) > 1
    drawn = {part.inside.name for part in found.parts}
    assert any(set(shows) & drawn for _, shows in telling.stages)


def test_a_sentence_that_fails_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = opened("momentum", 2)

    def broken(_specification: object, _glimpse: object) -> object:
        raise ZeroDivisionError

    def one_that_breaks(_specification: object, glimpse: object) -> object:
        silent = SimpleNamespace(title="Momentum", narrate=lambda _: broken(None, None))
        return ((SimpleNamespace(method=silent), glimpse),)

    monkeypatch.setattr("minima_desktop.telling.at_work", one_that_breaks)
    assert len(tell(found).stages) == 1
