"""What a study asks of the race, how it runs without a window, and how its panel is filled."""

from __future__ import annotations

import msgspec
import pytest

from minima_core import document as doc
from minima_core.document import VERSION, Document, Exploration, Start, StudyChoice, View
from minima_core.studies import Estimate
from minima_desktop import studyfeed
from minima_desktop.analyst import Desk
from minima_desktop.session import Session
from minima_desktop.study_work import estimate, question_of, run_study, study_of
from tests.core.scene.studied import lines_for, result_of, study_made


def session_of(*texts: str, name: str = "two-wells", **choice: object) -> Session:
    place = doc.place_of(name)
    exploration = Exploration(place, steps=60, seed=3, starts=(Start(position=(0.0,) * place.dimension),))
    for text in texts:
        exploration = doc.add_entry(exploration, text)
    return Session(Document(VERSION, exploration, View(study=StudyChoice(**choice))))  # type: ignore[arg-type]


def test_a_study_asks_what_the_race_runs() -> None:
    question = question_of(session_of("gradient-descent", "adam", starts=20), 60)
    assert question is not None
    assert [each.name for each in question.lines] == ["Gradient descent", "Adam"]
    assert question.limits == {"steps": 60} and question.starts == 20 and question.seed == 3
    assert question_of(session_of(), 0) is None


def test_lines_that_are_alike_are_tried_once() -> None:
    session = session_of("adam")
    session.duplicate(session.exploration.entries[0].id)
    question = question_of(session, 0)
    assert question is not None and len(question.texts) == len(question.lines) == 1


def test_a_line_is_tried_with_the_settings_that_it_has_at_the_step_shown() -> None:
    session = session_of("gradient-descent,lr=0.05")
    id = session.exploration.entries[0].id
    session.change_setting(id, 30, "lr", 0.2, True)
    early, late, end = (question_of(session, step) for step in (10, 40, 60))
    assert early is not None and late is not None and end is not None
    assert "lr=0.05" in early.texts[0] and "lr=0.2" in late.texts[0] and late.texts == end.texts


def test_a_study_runs_without_a_window_the_same_each_time() -> None:
    session = session_of("gradient-descent", "random-restarts", starts=15, tries=2)
    study, lines = study_of(session, 60)
    again, _ = study_of(session, 60)
    assert [each.words for each in lines] == ["Gradient descent", "Random restarts"]
    assert [each.tries for each in study.results] == [15, 30]
    assert [each.reached for each in study.results] == [each.reached for each in again.results]
    assert study.proved and study.steps == 60
    with pytest.raises(ValueError, match="Nobody is in the race"):
        study_of(session_of(), 0)


def test_evaluations_can_be_what_every_try_has_as_much_of() -> None:
    session = session_of("simulated-annealing", "gradient-descent", starts=5, unit="evaluations", budget=40)
    study, _ = study_of(session, 0)
    assert study.evaluations == 40 and all(each.spent.max() <= 40 for each in study.results)


def test_a_loss_of_ones_own_is_a_target() -> None:
    study, _ = study_of(session_of("gradient-descent", starts=10, target=1e9), 0)
    assert study.results[0].share == 1.0 and study.target == 1e9


def test_what_is_too_much_is_refused_with_what_it_would_take() -> None:
    session = session_of("simulated-annealing", starts=10**6, tries=10**6)
    question = question_of(session, 0)
    assert question is not None
    cost: Estimate = next(iter(estimate(session.landscape, question, Desk())))
    assert cost.runs == 10**12 and cost.seconds > studyfeed.LONGEST
    form = studyfeed.form_of(session, cost, "", "global minimum")
    assert "too much for one study" in form.why_not
    with pytest.raises(ValueError, match=r"too much|told apart"):
        list(run_study(session.landscape, question, None, Desk()))


def test_the_form_says_who_takes_part_and_how_long_it_takes() -> None:
    session = session_of("gradient-descent", "adam", starts=20)
    cost = Estimate(runs=40, steps=2400, seconds=90.0, memory=1e4, fits=100)
    form = studyfeed.form_of(session, cost, "", "global minimum")
    assert [each.on for each in form.lines] == [True, True] and form.budget == 60
    assert form.estimate == "40 runs of 60 steps: about 2 minutes." and not form.why_not
    session.look(study=msgspec.structs.replace(session.view.study, entries=(form.lines[1].id,)))
    form = studyfeed.form_of(session, None, "", "global minimum")
    assert [each.on for each in form.lines] == [False, True]
    assert "add a method" in studyfeed.form_of(session_of(), None, "", "").why_not


def test_a_study_says_how_the_race_has_changed_since() -> None:
    session = session_of("gradient-descent", "adam")

    def asked():  # type: ignore[no-untyped-def]
        question = question_of(session, 0)
        assert question is not None
        return question

    ran = asked()
    assert studyfeed.difference_words(ran, asked()) == ""
    session.look(study=StudyChoice(starts=7))
    assert studyfeed.difference_words(ran, asked()) == "Other numbers are asked for now."
    session.change_setting(session.exploration.entries[1].id, 0, "lr", 0.7, True)
    assert studyfeed.difference_words(ran, asked()) == "Adam has other settings now."
    session.add_method("momentum")
    session.remove(session.exploration.entries[0].id)
    words = studyfeed.difference_words(ran, asked())
    assert "Momentum did not take part" in words and "Gradient descent takes no part any more" in words
    session.set_landscape("beale")
    assert studyfeed.difference_words(ran, asked()) == "The landscape is another one now."


def test_the_rows_of_a_result_are_in_the_order_of_the_ranking() -> None:
    study = study_made(
        result_of("momentum", [True] * 4 + [False] * 6), result_of("adam", [True] * 9 + [False])
    )
    outcome = studyfeed.outcome_of(study, lines_for(study), "")
    assert [row.name for row in outcome.rows] == ["Adam", "Momentum"]
    first = outcome.rows[0]
    assert first.words == "90\u202f%  60 to 98\u202f%" and first.low < first.share < first.high
    assert first.numbers[2:] == ("2", "2") and "9 of 10 tries" in first.tip
