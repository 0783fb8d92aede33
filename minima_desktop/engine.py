"""Advances the runs of a race on one background thread, towards one common clock.

The engine is a plain thread without Qt. The window *pulls*: it sets an aim (the step that every run should
have reached) and looks at what has been published, at the screen's rate. Only lifecycle is *pushed*, a
handful of events a run, through one callback that is called on the engine's own thread.

Fairness: the run that is furthest behind advances next, by a block whose length adapts so that one call of
a kernel lasts a few milliseconds. Results are kept by what defines them (landscape, start, seed, border and
a prefix of the segments), so that undo, redo and a setting changed mid-run compute nothing twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from minima_desktop.lanes import (
    AT_REST,
    FIRST_BLOCK,
    Kept,
    Lane,
    Progress,
    RunLike,
    Ticket,
    change_segment,
    mark_time,
    step_back,
    steps_to,
    taken_up,
)

log = logging.getLogger(__name__)

SLICE_SECONDS = 0.004
"""How long one call of a kernel should last: short enough that a pause answers within a frame."""

POOL_RUNS = 96
"""How many runs that are not in the race now are kept for undo, redo and toggling."""

POOL_ROWS = 2_000_000
"""How many recorded rows those runs may hold together (about 100 MB in two dimensions)."""

HEAD_START_SECONDS = 0.25
"""How long runs that can start at once go ahead of one that must be compiled first."""


@dataclass(frozen=True)
class Event:
    """Something that happened once: `ended`, `arrived` (at the limit) or `failed`."""

    kind: str
    key: tuple[int, int] | None = None
    sentence: str = ""


@dataclass(frozen=True, eq=False)
class Opening:
    """A run looked into at a step: what it was following, and what it held before and at the step."""

    key: tuple[int, int]
    landscape: Any
    segments: Any
    before: Any
    now: Any


@dataclass
class _Orders:
    """What the window wants; replaced under the lock, read by the thread."""

    tickets: tuple[Ticket, ...] = ()
    aim: int = 0
    serial: int = 0
    moments: OrderedDict[tuple[int, int], int] = field(default_factory=OrderedDict)
    pauses: Mapping[tuple[int, int], int] = field(default_factory=dict)
    opened: tuple[tuple[int, int], int] | None = None


class Engine:
    """The thread that advances runs.

    Parameters
    ----------
    start
        Makes a run from a ticket; the default drives `minima_core.runs.start`.
    notify
        Called on the engine's thread with each `Event`; must not block.
    clock
        Seconds, monotonic; tests give their own.
    is_ready
        Whether a ticket's run can start at once, or something must be compiled for it first.
    """

    def __init__(
        self,
        start: Callable[[Ticket], RunLike] | None = None,
        notify: Callable[[Event], None] | None = None,
        clock: Callable[[], float] | None = None,
        is_ready: Callable[[Ticket], bool] | None = None,
    ) -> None:
        self._is_ready = is_ready or is_compiled
        self._taken_at = 0.0
        self._start = start or start_run
        self._notify = notify or (lambda event: None)
        self._clock = clock or time.perf_counter
        self._work_clock = clock or work_clock
        self._condition = threading.Condition()
        self._orders = _Orders()
        self._closing = False
        self._lanes: dict[tuple[int, int], Lane] = {}
        self._pool: OrderedDict[tuple[Any, Any], Kept] = OrderedDict()
        self._waiting: deque[Ticket] = deque()
        self._taken = 0
        self._failures: dict[tuple[int, int], tuple[Ticket, str]] = {}
        self._published: Mapping[tuple[int, int], Progress] = {}
        self._moments: dict[tuple[int, int], Any] = {}
        self._pauses: Mapping[tuple[int, int], tuple[int, Any]] = {}
        self._opened: Opening | None = None
        self._opened_for: tuple[Any, Any, int] | None = None
        self._opening_seconds = 0.0
        self._compiling = ""
        self._awake = False
        self._judges_again = False
        self._served = 0
        self._thread: threading.Thread | None = None

    # The window's side: every call returns at once.

    def begin(self) -> None:
        """Starts the thread."""
        self._thread = threading.Thread(target=self._work, name="minima-engine", daemon=True)
        self._thread.start()

    def close(self, patience: float = 20.0) -> bool:
        """Ends the thread and waits for it; true if it ended within `patience` seconds."""
        with self._condition:
            self._closing = True
            self._call()
        if self._thread is None:
            return True
        self._thread.join(patience)
        return not self._thread.is_alive()

    def show(self, tickets: Iterable[Ticket]) -> int:
        """Asks for these runs in place of those before; returns the serial number of the order."""
        with self._condition:
            self._orders.tickets = tuple(tickets)
            self._orders.serial += 1
            self._orders.moments.clear()
            self._orders.pauses = {}
            self._call()
            return self._orders.serial

    def aim(self, step: int) -> None:
        """Asks that every run has reached `step` (or its own limit, or its end)."""
        with self._condition:
            if step != self._orders.aim:
                self._orders.aim = step
                self._call()

    def judge_again(self) -> None:
        """Asks for new verdicts on the runs that have one: something about the landscape has been proved."""
        with self._condition:
            self._judges_again = True
            self._call()

    def ask_moment(self, key: tuple[int, int], step: int) -> None:
        """Asks for the exact state of a run at a step; it appears in `moments`."""
        with self._condition:
            if self._orders.moments.get(key) != step:
                self._orders.moments[key] = step
                self._call()

    def judge_at(self, steps: Mapping[tuple[int, int], int]) -> None:
        """Asks for verdicts on runs as they stood at earlier steps; they appear in `pauses`."""
        with self._condition:
            missing = {key: step for key, step in steps.items() if self._pauses.get(key, (-1,))[0] != step}
            if missing != self._orders.pauses:
                self._orders.pauses = missing
                self._call()

    def open(self, key: tuple[int, int] | None, step: int) -> None:
        """Asks for what a run held at a step and at the one before, None for nothing; see `opened`."""
        wanted = None if key is None else (key, step)
        with self._condition:
            if self._orders.opened != wanted:
                self._orders.opened = wanted
                self._call()

    @property
    def opened(self) -> Opening | None:
        """The run that was opened last."""
        return self._opened

    @property
    def opening_seconds(self) -> float:
        """How long that took."""
        return self._opening_seconds

    @property
    def published(self) -> Mapping[tuple[int, int], Progress]:
        """The newest snapshot of every run of the race, by ticket key."""
        return self._published

    @property
    def served(self) -> int:
        """The serial number of the newest order whose runs have all been taken up."""
        return self._served

    @property
    def taken(self) -> int:
        """The serial number of the newest order whose runs are among those published."""
        return self._taken

    @property
    def moments(self) -> Mapping[tuple[int, int], Any]:
        """Exact states that were asked for, by ticket key."""
        return self._moments

    @property
    def pauses(self) -> Mapping[tuple[int, int], tuple[int, Any]]:
        """Verdicts on runs as they stood at a step: step and verdict, by ticket key."""
        return self._pauses

    @property
    def compiling(self) -> str:
        """The name of the method that is being compiled for a run that waits for it, or ""."""
        return self._compiling

    @property
    def lanes(self) -> Mapping[tuple[int, int], Lane]:
        """The runs at work; for whoever turns the engine without a thread."""
        return self._lanes

    def frontier(self) -> int | None:
        """The tick that every run still going has reached; None when none is going."""
        going = [p.tick for p in self._published.values() if not p.ended and p.failure is None]
        return min(going) if going else None

    # The thread's side.

    def _work(self) -> None:
        while True:
            with self._condition:
                self._awake = False
                if self._closing:
                    return
            try:
                busy = self.turn()
            except Exception:
                log.exception("The engine stumbled; the race goes on.")
                busy = False
            with self._condition:
                while not (busy or self._awake or self._closing):
                    self._condition.wait()

    def turn(self) -> bool:
        """One turn of the loop: take up an order, start one run or advance the hindmost, publish.

        Returns whether there may be more to do; false means that the engine can rest until it is called.
        """
        with self._condition:
            orders = replace(self._orders, moments=OrderedDict(self._orders.moments))
            again, self._judges_again = self._judges_again, False
        if orders.serial != self._taken:
            self._take_up(orders.tickets)
            self._taken = orders.serial
        for judged in self._lanes.values() if again else ():
            if judged.judged_at == judged.run.step:
                judged.verdict = judged.run.verdict
                self._publish(judged)
        lane = self._hindmost(orders.aim)
        idle = lane is None
        if self._waiting and self._may_start(self._waiting[0], idle):
            self._start_next()
            lane = self._hindmost(orders.aim)
        if lane is not None:
            self._advance(lane, orders.aim)
        if orders.moments:
            self._answer(orders.moments)
        if orders.pauses:
            self._judge_past(*next(iter(orders.pauses.items())))
        if orders.opened is not None:
            self._open(*orders.opened)
        if not self._waiting:
            self._served = self._taken
        asked = bool(self._waiting) or bool(orders.moments) or bool(orders.pauses)
        return not idle or lane is not None or asked

    def _call(self) -> None:
        """Wakes the thread; the condition is held."""
        self._awake = True
        self._condition.notify()

    def _hindmost(self, aim: int) -> Lane | None:
        behind = [
            lane
            for lane in self._lanes.values()
            if not lane.run.ended and lane.tick < min(aim, lane.ticket.limit)
        ]
        return min(behind, key=lambda lane: lane.tick, default=None)

    def _advance(self, lane: Lane, aim: int) -> None:
        run, ticket = lane.run, lane.ticket
        block = FIRST_BLOCK if lane.rate <= 0 else max(1, int(lane.rate * SLICE_SECONDS))
        if ticket.clock.unit == "steps":
            block = min(block, min(aim, ticket.limit) - run.step)
        else:
            block = min(block, steps_to(lane, min(aim, ticket.limit)))
        later = [step for step, _ in ticket.segments if step > run.step]
        if later:
            block = min(block, later[0] - run.step)
        before, began = lane.tick, self._work_clock()
        try:
            done = run.advance(block)
            if done:
                change_segment(run, ticket)
        except Exception as error:
            log.exception("A run failed.")
            self._fail(ticket, error)
            return
        seconds = max(self._work_clock() - began, 1e-7)
        if done:
            rate = done / seconds
            lane.rate = rate if lane.rate <= 0 else min(2 * lane.rate, 0.5 * (lane.rate + rate))
            mark_time(lane, seconds)
        if ticket.clock.unit != "steps":
            lane.idle = lane.idle + done if lane.tick == before else 0
            if lane.tick > ticket.limit:
                step_back(lane)
            elif lane.idle >= AT_REST:
                lane.full = True
        finished = run.ended or lane.tick >= ticket.limit
        if finished:
            self._judge(lane)
        self._publish(lane)
        if finished and not lane.announced:
            lane.announced = True
            self._notify(Event("ended" if run.ended else "arrived", ticket.key))

    def _judge(self, lane: Lane) -> None:
        if lane.judged_at != lane.run.step:
            lane.verdict = lane.run.verdict
            lane.judged_at = lane.run.step

    def _take_up(self, tickets: tuple[Ticket, ...]) -> None:
        """Keeps the runs that are still asked for, puts the others away, and lists what must be started."""
        wanted = {ticket.key: ticket for ticket in tickets}
        before, self._lanes = self._lanes, {}
        for key, lane in before.items():
            ticket = wanted.get(key)
            if ticket is not None and replace(lane.ticket, limit=ticket.limit) == ticket:
                kept = replace(lane, ticket=ticket, full=lane.full and lane.ticket.limit == ticket.limit)
                kept.announced = lane.announced and kept.tick >= ticket.limit
                self._lanes[key] = kept
            else:
                self._put_away(lane)
        self._failures = {k: v for k, v in self._failures.items() if wanted.get(k) == v[0]}
        missing = [t for t in tickets if t.key not in self._lanes and t.key not in self._failures]
        self._waiting = deque(sorted(missing, key=lambda ticket: not self._is_ready(ticket)))
        self._taken_at = self._clock()
        self._moments, self._pauses = {}, {}
        published = {k: self._published[k] for k in self._lanes if k in self._published}
        for key, (_, sentence) in self._failures.items():
            published[key] = Progress(None, 0, True, None, sentence)
        self._published = published

    def _may_start(self, ticket: Ticket, idle: bool) -> bool:
        """Whether a run may be started: one that must be compiled first lets the others go ahead."""
        return idle or self._is_ready(ticket) or self._clock() - self._taken_at > HEAD_START_SECONDS

    def _start_next(self) -> None:
        ticket = self._waiting.popleft()
        if not self._is_ready(ticket):
            self._compiling = ticket.segments[-1][1].name
        try:
            lane = self._find_or_start(ticket)
        except Exception as error:
            log.info("A run could not start: %s", error)
            self._fail(ticket, error)
            return
        finally:
            self._compiling = ""
        self._lanes[ticket.key] = lane
        if lane.run.ended or lane.tick >= ticket.limit:
            self._judge(lane)
        self._publish(lane)

    def _find_or_start(self, ticket: Ticket) -> Lane:
        known = self._pool.pop((ticket.origin, ticket.segments), None)
        if known is not None:
            return taken_up(ticket, known.run, known.marks)
        best: tuple[int, Kept] | None = None
        for (origin, segments), candidate in self._pool.items():
            if origin == ticket.origin:
                shared = _shared_steps(segments, ticket.segments, candidate.run.step)
                if shared > 0 and (best is None or shared > best[0]):
                    best = (shared, candidate)
        if best is None:
            return Lane(ticket, self._start(ticket))
        run = best[1].run.copy()
        if best[0] < run.step:
            run.rewind(best[0])
        change_segment(run, ticket)
        return taken_up(ticket, run, best[1].marks)

    def _put_away(self, lane: Lane) -> None:
        ticket, run = lane.ticket, lane.run
        reached = tuple(segment for segment in ticket.segments if segment[0] <= run.step)
        self._pool[ticket.origin, reached] = Kept(run, lane.marks)
        self._pool.move_to_end((ticket.origin, reached))
        while (
            len(self._pool) > POOL_RUNS
            or sum(len(each.run.record.steps) for each in self._pool.values()) > POOL_ROWS
        ):
            self._pool.popitem(last=False)
            if not self._pool:
                break

    def _fail(self, ticket: Ticket, error: Exception) -> None:
        self._lanes.pop(ticket.key, None)
        self._failures[ticket.key] = (ticket, str(error))
        self._published = {**self._published, ticket.key: Progress(None, 0, True, None, str(error))}
        self._notify(Event("failed", ticket.key, str(error)))

    def _answer(self, wanted: Mapping[tuple[int, int], int]) -> None:
        key, step = next(iter(wanted.items()))
        lane = self._lanes.get(key)
        if lane is not None:
            moment = lane.run.state_at(min(step, lane.run.step))
            self._moments = {**self._moments, key: moment}
        with self._condition:
            if self._orders.moments.get(key) == step:
                del self._orders.moments[key]

    def _judge_past(self, key: tuple[int, int], step: int) -> None:
        """Judges a run as it stood at a step."""
        with self._condition:
            self._orders.pauses = {k: s for k, s in self._orders.pauses.items() if (k, s) != (key, step)}
        lane = self._lanes.get(key)
        if lane is not None:
            run: Any = lane.run
            self._pauses = {**self._pauses, key: (step, judge_past(run, step))}

    def _open(self, key: tuple[int, int], step: int) -> None:
        """Finds what a run held at a step, once it has come as far."""
        lane = self._lanes.get(key)
        if lane is None or (lane.run.step < step and not lane.run.ended):
            return
        asked = lane.run, lane.run.segments, min(step, lane.run.step)
        if asked == self._opened_for:
            return
        self._opened_for = asked
        began = self._work_clock()
        before, now = lane.run.moments_at(asked[2])
        self._opened = Opening(key, lane.ticket.landscape, lane.run.segments, before, now)
        self._opening_seconds = self._work_clock() - began

    def _publish(self, lane: Lane) -> None:
        run = lane.run
        verdict = lane.verdict if lane.judged_at == run.step else None
        marks = tuple(lane.marks) if lane.ticket.clock.unit == "time" else ()
        progress = Progress(run.record, run.step, run.ended, verdict, tick=lane.tick, marks=marks)
        self._published = {**self._published, lane.ticket.key: progress}


def start_run(ticket: Ticket) -> RunLike:
    """Starts the run of a ticket in the core, its record thinned so that memory stays bounded."""
    from minima_core import runs

    run: RunLike = runs.start(
        ticket.landscape,
        ticket.segments[0][1],
        x0=ticket.start,
        seed=ticket.seed,
        border=ticket.border,
        record="thinned",
        lane=ticket.lane,
    )
    return run


def judge_past(run: Any, step: int) -> Any:
    """What is said of a run as it stood at a step that it has passed."""
    from minima_core.runs.past import Past
    from minima_core.runs.verdict import diagnose

    return diagnose(Past(run.landscape, run.segments, run.record, step))


def work_clock() -> float:
    """Seconds of work of this thread; waiting for a core or for the interpreter's lock does not count.

    Where the system counts them too coarsely it is the ordinary clock.
    """
    return time.thread_time() if _FINE_THREAD_TIME else time.perf_counter()


_FINE_THREAD_TIME = time.get_clock_info("thread_time").resolution < 1e-4


def is_compiled(ticket: Ticket) -> bool:
    """Whether the loops that a ticket's run needs are compiled already."""
    from minima_core import runs

    dimension = ticket.landscape.dimension
    return all(runs.prepared(specification.name, dimension) for _, specification in ticket.segments)


def _shared_steps(
    ours: tuple[tuple[int, Any], ...], theirs: tuple[tuple[int, Any], ...], reached: int
) -> int:
    """How many first steps two lists of segments have in common, at most those `reached`.

    Where one of them changes hands at step k, the step before is the last that is surely common:
    a run that stands at k has taken over the new segment already.
    """
    for mine, other in zip(ours, theirs, strict=False):
        if mine != other:
            return max(0, min(reached, mine[0] - 1, other[0] - 1))
    if len(ours) <= len(theirs):
        changes = [step for step, _ in theirs[len(ours) :]]
        return min([reached, *changes])
    return max(0, min(reached, ours[len(theirs)][0] - 1))
