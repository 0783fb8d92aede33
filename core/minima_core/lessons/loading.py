"""Reading lessons: a file is hostile until it has been validated, and nothing in it is ever run.

Size, depth, types, names, numbers, formulas, methods and conditions are checked, in this order, before
anybody sees the lesson; what is wrong is a `LessonError` with the line and a sentence.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

import minima_resources
from minima_core.document import Document, Staging, prepared_scenes
from minima_core.document.envelope import KINDS
from minima_core.document.insight import SettingsChoice
from minima_core.formula import FormulaError
from minima_core.landscapes.changes import Changes
from minima_core.lessons.faults import LessonError, Where, line_of
from minima_core.lessons.language import LanguageError, condition, placeholders
from minima_core.lessons.lesson import FORMAT, Lesson, Solution, Step, StudyAsked, texts_of
from minima_core.lessons.solving import solved
from minima_core.methods import Specification
from minima_core.scene.words import whole as counted
from minima_core.suggestions import suggestions

__all__ = ["FOLDER", "lesson", "lesson_names", "load"]

FOLDER = "lessons"

LARGEST = 200_000
LONGEST_LINE = 4000
MOST_LESSON_STEPS = 40
MOST_OPTIONS = 6
MOST_CONDITIONS = 8
LONGEST = {"title": 80, "text": 1200, "question": 300, "options": 160, "feedback": 700, "done": 700,
           "hint": 300}  # fmt: skip
MOST_RUN_STEPS = 100_000
MOST_WORK = 2_000_000
"""Runs × steps of a scene."""
MOST_STUDY = 20_000_000
"""Methods × starts × seeds × steps of a study."""
DIMENSIONS = 2
"""A lesson can be seen: its landscapes have one variable or two."""

_TABLES: dict[str, type[msgspec.Struct]] = {
    "step": Step, "scene": Staging, "study": StudyAsked, "solution": Solution, "changes": Changes,
    "reveal": Solution, "settings": SettingsChoice,
}  # fmt: skip
_HTML = re.compile(r"<[A-Za-z/!?]")


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands in a file."""

    format: int
    name: str
    title: str
    summary: str
    minutes: float
    order: float = 1000.0
    sources: tuple[str, ...] = ()
    step: tuple[Step, ...]


class _FaultError(Exception):
    """A fault found where the text is not at hand."""

    def __init__(self, where: Where, sentence: str) -> None:
        super().__init__(sentence)
        self.where, self.sentence = where, sentence


# -- lessons that ship with the program ----------------------------------------------------------------------


@cache
def lesson_names() -> tuple[str, ...]:
    """Return the names of the lessons that ship with the program, in the order of the course."""
    found = [
        _shipped(name.removesuffix(".toml"))
        for name in minima_resources.names(FOLDER)
        if name.endswith(".toml")
    ]
    return tuple(each.name for each in sorted(found, key=lambda each: (each.order, each.name)))


def lesson(name: str) -> Lesson:
    """Return a lesson that ships with the program.

    Raises
    ------
    ValueError
        With near matches, when there is none of that name.
    """
    if name not in lesson_names():
        near = suggestions(name, lesson_names())
        meant = f" Did you mean {' or '.join(f'“{each}”' for each in near)}?" if near else ""
        raise ValueError(f"There is no lesson “{name}”.{meant}")
    return _shipped(name)


@cache
def _shipped(name: str) -> Lesson:
    """Read one; its scenes are not set up before they are shown, for tests have tried them all."""
    return load(minima_resources.text(f"{FOLDER}/{name}.toml"), whole=False)


# -- reading -------------------------------------------------------------------------------------------------


def load(source: str | Path, *, whole: bool = True) -> Lesson:
    """Read a lesson from a file (a `Path`) or from text.

    Parameters
    ----------
    whole
        Whether every scene is set up, and every solution applied, to see that it can be.

    Raises
    ------
    LessonError
        With the line and a sentence.
    OSError
        When the file cannot be read.
    """
    text, name = (_text_of(source), source.stem) if isinstance(source, Path) else (source, "")
    try:
        data = _parsed(text)
        file = _converted(data)
        _check_file(file, name)
        for k, step in enumerate(file.step):
            _check_step(k, step, first=k == 0)
        if whole:
            _set_all_up(file.step)
    except _FaultError as fault:
        raise LessonError(fault.sentence, line_of(text, fault.where)) from None
    steps = tuple(_tidied(step) for step in file.step)
    return Lesson(file.name, file.title, file.summary, file.minutes, file.sources, file.order, steps, text)


def _tidied(step: Step) -> Step:
    """Return a step whose texts flow: lines may be broken anywhere, an empty line begins a paragraph."""
    feedback = step.feedback
    return msgspec.structs.replace(
        step,
        feedback=_flowing(feedback) if isinstance(feedback, str) else tuple(map(_flowing, feedback)),
        options=tuple(map(_flowing, step.options)),
        **{key: _flowing(getattr(step, key)) for key in ("title", "text", "question", "done", "hint")},
    )


def _flowing(text: str) -> str:
    """Return a text with single line breaks as spaces."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()))


def _text_of(path: Path) -> str:
    """Return the text of a file that is not too large, and is text."""
    size = path.stat().st_size
    if size > LARGEST:
        raise LessonError(
            f"The file is {size / 1e6:.1f} MB large; a lesson has at most {LARGEST // 1000} kB.",
            1,
        )
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise LessonError("The file is not text in UTF-8; save it as UTF-8.", line) from None


def _parsed(text: str) -> dict[str, Any]:
    """Read TOML, with the line where it is none."""
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        raise LessonError(f"A lesson has at most {LARGEST // 1000} kB.", 1)
    for number, each in enumerate(text.splitlines(), 1):
        if len(each) > LONGEST_LINE:
            raise LessonError(
                f"This line has {len(each)} characters; at most {LONGEST_LINE} are allowed.", number
            )
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except RecursionError:
        lines = text.splitlines()
        deepest = max(range(len(lines)), key=lambda k: lines[k].count("[") + lines[k].count("{"))
        raise LessonError("Brackets are nested too deeply.", deepest + 1) from None
    except ValueError as error:
        said = str(error)
        at = re.search(r" \(at line (\d+), column (\d+)\)$", said)
        line = int(at[1]) if at else max(len(text.splitlines()), 1)
        what = re.sub(r" \(at .*\)$", "", said)
        raise LessonError(f"This is not TOML: {what[:1].lower()}{what[1:200]}.", line) from None


def _converted(data: dict[str, Any]) -> _File:
    """Check names and types."""
    given = data.get("format")
    if isinstance(given, int) and given > FORMAT:
        raise _FaultError(
            ("format",),
            f"This lesson is of format {given}; this program reads format {FORMAT}. Update the program.",
        )
    try:
        return msgspec.convert(data, _File)
    except msgspec.ValidationError as error:
        raise _fault_of(str(error)) from None
    except (RecursionError, OverflowError):
        raise _FaultError((), "The lesson holds something that is far too large or too deep.") from None


def _fault_of(message: str) -> _FaultError:
    """Turn a message of the decoder into a sentence with its place."""
    said, _, path = message.partition(" - at `")
    where: list[str | int] = [
        int(index) if index else name
        for name, index in re.findall(
            r"\.?([\w-]+)|\[(\d+)\]", path.rstrip("`").removeprefix("$").replace("[...]", "")
        )
    ]
    names = [each for each in where if isinstance(each, str)]
    inside = next((each for each in reversed(names) if each in _TABLES), "")
    owner = {"": "A lesson", "step": "A step"}.get(inside, f"“{inside}”")
    if match := re.fullmatch(r"Object contains unknown field `(.+)`", said, re.DOTALL):
        known = [each.encode_name for each in msgspec.structs.fields(_TABLES.get(inside, _File))]
        near = suggestions(match[1], known)
        meant = (
            f"Did you mean {' or '.join(f'“{each}”' for each in near)}?"
            if near
            else f"It knows {', '.join(known)}."
        )
        return _FaultError([*where, match[1]], f"{owner} has no key “{match[1][:60]}”. {meant}")
    if match := re.fullmatch(r"Object missing required field `(.+)`", said):
        return _FaultError(where, f"{owner} needs the key “{match[1]}”.")
    what = f"“{names[-1]}”" if names else "This"
    if match := re.fullmatch(r"Expected `(.+)`, got `(.+)`", said):
        wanted = " or ".join(KINDS.get(kind.strip(), kind.strip()) for kind in match[1].split("|"))
        return _FaultError(where, f"{what} must be {wanted}, not {KINDS.get(match[2], match[2])}.")
    if match := re.fullmatch(r"Invalid enum value [`'](.+)[`']", said, re.DOTALL):
        choices = _choices(inside, names[-1] if names else "")
        near = suggestions(match[1], choices)
        can = " or ".join(f"“{each}”" for each in near) if near else ", ".join(choices)
        return _FaultError(
            where,
            f"{what} cannot be “{match[1][:60]}”; "
            + (f"did you mean {can}?" if near else f"it is one of {can}."),
        )
    return _FaultError(where, said if said.endswith((".", "?")) else f"{what}: {said[:200]}.")


def _either(names: list[str]) -> str:
    """Return “a” or “b”."""
    return " or ".join(f"“{each}”" for each in names)


def _choices(table: str, name: str) -> list[str]:
    """Return what a key can be, where that is a closed list."""
    for each in msgspec.structs.fields(_TABLES.get(table, _File)):
        if each.name == name:
            kind = msgspec.inspect.type_info(each.type)
            kinds = kind.types if isinstance(kind, msgspec.inspect.UnionType) else (kind,)
            return [str(v) for k in kinds if isinstance(k, msgspec.inspect.LiteralType) for v in k.values]
    return []


# -- what must be true of the whole --------------------------------------------------------------------------


def _check_file(file: _File, name: str) -> None:
    """Check what stands at the top."""
    if file.format != FORMAT:
        raise _FaultError(("format",), f"The format is {FORMAT}, not {file.format}.")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", file.name) or len(file.name) > 60:
        raise _FaultError(("name",), "The name has small letters, digits and hyphens, such as “my-lesson”.")
    if name and name != file.name:
        raise _FaultError(("name",), f"The name must be that of the file: “{name}”, not “{file.name}”.")
    for key, text, most in (("title", file.title, 80), ("summary", file.summary, 200)):
        _check_text((key,), key, text, most)
    if not 0 < file.minutes <= 240:
        raise _FaultError(("minutes",), "A lesson takes more than 0 and at most 240 minutes.")
    if not -1e6 < file.order < 1e6:
        raise _FaultError(("order",), "The order must be a number of ordinary size, such as 10.")
    if len(file.sources) > 30:
        raise _FaultError(("sources",), "At most 30 sources are allowed.")
    for each in file.sources:
        _check_text(("sources",), "source", each, 300)
    if not 1 <= len(file.step) <= MOST_LESSON_STEPS:
        raise _FaultError(("step",), f"A lesson has 1 to {MOST_LESSON_STEPS} steps, not {len(file.step)}.")


def _check_text(where: Where, what: str, text: str, most: int) -> None:
    """Refuse text that is missing, too long, or more than plain words."""
    if not text.strip():
        raise _FaultError(where, f"The {what} is empty.")
    if len(text) > most:
        raise _FaultError(where, f"The {what} has {len(text)} characters; at most {most} are allowed.")
    if any((ord(c) < 32 and c not in "\n\t") or 0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise _FaultError(where, f"The {what} holds characters that cannot be shown.")
    if _HTML.search(text):
        raise _FaultError(where, f"The {what} is plain text: *emphasis* is all there is, no HTML.")
    if text.count("*") % 2:
        raise _FaultError(where, f"In the {what} a star stands alone: *emphasis* needs two; times is ×.")


def _check_step(k: int, step: Step, *, first: bool) -> None:
    """Check one step."""
    at: Where = ("step", k)
    _check_text((*at, "title"), "title", step.title, LONGEST["title"])
    if not step.text.strip():
        raise _FaultError((*at, "text"), "The text is empty.")
    for key, text in texts_of(step):
        literal = (text,) if key == "options" else ()
        _check_text((*at, key, *literal), key if key != "options" else "option", text, LONGEST[key])
        try:
            placeholders(text)
        except LanguageError as error:
            raise _FaultError((*at, key, *literal), f"In “{key}”: {error}") from None
    _check_conditions((*at, "until"), step.until)
    for option in range(len(step.right_when)):
        _check_conditions((*at, "right_when"), step.conditions_of(option))
    if step.kind == "predict":
        _check_prediction(at, step)
    else:
        for key in ("question", "options", "right", "right_when", "reveal", "feedback"):
            if getattr(step, key) not in ("", (), None):
                raise _FaultError((*at, key), f"“{key}” belongs to a step of the kind “predict”.")
    if step.kind == "act" and not step.until:
        raise _FaultError(at, "An act needs “until”: the conditions that tell that it has been done.")
    if step.kind == "act" and step.solution is None:
        raise _FaultError(
            at, "An act needs “solution”: what the learner may do, so that it can be tried and shown."
        )
    if step.solution is not None and step.kind != "act":
        raise _FaultError((*at, "solution"), "“solution” belongs to a step of the kind “act”.")
    if step.until and step.kind not in {"act", "watch"}:
        raise _FaultError((*at, "until"), "“until” belongs to steps of the kinds “act” and “watch”.")
    if first and step.scene is None:
        raise _FaultError(at, "The first step needs a “scene”.")
    if isinstance(step.scene, str) and step.scene not in (names := [each.name for each in prepared_scenes()]):
        near = suggestions(step.scene, names)
        can = f"did you mean “{near[0]}”?" if near else f"there are {', '.join(names)}."
        raise _FaultError((*at, "scene"), f"There is no prepared scene “{step.scene[:60]}”; {can}")
    if isinstance(step.scene, Staging):
        _check_scene((*at, "scene"), step.scene)
    if step.study is not None:
        _check_study((*at, "study"), step.study)


def _check_conditions(where: Where, conditions: tuple[str, ...]) -> None:
    """Check conditions."""
    if len(conditions) > MOST_CONDITIONS:
        raise _FaultError(where, f"At most {MOST_CONDITIONS} conditions are allowed.")
    for text in conditions:
        try:
            condition(text)
        except LanguageError as error:
            raise _FaultError(
                (*where, text),
                f"The condition “{text[:100]}” cannot be read at character {error.column + 1}: {error}",
            ) from None


def _check_prediction(at: Where, step: Step) -> None:
    """Check a step that asks for a prediction."""
    if not step.question.strip():
        raise _FaultError(at, "A prediction needs a “question”.")
    if not 2 <= len(step.options) <= MOST_OPTIONS:
        raise _FaultError((*at, "options"), f"A prediction needs 2 to {MOST_OPTIONS} “options”.")
    if step.right is None and not step.right_when:
        raise _FaultError(at, "A prediction needs “right”, the number of the right option, or “right_when”.")
    if step.right is not None and not 1 <= step.right <= len(step.options):
        raise _FaultError((*at, "right"), f"“right” is the number of an option, 1 to {len(step.options)}.")
    if step.right_when and len(step.right_when) != len(step.options):
        raise _FaultError(
            (*at, "right_when"),
            f"“right_when” has a condition, or a list of them, for each of the {len(step.options)} options, "
            f"not {len(step.right_when)}.",
        )
    if not step.feedback:
        raise _FaultError(at, "A prediction needs “feedback”: what is said once it is known what came out.")
    if not isinstance(step.feedback, str) and len(step.feedback) != len(step.options):
        raise _FaultError((*at, "feedback"), "“feedback” is one text, or one for each option.")


def _check_scene(at: Where, scene: Staging) -> None:
    """Check how much a scene asks for, and its methods."""
    if not 1 <= scene.steps <= MOST_RUN_STEPS:
        most, given = counted(MOST_RUN_STEPS), counted(scene.steps)
        raise _FaultError((*at, "steps"), f"A scene has 1 to {most} steps, not {given}.")
    runs = len(scene.runs) * max(len(scene.starts or ()), 1)
    if runs * scene.steps > MOST_WORK:
        raise _FaultError((*at, "steps"), f"{runs} runs of {scene.steps} steps are too much for a lesson.")
    if scene.clock == "time":
        raise _FaultError((*at, "clock"), "Time differs between machines: measure by steps or evaluations.")
    _check_methods((*at, "runs"), scene.runs)


def _check_methods(where: Where, texts: tuple[str, ...]) -> None:
    """Check methods in text form."""
    for text in texts:
        try:
            Specification.parse(text)
        except ValueError as error:
            raise _FaultError((*where, text), str(error)) from None


def _check_study(at: Where, study: StudyAsked) -> None:
    """Check how much a study asks for."""
    _check_methods((*at, "methods"), study.methods)
    if study.steps is None and study.evaluations is None:
        raise _FaultError(at, "A study needs “steps” or “evaluations”: how much each try may spend.")
    if study.steps is not None and study.evaluations is not None:
        raise _FaultError(at, "A study counts “steps” or “evaluations”, and not both.")
    for key, least in (("starts", 1), ("seeds", 1), ("seed", 0), ("steps", 1), ("evaluations", 1)):
        count = getattr(study, key)
        if count is not None and not least <= count <= 1_000_000:
            raise _FaultError((*at, key), f"“{key}” lies between {least} and 1 000 000, not {count}.")
    each = study.steps or study.evaluations or 1
    if max(len(study.methods), 1) * study.starts * study.seeds * each > MOST_STUDY:
        raise _FaultError(
            at,
            f"This study is too much for a lesson: at most {MOST_STUDY // 1_000_000} million steps in all.",
        )


def _set_all_up(steps: tuple[Step, ...]) -> None:
    """Set every scene up and apply every solution, one after the other."""
    document: Document | None = None
    for k, step in enumerate(steps):
        at = ("step", k)
        try:
            document = step.document() or document
        except FormulaError as error:
            raise _FaultError(
                (*at, "scene", "formula"), f"The formula is wrong at character {error.column + 1}: {error}"
            ) from None
        except ValueError as error:
            raise _FaultError((*at, "scene", _about(str(error))), str(error)) from None
        assert document is not None  # the first step has a scene
        if document.exploration.place.dimension > DIMENSIONS:
            raise _FaultError((*at, "scene"), "A lesson’s landscape has one variable or two.")
        for key, change in (("solution", step.solution), ("reveal", step.reveal)):
            if change is not None:
                document = _changed((*at, key), document, change)


def _changed(at: Where, document: Document, change: Solution) -> Document:
    """Carry out a solution."""
    _check_methods(at, _added(change))
    try:
        document = solved(document, change)
    except ValueError as error:
        raise _FaultError((*at, _about(str(error))), str(error)) from None
    if document.exploration.steps > MOST_RUN_STEPS:
        raise _FaultError((*at, "steps"), f"At most {counted(MOST_RUN_STEPS)} steps are allowed.")
    return document


def _added(solution: Solution) -> tuple[str, ...]:
    """Return the methods that a solution adds."""
    return (solution.run,) if isinstance(solution.run, str) else solution.run


def _about(sentence: str) -> str:
    """Return the key that a complaint about a scene is about, by its words; "" where they do not tell."""
    for word, key in (
        ("start", "start"), ("region", "lower"), ("parameter", "parameters"), ("lens", "lens"),
        ("water", "flood"), ("temperature", "temperature"), ("landscape", "landscape"),
        ("speed", "speed"), ("zoom", "zoom"), ("smoothing", "smoothing"), ("seed", "seed"), ("step", "step"),
    ):  # fmt: skip
        if word in sentence.casefold():
            return key
    return ""
