"""Runs: repeatable to the bit, however driven; rewound, copied, changed on the way, bounded in memory."""

from __future__ import annotations

import math
import threading

import numpy as np
import pytest

import minima_core as mc
from minima_core.compiled.drivers import fold
from minima_core.runs import Status, fused, prepare, prepared
from minima_core.runs.record import THINNED_ROWS
from minima_core.runs.run import CHECKPOINTS, SPACING

METHODS = (
    "adam,lr=0.05", "sgd,lr=0.002", "momentum,lr=0.001", "rmsprop,lr=0.02",
    "random-restarts,local=sgd(lr=0.002),steps_per_loop=37",
    "random-restarts,local=simulated-annealing,steps_per_loop=23", "simulated-annealing",
)  # fmt: skip


@pytest.fixture(scope="module")
def land():
    return mc.landscape("himmelblau")


def same(one, other):
    """Whether two runs are the same to the bit, record and all."""
    for name in ("positions", "values", "steps", "evaluations", "insides", "loops"):
        np.testing.assert_array_equal(getattr(one.record, name), getattr(other.record, name), err_msg=name)
    for name in ("steps", "positions", "values"):
        np.testing.assert_array_equal(getattr(one.record.ends, name), getattr(other.record.ends, name))
    assert one.step == other.step
    assert one.evaluations == other.evaluations
    assert one.best_value == other.best_value
    assert (one.best_position == other.best_position).all()
    ours, theirs = one.state_at(one.step), other.state_at(other.step)
    assert ours.insides.keys() == theirs.insides.keys()
    for name in ours.insides:
        np.testing.assert_array_equal(ours.insides[name], theirs.insides[name])


@pytest.mark.parametrize("method", METHODS)
def test_a_run_is_the_same_however_it_is_driven(land, method):
    whole = mc.start(land, method, x0=(-3, 3), seed=4)
    assert whole.advance(1000) == 1000
    pieces = mc.start(land, method, x0=(-3, 3), seed=4)
    others = [mc.start(land, method, x0=(1, 1), seed=seed, lane=seed) for seed in range(3)]
    for block in (1, 2, 3, 94, 400, 500):
        for other in others:  # among many
            other.advance(17)
        assert pieces.advance(block) == block
    same(whole, pieces)
    assert whole.positions.shape == (1001, 2)
    assert (whole.steps == np.arange(1001)).all()


@pytest.mark.parametrize("method", METHODS)
def test_rewinding_copying_and_looking_back_are_exact(land, method):
    run = mc.start(land, method, x0=(-3, 3), seed=4)
    run.advance(800)
    copy = run.copy()
    for step in (0, 1, 357, 799, 800):
        moment = run.state_at(step)
        assert moment.step == step
        assert (moment.position == run.positions[step]).all()
        assert moment.value == run.values[step]
        np.testing.assert_allclose(moment.gradient, land.gradient(moment.position), rtol=1e-9, atol=1e-9)
        assert moment.evaluations == run.record.evaluations[step]
    same(run, copy)  # looking back disturbed nothing
    epoch = run.record.epoch
    run.rewind(357)
    assert run.step == 357
    assert len(run.positions) == 358
    assert run.record.epoch != epoch
    run.advance(443)
    same(run, copy)
    run.advance(50)
    assert len(copy.positions) == 801  # a copy is independent
    copy.advance(50)
    same(run, copy)


def test_old_snapshots_stay_as_they_were(land):
    run = mc.start(land, "sgd,lr=0.002", x0=(-3, 3))
    run.advance(500)
    before = run.record
    kept = before.positions.copy()
    run.rewind(100)
    run.go_on("sgd,lr=0.001")
    run.advance(1000)
    assert (before.positions == kept).all()
    assert len(before) == 501


def test_seeds_and_lanes_tell_random_runs_apart(land):
    ends = {
        tuple(mc.start(land, "simulated-annealing", seed=seed, lane=lane).positions[0])
        for seed in (0, 1, 2**64 - 1) for lane in (0, 1)
    }  # fmt: skip
    assert len(ends) == 6


# -- segments ------------------------------------------------------------------------------------------------


def test_a_setting_changed_on_the_way_keeps_the_state(land):
    run = mc.start(land, "momentum", x0=(-3, 3), lr=0.001, momentum=0.9)
    run.advance(20)
    velocity = run.state_at(20).insides["velocity"]
    run.go_on(run.specification.replace(lr=0.0005))
    assert (run.state_at(20).insides["velocity"] == velocity).all()
    run.advance(1)
    g = land.gradient(run.positions[20])
    np.testing.assert_allclose(
        run.positions[21], run.positions[20] - 0.0005 * (0.9 * velocity + g), rtol=1e-12
    )
    assert [step for step, _ in run.segments] == [0, 20]
    assert run.segments[1][1].settings["lr"] == 0.0005
    assert run.evaluations == 22


def test_another_method_goes_on_from_here(land):
    run = mc.start(land, "gradient-descent", x0=(-3, 3), lr=0.001)
    run.advance(10)
    run.go_on("adam,lr=0.1")
    assert run.evaluations == 11  # the gradient was there already
    run.advance(30)
    alone = mc.start(land, "adam", x0=run.positions[10], lr=0.1)
    alone.advance(30)
    assert (alone.positions == run.positions[10:]).all()
    run.go_on("simulated-annealing")
    run.advance(30)
    assert np.isnan(run.record.insides[:41]).all()
    assert np.isfinite(run.record.insides[41:]).all()
    run.go_on("rmsprop,lr=0.01")
    assert run.evaluations == 41 + 30 + 1  # annealing knew no gradient
    run.advance(10)
    assert len(run.positions) == 81
    assert [spec.name for _, spec in run.segments] == [
        "gradient-descent",
        "adam",
        "simulated-annealing",
        "rmsprop",
    ]


def test_rewinding_across_segments_is_exact(land):
    run = mc.start(land, "adam,lr=0.1", x0=(-3, 3))
    run.advance(50)
    run.go_on("simulated-annealing")
    run.advance(50)
    run.go_on("random-restarts,local=adam(lr=0.1),steps_per_loop=20")
    run.advance(50)
    copy = run.copy()
    for step in (0, 49, 50, 51, 99, 100, 101, 150):
        assert (run.state_at(step).position == copy.positions[step]).all()
    run.rewind(75)
    assert [step for step, _ in run.segments] == [0, 50]
    run.advance(25)
    run.go_on("random-restarts,local=adam(lr=0.1),steps_per_loop=20")
    run.advance(50)
    same(run, copy)


def test_going_on_with_the_same_changes_nothing(land):
    run = mc.start(land, "adam,lr=0.1", x0=(-3, 3))
    run.advance(5)
    run.go_on(run.specification)
    assert len(run.segments) == 1
    run.go_on("adam,lr=0.2")
    run.go_on("adam,lr=0.3")  # at the same step: the later one counts
    assert [step for step, _ in run.segments] == [0, 5]


# -- borders, budgets, ends ----------------------------------------------------------------------------------


def test_borders():
    land = mc.formula("x + 2 y", (0, 0), (1, 1))
    for border, inside in (("free", False), ("clip", True), ("reflect", True)):
        run = mc.start(land, "gradient-descent", x0=(0.5, 0.5), lr=0.2, border=border)
        run.advance(9)
        assert (np.all((run.positions >= 0) & (run.positions <= 1))) == inside
        assert run.border == border
        assert land.inside(run.best_position)
    clipped = mc.start(land, "gradient-descent", x0=(0.5, 0.5), lr=0.2, border="clip")
    clipped.advance(9)
    assert clipped.position.tolist() == [0.0, 0.0]
    free = mc.start(land, "gradient-descent", x0=(0.5, 0.5), lr=0.2)
    free.advance(9)
    assert free.best_value >= 0.0  # points outside do not count
    assert free.best_value > free.values.min()
    assert mc.start(land, "simulated-annealing").border == "reflect"
    assert mc.start(land, "random-restarts,local=simulated-annealing").border == "reflect"


def test_reflection_folds_as_often_as_it_takes():
    for x, folded in ((0.25, 0.25), (-0.25, 0.25), (1.25, 0.75), (2.25, 0.25), (-3.5, 0.5), (7.75, 0.25)):
        assert fold(x, 0.0, 1.0) == pytest.approx(folded)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("budget", [0, 1, 2, 57])
def test_budgets_are_exact(land, method, budget):
    run = mc.start(land, method, x0=(-3, 3), budget=budget)
    run.advance(1000)
    assert run.evaluations == budget
    assert run.status is Status.OUT_OF_BUDGET
    assert run.ended
    assert run.advance(10) == 0
    assert run.step == max(budget - 1, 0)
    assert len(run.positions) == max(budget, 1)


def test_a_value_that_is_not_finite_ends_a_run():
    land = mc.formula("log(x)", 0.0, 1.0)
    run = mc.start(land, "gradient-descent", x0=(0.5,), lr=0.3)
    assert run.advance(100) < 100
    assert run.status is Status.NOT_FINITE
    assert run.verdict.state == "not finite"
    assert f"step {run.step}" in run.verdict.sentence
    assert run.best_value == np.log(0.5)
    run.rewind(0)
    assert not run.ended
    run.go_on("gradient-descent,lr=1e-4")
    assert run.advance(10) == 10


def test_a_refused_proposal_may_be_anything():
    land = mc.formula("sqrt(x - 0.5)", 0.0, 1.0)
    run = mc.start(land, "simulated-annealing", x0=(0.6,), temperature=1.0, step_size=0.3)
    assert run.advance(500) == 500
    assert np.isfinite(run.values).all()
    assert np.isnan(run.record.inside("proposal_value")[1:]).any()


# -- long runs -----------------------------------------------------------------------------------------------


def test_a_thinned_record_is_never_cut_and_stays_bounded(land):
    steps = 10_000_000
    run = mc.start(land, "gradient-descent", x0=(-3, 3), lr=1e-6, record="thinned")
    run.advance(3)
    assert (run.steps == np.arange(4)).all()
    run.advance(steps - 3 + 5)
    record = run.record
    assert len(record) <= THINNED_ROWS + 1
    assert len(record) > THINNED_ROWS // 2 - 1
    assert record.steps[0] == 0
    assert record.steps[-1] == run.step == steps + 5
    assert (np.diff(record.steps)[:-1] == record.stride).all()
    assert (record.positions[-1] == run.position).all()
    assert (record.evaluations == record.steps + 1).all()
    assert len(run._checkpoints) <= CHECKPOINTS
    size = run._recorder._rows.positions.nbytes + sum(
        part.nbytes for _, saved in run._checkpoints for part in saved[0]
    )
    assert size < 8_000_000
    full = mc.start(land, "gradient-descent", x0=(-3, 3), lr=1e-6)
    full.advance(3 * SPACING + 10)
    rows = record.steps <= full.step
    assert (record.positions[rows] == full.positions[record.steps[rows]]).all()
    for step in (1, SPACING - 1, SPACING, 2 * SPACING + 7, 3 * SPACING + 10):
        assert (run.state_at(step).position == full.positions[step]).all()
    last = record.positions[-1]
    run.rewind(steps // 2 + 1)
    assert run.step == run.steps[-1] == steps // 2 + 1
    run.advance(steps // 2 + 4)
    assert (run.position == last).all()
    assert (run.positions == record.positions).all()


def test_loops_of_a_thinned_record_are_thinned_with_it(land):
    run = mc.start(land, "random-restarts,local=adam(lr=0.1),steps_per_loop=2", record="thinned")
    run.advance(600_000)
    record = run.record
    assert len(record) <= THINNED_ROWS + 1
    assert len(record.loops) <= len(record)
    assert (np.diff(record.loops) > 0).all()
    assert len(record.ends) <= THINNED_ROWS
    assert record.ends.stride == 4
    assert (np.diff(record.ends.steps) == 4 * 3).all()


def test_rows_are_to_be_read_only(land):
    run = mc.start(land, "adam", x0=(0, 0))
    run.advance(9)
    for rows in (run.positions, run.values):
        with pytest.raises(ValueError, match="read-only"):
            rows[0] = 1.0
    run.advance(10_000)
    assert run.positions[0].tolist() == [0.0, 0.0]


def test_the_record_can_be_read_while_the_run_advances(land):
    run = mc.start(land, "sgd,lr=0.002", x0=(-3, 3), record="thinned")
    stop, wrong = threading.Event(), []

    def read():
        while not stop.is_set():
            record = run.record
            lengths = {len(record.positions), len(record.values), len(record.steps), len(record.evaluations)}
            if (
                len(lengths) != 1
                or (np.diff(record.steps) <= 0).any()
                or not np.isfinite(record.values).all()
            ):
                wrong.append(lengths)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(60):
        run.advance(5000)
    stop.set()
    reader.join()
    assert not wrong


def test_the_inlined_loop_gives_the_same_bits(land, monkeypatch):
    monkeypatch.setattr(fused, "_made", {})
    plain = mc.start(land, "adam,lr=0.05", x0=(-3, 3))
    plain.advance(2000)
    quick = mc.start(land, "adam,lr=0.05", x0=(-3, 3))
    quick.advance(700)
    prepare(land, ["adam"], inlined=True)
    assert fused._key(land, mc.describe("adam")) in fused._made  # others may come from earlier tests
    quick.advance(1300)
    same(plain, quick)
    again = mc.start(land, "random-restarts,local=adam(lr=0.05)", x0=(-3, 3))
    again.advance(200)
    assert (again.positions == plain.positions[:201]).all()


def test_long_runs_get_their_inlined_loop_by_themselves(land, monkeypatch):
    made = threading.Event()
    monkeypatch.setattr(fused, "HOT", 1000)
    monkeypatch.setattr(fused, "_steps", {})
    monkeypatch.setattr(fused, "_made", {})
    monkeypatch.setattr(fused, "make", lambda *_: made.set())
    run = mc.start(land, "adam,lr=0.05", x0=(-3, 3))
    run.advance(900)
    assert not made.is_set()
    run.advance(200)
    assert made.wait(5)


def test_what_is_prepared_is_known():
    land = mc.landscape("parabola")
    prepare(land, ["random-restarts,local=nesterov"])
    assert prepared("nesterov", dimension=1)
    assert prepared("random-restarts", dimension=1)


# -- refusals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"x0": (7, 0)}, "outside the region"),
        ({"x0": (1,)}, "2 numbers"),
        ({"x0": (1, np.nan)}, "finite"),
        ({"x0": "here"}, "2 numbers"),
        ({"border": "bounce"}, "“free”, “clip” or “reflect”"),
        ({"record": "some"}, "“all” or “thinned”"),
        ({"budget": -1}, "budget must be a whole number"),
        ({"budget": 1.5}, "budget must be a whole number"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"seed": 1 << 64}, "seed must be a whole number"),
        ({"lr": -0.1}, "must lie from 0"),
        ({"speed": 3}, "no setting “speed”"),
    ],
)
def test_a_start_that_cannot_be_is_refused_in_a_sentence(land, arguments, words):
    with pytest.raises(ValueError, match=words) as caught:
        mc.start(land, "adam", **arguments)
    assert "\n" not in str(caught.value)


def test_steps_that_cannot_be_are_refused(land):
    run = mc.start(land, "adam", x0=(0, 0))
    run.advance(3)
    for call in (run.rewind, run.state_at):
        for step in (-1, 4, 1.5, math.nan, math.inf, None, "two"):
            with pytest.raises(ValueError, match="steps 0 to 3"):
                call(step)
    for n in (-1, 1.5, math.nan, math.inf, None, "three", True):
        with pytest.raises(ValueError, match="whole number of steps"):
            run.advance(n)
    with pytest.raises(ValueError, match="no method"):
        run.go_on("amoeba")
    assert run.step == 3
    with pytest.raises(ValueError, match="needs a landscape"):
        mc.start("himmelblau", "adam")
