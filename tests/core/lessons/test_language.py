"""The language of lessons: what is read, what is refused, and where it goes wrong."""

from __future__ import annotations

import pytest

from minima_core.lessons.language import LanguageError, condition, placeholders, quantity_of
from minima_core.lessons.phrases import PHRASES, STATES
from minima_core.lessons.quantities import _RUN, _WORKED_OUT


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: f"{phrase.subject}: {phrase.pattern}")
def test_every_phrase_can_be_written_and_is_worked_out_somewhere(phrase) -> None:  # type: ignore[no-untyped-def]
    who = {"run": "run 1 ", "start": "start 2 ", "minimum": "minimum 1 ", "study": "study 3 ", "whole": ""}
    text = phrase.pattern.replace("<name>", "lr").replace("<state>", "saddle").replace("<point>", "(1, −2)")
    asked = quantity_of(who[phrase.subject] + text)
    assert asked.phrase is phrase
    worked_out = phrase.pattern in _RUN or phrase.key in _WORKED_OUT
    assert worked_out or phrase.pattern in {"method", "setting <name>"}


def test_whom_a_quantity_is_about() -> None:
    assert quantity_of("run 2 from 3 value").who.start == 3
    assert quantity_of("last run state").who.which == "last"
    assert quantity_of("run adam value").who.which == "adam"
    assert quantity_of("best minimum value").who.number == 1
    assert quantity_of("run 1 value at step 40").at == quantity_of("run 1 value at 40").at == 40
    assert quantity_of("run 1 distance to (1, -2.5)").slots == ((1.0, -2.5),)
    assert quantity_of("run 1 setting local.lr").slots == ("local.lr",)
    assert quantity_of("runs at local minimum").slots == ("local minimum",)


def test_conditions() -> None:
    read = condition("run 1 state is not local minimum")
    assert (read.operator, read.words) == ("is not", "local minimum")
    assert condition("run 1 value ≤ 0.1").operator == "<="
    between = condition("run 1 x between -1 and 2 × run 2 x")
    assert [each.factor for each in between.amounts] == [-1.0, 2.0]
    assert condition("lens reach is known").operator == "known"
    assert condition("starts = 2").operator == "is"
    assert len(condition("run 1 value < run 2 value").quantities) == 2


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("run 1 stat is saddle", 6, "Did you mean “state”"),
        ("run adan value < 1", 4, "Did you mean “adam”"),
        ("run 0 value < 1", 4, "whole number from 1 on"),
        ("run 1 state is local minimun", 15, "Did you mean “local minimum”"),
        ("overlay is basin", 11, "Did you mean “basins”"),
        ("run 1 value", 11, "What should hold of it?"),
        ("run 1 value < ", 14, "Compared with what?"),
        ("run 1 value < 1 and run 2 value < 1", 16, "stand in a list"),
        ("run 1 value ; 2", 12, "has no meaning"),
        ("run 1 value at -3 < 1", 15, "a step is needed"),
        ("run 1 state < 3", 12, "is no number"),
        ("run 1 value < any run value", 14, "stand on the left"),
        ("run 1 value between 1", 21, "needs two amounts"),
        ("__import__('os')", 0, "has no meaning"),
        ("", 0, "needs to be asked for something"),
        ("runs is " + "9" * 400, 0, "at most 200"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_column(text: str, column: int, said: str) -> None:
    with pytest.raises(LanguageError, match=said.replace("?", r"\?")) as refused:
        condition(text)
    assert refused.value.column == column


def test_placeholders() -> None:
    found = placeholders("From {start 1 x} to {run 1 x:5}.")
    assert [(written, digits) for written, _, digits in found] == [("{start 1 x}", 3), ("{run 1 x:5}", 5)]
    for wrong in ("{run 1 x:99}", "an { open one", "{any run value}", "{}", "{{runs}}"):
        with pytest.raises(LanguageError):
            placeholders(wrong)


def test_the_states_are_those_of_verdicts() -> None:
    from minima_core.runs.said import Verdict

    assert all(f'"{state}"' in (Verdict.__doc__ or "").replace("\n", " ") for state in STATES)
