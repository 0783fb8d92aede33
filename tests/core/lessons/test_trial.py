"""Trials find out what does not hold; quantities say what came out."""

from __future__ import annotations

import math

import pytest

import minima_core as mc
from minima_core.document import set_up
from minima_core.lessons import Happening, filled, holds, load, quantity, trial
from minima_core.lessons.racing import raced
from minima_core.scene.findings import Findings

HEAD = 'format = 1\nname = "mine"\ntitle = "Mine"\nsummary = "One."\nminutes = 2\n'
SCENE = (
    'scene = { formula = "x^2", lower = [-3], upper = [3], start = [2], '
    'runs = ["gradient-descent,lr=0.4"], steps = 30 }\n'
)


def _faults(step: str) -> list[tuple[int, str]]:
    lesson = load(f'{HEAD}[[step]]\ntitle = "A"\ntext = "B"\n{SCENE}{step}')
    return [(fault.line, fault.sentence) for fault in trial(lesson).faults]


def test_an_act_that_is_done_already() -> None:
    faults = _faults('kind = "act"\nuntil = ["run 1 value < 1"]\nsolution = { start = [1] }\n')
    assert faults == [(11, "This holds before the learner has done anything.")]


def test_a_solution_that_solves_nothing() -> None:
    faults = _faults('kind = "act"\nuntil = ["run 1 value > 1"]\nsolution = { start = [1] }\n')
    assert len(faults) == 1
    assert faults[0][1].startswith("“run 1 value > 1” does not hold after the solution: run 1 value is ")


def test_options_that_both_come_true_or_not_at_all() -> None:
    question = 'kind = "predict"\nquestion = "?"\noptions = ["a", "b"]\nfeedback = "c"\n'
    both = _faults(f'{question}right_when = ["run 1 value < 1", "run 1 value < 2"]\n')
    assert both[0][0] == 14
    assert "2 options come true" in both[0][1]
    none = _faults(f'{question}right_when = ["run 1 value > 1", "run 1 value > 2"]\n')
    assert "none of the options comes true" in none[0][1]
    wrong = _faults(f'{question}right = 2\nright_when = ["run 1 value < 1", "run 1 value > 2"]\n')
    assert "option 1 comes true" in wrong[0][1]


def test_numbers_that_nobody_knows() -> None:
    faults = _faults('kind = "watch"\ndone = "{run 2 value}"\n')
    assert faults == [(11, "{run 2 value} is not known when this is read.")]


def test_climbs_are_known_where_a_lesson_asks_for_them() -> None:
    step = 'kind = "watch"\ndone = "{minimum 1 isolation} {minimum 2 prominence} {minimum 2 isolation}"\n'
    wells = SCENE.replace('"x^2"', '"x^4 - 2x^2 + 0.5x"')
    lesson = load(f'{HEAD}[[step]]\ntitle = "A"\ntext = "B"\n{wells}{step}')
    assert dict(trial(lesson).steps[0].texts)["done"] == "∞ 0.548 1.34"


def test_numbers_inside_a_method() -> None:
    document = set_up({"landscape": "two-wells", "runs": ["simulated-annealing", "newton"], "steps": 40})
    happened = Happening(document.exploration, document.view, raced(document))
    hot = quantity("run 1 inside temperature at 1", happened)
    cold = quantity("run 1 inside temperature", happened)
    assert isinstance(hot, float)
    assert isinstance(cold, float)
    assert hot > cold > 0
    assert quantity("run 1 inside nothing", happened) is None
    assert quantity("run 2 hessians", happened)


def test_a_watch_with_nothing_to_see() -> None:
    assert "nothing to watch" in _faults('kind = "watch"\nuntil = ["runs is 1"]\n')[0][1]


@pytest.fixture(scope="module")
def wells() -> Happening:
    """Return two runs from two starts on two wells, with all that can be known."""
    document = set_up(
        {
            "landscape": "two-wells",
            "starts": [[-1.15, 1.6], [1.5, 1.6]],
            "runs": ["gradient-descent,lr=0.03", "adam,lr=0.05"],
            "steps": 260,
            "select": 1,
        }
    )
    critical = mc.critical_points(document.exploration.place.landscape_of())
    return Happening(document.exploration, document.view, raced(document), Findings(critical=critical))


def test_quantities_of_runs(wells: Happening) -> None:
    run = wells.judged[0, 0]
    land = wells.exploration.place.landscape_of()
    assert run.record is not None
    assert quantity("run 1 value", wells) == run.record.values[-1]
    assert quantity("run 1 value at 40", wells) == run.record.values[40]
    assert quantity("run 1 x at 0", wells) == -1.15
    assert quantity("run 1 state", wells) == "local minimum"
    assert quantity("run 1 from 2 state", wells) == "global minimum"
    assert quantity("run 1 minimum", wells) == 2
    assert quantity("run 1 setting lr", wells) == 0.03
    assert quantity("run adam setting lr", wells) == quantity("last run setting lr", wells) == 0.05
    assert quantity("run 1 evaluations", wells) == 261
    assert quantity("run 1 gap", wells) == pytest.approx(0.549, abs=1e-3)
    assert quantity("run 1 distance to (-1.24, -0.44)", wells) == pytest.approx(0.0, abs=0.01)
    highest = max(run.record.values)
    assert quantity("run 1 highest value", wells) == highest
    steepest = 2 / float(max(__import__("numpy").linalg.eigvalsh(land.hessian(run.record.positions[-1]))))
    assert quantity("run 1 limit", wells) == pytest.approx(steepest)
    assert quantity("run 3 value", wells) is None
    assert quantity("run 1 tries", wells) is None


def test_quantities_of_everything_else(wells: Happening) -> None:
    assert quantity("runs", wells) == 4
    assert quantity("starts", wells) == 2
    assert quantity("minima", wells) == quantity("proved minima", wells) == 2
    assert quantity("saddles", wells) == 1
    assert quantity("selected", wells) == 2
    assert quantity("step", wells) == 260
    assert quantity("overlay", wells) == "none"
    assert quantity("lens reach", wells) is None
    assert quantity("minimum 2 gap", wells) == pytest.approx(0.549, abs=1e-3)
    assert quantity("record", wells) == pytest.approx(-0.2928, abs=1e-3)
    assert quantity("study 1 share", wells) is None
    assert quantity("different ends", wells) == 2
    runs_at = [quantity(f"runs at {state}", wells) for state in ("local minimum", "global minimum")]
    assert sum(runs_at) <= 4  # type: ignore[arg-type]
    assert min(runs_at) >= 1  # type: ignore[type-var]


def test_conditions(wells: Happening) -> None:
    assert holds("run 1 state is local minimum", wells)
    assert not holds("run 1 state is not local minimum", wells)
    assert holds("any run state is global minimum", wells)
    assert not holds("every run state is global minimum", wells)
    assert holds("every run value < 1", wells)
    assert holds("run 1 from 2 value < 0.5 × run 1 value", wells)
    assert holds("run 1 x between -2 and 0", wells)
    assert not holds("run 9 value < 1", wells)
    assert not holds("run 9 state is not saddle", wells)


def test_filled_texts(wells: Happening) -> None:
    said = filled("{run 1 x} {run 1 x:5} {runs} {run 9 x} {run 1 position}", wells)
    assert said == "−1.24 −1.2395 4 … (−1.24, −0.435)"
    assert filled("{run 1 value}", Happening(wells.exploration)) == "…"


def test_a_race_by_evaluations_stops_within_its_budget() -> None:
    document = set_up(
        {
            "landscape": "two-wells",
            "runs": ["newton", "adam", "nelder-mead"],
            "clock": "evaluations",
            "steps": 101,
        }
    )
    for run in raced(document).values():
        counts = run.evaluations
        spent = document.exploration.clock.cost(counts.value - 1, counts.gradient - 1, counts.hessian - 1)
        assert spent <= 101
        assert run.step > 10


def test_settings_that_change_on_the_way_and_shares() -> None:
    document = set_up({"formula": "x^2", "lower": [-3], "upper": [3], "start": [2], "runs": ["adam,lr=0.1"]})
    from minima_core.lessons import Solution, solved

    changed = solved(document, Solution(set={"1.lr": 0.3}, at=20, steps=50))
    runs = raced(changed)
    happened = Happening(changed.exploration, changed.view, runs)
    assert [step for step, _ in runs[0, 0].segments] == [0, 20]
    assert quantity("run 1 setting lr", happened) == 0.3
    assert quantity("steps", happened) == 50
    assert math.isinf(quantity("lens reach", happened) or math.inf)
