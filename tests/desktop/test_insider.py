"""The insider: which run is opened, at which step, and what is worked out beside the window."""

from __future__ import annotations

import time

import msgspec

from minima_core import document as doc
from minima_core.document import VERSION, Document, Exploration, Insides, View, place_of
from minima_core.scene import Stage, box_of, stage_of
from minima_desktop.engine import Engine
from minima_desktop.insider import switched
from minima_desktop.projector import Projector
from minima_desktop.session import Session


def race(*methods: str, on: bool = True, steps: int = 40) -> tuple[Session, Projector, Engine]:
    exploration = doc.with_steps(doc.with_start(Exploration(place_of("himmelblau")), (-5.0, 1.0)), steps)
    for method in methods:
        exploration = doc.add_entry(exploration, method)
    session = Session(Document(VERSION, exploration, View(insides=Insides(on=on))))
    projector, engine = Projector(session), Engine()
    projector.order(engine)
    engine.aim(steps)
    run(engine)
    projector.take(engine)
    return session, projector, engine


def run(engine: Engine) -> None:
    while engine.turn():
        pass


def look(projector: Projector, engine: Engine, step: int, *, playing: bool = False) -> list[str]:
    projector.look_inside(engine, step, playing=playing)
    run(engine)
    projector.look_inside(engine, step, playing=playing)
    scene = projector.scenes(step).race
    assert scene is not None
    return [mark.key for mark in scene.marks if mark.key.startswith("inside:")]


def stage_of_race(session: Session) -> Stage:
    return stage_of(session.landscape, resolution=(64, 64))


def test_the_only_line_is_opened_at_the_step_that_is_shown() -> None:
    session, projector, engine = race("momentum")
    assert "inside:velocity" in look(projector, engine, 6)
    opened = projector.insider.opened
    assert opened is not None
    assert (opened.step, opened.glimpse.now.step) == (6, 6)
    assert look(projector, engine, 7)
    assert projector.insider.opened is not opened
    session.look(insides=Insides(on=False))
    assert look(projector, engine, 7) == []
    assert projector.insider.opened is None


def test_of_several_lines_the_selected_one_is_opened() -> None:
    session, projector, engine = race("momentum", "adam")
    assert look(projector, engine, 5) == []
    session.look(selected=session.exploration.entries[1].id)
    assert "inside:scales" in look(projector, engine, 5)
    session.look(selected=session.exploration.entries[0].id)
    assert "inside:scales" not in look(projector, engine, 5)


def test_what_lags_far_behind_the_clock_is_not_drawn() -> None:
    _, projector, engine = race("momentum")
    look(projector, engine, 3)
    projector.look_inside(engine, 38, playing=True)
    scene = projector.scenes(38).race
    assert scene is not None
    assert not [mark for mark in scene.marks if mark.key.startswith("inside:")]


def test_a_step_that_is_not_there_yet_is_waited_for() -> None:
    session, _, engine = race("momentum")
    engine.open((session.exploration.entries[0].id, 0), 400)
    run(engine)
    assert engine.opened is None


def test_what_is_pointed_out_is_drawn_while_insides_are_off() -> None:
    session, projector, engine = race("momentum", on=False)
    assert look(projector, engine, 6) == []
    projector.insider.pointed = ("velocity",)
    assert "inside:velocity" in look(projector, engine, 6)
    assert session.view.insides.on is False


def test_another_landscape_puts_what_was_opened_away() -> None:
    session, projector, engine = race("momentum")
    look(projector, engine, 6)
    session.set_landscape("beale")
    projector.order(engine)
    assert (
        projector.insider.marks(projector.tracks, 6, stage_of_race(session), box_of(session.landscape)).over
        == ()
    )


def test_fields_are_worked_out_on_a_thread_and_stand_beside_the_map() -> None:
    session, projector, engine = race("bayesian-optimization", steps=9)
    look(projector, engine, 9)
    assert projector.insider.map_count == 3
    deadline = time.monotonic() + 20
    while not projector.insider.fields:
        projector.look_inside(engine, 9, playing=False)
        projector.scenes(9)
        assert time.monotonic() < deadline
    titles = [scene.title for scene in projector.maps(9, stage_of_race(session))]
    assert titles == ["Expected height, step 9", "Uncertainty, step 9", "Acquisition, log scale, step 9"]
    assert projector.insider.close()


def test_switching_one_on_shows_insides_and_switching_one_off_hides_only_it() -> None:
    assert switched(Insides(), "velocity", True, usual=True).on
    off = switched(Insides(on=True), "velocity", False, usual=True)
    assert (off.on, off.off) == (True, ("velocity",))


def test_insides_of_an_older_session_are_off() -> None:
    session, _, _ = race("momentum")
    raw = msgspec.json.decode(session.document.to_json())
    raw["version"] = 2
    del raw["view"]["insides"]
    raw["exploration"].pop("clock", None)
    assert Document.from_json(msgspec.json.encode(raw)).view.insides == Insides()
