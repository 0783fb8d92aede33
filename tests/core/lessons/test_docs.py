"""The page about writing lessons: its example is a lesson that works, and no quantity is missing in it."""

from __future__ import annotations

import re
from pathlib import Path

from minima_core.document import Staging
from minima_core.lessons import PHRASES, Solution, Step, load, trial

PAGE = (Path(__file__).parents[3] / "docs" / "lessons.md").read_text(encoding="utf-8")


def test_the_example_is_right() -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    tried = trial(load(example[1]))
    assert tried.faults == ()
    assert "2/λ = 1" in dict(tried.steps[0].texts)["feedback"]


def test_every_quantity_stands_there_with_its_meaning() -> None:
    for phrase in PHRASES:
        assert f"| `{phrase.pattern}` | {phrase.meaning}" in PAGE


def test_every_key_stands_there() -> None:
    left_out = {"dimension", "difference", "settings", "marble_count"}
    keys = {*Step.__struct_fields__, *Staging.__struct_fields__, *Solution.__struct_fields__} - left_out
    assert {key for key in keys if f"`{key}" not in PAGE} == set()
