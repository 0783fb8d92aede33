"""A run: a method from a start, advanced as far as one likes, changed on the way, rewound exactly.

Checkpoints are copies of the method's memory. There are at most 256 of them, further and further apart, so
going back to any step is the nearest checkpoint and a short replay, and memory stays bounded however long a
run is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.frame import Border, Frame, Held, Status
from minima_core.methods import Specification
from minima_core.runs.knowledge import Knowledge, proof_of
from minima_core.runs.machine import Machine, Saved
from minima_core.runs.record import Last, Record, Recorder
from minima_core.runs.verdict import Verdict, diagnose

__all__ = ["Evaluations", "Moment", "Run", "specified"]

Array: TypeAlias = NDArray[np.float64]

CHECKPOINTS = 256
SPACING = 65_536
SPACING_OF_CALLABLE = 256
"""Steps between two checkpoints at first: of a formula's runs, and of a callable's."""
LONGEST_BLOCK = 1 << 22  # rows that an advance asks room for at once


class Evaluations(int):
    """How often the objective has been evaluated: a whole number that also knows gradients and Hessians.

    Examples
    --------
    >>> counts = Evaluations(300, 299)
    >>> counts <= 300, counts.value, counts.gradient, counts.hessian
    (True, 300, 299, 0)
    """

    gradient: int
    hessian: int

    def __new__(cls, value: int, gradient: int = 0, hessian: int = 0) -> Evaluations:
        """Count `value` values, and so many gradients and Hessians."""
        self = super().__new__(cls, value)
        self.gradient, self.hessian = gradient, hessian
        return self

    @property
    def value(self) -> int:
        """The number of values."""
        return int(self)

    def __repr__(self) -> str:
        return f"Evaluations(value={int(self)}, gradient={self.gradient}, hessian={self.hessian})"


@dataclass(frozen=True)
class Moment:
    """All that is known of one step of a run.

    Attributes
    ----------
    gradient : float64 (n,)
        The gradient at the position; nan where a Python callable has not been asked for it.
    insides : mapping
        What the method remembers, by name: arrays and numbers; also what the method at work remembers that it
        drives.
    inners : tuple of mappings
        What each method remembers that it drives.
    loop : int
        Loops (restarts) that had been begun, the first not counted.
    """

    step: int
    position: Array
    value: float
    gradient: Array
    insides: Mapping[str, Array | float]
    evaluations: Evaluations
    inners: tuple[Mapping[str, Array | float], ...] = ()
    loop: int = 0


@dataclass(frozen=True)
class _Segment:
    """From a step on, a method with its settings; `saved` is how it began."""

    step: int
    specification: Specification
    machine: Machine
    saved: Saved


@dataclass
class _Shadow:
    """A copy of a run that follows the steps that somebody looks at."""

    segment: _Segment
    machine: Machine
    before: Moment | None
    now: Moment


class Run:
    """A method on a landscape from a start; made by `start`.

    One thread advances it; `record` may be read from any other.

    Attributes
    ----------
    landscape, seed, border
        What it was started with.
    """

    def __init__(
        self, machine: Machine, *, seed: int, border: str, budget: int, lane: int, thinned: bool
    ) -> None:
        self.landscape = machine.land
        self.seed, self.border = seed, border
        self._budget, self._lane = budget, lane
        self._machine = machine
        self._recorder = Recorder(machine.land.dimension, thinned=thinned)
        self._segments: list[_Segment] = []
        self._checkpoints: list[tuple[int, Saved]] = []
        self._spacing = _spacing(machine)
        self._verdict: tuple[int, Knowledge | None, Verdict] | None = None
        self._column = 0
        self._record: Record
        self._shadow: _Shadow | None = None

    # -- where it stands ------------------------------------------------------------------------------------

    @property
    def specification(self) -> Specification:
        """The method and all its settings, as they are now."""
        return self._machine.specification

    @property
    def segments(self) -> tuple[tuple[int, Specification], ...]:
        """From which step on which specification."""
        return tuple((each.step, each.specification) for each in self._segments)

    @property
    def step(self) -> int:
        """Steps done."""
        return self._machine.frame.integer("step")

    @property
    def status(self) -> Status:
        """Whether it can go on, and why not."""
        ledger = self._machine.ledger
        if ledger is not None and ledger.error is not None:
            return Status.RAISED
        return Status(self._machine.frame.integer("status"))

    @property
    def ended(self) -> bool:
        """Whether it cannot go on: not finite, the budget used up, or an exception raised."""
        return self.status is not Status.RUNNING

    @property
    def error(self) -> BaseException | None:
        """The exception that a Python callable raised."""
        ledger = self._machine.ledger
        return None if ledger is None else ledger.error

    @property
    def position(self) -> Array:
        """Where it stands, (n,)."""
        return self._machine.frame.array("x").copy()

    @property
    def value(self) -> float:
        """The loss where it stands."""
        return self._machine.frame.number("value")

    @property
    def best_value(self) -> float:
        """The lowest value of all points evaluated inside the box; infinite if there was none."""
        ledger = self._machine.ledger
        return self._machine.frame.number("best_value") if ledger is None else ledger.best_value

    @property
    def best_position(self) -> Array:
        """The point of the lowest value, (n,); the start if no point in the box had a finite value."""
        ledger = self._machine.ledger
        if ledger is not None and ledger.best is not None:
            return ledger.best.copy()
        if ledger is None and np.isfinite(self.best_value):
            return self._machine.frame.array("best").copy()
        start: Array = self.positions[0].copy()
        return start

    @property
    def evaluations(self) -> Evaluations:
        """Evaluations so far."""
        ledger, frame = self._machine.ledger, self._machine.frame
        if ledger is not None:
            return Evaluations(ledger.calls, ledger.gradients, frame.integer("hessians"))
        return _counted(frame)

    @property
    def record(self) -> Record:
        """An immutable snapshot of all rows; safe to read from another thread."""
        return self._record

    @property
    def positions(self) -> Array:
        """Points, (rows, n); row 0 is the start. Like all rows, to be read only."""
        return _read_only(self._record.positions)

    @property
    def values(self) -> Array:
        """Losses, (rows,)."""
        return _read_only(self._record.values)

    @property
    def steps(self) -> NDArray[np.int64]:
        """The steps of the rows, (rows,)."""
        return self._record.steps

    @property
    def loops(self) -> NDArray[np.int64]:
        """Rows at which a loop begins; the first is 0."""
        return self._record.loops

    @property
    def loops_begun(self) -> int:
        """How many loops there have been, the present one included."""
        return self._machine.frame.integer("loops_begun") + 1

    @property
    def verdict(self) -> Verdict:
        """What became of it, in a sentence; worked out again when its landscape has been proved since."""
        last, proof = self._verdict, proof_of(self.landscape)
        if last is None or last[0] != self.step or last[1] is not proof:
            last = self._verdict = self.step, proof, diagnose(self)
        return last[2]

    # -- going on -------------------------------------------------------------------------------------------

    def advance(self, n: int) -> int:
        """Do n steps; return how many were done: fewer only if the run has ended.

        The GIL is released while machine code runs.
        """
        try:
            steps = int(n)
            if isinstance(n, bool) or steps != n or steps < 0:
                raise ValueError
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"A run advances by a whole number of steps, 0 or more, not {n!r}.") from None
        before = self.step
        goal = before + steps
        self._machine.quicken()
        while self.step < goal and not self.ended:
            self._block(goal - self.step)
        if steps:
            self._publish()
        return self.step - before

    def _block(self, steps: int) -> None:
        """Advance as far as room in the record and the next checkpoint allow."""
        machine, recorder = self._machine, self._recorder
        step = self.step
        block = min(steps, self._spacing - step % self._spacing)
        recorder.make_room(min(steps, LONGEST_BLOCK))
        recorder.attach(machine.frame, self._column)
        try:
            machine.advance(block)
        finally:
            recorder.collect(machine.frame)
        if self.step > step and self.step % self._spacing == 0 and not self.ended:
            self._keep_checkpoint()

    def _keep_checkpoint(self) -> None:
        """Remember this step; when there are too many, forget every second one."""
        self._checkpoints.append((self.step, self._machine.save()))
        if len(self._checkpoints) > CHECKPOINTS:
            self._spacing *= 2
            self._checkpoints = [each for each in self._checkpoints if each[0] % self._spacing == 0]

    def _publish(self) -> None:
        """Make a snapshot for others to read: one assignment."""
        recorder, frame = self._recorder, self._machine.frame
        self._verdict = None
        last = None
        if (recorder.count - 1) * recorder.stride != self.step:
            insides = np.full(len(recorder.columns), np.nan)
            last = Last(
                self.step, frame.array("x").copy(), frame.number("value"), frame.integer("values"),
                frame.integer("gradients"), frame.integer("hessians"), insides,
            )  # fmt: skip
        self._record = recorder.snapshot(last)

    # -- changing -------------------------------------------------------------------------------------------

    def go_on(self, specification: Specification | str) -> None:
        """From the present step on, follow another specification: a new segment.

        The same method keeps its state and takes the new settings; another one begins afresh from where
        this one stands.
        """
        wanted = specified(specification).resolved(self.landscape)
        if self._segments and wanted == self.specification:
            return
        machine = self._machine
        if machine.fits(wanted):
            machine.change(wanted)
        else:
            machine = Machine(
                self.landscape, wanted, border=Border[self.border.upper()], seed=self.seed, lane=self._lane,
                budget=self._budget, ledger=machine.ledger,
            )  # fmt: skip
            machine.take_over(self._machine)
        self.begin_segment(machine)

    def begin_segment(self, machine: Machine) -> None:
        """Take a machine, evaluate where it stands if it needs to, and remember how it began."""
        self._machine = machine
        self._column = self._recorder.add_columns(machine.columns)
        if machine.counts_apart:
            self._recorder.count_apart()
        self._recorder.make_room(1)
        self._recorder.attach(machine.frame, self._column)
        try:
            machine.advance(0)
        finally:
            self._recorder.collect(machine.frame)
        if self._segments and self._segments[-1].step == self.step:
            self._segments.pop()
        self._checkpoints = [each for each in self._checkpoints if each[0] < self.step]
        self._segments.append(_Segment(self.step, machine.specification, machine, machine.save()))
        self._publish()

    # -- going back -----------------------------------------------------------------------------------------

    def rewind(self, step: int) -> None:
        """Go back to an earlier step, exactly; later steps are forgotten."""
        self._check_step(step)
        if step == self.step:
            return
        segment, reached = self._go_to(self._machine_of, step)
        self._machine = segment.machine
        del self._segments[self._segments.index(segment) + 1 :]
        self._checkpoints = [each for each in self._checkpoints if each[0] <= step]
        self._column = self._recorder.add_columns(reached.columns)
        self._recorder.forget_after(step)
        self._publish()

    def state_at(self, step: int) -> Moment:
        """Return everything about one step, exactly, on a copy: the run is not disturbed."""
        self._check_step(step)
        if step == self.step:
            return self._moment(self._machine)
        return self._moment(self._go_to(self._copy_of, step)[1])

    def moments_at(self, step: int) -> tuple[Moment | None, Moment]:
        """Return what `state_at` gives for the step before, None where a segment begins, and for a step.

        Who asks for one step after the other pays for these steps only: a copy of the run follows.
        """
        self._check_step(step)
        segment = self._segment_at(step)
        if segment.step == step:
            return None, self.state_at(step)
        shadow = self._shadow
        if shadow is None or shadow.segment is not segment or shadow.now.step > step:
            machine = self._go_to(self._copy_of, step - 1)[1]
            shadow = self._shadow = _Shadow(segment, machine, None, self._moment(machine))
        if shadow.now.step < step:
            if shadow.now.step < step - 1:
                _replay(shadow.machine, step - 1)
                shadow.now = self._moment(shadow.machine)
            shadow.before = shadow.now
            _replay(shadow.machine, step)
            shadow.now = self._moment(shadow.machine)
        if shadow.before is None or shadow.before.step != step - 1:
            shadow.before = self.state_at(step - 1)
        return shadow.before, shadow.now

    def _segment_at(self, step: int) -> _Segment:
        """Return the segment that a step belongs to."""
        return self._segments[bisect_right([each.step for each in self._segments], step) - 1]

    def _machine_of(self, segment: _Segment) -> Machine:
        return segment.machine

    def _copy_of(self, segment: _Segment) -> Machine:
        ledger = segment.machine.ledger
        return segment.machine.twin(None if ledger is None else ledger.copy())

    def _go_to(self, choose: Callable[[_Segment], Machine], step: int) -> tuple[_Segment, Machine]:
        """Bring the machine of the segment that a step belongs to, or a copy, to that step."""
        segment = self._segment_at(step)
        machine = choose(segment)
        machine.specification = segment.specification
        place = bisect_right([each[0] for each in self._checkpoints], step) - 1
        if place >= 0 and self._checkpoints[place][0] >= segment.step:
            machine.load(self._checkpoints[place][1])
        else:
            machine.load(segment.saved)
        machine.without_record()
        _replay(machine, step)
        return segment, machine

    def _check_step(self, step: int) -> None:
        try:
            if isinstance(step, bool) or int(step) != step or not 0 <= step <= self.step:
                raise ValueError
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"The run has steps 0 to {self.step}, and no step {step!r}.") from None

    def _moment(self, machine: Machine) -> Moment:
        frame, land = machine.frame, self.landscape
        x, held = frame.array("x").copy(), frame.integer("held") == Held.GRADIENT
        if held:
            gradient = frame.array("g").copy()
        elif land.is_callable:
            gradient = np.full(land.dimension, np.nan)
        else:
            gradient = land.gradient(x)
        return Moment(
            frame.integer("step"), x, frame.number("value"), gradient, machine.insides(), _counted(frame),
            machine.inner_insides(), frame.integer("loops_begun"),
        )  # fmt: skip

    def copy(self) -> Run:
        """Return an independent run that stands where this one stands."""
        ledger = self._machine.ledger
        ledger = None if ledger is None else ledger.copy()
        twins = {id(each.machine): each.machine.twin(ledger) for each in self._segments}
        other = Run(
            twins[id(self._machine)], seed=self.seed, border=self.border, budget=self._budget,
            lane=self._lane, thinned=self._recorder.thinned,
        )  # fmt: skip
        other._recorder = self._recorder.copy()
        other._segments = [
            _Segment(each.step, each.specification, twins[id(each.machine)], each.saved)
            for each in self._segments
        ]
        other._checkpoints = list(self._checkpoints)
        other._spacing, other._column = self._spacing, self._column
        other._publish()
        return other


def _replay(machine: Machine, step: int) -> None:
    """Let a machine that writes no record do the steps up to one."""
    while (left := step - machine.frame.integer("step")) > 0:
        machine.frame.record["loop_count"] = 0
        if machine.advance(left) == 0:
            break


def _spacing(machine: Machine) -> int:
    """Return how many steps lie between two checkpoints at first: replaying them should take milliseconds."""
    if machine.ledger is not None:
        return SPACING_OF_CALLABLE
    methods = (each.method for each in machine.specifications)
    return min((each.spacing for each in methods if each.memory is not None), default=SPACING)


def _counted(frame: Frame) -> Evaluations:
    """Return what a frame has counted."""
    return Evaluations(frame.integer("values"), frame.integer("gradients"), frame.integer("hessians"))


def _read_only(rows: Array) -> Array:
    """Return rows that nobody can write to by mistake: the record behind them goes on growing."""
    view = rows.view()
    view.flags.writeable = False
    return view


def specified(method: str | Specification) -> Specification:
    """Return a specification, read from its text form where it is a text."""
    return method if isinstance(method, Specification) else Specification.parse(method)
