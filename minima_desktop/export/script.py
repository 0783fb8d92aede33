"""A short Python script that makes the runs of a race again with `minima_core`, to the last bit.

The script says where the race takes place, from where, with which methods and settings (and from which step
on, where they were changed), with which random numbers, and how far. What it cannot say it says it cannot.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from minima_core.document import STARTS_PER_ENTRY, Document, Exploration, Place
from minima_desktop import __version__

__all__ = ["Script", "script_of"]

WIDTH = 108
LONGEST = 88
"""A text longer than this is broken over several lines."""

COST = '''
def cost(run):
    """What a run has spent, in values of the loss."""
    spent = run.evaluations
    return spent.value + {gradient!r} * spent.gradient + {hessian!r} * spent.hessian

'''

RUN = '''
def run(line, start):
    """One run, as far as the race goes."""
    (_, method), *changes = LINES[line]
    made = mc.start(
        land, method, STARTS[start], seed=SEED, lane={lane} + start,
        border=BORDER, record="thinned",
    )
{body}
    return made


for line in LINES:
    for start in range(len(STARTS)):
        runs[line, start] = made = run(line, start)
        told = f"{{made.step}} steps, loss {{made.value!r}}, {{made.verdict.sentence}}"
        print(f"line {{line}}, start {{start + 1}}: {{told}}")
'''

BY_STEPS = """\
    for step, method in [*changes, (STEPS, None)]:
        if made.step < min(step, STEPS) and not made.ended:
            made.advance(min(step, STEPS) - made.step)
        if method is not None and made.step == step < STEPS and not made.ended:
            made.go_on(method)
"""

BY_EVALUATIONS = """\
    begun, idle, changes = cost(made), 0, dict(changes)
    while int(cost(made) - begun) < BUDGET and idle < 1000 and not made.ended:
        before = cost(made)
        made.advance(1)
        idle = idle + 1 if cost(made) == before else 0
        if int(cost(made) - begun) > BUDGET:  # that step cost more than was left
            made.rewind(made.step - 1)
            break
        if made.step in changes:
            made.go_on(changes[made.step])
"""

BY_TIME = """\
    last = REACHED[line, start]
    for step, method in [*changes, (last, None)]:
        if made.step < min(step, last) and not made.ended:
            made.advance(min(step, last) - made.step)
        if method is not None and made.step == step < last and not made.ended:
            made.go_on(method)
"""


class Script(NamedTuple):
    """A script, and a sentence on what it does not say; empty where it says everything."""

    text: str
    limits: str = ""


def script_of(document: Document, reached: Mapping[tuple[int, int], int] | None = None) -> Script:
    """The script that makes the runs of a document again.

    Parameters
    ----------
    reached
        How many steps each run has done, by line and number of the start: what a race that is measured in
        time goes by, which no two machines run alike.
    """
    exploration = document.exploration
    limits = _limits(exploration, reached)
    parts = [
        _docstring(document, limits),
        "import minima_core as mc" + _imports(exploration.place),
        _landscape(exploration.place),
        _race(exploration, reached or {}),
        _run(exploration).rstrip("\n"),
    ]
    return Script("\n\n".join(parts) + "\n", limits)


def _limits(exploration: Exploration, reached: Mapping[tuple[int, int], int] | None) -> str:
    if not exploration.runs:
        return "Nobody is in the race: the script makes the landscape only."
    if exploration.clock.unit == "time":
        if reached is None:
            raise ValueError(
                "A race that is measured in time cannot be made again without the steps that it has done; "
                "save the script from the window, or measure it in steps or evaluations."
            )
        return (
            "The race is measured in time, which no two machines run alike: "
            "each run goes as many steps as it had done when this was saved."
        )
    return ""


def _docstring(document: Document, limits: str) -> str:
    place = document.exploration.place
    title = document.view.title or place.title or place.landscape_of().title
    clean = " ".join(title.replace("\\", "/").replace('"', "'").split())
    words = [
        f"{clean}: the runs of a race, made again.",
        f"Written by Minima Desktop {__version__}. It needs minima_core, which comes with it; there is no "
        "window. Afterwards runs[line, start] are the runs: .positions, .values, .record, .state_at(step).",
    ]
    told = "\n\n".join(textwrap.fill(each, WIDTH) for each in [*words, *([limits] if limits else [])])
    return f'"""{told}\n"""'


def _imports(place: Place) -> str:
    lines = ""
    if place.changes:
        lines += "\nfrom minima_core.landscapes.changes import Changes, changed"
    if place.drawn is not None:
        lines += "\nfrom minima_core.landscapes.wells import Drawn, Well, drawn_landscape"
    return lines


# -- where ---------------------------------------------------------------------------------------------------


def _landscape(place: Place) -> str:
    """The lines that make the landscape."""
    region = [f"lower={_point(place.lower)}", f"upper={_point(place.upper)}"]
    if place.drawn is not None:
        drawn = place.drawn
        wells = "".join(
            f"    Well(x={each.x!r}, y={each.y!r}, width={each.width!r}, depth={each.depth!r}),\n"
            for each in drawn.wells
        )
        rest = f"bowl={drawn.bowl!r}, middle={_point(drawn.middle)}"
        if drawn.seed is not None:
            rest += f", seed={drawn.seed}"
        lines = f"wells = (\n{wells})\n" if wells else "wells = ()\n"
        lines += f"land = drawn_landscape(Drawn(wells, {rest}), {', '.join(region)})"
    elif place.formula is not None:
        parameters = [f"parameters={_mapping(place.parameters)}"] if place.parameters else []
        lines = _call("land = mc.formula", [_text(place.formula), *region, *parameters])
    else:
        lines = f"land = mc.landscape({_quoted(place.landscape or '')}, dimension={place.dimension})"
        if place.parameters:
            lines += "\n" + _call("land = land.with_parameters", [f"**{_mapping(place.parameters)}"])
        lines += f"\nland = land.with_region({', '.join(region)})"
    if place.changes:
        told = [
            f"{name}={getattr(place.changes, name)!r}"
            for name in ("l1", "l2", "towards", "smoothing", "tilt")
            if getattr(place.changes, name)
        ]
        lines += f"\nland = changed(land, Changes({', '.join(told)}))"
    return lines


# -- who, from where, how far --------------------------------------------------------------------------------


def _race(exploration: Exploration, reached: Mapping[tuple[int, int], int]) -> str:
    border = None if exploration.border == "auto" else exploration.border
    lines = [
        "STARTS = [",
        *(
            f"    {_point(start.position)},"
            + ("" if start.seed is None else f"  # thrown with seed {start.seed}")
            for start in exploration.starts
        ),
        "]",
        *_clock(exploration, reached),
        f"SEED = {exploration.seed}",
        f"BORDER = {border!r}".replace("'", '"') + ("  # as each method likes" if border is None else ""),
        "",
        "# The lines of the race: from which step on, which method with which settings.",
        "LINES = {",
        *_lines(exploration),
        "}",
    ]
    shared = {each.id: each.lane for each in exploration.entries if each.enabled and each.lane != each.id}
    if shared:
        lines += [
            "# Lines that use the random numbers of another one, from which they go on.",
            f"LUCK = {shared}",
        ]
    return "\n".join([*lines, "runs = {}"])


def _clock(exploration: Exploration, reached: Mapping[tuple[int, int], int]) -> Iterator[str]:
    clock = exploration.clock
    if clock.unit == "steps":
        yield f"STEPS = {exploration.steps}"
    elif clock.unit == "evaluations":
        yield f"BUDGET = {exploration.steps}  # evaluations; the first point is free"
    else:
        yield "# Steps that each run had done, by line and start."
        yield f"REACHED = { ({key: reached[key] for key in exploration.runs if key in reached})!r}"


def _lines(exploration: Exploration) -> Iterator[str]:
    for entry in exploration.entries:
        if not entry.enabled:
            continue
        yield f"    {entry.id}: ["
        for segment in entry.segments:
            yield from textwrap.indent(f"({segment.step}, {_text(segment.method, 8)}),", " " * 8).split("\n")
        yield "    ],"


def _run(exploration: Exploration) -> str:
    bodies = {"steps": BY_STEPS, "evaluations": BY_EVALUATIONS, "time": BY_TIME}
    body = bodies[exploration.clock.unit].rstrip()
    shared = any(each.enabled and each.lane != each.id for each in exploration.entries)
    number = "LUCK.get(line, line)" if shared else "line"
    clock = exploration.clock
    cost = COST.format(gradient=clock.gradient, hessian=clock.hessian) if clock.unit == "evaluations" else ""
    return cost + RUN.format(lane=f"{STARTS_PER_ENTRY} * {number}", body=body)


# -- writing -------------------------------------------------------------------------------------------------


def _point(numbers: tuple[float, ...]) -> str:
    return repr(tuple(float(each) for each in numbers))


def _mapping(numbers: Mapping[str, float]) -> str:
    return "{" + ", ".join(f"{_quoted(name)}: {float(number)!r}" for name, number in numbers.items()) + "}"


def _text(text: str, indent: int = 4) -> str:
    """A text as Python writes it; a long one broken after commas and signs, as texts side by side."""
    if len(text) <= LONGEST - indent:
        return _quoted(text)
    pieces, line = [], ""
    for part in _parts(text):
        if line and len(line) + len(part) > LONGEST - indent - 4:
            pieces.append(line)
            line = ""
        line += part
    pieces.append(line)
    inner = "".join(f"    {_quoted(piece)}\n" for piece in pieces)
    return f"(\n{inner})"


def _parts(text: str) -> Iterator[str]:
    """A text in pieces after which a line may be broken."""
    begin = 0
    for k, sign in enumerate(text, 1):
        if sign in ",+ " or k - begin >= WIDTH // 2:
            yield text[begin:k]
            begin = k
    if begin < len(text):
        yield text[begin:]


def _quoted(text: str) -> str:
    """A text as Python writes it, between double quotes where there are none in it."""
    told = repr(text)
    return f'"{told[1:-1]}"' if told[0] == "'" and '"' not in told else told


def _call(name: str, arguments: list[str]) -> str:
    """A call, on one line where it fits."""
    line = f"{name}({', '.join(arguments)})"
    if len(line) <= WIDTH and "\n" not in line:
        return line
    inner = "".join(textwrap.indent(f"{each},\n", "    ") for each in arguments)
    return f"{name}(\n{inner})"
