"""A run at work for the engine: what it was asked for, and how far it has come by the race's clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from minima_core.document import Clock
from minima_core.scene.clocked import clocked, step_at

Border = Literal["free", "clip", "reflect"]

STEPS = Clock()

MOST_MARKS = 4096
"""How many times a run's progress is remembered with how long it took."""

AT_REST = 1000
"""Steps in a row that cost nothing, after which a run will never spend its budget."""

FIRST_BLOCK = 64
"""Steps of a run's first block, before its rate is known."""


class RunLike(Protocol):
    """What the engine asks of a run (`minima_core.runs.Run`)."""

    @property
    def step(self) -> int:
        """Steps done."""

    @property
    def ended(self) -> bool:
        """Whether it cannot go on."""

    @property
    def record(self) -> Any:
        """An immutable snapshot of what was recorded."""

    @property
    def verdict(self) -> Any:
        """What happened, in a sentence."""

    def advance(self, steps: int, /) -> int:
        """Does at most so many steps; returns how many were done."""

    def rewind(self, step: int, /) -> None:
        """Goes back to a step, exactly, and forgets what came later."""

    def go_on(self, specification: Any, /) -> None:
        """Begins a new segment at the present step."""

    def copy(self) -> RunLike:
        """Returns an independent run in the same state."""

    @property
    def segments(self) -> Any:
        """From which step on which specification."""

    def moments_at(self, step: int, /) -> tuple[Any, Any]:
        """Returns the moment before a step, and that of the step."""

    def state_at(self, step: int, /) -> Any:
        """Returns the exact state at a step that was passed."""

    @property
    def evaluations(self) -> Any:
        """Evaluations so far: `.value`, `.gradient`, `.hessian`."""


@dataclass(frozen=True)
class Ticket:
    """One run that the race asks for; equal tickets give equal numbers.

    `key` says who asks (entry and start of the exploration); everything else defines the numbers.
    `segments` are pairs (from this step on, this specification), the first one from step 0. `limit` is how
    far the run goes, in ticks of the `clock`; none of its rows lies beyond it.
    """

    key: tuple[int, int]
    landscape: Any
    start: tuple[float, ...]
    seed: int
    lane: int
    border: Border | None
    segments: tuple[tuple[int, Any], ...]
    limit: int
    clock: Clock = STEPS

    @property
    def origin(self) -> tuple[Any, ...]:
        """What a run shares with others that may differ from it in later segments only."""
        return (self.landscape.digest, self.start, self.seed, self.lane, self.border)


@dataclass(frozen=True)
class Progress:
    """What has been published of one run: a snapshot that never changes."""

    record: Any
    step: int
    ended: bool
    verdict: Any = None
    failure: str | None = None
    tick: int = 0
    """How far the run has come by the clock of the race; its limit once it cannot go further within it."""
    marks: tuple[tuple[int, float], ...] = ()
    """Steps, and the microseconds of computing after which they had been done."""


@dataclass
class Lane:
    """A run at work, with what the engine knows about its pace."""

    ticket: Ticket
    run: RunLike
    rate: float = 0.0
    announced: bool = False
    judged_at: int = -1
    verdict: Any = None
    full: bool = False  # its next step would lie beyond its limit, or it spends nothing any more
    idle: int = 0  # steps that have cost nothing
    origin: float = 0.0  # what its first point cost, by evaluations
    marks: list[tuple[int, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Looks at what it cost to begin."""
        if self.ticket.clock.unit == "evaluations":
            record = self.run.record
            self.origin = self.ticket.clock.cost(
                float(record.evaluations[0]), float(record.gradients[0]), float(record.hessians[0])
            )

    @property
    def tick(self) -> int:
        """How far it has come by the clock."""
        if self.full:
            return self.ticket.limit
        clock = self.ticket.clock
        if clock.unit == "steps":
            return self.run.step
        if clock.unit == "time":
            return int(self.marks[-1][1]) if self.marks else 0
        spent = self.run.evaluations
        return int(clock.cost(spent.value, spent.gradient, spent.hessian) - self.origin)


@dataclass
class Kept:
    """A run that is not in the race now, and how long it took."""

    run: RunLike
    marks: list[tuple[int, float]]


def taken_up(ticket: Ticket, run: RunLike, marks: list[tuple[int, float]]) -> Lane:
    """Makes a lane of a run that has been in a race before, which may have gone too far for this one."""
    lane = Lane(ticket, run, marks=[mark for mark in marks if mark[0] <= run.step])
    if ticket.clock.unit != "steps" and lane.tick > ticket.limit:
        step_back(lane)
    return lane


def steps_to(lane: Lane, tick: int) -> int:
    """How many steps may bring a run to a tick: judged by what its steps have cost so far, at least one."""
    if lane.run.step == 0:
        return FIRST_BLOCK if lane.ticket.clock.unit == "time" else 1
    each = max(lane.tick / lane.run.step, 1e-9)
    return min(max(1, int((tick - lane.tick) / each)), AT_REST if lane.idle else 64 * AT_REST)


def mark_time(lane: Lane, seconds: float) -> None:
    """Remembers how long a run has taken to get where it is; every second mark goes when there are many."""
    spent = lane.marks[-1][1] if lane.marks else 0.0
    lane.marks.append((lane.run.step, spent + 1e6 * seconds))
    if len(lane.marks) > MOST_MARKS:
        del lane.marks[:-1:2]


def step_back(lane: Lane) -> None:
    """Takes a run back to its last recorded step within the limit: equal budgets, to the evaluation."""
    reading = clocked(lane.run.record, lane.ticket.clock, lane.marks)
    step = step_at(reading, lane.ticket.limit)
    if step < lane.run.step:
        lane.run.rewind(step)
    lane.full = True


def change_segment(run: RunLike, ticket: Ticket) -> None:
    """Hands the run over to the segment that begins at its present step, if one does."""
    for step, specification in ticket.segments[1:]:
        if step == run.step:
            run.go_on(specification)
