"""Reading lessons: hostile until validated; every fault has its line and a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from minima_core.lessons import LessonError, load

GOOD = """\
format = 1
name = "mine"
title = "Mine"
summary = "One."
minutes = 2
[[step]]
kind = "predict"
title = "First"
text = "It starts at
 {start 1 x}.\\n\\nNow."
question = "Where to?"
options = ["down", "up"]
right_when = ["run 1 value < 1", ["run 1 value >= 1", "runs is 1"]]
feedback = ["yes {run 1 value}", "no"]
scene = { landscape = "two-wells", runs = ["adam,lr=0.1"], steps = 40 }
[[step]]
kind = "act"
title = "Second"
text = "Do."
until = ["starts is 2"]
solution = { add_start = [0, 0] }
[[step]]
kind = "watch"
title = "Third"
text = "See."
[step.scene]
formula = "x^2 + a y^2"
lower = [-1, -1]
upper = [1, 1]
parameters = { a = 2 }
""".replace('"It starts at\n {start 1 x}.\\n\\nNow."', '"""It starts at\n{start 1 x}.\n\nNow."""')


def test_a_good_one_is_read() -> None:
    read = load(GOOD)
    assert [step.kind for step in read.steps] == ["predict", "act", "watch"]
    assert read.steps[0].text == "It starts at {start 1 x}.\n\nNow."
    assert read.steps[0].conditions_of(1) == ("run 1 value >= 1", "runs is 1")
    assert read.steps[2].document().exploration.place.parameters == {"a": 2.0}  # type: ignore[union-attr]
    assert read.line_of(1, "until") == GOOD.splitlines().index('until = ["starts is 2"]') + 1


def _line(part: str) -> int:
    """Return the line in which a part of the good lesson stands."""
    return next(k for k, line in enumerate(GOOD.splitlines(), 1) if part in line)


@pytest.mark.parametrize(
    ("part", "instead", "said"),
    [
        ("format = 1", "format = 2", "Update the program"),
        ('name = "mine"', 'name = "../mine"', "small letters"),
        ("minutes = 2", "minutes = nan", "minutes"),
        ("minutes = 2", "minutes = " + "9" * 400, "range"),
        ("minutes = 2", 'minutes = "2"', "must be a number"),
        ('title = "First"', 'titel = "First"', "Did you mean “title”"),
        ('title = "First"', 'title = ""', "empty"),
        ('title = "First"', 'title = "<b>First</b>"', "no HTML"),
        ('title = "First"', 'title = "a * b"', "star stands alone"),
        ('kind = "act"', 'kind = "akt"', "it is one of act, explain"),
        ('options = ["down", "up"]', 'options = ["down"]', "2 to 6"),
        ("right_when = [", "right = 3 # [", "1 to 2"),
        ("run 1 value < 1", "run 1 velue < 1", "character 7.*Did you mean “value”"),
        ("run 1 value < 1", "eval(1)", "cannot be read"),
        ("yes {run 1 value}", "yes {run 1 vale}", "Did you mean “value”"),
        ('text = "Do."', "text = 3", "must be text"),
        ("until = [", "untill = [", "Did you mean “until”"),
        ("solution = {", "# solution = {", "needs “solution”"),
        ("add_start = [0, 0]", "add_start = [9, 9]", "outside the region"),
        ("add_start = [0, 0]", 'set = { "7.lr" = 1 }', "no line 7"),
        ("add_start = [0, 0]", 'set = { "1.lrr" = 1 }', "lrr"),
        ("add_start = [0, 0]", 'run = "adan"', "did you mean adam"),
        ('landscape = "two-wells"', 'landscape = "two-wels"', "did you mean two-wells"),
        ('landscape = "two-wells"', 'landscape = "rastrigin", dimension = 5', "one variable or two"),
        ("adam,lr=0.1", "adam,lr=-1", "lr"),
        ("steps = 40", "steps = 1000000", "1 to 100\u202f000 steps"),
        ("steps = 40", "steps = 40, stepz = 1", "Did you mean “step” or “steps”"),
        ("steps = 40", 'steps = 40, overlay = "basin"', "did you mean “basins”"),
        ("steps = 40", 'steps = 40, clock = "time"', "Time differs"),
        ("steps = 40", "steps = 40, start = [1]", "has 1 coordinates"),
        ("steps = 40", "steps = 40, select = 3", "no number 3"),
        ('formula = "x^2 + a y^2"', 'formula = "x^2 +"', "character 5"),
        ('formula = "x^2 + a y^2"', "formula = \"__import__('os')\"", "formula"),
        ("lower = [-1, -1]", "lower = [1, 1]", "no area"),
        ("lower = [-1, -1]", "lower = [inf, 1]", "finite"),
        ("parameters = { a = 2 }", "parameters = { a = nan }", "finite"),
        ("minutes = 2", "minutes = 2\nminutes = 3", "not TOML"),
    ],
)
def test_every_fault_has_its_line_and_a_sentence(part: str, instead: str, said: str) -> None:
    with pytest.raises(LessonError, match=said) as refused:
        load(GOOD.replace(part, instead, 1))
    assert refused.value.sentence.endswith((".", "?"))
    begin = _line(part)
    assert begin <= refused.value.line <= begin + 1 or refused.value.line == _step_of(begin)


def _step_of(line: int) -> int:
    """Return the line at which the step begins that a line belongs to: there a missing key is missed."""
    return max((k for k, each in enumerate(GOOD.splitlines()[:line], 1) if each == "[[step]]"), default=1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 100_000,
        "format = 1\nx = " + "[" * 3000 + "]" * 3000,
        "format = 1\nx = " + "{a=" * 1000,
        "a" + ".a" * 1500 + " = 1",
        "x = " + "9" * 3900,
        "\x00",
        "format = 1\n" + "x = 1 # \n" * 30_000,
        '"' * 3999,
        "format = 1979-05-27",
        'format = 1\nstep = "no"',
        "format = 1\nstep = [[1]]",
        "\ud800",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(LessonError):
        load(text)


def test_files_are_checked_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert load(path).title == "Mine"
    path.write_bytes(b"x" * 300_000)
    with pytest.raises(LessonError, match=r"0\.3 MB large"):
        load(path)
    path.write_bytes(b"format = 1\n\xff")
    with pytest.raises(LessonError, match=r"Line 2: .*UTF-8"):
        load(path)
    other = tmp_path / "other.toml"
    other.write_text(GOOD, encoding="utf-8")
    with pytest.raises(LessonError, match=r"Line 2: .*that of the file"):
        load(other)


def test_too_much_work_is_refused() -> None:
    study = 'text = "See."\nstudy = { methods = ["adam"], starts = 1000000, steps = 1000000 }'
    with pytest.raises(LessonError, match="too much for a lesson"):
        load(GOOD.replace('text = "See."', study))
    starts = f"steps = 100000, starts = {[[0.1, k / 64] for k in range(60)]}"
    with pytest.raises(LessonError, match="too much for a lesson"):
        load(GOOD.replace("steps = 40", starts))
