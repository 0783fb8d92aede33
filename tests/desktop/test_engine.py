"""The engine without a core: runs that only count, a clock that only moves when told."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from minima_desktop.engine import Engine, Event, Ticket, _shared_steps


class Clock:
    """Seconds that pass only when a run works."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Counter:
    """A run that counts its steps and remembers who asked what of it."""

    clock: Clock
    cost: float
    segments: list = field(default_factory=list)
    step: int = 0
    end: int = 10**9
    calls: list = field(default_factory=list)
    copies: int = 0

    @property
    def ended(self) -> bool:
        return self.step >= self.end

    @property
    def record(self):
        return SimpleNamespace(steps=range(min(self.step, 100)))

    @property
    def verdict(self) -> str:
        return f"verdict at {self.step}"

    def advance(self, steps: int) -> int:
        assert steps > 0
        done = min(steps, self.end - self.step)
        self.step += done
        self.clock.now += done * self.cost
        self.calls.append(done)
        return done

    def rewind(self, step: int) -> None:
        assert step <= self.step
        self.step = step
        self.segments = [s for s in self.segments if s[0] <= step]

    def go_on(self, specification) -> None:
        self.segments.append((self.step, specification))

    def copy(self) -> Counter:
        self.copies += 1
        return Counter(self.clock, self.cost, list(self.segments), self.step, self.end)

    def state_at(self, step: int):
        return SimpleNamespace(step=step)


class House:
    """An engine whose turns are taken by hand, and the runs that it started."""

    def __init__(self, costs: dict | None = None, ends: dict | None = None) -> None:
        self.clock = Clock()
        self.runs: dict = {}
        self.events: list[Event] = []
        self.costs = costs or {}
        self.ends = ends or {}
        self.engine = Engine(self.start, self.events.append, self.clock, lambda ticket: True)

    def start(self, ticket: Ticket) -> Counter:
        spec = ticket.segments[0][1]
        if spec == "broken":
            raise ValueError("lr must be positive.")
        run = Counter(
            self.clock, self.costs.get(ticket.key, 1e-6), [(0, spec)], end=self.ends.get(ticket.key, 10**9)
        )
        self.runs.setdefault(ticket.key, []).append(run)
        return run

    def settle(self, turns: int = 100_000) -> int:
        for taken in range(turns):
            if not self.engine.turn():
                return taken
        raise AssertionError("the engine did not come to rest")


def ticket(entry: int = 0, *segments: tuple[int, str], start=(0.0, 0.0), limit: int = 1000) -> Ticket:
    land = SimpleNamespace(digest="land")
    return Ticket((entry, 0), land, start, 0, entry, None, segments or ((0, "gd"),), limit)


def test_every_run_reaches_the_aim_and_never_passes_its_limit() -> None:
    house = House()
    house.engine.show([ticket(0), ticket(1, limit=300)])
    house.engine.aim(500)
    house.settle()
    assert {k: p.step for k, p in house.engine.published.items()} == {(0, 0): 500, (1, 0): 300}
    assert house.engine.served == 1


def test_the_race_is_fair_whatever_a_step_costs() -> None:
    house = House(costs={(0, 0): 1e-6, (1, 0): 1e-4})
    house.engine.show([ticket(0, limit=10**6), ticket(1, limit=10**6)])
    house.engine.aim(10**6)
    for _ in range(400):
        house.engine.turn()
    fast, slow = (house.engine.published[k].step for k in ((0, 0), (1, 0)))
    assert slow > 1000
    assert fast <= slow + 2 * 0.004 / 1e-6


def test_one_call_of_a_kernel_lasts_a_few_milliseconds() -> None:
    house = House(costs={(0, 0): 2e-7})
    house.engine.show([ticket(0, limit=10**7)])
    house.engine.aim(10**7)
    house.settle()
    blocks = house.runs[0, 0][0].calls
    assert max(blocks) * 2e-7 <= 0.0045
    assert len(blocks) < 10**7 * 2e-7 / 0.004 + 40


def test_equal_tickets_go_on_and_a_larger_limit_starts_nothing_anew() -> None:
    house = House()
    house.engine.show([ticket(0, limit=100)])
    house.engine.aim(10_000)
    house.settle()
    house.engine.show([ticket(0, limit=250)])
    house.settle()
    assert len(house.runs[0, 0]) == 1
    assert house.engine.published[0, 0].step == 250
    assert [e.kind for e in house.events] == ["arrived", "arrived"]


def test_a_setting_changed_mid_run_shares_what_lies_before_it() -> None:
    house = House()
    house.engine.show([ticket(0)])
    house.engine.aim(400)
    house.settle()
    house.engine.show([ticket(0, (0, "gd"), (200, "adam"))])
    house.settle()
    assert len(house.runs[0, 0]) == 1, "the first 200 steps were computed again"
    assert house.runs[0, 0][0].copies == 1
    assert house.engine.published[0, 0].step == 400


def test_undo_finds_the_run_of_before_without_a_single_step() -> None:
    house = House()
    before, after = ticket(0, limit=400), ticket(0, (0, "gd"), (200, "adam"), limit=400)
    for order in (before, after):
        house.engine.show([order])
        house.engine.aim(400)
        house.settle()
    worked = len(house.runs[0, 0][0].calls)
    house.engine.show([before])
    house.settle()
    assert len(house.runs[0, 0][0].calls) == worked
    assert house.engine.published[0, 0].step == 400
    assert house.engine.published[0, 0].verdict == "verdict at 400"


def test_segments_are_taken_over_at_their_step_however_long_the_blocks() -> None:
    house = House()
    house.engine.show([ticket(0, (0, "gd"), (37, "adam"), (38, "sgd"))])
    house.engine.aim(1000)
    house.settle()
    assert house.runs[0, 0][0].segments == [(0, "gd"), (37, "adam"), (38, "sgd")]


def test_a_run_that_cannot_start_says_why_and_the_others_go_on() -> None:
    house = House()
    house.engine.show([ticket(0, (0, "broken")), ticket(1)])
    house.engine.aim(10)
    house.settle()
    assert house.engine.published[0, 0].failure == "lr must be positive."
    assert house.engine.published[1, 0].step == 10
    house.engine.show([ticket(0), ticket(1)])
    house.settle()
    assert house.engine.published[0, 0].failure is None


def test_a_run_that_ends_early_is_announced_once_with_its_verdict() -> None:
    house = House(ends={(0, 0): 30})
    house.engine.show([ticket(0)])
    house.engine.aim(100)
    house.settle()
    house.engine.aim(200)
    house.settle()
    assert [(e.kind, e.key) for e in house.events] == [("ended", (0, 0))]
    assert house.engine.published[0, 0].verdict == "verdict at 30"
    assert house.engine.frontier() is None


def test_what_has_a_verdict_is_judged_again_when_something_was_proved(monkeypatch) -> None:
    house = House(ends={(0, 0): 30})
    house.engine.show([ticket(0), ticket(1)])
    house.engine.aim(50)
    house.settle()
    monkeypatch.setattr(Counter, "verdict", "proved")
    house.settle()
    assert house.engine.published[0, 0].verdict == "verdict at 30"
    house.engine.judge_again()
    house.settle()
    assert house.engine.published[0, 0].verdict == "proved"
    assert house.engine.published[1, 0].verdict is None


def test_moments_are_answered_and_forgotten_with_a_new_order() -> None:
    house = House()
    house.engine.show([ticket(0)])
    house.engine.aim(50)
    house.settle()
    house.engine.ask_moment((0, 0), 20)
    house.settle()
    assert house.engine.moments[0, 0].step == 20
    house.engine.show([ticket(0, start=(1.0, 1.0))])
    house.settle()
    assert (0, 0) not in house.engine.moments


def test_closing_ends_the_thread_in_the_middle_of_a_race() -> None:
    house = House()
    house.engine.begin()
    house.engine.show([ticket(k, limit=10**9) for k in range(5)])
    house.engine.aim(10**9)
    assert house.engine.close()


@pytest.mark.parametrize(
    ("ours", "theirs", "reached", "shared"),
    [
        (((0, "a"),), ((0, "a"),), 70, 70),
        (((0, "a"),), ((0, "b"),), 70, 0),
        (((0, "a"),), ((0, "a"), (50, "b")), 70, 50),
        (((0, "a"),), ((0, "a"), (90, "b")), 70, 70),
        (((0, "a"), (50, "b")), ((0, "a"),), 70, 49),
        (((0, "a"), (50, "b")), ((0, "a"), (50, "c")), 70, 49),
        (((0, "a"), (50, "b")), ((0, "a"), (30, "b")), 70, 29),
    ],
)
def test_shared_steps(ours, theirs, reached, shared) -> None:
    assert _shared_steps(ours, theirs, reached) == shared


@dataclass(frozen=True)
class Spec:
    """A specification that has a name and nothing else."""

    name: str


def test_a_run_that_must_be_compiled_first_does_not_hold_up_the_others() -> None:
    clock = Clock()
    ready = {"gd"}
    started: list[str] = []

    def start(ticket: Ticket) -> Counter:
        spec = ticket.segments[0][1].name
        started.append(spec)
        if spec == "slow":
            clock.now += 3.0
        return Counter(clock, 1e-6, [(0, spec)])

    engine = Engine(start, clock=clock, is_ready=lambda ticket: ticket.segments[0][1].name in ready)
    engine.show([ticket(0, (0, Spec("slow"))), ticket(1, (0, Spec("gd")))])
    engine.aim(1000)
    while "slow" not in started:
        engine.turn()
    assert started == ["gd", "slow"]
    assert engine.published[1, 0].step == 1000, "it waited for the compiler"
    assert engine.compiling == ""


def test_runs_are_judged_as_they_stood_and_asked_once(monkeypatch) -> None:
    asked: list[int] = []

    def judge(run: Counter, step: int) -> str:
        asked.append(step)
        return f"at {step}"

    monkeypatch.setattr("minima_desktop.engine.judge_past", judge)
    house = House()
    house.engine.show([ticket(0), ticket(1)])
    house.engine.aim(100)
    house.settle()
    wanted = {(0, 0): 20, (1, 0): 30}
    for _ in range(2):
        house.engine.judge_at(wanted)
        house.settle()
    assert house.engine.pauses == {(0, 0): (20, "at 20"), (1, 0): (30, "at 30")}
    assert asked == [20, 30]
    house.engine.show([ticket(0)])
    house.settle()
    assert house.engine.pauses == {}
