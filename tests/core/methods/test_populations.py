"""Differential evolution, particle swarm, genetic algorithm: a generation written slowly, and the rules."""

from __future__ import annotations

import itertools
import math
import re

import numpy as np
import pytest
from scipy.optimize import differential_evolution

import minima_core as mc
from minima_core.compiled.random import CHOICE, POPULATION, normal_pair, uniform_pair
from minima_core.methods import describe
from minima_core.methods.insides import Glimpse, said, said_point

METHODS = ("differential-evolution", "particle-swarm", "genetic-algorithm")
SEED = 5


def rosenbrock(p):
    return float(sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in itertools.pairwise(p)))


def box(n, f=rosenbrock):
    return mc.objective(f, [-3.0] * n, [5.0] * n)


def chances(step, begin, count):
    """Return the random numbers of one member in the generation that follows a step."""
    return [u for k in range((count + 1) // 2) for u in uniform_pair(SEED, 0, step, begin + k)][:count]


def fold(x, low, high):
    while not low <= x <= high:
        x = 2 * low - x if x < low else 2 * high - x
    return x


def others(u, count, taken):
    """Return one of the numbers that are not taken."""
    free = [k for k in range(count) if k not in taken]
    return free[int(u * len(free))]


def both(run, step):
    return run.state_at(step), run.state_at(step + 1)


def glimpse(run, step):
    before = run.state_at(step - 1) if step else None
    return Glimpse(before, run.state_at(step), run.specification.settings, run.landscape)


# -- one generation, written slowly --------------------------------------------------------------------------


@pytest.mark.parametrize("name", METHODS)
def test_the_first_step_throws_all_members_but_the_start(name):
    n = 3
    run = mc.start(box(n), name, x0=(1.0, -2.0, 0.5), seed=SEED)
    run.advance(1)
    known = run.state_at(1).insides
    members = known["swarm" if name == "particle-swarm" else "population"]
    size = len(members)
    thrown = [
        [-3 + 8 * uniform_pair(SEED, 0, 0, POPULATION + i * n + j)[0] for j in range(n)] for i in range(size)
    ]
    np.testing.assert_allclose(members[1:], thrown[1:], rtol=1e-14)
    np.testing.assert_array_equal(members[0], (1.0, -2.0, 0.5))
    np.testing.assert_allclose(known["values"], [rosenbrock(x) for x in members], rtol=1e-14)
    assert run.evaluations == size
    assert run.value == known["values"].min() == run.best_value
    if name == "particle-swarm":
        u = [
            [-3 + 8 * uniform_pair(SEED, 0, 0, POPULATION + i * n + j)[0] for j in range(n)]
            for i in range(size, 2 * size)
        ]
        np.testing.assert_allclose(known["velocities"], 0.5 * (u - members), rtol=1e-12)
        np.testing.assert_array_equal(known["memories"], members)


STRATEGIES = ("rand/1", "best/1", "current-to-best/1", "current-to-pbest/1", "mixed")


def slow_differential(now, settings, step, low, high):
    """Return children, mutants, F and CR of a generation of differential evolution."""
    x, values = now["population"], now["values"]
    size, n = x.shape
    order = sorted(range(size), key=lambda i: (values[i], i))
    elite = max(2, math.floor(settings["elite"] * size + 0.5))
    children, mutants, factors, rates = [], [], [], []
    for i in range(size):
        u = chances(step, CHOICE + i * ((11 + n) // 2), 10 + n)
        if settings["adaptive"]:
            k = int(u[0] * 5)
            mean = now["factor_history"][k]
            below = math.atan2(-mean, 0.1) / math.pi + 0.5  # of Cauchy's distribution
            factor = min(mean + 0.1 * math.tan(math.pi * (below + (1 - below) * u[1] - 0.5)), 1.0)
            bell = math.sqrt(-2 * math.log(1 - u[2])) * math.cos(2 * math.pi * u[3])
            rate = float(np.clip(now["crossover_history"][k] + 0.1 * bell, 0, 1))
        else:
            factor, rate = settings["factor"] + settings["dither"] * (u[0] - 0.5), settings["crossover"]
        a = others(u[4], size, {i})
        b = others(u[5], size, {i, a})
        c = others(u[6], size, {i, a, b})
        strategy = settings["strategy"]
        if strategy == "mixed":
            strategy = ("rand/1", "best/1", "current-to-pbest/1")[int(3 * u[8])]
        best, near_best = x[order[0]], x[order[int(u[7] * elite)]]
        difference = factor * (x[a] - x[b])
        mutant = {
            "rand/1": x[c] + difference,
            "best/1": best + difference,
            "current-to-best/1": x[i] + difference + factor * (best - x[i]),
            "current-to-pbest/1": x[i] + difference + factor * (near_best - x[i]),
        }[strategy]
        crosses = np.array(u[10:]) < rate
        crosses[int(u[9] * n)] = True
        child = np.where(crosses, mutant, x[i])
        children.append([fold(each, low, high) for each in child])
        mutants.append(mutant)
        factors.append(factor)
        rates.append(rate)
    return np.array(children), np.array(mutants), np.array(factors), np.array(rates)


@pytest.mark.parametrize("adaptive", [True, False])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_generation_of_differential_evolution_is_that_of_the_papers(strategy, adaptive):
    settings = {"strategy": strategy, "adaptive": adaptive, "factor": 0.7, "crossover": 0.6, "dither": 0.4}
    run = mc.start(
        box(3),
        "differential-evolution",
        x0=(1.0, -2.0, 0.5),
        seed=SEED,
        elite=0.3,
        population=9,
        **settings,
    )
    run.advance(12)
    for step in range(1, 12):
        before, after = both(run, step)
        now, then = before.insides, after.insides
        children, mutants, factors, rates = slow_differential(
            now, run.specification.settings, step, -3.0, 5.0
        )
        for name, wanted in (
            ("children", children),
            ("mutants", mutants),
            ("factors", factors),
            ("rates", rates),
        ):
            np.testing.assert_allclose(then[name], wanted, rtol=1e-10, atol=1e-12)
        values = np.array([rosenbrock(p) for p in then["children"]])
        np.testing.assert_allclose(then["child_values"], values, rtol=1e-13)
        stays = then["child_values"] <= now["values"]
        np.testing.assert_array_equal(
            then["population"], np.where(stays[:, None], then["children"], now["population"])
        )
        np.testing.assert_array_equal(then["parents"], now["population"])
        assert then["accepted"] == stays.sum()
        better = then["child_values"] < now["values"]
        if adaptive and better.any():
            w, place = (now["values"] - then["child_values"])[better], int(now["oldest"])
            for name, drawn in (("factor_history", factors[better]), ("crossover_history", rates[better])):
                wanted = now[name].copy()
                wanted[place] = (w * drawn**2).sum() / (w * drawn).sum()
                np.testing.assert_allclose(then[name], wanted, rtol=1e-9)
    np.testing.assert_array_equal(run.values[1:], np.minimum.accumulate(run.values[1:]))


@pytest.mark.parametrize("topology", ["global", "ring"])
@pytest.mark.parametrize("border", ["reflect", "clip", "free"])
def test_a_step_of_the_swarm_is_that_of_the_paper(topology, border):
    run = mc.start(
        box(2), "particle-swarm", x0=(4.9, -2.9), seed=SEED, topology=topology, border=border, particles=7
    )
    run.advance(15)
    w, c1, c2 = (run.specification.settings[name] for name in ("inertia", "cognitive", "social"))
    crossings = 0
    for step in range(1, 15):
        now, then = (each.insides for each in both(run, step))
        x, v, p, known = (now[name] for name in ("swarm", "velocities", "memories", "memory_values"))
        for i in range(7):
            friends = range(7) if topology == "global" else (i, i - 1, (i + 1) % 7)
            friend = p[min(friends, key=lambda k: known[k])]
            u = np.array(chances(step, CHOICE + 2 * i, 4))
            velocity = w * v[i] + c1 * u[:2] * (p[i] - x[i]) + c2 * u[2:] * (friend - x[i])
            point = x[i] + velocity
            for j in np.flatnonzero((point < -3) | (point > 5)):
                crossings += 1
                if border == "clip":
                    point[j], velocity[j] = np.clip(point[j], -3, 5), 0.0
                elif border == "reflect":
                    folds = math.floor(max(-3 - point[j], point[j] - 5) / 8) + 1
                    point[j], velocity[j] = fold(point[j], -3, 5), velocity[j] * (-1) ** folds
            np.testing.assert_allclose(then["swarm"][i], point, rtol=1e-12, atol=1e-13)
            np.testing.assert_allclose(then["velocities"][i], velocity, rtol=1e-12, atol=1e-13)
        better = then["values"] < known
        np.testing.assert_array_equal(then["memories"], np.where(better[:, None], then["swarm"], p))
        assert then["better"] == better.sum()
        assert run.values[step + 1] == then["memory_values"].min()
    assert crossings > 0


def test_a_generation_of_the_genetic_algorithm_is_that_of_deb():
    settings = {"population": 9, "elite": 2, "tournament": 3, "crossover": 0.8, "mutation": 1.2}
    run = mc.start(
        box(3), "genetic-algorithm", x0=(1.0, -2.0, 0.5), seed=SEED, crossover_index=4.0, **settings
    )
    run.advance(12)
    for step in range(1, 12):
        now, then = (each.insides for each in both(run, step))
        x, values = now["population"], now["values"]
        wanted = [x[i] for i in sorted(range(9), key=lambda i: (values[i], i))[:2]]
        for i in range(2, 9, 2):
            u = np.array(chances(step, CHOICE + i * (9 + 16 + 1), 1 + 18 + 6))
            a, b = (
                min((int(v * 9) for v in rivals), key=lambda k: values[k]) for rivals in (u[19:22], u[22:25])
            )
            spread = np.where(u[4:7] <= 0.5, (2 * u[4:7]) ** (1 / 5), (2 * (1 - u[4:7])) ** (-1 / 5))
            crosses = (u[1:4] < 0.5) & (u[0] < 0.8)
            for first, second, v in ((x[a], x[b], u[7:13]), (x[b], x[a], u[13:19])):
                child = np.where(crosses, 0.5 * ((1 + spread) * first + (1 - spread) * second), first)
                delta = np.where(v[3:] < 0.5, (2 * v[3:]) ** (1 / 21) - 1, 1 - (2 * (1 - v[3:])) ** (1 / 21))
                wanted.append(np.where(v[:3] * 3 < 1.2, child + 8 * delta, child))
        wanted = np.vectorize(fold)(np.array(wanted[:9]), -3.0, 5.0)
        np.testing.assert_allclose(then["population"], wanted, rtol=1e-11, atol=1e-12)
        np.testing.assert_allclose(
            then["values"], [rosenbrock(each) for each in then["population"]], rtol=1e-13
        )
    assert run.evaluations == 9 + 11 * 7


# -- what all of them keep to --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", METHODS)
def test_the_budget_is_kept_to_the_last_evaluation(name):
    for budget in (0, 1, 2, 7, 13, 40, 41, 97, 333):
        calls = []

        def f(p, calls=calls):
            calls.append(p.copy())
            return float(p @ p)

        run = mc.start(box(2, f), name, x0=(1.0, 1.0), seed=SEED, budget=budget)
        run.advance(500)
        assert run.evaluations == len(calls) == budget
        assert run.ended
        if budget:
            assert run.best_value == min(float(p @ p) for p in calls)


@pytest.mark.parametrize("name", METHODS)
def test_it_repeats_rewinds_and_goes_on_as_if_nothing_had_happened(name):
    land = mc.landscape("rastrigin", dimension=2)
    run, again = (mc.start(land, name, x0=(3.0, -2.0), seed=SEED) for _ in range(2))
    other = mc.start(land, name, x0=(3.0, -2.0), seed=SEED + 1)
    run.advance(300)
    for steps in (1, 7, 92, 200):
        again.advance(steps)
        other.advance(steps)
    np.testing.assert_array_equal(run.positions, again.positions)
    np.testing.assert_array_equal(run.loops, again.loops)
    assert not np.array_equal(run.positions, other.positions)
    again.rewind(101)
    copy = again.copy()
    for each in (again, copy):
        each.advance(199)
        np.testing.assert_array_equal(run.positions, each.positions)
    for mine, theirs in zip(
        run.state_at(300).insides.values(), copy.state_at(300).insides.values(), strict=True
    ):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("name", METHODS)
def test_values_that_are_not_finite_are_the_worst(name):
    def f(p):
        return math.nan if p[0] > 1.0 else (math.inf if p[1] > 2.0 else float((p[0] + 1) ** 2 + p[1] ** 2))

    run = mc.start(box(2, f), name, x0=(4.0, 4.0), seed=SEED)
    run.advance(60)
    assert not run.ended
    assert run.best_value < 1e-2
    assert np.isfinite(run.values[1:]).all()
    nowhere = mc.start(box(2, lambda p: math.nan), name, x0=(1.0, 1.0), seed=SEED)
    nowhere.advance(5)
    assert nowhere.verdict.state == "not finite"


@pytest.mark.parametrize("name", METHODS)
def test_an_objective_that_raises_ends_the_run_at_once(name):
    calls = []

    def f(p):
        calls.append(p.copy())
        if len(calls) == 57:
            raise RuntimeError("enough")
        return float(p @ p)

    run = mc.start(box(2, f), name, x0=(1.0, 1.0), seed=SEED)
    run.advance(100)
    assert isinstance(run.error, RuntimeError)
    assert len(calls) == 57
    assert run.best_value == min(float(p @ p) for p in calls[:-1])


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("land", ["himmelblau", "rastrigin", "ackley", "two-wells"])
def test_it_finds_the_minimum_of_landscapes(name, land):
    found = mc.minimize(mc.landscape(land), method=name, budget=6000, seed=SEED)
    lowest = min(mc.landscape(land).value(each) for each in mc.landscape(land).minima)
    assert found.value - lowest < (1e-6 if name != "genetic-algorithm" else 1e-1)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("n", [1, 3, 10])
def test_it_works_in_any_dimension_on_a_callable(name, n):
    found = mc.minimize(
        lambda p: float(((p - 0.7) ** 2).sum()), [-4.0] * n, [6.0] * n, method=name, budget=6000, seed=SEED
    )
    assert found.evaluations == 6000
    assert found.value < (1e-8 if name != "genetic-algorithm" else 0.3)


@pytest.mark.parametrize("name", METHODS)
def test_all_points_stay_in_the_box_unless_it_is_open(name):
    seen = []

    def f(p):
        seen.append(p.copy())
        return float(p.sum())

    for border in ("reflect", "clip"):
        mc.start(box(2, f), name, x0=(1.0, 1.0), seed=SEED, border=border).advance(40)
    assert np.min(seen) >= -3.0
    assert np.max(seen) <= 5.0
    run = mc.start(box(2, f), name, x0=(1.0, 1.0), seed=SEED, border="free")
    run.advance(40)
    assert np.min(seen) < -3.0
    assert run.best_position.min() >= -3.0


@pytest.mark.parametrize("name", METHODS)
def test_every_step_is_told_with_its_own_numbers(name):
    land = mc.landscape("rastrigin", dimension=2)
    run = mc.start(land, name, x0=(3.0, -2.0), seed=SEED)
    run.advance(130)
    method = describe(name)
    kinds = set()
    assert method.narrate(glimpse(run, 0)) == ()
    for step in (*range(1, 130, 4), *run.loops[1:3]):
        seen = glimpse(run, int(step))
        kinds.add(seen.number("act"))
        stages = method.narrate(seen)
        words = " ".join(stage.sentence for stage in stages)
        assert 2 <= len(stages) <= 5
        assert f"{said_point(seen.now.position)}, f = {said(seen.now.value)}" in words
        drawn = {each.name: each.of(seen) for each in method.insides_drawn}
        assert {name for stage in stages for name in stage.shows} <= set(drawn)
        assert drawn["best"] is not None
        for geometry in drawn.values():
            assert geometry is None or all(np.isfinite(part).all() for part in geometry)
        if len(stages) == 5 and name == "differential-evolution":
            i = int(seen.number("told"))
            known = seen.now.insides
            assert f"lands at {said_point(known['mutants'][i])}" in words
            assert f"{said_point(known['children'][i])}, f = {said(known['child_values'][i])}" in words
            count = int(re.search(r"In all, (\d+) of", words)[1])
            assert count == (known["child_values"] <= known["parent_values"]).sum()
    assert len(kinds) >= 2


# -- differential evolution alone ----------------------------------------------------------------------------


def test_populations_that_have_nothing_more_to_give_are_loops():
    run = mc.start(mc.landscape("himmelblau"), "differential-evolution", x0=(3.0, -2.0), seed=SEED)
    run.advance(600)
    assert len(run.loops) > 4
    ends = run.record.ends
    assert min(ends.values) < 1e-9
    for begin in run.loops[1:]:
        assert run.state_at(int(begin)).insides["act"] == 3
    alone = mc.start(
        mc.landscape("himmelblau"), "differential-evolution", x0=(3.0, -2.0), seed=SEED, restart=False
    )
    alone.advance(600)
    assert len(alone.loops) == 1
    np.testing.assert_array_equal(alone.values[: run.loops[1]], run.values[: run.loops[1]])


def test_a_polish_is_one_step_and_counts_every_evaluation():
    land, start = mc.landscape("rosenbrock"), (-1.0, 1.5)
    run = mc.start(land, "differential-evolution", x0=start, seed=SEED)
    while run.state_at(run.step).insides["act"] != 2:
        run.advance(1)
    now, then = both(run, run.step - 1)
    spent = int(then.insides["polish_evaluations"])
    assert then.evaluations - now.evaluations == spent > 5
    assert then.value < 1e-3 * now.value
    for budget in range(now.evaluations, then.evaluations + 1):  # cut short, the step is none
        cut = mc.start(land, "differential-evolution", x0=start, seed=SEED, budget=budget)
        assert cut.advance(1000) == run.step - (budget < then.evaluations)
        assert cut.evaluations == budget
    never = mc.start(land, "differential-evolution", x0=start, seed=SEED, polish=0.0)
    never.advance(80)
    assert (np.diff(never.record.evaluations)[1:] == 11).all()


def test_restarts_drive_it_like_any_other_method():
    land = mc.landscape("rastrigin", dimension=2)
    run = mc.start(
        land, "random-restarts,local=differential-evolution,steps_per_loop=25", seed=SEED, budget=3000
    )
    run.advance(1000)
    assert run.evaluations == 3000
    assert run.loops_begun >= 5
    assert run.best_value < 1e-6


def test_it_reaches_a_precision_sooner_than_scipy():
    n, ours, theirs = 3, [], []
    for seed in range(3):
        found = mc.minimize(
            rosenbrock, [-3] * n, [5] * n, method=METHODS[0], budget=9000, seed=seed, target=1e-8
        )
        assert found.value <= 1e-8
        ours.append(int(found.evaluations))
        values = []
        differential_evolution(
            lambda p, values=values: values.append(rosenbrock(p)) or values[-1],
            [(-3, 5)] * n,
            maxiter=9000 // (15 * n),
            rng=seed,
            polish=False,
            tol=0.0,
            callback=lambda intermediate_result: intermediate_result.fun <= 1e-8,
        )
        theirs.append(next((k for k, value in enumerate(values, 1) if value <= 1e-8), math.inf))
    assert np.median(ours) < np.median(theirs)


def test_what_cannot_be_is_said_in_a_sentence():
    with pytest.raises(ValueError, match="population of Differential evolution must lie from 4"):
        mc.method("differential-evolution", population=3)
    with pytest.raises(ValueError, match="one of rand/1, best/1"):
        mc.method("differential-evolution", strategy="rand/2")
    with pytest.raises(ValueError, match="no room for children"):
        mc.start(mc.landscape("himmelblau"), "genetic-algorithm", elite=50)
    with pytest.raises(ValueError, match="inertia of Particle swarm must lie from 0 and below 1"):
        mc.method("particle-swarm", inertia=1.0)


def test_a_new_population_around_the_best_lies_around_the_best():
    run = mc.start(
        mc.landscape("himmelblau"), "differential-evolution", x0=(3.0, -2.0), seed=SEED, near=1.0, patience=3
    )
    run.advance(60)
    land, begin = run.landscape, int(run.loops[1])
    best, then = run.state_at(begin - 1), run.state_at(begin).insides
    assert then["near_best"] == 1.0
    centre = run.positions[np.argmin(run.values[:begin])]
    assert best.value == run.values[:begin].min()
    bell = [[normal_pair(SEED, 0, begin - 1, POPULATION + 2 * i + j)[0] for j in range(2)] for i in range(11)]
    wanted = centre + 0.1 * (land.upper - land.lower) * np.array(bell)
    inside = ((wanted > land.lower) & (wanted < land.upper)).all(axis=1)
    assert inside.sum() > 5
    np.testing.assert_allclose(then["population"][inside], wanted[inside], rtol=1e-10)
