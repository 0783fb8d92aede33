"""Races by evaluations and by time: equal budgets, whatever a step costs, in the engine and in pictures."""

from __future__ import annotations

import msgspec
import pytest

import minima_core.document as doc
from minima_core.document import Clock, opening
from minima_desktop import render, wanted
from minima_desktop.engine import Engine
from minima_desktop.session import Session

PRICED = Clock("evaluations", gradient=2.0, hessian=5.0)


def session_by(clock: Clock, ticks: int, *runs: str) -> Session:
    """A race of some methods by a clock."""
    session = Session(opening())
    exploration = msgspec.structs.replace(session.exploration, entries=())
    for run in runs:
        exploration = doc.add_entry(exploration, run)
    exploration = doc.with_clock(exploration, clock, ticks)
    session.open(doc.Document(doc.VERSION, exploration, session.view))
    return session


def race(engine: Engine, session: Session, aim: int) -> None:
    """Let the engine go as far as the aim."""
    engine.show(session.tickets())
    engine.aim(aim)
    for _ in range(10_000):
        if not engine.turn():
            return
    raise AssertionError("The engine never rests.")


def test_everybody_gets_the_same_budget_and_not_one_evaluation_more() -> None:
    session = session_by(PRICED, 1000, "adam", "line-search", "simulated-annealing", "gradient-descent,lr=0")
    engine = Engine()
    race(engine, session, 1000)
    for lane in engine.lanes.values():
        spent = lane.run.evaluations
        cost = PRICED.cost(spent.value, spent.gradient, spent.hessian) - lane.origin
        assert cost <= 1000, lane.ticket.segments
        assert lane.tick == 1000 or cost > 990
    # A gradient step costs three: as many as fit.
    assert engine.lanes[0, 0].run.step == 333
    assert engine.lanes[2, 0].run.step == 1000


def test_a_run_that_spends_nothing_any_more_has_arrived() -> None:
    session = session_by(PRICED, 100_000, "line-search")
    engine = Engine()
    race(engine, session, 100_000)
    progress = engine.published[0, 0]
    assert progress.tick == 100_000
    assert progress.verdict is not None


def test_a_longer_race_goes_on_where_the_shorter_stopped() -> None:
    session = session_by(PRICED, 50, "adam")
    engine = Engine()
    race(engine, session, 50)
    assert engine.lanes[0, 0].run.step == 16
    session.set_steps(500)
    race(engine, session, 500)
    assert engine.lanes[0, 0].run.step == 166
    session.set_clock(Clock(), 40)
    race(engine, session, 40)
    assert engine.published[0, 0].tick >= 40


def test_time_is_shared_fairly() -> None:
    session = session_by(Clock("time"), 3000, "adam", "gradient-descent")
    engine = Engine()
    race(engine, session, 3000)
    assert [each.tick for each in engine.published.values()] == [3000, 3000]
    assert all(lane.marks[-1][1] >= 3000 for lane in engine.lanes.values())
    assert all(each.marks for each in engine.published.values())


def test_undo_brings_the_clock_back() -> None:
    session = Session(opening())
    before = session.exploration
    assert session.set_clock(PRICED, 900)
    assert session.exploration.clock == PRICED
    session.undo()
    assert session.exploration == before


def test_a_picture_by_evaluations_says_so() -> None:
    from minima_core.scene import figure_of

    document = session_by(PRICED, 300, "adam", "simulated-annealing").document
    runs, marks = render.run_all(document)
    figure = figure_of(document, runs, marks=marks)
    assert "300 evaluations" in figure.caption
    assert "A gradient is priced at 2 evaluations" in figure.caption
    assert runs[0, 0].step == 100


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("steps", Clock()),
        ("evaluations", Clock("evaluations")),
        ("evaluations,gradient=3,hessian=0", Clock("evaluations", 3.0, 0.0)),
        ("time", Clock("time")),
    ],
)
def test_the_clock_of_the_command_line(text: str, clock: Clock) -> None:
    assert wanted.clock_of(text) == clock


@pytest.mark.parametrize("text", ["hours", "evaluations,gradient", "evaluations,gradient=x", "time,speed=2"])
def test_what_is_no_clock_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^The .+\.$"):
        wanted.clock_of(text)
