"""How far a learner has come: kept as plain values, and taken from whatever the preferences hold by now."""

from __future__ import annotations

from typing import Any

import pytest

from minima_desktop.learner import MOST_FILES, Learner, Place


class Memory:
    """Preferences that forget nothing until the test is over."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def values(self, key: str) -> dict[str, Any]:
        return self.kept.get(key, {})

    def keep(self, key: str, value: dict[str, Any]) -> None:
        self.kept[key] = value


def test_a_place_is_kept_by_lesson() -> None:
    memory = Memory()
    learner = Learner(memory)
    assert learner.place("descent", 7).mark == "new"
    learner.keep("descent", Place(at=2, reached=3, answers={0: 1, 2: 0}))
    learner.keep("noise", Place(at=6, reached=6, done=True))
    again = Learner(memory)
    assert again.place("descent", 7) == Place(at=2, reached=3, answers={0: 1, 2: 0})
    assert [again.place(name, 7).mark for name in ("descent", "noise")] == ["under way", "done"]


@pytest.mark.parametrize(
    "kept",
    [
        None,
        3,
        "x",
        [],
        {"at": "two"},
        {"at": -4, "reached": True},
        {"answers": {"one": 1, "99": 2, "0": "a"}},
    ],
)
def test_what_cannot_be_counts_as_the_beginning(kept: object) -> None:
    place = Place.of(kept, 5)
    assert (place.at, place.reached, place.done) == (0, 0, False)
    assert set(place.answers.values()) <= {0}


def test_a_lesson_that_has_become_shorter_is_gone_on_with_at_its_end() -> None:
    assert Place.of({"at": 9, "reached": 12, "answers": {"8": 1}}, 4) == Place(at=3, reached=3)


def test_the_latest_files_are_remembered_and_judgements_too() -> None:
    learner = Learner(Memory())
    for k in range(9):
        learner.keep_file(f"lesson-{k}.toml")
    learner.keep_file("lesson-5.toml")
    assert learner.files()[:2] == ("lesson-5.toml", "lesson-8.toml")
    assert len(learner.files()) == MOST_FILES
    learner.keep_judged("cubic", "half true")
    assert learner.judged() == {"cubic": "half true"}
