"""Every lesson that ships: a learner who does as it says finds everything as it says."""

from __future__ import annotations

import re

import pytest

from minima_core.document import opening
from minima_core.lessons import Trial, lesson, lesson_names, load, trial
from minima_core.lessons.lesson import texts_of
from minima_core.lessons.quantities import UNKNOWN

FIRST = ("two-definitions", "descent", "learning-rate", "momentum", "noise", "restarts")
THEN = (
    "annealing",
    "basins",
    "newton",
    "regularisation",
    "the-route-and-the-seed",
    "the-loop",
    "which-minimum",
    "many-dimensions",
    "sentences",
)
LONGEST_SENTENCE = 45
"""Words."""


@pytest.mark.parametrize("name", lesson_names())
def test_a_lesson_holds(name: str) -> None:
    read = lesson(name)
    tried: Trial = trial(read)
    assert tried.faults == ()
    for step in tried.steps:
        for _, text in step.texts:
            assert UNKNOWN not in text.replace(" …", "")
            assert "{" not in text
    for step, done in zip(read.steps, tried.steps, strict=True):
        assert (done.right is not None) == (step.kind == "predict")


@pytest.mark.parametrize("name", lesson_names())
def test_a_lesson_is_whole_short_and_names_its_sources(name: str) -> None:
    read = lesson(name)
    assert load(read.source).name == name
    assert read.sources
    assert 5 <= len(read.steps) <= 9
    kinds = [step.kind for step in read.steps]
    assert "predict" in kinds
    assert "act" in kinds or "watch" in kinds
    assert read.summary.endswith((".", "?"))
    for step in read.steps:
        for _, text in texts_of(step):
            plain = re.sub(r"\{[^}]*\}", "0", text)
            for sentence in re.split(r"[.?!:;]\s", plain):
                assert len(sentence.split()) <= LONGEST_SENTENCE, sentence


def test_the_first_lessons_come_first() -> None:
    assert lesson_names()[: len(FIRST)] == FIRST


def test_the_course_ends_before_the_clinic() -> None:
    assert lesson_names() == FIRST + THEN


def test_no_lesson_starts_where_the_program_does() -> None:
    begin = {start.position for start in opening().exploration.starts}
    for name in lesson_names():
        scenes = [step.document() for step in lesson(name).steps]
        starts = {start.position for one in scenes if one is not None for start in one.exploration.starts}
        assert starts and not starts & begin


def test_an_unknown_lesson_is_none() -> None:
    with pytest.raises(ValueError, match="Did you mean “momentum”"):
        lesson("momentun")
