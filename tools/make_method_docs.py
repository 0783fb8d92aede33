"""Write `docs/methods.md` and `docs/landscapes.md` from what methods and landscapes declare about themselves.

Run it after a change of a declaration, in the environment that `make setup` makes:

    .venv/bin/python tools/make_method_docs.py

`tests/test_docs.py` fails while a page says something else than its source.
"""

from __future__ import annotations

import importlib
import inspect
import math
import pkgutil
import re
import sys
import textwrap
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / folder) for folder in ("core", "resources")]

import numpy as np  # noqa: E402

import minima_core as mc  # noqa: E402
import minima_resources  # noqa: E402
from minima_core.landscapes import Landscape  # noqa: E402
from minima_core.methods import AUTO, describe_schedule  # noqa: E402
from minima_core.methods.gradient.common_insides import AVERAGE, GRADIENT, STEP  # noqa: E402
from minima_core.methods.insides import Inside  # noqa: E402
from minima_core.methods.specification import Method, Setting, Specification  # noqa: E402

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MADE = "<!-- Made by tools/make_method_docs.py from the declarations; change those, and run it again. -->"

METHODS_INTRO = """\
What each method does at a step, and what can be set. In the window the settings of a method unfold from its
line in the race; on the command line and in Python they go by the name in the first column:
`--run adam,lr=0.01`, `mc.method("adam", lr=0.01)`. A default “from the landscape” is worked out from the
landscape itself: from its heights and slopes, from the widths of its box, or only from the number of its
variables, so that every method starts sensibly everywhere. On {tabled} landscapes of the catalogue the rates
of gradient methods come from a table, made by trying (`tools/make_defaults.py`); it holds for methods used as
they are, and whoever sets the momentum gets the rate that suits it. The window, legends and files show the
number that was used.

Here x is the point, f(x) its value, g = ∇f(x) the gradient, n the number of variables. Names of settings are
PyTorch’s where it has them.
"""
READING_INTRO = """\
**What a row is.** Row k of a run is a point whose value was evaluated, and row 0 is the start; each method
says below where it stands in its other rows. The best point is kept beside the rows, over everything that was
evaluated inside the box.

**Insides.** What is listed as drawn is drawn for the selected line of the race: in the window the key `I`
switches all of it and a chip beside the settings each part, `minima-desktop render` has `--insides`. What is
marked ° is off until its chip is pressed. The tab *Step* (key `E`) tells one step in words, with the numbers
that were used{untold}.

**Memory.** What a method remembers is there at every step, replayed: `run.state_at(k).insides`. The shapes
are those in two variables, with the usual settings; of methods that drive others,
`run.state_at(k).inners` has what those remember.
"""
COMMON_INSIDES = """\
Whatever asks for gradients, or drives a method that does, also draws the first two of these; with `averaging`
switched on, the third:
"""
COMMON = (GRADIENT, STEP, AVERAGE)
"""Insides that are told once."""
FAMILIES = {
    "gradient": ("Gradient methods", "They follow the slope, step by step, to the bottom of their valley."),
    "second-order": (
        "Methods of second order",
        "They know or learn how the slope changes: few and long steps, to where a quadratic model is lowest.",
    ),
    "local": (
        "Local methods without derivatives",
        "They compare values, and nothing else: for what is noisy or broken, or has no formula.",
    ),
    "global": (
        "Global methods",
        "They look for the lowest of all valleys: by chance, by restarts, by populations, or by a model.",
    ),
}
WHERE_IT_STANDS = {
    "gradient": "A row is where the run stands after its step.",
    "second-order": "A row is where the run stands after its step.",
}
"""What a row is in methods whose files need not say it."""
WHERE_DRIVERS_STAND = {
    "random-restarts": "A row is where the descent at work stands; a loop begins with its new start.",
    "multi-start": "A row is where the descent at work stands; a loop begins with its new start.",
    "deflation": "A row is where the descent at work stands, on its way along f + P or along f.",
    "basin-hopping": "A row is where the descent at work stands; a loop begins where the hop lands.",
    "ensemble": "A row is where the descent at work stands; the mean of the ends is a row of its own.",
    "auto": "A row is the lowest point of the model, or where the method that is at work stands.",
}
"""What a row is in methods that drive others."""
SCHEDULES_INTRO = """\
What `schedule` can be, for every gradient method: `--run adam,lr=0.01,schedule=cosine(T_max=50)`, or in
Python `mc.method("adam", lr=0.01, schedule=mc.schedule("cosine", T_max=50))`. Names and formulas are those of
`torch.optim.lr_scheduler`, whose class names are understood as well. η₀ is the method’s learning rate, t
counts its steps from 0 since the schedule began; a schedule begins anew when it is changed, and in each loop
of restarts. A cycle also moves the momentum (`momentum` or `beta1`) of methods that have one. Lists stand in
brackets: `multi-step(milestones=(30,80))`,
`sequential(schedulers=(linear(total_iters=10),cosine(T_max=90)),milestones=(10))`.
"""
LANDSCAPES_INTRO = """\
The {count} landscapes that come with the program, in the groups of its gallery. Each is data: a formula that
is read and compiled like one that you type. The data, with the source of each landscape and of its minima,
stand in [landscapes.toml](../resources/minima_resources/landscapes.toml), those of learning in
[learning.toml](../resources/minima_resources/learning.toml). The first column gives the title,
and the name by which the command line and Python know it: `--landscape himmelblau`,
`mc.landscape("himmelblau")`.

Landscapes marked ⁿ exist for any number of variables: `mc.landscape("rastrigin", dimension=5)`. A letter
beside the variables is a parameter; its value is given.
"""


# -- numbers and cells ---------------------------------------------------------------------------------------


def number(value: float, digits: int = 6) -> str:
    """Write a number for a reader: few digits, powers of ten raised, a true minus.

    >>> number(-2.903534027771177), number(1e15), number(2.5e-7), number(1e-8)
    ('−2.90353', '10¹⁵', '2.5 × 10⁻⁷', '10⁻⁸')
    """
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    short = f"{value + 0.0:.{digits}g}" if abs(value) < 1e5 else f"{value:.{digits - 1}e}"
    mantissa, _, exponent = short.partition("e")
    if "." in mantissa and exponent:
        mantissa = mantissa.rstrip("0").rstrip(".")
    if exponent:
        power = f"10{str(int(exponent)).translate(RAISED)}"
        short = {"1": power, "-1": f"-{power}"}.get(mantissa, f"{mantissa} × {power}")
    return short.replace("-", "−", 1) if short.startswith("-") else short


def cell(text: str) -> str:
    """Make a text safe inside a table."""
    for sign, written in (("|", "\\|"), ("<", "&lt;"), ("*", "\\*")):
        text = text.replace(sign, written)
    return text


def typeset(text: str) -> str:
    """Give prose from a source file curly quotes, and one kind of code marks."""
    text = re.sub(r"(?<=\w)'(?=\w)|(?<=s)'(?= )", "’", text.replace("``", "`"))
    return re.sub(r'"([^"]*)"', r"“\1”", text)


def row(*cells: str) -> str:
    """Write one row of a table."""
    return f"| {' | '.join(cells)} |"


def heading(*cells: str) -> list[str]:
    """Write the head of a table."""
    return [row(*cells), row(*("---" for _ in cells))]


# -- methods -------------------------------------------------------------------------------------------------


def default_of(setting: Setting) -> str:
    """Write the default of a setting."""
    value = setting.default
    if value is AUTO:
        return "from the landscape"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int | float):
        return number(float(value))
    return f"`{value}`"


def range_of(setting: Setting) -> str:
    """Write what is allowed."""
    if setting.scale == "switch":
        return "on, off"
    if setting.scale == "choice":
        return ", ".join(f"`{choice}`" for choice in setting.choices)
    if setting.scale == "method":
        return "any method but itself"
    if setting.scale == "schedule":
        return "any schedule"
    below = "below " if setting.below else ""
    whole = "whole, " if setting.scale == "integer" else ""
    return f"{whole}{number(setting.lower)} to {below}{number(setting.upper)}"


def rows_of(settings: list[Setting], defaults: dict[str, str] | None = None) -> list[str]:
    """Write settings as a table; `defaults` stands in for a default that is not the same everywhere."""
    lines = heading("setting", "symbol", "default", "range", "meaning")
    for each in settings:
        default = (defaults or {}).get(each.name, default_of(each))
        lines.append(row(f"`{each.name}`", each.symbol, default, range_of(each), cell(each.meaning)))
    return lines


@cache
def files() -> dict[str, ModuleType]:
    """Return the file of each method, by its name."""
    modules = [
        importlib.import_module(each.name)
        for each in pkgutil.walk_packages(mc.methods.__path__, f"{mc.methods.__name__}.")
    ]
    return {
        module.METHOD.name: module
        for module in modules
        if isinstance(getattr(module, "METHOD", None), Method)
    }


def named(text: str, *, linked: bool) -> str:
    """Give the other files that a method's words name, such as `.wolfe`, their full names."""
    rooms = {each.stem: each for each in (ROOT / "core" / "minima_core" / "methods").rglob("*.py")}

    def full(match: re.Match[str]) -> str:
        where = rooms[match[1]].relative_to(ROOT).as_posix()
        return f"[{match[1]}.py](../{where})" if linked else f"{match[1]}.py"

    return re.sub(r"`\.(\w+)`", full, text)


def parts_of(method: Method) -> tuple[list[str], str]:
    """Return how a method works, and its references, from the first words of its file."""
    words = inspect.cleandoc(files()[method.name].__doc__ or "")
    body, _, references = words.partition("\nReferences\n----------\n")
    lines: list[str] = []
    for block in re.split(r"\n\n+", body.strip()):
        indented = all(line.startswith("    ") for line in block.splitlines())
        if indented:
            plain = re.sub(r"\*(\w[^*]*[\w.])\*", r"\1", block)  # no slant where nothing is typeset
            rows = textwrap.dedent(named(plain, linked=False)).splitlines()
            if lines[-2:] == ["```", ""]:
                lines[-2:] = ["", *rows, "```", ""]
            else:
                lines += ["```text", *rows, "```", ""]
        else:
            lines += [named(typeset(" ".join(block.split())), linked=True), ""]
    return lines, named(typeset(" ".join(references.split())), linked=True)


def row_of(method: Method, words: str) -> str:
    """Return what a row is, in one sentence: from the method's file, or as it is in all of its kind."""
    said = re.search(r"(?:A row is|[Tt]he row (?:is|of a))[^.]*\.", words)
    if said is None:
        own = WHERE_DRIVERS_STAND.get(method.name) or WHERE_IT_STANDS[method.kind]
        return own
    return said[0][0].upper() + said[0][1:]


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does.

    >>> listed(["values", "gradients", "Hessians"])
    'values, gradients and Hessians'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def asked_of(method: Method, driven: Sequence[Specification]) -> str:
    """Return what a method asks for, and what it drives."""
    plural = {"value": "values", "gradient": "gradients", "hessian": "Hessians"}
    asked = listed([plural[each] for each in method.uses])
    names = listed([f"`{each.name}`" for each in driven])
    if not driven:
        return f"It asks for {asked}."
    return (
        f"It asks for {asked}, and drives {names}."
        if asked
        else f"It drives {names}, and asks for nothing itself."
    )


def inside_rows(insides: Sequence[Inside]) -> list[str]:
    """Write insides as a table."""
    lines = heading("drawn inside", "shape", "meaning")
    lines += [row(f"{e.title}{'' if e.usual else ' °'}", e.shape, cell(e.meaning)) for e in insides]
    return [*lines, ""]


def insides_of(method: Method) -> list[str]:
    """Return what is drawn inside a method, as a table; what all have in common is said once."""
    own = [each for each in method.insides_drawn if each not in COMMON]
    return inside_rows(own) if own else []


def memory_of(method: Method, settings: Mapping[str, Any]) -> str:
    """Return the arrays that a method keeps in two variables, in one sentence."""
    arrays = [f"`{name}` {' × '.join(map(str, shape))}" for name, shape in method.layout(2, settings)]
    arrays = [*(f"`{name}` 2" for name in method.state), *arrays]
    numbers = [f"`{name}`" for name, _ in method.scalars]
    columns = [f"`{name}`" for name in method.columns(2)]
    parts = []
    if arrays or numbers:
        parts.append(f"Remembers {', '.join([*arrays, *numbers])}.")
    if columns:
        parts.append(f"In each row: {', '.join(columns)}.")
    return " ".join(parts)


def shared_settings(methods: list[Method]) -> tuple[list[Setting], dict[str, str]]:
    """Return the settings that all these methods have, and what to write where their defaults differ."""
    counted = Counter(setting.name for method in methods for setting in method.settings)
    shared = [each for each in methods[0].settings if counted[each.name] == len(methods)]
    differing = {}
    for each in shared:
        defaults = {default_of(method.setting(each.name)) for method in methods}
        if len(defaults) > 1:
            differing[each.name] = "differs, see below"
    return shared, differing


def schedules_section() -> list[str]:
    """Return the section on learning-rate schedules."""
    lines = ["### Learning-rate schedules", "", SCHEDULES_INTRO]
    lines += heading("schedule", "learning rate at step t", "settings and their defaults", "PyTorch")
    for name in mc.schedule_names():
        kind = describe_schedule(name)
        said = []
        for each in kind.settings:
            left_out = each.meaning.rpartition("unless given, ")[2].rstrip(".")
            said.append(
                f"`{each.name}` {each.symbol} {left_out if each.default is AUTO else default_of(each)}"
            )
        torch = f"`{kind.torch}`" if kind.torch else ""
        lines.append(row(f"**{kind.title}**<br>`{name}`<br>{kind.sentence}", cell(kind.formula),
                         "<br>".join(said), torch))  # fmt: skip
    return [*lines, ""]


def families_table(methods: list[Method]) -> list[str]:
    """Return which methods there are, family by family, each a link."""
    lines = heading("family", "methods")
    for kind, (title, sentence) in FAMILIES.items():
        names = [f"[{each.title}](#{anchor(each.title)})" for each in methods if each.kind == kind]
        lines.append(row(f"**{title}**<br>{sentence}", ", ".join(names)))
    return [*lines, ""]


def anchor(title: str) -> str:
    """Return the name by which a link finds a title."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def method_section(method: Method, shared: list[Setting], differing: dict[str, str]) -> list[str]:
    """Return what is said of one method."""
    how, references = parts_of(method)
    gradient_method = method.kind == "gradient"
    own = [s for s in method.settings if not (gradient_method and s in shared) or s.name in differing]
    settings = mc.method(method.name).resolved(mc.landscape("himmelblau")).settings
    words = " ".join((files()[method.name].__doc__ or "").split())
    lines = [
        f"### {method.title}",
        "",
        f"`{method.name}` · {method.short}",
        "",
        method.sentence,
        "",
        *how,
    ]
    if own:
        lines += [*rows_of(own), ""]
    if gradient_method:
        lines += ["And the settings of all gradient methods, above.", ""]
    lines += [*insides_of(method), f"{row_of(method, words)} {asked_of(method, method.driven(settings))}", ""]
    memory = memory_of(method, settings)
    return [*lines, *([memory, ""] if memory else []), f"*Source: {references}*", ""]


def methods_page() -> str:
    """Return `docs/methods.md`."""
    methods = [mc.describe(name) for name in mc.method_names()]
    gradient = [method for method in methods if method.kind == "gradient"]
    shared, differing = shared_settings(gradient)
    untold = [method.title for method in methods if method.narrate is None]
    tabled = len(tomllib.loads(minima_resources.text("defaults.toml")))
    lines = [
        "# Methods",
        "",
        MADE,
        "",
        METHODS_INTRO.format(tabled=tabled),
        *families_table(methods),
        READING_INTRO.format(
            untold=f"; of {listed(untold)}, what the methods do that it drives" if untold else ""
        ),
        COMMON_INSIDES,
        *inside_rows(COMMON),
    ]
    for kind, (title, sentence) in FAMILIES.items():
        lines += [f"## {title}", "", sentence, ""]
        if kind == "gradient":
            lines += [
                "### Settings of all gradient methods",
                "",
                f"For {', '.join(method.title for method in gradient[:-1])} and {gradient[-1].title}.",
                "",
                *rows_of(shared, differing),
                "",
                *schedules_section(),
            ]
        for method in methods:
            if method.kind == kind:
                lines += method_section(method, shared, differing)
    return "\n".join(lines)


# -- landscapes ----------------------------------------------------------------------------------------------


def region_of(land: Landscape) -> str:
    """Write the box of a landscape."""
    bounds = zip(land.lower.tolist(), land.upper.tolist(), strict=True)
    return " × ".join(f"[{number(lower)}, {number(upper)}]" for lower, upper in bounds)


def minimum_of(land: Landscape) -> str:
    """Write the lowest value in the region and where it is taken."""
    value = min(float(land.value(point)) for point in land.minima)
    value = 0.0 if abs(value) < 1e-12 else value
    places = []
    for point in land.minima:
        coordinates = ", ".join(number(0.0 if abs(float(p)) < 1e-12 else float(p)) for p in point)
        places.append(f"({coordinates})" if land.dimension > 1 else coordinates)
    on_border = bool(np.any((land.minima == land.lower) | (land.minima == land.upper)))
    where = ", ".join(places[:-1]) + " and " + places[-1] if len(places) > 1 else places[0]
    return f"{number(value)} at {where}{', on the border' if on_border else ''}"


def landscapes_page() -> str:
    """Return `docs/landscapes.md`."""
    data = tomllib.loads(minima_resources.text("landscapes.toml"))
    learning = tomllib.loads(minima_resources.text("learning.toml"))
    data = {key: [*data[key], *learning[key]] for key in ("group", "landscape")}
    general = {entry["name"] for entry in data["landscape"] if "any_dimension" in entry}
    lines = [
        "# Landscapes",
        "",
        MADE,
        "",
        LANDSCAPES_INTRO.format(count=len(data["landscape"])),
    ]
    for group in data["group"]:
        lines += [f"## {group['title']}", "", group["sentence"], ""]
        lines += heading("landscape", "f", "region", "global minimum in the region", "what it shows")
        for entry in data["landscape"]:
            if entry["teaches"] != group["name"]:
                continue
            land = mc.landscape(entry["name"])
            assert land.formula is not None
            formula = cell(land.formula.unicode())
            values = ", ".join(f"{name} = {number(value)}" for name, value in land.parameters.items())
            mark = " ⁿ" if land.name in general else ""
            lines.append(
                row(
                    f"**{land.title}**{mark}<br>`{land.name}`",
                    f"{formula}<br>{values}" if values else formula,
                    region_of(land),
                    minimum_of(land),
                    cell(land.sentence),
                )
            )
        lines.append("")
    return "\n".join(lines)


PAGES = {"docs/methods.md": methods_page, "docs/landscapes.md": landscapes_page}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (ROOT / name).write_text(page(), encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()
