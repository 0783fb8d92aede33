"""Every method, held to what all of them promise: budgets, counts, rows, chance, errors, and ends.

The objectives are Python callables, which are called by address: nothing is compiled for one test alone.
"""

from __future__ import annotations

import math
import random
import time

import numpy as np
import pytest

import minima_core as mc
from minima_core.methods.insides import Glimpse, at_work

NAMES = tuple(mc.method_names())
COUNTED = {"bayesian-optimization"}  # each evaluation takes milliseconds: shorter runs say as much
OUTER = ("random-restarts", "multi-start", "deflation", "basin-hopping", "ensemble", "dual-annealing")
CENTRE = np.array([0.3, -0.7, 0.1, 0.9, -0.2])


def bowl(p):
    """Return a wavy bowl, with values that are no round numbers."""
    return float(np.sum((p - CENTRE[: len(p)]) ** 2 + 0.3 * (1.0 - np.cos(5.0 * p))))


def slope(p):
    """Return its gradient."""
    return 2.0 * (p - CENTRE[: len(p)]) + 1.5 * np.sin(5.0 * p)


def curvature(p):
    """Return its Hessian."""
    return np.diag(2.0 + 7.5 * np.cos(5.0 * p))


class Counted:
    """A landscape of a callable that counts for itself, in values, gradients and Hessians."""

    def __init__(self, n=2, *, f=bowl, given=0, low=-2.0, high=2.5):
        self.f, self.values, self.gradients, self.hessians = f, 0, 0, 0
        self.lowest, self.outside = math.inf, 0
        self.land = mc.objective(
            self._value,
            [low] * n,
            [high] * n,
            gradient=self._slope if given > 0 else None,
            hessian=self._curvature if given > 1 else None,
        )

    def _value(self, p):
        self.values += 1
        value = self.f(p)
        if self.land.inside(p):
            self.lowest = min(self.lowest, value)
        else:
            self.outside += 1
        return value

    def _slope(self, p):
        self.gradients += 1
        return slope(p)

    def _curvature(self, p):
        self.hessians += 1
        return curvature(p)


def drive(run, steps=400):
    """Advance a run in pieces until it ends."""
    for piece in (1, 2, 3, 5, 8, steps):
        run.advance(piece)
    return run


def same(a, b):
    """Whether two runs are the same to the last bit."""
    return (
        a.step == b.step
        and a.positions.tobytes() == b.positions.tobytes()
        and a.values.tobytes() == b.values.tobytes()
        and a.loops.tobytes() == b.loops.tobytes()
        and (a.best_value, a.status, a.loops_begun) == (b.best_value, b.status, b.loops_begun)
        and a.best_position.tobytes() == b.best_position.tobytes()
        and repr(a.evaluations) == repr(b.evaluations)
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("n", "given"), [(1, 0), (2, 0), (2, 1), (2, 2), (5, 0)])
def test_counts_are_exact_and_never_over_the_budget(name, n, given):
    if n == 1 and mc.describe(name).kind == "gradient":
        n = 3  # loops of one variable are compiled apart
    for budget in (0, 1, 2, 7, 50):
        counted = Counted(n, given=given)
        run = drive(mc.start(counted.land, name, seed=3, budget=budget))
        assert counted.values == run.evaluations <= budget
        assert given < 1 or counted.gradients == run.evaluations.gradient
        assert given < 2 or counted.hessians == run.evaluations.hessian
        assert run.best_value == counted.lowest
        assert run.record.evaluations[-1] <= counted.values
        for k, value in enumerate(run.values):
            never = k == 0 and run.step == 0 and run.ended and math.isnan(value)  # no budget for the start
            assert never or bowl(run.positions[k]) == value
        assert run.border == "free" or counted.outside == 0
        assert "nan" not in run.verdict.sentence.split()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("border", ["clip", "reflect"])
def test_a_border_that_is_kept_is_kept_from_a_corner_too(name, border):
    for x0 in ((-2.0, 2.5), (2.5, 0.3)):
        counted = Counted(f=lambda p: float(p.sum()))
        run = drive(mc.start(counted.land, name, x0=x0, budget=80, border=border), 60)
        assert counted.outside == 0
        assert run.best_value == counted.lowest
        assert counted.land.inside(run.best_position)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_is_the_same_in_pieces_among_others_after_rewinding_and_as_a_copy(name):
    steps, land = (30 if name in COUNTED else 120), mc.objective(bowl, (-2, -2), (2.5, 2.5))

    def made(lane=0):
        return mc.start(land, name, seed=7, lane=lane, budget=4000)

    whole = made()
    whole.advance(steps)
    other, pieces, chance = made(lane=1), made(), random.Random(5)
    while pieces.step < whole.step:
        other.advance(chance.randint(1, 9))
        pieces.advance(min(chance.randint(1, 30), whole.step - pieces.step))
    if whole.ended:
        pieces.advance(1)
    assert same(whole, pieces)
    copied = whole.copy()
    assert same(whole, copied)
    middle = whole.step // 2
    copied.rewind(middle)
    here, there = whole.state_at(middle), copied.state_at(middle)
    assert here.position.tobytes() == there.position.tobytes() == whole.positions[middle].tobytes()
    assert here.value == there.value == whole.values[middle]
    copied.advance(steps - middle)
    assert same(whole, copied)
    del whole
    assert same(pieces, copied)


@pytest.mark.parametrize("name", NAMES)
def test_a_method_may_be_changed_for_any_other_and_back(name):
    land = mc.objective(bowl, (-2, -2), (2.5, 2.5))
    other = NAMES[(NAMES.index(name) + 7) % len(NAMES)]

    def played(piece):
        run = mc.start(land, name, seed=2, budget=1500)
        for each in (name, other, name):
            run.go_on(each)
            for _ in range(12 // piece):
                run.advance(piece)
        return run

    run = played(12)
    assert same(run, played(3))
    for step in {0, min(13, run.step), run.step // 2}:
        assert run.state_at(step).position.tobytes() == run.positions[step].tobytes()


HOSTILE = {
    "no number": lambda p: math.nan,
    "infinite": lambda p: math.inf,
    "constant": lambda p: 3.0,
    "unbounded": lambda p: -float(np.sum(p**3)),
    "in steps": lambda p: float(np.floor(3 * p).sum()),
    "half of it no number": lambda p: math.nan if p[0] > 0.2 else bowl(p),
    "half of it minus infinity": lambda p: -math.inf if p[0] > 1.5 else bowl(p),
    "beyond all measure": lambda p: 1e300 * (1.0 + float(p @ p)),
}


def told(run, step):
    """Return the sentences of one step, of the method and of those it drives."""
    before, now = run.moments_at(step)
    glimpse = Glimpse(before, now, run.specification.settings, run.landscape)
    return [
        stage.sentence
        for each, seen in at_work(run.specification, glimpse)
        if each.method.narrate is not None
        for stage in each.method.narrate(seen)
    ]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_objectives_are_survived_and_told(name, kind):
    counted = Counted(f=HOSTILE[kind])
    run = drive(mc.start(counted.land, name, x0=(-1.1, -1.1), seed=5, budget=100), 40)
    assert counted.values == run.evaluations <= 100
    assert run.best_value == counted.lowest
    assert np.isfinite(run.best_position).all()
    assert run.error is None
    assert run.verdict.sentence
    for step in {min(1, run.step), run.step}:
        with np.errstate(all="ignore"):  # what overflows is told as ∞
            sentences = told(run, step)
        assert step == 0 or sentences
        assert not any("nan" in sentence.split() for sentence in sentences)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("at", [1, 5, 23])
def test_an_exception_ends_the_run_and_loses_nothing(name, at):
    seen = []

    def breaks(p):
        seen.append(bowl(p))
        if len(seen) == at:
            raise ZeroDivisionError(f"call {at}")
        return seen[-1]

    run = drive(mc.start(mc.objective(breaks, (-2, -2), (2.5, 2.5)), name, seed=1, border="clip"), 200)
    assert isinstance(run.error, ZeroDivisionError)
    assert run.ended
    assert len(seen) == at == run.evaluations  # never called again
    assert run.best_value == min(seen[:-1], default=math.inf)


@pytest.mark.parametrize("name", NAMES)
def test_minimize_comes_to_an_end_on_what_has_nothing_more_to_find(name):
    budget = 60 if name in COUNTED else 1500
    for f in (lambda p: float(np.sum((p - 0.3) ** 2)), HOSTILE["constant"], HOSTILE["beyond all measure"]):
        began = time.process_time()
        found = mc.minimize(f, (-2, -2), (2.5, 2.5), method=name, budget=budget)
        assert found.evaluations <= budget
        assert found.value == f(found.position)
        assert time.process_time() - began < 60.0


def drawn(setting, chance):
    """Return a value of a setting, anywhere in what is allowed; None where it is not a number."""
    if setting.scale == "switch":
        return chance.random() < 0.5
    if setting.scale == "choice":
        return chance.choice(setting.choices)
    if setting.scale not in ("linear", "log", "integer"):
        return None
    low = setting.lower if math.isfinite(setting.lower) else -10.0
    high = setting.upper if math.isfinite(setting.upper) else 10.0 * max(low, 1.0)
    value = low + (high - low) * chance.random() ** 6
    return int(value) if setting.scale == "integer" else value


@pytest.mark.parametrize("name", NAMES)
def test_any_valid_settings_are_written_and_read_back(name):
    chance, described = random.Random(name), mc.describe(name)
    for _ in range(20):
        chosen = {each.name: drawn(each, chance) for each in described.settings if chance.random() < 0.6}
        try:
            written = mc.Specification(name, {k: v for k, v in chosen.items() if v is not None})
        except mc.SpecificationError:  # a combination that is refused
            continue
        read = mc.Specification.parse(written.text)
        assert (read, read.text, hash(read)) == (written, written.text, hash(written))


@pytest.mark.parametrize("name", NAMES)
def test_no_setting_takes_what_is_out_of_its_range(name):
    for each in mc.describe(name).settings:
        wrong = [math.nan, math.inf, "x", b"1", [1], object()]
        if each.scale in ("linear", "log", "integer"):
            wrong += [end for end in (each.lower - 1.0, 2.0 * each.upper + 1.0) if math.isfinite(end)]
            wrong += [each.upper] if each.below else []
        for value in wrong:
            with pytest.raises(mc.SpecificationError) as refused:
                mc.Specification(name, {each.name: value})
            if each.scale not in ("method", "schedule"):
                assert each.name in str(refused.value)


@pytest.mark.parametrize("span", [1e-9, 1e12])
@pytest.mark.parametrize("name", NAMES)
def test_the_smallest_and_the_largest_region(name, span):
    land = mc.objective(lambda p: bowl(4.0 * p / span), (-span, -span), (span, span))
    run = drive(mc.start(land, name, budget=60, border="reflect"), 40)
    assert all(land.inside(each) for each in run.positions)
    assert land.value(run.best_position) == run.best_value


@pytest.mark.parametrize(
    "box", [((0, 0), (0, 1)), ((0, 0), (1, -1)), ((0, 0), (1e-12, 1)), ((0,), (math.inf,))]
)
def test_a_region_without_width_or_end_is_refused_in_a_sentence(box):
    with pytest.raises(ValueError, match=r" .* .* "):
        mc.objective(bowl, *box)


@pytest.mark.parametrize("outer", OUTER)
@pytest.mark.parametrize("local", NAMES)
def test_methods_drive_each_other_or_say_why_not(outer, local):
    try:
        specification = mc.Specification.parse(f"{outer},local={local}")
    except mc.SpecificationError as refused:
        assert mc.describe(local).title in str(refused)
        return
    assert mc.Specification.parse(specification.text) == specification
    if local in COUNTED:
        return
    counted = Counted()
    run = drive(mc.start(counted.land, specification, seed=1, budget=150), 60)
    assert counted.values == run.evaluations <= 150
    assert run.best_value == counted.lowest
    assert [bowl(each) for each in run.positions] == run.values.tolist() or math.isnan(run.values[0])
    assert (np.diff(run.loops) > 0).all()
