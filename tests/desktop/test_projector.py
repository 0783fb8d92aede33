"""From published runs to scenes, with the real core and an engine whose turns are taken by hand."""

from __future__ import annotations

import time

import numpy as np
import pytest

from minima_core.document import opening
from minima_core.scene import Path
from minima_desktop import projector as projector_module
from minima_desktop.engine import Engine, start_run
from minima_desktop.projector import Projector
from minima_desktop.session import Session


class Stage:
    """A session, an engine without its thread, and what is drawn of them."""

    def __init__(self) -> None:
        self.session = Session(opening(), self._changed)
        self.engine = Engine()
        self.projector = Projector(self.session)
        self.projector.order(self.engine)

    def _changed(self) -> None:
        self.projector.order(self.engine)

    def run(self, step: int) -> None:
        """Let every run come to a step, and take in what they did."""
        self.engine.aim(step)
        for _ in range(100_000):
            if not self.engine.turn():
                break
        self.projector.take(self.engine)

    def paths(self, step: int) -> dict[str, Path]:
        race = self.projector.scenes(step).race
        assert race is not None
        return {mark.key: mark for mark in race.marks if isinstance(mark, Path)}

    def lengths(self, step: int) -> set[int]:
        return {len(mark.points()) for mark in self.paths(step).values()}


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_before_any_run_there_is_a_landscape(stage: Stage) -> None:
    picture = stage.projector.scenes(0)
    assert picture.race is not None
    assert picture.race.relief.heights.size > 0
    assert picture.profile is None


def test_nothing_is_taken_before_the_engine_took_the_order(stage: Stage) -> None:
    assert not stage.projector.take(stage.engine)


def test_paths_reach_the_step_that_is_asked_for(stage: Stage) -> None:
    stage.run(100)
    for entry in stage.session.exploration.entries:
        track = stage.projector.tracks[entry.id, 0]
        run = stage.engine.published[entry.id, 0].record
        step, position, _ = track.at(50)
        assert step == 50
        assert np.array_equal(position, run.positions[50])
    assert all(len(mark.points()) > 1 for mark in stage.paths(100).values())


def test_the_past_can_be_shown_while_runs_go_on(stage: Stage) -> None:
    stage.run(100)
    early = {key: np.array(mark.points()) for key, mark in stage.paths(20).items()}
    stage.run(260)
    for key, mark in stage.paths(20).items():
        assert np.array_equal(np.array(mark.points()), early[key], equal_nan=True)


def test_taking_in_twice_is_nothing_new(stage: Stage) -> None:
    stage.run(100)
    assert not stage.projector.take(stage.engine)


def test_runs_before_stay_in_the_picture_until_new_ones_are_there(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector_module, "PATIENCE", 60.0)
    stage.run(260)
    stage.projector.scenes(200)
    before = dict(stage.projector.tracks)
    stage.session.move_start(0, (0.4, 1.9), finished=False)
    assert stage.projector.tracks == before
    stage.engine.aim(10)
    while stage.engine.turn():
        pass
    stage.projector.take(stage.engine)
    assert stage.projector.tracks == before, "they are not as far yet"
    stage.run(260)
    after = stage.projector.tracks
    assert set(after) == set(before)
    assert all(after[key] is not before[key] for key in after)
    assert {tuple(track.at(0)[1]) for track in after.values()} == {(0.4, 1.9)}


def test_patience_ends(stage: Stage) -> None:
    stage.run(260)
    stage.projector.scenes(260)
    before = dict(stage.projector.tracks)
    stage.session.move_start(0, (0.4, 1.9), finished=False)
    time.sleep(projector_module.PATIENCE + 0.01)
    stage.run(5)
    assert all(stage.projector.tracks[key] is not before[key] for key in before)


def test_a_line_more_leaves_the_others_as_they_are(stage: Stage) -> None:
    stage.run(260)
    before = dict(stage.projector.tracks)
    made = stage.session.add_method("nesterov")
    stage.run(260)
    after = stage.projector.tracks
    assert {key: after[key] for key in before} == before
    assert after[made, 0].last == 260


def test_a_setting_mid_run_keeps_what_lies_before(stage: Stage) -> None:
    stage.run(260)
    entry = next(e for e in stage.session.exploration.entries if e.name == "gradient-descent")
    old = stage.projector.tracks[entry.id, 0].upto(260)
    stage.session.change_setting(entry.id, 100, "lr", 1e-4, finished=True)
    stage.run(260)
    new = stage.projector.tracks[entry.id, 0]
    assert np.array_equal(new.upto(100), old[: len(new.upto(100))])
    assert not np.array_equal(new.at(260)[1], old[-1])
    assert stage.projector.segment_steps() == (100,)


def test_a_line_out_of_the_race_says_so(stage: Stage) -> None:
    entry = stage.session.exploration.entries[0]
    stage.run(260)
    stage.session.toggle(entry.id, False)
    stage.run(260)
    assert (entry.id, 0) not in stage.projector.tracks
    assert stage.projector.verdicts(260)[entry.id] == "not in the race"


def test_verdicts_are_those_of_the_step(stage: Stage) -> None:
    stage.run(260)
    ids = {entry.name: entry.id for entry in stage.session.exploration.entries}
    end = stage.projector.verdicts(260)
    assert "local minimum" in end[ids["gradient-descent"]]
    assert "global minimum" in end[ids["adam"]]
    early = stage.projector.verdicts(3)
    assert "minimum" not in early[ids["gradient-descent"]]


def test_a_run_that_cannot_start_says_why(stage: Stage) -> None:
    def fail(ticket):
        raise ValueError("This cannot be started.")

    stage.engine = Engine(start=fail)
    stage.projector.order(stage.engine)
    stage.run(10)
    assert set(stage.projector.verdicts(0).values()) == {"This cannot be started."}


def test_the_temperature_is_told_by_step(stage: Stage) -> None:
    stage.run(260)
    entry = next(e for e in stage.session.exploration.entries if e.name == "simulated-annealing")
    early, late = stage.projector.live_values(1), stage.projector.live_values(260)
    assert set(early) == {entry.id}
    assert early[entry.id]["temperature"] > late[entry.id]["temperature"] > 0


def test_one_variable_is_a_profile(stage: Stage) -> None:
    stage.run(100)
    stage.session.set_landscape("tilted-double-well")
    stage.run(260)
    picture = stage.projector.scenes(100)
    assert picture.race is None
    assert picture.profile is not None
    x0, x1, _, _ = stage.projector.visible()
    place = stage.session.exploration.place
    assert (x0, x1) == (place.lower[0], place.upper[0])


def test_a_reading_agrees_with_the_landscape(stage: Stage) -> None:
    position, value, slope, curvature, word = stage.projector.reading((0.5, -0.25))
    land = stage.session.landscape
    point = np.array([0.5, -0.25])
    assert position == (0.5, -0.25)
    assert value == pytest.approx(land.value(point))
    assert slope == pytest.approx(np.linalg.norm(land.gradient(point)))
    assert sorted(curvature) == pytest.approx(np.linalg.eigvalsh(land.hessian(point)).tolist())
    assert word
    assert stage.projector.reading(None) is None


def test_a_long_run_is_drawn_with_a_bounded_number_of_points(stage: Stage) -> None:
    for entry in stage.session.exploration.entries:
        if entry.name != "simulated-annealing":
            stage.session.remove(entry.id)
    stage.session.set_steps(300_000)
    stage.run(300_000)
    (track,) = stage.projector.tracks.values()
    assert track.last == 300_000
    assert max(stage.lengths(300_000)) < 6000
    trace = stage.projector.scenes(300_000).trace
    assert trace.series
    assert track.at(123_456)[0] <= 123_456


def test_a_step_between_the_rows_of_a_long_record_is_shown_exactly(stage: Stage) -> None:
    steps = 300_000
    for entry in stage.session.exploration.entries:
        if entry.name != "simulated-annealing":
            stage.session.toggle(entry.id, False)
    assert stage.session.set_steps(steps)
    stage.run(steps)
    stage.run(steps)
    (track,) = stage.projector.tracks.values()
    assert track.record is not None
    assert track.record.stride > 1
    step = 123_457
    stage.projector.scenes(step)
    assert track.at(step)[0] < step, "there is a row for it: the test needs another step"
    stage.projector.ask_exact(stage.engine, step)
    while stage.engine.turn():
        pass
    assert stage.projector.take(stage.engine)
    at, position, value = track.at(step)
    assert at == step
    (ticket,) = stage.session.tickets()
    alone = start_run(ticket)
    alone.advance(step)
    assert position.tolist() == alone.record.positions[-1].tolist()
    assert value == alone.record.values[-1]
    stage.projector.ask_exact(stage.engine, step)
    assert not stage.engine.turn(), "it asked again for what it has"


def test_paths_of_another_landscape_are_gone_at_once(stage: Stage) -> None:
    stage.run(260)
    assert stage.projector.tracks
    assert stage.session.set_landscape("tilted-double-well")
    assert stage.projector.tracks == {}
    assert stage.projector.scenes(0).profile is not None
    stage.run(50)
    assert stage.projector.tracks
    assert stage.session.set_landscape("two-wells")
    assert stage.projector.tracks == {}, "a path of one variable has no place on a surface"
    assert stage.projector.scenes(0).race is not None


def test_only_what_is_asked_for_is_made(stage: Stage) -> None:
    views, trace = stage.projector.scenes(0, ("views",)), stage.projector.scenes(0, ("trace",))
    assert views.race is not None
    assert (views.profile, views.trace) == (None, None)
    assert trace.trace is not None
    assert (trace.race, trace.profile) == (None, None)
