"""The charts of a study and what is said of it: rows, whiskers, ends, records, cost, significance."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from minima_core import document as doc
from minima_core.document import Document, Exploration, StudyChoice, View
from minima_core.scene import (
    Boxes,
    ChartScene,
    Findings,
    Label,
    Lines,
    Points,
    figure,
    study_lines,
    study_scene,
    target_words,
    tries_words,
)
from minima_core.scene.study_charts import STUDY_CHARTS
from minima_core.scene.study_words import (
    ranking_words,
    restarts_pairs,
    restarts_words,
    study_caption,
    study_headline,
    study_numbers,
)
from minima_core.studies import Restarts
from tests.core.scene.studied import lines_for, result_of, study_made
from tests.core.scene.test_charts import in_sight, keyed

GOOD = result_of("adam", [True] * 18 + [False] * 2)
FAIR = result_of("momentum", [True] * 14 + [False] * 6)
NEVER = result_of("rmsprop", [False] * 20, labels=[1] * 15 + [-1] * 5)
STUDY = study_made(FAIR, NEVER, GOOD)


def drawn(study=STUDY, chart="success") -> ChartScene:
    scene = study_scene(study, lines_for(study), chart)
    keyed(scene)
    assert in_sight(scene)
    return scene


def boxes(scene: ChartScene) -> dict[str, Boxes]:
    return {mark.key: mark for mark in scene.marks if isinstance(mark, Boxes)}


# -- charts --------------------------------------------------------------------------------------------------


def test_success_has_a_bar_a_whisker_and_a_name_for_each_line_the_best_on_top() -> None:
    scene = drawn()
    assert [tick.text for tick in scene.y_ticks] == [
        "Rmsprop  0\u202f%",
        "Momentum  70\u202f%",
        "Adam  90\u202f%",
    ]
    assert scene.y_ticks[-1].at > scene.y_ticks[0].at
    bars = boxes(scene)
    assert bars["bar:2"].rects[0, 1] == pytest.approx(0.9) and bars["bar:2"].style.colour == "run:adam:0"
    whisker = keyed(scene)["whisker:0"]
    assert isinstance(whisker, Lines)
    assert whisker.points[0, 0] == pytest.approx(FAIR.low) and whisker.points[1, 0] == pytest.approx(
        FAIR.high
    )
    assert FAIR.low < 0.7 < FAIR.high


def test_points_of_a_line_carry_the_number_of_its_result() -> None:
    for chart, _, _ in STUDY_CHARTS:
        for mark in drawn(chart=chart).marks:
            if isinstance(mark, Points):
                assert set(mark.ids) == {int(mark.key.removeprefix("line:"))}


def test_ends_fill_the_whole_of_every_bar() -> None:
    scene = drawn(chart="ends")
    parts = boxes(scene)
    assert set(parts) == {"ends:basin:0", "ends:basin:1", "ends:basin:none"}
    lengths: dict[float, float] = {}
    for mark in parts.values():
        for x0, x1, y0, _ in mark.rects:
            lengths[y0] = lengths.get(y0, 0.0) + x1 - x0
    assert list(lengths.values()) == pytest.approx([1.0] * 3)
    said = {mark.bold for mark in scene.marks if isinstance(mark, Label)}
    assert said == {"1", "2", "none"}


def test_many_minima_become_others() -> None:
    labels = [k % 30 for k in range(90)]
    many = study_made(result_of("adam", [False] * 90, labels, minima=30), minima=30)
    scene = drawn(many, "ends")
    assert "ends:muted" in boxes(scene) and len(boxes(scene)) == 13
    assert any(isinstance(mark, Label) and mark.bold == "others" for mark in scene.marks)


def test_the_staircase_only_falls_and_reaches_to_the_last_try() -> None:
    values = [0.9, 1.4, 0.5, 0.5, 0.01, 0.3]
    study = study_made(result_of("adam", [False] * 6, values=values))
    scene = drawn(study, "record")
    stairs = keyed(scene)["stairs:0"]
    assert isinstance(stairs, Lines) and scene.y_log
    assert (np.diff(stairs.points[:, 1]) <= 0).all()
    assert stairs.points[0, 0] == 1 and stairs.points[-1, 0] == 6
    assert 10.0 ** stairs.points[:, 1].min() == pytest.approx(0.01)
    corners = keyed(scene)["line:0"]
    assert isinstance(corners, Points) and corners.points[:, 0].tolist() == [1, 3, 5]


def test_a_record_below_every_known_minimum_is_drawn_as_a_loss() -> None:
    study = study_made(result_of("adam", [False] * 3, values=[4.0, -2.0, -3.0]))
    scene = drawn(study, "record")
    assert scene.y_label == "loss" and not scene.y_log
    assert study_scene(
        study_made(result_of("adam", [False], values=[np.inf])), lines_for(study), "record"
    ).note


def test_the_share_solved_rises_with_cost_to_the_share_of_successes() -> None:
    scene = drawn(chart="solved")
    line = keyed(scene)["solved:0"]
    assert isinstance(line, Lines)
    assert (np.diff(line.points[:, 1]) >= 0).all() and line.points[-1, 1] == pytest.approx(0.7)
    assert line.points[-1, 0] >= np.log10(FAIR.cost[FAIR.hits].max())
    flat = keyed(scene)["solved:1"]
    assert isinstance(flat, Lines) and flat.points[:, 1].max() == 0


def test_where_nobody_arrives_there_is_no_cost_to_draw() -> None:
    scene = study_scene(study_made(NEVER), lines_for(study_made(NEVER)), "solved")
    assert not scene.marks and "No try of any line reached the global minimum" in scene.note


def test_without_a_study_the_chart_says_how_to_get_one() -> None:
    scene = study_scene(None, ())
    assert not scene.marks and "Run" in scene.note


def test_one_bar_alone_is_no_wall() -> None:
    scene = drawn(study_made(GOOD))
    bar = boxes(scene)["bar:0"].rects[0]
    assert (bar[3] - bar[2]) / (scene.extent[3] - scene.extent[2]) < 0.25


def test_names_at_the_ends_of_lines_keep_apart() -> None:
    study = study_made(*(result_of(f"m{k}", [True] * 10 + [False] * 10) for k in range(6)))
    heights = sorted(mark.point[1] for mark in drawn(study, "solved").marks if isinstance(mark, Label))
    assert len(heights) == 6 and np.diff(heights).min() > 0.1


def test_beside_a_legend_a_chart_leaves_its_names_and_numbers_out() -> None:
    for chart, _, _ in STUDY_CHARTS:
        scene = study_scene(STUDY, lines_for(STUDY), chart, legend=True)
        assert in_sight(scene) and "20 starts" not in scene.title
        said = {mark.bold or mark.text for mark in scene.marks if isinstance(mark, Label)}
        assert said == ({"1", "2", "none"} if chart == "ends" else set())


def test_the_same_study_is_drawn_once() -> None:
    assert drawn() is drawn() and drawn(chart="ends") is not drawn()


# -- lines ---------------------------------------------------------------------------------------------------


def test_lines_of_one_method_are_told_apart_by_no_more_than_it_takes() -> None:
    exploration = Exploration(doc.place_of("two-wells"))
    for text in ("adam,lr=0.05", "adam,lr=0.3", "momentum"):
        exploration = doc.add_entry(exploration, text)
    ids = [entry.id for entry in exploration.entries]
    words = [each.words for each in study_lines(exploration, ids, 0)]
    assert words == ["Adam, lr 0.05", "Adam, lr 0.3", "Momentum"]
    assert [each.label for each in study_lines(exploration, ids[:2], 0)] == ["lr 0.05", "lr 0.3"]
    assert [each.role for each in study_lines(exploration, ids[1:], 0)] == ["run:adam:1", "run:momentum:0"]


def test_a_study_takes_lines_and_cost_from_the_race_unless_told() -> None:
    exploration = doc.opening().exploration
    choice = StudyChoice()
    assert [each.id for each in choice.lines_of(exploration)] == [
        e.id for e in exploration.entries if e.enabled
    ]
    assert choice.cost_in(exploration) == ("steps", exploration.steps)
    chosen = StudyChoice(entries=(exploration.entries[1].id, 99), unit="evaluations", budget=50)
    assert [each.id for each in chosen.lines_of(exploration)] == [exploration.entries[1].id]
    assert chosen.cost_in(exploration) == ("evaluations", 50)


@pytest.mark.parametrize("wrong", [{"starts": 0}, {"entries": ()}, {"budget": 0}, {"target": float("nan")}])
def test_an_impossible_study_is_refused_with_a_sentence(wrong: dict[str, object]) -> None:
    with pytest.raises(doc.DocumentError, match=r"study|starts|budget|target"):
        StudyChoice(**wrong)  # type: ignore[arg-type]


def test_a_document_keeps_which_study_it_asks_for() -> None:
    opening = doc.opening()
    view = msgspec.structs.replace(opening.view, layout="study", study=StudyChoice(starts=20, chart="ends"))
    again = doc.from_json(doc.to_json(Document(opening.version, opening.exploration, view)))
    assert again.view.study == view.study and again.view.layout == "study"


# -- words ---------------------------------------------------------------------------------------------------


def test_the_headline_says_who_and_how_often() -> None:
    assert study_headline(STUDY, lines_for(STUDY)) == (
        "Adam reaches the global minimum in 18 of 20 tries, more often than any other line."
    )
    alone = study_made(GOOD)
    assert "18 of 20 tries: 90\u202f% (" in study_headline(alone, lines_for(alone))
    none = study_made(NEVER)
    assert "never reached the global minimum in 20 tries: a chance of up to" in study_headline(
        none, lines_for(none)
    )
    assert target_words(study_made(GOOD, proved=False)) == "the best minimum known"
    assert target_words(study_made(GOOD, target=0.5)) == "a loss of 0.5 or less"


def test_what_is_not_significant_is_called_so() -> None:
    close = study_made(GOOD, result_of("momentum", [True] * 16 + [False] * 4))
    words = ranking_words(close, lines_for(close))
    assert study_headline(close, lines_for(close)).endswith("any other line; luck alone may do as much.")
    assert words.startswith("The difference is not significant (p = 0.5)")
    assert not close.ranking.pairs[0].significant
    far = ranking_words(STUDY, lines_for(STUDY))
    assert "difference from Momentum is not significant" in far and "that from the other is" in far
    clear = study_made(GOOD, NEVER)
    assert "Its lead over the other line is significant" in ranking_words(clear, lines_for(clear))
    assert ranking_words(study_made(GOOD), lines_for(study_made(GOOD))) == ""


def test_who_succeeds_most_cheaply_is_said_where_it_is_another() -> None:
    cheap = result_of("momentum", [True] * 17 + [False] * 3, cost=[5.0] * 17 + [np.inf] * 3, budget=10)
    study = study_made(GOOD, cheap)
    assert "Momentum succeeds most cheaply" in ranking_words(study, lines_for(study))


def test_equal_steps_are_not_called_equal_cost_where_they_are_not() -> None:
    dear = result_of("momentum", [True] * 17 + [False] * 3, budget=900)
    study = study_made(GOOD, dear)
    words = ranking_words(study, lines_for(study))
    assert "Momentum spends 900 evaluations on a try, Adam 100; compare by evaluations." in words
    assert "equal cost" not in ranking_words(STUDY, lines_for(STUDY))


def test_the_caption_says_what_ran_and_what_counted() -> None:
    caption = study_caption(STUDY)
    for part in (
        "Two wells: 20 starts",
        "seed 7",
        "100 steps a try",
        "Success is the global minimum",
        "exact",
    ):
        assert part in caption
    assert tries_words(STUDY) == "20 starts, 100 steps a try"


def test_a_line_that_never_succeeds_has_no_cost() -> None:
    assert study_numbers(NEVER)[:3] == ("–", "–", "1")
    median, expected, minima, tries = study_numbers(FAIR)
    assert (median, minima, tries) == ("10", "2", "3")
    assert expected == str(round(FAIR.expected_cost))


# -- restarts ------------------------------------------------------------------------------------------------

ENDS = np.array([[0.0, 0.0]] * 3 + [[1.0, 0.0]] * 6 + [[2.0, 0.0]])
MINIMA = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])
RESTARTS = Restarts(
    ENDS,
    ENDS[:, 0],
    ENDS[:, 0].astype(np.int16),
    MINIMA,
    True,
    np.array([True, False, False, False]),
)


def test_the_account_of_restarts_has_chances_with_their_intervals() -> None:
    pairs = {what: much for what, much, _ in restarts_pairs(RESTARTS, proved=4)}
    assert pairs["tries so far"] == "10"
    assert pairs["ended at the best, p"].startswith("30\u202f% (11 to 60\u202f%)")
    assert pairs["met by now, 1 − (1 − p)¹⁰"] == "97\u202f%"
    assert pairs["tries for 95\u202f%"].startswith("9 (4 to 27")
    assert pairs["next one is new"].startswith("10\u202f% (")
    assert pairs["minima met"] == "3 of 4"
    assert restarts_words(RESTARTS) == (
        "10 descents met 3 different minima; the next one finds a new one with 10\u202f%"
    )
    assert restarts_words(RESTARTS, independent=False) == "10 descents met 3 different minima"


def test_no_chances_follow_from_tries_that_know_of_each_other() -> None:
    pairs = {what: much for what, much, _ in restarts_pairs(RESTARTS, independent=False, stride=4)}
    assert pairs["tries so far"] == "40" and pairs["minima met"] == "3"
    assert pairs["ended at the best"] == "3"
    assert "next one is new" not in pairs and pairs["chances"] == "none: tries are linked"


# -- figures -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("aspect", [1.6, 0.6])
def test_the_picture_of_a_study_has_all_four_charts_and_says_what_came_out(aspect: float) -> None:
    opening = doc.opening()
    view = View(layout="study", theme="light")
    found = Findings(study=STUDY, study_lines=lines_for(STUDY))
    made = figure(
        Document(opening.version, opening.exploration, view), {}, {}, 0, aspect=aspect, findings=found
    )
    assert [panel.kind for panel in made.panels] == ["chart"] * 4
    assert max(panel.rect[0] + panel.rect[2] for panel in made.panels) == pytest.approx(1.0)
    assert [line.name for line in made.legend.lines] == ["Adam", "Momentum", "Rmsprop"]
    assert made.legend.lines[0].verdict.startswith("90\u202f% (")
    assert "18 of 20 tries" in made.caption and "seed 7" in made.caption


def test_where_every_line_arrives_at_once_the_record_is_no_noise() -> None:
    study = study_made(result_of("adam", [True] * 4, values=[3e-10, 1e-12, 4e-13, 0.0]))
    scene = drawn(study, "record")
    stairs = keyed(scene)["stairs:0"]
    assert isinstance(stairs, Lines) and not scene.y_log
    assert (stairs.points[:, 1] == 0).all() and "with its first try" in scene.note
