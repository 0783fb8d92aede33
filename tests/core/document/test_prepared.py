"""Prepared scenes: every one can be set up, says what is to be seen, and is a whole document."""

from __future__ import annotations

import pytest

from minima_core.document import DocumentError, Prepared, from_json, prepared, prepared_scenes, to_json

NAMES = [each.name for each in prepared_scenes()]


@pytest.mark.parametrize("scene", prepared_scenes(), ids=NAMES)
def test_every_scene_can_be_set_up_and_saved(scene: Prepared) -> None:
    document = scene.document()
    assert from_json(to_json(document)) == document
    assert document.view.title == scene.title
    assert scene.sentence.endswith((".", "?"))
    assert len(document.exploration.entries) > 1
    assert len(scene.sentence) < 160
    assert scene.in_talks.endswith((".", "?")) and len(scene.in_talks) < 160
    assert "card" not in scene.in_talks and "Drag" not in scene.in_talks, "a talk shows no panels"


def test_the_scenes_that_the_subject_asks_for_are_there() -> None:
    assert {"memory", "hump", "newton-saddle", "five-rates"} <= set(NAMES)
    rates = {each.segments[0].method for each in prepared("five-rates").document().exploration.entries}
    assert len(rates) == 5
    assert prepared("hump").document().exploration.place.parameters == {"h": 0.8}


def test_an_unknown_scene_is_none() -> None:
    with pytest.raises((KeyError, DocumentError)):
        prepared("no such scene")
